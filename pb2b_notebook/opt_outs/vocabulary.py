"""The words of ``words.toml``, and how texts are compared with them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from pb2b_notebook.shipped_tables import read_table

_APOSTROPHES: Final = re.compile("['’´`]")
_CAMEL_CASE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORT_FORMS: Final = re.compile(r"\be mail")
_LONGEST_NAME: Final = 100
_ONE_LETTER: Final = str.maketrans("ıłđيىك", "ildییک")
"""Letters that are typed for one another: Persian is also typed with Arabic ones, and Polish without strokes."""
_HAS_UMLAUT: Final = re.compile("[äöüåøæ]")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_SERBIAN: Final = str.maketrans("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж")
_LATIN: Final = str.maketrans(
    "абвгґдеєжзиіклмнопрстуфхцчшщыэюяјљњџѕαβγδεζηθικλμνξοπρσςτυφχω",
    "abvggdeezziiklmnoprstufhccssieuailnzzavgdezitiklmnhoprsstifho",
    "ъь",
)
"""Letters of other scripts as people type them on a Latin keyboard, in the spelling of :func:`as_typed`."""
_AS_SEEN: Final = str.maketrans("ηω", "hw")
_TYPED: Final = re.compile(r"sch|shch|sht|sh|zh|kh|ph|th|ou|tz|ts|ch|[gwqyjx]")
_SAME: Final = {
    "zh": "z", "ph": "f", "th": "t", "ou": "u", "tz": "c", "ts": "c", "ch": "c", "w": "v", "q": "k", "y": "i", "j": "i",
    "kh": "h", "x": "h", "g": "h",
}  # fmt: skip
"""Letters that are typed for one another, with what stands for them; all others of ``_TYPED`` are an s."""
_SILENT: Final = re.compile(r"i(?=[aeou])|(.)(?=\1)")
_ARABIC: Final = frozenset({"خير"})
"""Arabic words that would be another one of Persian: good, and no."""


def plain_words(text: str, longest: int = _LONGEST_NAME) -> str:
    """Return the words of a text without case and accents, one space between two."""
    text = _CAMEL_CASE.sub(" ", _APOSTROPHES.sub("", text[:longest]))
    if text.isascii():
        return _SHORT_FORMS.sub("email", " ".join(re.findall("[a-z]+", text.lower())))
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (each if each.isalpha() else " " for each in plain if unicodedata.category(each)[0] != "M")
    words = (word if word in _ARABIC else word.translate(_ONE_LETTER) for word in "".join(letters).split())
    return _SHORT_FORMS.sub("email", " ".join(words))


def spellings(words: Iterable[str]) -> set[str]:
    """Return plain words, those with umlauts also as systems without them write them: loschen and loeschen.

    >>> sorted(spellings(["löschen", "fest"]))
    ['fest', 'loeschen', 'loschen']
    """
    return {plain_words(each) for word in words for each in (word, word.casefold().translate(_UMLAUTS))} - {""}


def plain_lists(words: str) -> list[str]:
    """Return the plain words of a text with commas between them, those with umlauts also as people without them type.

    An asterisk at the end of a word stays. It is as :func:`plain_words` of each, for very many.

    >>> plain_lists("löschen, par e-mail, ring*")
    ['loschen', 'par email', 'ring*', 'loeschen']
    """
    text = _APOSTROPHES.sub("", words.casefold())
    if not text.isascii():
        marked = [word for word in text.split(",") if _HAS_UMLAUT.search(word)]
        bare = [word.replace("ø", "o") for word in marked if "ø" in word and len(word.strip()) > len("død")]
        text = ",".join([text, *(word.translate(_UMLAUTS) for word in marked), *bare])
    plain = unicodedata.normalize("NFKD", text)
    letters = plain.translate({ord(each): _plain_letter(each) for each in {*plain}})
    return [" ".join(word.split()) for word in _SHORT_FORMS.sub("email", letters).split(",") if word]


@cache
def _plain_letter(letter: str) -> str:
    if letter.isalpha() or letter in ",*":
        return letter.translate(_ONE_LETTER)
    return "" if unicodedata.category(letter)[0] == "M" else " "


def in_cyrillic(text: str) -> str:
    """Return Serbian words in Cyrillic letters.

    >>> in_cyrillic("ne šaljite")
    'не шаљите'
    """
    for pair, letter in (("lj", "љ"), ("nj", "њ"), ("dž", "џ")):
        text = text.lower().replace(pair, letter)
    return text.translate(_SERBIAN)


def in_latin(plain: str) -> set[str]:
    """Return how a plain word in Cyrillic or Greek letters may be typed in Latin ones, in one spelling for all ways.

    >>> sorted(in_latin("звонить")), as_typed("zvonit"), sorted(in_latin("παρεις")), as_typed("pareis")
    (['zvonit'], 'zvonit', ['pareis'], 'pareis')
    """
    text = plain.replace("ου", "u").replace("ψ", "ps")
    texts = (text, text.replace("ъ", "a"), text.translate(_AS_SEEN))
    return {as_typed(each.translate(_LATIN)) for each in texts}


def as_typed(word: str) -> str:
    """Return a word of Latin letters in one spelling for all that stand for the same letters of another script.

    >>> as_typed("bolshe"), as_typed("khochet"), as_typed("xochet"), as_typed("rassylku"), as_typed("rassilku")
    ('bolse', 'hocet', 'hocet', 'rasilku', 'rasilku')
    """
    return _SILENT.sub("", _TYPED.sub(lambda found: _SAME.get(found[0], "s"), word))


def opt_out_words() -> dict[str, Any]:
    """Return the tables of words."""
    return read_table(__package__, "words.toml")


def is_without_spaces(word: str) -> bool:
    """Whether a word is in Chinese or Japanese script, which has no spaces between words."""
    return any("\u3040" <= each <= "\u30ff" or "\u4e00" <= each <= "\u9fff" for each in word)
