"""Which columns hold a phone of a row's person beside the mapped one, by their names. Pure."""

from __future__ import annotations

from typing import Final

from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.suggestions.headers import named_field

_OWN: Final = frozenset(
    {"whatsapp", "signal", "telegram", "viber", "threema", "wechat", "gsm", "natel", "direct", "directe", "direkt"}
    | {"direktwahl", "durchwahl", "directo", "direto", "diretto"}
)
"""Messengers that are used by phone number, and a person's own line."""
_MAIN_LINE: Final = frozenset({"zentrale", "switchboard", "centralino", "centralita", "standard", "vermittlung"})
"""Words for the main line of a company. "Standard" alone is anything."""
_OF_COMPANY: Final = frozenset(
    {"company", "corporate", "firma", "organization", "organisation", "empresa", "main", "hq", "headquarters", "office"}
)
SECOND: Final = frozenset(
    {"2", "3", "ii", "2nd", "second", "secondary", "two", "zweite", "zweites", "deuxieme", "secondaire", "segundo"}
)
"""Words of a second column; of the second person, if a name has them, too."""
OTHER: Final = frozenset({"alternate", "alternative", "other", "private", "privat", "privee", "prive", "home"})
"""Words that leave it open whether a column is the first or the second one of a person."""
_ALSO: Final = (
    SECOND | OTHER | {"4", "3rd", "third", "further", "weitere", "additional", "personal", "work", "business", "custom"}
)
_NUMBER: Final = frozenset({"number", "no", "nr", "nummer", "numero", "num", "line", "ligne", "linea", "dial"})
CLEAR: Final = 0.85
"""Least confidence in what a name says: one with an unknown word may be of another person ("Recruiter phone")."""


def names_phone(column: str) -> bool:
    """Return whether a column may hold a phone of the row's person, by its name alone; also one of the company.

    >>> [names_phone(name) for name in ("Mobile", "WhatsApp Nr.", "Telefon Zentrale", "Fax", "Assistant mobile")]
    [True, True, True, False, False]
    """
    return names_own_phone(column) or _is_made_of(column, _OWN | _MAIN_LINE | _OF_COMPANY)


def names_own_phone(column: str) -> bool:
    """Return whether a column may hold the person's own phone, by its name alone.

    >>> [names_own_phone(name) for name in ("Tel. direkt", "Signal", "Phone 2", "Company phone", "Zentrale")]
    [True, True, True, False, False]
    """
    key, confidence = named_field(column)
    of_company = not (_MAIN_LINE | _OF_COMPANY).isdisjoint(words(column))
    return (key == "phone" and confidence >= CLEAR and not of_company) or _is_made_of(column, _OWN)


def _is_made_of(column: str, known: frozenset[str]) -> bool:
    """Return whether the words of a name are some that are known and those for a phone, and one of them says which."""
    parts = words(column.replace("WhatsApp", "whatsapp").replace("WeChat", "wechat"))
    parts = tuple(part.rstrip("0123456789") or part for part in parts)
    of_phone = {part for part in parts if named_field(part) == ("phone", _sure(part))}
    says = of_phone | {*parts}.intersection((_OWN | _MAIN_LINE - {"standard"}) & known)
    return bool(says) and {*parts} <= of_phone | known | _ALSO | _NUMBER


def _sure(part: str) -> float:
    return max(CLEAR, named_field(part)[1])
