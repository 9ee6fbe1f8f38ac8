"""Reports that the tests of all formats share."""

import datetime as dt

import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.reports import WorkspaceReport, sections
from pb2b_notebook.reports.periods import Period

HOSTILE = '=1+1"><script>alert(1)</script> $x$ 山田 \u202e'


@pytest.fixture(scope="session")
def sandbox_report():
    """A weekly report on a sandbox, with all sections."""
    with pb.open_sandbox(leads=300, read_only=True) as ws:
        return ws.report("weekly")


@pytest.fixture
def week():
    return Period("weekly", dt.date(2026, 3, 2), dt.date(2026, 3, 8), dt.UTC)


@pytest.fixture
def hostile_report(week):
    """A report of a workspace whose names are an attack."""
    noon = [dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)]
    leads = pl.DataFrame({"created_at": noon, "source": [HOSTILE], "owner_email": [HOSTILE]})
    parts = (sections.new_leads(leads, week), sections.new_leads_by(leads, "source", "source", week))
    return WorkspaceReport(f"{HOSTILE} GmbH", True, week, dt.datetime(2026, 3, 9, 6, tzinfo=dt.UTC), parts)
