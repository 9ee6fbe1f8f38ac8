"""Further columns: those that are not lead fields. How they are compared, and what an agreement weighs in this list.

The levels of a pair in its further columns are packed into one integer, ``further``, next to its ``pattern``. The
weight of a level is the logarithm of how much more often it occurs among pairs of one person (``Role.differences``)
than among random pairs of this list.
"""

from __future__ import annotations

from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.roles import (
    CITY,
    FIRST_DIFFERENCE,
    LEVEL_BITS,
    ONE_PART,
    RAREST,
    ROLES,
    Role,
    level_sql,
)
from pb2b_notebook.engines.protocol import Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.engines.memory import InMemory

FEW = 100
"""Least number of rows to estimate how common a value is. A smaller frame is treated as a sample of this size."""
MOST: Final = 12
"""Most further columns that are compared: their levels share 63 bits."""
RANDOM_PAIRS: Final = 50_000
"""Random pairs from which the frequency of a difference is estimated."""
_LEVELS: Final = 1 << LEVEL_BITS
IS_THIN: Final = (
    "(x.company = '' OR y.company = '') AND (x.site = '' OR y.site = '') AND (x.mailbox_hash = 0 OR y.mailbox_hash = 0)"
    " AND (x.line = -1 OR y.line = -1) AND (x.profile_hash = 0 OR y.profile_hash = 0)"
)
"""SQL for whether a pair has nothing to compare but the names and what further columns hold."""
OTHER_PLACES: Final = 0.25
"""Share that counts of what further places add to the strongest one: neighbours share street, postcode and region."""
_OTHER_PLACES_APART: Final = 0.5
"""The same, at the most, in a list in which rows of one postcode are in any city or region, as in lists that were made
up or anonymized. Chosen on FEBRL 2 and 3 and patients, where it costs no precision; a share of .75 does."""
_FEWEST_OF_ONE_PLACE: Final = 20
"""Random pairs of one place that show how often they have another one in common."""
_AT_ONE_OFFICE: Final = 0.1
"""Share that counts of an equal postcode, city or region of two rows of one company and domain."""
_TOWNS: Final = ("postcode", "region")
_RARE: Final = 4
"""Least level of an equal value that few rows of the list share."""
_DATE: Final = r"^(?:19|20)[0-9]{2} ?[01][0-9] ?[0-3][0-9]$|^[0-3]?[0-9] ?[0-3]?[0-9] ?(?:19|20)[0-9]{2}$"
_NAMES_OF_COMPANY: Final = 2
"""Least number of other names at one company that have an identifier of it: its customer number, not a person's."""
_EVERYONE: Final = 2**31
"""More names than a list has."""
_OWN_FIELDS: Final = ("email", "phone", "company_name", "company_domain", "website", "linkedin_url")
_MANY_THIN: Final = 0.1
"""Least share of rows without any of these fields for which the city is compared as a further column."""
_SPARSE: Final = 10
"""How many times as many numbers as identifiers a series may cover."""
_MOSTLY: Final = 1.1
"""How many times as many identifiers as numbers a series may have: some have none."""
_NO_HOME: Final = 2
"""Difference of streets from which on they may be two homes: one without a number, or with another number."""
_MOST_AGAINST: Final = 5.0
"""Most logits that one difference speaks against a pair: any column may be wrong."""


