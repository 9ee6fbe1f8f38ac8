"""Names of people: upper and lower case, honorifics, particles; letters beyond ASCII are kept.

A name in mixed case is not changed: people know how their names are written. A name all in upper case or all in lower
case gets the case of names in its country.
"""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Final, NamedTuple

from pb2b_notebook.cleanup.values.text import Rewritten, is_valid_text, tidy_text

_WORDS: Final[dict[str, list[str]]] = tomllib.loads(
    resources.files("pb2b_notebook.cleanup.values").joinpath("names.toml").read_text(encoding="utf-8")
)
_BEFORE: Final = frozenset(_WORDS["before"])
_BEFORE_TWO: Final = frozenset(_WORDS["before_two"])
_POINTED: Final = frozenset(_WORDS["pointed"])
_BEFORE_KNOWN: Final = frozenset(_WORDS["before_known"])
_AFTER: Final = tuple(_WORDS["after"])
_PARTICLES: Final = frozenset(_WORDS["particles"])
_JOINING_WORDS: Final[dict[str, list[str]]] = _WORDS["joints"]  # type: ignore[assignment]
_AFTER_DE: Final = frozenset(_WORDS["after_de"])
_ALWAYS_LOWER_CASE: Final = frozenset(_WORDS["always_small"])
_CAPITAL_PARTICLES: Final = frozenset(_WORDS["capital_particles"])
_MAC: Final = frozenset(_WORDS["mac"])
_DEGREES: Final = re.compile(r",? (?:ph\.? ?d|m\.?d|mba|msc|bsc|esq|ll\.?m|cpa|dds)\.?$", re.IGNORECASE)
_NUMERALS: Final = re.compile(r"(?:ii|iii|iv|vi|vii|viii)", re.IGNORECASE)
_QUOTED: Final = re.compile('["“„«]([^"“”„«»]+)["”“»]')
_PART: Final = re.compile(r"([-’'‘.])")
_SHORTEST: Final = 3
_LONGEST: Final = 300
HONORIFIC_WORDS: Final = sorted({form.partition(".")[0] for form in _BEFORE | _BEFORE_TWO} | _BEFORE_KNOWN)
"""First words that are, or start, an honorific; the expression for proper names leaves them to the function."""
DEGREE_WORDS: Final = " (?:Ph|Md|Mba|Msc|Bsc|Esq|Cpa|Dds)"
INITIALS: Final = frozenset("mMdD")
"""First letters of words that are an honorific only in front of a known name."""


class NameParts(NamedTuple):
    """A name without its honorific.

    Attributes:
        name: The name.
        honorific: The honorific that was removed; "" for none.
    """

    name: str
    honorific: str


def rewrite_name(
    text: str,
    *,
    country: str | None = None,
    known: str | None = None,
    family: bool = False,
    without: frozenset[str] = frozenset(),
) -> tuple[Rewritten, str]:
    """Return a name in its canonical form, and the honorific that was in it.

    Args:
        text: Full, given or family name.
        country: Two-letter code of the country whose particles and dotted i apply.
        known: Given and family name of the row, if it has both: they distinguish "M. Night" from "M. Jean Dupont".
        family: Whether it is a family name alone, which may start with a particle; in a full name, Van or Bin at the
            start is a given name.
        without: Rules that are not applied.

    >>> rewrite_name("DR. OLUWASEUN VAN DER BERG")
    (Rewritten(value='Oluwaseun van der Berg', rules=('honorific', 'shouting')), 'DR.')
    >>> rewrite_name("山田太郎様")[0].value, rewrite_name("de la Cruz")[0].rules
    ('山田太郎', ())
    """
    tidy = tidy_text(text, kind="name", without=without)
    if tidy.value is None or not is_valid_text(text, _LONGEST):
        return tidy, ""
    rules, name = list(tidy.rules), tidy.value
    quoted = None if "quotes" in without else _QUOTED.fullmatch(name)
    if quoted:
        rules.append("quotes")
        name = quoted[1].strip()
    name, honorific = (name, "") if "honorific" in without else without_honorific(name, known)
    if honorific:
        rules.append("honorific")
    rule = odd_case(name)
    cased = proper_case(name, country, family=family) if rule and rule not in without else name
    if cased != name:
        rules.append(rule)
    return Rewritten(cased, tuple(rules)), honorific


def odd_case(text: str) -> str:
    """Return how a name hides its case: "shouting" (all upper case), "lower case", or "" if it does not.

    >>> odd_case("ADA LOVELACE"), odd_case("ada lovelace"), odd_case("JP"), odd_case("J. R. R."), odd_case("山田")
    ('shouting', 'lower case', '', '', '')
    """
    if not (text.isupper() or text.islower()):
        return ""
    letters = "".join(filter(str.isalpha, text))
    longest = max((len("".join(filter(str.isalpha, word))) for word in text.split()), default=0)
    if text.islower():
        return "lower case" if len(letters) > 1 and longest > 1 else ""
    # JP and DJ are abbreviations.
    return "shouting" if text.isupper() and longest >= _SHORTEST else ""


