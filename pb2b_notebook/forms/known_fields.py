"""The lead fields that a form asks for: those of the workspace, or the built-in ones."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pb2b_notebook.cleanup.lead_columns import builtin_fields
from pb2b_notebook.errors import NotFoundError, PermissionDeniedError
from pb2b_notebook.mapping.lead_fields import LeadField, read_fields
from pb2b_notebook.workspace import Workspace

MISSING = "The workspace's own fields could not be read; only the built-in fields are shown"
"""Title of the warning of a form that opens without them."""
_CUSTOM = "custom_"
_TIMES = ("created_at", "updated_at")
_LABELS = {
    "email": "E-mail",
    "company_name": "Company",
    "employee_count": "Employees",
    "linkedin_url": "LinkedIn",
    "owner_email": "Owner",
    "last_contacted_at": "Last contacted",
}


def read(ws: Workspace[Any]) -> dict[str, LeadField]:
    """Return the fields of a workspace by key, in the workspace's order.

    Raises:
        APIError: The key may not read them, or the service does not answer.
    """
    if ws.profile.value("missing", "lead_fields.list"):
        return default_fields(ws)
    listed = ws.lead_fields.list(frame="polars")
    found = read_fields(listed.sort("position") if "position" in listed.columns else listed)
    # Some services list their custom fields only, and have their own words for a status.
    others = {key: replace(field, label=_label(key)) for key, field in builtin_fields().items() if key not in found}
    return {**found, **others}


def fields_of(ws: Workspace[Any]) -> dict[str, LeadField]:
    """Return the fields of a workspace, or the built-in fields if the key may not read them."""
    try:
        return read(ws)
    except (PermissionDeniedError, NotFoundError):
        return default_fields(ws)


def default_fields(ws: Workspace[Any]) -> dict[str, LeadField]:
    """Return the fields that leads have in every workspace, from the contract, with labels and choices."""
    listing = ws.operations.find("leads.list")
    choices = {one.name: tuple(map(str, one.choices)) for one in listing.parameters if one.choices}
    return {
        key: replace(field, label=_label(key), options=choices.get(key, ())) for key, field in builtin_fields().items()
    }


def labels_of(fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return the labels of lead fields by the columns of a frame of leads."""
    return {field.column: field.label for field in fields.values() if field.label}


def label_of(column: str) -> str:
    """Return how forms name a column of leads; a column that is of none stays.

    >>> label_of("company_name"), label_of("custom_use_case"), label_of("created_at"), label_of("Vorname")
    ('Company', 'Use case', 'Created at', 'Vorname')
    """
    key = column.removeprefix(_CUSTOM)
    is_of_leads = key != column or key in builtin_fields() or key in _TIMES
    return _label(key) if is_of_leads else column


def in_words(value: str | None, field: LeadField | None) -> str | None:
    """Return a value of a plan as forms show it; ``None`` for a blank one.

    >>> flag, tags = LeadField("news", "boolean"), LeadField("tags", "multi_select")
    >>> in_words("true", flag), in_words('["vip", "fair"]', tags), in_words("[]", tags), in_words("[1]", None)
    ('yes', 'vip, fair', None, '[1]')
    >>> in_words("17000.0", LeadField("value", "number")), in_words("2026-09-21 00:00:00", LeadField("day", "date"))
    ('17000', '2026-09-21')
    >>> in_words("2026-03-10T13:00:00.352+01:00", LeadField("seen", "datetime"))
    '2026-03-10 12:00:00 UTC'
    """
    if not value or field is None:
        return value or None
    if field.type == "boolean":
        return {"true": "yes", "false": "no"}.get(value.casefold(), value)
    if field.type in {"number", "date"}:
        return value.removesuffix(".0" if field.type == "number" else " 00:00:00")
    if field.type == "datetime":
        return _time_in_words(value)
    if field.type == "multi_select":
        with suppress(ValueError):
            items = json.loads(value)
            return ", ".join(map(str, items)) or None if isinstance(items, list) else value
    return value


def _time_in_words(text: str) -> str:
    """Return a time as the other forms show it, and any other text as it is."""
    with suppress(ValueError, OverflowError):
        at = dt.datetime.fromisoformat(text)
        if at.utcoffset() is not None:
            return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    return text


def _label(key: str) -> str:
    return _LABELS.get(key, key.replace("_", " ").capitalize())
