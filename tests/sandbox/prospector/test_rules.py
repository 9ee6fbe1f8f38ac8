"""Prospector workflows and runs over HTTP: rules, counts, credits and cancellation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.prospector.runs import meets

RUN = 600


@pytest.fixture
def make(api):
    """Create a workflow; its object."""

    def make(**values):
        response = api.post("/prospector/workflows", json={"name": "Test"} | values)
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return make


@pytest.fixture
def run(sandbox, api):
    """Run a workflow to its end; the run."""

    def run(workflow):
        response = api.post(f"/prospector/workflows/{workflow['id']}/runs")
        assert response.status_code == 201, response.text
        sandbox.clock.advance(RUN)
        return api.get(f"/prospector/runs/{response.json()['data']['id']}").json()["data"]

    return run


def patch(api, workflow, **changes):
    return api.patch(f"/prospector/workflows/{workflow['id']}", json=changes)


def usage(api):
    return api.get("/billing/usage").json()["data"]["usage"]


def limit(sandbox, name, value):
    store = sandbox.app.state.parts.store
    if name == "leads_limit":
        store.execute("UPDATE workspaces SET leads_limit = ? WHERE id = ?", (value, sandbox.workspace_id))
    else:
        store.execute(
            "UPDATE subscriptions SET doc = json_set(doc, '$.' || ?, ?) WHERE workspace_id = ?",
            (name, value, sandbox.workspace_id),
        )


def test_a_new_workflow_has_defaults(api, make):
    workflow = make()
    assert workflow["criteria"] == {
        "countries": [], "industries": [], "seniorities": [], "employees_min": None, "employees_max": None,
        "max_results": 50,
    }  # fmt: skip
    assert (workflow["status"], workflow["enabled"], workflow["schedule"]) == ("active", True, "manual")
    assert workflow["last_run_id"] is None
    assert api.get(f"/prospector/workflows/{workflow['id']}").json()["data"] == workflow
    assert workflow in api.get("/prospector/workflows?limit=500").json()["data"]


def test_a_change_keeps_what_it_does_not_name(api, make, code):
    workflow = make(criteria={"countries": ["DE"]})
    changed = patch(api, workflow, schedule="daily").json()["data"]
    assert changed == workflow | {"schedule": "daily", "updated_at": changed["updated_at"]}
    assert patch(api, workflow, schedule="daily").json()["data"] == changed
    replaced = patch(api, workflow, criteria={"max_results": 5}).json()["data"]
    assert replaced["criteria"] == workflow["criteria"] | {"countries": [], "max_results": 5}
    response = patch(api, workflow, name="x", if_updated_at=workflow["updated_at"])
    assert (response.status_code, code(response)) == (409, "conflict")
    assert response.json()["error"]["current"] == replaced


def test_a_run_adds_the_people_that_it_finds(sandbox, api, make, run):
    before = usage(api)
    workflow = make(criteria={"countries": ["DE", "FR", "GB"], "max_results": 40})
    known = {lead["id"] for lead in api.get("/leads?limit=500").json()["data"]}
    done = run(workflow)
    assert done["status"] == "completed"
    assert done["found"] == done["created"] + done["duplicates"] <= 40
    assert done["created"] == done["credits_used"] > 0
    after = usage(api)
    assert after["prospector_credits_used"] - before["prospector_credits_used"] == done["credits_used"]
    assert after["leads_stored"] - before["leads_stored"] == done["created"]
    leads = [lead for lead in api.get("/leads?limit=500&source=prospector").json()["data"] if lead["id"] not in known]
    assert len(leads) == done["created"]
    for lead in leads:
        assert lead["country"] in {"DE", "FR", "GB"}
        assert (lead["status"], lead["import_id"]) == ("new", None)
        assert lead["email"]
        [activity] = api.get(f"/leads/{lead['id']}/activities").json()["data"]
        assert (activity["type"], activity["metadata"]["run_id"]) == ("lead_created", done["id"])
    assert api.get(f"/prospector/workflows/{workflow['id']}").json()["data"]["last_run_id"] == done["id"]


def test_an_existing_lead_is_a_duplicate(make, run, api):
    workflow = make(criteria={"max_results": 100})
    first, second = run(workflow), run(workflow)
    assert min(first["duplicates"], second["duplicates"]) > 0
    leads = api.get("/leads?limit=500&source=prospector").json()["data"]
    found = [lead["email"].casefold() for lead in leads if lead["created_at"] > first["created_at"]]
    assert len(set(found)) == len(found) == first["created"] + second["created"]


def test_narrow_criteria_find_few_people(make, run):
    done = run(make(criteria={"countries": ["LU"], "seniorities": ["c_level"], "employees_min": 4_000_000}))
    assert (done["status"], done["found"]) == ("completed", 0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [({"enabled": False}, "workflow_disabled"), ({"status": "archived"}, "workflow_archived")],
)
def test_a_disabled_or_archived_workflow_does_not_run(sandbox, api, make, code, change, expected):
    workflow = make()
    queued = api.post(f"/prospector/workflows/{workflow['id']}/runs").json()["data"]
    patch(api, workflow, **change)
    sandbox.clock.advance(RUN)
    assert api.get(f"/prospector/runs/{queued['id']}").json()["data"]["status"] == "failed"
    response = api.post(f"/prospector/workflows/{workflow['id']}/runs")
    assert (response.status_code, code(response)) == (409, expected)


def test_a_workflow_has_one_run_at_a_time(sandbox, api, make, code):
    url = f"/prospector/workflows/{make()['id']}/runs"
    assert api.post(url).json()["data"]["status"] == "queued"
    response = api.post(url)
    assert (response.status_code, code(response)) == (409, "run_in_progress")
    assert api.post(f"/prospector/workflows/{make()['id']}/runs").status_code == 201
    sandbox.clock.advance(RUN)
    assert api.post(url).status_code == 201


@pytest.mark.parametrize("waited", [0, 30])
def test_a_cancelled_run_adds_no_leads(sandbox, api, make, waited):
    workflow = make()
    before = usage(api)
    queued = api.post(f"/prospector/workflows/{workflow['id']}/runs").json()["data"]
    sandbox.clock.advance(waited)
    cancelled = api.post(f"/prospector/runs/{queued['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["data"]["status"]) == (200, "cancelled")
    assert cancelled.json()["data"]["finished_at"] is not None
    sandbox.clock.advance(RUN)
    assert api.get(f"/prospector/runs/{queued['id']}").json()["data"] == cancelled.json()["data"]
    assert api.get(f"/jobs/{queued['job_id']}").json()["data"]["status"] == "cancelled"
    assert usage(api) == before
    assert api.post(f"/prospector/runs/{queued['id']}/cancel").json()["data"] == cancelled.json()["data"]
    assert api.post(f"/prospector/workflows/{workflow['id']}/runs").status_code == 201


def test_a_finished_run_cannot_be_cancelled(api, make, run, code):
    response = api.post(f"/prospector/runs/{run(make())['id']}/cancel")
    assert (response.status_code, code(response)) == (409, "run_finished")


@pytest.mark.parametrize(
    ("name", "base", "expected"),
    [
        ("prospector_credits_limit", "prospector_credits_used", "prospector_credits_exhausted"),
        ("leads_limit", "leads_stored", "leads_limit_reached"),
    ],
)
def test_a_run_stops_at_the_limits_of_the_plan(sandbox, api, make, run, code, name, base, expected):
    limit(sandbox, name, usage(api)[base] + 7)
    workflow = make(criteria={"max_results": 100})
    assert run(workflow)["created"] == 7
    assert usage(api)[base] == usage(api)[name]
    response = api.post(f"/prospector/workflows/{workflow['id']}/runs")
    assert (response.status_code, code(response)) == (403, expected)


def test_a_run_fails_if_the_plan_has_no_room_left_at_its_end(sandbox, api, make):
    workflow = make()
    queued = api.post(f"/prospector/workflows/{workflow['id']}/runs").json()["data"]
    limit(sandbox, "leads_limit", usage(api)["leads_stored"])
    before = usage(api)
    sandbox.clock.advance(RUN)
    assert api.get(f"/prospector/runs/{queued['id']}").json()["data"]["status"] == "failed"
    error = api.get(f"/jobs/{queued['job_id']}").json()["data"]["error"]
    assert error["code"] == "leads_limit_reached"
    assert usage(api)["prospector_credits_used"] == before["prospector_credits_used"]


def test_prospector_runs_are_filtered(api, make, run):
    first, second = make(), make()
    runs = [run(each)["id"] for each in (first, second)]
    queued = api.post(f"/prospector/workflows/{first['id']}/runs").json()["data"]["id"]

    def ask(**filters):
        return {each["id"] for each in api.get("/prospector/runs", params={"limit": 500} | filters).json()["data"]}

    assert ask(workflow_id=first["id"]) == {runs[0], queued}
    assert ask(workflow_id=[first["id"], second["id"]], status="completed") == set(runs)
    assert ask(status="queued") == {queued}
    assert ask(workflow_id="workflow_0000000000000000") == set()


def test_the_same_seed_finds_the_same_people(serve):
    def found(seed):
        with Sandbox(leads=30, seed=seed) as sandbox, serve(sandbox) as api:
            workflow = api.post("/prospector/workflows", json={"name": "Test"}).json()["data"]["id"]
            api.post(f"/prospector/workflows/{workflow}/runs")
            sandbox.clock.advance(RUN)
            after = {"created_after": "2026-03-10T12:00:00Z", "limit": 500}
            return api.get("/leads", params=after).json()["data"]

    assert found(1) == found(1)
    assert found(1) != found(2)


@each_case(
    ("values", "named"),
    [
        ({"name": ""}, ["name"]),
        ({"schedule": "hourly"}, ["schedule"]),
        ({"status": "active"}, ["status"]),
        ({"criteria": {"countries": ["Germany", "DE"]}}, ["criteria.countries.0"]),
        ({"criteria": {"max_results": 0}}, ["criteria.max_results"]),
        ({"criteria": {"max_results": 501}}, ["criteria.max_results"]),
        ({"criteria": {"max_results": 2.5}}, ["criteria.max_results"]),
        ({"criteria": {"employees_min": -1}}, ["criteria.employees_min"]),
        ({"criteria": {"employees_max": "9"}}, ["criteria.employees_max"]),
        ({"criteria": {"employees_min": 9, "employees_max": 8}}, ["criteria"]),
        ({"criteria": {"country": []}}, ["criteria.country"]),
        ({"criteria": None}, ["criteria"]),
    ],
)
def test_invalid_fields_of_a_workflow_are_named(shared_api, values, named, fields):
    assert fields(shared_api.post("/prospector/workflows", json={"name": "Test"} | values)) == named


ANYTHING = {"countries": [], "industries": [], "seniorities": [], "employees_min": None, "employees_max": None}


@given(
    size=st.one_of(st.none(), st.integers(0, 100)),
    low=st.one_of(st.none(), st.integers(0, 100)),
    high=st.one_of(st.none(), st.integers(0, 100)),
)
def test_the_employee_count_must_lie_within_its_bounds(size, low, high):
    person = {"country": "DE", "industry": None, "seniority": None, "employee_count": size}
    asked = ANYTHING | {"employees_min": low, "employees_max": high}
    unbounded = low is None and high is None
    inside = size is not None and (low or 0) <= size <= (100 if high is None else high)
    assert meets(asked, person) == (unbounded or inside)


def test_criteria_are_joined_by_and_and_their_values_by_or():
    person = {"country": "DE", "industry": "Optics", "seniority": None, "employee_count": 10}
    assert meets(ANYTHING | {"countries": ["AT", "DE"], "industries": ["OPTICS"]}, person)
    assert not meets(ANYTHING | {"countries": ["AT", "DE"], "industries": ["Textiles"]}, person)
    assert not meets(ANYTHING | {"seniorities": ["head"]}, person)
