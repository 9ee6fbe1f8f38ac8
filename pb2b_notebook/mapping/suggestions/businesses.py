"""Recognize a list of businesses, whose "Name" is the company: from a map, a directory or a customer base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.candidates import HALF, SOME, Pair, rounded_suggestion
from pb2b_notebook.mapping.suggestions.grammar import is_name_or_company
from pb2b_notebook.mapping.suggestions.recognition import FORMS, SAMPLE, sample
from pb2b_notebook.mapping.vocabulary import OF, PARTS_OF_NAMES, qualifiers
from pb2b_notebook.openapi.import_cells import is_blank

_WITH_COMPANY: Final = frozenset({"company_name", *PARTS_OF_NAMES})
"""Fields beside which a "Name" is not the company."""
_OF_COMPANIES: Final = frozenset({"website", "company_domain", "industry"})
_OF_PEOPLE: Final = frozenset({"title", "seniority", "linkedin_url", "email"})
_AT_BUSINESS: Final = frozenset(
    {"contact", "kontakt", "contacto", "contatto", "ansprechpartner", "owner", "manager", "poc"}
)
_FEWEST: Final = 3
"""Fewest names of businesses that show a list of them: a person may be called Bank or Bar."""
_LONG_WORD: Final = 4
"""Letters of a word that is in the domain of an address by no chance."""
_CONFIDENCE: Final = 0.75
_SIGNS: Final = ("legal_form", "trade", "has_digit")
"""Forms that names of businesses have, and names of people have not."""


def with_names_of_businesses(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs with the "Name" of a list of businesses as the company, not as that of a person."""
    by_key = {pair.key: pair for pair in chosen}
    if not by_key.keys().isdisjoint(_WITH_COMPANY):
        return chosen
    named = next((column for column in columns if _is_name_of_business(column)), None)
    is_about_people = any(not qualifiers("role").isdisjoint(words(column)) for column in columns)
    has_contact = "full_name" in by_key and _is_at_business(by_key["full_name"].column)
    if named is not None and (has_contact or not (is_about_people or "full_name" in by_key)):
        pairs = {pair.column: pair for pair in chosen}
        pairs[named] = Pair(
            named, "company_name", "", rounded_suggestion(_CONFIDENCE, "the name of a kind of business")
        )
        return [pairs[column] for column in columns if column in pairs]
    # What maps and their readers call the name of a place is a "title" in some.
    is_of_places = any(fold_name(column) in qualifiers("place") for column in columns)
    titles = [column for column in columns if is_of_places and fold_name(column) == "title"]
    by_column = {pair.column: pair for pair in chosen}
    # Where most names have a trade, none of them is that of a person: the column is left until here.
    left = (column for column in columns if column not in by_column and fold_name(column) in qualifiers("any_name"))
    name = by_key["full_name"].column if "full_name" in by_key else next(chain(titles, left), None)
    if name is None or not (is_name_or_company(name) or name in titles):
        return chosen
    has_logos = _OF_PEOPLE.isdisjoint(by_key) and any(fold_name(column) in qualifiers("logo") for column in columns)
    why = (
        "beside what only lists of places or companies have"
        if (is_of_places or (has_logos and name not in titles)) and sample(columns[name])
        else _reason(by_key, columns, name)
    )
    if not why:
        return chosen
    by_column[name] = Pair(name, "company_name", "", rounded_suggestion(_CONFIDENCE, why))
    return [by_column[column] for column in columns if column in by_column]


def _is_name_of_business(column: str) -> bool:
    """Return whether a column is the name of a kind of business: "Restaurant name", "Nom de l'hôtel"."""
    parts = {*words(column)} - OF
    return len(parts) == 2 and bool(parts & qualifiers("business")) and bool(parts & qualifiers("any_name"))  # noqa: PLR2004 - both


def _is_at_business(column: str) -> bool:
    """Return whether a name is that of the person at a business: not of a student, nor of a guest."""
    return not _AT_BUSINESS.isdisjoint(words(column))


def _reason(by_key: Mapping[str, Pair], columns: Mapping[str, Sequence[Any]], name: str) -> str:
    """Return why names are those of businesses; "" if they may be those of people, or of both.

    Some have a legal form or a trade, and most are in the domain of the row's address, most rows have a website or an
    industry, or the list has booths.
    """
    names = sample(columns[name])
    businesses = sum(any(FORMS[form](value) for form in _SIGNS) for value in names)
    if businesses < _FEWEST or businesses <= SOME * len(names):
        return ""
    beside = [columns[by_key[key].column] for key in _OF_COMPANIES & by_key.keys()]
    has_booths = any(fold_name(column) in qualifiers("booth") for column in columns)
    is_shown = (
        has_booths
        or any(len(sample(values)) > HALF * len(names) for values in beside)
        or ("email" in by_key and _are_in_domains(columns[name], columns[by_key["email"].column]))
    )
    return f"{businesses / len(names):.0%} of the values have a legal form, a trade or a number" if is_shown else ""


def _are_in_domains(names: Sequence[Any], emails: Sequence[Any]) -> bool:
    """Return whether half of the names have a word that is in the domain of the row's address."""
    rows = [
        (words(str(name)), str(email).casefold().partition("@")[2])
        for name, email in islice(zip(names, emails, strict=True), SAMPLE)
        if not is_blank(name) and not is_blank(email)
    ]
    found = sum(any(len(word) >= _LONG_WORD and word in domain for word in parts) for parts, domain in rows)
    return found >= HALF * max(1, len(rows))
