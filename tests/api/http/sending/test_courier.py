"""Sequences of attempts: what is sent again, after which waits, and what the caller gets. No test waits."""

import contextlib
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest

from hostile_replies import ODD
from many_threads import together
from pb2b_notebook import errors
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.api.http.sending.retrying import Policy
from pb2b_notebook.credentials import Connection, api_key
from pb2b_notebook.request_log import RequestLog
from scripted_service import TEST_KEY, Service, answer, error_answer

CUT = httpx.ReadError("cut")
FINE = answer(200, {"data": {}})
CHALLENGE = partial(httpx.Response, 403, content=b"<html>Just a moment", headers={"cf-mitigated": "challenge"})
DATE = "Tue, 10 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    "failure",
    [CUT, httpx.ReadTimeout(""), httpx.ConnectError(""), lambda _: CHALLENGE(), *map(error_answer, (408, 500, 502))],
)
def test_a_read_is_retried_until_it_succeeds(client_of, calls, simulated, failure):
    service = Service(failure, failure, FINE)
    reply = client_of(service).send(calls("leads.get"))
    assert reply.attempts == 3
    assert simulated.slept == [0.25, 0.5]


def test_an_error_after_five_attempts_reports_their_number(client_of, calls, simulated):
    service = Service(error_answer(503))
    with pytest.raises(errors.ServerError) as caught:
        client_of(service).send(calls("leads.get"))
    assert (len(service.requests), caught.value.attempts) == (5, 5)
    assert sum(simulated.slept) <= 7.5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 501])
def test_an_error_that_a_retry_cannot_fix_is_sent_once(client_of, calls, status):
    service = Service(error_answer(status))
    with pytest.raises(errors.APIError):
        client_of(service).send(calls("leads.get"))
    assert len(service.requests) == 1


@pytest.mark.parametrize("body", [b"<html>", b'{"data":NaN}', b"[" * 100_000 + b"]"])
def test_a_response_that_is_not_json_is_not_retried(client_of, calls, body):
    service = Service(answer(200, body))
    assert client_of(service).send(calls("leads.get")).body == body
    assert len(service.requests) == 1


@pytest.mark.parametrize(("status", "cut"), [(200, b'{"data":'), (200, b' {"data": {}'), (304, b"")])
def test_a_response_without_its_end_is_retried_as_a_truncated_one(client_of, calls, status, cut):
    service = Service(answer(status, cut), FINE)
    assert client_of(service).send(calls("leads.get")).attempts == 2
    assert len(service.requests) == 2


def test_a_keyed_mutation_keeps_its_key_over_all_attempts(client_of, calls):
    service = Service(CUT, error_answer(503), error_answer(409, "idempotency_in_progress"), FINE)
    reply = client_of(service).send(calls("leads.create", b"{}", idempotency_key="k1"))
    assert reply.attempts == 4
    assert service.keys == ["k1"] * 4


@pytest.mark.parametrize(("name", "key"), [("leads.create", None), ("leads.upsert", "k1")])
def test_a_mutation_that_may_happen_twice_is_not_sent_again(client_of, calls, name, key):
    """One without a key; one whose key a live service may ignore."""
    service = Service(CUT)
    with pytest.raises(errors.ConnectionLostError) as caught:
        client_of(service, live=True).send(calls(name, b"{}", idempotency_key=key))
    assert len(service.requests) == 1
    assert caught.value.effect_unknown


def test_a_mutation_that_cannot_have_happened_is_sent_again_in_any_case(client_of, calls):
    service = Service(httpx.ConnectError(""), error_answer(429, retry_after="1"), FINE)
    assert client_of(service, live=True).send(calls("leads.upsert", b"{}")).attempts == 3


@pytest.mark.parametrize(
    "shown", [answer(201, idempotent_replayed="true"), error_answer(409, "idempotency_in_progress")]
)
def test_a_creation_is_sent_again_where_a_live_service_has_shown_that_it_knows_keys(client_of, calls, shown):
    service, call = Service(shown, CUT, FINE), calls("leads.create", b"{}", idempotency_key="k")
    client = client_of(service, live=True)
    assert [client.send(call).status for _ in range(2)][1] == 200
    assert client.profile.value("honours_keys", "leads.create")


