"""The receiver over real HTTP: its answers, its stored events, and one call at most for each event."""

import asyncio
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta

import httpx
import pytest

from pb2b_notebook.errors import ConfigurationError, InvalidParameterError, UsageError
from pb2b_notebook.webhooks import Receiver, event_store, sign
from pb2b_notebook.webhooks.event_store import RETENTION
from signed_deliveries import NOW, SECRET, body_of, states

OTHER = "whsec_other"


@pytest.fixture
def calls(receiver):
    """Ids of the events that the handler was called with."""
    called = []
    receiver.on()(lambda event: called.append(event.id))
    return called


def test_a_delivery_that_another_program_received_is_handled_alike(receiver, calls):
    headers = sign(body_of(), SECRET, now=NOW)
    in_other_forms = [headers, list(headers.items()), [(k.encode(), v.encode()) for k, v in headers.items()]]
    answers = [receiver.receive(body_of(), given) for given in in_other_forms]
    assert answers == [(200, {"status": "received"}), *[(200, {"status": "received before"})] * 2]
    assert receiver.receive(body_of() + b" ", headers)[0] == 400
    assert receiver.receive(b" " * 300_000, headers)[0] == 413
    with pytest.raises(InvalidParameterError):
        receiver.receive("text", headers)
    assert receiver.wait()
    assert calls == ["evt_1"]


# --- at most once ----------------------------------------------------------------------------------------------------


def test_an_event_is_received_stored_and_handled(receiver, post, calls):
    answer = post(receiver, body_of())
    assert (answer.status_code, answer.json()) == (200, {"status": "received"})
    assert receiver.wait()
    assert calls == ["evt_1"]
    assert states(receiver) == {"evt_1": "handled"}
    assert receiver.event("evt_1").data["email"] == "ada@example.com"


def test_a_new_delivery_of_an_old_body_is_the_same_event(receiver, post, calls, clock):
    for attempt in range(3):
        clock.at = NOW + timedelta(hours=attempt)
        headers = sign(body_of(), SECRET, now=clock()) | {"X-ProspectB2B-Delivery": f"delivery_{attempt}"}
        answer = post(receiver, body_of(), headers)
        assert answer.json()["status"] == ("received before" if attempt else "received")
    assert receiver.wait()
    assert calls == ["evt_1"]
    [row] = receiver.events().to_dict("records")
    assert (row["deliveries"], row["delivery_id"]) == (3, "delivery_0")


def test_repeated_and_unordered_deliveries_call_the_function_once_for_each_event(receiver, post, calls):
    ids = [f"evt_{number}" for number in range(12)] * 4
    random.Random(5).shuffle(ids)  # noqa: S311 - an order, no secret
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda event_id: post(receiver, body_of(event_id)).json()["status"], ids))
    assert receiver.wait()
    assert sorted(calls) == sorted(set(ids))
    assert sorted(answers) == ["received"] * 12 + ["received before"] * 36
    assert set(states(receiver).values()) == {"handled"}


def test_two_receivers_on_one_file_call_the_function_once_for_each_event(tmp_path, clock, post):
    calls = []
    with ExitStack() as stack:
        receivers = [stack.enter_context(Receiver(tmp_path / "events.sqlite3", SECRET, now=clock)) for _ in range(2)]
        for receiver in receivers:
            receiver.on()(lambda event: calls.append(event.id))
        for number in range(6):
            for receiver in receivers:
                post(receiver, body_of(f"evt_{number}"))
        for receiver in receivers:
            assert receiver.wait()
        assert sorted(calls) == [f"evt_{number}" for number in range(6)]


def test_a_repetition_is_recognized_after_a_restart(tmp_path, clock, post):
    calls = []
    for _ in range(2):
        receiver = Receiver(tmp_path / "events.sqlite3", SECRET, now=clock)
        receiver.on()(lambda event: calls.append(event.id))
        with receiver:
            post(receiver, body_of())
            assert receiver.wait()
        assert calls == ["evt_1"]
    assert receiver.events()["deliveries"].tolist() == [2]


def test_a_later_event_may_arrive_first(receiver, post):
    seen = {}

    @receiver.on("lead.updated")
    def follow(event):
        if event.data["updated_at"] > seen.get("updated_at", ""):
            seen.update(event.data)

    later = body_of("evt_2", "lead.updated", updated_at="2026-03-10T11:59:59.000Z", title="Countess")
    earlier = body_of("evt_1", "lead.updated", updated_at="2026-03-10T11:59:58.000Z", title="Miss")
    for body in (later, earlier, later):
        assert post(receiver, body).status_code == 200
    assert receiver.wait()
    assert seen["title"] == "Countess"
    assert states(receiver) == {"evt_2": "handled", "evt_1": "handled"}


