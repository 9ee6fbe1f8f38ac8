"""Read in a name that the person asks for no contact: "Kleber Dutra NÃO LIGAR", as people save it in a phone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.recognition import is_opted_out
from pb2b_notebook.opt_outs.requests import denying_words, words_alone
from pb2b_notebook.opt_outs.vocabulary import opt_out_words, plain_words

_MOST_WORDS: Final = 14


def asks_in_name(name: str) -> bool:
    """Return whether the first or the last words of a name say that the person opted out, or all of two or more.

    >>> [asks_in_name(name) for name in ("Kleber Dutra NÃO LIGAR", "do not call Ann Lee", "Jan Novák NEVOLAT")]
    [True, True, True]
    >>> [asks_in_name(name) for name in ("Ne Win", "Nie Haisheng", "Peter No", "Non Stop", "Ann Call", "DNC")]
    [False, False, False, False, False, False]
    """
    words, plain = name.split(), set(plain_words(name).split())
    if not 1 < len(words) <= _MOST_WORDS or (plain.isdisjoint(_denying()) and plain.isdisjoint(_alone())):
        return False
    if plain_words(words[0]) in _alone() or plain_words(words[-1]) in _alone():
        return True
    return any(is_opted_out(" ".join(part)) for part in _ends(words))


def _ends(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield all words, and the first and the last two or more of them: "Stop" alone is a name."""
    yield words
    for place in range(2, len(words)):
        yield words[:place]
    for place in range(1, len(words) - 1):
        yield words[place:]


@cache
def _denying() -> frozenset[str]:
    return frozenset(denying_words())


@cache
def _alone() -> frozenset[str]:
    flags = (plain_words(word) for word in opt_out_words()["flags"]["words"])
    return frozenset({*words_alone(), *(word for word in flags if word and " " not in word)})
