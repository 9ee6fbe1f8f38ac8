"""Search the leads of a workspace, page through what is found, and change one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.lead_editing import DISCARD, LeadForm
from pb2b_notebook.forms.page import HEADING, StepPage
from pb2b_notebook.forms.paging import Lines, Listing, Pager, searchable
from pb2b_notebook.forms.questions import Question
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.nulls import is_null
from pb2b_notebook.workspace import Workspace

if TYPE_CHECKING:
    from pb2b_notebook.frames.types import EagerFrame

MOST: Final = 500
"""Leads that a search reads; the words of the search find the others."""
_SHOWN: Final = ("id", "full_name", "email", "phone", "company_name", "title", "status", "owner_email", "updated_at")
_NOTHING: Final = pl.DataFrame(schema={"text": pl.String})


class LeadSearch(Form["EagerFrame"]):
    """Search leads by a text and a status, and change one of them in the form above the list.

    Args:
        ws: The workspace.

    Attributes:
        editing: The :class:`~pb2b_notebook.forms.lead_editing.LeadForm` of the lead that is open; ``None`` before.

    Values: ``q`` (a text in name, email or company) and ``status``. ``form.result`` is a frame of the leads, at most
    500, those that were changed last first.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=30) as ws:
        ...     form = pb.forms.LeadSearch(ws)
        ...     found = form.submit(status="new")
        ...     editor = form.edit(found["id"].iloc[0])
        ...     editor.submit(title="Head of Sales").title
        'Head of Sales'
    """

    title: ClassVar[str] = "Leads"
    action: ClassVar[str] = "Search"
    gives: ClassVar[str] = "leads"
    operations: ClassVar[tuple[str, ...]] = ("leads.list",)

    def __init__(self, ws: Workspace[Any]) -> None:
        self.editing: LeadForm | None = None
        self._rows: list[dict[str, Any]] = []
        super().__init__(ws)

    def edit(self, lead_id: str) -> LeadForm:
        """Open a lead above the list, and return its form.

        Raises:
            NotFoundError: The workspace has no such lead.
        """
        return self._open_editor(_Editor(self._ws, lead_id, self._take_saved))

    def new(self) -> LeadForm:
        """Open an empty form for a new lead above the list, and return it."""
        return self._open_editor(_Editor(self._ws, None, self._take_saved))

    def _ask(self) -> Sequence[Input]:
        parameter = next((one for one in self._ws.operations["leads.list"].parameters if one.name == "status"), None)
        statuses = () if parameter is None else parameter.choices
        text = inputs.text("q", "Text", hint="in name, email or company")
        text.widget.on_msg(lambda _, content, __: self.click() if content.get("event") == "submit" else None)  # Enter
        return [
            text,
            inputs.choice("status", "Status", {"all": None, **{str(status): str(status) for status in statuses}}),
        ]

    def _body(self) -> Sequence[Any]:
        first = "Press Search: without a text it finds the leads that were changed last."
        return [*super()._body(), widgets.HTML(rendering.wrap(f"<small>{first}</small>"))]

    def _more_buttons(self) -> Sequence[Any]:
        return [buttons.secondary("New lead", lambda: self._open_in_background(self.new))]

    def _below(self) -> Sequence[Any]:
        self._pager = Pager(
            Listing(_NOTHING),
            self._show_items,
            orders={"name": ("full_name", False), "company": ("company_name", False), "status": ("status", False)},
            what="leads",
            search="Filter",
        )
        self._lines = Lines(lambda: _Line(lambda lead_id: self._open_in_background(lambda: self.edit(lead_id))))
        self._list = widgets.VBox([self._pager.controls, self._pager.pages, self._lines.widget])
        self._list.layout.display = "none"
        self._editor = widgets.VBox([]).add_class(HEADING)
        self._question = Question(*DISCARD)
        self._top = StepPage(lambda: None)
        place = widgets.VBox([self._top, self._editor]).add_class("pb2b-form")
        return [self._question.widget, place, self._list]

    def _run(self, values: Mapping[str, Any], watch: Watch) -> EagerFrame:
        watch.report(None, "searching …")
        given = {name: value for name, value in values.items() if value is not None}
        found: EagerFrame = self._ws.leads.list(**given, limit=MOST)
        return found

    def _show(self, result: Any) -> Sequence[Any]:
        columns = {name: [*values_of(result, name)] for name in _SHOWN if name in result.columns}
        self._rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        texts = {name: pl.Series([_text(value) for value in cells], dtype=pl.String) for name, cells in columns.items()}
        self._list.layout.display = "" if self._rows else "none"
        if not self._rows:
            return [self._result_notice("info", "No lead was found", "Search for another text, or press New lead.")]
        self._pager.put(pl.DataFrame(texts).with_columns(searchable(*texts.values())), of=result)
        if len(result) == MOST:
            title = f"The {MOST} leads that were changed last"
            return [self._result_notice("success", title, "A text or a status finds the others.")]
        return [self._result_notice("success", count_text(len(result), "lead", "leads"))]

    def _show_items(self, items: list[int]) -> None:
        for line, item in self._lines.fill(items):
            line.show(None if item is None or item >= len(self._rows) else self._rows[item])

    def _open_in_background(self, make: Callable[[], LeadForm]) -> None:
        """Open a lead from a button; if that would lose what was typed into the open form, ask first."""

        def show() -> None:
            self._report(None, "opening …")
            make()

        if self.editing is not None and self._editor.children:
            self.editing.ask_to_discard(self._question, lambda: self._start(show))
        else:
            self._start(show)

    def _close_editor(self) -> None:
        self._question.drop()
        self._editor.children = ()
        self._top.show_top()  # the button that had the focus is gone

    def _take_saved(self, form: LeadForm, lead: Record, shown: Sequence[Any]) -> None:
        """Show what was saved instead of the form of the lead, which is done, and its values in the list."""
        if form is self.editing and self._editor.children:  # another lead may have been opened meanwhile
            self._question.drop()
            self._editor.children = tuple(shown)
            self._top.show_top()
        for row in self._rows:
            if row["id"] == lead.id:
                row.update({name: lead.get(name) for name in row})
        self._pager.refresh()

    def _open_editor(self, form: LeadForm) -> LeadForm:
        self._question.drop()
        self.editing = form
        self._editor.children = (form.widget, buttons.secondary("Close without saving", self._close_editor))
        self._top.show_top()  # the button that opened it may be far below
        return form


class _Editor(LeadForm):
    """The form of a lead that passes on what was saved.

    Args:
        ws: The workspace.
        lead_id: The lead to change; ``None`` for a new one.
        saved: Function that is called with this form, the saved lead and the widgets that show it.
    """

    def __init__(
        self, ws: Workspace[Any], lead_id: str | None, saved: Callable[[LeadForm, Record, Sequence[Any]], None]
    ) -> None:
        self._saved = saved
        super().__init__(ws, lead_id)

    def _submission(self) -> None:
        super()._submission()
        self._pass_on()

    def _undo(self) -> None:
        super()._undo()
        self._pass_on()

    def _pass_on(self) -> None:
        if self.result is not None:
            # The message belongs to the button Undo, which outlives the rest of the form.
            self._saved(self, self.result, [*self._outcome.children, self._message])


class _Line:
    """One lead, with a button that opens it."""

    def __init__(self, edit: Callable[[str], None]) -> None:
        self._id = ""
        self._about = widgets.HTML(layout=widgets.Layout(flex="1 1 20em", min_width="0"))
        self._button = buttons.small("Edit", lambda: edit(self._id))
        edge = "1px solid var(--jp-border-color2, #d0d5dd)"
        looks = widgets.Layout(flex_flow="row wrap", align_items="center", border_bottom=edge, padding=".3em 0")
        self.widget = widgets.HBox([self._about, self._button], layout=looks)
        self.show(None)

    def show(self, lead: Mapping[str, Any] | None) -> None:
        """Show a lead; ``None`` hides the line."""
        self.widget.layout.display = "none" if lead is None else ""
        if lead is None:
            return
        self._id = str(lead["id"])
        texts = {name: _text(value) for name, value in lead.items()}
        name = next(
            (texts[part] for part in ("full_name", "email", "phone", "company_name") if texts.get(part)), self._id
        )
        facts = [texts.get(part) for part in ("email", "phone", "title", "company_name", "status", "owner_email")]
        about = " · ".join(fact for fact in facts if fact)
        self._about.value = rendering.wrap(
            f"<b>{rendering.text(name, most=rendering.LONGEST_CELL)}</b><br><small>{rendering.text(about)}</small>"
        )
        self._button.tooltip = f"edit {rendering.plain(name, most=60)}"


def _text(value: Any) -> str | None:
    """Return a cell as text; ``None`` for a missing one of any library."""
    return None if is_null(value) else str(value)
