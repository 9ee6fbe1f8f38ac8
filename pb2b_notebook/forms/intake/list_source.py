"""Where a form reads a list from: a file, dropped in the browser or named by its path, with the step of its columns.

It is the beginning of the guided form, for forms that do something else with a list: columns are mapped and cells are
cleaned in the same way.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.browser_files import FileDrop
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.intake.panels import ColumnsPanel
from pb2b_notebook.intake import Intake
from pb2b_notebook.lazy_libraries import pd, pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.upserts.tables import as_frame
from pb2b_notebook.workspace import Workspace

_NUMBERED: Final = "Its rows are numbered below by their lines, as a spreadsheet shows them."
_OPTED_OUT: Final = "Opted out"


def _leads_of(intake: Intake[Any]) -> pl.DataFrame:
    """Return the fields of the mapped columns, and who opted out by the list."""
    names = {*intake.converted.frame.columns}
    frame = intake.cleaned.frame.select(name for name in intake.cleaned.frame.columns if name in names)
    refused = intake.listed_opt_outs
    if not refused:
        return frame
    return frame.with_columns(pl.Series(_OPTED_OUT, [row in refused or None for row in range(frame.height)]))


def about_list(intake: Intake[Any]) -> str:
    """Return the name, the sheet and the number of rows of a list."""
    sheet = intake.file.sheet if intake.file is not None and intake.file.other_sheets else None
    name = f"{intake.name or 'the list'}, sheet {sheet}" if sheet else intake.name or "the list"
    return f"{name}: {count_text(len(intake), 'row', 'rows')}"


class ListSource:
    """A list and its mapping; the file that was given last counts.

    Args:
        ws: The workspace.
        fields: Its lead fields by key.
        start: Function that does work in the background of the form.
        run: Function that does work now, and shows its error.
        taken: Function that is called when a list was read.

    Attributes:
        input: The path, as an input; a file from the browser empties it.
        intake: The list with its mapping; ``None`` before a file was read.
        widget: Path, the place to drop a file on, and the columns.
    """

    def __init__(
        self,
        ws: Workspace,
        fields: Mapping[str, LeadField],
        start: Callable[[Callable[[], None]], None],
        run: Callable[[Callable[[], None]], None],
        taken: Callable[[], None] = lambda: None,
    ) -> None:
        self._ws, self._start, self._run, self._taken = ws, start, run, taken
        self.input: Input = inputs.text("path", "File", hint="or type its path on this computer")
        self.intake: Intake | None = None
        self._path: str | None = None
        self.drop = FileDrop(self._take_file)
        self.input.widget.continuous_update = False
        self.input.widget.observe(lambda change: self._take_path(change["new"].strip()), "value")
        self._note = widgets.HTML()
        self._columns = ColumnsPanel(fields, lambda: None, self._map, repairs=False)
        self._columns.widget.layout.display = "none"
        self.widget = widgets.VBox([self.drop, self.input.widget, self._note, self._columns.widget])

    def show_columns(self, *, shown: bool) -> None:
        """Show what each column is, or not where all columns are used as they are."""
        self._columns.widget.layout.display = "" if shown and self.intake is not None else "none"

    def read(self, source: Any) -> None:
        """Read a list and show its columns; until it is read there is none.

        Raises:
            LeadFileError: The file cannot be read.
            InvalidParameterError: The list has no rows.
        """
        self._clear()
        self._path = source if isinstance(source, str) else None
        intake = self._ws.leads.intake(source)
        self._columns.show(intake)
        self._columns.widget.layout.display = ""
        self._note.value = rendering.notice(
            "success", about_list(intake), _NUMBERED if self._lines(intake) is not None else ""
        )
        self.intake = intake
        self._taken()

    def rows(self) -> Any:
        """Return the list as leads, cleaned, as a frame of the workspace's library; a cell that does not fit is blank.

        Where the list says of some people that they opted out, by a column that is not mapped or a word of a note, the
        column "Opted out" says so: what is planned or merged of these rows keeps to it.

        Raises:
            UsageError: No file was given, or no column is mapped.
            LeadFileError: The file cannot be read.
        """
        intake = self._read_intake()
        if not intake.mapping.columns:
            raise UsageError("no column is used", repair="choose a field for at least one column")
        return as_frame(_leads_of(intake), self._ws.frame, self._lines(intake))

    def columns_of_file(self) -> Any:
        """Return the list with all columns of the file as they are, as a frame of the workspace's library.

        Raises:
            UsageError: No file was given.
            LeadFileError: The file cannot be read.
        """
        intake = self._read_intake()
        lines = self._lines(intake)
        return intake.source if lines is None else intake.source.set_axis(lines, axis=0)

    def _read_intake(self) -> Intake[Any]:
        path = self.input.read()
        if path is not None and (self.intake is None or self._path != path):
            self.read(path)
        if self.intake is None:
            raise UsageError("no file is chosen", repair="choose a file, or type its path")
        return self.intake

    def _lines(self, intake: Intake[Any]) -> Any:
        """Return an index of the lines of the file, for pandas: results name a row as a spreadsheet does."""
        first = None if intake.file is None else intake.file.first_line
        return None if first is None or self._ws.frame != "pandas" else pd.RangeIndex(first, first + len(intake))

    def _take_file(self, file: io.BytesIO) -> None:
        self.input.set(None)
        self._start(lambda: self.read(file))

    def _take_path(self, path: str) -> None:
        if not path and self._path is not None:
            self._clear()
        elif path and path != self._path:
            self._run(lambda: self.read(path))

    def _clear(self) -> None:
        self.intake, self._path = None, None
        self._columns.widget.layout.display, self._note.value = "none", ""

    def _map(self, mapping: ColumnMapping) -> None:
        if self.intake is not None:
            self.intake = self.intake.change(mapping=mapping)
