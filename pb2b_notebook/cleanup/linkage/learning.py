"""Adjust the weights to reviewed pairs: :func:`learn`.

Fifty labels cannot fit hundreds of weights, and need not: the weights to start from are the mean of a Gaussian prior.
Cross-validation on the labels chooses how far they may move. The least choice is "not at all", the next one moves all
pairs alike, and only more labels move single levels. Weights that decide more of the labels wrongly are not considered.
"""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.scores.logistic_regression import fit
from pb2b_notebook.cleanup.linkage.scores.scoring import logits_and_limits
from pb2b_notebook.cleanup.linkage.scores.weights import Weights
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from pb2b_notebook.cleanup.linkage.subjects import Subject

FEWEST: Final = 50
"""Least number of labels to learn from."""
FEWEST_OF_EITHER_KIND: Final = 5
"""Least number of labels of each kind to learn from."""
_STRENGTHS: Final = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 1e6)
"""Precisions of the prior of the levels. The last one keeps them: only the constant moves."""
_CONSTANT: Final = 0.25
"""Precision of the prior of the constant, which all labels inform."""
_FOLDS: Final = 5
_NEGLIGIBLE: Final = 0.01
"""Loss of a label, in nats, that is not worth a change."""
_LINKED: Final = log(3)
"""Logit of the default threshold."""
_ROUNDED: Final = 1e-6
"""Difference of two logits of which one was computed from a probability."""
_REPORTED: Final = 0.2
"""Least change of a level's weight that is reported."""
_MOST_REPORTED: Final = 5
_YES: Final = frozenset({"true", "1", "yes", "same"})
_NO: Final = frozenset({"false", "0", "no", "different"})


def learn(labels: Any, *, weights: Weights | None = None) -> Weights:
    """Return weights adjusted to reviewed pairs.

    Args:
        labels: Rows of ``.sample()`` or ``.pairs`` of a result of :func:`~pb2b_notebook.cleanup.duplicates`, with a
            column ``same``: true if the pair is one person, false if not, null if it was not reviewed.
        weights: Weights to start from: ``.weights`` of that result, or by default those of the package.

    Returns:
        Weights for ``duplicates(…, weights=…)``, whose ``.notes`` say what the labels changed. They are those to start
        from if the labels do not show better ones.

    Raises:
        CleanupError: There are fewer than 50 labels, or fewer than 5 of a kind; or the column ``pattern`` or ``same``
            is missing.

    Example:
        >>> import pandas as pd
        >>> learn(pd.DataFrame({"pattern": range(48), "same": False}))
        Traceback (most recent call last):
        ...
        pb2b_notebook.errors.CleanupError: too few labels to learn from: 0 pairs of one person and 48 of two people, and
        50 are needed, 5 of each kind → label 5 more of one person: duplicates(df).sample(200) has pairs of every
        probability
    """
    import numpy as np

    start = weights or Weights.shipped()
    patterns, same, added, limited = _reviewed_pairs(labels, weights)
    _check_enough(int(same.sum()), int((~same).sum()))
    counted = f"{len(same):,} labels, of which {same.sum():,} say the same person"
    if limited.any():
        counted += f" ({limited.sum():,} are for review whatever the weights, and teach nothing)"
    patterns, same, added = patterns[~limited], same[~limited], added[~limited]
    if not len(same):
        return replace(start, notes=(f"{counted}: nothing was changed",))
    held_out = {strength: _logits_of_held_out(patterns, same, added, start, strength) for strength in _STRENGTHS}
    held_out[np.inf] = start.logits(patterns) + added
    wrong = {strength: int(((logits >= _LINKED) != same).sum()) for strength, logits in held_out.items()}
    losses = {strength: _losses(logits, same) for strength, logits in held_out.items()}
    strength = np.inf
    # A weaker prior only for clearly better predictions, and for no wrong link: a small list says little of a large
    # one, and most of a sample are pairs of low bands, of which no better prediction is worth a link.
    for other in sorted(_STRENGTHS, reverse=True):
        gap = losses[strength] - losses[other]
        if wrong[other] <= wrong[strength] and gap.mean() > gap.std() / np.sqrt(len(same)) + _NEGLIGIBLE:
            strength = other
    if strength == np.inf:
        return replace(start, notes=(f"{counted}, do not show better weights: nothing was changed",))
    found = _fit(patterns, same, added, start, strength)
    after, before = losses[strength].mean(), losses[np.inf].mean()
    gain = f"labels held out are predicted with a loss of {after:.2f} instead of {before:.2f}"
    notes = (f"{counted}: {gain}", *_changes(found - start.values, start.subject))
    return replace(start, values=found, learned_from=start.learned_from + len(same) + int(limited.sum()), notes=notes)


