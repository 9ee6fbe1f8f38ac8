"""The words of the demo data, country by country, read from ``vocabulary.toml`` and made ready to draw from."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from math import gcd
from typing import Any, NamedTuple


class Word(NamedTuple):
    """One word: as it is written, in Latin letters without accents, and as it stands in an address."""

    text: str
    latin: str
    slug: str


class Gendered(NamedTuple):
    """The two forms of a word; the same one twice where the language makes no difference."""

    man: Word
    woman: Word


class City(NamedTuple):
    """A city and its telephone numbers: area code, ``block`` and ``free`` more digits."""

    name: Word
    variants: tuple[str, ...]
    areas: tuple[str, ...]
    block: str
    free: int


class Trade(NamedTuple):
    """What a company does: the word in its name, and its industry."""

    name: Word
    industry: str


class Title(NamedTuple):
    """A job title in both forms, and the seniority that it stands for."""

    man: str
    woman: str
    seniority: str


class Country(NamedTuple):
    """Everything that a lead of one country is made of.

    Attributes:
        code: ISO 3166 alpha-2.
        weight: relative number of companies.
        calling: country calling code, without ``+``.
        trunk: the prefix of a national call, ``""`` where there is none.
        family_first: whether the family name comes first in a full name.
        gap: what stands between the two names.
        glue: what stands between the words of a company's name.
        women: given names of women.
        men: given names of men.
        families: family names.
        nicknames: given name to nickname.
        stems: first words of company names.
        trades: second words of company names.
        forms: legal forms, each a canonical template and its careless variants.
        cities: the cities.
        titles: job titles, local and English.
        honorifics: what people put before a name.
        given_steps: steps that walk through all given names before one repeats.
        family_steps: the same for family names, so that no pair of names repeats either.
    """

    code: str
    weight: int
    calling: str
    trunk: str
    family_first: bool
    gap: str
    glue: str
    women: tuple[Word, ...]
    men: tuple[Word, ...]
    families: tuple[Gendered, ...]
    nicknames: dict[str, str]
    stems: tuple[Word, ...]
    trades: tuple[Trade, ...]
    forms: tuple[tuple[str, ...], ...]
    cities: tuple[City, ...]
    titles: tuple[Title, ...]
    honorifics: tuple[Gendered, ...]
    given_steps: tuple[int, ...]
    family_steps: tuple[int, ...]

    def full_name(self, given: str, family: str) -> str:
        """Put a full name together as the country does."""
        return f"{family}{self.gap}{given}" if self.family_first else f"{given}{self.gap}{family}"


class Vocabulary(NamedTuple):
    """All countries, and the words that are the same everywhere."""

    countries: tuple[Country, ...]
    onsets: tuple[str, ...]
    codas: tuple[str, ...]
    freemail: tuple[str, ...]
    placeholders: tuple[str, ...]


@cache
def load() -> Vocabulary:
    """Read ``vocabulary.toml``, once.

    >>> [country.code for country in load().countries][:3]
    ['DE', 'US', 'GB']
    """
    table = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    shared = table["shared"]
    return Vocabulary(
        countries=tuple(_country(code, entry, table) for code, entry in table.items() if code.isupper()),
        onsets=_split(shared["onsets"]),
        codas=_split(shared["codas"]),
        freemail=_split(shared["freemail"]),
        placeholders=_split(shared["placeholders"]),
    )


def latinize(text: str, alphabet: str = "") -> str:
    """Write Latin, Greek and Cyrillic words in Latin letters without accents.

    Args:
        text: a word or a name.
        alphabet: ``german`` (ä becomes ae), ``ukrainian`` (и becomes y), or ``""``.

    >>> latinize("Łucja Ångström"), latinize("Groß Müller", "german"), latinize("Γιώργος Ρούσσος")
    ('Lucja Angstrom', 'Gross Mueller', 'Giorgos Roussos')
    """
    text = text.translate(_ALPHABETS.get(alphabet, {})).translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return bare.replace("ου", "ou").replace("Ου", "Ou").translate(_GREEK)


def slugify(latin: str) -> str:
    """Keep what may stand in the local part of an e-mail address and in a domain label.

    >>> slugify("O'Brien"), slugify("De La Cruz"), slugify("Smythe-Jones")
    ('obrien', 'delacruz', 'smythe-jones')
    """
    return re.sub("[^a-z0-9-]", "", latin.lower())


def _country(code: str, entry: dict[str, Any], table: dict[str, Any]) -> Country:
    alphabet = entry.get("alphabet", "")
    women, men = (tuple(_word(name, alphabet) for name in _split(entry[key])) for key in ("women", "men"))
    families = _gendered(entry["families"], alphabet)
    given_steps = tuple(step for step in range(2, len(women) + len(men)) if gcd(step, len(women) + len(men)) == 1)
    return Country(
        code=code,
        weight=entry["weight"],
        calling=entry["calling"],
        trunk=entry["trunk"],
        family_first=entry.get("family_first", False),
        gap=entry.get("gap", " "),
        glue=entry.get("glue", " "),
        women=women,
        men=men,
        families=families,
        nicknames=dict(_pair(pair, ">") for pair in _split(entry["nicknames"])) if "nicknames" in entry else {},
        stems=tuple(_word(stem, alphabet) for stem in _split(entry["stems"])),
        trades=tuple(_trade(trade, alphabet, table["industries"]) for trade in _split(entry["trades"])),
        forms=tuple(tuple(form.split("|")) for form in entry["forms"]),
        cities=tuple(_city(city, alphabet) for city in entry["cities"]),
        titles=tuple(
            _title(title, table["seniorities"]) for title in _split(entry["titles"] + ", " + table["shared"]["titles"])
        ),
        honorifics=_gendered(entry["honorifics"], alphabet),
        given_steps=given_steps,
        family_steps=_family_steps(len(women) + len(men), len(families)),
    )


def _family_steps(givens: int, families: int) -> tuple[int, ...]:
    """Find steps for which the pairs ``(k, step * k + k // givens)`` are distinct for all k < givens * families."""
    return tuple(
        step for step in range(2, families) if gcd(step, families) == 1 and gcd(step * givens + 1, families) == 1
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


def _pair(text: str, sign: str) -> tuple[str, str]:
    left, _, right = text.partition(sign)
    return left, right


def _word(entry: str, alphabet: str) -> Word:
    """Read ``native`` or ``native:latin``."""
    text, latin = _pair(entry, ":")
    latin = latin.capitalize() or latinize(text, alphabet)
    return Word(text, latin, slugify(latin))


def _gendered(entries: str, alphabet: str) -> tuple[Gendered, ...]:
    pairs = (_pair(entry, "/") for entry in _split(entries))
    return tuple(Gendered(_word(man, alphabet), _word(woman or man, alphabet)) for man, woman in pairs)


def _trade(entry: str, alphabet: str, industries: dict[str, str]) -> Trade:
    word, code = _pair(entry, "=")
    return Trade(_word(word, alphabet), industries[code])


def _title(entry: str, seniorities: dict[str, str]) -> Title:
    words, code = _pair(entry, "=")
    man, woman = _pair(words, "/")
    return Title(man, woman or man, seniorities[code])


def _city(entry: str, alphabet: str) -> City:
    names, _, number = entry.rpartition(": ")
    name, *variants = names.split("|")
    areas, subscriber = _pair(number, " ")
    block = subscriber.rstrip("#")
    return City(
        name=_word(name, alphabet),
        variants=tuple(variants),
        areas=tuple(areas.split("/")),
        block=block,
        free=len(subscriber) - len(block),
    )


_ALPHABETS = {
    "german": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    "ukrainian": str.maketrans(
        {"и": "y", "г": "h", "щ": "shch", "х": "kh", "И": "Y", "Г": "H", "Щ": "Shch", "Х": "Kh", "ь": ""}
    ),
}
# Cyrillic letters are spelled out before accents are stripped: й and ї would fall apart otherwise.
_CYRILLIC = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщъьюя",
        "a b v g g d e ie zh z i i i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split(" "),  # noqa: SIM905 - one row a table
        strict=True,
    )
)
_LETTERS = str.maketrans(
    _CYRILLIC
    | {letter.upper(): latin.capitalize() for letter, latin in _CYRILLIC.items()}
    | {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L", "ı": "i"}
)
_GREEK_LETTERS = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(" "),  # noqa: SIM905 - one row a table
        strict=True,
    )
)
_GREEK = str.maketrans(
    _GREEK_LETTERS | {letter.upper(): latin.capitalize() for letter, latin in _GREEK_LETTERS.items()}
)
