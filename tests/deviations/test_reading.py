"""A list is complete only if that is proven, in whatever form a service says where the next page is."""

import contextlib
import itertools
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pandas as pd
import pytest

import pb2b_notebook as pb
from deviating_service import DEVIATIONS, PAGING, VALUES, Deviation, document_of
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.errors import (
    InvalidParameterError,
    NotFoundError,
    NotJSONError,
    PaginationError,
    PermissionDeniedError,
    ProtocolError,
    ValidationError,
)
from pb2b_notebook.service_profile import ServiceProfile
from pb2b_notebook.times import iso
from scripted_service import connect_workspace


def ids_of(service, frame):
    return {str(service.their_id(lead["id"])) for lead in service.leads()} - set(frame["id"])


@pytest.mark.parametrize("name", PAGING)
def test_small_pages_in_any_form_are_read_to_their_end(against, service, name):
    ws = against(name, "limit_clamped_to_7")  # a number that no service has: it must not be taken for the end
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete


def test_a_time_is_sent_as_the_number_that_the_document_says():
    document, asked = document_of(()), []
    for parameter in document["paths"]["/leads"]["get"]["parameters"]:
        if parameter.get("name") == "updated_after":
            parameter["schema"] = {"type": "integer", "format": "int64"}

    def respond(request, path):
        asked.append(request.url.params.get("updated_after"))
        return {"data": [{"id": "l1", "created_at": 1773144000123, "updated_at": 1773144000123}]}

    with connect_workspace(respond, contract=document) as ws:
        ws.leads.list()
        leads = ws.leads.list(updated_after=datetime(2026, 3, 10, 11, tzinfo=UTC))
    assert leads["id"].tolist() == ["l1"]
    assert "1773140400000" in asked


FORMS = [n for n in VALUES if n.endswith("_objects") or n.startswith(("ids_under", "all_times"))]


@pytest.mark.parametrize("name", FORMS)
def test_objects_in_another_form_are_read_as_ours(against, service, said, name):
    ws = against(name, "limit_clamped_to_10")
    frame = ws.leads.list().set_index("id")
    leads = {lead["id"]: lead for lead in service.leads()}
    assert set(frame.index) == set(leads)
    exact = pd.Timedelta(0) if not name.startswith("all_times") or "milli" in name else pd.Timedelta("999ms")
    for lead_id, lead in leads.items():
        for time in ("created_at", "updated_at"):
            assert pd.Timedelta(0) <= pd.Timestamp(lead[time]) - frame.loc[lead_id, time] <= exact
        assert frame.loc[lead_id, "email"] == lead["email"] or lead["email"] is None
    one = next(iter(leads))
    assert ws.leads.get(one).id == one
    assert ws.profile.names("forms")
    assert any("in a form of its own" in text for text in said)
    if name == FORMS[0] or name == "all_times_in_seconds":  # a mirror gets the same rows, whatever they were made of
        ws.mirror.sync("leads")
        assert len(ws.mirror.frame("leads")) == len(leads)


def test_the_id_of_another_object_is_not_taken_for_the_id_of_a_row(against, monkeypatch):
    def tell(x):
        for row in x.rows:
            row.pop("id", None)

    monkeypatch.setitem(DEVIATIONS, "rows without ids", Deviation(None, tell))
    frame = against("rows without ids").activities.list()
    assert frame["id"].isna().all()
    assert frame["lead_id"].notna().all()

    with pytest.raises(ProtocolError, match="leads have no id"):
        against("rows without ids").leads.list()


@pytest.mark.parametrize("many", [False, True], ids=["ours", "any"])
def test_a_list_is_not_empty_where_parameters_are_taken_for_filters_by_fields(
    against, service, monkeypatch, said, many
):
    """As json-server does, and frameworks that make a filter of each parameter that they do not know."""
    known = {"email", "limit", "cursor", "updated_after"} - ({"limit"} if many else set())

    def tell(x):
        if x.path == "/leads" and x.method == "GET" and x.asked.keys() - known - (set() if many else {"country", "q"}):
            x.answer = {"items": [], "total": 0}

    monkeypatch.setitem(DEVIATIONS, "fields of any name", Deviation(None, tell))
    ws = against("fields of any name")
    assert ws.leads.count() == len(service.leads())
    assert ids_of(service, ws.leads.list()) == set()
    german = {lead["id"] for lead in service.leads() if lead["country"] == "DE"}
    assert set(ws.leads.list(country="DE")["id"]) == german
    assert ws.leads.count(country="DE") == len(german)
    assert any("does not filter by country" in text for text in said) == many
    assert len(ws.leads.list(country="XX")) == 0


def test_xml_is_a_typed_error(against, monkeypatch):
    def tell(x):
        if x.path == "/leads":
            x.answer, x.out["content-type"] = "<?xml version='1.0'?><leads/>", "application/xml"

    monkeypatch.setitem(DEVIATIONS, "XML", Deviation(None, tell))
    with pytest.raises(NotJSONError, match="answers in XML"):
        against("XML").leads.list()


OURS = {"order", "include_total", "include_deleted", "updated_before"}


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (403, "unrecognized parameter {}"),
        (404, "Not Found"),
        (405, "parameter {} is not allowed"),
        (409, "unknown filter: {}"),
        (500, "Unknown query parameter {}"),
    ],
)
def test_parameters_that_are_refused_with_another_status_are_left_out(against, service, monkeypatch, status, text):
    def ask(x):
        found = sorted(OURS & x.asked.keys())
        if x.method == "GET" and found:
            x.refuse(status, text.format(found[0]), code="")

    monkeypatch.setitem(DEVIATIONS, "refuses with it", Deviation(ask))
    ws = against("refuses with it", "limit_clamped_to_10", "no_sign_of_more")
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    newest = max(service.leads(), key=lambda lead: lead["updated_at"])
    assert ws.leads.list(limit=1)["id"].tolist() == [newest["id"]]
    assert ws.leads.count() == len(service.leads())
    assert len(ws.mirror.sync("leads")) == 1
    before = service.refusals
    ws.leads.list(limit=2)
    assert service.refusals == before  # it is learned


@pytest.mark.parametrize(("status", "code"), [(404, "route_not_matched"), (403, "plan_required")])
def test_filters_that_are_refused_with_a_code_of_another_meaning_are_applied_here(
    against, service, monkeypatch, said, status, code
):
    def ask(x):
        if x.path == "/leads" and x.method == "GET" and {"country", "include_total", "order"} & x.asked.keys():
            x.refuse(status, "No route matches this request", code=code)

    monkeypatch.setitem(DEVIATIONS, "refuses filters so", Deviation(ask))
    ws = against("refuses filters so", "limit_clamped_to_10")
    expected = {lead["id"] for lead in service.leads() if lead["country"] == "DE"}
    frame = ws.leads.list(country="DE")
    assert set(frame["id"]) == expected
    assert pb.provenance(frame).complete
    assert ws.leads.count(country="DE") == len(expected)
    assert any("does not filter by country" in text for text in said)


def test_a_filtered_list_that_promises_more_rows_for_ever_is_read_and_not_called_complete(
    against, service, monkeypatch, said
):
    def ask(x):
        x.start = int(x.asked.get("cursor", 0))
        x.without("cursor")

    def tell(x):
        if x.path == "/leads" and x.many:
            x.answer["data"] = x.rows[x.start :]
            x.answer["pagination"] = {"next_cursor": str(x.start + max(len(x.rows), 1)), "has_more": True}

    monkeypatch.setitem(DEVIATIONS, "never ends", Deviation(ask, tell))
    ws = against("never ends")
    expected = {lead["id"] for lead in service.leads() if lead["country"] == "DE"}
    frame = ws.leads.list(country="DE")
    assert set(frame["id"]) == expected
    assert not pb.provenance(frame).complete
    assert len(ws.leads.list(country="XX")) == 0
    assert sum("does not count as complete" in text for text in said) == 2


