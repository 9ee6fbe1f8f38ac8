"""Support: tickets and their replies."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import Answer
from pb2b_notebook.sandbox.core.platform_tables import TICKETS
from pb2b_notebook.sandbox.core.queries import MOST_VALUES, AnyOf, ListQuery
from pb2b_notebook.sandbox.http.routing import Call, CallContext, Tag
from pb2b_notebook.sandbox.workspace.ticket_models import (
    SupportTicketCreate,
    SupportTicketEnvelope,
    SupportTicketList,
    SupportTicketReplyCreate,
    TicketStatus,
)
from pb2b_notebook.sandbox.workspace.tickets import TicketService

tag = Tag("Support", "Tickets: ask support, with the request_id of the failed request.")

TicketId = Annotated[str, Path(alias="id", description="Id of the ticket.", examples=["ticket_7c20e9b51f8a4d36"])]


class TicketQuery(ListQuery):
    """The parameters of the list of tickets."""

    status: Annotated[Annotated[list[TicketStatus], Field(max_length=MOST_VALUES)] | None, AnyOf("status")] = Field(
        None, description="Any of these values."
    )


@tag.operation("GET /support/tickets", id="tickets.list", scope="tickets.read", answers={200: SupportTicketList})
def list_tickets(call: Call, query: Annotated[TicketQuery, Query()]) -> Answer:
    """List support tickets."""
    return call.page(TICKETS, query)


@tag.operation(
    "POST /support/tickets",
    id="tickets.create",
    scope="tickets.write",
    answers={201: SupportTicketEnvelope},
    idempotent=True,
)
def create_ticket(call: Call, ticket: SupportTicketCreate) -> Answer:
    """Open a support ticket.

    Name the `request_id` of the failing request, if there is one. The requester is the membership of the key.
    """
    opened = _service(call).open(ticket.model_dump(), email=call.principal.email, request_id=call.request_id)
    return call.one(opened, status=201)


@tag.operation(
    "GET /support/tickets/{id}", id="tickets.get", scope="tickets.read", answers={200: SupportTicketEnvelope}
)
def get_ticket(call: Call, ticket_id: TicketId) -> Answer:
    """Read one support ticket with its replies."""
    return call.one(_service(call).get(ticket_id))


@tag.operation(
    "POST /support/tickets/{id}/replies",
    id="tickets.replies.create",
    scope="tickets.write",
    answers={201: SupportTicketEnvelope},
    idempotent=True,
)
def create_reply(call: Call, ticket_id: TicketId, reply: SupportTicketReplyCreate) -> Answer:
    """Reply to support.

    The answer is the ticket, which waits for support again; a closed ticket is reopened. A ticket has at most 100
    replies: the next one is refused with 409 `ticket_full`.
    """
    service = _service(call)
    return call.one(service.reply(service.get(ticket_id), reply.message, email=call.principal.email), status=201)


def _service(call: CallContext) -> TicketService:
    return TicketService(call.parts, call.workspace_id)
