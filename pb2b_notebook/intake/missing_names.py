"""Columns that may have the names or companies of a list of which no column is mapped to them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.suggestions.company_domains import may_be_companies
from pb2b_notebook.mapping.suggestions.neighbors import are_given_names, columns_of_family_names
from pb2b_notebook.mapping.suggestions.recognition import looks, sample
from pb2b_notebook.mapping.vocabulary import NAMES

_HALF: Final = 0.5
_WORD: Final = re.compile(r"[^\W\d_]+")
_LAST_FIRST: Final = re.compile(r"[^\W\d_][^\d,&]*, ?[^\W\d_][^\d,&]*")
_OF_OTHERS: Final = ("has_digit", "email", "url", "flag", "country", "code", "legal_form")
"""Forms of values that are not names."""


def columns_of_missing_names(source: Any, mapping: ColumnMapping) -> list[str]:
    """Return the columns that are not used and may have names, if people would be created without a whole one.

    Those with most given names come first.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["ada@nord.example", "bo@nord.example"], "Who": ["Ada Berg", "Bo Hale"]})
    >>> columns_of_missing_names(people, ColumnMapping({"E-Mail": "email"}))
    ['Who']
    >>> columns_of_missing_names(people, ColumnMapping({"E-Mail": "email", "Who": "full_name"}))
    []
    >>> people["Who"], people["Given"] = ["Berg", "Hale"], ["Anna", "Peter"]
    >>> columns_of_missing_names(people, ColumnMapping({"E-Mail": "email", "Given": "first_name"}))
    ['Who']
    >>> columns_of_missing_names(people, ColumnMapping({"E-Mail": "email", "Who": "last_name"}))
    ['Given']
    """
    mapped = {*mapping.columns.values(), *mapping.defaults}
    if mapped.isdisjoint(("email", "phone")):
        return []
    used = {*mapping.columns, *mapping.ignored, *mapping.roles}
    left = {column: values_of(source, column) for column in column_names(source) if column not in used}
    if mapped.isdisjoint(NAMES):
        found = [column for column, values in left.items() if _may_be_names(values)]
        return sorted(found, key=lambda column: _share_of_people(left[column]), reverse=True)
    named = [column for column, key in mapping.columns.items() if key in NAMES]
    if len(named) != 1 or not are_given_names(given := values_of(source, named[0])):
        return []
    if "last_name" in mapped:
        return [column for column, values in left.items() if _are_known_given_names(values)]
    return columns_of_family_names(left, given)


def columns_of_missing_companies(source: Any, mapping: ColumnMapping) -> list[str]:
    """Return the columns that are not used and may have the companies, if no column is mapped to them.

    >>> import pandas as pd
    >>> mails = ["a@kerry.example", "b@nord.example", "c@orr.example"]
    >>> people = pd.DataFrame({"E-Mail": mails, "Hof": ["Kerry Dairy", "Nord Seeds", "Orr"], "Town": ["Cork"] * 3})
    >>> columns_of_missing_companies(people, ColumnMapping({"E-Mail": "email"}))
    ['Hof']
    """
    fields = {key: column for column, key in mapping.columns.items()}
    if "email" not in fields or "company_name" in {*fields, *mapping.defaults}:
        return []
    used = {*mapping.columns, *mapping.ignored, *mapping.roles}
    left = {column: values_of(source, column) for column in column_names(source) if column not in used}
    people = [values_of(source, fields[key]) for key in NAMES & fields.keys()]
    return may_be_companies(left, values_of(source, fields["email"]), people)


def _are_known_given_names(values: Sequence[Any]) -> bool:
    """Return whether the first words of most values are given names: "Other" beside a family name."""
    given = [str(value).split()[0].casefold() for value in sample(values) if isinstance(value, str) and value.strip()]
    return len({*given}) > 1 and sum(word in given_names() for word in given) >= _HALF * len(given)


def _share_of_people(values: Sequence[Any]) -> float:
    """Return the share of values that have a given name, or a comma between two parts, as "Cruz, Ana" has.

    >>> _share_of_people(["HOLT, HAL", "GARZA, XOCHI"]), _share_of_people(["HAYS HAULING", None])
    (1.0, 0.0)
    """
    names = [value.casefold() for value in sample(values) if isinstance(value, str) and value.strip()]
    known = given_names()
    of_people = [name for name in names if _LAST_FIRST.fullmatch(name) or not known.isdisjoint(_WORD.findall(name))]
    return len(of_people) / max(len(names), 1)


def _may_be_names(values: Sequence[Any]) -> bool:
    """Return whether values may be names: text as different as names are, without digits."""
    given = [value for value in sample(values) if isinstance(value, str)]
    look = looks(given)
    is_text = bool(given) and all(look[form] < _HALF for form in _OF_OTHERS)
    return is_text and look["prose"] + look["one_name"] >= _HALF and len({*given}) >= _HALF * len(given)


def missing_name(mapping: ColumnMapping) -> tuple[str, str]:
    """Return what people lack whose list has no whole names, and its field.

    >>> from pb2b_notebook.mapping import Mapping
    >>> missing_name(Mapping({"Nachname": "last_name"}))
    ('given name', 'first_name')
    """
    fields = mapping.columns.values()
    if "last_name" in fields:
        return "given name", "first_name"
    return ("name", "full_name") if NAMES.isdisjoint(fields) else ("family name", "last_name")
