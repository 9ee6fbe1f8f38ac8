"""Support: tickets and their replies."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.queries import AnyOf, ListQuery, Values
from pb2b_notebook.sandbox.core.tables import TICKETS
from pb2b_notebook.sandbox.http.parameters import Path, Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.workspace.ticket_models import (
    SupportTicketCreate,
    SupportTicketEnvelope,
    SupportTicketList,
    SupportTicketReplyCreate,
    TicketStatus,
)
from pb2b_notebook.sandbox.workspace.tickets import TicketService

tag = Tag("Support", "Tickets: ask support, with the request_id of the failed request.")

TicketId = Annotated[str, Path("Id of the ticket.", alias="id", example="ticket_7c20e9b51f8a4d36")]


class TicketQuery(ListQuery):
    """The parameters of the list of tickets."""

    status: Annotated[Values[TicketStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")


@tag.operation("GET /support/tickets", "tickets.list", "tickets.read", {200: SupportTicketList})
def list_tickets(call: Call, query: Annotated[TicketQuery, Query()]) -> ResponseBody:
    """List support tickets."""
    return call.page(TICKETS, query)


@tag.operation("POST /support/tickets", "tickets.create", "tickets.write", {201: SupportTicketEnvelope})
def create_ticket(call: Call, ticket: SupportTicketCreate) -> ResponseBody:
    """Open a support ticket.

    Name the `request_id` of the failing request, if there is one. The requester is the membership of the key.
    """
    opened = call.service(TicketService).open(
        ticket.model_dump(), email=call.principal.email, request_id=call.request_id
    )
    return call.one(opened, status=201)


@tag.operation("GET /support/tickets/{id}", "tickets.get", "tickets.read", {200: SupportTicketEnvelope})
def get_ticket(call: Call, ticket_id: TicketId) -> ResponseBody:
    """Read one support ticket with its replies."""
    return call.one(call.service(TicketService).get(ticket_id))


@tag.operation(
    "POST /support/tickets/{id}/replies", "tickets.replies.create", "tickets.write", {201: SupportTicketEnvelope}
)
def create_reply(call: Call, ticket_id: TicketId, reply: SupportTicketReplyCreate) -> ResponseBody:
    """Reply to support.

    The answer is the ticket, which waits for support again; a closed ticket is reopened. A ticket has at most 100
    replies: the next one is refused with 409 `ticket_full`.
    """
    service = call.service(TicketService)
    return call.one(service.reply(service.get(ticket_id), reply.message, email=call.principal.email), status=201)
