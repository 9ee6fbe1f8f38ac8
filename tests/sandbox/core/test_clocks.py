import signal
import subprocess
import sys
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from pb2b_notebook.errors import UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.clocks import START, DomainClock, domain_clock


def test_a_fixed_clock_moves_only_with_writes(sandbox, api):
    before = sandbox.clock.now()
    api.get("/leads")
    assert sandbox.clock.now() == before
    stamps = [api.post("/leads", json={"email": "a@b.example"}).json()["data"]["updated_at"] for _ in range(3)]
    assert stamps == ["2026-03-10T12:00:00.002Z", "2026-03-10T12:00:00.003Z", "2026-03-10T12:00:00.004Z"]


def test_a_clock_cannot_be_moved_backward(sandbox):
    sandbox.clock.advance(0.5)
    assert (sandbox.clock.now() - START).total_seconds() == 0.501
    with pytest.raises(UsageError):
        sandbox.clock.advance(-1)


def test_advance_takes_the_text_forms_of_durations(sandbox):
    for by in ("3d", "2 H", timedelta(minutes=30)):
        sandbox.clock.advance(by)
    assert sandbox.clock.now() - START == timedelta(days=3, hours=2, minutes=30, milliseconds=1)
    for wrong in ("3 days", "-3d", "", None, True, float("nan"), [1], "9" * 7 + "d"):
        with pytest.raises(UsageError, match="is not a duration"):
            sandbox.clock.advance(wrong)
    for endless in (float("inf"), 1e300):
        with pytest.raises(UsageError):
            sandbox.clock.advance(endless)


def test_the_reprs_of_sandbox_and_clock_show_no_secret():
    with Sandbox(leads=3) as sandbox:
        shown = repr(sandbox)
        assert "2026-03-10T12:00:00.001Z, fixed" in shown
        assert "3 leads at the start, seed 1, in memory" in shown
        assert sandbox.workspace_id in shown
        assert "503" not in shown
        assert sandbox.key not in shown
        assert sandbox.key.rpartition("_")[2] not in shown
        sandbox.faults.add("503 leads.list")
        assert "503 leads.list" in repr(sandbox)
    assert "Sandbox:" in repr(sandbox)  # closed
    assert "runs at 60 times real time" in repr(DomainClock(START, elapsed=lambda: 0.0, speed=60))


def test_a_real_clock_runs_from_the_start_and_never_repeats():
    elapsed = [0.0]
    clock = DomainClock(START, elapsed=lambda: elapsed[0])
    elapsed[0] = 1.5
    assert (clock.now() - START).total_seconds() == 1.5
    assert clock.tick() < clock.tick()
    clock.advance(10)
    elapsed[0] = 2.5
    assert (clock.now() - START).total_seconds() == 12.502


def test_an_unknown_kind_of_clock_is_refused():
    with Sandbox(leads=0, clock="real") as sandbox:
        assert sandbox.clock.now() >= START
    with pytest.raises(UsageError):
        domain_clock("sundial", START, lambda _: None)


def test_a_database_file_keeps_the_time(tmp_path):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=1) as sandbox:
        sandbox.clock.advance(3600)
        stopped = sandbox.clock.now()
    with Sandbox(file) as again:
        assert again.clock.now() == stopped


def test_a_restart_never_falls_behind_a_time_that_was_read():
    elapsed, saved = [0.0], [START]
    clock = DomainClock(START, save=lambda at: saved.append(at) or True, elapsed=lambda: elapsed[0], speed=100)
    for step in (0, 0.001, 1, 29, 31, 59, 61, 86_400):
        elapsed[0] += step
        assert clock.now() <= saved[-1] <= clock.now() + timedelta(seconds=6_000)
        assert clock.tick() <= saved[-1]
        clock.advance(step)
        assert clock.now() <= saved[-1]
    assert len(saved) < 20


def test_a_mark_that_was_rolled_back_is_saved_again():
    kept, saved = [False], []
    clock = DomainClock(START, save=lambda at: saved.append(at) or kept[0], elapsed=lambda: 0.0)
    assert clock.saves_next
    clock.now()
    assert clock.saves_next
    kept[0] = True
    clock.now()
    assert not clock.saves_next
    clock.now()
    assert saved == [START + timedelta(seconds=60)] * 2


def test_a_closed_clock_saves_its_time_without_a_mark():
    saved, exactly = [], []
    clock = DomainClock(START, save=saved.append, elapsed=lambda: 0.0)
    clock.save_final_time(exactly.append)
    clock.save_final_time(exactly.append)
    assert exactly == [START + timedelta(milliseconds=1)]
    clock.now()
    assert saved == []


KILLED = """
import os, signal, sys
from pb2b_notebook.sandbox import Sandbox
sandbox = Sandbox(sys.argv[1], leads=1, clock="real", speed=80_000)
for _ in range(200):
    now = sandbox.clock.now()
print(now.isoformat(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_running_clock_does_not_go_backward_after_kill_9(tmp_path):
    file = tmp_path / "sandbox.db"
    times = [START]
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", KILLED, str(file)], capture_output=True, text=True, check=False)
        times.append(datetime.fromisoformat(done.stdout.strip()))
    with Sandbox(file) as sandbox:
        times.append(sandbox.clock.now())
    assert times == sorted(set(times))


def test_requests_move_the_mark_before_they_are_answered(tmp_path, serve):
    with Sandbox(tmp_path / "sandbox.db", leads=1, clock="real", speed=80_000) as sandbox, serve(sandbox) as api:
        store = sandbox.app.state.parts.store
        for _ in range(3):
            answer = api.get("/nowhere")
            assert parsedate_to_datetime(answer.headers["Date"]) <= instants.parse(store.fact("clock"))


@pytest.mark.parametrize("seconds", [1e12, float("inf"), float("nan"), -1])
def test_a_clock_cannot_pass_its_last_year(sandbox, seconds):
    with pytest.raises(UsageError) as caught:
        sandbox.clock.advance(seconds)
    assert caught.value.repair
