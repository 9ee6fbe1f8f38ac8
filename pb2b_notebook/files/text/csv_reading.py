"""Read CSV files in any encoding and dialect, with ragged rows, titles above the table and doubtful quotes."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from secrets import token_hex
from typing import Any, BinaryIO, Final

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import DamagedFileError, FileLimitError
from pb2b_notebook.files.column_types import EXTRA, UnparsedCells, convert_columns
from pb2b_notebook.files.escaping import GUARD, restore, restore_foreign
from pb2b_notebook.files.headers import (
    HEADER_ROWS,
    Header,
    column_names,
    find_header,
    header_cells,
    header_findings,
    requested_header,
    usual_width,
)
from pb2b_notebook.files.metadata import Metadata
from pb2b_notebook.files.reports import FileContent, Finding, first_rows
from pb2b_notebook.files.text.dialects import (
    ESCAPED,
    SAMPLE,
    check_delimiter,
    delimiter_hint,
    detect_delimiter,
    has_escaped_quotes,
    has_spaced_quotes,
    read_records,
)
from pb2b_notebook.files.text.encodings import (
    Encoding,
    decode_lines,
    detect_encoding,
    encoding_findings,
    named_encoding,
)
from pb2b_notebook.lazy_libraries import pa, pc

MOST_COLUMNS: Final = 16_384
"""Limit of columns, that of a sheet."""
CHUNK_ROWS: Final = 20_000
"""Rows that are Python objects at one time; the others are in Arrow, which takes a tenth of the memory."""

# Without this, the csv module limits cells to 131,072 characters.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def read_csv(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | None = None,
    metadata: Metadata | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> FileContent:
    """Read a CSV file, whatever its encoding, delimiter and header.

    Args:
        file: Seekable binary file.
        encoding: Name of a codec; by default detected.
        delimiter: One character; by default detected.
        header: Line of the column names, from 1, or ``False`` for none; by default detected.
        metadata: Metadata that is stored with the file, if any.
        advance: Called with the number of rows of each chunk.

    Raises:
        DamagedFileError: The file is not text or is blank, the encoding does not fit, or a quote is never closed.
        FileLimitError: The file has more than :data:`MOST_COLUMNS` columns.
        InvalidParameterError: The encoding, the delimiter or the header is invalid.
    """
    how = named_encoding(encoding) if encoding is not None else detect_encoding(file)
    if delimiter is not None:
        check_delimiter(delimiter)
    sample, whole = _read_sample(file, how)
    hint = delimiter_hint(sample.partition("\n")[0])
    sample = sample.partition("\n")[2] if hint else sample
    if not sample.strip() and (metadata is None or not sample):  # a remembered name may be a space
        raise DamagedFileError("the file is blank", repair="pass a file with a header and rows")
    remembered = {} if metadata is None else metadata.columns
    restored = restore if remembered else restore_foreign
    parting = delimiter or hint or _remembered_delimiter(sample, metadata) or detect_delimiter(sample, whole=whole)
    escaped = has_escaped_quotes(sample, parting, whole=whole)
    spaced = has_spaced_quotes(sample, parting, whole=whole)
    seen = read_records(sample, parting, whole=whole, escaped=escaped, spaced=spaced)
    first = [list(map(restored, row)) for row in seen[:HEADER_ROWS]]
    where = find_header(first, remembered) if header is None else requested_header(header, first, int(hint is not None))
    cells = header_cells(first, where)
    if cells and cells[0] not in remembered:
        cells[0] = cells[0].lstrip("\ufeff")  # some programs write the mark of byte order twice
    layout = _Layout(
        how, parting, escaped, spaced, hint is not None, where, cells, _table_width(first, where), remembered
    )
    return _build_content(_parse(file, layout, advance), layout)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How to read the text of a file as a table."""

    encoding: Encoding
    delimiter: str
    escaped: bool
    spaced: bool
    has_hint: bool
    header: Header
    cells: Sequence[str]
    width: int
    remembered: Mapping[str, str]


