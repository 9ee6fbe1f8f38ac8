"""The workspace that ``connect`` and ``open_sandbox`` return."""

import re

import httpx
import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from scripted_service import connect_workspace


def base_url(ws):
    return ws._session.client.base_url


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_revoked_key_stops_working_at_once(ws):
    key = ws.sandbox.create_key(name="short")
    with pb.connect(key, base_url=base_url(ws)) as other:
        other.leads.list(limit=1)
        ws.sandbox.revoke_key(key.split("_")[2])
        with pytest.raises(errors.AuthenticationError, match="revoked"):
            other.leads.list(limit=1)


def test_an_expired_key_is_refused(ws):
    from datetime import timedelta

    key = ws.sandbox.create_key(expires_at=ws.sandbox.clock.now() + timedelta(hours=1))
    with pb.connect(key, base_url=base_url(ws)) as other:
        ws.sandbox.clock.advance(3601)
        with pytest.raises(errors.AuthenticationError, match="expired"):
            other.me()


def test_a_missing_scope_is_named(ws):
    key = ws.sandbox.create_key(scopes=["me.read", "lead-fields.read"])
    with pb.connect(key, base_url=base_url(ws)) as other:
        with pytest.raises(errors.PermissionDeniedError, match=r"leads\.read"):
            other.leads.list()
        assert len(other.lead_fields.list())


def test_without_lead_fields_the_frame_types_custom_fields_by_their_values(ws, caplog):
    key = ws.sandbox.create_key(scopes=["me.read", "leads.read"])
    with pb.connect(key, base_url=base_url(ws)) as other:
        frame = other.leads.list()
        assert other.leads.intake(pd.DataFrame({"Mail": ["a@x.example"]})).mapping.columns == {"Mail": "email"}
    assert "the key lacks lead-fields.read: custom fields are typed by their values" in caplog.text
    assert [c for c in frame.columns if c.startswith("custom_")]


def test_a_read_only_membership_refuses_writes_before_they_are_sent(ws):
    key = ws.sandbox.create_key(read_only=True)
    with pb.connect(key, base_url=base_url(ws)) as other:
        assert other.read_only
        before = len(other.leads.list(include_deleted=True))
        with pytest.raises(errors.ReadOnlyError, match="may write") as caught:
            other.leads.create(email="a@b.example")
        assert caught.value.attempts == 0
        assert len(other.leads.list(include_deleted=True)) == before


def test_read_only_refuses_writes_of_a_key_that_may_write(ws):
    key = ws.sandbox.create_key()
    with pb.connect(key, base_url=base_url(ws), read_only=True) as other:
        for write in (
            lambda: other.leads.create(email="a@b.example"),
            lambda: other.leads.update("lead_1", title="x"),
            lambda: other.leads.delete("lead_1"),
            lambda: other.call("leads.bulk_upsert", rows=[]),
        ):
            with pytest.raises(errors.ReadOnlyError):
                write()


# --- the card --------------------------------------------------------------------------------------------------------


def test_the_card_shows_service_name_scopes_and_rate_budget(shared_ws):
    for card in (repr(shared_ws), shared_ws._repr_html_()):
        assert "SANDBOX" in card
        assert (shared_ws.name.replace("&", "&amp;") if "<" in card else shared_ws.name) in card
        assert "leads.read" in card
        assert "requests left" in card
        assert "ws.leads.list(limit=10)" in card


def test_the_same_seed_gives_the_same_card(ws):
    with pb.open_sandbox(leads=30, rate_limit=1_000_000) as other:
        assert repr(other) == repr(ws)


def test_showing_a_workspace_and_completing_names_make_no_request(ws):
    before = ws._session.client.rate.remaining
    repr(ws), ws._repr_html_(), dir(ws), dir(ws.leads), repr(ws.leads), repr(ws._session.client)
    for name in dir(ws):
        getattr(ws, name)
    ws.me()
    assert ws._session.client.rate.remaining == before - 1


