"""Fixtures for the tests of columns that are compared."""

import pytest

from frame_libraries import LIBRARIES, library_for


@pytest.fixture
def make_frame(request):
    """Build a frame from columns, in one of the libraries: another for each test.

    Linkage reads the columns of each library as Python values or text of polars, when it opens the frame.
    """
    return library_for(request.node.name, *LIBRARIES)
