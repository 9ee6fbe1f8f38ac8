"""Score pairs: the sum of the weights of a pair's levels is the logit of its match probability.

Weights that add up cannot say that no amount of shared things makes one person of two names: pairs of that kind get a
probability of one half at most, which puts them before a person. Where further columns agree that hardly any other rows
share, :mod:`.wrong_names` finds from the list how probable such pairs are.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import (
    FEW,
    OTHER_PLACES,
    agree_on_a_person,
    agreeing_columns,
    are_dates_alike,
    are_not_comparable,
    dates_at_one_home,
    further_logits,
    have_both,
    have_one_value,
    have_other_dates,
    have_other_values,
    identity_levels,
    share_a_family_number,
    share_a_number_of_two_dates,
    share_only_a_home,
    share_only_words,
)
from pb2b_notebook.cleanup.linkage.columns.roles import CITY
from pb2b_notebook.cleanup.linkage.pairs.levels import (
    TWO_PEOPLE,
    are_at_one_office,
    have_unrelated_names,
    levels_of,
    outweigh_date,
    share_no_lead_field,
    share_only_an_initial,
    share_own_email,
    share_own_things,
    with_bare_names,
    without_generation,
    without_households,
)
from pb2b_notebook.cleanup.linkage.scores.chance_pairs import ChancePairs
from pb2b_notebook.cleanup.linkage.scores.garbled_names import GarbledNames
from pb2b_notebook.cleanup.linkage.scores.households import Households, households, most_of_one_number
from pb2b_notebook.cleanup.linkage.scores.near_dates import NearDates
from pb2b_notebook.cleanup.linkage.scores.other_addresses import OtherAddresses, other_addresses
from pb2b_notebook.cleanup.linkage.scores.twins import Twins
from pb2b_notebook.cleanup.linkage.scores.wrong_names import FAMILY, SOME, STRONG, WrongNames, wrong_names
from pb2b_notebook.cleanup.linkage.scores.wrong_numbers import WrongNumbers, wrong_numbers
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.subjects import Subject

EVEN: Final = 0.0
"""Most logit of a pair that a person is to decide: even odds."""
AGREEING: Final = 0.46
"""Added to the logit of rows that agree in all that both give. The generated lists that the weights are fitted to have
more namesakes at one company than lists of people.

Set by hand, not fitted. It decides only where the list has 1 such name in 100 to 300 at each company (chance level 9):
the weights give a logit of .69 there, and .41 more reaches the threshold of .75. Of two equal rows in lists of 2 to
20,000 rows, the weights alone give 2.8 and more. On 80,000 generated leads, 0 and .46 give the same F1.
"""
MOVED: Final = 5.0
"""Added to the logit of people of one name who share an own address, phone or profile and are in two countries.

In the generated lists of the weights no one is; elsewhere people move, and the country may be that of a
form or an employer. Set by hand: of the -8 that two countries weigh in all, it leaves -3, as if 1 of 25 people had two
countries, and 4 of 5 pairs of strangers.
"""
UNRELATED: Final = -3.0
"""Most logit of two companies whose names differ and that have nothing but a trade, a town or a group in common.

