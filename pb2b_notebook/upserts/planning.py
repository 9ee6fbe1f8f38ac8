"""Decide what to do about each row, from the desired rows and the current leads. Pure, and one column at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.upserts.desired import SET_BY_SERVICE, CellProblem
from pb2b_notebook.upserts.match_keys import MatchOn, match_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import polars as pl

    from pb2b_notebook.mapping import LeadField
    from pb2b_notebook.upserts.desired import Desired

Existing = Literal["overwrite", "fill", "skip"]
Missing = Literal["create", "skip"]
OnConflict = Literal["report", "overwrite"]
Action = Literal["create", "update", "delete", "unchanged", "invalid", "conflict"]

WRITES: Final = ("create", "update", "delete")
SUPPRESSED: Final = ("unsubscribed", "bounced")
"""Statuses of opted-out leads; no plan moves a lead out of them."""
MERGED_TAG: Final = "merged"
"""Tag of a lead that was merged into another one."""
ALWAYS: Final = ("id", "email", "external_id", "status", "merged_into", "deleted_at", "updated_at")
"""Columns of the current leads that every decision needs."""

_MERGE_OR_DROP: Final = "merge them with pb.cleanup.merge(df, pb.cleanup.duplicates(df)), or drop the others"
_NAMED: Final = 5
"""Number of rows with the same lead that a message names."""
_REASONS: Final = {
    "unknown_id": "no lead of this workspace has this id; drop the column if these are the ids of another system",
    "missing_key": "has neither an id nor a {match_on}, by which leads are matched",
    "duplicate_key": f"another row of the frame refers to the same lead; {_MERGE_OR_DROP}",
    "ambiguous_match": "several leads have this {match_on}; give the id of the right one",
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
    "lead_deleted": "conflict",
    "changed_upstream": "conflict",
    "left_alone": "unchanged",
    "not_created": "unchanged",
    "merged_away": "unchanged",
    "repeated": "unchanged",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """How a plan decides.

    Attributes:
        match_on: Column that identifies a lead where a row has no id.
        existing: Rule for leads that exist: "overwrite", "fill" (only blanks) or "skip".
        missing: Rule for rows without a lead: "create" or "skip".
        clear: Columns whose nulls empty the lead's value.
        on_conflict: Rule for leads that changed since they were read: "report" or "overwrite".
    """

    match_on: MatchOn = "email"
    existing: Existing = "overwrite"
    missing: Missing = "create"
    clear: tuple[str, ...] = ()
    on_conflict: OnConflict = "report"


@dataclass(frozen=True)
class Decisions:
    """The decision about each row.

    Attributes:
        rows: One row per input row: ``row`` (position from 0), ``action``, ``code``, ``field``, ``reason``,
            ``lead_id``, ``match`` (the value that a bulk upsert matches by), ``updated_at`` (of the lead as it was
            compared) and ``single`` (whether it must be sent by itself, to the lead's id).
        changes: One row per row that writes or conflicts: ``row``, and per field ``set <column>``
            (whether it changes), ``was <column>`` and ``<column>`` (before and after).
        fields: Column → lead field.
        rules: Rules that were applied.
    """

    rows: pl.DataFrame
    changes: pl.DataFrame
    fields: Mapping[str, LeadField]
    rules: Rules

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows of each action."""
        found = dict(self.rows["action"].value_counts().iter_rows())
        actions = ("create", "update", "unchanged", "invalid", "conflict")
        return {name: found.get(name, 0) for name in actions} | (
            {"delete": found["delete"]} if "delete" in found else {}
        )

    def refusing(self, cell_problems: Iterable[CellProblem]) -> Decisions:
        """Return the decisions with every row refused that has an error; its first error is the reason."""
        import polars as pl

        first: dict[int, CellProblem] = {}
        for one in cell_problems:
            if one.severity == "error":
                first.setdefault(one.row, one)
        if not first:
            return self
        wrong = pl.DataFrame(
            [(one.row, one.code, one.field, one.message) for one in first.values()],
            schema={"row": pl.Int64, "bad": pl.String, "bad_field": pl.String, "why": pl.String},
            orient="row",
        )
        joined = self.rows.join(wrong, on="row", how="left", maintain_order="left")
        is_bad = pl.col("bad").is_not_null()
        rows = joined.with_columns(
            action=pl.when(is_bad).then(pl.lit("invalid")).otherwise("action"),
            code=pl.coalesce("bad", "code"),
            field=pl.when(is_bad).then("bad_field").otherwise("field"),
            reason=pl.coalesce("why", "reason"),
        ).drop("bad", "bad_field", "why")
        kept = self.changes.join(wrong.select("row"), on="row", how="anti", maintain_order="left")
        return replace(self, rows=rows, changes=kept)

    def leaving_out(self, rows: Collection[int]) -> Decisions:
        """Return the decisions without writing these rows: a person left them out."""
        import polars as pl

        left = pl.col("row").is_in(list(rows)) & pl.col("action").is_in(WRITES)
        marked = self.rows.with_columns(left=left)
        is_left_out = pl.when("left")
        changed = marked.with_columns(
            action=is_left_out.then(pl.lit("unchanged")).otherwise("action"),
            code=is_left_out.then(pl.lit("left_out")).otherwise("code"),
            reason=is_left_out.then(pl.lit("left out by hand")).otherwise("reason"),
        ).drop("left")
        gone = marked.filter("left")["row"]
        return replace(self, rows=changed, changes=self.changes.remove(pl.col("row").is_in(gone.implode())))


def decide(desired: Desired, current: pl.DataFrame, rules: Rules) -> Decisions:
    """Decide about every row.

    Args:
        desired: The rows.
        current: Leads as they are now, including deleted ones: :data:`ALWAYS`, and the columns of the fields.
        rules: Rules of the decision.
    """
    import polars as pl

    leads = _with_desired_columns(current, desired)
    rows = _with_changes(_with_same_lead(_targets(desired.values, leads, rules), desired), desired, rules)
    rows = rows.with_columns(code=_code(rows, desired, rules))
    rows = rows.with_columns(action=_action())
    decided = rows.select(
        "row",
        "action",
        "code",
        pl.lit(None, pl.String).alias("field"),
        _reason(rules),
        _lead(desired).alias("lead_id"),
        pl.coalesce(f"was {rules.match_on}", "given_key").alias("match"),
        pl.col("was updated_at").alias("updated_at"),
        _single(rules),
    )
    changed = rows.filter(pl.col("action").is_in(["create", "update"]) | (pl.col("code") == "changed_upstream"))
    changes = changed.select("row", *(f"{kind}{name}" for name in desired.fields for kind in ("set ", "was ", "")))
    return Decisions(decided, changes, desired.fields, rules).refusing(desired.cell_problems)


def relevant(desired: Desired, current: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return the leads that matter to the rows: those that they refer to, and those that share a key with one."""
    import polars as pl

    values = desired.values
    keys = match_keys(current[rules.match_on], rules.match_on)
    ids = [values["id"], *([values["merged_into"]] if "merged_into" in desired.fields else [])]
    is_target = pl.col("id").is_in(pl.concat(ids).drop_nulls().unique().implode())
    shared = pl.concat([values["key"], keys.filter(current.select(is_target)["id"])]).drop_nulls().unique()
    return current.filter(is_target | keys.is_in(shared.implode()))


def decide_deletions(ids: Sequence[str], current: pl.DataFrame) -> Decisions:
    """Decide which of these leads to delete: those that exist and are not deleted yet."""
    import polars as pl

    rows = pl.DataFrame({"row": range(len(ids)), "id": list(ids)}, schema={"row": pl.Int64, "id": pl.String})
    now = current.select("id", "email", "updated_at", "deleted_at", there=pl.lit(value=True))
    rows = rows.join(now, on="id", how="left", maintain_order="left")
    code = (
        pl.when(pl.col("id").is_duplicated()).then(pl.lit("duplicate_key"))
        .when(pl.col("there").is_null()).then(pl.lit("unknown_id"))
        .when(pl.col("deleted_at").is_not_null()).then(pl.lit("deleted_already"))
    )  # fmt: skip
    reasons = {**_REASONS, "deleted_already": "the lead is deleted already"}
    decided = rows.with_columns(code=code).select(
        "row",
        pl.when(pl.col("code").is_null()).then(pl.lit("delete"))
        .when(pl.col("code") == "deleted_already").then(pl.lit("unchanged"))
        .otherwise(pl.lit("invalid")).alias("action"),
        "code",
        pl.lit(None, pl.String).alias("field"),
        pl.col("code").replace_strict(reasons, default=None, return_dtype=pl.String).alias("reason"),
        pl.when("there").then("id").alias("lead_id"),
        pl.col("email").alias("match"),
        "updated_at",
        pl.lit(value=True).alias("single"),
    )  # fmt: skip
    return Decisions(decided, pl.DataFrame(schema={"row": pl.Int64}), {}, Rules())


def _lead(desired: Desired) -> pl.Expr:
    """Return the lead that a row refers to, or that it was merged into."""
    import polars as pl

    lead = pl.when(pl.col("was id").is_not_null()).then("target")
    return (
        lead.when(pl.col("away") & pl.col("known_survivor")).then("merged_into")
        if "merged_into" in desired.fields
        else lead
    )


def _with_desired_columns(current: pl.DataFrame, desired: Desired) -> pl.DataFrame:
    """Return the current leads with every desired column, in the types of the fields."""
    import polars as pl

    from pb2b_notebook.upserts.desired import polars_type

    given_names = [name for name in SET_BY_SERVICE if f"given {name}" in desired.values.columns]
    kinds: dict[str, Any] = {name: polars_type(field.kind) for name, field in desired.fields.items()}
    kinds |= {
        name: pl.Datetime("us", "UTC") for name in (*given_names, "deleted_at", "updated_at") if name != "import_id"
    }
    names = list(dict.fromkeys([*ALWAYS, *given_names, *kinds]))
    columns = [
        pl.col(name).cast(kinds.get(name, pl.String), strict=False)
        if name in current.columns
        else pl.lit(None, kinds.get(name, pl.String)).alias(name)
        for name in names
    ]
    return current.select(columns)


def _targets(values: pl.DataFrame, leads: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Return each row with its ``target`` lead, ``was <column>`` of that lead, and flags for ambiguous matches."""
    import polars as pl

    keys = match_keys(leads[rules.match_on], rules.match_on)
    values = values.with_columns(away=pl.lit(value=False), known_survivor=pl.lit(value=True))
    if "merged_into" in values.columns:
        # A row without a lead yet, or one that refers to the lead that another row of the frame survives as.
        going_on = values.filter(pl.col("merged_into").is_null())["id"].drop_nulls()
        itself = (pl.col("merged_into") == pl.col("id")) & pl.col("id").is_in(going_on.unique().implode())
        away = pl.col("merged_into").is_not_null() & (pl.col("id").is_null() | itself.fill_null(value=False))
        known = pl.col("merged_into").is_null() | pl.col("merged_into").is_in(leads["id"].implode())
        values = values.with_columns(
            away=away,
            known_survivor=known,
            id=pl.when(~away).then("id"),
            key=pl.when(~away).then("key"),
            given_key=pl.when(~away).then("given_key"),
        )
    holders = _holders(leads.select("id", "merged_into", "deleted_at", key=keys))
    rows = values.join(
        holders.select("key", "by_key", matches="holders"), on="key", how="left", maintain_order="left"
    ).with_columns(
        target=pl.when(pl.col("id").is_not_null()).then("id").otherwise("by_key"),
        ambiguous=pl.col("id").is_null() & (pl.col("matches") > 1).fill_null(value=False) & pl.col("by_key").is_null(),
    )
    keyed = leads.with_columns(own_key=keys)
    shared = holders.filter(pl.col("holders") > 1)["key"]
    now = keyed.rename({name: f"was {name}" for name in leads.columns if name != "id"})
    rows = rows.drop("by_key", "matches").join(now, left_on="target", right_on="id", how="left", maintain_order="left")
    moved = rows.filter(
        pl.col("id").is_not_null() & pl.col("key").is_not_null() & pl.col("key").ne_missing(pl.col("own_key"))
    )
    return rows.with_columns(
        # Another row gives its lead the key of this one: a bulk upsert would then find two.
        contested=pl.col("own_key").is_in(moved["key"].drop_nulls().unique().implode()).fill_null(value=False),
        taken=pl.col("key").is_in(moved["key"].drop_nulls().unique().implode()) & pl.col("id").is_null(),
        lonely=~pl.col("own_key").is_in(shared.implode()) & pl.col("own_key").is_not_null()
        & pl.col("was deleted_at").is_null(),
        twice=pl.coalesce("target", "key").is_duplicated() & pl.coalesce("target", "key").is_not_null(),
    )  # fmt: skip


def _with_same_lead(rows: pl.DataFrame, desired: Desired) -> pl.DataFrame:
    """Return each row with the rows that refer to the same lead; of rows with equal values only the first is sent."""
    import polars as pl

    who = pl.coalesce("target", "key")
    twice = rows.filter("twice")
    content = pl.Series(
        "content", [repr(one) for one in twice.select("id", *desired.fields).iter_rows()], dtype=pl.String
    )
    groups = twice.select("row", content, who=who).group_by("who").agg(
        first=pl.col("row").min(), same=pl.col("content").n_unique() == 1, many=pl.len(),
        peers=pl.col("row").sort().head(_NAMED).cast(pl.String),
    )  # fmt: skip
    more = pl.when(pl.col("many") > _NAMED).then(pl.lit(", …")).otherwise(pl.lit(""))
    first_rows = groups.select("who", "first", "same", peers=pl.col("peers").list.join(", ") + more)
    joined = rows.with_columns(who=pl.when("twice").then(who)).join(
        first_rows, on="who", how="left", maintain_order="left"
    )
    same = pl.col("same").fill_null(value=False)
    return joined.with_columns(twice=pl.col("twice") & ~same, repeated=same & (pl.col("row") != pl.col("first"))).drop(
        "who", "same"
    )


def _holders(leads: pl.DataFrame) -> pl.DataFrame:
    """Return for each key the number of leads that hold it and are not deleted, and the lead if there is only one."""
    import polars as pl

    live = leads.filter(pl.col("deleted_at").is_null() & pl.col("key").is_not_null())
    found = live.group_by("key").agg(holders=pl.len(), by_key=pl.col("id").first())
    shared = found.filter(pl.col("holders") > 1)
    if not shared.height:
        return found
    # A duplicate that was merged into another lead does not count as a holder of the key.
    sole = live.join(shared.select("key"), on="key", how="semi").filter(pl.col("merged_into").is_null())
    unmerged = sole.group_by("key").agg(alone=pl.len() == 1, unmerged=pl.col("id").first()).filter("alone")
    return found.join(unmerged.select("key", "unmerged"), on="key", how="left").select(
        "key", "holders", by_key=pl.when(pl.col("holders") == 1).then("by_key").otherwise("unmerged")
    )


def _with_changes(rows: pl.DataFrame, desired: Desired, rules: Rules) -> pl.DataFrame:
    """Return each row with ``set <column>`` for the fields, and whether any is set."""
    import polars as pl

    rows = rows.with_columns(**{"was id": pl.when(pl.col("was updated_at").is_not_null()).then("target")})
    there = pl.col("was id").is_not_null()
    if {"merged_into", "tags"} <= set(desired.fields):
        rows = rows.with_columns(tags=_tags_of_merged())
    sets = {}
    for name, field in desired.fields.items():
        after, before = pl.col(name), pl.col(f"was {name}")
        blank = _is_blank(before, field.kind)
        given = after.is_not_null()
        if rules.existing == "overwrite":
            changing = given & after.ne_missing(before) & ~(blank & _is_blank(after, field.kind))
        else:
            changing = given & blank
        if name in rules.clear:
            changing = changing | (after.is_null() & ~blank)
        if name == rules.match_on:
            changing = changing & pl.col("id").is_not_null()  # matched by it, whatever its case
        if name == "status":
            # A person who opted out in one record has opted out, also where only blanks are filled.
            changing = (changing | (given & after.is_in(SUPPRESSED))) & ~before.is_in(SUPPRESSED).fill_null(value=False)
        if name == "tags" and "merged_into" in desired.fields:
            changing = changing | (pl.col("merged_into").ne_missing(pl.col("was merged_into")) & _is_merged(after))
        sets[f"set {name}"] = pl.when(there).then(changing).otherwise(given)
    rows = rows.with_columns(**sets)
    kept = (
        pl.col("was status").is_in(SUPPRESSED)
        & pl.col("status").ne_missing(pl.col("was status"))
        & pl.col("status").is_not_null()
        if "status" in desired.fields
        else pl.lit(value=False)
    )
    return rows.with_columns(
        any_change=pl.any_horizontal([pl.lit(value=False), *(pl.col(name) for name in sets)]),
        suppressed=kept.fill_null(value=False),
    )


def _tags_of_merged() -> pl.Expr:
    """Return the tags of a lead that is merged into another one: its own, and the tag "merged"."""
    import polars as pl

    tags = pl.coalesce("tags", "was tags", pl.lit([], pl.List(pl.String)))
    tagged = pl.when(_is_merged(tags)).then(tags).otherwise(tags.list.concat(pl.lit([MERGED_TAG])))
    merged = pl.col("merged_into").is_not_null() & pl.col("was id").is_not_null()
    return pl.when(merged).then(tagged).otherwise("tags")


def _is_merged(tags: pl.Expr) -> pl.Expr:
    import polars as pl

    return tags.list.contains(pl.lit(MERGED_TAG)).fill_null(value=False)


def _is_blank(value: pl.Expr, kind: str) -> pl.Expr:
    if kind == "texts":
        return value.is_null() | (value.list.len() == 0)
    if kind in {"integer", "number", "boolean", "datetime", "date"}:
        return value.is_null()
    return value.is_null() | (value.str.strip_chars() == "")


def _code(rows: pl.DataFrame, desired: Desired, rules: Rules) -> pl.Expr:
    """Return the code that says why a row is not written; null if it is."""
    import polars as pl

    there = pl.col("was id").is_not_null()
    given_names = [name for name in SET_BY_SERVICE if f"given {name}" in rows.columns and name != "deleted_at"]
    differs = [
        pl.col(f"given {name}").is_not_null() & pl.col(f"given {name}").ne_missing(pl.col(f"was {name}"))
        for name in given_names
    ]
    stale = (pl.col("read_at") < pl.col("was updated_at")).fill_null(value=False)
    itself = pl.col("merged_into") == pl.col("target") if "merged_into" in desired.fields else pl.lit(value=False)
    steps = [
        (pl.col("away"), "merged_away"),
        (pl.col("id").is_not_null() & ~there, "unknown_id"),
        (pl.col("id").is_null() & pl.col("key").is_null(), "missing_key"),
        (pl.col("repeated"), "repeated"),
        (pl.col("twice") | (pl.col("taken") & pl.col("target").is_null()), "duplicate_key"),
        (pl.col("ambiguous"), "ambiguous_match"),
        (pl.col("was deleted_at").is_not_null() & pl.col("any_change"), "lead_deleted"),
        (pl.any_horizontal([pl.lit(value=False), *differs]), "read_only_field"),
        (itself.fill_null(value=False), "own_survivor"),
        (~pl.col("known_survivor"), "unknown_survivor"),
    ]
    if rules.missing == "skip":
        steps.append((~there, "not_created"))
    if rules.existing == "skip":
        steps.append((there, "left_alone"))
    if rules.on_conflict == "report":
        steps.append((there & stale & pl.col("any_change"), "changed_upstream"))
    code: pl.Expr = pl.lit(None, pl.String)
    for condition, name in reversed(steps):
        named: pl.Expr = pl.when(condition).then(pl.lit(name)).otherwise(code)
        code = named
    return code


def _action() -> pl.Expr:
    import polars as pl

    written: Any = pl.when(pl.col("was id").is_null()).then(pl.lit("create"))
    written = written.when(pl.col("any_change")).then(pl.lit("update")).otherwise(pl.lit("unchanged"))
    refused = pl.col("code").replace_strict(_ACTIONS, default="invalid", return_dtype=pl.String)
    return pl.when(pl.col("code").is_null()).then(written).otherwise(refused)


def _reason(rules: Rules) -> pl.Expr:
    import polars as pl

    reasons = {code: text.format(match_on=rules.match_on) for code, text in _REASONS.items()}
    code = pl.col("code")
    kept = pl.when(pl.col("suppressed")).then(pl.format("status stays {}: suppression wins", pl.col("was status")))
    twice = pl.format("rows {} of the frame refer to the same lead; {}", "peers", pl.lit(_MERGE_OR_DROP))
    again = pl.format("has the same values as row {} of the frame, which is sent for both", "first")
    numbered = pl.when(code == "duplicate_key").then(twice).when(code == "repeated").then(again)
    reason = pl.col("code").replace_strict(reasons, default=None, return_dtype=pl.String)
    return pl.coalesce(numbered, reason, kept).alias("reason")


def _single(rules: Rules) -> pl.Expr:
    """Return whether a bulk upsert would not find the lead by its key, or would find others too."""
    import polars as pl

    moves = pl.col("id").is_not_null() & pl.col("key").is_not_null() & pl.col("key").ne_missing(pl.col("own_key"))
    if rules.match_on in rules.clear:
        moves = moves | pl.col("key").is_null()
    return (pl.col("was id").is_not_null() & (moves | ~pl.col("lonely") | pl.col("contested") | pl.col("taken"))).alias(
        "single"
    )
