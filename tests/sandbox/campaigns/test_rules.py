"""Campaigns over HTTP: create, change, publish, pause and run, and the errors of each."""

import pytest

from each_case import each_case

STEP = {"subject": "Hello {{first_name}}", "body": "A question about {{company_name}}."}
NOBODY = "campaign_0000000000000000"


@pytest.fixture
def make(api):
    """Create a campaign; its object."""

    def make(*, published=False, **values):
        response = api.post("/campaigns", json={"name": "Test", "steps": [STEP]} | values)
        assert response.status_code == 201, response.text
        campaign = response.json()["data"]
        if published:
            campaign = api.post(f"/campaigns/{campaign['id']}/publish").json()["data"]
        return campaign

    return make


def patch(api, campaign, **changes):
    return api.patch(f"/campaigns/{campaign['id']}", json=changes)


def test_a_new_campaign_is_a_draft_with_defaults(api, make):
    campaign = make(steps=[])
    assert (campaign["status"], campaign["enabled"], campaign["channel"]) == ("draft", True, "email")
    assert campaign["published_at"] is None
    assert campaign["audience"] == {"status": [], "source": [], "country": [], "tag": [], "owner_email": []}
    assert api.get(f"/campaigns/{campaign['id']}").json()["data"] == campaign
    assert campaign in api.get("/campaigns?limit=500&status=draft").json()["data"]


def test_a_campaign_counts_the_leads_that_it_could_reach(api, make):
    leads = api.get("/leads?limit=500&status=new&status=contacted&has_email=true").json()["data"]
    gone = {
        (lead["email"] or "").strip().casefold()
        for lead in api.get("/leads?limit=500&status=bounced&status=unsubscribed&include_deleted=true").json()["data"]
    }
    alive = [each for each in leads if not each["merged_into"] and each["email"].strip().casefold() not in gone]
    assert make()["audience_count"] == len(alive) > 0
    source = alive[0]["source"]
    campaign = make(audience={"source": [source], "status": ["new"]})
    expected = sum(lead["source"] == source and lead["status"] == "new" for lead in alive)
    assert campaign["audience_count"] == expected
    changed = patch(api, campaign, audience={"country": ["DE"]}).json()["data"]
    assert changed["audience"] == campaign["audience"] | {"country": ["DE"], "source": [], "status": []}
    assert changed["audience_count"] == sum(lead["country"] == "DE" for lead in alive)
    linkedin = make(channel="linkedin")["audience_count"]
    assert 0 < linkedin < len(api.get("/leads?limit=500").json()["data"])


