"""The people of the list: what each row is, what a person may choose for it, and what a choice changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from pb2b_notebook.forms.paging import searchable
from pb2b_notebook.intake import Intake
from pb2b_notebook.intake.decisions import STATES, State, Verdict
from pb2b_notebook.intake.matching import links_of
from pb2b_notebook.lazy_libraries import pl

Choice = Literal["wait", "same", "different", "create"]
LABELS: Final[Mapping[State, str]] = {
    "new": "new",
    "known": "in the workspace",
    "duplicate": "twice in the list",
    "opted_out": "opted out",
    "doubtful": "to decide",
    "broken": "to correct",
}
"""State → its name on the form."""
SURELY: Final = 0.99
"""Least match probability of rows that one button merges."""
_LOOK_AT: Final[tuple[State, ...]] = ("doubtful", "broken", "opted_out", "duplicate", "known", "new")
"""States in the order in which a person should look at them."""
OPTIONS: Final[Mapping[State, tuple[tuple[str, Choice], ...]]] = {
    "doubtful": (("not sent", "wait"), ("one person", "same"), ("two people", "different")),
    "duplicate": (("one person", "wait"), ("two people", "different")),
    "known": (("one person", "wait"), ("two people", "different")),
    "opted_out": (("not sent", "wait"), ("send anyway", "create")),
}


def people_of(intake: Intake) -> pl.DataFrame:
    """Return one row for each row of the list.

    Columns: ``state``, ``who``, ``other`` (the lead or row that it is, or may be), ``action`` of the plan, ``reason``,
    ``probability`` (that it is the other one; null if nothing was compared), ``choice`` that a person made before,
    ``rank`` (low for rows that need a look) and ``text``, which is searched.
    """
    who = _names(intake.cleaned.frame)
    leads = dict(zip(intake.leads["id"], _names(intake.leads), strict=True))
    likely = _probabilities(intake)
    made = choices_made(intake)
    rows = [
        (
            verdict.state,
            who[row],
            leads.get(verdict.lead_id or "") if verdict.lead_id is not None else _row_name(verdict.same_as, who),
            action,
            verdict.reason,
            likely.get((row, other_of(verdict))),
            made.get(row),
        )
        for row, (verdict, action) in enumerate(intake.verdicts)
    ]
    names = ("state", "who", "other", "action", "reason", "probability", "choice")
    schema = dict.fromkeys(names, pl.String) | {"probability": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    rank = table["state"].replace_strict({state: place for place, state in enumerate(_LOOK_AT)}, return_dtype=pl.Int64)
    return table.with_columns(rank.alias("rank"), searchable(table["who"], table["other"], table["reason"]))


def options_of(verdict: Verdict) -> tuple[tuple[str, Choice], ...]:
    """Return what a person may choose for a row, with labels; empty if there is nothing to choose."""
    if verdict.state != "opted_out" and other_of(verdict) is None:
        return ()
    return OPTIONS.get(verdict.state, ())


def other_of(verdict: Verdict) -> int | str | None:
    """Return the lead, or the position of the row, that a row is or may be."""
    return verdict.lead_id if verdict.lead_id is not None else verdict.same_as


def apply_choices(intake: Intake, chosen: Mapping[int, Choice]) -> Intake:
    """Return the intake with choices for rows; they replace earlier ones about the same rows.

    Args:
        intake: The intake whose verdicts the choices are about.
        chosen: Position of a row → what a person chose for it.
    """
    about = {label: row for row, label in zip(chosen, intake.labels_of(chosen), strict=True)}
    old = intake.choices
    groups: dict[str, list[tuple[Any, ...]]] = {
        "same": [group for group in old.same if group[0] not in about],
        "different": [group for group in old.different if group[0] not in about],
    }
    allow = [label for label in old.allow if label not in about]
    for label, row in about.items():
        choice, other = chosen[row], other_of(intake.verdicts[row][0])
        if choice == "create":
            allow.append(label)
        elif choice in groups and other is not None:
            partner = other if isinstance(other, str) else intake.labels_of([other])[0]
            groups[choice].append((label, partner))
    return intake.change(allow=allow, **groups)


def choices_made(intake: Intake) -> dict[int, Choice]:
    """Return what a person chose for rows before, by position."""
    old = intake.choices
    if not (old.same or old.different or old.allow):
        return {}
    places = {label: row for row, label in enumerate(intake.labels_of(range(len(intake))))}
    made: dict[int, Choice] = {}
    for name in ("same", "different"):
        made |= {places[group[0]]: name for group in getattr(old, name) if group[0] in places}
    return made | {places[label]: "create" for label in old.allow if label in places}


def sure_merges(intake: Intake, least: float = SURELY) -> dict[int, Choice]:
    """Return the choice "same" for each row that waits although it is surely the other one.

    Args:
        intake: The intake.
        least: Least match probability.
    """
    likely = _probabilities(intake)
    return {
        row: "same"
        for row, (verdict, _) in enumerate(intake.verdicts)
        if verdict.state == "doubtful" and likely.get((row, other_of(verdict)), 0.0) >= least
    }


def counts_of(intake: Intake) -> dict[State, int]:
    """Return the number of rows of each state that occurs."""
    summary = intake.summary
    return {state: summary[state] for state in STATES if summary[state]}


def _probabilities(intake: Intake) -> dict[tuple[int, int | str | None], float]:
    likely: dict[tuple[int, int | str | None], float] = {}
    for link in links_of(intake.people):
        likely[link.row, link.other] = link.probability
        if isinstance(link.other, int):
            likely[link.other, link.row] = link.probability
    return likely


def _row_name(row: int | None, who: list[str]) -> str | None:
    return None if row is None else f"row {row + 1:,} of the list: {who[row]}"


def _names(frame: pl.DataFrame) -> list[str]:
    """Return name, address, phone and company of each row, as far as it has them."""
    texts = [
        frame[name].fill_null("").to_list() if name in frame.columns else [""] * frame.height
        for name in ("full_name", "first_name", "last_name", "email", "phone", "company_name")
    ]
    return [
        " · ".join(part for part in (full or f"{first} {last}".strip(), email or phone, company) if part)
        for full, first, last, email, phone, company in zip(*texts, strict=True)
    ]
