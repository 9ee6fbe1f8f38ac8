"""Messages, inbox threads and activities as pydantic models."""

from typing import Any, Literal

from pydantic import Field

from pb2b_notebook.sandbox.campaigns.models import Channel
from pb2b_notebook.sandbox.core.models import DateTime, Record, envelope_of, page_of

Direction = Literal["outbound", "inbound"]
MessageStatus = Literal["delivered", "opened", "replied", "bounced", "received"]
ThreadStatus = Literal["open", "closed"]
ActivityType = Literal[
    "lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced",
    "unsubscribed", "status_changed", "call_logged", "meeting_booked",
]  # fmt: skip


class Message(Record):
    """One message to a lead, or from one."""

    id: str
    object: Literal["message"]
    lead_id: str
    thread_id: str | None = Field(description="Set as soon as the lead has answered.")
    campaign_id: str | None = Field(description="Null for a message that a member wrote.")
    direction: Direction
    channel: Channel
    subject: str
    body_preview: str = Field(description="The beginning of the body.")
    status: MessageStatus = Field(description="`received` for inbound messages, one of the others for outbound ones.")
    sent_at: DateTime
    opened_at: DateTime | None
    replied_at: DateTime | None
    created_at: DateTime
    updated_at: DateTime


class InboxThread(Record):
    """A conversation with a lead who has answered."""

    id: str
    object: Literal["inbox_thread"]
    lead_id: str
    subject: str
    status: ThreadStatus
    unread_count: int = Field(description="Inbound messages that no member has read.")
    last_message_at: DateTime
    assigned_to: str | None = Field(description="Email of a member, at first the owner of the lead.")
    created_at: DateTime
    updated_at: DateTime


class LeadActivity(Record):
    """One thing that happened to a lead."""

    id: str
    object: Literal["lead_activity"]
    lead_id: str
    type: ActivityType
    occurred_at: DateTime
    actor: str = Field(description="Who did it: a member's email, or `campaign`, `prospector`, `lead`, `system`.")
    campaign_id: str | None
    summary: str
    metadata: dict[str, Any] = Field(
        description="By activity type: `message_id`, `thread_id`, `run_id`, `from` and `to`."
    )
    created_at: DateTime
    updated_at: DateTime


MessageEnvelope = envelope_of(Message, "One message.")
MessageList = page_of(Message, "A page of messages.")
InboxThreadEnvelope = envelope_of(InboxThread, "One thread.")
InboxThreadList = page_of(InboxThread, "A page of threads.")
LeadActivityList = page_of(LeadActivity, "A page of activities.")
