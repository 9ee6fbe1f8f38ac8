"""The effect of each fault on the answer and on the data."""

import asyncio
import errno
import logging
import re
import socket
import threading
from pathlib import Path

import httpx
import pytest

from pb2b_notebook.sandbox import Sandbox, build_document
from pb2b_notebook.sandbox.faults.faults import KINDS
from pb2b_notebook.serving import Server
from plain_http import NO_TLS

FAULT = "X-Sandbox-Fault"
AFTER = ("500", "502", "503", "504", "latency", "reset", "html")


@pytest.fixture
def raw(wire):
    """Send a request over a plain socket; the bytes that came, and how the connection ended."""

    def send(method, path, fault, body=b""):
        head = [f"{method} {wire.base_url.path.rstrip('/')}{path} HTTP/1.1", "Host: x", f"{FAULT}: {fault}"]
        head += [f"Authorization: {wire.headers['Authorization']}", "Content-Type: application/json"]
        head += [f"Content-Length: {len(body)}"] if body else []
        with socket.create_connection(("127.0.0.1", wire.base_url.port), timeout=10) as connection:
            connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
            received = b""
            while True:
                try:
                    piece = connection.recv(65536)
                except OSError as error:
                    return received, errno.errorcode[error.errno]
                if not piece:
                    return received, "closed"
                received += piece

    return send


def count(api, email):
    return len(api.get("/leads", params={"email": email}).json()["data"])


@pytest.mark.parametrize("kind", ["429", "500", "502", "503", "504"])
def test_a_status_fault_answers_in_the_services_envelope(api, code, kind):
    response = api.get("/leads", headers={FAULT: kind})
    assert response.status_code == int(kind)
    assert code(response)
    assert response.headers[FAULT] == kind
    asks = kind in ("429", "503")
    assert response.headers.get("Retry-After") == ("1" if asks else None)


@pytest.mark.parametrize("kind", ["429", "503"])
def test_retry_after_has_the_given_value(api, kind):
    assert api.get("/me", headers={FAULT: f"{kind} retry_after=7"}).headers["Retry-After"] == "7"


@pytest.mark.parametrize("kind", AFTER)
@pytest.mark.parametrize("at", ["before", "after"])
def test_a_fault_strikes_before_or_after_the_effect(api, kind, at):
    email = f"{kind}-{at}@y.example"
    try:
        fault = f"{kind} at={at}{' seconds=0.01' * (kind == 'latency')}"
        api.post("/leads", json={"email": email}, headers={FAULT: fault})
    except httpx.TransportError:
        assert kind == "reset"
    assert count(api, email) == (at == "after" or kind == "latency")


@pytest.mark.parametrize("at", ["before", "after"])
def test_a_reset_fault_resets_the_connection(raw, at):
    assert raw("GET", "/leads", f"reset at={at}") == (b"", "ECONNRESET")


def test_a_truncated_answer_ends_within_its_body(raw):
    answer, end = raw("GET", "/leads", "truncated")
    head, _, body = answer.partition(b"\r\n\r\n")
    promised = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    assert b" 200 " in head
    assert 0 <= len(body) < promised
    assert end == "closed"


def test_a_truncated_answer_has_taken_effect(api, raw):
    raw("POST", "/leads", "truncated", b'{"email": "cut@y.example"}')
    assert count(api, "cut@y.example") == 1


def test_latency_does_not_delay_other_requests(wire):
    slow = threading.Thread(target=wire.get, args=("/me",), kwargs={"headers": {FAULT: "latency seconds=1"}})
    slow.start()
    with httpx.Client(base_url=wire.base_url, headers=wire.headers, verify=NO_TLS) as other:
        assert other.get("/me").status_code == 200
    assert slow.is_alive()  # held up by it, the other one would have been answered after it
    slow.join()


