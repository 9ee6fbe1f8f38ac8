"""Compare another document with ours, and rate what each difference means for code written for ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pb2b_notebook.openapi.alignment import pairs, place
from pb2b_notebook.openapi.documents import OperationNode, answer_of, envelope_of, operation_nodes, operation_of
from pb2b_notebook.openapi.limits import ALTERNATIVES, compare_limits
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.openapi.schemas import Schemas, mapping
from pb2b_notebook.openapi.severities import SEVERITIES, Rate, Severity, severity_of_received, severity_of_sent
from pb2b_notebook.openapi.shapes import ANYTHING, Shape, parent, shape, shapes, with_whole

Part = Literal["operation", "parameter", "body", "field", "envelope", "scope", "event", "document"]
Change = Literal["added", "removed", "changed"]
ANY = "any"
SILENT = "not described"
# OpenAPI ignores the first three as parameters, and the key is compared as "idempotency".
_OWN_HEADERS = ("accept", "content-type", "authorization", "idempotency-key")


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
            :mod:`pb2b_notebook.openapi.limits` such as ``maxLength``, ``default`` or ``items.pattern``, ``path``,
            ``answer``, ``statuses``, ``media types``, ``scopes``, ``idempotency`` or ``deprecated``; empty otherwise.
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
class _Side:
    """One of the two documents, with its operations by name and their nodes by place."""

    openapi: Mapping[str, Any]
    schemas: Schemas
    operations: Mapping[str, Operation]
    nodes: Mapping[tuple[str, str], OperationNode]

    @classmethod
    def of(cls, openapi: Mapping[str, Any]) -> _Side:
        schemas = Schemas(openapi)
        operations: dict[str, Operation] = {}
        nodes = {}
        for node in operation_nodes(openapi, schemas):
            operation = operation_of(openapi, schemas, node)
            name = operation.id if operation.id not in operations else f"{operation.method} {operation.path}"
            operations[name] = replace(operation, id=name)
            nodes[place(operation)] = node
        return cls(openapi, schemas, operations, nodes)

    def node(self, operation: Operation) -> OperationNode:
        return self.nodes[place(operation)]

    def describes(self, what: Literal["scopes", "idempotency", "headers"]) -> bool:
        """Whether the document describes this for any operation."""
        if what == "headers":
            return any(raw.get("headers") for o in self.operations.values() for raw in _successful(self, o).values())
        if what == "scopes":
            return any(operation.scopes for operation in self.operations.values())
        return any(operation.idempotent for operation in self.operations.values())


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return all differences between two OpenAPI 3.1 documents, most severe first.

    Operations are matched by method and path, whatever their ids and placeholders are, or else by id. The content of an
    added or removed record is not listed again.

    Args:
        ours: Document that the code was written for.
        theirs: The other document.

    Raises:
        ContractError: References of a document form a circle, or expand to too much.

    >>> [d.subject for d in differences({"paths": {"/a": {"get": {}}}}, {"paths": {}})]
    ['GET /a']
    """
    one, other = _Side.of(ours), _Side.of(theirs)
    matched = pairs(one.operations, other.operations.values())
    met = {match.id for _, match in matched if match is not None}
    found = [
        *(_operation("removed", operation) for operation in one.operations.values() if operation.id not in met),
        *(_operation("added", operation) for operation, match in matched if match is None),
        *_scopes(one, other),
        *_silences(one, other),
        *_events(one, other),
    ]
    for operation, match in matched:
        if match is not None:
            found += _pair(one, other, match, operation)
    return tuple(sorted(_merge(found), key=_order))


def _operation(change: Change, operation: Operation) -> Difference:
    where = f"{operation.method} {operation.path}"
    ours, theirs = (where, "") if change == "removed" else ("", where)
    severity: Severity = "breaking" if change == "removed" else "harmless"
    return Difference(severity, "operation", operation.id, "", change, "", ours, theirs, (operation.id,))


