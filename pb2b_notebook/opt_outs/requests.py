"""Read what a person asks for in a clause: no more calls, to be taken off the list, or to have the data deleted. Pure.

Each language has a few kinds of words (``requests.toml``). A clause is a request only if all of its words are of one
language and some of them stand in an order that says it: "do not call again". Any other word, such as a time or a
product, makes it something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.opt_outs.vocabulary import plain_words, spellings
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
    ("sent", "not", "send"), ("noun", "not", "send"), ("stop", "send"), ("send", "no", "sent"), ("send", "no", "noun"),
    ("send", "no", "further"), ("no", "further", "reason"), ("reason", "no", "further"),
    ("without", "further", "reason"), ("without", "noun", "reason"), ("reason", "without", "further"),
    ("reason", "without", "noun"), ("wish", "deny", "verb"), ("wish", "deny", "send"),
    ("wish", "no", "sent"), ("wish", "not", "sent"), ("no", "wish", "sent"), ("not", "wish", "sent"),
    ("does", "wish", "sent"),
    ("not", "wish", "noun"), ("wish", "not", "noun"), ("does", "wish", "noun"), ("wish", "no", "further"),
    ("no", "wish", "further"), ("not", "wish", "further"), ("does", "wish", "further"), ("not", "receive"),
    ("does", "wish", "receive"), ("not", "make", "further"), ("not", "further", "make"), ("not", "noun", "make"),
    ("make", "not", "further"), ("not", "allow", "further"), ("not", "allow", "noun"), ("does", "allow", "further"),
    ("does", "allow", "noun"), ("allow", "not", "further"), ("allow", "not", "noun"), ("receive", "not", "noun"),
)  # fmt: skip
"""Kinds of words that say it, in this order; others of the same language may stand between them."""

_WITHOUT_VERB: Final = (("no", "noun"), ("no", "more", "further"), ("no", "further", "more"))
"""Those that may also say what happened: no calls."""

_BLOCKS: Final = (("blocks", "us"), ("us", "blocks"))
"""Those of which no word may deny: has blocked us."""

_DENIALS: Final = frozenset({"not", "no", "deny", "does", "without"})
_ASKS: Final = frozenset({"wish", "asks"})
"""Kinds of words of a person who asks."""

_REMOVALS: Final = frozenset({"remove", "removed"})
"""Kinds of words that say the opposite behind one that denies: do not delete my data."""

_KINDS_OF: Final = {
    "alone": {"beside"}, "last": {"beside"}, "own": {"own", "reason"}, "received": {"receive", "received"},
}  # fmt: skip
"""Kinds of words that are those of others: what is done at the own request has it as its reason."""

_OTHER_TABLES: Final = frozenset({"common", "unspaced"})
"""Tables of no language."""

_DENY_BEHIND: Final = frozenset({"fa"})
"""Languages whose word that denies is the verb behind the one of the removal; elsewhere it may begin something else."""

_ELIDE: Final = frozenset({"fr", "it"})
"""Languages that write short words in one with the next one: d'enlever, m'enlever, dall'elenco."""

_ELIDED: Final = re.compile(r"^(?:d|l|m|n|s|qu|j|t|c|dell|dall|nell|sull|all)(?=[aeiouhy])")

_SAY_MORE: Final = frozenset(
    {"verb", "done", "noun", "send", "sent", "further", "more", "be", "wish", "asks", "receive"}
)
"""Kinds of words of which a word that denies says something, if they stand behind it."""


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


def kinds_of_words(plain: str) -> Iterator[list[set[str] | None]]:
    """Yield for each language the kinds of some plain words; ``None`` for a word of another language."""
    words = plain.split()
    for language in _languages():
        yield [language.kinds_of(word) for word in words]


def words_of_requests() -> list[str]:
    """Return words of which each request has one: in a script with spaces, as a word with a space at each side."""
    kinds = (
        "verb", "done", "noun", "further", "stopping", "send", "sent", "receive", "received", "remove", "removed",
        "blocks", "alone", "last",
    )  # fmt: skip
    tables = (table for name, table in _tables().items() if name not in _OTHER_TABLES)
    spaced = (word for table in tables for kind in kinds for word in table.get(kind, []))
    elided = (plain_words(word) for name in _ELIDE for word in _tables()[name]["remove"])
    ends = {f"{word} " for word in elided if _ELIDED.match(f"d{word}")}
    words = {f" {word} " for word in spellings(spaced)} | ends
    return [*sorted(words), *map(plain_words, _tables()["unspaced"]["words"])]


def denying_words() -> set[str]:
    """Return the words that deny, stop or refuse something.

    Hindi is left out: without its vowel signs, "moti bhuju" is a request.
    """
    tables = [table for name, table in _tables().items() if name not in {*_OTHER_TABLES, "hi"}]
    words = (word for table in tables for kind in ("not", "no", "stop", "refuse") for word in table.get(kind, []))
    return set(map(plain_words, words))


