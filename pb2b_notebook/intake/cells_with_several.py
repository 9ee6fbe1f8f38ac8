"""Cells with several phones or email addresses, as card scanners and colleagues write them: the first one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.cleanup.values.honorifics import names_several
from pb2b_notebook.cleanup.values.several_people import is_of_several
from pb2b_notebook.cleanup.values.several_phones import split_phones
from pb2b_notebook.intake.second_columns import Taken
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.vocabulary import qualifiers

RULE: Final = "first of several"
"""Rule of a value that is one of several in a cell, in the changes."""
_KIND: Final = "kind of phone"
"""Rule of the only phone of a cell, of which its kind is left out."""
_OF_SEVERAL: Final = "has several values beside the names of several people: write one person a row"
REASON: Final = "another one of the cell was used"

_LONGEST: Final = 2_000
"""Longest cell whose addresses are taken; the time grows with the square of the length."""
_PART: Final = r"[^\s,;:|/<>()\[\]\"]"
EMAIL: Final = re.compile(rf"(?<!{_PART}){_PART}+@{_PART}+\.{_PART}+")
"""It is looked for at the start of each word only: from each letter of a long one it took quadratic time."""


def rows_addressed_as_several(source: Any, mapping: Mapping) -> list[int]:
    """Return the rows that a column of salutations addresses as a couple or a family: "Mr & Mrs" beside one name.

    "Herr/Frau" says that it is not known who the person is.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Anrede": ["Herr und Frau", "Frau Dr.", "Herr/Frau", "Familie"], "Name": ["Berg"] * 4})
    >>> rows_addressed_as_several(people, Mapping({"Name": "full_name"}))
    [0, 3]
    """
    known = qualifiers("salutation") | {"prefix", "nameprefix", "titleprefix", "civ"}
    columns = [column for column in column_names(source) if column not in mapping.columns]
    cells = [
        (row, cell)
        for column in columns
        if fold_name(str(column)) in known
        for row, cell in enumerate(cells_of(source, column))
    ]
    given = {cell for _, cell in cells if isinstance(cell, str) and "/" not in cell and len(cell) <= _LONGEST}
    several = {cell for cell in given if names_several(f"{cell} Berg")}
    return [row for row, cell in cells if isinstance(cell, str) and cell in several]


def use_first_values(readings: Sequence[Reading]) -> tuple[list[Taken], list[tuple[Any, ...]]]:
    """Keep one phone and one email address of each cell; a person's own address goes before one such as info@.

    A cell beside the names of several people stays as it is: whose address is it?

    Args:
        readings: Readings of the mapped columns, which are changed.

    Returns:
        The values that were taken, and the rest of their cells, to be set aside.
    """
    names = {one.field.key: one.values for one in readings if one.field.key in {"full_name", "first_name"}}
    taken: list[Taken] = []
    rest: list[tuple[Any, ...]] = []
    for reading in readings:
        split = _SPLIT.get(reading.field.key)
        if split is None or not reading.field.builtin:
            continue
        for row, value in enumerate(reading.values):
            cell = reading.raw.get(row, value)
            found = split(cell) if isinstance(cell, str) else []
            if not found:
                continue
            if any(is_of_several(str(of[row] or ""), given=key == "first_name") for key, of in names.items()):
                if len(found) > 1 and row in reading.reasons:
                    reading.reasons[row] = _OF_SEVERAL
                continue
            reading.raw.pop(row, None)
            reading.reasons.pop(row, None)
            reading.values[row] = found[0]
            rule = _KIND if len(found) == 1 and _digits(cell) == _digits(found[0]) else RULE
            taken.append(Taken(row, reading.field.column, str(reading.column), cell, found[0], rule))
            rest += [(row, reading.column, reading.field.column, other, REASON) for other in found[1:]]
    return taken, rest


def _emails(cell: str) -> list[str]:
    """Return the different addresses of a cell, those of roles last.

    >>> _emails("info@nord.example; ada@nord.example")
    ['ada@nord.example', 'info@nord.example']
    """
    several = cell.count("@") > 1 and len(cell) <= _LONGEST
    found = {address.casefold(): address.strip(".'") for address in EMAIL.findall(cell)} if several else {}
    return sorted(found.values(), key=lambda address: is_role(address.partition("@")[0]))


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


_SPLIT: Final[dict[str, Callable[[str], list[str]]]] = {"email": _emails, "phone": split_phones}
"""Field → what splits its cells."""
