"""What rows of one family name and birth date are whose given names are a little alike: one person, or twins.

A given name is wrong about as often as a family name. So pairs of one date with one family name and two given names
that are a little alike are about as many as those with one given name and two family names: in 13 lists of others, 0 to
.9 times as many. Where they are far more, the rest are twins (Mia and Mila), or families that joined on one day.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import unpack
from pb2b_notebook.cleanup.linkage.columns.roles import RAREST
from pb2b_notebook.cleanup.linkage.pairs.levels import TWO_PEOPLE, levels_of, share_own_things

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

_GIVEN, _FAMILY = (11, 12), (6, 10)
"""Levels of the name: given names, or family names, are a little alike, and the other one is the same."""
_TIMES, _MORE = 1.3, 5.0
"""How many times as many, and how many more, pairs of two given names must be than of two family names."""
_USUAL: Final = 0.4
"""How many such pairs are one person, for each pair of two family names: the median of those lists."""
_LEAST: Final = 0.02
"""Least probability of such a pair."""


class Twins(NamedTuple):
    """What rows of one family name and date are whose given names are a little alike.

    Attributes:
        most: Most logit of such a pair; infinite where most are one person.
        notes: How many there are; sentences.
    """

    most: float = float("inf")
    notes: tuple[str, ...] = ()

    @property
    def are_many(self) -> bool:
        """Whether most such rows are twins."""
        return self.most < float("inf")

    def limits(self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
        """Return the most that the logit of each pair may be: infinite for all but twins.

        Args:
            patterns: Patterns.
            further: Packed levels of the pairs in the further columns.
            columns: Further columns.
        """
        import numpy as np

        if not self.are_many:
            return np.full(len(patterns), np.inf)
        return np.where(_are_alike(patterns, further, columns, _GIVEN), self.most, np.inf)


def twins(patterns: np.ndarray, further: np.ndarray, pairs: np.ndarray, columns: Sequence[FurtherColumn]) -> Twins:
    """Return what rows of one family name and date are whose given names are a little alike.

    Args:
        patterns: Patterns of the candidate pairs.
        further: Their packed levels in the further columns.
        pairs: Number of pairs of different rows of each.
        columns: Further columns.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> patterns, same, born = np.array([11, 6]), np.array([9, 9]), further_columns({"born": "date"})
    >>> twins(patterns, same, np.array([50, 60]), born).are_many
    False
    >>> round(twins(patterns, same, np.array([200, 60]), born).most, 1)
    -2.0
    """
    import numpy as np

    (middle,) = levels_of(patterns, "middle")
    counted = np.where(middle < TWO_PEOPLE, pairs, 0)
    given, family = (float(counted[_are_alike(patterns, further, columns, names)].sum()) for names in (_GIVEN, _FAMILY))
    if given <= _TIMES * family + _MORE:
        return Twins()
    share = max(_LEAST, (_USUAL * family + 1) / (given + 1))
    note = (
        f"rows of one date whose given names are a little alike are mostly twins: {given:,.0f} pairs of them, and "
        f"{family:,.0f} whose family names are"
    )
    return Twins(log(share / (1 - share)), (note,))


def _are_alike(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], names: Sequence[int]
) -> np.ndarray:
    """Return whether each pair has one date, names of these levels, and nothing else of a person's own in common."""
    import numpy as np

    levels = unpack(further, len(columns))
    same = (levels > 0) & (levels <= RAREST)
    dates, numbers = ([n for n, one in enumerate(columns) if of(one)] for of in (_is_date, _is_number))
    (name,) = levels_of(patterns, "name")
    found = np.isin(name, names) & (share_own_things(patterns) == 0)
    return np.asarray(found & same[:, dates].any(axis=1) & ~same[:, numbers].any(axis=1))


def _is_date(one: FurtherColumn) -> bool:
    return one.role.name == "date"


def _is_number(one: FurtherColumn) -> bool:
    return one.role.is_identifier
