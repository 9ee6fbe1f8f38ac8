"""For all tests, docstring examples and notebooks: a sandbox is in process, unless a test says ``in_process=False``.

A request is then a call, which costs half as much. What is about connections, ports, other processes or their ends
says so, and uses real HTTP.
"""

import os
import sys
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule

os.environ["PB2B_IN_PROCESS"] = "1"

# The frames of tests are small, and there are more workers than processors: to hand work to further threads costs an
# eighth of the time. tests/support/environments.py tries several.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# nbval checks notebooks with jsonschema, which builds grammars of IRIs: two seconds in each process of the tests. None
# of our schemas has an IRI, and jsonschema does without the package. So nbval is loaded here, after this line.
sys.modules.setdefault("rfc3987_syntax", None)
# The tests of the oldest versions run without it; all others name its options, and fail without it.
pytest_plugins = ["nbval.plugin"] if find_spec("nbval") else []

PACKAGE = Path(__file__).parent / "pb2b_notebook"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Search modules of the package that have docstring examples: searching all others took seconds in each worker."""
    found = yield
    if file_path.is_relative_to(PACKAGE) and b">>>" in file_path.read_bytes():
        return found
    return [each for each in found if not isinstance(each, DoctestModule)]
