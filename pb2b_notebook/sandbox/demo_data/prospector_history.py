"""A year of prospector workflows for a demo workspace: they found the leads whose source is the prospector.

What came in of a workflow in one week is one run: it searched through the week's days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.core import usage
from pb2b_notebook.sandbox.core.campaign_tables import ACTIVITIES, PROSPECTOR_RUNS, WORKFLOWS
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.identifiers import derive
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, YEAR, milliseconds, timestamp
from pb2b_notebook.sandbox.demo_data.campaign_plans import SMALL_WORKFLOWS
from pb2b_notebook.sandbox.demo_data.campaign_plans import WORKFLOWS as PLANS
from pb2b_notebook.sandbox.demo_data.job_history import PastJob, load_jobs
from pb2b_notebook.sandbox.demo_data.lead_stories import moment
from pb2b_notebook.sandbox.demo_data.past_runs import week_of
from pb2b_notebook.sandbox.prospector.runs import blank_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pb2b_notebook.sandbox.core.store import Document, Store
    from pb2b_notebook.sandbox.demo_data.campaign_plans import WorkflowPlan
    from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace

MOST_TOLD = 4_000
"""Leads whose finding is an activity; of more, one in so many."""

_QUEUED_BEFORE = 2_000
_ENDED_AFTER = 30_000


def workflow_id(workspace: DemoWorkspace, key: str) -> str:
    """The id of a demo workflow."""
    return derive(WORKFLOWS.prefix, workspace.id, key)


class _Found(NamedTuple):
    """A lead that a workflow found."""

    lead_id: str
    created_at: str


class _PastRun(NamedTuple):
    """One run: its job and itself."""

    job: PastJob
    document: Document
    found: list[_Found]


def load_prospector_history(store: Store, workspace: DemoWorkspace, now: datetime) -> None:
    """Write workflows, runs, their jobs, activities and used credits, inside the transaction that fills the sandbox.

    Args:
        store: it has the workspace's leads.
        workspace: whose history.
        now: nothing happens later.
    """
    plans = PLANS if workspace.leads is None else SMALL_WORKFLOWS
    found = _found(store, workspace, plans)
    draws = Draws(workspace.seed, "prospector history")
    runs = {plan.key: list(_runs(draws, workflow_id(workspace, plan.key), found[plan.key], now)) for plan in plans}
    runs[plans[-1].key].insert(0, _cancelled_run(workspace, plans[-1], now))
    store.load(WORKFLOWS, workspace.id, (_workflow(workspace, plan, runs[plan.key], now) for plan in plans))
    everything = [run for plan in plans for run in runs[plan.key]]
    store.load(PROSPECTOR_RUNS, workspace.id, (run.document for run in everything))
    load_jobs(store, workspace.id, (run.job for run in everything))
    store.load(ACTIVITIES, workspace.id, _activities(everything))
    for run in everything:
        # One statement a run, not one a lead.
        store.execute(
            "INSERT INTO prospector_leads SELECT ?, value FROM json_each(?)",
            (run.document["workflow_id"], msgspec.json.encode([lead.lead_id for lead in run.found]).decode()),
        )
    used = Counter(lead.created_at[:7] for run in everything for lead in run.found)
    for period, number in used.items():
        usage.load(store, workspace.id, period, {"prospector_credits_used": number})


def _found(store: Store, workspace: DemoWorkspace, plans: Sequence[WorkflowPlan]) -> dict[str, list[_Found]]:
    """The leads of each workflow, the oldest first; the last one takes the countries that no other has."""
    rows = store.execute(
        "SELECT id, created_at, country FROM leads WHERE workspace_id = ? AND source = 'prospector'"
        " ORDER BY created_at, id",
        (workspace.id,),
    )
    workflow_of = {country: plan.key for plan in plans for country in plan.countries}
    found: dict[str, list[_Found]] = defaultdict(list)
    for lead_id, created_at, country in rows:
        found[workflow_of.get(country, plans[-1].key)].append(_Found(lead_id, created_at))
    return found


def _runs(draws: Draws, workflow: str, found: Sequence[_Found], now: datetime) -> Iterator[_PastRun]:
    weeks: dict[int, list[_Found]] = defaultdict(list)
    for lead in found:
        weeks[week_of(moment(lead.created_at))].append(lead)
    known = 0
    for week, leads in weeks.items():
        yield _run(
            workflow, week, leads, duplicates=min(known, draws.below(len(leads) // 3 + 2)), now=milliseconds(now)
        )
        known += len(leads)


def _run(workflow: str, week: int, leads: list[_Found], *, duplicates: int, now: int) -> _PastRun:
    run_id = derive(PROSPECTOR_RUNS.prefix, workflow, week)
    queued = moment(leads[0].created_at) - _QUEUED_BEFORE
    ended = max(min(moment(leads[-1].created_at) + _ENDED_AFTER, now - 2), queued + _QUEUED_BEFORE)
    counts = {
        "found": len(leads) + duplicates,
        "created": len(leads),
        "duplicates": duplicates,
        "credits_used": len(leads),
    }
    return _past_run(workflow, _job(run_id, queued, ended), counts, leads)


def _cancelled_run(workspace: DemoWorkspace, plan: WorkflowPlan, now: datetime) -> _PastRun:
    """The first one of a workspace: somebody started it before the criteria were right."""
    workflow = workflow_id(workspace, plan.key)
    queued = milliseconds(now) - (YEAR + 1) * DAY
    job = _job(derive(PROSPECTOR_RUNS.prefix, workflow, "cancelled"), queued, queued + _ENDED_AFTER, cancelled=True)
    return _past_run(workflow, job, {}, [])


def _job(run_id: str, queued: int, ended: int, *, cancelled: bool = False) -> PastJob:
    return PastJob(
        "prospector_run",
        run_id,
        queued_at=instants.parse(timestamp(queued)),
        ended_at=instants.parse(timestamp(ended)),
        request_id=derive("req", run_id),
        cancelled=cancelled,
    )


def _past_run(workflow: str, job: PastJob, counts: dict[str, int], found: list[_Found]) -> _PastRun:
    state = job.state()
    del state["request_id"]
    known = {"id": job.resource_id, "workflow_id": workflow, "job_id": job.id}
    return _PastRun(job, blank_run() | known | counts | state, found)


def _workflow(workspace: DemoWorkspace, plan: WorkflowPlan, runs: Sequence[_PastRun], now: datetime) -> Document:
    made_at = timestamp(milliseconds(now) - (YEAR + 2) * DAY)
    last = runs[-1].document if runs else None
    return {
        "id": workflow_id(workspace, plan.key),
        "object": "prospector_workflow",
        "name": plan.name,
        "status": "active",
        "enabled": True,
        "criteria": plan.criteria,
        "schedule": plan.schedule,
        "last_run_id": last["id"] if last else None,
        "created_at": made_at,
        "updated_at": last["created_at"] if last else made_at,
    }


def _activities(runs: Sequence[_PastRun]) -> Iterator[Document]:
    total = sum(len(run.found) for run in runs)
    every = -(-total // MOST_TOLD)
    number = 0
    for run in runs:
        told = {"run_id": run.document["id"], "workflow_id": run.document["workflow_id"]}
        for lead in run.found:
            number += 1
            if number % every == 0:
                yield correspondence.activity(
                    derive(ACTIVITIES.prefix, lead.lead_id, "found"),
                    lead.lead_id,
                    "lead_created",
                    lead.created_at,
                    actor="prospector",
                    metadata=told,
                )
