"""Import leads from a frame or a file: map its columns, check it, try it, import it, and correct refused rows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from typing import Any, ClassVar, Final, cast

import ipywidgets as widgets

from pb2b_notebook.api.domains.import_runs import ImportCheck, ImportRun, count_text
from pb2b_notebook.display import counting
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.browser_files import ACCEPTED
from pb2b_notebook.forms.imports.launch import Imported, launch, retry_rows
from pb2b_notebook.forms.imports.mapping_editor import MappingEditor
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.frames import provenance
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.columns import open_frame
from pb2b_notebook.workspace import Workspace

PREVIEWED = 5
CELLS_AT_ONCE = 50
"""Bad cells that the form shows at once for correction; the next ones follow when these are done."""
_SENT_BEFORE = "The same rows had been sent before; nothing was sent again."
LARGEST_UPLOAD: Final = 8
"""MB. An upload is one message, and Jupyter closes the connection to a kernel at a message of 10 MiB."""


class ImportForm(Form[Imported]):
    """Import leads from a frame or a file: map its columns, check it, try it, import it, and correct refused rows.

    Args:
        ws: The workspace.
        df: Rows, pandas or polars; by default the form asks for a file.
        mapping: Mapping to start from; by default the one that the names and values of the columns suggest.

    ``form.values`` are ``path`` (assigning it reads the file), ``mapping``, ``match_on`` and ``allow`` (whether rows
    that look like people who opted out are imported; else nothing is sent if there are any). ``form.result`` is an
    :class:`~pb2b_notebook.forms.imports.launch.Imported`. ``form.retry(…)`` imports the refused rows again, corrected.

    Example:
        >>> import pandas as pd
        >>> import pb2b_notebook as pb
        >>> df = pd.DataFrame({"Mail": ["ada@example.com", "grace"], "Name": ["Ada Lovelace", "Grace Hopper"]})
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     form = pb.forms.ImportForm(ws, df)
        ...     done = form.submit()
        ...     retried = form.retry({(2, "email"): "grace@example.com"})
        >>> form.mapping.columns, done.run.error_count, done.row_numbers, retried.run.created_count
        ({'Mail': 'email', 'Name': 'full_name'}, 1, (2,), 1)
    """

    title: ClassVar[str] = "Import leads"
    action: ClassVar[str] = "Import"
    stopping: ClassVar[str] = "Stop watching"
    gives: ClassVar[str] = "imported"
    operations: ClassVar[tuple[str, ...]] = ("imports.create", "jobs.get")

    def __init__(
        self, ws: Workspace[Any], df: Any = None, mapping: Mapping | AnyMapping[str, str] | None = None
    ) -> None:
        self.data: Any = None
        """The rows, as they were passed or read."""
        self._filename: str | None = None
        self._path_read: str | None = None
        self._upload = widgets.FileUpload(accept=ACCEPTED, multiple=False, description="Choose a file")
        self._upload.observe(lambda _: self._take_upload(), "value")
        self._about = widgets.HTML()
        self._boxes: dict[tuple[int, str], tuple[Any, str]] = {}
        self._left: tuple[Any, ...] = ()
        super().__init__(ws)
        if df is not None:
            self.use(df, mapping)

    # --- rows and mapping -------------------------------------------------------------------------------------------

    def use(
        self, df: Any, mapping: Mapping | AnyMapping[str, str] | None = None, *, filename: str | None = None
    ) -> None:
        """Use another frame.

        Args:
            df: Rows, pandas or polars.
            mapping: Mapping to start from; by default a suggested one.
            filename: Name of the import.

        Raises:
            MappingError: ``df`` is not a frame, or a column name is not text or occurs twice.
        """
        df = open_frame(df)
        start = Mapping.suggest(df, self._known) if mapping is None else _mapping(mapping)
        self.data, self._filename, self.result = df, filename, None
        self._outcome.children = self._left = ()
        self._inputs["allow"].set(False)  # the answer was about other rows
        self._editor.show(df, start)
        prefix = f"{filename}: " if filename else ""
        self._about.value = rendering.wrap(
            rendering.text(
                f"{prefix}{counting.count_text(len(df), 'row')}, {counting.count_text(len(df.columns), 'column')}"
            )
        )

    def read(self, source: Any) -> None:
        """Use the rows of a file.

        Args:
            source: Path on the kernel's machine, or a binary buffer.

        Raises:
            LeadFileError: The file cannot be read.
        """
        from pb2b_notebook.files import read_leads

        df = read_leads(source, frame=self._ws.frame, quiet=True)
        report = provenance(df).file
        self.use(df, filename=report.name or None)
        self._about.value = rendering.notice(
            "warning" if report.findings else "info", "File read", rendering.text(report.summary)
        )

    @property
    def mapping(self) -> Mapping:
        """The mapping of columns to lead fields, as it is edited."""
        return self._editor.mapping

    @mapping.setter
    def mapping(self, mapping: Mapping | AnyMapping[str, str]) -> None:
        self._editor.mapping = _mapping(mapping)

    # --- checking and importing -------------------------------------------------------------------------------------

    def check(self) -> Any:
        """Check the mapping with all rows and the workspace's current fields, before anything is sent.

        Returns:
            A frame with one row for each problem; see :meth:`Mapping.check`.
        """
        return self.mapping.check(self._rows_to_import(), self._fields(), match_on=self.values["match_on"])

    def preview(self) -> Any:
        """Return the first rows as leads, with the columns and types of ``ws.leads.list()``."""
        return self.mapping.apply(self._rows_to_import().head(PREVIEWED), self._fields(), unmapped="drop")

    def dry_run(self) -> ImportCheck:
        """Ask the service what it would do with all rows; nothing is changed."""
        return self._ws.imports.validate(self._rows_to_import(), self.mapping, match_on=self.values["match_on"])

    def retry(self, correct: AnyMapping[tuple[int, str], Any] | Any) -> Imported:
        """Import refused rows again with corrections, and nothing else.

        Args:
            correct: ``{(row number, lead field): new value}``, row numbers as in ``form.result.errors``: only these
                rows are sent. Or ``form.result.rejected`` with corrections, all of its rows.

        Returns:
            What is still refused, with row numbers of the whole input. It is also shown, and is :attr:`result`.

        Raises:
            UsageError: Nothing was imported, the form is busy, or a cell was not refused.
        """
        self._run_now(lambda: self._retry(correct))
        return cast("Imported", self.result)

    def click(self) -> None:
        """Import, as the button does. A path that was typed and not yet read is only read; nothing is sent."""
        typed = self._inputs["path"].read()
        super().click() if typed in {None, self._path_read} else self._start(self._read_typed)

    def _fields(self) -> Any:
        """Return the workspace's current fields."""
        return known_fields.fields_of(self._ws)

    def _rows_to_import(self) -> Any:
        if self._inputs["path"].read() not in {None, self._path_read}:
            raise UsageError("the typed path has not been read yet", repair='press "Read the path", or clear it')
        if self.data is None or not len(self.data):
            raise UsageError("there are no rows to import", repair="choose a file, or form.use(df)")
        return self.data

    def _retry(self, correct: Any) -> None:
        if self.result is None:
            raise UsageError("nothing has been imported by this form yet", repair="press Import, or form.submit()")
        match_on = self.values["match_on"]
        allow = self.values["allow"]
        self.result = retry_rows(
            self._ws, self.result, self.mapping, correct, match_on=match_on, watch=self._watch, allow=allow
        )
        self._outcome.children = tuple(self._show(self.result))

    # --- inputs -----------------------------------------------------------------------------------------------------

    def _ask(self) -> Sequence[Input]:
        ws = self._ws
        self._known = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        self._editor = MappingEditor(self._known, self._problems)
        return [
            _path_input(self._read_path),
            inputs.Input("mapping", self._editor.widget, lambda: self.mapping, self._take_mapping),
            inputs.choice("match_on", "Match leads on", ["email", "external_id"]),
            inputs.flag("allow", "Import rows that look like people who opted out"),
        ]

    def _problems(self, head: Any, mapping: Mapping) -> Iterator[tuple[str, str, str]]:
        """Yield severity, column and message of the problems that the first rows have."""
        found = mapping.check(head, self._known, match_on=str(self._inputs["match_on"].read()))
        rows = zip(*(found[name].to_list() for name in ("severity", "column", "field", "message")), strict=True)
        for severity, column, field, message in rows:
            yield severity, str(column if isinstance(column, str) else field), message

    def _body(self) -> Sequence[Any]:
        read = self._button_for("Read the path", self._read_typed)
        large = rendering.text(f"A file over {LARGEST_UPLOAD} MB is too large to upload: type its path.")
        return [
            widgets.HBox([self._upload, widgets.HTML(rendering.wrap(f"<small>{large}</small>"))]),
            widgets.HBox([self._inputs["path"].widget, read]),
            self._about,
            self._editor.widget,
            self._inputs["match_on"].widget,
            self._inputs["allow"].widget,
        ]

    def _after_open(self) -> None:
        self._inputs["match_on"].widget.observe(lambda _: self._editor.show_problems(), "value")

    def _reopen(self) -> None:
        """Open again with the same rows and mapping; a file is not read again."""
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
        self._show_message("info", "File read", "Check its columns, then press Import. Nothing has been sent.")

    def _take_upload(self) -> None:
        """Take the upload out of the widget, since a notebook saves the state of its widgets."""
        if not self._upload.value:
            return
        chosen = self._upload.value[0]
        buffer = io.BytesIO(bytes(chosen["content"]))
        buffer.name = str(chosen["name"])
        self._upload.value = ()
        if self.busy:
            self._show_message("warning", "This form is busy", "Wait until it is done, then choose the file again.")
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
            allow=values["allow"],
        )

    # --- showing ----------------------------------------------------------------------------------------------------

    def _more_buttons(self) -> Sequence[Any]:
        return [self._button_for("Check", self._show_check), self._button_for("Dry run", self._show_dry_run)]

    def _show_check(self) -> None:
        found = self.check()
        rows = _tuples(found[["severity", "column", "field", "rows", "first_row", "message", "repair"]])
        title = counting.count_text(len(rows), "finding") if rows else "No problems found"
        shown = [widgets.HTML(rendering.notice("info" if rows else "success", title))]
        if rows:
            heads = ("", "column", "field", "rows", "first row", "message", "repair")
            shown.append(widgets.HTML(rendering.table(heads, rows)))
        if "error" not in {row[0] for row in rows if row[3] is None}:
            typed = self.preview()
            table = rendering.table(list(typed.columns), _tuples(typed), caption="the first rows, as leads")
            shown.append(widgets.HTML(table))
        self._present(shown)

    def _show_dry_run(self) -> None:
        self._watch.report(None, f"trying {counting.count_text(len(self._rows_to_import()), 'row')} …")
        tried = self.dry_run()
        counts = f"{_created_text(tried)}, {count_text(tried.error_count)} refused"
        kind = "warning" if tried.error_count or tried.failures else "success"
        shown = [
            widgets.HTML(
                rendering.notice(kind, f"An import would result in: {counts}", *map(rendering.text, tried.failures))
            )
        ]
        if len(tried.errors):
            shown.append(widgets.HTML(_error_table(tried.errors)))
        self._present(shown)

    def _present(self, shown: Sequence[Any]) -> None:
        """Show widgets above the cells that are still to be corrected."""
        self._outcome.children = (*shown, *self._left)

    def _show(self, result: Imported) -> Sequence[Any]:
        run = result.run
        counts = _created_text(run)
        facts = [counts, *([_SENT_BEFORE] if result.sent_before == len(run.ids) else [])]
        lines = list(map(rendering.text, facts))
        if not result.row_numbers and len(result.errors):
            self._left = ()
            lines.append("Rows were refused, and the service does not say which: see form.result.errors.")
            return [self._result_notice("warning", "Imported, except some rows", *lines)]
        if not result.row_numbers:
            self._left = ()
            return [self._result_notice("success", "Imported", *lines)]
        count = len(result.row_numbers)
        title = f"Imported, except {count:,} refused row{'s' if count > 1 else ''}"
        notice = self._result_notice("warning", title, *lines, "Correct the cells, then retry only these rows.")
        again = self._button_for("Retry corrected rows", self._show_retry)
        self._left = (notice, *self._bad_cells(result), again)
        return self._left

    def _bad_cells(self, result: Imported) -> Sequence[Any]:
        """Return a line for each of the first bad cells: the problem, and a box with the current value."""
        source = {key: column for column, key in self.mapping.columns.items()}
        bad: dict[tuple[int, str], tuple[list[str], Any]] = {}
        for number, key, message, raw in _tuples(result.errors[["row_number", "field", "message", "raw"]]):
            if number is None:
                continue  # the service does not say which row it is
            bad.setdefault((int(number), str(key or "")), ([], raw))[0].append(str(message))
        self._boxes = {}
        lines: list[Any] = []
        for (number, key), (messages, raw) in list(bad.items())[:CELLS_AT_ONCE]:
            problem = f"row {number:,}{f', {key}' if key else ''}: {'; '.join(messages)}"
            line = [widgets.HTML(rendering.wrap(rendering.text(problem)), layout=widgets.Layout(width="30em"))]
            if key in source:
                current = _cell(raw, source[key])
                box = widgets.Text(current, **inputs.inline_options(f"row {number} {key}", "16em"))
                self._boxes[number, key] = (box, current)
                line.append(box)
            lines.append(widgets.HBox(line))
        if len(bad) > CELLS_AT_ONCE:
            left = f"… and {len(bad) - CELLS_AT_ONCE:,} more cells"
            where = rendering.cell_hint(": <code>form.result.errors</code>, <code>form.result.rejected</code>")
            lines.append(widgets.HTML(rendering.wrap(left + where)))
        return lines

    def _show_retry(self) -> None:
        changed = {
            cell: box.value.strip() or None for cell, (box, current) in self._boxes.items() if box.value != current
        }
        self._retry(changed)


def _path_input(read: Callable[[str], None]) -> Input:
    """Return the input for a path; an assigned path is read at once, a typed one when the user asks."""
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


def _created_text(run: ImportCheck | ImportRun) -> str:
    counts = {"created": run.created_count, "updated": run.updated_count, "skipped": run.skipped_count}
    return ", ".join(f"{count_text(number)} {what}" for what, number in counts.items())


def _error_table(errors: Any) -> str:
    rows = _tuples(errors[["row_number", "field", "code", "message"]])
    shown = f"the first {CELLS_AT_ONCE} of {len(rows):,}" if len(rows) > CELLS_AT_ONCE else f"{len(rows):,}"
    return rendering.table(("row", "field", "code", "message"), rows[:CELLS_AT_ONCE], caption=f"{shown} bad cells")


def _cell(raw: Any, column: str) -> str:
    """Return the value of a column in a refused row, which is a record or its JSON text."""
    try:
        row = json.loads(raw) if isinstance(raw, str) else raw
        value = row.get(column)
    except (ValueError, AttributeError):
        return ""
    return "" if value is None else str(value)
