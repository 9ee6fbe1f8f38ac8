"""Send over the network: a pool of connections whose socket operations respect a deadline.

httpcore limits each socket operation, not the whole exchange: a peer that sends a byte now and then keeps it alive
forever. The transport below therefore cuts the timeout of every socket operation to what is left of the deadline.
"""

from __future__ import annotations

import os
import ssl
import weakref
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

import certifi
import httpcore

from pb2b_notebook.api.http.sending.deadlines import TIMEOUTS, clip
from pb2b_notebook.api.http.sending.messages import Request, Response
from pb2b_notebook.credentials import is_loopback
from pb2b_notebook.errors import UsageError
from pb2b_notebook.forking import renew_in_child

PIECE: Final = 2**14
_READ: Final = 2**19


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        _streams.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # httpcore asks for 64 KiB, which is a fifth of a page of leads, and looks at its state before each read.
        return self._stream.read(max(max_bytes, _READ), clip(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces: a peer that reads a byte now and then would keep one long write alive for ever.
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], clip(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        clipped = clip(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, clipped))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


_streams: weakref.WeakSet[_Stream] = weakref.WeakSet()


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        clipped = clip(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, clipped, local_address, socket_options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


def _trusted_certificates() -> ssl.SSLContext:
    """Return the context of TLS with the certificates of this machine, or those that the environment names.

    Raises:
        UsageError: The file or folder of certificates cannot be read.
    """
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    try:
        if file or folder:
            return ssl.create_default_context(cafile=file or None, capath=None if file else folder)
        return ssl.create_default_context(cafile=certifi.where())
    except (OSError, ValueError) as problem:  # ssl.SSLError is an OSError
        named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE") if os.environ.get(name)]
        where = f"named by {' and '.join(named)}" if named else "of this machine"
        raise UsageError(
            f"the file {where} for TLS cannot be used ({getattr(problem, 'strerror', None) or type(problem).__name__})",
            repair=f"correct or unset {' and '.join(named)}" if named else "install certifi again: pip install certifi",
        ) from None


class NetworkTransport:
    """Connection pool whose socket operations respect :func:`deadline`.

    Args:
        base_url: URL of the service. Proxy variables apply, except to loopback.
    """

    def __init__(self, base_url: str) -> None:
        # To read the certificates of all authorities takes 15 ms, which http:// does not need.
        self._ssl_context = _trusted_certificates() if urlsplit(base_url).scheme == "https" else None
        self._base_url = base_url
        self._pool = self._new_pool()
        renew_in_child(self)

    def _new_pool(self) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._ssl_context,
            proxy=_proxy(self._base_url),
            max_connections=16,
            keepalive_expiry=30.0,
            network_backend=_Backend(),
        )

    def renew_after_fork(self) -> None:
        """Open own connections; the copies of the parent's sockets are closed, which does not end its connections."""
        for stream in list(_streams):
            stream.close()
        self._pool = self._new_pool()

    def send(self, request: Request) -> Response:
        """Send the request; :func:`~pb2b_notebook.api.http.sending.transport.exchange` translates the exceptions."""
        parts, target = request.url_parts()
        host = (parts.hostname or "").encode("ascii")
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=parts.scheme.encode("ascii"), host=host, port=parts.port, target=target),
                headers=list(request.headers),
                content=request.body,
                extensions={"timeout": TIMEOUTS},
            )
        )
        return Response(response.status, response.headers, response.iter_stream(), response.close)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _proxy(base_url: str) -> httpcore.Proxy | None:
    """Return the proxy of the environment for a service.

    Raises:
        UsageError: Its address is not a URL.
    """
    if is_loopback(base_url):
        return None
    from urllib.request import getproxies, proxy_bypass

    if proxy_bypass(urlsplit(base_url).hostname or ""):
        return None
    proxies = getproxies()
    address = proxies.get(urlsplit(base_url).scheme) or proxies.get("all")
    if not address:
        return None
    import httpx

    try:
        url = httpx.URL(address if "://" in address else f"http://{address}")
        auth = (url.username, url.password) if url.username else None
        return httpcore.Proxy(str(url.copy_with(username=None, password=None)), auth=auth)
    except (httpx.InvalidURL, ValueError, TypeError):  # its text may have the password
        raise UsageError(
            "the address of a proxy in the environment is not a URL",
            repair="correct or unset HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, such as http://proxy.example:3128",
        ) from None
