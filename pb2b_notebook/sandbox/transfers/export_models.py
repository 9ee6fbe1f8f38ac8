"""The pydantic models of exports; see :mod:`.core.models`."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pb2b_notebook.sandbox.core.models import DateTime, Model, Record, Short, envelope_of, page_of
from pb2b_notebook.sandbox.jobs.models import JobStatus
from pb2b_notebook.sandbox.transfers.export_filters import FiltersSchema

ExportFormat = Literal["csv", "jsonl", "xlsx"]
MOST_FIELDS = 200


class Export(Record):
    """An export of leads into a file."""

    id: str
    object: Literal["export"]
    job_id: str
    status: JobStatus
    format: ExportFormat
    filters: dict[str, Any]
    fields: list[str] = Field(description="Keys of the lead fields, in the order of the file's columns.")
    row_count: int | None = Field(description="Leads in the file; null until the file is written.")
    started_at: DateTime | None
    finished_at: DateTime | None
    request_id: str = Field(description="Id of the request that created the export.")
    created_at: DateTime
    updated_at: DateTime


class ExportCreate(Model):
    """Which leads to write into a file, and how."""

    format: ExportFormat = "csv"
    filters: Annotated[dict[str, Any], FiltersSchema()] = Field(
        default_factory=dict,
        description="The filters of `GET /leads`, including `custom.<key>`; several values as a list. Without filters: "
        "all leads that are not deleted.",
        examples=[{"status": ["new", "contacted"], "custom.tier": "A"}],
    )
    fields: Annotated[list[Short], Field(min_length=1, max_length=MOST_FIELDS)] | None = Field(
        None,
        description="Fields to write: those of a lead, and custom fields by their keys; all of them by default.",
        examples=[["id", "email", "company_name", "tier"]],
    )


class ExportDownload(Record):
    """Whether the file is ready, and its size. The API does not serve the file: get it in the signed-in workspace."""

    id: str
    object: Literal["export_download"]
    export_id: str
    status: JobStatus = Field(description="Status of the export.")
    ready: bool = Field(description="True from the end of the export until `expires_at`.")
    format: ExportFormat
    row_count: int | None
    size_bytes: int | None
    sha256: str | None = Field(description="SHA-256 of the file, in hexadecimal.")
    expires_at: DateTime | None
    where: Literal["workspace"]
    created_at: DateTime
    updated_at: DateTime


ExportEnvelope = envelope_of(Export, "One export.")
ExportList = page_of(Export, "A page of exports.")
ExportDownloadEnvelope = envelope_of(ExportDownload, "Whether the file of an export is ready.")
