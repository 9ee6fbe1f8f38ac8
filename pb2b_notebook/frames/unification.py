"""Find one type for an unknown field over all batches, independent of the order of its values."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.frames.exact_reader import json_text
from pb2b_notebook.frames.schema import ColumnKind, arrow_type
from pb2b_notebook.frames.strict_json import EXACT
from pb2b_notebook.lazy_libraries import pa, pc


def common_kind(kind: ColumnKind, other: ColumnKind) -> ColumnKind:
    """Return the narrowest kind that can hold both; :func:`holds_exactly` checks large integers for ``number``.

    >>> common_kind("integer", "number"), common_kind("null", "text"), common_kind("text", "integer")
    ('number', 'text', 'json')
    """
    if other in (kind, "null"):
        return kind
    if kind == "null":
        return other
    return "number" if {kind, other} == {"integer", "number"} else "json"


def holds_exactly(array: Any, kind: ColumnKind) -> bool:
    """Return whether a ``number`` column can hold an array: its integers are at most 2**53."""
    return kind != "integer" or pc.all(pc.less_equal(pc.abs_checked(array), EXACT)).as_py() is not False


def widen(array: Any, had: ColumnKind, kind: str) -> Any:
    """Return the array in the wider kind."""
    if had == kind:
        return array
    if kind != "json" or had == "null":
        return array.cast(arrow_type(kind))
    texts = [None if value is None else json_text(value, "") for value in array.to_pylist()]
    return pa.array(texts, pa.string())
