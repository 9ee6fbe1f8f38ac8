"""The legal form of a company, and its name without it (``company_core``)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.values.name_case import alphabet_of, to_lower, upper_first, with_dotted_letters
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import without_accents
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

_JOINT: Final = lazy_pattern(r"[\s.,()]+")
_AND: Final = lazy_pattern(r"\b(?:and|und|et)\b|\bu\.(?=\s*co\b)|\+")
_AND_CO: Final = lazy_pattern("^&(?=co|cie|cia)")
_DOTTED: Final = lazy_pattern(r"\w[./]\s?\w")
_EDGE: Final = " ,;-–—&+"
_QUOTES: Final = (("«", "»"), ('"', '"'), ("„", "“"), ("„", "”"), ("“", "”"), ("'", "'"))
_OPENING: Final = frozenset(opening for opening, _ in _QUOTES)
_WRITTEN_TOGETHER: Final = lazy_pattern("[\u0e00-\u0e7f\u3040-\u30ff\u3200-\u33ff\u3400-\u9fff\uac00-\ud7af]")
_BREAK_AND_WORD: Final = lazy_pattern(r"[\s,&(+]([^\s,&(+]*)")
_BREAK: Final = lazy_pattern(r"[\s,&(+]")
_FIRST_WORD: Final = lazy_pattern(r"[^\s«\"„]*")
_THE_COMPANY: Final = lazy_pattern(r"the\b.*", re.IGNORECASE)
_NO_NAMES: Final = frozenset({"", "the", "a", "die", "der", "das", "la", "le", "el", "il"})
_SPOKEN_IN: Final = lazy_pattern(
    r"(?P<FR>\b(?:compagnie|soci[ée]t[ée]|[ée]tablissements)\b)"
    r"|(?P<DE>genossenschaft|volksbank|raiffeisenbank|sparda-bank|winzer)",
    re.IGNORECASE,
)
"""Country whose short legal forms count in a name with such words, as the name of a group."""
_ON_BOTH_SIDES: Final = frozenset({"sc", "pt", "oy", "ab", "บริษัท"})
_COUNTRY_OF_BOTH: Final = {("sc", "srl"): "RO"}
"""Country that alone writes such forms before and after one name."""
_LONGEST: Final = 300
_LONGEST_ABBREVIATION: Final = 6


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


@lru_cache(maxsize=1 << 10)  # a name is split to decide on its case, and again to change it
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
    >>> [split_company(name).core for name in ("SC Nume SRL", "SC Johnson", "Kft. Lumen", "A/S Lumen", "SNC-Lavalin")]
    ['Nume', 'SC Johnson', 'Lumen', 'Lumen', 'SNC-Lavalin']
    """
    if len(name) > _LONGEST:
        return Company(name, "")
    *words, last = name.split(" ")
    if words and all(map(_is_mere_word, words)) and (is_form := _is_plain_form(last, country)) is not None:
        return Company(" ".join(words), last) if is_form else Company(_bare(name) or name, "")
    if country is None and (spoken := _SPOKEN_IN.search(name)):
        country = spoken.lastgroup
    after = _cut_after(name, country)
    before = _cut_before(name, country) if after is None else _cut_before(after[0], country, after[1])
    # Some countries write a form on both sides: SC Nume SRL.
    if before is not None and (after is None or fold_form(before[1]) in _ON_BOTH_SIDES):
        return Company(_bare(before[0]), before[1] if after is None else f"{before[1]} … {after[1]}")
    return Company(_bare(name) or name, "") if after is None else Company(_bare(after[0]), after[1])


@lru_cache(maxsize=1 << 14)  # the last words of names repeat
def proper_form(form: str, country: str | None = None) -> str | None:
    """Return a legal form in its proper case, preferably that of the country; its signs and spaces stay.

    Without a country that has it, a form in capitals stays if some country writes it so: S.A.S. is S.a.s. in Italy.

    >>> proper_form("GMBH & CO KG"), proper_form("CO.,LTD"), proper_form("srl"), proper_form("srl", "IT")
    ('GmbH & Co KG', 'Co.,Ltd', 'SRL', 'Srl')
    """
    form = with_dotted_letters(form)
    same, similar = _proper_forms().get(form.casefold(), {}), _spellings().get(_AND_CO.sub("", fold_form(form)), {})
    proper = same.get(country) or similar.get(country) or ""
    candidates = list((same or similar).values())
    if not proper and form.isupper() and any(map(str.isupper, candidates)):
        return form
    proper = proper or next(iter(candidates), "")
    letters = [letter for letter in proper if letter.isalpha()]
    places = [place for place, letter in enumerate(form) if letter.isalpha()]
    surplus = len(places) - len(letters)  # the letters of an "and" that the table writes "&"
    if not letters or surplus < 0 or (surplus and not _AND.match(form.casefold())):
        return None
    alphabet = None if form.isascii() else alphabet_of(form, country)
    cased = list(to_lower(form, alphabet))
    for place, letter in zip(places[surplus:], letters, strict=True):
        cased[place] = upper_first(cased[place], alphabet) if letter.isupper() else cased[place]
    return "".join(cased)


