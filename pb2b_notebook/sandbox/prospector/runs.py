"""Prospector runs: when a run may start or be cancelled, and what its job does at the end: find people, add new leads.

Random draws depend on the seed and the run's id only, so a run always finds the same people. One in five of them is a
lead of the workspace already, as far as the workspace has leads that meet the criteria.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pb2b_notebook.letters import fold_email
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.core import usage
from pb2b_notebook.sandbox.core.draws import Draws, fingerprint
from pb2b_notebook.sandbox.core.problems import conflict, forbidden
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import ACTIVITIES, LEADS, PROSPECTOR_RUNS, WORKFLOWS
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.jobs.worker import JobFailedError, runs
from pb2b_notebook.sandbox.leads import billing
from pb2b_notebook.sandbox.leads.rules import LeadService
from pb2b_notebook.sandbox.people.population import Population
from pb2b_notebook.sandbox.prospector.models import ProspectorRun
from pb2b_notebook.sandbox.prospector.rules import WorkflowService

RUN_TIME = timedelta(minutes=2)
"""Duration of a run on the domain clock."""
COUNTS = ("found", "created", "duplicates", "credits_used")
"""The counts of a run."""

_KNOWN = 0.2
_EXAMINED = 40
"""Number of people examined for each that may be found; narrow criteria find fewer."""
_SAMPLE = 1_000
"""Number of the workspace's leads among which a run looks for duplicates."""


def blank_run() -> Document:
    """Return a run that has not started, with its fields in the contract's order."""
    blank: Document = dict.fromkeys(ProspectorRun.model_fields)
    return blank | {"object": "prospector_run", "status": "queued"} | dict.fromkeys(COUNTS, 0)


def start_run(parts: SandboxParts, workspace_id: str, workflow: Document, request_id: str) -> Document:
    """Queue a run of a workflow, inside a transaction, and return the run.

    Raises:
        Problem: 409 ``workflow_archived``, ``workflow_disabled`` or ``run_in_progress``; 403
            ``prospector_credits_exhausted`` or ``leads_limit_reached``.
    """
    _check_may_run(parts, workspace_id, workflow)
    run_id = parts.new_id(PROSPECTOR_RUNS)
    job = parts.worker.enqueue(workspace_id, "prospector_run", run_id, request_id, RUN_TIME)
    now = instants.render(parts.clock.tick())
    run = blank_run() | {"id": run_id, "workflow_id": workflow["id"], "job_id": job["id"]}
    run |= {"created_at": now, "updated_at": now}
    parts.store.put(PROSPECTOR_RUNS, workspace_id, run)
    WorkflowService(parts, workspace_id).record_run(workflow, run_id)
    return run


def cancel_run(parts: SandboxParts, workspace_id: str, run: Document) -> Document:
    """Cancel an unfinished run, inside a transaction, and return the run; a cancelled one stays as it is.

    Raises:
        Problem: 409 ``run_finished``.
    """
    if run["status"] == "cancelled":
        return run
    if run["finished_at"] is not None:
        raise conflict("run_finished", f"the run is {run['status']} already and cannot be cancelled")
    parts.worker.cancel(workspace_id, run["job_id"])
    return WorkflowService(parts, workspace_id).get_run(run["id"])


def _check_may_run(parts: SandboxParts, workspace_id: str, workflow: Document) -> None:
    if workflow["status"] == "archived":
        raise conflict("workflow_archived", "the workflow is archived: make it active, then run it")
    if not workflow["enabled"]:
        raise conflict("workflow_disabled", "the workflow is disabled: enable it, then run it")
    unfinished = "workflow_id = ? AND status IN ('queued', 'running')"
    if parts.store.find(PROSPECTOR_RUNS, workspace_id, unfinished, (workflow["id"],)):
        raise conflict("run_in_progress", "a run of the workflow has not ended yet: wait for it, or cancel it")
    credits_left, leads_left = _allowance(parts, workspace_id)
    if credits_left == 0:
        raise forbidden("prospector_credits_exhausted", "the plan's prospector credits of this month are used up")
    if leads_left == 0:
        raise forbidden("leads_limit_reached", "the workspace holds as many leads as its plan allows")


def _allowance(parts: SandboxParts, workspace_id: str) -> tuple[int, int]:
    """Return the credits left in this period, and the number of leads that the workspace may still add."""
    used = billing.usage(parts, workspace_id)["usage"]
    credits_left = used["prospector_credits_limit"] - used["prospector_credits_used"]
    return max(credits_left, 0), max(used["leads_limit"] - used["leads_stored"], 0)


