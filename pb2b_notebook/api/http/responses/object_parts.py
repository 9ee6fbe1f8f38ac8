"""Find the values of an object in its parts: beside the id, in lists of pairs, or in objects of their own. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from pb2b_notebook.api.http.responses import flat_values
from pb2b_notebook.api.http.responses.object_ids import OWN_PARTS, VALUES, has_id
from pb2b_notebook.frames.strict_json import Member, children
from pb2b_notebook.openapi.object_descriptions import (
    HOLDERS,
    IDS,
    PARTS_OF_LEADS,
    PARTS_OF_VALUES,
    fold,
    spellings,
    time_named,
)
from pb2b_notebook.opt_outs import can_say, is_about_permission

_BESIDE: Final = frozenset(
    {"id", "_id", "uuid", "type", "object", "links", "_links", "relationships", "meta", "self", "url", "href", "etag",
     "archived", "created_at", "updated_at", "createdat", "updatedat", "createdtime", "deleted_at", "archivedat",
     "key", "expand", "kind", "uri", "version", "revision",
     "_index", "_type", "_score", "_version", "_seq_no", "_primary_term", "_routing", "found", "sort"}
)  # fmt: skip
"""Members that an object has beside the one with its values, in lower case."""

PAIR_NAMES: Final = ("key", "name", "field", "code", "slug", "id")

_NAMES_OF_VALUES: Final = ("property", *PAIR_NAMES)

_OF_THE_PERSON: Final = frozenset(
    {"contact", "person", "prospect", "profile", "personal", "contactinfo", "contactdetails", "contactinformation",
     "contactdata", "personaldata", "persondetails"}
)  # fmt: skip
"""Folded names of the part of a lead that has what is known of the person."""

_IN: Final = " in "

_COMMON: Final = frozenset({"id", "object", "created_at", "updated_at", "deleted_at", "status"})
_KINDS: Final = {"jobs": "job", "imports": "import", "exports": "export"}
"""Types of JSON:API, which are often plural, of what is waited for."""


def holder_of_values(first: Mapping[str, Any], declared: frozenset[str]) -> str | None:
    """Return the member that has the values of an object; ``None`` for an object that has them itself."""
    found = [name for name in HOLDERS if isinstance(first.get(name), dict)]
    if len(found) != 1 or (found[0] in declared and not _lacks_all(first, declared - {found[0]})):
        return None
    beside = {name for name in first if name != found[0] and name.lower() not in _BESIDE and time_named(name) is None}
    return found[0] if beside <= {*OWN_PARTS} else None


def _lacks_all(first: Mapping[str, Any], declared: frozenset[str]) -> bool:
    """Whether an object has none of several declared fields: then those of an export are inside its ``fields``."""
    others = {name for name in declared if name.lower() not in _BESIDE}
    return bool(others) and others.isdisjoint(first)


def wrapper_of(inside: Mapping[str, Member], noun: str) -> str | None:
    """Return the member with the object itself: one of a connection, of its kind, or the only object that has an id."""
    if any(name in inside for name in ("id", *IDS)):
        return None
    objects = [name for name, member in inside.items() if isinstance(member.value, dict)]
    kinds = [name for name in objects if f"_{name}".endswith(f"_{noun}") and has_id(inside[name].value)]
    if len(kinds) == 1 and len(inside) == len(objects):
        return kinds[0]
    filled = {name for name, member in inside.items() if member.value is not None}
    whole = filled <= {*objects, "kind", "type", "object", "cursor"}
    names = [name for name in objects if name == "node" or (name in {"data", "item"} and whole)]
    return names[0] if len(names) == 1 and ({*objects} - {names[0]} <= {"meta"} or names == ["node"]) else None


def unwrap_values(inside: dict[str, Member], what: set[str]) -> None:
    """Give an object its values, where each of them is an object with the value."""
    for key in VALUES:
        wrapped = [n for n, member in inside.items() if isinstance(member.value, dict) and key in member.value]
        named = any(name in wrapped for name in ("id", *IDS, "email"))
        if not named or len(wrapped) <= len(inside) / 2:
            continue
        for name in wrapped:
            inner = next(each for each in children(inside[name].text) if each.name == key)
            inside[name] = inner._replace(name=name)
        what.add(f"values under {key}")
    typed = [name for name, member in inside.items() if _is_typed(member.value)]
    if len(typed) > len(inside) / 2:
        for name in typed:
            kind = inside[name].value["type"]
            inner = next(each for each in children(inside[name].text) if each.name == kind)
            inside[name] = _plain_value(inner)._replace(name=name)
        what.add("values under their type")


def _is_typed(value: Any) -> bool:
    """Whether a value is an object with its type, and the value under that name, as those of Notion."""
    return isinstance(value, dict) and isinstance(value.get("type"), str) and value["type"] in value


def _plain_value(member: Member) -> Member:
    """Return the text or the texts of a value of such a type: of one choice, of several, or of a text in parts."""
    value = member.value
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        found: Any = value["name"]
    elif isinstance(value, list) and value and all(isinstance(p, dict) and "plain_text" in p for p in value):
        found = "".join(str(part["plain_text"]) for part in value)
    elif isinstance(value, list) and all(isinstance(p, dict) and isinstance(p.get("name"), str) for p in value):
        found = [part["name"] for part in value]
    else:
        return member
    return Member(member.name, found, json.dumps(found))


def parts_of(found: Mapping[str, Any], declared: frozenset[str], noun: str) -> Iterator[tuple[str, str, str]]:
    """Yield the declared names that an object lacks and has in a part of it, with the part and the name there.

    The part is that of the person (``{"contact": {"email": …}}``), or has the begin of the name (``{"company": {"name":
    …}}``): what another part has, such as an owner, is that of another object.

    >>> list(parts_of({"company": {"name": "Ada", "email": "x"}}, frozenset({"company_name", "email"}), "lead"))
    [('company_name', 'company', 'name')]
    >>> list(parts_of({"address": {"zip": "0150", "city": "Oslo"}}, frozenset({"city", "country"}), "lead"))
    [('city', 'address', 'city')]
    """
    seen = set[str]()
    for part, value in found.items():
        if part in declared or not isinstance(value, dict):
            continue
        own, of_lead = fold(part) in _OF_THE_PERSON or part == noun, PARTS_OF_LEADS.get(fold(part), {})
        for name in value:
            whole = name if own and name in declared else f"{part}_{name}"
            whole = whole if whole in declared or noun != "lead" else of_lead.get(fold(name), whole)
            if whole in declared and whole not in found and whole not in _COMMON and whole not in seen:
                seen.add(whole)
                yield whole, part, name


def lift_parts(inside: dict[str, Member], declared: frozenset[str], noun: str, what: set[str]) -> None:
    """Give an object the values that it has in a part of it."""
    values = {name: member.value for name, member in inside.items()}
    for whole, part, name in list(parts_of(values, declared, noun)):
        member = next(each for each in children(inside[part].text) if each.name == name)
        inside[whole] = member._replace(name=whole)
        known = fold(part) in PARTS_OF_LEADS
        what.add(f"{whole}{_IN}{part}" + (f".{name}" if known else ""))


def values_of(found: Mapping[str, Any], declared: frozenset[str]) -> Iterator[tuple[str, str, str, Any]]:
    """Yield the declared names that an object lacks and has among the values of a part, with the part and the place.

    Values that may say that a person opted out are yielded, too: they are looked for in columns of the lead.

    >>> declared, pair = frozenset({"id", "email", "city", "title"}), {"name": "city", "value": "Oslo"}
    >>> for value in ({"city": "Oslo", "x": 1}, {"city": {"value": "Oslo"}}, [pair, {"name": "x", "value": 1}]):
    ...     print(*values_of({"id": 1, "fields": value}, declared))
    ('city', 'fields', 'city', 'Oslo')
    ('city', 'fields', 'city.value', 'Oslo')
    ('city', 'fields', '[name]', 'Oslo')
    >>> list(values_of({"id": 1, "values": {"city": [{"value": "Oslo"}], "title": []}}, declared))
    [('city', 'values', 'city[].value', 'Oslo'), ('title', 'values', 'title[].value', None)]
    >>> list(values_of({"id": 1, "fields": [{"name": "consent", "value": "none"}]}, declared))
    [('consent', 'fields', '[name]', 'none')]
    >>> list(values_of({"id": 1, "city": None, "fields": {"city": "Oslo"}, "owner": {"title": "CEO"}}, declared))
    []
    """
    for part, given in found.items():
        if part in declared or fold(part) not in PARTS_OF_VALUES:
            continue
        has_custom = flat_values.CUSTOM not in found and bool(spellings([part], {flat_values.CUSTOM}))
        for name, place, value in _named_values(given):
            wanted = name in declared or (not has_custom and _may_say(name))
            if wanted and name not in found and name not in _COMMON - {"status"}:
                yield name, part, place, value


@lru_cache(maxsize=1024)
def _may_say(name: str) -> bool:
    return can_say(name) or is_about_permission(name)


def _named_values(given: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield the names of the values of a part, their places in it, and the values."""
    if isinstance(given, dict):
        lists = any(isinstance(value, list) and value and _has_value(value[0]) for value in given.values())
        for name, value in given.items():
            if lists and isinstance(value, list) and all(map(_has_value, value)):
                yield name, f"{name}[].value", value[0]["value"] if value else None  # an update keeps further ones
            elif _has_value(value):
                yield name, f"{name}.value", value["value"]
            elif not isinstance(value, dict):
                yield name, name, value
    elif isinstance(given, list) and all(map(_has_value, given)):
        key = next((key for key in _NAMES_OF_VALUES if all(isinstance(each.get(key), str) for each in given)), None)
        names = [each[key] for each in given] if key else []
        if len({*names}) == len(names):
            yield from ((name, f"[{key}]", each["value"]) for name, each in zip(names, given, strict=False))


