"""``pb.save_leads``: save a frame as a file that people can open, and that reading restores exactly."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from pb2b_notebook import frames
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import InvalidParameterError, LeadFileExistsError, UsageError, suggesting, typed_interrupt
from pb2b_notebook.files import metadata as metadata_files
from pb2b_notebook.files.arrow_tables import kind_of, to_arrow_table
from pb2b_notebook.files.atomic_files import check_writable, write_atomically
from pb2b_notebook.files.formats import WRITTEN, check_format, format_of_suffix
from pb2b_notebook.files.jsonl_files import write_jsonl
from pb2b_notebook.files.metadata import Metadata
from pb2b_notebook.files.parquet_files import write_parquet
from pb2b_notebook.files.reports import SavedFile
from pb2b_notebook.files.text.csv_writing import write_csv
from pb2b_notebook.files.text.dialects import check_delimiter
from pb2b_notebook.files.workbooks.xlsx_writing import METADATA_SHEET, SHEET, write_xlsx
from pb2b_notebook.frames.library import is_frame

_WITH_COMPANION: Final = frozenset({"csv", "jsonl"})
"""Formats that cannot contain metadata: it is stored in a companion file."""
_SHEET_NAME: Final = re.compile(r"(?!')[^\[\]:*?/\\\x00-\x1f\ud800-\udfff]{1,31}(?<!')")
_LONGEST_NAME: Final = 31
_RESERVED: Final = frozenset({METADATA_SHEET, "history"})
"""Names of sheets, in lower case, that are ours or Excel's."""
_TAB_SUFFIXES: Final = frozenset({".tsv"})


@suggesting
@typed_interrupt("the saving of the file was stopped; run the same cell again")
def save_leads(
    df: Any,
    target: Any,
    *,
    format: str | None = None,  # noqa: A002 - the word of the API's exports
    overwrite: bool = False,
    workspace: Any = None,
    delimiter: str | None = None,
    guard: Literal["all", "formulas"] = "all",
    progress: bool = True,
) -> SavedFile:
    """Save a frame as CSV, XLSX, JSON Lines or Parquet, so that :func:`~pb2b_notebook.read_leads` restores it.

    The types of the columns, the workspace and the service of the leads, and the time of saving are stored with the
    file: inside XLSX and Parquet, and for CSV and JSON Lines in the companion file ``<name>-metadata.json`` (CSVW). A
    spreadsheet runs nothing in the file: text is typed as text in XLSX, and in CSV text that looks like a formula, a
    number or a date gets an apostrophe.

    For people, prefer XLSX: a spreadsheet may split CSV at another character than the delimiter, reads decimals in its
    own language, and drops carriage returns and NUL.

    Args:
        df: A DataFrame (:mod:`~pb2b_notebook.frames.library` lists the accepted libraries). An index without a name is
            left out. For a workbook also several, by the name of their sheet: ``{"Leads": leads, "Jobs": jobs}``.
        target: A path whose suffix is that of a format, or a binary file that is open for writing.
        format: "csv", "xlsx", "jsonl" or "parquet", if there is no such suffix.
        overwrite: Whether to replace an existing file.
        workspace: Workspace of the leads, ``ws`` or its name; by default that of the call that returned ``df``.
        delimiter: Delimiter of CSV; by default a comma, or a tab for ``.tsv``.
        guard: "all", or "formulas" to protect only formulas, and no phones and dates, for CSV that other programs read.
        progress: Whether to show a progress bar if saving takes longer than a second.

    Returns:
        What was written, and where.

    Raises:
        LeadFileExistsError: The file or its companion exists, and ``overwrite`` is not True.
        LeadFileError: The file cannot be written there.
        UnknownFormatError: The suffix or ``format`` is not one of a format that is written.
        FileLimitError: The frame has more rows, columns or text than the format can hold.
        InvalidParameterError: ``df`` is not a frame, has a named index, or has a column that cannot be written: its
            name is not text or occurs twice, or a file cannot store its values. Or there are several frames, and the
            format is not XLSX, or a spreadsheet refuses the name of a sheet.

    Example:
        >>> import tempfile
        >>> import pandas as pd
        >>> import pb2b_notebook as pb
        >>> df = pd.DataFrame({"id": ["007"], "phone": ["+49301234"], "tags": [["a", "b"]], "note": ["=1+1"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     saved = pb.save_leads(df, f"{folder}/leads.xlsx")
        ...     again = pb.read_leads(saved.path)
        >>> again.equals(df)
        True
    """
    path = Path(target).expanduser() if isinstance(target, str | os.PathLike) else None
    kind = _format(path, format)
    several = isinstance(df, Mapping)
    frames_by_sheet: Mapping[str, Any] = df if several else {SHEET: df}
    if several:
        _check_sheets(df, kind)
    tables = {name: to_arrow_table(frame) for name, frame in frames_by_sheet.items()}
    separator = _delimiter_for(kind, path, delimiter)
    metadata = {
        name: _metadata(frame, tables[name], workspace, separator, name if several else "")
        for name, frame in frames_by_sheet.items()
    }
    rows = sum(table.num_rows for table in tables.values())
    if guard not in {"all", "formulas"}:
        raise InvalidParameterError(f"unknown guard {guard!r}", repair="use 'all' or 'formulas'")
    with Progress(f"saving {path.name if path else kind}", shown=progress) as bar:

        def write(file: BinaryIO) -> int:
            def advance(count: int) -> None:
                bar.add(count, rows)

            if kind == "xlsx":
                return write_xlsx(file, tables, metadata, advance=advance)
            [table] = tables.values()
            if kind == "csv":
                return write_csv(file, table, delimiter=separator, formulas_only=guard == "formulas", advance=advance)
            return _WRITERS[kind](file, table, metadata[SHEET], advance)

        saved = SavedFile(
            path and path.absolute(),
            kind,
            rows,
            sum(table.num_columns for table in tables.values()),
            0,
            sheets=tuple(df) if several else (),
        )
        if path is None:
            return _save_to_buffer(target, write, saved)
        return _save_to_path(path, write, saved, next(iter(metadata.values())), overwrite=overwrite)


