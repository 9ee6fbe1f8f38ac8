"""Names of plain words, perhaps behind a title: ADA LOVELACE, "jean dupont", Jean DUPONT, Dr. Ada Berg.

Most names of a list are such: each word is letters of one script, and in no table of titles, degrees, particles or
other words that are read in a way of their own. The case of each word then depends on this word alone, so that it is
looked at once for all names that have it. :func:`~.names.rewrite_name` reads the others; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from pb2b_notebook.cleanup.values.honorifics import WHOLE_NAME, holds_rank, is_title
from pb2b_notebook.cleanup.values.name_case import DOTLESS_COUNTRIES, capitalize_word, is_unspoken
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.shipped_tables import read_table

# Letters that are one character in each case and composed. Not those of Turkish, and not those that may be a part of a
# text in a wrong encoding: Â, Ã, Œ; neither are two letters beyond ASCII that follow each other.
_BEYOND: Final = (
    "\u00c0\u00c1\u00c4-\u00d6\u00d8-\u00de\u00e0\u00e1\u00e4-\u00f6\u00f8-\u00fe\u0100-\u011b\u0139-\u013e"
    "\u0141-\u0148\u0154-\u015b\u0160-\u0165\u016e-\u0171\u0179-\u017e"
)
_LATIN: Final = f"[{_BEYOND}]?[A-Za-z]+(?:[{_BEYOND}][A-Za-z]+)*[{_BEYOND}]?"
_CYRILLIC: Final = "[\u0401\u0404\u0406\u0407\u0410-\u044f\u0451\u0454\u0456\u0457]+"
_WORD: Final = lazy_pattern(f"{_LATIN}|{_CYRILLIC}")
_TITLE: Final = lazy_pattern("[A-Za-z]{3,}[.]?|[A-Za-z]{2}[.]|[A-Z]?[a-z]+")
"""Titles that are not two capital letters, which may be initials."""
_ROMAN: Final = lazy_pattern("[ivxlcdm]+")
_ABBREVIATION: Final = lazy_pattern("..?|[^aeiouy]{3}")
_CERTAIN: Final = 4
"""Letters of a word in upper case beside others that is surely a name."""
_LONGEST: Final = 40
_REMEMBERED: Final = 1 << 16
_OF_NAMES: Final = frozenset({"given", "numbered", "mac"})
"""Tables of words that are names, and nothing else."""


class PlainName(NamedTuple):
    """A name of plain words.

    Attributes:
        honorific: The titles in front; "" for none.
        name: The name without them.
        cased: The name in the case of names.
        rule: Rule that changed it, as of ``settle_case``; "" for none.
    """

    honorific: str
    name: str
    cased: str
    rule: str


def plain_case(name: str, country: str | None = None) -> tuple[str, str] | None:
    """Return a name of plain words in the case of names and the rule that changed it, as ``settle_case`` does.

    Args:
        name: Name with single spaces.
        country: Two-letter code.

    Returns:
        The two; ``None`` where a word is not plain, a name in one case is beside others in mixed case, or the alphabet
        of the country has two letters for I.

    >>> plain_case("ADA LOVELACE"), plain_case("Jean DUPONT"), plain_case("Ada Berg"), plain_case("DR BERG")
    (('Ada Lovelace', 'shouting'), ('Jean Dupont', 'mixed case'), ('Ada Berg', ''), None)
    """
    if country in DOTLESS_COUNTRIES:
        return None
    words = name.split(" ")
    cased = [plain_word(word) for word in words]
    if not all(cased):
        return None
    joined = " ".join(cased)  # type: ignore[arg-type]  # all are text
    if name.isupper():
        return joined, "shouting"
    if name.islower():
        return joined, "lower case"
    if joined == name:
        return name, ""
    odd = [word for word, plain in zip(words, cased, strict=True) if word != plain]
    return (joined, "mixed case") if all(map(_is_surely_name, odd)) else None


def read_plain_name(name: str, field: str, country: str | None = None) -> PlainName | None:
    """Read a name of plain words, perhaps behind titles; ``None`` for another one.

    Args:
        name: Name with single spaces.
        field: Key of the lead field: in a full name, two words must remain when a title is removed.
        country: Two-letter code.

    >>> read_plain_name("Prof. Dr. ADA BERG", "full_name")
    PlainName(honorific='Prof. Dr.', name='ADA BERG', cased='Ada Berg', rule='shouting')
    >>> read_plain_name("Prof. Berg", "full_name"), read_plain_name("Ada von Berg", "full_name")
    (None, None)
    """
    words = name.split(" ")
    first = next((at for at, word in enumerate(words) if not _is_plain_title(word)), len(words))
    if len(words) - first < (WHOLE_NAME if field == "full_name" and first else 1):
        return None
    rest = " ".join(words[first:])
    cased = plain_case(rest, country)
    return None if cased is None else PlainName(" ".join(words[:first]), rest, *cased)


@lru_cache(maxsize=_REMEMBERED)
def _is_plain_title(word: str) -> bool:
    if _TITLE.fullmatch(word) is None or not is_title(word):
        return False
    return word.lower().rstrip(".") not in _groups() and not holds_rank(word)


@lru_cache(maxsize=_REMEMBERED)
def plain_word(word: str) -> str | None:
    """Return a word of a name with its capital letters; ``None`` where other words or the country may matter.

    >>> [plain_word(word) for word in ("BERG", "müller", "MCGRATH", "ADA-MÜLLER", "VON", "III", "D'ARCY", "Łódź")]
    ['Berg', 'Müller', 'McGrath', 'Ada-Müller', None, None, None, None]
    """
    lower = word.lower()
    if len(word) > _LONGEST or not all(map(_is_plain, lower.split("-"))):
        return None
    return capitalize_word(lower) if word.isupper() or word.islower() or word == capitalize_word(lower) else None


def _is_plain(part: str) -> bool:
    if _WORD.fullmatch(part) is None or part in _words_of_tables():
        return False
    return _ROMAN.fullmatch(part) is None and _ABBREVIATION.fullmatch(part) is None


def _is_surely_name(word: str) -> bool:
    """Return whether a plain word in upper case is a name beside words of another case."""
    return word.isupper() and len(word) >= _CERTAIN and not is_unspoken(word)


@cache
def _words_of_tables() -> frozenset[str]:
    """Return all words, in lower case, of the tables by which names are read."""
    from nameparser import Lexicon

    theirs = Lexicon.default()
    tables = [words for name, words in read_table(__package__, "names.toml").items() if name not in _OF_NAMES]
    sets = (
        theirs.titles, theirs.given_name_titles, theirs.after_given_titles, theirs.suffix_words, theirs.suffix_acronyms,
        theirs.suffix_acronyms_ambiguous, theirs.particles, theirs.conjunctions, theirs.maiden_markers,
        theirs.bound_given_names,
    )  # fmt: skip
    juniors = ("junior", "senior", "jnr", "snr", "jun", "sen")
    texts = (*_texts_of(tables), *_texts_of(sets), *juniors)
    return frozenset(word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower()))


@cache
def _groups() -> frozenset[str]:
    names: list[str] = read_table(__package__, "names.toml")["groups"]
    return frozenset(names)


def _texts_of(table: Iterable[object]) -> Iterator[str]:
    for one in table:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            yield from _texts_of(one.keys())
            yield from _texts_of(one.values())
        elif isinstance(one, Iterable):
            yield from _texts_of(one)
