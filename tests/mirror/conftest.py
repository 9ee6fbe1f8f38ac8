"""Fixtures: a service whose rows a test changes, and mirrors of it."""

import datetime as dt

import pytest

from pb2b_notebook.mirror.sync import synchronization
from service_rows import Source


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def small_batches(monkeypatch):
    """Commits after a few rows, as after 14,000 rows of a large workspace."""
    monkeypatch.setattr(synchronization, "COMMIT_ROWS", 4)


@pytest.fixture(scope="module")
def module_cache(tmp_path_factory):
    """A cache folder for workspaces that a whole module shares."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PB2B_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def kept(source):
    """A mirror with history: three syncs, forty days apart."""
    source.page = 100
    source.put("lead_1", title="Countess")
    source.put("lead_2", title="Baroness")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        for title in ("Duchess", "Queen"):
            source.clock += dt.timedelta(days=40)
            source.put("lead_1", title=title)
            ws.mirror.sync("leads")
        ws.me()
        yield ws
