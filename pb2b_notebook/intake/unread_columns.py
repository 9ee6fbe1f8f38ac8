"""Columns named like a lead field that no mapping takes by itself, since their cells do not fit as they are. Pure.

Among them are times without a zone, and days that may be months.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.cells.value_maps import cell_key
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.suggestions.headers import named_field
from pb2b_notebook.mapping.vocabulary import custom_synonyms
from pb2b_notebook.nulls import is_null
from pb2b_notebook.openapi.import_cells import is_blank

_LOCAL: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?")
_YEAR_FIRST: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})")
_CLEAR: Final = 0.85
"""Least confidence in what a name says: one with an unknown word may be of something else."""


def unread_columns(source: Any, mapping: ColumnMapping, fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return the columns that are not used and are named like a field that no column has, with the field's key.

    Only fields that do not take any text count: a value map or a converter may say what the cells stand for.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["ada@nord.example"], "Tier": ["hot"], "Note": ["Hall 4"]})
    >>> tier = LeadField("tier", "select", options=("A", "B"))
    >>> unread_columns(people, ColumnMapping({"E-Mail": "email"}), {"tier": tier})
    {'Tier': 'tier'}
    """
    taken = {*mapping.columns.values()}
    free = {key: one for key, one in fields.items() if key not in taken and (one.type != "text" or key == "country")}
    names = {
        name: key for key, field in free.items() if not field.builtin for name in custom_synonyms(key, field.label)
    }
    names |= {fold_name(name): key for key, field in free.items() for name in (key, field.label) if name}
    used = {*mapping.columns, *mapping.ignored}
    found: dict[str, str] = {}
    for column in column_names(source):
        if column in used or all(map(is_blank, values := values_of(source, column))):
            continue
        key = names.get(fold_name(column)) or _usual_name(column, values, free)
        if key is not None:
            found[column] = key
    return found


def _usual_name(column: str, values: Sequence[Any], free: Mapping[str, LeadField]) -> str | None:
    """Return the key of a free field that a usual name means and that other columns hardly have."""
    key, confidence = named_field(column)
    if key not in free or confidence < _CLEAR:
        return None
    is_status = key == "status" and ("status" in fold_name(column) or _has_option(values, free[key]))
    return key if key in {"country", "last_contacted_at"} or is_status else None


def _has_option(values: Sequence[Any], field: LeadField) -> bool:
    """Return whether a cell is an option: an "Estado" with "new" is the status, and one with "SP" is a state."""
    options = set(map(cell_key, field.options))
    return not options.isdisjoint(map(cell_key, values))


def local_time_columns(source: Any, unread: Mapping[str, str], fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return those of the unread columns that have times without a zone.

    >>> import pandas as pd
    >>> visits = pd.DataFrame({"Demo at": ["2026-03-10 12:00"]})
    >>> local_time_columns(visits, {"Demo at": "demo_at"}, {"demo_at": LeadField("demo_at", "datetime")})
    {'Demo at': 'demo_at'}
    """
    times = {column: key for column, key in unread.items() if fields[key].type == "datetime"}
    return {column: key for column, key in times.items() if _are_local(values_of(source, column))}


def unordered_date_columns(source: Any, unread: Mapping[str, str], fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return those of the unread columns that have dates of an order that they do not show.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Renewal": ["01/02/2026"]})
    >>> unordered_date_columns(people, {"Renewal": "renewal"}, {"renewal": LeadField("renewal", "date")})
    {'Renewal': 'renewal'}
    """
    dates = {column: key for column, key in unread.items() if fields[key].type in {"date", "datetime"}}
    return {column: key for column, key in dates.items() if _are_dates(values_of(source, column))}


def _are_dates(values: Sequence[Any]) -> bool:
    """Whether most values are dates, and some of them do not begin with the year."""
    given = [str(value).strip() for value in values if not is_blank(value) and not is_null(value)]
    dates = sum(bool(_DATE.fullmatch(value)) for value in given)
    return dates > 0 and 2 * (dates + sum(bool(_YEAR_FIRST.match(value)) for value in given)) > len(given)


def _are_local(values: Sequence[Any]) -> bool:
    return all(
        value.tzinfo is None if isinstance(value, dt.datetime) else bool(_LOCAL.fullmatch(str(value).strip()))
        for value in values
        if not is_blank(value)
    )
