"""The seeded year: the same everywhere, in the documented shapes, and consistent."""

from collections import Counter
from datetime import timedelta

import msgspec
import pytest

from each_case import each_case
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.clocks import START
from pb2b_notebook.sandbox.core.tables import LEADS, TABLES
from pb2b_notebook.sandbox.jobs.models import Job, JobEvent
from pb2b_notebook.sandbox.transfers.export_models import Export
from pb2b_notebook.sandbox.transfers.import_models import Import
from pb2b_notebook.sandbox.transfers.import_models import ImportError as ImportErrorModel
from pb2b_notebook.sandbox.webhooks.models import Webhook, WebhookDelivery
from pb2b_notebook.sandbox.workspace.settings_models import Member, WorkspaceSettings
from pb2b_notebook.sandbox.workspace.ticket_models import SupportTicket

JOBS, JOB_EVENTS, IMPORTS, IMPORT_ERRORS, EXPORTS = "jobs", "job_events", "imports", "import_errors", "exports"
TICKETS, WEBHOOKS, DELIVERIES = "tickets", "webhooks", "webhook_deliveries"
MODELS = {
    JOBS: Job, JOB_EVENTS: JobEvent, IMPORTS: Import, IMPORT_ERRORS: ImportErrorModel, EXPORTS: Export,
    TICKETS: SupportTicket, WEBHOOKS: Webhook, DELIVERIES: WebhookDelivery, "settings": WorkspaceSettings,
    "members": Member,
}  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}
NOW = instants.render(START)


def documents(sandbox):
    """Every object of both workspaces, by table."""
    return {
        name: [
            document
            for workspace_id in (sandbox.workspace_id, sandbox.other_workspace_id)
            for document in sandbox._store.find(BY_NAME[name], workspace_id, "1", ())
        ]
        for name in MODELS
    }


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(leads=2_000) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def history(sandbox):
    """The main workspace's objects, by table."""
    return {name: sandbox._store.find(BY_NAME[name], sandbox.workspace_id, "1", ()) for name in MODELS}


def test_the_same_seed_gives_the_same_year(sandbox):
    with Sandbox(leads=2_000) as again, Sandbox(leads=2_000, seed=2) as other:
        assert documents(again) == documents(sandbox)
        for name in (JOBS, IMPORTS, EXPORTS, DELIVERIES):
            ids = {document["id"] for document in documents(other)[name]}
            assert not ids & {document["id"] for document in documents(sandbox)[name]}


@each_case("leads", [0, 1, 30, 300])
def test_a_small_workspace_has_a_year_too(leads):
    with Sandbox(leads=leads) as sandbox:
        for name, found in documents(sandbox).items():
            assert found or name in (IMPORT_ERRORS, IMPORTS)
            for document in found:
                MODELS[name].model_validate(document, strict=True)


@pytest.mark.parametrize("name", MODELS)
def test_every_object_has_the_documented_fields_in_order(sandbox, name):
    found = documents(sandbox)[name]
    assert found
    for document in found:
        assert list(document) == list(MODELS[name].model_fields)
        MODELS[name].model_validate(document, strict=True)
        assert document["id"].startswith(f"{BY_NAME[name].prefix}_")
        assert document["created_at"] <= document["updated_at"] <= NOW
    assert len({document["id"] for document in found}) == len(found)


def test_nothing_happens_before_the_workspace_or_after_now(sandbox):
    opened_at = instants.render(START - timedelta(days=366))
    for found in documents(sandbox).values():
        for document in found:
            for name, value in document.items():
                if name.endswith("_at") and value is not None:
                    assert opened_at <= value <= NOW, (name, document)


def test_imports_are_those_of_the_leads(sandbox, history):
    leads = sandbox._store.find(LEADS, sandbox.workspace_id, "import_id IS NOT NULL", ())
    created = Counter(lead["import_id"] for lead in leads)
    imports = {each["id"]: each for each in history[IMPORTS]}
    assert created == {id_: each["created_count"] for id_, each in imports.items() if each["created_count"]}
    for lead in leads:
        assert lead["created_at"] == imports[lead["import_id"]]["finished_at"]
    errors = Counter((error["import_id"], error["row_number"]) for error in history[IMPORT_ERRORS])
    for each in imports.values():
        wrong_rows = {number for import_id, number in errors if import_id == each["id"]}
        assert len(wrong_rows) == each["error_count"]
        assert all(1 <= number <= each["total_rows"] for number in wrong_rows)
        if each["status"] == "completed":
            counts = ("created_count", "updated_count", "skipped_count", "error_count")
            assert sum(each[name] for name in counts) == each["total_rows"]


