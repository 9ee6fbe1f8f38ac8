"""Which requests meet which faults: by the order of the requests and the seed alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.faults.faults import EVERYTHING, Fault, read_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pb2b_notebook.sandbox.faults.faults import FaultsGiven


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that strikes a request, with the draws that it is carried out by."""

    fault: Fault
    draws: Draws


@dataclass(slots=True)
class _Standing:
    """A fault that is in force: how many requests it spoke of, and how many of them it struck."""

    fault: Fault
    number: int
    met: int = 0
    struck: int = 0

    def strike(self, seed: int) -> Strike | None:
        fault = self.fault
        self.met += 1
        draws = Draws(seed, f"fault/{self.number}/{fault.seed}/{self.met}")
        if self.met <= fault.skip or (fault.times is not None and self.struck >= fault.times):
            return None
        if not draws.chance(fault.rate):
            return None
        self.struck += 1
        return Strike(fault, draws)


class Faults:
    """The faults of one sandbox, ``ws.sandbox.faults``: what is in force, and what has struck. Safe for threads.

    They are tried in their order, and nest, the first one outermost; one that answers instead of the operation is the
    last one that a request meets. What is truncated is the answer that all the others made.

    Args:
        faults: see :func:`read_faults`.
        seed: the same seed and the same order of requests, the same strikes.

    Example:
        >>> faults = Faults("503 leads.list times=1", seed=1)
        >>> [len(faults.meet("leads.list", paging=False)) for _ in range(3)]
        [1, 0, 0]
        >>> faults
        Faults: 503 leads.list times=1 (struck 1 of 3)
        >>> with faults.during("reset GET /me at=after"):
        ...     len(faults.meet("me.get", paging=False))
        1
    """

    def __init__(self, faults: FaultsGiven = (), *, seed: int = 1) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._standing: list[_Standing] = []
        self._number = 0
        self.add(faults)

    def add(self, faults: FaultsGiven) -> None:
        """Put further faults in force, after those that are.

        Raises:
            InvalidParameterError, UnknownOperationError: see :class:`Fault`; then none of them is.
        """
        self._add(read_faults(faults))

    def _add(self, faults: list[Fault]) -> list[_Standing]:
        with self._lock:
            added = [_Standing(fault, self._number + offset) for offset, fault in enumerate(faults)]
            self._number += len(added)
            self._standing += added
            return added

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._standing.clear()

    @contextmanager
    def during(self, faults: FaultsGiven) -> Iterator[None]:
        """Put faults in force for the length of a ``with`` block.

        Raises:
            InvalidParameterError, UnknownOperationError: see :class:`Fault`.
        """
        added = self._add(read_faults(faults))
        try:
            yield
        finally:
            with self._lock:
                self._standing = [each for each in self._standing if not any(each is one for one in added)]

    def meet(self, operation: str, *, paging: bool) -> list[Strike]:
        """Count a request, and tell what strikes it, outermost first.

        Args:
            operation: the id of the operation that it asks for.
            paging: whether it gives a cursor back.
        """
        strikes: list[Strike] = []
        with self._lock:
            for each in self._standing:
                strike = each.strike(self._seed) if each.fault.speaks_of(operation, paging=paging) else None
                if strike is not None:
                    strikes.append(strike)
                    if strike.fault.answers:
                        break
        return strikes

    def single(self, text: str) -> list[Strike]:
        """What a request meets that brings its own faults, as text.

        Raises:
            InvalidParameterError, UnknownOperationError: see :class:`Fault`; such a request speaks of itself only.
        """
        found = read_faults(text)
        for fault in found:
            if (fault.operation, fault.rate, fault.skip, fault.times) != (EVERYTHING, 1.0, 0, None):
                raise InvalidParameterError(
                    "a request that brings a fault meets it: no operation, rate, skip or times", repair="leave it out"
                )
        with self._lock:
            self._number += 1
            return [Strike(fault, Draws(self._seed, f"fault/{self._number}/{fault.seed}/0")) for fault in found]

    def __len__(self) -> int:
        return len(self._standing)

    def __bool__(self) -> bool:
        return bool(self._standing)

    def __repr__(self) -> str:
        with self._lock:
            lines = [f"{each.fault} (struck {each.struck} of {each.met})" for each in self._standing]
        return f"Faults: {'; '.join(lines) or 'none'}"