def words_alone() -> set[str]:
    """Return the words that are a request by themselves."""
    tables = (table for name, table in _tables().items() if name not in _OTHER_TABLES)
    words = (plain_words(word) for table in tables for word in table.get("alone", []))
    return {word for word in words if " " not in word}


class _Language:
    """The words of a language.

    Attributes:
        kinds: Word → its kinds.
        alone: Clauses, or parts of them, that say it by themselves.
        last: Ends of clauses that do.
        bars: Parts of clauses that are about something else.
        denies_behind: Whether the word that denies stands behind what it denies.
        elides: Whether short words are written in one with the next one.
    """

    def __init__(self, table: dict[str, list[str]], *, denies_behind: bool, elides: bool) -> None:
        self.denies_behind = denies_behind
        self.elides = elides
        self.kinds: dict[str, set[str]] = {}
        for kind, words in [*table.items(), *_tables()["common"].items()]:
            if kind == "bars":
                continue
            for word in (part for text in spellings(words) for part in text.split()):
                self.kinds.setdefault(word, set()).update(_KINDS_OF.get(kind, {kind}))
        alone, last, bars = (_any_of(table.get(kind, [])) for kind in ("alone", "last", "bars"))
        self.alone = lazy_pattern(rf"\b(?:{alone})\b|\b(?:{last})$")
        self.bars = lazy_pattern(rf"\b(?:{bars})\b")

    def kinds_of(self, word: str) -> set[str] | None:
        """Return the kinds of a word; ``None`` for one of another language."""
        found = self.kinds.get(word)
        if found is not None or not self.elides:
            return found
        # "Appels d'offres" are tenders: only what is not sent is read so.
        rest = self.kinds.get(_ELIDED.sub("", word))
        return None if rest is None or rest & {"sent", "noun"} else rest


def _says(language: _Language, plain: str, words: list[str], *, behind_another: bool) -> bool:
    kinds = [language.kinds_of(word) for word in words]
    if None in kinds or language.bars.search(plain):
        return False
    denied = next((at for at, kind in enumerate(kinds) if kind and "not" in kind), len(kinds) + 1)
    alone = language.alone.search(plain)
    if alone and plain.count(" ", 0, alone.start()) <= denied:
        return True
    if _reports(kinds):
        return False
    start = max(denied - 1, 0) if language.denies_behind else denied
    denies_removal = any(kind and kind & _REMOVALS for kind in kinds[start:]) or _denies_what_stands_before(kinds)
    reports = behind_another and not any(kind and kind & _ASKS for kind in kinds)
    blocks = any(_in_order(order, kinds) for order in _BLOCKS)
    return (blocks and not any(kind and kind & _DENIALS for kind in kinds)) or any(
        _in_order(order, kinds)
        for order in _ORDERS
        if not (denies_removal and _REMOVALS & {*order}) and not (reports and order in _WITHOUT_VERB)
    )


def _reports(kinds: list[set[str] | None]) -> bool:
    """Return whether a clause says what a person does or got, and not what one wants: "does not call"."""
    found: set[str] = set().union(*(kind or set() for kind in kinds))
    return ("does" in found and not found & {"wish", "allow"}) or ("received" in found and not found & _ASKS)


def _denies_what_stands_before(kinds: list[set[str] | None]) -> bool:
    """Return whether the last word that denies belongs to a removal before it: "löschen Sie meine Daten nicht".

    Behind a wish, or before what it denies itself, it says something else: "löschen und nicht mehr anrufen".
    """
    known = [kind or set() for kind in kinds]
    at = max((place for place, kind in enumerate(known) if "not" in kind), default=0)
    removal = max((place for place, kind in enumerate(known[:at]) if kind & _REMOVALS), default=at)
    between = known[removal + 1 : at]
    return (
        removal < at
        and not any("wish" in kind for kind in between)
        and not any(kind & _SAY_MORE for kind in known[at + 1 :])
    )


def _in_order(order: tuple[str, ...], kinds: list[set[str] | None]) -> bool:
    """Return whether words of these kinds stand in this order, with any others between them."""
    rest = iter(kinds)
    return all(any(one is not None and kind in one for one in rest) for kind in order)


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(spellings(words))) or "(?!)"


def _tables() -> dict[str, dict[str, list[str]]]:
    return read_table(__package__, "requests.toml")


@cache
def _languages() -> tuple[_Language, ...]:
    tables = (item for item in _tables().items() if item[0] not in _OTHER_TABLES)
    return tuple(_Language(table, denies_behind=name in _DENY_BEHIND, elides=name in _ELIDE) for name, table in tables)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    # Letters are decomposed, and without marks, in plain words.
    decomposed = (unicodedata.normalize("NFKD", pattern) for pattern in _tables()["unspaced"]["patterns"])
    letters = ("".join(each for each in pattern if unicodedata.category(each)[0] != "M") for pattern in decomposed)
    return tuple(map(re.compile, letters))
