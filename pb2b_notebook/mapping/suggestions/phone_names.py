"""Which columns hold a phone of a row's person beside the mapped one, by their names or cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.suggestions.candidates import HALF, MOSTLY, OF_CODES
from pb2b_notebook.mapping.suggestions.headers import is_about_another, named_field, width
from pb2b_notebook.mapping.suggestions.recognition import looks, sample
from pb2b_notebook.mapping.vocabulary import read

_OWN: Final = frozenset(
    {"whatsapp", "signal", "telegram", "viber", "threema", "wechat", "gsm", "natel", "direct", "directe", "direkt"}
    | {"direktwahl", "durchwahl", "directo", "direto", "diretto", "mobiele", "portable"}
)
"""Messengers that are used by phone number, and a person's own line."""
_MAIN_LINE: Final = frozenset({"zentrale", "switchboard", "centralino", "centralita", "standard", "vermittlung"})
"""Words for the main line of a company. "Standard" alone is anything."""
_OF_COMPANY: Final = frozenset(
    {"company", "corporate", "firma", "organization", "organisation", "empresa", "main", "hq", "headquarters", "office"}
)
_DESK: Final = frozenset({"office", "bur", "buro", "bureau", "oficina", "ufficio", "kantoor", "kontor", "biuro"})
"""Words for the place of work: its line is a person's own, or that of all."""
SECOND: Final = frozenset(
    {"2", "3", "ii", "2nd", "second", "secondary", "two", "zweite", "zweites", "deuxieme", "secondaire", "segundo"}
)
"""Words of a second column; of the second person, if a name has them, too."""
OTHER: Final = frozenset(
    {"alt", "alternate", "alternative", "alternativ", "other", "autre", "andere", "otro", "altro", "outro", "annan"}
    | {"private", "privat", "privee", "prive", "priv", "home", "domicile", "perso", "personnel", "particulier", "thuis"}
    | {"particular", "casa", "domicilio", "residencial", "pessoal", "personale", "hem", "hjem", "koti", "ev", "evi"}
    | {"domow", "domowy", "prywatny", "dom", "domu", "domov", "soukromy", "sukromny", "otthoni"}
)
"""Words that leave it open whether a column is the first or the second one of a person."""
_ALSO: Final = (
    SECOND
    | OTHER
    | {"4", "3rd", "third", "further", "weitere", "additional", "personal", "work", "business", "custom"}
    # "Telefon G" is geschäftlich, at work, and "CEL_WHATS" is WhatsApp.
    | {
        "person",
        "default",
        "address",
        "billing",
        "whats",
        "g",
        "p",
        "op",
        "weiteres",
        "geschaftlich",
        "zakelijk",
        "werk",
    }
)
_SHORT: Final = 3
_NEUTRAL: Final = frozenset(
    {"column", "spalte", "colonne", "columna", "unnamed", "field", "feld", "nummer", "number", "numero"}
)
"""Names of columns that say nothing."""
_PLACES: Final = frozenset({"us", "usa", "uk", "eu", "de", "at", "ch", "gesch", "bus", "pro", "prv"})
_NUMBER: Final = frozenset(
    {"number", "numbers", "no", "nr", "nummer", "numero", "num", "line", "ligne", "linea", "dial"}
)
_THAI: Final = re.compile("[\u0e00-\u0e7f]")
_PHONE: Final = LeadField("phone", "phone", builtin=True)
CLEAR: Final = 0.85
"""Least confidence in what a name says: one with an unknown word may be of another person ("Recruiter phone")."""


def names_phone(column: str) -> bool:
    """Return whether a column may hold a phone of the row's person, by its name alone; also one of the company.

    >>> [names_phone(name) for name in ("Mobile", "WhatsApp Nr.", "Telefon Zentrale", "Fax", "Assistant mobile")]
    [True, True, True, False, False]
    """
    return names_own_phone(column) or _is_made_of(column, _OWN | _MAIN_LINE | _OF_COMPANY)


