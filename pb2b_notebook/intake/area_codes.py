"""An area code in a column of its own, such as "Vorwahl" or "LADA", before the phone beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pb2b_notebook.intake.second_columns import Taken
from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.vocabulary import qualifiers

RULE: Final = "area code"
"""Rule of a phone that its area code was put before, in the changes."""
_CODE: Final = re.compile(r"[(\[]?(0?[1-9]\d{0,4})[)\]]?[/-]?")
_LOCAL: Final = re.compile(r"[1-9][\d /.-]*")
"""A number without its area: all others begin with 0, "+" or a bracket."""
_MOST_DIGITS: Final = 8


def put_area_codes_before(source: Any, columns: Sequence[str], readings: Sequence[Reading]) -> list[Taken]:
    """Put the area code of the column beside the phone before each number that lacks one.

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
    taken: list[Taken] = []
    for row, cell in enumerate(values_of(source, column)):
        code, number = _CODE.fullmatch(_as_digits(cell)), reading.value_or_cell(row)
        if code is None or not isinstance(number, str) or not _is_local(number, code[1]):
            continue
        reading.raw.pop(row, None)
        reading.reasons.pop(row, None)
        reading.values[row] = f"{code[1]} {number.strip()}"
        taken.append(Taken(row, reading.field.column, str(column), number, reading.values[row], RULE))
    return taken


def _is_local(number: str, code: str) -> bool:
    digits = re.sub(r"\D", "", number)
    is_short = bool(_LOCAL.fullmatch(number.strip())) and len(digits) <= _MOST_DIGITS
    return is_short and not digits.startswith(code.lstrip("0"))


def _as_digits(cell: Any) -> str:
    """Return a code as text: a column with blanks may hold 477.0."""
    return "" if cell is None else re.sub(r"\.0$|\s", "", str(cell))
