"""Where a mirror lies: a folder for each workspace of each service, under names that every system can hold."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from pb2b_notebook.cache import cache_folder, make_private
from pb2b_notebook.errors import MirrorError, NotMirroredError

if TYPE_CHECKING:
    from collections.abc import Callable

TABLES: Final = "tables"
HISTORY: Final = "history"

_LONGEST: Final = 100
_PLAIN: Final = re.compile(r"[a-z0-9_-]")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_COMMIT: Final = re.compile(r"[0-9]{20}(\.checkpoint.*\.parquet|\.json)")
_UNADDRESSABLE: Final = re.compile(r"%[0-9A-Fa-f]{2}|[\[\]|^]" + (r"|\\" if os.sep == "/" else ""))
"""What the storage engine decodes, splits a path at, or panics of."""


def holds_table(folder: Path) -> bool:
    """Whether anything was ever committed in a folder: a killed writer may leave one with files and no commit.

    Raises:
        MirrorError: it cannot be looked into; it is not for that taken for an empty one.
    """
    try:
        return any(_COMMIT.fullmatch(file.name) for file in (folder / "_delta_log").iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as problem:
        raise MirrorError(
            f"the mirror's folder cannot be read ({type(problem).__name__}: {problem.strerror or 'no reason given'})",
            repair="make it readable, or set PB2B_CACHE_DIR to another one",
        ) from None


def safe_name(text: str) -> str:
    """A file name for the text that no system refuses, folds with another one or takes for a device.

    Different texts get different names, also where a file system ignores case: capitals are escaped too.

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


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Location:
    """The place of one workspace's mirror.

    Attributes:
        root: its folder. Below it lie ``tables/<resource>`` and ``history/<resource>``, each a Delta table.

    Raises:
        MirrorError: its name has what the storage engine cannot address.
    """

    root: Path

    def __post_init__(self) -> None:
        if _UNADDRESSABLE.search(str(self.root)):
            raise MirrorError(
                "the mirror's folder has a name that the storage engine cannot address: with [, ], |, ^, a backslash "
                "or a percent escape",
                repair="set PB2B_CACHE_DIR to a folder without these in its name",
            )

    @classmethod
    def of_this_machine(cls, service: str, workspace: str) -> Location:
        """In the cache folder, by service and workspace.

        Args:
            service: the host, or a sandbox's identity.
            workspace: its id.
        """
        return cls(cache_folder() / "mirror" / safe_name(service) / safe_name(workspace))

    @classmethod
    def at(cls, place: str | Path) -> Location:
        """At a path or a ``file://`` URL.

        Raises:
            MirrorError: a URL of another kind: only folders of this machine hold mirrors as yet.
        """
        text = str(place)
        parts = urlsplit(text)
        if "://" not in text:
            return cls(Path(text).expanduser().absolute())
        if parts.scheme == "file" and parts.netloc in {"", "localhost"}:
            return cls(Path(unquote(parts.path)))
        raise MirrorError("a mirror lies in a folder of this machine", repair="give a path, or a URL like file:///…")

    @property
    def url(self) -> str:
        """The same as a URL, for other engines: Spark, DuckDB and Dask read the tables below it as they are."""
        return self.root.absolute().as_uri()

    def table(self, resource: str) -> Path:
        """The folder of a resource's current rows."""
        return self.root / TABLES / safe_name(resource)

    def history(self, resource: str) -> Path:
        """The folder of a resource's former rows."""
        return self.root / HISTORY / safe_name(resource)

    def lock(self, resource: str) -> Path:
        """The file that the one writer of a resource holds."""
        return self.root / "locks" / f"{safe_name(resource)}.lock"

    @property
    def suppression(self) -> Path:
        """The file that tells which leads were forgotten."""
        return self.root / "forgotten"

    def resources(self) -> list[str]:
        """What is mirrored here, by name."""
        try:
            return sorted(folder.name for folder in (self.root / TABLES).iterdir() if holds_table(folder))
        except OSError:
            return []

    def uncommitted_folders(self) -> list[str]:
        """Folders of tables that are none: nothing was committed as yet, or their log is gone."""
        try:
            folders = [folder for folder in (self.root / TABLES).iterdir() if folder.is_dir()]
        except OSError:
            return []
        return sorted(folder.name for folder in folders if not holds_table(folder))

    def prepare(self) -> None:
        """Make the folder, for its owner alone (mode 0700).

        Raises:
            MirrorError: it cannot be made.
        """
        try:
            for folder in (self.root, self.root / TABLES, self.root / HISTORY, self.root / "locks"):
                make_private(folder)
        except OSError as problem:
            raise unwritable_error(problem) from None

    def check_exists(self) -> None:
        """Make sure that this is a mirror.

        Raises:
            NotMirroredError: it is none.
        """
        if not (self.root / TABLES).is_dir():
            raise NotMirroredError(
                "there is no mirror in this folder",
                repair="give the folder of one workspace: ws.mirror.location.root tells it",
            )


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; one that is not there is harmless.

    Raises:
        MirrorError: it cannot be removed.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise unwritable_error(problem) from None


def unwritable_error(problem: OSError) -> MirrorError:
    """The error of a folder that cannot be written to."""
    return MirrorError(
        f"the mirror's folder cannot be written ({type(problem).__name__}: {problem.strerror or 'no reason given'})",
        repair="make room or the cache folder writable, or set PB2B_CACHE_DIR to another one; what was committed stays",
    )


def passing() -> tuple[Location, Callable[[], None]]:
    """A place in the system's temporary folder, for the mirror of a service that goes when it is closed.

    Returns:
        The place, and what removes it; it is also removed when the interpreter exits.
    """
    folder = tempfile.mkdtemp(prefix="pb2b-mirror-")  # mode 0700
    location = Location(Path(folder))
    return location, weakref.finalize(location, shutil.rmtree, folder, ignore_errors=True)
