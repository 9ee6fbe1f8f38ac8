"""The cells of an import: from what a file holds to the values of lead fields.

A blank cell (nothing, null, or only spaces) says nothing: the lead keeps what it has. Text becomes what the field
holds; it must say so exactly, since a guess at a date or at a decimal comma goes wrong in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.sandbox.leads.custom_fields import read_number

if TYPE_CHECKING:
    from collections.abc import Callable

SEPARATOR = ";"
"""Between the values of a cell that holds several."""

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def is_blank(cell: Any) -> bool:
    """Whether a cell says nothing.

    >>> is_blank("  "), is_blank(0)
    (True, False)
    """
    return cell is None or cell == [] or (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> Any:
    # Files number their records and phones; a text field keeps the digits.
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _number(cell: Any) -> Any:
    return read_number(cell.strip()) if isinstance(cell, str) else cell


def _boolean(cell: Any) -> Any:
    if isinstance(cell, bool):
        return cell
    known = _BOOLEANS.get(str(cell).strip().lower())
    if known is None:
        raise ValueError("needs true, false, yes, no, 1 or 0")
    return known


def _trimmed(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


def _several(cell: Any) -> Any:
    parts = cell.split(SEPARATOR) if isinstance(cell, str) else cell
    return [part.strip() for part in parts if part.strip()] if isinstance(parts, list) else parts


_READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _trimmed,
    "datetime": _trimmed,
    "select": _trimmed,
    "multi_select": _several,
    "email": _text,
    "phone": _text,
    "url": _trimmed,
}


def read_cell(cell: Any, kind: str) -> Any:
    """Read a cell that is not blank as a field of type ``kind``; whether the field takes it is checked elsewhere.

    Raises:
        ValueError: it is no number, or neither true nor false.

    >>> read_cell(" 12 ", "number"), read_cell("Yes", "boolean"), read_cell("a; b;", "multi_select")
    (12, True, ['a', 'b'])
    >>> read_cell(7, "text"), read_cell("1,200", "text")
    ('7', '1,200')
    """
    return _READERS[kind](cell)
