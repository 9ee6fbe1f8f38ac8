"""The developer portal: one HTML page from the document, without scripts and without a network.

``guides`` are texts, ``reference`` lists the operations; ``markup`` escapes all text.
"""

from collections.abc import Mapping
from importlib import resources
from typing import Any

from pb2b_notebook.sandbox.portal import guides, reference
from pb2b_notebook.sandbox.portal.markup import Markup, element, join

PORTAL_PATH = "/developers/api"
SECURITY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of the page: its own style, and nothing else."""


def render(document: dict[str, Any], *, document_path: str, docs_path: str) -> str:
    """Return the HTML of the page.

    Args:
        document: OpenAPI document.
        document_path: Path at which the document is served.
        docs_path: Path of the page on which users try out operations.
    """
    title = document["info"]["title"]
    sections = {
        "Coverage": guides.coverage(document),
        "Quick start": guides.quick_start(document),
        "Authentication": guides.authentication(document),
        "Conventions": guides.conventions(document),
        "Reference": reference.reference(document),
        "Webhooks": guides.webhooks(document),
        "Best practices": guides.best_practices(),
        "Schemas": reference.schemas(document),
    }
    links = {"openapi.json": document_path, "Try it out": docs_path}
    body = join(
        element("a", "Skip to content", href="#content", class_="skip"),
        _header(document, title, links),
        _contents(sections),
        element("main", *(_section(name, content) for name, content in sections.items()), id="content"),
    )
    return "<!doctype html>\n" + element("html", _head(title), element("body", body), lang="en").html


def _head(title: str) -> Markup:
    style = resources.files("pb2b_notebook.sandbox.portal").joinpath("portal.css").read_text("utf-8")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", Markup(style)),
    )


def _header(document: dict[str, Any], title: str, links: Mapping[str, str]) -> Markup:
    return element(
        "header",
        element("h1", title),
        element("p", guides.paragraphs(document)[""]),
        element("p", *(element("a", name, href=path, class_="button") for name, path in links.items())),
    )


def _contents(sections: Mapping[str, Markup]) -> Markup:
    items = [element("li", element("a", name, href=f"#{_anchor(name)}")) for name in sections]
    return element("nav", element("ul", *items), aria_label="Sections")


def _section(name: str, content: Markup) -> Markup:
    return element("section", element("h2", name), content, id=_anchor(name))


def _anchor(name: str) -> str:
    return reference.anchor("part", name)
