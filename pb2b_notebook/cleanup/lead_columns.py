"""Match the columns of a frame with lead fields."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.import_rules import builtin_limits
from pb2b_notebook.errors import CleanupError, MappingError
from pb2b_notebook.mapping.lead_fields import BUILTIN_TYPES, LeadField, lead_kinds, read_fields
from pb2b_notebook.mapping.suggestions.headers import named_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pb2b_notebook.cleanup.frames import OpenFrame

_SURE: Final = 0.9
_TYPES: Final = {
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "datetime": "datetime",
    "date": "date",
    "texts": "multi_select",
}
DERIVED: Final = ("honorific", "phone_extension", "company_core", "domain", "function")
"""Columns that :func:`~pb2b_notebook.cleanup.normalize` adds, if they have values."""
CLUSTERED: Final = ("cluster_id", "cluster_size", "match_probability")
"""Columns that :func:`~pb2b_notebook.cleanup.duplicates` adds."""


def known_fields(lead_fields: Any) -> Mapping[str, LeadField]:
    """Return the lead fields of a workspace by key; by default those of every workspace.

    Args:
        lead_fields: Frame of ``ws.lead_fields.list()``, or ``None``.

    Raises:
        CleanupError: It is not a frame of lead fields.

    >>> known_fields(None)["website"].type
    'url'
    """
    if lead_fields is None:
        return builtin_fields()
    try:
        return read_fields(lead_fields, "lead_fields")
    except MappingError as problem:
        raise CleanupError(problem.message, repair=problem.repair) from None


@cache
def builtin_fields() -> dict[str, LeadField]:
    """Return the lead fields that every workspace has and that users can set, from the contract."""
    kinds = lead_kinds()
    return {
        key: LeadField(key, BUILTIN_TYPES.get(key) or _TYPES.get(kinds[key], "text"))
        for key in builtin_limits()
        if key in kinds
    }


def matched_columns(frame: OpenFrame, fields: Mapping[str, LeadField]) -> dict[str, LeadField]:
    """Return column → lead field in the order of the frame, matched by the field's column name, else by its key."""
    by_column = {field.column: field for field in fields.values()}
    found = {name: by_column[name] for name in frame.names if name in by_column}
    matched = {field.key for field in found.values()}
    for name in frame.names:
        if name in fields and name not in found and name not in matched:
            found[name] = fields[name]
    return {name: found[name] for name in frame.names if name in found}


def misnamed_columns(names: Iterable[str], matched: Mapping[str, LeadField]) -> dict[str, str]:
    """Return column → lead field, for columns whose name is another name of a field that the frame lacks.

    Such columns are ignored; unless that is reported, a frame that was not checked looks clean.

    >>> misnamed_columns(["E-Mail", "Telefon", "Notes", "domain"], {})
    {'E-Mail': 'email', 'Telefon': 'phone'}
    """
    from pb2b_notebook.mapping.suggestions.neighbors import names_among

    lacking = set(builtin_fields()) - {field.key for field in matched.values()}
    found: dict[str, str] = {}
    for name, read_as in names_among(names).items():
        key = other_name_of(read_as)
        if key in lacking:
            found[name] = key
            lacking.discard(key)
    return found


def other_name_of(column: str, sure: float = _SURE) -> str:
    """Return the lead field that the name of a column means, though it is not the field's own; "" if none.

    The name of a custom field does not count.

    Args:
        column: Name of the column.
        sure: Least confidence, from 0 to 1.

    >>> other_name_of("Firma"), other_name_of("company_name"), other_name_of("custom_company")
    ('company_name', '', '')
    """
    own = column in (*lead_kinds(), *DERIVED, *CLUSTERED) or column.startswith("custom_")
    key, confidence = ("", 0.0) if own else named_field(column)
    return key if confidence >= sure else ""


def address_columns(names: Iterable[str]) -> list[str]:
    """Return the further columns that are named like an email address of a person.

    >>> address_columns(["email", "E-Mail 2", "Private email", "owner_email", "Email sent"])
    ['E-Mail 2', 'Private email', 'Email sent']
    """
    own = {*lead_kinds(), *DERIVED, *CLUSTERED}
    return [name for name in names if name not in own and named_field(name)[0] == "email"]


def describe_misnamed(misnamed: Mapping[str, str]) -> str:
    """Return the line about misnamed columns in the summary of a step."""
    if not misnamed:
        return ""
    listed = ", ".join(f"{column} ({key})" for column, key in misnamed.items())
    return (
        f"\n  ignored, because named differently: {listed}; df.rename(columns=result.misnamed) or a pb.Mapping fixes it"
    )
