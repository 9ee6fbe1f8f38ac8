"""Objects and bodies that a document describes in another form are known by the names of our contract."""

import pytest

from each_case import each_case
from pb2b_notebook import openapi


def described(rows, body=None, envelope="data"):
    """The table of a document with a list of leads, and their creation."""

    def content(schema):
        return {"content": {"application/json": {"schema": schema}}}

    answer = {"type": "object", "properties": {envelope: {"type": "array", "items": rows}}}
    document = {"paths": {"/leads": {"get": {"responses": {"200": content(answer)}}}}}
    if body is not None:
        document["paths"]["/leads"]["post"] = {"requestBody": content(body)}
    return openapi.read_document(document)


def record(**kinds):
    return {
        "type": "object",
        "properties": {n: kind if isinstance(kind, dict) else {"type": kind} for n, kind in kinds.items()},
    }


FORMS = {
    "values below another member": record(id="integer", type="string", attributes=record(email="string")),
    "names of another style": record(Id="string", Email="string", CreatedDate="string", FirstName="string"),
    "times under other names": record(id="string", email="string", status="string", created="integer"),
    "parts": record(id="string", contact=record(email="string"), created_at="string"),
}


@pytest.mark.parametrize("rows", FORMS.values(), ids=FORMS)
def test_objects_of_another_form_have_the_fields_of_our_contract(rows):
    ours = openapi.load()["leads.list"]
    found = described(rows)["leads.list"]
    assert found.many
    assert {field.name: field.kind for field in found.fields} == {field.name: field.kind for field in ours.fields}


def test_objects_of_our_form_have_the_fields_of_the_document_and_the_time_of_their_deletion():
    rows = record(id="string", email="string", status="string", created_at="string", updated_at="string", fax="string")
    names = [field.name for field in described(rows)["leads.list"].fields]
    assert names == ["id", "email", "status", "created_at", "updated_at", "fax", "deleted_at"]


def test_rows_elsewhere_are_a_list_with_the_fields_of_our_contract():
    found = described(record(id="string", email="string"), envelope="results")["leads.list"]
    assert found.many
    assert {field.name for field in openapi.load()["leads.list"].fields} == {field.name for field in found.fields}


BODIES = {
    "lead": (record(lead=record(email="string", full_name="string", fax="string")), ()),
    "properties": (record(properties=record(email="string", full_name="string", fax="string")), ()),
    "attributes": (record(data=record(type="string", attributes=record(email="string", fax="string"))), ()),
    "data as a list": (record(data={"type": "array", "items": record(email="string", fax="string")}), ()),
    "its names": (record(email="string", fullName="string", fax="string"), (("full_name", "fullName"),)),
    "": (record(email="string", fax="string"), ()),
}


@each_case("form", BODIES)
def test_a_body_of_another_form_takes_our_names_and_what_the_document_adds(form):
    body, names = BODIES[form]
    found = described(record(id="string"), body)["leads.create"]
    assert (found.body_form, found.body_names) == (form, names)
    assert {"email", "fax"} <= set(found.body)
    assert "full_name" in found.body or not form
    assert {parameter.name for parameter in found.body_parameters} == set(found.body)
