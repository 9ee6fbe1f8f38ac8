"""The sandbox in process: found by its URL in this process only, in all threads, with faults, jobs and webhooks."""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors, in_process
from pb2b_notebook.in_process import InProcessServer
from pb2b_notebook.webhooks import Receiver

SUPPORT = Path(__file__).parent / "support"


@pytest.fixture(scope="module")
def here():
    """A workspace in process that tests only read, or write single leads to."""
    with pb.open_sandbox(leads=40, rate_limit=1_000_000, in_process=True) as ws:
        yield ws


@pytest.fixture
def receiver(here):
    with Receiver(":memory:", now=here.sandbox.clock.now, in_process=True) as receiver:
        yield receiver


def subscribe(ws, receiver, *events):
    webhook = ws.webhooks.create(url=receiver.url, events=list(events))
    receiver.trust(webhook["signing_secret"])
    return webhook


def statuses(ws, webhook):
    return ws.webhooks.deliveries(webhook.id)["status"].tolist()


# --- who reaches it --------------------------------------------------------------------------------------------------


def test_it_has_no_port_and_starts_no_thread():
    before = set(threading.enumerate())
    with pb.open_sandbox(leads=5, in_process=True) as ws:
        assert len(ws.leads.list(include_deleted=True, parallel=1)) == 5
        # A thread of an earlier test may end meanwhile.
        assert set(threading.enumerate()) <= before
        assert ws.base_url.startswith("in-process://sandbox-")
        assert not ws.live


def test_a_second_connection_of_this_process_finds_it_by_its_base_url(here):
    with pb.connect(here.sandbox.create_key(name="second"), base_url=here.base_url) as second:
        created = second.leads.create(email="second@example.com")
        assert here.leads.get(created.id).email == "second@example.com"


def test_the_environment_may_choose_it_and_an_argument_overrides_that(monkeypatch):
    monkeypatch.setenv("PB2B_IN_PROCESS", "1")
    with pb.open_sandbox(leads=1) as ws:
        assert in_process.is_in_process(ws.base_url)
    with pb.open_sandbox(leads=1, in_process=False) as ws:
        assert ws.base_url.startswith("http://127.0.0.1:")


def test_a_closed_sandbox_is_an_error_that_names_it_and_does_not_wait():
    with pb.open_sandbox(leads=1, in_process=True) as ws:
        key, url = ws.sandbox.create_key(name="second"), ws.base_url
        second = pb.connect(key, base_url=url)
    with pytest.raises(errors.ConfigurationError, match=r"no sandbox at in-process://.* it was closed"):
        second.me()
    with pytest.raises(errors.ConfigurationError, match="no sandbox at"):
        pb.connect(key, base_url=url)


