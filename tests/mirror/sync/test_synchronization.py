"""Syncs: every resource in its mode, changing schemas, interruptions, deletions, unusual services."""

import datetime as dt
import re
import warnings

import httpx
import polars as pl
import pytest

import pb2b_notebook as pb
from httpx_transport import HttpxTransport
from pb2b_notebook.errors import (
    AuthenticationError,
    CursorExpiredError,
    InvalidParameterError,
    PermissionDeniedError,
    VanishedRowsError,
)
from pb2b_notebook.mirror.storage.catalogue import catalogue
from pb2b_notebook.mirror.sync import pages
from service_rows import KEY, MILLISECOND, agrees, content, text

DAY = dt.timedelta(days=1)


def synced(ws, *resources, **options):
    """Return the report of one resource as a dict."""
    return ws.mirror.sync(*resources, frame="polars", **options).to_dicts()[-1]


# --- every resource ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(module_cache):
    """Three syncs of everything, an hour apart, with one change between the last two."""
    with pb.open_sandbox(leads=60, rate_limit=1_000_000, frame="polars") as ws:
        first = ws.mirror.sync()
        ws.sandbox.clock.advance(3600)
        second = ws.mirror.sync()
        ws.leads.create(email="ada@example.com")
        ws.sandbox.clock.advance(3600)
        yield first, second, ws.mirror.sync(), ws


SINGLE = {"billing_subscription", "billing_usage", "settings"}


def test_the_first_sync_reads_every_list_and_takes_snapshots(reports):
    first, _, _, ws = reports
    assert first.columns == [
        "resource", "mode", "rows_read", "inserted", "updated", "deleted", "pages", "requests", "seconds",
        "watermark_from", "watermark_to", "note",
    ]  # fmt: skip
    modes = dict(first.select("resource", "mode").iter_rows())
    assert {name for name, mode in modes.items() if mode == "snapshot"} == SINGLE
    assert modes.pop("job_events") == "skipped"
    assert {mode for name, mode in modes.items() if name not in SINGLE} == {"first"}
    assert len(modes) == 21
    assert first["inserted"].to_list() == first["rows_read"].to_list()
    assert (first["requests"] >= first["pages"]).all()
    assert first["watermark_to"].null_count() == 1
    assert sorted(modes) == ws.mirror.info()["resource"].to_list()


def test_the_second_sync_reads_changes_or_one_page(reports):
    _, second, _, _ = reports
    lists = second.filter(~pl.col("resource").is_in({*SINGLE, "job_events"}))
    assert set(lists["mode"]) == {"changes", "whole"}
    assert lists["inserted"].sum() == lists["updated"].sum() == lists["deleted"].sum() == 0
    assert dict(second.select("resource", "mode").iter_rows())["leads"] == "changes"


def test_a_change_is_reported_only_for_its_resource(reports):
    _, _, third, _ = reports
    leads = third.row(by_predicate=pl.col("resource") == "leads", named=True)
    assert (leads["inserted"], leads["updated"], leads["requests"]) == (1, 0, 2)
    assert leads["watermark_to"] - leads["watermark_from"] >= dt.timedelta(hours=1)


def test_snapshots_accumulate(reports):
    *_, ws = reports
    usage = ws.mirror.frame("billing_usage", columns=["taken_at", "usage_leads_stored"]).sort("taken_at")
    assert usage.height == 3
    assert usage["taken_at"].diff().drop_nulls().min() >= dt.timedelta(hours=1)
    assert usage["usage_leads_stored"].to_list()[2] == usage["usage_leads_stored"].to_list()[1] + 1
    with pytest.raises(InvalidParameterError, match="taken_at"):
        ws.mirror.as_of("billing_usage", "1h")
    with pytest.raises(InvalidParameterError, match="taken_at"):
        ws.mirror.changes("billing_usage", since="1h")


def test_lists_below_many_objects_are_skipped_until_they_are_named():
    with pb.open_sandbox(leads=400, rate_limit=1_000_000, frame="polars") as ws:
        note = dict(ws.mirror.sync().select("resource", "note").iter_rows())["job_events"]
        assert re.search(r'takes \d+ requests.*ws\.mirror\.sync\("job_events"\)', note)
        report = synced(ws, "job_events")
        assert report["requests"] > 100
        assert report["inserted"] > 100
        ws.sandbox.clock.advance(3600)
        again = synced(ws)  # it is now synced with all others; finished jobs take no request
        assert dict(ws.mirror.sync().select("resource", "mode").iter_rows())["job_events"] == "changes"
        assert again["mode"] == "snapshot"
        assert synced(ws, "job_events")["requests"] < 100


