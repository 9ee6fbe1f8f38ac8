"""Run every live notebook in a Python without threads and sockets, as in a web page; fail if a cell fails.

``.ci/site`` runs it with the versions that a web page has.
"""

import os
import re
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.font_manager  # noqa: F401 - it starts a timer, which the distribution's build leaves out
import nbformat
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

ROOT = Path(__file__).parents[2]
NOT_LIVE = ("05", "13", "16")


def run(shell, notebook):
    """Run the cells of a notebook, and return the number of them."""
    shell.reset(new_session=True)
    cells = [cell.source for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, 1):
        with capture_output():
            done = shell.run_cell(cell, store_history=True)
        if not done.success:
            shell.showtraceback((type(done.error_in_exec), done.error_in_exec, done.error_in_exec.__traceback__))
            raise SystemExit(f"{notebook.name}: cell {number} failed")
    for name in ("ws", "service"):
        if name in shell.user_ns:
            shell.user_ns[name].close()
    return len(cells)


def main():
    """Run them all."""
    HistoryManager.enabled = False
    os.environ |= {
        "PB2B_CACHE_DIR": tempfile.mkdtemp(),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "TQDM_DISABLE": "1",
    }
    shell = InteractiveShell.instance()
    import no_threads  # noqa: F401 - from here on

    os.chdir(ROOT / "notebooks")
    for notebook in sorted(ROOT.glob("notebooks/[0-9]*.ipynb")):
        if not re.match("|".join(NOT_LIVE), notebook.name):
            began = time.monotonic()
            number = run(shell, notebook)
            print(f"{notebook.name}: {number} cells, {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
