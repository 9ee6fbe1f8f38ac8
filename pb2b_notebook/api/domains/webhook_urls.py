"""Where webhooks are sent to: an address that can be sent to at all is asked for before anything leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pb2b_notebook.api.domains.verbs import Verb
from pb2b_notebook.errors import InvalidParameterError

if TYPE_CHECKING:
    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.openapi.operations import Operation


class WithURL(Verb):
    """A verb whose field ``url`` is where events are sent to."""

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Check the address, then do it."""
        if "url" in given:
            check_url(given["url"])
        return super().run(session, operation, given)


def check_url(url: Any) -> None:
    """Refuse what is no web address.

    Raises:
        InvalidParameterError: not http(s), or no host; nothing was sent.

    >>> check_url("ftp://example.com/hook")
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: a webhook's url begins with https:// (or http://) and names a host → ...
    """
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        named = parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or a bracket that is none
        named = False
    if not named:
        raise InvalidParameterError(
            "a webhook's url begins with https:// (or http://) and names a host",
            repair='such as url="https://example.com/hooks/pb2b"',
        )
