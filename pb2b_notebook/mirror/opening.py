"""Open a mirror without its service: no key, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pb2b_notebook.cache import cache_folder
from pb2b_notebook.errors import NotMirroredError, suggesting
from pb2b_notebook.mirror.locations import TABLES, Location
from pb2b_notebook.mirror.magics import offer_magic
from pb2b_notebook.mirror.workspace_mirror import Mirror

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LEVELS = 2
"""Service and workspace."""


@suggesting
def open_mirror(path: str | Path | None = None, *, frame: Literal["pandas", "polars"] = "pandas") -> Mirror:
    """Open the mirror of a workspace offline: frames, SQL and history, without a key and without a request.

    Args:
        path: its folder, as ``ws.mirror.location.root`` tells it, or a ``file://`` URL; also a folder above it that
            holds no other mirror. By default the one that is in the cache folder.
        frame: what is returned, "pandas" or "polars".

    Returns:
        The mirror. It can be read, verified and pruned, and not synced.

    Raises:
        NotMirroredError: there is no mirror, or more than one.

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
        several = "; ".join(sorted(str(one.root) for one in found))
        raise NotMirroredError(
            f"there are {len(found)} mirrors in this folder" if found else "there is no mirror in this folder",
            repair=f"give one of: {several}" if found else "sync one first: pb.connect().mirror.sync()",
        )
    return Mirror(found[0], frame=frame)


def _find_mirrors(folder: Path, levels: int) -> Iterator[Location]:
    """The mirrors in the folders below."""
    if not levels or not folder.is_dir():
        return
    for inner in sorted(one for one in folder.iterdir() if one.is_dir()):
        if (inner / TABLES).is_dir():
            yield Location(inner)
        else:
            yield from _find_mirrors(inner, levels - 1)
