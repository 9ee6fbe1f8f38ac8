"""Lists from a service that is not quite the contract's, through an injected transport: nothing is lost or rounded."""

import datetime as dt
import json
import signal
import time
import traceback
from urllib.parse import parse_qs, urlsplit

import httpx
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import pb2b_notebook as pb
from each_case import each_case
from interrupting import ctrl_c_in
from pb2b_notebook import errors, frames
from pb2b_notebook.api.http.sending import transport
from pb2b_notebook.api.http.sending.retrying import Policy
from scripted_service import connect_workspace, paged_workspace
from timeline_service import Timeline, rows_of

KEY = "pb2b_live_abc_0123456789abcdef"
ME = {"data": {"id": "key_1", "workspace": {"id": "ws_1", "name": "Live"}, "scopes": ["leads.read"]}}
FIELDS = {"data": [{"key": "tier", "type": "select", "builtin": False}, {"key": "size", "type": "number"}]}


class Service:
    """Answers each path with what it was told; keeps what it was asked."""

    def __init__(self, *pages, total=None):
        self.pages = pages
        self.total = total
        self.asked = []

    def __call__(self, request):
        url = urlsplit(str(request.url))
        query = parse_qs(url.query)
        self.asked.append((request.method, url.path.removeprefix("/api/public/v1"), query))
        if url.path.endswith("/me"):
            return httpx.Response(200, json=ME)
        if url.path.endswith("/lead-fields"):
            return httpx.Response(200, json=FIELDS)
        number = int(query.get("cursor", ["0"])[0])
        page = self.pages[number]
        if query.get("order") == ["updated_at.asc"] and isinstance(self.pages[-1], list):
            page = self.pages[-1 - number][::-1]
        if isinstance(page, httpx.Response):
            return page
        body = page if isinstance(page, bytes) else json.dumps(page).encode()
        more = f'"{number + 1}"' if number + 1 < len(self.pages) else "null"
        paging = b'{"next_cursor":%s%s}' % (more.encode(), b',"total":%d' % self.total if self.total else b"")
        return httpx.Response(200, content=b'{"data":%s,"pagination":%s,"request_id":"r"}' % (body, paging))

    def connect(self, **options):
        return pb.connect(
            KEY, base_url="https://api.example.com/api/public/v1", transport=httpx.MockTransport(self), **options
        )


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_nothing_is_rounded_or_lost_whatever_a_page_contains(frame):
    big = 2**53 + 1
    service = Service(
        [
            {"id": "a", "employee_count": big, "custom_fields": {"tier": "gold", "size": 1.5}, "tags": ["x"]},
            {"id": "b"},
        ],
        [],
        [{"id": "c", "employee_count": None, "email": None, "tags": None, "custom_fields": None}],
        [{"id": "d", "employee_count": "many", "score": 12.7, "planet": "Mars", "custom_fields": {"new": True}}],
    )
    with pytest.warns(pb.ContractDriftWarning):
        leads = service.connect(frame=frame).leads.list()
    rows = leads.to_dict("records") if frame == "pandas" else leads.to_dicts()
    by_id = {row["id"]: row for row in rows}
    assert by_id["a"]["employee_count"] == big
    assert pd.isna(by_id["b"]["employee_count"])
    assert json.loads(by_id["d"]["unparsed"]) == {"employee_count": "many", "score": 12.7}
    assert by_id["d"]["planet"] == "Mars"
    assert by_id["d"]["custom_new"] is True or by_id["d"]["custom_new"] == True  # noqa: E712
    assert by_id["a"]["custom_size"] == 1.5
    kinds = dict(zip(leads.columns, map(str, leads.dtypes), strict=True))
    assert (kinds["employee_count"], kinds["score"], kinds["id"]) == (
        ("Int64", "Int64", "str") if frame == "pandas" else ("Int64", "Int64", "String")
    )


