"""The levels of agreement of a pair, in words; packed into one integer, they are the pair's pattern.

There are only thousands of patterns, however many pairs. :mod:`.comparison` finds the levels, :mod:`.weights` scores a
pattern, and :mod:`.reasons` puts it into words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Comparison(NamedTuple):
    """One comparison of two rows, such as that of their names.

    Attributes:
        name: Name of the comparison.
        bits: Bits that its level takes in a pattern.
        levels: Meaning of each level, in words; "" where there is nothing to report.
    """

    name: str
    bits: int
    levels: tuple[str, ...]


NAME = Comparison("name", 4, (
    "", "same name", "same family name; first names are nicknames", "same family name; same initial",
    "same name, given and family name swapped", "same family name; first names differ by a typo",
    "same first name; similar family names", "similar first and family names",
    "same family name; one first name is missing",
    "same first name; one family name is missing or an initial", "same first name, different family names",
    "same family name; first names are slightly similar", "same family name, different first names",
    "names are slightly similar",
    "same name, but one is junior or senior", "different names",
))  # fmt: skip
COMPANY = Comparison("company", 4, tuple(
    "; ".join(filter(None, (name, domain)))
    for name in ("", "same company", "similar companies", "different companies")
    for domain in ("", "same domain", "similar domains", "different domains")
))  # fmt: skip
EMAIL = Comparison("email", 4, (
    "", "same email address", "same email address, which several people share", "same local part of the email",
    "same local part of the email but for dots and dashes", "same email domain and letters, different digits",
    "email addresses differ by a typo", "email addresses spell the same name in two ways",
    "different email addresses at the same domain", "one email address is a role address",
    "same local part of the email, similar domains", "one email address is private", "different email addresses",
    "different private email addresses", "same letters in the local part of the email",
    "different numbers in email addresses of one company",
))  # fmt: skip
PHONE = Comparison("phone", 3, (
    "", "same phone number", "same phone number, which a few others have", "same phone number, a switchboard",
    "phone numbers differ by a typo", "phone numbers of the same exchange", "different phone numbers",
    "phone numbers differ by the extension",
))  # fmt: skip
TITLE = Comparison("title", 2, ("", "same job title", "similar job titles", "different job titles"))
PROFILE = Comparison("profile", 2, ("", "same LinkedIn profile", "different LinkedIn profiles", ""))
PLACE = Comparison("place", 2, ("", "same city", "different cities", "different countries"))
ADDRESS = Comparison("address", 4, (
    "", "the email does not fit the other's name", "the email fits a part of the other's name",
    "the email spells the other's name", "neither email fits the other's name",
    "one email fits a part of the other's name", "both emails fit a part of the other's name",
    "one email spells the other's name", "one email spells the other's name, the other one fits a part",
    "both emails spell the other's name",
))  # fmt: skip
CHANCE = Comparison("chance", 5, tuple(f"chance {level}" for level in range(32)))
COUNTS = tuple(
    Comparison(name, 2, ("", f"one more {noun} {one}", f"two more {noun}s {more}", f"three or more {noun}s {more}"))
    for name, noun, one, more in (
        ("id_same", "identifier", "is the same", "are the same"),
        ("id_near", "identifier", "differs by a typo", "differ by a typo"),
        ("id_other", "identifier", "differs", "differ"),
        ("text_same", "text", "is the same", "are the same"),
        ("text_near", "text", "is similar", "are similar"),
        ("text_other", "text", "differs", "differ"),
    )
)  # fmt: skip
EDITION = 2
"""Changes when a level comes to mean something else: weights of another edition do not fit it."""
COMPARISONS = (NAME, COMPANY, EMAIL, PHONE, TITLE, PROFILE, PLACE, CHANCE, ADDRESS, *COUNTS)
"""All comparisons in the order of their bits, the first in the lowest."""


def unpack_levels(patterns: np.ndarray) -> np.ndarray:
    """Return the levels of patterns: one row each, one column for each of :data:`COMPARISONS`.

    >>> import numpy as np
    >>> unpack_levels(np.array([1 | 5 << 4]))[0, :3].tolist()
    [1, 5, 0]
    """
    import numpy as np

    columns, rest = [], patterns.astype(np.int64)
    for comparison in COMPARISONS:
        columns.append(rest & ((1 << comparison.bits) - 1))
        rest = rest >> comparison.bits
    return np.stack(columns, axis=1)
