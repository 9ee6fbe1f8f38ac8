"""Webhooks survive ``kill -9`` at any moment: a committed change is delivered, and an uncommitted one is not.

``PB2B_TEST_SEED=2 pytest tests/sandbox/webhooks/test_delivery_restarts.py`` draws other moments.
"""

import os
import random
import signal
import subprocess
import sys
import textwrap

import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.tables import LEADS

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")

LEADS_MADE = 12
# A process in which four clients create leads in parallel. It records each acknowledged lead, and kills itself when
# the point has been reached a given number of times.
PROGRAM = """
    import os, signal, sys, threading
    import httpx
    from pb2b_notebook.sandbox import Sandbox
    from pb2b_notebook.sandbox.webhooks.delivery_queue import DeliveryQueue
    from pb2b_notebook.sandbox.webhooks.outbox import Outbox
    from pb2b_notebook.sandbox.webhooks.posting import Poster
    from pb2b_notebook.serving import Server

    db, sink, acknowledged, point, times, number = *sys.argv[1:5], int(sys.argv[5]), int(sys.argv[6])
    lock = threading.Lock()

    def reached():
        global times
        with lock:
            times -= 1
            if times == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def dying(owner, name, *, after):
        original = getattr(owner, name)
        def method(*arguments, **options):
            if not after:
                reached()
            result = original(*arguments, **options)
            if after:
                reached()
            return result
        setattr(owner, name, method)

    def dying_before_the_commit(record):
        def method(self, made):
            with self._store.transaction():
                record(self, made)
                reached()
        return method

    match point:
        case "written, not committed":
            dying(Outbox, "emit", after=True)
        case "committed, not posted":
            dying(Poster, "post", after=False)
        case "answered, not recorded":
            dying(Poster, "post", after=True)
        case "recorded, not committed":
            DeliveryQueue.record = dying_before_the_commit(DeliveryQueue.record)
        case "recorded":
            dying(DeliveryQueue, "record", after=True)

    def create(api, log, numbers):
        for number in numbers:
            response = api.post("/leads", json={"external_id": f"killed-{number}"})
            response.raise_for_status()
            os.write(log, (response.json()["data"]["id"] + "\\n").encode())

    with Sandbox(db, leads=20, rate_limit=1_000_000) as sandbox, Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        log = os.open(acknowledged, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        with httpx.Client(base_url=server.url + "/api/public/v1", headers=headers) as api:
            for _ in range(2):
                api.post("/webhooks", json={"url": sink, "events": ["lead.created"]}).raise_for_status()
            threads = [
                threading.Thread(target=create, args=(api, log, range(first, number, 4))) for first in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        sandbox.deliver()
        os.kill(os.getpid(), signal.SIGKILL)
"""
POINTS = (
    "written, not committed", "committed, not posted", "posted, not answered", "answered, not recorded",
    "recorded, not committed", "recorded",
)  # fmt: skip


@pytest.fixture
def run_and_kill(tmp_path, make_sink):
    """Run the program until it kills itself; return the sink, which keeps listening, and the acknowledged leads."""

    def run(point, times, leads=LEADS_MADE):
        processes, countdown = [], [times]

        def answer(exchange):
            countdown[0] -= 1
            if point == "posted, not answered" and countdown[0] == 0:
                processes[0].kill()
            else:
                exchange.write(b"HTTP/1.1 204 No Content\r\n\r\n")

        sink = make_sink(then=answer)
        acknowledged = tmp_path / "acknowledged"
        command = [sys.executable, "-W", "error", "-c", textwrap.dedent(PROGRAM), tmp_path / "sandbox.db", sink.url]
        with subprocess.Popen([*map(str, command), acknowledged, point, str(times), str(leads)]) as process:
            processes.append(process)
            process.wait(120)
        assert process.returncode == -signal.SIGKILL
        return sink, set(acknowledged.read_text().split())

    return run