class FurtherColumn(NamedTuple):
    """A column that is compared and is not a lead field.

    Attributes:
        column: Name of the caller's column.
        role: What it holds.
        feature: Name of the column of the features.
        others: Those of the columns in which its value may stand in another row: the lines of an address.
    """

    column: str
    role: Role
    feature: str
    others: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Name of its column of texts: a lead field, or the feature."""
        return CITY.name if self.role == CITY else self.feature

    @property
    def sql(self) -> str:
        """SQL for the level of a pair ``x``, ``y``."""
        return level_sql(self.role, self.feature, self.others)

    @property
    def sql_where_compared(self) -> str:
        """SQL for the level; 0 for a pair of which the weights of leads cover the column.

        1 January stands for a year: two of them differ wholly, unless by one digit. Random pairs are compared without
        this rule, so that they show whether rows of one name have such dates more often than others.
        """
        if self.role.name == "date":
            x, y, last = f"x.{self.feature}", f"y.{self.feature}", FIRST_DIFFERENCE + len(self.role.differences) - 1
            two_years = f"{x}[5:] = '0101' AND {y}[5:] = '0101' AND {x}[:4] <> {y}[:4]"
            one_digit = f"CASE WHEN {two_years} THEN damerau_levenshtein({x}, {y}) <= 1 ELSE true END"
            return f"CASE WHEN {one_digit} THEN {self.sql} ELSE {last} END"
        if self.role != CITY:
            return self.sql
        return f"CASE WHEN {IS_THIN} AND x.city_script = y.city_script THEN {self.sql} ELSE 0 END"


def further_columns(roles: dict[str, str]) -> tuple[FurtherColumn, ...]:
    """Return the further columns of a frame, in order.

    >>> [(one.feature, one.role.name) for one in further_columns({"born": "date", "no": "weak identifier"})]
    [('date_1', 'date'), ('weak_identifier_1', 'weak identifier')]
    """
    counted: dict[str, int] = {}
    found = []
    for column, name in roles.items():
        counted[name] = counted.get(name, 0) + 1
        found.append(FurtherColumn(column, ROLES[name], f"{ROLES[name].feature}_{counted[name]}"))
    lines = [one for one in found if one.role.name in ("street", "text")]
    return tuple(
        one._replace(
            others=tuple(two.feature for two in lines if two is not one and "street" in (one.role.name, two.role.name))
        )
        if one in lines
        else one
        for one in found
    )


def with_city(
    columns: tuple[FurtherColumn, ...], column: str, count_thin: Callable[[], tuple[int, int]]
) -> tuple[FurtherColumn, ...]:
    """Return the further columns, and the city if many rows have nothing beside it that a lead is known by.

    In rows that have a company, an email address or a phone number, the city says little more, and the weights of
    leads have it already.

    Args:
        columns: Further columns.
        column: Name of the column of cities; "" if there is none.
        count_thin: Function that returns the sums of :func:`count_thin` for all rows.
    """
    if not column or len(columns) == MOST:
        return columns
    thin, rows = count_thin()
    return (*columns, FurtherColumn(column, CITY, "city_1")) if rows and thin / rows >= _MANY_THIN else columns


def count_thin(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the number of rows that have nothing beside the city that a lead is known by (``thin``), and of all."""
    import polars as pl

    empty = (pl.col(name).fill_null("") == "" for name in _OWN_FIELDS)
    return texts.select(thin=pl.all_horizontal(*empty).sum().cast(pl.Int64), rows=pl.len().cast(pl.Int64))


def with_rarities(
    table: pl.DataFrame,
    columns: Sequence[FurtherColumn],
    sharing: Callable[[pl.DataFrame, pl.Series, pl.Series], pl.Series],
    reads: Sequence[str],
    tables: InMemory,
) -> pl.DataFrame:
    """Return the features with the rarity of each further value, and its number if the column is a series.

    The rarity is r if about one row in e^r has the value.

    Rows of one name count once, since they may be one person many times. A short list says little about how common a
    value is, and is treated as a sample of one of :data:`FEW` rows.

    Args:
        table: Features.
        columns: Further columns.
        sharing: Function that counts the different names which share the identifier of each row, from the features, the
            values, and whether each row has one.
        reads: Columns of the features that ``sharing`` reads.
        tables: Where the features are.
    """
    if not columns:
        return table
    table = tables.share(table, [_names_with_same(one, sharing, reads) for one in columns])
    facts = [_facts_of(one, table, tables) for one in columns]
    return tables.add("rarities", partial(_rarities, columns=columns, facts=facts), table).drop(
        *(f"{one.feature}_others" for one in columns)
    )


class _Facts(NamedTuple):
    """What the values of a column in all rows say.

    Attributes:
        total: Number of values of which a share is a rarity.
        series: Whether the values are identifiers that were given one after the other.
    """

    total: int
    series: bool


