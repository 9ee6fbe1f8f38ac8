"""Every kind of frame that public functions accept, built from plain columns, and values that they refuse."""

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa

from pb2b_notebook import cleanup


class Subclass(pd.DataFrame):
    """A subclass of pandas' frame from another module, as geopandas' GeoDataFrame is."""

    @property
    def _constructor(self):
        return Subclass


class Stream:
    """Gives an Arrow C stream and nothing else, as a DuckDB relation does."""

    def __init__(self, columns):
        self._table = pa.table(columns)

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


ACCEPTED = {
    "pandas": pd.DataFrame,
    "pandas subclass": Subclass,
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "Arrow stream": Stream,
    "DuckDB relation": lambda columns: duckdb.from_arrow(pa.table(columns)),
    "narwhals": lambda columns: nw.from_native(pa.table(columns)),
    "narwhals lazy": lambda columns: nw.from_native(duckdb.from_arrow(pa.table(columns))),
    "Arrow reader, read once": lambda columns: pa.table(columns).to_reader(),
}
"""Kind → function that makes such a frame of a dict of columns."""

REFUSED = {
    "nothing": None,
    "list": [{"email": "ada@example.com"}],
    "dict": {"email": ["ada@example.com"]},
    "pandas series": pd.Series(["ada@example.com"]),
    "polars series": pl.Series(["ada@example.com"]),
    "class": pd.DataFrame,
    "path": "leads.csv",
    "result": cleanup.normalize(pd.DataFrame({"email": ["ada@example.com"]})),
}


def library_of_answer(kind):
    """The library in which a frame of this kind is answered."""
    return pd.DataFrame if kind.startswith("pandas") else pl.DataFrame