def test_another_process_gets_an_error_and_sends_nothing(here):
    program = """
import sys, pb2b_notebook as pb
try:
    pb.connect(sys.argv[1], base_url=sys.argv[2])
except pb.errors.ConfigurationError as problem:
    print(problem)
"""
    command = [sys.executable, "-c", program, here.sandbox.create_key(name="other"), here.base_url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"this process has no sandbox at {here.base_url.partition('/api')[0]}")
    assert "in_process=False" in done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_gets_an_error_and_the_parent_goes_on(here):
    program = f"""
import os, sys
sys.path.insert(0, {str(SUPPORT)!r})
import pb2b_notebook as pb
with pb.open_sandbox(leads=3, in_process=True) as ws:
    child = os.fork()
    if not child:
        try:
            ws.me()
        except pb.errors.UsageError as problem:
            print(problem, flush=True)
        try:
            pb.connect(ws.sandbox.key, base_url=ws.base_url)
        except pb.errors.UsageError as problem:
            print(problem, flush=True)
        with pb.open_sandbox(leads=2, in_process=True) as own:
            print(len(own.leads.list(include_deleted=True)), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print(len(ws.leads.list(include_deleted=True)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second, own, parents = done.stdout.splitlines()
    assert "runs in the parent of this process" in first
    assert "in_process=False" in first
    assert second == first
    assert (own, parents) == ("2", "3")


def test_threads_of_this_process_take_turns(here):
    def create(number):
        return here.leads.create(email=f"turn{number}@example.com").id

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(create, range(24)))
    assert len(set(ids)) == 24
    assert here.leads.get(ids[0]).email == "turn0@example.com"


@pytest.mark.usefixtures("little_garbage")
def test_a_workspace_that_is_dropped_without_closing_frees_its_sandbox():
    import gc

    url = pb.open_sandbox(leads=1, in_process=True).base_url
    gc.collect()
    assert in_process.find(url) is None


# --- an application --------------------------------------------------------------------------------------------------


async def echo(scope, receive, send):
    message = await receive()
    assert (await receive())["type"] == "http.disconnect"
    text = json.dumps([scope["path"], scope["query_string"].decode(), scope["headers"][0][0].decode()])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-one", b"1")]})
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": message["body"]})


def test_an_application_gets_the_request_as_a_server_would_send_it():
    with_path = InProcessServer(echo, kind="example").start()
    response = with_path.request("POST", b"/a%20b?c=%2F", [(b"X-Name", b"v")], b"body")
    assert response == (200, [(b"x-one", b"1")], b'["/a b", "c=%2F", "x-name"]body')


def test_an_application_that_waits_for_something_outside_is_an_error():
    async def waits(_scope, _receive, _send):
        import asyncio

        await asyncio.sleep(0)

    with pytest.raises(errors.UsageError, match="needs an event loop"):
        InProcessServer(waits, kind="example").start().request("GET", b"/", [], b"")


def test_a_stopped_application_refuses_and_a_started_one_is_found_where_it_was():
    server = InProcessServer(echo, kind="example").start()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        server.request("GET", b"/", [(b"a", b"b")], b"")
    assert in_process.find(server.start().url) is server
    assert server.request("GET", b"/", [(b"a", b"b")], b"").status == 200


@each_case("url", ["in-process://", "in-process:///path", "in-process://a b", "in-process://u@sandbox-1"])
def test_a_malformed_url_is_an_error_of_the_base_url(url):
    with pytest.raises(errors.ConfigurationError):
        pb.connect("pb2b_test_abcdef_0123456789abcdef", base_url=url)


# --- faults ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(here):
    """The workspace, which gives a call up after a fifth of a second."""
    client = here._session.client
    client._policy, before = replace(client._policy, deadline=0.2), client._policy
    yield here
    client._policy = before


@pytest.mark.parametrize("fault", ["reset", "truncated"])
def test_a_cut_connection_and_a_truncated_response_are_lost_connections(impatient, fault):
    with impatient.sandbox.faults.during(f"{fault} me.get rate=1"), pytest.raises(errors.ConnectionLostError):
        impatient.me()


def test_a_write_whose_response_is_lost_takes_effect_once(here):
    with here.sandbox.faults.during("reset leads.create at=after times=1"):
        lead = here.leads.create(email="once@example.com")
    found = here.leads.list(email="once@example.com")
    assert found["id"].tolist() == [lead.id]


def test_a_latency_takes_time(here):
    began = time.monotonic()
    with here.sandbox.faults.during("latency me.get seconds=0.2"):
        here.me()
    assert time.monotonic() - began >= 0.2  # sleep() never returns earlier


def test_a_latency_beyond_the_deadline_ends_with_it(impatient):
    with impatient.sandbox.faults.during("latency me.get seconds=60"), pytest.raises(errors.DeadlineError):
        impatient.me()


# --- jobs and webhooks -----------------------------------------------------------------------------------------------


def test_jobs_of_a_running_clock_go_on_between_requests():
    with pb.open_sandbox(leads=5, clock="real", speed=3600, in_process=True) as ws:
        export = ws.exports.create(format="csv")
        assert ws.jobs.wait(export.job_id, progress=False).status == "completed"


def test_an_event_is_delivered_before_the_request_returns(here, receiver):
    events = []
    receiver.on("lead.created")(lambda event: events.append(event.object_id))
    webhook = subscribe(here, receiver, "lead.created")
    lead = here.leads.create(email="event@example.com")
    assert statuses(here, webhook) == ["succeeded"]
    assert receiver.wait()
    assert events == [lead.id]
    here.webhooks.delete(webhook.id)


def test_a_stopped_receiver_is_tried_again_where_it_was(here, receiver):
    webhook = subscribe(here, receiver, "lead.created")
    receiver.stop()
    here.leads.create(email="later@example.com")
    assert statuses(here, webhook) == ["pending"]
    receiver.start()
    here.sandbox.clock.advance("1h")
    assert statuses(here, webhook) == ["succeeded"]
    here.webhooks.delete(webhook.id)


def test_an_unknown_receiver_refuses_the_connection(here):
    webhook = here.webhooks.create(url="in-process://receiver-00000000/hook", events=["lead.created"])
    here.leads.create(email="nowhere@example.com")
    [delivery] = here.webhooks.deliveries(webhook.id).to_dict("records")
    assert (delivery["status"], delivery["error_message"]) == ("pending", "the connection was refused")
    here.webhooks.delete(webhook.id)


def test_a_sink_that_calls_back_while_it_receives_is_answered(here):
    """It creates a lead, which is an event, and advances the clock; the further deliveries follow the first."""
    bodies = []

    async def sink(_scope, receive, send):
        body = json.loads((await receive())["body"])
        bodies.append(body["data"]["email"])
        if len(bodies) == 1:
            here.leads.create(email="echo2@example.com")
            here.sandbox.clock.advance("2h")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    server = InProcessServer(sink, kind="receiver").start()
    webhook = here.webhooks.create(url=f"{server.url}/", events=["lead.created"])
    here.leads.create(email="echo1@example.com")
    assert bodies == ["echo1@example.com", "echo2@example.com"]
    assert statuses(here, webhook) == ["succeeded"] * 2
    here.webhooks.delete(webhook.id)


# --- without threads and sockets -------------------------------------------------------------------------------------


def test_everything_in_the_background_has_its_way_without_threads_and_sockets(tmp_path):
    command = [sys.executable, SUPPORT / "work_without_threads.py"]
    environment = os.environ | {"PB2B_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "base_url": "in-process",
        "in_process=False": "this Python cannot serve on loopback",
        "leads": [1200, 1200],
        "applied": {"succeeded": 30},
        "watched": [0, 30],
        "form": ["completed", False],
        "events": ["handled"] * 30,
        "requests": True,
        "duplicates": 1,
        "threads": 1,
    }
