"""What a service asks for by a refusal, or by what it compares or answers with: it is given, and learned once."""

import hashlib
import json
import re
from functools import partial
from urllib.parse import parse_qsl

import pandas as pd
import pytest

import pb2b_notebook as pb
from deviating_service import DEVIATIONS, Deviation, renamed_field
from pb2b_notebook.errors import (
    APIError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionFailedError,
    ProtocolError,
    UnknownOperationError,
    ValidationError,
)

ONE_LEAD = re.compile(r"/leads/lead_\w+")


@pytest.fixture
def deviate(against, monkeypatch):
    """Connect to the service with a deviation of this test."""

    def connected(ask=None, tell=None, *, more=(), own=True):
        monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask, tell))
        return against("of this test", *more, own=own)

    return connected


def media_type(wanted, methods):
    def ask(x):
        if x.method in methods and x.headers.get("content-type") != wanted:
            x.refuse(415, f"Content-Type must be {wanted}" if "merge" in wanted else "Unsupported Media Type")

    return ask


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(
    "wanted",
    ["application/merge-patch+json", "application/vnd.api+json", "application/json; charset=utf-8"],
)
def test_a_write_is_sent_in_the_media_type_that_the_service_takes(deviate, service, wanted, own):
    ws = deviate(media_type(wanted, {"PATCH"} if "merge" in wanted else {"PATCH", "POST"}), own=own)
    email = f"{'own' if own else 'their'}@{re.sub('[^a-z]+', '-', wanted.partition('/')[2])}.example"
    lead = ws.leads.create(email=email, full_name="Media Type")
    assert ws.leads.update(lead.id, city="Turku").city == "Turku"
    before = service.refusals
    assert ws.leads.update(lead.id, city="Oslo").city == "Oslo"  # learned by now
    assert service.refusals == before
    assert [each["id"] for each in service.leads(email=email)] == [lead.id]


def etag_of(lead):
    return f'"{hashlib.sha256(lead["updated_at"].encode()).hexdigest()[:8]}"'


def needs_if_match(x):
    if x.method == "PATCH" and ONE_LEAD.fullmatch(x.path):
        given = x.headers.get("if-match")
        if given is None:
            x.refuse(428, "If-Match is required", code="precondition_required")
        elif given != etag_of(x.service.ask("GET", x.path)["data"]):
            x.refuse(412, "the ETag does not match", code="precondition_failed")
        if isinstance(x.body, dict):
            x.body.pop("if_updated_at", None)  # this service compares ETags


def with_etag(x):
    if x.status == 200 and ONE_LEAD.fullmatch(x.path):
        x.out["etag"] = etag_of(x.answer["data"])


def test_a_write_names_the_version_that_the_service_demands(deviate, service):
    ws = deviate(needs_if_match, with_etag)
    lead = ws.leads.list(limit=1).iloc[0]
    version = ws.leads.get(lead["id"]).updated_at
    assert ws.leads.update(lead["id"], city="Turku", if_updated_at=version).city == "Turku"
    with pytest.raises(PreconditionFailedError):  # it has changed since, and is not overwritten
        ws.leads.update(lead["id"], city="Bergen", if_updated_at=version)
    assert ws.leads.update(lead["id"], city="Oslo").city == "Oslo"
    assert service.refusals == 1


def as_text(form, *, refuses=False):
    """Give times in a form, and compare the version of a write with its text; one without an offset may be refused."""

    def written(text):
        return form(text) if text else text

    def ask(x):
        rows = x.body.get("rows", [x.body]) if isinstance(x.body, dict) else []
        for row in rows if x.method in {"PATCH", "POST"} else ():
            version = row.get("if_updated_at")
            if version is not None:
                found = x.service.ask("GET", x.path)["data"] if x.method == "PATCH" else None
                found = found or x.service.leads(email=row["email"].lower())[0]
                same = version == written(found["updated_at"])
                if refuses and "+" not in str(version):
                    x.refuse(422, "if_updated_at has no offset", field="if_updated_at")
                row["if_updated_at"] = found["updated_at"] if same else "2001-01-01T00:00:00.000Z"

    def tell(x):
        for row in x.rows:
            for each in (row, row.get("lead"), row.get("current")):
                if isinstance(each, dict) and "updated_at" in each:
                    each["updated_at"] = written(each["updated_at"])

    return ask, tell


