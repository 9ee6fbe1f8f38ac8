"""The currency that a field of amounts names, and amounts that are written with it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.mapping.lead_fields import LeadField

DOLLARS: Final = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD")
SYMBOLS: Final[dict[str, tuple[str, ...]]] = {
    "€": ("EUR",), "$": DOLLARS, "£": ("GBP",), "¥": ("JPY", "CNY"), "₽": ("RUB",), "₺": ("TRY",), "₩": ("KRW",),
    "₹": ("INR",), "zł": ("PLN",), "Kč": ("CZK",),
}  # fmt: skip
"""Symbol → codes of the currencies that it stands for."""
_WRITTEN: Final = {"kr": ("SEK", "NOK", "DKK"), "Fr": ("CHF",), "SFr": ("CHF",), "Ft": ("HUF",), "lei": ("RON",)}
_LONGEST: Final = 60
"""Characters of an amount."""
_AROUND: Final = r"[\s\u00a0\u202f]*"


def currency_of(field: LeadField) -> str:
    """Return the code of the currency that a field of numbers names; "" if it names none.

    >>> currency_of(LeadField("deal_value_eur", "number")), currency_of(LeadField("deal_value", "number"))
    ('EUR', '')
    """
    if field.type != "number":
        return ""
    last = field.key.rpartition("_")[2].upper()
    labelled = re.findall(r"\b[A-Z]{3}\b", field.label or "")
    return next((code for code in (*labelled, last) if code in currency_codes()), "")


def without_currency(text: str, field: LeadField) -> str:
    """Return an amount without the currency of its field; with another one, or in a field of none, it stays.

    >>> field = LeadField("deal_value_eur", "number")
    >>> [without_currency(text, field) for text in ("1.250,00 €", "EUR 1.250,00", "1.250,00 $")]
    ['1.250,00', '1.250,00', '1.250,00 $']
    """
    code = "" if text[:1].isdigit() and text[-1:].isdigit() else currency_of(field)
    if not code or len(text) > _LONGEST:
        return text
    signs = [code, *(sign for sign, codes in (SYMBOLS | _WRITTEN).items() if code in codes)]
    either = "|".join(map(re.escape, signs))
    found = re.fullmatch(rf"(-?)(?:{either})\.?{_AROUND}([^A-Za-z]+)|([^A-Za-z]+?){_AROUND}(?:{either})\.?", text)
    return text if found is None else f"{found[1] or ''}{found[2] or found[3]}"


@cache
def currency_codes() -> frozenset[str]:
    """Return the codes of all currencies."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
