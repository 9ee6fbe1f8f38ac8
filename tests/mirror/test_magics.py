"""``%%pb2b`` and ``%pb2b``: SQL over the mirror in a notebook, and its completion, in a real IPython shell."""

import datetime as dt
import subprocess
import sys

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import pb2b_notebook as pb
from pb2b_notebook.errors import QueryError, UsageError

COUNT = "select count(*) as n from leads where status = $status"


@pytest.fixture(scope="module")
def queried(module_cache):
    with pb.open_sandbox(leads=60, rate_limit=1_000_000, in_process=True) as ws:
        ws.mirror.sync("leads")
        yield ws


@pytest.fixture
def shell(queried):
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "pb2b_notebook")
    shell.user_ns.clear()
    shell.user_ns |= {"ws": queried, "status": "new"}
    yield shell
    InteractiveShell.clear_instance()


def cell(shell, line, text):
    return shell.run_cell_magic("pb2b", line, text)


def test_a_cell_shows_the_frame_and_takes_variables_by_name(shell):
    shell.user_ns |= {"wanted": ["new", "replied"], "since": dt.datetime(2025, 1, 1, tzinfo=dt.UTC)}
    text = "select count(*) as n from leads where status in (select unnest($wanted)) and updated_at > $since"
    assert cell(shell, "", text)["n"].item() > 0
    shell.user_ns["wanted"] = pd.Series(["new"])
    assert cell(shell, "", text)["n"].item() > 0
    assert shell.run_cell_magic("pb2b_sql", "", text)["n"].item() > 0


@pytest.mark.parametrize(
    "line", ["found --polars", "found << --polars", "-o found -f polars", "--polars found -w other"]
)
def test_a_cell_sets_a_variable(shell, line):
    shell.user_ns["other"] = pb.open_mirror(shell.user_ns["ws"].mirror.location.root)
    assert cell(shell, line, "select 1 as one") is None
    assert shell.user_ns["found"].rows() == [(1,)]


def test_a_line_is_a_value_and_its_statement_is_not_expanded(shell):
    shell.run_cell("found = %pb2b --polars " + COUNT + " or title = 'a  b{status}'")
    assert shell.user_ns["found"]["n"].item() == len(shell.user_ns["ws"].leads.list(status="new"))
    assert shell.run_line_magic("pb2b", "-w ws select '--polars' as a")["a"].item() == "--polars"
    assert shell.run_line_magic("pb2b", "--frame pyarrow shifted << select 1 << 2 as a") is None
    assert shell.user_ns["shifted"].to_pylist() == [{"a": 4}]


@pytest.mark.parametrize("params", ["chosen", "$chosen", "\"{'status': 'replied'}\"", '{"status":  "replied"}'])
def test_parameters_are_given_as_a_dict(shell, params):
    shell.user_ns["chosen"] = {"status": "replied"}
    found = cell(shell, f"--params {params}", COUNT)
    assert found["n"].item() == len(shell.user_ns["ws"].leads.list(status="replied"))


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        ("", "select $nobody", "no variable 'nobody' → set nobody in a cell above"),
        ("--params {}", COUNT, "--params has no 'status'"),
        ("--params none", COUNT, "--params is not a dict"),
        ("--workspace other", "select 1", "no workspace 'other' → name its variable"),
        ("one two", "select 1", "'two' is not an option"),
        ("--polras", "select 1", "'--polras' is not an option"),
    ],
)
def test_a_wrong_argument_is_an_error_with_its_repair(shell, line, text, message):
    with pytest.raises(UsageError) as caught:
        cell(shell, line, text)
    assert message in str(caught.value)


@pytest.mark.parametrize("line", ["<< select 1", "1x << select 1", "-o found other << select 1"])
def test_a_line_that_sets_a_variable_needs_its_name(shell, line):
    with pytest.raises(UsageError, match="<< needs the name of one variable before it → %pb2b found << select"):
        shell.run_line_magic("pb2b", line)
    assert "other" not in shell.user_ns


def test_only_a_select_is_run(shell):
    with pytest.raises(QueryError):
        cell(shell, "", "drop table leads")


def test_without_a_variable_it_is_the_workspace_that_was_opened_last(shell):
    del shell.user_ns["ws"]
    with pb.open_sandbox(leads=5, in_process=True) as last:
        last.mirror.sync("leads")
        assert cell(shell, "", "select count(*) as n from leads")["n"].item() == 5


def test_without_a_workspace_the_error_says_how_to_open_one():
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "pb2b_notebook")
shell.run_line_magic("pb2b", "select 1")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "UsageError: no workspace is open → ws = pb.connect(), or ws = pb.open_sandbox()" in done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%%pb2b --po|", ["--polars"]),
        ("%%pb2b\nselect company_n|\nfrom leads", ["company_name"]),
        ("%%pb2b\nselect company_n|", []),
        ("%%pb2b\nselect * from lea|", ["leads"]),
        (COUNT.replace("$status", "$sta|"), []),
        ("%pb2b " + COUNT.replace("$status", "$sta|"), ["$status"]),
    ],
)
def test_names_are_completed_in_cells_of_sql_only(shell, text, expected):
    with provisionalcompleter():
        found = [one.text for one in shell.Completer.completions(text.replace("|", ""), text.index("|"))]
    assert [name for name in found if name in {"--polars", "company_name", "leads", "$status"}] == expected


def test_opening_a_mirror_offers_the_magics_once(queried):
    shell = InteractiveShell.instance()
    try:
        for _ in range(2):
            pb.open_mirror(queried.mirror.location.root)
        assert "pb2b" in shell.magics_manager.magics["cell"]
        assert sum(getattr(known, "of_pb2b", False) for known in shell.Completer.custom_matchers) == 1
    finally:
        InteractiveShell.clear_instance()