def _names_with_same(
    one: FurtherColumn, sharing: Callable[[pl.DataFrame, pl.Series, pl.Series], pl.Series], reads: Sequence[str]
) -> Shared:
    """Return how many other names have the value of a row; of a number of a whole company, as if all rows had it."""
    import polars as pl

    name = f"{one.feature}_others"
    if not one.role.blocks:
        others = pl.col("name_hash").n_unique().over(one.feature).alias(name) - 1
        return Shared(lambda table: table.select(others), pl.col(one.feature), (one.feature, "name_hash"), {name: 0})

    def function(table: pl.DataFrame) -> pl.DataFrame:
        value = table[one.feature]
        others = (sharing(table, value.hash(), value != "") - 1).alias(name)
        if not one.role.is_identifier:
            return others.to_frame()
        company = pl.col("company")
        of_one_company = ((company != "") & (company == company.first())).all().over(one.feature)
        is_companys = (pl.lit(others) >= _NAMES_OF_COMPANY) & of_one_company
        return table.select(pl.when(is_companys).then(pl.lit(_EVERYONE)).otherwise(others).alias(name))

    key = pl.when(pl.col(one.feature) != "").then(one.feature)
    return Shared(function, key, tuple(dict.fromkeys((*reads, one.feature, "company"))), {name: 0})


def _facts_of(one: FurtherColumn, table: pl.DataFrame, tables: InMemory) -> _Facts:
    reads = (one.feature, "name_hash")
    counts = tables.gather(partial(_value_counts, name=one.feature), table, key=one.feature, reads=reads).sum()
    values, names, distinct, dates = counts.row(0)
    numbers = tables.gather(partial(_distinct_numbers, name=one.feature), table, reads=reads)["number"].unique()
    # Of a value that most people have, the names are a share of all names, not of the rows.
    return _Facts(values if one.role.blocks else names, _are_series(numbers, distinct, dates))


