"""Read what a report is made of: each list once, with the time of the service's clock. A refused list is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from pb2b_notebook.errors import (
    APIError,
    AuthenticationError,
    MissingExtraError,
    PermissionDeniedError,
    ProspectB2BError,
    TransportError,
)
from pb2b_notebook.frames import provenance
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.lead_fields import read_fields
from pb2b_notebook.reports import sections
from pb2b_notebook.reports.history import History, Saved
from pb2b_notebook.reports.periods import Period
from pb2b_notebook.reports.report import WorkspaceReport
from pb2b_notebook.reports.sections import Section
from pb2b_notebook.service_profile import ServiceProfile

FIRST_COLUMNS: Final = ("id", "source", "owner_email", "status", "created_at")
"""Columns of leads that are read where neither quality nor duplicates are part of the report."""


class WorkspaceLike(Protocol):
    """The part of a workspace that a report needs."""

    leads: Any
    lead_fields: Any
    campaigns: Any
    billing: Any

    @property
    def name(self) -> str:
        """Name of the workspace."""

    @property
    def live(self) -> bool:
        """Whether it holds real data."""

    @property
    def profile(self) -> ServiceProfile:
        """What is known of its service."""

    @property
    def frame(self) -> Any:
        """Library of its frames."""

    def now(self) -> dt.datetime:
        """Return the service's time."""


def make_report(
    workspace: WorkspaceLike, period: Period, *, history: History | None, quality: bool, options: Mapping[str, Any]
) -> WorkspaceReport[Any]:
    """Read the lists and return the report.

    Args:
        workspace: Workspace of the report.
        period: Days of the report.
        history: The saved reports of this workspace; ``None`` where none are kept.
        quality: Whether data quality and duplicates are measured, which reads all columns of all leads.
        options: ``cached``, ``max_age`` and ``refresh`` of the lists, where given.

    Raises:
        AuthenticationError: The key is refused.
        TransportError: The service cannot be reached.
    """
    saved = Saved() if history is None else history.before(period)
    parts = list(_sections(workspace, period, saved, quality=quality, options=options))
    parts.append(sections.changes(parts, saved.figures, saved.label))
    return WorkspaceReport(
        workspace=workspace.name,
        live=workspace.live,
        period=period,
        made_at=workspace.now(),
        sections=tuple(parts),
        since=saved.label,
        library=workspace.frame,
        history=history,
    )


def _sections(
    workspace: WorkspaceLike, period: Period, saved: Saved, *, quality: bool, options: Mapping[str, Any]
) -> list[Section]:
    read = _Lists(workspace, options, all_columns=quality)
    last = saved.figures
    makers: list[tuple[str, Callable[[], Section]]] = [
        ("New leads", lambda: _noting(read.leads(), sections.new_leads(read.leads(), period))),
        (
            "New leads by source",
            lambda: sections.new_leads_by(read.leads(), "source", "source", period),
        ),
        (
            "New leads by owner",
            lambda: sections.new_leads_by(read.leads(), "owner_email", "owner", period),
        ),
        ("Reply rates", lambda: sections.replies(read.runs(period), period)),
        ("Usage of the plan", lambda: sections.usage(workspace.billing.snapshot(frame="polars"), last)),
    ]
    if quality:
        makers += [
            ("Data quality", lambda: _quality(workspace, read.leads(), last)),
            ("Duplicates", lambda: _duplicates(read.leads(), last)),
        ]
    return [_section(name, make) for name, make in makers]


def _section(name: str, make: Callable[[], Section]) -> Section:
    """Return a section, or why it is missing. A key that the service rejects is an error of the whole report."""
    try:
        return make()
    except (AuthenticationError, TransportError):
        raise
    except MissingExtraError as problem:
        return sections.missing_section(name, f"{problem.message}; {problem.repair}")
    except PermissionDeniedError as refused:
        return sections.missing_section(name, refused.message)
    except APIError as refused:
        return sections.missing_section(name, f"the service answered {refused.status} {refused.code or ''}".strip())
    except ProspectB2BError as problem:
        return sections.missing_section(name, problem.message)
    except Exception as problem:  # noqa: BLE001 - a service may send rows of any form, and the other sections stand
        kind = type(problem).__name__
        return sections.missing_section(name, f"the rows of this service do not have the expected form ({kind})")


class _Lists:
    """The lists of a workspace, each read once; a list that is refused is refused again without a request."""

    def __init__(self, workspace: WorkspaceLike, options: Mapping[str, Any], *, all_columns: bool) -> None:
        self._workspace = workspace
        self._options = {"frame": "polars", **options} | ({} if options else {"progress": False})
        self._columns = None if all_columns else list(FIRST_COLUMNS)
        self._leads: Any = None

    def leads(self) -> Any:
        """Return all leads that are not deleted."""
        if self._leads is None:
            try:
                self._leads = self._workspace.leads.list(columns=self._columns, **self._options)
            except ProspectB2BError as problem:
                self._leads = problem
        if isinstance(self._leads, ProspectB2BError):
            raise self._leads
        return self._leads

    def runs(self, period: Period) -> Any:
        """Return the campaign runs of the period and of the one before."""
        return self._workspace.campaigns.runs(
            started_after=period.before.start - dt.timedelta(seconds=1), started_before=period.end, **self._options
        )


def _noting(leads: Any, section: Section) -> Section:
    """Add a sentence where the service did not prove that its list is complete."""
    if provenance(leads).complete:
        return section
    note = "The service did not prove that its list of leads is complete: there may be more."
    return Section(section.name, (*section.words, note), section.table, chart=section.chart, figures=section.figures)


def _quality(workspace: WorkspaceLike, leads: Any, last: Mapping[str, float]) -> Section:
    from pb2b_notebook import cleanup

    fields = workspace.lead_fields.list(frame="polars")
    measured = cleanup.report(leads, fields, now=workspace.now()).table if len(leads) else _no_measures()
    labels = {field.column: field.label for field in read_fields(fields).values() if field.label}
    known = workspace.profile.names
    words = {name: known(name) for name in ("harmless", "opted_out")}
    return sections.quality(measured, leads, last, labels=labels, **words)


def _no_measures() -> Any:
    shares = dict.fromkeys(sections.MEASURES, pl.Float64)
    return pl.DataFrame(schema={"field": pl.String, "filled": pl.Int64, **shares})


def _duplicates(leads: Any, last: Mapping[str, float]) -> Section:
    from pb2b_notebook import cleanup

    # A lead that was merged into another one is not one too many.
    alone = leads.filter(pl.col("merged_into").is_null()) if "merged_into" in leads.columns else leads
    sizes = cleanup.duplicates(alone).clusters["size"].to_list() if len(alone) > 1 else []
    return sections.duplicates(sizes, last)
