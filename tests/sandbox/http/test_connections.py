"""Clients that hang up, send half a body, or are still there at the end: no traceback, and the next one is served."""

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
    # Asked for by whoever reads the body: from here on the operation is in it.
    assert connection.recv(100).startswith(b"HTTP/1.1 100")
    return connection


def tracebacks(caplog):
    return [record.getMessage() for record in caplog.records if record.exc_info]


def test_a_client_that_hangs_up_in_the_body_is_no_failure(server, caplog):
    with caplog.at_level(logging.DEBUG):
        begin(server, b"Content-Length: 100\r\n\r\n").close()
        server.stop()
    assert not tracebacks(caplog)


def test_a_bad_chunk_is_no_failure(server, caplog):
    with caplog.at_level(logging.DEBUG):
        connection = begin(server, b"Transfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"not a length\r\n")
        assert b"400" in connection.recv(1000)
        connection.close()
        server.stop()
    assert not tracebacks(caplog)


def test_who_is_still_sending_at_the_end_is_told_so(server, caplog):
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
