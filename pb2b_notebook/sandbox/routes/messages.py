"""Messages: what was sent to leads, and what they answered."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.campaigns.message_models import Direction, MessageEnvelope, MessageList
from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, Bound, Instant, ListQuery, Texts, Values
from pb2b_notebook.sandbox.core.tables import MESSAGES
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.leads.rules import LeadService
from pb2b_notebook.sandbox.routes.leads import LeadId

tag = Tag("Messages", "Messages to leads, and their replies.")

MessageId = Annotated[str, Path("Id of the message.", alias="id", example="msg_4af09c8e72d1b563")]


class MessagesOfLeadQuery(ListQuery):
    """The parameters of the list of one lead's messages."""

    campaign_id: Annotated[Texts | None, AnyOf("campaign_id")] = Field(
        None, description="Messages of any of these campaigns."
    )
    direction: Annotated[Values[Direction] | None, AnyOf("direction")] = Field(None, description="Any of these values.")
    sent_after: Annotated[Instant | None, Bound("sent_at", ">")] = Field(
        None, description="Only messages sent after this instant; the bound itself is excluded."
    )


class MessageQuery(MessagesOfLeadQuery):
    """The parameters of the list of messages."""

    lead_id: Annotated[Texts | None, AnyOf("lead_id")] = Field(
        None, description="Messages to or from any of these leads."
    )


@tag.operation("GET /messages", "messages.list", "messages.read", {200: MessageList})
def list_messages(call: Call, query: Annotated[MessageQuery, Query()]) -> ResponseBody:
    """List messages."""
    return call.page(MESSAGES, query)


@tag.operation("GET /messages/{id}", "messages.get", "messages.read", {200: MessageEnvelope})
def get_message(call: Call, message_id: MessageId) -> ResponseBody:
    """Read one message."""
    return call.one(call.find(MESSAGES, message_id, "message"))


@tag.operation("GET /leads/{id}/messages", "leads.messages", "messages.read", {200: MessageList})
def list_messages_of_lead(call: Call, lead_id: LeadId, query: Annotated[MessagesOfLeadQuery, Query()]) -> ResponseBody:
    """List the messages to and from one lead, deleted or not."""
    lead = call.service(LeadService).get(lead_id)
    return call.page(MESSAGES, query, Condition("lead_id = ?", (lead["id"],)))
