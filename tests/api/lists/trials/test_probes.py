"""Totals of lists that are not the number of the rows listed."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

import pb2b_notebook as pb
from feature_table import listening
from pb2b_notebook.errors import PaginationError
from scripted_service import connect_workspace

FIRST = datetime(2026, 3, 1, 0, 13, 7, 250_000, tzinfo=UTC)
TIMES = [(FIRST + timedelta(hours=5, milliseconds=37) * n).isoformat(timespec="milliseconds")[:-6] for n in range(60)]
LEADS = [
    {"id": f"l{n}", "object": "lead", "status": "new" if n % 3 else "contacted", "updated_at": f"{time}Z"}
    for n, time in enumerate(TIMES)
]


def service(counts, size, listed=None, deleted=("l5", "l17", "l40"), lost=(), silent=False, leads=LEADS):
    """Answer with leads of which some are deleted; a list ends after a number of rows, by its own word.

    Args:
        counts: What the total counts: "deleted" leads, too; "all" leads, whatever the filters; or "about" as many as
            there are, where there are many.
        size: Rows of a page.
        listed: Most rows that a list has.
        deleted: Leads that it does not list.
        lost: Leads that its later pages lack by mistake, and that a part of the list has.
        silent: Whether the last page has no more than no cursor.
        leads: Its leads, in its order.
    """

    def respond(request, path):
        asked = request.url.params
        after, before = asked.get("updated_after", ""), asked.get("updated_before", "9")
        rows = [lead for lead in leads if path == "/leads" and after < lead["updated_at"] <= before]
        rows = [lead for lead in rows if asked.get("status") in {None, lead["status"]}]
        total = len(leads) if counts == "all" else len(rows)
        rows = [lead for lead in rows if counts == "all" or lead["id"] not in deleted]
        total = len(rows) + len(rows) // 25 if counts == "about" else total
        if "cursor" in asked and not asked.keys() & {"updated_after", "updated_before"}:
            rows = [lead for lead in rows if lead["id"] not in lost]
        rows = rows[::-1] if "desc" in asked.get("order", "") else rows
        start, most = int(asked.get("cursor", 0)), min(size, int(asked.get("limit", size)))
        page = rows[:listed][start : start + most]
        following = str(start + most) if rows[:listed][start + most :] else None
        if silent:
            return {"data": page, "total": total} | ({"next_cursor": following} if following else {})
        return {
            "data": page,
            "pagination": {"next_cursor": following, "has_more": following is not None, "total": total},
        }

    return respond


@pytest.mark.parametrize("size", [500, 25])
def test_a_list_is_complete_where_the_service_counts_deleted_leads_that_it_does_not_list(size):
    with listening() as words, connect_workspace(service("deleted", size)) as ws:
        for _ in range(2):
            leads = ws.leads.list()
            assert (len(leads), pb.provenance(leads).complete) == (57, True)
        assert sum("counts rows that it does not list" in text for text in words) == 1
        assert ws.leads.count() == 57
        notes = [ws.mirror.sync("leads", full=full)["note"][0] for full in (False, True)]
        assert "proven" not in str(notes)


@pytest.mark.parametrize("gone", ["l31", "l59"])
def test_a_lead_that_is_counted_and_not_listed_is_found_on_any_of_many_pages(gone):
    with connect_workspace(service("deleted", 3, deleted={gone})) as ws:
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (59, True)


@pytest.mark.parametrize("gone", ["l1", "l31", "l59"])
def test_a_lead_that_is_not_listed_does_not_explain_another_one_that_was_lost(gone):
    with listening() as words, connect_workspace(service("deleted", 3, deleted={gone}, lost={"l50"})) as ws:
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (58, False)
        assert "58 rows came of 60 that the service counts" in "".join(words)


def test_each_reading_proves_anew_that_the_rows_it_lacks_are_not_listed():
    lost = set()
    with listening() as words, connect_workspace(service("deleted", 3, lost=lost)) as ws:
        assert pb.provenance(ws.leads.list()).complete
        lost.add("l50")
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (56, False)
        assert "56 rows came of 60 that the service counts, of which 3 are counted but not listed" in words[-1]
        lost.clear()
        assert pb.provenance(ws.leads.list()).complete


@pytest.mark.parametrize("in_order", [True, False])
def test_leads_that_are_not_listed_cost_fewer_requests_than_the_list(in_order):
    asked = []
    times = [f"{(FIRST + timedelta(minutes=n)).isoformat(timespec='milliseconds')[:-6]}Z" for n in range(1000)]
    leads = [{"id": f"l{n}", "object": "lead", "status": "new", "updated_at": time} for n, time in enumerate(times)]
    leads = leads if in_order else [leads[n * 37 % 1000] for n in range(1000)]
    respond = service("deleted", 10, deleted={f"l{n}" for n in range(20, 1000, 20)}, leads=leads)

    def count(request, path):
        asked.append(bool(request.url.params.keys() & {"updated_after", "updated_before"}))
        return respond(request, path)

    with connect_workspace(count) as ws:
        assert pb.provenance(ws.leads.list()).complete == in_order
    listing, proof = asked.count(False), asked.count(True)
    assert proof < (0.75 * listing if in_order else listing + 80)


@pytest.mark.parametrize("size", [25, 10])
def test_a_list_is_complete_where_the_service_estimates_its_total_only(size):
    with listening() as words, connect_workspace(service("about", size, deleted=(), silent=True)) as ws:
        for _ in range(2):
            leads = ws.leads.list()
            assert (len(leads), pb.provenance(leads).complete) == (60, True)
        assert not [text for text in words if "complete" in text]
        assert ws.leads.count() == 60


def test_estimates_of_parts_do_not_excuse_a_lead_that_was_lost():
    def respond(request, path):  # a part of half the list is estimated, too
        answer = service("nothing", 40, deleted=(), lost={"l50"})(request, path)
        answer["pagination"]["total"] += -(-answer["pagination"]["total"] // 10)
        return answer

    with connect_workspace(respond) as ws:
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (59, False)


def test_a_learned_estimate_does_not_excuse_a_later_loss():
    lost = set()
    with connect_workspace(service("about", 25, deleted=(), lost=lost, silent=True)) as ws:
        assert pb.provenance(ws.leads.list()).complete
        lost.add("l50")
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (59, False)


def test_an_estimate_does_not_excuse_a_lead_that_was_lost():
    estimating = service("about", 25, deleted=(), lost={"l50"}, silent=True)
    with listening() as words, connect_workspace(estimating) as ws:
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (59, False)
        assert "59 rows came of 62 that the service counts" in "".join(words)
        with pytest.raises(PaginationError, match="59 rows came of 62"):  # it might exist
            ws.leads.plan(pl.DataFrame({"external_id": ["e1"], "city": ["Rome"]}), match_on="external_id")


def test_a_list_that_ends_without_a_word_far_below_its_total_is_an_error():
    lost = {f"l{number}" for number in range(30, 45)}
    cut = service("about", 25, deleted=(), lost=lost, silent=True)
    with connect_workspace(cut) as ws, pytest.raises(PaginationError, match="45 rows came of 62"):
        ws.leads.list()


def test_a_list_by_a_filter_is_complete_where_the_service_counts_all_leads():
    with connect_workspace(service("all", 25)) as ws:
        leads = ws.leads.list(status="contacted")
        assert (len(leads), pb.provenance(leads).complete) == (20, True)
        assert ws.leads.count(status="contacted") == 20
        none = ws.leads.list(status="replied")
        assert (len(none), pb.provenance(none).complete) == (0, True)


def test_a_list_that_ends_before_its_total_is_not_complete_where_parts_of_it_have_their_rows():
    def respond(request, path):
        asked = request.url.params
        if "updated_after" in asked or "updated_before" in asked:  # by time, it lists less, too
            return service("nothing", 10, listed=0)(request, path)
        return service("deleted", 25, listed=50)(request, path)

    with connect_workspace(respond) as ws:
        leads = ws.leads.list()
        assert (len(leads), pb.provenance(leads).complete) == (50, False)


def test_a_whole_list_is_not_complete_below_its_total_though_the_total_ignores_filters():
    def respond(request, path):
        asked = request.url.params
        if "updated_after" in asked or "updated_before" in asked:  # it finds nothing by time
            return service("all", 25, listed=0)(request, path)
        return service("all", 25, listed=50)(request, path)

    with connect_workspace(respond) as ws:
        for filters, rows, complete in (({}, 50, False), ({"status": "contacted"}, 20, True), ({}, 50, False)):
            leads = ws.leads.list(**filters)
            assert (len(leads), pb.provenance(leads).complete) == (rows, complete)
