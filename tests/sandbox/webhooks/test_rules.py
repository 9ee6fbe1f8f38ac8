"""Endpoints and their secrets: accepted URLs and events, visible parts, and the lifetime of a secret."""

import json

import httpx
import pytest

from each_case import each_case
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.signing_secrets import OVERLAP, SigningSecrets
from pb2b_notebook.sandbox.core.tables import DELIVERIES
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES
from pb2b_notebook.sandbox.webhooks.rules import MOST_WEBHOOKS
from pb2b_notebook.serving import Server
from plain_http import NO_TLS

SINK = "http://127.0.0.1:8765/hooks"
DAY = OVERLAP.total_seconds()


@pytest.fixture
def make_webhook(api):
    """Return a function that creates an endpoint through the API, and returns it with its secret."""

    def make(**values):
        response = api.post("/webhooks", json={"url": SINK, "events": ["lead.created"], **values})
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return make


@pytest.fixture(scope="module")
def refusing():
    """Return a function that tries to create and to change an endpoint with invalid values."""
    with Sandbox(leads=5, rate_limit=1_000_000) as sandbox, Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        with httpx.Client(base_url=f"{server.url}/api/public/v1", headers=headers, verify=NO_TLS) as api:
            made = api.post("/webhooks", json={"url": SINK, "events": ["lead.created"]}).json()["data"]

            def ask(**values):
                body = {"url": SINK, "events": ["lead.created"], **values}
                return [api.post("/webhooks", json=body), api.patch(f"/webhooks/{made['id']}", json=values)]

            yield ask


@pytest.fixture
def valid(sandbox):
    """Return a function that returns the secrets that sign deliveries to an endpoint now."""
    return SigningSecrets(sandbox._store, sandbox.clock).valid_secrets


def test_the_secret_is_shown_once(api, make_webhook):
    made = make_webhook(description="Notebook")
    secret = made.pop("signing_secret")
    assert secret.startswith(made["secret_prefix"] + "_")
    assert len(secret) > len(made["secret_prefix"]) + 40
    assert api.get(f"/webhooks/{made['id']}").json()["data"] == made
    assert made in api.get("/webhooks?limit=500").json()["data"]
    changed = api.patch(f"/webhooks/{made['id']}", json={"enabled": False})
    for response in (api.get("/webhooks?limit=500"), changed):
        assert secret not in response.text


@pytest.mark.parametrize("action", ["create", "rotate"])
def test_a_replay_of_a_secret_is_null_and_stores_no_secret(sandbox, api, make_webhook, valid, action):
    webhook = make_webhook()
    path = "/webhooks" if action == "create" else f"/webhooks/{webhook['id']}/rotate-secret"
    body = {"url": SINK, "events": ["lead.created"]} if action == "create" else None
    first = api.post(path, json=body, headers={"Idempotency-Key": "k"})
    second = api.post(path, json=body, headers={"Idempotency-Key": "k"})
    assert second.headers["Idempotent-Replayed"] == "true"
    first_answer = first.json()
    secret = first_answer["data"]["signing_secret"]
    assert second.json() == first_answer | {"data": first_answer["data"] | {"signing_secret": None}}
    assert valid(first_answer["data"]["id"])[0] == secret
    kept = sandbox._store.execute("SELECT body FROM idempotency")
    assert kept
    assert all(secret.encode() not in row[0] for row in kept)


def test_a_rotation_leaves_the_old_secret_valid_for_a_day(sandbox, api, make_webhook, valid):
    made = make_webhook()
    rotated = api.post(f"/webhooks/{made['id']}/rotate-secret").json()["data"]
    assert rotated["secret_prefix"] != made["secret_prefix"]
    assert rotated["updated_at"] > made["updated_at"]
    both = (rotated["signing_secret"], made["signing_secret"])
    assert valid(made["id"]) == both
    sandbox.clock.advance(DAY - 1)
    assert valid(made["id"]) == both
    sandbox.clock.advance(1)
    assert valid(made["id"]) == both[:1]


def test_two_rotations_within_a_day_keep_two_secrets(sandbox, api, make_webhook, valid):
    made = make_webhook()
    first, second = (api.post(f"/webhooks/{made['id']}/rotate-secret").json()["data"] for _ in range(2))
    assert valid(made["id"]) == (second["signing_secret"], first["signing_secret"])
    assert sandbox._store.execute("SELECT count(*) FROM signing_secrets WHERE webhook_id = ?", (made["id"],)) == [(2,)]
    sandbox.clock.advance(DAY)
    assert valid(made["id"]) == (second["signing_secret"],)


