"""Read the file of an export, which the workspace serves and the API does not, with the dtypes of a list of leads."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from pb2b_notebook import frames
from pb2b_notebook.errors import (
    DamagedFileError,
    InvalidParameterError,
    LeadFileError,
    LeadFileNotFoundError,
    ProtocolError,
    UnknownFormatError,
)
from pb2b_notebook.frames import UNPARSED, Column, FrameSchema
from pb2b_notebook.frames.schema import arrow_type
from pb2b_notebook.frames.types import DataFrame, FrameName, check_frame
from pb2b_notebook.lazy_libraries import pa, pc
from pb2b_notebook.mapping.lead_fields import LeadField, lead_kinds, read_fields
from pb2b_notebook.openapi.import_cells import SEPARATOR

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

_GUARDED: Final = "^'([=+\\-@\t\r])"  # the apostrophe keeps a spreadsheet from running the text as a formula
_EXACT: Final = 2**53
_REDO: Final = "download it again in the workspace; ws.exports.readiness(export) shows its size, digest and expiry"
_DIGEST: Final = 64


@overload
def read_export(
    path: str | Path,
    expected: Mapping[str, Any] | str | None = None,
    *,
    fields: DataFrame | None = None,
    frame: Literal["pandas"] = "pandas",
) -> pd.DataFrame: ...
@overload
def read_export(
    path: str | Path,
    expected: Mapping[str, Any] | str | None = None,
    *,
    fields: DataFrame | None = None,
    frame: Literal["polars"],
) -> pl.DataFrame: ...
@overload
def read_export(
    path: str | Path,
    expected: Mapping[str, Any] | str | None = None,
    *,
    fields: DataFrame | None = None,
    frame: Literal["pyarrow"],
) -> pa.Table: ...
@overload
def read_export(
    path: str | Path,
    expected: Mapping[str, Any] | str | None = None,
    *,
    fields: DataFrame | None = None,
    frame: Literal["duckdb"],
) -> duckdb.DuckDBPyRelation: ...
def read_export(
    path: str | Path,
    expected: Mapping[str, Any] | str | None = None,
    *,
    fields: DataFrame | None = None,
    frame: FrameName = "pandas",
) -> DataFrame:
    """Read the file of an export that was downloaded in the signed-in workspace: CSV, JSON Lines or XLSX.

    A blank cell of CSV or XLSX is null; no tags are an empty list. An apostrophe that guards text against running as a
    formula is removed. A value that does not fit its column is null there, and JSON text in the column ``unparsed``.

    Args:
        path: Path of the file, which ends in ``.csv``, ``.jsonl`` or ``.xlsx``.
        expected: The record of ``ws.exports.readiness(export)``, or the SHA-256 in hexadecimal, to verify the file
            with; by default it is not verified.
        fields: Frame of ``ws.lead_fields.list()``, which gives custom fields their types. By default they are text in
            CSV and XLSX, and typed by their values in JSON Lines.
        frame: Library of the returned frame, "pandas" or "polars".

    Returns:
        A frame with one row for each lead, in the file's order. Columns and dtypes are those of ``ws.leads.list()``;
        custom fields are called ``custom_<key>``.

    Raises:
        LeadFileNotFoundError: The file does not exist.
        DamagedFileError: The file is not the expected one, or does not have the format of its name.
        UnknownFormatError: The name has another ending.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     export = ws.exports.wait(ws.exports.create(format="csv", fields=["email", "tags"]))
        ...     fetched = ws.sandbox.data_folder / ws.id / "exports" / f"{export.id}.csv"
        ...     leads = pb.read_export(fetched, ws.exports.readiness(export))
        >>> leads.columns.tolist(), len(leads) == export.row_count
        (['email', 'tags'], True)
    """
    check_frame(frame)
    file = Path(path)
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise UnknownFormatError(
            f"{file.name or file} does not have the name of an export",
            repair="an export's name ends in .csv, .jsonl or .xlsx",
        )
    try:
        if expected is not None:
            _compare(file, expected)
        return frames.to_frame(reader(file, {} if fields is None else read_fields(fields)), frame)
    except FileNotFoundError:
        raise LeadFileNotFoundError(
            f"there is no file {file.name}",
            repair="the API serves no files: download it in the signed-in workspace first",
        ) from None
    except OSError as problem:
        raise LeadFileError(
            f"{file.name} cannot be read ({type(problem).__name__})", repair="check that it is a file that you may read"
        ) from None


def _compare(file: Path, expected: Mapping[str, Any] | str) -> None:
    digest = expected.get("sha256") if isinstance(expected, Mapping) else expected
    if not isinstance(digest, str) or len(digest.strip()) != _DIGEST:
        raise InvalidParameterError(
            "there is no SHA-256 to compare the file with",
            repair="pass ws.exports.readiness(export) of an export that is ready, or 64 hexadecimal digits",
        )
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != digest.strip().lower():
        raise DamagedFileError(f"{file.name} is not the file of this export: its SHA-256 differs", repair=_REDO)


# --- columns --------------------------------------------------------------------------------------------------------


def _columns(keys: Sequence[str], fields: Mapping[str, LeadField]) -> list[Column]:
    """Return the columns of a file with these keys, in order."""
    if not keys or not all(keys) or len(set(keys)) < len(keys):
        raise DamagedFileError("the file's header does not name each column exactly once", repair=_REDO)
    return [_column(key, fields) for key in keys]


def _column(key: str, fields: Mapping[str, LeadField]) -> Column:
    kinds = lead_kinds()
    if key in kinds:
        return Column(key, kinds[key], (key,))  # type: ignore[arg-type]  # of the contract, which has no others
    known = fields.get(key, LeadField(key, builtin=False))
    return Column(known.column, known.kind, (key,))  # type: ignore[arg-type]


# --- JSON Lines -----------------------------------------------------------------------------------------------------


def _read_jsonl(file: Path, fields: Mapping[str, LeadField]) -> Any:
    lines = [line for line in file.read_bytes().splitlines() if line.strip()]
    builtin = lead_kinds()
    try:
        keys = list(json.loads(lines[0])) if lines else []
        declared = [_column(key, fields) for key in keys if key in builtin or key in fields]
        decoder = frames.Decoder(FrameSchema(tuple(declared)))
        decoder.add(lines)
        table = decoder.table()
    except (ValueError, ProtocolError):
        raise DamagedFileError(f"{file.name} is not JSON Lines", repair=_REDO) from None
    names = {key: key if key in builtin or key in fields else _column(key, fields).name for key in keys}
    named = [names.get(name, name) for name in table.column_names]
    order = [_column(key, fields).name for key in keys]
    table = table.rename_columns(named)
    return table.select([*order, *(name for name in named if name not in order)])


# --- CSV and XLSX: text, typed column by column -----------------------------------------------------------------------


def _read_csv(file: Path, fields: Mapping[str, LeadField]) -> Any:
    from pyarrow import csv

    with file.open(encoding="utf-8-sig", newline="") as opened:
        keys = _header(opened)
    columns = _columns(keys, fields)
    try:
        texts = csv.read_csv(
            file,
            parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(keys) > 1),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        raise DamagedFileError(f"{file.name} is truncated, or not CSV", repair=_REDO) from None
    bare = [pc.replace_substring_regex(texts.column(key), _GUARDED, r"\1") for key in keys]
    return _cast_columns(columns, bare)


def _header(opened: Any) -> list[str]:
    import csv

    try:
        return next(csv.reader(opened), [])
    except (UnicodeDecodeError, csv.Error):
        raise DamagedFileError("the file is not a UTF-8 CSV", repair=_REDO) from None


def _read_xlsx(file: Path, fields: Mapping[str, LeadField]) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except FileNotFoundError:
        raise
    except (CalamineError, OSError):
        if not file.exists():
            raise FileNotFoundError from None
        raise DamagedFileError(f"{file.name} is truncated, or not XLSX", repair=_REDO) from None
    header, *body = rows or [[]]
    columns = _columns([str(name) for name in header], fields)
    texts = [pa.array([_text(row[place]) for row in body], pa.string()) for place in range(len(columns))]
    return _cast_columns(columns, texts)


def _text(cell: Any) -> str | None:
    """Return a cell as its text in CSV; numbers of a spreadsheet are floats."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and math.isfinite(cell) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime) else str(cell)


