"""``pb.plots``: pictures of frames and results. Each function takes one and returns the matplotlib ``Axes``.

Each module has the pictures of one kind of frame; ``canvases``, ``columns``, ``labels``, ``meters``, ``periods``,
``proportions`` and ``styles`` are shared.

=====================  ===================================================  ========================================
question               picture                                              frame
=====================  ===================================================  ========================================
how do we grow?        :func:`leads_over_time`                              ``ws.leads.list()``
how good is the data?  :func:`quality`, :func:`duplicate_clusters`          ``pb.cleanup.report``, ``.duplicates``
what do runs bring?    :func:`campaign_funnel`, :func:`compare_runs`        ``ws.campaigns.runs()``
how fast are replies?  :func:`reply_latency`                                ``ws.messages.list()``
what ran, what broke?  :func:`job_timeline`, :func:`job_durations`          ``ws.jobs.list()``
what do leads cost?    :func:`prospector_yield`, :func:`cost_per_lead`      ``ws.prospector.runs.list()``
when is it used up?    :func:`billing_usage`, :func:`burn_down`             ``ws.billing.snapshot()``
do webhooks arrive?    :func:`webhook_health`                               ``ws.webhooks.deliveries(id)``
what was requested?    :func:`request_timeline`                             ``ws.requests()``
what is mirrored?      :func:`mirror_growth`, :func:`mirror_changes`        ``ws.mirror.history(…)``, ``changes(…)``
=====================  ===================================================  ========================================

Frames are of pandas or polars. ``ax=`` draws into your own axes. Without it a new figure is made outside of pyplot,
which a notebook shows where the axes end a cell (``axes.figure.savefig(…)`` saves it).
``ax.set_title(…)`` replaces the title of a picture.
Every colour comes with a shape, a hatch or a label of its own. A frame without rows gives a picture that says so. A
frame without a required column raises a :class:`~pb2b_notebook.errors.PictureError` that names the call to make.
Times are drawn in the time zone of the column. Names are plain text and never typeset as formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.plots.billing_meters import billing_usage, burn_down
    from pb2b_notebook.plots.campaign_rates import campaign_funnel, compare_runs
    from pb2b_notebook.plots.cluster_sizes import duplicate_clusters
    from pb2b_notebook.plots.data_quality import quality
    from pb2b_notebook.plots.job_runs import job_durations, job_timeline
    from pb2b_notebook.plots.lead_growth import leads_over_time
    from pb2b_notebook.plots.mirror_commits import mirror_changes, mirror_growth
    from pb2b_notebook.plots.prospector_runs import cost_per_lead, prospector_yield
    from pb2b_notebook.plots.reply_times import reply_latency
    from pb2b_notebook.plots.request_rates import request_timeline
    from pb2b_notebook.plots.webhook_deliveries import webhook_health

_HOMES = {
    "billing_usage": "billing_meters", "burn_down": "billing_meters", "campaign_funnel": "campaign_rates",
    "compare_runs": "campaign_rates", "cost_per_lead": "prospector_runs", "duplicate_clusters": "cluster_sizes",
    "job_durations": "job_runs", "job_timeline": "job_runs", "leads_over_time": "lead_growth",
    "mirror_changes": "mirror_commits", "mirror_growth": "mirror_commits", "prospector_yield": "prospector_runs",
    "quality": "data_quality", "reply_latency": "reply_times", "request_timeline": "request_rates",
    "webhook_health": "webhook_deliveries",
}  # fmt: skip

__all__ = [
    "billing_usage", "burn_down", "campaign_funnel", "compare_runs", "cost_per_lead", "duplicate_clusters",
    "job_durations", "job_timeline", "leads_over_time", "mirror_changes", "mirror_growth", "prospector_yield",
    "quality", "reply_latency", "request_timeline", "webhook_health",
]  # fmt: skip

_load, __dir__ = exports(__name__, _HOMES)


def __getattr__(name: str) -> Any:
    try:
        return _load(name)
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] != "matplotlib":
            raise
        raise MissingExtraError("plots", "a picture") from None
