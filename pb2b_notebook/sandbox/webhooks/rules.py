"""The rules of webhooks: endpoints, their secrets, and retries by hand."""

from collections.abc import Mapping
from typing import Any

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.listing import count
from pb2b_notebook.sandbox.core.problems import conflict, forbidden
from pb2b_notebook.sandbox.core.signing_secrets import SigningSecrets
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import DELIVERIES, WEBHOOKS
from pb2b_notebook.sandbox.http.domain_service import DomainService
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.webhooks.delivery_attempts import due_now
from pb2b_notebook.sandbox.webhooks.delivery_queue import give_up
from pb2b_notebook.sandbox.webhooks.models import Webhook

MOST_WEBHOOKS = 20
"""Largest number of endpoints in a workspace; every event is delivered to each of them."""


class WebhookService(DomainService):
    """The webhook endpoints of one workspace."""

    table = WEBHOOKS
    noun = "webhook"

    def __init__(self, parts: SandboxParts, workspace_id: str) -> None:
        super().__init__(parts, workspace_id)
        self._secrets = SigningSecrets(parts.store, parts.clock)

    def create(self, values: Mapping[str, Any]) -> Document:
        """Create an endpoint and return it with its ``signing_secret``, which is not stored in the object.

        Raises:
            Problem: 403 ``webhooks_limit_reached``.
        """
        if count(self._store, WEBHOOKS, self._workspace_id, []) >= MOST_WEBHOOKS:
            message = f"the workspace has reached its limit of {MOST_WEBHOOKS} webhooks"
            raise forbidden("webhooks_limit_reached", message)
        webhook_id = self._parts.new_id(WEBHOOKS)
        now = self._tick()
        blank = dict.fromkeys(Webhook.model_fields) | {"id": webhook_id, "object": "webhook", "created_at": now}
        return self._with_new_secret(blank | dict(values), now)

    def change(self, webhook: Document, values: Mapping[str, Any], *, if_updated_at: str | None = None) -> Document:
        """Change an endpoint; a change without effect leaves ``updated_at`` as it is.

        Disabling an endpoint fails its pending deliveries: they would be stale when the endpoint is enabled again.

        Raises:
            Problem: 409 ``conflict``.
        """
        self._check_version(webhook, if_updated_at)
        changed = webhook | dict(values)
        if changed == webhook:
            return webhook
        now = self._parts.clock.tick()
        changed["updated_at"] = instants.render(now)
        self._save(changed)
        if not changed["enabled"]:
            give_up(self._store, self._workspace_id, changed["id"], now)
        return changed

    def delete(self, webhook: Document) -> Document:
        """Delete an endpoint with its secrets and deliveries, and return it."""
        scope = (self._workspace_id, webhook["id"])
        deliveries = f"SELECT id FROM {DELIVERIES.name} WHERE workspace_id = ? AND webhook_id = ?"  # noqa: S608 - our own names
        self._store.execute(f"DELETE FROM delivery_bodies WHERE delivery_id IN ({deliveries})", scope)  # noqa: S608 - our own names
        self._store.execute(f"DELETE FROM {DELIVERIES.name} WHERE workspace_id = ? AND webhook_id = ?", scope)  # noqa: S608 - our own names
        self._store.execute(f"DELETE FROM {WEBHOOKS.name} WHERE workspace_id = ? AND id = ?", scope)  # noqa: S608 - our own names
        self._secrets.forget(webhook["id"])
        self._tick()
        return webhook

    def rotate(self, webhook: Document) -> Document:
        """Give an endpoint a new secret; for 24 hours deliveries are also signed with the old one."""
        return self._with_new_secret(webhook, self._tick())

    def retry(self, delivery_id: str) -> Document:
        """Make a delivery due now, and wake the lane of its endpoint.

        Raises:
            Problem: 404 ``not_found``; 409 ``delivery_succeeded`` or ``webhook_disabled``.
        """
        delivery = self._read(DELIVERIES, delivery_id, "delivery")
        if delivery["status"] == "succeeded":
            raise conflict("delivery_succeeded", "the delivery has succeeded: there is nothing to retry")
        if not self.get(delivery["webhook_id"])["enabled"]:
            raise conflict("webhook_disabled", "the webhook is disabled: enable it, then retry")
        due = due_now(delivery, self._parts.clock.tick())
        self._store.put(DELIVERIES, self._workspace_id, due)
        self._parts.sender.wake(due["webhook_id"])
        return due

    def _with_new_secret(self, webhook: Document, now: str) -> Document:
        secret, prefix = self._secrets.issue(webhook["id"])
        stored = self._save(webhook | {"secret_prefix": prefix, "updated_at": now})
        return stored | {"signing_secret": secret}
