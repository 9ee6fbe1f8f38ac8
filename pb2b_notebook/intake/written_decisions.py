"""Decisions that a person wrote into the file of the rows that were held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pb2b_notebook.intake.decisions import NAMES_ANOTHER, people_of_doubts
from pb2b_notebook.intake.held_rows import WITHOUT_REASON
from pb2b_notebook.intake.lines import line_name
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.upserts.planning.opted_out import UNCLEAR, columns_of_reasons

if TYPE_CHECKING:
    from pb2b_notebook.intake.intake import Intake

Decision = Literal["create", "same", "leave out"]
DECISION: Final = "decision: create, same or leave out"
"""Column of the file. A row that is created is of another person than those that its reason names."""
REASON_IN_FILE: Final = "held back because"
"""Column of the file that says why a row is held back; it is left out when the file comes back."""
_BEGINNING: Final = "decision:"
_SAMPLE: Final = 20
"""Cells of a column that are looked at for a reason."""
_SHORT: Final = ("decision", "decisions")
"""Other names of the column, in a file of rows that were held back."""
_REPAIR: Final = "write create, same or leave out, or leave the cell blank"
_SAME_AS_NONE: Final = "it is to be the same person, and there is none whom it may be: write create"
_SAME_AS_SEVERAL: Final = (
    "it is to be the same person, and it may be each of several: merge these leads first with Duplicates, or "
    "choose one with intake.change(same=[…])"
)
_MOST_ROUNDS: Final = 10
"""How often a row may be in doubt again: of three leads that it may be, it is decided about one after the other."""


def decision_columns(frame: Any, *, held_back: bool = False) -> list[Any]:
    """Return the columns of decisions, however their names are cased.

    Args:
        frame: The list.
        held_back: Whether it is a file of rows that were held back. A shorter name says it there, too, but for a column
            of the list itself, which has other words: Hired, Declined.

    >>> import pandas as pd
    >>> decision_columns(pd.DataFrame(columns=["Name", "Decision: create, same or leave out", "decision"]))
    ['Decision: create, same or leave out']
    """
    names = [(name, str(name).strip().casefold()) for name in column_names(frame)]
    whole = [name for name, text in names if text.startswith(_BEGINNING)]
    if whole or not held_back:
        return whole
    return [name for name, text in names if text in _SHORT and any(map(_may_be_decision, cells_of(frame, name)))]


def reason_columns(frame: Any) -> list[Any]:
    """Return the columns that say why rows were held back, also as a frame or an earlier file names them.

    Under another name, a column is one of them if its first cells have such reasons.

    >>> import pandas as pd
    >>> reason_columns(pd.DataFrame(columns=["Name", "Held back because", "held_back_because"]))
    ['Held back because', 'held_back_because']
    >>> reason_columns(pd.DataFrame({"Grund": [f"perhaps a known lead (50.0%): same name{NAMES_ANOTHER}Ada"]}))
    ['Grund']
    """
    names = column_names(frame)
    found = [n for n in names if str(n).strip().casefold().replace("_", " ") == REASON_IN_FILE]
    return found or [name for name in names if any(map(_is_reason, cells_of(frame, name)[:_SAMPLE]))]


def _is_reason(cell: Any) -> bool:
    return isinstance(cell, str) and (NAMES_ANOTHER in cell or cell.endswith(UNCLEAR))


def standing_reasons(frame: Any, columns: Sequence[Any], *, is_known: bool) -> dict[int, str]:
    """Return position of a row → reason, for rows of held-back ones whose reason what is left of them cannot settle.

    Such a reason names a column that the file does not have any more. In a file with other columns than it was written
    with, one that names another person or lead may follow from what is gone, too.

    Args:
        frame: The file.
        columns: Its columns of reasons.
        is_known: Whether rows with these columns were held back on this machine: each is recognized by its cells.

    >>> import pandas as pd
    >>> rows = {"Name": ["Ada", "Bo"], "Why": [f"the column 'Notes' {UNCLEAR[1]}", "it has no email address"]}
    >>> standing_reasons(pd.DataFrame(rows), ["Why"], is_known=True)
    {0: "the column 'Notes' has a remark that may be a refusal, and is not understood"}
    """
    names, found = column_names(frame), dict[int, str]()
    for column in columns:
        for row, cell in enumerate(cells_of(frame, column)):
            if not isinstance(cell, str) or row in found:
                continue
            of_column = any(why in cell for why in UNCLEAR) and not columns_of_reasons(names, [cell])
            if of_column or WITHOUT_REASON in cell or (NAMES_ANOTHER in cell and not is_known):
                found[row] = cell.strip()
    return found


def read_decisions(frame: Any, columns: Sequence[Any] = (DECISION,)) -> tuple[dict[int, Decision], dict[int, str]]:
    """Return position of a row → decision, for rows about which a person decided, and → reason, where it is unclear.

    >>> import pandas as pd
    >>> read_decisions(pd.DataFrame({"Name": ["Ada", "Bo", "Cy"], DECISION: ["Same ", None, "leave_out"]}))
    ({0: 'same', 2: 'leave out'}, {})
    """
    found: dict[int, Decision] = {}
    unclear: dict[int, str] = {}
    for column in columns:
        for row, cell in enumerate(cells_of(frame, column)):
            if is_blank(cell):
                continue
            decision = _read(cell)
            if decision is None:
                unclear[row] = f"its decision has another word{_hint(cell)}: {_REPAIR}"
            elif found.setdefault(row, decision) != decision:
                unclear[row] = f"it has two decisions, {found[row]!r} and {decision!r}, in two columns: keep one"
    return {row: decision for row, decision in found.items() if row not in unclear}, unclear


def _read(cell: Any) -> Decision | None:
    words = " ".join(str(cell).replace("_", " ").casefold().split())
    return next((each for each in get_args(Decision) if each == words), None)


def _may_be_decision(cell: Any) -> bool:
    """Return whether a cell is a decision, perhaps a misspelled one."""
    return _read(cell) is not None or _hint(cell) != ""


def _hint(cell: Any) -> str:
    """Return which word a misspelled one is like; the cell itself may be lead data."""
    near = get_close_matches(str(cell).strip().casefold(), get_args(Decision), n=1)
    return f", perhaps for {near[0]}" if near else ""


def follow_decisions(intake: Intake[Any], decisions: Mapping[int, Decision], unclear: Mapping[int, str]) -> Intake[Any]:
    """Return the intake with the choices that follow from the decisions about its rows.

    A row that may be several leads or rows stays in doubt if it is to be the same, and one whose decision cannot be
    followed waits with the reason. No decision creates a row that looks like a person who opted out; a decision to send
    one whose remark is not understood settles the remark, and the doubt about a lead that its reason names.
    """
    before = intake.with_decisions(undecided=unclear)
    wrong = _same_as_none(before, decisions)
    clear = {row: decision for row, decision in decisions.items() if row not in wrong}
    before = before.with_decisions(answered=clear, undecided={**unclear, **wrong})
    left_out = [row for row, decision in clear.items() if decision == "leave out"]
    if left_out:
        before = before.change(leave_out=[*before.choices.leave_out, *before.labels_of(left_out)])
    remarks = {row for row in intake.to_settle if intake.verdicts[row][0].lead_id is None}
    doubts = {row: decision for row, decision in clear.items() if row not in remarks}
    followed = _follow_doubts(before, doubts)
    if any(followed.verdicts[row][0].state == "doubtful" for row in clear):  # some wait for no one that is known
        followed = _follow_doubts(followed.with_decisions(wait=False), doubts)
    refused = {**_same_as_left_out(followed, clear), **_same_as_none(followed, clear)}  # whom it waited for is gone
    refused |= _same_as_several(followed, clear)
    if not refused:
        return followed
    followable = {row: decision for row, decision in clear.items() if row not in refused}
    return follow_decisions(intake, followable, {**before.undecided, **refused})


def _follow_doubts(intake: Intake[Any], decisions: Mapping[int, Decision]) -> Intake[Any]:
    """Return the intake with the choices about rows in doubt: one may be in doubt again, about another person."""
    for _ in range(_MOST_ROUNDS):
        same, different = list[tuple[Any, Any]](), list[tuple[Any, Any]]()
        for row, others in people_of_doubts([verdict for verdict, _ in intake.verdicts]).items():
            decision = decisions.get(row)
            [label, *names] = (
                each if isinstance(each, str) else intake.labels_of([each])[0] for each in (row, *others)
            )
            pairs = [(label, name) for name in names]
            different += pairs if decision == "create" else ()
            same += pairs if decision == "same" and len(pairs) == 1 else ()
        if not (same or different):
            break
        intake = intake.change(same=[*intake.choices.same, *same], different=[*intake.choices.different, *different])
    return intake


def _same_as_none(intake: Intake[Any], decisions: Mapping[int, Decision]) -> dict[int, str]:
    """Return the rows that are to be the same person, but are new and may be none: they would be created."""
    verdicts = [verdict for verdict, _ in intake.verdicts]
    others = people_of_doubts(verdicts)
    return {
        row: _SAME_AS_NONE
        for row, decision in decisions.items()
        if decision == "same" and verdicts[row].state == "new" and row not in others and verdicts[row].reason is None
    }


def _same_as_several(intake: Intake[Any], decisions: Mapping[int, Decision]) -> dict[int, str]:
    """Return the rows that are to be the same person, but may be each of several: they still wait."""
    others = people_of_doubts([verdict for verdict, _ in intake.verdicts])
    return {
        row: _SAME_AS_SEVERAL
        for row, decision in decisions.items()
        if decision == "same" and len(others.get(row, ())) > 1
    }


def _same_as_left_out(intake: Intake[Any], decisions: Mapping[int, Decision]) -> dict[int, str]:
    """Return the rows that are to be the same person as one that is left out: they would be left out with it."""
    found: dict[int, str] = {}
    for row, (verdict, _) in enumerate(intake.verdicts):
        if verdict.state == "left_out" and decisions.get(row) == "same":
            other = "a row" if verdict.same_as is None else line_name(intake.file, verdict.same_as)
            found[row] = (
                f"it is to be the same person as {other}, which is to be left out: write create for the one that is to "
                "be sent, or leave out for both"
            )
    return found
