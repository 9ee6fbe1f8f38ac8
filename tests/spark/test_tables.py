"""Tables of polars in parts: what comes back is what went there, whatever its type."""

import datetime as dt
from types import SimpleNamespace

import polars as pl

from pb2b_notebook.spark.partitions import create_frame, stream
from pb2b_notebook.spark.tables import create_table, exchange, first_values, number_parts, table_of_columns

ROWS = pl.DataFrame({
    "n": pl.Series([0, 1, 2, 3, None], dtype=pl.UInt64) + ((1 << 64) - 5),
    "a.b": ["x", None, "", "Ä", "y"], "A.B": [["a"], [], None, ["b", None], ["c"]],
    "`": [True, None, False, True, True], "nothing": [None] * 5,
})  # fmt: skip


def test_values_of_all_types_come_back(spark):
    table = create_table(spark, ROWS)
    assert table.collect().equals(ROWS)
    assert create_table(spark, ROWS.clear()).collect().equals(ROWS.clear())
    doubled = table.add(lambda rows: rows.select(m=pl.col("n") // 2)).add(lambda rows: rows.select(k=pl.col("m") + 1))
    assert doubled.collect().equals(ROWS.with_columns(m=pl.col("n") // 2, k=pl.col("n") // 2 + 1))
    unused = doubled.select("a.b", "m")
    assert len(unused.functions) == 2  # what k follows from is left out
    assert unused.collect().equals(ROWS.select("a.b", m=pl.col("n") // 2))
    texts, lists = table.branch(lambda rows: rows.select("a.b"), lambda rows: rows.select("A.B", "`")).single_tables()
    for found, columns in ((texts, ["a.b"]), (lists, ["A.B", "`"])):
        assert pl.DataFrame(found.rows().toArrow()).equals(ROWS.select(columns))


def test_rows_of_one_number_meet_in_one_part(spark):
    parts = number_parts(spark, 7)
    assert len(set(parts)) == 7
    numbers = pl.DataFrame({"i": range(1_000)})
    table = create_table(spark, numbers)
    both = table.branch(
        lambda rows: rows.filter(pl.col("i") % 3 == 0), lambda rows: rows.select(j="i", k=pl.col("i") % 2)
    )
    met = exchange(parts, (both, [pl.col("i"), pl.col("j")]), (table, [pl.col("i")]))

    def meet(threes, evens, rows):
        assert {*threes["i"]} <= {*evens["j"]} == {*rows["i"]}
        part = rows["i"] % 7
        return rows.with_columns(part=part, parts=part.n_unique()).join(evens, left_on="i", right_on="j")

    found = met.meet(meet).collect().sort("i")
    assert found.equals(numbers.with_columns(part=pl.col("i") % 7, parts=pl.lit(1), k=pl.col("i") % 2), null_equal=True)


def test_rows_of_the_caller_are_read_with_their_types(spark):
    """In all versions of PySpark that are allowed, see .ci/floors: what they have for types of Arrow differs."""
    rows = pl.DataFrame({
        "at": [dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC), None],
        "a.b": ["x", None], "day": [dt.date(1, 1, 1), None], "n": [1, None], "yes": [True, None],
    }).with_columns(pl.col("at").dt.replace_time_zone(None).alias("local"))  # fmt: skip
    df, names = create_frame(SimpleNamespace(sparkSession=spark), rows), rows.columns
    streamed = pl.concat(pl.DataFrame(part) for part in stream(df, range(len(names))))
    streamed = streamed.rename(dict(zip(streamed.columns, names, strict=True)))
    for found in (streamed, table_of_columns(df, names, lambda part: part).collect(), first_values(df, names, 5)):
        assert found.sort("n").equals(rows.sort("n")), found
