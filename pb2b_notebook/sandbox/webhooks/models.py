"""The pydantic models of webhook endpoints and deliveries; see :mod:`.core.models`."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from pb2b_notebook.sandbox.core.models import DateTime, GivenDateTime, Long, Model, Record, envelope_of, page_of
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES, EventType
from pb2b_notebook.sandbox.webhooks.sinks import LONGEST_URL, PATTERN, check_sink

DeliveryStatus = Literal["pending", "succeeded", "failed"]


def _distinct(events: list[EventType]) -> list[EventType]:
    if len(set(events)) < len(events):
        raise ValueError("contains an event twice")
    return events


SinkUrl = Annotated[
    str,
    StringConstraints(max_length=LONGEST_URL),
    AfterValidator(check_sink),
    WithJsonSchema(
        {
            "type": "string",
            "format": "uri",
            "maxLength": LONGEST_URL,
            "pattern": PATTERN,
            "examples": ["http://127.0.0.1:8765/hooks"],
        }
    ),
]
"""The live service takes a public HTTPS URL; a sandbox takes only a sink on its own machine."""

Events = Annotated[
    list[EventType],
    Field(min_length=1, max_length=len(EVENT_TYPES), json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct),
]


class Webhook(Record):
    """An endpoint: a URL, and the events that are posted to it."""

    id: str
    object: Literal["webhook"]
    url: str
    events: list[EventType]
    enabled: bool = Field(
        description="A disabled endpoint gets no deliveries, and events in the meantime are lost. When it is disabled, "
        "its pending deliveries fail."
    )
    description: str | None
    secret_prefix: str = Field(description="The public part of the newest signing secret.")
    created_at: DateTime
    updated_at: DateTime


class IssuedWebhook(Webhook):
    """An endpoint with its new signing secret."""

    signing_secret: str | None = Field(
        description="Shown in this answer only; null in a replay of it by Idempotency-Key. If the answer was lost, "
        "rotate the secret."
    )


class WebhookCreate(Model):
    """A new endpoint."""

    url: SinkUrl = Field(description="Target of the POST requests; http or https. A sandbox takes only loopback hosts.")
    events: Events = Field(description="At least one event, each only once.")
    enabled: bool = True
    description: Long | None = None


class WebhookPatch(Model):
    """Changes: an absent field keeps its value, `events` replaces all events, null clears the description."""

    # Factories, because the document would show a default: these fields have none, they are absent or have a value.
    url: SinkUrl = Field(default_factory=str)
    events: Events = Field(default_factory=list)
    enabled: bool = Field(default_factory=bool)
    description: Long | None = None
    if_updated_at: GivenDateTime | None = Field(
        None, description="The `updated_at` last read: if the endpoint changed since, the answer is 409 `conflict`."
    )

    def given_values(self) -> dict[str, object]:
        """Return the fields of the endpoint that the request names."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "if_updated_at"}


class WebhookDelivery(Record):
    """One event on its way to one endpoint, with all its attempts."""

    id: str
    object: Literal["webhook_delivery"]
    webhook_id: str
    event: EventType
    status: DeliveryStatus
    attempt_count: int = Field(description="Attempts so far, scheduled or by hand.")
    response_status_code: int | None = Field(description="HTTP status of the last attempt; null if no response came.")
    response_body_snippet: str | None = Field(description="Beginning of the last response body.")
    error_message: str | None = Field(description="Why the last attempt failed, or why no further attempt is made.")
    next_attempt_at: DateTime | None = Field(description="Time of the next attempt; null unless pending.")
    delivered_at: DateTime | None = Field(description="Time of the successful attempt; null unless succeeded.")
    created_at: DateTime
    updated_at: DateTime


WebhookEnvelope = envelope_of(Webhook, "One endpoint.")
IssuedWebhookEnvelope = envelope_of(IssuedWebhook, "One endpoint with its new signing secret.")
WebhookList = page_of(Webhook, "A page of endpoints.")
WebhookDeliveryEnvelope = envelope_of(WebhookDelivery, "One delivery.")
WebhookDeliveryList = page_of(WebhookDelivery, "A page of deliveries.")
