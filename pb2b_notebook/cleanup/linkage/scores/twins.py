"""What rows of one family name and birth date are whose given names are a little alike: one person, or twins.

A given name is wrong about as often as a family name. So pairs of one date with one family name and two given names
that are a little alike are about as many as those with one given name and two family names: in 13 lists of others, 0 to
.9 times as many. Where they are far more, the rest are twins (Mia and Mila), or families that joined on one day.

Misspelled family names hide twins from that count. There they show in two others: given names that are surely two are
far more than such family names; and given names that are only a little alike (Leon and Leonie) are far more than the
errors that nearly agree explain, since errors are as near in given names as in family names.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import agree_or_differ, unpack
from pb2b_notebook.cleanup.linkage.columns.roles import RAREST
from pb2b_notebook.cleanup.linkage.pairs.levels import (
    UNLIKE,
    levels_of,
    may_be_wrong_names,
    share_own_things,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

_LITTLE = 11
"""Level of the name: given names are a little alike, or two that are alike; the family name is the same."""
_GIVEN, _FAMILY = (_LITTLE, 12), (6, 10)
"""Levels of the name: given names, or family names, are a little alike, and the other one is the same."""
_TIMES, _MORE = 1.3, 5.0
"""How many times as many, and how many more, pairs of two given names must be than of two family names."""
_SURELY: Final = ((11, 12), (10,))
"""Levels of the name of two given names, or two family names, that are surely two."""
_NEARLY: Final = ((5,), (6,))
"""Levels of the name of given names, or family names, that nearly agree."""
_ONLY_A_LITTLE: Final = ((11,), (10,))
"""Levels of the name of given names, or family names, that are a little alike, and no less."""
_HIDDEN: Final = 2.0
"""How many times as many each of the two must be. Names that are surely two are up to 1.6 times as many in lists of
single people, and others 1.5 times, but for 3 in one."""
_CALLED: Final = 3
"""Level of ``middle``: one goes by the other's second given name (Gunnar, and Nils Gunnar), as no twin does."""
_SLIGHTLY, _NOT_ONE = 13, 15
"""Levels of the name: the family names differ, too, a little or wholly, as one of them is misspelled."""
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
        name, middle = levels_of(patterns, "name", "middle")
        are_two = (np.isin(name, (*_GIVEN, _SLIGHTLY)) & (middle != _CALLED)) | (
            (name == _NOT_ONE) & may_be_wrong_names(patterns)
        )
        return np.where(are_two & _agree_on_a_date(patterns, further, columns), self.most, np.inf)


def twins(patterns: np.ndarray, further: np.ndarray, pairs: np.ndarray, columns: Sequence[FurtherColumn]) -> Twins:
    """Return what rows of one family name and date are whose given names are a little alike.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> patterns, same, born = np.array([11, 6]), np.array([9, 9]), further_columns({"born": "date"})
    >>> twins(patterns, same, np.array([50, 60]), born).are_many
    False
    >>> round(twins(patterns, same, np.array([200, 60]), born).most, 1)
    -2.0
    """
    import numpy as np

    (name, middle), two_names = levels_of(patterns, "name", "middle"), may_be_wrong_names(patterns)
    no_other_name = (middle < _CALLED) | ((middle == UNLIKE) & (name == _LITTLE))
    alike = _agree_on_a_date(patterns, further, columns, same=True)

    def count(levels: Sequence[Sequence[int]], where: np.ndarray) -> list[float]:
        return [float(pairs[alike & where & np.isin(name, some)].sum()) for some in levels]

    given, family = count((_GIVEN, _FAMILY), no_other_name)
    expected = _USUAL * family
    if given <= _TIMES * family + _MORE:
        sure, sure_family = count(_SURELY, two_names)
        (near, near_family), (given, other) = (count(levels, no_other_name) for levels in (_NEARLY, _ONLY_A_LITTLE))
        expected = near * (other + 1) / (near_family + 1)
        if sure <= _HIDDEN * sure_family + _MORE or given <= _HIDDEN * expected + _MORE:
            return Twins()
    share = max(_LEAST, (expected + 1) / (given + 1))
    note = (
        f"rows of one date whose given names are a little alike are mostly twins: {given:,.0f} pairs of them, and "
        f"{family:,.0f} whose family names are"
    )
    return Twins(log(share / (1 - share)), (note,))


def _agree_on_a_date(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], *, same: bool = False
) -> np.ndarray:
    """Return whether each pair has one date, or nearly so, and nothing else of a person's own in common.

    Args:
        patterns: Patterns.
        further: Packed levels of the pairs in the further columns.
        columns: Further columns.
        same: Whether a date that differs by an error is another one.
    """
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    equal = agree & (unpack(further, len(columns)) <= RAREST)
    dates, numbers = ([n for n, one in enumerate(columns) if of(one)] for of in (_is_date, _is_number))
    one_date = (equal if same else agree)[:, dates].any(axis=1)
    return np.asarray(one_date & ~equal[:, numbers].any(axis=1) & (share_own_things(patterns) == 0))


def _is_date(one: FurtherColumn) -> bool:
    return one.role.name == "date"


def _is_number(one: FurtherColumn) -> bool:
    return one.role.is_identifier
