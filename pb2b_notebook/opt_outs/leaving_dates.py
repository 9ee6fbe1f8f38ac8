"""Recognize columns of when a person left a company or took a consent back. Pure.

The words of each language are in ``leaving_dates.toml``. Exits, departures and ends are also those of goods, trips and
contracts: such a word counts beside a date or a job, and with no other word.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, Literal

from pb2b_notebook.opt_outs.vocabulary import plain_words, spellings
from pb2b_notebook.shipped_tables import read_table

_KINDS: Final = {"leaving": "L", "maybe": "M", "end": "E", "job": "J", "dates": "D", "beside": "B"}
"""The letter for each kind of words."""
_SURELY: Final = re.compile("(?=.*L|.*E.*J|.*J.*E|.*M.*J|.*J.*M)[A-Z ]+")
_PERHAPS: Final = re.compile("(?=.*M.*D|.*D.*M)[A-Z ]+")


@lru_cache(maxsize=1024)
def names_leaving(name: str) -> Literal["surely", "perhaps"] | None:
    """Return whether a column of this name has when a person left, or whether it may be about goods or trips.

    >>> [names_leaving(name) for name in ("Austritt", "End of employment", "Slutdatum (anst.)", "Left company")]
    ['surely', 'surely', 'surely', 'surely']
    >>> [names_leaving(name) for name in ("Exit date", "Fecha de salida", "Abgangsdatum")]
    ['perhaps', 'perhaps', 'perhaps']
    >>> [names_leaving(name) for name in ("Exit", "End date", "Contract end", "Departure airport", "Left message on")]
    [None, None, None, None, None]
    """
    compound, of_job, words = _patterns()
    plain = of_job.sub(r"firma ende \1", compound.sub(r"\1 \2", plain_words(name)))
    kinds = words.sub(lambda found: found.lastgroup or "", plain)
    if _SURELY.fullmatch(kinds):
        return "surely"
    return "perhaps" if _PERHAPS.fullmatch(kinds) else None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of compounds of a leaving with a date, of a job with its end, and of all words by kinds."""
    table = read_table(__package__, "leaving_dates.toml")
    first, day, jobs, ends = (
        "|".join(sorted(spellings(table[key]), key=len, reverse=True)) for key in ("maybe", "day", "jobs", "ends")
    )
    words = [
        (plain, letter, r"\w*" if word.endswith("*") else "")
        for kind, letter in _KINDS.items()
        for word in table[kind]
        for plain in spellings([word])
    ]
    words.sort(key=lambda each: (-each[0].count(" "), bool(each[2]), -len(each[0])))
    kinds = {letter: [plain + more for plain, of, more in words if of == letter] for letter in _KINDS.values()}
    either = "|".join(f"(?P<{letter}>{'|'.join(listed)})" for letter, listed in kinds.items())
    of_job = rf"\b(?:{jobs})s?(?:{ends})s?({day})?\b"
    return re.compile(rf"\b({first})s?({day})\b"), re.compile(of_job), re.compile(rf"\b(?:{either})\b")
