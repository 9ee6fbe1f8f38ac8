"""Sandboxes behind real HTTP: one to read, shared by all tests, and fresh ones to write."""

from contextlib import ExitStack, contextmanager

import httpx
import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server
from scripted_sink import ScriptedSink

BASE_PATH = "/api/public/v1"
UNLIMITED = 1_000_000


@contextmanager
def _serve(sandbox):
    with Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.key}"} if sandbox.key else {}
        with httpx.Client(base_url=server.url + BASE_PATH, headers=headers, timeout=30) as client:
            yield client


@pytest.fixture(scope="session")
def serve():
    """Give a client of a sandbox over loopback, with the sandbox's own key; a context manager."""
    return _serve


@pytest.fixture
def sandbox():
    """A small workspace of its own for a test that writes."""
    with Sandbox(leads=30, rate_limit=UNLIMITED) as sandbox:
        yield sandbox


@pytest.fixture
def api(sandbox, serve):
    """HTTP to :func:`sandbox`."""
    with serve(sandbox) as client:
        yield client


@pytest.fixture(scope="package")
def shared_sandbox():
    """A workspace of 300 leads that tests only read."""
    with Sandbox(leads=300, rate_limit=UNLIMITED) as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def shared_api(shared_sandbox, serve):
    """HTTP to :func:`shared_sandbox`."""
    with serve(shared_sandbox) as client:
        yield client


@pytest.fixture
def bearer():
    """Make the header of a key."""
    return lambda key: {"Authorization": f"Bearer {key}"}


@pytest.fixture
def make_lead(api):
    """Create a lead through the API; its object."""

    def make(**values):
        response = api.post("/leads", json=values)
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return make


@pytest.fixture
def make_sink():
    """Serve a sink that answers as it is told to; see :class:`ScriptedSink`."""
    with ExitStack() as opened:
        yield lambda *answers, **options: opened.enter_context(ScriptedSink(*answers, **options))


@pytest.fixture
def subscribe(api):
    """Ask through the API for events at a sink; the endpoint, with its secret."""

    def ask(sink, *events, **values):
        response = api.post("/webhooks", json={"url": sink.url, "events": events or ["lead.created"], **values})
        assert response.status_code == 201, response.text
        return response.json()["data"]

    return ask


@pytest.fixture
def deliveries(api):
    """Read the deliveries of an endpoint, the first first."""

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
    """Read the error code of a refusal, whose envelope is checked on the way."""
    return _code


@pytest.fixture(scope="session")
def fields():
    """Read the fields that a 422 names."""
    return _fields
