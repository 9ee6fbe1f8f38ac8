"""Open the file to read: a path, bytes, or an open file; with errors that suggest the right path."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, InvalidParameterError, LeadFileError, LeadFileNotFoundError
from pb2b_notebook.files.formats import READ

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    Attributes:
        file: Seekable binary file, at its start.
        name: Name without the folder; "" if there is none.
        size: Size in bytes.
        path: Path of the file; ``None`` for a buffer.
    """

    file: BinaryIO
    name: str
    size: int
    path: Path | None

    @property
    def suffix(self) -> str:
        """Suffix of the name, with the dot."""
        return Path(self.name).suffix


@contextmanager
def open_source(source: Any) -> Iterator[Source]:
    """Open a path, bytes, a ``StringIO`` or an open file for reading.

    Raises:
        LeadFileNotFoundError: There is no such file; the message names the nearest name in its folder.
        LeadFileError: The path is a folder or a device, or may not be read.
        InvalidParameterError: ``source`` is neither a path nor a buffer.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source).expanduser()
        with _open_path(path) as file:
            yield Source(file, path.name, os.fstat(file.fileno()).st_size, path)
        return
    data = _read_bytes(source)
    name = getattr(source, "name", "")
    yield Source(io.BytesIO(data), Path(name).name if isinstance(name, str) else "", len(data), None)


@contextmanager
def _open_path(path: Path) -> Iterator[BinaryIO]:
    try:
        # A pipe or a device may never end.
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "not a regular file"
            raise LeadFileError(f"{path.name or path} is {what}", repair=_folder_repair(path))
        file = path.open("rb")
    except FileNotFoundError:
        if re.match("[A-Za-z][A-Za-z0-9+.-]+:/", str(path)):
            raise LeadFileNotFoundError(
                "read_leads does not read URLs", repair="download the file, and pass its path or its bytes"
            ) from None
        raise LeadFileNotFoundError(f"there is no file {path.name!r}", repair=_nearby_repair(path)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "its name is invalid"
        raise LeadFileError(f"{path.name!r} cannot be read: {reason}", repair="check its path and its mode") from None
    with file:
        yield file


def _read_bytes(source: Any) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if not hasattr(source, "read"):
        raise InvalidParameterError(
            f"read_leads needs a path, bytes or an open file, not {type(source).__name__}",
            repair='pass a path, such as "leads.xlsx"',
        )
    try:
        data = source.read()
    except UnicodeDecodeError:
        raise DamagedFileError(
            "the file was opened in an encoding that does not fit", repair='open it with mode "rb"'
        ) from None
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)


def _nearby_repair(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return "check the path: its folder does not exist"
    close = get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else "check the path"


def _folder_repair(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.iterdir() if entry.suffix.lower() in READ)
    except OSError:
        return "pass the path of a file"
    return f"pass one of its files, such as {', '.join(names[:_MOST_NAMED])}" if names else "pass the path of a file"
