"""What rows are that share an email address or a phone number, and whose names differ: a garbled name, or two people.

Couples and colleagues share an address, too. Their names are two that are both right, and hardly ever alike: of pairs
of strangers, about 1 in 25 has names that are alike in part. Garbled names (Mejssw for Melissa, Mel for Melanie) are
alike in part about as often as not. So where at least half as many pairs that share an address have names that are
alike in part as have two that are not alike at all, names of this list are often garbled, and pairs of the first kind
are one person, as far as they are more than chance makes. Those of the second kind stay as they are.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import have_one_value, have_other_values
from pb2b_notebook.cleanup.linkage.pairs.levels import (
    TWO_PEOPLE,
    UNLIKE,
    differ_elsewhere,
    differ_wholly,
    levels_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

_NOT_ONE: Final = (10, 11, 12, 13, 15)
"""Levels of the name of two names that differ, in part or wholly."""
_ONE_FAMILY: Final = (11, 12)
"""Those of one family name: they stay as they are, since a household shares an address, too."""
_SAME_EMAIL, _SAME_PHONE, _SAME_PROFILE = (1, 2, 16), (1, 2, 8), (1, 3)
"""Levels of rows that share an address, a phone or a profile, whoever else has it; but for switchboards."""
_NOTHING, _PHONE, _EMAIL, _TWO = range(4)
"""What a pair shares: nothing, a phone alone, an address or a profile alone, two of the three."""
_FEWEST: Final = 10
"""Least number of pairs with names alike in part that show that names are garbled."""
_ALIKE_BY_CHANCE: Final = 0.04
"""Share of pairs of strangers whose names are alike in part: counted in FEBRL 3, tax forms and simulated households."""
_AS_MANY: Final = 2
"""How many times as many pairs may have names that are not alike at all: garbled beyond likeness, or of two people."""
_PRIOR: Final = 0.5
"""Pairs that chance makes in addition to those."""


class GarbledNames(NamedTuple):
    """What pairs are that share an address or a phone, and whose names are alike in part.

    Attributes:
        least: What a pair shares → its least logit.
        notes: That names are garbled; sentences.
    """

    least: dict[int, float]
    notes: tuple[str, ...] = ()

    def are_garbled(self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
        """Return whether the names of each pair are one, garbled in a row, as far as this list shows."""
        import numpy as np

        return np.asarray(np.isfinite(self._least_logits(patterns, further, columns)))

    def raise_logits(
        self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], logits: np.ndarray
    ) -> np.ndarray:
        """Return the logit of each pair, those with garbled names raised."""
        import numpy as np

        return np.asarray(np.maximum(logits, self._least_logits(patterns, further, columns)))

    def _least_logits(self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
        """Return the least logit of each pair; minus infinity where names are not garbled."""
        import numpy as np

        least = np.full(len(patterns), -np.inf)
        if not self.least:
            return least
        shared, alike, _ = _kinds(patterns, further, columns)
        (name,) = levels_of(patterns, "name")
        garbled = alike & ~np.isin(name, _ONE_FAMILY)
        for kind, logit in self.least.items():
            least[garbled & (shared == kind)] = logit
        return least


def garbled_names(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], pairs: np.ndarray
) -> GarbledNames:
    """Return what pairs are that share an address or a phone, and whose names are alike in part.

    >>> import numpy as np
    >>> alike, unlike, couple = (name | 1 << 11 | 1 << 16 for name in (13, 15 | 7 << 4, 12 | 7 << 4))
    >>> def least_logits(**kinds):
    ...     patterns, pairs = np.array([alike, unlike, couple]), np.array([*kinds.values()])
    ...     return garbled_names(patterns, np.zeros(3, np.int64), (), pairs).least
    >>> least_logits(alike=40, unlike=20, couple=100)
    {}
    >>> [round(logit, 1) for logit in least_logits(alike=40, unlike=20, couple=0).values()]
    [3.4]
    """
    shared, alike, unlike = _kinds(patterns, further, columns)
    least = {}
    for kind in (_PHONE, _EMAIL, _TWO):
        seen, others = (float(pairs[names & (shared == kind)].sum()) for names in (alike, unlike))
        if seen >= max(_FEWEST, others / _AS_MANY):
            least[kind] = log(seen / (_ALIKE_BY_CHANCE * others + _PRIOR))
    note = "names of rows that share an address or a phone are often garbled: pairs of names that are alike are raised"
    return GarbledNames(least, (note,) if least else ())


def _kinds(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what each pair shares, and whether its names are alike in part, and not alike at all.

    Pairs of which another address, phone, profile, date or number differs are neither.
    """
    import numpy as np

    names = levels_of(patterns, "name", "middle", "email", "phone", "profile", "likeness")
    name, middle, email, phone, profile, likeness = names
    same_email, same_profile = np.isin(email, _SAME_EMAIL), np.isin(profile, _SAME_PROFILE)
    same_phone = np.isin(phone, _SAME_PHONE)
    number = (
        same_phone * 1 + same_email + same_profile + have_one_value(further, columns, "identifier", "weak identifier")
    )
    shared = np.select([number > 1, same_email | same_profile, same_phone], [_TWO, _EMAIL, _PHONE], _NOTHING)
    open_to_both = ~differ_elsewhere(patterns) & ~have_other_values(further, columns, "date", "identifier")
    resemble = differ_wholly(patterns) & (likeness > 0)
    alike = np.isin(name, _NOT_ONE) & ((middle < TWO_PEOPLE) | resemble)
    return shared, open_to_both & alike, open_to_both & (middle == UNLIKE) & ~resemble
