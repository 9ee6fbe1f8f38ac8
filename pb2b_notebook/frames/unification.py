"""Find one type for an unknown field over all batches, independent of the order of its values."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from pb2b_notebook.frames.exact_reader import json_text
from pb2b_notebook.frames.schema import ColumnKind, arrow_type
from pb2b_notebook.frames.strict_json import EXACT
from pb2b_notebook.lazy_libraries import pa, pc, pl


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


def concat_rows(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of several frames; a column of nested values that has no type in common becomes JSON text.

    A field that no contract declares is typed by the values of each response.

    >>> import polars as pl
    >>> frames = pl.DataFrame({"links": ['[{"rel":"a"}]']}), pl.DataFrame({"links": [[{"rel": "b"}]], "tags": [["x"]]})
    >>> concat_rows(frames).to_dict(as_series=False)
    {'links': ['[{"rel":"a"}]', '[{"rel":"b"}]'], 'tags': [None, ['x']]}
    """
    kinds: dict[str, set[Any]] = {}
    for frame in frames:
        for name, kind in frame.schema.items():
            kinds.setdefault(name, set()).add(kind)
    unlike = {name for name, found in kinds.items() if not _have_common_type(found)}
    texts = [frame.with_columns(_as_json(frame[name]) for name in unlike & {*frame.columns}) for frame in frames]
    return pl.concat(texts if unlike else frames, how="diagonal_relaxed")


def _have_common_type(kinds: Collection[Any]) -> bool:
    """Whether columns of these types can be put below each other; numbers and flags beside text become text.

    >>> import polars as pl
    >>> texts, links = pl.List(pl.String), pl.List(pl.Struct({"rel": pl.String}))
    >>> [_have_common_type({texts, other}) for other in (pl.Null, pl.List(pl.Null), pl.String, links)]
    [True, True, False, False]
    >>> [_have_common_type({pl.Datetime("us"), other}) for other in (pl.Datetime("ms"), pl.String, pl.Int64)]
    [True, True, False]
    """
    found = {kind for kind in kinds if kind != pl.Null}
    if any(kind.is_temporal() for kind in found):
        # A number is another time, and so is one with a zone beside one without.
        return len({getattr(kind, "time_zone", None) or kind.is_temporal() for kind in found - {pl.String}}) == 1
    if len(found) < 2 or not any(kind.is_nested() for kind in found):  # noqa: PLR2004 - two types may differ
        return True
    if len({kind.base_type() for kind in found}) > 1:
        return False
    if all(isinstance(kind, pl.List) for kind in found):
        return _have_common_type({kind.inner for kind in found})
    fields = [field for kind in found for field in getattr(kind, "fields", ())]
    return all(_have_common_type({f.dtype for f in fields if f.name == name}) for name in {f.name for f in fields})


def _as_json(column: pl.Series) -> pl.Series:
    cells = column.to_list()
    texts = [None if value is None else str(value) if column.dtype.is_temporal() else _json(value) for value in cells]
    return pl.Series(column.name, texts, dtype=pl.String)


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, separators=(",", ":"))
