"""Reduce text to a plain form for comparison: NFKD, case folded, without marks, in Latin letters.

Folded text is only compared and never shown.
"""

from __future__ import annotations

from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.values.mojibake import POSSIBLE, fix_mojibake
from pb2b_notebook.cleanup.values.placeholders import beginning_pattern, stands_for_nothing
from pb2b_notebook.nulls import is_null

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from pb2b_notebook.cleanup.values.placeholders import Kind

_FEW = 100
"""Texts for which finding the distinct ones takes longer than computing all."""
_SMALL = 5000
"""Most texts of a list whose columns are kept for the next one."""
_MOST_KEPT = 10_000
LONGEST = 200
"""Characters of a value that are compared; the rest is ignored, since nothing longer is a name."""

# Letters that NFKD does not decompose, and the digraphs that stand for umlauts: "Mueller", "Müller" and "Muller"
# are equal.
_LETTERS = {
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o", "þ": "th", "ð": "d", "ı": "i", "ħ": "h", "ŀ": "l",
    "ae": "a", "oe": "o", "ue": "u",
    # Persian and Arabic letters that keyboards mix up, and the stroke that lengthens a word.
    "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "ـ": "",
}  # fmt: skip
_CYRILLIC = dict(
    zip(
        "абвгґдеєжзиіклмнопрстуфхцчшщъыьэюя",
        (
            "a", "b", "v", "g", "g", "d", "e", "e", "zh", "z", "y", "i", "k", "l", "m", "n", "o", "p", "r",
            "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
        ),
        strict=True,
    )
)  # fmt: skip
# Letters of Serbian, Macedonian and Kazakh; ђ is the đ of Đoković, which also becomes d.
_CYRILLIC |= {
    "ђ": "d", "ћ": "c", "љ": "lj", "њ": "nj", "џ": "dz", "ј": "j", "ѕ": "dz",
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h",
}  # fmt: skip
_HIRAGANA = {chr(letter): chr(letter - 0x60) for letter in range(0x30A1, 0x30F7)}
"""Katakana → Hiragana: both write the same syllables."""
_UKRAINIAN = "^[^ђћљњџјѕыэъәғқңөұүһ]*[ієґ][^ђћљњџјѕыэъәғқңөұүһ]*$"
"""Text with a letter of Ukrainian and none of Russian, Serbian and Kazakh: only there, the Cyrillic и is a y."""
_GEORGIAN = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        (
            "a", "b", "g", "d", "e", "v", "z", "t", "i", "k", "l", "m", "n", "o", "p", "zh", "r", "s", "t", "u", "p",
            "k", "gh", "q", "sh", "ch", "ts", "dz", "ts", "ch", "kh", "j", "h",
        ),
        strict=True,
    )
)  # fmt: skip
_ARMENIAN = dict(
    zip(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
        (
            "a", "b", "g", "d", "e", "z", "e", "y", "t", "zh", "i", "l", "kh", "ts", "k", "h", "dz", "gh", "ch", "m",
            "y", "n", "sh", "o", "ch", "p", "j", "r", "s", "v", "t", "r", "ts", "u", "p", "k", "o", "f", "ev",
        ),
        strict=True,
    )
)  # fmt: skip
_ARMENIAN_U = "ու"
"""Two letters for one sound."""
_DJ = r"\bdj([aeou])"
"""Đ where a keyboard lacks it: Djokovic. Inside a word, Nadja is not Nada."""
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        (
            "a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s",
            "t", "y", "f", "ch", "ps", "o",
        ),
        strict=True,
    )
)  # fmt: skip

_GREEK_SOUNDS = {
    r"ου": "οu",
    r"([αεη])υ([θκξπσςτφχψ])": "${1}φ$2",
    r"([αεη])υ": "${1}β",
    r"γ([γχξ])": "ν$1",
    r"\bμπ": "b",
}
"""Two letters for one sound, as passports write them (ELOT 743): Nikolaou, Eftychia, Stavros, Angelos, Babis."""


