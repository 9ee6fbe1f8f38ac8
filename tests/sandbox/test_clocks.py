import pytest

from pb2b_notebook.errors import UsageError
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.clocks import START, DomainClock, domain_clock


def test_it_stands_still_but_for_writes(sandbox, api):
    before = sandbox.clock.now()
    api.get("/leads")
    assert sandbox.clock.now() == before
    stamps = [api.post("/leads", json={"email": "a@b.example"}).json()["data"]["updated_at"] for _ in range(3)]
    assert stamps == ["2026-03-10T12:00:00.002Z", "2026-03-10T12:00:00.003Z", "2026-03-10T12:00:00.004Z"]


def test_it_moves_forward_only(sandbox):
    sandbox.clock.advance(0.5)
    assert (sandbox.clock.now() - START).total_seconds() == 0.501
    with pytest.raises(UsageError):
        sandbox.clock.advance(-1)


def test_a_real_clock_runs_from_the_start_and_never_repeats():
    elapsed = [0.0]
    clock = DomainClock(START, elapsed=lambda: elapsed[0])
    elapsed[0] = 1.5
    assert (clock.now() - START).total_seconds() == 1.5
    assert clock.tick() < clock.tick()
    clock.advance(10)
    elapsed[0] = 2.5
    assert (clock.now() - START).total_seconds() == 12.502


def test_there_are_two_kinds():
    with Sandbox(leads=0, clock="real") as sandbox:
        assert sandbox.clock.now() >= START
    with pytest.raises(UsageError):
        domain_clock("sundial", START, lambda _: None)


def test_a_file_remembers_the_time(tmp_path):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=1) as sandbox:
        sandbox.clock.advance(3600)
        stopped = sandbox.clock.now()
    with Sandbox(file) as again:
        assert again.clock.now() == stopped
