"""``pb.read_leads``: read any file of leads as a frame, and report what was recognized and repaired."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from pb2b_notebook import frames
from pb2b_notebook.display.notices import say
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import InvalidParameterError, suggesting, typed_interrupt
from pb2b_notebook.files import metadata as metadata_files
from pb2b_notebook.files.formats import WORKBOOKS, check_format, recognize_format
from pb2b_notebook.files.input_files import Source, open_source
from pb2b_notebook.files.jsonl_files import read_jsonl
from pb2b_notebook.files.metadata import Metadata
from pb2b_notebook.files.parquet_files import read_parquet
from pb2b_notebook.files.reports import FileContent, FileReport, Finding
from pb2b_notebook.files.text.csv_reading import read_csv
from pb2b_notebook.files.vcard_files import read_vcards
from pb2b_notebook.files.workbooks.reading import read_workbook
from pb2b_notebook.frames.types import DataFrame, FrameName, check_frame

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Advance = Callable[[int], None]

_OPTIONS: Final = {
    "csv": {"encoding", "delimiter", "header"},
    **{kind: {"sheet", "header"} for kind in WORKBOOKS},
    "jsonl": {"encoding"},
    "vcard": {"encoding"},
    "parquet": set[str](),
}


@overload
def read_leads(
    source: Any,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | Literal[False] | None = None,
    sheet: str | None = None,
    frame: Literal["pandas"] = "pandas",
    progress: bool = True,
    quiet: bool = False,
) -> pd.DataFrame: ...
@overload
def read_leads(
    source: Any,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | Literal[False] | None = None,
    sheet: str | None = None,
    frame: Literal["polars"],
    progress: bool = True,
    quiet: bool = False,
) -> pl.DataFrame: ...
@overload
def read_leads(
    source: Any,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | Literal[False] | None = None,
    sheet: str | None = None,
    frame: Literal["pyarrow"],
    progress: bool = True,
    quiet: bool = False,
) -> pa.Table: ...
@overload
def read_leads(
    source: Any,
    *,
    format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | Literal[False] | None = None,
    sheet: str | None = None,
    frame: Literal["duckdb"],
    progress: bool = True,
    quiet: bool = False,
) -> duckdb.DuckDBPyRelation: ...
@suggesting
@typed_interrupt("the reading of the file was stopped; run the same cell again")
def read_leads(
    source: Any,
    *,
    format: str | None = None,  # noqa: A002 - the word of the API's exports
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | Literal[False] | None = None,
    sheet: str | None = None,
    frame: FrameName = "pandas",
    progress: bool = True,
    quiet: bool = False,
) -> DataFrame:
    r"""Read a file of leads in any of its formats, whatever its encoding, delimiter and header.

    It may be CSV, a workbook (XLSX, XLS, XLSB or ODS), JSON Lines, Parquet or vCard. Of a vCard file (.vcf), each card
    is a row; photos are left out.

    A file that :func:`~pb2b_notebook.save_leads` wrote is restored exactly, even after Excel or LibreOffice saved it.
    In other files, text is never guessed to be a number: "007" and "+4930…" stay text. A column with the name of a lead
    field gets its type if all cells fit. A cell that does not fit the type of its column is null and is kept in the
    column ``unparsed``, as are cells beyond the header. The column ``unparsed`` exists only if it is needed.

    What was recognized and repaired is printed in one line, and is available as ``pb.provenance(df).file``.

    Args:
        source: A path, bytes, or a file that is open for reading.
        format: "csv", "xlsx", "xls", "xlsb", "ods", "jsonl", "parquet" or "vcard"; by default recognized by the
            content, then by the name. Any kind of workbook is recognized by its content.
        encoding: Encoding of CSV, JSON Lines and vCard; by default detected.
        delimiter: Delimiter of CSV; by default detected.
        header: Line with the column names, as a spreadsheet numbers it, from 1, or ``False`` if there is none; by
            default detected.
        sheet: Sheet of a workbook; by default the sheet "Leads", or the first visible sheet with cells.
        frame: Library of the returned frame, "pandas" or "polars".
        progress: Whether to show a progress bar if reading takes longer than a second.
        quiet: Whether to print nothing.

    Returns:
        A frame with one row for each lead, in the order of the file.

    Raises:
        LeadFileNotFoundError: There is no such file.
        UnknownFormatError: Neither the name nor the content shows a format that is read.
        DamagedFileError: The file is empty or incomplete, is not what it claims to be, or has an unknown encoding.
        ProtectedFileError: The file needs a password.
        FileLimitError: The file decompresses to more than fits into memory.
        InvalidParameterError: An option is invalid, or does not exist for this format.

    Example:
        >>> import pb2b_notebook as pb
        >>> df = pb.read_leads("Mail;Code;Größe\nada@example.com;007;1,5\n".encode("cp1252"))
        >>> df.iloc[0].tolist()
        ['ada@example.com', '007', '1,5']
        >>> pb.provenance(df).file.encoding
        'windows-1252 (guessed)'
    """
    check_frame(frame)
    given = {"encoding": encoding, "delimiter": delimiter, "header": header, "sheet": sheet}
    options = {name: value for name, value in given.items() if value is not None}
    with open_source(source) as file:
        kind = recognize_format(file.file, file.suffix, None if format is None else check_format(format, _READERS))
        _check_options(kind, options)
        with Progress(
            f"reading {file.name or kind}", shown=progress, unit="bytes" if kind in WORKBOOKS else "rows"
        ) as bar:
            content = _READERS[kind](file, options, lambda count: bar.add(count, None))
        report = _report(file, kind, content)
    if not quiet:
        say(report.summary, logging.WARNING if report.findings else logging.INFO)
    return frames.attach(frames.to_frame(content.table, frame), _provenance(report, options))


def _check_options(kind: str, options: Mapping[str, Any]) -> None:
    for name in options:
        if name not in _OPTIONS[kind]:
            raise InvalidParameterError(f"a {kind.upper()} file has no {name}", repair=f"leave {name}= out")


def _read_csv(source: Source, options: Mapping[str, Any], advance: Advance) -> FileContent:
    return _read_with_companion(source, lambda found: read_csv(source.file, metadata=found, **options, advance=advance))


def _read_jsonl(source: Source, options: Mapping[str, Any], advance: Advance) -> FileContent:
    return _read_with_companion(
        source, lambda found: read_jsonl(source.file, metadata=found, **options, advance=advance)
    )


def _read_workbook(kind: str, source: Source, options: Mapping[str, Any], advance: Advance) -> FileContent:
    return read_workbook(source.file, kind, **options, advance=advance)


def _read_parquet(source: Source, _options: Mapping[str, Any], advance: Advance) -> FileContent:
    return read_parquet(source.file, advance=advance)


def _read_vcards(source: Source, options: Mapping[str, Any], advance: Advance) -> FileContent:
    return read_vcards(source.file, **options, advance=advance)


def _read_with_companion(source: Source, read: Callable[[Metadata | None], FileContent]) -> FileContent:
    """Read the content with the metadata of the companion file, if that belongs to this file."""
    metadata, findings = _read_companion(source)
    content = read(metadata)
    if metadata is not None and not set(metadata.columns) & set(content.table.column_names):
        # The companion belongs to another file that had this path before.
        return read(None)
    if metadata is not None and metadata.sha256 and metadata.sha256 != _digest(source):
        findings.append(Finding("changed", "changed since save_leads wrote it"))
    return replace(content, findings=[*findings, *content.findings], metadata=metadata)


def _read_companion(source: Source) -> tuple[Metadata | None, list[Finding]]:
    if source.path is None:
        return None, []
    path = metadata_files.companion_path(source.path)
    try:
        if not path.is_file() or path.stat().st_size > metadata_files.LARGEST:
            return None, []
        return metadata_files.read_metadata(path.read_bytes()), []
    except (OSError, ValueError):
        return None, [
            Finding("metadata_unreadable", f"its companion {path.name} cannot be read: column types are unknown")
        ]


def _digest(source: Source) -> str:
    source.file.seek(0)
    return hashlib.file_digest(source.file, "sha256").hexdigest()  # type: ignore[arg-type]


def _report(source: Source, kind: str, content: FileContent) -> FileReport:
    metadata = content.metadata
    return FileReport(
        name="".join(char if char.isprintable() else "\ufffd" for char in source.name),
        format=kind,
        size=source.size,
        rows=content.table.num_rows,
        columns=tuple(content.table.column_names),
        encoding=content.encoding,
        delimiter=content.delimiter,
        header=content.header,
        sheet=content.sheet,
        other_sheets=content.other_sheets,
        remembered=metadata is not None,
        workspace="" if metadata is None else metadata.workspace,
        host="" if metadata is None else metadata.host,
        saved_at=None if metadata is None else metadata.saved_at,
        findings=tuple(content.findings),
    )


def _provenance(report: FileReport, options: Mapping[str, Any]) -> frames.Provenance:
    return frames.Provenance(
        operation="read_leads",
        filters=options,
        request_ids=(),
        fetched_at=datetime.now(UTC),
        workspace=report.workspace,
        host=report.host,
        time_zone="UTC",
        complete=True,
        rows=report.rows,
        file=report,
    )


_READERS: Final[dict[str, Callable[[Source, Mapping[str, Any], Advance], FileContent]]] = {
    "csv": _read_csv,
    **{kind: partial(_read_workbook, kind) for kind in WORKBOOKS},
    "jsonl": _read_jsonl,
    "parquet": _read_parquet,
    "vcard": _read_vcards,
}
