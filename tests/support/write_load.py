"""Several clients that write in parallel to a sandbox which may be killed at any time, and the ledger of their answers.

Every write has an Idempotency-Key. A client whose connection breaks repeats the request until it is answered, or gives
the write up; both happen. A write answered with 2xx is acknowledged and must stay stored. A write that was given up may
be stored once or not at all, never twice.

The critical moment is after the effect of a write and before its answer. It is too short for a random kill, so some
requests name a fault that delays their answer or cuts it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx

from killing import chance
from pb2b_notebook.sandbox.faults.effects import HEADER
from plain_http import NO_TLS
from workspaces import BASE

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

ROWS = 3
"""Of an import."""
FAULTS = (*["latency at=after seconds=0.05"] * 4, "reset at=after", *[""] * 5)
"""Faults that the first send of a write may name, each as likely as the others."""
DOMAIN = "load.example"
KINDS = ("lead", "lead edit", "import", "campaign", "campaign edit")


@dataclass
class Write:
    """One write as its client knows it.

    Attributes:
        kind: ``lead``, ``lead edit``, ``import``, ``campaign`` or ``campaign edit``.
        name: Written value: an email address, a title, a file name, a campaign's name. No two writes share one.
        target: Id of the object that is edited.
        acknowledged: Whether it was answered with 2xx.
        id: Id of the object, from the answer.
        sends: Number of times it was sent.
    """

    kind: str
    name: str
    target: str = ""
    acknowledged: bool = False
    id: str = ""
    sends: int = 0

    def request(self) -> tuple[str, str, dict[str, Any]]:
        """Method, path and body."""
        if self.kind == "lead":
            return "POST", "/leads", {"email": self.name, "full_name": "Ada Lovelace"}
        if self.kind == "lead edit":
            return "PATCH", f"/leads/{self.target}", {"title": self.name}
        if self.kind == "campaign":
            return "POST", "/campaigns", {"name": self.name}
        if self.kind == "campaign edit":
            return "PATCH", f"/campaigns/{self.target}", {"name": self.name}
        rows = [{"mail": email} for email in self.rows()]
        return "POST", "/imports", {"rows": rows, "mapping": {"mail": "email"}, "filename": self.name}

    def rows(self) -> list[str]:
        """The email addresses of an import."""
        return [f"{self.name}-{row}@{DOMAIN}" for row in range(ROWS)]


class UnexpectedAnswerError(Exception):
    """A sandbox that is killed may keep silent, but not say this."""


@dataclass
class Ledger:
    """All writes of all clients, and what went wrong with the clients themselves."""

    writes: list[Write] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def open(self, write: Write) -> Write:
        """Record a write before it is sent."""
        with self._lock:
            self.writes.append(write)
        return write

    def under_way(self, change: int) -> None:
        """Record that a request starts or ends."""
        with self._lock:
            self.in_flight += change

    def snapshot(self) -> Ledger:
        """A copy of the ledger without the state of the running load."""
        return Ledger([replace(write) for write in self.writes], list(self.problems))

    def of(self, kind: str, *, acknowledged: bool | None = None) -> list[Write]:
        """The writes of a kind."""
        return [w for w in self.writes if w.kind == kind and acknowledged in (None, w.acknowledged)]


class Load:
    """Clients in threads, until :meth:`stop`.

    Args:
        url: URL of the sandbox, the same after each restart.
        keys: One key per client, so that no client exceeds the rate limit.
        seed: Seed of what the clients write, and of when they give up.
    """

    def __init__(self, url: str, keys: list[str], seed: int) -> None:
        self.ledger = Ledger()
        self._url = url
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(number, key, chance(seed * 100 + number)), daemon=True)
            for number, key in enumerate(keys)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each client finish the write in hand, once a write of every kind was acknowledged; the sandbox must run.

        On a busy machine a few kills are over before there was one.
        """
        for _ in range(1200):
            if self.ledger.problems or all(self.ledger.of(kind, acknowledged=True) for kind in KINDS):
                break
            time.sleep(0.1)
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=30)
        if any(thread.is_alive() for thread in self._threads):
            self.ledger.problems.append("a client never got an answer")

    def _run(self, number: int, key: str, drawn: random.Random) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        try:
            with httpx.Client(
                base_url=self._url + BASE, headers=headers, trust_env=False, timeout=20, verify=NO_TLS
            ) as http:
                for write in self._writes(number, drawn):
                    self._send(http, self.ledger.open(write), drawn)
                    if self._stopping.is_set():
                        return
        except Exception as problem:  # noqa: BLE001 - reported in the table
            self.ledger.problems.append(f"client {number}: {type(problem).__name__}: {problem}")

    def _writes(self, number: int, drawn: random.Random) -> Iterator[Write]:
        """What a client writes: it edits only what it made itself, so that it knows in which order."""
        leads: list[Write] = []
        campaigns: list[Write] = []
        count = 0
        while True:
            count += 1
            name = f"c{number}-{count}"
            editable = [made for made in (leads[-1:], campaigns[-1:]) if made and made[0].id]
            draw = drawn.random()
            if draw < 0.4 and editable:
                [made] = drawn.choice(editable)
                yield Write(f"{made.kind} edit", name, target=made.id)
            elif draw < 0.8:
                leads.append(Write("lead", f"{name}@{DOMAIN}"))
                yield leads[-1]
            elif draw < 0.9:
                campaigns.append(Write("campaign", name))
                yield campaigns[-1]
            else:
                yield Write("import", name)

    def _send(self, http: httpx.Client, write: Write, drawn: random.Random) -> None:
        gives_up = drawn.random() < 0.25
        method, path, body = write.request()
        fault = drawn.choice(FAULTS)
        while not write.acknowledged:
            headers = {"Idempotency-Key": f"load-{write.name}"}
            if fault and not write.sends:
                headers[HEADER] = fault
            answer = self._answer(http, write, http.build_request(method, path, json=body, headers=headers))
            if answer is not None and answer.is_success:
                write.id = answer.json()["data"]["id"]
                write.acknowledged = True
            elif answer is not None and answer.status_code not in (409, 503):
                raise UnexpectedAnswerError(f"{write.kind}: {answer.status_code} {answer.text[:200]}")
            elif gives_up and write.sends and answer is None:
                return
            else:
                time.sleep(0.02)

    def _answer(self, http: httpx.Client, write: Write, request: httpx.Request) -> httpx.Response | None:
        """Send a request once; return ``None`` if the connection broke."""
        self.ledger.under_way(1)
        try:
            answer = http.send(request)
        except httpx.ConnectError:
            return None  # nothing was sent
        except httpx.TransportError:
            write.sends += 1
            return None
        finally:
            self.ledger.under_way(-1)
        write.sends += 1
        return answer
