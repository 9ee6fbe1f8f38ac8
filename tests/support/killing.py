"""Kill the client or the sandbox during a cell, run the cell again, and count the leads."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from fault_cell import POINTS, cell
from fault_proxy import CutReply, CutRequest, Doing, Fault, FaultProxy, Hold
from pb2b_notebook.errors import ProspectB2BError
from pb2b_notebook.journal import Journal
from workspaces import CREATE, SandboxProcess, connected, leads_with

CELL = Path(__file__).with_name("fault_cell.py")
HOLD_AT = {"after the send, before the effect": "request", "after the effect, before the answer": "reply"}
CLIENT_POINTS = (*POINTS, *HOLD_AT, "at a random instant")
SERVER_POINTS = ("as the request arrives", "a random instant after it", "after the effect, before the reply")


@dataclass(frozen=True)
class Outcome:
    """The result of a trial: leads in the service, lines in the journal, and whether the fault struck the cell."""

    leads: int
    lines: int
    state: str
    killed: bool

    @property
    def passed(self) -> bool:
        """Whether there is one lead, and one journal line that says that it was created."""
        return (self.leads, self.lines, self.state) == (1, 1, "succeeded")


@dataclass(frozen=True)
class Behind:
    """The service of a trial: its URL, the client's key, and the key of the test itself."""

    url: str
    key: str
    oracle: str


def chance(seed: int) -> random.Random:
    """Return the random draws of a trial; the same seed gives the same draws."""
    return random.Random(seed)  # noqa: S311 - to be repeated, not to be secret


def environment(key: str, cache: Path) -> dict[str, str]:
    """Return the environment of a child process."""
    return {**os.environ, "PB2B_API_KEY": key, "PB2B_CACHE_DIR": str(cache)}


def command(proxy: FaultProxy, email: str, *options: str) -> list[str]:
    """Return the command that runs the cell."""
    return [sys.executable, str(CELL), "--url", proxy.url, "--email", email, *options]


def kill_the_client(behind: Behind, point: str, email: str, cache: Path, drawn: random.Random) -> Outcome:
    """Kill the client's process (SIGKILL) at the point, then run the same cell in a new one."""
    with FaultProxy(behind.url) as proxy:
        child = ["--die", point] if point in POINTS else []
        hold = Hold(HOLD_AT[point]) if point in HOLD_AT else None
        if hold is not None:
            proxy.once(CREATE, hold)
        process = subprocess.Popen(
            command(proxy, email, *child), env=environment(behind.key, cache), stdout=subprocess.PIPE
        )
        if hold is not None:
            hold.reached.wait(30)
            process.kill()
            hold.release.set()
        elif point not in POINTS:
            _wait_for(proxy, "GET")
            time.sleep(drawn.uniform(0, 0.1))
            process.kill()
        process.communicate()
        killed = process.returncode == -signal.SIGKILL
        subprocess.run(
            command(proxy, email), env=environment(behind.key, cache), stdout=subprocess.PIPE, check=True, timeout=60
        )
        return counted(behind, email, cache, killed=killed)


def _wait_for(proxy: FaultProxy, match: str) -> None:
    for _ in range(3000):
        if proxy.count(match):
            return
        time.sleep(0.01)


def kill_the_server(sandbox: SandboxProcess, point: str, email: str, cache: Path, drawn: random.Random) -> Outcome:
    """Kill the sandbox's process (SIGKILL) at the point, restart it on its file, then run the same cell again."""
    killed = threading.Event()

    def kill() -> None:
        sandbox.kill()
        killed.set()

    def kill_later() -> None:
        time.sleep(drawn.uniform(0, 0.02))
        kill()

    fault: Fault = {
        "as the request arrives": Doing(kill, "forwarded"),
        "a random instant after it": Doing(kill_later, "forwarded"),
        "after the effect, before the reply": Doing(kill, "reply"),
    }[point]
    journal = Journal(cache / "pb2b_notebook" / "journal.sqlite3")
    with FaultProxy(sandbox.url) as proxy, connected(proxy.url, sandbox.key, journal=journal) as ws:
        proxy.once(CREATE, fault)
        with contextlib.suppress(ProspectB2BError):  # the service is gone; the cell says so
            cell(ws, email)
        sandbox.kill()
        sandbox.start()
        proxy.service = sandbox.url
        cell(ws, email)
        return counted(Behind(sandbox.url, sandbox.key, sandbox.key), email, cache, killed=killed.is_set())


def cut(behind: Behind, fault: Fault, email: str, cache: Path) -> Outcome:
    """Break the wire once in the middle of a cell; run it again only if it failed."""
    journal = Journal(cache / "pb2b_notebook" / "journal.sqlite3")
    with FaultProxy(behind.url) as proxy, connected(proxy.url, behind.key, journal=journal) as ws:
        proxy.once(CREATE, fault)
        cell(ws, email)
        struck = any(seen.fault == type(fault).__name__ for seen in proxy.seen)
        return counted(behind, email, cache, killed=struck)


def random_cut(drawn: random.Random) -> Fault:
    """Return a fault that cuts the request or the reply at a random byte, with FIN or RST."""
    kind = drawn.choice([CutReply, CutRequest])
    return kind(drawn.choice([0, 1, drawn.randrange(600), 10**6]), rst=drawn.random() < 1 / 2)


def counted(behind: Behind, email: str, cache: Path, *, killed: bool) -> Outcome:
    """Count the leads in the service, and the lines in the journal of the cache folder."""
    journal = Journal(cache / "pb2b_notebook" / "journal.sqlite3")
    lines = [line for scope in _scopes(journal) for line in journal.entries(scope)]
    states = {str(line["state"]) for line in lines}
    return Outcome(
        leads=len(leads_with(behind.url, behind.oracle, email)),
        lines=len(lines),
        state=" and ".join(sorted(states)),
        killed=killed,
    )


def _scopes(journal: Journal) -> list[str]:
    """Return every workspace of the journal, so that a line of a wrong workspace is found, too."""
    with journal.transaction() as db:
        return [row[0] for row in db.execute("SELECT DISTINCT workspace FROM mutations")]


def parsed(line: str) -> dict[str, str]:
    """Parse one line of a child's output."""
    found: dict[str, str] = json.loads(line)
    return found
