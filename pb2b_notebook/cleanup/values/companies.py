"""Company names: the case of names that are all in upper case or all in lower case."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.values.legal_forms import proper_form, single_words, split_company, with_proper_form
from pb2b_notebook.cleanup.values.mojibake import may_be_misread
from pb2b_notebook.cleanup.values.name_case import (
    DOTLESS_COUNTRIES,
    alphabet_in,
    alphabet_of,
    lacks_accent,
    odd_case,
    to_lower,
    to_upper,
    upper_first,
    with_dotted_letters,
)
from pb2b_notebook.cleanup.values.stray_marks import tidy_name
from pb2b_notebook.cleanup.values.text import Rewritten, is_valid_text
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    import polars as pl

_WORD: Final = lazy_pattern(r"[^\W_]+(?:['’][^\W_]+)*")
_VOWELS: Final = frozenset("aeiouäöüáéíóúàèìòùâêîôûãõåøæœąęıőűėūāēīаеёиоуыэюяіїєαεηιουωάέήίόύώ")
_ACRONYM_SHAPES: Final = frozenset({"vcv", "vcc", "vvc", "vvv", "ccv", "cccv", "vccc"})
_LONGEST_ACRONYM: Final = 5
_HOST: Final = lazy_pattern(r"[^\W_]{2,}\.$")
_LETTER_BEFORE: Final = lazy_pattern(r"(?<![\w.])[^\W\d_]\.$")
_HONORARY: Final = lazy_pattern(r"\bdr\.[^,&]*?\bh\.c\.")
"""The doctor's degree of a founder: Dr. Ing. h.c."""
_LONG_BEFORE, _LONG_BEHIND = re.compile(r"[^\W\d_]{3,} $"), re.compile(r" [^\W\d_]{3,}")
"""Words beside a letter that is one: those beside initials are shorter."""
_WORD_BEFORE: Final = lazy_pattern(r"[^-/–:|,][ -]$|\w- $")
_DE_BEFORE: Final = lazy_pattern(r" (?:de|à) $")
_NOUN_NEXT: Final = lazy_pattern(r"\b(?:del|dal|al) $")
"""Spanish and Italian words before a noun: Bodegas del Sur, where Besançon sur Mer has a small word."""
_ARTICLES: Final = frozenset({"la", "las", "los"})
_COUNTRIES_OF_E: Final = frozenset({None, "AO", "BR", "CH", "CV", "ES", "GW", "IT", "MO", "MZ", "PT", "SM", "ST", "VA"})
"""Where "e" may be a word; elsewhere it is a letter."""
_ORDINAL: Final = lazy_pattern(r"\d+(?:st|nd|rd|th|er|ème|e)")
_LETTERS: Final = lazy_pattern(r"[^\W\d_]+")
_ENDINGS: Final = frozenset({"s", "t", "d", "n", "m", "re", "ll", "ve", "em"})
"""What follows an apostrophe at the end of an English word: Levi's, Don't, Toys'n."""
_IN_BRACKETS: Final = lazy_pattern(r"\(([^\W\d_]{2,6})\)")
_CASELESS: Final = lazy_pattern(r"[\u0590-\u109f\u1100-\u137f\u1780-\u18af\u3040-\u9fff\uac00-\ud7a3]")
"""A letter of a script without case, such as Arabic or Chinese: beside it, capitals may be an acronym."""
_LONG: Final = lazy_pattern(r"[^\W\d_]{5}")
_LONGEST: Final = 300
_LONGEST_BESIDE_AND: Final = 2
_LONGEST_BESIDE_DIGITS: Final = 2
_LONGEST_ELIDED: Final = 3
_LONGEST_AFTER_LETTER: Final = 3
_LEAST_WORDS: Final = 2
_LINKED: Final = lazy_pattern(r"(.*[^\s(]) ?\((?:https?://|www\.)[^\s()]+\)")
"""The name of a page and its address, as Notion exports a relation."""
BEFORE_COMPANY: Final = r"^(?:M/s|Messrs)\.? "
"""Messieurs, before the name of a firm on the Indian subcontinent. M/S is also a ship."""
LONG_WORD: Final = r"[\p{Lu}\p{Ll}]{5}"
_LEAST_NAMES: Final = 5
_LEAST_SHARE: Final = 0.9
_MC: Final = lazy_pattern(r"mc[^\W\d_]{3,}")


