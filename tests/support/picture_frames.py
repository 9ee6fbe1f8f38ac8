"""A frame for every picture, as columns of plain values."""

import datetime as dt

import pandas as pd
from matplotlib.text import Text

import pb2b_notebook as pb

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def ago(**since):
    return NOON - dt.timedelta(**since)


FRAMES = {
    "leads_over_time": {
        "created_at": [ago(days=40), ago(days=20), ago(days=20), ago(days=1)],
        "status": ["new", "new", "replied", None],
    },
    "duplicate_clusters": {"size": [2, 2, 3, 12], "weakest": [0.99, 0.8, 0.99, 0.7]},
    "campaign_funnel": {
        "targeted": [120, 60], "sent": [118, 60], "delivered": [110, 57], "opened": [60, 20], "clicked": [9, 1],
        "replied": [12, 3], "bounced": [8, 3], "unsubscribed": [2, 1],
    },
    "compare_runs": {
        "campaign_name": ["Spring", "Fair", "Fair"], "delivered": [300, 100, 57], "replied": [30, 20, 2],
    },
    "reply_latency": {
        "direction": ["outbound", "outbound", "outbound", "inbound"],
        "sent_at": [ago(days=9), ago(days=8), ago(days=7), ago(days=7)],
        "replied_at": [ago(days=9, minutes=-10), ago(days=6), None, None],
    },
    "job_timeline": {
        "type": ["import", "export", "campaign_run"], "status": ["completed", "failed", "running"],
        "error_code": [None, "storage_failed", None], "queued_at": [ago(hours=3), ago(hours=2), ago(minutes=40)],
        "started_at": [ago(hours=2, minutes=59), ago(hours=2), ago(minutes=30)],
        "finished_at": [ago(hours=2), ago(minutes=119), None], "updated_at": [ago(hours=2), ago(minutes=119), NOON],
    },
    "job_durations": {
        "type": ["import", "import", "export"], "status": ["completed", "failed", "completed"],
        "started_at": [ago(hours=3), ago(hours=2), ago(hours=1)],
        "finished_at": [ago(hours=2), ago(minutes=119), ago(minutes=59)],
    },
    "prospector_yield": {
        "workflow_id": ["w1", "w1", "w2"], "found": [10, 20, 5], "created": [7, 11, 0], "duplicates": [3, 8, 5],
        "credits_used": [14, 22, 1],
    },
    "cost_per_lead": {
        "workflow_id": ["w1", "w1", "w2"], "created": [7, 11, 0], "credits_used": [14, 22, 1],
        "started_at": [ago(days=60), ago(days=2), ago(days=30)],
    },
    "billing_usage": {
        "taken_at": [ago(days=5), NOON], "usage_period_start": [dt.datetime(2026, 3, 1, tzinfo=dt.UTC)] * 2,
        "usage_period_end": [dt.datetime(2026, 4, 1, tzinfo=dt.UTC)] * 2, "usage_emails_sent": [100, 475],
        "usage_emails_limit": [1000, 1000], "usage_leads_stored": [5000, 5500], "usage_leads_limit": [6000, 6000],
    },
    "webhook_health": {
        "event": ["lead.created", "lead.created", "lead.updated"], "status": ["succeeded", "failed", "succeeded"],
        "attempt_count": [1, 6, 2], "response_status_code": [204, 503, 200],
    },
    "request_timeline": {
        "time": [ago(minutes=9), ago(minutes=9), ago(minutes=3), ago(minutes=1)], "status": [200, 429, 200, None],
        "attempts": [1, 1, 3, 2], "rate_left": [599, 0, 400, None], "ms": [5.0, 7.0, 900.0, 60000.0],
        "error": [None, "RateLimitError", None, "DeadlineError"],
    },
    "mirror_growth": {
        "version": [1, 0], "committed_at": [ago(hours=1), ago(days=1)], "inserted": [5, 100], "updated": [3, 0],
        "deleted": [1, 0],
    },
    "mirror_changes": {
        "id": ["a", "a", "b", "c"], "change": ["changed", "changed", "created", "deleted"],
        "field": ["city", "title", None, "deleted_at"],
    },
}  # fmt: skip
FRAMES["burn_down"] = FRAMES["billing_usage"]


def frame_of(name, kind=pd.DataFrame, **changed):
    """Return the frame of a picture, with some columns replaced."""
    return kind({**FRAMES[name], **changed})


def draw(name, frame, **options):
    return getattr(pb.plots, name)(frame, **options)


def words(axes):
    """Return all texts of a picture."""
    figure = axes.get_figure()
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def heights(axes):
    """Return the bars and lines of a picture in the order they were drawn."""
    bars = [(round(bar.get_x(), 3), round(bar.get_width(), 3), round(bar.get_height(), 3)) for bar in axes.patches]
    return str((bars, [[round(float(y), 3) for y in line.get_ydata()] for line in axes.lines]))
