"""Checks of a service, and the lock on writes that they open."""

import json
import os
import stat

import httpx
import pytest

import pb2b_notebook as pb
from forwarding import live
from pb2b_notebook import errors, openapi
from pb2b_notebook.api.contract import checking
from pb2b_notebook.api.http.sending.write_lock import WriteLock
from pb2b_notebook.cache import cache_folder
from scripted_service import Service, answer, error_answer

COLUMNS = ["operation", "result", "detail", "scope", "status", "request_id", "documented"]


def by_operation(found):
    return {row["operation"]: row for row in found.to_dict("records")}


# --- what is found ----------------------------------------------------------------------------------------------------


def test_the_sandbox_is_as_the_contract_says(shared_ws):
    found = by_operation(shared_ws.check())
    reads = {name for name, o in shared_ws.operations.items() if o.method == "GET"}
    lists = {name for name in reads if shared_ws.operations[name].many}
    assert set(found) == reads
    assert {name for name, row in found.items() if row["result"] == "works"} == lists | {
        "me.get", "billing.subscription", "billing.usage", "settings.get",
    }  # fmt: skip
    assert {row["result"] for row in found.values()} == {"works", "not tried"}
    assert "reading one object" in found["leads.get"]["detail"]


def test_it_reads_one_row_of_each_list_and_writes_nothing(ws):
    other, transport = live(ws)
    transport.asked.clear()
    with other:
        found = other.check()
    assert {method for method, _, _ in (each.partition(" ") for each in transport.asked)} == {"GET"}
    assert len(transport.asked) == (found["result"] != "not tried").sum()
    assert any(each.startswith("GET /leads/lead_") and each.endswith("/messages") for each in transport.asked)


def test_the_frame_has_the_same_dtypes_in_both_libraries_and_for_no_rows(shared_ws):
    nothing = pb.contract.read_document({"paths": {}})
    for frame in ("pandas", "polars"):
        full = shared_ws.check(frame=frame)
        none = shared_ws._session.table(
            list(checking.check(shared_ws._session.client, nothing)), checking.FIELDS, frame
        )
        assert list(full.columns) == list(none.columns) == COLUMNS
        assert list(full.dtypes) == list(none.dtypes)
        assert len(none) == 0


def test_a_missing_scope_is_forbidden_and_lists_below_it_are_not_tried(ws):
    key = ws.sandbox.create_key(scopes=["me.read", "lead-fields.read", "messages.read"])
    with live(ws, key=key)[0] as other:
        found = by_operation(other.check())
    assert (found["leads.list"]["result"], found["leads.list"]["status"]) == ("forbidden", 403)
    assert "leads.read" in found["leads.list"]["detail"]
    assert found["leads.list"]["scope"] == "leads.read"
    assert (found["leads.messages"]["result"], found["leads.messages"]["detail"]) == (
        "not tried",
        "no list returned a value for id",
    )
    assert found["messages.list"]["result"] == "works"


def test_an_empty_list_works_and_has_no_row_to_compare(ws):
    def empty(path, body):
        return {**body, "data": []} if path == "/campaigns" else body

    with live(ws, edit=empty)[0] as other:
        found = by_operation(other.check())
    assert (found["campaigns.list"]["result"], found["campaigns.list"]["detail"]) == ("works", "no row to compare")
    assert found["campaigns.logs"]["detail"] == "/campaigns is empty"


def without(name):
    return lambda body: {key: value for key, value in body.items() if key != name}


def in_row(**values):
    return lambda body: {**body, "data": [{**body["data"][0], **values}]}


EDITS = {
    "no pagination": (without("pagination"), "pagination: missing"),
    "another pagination": (
        lambda body: {**without("pagination")(body), "meta": {"next": None}},
        "pagination: missing; meta: unknown field, record",
    ),
    "a count as text": (
        lambda body: {**body, "pagination": {**body["pagination"], "limit": "1"}},
        "pagination.limit: text where integer is declared",
    ),
    "no request id": (without("request_id"), "request_id: missing"),
    "no data": (without("data"), "data: missing"),
    "an object": (lambda body: {**body, "data": {}}, "data: not a list of objects"),
    "a list of numbers": (lambda body: {**body, "data": [1]}, "data: not a list of objects"),
    "an unknown field": (in_row(mood="canary"), "data.mood: unknown field, text"),
    "another type": (in_row(score="canary"), "data.score: text where integer is declared"),
    "no time": (in_row(created_at="canary"), "data.created_at: text where datetime is declared"),
    "null": (in_row(id=None), "data.id: null"),
    "a field that is gone": (
        lambda body: {**body, "data": [without("email")(body["data"][0])]},
        "data.email: missing",
    ),
    "more than was asked for": (
        lambda body: {**body, "data": body["data"] * 3},
        "data: 3 rows where one was requested",
    ),
    "a list at the top": (lambda body: body["data"], "not an object"),
}


