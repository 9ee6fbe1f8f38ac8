"""What Binder does with ``binder/``: an environment from its files alone, and the first notebook run in it."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from packaging.utils import canonicalize_name

from pb2b_notebook.cli import FIRST_NOTEBOOK

pytestmark = pytest.mark.timeout(900)  # a gigabyte is installed
ROOT = Path(__file__).parents[1]
OFFLINE = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError", "No matching distribution")
# The rest of the surroundings would bring packages, keys and profiles of the person who runs the tests.
KEPT = ("HOME", "LANG", "TMPDIR", "CI", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "http_proxy", "https_proxy", "no_proxy")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what a clone has, without what was built in this one."""
    to = tmp_path_factory.mktemp("binder") / "checkout"
    unwanted = shutil.ignore_patterns(
        ".git", ".venv", "__pycache__", ".*_cache", ".ipynb_checkpoints", "_build", "dist"
    )
    shutil.copytree(ROOT, to, ignore=unwanted)
    return to


@pytest.fixture(scope="module")
def environment(checkout):
    """Binder's steps: a bare environment, the requirements, then ``postBuild``. Prints how long and how large."""
    venv, began = checkout.parent / "environment", time.monotonic()
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    surroundings = {name: os.environ[name] for name in os.environ if name in KEPT or name.startswith("PIP_")}
    surroundings |= {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", "PB2B_CACHE_DIR": str(checkout.parent / "cache")}

    def run(*command):
        return subprocess.run(command, cwd=checkout, env=surroundings, capture_output=True, text=True, check=False)

    asked = "--quiet", "--disable-pip-version-check", "--no-compile"
    installed = run("pip", "install", *asked, "-r", "binder/requirements.txt")
    if installed.returncode and not os.environ.get("CI") and any(sign in installed.stderr for sign in OFFLINE):
        pytest.skip("no package index within reach, from which Binder's environment could be made")
    assert installed.returncode == 0, installed.stderr
    built = run("bash", "binder/postBuild")
    assert built.returncode == 0, built.stderr
    took = time.monotonic() - began
    size = sum(file.stat().st_size for file in venv.rglob("*") if file.is_file() and not file.is_symlink())
    sys.stdout.write(f"\nBinder's environment: {took:.0f} s, {size / 1e6:,.0f} MB\n")
    return run


def test_what_is_installed_is_what_is_pinned_and_it_fits_together(environment, checkout):
    frozen = environment("pip", "freeze", "--exclude", "pb2b-notebook").stdout
    assert exact(frozen) == exact((checkout / "binder/requirements.txt").read_text("utf-8"))
    checked = environment("pip", "check")
    assert checked.returncode == 0, checked.stdout


def exact(lines):
    """The versions by name, of lines such as ``PyYAML==6.0.4``."""
    found = [line.partition("==") for line in lines.splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, _, version in found}


def test_nothing_of_java_or_of_the_tools_for_development_is_in_it(environment):
    names = {line.split()[0].lower() for line in environment("pip", "list").stdout.splitlines()[2:]}
    assert names & {"sphinx", "pytest", "ruff", "mypy", "playwright", "hypothesis", "pyspark", "schemathesis"} == set()
    assert not (ROOT / "binder" / "apt.txt").exists()


def test_the_first_notebook_runs_there_and_shows_what_it_shows_here(environment, checkout):
    began = time.monotonic()
    ran = environment("jupyter", "nbconvert", "--to", "notebook", "--execute", FIRST_NOTEBOOK, "--output", "ran.ipynb")
    assert ran.returncode == 0, ran.stderr
    sys.stdout.write(f"\n{FIRST_NOTEBOOK} in it: {time.monotonic() - began:.0f} s\n")
    made = nbformat.read((checkout / FIRST_NOTEBOOK).with_name("ran.ipynb"), 4)
    assert texts(made) == texts(nbformat.read(ROOT / FIRST_NOTEBOOK, 4))


def texts(notebook):
    """What each code cell shows as text."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.get("text") or output.get("data", {}).get("text/plain") for output in outputs]
