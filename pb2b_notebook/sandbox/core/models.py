"""The objects of the API as pydantic models, which validate requests and generate the OpenAPI document.

Responses are not built from these models: the store returns JSON text. Tests check that both agree.
"""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    create_model,
    model_validator,
)

from pb2b_notebook.openapi import instants
from pb2b_notebook.openapi.import_cells import LARGEST_INTEGER
from pb2b_notebook.openapi.text_patterns import COUNTRY, EMAIL, HOST_NAME, MISMATCHES, PHONE, URL
from pb2b_notebook.sandbox.core.countries import COUNTRY_CODES


def _whole(value: object) -> object:
    # JSON has one number type, and JSON Schema counts 3.0 as a whole number. True is not a number.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _instant(text: str) -> str:
    try:
        return instants.normalize(text)
    except ValueError:
        raise ValueError("use an ISO 8601 time with a zone, such as 2026-03-10T12:00:00Z") from None


def _country_code(text: str) -> str:
    if text not in COUNTRY_CODES:
        raise ValueError(MISMATCHES[COUNTRY])
    return text


DateTime = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
GivenDateTime = Annotated[str, AfterValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
# The bounds come before it; after it they would not become minimum and maximum in JSON Schema.
WHOLE = BeforeValidator(_whole)
Integer = Annotated[int, Field(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER), WHOLE]
Natural = Annotated[int, Field(ge=0, le=LARGEST_INTEGER), WHOLE]
Email = Annotated[str, StringConstraints(max_length=320, pattern=EMAIL)]
Short = Annotated[str, StringConstraints(max_length=255)]
Long = Annotated[str, StringConstraints(max_length=2000)]
Phone = Annotated[str, StringConstraints(max_length=64, pattern=PHONE)]
Url = Annotated[str, StringConstraints(max_length=2000, pattern=URL)]
HostName = Annotated[str, StringConstraints(max_length=253, pattern=HOST_NAME)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
"""A country code in a filter; a code that no lead has is harmless."""
CountryCode = Annotated[
    str, AfterValidator(_country_code), WithJsonSchema({"type": "string", "enum": list(COUNTRY_CODES)})
]
TagName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
ObjectId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
LeadStatus = Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]
MatchOn = Literal["email", "external_id"]
LEAD_STATUSES: tuple[LeadStatus, ...] = get_args(LeadStatus)
"""A further one also has a place in ``FUNNEL`` or ``OPTED_OUT`` of ``opt_outs``."""
FieldType = Literal["text", "number", "boolean", "date", "datetime", "select", "multi_select", "email", "phone", "url"]


class Model(BaseModel):
    """A request body: no unknown fields, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Changes(Model):
    """The body of a change: absent fields keep their values."""

    def given_values(self) -> dict[str, Any]:
        """Return the fields of the object that the request names."""
        values = self.model_dump()
        return {name: values[name] for name in self.model_fields_set if name != "if_updated_at"}


class Record(BaseModel):
    """An answer: it may grow new fields."""

    # Only the document needs the schema of an answer, and an operation that of its own body.
    model_config = ConfigDict(defer_build=True)


class ErrorDetail(Record):
    """One problem with one field."""

    field: str = Field(
        description="Path of the field, such as `email` or `custom_fields.tier`; it does not contain values."
    )
    code: str
    message: str


class Error(Record):
    """The error of a refused request."""

    code: str = Field(description="Machine-readable.", examples=["missing_scope"])
    message: str = Field(description="Explanation for people.")
    details: list[ErrorDetail] = Field(description="One entry per field.")
    current: dict[str, Any] | None = Field(None, description="With 409 `conflict`: the object as it is now.")
    ids: list[str] | None = Field(None, description="With 409 `ambiguous_match`: ids of the leads that match.")


class ErrorEnvelope(Record):
    """The body of every error response."""

    error: Error
    request_id: str


class Pagination(Record):
    """Where the next page is."""

    next_cursor: str | None = Field(description="Send it as `cursor` to get the next page; null on the last page.")
    has_more: bool
    limit: int
    total: int | None = Field(None, description="Objects on all pages; only with `include_total=true`.")


def envelope_of(model: type[Record], description: str) -> type[Record]:
    """Return the model of the answer with one object, such as ``LeadEnvelope``."""
    fields: dict[str, Any] = {"data": (model, ...), "request_id": (str, ...)}
    return create_model(f"{model.__name__}Envelope", __base__=Record, __doc__=description, **fields)


def page_of(model: type[Record], description: str) -> type[Record]:
    """Return the model of the answer with a page of objects, such as ``LeadList``."""
    fields: dict[str, Any] = {"data": (list[model], ...), "pagination": (Pagination, ...), "request_id": (str, ...)}  # type: ignore[valid-type]
    return create_model(f"{model.__name__}List", __base__=Record, __doc__=description, **fields)


class Workspace(Record):
    """The tenant that a key belongs to."""

    id: str
    name: str


class Membership(Record):
    """The membership whose permissions a key inherits."""

    id: str
    role: str
    email: str


class ApiKey(Record):
    """The key of the request, and its permissions."""

    id: str
    object: Literal["api_key"]
    name: str
    prefix: str = Field(description="Public part of the key; the secret was shown once, at creation.")
    scopes: list[str]
    read_only: bool = Field(description="True if the membership may only read: every write answers 403.")
    expires_at: DateTime | None
    workspace: Workspace
    membership: Membership
    created_at: DateTime
    updated_at: DateTime


class Lead(Record):
    """A person at a company, as the workspace knows them. Email addresses are not unique, as in real data."""

    id: str
    object: Literal["lead"]
    full_name: str | None
    email: str | None
    company_name: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    title: str | None
    seniority: str | None
    company_domain: str | None
    website: str | None
    linkedin_url: str | None
    industry: str | None
    employee_count: int | None
    country: str | None = Field(description="ISO 3166-1 alpha-2, where it is known to be one.")
    city: str | None
    status: LeadStatus
    source: str | None
    owner_email: str | None
    score: int | None
    tags: list[str]
    external_id: str | None
    custom_fields: dict[str, Any] = Field(description="By lead field key; fields without a value are absent.")
    last_contacted_at: DateTime | None
    import_id: str | None = Field(description="The import that created the lead.")
    merged_into: str | None = Field(description="The lead that this duplicate was merged into.")
    deleted_at: DateTime | None
    created_at: DateTime
    updated_at: DateTime


class LeadField(Record):
    """A field of the leads in this workspace, built in or custom."""

    id: str
    object: Literal["lead_field"]
    key: str
    label: str
    type: FieldType
    required: bool
    options: list[str] = Field(description="Options of a select or multi_select; empty if any text is allowed.")
    builtin: bool
    position: int
    created_at: DateTime
    updated_at: DateTime


class _LeadValues(Model):
    full_name: Short | None = None
    email: Email | None = None
    company_name: Short | None = None
    first_name: Short | None = None
    last_name: Short | None = None
    phone: Phone | None = None
    title: Short | None = None
    seniority: Short | None = None
    company_domain: HostName | None = None
    website: Url | None = None
    linkedin_url: Url | None = None
    industry: Short | None = None
    employee_count: Natural | None = None
    country: CountryCode | None = None
    city: Short | None = None
    status: LeadStatus = Field(
        "new", description="Once `unsubscribed` or `bounced`, it changes only if the request names a status."
    )
    source: Short | None = None
    owner_email: Email | None = None
    score: Integer | None = None
    tags: Annotated[list[TagName], Field(max_length=100)] | None = Field(
        None, description="Replaces all tags; null clears."
    )
    external_id: Short | None = None
    custom_fields: Annotated[dict[str, Any], Field(max_length=100)] | None = Field(
        None,
        description="Merged by key: absent keys stay, a null value clears one, null clears all. The lead fields of the "
        "workspace define the types of the values.",
        examples=[{"tier": "A", "deal_value_eur": 12000}],
    )
    last_contacted_at: GivenDateTime | None = None
    merged_into: ObjectId | None = Field(None, description="Another lead of the workspace.")

    def given_values(self) -> dict[str, Any]:
        """Return the fields of the lead that the request names; null clears a field."""
        control = ("if_updated_at", "match_on")
        return {name: getattr(self, name) for name in self.model_fields_set if name not in control}


class LeadCreate(_LeadValues):
    """A new lead; at least one field."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _need_a_value(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("needs at least one field")
        return self


class _Precondition(Model):
    if_updated_at: GivenDateTime | None = Field(
        None, description="The `updated_at` last read: if the lead changed since, the answer is 409 `conflict`."
    )


class LeadPatch(_LeadValues, _Precondition):
    """Changes: an absent field keeps its value, null clears it."""


class LeadRow(_LeadValues, _Precondition):
    """One row of a bulk upsert."""


class LeadUpsert(LeadRow):
    """A lead to update if one matches, and to create otherwise; the field to match on is required."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"match_on": {"const": "external_id"}}, "required": ["match_on"]},
            "then": {"properties": {"external_id": {"type": "string"}}, "required": ["external_id"]},
            "else": {"properties": {"email": {"type": "string"}}, "required": ["email"]},
        }
    )

    match_on: MatchOn = Field(
        "email",
        description="Field that identifies the lead; emails match trimmed and case-folded, deleted leads never match.",
    )


class LeadBulkUpsert(Model):
    """Up to 100 rows, each processed on its own: a row that fails does not affect the others."""

    match_on: MatchOn = Field("email", description="Field that identifies the leads.")
    # Rows are validated one by one, so that an invalid row is reported in the answer and does not stop the others.
    rows: Annotated[
        list[Any],
        WithJsonSchema(
            {"type": "array", "items": {"$ref": "#/components/schemas/LeadRow"}, "minItems": 1, "maxItems": 100}
        ),
    ] = Field(min_length=1, max_length=100, description="A row that does not validate gets the status `invalid`.")


class LeadUpsertResult(Record):
    """The outcome of one row."""

    index: int = Field(description="Index of the row in the request, from 0.")
    status: Literal["created", "updated", "unchanged", "conflict", "invalid", "refused"]
    http_status: int = Field(description="HTTP status of the row as a single request.")
    lead: Lead | None = Field(description="The lead as it is now, also in a conflict.")
    error: Error | None


LeadEnvelope = envelope_of(Lead, "One lead.")
LeadList = page_of(Lead, "A page of leads.")
LeadFieldEnvelope = envelope_of(LeadField, "One lead field.")
LeadFieldList = page_of(LeadField, "A page of lead fields.")
ApiKeyEnvelope = envelope_of(ApiKey, "The key of the request.")


class LeadUpsertResultList(Record):
    """One result per row, in the order of the rows."""

    data: list[LeadUpsertResult]
    request_id: str


SHARED = (ErrorEnvelope, LeadRow)
"""Models in the document that no operation names directly."""
