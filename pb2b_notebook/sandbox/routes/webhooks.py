"""Webhooks: endpoints that events are posted to, and their deliveries."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Values
from pb2b_notebook.sandbox.core.tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
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

WebhookId = Annotated[str, Path("Id of the webhook.", alias="id", example="webhook_4d1c0f5a9e7b2386")]
DeliveryId = Annotated[str, Path("Id of the delivery.", alias="id", example="delivery_4cbc224d9fa676a1")]


class DeliveryQuery(ListQuery):
    """The parameters of the list of deliveries."""

    event: Annotated[Values[EventType] | None, AnyOf("event")] = Field(None, description="Any of these values.")
    status: Annotated[Values[DeliveryStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")


@tag.operation("GET /webhooks", "webhooks.list", "webhooks.read", {200: WebhookList})
def list_webhooks(call: Call, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List webhooks."""
    return call.page(WEBHOOKS, query)


@tag.operation("POST /webhooks", "webhooks.create", "webhooks.write", {201: IssuedWebhookEnvelope})
def create_webhook(call: Call, webhook: WebhookCreate) -> ResponseBody:
    """Create a webhook.

    The answer shows the signing secret, which is shown only once. A workspace has at most 20 webhooks.
    """
    return call.one(call.service(WebhookService).create(webhook.model_dump()), status=201, secret=SECRET)


@tag.operation("GET /webhooks/{id}", "webhooks.get", "webhooks.read", {200: WebhookEnvelope})
def get_webhook(call: Call, webhook_id: WebhookId) -> ResponseBody:
    """Read one webhook."""
    return call.one(call.service(WebhookService).get(webhook_id))


@tag.operation("PATCH /webhooks/{id}", "webhooks.update", "webhooks.write", {200: WebhookEnvelope})
def update_webhook(call: Call, webhook_id: WebhookId, changes: WebhookPatch) -> ResponseBody:
    """Change one webhook.

    An absent field keeps its value; `events` are replaced. The signing secret does not change: rotate it instead.
    Pending deliveries go to the new `url`; they fail if the webhook is disabled.
    """
    service = call.service(WebhookService)
    return call.one(
        service.change(service.get(webhook_id), changes.given_values(), if_updated_at=changes.if_updated_at)
    )


@tag.operation("DELETE /webhooks/{id}", "webhooks.delete", "webhooks.write", {200: WebhookEnvelope})
def delete_webhook(call: Call, webhook_id: WebhookId) -> ResponseBody:
    """Delete one webhook.

    Its secrets and deliveries are deleted, too. The answer shows the deleted webhook.
    """
    service = call.service(WebhookService)
    return call.one(service.delete(service.get(webhook_id)))


@tag.operation(
    "POST /webhooks/{id}/rotate-secret", "webhooks.rotate_secret", "webhooks.write", {200: IssuedWebhookEnvelope}
)
def rotate_secret(call: Call, webhook_id: WebhookId) -> ResponseBody:
    """Create a new signing secret.

    The answer shows it, and it is shown only once. For 24 hours, deliveries are signed with the old secret as well; a
    second rotation within that time ends the oldest secret at once.
    """
    service = call.service(WebhookService)
    return call.one(service.rotate(service.get(webhook_id)), secret=SECRET)


@tag.operation("GET /webhooks/{id}/deliveries", "webhooks.deliveries", "webhooks.read", {200: WebhookDeliveryList})
def list_deliveries(call: Call, webhook_id: WebhookId, query: Annotated[DeliveryQuery, Query()]) -> ResponseBody:
    """List the deliveries of one webhook."""
    webhook = call.service(WebhookService).get(webhook_id)
    return call.page(DELIVERIES, query, Condition("webhook_id = ?", (webhook["id"],)))


@tag.operation(
    "POST /webhooks/deliveries/{id}/retry",
    "webhooks.deliveries.retry",
    "webhooks.write",
    {200: WebhookDeliveryEnvelope},
)
def retry_delivery(call: Call, delivery_id: DeliveryId) -> ResponseBody:
    """Deliver again.

    The delivery is due at once: its status is pending until the attempt has ended. If the attempt fails, the rest of
    the schedule follows. A delivery that has succeeded is refused with 409 `delivery_succeeded`; a delivery to a
    disabled webhook with 409 `webhook_disabled`.
    """
    return call.one(call.service(WebhookService).retry(delivery_id))
