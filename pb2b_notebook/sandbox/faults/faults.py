"""Faults on demand, as values: :mod:`.fault_schedule` decides whom they strike, :mod:`.fault_effects` carries them out.

A fault is a value, also written as text: ``429 leads.list rate=0.1 retry_after=2``. First what happens, then to which
operation (an id, a pattern of ids, ``GET /path``, or all), then options.

=================== ===============================================================================================
what happens        options of its own (with their defaults)
=================== ===============================================================================================
``429``             refused over the rate limit, ``retry_after=1``
``500 502 503 504`` the service failed; ``at=before`` the effect or ``after``; ``503`` with ``retry_after=1``
``latency``         the answer comes ``seconds=1.0`` later; it waits ``at=before`` the effect or ``after``
``reset``           the connection is reset (TCP RST); ``at=before`` the effect or ``after``
``truncated``       after the effect the connection closes within the body of the answer
``stale-cursor``    400 ``cursor_expired`` for a request with a cursor
``html``            a page for people instead of the answer, ``status=200``; ``at=before`` the effect or ``after``
``duplicate-rows``  the last ``rows=2`` of a page come again on the next one, as where the data change meanwhile
``reordered-rows``  a page's rows come in another order, the last ``rows=2`` only on a later page
=================== ===============================================================================================

All take ``rate`` (the share of requests that it strikes), ``skip`` (so many requests pass first), ``times`` (it strikes
no more often) and ``seed``. Whether a fault strikes the n-th request that it speaks of depends on the sandbox's seed
and its own alone, not on time nor on other requests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from pb2b_notebook import openapi
from pb2b_notebook.errors import InvalidParameterError, UnknownOperationError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pb2b_notebook.openapi import Operation

KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "429": {"retry_after": 1},
    "500": {"at": "before"},
    "502": {"at": "before"},
    "503": {"at": "before", "retry_after": 1},
    "504": {"at": "before"},
    "latency": {"seconds": 1.0, "at": "before"},
    "reset": {"at": "before"},
    "truncated": {},
    "stale-cursor": {},
    "html": {"status": 200, "at": "before"},
    "duplicate-rows": {"rows": 2},
    "reordered-rows": {"rows": 2},
}
"""What can happen, with the options of each and their defaults."""

EVERYTHING: Final = "*"
OF_LISTS: Final = frozenset({"stale-cursor", "duplicate-rows", "reordered-rows"})
_OF_ALL: Final = ("rate", "skip", "times", "seed")
_LONGEST_SHOWN: Final = 40
_METHODS: Final = frozenset({"GET", "POST", "PATCH", "DELETE", "PUT"})
_MOST: Final = 999_999
_WITHOUT_BODY: Final = frozenset({204, 205, 304})
_FRACTION: Final = re.compile(r"[0-9]{0,9}\.?[0-9]{1,30}(e-?[0-9]{1,3})?")
# Whether only whole numbers, the least, the most.
_RANGES: Final[Mapping[str, tuple[bool, int, int]]] = {
    "rate": (False, 0, 1),
    "skip": (True, 0, _MOST),
    "times": (True, 1, _MOST),
    "retry_after": (True, 0, _MOST),
    "seconds": (False, 0, 3600),
    "status": (True, 200, 599),
    "rows": (True, 1, 500),
    "seed": (True, 0, _MOST),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, for ``pb.open_sandbox(faults=…)`` and ``ws.sandbox.faults``.

    Args:
        kind: what happens: ``429``, ``500``, ``502``, ``503``, ``504``, ``latency``, ``reset``, ``truncated``,
            ``stale-cursor``, ``html``, ``duplicate-rows`` or ``reordered-rows``.
        operation: to which requests: an id such as ``leads.list``, a pattern such as ``leads.*``, ``GET /leads``, or
            by default all of the API's. The last three kinds of lists speak of lists only.
        rate: the share of these requests that it strikes, 0 to 1.
        skip: so many of them pass first.
        times: it strikes no more often; ``None`` for no bound.
        at: ``before`` the request takes effect, or ``after``: then it has worked, and the answer does not tell.
        retry_after: whole seconds that ``429`` and ``503`` ask to wait.
        seconds: of ``latency``, up to an hour.
        status: of ``html``, 200 to 599.
        rows: how many ``duplicate-rows`` repeats and ``reordered-rows`` holds back.
        seed: draws of its own.

    Raises:
        InvalidParameterError: there is no such fault, or an option does not fit it; the message suggests the nearest.
        UnknownOperationError: no operation is meant.

    Example:
        >>> Fault("429", "leads.list", rate=0.1, retry_after=2)
        Fault('429', 'leads.list', rate=0.1, retry_after=2)
        >>> Fault.parse("reset POST /leads at=after times=1")
        Fault('reset', 'POST /leads', times=1, at='after')
        >>> Fault("slow")
        Traceback (most recent call last):
        pb2b_notebook.errors.InvalidParameterError: there is no fault 'slow' → choose one of: ...
    """

    kind: str
    operation: str = EVERYTHING
    rate: float = 1.0
    skip: int = 0
    times: int | None = None
    at: str | None = None
    retry_after: int | None = None
    seconds: float | None = None
    status: int | None = None
    rows: int | None = None
    seed: int = 0
    operations: frozenset[str] = field(init=False, repr=False, compare=False)
    """The ids of the operations that are meant."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", str(self.kind))
        own = KINDS.get(self.kind)
        if own is None:
            raise InvalidParameterError(f"there is no fault {_shown(self.kind)!r}", repair=nearest(self.kind, KINDS))
        for name in ("at", "retry_after", "seconds", "status", "rows"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, own.get(name))
            elif name not in own:
                _refuse_option(name, self.kind)
        _check_values(self)
        object.__setattr__(self, "operations", frozenset(o.id for o in _meant(self.operation, self.kind)))

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read a fault that is written as text; see :mod:`pb2b_notebook.sandbox.faults.faults`.

        Raises:
            InvalidParameterError, UnknownOperationError: see :class:`Fault`.
        """
        kind, *words = text.split() or [""]
        given: dict[str, Any] = {}
        while words:
            word = words.pop(0)
            name, equals, value = word.partition("=")
            if not equals:
                name = "operation"
                value = f"{word} {words.pop(0)}" if word.upper() in _METHODS and words else word
            if name in given:
                raise InvalidParameterError(f"the fault names its {_shown(name)} twice", repair="name it once")
            given[name] = value if name in ("operation", "at") else _number(name, value, kind)
        return cls(kind, **given)

    @property
    def answers(self) -> bool:
        """Whether it ends the request before the operation is reached."""
        return self.kind in ("429", "stale-cursor") or (self.at == "before" and self.kind != "latency")

    def speaks_of(self, operation: str, *, paging: bool) -> bool:
        """Whether it means a request to ``operation``; ``paging`` is one that gives a cursor back."""
        return operation in self.operations and (paging or self.kind != "stale-cursor")

    def _said(self) -> Iterator[tuple[str, Any]]:
        """What differs from the defaults."""
        own = KINDS[self.kind]
        for each in fields(self)[2:-1]:
            value = getattr(self, each.name)
            if value != own.get(each.name, each.default):
                yield each.name, value

    def __str__(self) -> str:
        operation = [] if self.operation == EVERYTHING else [self.operation]
        return " ".join([self.kind, *operation, *(f"{name}={value}" for name, value in self._said())])

    def __repr__(self) -> str:
        operation = [] if self.operation == EVERYTHING else [repr(self.operation)]
        return f"Fault({', '.join([repr(self.kind), *operation, *(f'{n}={v!r}' for n, v in self._said())])})"


