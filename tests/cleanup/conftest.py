"""Fixtures for the tests of cleanup."""

import pytest

from frame_libraries import LIBRARIES


@pytest.fixture(params=LIBRARIES)
def make_frame(request):
    """Build a frame from columns, in each library in turn."""
    return LIBRARIES[request.param]


@pytest.fixture(scope="session")
def cell_ws():
    """Return a small workspace whose imports are validated but never run."""
    import pb2b_notebook as pb

    with pb.open_sandbox(leads=5, rate_limit=1_000_000) as ws:
        yield ws
