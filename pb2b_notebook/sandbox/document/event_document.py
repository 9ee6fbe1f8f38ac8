"""The ``webhooks`` part of the document: the request that is posted to an endpoint for each of the nine events."""

import json
from collections.abc import Mapping
from typing import Any

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.signatures import sign
from pb2b_notebook.sandbox.document.examples import MADE_AT
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES, OCCASIONS, EventType, subject

Json = dict[str, Any]

EXAMPLE_SECRET = "whsec_2f28fdad_0123456789abcdef0123456789abcdef0123456789abcdef"  # noqa: S105 - shown as an example
EXAMPLE_TIMESTAMP = str(int(instants.parse(MADE_AT).timestamp()))

_COUNTS = ("created_count", "updated_count", "skipped_count", "error_count")
# Fields in which an object must differ from its own example to fit the event.
_STATES: dict[EventType, Json] = {
    "import.failed": {"status": "failed", **dict.fromkeys(_COUNTS, 0)},
    "export.failed": {"status": "failed", "row_count": None},
    "campaign.created": {"status": "draft", "published_at": None},
    "campaign.updated": {"status": "paused"},
}

HEADERS: dict[str, Json] = {
    "X-ProspectB2B-Event": {
        "description": "Type of the event. Not covered by the signature: trust the body's `type`.",
        "schema": {"type": "string", "enum": list(EVENT_TYPES)},
    },
    "X-ProspectB2B-Delivery": {
        "description": "Id of the delivery, the same at each attempt. Not covered by the signature: recognize "
        "repetitions by the body's `id`.",
        "schema": {"type": "string"},
    },
    "X-ProspectB2B-Timestamp": {
        "description": "When the attempt was signed, in epoch seconds. Reject it if it differs by more than 300 s.",
        "schema": {"type": "string", "pattern": "^[0-9]{10}$"},
    },
    "X-ProspectB2B-Signature": {
        "description": "`v1=<hex>`: HMAC-SHA256, under the signing secret, of the timestamp, a full stop and the raw "
        "body. For 24 hours after a rotation there are two, separated by a comma: one valid signature is enough.",
        "schema": {"type": "string", "pattern": "^v1=[0-9a-f]{64}(, *v1=[0-9a-f]{64})*$"},
    },
}


def schema_name(event: EventType) -> str:
    """Return the name of the schema of an event.

    >>> schema_name("lead.created")
    'LeadCreatedEvent'
    """
    return "".join(word.capitalize() for word in event.split(".")) + "Event"


def event_schemas(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """Return the schemas of all events, by name."""
    return {schema_name(event): _schema(event, schemas[subject(event)]) for event in EVENT_TYPES}


def _schema(event: EventType, carried: Json) -> Json:
    return {
        "type": "object",
        "description": OCCASIONS[event].description,
        "properties": {
            "id": {"type": "string", "description": "Id of the event, the same at every endpoint and attempt."},
            "object": {"type": "string", "const": "event"},
            "type": {"type": "string", "const": event},
            "created_at": {"type": "string", "format": "date-time", "description": "When the event happened."},
            "data": {"$ref": f"#/components/schemas/{subject(event)}"},
        },
        "required": ["id", "object", "type", "created_at", "data"],
        "examples": [_example(event, carried["examples"][0])],
    }


def _example(event: EventType, carried: Json) -> Json:
    return {
        "id": derive_id("evt", "example", event),
        "object": "event",
        "type": event,
        "created_at": MADE_AT,
        "data": carried | _STATES.get(event, {}),
    }


def webhooks(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """Return the path items of all events, by event.

    Args:
        schemas: Schemas of :func:`event_schemas`.
    """
    return {event: {"post": _operation(event, schemas[schema_name(event)])} for event in EVENT_TYPES}


def _operation(event: EventType, schema: Json) -> Json:
    example = schema["examples"][0]
    return {
        "operationId": f"events.{event}",
        "tags": ["Webhooks"],
        "summary": OCCASIONS[event].summary,
        "description": OCCASIONS[event].description,
        "security": [],
        "parameters": [_header(header, event, example) for header in HEADERS],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema_name(event)}"}}},
        },
        "responses": {
            "2XX": {"description": "Received. Answer before you process it: an attempt ends after 15 seconds."},
            "default": {
                "description": "Any other status, including a redirect, or no complete answer in time: the delivery is "
                "attempted again after 1 minute, then after 5 and 30 minutes and 2 and 5 hours. After six attempts "
                "it has failed, and can be retried by hand."
            },
        },
    }


def _header(header: str, event: EventType, example: Json) -> Json:
    values = {
        "X-ProspectB2B-Event": event,
        "X-ProspectB2B-Delivery": derive_id("delivery", "example", event),
        "X-ProspectB2B-Timestamp": EXAMPLE_TIMESTAMP,
        "X-ProspectB2B-Signature": sign(EXAMPLE_SECRET, EXAMPLE_TIMESTAMP, example_body(example)),
    }
    return {"name": header, "in": "header", "required": True, **HEADERS[header], "example": values[header]}


def example_body(example: Json) -> bytes:
    """Return an example as the raw body that its example signature signs."""
    return json.dumps(example, ensure_ascii=False, separators=(",", ":")).encode()
