"""``pb2b contract drift`` for people and for CI."""

import copy
import json

import pytest

from pb2b_notebook import openapi
from pb2b_notebook.api.contract import sources
from pb2b_notebook.cli import main


@pytest.fixture
def document(tmp_path):
    """Write a copy of our document after an edit; its path."""

    def write(edit=None):
        theirs = copy.deepcopy(openapi.load_document())
        if edit is not None:
            edit(theirs)
        path = tmp_path / "theirs.json"
        path.write_text(json.dumps(theirs))
        return str(path)

    return write


def without_usage(theirs):
    del theirs["paths"]["/billing/usage"]


def with_a_segment(theirs):
    theirs["paths"]["/segments"] = {"get": {"operationId": "segments.list", "x-scopes": ["leads.read"]}}


def test_the_same_document_is_no_difference_and_0(document, capsys):
    assert main(["contract", "drift", document()]) == 0
    assert capsys.readouterr().out == "no differences\n"


@pytest.mark.parametrize(
    ("edit", "options", "status"),
    [
        (without_usage, [], 1),
        (with_a_segment, [], 0),
        (with_a_segment, ["--fail-on", "notable"], 0),
        (with_a_segment, ["--fail-on", "harmless"], 1),
    ],
)
def test_the_status_is_1_from_the_severity_on_that_one_chooses(document, capsys, edit, options, status):
    assert main(["contract", "drift", document(edit), *options]) == status
    assert "operation" in capsys.readouterr().out


def test_json_is_for_machines(document, capsys):
    assert main(["contract", "drift", document(without_usage), "--json"]) == 1
    [removed] = json.loads(capsys.readouterr().out)
    assert (removed["subject"], removed["change"], removed["operations"]) == (
        "billing.usage",
        "removed",
        ["billing.usage"],
    )
    assert main(["contract", "drift", document(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_cannot_be_read_is_2_and_one_line(tmp_path, capsys):
    (tmp_path / "old.json").write_text('{"openapi": "3.0.0", "paths": {}}')
    for source in ("none.json", str(tmp_path / "old.json"), "http://api.example.com/openapi.json"):
        assert main(["contract", "drift", source]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith("pb2b: ")
        assert shown.err.count("\n") == 1


def test_the_default_is_the_documented_address_of_the_live_document():
    assert sources.LIVE_DOCUMENT == "https://www.login.prospectb2b.com/developers/api/openapi.json"
