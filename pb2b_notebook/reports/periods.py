"""Which days a report is about: the last complete day, week or month in a stated time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from pb2b_notebook.errors import InvalidParameterError, brief, nearest

Kind = Literal["daily", "weekly", "monthly"]
NOUNS: Final[dict[str, str]] = {"daily": "day", "weekly": "week", "monthly": "month"}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole days in a time zone.

    Attributes:
        kind: "daily", "weekly" or "monthly".
        first: First day.
        last: Last day.
        zone: Time zone in which the days begin and end.
    """

    kind: str
    first: dt.date
    last: dt.date
    zone: dt.tzinfo

    @property
    def start(self) -> dt.datetime:
        """Start of the first day, in UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> dt.datetime:
        """End of the last day, in UTC; the instant itself is after the period."""
        return _midnight(self.last + dt.timedelta(days=1), self.zone)

    @property
    def noun(self) -> str:
        """The word for such a period, such as "week"."""
        return NOUNS[self.kind]

    @property
    def label(self) -> str:
        """Short name for a file: "2026-W10" (ISO 8601), "2026-02" or "2026-03-09"."""
        year, week, _ = self.first.isocalendar()
        return {"weekly": f"{year}-W{week:02}", "monthly": f"{self.first:%Y-%m}"}.get(self.kind, str(self.first))

    @property
    def text(self) -> str:
        """The days in words, such as "2026-03-02 to 2026-03-08"."""
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def before(self) -> Period:
        """The period before."""
        return _containing(self.kind, self.first - dt.timedelta(days=1), self.zone)

    @property
    def days(self) -> list[dt.date]:
        """All days, in order."""
        return [self.first + dt.timedelta(days=day) for day in range((self.last - self.first).days + 1)]


def last_complete(kind: str, at: dt.datetime, zone: dt.tzinfo) -> Period:
    """Return the last period that is over at a time.

    Args:
        kind: "daily", "weekly" (Monday to Sunday) or "monthly".
        at: Time, aware.
        zone: Time zone in which days begin and end.

    Raises:
        InvalidParameterError: The kind of period is unknown.

    >>> tuesday = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
    >>> last_complete("weekly", tuesday, dt.UTC).text, last_complete("monthly", tuesday, dt.UTC).label
    ('2026-03-02 to 2026-03-08', '2026-02')
    >>> last_complete("weekly", tuesday, dt.UTC).before.label
    '2026-W09'
    """
    if not isinstance(kind, str) or kind not in NOUNS:
        raise InvalidParameterError(f"unknown period {brief(kind)}", repair=nearest(kind, NOUNS))
    return _containing(kind, at.astimezone(zone).date(), zone).before


def _containing(kind: str, day: dt.date, zone: dt.tzinfo) -> Period:
    if kind == "weekly":
        first = day - dt.timedelta(days=day.weekday())
        return Period(kind, first, first + dt.timedelta(days=6), zone)
    if kind == "monthly":
        first = day.replace(day=1)
        return Period(kind, first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1), zone)
    return Period(kind, day, day, zone)


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Return the start of a day in UTC; one that a clock change skips has the offset before it (PEP 495)."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)
