"""Scenarios that write: to the sandbox alone, in process and over a socket."""

import uuid

import pytest

from conformance_envelopes import body_of, object_of, page_of, refusal
from conformance_services import NOBODY
from pb2b_notebook import errors


@pytest.fixture
def email():
    """An address that no other scenario has."""
    return f"{uuid.uuid4().hex}@conformance.example"


@pytest.fixture
def lead(api, email):
    """A lead of this scenario."""
    return object_of(api.post("/leads", json={"email": email, "full_name": "Ada Lovelace", "tags": ["a"]}), 201)


def found(api, email, **query):
    return page_of(api.get("/leads", params={"email": email, **query}))[0]


def key():
    return {"Idempotency-Key": uuid.uuid4().hex}


# --- limits -----------------------------------------------------------------------------------------------------------


def test_over_the_limit_it_is_429_which_says_how_long_to_wait(another):
    with another(leads=1, rate_limit=2) as limited:
        left = [int(limited.api.get("/me").headers["X-RateLimit-Remaining"]) for _ in range(2)]
        response = limited.api.get("/me")
        refusal(response, 429, "rate_limited")
        assert left == [1, 0]
        assert response.headers["X-RateLimit-Remaining"] == "0"
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        # The budget is a key's own.
        object_of(limited.as_key(limited.sandbox.create_key()).get("/me"))


# --- unknown methods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/leads", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("DELETE", "/me", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/leads/upsert", None),
        ("PATCH", "/exports", {"GET", "HEAD", "POST", "OPTIONS"}),
    ],
)
def test_an_unknown_method_is_405_with_the_methods_of_the_route(api, method, path, allowed):
    response = api.request(method, path)
    if allowed is None:  # a literal path is not an id
        refusal(response, 404)
    else:
        refusal(response, 405, "method_not_allowed")
        assert set(response.headers["Allow"].split(", ")) == allowed


# --- leads ------------------------------------------------------------------------------------------------------------


def test_a_precondition_that_no_longer_holds_is_409_with_the_object_as_it_is(api, lead):
    path = f"/leads/{lead['id']}"
    changed = object_of(api.patch(path, json={"title": "first", "if_updated_at": lead["updated_at"]}))
    error = refusal(api.patch(path, json={"title": "second", "if_updated_at": lead["updated_at"]}), 409, "conflict")
    assert error["current"]["title"] == "first"
    assert object_of(api.get(path)) == changed


def test_bulk_upsert_has_a_result_for_each_row(api, lead, email):
    rows = [{"email": lead["email"], "title": "x"}, {"email": "bad"}, {"email": f"new-{email}"}]
    response = api.post("/leads/bulk-upsert", json={"match_on": "email", "rows": rows})
    assert response.status_code == 207
    assert [row["http_status"] // 100 for row in body_of(response)["data"]] == [2, 4, 2]


def test_a_change_appears_after_the_bound_of_an_earlier_read(api, lead):
    changed = object_of(api.patch(f"/leads/{lead['id']}", json={"title": "x"}))
    after, _ = page_of(api.get("/leads", params={"updated_after": lead["updated_at"], "limit": 500}))
    assert [row for row in after if row["id"] == lead["id"]] == [changed]


# --- idempotency ------------------------------------------------------------------------------------------------------


def test_the_same_key_and_payload_give_the_first_answer_again(api, email):
    headers = key()
    first, again = (api.post("/leads", json={"email": email}, headers=headers) for _ in range(2))
    assert object_of(again, 201) == object_of(first, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(found(api, email)) == 1


# --- jobs -------------------------------------------------------------------------------------------------------------


def test_an_export_is_queued_runs_and_is_ready(service, api):
    export = object_of(api.post("/exports", json={"format": "csv", "filters": {"status": ["new"]}}), 201)
    job = f"/jobs/{export['job_id']}"
    assert (export["status"], object_of(api.get(job))["status"], object_of(api.get(job))["progress"]) == (
        "queued",
        "queued",
        0,
    )
    assert not object_of(api.get(f"/exports/{export['id']}/download"))["ready"]
    service.sandbox.clock.advance(600)
    done, ready = object_of(api.get(job)), object_of(api.get(f"/exports/{export['id']}/download"))
    assert (done["status"], done["progress"], done["resource_id"]) == ("completed", 1, export["id"])
    assert (ready["ready"], ready["where"]) == (True, "workspace")
    assert ready["row_count"] == object_of(api.get(f"/exports/{export['id']}"))["row_count"]
    events, _ = page_of(api.get(f"{job}/events"))
    times = [event["occurred_at"] for event in events]
    assert times == sorted(times)


def test_an_import_creates_leads_and_reports_invalid_rows(service, api, email):
    body = {"rows": [{"m": email}, {"m": "bad"}], "mapping": {"m": "email"}, "match_on": "email"}
    made = object_of(api.post("/imports", json=body, headers=key()), 201)
    service.sandbox.clock.advance(600)
    done = object_of(api.get(f"/imports/{made['id']}"))
    counts = [done[f"{name}_count"] for name in ("created", "updated", "error")]
    assert (done["status"], done["total_rows"], counts) == ("completed", 2, [1, 0, 1])
    [problem], _ = page_of(api.get(f"/imports/{made['id']}/errors"))
    assert (problem["row_number"], problem["field"]) == (2, "email")
    assert [row["import_id"] for row in found(api, email)] == [made["id"]]


# --- webhooks ---------------------------------------------------------------------------------------------------------


def test_the_life_of_a_webhook(api):
    made = object_of(api.post("/webhooks", json={"url": "http://127.0.0.1:9/hooks", "events": ["export.failed"]}), 201)
    path = f"/webhooks/{made['id']}"
    secret = made.pop("signing_secret")
    assert secret.startswith(made["secret_prefix"])
    assert object_of(api.get(path)) == made
    changed = object_of(api.patch(path, json={"enabled": False, "if_updated_at": made["updated_at"]}))
    assert (changed["enabled"], changed["url"]) == (False, made["url"])
    rotated = object_of(api.post(f"{path}/rotate-secret"))
    assert rotated["signing_secret"] not in (None, secret)
    page_of(api.get(f"{path}/deliveries"))
    assert made["id"] in [row["id"] for row in page_of(api.get("/webhooks", params={"limit": 500}))[0]]
    object_of(api.delete(path))
    refusal(api.get(path), 404, "not_found")


# --- through the package ----------------------------------------------------------------------------------------------


def test_the_package_writes_what_the_service_then_holds(api, workspace, email):
    made = workspace.leads.create(email=email, full_name="Ada Lovelace")
    assert workspace.leads.create(email=email, full_name="Ada Lovelace").id == made.id
    workspace.leads.update(made.id, title="Countess", if_updated_at=made.updated_at)
    with pytest.raises(errors.PreconditionFailedError):
        workspace.leads.update(made.id, title="Baroness", if_updated_at=made.updated_at)
    [held] = found(api, email)
    assert (held["id"], held["title"]) == (made.id, "Countess")


def test_the_packages_errors_match_the_services_refusals(service, workspace):
    for kind, call in (
        (errors.NotFoundError, lambda: workspace.leads.get("lead_0123456789abcdef")),
        (errors.ValidationError, lambda: workspace.leads.create(email="bad")),
        (errors.AuthenticationError, lambda: service.workspace(NOBODY)),
    ):
        with pytest.raises(kind) as caught:
            call()
        assert caught.value.request_id
