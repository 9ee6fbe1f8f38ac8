"""``ws.mirror``: the mirror of one workspace."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.errors import (
    InvalidParameterError,
    NotMirroredError,
    UsageError,
    brief,
    nearest,
    suggesting,
    typed_interrupt,
)
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.mirror.forgetting.suppression import Suppression
from pb2b_notebook.mirror.reading import queries, reporting, time_travel
from pb2b_notebook.mirror.reading.table_reader import TableReader
from pb2b_notebook.mirror.repairing import REPAIRS, begin_history, repair
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.catalogue import catalogue, select_sources
from pb2b_notebook.mirror.storage.instants import micros, to_datetime
from pb2b_notebook.mirror.storage.locking import writer_lock
from pb2b_notebook.mirror.storage.pruning import PRUNE_REPORT, own_history, prune
from pb2b_notebook.mirror.storage.stores import StorePath
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.mirror.sync.snapshots import TAKEN_AT
from pb2b_notebook.mirror.sync.sync_run import SyncRun
from pb2b_notebook.mirror.sync.synchronization import Outcome
from pb2b_notebook.mirror.verification import FINDINGS, verify_tables
from pb2b_notebook.times import needs_zone, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.frames.types import DataFrame, FrameName
    from pb2b_notebook.mirror.forgetting.person import Person
    from pb2b_notebook.mirror.reading.caching import CachedLists
    from pb2b_notebook.mirror.reading.table_reader import Readers
    from pb2b_notebook.mirror.storage.commits import SyncState
    from pb2b_notebook.mirror.storage.locations import Location
    from pb2b_notebook.openapi.operations import Operation

    Time = str | date | datetime


class Mirror(TableReader[FrameT]):
    """A copy of the workspace's data on this machine, which a sync updates with the changes.

    Args:
        location: Location of the mirror.
        session: Session of the workspace; ``None`` for a mirror that can be read but not synced.
        frame: Default library of the returned frames, "pandas" or "polars".

    Attributes:
        location: Folder of the mirror, and its URL for other engines.
        session: Session of the workspace, or ``None``.
        library: Default library of the returned frames.
    """

    def __init__(self, location: Location, session: Session | None = None, *, frame: str = "pandas") -> None:
        super().__init__(frame)
        self.location = location
        self.session = session
        self._tables: dict[str, Table] = {}
        self._histories: dict[str, Table] = {}
        self._cached: CachedLists | None = None

    # --- syncing ----------------------------------------------------------------------------------------------------

    @overload
    def sync(
        self, *resources: str, full: bool = False, vanished: Literal["ask", "remove"] = "ask", frame: None = None
    ) -> FrameT: ...
    @overload
    def sync(
        self, *resources: str, full: bool = False, vanished: Literal["ask", "remove"] = "ask", frame: FrameName
    ) -> DataFrame: ...
    @suggesting
    @typed_interrupt("the sync was stopped; what it committed is kept, and the same cell continues")
    def sync(
        self,
        *resources: str,
        full: bool = False,
        vanished: Literal["ask", "remove"] = "ask",
        frame: FrameName | None = None,
    ) -> Any:
        """Update the mirror with what changed since the last sync, and return a report.

        Rows are committed while they are read. The first sync reads everything; if it is interrupted, the next sync
        continues after the last commit. Each list of the contract is a table. For billing, usage and settings each sync
        adds a dated row. Lists below single objects, such as the logs of a campaign, take one request for each object.
        Below more than 100 objects they are skipped until they are synced by name once.

        Args:
            resources: Names such as "leads", "campaign_runs"; by default all.
            full: Whether to read everything again and remove the rows that the service no longer lists.
            vanished: With "ask", more than 50 rows and a tenth of the table that are gone raise an error; with
                "remove", they are removed.
            frame: Library of the report, "pandas" or "polars".

        Returns:
            One row for each resource: resource, mode ("first", "resumed", "changes", "whole", "full", "snapshot",
            "skipped", "refused"), rows_read, inserted, updated, deleted, pages, requests, seconds, watermark_from,
            watermark_to (start of the last sync and of this one, by the service's clock) and note.

        Raises:
            MissingExtraError: The extra ``mirror`` is not installed; nothing was read.
            MirrorBusyError: Another kernel is writing the same table.
            VanishedRowsError: Many rows are gone; everything else is synced.
            MirrorError: The folder cannot be written.
            InvalidParameterError: A resource is unknown; nothing was read.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.mirror.sync("leads")[["mode", "inserted"]].values.tolist()
            [['first', 20]]
        """
        session = self._require_session()
        extras.deltalake()  # without the extra, nothing is requested
        if vanished not in {"ask", "remove"}:
            raise InvalidParameterError(f"unknown vanished {vanished!r}", repair="use 'ask' or 'remove'")
        sources = select_sources(catalogue(session.operations), resources)
        self.location.prepare()
        run = SyncRun(self, session, named=bool(resources), full=full, vanished_allowed=vanished == "remove")
        outcomes = run.run(sources)
        return reporting.report(map(_report_row, outcomes), reporting.SYNC, self._library_or_default(frame))

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read_rows(
        self,
        resource: str,
        where: str | pl.Expr | Mapping[str, Any] | None,
        columns: Sequence[str] | None,
        library: str,
    ) -> Any:
        table = self._mirrored_table(resource)
        return queries.frame(table, table.snapshot(), where=where, columns=columns, frame=library)

    def list_rows(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Any:
        """Return the rows of a list call with ``cached=``, ``max_age=`` or ``refresh=``, as the service would."""
        return self._lists()(operation, arguments, options)

    def sync_if_older(self, resource: str, *, max_age: Any = None, refresh: bool | None = None) -> None:
        """Sync a resource that is not mirrored or is too old; otherwise send no request.

        Args:
            resource: Name of the resource, such as "billing_usage".
            max_age: Largest age, such as "15m", a time or a timedelta; by default any.
            refresh: Whether to sync in any case.
        """
        if self._lists().is_due(self.table(resource), Options(max_age=max_age, refresh=refresh)):
            self.sync(resource)

    def _lists(self) -> CachedLists:
        if self._cached is None:
            from pb2b_notebook.mirror.reading.caching import CachedLists

            self._cached = CachedLists(self, self._require_session())
        return self._cached

    def scan(self, resource: str) -> pl.LazyFrame:
        """Return mirrored rows as a polars LazyFrame. Conditions and columns are pushed down into the files.

        It reads the current version, even if it is collected after a later sync. Its files may be deleted an hour
        after that sync; then call ``scan`` again.

        Raises:
            NotMirroredError: The resource was never synced.
        """
        return queries.scan(self._mirrored_table(resource))

    def spark(self, spark: Any, resource: str, *, as_of: int | Time | None = None) -> Any:
        """Return mirrored rows as a Spark DataFrame, read by the cluster. Deleted leads are included.

        It reads the files of one version, with the columns and types of :meth:`frame`; they may be deleted an hour
        after the next sync (those in an object store after a week), then call ``spark`` again. Each machine of the
        cluster needs the mirror's folder at the same path: a shared file system, or ``master("local[*]")``. A mirror
        in an object store is read by this package on the executors, which need it and access to the store: the
        options of ``storage=`` go with the job, and one partition is one file.

        Args:
            spark: Your ``SparkSession``.
            resource: Name of the resource, such as "leads".
            as_of: Time or number of a version, as for :meth:`as_of`; by default the latest version.

        Returns:
            A lazy ``pyspark.sql.DataFrame``.

        Raises:
            MissingExtraError: The extra ``spark`` is not installed.
            InvalidParameterError: ``spark`` is not a session, or the resource is unknown.
            UsageError: The session is stopped; or the mirror is in an object store, and the executors lack this
                package.
            NotMirroredError: The resource was never synced, or its history begins after ``as_of``.

        Example, which needs Java::

            spark = SparkSession.builder.getOrCreate()
            ws.mirror.spark(spark, "leads").groupBy("country").count().show()
        """
        from pb2b_notebook.mirror.reading.spark import spark_frame

        table = self._mirrored_table(resource) if as_of is None else self._versioned_table(resource)
        point = None if as_of is None else self._point(as_of)
        return spark_frame(spark, table, self.history_table(resource), point)

    def _sql_tables(self) -> tuple[Readers, Readers]:
        names = self.location.resources()
        if not names and self.session is not None:
            self.session.client.check_open()  # that of a sandbox ends with it
        former = [name for name in names if self.history_table(name).exists]
        return (
            {name: self.table(name).snapshot for name in names},
            {name: partial(self.former_rows, name) for name in former},
        )

    # --- history ----------------------------------------------------------------------------------------------------

    @overload
    def history(self, resource: str, *, frame: None = None) -> FrameT: ...
    @overload
    def history(self, resource: str, *, frame: Literal["pandas"]) -> pd.DataFrame: ...
    @overload
    def history(self, resource: str, *, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def history(self, resource: str, *, frame: Literal["pyarrow"]) -> pa.Table: ...
    @overload
    def history(self, resource: str, *, frame: Literal["duckdb"]) -> duckdb.DuckDBPyRelation: ...
    def history(self, resource: str, *, frame: FrameName | None = None) -> Any:
        """Return the latest commits of a resource, newest first.

        The log keeps the commits of the last 30 days; of more than 150 it may keep only the latest 100. That does not
        shorten the history: :meth:`as_of` and :meth:`changes` reach back to ``history_since`` of :meth:`info`.

        Columns: version, committed_at (by the clock of the machine that wrote it), operation ("append", "merge",
        "mark", "compact", "vacuum" …), inserted, updated, deleted. ``ws.sql`` reads the former rows as
        ``history.leads``.

        Raises:
            NotMirroredError: The resource was never synced.
        """
        return reporting.report(
            self._mirrored_table(resource).commits(), reporting.VERSIONS, self._library_or_default(frame)
        )

    def as_of(
        self,
        resource: str,
        when: int | Time,
        *,
        where: str | pl.Expr | Mapping[str, Any] | None = None,
        columns: Sequence[str] | None = None,
        frame: FrameName | None = None,
    ) -> Any:
        """Return the rows that the mirror had at a time or version, without anything that later syncs read.

        Args:
            resource: Name of the resource, such as "leads".
            when: Datetime, ISO text, "7d" or "monday"; or the number of a version from :meth:`history`.
            where: Condition, as for :meth:`frame`.
            columns: Names of the columns to return, in this order; by default all.
            frame: Library of the returned frame, "pandas" or "polars".

        Raises:
            NotMirroredError: The history begins later.
        """
        table = self._versioned_table(resource)
        then = time_travel.as_of(table, self.history_table(resource), self._point(when))
        return queries.frame(table, then, where=where, columns=columns, frame=self._library_or_default(frame))

    @overload
    def changes(self, resource: str, *, since: int | Time, frame: None = None) -> FrameT: ...
    @overload
    def changes(self, resource: str, *, since: int | Time, frame: Literal["pandas"]) -> pd.DataFrame: ...
    @overload
    def changes(self, resource: str, *, since: int | Time, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def changes(self, resource: str, *, since: int | Time, frame: Literal["pyarrow"]) -> pa.Table: ...
    @overload
    def changes(self, resource: str, *, since: int | Time, frame: Literal["duckdb"]) -> duckdb.DuckDBPyRelation: ...
    def changes(self, resource: str, *, since: int | Time, frame: FrameName | None = None) -> Any:
        """Return the changes since a time or version, field by field, with the values before and after.

        There is one row for each changed field: id, change ("created", "changed", "deleted", or "removed" for a row
        that the service no longer lists), field, before, after and updated_at. Values are text; lists and records are
        JSON. A created or removed row has one row without a field. If several syncs changed a row, only the net change
        is returned.

        Args:
            resource: Name of the resource, such as "leads".
            since: Datetime, ISO text, "7d" or "monday"; or the number of a version. A change counts from the sync that
                read it. If the history begins later, a notice says so and the changes start there.
            frame: Library of the returned frame, "pandas" or "polars".

        Raises:
            NotMirroredError: The resource was never synced.

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

        found = time_travel.changes(self._versioned_table(resource), self.history_table(resource), self._point(since))
        return (
            to_frame(found.to_arrow(), self._library_or_default(frame))
            if self._library_or_default(frame) == "pandas"
            else found
        )

    def _point(self, when: int | Time) -> time_travel.Point:
        if isinstance(when, int) and not isinstance(when, bool):
            return time_travel.Point(when, version=True)
        return time_travel.Point(micros(self._time(when)))

    def _time(self, value: Any) -> datetime:
        """Return a time, read in the workspace's time zone."""
        zone = self._zone() if needs_zone(value) else UTC
        return parse_time(value, self._now(), zone)

    def _zone(self) -> tzinfo:
        """Return the workspace's time zone, from the service or from the mirrored settings."""
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

    # --- maintenance ------------------------------------------------------------------------------------------------

    @overload
    def info(self, *, frame: None = None) -> FrameT: ...
    @overload
    def info(self, *, frame: FrameName) -> DataFrame: ...
    def info(self, *, frame: FrameName | None = None) -> Any:
        """Return what is in the mirror, one row for each resource.

        Columns: resource, rows, bytes (of the current rows), bytes_on_disk (with former rows, and files that readers
        may still need), files, version, synced_at (by the service's clock), age_s (seconds), history_since and
        history_rows.
        """
        return reporting.report(
            map(self._info_row, self.location.resources()), reporting.INFO, self._library_or_default(frame)
        )

    def _info_row(self, name: str) -> dict[str, Any]:
        table, former = self.table(name), self.history_table(name)
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
            "history_rows": own_history(table, former).rows if former.exists else 0,
        }

    def _age(self, state: SyncState) -> int | None:
        """Return the seconds since the last complete sync, by this machine's clock if there is no session."""
        at = state.synced if self.session is None else state.watermark
        return None if not at else max(0, int((self._now() - to_datetime(at)).total_seconds()))

    @overload
    def verify(self, *, frame: None = None) -> FrameT: ...
    @overload
    def verify(self, *, frame: FrameName) -> DataFrame: ...
    def verify(self, *, frame: FrameName | None = None) -> Any:
        """Check every table and return what is wrong and how to repair it. Nothing is changed.

        There is one row for each table: resource, part ("rows" or "history"), ok, rows, files, problem and repair.
        """
        self.location.check_exists()
        tables = ((table, former) for _, table, former in self.parts())
        found = map(asdict, verify_tables(self.location, tables))
        return reporting.report(found, FINDINGS, self._library_or_default(frame))

    @overload
    def repair(self, *resources: str, frame: None = None) -> FrameT: ...
    @overload
    def repair(self, *resources: str, frame: FrameName) -> DataFrame: ...
    def repair(self, *resources: str, frame: FrameName | None = None) -> Any:
        """Repair damaged tables: go back to their latest sound version, and sync what is missing from the service.

        A table without a sound version is deleted and read again, and its history begins again. Intact tables are not
        touched.

        Args:
            resources: Names of the resources; by default all.
            frame: Library of the report, "pandas" or "polars".

        Returns:
            One row for each repair: resource, part ("rows" or "history"), problem, action and lost (what the service
            cannot give again). No row: nothing is damaged.

        Raises:
            UsageError: The mirror was opened without a session.
            MirrorBusyError: Another kernel is writing the resource.
            MirrorError: The folder cannot be read or written; that is not damage.
            InvalidParameterError: The mirror has no such resource.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     len(ws.mirror.repair())
            0
        """
        self._require_session()
        self._require_folder("repaired", "drop the damaged resource, while no program syncs it, and sync it again")
        here = sorted({*self.location.resources(), *self.location.uncommitted_folders()})
        for name in resources:
            if name not in here:
                raise InvalidParameterError(f"unknown resource {name!r}", repair=nearest(str(name), here))
        repairs = []
        for name in resources or here:
            with writer_lock(self.location.lock(name), name):
                repairs += list(repair(self.location, self.table(name), self.history_table(name)))
        if repairs:
            self.sync(*dict.fromkeys(one.resource for one in repairs))
        return reporting.report(map(asdict, repairs), REPAIRS, self._library_or_default(frame))

    @overload
    def prune(self, *resources: str, keep: Time | timedelta = "90d", frame: None = None) -> FrameT: ...
    @overload
    def prune(self, *resources: str, keep: Time | timedelta = "90d", frame: FrameName) -> DataFrame: ...
    def prune(self, *resources: str, keep: Time | timedelta = "90d", frame: FrameName | None = None) -> Any:
        """Delete old history, merge small files and delete files that no version needs.

        Args:
            resources: Names of the resources; by default all.
            keep: Part of the history to keep, such as "30d", a timedelta, or the datetime of its start.
            frame: Library of the report, "pandas" or "polars".

        Returns:
            One row for each resource: resource, history_rows_removed, bytes_freed and history_since.
        """
        self._require_folder("pruned", 'drop the history, while no program syncs it: ws.mirror.drop(…, part="history")')
        cut = micros(self._now() - keep if isinstance(keep, timedelta) else self._time(keep))
        pruned = []
        for name in resources or self.location.resources():
            table = self._mirrored_table(name)
            with writer_lock(self.location.lock(name), name):
                pruned.append(prune(table, self.history_table(name), cut))
        rows = ({**asdict(one), "history_since": _time_or_none(one.since)} for one in pruned)
        return reporting.report(
            ({field.name: row[field.name] for field in PRUNE_REPORT} for row in rows),
            PRUNE_REPORT,
            self._library_or_default(frame),
        )

    def drop(self, resource: str, *, part: Literal["all", "history"] = "all") -> None:
        """Delete a resource from the mirror, or only its history. The next sync reads the resource again.

        Args:
            resource: Name of the resource, such as "leads"; it may be damaged.
            part: "all", or "history" to keep the current rows and begin the history now.

        Raises:
            MirrorBusyError: Another kernel is writing the resource.
            InvalidParameterError: The mirror has no such resource.
        """
        here = {*self.location.resources(), *self.location.uncommitted_folders()}
        if not isinstance(resource, str) or resource not in here:
            raise InvalidParameterError(f"unknown resource {brief(resource)}", repair=nearest(resource, here))
        if part not in {"all", "history"}:
            raise InvalidParameterError(f"unknown part {part!r}", repair="use 'all' or 'history'")
        table = self.table(resource)
        with writer_lock(self.location.lock(resource), resource):
            if part == "history":
                begin_history(self.location, table)
            else:
                self.location.remove_resource(resource)

    # --- tables -----------------------------------------------------------------------------------------------------

    def _mirrored_table(self, resource: str) -> Table:
        """Return the table of a mirrored resource."""
        table = self.table(resource) if isinstance(resource, str) else None
        if table is None or not table.exists:
            names = {*self.location.resources(), *(catalogue(self.session.operations) if self.session else ())}
            if table is None or resource not in names:
                raise InvalidParameterError(f"unknown resource {brief(resource)}", repair=nearest(resource, names))
            raise NotMirroredError(f"{resource!r} is not in this mirror yet", repair=f"ws.mirror.sync({resource!r})")
        return table

    def _versioned_table(self, resource: str) -> Table:
        """Return the table of a resource that has a history."""
        table = self._mirrored_table(resource)
        if TAKEN_AT in table.polars_schema():
            raise InvalidParameterError(
                f"{resource} has no history: each sync adds a row that never changes",
                repair=f"use ws.mirror.frame({resource!r}), which has all rows by {TAKEN_AT}",
            )
        return table

    def table(self, resource: str) -> Table:
        """Return the Delta table of a resource, which may not exist yet; other engines read its ``path``."""
        if resource not in self._tables:
            self._tables[resource] = Table(self.location.table(resource), self._label(resource), resource)
        return self._tables[resource]

    def parts(self) -> Iterator[tuple[str, Table, Table]]:
        """Yield the name, the table of current rows and the table of former rows of each mirrored resource."""
        for name in self.location.resources():
            yield name, self.table(name), self.history_table(name)

    def suppress(self, person: Person) -> None:
        """Exclude a person from every later sync."""
        Suppression(self.location.suppression).add(person)

    def history_table(self, resource: str) -> Table:
        """Return the table of a resource's former rows, which may not exist yet."""
        if resource not in self._histories:
            self._histories[resource] = Table(self.location.history(resource), self._label(resource), resource)
        return self._histories[resource]

    def former_rows(self, resource: str) -> pl.LazyFrame:
        """Return the former rows of a resource lazily, under their stored names."""
        former = self.history_table(resource)
        return former.snapshot(own_history(self.table(resource), former))

    def _label(self, resource: str) -> str:
        return "" if self.session is None else f"{self.session.client.scope}/{resource}"

    def _require_folder(self, done: str, repair: str) -> None:
        """Raise an error at a URL for what only a lock makes safe."""
        if isinstance(self.location.root, StorePath):
            raise UsageError(
                f"a mirror in an object store cannot be {done}: no lock keeps other writers away", repair=repair
            )

    def _require_session(self) -> Session:
        if self.session is None:
            raise UsageError(
                "this mirror was opened without a session and can only be read",
                repair="connect to the workspace: pb.connect().mirror.sync()",
            )
        return self.session

    def _now(self) -> datetime:
        return datetime.now(UTC) if self.session is None else self.session.time()

    def __repr__(self) -> str:
        names = ", ".join(self.location.resources()) or "no resources"
        return f"<Mirror of {names} in {self.location.root}>"


def _report_row(outcome: Outcome) -> dict[str, Any]:
    return {
        **{name: getattr(outcome, name) for name in Outcome.__dataclass_fields__},
        "watermark_from": _time_or_none(outcome.watermark_from),
        "watermark_to": _time_or_none(outcome.watermark_to),
        "note": outcome.note or None,
    }


def _time_or_none(at: int | None) -> datetime | None:
    """Return the time; ``None`` for 0, the watermark without any row and any time from the service."""
    return to_datetime(at) if at else None
