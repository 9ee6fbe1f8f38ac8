"""A parameter that takes a place in the list is found, by the document or by trial, and shows where the list ends."""

import json

import pytest

import pb2b_notebook as pb
from deviating_service import DEVIATIONS, LISTS, Deviation
from pb2b_notebook.errors import PaginationError


def sliced(parameter, size_name, *, size=20, most=500, total="total", key=None):
    """Lists whose pages are slices of the whole; all parameters but these are ignored.

    Args:
        parameter: Name of the number of rows before a page, or of the number of the page from 1.
        size_name: Name of the number of rows of a page.
        size: Rows of a page that asks for none.
        most: Most rows of a page.
        total: Name of the number of all rows in the envelope; empty for none.
        key: Key of the order of rows; by default that of their last change.
    """

    def ask(x):
        if x.method == "GET" and LISTS.match(x.path):
            x.size = min(int(x.asked.get(size_name, size)), most)
            given = int(x.asked.get(parameter, "page" in parameter))
            x.start = (given - 1) * x.size if "page" in parameter else given
            x.query = [(name, value) for name, value in x.query if name in {"updated_after", "status"}]
            x.query.append(("limit", "500"))

    def tell(x):
        if x.many and x.method == "GET" and LISTS.match(x.path):
            rows = sorted(x.rows, key=key) if key else x.rows
            x.answer = {"data": rows[x.start : x.start + x.size], **({total: len(rows)} if total else {})}

    def document(text):
        found = json.loads(text)
        for item in found["paths"].values():
            kept = [p for p in item.get("get", {}).get("parameters", []) if p.get("name") not in {"cursor", "limit"}]
            if len(kept) < len(item.get("get", {}).get("parameters", [])):
                names = (parameter, size_name)
                kept += [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in names]
                item["get"]["parameters"] = kept
        return json.dumps(found)

    return Deviation(ask, tell, document)


def by_id(row):
    return row["id"]


@pytest.fixture
def connected(against, monkeypatch):
    def connected(deviation, *more, own=True):
        monkeypatch.setitem(DEVIATIONS, "of this test", deviation)
        return against("of this test", *more, own=own)

    return connected


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(
    ("parameter", "size_name"), [("_skip", "_limit"), ("pagination[page]", "pagination[pageSize]"), ("offset", "count")]
)
def test_a_place_under_another_name_leads_to_the_rows_that_the_service_counts(
    connected, service, parameter, size_name, own
):
    ws = connected(sliced(parameter, size_name, key=by_id), own=own)
    frame = ws.leads.list()
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert pb.provenance(frame).complete
    for most in (6, 4):  # some try what filters by time do
        first = service.requests
        assert len(ws.leads.list()) == len(frame)
        assert service.requests - first <= (most if not own else 12)  # in one page, where the document has its size


def test_a_place_leads_on_where_the_order_of_time_ends(connected, service):
    moved = service.leads()[-1]["id"]
    ws = connected(sliced("offset", "count", key=lambda lead: (lead["id"] == moved, lead["updated_at"][::-1])))
    for _ in range(2):
        frame = ws.leads.list()
        assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
        assert pb.provenance(frame).complete


@pytest.mark.parametrize("parameter", ["offset", "page", "skip"])
def test_a_page_beyond_the_only_one_shows_the_end_of_lists_without_a_sign(connected, service, parameter):
    ws = connected(sliced(parameter, "limit", total="", key=by_id))
    frame = ws.leads.list()
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert pb.provenance(frame).complete
    assert ws.profile.value("place_parameter") == parameter
    for name in ("campaigns.list", "activities.list"):
        assert pb.provenance(ws.call(name)).complete


def test_the_end_is_not_claimed_where_no_place_is_taken(connected, service):
    ws = connected(sliced("none", "limit", total="", key=by_id))
    frame = ws.leads.list()
    assert len(frame) == len(service.leads())
    assert not pb.provenance(frame).complete
    assert ws.profile.value("place_parameter") is None


