"""Search the leads of a workspace, page through what is found, and change one of them or several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import ipywidgets as widgets

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.bulk_editing import BulkEdit
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

MOST: Final = (500, 5_000, 50_000)
"""Leads that a search reads at most, to choose from: the first is quick, the last takes its time."""
_SHOWN: Final = ("id", "full_name", "email", "phone", "company_name", "title", "status", "owner_email", "updated_at")
EditorT = TypeVar("EditorT", "LeadForm", "BulkEdit")
_NOTHING: Final = pl.DataFrame(schema={"text": pl.String})


class LeadSearch(Form["EagerFrame"]):
    """Search leads by a text and a status, and change one of them, or one field of several, above the list.

    Args:
        ws: The workspace.

    Attributes:
        editing: The :class:`~pb2b_notebook.forms.lead_editing.LeadForm` of the lead that is open, or the
            :class:`~pb2b_notebook.forms.bulk_editing.BulkEdit` of several; ``None`` before.

    Values: ``q`` (a text in name, email or company), ``status`` and ``most`` (500, 5,000 or 50,000 leads).
    ``form.result`` is a frame of the leads, at most ``most``, those that were changed last first.

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
        self.editing: LeadForm | BulkEdit | None = None
        self._rows: list[dict[str, Any]] = []
        self._ticked: set[int] = set()
        self._saved: dict[str, Record] = {}  # leads that were found, and saved since
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

    def change(self, lead_ids: Iterable[str]) -> BulkEdit:
        """Open a form that changes one field of several of the leads that were found, and return it.

        Raises:
            UsageError: None of these leads was found.
        """
        wanted = {*lead_ids}
        found: Any = self.result
        places = [place for place, row in enumerate(self._rows) if row["id"] in wanted]
        if not places:
            raise UsageError("no lead is chosen", repair="tick leads in the list first")
        leads = found.iloc[places] if hasattr(found, "iloc") else found[places]
        return self._open_editor(BulkEdit(self._ws, leads, self._take_applied, self._saved))

    def _ask(self) -> Sequence[Input]:
        parameter = next((one for one in self._ws.operations["leads.list"].parameters if one.name == "status"), None)
        statuses = () if parameter is None else parameter.choices
        text = inputs.text("q", "Text", hint="in name, email or company")
        text.widget.on_msg(lambda _, content, __: self.click() if content.get("event") == "submit" else None)  # Enter
        return [
            text,
            inputs.choice("status", "Status", {"all": None, **{str(status): str(status) for status in statuses}}),
            inputs.choice("most", "At most", {f"{most:,} leads": most for most in MOST}),
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
        self._lines = Lines(
            lambda: _Line(lambda lead_id: self._open_in_background(lambda: self.edit(lead_id)), self._tick)
        )
        self._change = buttons.secondary("", lambda: self._open_in_background(self._change_ticked))
        all_or_none = [
            buttons.small("Tick all found", lambda: self._put_ticks({*self._pager.listing.matching})),
            buttons.small("Untick all", lambda: self._put_ticks(set())),
        ]
        ticks = buttons.row(*all_or_none, self._change)
        self._list = widgets.VBox([self._pager.controls, ticks, self._pager.pages, self._lines.widget])
        self._list.layout.display = "none"
        self._editor = widgets.VBox([]).add_class(HEADING)
        self._question = Question(*DISCARD)
        self._top = StepPage(lambda: None)
        place = widgets.VBox([self._top, self._editor]).add_class("pb2b-form")
        return [self._question.widget, place, self._list]

    def _run(self, values: Mapping[str, Any], watch: Watch) -> EagerFrame:
        watch.report(None, "searching …")
        given = {name: value for name, value in values.items() if name != "most" and value is not None}
        found: EagerFrame = self._ws.leads.list(**given, limit=values["most"])
        return found

    def _show(self, result: Any) -> Sequence[Any]:
        columns = {name: [*values_of(result, name)] for name in _SHOWN if name in result.columns}
        self._rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        texts = {name: pl.Series([_text(value) for value in cells], dtype=pl.String) for name, cells in columns.items()}
        self._ticked, self._saved = set(), {}
        self._show_ticks()
        self._list.layout.display = "" if self._rows else "none"
        if not self._rows:
            return [self._result_notice("info", "No lead was found", "Search for another text, or press New lead.")]
        self._pager.put(pl.DataFrame(texts).with_columns(searchable(*texts.values())), of=result)
        most = self.values["most"]
        if len(result) == most:
            title = f"The {most:,} leads that were changed last"
            more = "A text or a status finds the others" + (", or choose more leads." if most < MOST[-1] else ".")
            return [self._result_notice("success", title, more)]
        return [self._result_notice("success", count_text(len(result), "lead", "leads"))]

    def _show_items(self, items: list[int]) -> None:
        for line, item in self._lines.fill(items):
            known = item is not None and item < len(self._rows)
            line.show(item if known else None, self._rows[item or 0] if known else {}, ticked=item in self._ticked)

    def _tick(self, item: int, ticked: bool) -> None:
        self._ticked = self._ticked | {item} if ticked else self._ticked - {item}
        self._show_ticks()

    def _put_ticks(self, items: set[int]) -> None:
        self._ticked = items
        self._pager.refresh()
        self._show_ticks()

    def _show_ticks(self) -> None:
        self._change.description = f"Change {count_text(len(self._ticked), 'ticked lead')} …"
        self._change.disabled = not self._ticked

    def _change_ticked(self) -> BulkEdit:
        return self.change([self._rows[item]["id"] for item in self._ticked])

    def _take_applied(self, form: BulkEdit) -> None:
        """Show the outcome instead of the form of several leads, which is done, and search again."""
        if form is self.editing and form.review is not None:
            self._editor.children = (form.review.widget, buttons.secondary("Close", self._close_editor))
        self.click()

    def _open_in_background(self, make: Callable[[], LeadForm | BulkEdit]) -> None:
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
                self._saved[lead.id] = lead
                row.update({name: lead.get(name) for name in row})
        self._pager.refresh()

    def _open_editor(self, form: EditorT) -> EditorT:
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
    """One lead, with a box to tick and a button that opens it."""

    def __init__(self, edit: Callable[[str], None], tick: Callable[[int, bool], None]) -> None:
        self._id = ""
        self._item: int | None = None
        self._box = widgets.Checkbox(indent=False, layout=widgets.Layout(width="4em", flex="0 0 auto"))
        self._box.observe(lambda change: None if self._item is None else tick(self._item, change["new"]), "value")
        # Beside the box at the width of a phone, too.
        self._about = widgets.HTML(layout=widgets.Layout(flex="1 1 12em", min_width="0"))
        self._button = buttons.small("Edit", lambda: edit(self._id))
        edge = "1px solid var(--jp-border-color2, #d0d5dd)"
        looks = widgets.Layout(flex_flow="row wrap", align_items="center", border_bottom=edge, padding=".3em 0")
        self.widget = widgets.HBox([self._box, self._about, self._button], layout=looks)

    def show(self, item: int | None, lead: Mapping[str, Any], *, ticked: bool = False) -> None:
        """Show a lead and whether it is ticked; an item ``None`` hides the line."""
        self.widget.layout.display = "none" if item is None else ""
        self._item = None  # what follows is not a click
        if item is None:
            return
        self._id = str(lead["id"])
        self._box.value, self._box.description, self._item = ticked, f"{item + 1:,}", item
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
