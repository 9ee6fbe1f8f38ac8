"""Decisions that a person wrote into the file of the rows that were held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.intake.decisions import people_of_doubts
from pb2b_notebook.intake.lines import line_name
from pb2b_notebook.mapping.columns import cells_of
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from pb2b_notebook.files.reports import FileReport
    from pb2b_notebook.intake.intake import Intake

Decision = Literal["create", "same", "leave out"]
DECISION: Final = "decision: create, same or leave out"
"""Column of the file. A row that is created is of another person than those that its reason names."""
_BEGINNING: Final = "decision:"
_MOST_ROUNDS: Final = 10
"""How often a row may be in doubt again: of three leads that it may be, it is decided about one after the other."""


def decision_column(columns: Iterable[Any]) -> Any:
    """Return the column of decisions, however its name is cased; ``None`` without one.

    >>> decision_column(["Name", "Decision: create, same or leave out"])
    'Decision: create, same or leave out'
    """
    return next((name for name in columns if str(name).strip().casefold().startswith(_BEGINNING)), None)


def read_decisions(frame: Any, column: Any = DECISION, file: FileReport | None = None) -> dict[int, Decision]:
    """Return position of a row → decision, for rows about which a person decided.

    Args:
        frame: The list, with the column.
        column: Name of the column, from :func:`decision_column`.
        file: How its file was read.

    Raises:
        InvalidParameterError: A cell has another word.

    >>> import pandas as pd
    >>> read_decisions(pd.DataFrame({"Name": ["Ada", "Bo", "Cy"], DECISION: ["Same ", None, "leave_out"]}))
    {0: 'same', 2: 'leave out'}
    """
    found: dict[int, Decision] = {}
    for row, cell in enumerate(cells_of(frame, column)):
        if is_blank(cell):
            continue
        words = " ".join(str(cell).replace("_", " ").casefold().split())
        decision = next((each for each in get_args(Decision) if each == words), None)
        if decision is None:
            raise InvalidParameterError(
                f"{line_name(file, row)} has another word in the column {DECISION!r}",
                repair="write create, same or leave out, or leave the cell blank, so that the row waits",
            )
        found[row] = decision
    return found


def follow_decisions(intake: Intake[Any], decisions: Mapping[int, Decision]) -> Intake[Any]:
    """Return the intake with the choices that follow from the decisions about its rows.

    A row that may be several leads or rows stays in doubt if it is to be the same. No decision creates a row that looks
    like a person who opted out.

    Args:
        intake: Intake of the file.
        decisions: Position of a row → decision.
    """
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
    return intake
