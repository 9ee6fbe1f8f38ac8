"""Jobs: imports, exports and runs in progress or ended."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Values
from pb2b_notebook.sandbox.core.tables import JOB_EVENTS, JOBS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.jobs.models import JobEnvelope, JobEventList, JobList, JobStatus, JobType

tag = Tag("Jobs", "Imports, exports and runs: status, progress, events.")

JobId = Annotated[str, Path("Id of the job.", alias="id", example="job_3d5c1f6b8e2a9074")]


class JobQuery(ListQuery):
    """The parameters of the list of jobs."""

    status: Annotated[Values[JobStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")
    type: Annotated[Values[JobType] | None, AnyOf("type")] = Field(None, description="Any of these values.")


@tag.operation("GET /jobs", "jobs.list", "jobs.read", {200: JobList})
def list_jobs(call: Call, query: Annotated[JobQuery, Query()]) -> ResponseBody:
    """List jobs."""
    return call.page(JOBS, query)


@tag.operation("GET /jobs/{id}", "jobs.get", "jobs.read", {200: JobEnvelope})
def get_job(call: Call, job_id: JobId) -> ResponseBody:
    """Read one job."""
    return call.one(call.find(JOBS, job_id, "job"))


@tag.operation("GET /jobs/{id}/events", "jobs.events", "jobs.read", {200: JobEventList})
def list_job_events(call: Call, job_id: JobId, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List the events of a job, oldest first."""
    return call.page(JOB_EVENTS, query, Condition("job_id = ?", (call.find(JOBS, job_id, "job")["id"],)))
