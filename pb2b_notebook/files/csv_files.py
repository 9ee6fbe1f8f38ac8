"""CSV files: read in any encoding and dialect, written as RFC 4180 in UTF-8 that a spreadsheet leaves alone."""

from __future__ import annotations

import csv
import io
import json
import operator
import sys
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError
from pb2b_notebook.files.cells import write_cell
from pb2b_notebook.files.columns import kind_of
from pb2b_notebook.files.contents import Content
from pb2b_notebook.files.dialects import (
    ESCAPED,
    SAMPLE,
    checked_delimiter,
    delimiter_of,
    escapes_quotes,
    hinted,
    records,
)
from pb2b_notebook.files.encodings import decoded_lines, detect, known, told_of_doubts
from pb2b_notebook.files.guarding import GUARD, guard, restore, restore_formula
from pb2b_notebook.files.headers import LOOKED_AT, Header, find_header, names_of, told_header, told_of, usual_width
from pb2b_notebook.files.interpretation import EXTRA, Left, interpret
from pb2b_notebook.files.reports import Finding, counted, row_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pb2b_notebook.files.encodings import Encoding

MOST_DIGITS: Final = 15
"""Of a number that every spreadsheet keeps."""
CHUNK_ROWS: Final = 20_000
"""Rows that are Python objects at a time; the others are Arrow already, which takes a tenth of the memory."""

# A cell may be as long as it likes: the csv module otherwise ends at 131,072 characters.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def read_csv(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: int | None = None,
    remembered: Mapping[str, str] | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Content:
    """Read a CSV file, whatever its encoding, delimiter and header.

    Args:
        file: seekable.
        encoding: by default recognized.
        delimiter: by default recognized.
        header: number of the line of the names, from 1, or ``False`` for none; by default recognized.
        remembered: name → kind, where the file is known to be ours.
        advance: is told of every chunk of rows.

    Raises:
        DamagedFileError: no text, an encoding that does not fit, a quote that is never closed, or nothing but blanks.
        InvalidParameterError: an encoding, a delimiter or a header that cannot be.
    """
    how = known(encoding) if encoding is not None else detect(file)
    if delimiter is not None:
        checked_delimiter(delimiter)
    sample, whole = _sample(file, how)
    hint = hinted(sample.partition("\n")[0])
    sample = sample.partition("\n")[2] if hint else sample
    if not sample.strip():
        raise DamagedFileError("the file holds nothing but blanks", repair="give a file with a header and rows")
    parting = delimiter or hint or delimiter_of(sample, whole=whole)
    restored = restore if remembered else restore_formula
    escaped = escapes_quotes(sample, parting)
    seen = records(sample, parting, whole=whole, escaped=escaped)
    first = [list(map(restored, row)) for row in seen[:LOOKED_AT]]
    where = (
        find_header(first, remembered or ()) if header is None else told_header(header, first, int(hint is not None))
    )
    cells = first[where.row] if where.row is not None else []
    layout = _Layout(how, parting, escaped, hint is not None, where, cells, _width(first, where), remembered or {})
    return _content(_parsed(file, layout, advance), layout)


