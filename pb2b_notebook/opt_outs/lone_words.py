"""Read a word, or two, that stands alone under any header and says it of a person: "deceased", "slett meg". Pure.

Words that are also those of topics, goods or towns are left out (``lone_words.toml``): "Retraite", "verzogen", "Lahti".
"""

from __future__ import annotations

from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.departures import says_departure
from pb2b_notebook.opt_outs.recognition import is_flag, is_opted_out, plain_clauses
from pb2b_notebook.opt_outs.slots import find_statements, read_clause
from pb2b_notebook.opt_outs.vocabulary import spellings
from pb2b_notebook.shipped_tables import read_table

_MOST_WORDS: Final = 2
_SHORTEST: Final = 5
"""Letters of such a word in Latin script: shorter ones are abbreviations and names."""
_ASKS: Final = frozenset({"dont", "nosend"})


def says_alone(text: str) -> bool:
    """Return whether a text of one or two words says that a person refuses contact, left or died.

    >>> [says_alone(text) for text in ("deceased", "slett meg", "nekontaktovat", "уволился", "퇴사함")]
    [True, True, True, True, True]
    >>> [says_alone(text) for text in ("Retraite", "verzogen", "Latin", "Lahti", "Stop", "RIP", "no", "Robinson")]
    [False, False, False, False, False, False, False, False]
    """
    clauses = plain_clauses(text)
    if len(clauses) != 1 or not 0 < len(words := clauses[0].split()) <= _MOST_WORDS or clauses[0] in _topics():
        return False
    if len(words) > 1:
        return is_opted_out(text)
    [word] = words
    if word.isascii() and len(word) < _SHORTEST:
        return False
    asks = any(slots and slots & _ASKS for clause in read_clause(word) for slots in clause)
    left = any(kind == "gone" for kind, _, _ in find_statements(word))
    return asks or left or says_departure(word) or is_flag(text)


@cache
def _topics() -> frozenset[str]:
    return frozenset(spellings(read_table(__package__, "lone_words.toml")["topics"]))