def test_syncing_a_resource_syncs_its_parent(ws):
    report = ws.mirror.sync("campaign_logs", frame="polars")
    assert report["resource"].to_list() == ["campaigns", "campaign_logs"]


@pytest.mark.parametrize("name", ["laeds", "leads.list", "", "../leads", "billing"])
def test_an_unknown_resource_is_refused_before_anything_is_read(source, name):
    with source.connect() as ws:
        with pytest.raises(InvalidParameterError, match="unknown resource"):
            ws.mirror.sync(name)
        with pytest.raises(InvalidParameterError, match="unknown resource"):
            ws.mirror.frame(name)
        assert not ws.mirror.location.root.exists()


def test_resources_that_the_key_may_not_read_are_reported_and_the_others_synced(ws):
    key = ws.sandbox.create_key(name="narrow", scopes=["me.read", "leads.read", "lead-fields.read"])
    with pb.connect(key, base_url=ws._session.client.base_url, frame="polars") as narrow:
        modes = dict(narrow.mirror.sync().select("resource", "mode").iter_rows())
        assert (modes["leads"], modes["activities"], modes["jobs"]) == ("first", "first", "refused")
        assert modes["billing_usage"] == modes["job_events"] == modes["campaign_logs"] == "refused"
        with pytest.raises(PermissionDeniedError):
            narrow.mirror.sync("jobs")


# --- schemas that change ----------------------------------------------------------------------------------------------


def test_a_new_custom_field_adds_a_column(source):
    """Also while rows are replaced, which once lost the label of the table."""
    source.put("lead_1")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        for number, key in enumerate(("tier", "tier 2", "größe")):
            source.fields[key] = "text"
            source.put("lead_1", custom_fields={key: "gold"})
            source.put(f"lead_new_{number}", custom_fields={key: "silver"})
            report = synced(ws, "leads")
            assert (report["inserted"], report["updated"]) == (1, 1)
            assert f"new columns: custom_{key}" in report["note"]
        held = content(ws)
        assert held["lead_1"]["custom_größe"] == "gold"
        assert held["lead_new_0"]["custom_tier"] == "silver"
        assert held["lead_new_0"]["custom_größe"] is None
        assert ws.mirror.verify(frame="polars")["ok"].all()


def test_a_retyped_field_keeps_its_column_and_goes_to_unparsed(source):
    source.fields["budget"] = "text"
    source.put("lead_1", custom_fields={"budget": "ten"})
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.fields["budget"] = "number"
        source.put("lead_1", custom_fields={"budget": 12.5})
        source.put("lead_2", custom_fields={"budget": None})
        report = synced(ws, "leads")
        assert "custom_budget: double where string is stored, kept in 'unparsed'" in report["note"]
        held = content(ws)
        assert held["lead_1"]["custom_budget"] is None
        assert held["lead_1"]["unparsed"] == '{"custom_budget":12.5}'
        assert held["lead_2"]["unparsed"] is None
        assert (
            ws.mirror.changes("leads", since=0, frame="polars").filter(field="custom_budget")["before"].item() == "ten"
        )


def test_numbers_that_fit_the_stored_type_exactly_are_stored(source):
    source.put("lead_1", custom_fields={"size": 1.5})
    source.clock += DAY
    with source.connect() as ws, warnings.catch_warnings():
        warnings.simplefilter("ignore", pb.ContractDriftWarning)  # the workspace has no types, so each sync infers them
        ws.mirror.sync("leads")
        source.put("lead_2", custom_fields={"size": 7})
        ws.mirror.sync("leads")
        source.clock += DAY
        source.put("lead_3", custom_fields={"size": 2**53 + 1})
        ws.mirror.sync("leads")
        held = content(ws)
        assert [held[f"lead_{n}"]["custom_size"] for n in (1, 2, 3)] == [1.5, 7.0, None]
        assert held["lead_3"]["unparsed"] == f'{{"custom_size":{2**53 + 1}}}'