FORMS = {
    "an offset": lambda text: text.replace("Z", "+00:00"),
    "a space": lambda text: text.replace("T", " ").replace("Z", ""),
    "another zone": lambda text: pd.Timestamp(text).tz_convert("Etc/GMT-2").isoformat(timespec="milliseconds"),
    "milliseconds since 1970": lambda text: round(pd.Timestamp(text).timestamp() * 1000),
}


@pytest.mark.parametrize(
    ("form", "refuses"), [*((form, False) for form in FORMS if form != "an offset"), ("an offset", True)]
)
def test_a_version_is_sent_as_the_service_gave_it(deviate, service, form, refuses):
    ws = deviate(*as_text(FORMS[form], refuses=refuses))
    leads = ws.leads.list(status="new")[["id", "email"]].head(3)
    leads["city"] = [f"{form} {number}" for number in range(len(leads))]
    outcome = ws.leads.plan(leads).apply()
    assert outcome.summary["succeeded"] == len(leads)
    leads["city"] = leads["city"] + " again"
    assert ws.leads.plan(leads.drop(columns="email")).apply().summary["succeeded"] == len(leads)
    plan = ws.leads.plan(leads.assign(city="elsewhere"))
    changed = service.ask("PATCH", f"/leads/{leads['id'].iloc[0]}", {"city": "by another user"})["data"]
    assert plan.apply().summary["conflict"] == 1
    assert service.ask("GET", f"/leads/{changed['id']}")["data"]["city"] == "by another user"


def test_an_update_has_the_values_that_the_service_demands_with_each(deviate, service):
    def ask(x):
        if x.method == "PATCH" and "email" not in x.body:
            x.refuse(422, "email is required", field="email")

    lead = next(each for each in service.leads() if each["email"])
    ws = deviate(ask)
    assert ws.leads.update(lead["id"], city="Turku").city == "Turku"
    assert ws.leads.update(lead["id"], city="Oulu").email == lead["email"]
    assert service.refusals == 1

    def hide(x):
        for row in x.rows if x.method == "GET" else ():
            row["email"] = "***@***"

    with pytest.raises(ValidationError, match="email is required"):  # the address that is shown is not the lead's
        deviate(ask, hide).leads.update(lead["id"], city="Bergen")
    assert service.ask("GET", f"/leads/{lead['id']}")["data"]["email"] == lead["email"]


def pairs_only(x):
    if (x.method, x.path) == ("POST", "/imports"):
        if isinstance(x.body["mapping"], dict):
            x.refuse(422, "mapping must be an array of {source, target}", field="mapping")
        else:
            x.body["mapping"] = {pair["source"]: pair["target"] for pair in x.body["mapping"]}


def by_row(x):
    if x.many and x.path.endswith("/errors"):
        x.answer["data"] = {str(row["row_number"]): [row["message"]] for row in x.rows}


def test_an_import_takes_its_mapping_as_pairs_and_has_its_errors_by_row(deviate):
    ws = deviate(pairs_only, by_row)
    run = ws.imports.wait(
        ws.imports.create(pd.DataFrame({"Mail": ["pairs@of.example", "no address"]}), {"Mail": "email"})
    )
    assert (run.created_count, run.error_count) == (1, 1)
    [wrong] = ws.imports.errors(run).to_dict("records")
    assert (wrong["row_number"], "email" in wrong["message"]) == (2, True)


def test_a_404_with_a_code_may_be_about_a_parameter_of_ours(deviate, service):
    def ask(x):
        if x.method == "GET" and x.path == "/leads" and {"include_total", "include_deleted"} & x.asked.keys():
            x.refuse(404, "The resource does not exist", code="resource_not_found")

    ws = deviate(ask)
    assert set(ws.leads.list()["id"]) == {lead["id"] for lead in service.leads()}
    assert ws.leads.count() == len(service.leads())
    assert service.refusals == 1


def only_the_id(*names):
    def tell(x):
        if (x.method, x.path) == ("POST", "/imports") and x.status < 300:
            made = x.answer["data"]
            x.status, x.answer = 202, {"data": {name: made["job_id" if "job" in name else "id"] for name in names}}

    return tell


@pytest.mark.parametrize("names", [["job_id"], ["import_id"]])
def test_an_import_is_found_by_the_only_id_in_its_response(deviate, names):
    ws = deviate(None, only_the_id(*names))
    rows = pd.DataFrame({"email": [f"{names[0]}@only.example", "not an address"]})
    run = ws.imports.wait(ws.imports.create(rows, {"email": "email"}))
    assert (run.created_count, run.error_count) == (1, 1)
    assert ws.imports.errors(run)["row_number"].tolist() == [2]
    planned = pd.DataFrame({"email": [f"plan{names[0]}@only.example"], "full_name": ["Only Id"]})
    assert ws.leads.plan(planned).apply(via="import").summary["succeeded"] == 1


