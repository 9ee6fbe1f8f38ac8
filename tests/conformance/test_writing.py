"""Scenarios that write: to the sandbox alone, in process and over a socket."""

import uuid

import pytest

from conformance_envelopes import JSON, body_of, check_rate_headers, object_of, page_of, refusal
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


# --- keys, scopes, limits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/leads", "leads.read"),
        ("GET", "/billing/usage", "billing.read"),
        ("POST", "/leads", "leads.write"),
        ("POST", "/exports", "leads.export"),
        ("POST", "/webhooks", "webhooks.write"),
        ("DELETE", "/webhooks/none", "webhooks.write"),
    ],
)
def test_a_key_without_the_scope_is_403_which_names_it(service, method, path, scope):
    narrow = service.as_key(service.sandbox.create_key(scopes=["me.read"]))
    response = narrow.request(method, path, json={} if method == "POST" else None)
    assert scope in refusal(response, 403, "missing_scope")["message"]
    check_rate_headers(response)
    object_of(narrow.get("/me"))


def test_a_read_only_membership_reads_and_does_not_write(service, lead):
    reader = service.as_key(service.sandbox.create_key(read_only=True))
    assert object_of(reader.get("/me"))["read_only"]
    assert object_of(reader.get(f"/leads/{lead['id']}")) == lead
    for method, path, body in (
        ("POST", "/leads", {"email": "a@b.example"}),
        ("PATCH", f"/leads/{lead['id']}", {"title": "x"}),
        ("DELETE", f"/leads/{lead['id']}", None),
        ("POST", "/exports", {}),
    ):
        refusal(reader.request(method, path, json=body), 403, "read_only")
    assert object_of(service.api.get(f"/leads/{lead['id']}")) == lead


def test_a_revoked_key_fails_at_once(service):
    secret = service.sandbox.create_key()
    client = service.as_key(secret)
    object_of(client.get("/me"))
    service.sandbox.revoke_key(secret.split("_")[2])
    refusal(client.get("/me"), 401)


def test_another_workspace_sees_nothing_of_this_one(service, lead):
    stranger = service.as_key(service.sandbox.create_key(workspace_id=service.sandbox.other_workspace_id))
    refusal(stranger.get(f"/leads/{lead['id']}"), 404, "not_found")
    refusal(stranger.patch(f"/leads/{lead['id']}", json={"title": "x"}), 404, "not_found")
    assert found(stranger, lead["email"]) == []


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


# --- requests that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/leads", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("DELETE", "/me", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/leads/upsert", None),
        ("PATCH", "/exports", {"GET", "HEAD", "POST", "OPTIONS"}),
    ],
)
def test_a_method_that_a_route_has_not_is_405_with_what_it_has(api, method, path, allowed):
    response = api.request(method, path)
    if allowed is None:  # a literal path is no id
        refusal(response, 404)
    else:
        refusal(response, 405, "method_not_allowed")
        assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("body", [b"{", b'{"email": NaN}', b'{"a": 1, "a": 2}', b"\xff"])
def test_a_body_that_is_not_json_is_400(api, body):
    refusal(api.post("/leads", content=body, headers=JSON), 400)


def test_a_body_that_is_too_large_is_413(api):
    refusal(api.post("/leads", json={"full_name": "x" * 2**20}), 413)


def test_fields_that_do_not_validate_are_422_each_named_and_none_repeated(api):
    response = api.post("/leads", json={"email": "canary-value", "employee_count": -1, "mood": "x"})
    error = refusal(response, 422, "validation_failed")
    assert {detail["field"] for detail in error["details"]} == {"email", "employee_count", "mood"}
    assert "canary" not in response.text
    check_rate_headers(response)


# --- leads ------------------------------------------------------------------------------------------------------------


def test_create_always_creates(api, email):
    ids = {object_of(api.post("/leads", json={"email": email}), 201)["id"] for _ in range(2)}
    assert len(ids) == 2
    assert {row["id"] for row in found(api, email)} == ids


