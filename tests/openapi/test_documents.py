"""Documents of others: found under our names where they are the same, and refused where they are hostile."""

import copy
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook import errors, openapi
from pb2b_notebook.openapi.comparison import differences
from pb2b_notebook.openapi.severities import SEVERITIES

OURS = openapi.load()


def lists(schema=None, **operation):
    """An operation that lists objects of a schema."""
    described = {"type": "array", "items": schema or {}}
    content = {"application/json": {"schema": {"properties": {"data": described}}}}
    return {**operation, "responses": {"200": {"content": content}}}


# --- the same operations under other names ----------------------------------------------------------------------------

THEIRS = {
    "openapi": "3.1.0",
    "info": {"version": "2026-01"},
    "servers": [{"url": "https://login.prospectb2b.com/api"}],
    "security": [{"apiKey": ["everything"]}],
    "paths": {
        "/public/v1/leads": {
            "get": lists(operationId="listLeads", security=[{"apiKey": ["leads.read"]}]),
            "post": {"operationId": "createLead", "parameters": [{"name": "Idempotency-Key", "in": "header"}]},
        },
        "/public/v1/leads/{leadId}": {
            "parameters": [{"name": "leadId", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"operationId": "getLead"},
        },
        "/public/v1/segments": {"get": lists(operationId="listSegments")},
        "/public/v1/v2/campaigns": {"get": lists(operationId="campaigns.list")},
        "/public/v1/imports/validate": {"post": {"operationId": "dryRun"}},
    },
}


@pytest.fixture(scope="module")
def theirs():
    return openapi.read_document(THEIRS, origin="theirs.json")


def test_a_common_operation_is_found_by_our_id_by_theirs_and_by_its_path(theirs):
    assert theirs["leads.list"] is theirs["listLeads"] is theirs.find("GET /leads") is theirs.find("listLeads")
    assert theirs["leads.list"].path == "/leads"
    assert list(theirs).count("listLeads") == 0


def test_a_placeholder_has_our_name_so_that_verbs_can_fill_it(theirs):
    found = theirs["leads.get"]
    assert (found.path, [p.name for p in found.parameters]) == ("/leads/{id}", ["id"])


def test_a_new_operation_keeps_its_own_name(theirs):
    assert (theirs["listSegments"].path, theirs["listSegments"].many) == ("/segments", True)


def test_a_moved_operation_is_known_by_its_id(theirs):
    assert theirs["campaigns.list"].path == "/v2/campaigns"


def test_scopes_and_keys_are_read_where_other_documents_state_them(theirs):
    assert theirs["leads.list"].scopes == ("leads.read",)
    assert theirs["leads.get"].scopes == ("everything",)
    assert theirs["leads.create"].idempotent
    assert not theirs["leads.get"].idempotent


def test_only_a_dry_run_that_our_contract_knows_is_a_post_that_changes_nothing(theirs):
    assert not theirs["imports.validate"].mutates
    assert theirs["leads.create"].mutates


def test_a_document_cannot_declare_a_write_as_a_read():
    """Its flags are not ours: another may mean by them what it likes."""
    post = {"x-idempotent": False}
    table = openapi.read_document(
        {"paths": {"/leads": {"post": post}, "/x": {"post": {"operationId": "me.get", **post}}}}
    )
    assert [operation.mutates for operation in table.values()] == [True, True]


def test_a_list_of_the_only_object_and_a_status_as_a_number_are_read_as_in_our_contract():
    rows = {"type": "array", "items": {"properties": {"id": {"type": "integer"}, "status": {"type": "integer"}}}}
    answer = {"content": {"application/json": {"schema": {"type": "object", "properties": {"data": rows}}}}}
    get, paths = {"get": {"responses": {"200": answer}}}, ("/me", "/leads/{id}", "/leads", "/settings")
    table = openapi.read_document({"paths": dict.fromkeys(paths, get)})
    assert {name: operation.many for name, operation in table.items()} == {
        "me.get": False, "leads.get": False, "leads.list": True, "settings.get": False,
    }  # fmt: skip
    assert next(field.kind for field in table["leads.list"].fields if field.name == "status") == "text"


def test_a_record_has_the_columns_of_our_contract_and_a_body_what_it_has_in_a_part():
    text, vague = {"type": "string"}, {"type": "object", "properties": {"code": {}, "message": {"type": "string"}}}
    error = {"properties": {"id": text, "raw": {"type": "object", "properties": {"E-Mail": text}}}}
    body = {
        "type": "object",
        "properties": {"email": text, "address": {"type": "object", "properties": {"city": text}}},
    }
    update = {"requestBody": {"content": {"application/json": {"schema": body}}}}
    paths = {
        "/imports/{id}/errors": {"get": lists(error)},
        "/jobs": {"get": lists({"properties": {"id": text, "error": vague}})},
        "/leads/{id}": {"patch": update},
    }
    table = openapi.read_document({"paths": paths})
    fields = {field.name: field for name in ("imports.errors", "jobs.list") for field in table[name].fields}
    assert fields["raw"].fields == ()
    assert [(field.name, field.kind) for field in fields["error"].fields] == [("code", "text"), ("message", "text")]
    assert {*table["leads.update"].body} == {"email", "address", "city", "country", "if_updated_at"}


def test_two_operations_with_one_id_are_distinguished_by_their_paths():
    table = openapi.read_document({"paths": {p: {"get": {"operationId": "same"}} for p in ("/a", "/b", "/leads")}})
    assert set(table) == {"GET /a", "GET /b", "leads.list"}


def test_our_id_on_another_operation_is_ignored():
    paths = {"/leads": {"get": {"operationId": "x"}}, "/people": {"get": {"operationId": "leads.list"}}}
    table = openapi.read_document({"paths": paths})
    assert table["leads.list"].path == "/leads"
    assert table["GET /people"].path == "/people"


def test_completion_offers_all_names(theirs):
    assert {"leads.list", "listLeads", "listSegments"} <= set(theirs._ipython_key_completions_())
    assert repr(theirs) == "<6 operations of theirs.json, version 2026-01>"


def test_an_operation_that_only_our_contract_has_is_reported(theirs):
    with pytest.raises(
        errors.UnknownOperationError, match=r"theirs\.json.*'billing.usage', GET /billing/usage in ours"
    ):
        theirs.find("billing.usage")
    with pytest.raises(errors.UnknownOperationError, match="did you mean 'listSegments'"):
        theirs.find("listSegment")


def test_our_own_document_reads_as_ours():
    again = openapi.read_document(openapi.load_document())
    assert {name: repr(o) for name, o in again.items()} == {name: repr(o) for name, o in OURS.items()}


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "application/hal+json", "APPLICATION/JSON"])
def test_json_content_is_found_by_any_media_type(media):
    schema = {"properties": {"data": {"properties": {"id": {"type": "string"}}}}}
    operation = {"responses": {"200": {"content": {"text/html": {}, media: {"schema": schema}}}}}
    assert openapi.read_document({"paths": {"/x": {"get": operation}}})["GET /x"].fields[0].name == "id"


