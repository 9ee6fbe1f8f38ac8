"""Merges of DataFrames of Spark: the records of one machine, and the source of each value."""

import polars as pl
import pytest

from pb2b_notebook.cleanup import duplicates, merge
from pb2b_notebook.errors import CleanupError
from spark_lists import choices_of, clustered_leads, collected, to_spark

TABLES = {
    "frame": "id", "golden": "id", "losers": "id", "provenance": ("survivor", "field", "row"), "review": "cluster_id",
    "newly_opted_out": "cluster_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def clustered():
    return clustered_leads()


def test_every_table_is_that_of_one_machine(spark, clustered):
    options = choices_of(clustered)
    here, there = merge(clustered, **options), merge(to_spark(spark, clustered, 5), **options)
    for name, order in TABLES.items():
        expected, found = getattr(here, name), getattr(there, name)
        assert len(expected) > 1
        times = [pl.col("updated_at").dt.convert_time_zone("UTC")] if "updated_at" in expected.columns else []
        assert collected(found, order).with_columns(times).equals(expected.sort(order))
    assert there.counts == (here.merged, here.opted_out, here.merged_before, here.unknown_choices)
    assert min(there.counts) > 0
    assert there.step == here.step


def test_duplicates_of_spark_are_merged_under_the_names_of_their_columns(spark):
    people = pl.DataFrame({
        "id": [3, 1, 2, 4], "Name": ["Robert Hale", "Bob Hale", "Ada Berg", None],
        "Firma": ["Nordlicht Inc.", *3 * ["Nordlicht"]],
        "E-Mail": [*2 * ["r.hale@nordlicht.example"], "ada@birkenhain.example", None],
    })  # fmt: skip
    rules, found = {"Firma": "union"}, duplicates(to_spark(spark, people), same=[[1, 4]])
    there, here = merge(found.frame, found, rules=rules), merge(found.local.frame, found.local, rules=rules)
    frame = collected(there.frame, "id")
    assert frame.with_columns(pl.col("id").cast(pl.String)).equals(here.frame.sort("id"))
    assert frame["Firma"][0] == "Nordlicht, Nordlicht Inc."
    assert collected(there.provenance, "field", "row").equals(here.provenance.sort("field", "row"))
    assert there.step == here.step
    for df, given in ((found.frame.limit(2), found), (found.frame, found.local)):
        with pytest.raises(CleanupError, match=r"other rows than df= → merge\(found.frame, found\)"):
            merge(df, given)
    known = duplicates(to_spark(spark, people.head(2).cast({"id": pl.String})), known=people.tail(2))
    with pytest.raises(CleanupError, match=r"known=.* → .*found.local"):
        merge(known.frame, known)


@pytest.mark.parametrize(
    ("changed", "options", "message"),
    [
        ({"id": pl.lit("a")}, {}, "a column id that names each row"),
        ({"id": pl.when(pl.col("id") != "a").then("id")}, {}, "a column id that names each row"),
        ({"id": pl.lit("\u2003")}, {}, "a column id that names each row"),
        ({"cluster_id": None}, {}, "no clusters"),
        ({}, {"rules": {"score": "union"}}, "'union' cannot join the values of the column 'score'"),
        ({"tags": pl.lit(7)}, {}, "'union' cannot join the values of the column 'tags'"),
        ({"id": pl.Series([1.0, 2.0])}, {}, "a column id that names each row"),
        ({"more": pl.struct("id")}, {"rules": {"more": "longest"}}, "'more'"),
        ({}, {"rules": {"scroe": "highest"}}, "'scroe'"),
        ({}, {"chosen": [("a", "id")]}, "cannot be chosen"),
    ],
)
def test_what_cannot_be_merged_is_refused_before_it_is_computed(spark, changed, options, message):
    leads = pl.DataFrame({"id": ["a", "b"], "cluster_id": ["c", "c"], "score": [1, 2]})
    dropped = [name for name, value in changed.items() if value is None]
    leads = leads.with_columns(**{name: value for name, value in changed.items() if value is not None}).drop(dropped)
    with pytest.raises(CleanupError, match=message):
        merge(to_spark(spark, leads), **options)