def rewrite_company(
    text: str,
    *,
    country: str | None = None,
    exported: str = "",
    dotted: bool | None = None,
    without: frozenset[str] = frozenset(),
) -> Rewritten:
    """Return a company name in its canonical form, with the legal form as it is.

    Of a name in mixed case only a legal form is changed, as in :func:`~.legal_forms.with_proper_form`. One in a single
    case is changed where that case says nothing: if the whole list is written so, else in names of two or more words,
    one of them long, because IBM is spelled like that; and in lower case only with a legal form and without a word that
    may be an acronym, because adidas and ifm are. In a list of mixed case, QB HOUSE and "bebe stores inc" are how their
    owners write them: there, a legal form is also needed whose spelling is another one than an owner would choose, GMBH
    or gmbh, but not ag.

    Args:
        text: Company name.
        country: Two-letter code; it decides between spellings of a legal form, and the dotted i.
        exported: Case in which the list is written, as :func:`case_of_list` returns it.
        dotted: Whether the list writes the Turkish İ inside words: then I is the letter without a dot.
        without: Rules that are not applied.

    >>> [rewrite_company(name).value for name in ("NORDLICHT OPTIK GMBH", "IKEA", "ada & co kg", "ifm electronic gmbh")]
    ['Nordlicht Optik GmbH', 'IKEA', 'ada & co kg', 'ifm electronic gmbh']
    >>> rewrite_company("SIEMENS AG").value, rewrite_company("SIEMENS AG", exported="shouting").value
    ('SIEMENS AG', 'Siemens AG')
    >>> rewrite_company("LOVE REPUBLIC").value, rewrite_company("LOVE REPUBLIC", exported="mixed").value
    ('Love Republic', 'LOVE REPUBLIC')
    """
    tidy = tidy_name(text, "company", without)
    if tidy.value is None or not is_valid_text(text, _LONGEST):
        return tidy
    linked = None if "brackets" in without else _LINKED.fullmatch(tidy.value)
    if linked:
        tidy = Rewritten(linked[1], (*tidy.rules, "brackets"))
    name = tidy.value or ""
    plain = name if "prefix" in without else re.sub(BEFORE_COMPANY, "", name)
    if plain != name:
        name, tidy = plain, Rewritten(plain, (*tidy.rules, "prefix"))
    rule = odd_case(name)
    if not rule and "mixed case" not in without and (proper := with_proper_form(name, country)) != name:
        return Rewritten(proper, (*tidy.rules, "mixed case"))
    if not rule or rule in without or not (rule == exported or _was_typed_in_one_case(name, country)):
        return tidy
    if exported == "mixed" and not _has_careless_form(name, country):
        return tidy
    cased = _in_sure_case(name, country, dotted=dotted)
    return Rewritten(cased, tidy.rules if cased == name else (*tidy.rules, rule))


def suggested_case(name: str, country: str | None = None, *, dotted: bool | None = None) -> str | None:
    """Return the probable case of a name in one case in a list of mixed case; ``None`` if nothing suggests another.

    Args:
        name: Company name.
        country: Two-letter code, as in :func:`rewrite_company`.
        dotted: Whether the list writes the Turkish İ inside words.

    >>> suggested_case("LOVE REPUBLIC"), suggested_case("SIEMENS"), suggested_case("bebe stores inc")
    ('Love Republic', None, 'Bebe Stores Inc')
    """
    if not odd_case(name) or len(name) > _LONGEST or not _was_typed_in_one_case(name, country):
        return None
    cased = _in_sure_case(name, country, dotted=dotted)
    return cased if cased != name else None


def _in_sure_case(name: str, country: str | None, *, dotted: bool | None) -> str:
    """Return a one-case name in its most probable case, or unchanged where its letters or words are in doubt."""
    alphabet = alphabet_in(name, country, dotted=dotted)
    unsure = alphabet == "" or _CASELESS.search(name) or (name.isupper() and lacks_accent(name))
    if unsure or may_be_misread(name) or _is_doubtful_word(name, country):
        return name
    return case_company(name, country, alphabet=alphabet)


