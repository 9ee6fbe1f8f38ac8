"""The seeded year of campaigns and prospector: it agrees with the leads, with itself and with the usage."""

from collections import Counter, defaultdict
from datetime import datetime

import msgspec
import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.campaigns.message_models import InboxThread, LeadActivity, Message
from pb2b_notebook.sandbox.campaigns.models import Campaign, CampaignLog, CampaignRun
from pb2b_notebook.sandbox.campaigns.runs import COUNTS
from pb2b_notebook.sandbox.demo_data import campaign_history
from pb2b_notebook.sandbox.prospector.models import ProspectorRun, ProspectorWorkflow

NOW = "2026-03-10T12:00:00.000Z"
MODELS = {
    "campaigns": Campaign,
    "campaign_runs": CampaignRun,
    "campaign_logs": CampaignLog,
    "prospector_workflows": ProspectorWorkflow,
    "prospector_runs": ProspectorRun,
    "messages": Message,
    "inbox_threads": InboxThread,
    "lead_activities": LeadActivity,
}


class Year:
    """The history of one workspace; small to print."""

    def __init__(self, sandbox, workspace_id):
        store = sandbox.app.state.parts.store

        def read(table):
            rows = store.execute(f"SELECT doc FROM {table} WHERE workspace_id = ? ORDER BY id", (workspace_id,))  # noqa: S608 - our own names
            return [msgspec.json.decode(doc) for (doc,) in rows]

        self.tables = {name: read(name) for name in MODELS}
        self.leads = {lead["id"]: lead for lead in read("leads")}
        self.jobs = {job["id"]: job for job in read("jobs")}
        self.reached = store.execute(
            "SELECT campaign_id, lead_id, steps_sent FROM campaign_leads"
            " WHERE campaign_id IN (SELECT id FROM campaigns WHERE workspace_id = ?)",
            (workspace_id,),
        )
        self.usage = {
            (period, counter): used
            for period, counter, used in store.execute(
                "SELECT period, counter, used FROM usage_counters WHERE workspace_id = ?", (workspace_id,)
            )
        }
        self.messages = self.tables["messages"]
        self.outbound = [each for each in self.messages if each["direction"] == "outbound"]
        self.activities = self.tables["lead_activities"]
        self.runs = self.tables["campaign_runs"]
        self.campaigns = {each["id"]: each for each in self.tables["campaigns"]}


@pytest.fixture(
    scope="module",
    params=[(1, 2000, "first"), (1, 2000, "second"), (2, 300, "first"), (3, 40, "first"), (4, 1, "first")],
)
def year(request):
    """The year of a workspace, of several seeds and sizes."""
    seed, leads, which = request.param
    with Sandbox(leads=leads, seed=seed) as sandbox:
        yield Year(sandbox, sandbox.workspace_id if which == "first" else sandbox.other_workspace_id)


@pytest.fixture(scope="module")
def main():
    """The year of the default workspace."""
    with Sandbox() as sandbox:
        yield Year(sandbox, sandbox.workspace_id)


def test_every_object_matches_the_contract(year):
    for table, documents in year.tables.items():
        for document in documents:
            assert list(document) == list(MODELS[table].model_fields)
            MODELS[table].model_validate(document)


def test_nothing_happens_before_its_lead_or_after_now(year):
    for documents in year.tables.values():
        for document in documents:
            assert document["created_at"] <= document["updated_at"] <= NOW
    for each in year.messages:
        assert year.leads[each["lead_id"]]["created_at"] <= each["sent_at"]
        moments = [moment for moment in (each["sent_at"], each["opened_at"], each["replied_at"]) if moment]
        assert moments == sorted(moments)
        assert each["updated_at"] == moments[-1]
    for each in year.activities:
        lead = year.leads[each["lead_id"]]
        assert lead["created_at"] <= each["occurred_at"] <= (lead["deleted_at"] or NOW)


def test_every_contacted_lead_was_sent_a_message_or_called_at_that_time(year):
    last = defaultdict(str)
    for each in year.activities:
        if each["type"] in {"message_sent", "call_logged"}:
            last[each["lead_id"]] = max(last[each["lead_id"]], each["occurred_at"])
    assert dict(last) == {
        lead["id"]: lead["last_contacted_at"] for lead in year.leads.values() if lead["last_contacted_at"]
    }


def test_the_last_change_of_status_gives_the_leads_status(year):
    changes = defaultdict(list)
    for each in year.activities:
        if each["type"] == "status_changed":
            changes[each["lead_id"]].append((each["occurred_at"], each["metadata"]["from"], each["metadata"]["to"]))
    for lead in year.leads.values():
        if lead["last_contacted_at"] is None:
            assert lead["id"] not in changes
            continue
        steps = changes[lead["id"]]
        assert max(at for at, _, _ in steps) <= lead["updated_at"]
        chain = dict((before, after) for _, before, after in steps)  # noqa: C402 - the pairs are of three
        status, path = "new", []
        while status in chain:
            status = chain[status]
            path.append(status)
        assert (status, len(path)) == (lead["status"], len(steps))