def csv_only(x):
    if (x.method, x.path) == ("POST", "/imports") and "csv" not in x.body:
        x.refuse(422, "csv is required", field="csv")


def test_an_import_maps_columns_to_the_keys_that_the_service_lists(against, service, monkeypatch):
    """Another key is left out without a word, as unknown members of a body often are."""

    def ask(x):
        if (x.method, x.path) == ("POST", "/imports"):
            ours = {"fullName": "full_name", "email": "email"}
            x.body["mapping"] = {name: ours[key] for name, key in x.body["mapping"].items() if key in ours}

    def tell(x):
        for field in x.rows if x.path == "/lead-fields" else ():
            field["key"] = {"full_name": "fullName"}.get(field["key"], field["key"])

    monkeypatch.setitem(DEVIATIONS, "camel name", renamed_field("full_name", "fullName"))
    monkeypatch.setitem(DEVIATIONS, "its keys", Deviation(ask, tell))
    ws = against("camel name", "its keys")
    ws.leads.list(limit=5)
    rows = pd.DataFrame({"Mail": ["keys@import.example"], "Name": ["Ada Keys"]})
    ws.imports.wait(ws.imports.create(rows, {"Mail": "email", "Name": "full_name"}))
    assert [lead["full_name"] for lead in service.leads(email="keys@import.example")] == ["Ada Keys"]


def test_an_import_is_sent_as_csv_to_a_service_that_takes_no_rows(deviate, service):
    ws = deviate(csv_only)
    rows = pd.DataFrame({"email": ["csv@only.example", "no address"], "full_name": ['Ada "A", B', "Nil"]})
    run = ws.imports.wait(ws.imports.create(rows, {"email": "email", "full_name": "full_name"}))
    assert (run.created_count, run.error_count) == (1, 1)
    assert ws.imports.errors(run)["row_number"].tolist() == [2]
    assert service.leads(email="csv@only.example")[0]["full_name"] == 'Ada "A", B'
    before = service.refusals
    ws.imports.create(rows.head(1), {"email": "email"})
    assert service.refusals == before


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("name", ["api_key", "key", "credential"])
def test_the_key_is_found_under_any_name(deviate, service, name, own):
    def tell(x):
        if x.path == "/me":
            key = x.answer["data"]
            beside = {part: key.pop(part) for part in ("workspace", "membership")}
            x.answer["data"] = {name: key, **beside}

    me = deviate(None, tell, own=own).me()
    assert (me.id, me.workspace["id"], bool(me.scopes)) == (
        service.ask("GET", "/me")["data"]["id"], service.ask("GET", "/me")["data"]["workspace"]["id"], True,
    )  # fmt: skip


def no_upserts_in_the_plan(x):
    if x.path.endswith("upsert"):
        x.refuse(403, "Upserts are not part of your subscription", code="feature_not_available")


def test_what_the_plan_of_a_workspace_lacks_is_done_in_steps(deviate, service):
    ws = deviate(no_upserts_in_the_plan)
    assert ws.leads.upsert(email="steps@plan.example", full_name="Up Sert").email == "steps@plan.example"
    frame = pd.DataFrame({"email": ["steps@plan.example", "new@plan.example"], "city": ["Oslo", "Oslo"]})
    assert ws.leads.plan(frame).apply().summary["succeeded"] == 2
    assert [len(service.leads(email=email)) for email in frame["email"]] == [1, 1]


def test_a_denial_that_is_about_all_writes_is_not_one_of_an_upsert(deviate):
    def ask(x):
        if x.path == "/leads/upsert":
            x.refuse(403, "your trial has expired", code="forbidden")

    ws = deviate(ask)
    with pytest.raises(PermissionDeniedError, match="trial"):
        ws.leads.upsert(email="trial@plan.example")
    assert ws.profile.value("missing", "leads.upsert") is None


def not_found_if_empty(x):
    if x.method == "GET" and x.many and not x.rows:
        x.status, x.answer = 404, {"error": {"code": "not_found", "message": "Not Found"}}


