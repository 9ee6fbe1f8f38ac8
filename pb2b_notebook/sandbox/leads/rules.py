"""The rules of leads: creating, changing, matching and deleting them."""

from collections.abc import Mapping
from typing import Any, Literal

from pb2b_notebook.letters import fold_email
from pb2b_notebook.sandbox.core.models import Lead, MatchOn
from pb2b_notebook.sandbox.core.problems import conflict, detail, forbidden, invalid
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import LEADS
from pb2b_notebook.sandbox.http.domain_service import DomainService
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.leads.custom_fields import CustomFields
from pb2b_notebook.sandbox.webhooks.outbox import Outbox

Outcome = Literal["created", "updated", "unchanged"]


def blank_lead() -> Document:
    """Return a lead with all fields and no values, in the order of the contract."""
    return dict.fromkeys(Lead.model_fields) | {"object": "lead", "status": "new", "tags": [], "custom_fields": {}}


class LeadService(DomainService):
    """The leads of one workspace, for one unit of work inside a transaction.

    Args:
        parts: The parts of the sandbox.
        workspace_id: Id of the workspace.
        import_id: Id of the import that creates leads through this service; ``None`` outside imports.
    """

    table = LEADS
    noun = "lead"

    def __init__(self, parts: SandboxParts, workspace_id: str, *, import_id: str | None = None) -> None:
        super().__init__(parts, workspace_id)
        self._import_id = import_id
        self._custom_fields = CustomFields(parts.store, workspace_id)
        self._outbox = Outbox(parts, workspace_id)

    def create(self, values: Mapping[str, Any]) -> Document:
        """Create a lead.

        Raises:
            Problem: 403 ``leads_limit_reached``; 422 for invalid custom fields or an unknown ``merged_into``.
        """
        lead = self._with_values(blank_lead(), values)
        self._make_room()
        lead["id"] = self._parts.new_id(LEADS)
        lead["import_id"] = self._import_id
        lead["created_at"] = lead["updated_at"] = self._tick()
        self._save(lead)
        self._outbox.emit("lead.created", lead)
        return lead

    def change(
        self, lead: Document, values: Mapping[str, Any], *, if_updated_at: str | None = None
    ) -> tuple[Outcome, Document]:
        """Change a lead: absent fields stay, null clears, tags are replaced, custom fields are merged.

        A change without effect leaves ``updated_at`` as it is.

        Raises:
            Problem: 409 ``lead_deleted`` or ``conflict``; 422.
        """
        if lead["deleted_at"] is not None:
            raise conflict("lead_deleted", "the lead is deleted: it can be read, but not changed")
        self._check_version(lead, if_updated_at)
        changed = self._with_values(lead, values)
        if changed == lead:
            return "unchanged", lead
        return "updated", self._save_and_emit(changed)

    def upsert(
        self, match_on: MatchOn, values: Mapping[str, Any], *, if_updated_at: str | None = None
    ) -> tuple[Outcome, Document]:
        """Change the lead that matches, or create one.

        A lead leaves an opted-out status only if ``values`` contains a status.

        Raises:
            Problem: As :meth:`create` and :meth:`change`; 409 ``ambiguous_match`` with the ids.
        """
        matches = self._find_matches(match_on, values.get(match_on))
        if len(matches) > 1:
            ids = [lead["id"] for lead in matches]
            details = [detail(match_on, "candidate", lead_id) for lead_id in ids]
            raise conflict("ambiguous_match", f"{len(ids)} leads have this {match_on}", ids=ids, details=details)
        if matches:
            return self.change(matches[0], values, if_updated_at=if_updated_at)
        if if_updated_at is not None:
            raise conflict("conflict", "no lead matches, but the request has an if_updated_at", current=None)
        return "created", self.create(values)

    def delete(self, lead: Document) -> Document:
        """Mark a lead as deleted; deleting it again changes nothing."""
        if lead["deleted_at"] is not None:
            return lead
        self._count(-1)
        return self._save_and_emit(lead, deleted=True)

    def _save_and_emit(self, lead: Document, *, deleted: bool = False) -> Document:
        now = self._tick()
        stored = lead | {"updated_at": now} | ({"deleted_at": now} if deleted else {})
        self._save(stored)
        self._outbox.emit("lead.updated", stored)
        return stored

    def _find_matches(self, match_on: MatchOn, value: str | None) -> list[Document]:
        if value is None:
            raise invalid([detail(match_on, "required", f"is required: the upsert matches on {match_on}")])
        key = fold_email(value) if match_on == "email" else value
        return self._store.find(LEADS, self._workspace_id, f"{match_on} = ? AND deleted_at IS NULL", (key,))

    def _make_room(self) -> None:
        stored, limit = self._store.execute(
            "SELECT leads_stored, leads_limit FROM workspaces WHERE id = ?", (self._workspace_id,)
        )[0]
        if stored >= limit:
            raise forbidden("leads_limit_reached", f"the workspace has reached its limit of {limit} leads")
        self._count(1)

    def _count(self, change: int) -> None:
        # A counter, updated in the same transaction: counting a million leads at each write takes too long.
        self._store.execute(
            "UPDATE workspaces SET leads_stored = leads_stored + ? WHERE id = ?", (change, self._workspace_id)
        )

    def _with_values(self, lead: Document, values: Mapping[str, Any]) -> Document:
        merged = self._custom_fields.merge(lead["custom_fields"], values.get("custom_fields", {}))
        changed = lead | dict(values) | {"custom_fields": merged}
        if changed["tags"] is None:
            changed["tags"] = []
        survivor = values.get("merged_into")
        if survivor is not None and survivor != lead["merged_into"]:
            self._check_survivor(lead, survivor)
        return changed

    def _check_survivor(self, lead: Document, survivor: str) -> None:
        known = self._store.get(LEADS, self._workspace_id, survivor)
        if known is None or survivor == lead["id"]:
            raise invalid([detail("merged_into", "unknown_lead", "is not the id of another lead of this workspace")])