@cache
def form_patterns() -> tuple[str, str]:
    """Return regular expressions, for any engine, for names that end in a form, in any case and as countries write it.

    >>> import re
    >>> any_case, proper = form_patterns()
    >>> [(bool(re.search(any_case, name)), bool(re.search(proper, name))) for name in ("Lumo Gmbh", "Lumo GmbH")]
    [(True, False), (True, True)]
    """
    texts = {form.text.rstrip(".") for form in _legal_forms() if form.place == "after" and _is_abbreviated(form.text)}
    ending = rf"[ ,](?:{'|'.join(map(re.escape, sorted(texts)))})[.]?$"
    return f"(?i){ending}", ending


def with_proper_form(name: str, country: str | None = None) -> str:
    """Return a name in mixed case with its legal form in the case that all countries, or its own, write; else as it is.

    A form that a country writes so stays (Ab of Finland, Srl), and so does what is a style: two letters in lower case
    (oy), points behind letters of one case (s.r.l.), capitals for LTD. A form of two letters needs its country: Ag is
    also agriculture.

    >>> [with_proper_form(name) for name in ("Lumo Gmbh", "Lumo ltd", "Lumo S.r.o.", "Lumo Sp. Z O.o.", "Lumo aps")]
    ['Lumo GmbH', 'Lumo Ltd', 'Lumo s.r.o.', 'Lumo Sp. z o.o.', 'Lumo ApS']
    >>> with_proper_form("Lumo Ag"), with_proper_form("Lumo Ag", "DE"), with_proper_form("Lumo Ab", "SE")
    ('Lumo Ag', 'Lumo AG', 'Lumo Ab')
    """
    form = split_company(name, country=country).form
    if not form or not name.endswith(form) or not _is_abbreviated(form):
        return name
    spelled = _spellings_of(form)
    alike = _spellings().get(fold_form(form), {}) if form.isalpha() else {}
    cases = {_case_of(text) for text in (*spelled.values(), *alike.values())}
    short = len(form) == len("AG") and form.isalpha()
    sure = country in spelled or (len(cases) == 1 and not short)
    if not spelled or not sure or _case_of(form) in cases or _is_style(form, cases):
        return name
    proper = proper_form(form, country)
    return name if proper is None or (form.isupper() and proper.istitle()) else name.removesuffix(form) + proper


def _is_style(form: str, cases: set[str]) -> bool:
    """Return whether many write a form so although another case is usual: ag, a/s, s.r.l., S.R.O., SPA, Plc, Eurl.

    Args:
        form: A legal form.
        cases: Cases of its spellings.
    """
    initials = "." in form and all(len(part) < len("Sp") for part in re.split(r"[.\s]+", form))
    if form.islower():
        return initials or "/" in form or (form.isalpha() and len(form) == len("ag"))
    if form.isupper():
        return initials or (form.isalpha() and len(form) <= len("SPA"))
    lower, upper = "a" * len(form), "A" * len(form)
    return form.istitle() and (
        {lower, upper} <= cases if len(form) == len("Plc") else len(form) > len("Plc") and cases == {upper}
    )


def _spellings_of(form: str) -> dict[str | None, str]:
    """Return the spellings of a form by country, with the same signs; of one with points or spaces also with others."""
    for text in (form, form.rstrip("."), f"{form}."):
        if same := _proper_forms().get(text.casefold()):
            return same
    return {} if form.isalpha() else _spellings().get(_AND_CO.sub("", fold_form(form)), {})


def _case_of(form: str) -> str:
    """Return the case of the letters of a form: GmbH and G.m.b.H. differ in nothing else."""
    return "".join("A" if letter.isupper() else "a" for letter in form if letter.isalpha())


def _is_abbreviated(form: str) -> bool:
    """Return whether a form has no whole word, which languages write in several ways, and is not "& Co."."""
    words = [word for word in _JOINT.split(form.casefold()) if word]
    alone = len(words) <= len(("et", "cie")) and words[-1:] in (["cia"], ["cie"], ["co"], ["cía"])
    return all(len(word) <= _LONGEST_ABBREVIATION for word in words) and not alone and form[0] != "&"


