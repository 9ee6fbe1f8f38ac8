"""Schemathesis against the running sandbox's own document, configured by ``schemathesis.toml`` at the root."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.document import document
from pb2b_notebook.serving import Server

# One run that takes a minute of a processor: on a busy machine that is more than what a test has otherwise.
pytestmark = pytest.mark.timeout(1800)

ROOT = Path(__file__).parents[2]
# A run that is only refused proves nothing: so many successes at least, of every operation.
LEAST_SUCCESSES = 10
# Fewer, for operations each with its reason.
LEAST_OF = {
    # Columns, lead fields and CSV text must fit each other: nearly all that a generator makes up is refused.
    "imports.validate": 5,
    # Each takes away one of the few webhooks that a workspace may have.
    "webhooks.delete": 5,
    # A campaign has one run at a time, and under a clock that stands still none ends: as many as links lead to one.
    "campaigns.runs.create": 3,
    "prospector.workflows.runs.create": 5,
    # A made-up id names no run, and links lead to a real one only now and then.
    "prospector.runs.cancel": 1,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run: its exit code, what it printed, and the answers that each operation gave, by status."""
    report = tmp_path_factory.mktemp("schemathesis") / "events.ndjson"
    with Sandbox(leads=50, leads_limit=1_000_000, rate_limit=1_000_000) as sandbox, Server(sandbox.app) as server:
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={ROOT / 'schemathesis.toml'}",
            "run",
            f"{server.url}/developers/api/openapi.json",
            f"--header=Authorization: Bearer {sandbox.key}",
            f"--report-ndjson-path={report}",
            "--no-color",
        ]
        # Its cache of examples belongs to this run alone.
        finished = subprocess.run(command, capture_output=True, text=True, cwd=report.parent, check=False)
    return finished.returncode, finished.stdout + finished.stderr, _statuses(report)


def _statuses(report):
    answers = Counter()
    for line in report.read_text("utf-8").splitlines():
        event = json.loads(line).get("ScenarioFinished")
        if event is None:
            continue
        recorder = event["recorder"]
        for case_id, interaction in recorder.get("interactions", {}).items():
            case = recorder["cases"][case_id]["value"]
            status = (interaction["response"] or {}).get("status_code")
            answers[f"{case['method']} {case['path']}", status] += 1
    return answers


@pytest.fixture(scope="module")
def table(run):
    """Answers by operation: how many of each status."""
    return {
        operation.id: {
            status: count
            for (route, status), count in sorted(run[2].items(), key=str)
            if route == f"{operation.method} {operation.path}"
        }
        for operation in document.operations()
    }


def test_no_check_fails_and_nothing_is_warned_of(run):
    code, printed, _ = run
    assert code == 0, printed
    assert "No issues found" in printed


def test_every_operation_succeeds_often_enough(table):
    # Shown by pytest -rP.
    sys.stdout.write("".join(f"{operation:24} {answers}\n" for operation, answers in table.items()))
    successes = {
        operation: sum(count for status, count in answers.items() if 200 <= (status or 0) < 300)
        for operation, answers in table.items()
    }
    few = {
        operation.id: successes[operation.id]
        for operation in document.operations()
        if successes[operation.id] < LEAST_OF.get(operation.id, _least(operation))
    }
    assert not few, successes


def _least(operation):
    varied = operation.query or operation.body_limit or "{" in operation.path
    # What has no parameter has one good request to make, once a phase at most.
    return LEAST_SUCCESSES if varied else 1


def test_nothing_failed(run):
    assert not [answer for answer in run[2] if answer[1] is None or answer[1] >= 500]
