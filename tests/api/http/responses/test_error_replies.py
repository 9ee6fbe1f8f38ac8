from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook import errors
from pb2b_notebook.api.http.responses.error_replies import error_of, refusal_in
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.openapi import load
from scripted_service import reply


@each_case(
    ("status", "code", "kind"),
    [
        (400, "", errors.BadRequestError),
        (400, "cursor_expired", errors.CursorExpiredError),
        (401, "key_revoked", errors.AuthenticationError),
        (403, "missing_scope", errors.PermissionDeniedError),
        (404, "not_found", errors.NotFoundError),
        (410, "gone", errors.NotFoundError),
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
    problem = error_of(reply({**body, "request_id": "r1"}, status))
    assert type(problem) is kind
    assert (problem.status, problem.code, problem.message, problem.request_id) == (status, code, "why", "r1")
    assert problem.details == (errors.Detail("email", "x", "m"),)
    assert problem.repair


@each_case(
    ("body", "message"),
    [
        ({"error": "text"}, "text"),
        ({"errors": [{"field": "email", "message": "bad"}]}, "bad"),
        ({"errors": ["bad"]}, "bad"),
        ({"data": [{"code": "INVALID_DATA", "details": {}, "message": "bad", "status": "error"}]}, "bad"),
        ({"message": "text"}, "text"),
        ({"type": "about:blank", "title": "Bad", "detail": "more"}, "more"),
        ([{"message": "bad", "errorCode": "X", "fields": ["Email"]}], "bad"),
        ({"Fault": {"Code": "x", "Reason": "bad", "Detail": [{"Field": "Email", "Text": "is bad"}]}}, "bad"),
        ({"error": {"message": {"lang": "en", "value": "bad"}}}, "bad"),
        ({"errors": [{"error": {"field": "email", "message": "bad"}, "meta": {"type": "error"}}]}, "bad"),
        ({"statusCode": 400, "error": "Bad Request", "messages": ["bad"]}, "bad"),
        ({"jsonrpc": "2.0", "id": None, "error": {"code": 200, "message": "Error", "data": {"message": "bad"}}}, "bad"),
        ({"error-message": "bad", "fields": {"email": "is bad"}}, "bad"),
        (b"<html>", "the service answered 500 without a message"),
        (b"\xff", "the service answered 500 without a message"),
        ([1], "the service answered 500 without a message"),
    ],
)
def test_other_shapes_of_errors_are_understood(body, message):
    problem = error_of(reply(body, 500))
    assert problem.message == message
    assert all(detail.field.lower() == "email" for detail in problem.details)


@each_case(
    ("status", "code", "kind"),
    [
        (404, "", errors.BadRequestError),
        (500, "", errors.BadRequestError),
        (401, "", errors.AuthenticationError),
        (409, "conflict", errors.PreconditionFailedError),
    ],
)
def test_words_about_a_parameter_decide_unless_the_status_or_the_code_does(status, code, kind):
    body = {"error": {"code": code, "message": "Invalid parameter: it is unknown"}}
    assert type(error_of(reply(body, status))) is kind


def test_the_request_id_comes_from_any_header_of_that_name():
    assert error_of(reply({}, 500, x_amzn_request_id="r7")).request_id == "r7"


def test_a_redirect_is_not_followed_and_says_so():
    problem = error_of(reply(b"", 302, location="https://evil.example.com"))
    assert type(problem) is errors.ProtocolError
    assert "not followed" in str(problem)


@given(st.binary(max_size=200))
def test_any_body_of_an_error_is_read(body):
    error_of(Reply(500, {}, body))


def test_a_request_id_is_never_longer_than_a_line():
    """It stands in messages and in the log of requests."""
    assert len(error_of(reply({"request_id": "r" * 100_000}, 500)).request_id) == 200
    assert len(error_of(reply({}, 500, x_request_id="r" * 100_000)).request_id) == 200


@each_case("message", ["a\x1b[2Jb", "a\rb", "a\u202eb", "a\x9bb"])
def test_a_message_cannot_steer_a_terminal(message):
    problem = error_of(reply({"error": {"message": message}, "request_id": message}, 500))
    assert str(problem).isprintable()


@each_case(
    ("body", "reset", "wait"),
    [
        ({"error": {"message": "slow down", "retry_after_ms": 300}}, {}, 0.3),
        ({"message": "slow down", "retryAfter": 2}, {}, 2.0),
        ({"retry_after": "soon"}, {}, 60.0),
        ({}, {"x_ratelimit_reset": "1773144010000"}, 10.0),
    ],
)
def test_a_429_waits_as_its_body_or_a_reset_in_milliseconds_says(body, reset, wait):
    found = error_of(reply(body, 429, date="Tue, 10 Mar 2026 12:00:00 GMT", **reset))
    assert found.retry_after == wait


def test_a_429_without_retry_after_waits_for_the_reset():
    late = reply({}, 429, x_ratelimit_reset="1773144010", date="Tue, 10 Mar 2026 12:00:00 GMT")
    assert error_of(late).retry_after == 10.0
    odd = reply({}, 429, x_ratelimit_reset="1773144010", date="Tue, 10 Mar 2026 12:00:00 GMT", retry_after="soon")
    assert error_of(odd).retry_after is None


@given(st.text(max_size=60))
def test_any_header_of_an_error_is_read(text):
    headers = ["retry-after", "date", "x-ratelimit-limit", "x-ratelimit-reset", "ratelimit"]
    error_of(Reply(429, dict.fromkeys(headers, text), b""))


@each_case(
    ("body", "message", "fields"),
    [
        ({"statusCode": 400, "error": "Bad Request", "message": ["order is not allowed"]}, "order is not allowed", []),
        ({"error": "invalid_request", "error_description": "no such field"}, "no such field", []),
        ({"detail": [{"loc": ["query", "order"], "msg": "unexpected"}]}, "unexpected", ["order"]),
        ({"title": "Refused", "violations": [{"propertyPath": "email", "message": "bad"}]}, "bad", ["email"]),
        ({"errors": [{"detail": "bad", "source": {"pointer": "/data/attributes/email"}}]}, "bad", ["email"]),
        ({"error": {"message": "no", "details": {"email": ["is bad"]}}}, "no", ["email"]),
        ({"errors": [{"title": "Not Found"}]}, "Not Found", []),
    ],
)
def test_the_message_and_the_fields_of_other_services_are_read(body, message, fields):
    problem = error_of(reply(body, 400))
    assert (problem.message, [detail.field for detail in problem.details]) == (message, fields)


def test_a_code_in_place_of_a_text_is_the_code():
    problem = error_of(reply({"error": "idempotency_key_reused", "message": "another payload"}, 409))
    assert isinstance(problem, errors.IdempotencyKeyReusedError)


@pytest.mark.parametrize(
    "body",
    [
        {"ok": False, "error": "lead_not_found"},
        {"data": None, "errors": [{"message": "no", "extensions": {"code": "NOT_FOUND"}}]},
        {"success": False, "code": "RecordNotFound", "message": "no"},
    ],
)
def test_a_refusal_with_a_status_of_success_may_say_that_there_is_no_such_object(body):
    assert isinstance(refusal_in(reply(body)), errors.NotFoundError)
    assert isinstance(refusal_in(reply({"ok": False, "error": "owner not found in list"})), errors.ValidationError)


@each_case(
    ("body", "status"),
    [
        ({"data": {"createLead": {"lead": None, "userErrors": [{"field": ["email"], "message": "bad"}]}}}, 422),
        ({"data": {"leadCreate": {"__typename": "P", "lead": None, "errors": [{"message": "bad"}]}}}, 422),
        ({"data": {"createLead": None}, "errors": [{"message": "bad"}]}, 422),
        ({"data": [{"code": "INVALID_DATA", "message": "bad", "status": "error", "details": {}}]}, 422),
        ({"result": [{"status": "skipped", "reasons": [{"code": "1003", "message": "bad"}]}], "success": True}, 422),
        (
            {"jsonrpc": "2.0", "id": 7, "error": {"code": 200, "data": {"name": "x.MissingError", "message": "bad"}}},
            404,
        ),
    ],
)
def test_a_failure_with_status_200_is_a_refusal_wherever_it_says_so(body, status):
    problem = refusal_in(reply(body, 200))
    assert (problem.status, problem.message) == (status, "bad")


@each_case(
    "body",
    [
        {"data": {"createLead": {"lead": {"id": "a"}, "userErrors": [{"message": "phone was left out"}]}}},
        {"data": {"valid": False, "errors": [{"row_number": 2, "message": "bad"}]}},
        {"data": [{"id": "job_1", "status": "failed", "error": {"code": "lost"}}]},
        {"result": [{"id": 7, "status": "skipped", "reasons": [{"message": "is a duplicate"}]}], "success": True},
        {"id": "job_1", "status": "failed", "error": {"code": "lost"}},
    ],
)
def test_an_object_or_a_report_with_errors_is_not_a_refusal(body):
    assert refusal_in(reply(body, 200)) is None


@each_case("operation", ["jobs.get", "jobs.list", "imports.validate"])
@each_case(
    "data",
    [[{"job_id": "a", "status": "failed"}], {"errors": [{"row": 2}], "warnings": []}, {"jobs": [{"status": "error"}]}],
)
def test_what_is_read_may_have_failed_without_a_refusal(operation, data):
    assert refusal_in(replace(reply({"data": data}), operation=load()[operation])) is None


@each_case(
    ("error", "kind"),
    [
        ({"message": "Not Found"}, errors.NotFoundError),
        ({"code": "RESOURCE_NOT_FOUND", "message": "no such thing"}, errors.NotFoundError),
        ({"message": "the owner was not found"}, errors.BadRequestError),
        ({"message": "not found", "details": [{"field": "owner_email", "message": "x"}]}, errors.BadRequestError),
    ],
)
def test_what_is_missing_may_be_answered_with_400(error, kind):
    assert type(error_of(reply({"error": error}, 400))) is kind
