"""From standardized rows to features of companies: equal rows as one, with all that pairs are compared by."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.columns.further_columns import with_rarities
from pb2b_notebook.cleanup.linkage.companies.standardization import related_forms
from pb2b_notebook.cleanup.linkage.names.folding import map_distinct
from pb2b_notebook.cleanup.linkage.names.romanization import romanized_company_names
from pb2b_notebook.cleanup.linkage.names.towns import english_town
from pb2b_notebook.cleanup.linkage.pairs.features import (
    ABBREVIATED,
    Features,
    distinct_contents,
    domain_features,
    hash_or_zero,
    letter_set,
    spelling_hash,
)
from pb2b_notebook.cleanup.linkage.tables.work_folder import IN_MEMORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.tables.work_folder import InMemory

_INITIALS: Final = 3
"""Least number of words whose initials stand for a name."""
_BEGINNING: Final = 3
"""Letters by which names behind one registration number are distinguished: typos further on make no other name."""
_ANY_LIST: Final = 200
"""Rows that a general word counts as having, in however small a list."""
_STREET_WORDS: Final = {
    "street": "st", "strasse": "str", "road": "rd", "avenue": "ave", "av": "ave", "avenida": "ave", "blv": "blvd",
    "boulevard": "blvd", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct", "square": "sq", "highway": "hwy",
    "parkway": "pkwy", "circle": "cir", "terrace": "ter", "platz": "pl", "rue": "r", "calle": "c", "plaza": "pl",
    "piazza": "pza", "saint": "st", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_NO_ROAD: Final = (
    "n", "s", "e", "w", "north", "south", "east", "west", "ne", "nw", "se", "sw", "suite", "ste", "floor", "fl", "no",
    "nr",
    "unit", "apt", "room", "rm", "bldg", "building", "at", "between", "near", "off",
)  # fmt: skip


def build_features(
    db: duckdb.DuckDBPyConnection,
    standardized: pl.DataFrame,
    *,
    new: pl.Series | None = None,
    kept_apart: Mapping[int, str] | None = None,
    columns: Sequence[FurtherColumn] = (),
    tables: InMemory = IN_MEMORY,
) -> Features:
    """Build the features of standardized rows of companies.

    Args:
        db: Database to compute in.
        standardized: Result of :func:`~.standardization.standardize`.
        new: Whether each row is new; by default all are.
        kept_apart: Row → its name, for rows that stay separate even if another row has the same content.
        columns: Further columns.
        tables: Where the tables are.
    """
    table, of_rows = distinct_contents(
        db, standardized, standardized.columns, new=new, kept_apart=kept_apart, tables=tables
    )
    # Which names have a romanized form depends on the names in other scripts in the list.
    romanized = romanized_company_names(table["company"])
    table = _with_frequencies(tables.map("own features", _with_own_features, table).with_columns(**romanized))
    return Features(with_rarities(table, columns, _names_sharing, ("name_hash",), tables), of_rows)


def _names_sharing(table: pl.DataFrame, shared: pl.Series, has_value: pl.Series) -> pl.Series:
    """Return for each row the number of different names among the rows that share its value."""
    import polars as pl

    names = table.select("name_hash", shared=shared, has=has_value)
    one = pl.lit(1, pl.UInt32)
    return names.select(pl.when("has").then(pl.col("name_hash").n_unique().over("shared")).otherwise(one)).to_series()


def _with_own_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with the features that follow from the row itself."""
    import polars as pl

    form, phone = pl.col("form"), pl.col("phone").cast(pl.Int64, strict=False)
    return pl.concat(
        [table.drop("company"), _name_features(table), domain_features(table), _address_features(table)],
        how="horizontal",
    ).with_columns(
        line=pl.when(pl.col("phone") == "").then(-1).otherwise(phone).fill_null(-1),
        mailbox_hash=hash_or_zero(pl.col("mailbox").hash(), pl.col("mailbox") != ""),
        form_bits=form.replace_strict(related_forms(), default=0, return_dtype=pl.Int64),
        places=pl.concat_str("city", english_town(pl.col("city")), "country", separator=" ").str.split(" "),
        city=english_town(pl.col("city")),
        own_city="city",
    ).drop("mailbox")  # fmt: skip


