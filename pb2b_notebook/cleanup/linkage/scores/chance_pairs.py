"""What rows are whose names are partly alike and whose dates or numbers agree: one person, or strangers by chance.

The weights know how often names and dates have errors in other lists. In a list in which each third cell has one, pairs
with an error in both are far more, and are one person. How many such pairs chance alone would make is known without
labels: the number of all pairs, times the share of random pairs with such names, times the share with such dates. That
is what a decoy list would have, in which the dates are those of other rows (Elias and Gygi, "Target-decoy search
strategy", 2007); what the list has beyond it is one person. As decoys break what belongs together, the dates of rows of
one given name, and of one family name, are compared, too (a generation, a people, a class at school): the largest share
counts.

Two things have other reasons than chance. Twins have a family name and a birth date in common, families a number: so an
equal date and any number count only where given names are wrong as often as family names (:mod:`.wrong_names`). Pairs
that a rule leaves to a person stay what they are, but for two middle names beside two family names, which are an error
as other names are; as do lists with few such pairs, and those with many twins, of whom one may have a wrong date
(:mod:`.twins`). No probability is lowered: chance makes more pairs than blocking keys find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import agree_or_differ, unpack
from pb2b_notebook.cleanup.linkage.columns.roles import FIRST_DIFFERENCE, ONE_PART, RAREST
from pb2b_notebook.cleanup.linkage.pairs.levels import (
    MIDDLE,
    NAME,
    TWO_PEOPLE,
    UNLIKE,
    are_for_review,
    levels_of,
    may_be_wrong_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs

_PARTLY_ALIKE: Final = (5, 6, 7, 10, 11, 12, 13, 15)
"""Levels of the name of two names that are not one and the same."""
_OTHER_MIDDLE: Final = 1 << NAME.bits
"""Added to the level of the name of two people's middle names."""
_NOT_OF_TWINS: Final = (6, 7, 10, 13, 15)
"""Levels of the name at which family names differ: twins have two given names, and often middle names."""
_TWO_SPELLINGS: Final = 2 * _OTHER_MIDDLE
"""Added to the level of the name where neither name may be a typing error of the other."""
_BOTH_A_LITTLE: Final = 13
"""Level at which both names are a little alike (Svitlana Kukharska, Switlana Kucharska): not of a family, nor twins."""
_NAMES: Final = 4 * _OTHER_MIDDLE
_BOTH_DIFFER: Final = (7, 13, 15, _BOTH_A_LITTLE + _TWO_SPELLINGS)
"""Names of which both parts are alike, and neither is the same."""
_CODE_BITS: Final = 3
_SAME: Final = 1
_NEAR: Final = 2
"""Code of the first difference of a column, in a kind: 0 is a missing value, 1 an equal one."""
_ONLY_A_YEAR: Final = 2
"""Level of a date that is a year in one row: such dates are often a default."""
_FEWEST_PAIRS: Final = 1_000
"""Random pairs that show what chance makes."""
_FEWEST: Final = 6
"""Pairs of a kind, of which chance makes none, that show what they are."""
_BY_CHANCE: Final = 2.0
"""Pairs that chance makes in addition to those that are expected, at the least."""
_SURE: Final = 1.1
"""Least logit of a kind that is raised: three of four pairs. What chance makes is known within a factor of two."""
_MOST: Final = 8.0
"""Most that a logit is raised."""
_NOTICEABLE: Final = 0.1
"""Least change of a logit that is made."""
_NINE_OF_TEN: Final = 1.3
"""Standard deviations above which one of ten counts is."""
_HALVINGS: Final = 30


class ChancePairs(NamedTuple):
    """Which kinds of pairs are more than chance makes.

    Attributes:
        raised: Kind of a pair → what is added to its logit, and the most that it then is.
        notes: What was raised, and by how much; sentences.
    """

    raised: dict[int, tuple[float, float]]
    notes: tuple[str, ...] = ()

    def raise_logits(
        self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn], logits: np.ndarray
    ) -> np.ndarray:
        """Return the logit of each pair, those of kinds that are more than chance makes raised."""
        import numpy as np

        if not self.raised:
            return logits
        found, kinds = logits.copy(), kinds_of(patterns, further, columns)
        for kind, (shift, most) in self.raised.items():
            at = kinds == kind
            found[at] = np.maximum(found[at], np.minimum(found[at] + shift, most))
        return found


