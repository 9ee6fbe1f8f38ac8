"""Fit weights to labelled patterns: logistic regression with a Gaussian prior, by Newton's method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.scores.weights import active_weights
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

if TYPE_CHECKING:
    import numpy as np

    from pb2b_notebook.cleanup.linkage.subjects import Subject

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
    strength: float | np.ndarray = 1.0,
    subject: Subject = PEOPLE,
    added: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Return the most likely weights, given counts by pattern and a prior.

    Args:
        patterns: Patterns, int64.
        matches: Number of pairs of each pattern that are about one person; may be fractional.
        others: Number of pairs of each pattern that are not.
        prior: Mean of the prior; zeros by default.
        strength: Precision of the prior, 1 / variance: of all weights, or of each.
        subject: What the rows are about.
        added: What else adds to the logit of each pattern.

    Returns:
        Values for :class:`~pb2b_notebook.cleanup.linkage.scores.weights.Weights`.
    """
    import numpy as np

    before = np.zeros(subject.layout()[-1][1]) if prior is None else prior
    positions, total = active_weights(patterns, subject), (matches + others).astype(np.float64)
    now = before.copy()
    for _ in range(_STEPS):
        logits = now[positions].sum(axis=1) + added
        chance = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        gradient = _sum_by_weight(positions, matches - total * chance, len(now)) - strength * (now - before)
        step = _newton_step(positions, total * chance * (1 - chance), gradient, strength)
        along, length = step[positions].sum(axis=1), 1.0
        was = loss = _loss(logits, matches, total) + _prior_loss(now - before, strength)
        while length > _SMALL:
            loss = _loss(logits + length * along, matches, total) + _prior_loss(now + length * step - before, strength)
            if loss < was:
                break
            length /= 2
        now = now + length * step
        if was - loss < _ENOUGH * was:
            break
    return now


def _loss(logits: np.ndarray, matches: np.ndarray, total: np.ndarray) -> float:
    """Return the log loss of all pairs, in nats."""
    import numpy as np

    return float(total @ np.logaddexp(0, logits) - matches @ logits)


def _prior_loss(away: np.ndarray, strength: float | np.ndarray) -> float:
    """Return the loss of the prior for weights at this distance from its mean."""
    return float(away @ (strength * away)) / 2


def _sum_by_weight(positions: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Return for each of ``size`` weights the sum of the values of the patterns that use it."""
    import numpy as np

    wide = np.broadcast_to(values[:, None], positions.shape)
    return np.bincount(positions.ravel(), weights=wide.ravel(), minlength=size)


def _newton_step(
    positions: np.ndarray, curvature: np.ndarray, gradient: np.ndarray, strength: float | np.ndarray
) -> np.ndarray:
    """Return Newton's step, by conjugate gradients, which need no Hessian of thousands of weights."""
    import numpy as np

    scale = _sum_by_weight(positions, curvature, len(gradient)) + strength
    step, rest = np.zeros(len(gradient)), gradient.copy()
    along = rest / scale
    size = float(rest @ along)
    enough = size * _ACCURACY
    for _ in range(_MOST_PRODUCTS):
        if size <= enough:
            break
        product = _sum_by_weight(positions, curvature * along[positions].sum(axis=1), len(along)) + strength * along
        length = size / float(along @ product)
        step += length * along
        rest -= length * product
        last, size = size, float(rest @ (rest / scale))
        along = rest / scale + (size / last) * along
    return step
