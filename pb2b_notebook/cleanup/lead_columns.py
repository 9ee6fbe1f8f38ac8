"""Which columns of a frame are which lead fields."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.import_rules import builtin_limits
from pb2b_notebook.errors import CleanupError, MappingError
from pb2b_notebook.mapping.lead_fields import LeadField, lead_kinds, read_fields
from pb2b_notebook.mapping.suggestion import named_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pb2b_notebook.cleanup.frames import OpenFrame

_PLAINLY: Final = 0.9
_TYPES: Final = {
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "datetime": "datetime",
    "date": "date",
    "texts": "multi_select",
}
_BY_KEY: Final = {
    "email": "email",
    "owner_email": "email",
    "phone": "phone",
    "website": "url",
    "linkedin_url": "url",
    "status": "select",
}

DERIVED: Final = ("honorific", "phone_extension", "company_core", "domain", "function")
"""Columns that :func:`~pb2b_notebook.cleanup.normalize` adds, where there is something to add."""
CLUSTERED: Final = ("cluster_id", "cluster_size", "match_probability")
"""Columns that :func:`~pb2b_notebook.cleanup.duplicates` adds."""


def known_fields(lead_fields: Any) -> Mapping[str, LeadField]:
    """The lead fields of a workspace by key, or those that every workspace has.

    Args:
        lead_fields: the frame of ``ws.lead_fields.list()``, or ``None``.

    Raises:
        CleanupError: no such frame.

    >>> known_fields(None)["website"].type
    'url'
    """
    if lead_fields is None:
        return builtin_fields()
    try:
        return read_fields(lead_fields)
    except MappingError as problem:
        raise CleanupError(problem.message, repair=problem.repair) from None


@cache
def builtin_fields() -> dict[str, LeadField]:
    """The fields that a lead of any workspace has and that people set, from the contract."""
    kinds = lead_kinds()
    return {
        key: LeadField(key, _BY_KEY.get(key) or _TYPES.get(kinds[key], "text"))
        for key in builtin_limits()
        if key in kinds
    }


def matched_columns(frame: OpenFrame, fields: Mapping[str, LeadField]) -> dict[str, LeadField]:
    """Column → lead field, in the order of the frame: by the name that frames use, else by the bare key."""
    by_column = {one.column: one for one in fields.values()}
    found = {name: by_column[name] for name in frame.names if name in by_column}
    taken = {one.key for one in found.values()}
    for name in frame.names:
        if name in fields and name not in found and name not in taken:
            found[name] = fields[name]
    return {name: found[name] for name in frame.names if name in found}


def misnamed_columns(names: Iterable[str], matched: Mapping[str, LeadField]) -> dict[str, str]:
    """Column → lead field, for columns that are none by their name and plainly mean one that the frame lacks.

    They are passed over, and who is not told so takes an untouched frame for a clean one.

    >>> misnamed_columns(["E-Mail", "Telefon", "Notes", "domain"], {})
    {'E-Mail': 'email', 'Telefon': 'phone'}
    """
    own = {*lead_kinds(), *DERIVED, *CLUSTERED}
    lacking = set(builtin_fields()) - {field.key for field in matched.values()}
    found: dict[str, str] = {}
    for name in names:
        key, surely = ("", 0.0) if name in own else named_field(name)
        if surely >= _PLAINLY and key in lacking:
            found[name] = key
            lacking.discard(key)
    return found


def describe_misnamed(misnamed: Mapping[str, str]) -> str:
    """What the summary of a step says of them."""
    if not misnamed:
        return ""
    named = ", ".join(f"{column} ({key})" for column, key in misnamed.items())
    return f"\n  passed over, for lead fields by other names: {named} → df.rename(columns=….misnamed), or a pb.Mapping"
