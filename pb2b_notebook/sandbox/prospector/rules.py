"""The rules of prospector workflows: create and change. :mod:`.runs` runs them."""

from collections.abc import Mapping
from typing import Any

from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import PROSPECTOR_RUNS, WORKFLOWS
from pb2b_notebook.sandbox.http.domain_service import DomainService
from pb2b_notebook.sandbox.prospector.models import ProspectorWorkflow


class WorkflowService(DomainService):
    """The prospector workflows of one workspace."""

    table = WORKFLOWS
    noun = "prospector workflow"

    def get_run(self, run_id: str) -> Document:
        """Return a run of a workflow.

        Raises:
            Problem: 404 ``not_found``.
        """
        return self._read(PROSPECTOR_RUNS, run_id, "prospector run")

    def create(self, values: Mapping[str, Any]) -> Document:
        """Create a workflow."""
        workflow = dict.fromkeys(ProspectorWorkflow.model_fields) | dict(values)
        workflow |= {"id": self._parts.new_id(WORKFLOWS), "object": "prospector_workflow", "status": "active"}
        now = self._tick()
        return self._save(workflow | {"created_at": now, "updated_at": now})

    def change(self, workflow: Document, values: Mapping[str, Any], *, if_updated_at: str | None = None) -> Document:
        """Change a workflow. If no value differs, ``updated_at`` stays.

        Raises:
            Problem: 409 ``conflict``.
        """
        self._check_version(workflow, if_updated_at)
        changed = workflow | dict(values)
        return workflow if changed == workflow else self._save(changed | {"updated_at": self._tick()})

    def record_run(self, workflow: Document, run_id: str) -> None:
        """Save the id of a workflow's last run."""
        self._save(workflow | {"last_run_id": run_id, "updated_at": self._tick()})
