"""Read objects of another form as objects of the contract: ids, values and times where the contract has them. Pure.

Only what the contract declares and the object lacks is looked for, so that an object of the documented form is not
touched. Texts of values are taken over as they came. The forms are those of JSON:API (``attributes``), HubSpot
(``properties``), Airtable (``fields``), GraphQL connections (``node``), MongoDB (``_id``) and Salesforce (``Id``,
``CreatedDate``), and times as seconds or milliseconds since 1970, as in an HTTP header (RFC 9110), or without a zone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from pb2b_notebook.api.http.responses import flat_values, status_labels
from pb2b_notebook.api.http.responses.deletion_words import numbers_with_words
from pb2b_notebook.api.http.responses.single_values import are_texts_of, single_texts
from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames.strict_json import EXACT, Member, children, compact, join_members, members
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import (
    HOLDERS,
    IDS,
    PARTS_OF_LEADS,
    PARTS_OF_VALUES,
    TIMES,
    fold,
    is_name_of,
    noun_of,
    singular_of,
    spellings,
    time_named,
)
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.opt_outs import can_say, is_about_permission
from pb2b_notebook.times import iso

_BESIDE: Final = frozenset(
    {"id", "_id", "uuid", "type", "object", "links", "_links", "relationships", "meta", "self", "url", "href", "etag",
     "archived", "created_at", "updated_at", "createdat", "updatedat", "createdtime", "deleted_at", "archivedat",
     "key", "expand", "kind", "uri", "version", "revision",
     "_index", "_type", "_score", "_version", "_seq_no", "_primary_term", "_routing", "found", "sort"}
)  # fmt: skip
"""Members that an object has beside the one with its values, in lower case."""
_OTHER_IDS: Final = ("gid", "vid", "pk", "objectid", "recordid", "entityid")
"""Names of an id that are used where an object has no other, as by Asana, HubSpot, Django, Algolia and SAP: in lower
case, without signs."""
OWN_PARTS: Final = ("sys", "metadata", "_meta", "meta", "@attributes", "$")
"""Parts of an object without an id that have it and its times, as those of Contentful, Kubernetes and XML."""
_LINKS: Final = ("_links", "links")
_OWN_LINKS: Final = ("self", "href", "url", "uri")
"""Members with the address of an object itself, whose last part is its id, as in HAL."""
_VALUES: Final = ("value", "raw")
"""Names of the value of a member that is an object with it, as those of Personio and of Elastic App Search."""
_DELETED: Final = lazy_pattern(
    r"(@|__?)?(date|time|is|soft|in)?(gel(oe|ö)scht|supprimee?|eliminad[oa]|borrad[oa]|eliminat[oa]|delet(ed|ion)|delete(?=flag|date|time|at)|archived|archival|trash(ed)?|removed|"
    r"removal|discarded|tombstone|recycled|purged)(at|on|by|byid|byuser|date|datetime|time|timestamp|flag|utc)?|"
    r"del(ete)?flag|softdeletes?"
)
_BY_WHOM: Final = lazy_pattern(r"by(id|user)?$")
_DELETIONS: Final = frozenset({"deletion", "removal", "archival"})
"""Folded names of the part of an object that says whether it is deleted."""
_STATE_PARTS: Final = _DELETIONS | {"lifecycle", "meta", "metadata", "system", "sys", "flags", "audit", "state"}
"""Folded names of parts that may say it among other things; other parts are about other objects."""
_STATES: Final = lazy_pattern(r"(record|entity|object|row|system|lifecycle)?(state|status)|lifecycle")
"""Folded names of members whose word may say it; the contract's status is one of the lead's own."""
_LIVE: Final = lazy_pattern(r"(is)?(active|visible|enabled|live|exists|(?P<gone>hidden|inactive|disabled|gone))(flag)?")
_OWN_STATES: Final = lazy_pattern(r"\w*(state|status|stage)(code)?|(change|event)type|operation|lifecycle")
_NOT_LIVE: Final = frozenset({"inactive", "hidden", "delete", "gone", "disabled"})
_TIMES_OF_DELETION: Final = frozenset({"at", "on", "date", "time", "value"})
_SHORT: Final = 512
"""Bytes below which an object may be a tombstone: what is left of a deleted object is its id and a flag."""
_FLAG: Final = lazy_pattern(
    rb'"@?_*(date|time|is|soft|in)?[_-]?(delet|archiv|trash|remov|discard|tombstone|recycl|purged|gel.{1,6}scht|suppr|elimina|borrad)[\w-]*"\s*:\s*'
    rb"(?!\s|null|false)",
    re.IGNORECASE,
)
_NOT_DELETED: Final = frozenset({"", "0", "false", "no", "n", "f", "none", "null"})
_ODD_DELETION: Final = lazy_pattern(
    rb'"deleted_at"\s*:\s*(?!\s|null|'
    rb'"(?!0|1[0-8]|19[0-8]|9999-)[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+[Zz]")'
)
"""Time of a deletion in another form than the contract's, or one that stands for none."""
_NO_TIME: Final = lazy_pattern(
    r"000[01]-0[01]-0[01]([T ].*)?|-0001-11-30([T ].*)?|0?1/0?1/0001( .*)?|9999-.*|"
    r"(1970-01-01|1900-01-01|1899-12-3[01]|1753-01-01)([T ][0:.]+)?( ?(Z|UTC|[+-]00:?00))?",
    re.IGNORECASE,
)
"""Times that stand for none: the zero of Go, .NET, MySQL, PHP, Unix, Excel and SQL Server, and the end of all times."""
_NO_YEAR: Final = lazy_pattern(r"-?[01][0-9]{3}(?<!199[0-9])-[0-9]{2}-[0-9]{2}([T ].*)?")
_FIRST_YEAR: Final = 1990
"""Year before which nothing was deleted in a service of today, whatever its text for no time is."""
_FIRST_SECOND: Final = lazy_pattern(
    r"(/Date\()?-62135596800(000){0,3}(\.0+)?(\)/)?|0?0?0?10101T0+Z?|.* Jan 0*1 00:00:00 .*"
)
"""The first second of the calendar: since 1970, in the basic format of ISO 8601, and as HTTP writes it."""
_TIME_OF_DELETION: Final = b'"deleted_at"'
_NOT_DELETED_YET: Final = b'"deleted_at":null'
_ISO: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].*(?:[Zz]|(?<! )[+-][0-9]{2}(?::?[0-9]{2})?)")
_NAIVE: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_ZONE: Final = lazy_pattern(r"UTC|GMT|[+-][0-9]{2}:?[0-9]{2}")
_HTTP_DATE: Final = lazy_pattern(
    r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{5,8} (?:GMT|UTC|[+-][0-9]{4})"
)
_DOTNET: Final = lazy_pattern(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")
_DIGITS: Final = lazy_pattern(r"[0-9]{10}(?:[0-9]{3}){0,3}(?:\.[0-9]{1,9})?")
_FINE: Final = lazy_pattern(r"(\.[0-9]{6})[0-9]+(?=[Zz+-])")
"""More digits of a second than microseconds, as Go and Java write them."""
_TIME_PARTS: Final = ("$date", "date", "dateTime", "value")
_ZONE_PARTS: Final = ("timezone", "timeZone")
_UTC: Final = frozenset({"UTC", "GMT", "Z", "Etc/UTC", "+00:00"})
_UNITS: Final = (
    (range(10**8, 10**11), 1, "seconds"),
    (range(10**11, 10**14), 10**3, "milliseconds"),
    (range(10**14, 10**17), 10**6, "microseconds"),
    (range(10**17, 10**20), 10**9, "nanoseconds"),
)
"""Numbers of units since 1970 that are times of our age, how many units a second has, and their name."""
_BASIC: Final = lazy_pattern(r"[0-9]{8}T[0-9]{6}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_IS_TIME: Final = lazy_pattern(r".*(_at|At|_time|Time|Date|_date)|created|updated|modified")

_PAIR_NAMES: Final = ("key", "name", "field", "code", "slug", "id")
_NAMES_OF_VALUES: Final = ("property", *_PAIR_NAMES)
_WORDS: Final = ("key", "slug", "name", "value", "label", "code", "title", "refName", "displayName", "text")
"""Members of a status that is an object which may be its word, the best first."""
_WORD: Final = lazy_pattern(r"(?![0-9a-f-]{8,}$)[^\W\d_]", re.IGNORECASE)
"""Begin of a word, and not of a number or of hexadecimal digits."""
_SOON: Final = timedelta(days=1)
"""How much later than a response the time of a deletion may be, whose clock or zone may differ."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN: Final = 5
"""Objects of a page that show the form of all: the first one may have no value."""
_OF_THE_PERSON: Final = frozenset(
    {"contact", "person", "prospect", "profile", "personal", "contactinfo", "contactdetails", "contactinformation",
     "contactdata", "personaldata", "persondetails"}
)  # fmt: skip
"""Folded names of the part of a lead that has what is known of the person."""
_IN: Final = " in "
_COMMON: Final = frozenset({"id", "object", "created_at", "updated_at", "deleted_at", "status"})
_AS: Final = " as "
CUSTOM_PAIRS: Final = "custom fields as pairs of value and "
"""Begin of the form in which custom fields are a list, such as ``[{"key": "tier", "value": "gold"}]``."""

NAIVE_TIMES: Final = "times without a zone, read as UTC"


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
        return formed, what | single | joined
    except ProtocolError:
        return records, frozenset()  # the reader of the records says what is wrong


def _in_form(
    records: Sequence[Any], declared: frozenset[str], noun: str, at: datetime, keys: frozenset[str]
) -> tuple[Sequence[Any], frozenset[str]]:
    shown = [text for text in map(bytes, records[:_SHOWN]) if _differs(text, declared, noun, keys)]
    doubtful = _may_be_deleted(records) if "deleted_at" in declared else ()
    shown += _odd_deletions([records[number] for number in doubtful], declared)
    shown += _with_custom_beside(records, keys) if keys and flat_values.CUSTOM in declared else []
    if not shown:
        return _with_deletions(records, doubtful, declared, at)
    what = set[str]()
    records = _with_plain_ids(records, noun, what)

    def reshape(record: Any) -> dict[str, Member]:
        row = _reshape(members(bytes(record)), declared, noun, at, what)
        _gather_custom_fields(row, declared, keys, what)
        return row

    for record in shown:
        _with_iso_times(reshape(record), what)
    if what:
        rows = [*map(reshape, records)]
        unlike = _times_with_and_without_zone(rows) if NAIVE_TIMES in what else frozenset()
        what -= {NAIVE_TIMES} if unlike else set()
        records = [_text(_with_iso_times(row, what, unlike)) for row in rows]
    return records, frozenset(what)


def _times_with_and_without_zone(rows: Sequence[Mapping[str, Member]]) -> frozenset[str]:
    """Return the members whose times have a zone in some objects and none in others.

    The service has no such form: the zone of the few without one is unknown, and they are left.
    """
    texts = [(name, member.value) for row in rows for name, member in row.items() if isinstance(member.value, str)]
    naive = {name for name, text in texts if _IS_TIME.fullmatch(name) and _NAIVE.fullmatch(text)}
    return frozenset(name for name, text in texts if name in naive and _ISO.fullmatch(text))


def _with_deletions(
    records: Sequence[Any], doubtful: Iterable[int], declared: frozenset[str], at: datetime
) -> tuple[Sequence[Any], frozenset[str]]:
    """Return objects of the contract's form, the tombstones among the doubtful ones with the time of their deletion."""
    tombs = [number for number in doubtful if len(records[number]) < _SHORT and _FLAG.search(records[number])]
    if not tombs:
        return records, frozenset()
    formed, what = list(records), set[str]()
    for number in tombs:
        inside = {member.name: member for member in members(bytes(records[number]))}
        _mark_deleted(inside, declared, at, what)
        formed[number] = _text(inside)
    return formed, frozenset(what)


def _with_plain_ids(records: Sequence[Any], noun: str, what: set[str]) -> Sequence[Any]:
    """Return records whose ids are objects with the part that is the id; with the text of it all, if no part is."""
    first = json.loads(bytes(records[0]))
    wrapped = [v for v in first.values() if isinstance(v, dict) and any(key in v for key in _VALUES)]
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
    return [_text(row) for row in rows]


def _differs(record: bytes, declared: frozenset[str], noun: str, keys: frozenset[str]) -> bool:
    """Whether an object lacks what the contract declares, or has its times in another form."""
    first = _value_of(record)
    if not isinstance(first, dict):
        return False
    if not isinstance(first.get("id"), str | int) or _holder(first, declared) is not None:
        return True
    custom = first.get("custom_fields")
    if isinstance(custom, str) or _is_list_of_pairs(custom):
        return True
    if ("status" in declared and not isinstance(first.get("status"), str | None)) or _deletion_flags(first, declared):
        return True
    # Where each member has a name of the contract, none has the value of another one.
    if not declared.issuperset(first) and _names_differ(first, declared, noun, keys):
        return True
    times = [name for name in ("created_at", "updated_at") if name in declared]
    return not all(name in first and (first[name] is None or _is_iso(first[name])) for name in times)


def _names_differ(first: Mapping[str, Any], declared: frozenset[str], noun: str, keys: frozenset[str]) -> bool:
    """Whether an object has a value of the contract under another name, or in a part of it."""
    if flat_values.prefix_of_custom(first, declared, keys) is not None or spellings(first, declared):
        return True
    if any(next(found, None) is not None for found in (_parts_of(first, declared, noun), _values_of(first, declared))):
        return True
    return any(_other_time(first, time, declared) for time in TIMES if first.get(time) is None)


def _is_iso(time: Any) -> bool:
    return isinstance(time, str) and _ISO.fullmatch(time) is not None and _FINE.search(time) is None


def _other_time(found: Mapping[str, Any], time: str, declared: frozenset[str]) -> str | None:
    """Return the member that has a time of the contract under another name; ``None`` without one that has a time.

    >>> row = {"id": 7, "last_updated": None, "update_date": "2026-03-10T12:00:00Z", "changed_at": False}
    >>> _other_time(row, "updated_at", frozenset())
    'update_date'
    """
    names = [name for name in found if name not in declared and time_named(name) == time]
    return next((n for n in names if _has_time(found[n])), next((n for n in names if found[n] is None), None))


def _has_time(value: Any) -> bool:
    return (isinstance(value, str) and _ISO.fullmatch(value) is not None) or read_time(value) is not None


def _value_of(record: bytes) -> Any:
    """Return the value of a JSON text, by the fast reader unless that refuses it; ``None`` for another text."""
    import msgspec

    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(record)
    with suppress(ValueError, RecursionError):
        return json.loads(record)
    return None


def _may_be_deleted(records: Sequence[Any]) -> Sequence[int]:
    """Return which objects may say that they are deleted: those with a word for it, or all that may have the time."""
    return range(len(records)) if _TIME_OF_DELETION in bytes(records[0]) else numbers_with_words(records)


def _odd_deletions(records: Sequence[Any], declared: frozenset[str]) -> list[bytes]:
    """Return a record that says in another form that it is deleted: the first records of a page are seldom deleted."""
    # Most pages are done with one fast search; that of a pattern takes as long as it takes to read the page.
    in_each = bytes(records[0]).count(_NOT_DELETED_YET) if records else 0
    if in_each and b"".join(records).count(_NOT_DELETED_YET) == in_each * len(records):
        return []
    texts = [*map(bytes, records)]
    if any(_TIME_OF_DELETION in text for text in texts):
        found = (text for text in texts if _NOT_DELETED_YET not in text and _ODD_DELETION.search(text))
    else:
        found = (text for text in texts if _says_deleted(text, declared))
    return [*islice(found, 1)]


def _with_custom_beside(records: Sequence[Any], keys: Iterable[str]) -> list[bytes]:
    """Return a record with a custom field beside the others, which the first records need not have."""
    if b'"custom_fields"' in bytes(records[0]):
        return []
    keys = [key for key in keys if not can_say(key)]
    if not keys:
        return []
    pattern = re.compile(b'"(' + "|".join(re.escape(json.dumps(key)[1:-1]) for key in keys).encode() + rb')"\s*:')
    return [*islice(filter(pattern.search, map(bytes, records)), 1)]


def _says_deleted(record: bytes, declared: frozenset[str]) -> bool:
    found = _value_of(record)
    return isinstance(found, dict) and bool(_not_denied(_deletion_flags(found, declared)))


def _holder(first: Mapping[str, Any], declared: frozenset[str]) -> str | None:
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


def _reshape(
    found: list[Member], declared: frozenset[str], noun: str, at: datetime, what: set[str]
) -> dict[str, Member]:
    inside = {member.name: member for member in found}
    name = _wrapper(inside, noun)
    if name is not None:
        inside = {member.name: member for member in children(inside[name].text)}
        what.add(f"objects under {name}")
    holder = _holder({member.name: member.value for member in inside.values()}, declared)
    if holder is not None:
        inside = _flat(inside, holder)
        what.add(f"values under {holder}")
    _unwrap_values(inside, what)
    _lift_own_part(inside, declared, what)
    _lift_parts(inside, declared, noun, what)
    lifted = _lift_values(inside, declared, what) if noun == "lead" else {}
    _name_id(inside, noun, what)
    for time in TIMES:
        lacks = time in declared and (time not in inside or inside[time].value is None)
        other = _other_time({name: member.value for name, member in inside.items()}, time, declared) if lacks else None
        if other is not None:
            inside[time] = inside.pop(other)._replace(name=time)
            what.add(f"{time} under {other}")
    for name, theirs in spellings(inside, declared).items():
        if fold(name) != fold(theirs) and not _may_stand_for(name, theirs, inside[theirs].value):
            continue
        inside[name] = _without_lifted(inside.pop(theirs), lifted.get(theirs, ()))._replace(name=name)
        what.add(f"{name}{_AS}{theirs}")
    _mark_deleted(inside, declared, at, what)
    _settle_deletion(inside, declared, at, what)
    _name_status(inside, declared, what)
    custom = inside.get("custom_fields")
    if custom is not None and _is_list_of_pairs(custom.value):
        pairs = {_pair_name(pair): pair.get("value") for pair in custom.value}
        inside["custom_fields"] = Member("custom_fields", pairs, json.dumps(pairs))
        what.add(f"{CUSTOM_PAIRS}{next(name for name in _PAIR_NAMES if name in custom.value[0])}")
    elif (found_inside := flat_values.dict_in_text(custom and custom.value)) is not None:
        inside["custom_fields"] = Member("custom_fields", found_inside, json.dumps(found_inside))
        what.add(flat_values.CUSTOM_AS_JSON)
    return inside


def _gather_custom_fields(
    inside: dict[str, Member], declared: frozenset[str], keys: frozenset[str], what: set[str]
) -> None:
    """Give an object its custom fields, where they are beside the others, such as ``cf_tier`` or ``tier``."""
    prefix = flat_values.prefix_of_custom(inside, declared, keys)
    if prefix is None:
        return
    names = [name for name in inside if flat_values.is_custom(name, declared, prefix, keys)]
    values = [inside.pop(name)._replace(name=name.removeprefix(prefix)) for name in names]
    text = _text({member.name: member for member in values}).decode()
    inside["custom_fields"] = Member("custom_fields", {member.name: member.value for member in values}, text)
    what |= {flat_values.form_of_custom(prefix, name) for name in names}


def _may_stand_for(name: str, theirs: str, value: Any) -> bool:
    """Whether a value under another name may be that of a field; the id of a status, if it is a word such as "NEW".

    >>> [_may_stand_for("status", "STATUS_ID", value) for value in ("IN_PROCESS", "UC_A1B2", 17, "9f0c51d2-4a7e")]
    [True, True, False, False]
    >>> _may_stand_for("custom_fields", "custom", {"tier": "A"}), _may_stand_for("custom_fields", "custom", True)
    (True, False)
    """
    if name == "custom_fields":
        return isinstance(value, dict | None) or _is_list_of_pairs(value)
    if name == "tags":
        return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    if name == "status" and fold(theirs).endswith("id"):
        return value is None or (isinstance(value, str) and _WORD.match(value) is not None)
    return are_texts_of(name, value)


def _with_iso_times(row: Mapping[str, Member], what: set[str], left: frozenset[str] = frozenset()) -> dict[str, Member]:
    """Return an object with its times as ISO 8601 in UTC, but for the members that are left as they are."""
    return {name: member if name in left else _with_iso_time(member, what) for name, member in row.items()}


def _wrapper(inside: Mapping[str, Member], noun: str) -> str | None:
    """Return the member with the object itself: one of a connection, of its kind, or the only object that has an id."""
    if any(name in inside for name in ("id", *IDS)):
        return None
    objects = [name for name, member in inside.items() if isinstance(member.value, dict)]
    kinds = [name for name in objects if f"_{name}".endswith(f"_{noun}") and _has_id(inside[name].value)]
    if len(kinds) == 1 and len(inside) == len(objects):
        return kinds[0]
    filled = {name for name, member in inside.items() if member.value is not None}
    whole = filled <= {*objects, "kind", "type", "object", "cursor"}
    names = [name for name in objects if name == "node" or (name in {"data", "item"} and whole)]
    return names[0] if len(names) == 1 and ({*objects} - {names[0]} <= {"meta"} or names == ["node"]) else None


def _has_id(value: Mapping[str, Any]) -> bool:
    return any(name in value for name in ("id", *IDS)) or not {*map(_plain, value)}.isdisjoint(_OTHER_IDS)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _unwrap_values(inside: dict[str, Member], what: set[str]) -> None:
    """Give an object its values, where each of them is an object with the value."""
    for key in _VALUES:
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


def _lift_own_part(inside: dict[str, Member], declared: frozenset[str], what: set[str]) -> None:
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


def _parts_of(found: Mapping[str, Any], declared: frozenset[str], noun: str) -> Iterator[tuple[str, str, str]]:
    """Yield the declared names that an object lacks and has in a part of it, with the part and the name there.

    The part is that of the person (``{"contact": {"email": …}}``), or has the begin of the name (``{"company": {"name":
    …}}``): what another part has, such as an owner, is that of another object.

    >>> list(_parts_of({"company": {"name": "Ada", "email": "x"}}, frozenset({"company_name", "email"}), "lead"))
    [('company_name', 'company', 'name')]
    >>> list(_parts_of({"address": {"zip": "0150", "city": "Oslo"}}, frozenset({"city", "country"}), "lead"))
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


def _lift_parts(inside: dict[str, Member], declared: frozenset[str], noun: str, what: set[str]) -> None:
    """Give an object the values that it has in a part of it."""
    values = {name: member.value for name, member in inside.items()}
    for whole, part, name in list(_parts_of(values, declared, noun)):
        member = next(each for each in children(inside[part].text) if each.name == name)
        inside[whole] = member._replace(name=whole)
        known = fold(part) in PARTS_OF_LEADS
        what.add(f"{whole}{_IN}{part}" + (f".{name}" if known else ""))


def _values_of(found: Mapping[str, Any], declared: frozenset[str]) -> Iterator[tuple[str, str, str, Any]]:
    """Yield the declared names that an object lacks and has among the values of a part, with the part and the place.

    Values that may say that a person opted out are yielded, too: they are looked for in columns of the lead.

    >>> declared, pair = frozenset({"id", "email", "city", "title"}), {"name": "city", "value": "Oslo"}
    >>> for value in ({"city": "Oslo", "x": 1}, {"city": {"value": "Oslo"}}, [pair, {"name": "x", "value": 1}]):
    ...     print(*_values_of({"id": 1, "fields": value}, declared))
    ('city', 'fields', 'city', 'Oslo')
    ('city', 'fields', 'city.value', 'Oslo')
    ('city', 'fields', '[name]', 'Oslo')
    >>> list(_values_of({"id": 1, "values": {"city": [{"value": "Oslo"}], "title": []}}, declared))
    [('city', 'values', 'city[].value', 'Oslo'), ('title', 'values', 'title[].value', None)]
    >>> list(_values_of({"id": 1, "fields": [{"name": "consent", "value": "none"}]}, declared))
    [('consent', 'fields', '[name]', 'none')]
    >>> list(_values_of({"id": 1, "city": None, "fields": {"city": "Oslo"}, "owner": {"title": "CEO"}}, declared))
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


def _lift_values(inside: dict[str, Member], declared: frozenset[str], what: set[str]) -> dict[str, set[str]]:
    """Give an object the values that it has among those of a part, and return their names by the part."""
    values, lifted = {name: member.value for name, member in inside.items()}, dict[str, set[str]]()
    for name, part, place, value in list(_values_of(values, declared)):
        inside[name] = Member(name, value, json.dumps(value))
        lifted.setdefault(part, set()).add(name)
        what.add(f"{name}{_IN}{part}.{place}")
    return lifted


def _without_lifted(part: Member, names: Collection[str]) -> Member:
    """Return the custom fields of a part, without the values in it that are those of other fields."""
    if not names:
        return part
    rest = {name: value for name, _, value in _named_values(part.value) if name not in names}
    return Member(part.name, rest, json.dumps(rest))


def _deletion_flags(found: Mapping[str, Any], declared: frozenset[str]) -> dict[str, Any]:
    """Return what an object says about its deletion in other words than the contract's, by the names of the members.

    >>> _deletion_flags({"id": 1, "archived": False, "isDeleted": 0, "state": "new"}, frozenset({"deleted_at"}))
    {'archived': False, 'isDeleted': 0}
    >>> _deletion_flags({"deletion": {"deleted": True}, "owner": {"deleted": True}}, frozenset({"deleted_at"}))
    {'deletion.deleted': True}
    >>> _deletion_flags({"state": "Deleted", "status": "archived"}, frozenset({"deleted_at", "status"}))
    {'state': 'Deleted'}
    >>> _deletion_flags({"status": "deleted"}, frozenset({"deleted_at", "status"}))
    {'status': 'deleted'}
    """
    flags: dict[str, Any] = {}
    # Of most objects, each member has a name of the contract.
    own = [] if "deleted_at" not in declared or declared.issuperset(found) else found.keys() - declared
    for name, value in found.items() if own else ():
        if name in own and isinstance(value, dict) and (inner := _flags_inside(name, value)):
            flags |= inner
        elif name in own and (is_deletion(name) or _is_state_of_deletion(name, value)):
            flags[name] = value
    status = found.get("status")
    if not flags and "deleted_at" in declared - found.keys() and isinstance(status, str) and fold(status) == "deleted":
        flags["status"] = status  # "archived" may be a status of a lead that is there
    return flags


def _flags_inside(part: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a part of an object says about its deletion."""
    about = is_deletion(part) or fold(part) in _DELETIONS
    names = [
        name
        for name, value in found.items()
        if is_deletion(name) or (about and fold(name) in _TIMES_OF_DELETION) or _is_state_of_deletion(name, value)
    ]
    return {f"{part}.{name}": found[name] for name in names} if about or fold(part) in _STATE_PARTS else {}


def _is_state_of_deletion(name: str, value: Any) -> bool:
    return isinstance(value, str) and _STATES.fullmatch(fold(name)) is not None and is_deletion(value)


def is_deletion(word: str) -> bool:
    """Whether the name of a field, or a status, says that an object is deleted.

    >>> is_deletion("is_archived"), is_deletion("Deleted"), is_deletion("removed_from_list")
    (True, True, False)
    """
    return _DELETED.fullmatch(fold(word)) is not None


def columns_of_doubt(names: Iterable[str]) -> list[str]:
    """Return the names of columns that may say that an object is deleted, or something else of the service.

    >>> columns_of_doubt(["id", "isActive", "hidden", "record_status", "status"])
    ['isActive', 'hidden', 'record_status']
    """
    return [n for n in names if _LIVE.fullmatch(fold(n)) or (n != "status" and _OWN_STATES.fullmatch(fold(n)))]


def may_mean_deleted(column: str, value: Any) -> bool:
    """Whether a value of such a column may say that its object is deleted.

    >>> may_mean_deleted("isActive", False), may_mean_deleted("hidden", "0"), may_mean_deleted("row_state", "Inactive")
    (True, False, True)
    """
    word = str(value).strip().lower()
    found = _LIVE.fullmatch(fold(column))
    if found is None or not (isinstance(value, bool) or word in {"0", "1", "true", "false", "yes", "no", "y", "n"}):
        return value is not None and (word in _NOT_LIVE or is_deletion(word))
    return (word in _NOT_DELETED) is (found["gone"] is None)


def _mark_deleted(inside: dict[str, Member], declared: frozenset[str], at: datetime, what: set[str]) -> None:
    """Give a deleted object the time of its deletion, of its latest change where only a flag says it, or of now."""
    found = _deletion_flags({name: member.value for name, member in inside.items()}, declared)
    if not found or ("deleted_at" in inside and inside["deleted_at"].value is not None):
        return
    what.update(f"deleted_at by {name}" for name in found)
    # The number of the user who deleted an object may also be read as a time.
    found = {name: value and True if _BY_WHOM.search(fold(name)) else value for name, value in found.items()}
    flags = [value for value in _not_denied(found) if not _is_no_deletion(value) and not _is_planned(value, at)]
    if flags:
        time = _time_of_deletion(inside, flags, at)
        inside["deleted_at"] = Member("deleted_at", time, json.dumps(time))


def _not_denied(flags: Mapping[str, Any]) -> list[Any]:
    """Return the values of flags that do not deny the deletion."""
    return [value for value in flags.values() if str(value or "").strip().lower() not in _NOT_DELETED]


def _is_planned(value: Any, at: datetime) -> bool:
    """Whether a time of deletion is to come: it is that until which an object is kept."""
    with suppress(ValueError, OverflowError):
        known = read_time(value)
        time = known[0] if known is not None else datetime.fromisoformat(value) if isinstance(value, str) else None
        return time is not None and (time if time.tzinfo else time.replace(tzinfo=UTC)) > at + _SOON
    return False


def is_no_time(value: Any) -> bool:
    """Whether a value stands for no time, in any form of times.

    >>> [is_no_time(v) for v in ("0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "1970-01-01T00:00:00Z", "2026-03-10")]
    [True, True, True, False]
    >>> [is_no_time(v) for v in ("00010101T000000Z", -62135596800, "/Date(-62135596800000)/", "20260310T120000Z")]
    [True, True, True, False]
    >>> [is_no_time(v) for v in ("1753-01-01 00:00:00.000", "-0001-11-30T00:00:00Z", "1/1/0001 12:00:00 AM")]
    [True, True, True]
    >>> [is_no_time(v) for v in ("Mon, 01 Jan 1 00:00:00 GMT", {"date": "0001-01-01 00:00:00", "timezone": "UTC"})]
    [True, True]
    """
    text = value.strip() if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    if _NO_TIME.fullmatch(text) or _FIRST_SECOND.fullmatch(text):
        return True
    found = read_time(value)
    return found is not None and (found[0].year == 1 or found[0] == _EPOCH)


def _is_no_deletion(value: Any) -> bool:
    """Whether a value in the place of a time of deletion stands for none.

    >>> [_is_no_deletion(v) for v in ("1980-01-01T00:00:00Z", 315532800, "1990-01-01T00:00:00Z", "2026-03-10", True)]
    [True, True, False, False, False]
    """
    if is_no_time(value) or (isinstance(value, str) and _NO_YEAR.fullmatch(value.strip())):
        return True
    found = read_time(value)
    return found is not None and found[0].year < _FIRST_YEAR


def _time_of_deletion(inside: Mapping[str, Member], given: Iterable[Any], at: datetime) -> Any:
    """Return the first time of a deletion that can be read, or of the latest change, or that of the response."""
    others = [inside[name].value for name in ("updated_at", "created_at") if name in inside]
    known = (value for value in [*given, *others] if read_time(value) or _ISO.fullmatch(str(value)))
    return next((value for value in known if not is_no_time(value)), iso(at))


def _settle_deletion(inside: dict[str, Member], declared: frozenset[str], at: datetime, what: set[str]) -> None:
    """Give a deleted object a time where the service has a truth value in its place, or a time of no known form."""
    member = inside.get("deleted_at")
    if member is None or "deleted_at" not in declared or member.value is None:
        return
    value = member.value
    absent = value in ({}, []) or _is_no_deletion(value) or str(value).strip().lower() in _NOT_DELETED
    if not absent and ((isinstance(value, str) and _ISO.fullmatch(value)) or read_time(value) is not None):
        return
    what.add("deleted_at without a time")
    found = None if absent else _time_of_deletion(inside, (), at)
    inside["deleted_at"] = Member("deleted_at", found, json.dumps(found))


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
    texts = [v for v in value.values() if isinstance(v, str) and _WORD.match(v) and not _ISO.fullmatch(v)]
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
    return {name: theirs for name, _, theirs in pairs if theirs and is_name_of(name, theirs)}


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


def _is_list_of_pairs(value: Any) -> bool:
    """Whether a value is a list of objects with a name and a value each, all with other names."""
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(each, dict) and "value" in each for each in value)
    ):
        return False
    names = [_pair_name(each) for each in value]
    return None not in names and len(set(names)) == len(names)


def _pair_name(pair: Mapping[str, Any]) -> str | None:
    return next((str(pair[name]) for name in _PAIR_NAMES if isinstance(pair.get(name), str | int)), None)


def _flat(outer: Mapping[str, Member], holder: str) -> dict[str, Member]:
    """Return the values of an object beside its id; a link to one other object is the id of that."""
    found = {member.name: member for member in outer.values() if member.name != holder}
    kind = found.pop("type", None)
    if kind is not None:
        found.setdefault("object", kind._replace(name="object"))
    links = found.pop("relationships", None)
    for member in children(outer[holder].text):
        found[member.name if member.name not in found else f"{holder}.{member.name}"] = member
    for link in children(links.text) if links is not None and isinstance(links.value, dict) else ():
        target = link.value.get("data") if isinstance(link.value, dict) else None
        name = f"{link.name}_id"
        if isinstance(target, dict) and isinstance(target.get("id"), str | int) and name not in found:
            found[name] = Member(name, target["id"], json.dumps(target["id"]))
    return found


def _name_id(inside: dict[str, Member], noun: str, what: set[str]) -> None:
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
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            text = inside.pop(name).text if isinstance(value, int) else json.dumps(value)
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
            address = value.get("href") if isinstance(value, dict) else value
            parts = (
                re.split(r"[?#{]", address, maxsplit=1)[0].rstrip("/").split("/") if isinstance(address, str) else []
            )
            kind = singular_of(parts[-2].replace("-", "_").lower()) if len(parts) > 1 else ""
            if f"_{kind}".endswith(f"_{noun}") and parts[-1]:
                return unquote(parts[-1])
    return None


def _with_iso_time(member: Member, what: set[str]) -> Member:
    """Return a member with its time as ISO 8601 in UTC, where it certainly is a time in another form."""
    if not _IS_TIME.fullmatch(member.name):
        return member
    if is_no_time(member.value):
        what.add("times that stand for none")
        return Member(member.name, None, "null")
    found = read_time(member.value)
    if found is None:
        return member
    time, form = found
    what.add(form)
    text = iso(time)
    return Member(member.name, text, json.dumps(text))


def read_time(value: Any) -> tuple[datetime, str] | None:
    """Return the instant of a time in another form than the contract's, and the name of the form; ``None`` for others.

    >>> [read_time(value)[0].isoformat() for value in (1773144000, "1773144000000", "2026-03-10 12:00:00")]
    ['2026-03-10T12:00:00+00:00', '2026-03-10T12:00:00+00:00', '2026-03-10T12:00:00+00:00']
    >>> read_time("Tue, 10 Mar 2026 12:00:00 GMT")[1], read_time("2026-03-10T12:00:00Z"), read_time(17)
    ('times of HTTP headers', None, None)
    >>> read_time({"$date": "2026-03-10T12:00:00Z"})[0].isoformat(), read_time({"date": "now", "timezone": "CET"})
    ('2026-03-10T12:00:00+00:00', None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        if isinstance(value, str):
            return _time_in_text(value.strip()) or _time_with_zone(value.strip())
        if isinstance(value, Mapping):
            return _time_in_object(value)
        if isinstance(value, int | float):
            return _time_in_number(value)
    except (ValueError, OverflowError, TypeError):
        pass
    return None


def _time_in_number(value: float) -> tuple[datetime, str] | None:
    """Return the time of a number that can only count the units since 1970."""
    for span, units, name in _UNITS:
        if int(value) in span:
            return _EPOCH + timedelta(microseconds=round(value * 10**6 / units)), f"times in {name}"
    return None


def _time_in_object(value: Mapping[str, Any]) -> tuple[datetime, str] | None:
    """Return the time of an object that has its text and its zone, as those of PHP, MongoDB and Microsoft Graph do."""
    text = next((value[name] for name in _TIME_PARTS if name in value), None)
    zones = [value[name] for name in _ZONE_PARTS if name in value]
    if not isinstance(text, str | int) or not all(zone in _UTC for zone in zones):
        return None
    if isinstance(text, str) and _ISO.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(UTC), "times as objects"
    found = read_time(text)
    return found if found is None or zones else (found[0], "times as objects")


def _time_in_text(text: str) -> tuple[datetime, str] | None:
    if _DIGITS.fullmatch(text):
        return read_time(float(text) if "." in text else int(text))
    if _ISO.fullmatch(text) and _FINE.search(text):
        return datetime.fromisoformat(_FINE.sub(r"\1", text)).astimezone(UTC), "times finer than microseconds"
    if _NAIVE.fullmatch(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC), NAIVE_TIMES
    if _HTTP_DATE.fullmatch(text):
        time = parsedate_to_datetime(text)
        return time.replace(tzinfo=time.tzinfo or UTC), "times of HTTP headers"
    if dotnet := _DOTNET.fullmatch(text):
        return datetime.fromtimestamp(int(dotnet[1]) / 1000, UTC), "times of .NET"
    return None


def _time_with_zone(text: str) -> tuple[datetime, str] | None:
    """Return the time of a text whose zone follows a space, as Ruby and Postgres write it, or without punctuation."""
    if _BASIC.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(UTC), "times of ISO 8601 in the basic format"
    time, _, zone = text.rpartition(" ")
    if not (_ZONE.fullmatch(zone) and _NAIVE.fullmatch(time)):
        return None
    read = datetime.fromisoformat(time + ("+00:00" if zone in _UTC else zone))
    return read.astimezone(UTC), "times with a space before the zone"


def _text(found: Mapping[str, Member]) -> bytes:
    return join_members({name: member.text for name, member in found.items()})
