"""Find what people type instead of a value: addresses, phones, and whole rows of words to try something. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pb2b_notebook.cleanup.options import country_of
from pb2b_notebook.cleanup.values.phones import SIGNS_OF_MADE_UP, is_made_up
from pb2b_notebook.cleanup.values.placeholders import (
    MADE_UP_DOMAINS,
    NO_MAIL,
    TRIALS,
    is_made_up_address,
    is_trial_name,
    stands_for_nothing,
)
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.cells.countries import country_code

MADE_UP_PHONE: Final = "a made-up number: its digits are all equal, or count up or down"
MADE_UP_ADDRESS: Final = "a made-up address, which is of no person"
MADE_UP_ROW: Final = "nothing but words that people type to try something"
_NAMES: Final = ("full_name", "first_name", "last_name")


def find_made_up_phones(frame: pl.DataFrame, country: str | None = None) -> dict[int, str]:
    """Return row → number, for phones that are made up by the plan of their country.

    Args:
        frame: Leads.
        country: Country of rows without one.

    >>> find_made_up_phones(pl.DataFrame({"phone": ["+49 30 901820", "000-000-0000"]}))
    {1: '000-000-0000'}
    """
    if "phone" not in frame.columns:
        return {}
    countries = frame["country"] if "country" in frame.columns else pl.repeat(None, frame.height, eager=True)
    table = frame.select(pl.int_range(pl.len()).alias("row"), pl.col("phone").cast(pl.String), country=countries)
    digits = pl.col("phone").str.replace_all(r"\D", "")
    maybe = table.filter(digits.str.contains(SIGNS_OF_MADE_UP))
    code = country_of(country)
    return {
        row: phone
        for row, phone, place in maybe.iter_rows()
        if is_made_up(phone, country_code(place) if place else code)
    }


def find_made_up_addresses(frame: pl.DataFrame) -> dict[int, str]:
    """Return row → address, for email addresses that are of no person.

    >>> find_made_up_addresses(pl.DataFrame({"email": ["test@test.com", "ada@test.example", None]}))
    {0: 'test@test.com'}
    """
    if "email" not in frame.columns:
        return {}
    table = frame.select(pl.int_range(pl.len()).alias("row"), email=pl.col("email").cast(pl.String))
    lower = pl.col("email").str.to_lowercase()
    # Few addresses have such a part, and only these are looked at one by one.
    label, letters = lower.str.extract(r"@([^.]*)", 1), lower.str.extract("^(.*)@", 1).str.replace_all(r"[\W\d_]", "")
    is_label = label.is_in(list(MADE_UP_DOMAINS | TRIALS)) | stands_for_nothing(label, "address part")
    maybe = table.filter(is_label | letters.is_in(list(NO_MAIL)))
    return {row: email for row, email in maybe.iter_rows() if is_made_up_address(email)}


def are_trials(frame: pl.DataFrame, made_up_phones: Collection[int] = ()) -> list[bool]:
    """Return whether each row has no more than names and an address that are words which people type to try something.

    >>> are_trials(pl.DataFrame({"full_name": ["Asdf", "Anna Test"], "email": ["asdf@asdf.com", "test@test.com"]}))
    [True, False]
    """
    emails, profiles, phones = (
        frame[name] if name in frame.columns else [None] * frame.height for name in ("email", "linkedin_url", "phone")
    )
    names = [name for name in _NAMES if name in frame.columns]
    people = frame.select(names).iter_rows() if names else [()] * frame.height
    return [
        all(is_trial_name(name) for name in filter(None, of))
        and (email is None or is_made_up_address(email))
        and (email is not None or any(of))
        and not profile
        and (not phone or row in made_up_phones)
        for row, (email, profile, phone, of) in enumerate(zip(emails, profiles, phones, people, strict=True))
    ]
