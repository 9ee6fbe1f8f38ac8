"""``pb2b sync`` for a job every hour."""

import re

import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main


@pytest.fixture
def workspace(ws, monkeypatch):
    monkeypatch.setenv("PB2B_BASE_URL", ws._session.client.base_url)
    monkeypatch.setenv("PB2B_API_KEY", ws.sandbox.create_key())
    return ws


def test_it_syncs_what_is_named_and_says_where_it_lies(workspace, capsys):
    assert main(["sync", "leads", "settings"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^ *leads +first +30 +30 +0 +0 ", shown, re.MULTILINE)
    root = re.search(r"^in (.*)$", shown, re.MULTILINE)[1]
    assert len(pb.open_mirror(root).frame("leads")) == 30
    assert main(["sync", "leads"]) == 0
    assert re.search(r"^ *leads +changes ", capsys.readouterr().out, re.MULTILINE)


def test_what_cannot_be_done_is_1_and_said(workspace, capsys):
    assert main(["sync", "laeds"]) == 1
    assert "did you mean 'leads'?" in capsys.readouterr().err


def test_rows_that_are_gone_are_removed_only_on_a_word(workspace, capsys):
    """The word is the option; without it an error names it, here as a method."""
    assert main(["sync", "webhooks"]) == 0
    for webhook in workspace.webhooks.list()["id"]:
        workspace.webhooks.delete(webhook)
    assert main(["sync", "webhooks", "--full", "--remove-vanished"]) == 0
    assert "none were removed" in capsys.readouterr().out  # an empty answer empties nothing
