"""The exact reader: reads records that the fast reader refused, value by value.

A value goes into its column if the type of the column can hold it without loss. Otherwise the column gets a null, and
the text of the value, as received, goes into ``unparsed``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pb2b_notebook.frames import strict_json
from pb2b_notebook.frames.batches import Batch, unparsed_array
from pb2b_notebook.frames.schema import Column, ColumnKind, FrameSchema, Path, arrow_type
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.openapi.object_ids import id_text, is_id
from pb2b_notebook.openapi.operations import Field

MOST_UNKNOWN: Final = 256
"""Limit of columns of unknown fields; others go to ``unparsed``, because the keys may be ids."""

_INT64: Final = range(-(2**63), 2**63)
_TIME: Final = lazy_pattern(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,30}))?)?)?"
    r"(?:([Zz])|([+-][0-9]{2})(?::?([0-9]{2}))?)"
)
_DATE: Final = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MICROSECOND_DIGITS: Final = 6


class Fitted(NamedTuple):
    """A value as its column holds it, and whether it is complete."""

    value: Any
    whole: bool


class ExactReader:
    """Reads batches for one schema; fields that the schema does not have get columns of their own.

    Args:
        schema: The declared columns.
        closed: Whether to make no new columns; unknown fields then go to ``unparsed``.
    """

    def __init__(self, schema: FrameSchema, *, closed: bool = False) -> None:
        self._schema = schema
        self._top = {c.path[0]: c for c in schema if len(c.path) == 1}
        self._unknown: set[Path] = set()
        self._columnless: set[Path] = set()
        self._room = 0 if closed else MOST_UNKNOWN
        # Ids that came as integers: the fast reader would refuse every page with one.
        self._integer_ids: set[Path] = set()

    def read(self, records: Sequence[Any]) -> Reading:
        """Decode records one by one.

        Raises:
            NotJSONError: A record is broken JSON, has a key twice, NaN or Infinity, or is not UTF-8.
            ProtocolError: A record is not an object, or is nested too deeply.
        """
        try:
            rows = [self._row(bytes(record)) for record in records]
        except RecursionError:
            raise strict_json.too_deep() from None
        left: dict[Path, str] = {}
        for row in rows:
            left.update(row.left)
        containers = {(name,) for name in self._schema.containers}
        exact_paths = {path for path in left if path in self._schema.by_path or path in containers}
        exact_paths |= self._columnless | self._integer_ids
        return Reading(self._batch(rows), left, exact_paths)

    def _row(self, record: bytes) -> _Row:
        row = _Row({}, {}, {}, {})
        for member in strict_json.members(record):
            if member.name in self._top:
                column = self._top[member.name]
                row.put(column, member)
                if column.kind == "text" and isinstance(member.value, int) and is_id(member.name):
                    self._integer_ids.add(column.path)
            elif member.name in self._schema.containers:
                self._container(row, member)
            else:
                self._put_unknown(row, (member.name,), member)
        return row

    def _container(self, row: _Row, container: strict_json.Member) -> None:
        """Read a record of scalars, or custom fields: each member is a column."""
        if container.value is None:
            return
        if not isinstance(container.value, dict):
            row.leave((container.name,), container.name, container, "record is declared")
            return
        for member in strict_json.children(container.text):
            path = (container.name, member.name)
            column = self._schema.by_path.get(path)
            if column is not None:
                row.put(column, member)
            else:
                self._put_unknown(row, path, member)

    def _put_unknown(self, row: _Row, path: Path, member: strict_json.Member) -> None:
        if not all(map(strict_json.encodable, path)) or not strict_json.is_representable(member.value):
            row.leave(path, ".".join(path), member, "nothing is declared")
        elif self._has_column(path):
            row.unknown[path] = member
        elif member.value is not None:
            self._note_columnless(path)
            row.leave(path, ".".join(path), member, "nothing is declared")

    def _has_column(self, path: Path) -> bool:
        if path in self._unknown:
            return True
        if len(self._unknown) >= self._room:
            return False
        self._unknown.add(path)
        return True

    def _note_columnless(self, path: Path) -> None:
        if len(self._columnless) < MOST_UNKNOWN:
            self._columnless.add(path)

    def _batch(self, rows: Sequence[_Row]) -> Batch:
        declared = [
            pa.array([row.fitting.get(c.path) for row in rows], arrow_type(c.kind, c.fields)) for c in self._schema
        ]
        paths = dict.fromkeys(path for row in rows for path in row.unknown)
        unknown = {path: _unknown_column([row.unknown.get(path) for row in rows]) for path in paths}
        return Batch(len(rows), declared, unknown, unparsed_array([row.unfitting for row in rows]))


class Reading(NamedTuple):
    """The result of reading some records.

    Attributes:
        batch: The columns.
        left: Path of a value that went to ``unparsed`` → ``"<got> where <declared> is declared"``.
        exact_paths: Paths at which this may occur again: declared ones, containers that were not objects, and unknown
            fields that get no column.
    """

    batch: Batch
    left: dict[Path, str]
    exact_paths: set[Path]


class _Row(NamedTuple):
    """One record: path → value that fits, name → text that does not fit, path → member of an unknown field."""

    fitting: dict[Path, Any]
    unfitting: dict[str, str]
    unknown: dict[Path, strict_json.Member]
    left: dict[Path, str]

    def put(self, column: Column, member: strict_json.Member) -> None:
        fitted = fit(column.kind, column.fields, member)
        self.fitting[column.path] = fitted.value
        if not fitted.whole:
            self.leave(column.path, column.name, member, f"{column.kind} is declared")

    def leave(self, path: Path, name: str, member: strict_json.Member, instead: str) -> None:
        """Keep the text of a value that does not fit, under a name that is unique in the row."""
        while name in self.unfitting:
            name += "_"
        self.unfitting[name] = strict_json.compact(member.text)
        self.left[path] = f"{type_name(member.value)} where {instead}"


def fit(kind: str, fields: Sequence[Field], member: strict_json.Member) -> Fitted:
    """Convert a value to a column of this kind; ``whole`` is false if something of it would be lost.

    >>> fit("integer", (), strict_json.Member("score", 12.7, "12.7"))
    Fitted(value=None, whole=False)
    """
    value = member.value
    if value is None:
        return Fitted(None, whole=True)
    if kind == "text" and is_id(member.name):
        value = id_text(value)
    if kind == "json":
        representable = strict_json.is_representable(value)
        return Fitted(strict_json.compact(member.text), whole=True) if representable else _MISFIT
    if kind in {"record", "records"}:
        return _record(fields, member) if kind == "record" else _records(fields, member)
    return _SCALAR[kind](value)


_MISFIT: Final = Fitted(None, whole=False)


def _record(fields: Sequence[Field], member: strict_json.Member) -> Fitted:
    if not isinstance(member.value, dict):
        return _MISFIT
    inner = {child.name: child for child in strict_json.children(member.text)}
    fitted = {f.name: fit(f.kind, f.fields, inner[f.name]) for f in fields if f.name in inner}
    whole = inner.keys() <= fitted.keys() and all(each.whole for each in fitted.values())
    return Fitted({f.name: fitted[f.name].value if f.name in fitted else None for f in fields}, whole)


def _records(fields: Sequence[Field], member: strict_json.Member) -> Fitted:
    if not isinstance(member.value, list):
        return _MISFIT
    texts = [text.decode() for text in strict_json.elements(member.text.encode())]
    items = [
        fit("record", fields, strict_json.Member("", value, text))
        for value, text in zip(member.value, texts, strict=True)
    ]
    return Fitted([item.value for item in items], all(item.whole for item in items))


def _text(value: Any) -> Fitted:
    return Fitted(value, whole=True) if isinstance(value, str) and strict_json.encodable(value) else _MISFIT


def _texts(value: Any) -> Fitted:
    if not isinstance(value, list):
        return _MISFIT
    fits = all(item is None or _text(item).whole for item in value)
    return Fitted(value, whole=True) if fits else _MISFIT


def _integer(value: Any) -> Fitted:
    if isinstance(value, float) and value.is_integer() and abs(value) <= strict_json.EXACT:
        return Fitted(int(value), whole=True)
    fits = isinstance(value, int) and not isinstance(value, bool) and value in _INT64
    return Fitted(value, whole=True) if fits else _MISFIT


def _number(value: Any) -> Fitted:
    if isinstance(value, float):
        return Fitted(value, whole=True)
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= strict_json.EXACT
    return Fitted(float(value), whole=True) if fits else _MISFIT


def _boolean(value: Any) -> Fitted:
    return Fitted(value, whole=True) if isinstance(value, bool) else _MISFIT


def _datetime(value: Any) -> Fitted:
    """Convert ISO 8601 text with a time zone, up to microseconds."""
    matched = _TIME.fullmatch(value) if isinstance(value, str) else None
    if matched is None:
        return _MISFIT
    day, hour, minute, second, fraction, zulu, offset, offset_minute = matched.groups()
    digits = (fraction or "").ljust(_MICROSECOND_DIGITS, "0")
    if digits[_MICROSECOND_DIGITS:].strip("0"):
        return _MISFIT
    zone = "+00:00" if zulu else f"{offset}:{offset_minute or '00'}"
    text = f"{day}T{hour}:{minute or '00'}:{second or '00'}.{digits[:_MICROSECOND_DIGITS]}{zone}"
    try:
        return Fitted(dt.datetime.fromisoformat(text).astimezone(dt.UTC), whole=True)
    except (ValueError, OverflowError):
        return _MISFIT


def _date(value: Any) -> Fitted:
    if not (isinstance(value, str) and _DATE.fullmatch(value)):
        return _MISFIT
    try:
        return Fitted(dt.date.fromisoformat(value), whole=True)
    except ValueError:
        return _MISFIT


_SCALAR: Final[Mapping[str, Callable[[Any], Fitted]]] = {
    "text": _text,
    "texts": _texts,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": _date,
    "null": lambda _value: _MISFIT,
}


def kind_of(values: Sequence[Any]) -> ColumnKind:
    """Return the narrowest kind that holds all these values of an unknown field.

    >>> kind_of([1, None, 2.5]), kind_of([1, "a"]), kind_of([None]), kind_of([2**53 + 1, 0.5])
    ('number', 'json', 'null', 'json')
    """
    present = [value for value in values if value is not None]
    if not present:
        return "null"
    candidates: tuple[ColumnKind, ...] = ("boolean", "integer", "number", "text")
    for kind in candidates:
        # A float without a fraction does not prove an integer column: the next one may have a fraction.
        strictly = kind != "integer" or not any(isinstance(value, float) for value in present)
        if strictly and all(_SCALAR[kind](value).whole for value in present):
            return kind
    return "json"


def json_text(value: Any, text: str) -> str:
    """Return the JSON text of a value in a column of mixed types; ``1`` and ``1.0`` get the same text."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= strict_json.EXACT:
        return str(int(value))
    return strict_json.compact(text) if isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False)


def _unknown_column(found: Sequence[strict_json.Member | None]) -> tuple[ColumnKind, Any]:
    """Return the kind and the array of an unknown field."""
    values = [None if member is None else _unknown_value(member) for member in found]
    kind = kind_of(values)
    if kind == "json":
        values = [None if m is None or m.value is None else json_text(m.value, m.text) for m in found]
    return kind, pa.array(values, arrow_type(kind))


def _unknown_value(member: strict_json.Member) -> Any:
    return id_text(member.value) if is_id(member.name) else member.value


def type_name(value: Any) -> str:
    """Return the type of a value in the words of the contract, without the value."""
    if isinstance(value, str) and not strict_json.encodable(value):
        return "text with an unpaired surrogate"
    if isinstance(value, int) and value not in _INT64:
        return "integer too large"
    words: dict[type, str] = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "text",
        list: "list",
        dict: "record",
        type(None): "null",
    }
    return words.get(type(value), "number too large")