def case_of_list(names: pl.Series) -> str:
    """Return the case in which a list of company names is written: in one case, the case of a name says nothing.

    Args:
        names: Company names; each counts once, and only with a word of five letters, because IBM says nothing.

    Returns:
        "shouting" or "lower case" if at least five names and nine tenths of all are so; "mixed" if a name is in
        mixed case; else "".

    >>> import polars as pl
    >>> case_of_list(pl.Series(["SIEMENS AG", "ALLIANZ", "BAYER AG", "BOSCH", "LINDE"]))
    'shouting'
    >>> case_of_list(pl.Series(["SIEMENS AG", "Allianz"])), case_of_list(pl.Series(["SIEMENS AG"]))
    ('mixed', '')
    """
    import polars as pl

    name = pl.col("name")
    upper, lower = name == name.str.to_uppercase(), name == name.str.to_lowercase()
    distinct = names.alias("name").to_frame().filter(name.str.contains(LONG_WORD), ~(upper & lower)).unique()
    counts = distinct.select(upper.sum().alias("shouting"), lower.sum().alias("lower case")).row(0, named=True)
    least = max(_LEAST_NAMES, _LEAST_SHARE * len(distinct))
    mixed = "mixed" if sum(counts.values()) < len(distinct) else ""
    return next((case for case, count in counts.items() if count >= least), mixed)


def _was_typed_in_one_case(name: str, country: str | None) -> bool:
    """Return whether a name was typed in one case: two words, one of them long, and in lower case also a form."""
    words, form = _words_and_form(name, country)
    if len(words) < _LEAST_WORDS or not _LONG.search(" ".join(words)):
        return False
    return name.isupper() or (form != "" and _has_sure_case(" ".join(words)))


def _words_and_form(name: str, country: str | None) -> tuple[list[str], str]:
    """Return the words of a name, and its legal form; DATEV EG: a form of some country is not a word of the name."""
    core, form = split_company(name, country=country)
    words = core.split()
    return (words[:-1] if not form and len(words) > 1 and proper_form(words[-1]) else words), form


def _has_careless_form(name: str, country: str | None) -> bool:
    """Return whether a name in one case has a legal form that no owner spells so by choice: GMBH, INC., gmbh, a.ş.

    An owner who writes the name in lower case also writes ag and inc.
    """
    form = split_company(name, country=country).form
    proper = proper_form(form, country)
    if proper is None or proper == form:
        return False
    capitals = sum(map(str.isupper, proper))
    return name.isupper() or (capitals > 1 and (proper.count(".") > 1 or not proper.isupper()))


def _is_doubtful_word(name: str, country: str | None) -> bool:
    """Return whether the case of a name of one word is unknown: eni is Eni, and adp is ADP.

    In capitals that matters only beside what may be a legal form: ENI SPA may be Eni S.p.A., or a spa.
    """
    words, form = _words_and_form(name, country)
    own_form = form or [" ".join(words)] == name.split(" ")
    return len(words) == 1 and not (name.isupper() and own_form) and not _has_sure_case(words[0])


