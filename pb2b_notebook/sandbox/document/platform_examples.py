"""Examples of settings, billing, support and webhooks; see :mod:`.examples`."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.sandbox.core.examples import MADE_AT, REQUEST_ID, list_envelope, object_envelope

_OWNER = "ines@lanternfinch.example"
_TIMES = {"created_at": MADE_AT, "updated_at": MADE_AT}

SETTINGS: dict[str, Any] = {
    "id": "settings_a017fbadc8554d16",
    "object": "workspace_settings",
    "timezone": "Europe/Berlin",
    "locale": "de-DE",
    "sending_window": {"days": ["monday", "tuesday", "wednesday", "thursday"], "start": "08:30", "end": "17:30"},
    "default_owner_email": _OWNER,
    "features": {"campaigns": True, "prospector": True, "webhooks": True, "custom_fields": True},
    "limits": {"leads": 10_000, "members": 10, "webhooks": 20, "bulk_upsert_rows": 100, "import_rows": 10_000},
    **_TIMES,
}
MEMBER: dict[str, Any] = {
    "id": "mem_90aa17c2b64e8d15",
    "object": "member",
    "email": _OWNER,
    "role": "owner",
    "read_only": False,
    **_TIMES,
}
SUBSCRIPTION: dict[str, Any] = {
    "id": "sub_2fe1c07b9d4458a3",
    "object": "billing_subscription",
    "status": "active",
    "plan": "growth",
    "seats": 10,
    "currency": "EUR",
    "price_cents": 49_900,
    "current_period_start": "2026-03-01T00:00:00.000Z",
    "current_period_end": "2026-04-01T00:00:00.000Z",
    "cancel_at_period_end": False,
    "created_at": "2025-03-10T12:00:00.000Z",
    "updated_at": "2026-03-01T00:00:00.000Z",
}
USAGE: dict[str, Any] = {
    "id": "usage_b03c6d18ef27594a",
    "object": "billing_usage",
    "active_trial": False,
    "usage": {
        "emails_sent": 3_120,
        "emails_limit": 20_000,
        "prospector_credits_used": 410,
        "prospector_credits_limit": 5_000,
        "leads_stored": 1_982,
        "leads_limit": 10_000,
        "period_start": "2026-03-01T00:00:00.000Z",
        "period_end": "2026-04-01T00:00:00.000Z",
        "trial_ends_at": "2025-03-24T12:00:00.000Z",
    },
    "created_at": "2026-03-01T00:00:00.000Z",
    "updated_at": MADE_AT,
}
TICKET: dict[str, Any] = {
    "id": "ticket_7c20e9b51f8a4d36",
    "object": "support_ticket",
    "subject": "An import stopped",
    "status": "open",
    "priority": "high",
    "category": "data",
    "requester_email": _OWNER,
    "request_id": "req_0e9d41f7c2b85a63",
    "last_reply_at": MADE_AT,
    "closed_at": None,
    "replies": [
        {
            "id": "reply_c49e07ad6b1f2358",
            "object": "ticket_reply",
            "author": "requester",
            "author_email": _OWNER,
            "body": "The import of Monday stopped at row 40. What is wrong with it?",
            **_TIMES,
        }
    ],
    **_TIMES,
}
WEBHOOK: dict[str, Any] = {
    "id": "webhook_4d1c0f5a9e7b2386",
    "object": "webhook",
    "url": "http://127.0.0.1:8765/hooks",
    "events": ["lead.created", "import.completed"],
    "enabled": True,
    "description": "Notebook",
    "secret_prefix": "whsec_2f28fdad",
    **_TIMES,
}
_ISSUED = WEBHOOK | {"signing_secret": "whsec_2f28fdad_0123456789abcdef0123456789abcdef0123456789abcdef"}
DELIVERY: dict[str, Any] = {
    "id": "delivery_8b6f2a1d03c94e57",
    "object": "webhook_delivery",
    "webhook_id": WEBHOOK["id"],
    "event": "lead.created",
    "status": "pending",
    "attempt_count": 1,
    "response_status_code": 503,
    "response_body_snippet": "try later",
    "error_message": "the endpoint answered 503",
    "next_attempt_at": "2026-03-10T12:01:00.000Z",
    "delivered_at": None,
    **_TIMES,
}

PLATFORM_EXAMPLES: dict[str, Any] = {
    "WorkspaceSettings": SETTINGS,
    "WorkspaceSettingsEnvelope": object_envelope(SETTINGS),
    "Member": MEMBER,
    "MemberList": list_envelope(MEMBER),
    "BillingSubscription": SUBSCRIPTION,
    "BillingSubscriptionEnvelope": object_envelope(SUBSCRIPTION),
    "BillingUsage": USAGE,
    "BillingUsageEnvelope": object_envelope(USAGE),
    "SupportTicket": TICKET,
    "SupportTicketEnvelope": object_envelope(TICKET),
    "SupportTicketList": list_envelope(TICKET),
    "SupportTicketCreate": {
        "subject": TICKET["subject"],
        "message": TICKET["replies"][0]["body"],
        "priority": "high",
        "category": "data",
        "request_id": REQUEST_ID,
    },
    "SupportTicketReplyCreate": {"message": "It works now, thank you."},
    "Webhook": WEBHOOK,
    "WebhookEnvelope": object_envelope(WEBHOOK),
    "WebhookList": list_envelope(WEBHOOK),
    "IssuedWebhook": _ISSUED,
    "IssuedWebhookEnvelope": object_envelope(_ISSUED),
    "WebhookCreate": {"url": WEBHOOK["url"], "events": WEBHOOK["events"], "description": "Notebook"},
    "WebhookPatch": {"events": ["lead.created"], "enabled": False, "if_updated_at": MADE_AT},
    "WebhookDelivery": DELIVERY,
    "WebhookDeliveryEnvelope": object_envelope(DELIVERY),
    "WebhookDeliveryList": list_envelope(DELIVERY),
}