def test_messages_agree_with_the_status_of_the_lead(year):
    outcomes = defaultdict(set)
    for each in year.outbound:
        outcomes[each["status"]].add(each["lead_id"])
    unsubscribed = {each["lead_id"] for each in year.activities if each["type"] == "unsubscribed"}
    for lead in year.leads.values():
        assert (lead["id"] in outcomes["bounced"]) == (lead["status"] == "bounced")
        assert (lead["id"] in unsubscribed) == (lead["status"] == "unsubscribed")
        if lead["id"] in outcomes["replied"]:
            assert lead["status"] in {"replied", "qualified", "disqualified"}


def test_runs_count_their_messages(year):
    told = defaultdict(Counter)
    for each in year.activities:
        run = each["metadata"].get("run_id")
        if run and each["type"] != "lead_created":
            told[run][each["type"]] += 1
    skipped = Counter(each["run_id"] for each in year.tables["campaign_logs"] if each["event"] == "lead.skipped")
    completed = [run for run in year.runs if run["status"] == "completed"]
    assert set(told) == {run["id"] for run in completed}
    for run in completed:
        kinds = told[run["id"]]
        assert {name: run[name] for name in COUNTS} == {
            "targeted": kinds["message_sent"] + skipped[run["id"]],
            "sent": kinds["message_sent"],
            "delivered": kinds["message_sent"] - kinds["message_bounced"],
            "opened": kinds["message_opened"],
            "clicked": kinds["link_clicked"],
            "replied": kinds["reply_received"],
            "bounced": kinds["message_bounced"],
            "unsubscribed": kinds["unsubscribed"],
        }
        assert run["opened"] >= run["clicked"]
        assert run["opened"] >= run["replied"] + run["unsubscribed"]


def test_runs_have_their_jobs_and_campaigns(year):
    for run in [*year.runs, *year.tables["prospector_runs"]]:
        job = year.jobs[run["job_id"]]
        assert job["resource_id"] == run["id"]
        assert job["resource_type"] == run["object"]
        assert [job[name] for name in ("status", "started_at", "finished_at")] == [
            run[name] for name in ("status", "started_at", "finished_at")
        ]
    for run in year.runs:
        campaign = year.campaigns[run["campaign_id"]]
        assert campaign["published_at"] <= run["created_at"]
        if campaign["status"] == "paused":
            assert run["finished_at"] <= campaign["updated_at"]


def test_messages_of_a_run_lie_within_it(year):
    sent = {each["metadata"]["message_id"]: each for each in year.activities if each["type"] == "message_sent"}
    runs = {run["id"]: run for run in year.runs}
    for message in year.outbound:
        assert sent[message["id"]]["occurred_at"] == message["sent_at"]
        if message["campaign_id"] is None:
            continue
        run = runs[sent[message["id"]]["metadata"]["run_id"]]
        assert run["campaign_id"] == message["campaign_id"]
        assert run["started_at"] <= message["sent_at"] <= run["finished_at"]


def test_campaigns_reached_the_leads_that_they_sent_messages_to(year):
    sent = Counter((each["campaign_id"], each["lead_id"]) for each in year.outbound if each["campaign_id"])
    assert {(campaign, lead): steps for campaign, lead, steps in year.reached} == sent
    for each in year.outbound:
        if each["campaign_id"]:
            assert each["channel"] == year.campaigns[each["campaign_id"]]["channel"]


def test_threads_contain_a_reply_and_its_messages(year):
    held = defaultdict(list)
    for each in year.messages:
        if each["thread_id"]:
            held[each["thread_id"]].append(each)
    threads = {each["id"]: each for each in year.tables["inbox_threads"]}
    assert set(held) == set(threads)
    for thread_id, messages in held.items():
        thread = threads[thread_id]
        messages.sort(key=lambda each: each["sent_at"])
        assert [each["direction"] for each in messages] in (
            ["outbound", "inbound"],
            ["outbound", "inbound", "outbound"],
        )
        assert messages[0]["replied_at"] == messages[1]["sent_at"] == thread["created_at"]
        assert {each["lead_id"] for each in messages} == {thread["lead_id"]}
        assert thread["last_message_at"] == messages[-1]["sent_at"]
        assert thread["unread_count"] <= (messages[-1]["direction"] == "inbound")
        assert thread["assigned_to"] == year.leads[thread["lead_id"]]["owner_email"]


