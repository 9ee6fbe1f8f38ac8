"""Defects that a fresh pair of eyes found, each as the case that showed it."""

import copy
import json

import httpx
import numpy as np
import pandas as pd
import pytest

import pb2b_notebook as pb
from pb2b_notebook import credentials, errors

KEY = "pb2b_live_abc123_0123456789abcdefSECRET"
ME = {"data": {"id": "key_1", "workspace": {"id": "ws_1", "name": "Live"}, "scopes": ["leads.read"]}}


def connected(answer, me=ME, **options):
    def handle(request):
        path = request.url.path.removeprefix("/api/public/v1")
        if path == "/me":
            return httpx.Response(200, json=me)
        result = answer(request, path)
        return result if isinstance(result, httpx.Response) else httpx.Response(200, json=result)

    # Some of these write, to a service that no check would recognize.
    options = {"trust": True, "transport": httpx.MockTransport(handle), **options}
    return pb.connect(KEY, base_url="https://api.example.com/api/public/v1", **options)


def listing(*pages, fields=()):
    """Each page is (records, what stands beside them)."""
    asked = []

    def answer(request, path):
        if path == "/lead-fields":
            return {"data": list(fields)}
        asked.append(dict(request.url.params))
        records, beside = pages[min(len(asked), len(pages)) - 1]
        return {"data": records, **beside}

    return connected(answer), asked


# --- nothing that succeeded is told as failed ---


def test_a_mutation_that_succeeded_does_not_fail_on_the_lead_fields():
    def answer(request, path):
        if path == "/lead-fields":
            raise httpx.ConnectError("x")
        return httpx.Response(201, json={"data": {"id": "lead_1", "object": "lead", "custom_fields": {"a": 1}}})

    ws = connected(answer)
    assert ws.leads.create(email="q@x.example").id == "lead_1"


def test_a_refused_call_has_not_written(ws):
    before = len(ws.leads.list())
    with pytest.raises(errors.InvalidParameterError):
        ws.call("leads.bulk_upsert", match_on="email", rows=[{"email": "new1@b.example"}], columns=["nope"])
    with pytest.raises(errors.InvalidParameterError):
        ws.call("leads.bulk_upsert", match_on="email", rows=[{"email": "new1@b.example"}], limit=1)
    assert len(ws.leads.list()) == before


def test_an_id_in_the_path_is_not_overruled(ws):
    one, two = ws.leads.list(limit=2)["id"]
    with pytest.raises(errors.InvalidParameterError, match="twice"):
        ws.call(f"DELETE /leads/{one}", id=two)
    assert ws.leads.get(two).deleted_at is None


# --- workspaces and keys never mix ---


def test_two_keys_without_a_workspace_id_have_two_journals(tmp_path, monkeypatch):
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    made = iter(["lead_a", "lead_b"])

    def answer(request, path):
        return {"data": {"id": next(made), "object": "lead"}}

    nameless = {"data": {"id": "k", "object": "api_key", "name": "n"}}
    transport = httpx.MockTransport(
        lambda r: httpx.Response(200, json=nameless if r.url.path.endswith("/me") else answer(r, r.url.path))
    )
    ids = [
        pb.connect(key, transport=transport, trust=True).leads.create(email="ada@x.example").id
        for key in (KEY, KEY.replace("abc123", "xyz789"))
    ]
    assert ids == ["lead_a", "lead_b"]


