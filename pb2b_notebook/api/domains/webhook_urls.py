"""Check the URL of a webhook before it is sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import Verb
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.in_process import SCHEME
from pb2b_notebook.openapi.operations import Operation


class WithURL(Verb):
    """A verb with the field ``url``, to which events are sent."""

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Check the URL, then run the operation."""
        if "url" in given:
            check_url(given["url"])
        return super().run(session, operation, given)


def check_url(url: Any) -> None:
    """Refuse a URL that is not a web address.

    Raises:
        InvalidParameterError: The URL is not http(s) or has no host; nothing was sent.

    >>> check_url("ftp://example.com/hook")
    Traceback (most recent call last):
    pb2b_notebook.errors.InvalidParameterError: a webhook's url begins with https:// (or http://) and names a host → ...
    """
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        valid = (
            parts is not None and parts.scheme in {"http", "https", SCHEME} and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:  # an invalid port or bracket
        valid = False
    if not valid:
        raise InvalidParameterError(
            "a webhook's url begins with https:// (or http://) and names a host",
            repair='such as url="https://example.com/hooks/pb2b"',
        )
