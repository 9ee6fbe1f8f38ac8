"""Find people who opted out among new rows, by matching: they may come back with another email address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.clusters.grouping import REVIEWED
from pb2b_notebook.cleanup.linkage.columns.compared_columns import is_identifying
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.find import duplicates
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.pairs.levels import have_conflicting_names, levels_of
from pb2b_notebook.lazy_libraries import pl

if TYPE_CHECKING:
    import numpy as np

    from pb2b_notebook.cleanup.frames import OpenFrame

_LIKELY: Final = 0.5
_POSSIBLE: Final = 0.01
"""Least match probabilities: of any pair, and of one that shares what few others have."""
_SAME_NAME: Final = (1, 2, 3, 4, 5)
_DIFFERENT_NAMES: Final = (10, 12, 15)
_COMPARED: Final = 4
_SAME_COMPANY: Final = (4, 5, 6, 7)
_SAME_LOCAL_PART: Final = (3, 4, 10, 14)
_SAME_PHONE: Final = (1, 2, 3, 8)
_SAME_PROFILE: Final = (1, 3)
"""Levels of agreement; from ``_COMPARED`` on, both rows have a company."""


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
    distinct, people = (
        new.unique(maintain_order=True),
        known.with_row_index("person").unique(known.columns, keep="first", maintain_order=True),
    )
    pairs: Any = duplicates(distinct, threshold=_POSSIBLE, known=people.drop("person")).pairs
    both = pl.concat(
        [
            pairs.select(pl.col(a).alias("a"), pl.col(b).alias("b"), "probability", "reasons", "pattern")
            for a, b in (("row_a", "row_b"), ("row_b", "row_a"))
        ]
    )
    asked = pl.Series(may_be_suppressed(both["pattern"].to_numpy(), both["probability"].to_numpy()))
    found = (
        both.filter(pl.col("a").str.starts_with("row "), pl.col("b").str.starts_with("known "), asked)
        .select(
            content=pl.col("a").str.strip_prefix("row ").cast(pl.Int64),
            person=pl.col("b").str.strip_prefix("known ").cast(pl.Int64),
            probability="probability",
            reasons="reasons",
        )
        .sort("content", "probability", "person", descending=[False, True, False])
        .unique("content", keep="first", maintain_order=True)
    )
    # Of rows that are equal once their case and signs are settled, only the first is in a pair with a known row.
    like = both.filter(
        pl.col("a").str.starts_with("row "), pl.col("b").str.starts_with("row "), pl.col("probability") >= _LIKELY
    ).select(
        content=pl.col("a").str.strip_prefix("row ").cast(pl.Int64),
        like=pl.col("b").str.strip_prefix("row ").cast(pl.Int64),
    )
    copies = like.join(found.rename({"content": "like"}), on="like").drop("like").select(found.columns)
    found = (
        pl.concat([found, copies])
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


def may_be_suppressed(patterns: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return for each pair whether a person is to be asked if the new row is about the suppressed person.

    It asks more than duplicates link: a wrong question costs less than a message to someone who opted out. Two people
    at one company or switchboard, whose names differ, are not asked about.

    Args:
        patterns: Levels of agreement of pairs, one integer each.
        probability: Match probability of each pair.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.results.reasons import reasons
    >>> patterns = np.array([1 | 4 << 7, 1 | 12 << 7, 12 | 4 << 7, 1 | 3 << 11])
    >>> reasons(patterns)
    ['same name; same company', 'same name; but different companies', 'same family name, different first names; \
same company', 'same local part of the email; same name']
    >>> may_be_suppressed(patterns, np.full(4, 0.1)).tolist()
    [True, False, False, True]
    """
    import numpy as np

    name, company, email, phone, profile = levels_of(patterns, "name", "company", "email", "phone", "profile")
    nearly_same = np.isin(name, _SAME_NAME)
    # A new job brings another company and address; without a company on both sides, an address made of the name is all.
    shared = np.isin(phone, _SAME_PHONE) | np.isin(profile, _SAME_PROFILE)
    shared |= nearly_same & (
        np.isin(company, _SAME_COMPANY) | (np.isin(email, _SAME_LOCAL_PART) & (company < _COMPARED))
    )
    possible = (probability >= _POSSIBLE) & shared
    possible |= (probability >= REVIEWED) & np.isin(company, _SAME_COMPANY)
    possible &= ~np.isin(name, _DIFFERENT_NAMES) & ~have_conflicting_names(patterns)
    found: np.ndarray = (probability >= _LIKELY) | possible
    return found


def _texts_of(frame: OpenFrame) -> pl.DataFrame:
    """Return the columns that are compared and have a value, as text, without ids: rows are named by position."""
    texts = pl.DataFrame({name: as_text(frame.table[name].to_native()) for name in frame.names if name in SOURCES})
    return texts.select(name for name in texts.columns if texts[name].count())
