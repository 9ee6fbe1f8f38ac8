"""The support tickets of the past year, written by hand in ``ticket_history.toml``."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import TICKETS
from pb2b_notebook.sandbox.demo_data.import_history import FAILED_BEFORE
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.workspace.tickets import new_ticket, with_reply
from pb2b_notebook.shipped_tables import read_table

SUPPORT = "support@prospectb2b.example"

_FIRST_ANSWER = timedelta(hours=3, minutes=20)
_CLOSING = timedelta(hours=26)


class _Story(NamedTuple):
    """One ticket of the file, which describes its fields."""

    days: int
    subject: str
    priority: str
    category: str
    member: int
    closed: bool
    messages: list[str]


def _stories() -> tuple[_Story, ...]:
    return tuple(_Story(**entry) for entry in read_table(__package__, "ticket_history.toml")["ticket"])


def past_tickets(workspace: DemoWorkspace, now: datetime, *, failed_import: Document | None) -> Iterator[Document]:
    """Yield the tickets of a workspace.

    Args:
        workspace: Workspace of the tickets; the main one has thirteen, the second one two.
        now: Start of the domain clock.
        failed_import: Import whose request id the ticket about a failed import quotes.
    """
    every = _stories()
    stories = every if workspace.leads is None else (every[1], every[-2])
    for story in stories:
        quoted = failed_import["request_id"] if failed_import and story.subject == "An import failed" else None
        yield _ticket(workspace, story, now, quoted)


def _ticket(workspace: DemoWorkspace, story: _Story, now: datetime, quoted: str | None) -> Document:
    at = _office_hours(now - timedelta(days=story.days))
    if quoted is not None:
        at = max(at, now - FAILED_BEFORE + timedelta(hours=1))
    ticket_id = derive_id(TICKETS.prefix, workspace.id, story.subject)
    values = {
        "subject": story.subject,
        "message": story.messages[0],
        "priority": story.priority,
        "category": story.category,
        "request_id": quoted,
    }
    email = workspace.owner_emails[story.member]
    ticket = new_ticket(ticket_id, values, email=email, request_id=derive_id("req", ticket_id), now=instants.render(at))
    for number, message in enumerate(story.messages[1:], start=1):
        at += _FIRST_ANSWER * number
        author, writer = (("support", SUPPORT), ("requester", email))[number % 2 == 0]
        ticket = with_reply(ticket, message, author=author, email=writer, now=instants.render(at))
    if story.closed:
        closed_at = instants.render(at + _CLOSING)
        ticket |= {"status": "closed", "closed_at": closed_at, "updated_at": closed_at}
    return ticket


def _office_hours(moment: datetime) -> datetime:
    """Return 09:40 of the same day, or of the Friday before a weekend."""
    weekend = max(0, moment.weekday() - 4)
    return (moment - timedelta(days=weekend)).replace(hour=9, minute=40, second=12, microsecond=345_000)
