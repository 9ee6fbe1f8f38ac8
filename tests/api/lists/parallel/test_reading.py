"""Windows side by side give what one chain gives: the same rows in the same order, whatever the service does."""

import json
import time

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pb2b_notebook as pb
from httpx_transport import HttpxTransport
from pb2b_notebook import errors
from pb2b_notebook.api.lists.windows import WORTH_IT
from scripted_service import SimulatedTime, connect_workspace
from timeline_service import BASE, START, Timeline, rows_of

WHOLE = {"progress": False}


@st.composite
def spread(draw):
    """Times of rows, unevenly spread: bursts, ties of many, gaps of months and neighbours within a millisecond."""
    day = 86_400_000_000
    instants = draw(st.lists(st.integers(0, 200 * day) | st.integers(0, 5000), min_size=1, max_size=8))
    times = []
    for at in instants:
        width = draw(st.sampled_from([0, 0, 1, 900, 3000, 10**6, day]))
        times += [at + draw(st.integers(0, width)) for _ in range(draw(st.integers(1, 12)))]
    return times


@settings(max_examples=15)
@given(
    times=spread(),
    windows=st.integers(2, 8),
    page=st.integers(1, 7),
    after=st.booleans(),
    before=st.booleans(),
    counts=st.booleans(),
)
def test_the_rows_and_their_order_are_those_of_one_chain_whichever_bounds_are_included(
    times, windows, page, after, before, counts
):
    service = Timeline(times, page=page, after_included=after, before_included=before, counts=counts)
    leads = service.connect().leads.list(parallel=windows, **WHOLE)
    assert rows_of(leads) == service.expected()


def test_windows_that_begin_before_their_bound_are_not_cut_into_windows_without_time():
    # A page of one row looks like a service of whole seconds: windows then begin a second before their bound.
    times = [*range(65, 900_000, 25_000), 1_000_559, 2_421_429]
    service = Timeline(times, page=1, after_included=True)
    leads = service.connect().leads.list(parallel=5, **WHOLE)
    assert rows_of(leads) == service.expected()
    assert len(service.asked) < 5 * len(times)


@settings(max_examples=15)
@given(
    times=spread(),
    windows=st.integers(1, 8),
    page=st.integers(1, 7),
    changes=st.dictionaries(st.integers(1, 25), st.lists(st.integers(0, 99), min_size=1, max_size=3), max_size=12),
)
def test_rows_that_change_during_a_read_appear_once_in_their_newest_state(times, windows, page, changes):
    service = Timeline(times, page=page, changes=changes)
    ws = service.connect()
    # Known already: what changes while the cursors are tried, after the last page has come, is not seen.
    ws._session.client.profile.learn("cursors", "keys", "known", operation="leads.list")
    leads = ws.leads.list(parallel=windows, **WHOLE)
    assert rows_of(leads) == service.expected()


def test_a_row_that_changes_and_moves_behind_the_first_page_is_not_taken_for_it():
    for number in range(2, 12):
        service = Timeline([0, 0, 0, 0], page=1, changes={number: [0]})
        before = service.expected()
        rows = rows_of(service.connect().leads.list(parallel=2, **WHOLE))
        assert rows in (before, service.expected())  # the row may change when all pages have come


def test_a_window_that_reads_past_its_end_does_not_hide_what_changed_there():
    # The uncounted first window reads into the newest one, which has ended: several changes are then on that page.
    seconds = [1, 2, 100, 3, 4, 6, 7, 351, 8, 9, 10, 12, 601, 651, 15, 15, 17, 18, 19, 19, 20, 21, 22, 23]
    times = [second * 10**6 - 250_000 + 1000 * n for n, second in enumerate(seconds)]
    for _ in range(5):  # the threads take turns as they like
        service = Timeline(times, page=5, changes={5: [85, 36, 63, 96, 35, 39]}, counts=False)
        assert rows_of(service.connect().leads.list(parallel=2, **WHOLE)) == service.expected()


def test_a_thousand_rows_at_one_instant_come_once_and_in_order():
    service = Timeline([0, 10**12, *[5 * 10**11] * 1000, *range(0, 10**12, 10**10)], page=50)
    leads = service.connect().leads.list(parallel=8, **WHOLE)
    assert rows_of(leads) == service.expected()


