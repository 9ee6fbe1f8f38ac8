"""The pydantic models of support tickets; see :mod:`.core.models`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pb2b_notebook.sandbox.core.models import DateTime, Model, ObjectId, Record, envelope_of, page_of

TicketStatus = Literal["open", "pending", "closed"]
TicketPriority = Literal["low", "normal", "high", "urgent"]
TicketCategory = Literal["question", "problem", "billing", "data", "integration"]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Message = Annotated[str, StringConstraints(min_length=1, max_length=5000)]


class TicketReply(Record):
    """One message of a ticket; the first one is the message that opened it."""

    id: str
    object: Literal["ticket_reply"]
    author: Literal["requester", "support"]
    author_email: str
    body: str
    created_at: DateTime
    updated_at: DateTime


class SupportTicket(Record):
    """A conversation with support."""

    id: str
    object: Literal["support_ticket"]
    subject: str
    status: TicketStatus = Field(description="`open` waits for support, `pending` for the requester.")
    priority: TicketPriority
    category: TicketCategory
    requester_email: str
    request_id: str = Field(
        description="Id of the request that the ticket is about, if given; otherwise id of the request that opened it."
    )
    last_reply_at: DateTime
    closed_at: DateTime | None
    replies: list[TicketReply] = Field(description="Oldest first.")
    created_at: DateTime
    updated_at: DateTime


class SupportTicketCreate(Model):
    """A new ticket."""

    subject: Subject
    message: Message = Field(description="Becomes the first of the `replies`.")
    priority: TicketPriority = "normal"
    category: TicketCategory = "question"
    request_id: ObjectId | None = Field(
        None, description="The `request_id` of the failing request, so that support finds it."
    )


class SupportTicketReplyCreate(Model):
    """A reply of the requester."""

    message: Message


SupportTicketEnvelope = envelope_of(SupportTicket, "One ticket.")
SupportTicketList = page_of(SupportTicket, "A page of tickets.")
