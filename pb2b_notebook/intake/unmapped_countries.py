"""Countries in a column that is not mapped: their rows do not get the country of rows without one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pb2b_notebook.cleanup.options import country_of
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.cells.countries import country_code
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.suggestions.headers import named_field

NOT_MAPPED: Final = (
    "its column is not mapped to country, so that the row gets no other one; the converters country and"
    " country:vehicle read countries"
)
_CLEAR: Final = 0.85
"""Least confidence in what a name says: one with an unknown word may be the country of something else."""


def unmapped_countries(source: Any, mapping: ColumnMapping) -> dict[int, tuple[str, str]]:
    """Return row → column and cell, for rows with a country in a column that is neither mapped nor left out on purpose.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["ada@nord.example", "bo@nord.example"], "Pays": ["A", None]})
    >>> unmapped_countries(people, ColumnMapping({"E-Mail": "email"}))
    {0: ('Pays', 'A')}
    """
    if "country" in mapping.columns.values():
        return {}
    others = [column for column in column_names(source) if column not in {*mapping.columns, *mapping.ignored}]
    found: dict[int, tuple[str, str]] = {}
    for column in others:
        key, confidence = named_field(column)
        if key == "country" and confidence >= _CLEAR:
            for row, cell in enumerate(cells_of(source, column)):
                if isinstance(cell, str) and any(map(str.isalpha, cell)) and not is_placeholder(cell):
                    found.setdefault(row, (column, cell.strip()))
    return found


def other_countries(unmapped: Mapping[int, tuple[str, str]], country: str | None) -> dict[int, tuple[str, str]]:
    """Return those of the rows that are not surely in the country of rows without one."""
    code = country_of(country)
    return {row: found for row, found in unmapped.items() if code is not None and country_code(found[1]) != code}


def with_countries(frame: pl.DataFrame, others: Mapping[int, tuple[str, str]]) -> pl.DataFrame:
    """Return the values with the countries as a column, by which phones are read."""
    countries = {row: country_code(text) or text for row, (_, text) in others.items()}
    column = pl.Series("country", [countries.get(row) for row in range(frame.height)], dtype=pl.String)
    return frame.with_columns(column)
