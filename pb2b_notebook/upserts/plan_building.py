"""Make a plan from the desired rows, and a changed plan from a plan: each is a new value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pb2b_notebook.errors import InvalidParameterError, UsageError, nearest
from pb2b_notebook.frames.library import row_positions
from pb2b_notebook.frames.unification import concat_rows
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.upserts.costs import Cost
from pb2b_notebook.upserts.planning import checking, current_leads, decide, matching, opted_out
from pb2b_notebook.upserts.planning.current_leads import CompareWith
from pb2b_notebook.upserts.planning.decisions import Decisions, Rules
from pb2b_notebook.upserts.planning.desired_rows import (
    CellProblem,
    Desired,
    cells,
    is_number,
    remake_full_names,
    texts_of,
)
from pb2b_notebook.upserts.planning.match_keys import match_keys
from pb2b_notebook.upserts.planning.new_leads import Moment
from pb2b_notebook.upserts.plans import Plan, PlanSource
from pb2b_notebook.upserts.running import payloads
from pb2b_notebook.upserts.target_workspace import Target

_SPARE: Final = 2
"""How many times as many leads as rows are kept with a plan; of more, only those that its rows may mean."""


@dataclass(frozen=True)
class Basis:
    """What a plan was decided from: it is decided again from this after a change.

    Attributes:
        desired: The rows.
        current: Leads as they were compared, including deleted ones.
        known: Key → lead field of the workspace.
        rules: Rules of the decision.
        parameters: Parameters of the call.
        compare_with: Source of the current leads.
        read: When the current leads were read.
        unread: Cells whose value does not have the type of its field.
        checked: Problems that the checks of the values found.
        opted_out: Opted-out leads of the workspace; ``None`` until a row would create a lead.
        suppressed: Rows that are probably about these people (``decisions.no_suppressed_rows``).
        compared: Rows that were compared with them.
        listed_opted_out: Whether rows of the list are opted out themselves, as they were compared.
        allowed: Rows that a person allowed to be created all the same.
        opted_out_rows: Row → reason, for rows of people who opted out by a column that is not mapped.
        further_phones: Columns with further phones of the rows' people, and ``row``; ``None`` for none.
    """

    desired: Desired
    current: pl.DataFrame
    known: Mapping[str, LeadField]
    rules: Rules
    parameters: Mapping[str, Any]
    compare_with: CompareWith | None
    read: Moment
    unread: tuple[CellProblem, ...] = ()
    checked: tuple[CellProblem, ...] = ()
    opted_out: pl.DataFrame | None = None
    suppressed: pl.DataFrame | None = None
    compared: frozenset[int] = frozenset()
    listed_opted_out: bool = False
    allowed: frozenset[int] = frozenset()
    opted_out_rows: Mapping[int, str] = field(default_factory=dict)
    further_phones: pl.DataFrame | None = None


def decide_plan(
    target: Target,
    basis: Basis,
    *,
    since: Plan[Any] | None = None,
    edited: Collection[int] = (),
    left: int | None = None,
    latest_job: int | None = None,
) -> Plan[Any]:
    """Return the plan of a basis.

    Args:
        target: The workspace.
        basis: Desired rows, current leads and rules.
        since: A plan of almost the same basis; rows that were checked for it are not checked again.
        edited: Rows in which the two differ.
        left: Number of leads that the workspace may still hold, if known.
        latest_job: Number of the latest job before the leads were read.
    """
    desired, rules = basis.desired, basis.rules
    decided = decide.decide(desired, basis.current, rules).refusing(basis.unread)
    checked = _check_values(decided, basis, since, set(edited))
    cell_problems = (*basis.unread, *(problem for problem in checked if not _is_allowed(problem, basis.allowed)))
    basis = _with_suppressed(target, basis, decided.refusing(cell_problems), set(edited))
    suppressed = opted_out.with_rows_of_list(basis.suppressed, basis.opted_out_rows)
    basis = replace(basis, suppressed=suppressed)
    decided = decided.refusing(cell_problems)
    if suppressed is not None:
        decided = decided.suppressing(suppressed.filter(~pl.col("row").is_in(list(basis.allowed))))
    left_out = frozenset() if since is None else since.source.left_out
    whole = Plan(
        decisions=decided,
        source=PlanSource("upsert", basis.parameters, _identities(desired), desired.values, allowed=basis.allowed),
        cost=_cost(target, decided, left),
        target=target,
        cell_problems=cell_problems,
        library=desired.library,
        index=desired.index,
        basis=replace(basis, checked=checked, current=_relevant_leads(basis)),
        latest_job=latest_job,
    )
    return without(whole, left_out) if left_out else whole


def _is_allowed(problem: CellProblem, allowed: Collection[int]) -> bool:
    """Return whether a person allowed a row that looks made up."""
    return problem.code == checking.MADE_UP and problem.field is None and problem.row in allowed


def decide_deletions(target: Target, ids: Sequence[str], *, index: Any = None, library: str | None = None) -> Plan[Any]:
    """Return the plan that deletes leads."""
    latest_job = target.latest_job()
    decided = decide.decide_deletions(ids, current_leads.leads_with_ids(target, ids))
    values = pl.DataFrame({"id": ids}, schema={"id": pl.String})
    return Plan(
        decisions=decided,
        source=PlanSource("delete", {}, values["id"], values),
        cost=Cost(payloads.requests(decided), target.session.client.rate.limit),
        target=target,
        library=library or target.session.frame,
        index=index,
        latest_job=latest_job,
    )


# --- changed by hand ------------------------------------------------------------------------------------------------


def without(plan: Plan[Any], rows: Iterable[int]) -> Plan[Any]:
    """See :meth:`pb2b_notebook.upserts.plans.Plan.without`."""
    left_out = plan.source.left_out | _positions(plan, rows)
    decided = plan.decisions.leaving_out(left_out)
    creates = decided.counts["create"]
    cost = replace(plan.cost, requests=payloads.requests(decided), creates=creates)
    return replace(plan, decisions=decided, source=replace(plan.source, left_out=left_out), cost=cost)


def overwriting(plan: Plan[Any], rows: Iterable[int]) -> Plan[Any]:
    """See :meth:`pb2b_notebook.upserts.plans.Plan.overwriting`."""
    basis, chosen = _basis(plan), _positions(plan, rows)
    seen = pl.col("row").is_in(list(chosen))
    values = basis.desired.values.with_columns(read_at=pl.when(~seen).then("read_at"))
    return _decide_again(plan, replace(basis, desired=replace(basis.desired, values=values)), chosen)


def allowing(plan: Plan[Any], rows: Iterable[int]) -> Plan[Any]:
    """See :meth:`pb2b_notebook.upserts.plans.Plan.allowing`."""
    basis = _basis(plan)
    return _decide_again(plan, replace(basis, allowed=basis.allowed | _positions(plan, rows)), ())


def edited(plan: Plan[Any], edits: Mapping[int, Mapping[str, Any]]) -> Plan[Any]:
    """See :meth:`pb2b_notebook.upserts.plans.Plan.edited`."""
    basis, rows = _basis(plan), _positions(plan, edits)
    by_field: dict[str, dict[int, Any]] = {}
    for row, fields in edits.items():
        for name, value in fields.items():
            if name not in basis.desired.fields:
                raise InvalidParameterError(
                    f"this plan does not write the field {str(name)[:60]!r}",
                    repair=nearest(str(name), basis.desired.fields),
                )
            by_field.setdefault(name, {})[row] = value
    values = basis.desired.values
    for name, by_row in by_field.items():
        values = _with_cells(values, name, basis.desired, by_row)
    edited_cells = {(row, name) for name, by_row in by_field.items() for row in by_row}
    match_on = basis.rules.match_on
    if match_on in by_field:
        keys = match_keys(values[match_on], match_on)
        values = values.with_columns(key=keys, given_key=values[match_on])
    desired = remake_full_names(replace(basis.desired, values=values), by_field.get("full_name", ()))
    changed = replace(
        basis,
        desired=desired,
        unread=tuple(problem for problem in basis.unread if (problem.row, problem.field) not in edited_cells),
    )
    if {match_on, "merged_into"} & by_field.keys():
        changed = replace(changed, current=_with_others(plan.target, changed, rows))
    made = _decide_again(plan, changed, rows)
    for problem in made.cell_problems:
        if (problem.row, problem.field) in edited_cells and problem.severity == "error":
            raise _refusal(problem, basis.desired)
    return made


def again(plan: Plan[Any]) -> Plan[Any]:
    """See :meth:`pb2b_notebook.upserts.plans.Plan.again`."""
    if plan.source.kind == "delete":
        made = decide_deletions(plan.target, plan.source.keys.to_list(), index=plan.index, library=plan.library)
        return without(made, plan.source.left_out) if plan.source.left_out else made
    basis = _basis(plan)
    latest_job, read = plan.target.latest_job(), Moment.now(plan.target)
    now = current_leads.current_leads(
        plan.target, basis.desired, basis.rules.match_on, basis.compare_with, clear=basis.rules.clear
    )
    fresh = replace(basis, current=now, read=read, opted_out=None)
    return decide_plan(plan.target, fresh, since=plan, edited=range(len(plan)), latest_job=latest_job)


def _decide_again(plan: Plan[Any], basis: Basis, rows: Collection[int]) -> Plan[Any]:
    left, latest_job = plan.cost.left, plan.latest_job
    return decide_plan(plan.target, basis, since=plan, edited=rows, left=left, latest_job=latest_job)


def _basis(plan: Plan[Any]) -> Basis:
    if plan.basis is None:
        what = "deletes leads" if plan.source.kind == "delete" else "undoes another plan"
        raise UsageError(
            f"a plan that {what} has no values of its own",
            repair="leave rows out with plan.without(rows), or plan a frame: ws.leads.plan(df)",
        )
    return plan.basis


def _positions(plan: Plan[Any], rows: Iterable[Any]) -> frozenset[int]:
    """Return row positions, checked."""
    return frozenset(row_positions(rows, None, count=len(plan), repair="plan.diff and plan.problems name rows by it"))


def _with_cells(values: pl.DataFrame, name: str, desired: Desired, by_row: Mapping[int, Any]) -> pl.DataFrame:
    """Return the values with some cells of a column replaced."""
    given = list(by_row.values())
    typed, cell_problems = cells(given, name, desired.fields[name])
    rows = list(by_row)
    for problem in cell_problems:
        raise _refusal(replace(problem, row=rows[problem.row]), desired)
    new = {
        name: typed,
        f"number {name}": pl.Series(map(is_number, given), dtype=pl.Boolean),
        f"text {name}": texts_of(given),
        f"list {name}": pl.Series([None] * len(rows), dtype=pl.List(pl.String)),
    }
    kept = {column: series for column, series in new.items() if column in values.columns}
    return values.update(pl.DataFrame({"row": pl.Series(rows, dtype=pl.Int64), **kept}), on="row", include_nulls=True)


def _refusal(problem: CellProblem, desired: Desired) -> InvalidParameterError:
    [label] = desired.row_names(pl.Series([problem.row]))
    # A label that is text may be a lead's value, which no error shows.
    row = f"row {label}" if label.lstrip("-").isdigit() else "a row"
    return InvalidParameterError(
        f"{row}, {problem.field}: {problem.message}", repair="give another value, or None to leave the field as it is"
    )


def _with_others(target: Target, basis: Basis, rows: Collection[int]) -> pl.DataFrame:
    """Return the leads, with those that edited rows refer to now."""
    few = basis.desired.values.filter(pl.col("row").is_in(list(rows)))
    desired = replace(basis.desired, values=few)
    others = current_leads.current_leads(target, desired, basis.rules.match_on, basis.compare_with)
    both = concat_rows([basis.current, others])
    return both.unique("id", keep="last", maintain_order=True)


def _check_values(
    decided: Decisions, basis: Basis, since: Plan[Any] | None, edited: set[int]
) -> tuple[CellProblem, ...]:
    """Check the values that would be sent; rows that were checked before and not edited keep their problems."""
    if since is None:
        return tuple(checking.find_problems(decided, basis.known))
    before = set(since.decisions.changes["row"].to_list()) - edited
    fresh = replace(decided, changes=decided.changes.filter(~pl.col("row").is_in(list(before))))
    kept = [problem for problem in basis.checked if problem.row in before]
    return tuple(sorted([*kept, *checking.find_problems(fresh, basis.known)], key=lambda problem: problem.row))


def _with_suppressed(target: Target, basis: Basis, decided: Decisions, edited: set[int]) -> Basis:
    """Return the basis after comparing the rows that would create a lead with the people who opted out."""
    creates = set(decided.rows.filter(pl.col("action") == "create")["row"].to_list())
    values, words = opted_out.values_by_key(basis.desired), opted_out.status_words(target)
    # An edited row may be one that opted out, with which the others are compared.
    again = edited and (basis.listed_opted_out or opted_out.has_opted_out_rows(values, words))
    fresh = creates if again else creates - (basis.compared - edited)
    if not fresh:
        return basis
    leads = basis.opted_out
    if leads is None:
        source = current_leads.source_of(target, basis.desired, basis.compare_with)
        leads = opted_out.read_leads(target, source)
    compared = opted_out.with_further_phones(values, basis.further_phones)
    found = opted_out.find_opted_out(compared, leads, basis.desired.row_names, fresh, words)
    if basis.suppressed is not None:
        found = pl.concat([basis.suppressed.remove(pl.col("row").is_in(list(fresh))), found])
    return replace(
        basis,
        opted_out=leads,
        suppressed=found.sort("row"),
        compared=(basis.compared - edited) | fresh,
        listed_opted_out=opted_out.has_opted_out_rows(values, words),
    )


def _identities(desired: Desired) -> pl.Series:
    return desired.values.select(pl.coalesce("id", "key"))["id"]


def _cost(target: Target, decided: Decisions, left: int | None) -> Cost:
    creates = decided.counts["create"]
    return Cost(
        requests=payloads.requests(decided),
        limit=target.session.client.rate.limit,
        creates=creates,
        left=target.leads_left() if creates and left is None else left,
    )


def _relevant_leads(basis: Basis) -> pl.DataFrame:
    """Return the leads that the rows may refer to: a plan of few rows does not keep a whole mirror in memory."""
    rows = basis.desired.values.height
    if basis.current.height <= _SPARE * rows:
        return basis.current
    return matching.relevant_leads(basis.desired, basis.current, basis.rules)
