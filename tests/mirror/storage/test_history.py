"""The history of rows: versions, ``as_of`` and ``changes``."""

import datetime as dt

import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, NotMirroredError
from service_rows import content

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def history_ws(source):
    """A mirror after three syncs, an hour apart: lead_1 changes twice, lead_2 is deleted, lead_3 is created."""
    source.page = 100
    source.put("lead_1", title="Countess", score=1, tags=["a"])
    source.put("lead_2", title="Baroness")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.clock += HOUR
        source.put("lead_1", title="Duchess", score=1, tags=["a", "b"])
        source.put("lead_3", title="Lady")
        ws.mirror.sync("leads")
        source.clock += HOUR
        source.put("lead_1", title="Duchess", score=None, tags=["a", "b"])
        source.delete("lead_2")
        ws.mirror.sync("leads")
        ws.me()
        yield ws


def titles(frame):
    return dict(frame.select("id", "title").sort("id").iter_rows())


def rows(frame):
    return [row[:-1] for row in frame.rows()]


def test_as_of_returns_the_rows_at_a_time_and_at_a_version(history_ws):
    first = {"lead_1": "Countess", "lead_2": "Baroness"}
    second = {"lead_1": "Duchess", "lead_2": "Baroness", "lead_3": "Lady"}
    assert titles(history_ws.mirror.as_of("leads", 0)) == first
    assert titles(history_ws.mirror.as_of("leads", 1)) == second
    assert titles(history_ws.mirror.as_of("leads", "2026-03-10T12:30:00Z")) == first
    assert titles(history_ws.mirror.as_of("leads", "90m")) == first
    assert titles(history_ws.mirror.as_of("leads", "30m")) == second
    assert titles(history_ws.mirror.as_of("leads", dt.datetime(2026, 3, 10, 13, 30, tzinfo=dt.UTC))) == second
    assert history_ws.mirror.as_of("leads", "now").sort("id").equals(history_ws.mirror.frame("leads").sort("id"))
    assert history_ws.mirror.as_of("leads", 0, where="title = 'Countess'", columns=["score"]).rows() == [(1,)]


def test_a_version_that_is_still_to_come_is_an_error(history_ws):
    latest = history_ws.mirror.info()["version"].max()
    for read in (history_ws.mirror.as_of, lambda resource, version: history_ws.mirror.changes(resource, since=version)):
        with pytest.raises(NotMirroredError, match=f"the latest version of leads is {latest}"):
            read("leads", latest + 1)


def test_a_time_before_the_history_is_an_error(history_ws):
    with pytest.raises(NotMirroredError, match="begins at 2026-03-10T12:00:00"):
        history_ws.mirror.as_of("leads", "2026-03-10T11:00:00Z")
    with pytest.raises(NotMirroredError):
        history_ws.mirror.as_of("leads", -1)
    with pytest.raises(NotMirroredError, match=r"ws\.mirror\.sync\('jobs'\)"):
        history_ws.mirror.as_of("jobs", "now")
    with pytest.raises(InvalidParameterError):
        history_ws.mirror.as_of("leads", "soon")


def test_changes_have_the_values_before_and_after_by_field(history_ws):
    assert rows(history_ws.mirror.changes("leads", since="30m")) == [
        ("lead_1", "changed", "score", "1", None),
        ("lead_2", "deleted", "deleted_at", None, "2026-03-10T14:00:00.005Z"),
    ]
    net = [
        ("lead_3", "created", None, None, None),
        ("lead_1", "changed", "title", "Countess", "Duchess"),
        ("lead_1", "changed", "score", "1", None),
        ("lead_1", "changed", "tags", '["a"]', '["a", "b"]'),
        ("lead_2", "deleted", "deleted_at", None, "2026-03-10T14:00:00.005Z"),
    ]
    assert sorted(rows(history_ws.mirror.changes("leads", since="90m")), key=str) == sorted(net, key=str)
    assert history_ws.mirror.changes("leads", since=0).equals(history_ws.mirror.changes("leads", since="90m"))
    assert history_ws.mirror.changes("leads", since="now").height == 0


