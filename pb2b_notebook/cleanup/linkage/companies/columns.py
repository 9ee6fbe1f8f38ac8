"""Which columns of a company list are compared, and what each holds: recognized by what people call them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.folding import as_text
from pb2b_notebook.cleanup.linkage.further_columns import MOST, FurtherColumn, further_columns
from pb2b_notebook.cleanup.linkage.roles import IGNORE, ROLES, check_roles
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.suggestion import named_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

COMPANY_ROLES: Final = (
    "company_name", "company_domain", "website", "email", "phone", "street", "postcode", "city", "country",
    "registration_number", "vat_number",
)  # fmt: skip
"""What a column of a company list may hold, besides the roles of further columns."""
_IDENTIFYING: Final = ("company_name", "registration_number", "vat_number")
_HELPFUL: Final = ("company_domain", "phone", "street", "postcode", "city", "registration_number", "vat_number")
_SURE: Final = 0.7
"""Least confidence with which a column is compared without being asked."""


def company_columns(frame: OpenFrame, fields: Mapping[str, str]) -> dict[str, str]:
    """Return column → what it holds, for the columns that are compared: those that have a value.

    Args:
        frame: Frame of the rows.
        fields: Column → what it holds, or "ignore", where the name of the column does not say it.

    Raises:
        CleanupError: A column or a role is unknown, or no column identifies a company.
    """
    check_roles(fields, frame.names, {*COMPANY_ROLES, *ROLES, IGNORE})
    filled = [name for name in frame.names if not len(frame) or not frame.table[name].is_null().all()]
    found = {column: role for column, role in fields.items() if column in filled}
    named = [(column, *recognized_role(column)) for column in filled if column not in fields]
    for column, role, confidence in sorted(named, key=lambda each: -each[2]):
        if role in COMPANY_ROLES and confidence >= _SURE and role not in found.values():
            found[column] = role
    found = {column: found[column] for column in frame.names if found.get(column, IGNORE) != IGNORE}
    if len(further_company_columns(found)) > MOST:
        raise CleanupError(
            f"fields= gives roles to more than {MOST} columns", repair="name those that distinguish companies the best"
        )
    if {*_IDENTIFYING}.isdisjoint(found.values()):
        raise CleanupError(
            "the frame has no column that identifies a company",
            repair="name the column of the company names: fields={'column': 'company_name'}",
        )
    return found


@cache
def recognized_role(column: str) -> tuple[str, float]:
    """Return what a column of a company list holds by its name, and the confidence from 0 to 1.

    >>> recognized_role("Firma"), recognized_role("USt-IdNr."), recognized_role("Name"), recognized_role("zip")
    (('company_name', 0.95), ('vat_number', 1.0), ('company_name', 0.9), ('postcode', 1.0))
    """
    folded = fold_name(column)
    if folded in {fold_name(role) for role in COMPANY_ROLES}:
        return next(role for role in COMPANY_ROLES if fold_name(role) == folded), 1.0
    for role, names in _synonyms().items():
        if folded in names:
            return role, 0.9 if role == "company_name" else 1.0
    return named_field(column)


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return {role: frozenset(map(fold_name, names)) for role, names in tomllib.loads(text).items()}


def check_known_companies(known: OpenFrame, columns: Mapping[str, str]) -> None:
    """Refuse known rows without a column that identifies a company.

    Raises:
        CleanupError: The known rows have no such column.
    """
    if {columns.get(name) for name in known.names}.isdisjoint(_IDENTIFYING):
        raise CleanupError(
            "known= has no column that identifies a company",
            repair="pass known rows whose columns are named as those of df=",
        )


def further_company_columns(columns: Mapping[str, str]) -> tuple[FurtherColumn, ...]:
    """Return the further columns: those that hold nothing that every company list may have.

    >>> [one.feature for one in further_company_columns({"founded": "date", "Street": "street"})]
    ['date_1']
    """
    return further_columns({column: role for column, role in columns.items() if role not in COMPANY_ROLES})


def company_texts(frame: OpenFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the compared columns as text, named by role or feature; null for those that are missing."""
    import polars as pl

    further = {one.feature: one.column for one in further_company_columns(columns)}
    sources = {role: column for column, role in columns.items()} | further
    missing = pl.Series([None] * len(frame), dtype=pl.String)
    return pl.DataFrame(
        {
            role: as_text(frame.table[sources[role]].to_native()) if sources.get(role) in frame.names else missing
            for role in (*COMPANY_ROLES, *further)
        }
    )


def missing_roles(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return what would help and is missing."""
    found = set(columns.values())
    return tuple(
        role for role in _HELPFUL if role not in found and not (role == "company_domain" and "website" in found)
    )
