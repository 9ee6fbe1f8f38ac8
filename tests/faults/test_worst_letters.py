"""A cell of a million letters costs what it weighs: no regular expression is quadratic in a text of a user."""

import subprocess
import sys

import pytest

import worst_letters

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="timers of POSIX")


@pytest.fixture(scope="module")
def ended():
    """The entry points that a process of its own came through."""
    done = subprocess.run([sys.executable, worst_letters.__file__], capture_output=True, text=True, check=False)
    return [line.partition("\t")[0] for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize("name", worst_letters.ENTRY_POINTS)
def test_a_megabyte_of_the_worst_letters_is_read_or_refused(ended, name):
    names, problems = ended
    assert name in names, problems
