"""Tone marks of Vietnamese names, and of Chinese ones in Pinyin: Hùng and Hưng, or Lan and Làn, are two names.

Folded names lack them, and so do the names of most lists: Hung, in a name without marks, may be either.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final
from unicodedata import combining, normalize

from pb2b_notebook.cleanup.linkage.names.folding import not_ascii
from pb2b_notebook.cleanup.linkage.names.person_names import EASTERN_FAMILIES

if TYPE_CHECKING:
    import polars as pl

_WORD: Final = re.compile(r"[^\W\d_]+")
_VIETNAMESE_LETTERS: Final = re.compile("[\u1ea0-\u1ef9\u01a1\u01b0]")
"""Letters that no other language has."""
_VIETNAMESE_FAMILIES: Final = frozenset({
    "lê", "lý", "bùi", "ngô", "võ", "vũ", "đào", "đinh", "đoàn", "đàm", "hà", "tô", "thái", "lâm",
})  # fmt: skip
"""Common family names that have none of these letters."""
_LEFT_OUT: Final = frozenset({"van", "thi"})
"""Words between a family and a given name, which many leave out."""
_ONE_FAMILY: Final = frozenset({"nguyen", "vo", "tran", "pham", "huynh", "bui", "ngo", "trinh", "quach"})
"""Family names, without marks, of which there is only one: Nguyen is Nguyễn."""
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Marks of the tones of Vietnamese, which are on one vowel or another: Hòa is Hoà."""
_PINYIN_TONES: Final = frozenset("\u0300\u0301\u0304\u030c")
_PINYIN: Final = frozenset("abcdefghijklmnopqrstuwxyz\u0308") | _PINYIN_TONES


def tone_words(rows: pl.DataFrame) -> pl.Series:
    """Return the words of names that are written with tone marks, each without marks, "=" and with them; "" for others.

    Args:
        rows: ``first_name``, ``last_name`` and ``full_name``, as text.

    >>> import polars as pl
    >>> names = pl.DataFrame({"full_name": ["Nguyễn Văn Hòa", "Nguyen Van Hoa", "Lǐ Wěi", "José Lê-Gómez"]})
    >>> tone_words(names.with_columns(first_name=pl.lit(""), last_name=pl.lit(""))).to_list()
    ['nguyen=nguyen hoa=hoà', '', 'li=lǐ wei=wěi', '']
    """
    import polars as pl

    both = pl.concat_str("first_name", "last_name", separator=" ")
    names = rows.select(pl.when(both == " ").then("full_name").otherwise(both)).to_series()
    none = pl.repeat("", len(names), dtype=pl.String, eager=True).alias("tones")
    marked = not_ascii(names)
    if marked.is_empty():
        return none
    texts = names.gather(marked)
    distinct = texts.unique()
    likely = distinct.filter(distinct.str.normalize("NFC").str.to_lowercase().str.contains(_may_have_tones()))
    words = {name: found for name in likely if (found := _marked_words(name))}
    return none.scatter(marked, texts.replace_strict(words, default="")) if words else none


@cache
def _may_have_tones() -> str:
    """Return a pattern for names, in lower case, in which :func:`_marked_words` may find words.

    Vietnamese ones have a letter or a word of the language; in Pinyin, each word has the mark of a tone.
    """
    toned = "".join(
        letter
        for letter in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
        if not _PINYIN_TONES.isdisjoint(normalize("NFD", letter))
    )
    pinyin = rf"^\P{{L}}*(?:\p{{L}}*[{toned}]\p{{L}}*(?:\P{{L}}+|$))+$"
    return "|".join((_VIETNAMESE_LETTERS.pattern, *sorted(_VIETNAMESE_FAMILIES), pinyin))


def _marked_words(name: str) -> str:
    """Return the words of one name as :func:`tone_words` does."""
    words = _WORD.findall(normalize("NFC", name).lower())
    if not words or not (_is_vietnamese(words) or _is_pinyin(words)):
        return ""
    found = []
    for word in words:
        letters = normalize("NFD", word)
        plain = "".join(letter for letter in letters if not combining(letter)).replace("đ", "d")
        if plain in _LEFT_OUT and word != "vân":
            continue
        toneless = "".join(letter for letter in letters if letter not in _TONES)
        tones = "".join(letter for letter in letters if letter in _TONES)
        found.append(f"{plain}={plain if plain in _ONE_FAMILY else normalize('NFC', toneless + tones)}")
    return " ".join(found)


def _is_vietnamese(words: list[str]) -> bool:
    at_the_ends = {words[0], words[-1]}
    return bool(_VIETNAMESE_LETTERS.search(" ".join(words))) or not _VIETNAMESE_FAMILIES.isdisjoint(at_the_ends)


def _is_pinyin(words: list[str]) -> bool:
    """Return whether each word has the mark of a tone, and the first or the last one is a family name of East Asia."""
    letters = [normalize("NFD", word) for word in words]
    if not all(set(word) <= _PINYIN and not _PINYIN_TONES.isdisjoint(word) for word in letters):
        return False
    plain = ["".join(letter for letter in word if not combining(letter)) for word in letters]
    return not EASTERN_FAMILIES.isdisjoint((plain[0], plain[-1])) if len(plain) > 1 else False
