"""What the calls of one workspace share: client, contract, journal, clock, and facts observed about the service."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from time import sleep
from typing import Any, NoReturn

from pb2b_notebook.api.http.client import Client
from pb2b_notebook.forking import refuse_pickling
from pb2b_notebook.journal import Journal
from pb2b_notebook.openapi.operations import Operations


def scopes_in(given: Any) -> tuple[str, ...]:
    """Return the scopes of a key, in whatever form a service lists them; none if their names are not the documented.

    >>> scopes_in(["leads.read"]), scopes_in([{"name": "leads.read"}]), scopes_in("me.read leads.read")
    (('leads.read',), ('leads.read',), ('me.read', 'leads.read'))
    >>> scopes_in(["*"]), scopes_in({"leads": ["read"]}), scopes_in(None)
    ((), (), ())
    """
    if isinstance(given, str):
        given = re.split(r"[\s,]+", given.strip())
    if not isinstance(given, list):
        return ()
    names = [next((v for v in each.values() if _is_scope(v)), "") if isinstance(each, dict) else each for each in given]
    return tuple(names) if all(map(_is_scope, names)) else ()


def _is_scope(name: Any) -> bool:
    return isinstance(name, str) and re.fullmatch(r"[a-z][a-z_-]*\.[a-z_-]+", name) is not None


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
        with_rows: Lists of which rows came with our own parameters: these are not taken for filters by fields.
        tried_count: Whether a page of one row was asked for, to learn what the total of a list counts.
        tried_totals: Lists of which parts were counted, to learn whether the total counts rows that are not listed.
        tried_place: Whether the second row was asked for by its place, to learn which parameter takes one.
        useless_parameters: Parameters of a response in which a number of a page led nowhere, nor under another name.
        tried_bounds: Times of which a trial of bounds was made, such as "updated".
        refuses_one: Whether the service refuses pages of one row.
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
    with_rows: set[str] = field(default_factory=set, repr=False)
    tried_count: bool = False
    tried_totals: set[str] = field(default_factory=set, repr=False)
    tried_place: bool = False
    useless_parameters: set[str] = field(default_factory=set, repr=False)
    tried_bounds: set[str] = field(default_factory=set, repr=False)
    refuses_one: bool = False
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
