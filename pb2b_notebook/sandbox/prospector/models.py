"""Prospector workflows and runs as pydantic models; shared types are in :mod:`pb2b_notebook.sandbox.core.models`."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pb2b_notebook.sandbox.core.models import (
    WHOLE,
    Changes,
    Country,
    DateTime,
    GivenDateTime,
    Model,
    Record,
    Short,
    envelope_of,
    page_of,
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
    """The people to look for: conditions are combined with AND, their values with OR; an empty list selects all."""

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
    enabled: bool = Field(description="Independent of the status: a disabled workflow does not run.")
    criteria: ProspectorCriteria
    schedule: Schedule = Field(description="When the service runs the workflow by itself; a sandbox only stores this.")
    last_run_id: str | None
    created_at: DateTime
    updated_at: DateTime


class ProspectorRun(Record):
    """One search. The counts are set when it ends."""

    id: str
    object: Literal["prospector_run"]
    workflow_id: str
    job_id: str
    status: JobStatus
    found: int = Field(description="People who meet the criteria: `created` plus `duplicates`.")
    created: int = Field(description="New leads, of the source `prospector`.")
    duplicates: int = Field(description="People who are already leads of the workspace, by email.")
    credits_used: int = Field(description="One for each new lead.")
    started_at: DateTime | None
    finished_at: DateTime | None
    created_at: DateTime
    updated_at: DateTime


class ProspectorCriteriaGiven(Model):
    """The people that a workflow looks for; an absent condition selects all."""

    countries: Annotated[list[Country], Field(max_length=MOST_VALUES)] = Field(default_factory=list)
    industries: Annotated[list[Short], Field(max_length=MOST_VALUES)] = Field(
        default_factory=list, description="Values of this field in leads; case does not matter."
    )
    seniorities: Annotated[list[Short], Field(max_length=MOST_VALUES)] = Field(
        default_factory=list, description="Values of this field in leads; case does not matter."
    )
    employees_min: Employees | None = Field(
        default=None, description="Smallest number of employees; not above `employees_max`."
    )
    employees_max: Employees | None = Field(default=None, description="Largest number of employees.")
    max_results: MostFound = Field(default=50, description="Largest number of people that one run finds.")

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


class ProspectorWorkflowPatch(Changes):
    """Changes: an absent field keeps its value; `criteria` are replaced."""

    # Factories, since the document shows a plain default, and these fields have none: they are absent or have a value.
    name: Name = Field(default_factory=str)
    status: WorkflowStatus = Field(default_factory=lambda: "active")
    enabled: bool = Field(default_factory=bool)
    criteria: ProspectorCriteriaGiven = Field(default_factory=ProspectorCriteriaGiven)
    schedule: Schedule = Field(default_factory=lambda: "manual")
    if_updated_at: GivenDateTime | None = Field(
        None, description="The `updated_at` last read: if the workflow changed since, the answer is 409 `conflict`."
    )


ProspectorWorkflowEnvelope = envelope_of(ProspectorWorkflow, "One workflow.")
ProspectorWorkflowList = page_of(ProspectorWorkflow, "A page of workflows.")
ProspectorRunEnvelope = envelope_of(ProspectorRun, "One prospector run.")
ProspectorRunList = page_of(ProspectorRun, "A page of prospector runs.")