def fold(text: pl.Expr) -> pl.Expr:
    """Return plain lower-case Latin letters, digits and single spaces.

    Cyrillic, Greek, Georgian and Armenian are written in Latin letters as their countries do in passports, Katakana in
    Hiragana; other scripts keep their letters without marks.

    >>> import polars as pl
    >>> pl.Series(["Ђоковић", "Djokovic", "ბერიძე", "Սարգսյան"]).to_frame("a").select(fold(pl.col("a")))["a"].to_list()
    ['dokovic', 'dokovic', 'beridze', 'sargsyan']
    >>> pl.select(fold(pl.lit("  Jürgen  GROẞ-Mueller"))).item(), pl.select(fold(pl.lit("Ευάγγελος Νικολάου"))).item()
    ('jurgen gross muller', 'evangelos nikolaou')
    """
    import polars as pl

    return text.map_batches(_fold, return_dtype=pl.String)


def keep_results(function: Callable[[pl.Series], pl.Series]) -> Callable[[pl.Series], pl.Series]:
    """Return a function from texts to texts, each by itself, that keeps the results of small lists of no long texts.

    An intake asks about the same few addresses and phones many times, and each time builds and compiles expressions.

    >>> import polars as pl
    >>> shout = keep_results(lambda texts: texts.str.to_uppercase())
    >>> shout(pl.Series(["ada", None])).to_list(), shout(pl.Series(["eva", "ada"])).to_list()
    (['ADA', None], ['EVA', 'ADA'])
    """
    # One value, which is replaced as a whole: several threads compare lists.
    kept: dict[str | None, str | None] = {}

    @wraps(function)
    def map_texts(values: pl.Series) -> pl.Series:
        import polars as pl

        nonlocal kept
        if values.dtype != pl.String or not 0 < len(values) <= _SMALL:
            return function(values)
        texts, known = values.to_list(), kept
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            if any(len(text or "") > LONGEST for text in new):  # as of a cell with a whole document
                return function(values)
            if len(known) + len(new) > _MOST_KEPT:
                new, known = [*dict.fromkeys(texts)], {}
            found = function(pl.Series(new, dtype=pl.String))
            kept = known = known | dict(zip(new, found.to_list(), strict=True))
        return pl.Series(values.name, [known[text] for text in texts], dtype=pl.String)

    return map_texts


@keep_results
def _fold(values: pl.Series) -> pl.Series:
    plain, letters, is_foreign = _folding()
    texts = values.to_frame("text")
    folded, found = texts.select(plain, is_foreign)
    if not found.any():
        return folded
    foreign = found.arg_true()
    return folded.scatter(foreign, texts[foreign].select(letters).to_series())


