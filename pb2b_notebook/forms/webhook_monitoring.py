"""Watch webhooks: the endpoints, the status of each delivery, and retries of failed deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from pb2b_notebook import frames
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import ConflictError, NotFoundError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.nulls import is_null
from pb2b_notebook.openapi.operations import fields_of
from pb2b_notebook.workspace import Workspace

if TYPE_CHECKING:
    from pb2b_notebook.frames.types import EagerFrame

LATEST = 50
"""Number of deliveries shown for each endpoint, the latest."""
EVERY = 2.0
_STATUSES = ("pending", "succeeded", "failed")
_SINKS = ("what for", "address", "events", "on", "id")
_DELIVERIES = ("created at", "event", "status", "attempts", "answer", "problem", "next attempt", "id")
_RETRIED = fields_of("delivery_id text, status text, code text, message text, request_id text")


def sinks(ws: Workspace[Any]) -> list[dict[str, Any]]:
    """Return the endpoints of a workspace, newest first."""
    found: list[dict[str, Any]] = ws.webhooks.list(frame="polars", limit=100).to_dicts()
    return found


def deliveries(ws: Workspace[Any], webhooks: Iterable[str], status: Sequence[str] = (), *, latest: int = LATEST) -> Any:
    """Return the latest deliveries of some endpoints, newest first, as a frame with one row for each delivery.

    Args:
        ws: The workspace; the frame is of its library.
        webhooks: Ids of the endpoints.
        status: Any of "pending", "succeeded", "failed"; by default all.
        latest: Number of deliveries of each endpoint.
    """
    wanted: Any = list(status) or None
    rows: list[dict[str, Any]] = []
    for webhook in webhooks:
        rows += ws.webhooks.deliveries(webhook, status=wanted, limit=latest, frame="polars").to_dicts()
    rows.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
    fields = ws.operations["webhooks.deliveries"].fields
    return frames.frame_of_rows([_json(row) for row in rows], fields, ws.frame)


def retry(ws: Workspace[Any], delivery_ids: Iterable[str], watch: Watch | None = None) -> Any:
    """Retry deliveries, and return one row for each, with its new status or why it was refused.

    Each delivery is retried, also if it was retried before.

    Args:
        ws: The workspace.
        delivery_ids: Ids of the deliveries.
        watch: Progress of the form, if there is one.

    Raises:
        APIError: The service refuses all of them, such as for a missing scope ``webhooks.write``.
    """
    done: list[dict[str, Any]] = []
    ids = list(delivery_ids)
    for number, one in enumerate(ids):
        if watch is not None:
            watch.report(number / len(ids), f"{number} of {len(ids)}")
        done.append(_retry_one(ws, one))
    return frames.frame_of_rows(done, _RETRIED, ws.frame)


def _retry_one(ws: Workspace[Any], delivery_id: str) -> dict[str, Any]:
    try:
        found = ws.webhooks.retry(delivery_id, again=True)
    except (ConflictError, NotFoundError) as refused:
        facts = {"code": refused.code, "message": refused.message, "request_id": refused.request_id}
        return {"delivery_id": delivery_id, "status": "refused", **facts}
    return {"delivery_id": delivery_id, "status": found.status, "request_id": found.request_id}


class WebhookMonitor(Form["EagerFrame"]):
    """The endpoints of a workspace and their latest deliveries; watch them live, and retry those that failed.

    ``form.result`` is a frame of deliveries. In the sandbox, watching also delivers the events that are due.

    Args:
        ws: The workspace.

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

    def __init__(self, ws: Workspace[Any]) -> None:
        self.retried: Any = None
        self._sinks: list[dict[str, Any]] = []
        self._table = widgets.HTML()
        super().__init__(ws)

    def _after_open(self) -> None:
        self._show_sinks()

    def retry(self, delivery_ids: Iterable[str] | None = None) -> Any:
        """Retry deliveries.

        Args:
            delivery_ids: Ids of the deliveries; by default those of :attr:`result` that failed.

        Returns:
            A frame with one row for each delivery: delivery_id, status ("pending", or "refused" with code and
            message), request_id.
        """
        if delivery_ids is None:
            shown = self.result if self.result is not None else self.submit()
            delivery_ids = [i for i, status in zip(shown["id"], shown["status"], strict=True) if status == "failed"]
        self.retried = retry(self._ws, delivery_ids, self._watch)
        return self.retried

    def _ask(self) -> Sequence[Input]:
        self._sinks = self._fetch_or_default(lambda: sinks(self._ws), [], "The endpoints could not be read")
        known = {"all": None} | {f"{one['url']} · {one['description'] or one['id']}": one["id"] for one in self._sinks}
        return [inputs.choice("webhook", "Endpoint", known), inputs.multi_choice("status", "Status", _STATUSES, rows=3)]

    def _body(self) -> Sequence[Any]:
        return [self._table, *super()._body()]

    def _more_buttons(self) -> Sequence[Any]:
        return [self._button_for("Watch", self._follow), self._button_for("Retry failed", self._retry)]

    def _show_sinks(self) -> None:
        if not self._sinks:
            how = '<code>ws.webhooks.create(url=…, events=["lead.created"])</code> creates one'
            by_click = rendering.app_hint("Whoever writes programs for this workspace can add one.")
            notice = rendering.notice("info", "There are no endpoints", rendering.cell_hint(how), by_click)
            self._table.value = "" if self._missing else notice
            return
        rows = [(s["description"], s["url"], ", ".join(s["events"]), s["enabled"], s["id"]) for s in self._sinks]
        self._table.value = rendering.table(_SINKS, rows, caption=count_text(len(rows), "endpoint"))

    def _run(self, values: Mapping[str, Any], watch: Watch) -> EagerFrame:
        watch.report(None, "reading deliveries …")
        if self._missing or not self._sinks:
            self._sinks = sinks(self._ws)
            self._show_sinks()
        ids = [one["id"] for one in self._sinks] if values["webhook"] is None else [values["webhook"]]
        found: EagerFrame = deliveries(self._ws, ids, values["status"])
        return found

    def _show(self, result: Any) -> Sequence[Any]:
        rows = result.rows(named=True) if library_of(result) == "polars" else result.to_dict("records")
        if not rows:
            return [self._result_notice("info", "No deliveries match", "Choose another endpoint or another status.")]
        count = count_text(len(rows), "delivery", "deliveries")
        table = rendering.table(_DELIVERIES, [_row(row) for row in rows], caption=f"{count}, newest first")
        return [self._result_notice("success", f"{count} read"), widgets.HTML(table)]

    def _follow(self) -> None:
        while True:
            if self._ws.sandbox is not None:
                self._ws.sandbox.deliver()
            self._sinks = sinks(self._ws)
            self._show_sinks()
            self._submission()
            self._watch.report(None, "watching until you press Stop watching")
            self._watch.pause(EVERY)

    def _retry(self) -> None:
        self.result = self._run(self.values, self._watch)
        done = self.retry()
        rows = done.rows() if library_of(done) == "polars" else done.itertuples(index=False, name=None)
        heads = ("delivery", "status", "code", "message", "request id")
        table = rendering.table(heads, rows, caption=f"{count_text(len(done), 'delivery', 'deliveries')} retried")
        retried = [widgets.HTML(table)] if len(done) else []
        self._outcome.children = (*retried, *self._show(self.result))
        if not len(done):
            self._show_message("info", "There is nothing to retry", "None of the deliveries shown has failed.")


def _row(delivery: Mapping[str, Any]) -> tuple[Any, ...]:
    answer = (delivery[name] for name in ("response_status_code", "response_body_snippet"))
    error = delivery["error_message"]
    return (
        _time(delivery["created_at"]),
        delivery["event"],
        delivery["status"],
        delivery["attempt_count"],
        " ".join(str(part) for part in answer if not is_null(part)),
        None if is_null(error) else error,
        _time(delivery["next_attempt_at"]),
        delivery["id"],
    )


def _time(value: Any) -> str | None:
    return None if is_null(value) else f"{value:%Y-%m-%d %H:%M:%S %Z}".strip()


def _json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