def names_line(column: str) -> bool:
    """Return whether a column may hold the person's phone, by its name alone; also one at the desk.

    >>> [names_line(name) for name in ("Tél. bur. / Office", "Telefon P", "Company phone", "Lawyer phone")]
    [True, True, False, False]
    """
    return names_own_phone(column) or _is_made_of(column, _OWN | _DESK) or _has_place(column)


def _has_place(column: str) -> bool:
    """Return whether a column is a phone with the place that has it, in any order or in one word.

    >>> [_has_place(name) for name in ("Telefon do práce", "TEL会社", "会社TEL", "Kontorstelefon", "Přímá linka")]
    [True, True, True, True, True]
    >>> [_has_place(name) for name in ("Telefon szefa", "Pevná cena", "Telefonkosten", "Office number", "会社住所")]
    [False, False, False, False, False]
    """
    in_one, places, own = _patterns_of_places()
    text = " ".join(words(in_one.sub(r" \1\2 ", " ".join(words(column)))))
    rest = " ".join(places.sub(" ", text).split())
    if rest == text:
        return False
    key, confidence = named_field(rest)
    is_line = bool(rest) and {*rest.split()} <= _words_of("line") and own.search(text) is not None
    return is_line or (key == "phone" and confidence >= CLEAR)


@cache
def _patterns_of_places() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of places that are written in one with a phone, of places, and of a person's own line."""
    own, desk = ([*_words_of(kind)] for kind in ("own_line", "line_place"))
    listed = sorted(own + desk, key=lambda word: (-len(word), word))
    unspaced = [word for word in listed if width(word) > len(word) or _THAI.match(word)]
    spaced = "|".join(word for word in listed if word not in unspaced)
    in_one = rf"({'|'.join(unspaced)})|\b({spaced})s?(?=telefo|tele?foo|puhelin|nummer|numero)"
    return re.compile(in_one), re.compile(rf"\b(?:{'|'.join(listed)})\b"), re.compile(rf"\b(?:{'|'.join(own)})\b")


@cache
def _words_of(kind: str) -> frozenset[str]:
    return frozenset(" ".join(words(word)) for word in read("phone_lines")[kind])


def holds_phones(column: str, values: Sequence[Any]) -> bool:
    """Return whether a column may hold phones of the row's person, by its cells, unless its name says something else.

    >>> phones = ["+49 30 901820", "+43 1 234567"]
    >>> [holds_phones(name, phones) for name in ("Column 7", "Default Address Phone", "Assistant phone", "Fax", "Ref")]
    [True, True, False, False, False]
    >>> holds_phones("Column 7", ["2026-03-10", "2026-03-11"]), holds_phones("Column 7", ["00471100", "00471101"])
    (False, False)
    """
    parts = words(column)
    if named_field(column)[0] not in {"", "phone"} or is_about_another(column, _PHONE) or OF_CODES.intersection(parts):
        return False
    given = sample(values)
    look = looks(given)
    if any(named_field(part)[0] == "phone" for part in parts):  # a "Lawyer phone" is another person's
        return look["national_phone"] >= HALF and (names_line(column) or names_phone(column) or _ends_shortly(column))
    if not all(len(word) <= _SHORT or word in _NEUTRAL for word in parts):
        return False  # a "Vertreter" or a "Partner" is another person
    return are_written_phones(given)


def are_written_phones(given: Sequence[Any]) -> bool:
    """Return whether values are phones whatever their column is called: the number of an order is digits alone.

    >>> are_written_phones(["+49 30 901820", "(312) 555-0188"]), are_written_phones(["12000", "0047110012"])
    (True, False)
    """
    written = sum(not str(value).strip().isdecimal() for value in given)
    return looks(given)["phone"] >= MOSTLY and written >= HALF * len(given)


def _ends_shortly(column: str) -> bool:
    """Return whether only the place of a phone stands beside it: "Cell (US)", and not "Cell Mum"."""
    rest = {*words(column)} - _ALSO - _NUMBER - _PLACES
    return all(named_field(word)[0] == "phone" for word in rest)


def names_own_phone(column: str) -> bool:
    """Return whether a column may hold the person's own phone, by its name alone.

    >>> [names_own_phone(name) for name in ("Alt GSM", "Signal", "Phone 2", "Company phone", "Zentrale")]
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
