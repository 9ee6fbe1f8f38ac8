"""Reports: what was recognized and repaired while a file was read, and what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.files.metadata import Metadata

MOST_ROWS = 20
"""Limit of rows that a finding lists."""
_WITHOUT_LINES: Final = frozenset({"jsonl", "parquet", "vcard"})
"""Formats that have no header, and no line for each row."""
UNREAD_SHEETS: Final = "other_sheets"
"""Code of the finding that a workbook has further sheets."""
_NAMED_SHEETS: Final = 3


def describe_unread_sheets(names: Sequence[str]) -> str:
    """Return how many sheets were not read, with the first names.

    >>> describe_unread_sheets(["Notes", "A", "B", "C"])
    "4 other sheets not read: 'Notes', 'A', 'B', …"
    """
    shown = ", ".join(map(repr, names[:_NAMED_SHEETS])) + (", …" if len(names) > _NAMED_SHEETS else "")
    return f"{count_text(len(names), 'other sheet')} not read: {shown}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that was repaired, left out or could not be read.

    Attributes:
        code: Kind of finding, for programs, such as "short_rows".
        message: Description, for people; it contains no cell.
        count: Number of affected rows, cells or columns, as the message says.
        rows: The first affected rows, at most 20, by their index labels in the returned frame: positions from 0.
    """

    code: str
    message: str
    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class FileReport(ShowsCard):
    """How a file was read.

    Attributes:
        name: Name of the file; "" for a buffer without a name.
        format: "csv", "xlsx", "xls", "xlsb", "ods", "jsonl", "parquet" or "vcard".
        size: Size of the file in bytes.
        rows: Number of rows of the frame.
        columns: Names of the frame's columns.
        encoding: Encoding of a text file, for people, such as "windows-1252 (guessed)".
        delimiter: Delimiter of a CSV file.
        header: Line with the column names, as a spreadsheet numbers it, from 1; ``None`` if there is none.
        sheet: Name of the sheet that was read.
        other_sheets: Names of the other visible sheets with cells.
        remembered: Whether the file has column types, because :func:`~pb2b_notebook.save_leads` wrote it.
        workspace: Name of the workspace of the leads, if the file has it; otherwise "".
        host: Host of the service that they came from, if the file has it; otherwise "".
        saved_at: When the file was saved, a datetime with a time zone, if the file has it.
        findings: What was repaired, left out or could not be read.
    """

    name: str
    format: str
    size: int
    rows: int
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    remembered: bool = False
    workspace: str = ""
    host: str = ""
    saved_at: dt.datetime | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def first_line(self) -> int | None:
        """Line of the first row, as a spreadsheet numbers it, from 1; ``None`` for a format without lines."""
        return None if self.format in _WITHOUT_LINES else (self.header or 0) + 1

    @property
    def summary(self) -> str:
        """The report in one line."""
        facts = [self.format.upper()]
        facts += [f"in {self.encoding}"] if self.encoding else []
        facts += [f"delimiter {self.delimiter!r}"] if self.delimiter else []
        facts += [f"sheet {self.sheet!r}"] if self.sheet else []
        if self.format not in _WITHOUT_LINES:
            facts.append(f"header in line {self.header}" if self.header else "no header")
        findings = f"; {'; '.join(finding.message for finding in self.findings)}" if self.findings else ""
        extent = f"{count_text(self.rows, 'row')} × {count_text(len(self.columns), 'column')}"
        return f"{self.name or 'buffer'}: {extent}; {', '.join(facts)}{findings}"

    def _card(self) -> Card:
        facts = [
            ("file", f"{self.name or 'a buffer'}, {self.size:,} bytes"),
            ("format", self.format.upper()),
            ("rows", f"{self.rows:,} × {len(self.columns)} columns"),
        ]
        facts += [("encoding", self.encoding)] if self.encoding else []
        facts += [("delimiter", repr(self.delimiter))] if self.delimiter else []
        facts += [("sheet", self.sheet)] if self.sheet else []
        if self.format not in _WITHOUT_LINES:
            facts.append(("header", f"line {self.header}" if self.header else "none"))
        facts.append(("types", "stored in the file" if self.remembered else "from the cells; the file has none"))
        facts += [("workspace", f"{self.workspace} ({self.host})" if self.host else self.workspace)] * bool(
            self.workspace
        )
        facts += [(finding.code.replace("_", " "), _with_rows(finding)) for finding in self.findings]
        return Card(facts=facts)


@dataclass(frozen=True, slots=True, repr=False)
class SavedFile(ShowsCard):
    """What was written, and where.

    Attributes:
        path: Absolute path of the file; ``None`` for a buffer.
        format: "csv", "xlsx", "jsonl" or "parquet".
        rows: Number of written rows.
        columns: Number of written columns.
        size: Size of the file in bytes.
        guarded: Number of text cells that were escaped, so that a spreadsheet neither runs nor reinterprets them.
        metadata: Path of the companion file with types and workspace; ``None`` if they are in the file itself.
        sheets: Names of the sheets of a workbook of several frames; ``rows`` and ``columns`` are their sums.
    """

    path: Path | None
    format: str
    rows: int
    columns: int
    size: int
    guarded: int = 0
    metadata: Path | None = None
    sheets: tuple[str, ...] = ()

    def _card(self) -> Card:
        facts = [
            ("file", f"{self.path or 'a buffer'}, {self.size:,} bytes"),
            ("format", self.format.upper()),
            ("rows", f"{self.rows:,} × {self.columns} columns"),
        ]
        facts += [("sheets", ", ".join(self.sheets))] if self.sheets else []
        facts += [("guarded", f"{self.guarded:,} cells")] if self.guarded else []
        facts += [("types", f"in {self.metadata.name}")] if self.metadata else []
        return Card(facts=facts)


@dataclass(frozen=True, slots=True)
class FileContent:
    """What the reader of a format returns.

    Attributes:
        table: A ``pyarrow.Table`` whose columns are of :data:`~pb2b_notebook.files.arrow_tables.KINDS`.
        findings: What was repaired, left out or could not be read.
        encoding: Encoding of a text file, for people.
        delimiter: Delimiter of a CSV file.
        header: Line with the column names, as a spreadsheet numbers it, from 1; ``None`` if there is none.
        sheet: Name of the sheet that was read.
        other_sheets: Names of the other visible sheets with cells.
        metadata: Metadata that is stored with the file, if any.
    """

    table: Any
    findings: list[Finding] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    metadata: Metadata | None = None


def first_rows(positions: Sequence[int]) -> tuple[int, ...]:
    """Return the first rows of a finding, at most :data:`MOST_ROWS`."""
    return tuple(positions[:MOST_ROWS])


def _with_rows(finding: Finding) -> str:
    if not finding.rows:
        return finding.message
    more = ", …" if finding.count > len(finding.rows) else ""
    return f"{finding.message} (row {', '.join(map(str, finding.rows))}{more})"
