"""Confidence intervals of shares."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(part: float, whole: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a share, without continuity correction (J. Am. Stat. Assoc. 22, 1927).

    It stays within 0 and 1 and is valid for small numbers, where "± 1.96 standard errors" is not: Brown, Cai and
    DasGupta (Statistical Science 16, 2001) recommend it below 40.

    Args:
        part: Number of successes.
        whole: Number of trials; more than 0.
        confidence: Confidence level.

    >>> [round(end, 4) for end in wilson(81, 263)]  # Newcombe, Statistics in Medicine 17, 1998, table I
    [0.2553, 0.3662]
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, weight = part / whole, z * z / whole
    centre = (rate + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(max(rate * (1 - rate), 0) / whole + weight / (4 * whole))
    return max(0.0, centre - half), min(1.0, centre + half)
