"""The frame libraries of the tests of pictures."""

import pytest

from frame_libraries import library_for


@pytest.fixture
def kind(request):
    """One of the libraries, by the name of the test: another test compares the pictures of both."""
    return library_for(request.node.name, "pandas", "polars")
