"""From prepared rows to the table ``keys``: equal rows as one, in an order of their own, with what each key weighs.

The order follows an MD5 of the content. Nothing after this sees the order of the frame, and so no result depends on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.preparing import TEXT_KEYS, nicknames

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import polars as pl

_MANY = 8
"""Companies whose people share a mail domain, from which on it is nobody's own."""
# What an address says is mostly the name again; 0 is a local part that is not the row's own name.
_PATTERN = """CASE WHEN first = '' OR last = '' OR skeleton = '' THEN 0
    WHEN letters = first || last THEN 1 WHEN letters = left(first, 1) || last THEN 2 WHEN letters = last || first THEN 3
    WHEN letters = first THEN 4 WHEN letters = last THEN 5 WHEN letters = first || left(last, 1) THEN 6
    WHEN letters = last || left(first, 1) THEN 7 ELSE 0 END"""
_DIGRAPHS = "replace(replace(replace({0}, 'ae', 'a'), 'oe', 'o'), 'ue', 'u')"
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

    further = [name for name in prepared.columns if name.startswith(("id_", "text_"))]
    said = [*TEXT_KEYS, *further]
    alone = dict(zip(kept_apart, map(str, kept_apart), strict=True))
    source = prepared.with_row_index("row").with_columns(
        is_new=pl.lit(True) if new is None else new,
        alone=pl.col("row").cast(pl.Int64).replace_strict(alone, default="", return_dtype=pl.String),
    )
    db.register("prepared_rows", source.to_arrow())
    names = ", ".join(f'"{name}"' for name in said)
    db.execute(
        f"CREATE TEMP TABLE source AS SELECT *, md5(concat_ws(chr(31), {names}, alone)) AS content FROM prepared_rows"
    )
    db.execute(
        f"""CREATE TEMP TABLE distinct_rows AS
        SELECT (row_number() OVER (ORDER BY content) - 1)::UINTEGER AS i, * FROM (
            SELECT content, any_value(free) AS free, any_value(role) AS role, bool_or(is_new) AS is_new,
                count(*) AS copies,
                {", ".join(f'any_value("{name}") AS "{name}"' for name in said)}
            FROM source GROUP BY content)"""
    )
    db.unregister("prepared_rows")
    db.execute(
        "CREATE TEMP TABLE rows AS SELECT row, i FROM source JOIN distinct_rows USING (content); DROP TABLE source"
    )
    _find_providers(db)
    _spell_out(db)
    _weigh(db, further)


def _find_providers(db: duckdb.DuckDBPyConnection) -> None:
    """A mail domain that people of many companies use is a provider's, whatever its name."""
    db.execute(
        f"""UPDATE distinct_rows SET free = true WHERE mail_domain IN (
            SELECT mail_domain FROM distinct_rows WHERE mail_domain <> '' AND company <> ''
            GROUP BY mail_domain
            HAVING count(DISTINCT company) >= {_MANY} AND count(DISTINCT company) > 0.5 * count(*))"""
    )


def _spell_out(db: duckdb.DuckDBPyConnection) -> None:
    """What follows from the row itself."""
    import polars as pl

    forms = pl.DataFrame(
        list(nicknames().items()), schema={"form": pl.String, "formals": pl.List(pl.Int16)}, orient="row"
    )
    db.register("nicknames", forms.to_arrow())
    db.execute(
        rf"""CREATE TEMP TABLE spelled AS
        SELECT * EXCLUDE (letters), {_DIGRAPHS.format("letters")} AS letters, split(company, ' ') AS words,
            regexp_extract(site, '{_SECOND_LEVEL}', 1) AS label,
            regexp_replace(company, '[^0-9]', '', 'g') AS numbers,
            regexp_replace(site, '[^0-9]', '', 'g') AS site_numbers,
            coalesce(formals[1]::VARCHAR, first) AS formal
        FROM (
            SELECT *, CASE WHEN regexp_matches(last || first, '\p{{Han}}|\p{{Hangul}}') THEN last || first || '|'
                WHEN first < last THEN first || '|' || last ELSE last || '|' || first END AS name,
                CASE WHEN domain <> '' THEN domain WHEN free OR mail_domain = '' THEN '' ELSE mail_domain END AS site,
                regexp_replace(local, '[^\p{{L}}\p{{N}}]', '', 'g') AS skeleton,
                regexp_replace(local, '[^\p{{L}}]', '', 'g') AS letters
            FROM distinct_rows LEFT JOIN nicknames ON first = form)"""
    )
    db.unregister("nicknames")
    db.execute("DROP TABLE distinct_rows")


def _weigh(db: duckdb.DuckDBPyConnection, further: list[str]) -> None:
    """What follows from the other rows: how many share the name, the company, the address, the telephone."""
    more = "".join(f'"{name}", ' for name in further)
    db.execute(
        f"""CREATE TEMP TABLE keys AS
        WITH total AS (SELECT count(*)::FLOAT AS total FROM spelled),
        given AS (SELECT first, count(*)::FLOAT AS n FROM spelled GROUP BY first),
        family AS (SELECT last, count(*)::FLOAT AS n FROM spelled GROUP BY last),
        full_names AS (SELECT name, count(*)::FLOAT AS n FROM spelled GROUP BY name),
        sites AS (SELECT site, count(*)::FLOAT AS n FROM spelled WHERE site <> '' GROUP BY site),
        firms AS (SELECT company, count(*)::FLOAT AS n FROM spelled WHERE company <> '' GROUP BY company),
        boxes AS (SELECT local, mail_domain, count(DISTINCT last)::USMALLINT AS sharers FROM spelled
            WHERE local <> '' GROUP BY local, mail_domain HAVING count(DISTINCT last) > 1),
        lines AS (SELECT right(phone, 8) AS line, count(DISTINCT name)::USMALLINT AS callers FROM spelled
            WHERE phone <> '' GROUP BY line HAVING count(DISTINCT name) > 1)
        SELECT i, content, copies, is_new, first, last, generation, local, mail_domain, free, role, phone, company,
            domain, title, profile, country, city, spelled.name, formals, formal, site, label, words, numbers,
            site_numbers, skeleton, letters, {_PATTERN} AS pattern,
            {more}
            CASE WHEN spelled.name = '|' THEN 0
                ELSE greatest(full_names.n - 2, 0) + given.n * family.n / total END AS namesakes,
            greatest(coalesce(sites.n, 1), coalesce(firms.n, 1)) AS colleagues,
            coalesce(sharers, 1) AS sharers, coalesce(callers, 1) AS callers
        FROM spelled JOIN given USING (first) JOIN family USING (last) JOIN full_names USING (name)
        LEFT JOIN sites USING (site) LEFT JOIN firms USING (company) LEFT JOIN boxes USING (local, mail_domain)
        LEFT JOIN lines ON line = right(phone, 8) AND phone <> '' CROSS JOIN total
        ORDER BY i"""
    )
    db.execute("DROP TABLE spelled")
