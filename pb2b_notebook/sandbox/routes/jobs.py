"""Jobs: imports, exports and runs in progress or ended."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import Answer
from pb2b_notebook.sandbox.core.job_tables import JOB_EVENTS, JOBS
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.problems import not_found
from pb2b_notebook.sandbox.core.queries import MOST_VALUES, AnyOf, ListQuery
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.http.routing import Call, CallContext, Tag
from pb2b_notebook.sandbox.jobs.models import JobEnvelope, JobEventList, JobKind, JobList, JobStatus

tag = Tag("Jobs", "Imports, exports and runs: status, progress, events.")

JobId = Annotated[str, Path(alias="id", description="Id of the job.", examples=["job_3d5c1f6b8e2a9074"])]


class JobQuery(ListQuery):
    """The parameters of the list of jobs."""

    status: Annotated[Annotated[list[JobStatus], Field(max_length=MOST_VALUES)] | None, AnyOf("status")] = Field(
        None, description="Any of these values."
    )
    type: Annotated[Annotated[list[JobKind], Field(max_length=MOST_VALUES)] | None, AnyOf("type")] = Field(
        None, description="Any of these values."
    )


@tag.operation("GET /jobs", id="jobs.list", scope="jobs.read", answers={200: JobList})
def list_jobs(call: Call, query: Annotated[JobQuery, Query()]) -> Answer:
    """List jobs."""
    return call.page(JOBS, query)


@tag.operation("GET /jobs/{id}", id="jobs.get", scope="jobs.read", answers={200: JobEnvelope})
def get_job(call: Call, job_id: JobId) -> Answer:
    """Read one job."""
    return call.one(_find(call, job_id))


@tag.operation("GET /jobs/{id}/events", id="jobs.events", scope="jobs.read", answers={200: JobEventList})
def list_job_events(call: Call, job_id: JobId, query: Annotated[ListQuery, Query()]) -> Answer:
    """List the events of a job, oldest first."""
    return call.page(JOB_EVENTS, query, Condition("job_id = ?", (_find(call, job_id)["id"],)))


def _find(call: CallContext, job_id: str) -> Document:
    job = call.parts.store.get(JOBS, call.workspace_id, job_id)
    if job is None:
        raise not_found("job")
    return job
