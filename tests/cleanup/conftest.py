"""Fixtures for the tests of cleanup."""

import pytest

from frame_libraries import LIBRARIES, library_for


@pytest.fixture
def make_frame(request):
    """Build a frame from columns, in one of the libraries: another for each test and each case.

    All are opened by one reader, which ``tests/frames/test_accepted_inputs.py`` tries with every one of them.
    """
    return library_for(request.node.name, *LIBRARIES)


@pytest.fixture(scope="session")
def cell_ws():
    """Return a small workspace whose imports are validated but never run."""
    import pb2b_notebook as pb

    with pb.open_sandbox(leads=5, rate_limit=1_000_000) as ws:
        yield ws
