"""Recognize the columns of CRMs and mailing services of who left or refuses all mailings, or since when. Pure.

"Unsubscribed from all email" and "Consent withdrawn on" are translated by each of them in its own way, in any
inflection. A name counts if it has a word of leaving, refusing, excluding or taking back and one of mail, a consent or
a date, and nothing else that says something.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.vocabulary import plain_words, spellings
from pb2b_notebook.shipped_tables import read_table

_KINDS: Final = {
    "whole_names": "Z", "leaving": "L", "withdrawing": "W", "refusing": "R", "excluding": "X", "cancelling": "C",
    "taking_back": "T", "allowing": "P", "ways": "Y",
    "subscriptions": "S", "newsletters": "B", "mail": "M", "consents": "O", "campaigns": "K",
    "dates": "D", "whole": "A", "beside": "N",
}  # fmt: skip
"""The letter for each kind of words."""
_WHOLE: Final = _KINDS["whole_names"]
_ALONE: Final = re.compile(
    "(?:(?=.*[MB])(?=.*[LRXW])|(?=.*K)(?=.*[LX])|(?=.*C)(?=.*[MB])(?=.*[SA])|"
    "(?=.*[CT])(?=.*[OB])|(?=.*[RW])(?=.*O)|(?=.*[LWX])(?=.*D)|(?=.*Z))[A-Z ]+"
)
"""Kinds that say so together. A campaign itself may be refused or cancelled, and a mail or an order cancelled."""
_ALLOWED: Final = re.compile("(?=.*P)(?=.*[MBY])[PMBYAN ]+")
"""Kinds by which a name says that messages are allowed: mail or calls, and nothing else."""
_ANY: Final = r"\w*"
_FIRST_UNSPACED: Final = "\u0e00"
"""The first letter of the scripts that write words in one: Thai, Korean, Japanese, Chinese."""


def names_mailing_opt_out(name: str) -> bool:
    """Return whether a column of this name has who left or refuses all mailings, by a truth value or a time.

    >>> names = ("Dada de baja de las comunicaciones", "Von Kampagnen ausgeschlossen", "Odhlášení z e-mailů")
    >>> [names_mailing_opt_out(name) for name in names]
    [True, True, True]
    >>> [names_mailing_opt_out(name) for name in ("Widerruf am", "Date de retrait du consentement", "Sperrdatum")]
    [True, True, True]
    >>> [names_mailing_opt_out(name) for name in ("Auftrag widerrufen am", "Date de retrait", "Credit blocked on")]
    [False, False, False]
    >>> names = ("Recibe campañas", "Campaña cancelada", "Enlace de baja del boletín", "Nicht abgemeldet von E-Mails")
    >>> [names_mailing_opt_out(name) for name in names]
    [False, False, False, False]
    """
    plain = _split_words(plain_words(name))
    if not _subject().search(plain):
        return False
    of_mail, of_date, words = _patterns()
    whole = words.fullmatch(plain)
    if whole is not None and whole.lastgroup == _WHOLE:
        return True
    plain = of_date.sub(r"\1 \2", of_mail.sub(r"\1 \2", plain))
    return _ALONE.fullmatch(words.sub(lambda found: found.lastgroup or "", plain)) is not None


def names_mailing_permission(name: str) -> bool:
    """Return whether a column of this name has whether mail or calls are allowed, as CRMs translate "Allow Emails".

    >>> names = ("Autoriser les courriers électroniques", "E-Mails zulassen", "Salli sähköpostiviestit")
    >>> [names_mailing_permission(name) for name in names]
    [True, True, True]
    >>> names = ("Lieferung zulassen", "Autoriser l'accès", "E-Mails nicht zulassen", "E-Mail")
    >>> [names_mailing_permission(name) for name in names]
    [False, False, False, False]
    """
    plain = _split_words(plain_words(name))
    if not _allows().search(plain):
        return False
    return _ALLOWED.fullmatch(_patterns()[2].sub(lambda found: found.lastgroup or "", plain)) is not None


@cache
def _allows() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_patterns_of('allowing'))})\b")


def _split_words(plain: str) -> str:
    """Return plain words with a space between those of scripts that write them in one.

    >>> _split_words(plain_words("配信停止日")) == " ".join(map(plain_words, ["配信停止", "日"]))
    True
    """
    if plain.isascii() or max(plain) < _FIRST_UNSPACED:
        return plain
    return " ".join(_pattern_of_joined().sub(r" \g<0> ", plain).split())


@cache
def _pattern_of_joined() -> re.Pattern[str]:
    """Return the pattern of the words of scripts that write them in one."""
    kinds = (kind for kind, letter in _KINDS.items() if letter != _WHOLE)
    words = (each for each in _patterns_of(*kinds) if each[0] >= _FIRST_UNSPACED)
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


@cache
def _subject() -> re.Pattern[str]:
    """Return the pattern of beginnings and ends of words of which each such name has one."""
    kinds = ("mail", "newsletters", "campaigns", "consents", "dates", "whole_names")
    subjects = "|".join(each.removesuffix(_ANY) for each in _patterns_of(*kinds))
    return re.compile(rf"\b(?:{subjects})|(?:{_beginnings('day')})\b")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of compounds of mail with a refusal, of a refusal with a date, and of all words by kinds."""
    kinds = (f"(?P<{letter}>{'|'.join(_patterns_of(kind))})" for kind, letter in _KINDS.items())
    left = _beginnings("leaving", "refusing", "withdrawing", "taking_back")
    of_mail = rf"\b({_beginnings('mail', 'newsletters', 'consents')})\w{{0,2}}?({left})"
    of_date = rf"\b((?:{left})\w{{0,7}}?)({_beginnings('day')})\b"
    return re.compile(of_mail), re.compile(of_date), re.compile(rf"\b(?:{'|'.join(kinds)})\b")


def _beginnings(*kinds: str) -> str:
    """Return the pattern of the single words of some kinds, without what may stand behind them."""
    return "|".join(each.removesuffix(_ANY) for each in _patterns_of(*kinds) if " " not in each)


def _patterns_of(*kinds: str) -> list[str]:
    """Return patterns of the words of some kinds, longer ones first."""
    table = read_table(__package__, "mailing_opt_outs.toml")
    words = {
        plain + (_ANY if word.endswith("*") else "")
        for kind in kinds
        for word in table[kind]
        for plain in spellings([word])
    }
    return sorted(words, key=lambda word: (-word.count(" "), -len(word), word))