def single_words() -> dict[str, str]:
    """Return the forms that are one word and nothing else in any country: lower case → proper spelling."""
    found: dict[str, str] = {}
    for form in _legal_forms():
        if form.text.isalpha() and fold_form(form.text) not in _ambiguous(form.place):
            found.setdefault(form.text.lower(), form.text)
    return found


@lru_cache(maxsize=1 << 16)
def _is_mere_word(word: str) -> bool:
    """Return whether a word is of letters and says nothing about legal forms: it starts none, and may end a name.

    >>> [_is_mere_word(word) for word in ("Nordlicht", "Société", "Hotel", "Und", "山田")]
    [True, False, True, False, False]
    """
    if not word.isalpha() or _is_written_together(word) or _SPOKEN_IN.search(word):
        return False
    starts_form = any(fold_form(word) in _beginnings(place) for place in ("after", "before"))
    return not starts_form and word.lower() not in _connectives() and word.casefold() not in _NO_NAMES


@lru_cache(maxsize=1 << 14)
def _is_plain_form(word: str, country: str | None) -> bool | None:
    """Return whether the last word of a name is its legal form; ``None`` if the words before it matter, too."""
    if not word or _BREAK.search(word) or _is_written_together(word) or _SPOKEN_IN.search(word):
        return None
    is_form = fold_form(word) in _beginnings("after") and _is_form(word, "after", country)
    return None if is_form and fold_form(word) == "company" else is_form


def _cut_after(name: str, country: str | None) -> tuple[str, str] | None:
    """Return the name and the longest legal form at its end."""
    together = _is_written_together(name)
    if together and not fold_form(name).endswith(_any_form("after")):
        return None
    starts = range(1, len(name)) if together else _starts(name)
    for at in starts:
        form = name[at:].strip(" ,")
        if _is_form(form, "after", country) and _is_whole(name, at, form) and _is_name(name[:at], form):
            return name[:at], form
    return None


def _is_written_together(name: str) -> bool:
    return not name.isascii() and bool(_WRITTEN_TOGETHER.search(name))


def _starts(name: str) -> Iterator[int]:
    """Yield where a form may start: before words that start a known form."""
    for found in _BREAK_AND_WORD.finditer(name):
        if fold_form(found[1]) in _beginnings("after"):
            yield found.start()


def _cut_before(name: str, country: str | None, after: str = "") -> tuple[str, str] | None:
    """Return the name and the longest legal form at its start.

    Args:
        name: Company name, without the form at its end.
        country: Two-letter code.
        after: Form at the end of the name, which may belong to one country alone.
    """
    together = _is_written_together(name)
    if not together and fold_form(_FIRST_WORD.match(name)[0]) not in _beginnings("before"):  # type: ignore[index]
        return None
    if together and not fold_form(name).startswith(_any_form("before")):
        return None
    ends = range(1, len(name)) if together else [found.start() for found in re.finditer(r"[\s«\"„]", name)]
    for at in reversed(list(ends)):
        form = name[:at].strip(" ,")
        homes = _homes("before").get(fold_form(form))
        quoted = homes and _is_quoted(name[at:])  # UAB „Maxima“: beside the name in quotes, UAB is nothing else
        if (quoted or _is_form(form, "before", country or _home(form, after))) and _bare(name[at:]):
            return name[at:], form
    return None


def _is_quoted(core: str) -> bool:
    """Return whether all of a name is in one pair of quotes.

    >>> _is_quoted(' "Rimi"'), _is_quoted('"Rimi" Baltic'), _is_quoted("Rimi")
    (True, False, False)
    """
    core = core.strip(_EDGE)
    bare = _bare(core)
    return core[:1] in _OPENING and bare != core and not any(sign in bare for pair in _QUOTES for sign in pair)


@lru_cache(maxsize=1 << 14)
def _is_form(form: str, place: str, country: str | None) -> bool:
    folded = _AND_CO.sub("", fold_form(form)) if place == "after" else fold_form(form)
    homes = _homes(place).get(folded)
    if not homes:
        return False
    return country in homes or folded not in _ambiguous(place) or (place == "after" and _has_shape_of_form(form))


def _has_shape_of_form(form: str) -> bool:
    """Return whether an ambiguous form is written as no word is: S.p.A., A/S, SpA, but not Spa."""
    return bool(_DOTTED.search(form)) or (form in _proper_forms().get(form.casefold(), {}).values() and _is_mixed(form))


