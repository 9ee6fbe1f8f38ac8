"""The service under a conformance scenario: in process, over a socket, or live."""

import os
from contextlib import contextmanager

import httpx

import pb2b_notebook as pb
from pb2b_notebook.credentials import LIVE_URL
from pb2b_notebook.in_process import InProcessServer
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server
from plain_http import NO_TLS, plain_transport

BASE_PATH = "/api/public/v1"
NOBODY = "pb2b_test_nobody_0123456789abcdef0123456789abcdef"
LIVE_KEY = os.environ.get("PB2B_LIVE_API_KEY", "")
LIVE_BASE_URL = os.environ.get("PB2B_LIVE_BASE_URL", LIVE_URL)
UNLIMITED = 1_000_000


class Service:
    """One service and its owner's key.

    Args:
        url: Base URL.
        key: The owner's key.
        sandbox: The sandbox; ``None`` for the live service, which is only read.
    """

    def __init__(self, url, key, *, sandbox=None):
        self._url = url
        self._key = key
        self._open = []
        self.sandbox = sandbox
        self.public_key = key.rpartition("_")[0]
        self.api = self.as_key(key)

    def as_key(self, key):
        """Plain HTTP with another key, or with none; against the live service it refuses all but reads."""
        client = httpx.Client(
            base_url=self._url,
            headers={} if key is None else {"Authorization": f"Bearer {key}"},
            transport=plain_transport(self._url),
            timeout=30,
            verify=NO_TLS if self.sandbox else True,
            event_hooks={"request": [] if self.sandbox else [_refuse_writes]},
        )
        self._open.append(client)
        return client

    def workspace(self, key=None):
        """Connect to the service through the package, with the owner's key or another one."""
        options = {} if self.sandbox else {"read_only": True}
        return pb.connect(key or self._key, base_url=self._url, **options)

    def close(self):
        for client in self._open:
            client.close()


def _refuse_writes(request):
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        raise AssertionError(f"{request.method} to a live service: its part of this suite only reads")


@contextmanager
def in_process(**options):
    """A sandbox that this process calls, without a socket and without threads."""
    with Sandbox(**{"leads": 120, "rate_limit": UNLIMITED, "background": False, **options}) as sandbox:
        server = InProcessServer(sandbox.app, kind="sandbox", between=sandbox.catch_up).start()
        service = Service(server.url + BASE_PATH, sandbox.key, sandbox=sandbox)
        try:
            yield service
        finally:
            service.close()
            server.stop()


@contextmanager
def over_a_socket(**options):
    """A sandbox behind a real HTTP server on loopback."""
    with Sandbox(**{"leads": 120, "rate_limit": UNLIMITED, **options}) as sandbox, Server(sandbox.app) as server:
        service = Service(server.url + BASE_PATH, sandbox.key, sandbox=sandbox)
        try:
            yield service
        finally:
            service.close()


@contextmanager
def live():
    """The live service, with the key of ``PB2B_LIVE_API_KEY``; ``PB2B_LIVE_BASE_URL`` names another one."""
    service = Service(LIVE_BASE_URL, LIVE_KEY)
    try:
        yield service
    finally:
        service.close()


LOCAL = {"in_process": in_process, "over_a_socket": over_a_socket}
LIVE = "live_service"
LEGS = {**LOCAL, LIVE: live}
