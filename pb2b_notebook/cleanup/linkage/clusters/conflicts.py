"""Links that do not hold: those of a bare name that several people have, and those that join two different people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.clusters.clustering import bridging_items, uncompared_pairs, unexplained_conflicts
from pb2b_notebook.cleanup.linkage.columns.further_columns import have_other_values
from pb2b_notebook.cleanup.linkage.pairs.levels import (
    are_in_two_places,
    give_whole_names,
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

_OWN_ROLES: Final = ("date", "identifier", "street", "postcode", "city")
"""Roles of the columns in which two people of one name differ."""


def without_bridges(scored: ScoredPairs, bare: np.ndarray, columns: Sequence[FurtherColumn]) -> ScoredPairs:
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


def conflicts_within(
    size: int, scored: ScoredPairs, score: Callable[[pl.DataFrame], ScoredPairs], further: FurtherWeights | None
) -> list[tuple[int, int]]:
    """Return the pairs that links connect only through other rows, and whose names are not of one and the same.

    In a list whose names are often wrong, a third row whose name may be either explains two different names: Mike and
    Micha3l, where one is Michael. Nothing explains two dates or two numbers.
    """
    import numpy as np
    import polars as pl

    linked = scored.logits >= scored.cutoff
    parts = components(size, scored.a[linked], scored.b[linked])
    inside = (parts[scored.a] == parts[scored.b]) & (scored.a != scored.b)
    first, second = uncompared_pairs(parts, scored.a[inside], scored.b[inside])
    rest = score(pl.DataFrame({"a": first, "b": second}, schema={"a": pl.UInt32, "b": pl.UInt32}).sort("a", "b"))
    found = [(scored, scored.conflicts(inside)), (rest, rest.conflicts(np.ones(len(rest.a), dtype=bool)))]
    if further is None or not further.names_are_wrong:
        return [pair for pairs, at in found for pair in pairs.numbers(at)]
    wrong = [
        may_be_wrong_names(pairs.patterns.gather(at).to_numpy())
        & ~have_other_values(pairs.further[at], further.columns, "date", "identifier")
        for pairs, at in found
    ]
    sure, doubtful = (
        [pair for (pairs, at), may_be in zip(found, wrong, strict=True) for pair in pairs.numbers(at[may_be == wanted])]
        for wanted in (False, True)
    )
    patterns = scored.patterns.to_numpy()
    one_name = linked & may_be_one_name(patterns)
    links, whole = (scored.numbers(np.flatnonzero(some)) for some in (one_name, one_name & give_whole_names(patterns)))
    return [*sure, *unexplained_conflicts(doubtful, links, whole)]
