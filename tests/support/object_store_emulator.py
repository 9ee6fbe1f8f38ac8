"""An S3 emulator (moto) in a process of its own, and faults that a test asks it for.

Run as a program it serves, in an environment of its own: see ``.ci/emulators.txt``. Imported, it starts that program.
With ``AZURITE=node_modules/.bin/azurite-blob`` (``npm install azurite``), it starts that emulator of Azure instead, and
tests that need what it lacks are skipped: ``.ci/azure``.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

HOUSE = Path(__file__).parents[2]
FAULTS = "/-/faults"
ACCOUNT = "123456789012"
"""The account of the emulator's buckets."""


@dataclass
class Emulator:
    """A running emulator.

    Attributes:
        url: Endpoint.
        storage: Options with which the mirror reaches it.
        secret: The one among them.
    """

    url: str
    secret = "a-secret-of-the-tests"
    storage: dict[str, str] = field(init=False)
    _buckets: int = 0

    def __post_init__(self) -> None:
        self.storage = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": "us-east-1",
            "max_retries": "2",
        }

    def bucket(self) -> str:
        """Create a bucket and return its URL."""
        self._buckets += 1
        name = f"bucket-{os.getpid()}-{self._buckets}"
        self._put(f"/{name}", b"")
        return f"s3://{name}"

    def keep_versions(self, url: str) -> None:
        """Keep the versions of objects of a bucket from now on."""
        self._put(
            f"/{url.removeprefix('s3://')}?versioning",
            b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        )

    def fail(self, *, method: str = "", path: str = "", status: int = 0, times: int = 1000, cut: str = "") -> None:
        """Let requests fail from now on.

        Args:
            method: Method of the requests; by default any.
            path: Regular expression that is found in their path; by default any.
            status: Status of the response.
            times: Number of requests that fail.
            cut: "upload" to close the connection in the middle of the body, "response" to do what is asked for and
                close the connection without a response, "condition" to ignore the condition of a write.
        """
        fault = {"method": method, "path": path, "status": status, "times": times, "cut": cut}
        self._put(FAULTS, json.dumps(fault).encode())

    def recover(self) -> None:
        """Let no request fail any more."""
        self._put(FAULTS, b"{}")

    def _put(self, path: str, body: bytes) -> None:
        import httpx  # the emulator's own environment does not have it

        httpx.put(self.url + path, content=body, headers={"Content-Type": "application/xml"}).raise_for_status()


class Google(Emulator):
    """A running emulator of S3, as Google's client reaches it: their XML requests are alike but for a few signs.

    It shows what our code asks for and how it takes refusals, not what Google's store does. It knows no versions.
    """

    def __post_init__(self) -> None:
        account = {"gcs_base_url": self.url, "disable_oauth": True}
        account |= {"client_email": "", "private_key": self.secret, "private_key_id": ""}
        self.storage = {
            "google_service_account_key": json.dumps(account),
            "google_allow_http": "true",
            "max_retries": "2",
        }

    def bucket(self) -> str:
        """Create a bucket and return its URL."""
        return super().bucket().replace("s3://", "gs://")