def test_an_empty_and_an_all_null_listing_have_the_columns_of_a_full_one():
    full = Service([{"id": "a", "score": 1, "created_at": "2026-03-10T12:00:00.000Z"}]).connect().leads.list()
    none = Service([]).connect().leads.list()
    nulls = Service([dict.fromkeys(c for c in full.columns if not c.startswith("custom_"))]).connect().leads.list()
    assert list(none.dtypes) == list(nulls.dtypes) == list(full.dtypes)
    assert list(none.columns) == list(nulls.columns) == list(full.columns)


def test_html_instead_of_json_says_what_answered():
    service = Service(httpx.Response(200, html="<html>Sign in</html>"))
    with pytest.raises(errors.NotJSONError, match="login page or a proxy"):
        service.connect().leads.list()


def test_a_service_that_does_not_count_is_read():
    class Strict(Service):
        def __call__(self, request):
            if b"include_total" in request.url.query:
                detail = [{"field": "include_total", "code": "unknown_parameter", "message": "unknown"}]
                error = {"error": {"code": "validation_failed", "message": "unknown", "details": detail}}
                return httpx.Response(422, json=error)
            return super().__call__(request)

    assert len(Strict([{"id": "a"}], [{"id": "b"}]).connect().leads.list()) == 2


def test_a_list_cut_by_its_limit_reports_the_total_or_that_more_exist(caplog):
    caplog.set_level("INFO", logger="pb2b_notebook")
    Service([{"id": "a"}, {"id": "b"}], total=70).connect().leads.list(limit=1)
    assert "1 of 70 rows" in caplog.text
    Service([{"id": "a"}, {"id": "b"}]).connect().leads.list(limit=1)
    assert "1 rows, more exist" in caplog.text


def test_a_limit_requests_only_the_pages_it_needs():
    service = Service([{"id": "a"}], [{"id": "b"}], [{"id": "c"}], [{"id": "d"}])
    assert len(service.connect().leads.list(limit=1)) == 1
    leads = [query for _, path, query in service.asked if path == "/leads"]
    assert leads[0]["limit"] == ["10"]  # ten rows show whether the service keeps to the order, most of the time
    assert leads[0]["order"] == ["updated_at.desc"]
    assert len(leads) <= 3  # the opposite order is tried once, and one page is fetched ahead


def test_the_pages_of_polars_and_pandas_stream_with_one_schema():
    service = Service([{"id": "a"}], [{"id": "b", "score": 3}])
    frames = list(service.connect(frame="polars").leads.pages())
    assert [f.schema for f in frames] == [frames[0].schema] * 2
    assert isinstance(frames[0], pl.DataFrame)


def test_lead_fields_are_read_once():
    service = Service([{"id": "a"}])
    ws = service.connect()
    for _ in range(3):
        ws.leads.list()
    assert [path for _, path, _ in service.asked].count("/lead-fields") == 1


def test_an_answer_of_another_shape_is_a_typed_error():
    with pytest.raises(errors.ProtocolError):
        Service(httpx.Response(200, json={"data": {"id": "a"}})).connect().leads.list()


# --- batches ---------------------------------------------------------------------------------------------------------


def test_batches_are_tables_with_what_a_mirror_must_know_of_each():
    service = Service([{"id": "a", "custom_fields": {"size": 2}, "planet": "Mars"}], [], [{"id": "b", "score": "high"}])
    session = service.connect()._session
    batches = list(session.batches(session.operations["leads.list"], {}))
    with pytest.warns(pb.ContractDriftWarning):
        assert [batch.table.num_rows for batch in batches] == [1, 0, 1]
    assert batches[0].table["planet"].to_pylist() == ["Mars"]
    assert batches[0].table["custom_size"].to_pylist() == [2.0]
    assert batches[2].table["unparsed"].to_pylist() == ['{"score":"high"}']
    assert [batch.request_ids for batch in batches] == [("r",)] * 3
    assert [batch.more for batch in batches] == [True, True, False]
    assert all(batch.bytes > 20 for batch in batches)


