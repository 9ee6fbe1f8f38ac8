"""What the calls of one workspace share: client, contract, journal, clock, and facts observed about the service."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from time import sleep
from typing import NoReturn

from pb2b_notebook.api.http.client import Client
from pb2b_notebook.forking import refuse_pickling
from pb2b_notebook.journal import Journal
from pb2b_notebook.openapi.operations import Operations


@dataclass(slots=True)
class Context:
    """Client, contract, journal and clock that the calls of one workspace share.

    Attributes:
        client: Sends the requests.
        operations: The contract that names and checks the arguments.
        journal: Where mutations with an idempotency key are recorded before they are sent.
        workspace: The workspace's name, for provenance.
        scopes: What the key may do; empty where the service does not report it.
        frame: Library of returned frames, "pandas" or "polars", where a call does not set it.
        progress: Whether long reads show a bar, where a call does not set it.
        now: The service's time, from which "7d" counts back; by default that of its latest answer.
        pause: Waits for this many seconds of the service's time; it moves a sandbox clock that stands still.
        page_sizes: Operation → rows per page, where the service returns fewer than its contract says.
        latencies: Seconds that the latest requests took.
        known_zone: The workspace's time zone, once it has been read.
    """

    client: Client
    operations: Operations
    journal: Journal
    workspace: str = ""
    scopes: tuple[str, ...] = ()
    frame: str = "pandas"
    progress: bool = True
    now: Callable[[], datetime] | None = None
    pause: Callable[[float], None] = sleep
    page_sizes: dict[str, int] = field(default_factory=dict, repr=False)
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=8), repr=False)
    known_zone: tzinfo | None = field(default=None, repr=False)

    def time(self) -> datetime:
        """Return the service's time."""
        return self.now() if self.now is not None else self.client.now()

    def may_differ(self, total: int | None) -> bool:
        """Whether the service may differ from our contract: not a sandbox that gives the count it was asked for."""
        client = self.client
        return bool(self.operations.origin) or client.profile.differs or client.is_foreign or total is None

    def __reduce__(self) -> NoReturn:
        refuse_pickling(
            "a workspace", "connect in the other process, with pb.connect(…); a pickled key would end up in a file"
        )
