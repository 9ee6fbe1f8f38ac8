"""Locations of mirrors: a folder for each workspace of each service, with names that every system accepts."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from pb2b_notebook.cache import cache_folder, make_private
from pb2b_notebook.errors import TOO_MANY_FILES, InvalidParameterError, MirrorError, NotMirroredError, brief
from pb2b_notebook.forking import finalize_here, make_temporary_folder
from pb2b_notebook.mirror.storage.stores import SCHEMES, Folder, StoreError, StorePath

TABLES: Final = "tables"
HISTORY: Final = "history"

_LONGEST: Final = 100
_PLAIN: Final = re.compile(r"[a-z0-9_-]")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_COMMIT: Final = re.compile(r"[0-9]{20}(\.checkpoint.*\.parquet|\.json)")
_TOO_MANY_SIGNS: Final = ("Too many open files", "os error 24", "os error 23")
_UNADDRESSABLE: Final = re.compile(r"%[0-9A-Fa-f]{2}|[\[\]|^]" + (r"|\\" if os.sep == "/" else ""))
"""Parts of names that the storage engine decodes, splits at or panics on."""


def holds_table(folder: Folder) -> bool:
    """Return whether a folder has a commit. A killed writer may leave files without one.

    Raises:
        MirrorError: The folder cannot be read, which does not mean that it is empty.
    """
    try:
        return any(_COMMIT.fullmatch(file.name) for file in (folder / "_delta_log").iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as problem:
        raise unreadable_error(problem) from None


def safe_name(text: str) -> str:
    """Return a file name that every system accepts and that is neither another name nor a device on any of them.

    Different texts have different names, even on a file system that ignores case: capitals are escaped too.

    >>> safe_name("login.prospectb2b.com"), safe_name("127.0.0.1:8808"), safe_name("ws_A"), safe_name("..")
    ('login.prospectb2b.com', '127.0.0.1~3a8808', 'ws_~41', '~2e~2e')
    """
    escaped = "".join(
        character
        if _PLAIN.fullmatch(character) or (character == "." and 0 < at < len(text) - 1)
        else "".join(f"~{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
        for at, character in enumerate(text)
    )
    if _RESERVED.fullmatch(escaped):
        escaped = f"~{ord(escaped[0]):02x}{escaped[1:]}"
    if len(escaped) > _LONGEST:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        escaped = f"{escaped[:60]}~~{digest[:32]}"
    return escaped or "~"


def original_name(safe: str) -> str:
    """Return the text of which :func:`safe_name` made a file name; a shortened name, or any other, as it is.

    >>> original_name("ws_~41"), original_name("127.0.0.1~3a8808"), original_name("plain")
    ('ws_A', '127.0.0.1:8808', 'plain')
    """
    return safe if "~~" in safe else unquote(safe.replace("%", "%25").replace("~", "%"), errors="replace")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Location:
    """The location of one workspace's mirror.

    Attributes:
        root: Folder of the mirror: a ``Path``, or the folder's path in an object store. ``tables/<resource>`` and
            ``history/<resource>`` below it are Delta tables.

    Raises:
        MirrorError: The storage engine cannot address a folder of this name.
    """

    root: Folder

    def __post_init__(self) -> None:
        if _UNADDRESSABLE.search(str(self.root)):
            raise MirrorError(
                "the storage engine cannot address the mirror's folder: its name contains [, ], |, ^, a backslash "
                "or a percent escape",
                repair="set PB2B_CACHE_DIR to a folder without these in its name",
            )

    @classmethod
    def of_this_machine(cls, service: str, workspace: str) -> Location:
        """Return the location in the cache folder."""
        return cls(cache_folder() / "mirror").of_workspace(service, workspace)

    def of_workspace(self, service: str, workspace: str) -> Location:
        """Return the location of one workspace's mirror in a folder of mirrors; for the arguments see above."""
        return Location(self.root / safe_name(service) / safe_name(workspace))

    @classmethod
    def at(cls, place: str | Path, storage: Mapping[str, str] | None = None) -> Location:
        """Return the location at a path, a ``file://`` URL or the URL of an object store.

        Args:
            place: Path or URL, such as ``s3://bucket/folder``.
            storage: Options of the object store; see :func:`pb2b_notebook.open_mirror`.

        Raises:
            MirrorError: The URL has another scheme.
            InvalidParameterError: It is not a path or a URL of a store, or ``storage`` does not fit it.
        """
        if not isinstance(place, (str, os.PathLike)) or not str(place):
            raise InvalidParameterError(
                f"a mirror is at a path or a URL, not at {brief(place)}",
                repair='pass a folder like "mirrors", or a URL like "s3://bucket/mirrors"',
            )
        text = str(place)
        scheme = text.partition("://")[0].lower() if "://" in text else ""
        if scheme in SCHEMES:
            return cls(StorePath.at(text, storage))
        if storage:
            raise InvalidParameterError(
                "storage has options, but the mirror is in a folder of this machine",
                repair='remove storage, or pass the URL of an object store, like "s3://bucket/folder"',
            )
        parts = urlsplit(text)
        if not scheme:
            return cls(Path(text).expanduser().absolute())
        if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
            return cls(Path(unquote(parts.path)))
        raise MirrorError(
            f"a mirror cannot be at the URL {parts.scheme}://…",
            repair="pass a path, or a URL like file:///…, s3://bucket/…, abfss://… or gs://bucket/…",
        )

    @property
    def url(self) -> str:
        """The folder as a URL, for other engines: Spark, DuckDB and Dask can read the tables below it."""
        return str(self.root) if isinstance(self.root, StorePath) else self.root.absolute().as_uri()

    def table(self, resource: str) -> Folder:
        """Return the folder of a resource's current rows."""
        return self.root / TABLES / safe_name(resource)

    def history(self, resource: str) -> Folder:
        """Return the folder of a resource's former rows."""
        return self.root / HISTORY / safe_name(resource)

    def lock(self, resource: str) -> Folder:
        """Return the lock file of a resource's writer; there is none in an object store, whose commits decide."""
        return self.root / "locks" / f"{safe_name(resource)}.lock"

    @property
    def suppression(self) -> Folder:
        """File with the digests of forgotten leads."""
        return self.root / "forgotten"

    def resources(self) -> list[str]:
        """Return the names of the mirrored resources."""
        try:
            return sorted(folder.name for folder in (self.root / TABLES).iterdir() if holds_table(folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as problem:
            raise unreadable_error(problem) from None

    def uncommitted_folders(self) -> list[str]:
        """Return the names of folders without a commit: the first sync did not get that far, or the log was deleted."""
        try:
            folders = [folder for folder in (self.root / TABLES).iterdir() if folder.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as problem:
            raise unreadable_error(problem) from None
        return sorted(folder.name for folder in folders if not holds_table(folder))

    def remove_resource(self, resource: str) -> None:
        """Delete all files of a resource, with its history.

        Raises:
            MirrorError: A file cannot be deleted.
        """
        remove_folder(self.table(resource))
        self.remove_history(resource)

    def remove_history(self, resource: str) -> None:
        """Delete the former rows of a resource.

        Raises:
            MirrorError: A file cannot be deleted.
        """
        remove_folder(self.history(resource))

    def prepare(self) -> None:
        """Create the folders, which only their owner may open (mode 0700); in a store, check that it can be written.

        Raises:
            MirrorError: A folder cannot be created, or the store cannot be written safely.
        """
        try:
            if isinstance(self.root, StorePath):
                self.root.check_writable()
                return
            for folder in (self.root, self.root / TABLES, self.root / HISTORY, self.root / "locks"):
                make_private(folder)
        except OSError as problem:
            raise unwritable_error(problem) from None

    def check_exists(self) -> None:
        """Check that there is a mirror.

        Raises:
            NotMirroredError: There is no mirror in this folder.
        """
        try:
            found = (self.root / TABLES).is_dir()
        except OSError as problem:
            raise unreadable_error(problem) from None
        if not found:
            raise NotMirroredError(
                "there is no mirror in this folder",
                repair="pass the folder of one workspace, as in ws.mirror.location.root",
            )


def remove_folder(folder: Folder) -> None:
    """Delete a folder and its content; a missing folder is fine.

    Raises:
        MirrorError: The folder cannot be deleted.
    """
    try:
        if isinstance(folder, StorePath):
            folder.remove()
        else:
            shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise unwritable_error(problem) from None


def limit_error(problem: BaseException) -> MirrorError | None:
    """Return the error for a limit of this process that an exception reports; ``None`` for any other exception."""
    text = str(problem)
    if getattr(problem, "errno", None) in TOO_MANY_FILES or any(sign in text for sign in _TOO_MANY_SIGNS):
        return MirrorError(
            "too many files are open on this machine; the mirror itself is not damaged",
            repair="close files and workspaces, or raise the limit (ulimit -n), then run it again",
        )
    return None


def unreadable_error(problem: OSError) -> MirrorError:
    """Return the error for a folder that cannot be read."""
    if isinstance(problem, StoreError):
        return problem.error
    return limit_error(problem) or MirrorError(
        f"the mirror's folder cannot be read ({type(problem).__name__}: {problem.strerror or 'no reason given'})",
        repair="make the folder readable, or set PB2B_CACHE_DIR to another one",
    )


def unwritable_error(problem: OSError) -> MirrorError:
    """Return the error for a folder that cannot be written."""
    if isinstance(problem, StoreError):
        return problem.error
    return limit_error(problem) or MirrorError(
        f"the mirror's folder cannot be written ({type(problem).__name__}: {problem.strerror or 'no reason given'})",
        repair="make room, make the cache folder writable, or set PB2B_CACHE_DIR to another one; committed rows stay",
    )


def temporary_location() -> tuple[Location, Callable[[], None]]:
    """Return a location in the system's temporary folder, and a function that deletes it.

    It is for the mirror of a sandbox, which ends with it. It is also deleted when the interpreter
    exits, but never by a forked child.
    """
    folder = make_temporary_folder("pb2b-mirror-")
    location = Location(folder)
    return location, finalize_here(location, partial(shutil.rmtree, folder, ignore_errors=True))