@pytest.mark.parametrize(("edit", "says"), EDITS.values(), ids=EDITS)
def test_a_deviation_is_named_without_its_value(shared_ws, edit, says):
    def edited(path, body):
        return edit(body) if path == "/leads" else body

    with live(shared_ws, edit=edited)[0] as other:
        found = by_operation(other.check())
    assert (found["leads.list"]["result"], found["leads.list"]["status"]) == ("differs", 200)
    assert found["leads.list"]["detail"] == says
    assert found["campaigns.list"]["result"] == "works"


def test_rate_headers_are_part_of_the_contract(shared_ws):
    def bare(path, body):
        return httpx.Response(200, json=body) if path == "/billing/usage" else body

    with live(shared_ws, edit=bare)[0] as other:
        found = by_operation(other.check())
    assert found["billing.usage"]["detail"] == "(headers): no rate limit"


ANSWERS = {
    "a page": (answer(200, b"<html>"), "failed", 200, "strict JSON"),
    "broken JSON": (answer(200, b'{"data":}'), "failed", 200, "strict JSON"),
    "cut JSON": (answer(200, b'{"data"'), "failed", None, "truncated"),
    "no such route": (error_answer(404, "unknown_route"), "differs", 404, "404 unknown_route: why"),
    "a parameter refused": (error_answer(422, "validation_failed"), "differs", 422, "422"),
    "not allowed": (answer(405, b""), "differs", 405, "405: the service answered 405 without a message"),
    "a failure": (error_answer(501), "failed", 501, "501"),
    "a redirect": (answer(302, b""), "failed", None, "redirect"),
}