# --- what is no contract ----------------------------------------------------------------------------------------------


@each_case(
    ("document", "says"),
    [
        ([], "not a JSON object"),
        ("text", "not a JSON object"),
        ({"swagger": "2.0", "paths": {}}, "Swagger 2"),
        ({"openapi": "3.0.3", "paths": {}}, r"OpenAPI '3\.0\.3'"),
        ({"openapi": 3.1, "paths": {}}, "has no OpenAPI version"),
        ({"openapi": "3.1.0"}, "no paths"),
        ({}, "has no OpenAPI version"),
    ],
)
def test_a_document_that_is_not_openapi_3_1_is_refused(document, says):
    with pytest.raises(errors.ContractError, match=says):
        openapi.check_document(document)


@each_case("version", ["3.1.0", "3.1.1", "3.1.0-rc1", "3.2.0"])
def test_a_version_of_3_1_or_after_is_read(version):
    openapi.check_document({"openapi": version, "paths": {}})


def reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


LOOPS = {
    "a reference to itself": {"A": reference("A")},
    "two that refer to each other": {"A": reference("B"), "B": reference("A")},
    "a union of itself": {"A": {"anyOf": [reference("A")]}},
    "a union of itself or text": {"A": {"oneOf": [reference("A"), {"type": "string"}]}},
    "made of itself": {"A": {"allOf": [{"type": "object"}, reference("A")]}},
    "a billion laughs": {
        "A": {"allOf": [reference("A1")] * 9, "type": "object"},
        **{f"A{n}": {"allOf": [reference(f"A{n + 1}")] * 9} for n in range(1, 12)},
        "A12": {"properties": {"lol": {"type": "string"}}},
    },
}


