"""Lead Fields: the fields of a lead in this workspace."""

from typing import Annotated

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.models import LeadFieldEnvelope, LeadFieldList
from pb2b_notebook.sandbox.core.problems import not_found
from pb2b_notebook.sandbox.core.queries import ListQuery
from pb2b_notebook.sandbox.core.tables import LEAD_FIELDS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag

Key = Annotated[str, Path("Key of the lead field.", example="tier")]

tag = Tag("Lead Fields", "The fields of a lead: built-in ones, and custom ones of the workspace.")


@tag.operation("GET /lead-fields", "lead_fields.list", "lead-fields.read", {200: LeadFieldList})
def list_lead_fields(call: Call, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List lead fields."""
    return call.page(LEAD_FIELDS, query)


@tag.operation("GET /lead-fields/{key}", "lead_fields.get", "lead-fields.read", {200: LeadFieldEnvelope})
def get_lead_field(call: Call, key: Key) -> ResponseBody:
    """Read one lead field by its key."""
    found = call.parts.store.find(LEAD_FIELDS, call.workspace_id, "key = ?", (key,))
    if not found:
        raise not_found("lead field")
    return call.one(found[0])
