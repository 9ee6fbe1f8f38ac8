"""Compaction: the rows of many small files in portions of limited size, each later than the one before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from pb2b_notebook.lazy_libraries import pl

PORTION_ROWS: Final = 1_000_000
"""Largest portion; a file of this many leads has 10 to 30 MB."""

_TIME: Final = "updated_at"


def portions(rows: pl.LazyFrame, count: int) -> Iterator[pl.DataFrame]:
    """Yield the rows in portions, in order of their times if they have any.

    Args:
        rows: Rows of files that may overlap in time, such as those of a list that was read in parallel windows.
        count: Number of rows.
    """
    if count <= PORTION_ROWS:
        yield rows.collect()
    elif _TIME not in rows.collect_schema():
        for start in range(0, count, PORTION_ROWS):
            yield rows.slice(start, PORTION_ROWS).collect()
    else:
        time = pl.col(_TIME)
        # Rows with equal times are in one portion, and rows without a time in the first.
        times = rows.select(time.sort()).collect().to_series().drop_nulls()
        borders = times.gather_every(PORTION_ROWS, PORTION_ROWS - 1).unique()
        for after, until in pairwise([None, *borders.sort(), None]):
            later = pl.lit(value=True) if after is None else time > after
            earlier = pl.lit(value=True) if until is None else time <= until
            yield rows.filter((later & earlier) | (time.is_null() & pl.lit(after is None))).collect()
