"""One sandbox: a workspace's data, its keys, its clock and the application over them."""

from __future__ import annotations

import secrets
import sqlite3
import time
from typing import TYPE_CHECKING, Self, TypeVar

from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.administration import Administration
from pb2b_notebook.sandbox.app import create_app
from pb2b_notebook.sandbox.core.clocks import START, domain_clock
from pb2b_notebook.sandbox.core.cursors import CursorSigner
from pb2b_notebook.sandbox.core.files import DataFolder
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.core.tables import SCHEMA, TABLES
from pb2b_notebook.sandbox.demo_data.fill import fill
from pb2b_notebook.sandbox.demo_data.seeding import demo_workspaces
from pb2b_notebook.sandbox.faults.faults import read_faults
from pb2b_notebook.sandbox.faults.schedule import Faults
from pb2b_notebook.sandbox.http.idempotency import IdempotencyRecords
from pb2b_notebook.sandbox.http.keys import Keyring
from pb2b_notebook.sandbox.http.limits import RollingLimit
from pb2b_notebook.sandbox.http.services import Services
from pb2b_notebook.sandbox.jobs.worker import Worker
from pb2b_notebook.sandbox.key_commands import KeyCommands
from pb2b_notebook.sandbox.transfers.exports import forget_expired
from pb2b_notebook.sandbox.webhooks.deliveries import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from pb2b_notebook.sandbox.core.clocks import ClockKind
    from pb2b_notebook.sandbox.faults.faults import FaultsGiven
    from pb2b_notebook.sandbox.http.keys import KeyRecord

MOST_LEADS = 10_000_000
Fact = TypeVar("Fact")


