"""Features that follow from the other rows: how common a name is, and how many people share an address or a phone.

They make "same name" count less where the name is common, which is why a threshold means the same in a thousand rows
and in a million.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook import threads
from pb2b_notebook.cleanup.linkage.clustering import components

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
_SIMILAR, _SIMILAR_GIVEN = 0.9, 0.82
"""Least Jaro-Winkler similarity of two spellings of a family name, and of a given name of which not both are known."""
_PART = 3
"""Letters of a family name that are too few to be recognized as a part of another."""
_OF_ONE_NAME = 2
"""Most rows of one whole name that count for how common its parts are: more of them may be one person many times."""
_FEW_NAMES = 12
"""Most spellings of names behind one address that are compared; more of them count as they are."""
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

    with threads.executor(rows=len(table)) as pool:  # the namesakes take one core
        namesakes = pool.submit(_namesakes, table)
        counted = table.with_columns(
            common=(rows_with_same("first") >= max(_KNOWN, len(table) * _COMMON)) | (pl.col("formal_bits") != 0),
            first_rows=rows_with_same("first"),
            last_rows=rows_with_same("last"),
            colleagues=pl.max_horizontal(
                pl.when(pl.col("site") == "").then(1.0).otherwise(rows_with_same("site")),
                pl.when(pl.col("company") == "").then(1.0).otherwise(rows_with_same("company")),
            ).cast(pl.Float32),
            fitting=_fitting_names(table),
            exchange_firms=_people_sharing(
                table["line"] // 1000 % 1_000_000, table["site"].hash(), (table["phone"] != "") & (table["site"] != "")
            ),
        )
        line = counted["line"] % 100_000_000
        counted = counted.with_columns(
            sharers=names_sharing(counted, counted["mailbox_hash"], counted["mailbox_hash"] != 0),
            callers=names_sharing(counted, line, counted["line"] != -1),
            owners=names_sharing(counted, counted["profile_hash"], counted["profile_hash"] != 0),
        )
    return counted.with_columns(namesakes=namesakes.result())


def _fitting_names(table: pl.DataFrame) -> pl.Series:
    """Return for each row how many given names at its company an initial with its family name may stand for."""
    import polars as pl

    key = ("company", "last", "initial")
    some = table.select("company", "last", "first", "spelt", initial=pl.col("first").str.head(1))
    initials = some.filter(pl.col("first").str.len_chars() == 1, pl.col("company") != "", pl.col("last") != "")
    counted = (
        some.join(initials.select(key).unique(), on=key, how="semi")
        .filter(pl.col("first").str.len_chars() > 1)
        .group_by(key)
        .agg(fitting=pl.col("spelt").n_unique())
    )
    found = some.join(counted, on=key, how="left", maintain_order="left")["fitting"]
    return found.fill_null(1).cast(pl.UInt32)


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
    whole = pl.Series("name", first * len(family) + last).to_frame().select(pl.len().over("name")).to_series()
    again = np.maximum(whole.to_numpy().astype(np.int64) - _OF_ONE_NAME, 0)
    for parts in (first, last):
        expected *= 1 - again / np.bincount(parts)[parts]
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


def names_sharing(table: pl.DataFrame, shared: pl.Series, has_value: pl.Series) -> pl.Series:
    """Return for each row the number of different names among the rows that share its value.

    A typo, a nickname, an initial, a part of a name or the name in another script is not a different name.
    """
    import numpy as np
    import polars as pl

    of_scripts = ("script", "sounds_hash")
    named = has_value & ((pl.col("first") != "") | (pl.col("last") != ""))
    names = table.select("first", "last", "formals", "common", "name_hash", *of_scripts, shared=shared).filter(named)
    names = names.filter(pl.col("shared").is_duplicated()).unique()
    names = names.with_columns(n=pl.len().over("shared")).filter(pl.col("n") > 1)
    if names.is_empty():
        return pl.repeat(1, len(table), dtype=pl.UInt32, eager=True)
    many = pl.col("n") > _FEW_NAMES
    few = names.filter(~many).sort("shared", "first", "last").with_row_index("i")
    sides = [few.rename({name: f"{name}_{side}" for name in few.columns if name != "shared"}) for side in "ab"]
    pairs = sides[0].join(sides[1], on="shared").filter(pl.col("i_a") < pl.col("i_b"))
    alike = pairs.filter(_one_name(pairs)).select("i_a", "i_b")
    # A part of a name fits several names: it is not counted, and joins no two of them.
    whole = (few["first"].str.len_chars() > 1) & (few["last"].str.len_chars() > 1)
    whole_a, whole_b = whole.gather(alike["i_a"]), whole.gather(alike["i_b"])
    parts = pl.concat([alike["i_a"].filter(~whole_a & whole_b), alike["i_b"].filter(whole_a & ~whole_b)])
    kept = np.ones(len(few), dtype=bool)
    kept[parts.to_numpy()] = False
    a, b = (alike.filter(whole_a == whole_b)[name].to_numpy() for name in ("i_a", "i_b"))
    counted = few.with_columns(name=pl.Series(components(len(few), a, b)), kept=pl.Series(kept)).group_by("shared").agg(
        n=pl.col("name").filter("kept").n_unique()
    )  # fmt: skip
    large = names.filter(many).group_by("shared").agg(n=pl.len())
    found = pl.concat([counted, large]).cast({"n": pl.UInt32})
    numbers = shared.alias("shared").to_frame().join(found, on="shared", how="left", maintain_order="left")["n"]
    return numbers.fill_null(1).zip_with(has_value, pl.Series([1], dtype=pl.UInt32))


def _one_name(pairs: pl.DataFrame) -> pl.Series:
    """Return for pairs of names (columns with ``_a`` and ``_b``) whether both may be one person's name."""
    import numpy as np
    import polars as pl
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    def likeness(one: str, other: str) -> pl.Series:
        found = cpdist(pairs[one].to_list(), pairs[other].to_list(), scorer=JaroWinkler.similarity)
        return pl.Series(np.asarray(found, dtype=np.float32))

    def fits(name: str) -> pl.Expr:
        a, b = pl.col(f"{name}_a"), pl.col(f"{name}_b")
        shorter = pl.min_horizontal(a.str.len_chars(), b.str.len_chars())
        return (a == b) | (shorter == 0) | ((shorter == 1) & (a.str.head(1) == b.str.head(1))) | (
            (shorter > 2) & (a.str.starts_with(b) | b.str.starts_with(a))  # noqa: PLR2004 - letters
        )  # fmt: skip

    formals = [pl.col(f"formals_{side}").str.split(" ") for side in "ab"]
    nicknames = formals[0].list.set_intersection(formals[1]).list.len().fill_null(0) > 0
    typed = ~(pl.col("common_a") & pl.col("common_b"))
    first = fits("first") | nicknames | (typed & (likeness("first_a", "first_b") >= _SIMILAR_GIVEN))
    last_a, last_b = pl.col("last_a"), pl.col("last_b")
    whole = (last_a.str.len_chars() > _PART) & (last_b.str.len_chars() > _PART)
    last = fits("last") | (whole & (last_a.str.ends_with(last_b) | last_b.str.ends_with(last_a)))
    last |= likeness("last_a", "last_b") >= _SIMILAR
    swapped = (likeness("first_a", "last_b") >= _SIMILAR) & (likeness("last_a", "first_b") >= _SIMILAR)
    alone = ((last_a == "") & (pl.col("first_a") == last_b)) | ((last_b == "") & (pl.col("first_b") == last_a))
    romanized = (pl.col("script_a") != pl.col("script_b")) & (pl.col("sounds_hash_a") != 0)
    romanized &= pl.col("sounds_hash_a") == pl.col("sounds_hash_b")
    same = pl.col("name_hash_a") == pl.col("name_hash_b")  # 田中太郎 has no space where 田中 太郎 has one
    return pairs.select((first & last) | swapped | alone | romanized | same).to_series()
