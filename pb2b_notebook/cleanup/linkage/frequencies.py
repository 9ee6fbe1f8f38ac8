"""Features that follow from the other rows: how common a name is, and how many people share an address or a phone.

They make "same name" count less where the name is common, which is why a threshold means the same in a thousand rows
and in a million.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

FEW = 100
"""Least number of rows to estimate how common a name is. A smaller frame is treated as a sample of one of this size."""
_MANY = 8
"""Number of companies sharing a mail domain from which the domain counts as an email provider's."""
_KNOWN = 5
"""Least number of rows in which a given name must occur to count as a name and not as a typing error …"""
_COMMON = 1 / 4000
"""… and its least share of all rows, since a million rows contain the same typing error more often."""
_PRIOR = 1e-3
"""People added to each country, so that no country has none."""
_COUNTRIES = 16
"""Countries whose people are counted separately: the most common ones, and all others as one."""


def with_shared_domains(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with ``free`` also true for mail domains that people of many companies use."""
    import polars as pl

    both = table.filter((pl.col("mail_domain") != "") & (pl.col("company") != ""))
    companies = both.group_by("mail_domain").agg(n=pl.len(), companies=pl.col("company").n_unique())
    shared = companies.filter((pl.col("companies") >= _MANY) & (pl.col("companies") * 2 > pl.col("n")))["mail_domain"]
    return table.with_columns(free=pl.col("free") | pl.col("mail_domain").is_in(shared.implode()))


def with_frequencies(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with the number of rows that share the name, the company, the email and the phone."""
    import polars as pl

    def rows_with_same(*columns: str) -> pl.Expr:
        return pl.len().over(columns).cast(pl.Float32)

    with ThreadPoolExecutor() as pool:  # the namesakes take one core
        namesakes = pool.submit(_namesakes, table)
        counted = table.with_columns(
            common=(rows_with_same("first") >= max(_KNOWN, len(table) * _COMMON)) | (pl.col("formal_bits") != 0),
            colleagues=pl.max_horizontal(
                pl.when(pl.col("site") == "").then(1.0).otherwise(rows_with_same("site")),
                pl.when(pl.col("company") == "").then(1.0).otherwise(rows_with_same("company")),
            ).cast(pl.Float32),
            sharers=_people_sharing(table["mailbox_hash"], table["last"].hash(), table["local"] != ""),
            callers=_people_sharing(table["line"] % 100_000_000, table["name_hash"], table["phone"] != ""),
            exchange_firms=_people_sharing(
                table["line"] // 1000 % 1_000_000, table["site"].hash(), (table["phone"] != "") & (table["site"] != "")
            ),
        )
    return counted.with_columns(namesakes=namesakes.result())


def _namesakes(table: pl.DataFrame) -> pl.Series:
    """Return for each row the expected number of other rows that have its name by chance.

    It follows from how common the given and the family name are, counted in each country separately: names of one
    country meet far more often than their overall frequency suggests. The rows that do have the whole name are not
    counted, because they may be one person many times.
    """
    import numpy as np
    import polars as pl

    country = _country_numbers(table)
    people = np.bincount(country[country >= 0], minlength=_COUNTRIES) + _PRIOR
    share = (people / people.sum()).astype(np.float32)
    (first, given), (last, family) = (_rows_by_country(table[name], country, share) for name in ("first", "last"))
    expected = np.einsum("nl,nl->n", (given / (share * np.float32(max(FEW, len(table)))))[first], family[last])
    has_name = (table["first"] != "") | (table["last"] != "")
    return pl.Series(expected).zip_with(has_name, pl.Series([0.0], dtype=pl.Float32))


def _rows_by_country(names: pl.Series, country: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of each row's name, and the estimated number of rows of each name and country.

    Rows of unknown country are spread like the others. An initial may be any name that begins with it, and an empty
    name may be any name.
    """
    import numpy as np
    import polars as pl

    known = names.unique().sort()  # the sums then do not depend on the order of the rows
    number = names.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)
    has_country = country >= 0
    seen = np.bincount(number[has_country] * _COUNTRIES + country[has_country], minlength=len(known) * _COUNTRIES)
    seen = seen.reshape(-1, _COUNTRIES).astype(np.float32) + share
    rows = np.bincount(number, minlength=len(known)).astype(np.float32)
    found: np.ndarray = seen / seen.sum(axis=1, keepdims=True) * rows[:, None]
    initial = known.str.slice(0, 1)
    for letter in known.filter(known.str.contains("^[a-z]?$")):
        found[(known == letter).to_numpy()] = found[(initial == letter).to_numpy() | (letter == "")].sum(axis=0)
    return number, found


def _country_numbers(table: pl.DataFrame) -> np.ndarray:
    """Return a small number for the country of each row: its own, else that of its domain; -1 if neither is known."""
    import polars as pl

    country = (
        pl.when(pl.col("country") != "").then("country").otherwise(pl.col("site").str.extract(r"\.([a-z]{2})$", 1))
    )
    countries = table.select(country=country.replace("", None)).to_series()
    counts = countries.drop_nulls().value_counts().sort(["count", "country"], descending=[True, False])
    common = counts["country"].head(_COUNTRIES - 1)
    numbers = dict(zip(common, range(_COUNTRIES - 1), strict=False))
    found = countries.replace_strict(numbers, default=_COUNTRIES - 1, return_dtype=pl.Int16)
    return found.zip_with(countries.is_not_null(), pl.Series([-1], dtype=pl.Int16)).to_numpy()


def _people_sharing(shared: pl.Series, who: pl.Series, has_value: pl.Series) -> pl.Series:
    """Return for each row the number of different people who share its value."""
    import polars as pl

    both = pl.DataFrame({"shared": shared, "who": who})
    people = both.filter(has_value).unique().group_by("shared").agg(n=pl.len()).filter(pl.col("n") > 1)
    counted = both.select("shared").join(people, on="shared", how="left", maintain_order="left")["n"]
    return counted.fill_null(1).zip_with(has_value, pl.Series([1], dtype=pl.UInt32)).cast(pl.UInt32)
