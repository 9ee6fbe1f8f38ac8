"""Leads: the people to talk to."""

from typing import Annotated, Any

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.models import (
    LeadBulkUpsert,
    LeadCreate,
    LeadEnvelope,
    LeadList,
    LeadPatch,
    LeadRow,
    LeadUpsert,
    LeadUpsertResultList,
    MatchOn,
)
from pb2b_notebook.sandbox.core.problems import Problem
from pb2b_notebook.sandbox.core.tables import LEADS
from pb2b_notebook.sandbox.core.validation import validate
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.leads.custom_fields import CustomFields
from pb2b_notebook.sandbox.leads.lead_queries import LeadQuery
from pb2b_notebook.sandbox.leads.rules import LeadService

tag = Tag("Leads", "People and companies: list, create, change, match, delete.")


LeadId = Annotated[str, Path("Id of the lead.", alias="id", example="lead_a0f9cc2f3e22799d")]


@tag.operation("GET /leads", "leads.list", "leads.read", {200: LeadList}, documented=True, custom_filters=True)
def list_leads(call: Call, query: Annotated[LeadQuery, Query()]) -> ResponseBody:
    """List leads.

    Filters are combined with AND, the values of a repeated filter with OR. `custom.<key>=<value>` filters by a custom
    field: it must equal the value, or contain it if it is a multi_select.
    """
    custom = CustomFields(call.parts.store, call.workspace_id).conditions(call.custom_parameters())
    return call.page(LEADS, query, *custom)


@tag.operation("POST /leads", "leads.create", "leads.write", {201: LeadEnvelope}, documented=True)
def create_lead(call: Call, lead: LeadCreate) -> ResponseBody:
    """Create a lead.

    Always creates a lead, since emails are not unique. Use upsert to avoid a duplicate.
    """
    return call.one(call.service(LeadService).create(lead.given_values()), status=201)


@tag.operation("POST /leads/upsert", "leads.upsert", "leads.write", {200: LeadEnvelope, 201: LeadEnvelope})
def upsert_lead(call: Call, lead: LeadUpsert) -> ResponseBody:
    """Update the lead that matches, or create one.

    200 if one matched, 201 if one was created, 409 `ambiguous_match` if several match.
    """
    outcome, stored = call.service(LeadService).upsert(
        lead.match_on, lead.given_values(), if_updated_at=lead.if_updated_at
    )
    return call.one(stored, status=201 if outcome == "created" else 200)


@tag.operation(
    "POST /leads/bulk-upsert",
    "leads.bulk_upsert",
    "leads.write",
    {200: LeadUpsertResultList, 207: LeadUpsertResultList},
)
def bulk_upsert_leads(call: Call, batch: LeadBulkUpsert) -> ResponseBody:
    """Upsert up to 100 leads.

    Rows are applied one by one, in the given order. 200 if every row was applied, 207 if any was not: see its `error`.
    """
    service = call.service(LeadService)
    results = [_upsert_row(service, batch.match_on, index, row) for index, row in enumerate(batch.rows)]
    return call.one(results, status=207 if any(result["error"] for result in results) else 200)


def _upsert_row(service: LeadService, match_on: MatchOn, index: int, raw: Any) -> dict[str, Any]:
    try:
        row = validate(LeadRow, raw)
        outcome, stored = service.upsert(match_on, row.given_values(), if_updated_at=row.if_updated_at)
    except Problem as problem:
        return _failed_row(index, problem)
    status = 201 if outcome == "created" else 200
    return {"index": index, "status": outcome, "http_status": status, "lead": stored, "error": None}


def _failed_row(index: int, problem: Problem) -> dict[str, Any]:
    kinds = {"conflict": "conflict", "validation_failed": "invalid"}
    return {
        "index": index,
        "status": kinds.get(problem.code, "refused"),
        "http_status": problem.status,
        "lead": problem.extra.get("current"),
        "error": problem.as_error(),
    }


@tag.operation("GET /leads/{id}", "leads.get", "leads.read", {200: LeadEnvelope})
def get_lead(call: Call, lead_id: LeadId) -> ResponseBody:
    """Read one lead, deleted or not."""
    return call.one(call.service(LeadService).get(lead_id))


@tag.operation("PATCH /leads/{id}", "leads.update", "leads.write", {200: LeadEnvelope})
def update_lead(call: Call, lead_id: LeadId, changes: LeadPatch) -> ResponseBody:
    """Change one lead.

    An absent field keeps its value, null clears it. `tags` are replaced, `custom_fields` are merged by key. If no value
    differs, `updated_at` does not change.
    """
    service = call.service(LeadService)
    _, stored = service.change(service.get(lead_id), changes.given_values(), if_updated_at=changes.if_updated_at)
    return call.one(stored)


@tag.operation("DELETE /leads/{id}", "leads.delete", "leads.write", {200: LeadEnvelope})
def delete_lead(call: Call, lead_id: LeadId) -> ResponseBody:
    """Delete one lead.

    The lead stays readable with `deleted_at` set, but is no longer listed, matched or changed. Deleting it again
    changes nothing.
    """
    service = call.service(LeadService)
    return call.one(service.delete(service.get(lead_id)))
