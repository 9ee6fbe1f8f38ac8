"""Changes are planted in a copy of our document, dozens at a time; each is found and weighed, and nothing else is.

In the copy every reference is replaced by what it refers to, so that a change is in one operation alone. Operations
share their errors, in which nothing is planted.
"""

import copy
import functools
import json
import random

import pytest

from each_case import each_case
from pb2b_notebook import openapi
from pb2b_notebook.openapi.comparison import differences

WHOLE = openapi.load_document()


def target(reference):
    return functools.reduce(dict.__getitem__, reference.removeprefix("#/").split("/"), WHOLE)


@functools.cache
def error(reference):
    return inlined(target(reference))


def inlined(node):
    if isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        return error(reference) if reference.startswith("#/components/responses/") else inlined(target(reference))
    if isinstance(node, dict):
        return {name: inlined(inner) for name, inner in node.items() if name not in ("examples", "example", "headers")}
    return [inlined(inner) for inner in node] if isinstance(node, list) else node


INLINED = {name: inlined(WHOLE[name]) for name in ("openapi", "info", "servers", "paths", "webhooks")}
PLACES = {
    node["operationId"]: (path, method) for path, item in INLINED["paths"].items() for method, node in item.items()
}


def operation_in(document, name):
    path, method = PLACES[name]
    return document["paths"][path][method]


def queries(operation):
    return [p for p in operation.get("parameters", []) if p["in"] == "query"]


def body_of(operation):
    return operation["requestBody"]["content"]["application/json"]["schema"]


def envelope_of(operation):
    status = min(s for s in operation["responses"] if s.startswith("2"))
    return operation["responses"][status]["content"]["application/json"]["schema"]


def answer_of(operation):
    data = envelope_of(operation)["properties"]["data"]
    return data["items"] if data.get("type") == "array" else data


def scalar(schema):
    """The type of a simple schema, and whether it takes null; None for anything else."""
    options = schema.get("anyOf", [schema])
    kinds = [o.get("type") for o in options if o.get("type") != "null"]
    plain = len(kinds) == 1 and kinds[0] in ("string", "integer", "number", "boolean")
    return (kinds[0], len(options) > 1) if plain and "const" not in schema else None


def with_null(schema, nullable):
    return {"anyOf": [schema, {"type": "null"}]} if nullable else schema


def retyped(schema):
    kind, nullable = scalar(schema)
    return with_null({"type": "boolean" if kind != "boolean" else "integer"}, nullable)


def renulled(schema):
    _, nullable = scalar(schema)
    return with_null(next(o for o in schema.get("anyOf", [schema]) if o.get("type") != "null"), not nullable)


def scalars(schema):
    return sorted(name for name, inner in schema.get("properties", {}).items() if scalar(inner))


def enums(properties):
    return sorted(name for name, inner in properties.items() if "enum" in inner)


# --- what is planted --------------------------------------------------------------------------------------------------
# Each changes one operation, and tells what should be found: severity, part, name, change, aspect.


def add_parameter(pick, operation):
    required = pick([True, False])
    new = {"name": "planted", "in": "query", "required": required, "schema": {"type": "string"}}
    operation["parameters"] = [*operation.get("parameters", []), new]
    return "breaking" if required else "harmless", "parameter", "planted", "added", ""


def remove_parameter(pick, operation):
    gone = pick(queries(operation))
    operation["parameters"].remove(gone)
    return "breaking", "parameter", gone["name"], "removed", ""


def require_parameter(pick, operation):
    chosen = pick([p for p in queries(operation) if not p.get("required")])
    chosen["required"] = True
    return "breaking", "parameter", chosen["name"], "changed", "required"


def retype_parameter(pick, operation):
    chosen = pick([p for p in queries(operation) if scalar(p["schema"])])
    chosen["schema"] = retyped(chosen["schema"])
    return "breaking", "parameter", chosen["name"], "changed", "type"


def forbid_choice(pick, operation):
    chosen = pick([p for p in queries(operation) if "enum" in p["schema"]])
    chosen["schema"]["enum"] = chosen["schema"]["enum"][1:]
    return "breaking", "parameter", chosen["name"], "changed", "choices"


def allow_choice(pick, operation):
    chosen = pick([p for p in queries(operation) if "enum" in p["schema"]])
    chosen["schema"]["enum"].append("planted")
    return "harmless", "parameter", chosen["name"], "changed", "choices"


def lower_maximum(pick, operation):
    chosen = pick([p for p in queries(operation) if "maximum" in p["schema"]])
    chosen["schema"]["maximum"] -= 1
    return "breaking", "parameter", chosen["name"], "changed", "maximum"


