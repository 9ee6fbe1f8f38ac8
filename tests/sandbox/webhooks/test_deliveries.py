"""Deliveries are signed, limited in time and size, retried until they succeed, and reported."""

import hmac
import re
import socket
import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.signing_secrets import OVERLAP
from pb2b_notebook.sandbox.webhooks.delivery_attempts import (
    ATTEMPTS,
    BACKOFF,
    Outcome,
    after_attempt,
    due_now,
    mark_given_up,
)
from pb2b_notebook.sandbox.webhooks.posting import SNIPPET, Poster
from pb2b_notebook.serving import bind
from scripted_sink import Hold

DAY = OVERLAP.total_seconds()
WHOLE_SCHEDULE = sum(BACKOFF, timedelta(0)).total_seconds()


@pytest.fixture
def cause_event(sandbox, make_lead):
    """Return a function that causes an event, and waits until all its due attempts have been made."""

    def cause_event(**values):
        lead = make_lead(**values or {"city": "Ulm"})
        sandbox.deliver()
        return lead

    return cause_event


@pytest.fixture
def hasty(sandbox):
    """Return a function that sets the timeout of an attempt."""

    def hasten(seconds):
        sandbox._parts.sender.poster = Poster(timeout=seconds)

    return hasten


def signed_by(secret, received):
    message = received.headers["x-prospectb2b-timestamp"].encode() + b"." + received.body
    return "v1=" + hmac.new(secret.encode(), message, "sha256").hexdigest()


def signatures(received):
    return received.headers["x-prospectb2b-signature"].split(",")


def seconds_between(first, second):
    return (instants.parse(second) - instants.parse(first)).total_seconds()


# --- the request -----------------------------------------------------------------------------------------------------


def test_a_delivery_is_one_signed_post(sandbox, make_sink, subscribe, deliveries, cause_event):
    sink = make_sink()
    webhook = subscribe(sink, url=sink.url + "/deep?a=b&c=%20")
    sandbox.clock.advance(3600)
    cause_event()
    [received] = sink.received
    assert received.path == "/hooks/deep?a=b&c=%20"
    assert received.headers["host"] == f"127.0.0.1:{sink.port}"
    assert received.headers["content-length"] == str(len(received.body))
    assert received.headers["x-prospectb2b-timestamp"] == str(int(sandbox.clock.now().timestamp()))
    assert signatures(received) == [signed_by(webhook["signing_secret"], received)]
    [delivery] = deliveries(webhook)
    assert received.delivery_id == delivery["id"]
    assert delivery == delivery | {
        "status": "succeeded", "attempt_count": 1, "response_status_code": 204, "response_body_snippet": "",
        "error_message": None, "next_attempt_at": None, "delivered_at": delivery["updated_at"],
    }  # fmt: skip
    assert delivery["delivered_at"] > delivery["created_at"] == received.event["created_at"]


def test_after_a_rotation_two_secrets_sign_for_a_day(sandbox, api, make_sink, subscribe, cause_event):
    sink = make_sink()
    webhook = subscribe(sink)
    old = webhook["signing_secret"]
    cause_event()
    new = api.post(f"/webhooks/{webhook['id']}/rotate-secret").json()["data"]["signing_secret"]
    cause_event()
    sandbox.clock.advance(DAY - 1)
    cause_event()
    sandbox.clock.advance(1)
    cause_event()
    first, second, third, fourth = sink.received
    assert signatures(first) == [signed_by(old, first)]
    for received in (second, third):
        assert signatures(received) == [signed_by(new, received), signed_by(old, received)]
    assert signatures(fourth) == [signed_by(new, fourth)]


def test_a_retry_is_signed_by_the_secrets_and_the_time_of_its_attempt(sandbox, api, make_sink, subscribe, cause_event):
    sink = make_sink(500)
    webhook = subscribe(sink)
    cause_event()
    new = api.post(f"/webhooks/{webhook['id']}/rotate-secret").json()["data"]["signing_secret"]
    sandbox.clock.advance(60)
    first, second = sink.received
    assert first.body == second.body
    assert first.delivery_id == second.delivery_id
    stamps = [int(received.headers["x-prospectb2b-timestamp"]) for received in (first, second)]
    assert stamps[1] - stamps[0] == 60
    assert signed_by(new, second) in signatures(second)


