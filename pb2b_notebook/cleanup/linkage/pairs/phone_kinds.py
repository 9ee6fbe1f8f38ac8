"""Distinguish numbers with a typing error, and those of an exchange, from numbers of two kinds or of two areas.

Only the numbering plan of a country shows the kind of a number, which takes too long to look up for all rows. So it is
looked up for the few pairs whose numbers differ as by a typing error.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.pairs.levels import (
    NAME,
    PHONE,
    have_own_forms,
    levels_of,
    with_one_form,
    with_phone_level,
)

if TYPE_CHECKING:
    import polars as pl

_TYPO: Final = PHONE.levels.index("phone numbers differ by a typo")
_EXCHANGE: Final = PHONE.levels.index("phone numbers of the same exchange")
_SAME_NAME: Final = NAME.levels.index("same name")
_OWN: Final = (PHONE.levels.index("same phone number"), 8)
"""Levels of a number of one person, or of people of two names."""
_OTHER: Final = PHONE.levels.index("different phone numbers")
_SAME_COMPANY: Final = (1, 2)
"""Levels of agreement of the company, and of its domain."""
_MAY_BE_MOBILES: Final = ("mobile", "+1 ")
"""Beginnings of kinds; in North America, a number does not show whether it is a mobile."""
_NORTH_AMERICAN: Final = re.compile(r"1?([2-9]\d\d)[2-9]\d{6}")
_LINES: Final = 3
"""Last digits of a number, which are those of a line of the exchange."""


def with_kinds_of_phones(compared: pl.DataFrame, phones: pl.Series) -> pl.DataFrame:
    """Return compared pairs, in which numbers of two kinds do not differ by a typing error, nor are of one exchange.

    Beside one name they differ by one: two people of one name seldom have nine digits in common. Mobiles of one
    exchange are of one company, or of anyone. A mobile that two forms of a name share is one person's, whatever
    mailboxes there are.

    Args:
        compared: ``a``, ``b`` and ``pattern`` of each pair.
        phones: Digits of the number of each row.
    """
    import numpy as np
    import polars as pl

    compared = _with_mobiles_of_one(compared, phones)
    patterns = compared["pattern"].to_numpy()
    name, phone, company = levels_of(patterns, "name", "phone", "company")
    colleagues = np.isin(company % 4, _SAME_COMPANY) | np.isin(company // 4, _SAME_COMPANY)
    is_typo = (phone == _TYPO) & (name != _SAME_NAME)
    places = np.flatnonzero(is_typo | (phone == _EXCHANGE))
    if not len(places):
        return compared
    numbers = pl.DataFrame({side: phones.gather(compared[side].gather(places)) for side in ("a", "b")})
    start = pl.all().str.head(-_LINES)
    of_one = numbers.select(start).select(pl.col("a") == pl.col("b"))["a"].to_numpy() & colleagues[places]
    asked = np.flatnonzero(is_typo[places] | ~of_one)
    places = places[asked]
    pairs = zip(numbers[asked].iter_rows(), is_typo[places], colleagues[places], strict=True)
    other = [
        are_of_two_kinds(*pair) if typo else are_of_two_exchanges(*pair, colleagues=both) for pair, typo, both in pairs
    ]
    patterns = patterns.copy()
    changed = places[np.array(other, dtype=bool)]
    patterns[changed] = with_phone_level(patterns[changed], _OTHER)
    return compared.with_columns(pattern=pl.Series(patterns, dtype=pl.Int64))


def _with_mobiles_of_one(compared: pl.DataFrame, phones: pl.Series) -> pl.DataFrame:
    """Return compared pairs, in which two forms of a name with one mobile are one person's."""
    import numpy as np
    import polars as pl

    patterns = compared["pattern"].to_numpy()
    (phone,) = levels_of(patterns, "phone")
    places = np.flatnonzero(have_own_forms(patterns) & np.isin(phone, _OWN))
    numbers = phones.gather(compared["a"].gather(places))
    mobiles = places[np.array([_kind(number) == "mobile" for number in numbers], dtype=bool)]
    if not len(mobiles):
        return compared
    patterns = patterns.copy()
    patterns[mobiles] = with_one_form(patterns[mobiles])
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


def are_of_two_exchanges(one: str, other: str, *, colleagues: bool) -> bool:
    """Return whether two numbers, equal but for the line, are of two areas, or say nothing since they may be mobiles.

    Args:
        one: Digits of a number, with or without the country code.
        other: Those of another one.
        colleagues: Whether their people are of one company, which may have a block of mobiles.

    >>> are_of_two_exchanges("5521993333005", "5511993333006", colleagues=True)
    True
    >>> [are_of_two_exchanges("4917139200103", "4917139200104", colleagues=both) for both in (True, False)]
    [False, True]
    >>> are_of_two_exchanges("4930901820", "30901821", colleagues=False)
    False
    """
    short, long = sorted((one, other), key=len)
    if not long[:-_LINES].endswith(short.lstrip("0")[:-_LINES]):
        return True
    return not colleagues and (_kind(long) or "").startswith(_MAY_BE_MOBILES)


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
