"""Pages of a service that gives its last page again instead of an end."""

import httpx
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import PaginationError, ValidationError
from scripted_service import connect_workspace

TIME = "2026-03-10T12:00:00.000Z"
LEADS = [
    {
        "id": f"l{n}",
        "object": "lead",
        "email": f"{n}@x.example",
        "status": "new",
        "created_at": TIME,
        "updated_at": TIME,
    }
    for n in range(7)
]


def service(most, *, takes_cursors=True):
    """Answer with pages of at most ``most`` leads, each with a cursor; after the last page comes the last page."""

    def respond(request, path):
        if path != "/leads":
            return {"data": []}
        size = min(most, int(request.url.params.get("limit", most)))
        start = int(request.url.params.get("cursor", "at-0").removeprefix("at-")) if takes_cursors else 0
        start = start if start < len(LEADS) else (len(LEADS) - 1) // size * size
        return {"data": LEADS[start : start + size], "next_cursor": f"at-{start + size}"}

    return respond


@pytest.mark.parametrize("most", [500, 4], ids=["one page", "several"])
def test_the_last_page_that_comes_again_is_the_end(most):
    with connect_workspace(service(most)) as ws:
        ws._session.progress = False
        for _ in range(2):
            found = ws.leads.list()
            assert sorted(found["id"]) == [lead["id"] for lead in LEADS]
            assert pb.provenance(found).complete


def test_a_page_that_comes_again_since_its_cursor_is_ignored_is_not_the_end():
    with connect_workspace(service(4, takes_cursors=False)) as ws:
        ws._session.progress = False
        try:
            assert not pb.provenance(ws.leads.list()).complete
        except PaginationError as unproven:
            assert "cannot be proven complete" in str(unproven)  # noqa: PT017 - either is right


@pytest.mark.parametrize("applies", [True, False], ids=["words", "no filter"])
def test_a_refused_word_of_a_filter_is_not_taken_for_a_refused_filter(applies):
    def respond(request, path):
        status = request.url.params.get("status")
        if path == "/leads" and status is not None and not (applies and status == "Open"):
            return httpx.Response(422, json={"error": {"message": "unknown status", "details": [{"field": "status"}]}})
        return {"data": [{**lead, "status": "Open"} for lead in LEADS] if path == "/leads" else [], "has_more": False}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        if applies:
            with pytest.raises(ValidationError, match="unknown status"):
                ws.leads.list(status="new")
        assert len(ws.leads.list(status="open" if not applies else "Open")) == len(LEADS)


def test_a_time_that_is_refused_since_it_is_too_early_is_applied_here():
    def respond(request, path):
        if "updated_after" in request.url.params:
            return httpx.Response(422, json={"error": {"message": "updated_after: at most 31 days ago"}})
        early = {**LEADS[3], "updated_at": "2026-01-01T00:00:00.000Z"}
        return {"data": [*LEADS[:3], early], "has_more": False} if path == "/leads" else {"data": {"timezone": "UTC"}}

    with connect_workspace(respond) as ws:
        found = ws.leads.list(updated_after="2026-02-01")
        assert list(found["id"]) == [lead["id"] for lead in LEADS[:3]]
        assert pb.provenance(found).complete


@pytest.mark.parametrize("says_size", [True, False])
def test_pages_that_are_counted_by_the_size_asked_for_leave_no_row_out(says_size):
    leads = [{**LEADS[0], "id": f"l{n:02}"} for n in range(90)]

    def respond(request, path):
        size, number = (int(request.url.params.get(name, 1)) for name in ("limit", "page"))
        start = (number - 1) * size
        following = number + 1 if start + size < len(leads) or (number == 1 and not says_size) else None
        return {
            "data": leads[start : start + min(size, 20)] if path == "/leads" else [],
            "meta": {"next_page": following} | ({"per_page": min(size, 20)} if says_size else {}),
        }

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        found = ws.leads.list()
        assert sorted(found["id"]) == [lead["id"] for lead in leads]
        assert pb.provenance(found).complete


def test_a_link_with_a_page_number_alone_is_followed_in_the_size_of_the_first_page():
    def respond(request, path):
        params = request.url.params
        size, number = min(int(params["limit"]), 3) if "limit" in params else 4, int(params.get("page", 1))
        more = number * size < len(LEADS)
        return {
            "data": LEADS[(number - 1) * size : number * size] if path == "/leads" else [],
            "links": {"next": f"?page={number + 1}" if more and path == "/leads" else None},
        }

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        assert sorted(ws.leads.list()["id"]) == [lead["id"] for lead in LEADS]


@pytest.mark.parametrize("counts_page", [True, False])
def test_a_count_of_the_only_page_does_not_outweigh_a_cursor_that_leads_nowhere(counts_page):
    def respond(request, path):
        size = min(int(request.url.params.get("limit", 5)), 5 if counts_page else 7)
        found = LEADS[:size] if path == "/leads" else []
        total = len(found) if counts_page else len(LEADS)
        return {"data": found, "nextCursor": "c2", "total": total} if found else {"data": [], "total": 0}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        if counts_page:
            with pytest.raises(PaginationError, match="cannot be proven complete"):
                ws.leads.list()
        else:
            assert pb.provenance(ws.leads.list()).complete


