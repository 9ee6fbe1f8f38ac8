"""The rules of prospector workflows: making and changing; :mod:`.prospector_runs` runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.sandbox.core import instants
from pb2b_notebook.sandbox.core.campaign_tables import PROSPECTOR_RUNS, WORKFLOWS
from pb2b_notebook.sandbox.core.problems import conflict, not_found
from pb2b_notebook.sandbox.prospector.models import ProspectorWorkflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pb2b_notebook.sandbox.core.store import Document
    from pb2b_notebook.sandbox.http.services import Services


class WorkflowDesk:
    """The prospector workflows of one workspace, for one unit of work inside a transaction.

    Args:
        services: of the sandbox.
        workspace_id: whose workflows.
    """

    def __init__(self, services: Services, workspace_id: str) -> None:
        self._services = services
        self._store = services.store
        self._workspace_id = workspace_id

    def get(self, workflow_id: str) -> Document:
        """Read a workflow.

        Raises:
            Problem: 404.
        """
        workflow = self._store.get(WORKFLOWS, self._workspace_id, workflow_id)
        if workflow is None:
            raise not_found("prospector workflow")
        return workflow

    def get_run(self, run_id: str) -> Document:
        """Read a run.

        Raises:
            Problem: 404.
        """
        run = self._store.get(PROSPECTOR_RUNS, self._workspace_id, run_id)
        if run is None:
            raise not_found("prospector run")
        return run

    def create(self, values: Mapping[str, Any]) -> Document:
        """Create a workflow."""
        workflow = dict.fromkeys(ProspectorWorkflow.model_fields) | dict(values)
        workflow |= {"id": self._services.new_id(WORKFLOWS), "object": "prospector_workflow", "status": "active"}
        now = self._tick()
        return self._put(workflow | {"created_at": now}, now)

    def change(self, workflow: Document, values: Mapping[str, Any], *, if_updated_at: str | None = None) -> Document:
        """Change a workflow; a change that changes nothing leaves ``updated_at`` alone.

        Raises:
            Problem: 409 ``conflict``.
        """
        if if_updated_at is not None and if_updated_at != workflow["updated_at"]:
            raise conflict("conflict", "the workflow changed since it was read", current=workflow)
        changed = workflow | dict(values)
        return workflow if changed == workflow else self._put(changed, self._tick())

    def started(self, workflow: Document, run_id: str) -> None:
        """Note the last run of a workflow."""
        self._put(workflow | {"last_run_id": run_id}, self._tick())

    def _put(self, workflow: Document, now: str) -> Document:
        stored = workflow | {"updated_at": now}
        self._store.put(WORKFLOWS, self._workspace_id, stored)
        return stored

    def _tick(self) -> str:
        return instants.render(self._services.clock.tick())