def test_upsert_matches_the_address_trimmed_and_case_folded(api, lead):
    response = api.post("/leads/upsert", json={"email": f" {lead['email'].upper()} ", "title": "Countess"})
    changed = object_of(response)
    assert (changed["id"], changed["title"], changed["full_name"]) == (lead["id"], "Countess", "Ada Lovelace")


def test_upsert_creates_what_it_does_not_find(api, email):
    assert object_of(api.post("/leads/upsert", json={"email": email}), 201)["email"] == email


def test_upsert_of_several_matches_is_409_with_their_ids(api, email, lead):
    twin = object_of(api.post("/leads", json={"email": email}), 201)
    error = refusal(api.post("/leads/upsert", json={"email": email, "title": "x"}), 409, "ambiguous_match")
    assert {detail["message"] for detail in error["details"]} == {lead["id"], twin["id"]}


def test_a_deleted_lead_is_read_but_neither_listed_matched_nor_changed(api, lead):
    path = f"/leads/{lead['id']}"
    assert object_of(api.delete(path))["deleted_at"]
    assert object_of(api.get(path))["deleted_at"]
    refusal(api.patch(path, json={"title": "x"}), 409, "lead_deleted")
    assert found(api, lead["email"]) == []
    assert [row["id"] for row in found(api, lead["email"], include_deleted="true")] == [lead["id"]]
    assert object_of(api.post("/leads/upsert", json={"email": lead["email"]}), 201)["id"] != lead["id"]


def test_absent_stays_null_clears_tags_replace_and_custom_fields_merge(api, lead):
    path = f"/leads/{lead['id']}"
    object_of(api.patch(path, json={"title": "Countess", "custom_fields": {"tier": "A"}}))
    changed = object_of(api.patch(path, json={"title": None, "tags": ["b"], "custom_fields": {}}))
    assert (changed["title"], changed["tags"], changed["full_name"]) == (None, ["b"], "Ada Lovelace")
    assert changed["custom_fields"]["tier"] == "A"


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


def test_the_same_key_with_another_payload_is_409(api, email):
    headers = key()
    object_of(api.post("/leads", json={"email": email}, headers=headers), 201)
    refusal(api.post("/leads", json={"email": f"other-{email}"}, headers=headers), 409, "idempotency_key_reused")
    assert found(api, f"other-{email}") == []


def test_a_key_counts_within_its_method_and_path(api, lead):
    headers = key()
    object_of(api.patch(f"/leads/{lead['id']}", json={"title": "x"}, headers=headers))
    response = api.delete(f"/leads/{lead['id']}", headers=headers)
    assert object_of(response)["deleted_at"]
    assert "Idempotent-Replayed" not in response.headers


def test_a_secret_is_replayed_as_null(api):
    headers, body = key(), {"url": "http://127.0.0.1:9/hooks", "events": ["campaign.published"]}
    first, again = (object_of(api.post("/webhooks", json=body, headers=headers), 201) for _ in range(2))
    assert first["signing_secret"]
    assert again == {**first, "signing_secret": None}
    object_of(api.delete(f"/webhooks/{first['id']}"))


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


def test_a_dry_run_keeps_nothing(api, email):
    body = {"rows": [{"m": email}], "mapping": {"m": "email"}, "match_on": "email"}
    assert api.post("/imports/validate", json=body).status_code == 200
    assert found(api, email) == []


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


@pytest.mark.parametrize(
    "body",
    [
        {"url": "ftp://127.0.0.1/x", "events": ["lead.created"]},
        {"url": "http://127.0.0.1/x", "events": []},
        {"url": "http://127.0.0.1/x", "events": ["lead.exploded"]},
        {"url": "http://169.254.169.254/latest", "events": ["lead.created"]},
        {"events": ["lead.created"]},
    ],
)
def test_an_invalid_endpoint_is_422(api, body):
    refusal(api.post("/webhooks", json=body), 422, "validation_failed")


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
