"""Compare another document with ours, and rate what each difference means for code written for ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from pb2b_notebook.openapi.alignment import pairs, place
from pb2b_notebook.openapi.annotations import STYLE, annotations_of, compare_annotations
from pb2b_notebook.openapi.documents import OperationNode, answer_of, envelope_of, operation_nodes, operation_of
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.openapi.record_comparison import NONE, Change, Difference, RecordComparison
from pb2b_notebook.openapi.schemas import Schemas, is_json, mapping, sequence
from pb2b_notebook.openapi.severities import (
    SEVERITIES,
    Severity,
    severity_of_annotation,
    severity_of_body,
    severity_of_parameter,
    severity_of_received,
)
from pb2b_notebook.openapi.shapes import ANYTHING, Shape, shape, shapes, with_whole

__all__ = ["Difference", "differences"]

SILENT = "not described"
# OpenAPI ignores the first three as parameters, and the key is compared as "idempotency".
_OWN_HEADERS: Final = ("accept", "content-type", "authorization", "idempotency-key")
_STYLES: Final = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
"""How a parameter is written unless the document says another way. Source: OpenAPI 3.1, Parameter Object."""
# Documents that share fewer of them than this have their own, which are not compared.
_SHARED: Final = 0.5


@dataclass(frozen=True)
class _Side:
    """One of the two documents, with its operations by name and their nodes by place."""

    openapi: Mapping[str, Any]
    schemas: Schemas
    operations: Mapping[str, Operation]
    nodes: Mapping[tuple[str, str], OperationNode]
    _values: dict[tuple[int, bool], dict[str, Shape]] = field(default_factory=dict, repr=False)

    def values(self, raw: Any, *, required: bool = True) -> dict[str, Shape]:
        """Return the shapes of the values in a schema of this document, by path; many responses have the same one."""
        schema = self.schemas.resolve(raw)
        key = id(schema), required  # the document keeps its nodes
        if key not in self._values:
            self._values[key] = with_whole(self.schemas, schema, required=required)
        return self._values[key]

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

    @cached_property
    def described(self) -> frozenset[str]:
        """What the document describes for any operation."""
        operations = self.operations.values()
        responses = (raw for node in self.nodes.values() for raw in _responses_of(self, node).values())
        security = "security" in self.openapi or any("security" in node.raw for node in self.nodes.values())
        found = {
            "scopes": any(operation.scopes for operation in operations),
            "idempotency": any(operation.idempotent for operation in operations),
            "security": security,
            "headers": any(raw.get("headers") for raw in responses),
        }
        return frozenset(what for what, is_described in found.items() if is_described)


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return all differences between two OpenAPI 3.1 documents, most severe first.

    Operations are matched by method and path, whatever their ids and placeholders are, or else by id. The content of an
    added or removed record is not listed again.

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
        *_servers(one, other),
    ]
    both = [(match, operation) for operation, match in matched if match is not None]
    for match, operation in both:
        found += _pair(one, other, match, operation)
    found += _labels(one, other, both, "operationId", "notable")
    found += _labels(one, other, both, "tags", "harmless")
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
    if not ("scopes" in one.described and "scopes" in other.described):
        return
    ours, theirs = (
        {scope: None for operation in side.operations.values() for scope in operation.scopes} for side in (one, other)
    )
    yield from (Difference("notable", "scope", s, "", "removed", ours=s) for s in ours if s not in theirs)
    yield from (Difference("harmless", "scope", s, "", "added", theirs=s) for s in theirs if s not in ours)


def _silences(one: _Side, other: _Side) -> Iterator[Difference]:
    """Yield what a document describes for none of its operations, once and not for each operation."""
    for what in ("scopes", "idempotency", "headers"):
        if what in one.described and what not in other.described:
            yield Difference("notable", "document", what, "", "changed", what, "described", SILENT)


def _events(one: _Side, other: _Side) -> Iterator[Difference]:
    ours, theirs = _event_nodes(one), _event_nodes(other)
    yield from (Difference("breaking", "event", e, "", "removed", ours=e) for e in ours if e not in theirs)
    yield from (Difference("harmless", "event", e, "", "added", theirs=e) for e in theirs if e not in ours)
    for event in ours:
        if event in theirs:
            bodies = (_event_shapes(one, ours[event]), _event_shapes(other, theirs[event]))
            yield from RecordComparison("event", event, severity_of_received).differences(*bodies)


def _event_nodes(side: _Side) -> dict[str, Any]:
    """Return the webhooks, and the callbacks of operations, by name."""
    callbacks: dict[str, Any] = {
        name: next(iter(mapping(side.schemas.resolve(callback)).values()), {})
        for node in side.nodes.values()
        for name, callback in mapping(node.raw.get("callbacks")).items()
    }
    return {**callbacks, **mapping(side.openapi.get("webhooks"))}


def _event_shapes(side: _Side, node: Any) -> dict[str, Shape]:
    body = side.schemas.body(mapping(side.schemas.resolve(node).get("post")).get("requestBody"))
    return {} if body is None else side.values(body)


def _servers(one: _Side, other: _Side) -> Iterator[Difference]:
    ours, theirs = (
        {
            urlsplit(url).netloc
            for s in sequence(side.openapi.get("servers"))
            if isinstance(url := mapping(s).get("url"), str)
        }
        - {""}
        for side in (one, other)
    )
    if ours and theirs and ours.isdisjoint(theirs):
        hosts = (", ".join(sorted(ours)), ", ".join(sorted(theirs)))
        yield Difference("notable", "document", "servers", "", "changed", "servers", *hosts)


# --- one operation ----------------------------------------------------------------------------------------------------


def _pair(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> list[Difference]:
    parameters = RecordComparison("parameter", ours.id, severity_of_parameter, (ours.id,))
    body = RecordComparison("body", ours.id, severity_of_body, (ours.id,))
    before, after = _raw_body(one, ours), _raw_body(other, theirs)
    return [
        *_operation_changes(one, other, ours, theirs),
        *_security(one, other, ours, theirs),
        *parameters.differences(_parameters(one, ours), _parameters(other, theirs, like=ours)),
        *body.differences(*_bodies(one, other, before, after)),
        *_other_contents(one, other, before, after, body),
        *_media_types(ours, before, after, new="harmless"),
        *_answers(one, other, ours, theirs),
        *_responses(one, other, ours, theirs),
    ]


def _labels(
    one: _Side, other: _Side, both: Sequence[tuple[Operation, Operation]], aspect: str, severity: Severity
) -> Iterator[Difference]:
    """Yield the operations with another label, if the documents share most of them; and those that lost theirs."""
    labels = [
        (ours.id, *(_label(side.node(o).raw.get(aspect)) for side, o in ((one, ours), (other, theirs))))
        for ours, theirs in both
    ]
    share = sum(before == after for _, before, after in labels) >= _SHARED * len(labels)
    for name, before, after in labels:
        if before and before != after and (share or not after):
            yield Difference(severity, "operation", name, "", "changed", aspect, before, after or NONE, (name,))


def _label(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(sorted(map(str, sequence(value))))


def _operation_changes(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    def change(severity: Severity, aspect: str, before: str, after: str) -> Difference:
        return Difference(severity, "operation", ours.id, "", "changed", aspect, before, after, (ours.id,))

    if place(ours) != place(theirs):
        yield change("breaking", "path", f"{ours.method} {ours.path}", f"{theirs.method} {theirs.path}")
    if "scopes" in one.described and "scopes" in other.described and set(ours.scopes) != set(theirs.scopes):
        more = set(theirs.scopes) - set(ours.scopes)
        yield change("breaking" if more else "harmless", "scopes", ", ".join(ours.scopes), ", ".join(theirs.scopes))
    if "idempotency" in other.described and ours.idempotent != theirs.idempotent:
        words = {True: "takes a key", False: "takes no key"}
        severity: Severity = "breaking" if ours.idempotent else "harmless"
        yield change(severity, "idempotency", words[ours.idempotent], words[theirs.idempotent])
    before, after = (annotations_of(side.node(o).raw) for side, o in ((one, ours), (other, theirs)))
    for name in compare_annotations(before, after):
        yield change(severity_of_annotation(name, before, after), name, before.get(name, NONE), after.get(name, NONE))


def _security(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    """Yield whether the keys that the code has are refused, or optional; once for all operations with it."""
    if not ("security" in one.described and "security" in other.described):
        return
    before, after = (_ways_in(side, o) for side, o in ((one, ours), (other, theirs)))
    if before == after:
        return
    lost = before - after
    severity: Severity = "harmless" if not lost or "" in after else "notable" if before & after else "breaking"
    words, their_words = (" or ".join(sorted(way or "none" for way in ways)) for ways in (before, after))
    yield Difference(severity, "document", "security", "", "changed", "security", words, their_words, (ours.id,))


def _ways_in(side: _Side, operation: Operation) -> set[str]:
    """Return the ways to authenticate, as text; the empty one is that without a key."""
    schemes = mapping(mapping(side.openapi.get("components")).get("securitySchemes"))
    ways = sequence(side.node(operation).raw.get("security", side.openapi.get("security")))
    return {
        " and ".join(sorted(_scheme_text(side.schemas.resolve(schemes.get(name)), name) for name in mapping(way)))
        for way in ways
    } or {""}


def _scheme_text(scheme: Mapping[str, Any], name: str) -> str:
    parts = [str(scheme[part]).lower() for part in ("type", "scheme", "in", "name") if part in scheme]
    return " ".join(parts) or name


def _parameters(side: _Side, operation: Operation, like: Operation | None = None) -> dict[str, Shape]:
    """Return the parameters; placeholders are named as in ``like``: only their positions count."""
    names = dict(zip(operation.path_parameters, (like or operation).path_parameters, strict=False))
    found: dict[str, Shape] = {}
    for p in side.node(operation).parameters:
        if p["in"] in {"path", "query", "cookie"} or (p["in"] == "header" and p["name"].lower() not in _OWN_HEADERS):
            contents = [mapping(content).get("schema", {}) for content in mapping(p.get("content")).values()]
            name, schema = _parameter_name(p, names), p.get("schema", next(iter(contents), {}))
            value = shape(side.schemas, schema, required=bool(p.get("required")))
            notes = {**value.annotations, **annotations_of(p), **_style(p, value)}
            found[name] = replace(value, nullable=False, annotations=notes)
            found |= shapes(side.schemas, schema, f"{name}.")
    return found


def _style(parameter: Mapping[str, Any], value: Shape) -> dict[str, str]:
    """Return how a list or a record is written, unless each value stands alone: ``a=1&a=2``."""
    style = parameter.get("style", _STYLES[parameter["in"]])
    explode = parameter.get("explode", style == "form")
    is_plain = not any(kind in value.kind for kind in ("list", "record"))
    if is_plain or (style == "form" and explode):
        return {}
    return {STYLE: f"{style}, {'exploded' if explode else 'joined'}"}


def _parameter_name(parameter: Mapping[str, Any], placeholders: Mapping[str, str]) -> str:
    name: str = parameter["name"]
    if parameter["in"] == "path":
        return placeholders.get(name, name)
    return name if parameter["in"] == "query" else f"{name.lower()} ({parameter['in']})"


def _bodies(
    one: _Side, other: _Side, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[dict[str, Shape]]:
    """Yield the values of both bodies, by path; those of JSON only if neither has other media types instead."""
    schemas = [side.schemas.body(raw) for side, raw in ((one, before), (other, after))]
    contents = [mapping(raw.get("content")) for raw in (before, after)]
    others = any(content and not any(map(is_json, content)) for content in contents)
    for side, raw, body in zip((one, other), (before, after), schemas, strict=True):
        required = raw.get("required") is True
        if body is None or others:
            yield {"": Shape(ANYTHING, required=required, nullable=None)} if raw else {}
        else:
            yield side.values(body, required=required)


def _raw_body(side: _Side, operation: Operation) -> Mapping[str, Any]:
    return side.schemas.resolve(side.node(operation).raw.get("requestBody"))


def _answers(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    (many, before, is_whole), (still_many, after, _) = _answer(one, ours), _answer(other, theirs)
    if is_whole:
        still_many, after, _ = _whole_answer(other, theirs)
    if before is None:
        return
    subject = _object(one, before) or (_object(other, after) if after is not None else "") or ours.id
    if after is None or (many != still_many and not is_whole):
        severity: Severity = "notable" if after is None else "breaking"
        new_answer = SILENT if after is None else _amount(still_many)
        yield Difference(severity, "operation", ours.id, "", "changed", "answer", _amount(many), new_answer, (ours.id,))
        return
    fields = RecordComparison("field", subject, severity_of_received, (ours.id,))
    yield from fields.differences(one.values(before), other.values(after))
    if not is_whole:
        envelope = RecordComparison("envelope", "list" if many else "object", severity_of_received, (ours.id,))
        yield from envelope.differences(_envelope_shapes(one, ours), _envelope_shapes(other, theirs))


def _answer(side: _Side, operation: Operation) -> tuple[bool, Any, bool]:
    """Return whether the data are a list, the schema of them or of each, and whether there is no envelope."""
    envelope = envelope_of(side.schemas, side.node(operation))
    if envelope is not None and "data" not in side.schemas.properties(envelope):
        return _whole_answer(side, operation)
    return (*answer_of(side.schemas, side.node(operation)), False)


def _whole_answer(side: _Side, operation: Operation) -> tuple[bool, Any, bool]:
    return operation.many, envelope_of(side.schemas, side.node(operation)), True


def _responses(one: _Side, other: _Side, ours: Operation, theirs: Operation) -> Iterator[Difference]:
    """Yield what differs in the statuses, and in the media types, headers and further bodies of each."""
    before, after = (_responses_of(side, side.node(o)) for side, o in ((one, ours), (other, theirs)))
    if not (before and after):
        return
    for is_success, gone in ((True, "breaking"), (False, "harmless")):
        statuses, their_statuses = ([s for s in found if s.startswith("2") == is_success] for found in (before, after))
        if statuses and (their_statuses or is_success):
            new: Severity = "notable" if is_success else "harmless"
            yield from _sets(ours, "statuses", statuses, their_statuses, gone=gone, new=new)  # type: ignore[arg-type]
    main = min((status for status in before if status.startswith("2")), default="")
    for status in before.keys() & after.keys():
        subject = ours.id if status.startswith("2") else "error"
        fields = RecordComparison("field", subject, severity_of_received, (ours.id,))
        yield from _media_types(ours, before[status], after[status], new="notable")
        yield from _other_contents(one, other, before[status], after[status], fields)
        bodies = [side.schemas.body(found[status]) for side, found in ((one, before), (other, after))]
        if status != main and None not in bodies:
            yield from fields.differences(*map(_Side.values, (one, other), bodies))
        if "headers" in one.described and "headers" in other.described:
            headers = RecordComparison("envelope", "list" if ours.many else "object", _severity_of_header, (ours.id,))
            yield from headers.differences(_headers(one, before[status]), _headers(other, after[status]))


def _severity_of_header(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    if theirs is None and ours is not None and not ours.required:
        return "notable"  # code had to expect a response without it
    if aspect == "type" and ours is not None and ours.kind == "text":
        return "harmless"  # all headers are text
    return severity_of_received(aspect, ours, theirs)


def _other_contents(
    one: _Side, other: _Side, before: Mapping[str, Any], after: Mapping[str, Any], record: RecordComparison
) -> Iterator[Difference]:
    """Yield what differs in the schemas of other media types than the JSON that is compared first."""
    contents, theirs = (
        {_media_type(name): mapping(content).get("schema") for name, content in mapping(holder.get("content")).items()}
        for holder in (before, after)
    )
    first = next(filter(is_json, contents), "")
    for name in contents.keys() & theirs.keys() - {first}:
        schemas = contents[name], theirs[name]
        if None not in schemas:
            yield from record.differences(*map(_Side.values, (one, other), schemas))


def _media_types(
    ours: Operation, before: Mapping[str, Any], after: Mapping[str, Any], *, new: Severity
) -> Iterator[Difference]:
    types, their_types = ({*map(_media_type, mapping(holder.get("content")))} for holder in (before, after))
    if types and their_types:
        gone = types - their_types
        # A response that is JSON is read as JSON, whatever it is called.
        still_read = new == "notable" and all(map(is_json, gone)) and any(map(is_json, their_types))
        yield from _sets(ours, "media types", types, their_types, gone="notable" if still_read else "breaking", new=new)


def _media_type(name: Any) -> str:
    return str(name).partition(";")[0].strip().lower()


def _sets(
    ours: Operation, aspect: str, before: Iterable[str], after: Iterable[str], *, gone: Severity, new: Severity
) -> Iterator[Difference]:
    missing, more = sorted({*before} - {*after}), sorted({*after} - {*before})
    if missing or more:
        words = (", ".join(missing), ", ".join(more))
        severity: Severity = gone if missing else new
        yield Difference(severity, "operation", ours.id, "", "changed", aspect, *words, (ours.id,))


def _responses_of(side: _Side, node: OperationNode) -> dict[str, Mapping[str, Any]]:
    responses = mapping(node.raw.get("responses"))
    return {str(status): side.schemas.resolve(raw) for status, raw in responses.items()}


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
