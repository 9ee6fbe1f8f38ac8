"""A small seeded sample of the kills of ``mirror_kills.py``."""

import signal

import pytest

from mirror_kills import POINTS, run


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_a_killed_first_sync_loses_no_row_and_repeats_at_most_one_batch(tmp_path, monkeypatch):
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))  # restored at the end
    found = run(tmp_path, kills=3, rows=40_000, seed=1)
    assert set(found.kills_by_point) == set(POINTS)
    assert found.differing == found.unsound == 0
    assert found.mirrors > 1
    assert found.passed, found.again
