"""The rows of a frame as the context of their values: the country and the name of each row, and the whole list.

What the list says is read from :class:`ListFacts`: distinct texts and how often they occur. They can be counted in
parts of the list and added, so that a part is rewritten as it would be within the whole.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.cells import parts_after_at, transform_distinct
from pb2b_notebook.cleanup.values.companies import LONG_WORD, case_of_list
from pb2b_notebook.cleanup.values.dates import clear_date
from pb2b_notebook.cleanup.values.name_case import DOTLESS_COUNTRIES, writes_dotted_i
from pb2b_notebook.cleanup.values.names import NameContext
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.cleanup.values.text import tidy_text
from pb2b_notebook.mapping.cells.countries import country_code
from pb2b_notebook.mapping.suggestions.recognition import SAMPLE
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.mapping.lead_fields import LeadField

NA: Final = "NA"
_CASED: Final = ("full_name", "first_name", "last_name", "company_name")
OF_SUGGESTIONS: Final = ("company case", "dotted company_name", "domains email")
"""Facts that decide about suggestions: those of the list after it was rewritten."""


class ListFacts:
    """What a list says about its values.

    Args:
        texts_of: Function of the name of a fact that returns its distinct texts, ``value``, and ``rows``, their number.
        company_case: The case in which a longer list writes company names, of which this one is a part.
    """

    def __init__(self, texts_of: Callable[[str], pl.DataFrame], company_case: str | None = None) -> None:
        self._texts_of = texts_of
        self._company_case = company_case
        self._dotted: dict[str, bool | None] = {}

    @classmethod
    def of_parts(cls, counted: pl.DataFrame) -> ListFacts:
        """Return the facts of a list.

        Args:
            counted: Results of :meth:`RowContext.count_facts` for all parts of the list, or their sum.
        """
        import polars as pl

        whole = counted.group_by("fact", "value").agg(pl.col("rows").sum())
        return cls(lambda fact: whole.filter(pl.col("fact") == fact).drop("fact"))

    def counts(self, fact: str) -> pl.DataFrame:
        """Return the distinct texts of a fact in no particular order, and the number of rows of each."""
        return self._texts_of(fact)

    def writes_dotted_i(self, key: str) -> bool | None:
        """Return whether a column writes the Turkish İ and I: where it does not, I may stand for both letters."""
        if key not in self._dotted:
            self._dotted[key] = writes_dotted_i(self.counts(f"dotted {key}")["value"])
        return self._dotted[key]

    @cached_property
    def company_case(self) -> str:
        """The case in which the list writes company names; see :func:`case_of_list`."""
        known = self._company_case
        return case_of_list(self.counts("company case")["value"]) if known is None else known

    def unclear_dates(self, field: LeadField) -> list[str]:
        """Return a sample of the dates of the list that have more than one reading, spread over all in order."""
        import polars as pl

        counted = self.counts(f"dates {field.column}").sort("value")
        ends = counted["rows"].cum_sum()
        total = ends[-1] if len(ends) else 0
        places = pl.Series(range(0, total, max(1, -(-total // SAMPLE))), dtype=pl.Int64)
        found: list[str] = counted["value"].gather(ends.search_sorted(places, side="right")).to_list()
        return found

    @cached_property
    def has_one_company_na(self) -> bool:
        """Whether a company name NA is the only NA of the list."""
        own, other = (self.counts(f"{what} {NA}")["rows"].sum() for what in ("own", "other"))
        return own == 1 and not other


class RowContext:
    """The rows of a frame, read by lead field.

    Args:
        frame: The open frame.
        columns: Column → lead field.
        country: Two-letter country code of rows without a country.
        facts: What the whole list says; by default this frame is the list.
        company_case: The case in which a longer list writes company names, of which this frame is a part.
    """

    def __init__(
        self,
        frame: OpenFrame,
        columns: Mapping[str, LeadField],
        country: str | None = None,
        facts: ListFacts | None = None,
        company_case: str | None = None,
    ) -> None:
        self._frame = frame
        self._columns = columns
        self._country = country
        self.facts = facts or ListFacts(self._texts_of, company_case)
        self._values: dict[str, Any] = {}

    def column(self, key: str) -> str | None:
        """Return the column of a built-in lead field; ``None`` if the frame lacks it."""
        return next((name for name, field in self._columns.items() if field.builtin and field.key == key), None)

    def texts(self, key: str) -> pl.Series:
        """Return the texts of a built-in lead field, null where a value is not text."""
        return self._column_texts(self.column(key))

    def _column_texts(self, column: str | None) -> pl.Series:
        values = [] if column is None else self._frame.text_or_values(column)
        return transform_distinct(values, lambda text, _: text) if isinstance(values, list) else values

    def country(self, row: int) -> str | None:
        """Return the two-letter country code of a row, or the default country if it has none."""
        code: str | None = self.countries[row]
        return code

    @cached_property
    def countries(self) -> pl.Series:
        """The two-letter country code of each row, or the default country; null if its country is not understood."""
        import polars as pl

        column = self.column("country")
        if column is None:
            return pl.repeat(self._country, len(self._frame), dtype=pl.String, eager=True)
        values = self._frame.text_or_values(column)
        codes = transform_distinct(values, lambda value, _: country_code(value))
        if self._country is None:
            return codes
        named = transform_distinct(values, lambda value, _: None if is_blank(value) or is_placeholder(value) else value)
        return codes.zip_with(codes.is_not_null() | named.is_not_null(), pl.Series([self._country]))

    def name_context(self, key: str, country: str | None, known: str | None = None) -> NameContext:
        """Return what the country and the name of a row, and the list, say about a value of a name field."""
        return NameContext(country, known, dotted=self.facts.writes_dotted_i(key))

    # --- what the list says -----------------------------------------------------------------------------------------

    def count_facts(self, names: Iterable[str] = ()) -> pl.DataFrame:
        """Return facts of this frame as text: ``fact``, ``value`` and ``rows``, their number.

        Args:
            names: Names of facts; by default those that decide how values are rewritten.
        """
        import polars as pl

        facts = ["company case", *(f"dotted {key}" for key in _CASED), f"own {NA}", f"other {NA}"]
        facts += [f"dates {field.column}" for field in self._columns.values() if field.type in {"date", "datetime"}]
        counted = [self._texts_of(fact).select(pl.lit(fact).alias("fact"), "value", "rows") for fact in names or facts]
        return pl.concat(counted)

    def _texts_of(self, fact: str) -> pl.DataFrame:
        """Return the distinct texts of a fact in this frame, and the number of rows of each."""
        import polars as pl

        what, _, key = fact.partition(" ")
        texts = self.texts("company_name" if what in {"company", "own"} else key)
        if what == "company":
            texts = texts.filter(texts.str.contains(LONG_WORD).fill_null(value=False))
        elif what == "dotted":
            if self.column(key) is not None:
                turkish = texts.str.contains("[ĞŞİƏ]") | self.countries.is_in(list(DOTLESS_COUNTRIES))
                texts = texts.filter(turkish.fill_null(value=False))
        elif what == "domains":
            texts = parts_after_at(texts, whole=False)
        elif what == "dates":
            column = next(name for name, field in self._columns.items() if field.column == key)
            texts = self._column_texts(column)
        elif what == "own":
            texts = texts.filter((texts.str.strip_chars() == NA).fill_null(value=False))
        else:
            others = [self._column_texts(name) for name in self._columns if name != self.column("company_name")]
            texts = pl.concat([pl.Series([], dtype=pl.String), *(other.filter(other == NA) for other in others)])
        found = texts.drop_nulls().alias("value").value_counts(name="rows").with_columns(pl.col("rows").cast(pl.Int64))
        if what != "dates":
            return found
        unclear = [not is_blank(text) and clear_date(text) is None for text in found["value"]]
        return found.filter(pl.Series(unclear, dtype=pl.Boolean))

    def text(self, row: int, key: str) -> str | None:
        """Return the text of a row in the column of a built-in lead field; ``None`` if there is none."""
        if key not in self._values:
            column = self.column(key)
            self._values[key] = None if column is None else self._frame.text_or_values(column)
        values = self._values[key]
        value = None if values is None else values[row]
        return value if isinstance(value, str) else None

    def name(self, row: int) -> str | None:
        """Return the given and family name of a row that has both."""
        given, family = self.text(row, "first_name"), self.text(row, "last_name")
        return None if given is None or family is None else tidy_text(f"{given} {family}").value