def _order(difference: Difference) -> tuple[int, str, str, str, str]:
    d = difference
    return SEVERITIES.index(d.severity), d.part, d.subject, d.name, d.aspect


def _merge(found: Iterable[Difference]) -> Iterator[Difference]:
    """Merge the same difference of the same object in several operations."""
    seen: dict[Difference, dict[str, None]] = {}
    for each in found:
        seen.setdefault(replace(each, operations=()), {}).update(dict.fromkeys(each.operations))
    return (replace(each, operations=tuple(operations)) for each, operations in seen.items())


# --- scopes, idempotency, events --------------------------------------------------------------------------------------


def _scopes(one: _Side, other: _Side) -> Iterator[Difference]:
    if not (one.describes("scopes") and other.describes("scopes")):
        return
    ours, theirs = (
        {scope: None for operation in side.operations.values() for scope in operation.scopes} for side in (one, other)
    )
    yield from (Difference("notable", "scope", s, "", "removed", ours=s) for s in ours if s not in theirs)
    yield from (Difference("harmless", "scope", s, "", "added", theirs=s) for s in theirs if s not in ours)


def _silences(one: _Side, other: _Side) -> Iterator[Difference]:
    """Yield what a document describes for none of its operations, once and not for each operation."""
    for what in ("scopes", "idempotency"):
        if one.describes(what) and not other.describes(what):
            yield Difference("notable", "document", what, "", "changed", what, "described", SILENT)


def _events(one: _Side, other: _Side) -> Iterator[Difference]:
    ours, theirs = (mapping(side.openapi.get("webhooks")) for side in (one, other))
    yield from (Difference("breaking", "event", e, "", "removed", ours=e) for e in ours if e not in theirs)
    yield from (Difference("harmless", "event", e, "", "added", theirs=e) for e in theirs if e not in ours)
    for event in ours:
        if event in theirs:
            bodies = (_event_shapes(one, ours[event]), _event_shapes(other, theirs[event]))
            yield from _RecordComparison("event", event, severity_of_received).differences(*bodies)


def _event_shapes(side: _Side, node: Any) -> dict[str, Shape]:
    body = side.schemas.body(mapping(side.schemas.resolve(node).get("post")).get("requestBody"))
    return {} if body is None else with_whole(side.schemas, body)


# --- one operation ----------------------------------------------------------------------------------------------------


