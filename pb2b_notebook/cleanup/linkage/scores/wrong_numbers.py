"""What two different identifiers of rows of one name are in a list: a wrong number, or two people.

An error in an identifier hardly depends on what else agrees. So of the rows of one person, about the same share has two
numbers, whether they agree in one more thing or in three. Rows that agree in three are hardly ever two people: they
show how often numbers are wrong. Where rows that agree in less have two numbers far more often, those beyond that share
are namesakes of one birth date, or a father and a son behind one mailbox.

Two given names of one family name with two numbers are for review, however much else agrees, as it does for twins;
unless numbers are often wrong, or given names are wrong as often as family names (:mod:`.wrong_names`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import agree_or_differ, have_one_value
from pb2b_notebook.cleanup.linkage.pairs.levels import TWO_GIVEN, levels_of, may_be_one_name, share_own_things

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

_SAME_NAME: Final = 1
_CLASSES: Final = 4
"""Rows that agree in nothing more, in one thing, in two, in three or more."""
_USUAL: Final = (1.0, 20.0)
"""Pairs of one person with two numbers, and all pairs of one person, that the prior counts for."""
_MORE_WRONG: Final = 2.0
"""How many times as often numbers are wrong in rows that agree in less, which have more errors: 2.2 in FEBRL 2."""
_TIMES, _MORE = 2.0, 3.0
"""How many times, and how many more, pairs with two numbers must be than expected."""
_OFTEN: Final = 0.1
"""Share of one person's rows with two numbers from which on numbers are often wrong."""


class WrongNumbers(NamedTuple):
    """What two different identifiers are in a list.

    Attributes:
        most: Position of the column → most logit of a pair with two numbers, by the number of other agreements.
        seldom: Positions of the columns whose numbers are seldom wrong.
    """

    most: dict[int, tuple[float, ...]]
    seldom: tuple[int, ...] = ()

    def limits(self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
        """Return the most that the logit of each pair may be: infinite where no identifier speaks against it.

        Args:
            patterns: Patterns.
            further: Packed levels of the pairs in the further columns.
            columns: Further columns.
        """
        import numpy as np

        found = np.full(len(patterns), np.inf)
        if not self.seldom and not self.most:
            return found
        _, differ = agree_or_differ(further, columns)
        (name,) = levels_of(patterns, "name")
        two = differ[:, self.seldom].any(axis=1) & ~have_one_value(further, columns, "identifier")
        found[two & np.isin(name, TWO_GIVEN)] = 0.0  # even odds
        for column, most in self.most.items():
            limit = np.array(most)[other_agreements(patterns, further, columns, column)]
            found = np.where(differ[:, column], np.minimum(found, limit), found)
        return found


def wrong_numbers(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], pairs: np.ndarray | None = None
) -> WrongNumbers:
    """Return what two different identifiers are in a list.

    Args:
        patterns: Patterns of the candidate pairs of different rows.
        further: Their packed levels in the further columns.
        columns: Further columns.
        pairs: Number of pairs of each; by default one.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> columns = further_columns({"ssn": "identifier", "born": "date"})
    >>> same, other = 9 | 9 << 5, 19 | 9 << 5
    >>> wrong_numbers(np.ones(60), np.array([same] * 50 + [other] * 10), columns).most
    {}
    >>> most = wrong_numbers(np.ones(60), np.array([same] * 30 + [other] * 30), columns).most[0]
    >>> [round(logit, 1) for logit in most]
    [inf, -2.0, inf, inf]
    """
    import numpy as np

    (name,) = levels_of(patterns, "name")
    one_name = (name == _SAME_NAME) & may_be_one_name(patterns)
    agree, differ = agree_or_differ(further, columns)
    counts = np.ones(len(patterns)) if pairs is None else pairs
    found: dict[int, tuple[float, ...]] = {}
    seldom = []
    for column, one in enumerate(columns):
        if one.role.name != "identifier":
            continue
        kinds = other_agreements(patterns, further, columns, column)
        same, other = (
            np.bincount(kinds[of], counts[of], minlength=_CLASSES)
            for of in (one_name & agree[:, column], one_name & differ[:, column])
        )
        wrong, all_pairs = other[-1] + _USUAL[0], same[-1] + other[-1] + _USUAL[1]
        if wrong <= _OFTEN * all_pairs:
            seldom.append(column)
        expected = same * _MORE_WRONG * wrong / (all_pairs - wrong)
        many = (other > _TIMES * expected + _MORE) & (np.arange(_CLASSES) > 0)
        logits = np.where(many, np.log((expected + 0.5) / np.maximum(other - expected, 0.5)), np.inf)
        if many[:-1].any():
            found[column] = tuple(map(float, [*logits[:-1], np.inf]))
    return WrongNumbers(found, tuple(seldom))


def other_agreements(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], column: int
) -> np.ndarray:
    """Return in how many things each pair agrees besides its name and a column: 0 to 3. An address counts once."""
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    places = np.array([one.role.is_place for one in columns])
    own = np.array([one.role.blocks and not one.role.is_place and n != column for n, one in enumerate(columns)])
    count = agree[:, own].sum(axis=1) + agree[:, places].any(axis=1) + share_own_things(patterns)
    return np.asarray(np.minimum(count, _CLASSES - 1))
