"""Change one field of several leads at once: choose the field and the value, look at each change, then apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, known_fields
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.lead_editing import SERVICE_FIELDS, field_input
from pb2b_notebook.forms.plans.review import PlanReview
from pb2b_notebook.forms.questions import Question
from pb2b_notebook.forms.value_notes import ValueNotes
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.workspace import Workspace

if TYPE_CHECKING:
    from pb2b_notebook.frames.types import EagerFrame
    from pb2b_notebook.upserts.plans import Plan

_OF_ONE_PERSON: Final = frozenset({"email", "full_name", "first_name", "last_name", "external_id", "linkedin_url"})
_SET, _ADD, _EMPTY = "set", "add", "empty"
_HOW: Final = {"set it to this value": _SET, "empty it": _EMPTY}
_HOW_OF_LISTS: Final = {"add this to it": _ADD, **_HOW}


class BulkEdit(Form["Plan[Any]"]):
    """Change one field of several leads, and review each change before it is applied.

    Args:
        ws: The workspace.
        leads: Frame of the leads as they were read; one that was changed since is a conflict.
        applied: Function that is called with this form after the changes were applied, and after they were undone.
        saved: Those of the leads that this user has saved since, by id.

    Attributes:
        result: The plan.
        review: The review of the plan, whose button applies it; ``None`` before.

    Values: ``field`` (a column of leads), ``how`` ("set", "empty", or "add" for a list), and one for each field, by
    its column.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     form = BulkEdit(ws, ws.leads.list())
        ...     plan = form.submit(field="city", how="set", city="Ghent")
        ...     done = form.review.submit()
        ...     set(ws.leads.list()["city"])
        {'Ghent'}
    """

    title: ClassVar[str] = "Change several leads"
    action: ClassVar[str] = "Show the changes"
    gives: ClassVar[str] = "plan"
    operations: ClassVar[tuple[str, ...]] = ("leads.list",)

    def __init__(
        self,
        ws: Workspace[Any],
        leads: EagerFrame,
        applied: Callable[[BulkEdit], None] = lambda _: None,
        saved: Mapping[str, Record] = MappingProxyType({}),
    ) -> None:
        self._applied, self._saved = applied, saved
        self.review: PlanReview | None = None
        self._leads = leads
        super().__init__(ws)

    def ask_to_discard(self, question: Question, act: Callable[[], None]) -> None:
        """Do what closes the form; if it shows changes that are not applied, ask first.

        Args:
            question: The question to ask.
            act: What to do.
        """
        question.drop()
        if self.review is None or self.review.outcome is not None:
            act()
        else:
            question.ask("The changes of several leads are not applied", "Nothing of them was sent.", act)

    def _ask(self) -> Sequence[Input]:
        ws = self._ws
        fields = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        asked = {
            field.column: replace(field, label=field.label or key, required=False)
            for key, field in fields.items()
            if key not in SERVICE_FIELDS and key not in _OF_ONE_PERSON
        }
        self._lists = {column for column, field in asked.items() if field.type == "multi_select"}
        self._values = {column: field_input(field, lambda: ws.report_period().zone) for column, field in asked.items()}
        choice = inputs.choice("field", "Field", {field.label: column for column, field in asked.items()})
        how = inputs.choice("how", "What to do", _HOW_OF_LISTS)
        choice.widget.observe(lambda _: self._show_field(), "value")
        how.widget.observe(lambda _: self._show_value(), "value")
        return [choice, how, *self._values.values()]

    def _after_open(self) -> None:
        self._show_field()

    def _body(self) -> Sequence[Any]:
        self._notes = ValueNotes(self._values.values())
        self._boxes = {column: self._notes.below(one) for column, one in self._values.items()}
        return [self._inputs["field"].widget, self._inputs["how"].widget, *self._boxes.values()]

    def _show_field(self) -> None:
        """Offer what can be done with the field that is chosen."""
        is_list = self._inputs["field"].read() in self._lists
        self._inputs["how"].widget.options = [*(_HOW_OF_LISTS if is_list else _HOW).items()]
        self._show_value()

    def _show_value(self) -> None:
        column, empties = self._inputs["field"].read(), self._inputs["how"].read() == _EMPTY
        for name, box in self._boxes.items():
            box.layout.display = "" if name == column and not empties else "none"

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Plan[Any]:
        self.review = None
        column, how = values["field"], values["how"]
        value = None if how == _EMPTY else values[column]
        if how != _EMPTY and value in (None, []):
            raise UsageError("no value is given", repair="give one, or choose “empty it”")
        cells = [value] * len(self._leads)
        if how == _ADD:
            cells = [[*dict.fromkeys([*_items(before), *_items(value)])] for before in self._current(column)]
        with watch.computing("comparing with the current leads …"):
            rows = pl.DataFrame(
                {
                    "id": [*values_of(self._leads, "id")],
                    "updated_at": pl.Series(self._current("updated_at"), dtype=pl.Datetime("us", "UTC")),
                    column: cells,
                }
            )
            cleared = [column] if how == _EMPTY else []
            plan: Plan[Any] = self._ws.leads.plan(rows, fields=[column], missing="skip", clear=cleared)
        self.review = PlanReview(plan, lambda: self._applied(self))
        return plan

    def _current(self, column: str) -> list[Any]:
        """Return a column of the leads as this user knows them."""
        saved = {lead_id: lead.to_frame("polars").to_dicts()[0] for lead_id, lead in self._saved.items()}
        rows = zip(values_of(self._leads, "id"), values_of(self._leads, column), strict=True)
        return [saved[lead_id].get(column) if lead_id in saved else value for lead_id, value in rows]

    def _show(self, result: Plan[Any]) -> Sequence[Any]:
        assert self.review is not None  # noqa: S101 - set together with the result
        count = count_text(result.summary["update"], "lead changes", "leads change")
        notice = self._result_notice("success", count, "Nothing is written before you press Apply.")
        return [notice, widgets.VBox([self.review.widget])]


def _items(cell: object) -> Sequence[Any]:
    """Return the items of a cell that holds a list; none for a missing one."""
    return [] if isinstance(cell, str) or not isinstance(cell, Iterable) else [*cell]
