"""Amounts of another currency than their field has, which a column beside them says: they are set aside. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import words
from pb2b_notebook.openapi.import_cells import is_blank

REASON: Final = 'the amount is in another currency, by the column "{}"; the field is in {}'
_NAMES: Final = frozenset(
    {
        "currency",
        "currencies",
        "curr",
        "ccy",
        "waehrung",
        "wahrung",
        "währung",
        "devise",
        "monnaie",
        "moneda",
        "divisa",
        "valuta",
    }
    | {
        "moeda",
        "waluta",
        "mena",
        "měna",
        "penznem",
        "pénznem",
        "doviz",
        "döviz",
        "para birimi",
        "валюта",
        "νόμισμα",
        "通貨",
        "币种",
    }
    | {"货币", "幣別", "통화", "العملة"}
)
"""Words of columns that name a currency."""
_SYMBOLS: Final = frozenset("$€£¥₹₽₺₩")


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


def currency_of(field: LeadField) -> str:
    """Return the code of the currency that a field of numbers names; "" if it names none.

    >>> currency_of(LeadField("deal_value_eur", "number")), currency_of(LeadField("deal_value", "number"))
    ('EUR', '')
    """
    if field.type != "number":
        return ""
    last = field.key.rpartition("_")[2].upper()
    labelled = re.findall(r"\b[A-Z]{3}\b", field.label or "")
    return next((code for code in (*labelled, last) if code in _codes()), "")


def _names_currency(column: str) -> bool:
    parts = words(column)
    return not _NAMES.isdisjoint(parts) or " ".join(parts) in _NAMES


def _is_other(cell: Any, code: str) -> bool:
    """Whether a cell names a currency, and not this one."""
    text = "" if is_blank(cell) or is_placeholder(str(cell), "text") else str(cell).strip()
    is_named = any(map(str.isalpha, text)) or text in _SYMBOLS
    return is_named and text.casefold() not in _names_of(code)


@cache
def _names_of(code: str) -> frozenset[str]:
    """Return what people call a currency, in lower case."""
    from babel.numbers import get_currency_name, get_currency_symbol

    locales = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "ja", "zh")
    found = {code.casefold()}
    for locale in locales:
        found.add(get_currency_symbol(code, locale).casefold())
        found |= {get_currency_name(code, count, locale).casefold() for count in (None, 1, 2)}
    return frozenset(found)


@cache
def _codes() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
