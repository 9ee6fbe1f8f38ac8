"""Recipes on DataFrames of Spark: steps that follow each other, with the rows of one machine."""

import polars as pl

from pb2b_notebook.cleanup import Recipe
from seeded_mess import seeded_leads
from spark_lists import collected, to_spark

RECIPE = (
    Recipe()
    .then("validate", take="passed")
    .then("screen", take="ok", domains={"competitor": ["veldaista-software.example"]})
    .then("duplicates")
    .then("merge", take="golden", rules={"city": "longest"})
)


def test_a_recipe_gives_the_rows_of_one_machine(spark):
    docs = [lead.doc for lead in seeded_leads(5, 60)]
    names = [name for name, value in docs[0].items() if isinstance(value, str | None)]
    leads = pl.DataFrame({name: pl.Series([doc[name] for doc in docs], dtype=pl.String) for name in names})
    copies = leads.gather_every(2).with_columns(pl.col("id") + "_2", pl.col("full_name").str.to_uppercase())
    leads = pl.concat([leads, copies])
    here, there = (RECIPE.run(df, suppressed=leads["email"][:5]) for df in (leads, to_spark(spark, leads, 1)))
    assert 20 < len(here.frame) < len(here.results["duplicates"].frame) < len(here.results["validate"].passed)
    assert collected(there.frame, "id").equals(here.frame.sort("id"))
    assert [result.step for result in there.results.values()] == [result.step for result in here.results.values()]