ENVELOPES = {
    "a bare list of one": lambda data: [data],
    "JSON-RPC": lambda data: {"jsonrpc": "2.0", "id": 1, "result": data},
    "its own status": lambda data: {"status": 200, "response": data},
    "several levels": lambda data: {"Response": {"Header": {"ReturnCode": "0"}, "Result": {"Item": data}}},
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_one_object_is_read_in_the_envelope_of_the_service(against, service, monkeypatch, name):
    def tell(x):
        if x.status // 100 == 2 and isinstance(x.answer, dict) and isinstance(x.answer.get("data"), dict):
            x.answer = ENVELOPES[name](x.answer["data"])

    monkeypatch.setitem(DEVIATIONS, name, Deviation(None, tell))
    ws = against(name)
    lead = service.leads()[0]
    assert ws.leads.get(lead["id"]).email == lead["email"]
    export = ws.exports.wait(ws.exports.create(format="csv"))
    assert export.status == "completed"


def test_a_page_size_that_is_refused_with_403_is_asked_for_as_the_message_says(against, service, monkeypatch):
    def ask(x):
        if x.method == "GET" and int(x.asked.get("limit", "0")) > 40:
            x.refuse(403, "limit exceeds your plan's maximum of 40", code="too_many")

    monkeypatch.setitem(DEVIATIONS, "403 for the limit", Deviation(ask))
    ws = against("403 for the limit")
    assert ids_of(service, ws.leads.list()) == set()
    assert ws.profile.value("page_size") == 40


def test_a_missing_scope_is_not_taken_for_a_refused_parameter(against, service, monkeypatch):
    refused = []

    def ask(x):
        if x.path == "/campaigns":
            refused.append(x.asked)
            x.refuse(403, "the key lacks campaigns.read", code="missing_scope")

    monkeypatch.setitem(DEVIATIONS, "no campaigns", Deviation(ask))
    with pytest.raises(PermissionDeniedError):
        against("no campaigns").campaigns.list()
    assert len(refused) == 1


def without_timeless_rows(x):
    """A filter by time of change leaves rows without one out, as one of SQL does."""
    if x.path == "/leads" and {"updated_after", "updated_before"} & x.asked.keys():
        x.answer["data"] = [row for row in x.rows if row["updated_at"]]


@pytest.fixture
def timeless(monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "filters leave timeless rows out", Deviation(None, without_timeless_rows))
    return ("null_updated_at", "filters leave timeless rows out")


HIDDEN = ("no_sign_of_more", "limit_clamped_to_10", "ignores_order")


def newest_ids(service, count):
    return {lead["id"] for lead in sorted(service.leads(), key=lambda lead: (lead["updated_at"], lead["id"]))[-count:]}


def test_rows_that_never_changed_count_by_the_time_of_their_creation(against, service):
    ws = against("null_updated_at", *HIDDEN)
    assert set(ws.leads.list(limit=5)["id"]) == newest_ids(service, 5)
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete


def test_newest_rows_that_are_not_proven_are_said(against, said, timeless):
    ws = against(*timeless, *HIDDEN)
    assert not pb.provenance(ws.leads.list()).complete
    said.clear()
    ws.leads.list(limit=5)
    assert any("may not be the newest" in text for text in said)


def test_an_order_that_puts_rows_without_a_time_last_is_not_trusted(against, service, monkeypatch):
    def ask(x):
        x.place = None
        if x.method == "GET" and x.path == "/leads" and ("order", "updated_at.desc") in x.query:
            x.place = int(x.asked.get("cursor", 0)), int(x.asked.get("limit", 100))
            x.without("limit", "cursor")
            x.query.append(("limit", "500"))

    def last(x):
        if x.place is not None:
            start, size = x.place
            rows = sorted(x.rows, key=lambda row: row["updated_at"] is None)  # stable: newest first
            x.answer["data"] = rows[start : start + size]
            following = str(start + size) if rows[start + size :] else None
            x.answer["pagination"] |= {"next_cursor": following, "has_more": following is not None, "limit": size}

    monkeypatch.setitem(DEVIATIONS, "timeless rows are last", Deviation(ask, last))
    ws = against("null_updated_at", "timeless rows are last")
    ws.leads.list()
    places = [place for place, lead in enumerate(service.leads(), 1) if lead["updated_at"] == lead["created_at"]]
    count = 61 - max(places)  # so many changed after the last one that never changed, itself included
    assert set(ws.leads.list(limit=count)["id"]) == newest_ids(service, count)


def test_a_full_page_without_a_sign_is_an_error_where_no_time_leads_on(against, timeless):
    ws = against("no_sign_of_more", *timeless, "limit_clamped_to_10")
    frame = ws.leads.list()
    assert not pb.provenance(frame).complete
    with pytest.raises(PaginationError, match=r"cannot be proven complete: 10 rows came"):
        ws.leads.list(page_size=10)


def test_a_list_whose_bound_of_time_is_refused_is_read_and_not_called_complete(against):
    ws = against("newest_first_always", "refuses_updated_before", "total_of_the_page")
    assert len(ws.leads.list()) == 60


def test_cursors_that_loop_end_in_a_typed_error(against):
    ws = against("cursors_loop", "limit_clamped_to_10")
    with pytest.raises(PaginationError, match="does not end"):
        ws.leads.list(parallel=1)  # a slow machine would read windows, and find all rows


def test_objects_that_change_in_a_loop_end_in_a_typed_error(against, service):
    ws = against("lies_in_turns", "limit_clamped_to_10")
    with pytest.raises(PaginationError, match="does not end"):
        ws.leads.list()
    assert service.requests < 4 * 6 + 10  # six pages are the whole list


def test_a_count_that_its_own_page_contradicts_is_not_known(against):
    ws = against("totals_shrink")
    steps = [{"subject": "Hi", "body": "Hi"}]
    launch = ws.campaigns.launch(ws.campaigns.create(name="Spring", channel="linkedin", steps=steps))
    assert (launch.audience, launch.opted_out) == (None, None)


def test_a_total_that_is_not_reached_is_said(against, said):
    frame = against("totals_shrink").leads.list()
    assert not pb.provenance(frame).complete
    assert any("does not count as complete" in text for text in said)


ENDS = {"a total that falls": {"total": 20}, "partial": {"partial": True}, "timed out": {"timed_out": True}}


@pytest.mark.parametrize("name", ENDS)
def test_an_end_that_the_response_itself_contradicts_is_not_believed(against, service, monkeypatch, name):
    def tell(x):
        if x.path == "/leads" and x.many and "cursor" in x.asked:
            x.answer["pagination"] |= {"next_cursor": None, "has_more": False, **ENDS[name]}

    monkeypatch.setitem(DEVIATIONS, name, Deviation(None, tell))
    frame = against(name, "limit_clamped_to_10").leads.list()
    assert not pb.provenance(frame).complete or ids_of(service, frame) == set()


def test_a_link_to_another_host_is_not_followed():
    from pb2b_notebook.api.http.responses.paging import query_of_link

    with pytest.raises(PaginationError, match="another address"):
        query_of_link("https://other.example/v1/leads?cursor=c", "https://api.example/v1/leads")
    with pytest.raises(PaginationError, match="another address"):
        query_of_link("https://api.example/v1/keys?cursor=c", "https://api.example/v1/leads")


@pytest.mark.parametrize("name", ["ignores_order", "newest_first_always", "refuses_order", "refuses times, too"])
def test_the_newest_rows_are_the_newest_whatever_the_service_makes_of_the_order(
    against, service, name, said, monkeypatch
):
    refuses = Deviation(lambda x: {"order", "updated_after"} & {*x.asked} and x.refuse(400, "failed to parse filter"))
    monkeypatch.setitem(DEVIATIONS, "refuses times, too", refuses)
    frame = against(name).leads.list(limit=3)
    newest = sorted(service.leads(), key=lambda lead: (lead["updated_at"], lead["id"]))[-3:]
    assert set(frame["id"]) == {lead["id"] for lead in newest}
    assert frame["updated_at"].is_monotonic_decreasing
    assert any(text.endswith("(limit=3, newest first)") for text in said)


def newest_created_first():
    """Ignores the order: most services list what was created last first, whenever it changed."""

    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.number = int(x.asked.get("limit", 50))
            x.without("limit", "order")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads":
            rows = sorted(x.rows, key=lambda row: row["created_at"], reverse=True)
            x.answer["data"], x.answer["pagination"] = rows[: x.number], {"has_more": len(rows) > x.number}

    return Deviation(ask, tell)


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("name", ["refuses_order", "ignores_order"])
def test_an_order_that_the_caller_gives_holds_where_the_service_does_not_have_it(against, service, name, own):
    ws = against(name, own=own)
    wanted = sorted(service.leads(), key=lambda lead: (lead["updated_at"], lead["id"]))
    assert set(ws.leads.list(order="updated_at.asc", limit=3)["id"]) == {lead["id"] for lead in wanted[:3]}
    assert ws.leads.list(order="updated_at.desc")["updated_at"].is_monotonic_decreasing


@pytest.mark.parametrize("name", ["ignores_include_deleted", "refuses_include_deleted"])
def test_deleted_leads_that_a_service_does_not_list_are_said_to_be_missing(against, service, said, monkeypatch, name):
    monkeypatch.setitem(DEVIATIONS, "ignores_include_deleted", Deviation(lambda x: x.without("include_deleted")))
    ws = against(name)
    assert set(ws.leads.list(include_deleted=True)["id"]) == {lead["id"] for lead in service.leads()}
    assert any("no deleted object is listed" in text for text in said)


def test_rows_that_fit_the_order_by_chance_are_not_taken_for_the_newest(against, service, monkeypatch, said):
    monkeypatch.setitem(DEVIATIONS, "by creation", newest_created_first())
    leads = sorted(service.leads(), key=lambda lead: lead["created_at"])
    for lead in [*leads[-20:], leads[0]]:
        service.sandbox.clock.advance(1)
        service.ask("PATCH", f"/leads/{lead['id']}", {"city": "Oslo"})
    ws = against("by creation")
    assert ws.leads.list(limit=2)["id"].iloc[0] == leads[0]["id"]
    sent = len(service.sent)
    assert ws.leads.list(limit=2)["id"].iloc[0] == leads[0]["id"]
    assert len(service.sent) - sent == 2  # the order is not tried again
    said.clear()
    next(ws.leads.pages(limit=2))
    assert any("may not be the newest" in text for text in said)


def test_the_last_run_is_not_the_run_that_was_created_last(against, service, monkeypatch):
    from pb2b_notebook.api.calls.list_summary import summarize_list

    monkeypatch.setitem(DEVIATIONS, "by creation", newest_created_first())
    leads = sorted(service.leads(), key=lambda lead: lead["created_at"])
    service.sandbox.clock.advance(1)
    service.ask("PATCH", f"/leads/{leads[0]['id']}", {"city": "Oslo"})
    assert summarize_list(against("by creation")._session, "leads.list").newest.id == leads[0]["id"]


@pytest.mark.parametrize("name", ["no_sign_of_more", "total_of_the_page", "has_more_only", "total_as_text"])
def test_the_number_of_rows_on_a_page_is_not_the_number_of_leads(against, name):
    ws = against(name)
    assert ws.leads.count() == 60
    assert ws.count("leads.list") in {60, None}


@pytest.mark.parametrize("name", ["ignores_order", "refuses_order", "refuses_all_of_ours"])
def test_the_last_run_of_a_launch_is_the_last_one(against, service, name):
    runs = service.ask("GET", "/campaign-runs?limit=500")["data"]
    campaign = Counter(run["campaign_id"] for run in runs).most_common(1)[0][0]
    last = max((run for run in runs if run["campaign_id"] == campaign), key=lambda run: run["updated_at"])
    assert against(name).campaigns.launch(campaign).last_run.id == last["id"]


@pytest.mark.parametrize("name", ["integer_ids", "uuid_ids"])
def test_ids_are_text_as_values_arguments_and_in_the_mirror(against, name):
    ws = against(name)
    frame = ws.leads.list(limit=2)
    first = frame["id"].iloc[0]
    assert all(isinstance(one, str) for one in frame["id"])
    assert ws.leads.get(first).id == first
    assert list(ws.leads.list(ids=list(frame["id"]))["id"].sort_values()) == sorted(frame["id"])
    ws.mirror.sync("leads")
    assert len(ws.mirror.frame("leads")) == 60


def test_what_a_service_refuses_is_remembered_and_asked_for_once(against, service, said):
    ws = against("refuses_all_of_ours")
    ws.leads.list(limit=3)
    before = service.requests
    ws.leads.list(limit=3)
    assert service.requests - before <= 3
    assert "order" in ws.profile.names("refused", "leads.list")
    assert len([text for text in said if "refuses order" in text]) == 1
    again = ServiceProfile()
    assert again.load_json(ws.profile.to_json()) == len(ws.profile.facts)
    ws.profile.reset()
    assert ws.profile.facts == ()


def test_learning_takes_at_most_twelve_requests(against, service):
    ws = against("refuses_all_of_ours", "limit_at_most_100", "errors_without_code")
    for name in ("leads.list", "jobs.list", "campaigns.list", "webhooks.list"):
        ws.call(name, limit=2)
    refused = [fact for fact in ws.profile.facts if fact.name in {"refused", "page_size"}]
    assert len(refused) <= 12


def test_a_redirect_that_only_adds_a_slash_is_followed_once(against, service):
    ws = against("trailing_slash_redirects")
    ws.leads.list(limit=2)
    ws.leads.create(email="slash@redirect.example", full_name="Sla Sh")  # such a service may have no other path
    assert all(path.endswith("/") for _, path, *_ in service.sent[2:])


def moved(x):
    """Answer below another version, to which the documented one leads."""
    if x.method == "GET" and not x.path.startswith("/v2/"):
        x.status, x.out["location"] = 307, f"/v2{x.path}{'?' if x.query else ''}{urlencode(x.query)}"
    x.path = x.path.removeprefix("/v2")


def test_a_redirect_to_another_version_of_the_service_is_followed_for_reads(against, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "moved", Deviation(moved))
    ws = against("moved")
    lead = ws.leads.list(limit=2, country="DE")["id"].iloc[0]
    assert ws.leads.get(lead).country == "DE"
    assert pb.provenance(ws.leads.list()).complete


@pytest.mark.parametrize("own", [True, False])
def test_a_country_under_another_name_is_the_country(against, service, own):
    ws = against("country_under_another_name", "ignores_filters", own=own)
    right = {lead["id"] for lead in service.leads() if lead["country"] == "DE"}
    assert set(ws.leads.list(country="DE")["id"]) == right
    lead = ws.leads.update(next(iter(right)), country="FI")
    assert lead.country == service.leads(ids=lead.id)[0]["country"] == "FI"
    ws.leads.update(lead.id, country="DE")


def lying_total(total):
    def tell(x):
        if x.path == "/leads" and x.many and (found := x.answer["pagination"].get("total")) is not None:
            x.answer["pagination"]["total"] = total(x, found)

    return Deviation(None, tell)


LIES = {
    "less than the first page": lambda _, n: min(n, 7),
    "as many as the first page": lambda x, _: len(x.rows),
    "shrinks": lambda x, n: max(0, n - 3 * sum(path == "/leads" for _, path, *_ in x.service.sent)),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_total_that_lies_is_not_the_number_of_leads(against, service, monkeypatch, lie):
    monkeypatch.setitem(DEVIATIONS, "total that lies", lying_total(LIES[lie]))
    ws, held = against("total that lies"), len(service.leads())
    if lie == "shrinks":
        assert len(ws.leads.list()) == held
    assert ws.leads.count() == held


def test_two_totals_that_disagree_count_nothing(against, service, monkeypatch, said):
    def tell(x):
        if x.path == "/leads" and x.many:
            x.out["x-total-count"] = "57"

    monkeypatch.setitem(DEVIATIONS, "another total in a header", Deviation(None, tell))
    assert against("another total in a header").leads.count() == len(service.leads())
    assert any("no certain total" in text for text in said)


@pytest.mark.parametrize("service", [13], indirect=True)
def test_a_total_that_is_smaller_by_deleted_leads_is_believed(against, service):
    ws = against("integer_ids")
    made = ws.leads.create(email="soon@gone.example", full_name="So On")
    before = ws.leads.count()
    ws.leads.delete(made)
    asked = len(service.sent)
    assert ws.leads.count() == before - 1
    assert len(service.sent) - asked <= 4


def slow_count(x):
    if "include_total" in x.asked:
        x.refuse(504, "upstream request timeout")


def test_rows_that_take_too_long_to_count_are_read_without_a_count(against, service, said, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "counts slowly", Deviation(slow_count))
    ws = against("counts slowly")
    monkeypatch.setattr(ws._session.client, "_timing", Timing(sleep=lambda _: None))
    assert pb.provenance(ws.leads.list()).complete
    sent = len(service.sent)
    ws.leads.list(country="DE")
    assert not any("include_total" in str(request) for request in service.sent[sent:])  # it is not asked for again
    assert sum(text.startswith("leads.list: this service takes too long to count") for text in said) == 1
    assert not ws.profile.names("refused", "leads.list")  # it may be faster tomorrow


def times_as(fits, refusal, time_of):
    """Take the times of filters in one form only; others are refused with these words."""

    def ask(x):
        for number, (name, value) in enumerate(x.query):
            if x.method == "GET" and re.fullmatch(r"(updated|created)_(after|before)", name):
                if not re.fullmatch(fits, value):
                    return x.refuse(422, refusal.format(name), field=name)
                x.query[number] = (name, iso(time_of(name, value)))
        return None

    return Deviation(ask)


def day_bound(name, value):
    """Compare dates: a day is after another from its next midnight on."""
    day = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return day + timedelta(days=1, milliseconds=-1) if name.endswith("_after") else day - timedelta(milliseconds=1)


TIME_FORMS = {
    "ISO 8601 in seconds": times_as(
        r"[0-9-]+T[0-9:]{8}Z", "{} does not match the format %Y-%m-%dT%H:%M:%SZ", lambda _, v: datetime.fromisoformat(v)
    ),
    "seconds since 1970": times_as(
        r"[0-9]{10}", "{} must be a Unix timestamp", lambda _, v: datetime.fromtimestamp(int(v), UTC)
    ),
    "milliseconds since 1970": times_as(
        r"[0-9]{13}", "{}: epoch in milliseconds expected", lambda _, v: datetime.fromtimestamp(int(v) / 1000, UTC)
    ),
    "dates": times_as(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "{} should be a valid date (YYYY-MM-DD)", day_bound),
}


@pytest.mark.parametrize("form", TIME_FORMS)
def test_filters_by_time_find_the_same_rows_in_the_form_that_a_service_takes(against, service, monkeypatch, form):
    monkeypatch.setitem(DEVIATIONS, form, TIME_FORMS[form])
    leads = sorted(service.leads(), key=lambda lead: lead["updated_at"])
    after, before = leads[20]["updated_at"], leads[40]["updated_at"]
    between = {lead["id"] for lead in leads if after < lead["updated_at"] <= before}
    ws = against(form)
    assert set(ws.leads.list(updated_after=after, updated_before=before)["id"]) == between
    assert ws.profile.value("time_form") == form
    refused = service.refusals
    assert ws.leads.count(updated_after=after) == sum(lead["updated_at"] > after for lead in leads)
    assert set(ws.leads.list(parallel=4)["id"]) == {lead["id"] for lead in leads}
    ws.mirror.sync("leads")
    service.sandbox.clock.advance(1)
    service.ask("PATCH", f"/leads/{leads[0]['id']}", {"city": form})
    ws.mirror.sync("leads")
    assert set(ws.mirror.frame("leads").query("city == @form")["id"]) == {leads[0]["id"]}
    assert service.refusals == refused  # one showed it


def test_filters_by_time_have_no_zone_where_the_objects_have_none(against, service, monkeypatch):
    local = times_as(r"[0-9-]+T[0-9:.]+", "{}: failed to convert to LocalDateTime", lambda _, v: utc(v))
    monkeypatch.setitem(DEVIATIONS, "local filters", local)
    leads = sorted(service.leads(), key=lambda lead: lead["updated_at"])
    ws = against("local filters", "all_times_finer_without_a_zone")
    assert str(ws.leads.list(limit=1)["updated_at"].dtype).startswith("datetime64")
    for name, bound in (("updated_before", leads[40]["updated_at"]), ("updated_after", leads[20]["updated_at"])):
        later = {lead["id"] for lead in leads if lead["updated_at"] > bound}
        found = set(ws.leads.list(**{name: bound})["id"])
        assert found == (later if name == "updated_after" else {lead["id"] for lead in leads} - later)
    assert ws.profile.value("time_form") == "ISO 8601 without a zone"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def html_404(x):
    if x.path.startswith("/lead-fields"):
        x.status, x.answer, x.out["content-type"] = 404, None, "text/html"


def test_lead_fields_that_are_missing_are_said_and_remembered_once_and_block_nothing(against, said, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "lead fields are a page of HTML", Deviation(html_404))
    ws = against("lead fields are a page of HTML")
    assert len(ws.leads.list()) == len(ws.leads.list())
    assert sum("lead_fields.list was not found" in text for text in said) == 1
    assert ws.profile.value("missing", "lead_fields.list") is True
    people = pd.DataFrame({"E-Mail": ["q@fields.example"], "Name": ["Ann Bee"]})
    assert ws.leads.intake(people, progress=False).summary["new"] == 1
    said.clear()
    with against("lead fields are a page of HTML") as again:
        again.leads.list()
    assert said == []


@pytest.mark.parametrize("form", [dict, list], ids=["by name", "as texts"])
def test_lead_fields_in_a_form_of_their_own_are_said_once_and_block_nothing(against, service, said, monkeypatch, form):
    def tell(x):
        if x.path == "/lead-fields" and x.many:
            x.answer["data"] = form((row["key"], row) for row in x.rows) if form is dict else [r["key"] for r in x.rows]

    monkeypatch.setitem(DEVIATIONS, "fields in another form", Deviation(None, tell))
    ws = against("fields in another form")
    frame = ws.leads.list(frame="pandas")
    assert len(frame) == len(service.leads())
    assert set(ws.leads.plan(frame).summary.items()) >= {("unchanged", len(frame)), ("update", 0)}
    assert any("lead_fields.list was not read" in text for text in said)
    assert len(said) == len(set(said))


def test_lead_fields_that_are_back_are_used_again(against, service, monkeypatch):
    def none(x):
        if x.path == "/lead-fields":
            x.status, x.answer = 404, {"message": "No result found for fields"}

    monkeypatch.setitem(DEVIATIONS, "no field is found", Deviation(None, none))
    assert len(against("no field is found").lead_fields.list()) > 5
    ws = against("no_lead_fields")
    ws.leads.list()
    service.switch()
    assert len(ws.lead_fields.list()) > 5
    assert ws.profile.value("missing", "lead_fields.list") is None


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("ignores_filters", True),
        ("ignores_filters", False),
        ("refuses_filters", True),
        ("refuses_filters", False),
        ("refuses filters without a name", True),
    ],
)
def test_a_filter_that_the_service_does_not_apply_is_applied_here(against, service, said, monkeypatch, name, own):
    unnamed = Deviation(lambda x: "country" in x.asked and x.refuse(400, "Bad Request"))
    monkeypatch.setitem(DEVIATIONS, "refuses filters without a name", unnamed)
    ws = against(name, own=own)
    leads = service.leads()
    country = next(lead["country"] for lead in leads if lead["country"])
    right = sorted((lead["updated_at"], lead["id"]) for lead in leads if lead["country"] == country)
    found = ws.leads.list(country=country)
    assert pb.provenance(found).complete
    assert set(found["id"]) == {lead_id for _, lead_id in right}
    assert ws.leads.list(country=country, limit=3)["id"].tolist() == [lead_id for _, lead_id in right[:-4:-1]]
    assert sum(len(page) for page in ws.leads.pages(country=country)) == len(right)
    assert ws.leads.count(country=country) == len(right)
    assert sum("does not filter by country" in text for text in said) == 1