def retype_placeholder(pick, operation):
    chosen = pick([p for p in operation.get("parameters", []) if p["in"] == "path"])
    chosen["schema"] = {"type": "integer"}
    return "breaking", "parameter", chosen["name"], "changed", "type"


def add_sent_field(pick, operation):
    body, required = body_of(operation), pick([True, False])
    body["properties"]["planted"] = {"type": "string"}
    body["required"] = [*body.get("required", []), *(["planted"] if required else [])]
    return "breaking" if required else "harmless", "body", "planted", "added", ""


def remove_sent_field(pick, operation):
    # One that is not also named where a body must be one of several.
    name = pick(sorted(body_of(operation)["properties"].keys() - {"rows", "csv"}))
    del body_of(operation)["properties"][name]
    return "breaking", "body", name, "removed", ""


def retype_sent_field(pick, operation):
    properties = body_of(operation)["properties"]
    name = pick(scalars(body_of(operation)))
    properties[name] = retyped(properties[name])
    return "breaking", "body", name, "changed", "type"


def renull_sent_field(pick, operation):
    properties = body_of(operation)["properties"]
    name = pick(scalars(body_of(operation)))
    _, nullable = scalar(properties[name])
    properties[name] = renulled(properties[name])
    return "breaking" if nullable else "harmless", "body", name, "changed", "nullable"


def add_field(pick, operation):
    answer_of(operation)["properties"]["planted"] = {"type": "string"}
    return "harmless", "field", "planted", "added", ""


def remove_field(pick, operation):
    name = pick(sorted(answer_of(operation)["properties"].keys() - {"object"}))
    del answer_of(operation)["properties"][name]
    return "breaking", "field", name, "removed", ""


def retype_field(pick, operation):
    properties = answer_of(operation)["properties"]
    name = pick(scalars(answer_of(operation)))
    properties[name] = retyped(properties[name])
    return "breaking", "field", name, "changed", "type"


def renull_field(pick, operation):
    properties = answer_of(operation)["properties"]
    name = pick(scalars(answer_of(operation)))
    _, nullable = scalar(properties[name])
    properties[name] = renulled(properties[name])
    return "harmless" if nullable else "notable", "field", name, "changed", "nullable"


def unrequire_field(pick, operation):
    name = pick(sorted(answer_of(operation).get("required", [])))
    answer_of(operation)["required"].remove(name)
    return "notable", "field", name, "changed", "required"


def answer_more_choices(pick, operation):
    properties = answer_of(operation)["properties"]
    name = pick(enums(properties))
    properties[name]["enum"].append("planted")
    return "notable", "field", name, "changed", "choices"


def rename_cursor(pick, operation):
    pagination = envelope_of(operation)["properties"]["pagination"]["properties"]
    del pagination["next_cursor"]
    return "breaking", "envelope", "pagination.next_cursor", "removed", ""


def ask_more_scopes(pick, operation):
    operation["x-scopes"] = [*operation["x-scopes"], "planted.read"]
    return "breaking", "operation", "", "changed", "scopes"


def flip_key(pick, operation):
    operation["x-idempotent"] = not operation["x-idempotent"]
    return "harmless" if operation["x-idempotent"] else "breaking", "operation", "", "changed", "idempotency"


def deprecate(pick, operation):
    operation["deprecated"] = True
    return "notable", "operation", "", "changed", "deprecated"


def answer_otherwise(pick, operation):
    properties = envelope_of(operation)["properties"]
    data = properties["data"]
    properties["data"] = data["items"] if data.get("type") == "array" else {"type": "array", "items": data}
    return "breaking", "operation", "", "changed", "answer"


def describe_no_answer(pick, operation):
    operation["responses"] = {s: {"description": "fine"} for s in operation["responses"] if s.startswith("2")}
    return "notable", "operation", "", "changed", "answer"


PLANTS = [
    add_parameter, remove_parameter, require_parameter, retype_parameter, forbid_choice, allow_choice, lower_maximum,
    retype_placeholder, add_sent_field, remove_sent_field, retype_sent_field, renull_sent_field, add_field,
    remove_field, retype_field, renull_field, unrequire_field, answer_more_choices, rename_cursor, ask_more_scopes,
    flip_key, deprecate, answer_otherwise, describe_no_answer,
]  # fmt: skip


@functools.cache
def takers(plant):
    """The operations that have what is to be changed: tried on a copy read from its text, the quickest."""
    return [name for name in PLACES if can_take(plant, name)]


def can_take(plant, name):
    try:
        plant(random.Random(0).choice, json.loads(text_of(name)))  # noqa: S311 - not for secrets
    except (KeyError, IndexError):
        return False
    return True


@functools.cache
def text_of(name):
    return json.dumps(operation_in(INLINED, name))


