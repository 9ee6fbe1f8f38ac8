"""``ws.mirror``: the mirror of one workspace, as a person uses it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from pb2b_notebook.errors import (
    InvalidParameterError,
    NotFoundError,
    NotMirroredError,
    PermissionDeniedError,
    UsageError,
    VanishedRowsError,
    nearest,
)
from pb2b_notebook.mirror import pages, queries, reporting
from pb2b_notebook.mirror.catalogue import catalogue, chosen
from pb2b_notebook.mirror.instants import moment
from pb2b_notebook.mirror.locking import writing
from pb2b_notebook.mirror.synchronization import Outcome, Synchronizer
from pb2b_notebook.mirror.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from pb2b_notebook.api.reading import Reader
    from pb2b_notebook.mirror.catalogue import Source
    from pb2b_notebook.mirror.locations import Location

    FrameName = Literal["pandas", "polars"]

SMALL = 500
"""A resource of one page is read whole: deletions show, and it costs the same one request."""


class Mirror:
    """The workspace's data on this machine, kept up to date by what changed.

    Args:
        location: where it lies.
        reader: of the workspace; ``None`` for a mirror without one, which can be read and not synced.
        frame: what is returned where a call does not say, "pandas" or "polars".

    Attributes:
        location: the folder, and its URL for other engines.
    """

    def __init__(self, location: Location, reader: Reader | None = None, *, frame: str = "pandas") -> None:
        self.location = location
        self._reader = reader
        self._frame = frame
        self._tables: dict[str, Table] = {}

    # --- syncing ----------------------------------------------------------------------------------------------------

    def sync(
        self,
        *resources: str,
        full: bool = False,
        vanished: Literal["ask", "remove"] = "ask",
        frame: FrameName | None = None,
    ) -> Any:
        """Bring the mirror up to date: what changed since the last sync is read, and committed as it comes.

        The first sync reads everything. If it is interrupted, the next one goes on where the last commit was. Each list
        of the contract is a table; of billing, usage and settings every sync adds a dated row.

        Args:
            resources: such as "leads", "campaign_runs"; by default all.
            full: read everything again and remove the rows that are gone at the service.
            vanished: "remove" does so however many they are; else more than a tenth and more than 50 raise an error.
            frame: of the report.

        Returns:
            One row a resource: resource, mode ("first", "resumed", "changes", "whole", "full", "snapshot", "refused"),
            rows_read, inserted, updated, deleted, pages, requests, seconds, watermark_from, watermark_to (the service's
            times at the beginning of the last sync and of this one) and note.

        Raises:
            MirrorBusyError: another kernel is writing the same table.
            VanishedRowsError: many rows are gone; everything else is done.
            MirrorError: the folder cannot be written.
            InvalidParameterError: no such resource; nothing was read.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.mirror.sync("leads")[["mode", "inserted"]].values.tolist()
            [['first', 20]]
        """
        reader = self._needs_service()
        if vanished not in {"ask", "remove"}:
            raise InvalidParameterError("vanished is 'ask' or 'remove'", repair='vanished="remove"')
        sources = chosen(catalogue(reader.operations), resources)
        self.location.prepare()
        outcomes: list[Outcome] = []
        problem: VanishedRowsError | None = None
        for source in sources:
            try:
                outcomes.append(self._synced(reader, source, full=full, allowed=vanished == "remove"))
            except VanishedRowsError as many:
                problem = many
            except (PermissionDeniedError, NotFoundError) as refused:
                if resources:
                    raise
                outcomes.append(Outcome(source.name, "refused", note=f"{refused.status} {refused.code}".strip()))
        if problem is not None:
            raise problem
        return reporting.report(map(_reported, outcomes), reporting.SYNC, frame or self._frame)

    def _synced(self, reader: Reader, source: Source, *, full: bool, allowed: bool) -> Outcome:
        with writing(self.location.lock(source.name), source.name):
            if source.mode == "snapshot":
                return self._photographed(reader, source)
            if source.name == "leads":
                reader.forget_custom_fields()  # a new field has a type of its own
            synchronizer = Synchronizer(
                self._table(source.name),
                Table(self.location.history(source.name), self._label(source.name), source.name),
                lambda after: pages.chunks(reader, source, after, self._parents(source)),
                declared=reader.schema(source.operation).names,
                incremental=source.mode == "changes",
            )
            return synchronizer.run(full=full, small=_small(source), vanished_allowed=allowed)

    def _photographed(self, reader: Reader, source: Source) -> Outcome:
        """Append what a single object is now."""
        from pb2b_notebook.mirror.snapshots import appended

        start = time.monotonic()
        row, at = pages.snapshot(reader, source.operation)
        outcome = appended(self._table(source.name), row, at)
        outcome.seconds = time.monotonic() - start
        return outcome

    def _parents(self, source: Source) -> list[str]:
        if not source.parent:
            return []
        parent = self._table(source.parent)
        return list(queries.rows(parent, columns=["id"])["id"]) if parent.exists else []

    # --- reading ----------------------------------------------------------------------------------------------------

    def frame(
        self,
        resource: str,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: FrameName | None = None,
    ) -> Any:
        """Mirrored rows as a frame, without a request; deleted leads are among them, with ``deleted_at`` set.

        Args:
            resource: such as "leads".
            where: a condition in SQL (``"status = 'new' and score > 50"``), a polars expression, or values by column
                (``{"status": ["new", "contacted"]}``).
            columns: only these, in this order.
            frame: "pandas" or "polars".

        Raises:
            NotMirroredError: it was never synced.
            InvalidParameterError: an unknown resource or column, or a condition that is none.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     ws.mirror.frame("leads", where={"object": "lead"}, columns=["id"], frame="polars").shape
            (20, 1)
        """
        return queries.frame(self._known(resource), where=where, columns=columns, frame=frame or self._frame)

    def scan(self, resource: str) -> pl.LazyFrame:
        """Mirrored rows as a polars LazyFrame: conditions and columns are pushed down into the files.

        Collected later, it shows the mirror as it is then.

        Raises:
            NotMirroredError: it was never synced.
        """
        return queries.scan(self._known(resource))

    # --- what it consists of ----------------------------------------------------------------------------------------

    def _known(self, resource: str) -> Table:
        """The table of a resource that is mirrored.

        Raises:
            InvalidParameterError: no such resource. NotMirroredError: it was never synced.
        """
        table = self._table(resource)
        if not table.exists:
            names = {*self.location.resources(), *(catalogue(self._reader.operations) if self._reader else ())}
            if resource not in names:
                raise InvalidParameterError(
                    f"there is no resource {resource!r} in this mirror", repair=nearest(str(resource), names)
                )
            raise NotMirroredError(
                f"nothing of {resource!r} is in this mirror yet", repair=f"ws.mirror.sync({resource!r})"
            )
        return table

    def _table(self, resource: str) -> Table:
        if resource not in self._tables:
            self._tables[resource] = Table(self.location.table(resource), self._label(resource), resource)
        return self._tables[resource]

    def _label(self, resource: str) -> str:
        scope = "" if self._reader is None else self._reader.client.scope
        return f"{scope}/{resource}"

    def _needs_service(self) -> Reader:
        if self._reader is None:
            raise UsageError(
                "this mirror was opened without its service, and can only be read",
                repair="connect to the workspace: pb.connect().mirror.sync()",
            )
        return self._reader

    def _now(self) -> datetime:
        return datetime.now(UTC) if self._reader is None else self._reader.time()

    def __repr__(self) -> str:
        names = ", ".join(self.location.resources()) or "nothing yet"
        return f"<Mirror of {names} in {self.location.root}>"


def _small(source: Source) -> int:
    """Where deletions show only in a whole listing, one page is read whole."""
    marked = any(field.name == "deleted_at" for field in source.operation.fields)
    return -1 if marked or source.parent else SMALL


def _reported(outcome: Outcome) -> dict[str, Any]:
    return {
        **{name: getattr(outcome, name) for name in Outcome.__dataclass_fields__},
        "watermark_from": _moment(outcome.watermark_from),
        "watermark_to": _moment(outcome.watermark_to),
        "note": outcome.note or None,
    }


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
