"""Frames in every library that cleanup takes."""

import pandas as pd
import polars as pl
import pytest

ENGINES = {
    "pandas": pd.DataFrame,
    "polars": lambda columns: pl.DataFrame(columns, strict=False),
    "polars lazy": lambda columns: pl.LazyFrame(columns, strict=False),
}


def rows_of(frame):
    """The rows as Python has them, ``None`` for null, whatever the library."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.rows()
    return [tuple(plain(value) for value in row) for row in frame.astype(object).itertuples(index=False, name=None)]


def plain(value):
    """Null in any form as ``None``."""
    return None if not isinstance(value, list) and pd.isna(value) else value


@pytest.fixture(params=ENGINES)
def made(request):
    """Makes a frame of columns, in each library in turn."""
    return ENGINES[request.param]


@pytest.fixture(scope="session")
def cell_ws():
    """A small workspace whose imports are only tried, never made."""
    import pb2b_notebook as pb

    with pb.open_sandbox(leads=5, rate_limit=1_000_000) as ws:
        yield ws