class Garden:
    """A copy of our document, what was planted in it, and what should therefore be found.

    With names of operations, both documents have no others, and no webhooks: to compare everything takes a second.
    """

    def __init__(self, seed, names=PLACES):
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.original = INLINED if names is PLACES else {**INLINED, "paths": paths_of(names), "webhooks": {}}
        self.document = copy.deepcopy(self.original)
        self.expected = {}

    def plant(self, plant, name):
        severity, part, path, change, aspect = plant(self.random.choice, operation_in(self.document, name))
        self.expect((severity, part, self.subject(part, name), path, change, aspect), name)

    @staticmethod
    def subject(part, name):
        operation = operation_in(INLINED, name)
        if part == "envelope":
            return "list"
        if part == "field":
            return answer_of(operation)["properties"].get("object", {}).get("const", name)
        return name

    def expect(self, found, *operations):
        self.expected.setdefault(found, set()).update(operations)

    def add_operation(self):
        self.document["paths"]["/planted"] = {"get": {"operationId": "planted.list", "x-scopes": ["leads.read"]}}
        self.expect(("harmless", "operation", "planted.list", "", "added", ""), "planted.list")

    def remove_operation(self, name):
        path, method = PLACES[name]
        del self.document["paths"][path][method]
        self.expect(("breaking", "operation", name, "", "removed", ""), name)

    def move_operation(self, name):
        path, method = PLACES[name]
        moved = self.document["paths"][path].pop(method)
        self.document["paths"]["/v2" + path] = {method: moved}
        self.expect(("breaking", "operation", name, "", "changed", "path"), name)

    def add_event(self):
        self.document["webhooks"]["lead.planted"] = {"post": {}}
        self.expect(("harmless", "event", "lead.planted", "", "added", ""))

    def remove_event(self, name):
        del self.document["webhooks"][name]
        self.expect(("breaking", "event", name, "", "removed", ""))

    def change_event(self, name):
        del self.document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]["schema"][
            "properties"]["data"]["properties"]["created_at"]  # fmt: skip
        self.expect(("breaking", "event", name, "data.created_at", "removed", ""))

    def check(self):
        before, after = scopes_in(self.original), scopes_in(self.document)
        for scope in before - after:
            self.expect(("notable", "scope", scope, "", "removed", ""))
        for scope in after - before:
            self.expect(("harmless", "scope", scope, "", "added", ""))
        found = {
            (d.severity, d.part, d.subject, d.name, d.change, d.aspect): set(d.operations)
            for d in differences(self.original, self.document)
        }
        assert found == self.expected


def paths_of(names):
    paths = {}
    for name in names:
        path, method = PLACES[name]
        paths.setdefault(path, {})[method] = operation_in(INLINED, name)
    return paths


def scopes_in(document):
    return {scope for item in document["paths"].values() for node in item.values() for scope in node["x-scopes"]}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_change_is_found_wherever_it_can_be(plant):
    assert takers(plant)
    garden = Garden(plant.__name__, takers(plant))
    for name in takers(plant):
        garden.plant(plant, name)
    garden.check()


@each_case("seed", range(4))
def test_dozens_of_changes_are_all_found_and_nothing_else(seed):
    garden = Garden(seed)
    names = garden.random.sample(sorted(PLACES), len(PLACES))
    garden.add_operation()
    garden.add_event()
    removed, changed = garden.random.sample(sorted(INLINED["webhooks"]), 2)
    garden.remove_event(removed)
    garden.change_event(changed)
    garden.remove_operation(names.pop())
    garden.move_operation(names.pop())
    for name in names:
        garden.plant(garden.random.choice([plant for plant in PLANTS if name in takers(plant)]), name)
    assert len(garden.expected) > 36
    garden.check()


# --- what is shared, silent or renamed --------------------------------------------------------------------------------


def edited():
    return copy.deepcopy(WHOLE)


def test_our_document_has_no_differences_from_itself():
    assert differences(WHOLE, edited()) == ()
    assert [d.subject for d in differences(WHOLE, INLINED)] == ["headers"]  # which INLINED is without


def test_a_field_of_an_object_is_one_difference_for_all_operations():
    theirs = edited()
    del theirs["components"]["schemas"]["Lead"]["properties"]["city"]
    fields = [d for d in differences(WHOLE, theirs) if d.part == "field" and d.subject == "lead"]
    assert [(d.name, d.change) for d in fields] == [("city", "removed")]
    assert {"leads.list", "leads.get", "leads.create"} <= set(fields[0].operations)


def test_the_fields_of_a_removed_record_are_not_listed():
    theirs = edited()
    del theirs["components"]["schemas"]["BillingUsage"]["properties"]["usage"]
    assert [(d.name, d.change, d.ours) for d in differences(WHOLE, theirs)] == [("usage", "removed", "record")]
    assert [(d.name, d.change) for d in differences(theirs, WHOLE)] == [("usage", "added")]