def test_one_import_failed_and_one_has_errors_in_nearly_every_row(history):
    [failed] = [each for each in history[IMPORTS] if each["status"] == "failed"]
    [job] = [each for each in history[JOBS] if each["id"] == failed["job_id"]]
    assert job["error"]["code"] == "leads_limit_reached"
    assert job["status"] == "failed"
    worst = max(history[IMPORTS], key=lambda each: each["error_count"] / each["total_rows"])
    assert worst["error_count"] > 0.9 * worst["total_rows"]
    assert worst["created_at"] > failed["finished_at"]
    kinds = Counter(error["field"] for error in history[IMPORT_ERRORS] if error["import_id"] == worst["id"])
    assert kinds == {"deal_value_eur": worst["error_count"]}
    assert len({error["field"] for error in history[IMPORT_ERRORS]}) > 4
    [ticket] = [each for each in history[TICKETS] if each["request_id"] == failed["request_id"]]
    assert ticket["created_at"] > failed["finished_at"]


def test_jobs_agree_with_their_resources(history):
    jobs = {job["id"]: job for job in history[JOBS]}
    works = [each for table in (IMPORTS, EXPORTS) for each in history[table]]
    assert {each["job_id"] for each in works} <= set(jobs)
    events = {}
    for event in sorted(history[JOB_EVENTS], key=lambda event: event["occurred_at"]):
        events.setdefault(event["job_id"], []).append(event)
    for each in works:
        job = jobs[each["job_id"]]
        assert (job["resource_type"], job["resource_id"], job["type"]) == (each["object"], each["id"], each["object"])
        for name in ("status", "started_at", "finished_at", "request_id"):
            assert job[name] == each[name]
        assert job["queued_at"] < job["started_at"] < job["finished_at"] <= job["updated_at"]
        said = [event["message"] for event in events[job["id"]]]
        assert said[:2] == ["Queued.", "Started."]
        assert said[-1].startswith("Completed" if job["status"] == "completed" else "Failed")
        assert (job["progress"] == 1) == (job["status"] == "completed")


def test_reports_follow_the_week_and_grow(sandbox, history):
    reports = sorted((each for each in history[EXPORTS] if not each["filters"]), key=lambda each: each["created_at"])
    mondays = [each for each in reports if instants.parse(each["created_at"]).weekday() == 0]
    assert len(mondays) >= 50
    assert [each["status"] for each in mondays[-1:]] == ["failed"]
    rows = [each["row_count"] for each in mondays[:-1]]
    assert rows == sorted(rows)
    assert rows[-1] > 3 * rows[5] > 0


def test_no_file_of_the_past_can_be_downloaded(sandbox, serve):
    with serve(sandbox) as api:
        for export in api.get("/exports?limit=500").json()["data"]:
            told = api.get(f"/exports/{export['id']}/download").json()["data"]
            assert told["ready"] is False
            assert (told["size_bytes"] is None) == (export["status"] == "failed")


def test_deliveries_are_of_past_events_that_their_webhook_subscribed_to(sandbox, history):
    webhooks = {webhook["id"]: webhook for webhook in history[WEBHOOKS]}
    bodies = dict(sandbox._store.execute("SELECT delivery_id, body FROM delivery_bodies"))
    statuses = Counter()
    for delivery in history[DELIVERIES]:
        webhook = webhooks[delivery["webhook_id"]]
        assert delivery["event"] in webhook["events"]
        assert delivery["created_at"] > webhook["created_at"]
        event = msgspec.json.decode(bodies[delivery["id"]])
        assert (event["type"], event["created_at"]) == (delivery["event"], delivery["created_at"])
        assert event["data"]["object"] == delivery["event"].partition(".")[0]
        assert (delivery["delivered_at"] is not None) == (delivery["status"] == "succeeded")
        assert (delivery["error_message"] is None) == (delivery["status"] == "succeeded")
        statuses[webhook["enabled"], delivery["status"]] += 1
    assert statuses[True, "failed"] >= 10
    assert statuses[True, "succeeded"] > 30
    assert statuses[False, "failed"] > 0
    assert statuses[False, "succeeded"] > 50


def test_the_oldest_failures_can_be_retried(sandbox, history):
    enabled = {webhook["id"] for webhook in history[WEBHOOKS] if webhook["enabled"]}
    oldest = min(history[DELIVERIES], key=lambda each: each["updated_at"])
    assert (oldest["status"], oldest["webhook_id"] in enabled) == ("failed", True)


def test_tickets_read_as_conversations(history):
    statuses = Counter(ticket["status"] for ticket in history[TICKETS])
    assert statuses["closed"] > 5
    assert statuses["open"] >= 1
    assert statuses["pending"] >= 1
    for ticket in history[TICKETS]:
        turns = [reply["author"] for reply in ticket["replies"]]
        assert turns[0] == "requester"
        assert [reply["created_at"] for reply in ticket["replies"]] == sorted(
            {reply["created_at"] for reply in ticket["replies"]}
        )
        assert ticket["last_reply_at"] == ticket["replies"][-1]["created_at"]
        assert (ticket["status"] == "closed") == (ticket["closed_at"] is not None)
        if ticket["status"] != "closed":
            assert (ticket["status"] == "open") == (turns[-1] == "requester")
        assert instants.parse(ticket["created_at"]).weekday() < 5