@pytest.mark.parametrize(("told", "result", "status", "says"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_cannot_be_compared(client_of, told, result, status, says):
    table = openapi.read_document({"paths": {"/leads": {"get": {}}}})
    [probe] = checking.check(client_of(Service(told)), table)
    assert (probe.result, probe.status) == (result, status)
    assert says in probe.detail


def test_a_check_stops_after_two_operations_without_a_response(client_of):
    service = Service(httpx.ReadTimeout(""))
    probes = checking.check(client_of(service), openapi.load())
    assert [p.result for p in probes].count("failed") == 2
    assert {p.detail for p in probes if p.result == "not tried"} == {"the service no longer answers"}
    assert len(service.requests) == 10


def test_a_refused_key_ends_the_check(client_of):
    service = Service(error_answer(401, "revoked_key"))
    with pytest.raises(errors.AuthenticationError):
        checking.check(client_of(service), openapi.load())
    assert len(service.requests) == 1


@pytest.mark.parametrize("value", [7.5, "", "..", None, ["x"]])
def test_an_invalid_id_is_not_used_in_a_path(client_of, value):
    paths = {"/leads": {"get": openapi.load_document()["paths"]["/leads"]["get"]}}
    paths["/leads/{id}/messages"] = openapi.load_document()["paths"]["/leads/{id}/messages"]
    table = openapi.read_document({**openapi.load_document(), "paths": paths})
    service = Service(answer(200, {"data": [{"id": value}]}))
    probes = {p.operation: p for p in checking.check(client_of(service), table)}
    assert (probes["leads.messages"].result, probes["leads.messages"].detail) == (
        "not tried",
        "the rows of /leads have no id",
    )


def test_an_id_is_one_segment_of_the_path(client_of):
    document = openapi.load_document()
    table = openapi.read_document(
        {**document, "paths": {p: document["paths"][p] for p in ("/leads", "/leads/{id}/messages")}}
    )
    service = Service(answer(200, {"data": [{"id": "a/../b?c"}]}))
    checking.check(client_of(service), table)
    assert service.requests[-1].url.raw_path.startswith(b"/api/leads/a%2F..%2Fb%3Fc/messages?")


def test_a_check_follows_the_contract_in_use(ws):
    document = json.loads(json.dumps(openapi.load_document()))
    document["paths"]["/segments"] = {"get": {**document["paths"]["/leads"]["get"], "operationId": "listSegments"}}
    with live(ws, contract=document)[0] as other:
        found = by_operation(other.check())
    assert (found["listSegments"]["result"], found["listSegments"]["status"]) == ("differs", 404)


# --- the lock ---------------------------------------------------------------------------------------------------------


def test_writes_on_a_live_service_wait_for_a_check_and_leave_no_trace(ws):
    other, transport = live(ws)
    transport.asked.clear()
    for write in (
        lambda: other.leads.create(email="a@b.example"),
        lambda: other.leads.update("lead_1", title="x"),
        lambda: other.call("leads.bulk_upsert", match_on="email", rows=[{"email": "a@b.example"}]),
    ):
        with pytest.raises(errors.UncheckedServiceError, match=r"ws\.check\(\)") as caught:
            write()
        assert caught.value.attempts == 0
    assert transport.asked == []
    assert len(other.journal()) == 0
    assert other.writes_locked
    assert "locked until ws.check()" in repr(other)
    other.close()


def test_a_check_unlocks_writes_in_later_sessions_too(ws):
    with live(ws)[0] as other:
        other.check()
        assert not other.writes_locked
        assert other.leads.create(email="a@b.example").email == "a@b.example"
    with live(ws)[0] as later:
        later.leads.create(email="c@d.example")


def test_an_open_session_sees_the_check_of_another_session(ws):
    with live(ws)[0] as one, live(ws)[0] as two:
        assert one.writes_locked
        two.check()
        assert not one.writes_locked


def test_a_check_counts_for_one_workspace_on_one_host(ws):
    with live(ws)[0] as other:
        other.check()
    with live(ws, host="other.example.com")[0] as elsewhere:
        assert elsewhere.writes_locked
    theirs = ws.sandbox.create_key(workspace_id=ws.sandbox.other_workspace_id)
    with live(ws, key=theirs)[0] as another:
        assert another.writes_locked


def test_trust_unlocks_writes_and_records_nothing(ws):
    with live(ws, trust=True)[0] as other:
        other.leads.create(email="a@b.example")
    with live(ws)[0] as later:
        assert later.writes_locked


def test_a_sandbox_is_never_locked(ws):
    assert not ws.writes_locked
    ws.leads.create(email="a@b.example")
    url = ws._session.client.base_url
    with pb.connect(ws.sandbox.create_key(), base_url=url) as other:
        other.leads.create(email="c@d.example")
    assert not (cache_folder() / "checks").exists()


def test_a_read_only_connection_may_check_but_not_write(ws):
    with live(ws, read_only=True)[0] as other:
        other.check()
        with pytest.raises(errors.ReadOnlyError) as caught:
            other.leads.create(email="a@b.example")
        assert not isinstance(caught.value, errors.UncheckedServiceError)
    with live(ws)[0] as later:
        assert not later.writes_locked


def test_an_interrupted_check_unlocks_nothing(ws):
    def interrupted(path, body):
        return KeyboardInterrupt() if path == "/jobs" else body

    with live(ws, edit=interrupted)[0] as other:
        with pytest.raises(KeyboardInterrupt):
            other.check()
        assert other.writes_locked


def test_a_check_with_differences_unlocks_writes(ws, caplog):
    caplog.set_level("INFO")
    with live(ws, edit=lambda path, body: {**body, "mood": 1} if path != "/me" else body)[0] as other:
        assert set(other.check()["result"]) == {"works", "differs", "not tried"}
        assert not other.writes_locked
    assert "26 differs" in caplog.text
    assert "writes are unlocked for this workspace" in caplog.text


def test_a_check_that_compared_nothing_unlocks_nothing(ws, caplog):
    failing = []

    def gone(path, body):
        return httpx.Response(501, json={}) if failing else body

    with live(ws, edit=gone)[0] as other:
        failing.append(True)
        assert set(other.check()["result"]) == {"failed", "not tried"}
        assert other.writes_locked
    assert "writes stay locked" in caplog.text


# --- how it is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_the_record_of_a_check_is_private_and_contains_no_key(ws):
    key = ws.sandbox.create_key()
    with live(ws, key=key)[0] as other:
        other.check()
    [path] = (cache_folder() / "checks").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    assert key.rpartition("_")[2] not in text
    written = json.loads(text)
    assert (written["service"], written["workspace"]) == ("api.example.com", ws.id)
    assert written["results"]["works"] > 20


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"service": "api.example.com", "workspace": "other"}'],
)
def test_a_malformed_record_of_a_check_unlocks_nothing(ws, text):
    with live(ws)[0] as other:
        other.check()
        [path] = (cache_folder() / "checks").iterdir()
    path.write_bytes(text)
    with live(ws)[0] as later:
        assert later.writes_locked


def test_a_check_that_cannot_be_recorded_unlocks_this_session(ws, caplog, monkeypatch, tmp_path):
    caplog.set_level("INFO")
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "pb2b_notebook").mkdir()
    (blocked / "pb2b_notebook" / "checks").write_text("a file where a folder should be")
    monkeypatch.setenv("PB2B_CACHE_DIR", str(blocked))
    with live(ws)[0] as other:
        other.check()
        assert not other.writes_locked
    assert "in this session only" in caplog.text
    with live(ws)[0] as later:
        assert later.writes_locked


def test_opening_a_lock_twice_leaves_one_file(ws):
    for _ in range(2):
        with live(ws)[0] as other:
            other.check()
    assert len(list((cache_folder() / "checks").iterdir())) == 1
    assert not WriteLock("another.example.com", "ws_1").is_open()
