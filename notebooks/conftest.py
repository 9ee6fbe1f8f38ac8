"""Kernels of the notebooks show no progress bars: on a slow machine they would be outputs that are not stored."""

import os
from collections.abc import Iterator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    """Start the kernel, which inherits the environment, with bars turned off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "TQDM_DISABLE", "1")
        yield
