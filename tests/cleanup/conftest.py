"""Frames in every library that cleanup takes."""

import pytest

from frame_libraries import ENGINES


@pytest.fixture(params=ENGINES)
def made(request):
    """Makes a frame of columns, in each library in turn."""
    return ENGINES[request.param]


@pytest.fixture(scope="session")
def cell_ws():
    """A small workspace whose imports are only tried, never made."""
    import pb2b_notebook as pb

    with pb.open_sandbox(leads=5, rate_limit=1_000_000) as ws:
        yield ws
