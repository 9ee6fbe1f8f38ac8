"""Runs with names, leads with replies, and launching in two steps."""

import html

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from scripted_service import connect_workspace


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as opened:
        yield opened


@pytest.fixture
def writable():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000) as opened:
        yield opened


def published(ws, **fields):
    step = {"subject": "Hello", "body": "…"}
    return ws.campaigns.publish(ws.campaigns.create(name="Spring", steps=[step], **fields))


# --- runs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
@pytest.mark.parametrize("verb", ["runs", "leads"])
def test_rows_that_an_interrupted_list_had_read_are_in_the_library_that_was_asked_for(ws, library, verb):
    campaign = ws.campaigns.runs(frame="polars")["campaign_id"][0]
    options = {"runs": {"page_size": 1}, "leads": {"page_size": 5, "replied": False}}[verb]
    expected = type(ws.campaigns.runs(limit=1, frame=library))
    operation = {"runs": "campaigns.runs.list", "leads": "leads.list"}[verb]
    with ws.sandbox.faults.during(f"html {operation} skip=1"), pytest.raises(errors.ProtocolError) as caught:
        getattr(ws.campaigns, verb)(campaign, frame=library, **options)
    assert type(ws.partial) is type(caught.value.partial) is expected
    assert len(ws.partial) == options["page_size"]
    assert pb.provenance(ws.partial).operation == operation


def test_runs_have_the_names_of_their_campaigns_in_both_libraries(ws):
    pandas, polars = ws.campaigns.runs(), ws.campaigns.runs(frame="polars")
    names = dict(ws.campaigns.list(frame="polars", columns=["id", "name"]).iter_rows())
    assert list(pandas.columns) == polars.columns
    assert pandas.columns.tolist().index("campaign_name") == pandas.columns.tolist().index("campaign_id") + 1
    assert pandas["campaign_name"].tolist() == polars["campaign_name"].to_list()
    assert pandas["campaign_name"].tolist() == [names[one] for one in pandas["campaign_id"]]
    assert (str(pandas["campaign_name"].dtype), polars["campaign_name"].dtype) == ("str", pl.String)


def test_the_runs_of_one_campaign_are_those_of_its_own_list(ws):
    everything = ws.campaigns.runs()
    one = everything["campaign_id"].iloc[0]
    expected = everything[everything["campaign_id"] == one]["id"].tolist()
    assert ws.campaigns.runs(one)["id"].tolist() == expected
    assert ws.campaigns.runs(campaign_id=ws.campaigns.get(one))["id"].tolist() == expected
    assert sorted(ws.campaigns.runs([one])["id"]) == sorted(expected)
    told = pb.provenance(ws.campaigns.runs(one))
    assert (told.operation, told.filters["campaign_id"]) == ("campaigns.runs.list", one)


def test_runs_of_several_campaigns_and_of_a_time(ws):
    two = ws.campaigns.runs()["campaign_id"].unique()[:2]
    assert set(ws.campaigns.runs(two)["campaign_id"]) == set(two)
    late = ws.campaigns.runs(started_after="90d", status="completed")
    assert (late["started_at"] > ws.sandbox.clock.now() - pd.Timedelta(days=90)).all()
    assert set(late["status"]) == {"completed"}


def test_the_name_is_a_column_like_the_others(ws):
    for frame in ("pandas", "polars"):
        chosen = ws.campaigns.runs(columns=["campaign_name", "sent"], frame=frame)
        assert list(chosen.columns) == ["campaign_name", "sent"]
        assert pb.provenance(chosen).operation == "campaign_runs.list"
        assert list(ws.campaigns.runs(columns=["sent"], frame=frame).columns) == ["sent"]


def test_no_runs_have_the_columns_and_dtypes_of_some(ws):
    for frame in ("pandas", "polars"):
        some, none = ws.campaigns.runs(frame=frame), ws.campaigns.runs(started_after="now", frame=frame)
        assert len(none) == 0
        assert list(none.columns) == list(some.columns)
        assert list(none.dtypes) == list(some.dtypes)


# --- leads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_the_leads_of_a_campaign_that_replied_and_that_did_not(ws, frame):
    campaign = ws.campaigns.runs().groupby("campaign_id")["replied"].sum().idxmax()
    everyone = set(ws.campaigns.leads(campaign, frame=frame)["id"])
    yes, no = (ws.campaigns.leads(campaign, replied=replied, frame=frame) for replied in (True, False))
    replies = ws.activities.list(campaign_id=campaign, type="reply_received")["lead_id"]
    assert set(yes["id"]) == set(replies) & everyone
    assert len(yes) > 0
    assert set(yes["id"]) | set(no["id"]) == everyone
    assert not set(yes["id"]) & set(no["id"])
    assert list(yes.dtypes) == list(no.dtypes)
    assert pb.provenance(yes).filters == {"campaign_id": campaign, "replied": True}
    assert list(ws.campaigns.leads(campaign, replied=True, columns=["email"], frame=frame).columns) == ["email"]


