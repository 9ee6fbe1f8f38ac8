"""Dates and times that are text, in the one form that an import takes, where the column tells how they are meant."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.rewriting import Way
from pb2b_notebook.cleanup.texts import Rewritten, tidied
from pb2b_notebook.mapping.conversion import convert
from pb2b_notebook.mapping.converters import converter
from pb2b_notebook.mapping.recognition import fit, sample
from pb2b_notebook.times import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    import narwhals as nw

    from pb2b_notebook.mapping.lead_fields import LeadField

_DAY = "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$"


def date_way(field: LeadField, values: Sequence[Any]) -> Way:
    """The way for a column of dates or times.

    31.12.2026 is read as all values of the column allow: with the day first, if some value has a day past 12 in front.
    Where the column leaves it open, nothing is changed. Times without a zone are left alone: no zone can be guessed.

    Args:
        field: of type ``date`` or ``datetime``.
        values: all of the column that say something.
    """
    texts = [value for value in values if isinstance(value, str)]
    chosen = fit(sample(texts), field).converter if texts else ""
    read = converter(chosen) if chosen in {"day_first", "month_first"} else None

    def rewrite(value: str, _context: Any) -> Rewritten:
        tidy = tidied(value)
        if tidy.value is None:
            return tidy
        try:
            found = convert(tidy.value if read is None else read(tidy.value, field), field)
        except ValueError:
            # Others of the column may say it outright.
            found = _outright(tidy.value, field)
        text = _written(found)
        return tidy if text is None or text == tidy.value else Rewritten(text, (*tidy.rules, "iso_8601"))

    def is_day(text: nw.Expr) -> nw.Expr:
        return text.str.contains(_DAY)

    return Way(rewrite, is_day if field.type == "date" else None)


def _outright(text: str, field: LeadField) -> Any:
    try:
        return convert(text, field)
    except ValueError:
        return None


def _written(value: Any) -> str | None:
    if isinstance(value, dt.datetime):
        return iso(value)
    return value.isoformat() if isinstance(value, dt.date) else None
