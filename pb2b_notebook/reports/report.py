"""The value that ``ws.report()`` returns: it shows itself as a card, and saves itself in three formats."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic

from pb2b_notebook.display import notices
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import InvalidParameterError, UnknownFormatError, nearest
from pb2b_notebook.files.atomic_files import check_writable, write_atomically
from pb2b_notebook.frames import to_frame
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.reports.history import History
from pb2b_notebook.reports.periods import Period
from pb2b_notebook.reports.sections import Section


@dataclass(frozen=True, slots=True, repr=False)
class WorkspaceReport(ShowsCard, Generic[FrameT]):
    """What happened in a workspace in a day, a week or a month.

    Attributes:
        workspace: Name of the workspace.
        live: Whether the data is real.
        period: Days that the report is about, and their time zone.
        made_at: When it was made, by the service's clock.
        sections: Its parts, in order; each shows itself as a card.
        since: Period of the saved report that it is compared with; "" for none.
        library: Library of :meth:`table`, "pandas" or "polars".
        history: Where :meth:`save` stores the figures; ``None`` for a sandbox in memory.
    """

    workspace: str
    live: bool
    period: Period
    made_at: dt.datetime
    sections: tuple[Section, ...]
    since: str = ""
    library: str = "pandas"
    history: History | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """Title, such as "Weekly report: Lantern & Finch"."""
        return f"{self.period.kind.capitalize()} report: {self.workspace}"

    @property
    def subtitle(self) -> str:
        """Days, time zone and time of the report, in one line."""
        made = self.made_at.astimezone(self.period.zone)
        zone = str(self.period.zone)
        return f"{self.period.text} ({self.period.label}, {zone}); made {made:%Y-%m-%d %H:%M} by the service's clock"

    @property
    def missing(self) -> dict[str, str]:
        """Sections that could not be read, and why; empty for a complete report."""
        return {section.name: section.missing for section in self.sections if section.missing}

    @property
    def figures(self) -> dict[str, float]:
        """Numbers that the next report compares with, by name."""
        return {name: value for section in self.sections for name, value in (section.figures or {}).items()}

    def section(self, name: str) -> Section:
        """Return a section by its name, such as "New leads by source".

        Raises:
            InvalidParameterError: The report has no such section; the message names the nearest one.
        """
        names = [section.name for section in self.sections]
        if name not in names:
            raise InvalidParameterError(f"the report has no section {name!r}", repair=nearest(str(name), names))
        return self.sections[names.index(name)]

    def table(self, name: str) -> FrameT:
        """Return the table of a section as a frame.

        Args:
            name: Name of the section, such as "New leads by source".

        Raises:
            InvalidParameterError: The report has no such section; the message names the nearest one.
        """
        found: FrameT = to_frame(self.section(name).table.to_arrow(), self.library)
        return found

    def save(self, target: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Save the report as a workbook (.xlsx), a page (.html) or a notebook (.ipynb), whole or not at all.

        The workbook has a sheet for each section, with a chart that a spreadsheet can change, and real dates. The page
        needs no other file. The notebook makes the report again; the cell with its parameters is tagged
        ``parameters``, as papermill expects. The figures of the report, numbers only, are stored for the next one.

        Args:
            target: Path; its suffix decides the format. ``{period}`` in it becomes the report's label, "2026-W10".
            overwrite: Whether to replace an existing file.

        Returns:
            Absolute path of the file.

        Raises:
            LeadFileExistsError: The file exists, and ``overwrite`` is not True.
            LeadFileError: The file cannot be written there.
            UnknownFormatError: The suffix is not one of these.

        Example:
            >>> import tempfile, pb2b_notebook as pb
            >>> with tempfile.TemporaryDirectory() as folder, pb.open_sandbox(leads=20) as ws:
            ...     ws.report("weekly").save(f"{folder}/week-{{period}}.html").name
            'week-2026-W10.html'
        """
        path, render = check_report_target(target, self.period, overwrite=overwrite)
        content = render(self)
        with write_atomically(path, overwrite=overwrite) as file:
            file.write(content)
        if self.history is not None:
            try:
                self.history.add(self.period, self.figures, self.made_at)
            except OSError as problem:
                reason = problem.strerror or type(problem).__name__
                notices.say(f"the report was saved, but not its figures for the next one: {reason}")
        return path

    def _card(self) -> Card:
        lines = [f"{section.name}: {' '.join(section.words)}" for section in self.sections]
        return Card(
            title=self.title,
            badge="LIVE" if self.live else "SANDBOX",
            about=self.subtitle,
            lines=lines,
            code=(f'report.save("{self.period.noun}-{{period}}.xlsx")', f'report.section("{self.sections[0].name}")'),
        )


def check_report_target(
    target: str | os.PathLike[str], period: Period, *, overwrite: bool
) -> tuple[Path, Callable[[WorkspaceReport[Any]], bytes]]:
    """Return the absolute path of a file, and the function that makes its content.

    Args:
        target: Path; ``{period}`` in it becomes the label of the period.
        period: Period of the report.
        overwrite: Whether an existing file may be replaced.

    Raises:
        LeadFileExistsError, LeadFileError, UnknownFormatError: The report cannot be saved there.
    """
    if not isinstance(target, str | os.PathLike):
        raise InvalidParameterError(
            f"a report is saved to a path, not to {type(target).__name__}", repair='pass "week.xlsx"'
        )
    path = Path(os.fsdecode(target).replace("{period}", period.label)).expanduser().absolute()
    if "{" in path.name:
        raise InvalidParameterError(
            "the file name has a brace that is not part of {period}", repair='"week-{period}.xlsx"'
        )
    suffix = path.suffix.lower()
    if suffix not in RENDERERS:
        what = f"{path.suffix[:20]!r} is not a format of reports" if suffix else "the file name has no suffix"
        raise UnknownFormatError(what, repair=f"choose one of: {', '.join(RENDERERS)}")
    check_writable(path, overwrite=overwrite)
    return path, RENDERERS[suffix]


def _workbook(report: WorkspaceReport[Any]) -> bytes:
    from pb2b_notebook.reports.workbook import render

    return render(report)


def _page(report: WorkspaceReport[Any]) -> bytes:
    from pb2b_notebook.reports.page import render

    return render(report).encode()


def _notebook(report: WorkspaceReport[Any]) -> bytes:
    from pb2b_notebook.reports.notebook import render

    return render(report).encode()


RENDERERS: Final[Mapping[str, Callable[[WorkspaceReport[Any]], bytes]]] = {
    ".xlsx": _workbook,
    ".html": _page,
    ".ipynb": _notebook,
}
"""Format of a suffix."""
