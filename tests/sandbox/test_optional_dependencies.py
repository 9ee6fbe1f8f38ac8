import subprocess
import sys

import pytest

import pb2b_notebook.sandbox as package

WITHOUT = """
import sys
sys.modules[{missing!r}] = None
import pb2b_notebook.sandbox
from pb2b_notebook.errors import MissingExtraError
try:
    pb2b_notebook.sandbox.{name}
except MissingExtraError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("name", "missing"), [("Sandbox", "pydantic"), ("Sandbox", "starlette"), ("build_document", "fastapi")]
)
def test_a_missing_dependency_names_the_command_that_installs_it(name, missing):
    code = WITHOUT.format(name=name, missing=missing)
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'pb2b-notebook[sandbox]'" in printed


def test_importing_the_package_loads_no_heavy_dependency():
    code = (
        "import sys, pb2b_notebook.sandbox; print([m for m in ('fastapi', 'pydantic', 'sqlite3') if m in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_an_unknown_attribute_of_the_package_is_an_error():
    with pytest.raises(AttributeError, match="Castle"):
        _ = package.Castle
