"""The :class:`Workspace` that ``connect`` and ``open_sandbox`` return: it composes everything below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, Self, cast, overload

from pb2b_notebook import openapi
from pb2b_notebook.api.calls.list_summary import summarize_list
from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.context import scopes_in
from pb2b_notebook.api.domains.resources import (
    Activities,
    Billing,
    Campaigns,
    Exports,
    Inbox,
    Jobs,
    LeadFields,
    Messages,
    Prospector,
    Settings,
    Tickets,
    Webhooks,
)
from pb2b_notebook.api.domains.verbs import refuse_name
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import (
    InvalidParameterError,
    suggesting,
    typed_interrupt,
)
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.intake.leads import Leads
from pb2b_notebook.mirror.reading.sql_reader import SqlReader
from pb2b_notebook.openapi.operations import fields_of
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.request_log import RequestLog
from pb2b_notebook.service_profile import ServiceProfile
from pb2b_notebook.times import parse_time
from pb2b_notebook.upserts import plan_actions
from pb2b_notebook.upserts.imports import Imports
from pb2b_notebook.upserts.job_control import Upserts
from pb2b_notebook.upserts.target_workspace import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from matplotlib.figure import Figure

    from pb2b_notebook.api.calls.records import Record
    from pb2b_notebook.api.calls.signatures import Time
    from pb2b_notebook.api.domains.resources import ListOperation, ObjectOperation
    from pb2b_notebook.frames.types import AnyFrame, DataFrame, FrameName, Library
    from pb2b_notebook.mirror import Mirror
    from pb2b_notebook.mirror.forgetting.plan import ForgetPlan
    from pb2b_notebook.openapi.operations import Operation
    from pb2b_notebook.reports import WorkspaceReport
    from pb2b_notebook.reports.periods import Period
    from pb2b_notebook.sandbox import Sandbox
    from pb2b_notebook.webhooks import Receiver

_WORKSPACES: Final = ("workspace", "tenant", "organization", "organisation", "account")
"""Names of the workspace in the identity of a key."""
_JOURNAL_FIELDS = fields_of(
    "intended_at datetime, operation text, state text, status integer, object_id text, request_id text, "
    "attempts integer, key text, finished_at datetime"
)
_REQUEST_FIELDS = fields_of(
    "time datetime, operation text, status integer, error text, request_id text, attempts integer, "
    "idempotency_key text, ms number, bytes integer, rate_left integer"
)
NEXT_CELLS = ("ws.leads.list(limit=10)", 'ws.leads.find("ada")', 'ws.call("GET /lead-fields")')


class Workspace(ShowsCard, SqlReader[FrameT]):
    """A connected workspace. Showing it, completing its names or reading its attributes makes no request.

    Attributes:
        leads: Leads: create, read, change, delete; plan what a frame would change.
        upserts: Plans that were applied, finished or not.
        lead_fields: Fields of leads, built-in and custom.
        activities: Activities of leads.
        messages: Messages to and from leads.
        imports: Imports: rows become leads, by a job.
        exports: Exports: leads become a file, by a job.
        jobs: Jobs: work that continues after a request was answered.
        campaigns: Campaigns, their runs and logs.
        prospector: Searches for new leads, and their runs.
        inbox: Conversations with leads.
        billing: The plan and its usage.
        settings: Settings of the workspace, and its members.
        tickets: Questions to support.
        webhooks: Endpoints that receive events.
        sandbox: The embedded service for :func:`open_sandbox`; otherwise ``None``.
    """

    def __init__(
        self, session: Session, me: Record, log: RequestLog, *, on_close: Callable[[], None] = lambda: None
    ) -> None:
        self._session = session
        self._me = me
        self._log = log
        self._on_close = on_close
        self.sandbox: Sandbox | None = None
        session.workspace = self.name
        session.scopes = scopes_in(me.get("scopes"))
        # Journals and logs must not mix workspaces, even if the service does not name this one.
        session.client.workspace = self.id or session.client.key_prefix
        self.leads: Leads[FrameT] = Leads(session, lambda: self.mirror)
        self.upserts: Upserts[FrameT] = Upserts(Target(session, lambda: self.mirror, plan_actions))
        self.lead_fields: LeadFields[FrameT] = LeadFields(session)
        self.activities: Activities[FrameT] = Activities(session)
        self.messages: Messages[FrameT] = Messages(session)
        self.imports: Imports[FrameT] = Imports(session, lambda: self.mirror)
        self.exports: Exports[FrameT] = Exports(session)
        self.jobs: Jobs[FrameT] = Jobs(session)
        self.campaigns: Campaigns[FrameT] = Campaigns(session)
        self.prospector: Prospector[FrameT] = Prospector(session)
        self.inbox: Inbox[FrameT] = Inbox(session)
        self.billing: Billing[FrameT] = Billing(session)
        self.settings: Settings[FrameT] = Settings(session)
        self.tickets: Tickets[FrameT] = Tickets(session)
        self.webhooks: Webhooks[FrameT] = Webhooks(session)
        self._mirror: Mirror[FrameT] | None = None
        session.mirrored = self._answer_from_mirror
        self._remove_mirror: Callable[[], None] = lambda: None
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Take the time from the responses: the clock of a sandbox moves in the parent."""
        self._session.now = None

    @property
    def name(self) -> str:
        """Name of the workspace; its id if the service does not report a name."""
        return str(_workspace_in(self._me).get("name") or self.id)

    @property
    def id(self) -> str:
        """Id of the workspace; empty if the service does not report it."""
        return str(_workspace_in(self._me).get("id") or "")

    @property
    def base_url(self) -> str:
        """Base URL of the requests; ``pb.connect`` accepts that of a sandbox too, on this machine or in process."""
        return self._session.client.base_url

    @property
    def live(self) -> bool:
        """Whether the data is real: always, except with a test key on this machine."""
        return not self._session.client.sandbox

    @property
    def read_only(self) -> bool:
        """Whether writes are refused, because of the key or of ``read_only=True``."""
        return self._session.client.read_only

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes of the key when the workspace was connected; empty if the service did not report them."""
        return self._session.scopes

    @property
    def writes_locked(self) -> bool:
        """Whether writes are locked: on a live service they are until :meth:`check` has run there once."""
        return self._session.client.writes_locked

    @property
    def operations(self) -> openapi.Operations:
        """The contract that :meth:`call` follows: ``list(ws.operations)``."""
        return self._session.operations

    @property
    def frame(self) -> Library:
        """Library of the frames that lists return, "pandas" or "polars"."""
        return cast("Library", self._session.frame)

    @property
    def profile(self) -> ServiceProfile:
        """What is known of this service: how it differs from our contract, with evidence and date.

        It is kept for this workspace on this machine. ``ws.profile.save(path)`` and ``ws.profile.load_json(text)``
        share it with a team, and ``ws.profile.reset()`` forgets it.
        """
        return self._session.client.profile

    def explain_statuses(self, *, opted_out: Sequence[str] = (), harmless: Sequence[str] = ()) -> None:
        """Declare what status words of this service mean; the workspace remembers it.

        Until then, a lead with a status that our contract does not know counts as opted out: no plan moves it. So does
        one with a field such as ``consent`` or ``contactable`` that says no.

        Args:
            opted_out: Words of leads that must not be contacted.
            harmless: Words of leads that may be contacted, and names of fields that do not say who may be contacted.

        Raises:
            InvalidParameterError: An argument is not a list of words, a word is in both lists, or a harmless one is one
                of our contract for people who opted out.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     ws.explain_statuses(opted_out=["do_not_contact"], harmless=["nurturing"])
            ...     sorted(ws.profile.names("harmless"))
            ['nurturing']
        """
        opted_out, harmless = _words("opted_out", opted_out), _words("harmless", harmless)
        if {*map(str.lower, harmless)} & {*map(str.lower, opted_out), *OPTED_OUT}:
            raise InvalidParameterError(
                "a status word cannot be harmless and mean an opt-out", repair="give each word in one list"
            )
        profile, at = self._session.client.profile, self._session.time()
        profile.forget("harmless", opted_out)
        profile.forget("opted_out", harmless)
        for name, words in (("opted_out", opted_out), ("harmless", harmless)):
            if words:
                profile.learn(name, words, "given by a user", at=at)

    def now(self) -> datetime:
        """Return the service's time in UTC: the date of its latest response, and on a sandbox that of its clock.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     ws.now().date().isoformat()
            '2026-03-10'
        """
        return self._session.time()

    @property
    def mirror(self) -> Mirror[FrameT]:
        """Tables of this workspace on this machine, with their history.

        For a sandbox in memory they are in a temporary folder that is removed with it.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     len(ws.mirror.frame("leads"))
            20
        """
        if self._mirror is None:
            from pb2b_notebook.mirror import Location, Mirror, temporary_location

            client = self._session.client
            if self._session.journal.path is None:
                location, self._remove_mirror = temporary_location()
            else:
                location = Location.of_this_machine(client.service, client.workspace)
            self._mirror = Mirror(location, self._session, frame=self._session.frame)
        return self._mirror

    def open_mirror(self, place: str | Path, *, storage: Mapping[str, str] | None = None) -> Mirror[FrameT]:
        """Keep this workspace's mirror in another folder or in an object store; ``ws.mirror`` is there from now on.

        Several programs may sync into one object store at the same time: of two commits of one version the first wins,
        and the other one is compared and committed again.

        Args:
            place: Folder of mirrors, or its URL, such as "s3://bucket/mirrors", "gs://bucket/mirrors" or
                "abfss://container@account.dfs.core.windows.net/mirrors". The mirror is in a folder of the service and
                the workspace in it, where ``pb.open_mirror(place)`` finds it.
            storage: Options of the object store; see :func:`pb2b_notebook.open_mirror`.

        Raises:
            MissingExtraError: The extra ``stores`` is not installed, which mirrors in object stores need.
            MirrorError: The URL has another scheme.
            InvalidParameterError: The URL of a store is not one, or ``storage`` does not fit it.

        Example:
            >>> import tempfile
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws, tempfile.TemporaryDirectory() as folder:
            ...     _ = ws.open_mirror(folder).sync("leads")
            ...     len(pb.open_mirror(folder).frame("leads"))
            20
        """
        from pb2b_notebook.mirror import Location, Mirror

        client = self._session.client
        location = Location.at(place, storage).of_workspace(client.service, client.workspace)
        self._mirror = Mirror(location, self._session, frame=self._session.frame)
        return self._mirror

    def _answer_from_mirror(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Any:
        return self.mirror.list_rows(operation, arguments, options)

    def me(self) -> Record:
        """Return the identity of the key, read again: a record of its name, scopes, workspace and membership.

        Raises:
            AuthenticationError: The key was revoked, or has expired.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     ws.me().membership["role"]
            'owner'
        """
        return self._session.record("me.get", {})

    @overload
    def check(self, *, frame: None = None) -> FrameT: ...
    @overload
    def check(self, *, frame: FrameName) -> DataFrame: ...
    def check(self, *, frame: FrameName | None = None) -> Any:
        """Compare the service with the contract by read requests only; this unlocks writes.

        It reads one row of every list and every single object, and compares the answers with the contract. On a live
        service, writes are locked until this check has run once from this machine, whatever it finds. If no operation
        answered, or the check was interrupted, they stay locked.

        Args:
            frame: Library of the frame, "pandas" or "polars"; by default the workspace's.

        Returns:
            One row per read operation. Columns: operation, result ("works", "differs", "forbidden", "not tried",
            "failed"), detail (what differs, or why; names and types, never values), scope, status, request_id and
            documented (whether the service documents the operation publicly).

        Raises:
            AuthenticationError: The key is refused.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     found = ws.check()
            ...     found[found["operation"] == "leads.list"]["result"].item()
            'works'
        """
        from pb2b_notebook.api.contract import checking

        client = self._session.client
        probes = checking.check(client, self.operations, progress=self._session.progress)
        if client.write_lock is not None:
            checking.unlock(client.write_lock, probes, self._session.time())
        return self._session.table([asdict(probe) for probe in probes], checking.FIELDS, frame)

    @overload
    def call(
        self,
        operation: ListOperation,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: None = None,
        **arguments: Any,
    ) -> FrameT: ...
    @overload
    def call(
        self,
        operation: ListOperation,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: Literal["pandas"],
        **arguments: Any,
    ) -> pd.DataFrame: ...
    @overload
    def call(
        self,
        operation: ListOperation,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: Literal["polars"],
        **arguments: Any,
    ) -> pl.DataFrame: ...
    @overload
    def call(
        self,
        operation: ListOperation,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: Literal["pyarrow"],
        **arguments: Any,
    ) -> pa.Table: ...
    @overload
    def call(
        self,
        operation: ListOperation,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: Literal["duckdb"],
        **arguments: Any,
    ) -> duckdb.DuckDBPyRelation: ...
    @overload
    def call(
        self,
        operation: ObjectOperation,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        **arguments: Any,
    ) -> Record: ...
    @overload
    def call(
        self,
        operation: str,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: None = None,
        **arguments: Any,
    ) -> FrameT | Record: ...
    @overload
    def call(
        self,
        operation: str,
        /,
        *,
        idempotency_key: str | None = None,
        again: bool = False,
        frame: FrameName,
        **arguments: Any,
    ) -> AnyFrame | Record: ...
    def call(
        self, operation: str, /, *, idempotency_key: str | None = None, again: bool = False, **arguments: Any
    ) -> Any:
        """Run any operation of the contract, by id or as "GET /path".

        Args:
            operation: Operation, such as "leads.list", "GET /lead-fields" or "GET /leads/lead_123".
            idempotency_key: Idempotency key for a mutation; by default a new one.
            again: Whether to send a mutation even if the same one was sent within 24 hours.
            arguments: Parameters and body fields of the operation by name; for a list also ``frame``, ``columns``,
                ``limit``, ``page_size`` and ``progress``.

        Returns:
            A frame for a list, else a :class:`Record`.

        Raises:
            UnknownOperationError, InvalidParameterError: The message suggests the nearest name.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.call("GET /leads", include_deleted=True, frame="polars").height
            20
        """
        return self._session.call(operation, arguments, idempotency_key=idempotency_key, again=again)

    def count(self, operation: str, /, *ids: str, **filters: Any) -> int | None:
        """Return the number of objects of a list, from one request.

        Args:
            operation: Id of a list, such as "leads.list".
            ids: Ids for its path.
            filters: Filters of the list, by name; ``None`` means no filter.

        Returns:
            The service's count; ``None`` if the service does not count this list, or the key may not read it.

        Raises:
            UnknownOperationError, InvalidParameterError: The message suggests the nearest name; nothing was sent.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.count("leads.list", include_deleted=True)
            20
        """
        return summarize_list(self._session, operation, *ids, **filters).total

    def _run_sql(
        self,
        sql: str,
        parameters: Sequence[Any] | Mapping[str, Any] | None,
        *,
        frame: FrameName | None,
        timeout: float | None,
        memory: str | None,
    ) -> Any:
        given: Any = frame  # a type checker tries no overload for a choice of them
        return self.mirror.sql(sql, parameters, frame=given, timeout=timeout, memory=memory)

    @suggesting
    @typed_interrupt("the dashboard was stopped before it was drawn; run the same cell again")
    def dashboard(self, *, cached: bool | None = None, max_age: Any = None, refresh: bool | None = None) -> Figure:
        """Draw the state of the workspace on one page: leads, campaigns, replies, jobs, usage, webhooks, requests.

        Mirrored tables are read from the mirror, the rest from the service: at most about 20 requests, for the latest
        rows. A picture that the key's scopes do not allow is replaced by a note; the last line of the page gives the
        sources and their times.

        Args:
            cached: ``True`` reads everything from the mirror, and syncs tables that are empty; ``False`` reads nothing
                from it.
            max_age: Maximum age of a table, such as "15m", a time or a timedelta; as ``cached=True``, but older tables
                are synced first.
            refresh: As ``cached=True``, but all tables are synced first.

        Returns:
            A matplotlib Figure, which a notebook shows; ``.savefig("monday.png")`` saves it. Its ``axes`` are those of
            :mod:`pb2b_notebook.plots`.

        Raises:
            AuthenticationError: The key is refused.
            TransportError: The service cannot be reached.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     page = ws.dashboard()
            ...     page.axes[0].get_title(loc="left")
            'Leads by status: 19 created until 2026-03-10'
        """
        from pb2b_notebook.dashboard import dashboard

        self._session.client.check_open()
        return dashboard(self, cached=cached, max_age=max_age, refresh=refresh)

    @suggesting
    @typed_interrupt("the report was stopped before it was finished; run the same cell again")
    def report(
        self,
        period: str = "weekly",
        *,
        at: Time | None = None,
        zone: str | None = None,
        quality: bool = True,
        cached: bool | None = None,
        max_age: Time | timedelta | None = None,
        refresh: bool | None = None,
    ) -> WorkspaceReport[FrameT]:
        """Report on the last complete week, month or day: new leads, reply rates, usage, data quality, duplicates.

        All sentences are computed. What the service dates is compared with the period before; the rest with the report
        of an earlier period that was saved on this machine. The report contains numbers, names of campaigns and
        addresses of colleagues, and nothing of a lead.

        Args:
            period: "weekly" (Monday to Sunday), "monthly" or "daily".
            at: Time to look back from, such as "2026-03-10"; by default now, by the service's clock.
            zone: Time zone in which days begin, such as "Europe/Berlin"; by default the workspace's.
            quality: Whether to measure data quality and duplicates, for which all columns of all leads are read.
            cached: Whether to read leads and campaign runs from the mirror.
            max_age: As ``cached=True``, but tables that are older, such as "15m", are synced first.
            refresh: As ``cached=True``, but what changed is read first.

        Returns:
            A :class:`~pb2b_notebook.reports.WorkspaceReport`: ``.section(name)``, ``.table(name)``,
            ``.save("week.xlsx")``, ``.save("week.html")``, ``.save("week.ipynb")``. A section that the key may not read
            says so, and ``.missing`` names it.

        Raises:
            InvalidParameterError: The period, time or time zone is unknown.
            AuthenticationError: The key is refused.
            TransportError: The service cannot be reached.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=200) as ws:
            ...     report = ws.report("weekly", quality=False)
            >>> report.period.text, report.section("New leads").words[0]
            ('2026-03-02 to 2026-03-08', '4 new leads, 4 fewer than in the week before (8).')
        """
        from pb2b_notebook.reports.history import History
        from pb2b_notebook.reports.reading import make_report

        self._session.client.check_open()
        given = {"cached": cached, "max_age": max_age, "refresh": refresh}
        Options(cached=cached, max_age=max_age, refresh=refresh)  # checks them
        client, lasting = self._session.client, self._session.journal.path is not None
        return make_report(
            self,
            self.report_period(period, at=at, zone=zone),
            history=History(client.service, client.workspace) if lasting else None,
            quality=quality,
            options={name: value for name, value in given.items() if value is not None},
        )

    def report_period(self, period: str = "weekly", *, at: Time | None = None, zone: str | None = None) -> Period:
        """Return the days that :meth:`report` would be about, with ``first``, ``last`` and ``label``.

        Args:
            period: "weekly" (Monday to Sunday), "monthly" or "daily".
            at: Time to look back from; by default now, by the service's clock.
            zone: Time zone in which days begin; by default the workspace's.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     ws.report_period("monthly", zone="UTC").label
            '2026-02'
        """
        from pb2b_notebook.files.plain_frames import check_zone
        from pb2b_notebook.reports.periods import last_complete

        tz = self._session.zone() if zone is None else check_zone(zone)
        now = self.now()
        return last_complete(period, now if at is None else parse_time(at, now, tz), tz)

    def forget(
        self, who: str, *, events: Receiver | str | Path | Sequence[Receiver | str | Path] = ()
    ) -> ForgetPlan[FrameT]:
        """Plan how to forget a person on this machine: in the mirror and its history, the journal and event stores.

        The plan shows what each place holds and what remains at the service; nothing is erased before its
        ``.apply()``. Later syncs then leave the person's leads out.

        Args:
            who: Email address, or id of a lead.
            events: Webhook receivers, or their files, to search as well.

        Raises:
            InvalidParameterError: ``who`` is neither an email address nor the id of a lead.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     _ = ws.mirror.sync("leads")
            ...     plan = ws.forget(ws.leads.list(limit=1)["id"][0])
            ...     plan.apply()["place"].tolist(), len(ws.mirror.frame("leads"))
            (['mirror'], 19)
        """
        from pb2b_notebook.mirror.forgetting.plan import plan

        return plan(self.mirror, who, self._session.journal, events)

    @property
    def partial(self) -> AnyFrame | None:
        """Rows that the last list had read when Ctrl-C or an error stopped it; ``None`` if it was not stopped.

        They are a frame of the library that the list was asked for. The rows are in order; where windows were read in
        parallel there may be gaps between them.
        """
        return self._session.partial

    @overload
    def journal(self, *, frame: None = None) -> FrameT: ...
    @overload
    def journal(self, *, frame: FrameName) -> DataFrame: ...
    def journal(self, *, frame: FrameName | None = None) -> Any:
        """Return the mutations of this workspace that were sent from this machine, newest first: one row per mutation.

        Columns: intended_at, operation, state, status, object_id, request_id, attempts, key (the idempotency key) and
        finished_at. ``state`` is "succeeded", "refused" (without effect) or "intended" (the outcome is unknown: the
        same call reuses its key and cannot repeat the effect). Payloads and responses are not included.

        Args:
            frame: Library of the frame, "pandas" or "polars"; by default the workspace's.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     lead = ws.leads.create(email="ada@example.com")
            ...     ws.journal()["state"].tolist()
            ['succeeded']
        """
        self._session.client.check_open()
        rows = self._session.journal.entries(self._session.client.scope)
        return self._session.table(rows, _JOURNAL_FIELDS, frame)

    @overload
    def requests(self, *, frame: None = None) -> FrameT: ...
    @overload
    def requests(self, *, frame: FrameName) -> DataFrame: ...
    def requests(self, *, frame: FrameName | None = None) -> Any:
        """Return the latest requests to this workspace from this machine, newest first: one row per call.

        Columns: time (by this machine's clock), operation, status, error, request_id, attempts, idempotency_key (its
        first characters), ms (including waits), bytes (of the decoded response) and rate_left. Requests of earlier
        sessions are included, 10,000 at most; paths, queries and payloads never are.

        Args:
            frame: Library of the frame, "pandas" or "polars"; by default the workspace's.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=5) as ws:
            ...     ws.requests()["operation"].tolist()
            ['me.get']
        """
        self._session.client.check_open()
        rows = self._log.entries(self._session.client.service, self._session.client.workspace)
        return self._session.table(rows, _REQUEST_FIELDS, frame)

    def close(self) -> None:
        """Close the connections and, for a sandbox, the service itself; a second call does nothing."""
        self._session.client.close()
        self._session.journal.close()
        self._log.close()
        self._on_close()
        self._on_close = lambda: None
        self._remove_mirror()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _facts(self) -> list[tuple[str, str]]:
        client, me = self._session.client, self._me
        member = _inner(me, "membership")
        scopes = self.scopes
        rate = client.rate
        left = "?" if rate.remaining is None else f"{rate.remaining:,}"
        closed = [("closed", "yes: connect again")] if client.closed else []
        return [
            *closed,
            ("workspace", f"{self.name} ({self.id})"),
            ("service", client.host if self.live else "on this machine"),
            ("member", f"{member.get('email', '?')} ({member.get('role', '?')})"),
            ("key", f"{client.key_prefix} “{me.get('name', '')}”"),
            ("scopes", f"{len(scopes)}: {', '.join(scopes)}"),
            ("read-only", self._access()),
            ("rate budget", f"{left} of {rate.limit:,} requests left" if rate.limit else "not known yet"),
        ]

    def _access(self) -> str:
        if self.read_only:
            return "yes: writes are refused"
        return "no, but writes are locked until ws.check() has run here once" if self.writes_locked else "no"

    @property
    def _badge(self) -> str:
        return "LIVE" if self.live else "SANDBOX"

    if not TYPE_CHECKING:  # a type checker knows the names, and would take this for all others

        def __getattr__(self, name: str) -> NoReturn:
            refuse_name(self, "ws", name)

    def _card(self) -> Card:
        facts = [(name, _wrap(text)) for name, text in self._facts()]
        return Card(title="ProspectB2B", badge=self._badge, facts=facts, code=NEXT_CELLS)


def _words(name: str, given: Any) -> list[str]:
    """Return the status words of an argument, trimmed."""
    words = list(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else [None]
    if not all(isinstance(word, str) and word.strip() for word in words):
        example = "do_not_contact" if name == "opted_out" else "nurturing"
        raise InvalidParameterError(f"{name}= must be a list of status words", repair=f'{name}=["{example}"]')
    return [str(word).strip() for word in words]


def _workspace_in(me: Record) -> dict[str, Any]:
    """Return the workspace of a key, which a service may call its tenant, as its documentation does."""
    return next((found for name in _WORKSPACES if (found := _inner(me, name))), {})


def _inner(me: Record, name: str) -> dict[str, Any]:
    value = me.get(name)
    return value if isinstance(value, dict) else {}


def _wrap(text: str, width: int = 96) -> str:
    import textwrap

    return textwrap.fill(text, width, break_long_words=False)