def test_the_error_says_whether_a_mutation_may_have_taken_effect(client_of, calls):
    for script, unknown in (
        ([httpx.ConnectError("")], False),
        ([error_answer(422)], False),
        ([CUT, error_answer(401)], True),
        ([error_answer(503), httpx.ConnectError("")], True),
        ([answer(302, b"")], True),
    ):
        with pytest.raises(errors.ProspectB2BError) as caught:
            client_of(Service(*script)).send(calls("leads.create", b"{}", idempotency_key="k1"))
        assert caught.value.effect_unknown is unknown, script
        assert caught.value.idempotency_key == "k1"


def test_a_twin_in_progress_is_waited_for(client_of, calls, simulated):
    service = Service(error_answer(409, "idempotency_in_progress"))
    with pytest.raises(errors.IdempotencyInProgressError):
        client_of(service).send(calls("leads.create", b"{}", idempotency_key="k1"))
    assert simulated.slept == [1.125, 2.25, 4.5]  # its chance is always a half
    assert set(service.keys) == {"k1"}


@pytest.mark.parametrize("code", ["idempotency_key_reused", "conflict", "", "new_code"])
def test_another_conflict_is_raised_at_once_and_never_under_another_key(client_of, calls, code):
    service = Service(error_answer(409, code))
    with pytest.raises(errors.ConflictError):
        client_of(service).send(calls("leads.create", b"{}", idempotency_key="k1"))
    assert service.keys == ["k1"]


# --- Retry-After -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("headers", "seconds"), [({}, 60), ({"ratelimit_reset": "7"}, 7)])
def test_a_429_without_retry_after_waits_for_the_rolling_minute_or_the_reset(
    client_of, calls, simulated, headers, seconds
):
    service = Service(error_answer(429, "rate_limited", **headers), FINE)
    client_of(service).send(calls("leads.get"))
    assert seconds <= sum(simulated.slept) <= seconds * 1.2


@pytest.mark.parametrize("media", ["application/xml", "text/html"])
def test_an_id_of_the_request_is_sent_where_a_refusal_demands_its_header(client_of, calls, media):
    seen = []

    def gateway(request):
        seen.append(request.headers.get("x-correlation-id"))
        fault = b"<fault><message>Header X-Correlation-Id is required</message></fault>"
        return FINE(request) if seen[-1] else httpx.Response(400, content=fault, headers={"content-type": media})

    client = client_of(Service(gateway))
    for _ in range(2):
        client.send(calls("leads.get"))
    assert [bool(each) for each in seen] == [False, True, True]
    assert seen[1] != seen[2]


@pytest.mark.parametrize(
    ("message", "demanded"),
    [
        ("Missing X-Request-Id header", True),
        ("missing required header: x-request-id", True),
        ("Required request header 'X-Request-Id' for method parameter type String is not present", True),
        ("X-Request-Id is missing", True),
        ("The X-Request-ID header must be a UUID", True),
        ("full_name is required (X-Request-Id: 4711)", False),
        ("full_name is required\nX-Request-Id: 4711", False),
        ("city is missing, header X-Request-Id: 4711", False),
        ("required header: X-Request-Id=4711", False),
        ("must be a city; x-request-id 4711", False),
    ],
)
def test_a_refusal_that_only_has_the_id_of_its_request_demands_no_header(client_of, calls, message, demanded):
    refuse = answer(422, {"error": {"code": "no", "message": message}})

    def gateway(request):
        return FINE(request) if "x-request-id" in request.headers else refuse(request)

    service = Service(gateway)
    with contextlib.nullcontext() if demanded else pytest.raises(errors.ValidationError):
        client_of(service).send(calls("leads.get"))
    assert len(service.keys) == 1 + demanded


@pytest.mark.parametrize("code", ["rateLimitExceeded", "too_many_requests"])
def test_a_403_about_a_rate_limit_is_waited_out_and_any_other_is_not(client_of, calls, simulated, code):
    service = Service(error_answer(403, code, retry_after="7"), FINE)
    client_of(service).send(calls("leads.get"))
    assert 7 <= sum(simulated.slept) <= 8
    with pytest.raises(errors.PermissionDeniedError):
        client_of(Service(error_answer(403, "forbidden", retry_after="7"), FINE)).send(calls("leads.get"))


