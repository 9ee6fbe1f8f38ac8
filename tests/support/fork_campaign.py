"""Fork workers that use the workspace of their parent, while threads of the parent use it and some workers are killed.

Each call is checked: a read and a create must be about the lead that was asked for, and so must the entry that the
journal keeps. ``.venv/bin/python tests/support/fork_campaign.py --rounds 10 --processes 12``
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time
import warnings
from collections import Counter
from pathlib import Path

import pb2b_notebook as pb
from pb2b_notebook.forking import temporary_folder

PATIENCE = 120  # seconds until a worker counts as hung


def work(ws, leads, calls, label):
    """Read and create leads in turn; return the number of calls by their result."""
    found = Counter()
    for number in range(calls):
        wanted = leads[(number * 7 + hash(label)) % len(leads)]
        found["reads"] += 1
        found["wrong reads"] += ws.leads.get(wanted).id != wanted
        email = f"{label}-{number}@example.com"
        found["creates"] += 1
        found["wrong creates"] += ws.leads.create(email=email).email != email
    return found


def in_threads(ws, leads, calls, threads, label):
    """Run :func:`work` in several threads and return the sum of their counts."""
    total, lock = Counter(), threading.Lock()

    def run(number):
        try:
            found = work(ws, leads, calls, f"{label}-{number}")
        except Exception as problem:  # noqa: BLE001 - it is counted
            found = Counter({f"failed: {type(problem).__name__}": 1})
        with lock:
            total.update(found)

    started = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return total


def fork(ws, leads, options, label):
    """Start a worker; return its process id and the end of the pipe that it writes its counts to."""
    receiver, sender = os.pipe()
    process = os.fork()
    if process:
        os.close(sender)
        return process, receiver
    os.close(receiver)
    counts = in_threads(ws, leads, options.calls, options.threads, label)
    os.write(sender, json.dumps(counts).encode())
    if label.endswith("0"):
        ws.close()  # as a worker may: the parent goes on
    sys.exit()  # not os._exit(): finalizers and atexit functions run, too


def collect(process, receiver, kill):
    """Wait for a worker, or kill it; return its counts."""
    if kill:
        time.sleep(random.random() / 4)  # noqa: S311 - a delay
        os.kill(process, signal.SIGKILL)
    ends = time.monotonic() + PATIENCE
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > ends:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return Counter({"hung": 1})
        time.sleep(0.01)
    with os.fdopen(receiver) as pipe:
        text = pipe.read()
    return Counter({"killed": 1}) if kill else Counter(json.loads(text or '{"without a result": 1}'))


def wrong_entries(path):
    """Return the numbers of journal entries, and of those whose response is about another lead than their payload."""
    found = Counter()
    with sqlite3.connect(path) as db:
        for payload, answer in db.execute("SELECT payload, answer FROM mutations WHERE state = 'succeeded'"):
            found["journal entries"] += 1
            found["wrong journal entries"] += json.loads(payload)["email"] != json.loads(answer)["data"]["email"]
    db.close()
    return found


def run_round(options, number):
    """Run one round in a cache folder of its own and return its counts."""
    with pb.open_sandbox(leads=200, rate_limit=1_000_000, in_process=False) as sandbox:
        key = sandbox.sandbox.create_key()
        with pb.connect(key, base_url=sandbox.base_url) if options.journal == "file" else sandbox as ws:
            leads = ws.leads.list(progress=False)["id"].tolist()
            folders = [sandbox.mirror.location.root, sandbox.sandbox.data_folder]
            stop, total = threading.Event(), Counter()

            def keep_busy(label):
                turn = 0
                while not stop.is_set():
                    total.update(work(ws, leads, 1, f"{label}-{turn}"))
                    turn += 1

            busy = [threading.Thread(target=keep_busy, args=(f"parent-{n}",)) for n in range(options.parent_threads)]
            for thread in busy:
                thread.start()
            workers = [fork(ws, leads, options, f"r{number}-w{n}") for n in range(options.processes)]
            kills = set(random.sample(range(len(workers)), min(options.kills, len(workers))))
            counts = [collect(*worker, n in kills) for n, worker in enumerate(workers)]
            stop.set()
            for thread in busy:
                thread.join()
            for found in counts:
                total.update(found)
            total["deleted folders"] += sum(not folder.exists() for folder in folders)
            total["parent failures"] += len(ws.leads.list(limit=5, progress=False)) != 5
    if options.journal == "file":
        total.update(wrong_entries(Path(os.environ["PB2B_CACHE_DIR"]) / "pb2b_notebook" / "journal.sqlite3"))
    return total


def main():
    """Run the campaign and print its counts as JSON; exit with 1 if anything was wrong."""
    warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads: that is the subject
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (
        ("rounds", 1), ("processes", 12), ("threads", 2), ("calls", 12), ("kills", 2), ("parent-threads", 2),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--journal", choices=["file", "memory"], default="file")
    options = parser.parse_args()
    random.seed(1)
    total = Counter()
    for number in range(options.rounds):
        with temporary_folder("pb2b-forks-") as folder:
            os.environ["PB2B_CACHE_DIR"] = str(folder)
            total.update(run_round(options, number))
    sys.stdout.write(json.dumps(total, sort_keys=True) + "\n")
    bad = [name for name in total if name.startswith(("wrong", "hung", "failed", "without", "deleted", "parent"))]
    sys.exit(any(total[name] for name in bad))


if __name__ == "__main__":
    main()
