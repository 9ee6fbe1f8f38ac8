"""The forms as an app in the browser: Voila on loopback, behind a gate that requires a token.

Voila has tokens too, but it serves static files without one, passes the token to the kernel's environment, keeps it in
the address, and does not compare it in constant time. Here every request passes the gate before it reaches Voila.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.forking import temporary_folder
from pb2b_notebook.serving import LOOPBACK

try:
    import ipykernel  # noqa: F401 - without it Voila starts, and every page fails
    import zmq
    from jupyter_client.kernelspec import KernelSpecManager
    from tornado.httpserver import HTTPServer
    from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
    from tornado.ioloop import IOLoop
    from tornado.routing import AnyMatches, Matcher, Rule, RuleRouter
    from traitlets import default
    from traitlets.config import Config
    from voila.app import Voila
except ImportError:
    raise MissingExtraError("app", "pb2b app") from None


# Even if a lead's text became active in the page, nothing could be fetched from or sent to another host.
_POLICY: Final = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_LEFT_AFTER: Final = 1800
"""Seconds after which the Python of a page ends, if the page is gone and nothing runs in it. One that sends a list
reports its progress, and goes on."""
_REFUSAL: Final = """<!doctype html><meta charset="utf-8"><title>pb2b app</title>
<p>Open this app with the address that <code>pb2b app</code> printed, with the token.</p>"""


class Gate(Matcher):
    """Admits requests with the session cookie, which a browser gets in exchange for the token.

    Args:
        port: Port of the app. Requests for another host or port are refused: they come from another page, or from a
            name that was made to point to this machine (DNS rebinding).

    Attributes:
        token: Token of this start; a request with it gets the cookie.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        # All ports of a machine share their cookies, so the name has the port.
        self._cookie = f"pb2b-app-{port}"
        self._hosts = {f"{LOOPBACK}:{port}", f"localhost:{port}"}

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return an empty dict to admit a request, or ``None``; Voila has not seen the request yet."""
        shown = request.cookies.get(self._cookie)
        return {} if self._is_ours(request) and shown is not None and _equal(shown.value, self._session) else None

    def receive(self, request: HTTPServerRequest) -> None:
        """Answer a request that was not admitted: exchange a token for the cookie, or refuse."""
        given = request.query_arguments.get("token", [b""])[-1].decode("latin-1")
        if request.method in {"GET", "HEAD"} and self._is_ours(request) and _equal(given, self.token):
            # A "Strict" cookie would not be sent after a click on a link in another page, such as a web terminal.
            cookie = f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Lax"
            _answer(request, 302, "Found", {"Location": "/", "Set-Cookie": cookie})
        else:
            _answer(request, 403, "Forbidden", {"Content-Type": "text/html; charset=utf-8"}, _REFUSAL)

    def _is_ours(self, request: HTTPServerRequest) -> bool:
        origin = request.headers.get("Origin")
        return request.host in self._hosts and origin in {None, f"http://{request.host}"}


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _answer(request: HTTPServerRequest, code: int, reason: str, headers: dict[str, str], body: str = "") -> None:
    content = body.encode()
    sent = HTTPHeaders({**headers, "Content-Length": str(len(content)), "Cache-Control": "no-store"})
    sent["Referrer-Policy"] = "no-referrer"
    connection = request.connection
    assert connection is not None  # noqa: S101 - it is a request that came in
    body_or_none = b"" if request.method == "HEAD" else content  # the length is that of a GET, without its content
    connection.write_headers(ResponseStartLine("HTTP/1.1", code, reason), sent, body_or_none)
    connection.finish()


class _ThisPython(KernelSpecManager):
    """Kernels of the serving Python only; another registered kernel may lack this package."""

    @default("kernel_dirs")
    def _none(self) -> list[str]:
        return []


class _App(Voila):  # type: ignore[misc]  # Voila has no types
    """Voila with one notebook and one socket, behind the gate."""

    def __init__(self, bound: socket.socket, gate: Gate, ready: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._bound, self._gate, self._ready = bound, gate, ready

    def listen(self) -> None:
        """Serve until Ctrl-C or SIGTERM, then shut down the kernels."""
        server = HTTPServer(RuleRouter([Rule(self._gate, self.app), Rule(AnyMatches(), self._gate.receive)]))
        self._bound.listen(128)
        self._bound.setblocking(False)
        server.add_socket(self._bound)
        self.ioloop = IOLoop.current()
        self.ioloop.add_callback(self._ready)
        signal.signal(signal.SIGINT, self._handle_signal_stop)
        try:
            self.ioloop.start()
        finally:
            server.stop()
            self.stop()


def serve(bound: socket.socket, *, browser: bool, show_address: Callable[[str], None]) -> None:
    """Serve the app in the foreground until Ctrl-C or SIGTERM.

    Args:
        bound: Socket from :func:`pb2b_notebook.serving.bind`.
        browser: Whether to open the app in the browser.
        show_address: Function that is called with the address, with the token, once the app is served.
    """
    # The page asks every few seconds whether the server is there, and a refusal is an answer.
    for name in ("tornado.access", "tornado.application"):
        logging.getLogger(name).setLevel(logging.ERROR)
    port = bound.getsockname()[1]
    gate = Gate(port)
    address = f"http://{LOOPBACK}:{port}/?token={gate.token}"

    with _page_opener(address) as open_page:

        def ready() -> None:
            show_address(address)
            if browser:
                open_page()

        app = _App(bound, gate, ready, config=_configuration(), config_file_paths=[])
        app.initialize([str(notebook())])
        app.start()


def notebook() -> Path:
    """Return the path of the app's notebook: beside this module in a wheel, among the notebooks in a checkout."""
    shipped = Path(__file__).with_name("app.ipynb")
    return shipped if shipped.exists() else Path(__file__).parents[1] / "notebooks" / "app.ipynb"


def _configuration() -> Config:
    made = Config()
    made.Voila.open_browser = False
    made.Voila.log_level = logging.ERROR
    made.Voila.token = ""  # the gate has checked the token already
    made.Voila.tornado_settings = {
        "headers": {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
        # On this machine a connection needs no pings to stay open. With them a busy machine closes it every 30 seconds:
        # a pong counts as late after one interval, since Tornado warns of a longer timeout.
        "ws_ping_interval": 0,
    }
    made.KernelManager.transport_encryption = "auto" if zmq.has("curve") else "disabled"
    made.VoilaExecutor.iopub_timeout = 60  # seconds; after 4, the default, a busy machine shows an empty page
    # A page that is closed ends its Python; one whose browser crashed or was killed could not ask for it.
    made.MappingKernelManager.cull_idle_timeout, made.MappingKernelManager.cull_interval = _LEFT_AFTER, 60
    made.VoilaConfiguration.kernel_spec_manager_class = _ThisPython
    made.VoilaConfiguration.allow_template_override = made.VoilaConfiguration.allow_theme_override = "NO"
    made.VoilaConfiguration.file_allowlist = []
    # Relative paths in forms start in the folder where the command was run.
    made.MappingKernelManager.root_dir = str(Path.cwd())
    return made


@contextmanager
def _page_opener(address: str) -> Iterator[Callable[[], None]]:
    """Open a page through a private file: the command line of a browser is visible to other users of the machine."""
    with temporary_folder("pb2b-app-") as folder:
        page = folder / "open.html"
        page.touch(mode=0o600)
        page.write_text(f'<!doctype html><meta http-equiv="refresh" content="0;url={address}">', "utf-8")

        def open_page() -> None:
            if not webbrowser.open(page.as_uri()):
                sys.stderr.write("no browser was found; open the address by hand\n")

        yield open_page
