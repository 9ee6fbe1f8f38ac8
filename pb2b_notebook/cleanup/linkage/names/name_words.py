"""The words of names, with what each may be: a given name, a family name, an initial; and how it sounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.folding import LONGEST, Stages, fold
from pb2b_notebook.cleanup.linkage.names.romanization import romanize
from pb2b_notebook.cleanup.values.given_names import given_names, nicknames
from pb2b_notebook.cleanup.values.name_case import is_particle
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.lazy_libraries import pl

PARTS: Final = ("first_name", "last_name")

_SIBILANTS: Final = "(?:^h|s?tch|[kpst]?s+c?h|[cks]?ch|[ckz]h|[cst]z|s[cj]|t?s[jz]?|[cxz])+"
"""The letters in which languages write ж, з, с, х, ц, ч, ш and щ: what is j in French is not among them."""

_REPEATED: Final = lazy_pattern(r"([bcdfgklmnoprstuvz])\1+")
"""One letter several times. Expressions of polars cannot refer to it, and would need a pattern for each letter."""

_REPEATED_SOUND: Final = lazy_pattern(r"([aebdgklmnprtv])\1+")

_INITIALS: Final = frozenset({"yu", "ya", "ju", "ja", "ye", "zh", "kh", "ch", "sh", "ts"})
"""Initials of other scripts in Latin letters."""

KEYS: Final = ("soft", "hard")

_PATRONYMIC: Final = r"^(\w{3,}(?:s|ar|u))(?:(d)ottir|(s)on)$"
"""The father's name, in the genitive, and the letter that is left of a word for daughter or son that is cut short."""

_SHORT_FORM: Final = r"\b(\p{L})\p{L}{0,2}\."
"""An initial of up to three letters: Dm. is Dmitri."""

LEAST_LETTERS: Final = 5

_LEAST_OF_GIVEN: Final = 4
"""Letters of a family name, and of a given name, that may be in the spelling of another language."""

TWO: Final = 2

_MOST_WORDS: Final = 8
"""Words of a name; more are a note, and each two of them would be looked up."""


class Word(NamedTuple):
    """A folded word of a name.

    Attributes:
        letters: The word.
        is_given: Whether it is a known given name, or a form of one.
        is_family: Whether it may be a family name: it is not a given name, or not the first word: Claire Martin.
        joined: The word with the particles before it: elamrani for El Amrani; and a name of a father without the word
            for daughter or son, or with its first letter: gudmunds and gudmundsd for Guðmundsdóttir.
        formals: Given names that it is, or is a form of.
        keys: How it sounds in any of several languages; empty for short words.
        consonants: Its consonants.
        plain: Its letters, with one for those that sound the same in a language: Meyer and Maier; "" for short words.
    """

    letters: str
    is_given: bool
    is_family: bool
    joined: frozenset[str]
    formals: frozenset[int]
    keys: frozenset[str]
    consonants: str
    plain: str

    @property
    def initial(self) -> str:
        """Its first letter: Ю and J are one."""
        return "y" if self.letters[0] == "j" else self.letters[0]

    @property
    def is_initial(self) -> bool:
        """Whether it is an initial, also of another script."""
        return len(self.letters) == 1 or self.letters in _INITIALS

    def may_be(self, other: Word) -> bool:
        """Whether two words may be one name."""
        return self.letters == other.letters or self.is_related(other) or self.sounds_like(other)

    def is_related(self, other: Word) -> bool:
        """Whether both are forms of one given name, or one is the initial of the other."""
        either = self.is_initial or other.is_initial
        return bool(self.formals & other.formals) or (either and self.initial == other.initial)

    def sounds_like(self, other: Word) -> bool:
        """Whether they are one name in two spellings. Where only vowels differ they are two: Müller and Miller."""
        if (self.plain and self.plain == other.plain) or self.letters in other.joined or other.letters in self.joined:
            return True
        least = _LEAST_OF_GIVEN if self.is_given or other.is_given else LEAST_LETTERS
        long = min(len(self.letters), len(other.letters)) >= least
        return long and bool(self.keys & other.keys) and self.consonants != other.consonants

    def signs(self, *, known: bool) -> Iterator[str]:
        """Yield what a word of a row and one of a ``known`` person have in common that may be one."""
        if self.is_initial or not known:
            yield f"{self.initial}."
        if self.is_initial or known:
            yield f"{self.initial}…"
        yield self.letters
        yield from (f"={formal}" for formal in self.formals)
        yield from (f"~{key}" for key in self.keys)
        yield from self.family_signs()

    def family_signs(self) -> Iterator[str]:
        """Yield what words that may be family names have in common that may be one."""
        if self.is_family and not self.is_initial:
            yield from (f"'{letters}" for letters in (self.letters, *self.joined))
            yield from (f"~{key}" for key in self.keys if len(self.letters) >= LEAST_LETTERS)
            yield from [f"≈{self.plain}"] * bool(self.plain)


Names = dict[str, list[Word]]
"""The words of names."""


