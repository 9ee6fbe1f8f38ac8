"""Bring in a list by hand: file, columns, cells, people, send, result; back and forward without loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import (
    AuthenticationError,
    JobBusyError,
    JournalError,
    LeadFileError,
    MappingError,
    PermissionDeniedError,
    PlanRefusedError,
    ProspectB2BError,
    TransportError,
    UsageError,
)
from pb2b_notebook.files.reports import FileReport
from pb2b_notebook.forms import access, buttons, inputs, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.browser_files import FileDrop, FileSave, file_content
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.intake import people, repairs
from pb2b_notebook.forms.intake.draft import STEPS, Draft, Step
from pb2b_notebook.forms.intake.history import History, undo_message, undo_question
from pb2b_notebook.forms.intake.list_source import about_list
from pb2b_notebook.forms.intake.panels import CellsPanel, ColumnsPanel, PeoplePanel, StepBar
from pb2b_notebook.forms.intake.people import LABELS, Choice
from pb2b_notebook.forms.questions import Question
from pb2b_notebook.forms.watching import StoppedWatching, Watch
from pb2b_notebook.intake import Intake
from pb2b_notebook.intake.kept_choices import KeptChoices
from pb2b_notebook.intake.second_columns import describe
from pb2b_notebook.intake.undoing import undo_outcome
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.times import age_text
from pb2b_notebook.upserts.outcomes import Outcome
from pb2b_notebook.upserts.plans import Plan
from pb2b_notebook.workspace import Workspace

_LABELS: Final = "15em"
"""Width of the longest label, so that none is cut."""
_NAMED: Final = 3
"""People who are named of those that Undo leaves."""
_EXISTING: Final = {
    "fill in what the lead lacks": "fill",
    "overwrite what differs": "overwrite",
    "leave the lead as it is": "skip",
}
_SURE: Final = {
    "from 95% probability": 0.95,
    "from 99% probability": 0.99,
    "from 90% probability": 0.9,
    "from 80% probability": 0.8,
}
_ADVICE: Final[Sequence[tuple[type[BaseException], str]]] = (
    (LeadFileError, "Choose another file. Nothing of this file is used, and nothing was sent."),
    (
        AuthenticationError,
        (
            "The key is refused. Press Disconnect, connect with another key, and choose the same file again: it goes "
            "on. To take it back, press Undo there."
        ),
    ),
    (PermissionDeniedError, "Ask whoever manages the API keys for what is missing, or connect with another key."),
    (TransportError, "The service cannot be reached. Press the same button again: what was sent is not sent again."),
    (JobBusyError, "Another window sends this list. Wait until it is done, then press the same button again."),
    (PlanRefusedError, "The workspace has no room for these people. Bring in fewer rows, or ask for more room."),
    (MappingError, "Go to step 2, and choose another field or way of reading for this column."),
)
"""Kind of error → what to click."""


class IntakeForm(Form[Outcome[Any]]):
    """Bring in a list: choose a file, check its columns, repair cells, look at the people, send, and take it back.

    Nothing is sent before the step Send. Each step can be shown again, and keeps what was decided. A file that is
    chosen replaces the one before it; if it cannot be read, there is no list to send.

    Args:
        ws: The workspace.
        source: The list, as :meth:`ws.leads.intake` takes it; by default the form asks for a file.

    Attributes:
        draft: What was decided so far: a value, see :class:`~pb2b_notebook.forms.intake.draft.Draft`.

    Values: ``existing`` ("fill", "overwrite" or "skip": what happens to people who are in the workspace), ``sure``
    (least match probability at which rows are taken for one person) and ``country`` (of rows without one).
    ``form.result`` is the :class:`~pb2b_notebook.upserts.outcomes.Outcome` of sending.

    Example:
        >>> import pandas as pd, pb2b_notebook as pb
        >>> people = pd.DataFrame({"Name": ["Ada Berg", "ADA BERG"], "E-Mail": ["ada@birkenhain.example"] * 2})
        >>> with pb.open_sandbox(leads=20) as ws:
        ...     form = pb.forms.IntakeForm(ws, people)
        ...     done = form.submit()
        ...     form.undo()
        >>> form.draft.intake.summary["duplicate"], done.summary["succeeded"]
        (1, 1)
    """

    title: ClassVar[str] = "Bring in a list"
    action: ClassVar[str] = "Next"
    stopping: ClassVar[str] = "Stop"
    gives: ClassVar[str] = "outcome"
    operations: ClassVar[tuple[str, ...]] = ("leads.list", "leads.bulk_upsert")

    def __init__(self, ws: Workspace[Any], source: Any = None) -> None:
        self.draft = Draft()
        self._country: str | None = None
        self._not_shown: Step | None = None
        self._kept: KeptChoices | None = None
        super().__init__(ws)
        if source is not None:
            self.use(source)

    # --- by value ---------------------------------------------------------------------------------------------------

    def use(self, source: Any) -> None:
        """Use another list, which replaces the one before.

        Args:
            source: A path, bytes, an open file or a frame, as :meth:`ws.leads.intake` takes it.

        Raises:
            LeadFileError: The file cannot be read; the form has no list then.
            InvalidParameterError: The list has no rows.
        """
        self._run_now(lambda: self._read(source))

    def go(self, step: Step) -> None:
        """Show a step, with everything decided so far applied.

        Args:
            step: "file", "columns", "cells", "people", "send" or "result".

        Raises:
            UsageError: The step cannot be shown yet.
        """
        self._run_now(lambda: self._go(step))

    def repair(self, column: str, value: str, new: Any) -> None:
        """Let a value of a column stand for another one in all rows; the next step uses it."""
        self._repair({(column, value): new})

    def choose(self, row: int, choice: Choice) -> None:
        """Choose what becomes of a row; the next step uses it.

        Args:
            row: Position of the row in the list.
            choice: "same" or "different" person as the one that it may be, ``"same as lead_…"`` or ``"same as row 3"``
                (a position) for the one that it is of several, "create" for a person who opted out, "leave_out" for one
                who is not sent, or "wait" for no choice.

        Raises:
            InvalidParameterError: The list has no such row, or the choice is not one of its choices.
            UsageError: No list is chosen.
        """
        people.check_choice(self.draft.loaded, row, choice)
        self._choose({row: choice})

    def undo(self) -> None:
        """Take back what was sent: delete the leads that were created, and write earlier values back.

        Raises:
            UsageError: Nothing was sent.
        """
        self._run_now(self._undo)

    # --- asking -----------------------------------------------------------------------------------------------------

    def _ask(self) -> Sequence[Input]:
        asked = [
            inputs.text("country", "Country of rows without one", hint="Germany or DE; how phones are read"),
            inputs.choice("existing", "People in the workspace", _EXISTING),
            inputs.choice("sure", "Rows are one person", _SURE),
        ]
        for one in asked:
            one.widget.style.description_width = _LABELS
        return asked

    def _body(self) -> Sequence[Any]:
        ws = self._ws
        fields = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        self._bar_of_steps = StepBar(lambda step: self._start(lambda: self._go(step)), self._drop_question)
        self._drop = FileDrop(self._take_file)
        self._file: Any = None
        self._file_name = ""
        self._sheet = inputs.choice("sheet", "Sheet of the workbook", [""])
        self._sheet.widget.layout.display = "none"
        self._sheet.widget.style.description_width = _LABELS
        self._sheet.widget.observe(self._take_sheet, "value")
        self._history = History(ws, self._ask_to_undo)
        self._file_note = widgets.HTML(_FIRST)
        self._kept_note = widgets.HTML()
        self._sent_note = widgets.HTML()
        self._begin_again = buttons.secondary("Begin this list again", lambda: self._start(self._read_without_choices))
        self._columns = ColumnsPanel(fields, lambda: self._country, self._map)
        self._cells = CellsPanel(lambda: self.draft, self._repair, lambda: self._start(self._apply_here))
        self._without_code = widgets.HTML()
        read = buttons.secondary("Read the phones", lambda: self._start(self._apply_here))
        self._phones = widgets.VBox([self._without_code, self._inputs["country"].widget, read])
        self._people = PeoplePanel(lambda: self.draft, self._choose, lambda: self._start(self._apply_here))
        self._to_send = widgets.HTML()
        self._done = widgets.HTML()
        self._save = FileSave("Download the rows that were held back", self._file_of_held_back, self._show_failure)
        self._save_unsent = FileSave("", self._file_of_held_back, self._show_failure)
        self._held_note, self._unsent_note = widgets.HTML(), widgets.HTML()
        self._undo_this = buttons.secondary("Undo this list …", self._ask_to_undo_this)
        self._another = buttons.secondary("Bring in another list", lambda: self._start(lambda: self._go("file")))
        self._question = Question("Yes, undo", "No, keep it", self._bar_of_steps.page.show_top)
        self._sending = Question("Yes, send", "No, not yet", self._show_main_button)
        country, existing, sure = (self._inputs[name].widget for name in ("country", "existing", "sure"))
        self._panels: dict[Step, Any] = {
            "file": widgets.VBox([self._file_note, self._drop]),
            "columns": widgets.VBox(
                [self._sent_note, self._kept_note, self._begin_again, self._sheet.widget, self._columns.widget, country]
            ),
            "cells": widgets.VBox([self._phones, self._cells.widget]),
            "people": widgets.VBox([self._people.widget, buttons.row(existing, sure)]),
            "send": widgets.VBox([self._to_send, self._save_unsent, self._unsent_note]),
            "result": widgets.VBox(
                [self._done, self._save, self._held_note, buttons.row(self._undo_this, self._another)]
            ),
        }
        return [self._bar_of_steps.widget, *self._panels.values()]

    def _more_buttons(self) -> Sequence[Any]:
        self._back = self._button_for("Back", self._go_back)
        return [self._back]

    def _below(self) -> Sequence[Any]:
        return [self._sending.widget, self._question.widget, self._history.widget]

    def _after_open(self) -> None:
        # What became of the list stands above the buttons for what to do then.
        others = [one for one in self.widget.children if one is not self._outcome]
        others.insert(others.index(self._panels["result"]), self._outcome)
        self.widget.children = others
        self._drop_question()
        self._show_step()

    def _is_ready(self) -> bool:
        step = self.draft.step
        if step == "send":
            plan = self.draft.loaded.plan
            may_send = not self._key_is_refused and not access.warning(self._target, self.operations)
            is_left = bool(plan.cost.requests) or self._count_left(self.draft.loaded) > 0
            return is_left and not plan.refused and may_send
        return self.draft.next is not None

    @property
    def _key_is_refused(self) -> bool:
        """Whether the service refused the key when the list was sent: each further try would be refused as well."""
        outcome = None if self.draft.intake is None else self.draft.intake.outcome
        return outcome is not None and isinstance(outcome.problem, AuthenticationError)

    # --- doing ------------------------------------------------------------------------------------------------------

    def click(self) -> None:
        """Go to the next step; at the step Send, ask once, and send then, as :meth:`submit` does."""
        if self.draft.step == "send":
            self._ask_to_send()
        else:
            self._start(self._go_on)

    def _ask_to_send(self) -> None:
        """Ask before anything is sent, with the numbers."""
        if self.busy or not self._is_ready():
            return
        intake = self.draft.loaded
        numbers = "; ".join(_what_is_sent(intake.plan))
        not_sent = _not_sent(intake)
        parts = [f"{numbers}." if numbers else "", f"Not sent: {not_sent}." if not_sent else ""]
        parts += [
            f"The sheet {sheet!r} looks like a list of people not to contact, and is not used: {why}. "
            "Send only if none of these people is on it."
            for sheet, why in intake.refused_unread.items()
        ]
        text = " ".join([*filter(None, parts), "Undo is possible afterwards. Escape closes this question."])
        self._sending.ask(f"{self._button.description} to {intake.plan.target.name}?", text, super().click)
        self._show_main_button()

    def _show_main_button(self) -> None:
        """Show which button is the next one to press: the one of the open question, or else that of the step."""
        asked = self._sending.is_open
        self._button.button_style, self._sending.yes.button_style = ("", "primary") if asked else ("primary", "")

    def show_access(self) -> None:
        """Show again what is in the way; if it is out of the way, the list can be sent."""
        super().show_access()
        if not self.busy:
            self._show_buttons()

    def _begin(self) -> None:
        self._not_shown = None
        self._bar_of_steps.show_problem("")
        super()._begin()
        self._drop_question()
        self._show_buttons()

    def _end(self) -> None:
        super()._end()
        self._show_buttons()

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Outcome:
        del values  # the step reads them
        self._go("send")
        intake = self.draft.loaded
        watch.report(None, "preparing what is sent …")
        outcome = intake.apply(nameless=True, without_refusals=True, watch=self._report_progress)  # it was asked before
        self.draft = replace(self.draft, sent=self.draft.sent or _was_sent(outcome))
        if not outcome.summary["pending"]:
            self.draft = self.draft.at("result")
        self._watch = Watch(self._report)  # a Stop ended the sending, and not what is shown of it
        self._show_step()
        return outcome

    def _report_progress(self, done: int, total: int) -> bool:
        try:
            self._watch.report(done / total if total else None, f"{done:,} of {rendering.people(total)}")
        except StoppedWatching:
            return False
        return True

    def _take_file(self, file: Any) -> None:
        """Read a file from the browser, unless the form is busy."""
        if self.busy:
            self._show_message("warning", "This form is busy", "Wait until it is done, then choose the file again.")
        else:
            self._start(lambda: self._read(file))

    def _take_sheet(self, change: Mapping[str, Any]) -> None:
        """Read another sheet of the workbook, when a person chooses it."""
        file = self.draft.intake.file if self.draft.intake is not None else None
        if file is not None and change["new"] not in {None, "", file.sheet}:
            self._start(lambda: self._read_again(change["new"]))

    def _read_again(self, sheet: str | None) -> None:
        if hasattr(self._file, "seek"):
            self._file.seek(0)
        self._read(self._file, sheet=sheet)

    def _show_sheets(self, file: FileReport | None) -> None:
        others = () if file is None else file.other_sheets
        self._sheet.widget.layout.display = "" if others else "none"
        if file is not None and others:
            self._sheet.widget.options = (file.sheet, *others)
            self._sheet.widget.value = file.sheet

    def _read(self, source: Any, sheet: str | None = None) -> None:
        """Read a list; until it is read there is none, so that an old one is never sent in its place."""
        if self.draft.intake is not None:  # what was chosen for another list says nothing about this one
            self.values = {"country": None, "existing": "fill"}
        self.draft, self.result, self._file = Draft(), None, None
        self._cells.refused = {}
        self._file_name = str(getattr(source, "name", ""))
        self._outcome.children = ()
        self._save.begin_again()
        self._save_unsent.begin_again()
        self._file_note.value = _FIRST
        self._drop_question()
        self._show_step()
        with self._watch.computing("reading the file …"):
            intake = self._ws.leads.intake(source, sheet=sheet)
            self._kept = intake.kept
            restored = self._kept.restore(intake)
            known = intake if restored is None and intake.company_case is not None else restored
            intake = intake.change(**self.values) if known is None else self._with_inputs(known)
            _ = intake.mapping
        self.draft, self._file = Draft.of(intake), source
        self._kept_note.value = _RESTORED if restored is not None else _KEPT if self._kept.lasting else _NOT_KEPT
        self._begin_again.layout.display = "none" if restored is None else ""
        self._show_sheets(intake.file)
        self._sent_note.value = self._about_sending_before(self._kept)
        message = "Choosing another file replaces it."
        self._file_note.value = rendering.notice("success", about_list(intake), message)
        self._show_step()

    def _about_sending_before(self, kept: KeptChoices) -> str:
        """Return a notice that the list was brought in before, and when; "" if it was not."""
        job = kept.last_job
        if job is None:
            return ""
        outcome = self._ws.upserts.get(job.id)
        if not _was_sent(outcome):
            return ""
        state, again = "", "Only what the workspace does not have yet is sent again."
        if job.id in self._history.taken_back:
            state, again = ", and taken back", ""
        elif left := outcome.summary["pending"]:
            state, again = f", and not finished: {rendering.people(left)} are left to send", "Send goes on."
        return rendering.notice("info", f"This list was sent on {job.created_at:%Y-%m-%d %H:%M} UTC{state}", again)

    def _with_inputs(self, restored: Intake) -> Intake:
        """Show kept choices in the inputs; a probability that these do not have becomes that of the form."""
        kept = {name: getattr(restored.choices, name) for name in self._inputs}
        if kept["sure"] not in _SURE.values():
            kept["sure"] = self.values["sure"]
        self.values = kept
        return restored.change(**kept)

    def _read_without_choices(self) -> None:
        if self._kept is not None:
            self._kept.drop()
        file = self.draft.loaded.file
        self._read_again(file.sheet if file is not None and file.other_sheets else None)

    def _keep(self) -> None:
        """Keep what was decided on this machine: the same list brings it back."""
        if self._kept is None:
            return
        try:
            self._kept.keep(self.draft.settle().loaded.choices)
        except JournalError as problem:
            self._message.value = rendering.failure(problem, title="What you decide is not kept", kind="warning")

    def _settle(self, options: Mapping[str, Any]) -> None:
        """Apply everything that was decided, and the values of the inputs."""
        intake = self.draft.loaded
        changed = {name: value for name, value in options.items() if getattr(intake.choices, name) != value}
        self._country = options["country"]
        self.draft = self.draft.change(**changed) if changed else self.draft.settle()
        if changed:
            self._keep()

    def _go_on(self) -> None:
        if self.draft.next is None:
            raise UsageError("no list is chosen yet", repair="choose a file first")
        self._go(self.draft.next)

    def _go_back(self) -> None:
        if self.draft.previous is not None:
            self._go(self.draft.previous)

    def _go(self, step: Step) -> None:
        before = self.draft
        try:
            self._expect_usable(step)
            if step == "file":
                self.draft = self.draft.at(step) if self.draft.intake is None else self.draft.settle().at(step)
            else:
                self._settle(self.values)
                self.draft = self.draft.at(step)
            self._show_step()
        except BaseException:
            self.draft = before  # which is still shown, with everything that was decided
            self._not_shown = step
            raise

    def _expect_usable(self, step: Step) -> None:
        if step in {"people", "send"} and self._cells.refused:
            raise UsageError(
                f"{count_text(len(self._cells.refused), 'value')} typed in step 3 cannot be used",
                repair="correct what is marked there, or empty its box",
            )

    def _apply_here(self) -> None:
        self._go(self.draft.step)

    def _map(self, mapping: ColumnMapping) -> None:
        if not self.busy:
            self.draft = self.draft.change(mapping=mapping)
            self._keep()
            self._show_buttons()

    def _repair(self, repaired: Mapping[tuple[str, str], Any]) -> None:
        for (column, value), new in repaired.items():
            self.draft = self.draft.repair(column, value, new)
        self._message.value = ""  # such as that a value cannot be used, which is corrected now
        self._bar_of_steps.show_problem("")
        self._keep()

    def _choose(self, chosen: Mapping[int, Choice]) -> None:
        for row, choice in chosen.items():
            self.draft = self.draft.choose(row, choice)
        self._people.show_state()
        self._keep()

    def _file_of_held_back(self) -> tuple[str, bytes]:
        intake = self.draft.loaded
        intake.expect_held_back()
        name = f"{intake.name.rpartition('.')[0] or 'list'}_not_sent.xlsx"
        return name, file_content(intake.file_of_held_back(), name)

    # --- taking back ------------------------------------------------------------------------------------------------

    def _ask_to_undo_this(self) -> None:
        self._ask_to_undo(None, f"{self.draft.loaded.name or 'the list'}, sent just now")

    def _ask_to_undo(self, job_id: str | None, what: str) -> None:
        """Ask before something is taken back: this list, or an earlier one by its job."""
        title, text = undo_question(what)
        work = self._undo if job_id is None else lambda: self._take_back(self._ws.upserts.get(job_id))
        self._question.yes.button_style = "danger"  # it deletes people
        self._question.ask(title, f"{text} Escape closes this question.", lambda: self._start(work))

    def _drop_question(self) -> None:
        self._question.drop()
        self._sending.drop()
        self._show_main_button()

    def _undo(self) -> None:
        outcome = self.draft.loaded.outcome
        if outcome is None:
            raise UsageError("nothing was sent yet", repair="there is nothing to undo")
        self._take_back(outcome)

    def _take_back(self, outcome: Outcome) -> None:
        self._stop.layout.display = "none"
        self._report(None, "taking it back …")
        undone = undo_outcome(outcome, self._ws.leads.plan_delete, self._report_taking_back)
        if self.draft.intake is not None and self.draft.step != "result":
            self.draft = self.draft.change()  # what was taken back is compared again before it is sent
        self._show_history()
        if self._undo_this.disabled:
            self._outcome.children = ()  # it says that the list was brought in
        kind, title, text = undo_message(undone, self._names_of(undone.kept[:_NAMED]))
        self._show_message(kind, title, rendering.text(text))

    def _report_taking_back(self, done: int, total: int) -> bool:
        self._report(done / total if total else None, f"taking it back: {done:,} of {rendering.people(total)}")
        return True

    def _names_of(self, lead_ids: Sequence[str]) -> list[str]:
        names = []
        for lead_id in lead_ids:
            with suppress(ProspectB2BError):  # such as one that is deleted now
                lead = self._ws.leads.get(lead_id)
                names.append(str(lead.full_name or lead.email or lead.id))
        return names

    def _show_history(self) -> None:
        """Show what was brought in; what was taken back is not taken back again."""
        outcome = self.draft.intake.outcome if self.draft.intake is not None else None
        shown = outcome if self.draft.step == "result" else None  # which has its own button for Undo
        self._history.show(without="" if shown is None else shown.job_id)
        self._undo_this.disabled = outcome is not None and outcome.job_id in self._history.taken_back
        self._undo_this.layout.display = "none" if self._undo_this.disabled else ""

    def revisit(self) -> None:
        """Show what was brought in meanwhile, such as by a plan."""
        if not self.busy and self.draft.step in {"file", "result"}:
            self._run_callback(self._show_history)

    # --- showing ----------------------------------------------------------------------------------------------------

    def _show_step(self) -> None:
        """Show the step of the draft; what is slow to compute is computed here, with the form busy."""
        draft = self.draft
        if draft.step != "file" and draft.intake is not None:
            compared = draft.step in {"people", "send"}
            with self._watch.computing("comparing with the workspace …" if compared else "reading …"):
                self._fill(draft.step, draft.intake)
        for step, panel in self._panels.items():
            panel.layout.display = "" if step == draft.step else "none"
        self._history.widget.layout.display = "" if draft.step in {"file", "result"} else "none"
        if draft.step in {"file", "result"}:
            self._show_history()
        if draft.step != "result":
            self._outcome.children = ()
        self._bar_of_steps.show(draft)
        self._show_buttons()

    def _fill(self, step: Step, intake: Intake) -> None:
        fillers: dict[Step, Callable[[], None]] = {
            "columns": lambda: self._columns.show(intake),
            "cells": lambda: self._show_cells(intake),
            "people": lambda: self._people.show(people.people_of(intake), people.display_counts(intake)),
            "send": lambda: self._show_what_is_sent(intake),
            "result": lambda: self._show_result(intake),
        }
        fillers[step]()

    def _show_cells(self, intake: Intake) -> None:
        self._cells.show(repairs.cells_to_repair(intake))
        count, examples = repairs.phones_without_code(intake)
        self._phones.layout.display = "" if count or intake.choices.country else "none"
        self._without_code.value = ""
        if count:
            phones, shown = count_text(count, "phone", "phones"), rendering.plain(examples, most=rendering.LONGEST_CELL)
            country = intake.choices.country
            title, text = f"{phones} without a country: {shown}", _WITHOUT_COUNTRY
            if country:
                title, text = f"{phones} not of {rendering.plain(country, most=80)}: {shown}", _OF_ANOTHER_COUNTRY
            self._without_code.value = rendering.notice("warning", title, text)

    def _count_left(self, intake: Intake) -> int:
        """Return the number of people whom an unfinished sending of the list has left, also one of another session."""
        job = intake.kept.last_job
        return 0 if job is None or job.state != "open" else self._ws.upserts.get(job.id).summary["pending"]

    def _show_buttons(self) -> None:
        draft = self.draft
        following = draft.next
        if draft.step == "send" and draft.intake is not None:
            count = sum(draft.intake.plan.summary[name] for name in ("create", "update"))
            left = self._count_left(draft.intake)
            sent = rendering.people(left or count) if left or count else ""
            sent = f"the other {sent}" if 0 < left < count else sent
            self._button.description = f"Send {sent}".rstrip()
        else:
            self._button.description = f"Next: {STEPS[following]}" if following is not None else "Next"
        self._button.layout.display = "none" if draft.step == "result" else ""
        # A press while the form is busy would do nothing: a button that starts work can be pressed afterwards.
        self._button.disabled = self.busy or not self._is_ready()
        self._back.disabled = self.busy or draft.previous is None
        self._another.disabled = self._question.yes.disabled = self._sending.yes.disabled = self.busy
        self._bar_of_steps.enable([] if self.busy else draft.reachable)
        lasts = self._kept is not None and self._kept.lasting
        sends = self.busy and draft.step == "send"
        # What was sent to a sandbox ends with the page, too.
        self._bar_of_steps.page.unsaved = draft.intake is not None and (sends or not lasts)
        self._save.disabled = draft.intake is None

    def _show_what_is_sent(self, intake: Intake) -> None:
        plan = intake.plan
        self._offer_held_back(self._save_unsent, self._unsent_note, intake)
        lines = _what_is_sent(plan)
        lines += _what_stays(intake)
        twice = people.counts_of(intake).get("duplicate", 0)
        left = self._count_left(intake)
        count = sum(plan.summary[action] for action in ("create", "update"))
        if left > count:  # some arrived, and were not answered
            lines += [f"Stopped before: {rendering.people(left)} not answered or not sent; each is sent once"]
        elif 0 < left < count:
            lines += [f"Stopped before: {rendering.people(left)} of these are left to send"]
        shown = people.display_counts(intake)
        perhaps, remarks = shown.get(people.PERHAPS, 0), shown.get(people.REMARK, 0)
        alike = f"{perhaps:,} of these perhaps the same person as a lead or another row: first in step 4"
        lines += [alike] if perhaps else []
        at_these = "it" if remarks == 1 else "these"
        lines += [f"{remarks:,} with a remark: look at {at_these} in step 4 first"] if remarks else []
        lines += [f"{twice:,} twice in the list: each person is sent once"] if twice else []
        lines += describe(intake.converted.second)
        located = intake.merged.located
        lines += [f"{rendering.people(located)} without a country: {intake.choices.country}"] if located else []
        not_sent = _not_sent(intake)
        if not plan.cost.requests and not left:
            whole = "The workspace has everything of this list."
            fills = "No lead of the workspace lacks what this list has."
            has_all = whole if intake.choices.existing == "overwrite" else fills
            text = f"Not sent: {not_sent} (step 4)." if not_sent else has_all
            title = "Nothing to send" if not_sent else "Nothing to do"
            self._to_send.value = rendering.notice("success", title, *map(rendering.text, [text, *_what_stays(intake)]))
            return
        lines += [f"Not sent: {not_sent}"] if not_sent else []
        lines += ["Step 4 shows each row, and each value that a lead gets: old → new"]
        lines += [] if left else [str(plan.cost).partition(";")[0]]  # it is that of all people
        lines += [f"Into {plan.target.name}. Undo is possible afterwards."]
        kind = "warning" if plan.refused else "info"
        lines += [f"Too many: {plan.refused}. Bring in fewer rows, or ask for more room."] if plan.refused else []
        self._to_send.value = rendering.notice(kind, "What the button sends", *map(rendering.text, lines))

    def _show_result(self, intake: Intake) -> None:
        self._offer_held_back(self._save, self._held_note, intake)

    def _offer_held_back(self, save: FileSave, note: Any, intake: Intake) -> None:
        held = len(intake.held_back)
        save.layout.display = "" if held else "none"
        rows = "1 row that is" if held == 1 else f"{held:,} rows that are"
        save.label = f"Download the {rows} held back"
        decides = people.counts_of(intake).get("doubtful", 0) or intake.to_settle
        note.value = rendering.wrap(f"{_CORRECTED}{_DECIDED if decides else ''} {_COME_BACK}") if held else ""

    def _show(self, result: Outcome) -> Sequence[Any]:
        counts = {name: count for name, count in result.summary.items() if count}
        if result.problem is not None:
            self._show_failure(result.problem)
        created = len(result.created_ids)
        updated = counts.pop("succeeded", 0) - created
        words = {"failed": "refused", "pending": "not sent yet", "unchanged": "with nothing new"}
        numbers = [f"{rendering.people(created)} created"] if created else []
        numbers += [f"{rendering.people(updated)} with new values"] if updated else []
        numbers += [f"{count:,} {words.get(name, name.replace('_', ' '))}" for name, count in counts.items()]
        facts = ", ".join(numbers)
        if "pending" in counts:
            sent = _was_sent(result)
            again = "Press Send again, now or after choosing the same file again: what was sent is not sent again."
            next_steps = [again, *(["Undo at step 1 takes back what was sent."] if sent else [])]
            more = [] if result.problem is not None and _advice_about(result.problem) else next_steps
            title = "Stopped for now" if sent else "Nothing of this list was sent"
            return [self._result_notice("warning", title, rendering.text(facts), *more)]
        bad = counts.keys() & {"failed", "conflict", "needs_review", "invalid"}
        if bad:
            advice = "Choose the same file again: it shows what is left, and sends only that."
            return [self._result_notice("warning", "Sent, but not everyone", rendering.text(facts), advice)]
        if result.done_before is not None:
            title = f"Nothing was sent now: the same was sent before ({age_text(result.done_before)} ago)"
            return [self._result_notice("info", title, rendering.text(f"Then: {facts}"))]
        not_sent = "" if self.draft.intake is None else _not_sent(self.draft.intake)
        lines = [facts, *([f"Not sent: {not_sent} (step 4)"] if not_sent else [])]
        return [self._result_notice("success", "Brought in", *map(rendering.text, lines))]

    def _show_failure(self, problem: BaseException) -> None:
        """Show an error with what to click, instead of what to write in a cell."""
        if isinstance(problem, StoppedWatching):
            self.error = problem
            self._show_message("info", "Stopped", _STOPPED)
            return
        advice = _advice_about(problem)
        step = self._not_shown
        if not isinstance(problem, ProspectB2BError) or not (advice or step):
            super()._show_failure(problem)
            return
        self.error = problem
        name = self._file_name if isinstance(problem, LeadFileError) else ""
        title = rendering.plain(f"{name} cannot be read", most=rendering.LONGEST_TITLE) if name else ""
        title = f"Step {list(STEPS).index(step) + 1} ({STEPS[step]}) cannot be shown" if step else title
        shown = rendering.failure(problem, title=title, advice=advice)
        if step:  # its button may be far below, or above
            self._message.value = ""
            self._bar_of_steps.show_problem(shown)
        else:
            self._message.value = shown


def _advice_about(problem: BaseException) -> str:
    """Return what to click after an error; "" if its own repair says it."""
    return next((text for kind, text in _ADVICE if isinstance(problem, kind)), "")


def _was_sent(outcome: Outcome[Any]) -> bool:
    """Return whether a request may have had an effect."""
    return outcome.job_id is not None and len(outcome.untouched) < outcome.summary["pending"] + sum(
        outcome.summary[name] for name in ("succeeded", "conflict", "failed", "needs_review")
    )


def _what_is_sent(plan: Plan[Any]) -> list[str]:
    """Return how many people are created and changed, in words."""
    words = (("create", "to create"), ("update", "of the workspace to get new values"))
    return [f"{plan.summary[action]:,} {what}" for action, what in words if plan.summary[action]]


def _what_stays(intake: Intake) -> list[str]:
    """Return how many people of the workspace stay as they are, and how many keep other values than the list has."""
    same, others = intake.plan.summary["unchanged"], people.count_other_values(intake)
    lines = [f"{same:,} of the workspace {'stays as it is' if same == 1 else 'stay as they are'}"] if same else []
    if others:
        keep = "keeps values that differ from the list" if others == 1 else "keep values that differ from the list"
        lines.append(f"{others:,} of the workspace {keep}: “overwrite what differs” in step 4 sends those of the list")
    return lines


def _not_sent(intake: Intake) -> str:
    """Return how many rows are not sent, by state, in words; "" if all are."""
    held = {state: count for state, count in people.display_counts(intake).items() if state in _NOT_SENT}
    return ", ".join(f"{count:,} {LABELS[state]}" for state, count in held.items())


_WITHOUT_COUNTRY: Final = (
    "These phones have no country code, and their rows no country. Say which country these rows are from, and press "
    "Read the phones. Otherwise they are sent as they are written."
)
_OF_ANOTHER_COUNTRY: Final = (
    "These phones have no country code, and their rows no country; no phone of the country below looks like them. They "
    "are sent as they are written."
)
_CORRECTED: Final = "In the file, correct what its reasons say."
_DECIDED: Final = (
    " Where it asks who a person is, write into its column “decision: create, same or leave out”: "
    "<b>same</b> if it is the person whom the reason names, <b>create</b> if it is another one, or <b>leave out</b>. "
    "Which of several leads it is, step 4 asks. "
    "Where a remark sounds like a refusal and is not, write <b>create</b>, too."
)
_COME_BACK: Final = "Then choose the file at step 1: what was sent is not sent again."
_NOT_SENT: Final = ("opted_out", people.UNCLEAR, "left_out", "no_person", "doubtful", "broken")
_KEPT: Final = rendering.wrap(
    "What you decide is kept on this computer for 30 days, without the rows of the list: the same file brings it back."
)
_NOT_KEPT: Final = rendering.wrap(
    "What you decide lasts until this page is closed or loaded again: a sandbox, and all that is in it, ends with it."
)
_RESTORED: Final = rendering.notice(
    "success", "What you decided about this list before is back", "The button below begins it again without."
)
_STOPPED: Final = rendering.text("Nothing was sent, and what you decided is kept. Do the same again to go on.")
_FIRST: Final = rendering.notice(
    "info",
    "Choose a list of people first",
    "From a trade fair, a partner or a colleague, as it is: columns and cells are put in order in the next steps. "
    "Nothing is sent before step 5.",
)
