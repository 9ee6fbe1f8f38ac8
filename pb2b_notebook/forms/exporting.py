"""Export leads: choose leads, fields and a format, watch the job, and see where the file is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, cast

import ipywidgets as widgets

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import buttons, inputs, job_monitoring, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.browser_files import FileSave, file_content
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.openapi.operations import Parameter
from pb2b_notebook.workspace import Workspace

FORMATS = {"csv": "CSV", "jsonl": "JSON, one lead a line", "xlsx": "Excel"}
"""Format of an export → its name."""
_FACTS = {
    "format": "Format", "row_count": "Rows", "size_bytes": "Bytes", "sha256": "Checksum (SHA-256)",
    "expires_at": "Kept until",
}  # fmt: skip
CUSTOM = "custom."
# Parameters of the list of leads that are not filters.
_PAGING = frozenset({"order", "limit", "cursor", "include_total"})
_USUAL = ("q", "status", "country", "tag", "owner_email", "source", "has_email", "created_after", "updated_after")
_DIFFERENCE = (
    "Export makes a file of this format at the service, as a job. Download reads the leads that match now, and saves "
    "them on this computer."
)
_NONE_MATCH = (
    "Look at the filters: a country is its name or two-letter code, an owner the name or email address of a member."
)
_LABELS = {"q": "Text", "has_email": "Has an email", "ids": "Ids"}
_HINTS = {"q": "in name, email or company", "ids": "separated by commas"}
_PREVIEW = 5


@dataclass(frozen=True, slots=True, repr=False)
class Exported:
    """An export that has ended.

    Attributes:
        export: The export as it is now.
        readiness: Whether its file is ready, its size and sha256, and where to fetch it.
    """

    export: Record
    readiness: Record

    def __repr__(self) -> str:
        rows = self.export.get("row_count")
        facts = {
            "export": self.export["id"],
            "status": self.export.get("status"),
            "rows": None if rows is None else f"{rows:,}",
            "file": "ready; .readiness says where" if self.readiness.get("ready") else "not ready",
        }
        return "\n".join(["Exported:", *(f"  {name:<8} {text}" for name, text in facts.items() if text is not None)])


def filters_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filled-in filters among a form's values, as the contract names them.

    >>> filters_of({"format": "csv", "fields": ["id"], "status": [], "has_email": False, "custom.tier": "A"})
    {'has_email': False, 'custom.tier': 'A'}
    """
    return {
        name: value
        for name, value in values.items()
        if name not in {"format", "fields"} and value not in (None, [], "")
    }


