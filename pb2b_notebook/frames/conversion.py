"""Arrow → pandas or polars, exactly and with as few copies as the two allow."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from typing import Any

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.forking import check_engine
from pb2b_notebook.frames.decoding import Decoder
from pb2b_notebook.frames.hashable_cells import ListCell, RecordCell, hashable_cell
from pb2b_notebook.frames.schema import frame_schema, holds_json
from pb2b_notebook.frames.strict_json import too_deep
from pb2b_notebook.frames.types import check_frame
from pb2b_notebook.lazy_libraries import np, pa, pd, pl
from pb2b_notebook.openapi.operations import Field


def frame_of_rows(rows: Iterable[Mapping[str, Any]], fields: Sequence[Field], frame: str) -> Any:
    """Return a frame of rows made on this machine, with the same columns and dtypes for any number of rows.

    Args:
        rows: Values by field name; each must be representable as JSON.
        fields: Fields that give the columns and their dtypes.
        frame: Library of the returned frame: "pandas", "polars", "pyarrow" or "duckdb".

    Raises:
        InvalidParameterError: ``frame`` has another value.

    >>> from pb2b_notebook.openapi.operations import Field
    >>> frame_of_rows([{"id": "a"}, {"id": "b"}], [Field("id", "text")], "polars")["id"].to_list()
    ['a', 'b']
    """
    decoder = Decoder(frame_schema(fields))
    decoder.add([json.dumps(row).encode() for row in rows])
    return to_frame(decoder.table(), frame)


def to_frame(table: Any, frame: str) -> Any:
    """Convert a table to a frame with the same columns and values.

    ========================  ========================  =========================
    Arrow                     pandas                    polars
    ========================  ========================  =========================
    string                    ``str``                   ``String``
    int64                     ``Int64``                 ``Int64``
    uint64 (from SQL)         ``UInt64``                ``UInt64``
    double                    ``Float64``               ``Float64``
    bool                      ``boolean``               ``Boolean``
    timestamp[us, UTC]        ``datetime64[us, UTC]``   ``Datetime("us", "UTC")``
    date32                    ``datetime64[s]``         ``Date``
    list<string>              ``ListCell`` of ``str``   ``List(String)``
    list<struct>              ``ListCell`` of ``dict``  ``List(Struct)``
    struct                    ``RecordCell``            ``Struct``
    string, marked as JSON    Python values             ``String`` (JSON text)
    ========================  ========================  =========================

    A ``ListCell`` equals a list, a ``RecordCell`` is a dict, and both can be hashed (``hashable_cells``).

    "pyarrow" is the Arrow table itself. "duckdb" is a relation of DuckDB's default connection over it, with which
    ``duckdb.sql("select … from leads")`` finds it by the name of its variable.

    Args:
        table: A ``pyarrow.Table`` of a :class:`~pb2b_notebook.frames.decoding.Decoder`.
        frame: Library of the returned frame: "pandas", "polars", "pyarrow" or "duckdb".

    Raises:
        InvalidParameterError: ``frame`` has another value.
        MissingExtraError: DuckDB is not installed.
        ProtocolError: A free-form value is nested too deeply for Python; polars keeps such values as text.
    """
    if frame == "polars":
        return _polars(table)
    if frame == "pandas":
        return _pandas(table)
    check_frame(frame)
    return table if frame == "pyarrow" else _duckdb().from_arrow(table)


def _polars(table: Any) -> Any:
    # One column after the other: polars copies all columns at once, with twice the memory at the peak.
    columns = zip(table.column_names, table.columns, strict=True)
    return pl.DataFrame([pl.Series(name, pl.from_arrow(column)).rechunk() for name, column in columns])


def _duckdb() -> Any:
    check_engine("duckdb")
    try:
        return import_module("duckdb")
    except ImportError:
        raise MissingExtraError("mirror", 'frame="duckdb"') from None


def _pandas(table: Any) -> Any:
    text = pd.StringDtype(na_value=float("nan"))
    types = {
        pa.string(): text,
        pa.large_string(): text,
        pa.int64(): pd.Int64Dtype(),
        pa.uint64(): pd.UInt64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    columns: dict[int, Any] = {}
    plain = table
    with without_collection():
        for position, field in enumerate(table.schema):
            if holds_json(field):
                columns[position] = list(map(hashable_cell, _parse_json(table.column(position))))
            elif pa.types.is_nested(field.type):
                columns[position] = _cells(table.column(position))
    for position, field in enumerate(table.schema):
        if position in columns:
            # A cheap placeholder keeps the position; it is replaced below.
            plain = plain.set_column(position, field.name, pa.nulls(len(table), pa.bool_()))
        elif pa.types.is_date(field.type):
            plain = plain.set_column(position, field.name, table.column(position).cast(pa.timestamp("s")))
    frame = plain.to_pandas(types_mapper=types.get)
    for position, values in columns.items():
        frame.isetitem(position, pd.Series(values, index=frame.index, dtype=object))
    return frame


@contextmanager
def without_collection() -> Iterator[None]:
    """Disable the garbage collector: a list for each row would make it scan the whole heap repeatedly."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _cells(column: Any) -> list[Any]:
    """Return a nested column as values that can be hashed. Its type says what they are, so that none is looked at."""
    kind = column.type
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return _text_lists(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)
    if isinstance(column, pa.ChunkedArray):  # the lists of one chunk are gone before those of the next
        return [value for chunk in column.chunks for value in _cells(chunk)]
    values = python_values(column)
    cell: Any = RecordCell if pa.types.is_struct(kind) else ListCell if pa.types.is_list(kind) else hashable_cell
    if not column.null_count:
        return list(map(cell, values))
    return [None if value is None else cell(value) for value in values]


