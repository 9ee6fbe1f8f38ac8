"""What there is to say about one value of a lead field: the import job's refusal, and what a person should look at."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from pb2b_notebook.cleanup.import_rules import refusal
from pb2b_notebook.cleanup.values.email_checks import corrected_domain, free_providers, is_role, syntax_problem
from pb2b_notebook.cleanup.values.phones import read_phone
from pb2b_notebook.cleanup.values.placeholders import TRIAL_DOMAINS, is_placeholder, is_trial
from pb2b_notebook.cleanup.values.suspicious_text import suspicions
from pb2b_notebook.mapping.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pb2b_notebook.mapping.lead_fields import LeadField

Severity = Literal["error", "warning", "info"]

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
MOST_EMPLOYEES: Final = 5_000_000
"""No company has more: the largest has some two millions."""

_LONGEST_READ: Final = 20_000
"""Characters of a text that are searched for odd ones."""


class Finding(NamedTuple):
    """One thing to say about a value."""

    code: str
    severity: Severity
    message: str
    suggestion: str | None = None


def findings_of(value: Any, field: LeadField, *, country: str | None = None) -> Iterator[Finding]:
    """Everything to say about a value that is not blank: at most one error, then warnings.

    Args:
        value: as the frame holds it.
        field: whose value it is.
        country: of the row, for phones.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> [one.code for one in findings_of("info@gmial.con", LeadField("email", "email"))]
    ['role_address']
    """
    refused = refusal(value, field)
    if refused is not None:
        yield Finding(refused.code, "error", refused.message, _repair(value, field, country))
    if isinstance(value, str):
        yield from _of_text(value, field, country, refused=refused is not None)
    elif isinstance(value, dt.date):
        yield from _of_day(value)
    elif field.key == "employee_count" and field.builtin and isinstance(value, int | float):
        yield from _of_size(value)


def _of_text(text: str, field: LeadField, country: str | None, *, refused: bool) -> Iterator[Finding]:
    if field.type == "email" and not refused:
        yield from _of_email(text.strip(), personal=is_personal(field))
    if field.type == "phone" and not refused:
        yield from _of_phone(text, country)
    if field.type in {"date", "datetime"} and not refused:
        yield from _of_day_text(text)
    if field.type == "text" and is_placeholder(text):
        yield Finding("placeholder", "warning", "stands for nothing: leave it blank", "")
        return
    if field.type == "text" and is_trial(text):
        yield Finding("trial_value", "warning", "looks as if somebody only tried something")
    for odd in suspicions(text[:_LONGEST_READ]):
        if not (odd.code == "formula_text" and field.type in {"phone", "number"}):
            yield Finding(odd.code, "warning", odd.message, odd.suggestion)


def _of_email(address: str, *, personal: bool) -> Iterator[Finding]:
    problem = syntax_problem(address)
    local, _, domain = address.rpartition("@")
    if problem:
        yield Finding("email_syntax", "warning", problem)
        return
    meant = corrected_domain(domain.casefold())
    if meant is not None:
        yield Finding("email_domain_typo", "warning", f"the domain is almost {meant}", f"{local}@{meant}")
    if not personal:
        return
    if domain.casefold().partition(".")[0] in TRIAL_DOMAINS:
        yield Finding("trial_value", "warning", "looks as if somebody only tried something")
    if domain.casefold() in free_providers():
        yield Finding("free_mail", "info", "is an address of a provider for everybody, not of a company")
    if is_role(local):
        yield Finding("role_address", "warning", "is a mailbox that several people read")


def is_personal(field: LeadField) -> bool:
    """Whether the addresses of a field are to be those of one person: a billing address is shared on purpose."""
    return field.builtin and field.key == "email"


def _of_phone(text: str, country: str | None) -> Iterator[Finding]:
    phone = read_phone(text, country)
    if phone is None:
        yield Finding("phone_unreadable", "warning", "is no number that can be dialled from everywhere")
    elif not phone.valid:
        yield Finding("phone_invalid", "warning", "no number of this form exists in its country")
    elif phone.e164 != text:
        yield Finding("phone_form", "info", "is a good number, not written in E.164", phone.e164)


def _of_day_text(text: str) -> Iterator[Finding]:
    year = text.strip()[:4]
    if year.isdecimal() and not FIRST_YEAR <= int(year) <= LAST_YEAR:
        yield _odd_day()


def _of_day(value: dt.date) -> Iterator[Finding]:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        yield _odd_day()


def _odd_day() -> Finding:
    return Finding("implausible_date", "warning", f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")


def _of_size(value: float) -> Iterator[Finding]:
    if value == 0 or value > MOST_EMPLOYEES:
        yield Finding("implausible_number", "warning", "no company has so many people")


def _repair(value: Any, field: LeadField, country: str | None) -> str | None:
    """What a refused value was probably meant to be, where that is sure."""
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
