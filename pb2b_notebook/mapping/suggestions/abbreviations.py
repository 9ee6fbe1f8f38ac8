"""Write out the abbreviated words of a column name: "Mitarb." may be "Mitarbeiter". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.vocabulary import known_words

_ABBREVIATED: Final = re.compile(r"(?<!\w)[^\W\d_]{5,}+\.(?!\w)")
"""A word of at least five letters before a point: shorter ones begin too many others."""
_LEAST_SHARE: Final = 0.5
"""Share of a word that its abbreviation has at the least."""
_MOST: Final = 6
_LONGEST: Final = 200
"""Characters of a name; a longer one is a note."""


@lru_cache(maxsize=4096)
def expansions(column: str) -> Sequence[str]:
    """Return what a name may be with its abbreviated words written out; empty if it has none.

    >>> expansions("Mitarb.")[0], expansions("Firma"), expansions("Xyzab.")
    ('mitarbeiter', (), ())
    """
    found = [column]
    for word in _ABBREVIATED.findall(column) if len(column) <= _LONGEST else ():
        names = _completions_of(fold_name(word))
        found = [name.replace(word, whole) for name in found for whole in names or (word,)]
        if len(found) > _MOST:
            return ()
    return tuple(found) if found != [column] else ()


def _completions_of(start: str) -> Sequence[str]:
    """Return the known words that begin so, but for those that begin with another of them; none for a known word."""
    words = [] if start in known_words() else [word for word in _sorted_words() if word.startswith(start)]
    words = [word for word in words if len(start) >= _LEAST_SHARE * len(word)]
    return [word for word in words if not any(word != other and word.startswith(other) for other in words)]


@cache
def _sorted_words() -> Sequence[str]:
    return sorted(known_words())
