"""Sandboxes in process, and behind real HTTP: one to read, shared by all tests, and fresh ones to write."""

from contextlib import ExitStack, contextmanager

import httpx
import pytest

from httpx_transport import HttpxTransport
from pb2b_notebook.in_process import InProcessServer
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server
from plain_http import NO_TLS
from scripted_sink import ScriptedSink

BASE_PATH = "/api/public/v1"
UNLIMITED = 1_000_000


@contextmanager
def _serve(sandbox):
    server = InProcessServer(sandbox.app, kind="sandbox").start()
    with _client(sandbox, "http://in-process", transport=HttpxTransport(server.url)) as client:
        yield client
    server.stop()


@contextmanager
def _serve_over_http(sandbox):
    with Server(sandbox.app) as server, _client(sandbox, server.url) as client:
        yield client


def _client(sandbox, url, **options):
    return httpx.Client(
        base_url=url + BASE_PATH,
        headers={"Authorization": f"Bearer {sandbox.key}"} if sandbox.key else {},
        timeout=30,
        verify=NO_TLS,
        **options,
    )


@pytest.fixture(scope="session")
def serve():
    """Return a context manager that serves a sandbox in process, and yields a client with the sandbox's key."""
    return _serve


@pytest.fixture(scope="session")
def serve_over_http():
    """Return the same for a test of connections: over real HTTP."""
    return _serve_over_http


@pytest.fixture
def sandbox():
    """A small sandbox for one test that writes."""
    with Sandbox(leads=30, rate_limit=UNLIMITED) as sandbox:
        yield sandbox


@pytest.fixture
def api(sandbox, serve):
    """A client of :func:`sandbox`."""
    with serve(sandbox) as client:
        yield client


@pytest.fixture
def wire(sandbox, serve_over_http):
    """A client of :func:`sandbox` over real HTTP, for a test of what happens on the connection."""
    with serve_over_http(sandbox) as client:
        yield client


@pytest.fixture(scope="package")
def shared_sandbox():
    """A sandbox with 300 leads that tests only read."""
    with Sandbox(leads=300, rate_limit=UNLIMITED) as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def shared_api(shared_sandbox, serve):
    """A client of :func:`shared_sandbox`."""
    with serve(shared_sandbox) as client:
        yield client


@pytest.fixture
def bearer():
    """Return a function that makes the header of a key."""
    return lambda key: {"Authorization": f"Bearer {key}"}


@pytest.fixture
def make_lead(api):
    """Return a function that creates a lead through the API."""

    def make(**values):
        response = api.post("/leads", json=values)
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return make


@pytest.fixture
def make_sink():
    """Return a function that serves a sink with given answers; see :class:`ScriptedSink`."""
    with ExitStack() as opened:
        yield lambda *answers, **options: opened.enter_context(ScriptedSink(*answers, **options))


@pytest.fixture
def subscribe(api):
    """Return a function that creates an endpoint for a sink, and returns it with its secret."""

    def ask(sink, *events, **values):
        response = api.post("/webhooks", json={"url": sink.url, "events": events or ["lead.created"], **values})
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return ask


@pytest.fixture
def deliveries(api):
    """Return a function that reads the deliveries of an endpoint, oldest first."""

    def read(webhook):
        found = api.get(f"/webhooks/{webhook['id']}/deliveries?limit=500").json()["data"]
        return sorted(found, key=lambda delivery: delivery["created_at"])

    return read


def _code(response):
    body = response.json()
    assert set(body) == {"error", "request_id"}
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert {"code", "message", "details"} <= set(body["error"])
    return body["error"]["code"]


def _fields(response):
    assert response.status_code == 422, response.text
    assert _code(response) == "validation_failed"
    return [detail["field"] for detail in response.json()["error"]["details"]]


@pytest.fixture(scope="session")
def code():
    """Return a function that checks the envelope of an error and returns its code."""
    return _code


@pytest.fixture(scope="session")
def fields():
    """Return a function that returns the fields of a 422."""
    return _fields
