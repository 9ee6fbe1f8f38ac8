import gc
import socket
import threading

import pytest

from each_case import each_case
from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.serving import LOOPBACK, Server


async def empty(scope, receive, send):
    """Start, answer 204, stop."""
    if scope["type"] == "lifespan":
        for phase in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{phase}.complete"})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


def endless(reading):
    """Return an application that sends without end, and sets ``reading`` when it has begun."""

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            return await empty(scope, receive, send)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": bytes(1_000_000), "more_body": True})
            reading.set()

    return app


async def failing(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no"})


def test_in_the_foreground_ready_is_called_once_it_accepts_connections():
    server = Server(empty)
    accepted = []

    def ready():
        with socket.create_connection((LOOPBACK, server.port), timeout=5) as connection:
            accepted.append(connection.getpeername()[1])
        server._server.should_exit = True

    server.run_in_foreground(ready)
    assert accepted == [server.port]
    server.stop()


def test_an_application_that_does_not_start_is_an_error():
    server = Server(failing)
    with pytest.raises(ConfigurationError, match="did not start"):
        server.run_in_foreground(lambda: pytest.fail("it is not ready"))
    server.stop()


@each_case("port", [-1, 65_536, 99_999, 10**24])
def test_a_number_that_is_not_a_port_is_refused(port):
    with pytest.raises(UsageError, match="is not a port") as caught:
        Server(empty, port=port)
    assert "65535" in caught.value.repair


@pytest.mark.usefixtures("little_garbage")
def test_a_client_that_does_not_read_leaves_no_open_connection():
    reading = threading.Event()
    server = Server(endless(reading))
    server._server.config.timeout_graceful_shutdown = 0.1
    with server, socket.create_connection((LOOPBACK, server.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        assert reading.wait(10)
        server.stop()
        del server
        gc.collect()  # an open connection is a warning, and so an error here
