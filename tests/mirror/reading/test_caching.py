"""``cached=True``, ``max_age`` and ``refresh``: the rows that the service would return, from the mirror."""

import datetime as dt
import re

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, NotMirroredError, UnknownOperationError
from pb2b_notebook.openapi import load
from service_rows import Source

LISTS = sorted(o.id for o in load().values() if o.many and not o.mutates)
TOP = [name for name in LISTS if not load()[name].path_parameters]
BELOW = [name for name in LISTS if load()[name].path_parameters]
LEADS = 300


@pytest.fixture(scope="module")
def mirrored(module_cache):
    """A workspace that does not change, with its complete mirror."""
    with pb.open_sandbox(leads=LEADS, rate_limit=1_000_000, frame="polars") as ws:
        ws.mirror.sync()
        ws.mirror.sync("job_events")
        ws.leads.list(created_before="2025-12-01")  # the time zone is known
        yield ws


def sent(ws):
    return ws._session.client.sent


def without_requests(ws, *args, **keywords):
    before = sent(ws)
    frame = ws.call(*args, cached=True, **keywords)
    assert sent(ws) == before
    return frame


# --- the same as the service gives ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOP)
def test_every_list_is_answered_like_the_service(mirrored, name):
    """Rows, order, columns and dtypes, in both libraries."""
    assert_frame_equal(without_requests(mirrored, name), mirrored.call(name))
    pd.testing.assert_frame_equal(without_requests(mirrored, name, frame="pandas"), mirrored.call(name, frame="pandas"))


PARENTS = {
    "leads": "leads.list",
    "imports": "imports.list",
    "jobs": "jobs.list",
    "campaigns": "campaigns.list",
    "inbox": "inbox.threads.list",
    "webhooks": "webhooks.list",
}


@pytest.mark.parametrize("name", BELOW)
def test_every_list_below_an_object_is_answered_like_the_service(mirrored, name):
    [parameter] = load()[name].path_parameters
    parents = mirrored.call(PARENTS[name.partition(".")[0]])["id"].to_list()
    found = 0
    for parent in parents[:12]:
        cached = without_requests(mirrored, name, **{parameter: parent})
        assert_frame_equal(cached, mirrored.call(name, **{parameter: parent}))
        found += cached.height
    assert found


def test_verbs_and_calls_accept_cached(mirrored):
    before = sent(mirrored)
    assert mirrored.leads.list(cached=True).height == mirrored.leads.list(max_age="1h").height
    assert mirrored.campaigns.runs(cached=True).height
    assert mirrored.inbox.threads.list(cached=True).height
    assert sent(mirrored) == before


FILTERS = [
    ("leads.list", {"status": "new"}),
    ("leads.list", {"status": ["new", "replied"]}),
    ("leads.list", {"status": "new", "country": "DE"}),
    ("leads.list", {"has_email": True}),
    ("leads.list", {"has_email": False}),
    ("leads.list", {"updated_after": "30d"}),
    ("leads.list", {"updated_before": "30d", "created_after": "300d"}),
    ("leads.list", {"created_before": "2025-12-01"}),
    ("leads.list", {"include_deleted": True}),
    ("leads.list", {"include_deleted": True, "order": "updated_at.desc"}),
    ("leads.list", {"order": "updated_at.desc"}),
    ("leads.list", {"q": "ad"}),
    ("leads.list", {"q": "müller"}),
    ("leads.list", {"q": "MÜLLER gmbh"}),
    ("leads.list", {"q": "ﬁ"}),
    ("leads.list", {"q": "%"}),
    ("leads.list", {"q": "_"}),
    ("leads.list", {"limit": 7}),
    ("leads.list", {"limit": 7, "status": "new", "columns": ["email", "id"]}),
    ("leads.list", {"flat": True}),
    ("campaign_runs.list", {"status": "completed"}),
    ("campaign_runs.list", {"started_after": "60d"}),
    ("campaign_runs.list", {"started_before": "60d"}),
    ("activities.list", {"type": "message_opened"}),
    ("activities.list", {"occurred_after": "60d"}),
    ("messages.list", {"direction": "inbound"}),
    ("messages.list", {"sent_after": "60d"}),
    ("jobs.list", {"type": "import", "status": "completed"}),
    ("imports.list", {"status": "completed"}),
    ("exports.list", {"status": ["completed", "failed"]}),
    ("campaigns.list", {"enabled": True}),
    ("campaigns.list", {"enabled": False}),
    ("tickets.list", {"status": "open"}),
]


@pytest.mark.parametrize(("name", "filters"), FILTERS, ids=lambda one: str(one).replace(" ", ""))
def test_filters_select_the_same_rows_as_at_the_service(mirrored, name, filters):
    assert_frame_equal(without_requests(mirrored, name, **filters), mirrored.call(name, **filters))


def test_each_value_of_an_equality_filter_selects_the_same_rows_as_at_the_service(mirrored):
    """All values in this workspace, also in another case and with spaces."""
    leads = mirrored.leads.list(include_deleted=True)
    for name in ("owner_email", "company_domain", "email", "source", "country", "import_id"):
        for value in leads[name].drop_nulls().unique(maintain_order=True).head(4):
            for text in (value, value.upper(), f" {value}") if "email" in name else (value,):
                asked = {name: text, "include_deleted": True}
                assert_frame_equal(without_requests(mirrored, "leads.list", **asked), mirrored.leads.list(**asked))
    for tag in leads["tags"].explode().drop_nulls().unique(maintain_order=True).head(4):
        assert_frame_equal(without_requests(mirrored, "leads.list", tag=tag), mirrored.leads.list(tag=tag))
    ids = leads["id"].head(5).to_list()
    assert_frame_equal(without_requests(mirrored, "leads.list", ids=ids), mirrored.leads.list(ids=ids))


