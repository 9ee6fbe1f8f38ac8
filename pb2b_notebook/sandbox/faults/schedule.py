"""The schedule of faults: which requests they strike depends only on the order of the requests and the seed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.store import PARENTS_SANDBOX
from pb2b_notebook.sandbox.faults.faults import EVERYTHING, Fault, FaultsGiven, read_faults


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault that strikes a request, with the random draws of its effect."""

    fault: Fault
    draws: Draws


@dataclass(slots=True)
class _ActiveFault:
    """A fault in force, with the numbers of requests that matched it and that it struck."""

    fault: Fault
    number: int
    matched: int = 0
    struck: int = 0

    def strike(self, seed: int) -> Strike | None:
        fault = self.fault
        self.matched += 1
        draws = Draws(seed, f"fault/{self.number}/{fault.seed}/{self.matched}")
        if self.matched <= fault.skip or (fault.times is not None and self.struck >= fault.times):
            return None
        if not draws.chance(fault.rate):
            return None
        self.struck += 1
        return Strike(fault, draws)


class Faults:
    """The faults of one sandbox, ``ws.sandbox.faults``: those in force, and how often they struck. Thread-safe.

    Faults are tried in their order and nest, the first one outermost. A fault that answers instead of the operation is
    the last one tried. Truncation applies to the response that all other faults leave.

    Args:
        faults: Faults in force from the beginning; see :func:`read_faults`.
        seed: Seed of the draws: the same seed and order of requests give the same strikes.

    Example:
        >>> faults = Faults("503 leads.list times=1", seed=1)
        >>> [len(faults.next_strikes("leads.list", paging=False)) for _ in range(3)]
        [1, 0, 0]
        >>> faults
        Faults: 503 leads.list times=1 (struck 1 of 3)
        >>> with faults.during("reset GET /me at=after"):
        ...     len(faults.next_strikes("me.get", paging=False))
        1
    """

    def __init__(self, faults: FaultsGiven = (), *, seed: int = 1) -> None:
        self._seed = seed
        self._lock: Any = threading.Lock()
        renew_in_child(self)
        self._active: list[_ActiveFault] = []
        self._number = 0
        self.add(faults)

    def renew_after_fork(self) -> None:
        """Refuse changes in a forked child: the service that fails is the parent's."""
        self._lock = PARENTS_SANDBOX

    def add(self, faults: FaultsGiven) -> None:
        """Add faults, after those in force.

        Raises:
            InvalidParameterError, UnknownOperationError: See :class:`Fault`; then no fault is added.
        """
        self._add(read_faults(faults))

    def _add(self, faults: list[Fault]) -> list[_ActiveFault]:
        with self._lock:
            added = [_ActiveFault(fault, self._number + offset) for offset, fault in enumerate(faults)]
            self._number += len(added)
            self._active += added
            return added

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._active.clear()

    @contextmanager
    def during(self, faults: FaultsGiven) -> Iterator[None]:
        """Add faults for the length of a ``with`` block.

        Raises:
            InvalidParameterError, UnknownOperationError: See :class:`Fault`.
        """
        added = self._add(read_faults(faults))
        try:
            yield
        finally:
            with self._lock:
                self._active = [each for each in self._active if not any(each is fault for fault in added)]

    def next_strikes(self, operation: str, *, paging: bool) -> list[Strike]:
        """Count a request, and return what strikes it, outermost first.

        Args:
            operation: Id of the requested operation.
            paging: Whether the request has a cursor.
        """
        strikes: list[Strike] = []
        with self._lock:
            for each in self._active:
                strike = each.strike(self._seed) if each.fault.applies_to(operation, paging=paging) else None
                if strike is not None:
                    strikes.append(strike)
                    if strike.fault.answers:
                        break
        return strikes

    def single(self, text: str) -> list[Strike]:
        """Return the strikes of a request that names its own faults, as text.

        Raises:
            InvalidParameterError, UnknownOperationError: See :class:`Fault`; ``operation``, ``rate``, ``skip`` and
                ``times`` are rejected, too.
        """
        found = read_faults(text)
        for fault in found:
            if (fault.operation, fault.rate, fault.skip, fault.times) != (EVERYTHING, 1.0, 0, None):
                raise InvalidParameterError(
                    "the header takes no operation, rate, skip or times: its faults strike this request",
                    repair="leave them out",
                )
        with self._lock:
            self._number += 1
            return [Strike(fault, Draws(self._seed, f"fault/{self._number}/{fault.seed}/0")) for fault in found]

    def __len__(self) -> int:
        return len(self._active)

    def __bool__(self) -> bool:
        return bool(self._active)

    def __repr__(self) -> str:
        with self._lock:
            lines = [f"{each.fault} (struck {each.struck} of {each.matched})" for each in self._active]
        return f"Faults: {'; '.join(lines) or 'none'}"
