"""Decisions that a person wrote into the file of the rows that were held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.intake.decisions import people_of_doubts
from pb2b_notebook.intake.lines import line_name
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from pb2b_notebook.files.reports import FileReport
    from pb2b_notebook.intake.intake import Intake

Decision = Literal["create", "same", "leave out"]
DECISION: Final = "decision: create, same or leave out"
"""Column of the file. A row that is created is of another person than those that its reason names."""
_BEGINNING: Final = "decision:"
_SHORT: Final = ("decision", "decisions")
"""Other names of the column, in a file of rows that were held back."""
_REPAIR: Final = "write create, same or leave out, or leave the cell blank, so that the row waits"
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


def read_decisions(
    frame: Any, columns: Sequence[Any] = (DECISION,), file: FileReport | None = None
) -> dict[int, Decision]:
    """Return position of a row → decision, for rows about which a person decided.

    Raises:
        InvalidParameterError: A cell has another word, or two columns say two things about a row.

    >>> import pandas as pd
    >>> read_decisions(pd.DataFrame({"Name": ["Ada", "Bo", "Cy"], DECISION: ["Same ", None, "leave_out"]}))
    {0: 'same', 2: 'leave out'}
    """
    found: dict[int, Decision] = {}
    for column in columns:
        for row, cell in enumerate(cells_of(frame, column)):
            if is_blank(cell):
                continue
            decision = _read(cell)
            if decision is None:
                raise InvalidParameterError(
                    f"{line_name(file, row)} has another word in the column {column!r}{_hint(cell)}", repair=_REPAIR
                )
            if found.setdefault(row, decision) != decision:
                raise InvalidParameterError(
                    f"{line_name(file, row)} has two decisions, {found[row]!r} and {decision!r}, in two columns",
                    repair=f"keep one of the columns {', '.join(map(repr, columns))}",
                )
    return found


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


def follow_decisions(intake: Intake[Any], decisions: Mapping[int, Decision]) -> Intake[Any]:
    """Return the intake with the choices that follow from the decisions about its rows.

    A row that may be several leads or rows stays in doubt if it is to be the same. No decision creates a row that looks
    like a person who opted out.

    Raises:
        InvalidParameterError: A row is to be the same person as one that is left out: it would be left out with it.
    """
    _check_whom_same_names(intake, decisions)
    intake = replace(intake, answered=frozenset(decisions))
    left_out = [row for row, decision in decisions.items() if decision == "leave out"]
    if left_out:
        intake = intake.change(leave_out=[*intake.choices.leave_out, *intake.labels_of(left_out)])
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
    _check_same_as_left_out(intake, decisions)
    return intake


def _check_whom_same_names(intake: Intake[Any], decisions: Mapping[int, Decision]) -> None:
    """Refuse "same" for a row that is new and may be of no known person: it would be created."""
    verdicts = [verdict for verdict, _ in intake.verdicts]
    others = people_of_doubts(verdicts)
    for row, decision in decisions.items():
        if decision == "same" and verdicts[row].state == "new" and row not in others and verdicts[row].reason is None:
            raise InvalidParameterError(
                f"{line_name(intake.file, row)} is to be the same person, and there is none whom it may be",
                repair="write create, or leave the cell blank",
            )


def _check_same_as_left_out(intake: Intake[Any], decisions: Mapping[int, Decision]) -> None:
    for row, (verdict, _) in enumerate(intake.verdicts):
        if verdict.state == "left_out" and decisions.get(row) == "same":
            other = "a row" if verdict.same_as is None else line_name(intake.file, verdict.same_as)
            raise InvalidParameterError(
                f"{line_name(intake.file, row)} is to be the same person as {other}, which is to be left out",
                repair="write create for the one that is to be sent, or leave out for both",
            )
