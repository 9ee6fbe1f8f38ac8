"""Notebook 13 opens the workspace that its parameters name, and its words are true there."""

from pathlib import Path

import nbformat
import pytest

import pb2b_notebook as pb
from notebook_shell import new_shell

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "13_monday_status.ipynb"


@pytest.mark.filterwarnings("ignore")
def test_the_status_of_an_empty_workspace_claims_nothing(tmp_path, monkeypatch, capsys):
    # Only a run shows that no sentence is left from the sandbox.
    with pb.open_sandbox(leads=0, rate_limit=1_000_000) as ws, new_shell() as shell:
        config = tmp_path / "profiles.toml"
        key = ws.sandbox.create_key(read_only=True)
        config.write_text(f'[profiles.empty]\napi_key = "{key}"\nbase_url = "{ws.base_url}"\n', "utf-8")
        config.chmod(0o600)
        monkeypatch.setenv("PB2B_CONFIG", str(config))
        monkeypatch.setenv("MPLBACKEND", "agg")
        cells = [cell for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == "code"]
        for cell in cells:
            capsys.readouterr()
            shell.run_cell(cell.source).raise_error()
            if "parameters" in cell.metadata.get("tags", []):
                shell.run_cell('profile = "empty"\nperiod = "monthly"').raise_error()
        text = capsys.readouterr().out
        shell.user_ns["ws"].close()
        assert text.startswith("No new leads")
        assert "call" not in text
