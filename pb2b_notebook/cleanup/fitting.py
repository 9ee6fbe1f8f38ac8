"""Weights from patterns whose truth is known: logistic regression with a Gaussian prior, by Newton's method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.comparing import unpacked
from pb2b_notebook.cleanup.weights import SIZE, active

if TYPE_CHECKING:
    import numpy as np

_STEPS = 40
_SMALL = 1e-3
_LONGEST_STEP = 3.0
_ACCURACY = 1e-6
_MOST_PRODUCTS = 60


def fit(
    patterns: np.ndarray,
    matches: np.ndarray,
    others: np.ndarray,
    *,
    prior: np.ndarray | None = None,
    strength: float = 1.0,
) -> np.ndarray:
    """The most likely weights, given counts by pattern and what was believed before.

    Args:
        patterns: one a row, int64.
        matches: how many pairs of the pattern are about one person (may be a weight).
        others: how many are not.
        prior: the weights believed before; zeros, if none.
        strength: of the prior: 1 / variance of each weight around it.

    Returns:
        weights, as :class:`~pb2b_notebook.cleanup.weights.Weights` has them.
    """
    import numpy as np

    before = np.zeros(SIZE) if prior is None else prior
    positions, total = active(unpacked(patterns)), (matches + others).astype(np.float64)
    now = before.copy()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(now[positions].sum(axis=1), -30, 30)))
        gradient = _summed(positions, matches - total * chance) - strength * (now - before)
        step = _solved(positions, total * chance * (1 - chance), gradient, strength)
        step *= min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), _SMALL))
        now += step
        if float(np.abs(step).max()) < _SMALL:
            break
    return now


def _summed(positions: np.ndarray, values: np.ndarray) -> np.ndarray:
    """For each weight, the sum of what the patterns that use it say."""
    import numpy as np

    wide = np.broadcast_to(values[:, None], positions.shape)
    return np.bincount(positions.ravel(), weights=wide.ravel(), minlength=SIZE)


def _solved(positions: np.ndarray, curvature: np.ndarray, gradient: np.ndarray, strength: float) -> np.ndarray:
    """Newton's step, by conjugate gradients: the Hessian of thousands of weights is never written down."""
    import numpy as np

    scale = _summed(positions, curvature) + strength
    step, rest = np.zeros(SIZE), gradient.copy()
    along = rest / scale
    size = float(rest @ along)
    enough = size * _ACCURACY
    for _ in range(_MOST_PRODUCTS):
        if size <= enough:
            break
        product = _summed(positions, curvature * along[positions].sum(axis=1)) + strength * along
        length = size / float(along @ product)
        step += length * along
        rest -= length * product
        last, size = size, float(rest @ (rest / scale))
        along = rest / scale + (size / last) * along
    return step
