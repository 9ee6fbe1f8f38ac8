"""From a messy workspace to a merged one: survivors updated, the others tagged, nobody written to who opted out."""

import polars as pl

from pb2b_notebook import cleanup
from pb2b_notebook.upserts.desired import ADDED_BY_CLEANUP


def test_a_merge_is_applied_once_and_nobody_leaves_an_opted_out_status(ws, oracle):
    before = oracle.leads.list(frame="polars")
    tidy = cleanup.normalize(before).frame
    merge = cleanup.merge(tidy, cleanup.duplicates(tidy))
    plan = ws.leads.plan(merge)
    assert plan.summary["conflict"] == 0
    done = plan.apply()
    assert done.summary["succeeded"] == plan.summary["update"] > 0
    after = oracle.leads.list(frame="polars")
    assert after.height == before.height
    joined = before.select("id", was="status").join(after, on="id")
    opted_out = joined.filter(pl.col("was").is_in(["unsubscribed", "bounced"]))
    assert opted_out["status"].to_list() == opted_out["was"].to_list()
    merged = after.filter(pl.col("merged_into").is_not_null())
    assert merged.height >= len(merge.losers)
    assert merged.filter(pl.col("id").is_in(merge.losers["id"].implode()))["tags"].list.contains("merged").all()
    assert ws.leads.plan(merge, on_conflict="overwrite").summary["update"] == 0


def test_what_cleanup_adds_is_no_field_of_a_lead(ws, oracle):
    tidy = cleanup.normalize(oracle.leads.list())
    assert set(tidy.derived) <= set(ADDED_BY_CLEANUP)
    assert ws.leads.plan(tidy).rows["action"].equals(ws.leads.plan(tidy.frame).rows["action"])


def test_what_finding_duplicates_adds_is_no_field_of_a_lead(ws, oracle):
    leads = oracle.leads.list()
    found = cleanup.duplicates(leads)
    assert ws.leads.plan(cleanup.merge(found.frame)).rows["action"].value_counts()["update"] > 0
