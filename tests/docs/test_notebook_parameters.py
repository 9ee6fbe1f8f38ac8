"""Notebook 13 opens the workspace that its parameters name, and its words are true there."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

import pb2b_notebook as pb

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "13_monday_status.ipynb"


def test_the_status_of_an_empty_workspace_claims_nothing(tmp_path, monkeypatch):
    # Two seconds of work in a kernel of its own: only a run shows that no sentence is left from the sandbox.
    with pb.open_sandbox(leads=0, rate_limit=1_000_000, in_process=False) as ws:  # the kernel reaches it
        config = tmp_path / "profiles.toml"
        key = ws.sandbox.create_key(read_only=True)
        config.write_text(f'[profiles.empty]\napi_key = "{key}"\nbase_url = "{ws.base_url}"\n', "utf-8")
        config.chmod(0o600)
        monkeypatch.setenv("PB2B_CONFIG", str(config))
        monkeypatch.setenv("TQDM_DISABLE", "1")  # a bar would be another output, on a slow machine
        book = nbformat.read(NOTEBOOK, 4)
        [place] = [n for n, cell in enumerate(book.cells) if "parameters" in cell.metadata.get("tags", [])]
        book.cells.insert(place + 1, nbformat.v4.new_code_cell('profile = "empty"\nperiod = "monthly"'))
        NotebookClient(book, timeout=120, kernel_name="python3").execute()
        *_, answer, _ = book.cells
        text = answer.outputs[0]["text"]
        assert text.startswith("No new leads")
        assert "call" not in text