# --- the response ----------------------------------------------------------------------------------------------------


def reply(status_line, *headers, body=b""):
    return b"\r\n".join([b"HTTP/1.1 " + status_line, *headers, b"", body])


GOOD = {
    "200": reply(b"200 OK", b"Content-Length: 2", body=b"ok"),
    "204": reply(b"204 No Content"),
    "299": reply(b"299 Fine", b"Content-Length: 0"),
    "without a length": reply(b"200 OK", body=b"until the end"),
    "chunked": reply(b"200 OK", b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\n\r\n"),
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\nold",
    "early hints first": reply(b"103 Early Hints", body=b"HTTP/1.1 204 No Content\r\n\r\n"),
}


@pytest.mark.parametrize("answer", GOOD.values(), ids=GOOD)
def test_any_2xx_is_a_success(make_sink, subscribe, deliveries, cause_event, answer):
    webhook = subscribe(make_sink(answer))
    cause_event()
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["error_message"]) == ("succeeded", None)


CLOSED = "the connection was closed before the response was complete"
NOT_HTTP = "the response of the endpoint is not valid HTTP"
BAD = {
    "500": (500, 500, "status 500", "the endpoint answered 500"),
    "400": (400, 400, "status 400", "the endpoint answered 400"),
    "410": (410, 410, "status 410", "the endpoint answered 410"),
    "304": (reply(b"304 Not Modified"), 304, "", "the endpoint answered 304: redirects are not followed"),
    "no answer": (b"", None, None, CLOSED),
    "half a status line": (b"HTTP/1.1 2", None, None, CLOSED),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Le", None, None, CLOSED),
    "half a body": (reply(b"200 OK", b"Content-Length: 9", body=b"half"), 200, "half", CLOSED),
    "half a chunk": (reply(b"200 OK", b"Transfer-Encoding: chunked", body=b"9\r\nhalf"), 200, "half", CLOSED),
    "half a refusal": (reply(b"500 No", b"Content-Length: 9", body=b"half"), 500, "half", "the endpoint answered 500"),
    "garbage": (b"\x00\xff\r\n\r\n", None, None, NOT_HTTP),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", None, None, CLOSED),
    "two lengths": (reply(b"200 OK", b"Content-Length: 1", b"Content-Length: 2", body=b"a"), None, None, NOT_HTTP),
    "a head without end": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, None, None, NOT_HTTP),
    "switching protocols": (reply(b"101 Switching Protocols", b"Upgrade: x"), None, None, NOT_HTTP),
    "a reset": (lambda exchange: exchange.reset(), None, None, CLOSED),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "status", "snippet", "error"), BAD.values(), ids=BAD)
def test_any_other_response_is_attempted_again(
    sandbox, make_sink, subscribe, deliveries, cause_event, answer, status, snippet, error
):
    sink = make_sink(answer)
    webhook = subscribe(sink)
    cause_event()
    [delivery] = deliveries(webhook)
    assert delivery == delivery | {
        "status": "pending", "attempt_count": 1, "response_status_code": status, "response_body_snippet": snippet,
        "error_message": error, "delivered_at": None,
    }  # fmt: skip
    sandbox.clock.advance(60)
    [delivery] = deliveries(webhook)
    assert delivery == delivery | {
        "status": "succeeded", "attempt_count": 2, "response_status_code": 204, "response_body_snippet": "",
        "error_message": None, "next_attempt_at": None,
    }  # fmt: skip
    assert sink.received[0].body == sink.received[1].body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(make_sink, subscribe, deliveries, cause_event, status):
    elsewhere = make_sink()
    location = b"Location: " + elsewhere.url.encode()
    webhook = subscribe(make_sink(reply(b"%d Moved" % status, location, b"Content-Length: 0")))
    cause_event()
    [delivery] = deliveries(webhook)
    assert delivery["status"] == "pending"
    assert delivery["error_message"] == f"the endpoint answered {status}: redirects are not followed"
    assert elsewhere.received == []


