"""Read objects of another form as objects of the contract: ids, values and times where the contract has them. Pure.

Only what the contract declares and the object lacks is looked for, so that an object of the documented form is not
touched. Texts of values are taken over as they came. The forms are those of JSON:API (``attributes``), HubSpot
(``properties``), Airtable (``fields``), GraphQL connections (``node``), MongoDB (``_id``) and Salesforce (``Id``,
``CreatedDate``), and times as seconds or milliseconds since 1970, as in an HTTP header (RFC 9110), or without a zone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from pb2b_notebook.api.http.responses import flat_values, status_labels
from pb2b_notebook.api.http.responses.deletions import (
    deletion_flags,
    mark_deleted,
    may_be_deleted,
    odd_deletions,
    settle_deletion,
    with_deletions,
)
from pb2b_notebook.api.http.responses.object_ids import (
    are_addresses,
    lift_own_part,
    name_id,
    name_others,
    with_plain_ids,
)
from pb2b_notebook.api.http.responses.object_parts import (
    PAIR_NAMES,
    flat_object,
    holder_of_values,
    is_list_of_pairs,
    lift_parts,
    lift_values,
    pair_name,
    parts_of,
    unwrap_values,
    values_of,
    without_lifted,
    wrapper_of,
)
from pb2b_notebook.api.http.responses.object_texts import text_of, value_of
from pb2b_notebook.api.http.responses.single_values import are_texts_of, single_texts
from pb2b_notebook.api.http.responses.time_values import (
    FINER,
    ISO,
    NAIVE_TIMES,
    is_iso,
    other_time,
    read_time,
    times_with_and_without_zone,
    with_iso_times,
)
from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames.strict_json import Member, children, members
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import (
    TIMES,
    fold,
    is_name_of,
    noun_of,
    spellings,
)
from pb2b_notebook.openapi.operations import Field, Operation
from pb2b_notebook.opt_outs import can_say
from pb2b_notebook.times import iso

_WORDS: Final = ("key", "slug", "name", "value", "label", "code", "title", "refName", "displayName", "text")
"""Members of a status that is an object which may be its word, the best first."""

_WORD: Final = lazy_pattern(r"(?![0-9a-f-]{8,}$)[^\W\d_]", re.IGNORECASE)
"""Begin of a word, and not of a number or of hexadecimal digits."""

_SHOWN: Final = 5
"""Objects of a page that show the form of all: the first one may have no value."""

_WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_AS: Final = " as "

CUSTOM_PAIRS: Final = "custom fields as pairs of value and "
"""Begin of the form in which custom fields are a list, such as ``[{"key": "tier", "value": "gold"}]``."""


def in_contract_form(
    records: Sequence[Any],
    operation: Operation | None,
    at: datetime | None = None,
    custom: frozenset[str] = frozenset(),
) -> tuple[Sequence[Any], frozenset[str]]:
    """Return raw objects in the contract's form, and what differed; the first objects show the form of all.

    Args:
        records: JSON texts of objects.
        operation: Operation that returned them; ``None`` for objects of no operation, which are left as they are.
        at: Time of the response, by which a deleted object without a time was deleted; ``None`` for now.
        custom: Keys that the service lists as custom fields of leads.

    >>> from pb2b_notebook.openapi import load
    >>> in_contract_form([b'{"data": {"leadid": 7}, "meta": {"type": "lead"}, "error": null}'], load()["leads.list"])[0]
    [b'{"id":7}']
    >>> found = b'{"id": "1", "source": "web", "properties": {"city": {"value": "Bonn"}, "tier": {"value": "A"}}}'
    >>> in_contract_form([found], load()["leads.list"])[0]
    [b'{"id":"1","source":"web","city":"Bonn","custom_fields":{"tier": "A"}}']
    >>> in_contract_form([b'{"id": "1", "metadata": {"tier": "A"}}'], load()["leads.list"], custom={"tier"})[0]
    [b'{"id":"1","custom_fields":{"tier": "A"}}']
    >>> in_contract_form([b'{"id": 1, "firm": {"tier": "A", "no": 7}}'], load()["leads.list"], custom={"tier"})[0]
    [b'{"id": 1, "firm": {"tier": "A", "no": 7}}']
    >>> found, what = in_contract_form([b'{"_id": 7, "updated_at": 1773144000}'], load()["leads.list"])
    >>> found, sorted(what)
    ([b'{"id":7,"updated_at":"2026-03-10T12:00:00.000Z"}'], ['ids under _id', 'times in seconds'])
    """
    if operation is None or not records:
        return records, frozenset()
    declared = operation.names
    if "id" not in declared:
        return records, frozenset()
    texts = frozenset(field.name for field in operation.fields if field.kind == "text") - {"id"}
    try:
        formed, what = _in_form(records, declared, noun_of(operation.path), at or datetime.now(UTC), custom)
        formed, single = single_texts(formed, texts)
        formed, joined = flat_values.split_tags(formed) if flat_values.TAGS in declared else (formed, frozenset())
        formed, fitted = _fit_values(formed, operation.fields)
        return formed, what | single | joined | fitted
    except ProtocolError:
        return records, frozenset()  # the reader of the records says what is wrong


def _in_form(
    records: Sequence[Any], declared: frozenset[str], noun: str, at: datetime, keys: frozenset[str]
) -> tuple[Sequence[Any], frozenset[str]]:
    shown = [text for text in map(bytes, records[:_SHOWN]) if _differs(text, declared, noun, keys)]
    doubtful = may_be_deleted(records) if "deleted_at" in declared else ()
    shown += odd_deletions([records[number] for number in doubtful], declared)
    shown += _with_custom_beside(records, keys) if keys and flat_values.CUSTOM in declared else []
    if not shown:
        return with_deletions(records, doubtful, declared, at)
    what = set[str]()
    records = with_plain_ids(records, noun, what)

    def reshape(record: Any) -> dict[str, Member]:
        row = _reshape(members(bytes(record)), declared, noun, at, what)
        _gather_custom_fields(row, declared, keys, what)
        return row

    for record in shown:
        with_iso_times(reshape(record), what)
    if what:
        rows = [*map(reshape, records)]
        unlike = times_with_and_without_zone(rows) if NAIVE_TIMES in what else frozenset()
        what -= {NAIVE_TIMES} if unlike else set()
        records = [text_of(with_iso_times(row, what, unlike)) for row in rows]
    return records, frozenset(what)


def _differs(record: bytes, declared: frozenset[str], noun: str, keys: frozenset[str]) -> bool:
    """Whether an object lacks what the contract declares, or has its times in another form."""
    first = value_of(record)
    if not isinstance(first, dict):
        return False
    lacks_id = not isinstance(first.get("id"), str | int)
    if lacks_id or holder_of_values(first, declared) is not None or are_addresses(first, declared):
        return True
    custom = first.get("custom_fields")
    if isinstance(custom, str) or is_list_of_pairs(custom):
        return True
    if ("status" in declared and not isinstance(first.get("status"), str | None)) or deletion_flags(first, declared):
        return True
    # Where each member has a name of the contract, none has the value of another one.
    if not declared.issuperset(first) and _names_differ(first, declared, noun, keys):
        return True
    times = [name for name in ("created_at", "updated_at") if name in declared]
    return not all(name in first and (first[name] is None or is_iso(first[name])) for name in times)


def _names_differ(first: Mapping[str, Any], declared: frozenset[str], noun: str, keys: frozenset[str]) -> bool:
    """Whether an object has a value of the contract under another name, or in a part of it."""
    if flat_values.prefix_of_custom(first, declared, keys) is not None or spellings(first, declared):
        return True
    if any(next(found, None) is not None for found in (parts_of(first, declared, noun), values_of(first, declared))):
        return True
    return any(other_time(first, time, declared) for time in TIMES if first.get(time) is None)


def _with_custom_beside(records: Sequence[Any], keys: Iterable[str]) -> list[bytes]:
    """Return a record with a custom field beside the others, which the first records need not have."""
    if b'"custom_fields"' in bytes(records[0]):
        return []
    keys = [key for key in keys if not can_say(key)]
    if not keys:
        return []
    pattern = re.compile(b'"(' + "|".join(re.escape(json.dumps(key)[1:-1]) for key in keys).encode() + rb')"\s*:')
    return [*islice(filter(pattern.search, map(bytes, records)), 1)]


def _reshape(
    found: list[Member], declared: frozenset[str], noun: str, at: datetime, what: set[str]
) -> dict[str, Member]:
    inside = {member.name: member for member in found}
    name = wrapper_of(inside, noun)
    if name is not None:
        inside = {member.name: member for member in children(inside[name].text)}
        what.add(f"objects under {name}")
    holder = holder_of_values({member.name: member.value for member in inside.values()}, declared)
    if holder is not None:
        inside = flat_object(inside, holder)
        what.add(f"values under {holder}")
    unwrap_values(inside, what)
    lift_own_part(inside, declared, what)
    lift_parts(inside, declared, noun, what)
    lifted = lift_values(inside, declared, what) if noun == "lead" else {}
    name_id(inside, noun, what)
    name_others(inside, declared, what)
    for time in TIMES:
        lacks = time in declared and (time not in inside or inside[time].value is None)
        other = other_time({name: member.value for name, member in inside.items()}, time, declared) if lacks else None
        if other is not None:
            inside[time] = inside.pop(other)._replace(name=time)
            what.add(f"{time} under {other}")
    for name, theirs in spellings(inside, declared).items():
        if fold(name) != fold(theirs) and not _may_stand_for(name, theirs, inside[theirs].value):
            continue
        inside[name] = without_lifted(inside.pop(theirs), lifted.get(theirs, ()))._replace(name=name)
        what.add(f"{name}{_AS}{theirs}")
    mark_deleted(inside, declared, at, what)
    settle_deletion(inside, declared, at, what)
    _name_status(inside, declared, what)
    custom = inside.get("custom_fields")
    if custom is not None and is_list_of_pairs(custom.value):
        pairs = {pair_name(pair): pair.get("value") for pair in custom.value}
        inside["custom_fields"] = Member("custom_fields", pairs, json.dumps(pairs))
        what.add(f"{CUSTOM_PAIRS}{next(name for name in PAIR_NAMES if name in custom.value[0])}")
    elif (found_inside := flat_values.dict_in_text(custom and custom.value)) is not None:
        inside["custom_fields"] = Member("custom_fields", found_inside, json.dumps(found_inside))
        what.add(flat_values.CUSTOM_AS_JSON)
    return inside


def _gather_custom_fields(
    inside: dict[str, Member], declared: frozenset[str], keys: frozenset[str], what: set[str]
) -> None:
    """Give an object its custom fields, which are beside the others, such as ``cf_tier``, or by their keys in a part.

    A part that may say an opt-out is read for it where it is.
    """
    parts = [name for name, member in inside.items() if name not in declared and _has_key(member.value, keys)]
    if len(parts) == 1 and flat_values.CUSTOM in declared - inside.keys():  # as in the metadata of Stripe
        inside["custom_fields"] = inside.pop(parts[0])._replace(name="custom_fields")
        what.add(f"custom_fields{_AS}{parts[0]}")
    prefix = flat_values.prefix_of_custom(inside, declared, keys)
    if prefix is None:
        return
    names = [name for name in inside if flat_values.is_custom(name, declared, prefix, keys)]
    values = [inside.pop(name)._replace(name=name.removeprefix(prefix)) for name in names]
    text = text_of({member.name: member for member in values}).decode()
    inside["custom_fields"] = Member("custom_fields", {member.name: member.value for member in values}, text)
    what |= {flat_values.form_of_custom(prefix, name) for name in names}


def _fit_values(records: Sequence[Any], fields: Iterable[Field]) -> tuple[Sequence[Any], frozenset[str]]:
    """Give values the kinds of the contract, and what is inside of them its names; the first records show the form.

    JSON of Protocol Buffers has whole numbers of 64 bits as text, and times with nanoseconds.

    >>> fields = Field("usage", "record", (Field("sent", "integer"),)), Field("end", "datetime"), Field("city", "text")
    >>> _fit_values([b'{"usage":{"Sent":"7","a":"1"},"city":"2","end":"2026-03-10T12:00:00.123456789Z"}'], fields)[0]
    [b'{"usage":{"sent":7,"a":"1"},"city":"2","end":"2026-03-10T12:00:00.123Z"}']
    """
    declared = {field.name: field for field in fields if field.fields or field.kind in {"integer", "datetime"}}
    what = set[str]()
    for text in map(bytes, records[:_SHOWN] if declared else ()):
        if _may_need_fit(value_of(text), declared):  # to split an object exactly takes ten times as long
            _fit_members(members(text), declared, what)
    if not what:
        return records, frozenset()
    return [text_of(_fit_members(members(bytes(each)), declared, what)) for each in records], frozenset(what)


def _may_need_fit(found: Any, declared: Mapping[str, Field]) -> bool:
    """Whether an object may have a value that :func:`_fit_member` changes."""
    if not isinstance(found, dict):
        return False
    given = ((found[name], field.kind) for name, field in declared.items() if name in found)
    return any(
        isinstance(value, dict if kind == "record" else str) and not (kind == "datetime" and is_iso(value))
        for value, kind in given
    )


def _fit_members(found: Iterable[Member], declared: Mapping[str, Field], what: set[str]) -> dict[str, Member]:
    return {
        each.name: _fit_member(each, declared[each.name], what) if each.name in declared else each for each in found
    }


def _fit_member(member: Member, field: Field, what: set[str]) -> Member:
    value = member.value
    if field.kind == "record" and isinstance(value, dict):
        inner = {part.name: part for part in field.fields}
        names = {theirs: ours for ours, theirs in spellings(value, inner.keys()).items()}
        own = {f"{field.name}.{ours}{_AS}{theirs}" for theirs, ours in names.items()}
        parts = [part._replace(name=names.get(part.name, part.name)) for part in children(member.text)]
        fitted = _fit_members(parts, inner, own)
        what |= own
        values = {name: part.value for name, part in fitted.items()}
        return Member(member.name, values, text_of(fitted).decode()) if own else member
    if field.kind == "integer" and isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        what.add("whole numbers as text")
        return Member(member.name, int(value), value)
    if field.kind == "datetime" and isinstance(value, str) and (found := read_time(value)) and found[1] == FINER:
        what.add(FINER)
        return Member(member.name, iso(found[0]), json.dumps(iso(found[0])))
    return member


def _has_key(value: Any, keys: frozenset[str]) -> bool:
    """Whether a part is the custom fields: most of its names are their keys; a company has others, or an id."""
    is_part = isinstance(value, dict) and 2 * len(keys.intersection(value)) > len(value)
    return is_part and not any(fold(name) == "id" or can_say(name) for name in value)


def _may_stand_for(name: str, theirs: str, value: Any) -> bool:
    """Whether a value under another name may be that of a field; the id of a status, if it is a word such as "NEW".

    >>> [_may_stand_for("status", "STATUS_ID", value) for value in ("IN_PROCESS", "UC_A1B2", 17, "9f0c51d2-4a7e")]
    [True, True, False, False]
    >>> _may_stand_for("custom_fields", "custom", {"tier": "A"}), _may_stand_for("custom_fields", "custom", True)
    (True, False)
    """
    if name == "custom_fields":
        return isinstance(value, dict | None) or is_list_of_pairs(value)
    if name == "tags":
        return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    if name == "status" and fold(theirs).endswith("id"):
        return value is None or (isinstance(value, str) and _WORD.match(value) is not None)
    return are_texts_of(name, value)


def _name_status(inside: dict[str, Member], declared: frozenset[str], what: set[str]) -> None:
    """Give a status that is an object or a number as text: without a word, nothing says that a person opted out."""
    member = inside.get("status")
    if member is None or "status" not in declared or isinstance(member.value, str | None):
        return
    value = member.value
    word = word_in(value) if isinstance(value, dict) else None
    word = member.text if word is None else word
    inside["status"] = Member("status", word, json.dumps(word))
    what.add("statuses as objects" if isinstance(value, dict) else "statuses that are not text")
    what |= {form for form in [status_labels.form_of(value) if isinstance(value, dict) else None] if form}


def word_in(value: Mapping[str, Any]) -> str | None:
    """Return the word of an object that is one of some choices; ``None`` where it is not certain.

    >>> word_in({"id": 3, "name": "New"}), word_in({"current": "new", "changed_at": "2026-03-10T12:00:00Z", "by": None})
    ('New', 'new')
    >>> print(word_in({"from": "new", "to": "replied"}))
    None
    """
    named = next((value[name] for name in _WORDS if isinstance(value.get(name), str)), None)
    texts = [v for v in value.values() if isinstance(v, str) and _WORD.match(v) and not ISO.fullmatch(v)]
    return named if named is not None or len(texts) != 1 else texts[0]


def forms_of_names(names: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the forms that say how a service writes names of the contract.

    >>> forms_of_names([("first_name", "firstName")])
    frozenset({'first_name as firstName'})
    """
    return frozenset(f"{name}{_AS}{theirs}" for name, theirs in names)


def spellings_in(forms: Iterable[str]) -> dict[str, str]:
    """Return the contract's name → the service's, of the forms that say so.

    >>> spellings_in({"first_name as First Name", "ids as decimals", "times in seconds"})
    {'first_name': 'First Name'}
    """
    pairs = (form.partition(_AS) for form in forms)
    return {n: theirs for n, _, theirs in pairs if theirs and (n == flat_values.CUSTOM or is_name_of(n, theirs))}
