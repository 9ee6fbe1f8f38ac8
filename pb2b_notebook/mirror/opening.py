"""Open mirrors offline, without a key and without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from pb2b_notebook.cache import cache_folder
from pb2b_notebook.errors import InvalidParameterError, NotMirroredError, suggesting
from pb2b_notebook.frames.types import Library
from pb2b_notebook.mirror.combined_mirrors import Mirrors
from pb2b_notebook.mirror.magics import offer_magic
from pb2b_notebook.mirror.storage.locations import TABLES, Location, original_name, unreadable_error
from pb2b_notebook.mirror.storage.stores import Folder
from pb2b_notebook.mirror.workspace_mirror import Mirror

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_LEVELS = 2  # folders of services and workspaces


@overload
def open_mirror(
    path: str | Path | None = None, *, storage: Mapping[str, str] | None = None, frame: Literal["pandas"] = "pandas"
) -> Mirror[pd.DataFrame]: ...
@overload
def open_mirror(
    path: str | Path | None = None, *, storage: Mapping[str, str] | None = None, frame: Literal["polars"]
) -> Mirror[pl.DataFrame]: ...
@suggesting
def open_mirror(
    path: str | Path | None = None, *, storage: Mapping[str, str] | None = None, frame: Library = "pandas"
) -> Mirror[Any]:
    """Open the mirror of a workspace offline: frames, SQL and history, without a key and without a request to the API.

    Args:
        path: Folder of the mirror, as in ``ws.mirror.location.root``, or its ``file://`` URL; or its URL in an object
            store, such as "s3://bucket/mirrors", "abfss://container@account.dfs.core.windows.net/mirrors" or
            "gs://bucket/mirrors"; or a folder above it that contains no other mirror. By default the only mirror in the
            cache folder.
        storage: Options of the object store, such as ``{"aws_region": "eu-central-1"}``: what deltalake and polars take
            as ``storage_options``. By default those of the environment, such as ``AWS_ACCESS_KEY_ID``.
        frame: Library of the returned frames, "pandas" or "polars".

    Returns:
        The mirror. It can be read, verified and pruned, but not synced.

    Raises:
        NotMirroredError: There is no mirror, or more than one.
        MissingExtraError: The extra ``stores`` is not installed, which mirrors in object stores need.
        MirrorError: The object store does not exist, refuses access or cannot be reached.
        InvalidParameterError: The URL of a store is not one, or ``storage`` does not fit it.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     _ = ws.mirror.sync("leads")
        ...     offline = pb.open_mirror(ws.mirror.location.root)
        ...     len(offline.frame("leads"))
        20
    """
    offer_magic()
    found = _mirrors_at(path, storage)
    if not found:
        raise _no_mirror()
    if len(found) > 1:
        several = "; ".join(sorted(str(location.root) for location in found))
        raise NotMirroredError(f"there are {len(found)} mirrors in this folder", repair=f"pass one of: {several}")
    return Mirror(found[0], frame=frame)


@overload
def open_mirrors(
    mirrors: Mapping[str, Any] | Sequence[Any] | str | Path | None = None,
    *,
    storage: Mapping[str, str] | None = None,
    frame: Literal["pandas"] = "pandas",
) -> Mirrors[pd.DataFrame]: ...
@overload
def open_mirrors(
    mirrors: Mapping[str, Any] | Sequence[Any] | str | Path | None = None,
    *,
    storage: Mapping[str, str] | None = None,
    frame: Literal["polars"],
) -> Mirrors[pl.DataFrame]: ...
@suggesting
def open_mirrors(
    mirrors: Mapping[str, Any] | Sequence[Any] | str | Path | None = None,
    *,
    storage: Mapping[str, str] | None = None,
    frame: Library = "pandas",
) -> Mirrors[Any]:
    """Open the mirrors of several workspaces as one: frames and SQL over all of them, with a column ``workspace``.

    Args:
        mirrors: Workspaces, mirrors, or folders or URLs of mirrors, in a list, or by the name that the column
            ``workspace`` shows. A folder or URL stands for all mirrors in it. By default all mirrors in the cache
            folder. Without given names a workspace is named by its id, and by service and id where two services have
            the same id.
        storage: Options of the object store of all URLs; see :func:`open_mirror`, which opens one with other options.
        frame: Library of the returned frames, "pandas" or "polars".

    Returns:
        The mirrors, which can be read but not synced; `pb2b sync --all-profiles` syncs them.

    Raises:
        NotMirroredError: There is no mirror.
        InvalidParameterError: Two mirrors are of the same workspace, or an element is neither of these.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws, pb.open_sandbox(leads=30, seed=2) as other:
        ...     _ = ws.mirror.sync("leads"), other.mirror.sync("leads")
        ...     mirrors = pb.open_mirrors({"acme": ws, "globex": other})
        ...     mirrors.sql("select count(*) as n from leads where workspace = 'globex'")["n"].tolist()
        [30]
    """
    offer_magic()
    given = mirrors.items() if isinstance(mirrors, Mapping) else ((None, one) for one in _elements(mirrors))
    found = [(name, mirror) for name, one in given for mirror in _open(one, frame, storage)]
    if not found:
        raise InvalidParameterError("mirrors is empty", repair="leave it out to open all mirrors in the cache folder")
    if len({mirror.location for _, mirror in found}) < len(found):
        raise InvalidParameterError("mirrors has the same mirror twice", repair="name each workspace once")
    counts = Counter(_identity(mirror)[1] for _, mirror in found)
    names = [
        str(name) if name is not None else workspace if counts[workspace] == 1 else f"{service}/{workspace}"
        for name, (service, workspace) in ((name, _identity(mirror)) for name, mirror in found)
    ]
    if len(set(names)) < len(names):
        raise InvalidParameterError("mirrors has one name for several workspaces", repair="name a folder for each")
    return Mirrors(dict(zip(names, (mirror for _, mirror in found), strict=True)), frame=frame)


def _elements(mirrors: Any) -> Sequence[Any]:
    """Return the elements of a list, or one workspace, mirror or folder as a list."""
    return list(mirrors) if isinstance(mirrors, (list, tuple, set)) else [mirrors]


def _no_mirror() -> NotMirroredError:
    return NotMirroredError("there is no mirror in this folder", repair="sync one first: pb.connect().mirror.sync()")


def _open(one: Any, frame: str, storage: Mapping[str, str] | None) -> Iterator[Mirror[Any]]:
    """Yield the mirror of a workspace, or the mirrors in a folder.

    Raises:
        NotMirroredError: The folder has no mirror.
        InvalidParameterError: It is neither of these.
    """
    mirror = one if isinstance(one, Mirror) else getattr(one, "mirror", None)
    if isinstance(mirror, Mirror):
        yield mirror
        return
    if one is not None and not isinstance(one, (str, Path)):
        raise InvalidParameterError(
            f"mirrors has a {type(one).__name__}, which is not a workspace, a mirror or a folder",
            repair="pb.open_mirrors([ws, other]), or a list of folders",
        )
    found = _mirrors_at(one, storage if "://" in str(one) else None)
    if not found:
        raise _no_mirror()
    yield from (Mirror(location, frame=frame) for location in found)


def _identity(mirror: Mirror[Any]) -> tuple[str, str]:
    """Return the service and the id of the workspace that a mirror is of."""
    if mirror.session is not None:
        return mirror.session.client.service, mirror.session.client.workspace
    root = mirror.location.root
    return original_name(root.parent.name), original_name(root.name)


def _mirrors_at(path: str | Path | None, storage: Mapping[str, str] | None) -> list[Location]:
    """Return the mirror in a folder, or those in the folders below; by default those in the cache folder."""
    location = Location.at(cache_folder() / "mirror" if path is None else path, storage)
    try:
        return list(_find_mirrors(location.root, _LEVELS))
    except OSError as problem:
        raise unreadable_error(problem) from None


def _find_mirrors(folder: Folder, levels: int) -> Iterator[Location]:
    """Yield the mirror in a folder, or those in the folders below."""
    if (folder / TABLES).is_dir():
        yield Location(folder)
    elif levels and folder.is_dir():
        inner: list[Folder] = sorted(folder.iterdir(), key=lambda path: path.name)
        for each in inner:
            yield from _find_mirrors(each, levels - 1)
