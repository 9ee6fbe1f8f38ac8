"""The columns of a list as data are those of its frames, in every library and in the schemas of other tools."""

import copy
import json
from importlib.util import find_spec

import jsonschema
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors

LISTS = [
    "leads",
    "lead_fields",
    "activities",
    "messages",
    "imports",
    "exports",
    "jobs",
    "campaigns",
    "prospector.workflows",
    "prospector.runs",
    "inbox.threads",
    "tickets",
    "webhooks",
]


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=40) as opened:
        yield opened


def domain_of(ws, name):
    for part in name.split("."):
        ws = getattr(ws, part)
    return ws


@pytest.mark.parametrize("name", LISTS)
def test_the_dtypes_are_those_of_the_frames(ws, name):
    domain = domain_of(ws, name)
    schema = domain.schema()
    assert schema.dtypes() == domain.list(limit=5).dtypes.to_dict()
    assert schema.dtypes("polars") == dict(domain.list(limit=5, frame="polars").schema)
    arrow = domain.list(limit=5, frame="pyarrow").schema.remove_metadata()  # the provenance
    assert schema.to_arrow().equals(arrow, check_metadata=True)
    assert schema.to_frame("polars")["column"].to_list() == list(schema.names)


def test_the_custom_fields_of_the_workspace_are_in_it(ws):
    table = ws.leads.schema().to_frame("polars")
    of_field = {row["field"]: row["kind"] for row in table.iter_rows(named=True)}
    assert {of_field["custom_fields.interests"], of_field["custom_fields.demo_at"]} == {"texts", "datetime"}


def test_rows_fit_the_json_schema_and_values_of_another_type_do_not(ws):
    schema = ws.leads.schema().to_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    rows = json.loads(ws.leads.list(frame="polars").write_json())
    assert rows
    assert [error.message for row in rows for error in check.iter_errors(row)] == []
    for wrong in ({"score": "12"}, {"tags": "a, b"}, {"created_at": 7}):
        assert not check.is_valid({**copy.copy(rows[0]), **wrong}), wrong


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("tool", ["pandera", "pointblank"])
def test_other_tools_get_their_schema_or_the_error_says_how_to_install_them(ws, tool, library):
    schema, leads = ws.leads.schema(), ws.leads.list(frame=library)
    if find_spec(tool) is None:
        with pytest.raises(errors.MissingExtraError, match=r"pip install 'pb2b-notebook\[schemas\]'"):
            getattr(schema, f"to_{tool}")(library)
    elif tool == "pandera":
        assert schema.to_pandera(library).validate(leads).shape == leads.shape
    else:
        pointblank = pytest.importorskip(tool)
        assert pointblank.Validate(leads).col_schema_match(schema.to_pointblank(library)).interrogate().all_passed()


def test_another_library_is_refused(ws):
    with pytest.raises(errors.InvalidParameterError, match="unknown frame 'pyarrow'"):
        ws.leads.schema().dtypes("pyarrow")


@pytest.mark.parametrize("wrong", ["spark", "polars", None])
def test_a_schema_takes_no_library(ws, wrong):
    with pytest.raises(errors.InvalidParameterError, match=r"schema takes no 'frame' → call schema\(\) without"):
        ws.leads.schema(frame=wrong)