DRAWN = random.Random(int(os.environ.get("PB2B_TEST_SEED", "1")))  # noqa: S311 - to be repeated, not to be secret
# Outcomes are recorded together, so only one commit per endpoint is certain.
MOMENTS = [(point, DRAWN.randint(1, 2 if point.startswith("recorded") else LEADS_MADE)) for point in POINTS]


@pytest.mark.parametrize(("point", "times"), MOMENTS, ids=POINTS)
def test_every_committed_change_is_delivered_to_both_endpoints(tmp_path, run_and_kill, point, times):
    sink, acknowledged = run_and_kill(point, times)
    with Sandbox(tmp_path / "sandbox.db", rate_limit=1_000_000) as sandbox:
        sandbox.deliver()
        stored = sandbox._store.find(LEADS, sandbox.workspace_id, "external_id LIKE 'killed-%'", ())
        left = sandbox._store.execute("SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'")
        rows = sandbox._store.execute(
            "SELECT status FROM webhook_deliveries JOIN delivery_bodies ON delivery_id = id WHERE body LIKE '%killed-%'"
        )
    assert left == [(0,)]
    committed = {lead["id"]: lead for lead in stored}
    assert acknowledged <= set(committed)
    # Each of the two endpoints got every event at least once, and no others.
    arrived = {(received.delivery_id, received.event["data"]["id"]) for received in sink.received}
    assert sorted(lead_id for _, lead_id in arrived) == sorted([*committed, *committed])
    assert rows == [("succeeded",)] * (2 * len(committed))
    # A delivery that arrived twice had the same bytes.
    bodies = {}
    for received in sink.received:
        bodies.setdefault(received.event["id"], set()).add(received.body)
        assert received.event["data"] == committed[received.event["data"]["id"]]
    assert len(bodies) == len(committed)
    assert all(len(each) == 1 for each in bodies.values())


def test_a_killed_import_delivers_all_its_leads_after_the_restart(tmp_path, make_sink):
    """The last step of the job is one transaction: a kill inside it leaves neither leads nor events."""
    program = """
        import os, signal, sys
        import httpx
        from pb2b_notebook.sandbox import Sandbox
        from pb2b_notebook.sandbox.webhooks.outbox import Outbox
        from pb2b_notebook.serving import Server

        emit = Outbox.emit
        def emit_and_crash(self, event, subject):
            emit(self, event, subject)
            if event == "import.completed":
                os.kill(os.getpid(), signal.SIGKILL)
        Outbox.emit = emit_and_crash
        with Sandbox(sys.argv[1], leads=20) as sandbox, Server(sandbox.app) as server:
            headers = {"Authorization": f"Bearer {sandbox.key}"}
            with httpx.Client(base_url=server.url + "/api/public/v1", headers=headers) as api:
                events = ["lead.created", "import.completed"]
                api.post("/webhooks", json={"url": sys.argv[2], "events": events}).raise_for_status()
                rows = [{"m": f"u{number}@b.example"} for number in range(5)]
                api.post("/imports", json={"rows": rows, "mapping": {"m": "email"}}).raise_for_status()
            sandbox.clock.advance(60)
    """
    sink, db = make_sink(), str(tmp_path / "sandbox.db")
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(program), db, sink.url], check=False)
    assert died.returncode == -signal.SIGKILL
    assert sink.received == []
    with Sandbox(db) as sandbox:
        sandbox.deliver()
        assert sink.received == []
        sandbox.clock.advance(60)
    assert sink.types == ["lead.created"] * 5 + ["import.completed"]
    assert len({event["id"] for event in sink.events}) == 6


@pytest.mark.parametrize("clock", ["fixed", "real"])
def test_due_deliveries_are_resumed_after_a_restart(tmp_path, run_and_kill, clock):
    sink, _ = run_and_kill("committed, not posted", 1)
    assert sink.received == []
    with Sandbox(tmp_path / "sandbox.db", clock=clock) as sandbox:
        [(count,)] = sandbox._store.execute("SELECT count(*) FROM delivery_bodies WHERE body LIKE '%killed-%'")
        assert count > 0
        sink.wait_for(count)
