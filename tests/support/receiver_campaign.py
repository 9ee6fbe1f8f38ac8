"""Kill a webhook receiver with ``kill -9`` under load at random times, and print a Markdown table.

``python tests/support/receiver_campaign.py --seed 1 --kills 50`` takes about a minute.

Four senders deliver events, each newly signed and some several times, and repeat those without an answer. The process
of the receiver is killed at random times, also while it starts, and started again on its file. Its function records its
calls in a file. The exit status is 1 if an acknowledged event is lost, or if a function was called twice for an event.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from killing import chance
from lead_tables import Table
from pb2b_notebook.serving import bind
from pb2b_notebook.webhooks import Receiver, sign
from plain_http import NO_TLS

if TYPE_CHECKING:
    import random

SECRET = "whsec_example"
SENDERS = 4
WORK = 0.01
"""Seconds that a function takes, so that kills interrupt it."""


def receiver_of(folder: Path, port: int = 0) -> Receiver:
    """Return the receiver of a run, whose function first records each event on disk."""
    receiver = Receiver(folder / "events.sqlite3", SECRET, port=port)
    calls = os.open(folder / "calls", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    @receiver.on()
    def note(event: Any) -> None:
        os.write(calls, f"{event.id}\n".encode())
        time.sleep(WORK)

    return receiver


@dataclass
class Delivered:
    """The results of the senders.

    Attributes:
        sent: how often each event was sent.
        acknowledged: the events that were answered with 200.
        problems: answers that a receiver may not give.
        in_flight: requests under way.
    """

    sent: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    in_flight: int = 0


class Senders:
    """Threads that deliver their own events until :meth:`stop`."""

    def __init__(self, url: str, seed: int) -> None:
        self.delivered = Delivered()
        self._url = url
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(number, chance(seed * 100 + number)), daemon=True)
            for number in range(SENDERS)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop after each sender's current event; the receiver must be running."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=60)
        if any(thread.is_alive() for thread in self._threads):
            self.delivered.problems.append("a sender never got an answer")

    def _run(self, number: int, drawn: random.Random) -> None:
        count = 0
        with httpx.Client(trust_env=False, timeout=20, verify=NO_TLS) as http:
            while not self._stopping.is_set():
                count += 1
                event = {"id": f"evt_{number}_{count}", "object": "event", "type": "lead.created", "data": {"id": "l"}}
                for _ in range(drawn.choice((1, 1, 2, 3))):
                    self._deliver(http, event["id"], json.dumps(event).encode())

    def _deliver(self, http: httpx.Client, event_id: str, body: bytes) -> None:
        while True:
            self._count(event_id, 1)
            try:
                answer = http.post(self._url, content=body, headers=sign(body, SECRET))
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            finally:
                self._count(event_id, -1)
            if answer.status_code == httpx.codes.OK:
                self.delivered.acknowledged.add(event_id)
                return
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                self.delivered.problems.append(f"{answer.status_code} {answer.text[:200]}")
                return

    def _count(self, event_id: str, change: int) -> None:
        with self._lock:
            self.delivered.in_flight += change
            self.delivered.sent[event_id] += change > 0


@dataclass
class Run:
    """A receiver under load, from its first start to its last.

    Attributes:
        kills: how many there were.
        starting: how many of them while it still started.
        hit: how many of the others while requests were in flight.
    """

    folder: Path
    seed: int
    kills: int = 0
    starting: int = 0
    hit: int = 0

    def go(self, kills: int) -> Delivered:
        """Kill the receiver a number of times and return the results of the senders."""
        drawn = chance(self.seed)
        with closing(bind()) as free:
            self.port = free.getsockname()[1]
        senders = Senders(f"http://127.0.0.1:{self.port}/", self.seed)
        process = self._spawn()
        senders.start()
        try:
            for number in range(kills):
                starting = number > 0 and drawn.random() < 1 / 5
                if not starting:
                    process.stdout.readline()  # type: ignore[union-attr]
                time.sleep(drawn.uniform(0.05, 0.6))
                self.kills += 1
                self.starting += starting
                self.hit += not starting and senders.delivered.in_flight > 0
                process.kill()
                process.communicate()
                process = self._spawn()
            senders.stop()
        finally:
            process.kill()
            process.communicate()
        return senders.delivered

    def _spawn(self) -> subprocess.Popen[str]:
        command = [sys.executable, __file__, "--serve", str(self.folder), str(self.port)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def serve(folder: Path, port: int) -> None:
    """Run the receiver that is killed."""
    with receiver_of(folder, port) as receiver:
        sys.stdout.write(f"{receiver.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


def check_deliveries(run: Run, delivered: Delivered) -> Table:
    """Let a last receiver handle the waiting events, and compare its events with the senders' answers."""
    with receiver_of(run.folder) as last:
        settled = last.wait(120)
        events = last.events()
    states = dict(zip(events["id"], events["state"], strict=True))
    calls = Counter((run.folder / "calls").read_text("utf-8").split())
    table = Table()
    sends = sum(delivered.sent.values())
    result = "; ".join(delivered.problems[:3]) or "200, or nothing"
    table.add("answers to the senders", sends, result, passed=not delivered.problems)
    lost = len(delivered.acknowledged - states.keys())
    found = f"{len(delivered.acknowledged)} acknowledged, {lost} lost"
    table.add("events", len(delivered.sent), found, passed=not lost and bool(delivered.acknowledged))
    twice = sum(count > 1 for count in calls.values())
    cut = sum(state == "running" for state in states.values())
    never = sum(state != "running" and not calls[event_id] for event_id, state in states.items())
    found = f"{twice} called twice, {never} never called, {cut} cut off by a kill and shown as such"
    table.add("calls of the function", calls.total(), found, passed=settled and not twice and not never)
    found = f"{run.hit} with requests in flight, {run.starting} while it started"
    table.add("kill -9 of the receiver under load", run.kills, found, passed=run.hit >= (run.kills - run.starting) / 2)
    return table


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--serve", nargs=2, metavar=("FOLDER", "PORT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(Path(options.serve[0]), int(options.serve[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), options.seed)
        table = check_deliveries(run, run.go(options.kills))
    sys.stdout.write(f"{table}\n")
    return 0 if table.passed else 1


if __name__ == "__main__":
    sys.exit(main())