def test_secrets_survive_a_restart(tmp_path, serve):
    with Sandbox(tmp_path / "s.sqlite3", leads=5) as sandbox, serve(sandbox) as api:
        made = api.post("/webhooks", json={"url": SINK, "events": ["lead.created"]}).json()["data"]
    with Sandbox(tmp_path / "s.sqlite3") as sandbox:
        assert SigningSecrets(sandbox._store, sandbox.clock).valid_secrets(made["id"]) == (made["signing_secret"],)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "https://localhost:8443/a?b=c&d=%20",
        "http://127.0.0.1",
        "http://127.255.255.254:65535/hooks",
        "http://[::1]:8765/hooks",
    ],
)
def test_a_loopback_sink_is_accepted_as_it_is(make_webhook, url):
    assert make_webhook(url=url)["url"] == url


OFF_THIS_MACHINE = [
    "https://example.com/hooks", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://0.0.0.0:80/",
    "http://localhost.example.com/", "http://localhost@example.com/", "http://127.0.0.1@example.com/",
    "http://127.0.0.1.example.com/", "http://example.com#127.0.0.1", "http://user:pass@127.0.0.1/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::]/", "http://[fe80::1%25lo]/",
    "http://[2002:7f00:1::]/", "http://[64:ff9b::7f00:1]/", "http://127.1/", "http://2130706433/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.0.0.1\\@example.com/", "http://LOCALHOST/",
    "http://\uff11\uff12\uff17.0.0.1/", "http://127.0.0.256/", "http:///hooks", "http://",
]  # fmt: skip
NO_HTTP = ["ftp://127.0.0.1/", "file:///etc/passwd", "//127.0.0.1/", "127.0.0.1", "/hooks", "", "HTTP://127.0.0.1/"]
ODD = [
    "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:/", "http://127.0.0.1:80:80/",
    "http://127.0.0.1/a b", "http://127.0.0.1/\u00e9", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/a\n",
    "http://127.0.0.1/#fragment", "http://127.0.0.1hooks", "http://localhost ",
    "http://127.0.0.1/<a>", "http://127.0.0.1/%", "http://127.0.0.1/%2", 'http://127.0.0.1/"', "http://127.0.0.1/[",
    "http://127.0.0.1/" + "a" * 2000,
]  # fmt: skip


@each_case("url", [*OFF_THIS_MACHINE, *NO_HTTP, *ODD])
def test_any_other_url_is_422(refusing, fields, url):
    assert [fields(response) for response in refusing(url=url)] == [["url"], ["url"]]


@pytest.mark.parametrize(
    ("url", "says"),
    [("https://example.com/", "this machine only"), ("ftp://127.0.0.1/", "http:// or https://"), (ODD[0], "port")],
)
def test_the_error_states_the_rule_without_the_url(refusing, url, says):
    [detail] = refusing(url=url)[0].json()["error"]["details"]
    assert says in detail["message"]
    assert url not in detail["message"]


def test_an_endpoint_can_subscribe_to_every_event(make_webhook):
    assert make_webhook(events=list(EVENT_TYPES))["events"] == list(EVENT_TYPES)
    assert len(EVENT_TYPES) == 9


@pytest.mark.parametrize(
    ("events", "named"),
    [
        ([], "events"),
        (None, "events"),
        ("lead.created", "events"),
        (["lead.exploded"], "events.0"),
        (["lead.created", "*"], "events.1"),
        (["lead.created", "lead.created"], "events"),
    ],
)
def test_an_invalid_event_list_is_422(refusing, fields, events, named):
    assert [fields(response) for response in refusing(events=events)] == [[named], [named]]


def test_a_patch_changes_only_the_fields_it_names(api, make_webhook):
    made = make_webhook(description="old")
    del made["signing_secret"]
    path = f"/webhooks/{made['id']}"
    assert api.patch(path, json={}).json()["data"] == made
    changed = api.patch(path, json={"description": None, "events": ["lead.updated"], "enabled": False}).json()["data"]
    assert changed == made | {
        "description": None, "events": ["lead.updated"], "enabled": False, "updated_at": changed["updated_at"]
    }  # fmt: skip
    assert changed["updated_at"] > made["updated_at"]


def test_a_patch_can_be_conditional(api, code, make_webhook):
    made = make_webhook()
    path = f"/webhooks/{made['id']}"
    good = api.patch(path, json={"enabled": False, "if_updated_at": made["updated_at"]})
    assert good.status_code == 200
    late = api.patch(path, json={"enabled": True, "if_updated_at": made["updated_at"]})
    assert (late.status_code, code(late)) == (409, "conflict")
    assert late.json()["error"]["current"] == good.json()["data"]


@pytest.mark.parametrize("field", ["url", "events", "enabled"])
def test_required_fields_of_an_endpoint_cannot_be_cleared(refusing, fields, field):
    assert [fields(response) for response in refusing(**{field: None})] == [[field], [field]]


