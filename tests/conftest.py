"""Fixtures of all tests: an isolated environment, a shared workspace to read, and a small one to write to."""

import gc
import os
import signal
import sys

import pytest
from hypothesis import settings

import pb2b_notebook as pb
from fault_proxy import FaultProxy
from pb2b_notebook.frames import drift
from pb2b_notebook.journal import Journal

# Some images set it. Then every worker, kernel and command of the tests would compile all sources again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A shell starts background jobs so that they ignore Ctrl-C, and nohup so that they ignore a lost terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# They hold no tests; some change the process that imports them, and --doctest-modules would import all.
collect_ignore = ["support"]

# A deadline for an example would be a timing assertion; under CI, hypothesis has none itself, and draws the same
# examples in each run. Elsewhere each run draws others, so that a third as many in a run find the same in three.
settings.register_profile("pb2b", settings.default, deadline=None, max_examples=30)
settings.load_profile("pb2b")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One worker more than processors: tests often wait for servers and other processes."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a whole file to one worker, and all tests in the browser or on Spark to one, which starts these once."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            folder = "/".join(nodeid.split("/")[:2])
            return folder if folder in {"tests/browser", "tests/spark"} else super()._split_scope(nodeid)

    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


LONGEST = ("tests/browser/", "tests/spark/", "notebooks/16_")
"""What one worker runs for minutes: begun late, it would be alone at the end. The browser's tests mostly wait."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Run the longest groups first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """Exempt modules and collected tests from garbage collection, which took half a second each time."""
    gc.freeze()


@pytest.fixture
def little_garbage():
    """Exempt what other tests left from garbage collection too, for a test that collects: it took a second and more."""
    gc.freeze()


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch, tmp_path):
    """Hide the keys, profiles and keyring of the user who runs the tests, and protect them from changes."""
    for name in ("PB2B_API_KEY", "PB2B_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PB2B_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(autouse=True)
def forgotten_drift():
    """Forget reported contract drift, which is reported once per session."""
    drift.forget_drift()


@pytest.fixture(scope="session")
def shared_ws():
    """A workspace of 600 leads that tests only read, with a high rate limit."""
    with pb.open_sandbox(leads=600, rate_limit=1_000_000) as ws:
        yield ws


@pytest.fixture
def ws():
    """A small workspace for a test that writes."""
    with pb.open_sandbox(leads=30, rate_limit=1_000_000) as ws:
        yield ws


@pytest.fixture
def journal(tmp_path):
    """A journal in a file, which a later session of the test finds."""
    return Journal(tmp_path / "cache" / "journal.sqlite3")


@pytest.fixture
def proxy(service):
    """A proxy that breaks requests to the ``service`` of the test's folder."""
    with FaultProxy(service.url) as proxy:
        yield proxy
