"""Apply merges: survivors are updated, merged leads are tagged, and opted-out leads keep their status."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.upserts.planning.desired_rows import ADDED_BY_CLEANUP

pytestmark = pytest.mark.parametrize("service", [60], indirect=True)


def test_a_merge_is_applied_once_and_opted_out_leads_keep_their_status(ws, oracle):
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


def test_columns_that_normalize_adds_are_not_written(ws, oracle):
    tidy = cleanup.normalize(oracle.leads.list())
    assert set(tidy.derived) <= set(ADDED_BY_CLEANUP)
    assert ws.leads.plan(tidy).rows["action"].equals(ws.leads.plan(tidy.frame).rows["action"])


def test_columns_that_duplicates_adds_are_not_written(ws, oracle):
    leads = oracle.leads.list()
    found = cleanup.duplicates(leads)
    assert ws.leads.plan(cleanup.merge(found.frame)).rows["action"].value_counts()["update"] > 0


NEW = {
    "full_name": ["Zoe Quill", "Zoë Quill", "Ann Tarn"],
    "email": ["zoe@quillworks.example", "zoe@quillworks.example", "ann@tarnworks.example"],
    "company_name": ["Quillworks", "Quillworks Ltd", "Tarnworks"],
}


def overlapping_list(leads):
    """Return a list of four leads, with a city that they lack, and of two new people in three rows."""
    known = leads.head(4).select(pl.col("full_name").str.to_uppercase(), "email", "company_name")
    known = known.with_columns(city=pl.lit("Nowhere upon Test"))
    return pl.concat([known, pl.DataFrame(NEW)], how="diagonal")


def leads_without_duplicates(leads):
    """Return the leads that have no duplicate and did not opt out, without a city."""
    clustered = cleanup.duplicates(leads).frame
    kept = clustered.filter(
        pl.col("cluster_size") == 1, pl.col("merged_into").is_null(), pl.col("company_name").is_not_null()
    )
    kept = kept.filter(~pl.col("status").is_in(["unsubscribed", "bounced"]))
    return kept.drop("cluster_id", "cluster_size", "match_probability").with_columns(city=pl.lit(None, pl.String))


@pytest.mark.parametrize(("library", "method"), [("pandas", "concat"), ("polars", "known")])
def test_a_list_that_overlaps_the_workspace_updates_known_leads_and_creates_the_others(ws, oracle, library, method):
    leads = leads_without_duplicates(oracle.leads.list(frame="polars"))
    new = overlapping_list(leads)
    if library == "pandas":
        known, listed = oracle.leads.list(), new.to_pandas()
        known = known[known["id"].isin(leads["id"])].assign(city=None)
    else:
        known, listed = leads, new
    if method == "concat":
        combined = pd.concat([known, listed]) if library == "pandas" else pl.concat([known, new], how="diagonal")
        found = cleanup.duplicates(combined)
        golden = cleanup.merge(combined, found)
    else:
        found = cleanup.duplicates(listed, known=known)
        golden = cleanup.merge(listed, found)
        assert "known already: 4; new: 3" in repr(found)
        assert set(found.pairs["row_a"]) | set(found.pairs["row_b"]) >= set(leads["id"].head(4))
    assert golden.merged == 5
    plan = ws.leads.plan(
        golden, fields=["full_name", "email", "company_name", "city", "merged_into"], on_conflict="overwrite"
    )
    counts = {key: plan.summary[key] for key in ("create", "update", "invalid", "conflict")}
    assert counts == {"create": 2, "update": 4, "invalid": 0, "conflict": 0}
    decided = plan.decisions.rows
    assert set(decided.filter(action="update")["lead_id"]) == set(leads["id"].head(4))
    assert set(decided.filter(code="merged_away")["lead_id"].drop_nulls()) == set(leads["id"].head(4))
    before = oracle.leads.list(frame="polars")
    plan.apply(progress=False)
    after = oracle.leads.list(frame="polars")
    assert after.height == before.height + 2
    assert after.filter(pl.col("merged_into").is_not_null())["id"].to_list() == (
        before.filter(pl.col("merged_into").is_not_null())["id"].to_list()
    )
    assert after.filter(city="Nowhere upon Test")["id"].sort().to_list() == leads["id"].head(4).sort().to_list()


def test_a_list_with_lead_ids_updates_these_leads(ws, oracle):
    leads = leads_without_duplicates(oracle.leads.list(frame="polars"))
    listed = leads.head(4).select("id", "full_name", "email", "company_name").with_columns(city=pl.lit("Elsewhere"))
    for both, duplicates in (
        (pl.concat([leads, listed], how="diagonal"), None),
        (listed, cleanup.duplicates(listed, known=leads)),
    ):
        golden = cleanup.merge(both, duplicates or cleanup.duplicates(both))
        plan = ws.leads.plan(golden, fields=["city", "merged_into"], on_conflict="overwrite")
        assert (plan.summary["update"], plan.summary["invalid"], plan.summary["create"]) == (4, 0, 0)
