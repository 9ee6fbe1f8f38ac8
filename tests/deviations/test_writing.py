"""A write happens once and is reported as it is, in whatever form a service answers."""

import itertools
import json
import re
import uuid
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pandas as pd
import pytest

import pb2b_notebook as pb
from deviating_service import DEVIATIONS, WRITES, DeviatingService, Deviation, document_of, go_fields, renamed_field
from feature_table import connect, listening
from pb2b_notebook.errors import (
    AmbiguousMatchError,
    APIError,
    InvalidParameterError,
    PaginationError,
    PreconditionFailedError,
    ProtocolError,
    UnknownOutcomeError,
    UsageError,
)
from pb2b_notebook.opt_outs import FUNNEL, OPTED_OUT
from scripted_service import connect_workspace, created_answer

BULK = [name for name in DEVIATIONS if name.startswith("bulk_") or name in {"no_bulk_upsert", "no_upserts"}]
OPT_OUTS = [name for name in DEVIATIONS if name.startswith("opted_out")]
SHAPES = [name for name in DEVIATIONS if "errors" in name and not name.startswith(("no_", "import_"))]


def frame_of(tag):
    return pd.DataFrame(
        {
            "email": [f"{tag}{n}@bulk.example" for n in range(3)],
            "full_name": [f"{tag.title()} Row {n}" for n in range(3)],
        }
    )


@pytest.mark.parametrize("service", [1], indirect=True)
@pytest.mark.parametrize(
    ("name", "own"), [*((name, True) for name in BULK), ("bulk_summary", False), ("no_bulk_upsert", False)]
)
def test_rows_that_arrived_succeeded_and_are_sent_once(against, service, name, own):
    ws = against(name, own=own)
    frame = frame_of(f"{name.replace('_', '')}{own:d}")
    outcome = ws.leads.plan(frame).apply()
    assert outcome.summary["succeeded"] == 3
    assert ws.leads.plan(frame).apply().summary["unchanged"] == 3
    for email, lead_id in zip(frame["email"], outcome.rows["lead_id"], strict=True):
        assert [lead["id"] for lead in service.leads(email=email)] == [lead_id]


@pytest.mark.parametrize("name", ["bulk_in_other_case", "bulk_with_row_index", "bulk_with_rpc_statuses"])
def test_results_of_rows_under_other_names_need_no_look_up(against, name):
    ws, frame = against(name), frame_of(f"named{name.replace('_', '')}")
    plan = ws.leads.plan(frame)
    with listening() as words:
        assert plan.apply().summary["succeeded"] == 3
    assert not [text for text in words if "looked up" in text]


def test_rows_are_written_one_by_one_where_a_missing_operation_is_answered_with_status_200(
    against, service, monkeypatch
):
    def tell(x):
        if x.status == 404:
            x.status, x.answer = 200, {"data": None, "errors": [{"message": "no", "extensions": {"code": "NOT_FOUND"}}]}

    monkeypatch.setitem(DEVIATIONS, "status 200 for what is missing", Deviation(None, tell))
    ws = against("status 200 for what is missing", "no_bulk_upsert", "no_upserts")
    for word in ("graphone", "graphtwo"):
        frame = frame_of(word)
        assert ws.leads.plan(frame).apply().summary["succeeded"] == 3
        assert all(len(service.leads(email=email)) == 1 for email in frame["email"])


def test_a_single_object_in_a_list_is_the_object(against, service, monkeypatch):
    def tell(x):
        if x.answer and isinstance(x.answer.get("data"), dict):
            x.answer["data"] = [x.answer["data"]]

    monkeypatch.setitem(DEVIATIONS, "objects in lists", Deviation(None, tell))
    ws = against("objects in lists")
    created = ws.leads.create(email="listed@one.example", full_name="Li St")
    assert [lead["id"] for lead in service.leads(email="listed@one.example")] == [created.id]
    assert ws.leads.get(created.id).email == "listed@one.example"
    assert ws.leads.update(created.id, city="Turku").city == "Turku"


def keyed(x, key):
    found = {key(row): {name: row[name] for name in ("status", "lead", "error")} for row in x.answer["data"]}
    x.answer = {"results": found, "request_id": "req_keyed"}


KEYED = {
    "map by address": lambda row: row["lead"]["email"].upper() if row["lead"] else "not an address",
    "map by number": lambda row: str(row["index"]),
    "map by number from 1": lambda row: str(row["index"] + 1),
}


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(
    "name", [*KEYED, "bulk_summary", "bulk_without_body", "no_bulk_upsert", "no_upserts", "bulk_not_in_the_plan"]
)
def test_rows_of_a_direct_bulk_upsert_have_results_in_any_answer(against, service, monkeypatch, name, own):
    def tell(x):
        if x.method == "POST" and x.path == "/leads/bulk-upsert" and x.status // 100 == 2:
            keyed(x, KEYED[name])

    if name in KEYED:
        monkeypatch.setitem(DEVIATIONS, name, Deviation(None, tell))
    tag = f"direct{re.sub('[^a-z0-9]', '', name)}{own:d}"
    rows = frame_of(tag).to_dict("records")
    service.ask("POST", "/leads", rows[0] | {"full_name": "Earlier Name"})
    service.sandbox.clock.advance(60)
    rows[1]["email"] = "not an address"
    found = against(name, own=own).leads.bulk_upsert(rows=rows)
    assert found["status"].tolist()[0::2] == ["updated", "created"]
    assert found["status"].tolist()[1] in {"invalid", "failed", "unknown"}
    assert [lead["email"] for lead in found["lead"].tolist()[0::2]] == [rows[0]["email"], rows[2]["email"]]
    assert [len(service.leads(email=row["email"])) for row in (rows[0], rows[2])] == [1, 1]


def test_a_direct_bulk_upsert_that_did_not_arrive_is_unknown(against, service, monkeypatch):
    def lost(x):
        if x.path == "/leads/bulk-upsert":
            x.status, x.answer = 200, {"data": {"accepted": 3}}

    monkeypatch.setitem(DEVIATIONS, "rows lost on the way", Deviation(lost))
    rows = frame_of("rowslost").to_dict("records")
    found = against("rows lost on the way").leads.bulk_upsert(rows=rows)
    assert found["status"].tolist() == ["unknown"] * 3
    assert not service.leads(email=rows[0]["email"])


def test_an_update_of_a_lead_that_is_gone_says_how_the_mirror_takes_note(against, service, monkeypatch):
    def gone(x):
        if x.path == f"/leads/{lead['id']}":
            x.refuse(404, "Not found")

    ws = against("no_upserts")
    lead = service.ask("POST", "/leads", {"email": "gone@by.example", "full_name": "Go Ne"})["data"]
    plan = ws.leads.plan(pd.DataFrame({"id": [lead["id"]], "city": ["Turku"]}))
    monkeypatch.setitem(DEVIATIONS, "gone", Deviation(gone))
    service.switch("no_upserts", "gone")
    assert "ws.mirror.sync('leads', full=True)" in plan.apply().table["message"][0]


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_answered_without_its_object_is_looked_up(against, service, name):
    ws = against(name)
    created = ws.leads.create(email=f"{name}@lost.example", full_name="Lo St")
    assert [lead["id"] for lead in service.leads(email=f"{name}@lost.example")] == [created.id]
    assert ws.leads.update(created.id, city="Turku").city == "Turku"
    assert ws.journal()["state"].tolist() == ["succeeded", "succeeded"]
    outcome = ws.leads.plan(pd.DataFrame({"id": [created.id], "city": ["Oslo"]})).apply()
    assert outcome.summary["succeeded"] == 1
    assert service.leads(ids=created.id)[0]["city"] == "Oslo"


def lost_on_the_way(x):
    if x.method in {"POST", "PATCH"}:
        x.status, x.answer, x.out["content-type"] = 200, "<html>Please log in</html>", "text/html"


@pytest.mark.parametrize("name", ["writes_answered_by_a_page", "writes_without_body"])
def test_a_write_that_did_not_arrive_is_never_done(against, service, monkeypatch, name):
    twin = service.ask("POST", "/leads", {"email": f"{name}@twin.example", "full_name": "Earlier Twin"})["data"]
    service.sandbox.clock.advance(60)
    monkeypatch.setitem(DEVIATIONS, "lost on the way", Deviation(lost_on_the_way))
    ws = against("lost on the way")
    with pytest.raises(ProtocolError) as caught:
        ws.leads.create(email=twin["email"], full_name="Earlier Twin")
    assert caught.value.effect_unknown
    with pytest.raises(ProtocolError):
        ws.leads.update(twin["id"], city="Turku")
    assert ws.journal()["state"].tolist() == ["intended", "intended"]
    outcome = ws.leads.plan(frame_of(f"lost{name.replace('_', '')}")).apply()
    assert outcome.summary["succeeded"] == outcome.summary["failed"] == 0


def test_a_change_of_what_no_answer_shows_is_never_done_without_a_look():
    document = document_of(())
    body = document["paths"]["/webhooks/{id}"]["patch"]["requestBody"]["content"]["application/json"]["schema"]
    name = body["$ref"].rpartition("/")[2]
    document["components"]["schemas"][name]["properties"]["passphrase"] = {"type": "string"}

    def respond(request, path):
        return httpx.Response(204) if request.method == "PATCH" else {"data": {"id": "wh_1", "object": "webhook"}}

    with connect_workspace(respond, contract=document) as ws:
        with pytest.raises(ProtocolError) as caught:
            ws.webhooks.update("wh_1", passphrase="open sesame")
        assert caught.value.effect_unknown


@pytest.mark.parametrize("name", ["an operation", "nothing sent"])
def test_a_write_that_is_accepted_with_another_object_is_looked_up(against, service, monkeypatch, name):
    def tell(x):
        if x.method in {"POST", "PATCH"} and x.path.startswith("/leads"):
            more = {"object": "operation"} if name == "an operation" else {}
            x.status, x.answer = 202, {"data": {"id": "op_123", "status": "queued", **more}}

    monkeypatch.setitem(DEVIATIONS, name, Deviation(None, tell))
    ws = against(name)
    made = ws.leads.create(email=f"{name.replace(' ', '')}@later.example", full_name="La Ter")
    assert [lead["id"] for lead in service.leads(email=made["email"])] == [made.id]
    assert ws.leads.update(made.id, city="Turku").city == "Turku"


@pytest.mark.parametrize("name", SHAPES)
def test_a_refusal_in_json_is_a_refusal_with_or_without_a_code(against, name):
    ws = against(name)
    with pytest.raises(APIError):
        ws.leads.create(email="not an address")
    assert ws.journal()["state"].tolist() == ["refused"]


def test_under_its_document_a_mutation_carries_a_key_and_is_journalled(against, service):
    ws = against(own=False)
    for _ in range(2):
        ws.leads.create(email="journalled@deviation.example", full_name="Jo Urnal")
    ws.leads.create(email="own.key@deviation.example", idempotency_key="my-key")
    posts = [(path, key) for method, path, _, key, _ in service.sent if method == "POST"]
    assert len(posts) == 2
    assert all(key for _, key in posts)
    assert ws.journal()["state"].tolist() == ["succeeded", "succeeded"]