@pytest.mark.parametrize("schemas", LOOPS.values(), ids=LOOPS)
def test_references_in_a_circle_are_refused(schemas):
    document = {"components": {"schemas": schemas}, "paths": {"/x": {"get": lists(reference("A"))}}}
    with pytest.raises(errors.ContractError):
        openapi.read_document(document)


def test_a_record_that_contains_its_own_type_is_not_a_circle():
    category = {"type": "object", "properties": {"id": {"type": "string"}, "parent": reference("A")}}
    document = {"components": {"schemas": {"A": category}}, "paths": {"/x": {"get": lists(reference("A"))}}}
    assert [f.name for f in openapi.read_document(document)["GET /x"].fields] == ["id", "parent"]


@each_case(
    "target", ["#/components/schemas/None", "other.json#/A", "https://evil.example/a.json", "file:///etc/passwd", "#"]
)
def test_an_unresolved_or_external_reference_is_anything(target):
    table = openapi.read_document({"paths": {"/x": {"get": lists({"properties": {"a": {"$ref": target}}})}}})
    assert [(f.name, f.kind) for f in table["GET /x"].fields] == [("a", "json")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("#/components/schemas/Lead"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["$ref", "type", "properties", "items", "anyOf", "enum", "name", "in", "schema", "parameters", "required", "x"]
    ), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def nodes(value, path=()):
    """The path of each node of a document."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from nodes(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from nodes(inner, (*path, index))


WHOLE = openapi.load_document()
SOME = {path: WHOLE["paths"][path] for path in ("/leads", "/leads/{id}", "/webhooks", "/leads/bulk-upsert")}


def what_is_referred_to(part, components):
    """The components that a part of a document needs, so that no edit is lost on one that nobody reads."""
    needed, waiting = {kind: {} for kind in components}, [part]
    while waiting:
        part = waiting.pop()
        for kind, name in re.findall(r'"#/components/(\w+)/([^"]+)"', json.dumps(part)):
            if name not in needed[kind]:
                needed[kind][name] = components[kind][name]
                waiting.append(components[kind][name])
    return needed


SMALL = {**WHOLE, "paths": SOME, "components": what_is_referred_to(SOME, WHOLE["components"])}
PLACES = sorted((path for path in nodes(SMALL) if path), key=str)


@each_case("name", ["id", "custom_fields", "tags"])
@each_case("kind", [{}, [], {"type": "array"}, ["string", "null"], 7])
def test_a_type_that_is_not_a_word_is_read(name, kind):
    document = copy.deepcopy(SMALL)
    document["components"]["schemas"]["Lead"]["properties"][name]["type"] = kind
    assert name in {field.name for field in openapi.read_document(document)["leads.get"].fields}


def test_a_slash_at_the_end_of_each_path_is_sent_and_changes_no_name():
    document = copy.deepcopy(SMALL)
    document["paths"] = {f"{path}/": item for path, item in document["paths"].items()}
    table = openapi.read_document(document)
    assert table.keys() == openapi.read_document(SMALL).keys()
    assert {operation.path for operation in table.values()} == {o.path for o in openapi.read_document(SMALL).values()}
    assert all(operation.slash for operation in table.values())


@pytest.mark.parametrize("first", ["/leads", "/leads/"])
def test_of_two_paths_that_differ_by_a_slash_the_one_without_is_taken(first):
    document = copy.deepcopy(SMALL)
    old = {"get": {"operationId": "oldLeads", "responses": {}}, "put": {"operationId": "putAll", "responses": {}}}
    both = {"/leads": document["paths"].pop("/leads"), "/leads/": old}
    document["paths"] = {first: both[first], **both, **document["paths"]}
    table = openapi.read_document(document)
    assert table["leads.list"] == openapi.read_document(SMALL)["leads.list"]
    assert table["putAll"].slash


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), json_values), min_size=1, max_size=4))
def test_a_malformed_document_is_read_or_refused(edits):
    document = json.loads(json.dumps(SMALL))
    for path, value in edits:
        inner = document
        try:
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier edit has replaced what was there
    try:
        table = openapi.read_document(document)
        found = differences(SMALL, document)
    except errors.ContractError:
        return
    assert all(difference.severity in SEVERITIES for difference in found)
    for operation in table.values():
        assert operation.mutates or operation.method == "GET" or operation.id == "imports.validate"
