"""The edge to the network, against plain sockets that say exactly what each test is about."""

import gzip
import socket
import threading
import zlib

import pyarrow as pa
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.api.http.responses.reply import ACCEPT_ENCODING
from pb2b_notebook.api.http.sending import network, transport
from pb2b_notebook.api.http.sending.messages import Request, encode_headers, host_header
from pb2b_notebook.api.http.sending.network import NetworkTransport
from pb2b_notebook.api.http.sending.transport import Authorized, Channel, exchange
from pb2b_notebook.credentials import api_key
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server
from scripted_service import TEST_KEY


class Peer:
    """Answers every connection with the same bytes, once it has read a request's head; then hangs up, or not."""

    def __init__(self, *pieces, hang_up=True, slowly=False):
        self.got, self.taken = b"", 0
        self._pieces, self._hang_up, self._slowly = pieces, hang_up, slowly
        self._done = threading.Event()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self):
        while not self._done.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                try:
                    while b"\r\n\r\n" not in self.got:
                        self.got += client.recv(65536)
                    while self._slowly and not self._done.wait(0.002):
                        self.taken += len(client.recv(65536))
                    for piece in self._pieces:
                        client.sendall(piece)
                except OSError:
                    continue
                if not self._hang_up:
                    self._done.wait(20)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def ask(peer, *, seconds=5.0, content=None):
    channel = Channel(Authorized(NetworkTransport(peer.url), api_key(TEST_KEY)))
    length = {"Content-Length": str(len(content or b""))}
    request = Request("POST", peer.url, encode_headers({"Host": host_header(peer.url), **length}), content)
    try:
        return exchange(channel, request, seconds=seconds)
    finally:
        channel.close()


def reply(body, *, encoding=None, length=None, status=200):
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body) if length is None else length}\r\n"
    head += f"Content-Encoding: {encoding}\r\n" if encoding else ""
    return head.encode() + b"\r\n" + body


def test_an_answer_comes_whole_and_the_key_travels_in_its_header():
    with Peer(reply(b"{}")) as peer:
        assert ask(peer).body == b"{}"
    assert f"Authorization: Bearer {TEST_KEY}".encode() in peer.got


@each_case("encoding", ["gzip", "x-gzip", "GZIP", "identity, gzip"])
def test_gzip_is_unpacked(encoding):
    body = b"ada " * 100_000
    with Peer(reply(gzip.compress(body), encoding=encoding)) as peer:
        assert ask(peer).body == body


@each_case("body", [gzip.compress(b"{}", mtime=0), b"\xef\xbb\xbf{}", b")]}',\n{}", b")]}'\n{}"])
def test_what_no_header_names_before_json_is_removed(body):
    with Peer(reply(body)) as peer:
        assert ask(peer).body == b"{}"


@pytest.mark.parametrize("sent", ["latin-1", "utf-8"])
def test_json_in_another_encoding_that_its_type_names_is_read(sent):
    head = b"HTTP/1.1 200 X\r\nContent-Type: application/json; charset=ISO-8859-1\r\nConnection: close\r\n\r\n"
    with Peer(head + '{"city": "Köln"}'.encode(sent)) as peer:
        assert ask(peer).body == '{"city": "Köln"}'.encode()


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_an_encoding_that_is_asked_for_is_unpacked_and_trusted_within_the_same_limits(encoding):
    codec = {"br": "brotli"}.get(encoding, encoding)
    assert encoding in ACCEPT_ENCODING.split(", ")
    body = b"ada " * 500_000
    packed = pa.compress(body, codec, asbytes=True)
    with Peer(reply(packed, encoding=encoding)) as peer:
        assert ask(peer).body == body
    bomb = pa.compress(bytes(33 * 2**20), codec, asbytes=True)
    for wrong, error in (
        (bomb, errors.ResponseTooLargeError),
        (packed[:-4], errors.ConnectionLostError),
        (b"", errors.ConnectionLostError),
        (b"not packed at all, not at all", errors.ProtocolError),
    ):
        with Peer(reply(wrong, encoding=encoding)) as peer, pytest.raises(error):
            ask(peer)


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, -zlib.MAX_WBITS], ids=["zlib", "raw"])
def test_a_deflated_body_is_unpacked_to_its_end(wbits):
    body = bytes(5 * transport.MEBIBYTE + 17)
    packed = zlib.compress(body, wbits=wbits)
    with Peer(reply(packed, encoding="deflate")) as peer:
        assert ask(peer).body == body
    bomb = zlib.compress(bytes(33 * 2**20), wbits=wbits)
    for wrong, error in (
        (bomb, errors.ResponseTooLargeError),
        (packed[:-8], errors.ConnectionLostError),
        (packed + b"tail", errors.ProtocolError),
        (b"not packed", errors.ProtocolError),
    ):
        with Peer(reply(wrong, encoding="deflate")) as peer, pytest.raises(error):
            ask(peer)


