"""WebhookMonitor over a sandbox that really delivers to a receiver."""

from __future__ import annotations

import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.forms.watching import StoppedWatching


@pytest.fixture(params=["pandas", "polars"])
def ws(request):
    with pb.open_sandbox(leads=5, frame=request.param) as workspace:
        yield workspace


@pytest.fixture
def refusing(ws):
    """An endpoint on a port where nobody listens, with one failed delivery."""
    made = ws.webhooks.create(url="http://127.0.0.1:9/none", events=["lead.created"])
    ws.leads.create(email="ada@example.com")
    ws.sandbox.deliver()
    return made


def test_the_status_of_each_delivery_is_shown(ws, refusing):
    form = pb.forms.WebhookMonitor(ws)
    assert "http://127.0.0.1:9/none" in form._table.value
    frame = form.submit(webhook=refusing.id)
    assert list(frame["event"]) == ["lead.created"]
    assert list(frame["status"]) == ["pending"]
    assert list(frame["attempt_count"]) == [1]
    assert "refused" in form._outcome.children[1].value


def test_deliveries_of_all_endpoints_are_newest_first(ws, refusing):
    frame = pb.forms.WebhookMonitor(ws).submit()
    times = list(frame["created_at"])
    assert times == sorted(times, reverse=True)
    assert len(set(frame["webhook_id"])) > 1
    assert next(iter(frame["webhook_id"])) == refusing.id


def test_failed_deliveries_are_retried(ws, refusing):
    ws.sandbox.clock.advance(7 * 86400)
    form = pb.forms.WebhookMonitor(ws)
    form.values = {"webhook": refusing.id, "status": ["failed"]}
    form.submit()
    assert list(form.result["status"]) == ["failed"]
    before = next(iter(form.result["attempt_count"]))
    retried = form.retry()
    assert list(retried["status"]) == ["pending"]
    ws.sandbox.deliver()
    [after] = pb.forms.WebhookMonitor(ws).submit(webhook=refusing.id)["attempt_count"]
    assert after == before + 1


def test_a_refused_retry_is_a_row_with_the_reason(ws, refusing):
    ws.sandbox.clock.advance(7 * 86400)
    [delivery] = ws.webhooks.deliveries(refusing.id)["id"]
    ws.webhooks.update(refusing.id, enabled=False)
    form = pb.forms.WebhookMonitor(ws)
    retried = form.retry([delivery, "delivery_0000000000000000"])
    assert list(retried["status"]) == ["refused", "refused"]
    assert next(iter(retried["code"])) == "webhook_disabled"


def test_a_missing_scope_refuses_all(ws, refusing):
    ws.sandbox.clock.advance(7 * 86400)
    key = ws.sandbox.create_key(scopes=["me.read", "webhooks.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as narrow:
        form = pb.forms.WebhookMonitor(narrow)
        with pytest.raises(errors.PermissionDeniedError):
            form.retry()


def test_events_arrive_while_the_form_watches(ws, tmp_path):
    with pb.webhooks.Receiver(tmp_path / "events.sqlite3", now=ws.sandbox.clock.now) as receiver:
        made = ws.webhooks.create(url=receiver.url, events=["lead.created"])
        receiver.trust(made.signing_secret)
        form = pb.forms.WebhookMonitor(ws)
        follow = next(b for b in _buttons(form) if b.description == "Watch")
        follow.click()
        ws.leads.create(email="ada@example.com")
        ws.sandbox.deliver()
        while form.result is None or "succeeded" not in list(form.result["status"]):
            assert form.busy, form.error
        form.stop()
        form.wait()
    assert isinstance(form.error, StoppedWatching)


def _buttons(form):
    return [child for row in form.widget.children for child in getattr(row, "children", ()) if hasattr(child, "click")]