def test_a_typo_in_the_default_profile_does_not_unlock_it(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(f'[profiles.default]\napi_key = "{KEY}"\nread_ony = true')
    path.chmod(0o600)
    monkeypatch.setenv("PB2B_CONFIG", str(path))
    with pytest.raises(errors.ConfigurationError, match="did you mean 'read_only'"):
        credentials.find()


def test_the_environment_does_not_redirect_a_named_profile(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(f'[profiles.acme]\napi_key = "{KEY}"')
    path.chmod(0o600)
    monkeypatch.setenv("PB2B_CONFIG", str(path))
    monkeypatch.setenv("PB2B_BASE_URL", "http://127.0.0.1:8808/api/public/v1")
    assert credentials.find(profile="acme").base_url == credentials.LIVE_URL


def test_a_service_that_echoes_the_key_does_not_put_it_into_the_message():
    def answer(request, path):
        message = f"bad key {request.headers['authorization']}"
        return httpx.Response(401, json={"error": {"code": message, "message": message}, "request_id": message})

    with pytest.raises(errors.AuthenticationError) as caught:
        connected(answer).leads.list()
    assert "SECRET" not in str(caught.value) + repr(vars(caught.value))


# --- listings are whole, or said not to be ---


@pytest.mark.parametrize(
    "beside",
    [{"pagination": {"has_more": True}}, {"pagination": {"has_more": True, "next_cursor": None}}, {"has_more": True}],
)
def test_a_promised_page_without_a_cursor_is_an_error(beside):
    ws, _ = listing(([{"id": "a"}], beside))
    with pytest.raises(errors.PaginationError, match="promises more"):
        ws.leads.list()


def test_a_cursor_may_be_a_number():
    ws, asked = listing(([{"id": "a"}], {"pagination": {"next_cursor": 7}}), ([{"id": "b"}], {}))
    assert ws.leads.list()["id"].tolist() == ["a", "b"]
    assert asked[1]["cursor"] == "7"


def test_a_lead_that_changes_meanwhile_is_one_row_its_newest():
    first = [{"id": "a", "score": 1}, {"id": "b", "score": 2}]
    ws, _ = listing((first, {"pagination": {"next_cursor": "c"}}), ([{"id": "a", "score": 9}], {}))
    for frame in ("pandas", "polars"):
        again, _ = listing((first, {"pagination": {"next_cursor": "c"}}), ([{"id": "a", "score": 9}], {}))
        leads = again.leads.list(frame=frame)
        assert list(leads["id"]) == ["b", "a"]
        assert list(leads["score"]) == [2, 9]
    assert list(ws.leads.list(columns=["score"])["score"]) == [2, 9]


def test_a_limit_that_is_reached_asks_for_no_further_page():
    ws, asked = listing(([{"id": "a"}], {"pagination": {"next_cursor": "c"}}))
    for _ in range(20):
        ws.leads.list(limit=1)
    assert len(asked) == 20


def test_the_notice_of_a_cut_tells_the_order(ws, caplog):
    caplog.set_level("INFO", logger="pb2b_notebook")
    ws.leads.list(limit=3, order="updated_at.asc")
    assert "newest first" not in caplog.text
    assert "oldest first" in caplog.text


def test_a_replay_is_visible_in_a_script_too(ws, caplog):
    ws.leads.create(email="twice@x.example")
    ws.leads.create(email="twice@x.example")
    assert [r.levelname for r in caplog.records if "nothing was sent" in r.message] == ["WARNING"]


# --- lead fields of another shape ---


@pytest.mark.parametrize(
    "fields",
    [
        [{"key": "n"}],
        [{"id": "n", "type": "text"}],
        ["n"],
        [{"key": "n", "type": ["text"]}],
        [{"key": 5, "type": "text"}],
    ],
)
def test_lead_fields_of_another_shape_type_nothing_and_break_nothing(fields):
    ws, _ = listing(([{"id": "a"}], {}), fields=fields)
    assert len(ws.leads.list()) == 1


def test_only_a_refusal_is_remembered_as_no_custom_fields():
    answers = iter(
        [httpx.Response(404, json={}), httpx.Response(422, json={}), {"data": [{"key": "n", "type": "number"}]}]
    )

    def answer(request, path):
        return next(answers) if path == "/lead-fields" else {"data": []}

    ws = connected(answer)
    assert "custom_n" not in ws.leads.list()
    ws.lead_fields._session.forget_custom_fields()
    with pytest.raises(errors.ValidationError):
        ws.leads.list()
    assert "custom_n" in ws.leads.list()


# --- odd input ---


@pytest.mark.parametrize(
    "wrong",
    [
        lambda ws: ws.leads.list(country=float("nan")),
        lambda ws: ws.leads.list(country=["DE", np.nan]),
        lambda ws: ws.leads.list(country=pd.NA),
        lambda ws: ws.leads.list(country=pd.NaT),
        lambda ws: ws.leads.list(country=[None]),
        lambda ws: ws.leads.list(email="  "),
        lambda ws: ws.leads.find(None),
        lambda ws: ws.leads.find("  "),
        lambda ws: ws.leads.list(custom="tier"),
        lambda ws: ws.leads.list(custom=["tier"]),
        lambda ws: ws.leads.list(columns=[1]),
        lambda ws: ws.leads.list(columns=["email", "email"], frame="polars"),
        lambda ws: ws.leads.get("\ud800"),
        lambda ws: ws.call(None),
        lambda ws: ws.call(5),
        lambda ws: ws.leads.create(pd.DataFrame({"email": ["a"]})),
        lambda ws: ws.leads.create(pd.Series({"email": "a"})),
        lambda ws: ws.leads.create("abc"),
        lambda ws: ws.leads.create([("email", "a")]),
        lambda ws: ws.leads.create({1: "a"}),
        lambda ws: ws.leads.create(email="a@b.example", idempotency_key=5),
        lambda ws: ws.leads.list(stauts="new"),
        lambda ws: ws.lead_fields.list(ordre="updated_at.asc"),
    ],
)
def test_odd_input_is_a_typed_error_before_anything_is_sent(shared_ws, wrong):
    shared_ws.leads.list(limit=1)  # the lead fields are known from here on
    before = len(shared_ws.requests())
    with pytest.raises(errors.UsageError) as caught:
        wrong(shared_ws)
    assert caught.value.repair
    assert len(shared_ws.requests()) == before


def test_columns_may_be_an_index(shared_ws):
    assert list(shared_ws.leads.list(limit=1, columns=pd.Index(["email", "id"])).columns) == ["email", "id"]


def test_an_unknown_filter_names_the_nearest(shared_ws):
    with pytest.raises(errors.InvalidParameterError, match="did you mean 'status'"):
        shared_ws.leads.list(stauts="new")


def test_ids_may_be_given_by_name(ws):
    lead_id = ws.leads.list(limit=1)["id"][0]
    assert ws.leads.update(id=lead_id, title="x").id == lead_id


@pytest.mark.parametrize(
    "url",
    [
        5,
        "https://x.example?",
        "https://x.example#",
        "https://@x.example",
        "https://exa mple.com",
        "https://.",
        "https://x\n.example",
        "https://x.example/\x00",
        "https://١.example",
        "https://xn--zzzz.example/ü",
    ],
)
def test_a_base_url_that_would_break_later_is_refused(url):
    with pytest.raises(errors.ConfigurationError):
        pb.connect(KEY, base_url=url)


@pytest.mark.parametrize("me", [{}, {"data": None}, {"data": {}}])
def test_an_empty_me_is_no_connection(me):
    with pytest.raises(errors.ProtocolError, match="GET /me"):
        connected(lambda *_: {}, me=me)


def test_a_me_of_another_shape_still_shows_its_card():
    odd = {"data": {"id": "k", "scopes": 5, "workspace": "w", "membership": [1]}}
    with pytest.warns(pb.ContractDriftWarning, match="me.get"):
        assert "LIVE" in repr(connected(lambda *_: {}, me=odd))


def test_records_are_copied_and_pickled_by_value():
    import pickle

    record = connected(lambda *_: {}).me()
    for twin in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301
        assert dict(twin) == dict(record)
    assert json.dumps(record["scopes"]) == '["leads.read"]'


# --- times in the workspace's zone ---


def test_times_without_a_zone_are_the_workspaces(ws):
    zone = ws.call("settings.get").timezone
    told = pb.provenance(ws.leads.list(updated_after="today", limit=1))
    assert told.time_zone == zone == "Europe/Berlin"
    assert told.filters["updated_after"] == "2026-03-09T23:00:00.000Z"


def test_times_with_a_zone_ask_for_none(ws):
    before = len(ws.requests())
    ws.lead_fields.list(updated_after="7d")
    ws.lead_fields.list(updated_after="2026-01-01T00:00:00Z")
    assert len(ws.requests()) == before + 2


def test_without_settings_times_are_utc_and_say_so(ws):
    key = ws.sandbox.create_key(scopes=["me.read", "lead-fields.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as other:
        assert pb.provenance(other.lead_fields.list(updated_after="monday")).time_zone == "UTC"


# --- what a newcomer's first hour meets ---


def test_a_filter_by_a_countrys_name_that_finds_nothing_tells_its_code(ws, caplog):
    assert len(ws.leads.list(country="Germany")) == 0
    [record] = caplog.records
    assert (record.levelname, "country='DE'" in record.message) == ("WARNING", True)
    caplog.clear()
    ws.leads.list(country="AQ")
    assert not caplog.records


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: pb.connect(api_key="x"), "connect takes no 'api_key' → did you mean 'key'"),
        (lambda: pb.open_sandbox(lead=10), "open_sandbox takes no 'lead' → did you mean 'leads'"),
        (lambda: pb.read_leads("x.csv", delimeter=";"), "did you mean 'delimiter'"),
        (lambda: pb.mask([], kep=[]), "did you mean 'keep'"),
        (lambda: pb.forms.ImportForm([1]), "ImportForm needs a workspace, not list"),
        (pb.forms.ExportForm, "ExportForm needs a workspace"),
        (lambda: pb.forms.JobMonitor(ws="x"), "JobMonitor needs a workspace"),
        (lambda: pb.forms.App({}), "App needs a workspace"),
    ],
)
def test_a_wrong_word_or_a_workspace_left_out_is_named(call, says):
    with pytest.raises(errors.InvalidParameterError) as caught:
        call()
    assert says in str(caught.value)


def test_a_key_that_was_given_is_in_no_frame_of_a_failure():
    secret = "pb2b_live_canary"
    for wrong in ({}, {"profil": "acme"}):
        with pytest.raises(errors.ProspectB2BError) as caught:
            pb.connect(**{"key": secret, **wrong})
        trace, frames = caught.value.__traceback__.tb_next, []
        while trace is not None:
            frames.append(trace.tb_frame)
            trace = trace.tb_next
        assert frames
        assert not any(secret in repr(frame.f_locals) for frame in frames)


def test_another_base_url_is_what_a_missing_path_is_about(ws):
    base, key = ws._session.client.base_url, ws.sandbox.create_key()
    with pytest.raises(errors.NotFoundError, match="check the base URL") as caught:
        pb.connect(key, base_url=base.replace("/v1", "/v2"))
    assert key not in str(caught.value)
    with pytest.raises(errors.NotFoundError, match="check the id"):
        ws.leads.get("lead_x")


def test_a_key_without_the_scope_for_lead_fields_is_told_that_and_no_drift(ws, caplog):
    key = ws.sandbox.create_key(scopes=["leads.read", "me.read"])
    with pb.connect(key, base_url=ws._session.client.base_url) as other:  # a ContractDriftWarning would fail it
        other.leads.list()
        other.leads.list()
    assert [record.message.partition(":")[0] for record in caplog.records] == ["the key lacks lead-fields.read"]


@pytest.mark.parametrize(
    ("name", "says"), [("x.doc", "spreadsheet"), ("x.foo", "choose one of: .csv, .tsv"), ("x.xslx", "'.xlsx'")]
)
def test_another_suffix_names_what_there_is(tmp_path, name, says):
    import pandas as pd

    with pytest.raises(errors.UnknownFormatError, match=says):
        pb.save_leads(pd.DataFrame({"email": ["a@b.example"]}), tmp_path / name)
