"""The provenance of a frame: the call that returned it, kept in a registry and not in the frame.

``concat`` and ``groupby`` drop ``df.attrs``, and polars does not have it. The registry goes by the
identity of the object: a frame derived from another one is not the response of the service, and has no provenance.
"""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import UsageError

Frame = TypeVar("Frame")


@dataclass(frozen=True, slots=True, repr=False)
class Provenance(ShowsCard):
    """Which call returned a frame, when, with which filters, and whether the result is complete.

    Attributes:
        operation: Id of the operation, such as "leads.list".
        filters: Filters as sent, with relative times resolved.
        request_ids: Request ids of the pages, in order.
        fetched_at: When the first page was requested, a datetime with a time zone.
        workspace: Id of the workspace.
        host: Host of the service.
        time_zone: Time zone in which times without a time zone were read.
        complete: Whether the frame has everything that matches.
        rows: Number of rows of the frame.
        file: Report of the file that the frame was read from (:class:`~pb2b_notebook.files.FileReport`), else ``None``.
    """

    operation: str
    filters: Mapping[str, Any]
    request_ids: tuple[str, ...]
    fetched_at: dt.datetime
    workspace: str
    host: str
    time_zone: str
    complete: bool
    rows: int
    file: Any = None

    def _card(self) -> Card:
        names = [f.name for f in fields(self) if f.name != "file" or self.file is not None]
        return Card(facts=[(name.replace("_", " "), self._text_of(name)) for name in names])

    def _text_of(self, name: str) -> str:
        value = getattr(self, name)
        if name == "filters":
            return ", ".join(f"{key}={item!r}" for key, item in value.items()) or "none"
        if name == "request_ids":
            more = f" … ({len(value)} in all)" if len(value) > 3 else ""  # noqa: PLR2004 - enough to recognize
            return ", ".join(value[:3]) + more or "none"
        if name == "file":
            return str(value.summary)
        if name == "fetched_at":
            return str(value.isoformat(timespec="seconds"))
        return {True: "yes", False: "no, more exist"}[value] if name == "complete" else str(value)


_registry: dict[int, tuple[weakref.ref[Any], Provenance]] = {}


def attach(frame: Frame, provenance: Provenance) -> Frame:
    """Register the provenance of a frame, for the lifetime of the frame.

    Args:
        frame: A pandas or polars DataFrame.
        provenance: Provenance of the frame.

    Returns:
        The same frame.
    """
    key = id(frame)
    _registry[key] = (weakref.ref(frame), provenance)
    weakref.finalize(frame, _forget, key, provenance).atexit = False
    return frame


def provenance(frame: Any) -> Provenance:
    """Return the provenance of a frame.

    Args:
        frame: The frame as a reading call returned it, not a copy.

    Raises:
        UsageError: No reading call returned this object: it is a copy, or derived from one, or made elsewhere.
    """
    reference, found = _registry.get(id(frame), (None, None))
    if reference is None or found is None or reference() is not frame:
        raise UsageError(
            f"this {type(frame).__name__} has no provenance: a frame has one as a reading call returned it, "
            "not a copy or a selection of it",
            repair="call pb.provenance on the frame that the reading call returned, and keep the result",
        )
    return found


def _forget(key: int, of: Provenance) -> None:
    """Remove an entry, unless another frame has the same address in memory by now."""
    if key in _registry and _registry[key][1] is of:
        del _registry[key]
