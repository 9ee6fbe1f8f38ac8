"""The figures of saved reports: numbers only, of the same kind, of an earlier period, whatever is in the file."""

import datetime as dt
import json

import pytest

from pb2b_notebook.reports.history import History, Saved
from pb2b_notebook.reports.periods import last_complete

NOW = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)


@pytest.fixture
def history():
    return History("api.example.com", "ws_1")


def test_a_report_is_compared_with_the_latest_earlier_one_of_its_kind(history):
    week = last_complete("weekly", NOW, dt.UTC)
    assert history.before(week) == Saved()
    history.add(week.before.before, {"leads": 1}, NOW)
    history.add(week.before, {"leads": 2}, NOW)
    history.add(last_complete("monthly", NOW, dt.UTC).before, {"leads": 9}, NOW)
    assert history.before(week) == Saved("2026-W09", {"leads": 2})
    history.add(week, {"leads": 3}, NOW)
    # Made again, it is not compared with itself, and replaces itself.
    history.add(week, {"leads": 4}, NOW)
    assert history.before(week).figures == {"leads": 2}
    stored = json.loads(history.path.read_text())["reports"]["weekly"]
    assert [entry["figures"]["leads"] for entry in stored] == [1, 2, 4]
    assert History("api.example.com", "ws_2").before(week) == Saved()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"reports": 1}', b'{"reports": {"weekly": [1, {"first": "2026"}]}}']
)
def test_a_file_that_is_not_ours_is_no_history(history, content):
    history.path.parent.mkdir(parents=True)
    history.path.write_bytes(content)
    week = last_complete("weekly", NOW, dt.UTC)
    assert history.before(week) == Saved()
    history.add(week.before, {"leads": 2}, NOW)
    assert history.before(week).figures == {"leads": 2}
