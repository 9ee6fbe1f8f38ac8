"""The campaigns and prospector workflows of the demo workspaces: messages, audiences, and dates.

Ages are days before the start of the sandbox. A lead belongs to the first campaign in the order that ran at the time
and takes the lead's source; the last campaign takes all other leads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.core.store import Document

DAYS_BETWEEN_STEPS = 7
"""A follow-up keeps the weekday of the message before it."""


class CampaignPlan(NamedTuple):
    """One campaign of the past.

    Attributes:
        key: Text that the id is derived from.
        name: Name of the campaign.
        sources: Sources of its leads; empty for all.
        started: Age at which it was published.
        ended: Age at which it was paused or disabled; 0 if it still runs.
        texts: Subject and body of each step.
        channel: Channel of its messages.
        workflow: Key of the workflow whose leads it takes.
        interest: Factor on the probability that its messages are opened.
        disabled: Whether it was disabled instead of paused, so that its last run failed.
    """

    key: str
    name: str
    sources: frozenset[str]
    started: int
    ended: int
    texts: tuple[tuple[str, str], ...]
    channel: str = "email"
    workflow: str | None = None
    interest: float = 1.0
    disabled: bool = False

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps as the API shows them."""
        return [
            {"subject": subject, "body": body, "delay_days": DAYS_BETWEEN_STEPS if number else 0}
            for number, (subject, body) in enumerate(self.texts)
        ]

    @property
    def stopped(self) -> int:
        """Age at which its last follow-ups were sent and it was paused or disabled."""
        return max(self.ended - DAYS_BETWEEN_STEPS * (len(self.texts) - 1) - 1, 0)

    def ran_at(self, age: float) -> bool:
        """Return whether it sent to new leads at an age."""
        return self.ended <= age <= self.started


class WorkflowPlan(NamedTuple):
    """One prospector workflow of the past; a workflow without countries takes the leads of all other countries."""

    key: str
    name: str
    countries: tuple[str, ...]
    max_results: int
    schedule: str = "weekly"

    @property
    def criteria(self) -> Document:
        """The criteria as the API shows them."""
        return {
            "countries": list(self.countries),
            "industries": [],
            "seniorities": [],
            "employees_min": None,
            "employees_max": None,
            "max_results": self.max_results,
        }


_INTRODUCTION = (
    "A question about {{company_name}}",
    "Hello {{first_name}},\n\nmay I show you in ten minutes how teams like yours find their next customers?",
)
_FOLLOW_UP = (
    "Did you see my question?",
    "Hello {{first_name}},\n\nI know that your days are full. Would Thursday suit you better?",
)
_LAST_TRY = (
    "One last try",
    "Hello {{first_name}},\n\nthis is my last message on this. If it is not the time, tell me when it will be.",
)
_WELCOME = (
    "Thank you for your interest, {{first_name}}",
    "Hello {{first_name}},\n\nyou asked for our guide: here it is. What are you looking for at {{company_name}}?",
)
_FAIR = (
    "Good to meet you at the fair",
    "Hello {{first_name}},\n\nthank you for the visit to our stand. I promised you some numbers: here they are.",
)
_PARTNERS = (
    "{{company_name}} and our partners",
    "Hello {{first_name}},\n\na partner of ours thought that we should talk.",
)
_OFFER = (
    "LAST CHANCE: 40 % off for {{company_name}}!!!",
    "Hello {{first_name}},\n\nonly this week: forty per cent off. Click now!",
)
_AGAIN = (
    "What has changed since we spoke",
    "Hello {{first_name}},\n\nwe have listened: three things are new since our last talk.",
)
_CONNECTION = (
    "Hello {{first_name}}",
    "Hello {{first_name}}, we seem to work on the same questions. Shall we connect?",
)

_BOUGHT_LIST = CampaignPlan(
    "bought list",
    "Bought list, autumn",
    frozenset({"cold_list", "import"}),
    190,
    104,
    (_OFFER, _LAST_TRY),
    interest=0.4,
    disabled=True,
)
BAD = _BOUGHT_LIST.key
"""Key of the campaign to a bought list, which takes most of the leads that bounced while it ran."""

_EVERGREEN = CampaignPlan("evergreen", "Welcome", frozenset(), 366, 0, (_WELCOME, _FOLLOW_UP, _LAST_TRY), interest=1.1)
_LINKEDIN = CampaignPlan(
    "linkedin", "LinkedIn introductions", frozenset(), 366, 0, (_CONNECTION, _AGAIN), channel="linkedin"
)

MAIN = (
    _LINKEDIN,
    _BOUGHT_LIST,
    CampaignPlan("fair", "After the trade fair", frozenset({"trade_fair", "import"}), 100, 40, (_FAIR, _FOLLOW_UP)),
    CampaignPlan(
        "dach",
        "Prospects in the DACH region",
        frozenset({"prospector"}),
        250,
        0,
        (_INTRODUCTION, _FOLLOW_UP, _LAST_TRY),
        workflow="dach",
    ),
    CampaignPlan("partners", "Partners and referrals", frozenset({"partner", "referral"}), 340, 0, (_PARTNERS,)),
    CampaignPlan(
        "cold",
        "First contact",
        frozenset({"cold_list", "prospector", "import"}),
        330,
        0,
        (_INTRODUCTION, _FOLLOW_UP),
        interest=0.85,
    ),
    CampaignPlan("summer", "Summer conversations", frozenset({"webinar", "linkedin"}), 285, 215, (_AGAIN, _LAST_TRY)),
    _EVERGREEN,
)
SMALL = (_LINKEDIN, _EVERGREEN)
DRAFT = CampaignPlan("spring", "Spring launch", frozenset({"website", "webinar"}), 6, 0, (_AGAIN,))
"""Not published yet."""

WORKFLOWS = (
    WorkflowPlan("dach", "Decision makers in the DACH region", ("DE", "AT", "CH"), 40),
    WorkflowPlan("nordic", "Nordics and Benelux", ("SE", "NO", "DK", "FI", "NL", "BE", "LU"), 40),
    WorkflowPlan("wide", "Wide search", (), 100),
)
COUNTRIES = {workflow.key: frozenset(workflow.countries) for workflow in WORKFLOWS}
SMALL_WORKFLOWS = (WORKFLOWS[-1],)