def case_company(name: str, country: str | None = None, *, alphabet: str | None = "default") -> str:
    """Return a one-case company name in its most probable case.

    Words get a capital, small words within a name none; acronyms are recognized by their shape and by a list, legal
    forms get their own spelling.

    Args:
        name: Company name, all upper or all lower case.
        country: Two-letter code; it decides between spellings of a legal form, and the dotted i.
        alphabet: Two-letter code of the country whose alphabet applies; by default decided by the name and the country.

    >>> case_company("LG ELECTRONICS CO.,LTD"), case_company("AT&T SERVICES, INC."), case_company("BANK OF AMERICA")
    ('LG Electronics Co.,Ltd', 'AT&T Services, Inc.', 'Bank of America')
    >>> case_company("MCDONALD'S"), case_company("SALESFORCE.COM"), case_company("7-ELEVEN"), case_company("3M")
    ("McDonald's", 'Salesforce.com', '7-Eleven', '3M')
    """
    alphabet = alphabet_of(name, country) if alphabet == "default" else alphabet
    name = with_dotted_letters(name)
    # An ASCII list writes I for both letters of Turkish.
    alphabet = None if alphabet in DOTLESS_COUNTRIES and name.isascii() else alphabet
    # Has the length of the name: what is found in one of the two is looked up in the other.
    lower = to_lower(name, alphabet)
    acronyms = {
        found.start(1) for found in _IN_BRACKETS.finditer(lower) if _abbreviates(found[1], lower[: found.start()])
    }
    forms = _place_forms(name, country)

    def case(found: re.Match[str]) -> str:
        start, end = found.span()
        for at, form in forms:
            if at <= start and end <= at + len(form):
                return form[start - at : end - at]
        letters = alphabet_of(name[start:end], alphabet)
        return to_upper(found.group(), letters) if start in acronyms else _case_word(found, lower, letters)

    return _WORD.sub(case, lower)


def _place_forms(name: str, country: str | None) -> list[tuple[int, str]]:
    """Return where the legal forms of a name are, and how they are spelled."""
    before, both, after = split_company(name, country=country).form.rpartition(" … ")
    # A form on one side only may be the one in front.
    at = name.rfind(after) if both or name.endswith(after) else name.find(after)
    places = ((at, after, proper_form(after, country)), (name.find(before), before, proper_form(before, country)))
    return [(at, proper) for at, form, proper in places if proper and len(proper) == len(form)]


def _has_sure_case(core: str) -> bool:
    """Return whether no word may be an acronym that its owner writes in lower case (ifm, ebm)."""
    words = _LETTERS.findall(core)
    return all(word in small_words() or word in _spellings() or not _is_acronym(word) for word in words)


def _case_word(found: re.Match[str], name: str, country: str | None) -> str:
    word, start, end = found.group(), found.start(), found.end()
    if _stays_lower(word, name, start, end, country):
        return word
    beside_and = "&" in {name[start - 1 : start], name[end : end + 1]}  # AT&T, H&M, S&P
    if len(word) == 1 or (beside_and and len(word) <= _LONGEST_BESIDE_AND):
        return to_upper(word, country)
    if len(word) <= _LONGEST_AFTER_LETTER and _LETTER_BEFORE.search(name[:start]) and name[end : end + 1] != ".":
        return to_upper(word, country) if word not in _domains() else upper_first(word, country)  # E.ON
    if any(character.isdigit() for character in word):
        return _spellings().get(word) or _with_digits(word, country)
    first, *rest = re.split("(['’])", word)
    if not rest:
        return _plain(word, country)
    cased = _with_apostrophe(first, rest, country)
    return cased[:1].lower() + cased[1:] if rest[1:] != ["s"] and _is_elided(first, name[:start]) else cased


def _stays_lower(word: str, name: str, start: int, end: int, country: str | None) -> bool:
    """Return whether a word is a small word, the article of "de la", the ending of a domain, or the "op" of Co-op."""
    small = word in small_words() or (
        word in _small_letters().get(country or "", "")
        and bool(_LONG_BEFORE.search(name[:start]))
        and bool(_LONG_BEHIND.match(name, end))
    )
    if small and _is_within(name, start, end) and not _NOUN_NEXT.search(name[:start]):
        # The Italian and Portuguese "and", but AUKEY E BUSINESS, and SERIES E FUND of other countries.
        following = _WORD.match(name, end + 1)
        joins = country in _COUNTRIES_OF_E and (following is None or following.group() not in _after_e())
        return word != "e" or joins
    if word in _ARTICLES and _DE_BEFORE.search(name[:start]):
        return True
    if any(found.end() - len("h.c.") <= start < found.end() for found in _HONORARY.finditer(name)):
        return True
    if word in _domains() and _HOST.search(name[:start]) and name[end : end + 1] != ".":
        return True
    return word.startswith("op") and name[start - 3 : start] == "co-" and not name[start - 4 : start - 3].isalpha()