def test_after_seven_days_a_repetition_is_a_new_event(receiver, post, calls, clock):
    post(receiver, body_of())
    clock.at = NOW + RETENTION
    assert post(receiver, body_of()).json()["status"] == "received before"
    clock.at += timedelta(seconds=1)
    assert post(receiver, body_of()).json()["status"] == "received"
    assert receiver.wait()
    assert calls == ["evt_1", "evt_1"]


# --- processes that are killed ---------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from datetime import datetime
from pb2b_notebook.webhooks import Receiver
receiver = Receiver(sys.argv[1], sys.argv[2], now=lambda: datetime.fromisoformat("2026-03-10T12:00:00+00:00"))

@receiver.on("lead.created")
def cut_off(event):
    print("called", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

with receiver:
    print(receiver.url, flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_kill_during_a_function_does_not_call_it_again(tmp_path, clock, post):
    path = tmp_path / "events.sqlite3"
    command = [sys.executable, "-c", KILLED, str(path), SECRET]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        # The answer may be lost with the process, as it is to a sender.
        with suppress(httpx.TransportError):
            httpx.post(url, content=body_of(), headers=sign(body_of(), SECRET, now=NOW))
        assert process.stdout.readline() == "called\n"
        assert process.wait() == -9
    calls = []
    receiver = Receiver(path, SECRET, now=clock)
    receiver.on("lead.created")(lambda event: calls.append(event.id))
    with receiver:
        assert post(receiver, body_of()).json()["status"] == "received before"
        assert receiver.wait()
        assert calls == []
        assert states(receiver) == {"evt_1": "running"}
        receiver.run("evt_1")
        assert calls == ["evt_1"]
        assert states(receiver) == {"evt_1": "handled"}


def test_the_next_process_handles_events_that_were_waiting(tmp_path, clock, post):
    busy, release = threading.Event(), threading.Event()
    path = tmp_path / "events.sqlite3"
    first = Receiver(path, SECRET, now=clock)

    @first.on()
    def hold(event):
        busy.set()
        release.wait()

    first.start()
    for number in range(3):
        post(first, body_of(f"evt_{number}"))
    assert busy.wait(30)
    stopping = threading.Thread(target=first.stop)
    stopping.start()
    calls = []
    second = Receiver(path, SECRET, now=clock)
    second.on("lead.created")(lambda event: calls.append(event.id))
    try:
        with second:
            assert second.wait()
            assert calls == ["evt_1", "evt_2"]
            assert states(second) == {"evt_0": "running", "evt_1": "handled", "evt_2": "handled"}
        stopping.join(timeout=0.1)
        assert stopping.is_alive()  # as long as its function is
    finally:
        release.set()
    stopping.join()
    assert states(second)["evt_0"] == "handled"


def test_a_function_that_is_registered_late_gets_the_waiting_events(tmp_path, clock):
    path = tmp_path / "events.sqlite3"
    store = event_store.EventStore(path)
    store.add(event_store.read_event(body_of()), body_of(), state="waiting", now=NOW)
    calls = []
    with Receiver(path, SECRET, now=clock) as receiver:
        receiver.on("lead.updated")(lambda event: calls.append(event.id))
        assert receiver.wait()
        assert states(receiver) == {"evt_1": "waiting"}
        receiver.on("lead.created")(lambda event: calls.append(event.id))
        assert receiver.wait()
        assert calls == ["evt_1"]


# --- functions -------------------------------------------------------------------------------------------------------


def test_the_answer_does_not_wait_for_the_function(receiver, post):
    release = threading.Event()
    receiver.on()(lambda _: release.wait())
    try:
        assert post(receiver, body_of("evt_1")).status_code == 200
        assert post(receiver, body_of("evt_2")).status_code == 200
        assert not receiver.wait(timeout=0)
    finally:
        release.set()
    assert receiver.wait()
    assert set(states(receiver).values()) == {"handled"}


def test_a_failed_function_is_reported_and_can_be_run_again_by_hand(receiver, post, caplog):
    broken = True

    @receiver.on("lead.created")
    def welcome(event):
        if broken:
            raise ValueError(event.data["email"])

    for number in (1, 2):
        post(receiver, body_of(f"evt_{number}", email="canary@private.example"))
    assert receiver.wait()
    line = welcome.__code__.co_firstlineno + 3
    assert states(receiver) == {"evt_1": "failed", "evt_2": "failed"}
    assert receiver.events()["error"].tolist() == [f"ValueError in line {line} of welcome"] * 2
    assert "evt_1" in caplog.text
    assert "canary" not in caplog.text
    with pytest.raises(ValueError, match="canary"):
        receiver.run("evt_1")
    broken = False
    receiver.run("evt_1")
    assert states(receiver) == {"evt_1": "handled", "evt_2": "failed"}
    assert receiver.events()["error"].isna().tolist() == [True, False]


def test_a_function_that_calls_sys_exit_ends_only_itself(tmp_path, clock):
    path = tmp_path / "events.sqlite3"
    store = event_store.EventStore(path)
    for number in range(3):
        body = body_of(f"evt_{number}")
        store.add(event_store.read_event(body), body, state="waiting", now=NOW)
    receiver = Receiver(path, SECRET, now=clock)

    @receiver.on()
    def leave(event):
        if event.id == "evt_0":
            sys.exit(1)

    with receiver:
        assert receiver.wait()
    assert states(receiver) == {"evt_0": "failed", "evt_1": "handled", "evt_2": "handled"}


def test_a_function_may_stop_the_receiver(receiver, post, caplog):
    threads = []

    @receiver.on()
    def stop(_):
        threads.append(threading.current_thread())
        receiver.stop()

    post(receiver, body_of("evt_1"))
    while not threads:
        time.sleep(0.01)
    threads.pop().join(30)
    with pytest.raises(UsageError, match="not served"):
        receiver.url  # noqa: B018 - asked for its refusal
    assert states(receiver) == {"evt_1": "handled"}
    receiver.start()  # it can be served again
    post(receiver, body_of("evt_2"))
    while not threads:
        time.sleep(0.01)
    threads.pop().join(30)
    assert states(receiver) == {"evt_1": "handled", "evt_2": "handled"}
    assert not caplog.records


def test_a_later_function_replaces_the_earlier_one(receiver, post):
    calls = []
    for name in ("old", "new"):
        receiver.on("lead.created")(lambda _, name=name: calls.append(name))
    receiver.on()(lambda _: calls.append("any other"))
    for number, event_type in enumerate(["lead.created", "import.failed", "weather.changed"]):
        post(receiver, body_of(f"evt_{number}", event_type))
    assert receiver.wait()
    assert calls == ["new", "any other", "any other"]


def test_an_event_without_a_function_is_stored_and_can_be_run_by_hand(receiver, post):
    calls = []
    post(receiver, body_of())
    assert states(receiver) == {"evt_1": "unhandled"}
    with pytest.raises(UsageError, match=r"lead\.created has no handler"):
        receiver.run("evt_1")
    receiver.on("lead.created")(lambda event: calls.append(event.id))
    assert receiver.wait()
    assert calls == []
    receiver.run("evt_1")
    assert calls == ["evt_1"]


def test_a_handled_event_is_repeated_only_with_again(receiver, post, calls):
    post(receiver, body_of())
    assert receiver.wait()
    with pytest.raises(UsageError, match="already handled"):
        receiver.run("evt_1")
    receiver.run("evt_1", again=True)
    assert calls == ["evt_1", "evt_1"]
    with pytest.raises(InvalidParameterError, match="no event has this id"):
        receiver.run("evt_2")


def test_a_running_event_cannot_be_run_by_hand(receiver, post):
    busy, release = threading.Event(), threading.Event()

    @receiver.on()
    def hold(event):
        busy.set()
        release.wait()

    post(receiver, body_of())
    assert busy.wait(30)
    try:
        with pytest.raises(UsageError, match="is running"):
            receiver.run("evt_1", again=True)
    finally:
        release.set()
    assert receiver.wait()


def test_ctrl_c_in_a_run_by_hand_is_recorded_as_a_failure(receiver, post):
    post(receiver, body_of())

    @receiver.on("lead.created")
    def interrupted(event):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        receiver.run("evt_1")
    assert states(receiver) == {"evt_1": "failed"}


async def coroutine(event):
    pass


class Awaited:
    async def __call__(self, event):
        pass


@pytest.mark.parametrize("handler", [coroutine, Awaited(), None, "print"])
def test_a_handler_that_cannot_be_called_in_a_thread_is_an_error(receiver, handler):
    with pytest.raises(InvalidParameterError, match="plain function"):
        receiver.on("lead.created")(handler)


@pytest.mark.parametrize("unknown", ["lead.exploded", "lead", "*", "", None])
def test_an_unknown_event_is_an_error(receiver, unknown):
    with pytest.raises(InvalidParameterError, match="unknown event"):
        receiver.on("lead.created", unknown)(print)


def test_a_disk_failure_during_a_function_leaves_the_event_running(receiver, post, monkeypatch, caplog):
    failing = ConfigurationError("the event store cannot be used", repair="make room")

    def fail(*_, **__):
        raise failing

    receiver.on()(lambda _: monkeypatch.setattr(receiver._store, "finish", fail))
    post(receiver, body_of())
    assert receiver.wait()
    assert states(receiver) == {"evt_1": "running"}
    assert "evt_1" in caplog.text


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_without_a_secret_no_delivery_is_accepted(clock, post):
    with Receiver(":memory:", now=clock) as receiver:
        assert post(receiver, body_of()).status_code == 503
        receiver.trust(SECRET)
        assert post(receiver, body_of()).status_code == 200


def test_no_event_is_lost_during_a_rotation(receiver, post):
    newest = "whsec_newest"
    assert post(receiver, body_of("evt_1"), secret=OTHER).status_code == 400
    receiver.trust(OTHER)
    for number, secret in enumerate([SECRET, OTHER, [OTHER, SECRET]]):
        assert post(receiver, body_of(f"evt_{number}"), secret=secret).status_code == 200
    receiver.trust(newest)
    statuses = [post(receiver, body_of(), secret=secret).status_code for secret in (newest, OTHER, SECRET)]
    assert statuses == [200, 200, 400]


def test_a_secret_is_never_written_to_disk(tmp_path, clock, post):
    with Receiver(tmp_path / "events.sqlite3", SECRET, now=clock) as receiver:
        receiver.trust(OTHER)
        assert post(receiver, body_of()).status_code == 200
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"evt_1" in kept
    assert SECRET.encode() not in kept
    assert OTHER.encode() not in kept


@pytest.mark.parametrize("secret", [None, "", "two words"])
def test_an_invalid_secret_is_an_error(receiver, secret):
    with pytest.raises(InvalidParameterError, match="signing secret"):
        receiver.trust(secret)
    with pytest.raises(InvalidParameterError, match="signing secret"):
        Receiver(":memory:", [SECRET, secret])


# --- refusals --------------------------------------------------------------------------------------------------------

BODY = body_of()
GOOD = sign(BODY, SECRET, now=NOW)
NAN = b'{"id":"evt_1","type":"lead.created","data":{"score":NaN}}'
REFUSALS = {
    "a flipped byte": (BODY.replace(b"lead_1", b"lead_2"), GOOD, "SignatureError"),
    "an old body": (BODY, sign(BODY, SECRET, now=NOW - timedelta(seconds=301)), "TimestampError"),
    "no signature": (BODY, {"X-ProspectB2B-Timestamp": GOOD["X-ProspectB2B-Timestamp"]}, "SignatureError"),
    "NaN": (NAN, sign(NAN, SECRET, now=NOW), "MalformedEventError"),
}


@pytest.mark.parametrize(("body", "headers", "kind"), REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_is_answered_with_its_error_and_stores_nothing(receiver, post, calls, body, headers, kind):
    answer = post(receiver, body, headers)
    assert (answer.status_code, answer.json()["error"]) == (400, kind)
    assert receiver.wait()
    assert (calls, states(receiver)) == ([], {})
    assert f"1 {kind}" in repr(receiver)
    assert "ada@" not in answer.text


def test_a_locked_store_is_answered_503(tmp_path, clock, post, monkeypatch):
    monkeypatch.setattr(event_store, "_BUSY_TIMEOUT", 0.01)
    with Receiver(tmp_path / "events.sqlite3", SECRET, now=clock) as receiver:
        holder = sqlite3.connect(tmp_path / "events.sqlite3", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        try:
            assert post(receiver, BODY).status_code == 503
        finally:
            holder.close()
        assert post(receiver, BODY).json()["status"] == "received"


# --- as a frame, and how it shows itself -----------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_the_events_are_a_frame_of_the_same_dtypes_for_any_number_of_rows(clock, post, frame):
    with Receiver(":memory:", SECRET, now=clock, frame=frame) as receiver:
        empty = receiver.events()
        post(receiver, body_of())
        post(receiver, body_of("evt_2", "weather.changed", id=7))
        full = receiver.events()
    assert type(empty).__module__.startswith(frame)
    assert (len(empty), len(full)) == (0, 2)
    types = {name: str(kind) for name, kind in zip(full.columns, full.dtypes, strict=True)}
    assert types == {name: str(kind) for name, kind in zip(empty.columns, empty.dtypes, strict=True)}
    text, time, number = {
        "pandas": ("str", "datetime64[us, UTC]", "Int64"),
        "polars": ("String", "Datetime(time_unit='us', time_zone='UTC')", "Int64"),
    }[frame]
    assert types == {
        "received_at": time, "type": text, "id": text, "object_id": text, "created_at": time, "delivery_id": text,
        "deliveries": number, "state": text, "started_at": time, "finished_at": time, "error": text,
    }  # fmt: skip
    assert list(full["id"]) == ["evt_1", "evt_2"]
    other = {"pandas": "polars", "polars": "pandas"}[frame]
    assert type(receiver.events(frame=other)).__module__.startswith(other)


def test_the_representation_of_a_receiver_contains_no_secret_and_no_lead(receiver, post, calls):
    post(receiver, body_of(email="canary@private.example"))
    post(receiver, b"{}", {})
    assert receiver.wait()
    for shown in (repr(receiver), receiver._repr_html_()):
        for text in (receiver.url, "1 handled", "1 TimestampError", "any other", "whsec_…"):
            assert text in shown
        assert "canary" not in shown


def test_the_representation_of_a_receiver_works_without_its_file(tmp_path):
    path = tmp_path / "events.sqlite3"
    receiver = Receiver(path, SECRET)
    path.unlink()
    path.mkdir()
    assert re.search(r"events +cannot be read now", repr(receiver))


def test_the_receiver_is_served_from_start_to_stop(clock, post):
    receiver = Receiver(":memory:", SECRET, now=clock)
    with pytest.raises(UsageError, match="not served"):
        _ = receiver.url
    urls = set()
    for _ in range(2):
        assert receiver.start().start() is receiver
        urls.add(receiver.url)
        assert post(receiver, BODY).status_code == 200
        receiver.stop()
        receiver.stop()
    assert len(urls) == 1
    assert receiver.events()["deliveries"].tolist() == [2]
    assert "not here" in repr(receiver)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({"frame": "spark"}, "spark"), ({"now": lambda: NOW.replace(tzinfo=None)}, "time zone")],
)
def test_wrong_arguments_are_errors_at_once(arguments, says):
    with pytest.raises(InvalidParameterError, match=says):
        Receiver(":memory:", SECRET, **arguments)


def test_without_uvicorn_the_error_has_the_install_line():
    code = """
import sys
sys.modules["uvicorn"] = None
import pb2b_notebook as pb
try:
    pb.webhooks.Receiver(":memory:").start()
except pb.errors.MissingExtraError as problem:
    print(problem)
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'pb2b-notebook[sandbox]'" in printed


# --- in an application of one's own ----------------------------------------------------------------------------------


def test_a_receiver_can_be_mounted_in_another_application(clock):
    from fastapi import FastAPI

    calls = []
    receiver = Receiver(":memory:", SECRET, now=clock)
    receiver.on("lead.created")(lambda event: calls.append(event.id))
    api = FastAPI()
    api.mount("/prospectb2b", receiver)

    async def deliver():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="https://hooks.example") as client:
            return [
                await client.post("/prospectb2b", content=BODY, headers=GOOD, follow_redirects=True) for _ in range(2)
            ]

    assert [answer.json()["status"] for answer in asyncio.run(deliver())] == ["received", "received before"]
    assert receiver.wait()
    receiver.stop()
    assert calls == ["evt_1"]


def test_a_web_socket_is_refused():
    sent = []

    async def connect():
        async def receive():
            return {"type": "websocket.connect"}

        async def send(message):
            sent.append(message)

        await Receiver(":memory:")({"type": "websocket", "path": "/"}, receive, send)

    asyncio.run(connect())
    assert [message["type"] for message in sent] == ["websocket.close"]
