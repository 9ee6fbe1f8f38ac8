"""Draw the story of a demo lead backwards from its current state, so that both agree.

The lead's status, ``last_contacted_at`` and ``updated_at`` are given; the story leads to them. The last message to the
lead was sent at ``last_contacted_at``, and all changes of the lead happened by ``updated_at``.
All times are integers: milliseconds since 1970-01-01T00:00:00Z.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from pb2b_notebook.sandbox.campaigns.exchanges import open_rate
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, YEAR, milliseconds
from pb2b_notebook.sandbox.demo_data.campaign_plans import BAD, COUNTRIES, DAYS_BETWEEN_STEPS, CampaignPlan

_STEP = DAYS_BETWEEN_STEPS * DAY
_HOUR = 3_600_000
_LONGEST_REACTION = 6 * DAY
_LONGEST_OPENING = 3 * DAY
_LONGEST_BOUNCE = 90_000
_UNDELIVERED = frozenset({"bounced", "unsubscribed"})
# Shares of leads that were called instead of sent messages.
_BY_PHONE = {"replied": 0.45, "qualified": 0.7, "disqualified": 0.3}
# Monday to Sunday.
_EAGERNESS = (1.0, 1.12, 1.08, 1.02, 0.82, 0.7, 0.7)


class PastLead(msgspec.Struct):
    """The fields of a lead that its story needs, named as in the lead's document."""

    id: str
    status: str
    source: str
    email: str | None
    linkedin_url: str | None
    first_name: str | None
    company_name: str | None
    country: str | None
    owner_email: str | None
    last_contacted_at: str | None
    deleted_at: str | None
    created_at: str
    updated_at: str


class Sent(NamedTuple):
    """One message of the campaign: when it was sent, and when the lead reacted in which way."""

    at: int
    opened: int | None = None
    clicked: int | None = None
    replied: int | None = None
    bounced: int | None = None
    unsubscribed: int | None = None


class Change(NamedTuple):
    """A change of the status, by the owner or by the system."""

    at: int
    before: str
    after: str
    by_owner: bool = False


class Story(NamedTuple):
    """The history of a lead.

    Attributes:
        plan: Campaign that reached the lead, if one did.
        sent: Messages of the campaign, oldest first.
        answered_at: Time of the owner's answer to the lead's reply, the last message of the story.
        called_at: Time of the owner's call, if no campaign reached the lead.
        met_at: Time at which a meeting was booked.
        changes: Changes of the status, oldest first.
    """

    plan: CampaignPlan | None = None
    sent: tuple[Sent, ...] = ()
    answered_at: int | None = None
    called_at: int | None = None
    met_at: int | None = None
    changes: tuple[Change, ...] = ()


def moment(text: str) -> int:
    """Return an instant of the API in milliseconds.

    >>> moment("1970-01-01T00:00:01.500Z")
    1500
    """
    return milliseconds(datetime.fromisoformat(text))


