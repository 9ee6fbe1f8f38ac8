"""The sandbox's two clocks.

The **domain clock** dates objects, cursors, keys, ``Date`` headers and idempotency records. It is set by the
seed, stands still unless told otherwise, and every write moves it by one millisecond: notebooks give the same
output every day, and ``updated_at`` values are distinct. The **monotonic clock** of the rate limit is the
machine's own (see :mod:`.limits`): moving the domain clock never opens or closes a rate window.

On a file the domain clock never runs backwards, not even over ``kill -9``. One that stands is saved at each step. One
that runs saves a mark up to a minute of the wall clock ahead of itself, and moves the mark on before it would pass it;
a sandbox that was killed goes on from the mark, so its time then jumps by at most a minute of the wall clock (times
its speed), and one that was closed goes on from where it stopped.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pb2b_notebook.errors import UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.instants import MILLISECOND
from pb2b_notebook.times import duration

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""Where the domain clock of a new sandbox stands."""

LAST = datetime(9990, 1, 1, tzinfo=UTC)
"""Where it ends: the calendar's last years are left to what is to expire."""
FASTEST = 86_400
"""The highest speed of a clock that runs: a day in a second."""
_AHEAD = 60.0
"""By how many seconds of ``elapsed`` a clock that runs saves its mark ahead of itself."""

ClockKind = Literal["fixed", "real"]


class DomainClock:
    """The time of the sandbox's world, in UTC.

    Args:
        start: where it stands.
        save: keeps a time that a later clock on the same file must not fall behind; it returns whether that is
            kept for good already. A clock that stands has each new time saved, one that runs only its marks.
        elapsed: seconds since some fixed point, by which the clock runs; ``None`` makes it stand still.
        speed: seconds of the sandbox's world in one second of ``elapsed``.

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
        self._advancing = threading.RLock()
        self._run_until: Callable[[datetime], None] | None = None

    @property
    def runs(self) -> bool:
        """Whether it moves by itself."""
        return self._elapsed is not None

    def on_the_way(self, run_until: Callable[[datetime], None]) -> None:
        """Let ``run_until`` do what falls due before each new present that :meth:`advance` is asked for."""
        self._run_until = run_until

    def now(self) -> datetime:
        """The present, to the microsecond."""
        with self._lock:
            at = self._run()
        if self._comes_near(at):
            self._move_mark(at)
        return at

    def __repr__(self) -> str:
        with self._lock:  # but now() would write, which a look at it must not
            at = self._run()
        how = f"runs, {self._speed:g} s in one of the machine's" if self.runs else "stands still but for writes"
        return f'Clock: {instants.render(at)}, {how}; .advance("3d") moves it on'

    @property
    def saves_next(self) -> bool:
        """Whether the next reading writes to the file, which takes a moment and may have to wait."""
        with self._lock:
            return self._comes_near(self._run())

    def settle(self, save_exactly: Callable[[datetime], object]) -> None:
        """Save where it stands, without a mark ahead, and save no more: the end of its sandbox."""
        if self._save is not None:
            self._save = None
            save_exactly(self.now() + MILLISECOND if self.runs else self.now())

    def _comes_near(self, at: datetime) -> bool:
        return self.runs and self._save is not None and at > self._mark - self._ahead / 2

    def _move_mark(self, at: datetime) -> None:
        mark = at + self._ahead
        # Written by a transaction that may yet be undone, it does not count: the next reading writes it again.
        if self._save is not None and self._save(mark):
            with self._lock:
                self._mark = max(self._mark, mark)

    def tick(self) -> datetime:
        """Step by one millisecond, for one write; the new present, whole milliseconds, never seen before."""
        return self._step(MILLISECOND)

    def advance(self, by: float | str | timedelta) -> None:
        """Move on; what falls due on the way is done at its own time, before this returns.

        Args:
            by: seconds, a ``timedelta``, or text such as "30m", "12h", "3d" or "2w".

        Raises:
            UsageError: no duration; or time would run backwards, or beyond the year 9990.
        """
        seconds = duration(by).total_seconds()
        if seconds < 0:
            raise UsageError("the domain clock only moves forward", repair="advance by 0 seconds or more")
        with self._advancing:
            now = self.now()
            if seconds > (LAST - now).total_seconds():
                raise UsageError(f"the domain clock ends in the year {LAST.year}", repair="advance by less")
            target = now + timedelta(seconds=seconds)
            if self._run_until is not None:
                self._run_until(target)
            self.move_to(target)

    def move_to(self, moment: datetime) -> None:
        """Move on to ``moment``, unless it is past already."""
        self._step(timedelta(0), at_least=moment)

    def seconds_until(self, moment: datetime) -> float:
        """How long a clock that runs takes to get there, in seconds of ``elapsed``; 0 if it is past."""
        return max((moment - self.now()).total_seconds(), 0.0) / self._speed

    def _step(self, by: timedelta, *, at_least: datetime | None = None) -> datetime:
        with self._lock:
            present = self._run() + by
            stepped = present if at_least is None else max(present, at_least)
            self._at = stepped.replace(microsecond=stepped.microsecond // 1000 * 1000)
            at = self._at
        if self._comes_near(at):
            self._move_mark(at)
        elif self._save is not None and not self.runs:
            self._save(at)
        return at

    def _run(self) -> datetime:
        if self._elapsed is not None:
            read_at = self._elapsed()
            self._at = min(self._at + timedelta(seconds=(read_at - self._read_at) * self._speed), LAST)
            self._read_at = read_at
        return self._at


def domain_clock(
    kind: ClockKind, start: datetime, save: Callable[[datetime], object], *, speed: float = 1.0
) -> DomainClock:
    """Make the clock that a sandbox runs on: ``"fixed"`` stands, ``"real"`` runs ``speed`` times as fast as the wall's.

    Raises:
        UsageError: another kind, or a speed that is not above 0 and at most :data:`FASTEST`.
    """
    if kind not in ("fixed", "real"):
        raise UsageError("there is no such clock", repair="use clock='fixed' or clock='real'")
    if not 0 < speed <= FASTEST:
        raise UsageError(
            "a clock runs forward, at most a day in a second",
            repair=f"give a speed above 0 and up to {FASTEST}, such as 60 for a minute a second",
        )
    return DomainClock(start, save=save, elapsed=time.monotonic if kind == "real" else None, speed=speed)
