"""Score pairs: the sum of the weights of a pair's levels is the logit of its match probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.weights import Weights


class ScoredPairs(NamedTuple):
    """Pairs of distinct contents, sorted; ``a`` equals ``b`` where several rows have one content.

    Attributes:
        a: First content of each pair.
        b: Second content of each pair.
        logits: Score of each pair: the logit of its match probability.
        patterns: Pattern of each pair.
        cutoff: Least logit of a pair that is a link.
    """

    a: np.ndarray
    b: np.ndarray
    logits: np.ndarray
    patterns: pl.Series
    cutoff: float


def score_pairs(pairs: pl.DataFrame, weights: Weights, threshold: float) -> ScoredPairs:
    """Return the pairs with their scores. Each pattern is scored once.

    Args:
        pairs: ``a``, ``b`` and ``pattern``, sorted.
        weights: Weights of the levels.
        threshold: Least match probability of a pair that is a link.
    """
    import numpy as np
    import polars as pl

    patterns = pairs["pattern"].unique()
    scores = pl.DataFrame({"pattern": patterns, "logit": weights.logits(patterns.to_numpy())})
    logits = pairs.join(scores, on="pattern", how="left", maintain_order="left")["logit"].to_numpy()
    a, b = (pairs[name].to_numpy().astype(np.int64) for name in ("a", "b"))
    return ScoredPairs(a, b, logits, pairs["pattern"], float(np.log(threshold / (1 - threshold))))