def test_both_libraries_have_the_same_columns_without_changes(history_ws):
    columns = ["id", "change", "field", "before", "after", "updated_at"]
    for since in ("now", 0):
        polars = history_ws.mirror.changes("leads", since=since)
        pandas = history_ws.mirror.changes("leads", since=since, frame="pandas")
        assert list(pandas.columns) == polars.columns == columns
        assert len(pandas) == polars.height
        assert [str(kind) for kind in pandas.dtypes] == ["str"] * 5 + ["datetime64[us, UTC]"]
        assert (
            polars.sort("id", "field").rows()[:1]
            == [
                tuple(None if pd.isna(v) else v for v in row)
                for row in pandas.sort_values(["id", "field"], na_position="first").itertuples(index=False)
            ][:1]
        )


def test_changes_from_before_the_history_show_where_they_begin(history_ws, caplog):
    early = history_ws.mirror.changes("leads", since="2026-03-01")
    assert early.equals(history_ws.mirror.changes("leads", since=0))
    assert "the history begins at 2026-03-10T12:00:00" in caplog.text
    assert {record.levelname for record in caplog.records} == {"WARNING"}  # a script prints it


def test_a_change_that_was_reverted_is_no_change(source):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        for title in ("Duchess", "Countess"):
            source.put("lead_1", title=title)
            ws.mirror.sync("leads")
        assert ws.mirror.changes("leads", since=0).height == 0
        assert ws.mirror.changes("leads", since=1)["before"].to_list() == ["Duchess"]


def test_history_lists_the_commits(history_ws):
    found = history_ws.mirror.history("leads").select("version", "operation", "inserted", "updated").rows()
    assert found == [(2, "merge", 0, 2), (1, "merge", 1, 1), (0, "append", 2, 0)]


def test_versions_count_through_commits_that_change_no_row(source):
    """A new column and a sync without changes are commits too."""
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        ws.mirror.sync("leads")
        source.fields["tier"] = "text"
        source.put("lead_1", title="Duchess", custom_fields={"tier": "gold"})
        ws.mirror.sync("leads")
        for version in ws.mirror.history("leads")["version"]:
            then = ws.mirror.as_of("leads", version)["title"].item()
            last = version == ws.mirror.table("leads").version
            assert then == ("Duchess" if last else "Countess"), version


def test_a_former_row_of_a_killed_writer_is_removed_before_it_is_written_again(source, monkeypatch):
    """The history is written just before the rows are replaced."""
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.clock += HOUR
        source.put("lead_1", title="Duchess")
        with monkeypatch.context() as patch:
            patch.setattr(type(ws.mirror.table("leads")), "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                ws.mirror.sync("leads")
        assert content(ws)["lead_1"]["title"] == "Countess"
        assert ws.mirror.changes("leads", since=0).height == 0
        source.clock += HOUR
        ws.mirror.sync("leads")
        assert ws.mirror.history_table("leads").row_count() == 1
        assert ws.mirror.changes("leads", since=0)["before"].to_list() == ["Countess"]
        assert ws.mirror.as_of("leads", "2026-03-10T12:30:00Z")["title"].item() == "Countess"
        assert ws.mirror.as_of("leads", 0)["title"].item() == "Countess"
        assert ws.mirror.verify()["ok"].all()


def killed(*_, **__):
    raise KeyboardInterrupt


def test_times_are_in_the_workspaces_zone_online_and_offline(ws):
    ws.mirror.sync("leads", "settings")
    zone = ws.settings.snapshot()["timezone"].item()
    assert zone != "UTC"
    offline = pb.open_mirror(ws.mirror.location.root)
    assert str(offline._zone()) == zone == str(ws.mirror._zone())
