"""Which converters read the cells of a column that do not convert, or that could be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pb2b_notebook.mapping.cells.conversion import convert
from pb2b_notebook.mapping.cells.converters import Convert, converter
from pb2b_notebook.mapping.lead_fields import LeadField

_BY_TYPE: Final = {
    "number": ("decimal_comma", "decimal_point"),
    "date": ("day_first", "month_first", "excel_serial"),
    "datetime": ("day_first:Europe/Berlin", "month_first:Europe/Berlin"),
}
_POINT: Final = re.compile(r"-?[0-9]+\.[0-9]+")
_THOUSANDS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_DECIMAL_COMMA: Final = re.compile(
    r"-?([0-9]{1,3}([.\u00a0\u202f '’][0-9]{3})+|0|[0-9]{4,}|[0-9]+(?=,[0-9]{1,2}$|,[0-9]{4}))(,[0-9]+)"
)
NO_POINT: Final = re.compile("(?!)")
"""The form of no number."""


def doubtful_points(cells: Sequence[Any]) -> re.Pattern[str]:
    """Return the form of the numbers with a point that may not be a decimal point, by all cells of their column.

    Beside a decimal comma no point is one. Three digits behind a point may be thousands, unless other points of the
    column can only be decimal points.

    >>> columns = ["999,99"], ["12.000", "7"], ["12.000", "12.5"]
    >>> [bool(doubtful_points(cells).fullmatch("12.000")) for cells in columns]
    [True, True, False]
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    if any(map(_DECIMAL_COMMA.fullmatch, texts)):
        return _POINT
    return NO_POINT if any(_POINT.fullmatch(text) and not _THOUSANDS.fullmatch(text) for text in texts) else _THOUSANDS


def check_point(cell: Any, doubtful: re.Pattern[str]) -> None:
    """Refuse a number of a form that :func:`doubtful_points` returned.

    Raises:
        ValueError: The cell has that form.
    """
    if isinstance(cell, str) and doubtful.fullmatch(cell.strip()):
        raise ValueError("needs a number whose point cannot separate thousands: 1.200 may be 1200 or 1.2")


def suitable_converters(cell: Any, field: LeadField, change: Convert | None) -> str:
    """Return the end of a reason that names the converters that read a cell; "" for none, or if one was chosen.

    >>> suitable_converters("1.200,50", LeadField("budget", "number"), None)
    '; the converter decimal_comma reads it'
    >>> suitable_converters("31.12.2026 10:00", LeadField("demo_at", "datetime"), None)
    '; the converter day_first:Europe/Berlin reads it, with the zone of the list'
    """
    names = [name for name in _BY_TYPE.get(field.type, ()) if change is None and _reads(name, cell, field)]
    zone = ", with the zone of the list" if field.type == "datetime" else ""
    if len(names) > 1:
        return f"; the converters {', '.join(names[:-1])} and {names[-1]} read it{zone}"
    return f"; the converter {names[0]} reads it{zone}" if names else ""


def _reads(name: str, cell: Any, field: LeadField) -> bool:
    try:
        convert(converter(name)(cell, field), field)
    except ValueError:
        return False
    return True
