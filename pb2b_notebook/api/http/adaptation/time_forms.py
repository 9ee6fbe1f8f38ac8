"""In which form a service takes the times of filters: learned once, from the refusal of ours. Pure.

Our contract has ISO 8601 with milliseconds. Another form may have less: a bound is then widened, never narrowed, and
the rows between both bounds are left out on this machine. A number is sent only where the refusal, or the objects of
the service, show its unit: the wrong one would be another time, which the service accepts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses.time_values import NAIVE_TIMES
from pb2b_notebook.errors import APIError
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from pb2b_notebook.api.http.call import Call, Query

OURS: Final = "ISO 8601 with milliseconds"
_SECONDS: Final = "ISO 8601 in seconds"
_EPOCH: Final = "seconds since 1970"
_EPOCH_MS: Final = "milliseconds since 1970"
_DATE: Final = "dates"
_LOCAL: Final = "ISO 8601 without a zone"
"""As the objects of the service have it, whose times are read as UTC: what compares them needs no other zone."""
_WIDER: Final = timedelta(days=2)
"""A date is that of some time zone, and a bound may or may not include it."""
BOUNDS: Final = "bounds"
"""Fact what filters by time do with rows near their bound, as text such as "updated: kept"."""
KEPT: Final = "kept"
WIDEST: Final = "2 days"
ROOMS: Final = {"1 second": timedelta(seconds=1), WIDEST: _WIDER}
"""By how much a bound is moved, where the service leaves out rows near it."""

_BOUND: Final = lazy_pattern(r"\w+_(after|before)")
_ISO: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
_ABOUT_FORM: Final = lazy_pattern(
    r"format|pars|\biso|8601|3339|\bdate|time ?stamp|epoch|unix|integer|number|numeric|milli|fraction|valid|expect|"
    r"match|pattern|yyyy|\bconver[st]|date_?time",
    re.IGNORECASE,
)
_IN_FORM: Final = lazy_pattern(r"format|8601|3339|\bdate|time ?stamp|epoch|unix", re.IGNORECASE)
_DOCUMENTED: Final = "updated_after"
_ABOUT_VALUE: Final = lazy_pattern(r"future|past|range|earlier|later|too (old|far)|within|last [0-9]", re.IGNORECASE)
_IN_EPOCH: Final = lazy_pattern(r"epoch|unix", re.IGNORECASE)
_IN_NUMBER: Final = lazy_pattern(r"integer|number|numeric|\bint\b", re.IGNORECASE)
_IN_MILLISECONDS: Final = lazy_pattern(r"milli|\bms\b", re.IGNORECASE)
_IN_DATES: Final = lazy_pattern(r"\bdate\b(?!.?time)|y{4}[-/]?mm[-/]?dd(?!.?[t ]?.?hh)", re.IGNORECASE)


def forms_to_try(refused: APIError, call: Call, objects: Collection[str]) -> tuple[str, ...]:
    """Return the forms in which a refused request may be accepted, the most probable first.

    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.errors import ValidationError
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.list"], "/leads", (("updated_after", "2026-03-10T12:00:00.000Z"),))
    >>> for text in ("updated_after is not a valid date", "updated_after must be a Unix timestamp", "limit is invalid"):
    ...     forms_to_try(ValidationError(text, status=422), call, ())
    ('ISO 8601 in seconds', 'dates')
    ('seconds since 1970',)
    ()
    >>> before = Call(load()["leads.list"], "/leads", (("updated_before", "2026-03-10T12:00:00.000Z"),))
    >>> forms_to_try(ValidationError('invalid payload: unknown name "updated_before"', status=400), before, ())
    ()
    >>> forms_to_try(ValidationError("updated_after is not valid", status=422), call, {"times in seconds"})
    ('seconds since 1970', 'ISO 8601 in seconds')
    >>> forms_to_try(ValidationError("updated_after cannot be parsed", status=400), call, {NAIVE_TIMES})
    ('ISO 8601 without a zone', 'ISO 8601 in seconds')
    """
    names = unlearning.mentions(refused, [name for name, value in call.query if _is_bound(name, value)])
    if call.operation.mutates or refused.status not in unlearning.REFUSED or not names:
        return ()
    text = " ".join([refused.message, *(detail.message for detail in refused.details)])
    # Every service has the filter that is documented.
    unknown = _DOCUMENTED not in names and unlearning.UNKNOWN.search(text) and not _IN_FORM.search(text)
    if unknown or not _ABOUT_FORM.search(text) or _ABOUT_VALUE.search(text):
        return ()
    if _IN_EPOCH.search(text):
        return (_EPOCH_MS if _IN_MILLISECONDS.search(text) else _EPOCH,)
    shown = tuple(form for form, of_objects in _SHOWN_BY.items() if of_objects in objects)
    if _IN_NUMBER.search(text):
        return shown
    texts = (_SECONDS, _DATE) if _IN_DATES.search(text) else (_SECONDS,)
    texts = (_LOCAL, *texts) if NAIVE_TIMES in objects else texts
    return (*shown, *texts) if len(shown) == 1 else texts


_SHOWN_BY: Final = {_EPOCH: "times in seconds", _EPOCH_MS: "times in milliseconds"}
"""Form of a number → what the objects of its service have."""


def documented_form(call: Call, objects: Collection[str]) -> str | None:
    """Return the form of the times of a request whose document says that they are numbers; ``None`` for others.

    The unit is that of the description, or of the times that the objects of the service have.

    >>> from dataclasses import replace
    >>> from pb2b_notebook.api.http.call import Call
    >>> from pb2b_notebook.openapi import load
    >>> operation = load()["leads.list"]
    >>> call = Call(operation, "/leads", (("updated_after", "2026-03-10T12:00:00.000Z"),))
    >>> number = replace(operation.parameter("updated_after"), numeric=True)
    >>> for about in ("Unix time in seconds", "epoch (ms)", ""):
    ...     numbers = replace(operation, parameters=(replace(number, description=about),))
    ...     documented_form(replace(call, operation=numbers), {"times in milliseconds"})
    'seconds since 1970'
    'milliseconds since 1970'
    'milliseconds since 1970'
    >>> documented_form(call, {"times in milliseconds"})
    """
    names = {name for name, value in call.query if _is_bound(name, value)}
    numbers = [each for each in call.operation.parameters if each.numeric and each.name in names]
    text = " ".join(each.description for each in numbers)
    shown = [form for form, of_objects in _SHOWN_BY.items() if of_objects in objects]
    if not numbers:
        return None
    if _IN_MILLISECONDS.search(text):
        return _EPOCH_MS
    return _EPOCH if "second" in text.lower() else shown[0] if len(shown) == 1 else None


def in_form(call: Call, form: str | None, known: Collection[str] = (), *, finer: bool = False) -> Call:
    """Return a request with the times of its filters in another form, of which none excludes more than ours.

    Args:
        call: The request.
        form: Form in which the service takes times; ``None`` for ours.
        known: What is known of its bounds, the texts of the fact :data:`BOUNDS`.
        finer: Whether its objects may have finer times than milliseconds, so that an upper bound is not cut to them.
    """
    if not any(_is_bound(*pair) for pair in call.query):
        return call
    texts = ((n, _text(n, v, form or OURS, known, finer=finer) if _is_bound(n, v) else v) for n, v in call.query)
    return replace(call, query=tuple(texts))


def bounds_of(query: Query) -> list[tuple[str, datetime]]:
    """Return the filters by time of a query, with their times."""
    return [(name, datetime.fromisoformat(value)) for name, value in query if _is_bound(name, value)]


def widened_bounds(query: Query, form: str | None, known: Collection[str] = ()) -> list[tuple[str, datetime]]:
    """Return the filters by time that are sent with other times than theirs, with their times; see :func:`in_form`.

    >>> widened_bounds((("updated_after", "2026-03-10T12:00:00.000Z"),), "ISO 8601 in seconds")
    []
    >>> len(widened_bounds((("updated_after", "2026-03-10T12:00:00.000Z"),), None, ["updated: 2 days"]))
    1
    """
    return [(name, time) for name, time in bounds_of(query) if _widen(name, time, form or OURS, known) != time]


def within(bounds: Iterable[tuple[str, datetime]], times: Iterable[datetime | None], *, cut: bool | None) -> bool:
    """Whether times may be within bounds: those after exclude theirs, those before include it; no time is within all.

    A time that shows no part of a second may be later by the digits that it does not show; where times are cut to
    milliseconds, also one that shows no part of these. Without ``cut``, only the digits count that are shown.
    """
    return all(
        time is None or (time > bound - _unseen(time, cut=cut) if name.endswith("_after") else time <= bound)
        for (name, bound), time in zip(bounds, times, strict=True)
    )


def _unseen(time: datetime, *, cut: bool | None) -> timedelta:
    """Return how much later a time may be than it shows."""
    if cut is None or time.microsecond % 1000:
        return timedelta()
    return timedelta(milliseconds=cut) if time.microsecond else timedelta(seconds=1)


def _is_bound(name: str, value: str) -> bool:
    return _BOUND.fullmatch(name) is not None and _ISO.fullmatch(value) is not None


def _widen(name: str, time: datetime, form: str, known: Collection[str]) -> datetime:
    """Return the time that a form can show, earlier for a lower bound and later for an upper one."""
    lower, stem = name.endswith("_after"), name.rpartition("_")[0]
    room = max((room for text, room in ROOMS.items() if f"{stem}: {text}" in known), default=timedelta())
    time = time - room if lower else time + room
    if form not in {_SECONDS, _EPOCH, _DATE}:
        return time
    if form == _DATE:
        day = time.replace(hour=0, minute=0, second=0, microsecond=0)
        return day - _WIDER if lower else day + _WIDER
    whole = time.replace(microsecond=0)
    return whole if lower or whole == time else whole + timedelta(seconds=1)


def _text(name: str, value: str, form: str, known: Collection[str], *, finer: bool) -> str:
    time = _widen(name, datetime.fromisoformat(value).astimezone(UTC), form, known)
    if finer and name.endswith("_before") and time.microsecond % 1000:
        time += timedelta(milliseconds=1)
    if form in {OURS, _LOCAL}:
        return iso(time).removesuffix("Z" if form == _LOCAL else "")
    if form == _EPOCH_MS:
        return str(round(time.timestamp() * 1000))
    if form == _EPOCH:
        return str(round(time.timestamp()))
    return time.strftime("%Y-%m-%d" if form == _DATE else "%Y-%m-%dT%H:%M:%SZ")
