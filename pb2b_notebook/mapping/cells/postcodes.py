"""Part a postcode from the city behind it: "10115 Berlin", "F-75001 Paris", "110 00 Praha". Pure."""

from __future__ import annotations

import re
from typing import Final

_POSTCODE: Final = re.compile(
    r"(?P<code>(?:[A-Z]{1,3}[- ])?(?:\d{4} ?[A-Z]{2}|\d{3,4}[ -]?\d{2,4}|\d{4,6}|\d{2}[- ]\d{3}))[ ,\-–/]+"
    r"(?P<city>[^\W\d_]\D*)"
)


def part_postcode(text: str) -> tuple[str, str] | None:
    """Return the postcode and the city of a text; ``None`` if it is not one before the other.

    >>> [part_postcode(text) for text in ("10115 Berlin", "F-75001 Paris", "110 00 Praha", "1012 AB Amsterdam")]
    [('10115', 'Berlin'), ('F-75001', 'Paris'), ('110 00', 'Praha'), ('1012 AB', 'Amsterdam')]
    >>> [part_postcode(text) for text in ("Berlin", "10115", "12 Apostles", "Berlin 10115", "75001 Paris 01")]
    [None, None, None, None, None]
    """
    found = _POSTCODE.fullmatch(text.strip())
    return (found["code"], found["city"].strip()) if found else None