@pytest.mark.parametrize("name", OPT_OUTS)
def test_a_person_who_opted_out_in_other_words_stays_so(against, service, name):
    ws = against(name)
    gone = next(lead for lead in service.leads() if lead["status"] == "unsubscribed")
    plan = ws.leads.plan(pd.DataFrame({"id": [gone["id"]], "email": [gone["email"]], "status": ["qualified"]}))
    assert plan.summary["update"] == 0


@pytest.mark.parametrize(
    ("name", "word"), [("opted_out_in_other_words", "do_not_contact"), ("opted_out_as_contactable", "contactable")]
)
def test_an_unknown_word_or_consent_is_asked_about_once_and_then_explained(against, service, said, name, word):
    ws = against(name)
    gone = next(lead for lead in service.leads() if lead["status"] == "unsubscribed")
    row = pd.DataFrame({"id": [gone["id"]], "email": [gone["email"]], "status": ["qualified"]})
    assert [ws.leads.plan(row).summary["update"] for _ in range(2)] == [0, 0]
    assert sum(word in text and "explain_statuses" in text for text in said) == 1
    ws.explain_statuses(harmless=[word])
    assert ws.leads.plan(row).summary["update"] == 1


def test_a_row_of_a_list_with_a_word_of_the_service_keeps_the_person_from_being_created(against, service):
    ws = against("opted_out_in_other_words")
    ada = {"full_name": "Ada Berglund", "company_name": "Nordlicht Fjordbau AG"}
    frame = pd.DataFrame(
        [
            {**ada, "email": "ada@fjordbau.example", "status": "do_not_contact"},
            {**ada, "email": "ada.berglund@private.example", "status": "new"},
        ]
    )
    ws.leads.list()
    assert ws.leads.plan(frame).rows["code"].tolist()[1] == "suppressed"


def test_words_of_the_only_column_of_states_are_asked_about_where_no_lead_has_a_status(against, service, said):
    ws = against("opted_out_as_the_only_stage")
    gone = next(lead for lead in service.leads() if lead["status"] == "unsubscribed" and lead["full_name"])
    row = {name: gone[name] for name in ("full_name", "company_name", "phone")}
    again = pd.DataFrame([{"email": "again@stage.example", **row}])
    assert ws.leads.plan(again).rows["code"].tolist() == ["suppressed"]
    assert sum("'lost', 'no_mail'" in text and "explain_statuses" in text for text in said) == 1
    ws.explain_statuses(harmless=["no_mail", "lost"])
    assert ws.leads.plan(again).summary["create"] == 1


