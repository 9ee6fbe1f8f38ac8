"""``ws.dashboard()``: the state of a workspace on one page, with few requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.errors import APIError, AuthenticationError, ProspectB2BError, TransportError
from pb2b_notebook.frames import provenance
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.plots import (
    billing_usage,
    campaign_funnel,
    compare_runs,
    job_timeline,
    leads_over_time,
    prospector_yield,
    reply_latency,
    request_timeline,
    webhook_health,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIMITS: Final = {"leads": 5_000, "messages": 2_000}
"""Most rows read from the service, the newest; of other lists :data:`ONE_PAGE`."""
ONE_PAGE: Final = 500
WEBHOOKS: Final = 5
"""Most webhooks whose deliveries are read: each takes a request."""


class WorkspaceLike(Protocol):
    """The part of a workspace that the page needs."""

    leads: Any
    campaigns: Any
    messages: Any
    jobs: Any
    prospector: Any
    billing: Any
    webhooks: Any

    @property
    def name(self) -> str:
        """Name of the workspace."""

    @property
    def live(self) -> bool:
        """Whether it holds real data."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """Scopes of the key."""

    @property
    def mirror(self) -> Any:
        """Mirror of the workspace."""

    def now(self) -> datetime:
        """Return the service's time."""

    def requests(self, *, frame: Any = None) -> Any:
        """Return the latest requests."""


@dataclass(slots=True)
class Lists:
    """The lists of a workspace, each read once, from the mirror or the service.

    Attributes:
        workspace: The workspace of the page.
        cached: ``True`` for all lists from the mirror, ``False`` for none, ``None`` for those that are mirrored.
        options: ``max_age`` and ``refresh``, where given.
        sources: List → time of its mirrored rows; ``None`` for a list read from the service.
    """

    workspace: WorkspaceLike
    cached: bool | None
    options: dict[str, Any]
    sources: dict[str, datetime | None] = field(default_factory=dict)
    _read: dict[str, Any] = field(default_factory=dict)

    def is_mirrored(self, resource: str) -> bool:
        """Return whether a list is read from the mirror."""
        if self.cached is None and not self.options:
            return resource in self.workspace.mirror.location.resources()
        return self.cached is not False

    def frame(self, resource: str, ask: Callable[..., Any]) -> Any:
        """Return the rows of a list in polars; ``ask`` is the method that lists it."""
        if resource not in self._read:
            mirrored = self.is_mirrored(resource)
            options = {"cached": True, **self.options} if mirrored else {"limit": LIMITS.get(resource, ONE_PAGE)}
            found = ask(**options, frame="polars", **({} if mirrored else {"progress": False}))
            self.sources[resource] = provenance(found).fetched_at if mirrored else None
            self._read[resource] = found
        return self._read[resource]

    def snapshots(self) -> Any:
        """Return the usage of the plan: all snapshots of the mirror, or the current one."""
        if not self.is_mirrored("billing_usage"):
            self.sources["billing_usage"] = None
            return self.workspace.billing.snapshot(frame="polars")
        self.workspace.mirror.sync_if_older("billing_usage", **self.options)
        found = self.workspace.mirror.frame("billing_usage", frame="polars")
        self.sources["billing_usage"] = found["taken_at"].max()
        return found

    def deliveries(self) -> Any:
        """Return webhook deliveries: all from the mirror, else the latest of the first few webhooks."""
        if self.is_mirrored("webhook_deliveries"):
            self.frame("webhooks", self.workspace.webhooks.list)
            self.workspace.mirror.sync_if_older("webhook_deliveries", **self.options)
            self.sources["webhook_deliveries"] = self.sources["webhooks"]
            return self.workspace.mirror.frame("webhook_deliveries", frame="polars")
        self.sources["webhook_deliveries"] = None
        ids = self.frame("webhooks", self.workspace.webhooks.list)["id"].to_list()[:WEBHOOKS]
        pages = [
            self.workspace.webhooks.deliveries(webhook, limit=ONE_PAGE, progress=False, frame="polars")
            for webhook in ids
        ]
        columns = ["event", "status", "attempt_count", "response_status_code"]
        empty = pl.DataFrame(schema={"event": pl.String, "status": pl.String, "attempt_count": pl.Int64})
        return pl.concat([empty, *(page.select(columns) for page in pages)], how="diagonal")


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of the page.

    Attributes:
        title: Title if the picture cannot be drawn.
        scope: Scope that its lists need; "" for none.
        draw: Function that draws the picture.
    """

    title: str
    scope: str
    draw: Callable[[Lists, Axes], Any]


def _leads(lists: Lists, ax: Axes) -> None:
    leads = lists.frame("leads", lists.workspace.leads.list)
    leads_over_time(leads, ax=ax)
    if not provenance(leads).complete:
        ax.set_title(
            f"Of the {len(leads):,} leads that changed last:\n{ax.get_title(loc='left')}", loc="left", fontsize=10
        )


def _runs(draw: Callable[..., Any], lists: Lists, ax: Axes) -> None:
    draw(lists.frame("campaign_runs", lists.workspace.campaigns.runs), ax=ax)


def _yield(lists: Lists, ax: Axes) -> None:
    runs = lists.frame("prospector_runs", lists.workspace.prospector.runs.list)
    prospector_yield(runs, lists.frame("prospector_workflows", lists.workspace.prospector.workflows.list), ax=ax)


def _requests(lists: Lists, ax: Axes) -> None:
    """Draw the requests by the service's clock, as all other pictures; their times are those of this machine."""
    ahead = lists.workspace.now() - datetime.now(UTC)
    requests = lists.workspace.requests(frame="polars")
    request_timeline(requests.with_columns(pl.col("time") + ahead), ax=ax)


