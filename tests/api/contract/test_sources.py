"""Documents from files and addresses: what is one is read, and what is none is a typed error, whatever it is."""

import contextlib
import gzip
import json
import socket

import pytest

from each_case import each_case
from pb2b_notebook import errors, openapi
from pb2b_notebook.api.contract.sources import LARGEST, load_document, load_operations, name_of
from pb2b_notebook.serving import Server

OURS = json.dumps(openapi.load_document()).encode()
SWAGGER = b'{"swagger": "2.0", "paths": {}}'
OLD = b'{"openapi": "3.0.3", "paths": {}}'
LOOP = {"A": {"$ref": "#/components/schemas/A"}}

ANSWERS = {
    "/openapi.json": (200, {"content-type": "application/json"}, OURS),
    "/gzipped": (200, {"content-encoding": "gzip"}, gzip.compress(OURS)),
    "/marked": (200, {}, b"\xef\xbb\xbf" + OURS),
    "/moved": (301, {"location": "/openapi.json"}, b""),
    "/gone": (404, {}, b"{}"),
    "/broken": (503, {}, b"{}"),
    "/page": (200, {"content-type": "text/html"}, b"<!doctype html><title>Sign in</title>"),
    "/yaml": (200, {}, b"openapi: 3.1.0\npaths: {}\n"),
    "/cut": (200, {}, OURS[:1000]),
    "/twice": (200, {}, b'{"openapi": "3.1.0", "openapi": "3.1.0", "paths": {}}'),
    "/list": (200, {}, b"[]"),
    "/deep": (200, {}, b"[" * 100_000),
    "/swagger": (200, {}, SWAGGER),
    "/old": (200, {}, OLD),
    "/bomb": (200, {"content-encoding": "gzip"}, gzip.compress(b" " * (LARGEST + 1))),
}


@pytest.fixture(scope="module")
def site():
    """A web server on loopback, and what it was asked."""
    asked = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        asked.append((scope["path"], dict(scope["headers"])))
        status, headers, body = ANSWERS[scope["path"]]
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": named})
        await send({"type": "http.response.body", "body": body})

    with Server(app) as server:
        yield server.url, asked


@pytest.mark.parametrize("path", ["/openapi.json", "/gzipped", "/marked", "/openapi.json?version=1"])
def test_a_document_is_read_from_an_address_without_any_key(site, path):
    url, asked = site
    assert load_document(url + path) == openapi.load_document()
    assert b"authorization" not in asked[-1][1]


@pytest.mark.parametrize(
    ("path", "kind", "says"),
    [
        ("/moved", errors.ContractError, "301.*redirects are not followed"),
        ("/gone", errors.ContractError, "404"),
        ("/broken", errors.ContractError, "503"),
        ("/page", errors.NotJSONError, "text/html.*login page"),
        ("/yaml", errors.NotJSONError, "not strict JSON"),
        ("/cut", errors.NotJSONError, "not strict JSON"),
        ("/twice", errors.NotJSONError, "not strict JSON"),
        ("/deep", errors.NotJSONError, "not strict JSON"),
        ("/list", errors.ContractError, "not a JSON object"),
        ("/swagger", errors.ContractError, "Swagger 2"),
        ("/old", errors.ContractError, r"3\.0\.3"),
        ("/bomb", errors.ResponseTooLargeError, "32 MiB"),
    ],
)
def test_an_invalid_document_is_a_typed_error(site, path, kind, says):
    url, asked = site
    before = len(asked)
    with pytest.raises(kind, match=says) as caught:
        load_document(url + path)
    assert caught.value.repair
    assert len(asked) == before + 1


@each_case(
    ("address", "says"),
    [
        ("http://api.example.com/openapi.json", "unprotected"),
        ("ftp://api.example.com/openapi.json", "not an https address"),
        ("file:///etc/passwd", "not an https address"),
        ("https://user:secret-canary@api.example.com/x", "not an https address"),
        ("https://", "not an https address"),
        ("https://[::1/x", "not an https address"),
        ("https://api.example.com:99999/x", "not an https address"),
        ("https://api.example.com/\x00", "not an https address"),
    ],
)
def test_an_address_is_https_or_on_this_machine(address, says):
    with pytest.raises(errors.ContractError, match=says) as caught:
        load_document(address)
    assert "canary" not in str(caught.value)


def test_an_address_without_a_server_is_a_transport_error():
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(errors.ConnectionFailedError):
            load_document(f"http://127.0.0.1:{free.getsockname()[1]}/openapi.json")


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (b"<html>", errors.NotJSONError, r"doc\.json is not strict JSON"),
        (b"openapi: 3.1.0", errors.NotJSONError, "not as YAML"),
        (b"", errors.NotJSONError, "not strict JSON"),
        (b"\xff\xfe{}", errors.NotJSONError, "not strict JSON"),
        (SWAGGER, errors.ContractError, "Swagger 2"),
        (OLD, errors.ContractError, "3.1 is required"),
    ],
)
def test_a_file_that_is_not_a_document_is_refused(tmp_path, body, kind, says):
    path = tmp_path / "doc.json"
    path.write_bytes(body)
    for source in (path, str(path)):
        with pytest.raises(kind, match=says):
            load_document(source)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path, monkeypatch):
    (tmp_path / "doc.json").write_bytes(b"\xef\xbb\xbf" + OURS)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_document("~/doc.json") == openapi.load_document()


def test_a_file_that_is_missing_too_large_or_a_folder_is_refused(tmp_path):
    with pytest.raises(errors.ContractError, match="there is no file"):
        load_document(tmp_path / "none.json")
    with pytest.raises(errors.ContractError, match="cannot be read"):
        load_document(tmp_path)
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(errors.ResponseTooLargeError, match="32 MiB"):
        load_document(tmp_path / "large.json")


@each_case("source", [None, 3, b"{}", ["openapi.json"]])
def test_a_contract_is_a_path_an_address_or_a_document(source):
    with pytest.raises(errors.ContractError, match="a contract cannot be a"):
        load_document(source)


def test_operations_remember_where_they_are_from(site):
    url, _ = site
    assert load_operations(f"{url}/openapi.json").origin == "127.0.0.1"
    assert "of the document given" in repr(load_operations(openapi.load_document()))
    assert name_of("https://api.example/openapi.json?token=canary") == "api.example"


def test_references_in_a_circle_are_refused_when_the_operations_are_read():
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    paths = {"/x": {"get": {"responses": {"200": {"content": content}}}}}
    with pytest.raises(errors.ContractError, match="circle"):
        load_operations({"openapi": "3.1.0", "components": {"schemas": LOOP}, "paths": paths})
