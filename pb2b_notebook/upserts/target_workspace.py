"""The workspace that a plan writes to, with its session, its mirror and its jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import run
from pb2b_notebook.errors import JournalError, NotFoundError, PermissionDeniedError, UnknownOperationError
from pb2b_notebook.openapi.operations import Operations

if TYPE_CHECKING:
    from pb2b_notebook.mirror import Mirror
    from pb2b_notebook.upserts.outcomes import Outcome
    from pb2b_notebook.upserts.plans import Plan
    from pb2b_notebook.upserts.running.jobs import Jobs
    from pb2b_notebook.upserts.running.run_options import RunOptions


class PlanActions(Protocol):
    """What can be done with a plan or an outcome; :mod:`~pb2b_notebook.upserts.plan_actions` does it.

    Plans and outcomes are values below the code that makes them: they reach it through their target.
    """

    def apply(self, plan: Plan[Any], *, via: str, dry_run: bool, options: RunOptions) -> Outcome[Any]:
        """See :meth:`pb2b_notebook.upserts.plans.Plan.apply`."""

    def retry(self, outcome: Outcome[Any], options: RunOptions) -> Outcome[Any]:
        """See :meth:`pb2b_notebook.upserts.outcomes.Outcome.retry`."""

    def settle(self, outcome: Outcome[Any]) -> Outcome[Any]:
        """See :meth:`pb2b_notebook.upserts.outcomes.Outcome.settle`."""

    def undo(self, outcome: Outcome[Any]) -> Plan[Any]:
        """See :meth:`pb2b_notebook.upserts.outcomes.Outcome.undo_plan`."""

    def without(self, plan: Plan[Any], rows: Iterable[int]) -> Plan[Any]:
        """Return the plan without these rows (positions from 0)."""

    def edited(self, plan: Plan[Any], edits: Mapping[int, Mapping[str, Any]]) -> Plan[Any]:
        """Return the plan with other values in some rows (positions from 0)."""

    def overwriting(self, plan: Plan[Any], rows: Iterable[int]) -> Plan[Any]:
        """Return the plan with these conflicts overwritten (positions from 0)."""

    def allowing(self, plan: Plan[Any], rows: Iterable[int]) -> Plan[Any]:
        """Return the plan that creates these suppressed rows (positions from 0)."""

    def again(self, plan: Plan[Any]) -> Plan[Any]:
        """Return the plan of the same rows, compared with the leads as they are now."""


@dataclass(frozen=True, slots=True)
class Target:
    """The workspace that a plan writes to.

    Attributes:
        session: Runs operations.
        mirror: Opens the mirror.
        actions: What can be done with its plans and outcomes.
    """

    session: Session
    mirror: Callable[[], Mirror[Any]]
    actions: PlanActions

    @property
    def jobs(self) -> Jobs:
        """Jobs of the workspace.

        Raises:
            UsageError: The workspace is closed, and with it a journal in memory.
        """
        from pb2b_notebook.upserts.running.jobs import Jobs

        self.session.client.check_open()
        return Jobs(self.session.journal, self.session.client.scope)

    def latest_job(self) -> int | None:
        """Return the number of the latest job; ``None`` where the journal cannot be read: a plan needs none."""
        try:
            return self.jobs.latest()
        except JournalError:
            return None

    @property
    def live(self) -> bool:
        """Whether this is real data."""
        return not self.session.client.sandbox

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes of the key; empty where the service does not report them."""
        return self.session.scopes

    def missing_scopes(self, operation: str) -> tuple[str, ...]:
        """Return the scopes that an operation needs and the key lacks; empty where these are unknown."""
        found = self.operations.get(operation)  # a document may lack it, where rows are written another way
        needed = () if found is None else found.scopes
        return tuple(scope for scope in needed if self.scopes and scope not in self.scopes)

    def check_writable(self, operation: str) -> None:
        """Refuse what the service would refuse anyway, before anything is journalled or sent.

        Raises:
            ReadOnlyError: The connection is read-only.
            UncheckedServiceError: Writes are locked until ``ws.check()`` has run.
            PermissionDeniedError: The key lacks a scope.
        """
        self.session.client.check_writable(operation)
        lacking = self.missing_scopes(operation)
        if lacking:
            raise PermissionDeniedError(
                f"{operation} needs the scope {', '.join(lacking)}, which this key lacks; nothing was sent",
                status=403,
                code="missing_scope",
                attempts=0,
                repair="connect with a key that has it, and plan again; ws.me() lists the scopes of this one",
            )

    @property
    def writes_locked(self) -> bool:
        """Whether writes are locked until ``ws.check()`` has run."""
        return self.session.client.writes_locked

    @property
    def operations(self) -> Operations:
        """Operations of the contract in use."""
        return self.session.operations

    @property
    def badge(self) -> str:
        """``LIVE`` or ``SANDBOX``, for cards."""
        return "LIVE" if self.live else "SANDBOX"

    @property
    def read_only(self) -> bool:
        """Whether writes are refused, by the key or by the ``read_only`` option of the connection."""
        return self.session.client.read_only

    def leads_left(self) -> int | None:
        """Return how many more leads the workspace may hold; ``None`` where the key may not read it."""
        try:
            usage = run(self.session, "billing.usage").get("usage")
        except (PermissionDeniedError, NotFoundError, UnknownOperationError):
            return None
        usage = usage if isinstance(usage, dict) else {}
        limit, stored = usage.get("leads_limit"), usage.get("leads_stored")
        return max(0, limit - stored) if isinstance(limit, int) and isinstance(stored, int) else None

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.session.workspace
