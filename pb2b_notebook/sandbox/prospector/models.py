"""Prospector workflows and runs as pydantic models; see :mod:`.models`."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pb2b_notebook.sandbox.core.models import (
    WHOLE,
    Country,
    DateTime,
    GivenDateTime,
    Model,
    Pagination,
    Record,
    Short,
)
from pb2b_notebook.sandbox.jobs.models import JobStatus

WorkflowStatus = Literal["active", "archived"]
Schedule = Literal["manual", "daily", "weekly"]

MOST_VALUES = 50
MOST_FOUND = 500
LARGEST_COMPANY = 100_000_000

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Employees = Annotated[int, Field(ge=0, le=LARGEST_COMPANY), WHOLE]
MostFound = Annotated[int, Field(ge=1, le=MOST_FOUND), WHOLE]


class ProspectorCriteria(Record):
    """Whom a workflow looks for: conditions joined by and, the values of one by or; an empty list asks nothing."""

    countries: list[str]
    industries: list[str]
    seniorities: list[str]
    employees_min: int | None
    employees_max: int | None
    max_results: int


class ProspectorWorkflow(Record):
    """A search for new leads that can be run again and again."""

    id: str
    object: Literal["prospector_workflow"]
    name: str
    status: WorkflowStatus
    enabled: bool = Field(description="A switch beside the status: a disabled workflow does not run.")
    criteria: ProspectorCriteria
    schedule: Schedule = Field(description="When the service runs it by itself; a sandbox keeps it and runs nothing.")
    last_run_id: str | None
    created_at: DateTime
    updated_at: DateTime


class ProspectorRun(Record):
    """One search; the numbers are there when it ends."""

    id: str
    object: Literal["prospector_run"]
    workflow_id: str
    job_id: str
    status: JobStatus
    found: int = Field(description="People who meet the criteria: created and duplicates.")
    created: int = Field(description="New leads, of the source `prospector`.")
    duplicates: int = Field(description="People whom the workspace knew already, by e-mail.")
    credits_used: int = Field(description="One for each new lead.")
    started_at: DateTime | None
    finished_at: DateTime | None
    created_at: DateTime
    updated_at: DateTime


class ProspectorCriteriaGiven(Model):
    """Whom to look for: an absent condition asks nothing."""

    countries: Annotated[list[Country], Field(max_length=MOST_VALUES)] = Field(default_factory=list)
    industries: Annotated[list[Short], Field(max_length=MOST_VALUES)] = Field(
        default_factory=list, description="As leads have it; case-folded."
    )
    seniorities: Annotated[list[Short], Field(max_length=MOST_VALUES)] = Field(
        default_factory=list, description="As leads have it; case-folded."
    )
    employees_min: Employees | None = Field(default=None, description="At least so many; not above `employees_max`.")
    employees_max: Employees | None = Field(default=None, description="At most so many.")
    max_results: MostFound = Field(default=50, description="People that one run finds at most.")

    @model_validator(mode="after")
    def _need_a_range(self) -> Self:
        low, high = self.employees_min, self.employees_max
        if low is not None and high is not None and low > high:
            raise ValueError("employees_min is above employees_max")
        return self


class ProspectorWorkflowCreate(Model):
    """A new workflow."""

    name: Name
    enabled: bool = True
    criteria: ProspectorCriteriaGiven = Field(default_factory=ProspectorCriteriaGiven)
    schedule: Schedule = "manual"


class ProspectorWorkflowPatch(Model):
    """Changes: an absent field stays; `criteria` replace."""

    # Factories, as a default would be shown as one: these fields have none, they are absent or a value.
    name: Name = Field(default_factory=str)
    status: WorkflowStatus = Field(default_factory=lambda: "active")
    enabled: bool = Field(default_factory=bool)
    criteria: ProspectorCriteriaGiven = Field(default_factory=ProspectorCriteriaGiven)
    schedule: Schedule = Field(default_factory=lambda: "manual")
    if_updated_at: GivenDateTime | None = Field(
        None, description="The `updated_at` last read: if the workflow changed since, the answer is 409 `conflict`."
    )

    def given_values(self) -> dict[str, Any]:
        """The workflow's fields that the request names."""
        values = self.model_dump()
        return {name: values[name] for name in self.model_fields_set if name != "if_updated_at"}


class ProspectorWorkflowEnvelope(Record):
    """One workflow."""

    data: ProspectorWorkflow
    request_id: str


class ProspectorWorkflowList(Record):
    """A page of workflows."""

    data: list[ProspectorWorkflow]
    pagination: Pagination
    request_id: str


class ProspectorRunEnvelope(Record):
    """One prospector run."""

    data: ProspectorRun
    request_id: str


class ProspectorRunList(Record):
    """A page of prospector runs."""

    data: list[ProspectorRun]
    pagination: Pagination
    request_id: str