def _plain(word: str, country: str | None) -> str:
    if word in _spellings():
        return _spellings()[word]
    if _MC.fullmatch(word):
        return f"Mc{upper_first(word[2:], country)}"
    return to_upper(word, country) if _is_acronym(word) else upper_first(word, country)


def _is_acronym(word: str) -> bool:
    if len(word) > _LONGEST_ACRONYM:
        return False
    shape = "".join("v" if _is_vowel(letter) else "c" for letter in word)
    if "v" not in shape:
        return "y" not in word[1:] or len(word) < _LONGEST_ACRONYM
    return len(word) < len("vcv") or shape in _ACRONYM_SHAPES


def _is_vowel(letter: str) -> bool:
    # ậ and ợ of Vietnamese have two marks.
    return letter in _VOWELS or unicodedata.normalize("NFD", letter)[0] in _VOWELS


def _is_elided(first: str, before: str) -> bool:
    """Return whether what is in front of an apostrophe is a small word: Caisse d'Épargne, Musée de l'Homme."""
    return bool(_WORD_BEFORE.search(before)) if first == "d" else first == "l" and bool(_DE_BEFORE.search(before))


def _is_within(name: str, start: int, end: int) -> bool:
    """Return whether a word stands between two other words, with a space or hyphen at each side."""
    return bool(_WORD_BEFORE.search(name[:start])) and name[end : end + 1] in {" ", "-"}


def _with_digits(word: str, country: str | None) -> str:
    """Return a word with digits: 3M, A10, 1st, 24Seven."""
    if _ORDINAL.fullmatch(word):
        return word

    def case(found: re.Match[str]) -> str:
        part = found.group()
        return to_upper(part, country) if len(part) <= _LONGEST_BESIDE_DIGITS else _plain(part, country)

    return _LETTERS.sub(case, word)


def _with_apostrophe(first: str, rest: list[str], country: str | None) -> str:
    """Return a word with apostrophes: McDonald's, O'Reilly, L'Oréal."""
    # What is in front of the apostrophe is a word, however short, unless it has no vowel: BJ's.
    is_word = len(first) <= _LONGEST_ELIDED and not (rest[1:] == ["s"] and not _VOWELS.union("y").intersection(first))
    parts = [upper_first(first, country) if is_word else _plain(first, country)]
    for sign, part in zip(rest[::2], rest[1::2], strict=True):
        # No acronym begins after an apostrophe: Sa'idu.
        parts += [sign, part if part in _ENDINGS else _spellings().get(part) or upper_first(part, country)]
    return "".join(parts)


def _abbreviates(word: str, before: str) -> bool:
    """Return whether a word holds the initials of all words before it, in order, and starts with the first."""
    initials = [found.group()[0] for found in _WORD.finditer(before) if found.group() not in small_words()]
    letters = iter(word)
    return len(initials) > 1 and word[0] == initials[0] and all(initial in letters for initial in initials)


@cache
def _spellings() -> dict[str, str]:
    """Return lower-case word → its spelling."""
    table = _tables()
    return (
        {word: form for word, form in single_words().items() if not form.islower()}
        | {word: upper_first(word) for word in table["words"]}
        | {word: word.upper() for word in table["acronyms"]}
        | {word.lower(): word for word in table["spelled"]}
    )


@cache
def small_words() -> frozenset[str]:
    """Return the words that have no capital between two other words of a name: of, und, des."""
    return frozenset(_tables()["small"])


@cache
def words_for_company() -> frozenset[str]:
    """Return the words for "company" that people write before a name: Fa., Firma, Ditta."""
    return frozenset(_tables()["for_company"])


@cache
def _small_letters() -> dict[str, str]:
    """Return country → the letters that are words there: Wodociągi i Kanalizacja."""
    return dict(read_table(__package__, "company_words.toml")["small_letters"])


@cache
def _after_e() -> frozenset[str]:
    return frozenset(_tables()["after_e"])


@cache
def _domains() -> frozenset[str]:
    return frozenset(_tables()["domains"])


def _tables() -> dict[str, list[str]]:
    return read_table(__package__, "company_words.toml")
