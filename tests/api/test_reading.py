"""Lists from a service that is not quite the contract's, through an injected transport: nothing is lost or rounded."""

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors

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
def test_nothing_is_rounded_or_lost_whatever_a_page_holds(frame):
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


def test_a_service_that_does_not_count_is_read_all_the_same():
    class Strict(Service):
        def __call__(self, request):
            if b"include_total" in request.url.query:
                detail = [{"field": "include_total", "code": "unknown_parameter", "message": "unknown"}]
                error = {"error": {"code": "validation_failed", "message": "unknown", "details": detail}}
                return httpx.Response(422, json=error)
            return super().__call__(request)

    assert len(Strict([{"id": "a"}], [{"id": "b"}]).connect().leads.list()) == 2


def test_a_cut_listing_tells_the_total_or_that_more_exist(caplog):
    caplog.set_level("INFO", logger="pb2b_notebook")
    Service([{"id": "a"}, {"id": "b"}], total=70).connect().leads.list(limit=1)
    assert "1 of 70 rows" in caplog.text
    Service([{"id": "a"}, {"id": "b"}]).connect().leads.list(limit=1)
    assert "1 rows, more exist" in caplog.text


def test_a_limit_asks_for_no_more_pages_than_it_needs():
    service = Service([{"id": "a"}], [{"id": "b"}], [{"id": "c"}], [{"id": "d"}])
    assert len(service.connect().leads.list(limit=1)) == 1
    leads = [query for _, path, query in service.asked if path == "/leads"]
    assert leads[0]["limit"] == ["1"]
    assert leads[0]["order"] == ["updated_at.desc"]
    assert len(leads) <= 2  # one page is fetched ahead


def test_the_pages_of_polars_and_pandas_stream_with_one_schema():
    service = Service([{"id": "a"}], [{"id": "b", "score": 3}])
    frames = list(service.connect(frame="polars").leads.pages())
    assert [f.schema for f in frames] == [frames[0].schema] * 2
    assert isinstance(frames[0], pl.DataFrame)


def test_lead_fields_are_asked_for_once():
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
    reader = service.connect()._reader
    batches = list(reader.batches(reader.operations["leads.list"], {}))
    with pytest.warns(pb.ContractDriftWarning):
        assert [batch.table.num_rows for batch in batches] == [1, 0, 1]
    assert batches[0].table["planet"].to_pylist() == ["Mars"]
    assert batches[0].table["custom_size"].to_pylist() == [2.0]
    assert batches[2].table["unparsed"].to_pylist() == ['{"score":"high"}']
    assert [batch.request_ids for batch in batches] == [("r",)] * 3
    assert [batch.more for batch in batches] == [True, True, False]
    assert all(batch.bytes > 20 for batch in batches)


def test_pages_are_put_together_until_there_are_so_many_rows(shared_ws):
    reader = shared_ws._reader
    batches = list(reader.batches(reader.operations["leads.list"], {"status": "new"}, page_size=50, rows=120))
    apart = [batch.table for batch in reader.batches(reader.operations["leads.list"], {"status": "new"}, page_size=50)]
    assert {batch.pages for batch in batches[:-1]} == {3}
    assert {batch.table.num_rows for batch in batches[:-1]} == {150}
    assert [batch.more for batch in batches] == [True] * (len(batches) - 1) + [False]
    assert batches[0].total == sum(batch.table.num_rows for batch in batches)
    together = [one for batch in batches for one in batch.table["id"].to_pylist()]
    assert together == [one for table in apart for one in table["id"].to_pylist()]


def test_a_batch_is_decoded_once(shared_ws):
    reader = shared_ws._reader
    batch = next(reader.batches(reader.operations["leads.list"], {}, page_size=5))
    assert batch.table is batch.table


def test_a_batch_knows_when_the_service_answered(shared_ws):
    reader = shared_ws._reader
    batches = reader.batches(reader.operations["leads.list"], {"status": "new"}, page_size=50)
    first = next(batches)
    batches.close()
    assert first.table.num_rows == 50
    assert first.served_at.utcoffset() == dt.timedelta(0)
    assert abs(first.served_at - shared_ws.sandbox.clock.now()) < dt.timedelta(seconds=2)
