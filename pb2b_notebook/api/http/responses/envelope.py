"""Read the envelope of a response: a page or a single object. Pure functions, tolerant of variants.

The contract's envelopes are read first. A live service may differ from our reconstruction: the variants listed under
"Reading tolerantly" in the documentation are read as well.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

from pb2b_notebook.api.http.responses import headers, object_forms, object_ids, paging
from pb2b_notebook.api.http.responses.list_location import find_list, is_absent, rows_of_columns
from pb2b_notebook.api.http.responses.reply import Reply, printable
from pb2b_notebook.credentials import is_secret
from pb2b_notebook.errors import NotJSONError, ProtocolError
from pb2b_notebook.frames.extraction import RawRecords
from pb2b_notebook.frames.strict_json import elements, join_members, members
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.openapi.object_descriptions import HOLDERS, IDS, fold, noun_of, singular_of
from pb2b_notebook.openapi.operations import Operation

Raws = Sequence[Any]
_LINES: Final = re.compile(r"ndjson|jsonl|json-?lines", re.IGNORECASE)
"""Media type of a response with an object on each line."""

LONGEST_ID = 200
_FIELD_NAME: Final = re.compile(r"[A-Za-z_]\w{0,59}", re.ASCII)
_IDS = frozenset(IDS)
_PARTS = frozenset((*HOLDERS, *object_ids.OWN_PARTS))
"""Members that an object has parts of itself under: it is not under their name."""
_ENOUGH_FIELDS = 3
"""Declared fields by which an object is known under any name."""
WRAPPERS: Final = frozenset({"result", "response", "payload", "output", "d", "item", "responsedata"})
"""Members of an envelope that have the object, folded, as the contract's ``data``. Sources: JSON-RPC 2.0, OData 2."""
_BESIDE_OBJECT: Final = frozenset({"header", "headers", "responseheader", "meta", "metadata", "links", "warnings"})
"""Members beside such a one, folded."""
_MUTATION: Final = re.compile(r"(create|insert|add|save|upsert|update|edit|patch|set|delete|remove)d?(one)?")
_COUNTS_OF_A_PAGE: Final = ("result_count", "resultCount", "count", "numResults")
ACCEPTED = 202
"""Status of a response to a request that is carried out later. Source: RFC 9110, section 15.3.3."""
NO_CONTENT = 204
"""Status of a response without a body: some services answer an empty list so. Source: RFC 9110, section 15.3.5."""
_UNFINISHED = frozenset({202, 206})
"""Statuses of a response that may not be whole: "accepted" and "partial content". Source: RFC 9110."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes:
        records: JSON bytes of each record, not decoded.
        next_cursor: Cursor of the next page; ``None`` on the last page.
        promises_more: Whether the service reports another page.
        ends: Whether the service reports that this is the last page.
        parameter: Query parameter that takes the next cursor, if the response shows it; else empty.
        names: Query parameters that may take it, spelled as the response spells its name.
        total: Number of all matching rows, where the service counts them.
        request_id: Id of the request.
        served_at: The service's time when it made the response, which a cache may have kept since; ``None`` without a
            ``Date`` header.
        size: Size of the decoded response, in bytes.
        number: Number of this page, where the next cursor is computed from it; ``None`` for other cursors.
        last: Number of the last page, or how many pages there are, if their numbers begin at 0.
        disputed: Whether a part of the response contradicts its next cursor.
        position: Whether the next cursor is a place in the list, which other rows take when a row before it goes.
        unfinished: What says that a response may not be whole, its status or a flag; empty for others.
        absent: Whether the list is null, which may mean that it is empty, or that the service could not read it.
        forms: What differed of the form of the objects, which are in the contract's form here.
        documented: Whether the next cursor is where the contract has it.
        beyond: Place after a page that is the last one by a count; the count may be capped.
        bare_cursor: Whether nothing but a cursor says that a page follows.
        open_end: Whether its cursor was left out, because those before it led to empty pages, as in a feed.
        beside: Text that may be the next cursor or that of this page, where nothing says whether a page follows.
        room: How many rows fit on the page, if the response says so.
    """

    records: Raws = field(repr=False)
    next_cursor: str | None
    total: int | None
    request_id: str | None
    promises_more: bool = False
    ends: bool = False
    parameter: str = ""
    served_at: datetime | None = None
    size: int = 0
    number: int | None = None
    last: int | None = None
    disputed: bool = False
    position: bool = False
    unfinished: str = ""
    absent: bool = False
    forms: frozenset[str] = frozenset()
    documented: bool = False
    beyond: str | None = None
    names: tuple[str, ...] = ()
    bare_cursor: bool = False
    open_end: bool = False
    beside: str | None = None
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One object: its JSON bytes (``null`` for a response without a body) and the id of its request."""

    data: bytes = field(repr=False)
    request_id: str | None
    replayed: bool = False


def page(reply: Reply) -> Page:
    """Return the page in a list envelope.

    Raises:
        NotJSONError: The body is not JSON, is broken, or names a key twice.
        ProtocolError: The body is JSON, but not a list, or it reports a failure beside the list.
    """
    if reply.status == NO_CONTENT and not reply.body.strip():
        return Page((), None, None, request_id(reply), ends=True, served_at=headers.creation_time(reply))
    records, rest = _split_list(reply)
    if any(rest.get(name) for name in ("error", "errors")):
        raise ProtocolError(
            "the service reports a failure beside the list, so that rows may be missing",
            request_id=request_id(reply, rest),
            repair="read it again; if it persists, quote the request_id to support",
            attempts=reply.attempts,
        )
    served_at = headers.creation_time(reply)
    formed, forms = object_forms.in_contract_form(records, reply.operation, served_at, reply.custom)
    found = paging.read_paging(rest, reply.headers.get("link"), headers=reply.headers, rows=len(records))
    unfinished = str(reply.status) if reply.status in _UNFINISHED else paging.unfinished_flag(rest)
    if unfinished:
        found = replace(found, ends=False, more=found.more or found.total is None)
    return Page(
        records=formed,
        next_cursor=found.cursor,
        total=found.total,
        request_id=request_id(reply, rest),
        promises_more=found.more,
        ends=found.ends,
        parameter=found.parameter,
        served_at=served_at,
        size=len(reply.body),
        number=found.number,
        last=found.last,
        disputed=found.disputed,
        position=found.position,
        unfinished=unfinished,
        absent=not records and "data" in rest and rest["data"] is None,
        forms=forms,
        documented=isinstance(pagination := rest.get("pagination"), dict) and "next_cursor" in pagination,
        beyond=found.beyond,
        names=found.names,
        bare_cursor=found.bare,
        beside=found.beside,
        room=paging.stated_size(rest),
    )


def unwrap(reply: Reply) -> Envelope:
    """Return the object in an envelope; an empty body, as of a DELETE, is ``null``.

    Raises:
        NotJSONError: The body is not JSON, is broken, or names a key twice.
    """
    replayed = reply.headers.get("idempotent-replayed", "").lower() == "true"
    if not reply.body.strip():
        return Envelope(b"null", request_id(reply), replayed)
    whole = parse_strict_json(reply.body, reply)
    one_only = reply.operation is not None and not reply.operation.many
    if one_only and _is_list_of_one(whole):
        return unwrap(replace(reply, body=bytes(_rows_of(reply.body, reply)[0])))
    if not isinstance(whole, dict):
        return Envelope(reply.body, request_id(reply), replayed)
    top = _top_level(reply)
    wrapped = _wrapper_of(whole, reply.operation)
    if wrapped is not None:
        return replace(unwrap(replace(reply, body=bytes(top[wrapped]))), request_id=request_id(reply, whole))
    data = bytes(top["data"]) if "data" in top else reply.body
    if one_only and _is_list_of_one(whole.get("data")):
        whole = {**whole, "data": whole["data"][0]}
        data = bytes(_rows_of(data, reply)[0])
    operation = reply.operation if data.lstrip()[:1] == b"{" else None
    if operation is not None:
        data = _under_its_name(data, whole.get("data", whole), operation)
    data = _with_secrets_beside(data, whole) if "data" in top else data
    one = None if operation is None or operation.many else operation
    [data], _ = object_forms.in_contract_form([data], one, headers.date(reply), reply.custom)
    data = _with_id_of_path(bytes(data), reply) if one is not None else bytes(data)
    return Envelope(data, request_id(reply, whole), replayed)


def _with_id_of_path(data: bytes, reply: Reply) -> bytes:
    """Return an object that was read by its id, and does not repeat it, with that id."""
    operation = reply.operation
    if operation is None or operation.method != "GET" or not operation.path.endswith("/{id}") or not reply.path:
        return data
    found = {member.name: member.text for member in members(data)}
    if found.get("id", "null") != "null" or len(found.keys() & operation.names) < _ENOUGH_FIELDS:
        return data
    given = json.dumps(unquote(reply.path.rpartition("/")[2]))
    return join_members({"id": given, **{name: text for name, text in found.items() if name != "id"}})


def _wrapper_of(whole: Any, operation: Operation | None) -> str | None:
    """Return the member with the object, in an envelope such as that of JSON-RPC, which has an id of its own."""
    if not isinstance(whole, dict) or operation is None or operation.many or "data" in whole:
        return None
    if "jsonrpc" in whole and "result" in whole:
        return "result"
    part = operation.path.partition("/{")[0].rpartition("/")[2].replace("-", "_").lower()
    named: list[str] = [name for name, value in whole.items() if name.lower() == part and _is_list_of_one(value)]
    if named:
        return named[0]  # as in the envelope of Xero, which has an id of its own
    inside: list[str] = [name for name, value in whole.items() if isinstance(value, dict | list)]
    known = {field.name for field in operation.fields}
    found = [name for name in inside if fold(name) in WRAPPERS and name not in known]
    others = {fold(name) for name in inside if name not in found}
    return found[0] if len(found) == 1 and others <= _BESIDE_OBJECT else None


def _is_list_of_one(data: Any) -> bool:
    """Whether data are a list with the only object, as Zoho and PostgREST answer with."""
    return isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict)


def _under_its_name(data: bytes, found: Any, operation: Operation) -> bytes:
    """Return the object that an envelope has under its name, as ``{"lead": {…}}`` and the responses of GraphQL have.

    Under a name of its own, the object is known by its fields; what is beside it, such as the workspace of a key, is
    kept with it.
    """
    if operation.many or any(fold(name) == "id" for name in found):
        return data
    nouns = {noun_of(operation.path), singular_of(operation.id.partition(".")[0])} - {f.name for f in operation.fields}
    name = next((n for n in found if n.lower() in nouns and isinstance(found[n], dict) and found[n]), None)
    declared = {field.name for field in operation.fields}
    mutation = next((n for n in found if isinstance(found[n], dict) and _names_mutation(n, nouns)), None)
    if name is None and mutation is not None:  # {"createLead": {"lead": {…}}}
        return _under_its_name(_raw_parts(data)[mutation], found[mutation], operation)
    name = name or _name_by_fields(found, declared)
    if name is None:
        return data
    parts = {each.name: each.text for each in members(data)}
    inner = parts.pop(name)
    beside = {other: text for other, text in parts.items() if other in declared and other not in found[name]}
    return f"{{{''.join(f'{json.dumps(other)}:{text},' for other, text in beside.items())}{inner[1:]}".encode()


def _raw_parts(data: bytes) -> dict[str, bytes]:
    return {member.name: member.text.encode() for member in members(data)}


def _names_mutation(name: str, nouns: Collection[str]) -> bool:
    """Whether a name is that of a mutation of GraphQL on an object, such as ``createLead`` or ``leadCreate``."""
    return any(_MUTATION.fullmatch(fold(name).replace(fold(noun), "")) for noun in nouns if fold(noun) in fold(name))


def _name_by_fields(found: Mapping[str, Any], declared: set[str]) -> str | None:
    """Return the name under which an envelope has an object with the declared fields, which it lacks itself."""
    own = {name for name in found if name in (declared | _IDS) - {"request_id"} and not isinstance(found[name], dict)}
    folded = {fold(name) for name in declared}
    counts = {
        name: len(folded & {fold(key) for key in value})
        for name, value in found.items()
        if isinstance(value, dict) and name not in declared | _PARTS and not own
    }
    most = max(counts.values(), default=0)
    best = [name for name, count in counts.items() if count == most >= _ENOUGH_FIELDS]
    return best[0] if len(best) == 1 else None


def _with_secrets_beside(data: bytes, whole: Mapping[str, Any]) -> bytes:
    """Return an object with the secrets that are beside it in the envelope: they are shown only once."""
    found = whole["data"]
    if not isinstance(found, dict):
        return data
    beside = {name: value for name, value in whole.items() if name not in found and is_secret(name, value)}
    return json.dumps(found | beside).encode() if beside else data


_DRIFT = "the service differs from our contract here; compare with `pb2b contract` and report it"


def _top_level(reply: Reply) -> dict[str, bytes]:
    """Split the top level of the envelope into raw values, without decoding them."""
    import msgspec

    try:
        top: dict[str, bytes] = msgspec.json.decode(reply.body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        # msgspec stops at the first unexpected byte; the rest may not be JSON at all.
        parse_strict_json(reply.body, reply)
        raise ProtocolError(
            "the response is JSON, but not an envelope",
            request_id=request_id(reply),
            repair=_DRIFT,
            attempts=reply.attempts,
        ) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _raw_members(reply.body, reply)
    return top


def _split_list(reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """Return the raw records of a list, and the rest of the envelope, decoded exactly."""
    import msgspec

    try:
        records: Raws = _list_decoder().decode(reply.body).data
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _split_list_exactly(reply)
    if records and bytes(records[0])[:1] == b"[":  # rows of cells, below the names of their columns
        return _split_list_exactly(reply)
    if not records:
        return records, parse_strict_json(reply.body, reply)
    start, end = _span_of(records, reply.body)
    # The rest is decoded again, since msgspec accepts a key that is named twice.
    rest = parse_strict_json(reply.body[:start] + reply.body[end:], reply)
    return RawRecords(records, [memoryview(reply.body)[start:end]]), rest


@cache
def _list_decoder() -> Any:
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Listing", [("data", list[msgspec.Raw])]))


def _span_of(records: Raws, body: bytes) -> tuple[int, int]:
    """Return where in a response its records begin and end: they are views into it."""
    whole, first, last = (pa.py_buffer(one) for one in (body, records[0], records[-1]))
    return first.address - whole.address, last.address + last.size - whole.address


def _split_list_exactly(reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """Split a list that msgspec refuses, which may still be legal JSON."""
    if _LINES.search(reply.headers.get("content-type", "")):
        lines = b",".join(line for line in reply.body.splitlines() if line.strip())
        return _split_lines(_rows_of(b"[" + lines + b"]", reply), reply)
    if reply.body.lstrip()[:1] == b"[":
        return _rows_of(reply.body, reply), {}
    top = {name: bytes(value) for name, value in _top_level(reply).items()}
    cells = rows_of_columns(top) if re.match(rb"\[\s*\[", top.get("data", b"")) else None
    rows = cells or (top.pop("data") if top.get("data", b"")[:1] == b"[" else None)
    if rows is None:
        path = "" if reply.operation is None else reply.operation.path
        found = find_list(top, lambda text: _raw_members(text, reply), path)
        if found is None and is_absent(top, path):
            found = b"[]", {**top, "data": b"null"}
        if found is None and _is_empty({key: parse_strict_json(value, reply) for key, value in top.items()}, reply):
            found = b"[]", top
        if found is None:
            raise ProtocolError(
                "the response to a list is not a list",
                request_id=request_id(reply),
                repair=_DRIFT,
                attempts=reply.attempts,
            )
        rows, top = found
    return _rows_of(rows, reply), {key: parse_strict_json(value, reply) for key, value in top.items()}


def _split_lines(lines: Raws, reply: Reply) -> tuple[Raws, dict[str, Any]]:
    """Return the rows of a list with one on each line, and what its first or last line says that is not a row."""
    for at in (0, -1) if lines else ():
        found = parse_strict_json(bytes(lines[at]), reply)
        others = _top_level(replace(reply, body=bytes(lines[1 if at == 0 else -2]))) if len(lines) > 1 else {}
        if isinstance(found, dict) and not found.keys() & (_IDS | {"id"} | others.keys()):
            inner = next(iter(found.values())) if len(found) == 1 else None
            rest = inner if isinstance(inner, dict) else found
            pages = paging.read_paging(rest)
            if others or pages.cursor or pages.ends or pages.more or pages.total is not None:
                return (lines[1:] if at == 0 else lines[:-1]), rest
    return lines, {}


def _is_empty(rest: Mapping[str, Any], reply: Reply) -> bool:
    """Whether an envelope without a list counts no rows, or none on this page: HAL leaves empty lists out."""
    found = paging.read_paging(rest, reply.headers.get("link"), headers=reply.headers)
    inside = [rest, *(value for value in rest.values() if isinstance(value, dict))]
    counted = any(part.get(name) == 0 for part in inside for name in _COUNTS_OF_A_PAGE)
    return found.total == 0 or counted or (found.total is not None and found.ends and "_links" in rest)


def _rows_of(text: bytes, reply: Reply) -> Raws:
    import msgspec

    try:
        records: Raws = msgspec.json.decode(text, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        records = _cut_exactly(elements, text, reply)
    if records and bytes(records[0])[:1] != b"{":
        raise ProtocolError("the rows of the list are not objects", request_id=request_id(reply), repair=_DRIFT)
    return records


def _raw_members(text: bytes, reply: Reply) -> dict[str, bytes]:
    return {member.name: member.text.encode() for member in _cut_exactly(members, text, reply)}


def _cut_exactly(cut: Callable[[bytes], list[Any]], text: bytes, reply: Reply) -> list[Any]:
    """Cut with the slow parser, which also accepts legal JSON that is invalid Unicode (escaped unpaired surrogates)."""
    try:
        return cut(bytes(text))
    except ProtocolError:
        raise _not_json(reply) from None


def parse_strict_json(body: bytes, reply: Reply | None = None) -> Any:
    """Decode strict JSON: UTF-8, bounded depth, no NaN or Infinity, no key that is named twice.

    Raises:
        NotJSONError: The text is anything else.

    >>> parse_strict_json(b'{"a": 1}')
    {'a': 1}
    """
    try:
        return _STRICT.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _not_json(reply) from None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


_STRICT: Final = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_unique)


def _not_json(reply: Reply | None) -> NotJSONError:
    if reply is None:
        return NotJSONError("the text is not strict JSON")
    kind = reply.headers.get("content-type", "no content type").partition(";")[0][:60]
    if reason := _invalid_value(reply.body):
        return NotJSONError(
            f"the response ({reply.status}, {len(reply.body):,} bytes) is not strict JSON: {reason}",
            request_id=request_id(reply),
            attempts=reply.attempts,
            repair="read other objects by a filter, such as updated_after; support can correct this one",
        )
    html = reply.body.lstrip()[:1] == b"<"
    xml = html and "xml" in kind and "html" not in kind
    return NotJSONError(
        f"the response ({reply.status}, {kind}, {len(reply.body):,} bytes) is not strict JSON",
        request_id=request_id(reply),
        attempts=reply.attempts,
        repair="the service answers in XML, which this package does not read: ask support for JSON"
        if xml
        else "this is a login page or a proxy: check the base URL and the network"
        if html
        else "try again; if it persists, quote the request_id to support",
    )


def _invalid_value(body: bytes) -> str:
    """Return which member of an object makes a text other than strict JSON; empty for other reasons.

    >>> _invalid_value(b'[{"score": NaN}]'), _invalid_value(b'{"a": 1, "a": 1}'), _invalid_value(b"<html>")
    ("'score' is NaN", "an object has 'a' twice", '')
    >>> _invalid_value(b'{"ada@nord.example": NaN}'), _invalid_value(b'{"a": ' + b"1" * 5000 + b"}")
    ('a member is NaN', '')
    """

    def check_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for name, value in pairs:
            if isinstance(value, _Constant):
                raise _InvalidMemberError(f"{_field_or_member(name)} is {value}")
        if len(dict(pairs)) < len(pairs):
            [(name, _)] = Counter(name for name, _ in pairs).most_common(1)
            raise _InvalidMemberError(f"an object has {_field_or_member(name)} twice")
        return {}

    try:
        json.loads(body, parse_constant=_Constant, object_pairs_hook=check_members)
    except _InvalidMemberError as problem:
        return str(problem)
    except (ValueError, RecursionError):
        pass
    return ""


def _field_or_member(name: str) -> str:
    """Return a name in quotation marks if it may be that of a field; others may be data, such as an address."""
    return repr(name) if _FIELD_NAME.fullmatch(name) else "a member"


class _InvalidMemberError(ValueError):
    """A member of an object is not strict JSON."""


class _Constant(str):
    """A constant that JSON does not have, such as NaN."""

    __slots__ = ()


def request_id(reply: Reply, body: Mapping[str, Any] | None = None) -> str | None:
    """Return the service's id of the request, from the body or from any ``*request-id`` header."""
    in_body = (body or {}).get("request_id")
    if isinstance(in_body, str):
        return printable(in_body[:LONGEST_ID])
    return next(
        (printable(value[:LONGEST_ID]) for name, value in reply.headers.items() if name.endswith("request-id")), None
    )
