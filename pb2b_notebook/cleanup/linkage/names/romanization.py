"""Names in other scripts, romanized so that a name finds the same name in another script.

Names of one script are compared in their own script: many Chinese names have one romanization. Only between two
scripts are Latin forms compared, and an equal one is weak evidence. Chinese is read as Mandarin; how Japanese kanji are
read is not known. Source of the letters: anyascii; of Korean family names: how their bearers usually write them.
"""

from __future__ import annotations

import re
from functools import cache, partial
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.names.folding import Stages, map_distinct, not_ascii

if TYPE_CHECKING:
    import polars as pl

LATIN: Final = 0
"""Script of text in Latin letters, and of no text. Folding writes Cyrillic, Greek, Georgian and Armenian in them."""
_SCRIPTS: Final = (r"[\p{Hiragana}\p{Katakana}]", r"\p{Han}", r"\p{Hangul}", r"\p{Arabic}", r"\p{Hebrew}")
_OTHER_SCRIPT: Final = len(_SCRIPTS) + 1
_LEAST_LETTERS, _FEW_LETTERS, _LEAST_SOUNDS = 9, 5, 4
"""Letters of a whole name that hardly any other name has (Wang Xiaoming), letters that many have (Wang Wei), and
consonants."""
_KOREAN_FAMILY_NAMES: Final = dict(
    zip(
        "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민나진지엄채원",
        (
            "kim",
            "lee",
            "park",
            "choi",
            "jung",
            "kang",
            "cho",
            "yoon",
            "jang",
            "lim",
            "han",
            "oh",
            "seo",
            "shin",
            "kwon",
            "hwang",
            "ahn",
            "song",
            "ryu",
            "yoo",
            "jeon",
            "hong",
            "ko",
            "moon",
            "yang",
            "son",
            "bae",
            "baek",
            "heo",
            "nam",
            "shim",
            "noh",
            "ha",
            "kwak",
            "sung",
            "cha",
            "joo",
            "woo",
            "koo",
            "min",
            "na",
            "jin",
            "ji",
            "um",
            "chae",
            "won",
        ),
        strict=True,
    )
)
# Letters that are written one for the other between scripts. Arabic and Hebrew leave out vowels; v and w may be vowels.
_SOUNDS: Final = {**dict(zip("bfcqgjzxdr", "ppkkkssstl", strict=True)), **dict.fromkeys("aeiouyhvw", "")}
_DIGRAPHS: Final = (("sh", "s"), ("ch", "s"), ("kh", "k"), ("gh", "k"), ("ts", "s"), ("tz", "s"), ("th", "t"))