def _pair(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> list[Difference]:
    parameters = _RecordComparison("parameter", ours.id, severity_of_sent, (ours.id,))
    body = _RecordComparison("body", ours.id, severity_of_sent, (ours.id,))
    return [
        *_operation_changes(one, other, ours, theirs),
        *parameters.differences(_parameters(one, ours), _parameters(other, theirs, like=ours)),
        *body.differences(_body(one, ours), _body(other, theirs)),
        *_media_types(ours, _raw_body(one, ours), _raw_body(other, theirs), new="harmless"),
        *_answers(one, other, ours, theirs),
        *_successes(one, other, ours, theirs),
    ]


def _operation_changes(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    def change(severity: Severity, aspect: str, before: str, after: str) -> Difference:
        return Difference(severity, "operation", ours.id, "", "changed", aspect, before, after, (ours.id,))

    if place(ours) != place(theirs):
        yield change("breaking", "path", f"{ours.method} {ours.path}", f"{theirs.method} {theirs.path}")
    if one.describes("scopes") and other.describes("scopes") and set(ours.scopes) != set(theirs.scopes):
        more = set(theirs.scopes) - set(ours.scopes)
        yield change("breaking" if more else "harmless", "scopes", ", ".join(ours.scopes), ", ".join(theirs.scopes))
    if other.describes("idempotency") and ours.idempotent != theirs.idempotent:
        words = {True: "takes a key", False: "takes no key"}
        severity: Severity = "breaking" if ours.idempotent else "harmless"
        yield change(severity, "idempotency", words[ours.idempotent], words[theirs.idempotent])
    before, after = (bool(side.node(o).raw.get("deprecated", False)) for side, o in ((one, ours), (other, theirs)))
    if before != after:
        yield change("notable" if after else "harmless", "deprecated", str(before).lower(), str(after).lower())


def _parameters(side: _Side, operation: Operation, like: Operation | None = None) -> dict[str, Shape]:
    """Return the parameters; placeholders are named as in ``like``: only their positions count."""
    names = dict(zip(operation.path_parameters, (like or operation).path_parameters, strict=False))
    found: dict[str, Shape] = {}
    for p in side.node(operation).parameters:
        if p["in"] in {"path", "query", "cookie"} or (p["in"] == "header" and p["name"].lower() not in _OWN_HEADERS):
            name, schema = _parameter_name(p, names), p.get("schema", {})
            found[name] = replace(shape(side.schemas, schema, required=bool(p.get("required"))), nullable=False)
            found |= shapes(side.schemas, schema, f"{name}.")
    return found


def _parameter_name(parameter: Mapping[str, Any], placeholders: Mapping[str, str]) -> str:
    name: str = parameter["name"]
    if parameter["in"] == "path":
        return placeholders.get(name, name)
    return name if parameter["in"] == "query" else f"{name.lower()} ({parameter['in']})"


def _body(side: _Side, operation: Operation) -> dict[str, Shape]:
    raw = _raw_body(side, operation)
    body = side.schemas.body(raw)
    return {} if body is None else with_whole(side.schemas, body, required=raw.get("required") is True)


def _raw_body(side: _Side, operation: Operation) -> Mapping[str, Any]:
    return side.schemas.resolve(side.node(operation).raw.get("requestBody"))


def _answers(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    (many, before), (still_many, after) = (
        answer_of(side.schemas, side.node(o)) for side, o in ((one, ours), (other, theirs))
    )
    if before is None:
        return
    subject = _object(one, before) or (_object(other, after) if after is not None else "") or ours.id
    if after is None or many != still_many:
        severity: Severity = "notable" if after is None else "breaking"
        new_answer = SILENT if after is None else _amount(still_many)
        yield Difference(severity, "operation", ours.id, "", "changed", "answer", _amount(many), new_answer, (ours.id,))
        return
    fields = _RecordComparison("field", subject, severity_of_received, (ours.id,))
    yield from fields.differences(with_whole(one.schemas, before), with_whole(other.schemas, after))
    envelope = _RecordComparison("envelope", "list" if many else "object", severity_of_received, (ours.id,))
    yield from envelope.differences(_envelope_shapes(one, ours), _envelope_shapes(other, theirs))


def _successes(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    """Yield what differs in the statuses of success, and in their media types and headers."""
    before, after = (_successful(side, o) for side, o in ((one, ours), (other, theirs)))
    if not (before and after):
        return
    yield from _sets(ours, "statuses", before, after)
    for status in before.keys() & after.keys():
        yield from _media_types(ours, before[status], after[status], new="notable")
        if one.describes("headers") and other.describes("headers"):
            headers = _RecordComparison("envelope", "list" if ours.many else "object", _severity_of_header, (ours.id,))
            yield from headers.differences(_headers(one, before[status]), _headers(other, after[status]))


def _severity_of_header(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    if theirs is None and ours is not None and not ours.required:
        return "notable"  # code had to expect a response without it
    return severity_of_received(aspect, ours, theirs)


def _media_types(
    ours: Operation, before: Mapping[str, Any], after: Mapping[str, Any], *, new: Severity
) -> Iterator[Difference]:
    types, their_types = (
        {str(name).partition(";")[0].lower() for name in mapping(holder.get("content"))} for holder in (before, after)
    )
    if types and their_types:
        yield from _sets(ours, "media types", types, their_types, new=new)


def _sets(
    ours: Operation, aspect: str, before: Iterable[str], after: Iterable[str], *, new: Severity = "notable"
) -> Iterator[Difference]:
    gone, come = sorted({*before} - {*after}), sorted({*after} - {*before})
    if gone or come:
        words = (", ".join(gone), ", ".join(come))
        severity: Severity = "breaking" if gone else new
        yield Difference(severity, "operation", ours.id, "", "changed", aspect, *words, (ours.id,))


def _successful(side: _Side, operation: Operation) -> dict[str, Mapping[str, Any]]:
    responses = mapping(side.node(operation).raw.get("responses"))
    return {str(s): side.schemas.resolve(raw) for s, raw in responses.items() if str(s).startswith("2")}


def _headers(side: _Side, response: Mapping[str, Any]) -> dict[str, Shape]:
    return {
        f"{name.lower()} (header)": shape(
            side.schemas, side.schemas.resolve(raw).get("schema", {}), required=bool(mapping(raw).get("required"))
        )
        for name, raw in mapping(response.get("headers")).items()
    }


def _amount(many: bool) -> str:
    return "a list" if many else "one object"


def _object(side: _Side, answer: Any) -> str:
    """Return the type of an object, which its field ``object`` names."""
    named = shape(side.schemas, side.schemas.properties(answer).get("object", {})).choices
    return next(iter(named)) if named and len(named) == 1 else ""


def _envelope_shapes(side: _Side, operation: Operation) -> dict[str, Shape]:
    """Return the shapes of the envelope, and of its data whether they must be there and may be null."""
    envelope = envelope_of(side.schemas, side.node(operation)) or {}
    rest = dict(side.schemas.properties(envelope))
    data, required = rest.pop("data", {}), side.schemas.required_names(envelope)
    found = shapes(side.schemas, {"properties": rest, "required": sorted(required)})
    return found | {"data": Shape(ANYTHING, required="data" in required, nullable=side.schemas.takes_null(data))}


# --- values -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _RecordComparison:
    """The values of one record, in both documents; ``rate`` depends on whether they are sent or received."""

    part: Part
    subject: str
    rate: Rate = field(repr=False)
    operations: tuple[str, ...] = ()

    def differences(self, ours: Mapping[str, Shape], theirs: Mapping[str, Shape]) -> Iterator[Difference]:
        whole = {*ours.keys() ^ theirs.keys()}
        whole |= {path for path in ours.keys() & theirs.keys() if ours[path].kind != theirs[path].kind}
        for path in {**ours, **theirs}:
            if not _within(path, whole):
                yield from self._at(path, ours.get(path), theirs.get(path))

    def _at(self, path: str, ours: Shape | None, theirs: Shape | None) -> Iterator[Difference]:
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
        for aspect, before, after in _aspects(ours, theirs):
            yield Difference(
                self.rate(aspect, ours, theirs),
                *(self.part, self.subject, path, "changed", aspect, before, after, self.operations),
            )


def _within(path: str, whole: set[str]) -> bool:
    """Whether a value is part of one that was added, removed or changed its type."""
    above = parent(path)
    return bool(path) and (above in whole or _within(above, whole))


def _aspects(ours: Shape, theirs: Shape) -> Iterator[tuple[str, str, str]]:
    if ours.kind != theirs.kind:
        yield "type", ours.kind, theirs.kind
    for aspect in ("required", "nullable"):
        before, after = getattr(ours, aspect), getattr(theirs, aspect)
        if before != after:
            yield aspect, str(before).lower(), str(after).lower()
    if ours.choices != theirs.choices and ours.kind == theirs.kind:
        yield "choices", _only(ours.choices, theirs.choices), _only(theirs.choices, ours.choices)
    if ours.kind == theirs.kind:
        for name, _ in compare_limits(ours.limits, theirs.limits):
            none = "1" if name == ALTERNATIVES else ANY
            yield name, str(ours.limits.get(name, none)), str(theirs.limits.get(name, none))


def _only(these: frozenset[str] | None, those: frozenset[str] | None) -> str:
    return ANY if these is None else ", ".join(sorted(these - (those or frozenset())))
