"""The columns that a picture needs, of a pandas or polars frame, in the types that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.errors import PictureError
from pb2b_notebook.frames.library import input_frame, library_of
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.nulls import is_null

_OBJECTS: Final = {
    "ws.leads.list()": "lead",
    "ws.campaigns.runs()": "campaign_run",
    "ws.jobs.list()": "job",
    "ws.messages.list()": "message",
    "ws.prospector.runs.list()": "prospector_run",
    "ws.prospector.workflows.list()": "prospector_workflow",
}
"""The value of ``object`` in the rows of a call: other rows may have columns of the same names."""


def select_columns(
    frame: Any,
    source: str,
    *,
    times: Sequence[str] = (),
    numbers: Sequence[str] = (),
    texts: Sequence[str] = (),
    optional: Sequence[str] = (),
) -> pl.DataFrame:
    """Return columns as a polars frame: times in their time zone, numbers as Float64, texts as String.

    A value that does not fit the type becomes null. No other column is read.

    Args:
        frame: A frame of any accepted library; of a lazy one only these columns are read.
        source: The call that returns such a frame, for the error.
        times: Columns of times: datetimes with or without a time zone, which is kept, or ISO 8601 text.
        numbers: Columns of counts and lengths; infinite and negative values become null.
        texts: Columns of text.
        optional: Columns that may be missing; they are then null.

    Raises:
        PictureError: ``frame`` is not a frame, or columns are missing.
    """
    frame = open_frame(frame, source)
    present = column_names(frame)
    kinds = {**dict.fromkeys(times, "time"), **dict.fromkeys(numbers, "number"), **dict.fromkeys(texts, "text")}
    missing = [repr(name) for name in kinds if name not in present and name not in optional]
    if missing:
        what = "column" if len(missing) == 1 else "columns"
        raise PictureError(f"the frame has no {what} {', '.join(missing)}", repair=f"pass {source}")
    _check_object(frame, present, source)
    found = [name for name in kinds if name in present]
    table = frame.lazy().select(found).collect() if library_of(frame) == "polars" else _from_pandas(frame, found)
    absent = [pl.lit(None, _type_of(kinds[name])).alias(name) for name in kinds if name not in present]
    return table.select(*(_cast(table[name], kinds[name]) for name in found)).with_columns(absent).select(list(kinds))


def open_frame(frame: Any, source: str) -> Any:
    """Return a frame of any accepted library as one of pandas or polars; a lazy one stays lazy.

    Args:
        frame: The caller's argument.
        source: The call that returns such a frame, for the error.

    Raises:
        PictureError: ``frame`` is not a frame.
    """
    if library_of(frame):
        return frame
    return input_frame(frame, purpose="a plot", error=PictureError, repair=f"pass {source}").frame


def column_names(frame: Any) -> list[str]:
    """Return the names of the columns of a frame that :func:`open_frame` returned, without reading its rows."""
    if library_of(frame) == "polars":
        return list(frame.lazy().collect_schema().names())
    return [name for name in frame.columns if isinstance(name, str)]


def _check_object(frame: Any, present: Sequence[str], source: str) -> None:
    """Refuse a frame whose rows are of another kind than those of ``source``."""
    wanted = _OBJECTS.get(source)
    if wanted is None or "object" not in present:
        return
    rows = frame.lazy().select("object").head(1).collect() if library_of(frame) == "polars" else frame[["object"]][:1]
    for kind in rows["object"].to_list():
        if isinstance(kind, str) and kind in _OBJECTS.values() and kind != wanted:
            raise PictureError(f"the frame has rows of the kind {kind!r}, not {wanted!r}", repair=f"pass {source}")


def _from_pandas(frame: Any, names: Sequence[str]) -> pl.DataFrame:
    twice = next((name for name in names if list(frame.columns).count(name) > 1), None)
    if twice is not None:
        raise PictureError(f"the frame has two columns {twice!r}", repair="rename one of them")
    return pl.DataFrame([_series(frame[name], name) for name in names])


def _series(column: Any, name: str) -> pl.Series:
    """Return one column; mixed objects become text, and times with an offset but no zone become UTC."""
    zone = getattr(column.dtype, "tz", None)
    if zone is not None and not _is_known_zone(str(zone)):
        column = column.dt.tz_convert("UTC")
    try:
        values = pl.from_arrow(pa.Array.from_pandas(column))
    except (pa.ArrowException, TypeError, ValueError):
        values = pl.Series([None if is_null(value) else str(value) for value in column])
    return pl.Series(name, values)


def _is_known_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _type_of(kind: str) -> Any:
    return {"time": pl.Datetime("us", "UTC"), "number": pl.Float64(), "text": pl.String()}[kind]


def _cast(column: pl.Series, kind: str) -> pl.Series:
    if isinstance(column.dtype, pl.Categorical | pl.Enum):  # such as a dictionary of Arrow: the texts, not their codes
        column = column.cast(pl.String)
    if kind == "time":
        return _times(column)
    if kind == "number":
        numbers = column.cast(pl.Float64, strict=False)
        return numbers.set(numbers.is_infinite() | numbers.is_nan() | (numbers < 0), None)
    return column if column.dtype == pl.String else column.cast(pl.String, strict=False)


def _times(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    if isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Datetime("us", column.dtype.time_zone))
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us"))
    return pl.Series(column.name, [None] * len(column), dtype=pl.Datetime("us", "UTC"))