def write_csv(
    file: BinaryIO,
    table: Any,
    *,
    delimiter: str = ",",
    formulas_only: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a table as RFC 4180 in UTF-8 with a mark, as spreadsheets need it to know the encoding.

    Args:
        file: to write to.
        table: of :func:`~pb2b_notebook.files.columns.table_of`.
        delimiter: between cells.
        formulas_only: guard what a spreadsheet would run, and leave what it would take for a number or a date.
        advance: is told of every chunk of rows.

    Returns:
        how many cells were guarded.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    text.write("\ufeff")
    # A lone quoted blank, where a row of one column is null: a blank line would be no row to many readers.
    writer = csv.writer(text, delimiter=delimiter)
    guarded = 0
    writer.writerow([guard(name, formulas_only=formulas_only) for name in table.column_names])
    for batch in table.to_batches(max_chunksize=CHUNK_ROWS):
        columns = []
        for arrow_field, column in zip(table.schema, batch.columns, strict=True):
            cells, count = _written(column.to_pylist(), kind_of(arrow_field), formulas_only=formulas_only)
            columns.append(cells)
            guarded += count
        writer.writerows(zip(*columns, strict=True))
        advance(batch.num_rows)
    text.detach()
    return guarded


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the text of a file is a table."""

    encoding: Encoding
    delimiter: str
    escaped: bool
    hinted: bool
    where: Header
    cells: Sequence[str]
    width: int
    remembered: Mapping[str, str]


@dataclass(slots=True)
class _Parts:
    """Rows, taken apart into columns."""

    width: int
    columns: list[list[Any]]
    lenient: bool
    line: int = 0
    rows: int = 0
    short: list[int] = field(default_factory=list)
    left: Left = field(default_factory=dict)
    doubts: list[int] = field(default_factory=list)


def _sample(file: BinaryIO, how: Encoding) -> tuple[str, bool]:
    """The first lines of a file, and whether they are all."""
    lines: list[str] = []
    size = 0
    for line in decoded_lines(file, how, []):
        lines.append(line[:SAMPLE])
        size += len(line)
        if size > SAMPLE:
            return "".join(lines), False
    return "".join(lines), True


def _width(rows: Sequence[Sequence[str]], where: Header) -> int:
    """How many columns there are: as the header has, or as most rows have, if that is more."""
    named = 0 if where.row is None else len(rows[where.row])
    return max(named, usual_width(rows[where.first :], most=bool(named)))


_END: Final = "\x00 the end of the file \x00"


def _parsed(file: BinaryIO, layout: _Layout, advance: Callable[[int], None]) -> _Parts:
    """All rows, in the first form of CSV in which they can be read.

    Raises:
        DamagedFileError: a quote that is never closed.
    """
    above = int(layout.hinted)
    # As the standard has it, as some databases write quotes within quotes, and then in any way.
    forms: list[dict[str, Any]] = [{"strict": True}, *([ESCAPED] if layout.escaped else []), {"strict": False}]
    for form in forms:
        parts = _Parts(layout.width, [[] for _ in range(layout.width)], lenient=form == forms[-1])
        lines = islice(decoded_lines(file, layout.encoding, parts.doubts), above, None)
        reader = csv.reader(chain(lines, [_END]), delimiter=layout.delimiter, **form)
        try:
            closed = _take_apart(reader, layout.where.first, parts, advance)
        except csv.Error:
            continue
        if closed:
            return parts
        raise DamagedFileError(
            f"the quote that is opened in line {parts.line + above + 1} is never closed: all that follows is in it",
            repair="close it, or double it where it is meant as a quote",
        )
    raise DamagedFileError("the file cannot be read as CSV", repair="open it in a spreadsheet and save it as .xlsx")


def _take_apart(reader: Any, skipped: int, parts: _Parts, advance: Callable[[int], None]) -> bool:
    """Fill the parts; whether the file ends outside of quotes."""
    body = _without_end(islice(reader, skipped, None), reader, parts)
    while chunk := list(islice(body, CHUNK_ROWS)):
        _append(chunk, parts)
        advance(len(chunk))
    return parts.line < 0


def _without_end(rows: Iterator[list[str]], reader: Any, parts: _Parts) -> Iterator[list[str]]:
    """The rows up to the end; ``parts.line`` is then -1, or else the last line before the record that has no end.

    Blank lines keep their place, so that rows keep their numbers; those at the end are none.
    """
    blank, line = 0, 0
    for row in rows:
        if row == [_END]:
            parts.line = -1
            return
        parts.line, line = line, reader.line_num
        if not row:
            blank += 1
            continue
        yield from ([] for _ in range(blank))
        blank = 0
        yield row


def _append(chunk: list[list[str]], parts: _Parts) -> None:
    import pyarrow as pa

    if set(map(len, chunk)) != {parts.width}:
        chunk = [_fitted(row, number, parts) for number, row in enumerate(chunk, start=parts.rows)]
    for place, cells in enumerate(zip(*chunk, strict=True)):
        parts.columns[place].append(pa.array([cell or None for cell in cells], pa.string()))
    parts.rows += len(chunk)


def _fitted(row: list[str], number: int, parts: _Parts) -> list[str]:
    """A row as wide as the table; cells beyond it are kept aside."""
    missing = parts.width - len(row)
    if missing > 0:
        if row:
            parts.short.append(number)
        return row + [""] * missing
    beyond = row[parts.width :]
    if any(beyond):
        parts.left[number] = {EXTRA: json.dumps(beyond, ensure_ascii=False, separators=(",", ":"))}
    return row[: parts.width]


def _content(parts: _Parts, layout: _Layout) -> Content:
    import pyarrow as pa

    how, where, cells, remembered = layout.encoding, layout.where, layout.cells, layout.remembered
    names, twice = names_of(cells, parts.width, remembered)
    columns, unnamed, unguarded = [], 0, 0
    for place, (name, chunks) in enumerate(zip(names, parts.columns, strict=True)):
        column = pa.chunked_array(chunks, pa.string())
        named = place < len(cells) and bool(cells[place].strip())
        if not named and where.row is not None and column.null_count == len(column):
            continue  # a delimiter at the end of each line
        unnamed += not named
        column, count = _restored(column, restore if remembered else restore_formula)
        unguarded += count
        columns.append((name, column))
    ragged = _ragged(parts)  # before what does not fit comes to it
    table, findings = interpret(columns, remembered, parts.left, parts.rows)
    findings = [*told_of(where, twice, unnamed), *told_of_doubts(how, parts.doubts), *ragged, *findings]
    if unguarded and not remembered:
        message = f"{counted(unguarded, 'cell')} with an apostrophe before a formula sign: it is taken away"
        findings.append(Finding("unguarded", message, unguarded))
    line = None if where.row is None else where.row + 1 + layout.hinted
    return Content(table, findings, encoding=str(how), delimiter=layout.delimiter, header=line)


def _restored(column: Any, restored: Callable[[str], str]) -> tuple[Any, int]:
    """The column without guards, and how many there were."""
    import pyarrow as pa
    import pyarrow.compute as pc

    guarded = pc.starts_with(column, GUARD)
    if not pc.any(guarded).as_py():
        return column, 0
    cells = column.to_pylist()
    texts = [cell if cell is None else restored(cell) for cell in cells]
    return pa.chunked_array([pa.array(texts, pa.string())]), sum(a != b for a, b in zip(cells, texts, strict=True))


def _ragged(parts: _Parts) -> list[Finding]:
    findings = []
    if parts.short:
        message = f"{counted(len(parts.short), 'row')} with too few cells: the missing ones are null"
        findings.append(Finding("short_rows", message, len(parts.short), row_numbers(parts.short)))
    if parts.left:
        long = sorted(parts.left)
        message = f"{counted(len(long), 'row')} with more cells than the header: kept in 'unparsed'"
        findings.append(Finding("long_rows", message, len(long), row_numbers(long)))
    if parts.lenient:
        message = "quotes within quoted cells were not doubled: read as well as can be"
        findings.append(Finding("loose_quotes", message))
    return findings


def _written(values: Sequence[Any], kind: str, *, formulas_only: bool) -> tuple[list[str], int]:
    """The cells of a column, and how many of them are guarded."""
    cells = ["" if value is None else write_cell(value, kind) for value in values]
    guarded = [
        cell if value is None or not _needs_guard(cell, kind, formulas_only=formulas_only) else GUARD + cell
        for cell, value in zip(cells, values, strict=True)
    ]
    return guarded, sum(map(operator.ne, cells, guarded))


def _needs_guard(cell: str, kind: str, *, formulas_only: bool) -> bool:
    if kind in {"integer", "number"}:
        return not formulas_only and _is_inexact(cell)
    return kind != "boolean" and guard(cell, formulas_only=formulas_only) != cell


def _is_inexact(number: str) -> bool:
    """Whether a spreadsheet, which keeps 15 digits, would round it."""
    return len(number.partition("e")[0].strip("-").replace(".", "").lstrip("0")) > MOST_DIGITS
