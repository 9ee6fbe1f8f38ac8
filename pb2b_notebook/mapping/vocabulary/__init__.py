"""The words of column names and the names of countries, in several languages, as TOML files.

========================  =======================================================
File                      Words
========================  =======================================================
``synonyms.toml``         usual names of each lead field
``qualifiers.toml``       words beside them, by what they say of a column
``phone_lines.toml``      words for which of the phones of a person it is
``company_columns.toml``  names of the columns of company lists, by role
``countries.toml``        names of each country, by code
``custom_fields.toml``    usual names of what custom fields hold
========================  =======================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.shipped_tables import read_table

PARTS_OF_NAMES: Final = frozenset({"first_name", "last_name"})
NAMES: Final = PARTS_OF_NAMES | {"full_name"}
OF: Final = frozenset(
    {"of", "in", "en", "at", "on", "for", "to", "from", "by", "von", "bei", "im", "fur", "de", "du", "des", "del", "di"}
    | {"della", "dell", "nella", "nell", "da", "das", "do", "dos", "na", "em", "van", "voor", "bij", "av", "pa", "hos"}
    | {"w", "dla", "в", "на", "для", "от"}
)
"""Words behind which the noun of a name does not stand: "Position in company" is a position."""
GENERIC: Final = frozenset(
    {"address", "code", "date", "id", "name", "number", "page", "text", "time", "type", "url", "value"}
)
"""Words that many fields have in common: they do not identify a field."""
_STEMS: Final = frozenset({"jobs", "channels"})
"""Kinds of qualifiers that are parts of values, not words of names."""


def read(name: str) -> dict[str, list[str]]:
    """Return the words of one file, by field, kind, role or country, as written."""
    return read_table(__name__, f"{name}.toml")


@cache
def qualifiers(kind: str) -> frozenset[str]:
    """Return the folded words of a kind: such as "neutral"."""
    return frozenset(map(fold_name, read("qualifiers")[kind]))


@cache
def synonyms() -> dict[str, dict[str, str]]:
    """Return, by field key, folded name → the name as written first."""
    return {key: _by_folded(names) for key, names in read("synonyms").items()}


@cache
def _names_of_custom_fields() -> list[dict[str, str]]:
    return [_by_folded([key, *names]) for key, names in read("custom_fields").items()]


def custom_synonyms(*names: str) -> dict[str, str]:
    """Return folded name → the name as written first, for a custom field whose key or label is one of them.

    >>> custom_synonyms("renews", "Renewal date")["rinnovo"], custom_synonyms("use_case", "Use case")
    ('Rinnovo', {})
    """
    own = {fold_name(name) for name in names}
    return next((known for known in _names_of_custom_fields() if not own.isdisjoint(known)), {})


def _by_folded(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold_name(name), name)
    return found


@cache
def known_words() -> frozenset[str]:
    """Return the words of which it is known what they say of a column: those of all fields and of all qualifiers."""
    names = [name for kind, names in read("qualifiers").items() if kind not in _STEMS for name in names]
    names += [name for usual in synonyms().values() for name in usual.values()]
    return OF | GENERIC | frozenset(word for name in names for word in words(name))


@cache
def names_of_things() -> frozenset[str]:
    """Return the usual names of the fields that are not names of people."""
    return frozenset(name for key, names in synonyms().items() if key not in NAMES for name in names)


@cache
def usual_names() -> frozenset[str]:
    """Return the usual names of all fields."""
    return frozenset(name for names in synonyms().values() for name in names)