@pytest.mark.parametrize(
    ("body", "encoding", "error"),
    [
        (gzip.compress(bytes(33 * 2**20)), "gzip", errors.ResponseTooLargeError),
        (b"{}", "gzip, gzip", errors.ProtocolError),
        (b"{}", "compress", errors.ProtocolError),
        (b"not gzip at all", "gzip", errors.ProtocolError),
        (gzip.compress(b"{}")[:-4], "gzip", errors.ConnectionLostError),
        (gzip.compress(b"{}") + b"tail", "gzip", errors.ProtocolError),
        (gzip.compress(b"{}") + bytes(200_000), "gzip", errors.ProtocolError),
    ],
    ids=["bomb", "double", "unasked", "broken", "cut", "tail", "long tail"],
)
def test_a_body_that_cannot_be_trusted_is_a_typed_error(body, encoding, error):
    with Peer(reply(body, encoding=encoding)) as peer, pytest.raises(error):
        ask(peer)


def test_the_largest_body_passes_and_a_larger_one_does_not(monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY", 100_000)
    with Peer(reply(bytes(100_000))) as peer:
        assert len(ask(peer).body) == 100_000
    with Peer(reply(bytes(100_001))) as peer, pytest.raises(errors.ResponseTooLargeError):
        ask(peer)


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([], errors.ConnectionLostError),
        ([b"HTTP/1.1 20"], errors.ConnectionLostError),
        ([reply(b"{}", length=10)], errors.ConnectionLostError),
        ([b"SSH-2.0-OpenSSH\r\n"], errors.ConnectionLostError),
        ([b"HTTP/1.1 200 X\r\nA: " + b"x" * 200_000 + b"\r\n\r\n"], errors.ConnectionLostError),
        ([b"HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n"], errors.ConnectionLostError),
    ],
    ids=["nothing", "cut head", "cut body", "no HTTP", "endless head", "odd length"],
)
def test_a_truncated_response_is_a_lost_connection(pieces, error):
    with Peer(*pieces) as peer, pytest.raises(error) as caught:
        ask(peer)
    assert TEST_KEY not in str(caught.value)


@pytest.mark.parametrize(
    "pieces", [[], [b"HTTP/1.1 200 X\r\n"], [reply(b"{}", length=10)]], ids=["head", "mid", "body"]
)
def test_silence_ends_by_the_deadline(pieces):
    with Peer(*pieces, hang_up=False) as peer, pytest.raises(errors.DeadlineError):
        ask(peer, seconds=0.2)


def test_endless_interim_answers_end_by_the_deadline():
    with Peer(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, hang_up=False) as peer, pytest.raises(errors.DeadlineError):
        ask(peer, seconds=0.2)


def test_a_peer_that_reads_slowly_ends_by_the_deadline():
    """Each operation on the socket makes progress; only the whole takes too long."""
    body = bytes(32 * 2**20)
    with Peer(slowly=True) as peer, pytest.raises(errors.DeadlineError):
        ask(peer, seconds=0.5, content=body)
    assert peer.taken < len(body) / 2


def test_a_port_without_a_server_is_a_failed_connection():
    with Peer() as peer:
        pass
    with pytest.raises(errors.ConnectionFailedError):
        ask(peer)


def test_plain_http_reads_no_certificates(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    NetworkTransport("http://127.0.0.1:1").close()
    with pytest.raises(errors.UsageError, match="SSL_CERT_FILE"):
        NetworkTransport("https://service.example")


def test_no_redirect_is_followed():
    away = b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with Peer(away) as peer:
        assert ask(peer).status == 307


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_loopback_ignores_proxy_variables(monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    with Peer(reply(b"{}")) as peer:
        assert ask(peer).status == 200
    assert network._proxy("http://service.example") is not None


@pytest.mark.parametrize(
    "address", ["http://ada:lovelace@proxy.example:port", "http://[::1", "http://ada:love lace@x:1:2"]
)
def test_a_proxy_without_a_valid_address_is_named_without_its_password(monkeypatch, address):
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(errors.UsageError, match="HTTPS_PROXY") as caught:
        network._proxy("https://service.example")
    assert "lovelace" not in str(caught.value)


def test_a_proxy_keeps_its_password_out_of_its_url(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:lovelace@proxy.example:3128")
    proxy = network._proxy("https://service.example")
    assert proxy.auth == (b"ada", b"lovelace")
    assert "lovelace" not in repr(proxy.url)


def test_a_list_takes_one_connection_and_windows_one_each():
    clients = []

    async def app(scope, receive, send):
        if scope["type"] == "http":
            clients.append(scope["client"])
        await sandbox.app(scope, receive, send)

    with (
        Sandbox(leads=600) as sandbox,
        Server(app) as server,
        pb.connect(sandbox.key, base_url=f"{server.url}/api/public/v1") as ws,
    ):
        assert len(ws.leads.list(page_size=20, parallel=1)) > 500
        assert (len(clients) > 25, len(set(clients))) == (True, 1)
        assert len(ws.leads.list(page_size=20, parallel=3)) > 500
        assert 1 < len(set(clients)) <= 4
