"""Where rows come from that are worked on: a file, typed by its path or chosen in the browser, or the workspace."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import ipywidgets as widgets

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, rendering

if TYPE_CHECKING:
    from pb2b_notebook.forms.inputs import Input
    from pb2b_notebook.workspace import Workspace

ACCEPTED: Final = ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.parquet"
LARGEST_UPLOAD: Final = 8
"""In MB: Jupyter closes the connection to a kernel at a message of 10 MiB, which an upload is in one piece."""


class FileSource:
    """A file of leads: chosen in the browser, or a path on the kernel's machine; whichever was given last.

    Attributes:
        input: the path, by value; choosing a file empties it.
        widget: both, one above the other.
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
        """The rows, as a frame of the workspace's kind.

        Raises:
            UsageError: no file was given.
            LeadFileError: it cannot be read; the message says what it is.
        """
        from pb2b_notebook.files import read_leads

        path = self.input.read()
        if path is None and self._uploaded is None:
            raise UsageError("no file is chosen", repair="choose one, or type its path")
        if path is None and self._uploaded is not None:
            self._uploaded.seek(0)
        return read_leads(
            path or self._uploaded,
            frame=ws.frame,
            progress=False,
            quiet=True,
        )

    def _take_upload(self) -> None:
        """Take what was chosen out of the widget: what a notebook saves is the state of its widgets."""
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


_LARGE: Final = rendering.wrap(f"<small>a file over {LARGEST_UPLOAD} MB is too large for that: give its path</small>")
