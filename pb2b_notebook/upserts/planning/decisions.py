"""Decisions about the rows of a plan, and the rules that they follow. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pb2b_notebook.lazy_libraries import pl

if TYPE_CHECKING:
    from pb2b_notebook.mapping import LeadField
    from pb2b_notebook.upserts.planning.desired_rows import CellProblem

MatchOn = Literal["email", "external_id"]
Existing = Literal["overwrite", "fill", "skip"]
Missing = Literal["create", "skip"]
OnConflict = Literal["report", "overwrite"]
WithoutKey = Literal["refuse", "create"]
Action = Literal["create", "update", "delete", "unchanged", "invalid", "conflict"]

WRITES: Final = ("create", "update", "delete")
_SHOWN_OF_FOUND: Final = ("lead_id", "status", "reasons")


@dataclass(frozen=True, slots=True)
class Rules:
    """How a plan decides.

    Attributes:
        match_on: Column that identifies a lead where a row has no id.
        existing: Rule for leads that exist: "overwrite", "fill" (only blanks) or "skip".
        missing: Rule for rows without a lead: "create" or "skip".
        clear: Columns whose nulls empty the lead's value.
        on_conflict: Rule for leads that changed since they were read: "report" or "overwrite".
        without_key: Rule for rows with neither an id nor a value to match by: "refuse", or "create" those with a name
            or a phone. Nothing but the caller knows whether such a lead exists already.
    """

    match_on: MatchOn = "email"
    existing: Existing = "overwrite"
    missing: Missing = "create"
    clear: tuple[str, ...] = ()
    on_conflict: OnConflict = "report"
    without_key: WithoutKey = "refuse"


def no_suppressed_rows() -> pl.DataFrame:
    """Return the table of rows that are probably about people who opted out, without rows.

    Its columns are ``row`` (position from 0), ``lead_id`` and ``status`` (of the lead that opted out; without an id it
    is another row of the list), ``probability`` and ``reasons``.
    """
    texts = dict.fromkeys(("lead_id", "status"), pl.String)
    return pl.DataFrame(schema={"row": pl.Int64, **texts, "probability": pl.Float64, "reasons": pl.String})


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
        counts = dict(self.rows["action"].value_counts().iter_rows())
        actions = ("create", "update", "unchanged", "invalid", "conflict")
        return {name: counts.get(name, 0) for name in actions} | (
            {"delete": counts["delete"]} if "delete" in counts else {}
        )

    def refusing(self, cell_problems: Iterable[CellProblem]) -> Decisions:
        """Return the decisions with every row refused that has an error; its first error is the reason."""
        first_errors: dict[int, CellProblem] = {}
        for problem in cell_problems:
            if problem.severity == "error":
                first_errors.setdefault(problem.row, problem)
        if not first_errors:
            return self
        refused = pl.DataFrame(
            [(problem.row, problem.code, problem.field, problem.message) for problem in first_errors.values()],
            schema={"row": pl.Int64, "bad": pl.String, "bad_field": pl.String, "why": pl.String},
            orient="row",
        )
        joined = self.rows.join(refused, on="row", how="left", maintain_order="left")
        is_bad = pl.col("bad").is_not_null()
        rows = joined.with_columns(
            action=pl.when(is_bad).then(pl.lit("invalid")).otherwise("action"),
            code=pl.coalesce("bad", "code"),
            field=pl.when(is_bad).then("bad_field").otherwise("field"),
            reason=pl.coalesce("why", "reason"),
        ).drop("bad", "bad_field", "why")
        kept = self.changes.join(refused.select("row"), on="row", how="anti", maintain_order="left")
        return replace(self, rows=rows, changes=kept)

    def suppressing(self, found: pl.DataFrame) -> Decisions:
        """Return the decisions without creating leads for people who opted out: a person decides about these rows."""
        if not found.height:
            return self
        who = pl.col("found lead_id").fill_null("another row")
        why = pl.format(
            "probably the same person as {}, who is {}: {}", who, *(f"found {name}" for name in _SHOWN_OF_FOUND[1:])
        )
        named = found.select("row", *(pl.col(name).alias(f"found {name}") for name in _SHOWN_OF_FOUND))
        is_suppressed = (pl.col("action") == "create") & pl.col("found reasons").is_not_null()
        rows = self.rows.join(named, on="row", how="left", maintain_order="left").with_columns(
            action=pl.when(is_suppressed).then(pl.lit("conflict")).otherwise("action"),
            code=pl.when(is_suppressed).then(pl.lit("suppressed")).otherwise("code"),
            reason=pl.when(is_suppressed).then(pl.coalesce(why, "found reasons")).otherwise("reason"),
        )
        return replace(self, rows=rows.drop(f"found {name}" for name in _SHOWN_OF_FOUND))

    def refusing_created(self, found: pl.DataFrame) -> Decisions:
        """Return the decisions without writing to leads that were created meanwhile.

        Args:
            found: ``row`` and ``lead_id`` of such rows.
        """
        why = f"a lead with this {self.rules.match_on} was created since the plan was made; plan again: plan.again()"
        named = self.rows.join(found.select("row", now="lead_id"), on="row", how="left", maintain_order="left")
        there = pl.col("now").is_not_null()
        rows = named.with_columns(
            action=pl.when(there).then(pl.lit("conflict")).otherwise("action"),
            code=pl.when(there).then(pl.lit("created_meanwhile")).otherwise("code"),
            reason=pl.when(there).then(pl.lit(why)).otherwise("reason"),
            lead_id=pl.coalesce("now", "lead_id"),
        )
        return replace(self, rows=rows.drop("now"))

    def leaving_out(self, rows: Collection[int]) -> Decisions:
        """Return the decisions without writing these rows: a person left them out."""
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
