"""The rooms import only downwards, and the tools that keep the house find nothing."""

import os
import subprocess
import sys
from pathlib import Path

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
