"""What the values of a column are read by: the country and the name of their rows, and the column as a whole."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.cells import transform_distinct
from pb2b_notebook.mapping.countries import country_code
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.mapping.lead_fields import LeadField


class RowContext:
    """The rows of a frame, read by lead field.

    Args:
        frame: the frame as it is now.
        columns: column → lead field.
        country: of rows that name none.
    """

    def __init__(self, frame: OpenFrame, columns: Mapping[str, LeadField], country: str | None = None) -> None:
        self._frame = frame
        self._columns = columns
        self._country = country

    def column(self, key: str) -> str | None:
        """The column of a built-in lead field; ``None`` if there is none."""
        return next((name for name, one in self._columns.items() if one.builtin and one.key == key), None)

    def texts(self, field: LeadField) -> list[Any]:
        """All values of a field that say something."""
        column = next((name for name, one in self._columns.items() if one is field), None)
        return [] if column is None else [value for value in self._frame.values(column) if not is_blank(value)]

    def country(self, row: int) -> str | None:
        """The two-letter code of a row's country, or the one that was given for all."""
        return self._codes[row]

    @cached_property
    def countries(self) -> pl.Series:
        """The two-letter code of each row's country, or the one that was given for all."""
        import polars as pl

        column = self.column("country")
        if column is None:
            return pl.repeat(self._country, len(self._frame), dtype=pl.String, eager=True)
        codes = transform_distinct(self._frame.text_or_values(column), lambda value, _: country_code(value))
        return codes if self._country is None else codes.fill_null(self._country)

    def name(self, row: int) -> str | None:
        """The given and family name of a row that has both."""
        if self._givens is None or self._families is None:
            return None
        given, family = self._givens[row], self._families[row]
        return f"{given} {family}" if isinstance(given, str) and isinstance(family, str) else None

    @cached_property
    def _codes(self) -> list[str | None]:
        return self.countries.to_list()

    @cached_property
    def _givens(self) -> list[Any] | None:
        return self._values("first_name")

    @cached_property
    def _families(self) -> list[Any] | None:
        return self._values("last_name")

    def _values(self, key: str) -> list[Any] | None:
        column = self.column(key)
        return None if column is None else self._frame.values(column)
