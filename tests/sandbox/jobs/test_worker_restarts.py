"""Jobs survive ``kill -9``: uncommitted work is done again, and committed work is not."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from pb2b_notebook.sandbox import Sandbox

ROWS = 40
# A process that queues an import and an export in a file, advances its clock by an argument, and kills itself.
PROGRAM = """
    import os, signal, sys
    import httpx
    from pb2b_notebook.sandbox import Sandbox
    from pb2b_notebook.sandbox.core.tables import EXPORTS, IMPORTS
    from pb2b_notebook.sandbox.jobs.worker import runs
    from pb2b_notebook.sandbox.transfers import exports, imports
    from pb2b_notebook.serving import Server

    db, seconds, crash = sys.argv[1], float(sys.argv[2]), sys.argv[3]

    def crashing(run):
        def run_and_crash(*arguments):
            run(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        return run_and_crash

    if crash == "import":
        runs("import", table=IMPORTS)(crashing(imports.run_import))
    if crash == "export":
        runs("export", table=EXPORTS)(crashing(exports.run_export))
    with Sandbox(db, leads=20, leads_limit=1_000) as sandbox, Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.key}"}
        with httpx.Client(base_url=server.url + "/api/public/v1", headers=headers) as api:
            rows = [{"m": f"u{number}@b.example", "n": str(number)} for number in range(40)]
            rows[7]["n"] = "seven"
            made = api.post("/imports", json={"rows": rows, "mapping": {"m": "email", "n": "employee_count"}})
            made.raise_for_status()
            api.post("/exports", json={"format": "jsonl", "filters": {"q": "b.example"}}).raise_for_status()
        sandbox.clock.advance(seconds)
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def after_crash(tmp_path):
    """Run a process that kills itself, and open a sandbox on the file that it left."""
    opened = []

    def crash(seconds, where="nowhere"):
        db = tmp_path / "sandbox.db"
        command = [sys.executable, "-W", "error", "-c", textwrap.dedent(PROGRAM), str(db), str(seconds), where]
        finished = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
        assert finished.returncode == -signal.SIGKILL, finished.stderr
        opened.append(Sandbox(db, rate_limit=1_000_000))
        return opened[-1]

    yield crash
    for sandbox in opened:
        sandbox.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
@pytest.mark.parametrize(
    ("seconds", "where", "attempts"),
    [
        pytest.param(0, "nowhere", (1, 1), id="queued"),
        pytest.param(2.5, "nowhere", (2, 2), id="running"),
        pytest.param(60, "import", (2, 2), id="import done but not committed"),
        pytest.param(60, "export", (1, 2), id="export written but not committed"),
        pytest.param(60, "nowhere", (1, 1), id="both committed"),
    ],
)
def test_each_job_takes_effect_exactly_once(after_crash, serve, seconds, where, attempts):
    sandbox = after_crash(seconds, where)
    key = sandbox.create_key()
    with serve(sandbox) as api:
        api.headers["Authorization"] = f"Bearer {key}"
        sandbox.clock.advance(3600)
        [made] = [each for each in api.get("/imports?order=updated_at.desc").json()["data"] if each["mapping"].get("m")]
        assert (made["status"], made["created_count"], made["error_count"]) == ("completed", ROWS - 1, 1)
        leads = api.get("/leads", params={"import_id": made["id"], "limit": 500}).json()["data"]
        assert len({lead["id"] for lead in leads}) == len(leads) == ROWS - 1
        [error] = api.get(f"/imports/{made['id']}/errors").json()["data"]
        assert (error["row_number"], error["field"]) == (8, "employee_count")
        [export] = [
            each for each in api.get("/exports?order=updated_at.desc").json()["data"] if each["filters"].get("q")
        ]
        jobs = [api.get(f"/jobs/{each['job_id']}").json()["data"] for each in (made, export)]
        assert tuple(job["attempt"] for job in jobs) == attempts
        assert [(job["status"], job["progress"]) for job in jobs] == [("completed", 1), ("completed", 1)]
        for job in jobs:
            messages = [event["message"] for event in api.get(f"/jobs/{job['id']}/events").json()["data"]]
            assert messages.count("Started.") == messages.count("Completed.") == 1
            assert messages.count("Resumed after a restart.") == job["attempt"] - 1
        files = [path for path in sandbox.data_folder.rglob("*") if path.is_file()]
        assert [path.name for path in files] == [f"{export['id']}.jsonl"]
        assert len(files[0].read_text("utf-8").splitlines()) == export["row_count"]


def test_a_running_clock_resumes_jobs_after_a_restart(tmp_path, serve):
    db = tmp_path / "sandbox.db"
    with Sandbox(db, leads=20, rate_limit=1_000_000) as sandbox, serve(sandbox) as api:
        key, export = sandbox.key, api.post("/exports", json={}).json()["data"]
    with Sandbox(db, rate_limit=1_000_000, clock="real", speed=1_000) as sandbox, serve(sandbox) as api:
        api.headers["Authorization"] = f"Bearer {key}"
        while api.get(f"/exports/{export['id']}").json()["data"]["status"] != "completed":
            pass
