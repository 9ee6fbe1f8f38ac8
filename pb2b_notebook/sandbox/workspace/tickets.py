"""The rules of support tickets: opening them, replying to them, reopening them."""

from collections.abc import Mapping
from typing import Any

from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.problems import conflict
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import TICKETS
from pb2b_notebook.sandbox.http.domain_service import DomainService

MOST_REPLIES = 100
"""Largest number of messages of a ticket, because all of them are part of its object."""


def new_ticket(ticket_id: str, values: Mapping[str, Any], *, email: str, request_id: str, now: str) -> Document:
    """Return a new ticket, whose first reply is the message that opens it.

    Args:
        ticket_id: Id of the new ticket.
        values: ``subject``, ``message``, ``priority``, ``category`` and optionally ``request_id``.
        email: Email address of the requester.
        request_id: Id of the request that opens the ticket.
        now: Current time, as the API writes instants.
    """
    ticket = {
        "id": ticket_id,
        "object": "support_ticket",
        "subject": values["subject"],
        "status": "open",
        "priority": values["priority"],
        "category": values["category"],
        "requester_email": email,
        "request_id": values.get("request_id") or request_id,
        "last_reply_at": now,
        "closed_at": None,
        "replies": [],
        "created_at": now,
        "updated_at": now,
    }
    return with_reply(ticket, values["message"], author="requester", email=email, now=now)


def with_reply(ticket: Document, body: str, *, author: str, email: str, now: str) -> Document:
    """Return a ticket with one more message: it waits for the other side, and a closed ticket is open again."""
    reply = {
        "id": derive_id("reply", ticket["id"], len(ticket["replies"])),
        "object": "ticket_reply",
        "author": author,
        "author_email": email,
        "body": body,
        "created_at": now,
        "updated_at": now,
    }
    return ticket | {
        "status": "open" if author == "requester" else "pending",
        "closed_at": None,
        "last_reply_at": now,
        "updated_at": now,
        "replies": [*ticket["replies"], reply],
    }


class TicketService(DomainService):
    """The support tickets of one workspace."""

    table = TICKETS
    noun = "ticket"

    def open(self, values: Mapping[str, Any], *, email: str, request_id: str) -> Document:
        """Open a ticket and return it."""
        ticket_id = self._parts.new_id(TICKETS)
        return self._save(new_ticket(ticket_id, values, email=email, request_id=request_id, now=self._tick()))

    def reply(self, ticket: Document, body: str, *, email: str) -> Document:
        """Add a reply of the requester; a closed ticket is open again.

        Raises:
            Problem: 409 ``ticket_full``.
        """
        if len(ticket["replies"]) >= MOST_REPLIES:
            raise conflict(
                "ticket_full", f"the ticket has reached its limit of {MOST_REPLIES} replies: open another one"
            )
        return self._save(with_reply(ticket, body, author="requester", email=email, now=self._tick()))
