"""SIGTERM and SIGHUP in the midst of a write or a sync: the process ends as it must, and the same cell continues."""

import os
import signal
import subprocess
import sys

import pytest

import ended_cell
import pb2b_notebook as pb
from fault_proxy import FaultProxy, Hold, honest
from workspaces import BASE, LIST, Service

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
EXIT = 143  # of a process that turns SIGTERM into SystemExit


@pytest.fixture(scope="module")
def filled():
    """A service whose list of leads has two pages."""
    opened = Service(leads=600)
    yield opened
    opened.close()


@pytest.fixture
def proxy(filled):
    with FaultProxy(filled.url) as proxy:
        yield proxy


@pytest.fixture
def reopened(filled, proxy):
    """The workspace in the process of the test, with the same cache folder."""

    def reopen():
        proxy.heal()
        return pb.connect(filled.key, base_url=proxy.url + BASE, frame="polars")

    return reopen


def end_in_the_midst(proxy, key, kind, status):
    """Run the cell, and end it with a signal while its second request is held."""
    hold = Hold("reply")
    proxy.once(LIST if kind == "sync" else "bulk-upsert", honest, hold)
    command = [sys.executable, ended_cell.__file__, kind, proxy.url + BASE, "exits" if status == EXIT else ""]
    environment = {**os.environ, "PB2B_API_KEY": key, "TQDM_DISABLE": "1"}
    child = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert hold.reached.wait(60)
        child.send_signal(signal.SIGTERM if status == EXIT else -status)
        if status == EXIT:
            hold.release.set()
        _, printed = child.communicate(timeout=60)
    finally:
        hold.release.set()
        child.kill()
    assert (child.returncode, printed) == (status, "")


def addresses(ws, kind):
    written = ws.leads.list()["email"].to_list()
    return sorted(email for email in written if email and email.endswith(f"@{kind}.example"))


def test_a_plan_whose_application_leaves_at_a_signal_is_finished_by_the_same_cell(filled, proxy, reopened):
    end_in_the_midst(proxy, filled.key, "apply", EXIT)
    with reopened() as ws:
        assert ws.upserts.list()["state"].to_list() == ["open"]
        done = ended_cell.work(ws, "apply")
        assert done.summary["succeeded"] == ended_cell.ROWS
        assert ws.upserts.list()["state"].to_list() == ["finished"]
        assert addresses(ws, "apply") == sorted(ended_cell.people("apply")["email"])


def test_an_intake_that_a_signal_ended_is_finished_and_undone_as_one(filled, proxy, reopened):
    """Its rows are known leads by then, and the job is found all the same."""
    end_in_the_midst(proxy, filled.key, "intake", -signal.SIGHUP)
    with reopened() as ws:
        assert ws.upserts.list()["state"].to_list() == ["open"]
        intake = ended_cell.work(ws, "intake")
        assert len(intake.outcome.created_ids) == ended_cell.ROWS
        assert ws.upserts.list()["state"].to_list() == ["finished"]
        assert addresses(ws, "intake") == sorted(ended_cell.people("intake")["email"])
        intake.undo()
        assert addresses(ws, "intake") == []


def test_an_intake_that_a_signal_ended_is_undone_with_what_was_not_answered(filled, proxy, reopened):
    """The service has created all of its people, and has answered for some."""
    end_in_the_midst(proxy, filled.key, "intake", -signal.SIGHUP)
    with reopened() as ws:
        [job_id] = ws.upserts.pending()["job_id"]
        outcome = ws.upserts.get(job_id)
        assert 0 < len(outcome.created_ids) < len(addresses(ws, "intake")) == ended_cell.ROWS
        form = pb.forms.IntakeForm(ws)
        form._take_back(outcome)
        assert "150 people deleted" in form._message.value
        assert addresses(ws, "intake") == []

        assert ended_cell.work(ws, "intake").outcome.summary["succeeded"] == ended_cell.ROWS


def test_a_sync_that_a_signal_ended_is_finished_by_the_same_cell(filled, proxy, reopened):
    end_in_the_midst(proxy, filled.key, "sync", -signal.SIGTERM)
    with reopened() as ws:
        ended_cell.work(ws, "sync")
        assert set(ws.mirror.frame("leads")["id"]) == set(ws.leads.list(include_deleted=True)["id"])
        assert ws.mirror.verify()["ok"].all()
