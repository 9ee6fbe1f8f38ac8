"""Clients that disconnect, send part of a body, or send during shutdown: no traceback, and the next one is served."""

import http.client
import logging
import socket
import threading
from urllib.parse import urlsplit

import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server


@pytest.fixture
def server():
    with Sandbox(leads=1) as sandbox, Server(sandbox.app) as server:
        server.key = sandbox.key
        yield server


def begin(server, rest=b""):
    """Send the head of a create, and the beginning of its body."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=10)
    connection.sendall(
        b"POST /api/public/v1/leads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        b"Authorization: Bearer " + server.key.encode() + b"\r\n" + rest
    )
    # Sent when the body is read: from here on the operation is reading it.
    assert connection.recv(100).startswith(b"HTTP/1.1 100")
    return connection


def tracebacks(caplog):
    return [record.getMessage() for record in caplog.records if record.exc_info]


def test_a_client_that_disconnects_in_the_body_is_not_logged_as_an_error(server, caplog):
    with caplog.at_level(logging.DEBUG):
        begin(server, b"Content-Length: 100\r\n\r\n").close()
        server.stop()
    assert not tracebacks(caplog)


def test_an_invalid_chunk_is_not_logged_as_an_error(server, caplog):
    with caplog.at_level(logging.DEBUG):
        connection = begin(server, b"Transfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"not a length\r\n")
        assert b"400" in connection.recv(1000)
        connection.close()
        server.stop()
    assert not tracebacks(caplog)


def test_a_request_during_shutdown_is_answered_with_503(server, caplog):
    with caplog.at_level(logging.DEBUG):
        connection = begin(server, b"Content-Length: 100\r\n\r\n")
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        stopping.join()
        connection.close()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert not tracebacks(caplog)
