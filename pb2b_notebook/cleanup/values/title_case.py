"""Upper and lower case of job titles that are all in capitals, and of abbreviations in titles: CEO, HR, R&D.

A word in capitals is settled where it is surely a word: in the vocabulary of titles, or of seven letters. With any
other the title stays, because the word may be an abbreviation.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

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

_LONGEST: Final = 200
_WORD: Final = re.compile(r"[^\W\d_]+(?:&[^\W\d_]+)*")
_SURE: Final = 7
"""Letters of a word that is not an abbreviation."""
_ACRONYMS: Final = frozenset({
    "ai", "apac", "api", "avp", "b2b", "b2c", "bdr", "bi", "cco", "cdo", "ceo", "cfo", "chro", "cio", "ciso", "clo",
    "cmo", "coo", "cpo", "crm", "cro", "cso", "cto", "cxo", "dach", "daf", "dg", "dga", "drh", "dsi", "edv", "ehs",
    "emea", "erp", "eu", "evp", "f&e", "gf", "hr", "hse", "hseq", "ii", "iii", "iot", "it", "iv", "kam", "ki", "latam",
    "md", "ml", "oem", "pa", "pdg", "pmo", "pr", "qa", "qc", "qhse", "qs", "r&d", "rh", "rrhh", "r+d", "sap", "sdr",
    "sea", "sem", "seo", "svp", "ti", "uk", "ui", "us", "usa", "ux", "vp",
})  # fmt: skip
_SMALL: Final = frozenset({
    "a", "al", "alla", "and", "at", "au", "auf", "aux", "con", "d", "da", "das", "de", "dei", "del", "della", "delle",
    "der", "des", "di", "die", "do", "dos", "du", "e", "ed", "en", "et", "for", "für", "i", "im", "in", "l", "la",
    "las", "le", "les", "los", "och", "of", "og", "para", "per", "por", "pour", "the", "til", "to", "und", "van",
    "voor", "von", "y", "zu", "zum", "zur", "à", "för",
})  # fmt: skip
"""Words within a title: Head of Sales, Directeur des Achats."""
_WORDS: Final = frozenset({
    "adjoint", "admin", "agent", "area", "asset", "associe", "audit", "bank", "bid", "board", "branch", "brand",
    "buyer", "capo", "chefe", "chefin", "chief", "client", "cloud", "co", "cyber", "dealer", "deputy", "design",
    "digital", "east", "event", "events", "export", "field", "firm", "fleet", "food", "general", "gerant", "global",
    "group", "grupo", "human", "import", "inkoop", "jr", "junior", "kauf", "key", "legal", "local", "market",
    "media", "member", "mobile", "north", "office", "online", "owner", "partner", "people", "plan", "plant",
    "policy", "port", "price", "public", "retail", "risk", "safety", "sector", "senior", "shop", "socio", "south",
    "sr", "staff", "store", "tax", "team", "test", "trade", "ufficio", "unit", "vendas", "vente", "ventes",
    "verkoop", "vice", "web", "west",
})  # fmt: skip
"""Short words of titles, without accents, beside those by which a title is read."""
_TURKISH_END: Final = re.compile(r"[^\W\d_]{3}[IUÜ]\b|[ĞŞ]")
"""How Turkish titles end: UZMANI, MÜDÜRÜ."""
_AT_HOME: Final = (
    "Ceo|Cto|Cfo|Coo|Cmo|Cio|Ciso|Chro|Cpo|Cro|Vp|Svp|Evp|Avp|Hr|It|Qa|Pmo|Seo|Crm|Erp|Kam|Drh|Daf|Dsi|Pdg|Edv|Emea"
)
ABBREVIATED: Final = rf"(?:^|[ /,(])(?:{_AT_HOME})(?:$|[ /,)])"
"""A title with an abbreviation that is written as a word, for any engine."""
_ABBREVIATED: Final = re.compile(rf"(?<![^ /,(])(?:{_AT_HOME})(?![^ /,)])")
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
    tidy = tidy_name(text, "text", without)
    title = tidy.value
    if title is None or len(title) > _LONGEST or may_be_misread(title):
        return tidy
    rule = "shouting" if title.isupper() else "mixed case"
    cased = title if rule in without else _in_sure_case(title, country) if title.isupper() else _with_acronyms(title)
    return tidy if cased == title else Rewritten(cased, (*tidy.rules, rule))


def _in_sure_case(title: str, country: str | None) -> str:
    """Return a title in capitals in the case of titles, or as it is where a word may be an abbreviation."""
    if any(letter.isalpha() and letter.lower() == letter.upper() for letter in title):
        return title  # beside a script without case, capitals are an abbreviation
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
    if within and word in _SMALL:
        return word
    plain = without_accents(word)
    if plain in _ACRONYMS or len(word) == 1:
        return word.upper()
    known = plain in _WORDS or plain in _known_words() or len(word) >= _SURE or word in _SMALL
    return upper_first(word, alphabet) if known and "&" not in word else ""


def _with_acronyms(title: str) -> str:
    """Return a title whose words have capitals with capitals in its abbreviations: Hr Manager."""
    if not _ABBREVIATED.search(title) or _IN_LOWER_CASE.search(title) or read_title(title).seniority is None:
        return title
    return _ABBREVIATED.sub(lambda found: found[0].upper(), title)


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for word in words_of_titles() if len(word) > len("crm")) - _ACRONYMS
