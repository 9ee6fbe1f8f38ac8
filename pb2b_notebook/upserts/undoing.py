"""Build the plan that undoes another one, as far as possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.api.http.object_forms import read_time
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.times import iso
from pb2b_notebook.upserts import tables
from pb2b_notebook.upserts.costs import Cost
from pb2b_notebook.upserts.outcomes import Outcome
from pb2b_notebook.upserts.planning.decisions import SUPPRESSED, Decisions
from pb2b_notebook.upserts.plans import Plan, PlanSource
from pb2b_notebook.upserts.running import payloads

_WHY: Final = {
    "create": "the lead was created, and stays: ws.leads.plan_delete(outcome.created_ids) deletes what was created",
    "existed": "another user created the lead meanwhile; its earlier values are not known",
    "delete": "a deleted lead cannot be brought back",
    "status": "the status stays: suppression wins, an undo included",
    "unknown": "the outcome of the row is not known",
}


def find_changed_leads(outcome: Outcome[Any], leads: pl.DataFrame) -> list[int]:
    """Return the positions of leads that were changed after an outcome wrote them.

    Args:
        outcome: What was done. A lead of which it has no version counts as unchanged.
        leads: Leads as they are now, as a plan to delete them has them: ``lead_id``, ``updated_at`` and ``action``.
    """
    versions = {result.get("lead_id"): result.get("updated_at") for result in outcome.results.values()}
    texts = [versions.get(lead_id) for lead_id in leads["lead_id"]]
    # A result keeps the service's own form of the time, such as milliseconds since 1970.
    texts = [iso(other[0]) if (other := read_time(text)) else text for text in texts]
    written = pl.Series(texts, dtype=pl.String).str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    now = leads["updated_at"]
    # Answers may give the same time cut to milliseconds, or to seconds.
    same = (now <= written) | (now.dt.truncate("1ms") == written) | (now.dt.truncate("1s") == written)
    return (~same & (leads["action"] == "delete")).fill_null(value=False).arg_true().to_list()


def undo(outcome: Outcome[Any]) -> Plan[Any]:
    """Return a plan that writes the earlier values of the rows that were updated."""
    decided, done = outcome.decisions, outcome.table
    states = done.select("row", "status", done="action").with_columns(
        now_at=pl.Series([outcome.results.get(row, {}).get("updated_at") for row in done["row"]], dtype=pl.String)
    )
    rows = decided.rows.join(states, on="row", how="left", maintain_order="left")
    written = (pl.col("status") == "succeeded") & (pl.col("action") == "update") & (pl.col("done") == "update")
    rows = rows.with_columns(
        action=pl.when(written).then(pl.lit("update")).otherwise(pl.lit("unchanged")),
        updated_at="now_at",
        code=pl.lit(None, pl.String),
        field=pl.lit(None, pl.String),
        reason=pl.lit(None, pl.String),
    ).drop("status", "done", "now_at")
    changes, kept = _reverse(decided, rows)
    emptied = ~rows["row"].is_in(changes["row"].implode()) & (rows["action"] == "update")
    rows = rows.with_columns(action=pl.when(emptied).then(pl.lit("unchanged")).otherwise("action"))
    values = rows.select("row", "lead_id", "updated_at")
    source = PlanSource("undo", {"of": outcome.job_id}, rows["row"], values, facts=undoes(outcome))
    back = Decisions(rows, changes, decided.fields, replace(decided.rules, on_conflict="report"))
    return Plan(
        decisions=back,
        source=source,
        cost=Cost(payloads.requests(back), outcome.target.session.client.rate.limit),
        target=outcome.target,
        library=outcome.library,
        index=outcome.index,
        cannot_undo=tables.as_row_frame(_not_undone(done, kept), outcome.library, outcome.index),
        stays=len(outcome.created_ids),
    )


def undoes(outcome: Outcome) -> dict[str, str]:
    """Return what the journal keeps of a job that takes another one back."""
    return {} if outcome.job_id is None else {"undoes": outcome.job_id}


def _reverse(decided: Decisions, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the changes with before and after swapped, and the rows whose status stays."""
    chosen = rows.filter(pl.col("action") == "update")["row"]
    changes = decided.changes.filter(pl.col("row").is_in(chosen.implode()))
    kept = pl.Series([], dtype=pl.Int64)
    if "status" in decided.fields:
        stays = pl.col("set status") & pl.col("status").is_in(SUPPRESSED)
        kept = changes.filter(stays)["row"]
        changes = changes.with_columns(**{"set status": pl.col("set status") & ~stays.fill_null(value=False)})
    swapped = [
        expression
        for name in decided.fields
        for expression in (pl.col(name).alias(f"was {name}"), pl.col(f"was {name}").alias(name))
    ]
    any_left = [pl.lit(value=False), *(pl.col(f"set {name}") for name in decided.fields)]
    return changes.with_columns(swapped).filter(pl.any_horizontal(any_left)), kept


def _not_undone(done: pl.DataFrame, kept: pl.Series) -> pl.DataFrame:
    """Return the rows that are not fully undone: row, lead_id and why."""
    left_over: list[tuple[Any, ...]] = []
    for row, status, action, lead_id, message in done.select(
        "row", "status", "action", "lead_id", "message"
    ).iter_rows():
        why = None
        if status == "needs_review" or (status == "pending" and action != "unchanged"):
            why = "unknown"
        elif status == "succeeded" and action in {"create", "delete"}:
            why = action
        elif status == "succeeded" and message and "existed by then" in message:
            why = "existed"
        if why:
            left_over.append((row, lead_id, _WHY[why]))
    ids = dict(done.select("row", "lead_id").iter_rows())
    left_over += [(row, ids[row], _WHY["status"]) for row in kept.to_list()]
    return pl.DataFrame(left_over, schema={"row": pl.Int64, "lead_id": pl.String, "why": pl.String}, orient="row").sort(
        "row"
    )