The weights add up what such rows leave out to even odds; of 5,443 such pairs in two public lists of companies (listed
companies by their names at several exchanges, preschools), 1 in 200 is one company.
"""
PERSONAL: Final = 3.0
"""Least logit of the further columns that makes one of what the names leave in doubt (Ann and Anna, branches of a
chain): about what 1 of 20 people shares. Set by hand; without the rule for two spellings, F1 of FEBRL 1 to 4 is at most
.0006 higher."""
RATE: Final = 0.22
"""Pairs of one person for each row in the lists that the weights were fitted to."""
MANY: Final = log(2)
"""Least rate (:class:`~.refinement.Refinement`) of a list in which a row with nothing but a name is one more row of the
person who has it, as are most rows there, and not of a namesake."""
_FEWEST_BARE: Final = 20
"""Least number of pairs of a row with nothing but a name that show what they are, and of rows of one name with more."""
_BY_CHANCE: Final = 0.25
"""Most share of them that are namesakes, where they are compared as others are: the rest is linked at .75."""
_WRONG_DATES: Final = 10
"""Least number of pairs of one person with a typing error in a date, and of pairs with two wholly different dates, from
which dates of a list are often wrong. A few such pairs are father and son."""
_HARDLY_RIGHT: Final = 0.1
"""Least share of wholly different dates among pairs of one name and address, from which on two dates do not show a
father and son: of 100 people, hardly one has a relative of the same name."""


class ScoredPairs(NamedTuple):
    """Pairs of distinct contents, sorted; ``a`` equals ``b`` where several rows have one content.

    Attributes:
        a: First content of each pair.
        b: Second content of each pair.
        logits: Score of each pair: the logit of its match probability.
        patterns: Pattern of each pair.
        cutoff: Least logit of a pair that is a link.
        further: Packed levels of each pair in the further columns; 0 if there are none.
        subject: What the rows are about.
    """

    a: np.ndarray
    b: np.ndarray
    logits: np.ndarray
    patterns: pl.Series
    cutoff: float
    further: np.ndarray
    subject: Subject

    @classmethod
    def of(cls, table: pl.DataFrame, threshold: float, subject: Subject) -> ScoredPairs:
        """Return the pairs of a table of :func:`score_table`.

        Args:
            table: The table.
            threshold: Least match probability of a pair that is a link.
            subject: What the rows are about.
        """
        import numpy as np

        a, b, logits, further = (table[name].to_numpy() for name in ("a", "b", "logit", "further"))
        return cls(a, b, logits, table["pattern"], float(np.log(threshold / (1 - threshold))), further, subject)

    def conflicts(self, wanted: np.ndarray) -> np.ndarray:
        """Return the positions of the wanted pairs that are not links and whose names are not one person's.

        Args:
            wanted: Positions of the wanted pairs, in order.
        """
        at = wanted[self.logits[wanted] < self.cutoff]
        found: np.ndarray = at[self.subject.have_conflicts(self.patterns.gather(at).to_numpy())]
        return found

    def numbers(self, at: np.ndarray) -> list[tuple[int, int]]:
        """Return the two contents of the pairs at these positions."""
        return list(zip(self.a[at].tolist(), self.b[at].tolist(), strict=True))


class CountedPairs(NamedTuple):
    """The candidate pairs of a list by their levels.

    Attributes:
        patterns: Patterns, int64.
        further: Packed levels in the further columns.
        pairs: Number of pairs.
        row_pairs: Number of pairs of rows that these stand for: a content is that of one row or of several.
        others: Number of those that are not of one content.
        rare_names: Number of those pairs of different rows of which the first has a name that few rows have.
    """

    patterns: np.ndarray
    further: np.ndarray
    pairs: np.ndarray
    row_pairs: np.ndarray
    others: np.ndarray
    rare_names: np.ndarray


class FurtherWeights(NamedTuple):
    """What the further columns of this list weigh, and what its names are; without columns, what its names are.

    Attributes:
        columns: Further columns.
        logits: Weight of each level, one row for each column (:func:`~.further_columns.level_weights`).
        bearers: Number of different whole names with the given name, and with the family name, of each content; empty
            for companies.
        rows: Number of distinct contents of the list.
        mean_bearers: Mean of each of the two in the list.
        shared: Share of pairs of two whole names with one given name, and with one family name
            (:func:`~.frequencies.shared_names`).
        names: How often the names of this list are wrong; ``None`` for companies.
        numbers: What two different identifiers are in this list.
        addresses: What two different addresses at one domain are in this list.
        dates: What dates that differ by an error are in this list.
        twins: What rows of one family name and date are whose given names are a little alike.
        garbled: What rows are that share an address or a phone, and whose names differ.
        chance: Which kinds of pairs with partly alike names this list has more of than chance makes.
        home: What rows that share an address are; ``None`` for companies, and for lists whose given names are often
            wrong and that have no families.
        wrong_dates: Whether rows of one name and address often have dates that differ by an error.
        hardly_right_dates: Whether their dates are so often wholly different that they say little.
        more_than_namesakes: Whether rows with nothing but a name have it far more often than namesakes do.
        rate: How many more pairs of one person the list has than usual (:class:`~.refinement.Refinement`).
        notes: Which differences count for more than usual in this list; sentences.
        other_places: Result of :func:`~.further_columns.share_of_other_places`.
    """

    columns: Sequence[FurtherColumn]
    logits: np.ndarray
    bearers: tuple[np.ndarray, ...] = ()
    rows: int = 0
    mean_bearers: tuple[float, ...] = ()
    shared: tuple[float, float] = (0.0, 0.0)
    names: WrongNames | None = None
    numbers: WrongNumbers = WrongNumbers({})
    addresses: OtherAddresses = OtherAddresses()
    dates: NearDates = NearDates({})
    twins: Twins = Twins()
    garbled: GarbledNames = GarbledNames({})
    chance: ChancePairs = ChancePairs({})
    home: Households | None = None
    wrong_dates: bool = False
    hardly_right_dates: bool = False
    more_than_namesakes: bool = False
    rate: float = 0.0
    notes: tuple[str, ...] = ()
    other_places: float = OTHER_PLACES

    @property
    def bare_names(self) -> bool:
        """Whether a row with nothing but a name is compared as others are."""
        return self.rate >= MANY or self.more_than_namesakes

    @property
    def names_are_wrong(self) -> bool:
        """Whether names of this list are so often wrong that two different ones may be one person's."""
        return (self.names is not None and self.names.whole) or bool(self.garbled.least)

    def fit_names(self, pairs: CountedPairs, random_pairs: np.ndarray) -> FurtherWeights:
        """Return the weights, and how often names are wrong in this list."""
        import numpy as np

        _, strangers = self.logits_of(np.zeros(len(random_pairs), dtype=np.int64), random_pairs)
        each = self.rows * self.rows / 2 / max(1, len(strangers))
        patterns, further, counts = pairs.patterns, pairs.further, pairs.pairs
        _, own = self.logits_of(patterns, further)
        kinds = (are_dates_alike(further, self.columns), have_other_dates(further, self.columns))
        own_email = share_own_email(patterns)
        wrong_dates = all(counts[kind & own_email].sum() >= _WRONG_DATES for kind in kinds)
        dated = counts[own_email & have_both(further, self.columns, "date")].sum()
        hardly_right = wrong_dates and counts[kinds[1] & own_email].sum() >= _HARDLY_RIGHT * dated
        expected = (float((strangers >= STRONG).sum()) * each, each)
        dated = dates_at_one_home(further, self.columns)
        found = wrong_names(patterns, own, expected, self.shared, counts, two_dates=dated)
        numbers = wrong_numbers(patterns, further, self.columns, pairs.others)
        home: Households | None = households(patterns, self._are_at_home(further, own), pairs.row_pairs)
        if found.given:
            # Given names are wrong here, and no one has a twin: only what a family shares counts, its number.
            home = Households({}) if home and home.are_families else None
            numbers = numbers._replace(seldom=())
        if home is not None:
            two_dates, _ = share_a_number_of_two_dates(further, self.columns)
            home = home._replace(number=most_of_one_number(patterns, two_dates, pairs.others))
        return self._replace(
            names=found,
            numbers=numbers,
            addresses=other_addresses(patterns, further, self.columns, pairs.others),
            home=home,
            wrong_dates=bool(wrong_dates),
            hardly_right_dates=bool(hardly_right),
            more_than_namesakes=more_than_namesakes(pairs, random_pairs, self.columns),
        )

    def _are_at_home(self, further: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Return for each pair whether it shares a rare address, and of the further columns nothing else."""
        import numpy as np

        return np.asarray((own >= SOME) & share_only_a_home(further, self.columns))

    def patterns(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Return the pairs; in a list without households, no two rows are twins, or father and son of one name.

        Nor are two rows of one name and birth date, of which only one is junior, senior or a number.
        In a list in which dates are often wrong, an own address outweighs two dates. In one with many rows for each
        person, a row with nothing but a name is one of them.
        """
        import polars as pl

        no_households = self.names is not None and self.names.given
        born = self.names is not None and any(one.role.name == "date" for one in self.columns)
        if not (no_households or self.wrong_dates or self.bare_names or born):
            return pairs
        patterns, further = pairs["pattern"].to_numpy(), pairs["further"].to_numpy()
        if born:
            patterns = without_generation(patterns, have_one_value(further, self.columns, "date"))
        other_date = have_other_dates(further, self.columns)
        if no_households:
            own_number = identity_levels(further, self.columns) == 1
            patterns = without_households(patterns, other_date, own_number)
        if self.wrong_dates:
            patterns = outweigh_date(patterns, other_date, own_email=not self.hardly_right_dates)
        if self.bare_names:
            patterns = with_bare_names(patterns, are_not_comparable(further, self.columns))
        return pairs.with_columns(pattern=pl.Series(patterns))

    def limit_logits(self, pairs: pl.DataFrame, logits: np.ndarray, most: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Return the logit of each pair.

        Args:
            pairs: The pairs with their levels.
            logits: Logits by the weights and the further columns.
            most: The most that they may be by the rules of the patterns.
            own: What the further columns say of the pair whatever the names are.
        """
        import numpy as np

        if self.names is None:
            return np.asarray(np.minimum(logits, most))
        patterns, a, b = (pairs[name].to_numpy() for name in ("pattern", "a", "b"))
        (name,) = levels_of(patterns, "name")
        given, family = (
            np.log(mean / np.maximum(n[a], n[b])) for mean, n in zip(self.mean_bearers, self.bearers, strict=True)
        )
        rarity = np.where(name == FAMILY, given, family)
        further = pairs["further"].to_numpy()
        agreeing = agreeing_columns(further, self.columns)
        personal = agree_on_a_person(further, self.columns)
        found = self.names.logits(patterns, logits, most, own=own, rarity=rarity, agreeing=agreeing, personal=personal)
        # Without a name in common, a pair is any two rows of the list that agree in what the further columns hold.
        nameless = own + np.log(2 * RATE * np.exp(self.rate) / self.rows)
        # A birth date alone is of two people as often as of one.
        alone = (agreeing < 2) & have_one_value(further, self.columns, "date")  # noqa: PLR2004 - itself and another
        nameless = np.where(alone, np.minimum(nameless, EVEN), nameless)
        found = np.where(share_no_lead_field(patterns), np.minimum(found, nameless), found)
        if self.home is None:
            return found
        number = share_a_family_number(further, self.columns)
        return self.home.limit(
            patterns,
            found,
            at_home=self._are_at_home(further, own),
            family_number=number,
            two_dates=share_a_number_of_two_dates(further, self.columns),
        )

    def logits_of(self, patterns: np.ndarray, further: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what the further columns add to the logit of each pair, and how much of it outweighs different names.

        A city is common to many people: alone, it counts only where the names may be one person's. Colleagues share
        the town of their office.
        """
        import numpy as np

        office = are_at_one_office(patterns) if self.mean_bearers else None  # of people
        places = self.other_places
        found = further_logits(further, self.columns, self.logits, at_one_office=office, other_places=places)
        if all(one.role != CITY for one in self.columns):
            return found, found
        own = further_logits(
            further, self.columns, self.logits, city_alone=False, at_one_office=office, other_places=places
        )
        return np.where(have_unrelated_names(patterns), own, found), own


def more_than_namesakes(pairs: CountedPairs, random_pairs: np.ndarray, columns: Sequence[FurtherColumn]) -> bool:
    """Return whether most pairs of one name, of which a row has nothing but that name, are more than namesakes make.

    Two dates or numbers show namesakes. Among the pairs of a row with nothing but a name they are as many, for each
    pair of any two rows; what the list has beyond that is one person. Rows with dates or numbers of which each name
    has one, as in a list that was deduplicated by names, show nothing.
    """
    name, middle = levels_of(pairs.patterns, "name", "middle")
    one_name = (name == 1) & (middle < TWO_PEOPLE) & (share_own_things(pairs.patterns) == 0)
    (bare, two), (bare_by_chance, two_by_chance) = (
        (are_not_comparable(some, columns), have_other_values(some, columns, "date", "identifier"))
        for some in (pairs.further, random_pairs)
    )
    seen, namesakes = (float(pairs.others[one_name & of].sum()) for of in (bare, two))
    dated = float(pairs.row_pairs[one_name & have_both(pairs.further, columns, "date", "identifier")].sum())
    if min(seen, dated) < _FEWEST_BARE or not two_by_chance.any():
        return False
    by_chance = (namesakes + 1) * bare_by_chance.sum() / two_by_chance.sum()
    return bool(by_chance <= _BY_CHANCE * seen)


def logits_and_limits(patterns: np.ndarray, weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Return the logit of the match probability of each pattern, and the most that it may be."""
    import numpy as np

    subject = weights.subject
    logits = weights.logits(subject.as_scored(patterns))
    logits += AGREEING * subject.agree_in_all(patterns) + MOVED * subject.have_moved(patterns)
    logits = np.where(subject.are_unrelated(patterns), np.minimum(logits, UNRELATED), logits)
    return logits, np.where(subject.are_for_review(patterns), EVEN, np.inf)


def score_pairs(
    pairs: pl.DataFrame, weights: Weights, threshold: float, further: FurtherWeights | None = None
) -> ScoredPairs:
    """Return the pairs with their scores.

    Args:
        pairs: ``a``, ``b`` and ``pattern``, sorted; and ``further`` if there are further columns.
        weights: Weights of the levels.
        threshold: Least match probability of a pair that is a link.
        further: Weights of the further columns.
    """
    return ScoredPairs.of(score_table(pairs, weights, further), threshold, weights.subject)


def score_table(pairs: pl.DataFrame, weights: Weights, further: FurtherWeights | None = None) -> pl.DataFrame:
    """Return ``a``, ``b``, ``logit``, ``pattern`` and ``further`` of each pair. Each pattern is scored once.

    Args:
        pairs: ``a``, ``b`` and ``pattern``; and ``further`` if there are further columns.
        weights: Weights of the levels.
        further: Weights of the further columns.
    """
    import numpy as np
    import polars as pl

    if pairs.is_empty():  # as in most short lists
        kinds = {"a": pl.Int64, "b": pl.Int64, "logit": pl.Float64, "pattern": pl.Int64, "further": pl.Int64}
        return pl.DataFrame(schema=kinds)
    if further is not None:
        pairs = further.patterns(pairs)
    patterns = pairs["pattern"].unique()
    known = patterns.to_numpy()
    found, limits = logits_and_limits(known, weights)
    least = np.where(weights.subject.have_two_readings(known), EVEN, -np.inf)
    scores = pl.DataFrame({"pattern": patterns, "logit": found, "most": limits, "least": least})
    scored = pairs.join(scores, on="pattern", how="left", maintain_order="left")
    logits, most, least = (scored[name].to_numpy() for name in ("logit", "most", "least"))
    levels = np.zeros(len(pairs), dtype=np.int64)
    if further is not None:
        levels = pairs["further"].to_numpy() if further.columns else levels
        added, beyond = further.logits_of(scored["pattern"].to_numpy(), levels)
        logits = np.maximum(logits + added, least + np.minimum(added, 0))  # even odds are not evidence
        doubtful = weights.subject.are_doubtful(scored["pattern"].to_numpy())
        at_home = (weights.subject == PEOPLE) & share_only_a_home(levels, further.columns)  # as a couple is
        initial = (weights.subject == PEOPLE) & share_only_an_initial(scored["pattern"].to_numpy())
        at_home |= initial & share_only_words(levels, further.columns)
        lifted = (doubtful & (beyond >= PERSONAL) & ~at_home) | (initial & (further.rows >= FEW))
        most = np.where(lifted, np.inf, most)
        logits = further.limit_logits(pairs, logits, most, beyond)
        logits = further.garbled.raise_logits(pairs["pattern"].to_numpy(), levels, further.columns, logits)
        logits = further.chance.raise_logits(pairs["pattern"].to_numpy(), levels, further.columns, logits)
        logits = np.minimum(logits, further.numbers.limits(pairs["pattern"].to_numpy(), levels, further.columns))
        logits = np.minimum(logits, further.addresses.limits(pairs["pattern"].to_numpy(), levels, further.columns))
        logits = np.minimum(logits, further.dates.limits(pairs["pattern"].to_numpy(), levels, further.columns))
        logits = np.minimum(logits, further.twins.limits(pairs["pattern"].to_numpy(), levels, further.columns))
    else:
        logits = np.minimum(np.maximum(logits, least), most)
    return pairs.select(
        pl.col("a", "b").cast(pl.Int64), pl.Series("logit", logits), "pattern", pl.Series("further", levels)
    )
