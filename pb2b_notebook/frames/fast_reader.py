"""The fast reader: ``pyarrow.json`` with the schema, and a check for everything that it accepts wrongly.

``pyarrow.json`` with an explicit schema and ``unexpected_field_behavior="error"`` refuses unknown fields, duplicate
keys, unpaired surrogates, fractions and too large numbers in integer columns, and every change of type. It accepts or
misreads the following, which is checked here (tests/frames/test_fast_reader.py shows each):

* a bare ``null`` as a record: a crash of the process if it is the first line, an all-null row otherwise;
* bytes that are not UTF-8;
* NaN, Infinity, and whole numbers above 2**53 (rounded) in number columns;
* times without a time zone (read as UTC), dates as times, numbers as dates (days since 1970), the year 0;
* two records in one element.

Records are read as the items of one array, so that the text of a page is read as it came. What is refused here is not
an error yet: the exact reader decides.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final

from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames import strict_json
from pb2b_notebook.frames.arrow_numbers import numbers
from pb2b_notebook.frames.batches import Batch, unparsed_array
from pb2b_notebook.frames.exact_reader import fit, json_text
from pb2b_notebook.frames.extraction import RefusedError, take_out, texts_of
from pb2b_notebook.frames.schema import Column, ColumnKind, FrameSchema, Path, arrow_type
from pb2b_notebook.lazy import load_module
from pb2b_notebook.lazy_libraries import pa, pc
from pb2b_notebook.openapi.operations import Field

_EXACT: Final = float(strict_json.EXACT)
_DAYS: Final = tuple((day - dt.date(1970, 1, 1)).days for day in (dt.date(1, 1, 2), dt.date(9999, 12, 30)))
"""The first and the last date that every time zone can show, in days since 1970."""
_MICROSECONDS: Final = 86_400 * 10**6
"""Microseconds of a day."""
_SHOWN: Final = 1 << 16
"""Bytes of a batch that are searched for names of columns; where one first comes later, one batch is read twice."""
_ARRAY: Final = "records"
"""Name of the column whose only row has all records."""


class BulkReader:
    """Reads batches for one schema, extended by the unknown fields found so far.

    Args:
        schema: The declared columns.
        unknown: Path → kind of the fields found so far that the schema does not have.
        exact_paths: Paths at which a value did not fit its column, or had no column: these are read value by value, the
            rest in C++. They are never paths of ``unknown``, whose kind may still widen.
    """

    def __init__(
        self, schema: FrameSchema, unknown: Mapping[Path, ColumnKind], exact_paths: Collection[Path] = ()
    ) -> None:
        self._declared = list(schema)
        self._unknown = [Column(".".join(path), kind, path) for path, kind in unknown.items()]
        columns = [*self._declared, *self._unknown]
        # Unknown fields beyond the limit of columns, and containers that are not objects: their values are left over.
        known = {column.path for column in columns}
        self._columnless = [path for path in exact_paths if path not in known]
        misshapen = {path for path in self._columnless if len(path) == 1 and path[0] in schema.containers}
        self._misshapen = [path[0] for path in misshapen]
        self._exact_paths = frozenset(exact_paths)
        # Free-form values have no Arrow type, so they are taken out too.
        taken = [c.path for c in columns if c.kind == "json" or c.path in self._exact_paths]
        self._taken_out = [*taken, *(path for path in self._columnless if path not in misshapen)]
        self._wire = _wire_schema(schema.containers, [c for c in columns if c.path not in set(taken)])
        # The columns that records name: the reader spends time on the others, too.
        self._named: Any = None

    def read(self, records: Sequence[Any]) -> Batch:
        """Decode records in C++, without the GIL for most of the time.

        Raises:
            RefusedError: A record needs the exact reader.
        """
        if not self._taken_out and not self._misshapen:
            return self._batch(texts_of(records), {}, len(records))
        extraction = take_out(records, self._taken_out, self._misshapen)
        return self._batch([extraction.text], extraction.texts, len(records))

    def _batch(self, parts: Sequence[Any], texts: Mapping[Path, Sequence[str | None]], rows: int) -> Batch:
        table = self._parse(parts, rows)
        named = dict(zip(table.column_names, table.columns, strict=True))
        left: list[dict[str, str]] = [{} for _ in range(rows)] if self._exact_paths else []
        declared = [self._column(named, rows, texts, column, left) for column in self._declared]
        unknown = {c.path: (c.kind, self._column(named, rows, texts, c, left)) for c in self._unknown}
        for path in self._columnless:
            _leave(".".join(path), texts[path], left)
        return Batch(rows, declared, unknown, unparsed_array(left))

    def _parse(self, parts: Sequence[Any], rows: int) -> Any:
        array = b"".join([b'{"%b":[' % _ARRAY.encode(), *_with_commas(parts), b"]}"])
        _check_utf8(array)
        named = self._named
        if named is not None and len(named) < len(self._wire):
            with suppress(pa.ArrowException):  # a record may name a column that those before it did not
                return _read_json(array, named, rows)
        try:
            table = _read_json(array, self._wire, rows)
        except pa.ArrowException:
            raise RefusedError from None
        self._named = _named_columns(table, array) if named is None else self._wire
        return table

    def _column(
        self,
        named: Mapping[str, Any],
        rows: int,
        texts: Mapping[Path, Sequence[str | None]],
        column: Column,
        left: list[dict[str, str]],
    ) -> Any:
        if column.path in self._exact_paths:
            return _fit_column(texts[column.path], column, left)
        if column.kind == "json":
            return _free_form(texts[column.path], plain=column in self._unknown)
        array = named.get(column.path[0])
        if array is None:
            return pa.nulls(rows, arrow_type(column.kind, column.fields))
        for name in column.path[1:]:
            array = pc.struct_field(array, [name])
        return _check_column(array, column.kind, column.fields)


def _wire_schema(containers: Collection[str], columns: Sequence[Column]) -> Any:
    """Return the schema for ``pyarrow.json``: records as structs, times as text."""
    top: dict[str, Any] = {name: [] for name in containers}
    for column in columns:
        wire = arrow_type(column.kind, column.fields, wire=True)
        if len(column.path) == 1:
            top[column.path[0]] = wire
        else:
            top[column.path[0]].append(pa.field(column.path[1], wire))
    return pa.schema(
        [pa.field(name, pa.struct(kind) if isinstance(kind, list) else kind) for name, kind in top.items()]
    )


def _with_commas(parts: Sequence[Any]) -> list[Any]:
    """Return the parts of an array with commas between them; a part is large, and copied only once."""
    return [piece for part in parts for piece in (b",", part)][1:]


def _read_json(array: bytes, wire: Any, rows: int) -> Any:
    arrow_json = _arrow_json()
    table = arrow_json.read_json(
        pa.BufferReader(array),
        # A batch is one block, and batches are read in parallel: threads within one would only cost.
        read_options=arrow_json.ReadOptions(block_size=len(array) + 1, use_threads=False),
        parse_options=arrow_json.ParseOptions(
            explicit_schema=pa.schema([(_ARRAY, pa.list_(pa.struct(wire)))]),
            newlines_in_values=b"\n" in array,
            unexpected_field_behavior="error",
        ),
    )
    records = pa.concat_arrays(table.column(0).chunks).flatten()
    if table.num_rows != 1 or len(records) != rows or records.null_count:
        raise RefusedError
    return pa.Table.from_struct_array(records)


@cache
def _arrow_json() -> Any:
    return load_module("pyarrow.json")


def _named_columns(table: Any, array: bytes) -> Any:
    """Return the part of the schema without the columns that are null in a table, and that no first record names."""
    columns, first = zip(table.schema, table.columns, strict=True), array[:_SHOWN]
    named = [f for f, values in columns if values.null_count < len(values) or f'"{f.name}"'.encode() in first]
    return pa.schema(named) if named else table.schema  # pyarrow counts no rows without a column


def _check_utf8(data: bytes) -> None:
    """Refuse bytes that are not UTF-8; Arrow validates ten times as fast as Python decodes."""
    offsets = pa.py_buffer(struct.pack("=ii", 0, len(data)))
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        raise RefusedError from None


def _fit_column(texts: Sequence[str | None], column: Column, left: list[dict[str, str]]) -> Any:
    """Return a column read value by value; a value that does not fit is added to ``left``."""
    values = []
    for row, (value, text) in enumerate(zip(_values(texts, _EXACT_JSON), texts, strict=True)):
        fitted = fit(column.kind, column.fields, strict_json.Member(column.name, value, text or "null"))
        values.append(fitted.value)
        if not fitted.whole:
            left[row][column.name] = text or "null"
    return pa.array(values, arrow_type(column.kind, column.fields))


def _leave(name: str, texts: Sequence[str | None], left: list[dict[str, str]]) -> None:
    _values(texts, _EXACT_JSON)  # refuses duplicate keys inside
    for row, text in enumerate(texts):
        if text is not None:
            left[row][name] = text


def _free_form(texts: Sequence[str | None], *, plain: bool) -> Any:
    """Return a column of JSON text; with ``plain``, equal scalars get equal text, for a field of mixed types."""
    values = _representable_values(texts)
    if plain:
        pairs = zip(values, texts, strict=True)
        texts = [t if t is None or t[0] in "{[" else json_text(value, t) for value, t in pairs]
    return pa.array(texts, pa.string())


def _values(texts: Sequence[str | None], decoder: Any) -> list[Any]:
    """Return the texts as Python values, parsed at once; refuse duplicate keys at any depth."""
    try:
        values: list[Any] = decoder.decode(_array(texts))
    except (ProtocolError, RecursionError):
        raise RefusedError from None
    return values


def _representable_values(texts: Sequence[str | None]) -> list[Any]:
    """Return the texts as values that Python can represent; five times as fast for JSON in canonical form."""
    import msgspec

    array = _array(texts).encode()
    try:
        values: list[Any] = msgspec.json.decode(array)
        # If encoding returns the same bytes, nothing was lost: no duplicate key, no number out of range.
        if msgspec.json.encode(values) == array:
            return values
    except (msgspec.MsgspecError, RecursionError):
        pass
    return _values(texts, _REPRESENTABLE_JSON)


def _array(texts: Sequence[str | None]) -> str:
    return f"[{','.join([text or 'null' for text in texts])}]"


def _refuse_beyond(convert: Any) -> Any:
    def parse(token: str) -> Any:
        number = convert(token)
        if number is strict_json.UNREPRESENTABLE:
            raise RefusedError
        return number

    return parse


_EXACT_JSON: Final = strict_json.decoder()
_REPRESENTABLE_JSON: Final = strict_json.decoder(wrap=_refuse_beyond)


def _check_column(column: Any, kind: str, fields: Sequence[Field]) -> Any:
    """Return the column in its final type."""
    if kind in {"record", "records"} and fields:
        for leaf, leaf_kind in _leaves(column, kind, fields):
            _check_column(leaf, leaf_kind, ())
    # Not "less or equal": 2**53 + 1 was rounded to 2**53. NaN and Infinity fail this comparison too.
    if kind == "number" and pc.all(pc.less(pc.abs(column), numbers(pa.float64(), "d", [_EXACT])[0])).as_py() is False:
        raise RefusedError
    final = arrow_type(kind, fields)
    if column.type == final:
        return column
    try:
        cast = column.cast(final)
    except pa.ArrowInvalid:
        raise RefusedError from None
    if kind in {"datetime", "date"}:
        _check_range(cast)
    return cast


def _check_range(column: Any) -> None:
    """Refuse times near the limits of a Python datetime; the exact reader decides about them."""
    is_date = pa.types.is_date(column.type)
    ends = pc.min_max(column.cast(pa.int32() if is_date else pa.int64())).as_py()
    days = [end // (1 if is_date else _MICROSECONDS) for end in ends.values() if end is not None]
    if any(not _DAYS[0] <= day <= _DAYS[1] for day in days):
        raise RefusedError


def _leaves(column: Any, kind: str, fields: Sequence[Field]) -> Iterator[tuple[Any, str]]:
    """Yield the columns of scalars inside a struct or a list of structs."""
    structs = pc.list_flatten(column) if kind == "records" else column
    for child in fields:
        inner = pc.struct_field(structs, [child.name])
        if child.kind in {"record", "records"}:
            yield from _leaves(inner, child.kind, child.fields)
        elif child.kind in {"number", "datetime", "date"}:
            yield inner, child.kind
