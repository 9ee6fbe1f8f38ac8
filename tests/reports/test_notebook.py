"""The notebook of a report: valid, with its outputs, and it runs again with other parameters."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def test_the_notebook_is_valid_and_shows_the_report_before_it_is_run(sandbox_report, hostile_report, tmp_path):
    for report in (sandbox_report, hostile_report):
        path = report.save(tmp_path / f"{report.live}.ipynb")
        book = nbformat.read(path, 4)
        nbformat.validate(book)
        shown = [cell.outputs[0]["data"] for cell in book.cells if cell.cell_type == "code" and cell.outputs]
        assert len(shown) == 1 + len(report.sections)
        assert report.sections[0].words[0] in shown[0]["text/plain"]
        assert not [cell for cell in book.cells if "<script" in cell.source and cell.cell_type == "markdown"]
        assert not [data for data in shown if "<script" in data["text/html"]]


def test_the_notebook_runs_again_with_other_parameters(sandbox_report, tmp_path, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")  # a bar would be another output, on a slow machine
    book = nbformat.read(sandbox_report.save(tmp_path / "week.ipynb"), 4)
    [parameters] = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    book.cells = book.cells[: book.cells.index(parameters) + 2]
    # As papermill does: a cell after the one with the defaults.
    book.cells.insert(book.cells.index(parameters) + 1, nbformat.v4.new_code_cell('period = "monthly"\nzone = "UTC"'))
    made = book.cells[-1]
    book.cells += [nbformat.v4.new_code_cell(source) for source in ('workspace = "Another one"', made.source)]
    with pytest.raises(CellExecutionError, match="this key opens the workspace"):
        NotebookClient(book, timeout=120, kernel_name="python3").execute()
    assert "2026-02-01 to 2026-02-28 (2026-02, UTC)" in made.outputs[0]["data"]["text/plain"]
