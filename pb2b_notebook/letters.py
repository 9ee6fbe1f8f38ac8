"""Text without case, as it is compared; and without accents, as words are looked up in tables. Pure.

What finds duplicates folds more, and whole columns at once: :mod:`pb2b_notebook.cleanup.linkage.names.folding`.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_BASE: Final = str.maketrans({
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ς": "σ",
})  # fmt: skip
"""Letters that Unicode does not decompose into a base and a mark, and the final form of a letter."""
_DIGRAPHS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def fold_email(text: str) -> str:
    """Return the form in which email addresses are compared: trimmed and case-folded.

    >>> fold_email(" Ada@Example.com ")
    'ada@example.com'
    """
    return text.strip().casefold()


def fold_text(text: str) -> str:
    """Return the form in which a search compares text: without case, and in Unicode's compatible form (NFKC).

    >>> fold_text("ＡＤＡ Straße") == fold_text("ada STRASSE")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold()


def without_accents(text: str) -> str:
    """Return case-folded text without accents, and without the other marks that Unicode combines with a letter.

    >>> without_accents("ÉLODIE Łukasz"), without_accents("Straße"), without_accents("Ђорђе")
    ('elodie lukasz', 'strasse', 'ђорђе')
    """
    text = text.casefold()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_BASE))
    # Compose again, for scripts whose syllables are decomposed.
    return unicodedata.normalize("NFC", "".join(each for each in decomposed if not unicodedata.combining(each)))


def plain_letters(text: str) -> str:
    """Return only the letters of a text, as :func:`without_accents` does.

    >>> plain_letters("D'Arcy-Müller 2")
    'darcymuller'
    """
    return "".join(filter(str.isalpha, without_accents(text)))


def split_scripts(text: str) -> list[str]:
    """Return the parts of a text, each in one script; ideographs and kana are one, and marks belong to what is before.

    >>> split_scripts("Contact person 担当者名"), split_scripts("Имя (First name)"), split_scripts("E-Mail 2")
    (['Contact person ', '担当者名'], ['Имя (', 'First name)'], ['E-Mail 2'])
    """
    if text.isascii():
        return [text]
    parts, last = [""], ""
    for letter in text:
        script = _script(letter) if letter.isalpha() else ""
        if script and last and script != last:
            parts.append("")
        last = script or last
        parts[-1] += letter
    return parts


def _script(letter: str) -> str:
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "").split(" ")[0]
    return "CJK" if name.startswith(("HIRAGANA", "KATAKANA")) else name


def with_digraphs(text: str) -> str:
    """Return case-folded text without accents, with two letters for an umlaut, as in addresses of email.

    >>> with_digraphs("Jörg Müller"), with_digraphs("Åse")
    ('joerg mueller', 'aase')
    """
    return without_accents(unicodedata.normalize("NFC", text).casefold().translate(_DIGRAPHS))
