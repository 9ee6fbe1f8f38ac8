"""The rooms import only downwards, as the map in the documentation says, and ruff and mypy find nothing."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["lint-imports", "--no-cache"], id="import-linter"),
        pytest.param(["ruff", "check"], id="ruff check"),
        pytest.param(["ruff", "format", "--check"], id="ruff format"),
        pytest.param(["mypy"], id="mypy strict"),
    ],
)
def test_a_tool_finds_nothing(command):
    tool = Path(sys.executable).parent / command[0]
    done = subprocess.run(
        [tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_modules_import_each_other_in_a_circle_at_run_time():
    graph = grimp.build_graph("pb2b_notebook", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_no_file_names_a_path_of_a_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    parent = str(ROOT.parent) + "/"
    if len(ROOT.parts) < 3:
        pytest.skip("the checkout lies at the root, whose name is in every path")
    names = [n for n in listed.stdout.decode().split("\0") if n]
    guilty = [n for n in names if parent.encode() in (ROOT / n).read_bytes()]
    assert guilty == []


# --- the map ---------------------------------------------------------------------------------------------------------


def layers(container):
    """The lines of the import contract of a room, from top to bottom: the names on each."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [found] = [one["layers"] for one in contracts if one.get("containers") == [container]]
    return [{name.strip() for name in line.split("|")} for line in found]


def tables_of_the_map():
    """The rows of each table below "Rooms import downwards", as their cells."""
    text = (ROOT / "docs" / "explanation" / "design.md").read_text("utf-8")
    section = text.partition("## Rooms import downwards")[2].partition("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)
    return [[line.strip("|\n").split("|") for line in table.splitlines()[2:]] for table in tables]


def test_the_map_of_the_rooms_is_that_of_the_import_contract():
    rooms, _ = tables_of_the_map()
    assert [set(re.findall(r"`(\w+)`", cells[0])) for cells in rooms] == layers("pb2b_notebook")


def test_the_map_names_every_wing_from_top_to_bottom():
    _, rooms = tables_of_the_map()
    for room, wings in ((cells[0].strip(" `"), re.findall(r"`(\w+)`", cells[1])) for cells in rooms):
        lines = layers(f"pb2b_notebook.{room}")
        folders = {
            path.name
            for path in ROOT.joinpath("pb2b_notebook", *room.split(".")).iterdir()
            if (path / "__init__.py").exists()
        }
        assert folders <= set(wings), room
        height = [next(number for number, line in enumerate(lines) if wing in line) for wing in wings]
        assert height == sorted(height), room


def modules(wing):
    """The names of the modules and folders of a wing."""
    found = {path.parent.name for path in wing.glob("*/__init__.py")}
    return found | {path.stem for path in wing.glob("*.py")} - {"__init__", "__main__"}


WINGS = sorted(path.parent for path in (ROOT / "pb2b_notebook").glob("*/**/__init__.py"))


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: wing.relative_to(ROOT / "pb2b_notebook").as_posix())
def test_a_wing_says_what_each_of_its_modules_is_for(wing):
    text = ast.get_docstring(ast.parse((wing / "__init__.py").read_text("utf-8")))
    one_kind = re.search(r"\b(?:one|each) module\b", text, re.IGNORECASE)  # such as one module for each kind of value
    assert one_kind or modules(wing) <= set(re.findall(r"\w+", text))
