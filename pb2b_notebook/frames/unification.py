"""One type for an unknown field over all batches, whatever the order in which its values came."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.frames.exact_reader import json_text
from pb2b_notebook.frames.schema import ColumnKind, arrow_type
from pb2b_notebook.frames.strict_json import EXACT


def common_kind(one: ColumnKind, other: ColumnKind) -> ColumnKind:
    """The narrowest kind that holds both; whether large integers forbid ``number`` is for :func:`holds_exactly`.

    >>> joined_kind("integer", "number"), common_kind("null", "text"), common_kind("text", "integer")
    ('number', 'text', 'json')
    """
    if other in (one, "null"):
        return one
    if one == "null":
        return other
    return "number" if {one, other} == {"integer", "number"} else "json"


def holds_exactly(array: Any, kind: ColumnKind) -> bool:
    """Whether a ``number`` column can take this array: its integers are at most 2**53."""
    import pyarrow.compute as pc

    return kind != "integer" or pc.all(pc.less_equal(pc.abs_checked(array), EXACT)).as_py() is not False


def widen(array: Any, had: ColumnKind, kind: str) -> Any:
    """The array in the wider kind."""
    import pyarrow as pa

    if had == kind:
        return array
    if kind != "json" or had == "null":
        return array.cast(arrow_type(kind))
    texts = [None if value is None else json_text(value, "") for value in array.to_pylist()]
    return pa.array(texts, pa.string())