def test_pages_are_combined_until_a_batch_has_enough_rows(shared_ws):
    session = shared_ws._session
    batches = list(session.batches(session.operations["leads.list"], {"status": "new"}, page_size=50, rows=120))
    apart = [
        batch.table for batch in session.batches(session.operations["leads.list"], {"status": "new"}, page_size=50)
    ]
    assert {batch.pages for batch in batches[:-1]} == {3}
    assert {batch.table.num_rows for batch in batches[:-1]} == {150}
    assert [batch.more for batch in batches] == [True] * (len(batches) - 1) + [False]
    assert batches[0].total == sum(batch.table.num_rows for batch in batches)
    together = [one for batch in batches for one in batch.table["id"].to_pylist()]
    assert together == [one for table in apart for one in table["id"].to_pylist()]


def test_a_caller_may_delay_the_pages_of_the_next_batch():
    """A writer that is behind: what waits for it stays bounded."""
    service = Service(*([{"id": f"{page}"}] for page in range(7)))
    session = service.connect()._session
    told, fetched = [], []

    def before_page(rows):
        time.sleep(0.05)  # what can be fetched meanwhile, is
        told.append(rows)
        fetched.append([path for _, path, _ in service.asked].count("/leads"))

    batches = list(session.batches(session.operations["leads.list"], {}, rows=3, before_page=before_page))
    assert [batch.rows for batch in batches] == [batch.table.num_rows for batch in batches] == [3, 3, 1]
    assert told == [1, 2, 1, 2]
    assert all(count <= taken + 1 for count, taken in zip(fetched, (1, 2, 4, 5), strict=True))


def test_a_batch_is_decoded_once(shared_ws):
    session = shared_ws._session
    batch = next(session.batches(session.operations["leads.list"], {}, page_size=5))
    assert batch.table is batch.table


def test_a_batch_knows_when_the_service_answered(shared_ws):
    session = shared_ws._session
    batches = session.batches(session.operations["leads.list"], {"status": "new"}, page_size=50)
    first = next(batches)
    batches.close()
    assert first.table.num_rows == 50
    assert first.served_at.utcoffset() == dt.timedelta(0)
    assert abs(first.served_at - shared_ws.sandbox.clock.now()) < dt.timedelta(seconds=2)


# --- what was read when a reading stops ------------------------------------------------------------------------------


class Stopping(Service):
    """Three pages, and then something happens instead of the fourth."""

    def __init__(self, happens):
        super().__init__(*([{"id": f"lead_{n}", "score": n}] for n in range(9)))
        self.happens = happens

    def __call__(self, request):
        if parse_qs(urlsplit(str(request.url)).query).get("cursor") == ["3"]:
            return self.happens()
        return super().__call__(request)


def press_ctrl_c():
    signal.raise_signal(signal.SIGINT)
    return httpx.Response(200, json={"data": []})


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_ctrl_c_keeps_what_was_read(frame):
    ws = Stopping(press_ctrl_c).connect(frame=frame)
    with pytest.raises(KeyboardInterrupt) as caught:
        ws.leads.list(columns=["id", "score"])
    assert isinstance(caught.value, errors.ReadInterrupted)
    assert list(caught.value.partial["id"]) == ["lead_0", "lead_1", "lead_2"]
    assert list(caught.value.partial.columns) == ["id", "score"]
    assert ws.partial is caught.value.partial
    assert str(caught.value) == "3 rows had been read; they are in ws.partial"
    assert not pb.provenance(ws.partial).complete
    assert pb.provenance(ws.partial).rows == 3


def test_ctrl_c_while_the_frame_is_made_keeps_all_rows():
    ws = Stopping(lambda: httpx.Response(200, json={"data": []})).connect()
    with ctrl_c_in(frames.to_frame), pytest.raises(errors.ReadInterrupted, match="3 rows had been read") as caught:
        ws.leads.list(limit=3)
    assert list(caught.value.partial["id"]) == ["lead_0", "lead_1", "lead_2"]