@pytest.mark.parametrize("name", ["newest_first_always", "count_and_links", "all_times_in_seconds"])
def test_rows_of_earlier_changes_are_left_out_where_the_filter_by_time_is_ignored(against, service, said, name):
    ws = against(name, "limit_clamped_to_10", "ignores_updated_after")
    leads = sorted(service.leads(), key=lambda lead: lead["updated_at"])
    since = leads[-9]["updated_at"]
    right = {lead["id"] for lead in leads if lead["updated_at"] > since}
    doubtful = {lead["id"] for lead in leads if lead["updated_at"][:19] == since[:19]}
    for _ in range(2):
        frame = ws.leads.list(updated_after=since)
        assert set(frame["id"]) - doubtful == right - doubtful
        assert pb.provenance(frame).complete
    assert len(ws.leads.list(updated_after=since, limit=3)) == 3
    assert ws.leads.count(updated_after=since) == len(frame)
    assert sum("does not filter by updated_after" in text for text in said) == 1
    ws.mirror.sync("leads")
    changed = service.ask("PATCH", f"/leads/{leads[0]['id']}", {"city": name})["data"]
    ws.mirror.sync("leads")
    stored = ws.mirror.frame("leads").set_index("id")
    assert len(stored) == len(leads)
    assert stored.loc[changed["id"], "city"] == name