def whole_names(table: pl.DataFrame) -> pl.Expr:
    """Return the name of each row: ``full_name``, or else its parts in one; null without a name."""
    parts = [pl.col(name) for name in PARTS if name in table.columns]
    both = pl.concat_str(*parts, separator=" ", ignore_nulls=True) if parts else pl.lit(None, pl.String)
    return pl.coalesce("full_name", both) if "full_name" in table.columns else both


def names_of(words: pl.DataFrame, least: int = TWO) -> Names:
    """Return the words of each name, from a result of :func:`words_of`."""
    names, formals = defaultdict[str, list[Word]](list), nicknames()

    @cache  # many people have one name; within a name, each word is another one
    def read(letters: str, joined: tuple[str, ...], *rest: Any) -> Word:
        is_family, soft, hard, consonants, plain = rest
        is_given = letters in given_names() or letters in formals
        keys = frozenset({soft, hard} - {""}) if consonants else frozenset[str]()
        forms = frozenset(formals.get(letters, ()))
        return Word(letters, is_given, is_family, frozenset(joined), forms, keys, consonants, plain)

    for name, letters, joined, *rest in words.drop("is_more").iter_rows():
        names[name].append(read(letters, tuple(joined), *rest))
    return {name: each for name, each in names.items() if least <= len(each) <= _MOST_WORDS}


def words_of(table: pl.DataFrame) -> pl.DataFrame:
    """Return the words of distinct names, without particles.

    Columns: ``name``, ``letters``, ``joined`` (lists: with the particles before it, or a father's name alone), whether
    it ``is_family``, the keys ``soft`` and ``hard`` (by a c as in čapek, and as in Economou), ``consonants``,
    ``plain``, and whether the name ``is_more`` than two words.
    """
    names = table.lazy().select(name=whole_names(table)).drop_nulls().unique(maintain_order=True)
    names = names.filter(pl.col("name").str.len_chars() <= LONGEST)
    letters = fold(pl.col("name").str.replace_all(_SHORT_FORM, "$1 ")).str.split(" ")
    exploded = names.select("name", letters=letters).explode("letters")
    words = exploded.filter(pl.col("letters").fill_null("") != "").unique(maintain_order=True).collect()
    distinct = words["letters"].unique()
    particle = pl.col("letters").is_in([word for word in distinct if is_particle(word)])
    one, two = (pl.when(particle).then("letters").shift(by).over("name") for by in (1, 2))
    father, *child = (pl.col("letters").str.extract(_PATRONYMIC, group) for group in (1, 2, 3))
    clipped = father, father + pl.coalesce(child)
    joined = pl.concat_list(one + pl.col("letters"), two + one + pl.col("letters"), *clipped).list.drop_nulls()
    words = words.with_columns(joined=joined).filter(~particle)
    is_first = pl.int_range(pl.len()).over("name") == 0
    is_given = pl.col("letters").is_in([word for word in distinct if word in given_names()])
    is_more = (pl.len().over("name") != TWO) | pl.col("name").str.contains("-", literal=True)
    more = words.select(is_family=~is_given | ~is_first, is_more=is_more)
    columns = [*words, more["is_family"], *_stages().map(words["letters"]), more["is_more"]]
    return pl.DataFrame(columns)


@cache
def _stages() -> Stages:
    value, latin = pl.col("value"), pl.col("latin")
    is_spoken = (latin.str.len_chars() >= _LEAST_OF_GIVEN) & ~value.str.contains("[0-9]")  # Lead7 is not Lead8
    keys = {"soft": latin, "hard": latin.str.replace_all("c([aoulrt])", "k$1")}
    long = {name: pl.when(is_spoken).then(_sounds(key)).otherwise(pl.lit("")) for name, key in keys.items()}
    return Stages(
        {"value": value, "latin": value.map_batches(romanize, return_dtype=pl.String)},
        {
            **long,
            "consonants": value.str.replace_all("[aeiou]", ""),
            "plain": pl.when(is_spoken).then(_plain(value)).otherwise(pl.lit("")),
        },
    )


def _plain(letters: pl.Expr) -> pl.Expr:
    """Return words with one letter for those that sound the same: Levy is Levi, and Meyer and Meier are Maier."""
    plain = letters.str.replace_all("[yj]", "i").str.replace_all("[ae]i+", "ei").str.replace_all("ie", "i")
    plain = plain.str.replace_all("th|dt", "t").str.replace_all("ph", "f").str.replace_all("ck", "k")
    return plain.map_elements(partial(_REPEATED.sub, r"\1"), return_dtype=pl.String)


def _sounds(latin: pl.Expr) -> pl.Expr:
    sounds = latin.str.replace_all("ph|w|bh", "v").str.replace_all("ff?", "v").str.replace_all("ck|q", "k")
    sounds = sounds.str.replace_all("^[oa]i", "e")  # Οικονόμου is Economou
    sounds = sounds.str.replace_all(_SIBILANTS, "s").str.replace_all("h", "", literal=True)
    sounds = sounds.str.replace_all("[eiyj]", "e").str.replace_all("[aou]", "a")
    sounds = sounds.map_elements(partial(_REPEATED_SOUND.sub, r"\1"), return_dtype=pl.String)
    return sounds.str.replace_all("[ea]v(a?)$", "v$1")  # -ew, -jow and -off are one ending