def test_a_full_page_without_a_place_is_an_error(connected):
    ws = connected(sliced("none", "none", size=20, total="total", key=by_id))
    with pytest.raises(PaginationError, match="20 rows came of 60"):
        ws.leads.list()


def test_names_that_have_no_effect_are_found_out_with_one_request(connected, service):
    ws = connected(sliced("none", "limit", size=20, most=20, total="", key=by_id))
    assert not pb.provenance(ws.leads.list()).complete
    assert service.requests <= 12


def test_a_bound_that_is_refused_beside_a_cursor_is_not_tried_with_other_parameters(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "refuses bounds", Deviation(refuses_bounds))
    ws = against("cursor_in_start_cursor", "limit_clamped_to_10", "newest_first_always", "refuses bounds")
    frame = ws.leads.list()
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert service.refusals <= 12


def refuses_bounds(x):
    if x.method == "GET" and "start_cursor" in x.asked and {"updated_after", "updated_before"} & x.asked.keys():
        x.refuse(400, f"query.{min(set(x.asked) - {'start_cursor', 'limit'})} should be not present")


def test_a_place_proves_a_list_whose_order_of_time_may_be_that_of_creation(connected, service):
    """Each row changed when it was created, and the list is in that order: no time shows whether others exist."""
    ws = connected(sliced("page", "limit", total="", key=lambda row: row["created_at"]))
    for name in ("campaign_runs.list", "activities.list"):
        frame = ws.call(name)
        path = ws.operations[name].path
        have = service.ask("GET", f"{path}?limit=1&include_total=true")["pagination"]["total"]
        assert (len(frame), pb.provenance(frame).complete) == (have, True)


def test_a_number_that_no_parameter_takes_leaves_a_list_of_one_page_as_the_service_counts_it(connected, service):
    """The service says "page 1 of 1": the page after it is asked for in vain, and in the next list under one name."""

    def tell(x):
        if x.many and x.method == "GET" and LISTS.match(x.path):
            total = len(x.rows)
            rows = x.rows[:500]
            x.answer = {"data": rows, "total_count": total, "pages": {"page": 1, "total_pages": 1}}

    def ask(x):
        if x.method == "GET" and LISTS.match(x.path):
            x.query = [("limit", "500"), *((n, v) for n, v in x.query if n == "updated_after")]

    ws = connected(Deviation(ask, tell))
    frame = ws.leads.list()
    assert len(frame) == len(service.leads())  # 60 may be the most that the service counts
    before = service.requests
    for name in ("campaigns.list", "activities.list", "messages.list"):
        assert len(ws.call(name))
    assert service.requests - before <= 18


def test_a_cursor_leads_on_after_a_number_of_a_page_has_led_nowhere(connected, service):
    """As at Intercom: the last page says its number and how many there are, and only ``starting_after`` leads on."""

    def ask(x):
        if x.method == "GET" and LISTS.match(x.path):
            x.start = int((x.asked.get("starting_after") or "0x").strip("x"))
            x.query = [("limit", "500"), *((n, v) for n, v in x.query if n == "updated_after")]

    def tell(x):
        if x.many and x.method == "GET" and LISTS.match(x.path):
            rows, end = sorted(x.rows, key=by_id), x.start + 10
            pages = {"page": x.start // 10 + 1, "total_pages": -(-len(rows) // 10)}
            following = {"next": {"page": pages["page"] + 1, "starting_after": f"{end}x"}} if end < len(rows) else {}
            x.answer = {"data": rows[x.start : end], "total_count": len(rows), "pages": {**pages, **following}}

    ws = connected(Deviation(ask, tell))
    for name in ("campaigns.list", "leads.list", "activities.list", "leads.list"):
        frame = ws.call(name)
        have = service.ask("GET", f"{ws.operations[name].path}?limit=1&include_total=true")["pagination"]["total"]
        assert (len(frame), pb.provenance(frame).complete) == (have, True)