FaultsGiven: TypeAlias = "str | Fault | Iterable[str | Fault]"
"""One fault or several, as values or as text."""


def read_faults(given: FaultsGiven) -> list[Fault]:
    """Read faults: one or several, as values or as text (``;`` between them).

    Raises:
        InvalidParameterError, UnknownOperationError: see :class:`Fault`.

    >>> read_faults("503 rate=0.1; latency seconds=0.2")
    [Fault('503', rate=0.1), Fault('latency', seconds=0.2)]
    """
    if isinstance(given, str):
        return [Fault.parse(part) for part in given.split(";") if part.strip()]
    if isinstance(given, Fault):
        return [given]
    return [fault for each in given for fault in read_faults(each)]


def _meant(operation: str, kind: str) -> list[Operation]:
    known = openapi.load()
    possible = [o for o in known.values() if kind not in OF_LISTS or (o.many and not o.mutates)]
    if not isinstance(operation, str):
        raise UnknownOperationError(
            f"an operation is named by text, not {type(operation).__name__}", repair='such as "leads.list" or "leads.*"'
        )
    if not (operation.isascii() and operation.isprintable()) or ";" in operation:
        raise UnknownOperationError("no operation has such a name", repair='such as "leads.list" or "leads.*"')
    if " " in operation or operation in known:
        found = [o for o in possible if o.id == known.find(operation).id]
    else:
        found = [o for o in possible if fnmatchcase(o.id, operation)]
    if found:
        return found
    if " " in operation or any(fnmatchcase(name, operation) for name in known):
        raise InvalidParameterError(f"{kind} strikes lists only", repair=f"such as {possible[0].id!r}")
    repair = nearest(operation[:_LONGEST_SHOWN], known)
    raise UnknownOperationError(
        f"no operation of the contract is called {_shown(operation)!r}",
        repair=repair if repair.startswith("did") else 'name one ("leads.list", "GET /leads") or some ("leads.*")',
    )


def _check_values(fault: Fault) -> None:
    if fault.at not in (None, "before", "after"):
        raise InvalidParameterError(f"the fault {fault.kind} strikes before or after", repair="at='before'")
    if fault.status in _WITHOUT_BODY:
        raise InvalidParameterError(f"an answer {fault.status} has no body", repair="give another status")
    for name, (whole, least, most) in _RANGES.items():
        value = getattr(fault, name)
        kinds = int if whole else (int, float)
        fits = isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most
        if value is not None and not fits:
            number = "a whole number" if whole else "a number"
            raise InvalidParameterError(
                f"{name} of the fault {fault.kind} is out of its range", repair=f"give {number}, {least} to {most:,}"
            )


def _number(name: str, text: str, kind: str) -> int | float:
    if name not in _RANGES:
        _refuse_option(name, kind)
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    raise InvalidParameterError(f"{_shown(name)} of the fault is no number", repair=f"such as {name}=1")


def _refuse_option(name: str, kind: str) -> NoReturn:
    own = KINDS.get(kind, {})
    raise InvalidParameterError(
        f"the fault {_shown(kind)} takes no {_shown(name)!r}", repair=nearest(name, ["operation", *_OF_ALL, *own])
    )


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
