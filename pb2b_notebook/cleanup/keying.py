"""From prepared rows to the table ``keys``: equal rows as one, in an order of their own, with what each key weighs.

The order follows an MD5 of the content. Nothing after this sees the order of the frame, and so no result depends on it.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.preparing import nicknames, on_distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import polars as pl

_MANY = 8
"""Companies whose people share a mail domain, from which on it is nobody's own."""
_SHORT = 5
"""Letters of the local part of an address that many may have by chance."""
_ONLY_SAME = ("profile", "city", "country")
_SECOND_LEVEL = r"^(?:.*\.)?([^.]+)\.(?:(?:co|com|org|net|ac|gov|edu|or|ne)\.)?[^.]+$"


def build(
    db: duckdb.DuckDBPyConnection,
    prepared: pl.DataFrame,
    *,
    new: pl.Series | None = None,
    kept_apart: Sequence[int] = (),
) -> None:
    """Make the tables ``keys`` (one row a distinct content, ``i`` from 0) and ``rows`` (``row`` of the frame → ``i``).

    Args:
        db: an empty in-memory database.
        prepared: of :func:`~pb2b_notebook.cleanup.preparing.prepared`.
        new: which rows are new; all, if it is not given.
        kept_apart: rows that stay their own even if another says the same.
    """
    import polars as pl

    alone = dict(zip(kept_apart, map(str, kept_apart), strict=True))
    source = prepared.with_row_index("row").with_columns(
        is_new=pl.lit(True) if new is None else new,
        alone=pl.col("row").cast(pl.Int64).replace_strict(alone, default="", return_dtype=pl.String),
    )
    distinct = _distinct(db, source, [name for name in prepared.columns if name not in {"free", "role"}])
    keys = _weighed(_spelled(_with_providers(distinct)))
    db.register("made", keys.drop(*_ONLY_SAME, "name", "skeleton", "letters", "domain").to_arrow())
    db.execute("CREATE TEMP TABLE keys AS SELECT * FROM made")
    db.unregister("made")


def _distinct(db: duckdb.DuckDBPyConnection, source: pl.DataFrame, said: list[str]) -> pl.DataFrame:
    """One row for each content, numbered in the order of their MD5; fills the table ``rows``."""
    import polars as pl

    db.register("source", source.select(*said, "row", "is_new", "alone").to_arrow())
    names = ", ".join(f'"{name}"' for name in said)
    db.execute(
        f"""CREATE TEMP TABLE contents AS
        SELECT row, is_new, md5_number(concat_ws(chr(31), {names}, alone)) AS content FROM source"""
    )
    db.unregister("source")
    db.execute(
        """CREATE TEMP TABLE numbered AS
        SELECT content, (row_number() OVER (ORDER BY content) - 1)::UINTEGER AS i, min(row) AS row, count(*) AS copies,
            bool_or(is_new) AS is_new FROM contents GROUP BY content"""
    )
    db.execute("CREATE TEMP TABLE rows AS SELECT c.row, n.i FROM contents c JOIN numbered n USING (content)")
    firsts = pl.DataFrame(
        db.sql(
            "SELECT i, row, copies, is_new, left(format('{:032x}', content), 12) AS content FROM numbered ORDER BY i"
        ).to_arrow_table()
    )
    db.execute("DROP TABLE contents; DROP TABLE numbered")
    kept = source.drop("row", "is_new", "alone")[firsts["row"]]
    return pl.concat([firsts.drop("row"), kept], how="horizontal")


def _with_providers(keys: pl.DataFrame) -> pl.DataFrame:
    """A mail domain that people of many companies use is a provider's, whatever its name."""
    import polars as pl

    named = keys.filter((pl.col("mail_domain") != "") & (pl.col("company") != ""))
    firms = named.group_by("mail_domain").agg(n=pl.len(), firms=pl.col("company").n_unique())
    many = firms.filter((pl.col("firms") >= _MANY) & (pl.col("firms") * 2 > pl.col("n")))["mail_domain"]
    return keys.with_columns(free=pl.col("free") | pl.col("mail_domain").is_in(many.implode()))


