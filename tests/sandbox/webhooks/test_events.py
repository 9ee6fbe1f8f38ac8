"""Each of the nine events is stored with the change that causes it, and only with it."""

import json
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from pb2b_notebook.openapi.documents import load_document
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.tables import DELIVERIES
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES

STEP = {"subject": "Hello", "body": "Hi {first_name}", "delay_days": 0}
ROWS = [{"m": f"row{number}@b.example", "t": "T"} for number in range(3)]
OPENAPI = load_document()


def ask(api, method, path, body=None, **options):
    response = api.request(method, path, json=body, **options)
    assert response.is_success, response.text
    return response.json()["data"]


def make_campaign(api, **values):
    return ask(api, "POST", "/campaigns", {"name": "C", "channel": "email", "steps": [STEP], **values})


def run_import(sandbox, api, rows, **values):
    made = ask(api, "POST", "/imports", {"rows": rows, "mapping": {"m": "email", "t": "title"}, **values})
    sandbox.clock.advance(60)
    return ask(api, "GET", f"/imports/{made['id']}")


def run_export(sandbox, api, **values):
    made = ask(api, "POST", "/exports", values)
    sandbox.clock.advance(60)
    return ask(api, "GET", f"/exports/{made['id']}")


def fail_an_import(sandbox, api):
    sandbox._store.execute("UPDATE workspaces SET leads_limit = leads_stored WHERE id = ?", (sandbox.workspace_id,))
    return run_import(sandbox, api, ROWS)


def fail_an_export(sandbox, api):
    folder = sandbox.data_folder / sandbox.workspace_id
    folder.write_text("in the way of the folder")
    return run_export(sandbox, api)


def publish(sandbox, api):
    return ask(api, "POST", f"/campaigns/{make_campaign(api)['id']}/publish")


CAUSES = {
    "lead.created": lambda _, api: ask(api, "POST", "/leads", {"email": "ada@b.example", "tags": ["x"]}),
    "lead.updated": lambda _, api: ask(
        api, "PATCH", f"/leads/{ask(api, 'POST', '/leads', {'city': 'Ulm'})['id']}", {"title": "Dr \u202e\U0001f600"}
    ),
    "import.completed": lambda sandbox, api: run_import(sandbox, api, ROWS),
    "import.failed": fail_an_import,
    "export.completed": lambda sandbox, api: run_export(sandbox, api, format="csv"),
    "export.failed": fail_an_export,
    "campaign.created": lambda _, api: make_campaign(api),
    "campaign.updated": lambda _, api: ask(api, "PATCH", f"/campaigns/{make_campaign(api)['id']}", {"name": "Other"}),
    "campaign.published": publish,
}


def test_every_event_has_a_cause():
    assert list(CAUSES) == list(EVENT_TYPES)


@pytest.mark.parametrize("event", EVENT_TYPES)
def test_an_event_comes_from_its_cause_and_carries_the_object(sandbox, api, make_sink, subscribe, deliveries, event):
    sink = make_sink()
    webhook = subscribe(sink, event)
    subject = CAUSES[event](sandbox, api)
    sandbox.deliver()
    [received] = sink.received
    assert received.event == {
        "id": received.event["id"],
        "object": "event",
        "type": event,
        "created_at": subject["updated_at"],
        "data": subject,
    }
    assert received.event["id"].startswith("evt_")
    assert received.headers["x-prospectb2b-event"] == event
    [delivery] = deliveries(webhook)
    assert (delivery["event"], delivery["status"]) == (event, "succeeded")


@pytest.mark.parametrize("event", EVENT_TYPES)
def test_an_event_is_what_the_document_says(sandbox, api, make_sink, subscribe, event):
    sink = make_sink()
    subscribe(sink, event)
    CAUSES[event](sandbox, api)
    sandbox.deliver()
    [received] = sink.received
    operation = OPENAPI["webhooks"][event]["post"]
    registry = Registry().with_resource("urn:api", Resource(OPENAPI, DRAFT202012))
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    jsonschema.Draft202012Validator({"$ref": f"urn:api{reference}"}, registry=registry).validate(received.event)
    for parameter in operation["parameters"]:
        jsonschema.Draft202012Validator(parameter["schema"]).validate(received.headers[parameter["name"].lower()])


