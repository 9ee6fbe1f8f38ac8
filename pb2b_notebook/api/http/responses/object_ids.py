"""Find the id of an object under another name, in a part of it, or in its own address. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from pb2b_notebook.api.http.responses.object_texts import text_of
from pb2b_notebook.frames.strict_json import EXACT, Member, children, compact, members
from pb2b_notebook.openapi.object_descriptions import (
    IDS,
    TIMES,
    singular_of,
    time_named,
)

_OTHER_IDS: Final = ("gid", "vid", "pk", "objectid", "recordid", "entityid")
"""Names of an id that are used where an object has no other, as by Asana, HubSpot, Django, Algolia and SAP: in lower
case, without signs."""

OWN_PARTS: Final = ("sys", "metadata", "_meta", "meta", "@attributes", "$")
"""Parts of an object without an id that have it and its times, as those of Contentful, Kubernetes and XML."""

_LINKS: Final = ("_links", "links")

_OWN_LINKS: Final = ("self", "href", "url", "uri")
"""Members with the address of an object itself, whose last part is its id, as in HAL."""

VALUES: Final = ("value", "raw")
"""Names of the value of a member that is an object with it, as those of Personio and of Elastic App Search."""


def with_plain_ids(records: Sequence[Any], noun: str, what: set[str]) -> Sequence[Any]:
    """Return records whose ids are objects with the part that is the id; with the text of it all, if no part is."""
    first = json.loads(bytes(records[0]))
    wrapped = [v for v in first.values() if isinstance(v, dict) and any(key in v for key in VALUES)]
    if not isinstance(first.get("id"), dict) or len(wrapped) > len(first) / 2:
        return records
    rows = [{member.name: member for member in members(bytes(record))} for record in records]
    ids = [row["id"].value if "id" in row and isinstance(row["id"].value, dict) else {} for row in rows]
    names = (f"{noun}_id", f"{noun}Id", "record_id", "recordId", "$oid", "id", "value", "uuid", "S", "N")
    for name in names:  # one that some rows share is that of another object
        found = [each.get(name) for each in ids]
        if len(set(map(str, found))) == len(found) and all(isinstance(each, str | int) and each for each in found):
            break
    else:
        name, found = "", [compact(row["id"].text) if "id" in row else None for row in rows]
    what.add(f"ids as objects{' with ' if name else ''}{name}")
    for row, value in zip(rows, found, strict=True):
        row["id"] = Member("id", value, json.dumps(value))
    return [text_of(row) for row in rows]


def has_id(value: Mapping[str, Any]) -> bool:
    """Whether an object has an id, under whichever name."""
    return any(name in value for name in ("id", *IDS)) or not {*map(_plain, value)}.isdisjoint(_OTHER_IDS)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def lift_own_part(inside: dict[str, Member], declared: frozenset[str], what: set[str]) -> None:
    """Give an object without an id the one in the part about itself, with its times."""
    if any(name in inside for name in ("id", *IDS)):
        return
    for part in OWN_PARTS:
        member = inside.get(part)
        if member is None or part in declared or not isinstance(member.value, dict) or "id" not in member.value:
            continue
        for each in children(member.text):
            is_time = each.name in TIMES or time_named(each.name) is not None
            if each.name not in inside and (each.name == "id" or is_time):
                inside[each.name] = each
        what.add(f"ids in {part}")
        return


def name_id(inside: dict[str, Member], noun: str, what: set[str]) -> None:
    """Give an object without an id the one that it has under another name, and never that of another object."""
    if "id" in inside and inside["id"].value is not None:
        value = inside["id"].value
        if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
            inside["id"] = Member("id", int(value), str(int(value)))
            what.add("ids as decimals")
        return
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), noun)
    others = [name for plain in _OTHER_IDS for name in inside if _plain(name) == plain]
    for name in (*IDS, f"{noun}_id", f"{camel}Id", f"{camel}ID", f"{camel}id", *others):
        value = inside[name].value if name in inside else None
        if isinstance(value, dict) and isinstance(value.get("$oid"), str):  # MongoDB Extended JSON
            value = value["$oid"]
        value = (name == "@id" and _id_in_link({"url": value}, noun)) or value
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            text = inside[name].text if isinstance(value, int) else json.dumps(value)
            if isinstance(value, int) or name.lower() == "id":
                del inside[name]
            rest = dict(inside)
            inside.clear()
            inside.update({"id": Member("id", value, text), **rest})
            what.add(f"ids under {name}")
            return
    linked = _id_in_link({name: member.value for name, member in inside.items()}, noun)
    if linked is not None and inside.keys() - {*_LINKS, *_OWN_LINKS}:  # a link alone is read first
        inside["id"] = Member("id", linked, json.dumps(linked))
        what.add("ids in links")


def _id_in_link(found: Mapping[str, Any], noun: str) -> str | None:
    """Return the id in the address of an object itself: the part that follows the name of its list.

    >>> _id_in_link({"_links": {"self": {"href": "https://x.example/v1/leads/17{?view}"}}}, "lead")
    '17'
    >>> _id_in_link({"url": "/v1/companies/3"}, "lead") is None
    True
    """
    links = [value for name in _LINKS if isinstance(value := found.get(name), dict)]
    for each in (*links, found):
        for value in (each[name] for name in _OWN_LINKS if name in each):
            kind, last = _last_parts(value.get("href") if isinstance(value, dict) else value)
            if f"_{kind}".endswith(f"_{noun}") and last:
                return last
    return None


def _last_parts(address: Any) -> tuple[str, str]:
    """Return what the address of an object calls it, and its id; empty for anything else.

    >>> _last_parts("https://x.example/v1/lead-fields/17{?view}"), _last_parts("17")
    (('lead_field', '17'), ('', ''))
    """
    parts = re.split(r"[?#{]", address, maxsplit=1)[0].rstrip("/").split("/") if isinstance(address, str) else []
    return (singular_of(parts[-2].replace("-", "_").lower()), unquote(parts[-1])) if len(parts) > 1 else ("", "")


def are_addresses(found: Mapping[str, Any], declared: frozenset[str]) -> bool:
    """Whether an object names others by their addresses, as in JSON-LD."""
    return any(_id_of_other(found, name) for name in declared if name.endswith("_id"))


def name_others(inside: dict[str, Member], declared: frozenset[str], what: set[str]) -> None:
    """Give an object the ids of others that it names by their addresses, as those have them."""
    values = {name: member.value for name, member in inside.items()}
    for name in declared:
        if name.endswith("_id") and (found := _id_of_other(values, name)):
            inside.pop(name.removesuffix("_id"), None)
            inside[name] = Member(name, found, json.dumps(found))
            what.add("ids of others as addresses")


def _id_of_other(found: Mapping[str, Any], name: str) -> str:
    """Return the id of another object of which an object has the address; empty without one.

    >>> _id_of_other({"lead": "/v1/leads/17"}, "lead_id"), _id_of_other({"external_id": "a/b"}, "external_id")
    ('17', '')
    >>> _id_of_other({"external_id": "external/17"}, "external_id")  # a text of the user
    ''
    """
    stem = name.removesuffix("_id")
    if stem == "external":
        return ""
    kind, last = _last_parts(found.get(name, found.get(stem)))
    return last if kind and f"_{stem}".endswith(f"_{kind}") else ""