def test_html_in_a_workspace_name_is_escaped():
    hostile = "<img src=x onerror=alert(1)> $5 to $10"
    me = {
        "data": {
            "name": hostile,
            "workspace": {"id": "w", "name": hostile},
            "scopes": [hostile],
            "membership": {"email": hostile},
        }
    }
    key = "pb2b_live_abc_0123456789abcdef"
    ws = pb.connect(key, transport=httpx.MockTransport(lambda _: httpx.Response(200, json=me)))
    assert ws.live
    assert "LIVE" in repr(ws)
    html = ws._repr_html_()
    assert "<img" not in html
    assert "mathjax_ignore" in html
    assert key.rpartition("_")[2] not in html + repr(ws)


# --- leads -----------------------------------------------------------------------------------------------------------


def test_pandas_and_polars_return_the_same_leads(shared_ws):
    pandas = shared_ws.leads.list(include_deleted=True)
    polars = shared_ws.leads.list(include_deleted=True, frame="polars")
    assert isinstance(pandas, pd.DataFrame)
    assert isinstance(polars, pl.DataFrame)
    assert (len(pandas), list(pandas.columns)) == (600, polars.columns)
    assert pandas["id"].tolist() == polars["id"].to_list()
    assert str(pandas["created_at"].dtype) == "datetime64[us, UTC]"
    assert pandas["id"].is_unique


def test_an_empty_list_has_the_same_columns_and_dtypes(shared_ws):
    for frame in ("pandas", "polars"):
        full, empty = shared_ws.leads.list(frame=frame), shared_ws.leads.list(email="no@body.example", frame=frame)
        assert len(empty) == 0
        assert list(empty.columns) == list(full.columns)
        assert list(empty.dtypes) == list(full.dtypes)


def test_a_limit_returns_the_newest_rows_and_logs_how_many_there_are(shared_ws, caplog):
    caplog.set_level("INFO", logger="pb2b_notebook")
    newest = shared_ws.leads.list(limit=7, page_size=3)
    assert newest["updated_at"].is_monotonic_decreasing
    assert len(newest) == 7
    assert re.search(r"leads.list: 7 of 5\d\d rows", caplog.text)
    assert not pb.provenance(newest).complete
    assert pb.provenance(shared_ws.leads.list()).complete


def test_columns_are_chosen_by_name_and_in_order(shared_ws):
    for frame in ("pandas", "polars"):
        chosen = shared_ws.leads.list(limit=3, columns=["status", "id"], frame=frame)
        assert list(chosen.columns) == ["status", "id"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": -1}, "leave limit out"),
        ({"limit": 0}, "leave limit out"),
        ({"limit": 10**30}, "leave limit out"),
        ({"limit": 2.5}, "whole number"),
        ({"limit": True}, "whole number"),
        ({"page_size": 501}, "1 to 500"),
        ({"page_size": 0}, "1 to 500"),
        ({"frame": "panda"}, "did you mean 'pandas'"),
        ({"columns": "email"}, r"columns=\['email'\]"),
        ({"columns": ["emial"]}, "did you mean 'email'"),
        ({"updated_after": "last tuesday"}, "7d"),
    ],
)
def test_invalid_options_are_refused_with_a_repair(shared_ws, options, message):
    with pytest.raises(errors.InvalidParameterError, match=message):
        shared_ws.leads.list(**options)


def test_pages_stream_frames_of_one_schema(shared_ws):
    pages = list(shared_ws.leads.pages(page_size=90, include_deleted=True))
    assert [len(p) for p in pages] == [90] * 6 + [60]
    assert len({tuple(map(str, p.dtypes)) for p in pages}) == 1


def test_find_returns_leads_that_contain_the_text(shared_ws):
    name = shared_ws.leads.list(limit=1, columns=["company_name"])["company_name"][0]
    assert (shared_ws.leads.find(name)["company_name"] == name).any()


