"""Which pairs are looked at: rows that share one of a dozen keys, in groups that are not too large.

A key is rare enough to be telling and sloppy enough to survive a typing error in anything but itself. A group beyond
its cap (everyone behind one switchboard) is not compared by that key, and is listed among what was dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import polars as pl


class Key(NamedTuple):
    """One blocking key.

    Attributes:
        name: in words, as the report of dropped groups says it.
        value: SQL over a row of ``keys``: text, and NULL or "" where the row has none.
        cap: rows in a group that is still compared.
    """

    name: str
    value: str
    cap: int


_TWO = "first <> '' AND last <> ''"
_NAMED = "(first <> '' AND last <> '' OR ends_with(name, '|') AND name <> '|')"
# The order of given and family name does not matter here, nor does anything after their first letters.
_INITIALS = "least(left(first, 1), left(last, 1)) || greatest(left(first, 1), left(last, 1))"
_SOUND = "left(last, 1) || left(regexp_replace(last[2:], '[aeiouyhw]|(.)', '\\1', 'g'), 4)"

KEYS = (
    Key("e-mail address", "CASE WHEN NOT role AND local <> '' THEN local || '@' || mail_domain END", 60),
    Key("telephone number", "CASE WHEN phone <> '' THEN right(phone, 8) END", 10),
    Key("number and initials", f"CASE WHEN phone <> '' AND {_TWO} THEN right(phone, 8) || {_INITIALS} END", 40),
    Key("profile", "profile", 40),
    Key("local part of the e-mail address", "CASE WHEN NOT role AND length(letters) > 5 THEN letters END", 12),
    Key("name", f"CASE WHEN {_NAMED} THEN name END", 16),
    Key("name and company", f"CASE WHEN {_NAMED} AND company <> '' THEN name || '|' || left(company, 5) END", 60),
    Key("name and city", f"CASE WHEN {_NAMED} AND city <> '' THEN name || '|' || city END", 60),
    Key("family name and domain", "CASE WHEN last <> '' AND site <> '' THEN last || '@' || site END", 40),
    Key("family name and company", "CASE WHEN last <> '' AND company <> '' THEN last || left(company, 12) END", 40),
    Key("initials and domain", f"CASE WHEN {_TWO} AND site <> '' THEN {_INITIALS} || '@' || site END", 16),
    Key("given name and domain", "CASE WHEN length(first) > 1 AND site <> '' THEN first || '@@' || site END", 6),
    Key("initials and company", f"CASE WHEN {_TWO} AND company <> '' THEN {_INITIALS} || left(company, 16) END", 24),
    Key("short name", f"CASE WHEN {_TWO} AND length(first) > 1 THEN formal || '|' || last END", 12),
    Key("sound of the name", f"CASE WHEN {_TWO} AND length(first) > 1 THEN left(first, 3) || '|' || {_SOUND} END", 8),
)  # fmt: skip
"""The keys of a lead; further identifiers have each their own."""


def keys_for(further: Sequence[str]) -> tuple[Key, ...]:
    """The keys of a lead, and one for each identifier and text that is compared besides."""
    more = [Key(name, f'"{name}"', 24) for name in further]
    both = [
        Key(f"{name} and initials", f"""CASE WHEN "{name}" <> '' AND {_TWO} THEN "{name}" || {_INITIALS} END""", 40)
        for name in further
    ]
    return (*KEYS, *more, *both)


def candidates(db: duckdb.DuckDBPyConnection, keys: tuple[Key, ...], *, only_new: bool) -> pl.DataFrame:
    """Fill the table ``pairs`` (``a`` < ``b``, numbers of rows of ``keys``) with what is worth a comparison.

    A row of ``keys`` that stands for several rows is paired with itself: are they one person?

    Args:
        db: holds the table ``keys`` with a column ``i``.
        keys: what to group by.
        only_new: leave out the pairs of two rows that were there before (``is_new`` is false for both).

    Returns:
        the groups over their caps: ``key``, ``rows`` and an example row ``i`` of each.
    """
    import polars as pl

    db.execute("CREATE OR REPLACE TEMP TABLE blocked (key UTINYINT, value UBIGINT, i UINTEGER)")
    for number, key in enumerate(keys):
        valued = f"SELECT {key.value} AS value, i FROM keys"
        db.execute(f"INSERT INTO blocked SELECT {number}, hash(value), i FROM ({valued}) WHERE value <> ''")
    db.execute("CREATE OR REPLACE TEMP TABLE caps (key UTINYINT, cap UINTEGER)")
    db.executemany("INSERT INTO caps VALUES (?, ?)", [(number, key.cap) for number, key in enumerate(keys)])
    db.execute(
        """CREATE OR REPLACE TEMP TABLE sizes AS
        SELECT key, value, count(*)::UINTEGER AS rows, min(i) AS i FROM blocked
        GROUP BY key, value HAVING count(*) > 1"""
    )
    new = "AND (x.is_new OR y.is_new)" if only_new else ""
    joined = "JOIN keys x ON x.i = a.i JOIN keys y ON y.i = b.i" if only_new else ""
    db.execute(
        f"""CREATE OR REPLACE TEMP TABLE pairs AS
        WITH kept AS (
            SELECT blocked.* FROM blocked JOIN sizes USING (key, value) JOIN caps USING (key) WHERE rows <= cap
        )
        SELECT DISTINCT a.i AS a, b.i AS b FROM kept a JOIN kept b USING (key, value) {joined} WHERE a.i < b.i {new}
        UNION ALL SELECT i, i FROM keys WHERE copies > 1 {"AND is_new" if only_new else ""}"""
    )
    over = pl.DataFrame(
        db.sql(
            "SELECT key, rows, sizes.i FROM sizes JOIN caps USING (key) WHERE rows > cap ORDER BY 2 DESC, 1, 3"
        ).to_arrow_table()
    )
    db.execute("DROP TABLE blocked; DROP TABLE sizes")
    return over.with_columns(
        key=pl.col("key")
        .cast(pl.Int64)
        .replace_strict(dict(enumerate(key.name for key in keys)), return_dtype=pl.String)
    )