def romanized_names(table: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the ``script`` of each name, and ``latin_hash`` and ``sounds_hash`` to find it in another script.

    The hashes are 0 for names in Latin letters, unless a name of another script has the same.

    Args:
        table: ``first``, ``middle`` and ``last``, folded.
        others: Result of :func:`keys_of_other_scripts` for all rows of the list.

    >>> import polars as pl
    >>> names = pl.DataFrame({"first": ["小明", "xiaoming", "ada"], "middle": [""] * 3, "last": ["王", "wang", "berg"]})
    >>> found = romanized_names(names, keys_of_other_scripts(names))
    >>> found["script"].to_list(), (found["latin_hash"] > 0).to_list()
    ([2, 0, 0], [True, True, False])
    """
    import polars as pl

    if others.is_empty():
        none = pl.repeat(0, len(table), dtype=pl.UInt64, eager=True)
        return pl.DataFrame({"script": none.cast(pl.UInt8), "latin_hash": none, "sounds_hash": none})
    keys = _name_keys(table)
    return pl.DataFrame(
        {
            "script": _scripts(table),
            "latin_hash": _shared_hash(keys["letters"], keys["count"], others["letters"], _LEAST_LETTERS),
            "sounds_hash": _shared_hash(keys["sounds"], keys["size"], others["sounds"], _FEW_LETTERS),
        }
    )


def keys_of_other_scripts(table: pl.DataFrame) -> pl.DataFrame:
    """Return keys of the ``letters`` and of the ``sounds`` of names that are in other letters than Latin.

    Args:
        table: ``first``, ``middle`` and ``last``, folded.
    """
    import polars as pl

    foreign = table.filter(_scripts(table) != LATIN)
    if foreign.is_empty():  # as in most lists
        return pl.DataFrame(schema={"letters": pl.UInt64, "sounds": pl.UInt64})
    return _name_keys(foreign).select("letters", "sounds")


def _scripts(table: pl.DataFrame) -> pl.Series:
    import polars as pl

    if any(len(not_ascii(table[name])) for name in ("first", "middle", "last")):
        return script_of(table.select(pl.concat_str("first", "middle", "last", separator=" ")).to_series())
    return pl.repeat(LATIN, len(table), dtype=pl.UInt8, eager=True)


def _name_keys(table: pl.DataFrame) -> pl.DataFrame:
    """Return of each name in Latin letters a key of its letters and of its sounds, and how many it has of them."""
    import polars as pl

    given = pl.col("first") + pl.col("middle").str.replace_all(" ", "", literal=True)
    names = table.select(given=given, family="last")
    one, other = (_key_stages(family=name == "family").map(names[name]) for name in names.columns)
    letters, count = one["letters"] + other["letters"], one["count"] + other["count"]
    sounds = pl.DataFrame({"a": one["sounds"], "b": other["sounds"]}).select(
        pl.concat_str(pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b"), separator=" ")
    ).to_series()  # fmt: skip
    size = sounds.str.len_chars()
    enough = size > _LEAST_SOUNDS
    return pl.DataFrame(
        {
            "letters": letters,
            "count": count,
            "sounds": sounds.hash().zip_with(enough, letters),
            "size": size.zip_with(enough, count),
        }
    )


@cache
def _key_stages(*, family: bool) -> Stages:
    import polars as pl

    latin = pl.col("latin")
    # The letters in any order: given and family name, and the syllables of a given name, stand in several.
    return Stages(
        {"latin": pl.col("value").map_batches(partial(romanize, family=family), return_dtype=pl.String)},
        {"letters": _letters_key(latin), "count": latin.str.len_chars(), "sounds": sounds_of(latin)},
    )


def romanized_company_names(table: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the ``script`` of each company name, and ``sounds_hash`` to find it in another script.

    Args:
        table: ``company``, folded.
        others: Result of :func:`company_keys_of_other_scripts` for all rows of the list.

    >>> import polars as pl
    >>> names = pl.DataFrame({"company": ["とよた", "toyota", "nordlicht"]})
    >>> (romanized_company_names(names, company_keys_of_other_scripts(names))["sounds_hash"] > 0).to_list()
    [True, True, False]
    """
    import polars as pl

    script = script_of(table["company"])
    if others.is_empty():
        none = pl.repeat(0, len(table), dtype=pl.UInt64, eager=True)
        return pl.DataFrame({"script": script, "sounds_hash": none})
    keys = _company_keys(table["company"])
    hashes = _shared_hash(keys["key"], keys["size"], others["key"], _LEAST_SOUNDS)
    return pl.DataFrame({"script": script, "sounds_hash": hashes})


def company_keys_of_other_scripts(table: pl.DataFrame) -> pl.DataFrame:
    """Return the ``key`` of each company name that is in other letters than Latin.

    Args:
        table: ``company``, folded.
    """
    return _company_keys(table["company"].filter(script_of(table["company"]) != LATIN)).select("key")


def _company_keys(names: pl.Series) -> pl.DataFrame:
    """Return of each name in Latin letters a key of its sounds, and how many it has of them."""
    import polars as pl

    latin = romanize(names)
    sounds = map_distinct(latin, {"sounds": sounds_of(pl.col("value"))})["sounds"]
    key = sounds.zip_with(sounds.str.len_chars() > _LEAST_SOUNDS, latin)
    return pl.DataFrame({"key": key.hash(), "size": key.str.len_chars()})


def script_of(texts: pl.Series) -> pl.Series:
    """Return a number for the script of each text; 0 for Latin letters.

    >>> import polars as pl
    >>> script_of(pl.Series(["wang wei", "王伟", "たなか", "김민수", "محمد", "", "สมชาย"])).to_list()
    [0, 2, 1, 3, 4, 0, 6]
    """
    import polars as pl

    text = pl.col("text")
    found: Any = pl.when(text.str.contains(_SCRIPTS[0])).then(1)
    for number, letters in enumerate(_SCRIPTS[1:], start=2):
        found = found.when(text.str.contains(letters)).then(number)
    latin = ~text.str.contains(r"\p{L}") | text.str.contains(r"\p{Latin}")
    script = found.when(latin).then(LATIN).otherwise(_OTHER_SCRIPT).cast(pl.UInt8)
    foreign = not_ascii(texts)
    return pl.repeat(LATIN, len(texts), dtype=pl.UInt8, eager=True).scatter(
        foreign, texts.gather(foreign).alias("text").to_frame().select(script).to_series()
    )


def romanize(texts: pl.Series, *, family: bool = False) -> pl.Series:
    """Return folded texts in the letters a to z, without spaces.

    Args:
        texts: Folded texts.
        family: Whether they are family names: Korean ones are written as their bearers do.

    >>> import polars as pl
    >>> romanize(pl.Series(["小明", "יסף"])).to_list(), romanize(pl.Series(["박"]), family=True).to_list()
    (['xiaoming', 'ysf'], ['park'])
    """
    import polars as pl
    from anyascii import anyascii

    def latin(text: str) -> str:
        known = _KOREAN_FAMILY_NAMES.get(text, text) if family else text
        return re.sub("[^a-z]", "", anyascii(known.replace("ב", "b")).lower())

    foreign = not_ascii(texts)
    written = map_distinct(
        texts.gather(foreign), {"latin": pl.col("value").map_elements(latin, return_dtype=pl.String)}
    )
    return texts.str.replace_all("[^a-z]", "").scatter(foreign, written["latin"])


def sounds_of(latin: pl.Expr) -> pl.Expr:
    """Return the consonants of names in Latin letters, alike ones as one.

    >>> import polars as pl
    >>> names = pl.DataFrame({"name": ["mohammed", "mhmd", "kim", "gim"]})
    >>> names.select(sounds_of(pl.col("name")))["name"].to_list()
    ['mmt', 'mmt', 'km', 'km']
    """
    for letters, sound in _DIGRAPHS:
        latin = latin.str.replace_all(letters, sound, literal=True)
    doubled = [letter * 2 for letter in ascii_lowercase]
    for _ in range(2):  # each halves a run of one letter
        latin = latin.str.replace_many(doubled, list(ascii_lowercase))
    return latin.str.replace_many(_SOUNDS)


def _letters_key(text: pl.Expr) -> pl.Expr:
    """Return a number that texts of the same letters share, in any order; the sum for two texts is that of both."""
    import polars as pl

    return text.str.split("").list.eval(pl.element().hash() // 4096).list.sum()  # 400 letters do not overflow


def _shared_hash(keys: pl.Series, sizes: pl.Series, others: pl.Series, least: int) -> pl.Series:
    """Return the keys of texts that are long enough, and that a name of another script than Latin has; else 0."""
    import polars as pl

    table = pl.DataFrame({"key": keys, "size": sizes})
    wanted = (pl.col("size") >= least) & pl.col("key").is_in(others.unique().implode())
    return table.select(pl.when(wanted).then(pl.col("key") | 1).otherwise(pl.lit(0, pl.UInt64))).to_series()
