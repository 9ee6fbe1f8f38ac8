"""Kill the client or the sandbox in the middle of an upsert, run the same cell again, and compare the leads.

``python tests/support/upsert_kills.py --seed 1 --kills 100 --rows 2000`` runs the campaign, client and sandbox
alternately, and prints its table in Markdown. Exit status 1 if a promise was broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fault_proxy import CutReply, CutRequest, FaultProxy, Substitute, reply
from killing import chance, environment
from lead_tables import Table
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.errors import ProspectB2BError
from upsert_cell import frame
from workspaces import SandboxProcess, connected

if TYPE_CHECKING:
    import random

CELL = Path(__file__).with_name("upsert_cell.py")
BULK = "bulk-upsert"


@dataclass(frozen=True)
class Trial:
    """The result of a trial.

    Attributes:
        killed: Whether the process died while the cell ran.
        problems: Descriptions of the promises that were broken.
    """

    killed: bool
    problems: tuple[str, ...]


def seed_leads(sandbox: SandboxProcess, rows: int) -> None:
    """Create the leads that the frame changes."""
    emails = [email for email in frame(rows)["email"] if email.startswith("known")]
    with connected(sandbox.url, sandbox.key) as ws:
        for start in range(0, len(emails), 100):
            ws.leads.bulk_upsert(rows=[{"email": email, "title": "Before"} for email in emails[start : start + 100]])


def inject_faults(proxy: FaultProxy, drawn: random.Random) -> None:
    """Let two requests of the cell fail, in addition to the kill."""
    kinds = [
        Substitute(reply(500, b'{"error":{"code":"internal","message":"sorry"}}'), effect=True),
        Substitute(reply(503)),
        Substitute(reply(429, retry_after="0")),
        CutReply(drawn.randrange(2000)),
        CutRequest(drawn.randrange(2000)),
    ]
    proxy.once(BULK, *drawn.choices(kinds, k=2))


def kill(sandbox: SandboxProcess, victim: str, rows: int, cache: Path, drawn: random.Random) -> Trial:
    """Run the cell, kill the client or the sandbox at a random instant, run the cell again, and check the result.

    Args:
        sandbox: Sandbox with the leads that the frame changes; it is restarted if it is killed.
        victim: "client" or "sandbox".
        rows: Number of rows of the frame.
        cache: Cache folder of the client.
        drawn: Random generator of the trial.
    """
    env = environment(sandbox.key, cache)
    with FaultProxy(sandbox.url) as proxy:
        command = [sys.executable, str(CELL), "--url", proxy.url, "--rows", str(rows)]
        inject_faults(proxy, drawn)
        child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith("applying"):
                break
        _wait_for_sends(proxy, drawn.randrange(1, max(2, rows // 100)), child)
        time.sleep(drawn.uniform(0, 0.05))
        killed = child.poll() is None
        if victim == "client":
            child.kill()
        else:
            sandbox.kill()
            sandbox.start()
            proxy.service = sandbox.url
        child.communicate()
        outcome: dict[str, Any] = {}
        for _ in range(3):  # if rows are pending, the user runs the cell again
            again = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
            with suppress(ValueError, IndexError):
                outcome = json.loads(again.stdout.splitlines()[-1])
            if outcome and not outcome["summary"]["pending"]:
                break
    return Trial(killed, tuple(_broken_promises(sandbox, rows, outcome)))


def _wait_for_sends(proxy: FaultProxy, count: int, child: subprocess.Popen[str]) -> None:
    for _ in range(3000):
        if proxy.count(BULK) >= count or child.poll() is not None:
            return
        time.sleep(0.005)


def _broken_promises(sandbox: SandboxProcess, rows: int, outcome: dict[str, Any]) -> list[str]:
    """Return the broken promises, from the leads of the sandbox and the outcome of the last run."""
    wanted = frame(rows)
    sound = wanted[wanted["email"] != "nobody"]
    with connected(sandbox.url, sandbox.key, timing=Timing()) as ws:
        leads = ws.leads.list()
    leads = leads[leads["email"].str.endswith("@campaign.example", na=False)]
    problems = []
    if outcome.get("index") != wanted.index.tolist():
        problems.append("rows out are not rows in")
    if outcome.get("summary", {}).get("invalid") != rows - len(sound):
        problems.append(f"summary {outcome.get('summary')}")
    if leads["email"].duplicated().any() or len(leads) != len(sound):
        problems.append(f"{len(leads)} leads for {len(sound)} rows, {leads['email'].duplicated().sum()} twice")
    else:
        values = leads.set_index("email").loc[sound["email"], ["title", "score"]]
        if values["title"].tolist() != sound["title"].tolist() or values["score"].tolist() != sound["score"].tolist():
            problems.append("values differ from the plan")
    return problems


def trial(folder: Path, number: int, rows: int, seed: int) -> Trial:
    """Run one trial in a sandbox of its own; an even number kills the client, an odd one the sandbox."""
    sandbox = SandboxProcess(folder / f"{number}.sqlite3", leads=1)  # nobody opted out: cells compare no one
    sandbox.start()
    try:
        seed_leads(sandbox, rows)
        victim = "client" if number % 2 == 0 else "sandbox"
        return kill(sandbox, victim, rows, folder / f"cache {number}", chance(seed * 1000 + number))
    finally:
        sandbox.kill()


def main() -> int:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2000)
    options = parser.parse_args()
    start, table = time.monotonic(), Table()
    with tempfile.TemporaryDirectory() as folder:
        trials: dict[str, list[Trial]] = {"client": [], "sandbox": []}
        for number in range(options.kills):
            made = None
            with suppress(ProspectB2BError):
                made = trial(Path(folder), number, options.rows, options.seed)
            trials["client" if number % 2 == 0 else "sandbox"].append(made or Trial(False, ("the trial was aborted",)))
    for victim, made in trials.items():
        killed = sum(done.killed for done in made)
        problems = Counter(problem for done in made for problem in done.problems)
        summary = f"{killed} killed; problems {dict(problems) or 'none'}"
        passed = not problems and killed >= len(made) / 2
        table.add(f"kill -9 of the {victim} in an upsert of {options.rows} rows", len(made), summary, passed=passed)
    sys.stdout.write(f"{table}\n\nseed {options.seed}, {time.monotonic() - start:.0f} s\n")
    return 0 if table.passed else 1


if __name__ == "__main__":
    sys.exit(main())
