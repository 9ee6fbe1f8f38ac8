"""Frames of plain cells, for other tools: ``pb.flatten`` and ``pb.excel_frame``.

Lists make ``drop_duplicates()`` and ``nunique()`` of pandas fail, and ``df.to_excel()`` refuses times with a time zone
and writes text that begins with "=" as a formula.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Final, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.errors import InvalidParameterError, brief, suggesting
from pb2b_notebook.files.arrow_tables import columns_of, convert_column
from pb2b_notebook.files.escaping import GUARD
from pb2b_notebook.frames.flattening import SEPARATOR
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.frames.types import EagerT
from pb2b_notebook.lazy_libraries import pa, pd, pl

_LONGEST: Final = 32_767
"""Limit of UTF-16 units of a cell (Excel specifications and limits)."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0, and so a workbook, cannot hold."""
_FIRST_DAY: Final = dt.datetime(1900, 3, 1)  # noqa: DTZ001 - workbooks have no time zones


@overload
def flatten(df: EagerT) -> EagerT: ...
@overload
def flatten(df: Any) -> Any: ...
@suggesting
def flatten(df: Any) -> Any:
    """Return a frame without lists and records: lists of text joined with ", ", other lists and records as JSON text.

    It is what ``flat=True`` returns, for a frame that you have: ``drop_duplicates()``, ``nunique()``, ``groupby`` and
    ``merge`` then accept all columns. All other columns, the order of the rows and the index stay.

    Args:
        df: A DataFrame of pandas or polars.

    Returns:
        A new frame of the same library.

    Raises:
        InvalidParameterError: ``df`` is not a frame, or a column holds values that are neither text nor JSON.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> df = pd.DataFrame({"id": ["a", "b"], "tags": [["x", "y"], ["x", "y"]]})
        >>> pb.flatten(df)["tags"].nunique(), pb.flatten(df)["tags"][0]
        (1, 'x, y')
    """
    return _replace_columns(df, lambda name, kind, array: (name, _flat_texts(kind, array)))


@overload
def excel_frame(df: EagerT, *, zone: str = "UTC") -> EagerT: ...
@overload
def excel_frame(df: Any, *, zone: str = "UTC") -> Any: ...
@suggesting
def excel_frame(df: Any, *, zone: str = "UTC") -> Any:
    """Return a frame that ``df.to_excel()`` and ``df.write_excel()`` can write, and that a spreadsheet shows correctly.

    A workbook has no time zones: times with one become the time of day in ``zone``, and the name of their column says
    which: ``created_at (UTC)``, also in the index. Lists and records become text as in :func:`flatten`. Text that
    begins with "=" gets an apostrophe, so that it is not a formula; control characters become "�"; text is cut at
    32,767 characters; times before March 1900 become text.

    For a file that :func:`~pb2b_notebook.read_leads` restores exactly, use :func:`~pb2b_notebook.save_leads`.

    Args:
        df: A DataFrame of pandas or polars.
        zone: Time zone of the times, such as "Europe/Berlin".

    Returns:
        A new frame of the same library.

    Raises:
        InvalidParameterError: ``df`` is not a frame, or the time zone is unknown.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> df = pd.DataFrame({"at": pd.to_datetime(["2026-03-10T12:00Z"]), "note": ["=1+1"]})
        >>> pb.excel_frame(df, zone="Europe/Berlin").to_dict("list")
        {'at (Europe/Berlin)': [Timestamp('2026-03-10 13:00:00')], 'note': ["'=1+1"]}
    """
    tz = check_zone(zone)

    def convert(name: str, kind: str, array: Any) -> tuple[str, list[Any] | None]:
        if kind == "datetime":
            return f"{name} ({zone})", _wall_times(array, tz)
        texts = array.to_pylist() if kind == "text" else _flat_texts(kind, array)
        return name, None if texts is None else [None if text is None else excel_text(text) for text in texts]

    frame = _replace_columns(df, convert)
    if isinstance(frame, pd.DataFrame):
        frame.index = _wall_index(frame.index, zone)
    return frame