@dataclass(slots=True)
class _ParsedRows:
    """The rows read so far, by column."""

    width: int
    columns: list[list[Any]]
    lenient: bool
    line: int = 0
    rows: int = 0
    short: list[int] = field(default_factory=list)
    unparsed: UnparsedCells = field(default_factory=dict)
    undecoded_lines: list[int] = field(default_factory=list)


def _read_sample(file: BinaryIO, how: Encoding) -> tuple[str, bool]:
    """Return the first lines of a file, and whether they are the whole file."""
    lines: list[str] = []
    size = 0
    for line in decode_lines(file, how, []):
        lines.append(line[:SAMPLE])
        size += len(line)
        if size > SAMPLE:
            return "".join(lines), False
    return "".join(lines), True


def _remembered_delimiter(sample: str, metadata: Metadata | None) -> str | None:
    """Return the delimiter in the metadata, unless another program has changed the delimiter since."""
    if metadata is None or not metadata.delimiter:
        return None
    first = next(iter(read_records(sample, metadata.delimiter, whole=True)), [])
    return metadata.delimiter if set(map(restore, first)) & set(metadata.columns) else None


def _table_width(rows: Sequence[Sequence[str]], header: Header) -> int:
    """Return the number of columns: that of the header, or that of most rows, if it is larger."""
    named = 0 if header.row is None else len(rows[header.row])
    width = max(named, usual_width(rows[header.first :], most=bool(named)))
    if width > MOST_COLUMNS:
        raise FileLimitError(
            f"a row has more than {MOST_COLUMNS:,} cells", repair="pass delimiter= if the detected one is wrong"
        )
    return width


_END_OF_FILE: Final = f"\x00 the end of the file {token_hex(16)} \x00"


def _parse(file: BinaryIO, layout: _Layout, advance: Callable[[int], None]) -> _ParsedRows:
    """Read all rows in the first variant of CSV that fits."""
    above = int(layout.has_hint)
    # Strictly as RFC 4180, then with backslashes before quotes, as some databases write, then leniently.
    forms: list[dict[str, Any]] = [{"strict": True}, *([ESCAPED] if layout.escaped else []), {"strict": False}]
    for form in forms:
        parts = _ParsedRows(layout.width, [[] for _ in range(layout.width)], lenient=form == forms[-1])
        lines = islice(decode_lines(file, layout.encoding, parts.undecoded_lines), above, None)
        given = chain(lines, [_END_OF_FILE])
        reader = csv.reader(given, delimiter=layout.delimiter, skipinitialspace=layout.spaced, **form)
        try:
            closed = _read_rows(reader, layout.header.first, parts, advance)
        except csv.Error:
            continue
        if closed:
            return parts
        raise DamagedFileError(
            f"the quote in line {parts.line + above} is never closed: its cell contains the rest of the file",
            repair="close it, or double it if it is part of the text",
        )
    raise DamagedFileError("the file cannot be read as CSV", repair="open it in a spreadsheet and save it as .xlsx")


def _read_rows(reader: Any, skipped: int, parts: _ParsedRows, advance: Callable[[int], None]) -> bool:
    """Read the rows into ``parts``; return whether the file ends outside of quotes."""
    for _ in islice(reader, skipped):
        pass
    body = _without_trailing_blanks(reader, reader, parts)
    while chunk := list(islice(body, CHUNK_ROWS)):
        _append(chunk, parts)
        advance(len(chunk))
    return parts.line < 0


def _without_trailing_blanks(rows: Iterator[list[str]], reader: Any, parts: _ParsedRows) -> Iterator[list[str]]:
    """Yield the rows up to the end of the file, without blank lines at the end.

    At the end, ``parts.line`` is -1 or, if a quote is never closed, its line, as an editor numbers it. Other blank
    lines stay as empty rows, so that rows keep their positions.
    """
    blank = 0
    for row in rows:
        if row == [_END_OF_FILE]:
            parts.line = -1
            return
        if not row:
            blank += 1
            continue
        if row[-1].endswith(_END_OF_FILE):
            swallowed = row[-1].removesuffix(_END_OF_FILE)
            parts.line = reader.line_num - len(io.StringIO(swallowed, newline=None).readlines())
        yield from ([] for _ in range(blank))
        blank = 0
        yield row