def test_fields_that_differ_only_by_case_are_separate_columns(source):
    source.fields |= {"tier": "text", "Tier": "text", "TIER": "number"}
    source.put("lead_1", custom_fields={"tier": "a", "Tier": "b", "TIER": 3})
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", custom_fields={"tier": "a", "Tier": "c", "TIER": 4})
        ws.mirror.sync("leads")
        row = content(ws)["lead_1"]
        assert (row["custom_tier"], row["custom_Tier"], row["custom_TIER"]) == ("a", "c", 4)
        assert (
            ws.leads.list(cached=True, frame="polars")
            .drop("unparsed", strict=False)
            .equals(ws.leads.list(frame="polars").drop("unparsed", strict=False))
        )
        changed = ws.mirror.changes("leads", since=0, frame="polars")
        assert dict(changed.select("field", "after").iter_rows()) == {"custom_Tier": "c", "custom_TIER": "4.0"}


# --- interruptions ----------------------------------------------------------------------------------------------------


def test_an_interrupted_sync_continues_after_its_last_commit(source, small_batches):
    source.page = 2
    for number in range(40):
        source.put(f"lead_{number:02}")
    source.clock += DAY
    with source.connect() as ws:
        source.refuse_from = 11
        with pytest.raises(AuthenticationError):
            ws.mirror.sync("leads")
        held = len(content(ws))
        assert held >= 20 - 2 * 4  # two batches were in flight
        source.refuse_from = None
        source.asked.clear()
        report = synced(ws, "leads")
        assert report["mode"] == "resumed"
        assert report["inserted"] == 40 - held
        assert len(source.asked) <= 20 - 10 + 2 * 4 // 2 + 1
        assert agrees(source, ws)
        assert synced(ws, "leads")["mode"] == "changes"


def test_an_interrupted_listing_that_is_newest_first_is_read_again(source, small_batches):
    """A service may ignore the requested order, and then the order does not show what was committed."""
    source.page = 2
    for number in range(20):
        source.put(f"lead_{number:02}")
    source.clock += DAY
    source.descending = True
    with source.connect() as ws:
        source.refuse_from = 6
        with pytest.raises(AuthenticationError):
            ws.mirror.sync("leads")
        source.refuse_from = None
        assert synced(ws, "leads")["mode"] == "resumed"
        assert "updated_after" not in str(source.asked[-1])
        assert agrees(source, ws)


def test_a_listing_that_begins_with_equal_times_does_not_show_its_order(source, small_batches):
    source.page = 4
    for number in range(6):
        source.put(f"lead_old_{number}", at=source.clock)
    for number in range(6):
        source.put(f"lead_new_{number}", at=source.clock + DAY)
    source.clock += 3 * DAY
    source.descending = True
    with source.connect() as ws:
        source.refuse_from = 2
        with pytest.raises(AuthenticationError):
            ws.mirror.sync("leads")
        source.refuse_from = None
        ws.mirror.sync("leads")
        assert agrees(source, ws)


class Cut(httpx.BaseTransport):
    """Answer 401 from a certain request on, as if the sync were killed."""

    def __init__(self, base_url, ending, allowed):
        self._transport, self._ending, self.allowed = HttpxTransport(base_url), ending, allowed

    def close(self):
        self._transport.close()

    def handle_request(self, request):
        if request.url.path.endswith(self._ending):
            self.allowed -= 1
            if self.allowed < 0:
                return httpx.Response(401, json={"error": {"code": "revoked", "message": "no"}, "request_id": "r"})
        return self._transport.handle_request(request)


def test_an_interrupted_sync_of_lists_below_objects_loses_none_of_them(ws, monkeypatch):
    """The progress in one campaign's logs says nothing about the next one's."""
    monkeypatch.setattr("pb2b_notebook.mirror.sync.synchronization.COMMIT_ROWS", 1)
    url = ws._session.client.base_url
    live = {one for c in ws.campaigns.list()["id"] for one in ws.call("campaigns.logs", id=c)["id"]}
    cut = Cut(url, "/logs", allowed=1)
    with pb.connect(ws.sandbox.create_key(name="cut"), base_url=url, transport=cut) as other:
        with pytest.raises(AuthenticationError):
            other.mirror.sync("campaign_logs")
        assert 0 < len(other.mirror.frame("campaign_logs")) < len(live)
        cut.allowed = 1000
        other.mirror.sync("campaign_logs")
        assert set(other.mirror.frame("campaign_logs")["id"]) == live


