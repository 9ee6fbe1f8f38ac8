"""Frames in every library that cleanup accepts."""

from zlib import crc32

import pandas as pd
import polars as pl

LIBRARIES = {
    "pandas": pd.DataFrame,
    "polars": lambda columns: pl.DataFrame(columns, strict=False),
    "polars lazy": lambda columns: pl.LazyFrame(columns, strict=False),
}


def library_for(test, *names):
    """Return how to build a frame in one of these libraries: always the same one for a test, another for the next."""
    return LIBRARIES[names[crc32(test.encode()) % len(names)]]


def rows_of(frame):
    """Return the rows of a frame as Python values, ``None`` for null, whatever the library."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.rows()
    return [tuple(plain(value) for value in row) for row in frame.astype(object).itertuples(index=False, name=None)]


def plain(value):
    """Return a value, or ``None`` for every kind of null."""
    return None if not isinstance(value, list) and pd.isna(value) else value