def _has_value(each: Any) -> bool:
    return isinstance(each, dict) and "value" in each


def lift_values(inside: dict[str, Member], declared: frozenset[str], what: set[str]) -> dict[str, set[str]]:
    """Give an object the values that it has among those of a part, and return their names by the part."""
    values, lifted = {name: member.value for name, member in inside.items()}, dict[str, set[str]]()
    for name, part, place, value in list(values_of(values, declared)):
        inside[name] = Member(name, value, json.dumps(value))
        lifted.setdefault(part, set()).add(name)
        what.add(f"{name}{_IN}{part}.{place}")
    return lifted


def without_lifted(part: Member, names: Collection[str]) -> Member:
    """Return the custom fields of a part, without the values in it that are those of other fields."""
    if not names:
        return part
    rest = {name: value for name, _, value in _named_values(part.value) if name not in names}
    return Member(part.name, rest, json.dumps(rest))


def places_in(forms: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the contract's name → the part of a lead that has its value, and the name there, of the forms that say so.

    The name there is in brackets where the part is a list of pairs, of which each has it beside its value.

    >>> places_in({"city in address.city", "email in contact", "first_name as firstName", "phone in fields.[name]"})
    {'city': ('address', 'city'), 'phone': ('fields', '[name]')}
    """
    found = (form.partition(_IN) for form in sorted(forms))  # of several, one with more around the value counts
    places = ((name, *place.partition(".")) for name, _, place in found)
    known = PARTS_OF_LEADS.keys() | PARTS_OF_VALUES
    return {name: (part, inner) for name, part, _, inner in places if inner and fold(part) in known}


def is_list_of_pairs(value: Any) -> bool:
    """Whether a value is a list of objects with a name and a value each, all with other names."""
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(each, dict) and "value" in each for each in value)
    ):
        return False
    names = [pair_name(each) for each in value]
    return None not in names and len(set(names)) == len(names)


def pair_name(pair: Mapping[str, Any]) -> str | None:
    """Return the name of a value that is a pair of both; ``None`` without one."""
    return next((str(pair[name]) for name in PAIR_NAMES if isinstance(pair.get(name), str | int)), None)


def flat_object(outer: Mapping[str, Member], holder: str) -> dict[str, Member]:
    """Return the values of an object beside its id; a link to one other object is the id of that."""
    found = {member.name: member for member in outer.values() if member.name != holder}
    kind = found.pop("type", None)
    if kind is not None:
        value = _KINDS.get(kind.value, kind.value) if isinstance(kind.value, str) else kind.value
        found.setdefault("object", Member("object", value, json.dumps(value)))
    links = found.pop("relationships", None)
    for member in children(outer[holder].text):
        found[member.name if member.name not in found else f"{holder}.{member.name}"] = member
    for link in children(links.text) if links is not None and isinstance(links.value, dict) else ():
        target = link.value.get("data") if isinstance(link.value, dict) else None
        name = f"{link.name}_id"
        if isinstance(target, dict) and isinstance(target.get("id"), str | int) and name not in found:
            found[name] = Member(name, target["id"], json.dumps(target["id"]))
    return found
