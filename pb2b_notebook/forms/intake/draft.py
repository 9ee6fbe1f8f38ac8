"""The state of the guided form: which list, which step, and what a person decided that is not applied yet. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, Self

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms.intake import people, repairs
from pb2b_notebook.forms.intake.people import Choice
from pb2b_notebook.intake import Intake

Step = Literal["file", "columns", "cells", "people", "send", "result"]
STEPS: Final[Mapping[Step, str]] = {
    "file": "Choose a file",
    "columns": "Check the columns",
    "cells": "Repair cells",
    "people": "Look at the people",
    "send": "Send",
    "result": "Result",
}
"""Step → its name on the form."""


@dataclass(frozen=True)
class Draft:
    """A list on its way, and the step that is shown. Going back and forward keeps every decision.

    Attributes:
        intake: The list with the decisions that are applied; ``None`` before a file was read.
        step: The step that is shown.
        repaired: Column and value → the value that replaces it, not applied yet.
        chosen: Position of a row → what a person chose for it, not applied yet.
        sent: Whether anything of the list was sent.

    Example:
        >>> Draft().reachable
        ['file']
        >>> Draft().at("send")
        Traceback (most recent call last):
        pb2b_notebook.errors.UsageError: no list is chosen yet → choose a file first
    """

    intake: Intake | None = None
    step: Step = "file"
    repaired: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    chosen: Mapping[int, Choice] = field(default_factory=dict)
    sent: bool = False

    @classmethod
    def of(cls, intake: Intake) -> Self:
        """Return the draft of another list, at its first step after the file."""
        return cls(intake, "columns")

    @property
    def loaded(self) -> Intake:
        """The list.

        Raises:
            UsageError: No list is chosen.
        """
        if self.intake is None:
            raise UsageError("no list is chosen yet", repair="choose a file first")
        return self.intake

    @property
    def reachable(self) -> list[Step]:
        """The steps that can be shown now."""
        if self.intake is None:
            return ["file"]
        return [step for step in STEPS if step != "result" or self.intake.outcome is not None]

    @property
    def next(self) -> Step | None:
        """The step after this one, if it can be shown."""
        return self._beside(1)

    @property
    def previous(self) -> Step | None:
        """The step before this one."""
        return self._beside(-1)

    def at(self, step: Step) -> Self:
        """Return the draft at another step.

        Raises:
            UsageError: The step cannot be shown yet.
        """
        if step not in self.reachable:
            _ = self.loaded
            raise UsageError("nothing was sent yet", repair=f"go to {STEPS['send']}, and press its button")
        return replace(self, step=step)

    def change(self, **choices: Any) -> Self:
        """Return the draft with other choices of the intake, everything decided so far applied."""
        settled = self.settle()
        return replace(settled, intake=settled.loaded.change(**choices))

    def repair(self, column: str, value: str, new: Any) -> Self:
        """Return the draft in which a value of a column stands for another one, in all rows.

        Args:
            column: Column of the list.
            value: Text of the cells.
            new: The value that they stand for; :data:`~pb2b_notebook.forms.intake.repairs.LEAVE` takes a repair back,
                or leaves the cells of one out that was applied.
        """
        kept = {key: other for key, other in self.repaired.items() if key != (column, value)}
        if new is repairs.LEAVE and self.intake is not None:
            applied = repairs.replacement(self.intake, column, value)
            new = None if applied not in {repairs.LEAVE, None} else new
        return replace(self, repaired=kept if new is repairs.LEAVE else kept | {(column, value): new})

    def choose(self, row: int, choice: Choice) -> Self:
        """Return the draft with a choice for a row; "wait" takes an earlier choice back."""
        return replace(self, chosen={**self.chosen, row: choice})

    @property
    def is_settled(self) -> bool:
        """Whether everything that was decided is applied."""
        return not self.repaired and not self.chosen

    def settle(self) -> Self:
        """Return the draft with everything that was decided applied; the rows are compared again when looked at."""
        intake = self.loaded
        if self.chosen:
            intake = people.apply_choices(intake, self.chosen)
        if self.repaired:
            intake = repairs.apply_repairs(intake, self.repaired)
        return self if self.is_settled else replace(self, intake=intake, repaired={}, chosen={})

    def _beside(self, by: int) -> Step | None:
        steps = list(STEPS)
        place = steps.index(self.step) + by
        return steps[place] if 0 <= place < len(steps) and steps[place] in self.reachable else None
