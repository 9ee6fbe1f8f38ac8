"""What the reader of a format hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pb2b_notebook.files.metadata import Metadata
    from pb2b_notebook.files.reports import Finding


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, and how it was found.

    Attributes:
        table: a ``pyarrow.Table`` of the kinds of :data:`~pb2b_notebook.files.columns.KINDS`.
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
