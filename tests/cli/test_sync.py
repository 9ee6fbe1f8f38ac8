"""``pb2b sync`` syncs tables of the mirror."""

import re

import pytest

import pb2b_notebook as pb
from pb2b_notebook.cli import main


@pytest.fixture
def workspace(ws, monkeypatch):
    monkeypatch.setenv("PB2B_BASE_URL", ws._session.client.base_url)
    monkeypatch.setenv("PB2B_API_KEY", ws.sandbox.create_key())
    return ws


def test_sync_syncs_the_named_tables_and_prints_their_folder(workspace, capsys):
    assert main(["sync", "leads", "settings"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^ *leads +first +30 +30 +0 +0 ", printed, re.MULTILINE)
    root = re.search(r"^in (.*)$", printed, re.MULTILINE)[1]
    assert len(pb.open_mirror(root).frame("leads")) == 30
    assert main(["sync", "leads"]) == 0
    assert re.search(r"^ *leads +changes ", capsys.readouterr().out, re.MULTILINE)


def test_an_unknown_table_exits_with_1_and_a_suggestion(workspace, capsys):
    assert main(["sync", "laeds"]) == 1
    assert "did you mean 'leads'?" in capsys.readouterr().err


def test_an_empty_answer_removes_nothing_even_with_remove_vanished(workspace, capsys):
    assert main(["sync", "webhooks"]) == 0
    for webhook in workspace.webhooks.list()["id"]:
        workspace.webhooks.delete(webhook)
    assert main(["sync", "webhooks", "--full", "--remove-vanished"]) == 0
    assert "no rows were removed" in capsys.readouterr().out
