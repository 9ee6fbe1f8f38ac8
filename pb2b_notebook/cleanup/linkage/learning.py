"""Adjust the weights to reviewed pairs: :func:`learn`.

A few hundred labels cannot fit hundreds of weights, and need not: the weights of the package are the mean of a Gaussian
prior. Cross-validation on the labels chooses how far they may move; one choice is "not at all".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.folding import as_text
from pb2b_notebook.cleanup.linkage.logistic_regression import fit
from pb2b_notebook.cleanup.linkage.weights import Weights
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    import numpy as np

FEWEST: Final = 200
"""Least number of labels to learn from."""
FEWEST_OF_EITHER_KIND: Final = 25
"""Least number of labels of each kind to learn from."""
_STRENGTHS: Final = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
_FOLDS: Final = 5
_YES: Final = frozenset({"true", "1", "yes", "same"})
_NO: Final = frozenset({"false", "0", "no", "different"})


def learn(labels: Any, *, weights: Weights | None = None) -> Weights:
    """Return weights adjusted to reviewed pairs.

    Args:
        labels: Rows of ``.pairs`` or ``.sample()`` of a result of :func:`~pb2b_notebook.cleanup.duplicates`, with a
            column ``same``: true if the pair is one person, false if not, null if it was not reviewed.
        weights: Weights to start from; by default those of the package.

    Returns:
        Weights for ``duplicates(…, weights=…)``. They are unchanged if the labels do not show better ones.

    Raises:
        CleanupError: There are fewer than 200 labels, or fewer than 25 of a kind, which would make the weights
            worse; or the column ``pattern`` or ``same`` is missing.

    Example:
        >>> import pandas as pd
        >>> learn(pd.DataFrame({"pattern": [1, 2], "same": [True, False]}))
        Traceback (most recent call last):
        ...
        pb2b_notebook.errors.CleanupError: 2 labels are too few to learn from: 200 are needed, at least 25 of each kind
        → review more pairs: duplicates(df).sample(300)
    """
    import numpy as np

    patterns, same = _reviewed_pairs(labels)
    start = weights or Weights.shipped()
    if len(same) < FEWEST or min(same.sum(), (~same).sum()) < FEWEST_OF_EITHER_KIND:
        raise CleanupError(
            f"{len(same):,} labels are too few to learn from: {FEWEST} are needed, at least {FEWEST_OF_EITHER_KIND} "
            "of each kind",
            repair="review more pairs: duplicates(df).sample(300)",
        )
    losses = {strength: _cross_validation_losses(patterns, same, start, strength) for strength in _STRENGTHS}
    best = min(losses.values(), key=np.mean)
    if best.mean() >= _losses(start.logits(patterns), same).mean():
        return start
    # The strongest prior within one standard error of the best: a small list says little of a large one.
    strength = max(
        strength for strength, loss in losses.items() if (gap := loss - best).mean() <= gap.std() / np.sqrt(len(same))
    )
    matches = same.astype(np.float64)
    found = fit(patterns, matches, 1 - matches, prior=start.values, strength=strength, subject=start.subject)
    return Weights(found, start.learned_from + len(same), start.of)


def _reviewed_pairs(labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the patterns and labels of the pairs that were reviewed."""
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
    patterns = frame.values("pattern")
    return (
        np.array([patterns[row] for row in reviewed], dtype=np.int64),
        np.array([answers[row] in _YES for row in reviewed], dtype=bool),
    )


def _losses(logits: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Return the log loss of each label, in nats."""
    import numpy as np

    return np.logaddexp(0, np.where(same, -logits, logits))


def _cross_validation_losses(patterns: np.ndarray, same: np.ndarray, start: Weights, strength: float) -> np.ndarray:
    """Return the loss of each label when it is held out, in five-fold cross-validation."""
    import numpy as np

    fold, logits = np.arange(len(same)) % _FOLDS, np.zeros(len(same))
    order = np.random.default_rng(0).permutation(len(same))
    for number in range(_FOLDS):
        held_out, rest = order[fold == number], order[fold != number]
        matches = same[rest].astype(np.float64)
        found = fit(patterns[rest], matches, 1 - matches, prior=start.values, strength=strength, subject=start.subject)
        logits[held_out] = Weights(found, of=start.of).logits(patterns[held_out])
    return _losses(logits, same)
