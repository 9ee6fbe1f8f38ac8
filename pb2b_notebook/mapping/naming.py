"""Names of columns as people compare them: without case, accents, punctuation and the joints of words."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

_JOINT: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD: Final = re.compile(r"[\W_]+")
_MORE_LETTERS: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_LONGEST: Final = 100
"""Characters of a name that are looked at: comparing is quadratic, and a hostile header is long."""


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name: NFKD without accents, case-folded, cut at joints and punctuation.

    >>> words("E-Mail (geschäftlich)"), words("companyName"), words("HTTPStatus_code")
    (('e', 'mail', 'geschaftlich'), ('company', 'name'), ('http', 'status', 'code'))
    """
    jointed = _JOINT.sub(" ", name[:_LONGEST])
    plain = unicodedata.normalize("NFKD", jointed.casefold().translate(_MORE_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    # Composed again, for scripts whose syllables NFKD takes apart.
    return tuple(_NO_WORD.sub(" ", unicodedata.normalize("NFC", letters)).split())


def folded(name: str) -> str:
    """The name as one word, to be looked up.

    >>> folded("E-Mail"), folded("e mail"), folded("Größe")
    ('email', 'email', 'grosse')
    """
    return "".join(words(name))


def likeness(one: str, other: str) -> float:
    """How alike two folded names are, from 0 to 1; 1 is equal (Ratcliff and Obershelp, 1988).

    >>> round(likeness("telefone", "telephone"), 2)
    0.82
    """
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() > 0.7 else 0.0  # noqa: PLR2004 - below, it is another word
