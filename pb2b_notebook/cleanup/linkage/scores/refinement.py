"""Fit the weights to one list without labels: expectation maximization over its patterns.

The weights of the package know how often pairs of one person agree in lists like those that they were fitted to. A list
in which each person is five times has more such pairs among pairs that look the same; and in some lists names are
misspelled, or people move, more often. Three things follow from the list: its *rate*, the pairs
of one person for each row, and how these pairs spread over the levels of the name and of the place. They are found as
Fellegi and Sunter's model is usually fitted (1969; Dempster, Laird and Rubin, 1977): the present probabilities count
the pairs of one person, the counts give new weights, until nothing changes. The number of pairs of *two* people that
agree by chance is not estimated: the weights have it already, from how common a name is in this list.

No weight is ever lowered, and a list with *fewer* pairs than usual is left as it is. Few pairs are found in a clean
list, and also where columns show few of them: tried on lists with truth, lower weights lost up to .06 of F1 there, and
gained no precision that the list lacked.
The levels of company, email and phone are left as they are. They depend on each other, and maximization that treats
them as independent counts evidence twice: tried on lists with truth, it made precision worse. Further columns are
fitted by :mod:`.further_shares`.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.pairs.levels import COMPARISONS, levels_of
from pb2b_notebook.cleanup.linkage.scores.scoring import RATE, logits_and_limits
from pb2b_notebook.cleanup.linkage.scores.weights import Weights
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

if TYPE_CHECKING:
    import numpy as np

SHARES: Final = {
    "name": {1: 0.650, 2: 0.074, 3: 0.069, 4: 0.020, 5: 0.033, 6: 0.090, 7: 0.025, 10: 0.014, 11: 0.008, 15: 0.012},
    "place": {1: 0.897, 2: 0.103},
}
"""How pairs of one person spread over levels in those lists. Rarer levels are not refined."""
AGREEING_NAMES: Final = (1, 2, 3, 4, 5, 6, 7)
"""Levels of the name whose pairs may be raised. Where names differ or one is missing, a list with many pairs of one
person has as many more pairs of two people who share something."""
_INITIALS, _WHOLE_NAMES = 3, 1
"""Levels of the name. An initial is raised by no more than a whole name: where rows are written with initials, pairs of
two people have them as often."""
_PRIOR_PAIRS: Final = 30.0
"""Pairs of one person, at the usual rate, that the prior counts for."""
_PRIOR_LEVELS: Final = 100.0
"""Pairs of one person, spread as usual, that the prior of the levels counts for."""
_MOST_RATE, _MOST_LEVEL = 2.5, 1.0
"""Most that the rate and a level may change a logit."""
_ROUNDS, _SMALL = 100, 1e-3
_IMPOSSIBLE: Final = -12.0
"""Logit of a pair that no change makes possible."""
_NOTICEABLE: Final = 0.1
"""Least rate that refines anything, and least change of a level that is reported."""


class PatternCounts(NamedTuple):
    """The candidate pairs of a list.

    Attributes:
        patterns: Patterns, int64.
        pairs: Number of pairs.
        added: What the further columns of these pairs add to their logit.
    """

    patterns: np.ndarray
    pairs: np.ndarray
    added: np.ndarray


class Refinement(NamedTuple):
    """Weights for one list.

    Attributes:
        weights: The refined weights.
        rate: Change of the logit that follows from the pairs of one person for each row.
        notes: What was refined and by how much, or why nothing was; sentences.
    """

    weights: Weights
    rate: float
    notes: tuple[str, ...]


def refine(counts: PatternCounts, rows: float, weights: Weights) -> Refinement:
    """Return the weights refined by the candidate pairs of a list."""
    import numpy as np

    if weights.subject is not PEOPLE:
        return Refinement(weights, 0.0, ())
    order = np.lexsort((counts.added, counts.patterns))  # sums of floats depend on their order
    patterns, pairs, added = (column[order] for column in counts)
    logits, most = logits_and_limits(patterns, weights)
    logits += added
    possible = logits > _IMPOSSIBLE
    patterns, pairs, logits, most = patterns[possible], pairs[possible], logits[possible], most[possible]
    if weights.learned_from or weights.fitted:
        # The list has as many pairs as it has, whoever fitted the weights.
        expected = float((pairs / (1 + np.exp(-np.minimum(logits, most)))).sum())
        why = "the given weights are fitted already, and are used as they are"
        return Refinement(weights, _rate(expected, rows), (why,))
    levels = dict(zip(SHARES, levels_of(patterns, *SHARES), strict=True))
    rate, changes = 0.0, {name: np.zeros(_size(name)) for name in SHARES}
    for _ in range(_ROUNDS):
        table = _table(rate, changes)
        found = np.minimum(logits + table[levels["name"], levels["place"]], most)
        matches = pairs / (1 + np.exp(-found))
        before, rate = rate, _rate(float(matches.sum()), rows)
        changes = {
            name: _level_changes(name, np.bincount(level, matches, _size(name))) for name, level in levels.items()
        }
        if abs(rate - before) < _SMALL:
            break
    notes = _notes(rate, changes, float(matches.sum()), rows)
    return Refinement(weights if rate < _NOTICEABLE else _with_table(weights, _table(rate, changes)), rate, notes)


def _size(name: str) -> int:
    """Return the number of levels of a comparison.

    >>> _size("place")
    4
    """
    return next(1 << comparison.bits for comparison in COMPARISONS if comparison.name == name)


def _rate(matches: float, rows: float) -> float:
    """Return the change of the logit for a list with this number of pairs of one person.

    >>> round(_rate(2200.0, 1000.0), 1), _rate(0.0, 1000.0)
    (2.2, 0.0)
    """
    return min(_MOST_RATE, max(0.0, log((matches + _PRIOR_PAIRS) / (rows * RATE + _PRIOR_PAIRS))))


def _level_changes(name: str, matches: np.ndarray) -> np.ndarray:
    """Return the change of the logit for each level of a comparison, given the pairs of one person by level."""
    import numpy as np

    changes = np.zeros(len(matches))
    common, usual = np.array(list(SHARES[name])), np.array(list(SHARES[name].values()))
    shares = (matches[common] + _PRIOR_LEVELS * usual) / (matches[1:].sum() + _PRIOR_LEVELS)
    changes[common] = np.clip(np.log(shares / usual), -_MOST_LEVEL, _MOST_LEVEL)
    if name == "name":
        changes[_INITIALS] = min(changes[_INITIALS], changes[_WHOLE_NAMES])
    return changes


def _table(rate: float, changes: dict[str, np.ndarray]) -> np.ndarray:
    """Return the change of the logit for each level of the name and of the place, which is never below 0."""
    import numpy as np

    raised = np.isin(np.arange(_size("name")), AGREEING_NAMES)
    change = rate + changes["name"][:, None] + changes["place"]
    found: np.ndarray = np.where(raised[:, None], np.maximum(change, 0), 0)
    return found


def _with_table(weights: Weights, table: np.ndarray) -> Weights:
    values = weights.values.copy()
    start = next(start for name, start, _, _ in PEOPLE.layout() if name == "name × place")
    values[start : start + table.size] += table.ravel()
    return Weights(values, fitted=True)


def _notes(rate: float, changes: dict[str, np.ndarray], matches: float, rows: float) -> tuple[str, ...]:
    """Say what was refined and by how much, or why nothing was."""
    if rows * RATE < _PRIOR_PAIRS and rate < _NOTICEABLE:
        counted = "1 distinct row is too little" if rows == 1 else f"{rows:,.0f} distinct rows are too few"
        return (f"{counted} to fit the weights to this list",)
    times = matches / max(rows * RATE, 1)
    counted = f"about {matches / max(rows, 1):.2g} pairs of one person for each row, {times:.2g} times the usual"
    if rate < _NOTICEABLE:
        return (f"{counted}: names count as usual, only a list with more of them is fitted",)
    found = [
        f"{counted}: logits of pairs with agreeing names changed by {rate:+.1f}"
        + (", the most that is allowed" if rate == _MOST_RATE else "")
    ]
    for name, change in changes.items():
        words = COMPARISONS[[comparison.name for comparison in COMPARISONS].index(name)].levels
        raised = AGREEING_NAMES if name == "name" else SHARES[name]
        moved = [f"{words[n]!r} {change[n]:+.1f}" for n in raised if abs(change[n]) >= _NOTICEABLE]
        found += [f"levels of the {name}: {', '.join(moved)}"] * bool(moved)
    return (*found, "not raised: pairs whose names differ or of which one is missing")
