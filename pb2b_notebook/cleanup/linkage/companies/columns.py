"""Which columns of a company list are compared, and what each holds: recognized by what people call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.columns.compared_columns import same_roles, texts_by_role
from pb2b_notebook.cleanup.linkage.columns.further_columns import MOST, FurtherColumn, further_columns
from pb2b_notebook.cleanup.linkage.columns.roles import HOUSE_NUMBER, IGNORE, ROLES, check_roles, house_number_columns
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.mapping.suggestions.role_guesses import COMPANY_ROLES, SAMPLE, guess_company_roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame

_IDENTIFYING: Final = ("company_name", "registration_number", "vat_number")
_HELPFUL: Final = ("company_domain", "phone", "street", "postcode", "city", "registration_number", "vat_number")


def company_columns(frame: OpenFrame, fields: Mapping[str, str]) -> dict[str, str]:
    """Return column → what it holds, for the columns that are compared: those that have a value.

    Args:
        frame: Frame of the rows.
        fields: Column → what it holds, or "ignore", where the name of the column does not say it.

    Raises:
        CleanupError: A column or a role is unknown, or no column identifies a company.
    """
    check_roles(fields, frame.names, {*COMPANY_ROLES, *ROLES, HOUSE_NUMBER, IGNORE})
    filled = [name for name in frame.names if not len(frame) or not frame.table[name].is_null().all()]
    given = {column: role for column, role in fields.items() if column in filled}
    rest = [column for column in filled if column not in fields]
    roles = given | guess_company_roles(rest, {*given.values()}, lambda column: frame.first_values([column], SAMPLE)[0])
    numbers = house_number_columns(roles, frame.names)
    left_out = {IGNORE, None, HOUSE_NUMBER}
    found = {name: roles[name] for name in frame.names if roles.get(name) not in left_out or name in numbers}
    if len(further_company_columns(found)) > MOST:
        raise CleanupError(
            f"fields= has roles for more than {MOST} columns", repair="keep those that distinguish companies best"
        )
    if {*_IDENTIFYING}.isdisjoint(found.values()):
        raise CleanupError(
            "the frame has no column that identifies a company",
            repair="name the column of the company names: fields={'column': 'company_name'}",
        )
    return found


def known_company_columns(known: OpenFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """Return column of the known rows → column of the frame that holds the same, where their names differ.

    Args:
        known: Companies that are known already.
        columns: Result of :func:`company_columns` for the frame.

    Raises:
        CleanupError: The known rows have no column that identifies a company.
    """
    shared = {columns[name] for name in known.names if name in columns}
    rest = [name for name in known.names if name not in columns]
    own = guess_company_roles(rest, shared, lambda column: known.first_values([column], SAMPLE)[0])
    if (shared | {*own.values()}).isdisjoint(_IDENTIFYING):
        raise CleanupError(
            "known= has no column that identifies a company",
            repair="pass known rows whose columns are named as those of df=",
        )
    return same_roles(own, known, columns)


def further_company_columns(columns: Mapping[str, str]) -> tuple[FurtherColumn, ...]:
    """Return the further columns: those that hold nothing that every company list may have.

    >>> [one.feature for one in further_company_columns({"founded": "date", "Street": "street"})]
    ['date_1']
    """
    return further_columns(
        {column: role for column, role in columns.items() if role in ROLES and role not in COMPANY_ROLES}
    )


def company_texts(frame: OpenFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the compared columns as text, named by role or feature; null for those that are missing."""
    sources = {role: column for column, role in columns.items()}
    further = {one.feature: one.column for one in further_company_columns(columns)}
    return texts_by_role(frame, columns, {role: sources.get(role, "") for role in COMPANY_ROLES} | further)


def missing_roles(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return what would help and is missing."""
    found = set(columns.values())
    return tuple(
        role for role in _HELPFUL if role not in found and not (role == "company_domain" and "website" in found)
    )
