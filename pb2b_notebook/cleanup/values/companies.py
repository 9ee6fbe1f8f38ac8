"""Company names: the legal form, and the name without it (``company_core``)."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.values.name_case import alphabet_of, odd_case, to_lower, upper_first
from pb2b_notebook.cleanup.values.text import Rewritten, is_valid_text, tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINT: Final = re.compile(r"[\s.,]+")
_EDGE: Final = " ,;-–—&+"
_QUOTES: Final = (("«", "»"), ('"', '"'), ("„", "“"), ("“", "”"), ("'", "'"))
_OPENING: Final = frozenset(opening for opening, _ in _QUOTES)
_WRITTEN_TOGETHER: Final = re.compile("[\u3040-\u30ff\u3200-\u33ff\u3400-\u9fff\uac00-\ud7af]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BREAK_AND_WORD: Final = re.compile(r"[\s,&(+]([^\s,&(+]*)")
_FIRST_WORD: Final = re.compile(r"[^\s«\"„]*")
_SMALL_WORDS: Final = frozenset(
    [
        "and",
        "und",
        "et",
        "e",
        "y",
        "i",
        "&",
        "of",
        "de",
        "del",
        "della",
        "der",
        "die",
        "das",
        "do",
        "da",
        "du",
        "la",
        "le",
        "les",
        "los",
        "las",
        "el",
        "et",
        "van",
        "von",
        "voor",
        "für",
        "for",
    ]
)
_AT_HOME: Final = {
    "after": frozenset(
        [
            "me",
            "da",
            "mb",
            "ad",
            "ead",
            "uc",
            "og",
            "hb",
            "kb",
            "ky",
            "hf",
            "mei",
            "epp",
            "teo",
            "cpt",
            "ie",
            "da",
            "sia",
            "pfa",
            "lp",
            "cic",
        ]
    ),
    "before": frozenset(["sas", "sa", "ab", "sc", "pt", "llc", "société"]),
}
"""Short legal forms that are words or names in other countries."""
_NO_NAMES: Final = frozenset({"", "the", "a", "die", "der", "das", "la", "le", "el", "il"})
_ON_BOTH_SIDES: Final = frozenset({"sc"})
_LONGEST: Final = 300
_LEAST_WORDS: Final = 2
_LEAST_LETTERS: Final = 5


class Company(NamedTuple):
    """The parts of a company name.

    Attributes:
        core: Name without the legal form; never empty.
        form: Legal form as the name has it; "" for none.
    """

    core: str
    form: str


class _Form(NamedTuple):
    text: str
    country: str
    place: str


def split_company(name: str, *, country: str | None = None) -> Company:
    """Split a company name into the name and its legal form.

    Args:
        name: Company name.
        country: Two-letter code; a short form that is a word or a name elsewhere (SAS Institute) counts as a form only
            in countries that have it.

    >>> split_company("Nordlicht Optik GmbH & Co. KG"), split_company("株式会社山田物流")
    (Company(core='Nordlicht Optik', form='GmbH & Co. KG'), Company(core='山田物流', form='株式会社'))
    >>> split_company("SAS Belle Rivière", country="FR").core, split_company("SAS Institute").core
    ('Belle Rivière', 'SAS Institute')
    """
    if len(name) > _LONGEST:
        return Company(name, "")
    after = _cut_after(name, country)
    before = _cut_before(after[0] if after else name, country)
    # Romania writes a form on both sides: SC Nume SRL.
    if before is not None and (after is None or _fold(before[1]) in _ON_BOTH_SIDES):
        return Company(_bare(before[0]), before[1] if after is None else f"{before[1]} … {after[1]}")
    return Company(_bare(name) or name, "") if after is None else Company(_bare(after[0]), after[1])


def rewrite_company(text: str, *, country: str | None = None, without: frozenset[str] = frozenset()) -> Rewritten:
    """Return a company name in its canonical form, with the legal form as it is.

    The case changes only in names of two or more words, one of them long: IBM and adidas are spelled like that.

    >>> [rewrite_company(name).value for name in ("NORDLICHT OPTIK GMBH", "IKEA", "ada & co kg")]
    ['Nordlicht Optik GmbH', 'IKEA', 'ada & co kg']
    """
    tidy = tidy_text(text, kind="company", without=without)
    if tidy.value is None or not is_valid_text(text, _LONGEST):
        return tidy
    name = tidy.value
    rule = odd_case(name)
    if not rule or rule in without:
        return tidy
    company = split_company(name, country=country)
    words = _WORD.findall(company.core)
    if len(words) < _LEAST_WORDS or max(map(len, words)) < _LEAST_LETTERS:
        return tidy
    cased = name.replace(company.core, _name_case(company.core, country), 1)
    if company.form and "…" not in company.form:
        cased = _with_proper_form(cased, company.form, country)
    return Rewritten(cased, tidy.rules if cased == name else (*tidy.rules, rule))


def _name_case(core: str, country: str | None) -> str:
    country = alphabet_of(core, country)
    small = to_lower(core, country)

    def word(found: re.Match[str]) -> str:
        text = found.group()
        return text if found.start() and text in _SMALL_WORDS else upper_first(text, country)

    return _WORD.sub(word, small)


def _with_proper_form(name: str, form: str, country: str | None) -> str:
    """Return the name with its legal form in the proper case, preferably that of the country: gmbh is GmbH."""
    proper = _proper_forms().get(form.casefold(), {})
    text = proper.get(country) or next(iter(proper.values()), None)
    return name if text is None else name.replace(form, text, 1)


def _cut_after(name: str, country: str | None) -> tuple[str, str] | None:
    """Return the name and the longest legal form at its end."""
    together = bool(_WRITTEN_TOGETHER.search(name))
    if together and not _fold(name).endswith(_any_form("after")):
        return None
    starts = range(1, len(name)) if together else _starts(name)
    for at in starts:
        form = name[at:].strip(" ,")
        if _is_form(form, "after", country) and _is_whole(name, at, form) and _is_name(name[:at]):
            return name[:at], form
    return None


def _starts(name: str) -> Iterator[int]:
    """Yield where a form may start: before words that start a known form."""
    for found in _BREAK_AND_WORD.finditer(name):
        if _fold(found[1]) in _beginnings("after"):
            yield found.start()


def _cut_before(name: str, country: str | None) -> tuple[str, str] | None:
    """Return the name and the longest legal form at its start."""
    together = bool(_WRITTEN_TOGETHER.search(name))
    if not together and _fold(_FIRST_WORD.match(name)[0]) not in _beginnings("before"):  # type: ignore[index]
        return None
    if together and not _fold(name).startswith(_any_form("before")):
        return None
    ends = range(1, len(name)) if together else [found.start() for found in re.finditer(r"[\s«\"„]", name)]
    for at in reversed(list(ends)):
        form = name[:at].strip(" ,")
        if _is_form(form, "before", country) and _bare(name[at:]):
            return name[at:], form
    return None


def _is_form(form: str, place: str, country: str | None) -> bool:
    folded = _fold(form)
    homes = _homes(place).get(folded, frozenset())
    if country in homes:
        return True
    return bool(homes) and folded not in _AT_HOME[place]


def _is_whole(name: str, at: int, form: str) -> bool:
    """Return whether a form is not the end of a longer word: only East Asian forms are written without a space."""
    return name[at] in " ,&(+\u00a0" or bool(_WRITTEN_TOGETHER.search(form)) or form[0] in "(（"


def _is_name(core: str) -> bool:
    """Return whether the rest can be a name: in The Limited, nothing is left."""
    return core.strip(_EDGE).casefold() not in _NO_NAMES


def _bare(core: str) -> str:
    core = core.strip(_EDGE)
    if core[:1] not in _OPENING:
        return core
    for opening, closing in _QUOTES:
        if core.startswith(opening) and core.endswith(closing) and len(core) > len(opening + closing):
            core = core[len(opening) : -len(closing)].strip(_EDGE)
    return core


@lru_cache(maxsize=1 << 16)
def _fold(form: str) -> str:
    # İ casefolds to two characters.
    return _JOINT.sub("", form.replace("İ", "I").replace("+", "&")).casefold()


@cache
def _homes(place: str) -> dict[str, frozenset[str]]:
    """Return folded form → countries that have it."""
    found: dict[str, set[str]] = {}
    for form in _legal_forms():
        if form.place == place:
            found.setdefault(_fold(form.text), set()).add(form.country)
    return {form: frozenset(countries) for form, countries in found.items()}


@cache
def _any_form(place: str) -> tuple[str, ...]:
    """Return all folded forms. Folding works letter by letter, so a folded form ends or starts the folded name."""
    return tuple(_homes(place))


@cache
def _beginnings(place: str) -> frozenset[str]:
    """Return all prefixes of folded forms, from empty to whole."""
    return frozenset(form[:length] for form in _homes(place) for length in range(len(form) + 1))


@cache
def _proper_forms() -> dict[str, dict[str | None, str]]:
    """Return case-folded form → country → its spelling there."""
    found: dict[str, dict[str | None, str]] = {}
    for form in _legal_forms():
        found.setdefault(form.text.casefold(), {}).setdefault(form.country, form.text)
    return found


@cache
def _legal_forms() -> tuple[_Form, ...]:
    text = resources.files("pb2b_notebook.cleanup.values").joinpath("legal_forms.toml").read_text(encoding="utf-8")
    return tuple(
        _Form(form, country, place)
        for place, by_country in tomllib.loads(text).items()
        for country, forms in by_country.items()
        for form in forms
    )
