"""Open a mirror offline, without a key and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pb2b_notebook.cache import cache_folder
from pb2b_notebook.errors import NotMirroredError, suggesting
from pb2b_notebook.mirror.magics import offer_magic
from pb2b_notebook.mirror.storage.locations import TABLES, Location
from pb2b_notebook.mirror.workspace_mirror import Mirror

_LEVELS = 2  # folders of services and workspaces


@suggesting
def open_mirror(path: str | Path | None = None, *, frame: Literal["pandas", "polars"] = "pandas") -> Mirror:
    """Open the mirror of a workspace offline: frames, SQL and history, without a key and without a request.

    Args:
        path: Folder of the mirror, as in ``ws.mirror.location.root``, or its ``file://`` URL; or a folder above it that
            contains no other mirror. By default the only mirror in the cache folder.
        frame: Library of the returned frames, "pandas" or "polars".

    Returns:
        The mirror. It can be read, verified and pruned, but not synced.

    Raises:
        NotMirroredError: There is no mirror, or more than one.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     _ = ws.mirror.sync("leads")
        ...     offline = pb.open_mirror(ws.mirror.location.root)
        ...     len(offline.frame("leads"))
        20
    """
    offer_magic()
    location = Location.at(cache_folder() / "mirror" if path is None else path)
    found = [location] if (location.root / TABLES).is_dir() else list(_find_mirrors(location.root, _LEVELS))
    if len(found) != 1:
        several = "; ".join(sorted(str(location.root) for location in found))
        raise NotMirroredError(
            f"there are {len(found)} mirrors in this folder" if found else "there is no mirror in this folder",
            repair=f"pass one of: {several}" if found else "sync one first: pb.connect().mirror.sync()",
        )
    return Mirror(found[0], frame=frame)


def _find_mirrors(folder: Path, levels: int) -> Iterator[Location]:
    """Yield the mirrors in the folders below."""
    if not levels or not folder.is_dir():
        return
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        if (inner / TABLES).is_dir():
            yield Location(inner)
        else:
            yield from _find_mirrors(inner, levels - 1)
