"""Findings about one value of a lead field: what an import would reject, and what a person should look at."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from pb2b_notebook.cleanup.import_rules import refusal
from pb2b_notebook.cleanup.values.email_checks import corrected_domain, free_providers, is_role, syntax_problem
from pb2b_notebook.cleanup.values.phones import ambiguous_phone, read_phone
from pb2b_notebook.cleanup.values.placeholders import TRIAL_DOMAINS, is_placeholder, is_trial, kind_of
from pb2b_notebook.cleanup.values.several_people import is_of_several
from pb2b_notebook.cleanup.values.suspicious_text import suspicions
from pb2b_notebook.mapping.cells.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pb2b_notebook.mapping.lead_fields import LeadField

Severity = Literal["error", "warning", "info"]

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
MOST_EMPLOYEES: Final = 5_000_000
"""More than any company has: the largest employs about two million."""

_LONGEST_READ: Final = 20_000
"""Characters of a text that are searched for suspicious ones."""
_TRIAL: Final = "looks like test data"
_NULLS: Final = frozenset({"null", "none", "nan"})
"""What programs write for nothing, and what is also a name of a person or place in another case."""


class Finding(NamedTuple):
    """One finding about a value.

    Attributes:
        code: Stable code, for programs.
        severity: "error", "warning" or "info".
        message: Message for people; it never repeats the value.
        suggestion: The value that was probably intended; ``None`` if only a person can decide.
    """

    code: str
    severity: Severity
    message: str
    suggestion: str | None = None


def check_value(value: Any, field: LeadField, *, country: str | None = None) -> Iterator[Finding]:
    """Yield all findings about a value that is not blank: at most one error, then warnings.

    Args:
        value: Value of a cell.
        field: Lead field of the value.
        country: Two-letter country code of the row, for phone numbers.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> [finding.code for finding in check_value("info@gmial.con", LeadField("email", "email"))]
    ['role_address']
    """
    refused = refusal(value, field)
    if refused is not None:
        yield Finding(refused.code, "error", refused.message, _correction(value, field, country))
    if isinstance(value, str):
        yield from _of_text(value, field, country, refused=refused is not None)
    elif isinstance(value, dt.date):
        yield from _of_year(value.year)
    elif field.key == "employee_count" and field.builtin and isinstance(value, int | float):
        yield from _of_employee_count(value)


def _of_text(text: str, field: LeadField, country: str | None, *, refused: bool) -> Iterator[Finding]:
    if field.type == "email" and not refused:
        yield from _of_email(text.strip(), personal=is_personal(field))
    if field.type == "phone" and not refused:
        yield from _of_phone(text, country)
    if field.type in {"date", "datetime"} and not refused:
        yield from _of_date_text(text)
    if field.type == "text" and is_placeholder(text, kind_of(field)):
        yield Finding("placeholder", "warning", "is a placeholder: leave the cell blank", "")
        return
    if field.type == "text" and text.strip().lower() in _NULLS:
        yield Finding("placeholder_or_name", "info", "may be a name, or stand for nothing")
    if field.type == "text" and is_trial(text):
        yield Finding("trial_value", "warning", _TRIAL)
    if is_person_name(field) and is_of_several(text, given=field.key == "first_name"):
        yield Finding("several_people", "warning", "names several people: write one person a row")
    for suspicion in suspicions(text[:_LONGEST_READ]):
        if not (suspicion.code == "formula_text" and field.type in {"phone", "number"}):
            yield Finding(suspicion.code, "warning", suspicion.message, suspicion.suggestion)


def _of_email(address: str, *, personal: bool) -> Iterator[Finding]:
    problem = syntax_problem(address)
    local, _, domain = address.rpartition("@")
    if problem:
        yield Finding("email_syntax", "warning", problem)
        return
    corrected = corrected_domain(domain.casefold())
    if corrected is not None:
        message = f"the domain looks like a misspelling of {corrected}"
        yield Finding("email_domain_typo", "warning", message, f"{local}@{corrected}")
    if not personal:
        return
    if domain.casefold().partition(".")[0] in TRIAL_DOMAINS:
        yield Finding("trial_value", "warning", _TRIAL)
    if domain.casefold() in free_providers():
        yield Finding("free_mail", "info", "is an address of a free email provider, not of a company")
    if is_role(local):
        yield Finding("role_address", "warning", "is a shared mailbox, not a person's address")


def is_person_name(field: LeadField) -> bool:
    """Return whether a field holds the name of a person."""
    return field.builtin and field.key in {"full_name", "first_name", "last_name"}


def is_personal(field: LeadField) -> bool:
    """Return whether the addresses of a field should belong to one person: a billing address is shared on purpose."""
    return field.builtin and field.key == "email"


def _of_phone(text: str, country: str | None) -> Iterator[Finding]:
    phone = read_phone(text, country)
    international = ambiguous_phone(text, country) if phone is None else None
    if international is not None:
        north_american = international.startswith("+1")
        readings = "is written as in North America" if north_american else "begins with its country's calling code"
        yield Finding("phone_ambiguous", "warning", f"{readings}, or with an area code", international)
    elif phone is None:
        yield Finding("phone_unreadable", "warning", "cannot be read as an international phone number")
    elif not phone.valid:
        yield Finding("phone_invalid", "warning", "is not a valid phone number in its country")
    elif phone.e164 != text:
        yield Finding("phone_form", "info", "is a valid phone number, but not written in E.164", phone.e164)


def _of_date_text(text: str) -> Iterator[Finding]:
    year = text.strip()[:4]
    if year.isdecimal():
        yield from _of_year(int(year))


def _of_year(year: int) -> Iterator[Finding]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield Finding("implausible_date", "warning", f"is outside the years {FIRST_YEAR} to {LAST_YEAR}")


def _of_employee_count(value: float) -> Iterator[Finding]:
    if value == 0 or value > MOST_EMPLOYEES:
        yield Finding("implausible_number", "warning", "is not a plausible number of employees")


def _correction(value: Any, field: LeadField, country: str | None) -> str | None:
    """Return what a rejected value should certainly be, or ``None``."""
    if not isinstance(value, str):
        return None
    if field.builtin and field.key == "country":
        return country_code(value)
    if field.type == "phone":
        phone = read_phone(value, country)
        return phone.e164 if phone is not None and phone.valid else None
    if field.options:
        folded = {option.casefold(): option for option in field.options}
        return folded.get(value.strip().casefold())
    return None