def test_a_launch_says_that_it_cannot_count_people_who_opted_out_by_a_field(against, said):
    ws = against("opted_out_as_a_truth_value")
    campaign = ws.campaigns.create(name="By field", channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
    assert ws.campaigns.launch(campaign).opted_out is None
    assert any("'do_not_contact'" in text for text in said)
    said.clear()
    ws.explain_statuses(harmless=["do_not_contact"])
    ws.campaigns.launch(campaign)
    assert not any("'do_not_contact'" in text for text in said)


def test_a_row_that_is_carried_out_later_is_not_sent_again(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "no job to wait for", Deviation(lost_job))
    ws = against("no job to wait for")
    outcome = ws.leads.plan(frame_of("later")).apply()
    assert outcome.summary["needs_review"] == 3
    assert sum(method == "POST" for method, *_ in service.sent) == 1


@pytest.mark.parametrize("name", ["ids_under_lead_id", "job in a header"])
def test_rows_that_a_job_carries_out_later_are_waited_for_whatever_names_the_job(against, service, monkeypatch, name):
    def tell(x):
        if x.status == 202:
            x.answer, x.out["location"] = {"data": {"status": "queued"}}, f"{service.url}/jobs/job_of_rows"

    monkeypatch.setitem(DEVIATIONS, "job in a header", Deviation(None, tell))
    ws = against(name, "bulk_carried_out_later")
    assert ws.leads.plan(frame_of(name.replace(" ", ""))).apply().summary["succeeded"] == 3


@pytest.mark.parametrize("single", [False, True])
def test_rows_fail_with_the_job_that_should_carry_them_out(against, service, monkeypatch, single):
    job = {"id": "job_lost", "object": "job", "status": "failed", "error": {"code": "LIMIT", "message": "too many"}}

    def tell(x):
        if x.path == "/jobs/job_lost":
            x.status, x.answer = 200, {"data": job}

    monkeypatch.setitem(DEVIATIONS, "failed job", Deviation(lost_job, tell))
    ws = against("failed job", *(("no_bulk_upsert", "no_upserts") if single else ()))
    table = ws.leads.plan(frame_of(f"failedjob{single:d}")).apply().table
    assert table.select("status", "error_code").unique().rows() == [("failed", "LIMIT")]
    assert table["message"].str.contains("too many").all()


def in_whole_seconds(x):
    for row in x.rows if x.path.startswith("/leads") else ():
        row |= {name: row[name][:19] + ".000Z" for name in ("created_at", "updated_at") if name in row}


@pytest.mark.parametrize("coarse", [DEVIATIONS["all_times_in_seconds"].tell, in_whole_seconds], ids=["numbers", "text"])
def test_a_version_that_is_finer_than_shown_blocks_no_write(against, service, monkeypatch, coarse):
    def tell(x):
        if x.status == 409 and coarse is not in_whole_seconds:
            x.answer = {"message": "the lead changed since it was read"}
        coarse(x)

    monkeypatch.setitem(DEVIATIONS, "finer versions", Deviation(None, tell))
    ws = against("finer versions", "no_bulk_upsert", "no_upserts")
    lead = next(lead for lead in service.leads() if lead["status"] == "new" and not lead["updated_at"].endswith("000Z"))
    form = pb.forms.LeadForm(ws, lead["id"])
    assert form.submit(city="Turku")["city"] == "Turku"
    assert "if_updated_at" in ws.profile.names("refused", "leads.update")
    ws = against("finer versions", "no_bulk_upsert", "no_upserts")
    rows = pd.DataFrame([{"id": lead["id"], "city": "Oulu"}])
    assert ws.leads.plan(rows).apply().summary["succeeded"] == 1
    assert service.ask("GET", f"/leads/{lead['id']}")["data"]["city"] == "Oulu"


def lost_job(x):
    if x.method == "POST":
        x.status, x.answer = 202, {"data": {"id": "job_lost", "object": "job", "status": "queued"}}


@pytest.mark.parametrize("errors", ["errors_as_plain_text", "errors_as_texts", "laravel_errors"])
def test_a_form_saves_without_a_precondition_that_the_service_refuses(against, service, errors):
    ws = against(errors, "no_preconditions")
    lead = next(lead for lead in service.leads() if lead["status"] == "new")
    form = pb.forms.LeadForm(ws, lead["id"])
    assert form.submit(city=errors)["city"] == errors
    assert "if_updated_at" in ws.profile.names("refused", "leads.update")
    service.ask("PATCH", f"/leads/{lead['id']}", {"city": "changed by another user"})
    with pytest.raises(PreconditionFailedError):
        form.submit(city="overwritten")


@pytest.mark.parametrize("name", ["secret_as_signing_key", "secret_nested"])
def test_a_secret_under_any_name_is_masked_and_not_journalled(against, name):
    ws = against(name)
    hook = ws.webhooks.create(url="http://127.0.0.1:9/hook", events=["lead.created"])
    secret = hook["signingKey"] if name == "secret_as_signing_key" else hook["signing"]["secret"]
    assert secret.reveal().startswith("whsec_")
    assert secret.reveal() not in repr(hook) + str(dict(hook))
    entry = ws._session.journal.entries(ws._session.client.scope)
    assert secret.reveal() not in repr(entry)


def test_a_custom_field_with_the_key_of_a_built_in_one_takes_no_place_of_it(against, service, monkeypatch):
    def with_twins(x):
        for lead in x.rows if x.path.startswith("/leads") else ():
            lead["custom_fields"] = {**(lead.get("custom_fields") or {}), "email": "second@x.example", "city": "Ulm"}

    monkeypatch.setitem(DEVIATIONS, "twins", Deviation(None, with_twins))
    ws = against("twins", "no_lead_fields")
    leads = ws.leads.list(frame="pandas")
    assert ws.leads.plan(leads).summary["unchanged"] == len(leads)
    assert ws.leads.plan(leads.assign(city="Bonn")).apply().summary["succeeded"] == len(leads)
    assert {lead["city"] for lead in service.leads()} == {"Bonn"}


@pytest.mark.parametrize("own", [True, False], ids=["our contract", "its document"])
def test_a_launch_says_that_it_cannot_count_people_who_opted_out_by_a_tag(against, said, own):
    ws = against("opted_out_as_a_tag", "ignores_filters", own=own)
    campaign = ws.campaigns.create(name="Spring", channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
    preview = ws.campaigns.launch(campaign)
    assert preview.opted_out is None
    assert any("'labels'" in text for text in said)


def test_a_launch_counts_the_people_who_opted_out_in_other_words(against, service):
    ws = against("opted_out_in_other_words")
    gone = [lead for lead in service.leads() if lead["status"] in {"unsubscribed", "bounced"}]
    row = {"id": [gone[0]["id"]], "email": [gone[0]["email"]]}
    ws.leads.plan(pd.DataFrame(row))
    ws.explain_statuses(opted_out=["do_not_contact", "invalid_email"])
    campaign = ws.campaigns.create(name="To all", channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
    assert ws.campaigns.launch(campaign).opted_out == len(gone)


def test_a_launch_counts_nobody_as_opted_out_by_a_status_that_is_not_explained(against, service, monkeypatch):
    words = {"new": "Open", "contacted": "Working", "qualified": "Won", "unsubscribed": "Parked"}
    monkeypatch.setitem(DEVIATIONS, "other statuses", renamed_field("status", "status", words))
    ws = against("other statuses")
    campaign = ws.campaigns.create(name="To others", channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
    ws.leads.list()
    assert (ws.campaigns.launch(campaign).audience, ws.campaigns.launch(campaign).opted_out) == (None, None)
    ws.explain_statuses(opted_out=["Parked"], harmless=["Open", "Working", "Won"])
    gone = [lead for lead in service.leads() if lead["status"] in {"unsubscribed", "bounced"}]
    assert ws.campaigns.launch(campaign).opted_out == len(gone)
    assert ws.campaigns.launch(campaign).audience is None


def test_a_list_of_a_person_who_opted_out_in_other_words_creates_nobody(against, service):
    ws = against("opted_out_as_a_field")
    gone = next(lead for lead in service.leads() if lead["status"] == "unsubscribed" and lead["full_name"])
    row = {name: [gone[name]] for name in ("email", "full_name", "company_name")}
    assert ws.leads.intake(pd.DataFrame(row)).rows["action"].isna().all()


def test_a_status_word_of_the_service_is_a_filter(against, service):
    frame = against("opted_out_in_other_words").leads.list(status="do_not_contact")
    assert set(frame["id"]) == {lead["id"] for lead in service.leads(status="unsubscribed")}
    assert len(frame)


def test_a_lost_answer_under_a_document_is_sent_again_with_the_same_key():
    keys = []

    def respond(request, path):
        if request.method == "POST":
            keys.append(request.headers["idempotency-key"])
            if len(keys) == 1:
                raise httpx.ReadError("lost")
            return created_answer(email="ada@lost.example")(request)
        return {"data": []}

    with connect_workspace(respond, contract=document_of(())) as ws:
        ws._session.progress = False
        for _ in range(2):
            try:
                ws.leads.create(email="ada@lost.example")
            except UnknownOutcomeError as problem:
                assert problem.idempotency_key == keys[0]  # noqa: PT017 - either is right
    assert set(keys) == {keys[0]}


def test_rows_with_the_status_of_a_response_are_refused_or_done_as_it_says(against, service, monkeypatch):
    def tell(x):
        if x.path == "/leads/bulk-upsert" and x.rows:
            done = {"created": 201, "updated": 200, "unchanged": 200}
            x.status = 207
            x.answer = {
                "data": [
                    {"status": done[row["status"]], "body": row["lead"]}
                    if row["status"] in done
                    else {"status": 422, "body": {"title": "invalid", "detail": "the city is not known"}}
                    for row in x.answer["data"]
                ]
            }

    def ask(x):
        for row in x.body["rows"] if x.path == "/leads/bulk-upsert" else ():
            if row.get("city") == "Nowhere":
                row["status"] = "no-such-status"

    monkeypatch.setitem(DEVIATIONS, "statuses of responses", Deviation(ask, tell))
    ws = against("statuses of responses")
    emails = [f"status{n}@multi.example" for n in range(3)]
    rows = pd.DataFrame({"email": emails, "full_name": ["Ada A", "Bo B", "Cy C"], "city": ["Oslo", "Nowhere", "Turku"]})
    before = len(service.sent)
    outcome = ws.leads.plan(rows).apply()
    assert outcome.table["status"].to_list() == ["succeeded", "invalid", "succeeded"]
    assert outcome.table["message"].to_list()[1] == "the city is not known"
    bulk = [sent for sent in service.sent[before:] if sent[0] == "POST"]
    assert [path for _, path, *_ in bulk] == ["/leads/bulk-upsert"]


def test_the_card_of_a_plan_says_what_is_not_sent_under_a_document_without_bulk_upserts():
    document = document_of(())
    del document["paths"]["/leads/bulk-upsert"]
    lead = {"id": "lead_1", "object": "lead", "email": "ada@card.example", "shoe_size": "38"}
    with connect_workspace(lambda *_: {"data": [lead]}, contract=document) as ws, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a field that the document lacks
        plan = ws.leads.plan(ws.leads.list()[["email", "shoe_size"]])
    assert re.search(r"not sent +shoe_size: not lead fields", repr(plan))


@pytest.mark.parametrize("words", ["gone", 5, [5], [""], [None], b"gone"])
def test_status_words_are_a_list_of_texts(against, words):
    with pytest.raises(InvalidParameterError, match=r"opted_out= must be a list of status words"):
        against("opted_out_in_other_words").explain_statuses(opted_out=words)
    with pytest.raises(InvalidParameterError, match=r"harmless=\[\"nurturing\"\]"):  # no example that says opted out
        against("opted_out_in_other_words").explain_statuses(harmless=words)


def test_a_status_of_our_contract_can_mean_an_opt_out_at_another_service(against, service):
    ws = against("opted_out_in_other_words")
    lead = next(lead for lead in service.leads() if lead["status"] == "disqualified")
    row = pd.DataFrame({"id": [lead["id"]], "email": [lead["email"]], "status": ["contacted"]})
    assert ws.leads.plan(row).summary["update"] == 1
    ws.explain_statuses(opted_out=["Disqualified "])
    assert ws.leads.plan(row).summary["update"] == 0
    ws.explain_statuses(harmless=["disqualified"])
    assert ws.leads.plan(row).summary["update"] == 1


@pytest.mark.parametrize("own", [True, False], ids=["our contract", "its document"])
def test_a_word_of_the_service_that_is_a_letter_off_ours_is_a_value(against, service, monkeypatch, own):
    words = {"qualified": "qualifed", "replied": "replid"}
    monkeypatch.setitem(DEVIATIONS, "words a letter off", renamed_field("status", "status", words))
    ws = against("words a letter off", own=own)
    leads = ws.leads.list(frame="pandas")
    theirs = leads[leads["status"] == "replid"]
    assert len(ws.leads.list(status="replid")) == len(theirs) > 0
    assert ws.leads.update(theirs["id"].iloc[0], status="qualifed")["status"] == "qualifed"
    fresh = leads[leads["status"] == "new"][["id", "email", "status"]].assign(status="replid")
    plan = ws.leads.plan(fresh)
    assert plan.summary["update"] == len(fresh), plan.rows


@pytest.mark.parametrize("arrives", [False, True], ids=["without effect", "with effect"])
@pytest.mark.parametrize("names", [(), ("no_bulk_upsert",)], ids=["together", "one by one"])
def test_a_gateway_that_fails_once_for_each_write_leaves_no_row_pending(against, service, monkeypatch, names, arrives):
    failed = Counter()

    def ask(x):
        if x.method in {"PATCH", "POST"} and not failed[x.path]:
            failed[x.path] += 1
            if arrives and not ("bulk" in x.path and names):
                x.service.ask(x.method, x.path, x.body)
            x.status, x.answer, x.out = 502, "<html><h1>502 Bad Gateway</h1></html>", {"content-type": "text/html"}

    monkeypatch.setitem(DEVIATIONS, "gateway", Deviation(ask))
    ws = against("gateway", *names)
    city, domain = f"Kotka {len(names)}{arrives}", f"gateway{len(names)}{arrives}.example".lower()
    count = Counter(lead["email"] for lead in service.leads())
    leads = [lead for lead in service.leads() if count[lead["email"]] == 1 and lead["status"] == "new"][:2]
    rows = pd.DataFrame([{"email": lead["email"], "city": city} for lead in leads] + [{"email": f"a@{domain}"}])
    outcome = ws.leads.plan(rows).apply()
    assert outcome.summary["succeeded"] == 3, outcome.problem
    assert [service.ask("GET", f"/leads/{lead['id']}")["data"]["city"] for lead in leads] == [city] * 2
    assert len(service.leads(email=f"a@{domain}")) == 1


def test_a_status_is_compared_and_written_in_the_case_of_the_service(against, service, monkeypatch):
    words = {word: word.upper() for word in (*FUNNEL, *OPTED_OUT)}

    def refuses_ours(x):
        rows = x.body.get("rows", [x.body]) if isinstance(x.body, dict) else []
        if x.method != "GET" and any(row.get("status") in words for row in rows):
            x.refuse(422, "status: not a valid choice", field="status")

    monkeypatch.setitem(DEVIATIONS, "upper case", renamed_field("status", "status", words))
    monkeypatch.setitem(DEVIATIONS, "refuses ours", Deviation(refuses_ours))
    ws = against("upper case", "refuses ours")
    leads = ws.leads.list(frame="pandas")[["id", "email", "status"]]
    ours = leads.assign(status=leads["status"].str.lower())
    assert ws.leads.plan(ours).summary["unchanged"] == len(ours)
    fresh = ours[ours["status"] == "new"].head(2).assign(status="contacted")
    service.refusals = 0
    assert ws.leads.plan(fresh).apply().summary["succeeded"] == len(fresh) == 2
    assert service.refusals == 0
    assert ws.leads.plan(fresh).summary["unchanged"] == len(fresh)
    by_blanks = ws.leads.plan(fresh.assign(status="unsubscribed"), existing="fill")
    assert by_blanks.summary["update"] == len(fresh)  # a person who opted out has opted out


def test_a_misspelt_word_is_refused_where_the_service_has_not_given_it(against):
    ws = against()
    ws.leads.list()
    with pytest.raises(InvalidParameterError, match="did you mean 'replied'"):
        ws.leads.list(status="replid")


BODIES = [name for name in DEVIATIONS if name.startswith("bodies_under")]


@pytest.mark.parametrize("name", [*BODIES, "camel_case_names", "custom_fields_as_pairs"])
def test_a_write_takes_the_form_that_the_service_gives_or_asks_for(against, service, name):
    ws = against(name)
    ws.leads.list()  # shows the names of its fields
    values = {"first_name": "Ada", "custom_fields": {"tier": "A"}}
    created = ws.leads.create(email=f"{name}@form.example", **values)
    held = service.leads(email=f"{name}@form.example")
    assert [(lead["id"], lead["first_name"], lead["custom_fields"]["tier"]) for lead in held] == [
        (created.id, "Ada", "A")
    ]
    ws.leads.update(created.id, last_name="Berg")
    before = service.refusals
    outcome = ws.leads.plan(pd.DataFrame({"id": [created.id], "last_name": ["Lund"], "custom_tier": ["B"]})).apply()
    assert outcome.summary["succeeded"] == 1
    ws.leads.update(created.id, last_name="Holm", idempotency_key=f"key-of-{name}")
    assert service.refusals == before
    [lead] = service.leads(email=f"{name}@form.example")
    assert (lead["last_name"], lead["custom_fields"]["tier"]) == ("Holm", "B")


@pytest.mark.parametrize("name", ["camel_case_names", "custom_fields_as_pairs"])
def test_the_first_write_of_a_workspace_learns_the_form_from_a_lead(against, service, name):
    ws = against(name)
    email = f"first-{name}@form.example"
    created = ws.leads.create(email=email, first_name="Ada", custom_fields={"tier": "A"})
    held = service.leads(email=email)
    assert [(lead["id"], lead["first_name"], lead["custom_fields"]["tier"]) for lead in held] == [
        (created.id, "Ada", "A")
    ]
    before = service.refusals
    ws.leads.create(email=f"second-{name}@form.example", first_name="Bob", custom_fields={"tier": "B"})
    assert service.refusals == before


def test_a_refused_value_is_sent_once_in_one_form(against, service):
    ws = against()
    before = service.requests
    with pytest.raises(APIError):
        ws.leads.create(email="not an address")
    assert service.requests - before == 1


def test_a_field_that_a_strict_service_lacks_is_named_whatever_form_was_tried(against, monkeypatch):
    def strict(x):
        unknown = next((n for n in x.body or () if n not in {"email", "full_name"}), None)
        if x.method == "POST" and unknown:
            x.refuse(400, f'"{unknown}" is not allowed')

    monkeypatch.setitem(DEVIATIONS, "strict bodies", Deviation(strict))
    with pytest.raises(APIError, match='"title" is not allowed'):
        against("strict bodies").leads.create(email="strict@form.example", title="CEO")


def test_a_field_that_go_does_not_know_is_named_in_each_row_and_tried_in_other_forms_once(
    against, service, monkeypatch
):
    def strict(x):
        unknown = next((n for n in x.body or () if n not in {"email", "full_name", "city"}), None)
        if x.method in {"POST", "PATCH"} and unknown and x.path.startswith("/leads"):
            x.refuse(400, f'json: unknown field "{unknown}"')

    monkeypatch.setitem(DEVIATIONS, "as Go", Deviation(strict))
    ws = against("as Go", "no_upserts")
    with pytest.raises(APIError, match="seniority: the service does not know it"):
        ws.leads.create(email="go@strict.example", seniority="cxo")
    emails = [lead["email"] for lead in service.leads() if lead["email"]][:6]
    plan = ws.leads.plan(pd.DataFrame({"email": emails, "employee_count": range(5001, 5007)}))
    service.sent.clear()
    outcome = plan.apply(concurrency=1)  # several at once may each try the other forms
    assert set(outcome.rows["field"].dropna()) == {"employee_count"}
    assert sum(method == "PATCH" for method, *_ in service.sent) == plan.summary["update"] + 5


def test_a_text_is_cleared_where_the_service_takes_no_null(against, service, monkeypatch):
    def strict(x):
        name = next((n for n, value in x.body.items() if value is None), None) if isinstance(x.body, dict) else None
        if x.path.startswith("/leads") and name:
            x.refuse(400, f"{name}: This field may not be null.")

    monkeypatch.setitem(DEVIATIONS, "as Django", Deviation(strict))
    ws = against("as Django", "no_upserts")
    lead = next(lead for lead in service.leads() if lead["title"] and lead["email"] and lead["status"] == "new")
    rows = pd.DataFrame({"id": [lead["id"]], "title": [None], "city": ["Turku"]})
    plan = ws.leads.plan(rows, clear=["title"])
    assert plan.apply().summary["succeeded"] == 1
    changed = service.leads(ids=lead["id"])[0]
    assert (changed["title"] or None, changed["city"], changed["phone"]) == (None, "Turku", lead["phone"])


def test_a_plan_knows_leads_that_lists_do_not_show_yet(against, service, monkeypatch):
    def lag(x):
        if x.method == "GET" and x.path == "/leads" and x.many:
            late = [row["id"] for row in x.rows if str(row["email"]).endswith("@lag.example")]
            x.answer["data"] = [row for row in x.rows if row["id"] not in late]

    monkeypatch.setitem(DEVIATIONS, "lists lag", Deviation(None, lag))
    ws = against("lists lag", "no_upserts")
    single = ws.leads.create(email="single@lag.example", full_name="Sin Gle")
    rows = pd.DataFrame({"email": [f"row{n}@lag.example" for n in range(3)], "full_name": ["A B", "C D", "E F"]})
    assert ws.leads.plan(rows).apply().summary["succeeded"] == 3
    rows.loc[3] = ["single@lag.example", "Sin Gle"]
    plan = ws.leads.plan(rows)
    assert plan.summary["unchanged"] == 4
    assert plan.rows["lead_id"].tolist()[3] == single.id
    assert sum(str(lead["email"]).endswith("@lag.example") for lead in service.leads()) == 4


def test_a_lead_that_was_changed_since_the_plan_is_a_conflict_where_a_service_takes_no_version(against, service, said):
    ws = against("no_preconditions", "no_upserts")
    for city in ("Oslo", "Turku"):  # once it refuses the version, and once that is known
        mine, theirs = service.leads()[:2]
        plan = ws.leads.plan(pd.DataFrame({"id": [mine["id"], theirs["id"]], "city": city}))
        service.sandbox.clock.advance(5)
        service.ask("PATCH", f"/leads/{theirs['id']}", {"city": "Bergen"})
        assert plan.apply().table["status"].to_list() == ["succeeded", "conflict"]
        assert [service.ask("GET", f"/leads/{lead['id']}")["data"]["city"] for lead in (mine, theirs)] == [
            city,
            "Bergen",
        ]
    assert sum("each lead is read before it is changed" in text for text in said) == 1


def test_idempotency_keys_are_uuids(against, service):
    ws = against("keys_of_40_characters")
    ws.leads.create(email="one@keys.example", full_name="One Key")
    assert ws.leads.plan(frame_of("keys")).apply().summary["succeeded"] == 3
    keys = [key for _, _, _, key, _ in service.sent if key]
    assert len(keys) == 2
    assert all(str(uuid.UUID(key)) == key and uuid.UUID(key).version == 4 for key in keys)
    ws.leads.create(email="two@keys.example", idempotency_key="k" * 41)
    assert ws.profile.value("key_form") == "UUID"


def test_a_secret_beside_the_object_is_kept(against):
    hook = against("secret_beside_data").webhooks.create(url="http://127.0.0.1:9/hook", events=["lead.created"])
    assert hook["secret"].reveal().startswith("whsec_")


def test_a_value_that_the_returned_lead_does_not_have_is_reported(against, service, said, monkeypatch):
    def drop(x):
        if isinstance(x.body, dict):
            x.body.pop("seniority", None)

    def hide(x):
        for row in x.rows:
            row.pop("seniority", None)

    monkeypatch.setitem(DEVIATIONS, "no seniority", Deviation(drop, hide))
    ws = against("no seniority", "no_bulk_upsert")
    lead = ws.leads.create(email="senior@hidden.example", full_name="Se Nior", seniority="vp")
    assert any("has no seniority" in text for text in said)
    outcome = ws.leads.plan(pd.DataFrame({"id": [lead.id], "seniority": ["director"]})).apply()
    assert outcome.summary["succeeded"] == 0
    assert outcome.summary["needs_review"] == 1


def test_a_plan_of_custom_fields_that_no_list_has_writes_values_of_their_type(against, service):
    ws = against("no_lead_fields")
    lead = next(lead for lead in service.leads() if lead["status"] == "new")
    service.ask("PATCH", f"/leads/{lead['id']}", {"custom_fields": {"deal_value_eur": 100}})
    ws.leads.list()
    outcome = ws.leads.plan(pd.DataFrame({"id": [lead["id"]], "custom_deal_value_eur": [4242]})).apply()
    assert outcome.summary["succeeded"] == 1
    assert service.leads(ids=lead["id"])[0]["custom_fields"]["deal_value_eur"] == 4242


def test_a_list_keeps_its_addresses_where_the_service_has_no_list_of_lead_fields(against, service, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("E-Mail;Name;Telefon;Webseite\nada@kept.example;Ada Berg;+358401234567;https://kept.example\n")
    intake = against("no_lead_fields").leads.intake(path, progress=False)
    intake.apply()
    [made] = service.leads(email="ada@kept.example")
    assert (made["phone"], made["website"]) == ("+358401234567", "https://kept.example")


def with_custom_fields(service, count):
    """Leads with other custom fields than the one that is written, one address each."""
    leads = service.leads()
    emails = [lead["email"] for lead in leads]
    found = [lead for lead in leads if lead["custom_fields"].keys() - {"use_case"} and emails.count(lead["email"]) == 1]
    found = [lead for lead in found if lead["status"] in {"new", "contacted"}]
    assert len(found) >= count
    return found[:count]


def write_by_update(ws, leads, values):
    for lead in leads:
        ws.leads.update(lead["id"], custom_fields=values)


def write_by_upsert(ws, leads, values):
    for lead in leads:
        ws.leads.upsert(email=lead["email"], custom_fields=values)


def write_by_form(ws, leads, values):
    for lead in leads:
        pb.forms.LeadForm(ws, lead["id"]).submit(**{f"custom_{name}": value for name, value in values.items()})


def write_by_plan(ws, leads, values, column="email"):
    columns = {column: [lead[column] for lead in leads]}
    columns |= {f"custom_{name}": [value] * len(leads) for name, value in values.items()}
    outcome = ws.leads.plan(pd.DataFrame(columns)).apply()
    assert outcome.summary["succeeded"] == len(leads), outcome.rows


def write_by_plan_of_ids(ws, leads, values):
    write_by_plan(ws, leads, values, "id")


def write_by_bulk_upsert(ws, leads, values):
    ws.leads.bulk_upsert(rows=[{"email": lead["email"], "custom_fields": values} for lead in leads])


def emails_as(wrap, *, finds_others=False):
    def ask(x):
        if finds_others and x.method == "GET":
            x.query = [
                (name, value.removeprefix("other.")) if name == "email" else (name, value) for name, value in x.query
            ]

    def tell(x):
        for row in x.rows if re.fullmatch(r"/leads(/[^/]+)?", x.path) else ():
            row["email"] = wrap(row["email"]) if row["email"] else []

    return Deviation(ask, tell)


EMAILS = {
    "a list": lambda email: [email],
    "an object": lambda email: {"value": email, "label": "work"},
    "two texts": lambda email: [email, f"other.{email}"],
    "two objects": lambda email: [{"value": f"other.{email}"}, {"value": email, "primary": True}],
}


@pytest.mark.parametrize("form", EMAILS)
def test_a_lead_whose_email_is_wrapped_is_found_and_not_created_again(against, service, monkeypatch, form):
    monkeypatch.setitem(DEVIATIONS, "emails wrapped", emails_as(EMAILS[form]))
    ws = against("emails wrapped")
    emails = Counter(lead["email"] for lead in service.leads())
    leads = [lead for lead in service.leads() if emails[lead["email"]] == 1 and lead["status"] == "new"][:3]
    frame = ws.leads.list(ids=[lead["id"] for lead in leads]).set_index("id")
    assert [frame.loc[lead["id"], "email"] for lead in leads] == [lead["email"] for lead in leads]
    if form.startswith("two"):
        assert all(f"other.{lead['email']}" in str(frame.loc[lead["id"], "email_all"]) for lead in leads)
    rows = pd.DataFrame({"email": [lead["email"] for lead in leads], "city": f"City of {form}"})
    summary = ws.leads.plan(rows).summary
    assert (summary["create"], summary["update"]) == (0, len(leads))


def test_addresses_with_more_than_their_text_are_created_so_and_never_replaced(against, service, monkeypatch):
    def ask(x):
        body = x.body if isinstance(x.body, dict) and x.path.startswith("/leads") else {}
        if isinstance(body.get("email"), str):
            x.refuse(422, "email must be an array", field="email")
        elif body.get("email"):
            x.body = {**body, "email": body["email"][0]["email_address"]}

    def tell(x):
        for row in x.rows if re.fullmatch(r"/leads(/[^/]+)?", x.path) else ():
            gone = row["status"] == "unsubscribed"
            row["email"] = [{"email_address": row["email"], "opt_out": gone}] if row["email"] else []
            row["status"] = "new"

    monkeypatch.setitem(DEVIATIONS, "addresses with consent", Deviation(ask, tell))
    ws = against("addresses with consent", "no_upserts", "no_preconditions")
    emails = Counter(lead["email"] for lead in service.leads())
    new, gone = (
        next(e for e in service.leads() if e["status"] == word and emails[e["email"]] == 1 and e["email"])
        for word in ("new", "unsubscribed")
    )
    assert set(ws.leads.find_opted_out(pd.DataFrame({"email": [new["email"], gone["email"]]}))["row"]) == {1}
    rows = pd.DataFrame({"email": [new["email"], "made@consent.example"], "city": "Turku"})
    outcome = ws.leads.plan(rows).apply()
    assert outcome.summary["succeeded"] == 2, outcome.rows
    assert [len(service.leads(email=email)) for email in rows["email"]] == [1, 1]
    assert ws.leads.plan(rows).summary["unchanged"] == 2


@pytest.mark.parametrize(("finds_others", "shown"), [(True, False), (False, True)])
def test_a_lead_is_not_created_again_under_a_further_address(against, service, monkeypatch, finds_others, shown):
    monkeypatch.setitem(DEVIATIONS, "two emails", emails_as(EMAILS["two texts"], finds_others=finds_others))
    ws = against("two emails")
    if shown:
        ws.leads.list(limit=1)  # which shows the form
    else:
        ws.profile.learn("page_size", 100, "a service that differs")
    lead = next(lead for lead in service.leads() if lead["status"] == "new")
    rows = pd.DataFrame({"email": [f"Other.{lead['email']}", "new@further.example"], "full_name": "Further Address"})
    for compare_with in ("service", "mirror"):
        plan = ws.leads.plan(rows, compare_with=compare_with)
        assert (plan.summary["create"], plan.summary["conflict"]) == (1, 1)
        assert plan.rows["reason"].str.contains("beside its own", na=False).tolist() == [True, False]


HIDDEN = {"null": None, "masked": "***@***"}


@pytest.mark.parametrize(("shown", "some"), [("null", False), ("masked", True)])
def test_a_person_who_opted_out_is_found_by_an_address_that_the_service_hides(
    against, service, monkeypatch, shown, some
):
    emails = Counter(lead["email"] for lead in service.leads())
    all_gone = [each for each in service.leads(status="unsubscribed") if emails[each["email"]] == 1]
    gone, other = all_gone[0], all_gone[1]["id"] if some else None

    def tell(x):
        for row in x.rows if re.fullmatch(r"/leads(/[^/]+)?", x.path) else ():
            if row["status"] in {"unsubscribed", "bounced"} and row["id"] != other:
                row["email"] = HIDDEN[shown]

    monkeypatch.setitem(DEVIATIONS, "hidden addresses", Deviation(None, tell))
    ws = against("hidden addresses")
    email = f"new{some}@{shown}.example".lower()
    rows = pd.DataFrame({"email": [email, gone["email"].upper()], "status": ["new", "qualified"]})
    for compare_with in ("service", "mirror"):
        plan = ws.leads.plan(rows, compare_with=compare_with)
        assert (plan.summary["create"], plan.rows["lead_id"].tolist()[1]) == (1, gone["id"])
    plan.apply()
    assert service.leads(ids=gone["id"])[0]["status"] == "unsubscribed"


def test_a_hidden_address_is_found_where_a_filter_takes_one_value_and_the_list_is_short(against, service, monkeypatch):
    emails = Counter(lead["email"] for lead in service.leads())
    single = [lead for lead in service.leads() if emails[lead["email"]] == 1 and lead["email"]]
    gone = next(lead for lead in single if lead["status"] in {"unsubscribed", "bounced"})
    known = [lead["email"] for lead in single if lead["status"] == "new"][:12]

    def ask(x):
        pairs = [pair for pair in x.query if pair[0] == "email"]
        x.query[:] = [pair for pair in x.query if pair[0] != "email"] + pairs[:1]

    def tell(x):
        for row in x.rows if re.fullmatch(r"/leads(/[^/]+)?", x.path) else ():
            if row["status"] in {"unsubscribed", "bounced"}:
                row["email"] = None

    monkeypatch.setitem(DEVIATIONS, "one value, some hidden", Deviation(ask, tell))
    ws = against("one value, some hidden")
    rows = pd.DataFrame({"email": [*known, gone["email"]], "status": "contacted"})
    plan = ws.leads.plan(rows, compare_with="service")
    assert (plan.summary["create"], plan.rows["lead_id"].tolist()[-1]) == (0, gone["id"])


def write_by_import(ws, leads, values):
    frame = pd.DataFrame({"email": [lead["email"] for lead in leads], "custom_use_case": values["use_case"]})
    assert ws.leads.plan(frame).apply(via="import").summary["succeeded"] == len(leads)


@pytest.mark.parametrize(
    ("write", "name"),
    [
        *itertools.product([write_by_update, write_by_import], ["replaces_custom_fields", "faithful"]),
        (write_by_upsert, "replaces_custom_fields"),
        (write_by_form, "replaces_custom_fields"),
        (write_by_plan, "replaces_custom_fields"),
        (write_by_plan_of_ids, "replaces_custom_fields"),
    ],
)
def test_custom_fields_that_a_write_does_not_name_stay(against, service, write, name):
    ws = against(*({name} & DEVIATIONS.keys()))
    leads = with_custom_fields(service, 2)
    for value in (f"{write.__name__} {name}", f"{write.__name__} {name} again"):
        write(ws, leads, {"use_case": value})
        for lead in leads:
            [held] = service.leads(ids=lead["id"])
            assert held["custom_fields"] == {**lead["custom_fields"], "use_case": value}
            assert {**held, "custom_fields": 0, "updated_at": 0} == {**lead, "custom_fields": 0, "updated_at": 0}
    service.sent.clear()
    write(ws, leads, {"use_case": "once more"})
    assert sum(method != "GET" for method, *_ in service.sent) <= len(leads)  # what is known costs no further write
    assert name != "faithful" or write is not write_by_update or len(service.sent) == len(leads)
    assert ws.profile.value("custom_fields") == ("merged" if name == "faithful" else "replaced")


@pytest.fixture(params=[404, 405, 501])
def without_upsert(request, monkeypatch):
    """Name of the deviation of a service that does not have single upserts."""

    def ask(x):
        if x.path == "/leads/upsert":
            x.refuse(request.param, "no such operation")

    monkeypatch.setitem(DEVIATIONS, "no upsert", Deviation(ask))
    return "no upsert"


def test_an_upsert_that_a_service_does_not_have_is_an_update_or_a_creation(against, service, said, without_upsert):
    ws = against(without_upsert)
    [lead] = with_custom_fields(service, 1)
    email = f"{len(service.sent)}no@upsert.example"
    made = ws.leads.upsert(email=email, full_name="No Way")
    again = ws.leads.upsert(email=f" {email.upper()}", city="Turku")
    assert (again.id, again["city"]) == (made.id, "Turku")
    assert ws.leads.upsert(email=lead["email"], custom_fields={"use_case": "steps"}).id == lead["id"]
    assert service.leads(ids=lead["id"])[0]["custom_fields"] == {**lead["custom_fields"], "use_case": "steps"}
    assert len(service.leads(email=email)) == 1
    assert sum("the lead is looked up" in text for text in said) == 1


def test_an_upsert_that_the_document_of_the_service_lacks_is_done_in_steps(against, service):
    ws = against("no_upserts", own=False)
    assert "leads.upsert" not in ws.operations
    email = f"{len(service.leads())}doc@upsert.example"
    made = [ws.leads.upsert(email=email, full_name="Do C", city=city).id for city in ("Turku", "Oslo")]
    assert len(set(made)) == len(service.leads(email=email)) == 1


def test_an_upsert_in_steps_creates_no_lead_twice(against, service, monkeypatch, without_upsert):
    def lag(x):
        if x.method == "GET" and x.path == "/leads" and x.many:
            x.answer["data"] = [row for row in x.rows if not str(row["email"]).endswith("@late.example")]
            x.answer["pagination"].pop("total", None)

    monkeypatch.setitem(DEVIATIONS, "lists lag", Deviation(None, lag))
    ws = against("lists lag", without_upsert)
    email = f"{len(service.leads())}@late.example"
    for city in ("Turku", "Oslo", "Oslo"):
        ws.leads.upsert(email=email, full_name="La Te", city=city)
    assert [lead["city"] for lead in service.leads() if lead["email"] == email] == ["Oslo"]


def test_an_upsert_that_cannot_be_looked_up_names_the_way_without_it(against, service, monkeypatch, without_upsert):
    unproven = Deviation(None, lambda x: x.many and x.path == "/leads" and x.answer.pop("pagination", None))
    monkeypatch.setitem(DEVIATIONS, "no sign of the end", unproven)
    email = f"only{len(service.leads())}@upsert.example"
    service.ask("POST", "/leads", {"email": email, "full_name": "Only One"})
    for names, given in (
        ((without_upsert,), {"external_id": "crm-1", "match_on": "external_id"}),
        ((without_upsert, "no sign of the end"), {"email": email}),
    ):
        with pytest.raises(APIError, match=r"ws\.leads\.plan\(frame\)\.apply\(\) does the same"):
            against(*names).leads.upsert(full_name="No Way", **given)


def test_an_upsert_in_steps_of_several_leads_is_ambiguous(against, service, without_upsert):
    for name in ("One", "Two"):
        service.ask("POST", "/leads", {"email": "twins@upsert.example", "full_name": f"Twin {name}"})
    with pytest.raises(AmbiguousMatchError):
        against(without_upsert).leads.upsert(email="twins@upsert.example", city="Oslo")


def test_an_update_of_unknown_outcome_is_done_if_the_lead_shows_it(said):
    lead = {"id": "lead_1", "object": "lead", "email": "ada@x.example", "city": "Rome"}
    state = {"date": "Tue, 10 Mar 2026 12:00:00 GMT", "reads": 404}

    def respond(request, path):
        if request.method == "PATCH":
            lead["city"] = "Oslo"
            return httpx.Response(200, text="<html>", headers={"date": state["date"]})
        if path != "/leads/lead_1":
            return {"data": []}
        return httpx.Response(state["reads"], json={"data": lead}, headers={"date": state["date"]})

    with connect_workspace(respond) as ws:
        with pytest.raises(ProtocolError):
            ws.leads.update("lead_1", city="Oslo")
        state |= {"date": "Thu, 12 Mar 2026 12:00:00 GMT", "reads": 200}  # the service has forgotten the key
        ws.leads.get("lead_1")
        assert ws.leads.update("lead_1", city="Oslo").city == "Oslo"
        assert any("has these values by now" in text for text in said)
        lead["city"] = "Bergen"
        with pytest.raises(UnknownOutcomeError):
            ws.leads.update("lead_1", city="Oslo")


def test_custom_fields_that_an_upsert_drops_are_written_by_an_update(against, service, said, monkeypatch):
    def ask(x):
        if x.path == "/leads/upsert" and isinstance(x.body, dict):
            x.body.pop("custom_fields", None)

    monkeypatch.setitem(DEVIATIONS, "upserts drop custom fields", Deviation(ask))
    ws = against("upserts drop custom fields")
    lead = with_custom_fields(service, 1)[0]
    answer = ws.leads.upsert(email=lead["email"], city="Oslo", custom_fields={"use_case": "kept"})
    [held] = service.leads(ids=lead["id"])
    assert held["custom_fields"] == answer["custom_fields"] == {**lead["custom_fields"], "use_case": "kept"}
    assert held["city"] == "Oslo"
    assert any("drops the custom fields" in text for text in said)


def test_a_custom_field_that_the_service_does_not_know_is_said(against, service, said, monkeypatch):
    def ask(x):
        if x.method == "PATCH" and isinstance(x.body, dict):
            x.body.get("custom_fields", {}).pop("mood", None)

    monkeypatch.setitem(DEVIATIONS, "unknown keys are dropped", Deviation(ask))
    lead = with_custom_fields(service, 1)[0]
    against("unknown keys are dropped").leads.update(lead["id"], custom_fields={"use_case": "new", "mood": "good"})
    assert any("has no custom_fields.mood" in text for text in said)


def test_nothing_is_learned_of_custom_fields_from_a_lead_as_it_was_before(against, service, monkeypatch):
    before = {}

    def ask(x):
        if x.method == "PATCH":
            before[x.path] = service.ask("GET", x.path)

    def tell(x):
        if x.method == "GET" and x.path in before:  # from a replica that lags behind
            x.answer = before[x.path]
        elif x.method == "PATCH":
            del x.answer["data"]["custom_fields"]

    monkeypatch.setitem(DEVIATIONS, "reads lag", Deviation(ask, tell))
    ws = against("replaces_custom_fields", "reads lag")
    lead = with_custom_fields(service, 1)[0]
    ws.leads.update(lead["id"], custom_fields={"use_case": "kept"})
    assert service.leads(ids=lead["id"])[0]["custom_fields"] == {**lead["custom_fields"], "use_case": "kept"}
    assert ws.profile.value("custom_fields") != "merged"


@pytest.mark.parametrize("name", ["faithful", "replaces_custom_fields"])
@pytest.mark.parametrize("number", [1, 2])
def test_learning_keeps_what_another_user_changes_meanwhile(against, service, monkeypatch, name, number):
    writes = itertools.count(1)

    def tell(x):
        if x.method == "PATCH" and next(writes) == number:
            service.ask("PATCH", x.path, {"custom_fields": {"tier": "C"}})

    monkeypatch.setitem(DEVIATIONS, "another user", Deviation(None, tell))
    ws = against(*([name] if name in DEVIATIONS else []), "another user")
    lead = next(lead for lead in with_custom_fields(service, 9) if "tier" in lead["custom_fields"])
    service.ask("PATCH", f"/leads/{lead['id']}", {"custom_fields": {"tier": "A"}})
    ws.leads.update(lead["id"], custom_fields={"use_case": "ours"})
    held = service.leads(ids=lead["id"])[0]["custom_fields"]
    assert held == {**lead["custom_fields"], "tier": "C", "use_case": "ours"}


def test_an_upsert_may_replace_custom_fields_that_an_update_merges(against, service, monkeypatch):
    replacing = DEVIATIONS["replaces_custom_fields"].ask

    def ask(x):
        if x.method == "POST":
            replacing(x)

    monkeypatch.setitem(DEVIATIONS, "upserts replace", Deviation(ask))
    ws = against("upserts replace")
    first, second, third = with_custom_fields(service, 3)
    ws.leads.update(first["id"], custom_fields={"use_case": "update"})
    ws.leads.upsert(email=second["email"], custom_fields={"use_case": "upsert"})
    ws.leads.bulk_upsert(rows=[{"email": third["email"], "custom_fields": {"use_case": "bulk"}}])
    for lead, value in ((first, "update"), (second, "upsert"), (third, "bulk")):
        held = service.leads(ids=lead["id"])[0]["custom_fields"]
        assert held == {**lead["custom_fields"], "use_case": value}


def test_other_custom_fields_that_a_service_gives_as_text_stay(against, service):
    ws = against("replaces_custom_fields", "numbers_as_text", "no_bulk_upsert")
    leads = [lead for lead in with_custom_fields(service, 12) if "deal_value_eur" in lead["custom_fields"]]
    assert leads
    write_by_update(ws, leads[:1], {"use_case": "as text"})
    write_by_plan(ws, leads, {"use_case": "as text again"})
    for lead in leads:
        [held] = service.leads(ids=lead["id"])
        assert held["custom_fields"] == {**lead["custom_fields"], "use_case": "as text again"}


def test_custom_fields_that_an_upsert_by_external_id_or_of_rows_does_not_name_stay(against, service):
    ws = against("replaces_custom_fields")
    leads = with_custom_fields(service, 4)
    for number, lead in enumerate(leads):
        service.ask("PATCH", f"/leads/{lead['id']}", {"external_id": f"crm-{number}"})
    for number in range(2):  # first before it is known what the service does
        ws.leads.upsert(external_id=f"crm-{number}", match_on="external_id", custom_fields={"use_case": "by id"})
    write_by_bulk_upsert(ws, leads[2:], {"use_case": "by rows"})
    for lead, value in zip(leads, ["by id", "by id", "by rows", "by rows"], strict=True):
        [held] = service.leads(ids=lead["id"])
        assert held["custom_fields"] == {**lead["custom_fields"], "use_case": value}


def test_an_upsert_by_external_id_that_is_refused_says_what_was_written(against, service):
    ws = against("replaces_custom_fields")
    lead = with_custom_fields(service, 1)[0]
    service.ask("PATCH", f"/leads/{lead['id']}", {"external_id": "crm-refused"})
    with pytest.raises(pb.errors.ValidationError) as caught:
        ws.leads.upsert(external_id="crm-refused", match_on="external_id", custom_fields={"tier": "none of them"})
    assert caught.value.__notes__ == ["all but the custom fields of this upsert was written"]


def test_a_row_of_an_upsert_that_is_no_object_is_refused_by_the_service(against):
    rows = [None, {"email": "beside@bulk.example", "custom_fields": {"tier": "A"}}]
    found = against("replaces_custom_fields").leads.bulk_upsert(rows=rows)
    assert found["status"].tolist() == ["invalid", "created"]


@pytest.mark.parametrize("via", ["api", "import"])
def test_custom_fields_of_a_lead_that_is_created_after_the_plan_stay(against, service, via):
    ws = against("replaces_custom_fields")  # which is not known before
    plan = ws.leads.plan(frame_of(f"meanwhile{via}").assign(custom_use_case="planned"))
    email = f"meanwhile{via}1@bulk.example"
    service.ask("POST", "/leads", {"email": email, "full_name": "Me An", "custom_fields": {"tier": "A"}})
    assert plan.apply(via=via).summary["succeeded"] == 3
    assert service.leads(email=email)[0]["custom_fields"] == {"tier": "A", "use_case": "planned"}


def test_a_repeated_write_has_its_custom_fields_though_learning_from_it_was_interrupted(against, service):
    ws = against("replaces_custom_fields")
    first, second = with_custom_fields(service, 2)
    write_by_update(ws, [first, second], {"use_case": "written"})
    service.ask("PATCH", f"/leads/{first['id']}", {"custom_fields": {"use_case": None}})  # what an interrupt leaves
    write_by_update(ws, [first], {"use_case": "written"})
    assert service.leads(ids=first["id"])[0]["custom_fields"] == {**first["custom_fields"], "use_case": "written"}


@pytest.mark.parametrize("answer", ["writes_without_body", "creates_with_location"])
def test_an_upsert_by_external_id_may_be_answered_without_the_lead(against, service, answer):
    ws = against("replaces_custom_fields", answer)
    lead = with_custom_fields(service, 1)[0]
    service.ask("PATCH", f"/leads/{lead['id']}", {"external_id": f"crm-{answer}"})
    found = ws.leads.upsert(external_id=f"crm-{answer}", match_on="external_id", custom_fields={"use_case": answer})
    assert found.id == lead["id"]
    assert service.leads(ids=lead["id"])[0]["custom_fields"] == {**lead["custom_fields"], "use_case": answer}


def test_what_cannot_keep_other_custom_fields_says_so_once(against, service, said):
    ws = against("replaces_custom_fields")
    for number in range(2):
        ws.leads.bulk_upsert(
            rows=[{"external_id": f"said-{number}", "custom_fields": {"use_case": "said"}}], match_on="external_id"
        )
        frame = pd.DataFrame({"mail": [f"said{number}@import.example"], "use": ["said"]})
        ws.imports.create(frame, {"mail": "email", "use": "use_case"})
    assert len([text for text in said if "may replace all custom fields" in text]) == 2
    assert len([text for text in said if "fields of leads that an import does not map" in text]) == 1


@pytest.mark.parametrize("answer", ["faithful", "writes_without_body", "creates_with_location"])
def test_a_strict_service_without_our_upserts_gets_each_row_once(against, service, monkeypatch, answer):
    monkeypatch.setitem(DEVIATIONS, "fields as in Go", go_fields())
    ws = against("fields as in Go", *({answer} & DEVIATIONS.keys()))
    [lead] = with_custom_fields(service, 1)
    frame = frame_of(f"go{answer.replace('_', '')}").assign(city="Turku")
    frame.loc[3] = {"email": lead["email"], "full_name": lead["full_name"], "city": answer}
    ws.leads.list(limit=3)  # shows the names of its fields
    plan = ws.leads.plan(frame)
    service.sent.clear()
    outcome = plan.apply()
    assert outcome.summary["succeeded"] == 4, outcome.rows
    writes = [path for method, path, *_ in service.sent if method != "GET"]
    # Two operations that are missing, each in two writings of their names; four rows; a version that is refused.
    assert len(writes) == 2 * 2 + 5
    assert [len(service.leads(email=email)) for email in frame["email"]] == [1] * 4


def test_a_refusal_of_all_writes_is_final_and_shown_by_one_row_alone(against, service, monkeypatch):
    refusals = Deviation(lambda x: x.method == "POST" and x.refuse(400, "no write today"))
    monkeypatch.setitem(DEVIATIONS, "refuses writes", refusals)
    ws = against("refuses writes", "errors_as_plain_text")
    outcome = ws.leads.plan(frame_of("plain")).apply()
    assert outcome.summary["failed"] == 3, outcome.rows
    assert [path for method, path, *_ in service.sent if method == "POST"] == ["/leads/bulk-upsert", "/leads/upsert"]


@pytest.mark.parametrize("number", [0, 1])
def test_an_import_whose_errors_count_rows_otherwise_is_looked_up(against, service, monkeypatch, number):
    def tell(x):
        if x.path.endswith("/errors") and x.many:
            x.answer["data"] = [{"id": "e1", "object": "import_error", "row_number": number, "message": "is invalid"}]

    monkeypatch.setitem(DEVIATIONS, "rows are counted otherwise", Deviation(None, tell))
    ws = against("rows are counted otherwise")
    done = ws.leads.plan(frame_of(f"counted{number}")).apply(via="import")
    assert done.summary["succeeded"] == 3


@pytest.mark.parametrize("word", ["failed", "expired"])
def test_the_rows_of_an_import_that_failed_are_looked_up(against, service, monkeypatch, word):
    def ask(x):
        if x.method == "POST" and x.path == "/imports":
            del x.body["rows"][2:]

    def tell(x):
        for row in x.rows if x.path.startswith(("/imports", "/jobs")) and x.rows[0].get("finished_at") else ():
            row.update(status=word, finished_at="2026-03-10T12:00:00.000Z")

    monkeypatch.setitem(DEVIATIONS, "fails half way", Deviation(ask, tell))
    ws = against("fails half way")
    tag = f"half{word}"
    old = service.ask("POST", "/leads", {"email": f"{tag}old@bulk.example", "full_name": "Old Name"})["data"]
    ws.profile.learn("absent_fields", "kept", "a row that was imported first", operation="imports.create")
    frame = pd.concat([frame_of(tag), pd.DataFrame({"email": [old["email"]], "full_name": ["New Name"]})])
    done = ws.leads.plan(frame).apply(via="import")
    assert done.rows["status"].tolist() == ["succeeded", "succeeded", "failed", "needs_review"]


@pytest.mark.parametrize("errors", [[], [{"row_number": 1, "message": "is invalid"}]], ids=["skipped", "from 0"])
def test_a_row_that_an_import_left_out_is_not_succeeded(against, service, monkeypatch, errors):
    def ask(x):
        if x.method == "POST" and x.path == "/imports":
            del x.body["rows"][1]

    def tell(x):
        if x.path.endswith("/errors") and x.many:
            x.answer["data"] = [{"id": "e1", "object": "import_error", **error} for error in errors]
        elif x.path.startswith("/imports"):
            x.rows[0].update(skipped_count=1 - len(errors), error_count=len(errors))

    monkeypatch.setitem(DEVIATIONS, "leaves a row out", Deviation(ask, tell))
    ws = against("leaves a row out")
    ws.profile.learn("absent_fields", "kept", "a row that was imported first", operation="imports.create")
    frame = frame_of(f"left{len(errors)}")
    for email in frame["email"]:
        service.ask("POST", "/leads", {"email": email, "full_name": "Former Name"})
    done = ws.leads.plan(frame).apply(via="import")
    assert done.rows["status"].tolist() == ["succeeded", "needs_review", "succeeded"]


def test_a_frame_of_the_service_with_a_title_under_another_name_can_be_planned(against):
    ws = against("custom_lead_fields_only", "json_api_objects", "job_title_under_another_name", own=False)
    frame = ws.leads.list()
    assert frame["title"].notna().any()
    assert "jobTitle" not in frame.columns
    plan = ws.leads.plan(frame)
    # Other tests of this module made leads whose full name is derived, or whose address has spaces.
    assert plan.summary["unchanged"] + plan.summary["update"] == len(frame)
    assert {*plan.diff["field"]} <= {"full_name", "email"}
    addresses = plan.diff[plan.diff["field"] == "email"]
    assert [*addresses["before"].str.strip()] == [*addresses["after"]]


@pytest.mark.parametrize("name", ["all_times_in_milliseconds", "times_with_offset"])
def test_an_undo_keeps_a_lead_that_changed_whatever_the_form_of_times(against, name):
    ws = against(name)
    intake = ws.leads.intake(frame_of(f"undo{name.replace('_', '')}"), progress=False)
    intake.apply()
    kept, *others = intake.outcome.created_ids
    ws.leads.update(kept, title="Head of Data")
    undone = intake.undo()
    assert undone.kept == (kept,)
    assert undone.deleted.summary["succeeded"] == len(others) > 0


def test_a_write_that_a_service_does_not_offer_is_failed_and_not_waited_for(against, service, monkeypatch):
    def ask(x):
        if x.method == "PATCH" or x.path.endswith("upsert"):
            x.refuse(405, "Method Not Allowed")

    monkeypatch.setitem(DEVIATIONS, "no changes", Deviation(ask))
    emails = Counter(lead["email"] for lead in service.leads())
    lead = next(lead for lead in service.leads() if lead["status"] == "new" and emails[lead["email"]] == 1)
    ws = against("no changes")
    outcome = ws.leads.plan(pd.DataFrame({"email": [lead["email"]], "city": ["Turku"]})).apply()
    assert outcome.summary["failed"] == 1
    assert sum(method == "PATCH" for method, *_ in service.sent) == 1


def test_rows_of_which_only_the_version_is_refused_are_written_without_it(against, service, said, monkeypatch):
    def ask(x):
        for row in x.body.get("rows", ()) if x.path == "/leads/bulk-upsert" else ():
            if "if_updated_at" in row:
                row["email"] = None  # so that the row is refused

    def tell(x):
        for row in x.rows if x.path == "/leads/bulk-upsert" else ():
            if row["error"]:
                row["error"] = {"code": "bad", "message": "if_updated_at: unrecognized key"}

    monkeypatch.setitem(DEVIATIONS, "no versions", Deviation(ask, tell))
    leads = service.leads()
    emails = Counter(lead["email"] for lead in leads)
    chosen = [lead for lead in leads if lead["status"] == "new" and emails[lead["email"]] == 1][:2]
    ws = against("no versions")
    frame = pd.DataFrame({"email": [lead["email"] for lead in chosen], "city": ["Oulu", "Kemi"]})
    assert ws.leads.plan(frame).apply().summary["succeeded"] == 2
    assert [service.leads(email=lead["email"])[0]["city"] for lead in chosen] == ["Oulu", "Kemi"]
    assert sum("refuses if_updated_at" in text for text in said) == 1


def test_rows_are_not_matched_with_addresses_that_a_service_hides(against, service, monkeypatch):
    def tell(x):
        for row in x.rows if x.path.startswith("/leads") else ():
            if row.get("email"):
                row["email"] = f"{row['email'][0]}***@{row['email'].partition('@')[2]}"

    monkeypatch.setitem(DEVIATIONS, "hidden addresses", Deviation(None, tell))
    lead = next(lead for lead in service.leads() if lead["status"] == "unsubscribed")
    ws = against("hidden addresses")
    rows = pd.DataFrame({"email": [lead["email"]], "full_name": [lead["full_name"]]})
    assert ws.leads.plan(rows, compare_with="service").rows["lead_id"].tolist() == [lead["id"]]  # by the filter
    with pytest.raises(UsageError, match="hides the addresses"):
        ws.leads.plan(rows, compare_with="mirror")
    with pytest.raises(UsageError, match="hides the addresses"):
        ws.leads.plan(pd.DataFrame({"email": [each["email"] for each in service.leads() if each["email"]][:20]}))


def document_below_properties(service):
    """The truthful document of a service whose objects and bodies have their values below ``properties``."""
    document = service.document()
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        own = {"id", "object", "created_at", "updated_at"}
        if own <= schema.get("properties", {}).keys():
            inside = {**schema, "properties": {n: p for n, p in schema["properties"].items() if n not in own}}
            text = {"type": "string"}
            outer = {"id": text, "properties": inside, "createdAt": text, "updatedAt": text}
            schemas[name] = {"type": "object", "properties": outer}
    for path in ("/leads", "/leads/{id}"):
        for method in {"post", "patch"} & document["paths"][path].keys():
            media = document["paths"][path][method]["requestBody"]["content"]["application/json"]
            media["schema"] = {"type": "object", "properties": {"properties": media["schema"]}}
    return document


def test_a_document_with_values_below_properties_is_followed_without_a_refusal(service, said):
    service.switch("hubspot_objects", "bodies_under_properties")
    document = document_below_properties(service)
    options = {"base_url": service.base_url, "transport": service.transport}
    with pb.connect(service.key, contract=document, trust=True, **options) as ws:
        frame = ws.leads.list()
        assert {"id", "email", "status", "updated_at"} <= set(frame.columns)
        assert ws.leads.plan(frame[["id", "email", "full_name", "city", "status"]]).summary["create"] == 0
        refusals = service.refusals
        made = ws.leads.create(email="below@properties.example", full_name="Be Low")
        ws.leads.update(made.id, city="Turku")
        assert service.refusals == refusals
    (held,) = service.leads(email="below@properties.example")
    assert (held["id"], held["full_name"], held["city"]) == (made.id, "Be Low", "Turku")


@pytest.mark.parametrize("shown", [None, "", "0b81ce31f4d0a2", "left out"])
@pytest.mark.parametrize("compare_with", ["service", "mirror"])
def test_no_row_becomes_a_new_lead_where_no_address_of_the_service_can_be_read(
    against, service, monkeypatch, shown, compare_with
):
    def ask(x):
        if x.path == "/leads" and "email" in x.asked and x.method == "GET":
            x.refuse(422, "unknown parameter email", field="email")

    def tell(x):
        for row in x.rows if x.path.startswith("/leads") else ():
            row["email"] = shown
            if shown == "left out":
                del row["email"]

    monkeypatch.setitem(DEVIATIONS, "no addresses", Deviation(ask, tell))
    ws = against("no addresses")
    rows = pd.DataFrame({"email": ["new@unread.example"], "full_name": ["Ne W"]})
    with pytest.raises(UsageError, match="hides the addresses"):
        ws.leads.plan(rows, compare_with=compare_with)
    plan = ws.leads.plan(rows.assign(external_id="no-address-1"), match_on="external_id", compare_with=compare_with)
    assert plan.summary["create"] == 1


def test_a_person_who_opted_out_by_a_status_of_the_service_is_not_created_again(against, service, monkeypatch):
    def tell(x):
        for row in x.rows if x.path.startswith("/leads") else ():
            status = row.pop("status", None)
            row["hs_lead_status"] = {"unsubscribed": "OPTED_OUT"}.get(status, "OPEN")

    monkeypatch.setitem(DEVIATIONS, "hs_lead_status", Deviation(None, tell))
    gone = next(lead for lead in service.leads(status="unsubscribed") if lead["email"] and lead["full_name"])
    rows = pd.DataFrame([{"email": "other@status.example", "phone": gone["phone"], **{n: gone[n] for n in PERSON}}])
    ws = against("hs_lead_status")
    assert len(ws.leads.find_opted_out(rows)) == 1
    assert ws.leads.plan(rows).summary["create"] == 0


PERSON = ("full_name", "company_name", "company_domain", "linkedin_url")


def test_values_below_fields_are_sent_where_the_service_demands_them(against, service, monkeypatch):
    def ask(x):
        if x.method in {"POST", "PATCH"} and x.path.startswith("/leads"):
            if "fields" not in x.body:
                x.refuse(422, 'Could not find field "fields" in the request body')
            else:
                x.body = x.body["fields"]

    monkeypatch.setitem(DEVIATIONS, "as Airtable", Deviation(ask))
    ws = against("as Airtable", "no_upserts")
    created = ws.leads.create(email="fields@below.example", city="Turku")
    assert [(lead["id"], lead["city"]) for lead in service.leads(email="fields@below.example")] == [
        (created.id, "Turku")
    ]
    assert ws.leads.update(created.id, city="Oslo").city == "Oslo"


def mutation(made):
    name = made["object"].title().replace("_", "")
    return {"data": {f"create{name}": {made["object"]: made, "userErrors": [], "clientMutationId": "m1"}}}


CREATED = {
    "an id as of MySQL": lambda made: {"status": "success", "insert_id": made["id"]},
    "an id as of MongoDB": lambda made: {"acknowledged": True, "insertedId": {"$oid": made["id"]}},
    "an id as of Firebase": lambda made: {"name": made["id"]},
    "a bare id": lambda made: json.dumps(made["id"]),
    "a result of JSON-RPC": lambda made: {"jsonrpc": "2.0", "id": 17, "result": made["id"]},
    "a mutation of GraphQL": mutation,
    "nothing": lambda _: {"success": True},
}


@pytest.mark.parametrize("service", [1], indirect=True)
@pytest.mark.parametrize("name", CREATED)
def test_what_was_created_is_found_by_whatever_the_service_answers(against, service, monkeypatch, name):
    def tell(x):
        if x.method == "POST" and x.rows and x.path in {"/leads", "/campaigns", "/webhooks", "/support/tickets"}:
            x.answer = CREATED[name](x.rows[0])

    monkeypatch.setitem(DEVIATIONS, name, Deviation(None, tell))
    ws, tag = against(name), name.replace(" ", ".")
    lead = ws.leads.create(email=f"{tag}@made.example", full_name="Ma De")
    assert [each["id"] for each in service.leads(email=f"{tag}@made.example")] == [lead.id]
    steps = [{"subject": "Hello", "body": "Hello"}]
    campaign = ws.campaigns.create(name=tag, channel="email", steps=steps)
    assert ws.campaigns.get(campaign.id).name == tag
    webhook = ws.webhooks.create(url=f"http://127.0.0.1:9/{tag}", events=["lead.created"])
    assert ws.webhooks.get(webhook.id).url == f"http://127.0.0.1:9/{tag}"
    ticket = ws.tickets.create(subject=tag, message="Help")
    assert ws.tickets.get(ticket.id).subject == tag


@pytest.mark.parametrize("service", [1], indirect=True)
@pytest.mark.parametrize("answer", [True, 1, "", {"data": True}, {"deletedCount": 1}])
def test_a_word_for_a_deletion_is_its_response(against, service, monkeypatch, answer):
    monkeypatch.setitem(DEVIATIONS, "a word", Deviation(None, answers_deletions(answer)))
    ws = against("a word")
    ids = [ws.leads.create(email=f"gone{n}@word.example", full_name="Go Ne").id for n in range(2)]
    assert ws.leads.delete(ids[0]).get("deleted_at") is None
    assert ws.leads.plan_delete(ids[1:]).apply().summary["succeeded"] == 1
    assert not service.leads(email="gone0@word.example") + service.leads(email="gone1@word.example")


@pytest.mark.parametrize("service", [1], indirect=True)
@pytest.mark.parametrize("answer", [False, {"deletedCount": 0}])
def test_a_deletion_of_nothing_is_unknown(against, monkeypatch, answer):
    monkeypatch.setitem(DEVIATIONS, "no deletion", Deviation(None, answers_deletions(answer)))
    ws = against("no deletion")
    lead = ws.leads.create(email="kept@word.example", full_name="Ke Pt")
    with pytest.raises(ProtocolError, match="nothing was deleted"):
        ws.leads.delete(lead)


def answers_deletions(answer):
    """Return what replaces the response to a deletion."""

    def tell(x):
        if x.method == "DELETE":
            x.status, x.answer = 200, answer

    return tell


@pytest.mark.parametrize("applied", [True, False])
def test_a_list_that_may_be_cut_makes_nobody_new(against, service, monkeypatch, applied):
    def ask(x):
        if x.method == "GET":
            x.without("cursor", *(() if applied else ("email",)))
            if "updated_before" in x.asked:
                x.refuse(400, "unknown parameter updated_before", field="updated_before")

    monkeypatch.setitem(DEVIATIONS, "cut", Deviation(ask, lambda x: x.many and x.answer.pop("pagination", None)))
    ws = against("cut", "newest_first_always", "limit_clamped_to_10", "no_upserts")
    emails = [lead["email"] for lead in service.leads() if lead["email"] and lead["email"] == lead["email"].strip()]
    rows = pd.DataFrame({"email": [*dict.fromkeys(emails)][:10], "city": "Turku"})
    before = len(service.leads())
    if applied:
        assert ws.leads.plan(rows).summary["create"] == 0
        assert "email" not in ws.profile.names("refused", "leads.list")  # a refusal named it among those that it takes
    else:
        with pytest.raises(PaginationError, match="would seem to be new"):
            ws.leads.plan(rows)
    assert len(service.leads()) == before


def test_what_a_service_accepts_is_waited_for_a_moment(against, service, monkeypatch):
    waiting = []

    def ask(x):
        if x.method == "GET" and len(waiting) > 1:
            service.ask("PATCH", waiting[0], {"city": "Turku"})
        waiting.extend([x.path] if waiting else [])

    def tell(x):
        if x.method == "PATCH" and not waiting:
            waiting.append(x.path)
            service.ask("PATCH", x.path, {"city": None})
            x.status, x.answer = 202, {"data": {"id": "op_123", "object": "operation", "status": "queued"}}

    lead = service.leads()[0]
    monkeypatch.setitem(DEVIATIONS, "later", Deviation(ask, tell))
    assert against("later").leads.update(lead["id"], city="Turku").city == "Turku"


def test_a_person_is_not_created_again_where_the_filter_by_address_looks_at_its_case(against, service, monkeypatch):
    def tell(x):
        given = {value for name, value in x.query if name == "email"}
        if x.path == "/leads" and given and x.many:
            x.answer["data"] = [row for row in x.rows if row["email"] in given]

    service.ask("POST", "/leads", {"email": "Ca.Se@Written.example", "full_name": "Ca Se", "city": "Oslo"})
    monkeypatch.setitem(DEVIATIONS, "exact filter", Deviation(None, tell))
    rows = pd.DataFrame({"email": ["ca.se@written.example"], "city": ["Turku"]})
    plan = against("exact filter", "limit_clamped_to_10").leads.plan(rows)
    assert (plan.summary["create"], plan.summary["update"]) == (0, 1)


@pytest.mark.parametrize("status", [200, 202])
def test_a_lead_that_is_shown_and_not_stored_is_not_called_written(against, service, monkeypatch, said, status):
    lead = next(lead for lead in service.leads() if lead["email"] and lead["status"] == "new")

    def ask(x):
        if x.method == "PATCH":
            shown = {**lead, "city": "Turku"} if status == 202 else lead
            x.status, x.answer = status, {"data": shown}

    monkeypatch.setitem(DEVIATIONS, "not stored", Deviation(ask))
    ws = against("not stored", "no_upserts")
    outcome = ws.leads.plan(pd.DataFrame({"id": [lead["id"]], "city": ["Turku"]})).apply()
    assert outcome.table["status"].to_list() == ["needs_review"]
    if status == 202:
        with pytest.raises(ProtocolError, match="no object shows that it was done"):
            ws.leads.update(lead["id"], city="Turku")
    else:
        ws.leads.update(lead["id"], city="Turku")
        assert any("has no city as it was sent" in text for text in said)


def test_a_mirror_loses_no_lead_to_a_list_that_may_be_cut(against, service, monkeypatch):
    ws = against()
    ws.mirror.sync("leads")
    held = len(ws.mirror.frame("leads"))

    def ask(x):
        if x.method == "GET":
            x.without("cursor")
            if "updated_before" in x.asked:
                x.refuse(400, "unknown parameter updated_before", field="updated_before")

    monkeypatch.setitem(DEVIATIONS, "cut", Deviation(ask, lambda x: x.many and x.answer.pop("pagination", None)))
    service.switch("cut", "newest_first_always", "limit_clamped_to_10")
    report = ws.mirror.sync("leads", full=True, vanished="remove")
    assert "no rows were removed" in report["note"].iloc[0]
    assert len(ws.mirror.frame("leads")) == held


def test_a_plan_of_a_frame_of_the_service_leaves_out_the_objects_that_only_its_document_has(against, monkeypatch):
    def tell(x):
        for lead in x.rows if x.path.startswith("/leads") else ():
            lead["person_stage"] = {"_href": "/stages/17", "id": 17}

    def document(text):
        whole = json.loads(text)
        inner = {"_href": {"type": "string"}, "id": {"type": "integer"}}
        whole["components"]["schemas"]["Lead"]["properties"]["person_stage"] = {"type": "object", "properties": inner}
        return json.dumps(whole)

    monkeypatch.setitem(DEVIATIONS, "objects", Deviation(None, tell, document))
    ws = against("objects", own=False)
    frame = ws.leads.list().tail(9)
    assert {"person_stage__href", "person_stage_id"} <= set(frame.columns)
    assert ws.leads.plan(frame).summary["update"] == 0


def test_a_plan_of_a_frame_of_the_service_leaves_out_a_field_that_its_document_lacks(against, monkeypatch):
    def tell(x):
        for lead in x.rows if x.path.startswith("/leads") else ():
            lead.pop("seniority", None)

    def document(text):
        whole = json.loads(text)
        for schema in whole["components"]["schemas"].values():
            schema.get("properties", {}).pop("seniority", None)
        return json.dumps(whole)

    monkeypatch.setitem(DEVIATIONS, "no seniority", Deviation(None, tell, document))
    ws = against("no seniority", "no_lead_fields", own=False)
    frame = ws.leads.list().tail(9).assign(seniority=None)
    assert ws.leads.plan(frame).summary["update"] == 0
    with pytest.raises(InvalidParameterError, match="seniority"):  # a value that would be lost
        ws.leads.plan(frame.assign(seniority="cxo"))


@pytest.mark.parametrize("answer", ["a query", "nothing"])
def test_a_lead_that_is_answered_without_a_body_is_found_where_the_email_filter_is_refused(
    against, service, monkeypatch, answer
):
    def ask(x):
        if x.method == "GET" and x.path == "/leads" and "email" in x.asked:
            x.refuse(400, "failed to parse filter (line 1, column 1) of email")

    def tell(x):
        if (x.method, x.path) == ("POST", "/leads") and x.status == 201:
            if answer == "a query":
                x.out["location"] = f"/leads?id=eq.{x.answer['data']['id']}"
            x.answer = None

    monkeypatch.setitem(DEVIATIONS, "no body", Deviation(ask, tell))
    ws, email = against("no body", "limit_clamped_to_10", "ignores_order"), f"{answer[0]}@no-body.example"
    lead = ws.leads.create(email=email, full_name="No Body")
    assert [each["id"] for each in service.leads(email=email)] == [lead.id]


def test_dates_of_responses_that_are_ahead_hide_neither_a_new_lead_nor_a_change(said, monkeypatch):
    """The clock of objects is that of this machine; only the ``Date`` header is five minutes ahead."""

    def tell(x):
        x.out["date"] = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
        if x.method == "POST" and x.path == "/leads":
            x.answer = {}

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(None, tell))
    with DeviatingService(leads=20, names=["of this test"]) as service:
        clock = service.sandbox.clock
        clock.advance((datetime.now(UTC) - clock.now()).total_seconds())
        with connect(service) as ws:
            ws.mirror.sync("leads")
            lead = ws.leads.create(email="ahead@date.example", full_name="Ahead Date")
            ws.mirror.sync("leads")
            assert [each["id"] for each in service.leads(email="ahead@date.example")] == [lead.id]
            assert lead.id in {*ws.mirror.frame("leads")["id"]}
            service.ask("PATCH", f"/leads/{lead.id}", {"city": "Turku"})
            ws.mirror.sync("leads")
            assert ws.mirror.frame("leads").set_index("id")["city"][lead.id] == "Turku"


def test_a_list_that_lags_behind_updates_makes_no_plan_that_repeats_them(against, service, monkeypatch):
    old = {each["id"]: each["city"] for each in service.leads()}

    def tell(x):
        if x.method == "GET" and x.path == "/leads":
            for row in x.rows:
                row["city"] = old.get(row["id"], row["city"])

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(None, tell))
    ws = against("of this test")
    leads = ws.leads.list(status="new")[["id", "email"]].head(3).assign(city="Turku")
    assert ws.leads.plan(leads).apply().summary["succeeded"] == 3
    sent = len(service.sent)
    assert ws.leads.plan(leads.drop(columns="id")).summary["update"] == 0
    assert ws.leads.plan(leads.drop(columns="email")).summary["unchanged"] == 3
    assert {method for method, *_ in service.sent[sent:]} == {"GET"}
