"""What is wrong with the values of a form: of all at once, by label, and below the input of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ipywidgets as widgets

from pb2b_notebook.errors import APIError, InvalidParameterError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.inputs import Input

_CUSTOM = "custom_fields."


class ValueNotes:
    """A line below each input for what is wrong with its value; hidden where nothing is."""

    def __init__(self, of: Iterable[Input]) -> None:
        self._of = list(of)
        self._lines = {one.name: inputs.note() for one in self._of}
        self.show({})

    def below(self, one: Input) -> Any:
        """Return the widget of an input with its line."""
        return widgets.VBox([one.widget, self._lines[one.name]])

    def show(self, notes: Mapping[str, str]) -> None:
        """Show these notes, by the names of the inputs, and no others."""
        for name, line in self._lines.items():
            note = notes.get(name, "")
            line.value = rendering.wrap(rendering.status_line("error", note)) if note else ""
            line.layout.display = "" if note else "none"

    def check(self) -> None:
        """Read all inputs, and show a note below each whose value does not fit.

        Raises:
            InvalidParameterError: One or more values do not fit; the message names all of them by their labels.
        """
        problems = {}
        for one in self._of:
            try:
                one.read()
            except InvalidParameterError as problem:
                problems[one.name] = problem
        self.show({name: f"{problem.message}: {problem.repair}" for name, problem in problems.items()})
        if problems:
            # A message or a repair that holds for several values is shown once.
            message, repair = (
                "; ".join(dict.fromkeys(texts))
                for texts in zip(*((one.message, one.repair) for one in problems.values()), strict=True)
            )
            raise InvalidParameterError(message, repair=repair)

    def show_refusal(self, refusal: APIError) -> None:
        """Show what the service says about values, below their inputs."""
        notes: dict[str, list[str]] = {}
        for detail in refusal.details:
            if detail.field:
                notes.setdefault(input_name(detail.field), []).append(detail.message)
        self.show({name: "; ".join(dict.fromkeys(messages)) for name, messages in notes.items()})


def input_name(field: str) -> str:
    """Return the name of the input for a field that the service names.

    >>> input_name("custom_fields.tier"), input_name("email")
    ('custom_tier', 'email')
    """
    return f"custom_{field.removeprefix(_CUSTOM)}" if field.startswith(_CUSTOM) else field
