"""``pb2b check`` for people and for CI."""

import json
import re

import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main
from pb2b_notebook.serving import Server


@pytest.fixture
def environment(monkeypatch):
    """Point the command at a service, as a person does."""

    def point(url, key):
        monkeypatch.setenv("PB2B_BASE_URL", url)
        monkeypatch.setenv("PB2B_API_KEY", key)

    return point


def without_pagination(app):
    """The sandbox with answers to ``GET /jobs`` that tell of no page."""

    async def edited(scope, receive, send):
        async def sent(message):
            if scope["type"] == "http" and scope["path"].endswith("/jobs"):
                if message["type"] == "http.response.start":
                    message["headers"] = [h for h in message["headers"] if h[0].lower() != b"content-length"]
                elif message["type"] == "http.response.body":
                    body = json.loads(message["body"])
                    del body["pagination"]
                    message = {**message, "body": json.dumps(body).encode()}
            await send(message)

        await app(scope, receive, sent)

    return edited


def test_a_service_that_is_as_the_contract_says_is_0(shared_ws, environment, capsys):
    environment(shared_ws._session.client.base_url, shared_ws.sandbox.create_key())
    assert main(["check"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^works      leads\.list$", shown, re.MULTILINE)
    assert re.search(r"^27 works, 14 not tried$", shown, re.MULTILINE)


def test_a_service_that_differs_is_1_and_says_where(ws, environment, capsys):
    with Server(without_pagination(ws.sandbox.app)) as server:
        environment(f"{server.url}/api/public/v1", ws.sandbox.create_key())
        assert main(["check"]) == 1
    shown = capsys.readouterr().out
    assert re.search(r"^differs    jobs\.list +pagination: missing$", shown, re.MULTILINE)


def test_a_key_that_may_little_is_0_and_one_that_is_refused_is_1(ws, environment, capsys):
    environment(ws._session.client.base_url, ws.sandbox.create_key(scopes=["me.read"]))
    assert main(["check"]) == 0
    environment(ws._session.client.base_url, "pb2b_test_nobody_0123456789abcdef")
    assert main(["check"]) == 1
    assert "401" in capsys.readouterr().err


def test_a_live_service_is_told_to_be_unlocked(ws, environment, capsys):
    """Over a tunnel on this machine, with a key of the live kind: what a real one looks like from here."""
    live_key = "pb2b_live_abcd_0123456789abcdef0123"

    async def tunnel(scope, receive, send):
        if scope["type"] == "http":
            headers = [(n, v) for n, v in scope["headers"] if n != b"authorization"]
            scope = {**scope, "headers": [*headers, (b"authorization", b"Bearer " + ws.sandbox.key.encode())]}
        await ws.sandbox.app(scope, receive, send)

    with Server(tunnel) as server:
        url = f"{server.url}/api/public/v1"
        environment(url, live_key)
        assert main(["check"]) == 0
        assert f"Writes of this machine to {ws.name} are unlocked." in capsys.readouterr().out
        with pb.connect(live_key, base_url=url) as other:
            assert other.live
            assert not other.writes_locked
