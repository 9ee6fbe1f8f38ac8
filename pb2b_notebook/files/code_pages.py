"""Detect the code page of a text: the one in which its words look like words of a language.

Every single-byte code page decodes nearly all bytes. The words show which one is right: "Dvořák" in a wrong code page
is not a word of any language ("Dvoøák"), and capitals are at the beginning or everywhere, unlike in "MŸller".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

# Lower-case letters beyond ASCII of each language, as they occur in names.
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
"""The more common ones first: they win a tie."""
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
"""Factor of the score of a rare code page, so that a common one wins with nearly the same score."""
_PLAUSIBLE: Final = 0.5
_SURE: Final = 0.9
_TYPOGRAPHY: Final = frozenset("€–—‘’“”„«»•…·°§®©™№¿¡\u00a0²³½¼£ºª")
_APOSTROPHES: Final = frozenset("’‘·\u00ad")
_QUOTES: Final = frozenset("«»“”„‘’–—№…\u00a0")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SIGN: Final = re.compile(r"[^\w\x00-\x7f]")


def latin_page(sample: bytes) -> str | None:
    """Return the European code page in which most words are plausible, ``None`` if there is none.

    Of two with equal scores, the more common one is returned.

    >>> latin_page("Dvořák, Müller".encode("cp1250")), latin_page("O’Neill, 50 €".encode("cp1252"))
    ('cp1250', 'cp1252')
    """
    scores = {page: _latin_share(sample.decode(page, "replace"), _sets(_LATIN[page])) for page in _LATIN}
    best = max(scores, key=lambda page: scores[page] * (_MODEST if page in _RARE else 1))
    return best if scores[best] > _PLAUSIBLE else None


def other_page(sample: bytes) -> str | None:
    """Return the code page of another alphabet in which nearly all words are plausible, ``None`` if there is none.

    >>> other_page("Иван Петров".encode("koi8_r")), other_page("Μαρία".encode("cp1253"))
    ('koi8_r', 'cp1253')
    """
    scores = {page: _other_share(sample.decode(page, "replace"), _sets(_OTHER[page])) for page in _OTHER}
    best = max(scores, key=lambda page: scores[page])
    return best if scores[best] > _SURE else None


def _sets(alphabets: Sequence[str]) -> list[frozenset[str]]:
    return [frozenset(alphabet) for alphabet in alphabets]


def _latin_share(text: str, alphabets: Sequence[frozenset[str]]) -> float:
    """Return the share of plausible words and signs beyond ASCII; a sign counts a little less than a word."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    signs = [found.start() for found in _SIGN.finditer(text)]
    good = sum(_is_word(word, alphabets) for word in words) + 0.9 * sum(
        _is_plausible_sign(text, place) for place in signs
    )
    return good / max(1, len(words) + len(signs))


def _other_share(text: str, alphabets: Sequence[frozenset[str]]) -> float:
    """Return the share of words of a single alphabet; signs other than quotation marks count as implausible words."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    strange = sum(found[0] not in _QUOTES for found in _SIGN.finditer(text))
    good = sum(not any(map(str.isascii, word)) and _is_word(word, alphabets) for word in words)
    return good / max(1, len(words) + strange)


def _is_word(word: str, alphabets: Iterable[frozenset[str]]) -> bool:
    if not word.isupper() and any(char.isupper() and not char.isascii() for char in word[1:]):
        return False
    # Portuguese has õ only before e; elsewhere it is the ő of Hungarian in a wrong code page.
    lower = word.replace("İ", "i").lower().replace("õe", "oe")
    beyond = {char for char in lower if not char.isascii()}
    return any(beyond <= alphabet for alphabet in alphabets)


def _is_plausible_sign(text: str, place: int) -> bool:
    """Return whether a sign is common in text, and stands where it usually does."""
    between = text[place - 1 : place].isalpha() and text[place + 1 : place + 2].isalpha()
    return text[place] in (_APOSTROPHES if between else _TYPOGRAPHY)
