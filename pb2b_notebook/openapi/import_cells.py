"""How the service reads the cells of an import, and which values a custom field accepts.

The sandbox reads imports with these functions, and ``cleanup.validate`` predicts with them what an import refuses.

A blank cell (nothing, null, or only spaces) leaves the value of the lead as it is. Text is converted only if it is
unambiguous, because a wrong guess at a date or at a decimal comma would go unnoticed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, Final

from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.text_patterns import EMAIL, MISMATCHES, PHONE, URL

SEPARATOR: Final = ";"
"""Between the values of a cell that holds several."""
LONGEST_CUSTOM: Final = 2000
"""Characters of a custom text field; the OpenAPI document does not state this limit."""
LARGEST_INTEGER: Final = 2**63 - 1
"""Neither SQLite nor a frame stores a larger whole number."""

_WHOLE: Final = re.compile(r"-?[0-9]{1,300}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,2})?")
_BOOLEANS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_blank(cell: Any) -> bool:
    """Return whether a cell is empty: null, only spaces, or an empty list.

    >>> is_blank("  "), is_blank(0), is_blank([])
    (True, False, True)
    """
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, list) and not cell)


def read_number(text: str) -> int | float:
    """Read a decimal number in the notation of JSON.

    Raises:
        ValueError: The text is not a number, or the number is too large for a double.
    """
    if _WHOLE.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        raise ValueError("needs a number, such as 1200.5")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("needs a number that is not too large")
    return number


def _read_text(cell: Any) -> Any:
    # Many files store phone numbers and record ids as numbers; a text field keeps the digits.
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _read_number(cell: Any) -> Any:
    return read_number(cell.strip()) if isinstance(cell, str) else cell


def _read_boolean(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    value = _BOOLEANS.get(str(cell).strip().lower())
    if value is None:
        raise ValueError("needs true or false, yes or no, 1 or 0")
    return value


def _strip(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


def _split_values(cell: Any) -> Any:
    parts = cell.split(SEPARATOR) if isinstance(cell, str) else cell
    return [part.strip() for part in parts if part.strip()] if isinstance(parts, list) else parts


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _read_text,
    "number": _read_number,
    "boolean": _read_boolean,
    "date": _strip,
    "datetime": _strip,
    "select": _strip,
    "multi_select": _split_values,
    "email": _read_text,
    "phone": _read_text,
    "url": _strip,
}


def read_cell(cell: Any, kind: str) -> Any:
    """Return the value of a cell that is not blank, for a field of type ``kind``.

    The field may still refuse the value: that is checked afterwards. A cell of an unknown type is returned unchanged.

    Raises:
        ValueError: The cell is not a number, or neither true nor false.

    >>> read_cell(" 12 ", "number"), read_cell("Yes", "boolean"), read_cell("a; b;", "multi_select")
    (12, True, ['a', 'b'])
    >>> read_cell(7, "text"), read_cell("1,200", "text")
    ('7', '1,200')
    """
    reader = _READERS.get(kind)
    return cell if reader is None else reader(cell)


def check_custom_value(value: Any, kind: str, options: Collection[str] = ()) -> Any:
    """Return a value as a custom field of type ``kind`` stores it: a datetime in UTC, everything else unchanged.

    Args:
        value: JSON value, not null.
        kind: Type of the lead field. An unknown type accepts any value.
        options: Options of a select or multi_select; empty for any text.

    Raises:
        ValueError: The field does not accept the value; the message does not repeat it.

    >>> check_custom_value("2026-03-10T13:00:00+01:00", "datetime")
    '2026-03-10T12:00:00.000Z'
    >>> check_custom_value("x", "email")
    Traceback (most recent call last):
    ...
    ValueError: is not an email address, such as ada@example.com
    """
    check = _CHECKS.get(kind)
    return value if check is None else check(value, options)


def _check_text(value: Any, _options: Collection[str] = ()) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_CUSTOM:
        raise ValueError(f"needs text of at most {LONGEST_CUSTOM:,} characters")
    return value


def _check_number(value: Any, _options: Collection[str]) -> int | float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (isinstance(value, int) and abs(value) > LARGEST_INTEGER)
    ):
        raise ValueError("needs a number; a whole number has at most 63 bits")
    return value


def _check_boolean(value: Any, _options: Collection[str]) -> bool:
    if not isinstance(value, bool):
        raise ValueError("needs true or false")  # noqa: TRY004 - one error for all
    return value


def _check_date(value: Any, _options: Collection[str]) -> str:
    text = _check_text(value)
    if not _DATE.fullmatch(text):
        raise ValueError("needs a date, such as 2026-03-10")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("needs a date that exists") from None


def _check_datetime(value: Any, _options: Collection[str]) -> str:
    try:
        return instants.normalize(_check_text(value))
    except ValueError:
        raise ValueError("needs a time with a zone, such as 2026-03-10T12:00:00Z") from None


def _check_option(value: Any, options: Collection[str]) -> str:
    if not isinstance(value, str) or (options and value not in options):
        raise ValueError("needs one of the field's options")
    return value


def _check_options(value: Any, options: Collection[str]) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("needs a list of the field's options")  # noqa: TRY004 - one error for all
    chosen = [_check_option(item, options) for item in value]
    if len(set(chosen)) != len(chosen):
        raise ValueError("names an option twice")
    return chosen


def _matches(pattern: str) -> Callable[[Any, Collection[str]], str]:
    def check(value: Any, _options: Collection[str]) -> str:
        text = _check_text(value)
        # fullmatch, because Python's $ also matches before a line break at the end.
        if not re.fullmatch(pattern, text):
            raise ValueError(MISMATCHES[pattern])
        return text

    return check


_CHECKS: Final[dict[str, Callable[[Any, Collection[str]], Any]]] = {
    "text": _check_text,
    "number": _check_number,
    "boolean": _check_boolean,
    "date": _check_date,
    "datetime": _check_datetime,
    "select": _check_option,
    "multi_select": _check_options,
    "email": _matches(EMAIL),
    "phone": _matches(PHONE),
    "url": _matches(URL),
}
