"""Receiver and sandbox together over real HTTP: each event is received once."""

import pytest

import pb2b_notebook as pb
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES
from pb2b_notebook.webhooks import Receiver
from plain_http import NO_TLS
from signed_deliveries import states


@pytest.fixture
def ws():
    with pb.open_sandbox(leads=30, rate_limit=1_000_000, in_process=False) as ws:
        yield ws


class Connected:
    """A workspace and a receiver with a webhook between them."""

    def __init__(self, ws, receiver, events=("lead.created", "lead.updated")):
        self.ws = ws
        self.receiver = receiver
        self.webhook = ws.webhooks.create(url=receiver.url, events=list(events), again=True)
        receiver.trust(self.webhook.signing_secret)

    def settle(self):
        """Let all that is due be delivered and handled."""
        self.ws.sandbox.deliver()
        assert self.receiver.wait()

    def deliveries(self):
        """Event type → (status, attempts, status code) of its last delivery."""
        frame = self.ws.webhooks.deliveries(id=self.webhook.id)
        deliveries = zip(frame["status"], frame["attempt_count"], frame["response_status_code"], strict=True)
        return dict(zip(frame["event"], deliveries, strict=True))


@pytest.fixture
def connected(ws, tmp_path):
    receiver = Receiver(tmp_path / "events.sqlite3", now=ws.sandbox.clock.now)
    with receiver:
        yield Connected(ws, receiver)


def test_a_change_in_the_sandbox_is_received_and_handled(connected):
    ws, receiver = connected.ws, connected.receiver
    handled = []
    receiver.on("lead.created")(lambda event: handled.append((event.type, event.data["email"])))
    lead = ws.leads.create(email="ada@example.com", full_name="Ada Lovelace")
    ws.leads.update(lead.id, title="Countess")
    connected.settle()
    assert handled == [("lead.created", "ada@example.com")]
    frame = receiver.events()
    assert frame["type"].tolist() == ["lead.created", "lead.updated"]
    assert frame["object_id"].tolist() == [lead.id] * 2
    assert frame["state"].tolist() == ["handled", "unhandled"]
    created, updated = (receiver.event(event_id) for event_id in frame["id"])
    assert (created.data.get("title"), updated.data["title"]) == (None, "Countess")
    assert created.data == lead_of(ws, lead.id) | {"title": None, "updated_at": created.data["updated_at"]}
    assert {status for status, *_ in connected.deliveries().values()} == {"succeeded"}


def lead_of(ws, lead_id):
    """The lead as JSON has it."""
    import httpx

    headers = {"Authorization": f"Bearer {ws.sandbox.key}"}
    base = ws._session.client.base_url
    return httpx.get(f"{base}/leads/{lead_id}", headers=headers, verify=NO_TLS).json()["data"]


def test_a_delivery_that_is_retried_by_hand_has_the_same_event(connected):
    ws, receiver = connected.ws, connected.receiver
    calls = []
    receiver.on()(lambda event: calls.append(event.id))
    receiver._secrets = ()  # as if the secret were not known yet
    ws.leads.create(email="ada@example.com")
    connected.settle()
    assert connected.deliveries()["lead.created"] == ("pending", 1, 503)
    receiver.trust(connected.webhook.signing_secret)
    delivery = ws.webhooks.deliveries(id=connected.webhook.id)["id"][0]
    ws.webhooks.retry(id=delivery)
    connected.settle()
    assert connected.deliveries()["lead.created"] == ("succeeded", 2, 200)
    assert calls == receiver.events()["id"].tolist()
    assert len(calls) == 1


def test_a_receiver_that_was_down_gets_the_missed_events(ws, tmp_path):
    calls = []
    receiver = Receiver(tmp_path / "events.sqlite3", now=ws.sandbox.clock.now)
    receiver.on()(lambda event: calls.append(event.type))
    with receiver:
        connected = Connected(ws, receiver)
    ws.leads.create(email="ada@example.com")
    ws.sandbox.deliver()
    assert connected.deliveries()["lead.created"][:2] == ("pending", 1)
    with receiver:
        ws.sandbox.clock.advance(60)
        assert receiver.wait()
        assert connected.deliveries()["lead.created"] == ("succeeded", 2, 200)
    assert calls == ["lead.created"]


def test_a_rotation_loses_no_delivery(connected):
    ws, receiver = connected.ws, connected.receiver
    ws.leads.create(email="before@example.com")
    connected.settle()
    rotated = ws.webhooks.rotate(id=connected.webhook.id)
    ws.leads.create(email="between@example.com")  # the receiver knows the old secret only
    connected.settle()
    receiver.trust(rotated.signing_secret)
    ws.leads.create(email="after@example.com")
    connected.settle()
    ws.sandbox.clock.advance(24 * 3600)
    ws.leads.create(email="a.day.later@example.com")
    connected.settle()
    assert len(states(receiver)) == 4
    assert {status for status, *_ in connected.deliveries().values()} == {"succeeded"}


def test_a_receiver_with_another_secret_refuses_and_the_sandbox_reports_it(connected):
    connected.receiver._secrets = ()
    connected.receiver.trust("whsec_another")
    connected.ws.leads.create(email="ada@example.com")
    connected.settle()
    frame = connected.ws.webhooks.deliveries(id=connected.webhook.id)
    assert frame["response_status_code"].tolist() == [400]
    assert "SignatureError" in frame["response_body_snippet"][0]
    assert states(connected.receiver) == {}


def test_a_handler_may_use_the_workspace(connected):
    ws, receiver = connected.ws, connected.receiver

    @receiver.on("lead.created")
    def tag(event):
        ws.leads.update(event.object_id, tags=["from a webhook"])

    lead = ws.leads.create(email="ada@example.com")
    connected.settle()
    connected.settle()
    assert ws.leads.get(lead.id).tags == ["from a webhook"]
    assert receiver.events()["type"].tolist() == ["lead.created", "lead.updated"]


def test_every_event_of_the_contract_can_be_handled_by_its_name():
    receiver = Receiver(":memory:")
    for event_type in EVENT_TYPES:
        receiver.on(event_type)(print)
    assert receiver._handlers.types == EVENT_TYPES


def test_a_restarted_sandbox_in_memory_starts_its_event_ids_again(tmp_path):
    """The reason why a file of events belongs to one endpoint."""
    seen = []
    for _ in range(2):
        with (
            pb.open_sandbox(leads=5, in_process=False) as ws,
            Receiver(":memory:", now=ws.sandbox.clock.now) as receiver,
        ):
            connected = Connected(ws, receiver)
            ws.leads.create(email="ada@example.com")
            connected.settle()
            seen += states(receiver)
    assert seen[0] == seen[1]