def test_windows_take_few_requests_more_than_one_chain():
    times = [n * 10**9 for n in range(2000)]
    chain, beside = Timeline(times, page=20), Timeline(times, page=20)
    chain.connect().leads.list(parallel=1, **WHOLE)
    beside.connect().leads.list(parallel=8, **WHOLE)
    # Two try what its cursors are, one what filters by time do, and two look beyond a round number of rows.
    assert len(chain.asked) == 105
    assert len(beside.asked) <= 125


def test_the_newest_window_has_an_open_end_and_the_others_overlap_by_a_millisecond():
    # So long that no window has read it all before the others begin, however busy the machine is.
    service = Timeline([n * 10**6 for n in range(300)], page=5, latency=0.02)
    service.connect().leads.list(parallel=4, **WHOLE)
    firsts = [asked for asked in service.asked if "cursor" not in asked and asked.get("order") is None]
    opened = [asked for asked in firsts if "updated_after" in asked]
    assert any("updated_before" not in asked for asked in opened)
    ends = {asked["updated_before"] for asked in opened if "updated_before" in asked}
    assert ends
    assert all(end > asked["updated_after"] for asked in opened if (end := asked.get("updated_before")))


# --- a service that is not the contract's ---


@pytest.mark.parametrize(
    "odd",
    [
        {"ignores": ("updated_before",)},
        {"ignores": ("updated_after",)},
        {"ignores": ("updated_after", "updated_before")},
        {"ignores": ("order",)},
        {"refuses": ("updated_before",)},
        {"refuses": ("order",)},
        {"refuses": ("include_total",)},
        {"by": "id"},
        {"grain": 10**6, "before_included": False},
        {"counts": False},
    ],
    ids=str,
)
def test_a_service_with_other_bounds_or_order_is_read_completely(odd):
    times = [(n * 7919 % 400) * 10**5 + n for n in range(400)]
    service = Timeline(times, page=10, **odd)
    leads = service.connect().leads.list(parallel=5, **WHOLE)
    assert sorted(rows_of(leads)) == sorted(service.expected())
    if odd != {"by": "id"}:
        assert rows_of(leads) == service.expected()


def test_windows_that_miss_rows_are_detected_by_the_services_count():
    """Bounds cut to whole seconds, and the later one excluded: rows at a border are in neither window."""
    service = Timeline([n * 10**6 for n in range(300)], page=10, before_included=False, grain=60 * 10**6)
    leads = service.connect().leads.list(parallel=6, **WHOLE)
    assert rows_of(leads) == service.expected()


def test_rows_that_leave_the_list_during_a_read_are_not_missed():
    service = Timeline([n * 10**6 for n in range(100)], page=10)
    answer = service._answer
    service._answer = lambda asked: (len(service.asked) == 5 and service.rows.pop("lead_0099"), answer(asked))[1]
    leads = service.connect().leads.list(parallel=4, **WHOLE)
    assert rows_of(leads) == service.expected()
    assert len(service.asked) < 40


@pytest.mark.parametrize("record", [{"id": "x"}, {"id": "x", "updated_at": None}, {"id": "x", "updated_at": "today"}])
def test_rows_without_a_time_are_read_page_after_page(record):
    def answer(request):
        if not request.url.path.endswith("/leads"):
            return httpx.Response(200, json={"data": [] if "fields" in str(request.url) else {"id": "key_1"}})
        number = int(request.url.params.get("cursor", 0))
        rows = [{**record, "id": f"lead_{number}"}]
        paging = {"next_cursor": str(number + 1) if number < 9 else None, "total": 10}
        return httpx.Response(200, json={"data": rows, "pagination": paging})

    ws = pb.connect("pb2b_live_abc_0123456789abcdef", base_url=BASE, transport=httpx.MockTransport(answer))
    if record.get("updated_at"):
        with pytest.warns(pb.ContractDriftWarning):
            leads = ws.leads.list(parallel=4, **WHOLE)
    else:
        leads = ws.leads.list(parallel=4, **WHOLE)
    assert leads["id"].tolist() == [f"lead_{n}" for n in range(10)]


@pytest.mark.parametrize("finer", [0, 700_000])
def test_times_in_whole_seconds_may_be_kept_finer(finer):
    """A row at 10.7 s that is shown at 10 s belongs to one window, whichever the service takes it for."""
    service = Timeline([n * 10**6 + finer for n in range(2000)], page=20, counts=False, shows=10**6)
    leads = service.connect().leads.list(parallel=6, **WHOLE)
    assert rows_of(leads) == service.expected()
    assert len({asked["updated_after"] for asked in service.asked if "updated_after" in asked}) > 4


