"""Read that a person objected, took a consent back, or is on a list of people who are not to be contacted. Pure.

The words of each language are in ``objections.toml``. A clause with any other word, such as a negation or an invoice,
says something else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from pb2b_notebook.opt_outs.vocabulary import spellings
from pb2b_notebook.shipped_tables import read_table

_LONGEST: Final = 20
"""Words of such a clause."""


def is_objection(plain: str, *, whole: bool = True) -> bool:
    """Return whether plain words say so.

    Args:
        plain: The plain words of a text or a clause.
        whole: Whether they are those of a whole text: one word such as "Widerspruch" may go on in the next clause.

    >>> [is_objection(text) for text in ("widerspruch gem art dsgvo", "hat widerspruch eingelegt", "sperrliste")]
    [True, True, True]
    >>> [is_objection(text) for text in ("kein widerspruch", "widerspruch gegen rechnung", "objection")]
    [False, False, False]
    >>> is_objection("has objected"), is_objection("has objected", whole=False)
    (True, False)
    >>> is_objection("widerspruch", whole=False)
    False
    """
    words = plain.count(" ") + 1
    if not plain or words > _LONGEST or (words == 1 and not whole and plain.isascii()):
        return False
    if not any(map(plain.replace(" ", "").__contains__, words_of_objections())):
        return False
    if whole and plain in _whole_texts():
        return True
    if any(pattern.fullmatch(f"{plain} ") for pattern in _patterns()):
        return True
    return not plain.isascii() and _pattern_without_spaces().fullmatch(plain.replace(" ", "")) is not None


@cache
def words_of_objections() -> tuple[str, ...]:
    """Return words of which each such clause has one, without spaces."""
    tables = (table for table in _table().values() if isinstance(table, dict))
    words = spellings(word for each in tables for word in (*each["alone"], *each.get("by_law", []))) | _whole_texts()
    return tuple(sorted({word.replace(" ", "") for word in words}))


def _table() -> dict[str, Any]:
    return read_table(__package__, "objections.toml")


@cache
def _whole_texts() -> frozenset[str]:
    return frozenset(spellings(_table()["whole"]))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    law, common = _table()["law"], _table()["beside"]
    found = []
    for language, table in _table().items():
        if not isinstance(table, dict) or language == "unspaced":
            continue
        beside = rf"(?:(?:{_any_of([*common, *law, *table['beside'], *table['alone']])}) )*"
        found.append(re.compile(rf"{beside}(?:{_any_of(table['alone'])}) {beside}"))
        if "by_law" in table:
            either = _any_of(table["by_law"])
            found.append(re.compile(rf"(?=.*\b(?:{_any_of(law)}) ){beside}(?:{either}) {beside}"))
    return tuple(found)


@cache
def _pattern_without_spaces() -> re.Pattern[str]:
    table = _table()["unspaced"]
    beside = f"(?:{_any_of(table['beside'])})*"
    return re.compile(f"{beside}(?:{_any_of(table['alone'])}){beside}")


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(spellings(words), key=lambda word: (-len(word), word)))
