"""The parts of a sandbox that its operations use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pb2b_notebook.sandbox.core.identifiers import derive_id

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.core.clocks import DomainClock
    from pb2b_notebook.sandbox.core.cursors import CursorSigner
    from pb2b_notebook.sandbox.core.files import DataFolder
    from pb2b_notebook.sandbox.core.store import Store, Table
    from pb2b_notebook.sandbox.http.idempotency import IdempotencyRecords
    from pb2b_notebook.sandbox.http.keys import Keyring
    from pb2b_notebook.sandbox.http.limits import RollingLimit
    from pb2b_notebook.sandbox.jobs.worker import Worker
    from pb2b_notebook.sandbox.webhooks.deliveries import Sender


@dataclass(slots=True)
class SandboxParts:
    """The parts of one sandbox; ``instance`` identifies its database.

    ``worker`` and ``sender`` need the other parts, so they are set after the others are created.
    """

    seed: int
    instance: str
    store: Store
    clock: DomainClock
    keyring: Keyring
    limiter: RollingLimit
    cursors: CursorSigner
    idempotency: IdempotencyRecords
    files: DataFolder
    worker: Worker = field(init=False)
    sender: Sender = field(init=False)

    def new_id(self, table: Table) -> str:
        """Return the id of a new object; call it inside the transaction that stores the object."""
        return derive_id(table.prefix, self.seed, "api", self.store.count_up(f"{table.name}.made"))
