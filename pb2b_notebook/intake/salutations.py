"""Salutations of a list: Frau Andrea Rossi is not Herr Andrea Rossi, however alike their rows are. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, Final

from pb2b_notebook.cleanup.values.honorifics import is_degree, is_title
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
    "mr", "mister", "herr", "herrn", "monsieur", "senor", "señor", "signor", "dhr", "heer", "г-н", "господин", "male",
    "männlich", "homme", "hombre", "masculino", "maschio",
})  # fmt: skip
_WOMEN: Final = frozenset({
    "mrs", "ms", "miss", "frau", "fru", "frk", "frl", "fräulein", "madame", "mme", "mlle", "mademoiselle", "sra",
    "srta", "senora", "señora", "signora", "sig.ra", "mevr", "mevrouw", "mw", "pani", "bayan", "г-жа", "госпожа",
    "female", "weiblich", "femme", "mujer", "femenino", "feminino", "femmina",
})  # fmt: skip
_MEN_ALONE: Final = _MEN | {"m", "hr", "sr", "sig", "pan", "bay"}
_WOMEN_ALONE: Final = _WOMEN | {"f", "w", "fr"}
"""With what is a name or an initial beside a name."""


def salutations(source: Any, columns: Mapping[str, str]) -> dict[int, str]:
    """Return rows → "a man" or "a woman", where the list says so in a salutation or before a name.

    Args:
        source: The list, as pandas or polars.
        columns: Column → lead field, for mapped columns.

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
        elif fold_name(column) in SALUTATIONS | _OTHERS:
            read = _alone
        else:
            continue
        for row, cell in enumerate(cells_of(source, column)):
            if isinstance(cell, str) and (who := read(cell)):
                found.setdefault(row, who)
    return found


def _alone(cell: str) -> str:
    words = _words(cell)
    known = _MEN_ALONE | _WOMEN_ALONE
    return _who(words, _MEN_ALONE, _WOMEN_ALONE) if all(word in known or _is_title(word) for word in words) else ""


def _before_name(cell: str) -> str:
    return _who([*takewhile(_is_title, _words(cell))], _MEN, _WOMEN)


def _words(cell: str) -> list[str]:
    return [word.rstrip(".,").lower() for word in cell.split()]


def _is_title(word: str) -> bool:
    return is_title(word) or is_degree(word)


def _who(words: list[str], men: frozenset[str], women: frozenset[str]) -> str:
    is_man, is_woman = (not kind.isdisjoint(words) for kind in (men, women))
    return "" if is_man is is_woman else "a man" if is_man else "a woman"