@each_case(
    ("happens", "kind", "rows"),
    [
        (
            lambda: httpx.Response(403, json={"error": {"code": "missing_scope", "message": "no"}}),
            "PermissionDenied",
            3,
        ),
        (lambda: httpx.Response(200, html="<html>"), "NotJSON", 3),
        (lambda: httpx.Response(200, json={"data": [{}], "pagination": {"next_cursor": "1"}}), "Pagination", 3),
        (lambda: httpx.Response(400, json={"error": {"code": "cursor_expired", "message": "old"}}), "CursorExpired", 3),
        (
            lambda: httpx.Response(200, json={"data": [{"id": "x"}, 5], "pagination": {"next_cursor": "4"}}),
            "Protocol",
            4,
        ),
    ],
)
def test_an_error_during_a_list_keeps_what_was_read_and_shows_none_of_it(happens, kind, rows):
    ws = Stopping(happens).connect()
    with pytest.raises(getattr(errors, f"{kind}Error")) as caught:
        ws.leads.list()
    assert caught.value.partial["id"].tolist()[:3] == ["lead_0", "lead_1", "lead_2"]
    assert ws.partial is caught.value.partial
    shown = "".join(traceback.format_exception(caught.value))
    assert f"{rows} rows had been read; they are in ws.partial" in shown
    assert "lead_1" not in shown


def test_a_lost_service_leaves_what_was_read():
    def unreachable():
        raise httpx.ConnectError("")

    ws = Stopping(unreachable).connect()
    ws._session.client._policy = Policy(attempts=1)
    with pytest.raises(errors.ConnectionFailedError) as caught:
        ws.leads.list()
    assert len(caught.value.partial) == 3


def test_partial_is_none_without_pages_and_after_a_whole_list():
    refused = httpx.Response(403, json={"error": {"code": "missing_scope", "message": "no"}})
    ws = Service(refused).connect()
    with pytest.raises(errors.PermissionDeniedError) as caught:
        ws.leads.list()
    assert caught.value.partial is None
    assert ws.partial is None
    ws = Stopping(press_ctrl_c).connect()
    with pytest.raises(KeyboardInterrupt):
        ws.leads.list()
    ws.lead_fields.list()
    assert ws.partial is None


@pytest.mark.parametrize("happens", [press_ctrl_c, lambda: httpx.Response(401, json={})], ids=["Ctrl-C", "401"])
def test_parallel_windows_keep_what_was_read_in_order(happens):
    service = Timeline([n * 10**6 for n in range(200)], page=5)
    answer = service._answer
    service._answer = lambda asked: happens() if len(service.asked) == 25 else answer(asked)
    ws = service.connect()
    with pytest.raises((KeyboardInterrupt, errors.AuthenticationError)) as caught:
        ws.leads.list(parallel=4)
    rows = rows_of(caught.value.partial)
    assert 0 < len(rows) < 200
    assert rows == sorted(rows, key=lambda row: row[1])
    assert set(rows) < set(service.expected())


