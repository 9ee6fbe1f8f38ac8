"""Fixtures for the tests of cleanup."""

import pytest

from frame_libraries import library_for


@pytest.fixture(params=[("pandas",), ("polars", "polars lazy")], ids=["pandas", "polars"])
def make_frame(request):
    """Build a frame from columns, in each library in turn; a frame of polars is lazy in about half of the tests.

    A lazy frame is collected when it is opened, and its result made lazy at the end: nothing in between sees it.
    """
    return library_for(request.function.__name__, *request.param)


@pytest.fixture(scope="session")
def cell_ws():
    """Return a small workspace whose imports are validated but never run."""
    import pb2b_notebook as pb

    with pb.open_sandbox(leads=5, rate_limit=1_000_000) as ws:
        yield ws
