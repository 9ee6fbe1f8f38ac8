"""Shares of counts, and how far the truth may be from them."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(part: float, whole: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927; without continuity correction).

    It keeps within 0 and 1 and says something true of small numbers, where "± 1.96 standard errors" does not: of
    Brown, Cai and DasGupta's comparison (Statistical Science 16, 2001) it is the one recommended below 40.

    Args:
        part: how many of them.
        whole: of how many; more than 0.
        confidence: the share of such intervals that hold the truth.

    >>> [round(end, 4) for end in wilson(81, 263)]  # Newcombe, Statistics in Medicine 17, 1998, table I
    [0.2553, 0.3662]
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate, weight = part / whole, z * z / whole
    centre = (rate + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(max(rate * (1 - rate), 0) / whole + weight / (4 * whole))
    return max(0.0, centre - half), min(1.0, centre + half)
