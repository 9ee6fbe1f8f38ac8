"""The sandbox's two clocks.

The **domain clock** dates objects, cursors, keys, ``Date`` headers and idempotency records. It starts at a fixed time
and stands still by default; every write advances it by one millisecond. So notebooks give the same output every day,
and ``updated_at`` values are distinct. The **monotonic clock** of the rate limit is that of the machine
(:mod:`.limits`): advancing the domain clock never opens or closes a rate window.

In a database file the domain clock never runs backwards, not even after ``kill -9``. A fixed clock is saved at each
step. A running clock saves a mark up to a minute of wall-clock time ahead of itself, and moves the mark before it would
pass it. A sandbox that was killed resumes at the mark, so its time jumps by at most a minute of wall-clock time
(times its speed). A sandbox that was closed resumes where it stopped.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pb2b_notebook.errors import UsageError, brief
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.instants import MILLISECOND
from pb2b_notebook.sandbox.core.store import PARENTS_SANDBOX
from pb2b_notebook.times import duration

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""The time of the domain clock in a new sandbox."""

LAST = datetime(9990, 1, 1, tzinfo=UTC)
"""Where the clock ends; the last years of the calendar are reserved for expiry times."""
FASTEST = 86_400
"""The highest speed of a running clock: one day per second."""
_AHEAD = 60.0
"""Seconds of ``elapsed`` by which a running clock saves its mark ahead of itself."""

ClockKind = Literal["fixed", "real"]


class DomainClock:
    """The time in the sandbox, in UTC.

    Args:
        start: Initial time.
        save: Function that saves a time below which a later clock on the same file must not fall; it returns whether
            the time is committed. It is called with every new time of a fixed clock, and with the marks of a
            running one.
        elapsed: Function that returns seconds since a fixed point; ``None`` makes a clock that stands still.
        speed: Seconds in the sandbox per second of ``elapsed``.

    Example:
        >>> clock = DomainClock(START)
        >>> clock.advance(3600)
        >>> clock.now().hour
        13
    """

    def __init__(
        self,
        start: datetime,
        *,
        save: Callable[[datetime], object] | None = None,
        elapsed: Callable[[], float] | None = None,
        speed: float = 1.0,
    ) -> None:
        self._at = start
        self._save = save
        self._elapsed = elapsed
        self._speed = speed
        self._read_at = elapsed() if elapsed else 0.0
        self._ahead = timedelta(seconds=_AHEAD * speed)
        self._mark = start
        self._lock = threading.Lock()
        self._advancing: Any = threading.RLock()
        self._run_until: Callable[[datetime], None] | None = None
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Keep the time of the fork, and refuse to advance: the clock that the service uses is the parent's."""
        self._lock = threading.Lock()
        self._advancing = PARENTS_SANDBOX
        self._save = None

    @property
    def runs(self) -> bool:
        """Whether the clock moves by itself."""
        return self._elapsed is not None

    def call_before_advance(self, run_until: Callable[[datetime], None]) -> None:
        """Have :meth:`advance` call ``run_until`` with the target time before it moves the clock."""
        self._run_until = run_until

    def now(self) -> datetime:
        """Return the current time, to the microsecond."""
        with self._lock:
            at = self._read()
        if self._is_near_mark(at):
            self._move_mark(at)
        return at

    def __repr__(self) -> str:
        with self._lock:  # not now(), which may write to the file
            at = self._read()
        how = f"runs at {self._speed:g} times real time" if self.runs else "fixed; every write adds 1 ms"
        return f'Clock: {instants.render(at)}, {how}; .advance("3d") moves it forward'

    @property
    def saves_next(self) -> bool:
        """Whether the next :meth:`now` writes to the file, which takes a moment and may have to wait for a lock."""
        with self._lock:
            return self._is_near_mark(self._read())

    def save_final_time(self, save_exactly: Callable[[datetime], object]) -> None:
        """Save the current time without a mark ahead, and stop saving; called when the sandbox closes."""
        if self._save is not None:
            self._save = None
            save_exactly(self.now() + MILLISECOND if self.runs else self.now())

    def _is_near_mark(self, at: datetime) -> bool:
        return self.runs and self._save is not None and at > self._mark - self._ahead / 2

    def _move_mark(self, at: datetime) -> None:
        mark = at + self._ahead
        # A mark inside a transaction that may still be rolled back does not count: the next now() writes it again.
        if self._save is not None and self._save(mark):
            with self._lock:
                self._mark = max(self._mark, mark)

    def tick(self) -> datetime:
        """Advance by one millisecond, for one write; return the new time: unique, and in whole milliseconds."""
        return self._step(MILLISECOND)

    def advance(self, by: float | str | timedelta) -> None:
        """Advance the clock; jobs and deliveries that fall due before the new time run at their own time first.

        Args:
            by: Seconds, a ``timedelta``, or text such as "30m", "12h", "3d" or "2w".

        Raises:
            UsageError: The argument is not a duration, or time would run backwards or beyond the year 9990.
        """
        seconds = duration(by).total_seconds()
        if seconds < 0:
            raise UsageError("the clock cannot move backward", repair="advance by 0 seconds or more")
        with self._advancing:
            now = self.now()
            if seconds > (LAST - now).total_seconds():
                raise UsageError(f"the clock ends in the year {LAST.year}", repair="advance by less")
            target = now + timedelta(seconds=seconds)
            if self._run_until is not None:
                self._run_until(target)
            self.move_to(target)

    def move_to(self, moment: datetime) -> None:
        """Advance to ``moment``, unless it is past already."""
        self._step(timedelta(0), at_least=moment)

    def seconds_until(self, moment: datetime) -> float:
        """Return how many seconds of ``elapsed`` a running clock needs to reach ``moment``; 0 if it is past."""
        return max((moment - self.now()).total_seconds(), 0.0) / self._speed

    def _step(self, by: timedelta, *, at_least: datetime | None = None) -> datetime:
        with self._lock:
            present = self._read() + by
            stepped = present if at_least is None else max(present, at_least)
            self._at = stepped.replace(microsecond=stepped.microsecond // 1000 * 1000)
            at = self._at
        if self._is_near_mark(at):
            self._move_mark(at)
        elif self._save is not None and not self.runs:
            self._save(at)
        return at

    def _read(self) -> datetime:
        if self._elapsed is not None:
            read_at = self._elapsed()
            self._at = min(self._at + timedelta(seconds=(read_at - self._read_at) * self._speed), LAST)
            self._read_at = read_at
        return self._at


def domain_clock(
    kind: ClockKind, start: datetime, save: Callable[[datetime], object], *, speed: float = 1.0
) -> DomainClock:
    """Return the clock of a sandbox: ``"fixed"`` stands still, ``"real"`` runs at ``speed`` times real time.

    Raises:
        UsageError: The kind is unknown, or the speed is not above 0 and at most :data:`FASTEST`.
    """
    if not isinstance(kind, str) or kind not in ("fixed", "real"):
        raise UsageError(f"unknown clock {brief(kind)}", repair="use clock='fixed' or clock='real'")
    if not 0 < speed <= FASTEST:
        raise UsageError(
            "speed is out of range: a clock runs forward, at most one day per second",
            repair=f"give a speed above 0 and up to {FASTEST}, such as 60 for one minute per second",
        )
    return DomainClock(start, save=save, elapsed=time.monotonic if kind == "real" else None, speed=speed)
