"""The portal is complete, needs no network, and escapes all text."""

import re
from html import escape
from html.parser import HTMLParser

import pytest

from pb2b_notebook.sandbox import build_document, portal
from pb2b_notebook.sandbox.document.event_document import EXAMPLE_SECRET, EXAMPLE_TIMESTAMP, example_body, schema_name
from pb2b_notebook.sandbox.portal import guides


class Page(HTMLParser):
    """What a browser would see: the elements with their attributes, and whether each is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def values(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.fixture(scope="module")
def openapi():
    return build_document()


@pytest.fixture(scope="module")
def response(shared_api):
    return shared_api.get(shared_api.base_url.join("/developers/api"))


@pytest.fixture(scope="module")
def page(response):
    return Page(response.text)


def test_the_portal_is_one_page_without_further_requests(response, page):
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.headers["Content-Security-Policy"] == portal.SECURITY
    assert not page.open
    assert {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "form"} == set()
    assert not page.values("src")
    assert "@import" not in response.text
    assert "url(" not in response.text


def test_the_portal_shows_every_operation_scope_event_and_schema(openapi, response, page):
    ids = page.values("id")
    for item in openapi["paths"].values():
        for operation in item.values():
            assert f"operation-{operation['operationId']}" in ids
            assert all(f"<code>{scope}</code>" in response.text for scope in operation["x-scopes"])
    assert all(f"<code>{event}</code>" in response.text for event in openapi["webhooks"])
    objects = [name for name in openapi["components"]["schemas"] if not name.endswith(("Envelope", "List"))]
    assert all(f"schema-{name.lower()}" in ids for name in objects)


def test_every_link_of_the_portal_has_a_target(shared_api, page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for target in page.values("href"):
        if target.startswith("#"):
            assert target[1:] in ids
        else:
            assert shared_api.get(shared_api.base_url.join(target)).status_code == 200


def test_the_counts_of_the_portal_are_those_of_the_document(openapi, response):
    count = sum(len(item) for item in openapi["paths"].values())
    documented = sum(each["x-documented"] for item in openapi["paths"].values() for each in item.values())
    assert f"{len(openapi['tags'])} domains, {count} operations" in response.text
    rows = re.findall(r"<td><a href=\"#domain-[^<]*</a></td><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>", response.text)
    assert [sum(map(int, column)) for column in zip(*rows, strict=True)] == [count, documented, count - documented]


def test_text_of_the_document_is_escaped(openapi):
    hostile = "<script>alert(1)</script>"
    changed = openapi | {"tags": [tag | {"description": hostile} for tag in openapi["tags"]]}
    shown = portal.render(changed, document_path='/x"y', docs_path="/docs")
    assert hostile not in shown
    assert "&lt;script&gt;" in shown
    assert 'href="/x&quot;y"' in shown


def test_the_code_of_the_portal_verifies_the_documented_examples(openapi, response):
    assert escape(guides._VERIFY) in response.text
    shown = {}
    exec(guides._VERIFY, shown)  # noqa: S102 - the code is ours
    for event, item in openapi["webhooks"].items():
        body = example_body(openapi["components"]["schemas"][schema_name(event)]["examples"][0])
        headers = {header["name"]: header["example"] for header in item["post"]["parameters"]}
        signed_at = int(EXAMPLE_TIMESTAMP)
        assert shown["is_genuine"](EXAMPLE_SECRET, headers, body, signed_at + 300)
        assert not shown["is_genuine"](EXAMPLE_SECRET, headers, body, signed_at + 301)
        assert not shown["is_genuine"](EXAMPLE_SECRET + "x", headers, body, signed_at)
        assert not shown["is_genuine"](EXAMPLE_SECRET, headers, body + b" ", signed_at)
        odd = headers | {"X-ProspectB2B-Timestamp": "\uff11" * 10}
        assert not shown["is_genuine"](EXAMPLE_SECRET, odd, body, signed_at)
        two = headers | {"X-ProspectB2B-Signature": f"v1={'0' * 64}, {headers['X-ProspectB2B-Signature']}"}
        assert shown["is_genuine"](EXAMPLE_SECRET, two, body, signed_at)


def test_another_method_is_refused(shared_api):
    refused = shared_api.post(shared_api.base_url.join("/developers/api"))
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
