"""The columns of a pandas or polars frame as plain Python values, the same from both."""

from __future__ import annotations

import json
from typing import Any

from pb2b_notebook.errors import MappingError
from pb2b_notebook.frames.schema import UNPARSED
from pb2b_notebook.frames.strict import encodable


def library(frame: Any) -> str:
    """Which library the frame is of: ``pandas`` or ``polars``.

    Raises:
        MappingError: it is no frame.
    """
    modules = {one.__module__.partition(".")[0] for one in type(frame).__mro__}
    if "pandas" in modules and hasattr(frame, "columns"):
        return "pandas"
    if "polars" in modules and hasattr(frame, "get_columns"):
        return "polars"
    raise MappingError(
        f"a mapping is for a DataFrame, not for {type(frame).__name__}",
        repair="read the file with pb.read_leads(path), or collect a lazy frame first",
    )


def column_names(frame: Any) -> list[str]:
    """The names of the columns, in order.

    Raises:
        MappingError: no frame, a name that is no text or no whole one, or one that comes twice.
    """
    library(frame)
    names = list(frame.columns)
    if not all(isinstance(name, str) for name in names):
        raise MappingError("a column has a name that is no text", repair="df.columns = df.columns.map(str)")
    if not all(map(encodable, names)):
        raise MappingError("a column has a name with half a character in it", repair="rename it")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise MappingError(f"there are two columns called {twice!r}", repair="rename one of them")
    return names


def values_of(frame: Any, column: str) -> list[Any]:
    """The values of a column as Python has them: ``None`` for whatever says nothing.

    >>> import pandas as pd
    >>> values_of(pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}), "n")
    [1, None]
    """
    values = frame.get_column(column).to_list() if library(frame) == "polars" else frame[column].tolist()
    return [None if _missing(value) else _plain(value) for value in values]


def cells_of(frame: Any, column: str) -> list[Any]:
    """The same, and where a cell had not the type of its column, what it held: reading a file keeps it in ``unparsed``.

    So a cell that somebody spoiled in a spreadsheet is refused with its row, instead of being left out unseen.

    >>> import pandas as pd
    >>> cells_of(pd.DataFrame({"score": pd.array([1, None], dtype="Int64"), "unparsed": [None, '{"score":"many"}']}),
    ...          "score")
    [1, 'many']
    """
    values = values_of(frame, column)
    if UNPARSED in frame.columns and column != UNPARSED:
        for row, told in enumerate(values_of(frame, UNPARSED)):
            if values[row] is None and isinstance(told, str):
                values[row] = _held(told, column)
    return values


def _missing(value: Any) -> bool:
    """Null in any of its forms: ``None``, NaN, NaT, ``pandas.NA``."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float) and value != value  # noqa: PLR0124 - NaN is what differs from itself


def _plain(value: Any) -> Any:
    """A list where the cell is an array, as pandas reads lists from Parquet."""
    return value.tolist() if getattr(value, "ndim", 0) else value


def _held(told: str, column: str) -> Any:
    try:
        held = json.loads(told)
    except ValueError:
        return None
    return held.get(column) if isinstance(held, dict) else None
