"""A year of prospector workflows for a demo workspace: they found the leads whose source is ``prospector``.

The leads of a workflow that arrived in one week are one run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.core import usage
from pb2b_notebook.sandbox.core.draws import Draws
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import ACTIVITIES, PROSPECTOR_RUNS, WORKFLOWS
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, YEAR, milliseconds, timestamp
from pb2b_notebook.sandbox.demo_data.campaign_plans import SMALL_WORKFLOWS, WorkflowPlan
from pb2b_notebook.sandbox.demo_data.campaign_plans import WORKFLOWS as PLANS
from pb2b_notebook.sandbox.demo_data.job_history import PastJob, load_jobs
from pb2b_notebook.sandbox.demo_data.lead_stories import moment
from pb2b_notebook.sandbox.demo_data.past_runs import week_of
from pb2b_notebook.sandbox.demo_data.seeding import DemoWorkspace
from pb2b_notebook.sandbox.prospector.runs import blank_run

MOST_ACTIVITIES = 4_000
"""Largest number of leads with an activity for their discovery; of more, every n-th has one."""

_QUEUED_BEFORE = 2_000
_ENDED_AFTER = 30_000


def workflow_id(workspace: DemoWorkspace, key: str) -> str:
    """Return the id of a demo workflow."""
    return derive_id(WORKFLOWS.prefix, workspace.id, key)


class _FoundLead(NamedTuple):
    """A lead that a workflow found."""

    lead_id: str
    created_at: str


class _PastRun(NamedTuple):
    """One run: its job, its document and its leads."""

    job: PastJob
    document: Document
    found: list[_FoundLead]


def load_prospector_history(store: Store, workspace: DemoWorkspace, now: datetime) -> None:
    """Write workflows, runs, their jobs, activities and used credits, inside the transaction that fills the sandbox.

    Args:
        store: Store with the workspace's leads.
        workspace: Workspace to write the history of.
        now: Start of the domain clock; nothing happens later.
    """
    plans = PLANS if workspace.leads is None else SMALL_WORKFLOWS
    found = _leads_by_workflow(store, workspace, plans)
    draws = Draws(workspace.seed, "prospector history")
    runs = {plan.key: list(_runs(draws, workflow_id(workspace, plan.key), found[plan.key], now)) for plan in plans}
    runs[plans[-1].key].insert(0, _cancelled_run(workspace, plans[-1], now))
    store.load(WORKFLOWS, workspace.id, (_workflow(workspace, plan, runs[plan.key], now) for plan in plans))
    everything = [run for plan in plans for run in runs[plan.key]]
    store.load(PROSPECTOR_RUNS, workspace.id, (run.document for run in everything))
    load_jobs(store, workspace.id, (run.job for run in everything))
    store.load(ACTIVITIES, workspace.id, _activities(everything))
    for run in everything:
        # One statement per run instead of one per lead.
        store.execute(
            "INSERT INTO prospector_leads SELECT ?, value FROM json_each(?)",
            (run.document["workflow_id"], msgspec.json.encode([lead.lead_id for lead in run.found]).decode()),
        )
    used = Counter(lead.created_at[:7] for run in everything for lead in run.found)
    for period, number in used.items():
        usage.load(store, workspace.id, period, {"prospector_credits_used": number})


def _leads_by_workflow(
    store: Store, workspace: DemoWorkspace, plans: Sequence[WorkflowPlan]
) -> dict[str, list[_FoundLead]]:
    """Return the leads of each workflow, oldest first; the last workflow takes the remaining countries."""
    rows = store.execute(
        "SELECT id, created_at, country FROM leads WHERE workspace_id = ? AND source = 'prospector'"
        " ORDER BY created_at, id",
        (workspace.id,),
    )
    workflow_of = {country: plan.key for plan in plans for country in plan.countries}
    found: dict[str, list[_FoundLead]] = defaultdict(list)
    for lead_id, created_at, country in rows:
        found[workflow_of.get(country, plans[-1].key)].append(_FoundLead(lead_id, created_at))
    return found


def _runs(draws: Draws, workflow: str, found: Sequence[_FoundLead], now: datetime) -> Iterator[_PastRun]:
    weeks: dict[int, list[_FoundLead]] = defaultdict(list)
    for lead in found:
        weeks[week_of(moment(lead.created_at))].append(lead)
    known = 0
    for week, leads in weeks.items():
        yield _run(
            workflow, week, leads, duplicates=min(known, draws.below(len(leads) // 3 + 2)), now=milliseconds(now)
        )
        known += len(leads)


def _run(workflow: str, week: int, leads: list[_FoundLead], *, duplicates: int, now: int) -> _PastRun:
    run_id = derive_id(PROSPECTOR_RUNS.prefix, workflow, week)
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
    """Return the first run of a workspace, which a user started before the criteria were right."""
    workflow = workflow_id(workspace, plan.key)
    queued = milliseconds(now) - (YEAR + 1) * DAY
    job = _job(derive_id(PROSPECTOR_RUNS.prefix, workflow, "cancelled"), queued, queued + _ENDED_AFTER, cancelled=True)
    return _past_run(workflow, job, {}, [])


def _job(run_id: str, queued: int, ended: int, *, cancelled: bool = False) -> PastJob:
    return PastJob(
        "prospector_run",
        run_id,
        queued_at=instants.parse(timestamp(queued)),
        ended_at=instants.parse(timestamp(ended)),
        request_id=derive_id("req", run_id),
        cancelled=cancelled,
    )


def _past_run(workflow: str, job: PastJob, counts: dict[str, int], found: list[_FoundLead]) -> _PastRun:
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
    every = -(-total // MOST_ACTIVITIES)
    number = 0
    for run in runs:
        metadata = {"run_id": run.document["id"], "workflow_id": run.document["workflow_id"]}
        for lead in run.found:
            number += 1
            if number % every == 0:
                yield correspondence.activity(
                    derive_id(ACTIVITIES.prefix, lead.lead_id, "found"),
                    lead.lead_id,
                    "lead_created",
                    lead.created_at,
                    actor="prospector",
                    metadata=metadata,
                )