def test_a_campaign_that_reached_no_lead_has_no_leads(writable):
    campaign = published(writable)
    for replied in (None, True, False):
        assert len(writable.campaigns.leads(campaign, replied=replied)) == 0


# --- launching --------------------------------------------------------------------------------------------------------


def test_launching_previews_what_would_happen_and_sends_nothing(writable):
    campaign = published(writable, audience={"status": ["new"]})
    preview = writable.campaigns.launch(campaign)
    new = writable.leads.list(status="new", has_email=True)
    suppressed = writable.leads.list(status=["unsubscribed", "bounced"], has_email=True)
    assert (preview.audience, preview.opted_out) == (len(new), len(suppressed))
    assert set(preview.leads()["id"]) == set(new["id"])
    assert list(preview.leads(frame="polars", columns=["email"], limit=1).columns) == ["email"]
    assert (preview.last_run, preview.obstacles) == (None, ())
    assert len(writable.campaigns.runs(campaign)) == 0
    for text in (repr(preview), html.unescape(preview._repr_html_())):
        assert f"{len(new)} leads match now" in text
        assert "nothing was sent yet; .apply() starts the run" in text


def test_apply_starts_the_run_once(writable, caplog):
    campaign = published(writable)
    preview = writable.campaigns.launch(campaign)
    run = preview.apply()
    assert run.object == "campaign_run"
    assert preview.apply().id == run.id  # the same cell again: nothing is sent
    assert writable.jobs.wait(run).status == "completed"
    done = writable.campaigns.get_run(run)
    assert 0 < done.sent <= preview.audience
    again = writable.campaigns.launch(campaign)
    assert again.last_run.id == run.id
    assert f"{done.sent} sent" in repr(again)
    assert again.apply(again=True).id != run.id


def test_a_preview_lists_obstacles(writable):
    draft = writable.campaigns.create(name="Draft")
    preview = writable.campaigns.launch(draft.id)
    assert preview.obstacles == ("it is a draft: call ws.campaigns.publish first",)
    assert "cannot start" in repr(preview)
    with pytest.raises(errors.ConflictError, match="campaign_not_published"):
        preview.apply()
    campaign = published(writable)
    writable.campaigns.launch(campaign).apply()
    assert "has not ended" in writable.campaigns.launch(campaign).obstacles[0]
    writable.campaigns.update(campaign, enabled=False)
    assert len(writable.campaigns.launch(campaign).obstacles) == 2
    paused = writable.campaigns.pause(campaign)
    assert writable.campaigns.launch(paused).obstacles[0].startswith("it is paused")


def test_a_count_that_is_not_available_is_none(ws):
    of_workflow = ws.campaigns.list()
    of_workflow = of_workflow[of_workflow["prospector_workflow_id"].notna()]["id"].iloc[0]
    preview = ws.campaigns.launch(of_workflow)
    assert (preview.audience, preview.opted_out) == (None, None)
    assert "not known" in repr(preview)
    with pytest.raises(errors.InvalidParameterError, match="cannot be selected"):
        preview.leads()
    scopes = ["me.read", "campaigns.read"]
    with pb.connect(ws.sandbox.create_key(scopes=scopes), base_url=ws._session.client.base_url) as other:
        blind = other.campaigns.launch(ws.campaigns.list()["id"].iloc[0])
        assert blind.audience is None
        with pytest.raises(errors.PermissionDeniedError, match=r"campaigns\.run"):
            blind.apply()


def test_a_read_only_workspace_may_preview_but_not_launch(ws):
    key = ws.sandbox.create_key()
    with pb.connect(key, base_url=ws._session.client.base_url, read_only=True) as other:
        preview = other.campaigns.launch(ws.campaigns.list()["id"].iloc[0])
        with pytest.raises(errors.ReadOnlyError):
            preview.apply()


def test_a_campaigns_name_is_inert_in_a_preview(writable):
    evil = "<img src=x onerror=alert(1)> $5 to $10"
    preview = writable.campaigns.launch(writable.campaigns.create(name=evil))
    assert "<img" not in preview._repr_html_()
    assert "mathjax_ignore" in preview._repr_html_()


def test_a_preview_names_no_key(writable):
    preview = writable.campaigns.launch(published(writable))
    assert "pb2b_" not in repr(preview) + preview._repr_html_()


def test_a_launch_at_a_service_without_totals_reads_the_leads_to_count_them():
    leads = [{"id": f"l{n}", "object": "lead", "status": "unsubscribed" if n < 2 else "new"} for n in range(5)]

    def respond(request, path):
        if path == "/campaigns/c1":
            return {"data": {"id": "c1", "object": "campaign", "status": "published", "channel": "linkedin"}}
        asked = request.url.params.get_list("status")
        found = [lead for lead in leads if not asked or lead["status"] in asked] if path == "/leads" else []
        page = found[:2] if "cursor" not in request.url.params else found[2:]
        return {"data": page, "pagination": {"next_cursor": "2" if len(found) > 2 and page == found[:2] else None}}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        preview = ws.campaigns.launch("c1")
        assert (preview.audience, preview.opted_out) == (3, 2)
