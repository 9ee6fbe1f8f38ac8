"""Any invalid body is answered with an error envelope, never with a 5xx or a stack trace."""

import json

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pb2b_notebook.sandbox.http.bodies import MEBIBYTE

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def send(shared_api):
    """Return a function that sends raw bytes as a lead; ``test_every_operation.py`` has the other operations."""
    return lambda content, headers=JSON: shared_api.post("/leads", content=content, headers=headers)


MALFORMED = {
    "nothing": b"",
    "blank": b" ",
    "half": b'{"email": "a@b.example"',
    "trailing comma": b'{"tags": ["a",]}',
    "trailing text": b'{"title": "x"} {}',
    "single quotes": b"{'title': 'x'}",
    "comment": b'{"title": "x" /* y */}',
    "NaN": b'{"score": NaN}',
    "Infinity": b'{"score": -Infinity}',
    "1e999": b'{"score": 1e999}',
    "deep 1e999": b'{"custom_fields": {"deal_value_eur": -1e999}}',
    "leading zero": b'{"score": 01}',
    "name twice": b'{"title": "x", "title": "y"}',
    "deep name twice": b'{"custom_fields": {"tier": "A", "tier": "B"}}',
    "invalid UTF-8": b'{"title": "\xff"}',
    "overlong UTF-8": b'{"title": "\xc0\xaf"}',
    "raw surrogate": b'{"title": "\xed\xa0\x80"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "BOM": b'\xef\xbb\xbf{"title": "x"}',
    "raw NUL": b'{"title": "a\x00b"}',
    "raw newline": b'{"title": "a\nb"}',
    "deep lists": b'{"tags": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and cut": b"[" * 500_000,
    "33 levels": b'{"custom_fields":' + b"[" * 32 + b"]" * 32 + b"}",
    "long number": b'{"score": ' + b"9" * 100_000 + b"}",
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_body_that_is_not_strict_json_is_400(send, content, code):
    response = send(content)
    assert (response.status_code, code(response)) == (400, "malformed_json")


NO_TEXT = {
    "NUL": (rb'{"title": "a\u0000b"}', "title"),
    "lone high surrogate": (rb'{"title": "\ud800"}', "title"),
    "lone low surrogate": (rb'{"tags": ["x", "\udc00"]}', "tags.1"),
    "reversed pair": (rb'{"title": "\udc00\ud800"}', "title"),
    "in custom fields": (rb'{"custom_fields": {"use_case": "\ud800"}}', "custom_fields.use_case"),
    "in a name": (rb'{"\ud800": 1}', "body"),
    "in a deep name": (rb'{"custom_fields": {"\u0000": 1}}', "custom_fields"),
}


@pytest.mark.parametrize(("content", "named"), NO_TEXT.values(), ids=NO_TEXT)
def test_text_that_utf8_cannot_encode_is_422(send, content, named, fields):
    assert fields(send(content)) == [named]


def test_a_surrogate_pair_is_accepted(api):
    response = api.post("/leads", content=rb'{"title": "\ud83d\ude00"}', headers=JSON)
    assert response.json()["data"]["title"] == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/jsonp"},
        JSON | {"Content-Encoding": "gzip"},
    ],
)
def test_another_media_type_is_415(send, headers, code):
    response = send(b'{"title": "x"}', headers)
    assert (response.status_code, code(response)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_media_type_may_have_parameters_and_any_case(api, media_type):
    response = api.post("/leads", content=b'{"title": "x"}', headers={"Content-Type": media_type})
    assert response.status_code == 201


def filled(size):
    """A valid body of exactly ``size`` bytes."""
    frame = b'{"title": "x"}'
    return frame + b" " * (size - len(frame))


def in_chunks(content):
    """A valid body without ``Content-Length``."""
    return (content[at : at + 65_536] for at in range(0, len(content), 65_536))


def test_a_mebibyte_is_accepted_and_one_byte_more_is_not(api, code):
    assert api.post("/leads", content=filled(MEBIBYTE), headers=JSON).status_code == 201
    assert api.post("/leads", content=in_chunks(filled(MEBIBYTE)), headers=JSON).status_code == 201
    for content in (filled(MEBIBYTE + 1), in_chunks(filled(MEBIBYTE + 1)), in_chunks(filled(8 * MEBIBYTE))):
        response = api.post("/leads", content=content, headers=JSON)
        assert (response.status_code, code(response)) == (413, "payload_too_large")
    assert api.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 200), (b"{}", 200), (b'{"x":1}', 422), (b"[]", 422), (b"{bad", 400), (b"\xff", 400), (b"x" * 300_000, 413)],
)
@pytest.mark.parametrize("route", ["GET /me", "DELETE /leads/{id}"])
def test_a_body_is_refused_where_the_operation_takes_none(api, content, status, route):
    """Ignoring a body would hide a mistake; and the same key with another body must not be replayed."""
    lead = api.post("/leads", json={"email": "short@lived.example"}).json()["data"]["id"]
    method, path = route.replace("{id}", lead).split()
    answer = api.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["request_id"]


def test_a_key_with_and_without_a_body_is_one_request_or_a_refusal(api):
    lead = api.post("/leads", json={"email": "short@lived.example"}).json()["data"]["id"]
    headers = {"Idempotency-Key": "bodyless", "Content-Type": "application/json"}
    assert api.delete(f"/leads/{lead}", headers=headers).status_code == 200
    assert api.request("DELETE", f"/leads/{lead}", headers=headers, content=b'{"x":1}').status_code == 422


def test_many_unknown_fields_are_refused_in_a_short_answer(send, code):
    response = send(json.dumps({f"f{number}": 1 for number in range(50_000)}).encode())
    assert (response.status_code, code(response)) == (422, "validation_failed")
    assert len(response.content) < 32_768


JSON_TEXT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(categories=["L", "N", "P", "C"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["email", "title", "score", "tags", "status", "custom_fields", "tier", "rows", "match_on"])
            | st.text(st.characters(categories=["L", "C"]), max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
).map(lambda value: json.dumps(value).encode())


@given(st.binary(max_size=64) | JSON_TEXT)
@example(b'{"score": 1e308, "employee_count": 1e308}')
@example(b'{"custom_fields": {"deal_value_eur": 1e308, "renewal_date": "9999-99-99"}}')
@example(b'{"rows": [{"email": "\\ud800"}]}')
def test_no_body_causes_a_server_error(send, content):
    response = send(content)
    assert response.status_code < 500
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert ("error" in body) == (response.status_code >= 400)
    assert b"Traceback" not in response.content


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "ids", "limit", "cursor", "status", "tag", "updated_after", "custom.tier", "x"])
            | st.text(st.characters(categories=["L", "N", "P", "Cc"]), max_size=8),
            st.text(st.characters(categories=["L", "N", "P", "Z", "Cc"]), max_size=20),
        ),
        max_size=5,
    )
)
def test_no_query_causes_a_server_error(shared_api, pairs):
    response = shared_api.get("/leads", params=httpx.QueryParams(pairs))
    assert response.status_code in (200, 400, 422)
    assert ("error" in response.json()) == (response.status_code >= 400)