def test_404_for_a_list_where_no_object_matches_is_an_empty_list(deviate, service):
    ws = deviate(None, not_found_if_empty)
    assert len(ws.leads.list(email="none@nowhere.example")) == 0
    before = service.refusals
    assert len(ws.leads.list(email="none@elsewhere.example")) == 0
    assert service.refusals == before + 1  # the answer itself
    frame = pd.DataFrame({"email": ["empty@plan.example"], "full_name": ["No Body"]})
    assert ws.leads.plan(frame).apply(via="import").summary["succeeded"] == 1
    with pytest.raises(NotFoundError):
        ws.leads.get("lead_0000000000000000")


def test_404_for_a_filter_that_a_service_does_not_have_is_not_an_empty_list(deviate, service):
    def ask(x):
        if x.method == "GET" and x.path == "/leads" and "email" in x.asked:
            x.refuse(404, "Not Found", code="not_found")

    held = service.leads(status="new")[0]
    ws = deviate(ask)
    assert ws.leads.list(email=held["email"])["id"].tolist() == [held["id"]]


@pytest.mark.parametrize("sign", ["a cursor", "has_more", "the last page"])
def test_a_feed_that_never_ends_is_read_and_not_said_to_be_complete(deviate, service, said, sign):
    def ask(x):
        place, _, _ = x.asked.get("cursor", "").partition(".")
        x.query = [pair for pair in x.query if pair[0] != "cursor"]
        x.query += [("cursor", x.service.cursors[place])] if place in x.service.cursors else []
        x.number = int(place or 0)

    def tell(x):
        if x.method == "GET" and x.many:
            following = x.answer["pagination"].pop("next_cursor")
            if x.number < 0:
                x.answer["data"] = x.service.last_rows if sign == "the last page" else []
            x.service.last_rows = x.rows
            place = str(x.number + 1 if following and x.number >= 0 else -1)
            if following and x.number >= 0:
                x.service.cursors[place] = following
            x.service.calls += 1
            x.answer["pagination"] = {"next_cursor": f"{place}.{x.service.calls}"}
            x.answer["pagination"] |= {} if sign == "a cursor" else {"has_more": True}

    ws = deviate(ask, tell)
    found = ws.leads.list(page_size=25, parallel=1)  # a slow machine would read windows, which share these places
    assert set(found["id"]) == {lead["id"] for lead in service.leads()}
    assert not pb.provenance(found).complete
    assert any("does not count as complete" in text for text in said)


@pytest.mark.parametrize("style", ["camelCase", "PascalCase", "kebab-case", "input."])
def test_a_refusal_may_name_what_was_sent_in_the_names_of_the_service(deviate, service, style):
    def written(name):
        pascal = "".join(part.title() for part in name.split("_"))
        styles = {"camelCase": pascal[:1].lower() + pascal[1:], "PascalCase": pascal, "input.": f"input.{name}"}
        return styles.get(style, name.replace("_", "-"))

    def ask(x):
        for name in ("include_total", "limit"):
            if name in x.asked:
                x.refuse(422, f"unknown parameter {written(name)}", field=written(name))

    ws = deviate(ask)
    assert {*ws.leads.list()["id"]} == {lead["id"] for lead in service.leads()}
    assert set(ws.profile.value("refused", "leads.list")) >= {"include_total", "limit"}


@pytest.mark.parametrize("status", [301, 307, 308])
def test_a_write_follows_a_redirect_that_only_adds_a_slash_and_keeps_its_method(deviate, service, status):
    def ask(x):
        if x.method in {"POST", "PATCH"} and not x.path.endswith("/"):
            x.status, x.answer = status, None
            x.out["location"] = f"{service.url}/api/public/v1{x.path}/"
        x.path = x.path.rstrip("/")

    ws, email = deviate(ask), f"slash{status}@redirect.example"
    if status == 301:
        with pytest.raises(ProtocolError, match="redirects are not followed"):
            ws.leads.create(email=email)
        assert not service.leads(email=email)
        return
    created = ws.leads.create(email=email, full_name="Sla Sh")
    assert ws.leads.update(created.id, city="Turku").city == "Turku"
    assert [(lead["id"], lead["full_name"]) for lead in service.leads(email=email)] == [(created.id, "Sla Sh")]


