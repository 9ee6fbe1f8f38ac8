"""Adjust the weights to pairs that people reviewed: :func:`learn`.

A few hundred labels cannot fit hundreds of weights, and need not: those of the package are the prior, a Gaussian around
each. How far the labels may pull them away is chosen by cross-validation on the labels, and "not at all" is a choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.fitting import fit
from pb2b_notebook.cleanup.linkage.preparing import as_text
from pb2b_notebook.cleanup.linkage.weights import Weights
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    import numpy as np

FEWEST: Final = 200
"""Labels below which nothing is learned."""
FEWEST_OF_A_KIND: Final = 25
"""Labels of either kind below which nothing is learned."""
_STRENGTHS: Final = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
_FOLDS: Final = 5
_YES: Final = frozenset({"true", "1", "yes", "same"})
_NO: Final = frozenset({"false", "0", "no", "different"})


def learn(labels: Any, *, weights: Weights | None = None) -> Weights:
    """Adjust the weights to reviewed pairs.

    Args:
        labels: rows of ``.pairs`` or ``.sample()`` of an answer of :func:`~pb2b_notebook.cleanup.duplicates`, with a
            column ``same``: true if the pair is one person, false if not, null where nobody looked.
        weights: what to start from; those of the package, if not given.

    Returns:
        weights for ``duplicates(…, weights=…)``. The same as before, if the labels do not show better ones.

    Raises:
        CleanupError: fewer than 200 labels, or fewer than 25 of either kind: so few would make the weights worse; or no
            column ``pattern`` or ``same``.

    Example:
        >>> import pandas as pd
        >>> learn(pd.DataFrame({"pattern": [1, 2], "same": [True, False]}))
        Traceback (most recent call last):
        ...
        pb2b_notebook.errors.CleanupError: 2 labels are too few to learn from: 200 are needed, with 25 of either kind →
        review more pairs: duplicates(df).sample(300)
    """
    import numpy as np

    patterns, same = _read(labels)
    given = weights or Weights.shipped()
    if len(same) < FEWEST or min(same.sum(), (~same).sum()) < FEWEST_OF_A_KIND:
        raise CleanupError(
            f"{len(same):,} labels are too few to learn from: {FEWEST} are needed, with {FEWEST_OF_A_KIND} of "
            "either kind",
            repair="review more pairs: duplicates(df).sample(300)",
        )
    losses = {strength: _validated(patterns, same, given, strength) for strength in _STRENGTHS}
    best = min(losses.values(), key=np.mean)
    if best.mean() >= _losses(given.logits(patterns), same).mean():
        return given
    # What is as good, but for chance (one standard error), and nearer to what was believed: lists differ in size.
    strength = max(
        one for one, loss in losses.items() if (away := loss - best).mean() <= away.std() / np.sqrt(len(same))
    )
    matches = same.astype(np.float64)
    found = fit(patterns, matches, 1 - matches, prior=given.values, strength=strength)
    return Weights(found, given.learned_from + len(same))


def _read(labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Patterns and labels of the pairs that somebody looked at."""
    import numpy as np

    held = open_frame(labels)
    for column in ("pattern", "same"):
        if column not in held.names:
            raise CleanupError(
                f"labels need the column {column!r}",
                repair="add a column 'same' to rows of duplicates(df).pairs, and keep their 'pattern'",
            )
    said = [None if one is None else one.lower() for one in as_text(held.table["same"].to_native())]
    if any(one is not None and one not in _YES | _NO for one in said):
        raise CleanupError("a label is true, false or null", repair="use True, False and None in the column 'same'")
    seen = [number for number, one in enumerate(said) if one is not None]
    patterns = held.values("pattern")
    return (
        np.array([patterns[number] for number in seen], dtype=np.int64),
        np.array([said[number] in _YES for number in seen], dtype=bool),
    )


def _losses(logits: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Log loss of each label, in nats."""
    import numpy as np

    return np.logaddexp(0, np.where(same, -logits, logits))


def _validated(patterns: np.ndarray, same: np.ndarray, given: Weights, strength: float) -> np.ndarray:
    """Loss of each label when it is held back, over five folds."""
    import numpy as np

    fold, logits = np.arange(len(same)) % _FOLDS, np.zeros(len(same))
    order = np.random.default_rng(0).permutation(len(same))
    for number in range(_FOLDS):
        held, rest = order[fold == number], order[fold != number]
        matches = same[rest].astype(np.float64)
        found = fit(patterns[rest], matches, 1 - matches, prior=given.values, strength=strength)
        logits[held] = Weights(found).logits(patterns[held])
    return _losses(logits, same)
