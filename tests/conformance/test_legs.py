"""The suite itself: no leg is skipped in silence, and the live one only reads.

It is run as CI and as a person with a key would run it, in processes of their own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conformance_services import BASE_PATH, LIVE, LOCAL, Service
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server

HERE = Path(__file__).parent
LEG = re.compile(r"\[(in_process|over_a_socket|live_service)")


def run(*arguments, **environment):
    """Run pytest on the scenarios; its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PB2B_")}
    environment = {"PYTHONPATH": str(HERE.parent / "support"), **environment}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments],
        cwd=HERE.parent.parent,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


SCENARIOS = [str(HERE / "test_reading.py"), str(HERE / "test_writing.py")]


@pytest.fixture(scope="module")
def collected():
    """The ids of all scenarios without a live key, and the summary."""
    status, output = run("--collect-only", "-q", *SCENARIOS, CI="true")
    assert status == 0, output
    return [line for line in output.splitlines() if "::" in line], output


def legs(ids):
    found = {}
    for line in ids:
        scenario = LEG.sub("[", line).replace("[-", "[").removesuffix("[]")
        found.setdefault(scenario, set()).update(LEG.findall(line))
    return found


def test_every_scenario_has_both_local_legs_and_none_can_be_skipped(collected):
    ids, _ = collected
    found = legs(ids)
    assert len(found) > 80
    assert {scenario: legs for scenario, legs in found.items() if legs != set(LOCAL)} == {}
    text = "".join(path.read_text() for path in HERE.glob("*.py") if path.name != Path(__file__).name)
    assert not re.search(r"skip|xfail", text)


def test_without_a_key_the_live_leg_is_deselected_with_a_notice(collected):
    ids, output = collected
    told = re.search(
        r"conformance: (\d+) scenarios against the live service deselected: PB2B_LIVE_API_KEY is not set", output
    )
    assert int(told[1]) == sum("test_reading.py" in line for line in ids) // len(LOCAL)
    assert f"{told[1]} deselected" in output


def test_the_live_leg_only_reads_and_passes_where_a_service_is_of_the_contract(collected):
    """Against a sandbox that counts its writes: a served one is as far away as a live one."""
    written = []

    def counting(app):
        async def counted(scope, receive, send):
            if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}:
                written.append(scope["path"])
            await app(scope, receive, send)

        return counted

    with Sandbox(leads=120, rate_limit=1_000_000) as sandbox, Server(counting(sandbox.app)) as server:
        before = sandbox.clock.now()
        url = f"{server.url}{BASE_PATH}"
        status, output = run("-q", *SCENARIOS, "-k", LIVE, PB2B_LIVE_API_KEY=sandbox.key, PB2B_LIVE_BASE_URL=url)
        assert status == 0, output
        assert sandbox.clock.now() == before  # only a write moves it
    assert written == []
    scenarios = sum("test_reading.py" in line for line in collected[0]) // len(LOCAL)
    assert re.search(rf"\b{scenarios} passed", output), output
    assert "live service deselected" not in output


def test_the_leg_in_process_passes_in_a_python_without_threads_and_sockets(collected):
    status, output = run("-q", "-p", "no_threads", SCENARIOS[1], "-k", "in_process")
    assert status == 0, output
    scenarios = sum("test_writing.py" in line and "[in_process" in line for line in collected[0])
    assert re.search(rf"\b{scenarios} passed", output), output


def test_a_write_to_the_live_service_does_not_leave():
    written = []

    async def noting(scope, receive, send):
        written.append(scope)

    with Server(noting_lifespan(noting)) as server:
        service = Service(server.url, "pb2b_live_abc_0123456789abcdef")
        for method in ("POST", "PATCH", "DELETE", "PUT"):
            with pytest.raises(AssertionError, match="only reads"):
                service.api.request(method, "/leads")
        service.close()
    assert written == []


def noting_lifespan(app):
    """Answer the start and the end of the server, which the application does not handle."""

    async def served(scope, receive, send):
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": f"{message['type']}.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        await app(scope, receive, send)

    return served
