import json
from datetime import UTC, datetime

import pytest

from each_case import each_case
from pb2b_notebook.api.http.responses.object_forms import in_contract_form
from pb2b_notebook.api.http.responses.time_values import NAIVE_TIMES
from pb2b_notebook.openapi import load, read_document

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
PLAIN = {"id": "lead_1", "email": "ada@x.example", "created_at": "2026-03-01T00:00:00.000Z", "title": "Architect"}
PLAIN |= {"updated_at": "2026-03-02T00:00:00.000Z", "full_name": "Ada Remo", "notes": "x" * 500}


FLAGS = ["deleted", "isArchived", "TRASH", "soft_Removed", "is-discarded", "tombstone_at", "Eliminado", "gelöscht"]


@each_case("name", FLAGS)
def test_one_deleted_object_deep_in_a_page_is_found_wherever_its_flag_begins(name):
    for before in range(4):  # the words are searched for in groups of four bytes
        for beside in ({name: True}, {"state": "Deleted"}):
            deep = {**PLAIN, "id": "lead_2", "city": "y" * before, **beside}
            records = [*[json.dumps(PLAIN).encode()] * 9, json.dumps(deep).encode(), json.dumps(PLAIN).encode()]
            found, what = in_contract_form(records, load()["leads.list"], AT)
            assert what == {f"deleted_at by {next(iter(beside))}"}
            assert [json.loads(record).get("deleted_at") for record in found[8:]] == [None, PLAIN["updated_at"], None]


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("is_removed", {"is_removed": True}),
        ("state", {"state": "Borrado"}),
        ("lifecycle.state", {"lifecycle": {"state": "purged"}}),
    ],
)
def test_a_deleted_object_is_found_behind_words_that_only_resemble_a_flag(name, flag):
    like = {**PLAIN, "archived_count": 3, "title": "Deleted"}
    records = [json.dumps(lead).encode() for lead in (*[PLAIN] * 6, like, {**PLAIN, **flag})]
    found, what = in_contract_form(records, load()["leads.list"], AT)
    assert what == {f"deleted_at by {name}"}
    assert [json.loads(record).get("deleted_at") for record in found[6:]] == [None, PLAIN["updated_at"]]


@pytest.mark.parametrize(
    ("created", "read"),
    [
        (["2026-03-01T00:00:00", "2026-03-01 10:00:00"], ["2026-03-01T00:00:00.000Z", "2026-03-01T10:00:00.000Z"]),
        (
            ["2026-03-01T00:00:00.1234560", "2026-03-01T10:00:00.123456789"],
            ["2026-03-01T00:00:00.123Z", "2026-03-01T10:00:00.123Z"],
        ),
        (["2026-03-01T00:00:00", "2026-03-01T00:00:00Z"], ["2026-03-01T00:00:00", "2026-03-01T00:00:00Z"]),
        (["2026-03-01T00:00:00+01:00", "2026-03-01T00:00:00"], ["2026-03-01T00:00:00+01:00", "2026-03-01T00:00:00"]),
    ],
)
def test_a_time_without_a_zone_is_read_unless_others_of_its_column_have_one(created, read):
    records = [json.dumps({**PLAIN, "created_at": time}).encode() for time in created]
    found, what = in_contract_form(records, load()["leads.list"], AT)
    assert [json.loads(record)["created_at"] for record in found] == read
    assert {json.loads(record)["updated_at"] for record in found} == {PLAIN["updated_at"]}
    assert (what == {NAIVE_TIMES}) is (created != read)


@each_case(
    ("created", "changed"),
    [
        ("create_date", "write_date"),
        ("date_entered", "date_modified"),
        ("DATE_CREATED_UTC", "DATE_UPDATED_UTC"),
        ("createdOn", "lastChanged"),
        ("cdate", "udate"),
        ("added_at", "last_updated"),
        ("DATE_CREATE", "dateModify"),
    ],
)
def test_times_under_other_names_are_those_of_the_contract(created, changed):
    row = {"id": "7", created: "2026-03-01 10:00:00", changed: "2026-03-02T10:00:00+01:00", "updated_by": "ann"}
    row |= {"last_change": False, "job_change_date": "2026-03-09T10:00:00Z"}
    found, what = in_contract_form([json.dumps(row).encode()], load()["leads.list"])
    held = json.loads(found[0])
    assert (held["created_at"], held["updated_at"]) == ("2026-03-01T10:00:00.000Z", "2026-03-02T10:00:00+01:00")
    assert {f"created_at under {created}", f"updated_at under {changed}"} <= what
    assert held.keys() >= {"updated_by", "last_change", "job_change_date"}


