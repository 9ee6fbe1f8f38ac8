"""``ws.report()``: figures of the service, sections that a key may not read, and what was saved before."""

import datetime as dt
import json

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import AuthenticationError, InvalidParameterError
from pb2b_notebook.frames import to_frame
from scripted_service import connect_workspace


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as opened:
        yield opened


@pytest.mark.parametrize("period", ["daily", "weekly", "monthly"])
def test_the_figures_are_those_of_the_lists(ws, period):
    report = ws.report(period, quality=False)
    span = report.period
    leads = ws.leads.list(frame="polars")
    within = leads.filter((pl.col("created_at") >= span.start) & (pl.col("created_at") < span.end))
    runs = ws.campaigns.runs(started_after=span.start, started_before=span.end, frame="polars")
    assert report.figures["new leads"] == len(within)
    assert report.figures["messages sent"] == runs["sent"].sum()
    assert report.table("New leads by source")["new leads"].sum() == len(within)
    assert str(span.zone) == "Europe/Berlin"
    assert report.made_at == ws.now()


def test_a_report_takes_few_requests_and_writes_nothing(ws):
    before = ws._session.client.sent
    ws.report("weekly")
    sent = ws._session.client.sent - before
    assert sent <= 10
    assert ws.journal().empty


def test_the_mirror_gives_the_same_report(ws):
    ws.mirror.sync("leads", "campaigns", "campaign_runs")
    read, mirrored = ws.report("monthly", quality=False), ws.report("monthly", quality=False, cached=True)
    assert [section.words for section in mirrored.sections] == [section.words for section in read.sections]


@pytest.mark.parametrize(("frame", "kind"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame)])
def test_tables_are_of_the_library_of_the_workspace(ws, frame, kind):
    with pb.connect(ws.sandbox.create_key(), base_url=ws.base_url, frame=frame) as other:
        report = other.report("weekly", quality=False)
    assert isinstance(report.table("Reply rates"), kind)
    assert to_frame(report.section("Reply rates").table.to_arrow(), "polars").equals(
        report.section("Reply rates").table
    )


def test_no_value_of_a_lead_is_in_a_report(sandbox_report):
    with pb.open_sandbox(leads=300) as ws:
        leads = ws.leads.list(frame="polars")
    text = repr(sandbox_report) + "".join(map(repr, sandbox_report.sections))
    for column in ("id", "full_name", "email", "phone", "company_name", "linkedin_url"):
        assert not [value for value in leads[column].drop_nulls() if len(value) > 4 and value in text]


def test_sections_that_the_key_may_not_read_say_so_and_the_others_stand(ws):
    key = ws.sandbox.create_key(scopes=["me.read", "leads.read", "lead-fields.read"])
    with pb.connect(key, base_url=ws.base_url) as other:
        report = other.report("weekly", quality=False)
    assert list(report.missing) == ["Reply rates", "Usage of the plan"]
    assert "does not have the scope campaigns.read" in report.section("Reply rates").words[0]
    assert report.figures["new leads"] == ws.report("weekly", quality=False).figures["new leads"]


def test_a_rejected_key_is_an_error_and_not_an_empty_report(ws):
    key = ws.sandbox.create_key(name="revoked")
    with pb.connect(key, base_url=ws.base_url) as other:
        ws.sandbox.revoke_key(other.me()["prefix"])
        with pytest.raises(AuthenticationError):
            other.report("weekly")


def test_an_empty_workspace_has_a_report(tmp_path):
    with pb.open_sandbox(leads=0) as ws:
        report = ws.report("weekly")
    assert report.section("New leads").words == ("No new leads, and none in the week before.",)
    assert not report.missing
    for suffix in ("xlsx", "html", "ipynb"):
        report.save(tmp_path / f"week.{suffix}")


def test_a_saved_report_is_compared_with_by_the_next_one(tmp_path):
    with pb.open_sandbox(leads=60, db=tmp_path / "sandbox.db") as ws:
        first = ws.report("weekly", quality=False)
        assert "first saved report" in first.section("Since the last report").words[0]
        first.save(tmp_path / "week.html")
        assert ws.report("weekly", quality=False).since == ""  # not with itself
        ws.sandbox.clock.advance(7 * 86_400)
        ws.leads.create(email="ada@example.com")
        second = ws.report("weekly", quality=False)
        stored = json.loads(second.history.path.read_text())
    assert second.since == first.period.label
    assert (
        second.section("Since the last report")
        .words[0]
        .startswith(f"Compared with the report of {first.since or '2026-W10'}")
    )
    figures = [entry["figures"] for entries in stored["reports"].values() for entry in entries]
    assert all(isinstance(value, int | float) for one in figures for value in one.values())


def test_a_sandbox_in_memory_keeps_no_figures(ws, tmp_path):
    report = ws.report("weekly", quality=False)
    report.save(tmp_path / "week.html")
    assert report.history is None


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"period": "weekley"}, "weekly"), ({"zone": "Europe/Berln"}, "Europe/Berlin"), ({"at": "soon"}, "2026-03-10"),
        ({"cached": "yes"}, "cached=True"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused_before_anything_is_read(ws, options, hint):
    ws._session.zone()
    before = ws._session.client.sent
    with pytest.raises(InvalidParameterError, match=hint):
        ws.report(**options)
    assert ws._session.client.sent == before


def test_another_time_gives_another_period(ws):
    assert ws.report_period("monthly", at="2026-01-15").label == "2025-12"
    assert ws.report_period("daily", at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)).label == "2026-02-28"


def test_a_service_with_other_names_of_scopes_is_asked_and_not_assumed_to_refuse():
    def respond(request, path):
        return {"data": [{"id": "lead_1", "created_at": "2026-03-03T12:00:00Z"}] if path == "/leads" else []}

    me = {"data": {"id": "key_1", "workspace": {"id": "ws_1", "name": "Live"}, "scopes": ["contacts:read"]}}
    with connect_workspace(respond, me=me) as ws:
        report = ws.report("weekly", at="2026-03-10", zone="UTC", quality=False)
    assert report.figures["new leads"] == 1
    assert "New leads" not in report.missing
