"""A few kills of the receiver campaign (``receiver_campaign.py``), and its judgement of a falsified run."""

import sqlite3
import sys
from contextlib import closing
from copy import deepcopy

import pytest

from receiver_campaign import Run, check_deliveries

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    run = Run(tmp_path_factory.mktemp("receiving"), seed=1)
    return run, run.go(kills=4)


def test_kill_9_under_load_loses_no_event_and_calls_no_function_twice(ran):
    table = check_deliveries(*ran)
    assert table.passed, str(table)


def lose_an_event(run, delivered):
    with closing(sqlite3.connect(run.folder / "events.sqlite3", isolation_level=None)) as db:
        db.execute("DELETE FROM events WHERE id = ?", (min(delivered.acknowledged),))


def call_twice(run, delivered):
    calls = run.folder / "calls"
    calls.write_text(calls.read_text("utf-8") + calls.read_text("utf-8").splitlines()[0] + "\n", "utf-8")


def never_call(run, delivered):
    with closing(sqlite3.connect(run.folder / "events.sqlite3")) as db:
        [(handled,)] = db.execute("SELECT id FROM events WHERE state = 'handled' LIMIT 1").fetchall()
    calls = run.folder / "calls"
    calls.write_text(calls.read_text("utf-8").replace(f"{handled}\n", ""), "utf-8")


def say_something_odd(run, delivered):
    delivered.problems.append("500")


@pytest.mark.parametrize("tamper", [lose_an_event, call_twice, never_call, say_something_odd])
def test_the_check_of_the_trial_finds_planted_errors(ran, tamper, tmp_path):
    run, delivered = ran
    for file in ("events.sqlite3", "calls"):
        (tmp_path / file).write_bytes((run.folder / file).read_bytes())
    copy = Run(tmp_path, run.seed, run.kills, run.starting, run.hit)
    delivered = deepcopy(delivered)
    tamper(copy, delivered)
    assert not check_deliveries(copy, delivered).passed
