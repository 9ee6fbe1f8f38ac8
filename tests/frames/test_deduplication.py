"""The newest row of each object is kept, for any order of the rows."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.frames import newest_by_id

START = datetime(2026, 3, 10, tzinfo=UTC)
TIME = pa.timestamp("us", tz="UTC")
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.none() | st.integers(0, 3)), max_size=12)


def age(at):
    """An unknown time is before all others."""
    return -1 if at is None else at


@given(ROWS, st.booleans())
def test_the_newest_row_of_each_id_is_kept(rows, newest_first):
    times = [None if at is None else START + timedelta(seconds=at) for _, at in rows]
    table = pa.table(
        {
            "id": pa.array([name for name, _ in rows], pa.string()),
            "updated_at": pa.array(times, TIME),
            "row": pa.array(range(len(rows)), pa.int64()),
        }
    )
    best: dict[str, int] = {}
    for row, (name, at) in sorted(enumerate(rows), reverse=newest_first):
        if name is not None and (name not in best or age(at) >= age(rows[best[name]][1])):
            best[name] = row
    kept = sorted([*best.values(), *(row for row, (name, _) in enumerate(rows) if name is None)])
    found = newest_by_id(table, newest_first=newest_first)
    assert found.schema == table.schema
    assert found["row"].to_pylist() == kept


@pytest.mark.parametrize("times", [["x", "y", "x"], [3, 2, 1]])
def test_invalid_times_do_not_count(times):
    assert newest_by_id(pa.table({"id": ["a", "b", "a"], "updated_at": times})).to_pydict() == {
        "id": ["b", "a"],
        "updated_at": times[1:],
    }


def test_repeated_rows_are_found_without_loading_pandas():
    program = (
        "import sys, pyarrow as pa\n"
        "from pb2b_notebook.frames.arrow_numbers import numbers\n"
        "from pb2b_notebook.frames.deduplication import newest_by_id, sort_by_change\n"
        "times = numbers(pa.timestamp('us'), 'q', [3, 2, 1])\n"
        "table = pa.table({'id': numbers(pa.int64(), 'q', [1, 2, 1]), 'updated_at': times})\n"
        "rows = sort_by_change(newest_by_id(table), newest_first=False)\n"
        "print(rows['id'].to_pylist(), 'pandas' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[2, 1] False\n"
