"""Where a form reads rows from: a file, dropped in the browser or named by its path on this machine."""

from __future__ import annotations

import io
from typing import Any, Final

import ipywidgets as widgets

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.browser_files import FileDrop
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.workspace import Workspace

LARGEST_UPLOAD: Final = 8
"""MB. An upload is one message, and Jupyter closes the connection to a kernel at a message of 10 MiB."""


class FileSource:
    """A file of leads, dropped or chosen in the browser or named by its path; the one that was given last counts.

    Attributes:
        input: The path, as an input; a file from the browser empties it.
        widget: Path, and the place to drop a file on.
    """

    def __init__(self) -> None:
        self.input: Input = inputs.text("path", "File", hint="leads.xlsx: its path on this machine, or drop it below")
        self._dropped: io.BytesIO | None = None
        self.drop = FileDrop(self._take_file)
        self.input.widget.observe(lambda change: self._take_path(change["new"]), "value")
        self._note = widgets.HTML()
        self.widget = widgets.VBox([self.input.widget, self.drop, self._note])

    def read(self, ws: Workspace) -> Any:
        """Read the rows, as a frame of the workspace's library.

        Raises:
            UsageError: No file was given.
            LeadFileError: The file cannot be read.
        """
        from pb2b_notebook.files import read_leads

        path = self.input.read()
        if path is None and self._dropped is None:
            raise UsageError("no file is chosen", repair="choose a file, or type its path")
        if path is None and self._dropped is not None:
            self._dropped.seek(0)
        return read_leads(path or self._dropped, frame=ws.frame, progress=False, quiet=True)

    def _take_file(self, file: io.BytesIO) -> None:
        self._dropped = file
        self.input.set(None)
        self._note.value = rendering.status_line("success", f"chosen: {file.name}")

    def _take_path(self, path: str) -> None:
        if path.strip():
            self._dropped, self._note.value = None, ""
