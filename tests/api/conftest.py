"""Clients of a scripted service, and calls to send through them."""

import httpx
import pytest

from pb2b_notebook import openapi
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.credentials import Connection, api_key
from scripted_service import LIVE_KEY, TEST_KEY, SimulatedTime


@pytest.fixture
def simulated():
    return SimulatedTime()


@pytest.fixture
def client_of(simulated):
    """Make a client of a scripted service; by default of a sandbox, with ``live=True`` of a live one."""
    opened = []

    def make(service, *, live=False, **options):
        url = "https://service.example/api" if live else "http://127.0.0.1:1/api"
        connection = Connection(api_key(LIVE_KEY if live else TEST_KEY), url)
        client = Client(
            connection, **{"transport": httpx.MockTransport(service), "timing": simulated.timing(), **options}
        )
        client.workspace = "ws_1"
        if not live:
            client.profile.learn("honours_keys", True, "as our sandbox does")
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def calls():
    """Calls by operation id: ``calls("leads.create", b"{}")``."""
    operations = openapi.load()

    def call(name, body=None, path=None, **options):
        operation = operations.find(name)
        return Call(operation, path or operation.path.replace("{id}", "lead_1"), (), body, **options)

    return call