def _value_counts(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the number of values, of different names with a value, of different values, and of different dates."""
    import polars as pl

    given = table.select(name, "name_hash").filter(pl.col(name) != "")
    distinct = given[name].unique()
    counts = len(given), given.n_unique(), len(distinct), len(distinct.filter(distinct.str.contains(_DATE)))
    return pl.DataFrame(
        [counts], schema=dict.fromkeys(("values", "names", "distinct", "dates"), pl.Int64), orient="row"
    )


def _distinct_numbers(table: pl.DataFrame, name: str) -> pl.DataFrame:
    return _numbers_of(table[name].unique()).drop_nulls().unique().alias("number").to_frame()


def _rarities(table: pl.DataFrame, columns: Sequence[FurtherColumn], facts: Sequence[_Facts]) -> pl.DataFrame:
    import polars as pl

    found = {}
    for one, (total, series) in zip(columns, facts, strict=True):
        others = table[f"{one.feature}_others"]
        others = others if one.role.is_identifier else others.cast(pl.Float64).clip(0.5)
        share = others.cast(pl.Float64) / max(FEW, total)
        rarity = (-share.clip(one.role.chance, 1).log()).round().clip(1, RAREST)
        found[f"{one.feature}_rarity"] = rarity.cast(pl.UInt8)
        values = table[one.feature]
        found[f"{one.feature}_number"] = (
            _numbers_of(values) if series else pl.Series([None] * len(values), dtype=pl.Int64)
        )
    return pl.DataFrame(found)


def _numbers_of(values: pl.Series) -> pl.Series:
    """Return the number that each identifier ends with; null if there is none."""
    import polars as pl

    return values.str.extract(r"(?:^|[^0-9])([0-9]{3,15})$", 1).cast(pl.Int64, strict=False)


def _are_series(numbers: pl.Series, distinct: int, dates: int) -> bool:
    """Return whether identifiers were given one after the other.

    Nearly every number in the range of a series is someone's, so a wrong digit would be another customer's. The range
    is that of the middle four fifths: single numbers far away do not count.

    >>> import polars as pl
    >>> _are_series(pl.Series([1001, 1002]), 2, 0), _are_series(pl.Series([5304218, 8115873, 2760359]), 3, 0)
    (True, False)
    """
    import numpy as np

    if len(numbers) < 2 or (len(numbers) - dates) * _MOSTLY < distinct:  # noqa: PLR2004 - one number has no range
        return False
    low, high = np.quantile(numbers.to_numpy(), (0.1, 0.9), method="nearest")
    return bool(high - low < _SPARSE * len(numbers))


def packed_sql(columns: Sequence[FurtherColumn], *, everywhere: bool = False) -> str:
    """Return SQL for the packed levels of a pair ``x``, ``y``.

    Args:
        columns: Further columns.
        everywhere: Whether to compare them in pairs, too, of which the weights of leads cover a column.
    """
    levels = (one.sql if everywhere else one.sql_where_compared for one in columns)
    return " | ".join(f"(({level})::BIGINT << {LEVEL_BITS * n})" for n, level in enumerate(levels)) or "0::BIGINT"


def unpack(further: np.ndarray, count: int) -> np.ndarray:
    """Return the levels of packed pairs: one row each, one column for each further column.

    >>> import numpy as np
    >>> unpack(np.array([3 | 17 << 5]), 2).tolist()
    [[3, 17]]
    """
    import numpy as np

    rest = further.astype(np.int64)
    columns = [(rest >> (LEVEL_BITS * n)) & (_LEVELS - 1) for n in range(count)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(rest), 0), dtype=np.int64)


def level_weights(
    columns: Sequence[FurtherColumn], random_pairs: np.ndarray, shares: Sequence[Sequence[float]]
) -> np.ndarray:
    """Return the weight of each level in logits, one row for each column.

    Args:
        columns: Further columns.
        random_pairs: Packed levels of random pairs of the list.
        shares: Shares of the differences of each column among pairs of one person.
    """
    import numpy as np

    found = np.zeros((len(columns), _LEVELS))
    for n, levels in enumerate(unpack(random_pairs, len(columns)).T):
        counts = np.bincount(levels[levels > 0], minlength=_LEVELS)
        total = counts.sum() + 1
        rarity = np.arange(1, RAREST + 1)
        found[n, 1 : RAREST + 1] = np.log(columns[n].role.same_share) + rarity
        if columns[n].role.name == "date":
            # Two 1 Januaries differ wholly in pairs that are compared, in random pairs in their year alone.
            differs = FIRST_DIFFERENCE + len(columns[n].role.differences) - 1
            counts[differs] = max(counts[differs], counts[FIRST_DIFFERENCE + ONE_PART])
        for number, (share, difference) in enumerate(zip(shares[n], columns[n].role.differences, strict=True)):
            level = FIRST_DIFFERENCE + number
            # The share of a level that no random pair has is taken to be half a pair.
            weight = np.log(share) - np.log((counts[level] + 0.5) / total)
            found[n, level] = min(weight, 0.0) if difference.against else weight
    return np.maximum(found, -_MOST_AGAINST)


def further_logits(
    further: np.ndarray,
    columns: Sequence[FurtherColumn],
    weights: np.ndarray,
    *,
    city_alone: bool = True,
    at_one_office: np.ndarray | None = None,
    other_places: float = OTHER_PLACES,
) -> np.ndarray:
    """Return what the further columns of pairs add to their logits.

    Args:
        further: Packed levels of the pairs.
        columns: Further columns.
        weights: Result of :func:`level_weights`.
        city_alone: Whether an equal city counts for more than the other places that agree.
        at_one_office: Whether each pair is of one office, whose town all colleagues share.
        other_places: Result of :func:`share_of_other_places`.
    """
    import numpy as np

    towns = 1.0 if at_one_office is None else np.where(at_one_office, _AT_ONE_OFFICE, 1.0)
    total, best, places, city = (np.zeros(len(further)) for _ in range(4))
    for n, levels in enumerate(unpack(further, len(columns)).T):
        logits = weights[n][levels]
        if columns[n].role == CITY:
            city = np.maximum(logits, 0) * towns
        elif columns[n].role.is_place:
            gain = np.maximum(logits, 0) * (towns if columns[n].role.name in _TOWNS else 1.0)
            places += gain
            best = np.maximum(best, gain)
        total += np.minimum(logits, 0) if columns[n].role.is_place else logits
    city = city if city_alone else np.minimum(city, best)
    places, best = places + city, np.maximum(best, city)
    result: np.ndarray = total + best + other_places * (places - best)
    return result


def share_of_other_places(columns: Sequence[FurtherColumn], random_pairs: np.ndarray) -> float:
    """Return the share that counts of what further places add to the strongest one, in this list.

    Rows of one postcode mostly have one city, which then says nothing more. A list in which they have any city says
    so: its random pairs of one postcode share the city as rarely as others do. The least such share counts.

    Args:
        columns: Further columns.
        random_pairs: Packed levels of random pairs of the list.

    >>> import numpy as np
    >>> columns = further_columns({"zip": "postcode", "state": "region"})
    >>> neighbours, anyone = (np.repeat([1 | 1 << 5, 20 | 1 << 5, 1 | 17 << 5, 20 | 17 << 5], n)
    ...     for n in ((90, 210, 10, 690), (30, 270, 70, 630)))
    >>> [round(share_of_other_places(columns, pairs), 2) for pairs in (neighbours, anyone, anyone[:0])]
    [0.27, 0.5, 0.25]
    """
    import numpy as np

    places = [n for n, one in enumerate(columns) if one.role.is_place]
    levels = unpack(random_pairs, len(columns))[:, places]
    shares = []
    for one, two in combinations(levels.T, 2):
        known = (one > 0) & (two > 0)
        same, other = (some[known] <= RAREST for some in (one, two))
        rarer, more = sorted((int(same.sum()), int(other.sum())))
        if rarer < _FEWEST_OF_ONE_PLACE or more == known.sum():
            continue
        # Of pairs of one rarer place, as many have the other one in common by chance as of all pairs.
        both = float((same & other).sum())
        shares.append(np.log(max(both, 0.5) / rarer) / np.log(more / known.sum()))
    apart = float(np.clip(min(shares, default=0.0), 0, 1))
    return OTHER_PLACES + (_OTHER_PLACES_APART - OTHER_PLACES) * apart


def agreeing_columns(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair the number of further columns that are the same or nearly so.

    A city and what many people share do not count.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "zip": "postcode"})
    >>> agreeing_columns(np.array([9 | 18 << 5, 9 | 3 << 5]), columns).tolist()
    [1, 2]
    """
    import numpy as np

    own = np.array([one.role.blocks and one.role != CITY for one in columns])
    result: np.ndarray = (agree_or_differ(further, columns)[0] & own).sum(axis=1)
    return result


def are_not_comparable(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether no further column can be compared, but those that many people share.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "sex": "category"})
    >>> are_not_comparable(np.array([9, 0, 1 << 5]), columns).tolist()
    [False, True, True]
    """
    import numpy as np

    return np.asarray((unpack(further, len(columns))[:, [one.role.blocks for one in columns]] == 0).all(axis=1))


def share_only_a_home(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether it has one street address or nearly so, and nothing that is a person's own.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "address": "street"})
    >>> share_only_a_home(np.array([0 | 9 << 5, 9 | 9 << 5, 9]), columns).tolist()
    [True, False, False]
    """
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    own = agree[:, [one.role.blocks and not one.role.is_place for one in columns]].any(axis=1)
    return np.asarray(agree[:, _are("street", columns)].any(axis=1) & ~own)


