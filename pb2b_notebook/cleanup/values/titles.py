"""Job titles: the seniority and the function that their words tell, in some twenty languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_Forms = dict[str, list[re.Pattern[str]]]

_LONGEST: Final = 200
_SPLIT: Final = re.compile(r"[^\w&']+")
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
    return Title(_told(folded, "seniority"), _told(folded, "function"))


def _told(folded: str, what: str) -> str | None:
    """The level or the function: what counts first, else what most of the words say, else what is weak."""
    tables = _tables()
    for form in tables.struck.get(what, ()):
        folded = form.sub(" ", folded)
    strong, weak = tables.strong[what], tables.weak[what]
    return _longest(folded, tables.first[what]) or _longest(folded, strong) or _longest(folded, weak)


def _words(text: str) -> list[str]:
    return [word for word in _SPLIT.split(_plain(text)) if word]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


def _longest(folded: str, table: _Forms) -> str | None:
    """The entry whose words say most of the title: "general manager" is more than "manager"; the first of equals."""
    best, most = None, 0
    for name, forms in table.items():
        for form in forms:
            found = form.search(folded)
            if found and len(found.group().strip()) > most:
                best, most = name, len(found.group().strip())
    return best


class _Tables(NamedTuple):
    """The vocabulary by ``seniority`` and ``function``."""

    struck: dict[str, list[re.Pattern[str]]]
    first: dict[str, _Forms]
    strong: dict[str, _Forms]
    weak: dict[str, _Forms]


@cache
def _tables() -> _Tables:
    text = resources.files("pb2b_notebook.cleanup.values").joinpath("titles.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    whats = ("seniority", "function")
    return _Tables(
        struck={what: _forms(listed) for what, listed in found["struck"].items()},
        first={what: _by_entry(found["first"][what]) for what in whats},
        strong={what: _by_entry(found[what], without=found["weak"][what]) for what in whats},
        weak={what: _by_entry({name: found[what][name] for name in found["weak"][what]}) for what in whats},
    )


def _by_entry(listed: dict[str, list[str]], without: Sequence[str] = ()) -> _Forms:
    return {name: _forms(words) for name, words in listed.items() if name not in without}


def _forms(listed: list[str]) -> list[re.Pattern[str]]:
    return [_form(words) for words in listed]


def _form(words: str) -> re.Pattern[str]:
    """Words, or their beginning, ending or inner part, in a title with a blank before and after each word."""
    whole = words.startswith("=")
    folded = "[^ ]*".join(re.escape(_part(part)) for part in words.strip("=*").split("*"))
    if _WRITTEN_TOGETHER.search(folded):
        return re.compile(folded)
    before = r"(?<=^[ ])" if whole else "" if words.startswith("*") else r"(?<=[ ])"
    after = r"(?=[ ]$)" if whole else "" if words.endswith("*") else r"(?=[ ])"
    return re.compile(f"{before}{folded}{after}")


def _part(words: str) -> str:
    """Words as they are compared; the blanks at their ends are kept."""
    blanks = [" " if words[at : at + 1] == " " else "" for at in (0, len(words) - 1)]
    return " ".join(_words(words)).join(blanks)
