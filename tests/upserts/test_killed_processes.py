"""Two of the seeded kills of which ``upsert_kills.py`` runs hundreds."""

import pytest

from upsert_kills import trial


@pytest.mark.parametrize("number", [0, 1], ids=["client", "sandbox"])
def test_the_same_cell_completes_its_job_after_a_kill(tmp_path, number):
    done = trial(tmp_path, number, 400, seed=1)
    assert done.problems == ()
