"""Guess the encoding of a text that is not UTF-8: by its language model, and by whether its words are plausible.

Every single-byte code page decodes nearly all bytes. chardet compares pairs of letters with those of texts of each
language, which needs sentences; a list of leads has names. So its ranking is weighted by the share of words that are
plausible: "Dvořák" in a wrong code page is not a word of any language ("Dvoøák"), and capitals are at the beginning or
everywhere, unlike in "MŸller".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from warnings import catch_warnings, simplefilter

# Lower-case letters beyond ASCII of each language, as they occur in names.
_WESTERN: Final = (
    "äöüß", "àâæçéèêëîïôœùûü", "áéíñóúü", "àçéèíïòóúü", "áâãàçéêíóôú", "àèéìòù", "åäöéü", "åæøéü", "äëïöüéèê", "šžäöå",
)  # fmt: skip
_CENTRAL: Final = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß")
_BALTIC: Final = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöüõšž")
_TURKISH: Final = ("çğıiöşüâîû", "äöüß")
_LATIN: Final[Mapping[str, tuple[tuple[str, ...], float]]] = {
    "cp1252": (_WESTERN, 1.0),
    "iso8859-1": (_WESTERN, 0.999),
    "iso8859-15": (_WESTERN, 0.995),
    "cp850": (_WESTERN, 0.972),
    "cp437": (_WESTERN, 0.97),
    "cp865": (_WESTERN, 0.97),
    "mac-roman": (_WESTERN, 0.97),
    "cp1250": (_CENTRAL, 0.97),
    "iso8859-2": (_CENTRAL, 0.96),
    "cp852": (_CENTRAL, 0.94),
    "mac-latin2": (_CENTRAL, 0.94),
    "cp1257": (_BALTIC, 0.9),
    "iso8859-13": (_BALTIC, 0.89),
    "cp775": (_BALTIC, 0.87),
    "cp1254": (_TURKISH, 0.97),
    "iso8859-9": (_TURKISH, 0.96),
    "cp857": (_TURKISH, 0.94),
    "mac-turkish": (_TURKISH, 0.94),
}
"""Code page → its alphabets, and a factor that lets the more common page win when two are nearly as likely."""
_OTHER: Final = (
    "cp1251", "koi8-r", "koi8-u", "cp866", "cp855", "iso8859-5", "mac-cyrillic", "cp1253", "iso8859-7", "cp737",
    "mac-greek", "cp1255", "iso8859-8", "cp862", "cp1256", "iso8859-6", "cp874", "cp1258", "cp932", "euc_jis_2004",
    "gb18030", "big5hkscs", "cp949",
)  # fmt: skip
_OF_SPREADSHEETS: Final = {"iso8859-1": "cp1252", "euc_jis_2004": "euc_jp"}
"""The codec that is used for a recognized encoding: cp1252 as in browsers (https://encoding.spec.whatwg.org)."""
_OTHER_SCRIPT: Final = 0.05
"""Weight of an encoding of another script, if most letters of the words are ASCII."""
_LEAST: Final = 0.05
"""Share of plausible words that every code page is given: a list may have a name in a language without an alphabet."""
_TRUST: Final = 3
"""Exponent of that share: how much more the words count than the language model, which a few names mislead."""
_OF_CAPITALS: Final = 0.85
"""Factor for words that are asked about in lower case: a script without case is not read as capitals of another one."""
_NEAR: Final = 0.8
"""Share of the highest score from which lines and boxes between letters decide."""
_BOX: Final = re.compile(r"[─-▟\ufffd]")
_FEW: Final = 2
_PRIOR_OF_FEW: Final = {
    page: {"cp1252": 1.0, "iso8859-1": 1.0, "cp1250": 0.8, "cp1254": 0.8, "cp1257": 0.8}.get(page, 0.25)
    for page in (*_LATIN, *_OTHER)
}
"""Factors for a sample of one or two different words, which prove little: code pages of Windows are the most common."""
_DENSE: Final = 0.6
"""Lowest share of bytes beyond ASCII in words of a script other than Latin."""
_RAW_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_KANA: Final = re.compile(r"[ぁ-ヺ]")
_KANA_SHARE: Final = 0.005
"""Share of kana in a Chinese text with some Japanese names; Japanese has half, and a list of its names some percent."""
_TYPOGRAPHY: Final = frozenset("€–—‘’“”„«»•…·°§®©™№¿¡\u00a0²³½¼£ºª")
_APOSTROPHES: Final = frozenset("’‘·\u00ad")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SIGN: Final = re.compile(r"[^\w\x00-\x7f]")


def guess_page(sample: bytes) -> str | None:
    """Return the most likely codec of lines that are not UTF-8, ``None`` if they fit no encoding of text.

    >>> guess_page("Dvořák, Müller".encode("cp1250")), guess_page("O’Neill, 50 €".encode("cp1252"))
    ('cp1250', 'cp1252')
    >>> guess_page("Іван Петренко".encode("koi8_u")), guess_page("Μαρία".encode("cp1253"))
    ('koi8-u', 'cp1253')
    >>> guess_page("ΜΑΡΙΑ ΝΙΚΟΛΑΟΥ".encode("cp1253")), guess_page("ИВАН ПЕТРОВ".encode("koi8-r"))
    ('cp1253', 'koi8-u')
    """
    scores = _scores(sample)
    if not scores:
        return None
    best = _likeliest_page(sample, scores) if _is_latin(sample) else _likeliest_of_others(sample, scores)
    if best == "gb18030" and _has_kana(sample.decode(best, "replace")):
        return "euc_jp"  # kana have the same bytes in both
    return _OF_SPREADSHEETS.get(best, best)


def _scores(sample: bytes) -> dict[str, float]:
    """Return the score of each code page by its language models, the highest first.

    The models know texts with few capitals. Where a page reads most words as capitals, it is also asked about the same
    words in lower case: in KOI8-R, Greek capitals of cp1253 are Cyrillic lower case.
    """
    scores = _rank(sample, [*_LATIN, *_OTHER])
    for page in (*_LATIN, *_OTHER):
        lowered = _in_lower_case(sample, page)
        if lowered is not None:
            scores[page] = max(scores.get(page, 0.0), _OF_CAPITALS * _rank(lowered, [page]).get(page, 0.0))
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def _rank(sample: bytes, pages: Sequence[str]) -> dict[str, float]:
    from chardet import detect_all

    with catch_warnings():
        simplefilter("ignore", UserWarning)  # that its default, cp1252, is not among the pages
        ranked = detect_all(
            sample, ignore_threshold=True, compat_names=False, max_bytes=len(sample) or 1, include_encodings=[*pages]
        )
    return {each["encoding"]: each["confidence"] for each in ranked if each["encoding"] is not None}


def _in_lower_case(sample: bytes, page: str) -> bytes | None:
    """Return a sample in lower case, if most of its words beyond ASCII are capitals in a code page."""
    try:
        text = sample.decode(page)
        words = [word for word in _WORD.findall(text) if len(word) > 1 and not word.isascii()]
        if not words or sum(map(str.isupper, words)) <= len(words) / 2:
            return None
        return text.replace("İ", "i").lower().encode(page)
    except UnicodeError:
        return None


def _has_kana(text: str) -> bool:
    """Return whether kana are more than the names from Japan that a Chinese text may have."""
    beyond = sum(not char.isascii() for char in text)
    return len(_KANA.findall(text)) > _KANA_SHARE * beyond


def _likeliest_page(sample: bytes, scores: Mapping[str, float]) -> str:
    """Return the code page with the highest weighted score.

    Args:
        sample: Lines that are not UTF-8.
        scores: Scores of the language models by code page, the highest first.
    """
    prior = _PRIOR_OF_FEW if len(set(_RAW_WORD.findall(sample))) <= _FEW else {}
    best, highest = "", -1.0
    for page, score in scores.items():
        if score <= highest:
            break  # weights are at most 1
        weighted = score * _weight(sample, page) * prior.get(page, 1.0)
        if weighted > highest:
            best, highest = page, weighted
    return best


def _likeliest_of_others(sample: bytes, scores: Mapping[str, float]) -> str:
    """Return the likeliest code page of another script: without lines and boxes, as "КИ╥В" has in KOI8-R."""
    first = next(iter(scores))
    near = [page for page, score in scores.items() if score >= _NEAR * scores[first]]
    return min(near, key=lambda page: len(_BOX.findall(sample.decode(page, "replace"))))


def _is_latin(sample: bytes) -> bool:
    """Return whether words consist mostly of ASCII letters."""
    words = [word for word in _RAW_WORD.findall(sample) if len(word) > 1]
    return sum(map(_beyond_ascii, words)) < _DENSE * sum(map(len, words)) or not words


def _beyond_ascii(word: bytes) -> int:
    return sum(byte > 0x7F for byte in word)  # noqa: PLR2004 - ASCII


def _weight(sample: bytes, page: str) -> float:
    if page not in _LATIN:
        return _OTHER_SCRIPT
    alphabets, common = _LATIN[page]
    share = _plausible_share(sample.decode(page, "replace"), list(map(frozenset, alphabets)))
    return common * (_LEAST + (1 - _LEAST) * share) ** _TRUST


def _plausible_share(text: str, alphabets: Sequence[frozenset[str]]) -> float:
    """Return the share of words and signs beyond ASCII that are plausible."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    signs = [found.start() for found in _SIGN.finditer(text)]
    good = sum(_is_word(word, alphabets) for word in words) + 0.97 * sum(
        _is_plausible_sign(text, place) for place in signs
    )
    return good / max(1, len(words) + len(signs))


def _is_word(word: str, alphabets: Iterable[frozenset[str]]) -> bool:
    if not word.isupper() and any(char.isupper() and not char.isascii() for char in word[1:]):
        return False
    # Portuguese has õ only before e; elsewhere it is the ő of Hungarian in a wrong code page.
    lower = word.replace("İ", "i").lower().replace("õe", "oe")
    beyond = {char for char in lower if not char.isascii()}
    return any(beyond <= alphabet for alphabet in alphabets)


def _is_plausible_sign(text: str, place: int) -> bool:
    """Return whether a sign is common in text, and stands where it usually does."""
    after = text[place - 1 : place].isalpha()
    if after and text[place] == "•":
        return False  # a bullet is before a word; behind it, it is the ò of a DOS page
    return text[place] in (_APOSTROPHES if after and text[place + 1 : place + 2].isalpha() else _TYPOGRAPHY)
