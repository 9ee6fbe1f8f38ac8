"""Checks of every answer's envelope, for the conformance scenarios."""

import re

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
JSON = {"Content-Type": "application/json"}


def body_of(response):
    """Check the request id of a response, and return its body."""
    assert response.headers["Content-Type"].startswith("application/json"), response.text[:200]
    body = response.json()
    assert isinstance(body["request_id"], str), body
    assert body["request_id"]
    # A replay repeats the first body in another request.
    assert (response.headers["X-Request-Id"] == body["request_id"]) != ("Idempotent-Replayed" in response.headers)
    return body


def check_rate_headers(response):
    """Check the rate limit headers, of the key's rolling minute."""
    limit, remaining, reset = (int(response.headers[f"X-RateLimit-{name}"]) for name in ("Limit", "Remaining", "Reset"))
    assert limit > 0
    assert 0 <= remaining <= limit
    assert reset > 1_700_000_000


def object_of(response, status=200):
    """Check a response with one object, and return the object."""
    assert response.status_code == status, response.text[:500]
    body = body_of(response)
    check_rate_headers(response)
    assert set(body) == {"data", "request_id"}
    check_common_fields(body["data"])
    return body["data"]


def page_of(response):
    """Check a page, and return its objects and its pagination."""
    assert response.status_code == 200, response.text[:500]
    body = body_of(response)
    check_rate_headers(response)
    assert {"data", "pagination", "request_id"} <= set(body)
    pagination = body["pagination"]
    assert {"next_cursor", "has_more", "limit"} <= set(pagination)
    assert pagination["has_more"] == (pagination["next_cursor"] is not None)
    assert len(body["data"]) <= pagination["limit"]
    for each in body["data"]:
        check_common_fields(each)
    return body["data"], pagination


def check_common_fields(each):
    """Check the four fields of every object."""
    assert isinstance(each["id"], str), each
    assert isinstance(each["object"], str)
    for name in ("created_at", "updated_at"):
        assert ISO.fullmatch(each[name]), (name, each[name])


def refusal(response, status, code=None):
    """Check a refusal, and return its error: a code, a message for users, details that name fields."""
    assert response.status_code == status, response.text[:500]
    body = body_of(response)
    assert set(body) == {"error", "request_id"}
    error = body["error"]
    assert error["code"], error
    assert error["message"]
    assert all({"field", "code", "message"} <= set(detail) for detail in error["details"])
    assert code is None or error["code"] == code, error
    return error
