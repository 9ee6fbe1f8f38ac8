"""What the operations of one sandbox work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pb2b_notebook.sandbox.deliveries import Sender
from pb2b_notebook.sandbox.identifiers import derive
from pb2b_notebook.sandbox.jobs import Worker

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.clocks import DomainClock
    from pb2b_notebook.sandbox.cursors import CursorSigner
    from pb2b_notebook.sandbox.files import DataFolder
    from pb2b_notebook.sandbox.idempotency import IdempotencyRecords
    from pb2b_notebook.sandbox.keys import Keyring
    from pb2b_notebook.sandbox.limits import RollingLimit
    from pb2b_notebook.sandbox.store import Store, Table


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one sandbox; ``instance`` tells its database from every other one."""

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "worker", Worker(self))
        object.__setattr__(self, "sender", Sender(self))

    def new_id(self, table: Table) -> str:
        """Make the id of a new object, inside the transaction that stores it."""
        return derive(table.prefix, self.seed, "api", self.store.count_up(f"{table.name}.made"))