def test_prospector_runs_created_the_leads_of_the_prospector(year):
    workflows = {each["id"]: each for each in year.tables["prospector_workflows"]}
    runs = year.tables["prospector_runs"]
    leads = [lead for lead in year.leads.values() if lead["source"] == "prospector"]
    assert sum(run["created"] for run in runs) == len(leads)
    for run in runs:
        assert run["found"] == run["created"] + run["duplicates"]
        assert run["credits_used"] == run["created"]
    by_id = {run["id"]: run for run in runs}
    told = [each for each in year.activities if each["type"] == "lead_created"]
    assert {each["lead_id"] for each in told} == {lead["id"] for lead in leads}
    for each in told:
        run, lead = by_id[each["metadata"]["run_id"]], year.leads[each["lead_id"]]
        assert run["started_at"] <= lead["created_at"] <= run["finished_at"]
        countries = workflows[run["workflow_id"]]["criteria"]["countries"]
        assert not countries or lead["country"] in countries
    for workflow in workflows.values():
        own = [run for run in runs if run["workflow_id"] == workflow["id"]]
        newest = max(own, key=lambda run: run["created_at"], default=None)
        assert workflow["last_run_id"] == (newest and newest["id"])


def test_the_usage_counts_sent_messages_and_found_leads(year):
    sent = Counter(each["sent_at"][:7] for each in year.outbound if each["channel"] == "email")
    found = Counter(lead["created_at"][:7] for lead in year.leads.values() if lead["source"] == "prospector")
    expected = {(period, "emails_sent"): number for period, number in sent.items()}
    expected |= {(period, "prospector_credits_used"): number for period, number in found.items()}
    assert year.usage == expected


def test_the_history_grows_over_the_year_and_has_quiet_weekends(main):
    months = Counter(each["sent_at"][:7] for each in main.outbound)
    assert len(months) == 13
    assert sum(months[month] for month in ("2025-12", "2026-01", "2026-02")) > 2 * sum(
        months[month] for month in ("2025-04", "2025-05", "2025-06")
    )
    days = Counter(datetime.fromisoformat(each["sent_at"]).weekday() for each in main.outbound)
    assert min(days[day] for day in range(5)) > 5 * (days[5] + days[6])


def test_one_campaign_had_bad_results_and_was_disabled(main):
    def share(run_list, name):
        return sum(run[name] for run in run_list) / sum(run["sent"] for run in run_list)

    by_campaign = defaultdict(list)
    for run in main.runs:
        by_campaign[run["campaign_id"]].append(run)
    [bad] = [each for each in main.campaigns.values() if not each["enabled"]]
    runs = by_campaign.pop(bad["id"])
    others = [run for each in by_campaign.values() for run in each]
    assert sum(run["sent"] for run in runs) > 50
    assert share(runs, "bounced") > 0.15 > 2.5 * share(others, "bounced")
    assert share(runs, "opened") < 0.7 * share(others, "opened")
    [failed] = [run for run in runs if run["status"] == "failed"]
    assert main.jobs[failed["job_id"]]["error"]["code"] == "campaign_disabled"
    assert failed["created_at"] == max(run["created_at"] for run in runs)
    assert failed["targeted"] == 0


def test_every_state_of_campaigns_threads_and_runs_occurs(main):
    assert {each["status"] for each in main.campaigns.values()} == {"draft", "published", "paused"}
    assert {each["channel"] for each in main.campaigns.values()} == {"email", "linkedin"}
    assert {each["status"] for each in main.tables["inbox_threads"]} == {"open", "closed"}
    assert sum(each["unread_count"] for each in main.tables["inbox_threads"]) > 0
    assert {each["status"] for each in main.tables["prospector_runs"]} == {"completed", "cancelled"}
    assert {each["level"] for each in main.tables["campaign_logs"]} == {"info", "warning"}


def test_the_history_is_the_same_each_time():
    def tables():
        with Sandbox(leads=150, seed=5) as sandbox:
            return Year(sandbox, sandbox.workspace_id).tables

    assert tables() == tables()


def test_a_large_workspace_has_a_story_for_every_nth_lead(monkeypatch):
    most = 300
    monkeypatch.setattr(campaign_history, "MOST_STORIES", most)
    with Sandbox(leads=660) as sandbox:
        execute = sandbox.app.state.parts.store.execute
        [(contacted,)] = execute("SELECT count(*) FROM leads WHERE status <> 'new'")
        [(reached,)] = execute("SELECT count(DISTINCT lead_id) FROM campaign_leads")
        [(found,)] = execute("SELECT sum(doc ->> 'created') FROM prospector_runs")
        [(prospects,)] = execute("SELECT count(*) FROM leads WHERE source = 'prospector'")
        assert contacted > most
        assert most / 4 < reached <= most
        assert found == prospects


def test_a_seeded_campaign_can_be_run_again(serve):
    with Sandbox(leads=400) as sandbox, serve(sandbox) as api:
        campaigns = api.get("/campaigns?limit=500&status=published&enabled=true").json()["data"]
        runs = [api.post(f"/campaigns/{campaign['id']}/runs").json()["data"]["id"] for campaign in campaigns]
        sandbox.clock.advance(3600)
        done = [api.get(f"/campaign-runs/{run}").json()["data"] for run in runs]
    assert {run["status"] for run in done} == {"completed"}
    assert sum(run["sent"] for run in done) > 50
