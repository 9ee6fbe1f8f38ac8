"""``ws.mirror``: the mirror of one workspace, as a person uses it."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    InvalidParameterError,
    NotFoundError,
    NotMirroredError,
    PermissionDeniedError,
    UsageError,
    VanishedRowsError,
    nearest,
)
from pb2b_notebook.mirror import extras, pages, queries, reporting, time_travel
from pb2b_notebook.mirror.catalogue import catalogue, select_sources
from pb2b_notebook.mirror.forgetting.suppression import Suppression
from pb2b_notebook.mirror.instants import micros, moment
from pb2b_notebook.mirror.locations import remove
from pb2b_notebook.mirror.locking import writer_lock
from pb2b_notebook.mirror.pruning import PRUNE_REPORT, prune
from pb2b_notebook.mirror.synchronization import Outcome, Synchronizer
from pb2b_notebook.mirror.tables import Table
from pb2b_notebook.mirror.verification import FINDINGS, verify_tables
from pb2b_notebook.times import needs_zone, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.mirror.caching import CachedLists
    from pb2b_notebook.mirror.catalogue import Source
    from pb2b_notebook.mirror.commits import SyncState
    from pb2b_notebook.mirror.locations import Location
    from pb2b_notebook.openapi.operations import Operation

    FrameName = Literal["pandas", "polars"]
    Time = str | date | datetime

SMALL = 500
"""A resource of one page is read whole: deletions show, and it costs the same one request."""

MANY_PARENTS = 100
"""Lists below more objects than these take a request each, and are first read only by name."""


class Mirror:
    """The workspace's data on this machine, without_suppressed up to date by what changed.

    Args:
        location: where it lies.
        session: Session of the workspace; ``None`` for a mirror without one, which can be read and not synced.
        frame: what is returned where a call does not say, "pandas" or "polars".

    Attributes:
        location: the folder, and its URL for other engines.
        session: Session of the workspace; ``None`` without one.
        library: what is returned where a call does not say.
    """

    def __init__(self, location: Location, session: Session | None = None, *, frame: str = "pandas") -> None:
        self.location = location
        self.session = session
        self.library = frame
        self._tables: dict[str, Table] = {}
        self._histories: dict[str, Table] = {}
        self._cached: CachedLists | None = None

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
        of the contract is a table; of billing, usage and settings every sync adds a dated row. Lists below one object
        each, such as a campaign's logs, take a request an object; below more than 100 they are left out until asked for
        by name once.

        Args:
            resources: such as "leads", "campaign_runs"; by default all.
            full: read everything again and remove the rows that are gone at the service.
            vanished: "remove" does so however many they are; else more than a tenth and more than 50 raise an error.
            frame: of the report.

        Returns:
            One row a resource: resource, mode ("first", "resumed", "changes", "whole", "full", "snapshot", "skipped",
            "refused"), rows_read, inserted, updated, deleted, pages, requests, seconds, watermark_from, watermark_to
            (the service's times at the beginning of the last sync and of this one) and note.

        Raises:
            MissingExtraError: the extra ``mirror`` is not installed; nothing was read.
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
        session = self._needs_service()
        extras.deltalake()  # rows that cannot be without_suppressed are not asked for
        if vanished not in {"ask", "remove"}:
            raise InvalidParameterError("vanished is 'ask' or 'remove'", repair='vanished="remove"')
        sources = select_sources(catalogue(session.operations), resources)
        self.location.prepare()
        outcomes: list[Outcome] = []
        problem: VanishedRowsError | None = None
        unread: set[str] = set()
        for source in sources:
            if source.parent in unread:
                outcomes.append(Outcome(source.name, "refused", note=f"{source.parent} could not be read"))
                continue
            requests = 0 if resources else self._first_sync_requests(source)
            if requests:
                outcomes.append(Outcome(source.name, "skipped", note=_by_name(source, requests)))
                continue
            sent = session.client.sent
            try:
                outcomes.append(self._sync_resource(session, source, full=full, allowed=vanished == "remove"))
                outcomes[-1].requests = session.client.sent - sent
            except VanishedRowsError as many:
                problem = many
            except (PermissionDeniedError, NotFoundError) as refused:
                if resources:
                    raise
                unread.add(source.name)
                outcomes.append(Outcome(source.name, "refused", note=f"{refused.status} {refused.code}".strip()))
        if problem is not None:
            raise problem
        return reporting.report(map(_report_row, outcomes), reporting.SYNC, self._library_of(frame))

    def _sync_resource(self, session: Session, source: Source, *, full: bool, allowed: bool) -> Outcome:
        with writer_lock(self.location.lock(source.name), source.name):
            if source.mode == "snapshot":
                return self._append_snapshot(session, source)
            if not self.table(source.name).exists:
                self._clear(source.name)
            if source.name == "leads":
                session.forget_custom_fields()  # a new field has a type of its own
            with Progress(f"mirror {source.name}", shown=session.progress) as progress:
                synchronizer = Synchronizer(
                    self.table(source.name),
                    self._former(source.name),
                    lambda after, rows, before_page: pages.chunks(
                        session, source, after, self._parents(source, after), rows=rows, before_page=before_page
                    ),
                    declared=session.schema(source.operation).names,
                    filter_rows=Suppression(self.location.suppression).without_suppressed,
                    on_progress=progress.add,
                    incremental=source.mode == "changes",
                    ordered=not source.parent,
                )
                return synchronizer.run(full=full, small=_small(source), vanished_allowed=allowed)

    def _append_snapshot(self, session: Session, source: Source) -> Outcome:
        """Append what a single object is now."""
        from pb2b_notebook.mirror.snapshots import append_snapshot

        start = time.monotonic()
        row, at = pages.snapshot(session, source.operation)
        outcome = append_snapshot(self.table(source.name), row, at)
        outcome.seconds = time.monotonic() - start
        return outcome

    def _parents(self, source: Source, after: int | None) -> list[str]:
        """The objects whose lists are to be read: all, or after a time those that may still get new rows.

        What has finished, such as a job, gets none any more.
        """
        parent = self.table(source.parent)
        if not source.parent or not parent.exists:
            return []
        if after is None or "finished_at" not in parent.polars_schema():
            return list(queries.current_rows(parent, columns=["id"])["id"])
        known = queries.current_rows(parent, columns=["id", "finished_at", "updated_at"])
        done = known["finished_at"].is_not_null() & (known["updated_at"] <= moment(after))
        return list(known["id"].filter(~done.fill_null(value=False)))

    def _first_sync_requests(self, source: Source) -> int:
        """The requests of a first sync that nobody asked for by name; 0 where they are few."""
        if not source.parent or self.table(source.name).exists:
            return 0
        requests = len(self._parents(source, None))
        return requests if requests > MANY_PARENTS else 0

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
        table = self._mirrored_table(resource)
        return queries.frame(table, table.snapshot(), where=where, columns=columns, frame=self._library_of(frame))

    def answer(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Any:
        """The rows of a list call with ``cached=``, ``max_age=`` or ``refresh=``, as the service would give them."""
        return self._lists()(operation, arguments, options)

    def renew(self, resource: str, *, max_age: Any = None, refresh: bool | None = None) -> None:
        """Sync a resource that is not there, or is older than it may be; else nothing is asked.

        Args:
            resource: such as "billing_usage".
            max_age: "15m", a time or a timedelta; by default any age will do.
            refresh: sync it in any case.
        """
        if self._lists().is_due(self.table(resource), Options(max_age=max_age, refresh=refresh)):
            self.sync(resource)

    def _lists(self) -> CachedLists:
        if self._cached is None:
            from pb2b_notebook.mirror.caching import CachedLists

            self._cached = CachedLists(self, self._needs_service())
        return self._cached

    def scan(self, resource: str) -> pl.LazyFrame:
        """Mirrored rows as a polars LazyFrame: conditions and columns are pushed down into the files.

        It shows the mirror as it is now, also when it is collected after a sync; an hour after that its files may be
        gone, and it has to be asked for again.

        Raises:
            NotMirroredError: it was never synced.
        """
        return queries.scan(self._mirrored_table(resource))

    def sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        frame: FrameName | None = None,
    ) -> Any:
        """Run one SELECT over the mirrored tables; see :meth:`pb2b_notebook.Workspace.sql`."""
        from pb2b_notebook.mirror import sql as engine

        names = self.location.resources()
        tables = {name: self.table(name).snapshot for name in names}
        former = [name for name in names if self._former(name).exists]
        tables |= {f"{engine.HISTORY}.{name}": self._former(name).snapshot for name in former}
        from pb2b_notebook.frames import to_frame

        return to_frame(engine.run(sql, tables, parameters), self._library_of(frame))

    # --- what it was before -----------------------------------------------------------------------------------------

    def history(self, resource: str, *, frame: FrameName | None = None) -> Any:
        """The commits of a resource that the log still holds (30 days), newest first.

        Columns: version, committed_at (by the clock of the machine that wrote it), operation ("append", "merge",
        "mark", "compact", "vacuum" …), inserted, updated, deleted. ``ws.sql`` reads the former rows themselves, as
        ``history.leads``.

        Raises:
            NotMirroredError: it was never synced.
        """
        return reporting.report(self._mirrored_table(resource).commits(), reporting.VERSIONS, self._library_of(frame))

    def as_of(
        self,
        resource: str,
        when: int | Time,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: FrameName | None = None,
    ) -> Any:
        """The rows as the mirror had them at a time or version; what a sync learned later is not in them.

        Args:
            resource: such as "leads".
            when: a datetime, ISO text, "7d" or "monday"; or the number of a version, as :meth:`history` lists them.
            where: a condition, as for :meth:`frame`.
            columns: only these, in this order.
            frame: "pandas" or "polars".

        Raises:
            NotMirroredError: the history begins later.
        """
        table = self._versioned_table(resource)
        then = time_travel.as_of(table, self._former(resource), self._point(when))
        return queries.frame(table, then, where=where, columns=columns, frame=self._library_of(frame))

    def changes(self, resource: str, *, since: int | Time, frame: FrameName | None = None) -> Any:
        """What changed since a time or version, field by field: before and after.

        One row a changed field: id, change ("created", "changed", "deleted", or "removed" for what the service does not
        list any more), field, before, after and updated_at. The values are text, lists and records JSON. What was
        created or removed has one row without a field. Where several syncs changed a row, the net change is told.

        Args:
            resource: such as "leads".
            since: a datetime, ISO text, "7d" or "monday"; or the number of a version. Counted by when the mirror
                learned of a change. Where the history begins later, it says so and starts there.
            frame: "pandas" or "polars".

        Raises:
            NotMirroredError: it was never synced.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20, frame="polars") as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     lead = ws.leads.list(limit=1)["id"][0]
            ...     _ = ws.sandbox.clock.advance(3600), ws.leads.update(lead, title="Countess"), ws.mirror.sync("leads")
            ...     ws.mirror.changes("leads", since="30m")["after"].to_list()
            ['Countess']
        """
        from pb2b_notebook.frames import to_frame

        found = time_travel.changes(self._versioned_table(resource), self._former(resource), self._point(since))
        return to_frame(found.to_arrow(), self._library_of(frame)) if self._library_of(frame) == "pandas" else found

    def _point(self, when: int | Time) -> time_travel.Point:
        if isinstance(when, int) and not isinstance(when, bool):
            return time_travel.Point(when, version=True)
        return time_travel.Point(micros(self._time(when)))

    def _time(self, value: Any) -> datetime:
        """The instant that is meant, in the workspace's time zone."""
        zone = self._zone() if needs_zone(value) else UTC
        return parse_time(value, self._now(), zone)

    def _zone(self) -> tzinfo:
        """The workspace's time zone: as the service tells it, or as the settings were mirrored."""
        if self.session is not None:
            return self.session.zone()
        settings = self.table("settings")
        if not settings.exists or "timezone" not in settings.polars_schema():
            return UTC
        zones = queries.current_rows(settings, columns=["taken_at", "timezone"]).sort("taken_at")["timezone"].to_list()
        try:
            return ZoneInfo(zones[-1])
        except (IndexError, TypeError, ValueError, ZoneInfoNotFoundError):
            return UTC

    # --- its upkeep -------------------------------------------------------------------------------------------------

    def info(self, *, frame: FrameName | None = None) -> Any:
        """What is in the mirror: one row a resource.

        Columns: resource, rows, bytes (of its current rows), bytes_on_disk (with former rows, and files that readers
        may still need), files, version, synced_at (the service's time), age_s (seconds), history_since and
        history_rows.
        """
        return reporting.report(map(self._info_row, self.location.resources()), reporting.INFO, self._library_of(frame))

    def _info_row(self, name: str) -> dict[str, Any]:
        table, former = self.table(name), self._former(name)
        state, sizes = table.state(), table.sizes()
        return {
            "resource": name,
            "rows": table.row_count(),
            "bytes": sum(sizes.values()),
            "bytes_on_disk": table.bytes_on_disk() + former.bytes_on_disk(),
            "files": len(sizes),
            "version": table.version,
            "synced_at": _time_or_none(state.watermark),
            "age_s": self._age(state),
            "history_since": _time_or_none(state.since),
            "history_rows": former.row_count() if former.exists else 0,
        }

    def _age(self, state: SyncState) -> int | None:
        """Seconds since the last complete sync; without a service that tells the time, by this machine's clock."""
        at = state.synced if self.session is None else state.watermark
        return None if not at else max(0, int((self._now() - moment(at)).total_seconds()))

    def verify(self, *, frame: FrameName | None = None) -> Any:
        """Look whether every table is whole, and say how to mend what is not. Nothing is changed.

        One row a table: resource, part ("rows" or "history"), ok, rows, files, problem and repair.
        """
        self.location.check_exists()
        tables = ((table, former) for _, table, former in self.parts())
        found = map(asdict, verify_tables(self.location, tables))
        return reporting.report(found, FINDINGS, self._library_of(frame))

    def prune(self, *resources: str, keep: Time | timedelta = "90d", frame: FrameName | None = None) -> Any:
        """Let go of history before a time, put small files together, and remove what no version needs.

        Args:
            resources: by default all.
            keep: how far back the history stays, such as "30d", a timedelta or a datetime.
            frame: of the report.

        Returns:
            One row a resource: resource, history_rows_removed, bytes_freed and history_since.
        """
        cut = micros(self._now() - keep if isinstance(keep, timedelta) else self._time(keep))
        pruned = []
        for name in resources or self.location.resources():
            table = self._mirrored_table(name)
            with writer_lock(self.location.lock(name), name):
                pruned.append(prune(table, self._former(name), cut))
        rows = ({**asdict(one), "history_since": _time_or_none(one.since)} for one in pruned)
        return reporting.report(
            ({field.name: row[field.name] for field in PRUNE_REPORT} for row in rows),
            PRUNE_REPORT,
            self._library_of(frame),
        )

    def drop(self, resource: str, *, part: Literal["all", "history"] = "all") -> None:
        """Remove a resource from the mirror, or only its history; the next sync reads it anew.

        Args:
            resource: such as "leads"; also a damaged one.
            part: "history" keeps the current rows, and begins the history now.

        Raises:
            MirrorBusyError: another kernel is writing it.
            InvalidParameterError: nothing of this name is here.
        """
        here = {*self.location.resources(), *self.location.uncommitted_folders()}
        if resource not in here:
            raise InvalidParameterError(
                f"there is no resource {resource!r} in this mirror", repair=nearest(str(resource), here)
            )
        if part not in {"all", "history"}:
            raise InvalidParameterError("part is 'all' or 'history'", repair='part="history"')
        table = self.table(resource)
        with writer_lock(self.location.lock(resource), resource):
            if part == "history":
                state = table.state()
                table.commit_state({"since": state.watermark or 0, "origin": table.version + 1})
                remove(self.location.history(resource))
            else:
                self._clear(resource)

    def _clear(self, resource: str) -> None:
        """Remove all files of a resource: the versions of another table would be counted anew, its history not."""
        remove(self.location.table(resource))
        remove(self.location.history(resource))
        self._tables.pop(resource, None)

    # --- what it consists of ----------------------------------------------------------------------------------------

    def _mirrored_table(self, resource: str) -> Table:
        """The table of a resource that is mirrored.

        Raises:
            InvalidParameterError: no such resource. NotMirroredError: it was never synced.
        """
        table = self.table(resource)
        if not table.exists:
            names = {*self.location.resources(), *(catalogue(self.session.operations) if self.session else ())}
            if resource not in names:
                raise InvalidParameterError(
                    f"there is no resource {resource!r} in this mirror", repair=nearest(str(resource), names)
                )
            raise NotMirroredError(
                f"nothing of {resource!r} is in this mirror yet", repair=f"ws.mirror.sync({resource!r})"
            )
        return table

    def _versioned_table(self, resource: str) -> Table:
        """The table of a resource whose rows change.

        Raises:
            InvalidParameterError: each of its rows is dated, and stays.
        """
        table = self._mirrored_table(resource)
        if pages.TAKEN_AT in table.polars_schema():
            raise InvalidParameterError(
                f"{resource} is a row a sync, which never changes",
                repair=f"ws.mirror.frame({resource!r}) has all of them, by {pages.TAKEN_AT}",
            )
        return table

    def table(self, resource: str) -> Table:
        """The Delta table of a resource, there or not; ``.path`` is what other engines read."""
        if resource not in self._tables:
            self._tables[resource] = Table(self.location.table(resource), self._label(resource), resource)
        return self._tables[resource]

    def parts(self) -> Iterator[tuple[str, Table, Table]]:
        """Every mirrored resource: its name, the table of its rows and that of its former rows."""
        for name in self.location.resources():
            yield name, self.table(name), self._former(name)

    def suppress(self, ids: Iterable[str]) -> None:
        """Leave these leads out of every later sync."""
        Suppression(self.location.suppression).add(ids)

    def _former(self, resource: str) -> Table:
        """The table of a resource's former rows, there or not."""
        if resource not in self._histories:
            self._histories[resource] = Table(self.location.history(resource), self._label(resource), resource)
        return self._histories[resource]

    def _label(self, resource: str) -> str:
        return "" if self.session is None else f"{self.session.client.scope}/{resource}"

    def _needs_service(self) -> Session:
        if self.session is None:
            raise UsageError(
                "this mirror was opened without its service, and can only be read",
                repair="connect to the workspace: pb.connect().mirror.sync()",
            )
        return self.session

    def _library_of(self, frame: str | None) -> str:
        return Options(frame=frame).frame or self.library

    def _now(self) -> datetime:
        return datetime.now(UTC) if self.session is None else self.session.time()

    def __repr__(self) -> str:
        names = ", ".join(self.location.resources()) or "nothing yet"
        return f"<Mirror of {names} in {self.location.root}>"


def _by_name(source: Source, requests: int) -> str:
    return f'takes {requests:,} requests, one for each of the {source.parent}: ws.mirror.sync("{source.name}")'


def _small(source: Source) -> int:
    """Where deletions show only in a whole listing, one page is read whole."""
    marked = any(field.name == "deleted_at" for field in source.operation.fields)
    return -1 if marked or source.parent else SMALL


def _report_row(outcome: Outcome) -> dict[str, Any]:
    return {
        **{name: getattr(outcome, name) for name in Outcome.__dataclass_fields__},
        "watermark_from": _time_or_none(outcome.watermark_from),
        "watermark_to": _time_or_none(outcome.watermark_to),
        "note": outcome.note or None,
    }


def _time_or_none(at: int | None) -> datetime | None:
    """The instant; none for the watermark of a service that has told no time and no row yet."""
    return moment(at) if at else None
