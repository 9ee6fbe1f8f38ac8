"""Run notebooks twice: the second run leaves the workspace as the first one left it.

Both runs are in this process, each in its own shell; nbval runs every notebook in a kernel. A notebook is left to nbval
if others call each verb that writes of those that it calls.
"""

import re
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest

import pb2b_notebook as pb
from notebook_shell import new_shell

ALL = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("[0-9]*.ipynb"))
WRITES = re.compile(r"\b(ws\.[\w.]*(?:advance|create|delete|launch|retry|update|upsert)|(?:plan|back|intake)\.apply)\(")
OPENED = re.compile(r"pb\.(?:open_sandbox|connect)\(([^)]*)\)")
LEADS = 60
"""Leads of a workspace: nothing here depends on their number; nbval runs each notebook with as many as it opens."""
WEEKS = {"05_mirror_and_sql"}
"""Notebooks that advance the clock by a week. Others stay within the day for which the journal replays a response."""


def code_cells(notebook):
    return [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]


def writes(notebook):
    """Return the verbs that write, if a connection is not read-only."""
    code = re.sub(r"#.*", "", "\n".join(code_cells(notebook)))
    return set() if all("read_only=True" in options for options in OPENED.findall(code)) else {*WRITES.findall(code)}


def together():
    """Return notebooks that together call each verb that any of them calls, those with most verbs first."""
    chosen, called = [], set()
    for notebook in sorted(ALL, key=lambda each: len(writes(each)), reverse=True):
        if writes(notebook) - called:
            chosen.append(notebook)
            called |= writes(notebook)
    return chosen


NOTEBOOKS = together()


@pytest.fixture
def shared_file(tmp_path, monkeypatch):
    """Open every sandbox on one file, of few leads, and advance its clock by at most ``longest`` seconds at a time.

    Notebooks end in an open workspace: ``close_all`` closes those that are open.
    """
    open_sandbox, opened = pb.open_sandbox, ExitStack()

    def open_on_file(**options):
        ws = opened.enter_context(open_sandbox(**options | {"leads": LEADS, "db": tmp_path / "workspace.sqlite3"}))
        advance = ws.sandbox.clock.advance
        ws.sandbox.clock.advance = lambda seconds: advance(min(seconds, open_on_file.longest))
        return ws

    open_on_file.close_all = opened.close
    monkeypatch.setattr(pb, "open_sandbox", open_on_file)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    with opened:
        yield open_on_file


def run(notebook, shared_file, *, again=False):
    """Run all cells. In the second run a cell may fail because nothing is left to do."""
    with new_shell() as shell:
        for source in code_cells(notebook):
            result = shell.run_cell(source)
            if not again:
                result.raise_error()
        shared_file.close_all()


def workspace_state():
    """Return what a second run could change, except for the times at which leads were last changed."""
    with pb.open_sandbox(frame="polars") as ws:
        leads = ws.leads.list(include_deleted=True, progress=False).drop("updated_at").sort("id")
        made = [ws.imports.list, ws.exports.list, ws.campaigns.list, ws.campaigns.runs, ws.prospector.runs.list]
        made += [ws.prospector.workflows.list, ws.tickets.list, ws.webhooks.list]
        return leads.write_json(), [list_()["id"].to_list() for list_ in made]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_second_run_of_a_notebook_changes_nothing(notebook, shared_file):
    shared_file.longest = 1e9 if notebook.stem in WEEKS else 60.0
    run(notebook, shared_file)
    leads, others = workspace_state()
    run(notebook, shared_file, again=True)
    leads_again, others_again = workspace_state()
    assert others_again == others
    assert leads_again == leads
