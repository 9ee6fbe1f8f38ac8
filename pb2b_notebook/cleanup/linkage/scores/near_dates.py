"""Dates of rows of one name that differ by an error: of one person, or of two namesakes by chance.

The dates of two namesakes differ by an error, such as one digit, as often as those of any two people do. So the number
of such pairs that chance alone makes is known: that of the pairs of namesakes, times that share. What a list has beyond
it are errors. Where few names are used, nearly all may be chance: 1,200 people with 96 names among them have some 80
such pairs. Where each person has many rows, nearly all pairs of one name are of one person: no more are of two than the
dates that differ wholly show. Namesakes with the same middle name, too, are far fewer, and counted by themselves.

Some people have dates more alike than others: immigrants of one country have its names, and often 1 January for a birth
date. That shows in dates that differ in one of day, month and year, by more than a digit, which few errors do: where
rows of one given name have them far more often than any two rows, chance makes all such dates as many times more often.

Few dates of one person have two wrong digits, and two people of one name at one address, such as a father and a son,
are there for another reason than chance. So such dates count only as far as they are more than the dates that differ
wholly explain: of 60 fathers and sons, two or three are only two digits apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import agree_or_differ, unpack
from pb2b_notebook.cleanup.linkage.columns.roles import FIRST_DIFFERENCE, ONE_PART
from pb2b_notebook.cleanup.linkage.pairs.levels import levels_of, may_be_one_name, share_own_things
from pb2b_notebook.cleanup.linkage.scores.wrong_numbers import other_agreements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.pairs.frequencies import NamesakePairs
    from pb2b_notebook.cleanup.linkage.scores.scoring import CountedPairs

_SAME_NAME: Final = 1
_SAME_MIDDLE: Final = 1
_FEWEST_PAIRS: Final = 1_000
"""Random pairs that show how often two people have such dates."""
_TWO_DIGITS: Final = 4
"""Level of a date that differs by two digits."""
_OTHER: Final = FIRST_DIFFERENCE + _TWO_DIGITS + 1
"""Packed level of a date that differs wholly, which follows that of a date that differs by two digits."""
_FAR_MORE: Final = 3.0
"""How many times as often such dates must be in rows of one given name. Up to 2.7 times is seen in lists of which most
such rows are one person."""
_BY_CHANCE: Final = 3.0
"""Pairs that chance makes, from which on a list shows what they are."""
_PRIOR_PAIRS: Final = 1.0
"""Pairs of one person, and of two, that are added to what is counted: one or two in a list are left for review."""


class NearDates(NamedTuple):
    """What dates that differ by an error are in a list.

    Attributes:
        most: Column, level and number of other agreements → most logit of a pair.
        with_middle: The same of pairs of one name with the same middle name.
    """

    most: dict[tuple[int, int, int], float]
    with_middle: dict[tuple[int, int, int], float] = {}  # noqa: RUF012 - never changed

    def limits(self, patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
        """Return the most that the logit of each pair may be: infinite where chance hardly makes such pairs."""
        import numpy as np

        found = np.full(len(patterns), np.inf)
        middle = _share_a_middle_name(patterns)
        # Two names that are alike in part, or turned round, are one person's less often than one name.
        for kind, at in _kinds(patterns, further, columns) if self.most or self.with_middle else ():
            most = np.where(middle[at], self.with_middle.get(kind, np.inf), self.most.get(kind, np.inf))
            found[at] = np.minimum(found[at], most)
        return found

    def notes(self, columns: Sequence[FurtherColumn]) -> tuple[str, ...]:
        """Say of which columns such dates are mostly chance; sentences."""
        found = {columns[kind[0]].column for kind, most in self.most.items() if most < 0}
        return tuple(f"values of {name!r} that differ by an error mostly do so by chance, for rows of one name"
                     for name in sorted(found))  # fmt: skip


def near_dates(
    counted: CountedPairs,
    namesakes: NamesakePairs,
    random_pairs: np.ndarray,
    of_one_name: np.ndarray,
    columns: Sequence[FurtherColumn],
) -> NearDates:
    """Return what dates that differ by an error are in a list.

    Args:
        counted: Candidate pairs by their levels.
        namesakes: How many pairs of rows have one name.
        random_pairs: Packed levels of random pairs.
        of_one_name: Packed levels of random pairs of one given name.
        columns: Further columns.
    """
    import numpy as np

    found = _two_digits(counted, random_pairs, columns)
    if len(random_pairs) < _FEWEST_PAIRS:
        return NearDates(found, found)
    with_middle = found.copy()
    names = np.full(len(random_pairs), _SAME_NAME, dtype=np.int64)
    times = _times_as_alike(random_pairs, of_one_name, columns)
    chances = {kind: float(at.mean()) * times[kind[0]] for kind, at in _kinds(names, random_pairs, columns)}
    one_name = _have_one_name(counted.patterns)
    apart = one_name[:, None] & (unpack(counted.further, len(columns)) == _OTHER)
    share = _least_share_apart(random_pairs, of_one_name, columns)
    middle = _share_a_middle_name(counted.patterns)

    def most_of(kind: tuple[int, int, int], at: np.ndarray, pairs: float, seen: np.ndarray) -> float | None:
        """Return the most logit of a kind; ``None`` if chance makes few."""
        two_people, column = pairs, kind[0]
        if times[column] == 1:
            unseen = max(0.0, pairs - float(seen[one_name].sum()))
            two_people = min(two_people, (float(seen[apart[:, column]].sum()) + 1) / share[column] + unseen)
        by_chance = chances.get(kind, 0.0) * two_people
        errors = max(float(seen[at & one_name].sum()) - by_chance, 0.0)
        return float(np.log((errors + 1) / by_chance)) if by_chance >= _BY_CHANCE else None

    # All pairs of a rare name are candidates, whatever else they have.
    whole_names = ((namesakes.rare, counted.rare_names), (namesakes.all, counted.others))
    middle_names = ((namesakes.with_middle, np.where(middle, counted.others, 0)),)
    for kind, at in _kinds(counted.patterns, counted.further, columns):
        for most, some in ((found, whole_names), (with_middle, middle_names)):
            shown = (most_of(kind, at, pairs, seen) for pairs, seen in some)
            if (one := next((one for one in shown if one is not None), None)) is not None:
                most[kind] = min(one, most.get(kind, np.inf))
    return NearDates(found, with_middle)


def _least_share_apart(
    random_pairs: np.ndarray, of_one_name: np.ndarray, columns: Sequence[FurtherColumn]
) -> np.ndarray:
    """Return for each column which share of the pairs of two people has dates that differ wholly, at the least.

    Some pairs of one given name are of one person, so that fewer of them differ.
    """
    import numpy as np

    shares = [(unpack(some, len(columns)) == _OTHER).mean(axis=0) for some in (random_pairs, of_one_name) if len(some)]
    return np.asarray(np.maximum(np.min(shares, axis=0), 1 / len(random_pairs)))


def _two_digits(
    counted: CountedPairs, random_pairs: np.ndarray, columns: Sequence[FurtherColumn]
) -> dict[tuple[int, int, int], float]:
    """Return the most logit of each kind of pairs whose dates differ by two digits: 0, for review, or more."""
    import numpy as np

    levels, among = unpack(counted.further, len(columns)), unpack(random_pairs, len(columns))
    two, other = FIRST_DIFFERENCE + _TWO_DIGITS, _OTHER
    doubtful = _have_one_name(counted.patterns) & _may_be_two_people(counted.patterns, counted.further, columns)
    found = {}
    for column in (n for n, one in enumerate(columns) if one.role.name == "date"):
        each = (among[:, column] == two).sum() / max((among[:, column] == other).sum(), 1)
        others = other_agreements(counted.patterns, counted.further, columns, column)
        for number in np.unique(others[levels[:, column] == two]).tolist():
            at = doubtful & (others == number)
            seen, apart = (counted.others[at & (levels[:, column] == level)].sum() for level in (two, other))
            errors = max(float(seen - apart * each), 0.0)
            odds = (errors + _PRIOR_PAIRS) / (apart * each + _PRIOR_PAIRS)
            found[column, _TWO_DIGITS, int(number)] = max(float(np.log(odds)), 0.0)
    return found


def _times_as_alike(random_pairs: np.ndarray, of_one_name: np.ndarray, columns: Sequence[FurtherColumn]) -> list[float]:
    """Return for each column how many times as often dates are alike in rows of one given name; 1 if not far more.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> one_part, other = 19, 20
    >>> strangers, immigrants = np.array([one_part] + [other] * 9), np.array([one_part] * 8 + [other] * 2)
    >>> _times_as_alike(strangers, immigrants, further_columns({"born": "date"}))
    [8.0]
    """
    import numpy as np

    if not len(of_one_name):
        return [1.0] * len(columns)
    found, among = (
        (unpack(some, len(columns)) == FIRST_DIFFERENCE + ONE_PART).mean(axis=0) for some in (of_one_name, random_pairs)
    )
    times = found / np.maximum(among, 1 / len(random_pairs))
    return [float(one) for one in np.where(times >= _FAR_MORE, times, 1.0)]


def _kinds(
    patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]
) -> Iterator[tuple[tuple[int, int, int], np.ndarray]]:
    """Yield each kind of a date that differs by an error, and where the pairs have it.

    A kind is a column, a level, and in how many further columns the pair agrees. Pairs that share an address, a phone
    or a profile of a person's own are of none.
    """
    levels, doubtful = unpack(further, len(columns)), share_own_things(patterns) == 0
    for column, one in enumerate(columns):
        if one.role.name != "date":
            continue
        others = other_agreements(patterns, further, columns, column)
        for n, difference in enumerate(one.role.differences):
            at = doubtful & (levels[:, column] == FIRST_DIFFERENCE + n)
            if n == _TWO_DIGITS:
                at &= _may_be_two_people(patterns, further, columns)
            for number in () if difference.against else sorted(set(others[at].tolist())):
                yield (column, n, int(number)), at & (others == number)


def _have_one_name(patterns: np.ndarray) -> np.ndarray:
    (name,) = levels_of(patterns, "name")
    found: np.ndarray = (name == _SAME_NAME) & may_be_one_name(patterns)
    return found


def _share_a_middle_name(patterns: np.ndarray) -> np.ndarray:
    (middle,) = levels_of(patterns, "middle")
    found: np.ndarray = _have_one_name(patterns) & (middle == _SAME_MIDDLE)
    return found


def _may_be_two_people(patterns: np.ndarray, further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether no address, phone, profile or identifier of a person's own agrees."""
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    identified = agree[:, [one.role.is_identifier for one in columns]].any(axis=1)
    return np.asarray((share_own_things(patterns) == 0) & ~identified)
