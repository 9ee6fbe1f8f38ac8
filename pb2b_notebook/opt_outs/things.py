"""Leave out of a clause what dies or is cancelled and is not a person or a contact, and who changes to us. Pure.

The words of each language are in ``words.toml``. What else the clause says stays: "no calls, and cancel the order".
"""

from __future__ import annotations

import re
from functools import cache
from itertools import takewhile
from typing import Final

from pb2b_notebook.opt_outs.slots import Slots, read_clause
from pb2b_notebook.opt_outs.vocabulary import opt_out_words, spellings

_DEATHS: Final = frozenset({"dead", "dies"})
_ENDS: Final = frozenset({"cease", "cancel"})
_CONTACT: Final = frozenset({"noun", "channel", "list", "done"})
_LONGEST_BETWEEN: Final = 3


def leave_out_things(plain: str) -> str:
    """Return the plain words of a clause without a thing that died, an order that is cancelled, or a change to us.

    >>> [leave_out_things(text) for text in ("the old deal died", "pide la baja del pedido", "ist tot")]
    ['the old', 'pide la', 'ist tot']
    >>> [leave_out_things(text) for text in ("project leader died", "died in his car", "baja del pedido y mails")]
    ['project leader died', 'died in his car', 'baja del pedido y mails']
    """
    plain = _joins().sub("", f"{plain} ").rstrip()
    words = plain.split()
    die, ends, ordered = _names("die"), _ends_of_compounds(), _names("ordered")
    things = [at for at, word in enumerate(words) if word in die or word.endswith(ends)]
    orders = [at for at, word in enumerate(words) if word in ordered]
    if not (things or orders):
        return plain
    does = _does(plain, len(words))
    left_out = set[int]()
    for at in things:
        left_out |= _with_death_behind(words, does, at) or _with_word_before(words, does, at, _DEATHS)
    for at in orders:
        if not any(slots & _CONTACT for slots in does[at + 1 :]):
            left_out |= _with_word_before(words, does, at, _ENDS)
    return " ".join(word for at, word in enumerate(words) if at not in left_out)


def _does(plain: str, words: int) -> list[Slots]:
    """Return what each word does in any of the languages that know most of the clause."""
    clauses = [clause for clause in read_clause(plain) if len(clause) == words]
    return [frozenset[str]().union(*(clause[at] or () for clause in clauses)) for at in range(words)]


def _with_death_behind(words: list[str], does: list[Slots], at: int) -> set[int]:
    """Return the places of a thing and of the verb of its death, unless it is where a person died."""
    if not _names("places").isdisjoint(words[max(at - 2, 0) : at]):
        return set()
    behind = range(at + 1, len(words))
    begin = next((each for each in behind[:_LONGEST_BETWEEN] if does[each] != {"known"}), len(words))
    found = {*takewhile(lambda each: does[each] & _DEATHS, range(begin, len(words)))}
    return {at, *found} if found else found


def _with_word_before(words: list[str], does: list[Slots], at: int, what: Slots) -> set[int]:
    """Return the places of a thing and of a word before it that does some of this, with articles between them."""
    begin = next((each for each in range(at - 1, -1, -1) if words[each] not in _names("articles")), -1)
    if begin < 0 or at - begin > _LONGEST_BETWEEN or not does[begin] & what:
        return set()
    ends = at + 1 == len(words) or "known" in does[at + 1]  # "died project manager of X"
    return {*range(begin, at + 1)} if ends or what == _ENDS else set()


@cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(spellings(word.removeprefix("*") for word in opt_out_words()["things"][kind]))


@cache
def _joins() -> re.Pattern[str]:
    phrases = sorted(spellings(opt_out_words()["things"]["joins"]), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(phrases)}) ")


@cache
def _ends_of_compounds() -> tuple[str, ...]:
    return tuple(spellings(word[1:] for word in opt_out_words()["things"]["die"] if word.startswith("*")))
