"""Binder's environment: the packages pinned in ``binder/`` and no others, and the first notebook runs in it.

``sh .ci/setup dev`` installs the same pins from the package index, so that they are not downloaded again: the packages
that Binder gets are linked from this environment into a bare one.
"""

import os
import shutil
import subprocess
import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import nbformat
import pytest
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from packaging.utils import canonicalize_name

from pb2b_notebook.cli.showing import FIRST_NOTEBOOK

ROOT = Path(__file__).parents[1]
BUILD_TOOLS = ("pip", "setuptools")  # in every environment of Binder


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what a clone has, without what was built in this one."""
    to = tmp_path_factory.mktemp("binder") / "checkout"
    unwanted = shutil.ignore_patterns(
        ".git", ".venv", "__pycache__", ".*_cache", ".ipynb_checkpoints", "_build", "dist"
    )
    shutil.copytree(ROOT, to, ignore=unwanted)
    return to


def pinned(checkout):
    """The versions by name, of lines such as ``PyYAML==6.0.4``."""
    lines = (checkout / "binder/requirements.txt").read_text("utf-8").splitlines()
    found = [line.partition("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in found}


def installed(name):
    try:
        return distribution(name)
    except PackageNotFoundError:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{name} is not installed here: `sh .ci/setup dev`")


@pytest.fixture(scope="module")
def environment(checkout):
    """Run a command in an environment of the pinned packages, after Binder's ``postBuild``."""
    folder = checkout.parent / "environment"
    venv.create(folder, symlinks=True)
    to = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    for name in (*BUILD_TOOLS, *pinned(checkout)):
        package = installed(name)
        # Whole folders and modules; scripts, which lie outside, are called as modules.
        for top in {file.parts[0] for file in package.files if ".." not in file.parts} - {"__pycache__"}:
            if not (to / top).exists():
                (to / top).symlink_to(package.locate_file(top))
    pip = folder / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{folder}/bin/python" -m pip "$@"\n', "utf-8")
    pip.chmod(0o755)
    clean = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    clean |= {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "PB2B_CACHE_DIR": str(checkout.parent / "cache")}
    clean |= {"TQDM_DISABLE": "1"}  # on a slow machine a bar would be an output that is not stored

    def run(*command, **more):
        return subprocess.run(command, cwd=checkout, env=clean | more, capture_output=True, text=True, check=False)

    # The build backend comes from here too, instead of from the index.
    # Nothing is compiled ahead: the notebook imports a part of the package. Pip reads "0" as a yes to these options.
    options = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_COMPILE": "0", "PIP_QUIET": "2"}
    backend = {"PYTHONPATH": sysconfig.get_path("purelib"), **options}
    built = run("bash", "binder/postBuild", **backend)
    assert built.returncode == 0, built.stderr
    return run


def test_the_pinned_versions_are_those_that_are_tested(checkout):
    assert {name: installed(name).version for name in pinned(checkout)} == pinned(checkout)


def test_the_pins_satisfy_each_other_and_the_package(environment):
    checked = environment("pip", "check")
    assert checked.returncode == 0, checked.stdout


def test_no_development_tool_is_pinned(checkout):
    tools = {"sphinx", "pytest", "ruff", "mypy", "playwright", "hypothesis", "pyspark", "schemathesis"}
    assert pinned(checkout).keys() & tools == set()
    assert not (ROOT / "binder" / "apt.txt").exists()


def test_the_first_notebook_shows_there_what_it_shows_here(environment, checkout):
    ran = environment(
        *("python", "-m", "nbconvert", "--to", "notebook", "--execute", FIRST_NOTEBOOK, "--output", "ran.ipynb"),
    )
    assert ran.returncode == 0, ran.stderr
    made = nbformat.read((checkout / FIRST_NOTEBOOK).with_name("ran.ipynb"), 4)
    assert texts(made) == texts(nbformat.read(ROOT / FIRST_NOTEBOOK, 4))


def texts(notebook):
    """What each code cell shows as text.

    A kernel flushes what is printed by a clock, so that a slow machine stores one text in several outputs.
    """
    whole, _ = CoalesceStreamsPreprocessor(enabled=True)(notebook, {})
    outputs = [output for cell in whole.cells for output in cell.get("outputs", [])]
    return [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]


def test_a_text_that_a_slow_kernel_printed_in_parts_is_compared_as_one():
    def printed(text):
        return nbformat.v4.new_output("stream", name="stdout", text=text)

    value = nbformat.v4.new_output("execute_result", {"text/plain": "1"})
    outputs = [printed("a\n"), printed("b\n"), value, printed("c\n")]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    assert texts(notebook) == ["a\nb\n", "1", "c\n"]
