"""``pb2b contract``: differences between documents, and the exit status."""

import copy
import json
import re
import subprocess
import sys

import pytest

from pb2b_notebook import openapi
from pb2b_notebook.api.contract import sources
from pb2b_notebook.cli import main


@pytest.fixture
def document(tmp_path):
    """Write an edited copy of our document; return its path."""

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


def test_the_same_document_has_no_differences_and_exits_with_0(document, capsys):
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
def test_the_exit_status_is_1_from_the_severity_of_fail_on(document, capsys, edit, options, status):
    assert main(["contract", "drift", document(edit), *options]) == status
    assert "operation" in capsys.readouterr().out


def test_json_prints_the_differences_as_records(document, capsys):
    assert main(["contract", "drift", document(without_usage), "--json"]) == 1
    [removed] = json.loads(capsys.readouterr().out)
    assert (removed["subject"], removed["change"], removed["operations"]) == (
        "billing.usage",
        "removed",
        ["billing.usage"],
    )
    assert main(["contract", "drift", document(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_unreadable_document_exits_with_2_and_one_line(tmp_path, capsys):
    (tmp_path / "old.json").write_text('{"openapi": "3.0.0", "paths": {}}')
    for source in ("none.json", str(tmp_path / "old.json"), "http://api.example.com/openapi.json"):
        assert main(["contract", "drift", source]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("pb2b: ")
        assert captured.err.count("\n") == 1


def test_the_default_source_is_the_documented_url_of_the_live_document():
    assert sources.LIVE_DOCUMENT == "https://www.login.prospectb2b.com/developers/api/openapi.json"


def test_without_the_sandbox_extra_build_names_the_install_command():
    code = "import sys; sys.modules['fastapi'] = None\nfrom pb2b_notebook.cli import main\nmain(['contract', 'build'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert re.fullmatch(r"pb2b: .+ → pip install 'pb2b-notebook\[sandbox\]'\n", done.stderr)
