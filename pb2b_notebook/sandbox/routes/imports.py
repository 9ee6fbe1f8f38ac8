"""Imports: rows of a file that become leads."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Values
from pb2b_notebook.sandbox.core.tables import IMPORT_ERRORS, IMPORTS
from pb2b_notebook.sandbox.http.bodies import MEBIBYTE
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.jobs.models import JobStatus
from pb2b_notebook.sandbox.transfers.import_models import (
    ImportCheck,
    ImportCreate,
    ImportDryRunEnvelope,
    ImportEnvelope,
    ImportErrorList,
    ImportList,
)
from pb2b_notebook.sandbox.transfers.imports import ImportService

tag = Tag("Imports", "Rows of a file that become leads: check, run, read the errors.")

BODY_LIMIT = 10 * MEBIBYTE
ImportId = Annotated[str, Path("Id of the import.", alias="id", example="imp_8e41f7c0d2b95a36")]


class ImportQuery(ListQuery):
    """The parameters of the list of imports."""

    status: Annotated[Values[JobStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")


@tag.operation("GET /imports", "imports.list", "leads.import", {200: ImportList})
def list_imports(call: Call, query: Annotated[ImportQuery, Query()]) -> ResponseBody:
    """List imports."""
    return call.page(IMPORTS, query)


@tag.operation("POST /imports", "imports.create", "leads.import", {201: ImportEnvelope}, body_limit=BODY_LIMIT)
def create_import(call: Call, asked: ImportCreate) -> ResponseBody:
    """Import rows as leads.

    A job applies each row as an upsert. A blank cell leaves the lead's value as it is; text is parsed by the type of
    its lead field, several values separated by `;`. A row with an invalid cell, or one that matches several leads, is
    skipped and reported as import errors. An import that would exceed the workspace's limit of leads fails as a whole.
    An opted-out lead keeps its status unless a cell names another one.
    """
    return call.one(call.service(ImportService).create(asked, call.request_id), status=201)


@tag.operation("GET /imports/{id}", "imports.get", "leads.import", {200: ImportEnvelope})
def get_import(call: Call, import_id: ImportId) -> ResponseBody:
    """Read one import."""
    return call.one(call.service(ImportService).get(import_id))


@tag.operation("GET /imports/{id}/errors", "imports.errors", "leads.import", {200: ImportErrorList})
def list_import_errors(call: Call, import_id: ImportId, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List the errors of an import, in the order of its rows."""
    return call.page(
        IMPORT_ERRORS, query, Condition("import_id = ?", (call.service(ImportService).get(import_id)["id"],))
    )


@tag.operation(
    "POST /imports/validate",
    "imports.validate",
    "leads.import",
    {200: ImportDryRunEnvelope},
    body_limit=BODY_LIMIT,
    idempotent=False,
)
def validate_import(call: Call, asked: ImportCheck) -> ResponseBody:
    """Check an import without running it.

    Applies the checks and rules of an import at once, and stores nothing.
    """
    return call.one(call.service(ImportService).validate(asked))