def test_custom_fields_are_filters(mirrored):
    leads = mirrored.leads.list()
    kinds = {"custom_" + key: kind for key, kind in mirrored._session._custom.items()}
    tried = 0
    for name in (n for n in leads.columns if n in kinds):
        for value in leads[name].drop_nulls().explode().head(1):
            asked = {"custom": {name.removeprefix("custom_"): value}}
            assert_frame_equal(without_requests(mirrored, "leads.list", **asked), mirrored.leads.list(**asked))
            tried += 1
    assert tried > 2


def test_a_filter_that_rows_cannot_answer_is_an_error(mirrored):
    with pytest.raises(InvalidParameterError, match="remove cached=True"):
        mirrored.leads.list(campaign_id="camp_1", cached=True)


def test_a_mistyped_filter_or_column_is_found_before_anything_is_read(source):
    with source.connect() as ws:
        for wrong in ({"statsu": "new"}, {"columns": ["emial"]}, {"limit": 0}, {"max_age": "soon"}, {"max_age": 15}):
            with pytest.raises(InvalidParameterError):
                ws.leads.list(**{"cached": True, **wrong})
        with pytest.raises(InvalidParameterError, match="cached=False"):
            ws.leads.list(cached=False, refresh=True)
    assert source.asked == []


def test_the_provenance_has_the_time_of_the_sync(mirrored):
    provenance = pb.provenance(mirrored.leads.list(status="new", cached=True))
    assert provenance.operation == "leads.list"
    assert provenance.filters == {"status": "new"}
    assert provenance.fetched_at == mirrored.mirror.info().filter(resource="leads")["synced_at"].item()
    assert provenance.request_ids == ()
    assert provenance.complete
    assert not pb.provenance(mirrored.leads.list(limit=3, cached=True)).complete


# --- when it is synced ------------------------------------------------------------------------------------------------


@pytest.fixture
def followed(source):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        yield ws


def title(ws, **options):
    """What a cell shows, once the workspace has seen the service's clock move."""
    ws.me()
    return ws.leads.list(**options)["title"].item()


def test_the_first_cached_read_fills_the_mirror_and_the_next_sends_no_request(source, followed):
    assert title(followed, cached=True) == "Countess"
    asked = len(source.asked)
    source.put("lead_1", title="Duchess")
    assert title(followed, cached=True) == "Countess"
    assert len(source.asked) == asked


def test_max_age_syncs_only_an_older_mirror(source, followed):
    followed.mirror.sync("leads")
    source.put("lead_1", title="Duchess")
    source.clock += dt.timedelta(minutes=10)
    assert title(followed, max_age="15m") == "Countess"
    assert title(followed, max_age=dt.timedelta(minutes=15)) == "Countess"
    source.clock += dt.timedelta(minutes=10)
    assert title(followed, max_age="15m") == "Duchess"


def test_refresh_reads_the_changes(source, followed):
    followed.mirror.sync("leads")
    source.put("lead_1", title="Duchess")
    assert title(followed, refresh=True) == "Duchess"
    assert "updated_after" in str(source.asked[-1])


def test_an_interrupted_first_sync_is_continued(source, followed, small_batches):
    for number in range(20):
        source.put(f"lead_{number}")
    source.refuse_from = 7
    with pytest.raises(pb.errors.AuthenticationError):
        followed.leads.list(cached=True)
    source.refuse_from = None
    assert followed.leads.list(cached=True).height == 20
    assert "updated_after" in str(source.asked[-1])


def test_the_age_is_shown_once(source, followed, caplog):
    caplog.set_level("INFO", "pb2b_notebook")
    followed.mirror.sync("leads")
    source.clock += dt.timedelta(minutes=4, seconds=20)
    title(followed, cached=True), title(followed, cached=True)
    assert caplog.text.count("leads: cached 4 min; refresh=True") == 1
    caplog.clear()
    title(followed, refresh=True), title(followed, cached=True)
    assert "cached" not in caplog.text


def test_a_deleted_lead_is_left_out_as_at_the_service(source, followed):
    source.put("lead_2")
    followed.mirror.sync("leads")
    source.delete("lead_1")
    assert followed.leads.list(refresh=True)["id"].to_list() == ["lead_2"]
    assert followed.leads.list(cached=True, include_deleted=True).height == 2


def test_a_list_below_objects_is_not_read_for_all_of_them():
    expected = pytest.raises(NotMirroredError, match=re.escape("ws.mirror.sync('campaign_logs')"))
    with pb.open_sandbox(leads=30) as ws, expected:
        ws.call("campaigns.logs", id=ws.campaigns.list()["id"][0], cached=True)


def test_an_empty_list_has_its_columns(source, followed):
    source.rows.clear()
    live = followed.leads.list()
    assert_frame_equal(followed.leads.list(cached=True), live)
    assert live.schema["score"] == pl.Int64


def test_a_new_field_shows_in_old_rows_as_null(source, followed):
    followed.mirror.sync("leads")
    source.fields["tier"] = "text"
    source.put("lead_2", custom_fields={"tier": "gold"}, planet="Mars")
    source.put("lead_1")
    with pytest.warns(pb.ContractDriftWarning, match="planet"):
        cached = followed.leads.list(refresh=True)
    assert_frame_equal(cached, followed.leads.list())
    assert cached["custom_tier"].to_list() == ["gold", None]


def test_only_lists_accept_cached(followed):
    with pytest.raises((InvalidParameterError, UnknownOperationError, TypeError)):
        followed.call("me.get", cached=True)


def test_reading_without_cached_uses_no_mirror():
    source = Source()
    source.put("lead_1")
    with source.connect() as ws:
        assert len(ws.leads.list(cached=False)) == 1
        assert ws.mirror.location.resources() == []