def test_a_document_without_scopes_and_idempotency_keys_is_reported_once():
    theirs = edited()
    for item in theirs["paths"].values():
        for node in item.values():
            del node["x-scopes"], node["x-idempotent"]
            node["parameters"] = [p for p in node.get("parameters", []) if "IdempotencyKey" not in p.get("$ref", "")]
    assert {(d.part, d.subject, d.theirs) for d in differences(WHOLE, theirs)} == {
        ("document", "idempotency", "not described"),
        ("document", "scopes", "not described"),
    }


def test_other_names_of_operations_placeholders_and_schemas_are_not_a_difference():
    theirs = edited()
    theirs["servers"] = [{"url": "https://login.prospectb2b.com/api/public"}]
    theirs["paths"] = {f"/v1{path.replace('{id}', '{theId}')}": item for path, item in theirs["paths"].items()}
    for item in theirs["paths"].values():
        for node in item.values():
            node["operationId"] = "their_" + node["operationId"].replace(".", "_")
            for parameter in node.get("parameters", []):
                if parameter.get("name") == "id":
                    parameter["name"] = "theId"
    assert differences(WHOLE, theirs) == ()


@each_case(
    ("ours", "theirs", "severity"),
    [
        ({"type": "integer"}, {"type": "number"}, "breaking"),
        ({"type": "number"}, {"type": "integer"}, "harmless"),
        ({"type": "string"}, {"type": "string", "format": "date-time"}, "harmless"),
        ({"type": "string", "format": "date-time"}, {"type": "string"}, "breaking"),
        ({"type": "string"}, {"type": ["string", "integer"]}, "breaking"),
        ({"type": "string"}, {}, "notable"),
        ({}, {"type": "string"}, "harmless"),
        ({"type": "array", "items": {"type": "string"}}, {"type": "string"}, "breaking"),
    ],
)
def test_a_type_that_is_read_may_become_narrower(ours, theirs, severity):
    assert [d.severity for d in differences(answering(ours), answering(theirs))] == [severity]