def test_an_html_fault_answers_with_a_page(api):
    response = api.get("/leads", headers={FAULT: "html status=502"})
    assert (response.status_code, response.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert "<html>" in response.text


def test_a_stale_cursor_is_refused_like_an_expired_one(api, sandbox, code):
    cursor = api.get("/leads?limit=5").json()["pagination"]["next_cursor"]
    path = f"/leads?limit=5&cursor={cursor}"
    refused = api.get(path, headers={FAULT: "stale-cursor"})
    assert api.get(path).status_code == 200
    sandbox.clock.advance(24 * 3600)
    old = api.get(path)
    assert refused.status_code == old.status_code == 400
    assert code(refused) == code(old) == "cursor_expired"
    assert refused.json()["error"] == old.json()["error"]


# --- rows that move --------------------------------------------------------------------------------------------------


def pages(api, **parameters):
    """The ids of every page."""
    found, cursor = [], None
    while True:
        page = api.get("/leads", params={**parameters, **({"cursor": cursor} if cursor else {})}).json()
        found.append([lead["id"] for lead in page["data"]])
        cursor = page["pagination"]["next_cursor"]
        if cursor is None:
            return found


def joined(listing):
    return [lead for page in listing for lead in page]


def test_the_last_rows_of_a_page_are_repeated_on_the_next(api, sandbox):
    whole = pages(api, limit=7)
    sandbox.faults.add("duplicate-rows rows=3")
    found = pages(api, limit=7)
    assert found[0] == whole[0]
    for number in range(1, len(found)):
        assert found[number] == whole[number - 1][-3:] + whole[number]


def test_reordered_rows_are_complete_and_some_come_a_page_later(api, sandbox):
    whole = pages(api, limit=7)
    sandbox.faults.add("reordered-rows")
    found = pages(api, limit=7)
    assert sorted(joined(found)) == sorted(joined(whole))
    assert joined(found) != joined(whole)
    assert len(found[0]) == 5
    assert set(found[0]) < set(whole[0])
    assert len(found[-1]) == len(whole[-1]) + 2
    sandbox.faults.clear()
    sandbox.faults.add("reordered-rows")
    assert pages(api, limit=8) != pages(api, limit=8)  # the next draws


def test_a_page_that_is_requested_again_carries_over_the_same_rows(api, sandbox):
    cursor = api.get("/leads?limit=5").json()["pagination"]["next_cursor"]
    with sandbox.faults.during("duplicate-rows times=1"):
        first = api.get("/leads?limit=5").json()["data"]
    for _ in range(2):
        again = api.get(f"/leads?limit=5&cursor={cursor}").json()["data"]
        assert again[:2] == first[-2:]
        assert len(again) == 7


def test_duplicate_and_reordered_rows_work_together(api, sandbox):
    whole = pages(api, limit=4)
    sandbox.faults.add("duplicate-rows rows=2; reordered-rows rows=1")
    found = joined(pages(api, limit=4))
    assert set(found) == set(joined(whole))
    assert len(found) > len(set(found))


def test_an_answer_that_is_not_a_page_stays_unchanged(api):
    plain = api.get("/me").json()["data"]
    response = api.get("/me", headers={FAULT: "duplicate-rows; reordered-rows"})
    assert response.json()["data"] == plain
    refused = api.get("/leads?limit=0", headers={FAULT: "duplicate-rows"})
    assert refused.status_code == 422


# --- by request and by route -----------------------------------------------------------------------------------------


def test_the_fault_header_strikes_its_own_request_only(api):
    assert api.get("/me", headers={FAULT: "503"}).status_code == 503
    untouched = api.get("/me")
    assert untouched.status_code == 200
    assert FAULT not in untouched.headers


@pytest.mark.parametrize(
    "text", ["", "no", "503 leads.list", "503 rate=0.5", "503 times=1", "503 skip=1", "503; no", "503 \xe9"]
)
def test_a_header_without_a_known_fault_is_refused_before_any_effect(api, code, text):
    response = api.post("/leads", json={"email": "h@y.example"}, headers={FAULT: text.encode("latin-1")})
    if text:
        assert (response.status_code, code(response)) == (400, "invalid_fault")
        assert count(api, "h@y.example") == 0
    else:
        assert response.status_code == 201


def test_faults_strike_the_operation_of_the_route(api, sandbox):
    sandbox.faults.add("503 leads.create times=1; 500 GET /leads/{id}")
    lead = api.get("/leads?limit=1").json()["data"][0]["id"]
    assert api.get(f"/leads/{lead}").status_code == 500
    assert [api.post("/leads", json={"email": "r@y.example"}).status_code for _ in range(2)] == [503, 201]
    assert api.head(f"/leads/{lead}").status_code == 500
    assert api.get("/nowhere").status_code == 404
    assert str(sandbox.faults) == (
        "Faults: 503 leads.create times=1 (struck 1 of 2); 500 GET /leads/{id} (struck 2 of 2)"
    )


def test_an_invalid_fault_opens_no_database_file(tmp_path):
    from pb2b_notebook.errors import InvalidParameterError

    with pytest.raises(InvalidParameterError):
        Sandbox(tmp_path / "x.db", faults="no")
    assert not list(tmp_path.iterdir())


def test_the_contract_does_not_mention_faults():
    document = Path("pb2b_notebook/openapi/openapi.json").read_text("utf-8")
    assert "fault" not in document.lower().replace("default", "")
    assert "fault on demand" not in str(build_document())


def test_the_same_requests_meet_the_same_faults_in_a_second_run(serve_over_http):
    def statuses():
        with (
            Sandbox(leads=3, seed=5, faults="503 me.get rate=0.3; truncated rate=0.3") as sandbox,
            serve_over_http(sandbox) as api,
        ):
            return [outcome(api) for _ in range(30)]

    def outcome(api):
        try:
            return api.get("/me").status_code
        except httpx.RemoteProtocolError as cut:
            return str(cut)

    first = statuses()
    assert first == statuses()
    assert len(set(first)) > 3


# --- quietly ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_not_logged_as_a_failure_of_the_sandbox(caplog, kind):
    """No traceback and no warning, and the next request is served, as is the end of the server."""
    with caplog.at_level(logging.DEBUG), Sandbox(leads=5) as sandbox, Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        with httpx.Client(base_url=f"{server.url}/api/public/v1", headers=headers, verify=NO_TLS) as api:
            for at in (" at=before", " at=after") if "at" in KINDS[kind] else ("",):
                fault = f"{kind}{at}{' seconds=0.01' * (kind == 'latency')}"
                for method, path in (("GET", "/leads?limit=2"), ("POST", "/leads")):
                    try:
                        api.request(method, path, json={} if method == "POST" else None, headers={FAULT: fault})
                    except httpx.TransportError:
                        assert kind in ("reset", "truncated")
                    assert api.get("/me").status_code == 200
    mine = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "asyncio"))]
    assert [record.getMessage() for record in mine if record.levelno >= logging.WARNING] == []