def test_a_deleted_endpoint_takes_its_secrets_and_deliveries_with_it(sandbox, api, code, make_webhook, valid):
    made = make_webhook()
    put_delivery(sandbox, made["id"], "failed")
    assert api.delete(f"/webhooks/{made['id']}").json()["data"]["id"] == made["id"]
    for response in (
        api.get(f"/webhooks/{made['id']}"),
        api.delete(f"/webhooks/{made['id']}"),
        api.get(f"/webhooks/{made['id']}/deliveries"),
        api.post(f"/webhooks/{made['id']}/rotate-secret"),
        api.post(f"/webhooks/deliveries/delivery_{made['id']}/retry"),
    ):
        assert (response.status_code, code(response)) == (404, "not_found")
    assert valid(made["id"]) == ()
    assert not sandbox._store.execute(
        "SELECT 1 FROM delivery_bodies WHERE delivery_id = ?", (f"delivery_{made['id']}",)
    )


def test_a_workspace_has_at_most_twenty_webhooks(api, code, make_webhook):
    room = MOST_WEBHOOKS - len(api.get("/webhooks?limit=500").json()["data"])
    last = [make_webhook() for _ in range(room)][-1]
    refused = api.post("/webhooks", json={"url": SINK, "events": ["lead.created"]})
    assert (refused.status_code, code(refused)) == (403, "webhooks_limit_reached")
    api.delete(f"/webhooks/{last['id']}")
    make_webhook()


def put_delivery(sandbox, webhook_id, status, event="lead.created"):
    """Store a delivery as the sender would."""
    now = "2026-03-10T12:00:00.000Z"
    delivery = {
        "id": f"delivery_{webhook_id}", "object": "webhook_delivery", "webhook_id": webhook_id, "event": event,
        "status": status, "attempt_count": 6, "response_status_code": 500, "response_body_snippet": "no",
        "error_message": "the endpoint answered 500", "next_attempt_at": None, "delivered_at": None,
        "created_at": now, "updated_at": now,
    }  # fmt: skip
    sandbox._store.put(DELIVERIES, sandbox.workspace_id, delivery)
    sandbox._store.execute(
        "INSERT INTO delivery_bodies VALUES (?, ?, ?)", (delivery["id"], sandbox.workspace_id, json.dumps({}))
    )
    return delivery


@pytest.mark.parametrize("status", ["failed", "pending"])
def test_a_retry_makes_a_delivery_due_now(sandbox, api, make_webhook, status):
    delivery = put_delivery(sandbox, make_webhook()["id"], status)
    due = api.post(f"/webhooks/deliveries/{delivery['id']}/retry").json()["data"]
    assert due["status"] == "pending"
    assert due["next_attempt_at"] == due["updated_at"] > delivery["updated_at"]
    assert due == delivery | {name: due[name] for name in ("status", "next_attempt_at", "updated_at")}


def test_a_succeeded_delivery_or_one_of_a_disabled_endpoint_is_not_retried(sandbox, api, code, make_webhook):
    done = put_delivery(sandbox, make_webhook()["id"], "succeeded")
    refused = api.post(f"/webhooks/deliveries/{done['id']}/retry")
    assert (refused.status_code, code(refused)) == (409, "delivery_succeeded")
    disabled = put_delivery(sandbox, make_webhook(enabled=False)["id"], "failed")
    refused = api.post(f"/webhooks/deliveries/{disabled['id']}/retry")
    assert (refused.status_code, code(refused)) == (409, "webhook_disabled")


def test_deliveries_are_those_of_the_endpoint_and_the_filters(sandbox, api, fields, make_webhook):
    one, other = make_webhook(), make_webhook()
    mine = put_delivery(sandbox, one["id"], "failed")
    put_delivery(sandbox, other["id"], "succeeded", "lead.updated")
    path = f"/webhooks/{one['id']}/deliveries"
    assert api.get(path).json()["data"] == [mine]
    assert api.get(path, params={"event": "lead.created", "status": ["failed", "pending"]}).json()["data"] == [mine]
    assert api.get(path, params={"event": "lead.updated"}).json()["data"] == []
    assert api.get(path, params={"status": "succeeded"}).json()["data"] == []
    assert fields(api.get(path, params={"event": "x", "status": "y", "z": "1"})) == ["z"]
    assert fields(api.get(path, params={"event": "x", "status": "y"})) == ["event.0", "status.0"]


def test_a_cursor_of_one_endpoint_is_not_for_another(sandbox, api, code, make_webhook):
    webhooks = api.get("/webhooks?limit=1").json()
    if webhooks["pagination"]["next_cursor"] is None:
        make_webhook()
        make_webhook()
        webhooks = api.get("/webhooks?limit=1").json()
    crossed = api.get(
        f"/webhooks/{webhooks['data'][0]['id']}/deliveries?cursor={webhooks['pagination']['next_cursor']}"
    )
    assert (crossed.status_code, code(crossed)) == (400, "invalid_cursor")
