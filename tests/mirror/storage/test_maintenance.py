"""``info``, ``prune`` and ``drop``."""

import datetime as dt

import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, NotMirroredError
from service_rows import agrees

DAY = dt.timedelta(days=1)


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}


# --- info -------------------------------------------------------------------------------------------------------------


def test_info_has_rows_bytes_and_age(source, kept):
    source.clock += dt.timedelta(seconds=90)
    kept.me()
    report = kept.mirror.info().to_dicts()
    assert [row["resource"] for row in report] == ["leads"]
    row = report[0]
    assert (row["rows"], row["version"], row["history_rows"], row["files"]) == (2, 2, 2, 1)
    assert row["age_s"] == 90
    assert row["synced_at"] - row["history_since"] == 80 * DAY
    assert 0 < row["bytes"] < row["bytes_on_disk"]
    assert row["bytes_on_disk"] == sum(len(data) for data in files(kept.mirror.location.root).values())
    assert pb.open_mirror(kept.mirror.location.root, frame="polars").info()["age_s"].item() < 600


def test_info_of_an_empty_mirror_has_its_columns(source):
    with source.connect() as ws:
        assert len(ws.mirror.info()) == 0
        assert "age_s" in ws.mirror.info().columns


# --- prune ------------------------------------------------------------------------------------------------------------


def test_prune_deletes_old_history_and_keeps_the_rest(kept):
    report = kept.mirror.prune(keep="30d").to_dicts()
    assert [(row["resource"], row["history_rows_removed"]) for row in report] == [("leads", 1)]
    assert kept.mirror.info()["history_since"].item() == report[0]["history_since"]
    assert kept.mirror.changes("leads", since="20d")["before"].to_list() == ["Duchess"]
    assert kept.mirror.as_of("leads", "20d")["title"].sort().to_list() == ["Baroness", "Duchess"]
    with pytest.raises(NotMirroredError, match="begins at"):
        kept.mirror.as_of("leads", "60d")
    assert kept.mirror.verify()["ok"].all()
    assert kept.mirror.prune("leads", keep=dt.timedelta(days=30))["history_rows_removed"].to_list() == [0]


def test_pruning_all_history_keeps_the_current_rows(kept):
    kept.mirror.prune(keep="now")
    assert kept.mirror.frame("leads").height == 2
    assert kept.mirror.info()["history_rows"].item() == 0
    with pytest.raises(NotMirroredError):
        kept.mirror.prune("jobs")
    with pytest.raises(InvalidParameterError):
        kept.mirror.prune("leads", keep="forever")


# --- drop -------------------------------------------------------------------------------------------------------------


def test_a_dropped_resource_is_read_again(source, kept):
    kept.mirror.drop("leads")
    assert kept.mirror.location.resources() == []
    with pytest.raises(NotMirroredError):
        kept.mirror.frame("leads")
    assert kept.mirror.sync("leads")["mode"].item() == "first"
    assert agrees(source, kept)
    assert kept.mirror.changes("leads", since=0).height == 0


def test_a_dropped_history_begins_again(source, kept):
    kept.mirror.drop("leads", part="history")
    assert kept.mirror.frame("leads").height == 2
    with pytest.raises(NotMirroredError, match="begins at"):
        kept.mirror.as_of("leads", "30d")
    source.clock += DAY
    source.put("lead_2", title="Princess")
    kept.mirror.sync("leads")
    assert kept.mirror.changes("leads", since="2h")["before"].to_list() == ["Baroness"]
    assert kept.mirror.verify()["ok"].all()


@pytest.mark.parametrize("name", ["jobs", "nothing", "..", ""])
def test_an_unknown_resource_cannot_be_dropped(kept, name):
    before = files(kept.mirror.location.root)
    with pytest.raises(InvalidParameterError):
        kept.mirror.drop(name)
    with pytest.raises(InvalidParameterError):
        kept.mirror.drop("leads", part="half")
    assert files(kept.mirror.location.root) == before
