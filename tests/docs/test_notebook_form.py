"""The notebooks have one form: a question, its result, the sandbox, an answer, and the next steps."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NUMBERED = sorted(FOLDER.glob("[0-9]*.ipynb"))
ON_SPARK = {FOLDER / "16_beyond_one_machine.ipynb"}
OPENED = re.compile(r"pb\.(?:open_sandbox|connect)\(([^)]*)\)")
OTHER_NOTEBOOK = re.compile(r"\[([^\]]+)\]\(((\d\d)_\w+\.ipynb)\)")
OF_ONE_RUN = re.compile(r"/home/|/tmp/|/Users/|[A-Z]:\\\\")


def cells(notebook, kind=None):
    """The cells that a reader sees: without the header for juv."""
    read = nbformat.read(notebook, 4).cells
    return [cell for cell in read if kind in {None, cell.cell_type} and cell.id != "script"]


def parameters(notebook):
    return [cell for cell in cells(notebook, "code") if "parameters" in cell.metadata.get("tags", [])]


def headings(notebook):
    prose = "\n".join(cell.source for cell in cells(notebook, "markdown"))
    return re.findall(r"^(#{1,2}) (.*)$", re.sub(r"```.*?```", "", prose, flags=re.DOTALL), re.MULTILINE)


def code(notebook):
    return "\n".join(cell.source for cell in cells(notebook, "code"))


def test_notebooks_are_numbered_without_a_gap():
    assert [notebook.name[:2] for notebook in NUMBERED] == [f"{number:02}" for number in range(1, len(NUMBERED) + 1)]
    assert set(FOLDER.glob("*.ipynb")) == {*NUMBERED, FOLDER / "app.ipynb"}  # which is no page: `pb2b app` serves it


@pytest.mark.parametrize("notebook", NUMBERED, ids=lambda path: path.stem)
def test_a_notebook_says_in_a_hidden_cell_what_juv_installs(notebook):
    """The header is inline script metadata, PEP 723: ``juv run`` takes that of the first code cell that has one."""
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    header = next(cell for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code")
    first, *lines, last = header.source.splitlines()
    assert (header.id, first, last) == ("script", "# /// script", "# ///")
    assert (header.metadata["jupyter"]["source_hidden"], header.metadata["tags"]) == (True, ["remove-cell"])
    assert tomllib.loads("\n".join(line.removeprefix("# ") for line in lines)) == {
        "requires-python": project["requires-python"],
        "dependencies": [f"{project['name']}[{'all,spark' if notebook in ON_SPARK else 'all'}]"],
    }
    assert {"all", "spark"} <= set(project["optional-dependencies"])


@pytest.mark.parametrize("notebook", NUMBERED, ids=lambda path: path.stem)
def test_a_notebook_begins_with_its_question_and_its_result(notebook):
    given = parameters(notebook)
    opening, connecting, *_ = [cell for cell in cells(notebook) if cell not in given]
    title, outcome, *rest = opening.source.split("\n\n")
    assert re.fullmatch(r"# [A-Z][^:]+: .+\?", title)
    assert re.match("At the end of this notebook you (know|have) ", outcome)
    assert rest[-1].startswith("It runs on the embedded **sandbox**")
    assert "No key, no network." in rest[-1]
    writable = [one for one in OPENED.findall(re.sub("#.*", "", code(notebook))) if "read_only=True" not in one]
    assert ("It only reads." in rest[-1]) == (not writable)
    assert connecting.cell_type == "code"
    assert re.search(r"^import pb2b_notebook as pb$", connecting.source, re.MULTILINE)
    assert re.search(r"^\w+ = .*pb\.open_sandbox\(.*\)", connecting.source, re.MULTILINE)
    hinted = "\n".join(cell.source for cell in (*given, connecting))
    assert re.search(r"^\w+ = .*  # on your own data: ", hinted, re.MULTILINE)


@pytest.mark.parametrize("notebook", NUMBERED, ids=lambda path: path.stem)
def test_a_notebook_ends_with_its_answer_and_the_next_steps(notebook):
    found = headings(notebook)
    assert [text for level, text in found if level == "#"] == [found[0][1]]
    assert [text for _, text in found[-2:]] == ["The answer", "What next"]
    # A cell that a user adds at the end works: the sandbox ends with the kernel.
    assert not re.search(r"^(ws|service)\.close\(\)", code(notebook), re.MULTILINE)
    *_, last = cells(notebook)
    heading, *points = last.source.split("\n\n", 1)
    assert heading == "## What next"
    assert points[0].startswith("- ")
    onward = OTHER_NOTEBOOK.findall(last.source)
    assert {name for _, name, _ in onward} - {notebook.name}


@pytest.mark.parametrize("notebook", NUMBERED, ids=lambda path: path.stem)
def test_a_link_to_another_notebook_names_it_by_its_number(notebook):
    for cell in cells(notebook, "markdown"):
        assert all(text == number for text, _, number in OTHER_NOTEBOOK.findall(cell.source))
        assert not re.search(r"`\d\d_\w+\.ipynb`", cell.source), "a notebook is named without a link to it"


def test_every_notebook_but_the_first_is_linked_from_another():
    onward = {name for notebook in NUMBERED for _, name, _ in OTHER_NOTEBOOK.findall(cells(notebook)[-1].source)}
    assert {notebook.name for notebook in NUMBERED[1:]} <= onward


@pytest.mark.parametrize("notebook", NUMBERED, ids=lambda path: path.stem)
def test_the_outputs_of_a_notebook_are_the_same_on_every_machine(notebook):
    for cell in cells(notebook, "code"):
        assert cell.execution_count is not None
        for output in cell.outputs:
            assert output.get("name") != "stderr"
            assert output.output_type != "error"
            shown = dict(output.get("data", {}), text=output.get("text", ""))
            assert "application/vnd.jupyter.widget-view+json" not in shown, "a bar or a form, which comes and goes"
            assert not any(OF_ONE_RUN.search(text) for kind, text in shown.items() if not kind.startswith("image/"))


def test_the_status_of_a_week_has_parameters_and_no_conclusion_that_was_written_before():
    [notebook] = FOLDER.glob("13_*.ipynb")
    [given] = parameters(notebook)
    assert re.findall(r"^(\w+) = ", given.source, re.MULTILINE) == ["profile", "period", "at"]
    *_, answer, computed, _ = cells(notebook)
    assert answer.source.startswith("## The answer")
    assert not re.search(r"\d|\b(one|two|ten|nine|nineteen)\b", answer.source)
    assert computed.cell_type == "code"
