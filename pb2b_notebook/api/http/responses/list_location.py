"""Find the rows of a list in a response whose envelope is not the documented one. Pure.

The documented place is ``data``. Other services put the rows into ``items`` or ``results``, some levels below ``data``
(as ``data.leads.edges`` of a GraphQL connection, or ``_embedded.leads`` of HAL), or send them without an envelope.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from pb2b_notebook.api.http.responses.paging import HOLDERS
from pb2b_notebook.frames.strict_json import elements
from pb2b_notebook.openapi.object_descriptions import IDS, fold, singular_of

_ROWS: Final = (
    "items", "results", "result", "records", "rows", "entries", "content", "value", "values", "list", "objects", "docs",
    "hits", "elements", "edges", "nodes", "resources", "collection",
)  # fmt: skip
_NOT_ROWS: Final = frozenset(
    {"error", "errors", "details", "warnings", "links", "_links", "included", "messages", "facets", "aggregations",
     "sort", "sorts", "filters", *HOLDERS}
)  # fmt: skip
_IDS: Final = frozenset({"id", *IDS})
"""Names by which an object is known as a row: the lists in it are values of the row, and no rows."""
_TIMES: Final = frozenset({"createdat", "updatedat"})
_COLUMNS: Final = ("columns", "fields", "headers", "header", "schema")
"""Members with the names of columns, beside lists of cells."""
_NUMBERS: Final = frozenset({"id", "row_number", "rowNumber", "row", "line", "line_number", "index"})
_DEEPEST: Final = 3
_ATTRIBUTES: Final = ("@", "$")
"""Begin of the names of attributes in XML turned into JSON."""
_OF_HAL: Final = frozenset({"_links", "page"})
_NAME: Final = re.compile(r"[a-z]+(?:[-_ ][a-z]+)*", re.IGNORECASE)
_SEVERAL: Final = 2
_ALIKE: Final = 3
"""Members that objects have in common which are rows of one list."""

Members = Mapping[str, bytes]


def find_list(
    top: Members, members_of: Callable[[bytes], Members], path: str = "", depth: int = 0
) -> tuple[bytes, dict[str, bytes]] | None:
    """Return the raw rows of a list and the members around them; ``None`` if no member certainly has the rows.

    Args:
        top: Raw values of the envelope by name.
        members_of: Returns the raw values of an object by name.
        path: Path of the list, whose last part is a likely name of the rows.
        depth: Levels above this one.

    >>> from pb2b_notebook.frames.strict_json import members
    >>> def raw(text):
    ...     return {member.name: member.text.encode() for member in members(text)}
    >>> find_list(raw(b'{"items": [{"id": 1}], "errors": []}'), raw)
    (b'[{"id": 1}]', {'errors': b'[]'})
    >>> find_list(raw(b'{"data": {"leads": {"edges": [{"node": {}}], "pageInfo": {"endCursor": "c"}}}}'), raw)
    (b'[{"node": {}}]', {'pageInfo': b'{"endCursor": "c"}'})
    >>> find_list(raw(b'{"left": [], "right": []}'), raw) is None
    True
    >>> find_list(raw(b'{"-Na": {"a": 1, "b": 2, "c": []}, "-Nb": {"a": 3, "b": 4, "c": []}}'), raw)[0]
    b'[{"id":"-Na","a":1,"b":2,"c":[]},{"id":"-Nb","a":3,"b":4,"c":[]}]'
    >>> find_list(raw(b'{"data": {"-Na": {"created_at": "2026", "steps": [{"body": "Hi"}]}}}'), raw)[0]
    b'[{"id":"-Na","created_at":"2026","steps":[{"body": "Hi"}]}]'
    >>> find_list(raw(b'{"job": {"created_at": "2026", "state": "queued"}}'), raw) is None
    True
    >>> find_list(raw(b'{"data": {"owner": {"updated_at": "2026"}, "company": {"updated_at": "2026"}}}'), raw) is None
    True
    >>> find_list(raw(b'{"Leads": {"Lead": {"id": 7, "tags": []}}}'), raw, "/leads")[0]
    b'[{"id":7,"tags":[]}]'
    """
    last = path.rstrip("/").rpartition("/")[2]
    known = {n: value for n, value in top.items() if n.lower() not in _NOT_ROWS or n == last}  # errors of an import
    inside = [name for name, value in known.items() if depth < _DEEPEST and value.lstrip()[:1] == b"{"]
    found = [name for name, value in known.items() if _has_rows(value)]
    if depth == 0 and len(inside) == len(top) and (by_key := _rows_by_key(top, members_of)) is not None:
        return by_key, {}
    names = (last, last.replace("-", "_"), *_ROWS)
    # The data of an envelope has the rows, whatever is beside it.
    for name in sorted(inside, key=lambda one: one != "data"):
        if name != "data" and found:
            continue
        parts = members_of(top[name])
        rows = errors_by_row(parts) if last == "errors" else None
        rows = rows or _rows_in(name, parts, singular_of(last.replace("-", "_")), names, members_of)
        rows = rows or rows_of_columns(parts)
        inner = (rows, {}) if rows is not None else find_list(parts, members_of, path, depth + 1)
        if inner is not None and not (rows is None and _is_row(parts) and not parts.keys() & {*names}):
            return inner[0], {**{other: top[other] for other in top if other != name}, **inner[1]}
    if depth == 0 and (rows := rows_of_columns(top)) is not None:
        return rows, {}
    if len(found) != 1:
        found = [name for name in names if name in found][:1]
    return (top[found[0]], {name: value for name, value in top.items() if name != found[0]}) if found else None


def _rows_by_key(top: Members, members_of: Callable[[bytes], Members]) -> bytes | None:
    """Return the rows of an object that has each row under its id, as Firebase does, with no id in them."""
    rows = {key: members_of(value) for key, value in top.items()}
    alike = frozenset[str]().union(*rows.values()).intersection(*rows.values())
    if not rows or not (_are_under_ids(rows) or (len(rows) >= _SEVERAL and len(alike) >= _ALIKE)):
        return None
    if any(_IDS & row.keys() for row in rows.values()):
        return None
    return _as_list({"id": json.dumps(key).encode(), **row} for key, row in rows.items())


def _are_under_ids(rows: Mapping[str, Members]) -> bool:
    """Whether objects are rows under their ids: a name such as "job" or "last-run" is that of a member."""
    return not any(map(_NAME.fullmatch, rows)) and all(map(_is_row, rows.values()))


def _is_row(parts: Members) -> bool:
    """Whether an object is known as a row, by an id or by the times that each object of the service has."""
    return bool(_IDS & parts.keys() or _TIMES & {*map(fold, parts)})


def _rows_in(
    name: str, parts: Members, noun: str, names: Collection[str], members_of: Callable[[bytes], Members]
) -> bytes | None:
    """Return the rows in an object that is not an envelope: a list by number or id, or a list of one without brackets.

    PHP writes a list with gaps as an object whose names are numbers, others name each row by its id, and XML turned
    into JSON has a list of one as its only row.
    """
    is_place = name.lower() in {"data", *names}
    if parts and is_place and all(value.lstrip()[:1] == b"{" for value in parts.values()):
        rows = {key: members_of(value) for key, value in parts.items()}
        own = {key: next((row[each] for each in _IDS if each in row), None) for key, row in rows.items()}
        if all(value is not None and value.strip(b'"') == key.encode() for key, value in own.items()):
            return b"[" + b",".join(parts.values()) + b"]"
        if all(key.isdecimal() for key in parts):
            lost = not any(own.values()) and [*parts] not in ([*map(str, range(n, n + len(parts)))] for n in (0, 1))
            return _as_list({"id": json.dumps(key).encode(), **row} if lost else row for key, row in rows.items())
        if not any(own.values()) and _are_under_ids(rows):
            return _rows_by_key(parts, members_of)
    attributes = members_of(parts["@attributes"]) if parts.get("@attributes", b"").lstrip()[:1] == b"{" else {}
    is_row = bool(_IDS & (parts.keys() | attributes.keys())) and not parts.keys() & {*names}
    kind = parts.get("object", b"").strip(b'"').decode("utf-8", "replace")
    if is_row and (name.replace("-", "_").lower() == noun or (is_place and kind and f"_{kind}".endswith(f"_{noun}"))):
        return _as_list([parts])
    return None


def rows_of_columns(parts: Members) -> bytes | None:
    """Return the rows of a table that has a list for each column, or lists of cells below their names.

    >>> rows_of_columns({"id": b'["a", "b"]', "score": b"[1.50, null]"})
    b'[{"id":"a","score":1.50},{"id":"b","score":null}]'
    >>> rows_of_columns({"columns": b'["id", "score"]', "rows": b'[["a", 1]]'})
    b'[{"id":"a","score":1}]'
    >>> rows_of_columns({"id": b'["a"]', "tags": b'["x", "y"]'}) is None
    True
    """
    lists = {name: elements(value) for name, value in parts.items() if value.lstrip()[:1] == b"["}
    heads = next((lists[name] for name in _COLUMNS if name in lists), None)
    cells = next((lists[name] for name in ("data", *_ROWS) if name in lists and lists[name] is not heads), None)
    if heads is not None and cells is not None:
        names = [_column_name(json.loads(head)) for head in heads]
        if not all(cell.lstrip()[:1] == b"[" for cell in cells) or not _IDS & {*names}:
            return None
        rows = [elements(row) for row in cells]
        whole = len({*names}) == len(names) and all(len(row) == len(names) for row in rows)
        return _as_list(dict(zip(names, row, strict=True)) for row in rows) if whole else None
    if not _IDS & lists.keys() or len(lists) < len(parts) or len({*map(len, lists.values())}) > 1:
        return None
    return _as_list(dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))


def _column_name(head: Any) -> str:
    """Return the name in the head of a column, which is text or an object with it."""
    named = head if not isinstance(head, dict) else next((head[n] for n in ("name", "key", "field") if n in head), "")
    return str(named)


def errors_by_row(parts: Members) -> bytes | None:
    """Return the errors of an import that has them by the number of the row; ``None`` for anything else.

    >>> errors_by_row({"2": b'["email is invalid"]', "5": b'{"email": ["is invalid"]}'})
    b'[{"row_number": 2, "message": "email is invalid"}, {"row_number": 5, "field": "email", "message": "is invalid"}]'
    """
    if not parts or not all(key.isdecimal() for key in parts):
        return None
    rows = []
    for key, text in parts.items():
        value = json.loads(text)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and _NUMBERS & each.keys():
                return None  # the keys are places in a list
            rows += [{"row_number": int(key), **error} for error in _errors_of(each)]
    return json.dumps(rows).encode()


def _errors_of(value: Any) -> list[dict[str, Any]]:
    """Return the errors of a row: a text, an object with a message, or the messages of each field."""
    if not isinstance(value, dict):
        return [{"message": value}]
    if {"message", "reason", "detail", "error", "description", "code"} & value.keys():
        return [value]
    pairs = ((name, each) for name, of in value.items() for each in (of if isinstance(of, list) else [of]))
    return [{"field": name, "message": text} for name, text in pairs]


def _as_list(rows: Iterable[Members]) -> bytes:
    texts = (b",".join(json.dumps(name).encode() + b":" + value for name, value in row.items()) for row in rows)
    return b"[" + b",".join(b"{" + text + b"}" for text in texts) + b"]"


def is_absent(top: Members, path: str) -> bool:
    """Whether an envelope certainly is that of a list whose rows are null or left out, or a map without members.

    >>> is_absent({"leads": b"null", "next": b"null"}, "/leads"), is_absent({"kind": b'"x#leads"'}, "/leads")
    (True, True)
    >>> is_absent({"Leads": b'{"@total": "0", "@page": "1"}'}, "/leads")
    True
    >>> is_absent({"response": b'{"@attributes": {"status": "ok"}, "leads": {"@attributes": {}}}'}, "/leads")
    True
    >>> is_absent({"message": b'"try again"'}, "/leads"), is_absent({"Leads": b'{"Lead": "7"}'}, "/leads")
    (False, False)
    """
    last = path.rstrip("/").rpartition("/")[2]
    names = ("data", last, last.replace("-", "_"), *_ROWS)
    if any(b"".join(top.get(name, b"").split()) in {b"null", b"{}"} for name in names) or not top:
        return True
    if _has_attributes_only({name: json.loads(value) for name, value in top.items()}, last):
        return True  # XML turned into JSON has no member for no rows
    objects = [value for value in top.values() if value.lstrip()[:1] in {b"{", b"["}]
    if len(objects) == 1 and b"".join(objects[0].split()) == b"{}" and not {"message", "error"} & top.keys():
        return True
    if top.keys() <= _OF_HAL and "_links" in top:
        return True  # HAL leaves out what is empty
    return (
        "kind" in top
        and not {"message", "error"} & top.keys()
        and all(value.lstrip()[:1] not in {b"{", b"["} for value in top.values())
    )


def _has_attributes_only(found: Any, last: str, depth: int = 0) -> bool:
    """Whether the list in XML turned into JSON has attributes and no rows."""
    if not isinstance(found, dict) or depth > _DEEPEST or {"error", "errors", "message"} & found.keys():
        return False
    own = next((value for name, value in found.items() if fold(name) == fold(last)), None)
    if own is not None:
        return isinstance(own, dict) and bool(own) and all(name.startswith(_ATTRIBUTES) for name in own)
    inside = [value for name, value in found.items() if not name.startswith(_ATTRIBUTES)]
    return len(inside) == 1 and _has_attributes_only(inside[0], last, depth + 1)


def _has_rows(value: bytes) -> bool:
    """Whether a raw value is a list of objects, or an empty one."""
    text = value.strip()
    return text[:1] == b"[" and text[1:].lstrip()[:1] in {b"{", b"]"}
