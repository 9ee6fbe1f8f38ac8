"""Requests that no service sends: wrong methods, endless bodies, bodies that never arrive."""

import asyncio
import socket
import weakref
from urllib.parse import urlsplit

import httpx
import pytest

from pb2b_notebook.webhooks import Receiver, sign
from pb2b_notebook.webhooks import receiver as receiving
from pb2b_notebook.webhooks.reception import MAX_READ
from pb2b_notebook.webhooks.verification import MAX_BYTES
from plain_http import NO_TLS
from signed_deliveries import NOW, SECRET, body_of, states

BODY = body_of()
GOOD = sign(BODY, SECRET, now=NOW)


class Line:
    """A raw TCP connection."""

    def __init__(self, receiver):
        parts = urlsplit(receiver.url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)

    def send(self, data):
        """Send; whether the other side still takes it."""
        try:
            self._socket.sendall(data)
        except OSError:
            return False
        return True

    def status(self):
        """The status of the answer."""
        return int(self.read().split(b" ")[1])

    def read(self):
        """All that comes until the other side closes."""
        read = b""
        while chunk := self._socket.recv(65_536):
            read += chunk
        return read

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


def head(*lines):
    """Return the head of a request."""
    return "\r\n".join(["POST / HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def chunk(data):
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_answered_405(receiver, method):
    answer = httpx.request(method, receiver.url, headers=GOOD, verify=NO_TLS)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert bool(answer.content) == (method != "HEAD")


@pytest.mark.parametrize("path", ["", "hooks", "hooks/prospectb2b?x=1", "%2e%2e/%2e%2e/etc/passwd", "a%00b"])
def test_a_delivery_to_any_path_is_received(receiver, path):
    assert httpx.post(receiver.url + path, content=BODY, headers=GOOD, verify=NO_TLS).status_code == 200


def test_a_body_of_256_kib_is_accepted_with_or_without_a_length(receiver):
    filled = body_of(note="x" * (MAX_BYTES - len(body_of(note=""))))
    signed = sign(filled, SECRET, now=NOW)
    assert len(filled) == MAX_BYTES
    assert httpx.post(receiver.url, content=filled, headers=signed, verify=NO_TLS).json()["status"] == "received"
    pieces = (filled[at : at + 10_000] for at in range(0, len(filled), 10_000))
    assert httpx.post(receiver.url, content=pieces, headers=signed, verify=NO_TLS).json()["status"] == "received before"


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 257 * 1024, MAX_READ])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_larger_body_is_answered_413_and_the_sender_can_read_it(receiver, size, chunked):
    body = b"x" * size
    content = (body[at : at + 50_000] for at in range(0, size, 50_000)) if chunked else body
    answer = httpx.post(receiver.url, content=content, headers=sign(body, SECRET, now=NOW), verify=NO_TLS)
    assert (answer.status_code, answer.json()["error"]) == (413, "DeliveryTooLargeError")
    assert answer.headers["connection"] == "close"
    assert "1 DeliveryTooLargeError" in repr(receiver)


@pytest.mark.parametrize("encoding", ["Transfer-Encoding: chunked", f"Content-Length: {10**12}"])
def test_an_endless_body_is_cut_off(receiver, encoding):
    piece = b"x" * 65_536
    piece = chunk(piece) if "chunked" in encoding else piece
    with Line(receiver) as line:
        line.send(head(encoding))
        sent = 0
        while line.send(piece):
            sent += len(piece)
            assert sent < 100 * MAX_READ
    assert "1 DeliveryTooLargeError" in repr(receiver)
    assert httpx.post(receiver.url, content=BODY, headers=GOOD, verify=NO_TLS).status_code == 200


def test_memory_holds_no_more_of_a_body_than_the_limit():
    class Piece(bytearray):
        """Bytes that can be watched."""

    pieces, held = [], []

    async def receive():
        piece = Piece(b"x" * 65_536)
        held.append(sum(one() is not None for one in pieces))
        pieces.append(weakref.ref(piece))
        return {"type": "http.request", "body": piece, "more_body": True}

    answer = in_process(receive)
    assert answer["status"] == 413
    assert len(pieces) == MAX_READ // 65_536 + 1
    assert max(held) <= MAX_BYTES // 65_536 + 1


def in_process(receive, *, headers=(), version="1.1"):
    """Return the head of the answer to a request of ASGI messages."""
    sent = []

    async def send(message):
        sent.append(message)

    async def served():
        scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers), "http_version": version}
        await Receiver(":memory:", SECRET, now=lambda: NOW)(scope, receive, send)

    asyncio.run(served())
    return sent[0] if sent else None


def test_http_2_answers_have_no_connection_header():
    async def receive():
        return {"type": "http.request", "body": b"x" * MAX_READ, "more_body": True}

    assert b"connection" in dict(in_process(receive)["headers"])
    assert b"connection" not in dict(in_process(receive, version="2")["headers"])


def test_a_body_that_is_late_is_answered_408(receiver, monkeypatch):
    assert receiving.ANSWER_TIMEOUT == 5
    monkeypatch.setattr(receiving, "ANSWER_TIMEOUT", 0.05)
    with Line(receiver) as line:
        line.send(head("Content-Length: 100") + b"{")
        assert line.status() == 408
    assert states(receiver) == {}


def test_a_store_that_takes_too_long_is_answered_503(receiver, monkeypatch):
    monkeypatch.setattr(receiving, "ANSWER_TIMEOUT", 0.05)
    with receiver._store._transaction():
        assert httpx.post(receiver.url, content=BODY, headers=GOOD, verify=NO_TLS).status_code == 503
    monkeypatch.undo()
    assert httpx.post(receiver.url, content=BODY, headers=GOOD, verify=NO_TLS).status_code == 200
    assert states(receiver) == {"evt_1": "unhandled"}


def test_a_client_that_hangs_up_is_not_answered(receiver):
    async def receive():
        return {"type": "http.disconnect"}

    assert in_process(receive) is None
    with Line(receiver) as line:
        line.send(head("Content-Length: 100") + b"{")
    assert httpx.post(receiver.url, content=BODY, headers=GOOD, verify=NO_TLS).status_code == 200


@pytest.mark.parametrize("lines", [["Content-Length: 0"], []])
def test_a_request_without_a_body_is_refused(receiver, lines):
    with Line(receiver) as line:
        line.send(head(*lines, "Connection: close"))
        assert line.status() == 400


def test_a_compressed_body_is_not_decompressed(receiver):
    import gzip

    packed = gzip.compress(b" " * 10_000_000)
    headers = sign(packed, SECRET, now=NOW) | {"Content-Encoding": "gzip"}
    answer = httpx.post(receiver.url, content=packed, headers=headers, verify=NO_TLS)
    assert (answer.status_code, answer.json()["error"]) == (400, "MalformedEventError")
