"""Create or change one lead by hand, with an input of the right type for each field of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import Any, ClassVar, Final, cast

import ipywidgets as widgets

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.cleanup.values.phones import read_phone
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    BadRequestError,
    ConflictError,
    InvalidParameterError,
    MissingExtraError,
    PermissionDeniedError,
    PreconditionFailedError,
    ProspectB2BError,
    SuppressedRowsError,
    UsageError,
    ValidationError,
)
from pb2b_notebook.forms import buttons, inputs, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.full_names import FollowingName
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.questions import Question
from pb2b_notebook.forms.value_notes import ValueNotes, input_name
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.mapping.cells.countries import country_code
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.opt_outs import says_opted_out
from pb2b_notebook.workspace import Workspace

CUSTOM = "custom_"
DISCARD: Final = ("Discard changes", "Keep editing")
"""Labels of the answers to the question before something that was typed is lost."""
# The service sets these fields.
VERSION: Final = "if_updated_at"
SERVICE_FIELDS = ("last_contacted_at", "merged_into")
_COLUMNS: Final = {
    "display": "grid",
    "grid_template_columns": "repeat(auto-fill, minmax(min(100%, 35em), 1fr))",
    "align_items": "flex-start",
}
"""As many columns of inputs as the page has room for: one on a phone."""


def changes(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the request that changes a lead: the values that differ, custom fields by their keys.

    Args:
        current: Current values by column, ``custom_<key>`` for custom fields; empty for a new lead.
        wanted: Wanted values by column; ``None`` clears a field, and a field that is absent stays.

    >>> changes({"title": "Dr", "custom_tier": "A"}, {"title": None, "custom_tier": "B", "city": None})
    {'title': None, 'custom_fields': {'tier': 'B'}}
    """
    differing = {name: value for name, value in wanted.items() if not _same(current.get(name), value)}
    custom = {n.removeprefix(CUSTOM): v for n, v in differing.items() if n.startswith(CUSTOM)}
    plain = {n: v for n, v in differing.items() if not n.startswith(CUSTOM)}
    return {**plain, **({"custom_fields": custom} if custom else {})}


def _same(one: Any, other: Any) -> bool:
    blank: tuple[Any, ...] = (None, "", [])
    return (one in blank and other in blank) or (one == other and type(one) is type(other))


