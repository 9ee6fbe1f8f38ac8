"""Distinguish numbers with a typing error from numbers of two kinds: a mobile and a landline, or two area codes.

Only the numbering plan of a country shows the kind of a number, which takes too long to look up for all rows. So it is
looked up for the few pairs whose numbers differ as by a typing error.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.pairs.levels import NAME, PHONE, levels_of, with_phone_level

if TYPE_CHECKING:
    import polars as pl

_TYPO: Final = PHONE.levels.index("phone numbers differ by a typo")
_SAME_NAME: Final = NAME.levels.index("same name")
_OTHER: Final = PHONE.levels.index("different phone numbers")
_NORTH_AMERICAN: Final = re.compile(r"1?([2-9]\d\d)[2-9]\d{6}")


def with_kinds_of_phones(compared: pl.DataFrame, phones: pl.Series) -> pl.DataFrame:
    """Return compared pairs, in which numbers of two kinds do not differ by a typing error.

    Beside one name they do: two people of one name seldom have nine digits in common.

    Args:
        compared: ``a``, ``b`` and ``pattern`` of each pair.
        phones: Digits of the number of each row.
    """
    import numpy as np
    import polars as pl

    patterns = compared["pattern"].to_numpy()
    name, phone = levels_of(patterns, "name", "phone")
    places = np.flatnonzero((phone == _TYPO) & (name != _SAME_NAME))
    if not len(places):
        return compared
    numbers = (phones.gather(compared[side].gather(places)) for side in ("a", "b"))
    other = [are_of_two_kinds(*pair) for pair in zip(*numbers, strict=True)]
    patterns = patterns.copy()
    changed = places[np.array(other, dtype=bool)]
    patterns[changed] = with_phone_level(patterns[changed], _OTHER)
    return compared.with_columns(pattern=pl.Series(patterns, dtype=pl.Int64))


def are_of_two_kinds(one: str, other: str) -> bool:
    """Return whether two numbers are surely a mobile and a landline, or landlines of two areas.

    Args:
        one: Digits of a number, with or without the country code.
        other: Those of another one.

    >>> are_of_two_kinds("393355550111", "390305550111"), are_of_two_kinds("393355550111", "393355550112")
    (True, False)
    >>> are_of_two_kinds("3125550150", "13135550150"), are_of_two_kinds("5550150", "5550151")
    (True, False)
    """
    kinds = _kind(one), _kind(other)
    return None not in kinds and kinds[0] != kinds[1]


@lru_cache(maxsize=4096)
def _kind(digits: str) -> str | None:
    """Return "mobile", or the area code of a landline; ``None`` if the number does not show it."""
    if american := _NORTH_AMERICAN.fullmatch(digits):
        return f"+1 {american[1]}"
    import phonenumbers

    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    match phonenumbers.number_type(number):  # unknown if the number is not valid
        case phonenumbers.PhoneNumberType.MOBILE:
            return "mobile"
        case phonenumbers.PhoneNumberType.FIXED_LINE:
            code = phonenumbers.national_significant_number(number)[
                : phonenumbers.length_of_geographical_area_code(number)
            ]
            return f"+{number.country_code} {code}"
    return None
