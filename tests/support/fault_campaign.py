"""The whole campaign of faults, by one command; prints its table in Markdown.

``python tests/support/fault_campaign.py --seed 1 --kills 200`` takes some minutes.

The limit is the real one of a minute, the
deadline the real one of 60 seconds. The same seed draws the same faults. Exit status 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fault_proxy import Drip, FaultProxy, Hold, Substitute, reply
from hostile_replies import BODIES, BOMBS, CURSORS, ODD, SimulatedTime, pages, peak_of
from killing import (
    CLIENT_POINTS,
    SERVER_POINTS,
    Behind,
    Outcome,
    chance,
    command,
    counted,
    cut,
    environment,
    kill_the_client,
    kill_the_server,
    random_cut,
)
from lead_tables import Table
from many_threads import most_in_a_window, read_in_threads, together
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.api.http.sending.pacing import Pacer
from pb2b_notebook.errors import ProspectB2BError
from workspaces import CREATE, LIST, SandboxProcess, Service, betrayed, connected, files_below, leads_with

if TYPE_CHECKING:
    from collections.abc import Callable

WORKERS = os.cpu_count() or 2


@dataclass
class Campaign:
    """The trials, over one sandbox of this process and a folder for all that they write."""

    seed: int
    service: Service
    folder: Path
    table: Table = field(default_factory=Table)

    @property
    def behind(self) -> Behind:
        """The service for a trial in another process."""
        return Behind(self.service.url, self.service.key, self.service.oracle)

    def place(self, name: str) -> tuple[str, Path]:
        """An email address and a cache folder of this trial only."""
        return f"{name.replace(' ', '-').replace(',', '')}@campaign.example", self.folder / name

    def _many(self, trial: str, runs: int, one: Callable[[int], Outcome], *, least: float = 1.0) -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            self._tell(trial, list(pool.map(one, range(runs))), least=least)

    def _tell(self, trial: str, outcomes: list[Outcome], *, least: float = 1.0) -> None:
        """Add a trial. It fails if the fault struck less than ``least`` of the runs, because then it proves nothing."""
        leads = Counter(outcome.leads for outcome in outcomes)
        lines = Counter(outcome.lines for outcome in outcomes)
        killed = sum(outcome.killed for outcome in outcomes)
        found = f"{killed} struck; leads after the second run {_counts(leads)}; journal lines {_counts(lines)}"
        self.table.add(
            trial, len(outcomes), found, passed=killed >= least * len(outcomes) and all(o.passed for o in outcomes)
        )

    # --- exactly once -----------------------------------------------------------------------------------------------

    def client_kills(self, kills: int) -> None:
        """SIGKILL of the client at each of its points in turn."""
        for number, point in enumerate(CLIENT_POINTS):
            runs = len(range(number, kills, len(CLIENT_POINTS)))

            def one(run: int, point: str = point) -> Outcome:
                email, cache = self.place(f"client {point} {run}")
                return kill_the_client(self.behind, point, email, cache, chance(self.seed * 1000 + run))

            least = 1 / 2 if point == "at a random instant" else 1.0
            self._many(f"kill -9 of the client {point}", runs, one, least=least)

    def server_kills(self, kills: int) -> None:
        """SIGKILL of the sandbox's process, one process per worker."""
        with ThreadPoolExecutor(WORKERS) as pool:
            shares = list(pool.map(lambda worker: self._server_kills(worker, kills), range(WORKERS)))
        for point in SERVER_POINTS:
            self._tell(f"kill -9 of the sandbox {point}", [one for share in shares for one in share[point]])

    def _server_kills(self, worker: int, kills: int) -> dict[str, list[Outcome]]:
        sandbox = SandboxProcess(self.folder / f"sandbox {worker}.sqlite3")
        sandbox.start()
        found: dict[str, list[Outcome]] = {point: [] for point in SERVER_POINTS}
        try:
            for run in range(worker, kills, WORKERS):
                point = SERVER_POINTS[(run // WORKERS) % len(SERVER_POINTS)]
                email, cache = self.place(f"server {run}")
                found[point].append(kill_the_server(sandbox, point, email, cache, chance(self.seed * 1000 + run)))
        finally:
            sandbox.kill()
        return found

    def cuts(self, runs: int) -> None:
        """A cut at a random byte of the request or of the reply."""

        def one(run: int) -> Outcome:
            email, cache = self.place(f"cut {run}")
            return cut(self.behind, random_cut(chance(self.seed * 1000 + run)), email, cache)

        self._many("request or reply cut at a random byte, FIN or RST", runs, one)

    def interrupts(self, runs: int) -> None:
        """A real SIGINT at a random instant of the cell."""

        def one(run: int) -> Outcome:
            email, cache = self.place(f"interrupt {run}")
            return self._interrupt(email, cache, chance(self.seed * 1000 + run).uniform(0, 0.04))

        self._many("Ctrl-C at a random instant", runs, one, least=1 / 4)

    def _interrupt(self, email: str, cache: Path, delay: float) -> Outcome:
        env = environment(self.service.key, cache)
        with FaultProxy(self.service.url) as proxy:
            child = subprocess.Popen(
                command(proxy, email, "--interrupted"),
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(delay)
            child.send_signal(signal.SIGINT)
            shown = "".join(child.communicate("again\n", timeout=60))
            subprocess.run(command(proxy, email), env=env, check=True, stdout=subprocess.PIPE, timeout=60)
        (cache / "shown").write_text(shown)  # searched for canaries at the end
        return counted(self.behind, email, cache, killed="KeyboardInterrupt" in shown)

    def one_key(self, rounds: int) -> None:
        """Twenty threads with one key; two kernels with one journal."""
        effects = Counter(self._threads(run) for run in range(rounds))
        found = f"leads {_counts(effects)}"
        self.table.add("20 threads send one key", rounds, found, passed=set(effects) == {1})
        both = [self._kernels(run) for run in range(rounds)]
        effects, overlapped = Counter(leads for leads, _ in both), sum(sent > 1 for _, sent in both)
        found = f"both sent in {overlapped}; leads {_counts(effects)}"
        passed = set(effects) == {1} and overlapped == rounds
        self.table.add("2 kernels share a journal and run one cell at once", rounds, found, passed=passed)

    def _threads(self, run: int) -> int:
        email, _ = self.place(f"threads {run}")
        with connected(self.service.url, self.service.key) as ws:
            together(*[lambda: ws.leads.create(email=email, idempotency_key=f"campaign-{run}")] * 20)
        return len(leads_with(self.service.url, self.service.oracle, email))

    def _kernels(self, run: int) -> tuple[int, int]:
        """Leads, and how many requests came: the first one's reply is held until the second has sent."""
        email, cache = self.place(f"kernels {run}")
        with FaultProxy(self.service.url) as proxy:
            env = environment(self.service.key, cache)
            first = Hold("reply")
            proxy.once(CREATE, first)
            kernels = [subprocess.Popen(command(proxy, email), env=env, stdout=subprocess.PIPE) for _ in range(2)]
            for _ in range(1000):
                if proxy.count(CREATE) > 1:
                    break
                time.sleep(0.01)
            first.release.set()
            for kernel in kernels:
                kernel.communicate(timeout=60)
            sent = proxy.count(CREATE)
        return len(leads_with(self.service.url, self.service.oracle, email)), sent

    # --- pace and storms --------------------------------------------------------------------------------------------

    def pace(self, *, limit: int, window: float, threads: int, calls: int) -> None:
        """No 429, no window over the limit, and hardly slower than the limit allows."""
        strict = Service(leads=1, rate_limit=limit, window=window)
        try:
            with FaultProxy(strict.url) as proxy:
                start = time.monotonic()
                with connected(proxy.url, strict.key, timing=Timing(), pacer=Pacer(window=window)) as ws:
                    problems = read_in_threads(ws, threads=threads, calls=calls)
                wall = time.monotonic() - start
                arrivals = [seen.at for seen in proxy.seen]
                refused = sum(seen.status == 429 for seen in proxy.seen)
        finally:
            strict.close()
        theoretical = (len(arrivals) - 1) // limit * window
        most = most_in_a_window(arrivals, window)
        self.table.add(
            f"limit {limit} in {window:g} s, {threads} threads",
            f"{calls} calls",
            f"errors {len(problems)}; 429 on the wire {refused}; most in a rolling window {most}; "
            f"wall {wall:.2f} s = {wall / theoretical:.3f} × theoretical {theoretical:g} s",
            passed=not problems and not refused and most <= limit and wall <= 1.1 * theoretical,
        )

    def storm(self, calls: int) -> None:
        """503 to everything: the budget is spent, then hardly anything is sent twice."""
        with FaultProxy(self.service.url) as proxy, connected(proxy.url, self.service.key) as ws:
            proxy.always("GET", Substitute(reply(503)))
            before = len(proxy.seen)
            for _ in range(calls):
                _error_of(ws.me)
            first = len(proxy.seen) - before
            for _ in range(calls):
                _error_of(ws.me)
            second = len(proxy.seen) - before - first
        found = f"requests/calls {first / calls:.2f} while it lasts, {second / calls:.2f} once it is spent"
        self.table.add("503 storm", f"2 × {calls} calls", found, passed=second <= 1.2 * calls)

    # --- hostile answers --------------------------------------------------------------------------------------------

    def retry_after(self) -> None:
        """Odd values: how long a call rests in all, by a simulated clock, and what it ends with."""
        worst, kinds = 0.0, Counter[str]()
        values = [(status, text) for status in (429, 503) for text in ODD]
        for status, text in values:
            clock = SimulatedTime()
            with (
                FaultProxy(self.service.url) as proxy,
                connected(proxy.url, self.service.key, timing=clock.timing()) as ws,
            ):
                answer = reply(status, retry_after=text, date="Tue, 10 Mar 2026 12:00:00 GMT")
                proxy.always(LIST, Substitute(answer))
                kinds[_error_of(ws.leads.list)] += 1
            worst = max(worst, clock.slept)
        found = f"longest rest in all {worst:.1f} s; {_counts(kinds)}"
        self.table.add(
            "Retry-After −1, NaN, 1e9, 30 digits, Arabic digits, year 9999 …", len(values), found, passed=worst <= 132
        )

    def drip(self) -> None:
        """One byte every 0.3 s against the real deadline of 60 s, in the head and in the body at once."""
        ended: dict[str, tuple[str, float]] = {}

        def one(part: str) -> None:
            with (
                FaultProxy(self.service.url) as proxy,
                connected(proxy.url, self.service.key, timing=Timing()) as ws,
            ):
                proxy.always(LIST, Drip(0.3, part))
                start = time.monotonic()
                ended[part] = (_error_of(ws.leads.list), time.monotonic() - start)

        together(*[partial(one, part) for part in ("head", "body")])
        for part, (kind, seconds) in ended.items():
            passed = kind == "DeadlineError" and seconds < 61
            self.table.add(f"one byte every 0.3 s in the {part}", 1, f"{kind} after {seconds:.1f} s", passed=passed)

    def bodies(self) -> None:
        """Malformed bodies, lists that do not end, and decompression bombs."""
        with FaultProxy(self.service.url) as proxy, connected(proxy.url, self.service.key) as ws:
            ws.lead_fields.list()
            for name, (body, error) in BODIES.items():
                proxy.heal()
                proxy.always(LIST, Substitute(reply(200, body)))
                kind = _error_of(ws.leads.list)
                self.table.add(f"200 with {name}", 1, kind, passed=kind == error.__name__)
            for name, (cursors, rows) in CURSORS.items():
                proxy.heal()
                proxy.always(LIST, pages(*cursors, rows=rows))
                before = proxy.count(LIST)
                kind = _error_of(ws.leads.list)
                requests = proxy.count(LIST) - before
                passed = kind == "PaginationError" and requests <= 3
                self.table.add(f"cursors {name}", 1, f"{kind} after {requests} requests", passed=passed)
        for name, (body, encoding, error) in BOMBS.items():
            with FaultProxy(self.service.url) as proxy:
                kind, growth = peak_of(proxy, self.service.key, body(), encoding)
            passed = kind == error and growth <= 64 * 10**6
            self.table.add(f"body: {name}", 1, f"{kind}, peak memory +{growth / 10**6:.0f} MB", passed=passed)

    # --- secrets ----------------------------------------------------------------------------------------------------

    def canaries(self) -> None:
        """Everything that the trials left on disk: journals, request logs, Verbose tracebacks."""
        files = files_below(self.folder)
        secret = self.service.key.rsplit("_", 1)[1]
        hits = sum(betrayed(secret, one) for one in files)
        tracebacks = sum(b"KeyboardInterrupt" in one for one in files)
        found = f"{tracebacks} tracebacks, {sum(map(len, files)) / 10**6:.1f} MB in all, hits {hits}"
        trial = "canary key in journals, logs and Verbose tracebacks of all trials"
        self.table.add(trial, f"{len(files)} files", found, passed=not hits and tracebacks > 0)


def _counts(counted_: Counter[Any]) -> str:
    return ", ".join(f"{value} × {times}" for value, times in sorted(counted_.items()))


def _error_of(action: Callable[[], object]) -> str:
    try:
        action()
    except ProspectB2BError as problem:
        return type(problem).__name__
    return "no error"


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200, help="of the client; half as many of the sandbox")
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--interrupts", type=int, default=60)
    parser.add_argument("--window", type=float, default=60.0, help="of the rate limit, in seconds")
    options = parser.parse_args()
    start = time.monotonic()
    service = Service()
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(options.seed, service, Path(folder))
        try:
            campaign.pace(limit=60, window=options.window, threads=4, calls=150)
            campaign.client_kills(options.kills)
            campaign.server_kills(options.kills // 2)
            campaign.cuts(options.cuts)
            campaign.interrupts(options.interrupts)
            campaign.one_key(10)
            campaign.storm(200)
            campaign.retry_after()
            campaign.drip()
            campaign.bodies()
            campaign.canaries()
        finally:
            service.close()
    sys.stdout.write(f"{campaign.table}\n\n{CREATE}, seed {options.seed}, {time.monotonic() - start:.0f} s\n")
    return 0 if campaign.table.passed else 1


if __name__ == "__main__":
    sys.exit(main())
