"""Find people who opted out among new rows, by matching: they may come back with another email address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.compared_columns import is_identifying
from pb2b_notebook.cleanup.linkage.find import duplicates
from pb2b_notebook.cleanup.linkage.folding import as_text
from pb2b_notebook.cleanup.linkage.grouping import REVIEWED
from pb2b_notebook.cleanup.linkage.standardization import SOURCES
from pb2b_notebook.lazy_libraries import pl

if TYPE_CHECKING:
    from pb2b_notebook.cleanup.frames import OpenFrame

_LIKELY: Final = 0.5
_LIKELY_WITH: Final = {"same company": REVIEWED, "same phone number": 0.01}
"""Reason → least match probability that suffices with it, unless the names differ."""
_DIFFERENT: Final = "different (?:first |family )?names?"


def find_suppressed(rows: OpenFrame, suppressed: OpenFrame) -> pl.DataFrame:
    """Return the rows that are probably about suppressed people.

    Args:
        rows: Rows whose columns are named by the keys of lead fields.
        suppressed: People who must not be contacted, with such columns.

    Returns:
        A polars frame with one row for each row that was found: ``row`` and ``suppressed`` (positions from 0, of the
        most probable person), ``probability`` and ``reasons`` in words.

    >>> import pandas as pd
    >>> from pb2b_notebook.cleanup.frames import open_frame
    >>> rows = open_frame(pd.DataFrame({"full_name": ["Ada Berg"], "company_name": ["Nordlicht"]}))
    >>> gone = open_frame(pd.DataFrame({"full_name": ["Ada Berg"], "company_name": ["Nordlicht AG"]}))
    >>> find_suppressed(rows, gone).select("row", "suppressed", "reasons").rows()
    [(0, 0, 'same name; same company')]
    """
    new, known = _texts_of(rows), _texts_of(suppressed)
    if not (is_identifying(new.columns) and is_identifying(known.columns)):
        return pl.DataFrame(
            schema={"row": pl.Int64, "suppressed": pl.Int64, "probability": pl.Float64, "reasons": pl.String}
        )
    # Of equal rows only the first is in a pair with a known row.
    distinct, people = (
        new.unique(maintain_order=True),
        known.with_row_index("person").unique(known.columns, keep="first", maintain_order=True),
    )
    pairs: Any = duplicates(distinct, threshold=min(_LIKELY_WITH.values()), known=people.drop("person")).pairs
    both = pl.concat(
        [
            pairs.select(pl.col(a).alias("a"), pl.col(b).alias("b"), "probability", "reasons")
            for a, b in (("row_a", "row_b"), ("row_b", "row_a"))
        ]
    )
    # Lower than the threshold of duplicates: a person decides about these rows, and a wrong question costs less than a
    # message to someone who opted out.
    likely = pl.col("probability") >= _LIKELY
    reasons = pl.col("reasons").str
    for reason, least in _LIKELY_WITH.items():
        says_same = reasons.contains(reason, literal=True) & ~reasons.contains(_DIFFERENT)
        likely |= (pl.col("probability") >= least) & says_same
    found = (
        both.filter(pl.col("a").str.starts_with("row "), pl.col("b").str.starts_with("known "), likely)
        .select(
            content=pl.col("a").str.strip_prefix("row ").cast(pl.Int64),
            person=pl.col("b").str.strip_prefix("known ").cast(pl.Int64),
            probability="probability",
            reasons="reasons",
        )
        .sort("content", "probability", "person", descending=[False, True, False])
        .unique("content", keep="first", maintain_order=True)
        .with_columns(suppressed=pl.lit(people["person"].cast(pl.Int64)).gather("person"))
    )
    contents = new.with_row_index("row").join(
        distinct.with_row_index("content"), on=new.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    numbers = contents.select(pl.col("row", "content").cast(pl.Int64))
    return numbers.join(found, on="content", maintain_order="left").select(
        "row", "suppressed", "probability", "reasons"
    )


def _texts_of(frame: OpenFrame) -> pl.DataFrame:
    """Return the columns that are compared and have a value, as text, without ids: rows are named by position."""
    texts = pl.DataFrame({name: as_text(frame.table[name].to_native()) for name in frame.names if name in SOURCES})
    return texts.select(name for name in texts.columns if texts[name].count())
