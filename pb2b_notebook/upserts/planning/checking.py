"""Find what the service would refuse in the values that a plan would send, before any request. Pure.

Only values that would be sent are checked: a lead may already hold values that the service would refuse today, and a
plan that does not change them is valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.upserts.planning.decisions import Decisions
from pb2b_notebook.upserts.planning.desired_rows import CellProblem

MADE_UP: Final = "made_up"
"""Code of what was typed instead of a value."""


def find_problems(decided: Decisions, known: Mapping[str, LeadField]) -> list[CellProblem]:
    """Return what :func:`pb2b_notebook.cleanup.validate` finds in the values that would be sent, in row order.

    Args:
        decided: Decisions whose times are still times, not text.
        known: Key → lead field of the workspace.

    Raises:
        MissingExtraError: The packages of ``cleanup`` are not installed.
    """
    from pb2b_notebook.cleanup import validate

    values = sent_values(decided)
    if not values.height or not decided.fields:
        return []
    # A new lead needs the required fields; a change does not have to bring them.
    optional = {key: replace(field, required=False) for key, field in known.items()}
    problems = validate(values.drop("row"), optional, match_on=None).problems
    columns = {field.key: name for name, field in decided.fields.items()}
    rows = values["row"]
    cell_problems = [
        CellProblem(rows[place], columns[key], code, message, severity=severity, suggestion=suggestion)
        for place, key, code, severity, message, suggestion in problems.iter_rows()
        if place is not None
    ]
    found = [*_find_made_up(decided, values), *cell_problems, *_missing_required(decided, known)]
    return sorted(found, key=lambda problem: problem.row)


def _find_made_up(decided: Decisions, values: pl.DataFrame) -> Iterator[CellProblem]:
    """Yield a problem for each new lead of trial words, and for each address or phone that was typed instead of one."""
    from pb2b_notebook.cleanup.checks import made_up

    columns = {name: field.key for name, field in decided.fields.items() if field.builtin}
    rows, known = values["row"], values.select(pl.col(name).alias(key) for name, key in columns.items())
    phones, addresses = made_up.find_made_up_phones(known), made_up.find_made_up_addresses(known)
    creates = {*decided.rows.filter(pl.col("action") == "create")["row"]}
    for place in pl.Series(made_up.are_trials(known, phones), dtype=pl.Boolean).arg_true():
        if rows[place] in creates:
            yield CellProblem(rows[place], None, MADE_UP, f"it has {made_up.MADE_UP_ROW}")
    for key, of, why in (("phone", phones, made_up.MADE_UP_PHONE), ("email", addresses, made_up.MADE_UP_ADDRESS)):
        for place in of:
            column = next(name for name, named in columns.items() if named == key)
            yield CellProblem(rows[place], column, MADE_UP, f"is {why}")


def sent_values(decided: Decisions) -> pl.DataFrame:
    """Return the values that would be sent, null elsewhere, for each row that writes."""
    columns = [pl.when(f"set {name}").then(name).alias(name) for name in decided.fields]
    return decided.changes.select("row", *columns)


def _missing_required(decided: Decisions, known: Mapping[str, LeadField]) -> Iterator[CellProblem]:
    """Yield a problem for each required field that a new lead lacks."""
    creates = decided.rows.filter(pl.col("action") == "create")["row"]
    needed = [field for field in known.values() if field.required]
    if not needed or not len(creates):
        return
    made = sent_values(decided).filter(pl.col("row").is_in(creates.implode()))
    for field in needed:
        if field.key == decided.rules.match_on:
            continue
        lacking = made if field.column not in made.columns else made.filter(pl.col(field.column).is_null())
        for row in lacking["row"]:
            yield CellProblem(row, field.column, "required", "a new lead needs it, but it is blank here")
