"""Faults on demand, as values: :mod:`.schedule` decides which requests they strike, :mod:`.effects` carries them out.

A fault can be written as text: ``429 leads.list rate=0.1 retry_after=2``. The kind comes first, then the operation (an
id, a pattern of ids, ``GET /path``, or none for all), then options.

=================== ===============================================================================================
kind                effect, and its own options with their defaults
=================== ===============================================================================================
``429``             the request is rejected over the rate limit, ``retry_after=1``
``500 502 503 504`` the service fails ``at=before`` the request takes effect, or ``after``; ``503``: ``retry_after=1``
``latency``         the response is late by ``seconds=1.0``; the wait is ``at=before`` the effect or ``after``
``reset``           the connection is reset (TCP RST); ``at=before`` the effect or ``after``
``truncated``       after the effect the connection closes within the body of the response
``stale-cursor``    400 ``cursor_expired`` for a request with a cursor
``html``            an HTML page instead of the response, ``status=200``; ``at=before`` the effect or ``after``
``duplicate-rows``  the last ``rows=2`` of a page are repeated on the next one, as when the data change meanwhile
``reordered-rows``  the rows of a page are in another order, the last ``rows=2`` of them on a later page
=================== ===============================================================================================

All kinds take ``rate`` (the share of matching requests that are struck), ``skip`` (the number of requests that pass
first), ``times`` (the largest number of strikes) and ``seed``. Whether a fault strikes its n-th matching request
depends only on the sandbox's seed and its own, not on time or on other requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any, Final, NoReturn, TypeAlias

from pb2b_notebook import openapi
from pb2b_notebook.errors import InvalidParameterError, UnknownOperationError, brief, nearest
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
"""The kinds of faults, with the options of each and their defaults."""

EVERYTHING: Final = "*"
OF_LISTS: Final = frozenset({"stale-cursor", "duplicate-rows", "reordered-rows"})
_OF_ALL: Final = ("rate", "skip", "times", "seed")
_LONGEST_SHOWN: Final = 40
_METHODS: Final = frozenset({"GET", "POST", "PATCH", "DELETE", "PUT"})
_MOST: Final = 999_999
_WITHOUT_BODY: Final = frozenset({204, 205, 304})
_FRACTION: Final = re.compile(r"[0-9]{0,9}\.?[0-9]{1,30}(e-?[0-9]{1,3})?")
# Whether the option is a whole number, its least and its largest value.
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
    """A failure on demand, for ``pb.open_sandbox(faults=…)`` and ``ws.sandbox.faults``.

    Args:
        kind: Kind of failure: ``429``, ``500``, ``502``, ``503``, ``504``, ``latency``, ``reset``, ``truncated``,
            ``stale-cursor``, ``html``, ``duplicate-rows`` or ``reordered-rows``.
        operation: Requests to strike: an id such as ``leads.list``, a pattern such as ``leads.*``, ``GET /leads``, or
            by default all operations. ``stale-cursor`` and the two kinds of rows strike lists only.
        rate: Share of these requests that are struck, 0 to 1.
        skip: Number of requests that pass first.
        times: Largest number of strikes; ``None`` for no limit.
        at: ``before`` the request takes effect, or ``after``: then it took effect, and the response does not say so.
        retry_after: Whole seconds that ``429`` and ``503`` ask the client to wait.
        seconds: Delay of ``latency``, up to 3600.
        status: HTTP status of ``html``, 200 to 599.
        rows: Number of rows that ``duplicate-rows`` repeats and ``reordered-rows`` moves to a later page.
        seed: Seed of the fault's own draws.

    Raises:
        InvalidParameterError: The kind is unknown, or an option does not fit it; the message suggests the nearest.
        UnknownOperationError: No operation has that name or matches the pattern.

    Example:
        >>> Fault("429", "leads.list", rate=0.1, retry_after=2)
        Fault('429', 'leads.list', rate=0.1, retry_after=2)
        >>> Fault.parse("reset POST /leads at=after times=1")
        Fault('reset', 'POST /leads', times=1, at='after')
        >>> Fault("slow")
        Traceback (most recent call last):
        pb2b_notebook.errors.InvalidParameterError: unknown fault 'slow' → choose one of: ...
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
    """Ids of the operations that it strikes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", str(self.kind))
        own = KINDS.get(self.kind)
        if own is None:
            raise InvalidParameterError(f"unknown fault {_abbreviate(self.kind)!r}", repair=nearest(self.kind, KINDS))
        for name in ("at", "retry_after", "seconds", "status", "rows"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, own.get(name))
            elif name not in own:
                _refuse_option(name, self.kind)
        _check_values(self)
        object.__setattr__(self, "operations", frozenset(o.id for o in _matching_operations(self.operation, self.kind)))

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Parse a fault from text; see :mod:`pb2b_notebook.sandbox.faults.faults`.

        Raises:
            InvalidParameterError, UnknownOperationError: See :class:`Fault`.
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
                raise InvalidParameterError(f"the fault has two values for {_abbreviate(name)}", repair="give it once")
            given[name] = value if name in ("operation", "at") else _number(name, value, kind)
        return cls(kind, **given)

    @property
    def answers(self) -> bool:
        """Whether the fault answers the request before it reaches the operation."""
        return self.kind in ("429", "stale-cursor") or (self.at == "before" and self.kind != "latency")

    def applies_to(self, operation: str, *, paging: bool) -> bool:
        """Return whether the fault applies to a request to ``operation``; ``paging`` means that it has a cursor."""
        return operation in self.operations and (paging or self.kind != "stale-cursor")

    def _options(self) -> Iterator[tuple[str, Any]]:
        """Yield the options that differ from their defaults."""
        own = KINDS[self.kind]
        for each in fields(self)[2:-1]:
            value = getattr(self, each.name)
            if value != own.get(each.name, each.default):
                yield each.name, value

    def __str__(self) -> str:
        operation = [] if self.operation == EVERYTHING else [self.operation]
        return " ".join([self.kind, *operation, *(f"{name}={value}" for name, value in self._options())])

    def __repr__(self) -> str:
        operation = [] if self.operation == EVERYTHING else [repr(self.operation)]
        return f"Fault({', '.join([repr(self.kind), *operation, *(f'{n}={v!r}' for n, v in self._options())])})"


FaultsGiven: TypeAlias = "str | Fault | Iterable[str | Fault]"
"""One fault or several, as values or as text."""


def read_faults(given: FaultsGiven) -> list[Fault]:
    """Return faults as a list, from one or several values or texts (separated by ``;``).

    Raises:
        InvalidParameterError, UnknownOperationError: See :class:`Fault`.

    >>> read_faults("503 rate=0.1; latency seconds=0.2")
    [Fault('503', rate=0.1), Fault('latency', seconds=0.2)]
    """
    if isinstance(given, str):
        return [Fault.parse(part) for part in given.split(";") if part.strip()]
    if isinstance(given, Fault):
        return [given]
    try:
        several = list(given)
    except TypeError:
        raise InvalidParameterError(
            f"faults must be texts or Fault, not {brief(given)}", repair='faults="503 rate=0.1"'
        ) from None
    return [fault for each in several for fault in read_faults(each)]


def _matching_operations(operation: str, kind: str) -> list[Operation]:
    known = openapi.load()
    possible = [o for o in known.values() if kind not in OF_LISTS or (o.many and not o.mutates)]
    if not isinstance(operation, str):
        raise UnknownOperationError(
            f"operation must be text, not {type(operation).__name__}", repair='such as "leads.list" or "leads.*"'
        )
    if not (operation.isascii() and operation.isprintable()) or ";" in operation:
        raise UnknownOperationError(
            "an operation's name is printable ASCII without ';'", repair='such as "leads.list" or "leads.*"'
        )
    if " " in operation or operation in known:
        found = [o for o in possible if o.id == known.find(operation).id]
    else:
        found = [o for o in possible if fnmatchcase(o.id, operation)]
    if found:
        return found
    if " " in operation or any(fnmatchcase(name, operation) for name in known):
        raise InvalidParameterError(
            f"the fault {kind} strikes lists only", repair=f"name a list, such as {possible[0].id!r}"
        )
    repair = nearest(operation[:_LONGEST_SHOWN], known)
    raise UnknownOperationError(
        f"unknown operation {_abbreviate(operation)!r}",
        repair=repair if repair.startswith("did") else 'name one ("leads.list", "GET /leads") or some ("leads.*")',
    )


def _check_values(fault: Fault) -> None:
    if fault.at not in (None, "before", "after"):
        raise InvalidParameterError(
            f"at= of the fault {fault.kind} must be 'before' or 'after'", repair="give at='before'"
        )
    if fault.status in _WITHOUT_BODY:
        raise InvalidParameterError(f"a response with status {fault.status} has no body", repair="give another status")
    for name, (whole, least, most) in _RANGES.items():
        value = getattr(fault, name)
        kinds = int if whole else (int, float)
        fits = isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most
        if value is not None and not fits:
            number = "a whole number" if whole else "a number"
            raise InvalidParameterError(
                f"{name} of the fault {fault.kind} is out of range", repair=f"give {number}, {least} to {most:,}"
            )


def _number(name: str, text: str, kind: str) -> int | float:
    if name not in _RANGES:
        _refuse_option(name, kind)
    if re.fullmatch("[0-9]{1,9}", text):
        return int(text)
    if _FRACTION.fullmatch(text):
        return float(text)
    raise InvalidParameterError(f"{_abbreviate(name)} of the fault is not a number", repair=f"such as {name}=1")


def _refuse_option(name: str, kind: str) -> NoReturn:
    own = KINDS.get(kind, {})
    raise InvalidParameterError(
        f"the fault {_abbreviate(kind)} has no option {_abbreviate(name)!r}",
        repair=nearest(name, ["operation", *_OF_ALL, *own]),
    )


def _abbreviate(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
