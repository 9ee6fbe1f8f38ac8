"""Tests that every operation must pass. They are driven by the contract, so that new operations are covered too.

Each operation succeeds in the documented shape, needs its scope, refuses a read-only membership if it writes, shows
nothing of another workspace, and answers invalid requests with an error envelope.
"""

import json
import re
from collections import Counter
from typing import get_args

import httpx
import jsonschema
import pytest
from jsonschema.validators import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from pb2b_notebook.openapi.documents import load_document
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.tables import LEAD_FIELDS, TABLES
from pb2b_notebook.sandbox.document.links import addressed_model
from pb2b_notebook.sandbox.http.keys import SCOPES
from pb2b_notebook.sandbox.routes import operations

OPERATIONS = list(operations())
OPENAPI = load_document()
SCHEMAS = OPENAPI["components"]["schemas"]
JSON = {"Content-Type": "application/json"}

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
every_body = pytest.mark.parametrize(
    "operation", [operation for operation in OPERATIONS if operation.body_limit], ids=lambda operation: operation.id
)
every_list = pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.parameters.query], ids=lambda operation: operation.id
)
every_addressing = pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if "{" in each.path], ids=lambda operation: operation.id
)

# Parameters and fields with the id of another object, by type; a new one must be added here or below.
REFERENCES = {
    "campaign_id": "campaign",
    "import_id": "import",
    "lead_id": "lead",
    "merged_into": "lead",
    "prospector_workflow_id": "prospector_workflow",
    "workflow_id": "prospector_workflow",
}
# They look like such ids, but belong to the client (external_id) or are ids of requests.
NO_REFERENCES = {"external_id", "request_id"}
# Rows are checked one by one: an invalid row is reported in the answer or as an error of the import.
ROWS = {"leads.bulk_upsert": {"rows"}, "imports.create": {"rows"}, "imports.validate": {"rows"}}

ONLY_THEIRS = "only_theirs"


# --- the fixtures ----------------------------------------------------------------------------------------------------


class Probe:
    """A served sandbox with two workspaces, and the ids of all their objects."""

    def __init__(self, sandbox, client):
        self.sandbox = sandbox
        self.client = client
        self.ours, self.theirs = sandbox.workspace_id, sandbox.other_workspace_id
        self._keys = {}
        self._give_theirs_one_of_each()

    def _give_theirs_one_of_each(self):
        """The other workspace needs objects of every type: a missing one is copied from ours under another id."""
        store = self.sandbox._store
        [field] = store.find(LEAD_FIELDS, self.theirs, "key = 'tier'", ())
        store.put(LEAD_FIELDS, self.theirs, field | {"id": "field_0123456789abcdef", "key": ONLY_THEIRS})
        for table in TABLES:
            ours = store.find(table, self.ours, "1", ())
            if ours and not store.find(table, self.theirs, "1", ()):
                store.put(table, self.theirs, ours[0] | {"id": f"{table.prefix}_0123456789abcdef"})

    def key(self, **options):
        """Return the header of a key; the same options give the same key."""
        name = json.dumps(options, sort_keys=True)
        if name not in self._keys:
            self._keys[name] = {"Authorization": f"Bearer {self.sandbox.create_key(**options)}"}
        return self._keys[name]

    def ids(self, workspace_id, kind):
        """Return the ids of the objects of a type, in one workspace."""
        store = self.sandbox._store
        found = [store.find(table, workspace_id, "doc ->> 'object' = ?", (kind,)) for table in TABLES]
        return [each["id"] for documents in found for each in documents]

    def places(self, operation, workspace_id):
        """Return the values for the placeholder of the path, in one workspace."""
        if operation.path.endswith("{key}"):
            return [ONLY_THEIRS] if workspace_id == self.theirs else ["tier"]
        model = addressed_model(operation, OPERATIONS)
        kind = get_args(model.model_fields["object"].annotation)[0]
        found = self.ids(workspace_id, kind)
        assert found, f"there is no {kind} in workspace {workspace_id}: the demo data must have one"
        return found

    def body(self, operation):
        """Return a valid body: the documented example, with ids of our objects."""
        schema = body_schema(operation)
        return None if schema is None else self._localized(schema["examples"][0])

    def _localized(self, value):
        return {
            name: self.ids(self.ours, REFERENCES[name])[0] if name in REFERENCES and inner is not None else inner
            for name, inner in value.items()
            if name != "if_updated_at"
        }

    def send(self, operation, place="x", *, body=None, content=None, headers=None, params=None):
        """Send a request of an operation, with ``body`` as JSON or ``content`` as raw bytes."""
        path = re.sub(r"\{\w+\}", lambda _: place, operation.path)
        if body is not None:
            content = json.dumps(body).encode()
        sent = (JSON if content is not None else {}) | (headers or {})
        return self.client.request(operation.method, path, content=content, headers=sent, params=params)

    def dump(self, workspace_id):
        """Return all objects of a workspace."""
        return {table.name: self.sandbox._store.find(table, workspace_id, "1", ()) for table in TABLES}


