"""Campaign runs: all counts agree with the messages, activities, threads, leads and the usage."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.campaigns import audiences
from pb2b_notebook.sandbox.campaigns.exchanges import draw_reaction
from pb2b_notebook.sandbox.campaigns.runs import COUNTS
from pb2b_notebook.sandbox.core.draws import Draws

STEPS = [
    {"subject": "Hello {{first_name}}", "body": "About {{company_name}}.", "delay_days": 0},
    {"subject": "Once more", "body": "Hello.", "delay_days": 5},
]
DAY = 86_400
RUN = 3600
OPTED_OUT = {"unsubscribed", "bounced"}


@pytest.fixture
def sandbox():
    """Enough leads for every outcome."""
    with Sandbox(leads=300, rate_limit=1_000_000) as sandbox:
        yield sandbox


@pytest.fixture
def read_all(api):
    """Every object of a list."""

    def read_all(path, **parameters):
        objects, cursor = [], {}
        while cursor is not None:
            page = api.get(path, params={"limit": 500} | parameters | cursor).json()
            objects += page["data"]
            following = page["pagination"]["next_cursor"]
            cursor = {"cursor": following} if following else None
        return objects

    return read_all


@pytest.fixture
def launch(api):
    """Make and publish a campaign; its id."""

    def launch(**values):
        made = api.post("/campaigns", json={"name": "Test", "steps": STEPS} | values)
        assert made.status_code == 201, made.text
        api.post(f"/campaigns/{made.json()['data']['id']}/publish")
        return made.json()["data"]["id"]

    return launch


@pytest.fixture
def run(sandbox, api):
    """Run a campaign to its end; the run."""

    def run(campaign_id):
        response = api.post(f"/campaigns/{campaign_id}/runs")
        assert response.status_code == 201, response.text
        sandbox.clock.advance(RUN)
        return api.get(f"/campaign-runs/{response.json()['data']['id']}").json()["data"]

    return run


def counts(run):
    return {name: run[name] for name in COUNTS}


def check_funnel(run):
    assert run["targeted"] >= run["sent"] >= run["delivered"] >= run["opened"] >= run["clicked"]
    assert run["sent"] == run["delivered"] + run["bounced"]
    assert run["opened"] >= run["replied"] + run["unsubscribed"]


def used(api):
    return api.get("/billing/usage").json()["data"]["usage"]["emails_sent"]


def test_the_counts_of_a_run_equal_its_stored_messages(api, launch, run, read_all):
    before = {lead["id"]: lead for lead in read_all("/leads")}
    emails = used(api)
    campaign = launch()
    done = run(campaign)
    check_funnel(done)
    assert all(done[name] > 0 for name in COUNTS)

    messages = read_all("/messages", campaign_id=campaign)
    sent = [each for each in messages if each["direction"] == "outbound"]
    replies = [each for each in messages if each["direction"] == "inbound"]
    assert Counter(each["status"] == "bounced" for each in sent) == {True: done["bounced"], False: done["delivered"]}
    assert sum(each["opened_at"] is not None for each in sent) == done["opened"]
    assert sum(each["replied_at"] is not None for each in sent) == done["replied"] == len(replies)
    assert used(api) - emails == done["sent"] == len(sent)

    kinds = Counter(each["type"] for each in read_all("/activities", campaign_id=campaign))
    assert kinds["message_sent"] == done["sent"]
    assert kinds["message_opened"] == done["opened"]
    assert kinds["link_clicked"] == done["clicked"]
    assert kinds["reply_received"] == done["replied"]
    assert kinds["message_bounced"] == done["bounced"]
    assert kinds["unsubscribed"] == done["unsubscribed"]

    logs = Counter(each["event"] for each in read_all(f"/campaigns/{campaign}/logs"))
    assert logs["message.bounced"] == done["bounced"]
    assert logs["reply.received"] == done["replied"]
    assert logs["lead.unsubscribed"] == done["unsubscribed"]
    assert logs["lead.skipped"] == done["targeted"] - done["sent"]
    assert logs["run.started"] == logs["run.completed"] == 1

    after = {lead["id"]: lead for lead in read_all("/leads", campaign_id=campaign)}
    assert set(after) == {each["lead_id"] for each in sent}
    changed = Counter((before[lead_id]["status"], lead["status"]) for lead_id, lead in after.items())
    assert {was for was, _ in changed} <= {"new", "contacted"}
    became = Counter(lead["status"] for lead in after.values())
    assert became["bounced"] == done["bounced"]
    assert became["unsubscribed"] == done["unsubscribed"]
    assert became["replied"] == done["replied"]
    assert became["new"] == 0
    moments = {each["lead_id"]: each["sent_at"] for each in sent}
    assert all(lead["last_contacted_at"] == moments[lead_id] for lead_id, lead in after.items())


def test_threads_contain_the_replies(launch, run, read_all, api):
    campaign = launch()
    done = run(campaign)
    sent = [each for each in read_all("/messages", campaign_id=campaign) if each["direction"] == "outbound"]
    for message in sent:
        assert (message["thread_id"] is not None) == (message["status"] == "replied")
    answered = [each for each in sent if each["thread_id"]]
    assert len(answered) == done["replied"]
    for message in answered:
        thread = api.get(f"/inbox/threads/{message['thread_id']}").json()["data"]
        held = api.get(f"/inbox/threads/{thread['id']}/messages").json()["data"]
        assert [each["direction"] for each in sorted(held, key=lambda each: each["sent_at"])] == ["outbound", "inbound"]
        assert (thread["lead_id"], thread["unread_count"], thread["status"]) == (message["lead_id"], 1, "open")
        assert thread["last_message_at"] == message["replied_at"] == max(each["sent_at"] for each in held)
        lead = api.get(f"/leads/{thread['lead_id']}").json()["data"]
        assert thread["assigned_to"] == lead["owner_email"]


def test_all_events_of_a_run_happen_within_it_and_in_order(launch, run, read_all):
    campaign = launch()
    done = run(campaign)
    for message in read_all("/messages", campaign_id=campaign):
        moments = [message["sent_at"], message["opened_at"], message["replied_at"]]
        moments = [each for each in moments if each]
        assert moments == sorted(moments)
        assert done["started_at"] <= moments[0]
        assert moments[-1] <= message["updated_at"] <= done["finished_at"]
    for activity in read_all("/activities", campaign_id=campaign):
        assert done["started_at"] <= activity["occurred_at"] <= activity["updated_at"] <= done["finished_at"]


def test_a_sync_by_updated_at_sees_every_effect_of_a_run(sandbox, launch, api, read_all):
    campaign = launch()
    api.post(f"/campaigns/{campaign}/runs")
    sandbox.clock.advance(300)
    watermark = sandbox.clock.now().isoformat().replace("+00:00", "Z")
    sandbox.clock.advance(RUN)
    assert read_all("/messages", campaign_id=campaign)
    for path in ("/messages", "/activities"):
        fresh = read_all(path, campaign_id=campaign, updated_after=watermark)
        assert fresh == read_all(path, campaign_id=campaign)


def test_opted_out_leads_are_never_sent_a_message_and_stay_opted_out(api, launch, run, read_all):
    gone = {lead["id"]: lead for lead in read_all("/leads") if lead["status"] in OPTED_OUT | {"disqualified"}}
    addresses = {
        lead["email"].strip().casefold() for lead in gone.values() if lead["email"] and lead["status"] in OPTED_OUT
    }
    assert gone
    campaign = launch(audience={"status": ["new", "contacted", "replied", "qualified"]})
    for _ in range(2):
        run(campaign)
    reached = {each["lead_id"] for each in read_all("/messages", campaign_id=campaign)}
    assert not reached & set(gone)
    leads = {lead["id"]: lead for lead in read_all("/leads")}
    assert {lead_id: leads[lead_id] for lead_id in gone} == gone
    assert not [each for each in reached if leads[each]["email"].strip().casefold() in addresses]


def test_a_lead_is_skipped_if_another_row_with_its_email_opted_out(api, make_lead, launch, run, read_all):
    twin = make_lead(email="twin@example.com", status="unsubscribed")
    lead = make_lead(email=" Twin@Example.com ", source="test")
    campaign = launch(audience={"source": ["test"]})
    assert counts(run(campaign)) == dict.fromkeys(COUNTS, 0)
    api.delete(f"/leads/{twin['id']}")
    assert run(campaign)["targeted"] == 0
    assert api.get(f"/leads/{lead['id']}").json()["data"]["status"] == "new"


def test_two_rows_with_one_email_are_sent_one_message(make_lead, launch, run, read_all):
    for email in ("one@example.com", "ONE@example.com", "two@example.com"):
        make_lead(email=email, source="test")
    campaign = launch(audience={"source": ["test"]})
    done = run(campaign)
    assert (done["targeted"], done["sent"]) == (3, 2)
    [skipped] = [each for each in read_all(f"/campaigns/{campaign}/logs") if each["event"] == "lead.skipped"]
    assert skipped["lead_id"] not in {each["lead_id"] for each in read_all("/messages", campaign_id=campaign)}
    assert run(campaign)["targeted"] == 0


def test_the_next_step_is_sent_when_due_to_leads_that_did_not_reply(sandbox, launch, run, read_all):
    campaign = launch()
    first = run(campaign)
    assert run(campaign)["targeted"] == 0
    sandbox.clock.advance(5 * DAY)
    waiting = {lead["id"] for lead in read_all("/leads", campaign_id=campaign) if lead["status"] == "contacted"}
    second = run(campaign)
    check_funnel(second)
    assert second["sent"] == len(waiting) == first["sent"] - first["replied"] - first["bounced"] - first["unsubscribed"]
    again = [each for each in read_all("/messages", campaign_id=campaign) if each["subject"] == "Once more"]
    assert {each["lead_id"] for each in again} == waiting
    sandbox.clock.advance(90 * DAY)
    assert run(campaign)["targeted"] == 0


def test_a_reply_ends_the_sequence(sandbox, api, make_lead, launch, run):
    leads = [make_lead(email=f"n{number}@example.com", source="test") for number in range(20)]
    campaign = launch(audience={"source": ["test"]})
    run(campaign)
    sandbox.clock.advance(5 * DAY)
    still = [lead["id"] for lead in leads if api.get(f"/leads/{lead['id']}").json()["data"]["status"] == "contacted"]
    assert still
    api.patch(f"/leads/{still[0]}", json={"status": "qualified"})
    api.patch(f"/leads/{still[1]}", json={"status": "unsubscribed"})
    assert run(campaign)["targeted"] == len(still) - 2


def test_placeholders_are_filled_in_one_pass(make_lead, launch, run, read_all):
    make_lead(email="ada@example.com", first_name="{{company_name}}", source="test")
    campaign = launch(audience={"source": ["test"]})
    run(campaign)
    [message] = [each for each in read_all("/messages", campaign_id=campaign) if each["direction"] == "outbound"]
    assert message["body_preview"] == "About ."
    # What a lead is called is no template.
    assert message["subject"] == "Hello {{company_name}}"


def test_a_malformed_address_bounces(make_lead, launch, run, read_all, sandbox):
    for number in range(40):
        make_lead(email=f"mailto:n{number}@example.com", source="test")
    done = run(launch(audience={"source": ["test"]}))
    assert done["bounced"] > 30


def test_linkedin_messages_use_no_emails_and_do_not_bounce(api, launch, run):
    emails = used(api)
    done = run(launch(channel="linkedin"))
    assert done["sent"] > 0
    assert done["bounced"] == 0
    assert used(api) == emails


def test_a_campaign_with_a_workflow_reaches_only_the_leads_that_it_found(sandbox, api, launch, run, read_all):
    workflow = api.post("/prospector/workflows", json={"name": "Test", "criteria": {"max_results": 30}}).json()["data"]
    found = api.post(f"/prospector/workflows/{workflow['id']}/runs").json()["data"]
    sandbox.clock.advance(RUN)
    found = api.get(f"/prospector/runs/{found['id']}").json()["data"]
    campaign = launch(prospector_workflow_id=workflow["id"])
    done = run(campaign)
    assert found["created"] <= done["targeted"] <= found["found"]


def test_a_run_stops_when_the_plans_emails_are_used_up_and_no_other_starts(sandbox, api, launch, run, read_all, code):
    parts = sandbox.app.state.parts
    campaign = launch()
    room = 25
    [kept] = parts.store.execute("SELECT id, doc FROM subscriptions WHERE workspace_id = ?", (sandbox.workspace_id,))
    parts.store.execute(
        "UPDATE subscriptions SET doc = json_set(doc, '$.emails_limit', ?) WHERE id = ?", (used(api) + room, kept[0])
    )
    done = run(campaign)
    check_funnel(done)
    assert done["sent"] == room < done["targeted"]
    [entry] = [each for each in read_all(f"/campaigns/{campaign}/logs") if each["event"] == "emails_limit.reached"]
    assert entry["level"] == "error"
    response = api.post(f"/campaigns/{campaign}/runs")
    assert (response.status_code, code(response)) == (403, "emails_limit_reached")
    sandbox.clock.advance(31 * DAY)
    assert run(campaign)["sent"] > 0


def test_a_run_reaches_a_limited_number_of_leads_due_ones_first(sandbox, api, launch, run):
    campaign_id = launch(audience={"status": ["new"]})
    done = run(campaign_id)
    campaign = api.get(f"/campaigns/{campaign_id}").json()["data"]
    api.patch(f"/campaigns/{campaign_id}", json={"audience": {"status": ["contacted"]}})
    sandbox.clock.advance(5 * DAY)
    store, now = sandbox.app.state.parts.store, sandbox.clock.now().isoformat()
    for limit in (1, 7, done["sent"]):
        found = audiences.targets(store, sandbox.workspace_id, campaign, now=now, limit=limit)
        assert len(found) == min(limit, len(found))
        steps = [sent for _, sent in found]
        assert steps == sorted(steps, reverse=True)
        assert steps[0] == 1


def test_the_same_seed_gives_the_same_numbers(serve):
    def numbers(seed):
        with Sandbox(leads=200, seed=seed) as sandbox, serve(sandbox) as api:
            campaign = api.post("/campaigns", json={"name": "Test", "steps": STEPS}).json()["data"]["id"]
            api.post(f"/campaigns/{campaign}/publish")
            run = api.post(f"/campaigns/{campaign}/runs").json()["data"]["id"]
            sandbox.clock.advance(RUN)
            return api.get(f"/campaign-runs/{run}").json()["data"]

    assert numbers(1) == numbers(1)
    assert counts(numbers(1)) != counts(numbers(2))


def test_a_run_continues_after_a_restart_exactly_once(tmp_path, serve, bearer):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=100) as sandbox, serve(sandbox) as api:
        key = bearer(sandbox.key)
        campaign = api.post("/campaigns", json={"name": "Test", "steps": STEPS}).json()["data"]["id"]
        api.post(f"/campaigns/{campaign}/publish")
        run = api.post(f"/campaigns/{campaign}/runs").json()["data"]["id"]
        sandbox.clock.advance(60)
    for _ in range(2):
        with Sandbox(file) as sandbox, serve(sandbox) as api:
            sandbox.clock.advance(RUN)
            done = api.get(f"/campaign-runs/{run}", headers=key).json()["data"]
            sent = api.get(f"/messages?campaign_id={campaign}&direction=outbound&limit=500", headers=key).json()["data"]
            assert done["status"] == "completed"
            assert len(sent) == done["sent"] > 0


def test_a_run_does_not_touch_the_other_workspace(sandbox, api, launch, run, bearer):
    foreign = bearer(sandbox.create_key(workspace_id=sandbox.other_workspace_id))

    def theirs():
        paths = ("/leads", "/messages", "/activities", "/inbox/threads", "/campaign-runs")
        return [api.get(f"{path}?limit=500", headers=foreign).json()["data"] for path in paths]

    before = theirs()
    run(launch())
    assert theirs() == before


@given(
    seed=st.integers(0, 2**32),
    source=st.sampled_from(["website", "cold_list", "import", None, "?"]),
    email=st.sampled_from(["a@b.example", " A@B.example ", "mailto:a@b.example", "a@b", "", None]),
    channel=st.sampled_from(["email", "linkedin"]),
)
def test_every_drawn_fate_is_consistent(seed, source, email, channel):
    draws = Draws(seed, "test")
    for _ in range(20):
        reaction = draw_reaction(draws, {"source": source, "email": email}, channel)
        if reaction.bounced:
            assert channel == "email"
            assert reaction[1:] == (None, None, None, None)
        moments = [
            each
            for each in (reaction.opened, reaction.clicked, reaction.replied, reaction.unsubscribed)
            if each is not None
        ]
        assert moments == sorted(moments)
        assert all(0 <= each <= 1 for each in moments)
        assert not moments or reaction.opened is not None
        assert reaction.replied is None or reaction.unsubscribed is None
        assert reaction.ends_sequence == (
            reaction.bounced or reaction.replied is not None or reaction.unsubscribed is not None
        )