def split_filters(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the filled-in filters of a form as arguments of a list: plain filters, and those on custom fields.

    >>> split_filters({"status": ["new"], "custom.tier": "A", "format": "csv"})
    ({'status': ['new']}, {'tier': 'A'})
    """
    filters = filters_of(values)
    custom = {name.removeprefix(CUSTOM): value for name, value in filters.items() if name.startswith(CUSTOM)}
    return {name: value for name, value in filters.items() if not name.startswith(CUSTOM)}, custom


def estimate(ws: Workspace[Any], values: Mapping[str, Any]) -> int | None:
    """Return the number of leads that match, or ``None`` if the service does not count."""
    plain, custom = split_filters(values)
    return ws.count("leads.list", **plain, **({"custom": custom} if custom else {}))


def export(ws: Workspace[Any], values: Mapping[str, Any], watch: Watch) -> Exported:
    """Start an export and watch its job to the end.

    Args:
        ws: The workspace.
        values: Values by name: ``format``, ``fields`` (empty for all) and filters by their names in the contract.
        watch: Progress of the form.

    Raises:
        JobFailedError: The export failed.
        StoppedWatching: The user pressed Stop; the export goes on.
        PermissionDeniedError: The key lacks ``leads.export``.
        ReadOnlyError: The workspace is read-only.
    """
    watch.report(None, "starting …")
    fields = list(values.get("fields") or ()) or None
    started = ws.exports.create(format=values["format"], filters=filters_of(values), fields=fields)
    if started.get("job_id") is None:
        ws.exports.wait(started, progress=False)
    else:
        job_monitoring.wait(ws, started.job_id, watch)
    return Exported(ws.exports.get(started.id), ws.exports.readiness(started.id))


def filter_inputs(ws: Workspace[Any], fields: Mapping[str, LeadField]) -> Iterator[Input]:
    """Yield an input for each filter of the list of leads, and for each custom field that has options."""
    for parameter in ws.operations["leads.list"].parameters:
        if parameter.location == "query" and parameter.name not in _PAGING:
            yield _filter_input(parameter, fields)
    for field in fields.values():
        if not field.builtin and field.type in {"select", "boolean"}:
            yield _custom_input(field)


def _filter_input(parameter: Parameter, fields: Mapping[str, LeadField]) -> Input:
    name = parameter.name
    label = fields[name].label if name in fields else _LABELS.get(name, name.replace("_", " ").capitalize())
    if parameter.choices:
        return inputs.multi_choice(name, label, parameter.choices)
    if parameter.kind == "boolean":
        return inputs.yes_or_no(name, label)
    if parameter.repeatable:
        return inputs.texts(name, label)
    hint = "2026-03-10, 10.3.2026, monday or 7d" if parameter.kind == "datetime" else _HINTS.get(name, "")
    return inputs.text(name, label, hint=hint)


def _custom_input(field: LeadField) -> Input:
    name, label = f"{CUSTOM}{field.key}", field.label or field.key
    if field.type == "boolean":
        return inputs.yes_or_no(name, label)
    return inputs.choice(name, label, [None, *field.options])


class ExportForm(Form[Exported]):
    """Export leads to a file, with the workspace's filters and fields, and watch the job.

    ``form.result`` is an :class:`Exported`. The API does not serve the file: ``readiness`` has its size and sha256, and
    you fetch it in the signed-in workspace. "Read these rows" reads the same leads through the API into ``form.frame``.
    The downloads as CSV and Excel read the leads that match through the API; they need no export.

    Args:
        ws: The workspace.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=50) as ws:
        ...     form = pb.forms.ExportForm(ws)
        ...     done = form.submit(format="csv", status=["new"], fields=["id", "email"])
        ...     done.readiness.ready, done.export.row_count == len(form.read())
        (True, True)
    """

    title: ClassVar[str] = "Export leads"
    action: ClassVar[str] = "Export"
    stopping: ClassVar[str] = "Stop watching"
    gives: ClassVar[str] = "exported"
    operations: ClassVar[tuple[str, ...]] = ("exports.create", "jobs.get")

    def __init__(self, ws: Workspace[Any]) -> None:
        self.frame: Any = None
        super().__init__(ws)

    def count(self) -> int | None:
        """Return the number of leads that match the filters, or ``None`` if the service does not count."""
        return estimate(self._ws, self.values)

    def read(self) -> Any:
        """Read the rows of the latest export through the API, with its filters and fields, as a frame."""
        if self.result is None:
            raise UsageError("this form has not exported anything yet", repair="press Export, or form.submit()")
        self.frame = self._ws.exports.rows(self.result.export)
        return self.frame

    def leads(self) -> Any:
        """Return the leads that match the filters now, with the chosen fields, as a frame; nothing is exported."""
        return self._leads()

    def _leads(self, **options: Any) -> Any:
        values = self.values
        plain, custom = split_filters(values)
        columns = [self._column_of.get(field, field) for field in values["fields"]]
        chosen: dict[str, Any] = (
            plain | ({"custom": custom} if custom else {}) | ({"columns": columns} if columns else {})
        )
        return self._ws.leads.list(**chosen, **options)

    def _ask(self) -> Sequence[Input]:
        ws = self._ws
        fields = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        self._label_of = known_fields.labels_of(fields)
        self._column_of = {key: field.column for key, field in fields.items()}
        return [
            *filter_inputs(ws, fields),
            inputs.multi_choice("fields", "Fields (none: all)", _field_choices(fields), rows=6),
            inputs.choice("format", "Format", {label: name for name, label in FORMATS.items()}),
        ]

    def _body(self) -> Sequence[Any]:
        usual = [self._inputs[name].widget for name in _USUAL if name in self._inputs]
        asked = {"fields", "format", *_USUAL}
        rest = [one.widget for name, one in self._inputs.items() if name not in asked]
        more = buttons.fold("More filters", widgets.VBox(rest))
        about = widgets.HTML(rendering.wrap(f"<small>{_DIFFERENCE}</small>"))
        return [*usual, more, self._inputs["fields"].widget, self._inputs["format"].widget, about]

    def _more_buttons(self) -> Sequence[Any]:
        self._downloads = [
            FileSave(f"Download as {name}", partial(self._file_of_leads, suffix), lambda _: None)
            for name, suffix in (("CSV", "csv"), ("Excel", "xlsx"))
        ]
        # Who wants the leads here needs no job at the service.
        self._downloads[0].primary, self._button.button_style = True, ""
        self._count = self._button_for("Count leads", self._show_count)
        return [self._count, *self._downloads]

    def _begin(self) -> None:
        super()._begin()
        self._show_buttons()

    def _end(self) -> None:
        super()._end()
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Disable what would do nothing while the form is busy, such as watching a job."""
        for button in (self._count, *self._downloads):
            button.disabled = self.busy

    def _file_of_leads(self, suffix: str) -> tuple[str, bytes]:
        """Return the leads that match as a file; an error is shown, and raised."""
        made: list[bytes] = []

        def make() -> None:
            self._report(None, "reading the leads …")
            leads = self._leads(frame="polars")
            lists = [pl.col(name) for name, kind in leads.schema.items() if isinstance(kind, pl.List)]
            readable = leads.with_columns(pl.when(one.list.len() > 0).then(one) for one in lists)  # blank, not []
            made.append(file_content(readable, f"leads.{suffix}"))
            self._show_message("success", f"{count_text(len(leads), 'lead')} read", "The browser saves the file.")

        self._run_now(make)
        return f"leads.{suffix}", made[0]

    def _file_of_export(self) -> tuple[str, bytes]:
        path = self._sandbox_file(cast("Exported", self.result))
        return path.name, path.read_bytes()

    def _sandbox_file(self, result: Exported) -> Path:
        """Return where the sandbox, which is on this machine, has the file of an export."""
        ws = self._ws
        assert ws.sandbox is not None  # noqa: S101 - asked only where there is one
        return ws.sandbox.data_folder / ws.id / "exports" / f"{result.export['id']}.{result.export['format']}"

    def _show_count(self) -> None:
        rows = self.count()
        match = "lead matches" if rows == 1 else "leads match"
        title = "The service does not count these leads" if rows is None else f"{rows:,} {match}"
        self._show_message("info", title, *([_NONE_MATCH] if rows == 0 else []))

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Exported:
        return export(self._ws, values, watch)

    def _show(self, result: Exported) -> Sequence[Any]:
        ready = result.readiness
        where = (
            "The service's own file is in the signed-in workspace; Download as CSV or Excel gives the same leads here."
        )
        actions = [self._button_for("Read these rows", self._show_rows)]
        if self._ws.sandbox is not None:
            where = "This sandbox keeps its file until it is closed."
            if self._sandbox_file(result).exists():
                actions.append(FileSave("Download the service's file", self._file_of_export, self._show_failure))
        facts = [*((label, _fact(ready.get(name))) for name, label in _FACTS.items()), ("Id", result.export.id)]
        table = rendering.table(("", ""), facts)
        title = f"The export is {'ready' if ready.ready else ready.status or 'finished'}"
        none = "No lead matched: the file has a header and no rows." if ready.get("row_count") == 0 else ""
        return [
            self._result_notice("success", title, none, rendering.text(where)),
            widgets.HTML(table),
            buttons.row(*actions),
        ]

    def _show_rows(self) -> None:
        frame = self.read()
        head = frame.head(_PREVIEW)
        labels = [self._label_of.get(name) or known_fields.label_of(name) for name in head.columns]
        rows = zip(*([_cell_text(cell) for cell in values_of(head, name)] for name in head.columns), strict=True)
        preview = rendering.table(labels, rows, caption=f"the first of {len(frame):,} rows")
        notice = rendering.notice(
            "success", f"{count_text(len(frame), 'row')} read", rendering.cell_hint("<code>df = form.frame</code>")
        )
        self._outcome.children = (*self._outcome.children[:3], widgets.HTML(notice), widgets.HTML(preview))


def _field_choices(fields: Mapping[str, LeadField]) -> dict[str, str]:
    """Return label → key of the fields that an export can have."""
    labels = Counter(field.label for field in fields.values())
    named = {
        field.label if field.label and labels[field.label] == 1 else f"{field.label or key} ({key})": key
        for key, field in fields.items()
    }
    return {"Id": "id", **named, "Created at": "created_at", "Updated at": "updated_at"}


def _cell_text(value: Any) -> Any:
    """Return a cell as a table of the form shows it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return _fact(value) if hasattr(value, "strftime") else value


def _fact(value: Any) -> str | None:
    if hasattr(value, "strftime"):
        return f"{value:%Y-%m-%d %H:%M:%S %Z}"
    return f"{value:,}" if isinstance(value, int) else value