def test_a_filter_by_time_that_is_ignored_and_not_shown_is_an_error(against, service, monkeypatch):
    def tell(x):
        for row in x.rows if x.path == "/leads" else ():
            row["date_stamp"] = [row.pop("created_at"), row.pop("updated_at")]

    monkeypatch.setitem(DEVIATIONS, "times under other names", Deviation(None, tell))
    since = sorted(lead["updated_at"] for lead in service.leads())[-9]
    ws = against("times under other names", "ignores_updated_after")
    with pytest.raises(InvalidParameterError, match="ignores the filter updated_after"):
        ws.leads.list(updated_after=since)


def test_a_filter_that_is_ignored_is_known_in_the_next_session(against, service):
    against("ignores_filters").leads.list(country="DE")
    before = service.requests
    ws = against("ignores_filters")
    ws.leads.list(country="DE")
    assert service.requests - before <= 4  # /me, lead fields and one page: nothing is tried out


def test_rows_that_seem_to_contradict_a_filter_are_kept_where_the_service_applies_it(against, service, monkeypatch):
    """The words of a service may differ between its filters and its rows."""
    long = {"DE": "Germany", "FR": "France", "NL": "Netherlands"}

    def names(x):
        for row in x.rows if x.path == "/leads" else ():
            row["country"] = long.get(row["country"], row["country"])

    monkeypatch.setitem(DEVIATIONS, "countries by name", Deviation(None, names))
    ws = against("countries by name")
    right = {lead["id"] for lead in service.leads() if lead["country"] == "DE"}
    for _ in range(2):
        before = service.requests
        assert set(ws.leads.list(country="DE")["id"]) == right
    assert service.requests - before == 1


def test_a_count_of_more_than_is_listed_costs_few_requests(against, service, monkeypatch):
    """The service counts the lead fields that it leaves out, too."""

    def custom_only(x):
        if x.path == "/lead-fields" and x.many:
            x.answer["data"] = [row for row in x.rows if not row["builtin"]]

    monkeypatch.setitem(DEVIATIONS, "counts what it leaves out", Deviation(None, custom_only))
    ws = against("counts what it leaves out", "limit_clamped_to_10")
    before = service.requests
    with contextlib.suppress(PaginationError):
        assert not pb.provenance(ws.lead_fields.list()).complete
    assert service.requests - before < 20


DELETED = [name for name in DEVIATIONS if name.startswith("deleted_shown")]


def tombstones(x):
    """Leave an id and a flag of a deleted lead, as feeds of changes do; no other lead has the flag."""
    for row in x.rows if x.path.startswith("/leads") else ():
        if row.pop("deleted_at", None):
            lead_id = row["id"]
            row.clear()
            row |= {"id": lead_id, "@removed": {"reason": "deleted"}}


TOMBSTONES = Deviation(DEVIATIONS[DELETED[0]].ask, tombstones)


def shows_deletions(words):
    """List deleted leads, too, whose deletion only these members show: they are none of the contract's."""

    def tell(x):
        for row in x.rows if x.path.startswith("/leads") else ():
            if "deleted_at" in row:
                row.update(words(row.pop("deleted_at")))

    return Deviation(DEVIATIONS[DELETED[0]].ask, tell)


WORDS_OF_DELETION = {
    "a part": lambda at: {"deletion": {"deleted": bool(at)}, "owner": {"deleted": True}},
    "a state": lambda at: {"state": "Deleted" if at else "Active"},
    "a state inside": lambda at: {"lifecycle": {"state": "trashed" if at else "live"}},
    "by whom": lambda at: {"deletedBy": {"id": "user_1"} if at else None, "deletion_date": "2199-01-01T00:00:00Z"},
    "a German word": lambda at: {"geloescht": bool(at)},
    "only on deleted leads": lambda at: {"archived": True} if at else {},
    "the zero of PHP": lambda at: {"deleted_at": at or "-0001-11-30T00:00:00Z"},
    "a zero of Python": lambda at: {"deleted_at": at or "Mon, 01 Jan 1 00:00:00 GMT"},
    "a zero of its own": lambda at: {"deleted_at": at or "1980-01-01T00:00:00.000Z"},
}


STORED = (DELETED[0], "tombstones")
"""Words that a mirror and a plan are tried with: both get rows in the contract's form, whatever it was made of."""


@pytest.mark.parametrize("name", [*DELETED, "tombstones", *WORDS_OF_DELETION])
def test_deleted_leads_are_not_among_the_live_ones_in_whatever_words(against, service, said, name, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "tombstones", TOMBSTONES)
    if name in WORDS_OF_DELETION:
        monkeypatch.setitem(DEVIATIONS, name, shows_deletions(WORDS_OF_DELETION[name]))
    for number in range(2):
        lead = service.ask("POST", "/leads", {"email": f"{name.replace(' ', '-')}{number}@gone.example"})["data"]
        service.ask("DELETE", f"/leads/{lead['id']}")
    gone = {lead["id"] for lead in service.leads(include_deleted="true") if lead["deleted_at"]}
    live = {lead["id"] for lead in service.leads()}
    ws = against(name, "limit_clamped_to_10")
    for _ in range(2):
        frame = ws.leads.list()
        assert set(frame["id"]) == live
        assert pb.provenance(frame).complete
    assert sum("also lists deleted" in text for text in said) == 1
    everything = ws.leads.list(include_deleted=True)
    assert set(everything["id"]) == gone | live
    assert set(everything["id"][everything["deleted_at"].notna()]) == gone
    if name in STORED:
        assert set(ws.leads.list(limit=5)["id"]) == newest_ids(service, 5)
        assert ws.leads.count() == len(live)
        ws.mirror.sync("leads")
        mirrored = ws.mirror.frame("leads")
        assert set(mirrored["id"][mirrored["deleted_at"].notna()]) == gone
        row = pd.DataFrame({"id": sorted(gone)[:1], "city": ["Turku"]})
        assert ws.leads.plan(row).summary["conflict"] == 1


