"""What the operations of one sandbox work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pb2b_notebook.sandbox.core.identifiers import derive

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
class Services:
    """The parts of one sandbox; ``instance`` tells its database from every other one.

    ``worker`` and ``sender`` work with all the others: who makes a sandbox sets them once the others are there.
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
        """Make the id of a new object, inside the transaction that stores it."""
        return derive(table.prefix, self.seed, "api", self.store.count_up(f"{table.name}.made"))