@pytest.mark.parametrize("name", ["leads.get", "imports.errors"])
def test_a_rate_limit_that_is_answered_with_200_is_waited_out(client_of, calls, simulated, name):
    limited = answer(200, {"success": False, "error": "Too many requests"}, retry_after="7")
    assert client_of(Service(limited, FINE)).send(calls(name)).attempts == 2
    assert 7 <= simulated.slept[-1] <= 8


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("text", [*ODD, "Infinity", "", "0x10", "1", "30", "120", "121"])
def test_whatever_retry_after_says_a_call_waits_132_seconds_at_most(client_of, calls, simulated, status, text):
    def told(_):
        return httpx.Response(status, content=b"{}", headers=[("Retry-After", text.encode()), ("Date", DATE)])

    with pytest.raises((errors.RateLimitError, errors.ServerError)):
        client_of(Service(told)).send(calls("leads.get"))
    assert sum(simulated.slept) <= 132


def test_a_requested_wait_that_is_too_long_is_left_to_the_caller(client_of, calls, simulated):
    service = Service(error_answer(429, "rate_limited", retry_after="3600"))
    with pytest.raises(errors.RateLimitError) as caught:
        client_of(service).send(calls("leads.get"))
    assert caught.value.retry_after == 3600
    assert (len(service.requests), simulated.slept) == (1, [])


def test_a_requested_wait_is_never_shortened_and_extends_the_deadline(client_of, calls, simulated):
    service = Service(error_answer(429, retry_after="100"), FINE)
    client_of(service).send(calls("leads.get"))
    assert simulated.slept == [105.0]


def test_a_requested_wait_holds_for_every_thread_of_the_key(client_of, calls, simulated):
    sent = []

    def note(request):
        sent.append(simulated.now)
        return (error_answer(503, retry_after="30") if len(sent) == 1 else FINE)(request)

    client = client_of(Service(note))
    with_wait = client.send(calls("leads.get"))
    client.send(calls("leads.get"))
    assert with_wait.attempts == 2
    assert sent[1] >= sent[0] + 30


# --- deadline and budget ---------------------------------------------------------------------------------------------


def test_backoff_never_passes_the_deadline(client_of, calls, simulated):
    with pytest.raises(errors.ConnectionLostError):
        client_of(Service(CUT), policy=Policy(deadline=1.0)).send(calls("leads.get"))
    assert simulated.now - 1000 <= 1.0


def test_a_retry_that_the_deadline_forbids_costs_nothing(client_of, calls):
    client = client_of(Service(CUT), policy=Policy(deadline=0.1))
    with pytest.raises(errors.ConnectionLostError):
        client.send(calls("leads.get"))
    assert client._budget.tokens == 100


def test_a_storm_of_failures_is_not_doubled_once_the_budget_is_spent(client_of, calls):
    service = Service(error_answer(503))
    client = client_of(service)
    for _ in range(300):
        with pytest.raises(errors.ServerError):
            client.send(calls("leads.get"))
    assert len(service.requests) == 300 + 100 // 5


def test_five_successes_pay_for_one_retry(client_of, calls, simulated):
    """Every second request fails: after the budget, at most 0.2 retries a call."""
    service = Service(error_answer(503))
    client = client_of(service)
    client._budget.tokens = 0
    for number in range(400):
        service.script = [error_answer(503), FINE] if number % 2 else [FINE]
        with contextlib.suppress(errors.ServerError):
            client.send(calls("leads.get"))
    assert len(service.requests) <= 400 * 1.2


# --- time ------------------------------------------------------------------------------------------------------------


def test_the_services_time_advances_with_the_larger_of_two_clocks(client_of, calls):
    mono, wall = [50.0], [7_000.0]
    timing = Timing(clock=lambda: mono[0], wall=lambda: wall[0], sleep=lambda _: None)
    client = client_of(Service(answer(200, {"data": {}}, date=DATE)), timing=timing)
    client.send(calls("leads.get"))
    told = datetime(2026, 3, 10, 12, tzinfo=UTC)
    assert client.now() == told
    mono[0] += 10
    wall[0] -= 86_400  # somebody sets the clock back
    assert client.now() == told + timedelta(seconds=10)
    wall[0] += 86_400 + 36_000  # the machine slept, its monotonic clock too
    assert client.now() == told + timedelta(hours=10)


def test_the_machines_clock_is_used_before_the_first_response(client_of):
    assert abs(client_of(Service(FINE)).now() - datetime.now(UTC)) < timedelta(minutes=1)


# --- the edges of a call ---------------------------------------------------------------------------------------------


def test_a_url_that_is_too_long_is_refused(client_of, calls):
    service = Service(FINE)
    call = calls("leads.list")
    with pytest.raises(errors.InvalidParameterError, match="too long"):
        client_of(service).send(type(call)(call.operation, call.path, (("q", "x" * 70_000),)))
    assert service.requests == []


