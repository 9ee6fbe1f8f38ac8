"""Restart & Run All, twice: the second run of an example notebook leaves the workspace as the first one left it.

Those whose every connection is read-only are left out: they cannot change anything.
"""

import os
import re
from pathlib import Path

import nbformat
import pytest

import pb2b_notebook as pb

ALL = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
OPENED = re.compile(r"pb\.(?:open_sandbox|connect)\(([^)]*)\)")


def only_reads(notebook):
    """Whether it opens nothing that could be written to: then a second run has nothing to change."""
    sources = "\n".join(cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code")
    opened = OPENED.findall(re.sub(r"#.*", "", sources))
    return bool(opened) and all("read_only=True" in one for one in opened)


NOTEBOOKS = [notebook for notebook in ALL if not only_reads(notebook)]
WEEKS = {"05_mirror_and_sql"}
"""Play a week, day by day. The others stay within the day for which the journal answers what was sent before."""
LASTING = """\
import pb2b_notebook as _pb
_open = _pb.open_sandbox


def _lasting(**options):
    ws = _open(**{**options, "db": %r})
    advance = ws.sandbox.clock.advance
    ws.sandbox.clock.advance = lambda seconds: advance(min(seconds, %r))
    return ws


_pb.open_sandbox = _lasting
"""


def run(notebook, folder, *, again=False):
    """Run all cells in a kernel of their own, on a workspace that stays.

    A cell of the second run may say that there is nothing left to do; that is no reason to stop.
    """
    from nbclient import NotebookClient

    made = nbformat.read(notebook, as_version=4)
    longest = 1e9 if notebook.stem in WEEKS else 60.0
    made.cells.insert(0, nbformat.v4.new_code_cell(LASTING % (str(folder / "workspace.sqlite3"), longest)))
    NotebookClient(made, timeout=120, kernel_name="python3", allow_errors=again).execute(
        env={**os.environ, "PB2B_CACHE_DIR": str(folder / "cache")}, cwd=str(folder)
    )


def held(folder):
    """What the workspace holds of all that a run could do twice; left out is when a lead was changed last."""
    with pb.open_sandbox(db=folder / "workspace.sqlite3", frame="polars") as ws:
        leads = ws.leads.list(include_deleted=True, progress=False).drop("updated_at").sort("id")
        made = [ws.imports.list, ws.exports.list, ws.campaigns.list, ws.campaigns.runs, ws.prospector.runs.list]
        made += [ws.prospector.workflows.list, ws.tickets.list, ws.webhooks.list]
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