def replaces_only(x):
    """A service without PATCH, whose PUT erases what it leaves out, and refuses what it computes."""
    if not ONE_LEAD.fullmatch(x.path):
        return
    if x.method == "GET" and x.status == 200:
        x.answer["data"]["engagement"] = 7
    if x.method == "PATCH":
        x.refuse(404, f"Unrecognized request URL (PATCH: {x.path})")
    if x.method == "PUT":
        lead = x.service.ask("GET", x.path)["data"]
        if "engagement" in x.body:
            x.refuse(422, "engagement is read-only", field="engagement")
        elif x.headers.get("if-match", etag_of(lead)) != etag_of(lead):
            x.refuse(412, "the ETag does not match", code="precondition_failed")
        else:
            empty = {name: [] if name == "tags" else None for name in ("phone", "title", "country", "tags")}
            x.status, x.answer = 200, x.service.ask("PATCH", x.path, {**empty, **x.body})


@pytest.mark.parametrize("versioned", [True, False])
def test_an_update_keeps_the_rest_of_a_lead_where_only_the_whole_can_be_replaced(deviate, service, said, versioned):
    kept = ("email", "full_name", "phone", "title", "country", "tags", "status", "custom_fields")
    lead = next(each for each in service.leads() if each["email"] and each["phone"] and each["tags"])
    ws = deviate(replaces_only, with_etag if versioned else None)
    for city in ("Turku", "Oslo"):  # learned by the second time
        assert ws.leads.update(lead["id"], city=city).city == city
    [now] = [each for each in service.leads() if each["id"] == lead["id"]]
    assert {name: now[name] for name in kept} == {name: lead[name] for name in kept}
    assert any("at the same moment is lost" in word for word in said) is not versioned
    with pytest.raises(PreconditionFailedError):  # it has changed since, and is not overwritten
        ws.leads.update(lead["id"], city="Bergen", if_updated_at=lead["updated_at"])
    assert sum("replaced as a whole" in word for word in said) == 1


def test_a_value_that_a_replacement_may_not_name_is_not_erased_by_leaving_it_out(deviate, service):
    def refuses_tags(x):
        if x.method == "PUT" and "tags" in x.body:
            x.refuse(422, "tags is unknown", field="tags")
        else:
            replaces_only(x)

    lead = next(each for each in service.leads() if each["email"] and each["tags"])
    ws = deviate(refuses_tags)
    with pytest.raises(APIError, match="tags is unknown"):
        ws.leads.update(lead["id"], city="Bergen")
    [now] = [each for each in service.leads() if each["id"] == lead["id"]]
    assert (now["tags"], now["city"]) == (lead["tags"], lead["city"])


@pytest.mark.parametrize("hidden", [{"email": None}, {"email": "a***@x.example"}, {"title": "Head of…"}])
def test_a_lead_of_which_something_may_be_hidden_is_not_replaced(deviate, service, hidden):
    def hides(x):
        if x.status == 200 and ONE_LEAD.fullmatch(x.path):
            x.answer["data"] |= hidden

    lead = next(each for each in service.leads() if each["email"])
    ws = deviate(replaces_only, hides)
    with pytest.raises(APIError, match="might erase"):
        ws.leads.update(lead["id"], city="Bergen")
    assert not [each for each in service.sent if each[0] == "PUT"]


def only_put(text):
    """The document of a service whose leads have a PUT and no PATCH."""
    document = json.loads(text)
    for path, item in document["paths"].items():
        if path.startswith(("/leads/{", "/campaigns/{")) and "patch" in item:
            item["put"] = item.pop("patch")
    return json.dumps(document)


def test_the_put_of_a_document_without_a_patch_is_the_update_of_a_lead(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(replaces_only, replaces_only, only_put))
    lead = next(each for each in service.leads() if each["email"] and each["phone"] and each["tags"])
    ws = against("of this test", own=False)
    assert ws.leads.update(lead["id"], city="Turku").city == "Turku"
    [now] = [each for each in service.leads() if each["id"] == lead["id"]]
    assert [now[name] for name in ("email", "phone", "tags")] == [lead[name] for name in ("email", "phone", "tags")]
    assert "PATCH" not in {method for method, *_ in service.sent}