def test_a_closed_client_says_so(client_of, calls):
    client = client_of(Service(FINE))
    client.close()
    with pytest.raises(errors.UsageError, match="closed"):
        client.send(calls("leads.get"))


def test_no_frame_of_an_error_leads_to_the_key(client_of, calls):
    """Neither by its traceback, nor by what it was raised from."""
    for failure in (
        CUT,
        httpx.LocalProtocolError(f"Illegal header value b'Bearer {TEST_KEY}'"),
        MemoryError(),
        OSError(),
    ):
        with pytest.raises(BaseException) as caught:
            client_of(Service(failure), policy=Policy(attempts=1)).send(calls("leads.get"))
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        assert TEST_KEY not in str(caught.value)
        deepest = list(caught.traceback)[-1]
        assert "pb2b_notebook" in str(deepest.path)


def test_an_interrupt_passes_and_leaves_the_client_usable(client_of, calls):
    service = Service(lambda _: (_ for _ in ()).throw(KeyboardInterrupt), FINE)
    client = client_of(service)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.send(calls("leads.get"))
    assert caught.value.__context__ is None
    assert client._pacer._budget.in_flight == []
    assert client.send(calls("leads.get")).status == 200


def test_no_repr_of_a_call_shows_its_content(calls):
    call = calls("leads.create", b'{"email":"canary"}', idempotency_key="k1")
    assert "canary" not in repr(call)


def test_every_call_is_logged_once_with_its_outcome(client_of, calls):
    log = RequestLog(None)
    client = client_of(Service(CUT, FINE, error_answer(404)), log=log)
    client.send(calls("leads.get"))
    with pytest.raises(errors.NotFoundError):
        client.send(calls("leads.delete", idempotency_key="pb2b1-0123456789abcdef"))
    rows = log.entries(client.service, "ws_1")
    assert [(r["operation"], r["status"], r["error"], r["attempts"]) for r in rows] == [
        ("leads.delete", 404, "NotFoundError", 1),
        ("leads.get", 200, None, 2),
    ]
    assert rows[0]["idempotency_key"] == "pb2b1-01234567"


def test_clients_of_one_key_share_a_pacer_and_others_do_not():
    one, other = api_key(TEST_KEY), api_key("pb2b_test_efgh_0123456789abcdef0123")
    clients = [Client(Connection(key, "http://127.0.0.1:1")) for key in (one, one, other)]
    pacers = [client._pacer for client in clients]
    for client in clients:
        client.close()
    assert pacers[0] is pacers[1] is not pacers[2]


def test_threads_share_one_client(client_of, calls):
    service = Service(FINE)
    client = client_of(service)
    together(*[lambda: [client.send(calls("leads.get")) for _ in range(20)]] * 8)
    assert len(service.requests) == 160


def test_a_service_that_repeats_the_key_does_not_put_it_into_the_message(client_of, calls):
    def respond(request):
        message = f"bad key {request.headers['authorization']}"
        return httpx.Response(401, json={"error": {"code": message, "message": message}, "request_id": message})

    with pytest.raises(errors.AuthenticationError) as caught:
        client_of(respond).send(calls("leads.list"))
    assert TEST_KEY not in str(caught.value) + repr(vars(caught.value))
    assert "pb2b_test_abcd_…" in str(caught.value)


@pytest.mark.parametrize("escaped", ["&#x5F;", "&#95;", "&amp;#x5F;", "&lowbar;", "&#x5f"])
def test_an_error_in_xml_with_references_does_not_hide_the_key(client_of, calls, escaped):
    key = TEST_KEY.replace("_", escaped)
    fault = f"<fault><code>{key}</code><message>Invalid key {key}</message></fault>".encode()
    with pytest.raises(errors.BadRequestError) as caught:
        client_of(Service(answer(400, fault, content_type="application/xml"))).send(calls("leads.list"))
    assert TEST_KEY.rpartition("_")[2] not in str(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize("escaped", ["\\u005f", "%5F", "\\\\u005f"])
def test_an_error_in_json_does_not_hide_the_key_behind_escapes(client_of, calls, escaped):
    message = f'"Invalid key {TEST_KEY.replace("_", escaped)}"'
    body = f'{{"error": {{"code": {message}, "message": {message}}}, "request_id": {message}}}'.encode()
    with pytest.raises(errors.BadRequestError) as caught:
        client_of(Service(answer(400, body))).send(calls("leads.list"))
    assert TEST_KEY.rpartition("_")[2] not in str(caught.value) + repr(vars(caught.value))