def test_lists_below_objects_wait_for_commits_before_each_page(ws):
    """They wait for commits as other lists do, so that a kill costs no more rows."""
    source, waiting = catalogue(ws.operations)["campaign_logs"], []
    campaigns = ws.campaigns.list()["id"].tolist()
    [chunk] = pages.chunks(ws._session, source, None, campaigns, rows=1_000_000, before_page=waiting.append)
    assert len(waiting) == len(campaigns)
    assert waiting == sorted(waiting)
    assert waiting[-1] == chunk.rows > waiting[0] > 0


def test_an_expired_cursor_costs_one_batch(source, small_batches):
    for number in range(20):
        source.put(f"lead_{number:02}")
    with source.connect() as ws:
        source.expire_at = 6
        with pytest.raises(CursorExpiredError):
            ws.mirror.sync("leads")
        source.expire_at = None
        assert synced(ws, "leads")["mode"] == "resumed"
        assert agrees(source, ws)


# --- times ------------------------------------------------------------------------------------------------------------


def test_rows_with_equal_times_may_span_pages_and_the_end_of_a_sync(source, small_batches):
    for number in range(9):
        source.put(f"lead_{number}", at=source.clock)
    with source.connect() as ws:
        source.refuse_from = 4
        with pytest.raises(AuthenticationError):
            ws.mirror.sync("leads")
        source.refuse_from = None
        ws.mirror.sync("leads")
        source.put("lead_9", at=source.clock)
        ws.mirror.sync("leads")
        assert agrees(source, ws)


def test_a_row_that_changes_during_paging_is_stored_once(source, small_batches):
    for number in range(12):
        source.put(f"lead_{number:02}", title="before")
    source.between = lambda page: source.put("lead_03", title=f"at page {page}") if page in {2, 5} else None
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.between = lambda _: None
        ws.mirror.sync("leads")
        assert agrees(source, ws)
        assert content(ws)["lead_03"]["title"] == "at page 5"


def test_a_row_that_becomes_visible_late_is_read_by_the_next_sync(source):
    source.put("lead_1")
    with source.connect() as ws:
        source.put("lead_2", late=True)
        source.clock += dt.timedelta(seconds=100)
        source.put("lead_3")
        ws.mirror.sync("leads")
        source.reveal()
        assert synced(ws, "leads")["inserted"] == 1
        assert agrees(source, ws)


@pytest.mark.parametrize("skew", [DAY, -DAY])
@pytest.mark.parametrize("silent", [True, False])
def test_clocks_may_differ_by_a_day(source, skew, silent):
    source.skew, source.silent = skew, silent
    with source.connect() as ws:
        ws.mirror.sync("leads")  # without rows: not even the skew is known
        for turn in range(3):
            source.put("lead_1", title=f"turn {turn}")
            source.put(f"lead_new_{turn}")
            ws.mirror.sync("leads")
            assert agrees(source, ws)
            source.clock += dt.timedelta(minutes=5)


def test_an_older_row_never_replaces_a_newer_one(source):
    source.put("lead_1", title="new")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", title="old", at=source.clock - DAY)
        report = synced(ws, "leads", full=True)
        assert report["updated"] == 0
        assert content(ws)["lead_1"]["title"] == "new"


def test_a_sync_without_changes_takes_two_requests_and_one_commit(source):
    source.page = 100
    source.put("lead_1")
    with source.connect() as ws:
        for _ in range(2):  # the second one tries, once for this service, how it compares a bound of time
            ws.mirror.sync("leads")
        version = ws.mirror.table("leads").version
        report = synced(ws, "leads")
        assert (report["requests"], report["pages"]) == (2, 1)  # the lead fields, and one page
        assert ws.mirror.table("leads").version == version + 1
        assert len(ws.mirror.table("leads").files()) == 1


# --- what is gone -----------------------------------------------------------------------------------------------------


@pytest.fixture
def hundred(source):
    source.page = 500
    for number in range(600):
        source.put(f"lead_{number:03}")
    return source


