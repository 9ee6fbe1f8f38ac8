"""Where a frame comes from, kept beside the frame and not in it.

``df.attrs`` is dropped by ``concat`` and ``groupby``, and polars has none. A registry by identity says nothing wrong: a
frame derived from another is not what the service answered, and has no provenance.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

Frame = TypeVar("Frame")


@dataclass(frozen=True, slots=True, repr=False)
class Provenance(ShowsCard):
    """What was asked, when, of whom, and whether the answer is complete.

    Attributes:
        operation: such as ``leads.list``.
        filters: as sent, times resolved.
        request_ids: one a page, in order.
        fetched_at: aware, when the first page was asked for.
        workspace: id of the workspace.
        host: of the service.
        time_zone: in which times without a zone were taken.
        complete: whether everything that matches is in the frame.
        rows: of the frame.
        file: how the file was read that the frame comes from (:class:`~pb2b_notebook.files.FileReport`), else ``None``.
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
            return ", ".join(f"{key}={one!r}" for key, one in value.items()) or "none"
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
    """Remember where a frame comes from, for as long as the frame lives.

    Args:
        frame: a pandas or polars DataFrame.
        provenance: kept beside it, and let go with it.

    Returns:
        the same frame.
    """
    key = id(frame)
    _registry[key] = (weakref.ref(frame), provenance)
    weakref.finalize(frame, _forget, key, provenance).atexit = False
    return frame


def provenance(frame: Any) -> Provenance:
    """Where a frame comes from.

    Args:
        frame: as a reading call returned it.

    Raises:
        UsageError: no reading call returned this object: it is a copy, derived from one, or made elsewhere.
    """
    reference, found = _registry.get(id(frame), (None, None))
    if reference is None or found is None or reference() is not frame:
        raise UsageError(
            f"this {type(frame).__name__} has no provenance: a frame has one as a reading call returned it, "
            "not a copy or a selection of it",
            repair="ask for the provenance of the frame that the reading call returned, and keep that value",
        )
    return found


def _forget(key: int, of: Provenance) -> None:
    """Let go, unless another frame has meanwhile taken the place in memory."""
    if key in _registry and _registry[key][1] is of:
        del _registry[key]
