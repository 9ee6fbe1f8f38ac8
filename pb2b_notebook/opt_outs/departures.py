"""Read that a person left a list, or died, with what stands behind it: when, how, or what was left. Pure.

The words of each language are in ``departures.toml``. With any other word, a clause says something else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.vocabulary import spellings
from pb2b_notebook.shipped_tables import read_table

_WORDS_OF_HOW: Final = 4


def says_departure(plain: str) -> bool:
    """Return whether the plain words of a clause say that a person left a list, or died.

    >>> [says_departure(clause) for clause in ("unsubscribed from mailer", "opted out via a portal", "died in may")]
    [True, True, True]
    >>> [says_departure(clause) for clause in ("opted out of dinner", "his father died", "unsubscribed by mistake")]
    [False, False, False]
    """
    return any(map(f" {plain} ".__contains__, words_of_departures())) and _pattern().fullmatch(plain) is not None


@cache
def words_of_departures() -> tuple[str, ...]:
    """Return words of which each such clause has one, with a space at each side."""
    return tuple(sorted({f" {head} " for head in spellings(_table()["heads"])}))


def _table() -> dict[str, list[str]]:
    return read_table(__package__, "departures.toml")


@cache
def _pattern() -> re.Pattern[str]:
    before, heads, how, back, of, lists, when = (
        "|".join(sorted(spellings(_table()[key]), key=lambda word: (-len(word), word)))
        for key in ("before", "heads", "how", "takes_back", "from", "lists", "when")
    )
    by = rf" (?:{how})(?: (?!(?:{back})\b)\w+){{1,{_WORDS_OF_HOW}}}"
    return re.compile(
        rf"(?:(?:{before}|{when}) )*(?:{heads})(?:(?: (?:{of}))* (?:{lists}))*(?: (?:{when}))*(?:{by})?(?: (?:{when}))*"
    )
