"""What two different email addresses at one domain are in rows of one name: a person with two of them, or two people.

Whether a person has two addresses hardly depends on what else rows agree in. Rows whose names may be one, and which
agree in two things more, such as a birth date and a phone, are hardly ever two people: they show how often people of
this list have two addresses. Where rows that agree in less have two far more often, those beyond that share are
namesakes, such as the many of one name at a provider of email that we do not know as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import agree_or_differ, have_one_value
from pb2b_notebook.cleanup.linkage.pairs.levels import levels_of, may_be_one_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

_SAME: Final = (1, 2, 3, 4, 5, 6, 10, 14, 16)
"""Levels of the email of one address, or nearly so."""
_OTHER: Final = 8
"""Level of two different addresses at one domain."""
_OWN_PHONE, _OWN_PROFILE = (1, 4, 8), 1
_SURE: Final = 2
"""Number of other agreements from which on rows of one name are one person."""
_FEWEST: Final = 10
"""Least number of such rows with one address that show how often people have two."""
_USUAL: Final = (1.0, 20.0)
"""Pairs of one person with two addresses, and all pairs of one person, that the prior counts for."""
_MORE_OTHER: Final = 2.0
"""How many times as often people have two addresses in rows that agree in less (:mod:`.wrong_numbers`)."""
_TIMES, _MORE = 2.0, 3.0
"""How many times, and how many more, pairs with two addresses must be than expected."""


class OtherAddresses(NamedTuple):
    """What two different addresses at one domain are in a list.

    Attributes:
        most: Most logit of such a pair, by the number of other agreements; infinite where a person may have two.
    """

    most: tuple[float, ...] = (float("inf"),) * (_SURE + 1)

    def limits(self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
        """Return the most that the logit of each pair may be. An equal identifier outweighs two addresses."""
        import numpy as np

        (email,) = levels_of(patterns, "email")
        two = (email == _OTHER) & ~have_one_value(further, columns, "identifier")
        return np.where(two, np.array(self.most)[_other_agreements(patterns, further, columns)], np.inf)


def other_addresses(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], pairs: np.ndarray
) -> OtherAddresses:
    """Return what two different addresses at one domain are in a list.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> columns, name, phone = further_columns({"born": "date"}), 1, 1 << 16
    >>> same, other, born = 1 << 11, 8 << 11, 9
    >>> patterns = np.array([name | same | phone, name | other | phone, name | same, name | other])
    >>> further = np.array([born, born, 0, 0])
    >>> [round(most, 1) for most in other_addresses(patterns, further, columns, np.array([50, 0, 20, 30])).most]
    [-3.3, inf, inf]
    >>> other_addresses(patterns, further, columns, np.array([50, 40, 20, 30])).most
    (inf, inf, inf)
    """
    import numpy as np

    (email,) = levels_of(patterns, "email")
    one_name, kinds = may_be_one_name(patterns), _other_agreements(patterns, further, columns)
    same, other = (
        np.bincount(kinds[of], pairs[of], minlength=_SURE + 1)
        for of in (one_name & np.isin(email, _SAME), one_name & (email == _OTHER))
    )
    if same[-1] < _FEWEST:
        return OtherAddresses()
    two, all_pairs = other[-1] + _USUAL[0], same[-1] + other[-1] + _USUAL[1]
    expected = same * _MORE_OTHER * two / (all_pairs - two)
    many = (other > _TIMES * expected + _MORE) & (np.arange(_SURE + 1) < _SURE)
    logits = np.where(many, np.log((expected + 0.5) / np.maximum(other - expected, 0.5)), np.inf)
    return OtherAddresses(tuple(map(float, logits)))


def _other_agreements(patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return in how many things each pair agrees besides its name and its email: 0 to 2. A street counts once."""
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    places = np.array([one.role.is_place for one in columns], dtype=bool)
    own = np.array([one.role.blocks and not one.role.is_place for one in columns], dtype=bool)
    phone, profile = levels_of(patterns, "phone", "profile")
    count = agree[:, own].sum(axis=1) + agree[:, places].any(axis=1) + np.isin(phone, _OWN_PHONE)
    return np.asarray(np.minimum(count + (profile == _OWN_PROFILE), _SURE))