@runs("prospector_run", table=PROSPECTOR_RUNS)
def run_prospector(parts: SandboxParts, workspace_id: str, job: Document) -> Mapping[str, Any]:
    """Find people, add the new ones as leads, and return the counts of the run.

    Raises:
        JobFailedError: ``workflow_disabled``; ``prospector_credits_exhausted`` or ``leads_limit_reached`` if no
            lead could be added.
    """
    store = parts.store
    [run] = store.find(PROSPECTOR_RUNS, workspace_id, "id = ?", (job["resource_id"],))
    [workflow] = store.find(WORKFLOWS, workspace_id, "id = ?", (run["workflow_id"],))
    if not workflow["enabled"] or workflow["status"] != "active":
        raise JobFailedError("workflow_disabled", "the workflow was disabled before the run ended")
    return _ProspectorRun(parts, workspace_id, workflow, run).find()


def meets(criteria: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Return whether a person, given as the fields of a lead, meets the criteria of a workflow."""
    for criterion, name in (("countries", "country"), ("industries", "industry"), ("seniorities", "seniority")):
        wanted = {each.casefold() for each in criteria[criterion]}
        if wanted and (fields[name] or "").casefold() not in wanted:
            return False
    size, low, high = fields["employee_count"], criteria["employees_min"], criteria["employees_max"]
    if low is None and high is None:
        return True
    return size is not None and (low is None or low <= size) and (high is None or size <= high)


class _ProspectorRun:
    """A run in progress, inside the transaction that ends its job."""

    def __init__(self, parts: SandboxParts, workspace_id: str, workflow: Document, run: Document) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._workflow = workflow
        self._criteria = workflow["criteria"]
        self._run = run
        self._draws = Draws(parts.seed, f"prospector run {run['id']}")
        self._leads = LeadService(parts, workspace_id)

    def find(self) -> dict[str, int]:
        """Add new people as leads, as far as the credits and the plan's limit of leads allow."""
        credits_left, leads_left = _allowance(self._parts, self._workspace_id)
        if min(credits_left, leads_left) == 0:
            code = "leads_limit_reached" if credits_left else "prospector_credits_exhausted"
            raise JobFailedError(code, "the plan allowed no further lead when the run ended")
        known = self._known_leads()
        created = duplicates = 0
        for person in self._people():
            if created + duplicates == self._criteria["max_results"] or created == min(credits_left, leads_left):
                break
            if known and self._draws.chance(_KNOWN):
                self._link_to_workflow(known.pop())
                duplicates += 1
            elif matches := self._leads_with_email(person["email"]):
                self._link_to_workflow(matches[0]["id"])
                duplicates += 1
            else:
                self._add(person)
                created += 1
        usage.add(self._parts, self._workspace_id, "prospector_credits_used", created)
        return {"found": created + duplicates, "created": created, "duplicates": duplicates, "credits_used": created}

    def _people(self) -> Iterator[dict[str, Any]]:
        """Yield people who meet the criteria and have an email address."""
        examined = _EXAMINED * self._criteria["max_results"]
        # A separate population, as large as a market: its companies are not those of the workspace.
        population = Population(Draws(fingerprint(self._run["id"]), "market"), examined)
        for number in range(examined):
            person = population.newcomer(number).fields
            if person["email"] is not None and meets(self._criteria, person):
                yield person

    def _known_leads(self) -> list[str]:
        """Return the ids of a random sample of the workspace's leads that meet the criteria."""
        # Ids are scattered, so the leads next to a random id are a random sample.
        start = f"{LEADS.prefix}_{fingerprint(self._run['id']):016x}"
        sample = self._leads_next_to("id >= ?", start, _SAMPLE)
        sample += self._leads_next_to("id < ?", start, _SAMPLE - len(sample))
        return [lead["id"] for lead in sample if meets(self._criteria, lead)]

    def _leads_next_to(self, side: str, start: str, limit: int) -> list[Document]:
        neighbours = (
            "id IN (SELECT id FROM leads WHERE workspace_id = ? AND deleted_at IS NULL AND email IS NOT NULL"  # noqa: S608 - our own text
            f" AND {side} ORDER BY id LIMIT ?)"
        )
        return self._parts.store.find(LEADS, self._workspace_id, neighbours, (self._workspace_id, start, limit))

    def _leads_with_email(self, email: str) -> list[Document]:
        return self._parts.store.find(
            LEADS, self._workspace_id, "email = ? AND deleted_at IS NULL", (fold_email(email),)
        )

    def _add(self, person: Mapping[str, Any]) -> None:
        parts = self._parts
        lead = self._leads.create({**person, "source": "prospector"})
        self._link_to_workflow(lead["id"])
        activity = correspondence.activity(
            parts.new_id(ACTIVITIES),
            lead["id"],
            "lead_created",
            lead["created_at"],
            actor="prospector",
            metadata={"run_id": self._run["id"], "workflow_id": self._workflow["id"]},
        )
        parts.store.put(ACTIVITIES, self._workspace_id, activity)

    def _link_to_workflow(self, lead_id: str) -> None:
        self._parts.store.execute(
            "INSERT OR IGNORE INTO prospector_leads VALUES (?, ?)", (self._workflow["id"], lead_id)
        )
