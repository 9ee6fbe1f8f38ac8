"""Files between the browser and a form: one that is dropped or chosen there, and one that is saved there."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import anywidget
import traitlets

from pb2b_notebook.files import save_leads
from pb2b_notebook.forking import temporary_folder

ACCEPTED: Final = ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods,.jsonl,.ndjson,.parquet,.vcf"
LARGEST: Final = 512 << 20
"""Limit of bytes of a file that is taken from the browser; the kernel holds it in memory."""
_PIECE: Final = 256 << 10
_FOLDER: Final = Path(__file__).parent
_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


class FileDrop(anywidget.AnyWidget):
    r"""A place to drop a file on, with a button to choose one; it comes in pieces, so that its size has no small limit.

    Args:
        take: Function that is called with each file, as a buffer with the attribute ``name``.

    Example:
        >>> taken = []
        >>> drop = FileDrop(taken.append)
        >>> drop.receive({"id": "1", "name": "fair.csv", "size": 9, "offset": 0}, [b"E-Mail\n"])
        >>> drop.receive({"id": "1", "name": "fair.csv", "size": 9, "offset": 7}, [b"a\n"])
        >>> taken[0].name, taken[0].getvalue()
        ('fair.csv', b'E-Mail\na\n')
    """

    _esm = _FOLDER / "file_drop.js"
    _css = (
        ".pb2b-drop { border: 2px dashed var(--jp-border-color1, #98a2b3); border-radius: 6px; padding: 1em;"
        " box-sizing: border-box; max-width: 100%;"
        " color: var(--jp-ui-font-color1, inherit) }"
        " .pb2b-drop.pb2b-over { background: var(--jp-layout-color2, #eef4ff) }"
        " .pb2b-drop button { width: auto; min-width: 148px }"
    )
    accept = traitlets.Unicode(ACCEPTED).tag(sync=True)

    def __init__(self, take: Callable[[io.BytesIO], None]) -> None:
        super().__init__()
        self._take = take
        self._id = ""
        self._file = io.BytesIO()
        self.on_msg(lambda _, content, buffers: self.receive(content, buffers))

    def receive(self, content: Any, buffers: Sequence[Any]) -> None:
        """Add a piece of a file; a piece that does not follow the one before it is ignored.

        Args:
            content: The file's ``id``, ``name``, ``size`` and the ``offset`` of the piece.
            buffers: The piece.
        """
        piece = _read_piece(content)
        if piece is None or len(buffers) != 1 or piece.size > LARGEST:
            return
        if piece.offset == 0:
            self._id, self._file = piece.id, io.BytesIO()
            self._file.name = piece.name
        if piece.id != self._id or piece.offset != self._file.tell():
            return
        self._file.write(buffers[0])
        self.send({"id": piece.id, "next": self._file.tell()})
        if self._file.tell() >= piece.size:
            file, self._id, self._file = self._file, "", io.BytesIO()
            file.seek(0)
            self._take(file)


class FileSave(anywidget.AnyWidget):
    """A button that saves a file in the browser; the file is made when the button is pressed.

    Args:
        label: Text of the button.
        make: Function that returns the name of the file and its content; what it raises is passed to ``fail``.
        fail: Function that shows an error.

    Example:
        >>> save = FileSave("Download", lambda: ("held_back.csv", b"E-Mail"), print)
        >>> save.piece(0)
        ('held_back.csv', 6, b'E-Mail')
    """

    _esm = _FOLDER / "file_save.js"
    _css = ".pb2b-save button { width: auto; min-width: 148px }"
    label = traitlets.Unicode().tag(sync=True)
    disabled = traitlets.Bool().tag(sync=True)
    primary = traitlets.Bool().tag(sync=True)
    begun = traitlets.Int().tag(sync=True)

    def __init__(
        self, label: str, make: Callable[[], tuple[str, bytes]], fail: Callable[[BaseException], None]
    ) -> None:
        super().__init__(label=label)
        self._make, self._fail = make, fail
        self._file = ("", b"")
        self.on_msg(lambda _, content, __: self._receive(content))

    def begin_again(self) -> None:
        """Forget what was saved: the next file is another one."""
        self._file, self.begun = ("", b""), self.begun + 1

    def piece(self, offset: int) -> tuple[str, int, bytes]:
        """Return the name of the file, its size, and a piece of it; the first piece makes the file again."""
        if offset == 0:
            self._file = self._make()
        name, content = self._file
        return name, len(content), content[offset : offset + _PIECE]

    def _receive(self, content: Any) -> None:
        request = _read_piece({"name": "", "size": 0, **content} if isinstance(content, dict) else content)
        if request is None:
            return
        try:
            name, size, piece = self.piece(request.offset)
        except Exception as problem:  # noqa: BLE001 - shown: front ends hide what a callback raises
            self._fail(problem)
            self.send({"id": request.id, "problem": True})
            return
        kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        self.send({"id": request.id, "name": name, "size": size, "type": kind}, [piece])


def file_content(frame: Any, name: str) -> bytes:
    """Return a frame as the content of a file; the suffix of the name decides the format.

    In CSV only formulas get an apostrophe: a person would see it before each phone and date.

    >>> import pandas as pd
    >>> file_content(pd.DataFrame({"email": ["ada@engines.example"]}), "leads.csv")[-21:].decode("utf-8").strip()
    'ada@engines.example'
    """
    with temporary_folder("pb2b-download-") as folder:
        path = folder / f"file.{name.rpartition('.')[2]}"
        save_leads(frame, path, guard="formulas")
        return path.read_bytes()


class _Piece(NamedTuple):
    id: str
    name: str
    size: int
    offset: int


def _read_piece(content: Any) -> _Piece | None:
    """Return what a message of the browser says about a piece; ``None`` if it does not have this form."""
    if not isinstance(content, dict):
        return None
    values = [content.get(name) for name in _Piece._fields]
    kinds = (str, str, int, int)
    fits = all(
        isinstance(value, kind) and not isinstance(value, bool) for value, kind in zip(values, kinds, strict=True)
    )
    return _Piece(*values) if fits else None  # type: ignore[arg-type]
