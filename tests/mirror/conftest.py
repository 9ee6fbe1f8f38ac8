"""Workspaces whose mirror lasts, and a service whose rows a test moves."""

import pytest

from pb2b_notebook.mirror import synchronization
from service_rows import Source


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def small_batches(monkeypatch):
    """A commit for every few rows, as there are for every ten thousand of a large workspace."""
    monkeypatch.setattr(synchronization, "COMMIT_ROWS", 4)


@pytest.fixture(scope="module")
def module_cache(tmp_path_factory):
    """A cache folder for workspaces that serve a whole module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PB2B_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