@pytest.mark.parametrize("status", [200, 201])
@pytest.mark.parametrize("own", [True, False])
def test_a_post_to_a_lead_is_not_its_update(against, service, monkeypatch, own, status):
    def ask(x):
        if ONE_LEAD.fullmatch(x.path) and x.method in {"PATCH", "PUT"}:
            x.refuse(405, "method not allowed")
        elif ONE_LEAD.fullmatch(x.path) and x.method == "POST":
            x.status, x.answer = status, {"data": lead}

    def restore_for_patch(text):
        document = json.loads(text)
        for path, item in document["paths"].items():
            if path.startswith("/leads/{") and "patch" in item:
                item["post"] = item.pop("patch") | {"operationId": "restoreLead", "summary": "Restore a lead"}
        return json.dumps(document)

    lead = service.leads()[3]
    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask, None, restore_for_patch))
    with pytest.raises(pb.errors.ProspectB2BError):
        against("of this test", own=own).leads.update(lead["id"], city="Turku")
    assert not [path for method, path, *_ in service.sent if method == "POST" and ONE_LEAD.fullmatch(path)]


OTHERS = ("email", "phone", "title", "country", "seniority", "website", "linkedin_url", "industry", "company_domain",
          "first_name", "last_name", "company_name", "employee_count", "score", "source", "owner_email",
          "external_id", "last_contacted_at")  # fmt: skip


def updates_by_post(*, works=True, clears=()):
    """A service whose updates are a POST to the lead, as its refusals of any other method say."""

    def ask(x):
        if ONE_LEAD.fullmatch(x.path) and x.method in {"PATCH", "PUT"}:
            x.refuse(405, "method not allowed")
            x.out["allow"] = "GET, POST, DELETE"
        elif ONE_LEAD.fullmatch(x.path) and x.method == "POST" and works:
            changes = {**dict.fromkeys(clears), **x.body}
            x.status, x.answer = 200, x.service.ask("PATCH", x.path, changes)
        elif ONE_LEAD.fullmatch(x.path) and x.method == "POST":
            x.status, x.answer = 200, x.service.ask("GET", x.path)

    return ask


@pytest.mark.parametrize("clears", [(), OTHERS], ids=["keeps others", "clears others"])
def test_a_post_is_the_update_where_a_refusal_names_it_as_the_only_method(deviate, service, clears):
    kept = ("email", "full_name", "phone", "title", "country", "tags", "status")
    lead = next(each for each in service.leads() if each["email"] and each["phone"] and each["title"])
    ws = deviate(updates_by_post(clears=clears))
    for city in ("Turku", "Oslo"):
        refusals = service.refusals
        assert ws.leads.update(lead["id"], city=city).city == city
    assert service.refusals == refusals  # learned by the second time
    [now] = [each for each in service.leads() if each["id"] == lead["id"]]
    assert {name: now[name] for name in kept} == {name: lead[name] for name in kept}


def test_a_post_that_changes_nothing_is_not_the_update(deviate, service):
    ws = deviate(updates_by_post(works=False))
    for _ in range(2):
        with pytest.raises(APIError) as refused:
            ws.leads.update(service.leads()[3]["id"], city="Turku")
        assert refused.value.status == 405


@pytest.mark.parametrize("text", ["param is missing or the value is empty: contact", "contact is required"])
def test_a_lead_is_sent_below_the_name_that_a_refusal_misses(deviate, service, text):
    def ask(x):
        if x.method in {"POST", "PATCH"} and x.path.startswith("/leads"):
            if not isinstance(x.body.get("contact"), dict):
                x.refuse(400, text)
            else:
                x.body = x.body["contact"]

    ws, email = deviate(ask), f"below{len(text)}@contact.example"
    lead = ws.leads.create(email=email, full_name="Con Tact")
    assert ws.leads.update(lead.id, city="Turku").city == "Turku"
    assert [each["id"] for each in service.leads(email=email)] == [lead.id]
    assert ws.profile.value("write_form", "leads.create") == "contact"


def needs_mask(name, *, in_body):
    """Take of an update only the fields that its mask names; their values replace those of the lead as a whole."""

    def ask(x):
        if x.method != "PATCH" or not ONE_LEAD.fullmatch(x.path):
            return
        mask = x.body.pop(name, None) if in_body else x.asked.get(name)
        x.without(name)
        if not mask:
            x.refuse(400, f"{name} must be set")
            return
        x.body = {field: value for field, value in x.body.items() if field in mask.split(",")}
        if "custom_fields" in x.body:
            held = x.service.ask("GET", x.path)["data"]["custom_fields"]
            x.body["custom_fields"] = {**dict.fromkeys(held), **x.body["custom_fields"]}

    return ask