def test_upserts_and_deletions_of_leads_cause_events(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink, "lead.created", "lead.updated")
    ask(api, "POST", "/leads/upsert", {"match_on": "email", "email": "u@b.example"})
    ask(api, "POST", "/leads/upsert", {"match_on": "email", "email": "u@b.example", "title": "Dr"})
    rows = [{"email": "u@b.example", "city": "Ulm"}, {"email": "v@b.example"}, {"email": "w@b.example", "nope": 1}]
    ask(api, "POST", "/leads/bulk-upsert", {"match_on": "email", "rows": rows})
    [lead] = ask(api, "GET", "/leads", params={"email": "v@b.example"})
    [survivor] = ask(api, "GET", "/leads", params={"email": "u@b.example"})
    ask(api, "PATCH", f"/leads/{lead['id']}", {"merged_into": survivor["id"]})
    deleted = ask(api, "DELETE", f"/leads/{lead['id']}")
    sandbox.deliver()
    assert sink.types == [f"lead.{each}" for each in ("created", "updated", "updated", "created", "updated", "updated")]
    assert sink.events[-2]["data"]["merged_into"] == survivor["id"]
    assert sink.events[-1]["data"]["deleted_at"] == deleted["deleted_at"] is not None


def test_an_import_causes_one_event_per_lead_and_then_its_own(sandbox, api, make_sink, subscribe):
    ask(api, "POST", "/leads", {"email": "row1@b.example"})
    sink = make_sink()
    subscribe(sink, "lead.created", "lead.updated", "import.completed")
    made = run_import(sandbox, api, ROWS)
    assert sink.types == ["lead.created", "lead.updated", "lead.created", "import.completed"]
    assert {event["data"]["import_id"] for event in sink.events[:3:2]} == {made["id"]}
    assert sink.events[-1]["data"] == made


def test_a_prospector_run_causes_an_event_per_new_lead(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink)
    criteria = {"max_results": 5}
    workflow = ask(api, "POST", "/prospector/workflows", {"name": "W", "criteria": criteria})
    run = ask(api, "POST", f"/prospector/workflows/{workflow['id']}/runs")
    sandbox.clock.advance(600)
    run = ask(api, "GET", f"/prospector/runs/{run['id']}")
    assert run["created"] > 0
    assert len(sink.received) == run["created"]
    assert {event["data"]["source"] for event in sink.events} == {"prospector"}


def test_a_campaign_run_causes_an_event_per_changed_lead(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink, "lead.updated")
    campaign = publish(sandbox, api)
    run = ask(api, "POST", f"/campaigns/{campaign['id']}/runs")
    sandbox.clock.advance(3600)
    run = ask(api, "GET", f"/campaign-runs/{run['id']}")
    assert run["sent"] > 0
    assert len({event["data"]["id"] for event in sink.events}) == len(sink.received) == run["sent"]


def test_a_paused_campaign_is_updated_and_a_published_one_published(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink, "campaign.created", "campaign.updated", "campaign.published")
    campaign = publish(sandbox, api)
    path = f"/campaigns/{campaign['id']}"
    for action in ("publish", "pause", "pause", "publish"):
        ask(api, "POST", f"{path}/{action}")
    ask(api, "PATCH", path, {"name": campaign["name"]})
    sandbox.deliver()
    found = [(event["type"], event["data"]["status"]) for event in sink.events]
    assert found == [
        ("campaign.created", "draft"),
        ("campaign.published", "published"),
        ("campaign.updated", "paused"),
        ("campaign.published", "published"),
    ]


