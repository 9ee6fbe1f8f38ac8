"""The campaigns and prospector workflows of the demo workspaces: messages, audiences, and dates.

Ages are days before the start of the sandbox. A lead belongs to the first campaign in the order that ran at the time
and takes the lead's source; the last campaign takes all other leads.
"""

from typing import Any, NamedTuple

from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.shipped_tables import read_table

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


def _plans() -> tuple[tuple[CampaignPlan, ...], tuple[WorkflowPlan, ...]]:
    table = read_table(__package__, "campaign_plans.toml")
    texts = {name: tuple(text) for name, text in table["texts"].items()}
    campaigns = [
        plan | {"sources": frozenset(plan["sources"]), "texts": tuple(texts[name] for name in plan["texts"])}
        for plan in table["campaign"]
    ]
    workflows = [plan | {"countries": tuple(plan["countries"])} for plan in table["workflow"]]
    return tuple(CampaignPlan(**plan) for plan in campaigns), tuple(WorkflowPlan(**plan) for plan in workflows)


(*_CAMPAIGNS, DRAFT), WORKFLOWS = _plans()
"""The draft is not published yet."""
MAIN = tuple(_CAMPAIGNS)
SMALL = tuple(plan for plan in MAIN if plan.key in ("linkedin", "evergreen"))
BAD = "bought list"
"""Key of the campaign to a bought list, which takes most of the leads that bounced while it ran."""
COUNTRIES = {workflow.key: frozenset(workflow.countries) for workflow in WORKFLOWS}
SMALL_WORKFLOWS = (WORKFLOWS[-1],)
