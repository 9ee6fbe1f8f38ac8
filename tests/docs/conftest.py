"""A sandbox for the examples of the pages, for ``pb.connect()`` and the profile ``acme``."""

import shutil
from pathlib import Path

import pytest

import pb2b_notebook as pb


@pytest.fixture(scope="module")
def service():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000) as ws:
        yield ws


@pytest.fixture
def surroundings(service, tmp_path, monkeypatch):
    """A folder to work in with the list of the README, a key in the environment, and a profile."""
    url, key = service._session.client.base_url, service.sandbox.create_key(name="Documentation")
    config = tmp_path / "profiles.toml"
    config.write_text(f'[profiles.acme]\napi_key = "{key}"\nbase_url = "{url}"\nread_only = true\n', "utf-8")
    config.chmod(0o600)
    folder = tmp_path / "work"
    (folder / "docs").mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / "docs/fair.csv", folder / "docs")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PB2B_API_KEY", key)
    monkeypatch.setenv("PB2B_BASE_URL", url)
    monkeypatch.setenv("PB2B_CONFIG", str(config))
