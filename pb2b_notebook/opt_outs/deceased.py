"""Read in a name that the person has died: "Estate of Harold Finch", "† Hans Gruber", "Karl Wolf (decd)". Pure.

The words of each language are in ``deceased.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.vocabulary import opt_out_words, plain_words
from pb2b_notebook.shipped_tables import read_table

_LONGEST: Final = 200
_MARKS: Final = re.compile(r"[†✝✞✟⚰🕊]|[(（]故[)）]|^故 |^Almh?\. ")
"""Signs of it; Alm without a point is a family name."""
_SIGNS: Final = re.compile(r"[()\[\];–—/]|\s-\s")
"""What stands between a name and a remark about it."""
_COMMA: Final = re.compile("[,，]")


def names_deceased(name: str) -> bool:
    """Return whether a name says that the person has died.

    >>> [names_deceased(name) for name in ("Estate of Harold Finch", "† Hans Gruber", "Karl Wolf (decd)")]
    [True, True, True]
    >>> [names_deceased(name) for name in ("John Late", "Josef Nachlass", "Karl Erben", "Death Valley", "Declan (Dec)")]
    [False, False, False, False, False]
    """
    text = name[:_LONGEST]
    if _MARKS.search(text):
        return True
    before, behind, alone = _words()
    plain = f"{plain_words(text)} "
    if plain.startswith(before):
        return True
    [name, *remarks] = _SIGNS.split(text)
    [_, *given, last] = ["", *_COMMA.split(name)]
    remarks += [last] if len(given) > 1 else []  # behind one comma, Late is a given name
    # The year of "Karl Wolf (verst. 2019)" is not a plain word.
    return any(plain_words(remark) in alone for remark in remarks) or f" {plain}".endswith(behind)


def is_title_of_deceased(title: str) -> bool:
    """Return whether a title, in a column of titles, says that the person has died.

    >>> [is_title_of_deceased(title) for title in ("Feu M.", "the late Mr", "†", "Mme", "Dr.", "")]
    [True, True, True, False, False, False]
    """
    text = title[:_LONGEST]
    before, _, alone = _words()
    plain = plain_words(text)
    return bool(_MARKS.search(text)) or plain in alone or plain == "feu" or f"{plain} ".startswith(before)


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """Return what stands before a name, with a space behind it; behind one, with spaces around it; and after a sign."""
    table = read_table(__package__, "deceased.toml")
    before, behind, short = (sorted({*map(plain_words, table[key])}) for key in ("before", "behind", "short"))
    known = {plain_words(word.rstrip("*")) for word in opt_out_words()["kinds"]["deceased"]}
    return (
        tuple(f"{word} " for word in before),
        tuple(f" {word} " for word in behind),
        frozenset({*known, *behind, *short}),
    )
