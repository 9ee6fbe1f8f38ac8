"""Schemathesis against the running sandbox's own document, configured by ``schemathesis.toml`` at the root."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.routes import operations
from pb2b_notebook.serving import Server

# One run that takes half a minute of a processor: on a busy machine that is more than other tests may take.
pytestmark = pytest.mark.timeout(1800)

ROOT = Path(__file__).parents[2]
BASE_PATH = "/api/public/v1"
# A run in which every request is refused proves nothing: the least number of successes, of every operation.
LEAST_SUCCESSES = 5
# Fewer, for operations each with its reason.
LEAST_OF = {
    # Columns, lead fields and CSV text must fit each other: nearly all generated bodies are refused.
    "imports.validate": 3,
    # Each deletes one of the few webhooks that a workspace may have.
    "webhooks.delete": 3,
    # A campaign has one run at a time, and under a clock that stands still none ends.
    "campaigns.runs.create": 3,
    "prospector.workflows.runs.create": 3,
    # A generated id names no object, and links lead to a real one only now and then.
    "prospector.runs.cancel": 1,
    "webhooks.rotate_secret": 1,
}

VALID_KEY = re.compile(rb"[!-~]{1,255}")


class AnswerCounter:
    """An application that counts the answers of another one by method, path and status.

    Schemathesis sends one idempotency key with every body of an operation, and all but the first would be 409: each
    request gets a key of its own.
    """

    def __init__(self, app):
        self.app, self.responses, self.keys = app, Counter(), Counter()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def count(message):
            if message["type"] == "http.response.start":
                self.responses[scope["method"], scope["path"], message["status"]] += 1
            await send(message)

        headers = [
            (name, self._fresh_key(value) if name == b"idempotency-key" else value) for name, value in scope["headers"]
        ]
        await self.app({**scope, "headers": headers}, receive, count)

    def _fresh_key(self, key):
        self.keys[key] += 1
        return b"%s-%d" % (key[:200], self.keys[key]) if VALID_KEY.fullmatch(key) else key

    def of(self, operation):
        """The answers of one operation by status."""
        pattern = re.compile(BASE_PATH + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation.path)))
        statuses = Counter()
        for (method, path, status), count in self.responses.items():
            if method == operation.method and pattern.fullmatch(path):
                statuses[status] += count
        return statuses


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run: its exit code, what it printed, and the answers of the sandbox."""
    with Sandbox(leads=50, leads_limit=1_000_000, rate_limit=1_000_000) as sandbox:
        counter = AnswerCounter(sandbox.app)
        with Server(counter) as server:
            document = f"{server.url}/developers/api/openapi.json"
            # Made at the first request; a busy machine may need longer than the ten seconds that Schemathesis waits.
            httpx.get(document, timeout=120).raise_for_status()
            command = [
                str(Path(sys.executable).with_name("schemathesis")),
                f"--config-file={ROOT / 'schemathesis.toml'}",
                "run",
                document,
                f"--header=Authorization: Bearer {sandbox.key}",
                "--no-color",
            ]
            # Its cache of examples belongs to this run alone.
            folder = tmp_path_factory.mktemp("schemathesis")
            finished = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return finished.returncode, finished.stdout + finished.stderr, counter


def test_every_check_passes_without_a_warning(run):
    code, printed, _ = run
    assert code == 0, printed
    assert "No issues found" in printed


def test_every_operation_succeeds_often_enough(run):
    answers = {operation.id: run[2].of(operation) for operation in operations()}
    # Shown by pytest -rP.
    sys.stdout.write("".join(f"{operation:24} {sorted(statuses.items())}\n" for operation, statuses in answers.items()))
    successes = {
        operation: sum(count for status, count in statuses.items() if 200 <= status < 300)
        for operation, statuses in answers.items()
    }
    few = {
        operation.id: successes[operation.id]
        for operation in operations()
        if successes[operation.id] < LEAST_OF.get(operation.id, _least(operation))
    }
    assert not few, successes


def _least(operation):
    varied = operation.parameters.query or operation.body_limit or "{" in operation.path
    # An operation without parameters has one good request to make, at most once in each phase.
    return LEAST_SUCCESSES if varied else 1


def test_no_answer_is_a_server_error(run):
    assert not [answer for answer in run[2].responses if answer[2] >= 500]