@pytest.mark.parametrize("name", ["active", "hidden", "record_status"])
def test_what_may_mean_deleted_is_said_and_counts_as_live(against, service, said, monkeypatch, name):
    values = {"active": (True, False), "hidden": (False, True), "record_status": ("active", "inactive")}[name]

    def tell(x):
        for row in x.rows if x.path == "/leads" else ():
            row[name] = values[row["status"] == "disqualified"]

    monkeypatch.setitem(DEVIATIONS, "a flag", Deviation(None, tell))
    ws = against("a flag")
    for _ in range(2):
        assert ids_of(service, ws.leads.list()) == set()
    assert sum("may mean that they are deleted" in text for text in said) == 1
    assert "may be deleted: they count as live" in ws.mirror.sync("leads")["note"].iloc[0]


def test_a_status_that_says_deleted_is_said_once(against, said, monkeypatch):
    def word(x):
        for row in x.rows if x.path == "/leads" else ():
            row["status"] = "archived" if row["status"] == "disqualified" else row["status"]

    monkeypatch.setitem(DEVIATIONS, "a status says it", Deviation(None, word))
    ws = against("a status says it")
    for _ in range(2):
        ws.leads.list()
    assert sum("the status 'archived'" in text for text in said) == 1
    assert "archived seem to be deleted" in ws.mirror.sync("leads")["note"].iloc[0]


