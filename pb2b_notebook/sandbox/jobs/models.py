"""The pydantic models of jobs; see :mod:`.core.models`."""

from typing import Literal

from pydantic import Field

from pb2b_notebook.sandbox.core.models import DateTime, Record, envelope_of, page_of

JobStatus = Literal["queued", "running", "completed", "failed", "cancelled"]
JobType = Literal["import", "export", "campaign_run", "prospector_run"]
LogLevel = Literal["info", "warning", "error"]


class JobError(Record):
    """Why a job failed."""

    code: str = Field(description="Machine-readable.", examples=["leads_limit_reached"])
    message: str = Field(description="Explanation for people.")


class Job(Record):
    """Work that continues after its request was answered."""

    id: str
    object: Literal["job"]
    type: JobType
    status: JobStatus
    progress: float = Field(description="From 0 to 1.", ge=0, le=1)
    resource_type: JobType = Field(description="The `object` of the resource that the job works on.")
    resource_id: str
    attempt: int = Field(description="From 1; increased each time an interrupted job is resumed.")
    error: JobError | None
    queued_at: DateTime
    started_at: DateTime | None
    finished_at: DateTime | None
    request_id: str = Field(description="Id of the request that asked for the job.")
    created_at: DateTime
    updated_at: DateTime


class JobEvent(Record):
    """One line of a job's log."""

    id: str
    object: Literal["job_event"]
    job_id: str
    occurred_at: DateTime
    level: LogLevel
    message: str
    created_at: DateTime
    updated_at: DateTime


JobEnvelope = envelope_of(Job, "One job.")
JobList = page_of(Job, "A page of jobs.")
JobEventList = page_of(JobEvent, "A page of a job's events.")
