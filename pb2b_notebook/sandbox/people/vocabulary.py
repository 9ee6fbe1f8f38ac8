"""The words of the demo data by country, read from ``vocabulary.toml``."""

import re
import unicodedata
from functools import cache
from math import gcd
from typing import Any, NamedTuple

from pb2b_notebook.shipped_tables import read_table


class Word(NamedTuple):
    """One word: as written, in Latin letters without accents, and as part of an email address or domain."""

    text: str
    latin: str
    slug: str


class Gendered(NamedTuple):
    """The forms of a word for a man and a woman; the same word twice if the language has one form."""

    man: Word
    woman: Word


class City(NamedTuple):
    """A city and its phone numbers: an area code, ``number_block``, and ``free_digits`` more digits."""

    name: Word
    variants: tuple[str, ...]
    areas: tuple[str, ...]
    number_block: str
    free_digits: int


class Trade(NamedTuple):
    """A trade: the word in a company's name, and the industry."""

    name: Word
    industry: str


class Title(NamedTuple):
    """A job title in both forms, and its seniority."""

    man: str
    woman: str
    seniority: str


class Country(NamedTuple):
    """The vocabulary of one country.

    Attributes:
        code: ISO 3166 alpha-2 code.
        weight: Relative number of companies.
        calling: Country calling code, without ``+``.
        trunk: Prefix of a national call, ``""`` if there is none.
        family_first: Whether the family name comes first in a full name.
        name_separator: Text between the two names of a person.
        company_separator: Text between the words of a company's name.
        women: Given names of women.
        men: Given names of men.
        families: Family names.
        nicknames: Nickname of each given name that has one.
        stems: First words of company names.
        trades: Second words of company names.
        forms: Legal forms, each a canonical template and its careless variants.
        cities: Cities.
        titles: Job titles, local and English.
        honorifics: Titles and salutations written before a name.
        given_steps: Step widths that visit all given names before one repeats.
        family_steps: The same for family names, so that no pair of names repeats either.
    """

    code: str
    weight: int
    calling: str
    trunk: str
    family_first: bool
    name_separator: str
    company_separator: str
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
        """Return the full name in the country's order."""
        return f"{family}{self.name_separator}{given}" if self.family_first else f"{given}{self.name_separator}{family}"


class Vocabulary(NamedTuple):
    """All countries, and the words that they share."""

    countries: tuple[Country, ...]
    onsets: tuple[str, ...]
    codas: tuple[str, ...]
    freemail: tuple[str, ...]
    placeholders: tuple[str, ...]


@cache
def load() -> Vocabulary:
    """Return the vocabulary of ``vocabulary.toml``, which is read once.

    >>> [country.code for country in load().countries][:3]
    ['DE', 'US', 'GB']
    """
    table = read_table(__package__, "vocabulary.toml")
    shared = table["shared"]
    return Vocabulary(
        countries=tuple(_country(code, entry, table) for code, entry in table.items() if code.isupper()),
        onsets=_items(shared["onsets"]),
        codas=_items(shared["codas"]),
        freemail=_items(shared["freemail"]),
        placeholders=_items(shared["placeholders"]),
    )


def latinize(text: str, alphabet: str = "") -> str:
    """Return a Latin, Greek or Cyrillic text in Latin letters without accents.

    Args:
        text: Word or name.
        alphabet: ``german`` (ä becomes ae), ``ukrainian`` (и becomes y), or ``""``.

    >>> latinize("Łucja Ångström"), latinize("Groß Müller", "german"), latinize("Γιώργος Ρούσσος")
    ('Lucja Angstrom', 'Gross Mueller', 'Giorgos Roussos')
    """
    text = text.translate(_ALPHABETS.get(alphabet, {})).translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return bare.replace("ου", "ou").replace("Ου", "Ou").translate(_GREEK)


def slugify(latin: str) -> str:
    """Return the text with only the characters that an email's local part and a domain label allow.

    >>> slugify("O'Brien"), slugify("De La Cruz"), slugify("Smythe-Jones")
    ('obrien', 'delacruz', 'smythe-jones')
    """
    return re.sub("[^a-z0-9-]", "", latin.lower())


def _country(code: str, entry: dict[str, Any], table: dict[str, Any]) -> Country:
    alphabet = entry.get("alphabet", "")
    women, men = (tuple(_word(name, alphabet) for name in _items(entry[key])) for key in ("women", "men"))
    families = _gendered_words(entry["families"], alphabet)
    given_steps = tuple(step for step in range(2, len(women) + len(men)) if gcd(step, len(women) + len(men)) == 1)
    return Country(
        code=code,
        weight=entry["weight"],
        calling=entry["calling"],
        trunk=entry["trunk"],
        family_first=entry.get("family_first", False),
        name_separator=entry.get("name_separator", " "),
        company_separator=entry.get("company_separator", " "),
        women=women,
        men=men,
        families=families,
        nicknames=dict(_pair(pair, ">") for pair in _items(entry["nicknames"])) if "nicknames" in entry else {},
        stems=tuple(_word(stem, alphabet) for stem in _items(entry["stems"])),
        trades=tuple(_trade(trade, alphabet, table["industries"]) for trade in _items(entry["trades"])),
        forms=tuple(tuple(form.split("|")) for form in entry["forms"]),
        cities=tuple(_city(city, alphabet) for city in entry["cities"]),
        titles=tuple(
            _title(title, table["seniorities"]) for title in _items(entry["titles"] + ", " + table["shared"]["titles"])
        ),
        honorifics=_gendered_words(entry["honorifics"], alphabet),
        given_steps=given_steps,
        family_steps=_family_steps(len(women) + len(men), len(families)),
    )


def _family_steps(givens: int, families: int) -> tuple[int, ...]:
    """Return the steps whose pairs ``(k, step * k + k // givens)`` are distinct for all k < givens * families."""
    return tuple(
        step for step in range(2, families) if gcd(step, families) == 1 and gcd(step * givens + 1, families) == 1
    )


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


def _pair(text: str, sign: str) -> tuple[str, str]:
    left, _, right = text.partition(sign)
    return left, right


def _word(entry: str, alphabet: str) -> Word:
    """Read ``native`` or ``native:latin``."""
    text, latin = _pair(entry, ":")
    latin = latin.capitalize() or latinize(text, alphabet)
    return Word(text, latin, slugify(latin))


def _gendered_words(entries: str, alphabet: str) -> tuple[Gendered, ...]:
    pairs = (_pair(entry, "/") for entry in _items(entries))
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
    number_block = subscriber.rstrip("#")
    return City(
        name=_word(name, alphabet),
        variants=tuple(variants),
        areas=tuple(areas.split("/")),
        number_block=number_block,
        free_digits=len(subscriber) - len(number_block),
    )


_ALPHABETS = {
    "german": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}),
    "ukrainian": str.maketrans(
        {"и": "y", "г": "h", "щ": "shch", "х": "kh", "И": "Y", "Г": "H", "Щ": "Shch", "Х": "Kh", "ь": ""}
    ),
}
# Cyrillic letters are replaced before accents are removed: й and ї would be split otherwise.
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
