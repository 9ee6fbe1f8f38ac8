"""Read that a relative of the person has died: "his father died", but not "his wife reports that he died". Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from pb2b_notebook.opt_outs.slots import Clause, read_clause

_DEATHS: Final = frozenset({"dead", "dies"})
_BEHIND: Final = 3
"""Words behind that of the death within which the relative stands."""


def tells_death_of_relative(plain: str) -> bool:
    """Return whether the plain words of a clause say so.

    >>> [tells_death_of_relative(clause) for clause in ("his father died", "zijn vader is overleden", "died in may")]
    [True, True, False]
    >>> [tells_death_of_relative(clause) for clause in ("his wife says he died", "verstorben frau fuhrt firma weiter")]
    [False, False]
    >>> [tells_death_of_relative(clause) for clause in ("zmarl jego ojciec", "verstorben sohn", "died wife")]
    [True, False, False]
    """
    return any(is_of_relative(clause) for clause in read_clause(plain))


def is_of_relative(clause: Clause) -> bool:
    """Return whether what the words of a clause do is that: nothing else about the relative follows the death.

    A relative right behind it, without "his", "the" or "to him", may be who reports it, or who is there now.
    """
    found = [slots or frozenset() for slots in clause]
    deaths = [place for place, slots in enumerate(found) if slots & _DEATHS]
    calls = any("kin" in one and other & {"verb", "done"} for one, other in pairwise(found))  # "wife called he died"
    if not deaths or calls or any("tell" in slots for slots in found):
        return False
    before, behind = found[: deaths[0]], found[deaths[-1] + 1 :]
    at = next((place for place, slots in enumerate(behind) if "kin" in slots), _BEHIND)
    owned = any(
        "whose" in slots for slots in (*found[: deaths[-1]], *behind[:1])
    )  # "umřela mu matka", "i-a murit mama"
    ends = all(slots & {"known", "time"} for slots in behind[at + 1 :])
    is_last = 0 <= at - (not owned) < _BEHIND - (not owned) and ends
    return is_last or any("kin" in slots for slots in before)
