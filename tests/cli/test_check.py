"""``pb2b check``: its report and its exit status."""

import json
import re

import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main
from pb2b_notebook.serving import Server


@pytest.fixture
def environment(monkeypatch):
    """Set the base URL and the key of the command."""

    def point(url, key):
        monkeypatch.setenv("PB2B_BASE_URL", url)
        monkeypatch.setenv("PB2B_API_KEY", key)

    return point


def without_pagination(app):
    """Return the app, with responses to ``GET /jobs`` that lack ``pagination``."""

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


def test_a_service_that_follows_the_contract_exits_with_0(shared_ws, environment, capsys):
    environment(shared_ws._session.client.base_url, shared_ws.sandbox.create_key())
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^works      leads\.list$", printed, re.MULTILINE)
    assert re.search(r"^27 works, 14 not tried$", printed, re.MULTILINE)


def test_a_service_that_differs_exits_with_1_and_names_the_difference(ws, environment, capsys):
    with Server(without_pagination(ws.sandbox.app)) as server:
        environment(f"{server.url}/api/public/v1", ws.sandbox.create_key())
        assert main(["check"]) == 1
    printed = capsys.readouterr().out
    assert re.search(r"^differs    jobs\.list +pagination: missing$", printed, re.MULTILINE)


def test_missing_scopes_exit_with_0_and_a_refused_key_with_1(ws, environment, capsys):
    environment(ws._session.client.base_url, ws.sandbox.create_key(scopes=["me.read"]))
    assert main(["check"]) == 0
    environment(ws._session.client.base_url, "pb2b_test_nobody_0123456789abcdef")
    assert main(["check"]) == 1
    assert "401" in capsys.readouterr().err


def test_a_check_of_a_live_service_unlocks_writes_and_says_so(ws, environment, capsys):
    """A tunnel on this machine with a live key looks like the live service."""
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