def test_a_change_keeps_what_it_does_not_name(api, make):
    campaign = make()
    changed = patch(api, campaign, name="Other").json()["data"]
    assert changed == campaign | {"name": "Other", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > campaign["updated_at"]
    assert patch(api, campaign, name="Other").json()["data"] == changed
    assert patch(api, campaign, if_updated_at=changed["updated_at"], enabled=False).json()["data"]["enabled"] is False


def test_a_change_with_an_old_version_is_refused(api, make, code):
    campaign = make()
    changed = patch(api, campaign, name="Other").json()["data"]
    response = patch(api, campaign, name="Third", if_updated_at=campaign["updated_at"])
    assert (response.status_code, code(response)) == (409, "conflict")
    assert response.json()["error"]["current"] == changed


def test_publishing_needs_steps(api, make, code):
    campaign = make(steps=[])
    response = api.post(f"/campaigns/{campaign['id']}/publish")
    assert (response.status_code, code(response)) == (409, "campaign_needs_steps")
    patch(api, campaign, steps=[STEP])
    published = api.post(f"/campaigns/{campaign['id']}/publish").json()["data"]
    assert published["status"] == "published"
    assert published["published_at"] == published["updated_at"]
    response = patch(api, campaign, steps=[])
    assert (response.status_code, code(response)) == (409, "campaign_needs_steps")


def test_publishing_or_pausing_again_changes_nothing(api, make):
    campaign = make(published=True)
    url = f"/campaigns/{campaign['id']}"
    assert api.post(f"{url}/publish").json()["data"] == campaign
    paused = api.post(f"{url}/pause").json()["data"]
    assert paused["status"] == "paused"
    assert api.post(f"{url}/pause").json()["data"] == paused
    again = api.post(f"{url}/publish").json()["data"]
    assert (again["status"], again["published_at"] > campaign["published_at"]) == ("published", True)
    events = [entry["event"] for entry in api.get(f"{url}/logs").json()["data"]]
    assert events == ["campaign.published", "campaign.paused", "campaign.published"]


def test_a_draft_cannot_be_paused(api, make, code):
    response = api.post(f"/campaigns/{make()['id']}/pause")
    assert (response.status_code, code(response)) == (409, "campaign_not_published")


def test_only_a_published_and_enabled_campaign_runs_one_run_at_a_time(sandbox, api, make, code):
    campaign = make()
    url = f"/campaigns/{campaign['id']}"

    def refused():
        response = api.post(f"{url}/runs")
        return response.status_code, code(response)

    assert refused() == (409, "campaign_not_published")
    api.post(f"{url}/publish")
    patch(api, campaign, enabled=False)
    assert refused() == (409, "campaign_disabled")
    patch(api, campaign, enabled=True)
    api.post(f"{url}/pause")
    assert refused() == (409, "campaign_paused")
    api.post(f"{url}/publish")
    first = api.post(f"{url}/runs")
    assert (first.status_code, first.json()["data"]["status"]) == (201, "queued")
    assert refused() == (409, "run_in_progress")
    sandbox.clock.advance(60)
    assert refused() == (409, "run_in_progress")
    sandbox.clock.advance(3600)
    assert api.post(f"{url}/runs").status_code == 201
    runs = api.get(f"{url}/runs").json()["data"]
    assert [run["status"] for run in runs] == ["completed", "queued"]


def test_pausing_cancels_the_run_and_no_message_is_sent(sandbox, api, make):
    campaign = make(published=True)
    run = api.post(f"/campaigns/{campaign['id']}/runs").json()["data"]
    sandbox.clock.advance(60)
    assert api.get(f"/campaign-runs/{run['id']}").json()["data"]["status"] == "running"
    api.post(f"/campaigns/{campaign['id']}/pause")
    sandbox.clock.advance(3600)
    cancelled = api.get(f"/campaign-runs/{run['id']}").json()["data"]
    assert (cancelled["status"], cancelled["targeted"]) == ("cancelled", 0)
    assert api.get(f"/jobs/{run['job_id']}").json()["data"]["status"] == "cancelled"
    assert api.get(f"/messages?campaign_id={campaign['id']}").json()["data"] == []


def test_a_run_of_a_campaign_that_is_disabled_meanwhile_fails(sandbox, api, make):
    campaign = make(published=True)
    run = api.post(f"/campaigns/{campaign['id']}/runs").json()["data"]
    patch(api, campaign, enabled=False)
    sandbox.clock.advance(3600)
    assert api.get(f"/campaign-runs/{run['id']}").json()["data"]["status"] == "failed"
    assert api.get(f"/jobs/{run['job_id']}").json()["data"]["error"]["code"] == "campaign_disabled"


def test_one_idempotency_key_starts_one_run(sandbox, api, make):
    campaign = make(published=True)
    key = {"Idempotency-Key": "run-1"}
    first = api.post(f"/campaigns/{campaign['id']}/runs", headers=key)
    again = api.post(f"/campaigns/{campaign['id']}/runs", headers=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert len(api.get(f"/campaigns/{campaign['id']}/runs").json()["data"]) == 1


def test_a_run_keeps_the_id_of_its_request(api, make):
    campaign = make(published=True)
    response = api.post(f"/campaigns/{campaign['id']}/runs")
    job = api.get(f"/jobs/{response.json()['data']['job_id']}").json()["data"]
    assert job["request_id"] == response.json()["request_id"]
    assert (job["type"], job["resource_id"]) == ("campaign_run", response.json()["data"]["id"])


@each_case(
    ("values", "named"),
    [
        ({"name": ""}, ["name"]),
        ({"name": None}, ["name"]),
        ({"name": "x" * 256}, ["name"]),
        ({"channel": "fax"}, ["channel"]),
        ({"status": "published"}, ["status"]),
        ({"steps": [{}]}, ["steps.0.subject", "steps.0.body"]),
        ({"steps": [STEP | {"subject": ""}]}, ["steps.0.subject"]),
        ({"steps": [STEP | {"delay_days": -1}]}, ["steps.0.delay_days"]),
        ({"steps": [STEP | {"delay_days": 91}]}, ["steps.0.delay_days"]),
        ({"steps": [STEP | {"delay_days": True}]}, ["steps.0.delay_days"]),
        ({"steps": [STEP] * 11}, ["steps"]),
        ({"audience": {"status": ["unsubscribed"]}}, ["audience.status.0"]),
        ({"audience": {"status": ["bounced"]}}, ["audience.status.0"]),
        ({"audience": {"country": ["Germany"]}}, ["audience.country.0"]),
        ({"audience": {"sauce": []}}, ["audience.sauce"]),
        ({"audience": []}, ["audience"]),
        ({"enabled": "yes", "channel": 1}, ["channel", "enabled"]),
        ({"prospector_workflow_id": "workflow_0000000000000000"}, ["prospector_workflow_id"]),
    ],
)
def test_invalid_fields_of_a_campaign_are_named(shared_api, values, named, fields):
    assert fields(shared_api.post("/campaigns", json={"name": "Test"} | values)) == named


def test_the_channel_cannot_be_changed(api, make, fields):
    assert fields(patch(api, make(), channel="linkedin")) == ["channel"]


def test_campaign_runs_are_filtered(sandbox, api, make):
    first, second = make(published=True), make(published=True)
    runs = []
    for campaign in (first, second):
        runs.append(api.post(f"/campaigns/{campaign['id']}/runs").json()["data"]["id"])
        sandbox.clock.advance(3600)
    started = [api.get(f"/campaign-runs/{run}").json()["data"]["started_at"] for run in runs]

    def ask(**filters):
        both = {"campaign_id": [first["id"], second["id"]]}
        return [run["id"] for run in api.get("/campaign-runs", params=both | filters).json()["data"]]

    assert ask() == runs
    assert ask(campaign_id=first["id"]) == runs[:1]
    assert ask(status="queued") == []
    assert ask(started_after=started[0]) == runs[1:]
    assert ask(started_before=started[0]) == runs[:1]
    assert [run["id"] for run in api.get(f"/campaigns/{second['id']}/runs?status=completed").json()["data"]] == runs[1:]


@pytest.mark.parametrize("path", ["/campaigns/{id}/runs?campaign_id=x", "/campaigns/{id}/logs?level=info"])
def test_an_id_in_the_path_is_not_a_query_parameter(shared_api, path, fields):
    campaign = shared_api.get("/campaigns?limit=1").json()["data"][0]["id"]
    assert len(fields(shared_api.get(path.format(id=campaign)))) == 1


def test_campaigns_are_filtered_by_status_and_enabled(api, make):
    off = make(enabled=False, published=True)
    listed = api.get("/campaigns?enabled=false&status=published&limit=500").json()["data"]
    assert off in listed
    assert all(not each["enabled"] and each["status"] == "published" for each in listed)
