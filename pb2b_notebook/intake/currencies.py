"""Amounts of another currency than their field has, which a column beside them says: they are set aside. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.cells.currencies import DOLLARS, SYMBOLS, currency_codes, currency_of
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.naming import words
from pb2b_notebook.openapi.import_cells import is_blank

REASON: Final = 'the amount is in another currency, by the column "{}"; the field is in {}'
_NAMES: Final = frozenset({
    "currency", "currencies", "curr", "ccy", "waehrung", "wahrung", "devise", "monnaie", "moneda", "divisa",
    "valuta", "moeda", "waluta", "mena", "penznem", "doviz", "para birimi", "валюта",
    "νομισμα", "通貨", "币种", "货币", "幣別", "통화", "العملة",
})  # fmt: skip
"""Words of columns that name a currency, without accents."""
_SHORT_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "dollar": DOLLARS, "dollars": DOLLARS, "pound": ("GBP",), "pounds": ("GBP",), "franken": ("CHF",),
    "yen": ("JPY",), "zloty": ("PLN",), "pfund": ("GBP",), "fr": ("CHF",), "sfr": ("CHF",), "руб": ("RUB",),
    "元": ("CNY", "TWD"), "円": ("JPY",), "rmb": ("CNY",), "yuan": ("CNY",), "lei": ("RON",), "ft": ("HUF",),
    "rs": ("INR",), "kr": ("SEK", "NOK", "DKK"), "kronor": ("SEK",), "kroner": ("NOK", "DKK"),
}  # fmt: skip
_NAMED: Final = (
    *DOLLARS, "EUR", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB",
    "UAH", "INR", "BRL", "ZAR", "ILS", "AED", "SAR", "KRW", "THB", "IDR",
)  # fmt: skip


def set_aside_other_currencies(source: Any, readings: Sequence[Reading]) -> Iterator[tuple[Any, ...]]:
    """Take out the amounts that are in another currency than their field, and yield them as cells that are set aside.

    Args:
        source: The list, as pandas or polars.
        readings: Readings of the mapped columns, which are changed.
    """
    amounts = [(reading, code) for reading in readings if (code := currency_of(reading.field))]
    columns = [column for column in column_names(source) if _names_currency(column)] if amounts else []
    for column in columns:
        cells = cells_of(source, column)
        for reading, code in amounts:
            for row, cell in enumerate(cells):
                if reading.values[row] is not None and _is_other(cell, code):
                    amount, reading.values[row] = reading.values[row], None
                    yield row, reading.column, reading.field.column, f"{amount} {cell}", REASON.format(column, code)


def _names_currency(column: str) -> bool:
    parts = words(column)
    return not _NAMES.isdisjoint(parts) or " ".join(parts) in _NAMES


def _is_other(cell: Any, code: str) -> bool:
    """Whether a cell names currencies, and not this one. What it says otherwise is open, and counts as nothing."""
    text = "" if is_blank(cell) else str(cell).strip()
    found = {word for word in re.findall(r"\b[A-Z]{3}\b", text) if word in currency_codes()}
    found |= {one for symbol, codes in SYMBOLS.items() if symbol in text for one in codes}
    word = text.strip(" .").casefold()
    found |= {word.upper()} & currency_codes() | _codes_by_name().get(word, set())
    return bool(found) and code not in found


@cache
def _codes_by_name() -> dict[str, set[str]]:
    """Return the codes of the currencies that people name, by their names in lower case."""
    from babel.numbers import get_currency_name

    found: dict[str, set[str]] = {}
    for code in _NAMED:
        for locale in ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "ru", "ja", "zh"):
            for count in (None, 1, 2):
                found.setdefault(get_currency_name(code, count, locale).casefold(), set()).add(code)
    for name, codes in _SHORT_NAMES.items():
        found.setdefault(name, set()).update(codes)
    return found
