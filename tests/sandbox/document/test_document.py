"""The document is complete, its examples validate, and real answers have the documented shapes."""

import hmac
import json
from importlib import resources

import jsonschema
import pytest
from jsonschema.validators import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from pb2b_notebook.sandbox import build_document
from pb2b_notebook.sandbox.core.models import Lead
from pb2b_notebook.sandbox.document import document
from pb2b_notebook.sandbox.document.event_document import EXAMPLE_SECRET, schema_name
from pb2b_notebook.sandbox.http.keys import SCOPES
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES


@pytest.fixture(scope="module")
def openapi():
    return build_document()


@pytest.fixture(scope="module")
def validate(openapi):
    """Check a value against a schema of the document."""
    registry = Registry().with_resource("urn:api", Resource(openapi, DRAFT202012))

    def validate(value, reference):
        schema = {"$ref": f"urn:api{reference}"}
        Draft202012Validator(schema, registry=registry, format_checker=jsonschema.FormatChecker()).validate(value)

    return validate


# The paths that the public documentation names; all others are our reconstruction.
DOCUMENTED = {
    "me.get", "leads.list", "leads.create", "exports.download", "campaigns.list", "billing.subscription",
    "billing.usage",
}  # fmt: skip
# A dry run changes nothing, so there is nothing to repeat.
UNKEYED = {"imports.validate"}


def operations(openapi):
    return {
        operation["operationId"]: (method, path, operation)
        for path, item in openapi["paths"].items()
        for method, operation in item.items()
    }


def test_the_document_is_the_same_each_time_and_the_one_that_is_served(shared_api, openapi):
    assert document.render(build_document()) == document.render(openapi)
    served = shared_api.get(shared_api.base_url.join("/developers/api/openapi.json"))
    assert served.json() == openapi


@pytest.mark.parametrize("name", ["LeadCreate", "LeadPatch", "LeadRow", "LeadUpsert"])
def test_request_schemas_are_stricter_than_response_schemas(openapi, name):
    schemas = openapi["components"]["schemas"]
    written, read = (schemas[each]["properties"] for each in (name, "Lead"))
    assert len(written["country"]["anyOf"][0]["enum"]) == 249
    for field in ("phone", "website", "linkedin_url", "company_domain"):
        assert "pattern" in written[field]["anyOf"][0]
    for field in ("phone", "website", "linkedin_url", "company_domain", "country"):
        assert read[field]["anyOf"] == [{"type": "string"}, {"type": "null"}]


def test_the_checked_in_copy_is_fresh(openapi):
    checked_in = resources.files("pb2b_notebook.openapi").joinpath("openapi.json").read_text("utf-8")
    assert checked_in == document.render(openapi), "run: pb2b contract build"


