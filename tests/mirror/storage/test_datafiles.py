"""Data files: sorted rows, compaction in portions, and log actions without personal values."""

import datetime as dt
import json
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pb2b_notebook.mirror.storage import compaction, datafiles
from pb2b_notebook.mirror.storage.ordering import sort_rows
from pb2b_notebook.mirror.storage.tables import Table
from service_rows import agrees

TIMES = st.one_of(st.none(), st.integers(0, 6))
ROWS = st.lists(st.tuples(st.sampled_from("abcdef"), TIMES), max_size=12)


def frame(rows):
    return pl.DataFrame(rows, schema={"id": pl.String, "updated_at": pl.Int64}, orient="row")


@given(ROWS, st.integers(0, 12))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_rows_are_sorted(rows, sorted_first):
    rows = sorted(rows[:sorted_first], key=lambda row: (row[1] is not None, row[1], row[0])) + rows[sorted_first:]
    expected = frame(rows).sort("updated_at", "id", nulls_last=False)
    assert_frame_equal(sort_rows(frame(rows)), expected)


def test_sorted_rows_are_not_copied_and_rows_without_a_time_are_sorted_by_id():
    rows = frame([("a", 1), ("b", 1), ("a", 2)])
    assert sort_rows(rows) is rows
    assert sort_rows(rows.drop("updated_at"))["id"].to_list() == ["a", "a", "b"]
    bare = pl.DataFrame({"score": [2, 1]})
    assert sort_rows(bare) is bare
    assert sort_rows(rows.clear()).is_empty()


@given(ROWS, st.integers(1, 5))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_portions_contain_every_row_once_in_order_of_time(rows, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compaction, "PORTION_ROWS", most)
        found = list(compaction.portions(frame(rows).lazy(), len(rows)))
        assert_frame_equal(pl.concat(found).sort("updated_at", "id"), frame(rows).sort("updated_at", "id"))
        spans = [(part["updated_at"].min(), part["updated_at"].max()) for part in found if part.height]
        known = [span for span in spans if None not in span]
        assert all(one[1] < other[0] for one, other in pairwise(known))
        untimed = frame(rows).drop("updated_at")
        assert_frame_equal(pl.concat(compaction.portions(untimed.lazy(), len(rows))), untimed)


def test_the_log_contains_only_the_row_count_and_times_of_a_file(tmp_path):
    at = dt.datetime(2026, 3, 10, 12, 0, 0, 1_500, tzinfo=dt.UTC)
    rows = pl.DataFrame({"id": ["b", "a"], "email": ["ada@example.com", None], "updated_at": [at, at]})
    file = datafiles.write(tmp_path, rows)
    assert pl.read_parquet(tmp_path / file.name)["id"].to_list() == ["a", "b"]
    action = file.add_action()
    assert json.loads(action.stats) == {
        "numRecords": 2,
        "minValues": {"updated_at": "2026-03-10T12:00:00.001Z"},
        "maxValues": {"updated_at": "2026-03-10T12:00:00.002Z"},
    }
    assert datafiles.write(tmp_path, rows.with_columns(updated_at=None)).least is None


def test_a_compacted_table_of_several_files_reads_in_order(source, small_batches, monkeypatch):
    monkeypatch.setattr("pb2b_notebook.mirror.storage.tables._MAX_SMALL_FILES", 3)
    monkeypatch.setattr(compaction, "PORTION_ROWS", 10)
    for number in range(40):
        source.put(f"lead_{number * 7 % 40:02}", title="first")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        for number in range(0, 40, 9):
            source.put(f"lead_{number:02}", title="second")
        ws.mirror.sync("leads")
        ws.mirror.sync("leads")
        assert 1 < len(ws.mirror.table("leads").files()) <= 6
        assert agrees(source, ws)
        assert_frame_equal(ws.leads.list(cached=True), ws.leads.list())
        newest = ws.leads.list(cached=True, limit=5)
        assert_frame_equal(newest, ws.leads.list(cached=True, order="updated_at.desc").head(5))


def test_a_version_after_a_commit_equals_the_version_in_the_log(source, small_batches):
    source.page = 2
    for number in range(6):
        source.put(f"lead_{number}")
    with source.connect(frame="polars") as ws:
        mine = ws.mirror.table("leads")
        for change in (lambda: None, lambda: source.put("lead_2"), lambda: source.put("lead_7"), mine.compact):
            change()
            ws.mirror.sync("leads")
            log = Table(mine.path, mine.label, "leads")
            assert mine.latest() == log.latest()
            assert mine.state() == log.state()
        assert agrees(source, ws)
