"""A record tells what is not as the contract says, once a session, and keeps it."""

import copy
import json
import pickle
import warnings

import pytest

import pb2b_notebook as pb
from each_case import each_case
from forwarding import live
from pb2b_notebook import openapi
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.http.responses.deviations import missing_fields, unexpected_fields
from pb2b_notebook.openapi import Field
from scripted_service import connect_workspace

GET = openapi.load()["leads.get"]
LEAD = GET.fields
USAGE = openapi.load()["billing.usage"].fields


def record(**values):
    return Record(json.dumps({"id": "lead_1", **values}).encode(), LEAD, operation=GET)


def test_an_unknown_field_is_reported_and_kept():
    with pytest.warns(pb.ContractDriftWarning, match=r"leads\.get.*'mood': unknown field, text.*record holds") as told:
        lead = record(mood="canary", score="also-canary")
    assert "'score': text where integer is declared" in str(told[0].message)
    assert "canary" not in str(told[0].message)
    assert (lead.mood, lead.score) == ("canary", "also-canary")


def test_drift_is_reported_once_a_session_at_the_callers_line():
    with pytest.warns(pb.ContractDriftWarning) as told:
        record(mood=1)
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        record(mood=2)
    with pytest.warns(pb.ContractDriftWarning, match="weather"):
        record(mood=2, weather=3)


def test_the_result_of_a_mutation_is_returned_where_warnings_are_errors(caplog):
    """As they are here: it may be a secret that is answered once."""
    created = openapi.load()["webhooks.create"]
    made = Record(b'{"id": "wh_1", "signing_secret": "whsec_canary", "mood": 1}', created.fields, operation=created)
    assert made.signing_secret.reveal() == "whsec_canary"
    assert "'mood': unknown field" in caplog.text
    assert "canary" not in caplog.text
    with pytest.raises(pb.ContractDriftWarning):
        record(mood=1)


def test_drift_in_the_rows_of_a_mutation_is_reported_and_the_rows_are_returned(ws, caplog):
    def odd(path, body):
        return {**body, "data": [{**row, "mood": 1} for row in body["data"]]} if path == "/leads/bulk-upsert" else body

    with live(ws, edit=odd, trust=True)[0] as other:
        rows = [{"email": "a@b.example"}]
        assert other.call("leads.bulk_upsert", match_on="email", rows=rows)["mood"].tolist() == [1]
    assert "'mood': unknown field" in caplog.text


@each_case(
    "values",
    [
        {},
        {"score": None, "custom_fields": {"anything": [1]}, "tags": ["a"], "created_at": "2026-03-10T12:00:00.000Z"},
        {"score": 7.0},
        {"custom_fields": None},
    ],
)
def test_absent_null_custom_and_whole_values_are_not_deviations(values):
    record(**values)


@each_case(
    ("fields", "values", "found"),
    [
        (LEAD, {"created_at": "yesterday"}, {"created_at": "text where datetime is declared"}),
        (LEAD, {"tags": "a"}, {"tags": "text where list of text is declared"}),
        (LEAD, {"custom_fields": []}, {"custom_fields": "list where record is declared"}),
        (LEAD, {"score": True}, {"score": "boolean where integer is declared"}),
        (USAGE, {"usage": {"emails_sent": "1"}}, {"usage.emails_sent": "text where integer is declared"}),
        (USAGE, {"usage": {"new": 1}}, {"usage.new": "unknown field, integer"}),
        (USAGE, {"usage": 1}, {"usage": "integer where record is declared"}),
        (
            [Field("steps", "records", (Field("day", "integer"),))],
            {"steps": [{"day": 1}, {"day": "x"}]},
            {"steps[].day": "text where integer is declared"},
        ),
        (
            [Field("steps", "records", (Field("day", "integer"),))],
            {"steps": [1]},
            {"steps": "list where list of records is declared"},
        ),
    ],
)
def test_deviations_are_named_by_their_path(fields, values, found):
    assert unexpected_fields(values, fields) == found


def test_a_promised_field_that_is_absent_is_missing():
    found = missing_fields({"id": None, "usage": {}}, USAGE)
    assert found["id"] == "null"
    assert found["object"] == "missing"
    assert found["usage.emails_sent"] == "missing"
    assert "usage" not in found


def test_only_the_first_64_fields_of_an_object_are_checked():
    assert len(unexpected_fields({f"x{n}": n for n in range(10_000)}, LEAD)) == 64


def test_every_record_of_the_sandbox_is_as_the_contract_says(shared_ws):
    """Warnings are errors."""
    ws = shared_ws
    for name, operation in ws.operations.items():
        if operation.method == "GET" and not operation.many and not operation.path_parameters:
            ws.call(name)
    for name, operation in ws.operations.items():
        lists = ws.operations.get(name.removesuffix("get") + "list")
        if name.endswith(".get") and lists is not None and operation.path_parameters == ("id",):
            for each in ws.call(lists.id, limit=3)["id"]:
                assert ws.call(name, id=each).id == each


def test_records_are_copied_and_pickled_by_value():
    record = connect_workspace(lambda *_: {}).me()
    for twin in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301 - of this test
        assert dict(twin) == dict(record)
    assert json.dumps(record["scopes"]) == '["leads.read"]'
