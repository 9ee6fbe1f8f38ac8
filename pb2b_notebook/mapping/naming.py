"""Compare column names without case, accents, punctuation and word boundaries."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pb2b_notebook.letters import without_accents

_BOUNDARY: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS: Final = re.compile(r"[\W_]+")
_LONGEST: Final = 100
"""Characters of a name that are compared: the comparison is quadratic, and a hostile header is long."""


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name, case-folded and without accents (NFKD), split at case changes and punctuation.

    A "#" is the word "number": an "Employee #" is not a count of employees.

    >>> words("E-Mail (geschäftlich)"), words("companyName"), words("HTTPStatus_code"), words("Account #")
    (('e', 'mail', 'geschaftlich'), ('company', 'name'), ('http', 'status', 'code'), ('account', 'number'))
    """
    separated = _BOUNDARY.sub(" ", name[:_LONGEST]).replace("#", " number ")
    return tuple(_SEPARATORS.sub(" ", without_accents(separated)).split())


def fold_name(name: str) -> str:
    """Return the name as one word, for look-ups.

    >>> fold_name("E-Mail"), fold_name("e mail"), fold_name("Größe")
    ('email', 'email', 'grosse')
    """
    return "".join(words(name))


def likeness(name: str, other: str, least: float = 0.7) -> float:
    """Return the similarity of two folded names, from 0 to 1 for equal names (Ratcliff and Obershelp, 1988).

    Args:
        name: A folded name.
        other: Another one.
        least: Below it, the similarity is not computed, and 0 is returned.

    >>> round(likeness("adresse", "address"), 2)
    0.86
    """
    if name == other:
        return 1.0
    if 2 * min(len(name), len(other)) < least * (len(name) + len(other)):
        return 0.0  # that is an upper bound
    matcher = SequenceMatcher(None, name, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= least else 0.0
