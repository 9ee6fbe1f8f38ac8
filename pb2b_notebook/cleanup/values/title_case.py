"""Upper and lower case of job titles that are all in capitals, and of abbreviations in titles: CEO, HR, R&D.

A word in capitals is settled where it is surely a word: in the vocabulary of titles, or of seven letters. With any
other the title stays, because the word may be an abbreviation. So does a title that is not in Latin letters: where
these are not used, only its first word has a capital.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.cleanup.values.companies import small_words
from pb2b_notebook.cleanup.values.job_titles import read_title, words_of_titles
from pb2b_notebook.cleanup.values.mojibake import may_be_misread
from pb2b_notebook.cleanup.values.name_case import (
    DOTLESS_COUNTRIES,
    alphabet_in,
    lacks_accent,
    to_lower,
    upper_first,
)
from pb2b_notebook.cleanup.values.stray_marks import tidy_name
from pb2b_notebook.cleanup.values.text import Rewritten
from pb2b_notebook.letters import without_accents
from pb2b_notebook.shipped_tables import read_table

_LONGEST: Final = 200
_WORD: Final = re.compile(r"[^\W\d_]+(?:&[^\W\d_]+)*")
_SURE: Final = 7
"""Letters of a word that is not an abbreviation."""
_TURKISH_END: Final = re.compile(r"[^\W\d_]{3}[IUÜ]\b|[ĞŞ]")
"""How Turkish titles end: UZMANI, MÜDÜRÜ."""
_OTHER_SCRIPT: Final = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_IN_LOWER_CASE: Final = re.compile(r" [^\W\d_A-Z]{4}")


def rewrite_title(text: str, country: str | None = None, *, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return a job title in its canonical form.

    Args:
        text: Job title.
        country: Two-letter code, which decides the Turkish i.
        without: Rules that are not applied.

    >>> [rewrite_title(title).value for title in ("HEAD OF SALES", "LEITER IT", "VP R&D", "OPS LEAD")]
    ['Head of Sales', 'Leiter IT', 'VP R&D', 'OPS LEAD']
    >>> rewrite_title("Hr Manager"), rewrite_title("Ceo").value, rewrite_title("It-chef").value
    (Rewritten(value='HR Manager', rules=('mixed case',)), 'CEO', 'It-chef')
    """
    tidy = tidy_name(text, "job", without)
    title = tidy.value
    if title is None or len(title) > _LONGEST or may_be_misread(title):
        return tidy
    rule = "shouting" if title.isupper() else "mixed case"
    cased = title if rule in without else _in_sure_case(title, country) if title.isupper() else _with_acronyms(title)
    return tidy if cased == title else Rewritten(cased, (*tidy.rules, rule))


def _in_sure_case(title: str, country: str | None) -> str:
    """Return a title in capitals in the case of titles, or as it is where a word may be an abbreviation."""
    if _OTHER_SCRIPT.search(title):
        return title
    alphabet = alphabet_in(title, country, dotted=None)
    may_be_turkish = country in DOTLESS_COUNTRIES or (country is None and _TURKISH_END.search(title))
    if alphabet == "" or lacks_accent(title) or (may_be_turkish and "I" in title):
        return title
    lower, parts, end = to_lower(title, alphabet), [], 0
    for found in _WORD.finditer(lower):
        word, start = found.group(), found.start()
        is_letter = len(word) == 1 and lower[found.end() : found.end() + 1] not in {" ", "'", "’"}  # R+D, I+D
        cased = _case_word(word, alphabet, within=not is_letter and start > 0 and lower[start - 1] in " /*:'’")
        if not cased:
            return title
        parts += [lower[end:start], cased]
        end = found.end()
    return "".join([*parts, lower[end:]])


def _case_word(word: str, alphabet: str | None, *, within: bool) -> str:
    """Return a word in the case of titles; "" where it may be an abbreviation."""
    if within and word in _small():
        return word
    plain = without_accents(word)
    if plain in _acronyms() or len(word) == 1:
        return word.upper()
    known = plain in _known_words() or len(word) >= _SURE or word in _small()
    return upper_first(word, alphabet) if known and "&" not in word else ""


def _with_acronyms(title: str) -> str:
    """Return a title whose words have capitals with capitals in its abbreviations: Hr Manager."""
    if not _abbreviations().search(title) or _IN_LOWER_CASE.search(title) or read_title(title).seniority is None:
        return title
    return _abbreviations().sub(lambda found: found[0].upper(), title)


@cache
def abbreviation_pattern() -> str:
    """Return a regular expression, for any engine, for titles with an abbreviation that is written as a word: Ceo."""
    return rf"(?:^|[ /,(])(?:{_in_proper_case()})(?:$|[ /,)])"


@cache
def _abbreviations() -> re.Pattern[str]:
    return re.compile(rf"(?<![^ /,(])(?:{_in_proper_case()})(?![^ /,)])")


def _in_proper_case() -> str:
    return "|".join(word.capitalize() for word in _tables()["as_words"])


@cache
def _known_words() -> frozenset[str]:
    read = {word for word in words_of_titles() if len(word) > len("crm")}
    return frozenset(read.union(_tables()["words"])) - _acronyms()


@cache
def _acronyms() -> frozenset[str]:
    return frozenset(_tables()["acronyms"])


@cache
def _small() -> frozenset[str]:
    return small_words().union(_tables()["small"])


def _tables() -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_table(__package__, "titles.toml")["case"]
    return found
