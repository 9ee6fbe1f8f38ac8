"""One idempotency key has one effect, also for repeated requests, parallel requests and retries after a failure."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.http.idempotency import Claim, payload_fingerprint

JSON = {"Content-Type": "application/json"}
REPLAYED = "Idempotent-Replayed"


def key(value):
    return {"Idempotency-Key": value}


def mails(api):
    leads = api.get("/leads", params={"limit": 500, "q": "keyed"}).json()["data"]
    return [lead["email"] for lead in leads]


def test_the_same_payload_gets_the_first_answer_again(api):
    first = api.post("/leads", json={"email": "keyed@b.example"}, headers=key("k1"))
    again = api.post("/leads", content=b'{ "email" : "keyed@b.example" }', headers=key("k1") | JSON)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert mails(api) == ["keyed@b.example"]


def test_another_payload_is_refused(api, code):
    api.post("/leads", json={"email": "keyed@b.example"}, headers=key("k1"))
    response = api.post("/leads", json={"email": "keyed2@b.example"}, headers=key("k1"))
    assert (response.status_code, code(response)) == (409, "idempotency_key_reused")
    assert mails(api) == ["keyed@b.example"]


def test_every_write_to_leads_takes_a_key(api, make_lead):
    lead = make_lead(title="CEO")
    path = f"/leads/{lead['id']}"
    stories = [
        ("POST", "/leads", {"email": "keyed@b.example"}),
        ("POST", "/leads/upsert", {"email": "keyed2@b.example"}),
        ("POST", "/leads/bulk-upsert", {"rows": [{"email": "keyed3@b.example"}, {"email": "bad"}]}),
        ("PATCH", path, {"title": "CTO"}),
        ("DELETE", path, None),
    ]
    # The same key each time: a key is unique only within a method and path.
    for method, url, body in stories:
        first, again = (api.request(method, url, json=body, headers=key("k1")) for _ in range(2))
        assert first.status_code < 300, first.text
        assert (again.status_code, again.content, again.headers[REPLAYED]) == (first.status_code, first.content, "true")


def test_a_key_belongs_to_its_workspace_and_survives_a_rotation_of_the_api_key(sandbox, api, bearer):
    body = {"email": "keyed@b.example"}
    first = api.post("/leads", json=body, headers=key("k1"))
    rotated = api.post("/leads", json=body, headers=key("k1") | bearer(sandbox.create_key()))
    assert rotated.content == first.content
    foreign = sandbox.create_key(workspace_id=sandbox.other_workspace_id)
    elsewhere = api.post("/leads", json=body, headers=key("k1") | bearer(foreign))
    assert elsewhere.status_code == 201
    assert REPLAYED not in elsewhere.headers
    assert elsewhere.json()["data"]["id"] != first.json()["data"]["id"]


def test_a_replay_needs_the_permission_of_the_first_request(sandbox, api, bearer, code):
    body = {"email": "keyed@b.example"}
    api.post("/leads", json=body, headers=key("k1"))
    reader = bearer(sandbox.create_key(read_only=True))
    assert code(api.post("/leads", json=body, headers=key("k1") | reader)) == "read_only"


def test_an_answer_is_stored_for_a_day_of_the_domain_clock(sandbox, api):
    body = {"email": "keyed@b.example"}
    api.post("/leads", json=body, headers=key("k1"))
    sandbox.clock.advance(24 * 3600 - 1)
    assert api.post("/leads", json=body, headers=key("k1")).headers[REPLAYED] == "true"
    sandbox.clock.advance(1)
    assert REPLAYED not in api.post("/leads", json=body, headers=key("k1")).headers
    assert len(mails(api)) == 2


def test_a_stored_answer_survives_a_restart(tmp_path, serve, bearer):
    file = tmp_path / "sandbox.db"
    body = {"email": "keyed@b.example"}
    with Sandbox(file, leads=1) as sandbox, serve(sandbox) as api:
        api_key, first = sandbox.key, api.post("/leads", json=body, headers=key("k1"))
    with Sandbox(file) as sandbox, serve(sandbox) as api:
        again = api.post("/leads", json=body, headers=key("k1") | bearer(api_key))
    assert (again.content, again.headers[REPLAYED]) == (first.content, "true")


def test_a_client_error_leaves_the_key_unused(api, make_lead, code, fields):
    assert fields(api.post("/leads", json={"email": "bad"}, headers=key("k1"))) == ["email"]
    assert fields(api.post("/leads", json={"custom_fields": {"tier": "Z"}}, headers=key("k1"))) == [
        "custom_fields.tier"
    ]
    assert api.post("/leads", json={"email": "keyed@b.example"}, headers=key("k1")).status_code == 201
    lead = make_lead(title="CEO")
    stale = {"title": "CTO", "if_updated_at": "2020-01-01T00:00:00Z"}
    path = f"/leads/{lead['id']}"
    assert code(api.patch(path, json=stale, headers=key("k1"))) == "conflict"
    assert api.patch(path, json=stale | {"if_updated_at": lead["updated_at"]}, headers=key("k1")).status_code == 200


def test_a_server_error_leaves_neither_effect_nor_claim(sandbox, api, caplog):
    store = sandbox.app.state.parts.store
    # Storing the answer fails after the lead was stored: both must be rolled back.
    store.execute("CREATE TRIGGER full BEFORE INSERT ON idempotency BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    assert api.post("/leads", json={"email": "keyed@b.example"}, headers=key("k1")).status_code == 500
    assert mails(api) == []
    store.execute("DROP TRIGGER full")
    caplog.clear()
    assert api.post("/leads", json={"email": "keyed@b.example"}, headers=key("k1")).status_code == 201
    assert mails(api) == ["keyed@b.example"]


@pytest.mark.parametrize("value", ["", "a b", "a\tb", "ä", "x" * 256])
def test_keys_are_visible_ascii(api, value, code):
    response = api.post("/leads", json={"email": "keyed@b.example"}, headers={"Idempotency-Key": value.encode()})
    assert (response.status_code, code(response)) == (400, "invalid_idempotency_key")
    assert mails(api) == []


def test_a_key_may_have_255_characters_of_visible_ascii(api):
    value = "".join(map(chr, range(0x21, 0x7F))) + "x" * (255 - 94)
    assert api.post("/leads", json={"email": "keyed@b.example"}, headers=key(value)).status_code == 201


def test_two_idempotency_headers_are_refused(api, code):
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b c")]
    response = api.post("/leads", json={"email": "keyed@b.example"}, headers=headers)
    assert code(response) == "invalid_idempotency_key"


def test_a_second_request_during_the_first_is_refused(sandbox, api, code):
    records = sandbox.app.state.parts.idempotency
    body = {"email": "keyed@b.example"}
    claim = Claim(sandbox.workspace_id, "POST", "/api/public/v1/leads", "k1", payload_fingerprint(body))
    with records.running(claim):
        twin = api.post("/leads", json=body, headers=key("k1"))
        other = api.post("/leads", json={"email": "keyed2@b.example"}, headers=key("k1"))
        assert api.post("/leads", json=body, headers=key("k2")).status_code == 201
    assert (twin.status_code, code(twin)) == (409, "idempotency_in_progress")
    assert (other.status_code, code(other)) == (409, "idempotency_key_reused")
    assert api.post("/leads", json=body, headers=key("k1")).status_code == 201
    with records.running(claim):  # a repetition is answered from what is stored, whatever else repeats it
        assert api.post("/leads", json=body, headers=key("k1")).headers[REPLAYED] == "true"
    assert len(mails(api)) == 2


def test_parallel_requests_with_one_key_have_one_effect(api):
    body = {"email": "keyed@b.example"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post("/leads", json=body, headers=key("k1")), range(24)))
    created = [answer for answer in answers if answer.status_code == 201]
    assert created
    assert len({answer.content for answer in created}) == 1
    assert sum(REPLAYED not in answer.headers for answer in created) == 1
    refused = [answer.json()["error"]["code"] for answer in answers if answer.status_code != 201]
    assert set(refused) <= {"idempotency_in_progress"}
    assert mails(api) == ["keyed@b.example"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def reorder(value):
    if isinstance(value, dict):
        return {name: reorder(value[name]) for name in reversed(value)}
    return [reorder(item) for item in value] if isinstance(value, list) else value


@given(JSON_VALUES, JSON_VALUES)
def test_payloads_are_compared_by_value(first, second):
    assert payload_fingerprint(first) == payload_fingerprint(reorder(first))
    # JSON text distinguishes 1 from true; Python's == does not.
    same = json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert (payload_fingerprint(first) == payload_fingerprint(second)) == same


def test_a_key_is_ignored_by_reads(api):
    assert api.get("/me", headers={"Idempotency-Key": "a b"}).status_code == 200