_AZURITE = "devstoreaccount1"
_AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The account of every Azurite, and its key, which is public."""


class Azurite(Emulator):
    """A running emulator of Azure, which has neither faults nor versions."""

    secret = _AZURITE_KEY

    def __post_init__(self) -> None:
        self.storage = {
            "azure_storage_account_name": _AZURITE,
            "azure_storage_account_key": _AZURITE_KEY,
            "azure_storage_use_emulator": "true",
            "max_retries": "2",
        }

    def bucket(self) -> str:
        """Create a container and return its URL."""
        import httpx

        self._buckets += 1
        name = f"container-{os.getpid()}-{self._buckets}"
        now = dt.datetime.now(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        sent = f"x-ms-date:{now}\nx-ms-version:2021-12-02"
        signed = "PUT" + "\n" * 12 + f"{sent}\n/{_AZURITE}/{_AZURITE}/{name}\nrestype:container"
        digest = hmac.new(base64.b64decode(_AZURITE_KEY), signed.encode(), hashlib.sha256).digest()
        headers = {
            "x-ms-date": now,
            "x-ms-version": "2021-12-02",
            "Authorization": f"SharedKey {_AZURITE}:{base64.b64encode(digest).decode()}",
            "Content-Length": "0",
        }
        httpx.put(f"{self.url}/{_AZURITE}/{name}?restype=container", headers=headers).raise_for_status()
        return f"abfss://{name}@{_AZURITE}.dfs.core.windows.net"

    def recover(self) -> None:
        """Do nothing."""

    def _put(self, path: str, body: bytes) -> None:  # noqa: ARG002 - as of the other
        import pytest

        pytest.skip("Azurite has no faults and no versions")


@contextlib.contextmanager
def azurite(program: str):
    """Run the emulator of Azure during the block."""
    options = ["--blobPort", "0", "--inMemoryPersistence", "--disableTelemetry", "--silent", "--skipApiVersionCheck"]
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            url = next(found[0] for line in process.stdout if (found := re.search(r"http://127\S+", line)))
            os.environ["AZURITE_BLOB_STORAGE_URL"] = url
            yield Azurite(url)
        finally:
            process.terminate()
            process.communicate()  # it prints that it ends


@contextlib.contextmanager
def emulator():
    """Run the emulator during the block."""
    if program := os.environ.get("AZURITE"):
        with azurite(program) as running:
            yield running
        return
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "run", "--quiet", "--no-project", "--python", sys.executable]
    command += ["--with-requirements", HOUSE / ".ci" / "emulators.txt", "python", __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline()
            if not port.strip():
                raise RuntimeError("the emulator did not start")
            yield Emulator(f"http://127.0.0.1:{int(port)}")
        finally:
            process.stdin.close()  # it ends with its standard input, also when the tests are killed
            process.wait()


class _Faults:
    """The emulator's application, or the fault that was asked for."""

    def __init__(self, app) -> None:
        self._app = app
        self._fault = {}

    def __call__(self, environ, start):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if not environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4"):
            _read_as_google(environ)
        if path == FAULTS:
            self._fault = json.loads(_body(environ) or b"{}")
            start("204 No Content", [])
            return []
        fault = self._fault
        meant = fault and fault["times"] > 0 and fault["method"] in {"", method} and re.search(fault["path"], path)
        if not meant:
            if (found := _object(environ)) is None:
                return self._app(environ, start)
            status, headers, content = found
            start(status, headers)
            return content
        fault["times"] -= 1
        if fault["cut"] == "condition":
            environ.pop("HTTP_IF_NONE_MATCH", None)
            return self._app(environ, start)
        if fault["cut"] == "response":
            list(self._app(environ, lambda *_: None))
        if fault["cut"]:
            with contextlib.suppress(OSError):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return []
        _body(environ)
        start(f"{fault['status']} Refused", [("Content-Type", "application/xml")])
        return [b"<Error><Code>Refused</Code></Error>"]


def _read_as_google(environ) -> None:
    """Turn a request of Google's XML API into that of S3: another condition, and each sign of a name in per cent."""
    if environ.pop("HTTP_X_GOOG_IF_GENERATION_MATCH", "") == "0":
        environ["HTTP_IF_NONE_MATCH"] = "*"
    query = environ.get("QUERY_STRING")
    uri = quote(environ["PATH_INFO"].encode("latin-1")) + (f"?{query}" if query else "")
    environ["RAW_URI"] = environ["REQUEST_URI"] = uri
    environ["HTTP_AUTHORIZATION"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"


def _object(environ):
    """Return status, headers and content of an object, or None where moto answers, which takes ten times as long."""
    from moto.s3.models import FakeKey, s3_backends

    method, (bucket, _, name) = environ["REQUEST_METHOD"], environ["PATH_INFO"].lstrip("/").partition("/")
    held = s3_backends[ACCOUNT]["aws"].buckets.get(bucket)
    if method not in {"GET", "HEAD"} or environ.get("QUERY_STRING") or "HTTP_RANGE" in environ or not held or not name:
        return None
    key = held.keys.get(name)
    if isinstance(key, FakeKey):
        headers = [(header, str(value)) for header, value in key.response_dict.items()]
        return "200 OK", headers, [key.value] if method == "GET" else []
    return ("404 Not Found", [], []) if method == "HEAD" else None


def _body(environ) -> bytes:
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def serve() -> None:
    """Serve until standard input ends, and print the port."""
    import logging
    import threading

    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel("CRITICAL")
    server = make_server("127.0.0.1", 0, _Faults(DomainDispatcherApplication(create_backend_app)), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve()
