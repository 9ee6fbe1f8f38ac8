"""Restart & Run All, twice: the second run of an example notebook leaves the workspace as the first one left it."""

import os
from pathlib import Path

import nbformat
import pytest

import pb2b_notebook as pb

SOMEBODY_ELSE = {"05_mirror_and_sql"}
"""Plays a colleague who edits whatever leads are the newest: the second run plays another edit, which is its point."""
NOTEBOOKS = [
    path
    for path in sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
    if path.stem not in SOMEBODY_ELSE
]
LASTING = """\
import pb2b_notebook as _pb
_open = _pb.open_sandbox


def _lasting(**options):
    ws = _open(**{**options, "db": %r})
    advance = ws.sandbox.clock.advance
    ws.sandbox.clock.advance = lambda seconds: advance(min(seconds, 60))
    return ws


_pb.open_sandbox = _lasting
"""


def run(notebook, folder, *, again=False):
    """Run all cells in a kernel of their own, on a workspace that stays, and within a day of its clock.

    A cell of the second run may say that there is nothing left to do; that is no reason to stop.
    """
    from nbclient import NotebookClient

    made = nbformat.read(notebook, as_version=4)
    made.cells.insert(0, nbformat.v4.new_code_cell(LASTING % str(folder / "workspace.sqlite3")))
    NotebookClient(made, timeout=120, kernel_name="python3", allow_errors=again).execute(
        env={**os.environ, "PB2B_CACHE_DIR": str(folder / "cache")}, cwd=str(folder)
    )


def held(folder):
    """What the workspace holds of all that a run could do twice.

    Left out are when a lead was changed last, endpoints of webhooks (their ports are new in each run) and tickets (the
    one of the tour quotes the request of the moment).
    """
    with pb.open_sandbox(db=folder / "workspace.sqlite3", frame="polars") as ws:
        leads = ws.leads.list(include_deleted=True, progress=False).drop("updated_at").sort("id")
        made = [ws.imports.list, ws.exports.list, ws.campaigns.list, ws.campaigns.runs, ws.prospector.runs.list]
        return leads.write_json(), [one()["id"].to_list() for one in made]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")  # of kernels that come and go
def test_the_second_run_changes_nothing(notebook, tmp_path):
    run(notebook, tmp_path)
    leads, others = held(tmp_path)
    run(notebook, tmp_path, again=True)
    again, others_again = held(tmp_path)
    assert others_again == others
    assert again == leads
