"""The stages of finding duplicates, run on rows of a test."""

import duckdb
import polars as pl

from pb2b_notebook.cleanup.linkage.columns import standardization
from pb2b_notebook.cleanup.linkage.pairs.features import build_features


def standardized(**columns):
    """Return the standardized rows of a frame with these columns."""
    given = pl.DataFrame(columns)
    missing = [pl.lit(None, pl.String).alias(name) for name in standardization.SOURCES if name not in columns]
    return standardization.standardize(given.select(*missing, *columns).select(*standardization.SOURCES))


def features_of(rows):
    """Return the features of each row."""
    with duckdb.connect() as db:
        features = build_features(db, standardized(**pl.DataFrame(rows).to_dict(as_series=False)))
    return features.table[features.of_rows]