@pytest.fixture(scope="module")
def make_probe(serve):
    """Serve a workspace with a history (context manager)."""
    from contextlib import contextmanager

    @contextmanager
    def make():
        with Sandbox(leads=120, leads_limit=100_000, rate_limit=1_000_000) as sandbox, serve(sandbox) as client:
            yield Probe(sandbox, client)

    return make


@pytest.fixture(scope="module")
def probe(make_probe):
    """A sandbox for tests whose requests are nearly all refused."""
    with make_probe() as probe:
        yield probe


@pytest.fixture(scope="module")
def obliging(make_probe):
    """A sandbox in which every operation succeeds once."""
    with make_probe() as probe:
        yield probe


@pytest.fixture(scope="module")
def validate():
    """Check a value against a schema of the document."""
    registry = Registry().with_resource("urn:api", Resource(OPENAPI, DRAFT202012))

    def validate(value, schema):
        whole = json.loads(json.dumps(schema).replace('"#/', '"urn:api#/'))
        Draft202012Validator(whole, registry=registry, format_checker=jsonschema.FormatChecker()).validate(value)

    return validate


def described(operation):
    return OPENAPI["paths"][operation.path][operation.method.lower()]


def body_schema(operation):
    if not operation.body_limit:
        return None
    reference = described(operation)["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return SCHEMAS[reference.rsplit("/", 1)[1]]


def query_parameters(operation):
    return [each["name"] for each in described(operation).get("parameters", []) if each.get("in") == "query"]


@pytest.fixture
def refused(code):
    """Return a function that checks the envelope of an error and returns its code."""

    def check(response, *statuses):
        assert 400 <= response.status_code < 500, (response.request.url, response.status_code, response.text[:500])
        assert response.status_code in (statuses or range(400, 500)), response.text[:500]
        assert response.headers["Content-Type"] == "application/json"
        assert "Traceback" not in response.text
        return code(response)

    return check


# --- the operations --------------------------------------------------------------------------------------------------


def test_there_are_sixty_five_operations_in_fifteen_domains():
    tags = [tag["name"] for tag in OPENAPI["tags"]]
    counts = Counter(described(operation)["tags"][0] for operation in OPERATIONS)
    assert {tag: counts[tag] for tag in tags} == {
        "Me": 1, "Leads": 7, "Activities": 2, "Lead Fields": 2, "Messages": 3, "Imports": 5, "Exports": 4, "Jobs": 3,
        "Campaigns": 11, "Prospector": 8, "Inbox": 3, "Billing": 2, "Settings": 2, "Support": 4, "Webhooks": 8,
    }  # fmt: skip
    assert len(OPERATIONS) == len({operation.id for operation in OPERATIONS}) == 65
    assert {operation.scope for operation in OPERATIONS} == set(SCOPES)
    assert len(SCOPES) == 21


# The contract by scope; a star marks operations that take an Idempotency-Key.
CONTRACT = """
me.read: GET /me
leads.read: GET /leads; GET /leads/{id}; GET /activities; GET /leads/{id}/activities
leads.write: POST /leads*; POST /leads/upsert*; POST /leads/bulk-upsert*; PATCH /leads/{id}*; DELETE /leads/{id}*
lead-fields.read: GET /lead-fields; GET /lead-fields/{key}
messages.read: GET /messages; GET /messages/{id}; GET /leads/{id}/messages
leads.import: GET /imports; POST /imports*; GET /imports/{id}; GET /imports/{id}/errors; POST /imports/validate
leads.export: GET /exports; POST /exports*; GET /exports/{id}; GET /exports/{id}/download
jobs.read: GET /jobs; GET /jobs/{id}; GET /jobs/{id}/events
campaigns.read: GET /campaigns; GET /campaigns/{id}; GET /campaigns/{id}/runs; GET /campaigns/{id}/logs
campaigns.read: GET /campaign-runs; GET /campaign-runs/{id}
campaigns.write: POST /campaigns*; PATCH /campaigns/{id}*; POST /campaigns/{id}/publish*; POST /campaigns/{id}/pause*
campaigns.run: POST /campaigns/{id}/runs*
prospector.read: GET /prospector/workflows; GET /prospector/workflows/{id}
prospector.read: GET /prospector/runs; GET /prospector/runs/{id}
prospector.write: POST /prospector/workflows*; PATCH /prospector/workflows/{id}*
prospector.run: POST /prospector/workflows/{id}/runs*; POST /prospector/runs/{id}/cancel*
inbox.read: GET /inbox/threads; GET /inbox/threads/{id}; GET /inbox/threads/{id}/messages
billing.read: GET /billing/subscription; GET /billing/usage
settings.read: GET /settings; GET /settings/members
tickets.read: GET /support/tickets; GET /support/tickets/{id}
tickets.write: POST /support/tickets*; POST /support/tickets/{id}/replies*
webhooks.read: GET /webhooks; GET /webhooks/{id}; GET /webhooks/{id}/deliveries
webhooks.write: POST /webhooks*; PATCH /webhooks/{id}*; DELETE /webhooks/{id}*; POST /webhooks/{id}/rotate-secret*
webhooks.write: POST /webhooks/deliveries/{id}/retry*
"""


def test_operations_scopes_and_idempotency_are_the_contracts():
    lines = [line.split(": ") for line in CONTRACT.strip().splitlines()]
    expected = {(scope, route) for scope, routes in lines for route in routes.split("; ")}
    assert {
        (each.scope, f"{each.method} {each.path}{'*' if each.idempotent else ''}") for each in OPERATIONS
    } == expected


def test_every_id_in_a_body_is_listed_as_a_reference():
    names = {name for operation in OPERATIONS for name in query_parameters(operation)}
    for operation in OPERATIONS:
        names |= set((body_schema(operation) or {}).get("properties", {}))
    assert {name for name in names if name.endswith("_id")} <= set(REFERENCES) | NO_REFERENCES


# --- successful calls ------------------------------------------------------------------------------------------------


@every_operation
def test_every_operation_succeeds_in_the_documented_shape(obliging, validate, operation):
    places = obliging.places(operation, obliging.ours) if "{" in operation.path else ["x"]
    refusals = []
    for place in places:
        response = obliging.send(operation, place, body=obliging.body(operation))
        if response.is_success:
            break
        assert response.status_code == 409, response.text
        refusals.append(response.text)
    else:
        pytest.fail(f"no object allows it: {refusals[:3]}")
    answer = described(operation)["responses"][str(response.status_code)]
    validate(response.json(), answer["content"]["application/json"]["schema"])
    assert response.json()["request_id"] == response.headers["X-Request-Id"]


@every_list
def test_every_list_pages_filters_and_counts(probe, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    everything = probe.send(operation, place, params={"limit": 500, "include_total": "true"}).json()
    total = everything["pagination"]["total"]
    assert total >= len(everything["data"])
    assert everything["pagination"]["has_more"] == (total > 500)
    first = probe.send(operation, place, params={"limit": 1, "order": "updated_at.desc"}).json()
    assert len(first["data"]) == min(total, 1)
    if total > 1:
        cursor = {"limit": 1, "order": "updated_at.desc", "cursor": first["pagination"]["next_cursor"]}
        second = probe.send(operation, place, params=cursor).json()["data"]
        assert second[0]["id"] != first["data"][0]["id"]
        assert second[0]["updated_at"] <= first["data"][0]["updated_at"]
        bound = {"updated_after": first["data"][0]["updated_at"], "limit": 1}
        assert probe.send(operation, place, params=bound).json()["data"] == []
        only = probe.send(operation, place, params={"ids": first["data"][0]["id"]}).json()["data"]
        assert only == first["data"]


# --- permissions -----------------------------------------------------------------------------------------------------


@every_operation
def test_an_operation_needs_its_scope_and_no_other(probe, refused, operation):
    others = [scope for scope in SCOPES if scope != operation.scope]
    response = probe.send(operation, body=probe.body(operation), headers=probe.key(scopes=others))
    assert refused(response, 403) == "missing_scope"
    assert operation.scope in response.json()["error"]["message"]
    permitted = probe.send(operation, body={}, headers=probe.key(scopes=[operation.scope]))
    assert permitted.status_code not in (401, 403), permitted.text


@every_operation
def test_a_key_of_a_read_only_membership_cannot_write(probe, refused, operation):
    response = probe.send(operation, body=probe.body(operation), headers=probe.key(read_only=True))
    if operation.writes:
        assert refused(response, 403) == "read_only"
    else:
        assert response.status_code != 403, response.text


@every_operation
def test_an_operation_without_a_key_reveals_nothing(probe, refused, operation):
    for authorization in ("", "Bearer x", "Bearer pb2b_test_00000000_0000000000000000000000000000000000000000"):
        refused(probe.send(operation, headers={"Authorization": authorization}), 401)


# --- two workspaces --------------------------------------------------------------------------------------------------


@every_addressing
def test_an_id_of_the_other_workspace_answers_like_an_unknown_id(probe, refused, operation):
    before = probe.dump(probe.theirs)
    for place in probe.places(operation, probe.theirs)[:3]:
        made_up = re.sub("[0-9a-z]", "0", place) if place == ONLY_THEIRS else f"{place.rsplit('_', 1)[0]}_{'0' * 16}"
        body = probe.body(operation)
        foreign, unknown = probe.send(operation, place, body=body), probe.send(operation, made_up, body=body)
        assert refused(foreign, 404) == refused(unknown, 404) == "not_found"
        assert foreign.json()["error"] == unknown.json()["error"]
        assert sorted(set(foreign.headers) ^ set(unknown.headers)) == []
    assert probe.dump(probe.theirs) == before


@every_list
def test_a_list_contains_nothing_of_the_other_workspace(probe, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    theirs = {each["id"] for documents in probe.dump(probe.theirs).values() for each in documents}
    params = {"limit": 500} | ({"include_deleted": "true"} if "include_deleted" in query_parameters(operation) else {})
    listed = probe.send(operation, place, params=params).json()["data"]
    assert not theirs & {each["id"] for each in listed}
    asked = probe.send(operation, place, params={"ids": ",".join(sorted(theirs)[:100])})
    assert asked.json()["data"] == []


@every_list
def test_a_filter_by_an_object_of_the_other_workspace_finds_nothing(probe, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for name in REFERENCES.keys() & set(query_parameters(operation)):
        for theirs in probe.ids(probe.theirs, REFERENCES[name])[:3]:
            foreign = probe.send(operation, place, params={name: theirs})
            unknown = probe.send(operation, place, params={name: f"{theirs.rsplit('_', 1)[0]}_{'0' * 16}"})
            assert foreign.status_code == unknown.status_code
            assert foreign.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
            assert not foreign.json().get("data")


@every_body
def test_a_body_cannot_name_objects_of_the_other_workspace(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    before = probe.dump(probe.theirs)
    for name in REFERENCES.keys() & set(body_schema(operation)["properties"]):
        theirs = probe.ids(probe.theirs, REFERENCES[name])[0]
        body = probe.body(operation)
        foreign = probe.send(operation, place, body=body | {name: theirs})
        unknown = probe.send(operation, place, body=body | {name: f"{theirs.rsplit('_', 1)[0]}_{'0' * 16}"})
        assert refused(foreign, 422) == refused(unknown, 422)
        assert foreign.json()["error"] == unknown.json()["error"]
    assert probe.dump(probe.theirs) == before


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.method == "GET" and "{" not in each.path],
                         ids=lambda operation: operation.id)  # fmt: skip
def test_each_key_gets_its_own_workspace(probe, operation):
    ours = probe.send(operation).json()["data"]
    theirs = probe.send(operation, headers=probe.key(workspace_id=probe.theirs)).json()["data"]
    assert theirs
    assert ours != theirs
    if isinstance(ours, list):
        assert not {each["id"] for each in ours} & {each["id"] for each in theirs}
    else:
        assert ours["id"] != theirs["id"]


# --- invalid requests ------------------------------------------------------------------------------------------------

# The first of each kind; sandbox/http/test_bodies.py has the others.
MALFORMED = (b"", b'{"a": "b"', b'{"%s": NaN}', b'{"%s": 1e999}', b'{"%s": 1, "%s": 2}', b'{"%s": "\xff"}',
             b'{"%s": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", b'{"%s": ' + b"9" * 5_000 + b"}")  # fmt: skip
NO_TEXT = (rb'{"%s": "a\u0000b"}', rb'{"%s": ["\ud800"]}', rb'{"\udfff": 1}')
WRONG = (None, True, 0, -1, 1.5, 1e308, 10**30, 2**63, "", "x" * 30_000, "\u202e", [], [None], [[]], {}, {"": {}},
         ["x"])  # fmt: skip
NO_OBJECT = (None, True, 7, "x", [], [{}], 1.5)
ODD_PLACES = (
    "%00", "%ff", "%ed%a0%80", "%c0%af", "x" * 5_000, "..%2f..%2fme", "%2e%2e", "%20", "*", "'%20OR%201=1--",
    "%F0%9F%98%80", "null", "0", "{id}", "%0d%0aX-Y:%20z", "a%2fb",
)  # fmt: skip
ODD_VALUES = (
    "%00", "%ff", "%ed%a0%80", "", "NaN", "1e999", "-1", "99999999999999999999", "x" * 5_000, "'%20OR%201=1--",
    "true,false", "9999-99-99T99:99:99Z", "0000-00-00T00:00:00Z", "%E2%80%AE",
)  # fmt: skip


def filled(content, name):
    return content.replace(b"%s", name.encode())


@every_body
def test_a_body_that_is_not_strict_json_is_refused(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for name in list(body_schema(operation)["properties"])[:2]:
        for content in MALFORMED:
            response = probe.send(operation, place, content=filled(content, name))
            assert refused(response, 400) == "malformed_json"
        for content in NO_TEXT:
            response = probe.send(operation, place, content=filled(content, name))
            assert refused(response, 422) == "validation_failed"


@every_body
def test_a_body_that_is_not_an_object_is_refused(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for value in NO_OBJECT:
        response = probe.send(operation, place, content=json.dumps(value).encode())
        assert refused(response, 422) == "validation_failed"


@every_body
def test_an_unknown_field_is_named(probe, fields, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    response = probe.send(operation, place, body=probe.body(operation) | {"surprise": 1})
    assert fields(response) == ["surprise"]


@every_body
def test_a_missing_field_is_named(probe, fields, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for name in body_schema(operation).get("required", []):
        body = {key: value for key, value in probe.body(operation).items() if key != name}
        assert name in fields(probe.send(operation, place, body=body))


@every_body
def test_a_value_that_its_schema_refuses_is_named(probe, refused, validate, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    tried = 0
    for name, schema in body_schema(operation)["properties"].items():
        for value in WRONG:
            if name in ROWS.get(operation.id, ()) and isinstance(value, list) and value:
                continue
            try:
                validate(value, schema)
            except jsonschema.ValidationError:
                tried += 1
                response = probe.send(operation, place, body=probe.body(operation) | {name: value})
                refused(response, 400, 413, 422)
                if response.status_code == 422:
                    named = [each["field"].split(".")[0] for each in response.json()["error"]["details"]]
                    assert name in named, (name, value, response.text)
    assert tried


@every_body
def test_a_value_that_its_schema_allows_causes_no_server_error(probe, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for name in body_schema(operation)["properties"]:
        for value in WRONG:
            response = probe.send(operation, place, body=probe.body(operation) | {name: value})
            assert response.status_code < 500, (name, value, response.text)
            assert response.json()["request_id"] == response.headers["X-Request-Id"]


@every_body
def test_a_body_that_is_too_large_is_413(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    content = json.dumps(probe.body(operation)).encode()
    response = probe.send(operation, place, content=content + b" " * (operation.body_limit + 1 - len(content)))
    assert refused(response, 413) == "payload_too_large"


@every_body
def test_another_media_type_is_415(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for headers in ({"Content-Type": "text/csv"}, JSON | {"Content-Encoding": "gzip"}):
        response = probe.send(operation, place, content=b"{}", headers=headers)
        assert refused(response, 415) == "unsupported_media_type"


@every_addressing
def test_an_unusual_id_is_not_found(probe, refused, operation):
    for place in ODD_PLACES:
        response = probe.send(operation, place, body=probe.body(operation))
        refused(response, 400, 404, 405, 422)


@every_operation
def test_an_unusual_parameter_causes_no_server_error(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    body = probe.body(operation) if operation.method == "GET" else {}
    for value in ODD_VALUES:
        assert refused(get(probe, operation, place, f"surprise={value}", body), 400, 422)
    for name in query_parameters(operation):
        for value in ODD_VALUES:
            response = get(probe, operation, place, f"{name}={value}", body)
            assert response.status_code in (200, 400, 422), (name, value, response.text)
            assert response.json()["request_id"] == response.headers["X-Request-Id"]


def get(probe, operation, place, query, body):
    """Send a raw query string."""
    path = re.sub(r"\{\w+\}", lambda _: place, operation.path)
    url = httpx.URL(f"{probe.client.base_url}{path.removeprefix('/')}?{query}")
    content = json.dumps(body).encode() if operation.body_limit else None
    return probe.client.request(operation.method, url, content=content, headers=JSON if content else None)


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.idempotent], ids=lambda operation: operation.id
)
def test_an_invalid_idempotency_key_is_refused(probe, refused, operation):
    place = probe.places(operation, probe.ours)[0] if "{" in operation.path else "x"
    for key in (b"", b"x" * 256, b"a b", "é".encode(), b"\xff"):
        headers = {**JSON, "Idempotency-Key": key}
        body = probe.body(operation)
        content = json.dumps(body).encode() if body is not None else None
        assert refused(probe.send(operation, place, content=content, headers=headers)) == "invalid_idempotency_key"
