"""Salutations of a list: Frau Andrea Rossi is not Herr Andrea Rossi, however alike their rows are. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, Final

from pb2b_notebook.cleanup.values.honorifics import is_degree, is_title, title_words
from pb2b_notebook.intake.decisions import BY_CHOICE, Link, groups_of
from pb2b_notebook.intake.rule_links import LIKELY
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.naming import fold_name

SALUTATIONS: Final = frozenset(
    {"anrede", "salutation", "civilite", "civ", "tratamiento", "tratamento", "aanhef", "titolo", "appellativo"}
)
"""Folded names of columns of salutations."""
_OTHERS: Final = frozenset(
    {"titel", "title", "titre", "prefix", "geschlecht", "gender", "sex", "sexe", "sexo", "sesso"}
)
"""Those of columns that may have salutations or a gender, beside titles such as Dr."""
_MEN: Final = frozenset({
    "mr", "mister", "herr", "herrn", "monsieur", "senor", "señor", "signor", "dhr", "heer", "hr", "sig", "г-н",
    "господин", "male", "männlich", "homme", "hombre", "masculino", "maschio",
})  # fmt: skip
_WOMEN: Final = frozenset({
    "mrs", "ms", "miss", "frau", "fru", "frk", "frl", "fräulein", "madame", "mme", "mlle", "mademoiselle", "sra",
    "srta", "senora", "señora", "signora", "sig.ra", "mevr", "mevrouw", "mw", "pani", "paní", "пані", "bayan", "г-жа",
    "госпожа", "female", "weiblich", "femme", "mujer", "femenino", "feminino", "femmina",
})  # fmt: skip
_SIDES: Final = ("a man", "a woman")
_BOTH: Final = "one is addressed as a man and another one as a woman"
_MEN_ALONE: Final = _MEN | {"m", "sr", "pan", "bay"}
_WOMEN_ALONE: Final = _WOMEN | {"f", "w", "fr"}
"""With what is a name or an initial beside a name."""


def salutations(source: Any, columns: Mapping[str, str]) -> dict[int, str]:
    """Return rows → "a man" or "a woman", where the list says so in a salutation or before a name.

    >>> import pandas as pd
    >>> source = pd.DataFrame({"Anrede": ["Herr Dr.", "Frau", "Familie"], "Name": ["Rossi", "Rossi", "Mrs Ann Berg"]})
    >>> salutations(source, {"Name": "full_name"})
    {0: 'a man', 1: 'a woman', 2: 'a woman'}
    """
    found: dict[int, str] = {}
    for column in column_names(source):
        field = columns.get(column)
        if field in ("full_name", "first_name", "last_name"):
            read = _before_name
        elif (name := fold_name(column)) in SALUTATIONS | _OTHERS:
            read = _in_salutation if name in SALUTATIONS else _alone
        else:
            continue
        judge = cache(read)  # a list repeats its names and its salutations
        for row, cell in enumerate(cells_of(source, column)):
            if isinstance(cell, str) and (who := judge(cell)):
                found.setdefault(row, who)
    return found


def keep_apart(links: Sequence[Link], addressed: Mapping[int, str], sure: float) -> list[Link]:
    """Return links, in which no one is a man and a woman, also where a lead or another row is between them.

    The fewer ones wait: of as many, the later ones.

    Args:
        links: Links of rows.
        addressed: Result of :func:`salutations`.
        sure: Least probability of a link that is followed without a person's yes.

    >>> links = [Link(0, "lead_1", 0.99, "same name"), Link(1, "lead_1", 0.98, "same name")]
    >>> [link.probability for link in keep_apart(links, {0: "a man", 1: "a woman"}, 0.95)]
    [0.99, 0.5]
    """
    groups = groups_of((link.row, link.other) for link in links if link.probability >= sure and not link.cut)
    waits: set[int] = set()
    for group in {id(group): group for group in groups.values()}.values():
        sides = [[row for row in group if isinstance(row, int) and addressed.get(row) == who] for who in _SIDES]
        if all(sides):
            waits |= {*min(sides, key=lambda side: (len(side), -min(side)))}
    return [_without_certainty(link) if _is_between(link, waits) else link for link in links]


def _is_between(link: Link, waits: Collection[int]) -> bool:
    return (link.row in waits) is not (link.other in waits) and link.reasons != BY_CHOICE


def _without_certainty(link: Link) -> Link:
    return link._replace(probability=min(link.probability, LIKELY), reasons=f"{link.reasons}; but {_BOTH}")


def _alone(cell: str) -> str:
    """Return who a cell without a name addresses; there, Ing. is a degree."""
    words = _words(cell)
    known = _MEN_ALONE | _WOMEN_ALONE | title_words()
    return _who(words, _MEN_ALONE, _WOMEN_ALONE) if all(word in known or _is_title(word) for word in words) else ""


def _in_salutation(cell: str) -> str:
    """Return who a salutation addresses, whatever stands beside it: "Madame la Directrice"."""
    return _who(_words(cell), _MEN, _WOMEN) or _alone(cell)


def _before_name(cell: str) -> str:
    """Return who is addressed in front of a name, or behind a comma: "Egger, Frau Dr. Sascha"."""
    parts = [_words(part) for part in cell.split(",")]
    return _who([word for part in parts for word in takewhile(_may_be_title, part)], _MEN, _WOMEN)


def _words(cell: str) -> list[str]:
    return [word.strip(".,()*").lower() for word in cell.split()]


def _may_be_title(word: str) -> bool:
    return _is_title(word) or word in title_words()


def _is_title(word: str) -> bool:
    return is_title(word) or is_degree(word)


def _who(words: list[str], men: frozenset[str], women: frozenset[str]) -> str:
    is_man, is_woman = (not kind.isdisjoint(words) for kind in (men, women))
    return "" if is_man is is_woman else _SIDES[is_woman]
