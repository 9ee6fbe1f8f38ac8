"""Prospector: workflows that look for new leads, and their runs."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Texts, Values
from pb2b_notebook.sandbox.core.tables import PROSPECTOR_RUNS, WORKFLOWS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.jobs.models import JobStatus
from pb2b_notebook.sandbox.prospector.models import (
    ProspectorRunEnvelope,
    ProspectorRunList,
    ProspectorWorkflowCreate,
    ProspectorWorkflowEnvelope,
    ProspectorWorkflowList,
    ProspectorWorkflowPatch,
)
from pb2b_notebook.sandbox.prospector.rules import WorkflowService
from pb2b_notebook.sandbox.prospector.runs import cancel_run, start_run

tag = Tag("Prospector", "Workflows that look for new leads by criteria, and their runs.")

WorkflowId = Annotated[str, Path("Id of the workflow.", alias="id", example="workflow_e3b06d94a17c25f8")]
RunId = Annotated[str, Path("Id of the prospector run.", alias="id", example="prun_99b04b8e4b7ff6e2")]


class ProspectorRunQuery(ListQuery):
    """The parameters of the list of prospector runs."""

    workflow_id: Annotated[Texts | None, AnyOf("workflow_id")] = Field(
        None, description="Runs of any of these workflows."
    )
    status: Annotated[Values[JobStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")


@tag.operation(
    "GET /prospector/workflows", "prospector.workflows.list", "prospector.read", {200: ProspectorWorkflowList}
)
def list_workflows(call: Call, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List prospector workflows."""
    return call.page(WORKFLOWS, query)


@tag.operation(
    "POST /prospector/workflows", "prospector.workflows.create", "prospector.write", {201: ProspectorWorkflowEnvelope}
)
def create_workflow(call: Call, workflow: ProspectorWorkflowCreate) -> ResponseBody:
    """Create a prospector workflow."""
    return call.one(call.service(WorkflowService).create(workflow.model_dump()), status=201)


@tag.operation(
    "GET /prospector/workflows/{id}", "prospector.workflows.get", "prospector.read", {200: ProspectorWorkflowEnvelope}
)
def get_workflow(call: Call, workflow_id: WorkflowId) -> ResponseBody:
    """Read one prospector workflow."""
    return call.one(call.service(WorkflowService).get(workflow_id))


@tag.operation(
    "PATCH /prospector/workflows/{id}",
    "prospector.workflows.update",
    "prospector.write",
    {200: ProspectorWorkflowEnvelope},
)
def update_workflow(call: Call, workflow_id: WorkflowId, changes: ProspectorWorkflowPatch) -> ResponseBody:
    """Change one prospector workflow.

    An absent field keeps its value; `criteria` are replaced. An archived workflow does not run until it is made active
    again.
    """
    service = call.service(WorkflowService)
    return call.one(
        service.change(service.get(workflow_id), changes.given_values(), if_updated_at=changes.if_updated_at)
    )


@tag.operation(
    "POST /prospector/workflows/{id}/runs",
    "prospector.workflows.runs.create",
    "prospector.run",
    {201: ProspectorRunEnvelope},
)
def create_prospector_run(call: Call, workflow_id: WorkflowId) -> ResponseBody:
    """Run a prospector workflow.

    A job adds the people that it finds and that are not leads yet, for one credit each. The answer is 409
    `workflow_archived`, `workflow_disabled` or `run_in_progress` if the workflow cannot run, and 403
    `prospector_credits_exhausted` or `leads_limit_reached` if the plan allows no further lead.
    """
    run = start_run(call.parts, call.workspace_id, call.service(WorkflowService).get(workflow_id), call.request_id)
    return call.one(run, status=201)


@tag.operation("GET /prospector/runs", "prospector.runs.list", "prospector.read", {200: ProspectorRunList})
def list_prospector_runs(call: Call, query: Annotated[ProspectorRunQuery, Query()]) -> ResponseBody:
    """List prospector runs."""
    return call.page(PROSPECTOR_RUNS, query)


@tag.operation("GET /prospector/runs/{id}", "prospector.runs.get", "prospector.read", {200: ProspectorRunEnvelope})
def get_prospector_run(call: Call, run_id: RunId) -> ResponseBody:
    """Read one prospector run."""
    return call.one(call.service(WorkflowService).get_run(run_id))


@tag.operation(
    "POST /prospector/runs/{id}/cancel", "prospector.runs.cancel", "prospector.run", {200: ProspectorRunEnvelope}
)
def cancel_prospector_run(call: Call, run_id: RunId) -> ResponseBody:
    """Cancel a prospector run.

    The run adds no leads and uses no credits. Cancelling it again changes nothing. A run that has completed or failed
    is refused with 409 `run_finished`.
    """
    return call.one(cancel_run(call.parts, call.workspace_id, call.service(WorkflowService).get_run(run_id)))