@cache
def _folding() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return how ASCII texts are folded, which most are, how all others are, and which these are, over ``text``."""
    import polars as pl

    text = pl.col("text")
    ascii_only = without_digraphs(text.str.to_lowercase().str.replace_all(_DJ, "d$1")).str.replace_all("['`]", "")
    ascii_only = ascii_only.str.replace_all("[^a-z0-9]+", " ").str.strip_chars(" ")
    plain = text.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    plain = plain.str.replace_all(_ARMENIAN_U, "u", literal=True)
    plain = pl.when(plain.str.contains(_UKRAINIAN)).then(plain).otherwise(plain.str.replace_all("и", "i", literal=True))
    plain = plain.str.replace_all(_DJ, "d$1")
    for sound, written in _GREEK_SOUNDS.items():
        plain = plain.str.replace_all(sound, written)
    letters = {**_LETTERS, **_CYRILLIC, **_GREEK, **_GEORGIAN, **_ARMENIAN, **_HIRAGANA}
    plain = plain.str.replace_many(list(letters), list(letters.values()))
    plain = plain.str.replace_all(r"['’`´ʹʼ]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    return ascii_only, plain.str.strip_chars(" ").str.normalize("NFKC"), _is_not_ascii("text")


@cache
def _is_not_ascii(name: str) -> pl.Expr:
    import polars as pl

    return (pl.col(name).str.len_bytes() > pl.col(name).str.len_chars()).alias("foreign")


def not_ascii(texts: pl.Series) -> pl.Series:
    """Return the positions of texts with other letters than ASCII: few in most lists."""
    return texts.to_frame("text").select(_is_not_ascii("text")).to_series().arg_true()


def without_digraphs(text: pl.Expr) -> pl.Expr:
    """Return plain lower-case letters with the digraphs that stand for umlauts as one letter, as in email addresses.

    >>> import polars as pl
    >>> pl.select(without_digraphs(pl.lit("j.mueller"))).item()
    'j.muller'
    """
    return text.str.replace_many(["ae", "oe", "ue"], ["a", "o", "u"])


def without_words(text: pl.Expr, words: str) -> pl.Expr:
    """Return the text without whole words, given as a regular expression of alternatives."""
    # A match takes the spaces around a word, so each word gets two spaces of its own.
    spaced = text.str.replace_all(" ", "  ", literal=True).str.replace_all(rf"(^| )(?:{words})( |$)", " ")
    return spaced.str.replace_all(" +", " ").str.strip_chars(" ")


def blank_if_placeholder(folded: pl.Expr, value: pl.Expr, kind: Kind) -> pl.Expr:
    """Return "" for a value that says nothing about who it is, such as "n/a" or "self-employed", else the folded text.

    Args:
        folded: Folded text.
        value: The text as it is written: "Nan" is a name, "nan" is not.
        kind: Kind of the field.
    """
    import polars as pl

    is_placeholder = stands_for_nothing(pl.col("text"), kind, shared=True)
    return pl.when(hold_where(value, beginning_pattern(), is_placeholder)).then(pl.lit("")).otherwise(folded)


def repair_mojibake(values: pl.Expr) -> pl.Expr:
    """Return the texts in their right encoding, as ``normalize`` writes them."""
    import polars as pl

    return replace_where(values, POSSIBLE, pl.col("text").map_elements(fix_mojibake, return_dtype=pl.String))


def replace_where(values: pl.Expr, pattern: str, replacement: pl.Expr) -> pl.Expr:
    """Return what :func:`replace_matching` does, as an expression."""
    import polars as pl

    return values.map_batches(lambda series: replace_matching(series, pattern, replacement), return_dtype=pl.String)


def hold_where(values: pl.Expr, pattern: str, condition: pl.Expr) -> pl.Expr:
    """Return whether a condition holds for each text; ``False`` for texts that do not match a pattern.

    Args:
        values: Texts.
        pattern: Regular expression that is much simpler than the condition, and excludes most texts.
        condition: Expression over the column ``text``.
    """
    import polars as pl

    def hold(series: pl.Series) -> pl.Series:
        matches = series.str.contains(pattern)
        if not matches.any():
            return matches.fill_null(value=False) if matches.null_count() else matches
        matching = matches.arg_true()
        found = pl.repeat(value=False, n=len(series), eager=True)
        return found.scatter(matching, series.gather(matching).to_frame("text").select(condition).to_series())

    return values.map_batches(hold, return_dtype=pl.Boolean)


def replace_matching(values: pl.Series, pattern: str, replacement: pl.Expr) -> pl.Series:
    """Return the texts, with those that match a pattern replaced. Fast where few texts match.

    Args:
        values: Texts.
        pattern: Regular expression.
        replacement: New text, as an expression over the column ``text``.
    """
    matches = values.str.contains(pattern)
    if not matches.any():
        return values
    matching = matches.arg_true()
    replaced = values.gather(matching).alias("text").to_frame().select(replacement).to_series()
    return values.clone().scatter(matching, replaced)


def map_distinct(values: pl.Series, *stages: dict[str, pl.Expr]) -> pl.DataFrame:
    """Return columns computed from ``value``, once for each distinct text: names, companies and cities repeat.

    Args:
        values: Texts.
        stages: Expressions by column name. A later stage may use the columns of an earlier one. Only the columns of the
            last stage are returned.

    >>> import polars as pl
    >>> companies = pl.Series(["Nord AG", "Ost KG", "Nord AG"])
    >>> map_distinct(companies, {"size": pl.col("value").str.len_chars()})["size"].to_list()
    [7, 6, 7]
    """
    import polars as pl

    few = len(values) <= _FEW and not values.null_count()
    distinct = values if few else values.unique()
    table = pl.DataFrame([distinct.alias("text"), distinct.alias("value")])
    for stage in stages[:-1]:
        table = table.with_columns(**stage)
    if few:
        return table.select(**stages[-1])
    table = table.select("text", **stages[-1])
    return values.rename("text").to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")


class Stages:
    """Stages of :func:`map_distinct` for many lists, which keep the columns of the texts of small ones.

    A plan compares the same few people several times. What takes the time then is to compile the patterns of the
    expressions: polars keeps 32 of them, and these have more.

    >>> import polars as pl
    >>> stages = Stages({"size": pl.col("value").str.len_chars()})
    >>> stages.map(pl.Series(["Nord AG", "Ost KG"]))["size"].to_list()
    [7, 6]
    >>> stages.map(pl.Series(["Ost KG", "West Ltd", "Ost KG"]))["size"].to_list()
    [6, 8, 6]
    """

    def __init__(self, *stages: dict[str, pl.Expr]) -> None:
        self._stages = stages
        # One value, which is replaced as a whole: several threads compare lists.
        self._kept: tuple[dict[str, int], pl.DataFrame | None] = ({}, None)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [*self._stages[-1]]

    @staticmethod
    def keeps(values: pl.Series) -> bool:
        """Return whether the columns of these texts are kept."""
        return 0 < len(values) <= _SMALL and not values.null_count()

    def map(self, values: pl.Series) -> pl.DataFrame:
        """Return the columns for texts, as :func:`map_distinct` does."""
        if not self.keeps(values):
            return map_distinct(values, *self._stages)
        texts = values.to_list()
        places, table = self._kept
        new = [text for text in dict.fromkeys(texts) if text not in places]
        if new or table is None:
            if len(places) + len(new) > _MOST_KEPT:
                new, places, table = [*dict.fromkeys(texts)], {}, None
            places, table = self._kept = self._with_texts(new, places, table)
        return table[[places[text] for text in texts]]

    def _with_texts(
        self, new: list[str], places: dict[str, int], table: pl.DataFrame | None
    ) -> tuple[dict[str, int], pl.DataFrame]:
        import polars as pl

        added = map_distinct(pl.Series(new, dtype=pl.String), *self._stages)
        places = places | {text: place for place, text in enumerate(new, start=len(places))}
        return places, added if table is None else pl.concat([table, added], rechunk=True)


def as_text(values: Any) -> pl.Series:
    """Return a column of any frame as text. Other values are written by ``str``, unpaired surrogates as "?".

    >>> as_text([1, "a", None, float("nan")]).to_list()
    ['1', 'a', None, None]
    """
    import polars as pl
    import pyarrow as pa

    if isinstance(values, pl.Series) and values.dtype == pl.String:
        return values
    try:
        column = pa.array(values, from_pandas=True)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return pl.Series(pl.from_arrow(column)).cast(pl.String)
    except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError):
        pass
    return pl.Series([_value_as_text(value) for value in values], dtype=pl.String)


def _value_as_text(value: Any) -> str | None:
    return None if is_null(value) else str(value)[:LONGEST].encode(errors="replace").decode()