def counts_up_to(most, *, lists=False):
    """Count no more than this, as search engines do, and list no more where pages have numbers."""

    def ask(x):
        if x.method == "GET" and x.path == "/leads" and lists:
            x.number = int(x.asked.get("page", 1))
            x.without("page", "limit", "cursor")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads":
            total = min(most, x.answer["pagination"].get("total", most))
            x.answer["pagination"] |= {"total": total}
            x.answer["pagination"].pop("has_more", None)
            if lists:
                rows = x.rows[:most]
                x.answer["data"] = rows[20 * x.number - 20 : 20 * x.number]
                x.answer["pagination"] = {"page": x.number, "total": len(rows), "total_pages": -(-len(rows) // 20)}

    return Deviation(ask, tell)


def test_a_count_that_is_the_most_that_a_service_counts_is_not_believed(against, service, monkeypatch, said):
    monkeypatch.setitem(DEVIATIONS, "counts up to 50", counts_up_to(50))
    monkeypatch.setitem(DEVIATIONS, "foreign", Deviation())
    ws = against("counts up to 50", "foreign")
    assert ws.leads.count() == len(service.leads())
    status = Counter(lead["status"] for lead in service.leads()).most_common(1)[0]
    assert ws.leads.count(status=status[0]) == status[1]
    service.switch("foreign")  # which counts all
    before = service.requests
    assert [ws.leads.count(updated_after="2000-01-01T00:00:00Z") for _ in range(2)] == [len(service.leads())] * 2
    assert service.requests - before <= 8


def test_a_list_that_ends_at_the_most_that_a_service_counts_is_read_on(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "lists 40 of all", counts_up_to(40, lists=True))
    frame = against("lists 40 of all").leads.list()
    assert ids_of(service, frame) == set()


def columns(x):
    """Give lists as a table: the names of its columns, and the cells of each row."""
    if x.many and x.path in {"/leads", "/campaigns"}:
        names = sorted({name for row in x.rows for name in row}) or ["id"]
        cells = [[row.get(name) for name in names] for row in x.rows]
        by_name = x.path == "/campaigns"
        x.answer |= {"data": {n: [row[i] for row in cells] for i, n in enumerate(names)}} if by_name else {}
        x.answer |= {} if by_name else {"columns": names, "data": cells}


def test_a_list_in_columns_is_read_as_rows(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "columns", Deviation(None, columns))
    ws = against("columns", "limit_clamped_to_10")
    frame = ws.leads.list(frame="polars")
    assert {lead["id"]: lead["email"] for lead in service.leads()} == dict(frame.select("id", "email").iter_rows())
    assert set(ws.campaigns.list()["id"]) == {row["id"] for row in service.ask("GET", "/campaigns")["data"]}


def test_filters_that_the_document_lacks_are_applied_all_the_same(service, against, monkeypatch):
    """A truthful document may lack what leads are looked up by; the service ignores it then."""

    def without(text):
        document = json.loads(text)
        listed = document["paths"]["/leads"]["get"]
        kept = {"limit", "cursor", "order", "include_deleted"}
        listed["parameters"] = [p for p in listed["parameters"] if p.get("name", p.get("$ref", "")) in kept]
        return json.dumps(document)

    lacking = Deviation(lambda x: x.without("ids", "email", "updated_after") if x.path == "/leads" else None)
    monkeypatch.setitem(DEVIATIONS, "lacks filters", replace(lacking, document=without))
    ws = against("lacks filters", own=False)
    leads = service.leads()
    chosen = [lead["id"] for lead in leads[:2]]
    assert set(ws.leads.list(ids=chosen)["id"]) == set(chosen)
    assert leads[5]["id"] in set(ws.leads.list(email=leads[5]["email"])["id"])
    since = sorted(lead["updated_at"] for lead in leads)[30]
    assert set(ws.leads.list(updated_after=since)["id"]) == {one["id"] for one in leads if one["updated_at"] > since}
    assert ws.leads.count(ids=chosen) == 2


def test_a_total_of_all_rows_is_not_the_count_of_those_that_match(against, service, monkeypatch):
    def tell(x):
        if x.many and x.path == "/leads" and "total" in x.answer["pagination"]:
            x.answer["pagination"]["total"] = len(service.leads())

    monkeypatch.setitem(DEVIATIONS, "counts all", Deviation(None, tell))
    ws = against("counts all")
    status = service.leads()[0]["status"]
    assert [ws.leads.count(status=status) for _ in range(2)] == [len(service.leads(status=status))] * 2
    assert ws.leads.count() == len(service.leads())
    since = sorted(lead["updated_at"] for lead in service.leads())[20]
    assert ws.leads.count(updated_after=since) == len(service.leads(updated_after=since))


def test_a_filter_that_is_ignored_is_noticed_in_a_list_that_has_no_order(against, service, monkeypatch):
    def tell(x):
        if x.many and x.path == "/leads":
            turn = x.service.requests % max(1, len(x.rows))
            x.answer["data"] = [*x.rows[turn:], *x.rows[:turn]]

    monkeypatch.setitem(DEVIATIONS, "no order", Deviation(None, tell))
    ws = against("ignores_filters", "no order")
    country = next(lead["country"] for lead in service.leads() if lead["country"])
    here = {lead["id"] for lead in service.leads(country=country)}
    assert ws.leads.count(country=country) == len(here)
    assert set(against("ignores_filters", "no order").leads.list(country=country)["id"]) == here


@pytest.mark.parametrize("own", [True, False], ids=["our contract", "its document"])
def test_a_count_is_right_where_the_rows_match_an_ignored_filter_by_chance(against, service, said, own):
    last = service.leads()[-1]
    matching = [lead["id"] for lead in service.leads() if lead["status"] == last["status"]]
    service.ask("PATCH", f"/leads/{matching[-2]}", {"city": f"Last but one {own}"})
    service.ask("PATCH", f"/leads/{matching[-1]}", {"city": f"Last {own}"})
    ws = against("ignores_filters", own=own)
    for _ in range(2):
        assert ws.leads.count(status=last["status"]) == len(matching)
    assert ws.count("leads.list", status=last["status"]) in {None, len(matching)}


def test_a_filter_by_an_id_that_is_ignored_and_not_shown_is_an_error(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "ignores campaigns", Deviation(lambda x: x.without("campaign_id")))
    campaign = service.ask("GET", "/campaigns")["data"][0]["id"]
    ws = against("ignores campaigns")
    for read in (ws.leads.list, ws.leads.list, ws.leads.count):
        with pytest.raises(InvalidParameterError, match="ignores the filter campaign_id"):
            read(campaign_id=campaign)
    assert against().leads.count(campaign_id=campaign) == len(service.leads(campaign_id=campaign))


def test_a_filter_by_a_field_that_the_service_does_not_have_is_an_error_where_it_is_ignored(against, monkeypatch):
    def lacks(x):
        for row in x.rows if x.path == "/leads" else ():
            del row["source"]
            row["company_domain"] = None

    monkeypatch.setitem(DEVIATIONS, "no sources", Deviation(lambda x: x.without("source", "company_domain"), lacks))
    ws = against("no sources")
    for read in (ws.leads.list, ws.leads.count):
        with pytest.raises(InvalidParameterError, match="ignores the filter source"):
            read(source="import")
    assert ws.leads.count(company_domain="nowhere.example") == 0


def test_an_import_that_is_done_at_once_under_another_word_is_not_waited_for(against, service, monkeypatch):
    def done(x):
        for row in x.rows if x.path.startswith("/imports") else ():
            row.pop("job_id", None)
            row.pop("created_count", None)
            row["state"] = "done" if row.pop("status", None) else None
            row.pop("finished_at", None)

    monkeypatch.setitem(DEVIATIONS, "imports have a state", Deviation(None, done))
    ws = against("imports have a state")
    rows = pd.DataFrame({"email": ["state@import.example"], "full_name": ["Sta Te"]})
    before = service.requests
    run = ws.imports.wait(ws.imports.create(rows, mapping={"email": "email", "full_name": "full_name"}))
    assert service.requests - before < 20
    assert (run.status, run.created_count, run.error_count) == ("done", None, 0)
    assert "not known" in repr(run)


def test_as_many_of_the_newest_rows_as_were_asked_for_need_no_further_page(against, service):
    ws = against("refuses_updated_before", "link_to_self_only", own=False)
    ws.jobs.list(limit=5)  # whether the order is applied is tried once
    before = service.requests
    assert len(ws.jobs.list(limit=10)) == 10
    assert service.requests - before == 1


def test_a_list_without_a_cursor_is_read_on_after_its_last_row(against, service, monkeypatch):
    def later(x):  # neither the order nor a filter leads on
        if "updated_before" in x.asked:
            x.refuse(400, "unknown parameter updated_before", field="updated_before")

    monkeypatch.setitem(DEVIATIONS, "no upper bound", Deviation(later))
    ws = against("ids_as_cursors", "newest_first_always", "limit_clamped_to_10", "no upper bound")
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete
    sent = len(service.sent)
    ws.leads.list()
    assert len(service.sent) - sent == -(-len(frame) // 10)  # pages: no parameter is tried again


def test_an_empty_list_may_be_answered_without_content(against):
    frame = against("empty_lists_without_content").leads.list(email="nobody@none.example")
    assert len(frame) == 0
    assert pb.provenance(frame).complete


def test_a_page_without_content_after_a_cursor_does_not_end_a_list(against, service, monkeypatch):
    def tell(x):
        if x.path == "/leads" and "cursor" in x.asked:
            x.status, x.answer = 204, None

    monkeypatch.setitem(DEVIATIONS, "later pages without content", Deviation(None, tell))
    ws = against("later pages without content", "limit_clamped_to_7")
    frame = ws.leads.list()  # read on by time
    assert ids_of(service, frame) == set()


def test_the_largest_page_is_asked_for_where_a_refusal_names_only_its_parameter(against):
    ws = against("errors_of_stripe", "limit_at_most_100")
    ws.leads.list()
    assert ws.profile.value("page_size") == 100


def test_a_page_size_under_a_name_that_the_service_does_not_know_is_left_out_and_said(against, service, said):
    ws = against("per_page", "laravel_errors")
    assert ids_of(service, ws.leads.list(page_size=25)) == set()
    assert "this service takes no limit" in "".join(said)


def test_errors_that_an_import_has_in_itself_are_listed_with_the_numbers_of_the_service(against, said):
    ws = against("no_import_errors", "import_errors_elsewhere")
    run = ws.imports.create("Mail\nno address\n", {"Mail": "email"})
    [wrong] = ws.imports.errors(ws.imports.wait(run)).to_dict("records")
    assert pd.isna(wrong["row_number"])  # the service counts the header
    assert wrong["raw"]["line"] == 2
    assert "email" in wrong["message"]
    assert any("raw has its own numbers" in text for text in said)


def test_errors_of_imports_have_field_and_reason_under_our_names(against, monkeypatch):
    def tell(x):
        for row in x.rows if x.path.endswith("/errors") else ():
            row.update(attribute=row.pop("field"), errors=[row.pop("message")])

    monkeypatch.setitem(DEVIATIONS, "as in Laravel", Deviation(None, tell))
    ws = against("as in Laravel")
    run = ws.imports.wait(ws.imports.create("Mail\nno address\n", {"Mail": "email"}))
    [wrong] = ws.imports.errors(run).to_dict("records")
    assert (wrong["field"], wrong["errors"]) == ("email", [wrong["message"]])


@pytest.mark.parametrize(("first", "showing", "name"), [(0, 0, "row_number"), (2, 2, "row_number"), (2, 2, "line_no")])
def test_errors_of_imports_count_rows_as_ours_once_a_number_shows_how_the_service_counts(
    against, monkeypatch, said, first, showing, name
):
    def tell(x):
        for row in x.rows if x.path.endswith("/errors") else ():
            row[name] = row.pop("row_number") + first - 1

    monkeypatch.setitem(DEVIATIONS, "rows are counted otherwise", Deviation(None, tell))
    ws = against("rows are counted otherwise")

    def wrong_rows(bad):
        frame = pd.DataFrame({"mail": [f"row{n}@counted{first}{bad}.example" for n in range(3)]})
        frame.loc[bad, "mail"] = "no address"
        run = ws.imports.wait(ws.imports.create(frame, {"mail": "email"}))
        return ws.imports.errors(run)["row_number"].tolist(), ws.imports.errors(run.ids[0])["row_number"].tolist()

    [number] = wrong_rows(1)[0]  # nothing shows how it counts yet
    assert number == 1 + first if name == "row_number" else pd.isna(number) and f"look at {name}" in "".join(said)
    assert wrong_rows(showing)[0] == [1 + showing]
    assert wrong_rows(1) == ([2], [2])


def by_creation(*, sign):
    """Lists newest first by the time of creation, and numbered pages from 0, of which only ``page`` leads on."""

    def ask(x):
        if x.method == "GET" and x.path == "/leads" and "ids" not in x.asked:
            x.number = int(x.asked.get("page", 0))
            x.without("order", "page", "limit")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads" and "ids" not in x.asked:
            rows = sorted(x.answer["data"], key=lambda row: row["created_at"], reverse=True)
            x.answer["data"] = rows[x.number * 10 : x.number * 10 + 10]
            x.answer["pagination"] = {"has_more": len(rows) > x.number * 10 + 10} if sign else {}

    return Deviation(ask, tell)


@pytest.mark.parametrize("sign", [True, False])
def test_rows_that_changed_after_they_were_created_are_not_left_out(against, service, monkeypatch, sign):
    monkeypatch.setitem(DEVIATIONS, "by creation", by_creation(sign=sign))
    newest = sorted(service.leads(), key=lambda lead: lead["created_at"])[-10:]
    for lead in newest:  # the first page seems to be in the order of the latest change
        service.sandbox.clock.advance(1)
        service.ask("PATCH", f"/leads/{lead['id']}", {"city": "Oslo"})
    service.sandbox.clock.advance(1)
    service.ask("PATCH", f"/leads/{service.leads()[0]['id']}", {"city": "Changed last"})
    ws = against("by creation")
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete


def test_a_row_that_changed_in_the_time_of_a_later_page_is_not_left_out(against, service, monkeypatch):
    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.without("order", "limit")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads":
            rows = sorted(x.answer["data"], key=lambda row: row["created_at"], reverse=True)
            x.answer["data"], x.answer["pagination"] = rows[:10], {"has_more": len(rows) > 10}

    monkeypatch.setitem(DEVIATIONS, "by creation, bounds only", Deviation(ask, tell))
    leads = sorted(service.leads(), key=lambda lead: lead["created_at"])
    for lead in [*leads[-25:-15], leads[0], *leads[-15:]]:  # in the order of creation, but for the oldest
        service.sandbox.clock.advance(1)
        service.ask("PATCH", f"/leads/{lead['id']}", {"city": "Bergen"})
    with pytest.raises(PaginationError, match="cannot be proven complete"):
        against("by creation, bounds only").leads.list()


def test_a_shorter_page_does_not_end_a_list_that_a_time_leads_on(against, service, monkeypatch):
    hidden = {lead["id"] for lead in service.leads()[22:26]}

    def tell(x):  # rows are left out of a page after it was cut
        if x.many and x.path == "/leads":
            x.answer["data"] = [row for row in x.rows if row["id"] not in hidden]

    monkeypatch.setitem(DEVIATIONS, "rows are left out", Deviation(None, tell))
    frame = against("rows are left out", "no_sign_of_more", "limit_clamped_to_10").leads.list()
    assert ids_of(service, frame) == hidden
    assert pb.provenance(frame).complete


def of_one_value(kept):
    """Of a filter with several values, one is applied: the last as in PHP and Rails, or the first as in Go."""

    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            for name in ("status", "email"):
                pairs = [pair for pair in x.query if pair[0] == name]
                x.query[:] = [pair for pair in x.query if pair[0] != name] + pairs[kept]

    return Deviation(ask)


@pytest.mark.parametrize("kept", [slice(-1, None), slice(1)], ids=["last", "first"])
@pytest.mark.parametrize("name", ["status", "email"])
def test_each_value_of_a_filter_is_asked_for_where_the_service_applies_one(against, service, monkeypatch, name, kept):
    monkeypatch.setitem(DEVIATIONS, "one value", of_one_value(kept))
    leads = service.leads()
    values = sorted({lead[name] for lead in leads if lead[name]})[:3]
    expected = {lead["id"] for lead in leads if lead[name] in values}
    ws = against("one value", FORMS[0])
    for _ in range(2):
        frame = ws.leads.list(**{name: values})
        assert set(frame["id"]) == expected
        assert pb.provenance(frame).complete
    assert ws.profile.names("one_value", "leads.list") == {name}


def test_many_values_of_a_filter_are_found_in_the_whole_list_where_that_is_shorter(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "one value", of_one_value(slice(1)))
    leads = [lead for lead in service.leads() if lead["email"]]
    ws = against("one value", FORMS[0], "ignores_ids", "limit_clamped_to_10")
    frame = ws.leads.list()
    first = service.requests
    values = [lead["email"] for lead in leads[:50]]
    found = ws.leads.list(email=[*values, "none@nowhere.example"])
    assert set(found["id"]) == {lead["id"] for lead in leads if lead["email"] in values}
    assert pb.provenance(found).complete
    assert ws.leads.plan(frame).summary["create"] == 0
    assert service.requests - first < len(leads)


@pytest.mark.parametrize("count", [4, 40])
@pytest.mark.parametrize("kept", [slice(1), slice(0)], ids=["first", "none"])
def test_leads_of_several_ids_come_where_the_service_finds_only_one(against, service, monkeypatch, kept, count):
    def ask(x):
        if x.method == "GET" and "," in x.asked.get("ids", ""):
            x.query = [(n, ",".join(v.split(",")[kept]) or "none" if n == "ids" else v) for n, v in x.query]

    monkeypatch.setitem(DEVIATIONS, "one id", Deviation(ask))
    ws, leads = against("one id"), service.leads()[:count]
    wanted = [lead["id"] for lead in leads]
    frame = ws.leads.list(ids=wanted)
    assert sorted(frame["id"]) == sorted(wanted)
    assert pb.provenance(frame).complete
    rows = pd.DataFrame([{"id": lead["id"], "city": lead["city"]} for lead in leads])
    assert ws.leads.plan(rows, compare_with="service").summary["unchanged"] == count
    assert len(service.sent) < 40


@pytest.mark.parametrize("names", [("one value", "foreign"), ("foreign",), ()])
def test_a_count_of_several_values_is_that_of_all_or_not_known(against, service, monkeypatch, names):
    from pb2b_notebook.api.calls.list_summary import summarize_list

    monkeypatch.setitem(DEVIATIONS, "one value", of_one_value(slice(1)))
    monkeypatch.setitem(DEVIATIONS, "foreign", Deviation())
    statuses = Counter(lead["status"] for lead in service.leads()).most_common(2)
    words, count = [word for word, _ in statuses], sum(number for _, number in statuses)
    last = max(lead["updated_at"] for lead in service.leads() if lead["status"] in words)
    newest = {lead["id"] for lead in service.leads() if lead["updated_at"] == last}
    found = summarize_list(against(*names)._session, "leads.list", status=words)
    assert found.newest.id in newest
    assert found.total == (None if "one value" in names else count)


def test_a_path_to_the_next_rows_that_is_no_cursor_leads_to_reading_by_time(against, service, monkeypatch):
    def tell(x):
        if x.many and x.path == "/leads":
            following = x.answer.pop("pagination")["next_cursor"]
            x.answer |= {"nextRecordsUrl": f"/services/query/{following}"} if following else {"done": True}

    monkeypatch.setitem(DEVIATIONS, "paths", Deviation(None, tell))
    frame = against("paths", "limit_clamped_to_10").leads.list()
    assert ids_of(service, frame) == set()


def test_a_response_that_may_not_be_whole_says_so(against, monkeypatch):
    def tell(x):
        if x.many and x.path == "/leads":
            x.status, x.answer["pagination"] = 206, {}

    monkeypatch.setitem(DEVIATIONS, "partial content", Deviation(None, tell))
    with pytest.raises(PaginationError, match="the service answered 206"):
        against("partial content").leads.list()


def test_several_values_of_a_filter_are_one_request_where_they_are_applied(against, service):
    ws = against(FORMS[0])
    ws.leads.list(status=["new", "contacted"])
    sent = len(service.sent)
    ws.leads.list(status=["unsubscribed", "new"])
    assert len(service.sent) - sent == 1


def test_several_values_are_not_tried_at_a_service_that_keeps_to_the_contract(against, service):
    ws = against()
    assert len(ws.leads.list(email=["x@none.example", "y@none.example"])) == 0
    assert [path for _, path, *_ in service.sent].count("/leads") == 1


def test_pages_whose_rows_show_when_they_were_read_are_not_taken_for_others(against, service, monkeypatch):
    reads = itertools.count()

    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.number = int(x.asked.get("p", 1))
            x.without("p", "page", "cursor", "limit")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads":
            rows = [{**row, "age": next(reads)} for row in x.rows]
            x.answer["data"] = rows[x.number * 50 - 50 : x.number * 50]
            x.answer["pagination"] = {"page": x.number, "last_page": -(-len(rows) // 50)}

    monkeypatch.setitem(DEVIATIONS, "numbered by p", Deviation(ask, tell))
    frame = against("numbered by p").leads.list()
    assert ids_of(service, frame) == set() or not pb.provenance(frame).complete
    assert not against("numbered by p").profile.names("ignored", "lead_fields.list")


def pages_of_ten(monkeypatch, name, take):
    """A deviation whose pages are what ``take`` returns of all rows by the cursor, with the next cursor."""

    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.cursor = x.asked.get("cursor")
            x.without("cursor", "limit", "order")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads":
            rows = x.answer.pop("data")
            del x.answer["pagination"]
            found = take(x, rows)
            if found is not None:
                x.answer |= {"data": found[0], "next_cursor": found[1]}

    monkeypatch.setitem(DEVIATIONS, name, Deviation(ask, tell))


@pytest.mark.parametrize("shown", ["to the last page", "to an empty page"])
def test_a_list_whose_pages_have_one_and_the_same_cursor_is_read_to_its_end(against, service, monkeypatch, shown):
    waiting = []

    def take(x, rows):  # as a scroll of Elasticsearch, which keeps the place
        if x.cursor is None:
            waiting[:] = rows
        page, waiting[:] = waiting[:10], waiting[10:]
        more = page if shown == "to an empty page" else waiting
        return page, "scroll" if more else None

    pages_of_ten(monkeypatch, "scroll", take)
    ws = against("scroll")
    frame = ws.leads.list(parallel=1)  # a slow machine would read windows, and this service has one place for all
    assert ids_of(service, frame) == set()
    assert len(frame) == len(service.leads())
    assert pb.provenance(frame).complete
    ws.mirror.sync("leads")
    assert ids_of(service, ws.mirror.frame("leads")) == set()


def test_a_time_leads_on_where_cursors_are_refused_beyond_some_pages(against, service, monkeypatch):
    def take(x, rows):
        depth, _, last = (x.cursor or "0.").partition(".")
        if depth == "3":
            x.refuse(400, "You can not page deeper than 3 pages", code="too_deep")
            return None
        rest = [row for row in rows if (row["updated_at"] + row["id"]) > last]
        follows = f"{int(depth) + 1}.{rest[9]['updated_at'] + rest[9]['id']}" if len(rest) > 10 else None
        return rest[:10], follows

    pages_of_ten(monkeypatch, "shallow cursors", take)
    frame = against("shallow cursors").leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete


def test_ids_that_only_links_have_are_those_of_the_leads(against, service, monkeypatch):
    def tell(x):
        if x.path.partition("/")[2].startswith("leads"):
            for row in x.rows:
                row["_links"] = {"self": {"href": f"{service.url}/v1/leads/{row.pop('id')}{{?projection}}"}}

    monkeypatch.setitem(DEVIATIONS, "ids in links", Deviation(None, tell))
    ws = against("ids in links", "no_bulk_upsert", "limit_clamped_to_10")
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete
    assert ws.leads.get(frame["id"][0]).id == frame["id"][0]
    assert ws.leads.plan(frame).summary["unchanged"] == len(frame)
    created = ws.leads.create(email="linked@id.example", full_name="Li Nked")
    assert [lead["id"] for lead in service.leads(email="linked@id.example")] == [created.id]


def test_a_last_page_that_is_given_again_does_not_show_that_its_number_is_ignored(against, service, monkeypatch):
    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.number = int(x.asked.get("page", 1))
            x.without("page", "cursor", "limit")
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.path == "/leads":
            number = min(x.number, max(1, -(-len(x.rows) // 25)))
            x.answer = {"page": number, "data": x.rows[number * 25 - 25 : number * 25]}

    monkeypatch.setitem(DEVIATIONS, "the last page again", Deviation(ask, tell))
    ws = against("the last page again", "ignores_updated_after")
    for _ in range(2):
        frame = ws.leads.list()
        assert ids_of(service, frame) == set()
        assert pb.provenance(frame).complete
        ws.leads.list(status=Counter(lead["status"] for lead in service.leads()).most_common()[-1][0])


def no_upper_bound(x):
    """Newest first, so that no time leads on."""
    if "updated_before" in x.asked:
        x.refuse(400, "unknown parameter updated_before", field="updated_before")


@pytest.mark.parametrize("name", ["cursor", "marker"])
def test_a_text_beside_the_rows_is_the_next_cursor_if_it_leads_to_other_rows(against, service, monkeypatch, name):
    def ask(x):
        if x.method == "GET":
            x.rename(name, "cursor")
            x.past = x.asked.get("cursor") == "past"
            x.without("cursor") if x.past else None

    def tell(x):
        if x.many and "pagination" in x.answer:
            following = x.answer.pop("pagination")["next_cursor"]
            x.answer |= {"data": [] if x.past else x.rows, name: following or "past"}

    monkeypatch.setitem(DEVIATIONS, "cursor beside", Deviation(ask, tell))
    monkeypatch.setitem(DEVIATIONS, "no upper bound", Deviation(no_upper_bound))
    ws = against("cursor beside", "no upper bound", "newest_first_always", "limit_clamped_to_10")
    for _ in range(2):
        frame = ws.leads.list()
        assert ids_of(service, frame) == set()
        assert pb.provenance(frame).complete


def test_the_cursor_of_a_page_itself_is_not_taken_for_the_next_one(against, said, monkeypatch):
    def tell(x):
        if x.many and "pagination" in x.answer:
            x.answer.pop("pagination")
            x.answer["cursor"] = "this-page"

    monkeypatch.setitem(DEVIATIONS, "its own cursor", Deviation(lambda x: x.without("cursor"), tell))
    monkeypatch.setitem(DEVIATIONS, "no upper bound", Deviation(no_upper_bound))
    ws = against("its own cursor", "no upper bound", "newest_first_always", "limit_clamped_to_10")
    frame = ws.leads.list()
    assert not pb.provenance(frame).complete
    assert any("does not count as complete" in word for word in said)


def test_a_page_of_one_row_shows_whether_the_only_page_is_the_last_one(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "no upper bound", Deviation(no_upper_bound))
    ws = against("last_page_without_sign", "no upper bound", "newest_first_always")
    frame = ws.leads.list()
    assert ids_of(service, frame) == set()
    assert pb.provenance(frame).complete


def test_rows_of_earlier_changes_are_left_out_where_the_filter_by_time_is_refused(against, service, monkeypatch, said):
    def refuses(x):
        if "updated_after" in x.asked:
            x.refuse(400, "unknown parameter updated_after; allowed parameters: limit, cursor, status, country")

    monkeypatch.setitem(DEVIATIONS, "no lower bound", Deviation(refuses))
    ws = against("no lower bound")
    times = sorted(lead["updated_at"] for lead in service.leads())
    for _ in range(2):
        before = service.refusals
        frame = ws.leads.list(updated_after=times[-10])
        changed = {lead["id"] for lead in service.leads() if lead["updated_at"] > times[-10]}
        assert changed <= set(frame["id"]) < {lead["id"] for lead in service.leads()}
        assert pb.provenance(frame).complete
    assert service.refusals == before  # learned by the second time
    assert any("refuses updated_after: all rows are read" in word for word in said)


@pytest.mark.parametrize("own", [True, False])
def test_a_filter_by_tags_that_is_ignored_and_not_shown_is_an_error(against, monkeypatch, own):
    def ask(x):
        x.without("tag")

    def tell(x):
        for row in x.rows if x.path == "/leads" else ():
            row["label_ids"] = row.pop("tags")

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask, tell))
    ws = against("of this test", own=own)
    with pytest.raises(InvalidParameterError, match="ignores the filter tag"):
        ws.leads.list(tag="vip")


def one_value_only(text):
    """The document of a service whose filters take one value."""
    document = json.loads(text)
    for parameter in document["paths"]["/leads"]["get"]["parameters"]:
        if parameter.get("schema", {}).get("type") == "array":
            parameter["schema"] = {"type": "string"}
    return json.dumps(document)


def test_several_values_are_asked_for_alone_where_the_document_has_one(against, service, monkeypatch):
    def ask(x):
        names = [name for name, _ in x.query]
        if x.path == "/leads" and len(names) > len({*names}):
            x.refuse(400, "a parameter was given twice")

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask, None, one_value_only))
    ws = against("of this test", own=False)
    leads = service.leads()
    found = ws.leads.list(status=["new", "contacted"], country=["DE", "FR"])
    assert set(found["id"]) == {
        lead["id"] for lead in leads if lead["status"] in {"new", "contacted"} and lead["country"] in {"DE", "FR"}
    }
    assert pb.provenance(found).complete
    assert ws.leads.count(status=["new", "contacted"]) == sum(lead["status"] in {"new", "contacted"} for lead in leads)
    assert service.refusals == 0


def test_leads_of_a_status_come_where_the_document_names_no_words_and_the_service_has_its_own_case(
    against, service, monkeypatch
):
    def ask(x):
        x.query = [(n, v.lower() if v.isupper() else "none") if n == "status" else (n, v) for n, v in x.query]

    def tell(x):
        for row in x.rows if x.path.startswith("/leads") else ():
            row["status"] = row["status"].upper()

    monkeypatch.setitem(DEVIATIONS, "upper case", Deviation(ask, tell, one_value_only))
    ws = against("upper case", own=False)
    found = ws.leads.list(status="new")
    assert set(found["id"]) == {lead["id"] for lead in service.leads() if lead["status"] == "new"}
    assert len(found)


def test_a_lead_that_is_not_found_is_missing_though_the_response_is_a_success(against, monkeypatch, service):
    def tell(x):
        if x.status == 404:
            x.status, x.answer = 200, {"status": "error", "data": [], "error": "lead not found"}

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(None, tell))
    with pytest.raises(NotFoundError):
        against("of this test").leads.get("lead_0000000000000000")


@pytest.mark.parametrize(
    "message",
    [
        "API key does not exist",
        "workspace not found",
        "Unknown client_id",
        "The account was not found or is suspended",
        "There is no such plan: upgrade to read leads",
        "The owner of this lead was not found",
    ],
)
def test_a_refusal_for_what_else_is_not_found_says_nothing_of_the_lead(against, monkeypatch, service, message):
    def tell(x):
        if x.status == 404:
            x.status, x.answer = 200, {"success": False, "error": message}

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(None, tell))
    with pytest.raises(ValidationError, match=message):
        against("of this test").leads.get("lead_0000000000000000")


def test_leads_are_filtered_by_tags_that_are_one_text(against, monkeypatch, service):
    """The document of the service says so, and it does not know the filter."""

    def tell(x):
        for row in x.rows if x.path.startswith("/leads") else ():
            if isinstance(row.get("tags"), list):
                row["tags"] = ",".join(row["tags"])

    def document(text):
        whole = json.loads(text)
        for schema in whole["components"]["schemas"].values():
            if "tags" in schema.get("properties", {}):
                schema["properties"]["tags"] = {"type": "string"}
        return json.dumps(whole)

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(lambda x: x.without("tag"), tell, document))
    found = against("of this test", own=False).leads.list(tag="vip")
    assert {*found["id"]} == {lead["id"] for lead in service.leads() if "vip" in lead["tags"]}
    assert all("vip" in tags for tags in found["tags"])


@pytest.mark.parametrize(
    ("text", "trials"),
    [
        ("Unknown parameter: {}", [0, 0]),
        ("query failed validation: query.{} should be not present", [0, 0]),
        # A word that this service does not know, or a filter: rows show that the word exists.
        ("unknown {}", [1, 1]),
    ],
)
def test_a_filter_that_is_refused_by_its_name_is_tried_once(against, monkeypatch, service, text, trials):
    def ask(x):
        for name in {"country", "source"} & x.asked.keys() if x.path == "/leads" else ():
            x.refuse(400, text.format(name))

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask))
    ws = against("of this test")
    asked, lead = [], service.leads()[0]
    for filters in ({}, {}, {"country": lead["country"]}, {"source": lead["source"]}):
        before = service.requests
        ws.leads.list(**filters)
        asked.append(service.requests - before)
    assert [more - asked[1] - 1 for more in asked[2:]] == trials