def test_windows_that_miss_rows_are_detected_without_a_count():
    service = Timeline([n * 10**6 for n in range(300)], page=10, counts=False, late=60 * 10**6)
    leads = service.connect().leads.list(parallel=6, **WHOLE)
    assert rows_of(leads) == service.expected()


@pytest.mark.parametrize("counts", [True, False])
def test_rows_without_a_time_come_though_no_window_has_them(counts):
    """Some services set updated_at when a lead changes: the others are listed last, and lie within no bounds."""
    service = Timeline([n * 10**9 for n in range(300)], page=10, counts=counts, timeless=[7, 70, 290])
    leads = service.connect().leads.list(parallel=6, **WHOLE)
    assert sorted(leads["id"]) == sorted(service.rows)
    assert leads.tail(3)["updated_at"].isna().all()
    assert pb.provenance(leads).complete


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("hidden", [[26], [25, 150, 151], [*range(99, 140)], [299]])
def test_rows_without_a_time_in_the_middle_come_though_no_window_has_them(counts, hidden):
    service = Timeline([n * 10**9 for n in range(300)], page=10, counts=counts, unstamped=hidden)
    leads = service.connect().leads.list(parallel=4, **WHOLE)
    assert sorted(leads["id"]) == sorted(service.rows)
    assert pb.provenance(leads).complete


@pytest.mark.parametrize("code", ["cursor_expired", "invalid_request", "looped"])
def test_a_cursor_that_is_bound_to_its_bounds_costs_no_list_without_a_count(code):
    class Bound(Timeline):
        def _answer(self, asked):
            bounds = json.dumps([asked.get("updated_after"), asked.get("updated_before")])
            place, _, bound = asked.pop("cursor", f"{bounds}").rpartition("|")
            if place and bound != bounds and code == "looped":
                row = {"id": "lead_0000", "updated_at": self._shown(START), "score": 0}
                paging = {"next_cursor": f"{place}|{bounds}", "has_more": True}
                return httpx.Response(200, json={"data": [row], "pagination": paging})
            if place and bound != bounds:
                return httpx.Response(400, json={"error": {"code": code, "message": "the cursor is of other filters"}})
            reply = super()._answer(asked | ({"cursor": place} if place else {}))
            body = reply.json()
            if (following := body["pagination"]["next_cursor"]) is not None:
                body["pagination"]["next_cursor"] = f"{following}|{bounds}"
            return httpx.Response(200, json=body)

    service = Bound([n * 10**9 for n in range(300)], page=10, counts=False)
    leads = service.connect().leads.list(parallel=6, **WHOLE)
    assert rows_of(leads) == service.expected()
    assert pb.provenance(leads).complete


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"ignores": ("updated_after",)}, "rows from before their bound"),
        ({"refuses": ("updated_after",)}, "refuses bounds"),
        ({"by": "id"}, "not in the order of their last change"),
        ({"counts": False, "late": 60 * 10**6}, "does not count"),
    ],
    ids=str,
)
def test_a_read_that_cannot_be_parallel_says_why(odd, reason, caplog):
    service = Timeline([(n * 7919 % 400) * 10**5 + n for n in range(400)], page=10, **odd)
    ws = service.connect()
    ws.profile.learn("bounds", ["updated: kept"], "a trial before the service changed")
    ws.leads.list(parallel=5, **WHOLE)
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [text for text in warned if "page after page" in text and reason in text]


def test_windows_that_fail_once_are_tried_again_next_time():
    service, failing = Timeline([n * 10**6 for n in range(300)], page=10), [True]
    answer = service._answer
    fault = {"error": {"code": "internal", "message": "oops"}}
    service._answer = lambda asked: (
        httpx.Response(500, json=fault) if failing[-1] and "updated_after" in asked else answer(asked)
    )
    ws = service.connect()
    ws._session.client._timing = SimulatedTime().timing()
    for fails, ignored in ((True, False), (False, False), (True, True)):
        failing.append(fails)
        assert rows_of(ws.leads.list(parallel=4, **WHOLE)) == service.expected()
        assert ("windows" in ws.profile.names("ignored", "leads.list")) == ignored


def test_a_long_list_without_a_count_is_read_in_parallel_by_itself():
    service = Timeline([n * 10**9 for n in range(1000)], page=20, counts=False, latency=0.02)
    leads = service.connect().leads.list(**WHOLE)
    assert rows_of(leads) == service.expected()
    assert len({asked["updated_after"] for asked in service.asked if "updated_after" in asked}) > 4