class StoryGenerator:
    """Generates the stories of a workspace's leads.

    Args:
        draws: Source of random draws.
        plans: Campaigns, in the order in which they take a lead.
        now: Start of the domain clock; nothing happens later.
    """

    def __init__(self, draws: Draws, plans: Sequence[CampaignPlan], now: int) -> None:
        self._draws = draws
        self._plans = plans
        self._now = now

    def story_of(self, lead: PastLead) -> Story:
        """Return the story that leads to the lead's current state; an empty one if the lead was not contacted."""
        if lead.last_contacted_at is None:
            return Story()
        contacted, updated = moment(lead.last_contacted_at), moment(lead.updated_at)
        channel = self._channel(lead)
        if channel is None or self._draws.chance(_BY_PHONE.get(lead.status, 0.0)):
            changes = self._changes(lead, contacted, contacted, updated)
            return Story(called_at=contacted, met_at=_meeting_time(changes), changes=changes)
        times, answered = self._times(lead, contacted)
        plan = self._plan(lead, channel, times)
        times = times[-len(plan.texts) :]
        sent = self._messages(lead, plan, times, updated if answered is None else answered - _HOUR)
        reacted = sent[-1].replied or sent[-1].unsubscribed or sent[-1].bounced or sent[-1].at
        changes = self._changes(lead, times[0], reacted, updated)
        return Story(plan, sent, answered_at=answered, met_at=_meeting_time(changes), changes=changes)

    def _channel(self, lead: PastLead) -> str | None:
        """Choose email if there is an address; some leads from LinkedIn are reached there."""
        linkedin = lead.linkedin_url is not None and lead.status not in _UNDELIVERED
        if lead.email is None:
            return "linkedin" if linkedin else None
        return "linkedin" if linkedin and lead.source == "linkedin" and self._draws.chance(0.5) else "email"

    def _times(self, lead: PastLead, contacted: int) -> tuple[list[int], int | None]:
        """Draw when the campaign sent its messages, and when the owner answered the reply to the last one."""
        draws, created = self._draws, moment(lead.created_at)
        answered = None
        last = contacted
        if lead.status in {"replied", "qualified"} and contacted - _STEP >= created and draws.chance(0.45):
            answered, last = contacted, contacted - _STEP
        times = [last]
        # The first message to a bad address bounces, so there is no earlier message.
        while lead.status != "bounced" and times[0] - _STEP >= created and draws.chance(0.45):
            times.insert(0, times[0] - _STEP)
        return times[-3:], answered

    def _plan(self, lead: PastLead, channel: str, times: Sequence[int]) -> CampaignPlan:
        """Return the first campaign that took such leads at the time of its first message."""
        for plan in self._plans[:-1]:
            if plan.channel != channel:
                continue
            if channel == "linkedin":
                return plan
            wanted = lead.source in plan.sources or (plan.key == BAD and lead.status == "bounced")
            if plan.workflow is not None:
                wanted = wanted and lead.country in COUNTRIES[plan.workflow]
            first = times[-len(plan.texts) :][0]
            if wanted and plan.ran_at((self._now - first) / DAY):
                return plan
        return self._plans[-1]

    def _messages(self, lead: PastLead, plan: CampaignPlan, times: Sequence[int], bound: int) -> tuple[Sent, ...]:
        gone = self._now if lead.deleted_at is None else moment(lead.deleted_at)
        followed = [min(later, gone) for later in times[1:]]
        earlier = [self._message_without_reply(lead, plan, at, end) for at, end in zip(times, followed, strict=False)]
        return (*earlier, self._last_message(lead, plan, times[-1], bound, gone))

    def _last_message(self, lead: PastLead, plan: CampaignPlan, at: int, bound: int, gone: int) -> Sent:
        """Draw the message whose outcome is the lead's current status."""
        draws = self._draws
        if lead.status == "bounced":
            return Sent(at, bounced=at + min(int(draws.fraction() * _LONGEST_BOUNCE), bound - at))
        replied = lead.status in {"replied", "qualified"} or (lead.status == "disqualified" and draws.chance(0.5))
        if not replied and lead.status != "unsubscribed":
            return self._message_without_reply(lead, plan, at, gone)
        share = draws.fraction()
        reacted = at + int(share * share * min(bound - at, _LONGEST_REACTION))
        opened = at + int(draws.fraction() * (reacted - at))
        clicked = self._between(opened, reacted) if draws.chance(0.4) else None
        if replied:
            return Sent(at, opened, clicked, replied=reacted)
        return Sent(at, opened, clicked, unsubscribed=reacted)

    def _message_without_reply(self, lead: PastLead, plan: CampaignPlan, at: int, end: int) -> Sent:
        """Draw a message that is opened or not: more often later in the year and in the middle of the week."""
        draws = self._draws
        season = 0.85 + 0.3 * (1 - (self._now - at) / (YEAR * DAY))
        eagerness = _EAGERNESS[(at // DAY + 3) % 7]
        if not draws.chance(0.8 * open_rate(lead.source) * plan.interest * season * eagerness):
            return Sent(at)
        share = draws.fraction()
        end = min(end, at + _LONGEST_OPENING)
        opened = at + int(share * share * share * (end - at))
        return Sent(at, opened, self._between(opened, end) if draws.chance(0.17) else None)

    def _changes(self, lead: PastLead, first: int, reacted: int, updated: int) -> tuple[Change, ...]:
        """Return the changes from new to the current status; ``reacted`` is the time of the lead's reaction, if any."""
        status = lead.status
        if status == "bounced":
            return (Change(reacted, "new", "bounced"),)
        start = Change(first, "new", "contacted")
        if status in {"replied", "unsubscribed"}:
            return start, Change(reacted, "contacted", status)
        if status == "qualified":
            decided = self._between(reacted, updated)
            return start, Change(reacted, "contacted", "replied"), Change(decided, "replied", status, by_owner=True)
        if status == "disqualified":
            return start, Change(self._between(reacted, updated), "contacted", status, by_owner=True)
        return (start,)

    def _between(self, low: int, high: int) -> int:
        return low + int(self._draws.fraction() * max(high - low, 0))


def _meeting_time(changes: Sequence[Change]) -> int | None:
    return changes[-1].at if changes and changes[-1].after == "qualified" else None
