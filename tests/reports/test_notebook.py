"""The notebook of a report: valid, with its outputs, and it runs again with other parameters."""

import nbformat
import pytest

from notebook_shell import new_shell


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


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_runs_again_with_other_parameters(sandbox_report, tmp_path):
    book = nbformat.read(sandbox_report.save(tmp_path / "week.ipynb"), 4)
    [parameters] = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    place = book.cells.index(parameters)
    with new_shell() as shell:
        for cell in book.cells[: place + 1]:
            if cell.cell_type == "code":
                shell.run_cell(cell.source).raise_error()
        # As papermill does: a cell after the one with the defaults.
        shell.run_cell('period = "monthly"\nzone = "UTC"').raise_error()
        made = shell.run_cell(book.cells[place + 1].source)
        assert "2026-02-01 to 2026-02-28 (2026-02, UTC)" in repr(made.result)
        shell.run_cell('workspace = "Another one"').raise_error()
        with pytest.raises(SystemExit, match="this key opens the workspace"):
            shell.run_cell(book.cells[place + 1].source).raise_error()