class Sandbox:
    """An embedded ProspectB2B: two demo workspaces behind the application of the contract.

    Args:
        db: a file, or ``":memory:"``. A file that a sandbox wrote goes on where it stopped: data, keys, clock,
            cursors; the ``leads`` and the ``seed`` that it was made with then hold, whatever is given here. It has
            one sandbox at a time.
        leads: how many leads the first workspace starts with, up to ten million.
        seed: the same seed gives the same data on every machine.
        rate_limit: requests of one key in a window.
        window: seconds.
        clock: ``"fixed"`` stands still but for writes (1 ms each) and :meth:`.clock.advance`, which also runs the
            jobs and retries webhook deliveries; ``"real"`` runs.
        speed: how many times as fast as the wall clock a ``"real"`` one runs, up to 86,400.
        leads_limit: how many leads the first workspace may hold; by default twice what it starts with, and at
            least 10,000.
        monotonic: the clock of the rate limit, in seconds.
        faults: what goes wrong, and how often: see :class:`.Fault`; the data's seed decides when.

    Attributes:
        app: the ASGI application.
        administration: the same with the way in for ``pb2b sandbox keys``, for who serves it.
        key: the full key of the first workspace's owner, with every scope; ``None`` after a restart on a file,
            where only its hash is left.
        workspace_id: of the first workspace.
        other_workspace_id: of the second one, which the first one's keys never see.
        clock: the domain clock.
        faults: what goes wrong at present: ``add``, ``clear``, ``with faults.during("503 leads.list")``.
        seed: that the data were made with.
        leads: that the first workspace started with.

    Raises:
        ConfigurationError: the file cannot be used: it is another program's, damaged, or served by another sandbox.
        UsageError: an argument is out of its range. Either way nothing is written.

    Example:
        >>> with Sandbox(leads=3) as sandbox:
        ...     sandbox.workspace_id
        'ws_...'
    """

    def __init__(
        self,
        db: str | Path = ":memory:",
        *,
        leads: int = 2000,
        seed: int = 1,
        rate_limit: int = 600,
        window: float = 60.0,
        clock: ClockKind = "fixed",
        speed: float = 1.0,
        leads_limit: int | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        faults: FaultsGiven = (),
    ) -> None:
        wanted = read_faults(faults)
        self._db = str(db)
        self._store = Store(db)
        self._files = DataFolder.beside(db)
        self.key: str | None = None
        try:
            # All or nothing: a start that is refused leaves no seed and no clock for the next one to go by.
            with self._store.transaction():
                self.seed = _read(int, _remembered(self._store, "seed", str(seed)))
                self._services = self._prepare(clock, speed, RollingLimit(rate_limit, window, monotonic=monotonic))
                self.leads = self._fill(leads, leads_limit)
            self.faults = Faults(wanted, seed=self.seed)
            self.app = create_app(self._services, self.faults)
            self.administration = Administration(self.app, KeyCommands(self._store, self.clock), db)
            self._services.worker.start()
            forget_expired(self._services, self.clock.now())
            self._services.sender.start()
        except BaseException as problem:
            self._store.close()
            self._files.close()
            if isinstance(problem, sqlite3.Error):
                raise _damaged() from None
            raise
        self.clock.call_before_advance(self._pass_until)

    def _pass_until(self, moment: datetime) -> None:
        worker, sender = self._services.worker, self._services.sender
        sender.settle()
        while (due := _earliest(worker.next_due(), sender.next_due())) is not None and due <= moment:
            worker.run_until(due)
            self.clock.move_to(due)
            sender.settle()
        forget_expired(self._services, moment)

    def __repr__(self) -> str:
        where = "in memory" if self._db == ":memory:" else f"in {self._db}"
        facts = {
            "workspaces": f"{self.workspace_id}, {self.other_workspace_id}",
            "data": f"{self.leads:,} leads at the start, seed {self.seed}, {where}",
            "clock": repr(self.clock).partition(": ")[2],
            "faults": repr(self.faults).partition(": ")[2],
            "keys": ".create_key(scopes=[…]) makes one that may do less, .keys() tells of all",
        }
        return "\n".join(["Sandbox:", *(f"  {name:<10}  {text}" for name, text in facts.items())])

    def deliver(self) -> None:
        """Return once every webhook delivery that is due now has been attempted; at once if none is.

        The first attempt of a delivery begins by itself, at once; this waits for its end, so that what a cell shows
        next is there. A retry is due later, on the domain clock: :meth:`clock.advance` makes all attempts on its way.
        An endpoint that does not answer takes 15 seconds an attempt.

        Example:
            >>> with Sandbox(leads=3) as sandbox:
            ...     sandbox.deliver()
        """
        self._services.sender.settle()

    def _prepare(self, clock: ClockKind, speed: float, limiter: RollingLimit) -> Services:
        store = self._store
        store.define(*(table.create() for table in TABLES), *SCHEMA)
        start = _read(instants.parse, _remembered(store, "clock", instants.render(START)))
        self.clock = domain_clock(
            clock, start, lambda at: store.try_raise_fact("clock", instants.render(at)), speed=speed
        )
        self._keyring = Keyring(store, self.clock)
        services = Services(
            seed=self.seed,
            instance=_remembered(store, "instance", secrets.token_hex(8)),
            store=store,
            clock=self.clock,
            keyring=self._keyring,
            limiter=limiter,
            cursors=CursorSigner(_remembered(store, "cursor secret", secrets.token_hex()).encode()),
            idempotency=IdempotencyRecords(store),
            files=self._files,
        )
        services.worker, services.sender = Worker(services), Sender(services)
        return services

    def _fill(self, leads: int, leads_limit: int | None) -> int:
        first, second = demo_workspaces(self.seed)
        self.workspace_id, self.other_workspace_id = first.id, second.id
        if self._store.fact("filled") is None:
            _check_number("leads", leads)
            _check_number("leads_limit", leads_limit or 0)
            fill(self._store, (first, second), leads=leads, leads_limit=leads_limit)
            self.key = self.create_key(name="Default key")
        return _read(int, _remembered(self._store, "leads", str(leads)))

    def create_key(
        self,
        *,
        scopes: Iterable[str] | None = None,
        read_only: bool = False,
        expires_at: datetime | None = None,
        name: str = "Sandbox key",
        workspace_id: str | None = None,
    ) -> str:
        """Make a key and show it, for the only time.

        Args:
            scopes: ``None`` means all 21.
            read_only: issue it from a read-only membership: it reads, its writes answer 403.
            expires_at: aware; by the domain clock.
            name: what it is for.
            workspace_id: the first workspace, unless told otherwise.

        Raises:
            UsageError: an unknown scope or workspace, no name, or a naive ``expires_at``.
        """
        return self._keyring.create(
            workspace_id or self.workspace_id, name=name, read_only=read_only, scopes=scopes, expires_at=expires_at
        )

    def keys(self) -> list[KeyRecord]:
        """Tell of every key that was ever made, in the order of their making, without any secret.

        Example:
            >>> with Sandbox(leads=0) as sandbox:
            ...     [(key.name, key.read_only, len(key.scopes)) for key in sandbox.keys()]
            [('Default key', False, 21)]
        """
        return self._keyring.records()

    def rotate_key(self, prefix: str, *, expires_at: datetime | None = None) -> str:
        """Make a fresh key in the place of an old one, which fails at once; show it, for the only time.

        Args:
            prefix: of the old one; the fresh one has its own.
            expires_at: of the fresh one; by default that of the old one.

        Raises:
            UsageError: no key has this prefix, or it was revoked or has expired.
        """
        return self._keyring.rotate(prefix, expires_at=expires_at)

    @property
    def data_folder(self) -> Path:
        """Where the files lie that the workspaces hold: ``<workspace id>/exports/<export id>.<format>``.

        Beside the database and called ``<db>.files``; of a database in memory a temporary folder, gone when the
        sandbox is closed.
        """
        return self._files.path

    def revoke_key(self, prefix: str) -> None:
        """Make a key fail from now on; ``prefix`` is its third part, as ``GET /me`` shows it.

        Raises:
            UsageError: no key has this prefix.
        """
        self._keyring.revoke(prefix)

    def close(self) -> None:
        """Let the job in hand take its step, cut off deliveries and close the database; one in memory is gone with it.

        A delivery that was cut off, or not attempted yet, is attempted when a sandbox opens the file again.
        """
        self.administration.withdraw()
        self._services.worker.stop()
        self._services.sender.stop()
        self.clock.settle(lambda at: self._store.set_fact("clock", instants.render(at)))
        self._store.close()
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _remembered(store: Store, name: str, initial: str) -> str:
    known = store.fact(name)
    if known is None:
        store.set_fact(name, initial)
        return initial
    return known


def _read(parse: Callable[[str], Fact], text: str) -> Fact:
    try:
        return parse(text)
    except ValueError:
        raise _damaged() from None


def _check_number(name: str, number: int) -> None:
    if not 0 <= number <= MOST_LEADS:
        raise UsageError(f"{name} is out of its range", repair=f"give {name} from 0 to {MOST_LEADS:,}")


def _damaged() -> ConfigurationError:
    return ConfigurationError(
        "the sandbox cannot use its database: it is damaged, or another release wrote it",
        repair="take a copy of it that is whole, or choose another file (--db)",
    )
