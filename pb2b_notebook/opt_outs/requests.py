"""Read what a person asks for in a clause: no more calls, to be taken off the list, or to have the data deleted. Pure.

Each language has a few kinds of words (``requests.toml``). A clause is a request only if all of its words are of one
language and some of them stand in an order that says it: "do not call again". Any other word, such as a time or a
product, makes it something else.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.vocabulary import plain_words
from pb2b_notebook.shipped_tables import read_table

_LONGEST: Final = 14
"""Words of a request."""
_ORDERS: Final = (
    ("not", "verb"), ("verb", "not"), ("not", "be", "done"), ("not", "done", "be"), ("no", "noun"),
    ("no", "more", "further"), ("no", "further", "more"), ("stop", "verb"), ("stop", "stopping"), ("stop", "noun"),
    ("refuse", "noun"), ("refuse", "be", "done"), ("noun", "refuse"), ("remove", "target"), ("target", "remove"),
    ("be", "removed"), ("removed", "be"), ("wish", "target", "removed"), ("wish", "removed", "target"),
    ("removed", "own"), ("own", "removed"), ("no", "sent", "send"), ("no", "further", "send"), ("not", "send", "sent"),
    ("not", "send", "noun"), ("not", "send", "further"), ("send", "not", "sent"), ("send", "not", "noun"),
    ("sent", "not", "send"), ("noun", "not", "send"), ("stop", "send"),
)  # fmt: skip
"""Kinds of words that say it, in this order; others of the same language may stand between them."""

_WITHOUT_VERB: Final = (("no", "noun"), ("no", "more", "further"), ("no", "further", "more"))
"""Those that may also say what happened: no calls."""

_ASKS: Final = frozenset({"wish", "asks"})
"""Kinds of words of a person who asks."""

_REMOVALS: Final = frozenset({"remove", "removed"})
"""Kinds of words that say the opposite behind one that denies: do not delete my data."""

_DENY_BEHIND: Final = frozenset({"fa"})
"""Languages whose word that denies is the verb behind the one of the removal; elsewhere it begins something else."""


def is_request(plain: str, *, behind_another: bool = False) -> bool:
    """Return whether the plain words of a clause ask not to be contacted, or to be forgotten.

    Behind another clause, "no calls" is what happened or what was agreed, unless the words say who asks.

    >>> [is_request(clause) for clause in ("asked us never to call again", "bitte aus der liste streichen")]
    [True, True]
    >>> [is_request(clause) for clause in ("do not call before may", "not called yet", "no budget", "请联系我")]
    [False, False, False, False]
    >>> [is_request(clause, behind_another=True) for clause in ("no calls", "no calls please", "do not call")]
    [False, True, True]
    """
    if not plain.isascii() and any(pattern.fullmatch(plain.replace(" ", "")) for pattern in _patterns()):
        return True
    words = plain.split()
    if not 0 < len(words) <= _LONGEST:
        return False
    return any(_says(language, plain, words, behind_another=behind_another) for language in _languages())


def words_of_requests() -> list[str]:
    """Return words of which each request has one: in a script with spaces, as a word with a space at each side."""
    kinds = ("verb", "done", "noun", "further", "stopping", "send", "remove", "removed", "alone")
    tables = (table for name, table in _tables().items() if name != "unspaced")
    spaced = (word for table in tables for kind in kinds for word in table.get(kind, []))
    return [*sorted({f" {plain_words(word)} " for word in spaced}), *map(plain_words, _tables()["unspaced"]["words"])]


class _Language:
    """The words of a language.

    Attributes:
        kinds: Word → its kinds.
        alone: Clauses, or parts of them, that say it by themselves.
        denies_behind: Whether the word that denies stands behind what it denies.
    """

    def __init__(self, table: dict[str, list[str]], *, denies_behind: bool) -> None:
        self.denies_behind = denies_behind
        self.kinds: dict[str, set[str]] = {}
        for kind, words in table.items():
            for word in (part for text in words for part in plain_words(text).split()):
                self.kinds.setdefault(word, set()).add("beside" if kind == "alone" else kind)
        self.alone = re.compile(rf"\b(?:{'|'.join(map(plain_words, table.get('alone', []))) or '(?!)'})\b")


def _says(language: _Language, plain: str, words: list[str], *, behind_another: bool) -> bool:
    kinds = [language.kinds.get(word) for word in words]
    if None in kinds:
        return False
    denied = next((at for at, kind in enumerate(kinds) if kind and "not" in kind), len(kinds) + 1)
    alone = language.alone.search(plain)
    if alone and plain.count(" ", 0, alone.start()) <= denied:
        return True
    start = max(denied - 1, 0) if language.denies_behind else denied
    denies_removal = any(kind and kind & _REMOVALS for kind in kinds[start:])
    reports = behind_another and not any(kind and kind & _ASKS for kind in kinds)
    return any(
        _in_order(order, kinds)
        for order in _ORDERS
        if not (denies_removal and _REMOVALS & {*order}) and not (reports and order in _WITHOUT_VERB)
    )


def _in_order(order: tuple[str, ...], kinds: list[set[str] | None]) -> bool:
    """Return whether words of these kinds stand in this order, with any others between them."""
    rest = iter(kinds)
    return all(any(one is not None and kind in one for one in rest) for kind in order)


def _tables() -> dict[str, dict[str, list[str]]]:
    return read_table(__package__, "requests.toml")


@cache
def _languages() -> tuple[_Language, ...]:
    tables = (item for item in _tables().items() if item[0] != "unspaced")
    return tuple(_Language(table, denies_behind=name in _DENY_BEHIND) for name, table in tables)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    # Letters are decomposed, and without marks, in plain words.
    decomposed = (unicodedata.normalize("NFKD", pattern) for pattern in _tables()["unspaced"]["patterns"])
    letters = ("".join(each for each in pattern if unicodedata.category(each)[0] != "M") for pattern in decomposed)
    return tuple(map(re.compile, letters))
