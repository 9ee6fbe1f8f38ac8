import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from pb2b_notebook import errors
from pb2b_notebook.forking import check_engine, finalize_here, temporary_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
SUPPORT = Path(__file__).parent / "support"


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    """What forked children of one workspace could do; see ``support/forked_calls.py``."""
    environment = os.environ | {"PB2B_CACHE_DIR": str(tmp_path_factory.mktemp("cache")), "TQDM_DISABLE": "0"}
    ended = subprocess.run(
        [sys.executable, SUPPORT / "forked_calls.py"], env=environment, capture_output=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode()[-3000:]
    return json.loads(ended.stdout)


def test_forked_workers_read_and_create_the_leads_that_they_ask_for(forked):
    assert forked["mixed up"] == [[0, 0]] * 6


def test_a_lock_that_was_held_at_the_fork_does_not_stop_the_child(forked):
    assert forked["while locks are held"] == [True] * 5


def test_a_child_that_ends_or_closes_the_workspace_leaves_the_parent_as_it_was(forked):
    assert (forked["closed"], forked["sandbox closed"]) == (None, None)
    assert forked["folders"] == [True, True]
    assert forked["parent"] == [7, True]


def test_a_child_opens_a_sandbox_of_its_own_with_the_arguments_of_its_parents(forked):
    assert forked["own sandbox"]


def test_the_parent_deletes_its_temporary_folders_itself(forked):
    assert forked["folders at the end"] == [False, False]


@pytest.mark.parametrize("part", ["advance", "faults", "key"])
def test_what_only_the_parent_can_do_with_a_sandbox_is_refused_in_a_child(forked, part):
    assert forked[part].startswith("UsageError: this sandbox runs in the parent of this process")


@pytest.mark.parametrize("part", ["mirror after it was used", "cleanup after polars was used"])
def test_an_engine_whose_threads_stayed_in_the_parent_is_refused_instead_of_waiting_forever(forked, part):
    assert forked[part].startswith("UsageError: ")
    assert "forked after" in forked[part]
    assert "spawn" in forked[part]


def test_requests_and_pandas_frames_work_in_a_child_of_a_process_with_engines(forked):
    assert forked["reads after polars was used"] == 7


def test_a_workspace_is_not_pickled_and_the_error_says_what_to_do(forked):
    for message in forked["pickled"]:
        assert message.startswith("UsageError: a workspace cannot be pickled or copied")
        assert "pb.connect" in message


def test_engines_can_be_used_in_a_process_that_was_not_forked():
    check_engine("polars")


def test_a_finalizer_runs_in_the_process_that_made_it():
    class Owner:
        pass

    owner, calls = Owner(), []
    finalize_here(owner, calls.append, "called")
    del owner
    assert calls == ["called"]


def test_a_temporary_folder_ends_with_its_block():
    with temporary_folder("pb2b-test-") as folder:
        (folder / "file").touch()
    assert not folder.exists()


def test_a_connected_workspace_says_why_it_cannot_be_pickled(ws):
    with pytest.raises(errors.UsageError, match="another process needs its own"):
        pickle.dumps(ws)