def _is_mixed(form: str) -> bool:
    return not (form.isupper() or form.islower() or form.istitle())


def _is_whole(name: str, at: int, form: str) -> bool:
    """Return whether a form is not the end of a longer word: only East Asian forms are written without a space."""
    return name[at] in " ,&(+\u00a0" or bool(_WRITTEN_TOGETHER.search(form)) or form[0] in "(（"


def _is_name(core: str, form: str) -> bool:
    """Return whether the rest can be a name: not in The Limited, Hotel & Spa or The Boring Company."""
    folded = fold_form(form)
    # A control character may be all that is left.
    if not core.strip() or core.strip(_EDGE).casefold() in _NO_NAMES or core.count("(") != core.count(")"):
        return False
    if folded == "company" and _THE_COMPANY.match(core):
        return False
    last = core.rsplit(None, 1)[-1].lstrip("(")
    if len(last) == 1 and last.isalpha() and folded not in _ambiguous("after"):
        return True  # Solar E GmbH; no name ends in "and" before an unambiguous form
    return last.lower() not in _connectives()


def _bare(core: str) -> str:
    core = core.strip(_EDGE)
    if core[:1] not in _OPENING:
        return core
    for opening, closing in _QUOTES:
        if core.startswith(opening) and core.endswith(closing) and len(core) > len(opening + closing):
            core = core[len(opening) : -len(closing)].strip(_EDGE)
    return core


@lru_cache(maxsize=1 << 16)
def fold_form(form: str) -> str:
    """Return a legal form without case, points, spaces and accents, for look-ups.

    >>> fold_form("G.m.b.H. und Co. KG"), fold_form("S.à r.l.")
    ('gmbh&cokg', 'sarl')
    """
    if not form.isascii() and _WRITTEN_TOGETHER.search(form):
        return re.sub(r"[\s.,]+", "", form).casefold()
    return _JOINT.sub("", _AND.sub("&", without_accents(form)))


def _home(before: str, after: str) -> str | None:
    """Return the country of a form behind a name that only one country has, or writes with the form before it."""
    homes = _homes("after").get(fold_form(after), frozenset())
    together = _COUNTRY_OF_BOTH.get((fold_form(before), fold_form(after)))
    return together or (next(iter(homes)) if len(homes) == 1 else None)


@cache
def _homes(place: str) -> dict[str, frozenset[str]]:
    """Return folded form → countries that have it."""
    found: dict[str, set[str]] = {}
    for form in _legal_forms():
        if form.place == place:
            found.setdefault(fold_form(form.text), set()).add(form.country)
    return {form: frozenset(countries) for form, countries in found.items()}


@cache
def _any_form(place: str) -> tuple[str, ...]:
    """Return all folded forms. Folding works letter by letter, so a folded form ends or starts the folded name."""
    return tuple(_homes(place))


@cache
def _beginnings(place: str) -> frozenset[str]:
    """Return all prefixes of folded forms, from empty to whole, and the "&" of "& Co."."""
    return frozenset(form[:length] for form in _homes(place) for length in range(len(form) + 1)) | {"&"}


@cache
def _proper_forms() -> dict[str, dict[str | None, str]]:
    """Return case-folded form → country → its spelling there."""
    found: dict[str, dict[str | None, str]] = {}
    for form in _legal_forms():
        found.setdefault(form.text.casefold(), {}).setdefault(form.country, form.text)
    return found


@cache
def _spellings() -> dict[str, dict[str | None, str]]:
    """Return folded form → country → its first spelling there."""
    found: dict[str, dict[str | None, str]] = {}
    for form in _legal_forms():
        found.setdefault(fold_form(form.text), {}).setdefault(form.country, form.text)
    return found


@cache
def _ambiguous(place: str) -> frozenset[str]:
    """Return folded forms that are words, names or codes in other countries."""
    return frozenset(_tables()["ambiguous"][place])


@cache
def _connectives() -> frozenset[str]:
    """Return words after which a name is not at its end: "Hotel & Spa", "House of Co"."""
    return frozenset(_tables()["connectives"]["before"])


@cache
def _legal_forms() -> tuple[_Form, ...]:
    tables = _tables()
    return tuple(
        _Form(form, country, place)
        for place in ("after", "before")
        for country, forms in tables[place].items()
        for form in forms
    )


def _tables() -> dict[str, dict[str, list[str]]]:
    return read_table(__package__, "legal_forms.toml")
