"""A workspace follows the document it was given: its names, its operations, its fields; and never blocks on ours."""

import copy
import json

import httpx
import pytest

import pb2b_notebook as pb
from each_case import each_case
from forwarding import live
from pb2b_notebook import errors, openapi
from pb2b_notebook.api.domains.lead_field_list import list_lead_fields
from pb2b_notebook.serving import Server
from scripted_service import connect_workspace


def renamed():
    """Our document in other words: operations, placeholders, base path and flags as another house would write them."""
    document = copy.deepcopy(openapi.load_document())
    document["info"]["version"] = "live"
    document["servers"] = [{"url": "https://login.prospectb2b.com/api"}]
    document["paths"] = {
        f"/public/v1{path.replace('{id}', '{objectId}')}": item for path, item in document["paths"].items()
    }
    for item in document["paths"].values():
        for node in item.values():
            node["operationId"] = "v1_" + node["operationId"].replace(".", "_")
            node["security"] = [{"bearerAuth": node.pop("x-scopes")}]
            del node["x-documented"], node["x-idempotent"]
            for parameter in node.get("parameters", []):
                if parameter.get("name") == "id":
                    parameter["name"] = "objectId"
    return document


def with_segments():
    document = copy.deepcopy(openapi.load_document())
    segments = copy.deepcopy(document["paths"]["/campaigns"]["get"])
    segments["operationId"] = "listSegments"
    schema = {
        "properties": {
            "data": {"type": "array", "items": {"properties": {"id": {"type": "string"}, "size": {"type": "integer"}}}}
        }
    }
    segments["responses"] = {"200": {"content": {"application/json": {"schema": schema}}}}
    document["paths"]["/segments"] = {"get": segments}
    return document


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    path = tmp_path_factory.mktemp("documents") / "live.json"
    path.write_text(json.dumps(renamed()))
    with pb.open_sandbox(leads=30, rate_limit=1_000_000, contract=path) as ws:
        yield ws


def test_all_verbs_and_names_reach_the_same_operation(theirs):
    newest = theirs.leads.list(limit=1)["id"][0]
    assert theirs.leads.get(newest).id == newest
    for name in ("leads.get", "v1_leads_get", f"GET /leads/{newest}"):
        assert theirs.call(name, **({} if "/" in name else {"id": newest})).id == newest
    assert len(theirs.call("v1_campaigns_list")) == len(theirs.campaigns.list()) > 0
    number = len(pb.contract.load())
    assert len(theirs.operations) == number
    assert repr(theirs.operations) == f"<{number} operations of live.json, version live>"


def test_completion_knows_both_names(theirs):
    assert {"leads.list", "v1_leads_list"} <= set(theirs.operations._ipython_key_completions_())


def test_custom_fields_and_time_zones_are_still_found(theirs, shared_ws):
    assert [str(t) for t in theirs.leads.list().dtypes] == [str(t) for t in shared_ws.leads.list().dtypes]
    assert len(theirs.leads.list(updated_after="2026-03-01")) > 0


def test_writes_carry_their_key_and_are_journalled(theirs):
    made = theirs.leads.create(email="kept@y.example")
    assert theirs.leads.create(email="kept@y.example").id == made.id
    assert theirs.journal()["operation"].tolist()[0] == "leads.create"
    assert theirs.leads.update(made.id, title="x").title == "x"
    assert theirs.leads.upsert(email="kept@y.example", title="y").id == made.id


def test_a_read_only_connection_stays_read_only(theirs):
    url = theirs._session.client.base_url
    document = renamed()
    for item in document["paths"].values():
        for node in item.values():
            node["x-idempotent"] = False  # whatever they mean by it
    with pb.connect(theirs.sandbox.create_key(), base_url=url, read_only=True, contract=document) as other:
        for write in (lambda: other.leads.create(email="a@b.example"), lambda: other.leads.delete("lead_1")):
            with pytest.raises(errors.ReadOnlyError):
                write()