def test_a_deleted_lead_stays_with_its_time_of_deletion(source):
    source.put("lead_1"), source.put("lead_2")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.delete("lead_1")
        assert synced(ws, "leads")["updated"] == 1
        assert text(content(ws)["lead_1"]["deleted_at"]) == source.rows["lead_1"]["deleted_at"]


def test_only_a_sweep_finds_rows_that_are_no_longer_listed(hundred):
    with hundred.connect() as ws:
        ws.mirror.sync("leads")
        del hundred.rows["lead_007"]
        assert synced(ws, "leads")["deleted"] == 0
        report = synced(ws, "leads", full=True)
        assert (report["mode"], report["deleted"]) == ("full", 1)
        assert "lead_007" not in content(ws)
        assert ws.mirror.changes("leads", since=0, frame="polars")["change"].to_list() == ["removed"]


@pytest.mark.parametrize(("gone", "asks"), [(50, False), (60, False), (61, True), (599, True)])
def test_removing_many_rows_needs_confirmation(hundred, gone, asks):
    with hundred.connect() as ws:
        ws.mirror.sync("leads")
        for lead in sorted(hundred.rows)[:gone]:
            del hundred.rows[lead]
        hundred.put("lead_new")
        if not asks:
            assert synced(ws, "leads", full=True)["deleted"] == gone
            return
        with pytest.raises(VanishedRowsError, match='vanished="remove"'):
            ws.mirror.sync("leads", full=True)
        assert len(content(ws)) == 601  # everything else is synced
        assert synced(ws, "leads")["mode"] == "changes"
        assert synced(ws, "leads", full=True, vanished="remove")["deleted"] == gone
        assert agrees(hundred, ws)


def test_an_empty_listing_removes_no_rows(source):
    source.put("lead_1")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.rows.clear()
        for vanished in ("ask", "remove"):
            report = synced(ws, "leads", full=True, vanished=vanished)
            assert report["deleted"] == 0
            assert "no rows were removed" in report["note"]
        assert list(content(ws)) == ["lead_1"]


def test_a_hard_deletion_shows_if_one_page_has_all_rows(ws):
    webhook = ws.webhooks.create(url="http://127.0.0.1:9/", events=["lead.created"])
    ws.mirror.sync("webhooks")
    ws.webhooks.delete(webhook["id"])
    report = synced(ws, "webhooks")
    assert (report["mode"], report["deleted"]) == ("whole", 1)


def test_an_unknown_vanished_is_refused(source):
    with source.connect() as ws, pytest.raises(InvalidParameterError, match="vanished"):
        ws.mirror.sync("leads", vanished="yes")


# --- files ------------------------------------------------------------------------------------------------------------


def test_small_files_are_compacted_and_the_watermark_survives(source, monkeypatch):
    monkeypatch.setattr("pb2b_notebook.mirror.storage.tables._MAX_SMALL_FILES", 3)
    with source.connect() as ws:
        for number in range(8):
            source.put(f"lead_{number}")
            source.clock += dt.timedelta(minutes=5)
            ws.mirror.sync("leads")
        table = ws.mirror.table("leads")
        assert len(table.files()) <= 4
        assert "compact" in ws.mirror.history("leads", frame="polars")["operation"].to_list()
        source.asked.clear()
        assert synced(ws, "leads")["mode"] == "changes"
        assert "updated_after" in str(source.asked[0])
        assert agrees(source, ws)


def test_no_key_and_no_value_of_a_lead_is_in_the_log(source):
    """The log is plain text, and rows are only in compressed files, which are deleted."""
    source.put("lead_1", email="ada@example.com", full_name="Ada Lovelace")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", email="ada@example.com", full_name="Ada King")
        source.put("lead_2", email="zoe@example.com")
        ws.mirror.sync("leads")
        del source.rows["lead_2"]
        ws.mirror.sync("leads", full=True)
        logs = [path for path in ws.mirror.location.root.rglob("*") if path.suffix in {".json", ".crc"}]
        assert len(logs) > 3
        for path in logs:
            written = path.read_text("utf-8")
            for secret in ("ada@", "Ada", "zoe@", "lead_1", "lead_2", KEY, str(MILLISECOND)):
                assert secret not in written, path.name