def check_zone(zone: object) -> ZoneInfo:
    """Return a time zone by its name.

    Raises:
        InvalidParameterError: The time zone is unknown; the message names the nearest one.

    >>> check_zone("Europe/Berln")
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: unknown time zone 'Europe/Berln' → did you mean 'Europe/Berlin'?
    """
    from zoneinfo import available_timezones

    try:
        return ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = get_close_matches(str(zone), available_timezones(), n=1)
        repair = (
            f"did you mean {close[0]!r}?" if close else "give one of IANA's names, such as 'Europe/Berlin' or 'UTC'"
        )
        raise InvalidParameterError(f"unknown time zone {brief(zone)}", repair=repair) from None


def excel_text(text: str) -> str:
    """Return a text that a cell can hold and that is not a formula.

    >>> excel_text("=1+1"), excel_text("Ada"), len(excel_text("x" * 40_000))
    ("'=1+1", 'Ada', 32767)
    """
    safe = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.encode("utf-16", "replace").decode("utf-16"))
    safe = f"{GUARD}{safe}" if safe.startswith(("=", "{=")) else safe
    if len(safe) > _LONGEST // 2:
        safe = safe.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    return safe


def _flat_texts(kind: str, array: Any) -> list[str | None] | None:
    """Return the texts of a column of lists or records; ``None`` for any other column."""
    if kind == "texts":
        lists = array.to_pylist()
        return [None if one is None else SEPARATOR.join(item for item in one if item is not None) for one in lists]
    return list(map(_without_quotes, array.to_pylist())) if kind == "json" else None


def _without_quotes(text: str | None) -> str | None:
    """Return the text of a JSON string, as text and dates among other values are; other JSON unchanged."""
    return str(json.loads(text)) if text is not None and text.startswith('"') else text


def _wall_times(array: Any, zone: ZoneInfo) -> list[Any]:
    """Return the times of day in a zone; if a workbook cannot hold one of them, all as ISO text with their offset."""
    times = [None if at is None else at.astimezone(zone) for at in array.to_pylist()]
    walls = [None if at is None else at.replace(tzinfo=None) for at in times]
    if all(wall is None or wall >= _FIRST_DAY for wall in walls):
        return walls
    return [None if at is None else at.isoformat() for at in times]


def _wall_index(index: Any, zone: str) -> Any:
    """Return an index of pandas with its times, as ``resample`` and ``groupby`` leave them, as times of day."""
    if isinstance(index, pd.MultiIndex):
        levels = [_wall_index(level, zone) for level in index.levels]
        return index.set_levels(levels).set_names([level.name for level in levels])
    if getattr(index, "tz", None) is None:
        return index
    return index.tz_convert(zone).tz_localize(None).rename(f"{index.name} ({zone})" if index.name else zone)


def _replace_columns(df: Any, convert: Callable[[str, str, Any], tuple[str, list[Any] | None]]) -> Any:
    """Return a frame in which some columns are replaced.

    Args:
        df: The caller's frame.
        convert: Function that takes name, kind and Arrow array of a column, and returns its new name and values;
            ``None`` keeps the column.
    """
    given = input_frame(df, purpose="this", repair="pass a pandas or polars DataFrame")
    columns = []
    for name, column in columns_of(given.frame):
        try:
            kind, array = convert_column(column)
        except (ValueError, TypeError, OverflowError, pa.ArrowException):  # neither nested, nor text, nor a time
            columns.append((name, column))
            continue
        new, values = convert(name, kind, array)
        columns.append((new, column if values is None else _column(given.frame, values)))
    names = [name for name, _ in columns]
    if not all(encodable(name) for name in names if isinstance(name, str)):
        raise InvalidParameterError(
            "a column name is not valid Unicode: it has an unpaired surrogate", repair="rename it"
        )
    if len(set(names)) < len(names):
        raise InvalidParameterError("two columns would have the same name", repair="rename one of them first")
    if given.library == "polars":
        return pl.DataFrame([column.alias(name) for name, column in columns])
    return pd.DataFrame(dict(columns), index=given.frame.index)


def _column(frame: Any, values: list[Any]) -> Any:
    """Return a column of texts or times of the frame's library."""
    are_times = any(isinstance(value, dt.datetime) for value in values)
    if isinstance(frame, pl.DataFrame):
        return pl.Series("", values, pl.Datetime("us") if are_times else pl.String)
    return pd.Series(values, index=frame.index, dtype="datetime64[us]" if are_times else "str")
