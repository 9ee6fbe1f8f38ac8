"""Read that a person objects to calls alone, and may be e-mailed: "alleen per e-mail, niet bellen". Pure.

A column for the phone alone, "Do Not Phone", and a code of it, say nothing about e-mail. In a note, "do not call" may
refer to all contact: there the note must ask for e-mail.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from pb2b_notebook.opt_outs.consent_sentences import is_negative_answer
from pb2b_notebook.opt_outs.recognition import is_consent, is_flag, is_opted_out
from pb2b_notebook.opt_outs.vocabulary import plain_words
from pb2b_notebook.shipped_tables import read_table

_CLAUSES: Final = re.compile(
    r"[.;,!?|/\n\r()\[\]•·、。；，！？—–]+(?=\s|$)|\s-+\s|\s(?:but|aber|sondern|maar|mais|pero|ma|mas|men|ale)\s"
)
_LONGEST: Final = 200
_LONGEST_CODE: Final = 4
"""Words of a code such as "Do Not Phone"."""


def objects_to_phone_alone(name: str, cell: str) -> bool:
    """Return whether what a column says of a person who opted out is an objection to calls, and to nothing else.

    Args:
        name: Name of the column.
        cell: Text of the cell, which says that the person opted out.

    >>> objects_to_phone_alone("Do Not Phone", "yes"), objects_to_phone_alone("Solicit codes", "Do Not Phone")
    (True, True)
    >>> objects_to_phone_alone("Note", "alleen per e-mail, niet bellen"), objects_to_phone_alone("Note", "do not call")
    (True, False)
    >>> objects_to_phone_alone("Note", "no emails, phone only"), objects_to_phone_alone("Do not call or email", "x")
    (False, False)
    """
    words = _words()
    if is_flag(name) or is_consent(name):
        return _is_of_phone(name) and not is_opted_out(_without_phone(cell))
    clauses = [clause for clause in _CLAUSES.split(cell[:_LONGEST]) if plain_words(clause)]
    refusals = [clause for clause in clauses if is_opted_out(clause)]
    if len(cell) > _LONGEST or not refusals or not all(map(_refuses_phone, refusals)):
        return False
    is_code = len(clauses) == 1 and len(clauses[0].split()) <= _LONGEST_CODE
    if is_code and not words.codes.isdisjoint(plain_words(name).split()):
        return True
    return any(_asks_for_mail(clause) for clause in clauses if clause not in refusals)


def _refuses_phone(clause: str) -> bool:
    return _is_of_phone(clause) and not is_opted_out(_without_phone(clause))


def _is_of_phone(text: str) -> bool:
    """Return whether a text is about the phone, and not about e-mail."""
    parts = set(plain_words(text).split())
    return _words().phone.search(plain_words(text)) is not None and parts.isdisjoint(_words().mail)


def _asks_for_mail(clause: str) -> bool:
    parts = set(plain_words(clause).split())
    asks = not parts.isdisjoint(_words().mail) and not parts.isdisjoint(_words().asked)
    return asks and not is_negative_answer(plain_words(clause))


def _without_phone(text: str) -> str:
    return " ".join(_words().phone.sub(" ", plain_words(text)).split())


class _Words(NamedTuple):
    phone: re.Pattern[str]
    mail: frozenset[str]
    asked: frozenset[str]
    codes: frozenset[str]


@cache
def _words() -> _Words:
    table = read_table(__package__, "phone_objections.toml")
    phone = "|".join(sorted(map(plain_words, table["phone"]), key=len, reverse=True))
    mail, asked, codes = (frozenset(map(plain_words, table[key])) for key in ("mail", "asked", "codes"))
    return _Words(re.compile(rf"\b\w*(?:tele[fp]h?on|{phone})\b|\btelefon\w*|電話|电话|架電|전화"), mail, asked, codes)
