"""The guides of the portal: coverage, quick start, authentication, webhooks, best practices."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pb2b_notebook.sandbox.portal.markup import Content, Markup, code, element, join, prose, table
from pb2b_notebook.sandbox.portal.reference import anchor, operations, resolve

Json = dict[str, Any]

_CURL = """\
export PB2B_API_KEY=pb2b_test_…
curl -sS -H "Authorization: Bearer $PB2B_API_KEY" {base}/me
curl -sS -H "Authorization: Bearer $PB2B_API_KEY" "{base}/leads?limit=2&status=new"
curl -sS -H "Authorization: Bearer $PB2B_API_KEY" -H "Content-Type: application/json" \\
     -H "Idempotency-Key: $(uuidgen)" -d '{{"email": "ada@example.com"}}' {base}/leads"""
_NOTEBOOK = """\
import pb2b_notebook as pb

ws = pb.open_sandbox()                 # or pb.connect() with a key of the live service
ws.leads.list(status="new", updated_after="7d")"""
_VERIFY = """\
import hmac

def is_genuine(secret: str, headers, body: bytes, now: float) -> bool:
    timestamp = headers["X-ProspectB2B-Timestamp"]
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(int(timestamp) - now) > 300:
        return False  # now is time.time(); a sandbox signs by its own clock, which its Date header shows
    signed = hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()
    given = headers["X-ProspectB2B-Signature"].replace(" ", "").split(",")
    return any(hmac.compare_digest(each.encode(), f"v1={signed}".encode()) for each in given)"""
_PRACTICES = """\
Give each integration a key of its own, with only the scopes that it needs.
Send an `Idempotency-Key` with every mutation, one per intent and the same over retries: nothing is created twice.
Retry after 429 and 503 when `Retry-After` says so, and after other 5xx with growing, random delays.
Never retry another 4xx: fix the request.
Use `X-RateLimit-Remaining` to stay below the limit instead of running into 429.
Sync with `updated_after`: continue from the `Date` of the last sync's first page, minus two minutes; keep the newest.
Pass `pagination.next_cursor` on unchanged; never build a cursor, and never store one for the next day.
Send `if_updated_at` with changes to objects that other users edit.
Ignore unknown fields: objects may get new ones.
Keep the `request_id` with what you store, and quote it to support.
Answer a webhook at once and process it later; verify it before you parse it; recognize repetitions by the body's `id`.
"""


def paragraphs(document: Json) -> dict[str, str]:
    """Return the paragraphs of the document's description by title; the first one has none."""
    found = {}
    for paragraph in document["info"]["description"].strip().split("\n\n"):
        title, mark, text = paragraph.removeprefix("**").partition(".** ")
        found[title if mark else ""] = " ".join((text if mark else title).split())
    return found


def coverage(document: Json) -> Markup:
    """Render the table of domains: how many operations each has, and how many are documented publicly."""
    every = list(operations(document))
    by_tag = {tag["name"]: [each for _, _, each in every if tag["name"] in each["tags"]] for tag in document["tags"]}
    documented = {name: sum(each["x-documented"] for each in found) for name, found in by_tag.items()}
    rows: list[tuple[Content, ...]] = [
        (
            element("a", name, href=f"#{anchor('domain', name)}"),
            str(len(found)),
            str(documented[name]),
            str(len(found) - documented[name]),
        )
        for name, found in by_tag.items()
    ]
    total = (
        f"{len(rows)} domains, {len(every)} operations, {len(scopes(document))} scopes, "
        f"{len(document.get('webhooks', {}))} webhook events."
    )
    reconstructed = paragraphs(document).get("This document is a reconstruction", "")
    return join(
        element("p", total),
        element("p", element("strong", "This is a reconstruction. "), prose(reconstructed)),
        table(("Domain", "Operations", "Documented", "Reconstructed"), rows),
    )


def scopes(document: Json) -> dict[str, list[str]]:
    """Return the ids of the operations that each scope allows."""
    found = defaultdict(list)
    for _, _, operation in operations(document):
        for scope in operation["x-scopes"]:
            found[scope].append(operation["operationId"])
    return dict(found)


def quick_start(document: Json) -> Markup:
    """Render the first requests."""
    base = document["servers"][0]["url"]
    return join(
        element("p", prose("`pb2b sandbox` prints a key, once. Start with `GET /me`.")),
        code(_CURL.format(base=f"http://127.0.0.1:8000{base}")),
        element("p", "The same from a notebook, where it becomes a DataFrame:"),
        code(_NOTEBOOK),
    )


def authentication(document: Json) -> Markup:
    """Render keys and scopes."""
    rows: list[tuple[Content, ...]] = [
        (element("code", scope), join(*_operation_links(names))) for scope, names in scopes(document).items()
    ]
    return join(_paragraph(document, "Authentication"), table(("Scope", "Allows"), rows))


def _operation_links(names: list[str]) -> list[Content]:
    links = [element("a", name, href=f"#{anchor('operation', name)}") for name in names]
    return [join(", " if position else None, link) for position, link in enumerate(links)]


def conventions(document: Json) -> Markup:
    """Render envelopes, paging, idempotency, limits, and the error responses that operations share."""
    rows: list[tuple[Content, ...]] = [
        (status, name, prose(document["components"]["responses"][name]["description"]))
        for status, name in _refusals(document).items()
    ]
    titles = ("Envelopes", "Paging", "Idempotency", "Rate limit")
    return join(
        *(join(element("h3", title), _paragraph(document, title)) for title in titles),
        element("h3", "Refusals"),
        table(("Status", "Name", "When"), rows),
    )


def _refusals(document: Json) -> Mapping[str, str]:
    found = {
        status: answer["$ref"].rsplit("/", 1)[1]
        for _, _, operation in operations(document)
        for status, answer in operation["responses"].items()
        if "$ref" in answer
    }
    return dict(sorted(found.items()))


def webhooks(document: Json) -> Markup:
    """Render events, headers, and how to verify a delivery."""
    events = document.get("webhooks", {})
    rows: list[tuple[Content, ...]] = []
    for event, item in events.items():
        schema = item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        link = element("a", schema, href=f"#{anchor('schema', schema)}")
        rows.append((element("code", event), prose(f"{item['post']['summary']}. {item['post']['description']}"), link))
    return join(
        _paragraph(document, "Webhooks"),
        table(("Event", "When", "Body"), rows),
        _headers(document, next(iter(events.values()))) if events else None,
        element("p", "To verify a delivery before parsing it:"),
        code(_VERIFY),
    )


def _headers(document: Json, item: Json) -> Markup | None:
    rows: list[tuple[Content, ...]] = []
    for raw in item["post"]["parameters"]:
        header = resolve(document, raw)
        rows.append((element("code", header["name"]), prose(header["description"])))
    return table(("Header", "Meaning"), rows)


def best_practices() -> Markup:
    """Render the list of best practices."""
    return element("ul", *(element("li", prose(each)) for each in _PRACTICES.splitlines()))


def _paragraph(document: Json, title: str) -> Markup:
    return element("p", prose(paragraphs(document)[title]))
