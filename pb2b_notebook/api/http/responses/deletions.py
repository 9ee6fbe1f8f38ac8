"""Recognize which objects say that they are deleted, in whichever words, and since when. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from pb2b_notebook.api.http.responses.deletion_words import numbers_with_words
from pb2b_notebook.api.http.responses.object_texts import text_of, value_of
from pb2b_notebook.api.http.responses.time_values import ISO, is_no_time, read_time
from pb2b_notebook.frames.strict_json import Member, members
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import (
    fold,
)
from pb2b_notebook.times import iso

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

_NO_YEAR: Final = lazy_pattern(r"-?[01][0-9]{3}(?<!199[0-9])-[0-9]{2}-[0-9]{2}([T ].*)?")

_FIRST_YEAR: Final = 1990
"""Year before which nothing was deleted in a service of today, whatever its text for no time is."""

_TIME_OF_DELETION: Final = b'"deleted_at"'

_NOT_DELETED_YET: Final = b'"deleted_at":null'

_SOON: Final = timedelta(days=1)
"""How much later than a response the time of a deletion may be, whose clock or zone may differ."""


def with_deletions(
    records: Sequence[Any], doubtful: Iterable[int], declared: frozenset[str], at: datetime
) -> tuple[Sequence[Any], frozenset[str]]:
    """Return objects of the contract's form, the tombstones among the doubtful ones with the time of their deletion."""
    tombs = [number for number in doubtful if len(records[number]) < _SHORT and _FLAG.search(records[number])]
    if not tombs:
        return records, frozenset()
    formed, what = list(records), set[str]()
    for number in tombs:
        inside = {member.name: member for member in members(bytes(records[number]))}
        mark_deleted(inside, declared, at, what)
        formed[number] = text_of(inside)
    return formed, frozenset(what)


def may_be_deleted(records: Sequence[Any]) -> Sequence[int]:
    """Return which objects may say that they are deleted: those with a word for it, or all that may have the time."""
    return range(len(records)) if _TIME_OF_DELETION in bytes(records[0]) else numbers_with_words(records)


def odd_deletions(records: Sequence[Any], declared: frozenset[str]) -> list[bytes]:
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


def _says_deleted(record: bytes, declared: frozenset[str]) -> bool:
    found = value_of(record)
    return isinstance(found, dict) and bool(_not_denied(deletion_flags(found, declared)))


def deletion_flags(found: Mapping[str, Any], declared: frozenset[str]) -> dict[str, Any]:
    """Return what an object says about its deletion in other words than the contract's, by the names of the members.

    >>> deletion_flags({"id": 1, "archived": False, "isDeleted": 0, "state": "new"}, frozenset({"deleted_at"}))
    {'archived': False, 'isDeleted': 0}
    >>> deletion_flags({"deletion": {"deleted": True}, "owner": {"deleted": True}}, frozenset({"deleted_at"}))
    {'deletion.deleted': True}
    >>> deletion_flags({"state": "Deleted", "status": "archived"}, frozenset({"deleted_at", "status"}))
    {'state': 'Deleted'}
    >>> deletion_flags({"status": "deleted"}, frozenset({"deleted_at", "status"}))
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


def mark_deleted(inside: dict[str, Member], declared: frozenset[str], at: datetime, what: set[str]) -> None:
    """Give a deleted object the time of its deletion, of its latest change where only a flag says it, or of now."""
    found = deletion_flags({name: member.value for name, member in inside.items()}, declared)
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
    known = (value for value in [*given, *others] if read_time(value) or ISO.fullmatch(str(value)))
    return next((value for value in known if not is_no_time(value)), iso(at))


def settle_deletion(inside: dict[str, Member], declared: frozenset[str], at: datetime, what: set[str]) -> None:
    """Give a deleted object a time where the service has a truth value in its place, or a time of no known form."""
    member = inside.get("deleted_at")
    if member is None or "deleted_at" not in declared or member.value is None:
        return
    value = member.value
    absent = value in ({}, []) or _is_no_deletion(value) or str(value).strip().lower() in _NOT_DELETED
    if not absent and ((isinstance(value, str) and ISO.fullmatch(value)) or read_time(value) is not None):
        return
    what.add("deleted_at without a time")
    found = None if absent else _time_of_deletion(inside, (), at)
    inside["deleted_at"] = Member("deleted_at", found, json.dumps(found))