def share_only_words(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether words agree, such as a profession, and nothing else that a person is known by.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "job": "text"})
    >>> share_only_words(np.array([0 | 9 << 5, 9 | 9 << 5, 9]), columns).tolist()
    [True, False, False]
    """
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    words = _are("text", columns)
    own = [
        one.role.blocks and not one.role.is_place and not is_text for one, is_text in zip(columns, words, strict=True)
    ]
    return np.asarray(agree[:, words].any(axis=1) & ~agree[:, own].any(axis=1))


def share_a_family_number(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether it has one identifier and one street address or nearly so, and no such date.

    >>> import numpy as np
    >>> columns = further_columns({"insurance": "identifier", "address": "street"})
    >>> share_a_family_number(np.array([9 | 9 << 5, 9, 9 << 5]), columns).tolist()
    [True, False, False]
    """
    import numpy as np

    agree, _ = agree_or_differ(further, columns)
    number, home, date = (agree[:, _are(role, columns)].any(axis=1) for role in ("identifier", "street", "date"))
    return np.asarray(number & home & ~date)


def share_a_number_of_two_dates(further: np.ndarray, columns: Sequence[FurtherColumn]) -> tuple[np.ndarray, np.ndarray]:
    """Return for each pair whether it has one identifier and wholly different dates, and dates that differ by an error.

    >>> import numpy as np
    >>> columns = further_columns({"insurance": "identifier", "born": "date"})
    >>> wholly, by_an_error = share_a_number_of_two_dates(np.array([9 | 21 << 5, 9 | 17 << 5, 9 | 9 << 5]), columns)
    >>> wholly.tolist(), by_an_error.tolist()
    ([True, False, False], [False, True, False])
    """
    import numpy as np

    agree, differ = agree_or_differ(further, columns)
    number = np.asarray(agree[:, _are("identifier", columns)].any(axis=1))
    wholly = np.asarray(differ[:, _are("date", columns)].any(axis=1))
    return number & wholly, number & are_dates_alike(further, columns)


