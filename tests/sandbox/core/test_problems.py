"""Error messages say what is accepted, and never repeat text that a client may have sent by mistake."""

import asyncio

import pytest
from starlette.requests import Request

from each_case import each_case
from pb2b_notebook.sandbox.http import bodies

PERSON = "ada.lovelace@example.com"


def messages(response):
    assert response.status_code == 422, response.text
    return {detail["field"]: detail["message"] for detail in response.json()["error"]["details"]}


@each_case("limit", ["-1", "ten", "1.5", "", "0", "501", "9999999999"])
def test_a_limit_outside_1_to_500_is_refused(shared_api, limit):
    assert messages(shared_api.get("/leads", params={"limit": limit})) == {"limit": "use a whole number from 1 to 500"}


VALID = {
    ("email", "ada"): "ada@example.com",
    ("owner_email", "ada lovelace@example.com"): "ada@example.com",
    ("country", "Germany"): "such as DE",
    ("country", "de"): "such as DE",
}


@pytest.mark.parametrize(("given", "valid"), VALID.items(), ids=str)
def test_a_mismatch_is_explained_in_words_with_an_example(api, given, valid):
    message = messages(api.post("/leads", json=dict([given])))[given[0]]
    assert valid in message
    assert "^" not in message


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true"])
@pytest.mark.parametrize("path", ["/leads", "/campaigns", "/webhooks"])
def test_a_body_that_is_not_an_object_is_refused(api, path, body):
    response = api.post(path, content=body, headers={"Content-Type": "application/json"})
    assert messages(response) == {"body": "send a JSON object"}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/lead", "did you mean /api/public/v1/leads?"),
        ("/leads/", "did you mean /api/public/v1/leads?"),
        ("/leads/lead_0/message", "did you mean /api/public/v1/leads/{id}/messages?"),
        ("/campaign/runs", "/api/public/v1/campaign"),
        ("/%E2%82%AC", "/docs lists all"),
        ("/" + "x" * 50_000, "/docs lists all"),
    ],
)
def test_an_unknown_route_names_the_nearest_one(shared_api, code, path, hint):
    response = shared_api.get(path)
    assert (response.status_code, code(response)) == (404, "unknown_route")
    message = response.json()["error"]["message"]
    assert hint in message
    assert "/docs" in message
    assert len(message) < 200


def test_a_path_without_the_base_path_gets_a_hint(shared_api):
    url = str(shared_api.base_url).removesuffix("/api/public/v1/") + "/leads"
    assert "did you mean /api/public/v1/leads?" in shared_api.get(url).json()["error"]["message"]


NAMES = {"an address": PERSON, "a sentence": "call Ada", "a script": "<script>", "a long one": "x" * 60_000}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_field_that_does_not_look_like_a_name_is_not_repeated(api, name):
    refused = [
        api.get("/leads", params={name: "1"}),
        api.get("/leads", params={f"custom.{name}": "1"}),
        api.post("/leads", json={name: 1}),
        api.post("/leads", json={"custom_fields": {name: 1}}),
        api.patch("/leads/lead_0", json={name: 1}),
        api.post("/exports", json={"filters": {name: "1"}}),
        api.post("/leads/bulk-upsert", json={"match_on": "email", "rows": [{"email": "a@b.example", name: 1}]}),
    ]
    for response in refused:
        assert response.status_code in (207, 422), response.text
        assert name not in response.text
        assert "x" * 42 not in response.text
        assert len(response.content) < 1_000


def test_a_field_that_looks_like_a_name_is_repeated(api):
    assert list(messages(api.get("/leads", params={"stauts": "new"}))) == ["stauts"]
    assert list(messages(api.post("/leads", json={"e-mail": 1}))) == ["e-mail"]
    mapping = {"rows": [{"E-mail": "a@b.example"}], "mapping": {"Work e-mail": "email"}}
    assert list(messages(api.post("/imports", json=mapping))) == ["mapping.Work e-mail"]
    mapping["mapping"] = {PERSON: "email"}
    assert PERSON not in api.post("/imports", json=mapping).text


@each_case("q", ["", " ", "   ", "\t", "\u00a0", "\u3000"])
def test_a_blank_search_is_refused_like_an_empty_one(shared_api, q):
    assert "q" in messages(shared_api.get("/leads", params={"q": q}))


@pytest.mark.parametrize("q", ["\x1f", "\x1c \x1d"])
def test_a_search_without_a_word_finds_nothing(shared_api, q):
    response = shared_api.get("/leads", params={"q": q})
    assert response.status_code == 422 or response.json()["data"] == []


@pytest.mark.parametrize(
    "path", ["/leads/a%2Fb", "/leads/a%2fb", "/leads/%2F", "/campaigns/..%2Fleads", "/lead-fields/a%2Fb"]
)
def test_a_slash_inside_an_id_is_part_of_it(shared_api, code, path):
    response = shared_api.get(path)
    assert (response.status_code, code(response)) == (404, "not_found")


def test_an_encoded_slash_does_not_reach_another_route(shared_api, code):
    assert code(shared_api.get("/leads%2Flead_0")) == "unknown_route"
    assert shared_api.get("/%6Ce").status_code == 404
    assert shared_api.get("/%6Ceads").status_code == 200


def test_a_large_body_is_parsed_in_a_worker_thread():
    order = []

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    async def read():
        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]}
        await bodies.read_json(Request(scope, receive))
        order.append("read")

    async def other():
        order.append("other")

    async def both():
        await asyncio.gather(read(), other())

    content = b'["' + b"x" * bodies.SMALL + b'"]'
    asyncio.run(both())
    assert order == ["other", "read"]
    content = b'["x"]'
    asyncio.run(both())
    assert order[2:] == ["read", "other"]
