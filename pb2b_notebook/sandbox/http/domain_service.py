"""The base class of the domain services: leads, imports, exports, campaigns, workflows, webhooks, tickets."""

from typing import ClassVar

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.core.problems import conflict, not_found
from pb2b_notebook.sandbox.core.store import Document, Table
from pb2b_notebook.sandbox.http.parts import SandboxParts


class DomainService:
    """The objects of one table in one workspace, for one unit of work inside a transaction."""

    table: ClassVar[Table]
    """The table of the domain's objects."""
    noun: ClassVar[str]
    """What an error message calls one of the objects."""

    def __init__(self, parts: SandboxParts, workspace_id: str) -> None:
        self._parts = parts
        self._store = parts.store
        self._workspace_id = workspace_id

    def get(self, object_id: str) -> Document:
        """Return an object of this domain.

        Raises:
            Problem: 404 ``not_found``.
        """
        return self._read(self.table, object_id, self.noun)

    def _read(self, table: Table, object_id: str, noun: str) -> Document:
        found = self._store.get(table, self._workspace_id, object_id)
        if found is None:
            raise not_found(noun)
        return found

    def _save(self, document: Document) -> Document:
        self._store.put(self.table, self._workspace_id, document)
        return document

    def _check_version(self, document: Document, if_updated_at: str | None) -> None:
        """Raise 409 ``conflict`` if the object is not the version that the caller read."""
        if if_updated_at is not None and if_updated_at != document["updated_at"]:
            raise conflict("conflict", f"the {self.noun} changed since it was read", current=document)

    def _tick(self) -> str:
        """Advance the clock by the millisecond of a write; return the new time as the API writes it."""
        return instants.render(self._parts.clock.tick())
