"""Build the plan that undoes another one, as far as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.api.calls.confirming import has_values
from pb2b_notebook.api.http.responses.time_values import read_time
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.times import iso
from pb2b_notebook.upserts import tables
from pb2b_notebook.upserts.costs import Cost
from pb2b_notebook.upserts.outcomes import Outcome
from pb2b_notebook.upserts.planning.decisions import Decisions
from pb2b_notebook.upserts.plans import Plan, PlanSource
from pb2b_notebook.upserts.running import lookups, payloads

UNKNOWN: Final = "the outcome of the row is not known: outcome.settle() looks for it"
_WHY: Final = {
    "create": "the lead was created, and stays: ws.leads.plan_delete(outcome.created_ids) deletes what was created",
    "existed": "another user created the lead meanwhile; its earlier values are not known",
    "delete": "a deleted lead cannot be brought back",
    "status": "the status stays: who opted out stays opted out, also after an undo",
    "changed": "another user changed the lead since: its values stay",
    "unknown": UNKNOWN,
}


def find_changed_leads(outcome: Outcome[Any], leads: pl.DataFrame) -> list[int]:
    """Return the positions of leads that were changed after an outcome wrote them.

    Args:
        outcome: What was done. Leads of which it has no version are read, and compared by what was sent and by their
            times: one that was changed a second after it was created, or later, may have got a value since.
        leads: Leads as they are now, as a plan to delete them has them: ``lead_id``, ``updated_at`` and ``action``.
    """
    versions = {result.get("lead_id"): result.get("updated_at") for result in outcome.results.values()}
    written = _instants([versions.get(lead_id) for lead_id in leads["lead_id"]])
    now = leads["updated_at"]
    # Answers may give the same time cut to milliseconds, or to seconds.
    same = (now <= written) | (now.dt.truncate("1ms") == written) | (now.dt.truncate("1s") == written)
    made = outcome.table.filter(pl.col("lead_id").is_in(leads["lead_id"].filter(written.is_null()).implode()))
    rewritten = made.filter(pl.col("row").is_in(_rows_changed_since(outcome, made)))["lead_id"]
    changed = (~same).fill_null(value=False) | leads["lead_id"].is_in(rewritten.implode())
    return (changed & (leads["action"] == "delete")).arg_true().to_list()


def undo(outcome: Outcome[Any]) -> Plan[Any]:
    """Return a plan that writes the earlier values of the rows that were updated."""
    latest_job, decided, done = outcome.target.latest_job(), outcome.decisions, outcome.table
    states = done.select("row", "status", done="action").with_columns(
        now_at=pl.Series([outcome.results.get(row, {}).get("updated_at") for row in done["row"]], dtype=pl.String)
    )
    rows = decided.rows.join(states, on="row", how="left", maintain_order="left")
    written = (pl.col("status") == "succeeded") & (pl.col("action") == "update") & (pl.col("done") == "update")
    changed = _rows_changed_since(outcome, rows.filter(written, pl.col("now_at").is_null()))
    rows = rows.with_columns(
        action=pl.when(written & ~pl.col("row").is_in(changed)).then(pl.lit("update")).otherwise(pl.lit("unchanged")),
        updated_at="now_at",
        code=pl.lit(None, pl.String),
        field=pl.lit(None, pl.String),
        reason=pl.lit(None, pl.String),
    ).drop("status", "done", "now_at")
    changes, stays = _reverse(decided, rows)
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
        cannot_undo=tables.as_row_frame(
            _not_undone(outcome, status=stays.to_list(), changed=changed), outcome.library, outcome.index
        ),
        stays=len(outcome.created_ids),
        latest_job=latest_job,
    )


def undoes(outcome: Outcome) -> dict[str, str]:
    """Return what the journal keeps of a job that takes another one back."""
    return {} if outcome.job_id is None else {"undoes": outcome.job_id}


def _rows_changed_since(outcome: Outcome[Any], rows: pl.DataFrame) -> list[int]:
    """Return the rows without a version, such as those of an import, whose leads have not the values that were sent."""
    if not rows.height:
        return []
    leads = lookups.leads_by_id(outcome.target.session, rows["lead_id"].drop_nulls().to_list())
    bodies = [zip(sent.send.rows, lookups.bodies(sent.send), strict=True) for sent in outcome.sent]
    written = dict(pair for pairs in bodies for pair in pairs)
    return [
        row
        for row, lead_id, action in rows.select("row", "lead_id", "action").iter_rows()
        for lead in [leads.get(str(lead_id), {})]
        if not has_values(lead, written.get(row, {})) or (action == "create" and _was_touched(lead))
    ]


def _was_touched(lead: Mapping[str, Any]) -> bool:
    """Return whether a lead was changed after the second in which it was created."""
    made, changed = _instants([lead.get("created_at"), lead.get("updated_at")])
    return made is not None and changed is not None and (changed - made).total_seconds() >= 1


def _instants(times: Sequence[Any]) -> pl.Series:
    """Return times of results as instants, also in the service's own form, such as milliseconds since 1970."""
    texts = [iso(other[0]) if (other := read_time(time)) else time for time in times]
    return pl.Series(texts, dtype=pl.String).str.to_datetime(time_unit="us", time_zone="UTC", strict=False)


def _reverse(decided: Decisions, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the changes with before and after swapped, and the rows whose status stays."""
    chosen = rows.filter(pl.col("action") == "update")["row"]
    changes = decided.changes.filter(pl.col("row").is_in(chosen.implode()))
    kept = pl.Series([], dtype=pl.Int64)
    if "status" in decided.fields:
        stays = pl.col("set status") & pl.col("status").is_in(OPTED_OUT)
        kept = changes.filter(stays)["row"]
        changes = changes.with_columns(**{"set status": pl.col("set status") & ~stays.fill_null(value=False)})
    swapped = [
        expression
        for name in decided.fields
        for expression in (pl.col(name).alias(f"was {name}"), pl.col(f"was {name}").alias(name))
    ]
    any_left = [pl.lit(value=False), *(pl.col(f"set {name}") for name in decided.fields)]
    return changes.with_columns(swapped).filter(pl.any_horizontal(any_left)), kept


def _not_undone(outcome: Outcome[Any], *, status: Sequence[int], changed: Sequence[int]) -> pl.DataFrame:
    """Return the rows that are not fully undone: row, lead_id and why."""
    left_over: list[tuple[Any, ...]] = []
    done = outcome.table
    results = done.select("row", "status", "action", "lead_id", "message", unknown=outcome.is_unknown)
    for row, state, action, lead_id, message, unknown in results.iter_rows():
        why = None
        if unknown:
            why = "unknown"
        elif state == "succeeded" and action in {"create", "delete"}:
            why = action
        elif state == "succeeded" and message and "existed by then" in message:
            why = "existed"
        if why:
            left_over.append((row, lead_id, _WHY[why]))
    ids = dict(done.select("row", "lead_id").iter_rows())
    left_over += [
        (row, ids[row], _WHY[why]) for why, rows in (("status", status), ("changed", changed)) for row in rows
    ]
    return pl.DataFrame(left_over, schema={"row": pl.Int64, "lead_id": pl.String, "why": pl.String}, orient="row").sort(
        "row"
    )
