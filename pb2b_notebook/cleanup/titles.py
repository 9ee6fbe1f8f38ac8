"""Job titles: the seniority and the function that their words tell, in some twenty languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

_LONGEST: Final = 200
_SPLIT: Final = re.compile(r"[^\w&'-]+")
_LETTERS: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "ı": "i", "ς": "σ"})
_WRITTEN_TOGETHER: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Title(NamedTuple):
    """What a title tells; ``None`` for what it does not.

    Attributes:
        seniority: ``owner``, ``c_level``, ``vp``, ``director``, ``head``, ``manager``, ``senior`` or ``entry``.
        function: such as ``sales`` or ``engineering``.
    """

    seniority: str | None
    function: str | None


@lru_cache(maxsize=1 << 16)
def read_title(text: str) -> Title:
    """The seniority and the function that a title tells.

    >>> read_title("Head of Sales"), read_title("Leiterin Einkauf"), read_title("Wizard")
    (Title(seniority='head', function='sales'), Title(seniority='head', function='procurement'),
     Title(seniority=None, function=None))
    """
    if len(text) > _LONGEST:
        return Title(None, None)
    folded = f" {' '.join(_words(text))} "
    tables = _tables()
    seniority = _first(folded, tables["exceptions"]) or _longest(folded, tables["seniority"])
    return Title(seniority, _longest(folded, tables["function"]))


def _words(text: str) -> list[str]:
    return [word for word in _SPLIT.split(_plain(text)) if word]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


def _first(folded: str, table: dict[str, list[re.Pattern[str]]]) -> str | None:
    return next((name for name, forms in table.items() if any(form.search(folded) for form in forms)), None)


def _longest(folded: str, table: dict[str, list[re.Pattern[str]]]) -> str | None:
    """The entry whose words say most of the title: "general manager" is more than "manager"; the first of equals."""
    best, most = None, 0
    for name, forms in table.items():
        for form in forms:
            found = form.search(folded)
            if found and len(found.group().strip()) > most:
                best, most = name, len(found.group().strip())
    return best


@cache
def _tables() -> dict[str, dict[str, list[re.Pattern[str]]]]:
    text = resources.files("pb2b_notebook.cleanup").joinpath("titles.toml").read_text(encoding="utf-8")
    return {
        name: {key: [_form(words) for words in listed] for key, listed in table.items()}
        for name, table in tomllib.loads(text).items()
    }


def _form(words: str) -> re.Pattern[str]:
    folded = " ".join(_words(words.strip("*")))
    if _WRITTEN_TOGETHER.search(folded):
        return re.compile(re.escape(folded))
    before = r"(?<=[ ])" if not words.startswith("*") else ""
    after = r"(?=[ ])" if not words.endswith("*") else ""
    return re.compile(f"{before}{re.escape(folded)}{after}")