def test_every_schema_is_a_valid_json_schema(openapi):
    for schema in openapi["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert not [name for name in openapi["components"]["schemas"] if "Validation" in name]


def test_the_document_names_the_scope_of_every_operation(openapi):
    found = operations(openapi)
    for name, (method, path, operation) in found.items():
        assert operation["x-documented"] == (name in DOCUMENTED)
        assert operation["x-idempotent"] == (method != "get" and name not in UNKEYED)
        assert set(operation["x-scopes"]) <= set(SCOPES)
        assert operation["summary"]
        assert operation["description"]
        assert [tag["name"] for tag in openapi["tags"] if tag["name"] in operation["tags"]]
        references = [parameter.get("$ref") for parameter in operation.get("parameters", [])]
        assert ("#/components/parameters/IdempotencyKey" in references) == operation["x-idempotent"]
        for parameter in operation.get("parameters", []):
            assert "$ref" in parameter or parameter["description"], (name, parameter)
        statuses = set(operation["responses"])
        assert {"400", "401", "403", "422", "429", "500", "503"} <= statuses
        assert ("404" in statuses) == ("{" in path)
        assert ("413" in statuses) == ("requestBody" in operation)
        assert ("409" in statuses) == operation["x-idempotent"]
        assert operation.get("x-custom-filters", False) == (name == "leads.list")
    assert openapi["security"] == [{"bearerAuth": []}]


def test_every_response_documents_its_headers_and_envelope(openapi):
    for _, _, operation in operations(openapi).values():
        for status, given in operation["responses"].items():
            shared = given.get("$ref", "").rsplit("/", 1)[-1]
            response = openapi["components"]["responses"][shared] if shared else given
            assert "X-Request-Id" in response["headers"]
            # Nobody's budget is counted before the key is known, or when the service failed.
            assert ("X-RateLimit-Reset" in response["headers"]) == (status not in ("401", "500", "503"))
            schema = response["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            assert (schema == "ErrorEnvelope") == (int(status) >= 400)
            assert "request_id" in openapi["components"]["schemas"][schema]["required"]


def test_examples_validate(openapi, validate):
    count = 0
    for name, schema in openapi["components"]["schemas"].items():
        for example in schema.get("examples", []):
            validate(example, f"#/components/schemas/{name}")
            count += 1
    for response in openapi["components"]["responses"].values():
        for example in response["content"]["application/json"]["examples"].values():
            validate(example["value"], "#/components/schemas/ErrorEnvelope")
            count += 1
    assert count > 20


def test_every_event_is_described_with_an_example_that_verifies(openapi, validate):
    assert list(openapi["webhooks"]) == list(EVENT_TYPES)
    for event, item in openapi["webhooks"].items():
        post = item["post"]
        reference = post["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        [example] = openapi["components"]["schemas"][reference.rsplit("/", 1)[1]]["examples"]
        validate(example, reference)
        assert example["type"] == event
        assert example["data"]["object"] == event.partition(".")[0]
        headers = {header["name"]: header["example"] for header in post["parameters"]}
        for header in post["parameters"]:
            Draft202012Validator(header["schema"]).validate(header["example"])
        body = json.dumps(example, ensure_ascii=False, separators=(",", ":")).encode()
        signed = headers["X-ProspectB2B-Timestamp"].encode() + b"." + body
        expected = hmac.new(EXAMPLE_SECRET.encode(), signed, "sha256").hexdigest()
        assert headers["X-ProspectB2B-Signature"] == f"v1={expected}"
        assert headers["X-ProspectB2B-Event"] == event
        assert post["security"] == []
    statuses = {
        event: openapi["components"]["schemas"][schema_name(event)]["examples"][0]["data"]["status"]
        for event in EVENT_TYPES
    }
    assert statuses["import.failed"] == statuses["export.failed"] == "failed"
    assert statuses["import.completed"] == statuses["export.completed"] == "completed"
    assert statuses["campaign.published"] == "published"


def test_real_responses_have_the_documented_shape(api, make_lead, validate):
    lead = make_lead(email="a@b.example", tags=["x"], custom_fields={"tier": "A"})
    shapes = {
        "ApiKeyEnvelope": api.get("/me"),
        "LeadList": api.get("/leads?limit=500&include_deleted=true&include_total=true"),
        "LeadEnvelope": api.get(f"/leads/{lead['id']}"),
        "LeadFieldList": api.get("/lead-fields?limit=500"),
        "LeadFieldEnvelope": api.get("/lead-fields/tier"),
        "LeadUpsertResultList": api.post("/leads/bulk-upsert", json={"rows": [{"email": "a@b.example"}, {"email": 1}]}),
    }
    for name, response in shapes.items():
        assert response.status_code < 300, response.text
        validate(response.json(), f"#/components/schemas/{name}")
    conflict = {"title": "x", "if_updated_at": "2020-01-01T00:00:00Z"}
    for response in (
        api.get("/leads?limit=0"),
        api.get("/nothing"),
        api.put("/leads"),
        api.patch(f"/leads/{lead['id']}", json=conflict),
    ):
        validate(response.json(), "#/components/schemas/ErrorEnvelope")


def test_every_seeded_lead_has_every_field_in_order(shared_api):
    for lead in shared_api.get("/leads?limit=500&include_deleted=true").json()["data"]:
        assert list(lead) == list(Lead.model_fields)


def test_the_document_has_no_generated_titles(openapi):
    text = json.dumps(openapi["components"]["schemas"]["Lead"]["properties"]["title"])
    assert json.loads(text) == {"anyOf": [{"type": "string"}, {"type": "null"}]}