def test_values_under_their_type_are_read_as_the_values():
    rich = {"type": "rich_text", "rich_text": [{"plain_text": "Ada "}, {"plain_text": "Berg"}]}
    values = {
        "email": {"id": "a", "type": "email", "email": "ada@x.example"},
        "full_name": rich,
        "status": {"type": "select", "select": {"name": "new"}},
        "tags": {"type": "multi_select", "multi_select": [{"name": "vip"}]},
        "score": {"type": "number", "number": 7},
    }
    row = {"object": "page", "id": "1", "created_time": "2026-03-10T12:00:00Z", "properties": values}
    found, what = in_contract_form([json.dumps(row).encode()], load()["leads.list"])
    held = json.loads(found[0])
    assert "values under their type" in what
    assert {name: held[name] for name in values} == {
        "email": "ada@x.example", "full_name": "Ada Berg", "status": "new", "tags": ["vip"], "score": 7,
    }  # fmt: skip


def test_a_flag_of_deletion_that_a_document_describes_is_read():
    described = {"id": {"type": "string"}, "is_deleted": {"type": "integer"}, "email": {"type": "string"}}
    schema = {"properties": {"data": {"type": "array", "items": {"type": "object", "properties": described}}}}
    answer = {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}
    operation = read_document({"paths": {"/leads": {"get": answer}}})["leads.list"]
    row = b'{"id": "1", "is_deleted": 1, "updated_at": "2026-03-10T12:00:00.000Z"}'
    found, _ = in_contract_form([row], operation)
    assert json.loads(found[0])["deleted_at"] == "2026-03-10T12:00:00.000Z"
    assert "deleted_at" in {field.name for field in operation.fields}


def test_live_leads_with_spaces_in_their_json_are_left_as_they_are():
    times = {"created_at": "2026-03-01T00:00:00.000Z", "updated_at": "2026-03-01T00:00:00.000Z", "deleted_at": None}
    lead = {"object": "lead", "id": "lead_1", "full_name": "Ada Berg", "status": "new", "tags": [], "score": 7} | times
    records = [json.dumps(lead).encode()]
    # So short that it could be what is left of a deleted lead.
    assert in_contract_form(records, load()["leads.list"]) == (records, frozenset())


@each_case(
    ("held", "read"),
    [
        ({"emailAddress": "ada@x.example"}, "ada@x.example"),
        ({"emails": [{"address": "old@x.example"}, {"address": "ada@x.example", "primary": True}]}, "ada@x.example"),
        ({"emails": ["old@x.example"], "primary_email": "ada@x.example"}, "ada@x.example"),
        ({"email_addresses": []}, None),
        ({"emails": {"primaryEmail": "ada@x.example", "additionalEmails": ["a@y.example"]}}, "ada@x.example"),
        ({"email": None, "mail": "other@x.example"}, None),
        ({"emails": 3}, "absent"),
        ({"mail": "by post"}, "absent"),
        ({"emails": [{"subject": "Offer", "address": "Main Street 1"}]}, "absent"),
    ],
)
def test_an_address_under_another_name_is_that_of_the_lead_and_nothing_else_is(held, read):
    lead = {name: value for name, value in PLAIN.items() if name != "email"} | held
    [found], _ = in_contract_form([json.dumps(lead).encode()], load()["leads.list"], AT)
    lead = json.loads(found)
    assert lead.get("email", "absent") == read
    assert ("a@y.example" in str(held)) is ("a@y.example" in str(lead.get("email_all")))  # by which a plan finds it


def test_the_fields_of_an_export_are_read_where_they_are_inside_of_fields_of_its_own():
    inside = {"status": "completed", "row_count": 7, "fields": ["email", "city"]}
    record = json.dumps({"sys": {"id": "exp_a"}, "fields": inside}).encode()
    [found], _ = in_contract_form([record], load()["exports.get"])
    read = json.loads(found)
    assert (read["id"], read["status"], read["row_count"], read["fields"]) == (
        "exp_a",
        "completed",
        7,
        inside["fields"],
    )


@pytest.mark.parametrize("style", [str.upper, lambda name: name.title().replace("_", "")])
def test_what_is_inside_of_a_field_has_the_names_of_the_contract(style):
    record = {"ID": "u1", style("active_trial"): False, style("usage"): {style("emails_sent"): "7", "OwnCounter": "1"}}
    [found], what = in_contract_form([json.dumps(record).encode()], load()["billing.usage"])
    assert json.loads(found)["usage"] == {"emails_sent": 7, "OwnCounter": "1"}
    assert f"usage.emails_sent as {style('emails_sent')}" in what
