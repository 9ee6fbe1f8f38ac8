"""Random draws that are the same on every machine and every Python.

Only :meth:`random.Random.random` is used: the documentation guarantees the sequence of a seed for this method only.
Products and square roots of its values are exact by IEEE 754; logarithms and powers are not, and are not used.
"""

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def fingerprint(text: str) -> int:
    """Return a stable 64-bit hash of a text.

    >>> hex(fingerprint("lead"))
    '0xe3456bc1f4d270f4'
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


class Draws:
    """A named stream of random draws, independent of the streams with other names.

    >>> Draws(1, "demo").below(100) == Draws(1, "demo").below(100)
    True
    """

    def __init__(self, seed: int, name: str) -> None:
        #: Draw a float in [0, 1).
        self.fraction = Random(fingerprint(f"{seed}/{name}")).random  # noqa: S311 - demo data, not a secret

    def below(self, bound: int) -> int:
        """Draw an integer in [0, bound)."""
        return int(self.fraction() * bound)

    def pick(self, items: Sequence[T]) -> T:
        """Draw one of the items, each with the same probability."""
        return items[int(self.fraction() * len(items))]

    def chance(self, probability: float) -> bool:
        """Return true with this probability."""
        return self.fraction() < probability


def spread(weights: dict[T, int]) -> tuple[T, ...]:
    """Repeat each item by its weight, so that :meth:`Draws.pick` draws it that often.

    >>> spread({"a": 2, "b": 1})
    ('a', 'a', 'b')
    """
    return tuple(item for item, weight in weights.items() for _ in range(weight))
