"""Where a form reads a list from: a file, dropped in the browser or named by its path, with the step of its columns.

It is the beginning of the guided form, for forms that do something else with a list: columns are mapped and cells are
cleaned in the same way.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.browser_files import FileDrop
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.intake.panels import ColumnsPanel
from pb2b_notebook.intake import Intake
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.upserts.tables import as_frame
from pb2b_notebook.workspace import Workspace


class ListSource:
    """A list and its mapping; the file that was given last counts.

    Args:
        ws: The workspace.
        fields: Its lead fields by key.
        start: Function that does work in the background of the form.
        run: Function that does work now, and shows its error.

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
    ) -> None:
        self._ws, self._start, self._run = ws, start, run
        self.input: Input = inputs.text("path", "File", hint="or type its path on this computer")
        self.intake: Intake | None = None
        self._path: str | None = None
        self.drop = FileDrop(self._take_file)
        self.input.widget.continuous_update = False
        self.input.widget.observe(lambda change: self._take_path(change["new"].strip()), "value")
        self._note = widgets.HTML()
        self._columns = ColumnsPanel(fields, lambda: None, self._map, misfits="left out")
        self._columns.widget.layout.display = "none"
        self.widget = widgets.VBox([self.drop, self.input.widget, self._note, self._columns.widget])

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
        self._note.value = rendering.notice("success", f"{intake.name or 'the list'}: {len(intake):,} rows")
        self.intake = intake

    def rows(self) -> Any:
        """Return the list as leads, cleaned, as a frame of the workspace's library; a cell that does not fit is blank.

        Raises:
            UsageError: No file was given, or no column is mapped.
            LeadFileError: The file cannot be read.
        """
        path = self.input.read()
        if path is not None and (self.intake is None or self._path != path):
            self.read(path)
        if self.intake is None:
            raise UsageError("no file is chosen", repair="choose a file, or type its path")
        if not self.intake.mapping.columns:
            raise UsageError("no column is used", repair="choose a field for at least one column")
        return as_frame(self.intake.cleaned.frame, self._ws.frame)

    @property
    def cells_left_out(self) -> int:
        """Number of cells of the list that do not fit their field."""
        intake = self.intake
        return 0 if intake is None else intake.converted.set_aside.height + intake.cleaned.set_aside.height

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
