"""Read registers of people who object to one way of contact: the British TPS and MPS, the Indian DND. Pure.

A register of calls says nothing about e-mail, and one of post nothing about calls. The fundraising one is of all
contact. The registers and the words beside them are in ``registers.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from pb2b_notebook.opt_outs.vocabulary import plain_words
from pb2b_notebook.shipped_tables import read_table

_SERVICES: Final = re.compile(r"\b(?:corporate )?(\w)\w+ preference service\b")
_LISTED: Final = frozenset({"registered", "listed", "on"})
_TICKED: Final = re.compile(r"1(?:\.0)?|[✓✔]|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ][0-9:.+Z]+)?")
_AMBIGUOUS: Final = frozenset({"tps", "mps"})
"""Registers with names that are also those of other things, such as managed print services."""


def is_register_column(name: str) -> bool:
    """Whether a column has who is on which register.

    >>> [is_register_column(name) for name in ("FPS/TPS/MPS", "CTPS registered", "Preference service", "TPS reports")]
    [True, True, True, False]
    """
    words, known = _words(name), _vocabulary()
    named = not words.isdisjoint(known.of) or {"preference", "service"} <= words or {"preference", "services"} <= words
    return named and words <= known.of.keys() | known.beside | known.in_names


@lru_cache(maxsize=1024)
def read_registers(name: str, cell: str) -> frozenset[str] | None:
    """Return what the registers of a cell are of, "calls", "post" and "all"; ``None`` if it is not understood.

    >>> [*map(sorted, map(read_registers, ("TPS", "FPS/TPS/MPS", "Note"), ("Y", "TPS, MPS", "on TPS")))]
    [['calls'], ['calls', 'post'], ['calls']]
    >>> read_registers("TPS", "1200"), read_registers("TPS", "N"), read_registers("Note", "TPS")
    (None, None, None)
    """
    words, is_column, known = _words(cell), is_register_column(name), _vocabulary()
    if not words <= known.of.keys() | known.beside | known.yes:
        return None
    listed = words & known.of.keys()
    if listed and (is_column or words & _LISTED):
        return frozenset(known.of[word] for word in listed)
    is_answer = words & known.yes or _TICKED.fullmatch(cell.strip())
    named = _words(name) & known.of.keys()
    return frozenset(known.of[word] for word in named) if named and is_column and is_answer else None


def says_register(name: str, value: Any) -> bool | None:
    """Whether a person is on a register of calls or of all contact; ``None`` if the column does not say it so.

    >>> says_register("TPS", True), says_register("FPS/TPS/MPS", "MPS"), says_register("Opted out", "x")
    (True, False, None)
    """
    found = read_registers(name, str(value))
    if found is not None:
        return found != {"post"}
    words = _words(name)
    is_clear = words & (_vocabulary().of.keys() - _AMBIGUOUS) or words & (_LISTED | {"flag"})
    return None if is_clear or not is_register_column(name) else False


def words_of_registers() -> list[str]:
    """Return words of which each cell with a register has one, with a space at each side."""
    return [f" {word} " for word in (*_vocabulary().of, "preference")]


def names_register(plain: str) -> bool:
    """Whether the plain words of a clause name a register on which a person is.

    >>> [names_register(text) for text in ("on the mps and wants it respected", "cadastrada no nao me perturbe")]
    [True, True]
    >>> [names_register(text) for text in ("not on tps", "managed print mps contract", "robinson and sons")]
    [False, False, False]
    """
    if read_registers("", plain) not in {None, frozenset({"post"})}:  # it is understood
        return False
    return not says_unlisted([plain]) and _remarks().listed.search(plain) is not None


def says_unlisted(clauses: Sequence[str]) -> bool:
    """Whether the plain words of the clauses of a whole remark say only that a person is on no register.

    >>> says_unlisted(["checked nix", "free"]), says_unlisted(["not on tps", "do not mail"]), says_unlisted(["on tps"])
    (True, False, False)
    """
    known = _remarks()
    rest = [known.name.sub(" ", clause, count=1).split() for clause in clauses]
    named = [number for number, clause in enumerate(clauses) if known.name.search(clause)]
    if len(named) != 1:
        return False
    denied = [word for word in rest[named[0]] if word in known.denies]
    words = [word for clause in rest for word in clause if word not in known.neutral]
    return len(words) == 1 and (words == denied or words[0] in known.clear)


class _Remarks(NamedTuple):
    name: re.Pattern[str]
    listed: re.Pattern[str]
    denies: frozenset[str]
    clear: frozenset[str]
    neutral: frozenset[str]


@cache
def _remarks() -> _Remarks:
    table = read_table(__package__, "registers.toml")["remarks"]
    names, ambiguous, listed, between = (
        "|".join(sorted(map(plain_words, table[key]), key=len, reverse=True))
        for key in ("names", "ambiguous", "listed", "between")
    )
    is_listed = rf"\b(?:{names}|(?:{listed})(?: (?:{between}))* (?:{ambiguous})|(?:{ambiguous}) (?:{listed}))\b"
    sets = (frozenset(map(plain_words, table[key])) for key in _Remarks._fields[2:])
    return _Remarks(re.compile(rf"\b(?:{names}|{ambiguous})\b"), re.compile(is_listed), *sets)


class _Vocabulary(NamedTuple):
    of: dict[str, str]
    beside: frozenset[str]
    in_names: frozenset[str]
    yes: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    table = read_table(__package__, "registers.toml")
    of = {word: channel for channel, words in table["of"].items() for word in words}
    return _Vocabulary(of, *(frozenset(table["words"][key]) for key in _Vocabulary._fields[1:]))


def _words(text: str) -> frozenset[str]:
    """Return the plain words of a text, with the short names of services."""
    return frozenset(_SERVICES.sub(r"\1ps", plain_words(text)).split())