def _append(chunk: list[list[str]], parts: _ParsedRows) -> None:
    if set(map(len, chunk)) != {parts.width}:
        chunk = [_fit_width(row, number, parts) for number, row in enumerate(chunk, start=parts.rows)]
    for place, cells in enumerate(zip(*chunk, strict=True)):
        parts.columns[place].append(pa.array([cell or None for cell in cells], pa.string()))
    parts.rows += len(chunk)


def _fit_width(row: list[str], number: int, parts: _ParsedRows) -> list[str]:
    """Return a row with the width of the table; additional cells are kept for ``unparsed``."""
    missing = parts.width - len(row)
    if missing > 0:
        if row:
            parts.short.append(number)
        return row + [""] * missing
    beyond = row[parts.width :]
    if any(beyond):
        parts.unparsed[number] = {EXTRA: json.dumps(beyond, ensure_ascii=False, separators=(",", ":"))}
    return row[: parts.width]


def _build_content(parts: _ParsedRows, layout: _Layout) -> FileContent:
    how, header, cells, remembered = layout.encoding, layout.header, layout.cells, layout.remembered
    names, named, duplicates = column_names(cells, parts.width, remembered)
    columns, unnamed, unguarded = [], 0, 0
    for place, (name, chunks) in enumerate(zip(names, parts.columns, strict=True)):
        column = pa.chunked_array(chunks, pa.string())
        if not named[place] and header.row is not None and column.null_count == len(column):
            continue  # each line ends with a delimiter
        unnamed += not named[place]
        column, count = _restore_column(column, restore if remembered else restore_foreign)
        unguarded += count
        columns.append((name, column))
    ragged = _ragged_findings(parts)  # before cells that do not fit are added
    table, findings = convert_columns(columns, remembered, parts.unparsed, parts.rows)
    findings = [
        *header_findings(header, duplicates, unnamed),
        *encoding_findings(how, parts.undecoded_lines),
        *ragged,
        *findings,
    ]
    if unguarded and not remembered:
        message = f"{count_text(unguarded, 'cell')} with an apostrophe that protects from spreadsheets: removed"
        findings.append(Finding("unguarded", message, unguarded))
    line = None if header.row is None else header.row + 1 + layout.has_hint
    return FileContent(table, findings, encoding=str(how), delimiter=layout.delimiter, header=line)


def _restore_column(column: Any, restored: Callable[[str], str]) -> tuple[Any, int]:
    """Return the column without guards, and the number of removed guards."""
    guarded = pc.starts_with(column, GUARD)
    if not pc.any(guarded).as_py():
        return column, 0
    cells = column.to_pylist()
    texts = [cell if cell is None else restored(cell) for cell in cells]
    return pa.chunked_array([pa.array(texts, pa.string())]), sum(a != b for a, b in zip(cells, texts, strict=True))


def _ragged_findings(parts: _ParsedRows) -> list[Finding]:
    findings = []
    if parts.short:
        message = f"{count_text(len(parts.short), 'row')} with too few cells: the missing cells are null"
        findings.append(Finding("short_rows", message, len(parts.short), first_rows(parts.short)))
    if parts.unparsed:
        long = sorted(parts.unparsed)
        message = f"{count_text(len(long), 'row')} with more cells than the header: kept in 'unparsed'"
        findings.append(Finding("long_rows", message, len(long), first_rows(long)))
    if parts.lenient:
        message = "quotes within quoted cells are not doubled: they were read leniently"
        findings.append(Finding("loose_quotes", message))
    return findings