def _name_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the name with abbreviated words, its words, digits, initials, and how a domain would spell it."""
    import polars as pl

    name, whole = pl.col("company"), pl.col("value")
    short = whole.str.split(" ").list.eval(pl.element().replace(ABBREVIATED)).list.join(" ")
    initials = pl.col("whole").str.replace_all("([^ ])[^ ]* ?", "$1")
    return map_distinct(
        table["company"],
        {"whole": whole, "company": short},
        {
            "company": name,
            "words": name.str.split(" ").list.unique(maintain_order=True),
            "name_hash": hash_or_zero(name.str.replace_all(" ", "", literal=True).hash(), name != ""),
            "words_hash": hash_or_zero(name.str.split(" ").list.unique().list.sort().list.join(" ").hash(), name != ""),
            "letter_set": letter_set(name),
            "digits": name.str.replace_all("[^0-9]+", " ").str.strip_chars(" "),
            "name_spelled": spelling_hash(pl.col("whole")),
            "initials": pl.when(is_long_name(pl.col("whole"))).then(initials)
            .when(name.str.contains("^[^ ]{3,5}$")).then(name)
            .otherwise(pl.lit("")),
            "has_initials": is_long_name(pl.col("whole")),
        },
    )  # fmt: skip


def is_long_name(name: pl.Expr) -> pl.Expr:
    """Return whether a name is long enough that its initials may stand for it."""
    return name.str.count_matches(" ", literal=True) >= _INITIALS - 1


def _address_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the house number and the road of a street address."""
    import polars as pl

    street, words = pl.col("value"), pl.col("words")
    return map_distinct(
        table["street"],
        {"value": street, "words": street.str.split(" ").list.eval(pl.element().replace(_STREET_WORDS))},
        {
            "house": street.str.extract(r"(?:^| )([0-9]+)(?: |[a-z]|$)", 1).fill_null(""),
            "road": words.list.eval(
                pl.element().filter(~pl.element().str.contains("^[0-9]+[a-z]?$") & ~pl.element().is_in(_NO_ROAD))
            ).list.join(" "),
        },
    )


def _with_frequencies(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with how common words and names are, and how many names share a phone, domain or address."""
    import polars as pl

    words = table.select("i", "words").explode("words").filter(pl.col("words") != "")
    general = list(general_words())
    counts = (
        words.group_by("words").len("rows")
        .with_columns(rows=pl.when(pl.col("words").is_in(general)).then(pl.col("rows") + _ANY_LIST).otherwise("rows"))
    )  # fmt: skip
    ranked = (
        words.join(counts, on="words").sort("rows", "words")
        .group_by("i", maintain_order=True)
        .agg(pl.col("words").first().alias("rare"), pl.col("words").get(1, null_on_oob=True).alias("second"),
             pl.col("rows").first().alias("rare_rows"))
    )  # fmt: skip
    town, site = pl.when(pl.col("city") != "").then("city").otherwise("postcode"), pl.col("site")

    def names_sharing(*columns: str) -> pl.Expr:
        return pl.col("name_hash").n_unique().over(columns).cast(pl.UInt32)

    return (
        table.join(ranked, on="i", how="left", maintain_order="left")
        .with_columns(pl.col("rare", "second").fill_null(""), pl.col("rare_rows").fill_null(0).cast(pl.UInt32))
        .with_columns(
            callers=names_sharing("line"),
            writers=names_sharing("mailbox_hash"),
            **{
                f"{number}_holders": pl.col("company").str.head(_BEGINNING).n_unique().over(number).cast(pl.UInt32)
                for number in ("registration", "vat")
            },
            city_rows=pl.len().over("city").cast(pl.UInt32),
            owners=names_sharing("site"),
            tenants=names_sharing("house", "road", "city", "postcode"),
            # A name that has many domains is of many companies, as one in many towns is.
            towns=pl.max_horizontal(
                town.n_unique().over("name_hash"), site.filter(site != "").n_unique().over("name_hash")
            ).cast(pl.UInt32),
        )
    )


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def group_words() -> frozenset[str]:
    """Return the words for a company as a whole: group, holding, international."""
    return frozenset(_words()["group"])


def part_words() -> frozenset[str]:
    """Return the words for a department, a branch or a subsidiary, as names are compared: abbreviated."""
    return frozenset(ABBREVIATED.get(word, word) for word in _words()["part"])


def general_words() -> frozenset[str]:
    """Return the words that thousands of companies have in their names."""
    return frozenset(_words()["general"]) | group_words()
