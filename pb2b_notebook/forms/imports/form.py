"""Import rows as leads: from a frame or a file, mapped, checked, tried, launched, and mended row by row."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets as widgets

from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.imports.launch import Imported, launch, retry_rows
from pb2b_notebook.forms.imports.mapping_editor import MappingEditor
from pb2b_notebook.frames import provenance
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.columns import open_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Mapping as AnyMapping

    from pb2b_notebook.api.domains.import_runs import ImportCheck
    from pb2b_notebook.forms.inputs import Input
    from pb2b_notebook.forms.watching import Watch
    from pb2b_notebook.workspace import Workspace

PREVIEWED = 5
CELLS_AT_ONCE = 50
"""Bad cells that the form offers to mend by hand; the next ones come once these are done."""
LARGEST_UPLOAD = 8
"""In MB: Jupyter closes the connection to a kernel at a message of 10 MiB, which an upload is in one piece."""
_ACCEPTED = ".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.parquet"
_SENT_BEFORE = "the same rows had been sent before; nothing was sent again"


class ImportForm(Form):
    """Import leads from a frame or a file: map its columns, check and try it, launch it, mend what was refused.

    Args:
        ws: the workspace.
        df: pandas or polars; without it the form takes a file.
        mapping: to start from; by default what the columns' names and values suggest.

    ``form.values`` are ``path`` (assigning it reads the file), ``mapping`` and ``match_on``. ``form.result`` is an
    :class:`~pb2b_notebook.forms.imports.launch.Imported`. ``form.retry(…)`` imports only the rows that were refused,
    corrected.

    Example:
        >>> import pandas as pd
        >>> import pb2b_notebook as pb
        >>> df = pd.DataFrame({"Mail": ["ada@example.com", "nobody"], "Name": ["Ada Lovelace", "No Body"]})
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     form = pb.forms.ImportForm(ws, df)
        ...     done = form.submit()
        ...     mended = form.retry({(2, "email"): "nobody@example.com"})
        >>> form.mapping.columns, done.run.error_count, done.row_numbers, mended.run.created_count
        ({'Mail': 'email', 'Name': 'full_name'}, 1, (2,), 1)
    """

    title: ClassVar[str] = "Import leads"
    action: ClassVar[str] = "Import"
    stopping: ClassVar[str] = "Stop watching"
    gives: ClassVar[str] = "imported"
    operations: ClassVar[tuple[str, ...]] = ("imports.create", "jobs.get")

    def __init__(self, ws: Workspace, df: Any = None, mapping: Mapping | AnyMapping[str, str] | None = None) -> None:
        self.data: Any = None
        """The rows, as they were given or read."""
        self._filename: str | None = None
        self._path_read: str | None = None
        self._upload = widgets.FileUpload(accept=_ACCEPTED, multiple=False, description="Choose a file")
        self._upload.observe(lambda _: self._take_upload(), "value")
        self._about = widgets.HTML()
        self._boxes: dict[tuple[int, str], tuple[Any, str]] = {}
        self._left: tuple[Any, ...] = ()
        super().__init__(ws)
        if df is not None:
            self.use(df, mapping)

    # What it is about

    def use(
        self, df: Any, mapping: Mapping | AnyMapping[str, str] | None = None, *, filename: str | None = None
    ) -> None:
        """Take another frame.

        Raises:
            MappingError: no frame; column names that are no text, or come twice.
        """
        df = open_frame(df)
        meant = Mapping.suggest(df, self._known) if mapping is None else _mapping(mapping)
        self.data, self._filename, self.result = df, filename, None
        self._outcome.children = self._left = ()
        self._editor.show(df, meant)
        named = f"{filename}: " if filename else ""
        self._about.value = rendering.wrap(rendering.text(f"{named}{len(df):,} rows, {len(df.columns)} columns"))

    def read(self, source: Any) -> None:
        """Take a file: a path on the kernel's machine, or a buffer.

        Raises:
            LeadFileError: it cannot be read; the message says what it is.
        """
        from pb2b_notebook.files import read_leads

        df = read_leads(
            source,
            frame=self._ws.frame,
            progress=False,
            quiet=True,
        )
        report = provenance(df).file
        self.use(df, filename=report.name or None)
        self._about.value = rendering.notice(
            "warning" if report.findings else "info", "Read", rendering.text(report.summary)
        )

    @property
    def mapping(self) -> Mapping:
        """Which column is which lead field, as it is edited."""
        return self._editor.mapping

    @mapping.setter
    def mapping(self, mapping: Mapping | AnyMapping[str, str]) -> None:
        self._editor.mapping = _mapping(mapping)

    # What it does

    def check(self) -> Any:
        """What is wrong before anything is sent: a frame, one row a problem; see :meth:`Mapping.check`.

        The mapping is checked against the rows, and against the workspace's fields as they are now.
        """
        return self.mapping.check(self._rows_to_import(), self._fields(), match_on=self.values["match_on"])

    def preview(self) -> Any:
        """The first rows as leads: typed, in the columns of ``ws.leads.list()``."""
        return self.mapping.apply(self._rows_to_import().head(PREVIEWED), self._fields())

    def dry_run(self) -> ImportCheck:
        """What the service would do with all rows; nothing is kept."""
        return self._ws.imports.validate(self._rows_to_import(), self.mapping, match_on=self.values["match_on"])

    def retry(self, correct: AnyMapping[tuple[int, str], Any] | Any) -> Imported:
        """Import only rows that were refused, corrected.

        Args:
            correct: ``{(row number, lead field): what belongs there}``, row numbers as in ``form.result.errors``: the
                rows that are named are sent. Or a frame: ``form.result.rejected`` with corrections, all of its rows.

        Returns:
            What is left; row numbers are still those of the whole. It is then :attr:`result`, and shown.

        Raises:
            UsageError: nothing was imported, the form is busy, or a cell that is not among those that were refused.
        """
        self._run_now(lambda: self._retry(correct))
        done: Imported = self.result
        return done

    def click(self) -> None:
        """What the button does. A path that was typed and not read is read first, to be looked at: nothing is sent."""
        typed = self._inputs["path"].read()
        super().click() if typed in {None, self._path_read} else self._start(self._read_typed)

    @property
    def _ws(self) -> Workspace:
        assert self._workspace is not None  # noqa: S101 - this form has a workspace
        return self._workspace

    def _fields(self) -> Any:
        """As the workspace has them now."""
        return known_fields.fields_of(self._ws)

    def _rows_to_import(self) -> Any:
        if self._inputs["path"].read() not in {None, self._path_read}:
            raise UsageError("the path that is typed has not been read", repair='press "Read the path", or empty it')
        if self.data is None or not len(self.data):
            raise UsageError("there are no rows to import", repair="choose a file, or form.use(df)")
        return self.data

    def _retry(self, correct: Any) -> None:
        if self.result is None:
            raise UsageError("nothing has been imported by this form yet", repair="press Import, or form.submit()")
        match_on = self.values["match_on"]
        self.result = retry_rows(self._ws, self.result, self.mapping, correct, match_on=match_on, watch=self._watch)
        self._outcome.children = tuple(self._show(self.result))

    # Where the rows come from

    def _ask(self) -> Sequence[Input]:
        ws = self._ws
        self._known = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        self._editor = MappingEditor(self._known, lambda: str(self._inputs["match_on"].read()))
        return [
            _path_input(self._read_path),
            inputs.Input("mapping", self._editor.widget, lambda: self.mapping, self._take_mapping),
            inputs.choice("match_on", "Match leads on", ["email", "external_id"]),
        ]

    def _body(self) -> Sequence[Any]:
        read = self._button_for("Read the path", self._read_typed)
        large = rendering.text(f"a file over {LARGEST_UPLOAD} MB is too large to be uploaded: give its path")
        return [
            widgets.HBox([self._upload, widgets.HTML(rendering.wrap(f"<small>{large}</small>"))]),
            widgets.HBox([self._inputs["path"].widget, read]),
            self._about,
            self._editor.widget,
            self._inputs["match_on"].widget,
        ]

    def _after_open(self) -> None:
        self._inputs["match_on"].widget.observe(lambda _: self._editor.show_problems(), "value")

    def _reopen(self) -> None:
        """The rows that were taken stay, with what they were mapped to; a file is not read again."""
        mapping, path, match_on = self.mapping, self._inputs["path"].read(), self.values["match_on"]
        self._open()
        self._inputs["path"].widget.value = path or ""
        self._inputs["match_on"].set(match_on)
        if self.data is not None:
            self._editor.show(self.data, mapping)

    def _take_mapping(self, given: Any) -> None:
        self.mapping = given

    def _read_path(self, path: str) -> None:
        self.read(path)
        self._path_read = path

    def _read_typed(self) -> None:
        path = self._inputs["path"].read()
        if path is None:
            raise UsageError("no path is typed", repair="type the path of a file on the kernel's machine")
        self._read_path(path)
        self._show_message("info", "The file is read", "look at its columns, then press Import; nothing has been sent")

    def _take_upload(self) -> None:
        """Take what was chosen out of the widget: what a notebook saves is the state of its widgets."""
        if not self._upload.value:
            return
        chosen = self._upload.value[0]
        buffer = io.BytesIO(bytes(chosen["content"]))
        buffer.name = str(chosen["name"])
        self._upload.value = ()
        if self.busy:
            self._show_message("warning", "This form is busy", "wait for its end, then choose the file again")
        else:
            self._start(lambda: self.read(buffer))

    def _run(self, values: AnyMapping[str, Any], watch: Watch) -> Imported:
        return launch(
            self._ws,
            self._rows_to_import(),
            self.mapping,
            match_on=values["match_on"],
            watch=watch,
            filename=self._filename,
        )

    # What it shows

    def _more_buttons(self) -> Sequence[Any]:
        return [self._button_for("Check", self._show_check), self._button_for("Dry run", self._show_dry_run)]

    def _show_check(self) -> None:
        found = self.check()
        rows = _tuples(found[["severity", "column", "field", "rows", "first_row", "message", "repair"]])
        title = f"{len(rows)} things to look at" if rows else "Nothing to object to"
        shown = [widgets.HTML(rendering.notice("info" if rows else "success", title))]
        if rows:
            heads = ("", "column", "field", "rows", "first row", "what", "repair")
            shown.append(widgets.HTML(rendering.table(heads, rows)))
        if "error" not in {row[0] for row in rows if row[3] is None}:
            typed = self.preview()
            told = rendering.table(list(typed.columns), _tuples(typed), caption="the first rows, as leads")
            shown.append(widgets.HTML(told))
        self._present(shown)

    def _show_dry_run(self) -> None:
        self._watch.report(None, f"trying {len(self._rows_to_import()):,} rows …")
        told = self.dry_run()
        counts = f"{told.created_count:,} created, {told.updated_count:,} updated, {told.skipped_count:,} skipped, "
        counts += f"{told.error_count:,} refused"
        kind = "warning" if told.error_count or told.failures else "success"
        shown = [widgets.HTML(rendering.notice(kind, f"It would be: {counts}", *map(rendering.text, told.failures)))]
        if len(told.errors):
            shown.append(widgets.HTML(_error_table(told.errors)))
        self._present(shown)

    def _present(self, shown: Sequence[Any]) -> None:
        """Show what was asked above what is left to mend."""
        self._outcome.children = (*shown, *self._left)

    def _show(self, result: Imported) -> Sequence[Any]:
        run = result.run
        told = f"{run.created_count:,} created, {run.updated_count:,} updated, {run.skipped_count:,} skipped"
        facts = [told, *([_SENT_BEFORE] if result.sent_before == len(run.ids) else [])]
        lines = list(map(rendering.text, facts))
        if not result.row_numbers:
            self._left = ()
            return [self._result_notice("success", "Imported", *lines)]
        count = len(result.row_numbers)
        refused = f"{count:,} row{'s' if count > 1 else ''} refused: correct the cells, then retry only these"
        notice = self._result_notice("warning", f"Imported but for {refused}", *lines)
        again = self._button_for("Retry corrected rows", self._show_retry)
        self._left = (notice, *self._bad_cells(result), again)
        return self._left

    def _bad_cells(self, result: Imported) -> Sequence[Any]:
        """A line for each of the first bad cells: what is wrong, and a box with what is there."""
        source = {key: column for column, key in self.mapping.columns.items()}
        bad: dict[tuple[int, str], tuple[list[str], Any]] = {}
        for number, key, message, raw in _tuples(result.errors[["row_number", "field", "message", "raw"]]):
            bad.setdefault((int(number), str(key or "")), ([], raw))[0].append(str(message))
        self._boxes = {}
        lines: list[Any] = []
        for (number, key), (messages, raw) in list(bad.items())[:CELLS_AT_ONCE]:
            told = f"row {number:,}{f', {key}' if key else ''}: {'; '.join(messages)}"
            line = [widgets.HTML(rendering.wrap(rendering.text(told)), layout=widgets.Layout(width="30em"))]
            if key in source:
                current = _cell(raw, source[key])
                box = widgets.Text(current, **inputs.inline_options(f"row {number} {key}", "16em"))
                self._boxes[number, key] = (box, current)
                line.append(box)
            lines.append(widgets.HBox(line))
        if len(bad) > CELLS_AT_ONCE:
            left = f"… and {len(bad) - CELLS_AT_ONCE:,} more cells: form.result.errors, form.result.rejected"
            lines.append(widgets.HTML(rendering.wrap(rendering.text(left))))
        return lines

    def _show_retry(self) -> None:
        changed = {
            cell: box.value.strip() or None for cell, (box, current) in self._boxes.items() if box.value != current
        }
        self._retry(changed)


def _path_input(read: Callable[[str], None]) -> Input:
    """A path: one that is assigned is read at once, one that is typed when somebody says so."""
    box = inputs.text("path", "or a path", hint="leads.xlsx, on the kernel's machine")

    def write(given: Any) -> None:
        box.write(given)
        if (path := box.read()) is not None:
            read(path)

    return inputs.Input("path", box.widget, box.read, write)


def _mapping(given: Mapping | AnyMapping[str, str]) -> Mapping:
    return given if isinstance(given, Mapping) else Mapping(given)


def _tuples(frame: Any) -> list[tuple[Any, ...]]:
    if library_of(frame) == "polars":
        rows: list[tuple[Any, ...]] = frame.rows()
        return rows
    cleaned = frame.astype(object).where(frame.notna(), None)
    return list(cleaned.itertuples(index=False, name=None))


def _error_table(errors: Any) -> str:
    rows = _tuples(errors[["row_number", "field", "code", "message"]])
    shown = f"the first {CELLS_AT_ONCE} of {len(rows):,}" if len(rows) > CELLS_AT_ONCE else f"{len(rows):,}"
    return rendering.table(("row", "field", "code", "what"), rows[:CELLS_AT_ONCE], caption=f"{shown} bad cells")


def _cell(raw: Any, column: str) -> str:
    """What the row has there; ``raw`` is a record, or JSON text of one."""
    try:
        row = json.loads(raw) if isinstance(raw, str) else raw
        value = row.get(column)
    except (ValueError, AttributeError):
        return ""
    return "" if value is None else str(value)
