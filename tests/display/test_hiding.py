import logging

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import pb2b_notebook as pb
from pb2b_notebook.display import notices
from pb2b_notebook.display.hiding import hide_progress, is_progress_hidden
from pb2b_notebook.display.progress import Progress


@pytest.fixture
def shell(monkeypatch):
    """IPython, in which notices are printed."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns where another environment is active
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


def test_a_form_prints_warnings_and_no_explanations(shell, capsys):
    with hide_progress():
        notices.say("10 of 220 rows", logging.INFO)
        notices.say("nothing was sent")
    notices.say("5 of 220 rows", logging.INFO)
    assert capsys.readouterr().out == "nothing was sent\n5 of 220 rows\n"


def test_a_form_shows_no_bar_of_its_calls():
    with hide_progress():
        assert not Progress("leads.list", shown=True, clock=iter([0.0, 100.0]).__next__).is_due()
    assert Progress("leads.list", shown=True, clock=iter([0.0, 100.0]).__next__).is_due()
    assert not is_progress_hidden()


def test_nothing_is_printed_above_the_newest_jobs(shell, capsys):
    with pb.open_sandbox(leads=5) as ws:
        assert len(ws.jobs.list(limit=2)) == 2
        assert "jobs.list: 2 of" in capsys.readouterr().out
        pb.forms.JobMonitor(ws)
        assert capsys.readouterr().out == ""
