"""Why a row of a plan is not written: codes, their actions and their texts. Pure, and one column at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.planning.decisions import Action, Rules
from pb2b_notebook.upserts.planning.desired_rows import PRECISION, SET_BY_SERVICE, Desired

IDENTIFYING: Final = ("full_name", "first_name", "last_name", "phone")
"""Fields of which a row without a match key needs one to become a lead."""
MERGE_OR_DROP: Final = "merge them with pb.cleanup.merge(df, pb.cleanup.duplicates(df)), or drop the others"
REASONS: Final = {
    "unknown_id": "no lead of this workspace has this id; drop the column if these are the ids of another system",
    "missing_key": "has neither an id nor an {match_on}, by which leads are matched",
    "duplicate_key": f"another row of the frame refers to the same lead; {MERGE_OR_DROP}",
    "ambiguous_match": "several leads have this {match_on}; give the id of the right one",
    "other_address": "a lead has this {match_on} beside its own one; give its id, or the {match_on} that it has",
    "lead_deleted": "the lead was deleted; it cannot be changed",
    "read_only_field": "differs from the lead in a field that only the service sets",
    "changed_upstream": "the lead was changed since this row was read",
    "left_alone": "the lead exists, and existing='skip' leaves it alone",
    "not_created": "there is no such lead, and missing='skip' creates none",
    "own_survivor": "a lead cannot be merged into itself",
    "unknown_survivor": "merged_into is not the id of a lead of this workspace; pb.cleanup.merge sets it",
    "merged_away": "was merged into another row of the frame",
}
_ACTIONS: Final[Mapping[str, Action]] = {
    "ambiguous_match": "conflict",
    "other_address": "conflict",
    "lead_deleted": "conflict",
    "changed_upstream": "conflict",
    "left_alone": "unchanged",
    "not_created": "unchanged",
    "merged_away": "unchanged",
    "repeated": "unchanged",
}


def code_of(rows: pl.DataFrame, desired: Desired, rules: Rules) -> pl.Expr:
    """Return the code that says why a row is not written; null if it is."""
    exists = pl.col("was id").is_not_null()
    given_names = [name for name in SET_BY_SERVICE if f"given {name}" in rows.columns and name != "deleted_at"]
    kept = {name: pl.col(f"was {name}") for name in given_names}
    kept = {name: was if name == "import_id" else was.dt.truncate(PRECISION) for name, was in kept.items()}
    given = {name: pl.col(f"given {name}") for name in given_names}
    differs = [given[name].is_not_null() & given[name].ne_missing(kept[name]) for name in given_names]
    stale = (pl.col("read_at") < pl.col("was updated_at")).fill_null(value=False)
    has_no_key = pl.col("id").is_null() & pl.col("key").is_null()
    if rules.without_key == "create":
        named = [pl.col(name).is_not_null() for name in IDENTIFYING if name in desired.fields]
        has_no_key &= ~pl.any_horizontal([pl.lit(value=False), *named])
    itself = pl.col("merged_into") == pl.col("target") if "merged_into" in desired.fields else pl.lit(value=False)
    checks = [
        (pl.col("merged_away"), "merged_away"),
        (pl.col("id").is_not_null() & ~exists, "unknown_id"),
        (has_no_key, "missing_key"),
        (pl.col("repeated"), "repeated"),
        (pl.col("duplicate") | (pl.col("key_claimed") & pl.col("target").is_null()), "duplicate_key"),
        (pl.col("ambiguous"), "ambiguous_match"),
        (pl.col("elsewhere"), "other_address"),
        (pl.col("was deleted_at").is_not_null() & pl.col("any_change"), "lead_deleted"),
        (pl.any_horizontal([pl.lit(value=False), *differs]), "read_only_field"),
        (itself.fill_null(value=False), "own_survivor"),
        (~pl.col("known_survivor"), "unknown_survivor"),
    ]
    if rules.missing == "skip":
        checks.append((~exists, "not_created"))
    if rules.existing == "skip":
        checks.append((exists, "left_alone"))
    if rules.on_conflict == "report":
        checks.append((exists & stale & pl.col("any_change"), "changed_upstream"))
    code: pl.Expr = pl.lit(None, pl.String)
    for condition, name in reversed(checks):
        code_or_next: pl.Expr = pl.when(condition).then(pl.lit(name)).otherwise(code)
        code = code_or_next
    return code


def action_of() -> pl.Expr:
    """Return the action of a row, from its code and its changes."""
    written: Any = pl.when(pl.col("was id").is_null()).then(pl.lit("create"))
    written = written.when(pl.col("any_change")).then(pl.lit("update")).otherwise(pl.lit("unchanged"))
    refused = pl.col("code").replace_strict(_ACTIONS, default="invalid", return_dtype=pl.String)
    return pl.when(pl.col("code").is_null()).then(written).otherwise(refused)


def reason_of(rules: Rules) -> pl.Expr:
    """Return the text of the code of a row, or why a written row keeps its status; null if there is none."""
    reasons = {code: text.format(match_on=rules.match_on) for code, text in REASONS.items()}
    code = pl.col("code")
    stays = pl.format("status stays {}: who opted out stays opted out", pl.col("was status"))
    kept = pl.when(pl.col("suppressed")).then(stays)
    duplicate = pl.format("rows {} of the frame refer to the same lead; {}", "peers", pl.lit(MERGE_OR_DROP))
    repeated = pl.format("has the same values as row {} of the frame, which is sent for both", "first_label")
    with_rows = pl.when(code == "duplicate_key").then(duplicate).when(code == "repeated").then(repeated)
    reason = pl.col("code").replace_strict(reasons, default=None, return_dtype=pl.String)
    return pl.coalesce(with_rows, reason, kept).alias("reason")