def test_rows_without_a_time_are_read_page_after_page_however_slow_the_service_is():
    pages = []

    def respond(_, path):
        time.sleep(WORTH_IT)
        if path != "/leads":
            return {"data": []}
        pages.append(path)
        following = f"c{len(pages)}" if len(pages) < 3 else None
        return {"data": [{"id": f"l{len(pages)}"}], "pagination": {"next_cursor": following}}

    with connect_workspace(respond) as ws:
        ws.profile.learn("cursors", "keys", "a trial")
        assert ws.leads.list()["id"].tolist() == ["l1", "l2", "l3"]
    assert len(pages) == 3


# --- what is refused, with the reason ---


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"limit": 10}, "with a limit"),
        ({"order": "updated_at.desc"}, "oldest change first"),
    ],
)
def test_windows_are_refused_where_they_make_no_sense(shared_ws, options, reason):
    with pytest.raises(errors.InvalidParameterError, match=reason):
        shared_ws.leads.list(parallel=2, **options)
    assert len(shared_ws.leads.list(parallel=1, **options, **WHOLE)) >= 10


def test_windows_are_refused_where_the_contract_has_no_upper_bound(shared_ws):
    from dataclasses import replace

    from pb2b_notebook.api.calls.options import Options

    session = shared_ws._session
    operation = session.operations["leads.list"]
    without = replace(operation, parameters=[p for p in operation.parameters if p.name != "updated_before"])
    with pytest.raises(errors.InvalidParameterError, match="no filters updated_after and updated_before"):
        session.list(without, {}, Options(parallel=2))
    with pytest.raises(errors.InvalidParameterError, match="no id and updated_at"):
        session.list(replace(operation, fields=operation.fields[1:]), {}, Options(parallel=2))


def test_pages_are_not_read_in_parallel(shared_ws):
    from pb2b_notebook.api.calls.options import Options

    session = shared_ws._session
    with pytest.raises(errors.InvalidParameterError, match="one page after the other"):
        next(session.pages(session.operations["leads.list"], {}, Options(parallel=2)))


@pytest.mark.parametrize("wrong", [0, 9, -1, True, "4", 2.0])
def test_a_number_of_windows_is_from_1_to_8(shared_ws, wrong):
    with pytest.raises(errors.InvalidParameterError, match="parallel"):
        shared_ws.leads.list(parallel=wrong)


# --- over real HTTP ---


@pytest.mark.parametrize("filters", [{}, {"status": ["new", "contacted"]}, {"updated_after": "200d"}, {"ids": []}])
def test_a_real_service_gives_the_same_frame_in_windows(shared_ws, filters):
    if "ids" in filters:
        filters = {"ids": shared_ws.leads.list(limit=60, **WHOLE)["id"].tolist()}
    one = shared_ws.leads.list(page_size=25, parallel=1, frame="polars", **filters, **WHOLE)
    for windows in (2, 8):
        many = shared_ws.leads.list(page_size=25, parallel=windows, frame="polars", **filters, **WHOLE)
        assert many.equals(one), windows
        assert pb.provenance(many).complete
        assert pb.provenance(many).rows == len(one)


class Changing(httpx.BaseTransport):
    """The network to a sandbox in which leads change between the requests of a listing, by another client."""

    def __init__(self, ws, ids, every):
        self._network = HttpxTransport(ws._session.client.base_url)
        self._ws, self._ids, self._every = ws, ids, every
        self.requests = 0

    def handle_request(self, request):
        if request.url.path.endswith("/leads"):
            self.requests += 1
            if self._ids and self.requests % self._every == 0:
                self._ws.leads.update(self._ids.pop(), score=self.requests % 100, again=True)
        return self._network.handle_request(request)

    def close(self):
        self._network.close()


@pytest.mark.parametrize("windows", [1, 4])
def test_leads_that_change_at_a_real_service_appear_once_in_their_newest_state(windows):
    with pb.open_sandbox(leads=300, rate_limit=10**6, in_process=False) as ws:
        ids = ws.leads.list(columns=["id"], **WHOLE)["id"].tolist()
        chosen = ids[:3] + ids[150:153] + ids[-3:]
        changing = Changing(ws, chosen, every=2)
        key = ws.sandbox.create_key(name="reader")
        with pb.connect(key, base_url=ws._session.client.base_url, transport=changing) as other:
            other._session.now = ws.sandbox.clock.now
            meanwhile = other.leads.list(page_size=10, parallel=windows, **WHOLE)
        assert not chosen
        assert meanwhile.equals(ws.leads.list(**WHOLE))