def without_honorific(name: str, known: str | None = None) -> NameParts:
    """Remove all honorifics before or after a name; a name always remains.

    >>> without_honorific("Prof. Dr. Ada Lovelace"), without_honorific("Pan Wei")
    (NameParts(name='Ada Lovelace', honorific='Prof. Dr.'), NameParts(name='Pan Wei', honorific=''))
    """
    words = name.split(" ")
    taken = 0
    while taken < len(words) - 1 and _is_honorific(words, taken, known):
        taken += 1
    rest = " ".join(words[taken:])
    honorific = " ".join(words[:taken])
    for ending in _AFTER if rest.endswith(_AFTER) else ():
        # A name of one character may end so itself.
        if rest.endswith(ending) and len(rest) > len(ending) + 1:
            return NameParts(rest.removesuffix(ending).rstrip(), ending)
    degree = _DEGREES.search(rest)
    if degree and " " in rest[: degree.start()]:
        return NameParts(rest[: degree.start()], " ".join(filter(None, [honorific, degree.group().strip(", ")])))
    return NameParts(rest, honorific)


def _is_honorific(words: list[str], at: int, known: str | None) -> bool:
    word, left = words[at], len(words) - at - 1
    bare = word.lower().rstrip(".")
    if bare in _BEFORE_KNOWN:
        return known is not None and " ".join(words[at + 1 :]).casefold() == known.casefold()
    if bare in _BEFORE_TWO and not (bare in _POINTED and word.endswith(".")):
        return left > 1
    return bare in _BEFORE


def proper_case(name: str, country: str | None = None, *, family: bool = False) -> str:
    """Return a name that is all upper case or all lower case in the case of names.

    >>> proper_case("BIN WANG"), proper_case("DE WITT CLINTON"), proper_case("JOHN E SMITH")
    ('Bin Wang', 'De Witt Clinton', 'John E Smith')
    >>> proper_case("VAN DER BERG", family=True), proper_case("VAN DER BERG, JAN")
    ('van der Berg', 'van der Berg, Jan')
    >>> proper_case("MÁIRE O'BRIEN-MCGRATH"), proper_case("ludwig van beethoven"), proper_case("ISTANBULLU", "TR")
    ("Máire O'Brien-McGrath", 'Ludwig van Beethoven', 'Istanbullu')
    """
    country = alphabet_of(name, country)
    words = to_lower(name, country).split(" ")
    family = family or "," in name
    return " ".join(_word(word, words, at, country, leading=family or at > 0) for at, word in enumerate(words))


def alphabet_of(text: str, country: str | None) -> str | None:
    """Return the country whose alphabet an upper-case text uses: with İ in it, I is another letter than i.

    >>> alphabet_of("İSMAİL", "DE"), alphabet_of("ISMAIL", "DE")
    ('TR', 'DE')
    """
    return "TR" if "İ" in text and country != "AZ" else country


def to_lower(text: str, country: str | None = None) -> str:
    """Return text in lower case, with the dotless i of Turkish and Azerbaijani in these countries.

    >>> to_lower("IŞIK", "TR"), to_lower("IŞIK"), to_lower("ΟΔΥΣΣΕΥΣ")
    ('ışık', 'işik', 'οδυσσευς')
    """
    if country in {"TR", "AZ"}:
        text = text.replace("I", "ı")
    # Python lowers İ to two characters, an i and a dot above.
    return text.replace("İ", "i").lower()


def _word(word: str, words: list[str], at: int, country: str | None, *, leading: bool) -> str:
    capital = country in _CAPITAL_PARTICLES and word not in _ALWAYS_LOWER_CASE
    within = leading and at < len(words) - 1 and not capital
    if within and (word in _PARTICLES or (country or "") in _JOINING_WORDS.get(word, ())):
        return word
    if within and word in _AFTER_DE and at and words[at - 1] == "de":
        return word
    if word == "'t":
        return word
    if at and _NUMERALS.fullmatch(word):
        return word.upper()
    parts = _PART.split(word)
    return "".join(_capitalize_part(part, parts, place, country) for place, part in enumerate(parts))


def _capitalize_part(part: str, parts: list[str], place: int, country: str | None) -> str:
    if not part or not part[0].isalpha():
        return part
    # O'Brien and D'Arcourt, but the s of "Levi's" stays small.
    if place >= 2 and parts[place - 1] in "’'‘" and len(part) == 1:  # noqa: PLR2004 - the part before the sign
        return part
    if part.startswith("mc") and len(part) > _SHORTEST:
        return f"Mc{upper_first(part[2:], country)}"
    if part in _MAC:
        return f"Mac{upper_first(part[3:], country)}"
    if part.startswith("ij") and country in {"NL", "BE"}:
        return f"IJ{part[2:]}"
    return upper_first(part, country)


def upper_first(word: str, country: str | None = None) -> str:
    """Return a word with its first letter in title case.

    >>> upper_first("ışık", "TR"), upper_first("istanbul", "TR"), upper_first("ßa")
    ('Işık', 'İstanbul', 'Ssa')
    """
    if country in {"TR", "AZ"} and word[:1] == "i":
        return f"İ{word[1:]}"
    return word[:1].title() + word[1:]
