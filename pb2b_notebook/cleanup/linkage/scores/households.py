"""What rows are that share an address, and nothing that is a person's own: one person, or two of a household.

Where the given names do not decide, the list does, without labels. Of all pairs of rows that share an address and a
family name, those with one given name are one person, and those with two given names are a household. So

* a row without a given name is one of them, as probable as that share;
* where rows of one number and two dates nearly all have two names, it is the number of a family, of which some have
  names that are alike (Jan and Hans);
* two given names that are a little alike (Kylie and Claire) are as many by chance as among strangers of one family
  name. What the list has beyond that are misspelled names.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.pairs.levels import UNLIKE, levels_of

if TYPE_CHECKING:
    import numpy as np

_SAME, _NONE, _NO_GIVEN, _A_LITTLE_ALIKE, _OTHER_GIVEN, _SLIGHTLY, _OTHER = 1, 0, 8, 11, 12, 13, 15
"""Levels of the name."""
_MAY_BE_ONE: Final = (0, 3)
"""Levels of ``middle`` that say nothing for the pair."""
_OWN_EMAIL: Final = (1, 3, 4, 5, 6, 7, 10, 14)
"""Levels of the email of two rows with an address of their own in common."""
_OWN_PROFILE: Final = 1
_OTHER_COMPANY: Final = (0, 3, 12, 13, 14, 15)
"""Levels of the company of rows that do not name one and the same."""
_PRIOR_PAIRS: Final = 3.0
"""Pairs of one person, and of two, that the prior counts for: the odds are even where a list has none."""
_PRIOR_STRANGERS: Final = 100.0
"""Pairs of strangers that the prior of the chance counts for."""
_BY_CHANCE: Final = {_A_LITTLE_ALIKE: (0.005, _SLIGHTLY), _OTHER_GIVEN: (0.015, _OTHER)}
"""Level of the name → how many pairs of given names are so alike by chance, for each pair that is not alike at all; and
the level of such names whose family names differ, too."""
_FAMILIES: Final = log(1 / 3)
"""Most logit of one person in rows of one family name and address that shows that a list has families."""
_FAMILY_NUMBER: Final = log(1 / 2)
"""Most logit of two given names of a household that share an identifier: a family's insurance has one number."""
_FAMILY_NUMBERS: Final = 10
"""How many times as many rows of one number and two dates have two names as have one, where it is a family's: up to 5
in lists of single people."""
_ALIKE_FOR_ONE: Final = 2.0
"""Pairs of one person whose names are alike, for each pair of one name: both with a number, and a wrong date."""
_LEAST: Final = 0.02
"""Least probability of such a pair."""