def _check_enough(same: int, different: int) -> None:
    """Refuse too few labels, and say of which kind.

    Raises:
        CleanupError: There are too few, of one kind or together.
    """
    missing = {"one person": FEWEST_OF_EITHER_KIND - same, "two people": FEWEST_OF_EITHER_KIND - different}
    lacking = [f"{count} more of {kind}" for kind, count in missing.items() if count > 0]
    if (more := FEWEST - same - different) > sum(max(count, 0) for count in missing.values()):
        lacking.append(f"{more} more in all")
    if lacking:
        raise CleanupError(
            f"too few labels to learn from: {same:,} pairs of one person and {different:,} of two people, and "
            f"{FEWEST} are needed, {FEWEST_OF_EITHER_KIND} of each kind",
            repair=f"label {', '.join(lacking)}: duplicates(df).sample(200) has pairs of every probability",
        )


def _fit(patterns: np.ndarray, same: np.ndarray, added: np.ndarray, start: Weights, strength: float) -> np.ndarray:
    import numpy as np

    precision = np.full(len(start.values), strength)
    precision[0] = _CONSTANT
    matches = same.astype(np.float64)
    return fit(
        patterns, matches, 1 - matches, prior=start.values, strength=precision, subject=start.subject, added=added
    )


def _changes(change: np.ndarray, subject: Subject) -> Iterator[str]:
    """Yield what changed, in words: all pairs, and the levels that changed most."""
    yield f"all pairs: {change[0]:+.1f} logits"
    moved = {
        words: float(change[start + level])
        for comparison in subject.comparisons
        for name, start, _, _ in subject.layout()
        if name == comparison.name
        for level, words in enumerate(comparison.levels)
        if words and abs(change[start + level]) >= _REPORTED
    }
    for words in sorted(moved, key=lambda words: -abs(moved[words]))[:_MOST_REPORTED]:
        yield f"{words}: {moved[words]:+.1f}"


def _reviewed_pairs(labels: Any, weights: Weights | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the patterns and labels of the pairs that were reviewed, what is added to them, and which are limited.

    The patterns are those that have weights. Rules and further columns add to a logit what the probability has beyond
    the weights in use. A pair that is for review
    whatever the weights shows nothing of them: its names are of two people as the rules see it.

    Raises:
        CleanupError: A column is missing, a label is invalid, or pairs with further columns come without their weights.
    """
    import numpy as np

    frame = open_frame(labels)
    for column in ("pattern", "same"):
        if column not in frame.names:
            raise CleanupError(
                f"labels= has no column {column!r}",
                repair="add a column 'same' to rows of duplicates(df).pairs, and keep their 'pattern'",
            )
    answers = [None if text is None else text.lower() for text in as_text(frame.table["same"].to_native())]
    if any(text is not None and text not in _YES | _NO for text in answers):
        raise CleanupError("the column 'same' of labels= must be true, false or null", repair="use True, False or None")
    reviewed = [row for row, text in enumerate(answers) if text is not None]
    patterns = np.array(frame.values("pattern"), dtype=np.int64)[reviewed]
    same = np.array([answers[row] in _YES for row in reviewed], dtype=bool)
    start = weights or Weights.shipped()
    logits, most = logits_and_limits(patterns, start)
    scored = start.subject.as_scored(patterns)
    own = start.logits(scored)
    if "further" in frame.names and reviewed:
        if weights is None:
            raise CleanupError(
                "these pairs were compared by further columns, whose weights hold for their list only",
                repair="pass the weights of the result: learn(labels, weights=found.weights)",
            )
        chance = np.clip(np.array(frame.values("probability"), dtype=np.float64)[reviewed], 1e-9, 1 - 1e-9)
        found = np.log(chance / (1 - chance))
        # The list itself shows how probable a pair for review is, which may be less than even.
        return scored, same, found - own, np.isfinite(most) & (found <= most + _ROUNDED)
    return scored, same, logits - own, logits >= most - _ROUNDED


def _losses(logits: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Return the log loss of each label, in nats."""
    import numpy as np

    return np.logaddexp(0, np.where(same, -logits, logits))


def _logits_of_held_out(
    patterns: np.ndarray, same: np.ndarray, added: np.ndarray, start: Weights, strength: float
) -> np.ndarray:
    """Return the logit of each label when it is held out, in five-fold cross-validation."""
    import numpy as np

    fold, logits = np.arange(len(same)) % _FOLDS, np.zeros(len(same))
    order = np.random.default_rng(0).permutation(len(same))
    for number in range(_FOLDS):
        held_out, rest = order[fold == number], order[fold != number]
        found = _fit(patterns[rest], same[rest], added[rest], start, strength)
        logits[held_out] = Weights(found, of=start.of).logits(patterns[held_out]) + added[held_out]
    return logits