def test_a_refused_connection_is_attempted_again(sandbox, api, subscribe, deliveries, cause_event, make_sink):
    webhook = subscribe(make_sink())
    with bind() as bound:  # a port that is bound, but not listening
        api.patch(f"/webhooks/{webhook['id']}", json={"url": f"http://127.0.0.1:{bound.getsockname()[1]}/"})
        cause_event()
    [delivery] = deliveries(webhook)
    assert (delivery["response_status_code"], delivery["response_body_snippet"]) == (None, None)
    assert (delivery["status"], delivery["error_message"]) == ("pending", "the connection was refused")


def test_an_attempt_without_a_response_times_out(make_sink, subscribe, deliveries, cause_event, hasty):
    hold = Hold()
    webhook = subscribe(make_sink(hold))
    hasty(0.2)
    cause_event()
    hold.released.set()
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["response_status_code"]) == ("pending", None)
    assert delivery["error_message"] == "the endpoint did not send a complete response within 0.2 seconds"


DRIPS = {
    "a head": (b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n", None),
    "interim answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n", None),
    "a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n", b"x", 200),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;ext=1\r\nx\r\n", 200),
}


@pytest.mark.parametrize(("beginning", "piece", "status"), DRIPS.values(), ids=DRIPS)
def test_a_slow_response_does_not_extend_an_attempt(
    make_sink, subscribe, deliveries, cause_event, hasty, beginning, piece, status
):
    def drip(exchange):
        exchange.write(beginning)
        exchange.drip(piece)

    webhook = subscribe(make_sink(drip))
    hasty(0.2 if status is None else 1)  # the headers of the response must arrive in time
    cause_event()
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["response_status_code"]) == ("pending", status)
    assert "complete response within" in delivery["error_message"]


def test_an_attempt_times_out_after_fifteen_seconds():
    assert Poster()._timeout == 15


