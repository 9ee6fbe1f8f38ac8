"""The rows of a frame as the context of their values: the country and the name of each row, and whole columns."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.cells import transform_distinct
from pb2b_notebook.cleanup.values.name_case import DOTLESS_COUNTRIES, writes_dotted_i
from pb2b_notebook.cleanup.values.names import NameContext
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
        frame: The open frame.
        columns: Column → lead field.
        country: Two-letter country code of rows without a country.
    """

    def __init__(self, frame: OpenFrame, columns: Mapping[str, LeadField], country: str | None = None) -> None:
        self._frame = frame
        self._columns = columns
        self._country = country
        self._texts: dict[str, Any] = {}

    def column(self, key: str) -> str | None:
        """Return the column of a built-in lead field; ``None`` if the frame lacks it."""
        return next((name for name, field in self._columns.items() if field.builtin and field.key == key), None)

    def field_values(self, field: LeadField) -> list[Any]:
        """Return all values of a lead field that are not blank."""
        column = next((name for name, other in self._columns.items() if other is field), None)
        return [] if column is None else [value for value in self._frame.values(column) if not is_blank(value)]

    def has_text(self, text: str, *, besides: LeadField) -> bool:
        """Return whether a cell of another lead field is this text."""
        columns = [name for name, field in self._columns.items() if field is not besides]
        return any(value == text for name in columns for value in self._frame.values(name))

    def texts(self, key: str) -> pl.Series:
        """Return the texts of a built-in lead field, null where a value is not text."""
        column = self.column(key)
        values = [] if column is None else self._frame.text_or_values(column)
        return transform_distinct(values, lambda text, _: text) if isinstance(values, list) else values

    def country(self, row: int) -> str | None:
        """Return the two-letter country code of a row, or the default country."""
        return self._codes[row]

    @cached_property
    def countries(self) -> pl.Series:
        """The two-letter country code of each row, or the default country."""
        import polars as pl

        column = self.column("country")
        if column is None:
            return pl.repeat(self._country, len(self._frame), dtype=pl.String, eager=True)
        codes = transform_distinct(self._frame.text_or_values(column), lambda value, _: country_code(value))
        return codes if self._country is None else codes.fill_null(self._country)

    def name_context(self, key: str, country: str | None, known: str | None = None) -> NameContext:
        """Return what the country and the name of a row, and the list, say about a value of a name field."""
        return NameContext(country, known, dotted=self.writes_dotted_i(key))

    @cache  # noqa: B019 - an object lives as long as one call of normalize
    def writes_dotted_i(self, key: str) -> bool | None:
        """Return whether a column writes the Turkish İ and I: where it does not, I may stand for both letters."""
        texts = self.texts(key)
        turkish = texts.str.contains("[ĞŞİƏ]") | self.countries.is_in(list(DOTLESS_COUNTRIES))
        return writes_dotted_i(texts.filter(turkish).drop_nulls().unique())

    def text(self, row: int, key: str) -> str | None:
        """Return the text of a row in the column of a built-in lead field; ``None`` if there is none."""
        if key not in self._texts:
            column = self.column(key)
            self._texts[key] = None if column is None else self._frame.text_or_values(column)
        values = self._texts[key]
        value = None if values is None else values[row]
        return value if isinstance(value, str) else None

    def name(self, row: int) -> str | None:
        """Return the given and family name of a row that has both."""
        if self._given_names is None or self._family_names is None:
            return None
        given, family = self._given_names[row], self._family_names[row]
        return f"{given} {family}" if isinstance(given, str) and isinstance(family, str) else None

    @cached_property
    def _codes(self) -> list[str | None]:
        return self.countries.to_list()

    @cached_property
    def _given_names(self) -> list[Any] | None:
        return self._values("first_name")

    @cached_property
    def _family_names(self) -> list[Any] | None:
        return self._values("last_name")

    def _values(self, key: str) -> list[Any] | None:
        column = self.column(key)
        return None if column is None else self._frame.values(column)
