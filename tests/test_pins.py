"""The pins are exact and complete, each in one file: Binder's for the extra `all`, the constraints for `dev` alone."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder" / "requirements.txt"
BEYOND = ROOT / ".ci" / "constraints.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# The pins were made by this interpreter; on others, markers differ and a few pins are not needed.
LOCKED = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip().removeprefix("python-")
AT_HOME = sys.platform == "linux" and "{}.{}".format(*sys.version_info) == LOCKED


def pins(path):
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith(("#", "-"))]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[A-Za-z0-9.+!]+", line)] == []
    assert lines == sorted(lines)
    return {line.partition("==")[0] for line in lines}


def needed(extra):
    """The distributions that ``pip install '.[extra]'`` brings, by what is installed here."""
    found, waiting = set(), [(line, "") for line in PROJECT["dependencies"]] + [(f"pb2b-notebook[{extra}]", "")]
    seen = set()
    while waiting:
        line, asked = waiting.pop()
        requirement = Requirement(line)
        if (line, asked) in seen or (requirement.marker and not requirement.marker.evaluate({"extra": asked})):
            continue
        seen.add((line, asked))
        name = canonicalize_name(requirement.name)
        if name == "pb2b-notebook":
            waiting += [(one, "") for wanted in requirement.extras for one in PROJECT["optional-dependencies"][wanted]]
            continue
        found.add(name)
        try:
            waiting += [(one, wanted) for one in requires(name) or [] for wanted in ("", *requirement.extras)]
        except PackageNotFoundError:
            pytest.skip(f"{name} is not installed here: `sh .ci/setup dev`")
    return found


def test_binder_pins_exactly_what_the_extra_needs():
    pinned, wanted = pins(BINDER), needed("all")
    assert sorted(wanted - pinned) == [], "not pinned: `sh .ci/lock`"
    if AT_HOME:
        assert sorted(pinned - wanted) == [], "more than `all` needs: move it to .ci/constraints.txt, or remove it"


def test_the_constraints_add_only_what_development_needs():
    beyond, wanted = pins(BEYOND), needed("dev")
    assert beyond & pins(BINDER) == set()
    assert sorted(wanted - beyond - pins(BINDER)) == [], "not pinned: `sh .ci/lock`"
    if AT_HOME:
        assert sorted(beyond - wanted) == []


def test_the_pins_have_one_source():
    assert "-c ../binder/requirements.txt" in BEYOND.read_text("utf-8").splitlines()
    assert "-c .ci/constraints.txt" in (ROOT / ".ci" / "setup").read_text("utf-8")
