"""Say why a person is not to be contacted: by a wish, by death, or since the address bounces. Pure.

It words what was decided before, and decides nothing.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pb2b_notebook.opt_outs import is_title_of_deceased, names_deceased
from pb2b_notebook.opt_outs.vocabulary import opt_out_words, plain_words

_LONGEST: Final = 1_000
_WORDING: Final = {"deceased": "is deceased", "bounced": "has an address that bounces"}
_WISH: Final = "opted out"


@lru_cache(maxsize=1024)
def opt_out_kind(name: str, cell: str) -> str:
    """Return what a column says of a person who is not to be contacted, as the end of a sentence.

    >>> opt_out_kind("Status", "verstorben"), opt_out_kind("Hard bounce", "2026-01-03"), opt_out_kind("Note", "STOP")
    ('is deceased', 'has an address that bounces', 'opted out')
    """
    if names_deceased(cell) or is_title_of_deceased(cell):
        return _WORDING["deceased"]
    for text in (cell, name):
        plain = plain_words(text, _LONGEST)
        for kind, pattern in _patterns().items():
            if pattern.search(plain):
                return _WORDING[kind]
    return _WISH


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(map(_pattern, words))) for kind, words in opt_out_words()["kinds"].items()}


def _pattern(word: str) -> str:
    """Return the pattern of a word of plain text, whole or as the beginning of a longer one."""
    end = r"\w*" if word.endswith("*") else r"\b"
    return rf"\b{re.escape(plain_words(word))}{end}"