CUTTING = ("reset", "reset at=after", "truncated")
ANY = ("duplicate-rows", "reordered-rows", "html at=after", "503 at=after", "latency seconds=0.001", *CUTTING)


@pytest.mark.parametrize("cut", CUTTING)
def test_a_cut_within_other_faults_cuts_the_connection(caplog, cut):
    with caplog.at_level(logging.WARNING), Sandbox(leads=5) as sandbox, Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        with httpx.Client(base_url=f"{server.url}/api/public/v1", headers=headers, verify=NO_TLS) as api:
            for other in ANY:
                for method, path in (("GET", "/leads?limit=2"), ("POST", "/leads"), ("GET", "/no")):
                    for fault in (f"{other}; {cut}", f"{cut}; {other}"):
                        with pytest.raises(httpx.TransportError):
                            api.request(method, path, json={} if method == "POST" else None, headers={FAULT: fault})
            assert api.get("/me").status_code == 200
    assert not caplog.records


@pytest.mark.parametrize("fault", ["duplicate-rows; truncated", "truncated; duplicate-rows", "truncated; truncated"])
def test_truncation_applies_to_the_final_answer(raw, fault):
    received, end = raw("GET", "/leads?limit=3", fault)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert len(body) < int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])
    assert end == "closed"


def test_a_client_that_disconnects_during_a_fault_causes_no_failure(caplog):
    with caplog.at_level(logging.WARNING), Sandbox(leads=1) as sandbox, Server(sandbox.app) as server:
        wire = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        wire.sendall(
            f"GET /api/public/v1/me HTTP/1.1\r\nHost: x\r\n{FAULT}: latency seconds=0.1; reset\r\n\r\n".encode()
        )
        wire.close()
    assert not caplog.records


def test_in_process_a_cut_connection_is_an_exception():
    async def ask(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            await client.get("/api/public/v1/me", headers={FAULT: "reset"})

    with Sandbox(leads=1) as sandbox, pytest.raises(ConnectionResetError, match="on demand"):
        asyncio.run(ask(sandbox.app))