def reversal(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the fields of the request that undoes a change: who opted out by it stays opted out.

    >>> reversal({"title": "Dr", "status": "new"}, {"title": None, "status": "unsubscribed"}, ["title", "status"])
    {'title': 'Dr'}
    """
    back = [name for name in names if not says_opted_out(name.removeprefix(CUSTOM), after.get(name))]
    return changes({name: after.get(name) for name in back}, {name: before.get(name) for name in back})


def save(ws: Workspace[Any], lead: Record | None, fields: Mapping[str, Any], *, allow: bool = False) -> Record:
    """Create a lead, or change one unless another user has changed it since it was read.

    Args:
        ws: The workspace.
        lead: The lead as it was read, or ``None`` for a new lead.
        fields: Fields of the request, from :func:`changes`.
        allow: Whether to create a lead although it is probably about a person who opted out.

    Creating the same lead again within 24 hours returns the first one: Restart & Run All creates nothing twice.

    Raises:
        UsageError: There is nothing to save.
        SuppressedRowsError: The new lead is probably about a person who opted out; nothing was sent.
        PreconditionFailedError: The lead has changed since it was read.
        ValidationError: The service refuses a value.
    """
    if not fields:
        raise UsageError("there is nothing to save", repair="fill in or change a field first")
    if lead is None:
        if not allow:
            _refuse_opted_out(ws, fields)
        created: Record = ws.leads.create(fields)
        return created
    return _change(ws, lead, fields)


def _change(ws: Workspace[Any], lead: Record, fields: Mapping[str, Any]) -> Record:
    """Change a lead; where the service refuses the precondition, the lead is read first and compared."""
    version, reason = lead.get("updated_at"), ""
    if version is not None and VERSION not in ws.profile.names("refused", "leads.update"):
        try:
            conditional: Record = ws.leads.update(lead.id, {**fields, VERSION: version})
        except (BadRequestError, ConflictError, ValidationError) as refused:
            # An unchanged lead has another version only if the service compares a finer time than it shows.
            finer = isinstance(refused, PreconditionFailedError) and dict(ws.leads.get(lead.id)) == dict(lead)
            if not finer and not _may_be_about_version(refused):
                raise
            reason = f"{refused.status} with it, not without"
        else:
            return conditional
    if ws.leads.get(lead.id).get("updated_at") != version:
        raise PreconditionFailedError(
            "the lead has changed since it was read; nothing was sent", status=409, repair="read it again"
        )
    changed: Record = ws.leads.update(lead.id, fields)
    if reason:
        ws.profile.learn("refused", [VERSION], reason, operation="leads.update", at=ws.now())
    return changed


def _may_be_about_version(refused: APIError) -> bool:
    """Whether a refusal may be of the precondition itself: it names no other field, and no other conflict."""
    if isinstance(refused, ConflictError):
        return type(refused) is ConflictError
    return VERSION in str(refused) or not refused.details


def _refuse_opted_out(ws: Workspace[Any], fields: Mapping[str, Any]) -> None:
    try:
        found = ws.leads.find_opted_out(dict(fields))
    except PermissionDeniedError:
        notices.say("this key may not read leads, so that people who opted out were not looked for")
        return
    if len(found):
        raise SuppressedRowsError(
            "this looks like a person who opted out; nothing was sent",
            suppressed=found.assign(row=found["row"] + 1).rename(columns={"row": "row_number"}),
            repair="look at the lead; form.create_anyway() creates another one all the same",
        )


def field_input(field: LeadField, zone: Callable[[], tzinfo]) -> Input:
    """Return the input for a lead field of the workspace.

    Args:
        field: The field.
        zone: Function that returns the zone of times that are typed without one.
    """
    name, kind, options = field.column, field.type, list(field.options)
    label = f"{field.label or field.key}{' *' if field.required else ''}"
    if kind == "select":
        return inputs.choice(name, label, [None, *options])
    if kind == "multi_select":
        return inputs.multi_choice(name, label, options) if options else inputs.texts(name, label)
    own: dict[str, Callable[[], Input]] = {
        "boolean": lambda: inputs.yes_or_no(name, label),
        "number": lambda: inputs.quantity(name, label),
        "date": lambda: inputs.date(name, label),
        "datetime": lambda: inputs.moment(name, label, zone),
    }
    if kind in own:
        return own[kind]()
    hints = {"email": "name@company.com", "phone": "+49…", "url": "https://…"}
    return inputs.text(name, label, hint=hints.get(kind, ""))


class LeadForm(Form[Record]):
    """Create or change one lead, with an input for each built-in and custom field of the workspace.

    Args:
        ws: The workspace.
        lead: The lead to change, as a record or an id; by default the form creates a lead.

    ``form.result`` is the saved lead. Only changed fields are sent, and a lead that another user has changed since it
    was read is not overwritten. A full name that was made of first and last name follows them. A new lead that looks
    like a person who opted out, under any address, is not created before you press Create anyway
    (``form.create_anyway()``).

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     form = pb.forms.LeadForm(ws)
        ...     form.submit(full_name="Ada Lovelace", email="ada@example.com", custom_tier="A").status
        'new'
    """

    title: ClassVar[str] = "Lead"
    action: ClassVar[str] = "Save"
    gives: ClassVar[str] = "lead"
    operations: ClassVar[tuple[str, ...]] = ("leads.create",)

    def __init__(self, ws: Workspace[Any], lead: Record | str | None = None) -> None:
        if not isinstance(lead, Record | str | None):
            raise InvalidParameterError(
                f"lead must be a record or an id, not {type(lead).__name__}",
                repair="pass ws.leads.get(id), or the id itself",
            )
        self._lead = ws.leads.get(lead) if isinstance(lead, str) else lead
        self._refused: dict[str, Any] | None = None
        self._sent: list[str] = []
        self._back: dict[str, Any] = {}
        self._allowed = False
        super().__init__(ws)

    def _ask(self) -> Sequence[Input]:
        ws = self._ws
        fields = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        asked = [field for key, field in fields.items() if key not in SERVICE_FIELDS]
        self._labels = {field.column: field.label or field.key for field in asked}
        return [field_input(field, lambda: ws.report_period().zone) for field in asked]

    def _body(self) -> Sequence[Any]:
        self._notes = ValueNotes(self._inputs.values())
        built_in, custom = (
            [self._notes.below(one) for name, one in self._inputs.items() if name.startswith(CUSTOM) is own]
            for own in (False, True)
        )
        boxes = [widgets.Box(built_in, layout=_COLUMNS)]
        if custom:
            boxes += [widgets.HTML(rendering.wrap("<b>Custom fields</b>")), widgets.Box(custom, layout=_COLUMNS)]
        return boxes

    def _below(self) -> Sequence[Any]:
        self._question = Question(*DISCARD)
        return [self._question.widget]

    def _more_buttons(self) -> Sequence[Any]:
        self._read_again_button = self._button_for("Read again", self._show_again)
        self._new_button = buttons.secondary("New lead", self._ask_for_new)
        self._anyway_button = self._button_for("Create anyway", self._create_refused)
        self._anyway_button.layout.display = "none"
        return [self._read_again_button, self._new_button, self._anyway_button]

    @property
    def unsaved(self) -> bool:
        """Whether the form holds values that were typed and not saved, those included that do not fit."""
        try:
            return _json(self.values) != self._before
        except InvalidParameterError:
            return True

    def again(self) -> None:
        """Read the lead again; values that were changed in the form and not saved stay filled in."""
        if self._lead is None:
            raise UsageError(
                "this lead has not been saved yet", repair=f"press {self._button.description}, or form.submit()"
            )
        changed = self._unsaved_values()
        self._lead = self._ws.leads.get(self._lead.id)
        self._fill()
        self.values = changed

    def _unsaved_values(self) -> dict[str, Any]:
        typed = self.values
        return {name: typed[name] for name, value in _json(typed).items() if value != self._before[name]}

    def undo(self) -> Record:
        """Write back the values from before the latest change that this form saved, and return the lead.

        Who opted out by that change stays opted out. Values that were typed since and not saved stay filled in.

        Raises:
            UsageError: The form has saved no change, or it is undone already.
            ConflictError: Another user has changed the lead since; nothing was sent.
        """
        self._run_now(self._undo)
        return cast("Record", self.result)

    def _undo(self) -> None:
        if self._lead is None or not self._back:
            raise UsageError(
                "no change was saved in this form, so that nothing can be undone", repair="save a change first"
            )
        changed = self._unsaved_values()
        try:
            self.result = result = _change(self._ws, self._lead, self._back)
        except PreconditionFailedError:
            raise ConflictError(
                "another user has changed the lead since; nothing was undone",
                status=409,
                repair="open the lead again to see it as it is now",
            ) from None
        self._back = {}
        self._outcome.children = tuple(self._show_saved(result, "Undone: the values are as before"))
        self.values = changed

    def new(self) -> None:
        """Start another new lead; the saved one stays as it is."""
        self._lead = self.result = None
        self._outcome.children = ()
        self._fill()

    def create_anyway(self) -> Record:
        """Create the lead that was refused because it looks like a person who opted out: you have looked at it.

        Raises:
            UsageError: No lead was refused, or the form holds other values now.
        """
        self._run_now(self._create_refused)
        return cast("Record", self.result)

    def _create_refused(self) -> None:
        if self._refused is None or self._refused != _json(self.values):
            raise UsageError(
                "these are not the values that were refused", repair=f"press {self._button.description} first"
            )
        self._allowed = True
        try:
            self._submission()
        finally:
            self._allowed = False

    def _show_again(self) -> None:
        self.again()
        message = "Your changes are still filled in, and not saved yet."
        self._show_message("info", "This is the lead as it is now", message)

    def _ask_for_new(self) -> None:
        self.ask_to_discard(self._question, lambda: self._start(self._show_new))

    def ask_to_discard(self, question: Question, act: Callable[[], None]) -> None:
        """Do what empties or closes the form; if it holds what was typed and not saved, ask first.

        Args:
            question: The question to ask, with the labels :data:`DISCARD`.
            act: What to do.
        """
        question.drop()
        if not self.unsaved:
            act()
            return
        known: Mapping[str, Any] = self._lead or {}
        name = known.get("full_name") or known.get("email") or "The new lead"
        title = f"{rendering.plain(name, most=60)} has changes that are not saved"
        question.ask(title, f"{DISCARD[0]} loses them; {DISCARD[1]} leaves the form as it is.", act)
        question.no.focus()  # it may be out of sight, above a long form

    def _show_new(self) -> None:
        self.new()
        self._show_message("info", "Fill in a new lead", "Nothing is created before you press Create lead.")

    def _after_open(self) -> None:
        names = [self._inputs.get(name) for name in ("full_name", "first_name", "last_name")]
        texts = [one for one in names if one is not None and isinstance(one.widget, widgets.Text)]
        self._name = FollowingName(*texts) if len(texts) == len(names) else None
        self._fill()

    def _fill(self) -> None:
        shown = _shown_values(self._lead)
        if self._name is not None:
            self._name.pause()
        for name, one in self._inputs.items():
            # An input stays empty for a value that it cannot hold, such as a deleted option; the lead keeps the value.
            with suppress(InvalidParameterError):
                one.set(shown.get(name))
        if self._name is not None:
            self._name.begin()
        self._notes.show({})
        self._before = _json(self.values)
        self._button.description = "Create lead" if self._lead is None else "Save changes"
        for button in (self._read_again_button, self._new_button):
            button.layout.display = "none" if self._lead is None else ""
        self._refuse(None)

    def _refuse(self, values: dict[str, Any] | None) -> None:
        """Keep the values of a new lead that was refused until a person has looked at it; ``None`` for no such lead."""
        self._refused = values
        self._anyway_button.layout.display = "none" if values is None else ""

    def _submission(self) -> None:
        self.result, self._outcome.children = None, ()
        self._notes.check()
        super()._submission()

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Record:
        watch.report(None, "saving …")
        self._refuse(None)
        given = _json(values)
        self._sent = [name for name, value in given.items() if not _same(self._before[name], value)]
        try:
            return save(self._ws, self._lead, changes(self._before, given), allow=self._allowed)
        except SuppressedRowsError:
            self._refuse(given)
            raise

    def _show(self, result: Record) -> Sequence[Any]:
        before, self._back = self._lead, {}
        if before is not None:
            self._back = reversal(_shown_values(before), _shown_values(result), self._sent)
        shown = self._show_saved(result, "Created" if before is None else "Saved")
        return [*shown, self._button_for("Undo", self._undo)] if self._back else shown

    def _show_saved(self, result: Record, title: str) -> list[Any]:
        phone = result.get("phone")
        is_new = phone != (self._lead.get("phone") if self._lead is not None else None)
        self._lead = result
        self._fill()
        name = result.get("full_name") or result.get("email") or "a lead without a name"
        code = rendering.cell_hint(f"<code>{rendering.text(result.id)}</code>")
        notice = self._result_notice("success", title, rendering.text(name), code)
        doubt = _doubt_about_phone(phone, result.get("country")) if is_new else ""
        return [notice, widgets.HTML(rendering.notice("warning", *doubt))] if doubt else [notice]

    def _show_failure(self, problem: BaseException) -> None:
        super()._show_failure(problem)
        if isinstance(problem, APIError) and problem.details:
            self._notes.show_refusal(problem)
            self._message.value = rendering.failure(
                problem, label_of=lambda field: self._labels.get(input_name(field), "")
            )
        if isinstance(problem, PreconditionFailedError):
            message = "Press Read again: it shows the lead as it is now, and keeps your changes filled in."
            self._message.value += rendering.notice("info", "Another user has changed this lead", message)
        if isinstance(problem, SuppressedRowsError):
            self._message.value += self._notice_of_suppression(problem)

    def _notice_of_suppression(self, problem: SuppressedRowsError) -> str:
        """Return the person who opted out and why the new lead looks like that person, as HTML."""
        [(lead_id, status, reasons)] = problem.suppressed[["lead_id", "status", "reasons"]].to_numpy().tolist()
        who = ""
        with suppress(ProspectB2BError):  # a deleted lead
            lead = self._ws.leads.get(lead_id)
            who = ", ".join(filter(None, (lead.get(name) for name in ("full_name", "company_name", "email"))))
        title = f"This may be {lead_id}, who is {status}"
        return rendering.notice("warning", title, rendering.text(who), rendering.text(reasons))


def _doubt_about_phone(phone: Any, country: Any) -> tuple[str, str] | tuple[()]:
    """Return why a phone that was saved cannot be read, and what to do; nothing if it can, or if that is unknown."""
    if not isinstance(phone, str) or not phone.strip():
        return ()
    with suppress(MissingExtraError):
        read = read_phone(phone, country_code(country) if isinstance(country, str) else None)
        if read is None and "+" not in phone and not country:
            advice = "Write it with its country code, such as +49…, or fill in the country, and save again."
            return "The phone is saved as it is written, and says no country", advice
        if read is None or not read.valid:
            return (
                "The phone is saved as it is written, and is not a valid number",
                "Look at its digits and the country.",
            )
    return ()


def _shown_values(lead: Record | None) -> dict[str, Any]:
    if lead is None:
        return {"status": "new"}
    given = lead.get("custom_fields")
    custom = given if isinstance(given, Mapping) else {}  # some services give them as text
    return {**dict(lead), **{f"{CUSTOM}{key}": value for key, value in custom.items()}}


def _json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
