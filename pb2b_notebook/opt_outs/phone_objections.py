"""Read that a person objects to calls or text messages alone: "alleen per e-mail, niet bellen", "SMS opt-in: no". Pure.

A column for the phone alone, "Do Not Phone", and a code of it, say nothing about e-mail. In a note, "do not call" may
refer to all contact: there the note must ask for e-mail. Each word must be known: a word that is not understood, as in
"do not call, mail bounced" or "yes - deceased", may be a further objection.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from pb2b_notebook.opt_outs.recognition import (
    is_consent,
    is_consent_to_messages,
    is_flag,
    is_opted_out,
    write_out_phones,
)
from pb2b_notebook.opt_outs.registers import read_registers
from pb2b_notebook.opt_outs.suspicions import may_refuse
from pb2b_notebook.opt_outs.vocabulary import plain_words
from pb2b_notebook.shipped_tables import read_table

_CLAUSES: Final = re.compile(
    r"[.;,!?|/\n\r()\[\]•·、。；，！？—–]+(?=\s|$)|\s-+\s|\s(?:but|aber|sondern|maar|mais|pero|ma|mas|men|ale)\s"
)
_DATE: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ][0-9:.+Z]+)?")
_EPOST: Final = re.compile(r"\be post\b")
_LONGEST: Final = 200
_LONGEST_CODE: Final = 4
"""Words of a code such as "Do Not Phone"."""


def objects_to_phone_alone(name: str, cell: str) -> bool:
    """Return whether what a column says of a person who opted out is an objection to calls or text messages alone.

    >>> objects_to_phone_alone("Do Not Phone", "yes"), objects_to_phone_alone("Solicit codes", "Do Not Phone")
    (True, True)
    >>> objects_to_phone_alone("Note", "alleen per e-mail, niet bellen"), objects_to_phone_alone("Note", "do not call")
    (True, False)
    >>> objects_to_phone_alone("Note", "no emails, phone only"), objects_to_phone_alone("Do not call or email", "x")
    (False, False)
    >>> objects_to_phone_alone("SMS opt-in", "no"), objects_to_phone_alone("SMS opt-in", "unsubscribed")
    (True, False)
    """
    words = _words()
    if (registers := read_registers(name, cell)) is not None:
        return "all" not in registers
    if is_flag(name) or is_consent(name):
        return (_is_of_phone(name) or is_consent_to_messages(name)) and (_is_bare_answer(cell) or _is_of_phone(cell))
    clauses = [clause for clause in _CLAUSES.split(write_out_phones(cell[:_LONGEST])) if plain_words(clause)]
    refusals = [clause for clause in clauses if is_opted_out(clause) or may_refuse(clause)]
    if len(cell) > _LONGEST or not refusals or not all(map(_is_of_phone, refusals)):
        return False
    is_code = len(clauses) == 1 and len(clauses[0].split()) <= _LONGEST_CODE
    if is_code and not words.codes.isdisjoint(plain_words(name).split()):
        return True
    others = [clause for clause in clauses if clause not in refusals]
    return bool(others) and all(map(_asks_for_mail, others))


def _is_of_phone(text: str) -> bool:
    """Return whether a text is about the phone, and about nothing else."""
    plain = plain_words(text)
    rest = _words().phone.sub(" ", plain)
    return rest != plain and _words().beside.issuperset(rest.split())


def _asks_for_mail(clause: str) -> bool:
    words, parts = _words(), set(_EPOST.sub("epost", plain_words(clause)).split())
    asks = not parts.isdisjoint(words.mail) and not parts.isdisjoint(words.asked)
    return asks and parts <= words.mail | words.asked | words.with_mail


def _is_bare_answer(cell: str) -> bool:
    return plain_words(cell) in _words().answers or _DATE.fullmatch(cell.strip()) is not None


class _Words(NamedTuple):
    phone: re.Pattern[str]
    mail: frozenset[str]
    asked: frozenset[str]
    codes: frozenset[str]
    beside: frozenset[str]
    with_mail: frozenset[str]
    answers: frozenset[str]


@cache
def _words() -> _Words:
    table = read_table(__package__, "phone_objections.toml")
    phone = "|".join(sorted(map(plain_words, table["phone"]), key=len, reverse=True))
    words = (frozenset(map(plain_words, table[key])) for key in _Words._fields[1:])
    return _Words(re.compile(rf"\b\w*(?:tele[fp]h?on|{phone})\b|\btelefon\w*|電話|电话|架電|전화"), *words)
