"""How often dates differ in this list among rows of one person: in some lists each third date has an error.

Rows of one name are one person or namesakes. Namesakes differ in a date as any two people of one given name do (names
have fashions: those of one name are of one age), so what these pairs have beyond that are errors: expectation
maximization over these pairs alone, with the frequencies among random pairs of one given name as those of namesakes,
and the usual shares (``Role.differences``) as the prior (Winkler, "Using the EM algorithm for weight computation in the
Fellegi-Sunter model of record linkage", 1988).

A difference never counts for less than usual: rows whose names are misspelled have more errors elsewhere than rows of
one name. Two wholly different dates may be father's and son's, so that they count as often as in rows of one name and
one email address, which no other name has. All differences in other columns count as usual: in a list in which nothing
but a customer number or a city distinguishes namesakes, all their differences would be taken for errors.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.columns.further_columns import further_logits, level_weights, unpack
from pb2b_notebook.cleanup.linkage.columns.roles import FIRST_DIFFERENCE
from pb2b_notebook.cleanup.linkage.pairs.frequencies import MOST_OF_RARE_NAME
from pb2b_notebook.cleanup.linkage.pairs.levels import levels_of, share_own_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs

_PRIOR_PAIRS: Final = 100.0
"""Pairs of one person that the usual shares count for."""
_FEWEST_PAIRS: Final = 1_000
"""Random pairs that show how often people of one given name differ."""
_ROUNDS: Final = 30
_SAME_NAME: Final = 1
_NOTICEABLE: Final = 0.1
"""Least change of a logit that is reported."""


def usual_shares(columns: Sequence[FurtherColumn]) -> tuple[tuple[float, ...], ...]:
    """Return for each column the usual shares of its differences among pairs of one person."""
    return tuple(tuple(difference.share for difference in one.role.differences) for one in columns)


def have_rare_names(features: pl.DataFrame) -> pl.Series:
    """Return whether few rows have the whole name of each row.

    Args:
        features: ``name_hash`` of all rows of a name.
    """
    import polars as pl

    return features.select(rare_name=pl.len().over("name_hash") <= MOST_OF_RARE_NAME).to_series()


def _pairs_of_one_name(counted: CountedPairs) -> tuple[np.ndarray, np.ndarray]:
    """Return the packed further levels of pairs of different rows that have one name, and their numbers."""
    import numpy as np

    name, middle = levels_of(counted.patterns, "name", "middle")
    wanted = (name == _SAME_NAME) & np.isin(middle, (0, 1, 2)) & (counted.rare_names > 0)
    further, places = np.unique(counted.further[wanted], return_inverse=True)
    return further, np.bincount(places, counted.rare_names[wanted], len(further))


def fitted_shares(
    columns: Sequence[FurtherColumn], random_pairs: np.ndarray, counted: CountedPairs
) -> tuple[tuple[float, ...], ...]:
    """Return for each column the shares of its differences among pairs of one person in this list.

    Args:
        columns: Further columns.
        random_pairs: Packed levels of random pairs of rows of one given name.
        counted: Candidate pairs by their levels.
    """
    import numpy as np

    usual = usual_shares(columns)
    if len(random_pairs) < _FEWEST_PAIRS:
        return usual
    patterns, pairs = _pairs_of_one_name(counted)
    levels = unpack(patterns, len(columns))
    shares, odds = usual, 0.0
    for _ in range(_ROUNDS):
        logits = odds + further_logits(patterns, columns, level_weights(columns, random_pairs, shares))
        found = pairs / (1 + np.exp(-logits))
        total = found.sum()
        odds = float(np.log((total + 1) / (pairs.sum() - total + 1)))
        shares = tuple(
            _shares(one, known, np.bincount(level, found, FIRST_DIFFERENCE + len(known)))
            for one, known, level in zip(columns, usual, levels.T, strict=True)
        )
    own = share_own_email(counted.patterns)
    levels, pairs = unpack(counted.further[own], len(columns)), counted.others[own]
    return tuple(
        _with_wrong_dates(one, fitted, np.bincount(level, pairs, FIRST_DIFFERENCE + len(fitted)))
        for one, fitted, level in zip(columns, shares, levels.T, strict=True)
    )


def _with_wrong_dates(column: FurtherColumn, shares: tuple[float, ...], found: np.ndarray) -> tuple[float, ...]:
    """Return the shares, that of wholly different dates as among pairs that surely are one person."""
    if column.role.name != "date":
        return shares
    *errors, other = shares
    apart = FIRST_DIFFERENCE + len(errors)
    fitted = (found[apart] + _PRIOR_PAIRS * other) / (found[1:].sum() + _PRIOR_PAIRS)
    return (*errors, max(other, float(fitted)))


def _shares(column: FurtherColumn, usual: tuple[float, ...], found: np.ndarray) -> tuple[float, ...]:
    total = found[1:].sum() + _PRIOR_PAIRS
    shares = [
        known
        if column.role.name != "date" or difference.against
        else max(known, float((found[FIRST_DIFFERENCE + n] + _PRIOR_PAIRS * known) / total))
        for n, (difference, known) in enumerate(zip(column.role.differences, usual, strict=True))
    ]
    if column.role.name == "date":
        # Errors are independent: two of them are as rare as the square of one.
        *one, two = (n for n, difference in enumerate(column.role.differences) if not difference.against)
        shares[two] = min(shares[two], max(usual[two], sum(shares[n] for n in one) ** 2))
    return tuple(shares)


def notes_of(columns: Sequence[FurtherColumn], shares: Sequence[Sequence[float]]) -> tuple[str, ...]:
    """Say which differences count for more than usual, and by how much; sentences.

    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> columns = further_columns({"zip": "postcode"})
    >>> notes_of(columns, [(0.12, 0.04, 0.1)]), notes_of(columns, usual_shares(columns))
    (("values of 'zip' often differ among rows of one name: 'differs by a typo' +0.7",), ())
    """
    found = []
    for one, fitted in zip(columns, shares, strict=True):
        changes = [
            (each.words, log(share / each.share)) for each, share in zip(one.role.differences, fitted, strict=True)
        ]
        moved = [f"{words!r} {change:+.1f}" for words, change in changes if change >= _NOTICEABLE]
        found += [f"values of {one.column!r} often differ among rows of one name: {', '.join(moved)}"] * bool(moved)
    return tuple(found)
