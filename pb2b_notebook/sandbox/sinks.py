"""Where the sandbox may deliver webhooks: to sinks on this machine, and nowhere else.

A sandbox that posted to any URL would be a tool for reaching into other people's networks (OWASP, server-side request
forgery). So the host is a loopback address written out, or ``localhost``; a name that merely resolves to one is
refused, and so is every other way to spell an address (``127.1``, ``0x7f000001``, ``[::ffff:127.0.0.1]``).
"""

from __future__ import annotations

import re

LONGEST_URL = 2_000

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HOST = rf"(localhost|127\.{_OCTET}\.{_OCTET}\.{_OCTET}|\[::1\])"
_PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
# Path and query of RFC 3986; a fragment is never sent.
_REST = r"[/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"

PATTERN = f"^https?://{_HOST}(:{_PORT})?({_REST})?$"
"""The URLs that are accepted, as JSON Schema says it."""

_SINK = re.compile(PATTERN.removeprefix("^").removesuffix("$"))


def check_sink(url: str) -> str:
    """Let the URL of a loopback sink pass, as it is.

    Raises:
        ValueError: what is wrong with it, without repeating it.

    >>> check_sink("http://127.0.0.1:8765/hooks")
    'http://127.0.0.1:8765/hooks'
    >>> check_sink("https://example.com/hooks")
    Traceback (most recent call last):
    ...
    ValueError: the sandbox delivers to this machine only: use localhost, 127.x.x.x or [::1] as the host
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError("use an absolute URL that begins with http:// or https://")
    if _SINK.fullmatch(url) is None:
        raise ValueError(_explain(url))
    return url


def _explain(url: str) -> str:
    host = re.match(rf"https?://{_HOST}(?=[:/?#]|$)", url)
    if host is None:
        return "the sandbox delivers to this machine only: use localhost, 127.x.x.x or [::1] as the host"
    return "after the host, a port from 1 to 65535 and a path and query as in RFC 3986; no user, no fragment"