@pytest.mark.parametrize("in_body", [False, True])
@pytest.mark.parametrize("name", ["updateMask", "field_mask"])
def test_an_update_names_its_fields_in_the_mask_that_the_service_demands(deviate, service, name, in_body):
    ws = deviate(needs_mask(name, in_body=in_body))
    lead = next(each for each in service.leads() if len(each["custom_fields"]) > 1)
    key, *others = lead["custom_fields"]
    version = ws.leads.get(lead["id"]).updated_at
    assert ws.leads.update(lead["id"], city=f"In {name}", if_updated_at=version).city == f"In {name}"
    refusals = service.refusals
    with pytest.raises(PreconditionFailedError):
        ws.leads.update(lead["id"], city="Bergen", if_updated_at=version)
    ws.leads.update(lead["id"], custom_fields={key: lead["custom_fields"][key]}, title="CTO")
    held = service.ask("GET", f"/leads/{lead['id']}")["data"]
    assert (held["city"], held["title"], held["email"]) == (f"In {name}", "CTO", lead["email"])
    assert {each: held["custom_fields"].get(each) for each in others} == {
        each: lead["custom_fields"][each] for each in others
    }
    assert service.refusals == refusals


@pytest.mark.parametrize("path", ["campaigns", "webhooks"])
def test_what_has_no_address_is_replaced_as_a_whole_too(deviate, service, path):
    """A PUT of a campaign or of an endpoint for webhooks is refused if it leaves out a field that it needs."""
    needed = {"campaigns": {"name", "channel", "steps"}, "webhooks": {"url", "events"}}[path]
    computed = {"status", "published_at", "audience_count", "secret_prefix"}

    def ask(x):
        if not re.fullmatch(rf"/{path}/\w+", x.path):
            return
        if x.method == "PATCH":
            x.refuse(405, "Method Not Allowed")
        elif x.method == "PUT" and (missed := needed - x.body.keys()):
            x.refuse(422, f"{min(missed)} is required", field=min(missed))
        elif x.method == "PUT" and (named := computed & x.body.keys()):
            x.refuse(422, f"{min(named)} is read-only", field=min(named))  # one after the other
        elif x.method == "PUT":
            changes = {name: value for name, value in x.body.items() if name != "channel"}
            x.status, x.answer = 200, x.service.ask("PATCH", x.path, changes)

    ws = deviate(ask)
    if path == "campaigns":
        made = ws.campaigns.create(name="Whole", channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
        assert ws.campaigns.update(made.id, name="Whole again")["name"] == "Whole again"
    else:
        made = ws.webhooks.create(url="http://127.0.0.1:9/hook", events=["lead.created"])
        assert ws.webhooks.update(made.id, description="Whole")["description"] == "Whole"
    refusals = service.refusals
    getattr(ws, path).update(made.id, enabled=False)
    assert service.refusals == refusals
    now = service.ask("GET", f"/{path}/{made.id}")["data"]
    assert {name: now[name] for name in needed - {"name"}} == {name: made[name] for name in needed - {"name"}}


@pytest.mark.parametrize(("path", "hidden"), [("campaigns", "audience"), ("webhooks", "description")])
def test_what_is_not_shown_as_a_whole_is_not_replaced(deviate, service, path, hidden):
    """A PUT may erase the field that the service does not show to the key."""
    replaced = []

    def ask(x):
        if x.path.startswith(f"/{path}/") and x.method == "PATCH":
            x.refuse(405, "Method Not Allowed")
        elif x.path.startswith(f"/{path}/") and x.method == "PUT":
            replaced.append(x.body)
            x.status, x.answer = 200, x.service.ask("PATCH", x.path, {"name" if path == "campaigns" else "url": "x"})

    def tell(x):
        for row in x.rows if x.path.startswith(f"/{path}/") else ():
            row.pop(hidden, None)

    ws = deviate(ask, tell)
    if path == "campaigns":
        made = ws.campaigns.create(name="Whole", channel="linkedin", steps=[{"subject": "Hi", "body": "Hi"}])
        update = partial(ws.campaigns.update, made.id, name="Other")
    else:
        made = ws.webhooks.create(url="http://127.0.0.1:9/hook", events=["lead.created"], description="Sales")
        update = partial(ws.webhooks.update, made.id, enabled=False)
    before = service.ask("GET", f"/{path}/{made.id}")
    with pytest.raises(APIError):
        update()
    assert not replaced
    assert service.ask("GET", f"/{path}/{made.id}")["data"] == before["data"]


def as_forms(x):
    """A service that takes its writes as forms, and an update as a POST, as Stripe does."""
    if x.method in {"PATCH", "PUT"} and ONE_LEAD.fullmatch(x.path):
        x.refuse(404, f"Unrecognized request URL ({x.method}: {x.path})")
    elif x.method in {"POST", "PATCH"} and x.path.startswith("/leads"):
        if x.headers.get("content-type") != "application/x-www-form-urlencoded":
            x.refuse(400, "check that your POST content type is application/x-www-form-urlencoded")
        x.body = dict(parse_qsl(x.service.sent[-1][4].decode()))
        if ONE_LEAD.fullmatch(x.path):
            x.status, x.answer = 200, x.service.ask("PATCH", x.path, x.body)


def with_forms(summary, description=""):
    def changed(text):
        document = json.loads(text)
        for path, item in document["paths"].items():
            for operation in item.values() if path.startswith("/leads") else ():
                if "requestBody" in operation:
                    content = operation["requestBody"]["content"]
                    operation["requestBody"]["content"] = {"application/x-www-form-urlencoded": content.popitem()[1]}
            if path.startswith("/leads/{") and "patch" in item:
                about = {"summary": summary, "description": description}
                own = [each for each in item["patch"]["parameters"] if "IdempotencyKey" not in str(each)]
                item["post"] = {**item.pop("patch"), "operationId": "PostLeadsLead", "parameters": own, **about}
        return json.dumps(document)

    return changed


def test_a_document_names_forms_and_the_post_that_is_an_update(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(as_forms, None, with_forms("Update a lead")))
    ws = against("of this test", own=False)
    lead = ws.leads.create(email="form@forms.example", full_name="Ada Form")
    assert ws.leads.update(lead.id, city="Turku").city == "Turku"
    assert service.refusals == 0
    assert [(each["id"], each["city"]) for each in service.leads(email="form@forms.example")] == [(lead.id, "Turku")]


@pytest.mark.parametrize(
    "about",
    [
        ("Create or update a lead",), ("Save or update a lead",),
        ("Update a lead", "If no lead has this id, it is created."), ("Update a lead", "Adds it when there is none."),
    ],
)  # fmt: skip
def test_a_post_to_a_lead_that_may_create_one_is_not_its_update(against, service, monkeypatch, about):
    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(as_forms, None, with_forms(*about)))
    with pytest.raises(UnknownOperationError):
        against("of this test", own=False).leads.update(service.leads()[0]["id"], city="Turku")
    assert "POST" not in {method for method, path, *_ in service.sent if ONE_LEAD.fullmatch(path)}


