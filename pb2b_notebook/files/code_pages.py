"""Which code page the words of a text are of: the one in which they are words of some language.

All code pages of one byte a character can read nearly all bytes; what tells them apart is that "Dvořák", read wrongly,
is no word of any language ("Dvoøák"), and that capitals come first or everywhere ("MŸller" does neither).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The letters beyond ASCII of each language, small; the languages of the West need no more than these in names.
_WESTERN: Final = (
    "äöüß", "àâæçéèêëîïôœùûü", "áéíñóúü", "àçéèíïòóúü", "áâãàçéêíóôú", "àèéìòù", "åäöéü", "åæøéü", "äëïöüéèê",
)  # fmt: skip
_CENTRAL: Final = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß")
_CYRILLIC: Final = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш",
)
_LATIN: Final[Mapping[str, tuple[str, ...]]] = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1254": ("çğıiöşüâîû", "äöüß"),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž"),
    "iso8859_2": _CENTRAL,
    "cp850": _WESTERN,
    "mac_roman": _WESTERN,
}
"""The commoner one first: it wins a draw."""
_OTHER: Final[Mapping[str, tuple[str, ...]]] = {
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC[:1],
    "cp866": _CYRILLIC[:1],
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
    "cp1255": ("אבגדהוזחטיכךלמםנןסעפףצץקרשת",),
    "cp1256": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",),
}
_RARE: Final = frozenset({"iso8859_2", "cp850", "mac_roman"})
_MODEST: Final = 0.85
"""What a rare code page is worth, where a common one does nearly as well."""
_PLAUSIBLE: Final = 0.5
_SURE: Final = 0.9
_TYPOGRAPHY: Final = frozenset("€–—‘’“”„«»•…·°§®©™№¿¡\u00a0²³½¼£ºª")
_APOSTROPHES: Final = frozenset("’‘·\u00ad")
_QUOTES: Final = frozenset("«»“”„‘’–—№…\u00a0")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SIGN: Final = re.compile(r"[^\w\x00-\x7f]")


def latin_page(sample: bytes) -> str | None:
    """The code page of Europe in which most of the words are some; the commoner one of two, ``None`` if there is none.

    >>> latin_page("Dvořák, Müller".encode("cp1250")), latin_page("O’Neill, 50 €".encode("cp1252"))
    ('cp1250', 'cp1252')
    """
    scores = {page: _latin_share(sample.decode(page, "replace"), _sets(_LATIN[page])) for page in _LATIN}
    best = max(scores, key=lambda page: scores[page] * (_MODEST if page in _RARE else 1))
    return best if scores[best] > _PLAUSIBLE else None


def other_page(sample: bytes) -> str | None:
    """The code page of another alphabet in which nearly all words are some; ``None`` if there is none.

    >>> other_page("Иван Петров".encode("koi8_r")), other_page("Μαρία".encode("cp1253"))
    ('koi8_r', 'cp1253')
    """
    scores = {page: _other_share(sample.decode(page, "replace"), _sets(_OTHER[page])) for page in _OTHER}
    best = max(scores, key=lambda page: scores[page])
    return best if scores[best] > _SURE else None


def _sets(alphabets: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(alphabet) for alphabet in alphabets]


def _latin_share(text: str, alphabets: Sequence[frozenset[str]]) -> float:
    """The share of the words and signs beyond ASCII that people write so; a sign is worth a little less."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    signs = [found.start() for found in _SIGN.finditer(text)]
    good = sum(_is_word(word, alphabets) for word in words) + 0.9 * sum(_is_placed(text, place) for place in signs)
    return good / max(1, len(words) + len(signs))


def _other_share(text: str, alphabets: Sequence[frozenset[str]]) -> float:
    """The share of the words that are wholly of one alphabet; what is neither word nor quotation mark is none."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    strange = sum(found[0] not in _QUOTES for found in _SIGN.finditer(text))
    good = sum(not any(map(str.isascii, word)) and _is_word(word, alphabets) for word in words)
    return good / max(1, len(words) + strange)


def _is_word(word: str, alphabets: Iterable[frozenset[str]]) -> bool:
    if not word.isupper() and any(char.isupper() and not char.isascii() for char in word[1:]):
        return False
    # Portuguese has õ before e only; elsewhere it is a misread ő of Hungarian.
    small = word.replace("İ", "i").lower().replace("õe", "oe")
    beyond = {char for char in small if not char.isascii()}
    return any(beyond <= alphabet for alphabet in alphabets)


def _is_placed(text: str, place: int) -> bool:
    """Whether a sign is one that people write, and stands where they write it."""
    between = text[place - 1 : place].isalpha() and text[place + 1 : place + 2].isalpha()
    return text[place] in (_APOSTROPHES if between else _TYPOGRAPHY)
