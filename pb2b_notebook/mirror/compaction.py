"""Rows of many files put together: portions of a bounded size, each later than the one before."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

PORTION_ROWS: Final = 1_000_000
"""Of one portion; a file of as many leads has 10 to 30 MB."""

_TIME: Final = "updated_at"


def portions(rows: pl.LazyFrame, count: int) -> Iterator[pl.DataFrame]:
    """The rows in portions, by time where they have one.

    Args:
        rows: of files that may overlap in time, as those of a list that was read in windows side by side.
        count: how many.
    """
    import polars as pl

    if count <= PORTION_ROWS:
        yield rows.collect()
    elif _TIME not in rows.collect_schema():
        for start in range(0, count, PORTION_ROWS):
            yield rows.slice(start, PORTION_ROWS).collect()
    else:
        time = pl.col(_TIME)
        # All rows of one instant are in one portion, and those without a time in the first.
        times = rows.select(time.sort()).collect().to_series().drop_nulls()
        borders = times.gather_every(PORTION_ROWS, PORTION_ROWS - 1).unique()
        for after, until in pairwise([None, *borders.sort(), None]):
            later = pl.lit(value=True) if after is None else time > after
            earlier = pl.lit(value=True) if until is None else time <= until
            yield rows.filter((later & earlier) | (time.is_null() & pl.lit(after is None))).collect()