def test_what_a_cache_has_kept_from_before_a_write_is_asked_for_again(against, monkeypatch):
    kept, lifetime = {}, 0

    def tell(x):
        if x.method == "GET" and (key := (x.path, tuple(x.given))) in kept:
            x.answer, x.out["Age"], x.out["Cache-Control"] = kept[key], "20", f"max-age={lifetime}"
        elif x.method == "GET":
            kept[key] = x.answer

    monkeypatch.setitem(DEVIATIONS, "cache", Deviation(None, tell))
    monkeypatch.setattr(Client, "wait", lambda *_: kept.clear())
    ws, other = against("cache"), against("cache")
    assert ws.leads.list(email="a@cache.example").empty
    lead = ws.leads.create(email="a@cache.example", full_name="Ca Che")
    assert ws.leads.list(email="a@cache.example")["id"].tolist() == [lead.id]
    waits = []
    monkeypatch.setattr(Client, "wait", lambda _, seconds: waits.append(seconds))  # it is a cache for longer
    ws.mirror.sync("leads")
    new = other.leads.create(email="b@cache.example", full_name="Ca Lendar")
    ws.mirror.sync("leads")
    ws.mirror.sync("leads", full=True)  # by the first listing, which does not have the new lead yet
    assert {lead.id, new.id} <= {*ws.mirror.frame("leads")["id"]}
    waits.clear()
    # Waited for once for each list (leads and their fields), and not if it says that it takes long.
    for lifetime, count in (0, 2), (3600, 0):
        ws.leads.update(lead.id, {"phone": f"+49 30 90182{lifetime:04}"})
        for _ in range(3):
            ws.leads.list(limit=5)
        assert len(waits) == count
        waits.clear()