def test_relative_times_count_back_from_the_clock_of_the_service(ws):
    """The clock of the sandbox is in March 2026."""
    made = ws.leads.create(email="new@y.example")
    assert ws.leads.list(updated_after="1h", columns=["id"])["id"].tolist() == [made.id]
    assert pb.provenance(ws.leads.list()).fetched_at == ws.sandbox.clock.now()


def test_provenance_returns_the_source_of_a_frame(shared_ws):
    source = pb.provenance(shared_ws.leads.list(status=["new", "replied"], country="DE"))
    assert source.operation == "leads.list"
    assert source.filters == {"status": ["new", "replied"], "country": "DE"}
    assert source.workspace == shared_ws.name
    assert source.request_ids


def test_a_lead_is_created_changed_upserted_and_deleted(ws):
    lead = ws.leads.create(email="ada@example.com", full_name="Ada Lovelace", custom_fields={})
    assert ws.leads.get(lead.id).full_name == "Ada Lovelace"
    changed = ws.leads.update(lead.id, {"title": "Countess"}, if_updated_at=lead.updated_at)
    assert (changed.title, changed.email) == ("Countess", "ada@example.com")
    with pytest.raises(errors.PreconditionFailedError, match=r"changed|since"):
        ws.leads.update(lead.id, title="Baroness", if_updated_at=lead.updated_at)
    assert ws.leads.upsert(email=" ADA@example.com ", phone="+44 20 7946 0000").id == lead.id
    ws.leads.delete(lead.id)
    assert ws.leads.get(lead.id).deleted_at is not None
    with pytest.raises(errors.LeadDeletedError):
        ws.leads.update(lead.id, title="x")


def test_a_record_is_a_frame_of_one_row_with_the_dtypes_of_the_list(ws):
    lead = ws.leads.list(limit=1)
    for frame in ("pandas", "polars"):
        record = ws.leads.get(lead["id"][0]).to_frame(frame)
        listed = ws.leads.list(limit=1, frame=frame)
        assert list(record.columns) == list(listed.columns)
        assert list(record.dtypes) == list(listed.dtypes)
        assert record["email"][0] == listed["email"][0]


def test_one_idempotency_key_creates_one_lead(ws):
    made = [ws.leads.create(email="x@y.example", idempotency_key="mine-1").id for _ in range(3)]
    assert len(set(made)) == 1
    with pytest.raises(errors.IdempotencyKeyReusedError, match="mine-1"):
        ws.leads.create(email="other@y.example", idempotency_key="mine-1")


def test_a_validation_error_names_each_field_and_no_value(ws):
    with pytest.raises(errors.ValidationError) as caught:
        ws.leads.create(email="not-an-address-canary", employee_count=-5)
    assert {d.field.rpartition(".")[2] for d in caught.value.details} == {"email", "employee_count"}
    assert "canary" not in str(caught.value)


def test_an_upsert_that_matches_two_leads_is_refused(ws):
    for _ in range(2):
        ws.leads.create(email="twin@y.example", again=True)
    with pytest.raises(errors.AmbiguousMatchError):
        ws.leads.upsert(email="twin@y.example", title="x")


# --- call ------------------------------------------------------------------------------------------------------------


def test_call_reaches_every_operation_of_leads(ws):
    lead = ws.call("leads.create", email="c@y.example")
    arguments = {
        "me.get": {},
        "leads.list": {"limit": 2},
        "leads.create": {"email": "d@y.example"},
        "leads.upsert": {"email": "c@y.example", "match_on": "email"},
        "leads.bulk_upsert": {"match_on": "email", "rows": [{"email": "c@y.example"}, {"email": "e@y.example"}]},
        "leads.get": {"id": lead.id},
        "leads.update": {"id": lead.id, "title": "x"},
        "leads.delete": {"id": lead.id},
        "lead_fields.list": {},
        "lead_fields.get": {"key": "email"},
    }
    tags = {"Me", "Leads", "Lead Fields"}
    assert set(arguments) == {name for name, operation in ws.operations.items() if operation.tag in tags}
    for name, values in arguments.items():
        assert len(ws.call(name, **values)) > 0, name


