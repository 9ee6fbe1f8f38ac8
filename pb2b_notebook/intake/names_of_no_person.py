"""Names that are only a title, "(padre)", a function or a sign of a missing name: "Frau Dr.", "Sekretariat". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

from pb2b_notebook.cleanup.linkage.names.plain_names import is_generation_alone
from pb2b_notebook.cleanup.values.given_names import frequent_given_names
from pb2b_notebook.cleanup.values.honorifics import is_degree, is_title, needs_row
from pb2b_notebook.cleanup.values.name_prefixes import without_prefix
from pb2b_notebook.letters import plain_letters, without_accents
from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.vocabulary import PARTS_OF_NAMES
from pb2b_notebook.shipped_tables import read_table

_Judge = Callable[[str], str | None]
_TITLE: Final = "is only a title, and not a name"
_GENERATION: Final = "is only the word for a parent or a child, and not a name"
_FUNCTION: Final = "is a function, and not the name of a person"
_NUMBER: Final = "is words and a number, and not the name of a person"
_NOTHING: Final = "stands for a name that is missing"
_CARE: Final = "says at whose address the person is, and is not a part of the name"
_ROLE: Final = "is a function, and not a part of the name"
_WITH_NUMBER: Final = re.compile(r"\D*[^\W\d_]{3}\D*\b\d{1,4}\b\D*")
_LONGEST: Final = 100
"""Characters of words and a number: of a longer text, the expression would try each way to part it."""
_IN_CARE_OF: Final = re.compile(r"(?<=\S)[\s,]+(?:c/o|℅|p/a)[:.]?\s.*", re.IGNORECASE | re.DOTALL)
_AT_HOST: Final = re.compile(r"\s*(?:c/o|℅)[:.]?\s", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"(?<=\S)\s*\(([^()]+)\)$")
_IN_JAPANESE: Final = re.compile(
    r"(?=.*(?:部|課|室|係|様|御中))"
    r"(?:(?:購買|資材|調達|仕入|営業|総務|人事|経理|財務|法務|企画|経営企画|広報|宣伝|販売|製造|生産|生産管理"
    r"|品質管理|開発|技術|業務|管理|情報システム|マーケティング)(?:本部|部|課|室|係)[ 　]?)*"
    r"(?:ご?担当者?[ 　]?)?(?:様|御中)?"
)
"""Departments and the person in charge there: 購買部 ご担当者様. A family name may end in 部, too."""
_IN_THAI: Final = re.compile(r"(?:ฝ่าย|แผนก)[\u0e01-\u0e4e ]+")
_POSSESSIVE: Final = re.compile(r"['’]s\b")
_PLUS_ONE: Final = re.compile(r"\s*\+\s*\d{1,2}\b(?!\s*\d).*", re.DOTALL)
"""Who comes with another person: "+1", "+1 of Ada Berg"."""
_UNKNOWN: Final = re.compile(r"[\W\d_]*\?[\W\d_]*(?:\(.*\)[\W_]*)?|N/?A")
"""A question mark where a name would be, perhaps with initials behind it; and what is a name in another case."""


def set_aside_names_of_no_person(readings: Sequence[Reading]) -> list[tuple[Any, ...]]:
    """Empty the names that are of no person, whole or in parts, and return them as cells to be set aside.

    A title that the row's own address spells is a family name: "Herr" with l.herr@nord.example. So is a function in the
    column of family names that the address spells behind other letters.
    """
    found = {reading.field.key: reading for reading in readings if reading.field.builtin}
    judge = cache(why_no_person)  # a list repeats its names, and the rules their questions
    return [*_set_aside_hosts(found), *_set_aside_whole_names(found, judge), *_set_aside_parts(found, judge)]


def _set_aside_hosts(found: dict[str, Reading]) -> list[tuple[Any, ...]]:
    """Take from names what is behind a c/o, and a function in brackets: "Anna Klein c/o Meyer", "Ana (referente)"."""
    aside: list[tuple[Any, ...]] = []
    for name in (found[key] for key in ("full_name", "last_name") if key in found):
        for row, value in enumerate(name.values):
            host, role = (
                found.search(value) if isinstance(value, str) else None for found in (_IN_CARE_OF, _IN_BRACKETS)
            )
            if role is not None and why_no_person(role[1]) != _FUNCTION:
                role = None
            if (behind := host or role) is not None:
                name.values[row] = value[: behind.start()]
                why = _ROLE if host is None else _CARE
                aside.append((row, name.column, name.field.column, behind[0].strip(" ,"), why))
    return aside


def _set_aside_whole_names(found: dict[str, Reading], judge: _Judge) -> list[tuple[Any, ...]]:
    name = found.get("full_name")
    if name is None:
        return []
    aside: list[tuple[Any, ...]] = []
    for row, value in enumerate(name.values):
        reason = judge(value) if isinstance(value, str) else None
        if reason is None and isinstance(value, str) and _is_with_number(value) and not _mailbox(found, row):
            reason = _NUMBER
        if reason is None and isinstance(value, str) and _AT_HOST.match(value) and not _is_spelled(found, row, value):
            reason = _CARE
        spelled = reason in {_TITLE, _GENERATION} and plain_letters(value) in _mailbox(found, row)
        if reason is None or spelled:
            continue
        name.values[row] = None
        aside.append((row, name.column, name.field.column, value, reason))
    return aside


def _set_aside_parts(found: dict[str, Reading], judge: _Judge) -> list[tuple[Any, ...]]:
    """Empty a function that is the only part of a name, or stands beside the company: "Compras", "Hospital Norte".

    A whole name that is left is of a person, and so are its parts.
    """
    parts = [found[key] for key in ("first_name", "last_name", "full_name") if key in found]
    if not found.keys() & PARTS_OF_NAMES:
        return []
    company = found.get("company_name")
    aside: list[tuple[Any, ...]] = []
    for row in range(len(parts[0].values)):
        given = [part for part in parts if isinstance(part.values[row], str)]
        firm = plain_letters(str(company.values[row] or "")) if company else ""
        # Together: LinkedIn | Member, DevRel | Team. Else each that is not the company.
        reason = _why_no_person_in_parts([part.values[row] for part in given], judge)
        if reason not in {_FUNCTION, _NOTHING}:
            texts = (part.values[row] for part in given)
            reason = _reason_of_all((text for text in texts if plain_letters(text) != firm), judge)
        if reason is not None and not _is_family_name_in_mailbox(found, row):
            aside += [(row, part.column, part.field.column, part.values[row], reason) for part in given]
            for part in given:
                part.values[row] = None
    return aside


def _reason_of_all(texts: Iterable[str], judge: _Judge) -> str | None:
    """Return why the first of some texts is not a name, if each is a function or stands for a missing name."""
    first = None
    for text in texts:
        reason = judge(text)
        if reason not in {_FUNCTION, _NOTHING}:
            return None
        first = first or reason
    return first


def _why_no_person_in_parts(parts: Sequence[str], judge: _Judge) -> str | None:
    """Return why the parts of a name together are of no person, in either order; ``None`` for one part.

    >>> [_why_no_person_in_parts(parts, why_no_person) for parts in (["様", "ご担当者"], ["Mia", "Berg"])]
    ['is a function, and not the name of a person', None]
    """
    if len(parts) > 1 and len({*map(_plain, parts)}) == 1:
        return judge(parts[0])  # a ticket shop writes "Info Requested" into each column
    wholes = (" ".join(parts), " ".join(reversed(parts))) if len(parts) > 1 else ()
    return next(filter(None, map(judge, wholes)), None)


def _is_spelled(found: dict[str, Reading], row: int, name: str) -> bool:
    """Return whether the address of a row spells a word of a name."""
    mailbox = _mailbox(found, row)
    return any(len(word) > 2 and plain_letters(word) in mailbox for word in _plain(name).split())  # noqa: PLR2004 - c/o


def _is_family_name_in_mailbox(found: dict[str, Reading], row: int) -> bool:
    """Return whether the address spells the family name and more: e.kadry@nord.example; kadry@ is a department."""
    name = found["last_name"].values[row] if "last_name" in found else None
    family, mailbox = plain_letters(name) if isinstance(name, str) else "", _mailbox(found, row)
    return bool(family) and family in mailbox and family != mailbox


def _mailbox(found: dict[str, Reading], row: int) -> str:
    """Return the letters of the address of a row before its "@"."""
    email = found.get("email")
    address = "" if email is None else str(email.value_or_cell(row) or "")
    return plain_letters(address.partition("@")[0])


def why_no_person(name: str) -> str | None:
    """Return why a whole name is of no person; ``None`` for any other name.

    >>> [why_no_person(name) is None for name in ("Frau Dr.", "(padre)", "Billing Dept.", "N. N.", "?? (GF)", "NA")]
    [False, False, False, False, False, False]
    >>> [why_no_person(name) is None for name in ("購買部 ご担当者様", "総務課御中", "服部 健", "様")]
    [False, False, True, True]
    >>> [why_no_person(name) is None for name in ("Ada Berg", "Vertrieb Schmidt", "N. Nair", "Herr Berg", "Nn Kumar")]
    [True, True, True, True, True]
    """
    words = name.split()
    if words and all(is_title(word) or _is_only_degree(word.strip("()")) for word in words):
        return _TITLE
    if is_generation_alone(name):
        return _GENERATION
    plain = _plain(name)
    if any(map(_is_function, {name, without_prefix(name)})) or _is_asian_department(name):
        return _FUNCTION
    is_missing = plain in _words_of("nothing") or any(each.fullmatch(name.strip()) for each in (_UNKNOWN, _PLUS_ONE))
    return _NOTHING if is_missing else None


def _is_function(name: str) -> bool:
    """Return whether a name is a function: "Purchasing", "du service achats", "Secretary to Ada Berg"."""
    words = _plain(_POSSESSIVE.sub("", name)).split()
    if len(words) > 1 and words[0] in _words_of("articles"):
        words = words[1:]
    return _assists(words) or " ".join(words) in _words_of("functions") or _is_department(words)


def _assists(words: Sequence[str]) -> bool:
    """Return whether words are someone who works for a person, as "PA to Ada" is and "Pa de Silva" is not."""
    if len(words) < len(("secretary", "to", "Ada")):
        return False
    abbreviated = {"pa", "ea"}
    return words[0] in _words_of("assistants") and words[1] in (
        {"to"} if words[0] in abbreviated else _words_of("links")
    )


def _is_department(words: Sequence[str]) -> bool:
    """Return whether a name is that of a department: "Billing Department", but not "Ada Desk" or "J. Desk"."""
    of_person = any(len(word) == 1 or word in frequent_given_names() for word in words)
    return not of_person and not _words_of("departments").isdisjoint(words)


def _is_asian_department(name: str) -> bool:
    if not 1 < len(name) <= _LONGEST:
        return False
    return any(pattern.fullmatch(name) for pattern in (_IN_JAPANESE, _IN_THAI))


def _is_with_number(name: str) -> bool:
    """Return whether a name is words and a number, none of them a frequent given name: "Zumba 29"."""
    return (
        len(name) <= _LONGEST
        and bool(_WITH_NUMBER.fullmatch(name))
        and frequent_given_names().isdisjoint(_plain(name).split())
    )


def _is_only_degree(word: str) -> bool:
    return is_degree(word, sure=True) and not needs_row(word)  # Mba and Md are names, too


def _plain(text: str) -> str:
    letters = (each if each.isalpha() else " " for each in without_accents(text))
    return " ".join("".join(letters).split())


@cache
def _words_of(kind: str) -> frozenset[str]:
    return frozenset(map(_plain, read_table(__package__, "names_of_no_person.toml")[kind]))
