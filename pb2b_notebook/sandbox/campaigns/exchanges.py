"""Simulate one message of a campaign run to one lead, and store its message, thread, activities and log entries.

The outcome is drawn at random; the order is always sent, opened, clicked, then answered or unsubscribed.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import ACTIVITIES, CAMPAIGN_LOGS, MESSAGES, THREADS
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.leads.rules import LeadService

_ADDRESS = re.compile(r"[^@\s:<>]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_BOUNCE_RATES = {"cold_list": 0.09, "import": 0.05}
_OTHER_BOUNCE_RATE = 0.02
_MALFORMED_BOUNCE_RATE = 0.97
_OPEN_RATES = {"referral": 0.62, "website": 0.55, "webinar": 0.5, "partner": 0.5, "cold_list": 0.24}
_OTHER_OPEN_RATE = 0.42
# Shares of the leads that opened the message.
_CLICK_RATE, _REPLY_RATE, _UNSUBSCRIBE_RATE = 0.22, 0.14, 0.03
_UNANSWERED = frozenset({"new", "contacted"})


class Reaction(NamedTuple):
    """When a lead reacts to a message: fractions of the time that is left of the run, ``None`` for never."""

    bounced: bool = False
    opened: float | None = None
    clicked: float | None = None
    replied: float | None = None
    unsubscribed: float | None = None

    @property
    def ends_sequence(self) -> bool:
        """Whether the lead gets no further step."""
        return self.bounced or self.replied is not None or self.unsubscribed is not None


def draw_reaction(draws: Draws, lead: Mapping[str, Any], channel: str) -> Reaction:
    """Draw how a lead reacts to a message. Only an email bounces, and one to a malformed address nearly always."""
    source = lead["source"]
    if channel == "email":
        valid = _ADDRESS.fullmatch((lead["email"] or "").strip())
        if draws.chance(_BOUNCE_RATES.get(source, _OTHER_BOUNCE_RATE) if valid else _MALFORMED_BOUNCE_RATE):
            return Reaction(bounced=True)
    if not draws.chance(open_rate(source)):
        return Reaction()
    opened = 0.6 * draws.fraction()
    clicked = opened + 0.2 * draws.fraction() if draws.chance(_CLICK_RATE) else None
    reacted, end = 0.8 + 0.2 * draws.fraction(), draws.fraction()
    replied = reacted if end < _REPLY_RATE else None
    unsubscribed = reacted if _REPLY_RATE <= end < _REPLY_RATE + _UNSUBSCRIBE_RATE else None
    return Reaction(opened=opened, clicked=clicked, replied=replied, unsubscribed=unsubscribed)


def open_rate(source: str | None) -> float:
    """Return the probability that a lead of a source opens a message."""
    return _OPEN_RATES.get(source or "", _OTHER_OPEN_RATE)


class Exchange:
    """Stores one message and its outcome, inside the transaction of the run."""

    def __init__(
        self,
        parts: SandboxParts,
        workspace_id: str,
        *,
        campaign: Document,
        run_id: str,
        lead: Document,
        at: datetime,
        end: datetime,
    ) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._campaign = campaign
        self._run_id = run_id
        self._lead = lead
        self._at = at
        self._left = end - at
        # Everything is stored at once, later than it happened, so that a sync by updated_at sees it.
        self._written_at = instants.render(parts.clock.tick())

    def write(self, step: Mapping[str, Any], reaction: Reaction, draws: Draws, leads: LeadService) -> None:
        """Write message, thread, activities and log, and change the lead's status."""
        message = self._message(step, reaction)
        if reaction.replied is not None:
            message["thread_id"] = self._thread(message, reaction.replied, draws)
        self._parts.store.put(MESSAGES, self._workspace_id, message)
        self._activities(message, reaction)
        self._logs(reaction)
        self._change_lead(leads, reaction)

    def _message(self, step: Mapping[str, Any], reaction: Reaction) -> Document:
        status = "bounced" if reaction.bounced else "delivered" if reaction.opened is None else "opened"
        return correspondence.message(
            self._parts.new_id(MESSAGES),
            self._lead["id"],
            campaign_id=self._campaign["id"],
            channel=self._campaign["channel"],
            subject=correspondence.fill_in(step["subject"], self._lead),
            body=correspondence.fill_in(step["body"], self._lead),
            sent_at=instants.render(self._at),
            status="replied" if reaction.replied is not None else status,
            opened_at=None if reaction.opened is None else self._moment(reaction.opened),
            replied_at=None if reaction.replied is None else self._moment(reaction.replied),
            updated_at=self._written_at,
        )

    def _moment(self, share: float) -> str:
        return instants.render(self._at + self._left * share)

    def _thread(self, message: Document, replied: float, draws: Draws) -> str:
        """Store a thread with the message and the lead's reply, and return its id."""
        thread_id = self._parts.new_id(THREADS)
        replied_at = self._moment(replied)
        thread = correspondence.thread(
            thread_id,
            self._lead,
            subject=message["subject"],
            status="open",
            unread_count=1,
            last_message_at=replied_at,
            assigned_to=self._lead["owner_email"],
            created_at=self._written_at,
            updated_at=self._written_at,
        )
        body = draws.pick((*correspondence.INTERESTED, *correspondence.UNDECIDED, *correspondence.DECLINING))
        reply = correspondence.reply(
            self._parts.new_id(MESSAGES),
            message | {"thread_id": thread_id},
            body=body,
            sent_at=replied_at,
            updated_at=self._written_at,
        )
        self._parts.store.put(THREADS, self._workspace_id, thread)
        self._parts.store.put(MESSAGES, self._workspace_id, reply)
        return thread_id

    def _activities(self, message: Document, reaction: Reaction) -> None:
        about, metadata = (message["subject"],), {"message_id": message["id"], "run_id": self._run_id}
        self._activity("message_sent", message["sent_at"], "campaign", about, metadata)
        if reaction.bounced:
            self._activity("message_bounced", message["sent_at"], "system", about, metadata)
        for kind, share in (
            ("message_opened", reaction.opened),
            ("link_clicked", reaction.clicked),
            ("reply_received", reaction.replied),
            ("unsubscribed", reaction.unsubscribed),
        ):
            if share is not None:
                thread = {"thread_id": message["thread_id"]} if kind == "reply_received" else {}
                self._activity(kind, self._moment(share), "lead", about, metadata | thread)

    def _activity(self, kind: str, at: str, actor: str, about: tuple[str, ...], metadata: Mapping[str, Any]) -> None:
        activity = correspondence.activity(
            self._parts.new_id(ACTIVITIES),
            self._lead["id"],
            kind,
            at,
            actor=actor,
            campaign_id=self._campaign["id"],
            about=about,
            metadata=metadata,
            updated_at=self._written_at,
        )
        self._parts.store.put(ACTIVITIES, self._workspace_id, activity)

    def _logs(self, reaction: Reaction) -> None:
        if reaction.bounced:
            self._log("message.bounced", instants.render(self._at))
        if reaction.replied is not None:
            self._log("reply.received", self._moment(reaction.replied))
        if reaction.unsubscribed is not None:
            self._log("lead.unsubscribed", self._moment(reaction.unsubscribed))

    def _log(self, event: str, at: str) -> None:
        entry = correspondence.campaign_log(
            self._parts.new_id(CAMPAIGN_LOGS),
            self._campaign["id"],
            event,
            at,
            run_id=self._run_id,
            lead_id=self._lead["id"],
            updated_at=self._written_at,
        )
        self._parts.store.put(CAMPAIGN_LOGS, self._workspace_id, entry)

    def _change_lead(self, leads: LeadService, reaction: Reaction) -> None:
        before = self._lead["status"]
        after = self._status_after(before, reaction)
        leads.change(self._lead, {"status": after, "last_contacted_at": instants.render(self._at)})
        if after != before:
            last = reaction.replied or reaction.unsubscribed or 0.0
            self._activity(
                "status_changed", self._moment(last), "system", (before, after), {"from": before, "to": after}
            )

    @staticmethod
    def _status_after(before: str, reaction: Reaction) -> str:
        if reaction.bounced:
            return "bounced"
        if reaction.unsubscribed is not None:
            return "unsubscribed"
        if before not in _UNANSWERED:
            return before
        return "replied" if reaction.replied is not None else "contacted"
