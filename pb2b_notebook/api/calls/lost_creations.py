"""Decide by the objects of a list whether a creation took effect whose response was lost. Pure.

A service may ignore idempotency keys: sent again, the creation would make its object twice. So the list is read first,
unless the service has shown that it honours keys. The clock of its objects may differ from that of its ``Date`` header
by minutes, and times without a zone by hours: an object of the last day may be the one that was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from pb2b_notebook.api.calls.confirming import has_values, is_new, not_shown, was_made_at
from pb2b_notebook.api.calls.same_object import are_different_addresses
from pb2b_notebook.openapi.object_descriptions import fold
from pb2b_notebook.openapi.operations import Operation, Operations

Fate = Mapping[str, Any] | Literal["absent", "unclear"]
"""What became of a creation: its object, no effect, or unknown."""
CLOCKS: Final = timedelta(days=1)
"""How much the times of objects may differ from those of the service's ``Date`` header."""
LONGEST_SEND: Final = timedelta(minutes=5)
"""How long after it was first sent a creation may take effect that was sent in one run: deadline and waits."""
PAUSES: Final = (1.0, 2.0, 7.0)
"""Seconds before each look for a creation that was just sent: it may be under way, and lists may lag."""
_LARGEST_SKEW: Final = timedelta(minutes=30)
_UNNOTICED: Final = 2
"""Seconds: the ``Date`` header has whole ones, and a response takes some time."""
MOST_READ: Final = 2_000
"""Objects that are read at most to find one."""
_IDENTIFYING: Final = (
    "full_name", "first_name", "last_name", "company_name", "external_id", "name", "url", "subject", "filename",
    "format", "total_rows",
)  # fmt: skip
"""Fields by which two objects without an address differ, and that services keep nearly as they were written."""


def list_of(operation: Operation, operations: Operations) -> Operation | None:
    """Return the list in which a creation shows its object; ``None`` for other calls."""
    if operation.method != "POST" or operation.many or "{" in operation.path or operation.path.endswith("/upsert"):
        return None
    lists = (each for each in operations.values() if each.method == "GET" and each.path == operation.path)
    return next((each for each in lists if each.many), None)


def fate_of(
    objects: Iterable[Mapping[str, Any]],
    sent: Mapping[str, Any],
    since: datetime,
    here: datetime | None = None,
    *,
    until: datetime | None = None,
) -> Fate:
    """Return what became of a creation, by all objects of its list that may be the one that it made.

    Args:
        objects: Objects of a list that is proven whole; all, or those with the address. One may come twice.
        sent: Values that were sent, and that the object shows.
        since: When it was first sent, by the clock of the objects, as far as that is known.
        here: When it was first sent, by the clock of this machine: the header's clock may be ahead of both others.
        until: When it can last have taken effect, by the clock of the objects: what was made later may be that of
            another user. ``None`` if it may still be under way.

    >>> at = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    >>> sent = {"email": "ada@x.example", "full_name": "Ada B", "phone": "0301"}
    >>> lead = {"id": "lead_1", "email": "Ada@x.example", "full_name": "Ada B", "phone": "+49301"}
    >>> [fate_of([lead | {"created_at": f"2026-03-{time}:00.000Z"}], sent, at) == lead | {
    ...     "created_at": f"2026-03-{time}:00.000Z"} for time in ("10T12:00", "10T12:01")]
    [True, True]
    >>> [fate_of([lead | {"created_at": f"2026-03-{time}:00.000Z"}], sent, at) for time in ("10T11:50", "08T12:00")]
    ['unclear', 'absent']
    >>> made = lead | {"created_at": "2026-03-10T11:50:00.000Z"}
    >>> fate_of([made], sent, at, here=at - timedelta(minutes=10)) == made
    True
    >>> later = lead | {"created_at": "2026-03-10T15:00:00.000Z"}
    >>> fate_of([later], sent, at) == later, fate_of([later], sent, at, until=at + LONGEST_SEND)
    (True, 'unclear')
    >>> fate_of([lead | {"email": "eve@x.example"}], sent, at), fate_of([lead], sent, at), fate_of([], sent, at)
    ('absent', 'unclear', 'absent')
    """
    possible = [each for each in objects if _may_be_new(each, since) and not _is_another(each, sent)]
    here_new = [each for each in possible if here is not None and was_made_at(each, here)]
    new = here_new + [o for o in possible if is_new(o, since) and (until is None or not is_new(o, until))]
    certain = [each for each in new if each.get("id") is not None and _shows(each, sent)]
    if len({str(each["id"]) for each in certain}) == 1:
        return certain[0]
    return "unclear" if possible else "absent"


