import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook import errors
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.envelope import Rate, Reply


def reply(body, status=200, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, {k.replace("_", "-"): v for k, v in headers.items()}, raw)


LEADS = [{"id": "lead_1"}, {"id": "lead_2"}]


@pytest.mark.parametrize("holder", ["pagination", "page", "page_info", "meta", None])
@pytest.mark.parametrize("name", ["next_cursor", "cursor_next", "next", "end_cursor"])
def test_the_next_cursor_is_found_wherever_a_live_service_may_put_it(holder, name):
    body = {"data": LEADS, "request_id": "req_1"}
    body |= {holder: {name: "c1"}} if holder else {name: "c1"}
    page = envelope.page(reply(body))
    assert (page.next_cursor, page.request_id, len(page.records)) == ("c1", "req_1", 2)


@pytest.mark.parametrize("end", [{}, {"pagination": {}}, {"pagination": {"next_cursor": None}}, {"pagination": None}])
def test_absence_or_null_ends_the_listing(end):
    assert envelope.page(reply({"data": LEADS, **end})).next_cursor is None


def test_has_more_false_ends_the_listing_even_beside_a_cursor():
    page = envelope.page(reply({"data": [], "page_info": {"has_more": False, "end_cursor": "c1"}}))
    assert page.next_cursor is None


def test_records_keep_their_own_bytes():
    page = envelope.page(reply(b'{"data":[{"n":9007199254740993}, {"x":1e400}]}'))
    assert [bytes(r) for r in page.records] == [b'{"n":9007199254740993}', b'{"x":1e400}']


@pytest.mark.parametrize("data", ["[]", "[{}]", '[{"next_cursor":"no"}]'])
@pytest.mark.parametrize("form", ['{"next_cursor":%s,"data":%s}', '{ "data" : %s , "next_cursor" : %s }'])
def test_text_that_resembles_the_data_is_not_taken_for_it(data, form):
    body = form % ((json.dumps(data), data) if form.startswith('{"') else (data, json.dumps(data)))
    page = envelope.page(reply(body.encode()))
    assert (page.next_cursor, [bytes(one) for one in page.records]) == (data, [r.encode() for r in [data[1:-1]] if r])


def test_an_unpaired_surrogate_is_legal_json_and_is_kept():
    page = envelope.page(reply(rb'{"data":[{"a":"\ud800"},{}],"pagination":{"next_cursor":"c"}}'))
    assert [bytes(r) for r in page.records] == [rb'{"a":"\ud800"}', b"{}"]
    assert page.next_cursor == "c"
    assert envelope.answer(reply(rb'{"data":{"a":"\ud800"}}')).data == rb'{"a":"\ud800"}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>login</html>",
        b"hello",
        b'{"data":[{"id":"a"}',
        b'{"data":[NaN]}',
        b'{"data":[],"request_id":"a","request_id":"b"}',
        b'{"data":[],"data":[{}]}',
        b'{"data":[],"pagination":{"next_cursor":null,"next_cursor":"x"}}',
        b'{"data":[],"pagination":{"limit":Infinity}}',
        b"[" * 100_000,
        b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"data":[' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"]}",
        b'\xff\xfe{"data":[]}',
    ],
    ids=lambda b: b[:30].decode("latin-1"),
)
def test_what_is_not_strict_json_is_a_typed_error(body):
    with pytest.raises(errors.NotJSONError) as caught:
        envelope.page(reply(body, content_type="text/html; charset=utf-8", x_request_id="req_9"))
    assert caught.value.request_id == "req_9"
    assert caught.value.repair


def test_html_has_its_own_repair():
    with pytest.raises(errors.NotJSONError, match="login page or a proxy"):
        envelope.page(reply(b" <!doctype html>"))


@pytest.mark.parametrize("body", [[], {"data": {"id": 1}}, {"data": None}, {"items": []}, 3])
def test_json_that_is_not_a_list_is_a_protocol_error(body):
    with pytest.raises(errors.ProtocolError):
        envelope.page(reply(body))


def test_one_object():
    answer = envelope.answer(reply({"data": {"id": "a"}, "request_id": "r"}, idempotent_replayed="true"))
    assert (json.loads(answer.data), answer.request_id, answer.replayed) == ({"id": "a"}, "r", True)


def test_one_object_without_an_envelope_and_an_empty_answer():
    assert json.loads(envelope.answer(reply({"id": "a"})).data) == {"id": "a"}
    assert envelope.answer(reply(b"", status=204)).data == b"null"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "", errors.BadRequestError),
        (400, "cursor_expired", errors.CursorExpiredError),
        (401, "key_revoked", errors.AuthenticationError),
        (403, "missing_scope", errors.PermissionDeniedError),
        (404, "not_found", errors.NotFoundError),
        (409, "conflict", errors.PreconditionFailedError),
        (409, "ambiguous_match", errors.AmbiguousMatchError),
        (409, "lead_deleted", errors.LeadDeletedError),
        (409, "idempotency_key_reused", errors.IdempotencyKeyReusedError),
        (409, "idempotency_in_progress", errors.IdempotencyInProgressError),
        (409, "something_else", errors.ConflictError),
        (413, "", errors.PayloadTooLargeError),
        (418, "", errors.APIError),
        (422, "", errors.ValidationError),
        (429, "", errors.RateLimitError),
        (500, "", errors.ServerError),
        (599, "", errors.ServerError),
    ],
)
def test_each_status_and_code_has_its_error(status, code, kind):
    body = {"error": {"code": code, "message": "why", "details": [{"field": "email", "code": "x", "message": "m"}]}}
    problem = envelope.error(reply({**body, "request_id": "r1"}, status))
    assert type(problem) is kind
    assert (problem.status, problem.code, problem.message, problem.request_id) == (status, code, "why", "r1")
    assert problem.details == (errors.Detail("email", "x", "m"),)
    assert problem.repair


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": "text"}, "text"),
        ({"errors": [{"field": "email", "message": "bad"}]}, "bad"),
        ({"errors": ["bad"]}, "bad"),
        ({"message": "text"}, "text"),
        ({"type": "about:blank", "title": "Bad", "detail": "more"}, "more"),
        (b"<html>", "the service answered 500 without a message"),
        (b"\xff", "the service answered 500 without a message"),
        ([1], "the service answered 500 without a message"),
    ],
)
def test_other_shapes_of_errors_are_understood(body, message):
    assert envelope.error(reply(body, 500)).message == message


