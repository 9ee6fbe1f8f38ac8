"""What forked children of one workspace can do and cannot do; the results are printed as JSON for ``test_forking``."""

import gc
import json
import os
import pickle
import sys
import threading
import time
import warnings

import pb2b_notebook as pb
from pb2b_notebook import errors


def in_child(function):
    """Return the result of a function in a forked child, or the message of its error; the child ends as a script."""
    receiver, sender = os.pipe()
    gc.freeze()  # else each child copies all memory of its parent when it collects at its end: 0.4 s of a processor
    process = os.fork()
    if not process:
        try:
            result = function()
        except errors.ProspectB2BError as problem:
            result = f"{type(problem).__name__}: {problem}"
        os.write(sender, json.dumps(result).encode())
        os.close(sender)
        sys.exit()  # finalizers and atexit functions run, as at the end of a script
    os.close(sender)
    with os.fdopen(receiver) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    return json.loads(text)


def at_once(function, workers):
    """Return the results of several children that run at the same time."""
    threads, results = [], [None] * workers

    def run(number):
        results[number] = in_child(lambda: function(number))

    for number in range(workers):
        threads.append(threading.Thread(target=run, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return results


def mixed_up(ws, ids, number, calls):
    """Return the number of reads and of creates whose response is about another lead."""
    reads = creates = 0
    for turn in range(calls):
        wanted = ids[(number + turn * 5) % len(ids)]
        reads += ws.leads.get(wanted).id != wanted
        email = f"w{number}-{turn}@example.com"
        creates += ws.leads.create(email=email).email != email
    return [reads, creates]


def while_held(ws, number):
    """Return what a child does that was forked while other threads of its parent hold every lock of the workspace."""
    ws.leads.update(ws.leads.create(email=f"held{number}@example.com"), title="CTO")
    return len(ws.requests()) > 0 and len(ws.journal()) > 0


def hold_locks(ws, until):
    """Keep the locks of journal, request log and pacer busy in threads of the parent."""
    log, journal, pacer = ws._log, ws._session.journal, ws._session.client._pacer

    def keep(take):
        while not until.is_set():
            with take():
                time.sleep(0.002)

    for take in (lambda: log._lock, journal.transaction, lambda: pacer._lock):
        threading.Thread(target=keep, args=(take,), daemon=True).start()


def pickled(thing):
    """Return the error for pickling something."""
    try:
        pickle.dumps(thing)
    except errors.ProspectB2BError as problem:
        return f"{type(problem).__name__}: {problem}"
    return "pickled"


def leads_of_own_sandbox():
    """Return the ids of the leads in a sandbox that a child opens with the arguments of its parent's."""
    with pb.open_sandbox(leads=40, rate_limit=1_000_000, in_process=False) as ws:
        return ws.leads.list()["id"].tolist()


def main():
    """Run everything once."""
    warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks beside threads: the subject
    found = {}
    with pb.open_sandbox(leads=40, rate_limit=1_000_000, in_process=False) as ws:
        ids = ws.leads.list()["id"].tolist()
        folders = [ws.mirror.location.root, ws.sandbox.data_folder]
        found["mixed up"] = at_once(lambda number: mixed_up(ws, ids, number, 8), 6)
        until = threading.Event()
        hold_locks(ws, until)
        found["while locks are held"] = [in_child(lambda n=n: while_held(ws, n)) for n in range(5)]
        until.set()
        found["own sandbox"] = in_child(leads_of_own_sandbox) == ids
        found["closed"] = in_child(ws.close)
        found["advance"] = in_child(lambda: ws.sandbox.clock.advance(5))
        found["faults"] = in_child(lambda: ws.sandbox.faults.add("503 leads.list"))
        found["key"] = in_child(ws.sandbox.create_key)
        found["sandbox closed"] = in_child(ws.sandbox.close)
        ws.mirror.sync("leads", frame="polars")
        found["mirror after it was used"] = in_child(lambda: len(ws.mirror.frame("leads")))
        found["cleanup after polars was used"] = in_child(lambda: len(pb.cleanup.normalize(ws.leads.list()).frame))
        found["reads after polars was used"] = in_child(lambda: len(ws.leads.list(limit=7)))
        found["pickled"] = [pickled(thing) for thing in (ws, ws.leads, ws.mirror)]
        found["folders"] = [folder.exists() for folder in folders]
        found["parent"] = [len(ws.leads.list(limit=7)), len(ws.mirror.frame("leads")) >= 40]
        found["deliver"] = ws.sandbox.clock.advance(1)
    found["folders at the end"] = [folder.exists() for folder in folders]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