@pytest.mark.parametrize(
    "text",
    [
        "Unknown status. Available options: new, contacted", "Unknown status filter. Valid ones are new, contacted",
        "Unknown status. See the documentation of the filter.", "unknown status",
    ],
)  # fmt: skip
def test_a_word_that_a_filter_does_not_have_is_refused_and_the_filter_stays(against, monkeypatch, service, text):
    words = {lead["status"] for lead in service.leads()}

    def ask(x):
        if x.path == "/leads" and "country" in x.asked:
            x.refuse(400, text.replace("status", "country"))  # it has no such filter, and refuses it in the same words
        if x.path == "/leads" and x.asked.get("status", "new") not in words:
            x.refuse(400, text)

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask))
    ws = against("of this test")
    country = service.leads()[0]["country"]
    assert {*ws.leads.list(country=country)["country"]} == {country}
    with pytest.raises(pb.errors.BadRequestError):
        ws.leads.list(status="intrested")
    word = min(words)
    assert {*ws.leads.list(status=word)["status"]} == {word}
    assert any(("status", word) in query for _, _, query, *_ in service.sent)


@pytest.mark.parametrize(
    ("given", "parameter", "refused"), [("next_cursor", "start_cursor", 3), ("nextPageToken", "pageToken", 1)]
)
def test_the_likeliest_parameter_of_a_cursor_is_tried_first(against, monkeypatch, service, given, parameter, refused):
    def ask(x):
        unknown = {*x.asked} - {parameter, "limit", "updated_after"}
        if unknown and x.path == "/leads":
            x.refuse(400, f"Unknown parameter: {min(unknown)}")
        x.rename(parameter, "cursor")

    def tell(x):
        if x.many and "pagination" in x.answer:
            x.answer[given] = x.answer.pop("pagination")["next_cursor"]

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask, tell))
    ws = against("of this test")
    ws.leads.list(limit=1)
    before = service.refusals
    # One more: cursors are bound to their query. A slow service would be read in windows.
    assert len(ws.leads.list(page_size=20, parallel=1)) == len(service.leads())
    assert service.refusals - before == refused


@pytest.mark.parametrize("body", [None, {"data": None}, []], ids=["204", "null", "an empty list"])
def test_an_object_that_a_response_lacks_is_not_found(against, service, monkeypatch, body):
    def tell(x):
        if x.method == "GET" and x.path == "/leads/lead_missing":
            x.status, x.answer = 200 if body is not None else 204, body

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(None, tell))
    with pytest.raises(NotFoundError):
        against("of this test").leads.get("lead_missing")


def test_the_usage_is_not_taken_for_the_object_that_has_it(against, monkeypatch):
    def tell(x):
        if x.path == "/billing/usage":
            x.answer = {n: v for n, v in x.answer["data"].items() if n in {"active_trial", "usage"}}

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(None, tell))
    usage = against("of this test").billing.usage()
    assert usage.active_trial is not None
    assert "emails_sent" in usage.usage