def skew_of(made: Any, answered: datetime | None) -> int | None:
    """Return the seconds by which the clock of objects differs from that of responses; ``None`` if that is not certain.

    Args:
        made: Object of a response to a creation that was sent once.
        answered: Date of that response.

    >>> at = datetime.fromisoformat("2026-03-10T12:10:00+00:00")
    >>> times = {"created_at": "2026-03-10T12:00:00.000Z", "updated_at": "2026-03-10T12:00:00.000Z"}
    >>> skew_of(times, at), skew_of(times, at - timedelta(minutes=10)), skew_of(times, at + timedelta(hours=9))
    (-600, 0, None)
    >>> print(skew_of(times | {"updated_at": "2026-03-10T12:01:00.000Z"}, at))
    None
    """
    if answered is None or not isinstance(made, Mapping) or made.get("updated_at") != made.get("created_at"):
        return None
    try:
        skew = datetime.fromisoformat(str(made.get("created_at"))) - answered
    except (TypeError, ValueError):
        return None
    seconds = round(skew.total_seconds())
    return None if abs(skew) > _LARGEST_SKEW else 0 if abs(seconds) <= _UNNOTICED else seconds


def is_of_clock(skew: int, answered: datetime, earlier: tuple[int, datetime] | None) -> bool:
    """Whether such a difference is certainly that of two clocks, and not the age of an object that was there before.

    A service may answer the creation of an address that it has by 201 and the lead that has it. With its age for a
    difference of clocks, an object that another user has made meanwhile would pass for the one whose response was lost.

    Args:
        skew: Seconds by which the time of an object differs from the date of the response.
        answered: That date.
        earlier: Difference and date of another creation; ``None`` without one.

    >>> at = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    >>> later = at + timedelta(minutes=1)
    >>> is_of_clock(600, at, None), is_of_clock(-600, at, None), is_of_clock(-601, later, (-600, at))
    (True, False, True)
    >>> is_of_clock(-660, later, (-600, at)), is_of_clock(-600, at, (-600, at))  # objects of one time
    (False, False)
    """
    if skew >= 0 or earlier is None:
        return skew >= 0  # no object is older than a response that is dated before it
    apart = answered - earlier[1] > timedelta(seconds=2 * _UNNOTICED)
    return apart and abs(skew - earlier[0]) <= _UNNOTICED


def _shows(found: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    return has_values(found, sent) or not not_shown(found, sent)


def _may_be_new(found: Mapping[str, Any], since: datetime) -> bool:
    try:
        created = datetime.fromisoformat(found["created_at"])
    except (KeyError, TypeError, ValueError):
        return True
    return (created if created.tzinfo else created.replace(tzinfo=UTC)) >= since - CLOCKS


def _is_another(found: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether an object is certainly not the one that was sent: it has another address, or another name."""
    if sent.get("email") and found.get("email"):
        return are_different_addresses(sent["email"], found["email"])
    pairs = [(fold(str(sent[n])), fold(str(found[n]))) for n in _IDENTIFYING if sent.get(n) and found.get(n)]
    return any(one not in other and other not in one for one, other in pairs)
