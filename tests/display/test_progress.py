import os
import signal
import subprocess
import sys
from contextlib import suppress

import pandas as pd
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.api.domains.job_waiting import _Bar
from pb2b_notebook.display import progress
from pb2b_notebook.display.progress import Progress


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_quick_call_shows_no_bar(capsys):
    with Progress("leads.list", shown=True, clock=Clock()) as progress:
        progress.add(500, 1000)
        progress.add(500, 1000)
    assert capsys.readouterr() == ("", "")


def test_a_call_of_more_than_a_second_shows_rows_and_total(capsys):
    clock = Clock()
    with Progress("leads.list", shown=True, clock=clock) as progress:
        progress.add(500, 2000)
        clock.now = 1.5
        progress.add(500, 2000, "2 pages, 598 requests left")
    shown = capsys.readouterr().err
    assert "1000/2000" in shown
    assert "2 pages, 598 requests left" in shown
    assert "rows/s" in shown


def test_a_bar_that_is_switched_off_is_not_shown(capsys):
    clock = Clock()
    with Progress("leads.list", shown=False, clock=clock) as progress:
        clock.now = 100.0
        progress.add(500, None)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("bar", [Progress, _Bar])
def test_bars_that_a_user_turns_off_are_not_made_in_a_notebook_either(monkeypatch, bar):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    clock = Clock()
    progress = bar("leads.list", shown=True, clock=clock) if bar is Progress else bar(shown=True, clock=clock)
    clock.now = 100.0
    assert not progress.is_due()


@each_case(
    "surroundings",
    ["TQDM_DISABLE=1", "TQDM_POSITION=x", "TQDM_MININTERVAL=often", "no stderr", "no stdout", "closed descriptors"],
)
def test_a_bar_or_a_notice_that_cannot_be_shown_does_not_end_the_call(surroundings):
    code = """
import os, sys
import pb2b_notebook.display.progress as progress
from pb2b_notebook.display import notices
surroundings = sys.argv[1]
result = os.dup(1)
if surroundings == "no stderr":
    sys.stderr = sys.__stderr__ = None
if surroundings == "no stdout":
    sys.stdout = sys.__stdout__ = None
if surroundings == "closed descriptors":
    os.close(1), os.close(2)
progress.SHOWN_AFTER = 0
with progress.Progress("leads", shown=True) as bar:
    for _ in range(3):
        bar.add(5, 15, "1 page")
notices.say("a notice")
os.write(result, b"went on")
os._exit(0)
"""
    name, _, value = surroundings.partition("=")
    environment = os.environ | ({name: value} if value else {})
    ended = subprocess.run(
        [sys.executable, "-c", code, surroundings], env=environment, capture_output=True, timeout=120, check=False
    )
    assert ended.stdout.endswith(b"went on"), ended.stderr.decode()


HELD_AT_THE_FORK = """
import os, sys, threading
from tqdm.auto import tqdm
import pb2b_notebook.display.progress as progress
progress.SHOWN_AFTER = -1.0
with progress.Progress("parent", shown=True) as bar:
    bar.add(1, 2)
    held = [tqdm.get_lock(), bar._bar.get_lock()]
    def hold():
        for lock in held:
            lock.acquire()
        ready.set()
        ended.wait()
    ready, ended = threading.Event(), threading.Event()
    threading.Thread(target=hold, daemon=True).start()
    ready.wait()
    child = os.fork()
    if not child:
        with progress.Progress("child", shown=True) as bar:
            bar.add(1, 2)
        os.write(1, b"shown")
        os._exit(0)
    os.waitpid(child, 0)
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_bar_of_a_forked_child_does_not_wait_for_a_lock_of_its_parent():
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", HELD_AT_THE_FORK]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        assert process.communicate(timeout=60)[0] == b"shown"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_long_cleanup_shows_its_stages(monkeypatch, capsys):
    monkeypatch.setattr(progress, "SHOWN_AFTER", 0.0)
    leads = pd.DataFrame({"email": ["ada@x.example", "ada@x.example"], "full_name": ["Ada Berg", "ADA BERG"]})
    rows = pb.cleanup.normalize(leads).frame
    pb.cleanup.merge(rows, pb.cleanup.duplicates(rows))
    shown = capsys.readouterr().err
    assert "normalize: " in shown
    assert "duplicates:" in shown
    assert "merge:" in shown
    assert "Ada" not in shown
