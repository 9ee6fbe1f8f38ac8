"""Recognize the columns of CRMs and mailing services of who left or refuses all mailings, in any inflection. Pure.

"Unsubscribed from all email" is translated by each of them in its own way. A name counts if it has a word of leaving,
refusing or excluding and one of mail, and nothing else that says something.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.vocabulary import plain_words, spellings
from pb2b_notebook.shipped_tables import read_table

_KINDS: Final = {
    "leaving": "L", "refusing": "R", "excluding": "X", "cancelling": "C", "subscriptions": "S", "mail": "M",
    "campaigns": "K", "whole": "A", "beside": "N",
}  # fmt: skip
"""The letter for each kind of words."""
_ALONE: Final = re.compile("(?:(?=.*M)(?=.*[LRX])|(?=.*K)(?=.*[LX])|(?=.*C)(?=.*M)(?=.*[SA]))[A-Z ]+")
"""Kinds that say so together. A campaign itself may be refused or cancelled, and a mail or an order cancelled."""
_ANY: Final = r"\w*"


def names_mailing_opt_out(name: str) -> bool:
    """Return whether a column of this name has who left or refuses all mailings, by a truth value or a time.

    >>> names = ("Dada de baja de las comunicaciones", "Von Kampagnen ausgeschlossen", "Odhlášení z e-mailů")
    >>> [names_mailing_opt_out(name) for name in names]
    [True, True, True]
    >>> names = ("Recibe campañas", "Campaña cancelada", "Enlace de baja del boletín", "Nicht abgemeldet von E-Mails")
    >>> [names_mailing_opt_out(name) for name in names]
    [False, False, False, False]
    """
    plain = plain_words(name)
    if not _mail().search(plain):
        return False
    compounds, words = _patterns()
    kinds = words.sub(lambda found: found.lastgroup or "", compounds.sub(r"\1 \2", plain))
    return _ALONE.fullmatch(kinds) is not None


@cache
def _mail() -> re.Pattern[str]:
    """Return the pattern of beginnings of words of which each such name has one."""
    return re.compile(rf"\b(?:{'|'.join(each.removesuffix(_ANY) for each in _patterns_of('mail', 'campaigns'))})")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of compounds of mail with a word of leaving or refusing, and of all words by their kinds."""
    kinds = (f"(?P<{letter}>{'|'.join(_patterns_of(kind))})" for kind, letter in _KINDS.items())
    mail, left = (
        "|".join(each for each in _patterns_of(*kind) if " " not in each)
        for kind in (["mail"], ["leaving", "refusing"])
    )
    compound = rf"\b({mail.replace(_ANY, '')})\w{{0,2}}?({left.replace(_ANY, '')})"
    return re.compile(compound), re.compile(rf"\b(?:{'|'.join(kinds)})\b")


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