def chance_pairs(
    counted: CountedPairs,
    logits: np.ndarray,
    strangers: Callable[[], tuple[pl.DataFrame, ...]],
    all_pairs: float,
    columns: Sequence[FurtherColumn],
    *,
    names_are_wrong: bool,
) -> ChancePairs:
    """Return which kinds of pairs a list has more of than chance makes.

    Args:
        counted: Candidate pairs by their levels.
        logits: Their logits.
        strangers: Function that returns three tables of random pairs of rows of two names, with ``pattern`` and
            ``further``; the pairs of the second one have a given name in common, those of the third one a family name.
        all_pairs: Number of pairs of two rows that may be compared.
        columns: Further columns.
        names_are_wrong: Whether given names are wrong as often as family names, so that the list has no households.
    """
    import numpy as np

    kinds, open_pairs = kinds_of(counted.patterns, counted.further, columns), counted.others / (1 + np.exp(logits))
    places = {kind: np.flatnonzero(kinds == kind) for kind in np.unique(kinds[kinds >= 0]).tolist()}
    places = {
        kind: at
        for kind, at in places.items()
        if (names_are_wrong or _has_near_date(kind, columns))
        and counted.others[at].sum() >= _FEWEST
        and open_pairs[at].sum() >= 1
    }
    if not places or len((random := strangers())[0]) < _FEWEST_PAIRS:
        return ChancePairs({})
    chance = _Chance.of(random, columns)
    raised, notes = {}, []
    for kind, at in places.items():
        seen, by_chance = float(counted.others[at].sum()), all_pairs * chance.share_of(kind)
        most = float(np.log(max(seen - by_chance, 0.5) / (by_chance + _BY_CHANCE)))
        if most >= _SURE and (shift := _shift(logits[at], counted.others[at], most)) >= _NOTICEABLE:
            raised[kind] = shift, most
            words = f"{seen:,.0f} pairs with {_words(kind, columns)}, where chance makes {by_chance:,.0f} at most"
            notes.append((-seen, f"{words}: logits raised by up to {shift:.1f}"))
    return ChancePairs(raised, tuple(note for _, note in sorted(notes)))


class _Chance(NamedTuple):
    """What random pairs are.

    Attributes:
        names: Level of the names of random pairs that may be one person's; -1 for others.
        codes: How dates and numbers agree: in random pairs; in pairs of one given name and two family names; and in
            pairs of one family name and two given names.
        dates: Positions of the dates in the codes.
    """

    names: np.ndarray
    codes: tuple[np.ndarray, ...]
    dates: tuple[int, ...]

    @classmethod
    def of(cls, strangers: Sequence[pl.DataFrame], columns: Sequence[FurtherColumn]) -> _Chance:
        import numpy as np

        patterns, further = ([some[name].to_numpy() for some in strangers] for name in ("pattern", "further"))
        people = [np.ones(len(patterns[0]), dtype=bool), *map(may_be_wrong_names, patterns[1:])]
        codes = tuple(_codes_of(some[at], columns) for some, at in zip(further, people, strict=True))
        dates = tuple(n for n, one in enumerate(_own(columns)) if one.role.name == "date")
        return cls(_names_of(patterns[0]), codes, dates)

    def share_of(self, kind: int) -> float:
        """Return the share of all pairs of rows that chance makes of a kind, at the most.

        Few rows of one family name are two people where most have one of their own. So it is not their dates that count
        there, but how many more than of random pairs differ in one of day, month and year: hardly any error does that,
        and where dates are alike for another reason, such as a default or one year at school, many do.
        """
        code, name = divmod(kind, _NAMES)
        random, given, family = (_at_most(codes == code) for codes in self.codes)
        if dates := [n for n in self.dates if _code_at(code, n)]:
            family = random * max(self._times_as_alike(n) for n in dates)
        return _at_most(self.names == name) * max(random, given, family)

    def _times_as_alike(self, date: int) -> float:
        random, _, family = (_code_at(codes, date) == _NEAR + ONE_PART for codes in self.codes)
        return _at_most(family) / _at_most(random)


