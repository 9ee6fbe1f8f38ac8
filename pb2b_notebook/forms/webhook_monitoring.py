"""Watch webhooks: which endpoints there are, what became of each delivery, and deliver again what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from pb2b_notebook import frames
from pb2b_notebook.errors import ConflictError, NotFoundError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.openapi.operations import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pb2b_notebook.forms.inputs import Input
    from pb2b_notebook.forms.watching import Watch
    from pb2b_notebook.workspace import Workspace

LATEST = 50
"""Deliveries of each endpoint that are shown, the latest."""
EVERY = 2.0
_STATUSES = ("pending", "succeeded", "failed")
_SINKS = ("webhook", "url", "events", "enabled", "description")
_DELIVERIES = ("created at", "event", "status", "attempts", "answer", "error", "next attempt", "delivery")
_RETRIED = (
    Field("delivery_id", "text"),
    Field("status", "text"),
    Field("code", "text"),
    Field("message", "text"),
    Field("request_id", "text"),
)


def sinks(ws: Workspace) -> list[dict[str, Any]]:
    """The endpoints, newest first."""
    found: list[dict[str, Any]] = ws.webhooks.list(frame="polars", limit=100).to_dicts()
    return found


def deliveries(ws: Workspace, webhooks: Iterable[str], status: Sequence[str] = (), *, latest: int = LATEST) -> Any:
    """The latest deliveries of the endpoints, newest first: one row a delivery, as a frame of the workspace's kind.

    Args:
        ws: the workspace.
        webhooks: ids of the endpoints.
        status: any of "pending", "succeeded", "failed"; by default all.
        latest: of each endpoint.
    """
    wanted: Any = list(status) or None
    rows: list[dict[str, Any]] = []
    for webhook in webhooks:
        rows += ws.webhooks.deliveries(webhook, status=wanted, limit=latest, frame="polars").to_dicts()
    rows.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
    fields = ws.operations["webhooks.deliveries"].fields
    return frames.frame_of_rows([_json(row) for row in rows], fields, ws.frame)


def retry(ws: Workspace, delivery_ids: Iterable[str], watch: Watch | None = None) -> Any:
    """Deliver again: one row a delivery, with the status it has then or why it cannot be.

    Each delivery is asked for anew: a retry that was made before is made again.

    Raises:
        APIError: what refuses all of them, such as a missing scope ``webhooks.write``.
    """
    done: list[dict[str, Any]] = []
    ids = list(delivery_ids)
    for number, one in enumerate(ids):
        if watch is not None:
            watch.report(number / len(ids), f"{number} of {len(ids)}")
        done.append(_retry_one(ws, one))
    return frames.frame_of_rows(done, _RETRIED, ws.frame)


def _retry_one(ws: Workspace, delivery_id: str) -> dict[str, Any]:
    try:
        found = ws.webhooks.retry(delivery_id, again=True)
    except (ConflictError, NotFoundError) as refused:
        told = {"status": "refused", "code": refused.code, "message": refused.message, "request_id": refused.request_id}
        return {"delivery_id": delivery_id, **told}
    return {"delivery_id": delivery_id, "status": found.status, "request_id": found.request_id}


class WebhookMonitor(Form):
    """The endpoints of a workspace and their latest deliveries; follow them live, retry what failed.

    ``form.result`` is a frame of deliveries. In the sandbox, events arrive while one watches.

    Args:
        ws: the workspace.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     form = pb.forms.WebhookMonitor(ws)
        ...     failed = form.submit(status=["failed"])
        ...     set(failed["status"])
        {'failed'}
    """

    title: ClassVar[str] = "Webhooks"
    action: ClassVar[str] = "Show deliveries"
    stopping: ClassVar[str] = "Stop watching"
    gives: ClassVar[str] = "deliveries"
    operations: ClassVar[tuple[str, ...]] = ("webhooks.list", "webhooks.deliveries")

    def __init__(self, ws: Workspace) -> None:
        self.retried: Any = None
        self._sinks: list[dict[str, Any]] = []
        self._table = widgets.HTML()
        super().__init__(ws)

    def _after_open(self) -> None:
        self._show_sinks()

    def retry(self, delivery_ids: Iterable[str] | None = None) -> Any:
        """Deliver again.

        Args:
            delivery_ids: which; by default those of :attr:`result` that failed.

        Returns:
            One row a delivery: delivery_id, status ("pending", or "refused" with code and message), request_id.
        """
        if delivery_ids is None:
            shown = self.result if self.result is not None else self.submit()
            delivery_ids = [i for i, status in zip(shown["id"], shown["status"], strict=True) if status == "failed"]
        self.retried = retry(self._ws, delivery_ids, self._watch)
        return self.retried

    @property
    def _ws(self) -> Workspace:
        assert self._workspace is not None  # noqa: S101 - this form is made with one
        return self._workspace

    def _ask(self) -> Sequence[Input]:
        self._sinks = self._fetch_or_default(lambda: sinks(self._ws), [], "The endpoints are not here")
        known = {"all": None} | {f"{one['url']} · {one['description'] or one['id']}": one["id"] for one in self._sinks}
        return [inputs.choice("webhook", "Endpoint", known), inputs.multi_choice("status", "Status", _STATUSES, rows=3)]

    def _body(self) -> Sequence[Any]:
        return [self._table, *super()._body()]

    def _more_buttons(self) -> Sequence[Any]:
        return [self._button_for("Watch", self._follow), self._button_for("Retry failed", self._retry)]

    def _show_sinks(self) -> None:
        if not self._sinks:
            how = '<code>ws.webhooks.create(url=…, events=["lead.created"])</code> makes one'
            self._table.value = "" if self._missing else rendering.notice("info", "There are no endpoints", how)
            return
        rows = [(s["id"], s["url"], ", ".join(s["events"]), s["enabled"], s["description"]) for s in self._sinks]
        self._table.value = rendering.table(_SINKS, rows, caption=_count_of(len(rows), "endpoint"))

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Any:
        watch.report(None, "reading deliveries …")
        if self._missing or not self._sinks:
            self._sinks = sinks(self._ws)
            self._show_sinks()
        ids = [one["id"] for one in self._sinks] if values["webhook"] is None else [values["webhook"]]
        return deliveries(self._ws, ids, values["status"])

    def _show(self, result: Any) -> Sequence[Any]:
        rows = result.rows(named=True) if library_of(result) == "polars" else result.to_dict("records")
        if not rows:
            return [self._result_notice("info", "There are no such deliveries", "choose other endpoints or statuses")]
        told = _count_of(len(rows), "delivery", "deliveries")
        table = rendering.table(_DELIVERIES, [_row(one) for one in rows], caption=f"{told}, newest first")
        return [self._result_notice("success", f"{told} read"), widgets.HTML(table)]

    def _follow(self) -> None:
        while True:
            if self._ws.sandbox is not None:
                self._ws.sandbox.deliver()
            self._sinks = sinks(self._ws)
            self._show_sinks()
            self._submission()
            self._watch.report(None, "watching; Stop watching ends it")
            self._watch.pause(EVERY)

    def _retry(self) -> None:
        self.result = self._run(self.values, self._watch)
        done = self.retry()
        rows = done.rows() if library_of(done) == "polars" else done.itertuples(index=False, name=None)
        heads = [f.name.replace("_", " ") for f in _RETRIED]
        told = rendering.table(heads, rows, caption=f"{_count_of(len(done), 'delivery', 'deliveries')} retried")
        retried = [widgets.HTML(told)] if len(done) else []
        self._outcome.children = (*retried, *self._show(self.result))
        if not len(done):
            self._show_message("info", "No delivery that is shown has failed", "there is nothing to retry")


def _count_of(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def _row(one: Mapping[str, Any]) -> tuple[Any, ...]:
    answer = " ".join(str(one[name]) for name in ("response_status_code", "response_body_snippet") if _is(one[name]))
    told = (_time(one["created_at"]), one["event"], one["status"], one["attempt_count"], answer)
    return (
        *told,
        one["error_message"] if _is(one["error_message"]) else None,
        _time(one["next_attempt_at"]),
        one["id"],
    )


def _is(value: Any) -> bool:
    """Whether there is a value: pandas has several ways to say that there is none."""
    return value is not None and bool(value == value) is True  # noqa: PLR0124 - NaN and NaT equal nothing


def _time(value: Any) -> str | None:
    return f"{value:%Y-%m-%d %H:%M:%S}" if _is(value) else None


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
