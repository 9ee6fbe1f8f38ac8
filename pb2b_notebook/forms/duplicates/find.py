"""Find duplicates among the leads of a workspace or the rows of a file, then review them below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any, ClassVar, Final

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup import Duplicates, Merge
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forms import inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.duplicates.review import DuplicateReview
from pb2b_notebook.forms.imports.lead_sources import FileSource
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.watching import Watch
from pb2b_notebook.frames.library import filter_rows, library_of
from pb2b_notebook.workspace import Workspace

SOURCES: Final = {"the leads of this workspace": "workspace", "the rows of a file": "file"}


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

    For leads of a workspace (with ``id``), these are the survivors and the rows that were merged into them; other leads
    stay as they are. Rows of a file are not leads yet, so all rows that were not merged into others are needed.
    """
    frame = merged.frame
    if "id" not in frame.columns:
        return filter_rows(frame, [not one for one in _is_merged(frame)])
    survivors = set(merged.provenance["survivor"].to_list())
    touched = [gone or lead in survivors for gone, lead in zip(_is_merged(frame), frame["id"].to_list(), strict=True)]
    return filter_rows(frame, touched)


def _is_merged(frame: Any) -> list[bool]:
    """Return for each row whether it was merged into another one."""
    column = frame["merged_into"]
    return list(column.is_not_null() if library_of(frame) == "polars" else column.notna())


class DuplicateForm(Form):
    """Find duplicates, among the leads of a workspace or the rows of a file, and review them cluster by cluster.

    Leads that were merged into others before are left out.

    Args:
        ws: The workspace.
        go_on: Function for the button "Make a plan of it", called with the rows that a plan needs and a description of
            them; without it there is no such button.

    Attributes:
        result: Result of :func:`pb2b_notebook.cleanup.duplicates`.
        review: The :class:`DuplicateReview` of the result; ``None`` before.

    Values: ``source`` ("workspace" or "file"), ``path``, ``threshold`` (match probability from 0 to 1 at which two rows
    are linked; ``None`` for the default), ``session`` (a file that keeps the decisions, as a recipe; an existing one is
    continued; without it the decisions last as long as the form).

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

    def __init__(self, ws: Workspace, *, go_on: Callable[[Any, str], None] | None = None) -> None:
        self.review: DuplicateReview | None = None
        self._go_on = go_on
        self._file = FileSource()
        super().__init__(ws)

    def _ask(self) -> Sequence[Input]:
        source = inputs.choice("source", "Search in", SOURCES)
        source.widget.observe(lambda _: self._show_what_applies(), "value")
        usual = signature(cleanup.duplicates).parameters["threshold"].default
        threshold = inputs.quantity("threshold", "Threshold", hint=f"{usual:g}; a lower one finds more false pairs")
        session = inputs.text("session", "Keep decisions in", hint="review.json; an existing file is continued")
        return [source, self._file.input, threshold, session]

    def _body(self) -> Sequence[Any]:
        self._show_what_applies()
        rest = [self._inputs[name].widget for name in ("threshold", "session")]
        return [self._inputs["source"].widget, self._file.widget, *rest]

    def _show_what_applies(self) -> None:
        self._file.widget.layout.display = "" if self._inputs["source"].read() == "file" else "none"

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Duplicates:
        ws = self._ws
        self.review = None
        watch.report(None, "reading the leads …" if values["source"] == "workspace" else "reading the file …")
        rows = ws.leads.list(progress=False) if values["source"] == "workspace" else self._file.read(ws)
        left = without_merged(rows)
        if not len(left):
            raise UsageError("there are no leads to search", repair="choose a file with rows, or import leads first")
        watch.report(0.5, f"comparing {len(left):,} rows …")
        options = {} if values["threshold"] is None else {"threshold": values["threshold"]}
        found = cleanup.duplicates(left, **options)
        watch.report(0.9, f"{len(found.clusters):,} clusters")
        self.review = _Review(found, self._go_on, values["session"])
        return found

    def _show(self, result: Duplicates) -> Sequence[Any]:
        assert self.review is not None  # noqa: S101 - it was made with the result
        if not len(result.clusters):
            return [self.review.widget]  # which has_value why, and what to try
        message = f"{len(result.clusters):,} clusters in {len(result.frame):,} rows. Decide about each, then finish."
        return [self._result_notice("success", "Found", rendering.text(message)), self.review.widget]


class _Review(DuplicateReview):
    """A review with a button that plans the merged rows."""

    def __init__(self, found: Duplicates, go_on: Callable[[Any, str], None] | None, session: str | None) -> None:
        self._go_on = go_on
        super().__init__(found, path=session)

    def _show(self, result: Merge) -> Sequence[Any]:
        shown = super()._show(result)
        go_on, about = self._go_on, f"{result.merged:,} merged clusters"
        return (
            [*shown, self._button_for("Make a plan of it", lambda: go_on(to_plan(result), about))] if go_on else shown
        )
