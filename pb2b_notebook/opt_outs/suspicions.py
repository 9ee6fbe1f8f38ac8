"""Read that a remark may be a refusal, though not all of its words are understood: a person is to look at it. Pure.

A clause may be one if it denies, ends, withdraws or threatens something (``suspicions.toml``, and the words of
``requests.toml``) beside a word about contact, in one language and in any order, whatever stands between them. A word
that says when, what was not received, or who else, makes it something else; so does what did not happen ("never
contacted"). Addresses are left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from pb2b_notebook.opt_outs.recognition import plain_clauses
from pb2b_notebook.opt_outs.requests import kinds_of_words
from pb2b_notebook.opt_outs.vocabulary import is_without_spaces, spellings
from pb2b_notebook.shipped_tables import read_table

_ENDS: Final = frozenset({"not", "no", "stop", "refuse", "remove", "removed", "deny", "without"})
"""Kinds of words of requests that deny or end something."""
_ABOUT: Final = frozenset({"verb", "done", "noun", "stopping", "sent", "further", "target"})
"""Kinds of words of requests that say what."""
_WITHOUT: Final = frozenset({"no", "without"})
_ASKS: Final = frozenset({"be", "wish", "asks", "more"})
"""Kinds of words beside which a participle that is denied says what is not to happen."""
_LONGEST: Final = 15
"""Words of such a remark: a refusal is short, and a text about a company is not."""
_MARK: Final = "†"
_THAI: Final = re.compile("[\u0e00-\u0e7f]")
_ADDRESS: Final = re.compile(r"\S+@\S+|\S+://\S+|\bwww\.\S+")


class _Words(NamedTuple):
    heads: re.Pattern[str]
    last: re.Pattern[str]
    ends: re.Pattern[str]
    about: re.Pattern[str]
    threats: re.Pattern[str]
    laws: re.Pattern[str]
    claims: re.Pattern[str]
    products: re.Pattern[str]
    harmless: re.Pattern[str]


def may_refuse(text: str) -> bool:
    """Return whether a clause of a remark may refuse contact, or say that the person died or threatens.

    >>> may_refuse("met at the fair. Furious about our mails!"), may_refuse("† 12.5.2025"), may_refuse("VIP")
    (True, True, False)
    """
    if text.count(" ") >= _LONGEST:
        return False
    return _MARK in text or any(map(_may_refuse, plain_clauses(_ADDRESS.sub(" ", text))))


def _may_refuse(plain: str) -> bool:
    """Return whether the plain words of a clause may do so.

    >>> [_may_refuse(text) for text in ("says take her off everything", "lawyer letter", "consent withdrawn jan")]
    [True, True, True]
    >>> [_may_refuse(text) for text in ("did not get the mail", "please call before may", "legal department signs")]
    [False, False, False]
    """
    words = _words()
    if words.harmless.search(plain):
        return False
    pairs = [(words.ends, words.about)]
    if not words.products.search(plain):
        pairs += [(words.threats, words.about), (words.laws, words.claims)]
    says = words.heads.search(plain) or any(match.end() == len(plain) for match in words.last.finditer(plain))
    if says or any(one.search(plain) and other.search(plain) for one, other in pairs):
        return True
    return any(_denies(kinds) for kinds in kinds_of_words(plain))


def _denies(kinds: list[set[str] | None]) -> bool:
    """Return whether a word that denies or ends something stands beside one about contact, which is another one.

    Each word behind the first of them is known: in "no mail slot", the unknown one is what is missing.
    """
    ends = {place for place, kind in enumerate(kinds) if kind and kind & _ENDS}
    only_without = all(_WITHOUT.issuperset((kinds[place] or set()) & _ENDS) for place in ends)
    wanted = _ABOUT - {"target"} if only_without else _ABOUT  # "no list" is one that is missing
    about = {place for place, kind in enumerate(kinds) if kind and kind & wanted}
    if not ends or not about or len(ends | about) == 1 or None in kinds[min(ends | about) :]:
        return False
    found: set[str] = set().union(*(kind or set() for kind in kinds))
    did_not_happen = (found & (_ENDS | _ABOUT)) <= {"not", "no", "done"} and not found & _ASKS
    return "received" not in found and not did_not_happen


@cache
def _words() -> _Words:
    table = read_table(__package__, "suspicions.toml")
    return _Words(*(_pattern(table[name]) for name in _Words._fields))


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Return a pattern of words; one that ends with "*" goes on, and in scripts without spaces it stands anywhere.

    Such is the Thai script here, too.
    """
    plain = {each + (r"\w*" if word.endswith("*") else "") for word in words for each in spellings([word])}
    longest = sorted(plain, key=lambda word: (-len(word), word))
    inside, spaced = (
        "|".join(word for word in longest if (is_without_spaces(word) or _THAI.search(word) is not None) is unspaced)
        or "(?!)"
        for unspaced in (True, False)
    )
    return re.compile(rf"\b(?:{spaced})\b|{inside}")
