"""The provenance of a frame: the call that returned it.

A registry goes by the identity of the object: a frame derived from another one is not the response of the service, and
has no provenance. pandas and Arrow also carry it as JSON text, in ``df.attrs`` and in the metadata of the schema: so it
survives Parquet and pickle. pandas copies ``attrs`` to frames that it derives: the text counts only if columns, count
of rows and a sample of the values are those of the frame that was read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, TypeVar

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import UsageError

Frame = TypeVar("Frame")

_KEY: Final = "pb2b_notebook.provenance"
_SAMPLE: Final = 16
"""Rows whose values are compared: enough to notice that a frame was sorted, filtered or changed as a whole."""


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
        frame: A DataFrame of pandas or polars, an Arrow table or a relation of DuckDB.
        provenance: Provenance of the frame.

    Returns:
        The same frame; an Arrow table is another one, with metadata in its schema.
    """
    frame = _with_text(frame, provenance)
    key = id(frame)
    _registry[key] = (weakref.ref(frame), provenance)
    weakref.finalize(frame, _forget, key, provenance).atexit = False
    return frame


def provenance(frame: Any) -> Provenance:
    """Return the provenance of a frame.

    Args:
        frame: The frame as a reading call returned it, not a selection of it. A frame of pandas and an Arrow table keep
            it in Parquet and pickle, without the report of a file. A frame of polars has no place for it: to keep it,
            list with ``frame="pyarrow"``, write that table, and use ``pl.from_arrow(table)``.

    Raises:
        UsageError: No reading call returned this frame: it is derived from one, or made elsewhere.
    """
    reference, found = _registry.get(id(frame), (None, None))
    if reference is None or found is None or reference() is not frame:
        found = _from_text(frame)
    if found is None:
        raise UsageError(
            f"this {type(frame).__name__} has no provenance: a frame has one as a reading call returned it, "
            "not a copy or a selection of it",
            repair="call pb.provenance on the frame that the reading call returned, and keep the result",
        )
    return found


def _with_text(frame: Any, provenance: Provenance) -> Any:
    library = _library(frame)
    if library not in {"pandas", "pyarrow"}:
        return frame
    facts = asdict(replace(provenance, file=None)) | {"fetched_at": provenance.fetched_at.isoformat()}
    text = json.dumps({"of": facts, "fingerprint": _fingerprint(frame)}, default=str)
    if library == "pyarrow":
        return frame.replace_schema_metadata({**(frame.schema.metadata or {}), _KEY: text})
    frame.attrs[_KEY] = text
    return frame


def _from_text(frame: Any) -> Provenance | None:
    """Return the provenance that a frame carries, unless it is another frame by now, or the text is not ours."""
    try:
        text = frame.schema.metadata[_KEY.encode()] if _library(frame) == "pyarrow" else frame.attrs[_KEY]
        carried = json.loads(text)
        if carried["fingerprint"] != _fingerprint(frame):
            return None
        facts = carried["of"]
        typed = {"fetched_at": dt.datetime.fromisoformat(facts["fetched_at"]), "request_ids": (*facts["request_ids"],)}
        return Provenance(**facts | typed)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None


def _library(frame: Any) -> str:
    return type(frame).__module__.partition(".")[0]


def _fingerprint(frame: Any) -> str:
    """Return a digest of the columns, the number of rows, and the texts and numbers of some rows."""
    rows = len(frame)
    places = sorted({round(place * (rows - 1) / (_SAMPLE - 1)) for place in range(_SAMPLE)}) if rows else []
    if hasattr(frame, "to_pylist"):
        values: Iterable[Any] = (row.values() for place in places for row in frame.slice(place, 1).to_pylist())
    else:
        sample = frame if len(places) == rows else frame.iloc[places]
        values = zip(*(column for _, column in sample.items()), strict=True)
    plain = [[str(value) if isinstance(value, str | int | bool) else None for value in row] for row in values]
    return hashlib.sha256(json.dumps([[*map(str, _columns(frame))], rows, plain]).encode()).hexdigest()


def _columns(frame: Any) -> Any:
    return frame.column_names if hasattr(frame, "column_names") else frame.columns


def _forget(key: int, of: Provenance) -> None:
    """Remove an entry, unless another frame has the same address in memory by now."""
    if key in _registry and _registry[key][1] is of:
        del _registry[key]
