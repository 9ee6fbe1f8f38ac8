"""Job titles: seniority and function, read from their words in about twenty languages."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import without_accents
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST: Final = 200
_SPLIT: Final = lazy_pattern(r"[^\w&']+")
_WRITTEN_TOGETHER: Final = lazy_pattern("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Title(NamedTuple):
    """The seniority and function of a title; ``None`` if its words do not name one.

    Attributes:
        seniority: "owner", "c_level", "vp", "director", "head", "manager", "senior" or "entry".
        function: Department, such as "sales" or "engineering".
    """

    seniority: str | None
    function: str | None


@lru_cache(maxsize=1 << 16)
def read_title(text: str) -> Title:
    """Read the seniority and the function of a title.

    >>> read_title("Head of Sales"), read_title("Leiterin Einkauf"), read_title("Wizard")
    (Title(seniority='head', function='sales'), Title(seniority='head', function='procurement'),
     Title(seniority=None, function=None))
    """
    if len(text) > _LONGEST:
        return Title(None, None)
    folded = f" {' '.join(_words(text))} "
    return Title(_best_entry(folded, "seniority"), _best_entry(folded, "function"))


def is_department(text: str) -> bool:
    """Return whether a text is the name of a department, which says where someone works and not what they do.

    >>> is_department("Einkauf"), is_department("Sales Dept."), is_department("Head of Sales")
    (True, True, False)
    """
    if len(text) > _LONGEST:
        return False
    names, around = _departments()
    words = _words(text)
    return " ".join(words) in names or " ".join(word for word in words if word not in around) in names


def has_word_for_department(text: str) -> bool:
    """Return whether a text has a word such as "department".

    >>> has_word_for_department("Ufficio acquisti"), has_word_for_department("Acquisti")
    (True, False)
    """
    return len(text) <= _LONGEST and not _departments()[1].isdisjoint(_words(text))


@cache
def _departments() -> tuple[frozenset[str], frozenset[str]]:
    table = read_table(__package__, "titles.toml")["department"]
    names = frozenset(" ".join(_words(name)) for name in table["names"])
    return names, frozenset(" ".join(_words(word)) for word in table["before_or_behind"])


def words_of_titles() -> frozenset[str]:
    """Return the whole words by which titles are read, in lower case without accents.

    >>> {"head", "vertrieb", "ceo"} <= words_of_titles(), "h" in words_of_titles()
    (True, False)
    """
    found = read_table(__package__, "titles.toml")
    phrases = [form for kind in ("seniority", "function") for forms in found[kind].values() for form in forms]
    texts = [" ".join(_words(form)) if form[0] not in "*=" else "" for form in phrases]
    return frozenset(word for text in texts for word in text.split(" ") if len(word) > 1)


def _best_entry(folded: str, kind: str) -> str | None:
    """Return the seniority or the function: from the first vocabulary that matches, strongest first."""
    tables = _tables()
    for form in tables.ignored.get(kind, ()):
        if form.search(folded):
            folded = form.pattern.sub(" ", folded)
    strong, weak = tables.strong[kind], tables.weak[kind]
    return _longest_match(folded, tables.first[kind]) or _longest_match(folded, strong) or _longest_match(folded, weak)


def _words(text: str) -> list[str]:
    return [word for word in _SPLIT.split(without_accents(text)) if word]


def _longest_match(folded: str, table: _Forms) -> str | None:
    """Return the entry that matches most of the title, as "general manager" before "manager"; of equals the first."""
    best, most = None, 0
    for name, forms in table.items():
        for form in forms:
            found = form.search(folded)
            if found and len(found.group().strip()) > most:
                best, most = name, len(found.group().strip())
    return best


class _Form:
    """Words, or their beginning, end or inner part; each word of the title is in spaces.

    Its pattern is made when a title has the longest of its parts: few titles have one of some hundred forms.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._parts = [_part(part) for part in words.strip("=*").split("*")]
        self._longest = max(self._parts, key=len)

    def search(self, folded: str) -> re.Match[str] | None:
        """Return the first match in a title."""
        return self.pattern.search(folded) if self._longest in folded else None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of the form."""
        whole = self._words.startswith("=")
        folded = "[^ ]*".join(map(re.escape, self._parts))
        if _WRITTEN_TOGETHER.search(folded):
            return re.compile(folded)
        before = r"(?<=^[ ])" if whole else "" if self._words.startswith("*") else r"(?<=[ ])"
        after = r"(?=[ ]$)" if whole else "" if self._words.endswith("*") else r"(?=[ ])"
        return re.compile(f"{before}{folded}{after}")


_Forms = dict[str, list[_Form]]


class _Tables(NamedTuple):
    """The vocabulary, by "seniority" and "function"."""

    ignored: dict[str, list[_Form]]
    first: dict[str, _Forms]
    strong: dict[str, _Forms]
    weak: dict[str, _Forms]


@cache
def _tables() -> _Tables:
    found = read_table(__package__, "titles.toml")
    kinds = ("seniority", "function")
    return _Tables(
        ignored={kind: _forms(words) for kind, words in found["struck"].items()},
        first={kind: _by_entry(found["first"][kind]) for kind in kinds},
        strong={kind: _by_entry(found[kind], without=found["weak"][kind]) for kind in kinds},
        weak={kind: _by_entry({name: found[kind][name] for name in found["weak"][kind]}) for kind in kinds},
    )


def _by_entry(listed: dict[str, list[str]], without: Sequence[str] = ()) -> _Forms:
    return {name: _forms(words) for name, words in listed.items() if name not in without}


def _forms(phrases: list[str]) -> list[_Form]:
    return [_Form(words) for words in phrases]


def _part(words: str) -> str:
    """Return words as they are compared; spaces at their ends are kept."""
    blanks = [" " if words[at : at + 1] == " " else "" for at in (0, len(words) - 1)]
    return " ".join(_words(words)).join(blanks)
