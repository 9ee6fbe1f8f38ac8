"""The forms as one app in the browser: Voila on loopback, behind a gate that asks everybody for the token.

Voila knows tokens too. It leaves static files open, hands the token on to the kernel's environment, keeps it in the
address, and compares it letter by letter; so here each request meets the gate before it meets Voila, whatever it asks
for.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import signal
import sys
import tempfile
import webbrowser
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import MissingExtraError
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

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

# Whatever a lead's text does to the page, nothing is fetched from elsewhere and nothing is sent there.
_POLICY: Final = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_REFUSAL: Final = """<!doctype html><meta charset="utf-8"><title>pb2b app</title>
<p>This app opens with the address that <code>pb2b app</code> printed, token included.</p>"""


class Gate(Matcher):
    """Lets requests through that show the cookie, which the token is exchanged for.

    Args:
        port: that is served; an address with another host or port is somebody else's page, or a name that was made to
            point to this machine.

    Attributes:
        token: of this start; who has it gets the cookie.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        # Cookies are shared by all ports of a machine.
        self._cookie = f"pb2b-app-{port}"
        self._hosts = {f"{LOOPBACK}:{port}", f"localhost:{port}"}

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Admit (an empty dict) or not, before anything of the request is looked at by Voila."""
        shown = request.cookies.get(self._cookie)
        return {} if self._is_ours(request) and shown is not None and _equal(shown.value, self._session) else None

    def receive(self, request: HTTPServerRequest) -> None:
        """Answer who is not admitted: a cookie for the token, and an address without it; or a refusal."""
        given = request.query_arguments.get("token", [b""])[-1].decode("latin-1")
        if request.method == "GET" and self._is_ours(request) and _equal(given, self.token):
            # "Strict" would not come back after a click on a link that a page of elsewhere shows, such as a terminal.
            cookie = f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Lax"
            _answer(request, 302, "Found", {"Location": "/", "Set-Cookie": cookie})
        else:
            _answer(request, 403, "Forbidden", {"Content-Type": "text/html; charset=utf-8"}, _REFUSAL)

    def _is_ours(self, request: HTTPServerRequest) -> bool:
        origin = request.headers.get("Origin")
        return request.host in self._hosts and origin in {None, f"http://{request.host}"}


def _equal(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


def _answer(request: HTTPServerRequest, code: int, reason: str, headers: dict[str, str], body: str = "") -> None:
    content = body.encode()
    headers_out = HTTPHeaders({**headers, "Content-Length": str(len(content)), "Cache-Control": "no-store"})
    headers_out["Referrer-Policy"] = "no-referrer"
    connection = request.connection
    assert connection is not None  # noqa: S101 - it is a request that came in
    connection.write_headers(ResponseStartLine("HTTP/1.1", code, reason), headers_out, content)
    connection.finish()


class _ThisPython(KernelSpecManager):
    """Kernels of the Python that serves: another one that somebody has registered may lack this package."""

    @default("kernel_dirs")
    def _none(self) -> list[str]:
        return []


class _App(Voila):  # type: ignore[misc]  # Voila has no types
    """Voila with one notebook, one socket, and the gate before it."""

    def __init__(self, bound: socket.socket, gate: Gate, ready: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._bound, self._gate, self._ready = bound, gate, ready

    def listen(self) -> None:
        """Serve until Ctrl-C or SIGTERM; kernels are shut down then."""
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


def serve(bound: socket.socket, *, browser: bool, tell: Callable[[str], None]) -> None:
    """Serve the app in the foreground until Ctrl-C or SIGTERM.

    Args:
        bound: of :func:`pb2b_notebook.serving.bind`.
        browser: whether to open it.
        tell: is given the address, with the token, once it is served.
    """
    port = bound.getsockname()[1]
    gate = Gate(port)
    address = f"http://{LOOPBACK}:{port}/?token={gate.token}"

    with _page_opener(address) as open_page:

        def ready() -> None:
            tell(address)
            if browser:
                open_page()

        app = _App(bound, gate, ready, config=_configuration(), config_file_paths=[])
        app.initialize([str(notebook())])
        app.start()


def notebook() -> Path:
    """The notebook that is the app: in a wheel it lies beside this module, in a checkout among the other notebooks."""
    shipped = Path(__file__).with_name("app.ipynb")
    return shipped if shipped.exists() else Path(__file__).parents[1] / "notebooks" / "app.ipynb"


def _configuration() -> Config:
    made = Config()
    made.Voila.open_browser = False
    made.Voila.log_level = logging.ERROR
    made.Voila.token = ""  # the gate has asked already
    made.Voila.tornado_settings = {
        "headers": {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
    }
    made.KernelManager.transport_encryption = "auto" if zmq.has("curve") else "disabled"
    made.VoilaConfiguration.kernel_spec_manager_class = _ThisPython
    made.VoilaConfiguration.allow_template_override = made.VoilaConfiguration.allow_theme_override = "NO"
    made.VoilaConfiguration.file_allowlist = []
    # Paths that are typed into a form begin where the command was given.
    made.MappingKernelManager.root_dir = str(Path.cwd())
    return made


@contextmanager
def _page_opener(address: str) -> Iterator[Callable[[], None]]:
    """Open a page by a file that leads there: what a browser is started with is in the machine's list of processes."""
    with tempfile.TemporaryDirectory(prefix="pb2b-app-") as folder:
        page = Path(folder) / "open.html"
        page.touch(mode=0o600)
        page.write_text(f'<!doctype html><meta http-equiv="refresh" content="0;url={address}">', "utf-8")

        def open_page() -> None:
            if not webbrowser.open(page.as_uri()):
                sys.stderr.write("no browser was found: open the address by hand\n")

        yield open_page
