"""Compare the values of one record in two documents, by their paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pb2b_notebook.openapi.annotations import READ_ONLY, WRITE_ONLY, compare_annotations
from pb2b_notebook.openapi.limits import ALTERNATIVES, compare_limits
from pb2b_notebook.openapi.severities import Rate, Severity
from pb2b_notebook.openapi.shapes import FURTHER_PROPERTIES, Shape, parent

Part = Literal["operation", "parameter", "body", "field", "envelope", "scope", "event", "document"]
Change = Literal["added", "removed", "changed"]
ANY = "any"
NONE = "-"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two documents.

    Attributes:
        severity: ``breaking`` (code written for ours fails or means something else), ``notable`` (it works, but meets
            something new) or ``harmless``.
        part: ``operation``, ``parameter`` (of path or query), ``body`` (a field of a request), ``field`` (a field of a
            response), ``envelope`` (a field beside ``data``), ``scope``, ``event`` (a webhook event, or a field of it)
            or ``document`` (the whole document).
        subject: The operation, the type of object, the scope or the event.
        name: Name of the parameter, or path of the field, such as ``steps[].day``; empty for the subject itself.
        change: ``added``, ``removed`` or ``changed``, seen from ours.
        aspect: What changed: ``type``, ``required``, ``nullable``, ``choices``, a keyword of
            :mod:`pb2b_notebook.openapi.limits` such as ``maxLength``, ``default`` or ``items.pattern``, one of
            :mod:`pb2b_notebook.openapi.annotations` such as ``deprecated``, ``path``, ``answer``, ``statuses``,
            ``media types``, ``scopes``, ``security``, ``idempotency``, ``tags`` or ``operationId``; empty otherwise.
        ours: Value in our document; for choices, those that only ours has.
        theirs: Value in their document; for choices, those that only theirs has.
        operations: Ids of the operations with this difference.
    """

    severity: Severity
    part: Part
    subject: str
    name: str
    change: Change
    aspect: str = ""
    ours: str = ""
    theirs: str = ""
    operations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordComparison:
    """The values of one record, in both documents; ``rate`` depends on whether they are sent or received."""

    part: Part
    subject: str
    rate: Rate = field(repr=False)
    operations: tuple[str, ...] = ()

    def differences(self, ours: Mapping[str, Shape], theirs: Mapping[str, Shape]) -> Iterator[Difference]:
        """Yield what differs; what is in a value that came, went or changed its type is not listed again."""
        whole = {*ours.keys() ^ theirs.keys()}
        whole |= {path for path in ours.keys() & theirs.keys() if ours[path].kind != theirs[path].kind}
        hidden = READ_ONLY if self.part in {"body", "parameter"} else WRITE_ONLY
        whole |= {path for shapes in (ours, theirs) for path, found in shapes.items() if hidden in found.annotations}
        found: set[str] = set()
        # The parts of a record come before it: a union differs if none of its fields does.
        for path in sorted({**ours, **theirs}, key=lambda path: (-path.count("."), -len(path))):
            before, after = ours.get(path), theirs.get(path)
            if not _within(path, whole) and not _is_hidden(hidden, path, before, after):
                for difference in self._at(path, before, after, hidden):
                    if difference.aspect != ALTERNATIVES or not any(_is_in(name, path) for name in found):
                        found.add(path)
                        yield difference

    def _at(self, path: str, ours: Shape | None, theirs: Shape | None, hidden: str) -> Iterator[Difference]:
        if ours is None or theirs is None:
            change: Change = "added" if ours is None else "removed"
            yield Difference(
                self.rate(change, ours, theirs),
                *(self.part, self.subject, path, change),
                ours="" if ours is None else ours.kind,
                theirs="" if theirs is None else theirs.kind,
                operations=self.operations,
            )
            return
        changed = hidden in {*ours.annotations, *theirs.annotations}
        for aspect, before, after in _annotation_aspects(ours, theirs) if changed else _aspects(ours, theirs):
            yield Difference(
                self.rate(aspect, ours, theirs),
                *(self.part, self.subject, path, "changed", aspect, before, after, self.operations),
            )


def _within(path: str, whole: set[str]) -> bool:
    """Whether a value is part of one that was added, removed or changed its type."""
    above = parent(path)
    return bool(path) and (above in whole or _within(above, whole))


def _is_in(path: str, above: str) -> bool:
    return not above or path.startswith((f"{above}.", f"{above}[]"))


def _is_hidden(hidden: str, path: str, ours: Shape | None, theirs: Shape | None) -> bool:
    """Whether a value is not part of this record in either document, or is one without a name in only one."""
    given = [found for found in (ours, theirs) if found is not None]
    only_further = len(given) == 1 and path.rpartition(".")[2] == FURTHER_PROPERTIES
    return only_further or all(hidden in found.annotations for found in given)


def _aspects(ours: Shape, theirs: Shape) -> Iterator[tuple[str, str, str]]:
    if ours.kind != theirs.kind:
        yield "type", ours.kind, theirs.kind
    for aspect in ("required", "nullable"):
        before, after = getattr(ours, aspect), getattr(theirs, aspect)
        if before != after and None not in {before, after}:
            yield aspect, str(before).lower(), str(after).lower()
    if ours.choices != theirs.choices and ours.kind == theirs.kind:
        yield "choices", _only(ours.choices, theirs.choices), _only(theirs.choices, ours.choices)
    if ours.kind == theirs.kind:
        for name, _ in compare_limits(ours.limits, theirs.limits):
            if name != ALTERNATIVES:
                yield name, str(ours.limits.get(name, ANY)), str(theirs.limits.get(name, ANY))
        if ours.alternatives.keys() != theirs.alternatives.keys():
            yield ALTERNATIVES, _names(ours, theirs), _names(theirs, ours)
    yield from _annotation_aspects(ours, theirs)


def _annotation_aspects(ours: Shape, theirs: Shape) -> Iterator[tuple[str, str, str]]:
    for name in compare_annotations(ours.annotations, theirs.annotations):
        yield name, ours.annotations.get(name, NONE), theirs.annotations.get(name, NONE)


def _names(these: Shape, those: Shape) -> str:
    """Return the names of the alternatives that only these have."""
    only = sorted(name for schema, name in these.alternatives.items() if schema not in those.alternatives)
    return ", ".join(only) or ("1" if not these.alternatives else NONE)


def _only(these: frozenset[str] | None, those: frozenset[str] | None) -> str:
    return ANY if these is None else ", ".join(sorted(these - (those or frozenset())))