def answering(schema):
    envelope = {"properties": {"data": {"properties": {"a": schema}}}}
    return {"paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {"schema": envelope}}}}}}}}


@each_case(
    ("ours", "theirs", "severity"),
    [
        ({"type": "integer"}, {"type": "number"}, "harmless"),
        ({"type": "number"}, {"type": "integer"}, "breaking"),
        ({"type": "string"}, {"type": ["string", "integer"]}, "harmless"),
        ({"type": "string"}, {}, "harmless"),
        ({"enum": ["a"]}, {"type": "string"}, "harmless"),
        ({"type": "string"}, {"enum": ["a"]}, "breaking"),
        ({"type": "integer", "maximum": 5}, {"type": "integer"}, "harmless"),
    ],
)
def test_a_type_that_is_sent_may_become_wider(ours, theirs, severity):
    assert [d.severity for d in differences(taking(ours), taking(theirs))] == [severity]


def taking(schema):
    return {"paths": {"/x": {"get": {"parameters": [{"name": "a", "in": "query", "schema": schema}]}}}}


# --- the common rules of comparisons of documents ---------------------------------------------------------------------
# Named as in oasdiff's list of checks (docs/CHECKS.md there); a pair is the schema in ours and in theirs.

TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
NARROWER = [
    ("max-length-decreased", TEXT | {"maxLength": 80}, TEXT | {"maxLength": 40}, "maxLength", "breaking"),
    ("max-length-set", TEXT, TEXT | {"maxLength": 40}, "maxLength", "notable"),
    ("min-length-increased", TEXT, TEXT | {"minLength": 2}, "minLength", "breaking"),
    ("max-decreased", {"type": "number", "maximum": 9.5}, {"type": "number", "maximum": 9}, "maximum", "breaking"),
    ("max-set", {"type": "integer"}, {"type": "integer", "maximum": 9}, "maximum", "notable"),
    ("min-increased", {"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}, "minimum", "breaking"),
    ("min-set", {"type": "integer"}, {"type": "integer", "minimum": 0}, "minimum", "notable"),
    (
        "exclusive-max-decreased",
        {"type": "integer", "exclusiveMaximum": 9},
        {"type": "integer", "exclusiveMaximum": 8},
        "exclusiveMaximum",
        "breaking",
    ),
    (
        "exclusive-min-set",
        {"type": "integer"},
        {"type": "integer", "exclusiveMinimum": 0},
        "exclusiveMinimum",
        "notable",
    ),
    ("max-items-decreased", LIST | {"maxItems": 9}, LIST | {"maxItems": 8}, "maxItems", "breaking"),
    ("min-items-increased", LIST | {"minItems": 1}, LIST | {"minItems": 2}, "minItems", "breaking"),
    ("min-items-set", LIST, LIST | {"minItems": 1}, "minItems", "notable"),
    ("unique-items-added", LIST, LIST | {"uniqueItems": True}, "uniqueItems", "breaking"),
    ("items-pattern-added", LIST, LIST | {"items": TEXT | {"pattern": "^a"}}, "items.pattern", "breaking"),
    ("pattern-added", TEXT, TEXT | {"pattern": "^a"}, "pattern", "breaking"),
    ("pattern-changed", TEXT | {"pattern": "^a"}, TEXT | {"pattern": "^b"}, "pattern", "notable"),
    ("format-added", TEXT, TEXT | {"format": "uuid"}, "format", "breaking"),
    ("multiple-of-added", {"type": "integer"}, {"type": "integer", "multipleOf": 5}, "multipleOf", "breaking"),
    ("became-enum", TEXT, TEXT | {"enum": ["a"]}, "choices", "breaking"),
    ("enum-value-removed", TEXT | {"enum": ["a", "b"]}, TEXT | {"enum": ["a"]}, "choices", "breaking"),
    ("const-changed", {"const": "a"}, {"const": "b"}, "choices", "breaking"),
    ("became-not-nullable", {"type": ["string", "null"]}, TEXT, "nullable", "breaking"),
    ("became-not-nullable in 3.0", TEXT | {"nullable": True}, TEXT, "nullable", "breaking"),
    ("type-changed", TEXT, {"type": "integer"}, "type", "breaking"),
    ("list-of-types-narrowed", {"type": ["string", "integer"]}, TEXT, "type", "breaking"),
    ("default-changed", TEXT | {"default": "a"}, TEXT | {"default": "b"}, "default", "breaking"),
    ("default-removed", TEXT | {"default": "a"}, TEXT, "default", "breaking"),
    ("default-added", TEXT, TEXT | {"default": "a"}, "default", "notable"),
    (
        "any-of-removed",
        {"anyOf": [{"type": "object", "properties": {"a": TEXT}}, {"type": "object", "minProperties": 2}]},
        {"type": "object", "properties": {"a": TEXT}},
        "alternatives",
        "breaking",
    ),
    (
        "additional-properties-forbidden",
        {"type": "object"},
        {"type": "object", "additionalProperties": False},
        "additionalProperties",
        "breaking",
    ),
    *(
        (f"{keyword}-added", kind, kind | {keyword: rule}, keyword, "breaking")
        for keyword, kind, rule in [
            ("if", TEXT, {"minLength": 1}), ("then", TEXT, {"minLength": 1}), ("else", TEXT, {"minLength": 1}),
            ("not", TEXT, {"minLength": 9}), ("contains", LIST, {"const": "a"}), ("prefixItems", LIST, [TEXT]),
            ("unevaluatedItems", LIST, False), ("contentEncoding", TEXT, "base64"), ("contentSchema", TEXT, LIST),
            ("contentMediaType", TEXT, "text/csv"), ("dependentRequired", {"type": "object"}, {"a": ["b"]}),
            ("dependentSchemas", {"type": "object"}, {"a": {"required": ["b"]}}),
            ("patternProperties", {"type": "object"}, {"^a": TEXT}),
            ("propertyNames", {"type": "object"}, {"maxLength": 3}),
            ("unevaluatedProperties", {"type": "object"}, False),
        ]
    ),
]  # fmt: skip


def api(operation):
    return {"paths": {"/leads": {"post": operation}}}


def json_of(schema):
    return {"content": {"application/json": {"schema": schema}}}


def record_of(schema):
    return {"type": "object", "properties": {"a": schema}}


SENT = {
    "parameter": lambda schema: api({"parameters": [{"name": "a", "in": "query", "schema": schema}]}),
    "header": lambda schema: api({"parameters": [{"name": "A", "in": "header", "schema": schema}]}),
    "part": lambda schema: api({"parameters": [{"name": "a", "in": "query", "schema": record_of(schema)}]}),
    "body": lambda schema: api({"requestBody": json_of(schema)}),
    "property": lambda schema: api({"requestBody": json_of(record_of(schema))}),
    "item": lambda schema: api({"requestBody": json_of(record_of({"type": "array", "items": record_of(schema)}))}),
}
RECEIVED = {
    "body": lambda schema: api({"responses": {"200": json_of(record_of(schema) | {"properties": {"data": schema}})}}),
    "property": lambda schema: api({"responses": {"200": json_of({"properties": {"data": record_of(schema)}})}}),
    "header": lambda schema: api(
        {"responses": {"200": {"headers": {"A": {"schema": schema}}} | json_of({"properties": {"data": TEXT}})}}
    ),
}


def found_between(ours, theirs):
    return {(d.aspect, d.severity) for d in differences(ours, theirs)}


@pytest.mark.parametrize(
    ("ours", "theirs", "aspect", "severity"), [c[1:] for c in NARROWER], ids=[c[0] for c in NARROWER]
)
def test_what_is_sent_and_takes_less_is_found_in_every_place(ours, theirs, aspect, severity):
    for place, document in SENT.items():
        is_text = place in {"parameter", "header", "part"}
        nullable = aspect == "nullable" and place in {"parameter", "header"}  # a query has no null
        expected = severity
        if aspect == "type" and theirs == TEXT and is_text:
            expected = "harmless"  # a parameter is text, whatever its type
        if aspect == "default" and not is_text:
            expected = "notable"  # what is created has it, and no list is another
        found = found_between(document(ours), document(theirs))
        assert found == (set() if nullable else {(aspect, expected)}), place
        back = found_between(document(theirs), document(ours))
        assert {found for found, _ in back} == (set() if nullable else {aspect}), place
        assert aspect in {"default", "pattern", "choices", "type"} or "breaking" not in {s for _, s in back}, place


@pytest.mark.parametrize(
    ("ours", "theirs", "aspect", "severity"), [c[1:] for c in NARROWER], ids=[c[0] for c in NARROWER]
)
def test_what_is_received_and_may_be_more_is_found_in_every_place(ours, theirs, aspect, severity):
    # The data of a list are compared item by item.
    for place, document in [(p, d) for p, d in RECEIVED.items() if (p, theirs.get("type")) != ("body", "array")]:
        [(found, back)] = found_between(document(theirs), document(ours))  # theirs takes less: ours is wider
        is_text = aspect == "type" and place == "header" and theirs == TEXT
        assert (found, back != "harmless" or aspect == "default" or is_text) == (aspect, True), place


def test_an_exclusive_bound_is_the_same_in_3_0_and_later():
    old, new = {"maximum": 9, "exclusiveMaximum": True}, {"exclusiveMaximum": 9}
    assert differences(taking({"type": "integer"} | old), taking({"type": "integer"} | new)) == ()
    found = found_between(taking({"type": "integer", "maximum": 9}), taking({"type": "integer"} | old))
    assert found == {("maximum", "harmless"), ("exclusiveMaximum", "notable")}


OF_OPERATIONS = [
    ("api-removed", api({}), {"paths": {}}, ("", "breaking")),
    ("webhook-removed", {**api({}), "webhooks": {"a": {"post": {}}}}, api({}), ("", "breaking")),
    (
        "request-body-added-required",
        api({}),
        api({"requestBody": {"required": True, **json_of(TEXT)}}),
        ("", "breaking"),
    ),
    ("request-body-added-optional", api({}), api({"requestBody": json_of(TEXT)}), ("", "harmless")),
    ("request-body-removed", api({"requestBody": json_of(TEXT)}), api({}), ("", "breaking")),
    (
        "request-body-became-required",
        api({"requestBody": json_of(TEXT)}),
        api({"requestBody": {"required": True, **json_of(TEXT)}}),
        ("required", "breaking"),
    ),
    (
        "request-body-media-type-removed",
        api({"requestBody": {"content": {"application/json": {"schema": TEXT}, "text/csv": {}}}}),
        api({"requestBody": json_of(TEXT)}),
        ("media types", "breaking"),
    ),
    (
        "new-required-request-header",
        api({}),
        api({"parameters": [{"name": "X-A", "in": "header", "required": True, "schema": TEXT}]}),
        ("", "breaking"),
    ),
    (
        "request-cookie-removed",
        api({"parameters": [{"name": "a", "in": "cookie", "schema": TEXT}]}),
        api({}),
        ("", "breaking"),
    ),
    (
        "response-success-status-removed",
        api({"responses": {"200": {}, "202": {}}}),
        api({"responses": {"200": {}}}),
        ("statuses", "breaking"),
    ),
    (
        "response-success-status-added",
        api({"responses": {"200": {}}}),
        api({"responses": {"200": {}, "202": {}}}),
        ("statuses", "notable"),
    ),
    (
        "response-media-type-removed",
        api({"responses": {"200": {"content": {"application/json": {}, "text/csv": {}}}}}),
        api({"responses": {"200": {"content": {"application/json": {}}}}}),
        ("media types", "breaking"),
    ),
    (
        "required-response-header-removed",
        api({"responses": {"200": {"headers": {"A": {"required": True}, "B": {}}}}}),
        api({"responses": {"200": {"headers": {"B": {}}}}}),
        ("", "breaking"),
    ),
    (
        "optional-response-header-removed",
        api({"responses": {"200": {"headers": {"A": {}, "B": {}}}}}),
        api({"responses": {"200": {"headers": {"B": {}}}}}),
        ("", "notable"),
    ),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"), [c[1:] for c in OF_OPERATIONS], ids=[c[0] for c in OF_OPERATIONS]
)
def test_what_is_changed_of_an_operation_is_found(ours, theirs, expected):
    assert found_between(ours, theirs) == {expected}


def test_what_demands_nothing_is_no_difference():
    loose = {"minLength": 0, "uniqueItems": False, "additionalProperties": True, "unevaluatedItems": True}
    for document in (*SENT.values(), *RECEIVED.values()):
        assert found_between(document(TEXT), document(TEXT | loose)) == set()


KEY = {"components": {"securitySchemes": {"k": {"type": "http", "scheme": "bearer"}}}, "security": [{"k": []}]}
NAMED_ALIKE = {"components": {"securitySchemes": {"b": {"type": "http", "scheme": "Bearer"}}}, "security": [{"b": []}]}
BASIC = {"components": {"securitySchemes": {"k": {"type": "http", "scheme": "basic"}}}, "security": [{"k": []}]}
CAT, DOG, FOX = (record_of(TEXT | {"maxLength": n}) for n in (1, 2, 3))


def query(**said):
    return api({"parameters": [{"name": "a", "in": "query", "schema": LIST} | said]})


def answer(schema, status="200", media="application/json"):
    return api({"responses": {"200": {}} | {status: {"content": {media: {"schema": schema}}}}})


def calling(callbacks):
    events = {name: {"{$request.body#/url}": {"post": {"requestBody": json_of(body)}}} for name, body in callbacks}
    return api({"callbacks": events})


def ids(*named):
    return {"paths": {f"/{n}": {"get": {"operationId": name, "tags": ["t"]}} for n, name in enumerate(named)}}


SAID_BESIDE = [
    ("request-property-became-read-only", "property", TEXT, TEXT | {"readOnly": True}, "readOnly", "notable"),
    ("request-property-became-not-read-only", "property", TEXT | {"readOnly": True}, TEXT, "readOnly", "harmless"),
    ("property-deprecated", "property", TEXT, TEXT | {"deprecated": True}, "deprecated", "notable"),
    ("parameter-deprecated", "parameter", TEXT, TEXT | {"deprecated": True}, "deprecated", "notable"),
    (
        "sunset-moved",
        "body",
        TEXT | {"x-sunset": "2027-06-01"},
        TEXT | {"x-sunset": "2027-01-01"},
        "x-sunset",
        "notable",
    ),
    ("stability-decreased", "item", TEXT, TEXT | {"x-stability-level": "alpha"}, "x-stability-level", "notable"),
    (
        "discriminator-mapping-changed",
        "property",
        {"anyOf": [CAT, DOG], "discriminator": {"propertyName": "a", "mapping": {"c": "#/Cat"}}},
        {"anyOf": [CAT, DOG], "discriminator": {"propertyName": "a", "mapping": {"c": "#/Dog"}}},
        "discriminator",
        "notable",
    ),
    ("alternative-removed", "property", {"oneOf": [CAT, DOG, FOX]}, {"oneOf": [CAT, DOG]}, "alternatives", "breaking"),
    ("alternative-added", "property", {"oneOf": [CAT, DOG]}, {"oneOf": [CAT, DOG, FOX]}, "alternatives", "harmless"),
    (
        "further-property-type-changed",
        "property",
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"type": "object", "additionalProperties": {"type": "boolean"}},
        "type",
        "breaking",
    ),
    (
        "narrower-number",
        "property",
        {"type": "integer", "format": "int64"},
        {"type": "integer", "format": "int32"},
        "format",
        "breaking",
    ),
    (
        "extensible-enum-value-removed",
        "property",
        TEXT | {"x-extensible-enum": ["a", "b"]},
        TEXT | {"x-extensible-enum": ["a"]},
        "choices",
        "breaking",
    ),
]


@pytest.mark.parametrize(
    ("place", "ours", "theirs", "aspect", "severity"), [c[1:] for c in SAID_BESIDE], ids=[c[0] for c in SAID_BESIDE]
)
def test_what_a_document_says_beside_a_value_is_compared(place, ours, theirs, aspect, severity):
    assert found_between(SENT[place](ours), SENT[place](theirs)) == {(aspect, severity)}


OF_SERVICES = [
    ("style-changed", query(), query(explode=False), {("style", "breaking")}),
    ("style-of-one-value-changed", query(schema=TEXT), query(schema=TEXT, explode=False), set()),
    ("parameter-takes-several", query(schema=TEXT), query(), {("type", "harmless")}),
    (
        "parameter-takes-several-of-a-form",
        query(schema=TEXT),
        query(schema=LIST | {"items": {"pattern": "a"}}),
        {("type", "breaking")},
    ),
    ("body-without-envelope-retyped", answer(TEXT), answer({"type": "integer"}), {("type", "breaking")}),
    (
        "item-of-a-bare-list-removed",
        answer({"type": "array", "items": CAT}),
        answer({"type": "array", "items": {"type": "object"}}),
        {("", "breaking")},
    ),
    ("field-of-errors-removed", answer(CAT, "404"), answer({"type": "object"}, "404"), {("", "breaking")}),
    (
        "text-that-is-not-json-retyped",
        answer(TEXT, media="text/csv"),
        answer({"type": "integer"}, media="text/csv"),
        {("type", "breaking")},
    ),
    (
        "json-under-another-name",
        answer(TEXT),
        answer(TEXT, media="application/problem+json"),
        {("media types", "notable")},
    ),
    (
        "success-only-as-error",
        api({"responses": {"200": {}}}),
        api({"responses": {"400": {}}}),
        {("statuses", "breaking")},
    ),
    (
        "error-status-added",
        api({"responses": {"404": {}}}),
        api({"responses": {"404": {}, "409": {}}}),
        {("statuses", "harmless")},
    ),
    (
        "write-only-in-a-response",
        answer(record_of(TEXT)),
        answer(record_of(TEXT | {"writeOnly": True})),
        {("writeOnly", "notable")},
    ),
    (
        "const-of-a-response-changed",
        answer(record_of({"const": "a"})),
        answer(record_of({"const": "b"})),
        {("choices", "breaking")},
    ),
    ("security-scheme-changed", api({}) | KEY, api({}) | BASIC, {("security", "breaking")}),
    ("security-scheme-renamed", api({}) | KEY, api({}) | NAMED_ALIKE, set()),
    ("security-dropped", api({}) | KEY, api({"security": []}) | KEY, {("security", "harmless")}),
    ("security-of-a-public-operation", api({"security": []}) | KEY, api({}) | KEY, {("security", "breaking")}),
    (
        "host-changed",
        api({}) | {"servers": [{"url": "https://a.example/v1"}]},
        api({}) | {"servers": [{"url": "https://b.example/v1"}]},
        {("servers", "notable")},
    ),
    ("callback-removed", calling([("done", CAT)]), calling([]), {("", "breaking")}),
    (
        "field-of-a-callback-retyped",
        calling([("done", record_of(TEXT))]),
        calling([("done", record_of(LIST))]),
        {("type", "breaking")},
    ),
    ("operation-id-removed", ids("a"), ids(""), {("operationId", "notable")}),
    ("operation-id-changed", ids("a", "b"), ids("a", "c"), {("operationId", "notable")}),
    ("tags-changed", api({"tags": ["t"]}), api({}), {("tags", "harmless")}),
    (
        "operation-sunset",
        api({"deprecated": True}),
        api({"deprecated": True, "x-sunset": "2027-01-01"}),
        {("x-sunset", "notable")},
    ),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), [c[1:] for c in OF_SERVICES], ids=[c[0] for c in OF_SERVICES])
def test_what_a_service_does_otherwise_is_found(ours, theirs, expected):
    assert found_between(ours, theirs) == expected


def test_what_a_request_leaves_out_is_not_compared_in_it():
    hidden = {"type": "object", "required": ["a"], "properties": {"a": TEXT | {"readOnly": True}}}
    required = SENT["body"](record_of(TEXT | {"readOnly": True})), SENT["body"](hidden)
    assert found_between(*required) == set()
    tighter = SENT["property"](TEXT | {"readOnly": True}), SENT["property"](TEXT | {"readOnly": True, "maxLength": 1})
    assert found_between(*tighter) == set()
    sent_now = SENT["body"](hidden), SENT["body"](hidden | {"properties": {"a": TEXT}})
    assert found_between(*sent_now) == {("readOnly", "breaking")}


def test_schemas_of_other_names_and_explanations_are_no_difference():
    ours = SENT["property"]({"oneOf": [{"$ref": "#/x/Cat"}, DOG]}) | {"x": {"Cat": CAT}}
    theirs = SENT["property"]({"oneOf": [DOG | {"description": "A dog."}, {"$ref": "#/x/Kitten"}]}) | {
        "x": {"Kitten": CAT}
    }
    assert found_between(ours, theirs) == set()
    circle = {"oneOf": [{"type": "array", "items": {"$ref": "#/x/A"}}, TEXT]}
    assert found_between(answer(TEXT) | {"x": {"A": circle}}, answer(TEXT) | {"x": {"A": circle}}) == set()