def agree_on_a_person(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether what agrees is a person's own, and not a home, or a date of two neighbours.

    A date that differs by an error says so only beside one home; it is all that a list without addresses has.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "address": "street"})
    >>> agree_on_a_person(np.array([9, 17 | 9 << 5, 17 | 20 << 5, 17, 9 << 5]), columns).tolist()
    [True, True, False, True, False]
    """
    import numpy as np

    levels = unpack(further, len(columns))
    agree, _ = agree_or_differ(further, columns)
    streets, dates = _are("street", columns), _are("date", columns)
    numbers = [one.role.is_identifier or one.role.name == "text" for one in columns]
    if not any(dates) and not any(numbers):
        return np.ones(len(further), dtype=bool)
    home = (agree & (levels < FIRST_DIFFERENCE + _NO_HOME))[:, streets].any(axis=1)
    no_street = (levels[:, streets] == 0).all(axis=1)
    same = (agree & (levels < FIRST_DIFFERENCE))[:, dates].any(axis=1)
    return np.asarray(same | agree[:, numbers].any(axis=1) | (agree[:, dates].any(axis=1) & (home | no_street)))


def have_other_dates(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether a date is wholly different, and no identifier is.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "insurance": "identifier"})
    >>> have_other_dates(np.array([21, 21 | 19 << 5, 9]), columns).tolist()
    [True, False, False]
    """
    import numpy as np

    _, differ = agree_or_differ(further, columns)
    date, number = (differ[:, _are(role, columns)].any(axis=1) for role in ("date", "identifier"))
    return np.asarray(date & ~number)


def dates_at_one_home(further: np.ndarray, columns: Sequence[FurtherColumn]) -> tuple[np.ndarray, np.ndarray]:
    """Return for each pair of one rare address or postcode whether both have a date, and whether these differ wholly.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "zip": "postcode"})
    >>> [some.tolist() for some in dates_at_one_home(np.array([21 | 9 << 5, 9 | 9 << 5, 9, 9 << 5]), columns)]
    [[True, True, False, False], [True, False, False, False]]
    """
    import numpy as np

    levels = unpack(further, len(columns))
    same = (levels >= _RARE) & (levels <= RAREST)
    home = (same & np.array([one.role.name in ("street", "postcode") for one in columns])).any(axis=1)
    dates = np.array([one.role.name == "date" for one in columns])
    _, differ = agree_or_differ(further, columns)
    return home & (levels[:, dates] > 0).any(axis=1), home & differ[:, dates].any(axis=1)


def have_other_values(further: np.ndarray, columns: Sequence[FurtherColumn], *roles: str) -> np.ndarray:
    """Return for each pair whether the values of a column of these roles are wholly different.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "insurance": "identifier"})
    >>> have_other_values(np.array([21, 9 | 19 << 5, 16]), columns, "date", "identifier").tolist()
    [True, True, False]
    """
    import numpy as np

    _, differ = agree_or_differ(further, columns)
    return np.asarray(differ[:, [one.role.name in roles for one in columns]].any(axis=1))


def have_one_value(further: np.ndarray, columns: Sequence[FurtherColumn], *roles: str) -> np.ndarray:
    """Return for each pair whether the values of a column of these roles are the same, and rare.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "insurance": "identifier"})
    >>> have_one_value(np.array([21, 21 | 9 << 5, 9]), columns, "identifier").tolist()
    [False, True, False]
    """
    import numpy as np

    levels = unpack(further, len(columns))[:, [one.role.name in roles for one in columns]]
    return np.asarray(((levels >= _RARE) & (levels <= RAREST)).any(axis=1))


