"""An area code in a column of its own, such as "Vorwahl" or "LADA", before the phone beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pb2b_notebook.cleanup.values.phones import calling_code, dials_zero, read_phone
from pb2b_notebook.intake.second_columns import Taken
from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.cells.countries import country_code
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.vocabulary import qualifiers

RULE: Final = "area code"
"""Rule of a phone that its area code was put before, in the changes."""
_CODE: Final = re.compile(r"[(\[]?(0?[1-9]\d{0,4})[)\]]?[/-]?")
_LONGEST_BARE: Final = 4
"""Digits of an area code that is written without the 0 before it."""
_COUNTRIES: Final = {"ddd": "BR", "lada": "MX"}
"""Names of area codes that one country has."""
_LOCAL: Final = re.compile(r"[1-9][\d /.-]*")
"""A number without its area: all others begin with 0, "+" or a bracket."""


def put_area_codes_before(source: Any, columns: Sequence[str], readings: Sequence[Reading]) -> list[Taken]:
    """Put the area code of the column beside the phone before each number that is not whole without it.

    The country of the row shows that: a Danish number has no area code, and an "Area" may be one of sales.

    Args:
        source: The list.
        columns: Columns that are mapped or left out, which have no area codes.
        readings: Readings of the mapped columns, which are changed.

    Returns:
        The phones that became complete.

    >>> import pandas as pd
    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> people = pd.DataFrame({"Vorwahl": ["0431", "0431", None], "Tel": ["55516", "0431 55517", "55518"]})
    >>> phones = Reading(LeadField("phone", "phone", builtin=True), "Tel", ["55516", "0431 55517", "55518"], {}, {})
    >>> [one.after for one in put_area_codes_before(people, ["Tel"], [phones])], phones.values
    (['0431 55516'], ['0431 55516', '0431 55517', '55518'])
    """
    reading = next((each for each in readings if each.field.key == "phone" and each.column is not None), None)
    named = column_names(source)
    if reading is None or reading.column not in named:
        return []
    place = named.index(reading.column)
    beside = [named[at] for at in (place - 1, place + 1) if 0 <= at < len(named) and named[at] not in columns]
    column = next((name for name in beside if fold_name(str(name)) in qualifiers("area_code")), None)
    if column is None:
        return []
    country = next((each for each in readings if each.field.key == "country"), None)
    taken: list[Taken] = []
    for row, cell in enumerate(values_of(source, column)):
        number, of_row = reading.value_or_cell(row), None if country is None else country.value_or_cell(row)
        code = country_code(of_row) if isinstance(of_row, str) else _COUNTRIES.get(fold_name(str(column)))
        if not isinstance(number, str) or not _LOCAL.fullmatch(number.strip()):
            continue
        whole = _complete(_as_text(cell), number.strip(), code)
        if whole is None:
            continue
        reading.raw.pop(row, None)
        reading.reasons.pop(row, None)
        reading.values[row] = whole
        taken.append(Taken(row, reading.field.column, str(column), number, whole, RULE))
    return taken


def _complete(cell: str, number: str, country: str | None) -> str | None:
    """Return a number with its area code; ``None`` if it has one, or the cell holds none.

    >>> _complete("431", "555160", "DE"), _complete("2100", "33123456", "DK"), _complete("49", "3090182", "DE")
    ('431 555160', None, None)
    >>> _complete("30", "30901820", "DE"), _complete("24103", "555160", "DE")
    (None, None)
    >>> _complete("0431", "55516", None), _complete("431", "55516", None)
    ('0431 55516', None)
    """
    code = _CODE.fullmatch(cell)
    if code is None:
        return None
    bare = code[1].lstrip("0")
    if re.sub(r"\D", "", number).startswith(bare) or (bare == code[1] and len(bare) > _LONGEST_BARE):
        return None  # the number has it already, or it is a postcode
    whole = f"{code[1]} {number}"
    if country is None:  # what begins with the 0 of a call within a country is an area code
        return whole if code[1].startswith("0") else None
    if cell.lstrip("+0([") == calling_code(country):
        return None  # a column of the codes of countries
    is_local = dials_zero(country) or not _is_valid(number, country)
    return whole if is_local and _is_valid(whole, country) else None


def _is_valid(number: str, country: str | None) -> bool:
    read = read_phone(number, country)
    return read is not None and read.valid


def _as_text(cell: Any) -> str:
    """Return a code as text: a column with blanks may hold 477.0."""
    return "" if cell is None else re.sub(r"\.0$|\s", "", str(cell))
