"""The sinks to which a sandbox may deliver webhooks: only those on this machine, or in this process.

A sandbox that posted to any URL could be used to reach into other networks (OWASP, server-side request forgery). So the
host must be ``localhost`` or a loopback address in its usual notation. A name that resolves to a loopback address is
refused, and so are other notations (``127.1``, ``0x7f000001``, ``[::ffff:127.0.0.1]``).

The rule is checked when an endpoint is created and again at every attempt, for the URL and for each address. No name is
ever resolved, so an address cannot change in between: ``localhost`` *is* 127.0.0.1 and ::1 (RFC 6761, section 6.3),
whatever a resolver or a hosts file says.
"""

import re
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from pb2b_notebook.in_process import NAME_PATTERN, SCHEME

LONGEST_URL = 2_000

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HOST = rf"(localhost|127\.{_OCTET}\.{_OCTET}\.{_OCTET}|\[::1\])"
_PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
# Path and query of RFC 3986; a fragment is never sent.
_REST = r"[/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"

PATTERN = f"^(https?://{_HOST}(:{_PORT})?|{SCHEME}://{NAME_PATTERN})({_REST})?$"
"""The pattern of accepted URLs, for JSON Schema."""

_SINK = re.compile(PATTERN.removeprefix("^").removesuffix("$"))


def check_sink(url: str) -> str:
    """Return a URL if it is that of a loopback sink.

    Raises:
        ValueError: The URL is not accepted; the message does not repeat it.

    >>> check_sink("http://127.0.0.1:8765/hooks")
    'http://127.0.0.1:8765/hooks'
    >>> check_sink("https://example.com/hooks")
    Traceback (most recent call last):
    ...
    ValueError: the sandbox delivers to this machine only: use localhost, 127.x.x.x or [::1] as the host
    """
    if not url.startswith(("http://", "https://", f"{SCHEME}://")):
        raise ValueError("use an absolute URL that begins with http:// or https://")
    if _SINK.fullmatch(url) is None:
        raise ValueError(_explain(url))
    return url


def _explain(url: str) -> str:
    if url.startswith(SCHEME):
        return "use the url of a receiver that is served in process"
    host = re.match(rf"https?://{_HOST}(?=[:/?#]|$)", url)
    if host is None:
        return "the sandbox delivers to this machine only: use localhost, 127.x.x.x or [::1] as the host"
    return "after the host use a port from 1 to 65535, and a path and query as in RFC 3986; no user, no fragment"


_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_ADDRESSES = {"localhost": ("127.0.0.1", "::1")}
_PORTS = {"http": 80, "https": 443}


class Sink(NamedTuple):
    """The address and target of a sink.

    Attributes:
        encrypted: Whether to use TLS.
        host: Host in the URL, for the server's certificate.
        addresses: Loopback addresses to try, in this order.
        port: Port of all addresses.
        authority: Value of the header ``Host``.
        target: Path and query.
    """

    encrypted: bool
    host: str
    addresses: tuple[str, ...]
    port: int
    authority: str
    target: str


def locate(url: str) -> Sink:
    """Return the sink of a URL, without resolving any name.

    Raises:
        ValueError: As :func:`check_sink`.

    >>> locate("http://localhost:8765/hooks?a=1")
    Sink(encrypted=False, host='localhost', addresses=('127.0.0.1', '::1'), port=8765, authority='localhost:8765',
         target='/hooks?a=1')
    """
    parts = urlsplit(check_sink(url))
    host = parts.hostname or ""
    return Sink(
        encrypted=parts.scheme == "https",
        host=host,
        addresses=tuple(check_address(address) for address in _ADDRESSES.get(host, (host,))),
        port=parts.port or _PORTS[parts.scheme],
        authority=parts.netloc,
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def check_address(address: str) -> str:
    """Return an address if it is a loopback address: 127.0.0.0/8 or ::1.

    This does not use :attr:`ipaddress.IPv6Address.is_loopback`, whose answer for ``::ffff:127.0.0.1`` differs between
    Pythons.

    Raises:
        ValueError: The text is not an address, or not one of loopback.

    >>> check_address("127.0.0.1")
    '127.0.0.1'
    >>> check_address("169.254.169.254")
    Traceback (most recent call last):
    ...
    ValueError: the address is not a loopback address
    """
    # A zone (::1%eth0) names the link to an address; a loopback address has no zone.
    if "%" in address or not any(ip_address(address) in network for network in _LOOPBACK):
        raise ValueError("the address is not a loopback address")
    return address