def test_only_the_beginning_of_an_endless_body_is_read(make_sink, subscribe, deliveries, cause_event):
    sink = make_sink(lambda exchange: (exchange.write(b"HTTP/1.1 200 OK\r\n\r\n"), exchange.drip(b"a" * 100)))
    webhook = subscribe(sink)
    cause_event()
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["response_body_snippet"]) == ("succeeded", "a" * SNIPPET)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("é".encode() * SNIPPET, "é" * (SNIPPET // 2)),
        (b"a" + "é".encode() * SNIPPET, "a" + "é" * (SNIPPET // 2 - 1)),
        (b"\x00\x1b[31m<script>\r\n", "\x00\x1b[31m<script>\r\n"),
        (b'{"a": "\\ud800"}', '{"a": "\\ud800"}'),
    ],
)
def test_a_snippet_is_text_whatever_the_body(make_sink, subscribe, deliveries, cause_event, body, shown):
    webhook = subscribe(make_sink(reply(b"500 No", body=body)))
    cause_event()
    [delivery] = deliveries(webhook)
    assert delivery["response_body_snippet"] == shown


def test_a_response_before_the_body_is_read_counts():
    """The body exceeds the socket buffers: the sink closes the connection in the middle of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse():
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        outcome = Poster().post(f"http://127.0.0.1:{listening.getsockname()[1]}/", {}, b"x" * 30_000_000)
        thread.join()
    assert outcome == Outcome(413, "", "the endpoint answered 413")


def test_an_attempt_times_out_if_the_sink_does_not_read():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        outcome = Poster(timeout=0.2).post(f"http://127.0.0.1:{listening.getsockname()[1]}/", {}, b"x" * 30_000_000)
    assert outcome == Outcome(problem="the endpoint did not send a complete response within 0.2 seconds")


# --- the schedule ----------------------------------------------------------------------------------------------------


def test_retries_come_at_their_times_and_end(sandbox, make_sink, subscribe, deliveries, cause_event):
    sink = make_sink(then=503)
    webhook = subscribe(sink)
    cause_event()
    assert ATTEMPTS == 6
    assert [wait.total_seconds() for wait in BACKOFF] == [60, 300, 1_800, 7_200, 18_000]
    for number, wait in enumerate(BACKOFF, start=1):
        [delivery] = deliveries(webhook)
        assert (delivery["status"], delivery["attempt_count"], len(sink.received)) == ("pending", number, number)
        sandbox.clock.advance(wait.total_seconds() - 1)
        assert len(sink.received) == number
        sandbox.clock.advance(1)
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["attempt_count"], delivery["next_attempt_at"]) == ("failed", 6, None)
    assert delivery["error_message"] == "the endpoint answered 503"
    sandbox.clock.advance(30 * DAY)
    assert len(sink.received) == 6


def test_one_long_advance_makes_each_attempt_at_its_own_time(sandbox, make_sink, subscribe, deliveries, cause_event):
    sink = make_sink(then=503)
    webhook = subscribe(sink)
    cause_event()
    sandbox.clock.advance(WHOLE_SCHEDULE)
    stamps = [int(received.headers["x-prospectb2b-timestamp"]) for received in sink.received]
    waits = [later - earlier for earlier, later in pairwise(stamps)]
    assert waits == [wait.total_seconds() for wait in BACKOFF]
    [delivery] = deliveries(webhook)
    assert seconds_between(delivery["created_at"], delivery["updated_at"]) == WHOLE_SCHEDULE


def test_jobs_and_deliveries_run_in_the_order_of_time(sandbox, api, make_sink, subscribe, deliveries):
    """The first export is delivered before the second one ends, although one advance passes both."""
    sink = make_sink(500, then=204)
    webhook = subscribe(sink, "export.completed")
    for _ in range(2):
        assert api.post("/exports", json={}).is_success
        sandbox.clock.advance(2)
    sandbox.clock.advance(3600)
    exports = api.get("/exports?order=updated_at.desc&limit=2").json()["data"]
    found = deliveries(webhook)
    assert [each["attempt_count"] for each in found] == [2, 1]
    by_export = {event["data"]["id"]: event for event in sink.events}
    for delivery, export in zip(found, reversed(exports), strict=True):
        assert delivery["created_at"] == by_export[export["id"]]["created_at"]
    assert seconds_between(found[1]["created_at"], found[1]["delivered_at"]) < 0.1
    assert 60 <= seconds_between(found[0]["created_at"], found[0]["delivered_at"]) < 60.1


def test_deliveries_do_not_advance_a_fixed_clock(sandbox, make_lead, make_sink, subscribe):
    sink = make_sink(500, 204, then=500)
    subscribe(sink)
    for _ in range(3):
        make_lead(city="Ulm")
    before = sandbox.clock.now()
    sandbox.deliver()
    assert len(sink.received) == 3
    assert sandbox.clock.now() == before


def test_an_attempt_appears_in_the_next_incremental_sync(sandbox, api, make_lead, make_sink, subscribe):
    hold = Hold(500)
    webhook = subscribe(make_sink(hold))
    make_lead(city="Ulm")
    hold.reached.wait()
    path = f"/webhooks/{webhook['id']}/deliveries"
    [seen] = api.get(path).json()["data"]
    assert (seen["status"], seen["attempt_count"]) == ("pending", 0)
    hold.released.set()
    sandbox.deliver()
    [changed] = api.get(path, params={"updated_after": seen["updated_at"]}).json()["data"]
    assert (changed["id"], changed["attempt_count"]) == (seen["id"], 1)


def test_retries_follow_a_running_clock(serve, make_sink):
    sink = make_sink(500, 500, then=204)
    with Sandbox(leads=5, rate_limit=1_000_000, clock="real", speed=3_600) as sandbox, serve(sandbox) as api:
        api.post("/webhooks", json={"url": sink.url, "events": ["lead.created"]})
        api.post("/leads", json={"email": "a@b.example"})
        sink.wait_for(3)
    assert len({received.body for received in sink.received}) == 1
    stamps = [int(received.headers["x-prospectb2b-timestamp"]) for received in sink.received]
    assert stamps[1] - stamps[0] >= 59
    assert stamps[2] - stamps[1] >= 299


def test_deliveries_arrive_in_the_order_of_the_changes(sandbox, make_lead, make_sink, subscribe):
    hold = Hold()
    sink = make_sink(hold)
    subscribe(sink)
    made = [make_lead(external_id=str(number)) for number in range(20)]
    hold.released.set()
    sandbox.deliver()
    assert [event["data"]["id"] for event in sink.events] == [lead["id"] for lead in made]


def test_an_event_while_a_lane_ends_is_delivered(sandbox, make_lead, make_sink, subscribe):
    """The event is stored between the lane's last check, which finds nothing, and the end of its thread."""
    sink = make_sink()
    subscribe(sink)
    queue, late = sandbox._parts.sender._queue, iter(["Bonn", "Köln"])
    look = queue.take

    def look_and_be_late(*arguments):
        post = look(*arguments)
        if post is None and (city := next(late, None)):
            make_lead(city=city)
        return post

    queue.take = look_and_be_late
    make_lead(city="Ulm")
    sink.wait_for(3)
    assert [event["data"]["city"] for event in sink.events] == ["Ulm", "Bonn", "Köln"]


def test_a_slow_endpoint_does_not_delay_the_others(sandbox, make_lead, make_sink, subscribe):
    hold = Hold()
    slow, quick = make_sink(hold), make_sink()
    subscribe(slow)
    subscribe(quick)
    for _ in range(3):
        make_lead(city="Ulm")
    hold.reached.wait()
    quick.wait_for(3)
    assert len(slow.received) == 1
    hold.released.set()
    sandbox.deliver()
    assert len(slow.received) == 3


def test_the_api_answers_while_a_sink_is_slow(sandbox, api, make_lead, make_sink, subscribe, deliveries):
    hold = Hold()
    webhook = subscribe(make_sink(hold))
    make_lead(city="Ulm")
    hold.reached.wait()
    assert make_lead(city="Bonn")["city"] == "Bonn"
    assert [each["attempt_count"] for each in deliveries(webhook)] == [0, 0]
    hold.released.set()
    sandbox.deliver()
    assert [each["status"] for each in deliveries(webhook)] == ["succeeded"] * 2


def test_a_sink_may_call_the_api_before_it_answers(sandbox, api, make_lead, make_sink, subscribe):
    found = []

    def look(exchange):
        lead = exchange.received.event["data"]
        found.append(api.get(f"/leads/{lead['id']}").json()["data"] == lead)
        exchange.write(reply(b"204 No Content"))

    subscribe(make_sink(look))
    make_lead(city="Ulm")
    sandbox.deliver()
    assert found == [True]


# --- retries by hand -------------------------------------------------------------------------------------------------


def retry(api, delivery):
    return api.post(f"/webhooks/deliveries/{delivery['id']}/retry")


def test_a_failed_delivery_is_retried_by_hand(sandbox, api, make_sink, subscribe, deliveries, cause_event):
    sink = make_sink(*[500] * 7, then=204)
    webhook = subscribe(sink)
    cause_event()
    sandbox.clock.advance(WHOLE_SCHEDULE)
    [failed] = deliveries(webhook)
    assert (failed["status"], failed["attempt_count"]) == ("failed", 6)
    assert retry(api, failed).json()["data"]["status"] == "pending"
    sandbox.deliver()
    [again] = deliveries(webhook)
    # The schedule has ended: no attempt follows the one by hand.
    assert (again["status"], again["attempt_count"], again["next_attempt_at"]) == ("failed", 7, None)
    retry(api, failed)
    sandbox.deliver()
    [done] = deliveries(webhook)
    assert (done["status"], done["attempt_count"]) == ("succeeded", 8)
    assert len({received.body for received in sink.received}) == 1


def test_a_pending_delivery_can_be_retried_at_once(sandbox, api, make_sink, subscribe, deliveries, cause_event):
    webhook = subscribe(make_sink(500, 500))
    cause_event()
    [pending] = deliveries(webhook)
    retry(api, pending)
    sandbox.deliver()
    [again] = deliveries(webhook)
    assert (again["status"], again["attempt_count"]) == ("pending", 2)
    assert seconds_between(again["updated_at"], again["next_attempt_at"]) == pytest.approx(300, abs=0.1)


def test_a_retry_by_hand_during_an_attempt_is_made_after_it(sandbox, api, make_lead, make_sink, subscribe, deliveries):
    hold = Hold(500)
    sink = make_sink(hold)
    webhook = subscribe(sink)
    make_lead(city="Ulm")
    hold.reached.wait()
    [pending] = deliveries(webhook)
    assert retry(api, pending).is_success
    hold.released.set()
    sandbox.deliver()
    [done] = deliveries(webhook)
    assert (done["status"], done["attempt_count"], len(sink.received)) == ("succeeded", 2, 2)


def test_the_seeded_failed_deliveries_can_be_retried(sandbox, api, deliveries):
    [demo] = [each for each in api.get("/webhooks").json()["data"] if each["enabled"]]
    failed = next(each for each in deliveries(demo) if each["status"] == "failed")
    assert retry(api, failed).is_success
    sandbox.deliver()
    again = next(each for each in deliveries(demo) if each["id"] == failed["id"])
    assert again == failed | {"attempt_count": failed["attempt_count"] + 1, "updated_at": again["updated_at"]}


# --- endpoints that change -------------------------------------------------------------------------------------------


def test_disabling_an_endpoint_fails_its_pending_deliveries(
    sandbox, api, make_sink, subscribe, deliveries, cause_event
):
    sink = make_sink(500, 204, 500)
    webhook = subscribe(sink)
    path = f"/webhooks/{webhook['id']}"
    for _ in range(3):
        cause_event()
    api.patch(path, json={"enabled": False})
    states = [(each["status"], each["attempt_count"], each["error_message"]) for each in deliveries(webhook)]
    given = ("failed", 1, "the webhook was disabled")
    assert states == [given, ("succeeded", 1, None), given]
    cause_event()
    sandbox.clock.advance(WHOLE_SCHEDULE)
    assert len(sink.received) == 3
    api.patch(path, json={"enabled": True})
    sandbox.clock.advance(WHOLE_SCHEDULE)
    assert len(sink.received) == 3
    assert len(deliveries(webhook)) == 3
    retry(api, deliveries(webhook)[0])
    sandbox.deliver()
    assert [each["status"] for each in deliveries(webhook)] == ["succeeded", "succeeded", "failed"]


@pytest.mark.parametrize(("answer", "status"), [(204, "succeeded"), (500, "failed")])
def test_a_running_attempt_counts_after_its_endpoint_is_disabled(
    sandbox, api, make_lead, make_sink, subscribe, deliveries, answer, status
):
    hold = Hold(answer)
    webhook = subscribe(make_sink(hold))
    make_lead(city="Ulm")
    hold.reached.wait()
    api.patch(f"/webhooks/{webhook['id']}", json={"enabled": False})
    assert [each["attempt_count"] for each in deliveries(webhook)] == [0]
    hold.released.set()
    sandbox.deliver()
    [delivery] = deliveries(webhook)
    assert delivery == delivery | {
        "status": status, "attempt_count": 1, "response_status_code": answer, "next_attempt_at": None
    }  # fmt: skip


def test_deleting_an_endpoint_during_an_attempt_leaves_nothing(sandbox, api, make_lead, make_sink, subscribe):
    hold = Hold(500)
    sink = make_sink(hold)
    webhook = subscribe(sink)
    make_lead(city="Ulm")
    make_lead(city="Bonn")
    hold.reached.wait()
    assert api.delete(f"/webhooks/{webhook['id']}").is_success
    hold.released.set()
    sandbox.clock.advance(WHOLE_SCHEDULE)
    assert len(sink.received) == 1
    count = "SELECT count(*) FROM webhook_deliveries WHERE webhook_id = ?"
    assert sandbox._store.execute(count, (webhook["id"],)) == [(0,)]


def test_retries_go_to_the_current_url_for_any_current_events(sandbox, api, make_sink, subscribe, cause_event):
    first, second = make_sink(500), make_sink()
    webhook = subscribe(first)
    cause_event()
    api.patch(f"/webhooks/{webhook['id']}", json={"url": second.url, "events": ["campaign.created"]})
    sandbox.clock.advance(60)
    assert (first.types, second.types) == (["lead.created"], ["lead.created"])
    assert first.received[0].body == second.received[0].body


def test_pending_deliveries_of_a_disabled_endpoint_in_an_old_file_fail(
    sandbox, make_sink, subscribe, deliveries, cause_event
):
    sink = make_sink(500)
    webhook = subscribe(sink)
    cause_event()
    sandbox._store.execute(
        "UPDATE webhooks SET doc = json_set(doc, '$.enabled', json('false')) WHERE id = ?", (webhook["id"],)
    )
    sandbox.clock.advance(60)
    [delivery] = deliveries(webhook)
    assert (delivery["status"], delivery["error_message"]) == ("failed", "the webhook was disabled")
    assert len(sink.received) == 1


# --- closing ---------------------------------------------------------------------------------------------------------


def test_an_attempt_cut_off_by_closing_is_made_by_the_next_run(tmp_path, serve, make_sink):
    hold = Hold()
    sink = make_sink(hold)
    db = tmp_path / "s.sqlite3"
    with Sandbox(db, leads=5) as sandbox, serve(sandbox) as api:
        webhook = api.post("/webhooks", json={"url": sink.url, "events": ["lead.created"]}).json()["data"]
        for city in ("Ulm", "Bonn"):
            api.post("/leads", json={"city": city})
        hold.reached.wait()
    hold.released.set()
    assert len(sink.received) == 1
    with Sandbox(db) as sandbox, serve(sandbox) as api:
        sandbox.deliver()
        api.headers["Authorization"] = f"Bearer {sandbox.create_key()}"
        found = api.get(f"/webhooks/{webhook['id']}/deliveries").json()["data"]
    assert [(each["status"], each["attempt_count"]) for each in found] == [("succeeded", 1)] * 2
    assert [event["data"]["city"] for event in sink.events] == ["Ulm", "Ulm", "Bonn"]


def test_an_error_of_the_sandbox_is_raised_by_deliver(sandbox, make_sink, subscribe, deliveries, cause_event, caplog):
    """The error is a damaged table; the delivery stays due, other endpoints continue, and a repair resumes it."""
    sink, other = make_sink(500), make_sink(500)
    webhook = subscribe(sink)
    subscribe(other)
    cause_event()
    [delivery] = deliveries(webhook)
    where = ("SELECT * FROM delivery_bodies WHERE delivery_id = ?", (delivery["id"],))
    [row] = sandbox._store.execute(*where)
    sandbox._store.execute("DELETE FROM delivery_bodies WHERE delivery_id = ?", (delivery["id"],))
    with pytest.raises(ValueError, match="unpack"):
        sandbox.clock.advance(60)
    assert "the sandbox failed" in caplog.text
    assert (len(sink.received), len(other.received)) == (1, 2)
    sandbox._store.execute("INSERT INTO delivery_bodies VALUES (?, ?, ?)", row)
    sandbox.deliver()
    assert [each["status"] for each in deliveries(webhook)] == ["succeeded"]


# --- the state of a delivery -----------------------------------------------------------------------------------------

NOON = instants.parse("2026-03-10T12:00:00Z")
OUTCOMES = st.sampled_from([Outcome(204, ""), Outcome(500, "no", "the endpoint answered 500"), Outcome(problem="no")])
ACTIONS = st.one_of(
    st.tuples(st.just("attempt"), OUTCOMES), st.tuples(st.sampled_from(["retry", "disable"]), st.none())
)


@given(st.lists(st.tuples(ACTIONS, st.integers(0, 100_000)), max_size=20))
def test_a_delivery_stays_consistent_through_any_actions(actions):
    text = instants.render(NOON)
    delivery = {
        "status": "pending", "attempt_count": 0, "next_attempt_at": text, "updated_at": text, "delivered_at": None,
        "error_message": None, "response_status_code": None, "response_body_snippet": None,
    }  # fmt: skip
    now, attempts = NOON, 0
    for (action, outcome), milliseconds in actions:
        now += milliseconds * instants.MILLISECOND
        before = delivery
        if action == "attempt" and delivery["status"] == "pending":
            attempts += 1
            delivery = after_attempt(delivery, outcome, now, due_at=delivery["next_attempt_at"])
        elif action == "retry" and delivery["status"] != "succeeded":
            delivery = due_now(delivery, now)
        elif action == "disable" and delivery["status"] == "pending":
            delivery = mark_given_up(delivery, now, "the webhook was disabled")
        assert delivery is before or delivery["updated_at"] > before["updated_at"]
        assert delivery["attempt_count"] == attempts
        assert (delivery["next_attempt_at"] is not None) == (delivery["status"] == "pending")
        assert (delivery["delivered_at"] is not None) == (delivery["status"] == "succeeded")
        assert re.fullmatch(r"[0-9T:.-]{23}Z", delivery["updated_at"])
        if delivery["status"] == "succeeded":
            assert delivery["error_message"] is None
