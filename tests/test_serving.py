import socket

import pytest

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


@pytest.mark.parametrize("port", [-1, 65_536, 99_999, 10**24])
def test_a_number_that_is_not_a_port_is_refused(port):
    with pytest.raises(UsageError, match="is not a port") as caught:
        Server(empty, port=port)
    assert "65535" in caught.value.repair
