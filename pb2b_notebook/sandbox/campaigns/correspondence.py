"""Build messages, threads, activities and log entries as the API shows them.

Campaign runs and the seeded history use the same functions. Instants are text, as the API writes them. A document's
``created_at`` is the time of what it records, unless the caller gives ``updated_at``.
"""

import re
from collections.abc import Mapping
from typing import Any

from pb2b_notebook.sandbox.campaigns.message_models import InboxThread, LeadActivity, Message
from pb2b_notebook.sandbox.campaigns.models import CampaignLog
from pb2b_notebook.sandbox.core.store import Document

PREVIEW = 140
"""Number of characters of the body that a message shows."""
# Blank documents, with their fields in the order of the contract.
_MESSAGE: Document = dict.fromkeys(Message.model_fields) | {
    "object": "message",
    "direction": "outbound",
    "status": "delivered",
}
_THREAD: Document = dict.fromkeys(InboxThread.model_fields) | {"object": "inbox_thread"}
_ACTIVITY: Document = dict.fromkeys(LeadActivity.model_fields) | {"object": "lead_activity"}
_LOG: Document = dict.fromkeys(CampaignLog.model_fields) | {"object": "campaign_log"}

_PLACEHOLDER = re.compile(r"\{\{(first_name|company_name)\}\}")

_SUMMARIES = {
    "lead_created": "Found by the prospector",
    "message_sent": "Message sent: {}",
    "message_opened": "Message opened: {}",
    "link_clicked": "Link clicked: {}",
    "reply_received": "Reply received: {}",
    "message_bounced": "Message bounced: {}",
    "unsubscribed": "Unsubscribed by the link in: {}",
    "status_changed": "Status changed from {} to {}",
    "call_logged": "Call logged",
    "meeting_booked": "Meeting booked",
}

INTERESTED = (
    "Thank you, this comes at the right time. Could you send me some times next week?",
    "Sounds interesting. What would it cost for a team of twenty?",
    "Yes, please call me on Thursday after ten.",
    "We are looking at exactly this. Can you show it to my colleagues?",
)
UNDECIDED = (
    "Please write again after the holidays.",
    "I am not the right person for this, but I have passed it on.",
    "How does it compare with what we use today?",
    "Could you send me some more details first?",
)
DECLINING = (
    "Thank you, but we have just decided for another supplier.",
    "No need at the moment.",
    "Not for us, sorry.",
)
ANSWERS = (
    "Thank you for your answer. How about Tuesday at eleven?",
    "Gladly: I have attached our overview. When would a short call suit you?",
    "I understand. May I ask again next quarter?",
)


def fill_in(template: str, lead: Mapping[str, Any]) -> str:
    """Fill a lead's values into a step's text, in one pass; a missing value becomes empty text.

    >>> fill_in("Hello {{first_name}}", {"first_name": "Ada"})
    'Hello Ada'
    """
    return _PLACEHOLDER.sub(lambda found: lead[found[1]] or "", template)


def message(
    message_id: str, lead_id: str, *, body: str, sent_at: str, updated_at: str | None = None, **fields: Any
) -> Document:
    """Build a message, by default an outbound one that was delivered.

    Args:
        message_id: Id of the message.
        lead_id: Id of the lead.
        body: The whole text, of which the message shows the beginning.
        sent_at: Time at which it was sent.
        updated_at: Time at which the message was stored, if that is later than what it records.
        fields: Other fields of the message; those that are left out are null.
    """
    made = (
        _MESSAGE | {"id": message_id, "lead_id": lead_id, "body_preview": body[:PREVIEW], "sent_at": sent_at} | fields
    )
    latest = max(sent_at, made["opened_at"] or "", made["replied_at"] or "")
    return made | {"created_at": updated_at or sent_at, "updated_at": updated_at or latest}


def reply(message_id: str, to: Document, *, body: str, sent_at: str, updated_at: str | None = None) -> Document:
    """Build the lead's reply to an outbound message that has a thread."""
    same = {name: to[name] for name in ("thread_id", "campaign_id", "channel")}
    own = {"direction": "inbound", "status": "received", "subject": f"Re: {to['subject']}"}
    return message(message_id, to["lead_id"], body=body, sent_at=sent_at, updated_at=updated_at, **same, **own)


def thread(
    thread_id: str, lead: Mapping[str, Any], *, last_message_at: str, updated_at: str | None = None, **fields: Any
) -> Document:
    """Build a conversation with a lead from the other fields of a thread."""
    own = {"id": thread_id, "lead_id": lead["id"], "last_message_at": last_message_at}
    return _THREAD | own | fields | {"updated_at": updated_at or last_message_at}


def activity(
    activity_id: str,
    lead_id: str,
    kind: str,
    occurred_at: str,
    *,
    actor: str,
    campaign_id: str | None = None,
    about: tuple[str, ...] = (),
    metadata: Mapping[str, Any] | None = None,
    updated_at: str | None = None,
) -> Document:
    """Build one activity of a lead; ``about`` are the texts of its summary: a subject, or the statuses of a change."""
    return _ACTIVITY | {
        "id": activity_id,
        "lead_id": lead_id,
        "type": kind,
        "occurred_at": occurred_at,
        "actor": actor,
        "campaign_id": campaign_id,
        "summary": _SUMMARIES[kind].format(*about),
        "metadata": metadata or {},
        "created_at": updated_at or occurred_at,
        "updated_at": updated_at or occurred_at,
    }


_EVENTS = {
    "campaign.published": ("info", "The campaign was published."),
    "campaign.paused": ("info", "The campaign was paused."),
    "run.started": ("info", "The run started."),
    "run.completed": ("info", "The run completed: {} of {} targeted leads were sent a message."),
    "run.cancelled": ("warning", "The run was cancelled: nothing of it was sent."),
    "message.bounced": ("warning", "The message bounced; the lead is bounced from now on."),
    "reply.received": ("info", "The lead replied."),
    "lead.unsubscribed": ("info", "The lead unsubscribed."),
    "lead.skipped": ("info", "Another lead with the same address was sent this message."),
    "emails_limit.reached": ("error", "The plan's e-mails are used up: {} leads were left out."),
}


def campaign_log(
    log_id: str,
    campaign_id: str,
    event: str,
    occurred_at: str,
    *,
    run_id: str | None = None,
    lead_id: str | None = None,
    numbers: tuple[int, ...] = (),
    updated_at: str | None = None,
) -> Document:
    """Build one entry of a campaign's log; ``numbers`` are those in the event's message."""
    level, text = _EVENTS[event]
    return _LOG | {
        "id": log_id,
        "campaign_id": campaign_id,
        "run_id": run_id,
        "lead_id": lead_id,
        "level": level,
        "event": event,
        "message": text.format(*numbers),
        "occurred_at": occurred_at,
        "created_at": updated_at or occurred_at,
        "updated_at": updated_at or occurred_at,
    }
