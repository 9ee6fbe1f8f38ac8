"""The service under a conformance scenario: in process, over a socket, or live."""

import os
from contextlib import contextmanager

import httpx

import pb2b_notebook as pb
from in_process_service import InProcess
from pb2b_notebook.credentials import LIVE_URL
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server
from plain_http import NO_TLS

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
        transport: Creates the transport; ``None`` from it is the network.
        sandbox: The sandbox; ``None`` for the live service, which is only read.
    """

    def __init__(self, url, key, *, transport=lambda: None, sandbox=None):
        self._url = url
        self._key = key
        self._transport = transport
        self._open = []
        self.sandbox = sandbox
        self.public_key = key.rpartition("_")[0]
        self.api = self.as_key(key)

    def as_key(self, key):
        """Plain HTTP with another key, or with none; against the live service it refuses all but reads."""
        client = httpx.Client(
            base_url=self._url,
            headers={} if key is None else {"Authorization": f"Bearer {key}"},
            transport=self._transport(),
            timeout=30,
            verify=NO_TLS if self.sandbox else True,
            event_hooks={"request": [] if self.sandbox else [_refuse_writes]},
        )
        self._open.append(client)
        return client

    def workspace(self, key=None):
        """Connect to the service through the package, with the owner's key or another one."""
        options = {} if self.sandbox else {"read_only": True}
        return pb.connect(key or self._key, base_url=self._url, transport=self._transport(), **options)

    def close(self):
        for client in self._open:
            client.close()


def _refuse_writes(request):
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        raise AssertionError(f"{request.method} to a live service: its part of this suite only reads")


@contextmanager
def in_process(**options):
    """A sandbox in this process, without a socket."""
    with Sandbox(**{"leads": 120, "rate_limit": UNLIMITED, **options}) as sandbox:
        transports = []

        def transport():
            transports.append(InProcess(sandbox.app))
            return transports[-1]

        # No server listens on this port, so a request that bypassed the transport would fail.
        service = Service(f"http://127.0.0.1:1{BASE_PATH}", sandbox.key, transport=transport, sandbox=sandbox)
        try:
            yield service
        finally:
            service.close()
            for each in transports:
                each.close()


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
