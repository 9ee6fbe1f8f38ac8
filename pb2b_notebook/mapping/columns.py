"""The columns of a pandas or polars frame as Python values, the same from both libraries."""

from __future__ import annotations

import json
from typing import Any

from pb2b_notebook.errors import MappingError
from pb2b_notebook.frames.library import input_frame, library_of
from pb2b_notebook.frames.schema import UNPARSED
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.nulls import is_null


def open_frame(frame: Any) -> Any:
    """Return a frame of any accepted library as a pandas or polars DataFrame.

    Raises:
        MappingError: The value is not a frame.
    """
    return input_frame(frame, purpose="a mapping", error=MappingError).frame


def column_names(frame: Any) -> list[str]:
    """Return the names of the columns, in order.

    Raises:
        MappingError: A name is not text, has an unpaired surrogate, or occurs twice.
    """
    names = list(frame.columns)
    if not all(isinstance(name, str) for name in names):
        raise MappingError("a column name is not text", repair="df.columns = df.columns.map(str)")
    if not all(map(encodable, names)):
        raise MappingError("a column name is not valid Unicode: it has an unpaired surrogate", repair="rename it")
    if len(set(names)) < len(names):
        duplicate = next(name for name in names if names.count(name) > 1)
        raise MappingError(f"there are two columns called {duplicate!r}", repair="rename one of them")
    return names


def values_of(frame: Any, column: str) -> list[Any]:
    """Return the values of a column as Python objects, with ``None`` for every kind of null.

    >>> import pandas as pd
    >>> values_of(pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}), "n")
    [1, None]
    """
    values = frame.get_column(column).to_list() if library_of(frame) == "polars" else frame[column].tolist()
    # Nearly all cells of a list are text, for which the first question is enough.
    return [value if type(value) is str else None if is_null(value) else _plain(value) for value in values]


def cells_of(frame: Any, column: str) -> list[Any]:
    """Return the values of a column, with the original cell where one did not fit the type of the column.

    Reading a file keeps such cells in the column ``unparsed``. A cell that was broken in a spreadsheet is then rejected
    with its row, instead of being left out silently.

    >>> import pandas as pd
    >>> cells_of(pd.DataFrame({"score": pd.array([1, None], dtype="Int64"), "unparsed": [None, '{"score":"many"}']}),
    ...          "score")
    [1, 'many']
    """
    values = values_of(frame, column)
    if UNPARSED in frame.columns and column != UNPARSED:
        for row, document in enumerate(values_of(frame, UNPARSED)):
            if values[row] is None and isinstance(document, str):
                values[row] = _unparsed_cell(document, column)
    return values


def _plain(value: Any) -> Any:
    """Return a list for a tuple, or for an array, which is how pandas reads lists from Parquet; a frame stays one."""
    if isinstance(value, tuple):
        return list(value)
    return value.tolist() if getattr(value, "ndim", 0) and hasattr(value, "tolist") else value


def _unparsed_cell(document: str, column: str) -> Any:
    try:
        cells = json.loads(document)
    except ValueError:
        return None
    return cells.get(column) if isinstance(cells, dict) else None
