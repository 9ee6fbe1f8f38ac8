"""Weights from patterns whose truth is known: logistic regression with a Gaussian prior, by Newton's method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.comparing import unpacked
from pb2b_notebook.cleanup.linkage.weights import SIZE, active

if TYPE_CHECKING:
    import numpy as np

_STEPS = 40
_SMALL = 1e-3
_ENOUGH = 1e-5
_ACCURACY = 1e-6
_MOST_PRODUCTS = 30


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
        weights, as :class:`~pb2b_notebook.cleanup.linkage.weights.Weights` has them.
    """
    import numpy as np

    before = np.zeros(SIZE) if prior is None else prior
    positions, total = active(unpacked(patterns)), (matches + others).astype(np.float64)
    now = before.copy()
    for _ in range(_STEPS):
        logits = now[positions].sum(axis=1)
        chance = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        gradient = _summed(positions, matches - total * chance) - strength * (now - before)
        step = _solved(positions, total * chance * (1 - chance), gradient, strength)
        along, length = step[positions].sum(axis=1), 1.0
        was = loss = _loss(logits, matches, total) + _pull(now - before, strength)
        while length > _SMALL:
            loss = _loss(logits + length * along, matches, total) + _pull(now + length * step - before, strength)
            if loss < was:
                break
            length /= 2
        now = now + length * step
        if was - loss < _ENOUGH * was:
            break
    return now


def _loss(logits: np.ndarray, matches: np.ndarray, total: np.ndarray) -> float:
    """Log loss of all pairs, in nats."""
    import numpy as np

    return float(total @ np.logaddexp(0, logits) - matches @ logits)


def _pull(away: np.ndarray, strength: float) -> float:
    """What the prior charges for weights away from it."""
    return float(away @ away) * strength / 2


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
