"""Why a pair was judged as it was, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.comparing import COMPARISONS, unpacked

if TYPE_CHECKING:
    import numpy as np

# The most telling first, whatever the order of the bits.
_ORDER = (
    "email",
    "phone",
    "profile",
    "name",
    "address",
    "company",
    "title",
    "place",
    "id_same",
    "id_near",
    "id_other",
    "text_same",
    "text_near",
    "text_other",
)
_SILENT = {"place": {2}, "title": {2, 3}, "address": {1, 2, 4, 5, 6}}
"""Levels that hardly tell anything."""
_DIFFERENCES = ("id_other", "text_other")
_OBJECTIONS = ("other", "one e-mail address")
"""How the words of what speaks against a pair begin."""


def reasons(patterns: np.ndarray) -> list[str]:
    """One line for each pattern: what agrees, then what speaks against it.

    >>> import numpy as np
    >>> reasons(np.array([2 | 5 << 4 | 1 << 8]))
    ['same e-mail address; same family name; first names are nicknames; same company; same domain']
    """
    numbers = {one.name: number for number, one in enumerate(COMPARISONS)}
    lines = []
    for levels in unpacked(patterns).tolist():
        said = [
            (name, COMPARISONS[numbers[name]].levels[level])
            for name in _ORDER
            if (level := levels[numbers[name]]) and level not in _SILENT.get(name, ())
        ]
        against = [words for name, words in said if name in _DIFFERENCES or words.startswith(_OBJECTIONS)]
        for_it = [words for _, words in said if words and words not in against]
        lines.append("; ".join(for_it) + (f"; but {'; '.join(against)}" if against else ""))
    return lines
