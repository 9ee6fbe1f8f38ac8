"""Convert a frame to an Arrow table whose columns are of the kinds that files store.

These are the kinds of frames (:data:`~pb2b_notebook.frames.schema.ColumnKind`) and ``local``, a time without a time
zone. Frames of the service never have such times, but other frames do.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames.library import input_frame, library_of
from pb2b_notebook.frames.schema import arrow_type, holds_json
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy_libraries import pa, pc, pd
from pb2b_notebook.nulls import is_null

KINDS: Final = ("text", "integer", "number", "boolean", "datetime", "date", "local", "texts", "json")
"""Kinds of columns of a file."""

_JSON: Final = {b"kind": b"json"}


def arrow_type_of(kind: str) -> Any:
    """Return the ``pyarrow`` type of a kind.

    >>> str(arrow_type_of("local")), str(arrow_type_of("datetime"))
    ('timestamp[us]', 'timestamp[us, tz=UTC]')
    """
    return pa.timestamp("us") if kind == "local" else arrow_type(kind)


def arrow_field(name: str, kind: str) -> Any:
    """Return the ``pyarrow.Field`` of a column; JSON text is marked in its metadata."""
    return pa.field(name, arrow_type_of(kind), metadata=_JSON if kind == "json" else None)


def kind_of(field: Any) -> str:
    """Return the kind of a field that :func:`arrow_field` returned."""
    if holds_json(field):
        return "json"
    return next(kind for kind in KINDS if kind != "json" and arrow_type_of(kind).equals(field.type))


def to_arrow_table(frame: Any) -> Any:
    """Convert a frame to a ``pyarrow.Table`` of :data:`KINDS`, without its index.

    Nothing is rounded. NaN, NaT and ``pd.NA`` become null, times are converted to UTC, categories become text, and
    records and lists of numbers become JSON text, which is marked as such.

    Raises:
        InvalidParameterError: ``frame`` is not a frame, a column name is not text or occurs twice, or a file cannot
            store the values of a column.

    >>> import pandas as pd
    >>> to_arrow_table(pd.DataFrame({"tags": [["a"], None], "n": [1, 2]})).schema.types
    [ListType(list<item: string>), DataType(int64)]
    """
    frame = input_frame(frame, purpose="save_leads", repair="pass a pandas or polars DataFrame").frame
    columns = columns_of(frame)
    _check_names([name for name, _ in columns])
    _check_index(frame)
    fields, arrays = [], []
    for name, column in columns:
        try:
            kind, array = convert_column(column)
        except (ValueError, TypeError, OverflowError, pa.ArrowException) as problem:
            what = str(getattr(column, "dtype", "")) or "these values"
            raise InvalidParameterError(
                f"the column {name!r} ({what}) cannot be saved: {_first_line(problem)}",
                repair=f'convert it to text (df[{name!r}] = df[{name!r}].astype("string")), or drop it',
            ) from None
        fields.append(arrow_field(name, kind))
        arrays.append(array)
    return pa.table(arrays, pa.schema(fields))


def normalize_table(table: Any) -> Any:
    """Convert an Arrow table of any types to one of :data:`KINDS`.

    Raises:
        InvalidParameterError: The type of a column is not supported.
    """
    fields, arrays = [], []
    for field, column in zip(table.schema, table.columns, strict=True):
        try:
            kind, array = ("json", column) if holds_json(field) else _convert_array(column)
        except (ValueError, TypeError, OverflowError, pa.ArrowException) as problem:
            raise InvalidParameterError(
                f"the column {field.name!r} has the unsupported type {field.type}: {_first_line(problem)}",
                repair="read the file with polars or pandas, and convert that column",
            ) from None
        fields.append(arrow_field(field.name, kind))
        arrays.append(array)
    return pa.table(arrays, pa.schema(fields))


def columns_of(frame: Any) -> list[tuple[Any, Any]]:
    """Return name and values of each column of a frame; a name may occur twice."""
    if library_of(frame) == "polars":
        return [(column.name, column) for column in frame.get_columns()]
    return [(name, frame.iloc[:, place]) for place, name in enumerate(frame.columns)]


def _check_names(names: Sequence[Any]) -> None:
    if not names:
        raise InvalidParameterError("the frame has no columns", repair="save a frame with columns")
    counts = Counter(names)
    for name in names:
        if not isinstance(name, str) or not encodable(name) or "\0" in name:
            raise InvalidParameterError("a column name is not text", repair="df.columns = map(str, df.columns)")
        if not name:
            raise InvalidParameterError("a column has no name", repair='df.rename(columns={"": "a name"})')
        if counts[name] > 1:
            raise InvalidParameterError(f"there are two columns called {name!r}", repair="rename one of them")


def _check_index(frame: Any) -> None:
    if any(name is not None for name in getattr(getattr(frame, "index", None), "names", ())):
        raise InvalidParameterError(
            "the frame has a named index, which files do not store", repair="make it a column: df.reset_index()"
        )


def convert_column(column: Any) -> tuple[str, Any]:
    """Return kind and Arrow array of one column of a frame.

    Raises:
        ValueError, TypeError, OverflowError: A file cannot store its values.
    """
    if hasattr(column, "to_arrow"):
        return _convert_array(column.to_arrow())
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if column.dtype == object:
        return _convert_objects([None if is_null(value) else value for value in column.tolist()])
    # pandas frames of the service have dates as midnights without a time zone, in seconds.
    if str(column.dtype) == "datetime64[s]" and bool((column.dropna().dt.normalize() == column.dropna()).all()):
        return "date", pa.array(column, pa.timestamp("s"), from_pandas=True).cast(pa.date32())
    return _convert_array(pa.array(column, from_pandas=True))


def _convert_array(array: Any) -> tuple[str, Any]:
    """Return kind and array of an Arrow array of any supported type."""
    of = array.type
    if pa.types.is_dictionary(of):
        return _convert_array(array.cast(of.value_type))
    if pa.types.is_time(of) or getattr(of, "extension_name", "") == "arrow.uuid":
        return "text", pa.array([None if value is None else str(value) for value in array.to_pylist()], pa.string())
    if isinstance(of, pa.BaseExtensionType):
        return _convert_array(array.cast(of.storage_type))
    for kind, test in _kind_tests().items():
        if test(of):
            return kind, _cast(array, kind)
    if pa.types.is_nested(of):
        return "json", pa.array(_as_json(array.to_pylist()), pa.string())
    raise ValueError("files store text, numbers, booleans, dates, times, and lists and records of these")


def _kind_tests() -> dict[str, Callable[[Any], bool]]:
    """Return the test of the Arrow types of each kind; the first kind that fits is chosen."""
    from pyarrow import types as are

    return {
        "text": lambda of: are.is_string(of) or are.is_large_string(of) or are.is_string_view(of) or are.is_null(of),
        "integer": lambda of: are.is_integer(of) or (are.is_decimal(of) and of.scale == 0),
        "number": lambda of: are.is_floating(of) or are.is_decimal(of),
        "boolean": are.is_boolean,
        "datetime": lambda of: are.is_timestamp(of) and of.tz is not None,
        "local": lambda of: are.is_timestamp(of) and of.tz is None,
        "date": are.is_date,
        "texts": lambda of: (are.is_list(of) or are.is_large_list(of)) and _kind_tests()["text"](of.value_type),
    }


def _cast(array: Any, kind: str) -> Any:
    if kind == "number":
        numbers = array.cast(pa.float64())
        if pa.types.is_decimal(array.type) and not numbers.cast(array.type).equals(array):
            raise ValueError("it has numbers of more digits than files store")
        return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    return array.cast(arrow_type_of(kind))


def _convert_objects(values: list[Any]) -> tuple[str, Any]:
    """Return kind and array of Python values; only nulls count as lists of text, as in frames of the service."""
    present = [value for value in values if value is not None]
    if all(isinstance(value, list | tuple) and all(isinstance(text, str) for text in value) for value in present):
        return "texts", pa.array(values, arrow_type_of("texts"))
    if present and all(isinstance(value, Decimal) for value in present):
        return _convert_array(pa.array(values))
    for kind, holds in _VALUE_TESTS:
        if all(map(holds, present)):
            return kind, pa.array(values, arrow_type_of(kind))
    return "json", pa.array(_as_json(values), pa.string())


def _as_json(values: Sequence[Any]) -> list[str | None]:
    """Return each value as JSON text."""
    texts = [
        None
        if value is None
        else json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_json_default)
        for value in values
    ]
    if not all(text is None or encodable(text) for text in texts):
        raise ValueError("text with an unpaired surrogate has no UTF-8 form")
    return texts


def _json_default(value: Any) -> Any:
    """Convert dates, and numbers and lists of pandas and NumPy, for JSON."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _first_line(problem: Exception) -> str:
    """Return the message of an Arrow error without the value that it may repeat."""
    text = str(problem).partition("\n")[0]
    return text if type(problem) in {ValueError, TypeError} else "not every value fits one type"


_VALUE_TESTS: Final[tuple[tuple[str, Callable[[Any], bool]], ...]] = (
    ("text", lambda value: isinstance(value, str)),
    ("boolean", lambda value: isinstance(value, bool)),
    ("integer", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    ("number", lambda value: isinstance(value, float)),
    ("datetime", lambda value: isinstance(value, dt.datetime) and value.utcoffset() is not None),
    ("local", lambda value: isinstance(value, dt.datetime) and value.utcoffset() is None),
    ("date", lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime)),
)
