"""How often names are wrong in a list, and what pairs of two different names that share rare further values may be.

Two different given names at one address are a household; in a list of single people they are one person, one of whose
names is wrong. A list shows which of the two it is, without labels:

* A given name is wrong as often as a family name. Households share the family name, so in their lists pairs that differ
  in the given name alone are many more than pairs that differ in the family name alone: in lists with them, 15 times as
  many and more. Each of a household has a birth date of its own, but for twins. Where such pairs at one address have
  none, given names may be wrong more often than family names, as in lists of nicknames and titles.
* Where whole names are wrong, as many are partly wrong. Couples and neighbours have two names that are both right.

Two rows of one given name and two family names that share an address or a birth date are one person, in every list that
has more such pairs than chance: people marry, and few people of that given name live there.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.pairs.levels import UNLIKE, differ_elsewhere, have_two_complete_names, levels_of

if TYPE_CHECKING:
    import numpy as np

FAMILY, GIVEN, BOTH = 10, 12, 15
"""Levels of the name: the family names, the given names or both differ."""
STRONG: Final = 6.0
"""Least logit of the further columns of pairs that show how often names are wrong: a chance of about 1 in 400."""
_PROVEN: Final = 8.0
"""Least logit of the further columns that outweighs two different names in a list whose names are often wrong: a chance
of about 1 in 3,000. Chosen on FEBRL 3; FEBRL 2 and 4, customers and patients gained from it, too."""
SOME: Final = 3.0
"""Least logit of the further columns that says something about two different names."""
_ENOUGH: Final = 10
"""Least number of pairs with a wrong name that show how often names are wrong."""
_AS_MANY: Final = 2
"""How many times as many given names as family names may be wrong."""
_AS_MANY_OF_ONE_DATE: Final = 5
"""The same where rows of one address have no two dates."""
_MOST_APART: Final = 0.1
"""Most share of two dates among rows of one address and family name that are not of families: .004 at most in lists
without families of which this decides, and .7 at least in lists with them."""
_ALIKE: Final = (1, 2, 3, 4, 5, 6, 7, 8)
"""Levels of the name of pairs that are one person where strong further evidence agrees."""
_ALIKE_BY_CHANCE: Final = 0.02
"""Share of pairs of strangers whose names differ in part only: an upper bound, counted in FEBRL 3 and tax forms."""
_LEAST, _MOST = 0.02, 0.5
"""Least and most probability of a pair for review."""
_SLIGHTLY = 13
"""Level of the name: both the given and the family names are slightly similar."""
_PARTLY = (FAMILY, GIVEN, _SLIGHTLY, BOTH)
"""Levels of the name of pairs that differ in part, if their names are comparable."""


class WrongNames(NamedTuple):
    """How often names are wrong in a list.

    Attributes:
        given: Whether given names are wrong as often as family names, so that two of them may be one person's.
        whole: Whether names are so often partly wrong that two different whole names may be one person's.
        linked: Level of the name → logit of pairs with strong further evidence, if they may be links.
        partly: Logit of pairs with strong further evidence whose names differ in part, if they may be links.
        reviewed: Level of the name → logit of the other pairs.
    """

    given: bool
    whole: bool
    linked: dict[int, float]
    partly: float
    reviewed: dict[int, float]

    def logits(
        self,
        patterns: np.ndarray,
        logits: np.ndarray,
        most: np.ndarray,
        *,
        own: np.ndarray,
        rarity: np.ndarray,
        agreeing: np.ndarray,
        personal: np.ndarray,
    ) -> np.ndarray:
        """Return the logit of each pair, in the light of this list.

        The weights know names of lists in which most are right. Where this list shows how often pairs like these are
        one person, that counts instead, unless an address, a phone or a profile differs.

        Args:
            patterns: Patterns.
            logits: Logits by the weights.
            most: The most that they may be by the rules of the patterns; infinite for pairs that no rule limits.
            own: What the further columns say for each pair, in logits.
            rarity: How much rarer than others the name is that both rows have, in logits.
            agreeing: Number of further columns that agree.
            personal: Whether what agrees is a person's own, and not only a home; it does not matter in a list without
                households.
        """
        import numpy as np

        name, middle = levels_of(patterns, "name", "middle")
        unlike, found = np.isfinite(most) & (middle == UNLIKE) & (own >= SOME), np.minimum(logits, most)
        for level, logit in self.reviewed.items():
            found = np.where(unlike & (name == level), np.minimum(logits, logit), found)
        alike, personal = ~differ_elsewhere(patterns), personal | self.given
        for level, logit in self.linked.items():
            at, expected = unlike & (name == level) & (own >= STRONG) & personal, logit + rarity
            found = np.where(at, np.where(alike, expected, np.minimum(logits, expected)), found)
        in_part = alike & (personal | (name == _SLIGHTLY)) & ~np.isfinite(most) & (own >= STRONG)
        in_part &= (middle != UNLIKE) & np.isin(name, _PARTLY)
        if not self.whole:
            return np.asarray(np.where(in_part & (name == _SLIGHTLY), np.maximum(found, self.partly), found))
        proven = (own >= _PROVEN) & ~np.isin(name, (FAMILY, GIVEN)) & ~have_two_complete_names(patterns)
        proven &= np.isfinite(most) & ((name != BOTH) | (agreeing > 1))
        found = np.where(proven, logits, found)
        # Their names say nothing: what is left is what the further columns say.
        wholly = (name == BOTH) & (middle == UNLIKE) & (proven | ~np.isfinite(most)) & (agreeing > 1) & alike
        found = np.where(wholly, np.maximum(found, own - _PROVEN), found)
        result: np.ndarray = np.where(in_part, np.maximum(found, self.partly), found)
        return result


def wrong_names(
    patterns: np.ndarray,
    own: np.ndarray,
    random_pairs: tuple[float, float],
    shared: tuple[float, float],
    pairs: np.ndarray | None = None,
    *,
    two_dates: tuple[np.ndarray, np.ndarray] | None = None,
) -> WrongNames:
    """Return how often names are wrong in a list.

    Args:
        patterns: Patterns of the candidate pairs.
        own: What the further columns say for each pair, in logits.
        random_pairs: Expected number of pairs of the list with strong further evidence, of one person or by chance, as
            random pairs show it; and the number of pairs that one random pair stands for.
        shared: Share of pairs of strangers that have one given name, and one family name.
        pairs: Number of pairs of each; by default one.
        two_dates: Result of :func:`~.further_columns.dates_at_one_home`; ``None`` without dates.

    >>> import numpy as np
    >>> married, siblings, misspelled = 10 | 7 << 4, 12 | 7 << 4, 10
    >>> def are_given_names_wrong(**kinds):
    ...     patterns = np.repeat([married, siblings, misspelled], [*kinds.values()])
    ...     return wrong_names(patterns, np.full(len(patterns), 9.0), (10.0, 1.0), (0.01, 0.01)).given
    >>> are_given_names_wrong(married=30, siblings=300, misspelled=30)
    False
    >>> are_given_names_wrong(married=30, siblings=30, misspelled=0)
    False
    >>> are_given_names_wrong(married=30, siblings=30, misspelled=30)
    True
    """
    import numpy as np

    strong = (own >= STRONG) & ~have_two_complete_names(patterns)
    name, middle = levels_of(patterns[strong], "name", "middle")
    unlike, counts = middle == UNLIKE, (np.ones(len(patterns), dtype=np.int64) if pairs is None else pairs)[strong]
    family, given, both = (int(counts[unlike & (name == level)].sum()) for level in (FAMILY, GIVEN, BOTH))
    in_part = int(counts[~unlike & np.isin(name, _PARTLY)].sum())
    alike = int(counts[np.isin(name, _ALIKE)].sum())
    # The share of a level that no random pair has is taken to be half a pair.
    # Where both names differ, no more pairs are one person than where a part of them does.
    strangers = max(random_pairs[0] - alike - in_part, random_pairs[1] / 2, both - family - in_part)
    chances = [strangers * share for share in shared]
    renamed = max(0.0, family - chances[0])
    linked = {FAMILY: _odds(family, chances[0])}
    # Where names are wrong, all kinds of it are about as frequent. Of names that only change, people marry; where given
    # names only differ, they are of siblings.
    kinds = (renamed, given, in_part)
    of_one_date = two_dates is not None and min(kinds) >= _ENOUGH and _have_one_date(patterns, two_dates, pairs)
    times = _AS_MANY_OF_ONE_DATE if of_one_date else _AS_MANY
    if given_wrong := renamed >= _ENOUGH and max(renamed, given) <= times * min(kinds):
        linked |= {GIVEN: _odds(given, chances[1])}
    return WrongNames(
        given=given_wrong,
        whole=renamed + in_part >= _ENOUGH and both <= renamed + in_part,
        linked=linked,
        partly=_odds(in_part, strangers * _ALIKE_BY_CHANCE),
        reviewed={
            FAMILY: _odds_of_review(0, 0),
            GIVEN: _odds_of_review(renamed, given),
            BOTH: _odds_of_review(renamed + in_part, both),
        },
    )


def _have_one_date(patterns: np.ndarray, two_dates: tuple[np.ndarray, np.ndarray], pairs: np.ndarray | None) -> bool:
    """Return whether hardly any rows of one address and family name, and two given names, have two dates."""
    import numpy as np

    name, middle = levels_of(patterns, "name", "middle")
    counts = np.ones(len(patterns)) if pairs is None else pairs
    dated, apart = (float(counts[(name == GIVEN) & (middle == UNLIKE) & some].sum()) for some in two_dates)
    return dated >= _ENOUGH and apart <= _MOST_APART * dated


def _odds(pairs: float, by_chance: float) -> float:
    """Return the logit of the share of one person among pairs of which some are expected by chance.

    >>> _odds(30, 10) == log(2)
    True
    """
    return log(max(pairs - by_chance, 0.01) / max(by_chance, 0.01))


def _odds_of_review(one_person: float, pairs: float) -> float:
    """Return the logit of the share of one person among pairs for review; a third is assumed where there are few.

    >>> round(_odds_of_review(0, 0), 2), _odds_of_review(90, 100)
    (-0.69, 0.0)
    """
    share = min(_MOST, max(_LEAST, (one_person + 2) / (pairs + 6)))
    return log(share / (1 - share))
