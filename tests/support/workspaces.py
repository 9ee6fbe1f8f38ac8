"""Workspaces built from parts that the public API does not expose, and helpers that inspect them."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from pb2b_notebook import openapi
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.credentials import Connection, api_key
from pb2b_notebook.journal import Journal
from pb2b_notebook.request_log import RequestLog
from pb2b_notebook.workspace import Workspace
from plain_http import NO_TLS

if TYPE_CHECKING:
    from pathlib import Path

BASE = "/api/public/v1"
CREATE = f"POST {BASE}/leads"
LIST = f"GET {BASE}/leads"

# As in production, but for the waits: no test needs to sit out a backoff.
HASTY = Timing(sleep=lambda seconds: time.sleep(min(seconds, 0.005)))


def connected(
    url: str, key: str, *, journal: Journal | None = None, log: RequestLog | None = None, **client: Any
) -> Workspace:
    """A workspace at ``url``; ``client`` are options of :class:`Client`, such as ``policy`` and ``timing``."""
    log = log or RequestLog(None)
    sender = Client(Connection(api_key(key), url + BASE), log=log, **{"timing": HASTY, **client})
    session = Session(sender, openapi.load(), journal or Journal(None), progress=False)
    try:
        return Workspace(session, session.record("me.get", {}), log)
    except BaseException:
        sender.close()
        raise


def leads_with(service: str, key: str, email: str) -> list[dict[str, Any]]:
    """The oracle: what the service itself holds, asked for directly, past proxy and client."""
    answer = httpx.get(
        f"{service}{BASE}/leads",
        params={"email": email, "include_deleted": "true"},
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
        trust_env=False,
        verify=NO_TLS,
    )
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def traces(canary: str) -> list[bytes]:
    """All that would betray the canary: as it is, URL-encoded, in hexadecimal, in base64 at any alignment."""
    raw = canary.encode()
    encoded = [raw, quote(canary, safe="").encode(), raw.hex().encode()]
    for shift in range(3):
        # Without the characters at both ends that depend on what stands before and after it.
        whole = base64.b64encode(b"\0" * shift + raw)
        encoded.append(whole[4 if shift else 0 : len(raw) * 4 // 3 - 4])
    return encoded


def betrayed(canary: str, *texts: str | bytes) -> bool:
    """Whether any text holds the canary, in any of its shapes."""
    data = [text.encode("utf-8", "replace") if isinstance(text, str) else text for text in texts]
    return any(trace in one for trace in traces(canary) for one in data)


def files_below(folder: Path) -> list[bytes]:
    """The contents of every file of a folder."""
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


class Service:
    """A sandbox of this process: where it listens, a key for the client, and one for the oracle."""

    def __init__(self, **options: Any) -> None:
        # Here, because the cells that are killed need no service of their own: FastAPI is half of their start.
        from pb2b_notebook.sandbox import Sandbox
        from pb2b_notebook.serving import Server

        self.sandbox = Sandbox(**{"leads": 30, "rate_limit": 1_000_000, **options})
        self.server = Server(self.sandbox.app).start()
        self.url = self.server.url
        self.key = self.sandbox.key or ""
        self.oracle = self.sandbox.create_key(name="oracle")

    def close(self) -> None:
        """Stop serving, forget the data."""
        self.server.stop()
        self.sandbox.close()


class SandboxProcess:
    """``pb2b sandbox --db FILE`` in a process of its own, that can be killed and started again on its file."""

    def __init__(self, db: Path, *, leads: int = 20, port: int = 0, speed: float = 1.0) -> None:
        self._db = db
        self._options = ["--leads", str(leads), "--port", str(port), "--speed", str(speed)]
        self._process: subprocess.Popen[str] | None = None
        self.key = ""
        self.url = ""

    def start(self) -> None:
        """Start it, and read from its greeting where it listens (and, the first time, its key)."""
        self.spawn()
        self.wait()

    def spawn(self) -> None:
        """Start the process without waiting for it."""
        command = [sys.executable, "-m", "pb2b_notebook.cli", "sandbox", "--db", str(self._db), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def wait(self) -> None:
        """Wait until it answers."""
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("base URL"):
                self.url = line.split()[2].removesuffix(BASE)
            if line.startswith("API key") and "pb2b_" in line:
                self.key = line.split()[2]
            if line.startswith("Ctrl-C"):
                break
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        for _ in range(1000):
            try:
                httpx.get(f"{self.url}{BASE}/me", trust_env=False, verify=NO_TLS)
            except httpx.TransportError:
                time.sleep(0.01)
            else:
                return
        raise RuntimeError("the sandbox does not answer")

    def stop(self) -> None:
        """Stop the process by Ctrl-C; it finishes the requests in progress."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.communicate(timeout=60)
            self._process = None

    def kill(self) -> None:
        """Kill the process (SIGKILL), so that it finishes nothing."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
