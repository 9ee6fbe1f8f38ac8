"""What the tests of several commands share."""

import pytest


@pytest.fixture
def connected(ws, monkeypatch, tmp_path):
    """The environment of a shell that is connected to the workspace ``ws`` of the test's module."""
    monkeypatch.setenv("PB2B_BASE_URL", ws.base_url)
    monkeypatch.setenv("PB2B_API_KEY", ws.sandbox.create_key())
    monkeypatch.chdir(tmp_path)
