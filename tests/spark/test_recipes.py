"""Recipes on DataFrames of Spark: steps that follow each other, with the rows of one machine, in memory and on disk."""

from pb2b_notebook.cleanup import Recipe, disk_frames
from pb2b_notebook.cleanup.merging import merge as merge_module
from spark_lists import collected, messy_people, opted_out, to_spark

RECIPE = (
    Recipe()
    .then("normalize", country="DE")
    .then("validate", match_on=None, take="passed")
    .then("screen", take="ok", domains={"competitor": ["acme.example"]})
    .then("duplicates")
    .then("merge", take="golden", rules={"custom_note": "longest"})
)


def test_a_recipe_of_every_step_gives_the_same_rows_in_memory_on_disk_and_on_spark(spark, monkeypatch, tmp_path):
    monkeypatch.setattr(disk_frames, "PORTION", 37)
    monkeypatch.setattr(merge_module, "PORTION", 37)
    leads = messy_people()
    here, on_disk, there = (
        RECIPE.run(df, suppressed=opted_out(leads), work=work)
        for df, work in ((leads, None), (leads.lazy(), tmp_path), (to_spark(spark, leads, 1), None))
    )
    assert 40 < len(here.frame) < len(here.results["duplicates"].frame) - 10
    assert len(here.results["screen"].blocked) > 15
    assert on_disk.frame.collect().equals(here.frame)
    assert list(tmp_path.iterdir()) == []
    found = collected(there.frame, "id")
    added = [name for name in found.columns if name not in here.frame.columns]
    assert found.select(added).null_count().row(0) == tuple(len(found) for _ in added)
    assert found.select(here.frame.columns).equals(here.frame.sort("id"))
    assert [result.step for result in there.results.values()] == [result.step for result in here.results.values()]