def _cast_columns(columns: Sequence[Column], texts: Sequence[Any]) -> Any:
    """Cast columns of text to their types; values that do not fit go to ``unparsed``."""
    left: list[dict[str, str]] = [{} for _ in range(len(texts[0]))]
    arrays = [_cast(text, column, left) for column, text in zip(columns, texts, strict=True)]
    schema = [column.arrow for column in columns]
    if any(left):
        unparsed = [json.dumps(values, ensure_ascii=False) if values else None for values in left]
        arrays, schema = [*arrays, pa.array(unparsed, pa.string())], [*schema, pa.field(UNPARSED, pa.string())]
    return pa.table(arrays, pa.schema(schema))


def _cast(texts: Any, column: Column, left: list[dict[str, str]]) -> Any:
    if column.kind == "texts":
        split = pc.split_pattern(texts, SEPARATOR)
        return pc.fill_null(split, pa.scalar([], split.type)) if column.name in lead_kinds() else split
    kind = arrow_type(column.kind)
    try:
        cast = texts.cast(kind)
    except pa.ArrowInvalid:
        return _cast_one_by_one(texts, column, kind, left)
    rounded = column.kind == "number" and pc.any(pc.greater_equal(pc.abs(cast), _EXACT)).as_py()
    return _cast_one_by_one(texts, column, kind, left) if rounded else cast


def _cast_one_by_one(texts: Any, column: Column, kind: Any, left: list[dict[str, str]]) -> Any:
    values = []
    for row, text in enumerate(texts.to_pylist()):
        try:
            value = pa.scalar(text, pa.string()).cast(kind).as_py()
        except pa.ArrowInvalid:
            value = None
        if value is not None and column.kind == "number" and not _is_exact(text, value):
            value = None
        if value is None and text is not None:
            left[row][column.name] = text
        values.append(value)
    return pa.array(values, kind)


def _is_exact(text: str, value: float) -> bool:
    return abs(value) < _EXACT or (text.lstrip("-").isdecimal() and math.isfinite(value) and int(text) == int(value))


_READERS: Final[dict[str, Callable[[Path, Mapping[str, LeadField]], Any]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".xlsx": _read_xlsx,
}
