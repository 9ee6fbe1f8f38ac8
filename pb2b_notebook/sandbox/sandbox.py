"""The sandbox: the data of two workspaces, their keys, a clock, and the application that serves them."""

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Self, TypeVar

from pb2b_notebook import threads
from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.administration import Administration
from pb2b_notebook.sandbox.app import create_app
from pb2b_notebook.sandbox.core.clocks import START, ClockKind, domain_clock
from pb2b_notebook.sandbox.core.cursors import CursorSigner
from pb2b_notebook.sandbox.core.files import DataFolder
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.core.tables import SCHEMA, TABLES
from pb2b_notebook.sandbox.demo_data import templates
from pb2b_notebook.sandbox.demo_data.fill import fill
from pb2b_notebook.sandbox.demo_data.seeding import demo_workspaces
from pb2b_notebook.sandbox.faults.faults import FaultsGiven, read_faults
from pb2b_notebook.sandbox.faults.schedule import Faults
from pb2b_notebook.sandbox.http.idempotency import IdempotencyRecords
from pb2b_notebook.sandbox.http.keys import KeyRecord, Keyring
from pb2b_notebook.sandbox.http.limits import RollingLimit
from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.jobs.worker import Worker
from pb2b_notebook.sandbox.key_commands import KeyCommands
from pb2b_notebook.sandbox.transfers.exports import forget_expired
from pb2b_notebook.sandbox.webhooks.deliveries import Sender

IN_MEMORY = ":memory:"
MOST_LEADS = 10_000_000
Fact = TypeVar("Fact")