def test_an_operation_that_the_document_lacks_is_a_clear_error():
    document = copy.deepcopy(openapi.load_document())
    del document["paths"]["/billing/usage"]
    with pb.open_sandbox(leads=5, contract=document) as ws:
        assert "usage" not in dir(ws.billing)
        with pytest.raises(errors.UnknownOperationError, match=r"contract in use.*GET /billing/usage"):
            ws.billing.usage()
        with pytest.raises(errors.UnknownOperationError, match=r"the document given.*connect without contract="):
            ws.call("billing.usage")
        assert ws.billing.subscription().plan


def test_an_operation_that_only_the_document_has_is_a_frame_of_its_columns(ws):
    def segments(path, body):
        fresh = {"data": [{"id": "seg_1", "size": 3}], "request_id": "req_1"}
        return httpx.Response(200, json=fresh) if path == "/segments" else body

    with live(ws, edit=segments, contract=with_segments())[0] as other:
        for name in ("listSegments", "GET /segments"):
            frame = other.call(name)
            assert (frame["id"].tolist(), str(frame["size"].dtype)) == (["seg_1"], "Int64")


def test_an_operation_that_the_service_lacks_is_a_404(ws):
    url = ws._session.client.base_url
    other = pb.connect(ws.sandbox.create_key(), base_url=url, contract=with_segments())
    with other, pytest.raises(errors.NotFoundError):
        other.call("listSegments")


@pytest.mark.parametrize(("in_process", "host"), [(False, "127.0.0.1"), (True, "sandbox-")])
def test_a_contract_may_be_an_address(in_process, host):
    with pb.open_sandbox(leads=5, in_process=in_process) as ws:
        document = ws.base_url.replace("/api/public/v1", "/developers/api/openapi.json")
        with pb.connect(ws.sandbox.create_key(), base_url=ws.base_url, contract=document) as other:
            assert len(other.leads.list()) == len(ws.leads.list())
            assert f"of {host}" in repr(other.operations)


@each_case(
    ("source", "kind"),
    [
        ("none.json", errors.ContractError),
        ({"swagger": "2.0"}, errors.ContractError),
        ({"openapi": "3.0.1", "paths": {}}, errors.ContractError),
        ("http://api.example.com/openapi.json", errors.ContractError),
        (7, errors.ContractError),
    ],
)
def test_an_invalid_document_is_refused_before_anything_is_sent(source, kind):
    asked = []

    def handle(request):
        asked.append(request)
        return httpx.Response(200, json={"data": {}})

    with pytest.raises(kind):
        pb.connect("pb2b_live_abc_0123456789abcdef", transport=httpx.MockTransport(handle), contract=source)
    assert asked == []
    with pytest.raises(kind):
        pb.open_sandbox(leads=1, contract=source)


def test_a_document_without_me_cannot_connect_and_says_why():
    document = copy.deepcopy(openapi.load_document())
    del document["paths"]["/me"]
    with pytest.raises(errors.UnknownOperationError, match=r"'me.get', GET /me in ours"):
        pb.open_sandbox(leads=1, contract=document)


def test_no_key_goes_to_the_address_of_a_document():
    asked = []

    async def site(scope, receive, send):
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{message['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        asked.append(dict(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(openapi.load_document()).encode()})

    me = {"data": {"id": "key_1", "workspace": {"id": "ws_1", "name": "n"}}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=me))
    with Server(site) as server:
        pb.connect("pb2b_live_abc_0123456789canary", transport=transport, contract=f"{server.url}/openapi.json").close()
    [headers] = asked
    assert not any(b"canary" in value for value in headers.values())


@pytest.mark.filterwarnings("ignore:lead_fields.list differs")
def test_lead_fields_of_another_form_leave_the_built_in_ones():
    """A list of groups has no key: it must not refuse a plan."""
    group = {"properties": {"id": {"type": "string"}, "group": {"type": "string"}, "fields": {"type": "array"}}}
    schema = {"properties": {"data": {"type": "array", "items": group}}}
    document = copy.deepcopy(openapi.load_document())
    listed = document["paths"]["/lead-fields"]["get"]
    listed["responses"]["200"] = {"content": {"application/json": {"schema": schema}}}
    found = {"data": [{"id": "g1", "group": "Standard", "fields": [{"key": "email"}]}], "has_more": False}
    with connect_workspace(lambda _request, _path: found, contract=document) as ws:
        assert {"email", "full_name"} <= {*list_lead_fields(ws._session)["key"]}
