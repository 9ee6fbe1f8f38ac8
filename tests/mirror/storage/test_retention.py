"""Retention: a mirror that is synced for years stays flat in files."""

import datetime as dt
import os
import random
import time

import polars as pl
import pyarrow as pa
import pytest

from mirror_year import Year
from pb2b_notebook.mirror.reading.time_travel import Point, as_of
from pb2b_notebook.mirror.storage import retention
from pb2b_notebook.mirror.storage.instants import micros
from pb2b_notebook.mirror.storage.tables import Table

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def small_limits(monkeypatch):
    """Limits that a few syncs reach."""
    monkeypatch.setattr(retention, "_MOST_COMMITS", 12)
    monkeypatch.setattr(retention, "KEPT_COMMITS", 6)
    monkeypatch.setattr(retention, "_MAX_OBSOLETE", 5)


def test_files_stay_flat_and_history_stays_true_over_many_syncs(tmp_path, small_limits):
    """The whole year is a command: tests/support/mirror_year.py. Without retention this leaves 150 files."""
    dice = random.Random(1)  # noqa: S311 - seeded chance
    year = Year(tmp_path, dt.datetime.now(dt.UTC) - 90 * HOUR, HOUR, dice)
    known = {}
    for _ in range(4):
        year.run(6)
        assert len(year.files()) < 120
        known[micros(year.now)] = {lead: title for lead, (title, _) in year.rows.items()}
    assert year.table.commits()[-1]["version"] > 0
    assert len(year.table.commits()) >= 6
    assert year.agrees()
    for at, rows in known.items():
        then = as_of(year.table, year.former, Point(at)).collect()
        assert dict(then.select("id", "title").iter_rows()) == rows


def test_a_log_is_trimmed_at_a_checkpoint_and_keeps_the_latest_commits(tmp_path):
    for number in range(161):
        (tmp_path / f"{number:020d}.json").touch()
        if number % 10 == 9:
            (tmp_path / f"{number:020d}.checkpoint.parquet").touch()
    (tmp_path / "_last_checkpoint").touch()
    retention.trim_log(tmp_path)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left[0] == f"{59:020d}.checkpoint.parquet"
    assert [int(name[:20]) for name in left if name.endswith(".json")] == list(range(59, 161))
    assert "_last_checkpoint" in left
    retention.trim_log(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == left


def test_a_log_without_a_checkpoint_is_not_trimmed(tmp_path):
    for number in range(200):
        (tmp_path / f"{number:020d}.json").touch()
    retention.trim_log(tmp_path)
    assert len(list(tmp_path.iterdir())) == 200


def test_only_files_that_are_not_current_are_obsolete(tmp_path):
    long_ago = time.time() - 2 * 3600
    for name in ("current.parquet", "old.parquet", "new.parquet", "notes.txt"):
        (tmp_path / name).write_bytes(b"four")
        if name != "new.parquet":
            os.utime(tmp_path / name, (long_ago, long_ago))
    found = retention.obsolete_files(tmp_path, {"current.parquet"}, retention.READER_HOURS)
    assert (found.size, found.old) == (8, 1)


def test_a_table_of_an_earlier_release_gets_the_retention_of_today(tmp_path):
    table = Table(tmp_path / "leads", "", "leads")
    schema = pa.schema([pa.field("id", pa.string())])
    table.append(pl.DataFrame({"id": ["a"]}), schema, {"watermark": 1}, seen=-1)
    table._delta = None
    table.latest()
    table._delta.alter.set_table_properties({"delta.deletedFileRetentionDuration": "interval 7 days"})
    table._delta = None
    table.vacuum()
    table.latest()
    assert table._delta.metadata().configuration["delta.deletedFileRetentionDuration"] == "interval 1 hours"
    assert table.state().watermark == 1
    assert table.row_count() == 1