def kinds_of(patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return the kind of each pair: the level of its names, and how its dates and numbers agree.

    -1 for pairs of names that are the same or of two people, for those that a rule leaves to a person, and for those
    whose dates and numbers do not agree.
    """
    import numpy as np

    agree, differ = agree_or_differ(further, columns)
    own = [columns.index(one) for one in _own(columns)]
    name = _names_of(patterns)
    open_to_all = ~are_for_review(patterns) | (name >= _OTHER_MIDDLE)
    is_kind = (name >= 0) & agree[:, own].any(axis=1) & ~differ[:, own].any(axis=1) & open_to_all
    return np.asarray(np.where(is_kind, _codes_of(further, columns) * _NAMES + name, -1))


def _own(columns: Sequence[FurtherColumn]) -> list[FurtherColumn]:
    """Return the columns that hold what is a person's own."""
    return [one for one in columns if one.role.is_identifier or one.role.name == "date"]


def _names_of(patterns: np.ndarray) -> np.ndarray:
    """Return how the names of each pattern are partly alike: their level; -1 where they are not, or of two people."""
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    partly = np.isin(name, _PARTLY_ALIKE)
    two_middle_names = np.isin(name, _NOT_OF_TWINS) & (middle == TWO_PEOPLE)
    two_spellings = (name == _BOTH_A_LITTLE) & (middle == UNLIKE)
    kinds = [partly & (middle < TWO_PEOPLE), two_middle_names, two_spellings]
    return np.select(kinds, [name, name + _OTHER_MIDDLE, name + _TWO_SPELLINGS], -1)


def _codes_of(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return one number for how the dates and numbers of each pair agree."""
    import numpy as np

    levels = unpack(further, len(columns))[:, [columns.index(one) for one in _own(columns)]]
    codes = np.where(levels > RAREST, levels - FIRST_DIFFERENCE + _NEAR, np.minimum(levels, _SAME))
    return np.asarray((codes << (_CODE_BITS * np.arange(codes.shape[1]))).sum(axis=1))


def _own_codes(code: int, columns: Sequence[FurtherColumn]) -> Iterator[tuple[FurtherColumn, int]]:
    return ((one, int(_code_at(code, n))) for n, one in enumerate(_own(columns)))


def _code_at(codes: Any, place: int) -> Any:
    return (codes >> (_CODE_BITS * place)) & ((1 << _CODE_BITS) - 1)


def _has_near_date(kind: int, columns: Sequence[FurtherColumn]) -> bool:
    """Return whether a date differs by an error, and no number agrees, which a family may share.

    A date that is the same will do for names of which both parts differ, as those of twins do not.
    """
    codes = [(one.role.name, code) for one, code in _own_codes(kind // _NAMES, columns) if code]
    says_little = {_NEAR + _ONLY_A_YEAR} | ({_SAME} if kind % _NAMES not in _BOTH_DIFFER else set())
    return all(name == "date" and code not in says_little for name, code in codes)


def _words(kind: int, columns: Sequence[FurtherColumn]) -> str:
    """Return a kind in words.

    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> _words(13 | 3 << 6, further_columns({"born": "date"}))
    "'names are slightly similar' and 'born differs by one digit'"
    """
    code, name = divmod(kind, _NAMES)
    found = [
        f"{one.column} {'is the same' if how == _SAME else one.role.differences[how - _NEAR].words}"
        for one, how in _own_codes(code, columns)
        if how
    ]
    middle = [MIDDLE.levels[TWO_PEOPLE]] if name // _OTHER_MIDDLE == 1 else []
    return " and ".join(repr(words) for words in (NAME.levels[name % _OTHER_MIDDLE], *middle, *found))


def _shift(logits: np.ndarray, pairs: np.ndarray, most: float) -> float:
    """Return what is to be added to the logits, so that their mean probability is that of a logit; not below 0.

    >>> import numpy as np
    >>> [round(_shift(np.array([logit]), np.ones(1), 1.0), 2) for logit in (-1.0, 2.0)]
    [2.0, 0.0]
    """
    import numpy as np

    expected, low, high = pairs.sum() / (1 + np.exp(-most)), 0.0, _MOST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if (pairs / (1 + np.exp(-logits - middle))).sum() > expected else (middle, high)
    return low


def _at_most(found: np.ndarray) -> float:
    """Return the share that random pairs show, at the most: a bound for nine of ten such samples.

    >>> import numpy as np
    >>> round(_at_most(np.zeros(1000, dtype=bool)), 4), round(_at_most(np.arange(1000) < 100), 3)
    (0.0023, 0.114)
    """
    count = int(found.sum()) + 1
    return float(count + _NINE_OF_TEN * count**0.5) / max(len(found), _FEWEST_PAIRS)
