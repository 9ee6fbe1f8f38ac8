"""Find the few records of a page that have a word of deletion anywhere, in upper or lower case. Pure.

Every page of a service without the contract's ``deleted_at`` is searched, so that it must cost little beside reading
it. Each word has five letters or more: one of its first four pairs of letters begins at a place divisible by four (Wu
and Manber, A fast algorithm for multi-pattern searching, 1994). Only the pairs at these places are looked up; where one
is found, the four letters from it, or from the pair before it, begin the word or follow its first letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any, Final

from pb2b_notebook.frames.extraction import texts_of
from pb2b_notebook.lazy_libraries import np

_WORDS: Final = (
    b"delet", b"archiv", b"trash", b"remov", b"discard", b"tombstone", b"recycl", b"purged",
    b"oescht", b"\xb6scht", b"f6scht", b"suppr", b"elimina", b"borrad",
)  # fmt: skip
_LONGEST: Final = max(map(len, _WORDS))
_LOWER_CASE: Final = 0x20
"""Bit that letters of ASCII have in lower case; it makes no other byte a letter."""
_IN_LOWER_CASE: Final = bytes(letter | _LOWER_CASE for letter in range(256))
_PADDING: Final = b" " * 4


def numbers_with_words(records: Sequence[Any]) -> list[int]:
    """Return which records have a word of deletion, in their order.

    >>> numbers_with_words([b'{"id":1}', b'{"isDeleted":1}', b'{"title":"Architect"}', b'{"title":"Archivist"}'])
    [1, 3]
    """
    # The text of a page as it came is joined sooner than its records; it has the same words, at other places.
    if not _places_of_words(b"".join([_PADDING, *texts_of(records), _PADDING])):
        return []
    found = _places_of_words(b"".join([_PADDING, *records, _PADDING]))
    ends = np.cumsum([len(_PADDING), *map(len, records)])[1:]
    numbers: list[int] = np.unique(np.searchsorted(ends, found, side="right")).tolist()
    return numbers


def _places_of_words(text: bytes) -> list[int]:
    return [at for at in _places_of_begins(text) if _has_word(text[at - 1 : at + _LONGEST].translate(_IN_LOWER_CASE))]


def _has_word(near: bytes) -> bool:
    return any(word in near for word in _WORDS)


def _places_of_begins(text: bytes) -> list[int]:
    """Return the places of four letters that begin a word, or follow its first letter; the text has padding."""
    first, second, either = _tables()
    pairs = np.frombuffer(text, np.uint16, len(text) // 2)
    # Even pairs begin at places divisible by four.
    at = 2 * np.flatnonzero(either.take(pairs[2:-1:2].astype(np.intp), mode="clip")) + 2
    # Positions that cannot be out of bounds: to check them takes as long as to look them up.
    before, here, after = (pairs.take(at + shift, mode="clip") for shift in (-1, 0, 1))
    begins = at[(first.take(here, mode="clip") & second.take(after, mode="clip")) != 0]
    ends = at[(first.take(before, mode="clip") & second.take(here, mode="clip")) != 0]
    return [2 * place for place in [*begins.tolist(), *(ends - 1).tolist()]]


@cache
def _tables() -> tuple[Any, Any, Any]:
    """Return as bits which groups of four letters a pair of bytes begins, and which it ends; and if there are any."""
    groups = dict.fromkeys(word[at : at + 4] for word in _WORDS for at in (0, 1))
    first, second = np.zeros(1 << 16, np.uint32), np.zeros(1 << 16, np.uint32)
    for number, group in enumerate(groups):
        for pair, table in ((group[:2], first), (group[2:], second)):
            cases = product(*((letter, letter & ~_LOWER_CASE) for letter in pair))
            table[np.frombuffer(b"".join(map(bytes, cases)), np.uint16)] |= 1 << number
    return first, second, (first | second) != 0
