"""Read that a clause says who left an employer, or died, by a verb in any form with a date or the employer beside it.

The verbs are in ``leavings.toml``. Each word of the clause belongs to the person, the verb, a time or the employer:
with any other word, such as a thing that ended, it says something else. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.slots import BESIDE, Clause, Slots
from pb2b_notebook.opt_outs.vocabulary import plain_lists
from pb2b_notebook.shipped_tables import read_table

_LONGEST: Final = 15
_GAP: Final = "…"
_TIMES: Final = frozenset({"time", "since", "ago", "day"})


def _one(of: str) -> str:
    """Return the pattern of a word that is one of these, which it matches in one way only."""
    return f"(?=[A-Z]*[{of}])[A-Z]+;"


_BESIDE: Final = f"(?:{_one('TB')}|{_one('A')}(?:{_one('B')})?(?:{_one('N')}{{1,3}}|{_one('F')}))*"
"""Times, adverbs, and employers with a preposition before them."""
_PERSON: Final = f"(?:{_one('S')}{_one('NX')}{{1,2}}|{_one('P')})?"
_LEAVES: Final = re.compile(f"{_BESIDE}{_PERSON}{_BESIDE}{_one('L')}{_BESIDE}")
_ENDS: Final = re.compile(f"{_BESIDE}{_PERSON}{_BESIDE}{_one('E')}{_BESIDE}")
_AWAY: Final = re.compile(f"{_BESIDE}{_PERSON}{_BESIDE}{_one('W')}{_BESIDE}")
_QUITS: Final = re.compile(
    f"{_BESIDE}{_PERSON}{_BESIDE}(?:{_one('Q')}(?:{_one('R')})?{_one('O')}{{1,2}}{_BESIDE}"
    f"|(?<!D;){_one('O')}{{1,2}}{_BESIDE}{_one('Q')})"  # "D" is the last letter of its word
)
_DIES: Final = re.compile(f"(?:{_one('TB')})*{_PERSON}(?:{_one('TB')})*{_one('K')}(?:{_one('TBC')})*")
_TIME: Final = re.compile(_one("T"))
_EMPLOYER: Final = re.compile(f"{_one('A')}(?:{_one('B')})?{_one('NF')}")
_HAS_PERSON: Final = re.compile(_one("S") + _one("NX"))


def tells_leaving(words: Sequence[str], clause: Clause, capitals: frozenset[str], towns: frozenset[str]) -> bool:
    """Return whether the words of a clause say that a person left an employer, or died.

    Args:
        words: The plain words of the clause.
        clause: What they do in its language.
        capitals: Words that begin with a capital letter.
        towns: Words that name towns, and not employers.
    """
    if len(words) != len(clause) or len(words) > _LONGEST:
        return False
    kinds = "".join(f"{kinds};" for kinds in _kinds(words, clause, capitals, towns))
    has_time = _TIME.search(kinds) is not None
    says_who = _HAS_PERSON.search(kinds) is not None or _EMPLOYER.search(kinds) is not None
    if says_who and any("since" in (slots or ()) for slots in clause) and _AWAY.fullmatch(kinds):
        return True
    verbs = (_LEAVES, _QUITS, _DIES, *([_ENDS] if says_who else []))
    return has_time and any(verb.fullmatch(kinds) for verb in verbs)


def _kinds(words: Sequence[str], clause: Clause, capitals: frozenset[str], towns: frozenset[str]) -> list[str]:
    """Return the letters of what each word may be; the words of a verb are one with that which stands first."""
    found = [_kinds_of(word, slots, capitals, towns) for word, slots in zip(words, clause, strict=True)]
    for letter, kind in (("L", "leaves"), ("E", "ends"), ("W", "away"), ("Q", "quits"), ("K", "dies")):
        for at in range(len(words)):
            for parts in _verbs(kind).get(words[at], ()):
                places = _places(parts, words, at)
                for place in places[1:]:
                    found[place] += "B"
                if places:
                    found[at] += letter
    return found


def _places(parts: Sequence[Sequence[str]], words: Sequence[str], at: int) -> list[int]:
    """Return the places of the words of a verb, which begins at a place, or nothing."""
    places = list[int]()
    for part in parts:
        starts = range(at, at + 1) if not places else range(places[-1] + 1, len(words))
        begin = next((each for each in starts if [*words[each : each + len(part)]] == [*part]), None)
        if begin is None:
            return []
        places += range(begin, begin + len(part))
    return places


def _kinds_of(word: str, slots: Slots | None, capitals: frozenset[str], towns: frozenset[str]) -> str:
    does = slots or frozenset()
    is_time = bool(does & _TIMES) or _has("times", word)
    is_thing = is_time or word in towns or _has("beside", word) or _has("absences", word) or _has("from", word)
    is_name = not is_thing and (slots is None or word in capitals)
    named = is_name and word in capitals and not _has("products", word) and (slots is None or "initials" in does)
    checks = (
        ("T", is_time), ("B", bool(does & BESIDE) or _has("beside", word)), ("A", _has("from", word)),
        ("F", bool(does & {"firm", "us"}) and not _has("from", word)),
        ("S", "title" in does), ("P", "person" in does), ("R", _has("articles", word)), ("C", _has("causes", word)),
        ("N", is_name and (word in capitals or not capitals)), ("X", slots is None or word in capitals), ("O", named),
        ("D", _has("before_things", word)),
    )  # fmt: skip
    return "".join(letter for letter, holds in checks if holds) or "Z"


def _has(kind: str, word: str) -> bool:
    return word in _words(kind)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for phrase in plain_lists(",".join(_table()[kind])) for word in phrase.split())


@cache
def _verbs(kind: str) -> dict[str, list[tuple[tuple[str, ...], ...]]]:
    """Return the parts of each verb by its first word."""
    found: dict[str, list[tuple[tuple[str, ...], ...]]] = {}
    for entry in ",".join(_table()[kind]).split(","):
        alternatives = [plain_lists(part) for part in entry.split(_GAP)]
        for spelling in range(max(map(len, alternatives))):
            parts = tuple(tuple(each[min(spelling, len(each) - 1)].split()) for each in alternatives)
            found.setdefault(parts[0][0], []).append(parts)
    return found


def _table() -> dict[str, list[str]]:
    return read_table(__package__, "leavings.toml")