@pytest.mark.parametrize("lasts", [True, False], ids=["one token", "another token each time"])
def test_a_token_against_forged_requests_is_fetched_where_it_is_demanded(deviate, service, lasts):
    tokens = [f"token-{number}" for number in range(99)]

    def ask(x):
        x.fetched = x.headers.get("x-csrf-token") == "Fetch"
        if x.method != "GET" and x.headers.get("x-csrf-token") != tokens[0 if lasts else -1]:
            x.refuse(403, "CSRF token validation failed")

    def tell(x):
        if x.fetched:
            x.out["x-csrf-token"] = tokens[0] if lasts else tokens.pop(0)

    ws = deviate(ask, tell)
    if lasts:
        for city in ("Turku", "Oslo"):
            assert ws.leads.update(service.leads()[3]["id"], city=city).city == city
    else:
        with pytest.raises(PermissionDeniedError):
            ws.leads.update(service.leads()[3]["id"], city="Turku")
    assert service.refusals == 1 if lasts else service.refusals < 5


def test_a_token_that_cannot_be_fetched_makes_no_object_seem_to_be_gone(deviate):
    def ask(x):
        if x.method != "GET" or x.headers.get("x-csrf-token"):
            x.refuse(404 if x.method == "GET" else 403, "CSRF token validation failed")

    ws = deviate(ask)
    with pytest.raises(PermissionDeniedError):
        ws.leads.delete("lead_1")


def test_a_lead_that_is_shown_as_deleted_is_not_replaced(deviate, service):
    def ask(x):
        if x.method == "PATCH":
            x.refuse(404, f"PATCH {x.path}: no such lead")

    def tell(x):
        if x.method == "GET" and ONE_LEAD.fullmatch(x.path):
            x.answer["data"]["deleted_at"] = "2026-03-01T00:00:00.000Z"

    with pytest.raises(NotFoundError):
        deviate(ask, tell).leads.update(service.leads()[3]["id"], city="Turku")
    assert "PUT" not in {method for method, path, *_ in service.sent if path == f"/leads/{service.leads()[3]['id']}"}
