"""Exports: leads written to a file."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Values
from pb2b_notebook.sandbox.core.tables import EXPORTS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.jobs.models import JobStatus
from pb2b_notebook.sandbox.transfers.export_models import (
    ExportCreate,
    ExportDownloadEnvelope,
    ExportEnvelope,
    ExportList,
)
from pb2b_notebook.sandbox.transfers.exports import ExportService, forget_expired

tag = Tag("Exports", "Leads written to a file, which is downloaded in the workspace.")

ExportId = Annotated[str, Path("Id of the export.", alias="id", example="exp_51d0b3a97c6e4f28")]


class ExportQuery(ListQuery):
    """The parameters of the list of exports."""

    status: Annotated[Values[JobStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")


@tag.operation("GET /exports", "exports.list", "leads.export", {200: ExportList})
def list_exports(call: Call, query: Annotated[ExportQuery, Query()]) -> ResponseBody:
    """List exports."""
    forget_expired(call.parts, call.parts.clock.now())
    return call.page(EXPORTS, query)


@tag.operation("POST /exports", "exports.create", "leads.export", {201: ExportEnvelope})
def create_export(call: Call, asked: ExportCreate) -> ResponseBody:
    """Write leads to a file.

    A job writes the leads that match the filters at its end, in the order of the list. The file can be downloaded in
    the signed-in workspace for 7 days.
    """
    return call.one(_service(call).create(asked, call.request_id), status=201)


@tag.operation("GET /exports/{id}", "exports.get", "leads.export", {200: ExportEnvelope})
def get_export(call: Call, export_id: ExportId) -> ResponseBody:
    """Read one export."""
    return call.one(_service(call).get(export_id))


@tag.operation(
    "GET /exports/{id}/download", "exports.download", "leads.export", {200: ExportDownloadEnvelope}, documented=True
)
def get_export_download(call: Call, export_id: ExportId) -> ResponseBody:
    """Check whether the file is ready.

    Returns readiness, size and digest only: the API serves neither the file nor a link to it.
    """
    return call.one(_service(call).download(export_id))


def _service(call: Call) -> ExportService:
    # Under a clock that runs, no other code may remove expired files in time.
    forget_expired(call.parts, call.parts.clock.now())
    return ExportService(call.parts, call.workspace_id)
