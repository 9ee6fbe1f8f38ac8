"""``kill -9`` of the sandbox under load, again and again, by one command; prints its table in Markdown.

``python tests/support/durability_campaign.py --seed 1 --kills 50`` takes some minutes.

Four clients write at once (leads, edits, imports, campaigns), and a sink receives the events. The process is killed at
random instants, some of them while it still starts, and started again on its file. Afterwards the file and the sink are
compared with the answers to the clients. The exit status is 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from accounts import Found, check_writes
from killing import chance
from pb2b_notebook.sandbox.administration import ask_about_keys
from pb2b_notebook.sandbox.webhooks.events import EVENT_TYPES
from pb2b_notebook.serving import Server, bind
from plain_http import NO_TLS
from workspaces import BASE, SandboxProcess
from write_load import Ledger, Load

if TYPE_CHECKING:
    import random

    from lead_tables import Table

CLIENTS = 4
SPEED = 60
"""A minute of the sandbox's clock in a second: imports end, and deliveries are retried, within the run."""
REFUSED = 7
"""The sink refuses every n-th delivery once, so that retries are under way when the process dies."""


class Sink:
    """Takes webhooks on loopback and keeps the events; refuses some of them the first time."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.refused = 0
        self._seen: set[str] = set()
        self._server = Server(self._serve).start()
        self.url = f"{self._server.url}/hooks"

    def close(self) -> None:
        """Stop listening."""
        self._server.stop()

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for phase in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{phase}.complete"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await send({"type": "http.response.start", "status": self._take(json.loads(body)), "headers": []})
        await send({"type": "http.response.body"})

    def _take(self, event: dict[str, Any]) -> int:
        first = event["id"] not in self._seen
        self._seen.add(event["id"])
        if first and len(self._seen) % REFUSED == 0:
            self.refused += 1
            return 503
        self.events.append(event)
        return 204


@dataclass
class Kills:
    """What the kills hit."""

    total: int = 0
    starting: int = 0
    requests: int = 0
    under_load: int = 0
    transactions: int = 0


@dataclass
class Run:
    """A sandbox under load, from its first start to its last."""

    folder: Path
    seed: int
    kills: Kills = field(default_factory=Kills)

    def __post_init__(self) -> None:
        self.db = self.folder / "sandbox.sqlite3"
        with closing(bind()) as free:
            port = free.getsockname()[1]
        self.sandbox = SandboxProcess(self.db, leads=6000, port=port, speed=SPEED)
        self.sink = Sink()

    def go(self, kills: int) -> Ledger:
        """Kill the process N times, and return the ledger of the clients."""
        drawn = chance(self.seed)
        self.sandbox.start()
        try:
            hook = self._api("POST", "/webhooks", json={"url": self.sink.url, "events": list(EVENT_TYPES)})
            self.hook = hook["id"]
            keys = [ask_about_keys(self.db, "create", {"name": f"client {number}"}) for number in range(CLIENTS)]
            load = Load(self.sandbox.url, keys, self.seed)
            load.start()
            for _ in range(kills):
                self._live_and_die(drawn, load.ledger)
            self.sandbox.start()
            load.stop()
            self._settle()
            self.sandbox.stop()
        finally:
            self.sandbox.kill()
            self.sink.close()
        return load.ledger

    def _live_and_die(self, drawn: random.Random, ledger: Ledger) -> None:
        self.kills.total += 1
        if self.kills.total > 1:
            self.sandbox.spawn()
            if drawn.random() < 1 / 5:
                time.sleep(drawn.uniform(0, 0.6))
                self.kills.starting += 1
                self._kill(ledger)
                return
            self.sandbox.wait()
        time.sleep(drawn.uniform(0.05, 0.8))
        self._kill(ledger)

    def _kill(self, ledger: Ledger) -> None:
        under_way = ledger.in_flight
        self.sandbox.kill()
        self.kills.requests += under_way
        self.kills.under_load += under_way > 0
        journal = Path(f"{self.db}-journal")
        self.kills.transactions += journal.exists() and journal.stat().st_size > 0

    def _settle(self) -> None:
        """Until every job has ended and every delivery has succeeded; what takes two minutes is lost."""
        for _ in range(240):
            waiting = [
                self._api("GET", "/jobs", params={"status": ["queued", "running"], "limit": 1}),
                self._api("GET", f"/webhooks/{self.hook}/deliveries", params={"status": "pending", "limit": 1}),
            ]
            if not any(waiting):
                return
            time.sleep(0.5)

    def _api(self, method: str, path: str, **request: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.sandbox.key}"}
        answer = httpx.request(
            method,
            f"{self.sandbox.url}{BASE}{path}",
            headers=headers,
            trust_env=False,
            verify=NO_TLS,
            timeout=30,
            **request,
        )
        answer.raise_for_status()
        return answer.json()["data"]


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=50)
    options = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), options.seed)
        ledger = run.go(options.kills)
        table = check_writes(ledger, Found.of(run.db, run.sink.url, run.sink.events))
        tell_of_kills(table, run.kills)
    seconds = time.monotonic() - start
    sys.stdout.write(f"{table}\n\nseed {options.seed}, {seconds:.0f} s, SQLite {sqlite3.sqlite_version}\n")
    return 0 if table.passed else 1


def tell_of_kills(table: Table, kills: Kills) -> None:
    """Kills that hit nothing prove nothing; on a machine with much else to do, some do."""
    ready = kills.total - kills.starting
    found = (
        f"{kills.under_load} with requests in flight ({kills.requests} in all), {kills.transactions} with a transaction"
        f" to roll back, {kills.starting} while it started"
    )
    table.add("kill -9 of the sandbox under load", kills.total, found, passed=kills.under_load >= ready / 2)


if __name__ == "__main__":
    sys.exit(main())
