"""Columns with dates and times that no mapping takes by itself: times without a zone, days that may be months. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.openapi.import_cells import is_blank

_LOCAL: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?")

_DATE: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})")


def local_time_columns(source: Any, mapping: ColumnMapping, fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return the columns that are named like a field of times, and have times without a zone, with the field's key.

    >>> import pandas as pd
    >>> visits = pd.DataFrame({"E-Mail": ["ada@nord.example"], "Demo at": ["2026-03-10 12:00"]})
    >>> local_time_columns(visits, ColumnMapping({"E-Mail": "email"}), {"demo_at": LeadField("demo_at", "datetime")})
    {'Demo at': 'demo_at'}
    """
    return _columns_of(source, mapping, fields, "datetime", _are_local)


def unordered_date_columns(source: Any, mapping: ColumnMapping, fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return the columns that are named like a field of dates, and have dates of an order that they do not show.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["ada@nord.example"], "Renewal": ["01/02/2026"]})
    >>> unordered_date_columns(people, ColumnMapping({"E-Mail": "email"}), {"renewal": LeadField("renewal", "date")})
    {'Renewal': 'renewal'}
    """
    return _columns_of(source, mapping, fields, "date", _are_dates)


def _columns_of(
    source: Any,
    mapping: ColumnMapping,
    fields: Mapping[str, LeadField],
    kind: str,
    holds: Callable[[Sequence[Any]], bool],
) -> dict[str, str]:
    """Return the columns that are not used, are named like a field of a type, and have such values."""
    free = {key: field for key, field in fields.items() if field.type == kind}
    names = {fold_name(name): key for key, field in free.items() for name in (key, field.label) if name}
    used = {*mapping.columns, *mapping.ignored}
    found = {
        column: names[fold_name(column)]
        for column in column_names(source)
        if column not in used and fold_name(column) in names
    }
    taken = {*mapping.columns.values()}
    return {column: key for column, key in found.items() if key not in taken and holds(values_of(source, column))}


def _are_dates(values: Sequence[Any]) -> bool:
    given = [value for value in values if not is_blank(value)]
    return bool(given) and all(_DATE.fullmatch(str(value).strip()) for value in given)


def _are_local(values: Any) -> bool:
    given = [value for value in values if not is_blank(value)]
    return bool(given) and all(
        value.tzinfo is None if isinstance(value, dt.datetime) else bool(_LOCAL.fullmatch(str(value).strip()))
        for value in given
    )
