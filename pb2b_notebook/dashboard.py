"""``ws.dashboard()``: how a workspace stands, on one page, with few requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.errors import APIError, AuthenticationError
from pb2b_notebook.frames import provenance
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
    from datetime import datetime

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LIMITS: Final = {"leads": 5_000, "messages": 2_000}
"""Rows that are asked for of the service, the newest; of the others :data:`ONE_PAGE`."""
ONE_PAGE: Final = 500
WEBHOOKS: Final = 5
"""Webhooks whose deliveries are asked for: each takes a request."""


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
        """The workspace's name."""

    @property
    def live(self) -> bool:
        """Whether this is real data."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the key may do."""

    @property
    def mirror(self) -> Any:
        """What is kept on this machine."""

    def requests(self, *, frame: Any = None) -> Any:
        """The latest requests."""


@dataclass(slots=True)
class Lists:
    """Reads the lists of a workspace, each once: from the mirror, or of the service.

    Attributes:
        workspace: The workspace of the page.
        cached: ``True`` all from the mirror, ``False`` nothing, ``None`` what is there.
        options: ``max_age`` and ``refresh``, where they are given.
        sources: what was read, and as of when; none where the service told it.
    """

    workspace: WorkspaceLike
    cached: bool | None
    options: dict[str, Any]
    sources: dict[str, datetime | None] = field(default_factory=dict)
    _read: dict[str, Any] = field(default_factory=dict)

    def is_mirrored(self, resource: str) -> bool:
        """Whether the mirror is to answer for it."""
        if self.cached is None and not self.options:
            return resource in self.workspace.mirror.location.resources()
        return self.cached is not False

    def frame(self, resource: str, ask: Callable[..., Any]) -> Any:
        """The rows of a list in polars; ``ask`` is its verb."""
        if resource not in self._read:
            mirrored = self.is_mirrored(resource)
            how = {"cached": True, **self.options} if mirrored else {"limit": LIMITS.get(resource, ONE_PAGE)}
            found = ask(**how, frame="polars", **({} if mirrored else {"progress": False}))
            self.sources[resource] = provenance(found).fetched_at if mirrored else None
            self._read[resource] = found
        return self._read[resource]

    def snapshots(self) -> Any:
        """What is used of the plan: every snapshot of the mirror, or the one of now."""
        if not self.is_mirrored("billing_usage"):
            self.sources["billing_usage"] = None
            return self.workspace.billing.snapshot(frame="polars")
        self.workspace.mirror.renew("billing_usage", **self.options)
        found = self.workspace.mirror.frame("billing_usage", frame="polars")
        self.sources["billing_usage"] = found["taken_at"].max()
        return found

    def deliveries(self) -> Any:
        """Those of all webhooks from the mirror, else the latest of the first few."""
        import polars as pl

        if self.is_mirrored("webhook_deliveries"):
            self.frame("webhooks", self.workspace.webhooks.list)
            self.workspace.mirror.renew("webhook_deliveries", **self.options)
            self.sources["webhook_deliveries"] = self.sources["webhooks"]
            return self.workspace.mirror.frame("webhook_deliveries", frame="polars")
        self.sources["webhook_deliveries"] = None
        ids = self.frame("webhooks", self.workspace.webhooks.list)["id"].to_list()[:WEBHOOKS]
        asked = [self.workspace.webhooks.deliveries(one, limit=ONE_PAGE, progress=False, frame="polars") for one in ids]
        columns = ["event", "status", "attempt_count", "response_status_code"]
        empty = pl.DataFrame(schema={"event": pl.String, "status": pl.String, "attempt_count": pl.Int64})
        return pl.concat([empty, *(one.select(columns) for one in asked)], how="diagonal")


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of the page.

    Attributes:
        title: what stands there if it cannot be drawn.
        scope: that its lists need; none for what this machine knows itself.
        draw: draws it.
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


PANELS: Final = (
    Panel("Leads", "leads.read", _leads),
    Panel("Campaign funnel", "campaigns.read", partial(_runs, campaign_funnel)),
    Panel("Campaigns compared", "campaigns.read", partial(_runs, compare_runs)),
    Panel(
        "Replies",
        "messages.read",
        lambda of, ax: reply_latency(of.frame("messages", of.workspace.messages.list), ax=ax),
    ),
    Panel("Prospector yield", "prospector.read", _yield),
    Panel("Usage of the plan", "billing.read", lambda of, ax: billing_usage(of.snapshots(), ax=ax)),
    Panel("Jobs", "jobs.read", lambda of, ax: job_timeline(of.frame("jobs", of.workspace.jobs.list), ax=ax)),
    Panel("Webhooks", "webhooks.read", lambda of, ax: webhook_health(of.deliveries(), ax=ax)),
    Panel("Requests", "", lambda of, ax: request_timeline(of.workspace.requests(frame="polars"), ax=ax)),
)


def dashboard(
    workspace: WorkspaceLike, *, cached: bool | None = None, max_age: Any = None, refresh: bool | None = None
) -> Figure:
    """Draw the page; see :meth:`pb2b_notebook.Workspace.dashboard`."""
    from pb2b_notebook.plots.canvases import PictureFigure

    Options(cached=cached, max_age=max_age, refresh=refresh)  # refuses what they cannot be
    options = {name: value for name, value in (("max_age", max_age), ("refresh", refresh)) if value is not None}
    lists = Lists(workspace, cached, options)
    figure = PictureFigure(figsize=(16, 12), layout="constrained")
    parts: Any = figure.subfigures(3, 3, wspace=0.03, hspace=0.03)
    for panel, part in zip(PANELS, parts.flat, strict=True):
        _filled(panel, lists, part.add_subplot())
    head = f"{workspace.name} · {'LIVE' if workspace.live else 'SANDBOX'}"
    figure.suptitle(head, x=0.01, ha="left", fontsize=14, fontweight="bold", parse_math=False)
    figure.supxlabel(_told(lists), x=0.01, ha="left", fontsize=9, color="#555555", parse_math=False)
    return figure


def _filled(panel: Panel, lists: Lists, axes: Axes) -> None:
    """The picture, or why there is none; a key that is refused ends the page."""
    from pb2b_notebook.plots.canvases import nothing

    scopes = lists.workspace.scopes
    if panel.scope and scopes and panel.scope not in scopes:
        nothing(axes, panel.title, f"this key has not the scope {panel.scope}")
        return
    try:
        panel.draw(lists, axes)
    except AuthenticationError:
        raise
    except APIError as refused:
        axes.clear()
        nothing(axes, panel.title, f"the service answered {refused.status} {refused.code or ''}".strip())


def _told(lists: Lists) -> str:
    """Where the rows are from."""
    mirrored = {name: at for name, at in lists.sources.items() if at is not None}
    asked = [name for name in lists.sources if name not in mirrored]
    parts = [f"asked of the service just now: {', '.join(asked)}"] if asked else []
    if mirrored:
        oldest = min(mirrored.values())
        parts.append(f"from the mirror, as of {oldest:%Y-%m-%d %H:%M} UTC or later: {', '.join(mirrored)}")
    return "; ".join(parts)