def test_a_request_without_effect_causes_no_event(sandbox, api, make_sink, subscribe):
    lead = ask(api, "POST", "/leads", {"email": "same@b.example"})
    ask(api, "DELETE", f"/leads/{ask(api, 'POST', '/leads', {'external_id': 'gone'})['id']}")
    sink = make_sink()
    subscribe(sink, *EVENT_TYPES)
    ask(api, "PATCH", f"/leads/{lead['id']}", {"email": "same@b.example"})
    ask(api, "POST", "/leads/upsert", {"match_on": "email", "email": "same@b.example"})
    ask(api, "POST", "/imports/validate", {"rows": ROWS, "mapping": {"m": "email"}})
    export = ask(api, "POST", "/exports", {})
    sandbox._parts.worker.cancel(sandbox.workspace_id, export["job_id"])
    sandbox.clock.advance(60)
    assert sink.received == []


def test_a_dry_run_causes_only_its_own_event(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink, *EVENT_TYPES)
    made = run_import(sandbox, api, ROWS, dry_run=True)
    assert made["created_count"] == 3
    assert sink.types == ["import.completed"]


def test_a_rolled_back_change_causes_no_event(sandbox, api, make_sink, subscribe, deliveries):
    """Rows before the one that exceeds the limit are rolled back, and so are their events."""
    sink = make_sink()
    webhook = subscribe(sink, *EVENT_TYPES)
    sandbox._store.execute("UPDATE workspaces SET leads_limit = leads_stored + 2 WHERE id = ?", (sandbox.workspace_id,))
    assert run_import(sandbox, api, ROWS)["status"] == "failed"
    assert sink.types == ["import.failed"]
    assert [delivery["event"] for delivery in deliveries(webhook)] == ["import.failed"]


def test_an_exception_rolls_back_the_event_with_the_change(sandbox, api, make_sink, subscribe):
    from pb2b_notebook.sandbox.leads.rules import LeadService

    sink = make_sink()
    webhook = subscribe(sink)
    with pytest.raises(ZeroDivisionError), sandbox._store.transaction():  # noqa: PT012
        LeadService(sandbox._parts, sandbox.workspace_id).create({"email": "no@b.example"})
        assert sandbox._store.find(DELIVERIES, sandbox.workspace_id, "webhook_id = ?", (webhook["id"],))
        1 / 0  # noqa: B018
    sandbox.deliver()
    assert sink.received == []
    assert not sandbox._store.find(DELIVERIES, sandbox.workspace_id, "webhook_id = ?", (webhook["id"],))
    ask(api, "POST", "/leads", {"email": "yes@b.example"})
    sandbox.deliver()
    assert [event["data"]["email"] for event in sink.events] == ["yes@b.example"]


def test_a_replayed_request_causes_no_second_event(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink)
    for _ in range(2):
        ask(api, "POST", "/leads", {"email": "once@b.example"}, headers={"Idempotency-Key": "k"})
    sandbox.deliver()
    assert len(sink.received) == 1


def test_only_enabled_subscribed_endpoints_of_the_workspace_get_an_event(sandbox, api, make_sink, subscribe, bearer):
    asked, other, disabled, theirs = (make_sink() for _ in range(4))
    subscribe(asked, "lead.created", "campaign.created")
    subscribe(other, "lead.updated")
    subscribe(disabled, enabled=False)
    neighbour = bearer(sandbox.create_key(workspace_id=sandbox.other_workspace_id))
    ask(api, "POST", "/webhooks", {"url": theirs.url, "events": list(EVENT_TYPES)}, headers=neighbour)
    ask(api, "POST", "/leads", {"email": "a@b.example"})
    sandbox.deliver()
    assert [sink.types for sink in (asked, other, disabled, theirs)] == [["lead.created"], [], [], []]
    ask(api, "POST", "/leads", {"email": "b@b.example"}, headers=neighbour)
    sandbox.deliver()
    assert [len(sink.received) for sink in (asked, other, disabled, theirs)] == [1, 0, 0, 1]


def test_one_event_has_one_id_and_body_at_every_endpoint(sandbox, api, make_sink, subscribe):
    sinks = [make_sink(), make_sink(500)]
    for sink in sinks:
        subscribe(sink)
    ask(api, "POST", "/leads", {"email": "a@b.example"})
    sandbox.clock.advance(60)
    received = [each for sink in sinks for each in sink.received]
    assert len(received) == 3
    assert len({each.body for each in received}) == 1
    assert len({each.delivery_id for each in received}) == 2


