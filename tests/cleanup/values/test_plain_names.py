"""Names of plain words are read as all other names are, only sooner."""

import itertools
import random
import re

from each_case import each_case
from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.honorifics import WHOLE_NAME, needs_row, title_words, without_honorific
from pb2b_notebook.cleanup.values.mojibake import may_be_misread
from pb2b_notebook.cleanup.values.name_case import settle_case
from pb2b_notebook.cleanup.values.names import NameContext, rewrite_name
from pb2b_notebook.cleanup.values.plain_names import plain_word, read_plain_name
from pb2b_notebook.cleanup.values.several_people import is_of_several
from pb2b_notebook.cleanup.values.text import tidy_text
from pb2b_notebook.shipped_tables import read_table

FIELDS = ("full_name", "first_name", "last_name")
COUNTRIES = (None, "DE", "US", "BE", "NL", "BR", "ES", "IT", "FR", "IN", "CN", "RO", "CZ", "GB", "RU", "PL", "VN", "TR")


def texts_of(table):
    """Every text of a table, however deep."""
    if isinstance(table, str):
        return [table]
    parts = [*table, *table.values()] if isinstance(table, dict) else table
    return itertools.chain.from_iterable(map(texts_of, parts))


TABLES = [read_table("pb2b_notebook.cleanup.values", name) for name in ("names.toml", "placeholders.toml")]
OF_TABLES = sorted({word for text in texts_of(TABLES) for word in (text, *re.findall(r"[^\W\d_]+", text))})
TITLES = [title + point for title in sorted(title_words()) for point in ("", ".")]
LETTERS = "abcdeghimnorstuvxyzäöüéñłóßıİşğîâãœøæžčšрайжчєμα'’-."
SOURCES = (OF_TABLES, sorted(given_names()), sorted(given_names()))


def names_of(seed, count):
    """Names made of words of all tables, of given names and of letters, in any case, with their field and country."""
    rng = random.Random(seed)

    def word():
        if rng.random() < 0.1:
            return f"{word()}-{word()}"
        letters = "".join(rng.choices(LETTERS, k=rng.randint(1, 8)))
        chosen = letters if rng.random() < 0.15 else rng.choice(rng.choice(SOURCES))
        return rng.choice((str.upper, str.lower, str.title, str.title, str))(chosen)

    for _ in range(count):
        titles = [rng.choice((str, str.title))(rng.choice(TITLES)) for _ in range(rng.choice((0, 0, 1, 2)))]
        name = " ".join([*titles, *(word() for _ in range(rng.choice((1, 2, 2, 3))))])
        name = rng.choice((str, str, str.upper, str.lower))(name)
        yield name, rng.choice(FIELDS), rng.choice(COUNTRIES), rng.choice((None, True, False))


def test_a_name_of_plain_words_is_read_as_by_the_rules_of_all_names():
    titled = plain_ones = 0
    for name, field, country, dotted in names_of(1, 6_000):
        plain = read_plain_name(name, field, country)
        if plain is None:
            continue
        plain_ones, titled = plain_ones + 1, titled + bool(plain.honorific)
        assert tidy_text(name, kind="name").rules in {(), ("placeholder",)}, name
        assert not is_of_several(name, given=field == "first_name"), name
        assert not needs_row(name), name
        least = WHOLE_NAME if field == "full_name" else 1
        assert without_honorific(name, country=country, least=least) == (plain.name, plain.honorific), name
        cased = settle_case(plain.name, country, family=field == "last_name", dotted=dotted)
        assert cased == (plain.cased, plain.rule), name
        assert not may_be_misread(plain.name), name
    assert plain_ones > 600
    assert titled > 40


def test_a_plain_name_without_an_i_is_the_same_in_turkey_where_none_is_plain():
    plain_ones = 0
    for name, field, country, _ in names_of(2, 6_000):
        other = re.sub("[iIıİ]", lambda letter: "o" if letter[0].islower() else "O", name)
        assert read_plain_name(other, field, "TR") is None
        if read_plain_name(other, field, country) is not None:
            plain_ones += 1
            assert rewrite_name(other, field, NameContext(country)) == rewrite_name(other, field, NameContext("TR"))
    assert plain_ones > 600


@each_case(
    "word",
    [
        "VON", "DR", "DR.", "MBA", "PhD", "III", "Vi", "MD", "O'BRIEN", "JP", "J.", "LI", "BRGM-", "-BERG", "THE",
        "UND", "OĞLU", "IŞIK", "GROß", "JUNIOR", "Mcdonald", "mÜLLER", "ΜΑΡΊΑ", "山田", "A\u0308NNE", "GmbH", "",
        "a" * 64_000,
    ],
)  # fmt: skip
def test_a_word_that_is_read_in_a_way_of_its_own_is_not_plain(word):
    assert plain_word(word) is None


def test_plain_words_are_most_of_the_words_of_names():
    plain = sum(plain_word(name.upper()) is not None for name in given_names())
    assert plain > 0.85 * len(given_names())
