"""What was recognized and mended while a file was read, and what was written: values to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pb2b_notebook.display.cards import Card, ShowsCard

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from pb2b_notebook.files.metadata import Metadata

MOST_ROWS = 20
"""Row numbers that a finding keeps."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a file that its reader should know; nothing was lost in silence.

    Attributes:
        code: for programs, such as ``ragged_rows``.
        message: for people; it holds no cell.
        count: of rows, cells or columns, as the message says.
        rows: numbers of the first rows that it concerns, from 1, the header not counted.
    """

    code: str
    message: str
    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class FileReport(ShowsCard):
    """How a file was read.

    Attributes:
        name: of the file; ``""`` for a buffer without one.
        format: ``csv``, ``xlsx``, ``jsonl`` or ``parquet``.
        size: in bytes.
        rows: of the frame.
        columns: names of the frame's columns.
        encoding: of a text file, in words, such as ``windows-1252 (guessed)``.
        delimiter: of a CSV file.
        header: number of the line, or of the sheet's row, that holds the names, from 1; ``None`` if none does.
        sheet: of a workbook.
        remembered: whether the file itself told the types of its columns: :func:`~pb2b_notebook.save_leads` wrote it.
        workspace: that the leads are of, as far as the file remembers.
        host: of the service that they came from.
        saved_at: when they were saved, aware.
        findings: what was mended, left out or could not be read.
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
    remembered: bool = False
    workspace: str = ""
    host: str = ""
    saved_at: dt.datetime | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def summary(self) -> str:
        """One line, for a notice."""
        facts = [self.format.upper()]
        facts += [f"in {self.encoding}"] if self.encoding else []
        facts += [f"delimiter {self.delimiter!r}"] if self.delimiter else []
        facts += [f"sheet {self.sheet!r}"] if self.sheet else []
        if self.format in {"csv", "xlsx"}:
            facts.append(f"header in line {self.header}" if self.header else "no header")
        told = f"; {'; '.join(one.message for one in self.findings)}" if self.findings else ""
        extent = f"{count_text(self.rows, 'row')} × {count_text(len(self.columns), 'column')}"
        return f"{self.name or 'buffer'}: {extent}; {', '.join(facts)}{told}"

    def _card(self) -> Card:
        facts = [
            ("file", f"{self.name or 'a buffer'}, {self.size:,} bytes"),
            ("format", self.format.upper()),
            ("rows", f"{self.rows:,} × {len(self.columns)} columns"),
        ]
        facts += [("encoding", self.encoding)] if self.encoding else []
        facts += [("delimiter", repr(self.delimiter))] if self.delimiter else []
        facts += [("sheet", self.sheet)] if self.sheet else []
        if self.format in {"csv", "xlsx"}:
            facts.append(("header", f"line {self.header}" if self.header else "none"))
        facts.append(("types", "as the file remembers" if self.remembered else "by the cells; the file tells none"))
        facts += [("workspace", f"{self.workspace} ({self.host})" if self.host else self.workspace)] * bool(
            self.workspace
        )
        facts += [(one.code.replace("_", " "), _with_rows(one)) for one in self.findings]
        return Card(facts=facts)


@dataclass(frozen=True, slots=True, repr=False)
class SavedFile(ShowsCard):
    """What was written.

    Attributes:
        path: of the file, absolute; ``None`` for a buffer.
        format: ``csv``, ``xlsx``, ``jsonl`` or ``parquet``.
        rows: that were written.
        columns: that were written.
        size: in bytes.
        guarded: text cells that were written so that no spreadsheet runs or reinterprets them.
        metadata: path of the file beside it that remembers types and workspace; ``None`` where the file does itself.
    """

    path: Path | None
    format: str
    rows: int
    columns: int
    size: int
    guarded: int = 0
    metadata: Path | None = None

    def _card(self) -> Card:
        facts = [
            ("file", f"{self.path or 'a buffer'}, {self.size:,} bytes"),
            ("format", self.format.upper()),
            ("rows", f"{self.rows:,} × {self.columns} columns"),
        ]
        facts += [("guarded", f"{self.guarded:,} cells")] if self.guarded else []
        facts += [("types", f"in {self.metadata.name}")] if self.metadata else []
        return Card(facts=facts)


@dataclass(frozen=True, slots=True)
class FileContent:
    """What a file holds, and how it was found.

    Attributes:
        table: a ``pyarrow.Table`` of the kinds of :data:`~pb2b_notebook.files.arrow_tables.KINDS`.
        findings: what there is to tell.
        encoding: in words, of a text file.
        delimiter: between the cells of CSV.
        header: number of the line, or of the sheet's row, that holds the names, from 1; ``None`` if none does.
        sheet: that was read.
        metadata: what the file remembers, if it does.
    """

    table: Any
    findings: list[Finding] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    sheet: str | None = None
    metadata: Metadata | None = None


def first_rows(places: Sequence[int]) -> tuple[int, ...]:
    """The numbers of rows, from 1, for a finding: as many as it keeps.

    >>> first_rows([0, 7])
    (1, 8)
    """
    return tuple(place + 1 for place in places[:MOST_ROWS])


def count_text(count: int, what: str) -> str:
    """A number with its noun.

    >>> count_text(1, "row"), count_text(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _with_rows(one: Finding) -> str:
    if not one.rows:
        return one.message
    more = ", …" if one.count > len(one.rows) else ""
    return f"{one.message} (row {', '.join(map(str, one.rows))}{more})"
