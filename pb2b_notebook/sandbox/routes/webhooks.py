"""Webhooks: endpoints that events are posted to, and their deliveries."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import Answer
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.platform_tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.core.queries import MOST_VALUES, AnyOf, ListQuery
from pb2b_notebook.sandbox.http.routing import Call, CallContext, Tag
from pb2b_notebook.sandbox.webhooks.events import EventType
from pb2b_notebook.sandbox.webhooks.models import (
    DeliveryStatus,
    IssuedWebhookEnvelope,
    WebhookCreate,
    WebhookDeliveryEnvelope,
    WebhookDeliveryList,
    WebhookEnvelope,
    WebhookList,
    WebhookPatch,
)
from pb2b_notebook.sandbox.webhooks.rules import WebhookService

tag = Tag("Webhooks", "Endpoints that signed events are posted to; deliveries, and retries by hand.")

SECRET = ("signing_secret",)

WebhookId = Annotated[str, Path(alias="id", description="Id of the webhook.", examples=["webhook_4d1c0f5a9e7b2386"])]
DeliveryId = Annotated[str, Path(alias="id", description="Id of the delivery.", examples=["delivery_4cbc224d9fa676a1"])]


class DeliveryQuery(ListQuery):
    """The parameters of the list of deliveries."""

    event: Annotated[Annotated[list[EventType], Field(max_length=MOST_VALUES)] | None, AnyOf("event")] = Field(
        None, description="Any of these values."
    )
    status: Annotated[Annotated[list[DeliveryStatus], Field(max_length=MOST_VALUES)] | None, AnyOf("status")] = Field(
        None, description="Any of these values."
    )


@tag.operation("GET /webhooks", id="webhooks.list", scope="webhooks.read", answers={200: WebhookList})
def list_webhooks(call: Call, query: Annotated[ListQuery, Query()]) -> Answer:
    """List webhooks."""
    return call.page(WEBHOOKS, query)


@tag.operation(
    "POST /webhooks",
    id="webhooks.create",
    scope="webhooks.write",
    answers={201: IssuedWebhookEnvelope},
    idempotent=True,
)
def create_webhook(call: Call, webhook: WebhookCreate) -> Answer:
    """Create a webhook.

    The answer shows the signing secret, which is shown only once. A workspace has at most 20 webhooks.
    """
    return call.one(_service(call).create(webhook.model_dump()), status=201, secret=SECRET)


@tag.operation("GET /webhooks/{id}", id="webhooks.get", scope="webhooks.read", answers={200: WebhookEnvelope})
def get_webhook(call: Call, webhook_id: WebhookId) -> Answer:
    """Read one webhook."""
    return call.one(_service(call).get(webhook_id))


@tag.operation(
    "PATCH /webhooks/{id}",
    id="webhooks.update",
    scope="webhooks.write",
    answers={200: WebhookEnvelope},
    idempotent=True,
)
def update_webhook(call: Call, webhook_id: WebhookId, changes: WebhookPatch) -> Answer:
    """Change one webhook.

    An absent field keeps its value; `events` are replaced. The signing secret does not change: rotate it instead.
    Pending deliveries go to the new `url`; they fail if the webhook is disabled.
    """
    service = _service(call)
    return call.one(
        service.change(service.get(webhook_id), changes.given_values(), if_updated_at=changes.if_updated_at)
    )


@tag.operation(
    "DELETE /webhooks/{id}",
    id="webhooks.delete",
    scope="webhooks.write",
    answers={200: WebhookEnvelope},
    idempotent=True,
)
def delete_webhook(call: Call, webhook_id: WebhookId) -> Answer:
    """Delete one webhook.

    Its secrets and deliveries are deleted, too. The answer shows the deleted webhook.
    """
    service = _service(call)
    return call.one(service.delete(service.get(webhook_id)))


@tag.operation(
    "POST /webhooks/{id}/rotate-secret",
    id="webhooks.rotate_secret",
    scope="webhooks.write",
    answers={200: IssuedWebhookEnvelope},
    idempotent=True,
)
def rotate_secret(call: Call, webhook_id: WebhookId) -> Answer:
    """Create a new signing secret.

    The answer shows it, and it is shown only once. For 24 hours, deliveries are signed with the old secret as well; a
    second rotation within that time ends the oldest secret at once.
    """
    service = _service(call)
    return call.one(service.rotate(service.get(webhook_id)), secret=SECRET)


@tag.operation(
    "GET /webhooks/{id}/deliveries",
    id="webhooks.deliveries",
    scope="webhooks.read",
    answers={200: WebhookDeliveryList},
)
def list_deliveries(call: Call, webhook_id: WebhookId, query: Annotated[DeliveryQuery, Query()]) -> Answer:
    """List the deliveries of one webhook."""
    webhook = _service(call).get(webhook_id)
    return call.page(DELIVERIES, query, Condition("webhook_id = ?", (webhook["id"],)))


@tag.operation(
    "POST /webhooks/deliveries/{id}/retry",
    id="webhooks.deliveries.retry",
    scope="webhooks.write",
    answers={200: WebhookDeliveryEnvelope},
    idempotent=True,
)
def retry_delivery(call: Call, delivery_id: DeliveryId) -> Answer:
    """Deliver again.

    The delivery is due at once: its status is pending until the attempt has ended. If the attempt fails, the rest of
    the schedule follows. A delivery that has succeeded is refused with 409 `delivery_succeeded`; a delivery to a
    disabled webhook with 409 `webhook_disabled`.
    """
    return call.one(_service(call).retry(delivery_id))


def _service(call: CallContext) -> WebhookService:
    return WebhookService(call.parts, call.workspace_id)
