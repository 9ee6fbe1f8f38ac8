"""The weights for one list: what its candidate pairs show about them.

The counts of the candidate pairs by their levels are all that the weights follow from, wherever the pairs are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import level_weights, share_of_other_places
from pb2b_notebook.cleanup.linkage.pairs.frequencies import NamesakePairs
from pb2b_notebook.cleanup.linkage.scores.chance_pairs import ChancePairs, chance_pairs
from pb2b_notebook.cleanup.linkage.scores.further_shares import fitted_shares, notes_of, usual_shares
from pb2b_notebook.cleanup.linkage.scores.garbled_names import GarbledNames, garbled_names
from pb2b_notebook.cleanup.linkage.scores.near_dates import near_dates
from pb2b_notebook.cleanup.linkage.scores.refinement import PatternCounts, Refinement, refine
from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs, FurtherWeights, score_pairs
from pb2b_notebook.cleanup.linkage.scores.twins import twins
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.subjects import Subject


class ListFacts(NamedTuple):
    """What the weights of a list follow from, beside the levels of its pairs.

    Attributes:
        rows: Number of distinct contents.
        new_rows: Number of those that are new.
        mean_bearers: Mean number of different whole names with the given name, and with the family name, of a content;
            empty for companies, and for lists without further columns.
        shared: Result of :func:`~.frequencies.shared_names`.
        random_pairs: Packed levels of random pairs in the further columns.
        namesakes: The same of random pairs of one given name; empty without a date.
        namesake_pairs: Result of :func:`~.frequencies.namesake_pairs`; 0 without a date.
        strangers: Function that returns random pairs for :func:`~.chance_pairs.chance_pairs`; ``None`` without a date.
    """

    rows: int
    new_rows: int
    mean_bearers: tuple[float, ...]
    shared: tuple[float, float]
    random_pairs: np.ndarray
    namesakes: np.ndarray
    namesake_pairs: NamesakePairs = NamesakePairs(0.0, 0.0)
    strangers: Callable[[], tuple[pl.DataFrame, ...]] | None = None


def levels_to_count(columns: Sequence[FurtherColumn]) -> list[str]:
    """Return the columns of compared pairs by which they are counted."""
    return ["pattern", "further"] if columns else ["pattern"]


def refine_to_list(
    counted: pl.DataFrame, facts: ListFacts, columns: Sequence[FurtherColumn], scale: Weights
) -> tuple[Refinement, FurtherWeights | None]:
    """Return the weights for one list: those of the levels, and those of its further columns if there are any.

    Args:
        counted: The candidate pairs by :func:`levels_to_count`: their number ``n``, how many of them are of a new and a
            known row (``halves``), how many pairs of rows they stand for (``row_pairs``), how many are not of one
            content (``others``), and how many of those have a name that few rows have (``rare_names``).
        facts: What else there is to know of the list.
        columns: Further columns.
        scale: Weights to start from.
    """
    import numpy as np

    further = _further_weights(counted, facts, columns, scale.subject)
    refinement = refine(_pattern_counts(counted, further), facts.new_rows, scale)
    if further is not None:
        further = further._replace(rate=refinement.rate)
        further = further._replace(chance=_chance_pairs(counted, facts, refinement.weights, further))
        refinement = refinement._replace(notes=(*refinement.notes, *further.notes, *further.chance.notes))
    garbled = _garbled_names(counted, columns, scale.subject)
    if garbled.least:
        further = further or FurtherWeights((), level_weights((), np.zeros(0, np.int64), ()))
        further = further._replace(garbled=garbled)
        refinement = refinement._replace(notes=(*refinement.notes, *garbled.notes))
    return refinement, further


def _garbled_names(counted: pl.DataFrame, columns: Sequence[FurtherColumn], subject: Subject) -> GarbledNames:
    import numpy as np

    if subject is not PEOPLE:
        return GarbledNames({})
    patterns, pairs = counted["pattern"].to_numpy(), counted["n"].to_numpy()
    further = counted["further"].to_numpy() if columns else np.zeros(len(patterns), dtype=np.int64)
    return garbled_names(patterns, further, columns, pairs)


def _pattern_counts(counted: pl.DataFrame, further: FurtherWeights | None) -> PatternCounts:
    """Return the distinct patterns, the number of pairs of each, and what their further columns add to the logit.

    A pair of a new and a known row counts half: each new row has all its known rows, but shares a pair of two new ones.
    Rows of one content count as one pair: a thousand rows of a bare name are not a thousand times the evidence.
    """
    import numpy as np
    import polars as pl

    if further is not None:
        counted = further.patterns(counted)
    by = ["pattern"] if further is None else ["pattern", "further"]
    sums = counted.group_by(by).agg(pl.col("n", "halves").sum()).sort(by)  # sums of floats depend on their order
    patterns, numbers = sums["pattern"].to_numpy(), sums.select(pl.col("n") - pl.col("halves") / 2).to_series()
    if further is None:
        return PatternCounts(patterns, numbers.to_numpy(), np.zeros(len(sums)))
    added, _ = further.logits_of(patterns, sums["further"].to_numpy())
    return PatternCounts(patterns, numbers.to_numpy(), added)


def _further_weights(
    counted: pl.DataFrame, facts: ListFacts, columns: Sequence[FurtherColumn], subject: Subject
) -> FurtherWeights | None:
    """Return what agreements in the further columns weigh in this list; ``None`` if there are no further columns."""
    if not columns:
        return None
    shares, places = usual_shares(columns), share_of_other_places(columns, facts.random_pairs)
    if subject is not PEOPLE or not facts.rows:
        return FurtherWeights(columns, level_weights(columns, facts.random_pairs, shares), other_places=places)
    pairs = _counted_pairs(counted)
    if any(one.role.name == "date" for one in columns):
        shares = fitted_shares(columns, facts.namesakes, pairs)
    alike = twins(pairs.patterns, pairs.further, pairs.others, columns)
    dates = near_dates(pairs, facts.namesake_pairs, facts.random_pairs, facts.namesakes, columns)
    weights = FurtherWeights(
        columns,
        level_weights(columns, facts.random_pairs, shares),
        rows=facts.rows,
        mean_bearers=facts.mean_bearers,
        shared=facts.shared,
        dates=dates,
        twins=alike,
        other_places=places,
        notes=(*notes_of(columns, shares), *dates.notes(columns), *alike.notes),
    )
    return weights.fit_names(pairs, facts.random_pairs)


def _counted_pairs(counted: pl.DataFrame) -> CountedPairs:
    names = ("pattern", "further", "n", "row_pairs", "others", "rare_names")
    return CountedPairs(*(counted[name].to_numpy() for name in names))


def _chance_pairs(counted: pl.DataFrame, facts: ListFacts, weights: Weights, further: FurtherWeights) -> ChancePairs:
    """Return which kinds of pairs the list has more of than chance makes; their names are as rare as most are."""
    import numpy as np
    import polars as pl

    if facts.strangers is None or further.names is None or further.twins.are_many:
        return ChancePairs({})
    pairs = counted.sort("pattern", "further").with_columns(a=pl.lit(0, pl.UInt32), b=pl.lit(0, pl.UInt32))
    usual = further._replace(bearers=tuple(np.array([mean]) for mean in facts.mean_bearers))
    scored = score_pairs(pairs, weights, 0.5, usual)
    return chance_pairs(
        _counted_pairs(pairs)._replace(patterns=scored.patterns.to_numpy()),
        scored.logits,
        facts.strangers,
        facts.new_rows * (facts.rows - facts.new_rows / 2),
        further.columns,
        names_are_wrong=further.names.given,
    )
