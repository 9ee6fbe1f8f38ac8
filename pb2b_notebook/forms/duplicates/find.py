"""Find duplicates among the leads of a workspace or the rows of a file, then review them below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any, ClassVar, Final

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup import Duplicates, Merge
from pb2b_notebook.cleanup.linkage.subjects import COMPANIES
from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import buttons, inputs, known_fields, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.browser_files import FileSave, file_content
from pb2b_notebook.forms.duplicates.review import DuplicateReview
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.intake.list_source import ListSource
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.frames.library import filter_rows, library_of
from pb2b_notebook.workspace import Workspace

SOURCES: Final = {
    "the leads of this workspace": "workspace",
    "the rows of a file": "file",
    "a file, compared with the workspace": "both",
}


ABOUT: Final = {"people": "people", "companies, compared by all columns of the file": "companies"}
_NAMES: Final = ("full_name", "first_name", "last_name", "linkedin_url")


def is_of_companies(rows: Any) -> bool:
    """Return whether rows have companies and no people: no names, profiles or personal addresses.

    Example:
        >>> import pandas as pd
        >>> firms = pd.DataFrame({"company_name": ["Nordlicht", "Zenker"], "email": ["info@nordlicht.example", None]})
        >>> is_of_companies(firms), is_of_companies(firms.assign(full_name=["Ida Berg", None]))
        (True, False)
    """
    filled = {name: [one for one in rows[name].to_list() if isinstance(one, str)] for name in rows.columns}
    personal = any(not is_role(address.partition("@")[0]) for address in filled.get("email", ()))
    return bool(filled.get("company_name")) and not personal and not any(filled.get(name) for name in _NAMES)


def without_merged(leads: Any) -> Any:
    """Return the leads without those that were merged into others before.

    Args:
        leads: Leads, pandas or polars, with or without the column ``merged_into``.

    Example:
        >>> import pandas as pd
        >>> without_merged(pd.DataFrame({"id": ["l1", "l2"], "merged_into": [None, "l1"]}))["id"].tolist()
        ['l1']
    """
    if "merged_into" not in leads.columns:
        return leads
    return filter_rows(leads, [not one for one in _is_merged(leads)])


def to_plan(merged: Merge) -> Any:
    """Return the rows of a merge that a plan needs.

    For leads of a workspace (with ``id``), these are the survivors and the leads that were merged into them; other
    leads stay as they are. Rows of a file are not leads yet, so all that were not merged into others are needed; they
    keep their lines, while leads of a workspace, which have none, are numbered from 1.
    """
    frame = merged.frame
    ids = frame["id"].to_list() if "id" in frame.columns else [None] * len(frame)
    survivors = set(merged.provenance["survivor"].to_list())
    needed = [
        gone or lead_id in survivors if isinstance(lead_id, str) else not gone
        for gone, lead_id in zip(_is_merged(frame), ids, strict=True)
    ]
    rows = filter_rows(frame, needed)
    are_leads = all(isinstance(lead_id, str) for lead_id in ids)
    return rows.set_axis(range(1, len(rows) + 1)) if are_leads and library_of(rows) == "pandas" else rows


def left_rows(merged: Merge) -> Any:
    """Return the rows that were not merged into others; of a file compared with leads, only its rows."""
    ids = merged.frame["id"].to_list() if "id" in merged.frame.columns else []
    known = [isinstance(one, str) for one in ids]
    of_file = [not one for one in known] if not all(known) else [True] * len(merged.frame)
    return filter_rows(
        merged.frame, [mine and not gone for mine, gone in zip(of_file, _is_merged(merged.frame), strict=True)]
    )


def _is_merged(frame: Any) -> list[bool]:
    """Return for each row whether it was merged into another one."""
    column = frame["merged_into"]
    return list(column.is_not_null() if library_of(frame) == "polars" else column.notna())


class DuplicateForm(Form[Duplicates[Any]]):
    """Find duplicates, among the leads of a workspace or the rows of a file, and review them group by group.

    Leads that were merged into others before are left out.

    Args:
        ws: The workspace.
        go_on: Function for the button "Make a plan of it", called with the rows that a plan needs and a description of
            them; without it there is no such button.

    Attributes:
        result: Result of :func:`pb2b_notebook.cleanup.duplicates`.
        review: The :class:`DuplicateReview` of the result; ``None`` before.

    Values: ``source`` ("workspace", "file", or "both" for a file that is compared with the workspace), ``path``,
    ``of`` ("people" or "companies": what the rows of a file are; it is set by what a file holds when it is read),
    ``threshold`` (match probability from 0 to 1 at which two rows are linked; ``None`` for the default), ``session`` (a
    file that keeps the decisions, as a recipe; an existing one is continued; without it the decisions last as long as
    the form). The columns of a file are mapped to lead fields, and its cells cleaned, as the form "Bring in a list"
    does.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=60) as ws:
        ...     form = pb.forms.DuplicateForm(ws)
        ...     found = form.submit()
        ...     form.review.merge()
        ...     merged = form.review.submit()
        ...     len(found.clusters) > 1, ws.leads.plan(merged.golden).summary["create"]
        (True, 0)
    """

    title: ClassVar[str] = "Find duplicates"
    action: ClassVar[str] = "Find"
    stopping: ClassVar[str] = "Stop"
    gives: ClassVar[str] = "found"
    operations: ClassVar[tuple[str, ...]] = ("leads.list",)

    def __init__(self, ws: Workspace[Any], *, go_on: Callable[[Any, str], None] | None = None) -> None:
        self.review: DuplicateReview | None = None
        self._go_on = go_on
        super().__init__(ws)

    def _ask(self) -> Sequence[Input]:
        source = inputs.choice("source", "Search in", SOURCES)
        source.widget.observe(lambda _: self._show_what_applies(), "value")
        usual = signature(cleanup.duplicates).parameters["threshold"].default
        threshold = inputs.share("threshold", "Probability from", hint=f"{usual:.0%}; a lower one finds more")
        session = inputs.text("session", "Keep decisions in", hint="a file, such as review.json, to go on another day")
        ws = self._ws
        fields = self._fetch_or_default(
            lambda: known_fields.read(ws), known_fields.default_fields(ws), known_fields.MISSING
        )
        self._labels = known_fields.labels_of(fields)
        about = inputs.choice("of", "Its rows are", ABOUT)
        about.widget.observe(lambda _: self._show_what_applies(), "value")
        self._list = ListSource(ws, fields, self._start, self._run_callback, self._show_what_rows_are)
        return [source, self._list.input, about, threshold, session]

    def _body(self) -> Sequence[Any]:
        self._show_what_applies()
        rest = [self._inputs[name].widget for name in ("threshold", "session")]
        return [self._inputs["source"].widget, self._list.widget, self._inputs["of"].widget, *rest]

    def _show_what_applies(self) -> None:
        source = self._inputs["source"].read()
        self._list.widget.layout.display = "none" if source == "workspace" else ""
        self._inputs["of"].widget.layout.display = "" if source == "file" else "none"
        self._list.show_columns(shown=source != "file" or self._inputs["of"].read() == "people")

    def _show_what_rows_are(self) -> None:
        """Choose people or companies by what the file holds; the user may choose the other."""
        intake = self._list.intake
        companies = intake is not None and bool(intake.mapping.columns) and is_of_companies(self._list.rows())
        self._inputs["of"].set("companies" if companies else "people")
        self._show_what_applies()

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Duplicates:
        ws = self._ws
        self.review = None
        source = values["source"]
        rows = leads = None
        options = {} if values["threshold"] is None else {"threshold": values["threshold"]}
        if source != "workspace":
            with watch.computing("reading the file …"):
                rows = self._list.rows()
                if source == "file" and self._inputs["of"].read() == "companies":
                    rows, options = self._list.columns_of_file(), {**options, "of": "companies"}
        if source != "file":
            with watch.computing("reading the leads …"):
                leads = without_merged(ws.leads.list())
        searched: Any = leads if rows is None else rows
        if not len(searched):
            raise UsageError("there are no leads to search", repair="choose a file with rows, or import leads first")
        known = {} if rows is None or leads is None or not len(leads) else {"known": leads}
        with watch.computing(f"comparing {count_text(len(searched), 'row')} …"):
            found = cleanup.duplicates(searched, **options, **known)
        go_on = None if found.subject is COMPANIES else self._go_on  # a plan is of people
        self.review = _Review(found, go_on, values["session"], self._labels)
        return found

    def _show(self, result: Duplicates) -> Sequence[Any]:
        assert self.review is not None  # noqa: S101 - it was made with the result
        if not len(result.clusters):
            return [self.review.widget]  # which shows why, and what to try
        what = "lead" if self.values["source"] == "workspace" else "row"
        groups = f"{count_text(len(result.clusters), 'group')} of probable duplicates"
        message = (
            f"{groups} among {count_text(len(result.frame), what)}. Decide about each group, then press Finish review."
        )
        return [self._result_notice("success", "Found", rendering.text(message)), self.review.widget]


class _Review(DuplicateReview):
    """A review with a button that plans the merged rows."""

    def __init__(
        self,
        found: Duplicates,
        go_on: Callable[[Any, str], None] | None,
        session: str | None,
        field_labels: Mapping[str, str],
    ) -> None:
        self._go_on = go_on
        super().__init__(found, path=session, field_labels=field_labels)

    def _show(self, result: Merge) -> Sequence[Any]:
        shown = super()._show(result)
        go_on, about = self._go_on, count_text(result.merged, "merged group")
        save = FileSave("Download the rows that are left", lambda: self._file_of(result), self._show_failure)
        plan = [self._button_for("Make a plan of it", lambda: go_on(to_plan(result), about))] if go_on else []
        return [*shown, buttons.row(*plan, save)]

    def _file_of(self, result: Merge) -> tuple[str, bytes]:
        name = "without_duplicates.xlsx"
        return name, file_content(left_rows(result), name)
