"""Roles: what a column that is not a lead field may hold, and how such values are compared.

Each role has levels of agreement of its own. A pair's level in a column is one number:

* 0: one of the rows has no value.
* 1 to 15: the values are equal. Level r means that about one row in e^r has the value: a birth date of 1 January says
  less than one of 7 March.
* from 16: the values differ, in the words of the role, from the least difference to the largest.

``shares`` are the shares of these levels among pairs of one person. Together with how often each level occurs among
random pairs *of this list*, they give the weight of a level (:mod:`.further_columns`): the log-likelihood ratio of
Fellegi and Sunter, "A theory for record linkage" (1969).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pb2b_notebook.errors import CleanupError, nearest
from pb2b_notebook.mapping.cells.birth_dates import BIRTH_PARTS

IGNORE: Final = "ignore"
"""Value of ``fields=`` for a column that is not compared."""
HOUSE_NUMBER: Final = "house number"
"""Value of ``fields=`` for a column that is read together with the street nearest to it, as one address."""
MIDDLE_NAME: Final = "middle name"
"""Value of ``fields=`` for a column that is read together with the first name before it."""
BIRTH_YEAR, BIRTH_MONTH, BIRTH_DAY = BIRTH_PARTS
"""Values of ``fields=`` for the columns of a birth date that has one for each part; they are read as one date."""
RAREST: Final = 15
"""Highest level of an equal value."""
FIRST_DIFFERENCE: Final = 16
"""Lowest level of values that differ."""
PAGE: Final = "page"
"""Role of a website with a path: a person's own page, while a website without one is a company's."""
ONE_PART: Final = 3
"""Number of the difference of two dates in one of day, month and year, and by more than a digit."""
LEVEL_BITS: Final = 5


class Difference(NamedTuple):
    """One way in which two values of a role differ.

    Attributes:
        words: What differs, after the name of the column: "date_of_birth differs by one digit".
        share: Share among the pairs of one person that both have a value.
        where: SQL condition over ``{x}`` and ``{y}``; the last difference of a role has none.
        against: Whether it speaks against the pair.
    """

    words: str
    share: float
    where: str
    against: bool = False


class Role(NamedTuple):
    """What a column holds.

    Attributes:
        name: Name for ``fields=``, and first part of the name of its feature.
        chance: Share of the rows that have a value by chance, at the least.
        differences: Ways in which two values differ, from the least to the largest.
        blocks: Whether rows are compared because they share a value.
        is_identifier: Whether each value belongs to one person, but for those that people of several names have.
        is_place: Whether it follows from where the person lives: neighbours share all such values, which therefore
            are not independent evidence.
    """

    name: str
    chance: float
    differences: tuple[Difference, ...]
    blocks: bool = True
    is_identifier: bool = False
    is_place: bool = False

    @property
    def feature(self) -> str:
        """Prefix of the features of this role."""
        return self.name.replace(" ", "_")

    @property
    def same_share(self) -> float:
        """Share of equal values among pairs of one person that both have a value."""
        return 1 - sum(difference.share for difference in self.differences)


_TYPO: Final = "CASE WHEN abs(length({x}) - length({y})) < 2 THEN damerau_levenshtein({x}, {y}) <= 1 ELSE false END"
_LONG: Final = "least(length({x}), length({y})) >= 5"
_LONGER: Final = "least(length({x}), length({y})) >= 7 AND abs(length({x}) - length({y})) < 3"
_PART: Final = "ends_with({x}, {y}) OR ends_with({y}, {x}) OR starts_with({x}, {y}) OR starts_with({y}, {x})"

_IDENTIFIER: Final = (
    ("differs by a typo", f"CASE WHEN {_LONG} THEN {_TYPO} ELSE false END"),
    ("is a part of the other", f"CASE WHEN least(length({{x}}), length({{y}})) >= 4 THEN {_PART} ELSE false END"),
    ("differs by two characters", f"CASE WHEN {_LONGER} THEN damerau_levenshtein({{x}}, {{y}}) <= 2 ELSE false END"),
)


def _identifier(name: str, chance: float, shares: tuple[float, ...]) -> Role:
    differences = [Difference(words, share, where) for (words, where), share in zip(_IDENTIFIER, shares, strict=False)]
    return Role(name, chance, (*differences, Difference("differs", shares[-1], "", against=True)), is_identifier=True)


# A house number is a word that begins with a digit.
NUMBER_OF_STREET: Final = "regexp_extract({}, '(?:^| )([0-9]+)', 1)"
_SAME_NUMBER: Final = f"{NUMBER_OF_STREET.format('{x}')} = {NUMBER_OF_STREET.format('{y}')}"
_ONE_NUMBER: Final = f"({NUMBER_OF_STREET.format('{x}')} = '' OR {NUMBER_OF_STREET.format('{y}')} = '')"
_STREET: Final = "trim(regexp_replace({}, '[0-9]+[a-z]?', ' ', 'g'))"
_ALIKE_STREET: Final = (
    f"jaro_winkler_similarity({_STREET.format('{x}')}, {_STREET.format('{y}')}) >= 0.9 OR list_has_any("
    f"list_filter(string_split({{x}}, ' '), lambda w: length(w) > 4), string_split({{y}}, ' '))"
)

_IN_ANOTHER: Final = "is in another column of the other row"
_SWAPPED: Final = "{swapped}"
"""Condition for a value that stands in another column of the other row: the second line of an address in the first."""

# Compared with ==: on another machine, a role is a copy.
CITY: Final = Role("city", 1e-4, (
    Difference("differs by a typo", 0.08, f"CASE WHEN {_LONG} THEN jaro_winkler_similarity({{x}}, {{y}}) >= 0.92 "
               f"OR ({_TYPO}) ELSE false END"),
    Difference("differs", 0.12, "", against=True),
), is_place=True)  # fmt: skip
"""The lead field "city" of rows that have little else but a name."""
ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        role.name: role
        for role in (
            # People have 25,000 birth dates.
            Role("date", 4e-5, (
                Difference("has day and month swapped", 0.01, "{x}[:4] = {y}[:4] AND {x}[5:6] = {y}[7:8] "
                           "AND {x}[7:8] = {y}[5:6]"),
                Difference("differs by one digit", 0.04, "damerau_levenshtein({x}, {y}) <= 1"),
                Difference("is only a year in one row", 0.01, "{x}[:4] = {y}[:4] AND ({x}[5:] IN ('0101', '0000') "
                           "OR {y}[5:] IN ('0101', '0000'))"),
                Difference("differs in one of day, month and year", 0.04, "length({x}) = 8 AND length({y}) = 8 AND "
                           "({x}[:4] = {y}[:4])::INT + ({x}[5:6] = {y}[5:6])::INT + ({x}[7:] = {y}[7:])::INT = 2"),
                Difference("differs by two digits", 0.01, "damerau_levenshtein({x}, {y}) <= 2"),
                Difference("differs", 0.02, "", against=True),
            )),
            _identifier("identifier", 1e-6, (0.05, 0.005, 0.015, 0.005)),
            _identifier("weak identifier", 1e-5, (0.05, 0.01, 0.02, 0.12)),
            # A person who moves has another page.
            Role(PAGE, 1e-5, (Difference("differs", 0.5, "", against=True),), is_identifier=True),
            Role("street", 1e-5, (
                Difference(_IN_ANOTHER, 0.02, _SWAPPED),
                Difference("is spelled differently, with the same number", 0.12, f"{_SAME_NUMBER} "
                           f"AND NOT {_ONE_NUMBER} AND ({_ALIKE_STREET})"),
                Difference("is similar, one without a number", 0.08, f"{_ONE_NUMBER} AND ({_ALIKE_STREET})"),
                Difference("is the same but for the number", 0.03, _ALIKE_STREET),
                Difference("differs", 0.15, "", against=True),
            ), is_place=True),
            Role("postcode", 1e-4, (
                Difference("differs by a typo", 0.06, _TYPO),
                Difference("is of the same area", 0.04, "{x}[:3] = {y}[:3]"),
                Difference("differs", 0.1, "", against=True),
            ), is_place=True),
            Role("region", 1e-3, (Difference("differs", 0.06, "", against=True),), blocks=False, is_place=True),
            Role("category", 1e-2, (Difference("differs", 0.03, "", against=True),), blocks=False),
            Role("text", 1e-5, (
                Difference(_IN_ANOTHER, 0.02, _SWAPPED),
                Difference("is similar", 0.15, "jaro_winkler_similarity({x}, {y}) >= 0.9 "
                           "OR damerau_levenshtein({x}, {y}) <= 2"),
                Difference("is longer in one row", 0.05, "list_has_all(string_split({x}, ' '), string_split({y}, ' ')) "
                           "OR list_has_all(string_split({y}, ' '), string_split({x}, ' '))"),
                Difference("differs", 0.25, "", against=True),
            )),
        )
    }
)  # fmt: skip
"""The roles of further columns, by name."""


def level_sql(role: Role, feature: str, others: Sequence[str] = ()) -> str:
    """Return SQL for the level of a pair ``x``, ``y`` in a column.

    Args:
        role: Role of the column.
        feature: Name of the column of the features; its rarity is ``<feature>_rarity``, and its number in a series is
            ``<feature>_number``: there, another number is another customer and not a typo.
        others: Columns of the features in which the value may stand in the other row.
    """
    x, y = f"x.{feature}", f"y.{feature}"
    last = FIRST_DIFFERENCE + len(role.differences) - 1
    series = f" WHEN {x}_number <> {y}_number THEN {last}" if role.is_identifier else ""
    swapped = " OR ".join(_in_another_sql(feature, one, *rows) for one in others for rows in ("xy", "yx")) or "false"
    branches = "".join(
        f" WHEN {difference.where.format(x=x, y=y, swapped=swapped)} THEN {FIRST_DIFFERENCE + number}"
        for number, difference in enumerate(role.differences[:-1])
    )
    return (
        f"CASE WHEN {x} = '' OR {y} = '' THEN 0 WHEN {x} = {y} THEN x.{feature}_rarity{series}{branches} "
        f"ELSE {last} END"
    )


def _in_another_sql(feature: str, other: str, a: str, b: str) -> str:
    """Return SQL for whether a value of one row stands in another column of the other row.

    A house number stays where it was when the lines of an address are swapped: "8 Mill Road", "Elm Park" is
    "8 Elm Park", "Mill Road".
    """
    value, line, number = f"{a}.{feature}", f"{b}.{other}", NUMBER_OF_STREET.format
    alike = "jaro_winkler_similarity({}, {}, 0.93) >= 0.93".format
    street, second = (feature, other) if feature.startswith("street") else (other, feature)
    first, rest = (a, b) if street == feature else (b, a)
    swapped = alike(f"{rest}.{second}", _STREET.format(f"{first}.{street}"))
    # Namesakes of two villages with one house number: the other line is found, too, where both rows have one.
    back = f"({first}.{second} = '' OR {alike(f'{first}.{second}', _STREET.format(f'{rest}.{street}'))})"
    return f"""CASE WHEN {line} = '' THEN false WHEN {alike(line, value)} THEN true
        WHEN {number(f"x.{street}")} = '' THEN false WHEN {number(f"x.{street}")} <> {number(f"y.{street}")} THEN false
        ELSE {swapped} AND {back} END"""


def house_number_columns(roles: Mapping[str, str], order: Sequence[str]) -> dict[str, str]:
    """Return column of house numbers → column of the street that it belongs to: the nearest one without a number.

    >>> house_number_columns({"no": "house number", "addr": "street"}, ["no", "addr", "zip"])
    {'no': 'addr'}
    >>> house_number_columns({"no": "house number"}, ["no"])
    {}
    """
    at = {column: place for place, column in enumerate(order)}
    found: dict[str, str] = {}
    for number in (column for column in order if roles.get(column) == HOUSE_NUMBER):
        streets = [column for column in order if roles.get(column) == "street" and column not in found.values()]
        if streets:
            found[number] = min(streets, key=lambda street: abs(at[street] - at[number]))
    return found


def check_fields(fields: Any) -> None:
    """Refuse ``fields=`` that is not a dict.

    Raises:
        CleanupError: It is not one.
    """
    if not isinstance(fields, Mapping):
        raise CleanupError(
            f"fields= must be a dict from column to role, not {type(fields).__name__}", repair='fields={"Geb.": "date"}'
        )


def check_roles(fields: Any, columns: Collection[str], allowed: Collection[str]) -> None:
    """Refuse ``fields=`` that names a column or what it holds wrongly.

    Raises:
        CleanupError: It is not such a dict, or a column or what it holds is unknown.
    """
    check_fields(fields)
    for column, role in fields.items():
        if column not in columns:
            raise CleanupError(
                f"fields=: the frame has no column {str(column)[:40]!r}",
                repair=nearest(str(column), columns),
            )
        if not isinstance(role, Hashable) or role not in allowed:
            raise CleanupError(
                f"fields=: unknown role {str(role)[:40]!r} of the column {str(column)[:40]!r}",
                repair=nearest(str(role), allowed),
            )
