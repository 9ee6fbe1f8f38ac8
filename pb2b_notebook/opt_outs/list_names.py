"""Recognize sheets and files of people who do not want to be contacted, by their names in any inflection. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.opt_outs.recognition import is_flag
from pb2b_notebook.opt_outs.vocabulary import is_without_spaces, plain_words, spellings
from pb2b_notebook.shipped_tables import read_table

_IN_ONE: Final = 6
"""Fewest letters of a beginning that may stand behind other letters: "Newsletterabmeldungen"."""
_AT_END: Final = 4
"""Fewest letters of a word that may stand behind others in one word: "Abmeldeformular"."""
_SUFFIX: Final = re.compile(r"\.\w{2,8}$")
_JOINED: Final = re.compile(r"[&+]")


def names_refusals(name: str) -> bool:
    """Return whether a sheet or a file of this name has people who do not want to be contacted, and no others.

    >>> [names_refusals(name) for name in ("Do not contact", "Opt-outs 2026", "Abmeldungen", "désinscrits.csv")]
    [True, True, True, True]
    >>> [names_refusals(name) for name in ("Contacts & opt-outs", "ohne Abmeldungen", "Opt-out rate", "Prioridad baja")]
    [False, False, False, False]
    """
    name = _SUFFIX.sub("", name)
    plain = plain_words(name)
    found = _stems().search(plain)
    before, after = (plain, "") if found is None else (plain[: found.start()], plain[found.end() :])
    if _JOINED.search(name) or not _words("joins").isdisjoint(f"{before} {after}".split()) or _is_of_things(after):
        return False
    return (
        is_flag(name)
        or _alone().fullmatch(plain) is not None
        or (found is not None and _words("denials").isdisjoint(before.split()))
    )


def _is_of_things(rest: str) -> bool:
    """Whether the rest of a word in which a beginning was found ends in one of another list: Abmelde|formular."""
    own = rest.partition(" ")[0]
    return any(own.endswith(each) for each in _words("joins") if len(each) >= _AT_END)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(spellings(read_table(__package__, "list_names.toml")[kind]))


@cache
def _stems() -> re.Pattern[str]:
    """Return the pattern of the beginnings of words, and of those that may stand behind other letters."""
    words = sorted(_words("stems"))
    inside = [each for each in words if len(each) >= _IN_ONE or is_without_spaces(each)]
    return re.compile(rf"\b(?:{'|'.join(words)})|{'|'.join(inside)}")


@cache
def _alone() -> re.Pattern[str]:
    """Return the pattern of names that have nothing but words of refusal and generic ones."""
    generic = rf"(?:{'|'.join(sorted(_words('generic'), reverse=True))})"
    alone = "|".join(each if is_without_spaces(each) else rf"{each}\w{{0,2}}" for each in sorted(_words("alone")))
    return re.compile(rf"(?:{generic}\s*)*(?:{alone})(?:\s*{generic})*")
