"""What tests share: one embedded workspace, real HTTP and all, that no test may change."""

import pytest

import pb2b_notebook as pb
from pb2b_notebook.frames import drift


@pytest.fixture(autouse=True)
def clean_surroundings(monkeypatch, tmp_path):
    """No key, profile or keyring of the person who runs the tests may reach them, and none of theirs may be changed."""
    for name in ("PB2B_API_KEY", "PB2B_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PB2B_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(autouse=True)
def nothing_said_yet():
    """Drift is told once a session; each test is one."""
    drift.forget_drift()


@pytest.fixture(scope="session")
def shared_ws():
    """A workspace of 2,000 leads that tests only read; the limit is out of their way."""
    with pb.open_sandbox(rate_limit=1_000_000) as ws:
        yield ws


@pytest.fixture
def ws():
    """A small workspace of its own for a test that writes."""
    with pb.open_sandbox(leads=30, rate_limit=1_000_000) as ws:
        yield ws
