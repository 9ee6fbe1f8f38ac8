"""``connect`` and ``open_sandbox``: keys, journals, arguments, and the end of a sandbox."""

import threading

import httpx
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from scripted_service import LIVE_KEY, connect_workspace


def base_url(ws):
    return ws._session.client.base_url


def test_a_wrong_key_is_an_authentication_error(shared_ws):
    with pytest.raises(errors.AuthenticationError, match="create a new one") as caught:
        pb.connect("pb2b_test_nobody_0123456789abcdef0123456789abcdef", base_url=base_url(shared_ws))
    assert caught.value.request_id
    assert "0123456789abcdef" not in str(caught.value)


def test_only_a_test_key_on_this_machine_is_not_live(ws):
    me = {"data": {"workspace": {"id": "w", "name": "n"}}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=me))
    assert pb.connect("pb2b_live_abc_0123456789abcdef", base_url="http://127.0.0.1:1/v1", transport=transport).live
    assert pb.connect("pb2b_test_abc_0123456789abcdef", base_url="https://api.example.com", transport=transport).live
    assert not ws.live


@pytest.mark.parametrize("transport", ["https://proxy.example", object, httpx.Client])
def test_what_is_no_transport_is_refused(transport):
    with pytest.raises(errors.UsageError, match="transport= takes a transport of httpx"):
        pb.connect("pb2b_live_abc_0123456789abcdef", transport=transport)


def test_close_stops_the_server_and_can_be_called_twice():
    before = set(threading.enumerate())
    ws = pb.open_sandbox(leads=5, in_process=False)
    [server] = [each for each in set(threading.enumerate()) - before if each.name == "pb2b-server"]
    ws.close()
    ws.close()
    assert not server.is_alive()


def test_two_sandboxes_in_parallel_are_two_workspaces():
    with pb.open_sandbox(leads=5) as first, pb.open_sandbox(leads=6) as second:
        assert (len(first.leads.list(include_deleted=True)), len(second.leads.list(include_deleted=True))) == (5, 6)


def test_a_file_keeps_its_leads_when_it_is_opened_again(tmp_path):
    path = tmp_path / "demo.sqlite"
    with pb.open_sandbox(leads=5, db=path) as ws:
        lead_id = ws.leads.create(email="kept@y.example").id
    with pb.open_sandbox(leads=5, db=path) as ws:
        assert ws.leads.get(lead_id).email == "kept@y.example"


def test_two_keys_without_a_workspace_id_have_two_journals(tmp_path, monkeypatch):
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    lead_ids = iter(["lead_a", "lead_b"])

    def answer(request, path):
        return {"data": {"id": next(lead_ids), "object": "lead"}}

    without_workspace = {"data": {"id": "k", "object": "api_key", "name": "n"}}
    transport = httpx.MockTransport(
        lambda r: httpx.Response(200, json=without_workspace if r.url.path.endswith("/me") else answer(r, r.url.path))
    )
    ids = [
        pb.connect(key, transport=transport, trust=True).leads.create(email="ada@x.example").id
        for key in (LIVE_KEY, LIVE_KEY.replace("abcd", "wxyz"))
    ]
    assert ids == ["lead_a", "lead_b"]


@pytest.mark.parametrize("me", [{}, {"data": None}, {"data": {}}])
def test_an_empty_response_of_get_me_is_refused(me):
    with pytest.raises(errors.ProtocolError, match="GET /me"):
        connect_workspace(lambda *_: {}, me=me)


def test_no_stack_frame_of_a_failed_connect_contains_the_key():
    secret = "pb2b_live_canary"
    for wrong in ({}, {"profil": "acme"}):
        with pytest.raises(errors.ProspectB2BError) as caught:
            pb.connect(**{"key": secret, **wrong})
        trace, frames = caught.value.__traceback__.tb_next, []
        while trace is not None:
            frames.append(trace.tb_frame)
            trace = trace.tb_next
        assert frames
        assert not any(secret in repr(frame.f_locals) for frame in frames)


def test_an_unknown_path_suggests_checking_the_base_url(ws):
    key = ws.sandbox.create_key()
    with pytest.raises(errors.NotFoundError, match="check the base URL") as caught:
        pb.connect(key, base_url=base_url(ws).replace("/v1", "/v2"))
    assert key not in str(caught.value)
    with pytest.raises(errors.NotFoundError, match="check the id"):
        ws.leads.get("lead_x")


@each_case(
    ("argument", "value", "words"),
    [
        ("leads", "20", "a whole number, not str"),
        ("leads", None, "a whole number, not NoneType"),
        ("leads", 1.5, "a whole number, not float"),
        ("leads", True, "a whole number, not bool"),
        ("seed", "x", "a whole number, not str"),
        ("rate_limit", "600", "a whole number, not str"),
        ("window", "60", "a number, not str"),
        ("speed", None, "a number, not NoneType"),
        ("db", b"demo.db", "a path, not bytes"),
    ],
)
def test_a_sandbox_is_not_opened_with_an_argument_of_another_type(argument, value, words):
    with pytest.raises(errors.UsageError, match=f"^{argument} must be {words} → "):
        pb.open_sandbox(**{"leads": 1, argument: value})


@pytest.mark.parametrize("frame", ["", [], 0])
def test_a_library_that_is_blank_is_not_the_default(frame):
    with pytest.raises(errors.InvalidParameterError, match="unknown frame"):
        pb.open_sandbox(leads=1, frame=frame)
