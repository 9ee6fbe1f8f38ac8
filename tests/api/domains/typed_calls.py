"""Calls that a type checker must accept, with the types that it must see, and calls that it must reject; never run.

mypy strict checks this file with the package: a wrong call that it does not reject makes its ``type: ignore`` an unused
one, which is an error too. ``test_stubs.py`` checks it with pyright.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, assert_type

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

import pb2b_notebook as pb
from pb2b_notebook import cleanup
from pb2b_notebook.api.calls.records import Record

if TYPE_CHECKING:
    from pb2b_notebook.api.domains.resources import Campaigns, Imports, Jobs, Leads, Prospector, Webhooks
    from pb2b_notebook.frames.types import AnyFrame, FrameName  # noqa: F401 - AnyFrame in texts


def right(leads: Leads, webhooks: Webhooks, jobs: Jobs, imports: Imports, campaigns: Campaigns) -> None:
    leads.list(status=["new", "replied"], updated_after="7d", custom={"tier": "A"}, frame="polars")
    lead = leads.get("lead_1")
    assert_type(lead, Record)
    leads.update(lead, {"title": "Countess"}, email=None, if_updated_at=lead.updated_at)
    webhooks.create(url="https://example.com", events=["lead.created"])
    imports.errors(imports.wait(imports.create("a.csv", {"Mail": "email"})))
    jobs.wait(campaigns.launch(lead).apply(), timeout=60)


def wrong(leads: Leads, webhooks: Webhooks, jobs: Jobs, prospector: Prospector) -> None:
    leads.list(stauts="new")  # type: ignore[call-overload]
    leads.list(status="nwe")  # type: ignore[arg-type]
    leads.list(status=["new", "nwe"])  # type: ignore[list-item]
    leads.get(7)  # type: ignore[arg-type]
    leads.get()  # type: ignore[call-arg]
    webhooks.create(url="https://example.com")  # type: ignore[call-arg]
    jobs.wait("job_1", timeout="soon")  # type: ignore[arg-type]
    prospector.runs.cancel()  # type: ignore[call-arg]


def frames_of_a_workspace(ws: pb.Workspace, polars: pb.Workspace[pl.DataFrame], chosen: FrameName) -> None:
    """Without ``frame=``, the workspace's library; a bare ``Workspace`` is one of pandas."""
    assert_type(ws.leads.list(status="new"), pd.DataFrame)
    assert_type(polars.leads.list(status="new"), pl.DataFrame)
    assert_type(ws.leads.list(frame="polars"), pl.DataFrame)
    assert_type(polars.leads.find("ada", frame="pandas"), pd.DataFrame)
    assert_type(ws.leads.list(frame="duckdb"), duckdb.DuckDBPyRelation)
    assert_type(ws.leads.pages(page_size=50), Iterator[pd.DataFrame])
    assert_type(polars.prospector.runs.list(), pl.DataFrame)
    assert_type(polars.campaigns.runs(frame="pandas"), pd.DataFrame)
    assert_type(ws.leads.get("lead_1"), Record)
    assert_type(ws.leads.list(frame=chosen, status=["new"], limit=10), Any)


def frames_of_the_mirror(ws: pb.Workspace[pl.DataFrame]) -> None:
    assert_type(ws.sql("select 1"), pl.DataFrame)
    assert_type(ws.sql("select $n", {"n": 1}, frame="pandas"), pd.DataFrame)
    assert_type(ws.mirror.frame("leads"), pl.DataFrame)
    assert_type(ws.mirror.info(), pl.DataFrame)
    assert_type(pb.open_mirror().frame("leads"), pd.DataFrame)


def frames_of_files() -> None:
    assert_type(pb.read_leads("fair.csv"), pd.DataFrame)
    assert_type(pb.read_leads("fair.csv", frame="polars"), pl.DataFrame)
    assert_type(pb.read_export("leads.csv", frame="polars"), pl.DataFrame)
    pb.read_leads("fair.csv", frame="panda")  # type: ignore[call-overload]


def workspaces() -> None:
    assert_type(pb.connect(), pb.Workspace[pd.DataFrame])
    assert_type(pb.connect(frame="polars"), pb.Workspace[pl.DataFrame])
    with pb.open_sandbox(frame="polars") as ws:
        assert_type(ws.leads.list(), pl.DataFrame)


