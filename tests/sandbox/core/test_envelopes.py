"""The envelope and headers of every response, and requests that reach no operation."""

import re
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from each_case import each_case
from pb2b_notebook.sandbox import Sandbox

RATE = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/nothing", 404, "unknown_route"),
        ("GET", "/leads/", 404, "unknown_route"),
        ("GET", "/leads/lead_0", 404, "not_found"),
        ("GET", "/lead-fields/nothing", 404, "not_found"),
        ("PUT", "/leads", 405, "method_not_allowed"),
        ("TRACE", "/me", 405, "method_not_allowed"),
        ("POST", "/leads", 400, "malformed_json"),
        ("GET", "/leads?limit=0", 422, "validation_failed"),
    ],
)
def test_every_error_is_an_envelope_with_a_request_id(*, shared_api, method, path, status, error, code):
    response = shared_api.request(method, path)
    assert (response.status_code, code(response)) == (status, error)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Date"]


def test_the_root_path_answers_with_the_envelope(shared_api, code):
    response = shared_api.get(shared_api.base_url.copy_with(path="/"))
    assert (response.status_code, code(response)) == (404, "unknown_route")


@each_case(
    ("path", "allowed"),
    [
        ("/me", "GET, HEAD, OPTIONS"),
        ("/leads", "GET, HEAD, OPTIONS, POST"),
        ("/leads/upsert", "OPTIONS, POST"),
        ("/leads/lead_0", "DELETE, GET, HEAD, OPTIONS, PATCH"),
    ],
)
def test_allow_lists_the_methods_of_the_resource(shared_api, path, allowed):
    assert shared_api.put(path).headers["Allow"] == allowed
    options = shared_api.options(path)
    assert (options.status_code, options.headers["Allow"], options.content) == (204, allowed, b"")
    assert options.headers["X-Request-Id"]


def test_head_is_get_without_the_content(shared_api):
    head, got = shared_api.head("/leads?limit=3"), shared_api.get("/leads?limit=3")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert shared_api.head("/leads/lead_0").status_code == 404
    assert shared_api.head("/leads/upsert").status_code == 404


def test_request_ids_of_parallel_requests_are_distinct(shared_api):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shared_api.get("/me"), range(40)))
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert len(set(ids)) == len(ids)
    assert [answer.json()["request_id"] for answer in answers] == ids
    assert all(re.fullmatch(r"req_[0-9a-f]{16}", request_id) for request_id in ids)


def test_request_ids_are_distinct_across_restarts(tmp_path, serve):
    seen = []
    for _ in range(2):
        with Sandbox(tmp_path / "sandbox.db", leads=1) as sandbox, serve(sandbox) as api:
            seen += [api.get("/me").headers["X-Request-Id"] for _ in range(3)]
    assert len(set(seen)) == 6


def test_date_is_the_domain_clock(sandbox, api):
    assert api.get("/me").headers.get_list("Date") == ["Tue, 10 Mar 2026 12:00:00 GMT"]
    sandbox.clock.advance(86_400)
    assert parsedate_to_datetime(api.get("/me").headers["Date"]).day == 11


def test_the_same_requests_give_the_same_answers(serve):
    def story():
        with Sandbox(leads=20, seed=7) as sandbox, serve(sandbox) as api:
            made = api.post("/leads", json={"email": "a@b.example"}).json()
            return sandbox.workspace_id, made, api.get("/leads?limit=500").json()

    assert story() == story()


def test_rate_headers_are_on_every_answer_to_a_valid_key(shared_api):
    for path in ("/me", "/leads?limit=0", "/leads/lead_0"):
        assert all(name in shared_api.get(path).headers for name in RATE)
    assert not any(name in shared_api.get("/me", headers={"Authorization": "x"}).headers for name in RATE)


def test_the_documentation_needs_no_network(shared_sandbox, serve_over_http):
    with serve_over_http(shared_sandbox) as wire:
        root = wire.base_url.copy_with(path="/")
        page = wire.get(root.join("/docs"))
        assert page.status_code == 200
        assert "openapi.json" in page.text
        assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page.text)
        for asset in re.findall(r'(?:src|href)="(/[^"]*\.(?:js|css))"', page.text):
            assert wire.get(root.join(asset)).status_code == 200


def test_an_internal_error_is_an_envelope_without_the_reason(sandbox, api, caplog, code):
    # Closing the database is the only way to break the sandbox from outside without a mock.
    sandbox.close()
    response = api.get("/me")
    assert (response.status_code, code(response)) == (500, "internal_error")
    assert "sqlite" not in response.text.lower()
    assert "Traceback" not in response.text
    assert response.json()["request_id"] in caplog.text