def test_every_list_of_the_contract_gives_the_same_frame_in_both_libraries(shared_ws):
    """Warnings are errors, so an object that the contract does not describe fails this test."""
    lists = [n for n, o in shared_ws.operations.items() if o.method == "GET" and o.many and not o.path_parameters]
    assert len(lists) >= 15
    for name in lists:
        pandas, polars = shared_ws.call(name, limit=50), shared_ws.call(name, limit=50, frame="polars")
        assert list(pandas.columns) == polars.columns, name
        assert pandas["id"].tolist() == polars["id"].to_list(), name
        assert "unparsed" not in pandas, name


def test_a_job_runs_when_the_clock_is_advanced(ws):
    export = ws.call("exports.create", format="csv", filters={"status": ["new"]})
    assert not ws.call("exports.download", id=export.id).ready
    ws.sandbox.clock.advance(600)
    download = ws.call("exports.download", id=export.id)
    assert download.ready
    assert download.row_count == len(ws.leads.list(status="new"))


def test_call_accepts_a_path_that_contains_an_id(ws):
    lead_id = ws.leads.list(limit=1)["id"][0]
    assert ws.call(f"GET /leads/{lead_id}").id == lead_id
    assert ws.call("GET /lead-fields", frame="polars", limit=3).height == 3


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("GET /leed", {}, "did you mean"),
        ("leads.list", {"stats": 1}, "did you mean 'status'"),
        ("me.get", {"frame": "polars"}, "takes no 'frame'"),
        ("leads.get", {}, "needs 'id'"),
    ],
)
def test_call_refuses_an_unknown_name_with_the_nearest_one(shared_ws, name, arguments, message):
    with pytest.raises(errors.UsageError, match=message):
        shared_ws.call(name, **arguments)


def test_the_card_is_shown_when_get_me_has_another_shape():
    unexpected = {"data": {"id": "k", "scopes": 5, "workspace": "w", "membership": [1]}}
    with pytest.warns(pb.ContractDriftWarning, match="me.get"):
        assert "LIVE" in repr(connect_workspace(lambda *_: {}, me=unexpected))


# --- closed ----------------------------------------------------------------------------------------------------------


def test_a_closed_workspace_refuses_everything_at_once_and_says_so():
    people = pd.DataFrame({"email": ["ada@engines.example"]})
    with pb.open_sandbox(leads=5) as ws:
        plan = ws.leads.plan(people)
        intake = ws.leads.intake(people, progress=False)
        done = plan.apply()
    assert "yes: connect again" in repr(ws)
    for call in (
        plan.apply,
        intake.apply,
        done.undo_plan,
        ws.report,
        ws.dashboard,
        ws.journal,
        ws.requests,
        ws.upserts.list,
        ws.upserts.pending,
        lambda: ws.upserts.get(done.job_id),
        lambda: ws.leads.plan(people),
        lambda: ws.leads.intake(people),
        lambda: ws.sql("select 1"),
    ):
        with pytest.raises(errors.UsageError, match="this workspace is closed"):
            call()
    assert len(done.rows) == 1


@pytest.mark.parametrize("name", ["tenant", "organization"])
def test_a_workspace_that_the_service_calls_otherwise_has_its_id_and_name(name):
    me = {"data": {"id": "key_1", "scopes": ["leads.read"], name: {"id": 7, "name": "Acme"}}}
    with pytest.warns(pb.ContractDriftWarning, match=name), connect_workspace(lambda _, __: {}, me=me) as ws:
        assert (ws.id, ws.name) == ("7", "Acme")