def test_a_notebook_shows_how_to_go_on_after_ctrl_c(capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.push({"ws": Stopping(press_ctrl_c).connect()})
    shell.run_cell("ws.leads.list()")
    shown = capsys.readouterr().out
    assert "3 rows had been read; they are in ws.partial" in shown
    assert shell.run_cell("len(ws.partial)").result == 3


# --- newest first ----------------------------------------------------------------------------------------------------


@given(
    times=st.lists(st.integers(0, 10**10) | st.integers(0, 3000), min_size=1, max_size=40),
    page=st.integers(1, 6),
    limit=st.none() | st.integers(1, 45),
    changes=st.dictionaries(st.integers(1, 9), st.lists(st.integers(0, 99), min_size=1, max_size=3), max_size=5),
)
@example(times=[0, 0], page=1, limit=None, changes={2: [1]})  # within the millisecond
def test_newest_first_a_lead_that_changes_meanwhile_is_not_missed(times, page, limit, changes):
    service = Timeline(times, page=page, changes=changes, order="updated_at.desc")
    ws = service.connect()
    leads = ws.leads.list(**({"order": "updated_at.desc"} if limit is None else {"limit": limit}))
    assert rows_of(leads) == service.expected()[::-1][:limit]


def test_newest_first_one_page_takes_one_request_and_several_one_more():
    service = Timeline([n * 10**6 for n in range(100)], page=10)
    ws = service.connect()
    ws.leads.list(limit=5)
    assert len(service.asked) == 2  # the opposite order is tried once
    for limit, requests in ((5, 1), (10, 1), (25, 5), (25, 4)):  # what filters by time do is tried once
        service.asked.clear()
        ws.leads.list(limit=limit)
        assert len(service.asked) == requests


# --- page sizes ------------------------------------------------------------------------------------------------------


def leads_asked(service):
    return [query for _, path, query in service.asked if path == "/leads"]


@pytest.mark.parametrize("said", ["field", "message"])
def test_a_service_with_smaller_pages_is_asked_for_smaller_pages_only_once(said):
    class Smaller(Service):
        def __call__(self, request):
            if int(request.url.params.get("limit", 1)) > 120:
                details = [{"field": "limit", "code": "range", "message": "at most 120"}] if said == "field" else []
                message = "the limit is at most 120" if said == "message" else "invalid"
                super().__call__(request)
                return httpx.Response(422, json={"error": {"code": "x", "message": message, "details": details}})
            return super().__call__(request)

    service = Smaller([{"id": "a"}], [{"id": "b"}])
    ws = service.connect()
    assert len(ws.leads.list(parallel=1)) == 2
    assert [query["limit"] for query in leads_asked(service)] == [["120"], ["120"]]
    ws.leads.list(parallel=1)
    assert [query["limit"] for query in leads_asked(service)][2:] == [["120"], ["120"]]
    ws.leads.list(page_size=300, parallel=1)
    assert leads_asked(service)[-1]["limit"] == ["120"]


def test_pages_that_are_too_large_are_requested_in_smaller_ones(monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY", 20_000)

    class Large(Service):
        def __call__(self, request):
            self.pages = [[{"id": f"lead_{n}"} for n in range(int(request.url.params.get("limit", 1)) * 5)]]
            return super().__call__(request)

    assert len(Large([]).connect().leads.list()) == 1000


# --- flat ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_flat_frames_have_text_in_place_of_lists_and_records(frame):
    service = Service([
        {"id": "a", "tags": ["x", "y"]}, {"id": "b", "tags": []}, {"id": "c"}, {"id": "d", "tags": ["x", None, ""]}
    ])  # fmt: skip
    ws = service.connect(frame=frame)
    for leads in (ws.leads.list(flat=True), next(ws.leads.pages(flat=True))):
        tags = leads["tags"].to_list() if frame == "polars" else leads["tags"].tolist()
        assert [None if pd.isna(one) else one for one in tags] == ["x, y", "", None, "x, "]
        assert str(leads["tags"].dtype) == ("str" if frame == "pandas" else "String")


def test_every_list_of_the_contract_is_flat_on_demand(shared_ws):
    for operation in shared_ws.operations.values():
        if operation.many and not operation.mutates and not operation.path_parameters:
            frame = shared_ws.call(operation.id, flat=True, frame="polars", limit=30)
            assert not [column.name for column in frame if column.dtype.is_nested()]
            table = shared_ws.call(operation.id, flat=True, limit=30)
            assert not [name for name in table if table[name].map(lambda one: isinstance(one, (list, dict))).any()]


@pytest.mark.parametrize("wrong", [1, 0, "yes", []])
def test_flat_is_true_or_false(shared_ws, wrong):
    with pytest.raises(errors.InvalidParameterError, match="flat must be True or False"):
        shared_ws.leads.list(flat=wrong)


def test_a_mutation_that_succeeded_does_not_fail_on_the_lead_fields():
    def answer(request, path):
        if path == "/lead-fields":
            raise httpx.ConnectError("x")
        return httpx.Response(201, json={"data": {"id": "lead_1", "object": "lead", "custom_fields": {"a": 1}}})

    ws = connect_workspace(answer)
    assert ws.leads.create(email="q@x.example").id == "lead_1"


def test_a_call_with_wrong_options_writes_nothing(ws):
    before = len(ws.leads.list())
    with pytest.raises(errors.InvalidParameterError):
        ws.call("leads.bulk_upsert", match_on="email", rows=[{"email": "new1@b.example"}], columns=["nope"])
    with pytest.raises(errors.InvalidParameterError):
        ws.call("leads.bulk_upsert", match_on="email", rows=[{"email": "new1@b.example"}], limit=1)
    assert len(ws.leads.list()) == before


def test_an_id_given_in_the_path_and_by_name_is_refused(ws):
    one, two = ws.leads.list(limit=2)["id"]
    with pytest.raises(errors.InvalidParameterError, match="twice"):
        ws.call(f"DELETE /leads/{one}", id=two)
    assert ws.leads.get(two).deleted_at is None


@pytest.mark.parametrize(
    "beside",
    [{"pagination": {"has_more": True}}, {"pagination": {"has_more": True, "next_cursor": None}}, {"has_more": True}],
)
def test_a_page_that_promises_more_without_a_cursor_is_an_error(beside):
    ws, _ = paged_workspace(([{"id": "a"}], beside))
    with pytest.raises(errors.PaginationError, match="says that more rows follow"):
        ws.leads.list()


def test_a_cursor_may_be_a_number():
    ws, asked = paged_workspace(([{"id": "a"}], {"pagination": {"next_cursor": 7}}), ([{"id": "b"}], {}))
    assert ws.leads.list()["id"].tolist() == ["a", "b"]
    assert asked[1]["cursor"] == "7"


def test_a_lead_that_changes_during_a_read_is_one_row_in_its_newest_state():
    first = [{"id": "a", "score": 1}, {"id": "b", "score": 2}]
    ws, _ = paged_workspace((first, {"pagination": {"next_cursor": "c"}}), ([{"id": "a", "score": 9}], {}))
    for frame in ("pandas", "polars"):
        again, _ = paged_workspace((first, {"pagination": {"next_cursor": "c"}}), ([{"id": "a", "score": 9}], {}))
        leads = again.leads.list(frame=frame)
        assert list(leads["id"]) == ["b", "a"]
        assert list(leads["score"]) == [2, 9]
    assert list(ws.leads.list(columns=["score"])["score"]) == [2, 9]


def test_a_list_stops_at_its_limit_without_another_request():
    more = {"pagination": {"next_cursor": "c"}}
    ws, asked = paged_workspace(([{"id": "a"}], more), ([{"id": "z"}], more))
    for _ in range(20):
        ws.leads.list(limit=1)
    assert len(asked) == 22  # the opposite order is tried once, and a lead is read for fields that the list lacks


def test_the_notice_about_a_limit_names_the_order(ws, caplog):
    caplog.set_level("INFO", logger="pb2b_notebook")
    ws.leads.list(limit=3, order="updated_at.asc")
    assert "newest first" not in caplog.text
    assert "oldest first" in caplog.text


def test_a_replayed_mutation_logs_a_warning_in_a_script(ws, caplog):
    ws.leads.create(email="twice@x.example")
    ws.leads.create(email="twice@x.example")
    assert [r.levelname for r in caplog.records if "nothing was sent" in r.message] == ["WARNING"]


@each_case(
    "fields",
    [
        [{"key": "n"}],
        [{"id": "n", "type": "text"}],
        ["n"],
        [{"key": "n", "type": ["text"]}],
        [{"key": 5, "type": "text"}],
    ],
)
def test_malformed_lead_fields_are_ignored(fields):
    ws, _ = paged_workspace(([{"id": "a"}], {}), fields=fields)
    assert len(ws.leads.list()) == 1


def test_lead_fields_are_read_again_after_an_error_that_is_not_a_refusal():
    refused = [httpx.Response(status, json={"error": {"code": "of_its_own"}}) for status in (404, 409)]
    answers = iter([*refused, {"data": [{"key": "n", "type": "number"}]}])

    def answer(request, path):
        return next(answers) if path == "/lead-fields" else {"data": []}

    ws = connect_workspace(answer)
    assert "custom_n" not in ws.leads.list()
    ws.lead_fields._session.forget_custom_fields()
    assert "custom_n" not in ws.leads.list()  # the service lacks them: they are asked for once
    ws.profile.reset()
    ws.lead_fields._session.forget_custom_fields()
    with pytest.raises(errors.ConflictError):
        ws.leads.list()
    assert "custom_n" in ws.leads.list()


def test_times_without_a_zone_are_in_the_workspaces_zone(ws):
    zone = ws.call("settings.get").timezone
    told = pb.provenance(ws.leads.list(updated_after="today", limit=1))
    assert told.time_zone == zone == "Europe/Berlin"
    assert told.filters["updated_after"] == "2026-03-09T23:00:00.000Z"


def test_times_with_a_zone_need_no_request_for_the_settings(ws):
    before = len(ws.requests())
    ws.lead_fields.list(updated_after="7d")
    ws.lead_fields.list(updated_after="2026-01-01T00:00:00Z")
    assert len(ws.requests()) == before + 2


def test_times_are_utc_where_the_key_may_not_read_the_settings(ws):
    key = ws.sandbox.create_key(scopes=["me.read", "lead-fields.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as other:
        assert pb.provenance(other.lead_fields.list(updated_after="monday")).time_zone == "UTC"


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_a_countrys_name_finds_the_leads_of_its_code_and_says_so_once(shared_ws, frame, caplog):
    caplog.set_level("INFO", "pb2b_notebook")
    expected = set(shared_ws.leads.list(country=["DE", "AT"], frame=frame)["id"])
    assert expected
    for _ in range(2):
        assert set(shared_ws.leads.list(country=["Germany", "at"], frame=frame)["id"]) == expected
    assert shared_ws.count("leads.list", country=("Germany", "at")) == len(expected)
    said = [record.message for record in caplog.records if "is read as" in record.message]
    assert len(said) == len(set(said)) <= 2


def test_a_service_that_stores_names_of_countries_is_asked_for_them_too():
    service = Service([])
    with service.connect() as ws:
        ws.leads.list(country="Germany")
    # It gives no total, so that it is tried afterwards whether it takes several values.
    assert next(query for _, path, query in service.asked if path == "/leads")["country"] == ["Germany", "DE"]


def test_an_owner_is_found_by_the_name_of_a_member(shared_ws):
    expected = set(shared_ws.leads.list(owner_email="elif@lanternfinch.example")["id"])
    assert expected
    assert set(shared_ws.leads.list(owner_email="Elif")["id"]) == expected
    assert set(shared_ws.leads.list(owner_email=["ELIF", "nobody@lanternfinch.example"])["id"]) == expected


def test_an_address_of_an_owner_needs_no_request_for_the_members(ws):
    ws.leads.list(owner_email="elif@lanternfinch.example")
    assert "settings.members" not in set(ws.requests()["operation"])


@pytest.mark.parametrize(
    ("filters", "hint"),
    [
        ({"country": "Ruritania"}, "'Ruritania' is not such a code"),
        ({"owner_email": "Ruritania"}, "ws.settings.members()"),
        ({"owner_email": "elif", "status": "bounced", "country": "AQ"}, ""),
        ({"country": "AQ"}, ""),
        ({"country": 3}, "country takes text; 3 is of type int"),
        ({"owner_email": 3.5}, "owner_email takes text"),
    ],
)
def test_an_empty_list_for_an_unknown_name_says_what_to_give(ws, caplog, filters, hint):
    assert len(ws.leads.list(**filters)) == 0
    said = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert [hint in text for text in said] == [True] * bool(hint)


def test_a_key_that_may_not_read_the_members_asks_for_the_name_as_given(ws, caplog):
    key = ws.sandbox.create_key(scopes=["leads.read", "me.read", "lead-fields.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as other:
        assert len(other.leads.list(owner_email="Elif")) == 0
    assert "email address" in caplog.records[-1].message


def test_a_key_that_may_not_read_lead_fields_gets_one_notice_and_no_drift(ws, caplog):
    key = ws.sandbox.create_key(scopes=["leads.read", "me.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as other:  # a ContractDriftWarning would fail it
        other.leads.list()
        other.leads.list()
    assert [record.message.partition(":")[0] for record in caplog.records] == ["the key lacks lead-fields.read"]
