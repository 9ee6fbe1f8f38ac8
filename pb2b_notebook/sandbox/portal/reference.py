"""The reference of the portal: operations by domain, and their schemas, from the document alone."""

import json
from collections.abc import Iterator
from typing import Any

from pb2b_notebook.sandbox.portal.markup import Content, Markup, code, element, join, prose, table

Json = dict[str, Any]


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield every operation as method, path and description, in the order of the document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def resolve(document: Json, node: Json) -> Json:
    """Return the node that a reference within the document leads to."""
    while "$ref" in node:
        target: Json = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def reference(document: Json) -> Markup:
    """Render all operations, one section per domain."""
    return join(*(_domain(document, tag) for tag in document["tags"]))


def schemas(document: Json) -> Markup:
    """Render all schemas of objects and bodies with their fields; envelopes are described under conventions."""
    named = document["components"]["schemas"]
    shown = [name for name in named if not name.endswith(("Envelope", "List"))]
    return join(*(_schema(document, name) for name in shown))


def _domain(document: Json, tag: Json) -> Markup:
    found = [each for each in operations(document) if tag["name"] in each[2]["tags"]]
    return element(
        "section",
        element("h3", tag["name"]),
        element("p", prose(tag["description"])),
        *(_operation(document, *each) for each in found),
        id=anchor("domain", tag["name"]),
    )


def anchor(kind: str, name: str) -> str:
    """Return the id of an element of the page, for links to it."""
    return f"{kind}-{name.lower().replace(' ', '-')}"


def _operation(document: Json, method: str, path: str, operation: Json) -> Markup:
    summary = element(
        "summary",
        element("span", method, class_=f"method {method.lower()}"),
        element("code", path),
        element("span", operation["summary"], class_="what"),
        None if operation["x-documented"] else element("span", "reconstructed", class_="badge"),
    )
    return element(
        "details",
        summary,
        element("p", prose(operation["description"])),
        element("p", _facts(operation)),
        _parameters(document, operation),
        _body(document, operation),
        _answers(document, operation),
        id=anchor("operation", operation["operationId"]),
    )


def _facts(operation: Json) -> Markup:
    scopes = [element("code", scope) for scope in operation["x-scopes"]]
    keyed = " · takes an Idempotency-Key" if operation["x-idempotent"] else None
    custom = join(" · takes ", element("code", "custom.<key>")) if operation.get("x-custom-filters") else None
    return join(element("code", operation["operationId"]), " · scope ", *scopes, keyed, custom)


def _parameters(document: Json, operation: Json) -> Markup | None:
    rows: list[tuple[Content, ...]] = []
    for raw in operation.get("parameters", []):
        parameter = resolve(document, raw)
        if parameter["in"] != "header":
            name = join(element("code", parameter["name"]), " *" if parameter.get("required") else None)
            rows.append((name, _type(document, parameter["schema"]), prose(parameter.get("description", ""))))
    return table(("Parameter", "Type", "Meaning"), rows)


def _body(document: Json, operation: Json) -> Markup | None:
    if "requestBody" not in operation:
        return None
    body = operation["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    return join(
        element("p", "Body: ", _type(document, schema), ". ", prose(body.get("description", ""))),
        _example(document, schema),
    )


def _answers(document: Json, operation: Json) -> Markup:
    successes = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    refusals = [status for status in operation["responses"] if not status.startswith("2")]
    parts: list[Content] = []
    for status, answer in successes.items():
        schema = answer["content"]["application/json"]["schema"]
        parts += [element("p", f"{status}: ", _type(document, schema)), _example(document, schema)]
    return join(*parts, element("p", f"Refusals: {', '.join(refusals)}.", class_="quiet"))


def _example(document: Json, schema: Json) -> Markup | None:
    examples = resolve(document, schema).get("examples")
    return code(json.dumps(examples[0], indent=2, ensure_ascii=False)) if examples else None


def _schema(document: Json, name: str) -> Markup:
    schema = document["components"]["schemas"][name]
    required = schema.get("required", [])
    rows: list[tuple[Content, ...]] = [
        (
            join(element("code", field), " *" if field in required else None),
            _type(document, described),
            prose(described.get("description", "")),
        )
        for field, described in schema.get("properties", {}).items()
    ]
    return element(
        "details",
        element("summary", element("code", name)),
        element("p", prose(schema.get("description", ""))),
        table(("Field", "Type", "Meaning"), rows),
        id=anchor("schema", name),
    )


def _type(document: Json, schema: Json) -> Markup:
    """Render a type in a few words, with a link to its schema if the page shows it."""
    if "$ref" in schema:
        return _link(document, schema["$ref"].rsplit("/", 1)[1])
    options = schema.get("anyOf") or schema.get("oneOf") or ()
    if options:
        return join(
            *(join(" or " if position else None, _type(document, each)) for position, each in enumerate(options))
        )
    if "const" in schema:
        return element("code", json.dumps(schema["const"]))
    if "enum" in schema:
        return join(*(join(" | " if position else None, str(each)) for position, each in enumerate(schema["enum"])))
    if schema.get("type") == "array":
        return join("list of ", _type(document, schema.get("items", {})))
    kind = schema.get("type", "any")
    return join(schema.get("format") or (kind if isinstance(kind, str) else " or ".join(kind)))


def _link(document: Json, name: str) -> Markup:
    if name.endswith(("Envelope", "List")):
        data = document["components"]["schemas"][name]["properties"].get("data")
        return join(element("code", name), " of ", _type(document, data)) if data else element("code", name)
    return element("a", name, href=f"#{anchor('schema', name)}")