@pytest.mark.parametrize("size", ["limit", None], ids=["one row shows it", "pages of one size"])
def test_a_total_that_counts_the_rows_of_each_page_ends_no_list(size):
    def respond(request, path):
        params = request.url.params
        start, most = int(params.get("offset", 0)), min(int(params.get(size, 3)), 3)
        found = LEADS[start : start + most] if path == "/leads" else []
        return {"data": found, "meta": {"offset": start, "total": len(found)}}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        found = ws.leads.list()
        assert sorted(found["id"]) == [lead["id"] for lead in LEADS]
        assert pb.provenance(found).complete


def test_the_number_of_a_page_that_is_refused_is_not_sent_as_another_cursor():
    asked = []

    def respond(request, path):
        asked.append(dict(request.url.params))
        if int(request.url.params.get("page", 1)) > 1:
            return httpx.Response(400, json={"error": {"message": "there is no such page"}})
        leads = [{**LEADS[0], "id": f"l{n:02}", "updated_at": f"2026-03-10T12:{n:02}:00.000Z"} for n in range(60)]
        leads = leads if path == "/leads" else []
        leads = [lead for lead in leads if lead["updated_at"] > request.url.params.get("updated_after", "")]
        return {"data": leads, "meta": {"current_page": 1, "total_pages": 1, "total_count": len(leads)}}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        assert len(ws.leads.list()) == 60
    assert not any("page_token" in params for params in asked)


def test_a_refused_page_of_one_row_does_not_make_the_pages_smaller():
    sizes = []

    def respond(request, path):
        if path != "/leads":
            return {"data": []}
        sizes.append(request.url.params.get("limit"))
        if sizes[-1] == "1":
            return httpx.Response(422, json={"error": {"message": "limit must be one of 10, 25 and 500"}})
        return {"data": LEADS, "total": len(LEADS)}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        assert pb.provenance(ws.leads.list()).complete
        assert ws.profile.value("page_size") is None
    assert sizes == ["500", "1", "500"]


def test_rows_are_skipped_in_the_parameter_of_odata():
    def respond(request, path):
        given = request.url.params
        if path != "/leads" or "skip" in given or "offset" in given:
            return httpx.Response(422, json={"error": {"message": "unknown parameter"}}) if given else {"data": []}
        start = int(given.get("$skip", 0))
        return {"data": LEADS[start : start + 4], "skip": start, "totalCount": len(LEADS)}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        found = ws.leads.list()
        assert pb.provenance(found).complete
        assert len(found) == len(LEADS)
        assert ws.profile.value("cursor_parameter") == "$skip"


@pytest.mark.parametrize(("rows", "is_estimate"), [(23, True), (6, False)])
def test_a_total_that_many_more_rows_exceed_is_an_estimate_in_this_list(rows, is_estimate):
    """One more row may have been created meanwhile, where a service counts once."""
    leads = [LEADS[0] | {"id": f"lead_{n}"} for n in range(rows)]

    def respond(request, path):
        start = int(request.url.params.get("pageToken", "t0").removeprefix("t"))
        others = [{"id": f"c{n}", "object": "campaign", "status": "draft", "name": f"{n}"} for n in range(4)]
        found = (leads if path == "/leads" else others)[start : start + 3]
        more = {"nextPageToken": f"t{start + 3}"} if len(found) == 3 else {}
        return {"data": found, "totalSize": 5, **more}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        assert (len(ws.leads.list()), ws._session.client.profile.value("estimates", "leads.list")) == (
            rows, True if is_estimate else None,
        )  # fmt: skip
        assert ws.leads.count() == rows  # a whole reading had more than the total says
        with pytest.raises(PaginationError, match="4 rows came of 5"):
            ws.campaigns.list()


def test_a_list_that_once_had_more_rows_than_its_total_is_not_complete_with_fewer():
    leads, state = [LEADS[0] | {"id": f"lead_{n}"} for n in range(23)], {"total": 5, "listed": 23}

    def respond(request, path):
        start = int(request.url.params.get("pageToken", "t0").removeprefix("t"))
        found = leads[start : min(start + 3, state["listed"])] if path == "/leads" else []
        more = {"nextPageToken": f"t{start + 3}"} if len(found) == 3 else {}
        return {"data": found, "totalSize": state["total"], **more}

    with connect_workspace(respond) as ws:
        ws._session.progress = False
        assert pb.provenance(ws.leads.list()).complete
        state.update(total=23)
        assert pb.provenance(ws.leads.list()).complete
        state.update(listed=22)
        assert not pb.provenance(ws.leads.list()).complete
        state.update(listed=8)
        with pytest.raises(PaginationError, match="8 rows came of 23"):
            ws.leads.list()