class Sandbox:
    """An embedded ProspectB2B service: two demo workspaces behind the application of the contract.

    Args:
        db: Path of a file, or ``":memory:"``. An existing file of a sandbox is resumed with its data, keys, clock and
            cursors; its own ``leads`` and ``seed`` then apply instead of the arguments. Only one sandbox can use a file
            at a time.
        leads: Number of leads in the new first workspace, up to ten million.
        seed: Seed of the data; the same seed gives the same data on every machine.
        rate_limit: Requests per key in a window.
        window: Length of the window in seconds.
        clock: ``"fixed"`` stands still except for writes (1 ms each) and :meth:`.clock.advance`, which also runs jobs
            and retries webhook deliveries; ``"real"`` runs.
        speed: Speed of a ``"real"`` clock as a multiple of real time, up to 86,400.
        leads_limit: Largest number of leads in the first workspace; by default twice ``leads``, and at least 10,000.
        monotonic: Function that returns seconds, the clock of the rate limit.
        faults: Faults to inject, and how often: see :class:`.Fault`; the seed decides when.
        background: Whether threads deliver webhooks, and run the jobs of a ``"real"`` clock; otherwise
            :meth:`catch_up` does. By default where this Python can start threads.

    Attributes:
        app: The ASGI application.
        administration: The application together with the key commands of ``pb2b sandbox keys``, for a server.
        key: Full key of the first workspace's owner, with all scopes; ``None`` after a restart on a file, which
            contains only its hash.
        workspace_id: Id of the first workspace.
        other_workspace_id: Id of the second workspace, which keys of the first one cannot see.
        clock: The domain clock.
        faults: The faults that are active: ``add``, ``clear``, ``with faults.during("503 leads.list")``.
        seed: Seed of the data.
        leads: Number of leads that the first workspace started with.

    Raises:
        ConfigurationError: The file cannot be used: it belongs to another program, is damaged, or is in use by another
            sandbox. Nothing is written.
        UsageError: An argument is out of range. Nothing is written.

    Example:
        >>> with Sandbox(leads=3) as sandbox:
        ...     sandbox.workspace_id
        'ws_...'
    """

    def __init__(
        self,
        db: str | Path = IN_MEMORY,
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
        background: bool | None = None,
    ) -> None:
        _check_types("a whole number", Integral, leads=leads, seed=seed, rate_limit=rate_limit)
        _check_types("a number", Real, window=window, speed=speed)
        _check_types("a path", (str, Path), db=db)
        initial_faults = read_faults(faults)
        self._db = str(db)
        self._process = os.getpid()
        self._background = threads.available() if background is None else background
        self._store = Store(db)
        self._files = DataFolder.beside(db)
        self.key: str | None = None
        try:
            is_new = self._store.fact("filled") is None
            if is_new:
                _check_number("leads", leads)
                _check_number("leads_limit", leads_limit or 0)
            # A file is filled in its one transaction, below; a database in memory is lost if the start is refused.
            if str(db) == IN_MEMORY and leads <= templates.MOST_LEADS:
                self._store.copy(templates.template(seed, leads=leads, leads_limit=leads_limit))
            # One transaction: a refused start must not leave a seed or a clock for the next start.
            with self._store.transaction():
                self.seed = _read(int, _get_or_set_fact(self._store, "seed", str(seed)))
                self._parts = self._prepare(clock, speed, RollingLimit(rate_limit, window, monotonic=monotonic))
                self.leads = self._fill(leads, leads_limit, is_new=is_new)
            self.faults = Faults(initial_faults, seed=self.seed)
            self.app = create_app(self._parts, self.faults)
            self.administration = Administration(self.app, KeyCommands(self._store, self.clock), db)
            self._parts.worker.start()
            forget_expired(self._parts, self.clock.now())
            self._parts.sender.start()
        except BaseException as problem:
            self._store.close()
            self._files.close()
            if isinstance(problem, sqlite3.Error):
                raise _damage_error() from None
            raise
        self.clock.call_before_advance(self._run_until)

    def _run_until(self, moment: datetime) -> None:
        worker, sender = self._parts.worker, self._parts.sender
        sender.wait_until_idle()
        while (due := _earliest(worker.next_due(), sender.next_due())) is not None and due <= moment:
            worker.run_until(due)
            self.clock.move_to(due)
            sender.wait_until_idle()
        forget_expired(self._parts, moment)

    def __repr__(self) -> str:
        where = "in memory" if self._db == IN_MEMORY else f"in {self._db}"
        facts = {
            "workspaces": f"{self.workspace_id}, {self.other_workspace_id}",
            "data": f"{self.leads:,} leads at the start, seed {self.seed}, {where}",
            "clock": repr(self.clock).partition(": ")[2],
            "faults": repr(self.faults).partition(": ")[2],
            "keys": ".create_key(scopes=[…]) creates a key with fewer permissions, .keys() lists all",
        }
        return "\n".join(["Sandbox:", *(f"  {name:<10}  {text}" for name, text in facts.items())])

    def deliver(self) -> None:
        """Wait until all webhook deliveries that are due now have been attempted.

        The first attempt of a delivery starts on its own, at once; this method waits for its end, so that the next cell
        shows the result. A retry is due later, on the domain clock: :meth:`clock.advance` makes all attempts up to its
        target time. An endpoint that does not answer takes 15 seconds per attempt.

        Example:
            >>> with Sandbox(leads=3) as sandbox:
            ...     sandbox.deliver()
        """
        self._parts.sender.wait_until_idle()

    def catch_up(self) -> None:
        """Run the jobs and make the webhook deliveries that are due now, if no threads do so.

        An :class:`~pb2b_notebook.in_process.InProcessServer` calls it before and after each request.

        Example:
            >>> with Sandbox(leads=3, background=False) as sandbox:
            ...     sandbox.catch_up()
        """
        if self._background:
            return
        if self.clock.runs:
            self._parts.worker.run_until(self.clock.now())
        self._parts.sender.run_due()

    def _prepare(self, clock: ClockKind, speed: float, limiter: RollingLimit) -> SandboxParts:
        store = self._store
        store.define(*(table.create() for table in TABLES), *SCHEMA)
        start = _read(instants.parse, _get_or_set_fact(store, "clock", instants.render(START)))
        self.clock = domain_clock(
            clock, start, lambda at: store.try_raise_fact("clock", instants.render(at)), speed=speed
        )
        self._keyring = Keyring(store, self.clock)
        parts = SandboxParts(
            seed=self.seed,
            instance=_get_or_set_fact(store, "instance", secrets.token_hex(8)),
            store=store,
            clock=self.clock,
            keyring=self._keyring,
            limiter=limiter,
            cursors=CursorSigner(_get_or_set_fact(store, "cursor secret", secrets.token_hex()).encode()),
            idempotency=IdempotencyRecords(store),
            files=self._files,
        )
        parts.worker = Worker(parts, background=self._background)
        parts.sender = Sender(parts, background=self._background)
        return parts

    def _fill(self, leads: int, leads_limit: int | None, *, is_new: bool) -> int:
        first, second = demo_workspaces(self.seed)
        self.workspace_id, self.other_workspace_id = first.id, second.id
        if self._store.fact("filled") is None:
            fill(self._store, (first, second), leads=leads, leads_limit=leads_limit)
        if is_new:
            self.key = self.create_key(name="Default key")
        return _read(int, _get_or_set_fact(self._store, "leads", str(leads)))

    def create_key(
        self,
        *,
        scopes: Iterable[str] | None = None,
        read_only: bool = False,
        expires_at: datetime | None = None,
        name: str = "Sandbox key",
        workspace_id: str | None = None,
    ) -> str:
        """Create a key and return it; it cannot be shown again.

        Args:
            scopes: Scopes of the key; ``None`` means all 21.
            read_only: Whether to issue the key from a read-only membership: its writes are answered with 403.
            expires_at: Expiry by the domain clock, an aware datetime.
            name: Purpose of the key.
            workspace_id: Id of the workspace; by default the first one.

        Raises:
            UsageError: A scope or the workspace is unknown, the name is invalid, or ``expires_at`` is naive.
        """
        return self._keyring.create(
            workspace_id or self.workspace_id, name=name, read_only=read_only, scopes=scopes, expires_at=expires_at
        )

    def keys(self) -> list[KeyRecord]:
        """Return all keys without their secrets, including revoked and expired ones, in the order of creation.

        Example:
            >>> with Sandbox(leads=0) as sandbox:
            ...     [(key.name, key.read_only, len(key.scopes)) for key in sandbox.keys()]
            [('Default key', False, 21)]
        """
        return self._keyring.records()

    def rotate_key(self, prefix: str, *, expires_at: datetime | None = None) -> str:
        """Replace a key by a new one and return it; the old key is revoked at once.

        Args:
            prefix: Prefix of the old key; the new key has another one.
            expires_at: Expiry of the new key; by default that of the old key.

        Raises:
            UsageError: No key has this prefix, or it was revoked or has expired.
        """
        return self._keyring.rotate(prefix, expires_at=expires_at)

    @property
    def data_folder(self) -> Path:
        """The folder of the workspaces' files: ``<workspace id>/exports/<export id>.<format>``.

        The folder lies beside the database and is called ``<db>.files``. For a database in memory it is a temporary
        folder, removed when the sandbox is closed.
        """
        return self._files.path

    def revoke_key(self, prefix: str) -> None:
        """Revoke a key at once; ``prefix`` is its third part, as ``GET /me`` shows it.

        Raises:
            UsageError: No key has this prefix.
        """
        self._keyring.revoke(prefix)

    def close(self) -> None:
        """Finish the running step of a job, cut off deliveries, and close the database; one in memory is lost.

        A delivery that was cut off, or not attempted yet, is attempted when a sandbox opens the file again. In a forked
        child it does nothing: the sandbox is the parent's.
        """
        if os.getpid() != self._process:
            return
        self.administration.withdraw()
        self._parts.worker.stop()
        self._parts.sender.stop()
        self.clock.save_final_time(lambda at: self._store.set_fact("clock", instants.render(at)))
        self._store.close()
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _get_or_set_fact(store: Store, name: str, initial: str) -> str:
    known = store.fact(name)
    if known is None:
        store.set_fact(name, initial)
        return initial
    return known


def _read(parse: Callable[[str], Fact], text: str) -> Fact:
    try:
        return parse(text)
    except ValueError:
        raise _damage_error() from None


def _check_types(words: str, kind: type | tuple[type, ...], **given: Any) -> None:
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, kind):
            raise UsageError(f"{name} must be {words}, not {type(value).__name__}", repair=f"give {name} as {words}")


def _check_number(name: str, number: int) -> None:
    if not 0 <= number <= MOST_LEADS:
        raise UsageError(f"{name} is out of range", repair=f"give {name} from 0 to {MOST_LEADS:,}")


def _damage_error() -> ConfigurationError:
    return ConfigurationError(
        "cannot open the database of the sandbox: it is damaged, or was written by another release",
        repair="use an intact copy of it, or choose another file (--db)",
    )
