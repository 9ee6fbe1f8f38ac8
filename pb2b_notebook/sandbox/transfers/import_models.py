"""The pydantic models of imports; see :mod:`.core.models`."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, WithJsonSchema, model_validator

from pb2b_notebook.openapi.import_cells import LARGEST_INTEGER
from pb2b_notebook.sandbox.core.models import DateTime, MatchOn, Model, Record, Short, envelope_of, page_of
from pb2b_notebook.sandbox.jobs.models import JobError, JobStatus

MOST_ROWS = 10_000
MOST_COLUMNS = 200

Column = Annotated[str, StringConstraints(min_length=1, max_length=255)]


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return value
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("needs text, a number of at most 63 bits, true, false, null, or a list of text")
    return value


_NULL: dict[str, JsonValue] = {"type": "null"}
_TEXT = {"type": "string"}
_CELL = {
    "anyOf": [
        _TEXT,
        {"type": "integer", "minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER},
        {"type": ["number", "boolean", "null"], "not": {"type": "integer"}},
        {"type": "array", "items": _TEXT},
    ]
}
Cell = Annotated[Any, BeforeValidator(_cell), WithJsonSchema(_CELL)]
"""A cell of a row; a list is for fields that hold several values."""

TotalRows = Annotated[int, Field(description="Rows in the request; at the end the four counts add up to it.")]
CreatedCount = Annotated[int, Field(description="Leads that were created.")]
UpdatedCount = Annotated[int, Field(description="Rows that changed a lead.")]
SkippedCount = Annotated[int, Field(description="Rows that are blank or change nothing.")]
ErrorCount = Annotated[
    int, Field(description="Rows that were skipped because of an invalid cell or an ambiguous match.")
]
RowNumber = Annotated[int, Field(description="From 1; the header is not counted.")]
FieldKey = Annotated[str | None, Field(description="Key of the lead field; null if the problem is the row as a whole.")]
ProblemMessage = Annotated[str, Field(description="For people; it does not repeat the cell.")]
RawRow = Annotated[dict[str, Any], Field(description="The row as in the request, by column.")]


class Import(Record):
    """Rows of a file that become leads."""

    id: str
    object: Literal["import"]
    job_id: str
    status: JobStatus
    filename: str | None
    mapping: dict[str, str] = Field(description="Column of the file to key of the lead field.")
    match_on: MatchOn
    dry_run: bool = Field(description="True if nothing was stored: the counts say what would have happened.")
    total_rows: TotalRows
    created_count: CreatedCount
    updated_count: UpdatedCount
    skipped_count: SkippedCount
    error_count: ErrorCount
    started_at: DateTime | None
    finished_at: DateTime | None
    request_id: str = Field(description="Id of the request that created the import.")
    created_at: DateTime
    updated_at: DateTime


class ImportError(Record):  # noqa: A001 - the schema of the contract's import_error
    """One invalid cell of an import, or one row that matches several leads."""

    id: str
    object: Literal["import_error"]
    import_id: str
    row_number: RowNumber
    field: FieldKey
    code: str
    message: ProblemMessage
    raw: RawRow
    created_at: DateTime
    updated_at: DateTime


class ImportCheck(Model):
    """Rows to import, and the mapping of their columns to lead fields."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["rows"], "properties": {"rows": {"type": "array"}, "csv": _NULL}},
                {"required": ["csv"], "properties": {"csv": {"type": "string"}, "rows": _NULL}},
            ]
        }
    )

    rows: (
        Annotated[
            list[Annotated[dict[str, Cell], Field(max_length=MOST_COLUMNS)]], Field(min_length=1, max_length=MOST_ROWS)
        ]
        | None
    ) = Field(None, description="Rows as objects: column to cell. Either these or `csv`.")
    csv: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        None,
        description="The text of a CSV file (RFC 4180: commas, a header line) of at most 10,000 rows. Either this or "
        "`rows`.",
    )
    mapping: Annotated[dict[Column, Short], Field(min_length=1, max_length=MOST_COLUMNS)] = Field(
        description="Column to key of a lead field, built in or custom. A key occurs at most once, and the field to "
        "match on must be included. Other columns are ignored.",
        examples=[{"E-mail": "email", "Name": "full_name", "Tier": "tier"}],
    )
    match_on: MatchOn = Field(
        "email",
        description="Field that identifies a lead; emails match trimmed and case-folded, deleted leads never match.",
    )

    @model_validator(mode="after")
    def _need_one_source(self) -> Self:
        if (self.rows is None) == (self.csv is None):
            raise ValueError("needs either rows or csv")
        return self


class ImportCreate(ImportCheck):
    """An import: rows or CSV text, and the mapping of their columns to lead fields."""

    filename: Short | None = Field(None, description="Name of the import.")
    dry_run: bool = Field(False, description="Run the import and count, but store nothing.")


class ImportProblem(Record):
    """One invalid cell, as in the errors of an import."""

    row_number: RowNumber
    field: FieldKey
    code: str
    message: ProblemMessage
    raw: RawRow


class ImportDryRun(Record):
    """What an import would do now; nothing is stored."""

    object: Literal["import_dry_run"]
    match_on: MatchOn
    total_rows: TotalRows
    created_count: CreatedCount
    updated_count: UpdatedCount
    skipped_count: SkippedCount
    error_count: ErrorCount
    failure: JobError | None = Field(description="Why the import as a whole would fail; the counts are then 0.")
    errors: list[ImportProblem] = Field(description="The first 100 invalid cells.")


ImportEnvelope = envelope_of(Import, "One import.")
ImportList = page_of(Import, "A page of imports.")
ImportErrorList = page_of(ImportError, "A page of an import's errors.")
ImportDryRunEnvelope = envelope_of(ImportDryRun, "What an import would do now.")