def check_target(target: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Refuse a path that :func:`save_leads` would refuse, before the result to save is computed.

    Raises:
        LeadFileExistsError: The file or its companion exists.
        LeadFileError: The file cannot be written there.
        UnknownFormatError: The suffix is not one of a format that is written.
    """
    path = Path(target).expanduser()
    _check_places(path.absolute(), _format(path, None), overwrite=overwrite)


def _format(path: Path | None, requested: str | None) -> str:
    if requested is not None:
        return check_format(requested)
    if path is None:
        raise InvalidParameterError(
            "an open file needs format=", repair="pass format='csv', 'xlsx', 'jsonl' or 'parquet'"
        )
    return format_of_suffix(path.suffix, WRITTEN)


def _delimiter_for(kind: str, path: Path | None, delimiter: str | None) -> str:
    if delimiter is None and kind != "csv":
        return ""
    if delimiter is None:
        return "\t" if path is not None and path.suffix.lower() in _TAB_SUFFIXES else ","
    if kind != "csv":
        raise InvalidParameterError(f"a {kind.upper()} file has no delimiter", repair="leave delimiter= out")
    return check_delimiter(delimiter)


def _check_sheets(sheets: Mapping[Any, Any], kind: str) -> None:
    """Refuse several frames where the format holds one, and names of sheets that a spreadsheet refuses."""
    if not all(map(is_frame, sheets.values())):
        raise InvalidParameterError(
            "save_leads needs a DataFrame, or several by the name of their sheet",
            repair='pass a pandas or polars DataFrame, or {"Leads": leads, "Jobs": jobs}',
        )
    if kind != "xlsx":
        raise InvalidParameterError(
            f"a {kind.upper()} file holds one frame, not {len(sheets)}", repair="save a workbook: target.xlsx"
        )
    if not sheets:
        raise InvalidParameterError("the dict holds no frame to save", repair='pass {"Leads": leads, "Jobs": jobs}')
    for name in sheets:
        if not _is_sheet_name(name):
            raise InvalidParameterError(
                f"{str(name)[:60]!r} cannot be the name of a sheet",
                repair="use 1 to 31 characters without []:*?/\\, not beginning or ending with an apostrophe",
            )
    if len({name.casefold() for name in sheets}) < len(sheets):
        raise InvalidParameterError("two sheets have the same name in another case", repair="rename one of them")


def _is_sheet_name(name: object) -> bool:
    """Whether Excel accepts a text as the name of a sheet; it counts UTF-16 units."""
    if not isinstance(name, str) or not _SHEET_NAME.fullmatch(name):
        return False
    return len(name.encode("utf-16-le")) <= 2 * _LONGEST_NAME and name.casefold() not in _RESERVED


def _metadata(df: Any, table: Any, workspace: Any, delimiter: str, sheet: str) -> Metadata:
    try:
        provenance = frames.provenance(df)
        home, host = provenance.workspace, provenance.host
    except UsageError:
        home = host = ""
    if workspace is not None:
        home, host = str(getattr(workspace, "name", workspace)), ""
    columns = {field.name: kind_of(field) for field in table.schema}
    return metadata_files.Metadata(columns, home, host, datetime.now(UTC), delimiter, sheet)


def _save_to_buffer(target: Any, write: Callable[[BinaryIO], int], saved: SavedFile) -> SavedFile:
    import io

    if not hasattr(target, "write"):
        raise InvalidParameterError(
            f"save_leads needs a path or an open file as target, not {type(target).__name__}",
            repair='pass a path, such as "leads.xlsx"',
        )
    draft = io.BytesIO()
    guarded = write(draft)
    try:
        target.write(draft.getbuffer())
    except TypeError:
        raise InvalidParameterError("the file is open for text", repair='open it with mode "wb"') from None
    return replace(saved, size=draft.tell(), guarded=guarded)


def _save_to_path(
    path: Path, write: Callable[[BinaryIO], int], saved: SavedFile, metadata: Metadata, *, overwrite: bool
) -> SavedFile:
    path = path.absolute()
    companion = _check_places(path, saved.format, overwrite=overwrite)
    with write_atomically(path, overwrite=overwrite) as file:
        guarded = write(file)
        size = file.seek(0, os.SEEK_END)
        if companion is not None:
            # Write it before the file: a companion without its file does no harm.
            file.flush()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            text = metadata_files.write_metadata(replace(metadata, sha256=digest), path.name)
            with write_atomically(companion, overwrite=True) as document:
                document.write(text.encode())
    return replace(saved, size=size, guarded=guarded, metadata=companion)


def _check_places(path: Path, kind: str, *, overwrite: bool) -> Path | None:
    """Refuse paths that cannot be written; return the path of the companion file, if the format needs one."""
    companion = metadata_files.companion_path(path) if kind in _WITH_COMPANION else None
    check_writable(path, overwrite=overwrite)
    if companion is not None:
        _check_document(companion, overwrite=overwrite)
    return companion


def _check_document(path: Path, *, overwrite: bool) -> None:
    """Refuse to replace a companion path that is not metadata; metadata of a deleted file may be replaced."""
    check_writable(path, overwrite=True)
    if overwrite or not path.exists():
        return
    try:
        metadata_files.read_metadata(path.read_bytes())
    except (OSError, ValueError):
        raise LeadFileExistsError(
            f"{path.name!r} already exists, and is not metadata of leads", repair="use another name for the leads"
        ) from None


_WRITERS: Final[dict[str, Callable[[BinaryIO, Any, Metadata, Callable[[int], None]], int]]] = {
    "jsonl": lambda file, table, _, advance: write_jsonl(file, table, advance=advance),
    "parquet": lambda file, table, metadata, advance: write_parquet(file, table, metadata, advance=advance),
}