def have_both(further: np.ndarray, columns: Sequence[FurtherColumn], *roles: str) -> np.ndarray:
    """Return for each pair whether both rows have a value in a column of these roles.

    >>> import numpy as np
    >>> columns = further_columns({"born": "date", "sex": "category"})
    >>> have_both(np.array([21, 9, 1 << 5]), columns, "date").tolist()
    [True, True, False]
    """
    import numpy as np

    return np.asarray((unpack(further, len(columns))[:, [one.role.name in roles for one in columns]] > 0).any(axis=1))


def are_dates_alike(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair whether a date differs, and by an error: one digit, or day and month swapped.

    >>> import numpy as np
    >>> are_dates_alike(np.array([9, 16, 21]), further_columns({"born": "date"})).tolist()
    [False, True, False]
    """
    import numpy as np

    levels, dates = unpack(further, len(columns)), _are("date", columns)
    agree, _ = agree_or_differ(further, columns)
    return np.asarray((agree & (levels >= FIRST_DIFFERENCE))[:, dates].any(axis=1))


def _are(role: str, columns: Sequence[FurtherColumn]) -> list[bool]:
    return [one.role.name == role for one in columns]


def agree_or_differ(further: np.ndarray, columns: Sequence[FurtherColumn]) -> tuple[np.ndarray, np.ndarray]:
    """Return for each pair and column whether the values are the same or nearly so, and whether they differ wholly."""
    import numpy as np

    unlike = np.array([FIRST_DIFFERENCE + len(one.role.differences) - 1 for one in columns])
    levels = unpack(further, len(columns))
    return (levels > 0) & (levels != unlike), levels == unlike


def identity_levels(further: np.ndarray, columns: Sequence[FurtherColumn]) -> np.ndarray:
    """Return for each pair what its further columns say of two different names: the level of ``IDENTITY``.

    1: an identifier is the same, and so is a second one or a date, so that the names do not matter (but for two
    complete names that others have, too). 2: an identifier is wholly different, and no other further column agrees; or
    a date is wholly different, and only what a household shares agrees (father and son of one name). 3: the date or an
    identifier is the same, and so is an address, as they are of twins; or the date differs by an error and two more
    columns are the same.
    """
    import numpy as np

    levels = unpack(further, len(columns))
    roles = [one.role for one in columns]
    unlike = np.array([FIRST_DIFFERENCE + len(role.differences) - 1 for role in roles])
    same, other = (levels > 0) & (levels <= RAREST), levels == unlike

    def count(found: np.ndarray, *names: str) -> np.ndarray:
        result: np.ndarray = found[:, [role.name in names for role in roles]].sum(axis=1)
        return result

    rare = same & (levels >= _RARE)
    proofs, dates = count(same & (levels > 1), "identifier"), count(rare, "date")
    same_place = count(rare, "street", "postcode", "text", "weak identifier")
    near = (levels >= FIRST_DIFFERENCE) & ~other
    agreeing = (same | near)[:, [role != CITY for role in roles]].sum(axis=1)
    unlike_dates, unlike_proofs = count(other, "date"), count(other, "identifier")
    sure = (proofs > 0) & (proofs + dates > 1) & (unlike_dates + unlike_proofs == 0)
    household = ((dates + proofs > 0) & (same_place > 0)) | ((count(near, "date") > 0) & (same_place > 1))
    household &= unlike_proofs + unlike_dates == 0
    household &= count(other, "category") == 0
    own = count(same | near, "identifier", "weak identifier", "page", "text")
    veto = ((unlike_proofs > 0) & (agreeing == 0)) | ((unlike_dates > 0) & (own == 0))
    result: np.ndarray = np.select([sure, household, veto], [1, 3, 2], 0)
    return result


def describe_levels(further: int, columns: Sequence[FurtherColumn]) -> tuple[list[str], list[str]]:
    """Return in words what agrees in the further columns of a pair, and what differs.

    >>> columns = further_columns({"born": "date", "zip": "postcode"})
    >>> describe_levels(9 | 18 << 5, columns)
    (['same born'], ['zip differs'])
    """
    agreements: list[str] = []
    objections: list[str] = []
    for n, one in enumerate(columns):
        level = (further >> (LEVEL_BITS * n)) & (_LEVELS - 1)
        if 0 < level <= RAREST:
            agreements.append(f"same {one.column}")
        elif level:
            difference = one.role.differences[level - FIRST_DIFFERENCE]
            (objections if difference.against else agreements).append(f"{one.column} {difference.words}")
    return agreements, objections
