"""Frames in every library that cleanup takes."""

import pandas as pd
import polars as pl

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