class Households(NamedTuple):
    """What pairs are that share an address, and nothing that is a person's own.

    Attributes:
        most: Level of the name → most logit.
        number: Most logit of two names with one number and two dates; infinite where a number is a person's own.
    """

    most: dict[int, float]
    number: float = float("inf")

    @property
    def are_families(self) -> bool:
        """Whether far more rows of one family name and address are two people than one."""
        return self.most[_NO_GIVEN] < _FAMILIES

    def limit(
        self,
        patterns: np.ndarray,
        logits: np.ndarray,
        *,
        at_home: np.ndarray,
        family_number: np.ndarray,
        two_dates: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        """Return the logits, those of pairs of a household at most what this list shows.

        Args:
            patterns: Patterns.
            logits: Logits.
            at_home: Whether each pair shares an address, and of the further columns nothing else.
            family_number: Whether each pair shares an address and an identifier, and no date.
            two_dates: Result of :func:`~.further_columns.share_a_number_of_two_dates`.
        """
        import numpy as np

        name, middle, company, email, profile = levels_of(patterns, "name", "middle", "company", "email", "profile")
        own = np.isin(email, _OWN_EMAIL) | (profile == _OWN_PROFILE) | ~np.isin(company, _OTHER_COMPANY)
        doubtful = at_home & np.isin(middle, _MAY_BE_ONE) & ~own
        for level, most in self.most.items():
            logits = np.where(doubtful & (name == level), np.minimum(logits, most), logits)
        two = ((middle == UNLIKE) & np.isin(name, (_A_LITTLE_ALIKE, _OTHER_GIVEN, _OTHER))) | (name == _OTHER_GIVEN)
        logits = np.where(two & family_number, np.minimum(logits, _FAMILY_NUMBER), logits)
        wholly, by_an_error = two_dates
        family = (wholly & (name != _SAME)) | (by_an_error & _are_two(name, middle))
        result: np.ndarray = np.where(family, np.minimum(logits, self.number), logits)
        return result


def _are_two(name: np.ndarray, middle: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.asarray((middle == UNLIKE) & np.isin(name, (_A_LITTLE_ALIKE, _OTHER_GIVEN, _OTHER)))


def most_of_one_number(patterns: np.ndarray, two_dates: np.ndarray, pairs: np.ndarray) -> float:
    """Return the most logit of two names with one number and two dates; infinite where a number is a person's own.

    Args:
        patterns: Patterns of the candidate pairs.
        two_dates: Whether each has one identifier and wholly different dates.
        pairs: Number of pairs of each.

    >>> import numpy as np
    >>> same, jan_and_hans, father_and_son = 1, 2, 12 | 7 << 4
    >>> patterns, two_dates = np.array([same, jan_and_hans, father_and_son]), np.full(3, True)
    >>> round(most_of_one_number(patterns, two_dates, np.array([1, 28, 300])), 1)
    -2.2
    >>> most_of_one_number(patterns, two_dates, np.array([12, 28, 30]))
    inf
    """
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    kinds = np.where(name == _SAME, 0, np.where(_are_two(name, middle), 1, 2))
    one, two, alike = np.bincount(kinds[two_dates], pairs[two_dates], minlength=3)
    if two <= _FAMILY_NUMBERS * (one + 1):
        return float("inf")
    share = min(0.5, max(_LEAST, (_ALIKE_FOR_ONE * one + 1) / (alike + 2)))
    return log(share / (1 - share))


def households(patterns: np.ndarray, at_home: np.ndarray, rows: np.ndarray) -> Households:
    """Return what pairs of rows at one address are in this list.

    Args:
        patterns: Patterns of the candidate pairs.
        at_home: Whether each pair shares an address, and of the further columns nothing else.
        rows: Number of pairs of rows that each pair stands for.

    >>> import numpy as np
    >>> same, mother_and_son, one_without = 1, 12 | 7 << 4, 8
    >>> patterns = np.array([same] * 20 + [mother_and_son] * 80 + [one_without])
    >>> round(households(patterns, np.full(101, True), np.ones(101)).most[8], 1)
    -1.3
    """
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    unlike = middle == UNLIKE

    def count(*levels: int, home: bool, apart: bool) -> float:
        return float(rows[np.isin(name, levels) & (at_home == home) & (unlike == apart)].sum())

    same, other = count(_SAME, home=True, apart=False), count(_OTHER_GIVEN, home=True, apart=True)
    found = {
        _NO_GIVEN: log((same + _PRIOR_PAIRS) / (other + _PRIOR_PAIRS)),
        _NONE: log((same + _PRIOR_PAIRS) / (other + count(_OTHER, home=True, apart=True) + _PRIOR_PAIRS)),
    }
    strangers = count(_OTHER_GIVEN, home=False, apart=True) + _PRIOR_STRANGERS
    for level, (usual, misspelled) in _BY_CHANCE.items():
        chance = (count(level, home=False, apart=False) + usual * _PRIOR_STRANGERS) / strangers
        # Both names are misspelled, or are two of a family: the family name alone may be the misspelled one.
        for one, two in ((level, other), (misspelled, count(_OTHER, home=True, apart=True))):
            alike, expected = count(one, home=True, apart=False), chance * (two + _PRIOR_STRANGERS)
            share = max(_LEAST, (alike - expected) / max(alike, 1))
            found[one] = log(share / max(1 - share, _LEAST))
    return Households(found)
