"""CONTRIBUTING's recipe for a new operation, followed word by word in a copy of this tree.

Its last step runs the tests that prove the result: the new operation answers in its documented shape, and its verb
reaches it.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(900)  # it runs tests itself
ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RECIPE = TEXT[TEXT.index("## Adding an operation") : TEXT.index("## Habits")]
STEP = re.compile(
    r"[Ii]n\s+`(?P<file>[^`]+)`,\s(?P<how>at the end|instead of|above|below)(?:\s`(?P<anchor>[^`]+)`)?:\n\n"
    r"```(?:python|text)\n(?P<code>.*?)^```$|^```sh\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
EXEMPTION = re.compile(r"# noqa:[A-Z0-9, ]*\bS[0-9]{3}\b")
PARTS = ("pb2b_notebook", "tests", "conftest.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture
def copy(tmp_path):
    for part in PARTS:
        source, to = ROOT / part, tmp_path / part
        if source.is_dir():
            # With the bytecode of this tree, which the copies of the times of its sources keep valid.
            shutil.copytree(source, to, ignore=shutil.ignore_patterns(".*"))
        else:
            shutil.copy2(source, to)
    return tmp_path


def test_the_steps_add_an_operation_that_passes_what_all_operations_pass(copy):
    steps = list(STEP.finditer(RECIPE))
    # No block of the text is skipped.
    assert len(steps) == RECIPE.count("\n```\n") >= 10
    for step in steps:
        if step["commands"]:
            for command in step["commands"].replace("\\\n", "").splitlines():
                run(copy, command)
        else:
            change(copy / step["file"], step["how"], step["anchor"], step["code"])


def test_clone_to_green_is_the_line_of_the_readme():
    [commands] = re.findall(r"in two commands:\n\n```sh\n(.*?)```", TEXT, re.DOTALL)
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert " && ".join(commands.splitlines()) in readme


def change(file, how, anchor, code):
    text = file.read_text("utf-8")
    if how == "at the end":
        file.write_text(f"{text}\n\n{code}", "utf-8")
        return
    assert text.count(anchor) == 1, f"{file.name}: {anchor}"
    code = code.rstrip("\n") if how == "instead of" else code
    new = {"instead of": code, "above": code + anchor, "below": f"{anchor}\n{code.rstrip()}"}[how]
    file.write_text(text.replace(anchor, new), "utf-8")


def run(copy, command):
    program, *arguments = shlex.split(command)
    assert program.startswith(".venv/bin/"), command
    here = Path(sys.executable).with_name(Path(program).name)
    known = {"PYTHONPATH": str(copy), "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    done = subprocess.run(
        [here, *arguments], cwd=copy, env=os.environ | known, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_each_exemption_from_a_security_rule_says_why():
    sources = [path for part in ("pb2b_notebook", "tests") for path in (ROOT / part).rglob("*.py")]
    exempt = [line for path in sources for line in path.read_text("utf-8").splitlines() if EXEMPTION.search(line)]
    assert [line for line in exempt if not re.search(r"# noqa: [A-Z0-9, ]+ - \w", line)] == []
