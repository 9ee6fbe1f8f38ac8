"""Pairs that no other row may put together, and pairs of two names that another row explains."""

import numpy as np
import polars as pl

from each_case import each_case
from pb2b_notebook.cleanup.linkage.clusters.clustering import NOT_COMPARED, cluster
from pb2b_notebook.cleanup.linkage.clusters.conflicts import settle
from pb2b_notebook.cleanup.linkage.columns.further_columns import level_weights
from pb2b_notebook.cleanup.linkage.scores.garbled_names import GarbledNames
from pb2b_notebook.cleanup.linkage.scores.scoring import FurtherWeights, ScoredPairs
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

ALIKE, OTHER_NAMES, OTHER_GENERATION = 13, 15, 15 | 5 << 4
SAME_EMAIL, OTHER_EMAIL = 2 << 11, 12 << 11
AGAINST = -3.5


def scored(pattern: int) -> ScoredPairs:
    """Return a row that is linked to two others, which speak against each other."""
    patterns = pl.Series([ALIKE | SAME_EMAIL, ALIKE | SAME_EMAIL, pattern], dtype=pl.Int64)
    logits = np.array([3.0, 3.0, AGAINST])
    return ScoredPairs(np.array([0, 0, 1]), np.array([1, 2, 2]), logits, patterns, 1.0, np.zeros(3, np.int64), PEOPLE)


@each_case(
    ("pattern", "names_are_wrong", "expected"),
    [
        (OTHER_NAMES | SAME_EMAIL, True, NOT_COMPARED),
        (OTHER_NAMES | SAME_EMAIL, False, AGAINST),
        (OTHER_NAMES | OTHER_EMAIL, True, AGAINST),
        (OTHER_GENERATION | SAME_EMAIL, True, AGAINST),
    ],
)
def test_two_misspellings_of_a_name_do_not_speak_against_each_other(pattern, names_are_wrong, expected):
    further = FurtherWeights((), level_weights((), np.zeros(0, np.int64), ()))
    further = further._replace(garbled=GarbledNames({1: 0.0} if names_are_wrong else {}))
    found, _ = settle(pl.DataFrame({"bare": [False] * 3}), scored(pattern), lambda _: scored(pattern), further)
    assert found.logits.tolist() == [3.0, 3.0, expected]
    labels = cluster(3, found.a, found.b, found.logits, found.cutoff).labels.tolist()
    assert (labels == [0, 0, 0]) == (expected == NOT_COMPARED)
