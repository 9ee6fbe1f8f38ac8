import pytest

from each_case import each_case
from pb2b_notebook import errors, openapi
from pb2b_notebook.openapi import Field


def test_the_checked_in_document_is_what_the_sandbox_generates(capsys):
    from pb2b_notebook.cli import main

    assert main(["contract", "build", "--check"]) == 0, capsys.readouterr().out


def test_the_table_cannot_be_changed():
    with pytest.raises(AttributeError):
        openapi.load()["leads.list"].id = "x"
    with pytest.raises(TypeError):
        openapi.load()["leads.list"] = None


@each_case(
    ("name", "found"),
    [
        ("leads.list", "leads.list"), ("GET /leads", "leads.list"), ("get leads/", "leads.list"),
        ("POST /leads/upsert", "leads.upsert"), ("GET /leads/{id}", "leads.get"), ("GET /leads/lead_1", "leads.get"),
        ("PATCH /leads/lead_1", "leads.update"),
    ],
)  # fmt: skip
def test_an_operation_is_found_by_id_or_by_method_and_path(name, found):
    assert openapi.load().find(name).id == found


@each_case(
    ("name", "says"),
    [
        ("leads.lst", "did you mean 'leads.list'"),
        ("GET /lead", "did you mean 'GET /leads'"),
        ("", "list"),
        ("zzz", "list"),
    ],
)
def test_an_unknown_operation_suggests_the_nearest(name, says):
    with pytest.raises(errors.UnknownOperationError, match=says):
        openapi.load().find(name)


def test_an_operation_has_what_the_document_says():
    found = openapi.load()["leads.create"]
    assert (found.method, found.path, found.scopes, found.idempotent, found.mutates, found.documented) == (
        "POST", "/leads", ("leads.write",), True, True, True,
    )  # fmt: skip
    assert not openapi.load()["leads.upsert"].documented
    assert not openapi.load()["leads.list"].mutates


def test_every_operation_says_what_it_needs():
    for operation in openapi.load().values():
        assert operation.scopes, operation.id
        assert operation.fields, operation.id
        assert operation.tag, operation.id
        assert operation.idempotent == operation.mutates


def test_the_fields_of_a_lead_have_their_kinds():
    kinds = {f.name: f.kind for f in openapi.load()["leads.list"].fields}
    assert kinds["id"] == "text"
    assert kinds["score"] == kinds["employee_count"] == "integer"
    assert kinds["tags"] == "texts"
    assert kinds["custom_fields"] == "custom"
    assert kinds["created_at"] == kinds["deleted_at"] == "datetime"


def test_a_boolean_called_custom_fields_is_not_custom_fields():
    features = {f.name: f for f in openapi.load()["settings.get"].fields}["features"]
    assert {f.name: f.kind for f in features.fields}["custom_fields"] == "boolean"


FOREIGN = {
    "openapi": "3.1.0",
    "info": {"version": "9"},
    "components": {
        "schemas": {
            "Cat": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "self": {"$ref": "#/components/schemas/Cat"}},
            }
        }
    },
    "paths": {
        "/cats": {
            "parameters": [{"name": "page_token", "in": "query", "schema": {"type": "string"}}],
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "properties": {
                                        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Cat"}}
                                    }
                                }
                            }
                        }
                    }
                }
            },
            "post": {"operationId": "cats.create"},
        }
    },
}


def test_the_description_of_an_operation_says_what_its_summary_does_not():
    table = openapi.load()
    assert "emails are not unique" in table["leads.create"].description
    assert all(o.summary and not o.summary.endswith(".") for o in table.values())


def test_a_sparse_document_reads_with_empty_attributes():
    table = openapi.read_document(FOREIGN)
    cats = table["GET /cats"]
    assert (cats.many, cats.documented, cats.query_parameters) == (True, True, ("page_token",))
    assert cats.fields[0] == Field("id", "text")
    assert table["cats.create"].mutates


@pytest.mark.parametrize("document", [{}, {"paths": {}}, {"paths": {"/x": {}}}])
def test_an_empty_document_is_an_empty_table(document):
    assert len(openapi.read_document(document)) == 0


def test_the_fields_of_a_body_have_their_kinds():
    fields = {p.name: p for p in openapi.load()["webhooks.create"].body_parameters}
    assert (fields["url"].location, fields["url"].required, fields["url"].nullable) == ("body", True, False)
    assert (fields["events"].repeatable, "lead.created" in fields["events"].choices) == (True, True)
    assert (fields["description"].required, fields["description"].nullable) == (False, True)
    assert fields["enabled"].kind == "boolean"


def test_the_fields_of_a_body_that_is_put_together_from_parts():
    part = {"type": "object", "required": ["a"], "properties": {"a": {"type": ["integer", "null"]}}}
    body = {"allOf": [part, {"properties": {"b": {"type": "string"}}}]}
    operation = {"operationId": "x", "requestBody": {"content": {"application/json": {"schema": body}}}}
    a, b = openapi.read_document({"paths": {"/x": {"post": operation}}})["x"].body_parameters
    assert (a.name, a.kind, a.required, a.nullable) == ("a", "integer", True, True)
    assert (b.name, b.kind, b.required, b.nullable) == ("b", "text", False, False)