PANELS: Final = (
    Panel("Leads", "leads.read", _leads),
    Panel("Campaign funnel", "campaigns.read", partial(_runs, campaign_funnel)),
    Panel("Campaigns compared", "campaigns.read", partial(_runs, compare_runs)),
    Panel(
        "Replies",
        "messages.read",
        lambda lists, ax: reply_latency(lists.frame("messages", lists.workspace.messages.list), ax=ax),
    ),
    Panel("Prospector yield", "prospector.read", _yield),
    Panel("Usage of the plan", "billing.read", lambda lists, ax: billing_usage(lists.snapshots(), ax=ax)),
    Panel("Jobs", "jobs.read", lambda lists, ax: job_timeline(lists.frame("jobs", lists.workspace.jobs.list), ax=ax)),
    Panel("Webhooks", "webhooks.read", lambda lists, ax: webhook_health(lists.deliveries(), ax=ax)),
    Panel("Requests", "", _requests),
)


def dashboard(
    workspace: WorkspaceLike, *, cached: bool | None = None, max_age: Any = None, refresh: bool | None = None
) -> Figure:
    """Draw the page; see :meth:`pb2b_notebook.Workspace.dashboard`."""
    from pb2b_notebook.plots.canvases import PictureFigure

    Options(cached=cached, max_age=max_age, refresh=refresh)  # checks them
    options = {name: value for name, value in (("max_age", max_age), ("refresh", refresh)) if value is not None}
    lists = Lists(workspace, cached, options)
    figure = PictureFigure(figsize=(16, 12), layout="constrained")
    parts: Any = figure.subfigures(3, 3, wspace=0.03, hspace=0.03)
    for panel, part in zip(PANELS, parts.flat, strict=True):
        _draw_panel(panel, lists, part.add_subplot())
    head = f"{workspace.name} · {'LIVE' if workspace.live else 'SANDBOX'}"
    figure.suptitle(head, x=0.01, ha="left", fontsize=14, fontweight="bold", parse_math=False)
    figure.supxlabel(_sources_text(lists), x=0.01, ha="left", fontsize=9, color="#555555", parse_math=False)
    return figure


def _draw_panel(panel: Panel, lists: Lists, axes: Axes) -> None:
    """Draw a picture, or why there is none. A key that the service rejects is an error of the whole page."""
    from pb2b_notebook.plots.canvases import draw_nothing

    scopes = lists.workspace.scopes
    if panel.scope and scopes and panel.scope not in scopes:
        draw_nothing(axes, panel.title, f"this key lacks the scope {panel.scope}")
        return
    try:
        panel.draw(lists, axes)
    except (AuthenticationError, TransportError):
        raise
    except APIError as refused:
        reason = f"the service answered {refused.status} {refused.code or ''}".strip()
    except ProspectB2BError as problem:
        reason = problem.message
    except Exception as problem:  # noqa: BLE001 - a service may send rows of any form, and the other pictures stand
        reason = f"the rows of this service do not have the expected form ({type(problem).__name__})"
    else:
        return
    axes.clear()
    draw_nothing(axes, panel.title, reason)


def _sources_text(lists: Lists) -> str:
    """Return the sentence that says where the rows are from."""
    mirrored = {name: at for name, at in lists.sources.items() if at is not None}
    read = [name for name in lists.sources if name not in mirrored]
    now = f"{lists.workspace.now():%Y-%m-%d %H:%M} UTC by its clock"
    parts = [f"read from the service at {now}: {', '.join(read)}"] if read else []
    if mirrored:
        oldest = min(mirrored.values())
        parts.append(f"from the mirror, as of {oldest:%Y-%m-%d %H:%M} UTC or later: {', '.join(mirrored)}")
    return "; ".join(parts)