def test_subscribers_do_not_affect_other_data(serve, make_sink):
    """Ids and times of all other objects are the same with and without endpoints; notebooks rely on this."""

    def work(*, enabled):
        with Sandbox(leads=30, rate_limit=1_000_000) as sandbox, serve(sandbox) as api:
            sink = make_sink(500)
            ask(api, "POST", "/webhooks", {"url": sink.url, "events": list(EVENT_TYPES), "enabled": enabled})
            seen = [cause(sandbox, api) for cause in (CAUSES["lead.updated"], CAUSES["import.completed"], publish)]
            sandbox.deliver()
            assert len(sink.received) == (2 + 3 + 1 + 2 + 1 if enabled else 0)
            return seen, ask(api, "GET", "/leads", params={"limit": 500}), sandbox.clock.now()

    assert work(enabled=True) == work(enabled=False)


def test_the_same_steps_make_the_same_deliveries(serve, make_sink):
    def work(sink):
        with Sandbox(leads=30, rate_limit=1_000_000) as sandbox, serve(sandbox) as api:
            webhook = ask(api, "POST", "/webhooks", {"url": sink.url, "events": list(EVENT_TYPES)})
            for name in ("lead.updated", "import.completed", "campaign.published"):
                CAUSES[name](sandbox, api)
                sandbox.deliver()
            sandbox.clock.advance(3600)
            return ask(api, "GET", f"/webhooks/{webhook['id']}/deliveries"), sink.events

    first, second = (work(make_sink(204, 500, 204, 503, then=204)) for _ in range(2))
    assert first == second
    assert {delivery["attempt_count"] for delivery in first[0]} == {1, 2}


def test_the_events_of_parallel_changes_all_arrive(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: ask(api, "POST", "/leads", {"external_id": str(number)}), range(60)))
    sandbox.deliver()
    assert sorted(event["data"]["id"] for event in sink.events) == sorted(lead["id"] for lead in made)
    assert [event["created_at"] for event in sink.events] == sorted(event["created_at"] for event in sink.events)


def test_a_large_import_without_subscribers_writes_no_events(sandbox, api):
    before = sandbox._store.execute(
        "SELECT (SELECT count(*) FROM webhook_deliveries),(SELECT count(*) FROM delivery_bodies)"
    )
    [demo] = [each for each in ask(api, "GET", "/webhooks") if each["enabled"]]
    ask(api, "PATCH", f"/webhooks/{demo['id']}", {"enabled": False})
    rows = [{"m": f"n{number}@b.example"} for number in range(2_000)]
    made = ask(api, "POST", "/imports", {"rows": rows, "mapping": {"m": "email"}})
    sandbox.clock.advance(60)
    assert ask(api, "GET", f"/imports/{made['id']}")["created_count"] == 2_000
    after = sandbox._store.execute(
        "SELECT (SELECT count(*) FROM webhook_deliveries),(SELECT count(*) FROM delivery_bodies)"
    )
    assert before == after
    assert sandbox._store.fact("events.made") is None


def test_the_demo_endpoint_fails_without_logging(sandbox, api, deliveries):
    [demo] = [each for each in ask(api, "GET", "/webhooks") if each["enabled"]]
    before = len(deliveries(demo))
    run_export(sandbox, api)
    sandbox.clock.advance(7 * 86_400)
    new = deliveries(demo)[before:]
    assert [(each["event"], each["status"], each["attempt_count"], each["error_message"]) for each in new] == [
        ("export.completed", "failed", 6, "the connection was refused")
    ]


def test_bodies_are_compact_utf8(sandbox, api, make_sink, subscribe):
    sink = make_sink()
    subscribe(sink)
    ask(api, "POST", "/leads", {"full_name": "Zoë \U0001f600"})
    sandbox.deliver()
    [received] = sink.received
    assert received.body == json.dumps(received.event, ensure_ascii=False, separators=(",", ":")).encode()
    assert received.headers["content-type"] == "application/json"
