"""Convert lists and records to text, for tools that cannot read them: spreadsheets, BI imports, SQL loaders."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from pb2b_notebook.frames.conversion import python_values
from pb2b_notebook.frames.schema import holds_json
from pb2b_notebook.lazy_libraries import pa, pc

SEPARATOR = ", "


def flatten_columns(table: Any) -> Any:
    """Return the table with a column of text for each column of lists, records or free-form values.

    Lists of text are joined with ", ": an empty list becomes empty text, a null stays null, a null item is left out.
    Records, lists of records and free-form values become JSON text. Joined lists cannot be split again if an item
    contains a comma.

    Args:
        table: A ``pyarrow.Table`` of a :class:`~pb2b_notebook.frames.decoding.Decoder`.

    >>> import pyarrow as pa
    >>> flatten_columns(pa.table({"tags": [["a", "b"], [], None]})).to_pydict()
    {'tags': ['a, b', '', None]}
    """
    for position, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            table = table.set_column(position, pa.field(field.name, pa.string()), _texts(table.column(position)))
        elif holds_json(field):
            table = table.set_column(position, pa.field(field.name, field.type), table.column(position))
    return table


def _texts(column: Any) -> Any:
    if pa.types.is_list(column.type) and pa.types.is_string(column.type.value_type):
        return pa.chunked_array([_join_lists(chunk) for chunk in column.chunks], pa.string())
    values = python_values(column)
    return pa.array([None if value is None else _json(value) for value in values], pa.string())


def _join_lists(lists: Any) -> Any:
    if not pc.list_flatten(lists).null_count:
        return pc.binary_join(lists, SEPARATOR)
    kept = (
        [item for item in items if item is not None] if items is not None else None for items in python_values(lists)
    )
    return pa.array([None if items is None else SEPARATOR.join(items) for items in kept], pa.string())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: dt.date) -> str:
    return value.isoformat()
