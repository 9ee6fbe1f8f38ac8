"""A seeded few of the kills that ``upsert_kills.py`` makes by the hundred."""

import pytest

from upsert_kills import trial


@pytest.mark.parametrize("number", [0, 1], ids=["client", "sandbox"])
def test_after_a_kill_the_same_cell_ends_in_the_same_state(tmp_path, number):
    done = trial(tmp_path, number, 400, seed=1)
    assert done.problems == ()
