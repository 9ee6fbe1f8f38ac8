"""Where a file comes from: a path, bytes, or something open; and what is said where there is none."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, InvalidParameterError, LeadFileError, LeadFileNotFoundError
from pb2b_notebook.files.formats import READ

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read.

    Attributes:
        file: seekable, at its start.
        name: without its folder; ``""`` if there is none.
        size: in bytes.
        path: where it lies; ``None`` for a buffer.
    """

    file: BinaryIO
    name: str
    size: int
    path: Path | None

    @property
    def suffix(self) -> str:
        """Of the name, with its dot."""
        return Path(self.name).suffix


@contextmanager
def open_source(source: Any) -> Iterator[Source]:
    """A path, bytes, text in a ``StringIO`` or a file that is open for reading, ready to be read.

    Raises:
        LeadFileNotFoundError: no such file; the nearest name in its folder is told.
        LeadFileError: a folder, a device, or a file that may not be read.
        InvalidParameterError: neither a path nor a buffer.
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
        # A pipe or a device may never end; asking first costs one call.
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "no ordinary file"
            raise LeadFileError(f"{path.name or path} is {what}", repair=_folder_repair(path))
        file = path.open("rb")
    except FileNotFoundError:
        raise LeadFileNotFoundError(f"there is no file {path.name!r}", repair=_nearby_repair(path)) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "its name is none"
        raise LeadFileError(f"{path.name!r} cannot be read: {reason}", repair="check its path and its mode") from None
    with file:
        yield file


def _read_bytes(source: Any) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if not hasattr(source, "read"):
        raise InvalidParameterError(
            f"a file of leads is a path, bytes or an open file, not {type(source).__name__}",
            repair='pb.read_leads("leads.xlsx")',
        )
    try:
        data = source.read()
    except UnicodeDecodeError:
        raise DamagedFileError(
            "the open file is not in the encoding that it was opened with", repair='open it with mode "rb"'
        ) from None
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)


def _nearby_repair(path: Path) -> str:
    try:
        names = [one.name for one in path.parent.iterdir() if one.is_file()]
    except OSError:
        return "check the path: its folder is not there"
    close = get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else "check the path"


def _folder_repair(path: Path) -> str:
    try:
        names = sorted(one.name for one in path.iterdir() if one.suffix.lower() in READ)
    except OSError:
        return "give the path of a file"
    return f"give one of its files, such as {', '.join(names[:_MOST_NAMED])}" if names else "give the path of a file"