_SHORT_LIST = 16
"""Most items of lists that are compared item by item, all of a length at once: tags, not ids."""


def _text_lists(column: Any) -> list[Any]:
    """Return lists of text as cells; tags are the same in many rows: of equal lists, one cell is made for all."""
    encoded = column.values.dictionary_encode()
    texts = [*encoded.dictionary.to_pylist(), None]
    codes = encoded.indices.fill_null(len(texts) - 1).to_numpy()
    begins = column.offsets.to_numpy()[:-1]
    lengths = np.diff(column.offsets.to_numpy())
    cells = np.empty(len(lengths), object)
    shared: dict[bytes, ListCell] = {}
    for row in np.flatnonzero(lengths > _SHORT_LIST):
        items = codes[begins[row] : begins[row] + lengths[row]]
        cells[row] = shared.get(key := items.tobytes()) or ListCell([texts[code] for code in items.tolist()])
        shared[key] = cells[row]
    for length in np.unique(lengths[lengths <= _SHORT_LIST]):
        rows = np.flatnonzero(lengths == length)
        alike = np.zeros(len(rows), np.int64)  # equal for rows whose items so far are equal
        for at in range(length):
            alike = np.unique(alike * len(texts) + codes[begins[rows] + at], return_inverse=True)[1]
        _, firsts, same = np.unique(alike, return_index=True, return_inverse=True)
        made = np.empty(len(firsts), object)
        for number, row in enumerate(codes[begins[rows[firsts]][:, None] + np.arange(length)].tolist()):
            made[number] = ListCell([texts[code] for code in row])
        cells[rows] = made[same]
    if column.null_count:
        cells[column.is_null().to_numpy(zero_copy_only=False)] = None
    values: list[Any] = cells.tolist()
    return values


def _parse_json(column: Any) -> list[Any]:
    """Return JSON texts as Python values, parsed at once."""
    texts = ["null" if text is None else text for text in column.to_pylist()]
    try:
        values: list[Any] = json.loads(f"[{','.join(texts)}]")
    except RecursionError:  # it was decoded at a smaller depth of the stack
        raise too_deep() from None
    return values


def python_values(column: Any) -> list[Any]:
    """Return a nested column as Python lists and dicts: the leaves at once, then split at the offsets.

    ``to_pylist`` returns the same, but creates an Arrow scalar for each cell, which takes ten times as long.
    """
    if isinstance(column, pa.ChunkedArray):
        return [value for chunk in column.chunks for value in python_values(chunk)]
    if pa.types.is_list(column.type):
        return _lists(column)
    if pa.types.is_struct(column.type):
        return _dicts(column)
    # Equal texts are one object, and it takes a quarter of the time of `to_pylist`.
    is_text = pa.types.is_string(column.type)
    values: list[Any] = column.to_numpy(zero_copy_only=False).tolist() if is_text else column.to_pylist()
    return values


def _lists(column: Any) -> list[Any]:
    flat = python_values(column.values)
    bounds = column.offsets.to_pylist()
    spans = pairwise(bounds)
    if not column.null_count:
        return [flat[start:end] for start, end in spans]
    present = column.is_valid().to_pylist()
    return [flat[start:end] if is_valid else None for (start, end), is_valid in zip(spans, present, strict=True)]


def _dicts(column: Any) -> list[Any]:
    names = [field.name for field in column.type]
    leaves = [python_values(leaf) for leaf in column.flatten()]
    rows = zip(*leaves, strict=True) if leaves else iter([()] * len(column))
    present = column.is_valid().to_pylist()
    return [
        dict(zip(names, row, strict=True)) if is_valid else None for row, is_valid in zip(rows, present, strict=True)
    ]
