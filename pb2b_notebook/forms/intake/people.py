"""The people of the list: what each row is, what a person may choose for it, and what a choice changes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.display.cards import shorten
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.forms import rendering
from pb2b_notebook.forms.known_fields import in_words
from pb2b_notebook.forms.paging import searchable
from pb2b_notebook.intake import Intake
from pb2b_notebook.intake.decisions import (
    OF_ANOTHER_LEAD,
    ONE_ADDRESS,
    SEVERAL,
    STATES,
    State,
    Verdict,
    ids_of_several,
)
from pb2b_notebook.intake.lines import line_name
from pb2b_notebook.intake.list_ends import BLANK_LINE
from pb2b_notebook.intake.matching import links_of, position_of, row_name
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import cells_of
from pb2b_notebook.mapping.lead_fields import LeadField, read_fields
from pb2b_notebook.upserts.plans import Plan

Choice = str
"""What a person chose for a row: "wait" (nothing), "same", "different", "create", "leave_out", or, of several leads or
rows, which it is: :func:`choice_of_candidate`."""
_SAME_AS: Final = "same as "
_LONGEST_LINE: Final = 200
GONE: Final = "perhaps opted out"
"""Where a new row stands that may be a person who opted out: first, since it is created."""
PERHAPS: Final = "perhaps"
"""How a new row is shown that may be another one, or a lead."""
REMARK: Final = "remark"
"""How another new row is shown that has a remark, which may refuse in words that no rule knows."""
UNCLEAR: Final = "unclear"
"""How a row is shown that is held back, since its remark or consent may be a refusal and is not understood."""
LABELS: Final[Mapping[str, str]] = {
    "new": "new",
    PERHAPS: "new but perhaps the same",
    REMARK: "new, with a remark",
    "known": "in the workspace",
    "duplicate": "twice in the list",
    "opted_out": "not to be contacted",
    UNCLEAR: "perhaps not to be contacted",
    "left_out": "left out",
    "no_person": "not a person",
    "doubtful": "to decide",
    "broken": "to correct",
}
"""State, :data:`PERHAPS`, :data:`REMARK` or :data:`UNCLEAR` → its name on the form."""
Change = tuple[str, str | None, str | None]
"""Label of a field of a known lead, its value, and the value that it gets, as text."""
SURELY: Final = 0.99
"""Least match probability of rows that one button merges."""
_LOOK_AT: Final = (
    GONE,
    "doubtful",
    PERHAPS,
    "broken",
    UNCLEAR,
    REMARK,
    "opted_out",
    "left_out",
    "duplicate",
    "known",
    "new",
    "no_person",
)
"""States in the order in which a person should look at them."""
_SEVERAL_PEOPLE: Final = (
    "its name is of several people: choose “send anyway” for one lead, or write one person a row in the file of the "
    "rows that are held back: step 5 has it as a download"
)
_NOT_SENT: Final[tuple[str, Choice]] = ("not sent", "leave_out")
_FOUND: Final = (("one person (found)", "wait"), ("one person", "same"), ("two people", "different"), _NOT_SENT)
"""Options of a row that was found to be another one or a lead; only the second reads as chosen."""
OPTIONS: Final[Mapping[State, tuple[tuple[str, Choice], ...]]] = {
    "new": (("sent", "wait"), ("one person", "same"), ("two people", "different"), _NOT_SENT),
    "known": _FOUND,
    "duplicate": _FOUND,
    "opted_out": (("not sent", "wait"), ("send anyway", "create")),
    "left_out": (("sent", "wait"), _NOT_SENT),
    "no_person": (("not sent", "wait"), ("send anyway", "create")),
    "doubtful": (("decide later", "wait"), ("one person", "same"), ("two people", "different"), _NOT_SENT),
    "broken": (("to be corrected", "wait"), _NOT_SENT),
}
"""State → what a person may choose, with labels: first what happens without a choice. Each has the effect it says."""
FOR_ALL: Final = ("one person", "two people", "not sent", "undo choices")
"""Labels of what a person may choose for all rows that are found."""


def people_of(intake: Intake) -> pl.DataFrame:
    """Return one row for each row of the list.

    Columns: ``state``, ``who``, ``other`` (the lead or row that it is, or may be), ``action`` of the plan, ``reason``,
    ``probability`` (that it is the other one; null if nothing was compared), ``choice`` that a person made before,
    ``line`` (name of the row), ``shown`` (its state as :data:`LABELS` has it), ``rank`` (low for rows that need a look)
    and ``text``, which is searched.
    """
    who, lines = _names(intake.cleaned.frame), [line_name(intake.file, row) for row in range(len(intake))]
    leads = dict(zip(intake.leads["id"], _names(intake.leads), strict=True))
    leads |= _facts_of_several(intake, leads)
    likely = _probabilities(intake)
    made = choices_made(intake)
    why: dict[tuple[int, int | str | None], str]
    why = {(link.row, link.other): link.reasons for link in links_of(intake.people)}
    why |= {(other, row): reasons for (row, other), reasons in why.items() if isinstance(other, int)}
    nameless = [row for row, (one, _) in enumerate(intake.verdicts) if one.state == "no_person" or not who[row]]
    texts = _texts_of_lines(intake, nameless)
    partners = _partners(intake)
    shown = _shown_states(intake)
    remarks = remarks_of(intake)
    rows = [
        (
            verdict.state,
            texts.get(row) or who[row],
            _other(verdict, leads, lines, who),
            action,
            _reason_of(verdict, why.get((row, other_of(verdict)), ""), decided_at),
            likely.get((row, other_of(verdict))),
            _choice_made(verdict, made.get(row)),
            lines[row],
            shown[row],
            GONE if verdict.may_have_opted_out else shown[row],
        )
        for row, (found, action) in enumerate(intake.verdicts)
        for verdict in [found._replace(same_as=partners[row]) if row in partners else found]
        for decided_at in [lines[partners[row]] if row in partners else ""]
    ]
    names = ("state", "who", "other", "action", "reason", "probability", "choice", "line", "shown", "rank")
    schema = dict.fromkeys(names, pl.String) | {"probability": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    rank = table["rank"].replace_strict({state: place for place, state in enumerate(_LOOK_AT)}, return_dtype=pl.Int64)
    remark = pl.Series("remark", [" · ".join(remarks.get(row, ())) for row in range(table.height)], dtype=pl.String)
    return table.with_columns(
        rank.alias("rank"), searchable(*(table[name] for name in ("who", "other", "reason", "line")), remark)
    )


def remarks_of(intake: Intake) -> dict[int, list[str]]:
    """Return the remarks in which no refusal was found, by row that would be created."""
    found: dict[int, list[str]] = {}
    for row, column, remark in intake.remarks_of_new:
        found.setdefault(row, []).append(f"{column}: {remark}")
    return found


def _partners(intake: Intake) -> dict[int, int]:
    """Return the rows that wait for a decision at a later row, with that row."""
    waiting = {row: verdict for row, (verdict, _) in enumerate(intake.verdicts) if verdict.state == "doubtful"}
    return {
        verdict.same_as: row
        for row, verdict in reversed(waiting.items())
        if verdict.same_as in waiting and other_of(waiting[verdict.same_as]) is None
    }


def _reason_of(verdict: Verdict, compared: str, decided_at: str) -> str | None:
    """Return the reason of a verdict: what speaks against one person, what speaks for it, and where to decide.

    Args:
        verdict: The verdict about a row.
        compared: What the comparison with the other one found; "" if nothing was compared.
        decided_at: Line at which it is decided; "" for the line itself.

    >>> _reason_of(Verdict("doubtful", "perhaps the person of another row: different companies", None, 1),
    ...            "same phone number; same name; but different companies", "line 30")
    'perhaps the person of another row: different companies, though same phone number; same name; choose at line 30'
    """
    reason = _reason_without_ids(verdict) or compared
    speaks_for, _, _ = compared.partition("; but ")
    if verdict.state == "doubtful" and reason.startswith("perhaps") and speaks_for not in reason:
        reason += f", though {speaks_for}"
    return (f"{reason}; choose at {decided_at}" if decided_at else reason) or None


def describe_people(intake: Intake, rows: Sequence[int]) -> list[str]:
    """Return the line of some rows and who stands there: name, address and company, or else what the line holds."""
    who = _names(intake.cleaned.frame[list(rows)])
    texts = _texts_of_lines(intake, [row for row, name in zip(rows, who, strict=True) if not name])
    return [f"{line_name(intake.file, row)}: {name or texts[row]}" for row, name in zip(rows, who, strict=True)]


def changes_of(intake: Intake, rows: Sequence[int]) -> dict[int, list[Change]]:
    """Return the values that known leads get from the list, by row of the list."""
    leads = {
        verdict.lead_id: row
        for row in reversed(rows)  # a lead of several rows is shown at the first
        for verdict, action in [intake.verdicts[row]]
        if verdict.state == "known" and action == "update"
    }
    if not leads:
        return {}
    planned = intake.plan.decisions.rows.filter(pl.col("lead_id").is_in([*leads])).select("row", "lead_id")
    fields = {field.column: field for field in read_fields(intake.lead_fields).values()}
    found: dict[int, list[Change]] = {}
    changed = intake.plan.differences.join(planned, on="row", maintain_order="left")
    for lead_id, name, before, after in changed.select("lead_id", "field", "before", "after").iter_rows():
        found.setdefault(leads[lead_id], []).append(_in_words(name, before, after, fields))
    return found


def count_other_values(intake: Intake) -> int:
    """Return the number of known leads of which the list has other values that it does not send."""
    if intake.choices.existing != "fill" or not intake.summary["known"]:
        return 0
    sent, of_list = (_changed_fields(one.plan) for one in (intake, intake.change(existing="overwrite")))
    return len({lead_id for lead_id, _ in of_list - sent})


def _changed_fields(plan: Plan[Any]) -> set[tuple[str, str]]:
    """Return the id of each lead that a plan changes, with each of the fields that it changes."""
    decided = plan.decisions
    leads = decided.rows.filter(pl.col("action") == "update").select("row", "lead_id")
    changes = decided.changes.join(leads, on="row")
    return {(lead_id, name) for name in decided.fields for lead_id in changes.filter(f"set {name}")["lead_id"]}


def merges_of(intake: Intake, rows: Sequence[int]) -> dict[int, list[Change]]:
    """Return the values of duplicate rows that are left, and those that are kept instead, by row of the list."""
    shown: dict[int, int] = {}
    for row in reversed(rows):  # a person is shown at the first row that is looked at
        verdict, _ = intake.verdicts[row]
        if verdict.state in {"duplicate", "known"}:
            shown[row if verdict.same_as is None else verdict.same_as] = row
    if not shown:
        return {}
    fields = {field.column: field for field in read_fields(intake.lead_fields).values()}
    found: dict[int, list[Change]] = {}
    for first, name, kept, left in intake.merged.differing.filter(pl.col("row").is_in([*shown])).iter_rows():
        found.setdefault(shown[first], []).append(_in_words(name, left, kept, fields))
    return found


def _in_words(name: str, before: str | None, after: str | None, fields: Mapping[str, LeadField]) -> Change:
    """Return a change with the label of its field, and with yes and no as the boxes of the form have them."""
    field = fields.get(name)
    if field is None:
        return name, before, after
    return field.label or field.key, in_words(before, field), in_words(after, field)


def options_of(row: int, verdict: Verdict) -> tuple[tuple[str, Choice], ...]:
    """Return what a person may choose for a row, with labels."""
    if verdict.reason == BLANK_LINE:
        return OPTIONS[verdict.state][:1]
    if verdict.reason == SEVERAL:
        return (OPTIONS[verdict.state][0], _NOT_SENT, ("send anyway", "create"))
    if verdict.state == "left_out" and verdict.same_as not in {None, row}:  # another row of the person is left out
        return (("not sent", "wait"), ("two people", "different"))
    if verdict.more_leads or verdict.more_rows:
        first = "decide later" if verdict.state == "doubtful" else "as chosen"
        each = [(f"it is {number}", choice_of_candidate(one)) for number, one in enumerate(candidates(verdict), 1)]
        return ((first, "wait"), *each, ("none of them", "different"), _NOT_SENT)
    has_other = other_of(verdict) is not None
    return tuple(one for one in OPTIONS[verdict.state] if has_other or one[1] not in {"same", "different"})


def candidates(verdict: Verdict) -> Sequence[int | str]:
    """Return the leads that a row may be, or the positions of the rows, always in the same order."""
    if verdict.more_rows:
        return _rows_of_several(verdict)
    return sorted(lead for lead in (verdict.lead_id, *verdict.more_leads) if lead is not None)


def _rows_of_several(verdict: Verdict) -> list[int]:
    return sorted(row for row in (verdict.same_as, *verdict.more_rows) if row is not None)


def choice_of_candidate(other: int | str) -> Choice:
    """Return the choice that a row is this row or lead, of several.

    >>> choice_of_candidate(3), choice_of_candidate("lead_1")
    ('same as row 3', 'same as lead_1')
    """
    return f"{_SAME_AS}{other if isinstance(other, str) else row_name(other)}"


def check_choice(intake: Intake, row: int, choice: Choice) -> None:
    """Refuse a choice that a row does not have.

    Raises:
        InvalidParameterError: The list has no such row, or the choice is not one of its choices.
    """
    if not isinstance(row, int) or not 0 <= row < len(intake):
        raise InvalidParameterError(
            f"a row must be a position from 0 to {len(intake) - 1}", repair="form.draft.intake.rows has a line for each"
        )
    several = map(choice_of_candidate, candidates(intake.verdicts[row][0]))
    known = ("wait", "same", "different", "create", "leave_out", *several)
    if choice not in known:
        raise InvalidParameterError("unknown choice for this row", repair=f"use {', '.join(map(repr, known))}")


def _shown_states(intake: Intake) -> list[str]:
    """Return how each row is shown."""
    states = [_shown_state(verdict) for verdict, _ in intake.verdicts]
    with_remark = {row for row, _, _ in intake.remarks_of_new}
    shown = [REMARK if row in with_remark and state == "new" else state for row, state in enumerate(states)]
    return [UNCLEAR if row in intake.to_settle else state for row, state in enumerate(shown)]


def _shown_state(verdict: Verdict) -> str:
    """Return the state of a row, or :data:`PERHAPS` for a new one that may be another one, or a lead.

    A row that lacks nothing but an address of its own is to be corrected: there is nothing left to decide about it.
    """
    if verdict.state == "doubtful" and verdict.reason in {ONE_ADDRESS, OF_ANOTHER_LEAD}:
        return "broken"
    return PERHAPS if verdict.state == "new" and verdict.reason is not None else verdict.state


def _reason_without_ids(verdict: Verdict) -> str | None:
    """Return the reason of a verdict without ids of leads, which are for code."""
    if verdict.reason in {ONE_ADDRESS, OF_ANOTHER_LEAD}:
        return f"{verdict.reason}: step 5 has it as a download"
    if verdict.reason == SEVERAL:
        return _SEVERAL_PEOPLE
    if verdict.reason is None or not verdict.more_leads:
        return verdict.reason
    return verdict.reason.replace(ids_of_several([str(verdict.lead_id), *verdict.more_leads]), "")


def _choice_made(verdict: Verdict, made: Choice | None) -> Choice | None:
    """Return the choice that a person made for a row, as its options have it."""
    if not verdict.more_leads or made not in {"same", "different"} or verdict.reason == OF_ANOTHER_LEAD:
        return made  # of these, none of them it is
    return choice_of_candidate(str(verdict.lead_id)) if verdict.state == "known" else None


def choices_for_all(intake: Intake, rows: Iterable[int], label: str) -> dict[int, Choice]:
    """Return a choice for each of some rows that has it.

    Whether a row is one person with another one or not is only chosen for rows that wait for it; and one person only
    where no other row speaks against it: Dani may be Daniel or Daniela.
    """
    if label == FOR_ALL[-1]:
        return dict.fromkeys(rows, "wait")
    about_others = label in FOR_ALL[:2]
    doubted = _pairs(intake, cut=True) if label == FOR_ALL[0] else frozenset()
    found: dict[int, Choice] = {}
    for row in rows:
        verdict, _ = intake.verdicts[row]
        choice = dict(options_of(row, verdict)).get(label)
        waits = verdict.state == "doubtful" and (row, other_of(verdict)) not in doubted
        if choice is not None and (waits or not about_others):
            found[row] = choice
    return found


def other_of(verdict: Verdict) -> int | str | None:
    """Return the lead, or the position of the row, that a row is or may be."""
    return verdict.lead_id if verdict.lead_id is not None else verdict.same_as


def apply_choices(intake: Intake, chosen: Mapping[int, Choice]) -> Intake:
    """Return the intake with choices for rows; they replace earlier ones about the same rows."""
    about = {label: row for row, label in zip(chosen, intake.labels_of(chosen), strict=True)}
    old = intake.choices
    groups: dict[str, list[tuple[Any, ...]]] = {
        "same": [group for group in old.same if group[0] not in about],
        "different": [group for group in old.different if group[0] not in about],
    }
    lists: dict[str, list[Any]] = {
        "create": [label for label in old.allow if label not in about],
        "leave_out": [label for label in old.leave_out if label not in about],
    }
    for label, row in about.items():
        verdict, _ = intake.verdicts[row]
        choice, other = chosen[row], other_of(verdict)
        if choice in lists:
            lists[choice].append(label)
        elif choice.startswith(_SAME_AS):
            groups["same"].append((label, _choice_name(intake, position_of(choice.removeprefix(_SAME_AS)))))
        elif choice == "different" and (verdict.more_leads or verdict.more_rows):
            groups[choice] += [(label, _choice_name(intake, one)) for one in candidates(verdict)]
        elif choice in groups and other is not None:
            groups[choice].append((label, _choice_name(intake, other)))
    return intake.change(allow=lists["create"], leave_out=lists["leave_out"], **groups)


def _choice_name(intake: Intake, other: int | str) -> Any:
    """Return the index label of a row, or the id of a lead, as choices name them."""
    return other if isinstance(other, str) else intake.labels_of([other])[0]


def choices_made(intake: Intake) -> dict[int, Choice]:
    """Return what a person chose for rows before, by position."""
    old = intake.choices
    if not (old.same or old.different or old.allow or old.leave_out):
        return {}
    places = {label: row for row, label in enumerate(intake.labels_of(range(len(intake))))}
    made: dict[int, Choice] = {}
    for name in ("same", "different"):
        made |= {places[group[0]]: name for group in getattr(old, name) if group[0] in places}
    made |= {places[label]: "create" for label in old.allow if label in places}
    return made | {places[label]: "leave_out" for label in old.leave_out if label in places}


def display_counts(intake: Intake) -> dict[str, int]:
    """Return the number of rows that are shown as each state of :data:`LABELS` that occurs."""
    found = Counter(_shown_states(intake))
    return {shown: found[shown] for shown in LABELS if found[shown]}


def sure_merges(intake: Intake) -> dict[int, Choice]:
    """Return the choice "same" for each row that waits although it is surely the other one, and only that one.

    A row whose link other rows speak against is not among them, however probable it is: that is for a person to see.
    """
    sure = _pairs(intake, cut=False, least=SURELY)
    return {
        row: "same"
        for row, (verdict, _) in enumerate(intake.verdicts)
        if verdict.state == "doubtful"
        and not verdict.more_leads
        and not verdict.more_rows
        and (row, other_of(verdict)) in sure
    }


def _pairs(intake: Intake, *, cut: bool, least: float = 0.0) -> frozenset[tuple[int | str, int | str]]:
    """Return the rows and what each may be, in both directions, of links that other rows cut, or of all others."""
    links = (link for link in links_of(intake.people) if link.cut == cut and link.probability >= least)
    return frozenset(pair for link in links for pair in ((link.row, link.other), (link.other, link.row)))


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


def _other(verdict: Verdict, leads: Mapping[str, str], lines: Sequence[str], who: Sequence[str]) -> str | None:
    """Return who the person of a row is, or may be; several are numbered as the choices are, one a line."""
    if verdict.more_leads:
        return "\n".join(f"{number}: {leads.get(str(lead))}" for number, lead in enumerate(candidates(verdict), 1))
    if verdict.lead_id is not None:
        return leads.get(verdict.lead_id)
    if verdict.more_rows:
        return "\n".join(
            f"{number}: {lines[row]}: {who[row]}" for number, row in enumerate(_rows_of_several(verdict), 1)
        )
    return None if verdict.same_as is None else f"{lines[verdict.same_as]}: {who[verdict.same_as]}"


def _texts_of_lines(intake: Intake, rows: Sequence[int]) -> dict[int, str]:
    """Return what stands in some lines."""
    cells = [cells_of(intake.source, column) for column in intake.source.columns] if rows else []
    given = {
        row: [rendering.as_text(column[row]).strip() for column in cells if column[row] == column[row]] for row in rows
    }
    return {
        row: shorten(" · ".join(text for text in texts if text not in {"", "None"}), _LONGEST_LINE)
        for row, texts in given.items()
    }


def _facts_of_several(intake: Intake, names: Mapping[str, str]) -> dict[str, str]:
    """Return name and further values of the leads of which a row may be one: they often have one name and company."""
    several = {lead for verdict, _ in intake.verdicts if verdict.more_leads for lead in candidates(verdict)}
    found = intake.leads.filter(pl.col("id").is_in([*several]))
    facts = [pl.col(name) for name in ("phone", "title", "city", "owner_email") if name in found.columns]
    facts += [pl.format("status {}", "status")] if "status" in found.columns else []
    days = [pl.col("created_at").dt.strftime("created %Y-%m-%d")] if "created_at" in found.columns else []
    return {
        lead: " · ".join(dict.fromkeys([*names[lead].split(" · "), *(fact for fact in row if fact)]))
        for lead, *row in found.select("id", *facts, *days).iter_rows()
    }


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