def test_the_request_id_comes_from_any_header_of_that_name():
    assert envelope.error(reply({}, 500, x_amzn_request_id="r7")).request_id == "r7"


def test_a_redirect_is_not_followed_and_says_so():
    problem = envelope.error(reply(b"", 302, location="https://evil.example.com"))
    assert type(problem) is errors.ProtocolError
    assert "not followed" in str(problem)


DATE = "Tue, 10 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("999999", 999999.0),
        ("Tue, 10 Mar 2026 12:00:30 GMT", 30.0),
        ("Tue, 10 Mar 2026 11:00:00 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("NaN", None),
        ("1e9", None),
        ("1000000000", None),
        ("3" * 30, None),
        ("٣٠", None),
        ("", None),
        ("soon", None),
        ("Tue, 99 Mar 2026 12:00:30 GMT", None),
        ("tue, 10 mar 2026 12:00:30 gmt", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 251_633_390_399.0),
    ],
)
def test_retry_after_is_read_strictly(text, seconds):
    found = envelope.retry_after(reply(b"", 429, retry_after=text, date=DATE))
    assert found == pytest.approx(seconds, rel=0.1) if seconds and seconds > 1e9 else found == seconds


@given(st.text(max_size=60))
def test_no_header_breaks_the_parser(text):
    odd = Reply(
        429, dict.fromkeys(["retry-after", "date", "x-ratelimit-limit", "x-ratelimit-reset", "ratelimit"], text), b""
    )
    envelope.retry_after(odd)
    envelope.rate(odd)
    envelope.error(odd)


@given(st.binary(max_size=200))
def test_no_body_breaks_the_parser(body):
    for read in (envelope.page, envelope.answer):
        with contextlib.suppress(errors.ProtocolError):
            read(Reply(200, {}, body))
    envelope.error(Reply(500, {}, body))


def test_rate_limits_of_the_contract_and_of_the_ietf():
    ours = reply(b"", x_ratelimit_limit="600", x_ratelimit_remaining="0", x_ratelimit_reset="1773144010", date=DATE)
    assert envelope.rate(ours) == Rate(600, 0, 10.0, None)
    ietf = reply(b"", ratelimit_policy='"default";q=100;w=60', ratelimit='"default";r=50;t=30')
    assert envelope.rate(ietf) == Rate(100, 50, 30.0, 60.0)
    assert envelope.rate(reply(b"")) == Rate()


def test_a_request_id_is_never_longer_than_a_line():
    """It stands in messages and in the log of requests."""
    assert len(envelope.error(reply({"request_id": "r" * 100_000}, 500)).request_id) == 200
    assert len(envelope.error(reply({}, 500, x_request_id="r" * 100_000)).request_id) == 200


@pytest.mark.parametrize("message", ["a\x1b[2Jb", "a\rb", "a\u202eb", "a\x9bb"])
def test_a_message_cannot_steer_a_terminal(message):
    problem = envelope.error(reply({"error": {"message": message}, "request_id": message}, 500))
    assert str(problem).isprintable()


def test_a_429_without_retry_after_waits_for_the_reset():
    late = reply({}, 429, x_ratelimit_reset="1773144010", date=DATE)
    assert envelope.error(late).retry_after == 10.0
    odd = reply({}, 429, x_ratelimit_reset="1773144010", date=DATE, retry_after="soon")
    assert envelope.error(odd).retry_after is None


@pytest.mark.parametrize(
    ("policy", "state", "rate"),
    [
        ('"day";q=5000;w=86400, "burst";q=60;w=60', '"day";r=4000;t=9000, "burst";r=50;t=30', Rate(60, 50, 30.0, 60.0)),
        ('"day";q=5000;w=86400', '"day";r=4000;t=9000', Rate(None, 4000, 9000.0, None)),
        ('"d";q=1;w=999999999999', "", Rate()),
        ("100;w=60", "limit=100, remaining=50, reset=30", Rate(100, 50, 30.0, 60.0)),
        ("100;w=60", "", Rate(100, None, None, 60.0)),
        (",;,", ";;", Rate()),
    ],
)
def test_the_policy_with_the_shortest_window_counts(policy, state, rate):
    """A quota of a day must not hold a call for hours."""
    assert envelope.rate(reply(b"", ratelimit_policy=policy, ratelimit=state)) == rate
