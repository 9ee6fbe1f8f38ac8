"""What rows are about: people or companies. Both run through the same stages, with tables of their own.

A subject has its comparisons, the weights of their levels, the words for them, and rules that no sum of weights can
express. Blocking keys and features belong to the stages that make them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.companies import levels as company_levels
from pb2b_notebook.cleanup.linkage.pairs import levels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np

    from pb2b_notebook.cleanup.linkage.pairs.levels import Comparison


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What rows are about, and how two of them are compared.

    Attributes:
        name: Value of ``of=``: "people" or "companies".
        one: Word for one of them.
        comparisons: Comparisons in the order of their bits in a pattern, the first in the lowest.
        combinations: Names of comparisons that also have weights in combination.
        edition: Edition of the levels.
        weights_file: File of the weights that the package ships.
        reported: Comparisons in the order in which they are reported, the strongest evidence first.
        unreported: Comparison → levels that say too little to be reported.
        agree_in_all: Function of patterns: whether both rows agree in all that both give.
        have_moved: Function of patterns: whether two countries say little, since an own address or phone is the same.
        as_scored: Function of patterns: those whose weights say how much agrees.
        are_unrelated: Function of patterns: whether names differ, and nothing else agrees that two often share.
        are_for_review: Function of patterns: whether a person is to decide, however much agrees.
        have_two_readings: Function of patterns: whether a person is to decide, however little else agrees.
        are_doubtful: Function of patterns: whether a person is to decide only where no further column agrees.
        have_conflicts: Function of patterns: whether no other row may put the two into one cluster.
    """

    name: str
    one: str
    comparisons: tuple[Comparison, ...]
    combinations: tuple[tuple[str, str], ...]
    edition: int
    weights_file: str
    reported: tuple[str, ...]
    unreported: Mapping[str, frozenset[int]]
    agree_in_all: Callable[[np.ndarray], np.ndarray]
    have_moved: Callable[[np.ndarray], np.ndarray]
    as_scored: Callable[[np.ndarray], np.ndarray]
    are_unrelated: Callable[[np.ndarray], np.ndarray]
    are_for_review: Callable[[np.ndarray], np.ndarray]
    have_two_readings: Callable[[np.ndarray], np.ndarray]
    are_doubtful: Callable[[np.ndarray], np.ndarray]
    have_conflicts: Callable[[np.ndarray], np.ndarray]

    def layout(self) -> list[tuple[str, int, int, int]]:
        """Return for each block of weights its name, its start, and the two columns of levels it reads.

        The second column is -1 for none. The last block is empty: it starts at the number of weights.
        """
        numbers = {comparison.name: number for number, comparison in enumerate(self.comparisons)}
        blocks, start = [], 1
        for comparison in self.comparisons:
            blocks.append((comparison.name, start, numbers[comparison.name], -1))
            start += 1 << comparison.bits
        for first, second in self.combinations:
            blocks.append((f"{first} × {second}", start, numbers[first], numbers[second]))
            start += 1 << self.comparisons[numbers[first]].bits + self.comparisons[numbers[second]].bits
        return [*blocks, ("", start, 0, 0)]

    def ranges(self) -> Iterator[tuple[str, int, int]]:
        """Yield for each block of weights its name, and where its weights start and end."""
        for (name, start, _, _), (_, end, _, _) in pairwise(self.layout()):
            yield name, start, end

    def count_text(self, count: int) -> str:
        """Return a number of them in words.

        >>> PEOPLE.count_text(1), PEOPLE.count_text(2000)
        ('1 person', '2,000 people')
        """
        return f"{count:,} {self.one if count == 1 else self.name}"


def _never(patterns: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.zeros(len(patterns), dtype=bool)


PEOPLE: Final = Subject(
    name="people",
    one="person",
    comparisons=levels.COMPARISONS,
    combinations=levels.COMBINATIONS,
    edition=levels.EDITION,
    weights_file="scores/match_weights.json",
    reported=(
        "email", "phone", "profile", "name", "middle", "address", "company", "title", "place",
    ),
    unreported={"place": frozenset({2}), "title": frozenset({2, 3}), "address": frozenset({1, 2, 4, 5, 6})},
    agree_in_all=levels.agree_in_all,
    have_moved=levels.share_own_identifier_abroad,
    as_scored=levels.as_scored,
    are_unrelated=_never,
    are_for_review=levels.are_for_review,
    have_two_readings=levels.have_two_readings,
    are_doubtful=levels.are_doubtful,
    have_conflicts=levels.have_doubtful_names,
)  # fmt: skip
COMPANIES: Final = Subject(
    name="companies",
    one="company",
    comparisons=company_levels.COMPARISONS,
    combinations=company_levels.COMBINATIONS,
    edition=company_levels.EDITION,
    weights_file="companies/match_weights.json",
    reported=("registration", "vat", "name", "form", "domain", "phone", "address"),
    unreported={"form": frozenset({1, 2})},
    agree_in_all=company_levels.agree_in_all,
    have_moved=_never,
    as_scored=company_levels.as_scored,
    are_unrelated=company_levels.are_unrelated,
    are_for_review=company_levels.are_for_review,
    have_two_readings=_never,
    are_doubtful=company_levels.are_doubtful,
    have_conflicts=company_levels.have_conflicts,
)
SUBJECTS: Final = {subject.name: subject for subject in (PEOPLE, COMPANIES)}
"""The subjects by name."""