def frames_of_steps(ws: pb.Workspace, leads: pd.DataFrame, rows: pl.DataFrame) -> None:
    """The steps of cleanup and plans answer in the library of the frame that they are given."""
    assert_type(cleanup.normalize(leads).frame, pd.DataFrame)
    assert_type(cleanup.normalize(rows, country="DE").changes, pl.DataFrame)
    assert_type(cleanup.validate(leads).problems, pd.DataFrame)
    ok, blocked = cleanup.screen(rows)
    assert_type(ok, pl.DataFrame)
    assert_type(blocked, pl.DataFrame)
    found = cleanup.duplicates(rows)
    assert_type(found.clusters, pl.DataFrame)
    merged = cleanup.merge(rows, found)
    assert_type(merged.golden, pl.DataFrame)
    assert_type(cleanup.Recipe().run(leads).frame, pd.DataFrame)
    assert_type(ws.leads.plan(merged).diff, pl.DataFrame)
    assert_type(ws.leads.plan(leads).apply().rows, pd.DataFrame)
    assert_type(pb.mask(pb.flatten(rows)), pl.DataFrame)
    assert_type(pb.excel_frame(leads), pd.DataFrame)
    mapping = pb.Mapping.suggest(leads, ws.lead_fields.list())
    assert_type(mapping.apply(leads), pd.DataFrame)
    assert_type(mapping.check(rows, ws.lead_fields.list()), pl.DataFrame)
    assert_type(ws.leads.find_opted_out(rows), pl.DataFrame)
    for result in (found, merged, ws.leads.plan(leads), ws.leads.intake(leads)):
        assert_type(pl.DataFrame(result), pl.DataFrame)  # by the Arrow stream of its main table


def frames_of_an_intake(ws: pb.Workspace[pl.DataFrame], leads: pd.DataFrame) -> None:
    """A frame decides the library; a file comes in the workspace's."""
    assert_type(ws.leads.intake(leads).rows, pd.DataFrame)
    intake = ws.leads.intake("fair.csv")
    assert_type(intake.set_aside, pl.DataFrame)
    assert_type(intake.apply().rows, pl.DataFrame)


def other_frames(ws: pb.Workspace[pl.DataFrame], lead: Record, event: pb.webhooks.Event) -> None:
    assert_type(ws.leads.create(email="ada@example.com"), Record)
    assert_type(ws.upserts.resume("job_1").rows, pl.DataFrame)
    assert_type(ws.leads.plan_delete(["lead_1"]).rows, pl.DataFrame)
    assert_type(ws.forget("ada@example.com").apply(), pl.DataFrame)
    assert_type(ws.report().table("New leads by source"), pl.DataFrame)
    assert_type(ws.leads.schema().empty("polars"), pl.DataFrame)
    assert_type(lead.to_frame(), pd.DataFrame)
    assert_type(event.to_frame("polars"), pl.DataFrame)
    assert_type(pb.contract.compare("theirs.json"), pd.DataFrame)
    if ws.partial is not None:  # of the library that the list was asked for
        assert_type(ws.partial, pd.DataFrame | pl.DataFrame | pa.Table | duckdb.DuckDBPyRelation)
    assert_type(ws.journal(), pl.DataFrame)


def results_of_forms(ws: pb.Workspace) -> None:
    """A form says what its button returns, and what it keeps."""
    assert_type(pb.forms.LeadForm(ws, "lead_1").submit(title="Countess"), Record)
    assert_type(pb.forms.DuplicateForm(ws).submit(), cleanup.Duplicates[Any])
    assert_type(pb.forms.LeadSearch(ws).result, pd.DataFrame | pl.DataFrame | None)


def any_operation(ws: pb.Workspace[pl.DataFrame], operation: str, chosen: FrameName) -> None:
    """The name of an operation says what it returns; one not known before the call, either."""
    assert_type(ws.call("leads.list"), pl.DataFrame)
    assert_type(ws.call("GET /leads", frame="pandas", include_deleted=True), pd.DataFrame)
    assert_type(ws.call("leads.list", frame="pyarrow"), pa.Table)
    assert_type(ws.call("leads.list", frame="duckdb"), duckdb.DuckDBPyRelation)
    assert_type(ws.call("leads.get", id="lead_1"), Record)
    assert_type(ws.call("POST /leads", email="ada@example.com", again=True), Record)
    assert_type(ws.call(operation), pl.DataFrame | Record)
    assert_type(ws.call(operation, frame=chosen), "AnyFrame | Record")


def rows_before_an_error(problem: pb.ProspectB2BError, interrupted: pb.errors.ReadInterrupted) -> None:
    assert_type(problem.partial, "AnyFrame | None")
    assert_type(interrupted.partial, "AnyFrame")


def events_of_a_receiver() -> None:
    assert_type(pb.webhooks.Receiver(":memory:").events(), pd.DataFrame)
    receiver = pb.webhooks.Receiver("events.sqlite", frame="polars")
    assert_type(receiver.events(), pl.DataFrame)
    assert_type(receiver.events(frame="pandas"), pd.DataFrame)