def _spelled(keys: pl.DataFrame) -> pl.DataFrame:
    """What follows from the row itself."""
    import polars as pl

    first, last = pl.col("first"), pl.col("last")
    together = (last + first).str.contains(r"[\p{Han}\p{Hangul}]")
    site = pl.when(pl.col("domain") != "").then("domain").when(pl.col("free")).then(pl.lit("")).otherwise("mail_domain")
    keys = keys.join(_forms(), on="first", how="left", maintain_order="left").with_columns(
        name=pl.when(together).then(last + first + "|").when(first < last).then(first + "|" + last)
        .otherwise(last + "|" + first),
        site=site,
        skeleton=pl.col("local").str.replace_all(r"[^\p{L}\p{N}]+", ""),
        formal=pl.coalesce(pl.col("formals").str.extract("^([0-9]+)"), first),
        formal_bits=pl.col("formal_bits").fill_null(0),
    )  # fmt: skip
    letters = pl.col("skeleton").str.replace_all("[0-9]+", "").str.replace_many(["ae", "oe", "ue"], ["a", "o", "u"])
    return (
        pl.concat([keys, _firms(keys["company"]), _sites(keys["site"])], how="horizontal")
        .with_columns(letters=letters)
        .with_columns(
            pattern=_pattern(),
            # Only ever compared for being the same: numbers are, faster than texts.
            line=pl.when(pl.col("phone") == "").then(-1).otherwise(pl.col("phone").cast(pl.Int64, strict=False)),
            mailbox_hash=_number(pl.struct("local", "mail_domain").hash(), pl.col("local") != ""),
            mail_hash=_number(pl.col("mail_domain").hash(), pl.col("local") != ""),
            skeleton_hash=_number(pl.col("skeleton").hash(), pl.col("local") != ""),
            letters_hash=_number(pl.col("letters").hash(), pl.col("letters") != ""),
            name_hash=_number(pl.col("name").hash(), ~pl.col("name").str.starts_with("|")),
            **{f"{name}_hash": _number(pl.col(name).hash(), pl.col(name) != "") for name in _ONLY_SAME},
            is_long=pl.col("letters").str.len_chars() > _SHORT,
        )
    )


def _firms(companies: pl.Series) -> pl.DataFrame:
    """Of company names: the first word, the digits, and a number that is the same for all ways to space the name."""
    import polars as pl

    name = pl.col("value")
    return on_distinct(
        companies,
        {
            "word": name.str.extract("^([^ ]+)").fill_null(""),
            "numbers": name.str.replace_all("[^0-9]+", "").hash(),
            "firm_hash": name.str.replace_all(" ", "", literal=True).hash(),
        },
    )


def _sites(sites: pl.Series) -> pl.DataFrame:
    """Of domains: the label that says whose it is, and the digits."""
    import polars as pl

    site = pl.col("value")
    label = site.str.extract(_SECOND_LEVEL, 1).fill_null("")
    return on_distinct(sites, {"label": label, "site_numbers": site.str.replace_all("[^0-9]+", "").hash()})


def _forms() -> pl.DataFrame:
    """Each given name with the formal ones that it may stand for.

    As text, and as bits: two names that share a formal one share a bit, and few others do.
    """
    import polars as pl

    known = nicknames().items()
    return pl.DataFrame(
        {
            "first": [name for name, _ in known],
            "formals": [" ".join(map(str, numbers)) for _, numbers in known],
            "formal_bits": pl.Series([_bits(numbers) for _, numbers in known], dtype=pl.UInt64),
        }
    )


def _bits(numbers: tuple[int, ...]) -> int:
    return reduce(or_, (1 << number % 64 for number in numbers))


def _number(hashed: pl.Expr, there: pl.Expr) -> pl.Expr:
    """A hash that is never 0, and 0 where there is nothing."""
    import polars as pl

    return pl.when(there).then(hashed | 1).otherwise(pl.lit(0, pl.UInt64))


def _pattern() -> pl.Expr:
    """How the letters of an address spell the name; 0 where they do not."""
    import polars as pl

    first, last, letters = pl.col("first"), pl.col("last"), pl.col("letters")
    ways = (
        first + last, first.str.head(1) + last, last + first, first, last, first + last.str.head(1),
        last + first.str.head(1),
    )  # fmt: skip
    found: Any = pl.when((first == "") | (last == "") | (letters == "")).then(0)
    for number, way in enumerate(ways, start=1):
        found = found.when(letters == way).then(number)
    result: pl.Expr = found.otherwise(0).cast(pl.UInt8)
    return result


def _weighed(keys: pl.DataFrame) -> pl.DataFrame:
    """What follows from the other rows: how many share the name, the company, the address, the telephone."""
    import polars as pl

    def of(*columns: str) -> pl.Expr:
        return pl.len().over(columns).cast(pl.Float32)

    line = pl.col("phone").str.tail(8)
    chance = (of("name") - 2).clip(0) + of("first") * of("last") / max(1, len(keys))
    return keys.with_columns(
        namesakes=pl.when(pl.col("first") + pl.col("last") == "").then(0.0).otherwise(chance).cast(pl.Float32),
        colleagues=pl.max_horizontal(
            pl.when(pl.col("site") == "").then(1.0).otherwise(of("site")),
            pl.when(pl.col("company") == "").then(1.0).otherwise(of("company")),
        ).cast(pl.Float32),
        sharers=_sharing(keys, ["local", "mail_domain"], "last", pl.col("local") != ""),
        callers=_sharing(keys.with_columns(phone=line), ["phone"], "name", pl.col("phone") != ""),
    )


def _sharing(keys: pl.DataFrame, by: list[str], who: str, there: pl.Expr) -> pl.Series:
    """Of each row, how many different people share what it has."""
    import polars as pl

    shared = keys.filter(there).group_by(by).agg(n=pl.col(who).n_unique()).filter(pl.col("n") > 1)
    counted = keys.select(by).join(shared, on=by, how="left", maintain_order="left")["n"]
    return counted.fill_null(1).cast(pl.UInt32)
