"""Links that do not hold: those of a bare name that several people have, and those that join two different people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.clusters.clustering import (
    NOT_COMPARED,
    bridging_items,
    in_one_group,
    uncompared_pairs,
    unexplained_conflicts,
)
from pb2b_notebook.cleanup.linkage.columns.further_columns import agree_or_differ, have_other_values, share_only_a_home
from pb2b_notebook.cleanup.linkage.pairs.levels import (
    TWO_PEOPLE,
    UNLIKE,
    are_in_two_places,
    differ_elsewhere,
    give_whole_names,
    have_nothing_of_their_own,
    levels_of,
    may_be_one_name,
    may_be_wrong_names,
)
from pb2b_notebook.cleanup.linkage.scores.scoring import EVEN
from pb2b_notebook.cleanup.linkage.tables.components import components

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.scoring import FurtherWeights, ScoredPairs

_OF_A_PERSON: Final = ("date", "identifier")
"""Roles of the columns that are of one person alone."""
_OWN_ROLES: Final = ("date", "identifier", "street", "postcode", "city")
"""Roles of the columns in which two people of one name differ."""


def settle(
    features: pl.DataFrame,
    scored: ScoredPairs,
    score: Callable[[pl.DataFrame], ScoredPairs],
    further: FurtherWeights | None,
) -> tuple[ScoredPairs, list[tuple[int, int]]]:
    """Return the pairs as they are clustered, and those that no other row may put together.

    Args:
        features: Features of the rows that the pairs are of.
        scored: Scored pairs.
        score: Function that scores further pairs.
        further: Weights of the further columns.
    """
    if further is not None and further.bare_names:
        scored = _without_bridges(scored, features["bare"].to_numpy(), further.columns)
    if further is not None and further.names_are_wrong:
        scored = _with_explained_names(len(features), scored, further.columns)
    return scored, _conflicts_within(len(features), scored, score, further)


def _without_bridges(scored: ScoredPairs, bare: np.ndarray, columns: Sequence[FurtherColumn]) -> ScoredPairs:
    """Return the pairs without the links of rows with nothing but a name that different rows have.

    Rows in two places, or with two dates or numbers, are different here even if they are links.
    """
    import numpy as np

    a, b, linked = scored.a, scored.b, scored.logits >= scored.cutoff
    patterns = scored.patterns.to_numpy()
    differ = have_other_values(scored.further, columns, *_OWN_ROLES) | are_in_two_places(patterns)
    alike, of_one_name = linked & (bare[a] == bare[b]) & ~differ, linked | may_be_one_name(patterns)
    bridges = bridging_items(components(len(bare), a[alike], b[alike]), bare, a[of_one_name], b[of_one_name])
    limited = np.where(bridges[a] | bridges[b], np.minimum(scored.logits, EVEN), scored.logits)
    return scored._replace(logits=limited)


def _with_explained_names(size: int, scored: ScoredPairs, columns: Sequence[FurtherColumn]) -> ScoredPairs:
    """Return the pairs; those whose names differ, and that links connect through other rows, as if not compared.

    In a list whose names are often wrong, two misspellings of a name are less alike than each of them and the name.
    Rows that differ in nothing but their names, and are linked to one row, were one person in 9 of 10 such pairs in
    lists with truth.
    """
    import numpy as np

    if scored.cutoff <= NOT_COMPARED:
        return scored
    patterns, linked = scored.patterns.to_numpy(), scored.logits >= scored.cutoff
    parts = components(size, scored.a[linked], scored.b[linked])
    (middle,) = levels_of(patterns, "middle")
    explained = ~linked & (parts[scored.a] == parts[scored.b]) & ((middle < TWO_PEOPLE) | (middle == UNLIKE))
    explained &= ~differ_elsewhere(patterns)
    explained &= ~have_other_values(scored.further, columns, "date", "identifier")
    return scored._replace(logits=np.where(explained, np.maximum(scored.logits, NOT_COMPARED), scored.logits))


def _conflicts_within(
    size: int, scored: ScoredPairs, score: Callable[[pl.DataFrame], ScoredPairs], further: FurtherWeights | None
) -> list[tuple[int, int]]:
    """Return the pairs that links connect only through other rows, and whose names are not of one and the same.

    In a list whose names are often wrong, a third row whose name may be either explains two different names: Mike and
    Micha3l, where one is Michael. Nothing explains two dates or two numbers. A father and a son of one name stay two
    people where a row without a date may be either.
    """
    import numpy as np
    import polars as pl

    linked = np.flatnonzero(scored.logits >= scored.cutoff)
    if not len(linked):
        return []
    parts = components(size, scored.a[linked], scored.b[linked])
    inside = in_one_group(parts, scored.a, scored.b)
    inside = inside[scored.a[inside] != scored.b[inside]]
    first, second = uncompared_pairs(parts, scored.a[inside], scored.b[inside])
    rest = score(pl.DataFrame({"a": first, "b": second}, schema={"a": pl.UInt32, "b": pl.UInt32}).sort("a", "b"))
    compared = [(scored, inside), (rest, np.arange(len(rest.a)))]
    found = [(pairs, pairs.conflicts(wanted)) for pairs, wanted in compared]
    two_people = _of_two_dates(scored, linked, compared, further)
    if further is None or not further.names_are_wrong:
        return [*two_people, *(pair for pairs, at in found for pair in pairs.numbers(at))]
    wrong = [
        may_be_wrong_names(pairs.patterns.gather(at).to_numpy())
        & ~have_other_values(pairs.further[at], further.columns, "date", "identifier")
        for pairs, at in found
    ]
    sure, doubtful = (
        [pair for (pairs, at), may_be in zip(found, wrong, strict=True) for pair in pairs.numbers(at[may_be == wanted])]
        for wanted in (False, True)
    )
    patterns = scored.patterns.gather(linked).to_numpy()
    garbled = further.garbled.are_garbled(patterns, scored.further[linked], further.columns)
    one_name = may_be_one_name(patterns) | garbled
    links, whole = (scored.numbers(linked[some]) for some in (one_name, one_name & give_whole_names(patterns)))
    return [*two_people, *sure, *unexplained_conflicts(doubtful, links, whole)]


def _of_two_dates(
    scored: ScoredPairs,
    linked: np.ndarray,
    compared: Sequence[tuple[ScoredPairs, np.ndarray]],
    further: FurtherWeights | None,
) -> list[tuple[int, int]]:
    """Return the pairs of one name and address that have two dates or numbers, and that a row without any would join.

    Args:
        scored: All scored pairs.
        linked: Positions of the links among them.
        compared: Pairs, and the positions of those that are wanted.
        further: Weights of the further columns; in a list without households, no pairs are returned.
    """
    if further is None or further.home is None:
        return []
    columns, found = further.columns, []
    for pairs, wanted in compared:
        at = wanted[pairs.logits[wanted] < pairs.cutoff]
        apart = have_nothing_of_their_own(pairs.patterns.gather(at).to_numpy())
        apart &= have_other_values(pairs.further[at], columns, *_OF_A_PERSON)
        found += pairs.numbers(at[apart & share_only_a_home(pairs.further[at], columns)])
    agree, differ = agree_or_differ(scored.further[linked], columns)
    given = (agree | differ)[:, [one.role.name in _OF_A_PERSON for one in columns]].any(axis=1)
    of_either = scored.numbers(linked[~given])
    apart_anyway = {*unexplained_conflicts(found, of_either, of_either)}
    return [pair for pair in found if pair not in apart_anyway]
