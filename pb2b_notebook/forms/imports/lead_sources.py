"""Where a form reads rows from: a file, chosen in the browser or by its path on the kernel's machine."""

from __future__ import annotations

import io
from typing import Any, Final

import ipywidgets as widgets

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.workspace import Workspace

ACCEPTED: Final = ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods,.jsonl,.ndjson,.parquet"
LARGEST_UPLOAD: Final = 8
"""MB. An upload is one message, and Jupyter closes the connection to a kernel at a message of 10 MiB."""


class FileSource:
    """A file of leads, uploaded in the browser or named by its path; the one that was given last counts.

    Attributes:
        input: The path, as an input; an upload empties it.
        widget: Path and upload button.
    """

    def __init__(self) -> None:
        self.input: Input = inputs.text("path", "File", hint="leads.xlsx: its path on the kernel's machine")
        self._uploaded: io.BytesIO | None = None
        self._upload = widgets.FileUpload(accept=ACCEPTED, multiple=False, description="or choose a file")
        self._upload.observe(lambda _: self._take_upload(), "value")
        self.input.widget.observe(lambda change: self._take_path(change["new"]), "value")
        self._note = widgets.HTML(_LARGE)
        self.widget = widgets.VBox([self.input.widget, widgets.HBox([self._upload, self._note])])

    def read(self, ws: Workspace) -> Any:
        """Read the rows, as a frame of the workspace's library.

        Raises:
            UsageError: No file was given.
            LeadFileError: The file cannot be read.
        """
        from pb2b_notebook.files import read_leads

        path = self.input.read()
        if path is None and self._uploaded is None:
            raise UsageError("no file is chosen", repair="choose a file, or type its path")
        if path is None and self._uploaded is not None:
            self._uploaded.seek(0)
        return read_leads(path or self._uploaded, frame=ws.frame, progress=False, quiet=True)

    def _take_upload(self) -> None:
        """Take the upload out of the widget, since a notebook saves the state of its widgets."""
        if not self._upload.value:
            return
        chosen = self._upload.value[0]
        self._uploaded = io.BytesIO(bytes(chosen["content"]))
        self._uploaded.name = str(chosen["name"])
        self._upload.value = ()
        self.input.set(None)
        self._note.value = rendering.status_line("success", self._uploaded.name)

    def _take_path(self, path: str) -> None:
        if path.strip():
            self._uploaded, self._note.value = None, _LARGE


_LARGE: Final = rendering.wrap(f"<small>A file over {LARGEST_UPLOAD} MB is too large to upload: type its path.</small>")
