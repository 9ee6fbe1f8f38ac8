"""Which redirects are followed: those that name the same object of the same host. Pure.

The key is sent to no other host. A GET is sent again where only a slash at the end of the path, a scheme that became
safer, or what stands before the operation's path differs, as ``/v1`` and ``/v2``. A write is, where only the slash
differs and its method stays, as FastAPI answers: it was not done before. A POST that leads to an object of its
own path has made that object; every other redirect is an error.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

SEE_OTHER: Final = 303
FOLLOWED: Final = frozenset({301, 302, 307, 308})
KEEP_METHOD: Final = frozenset({307, 308})
"""Statuses after which a request is sent again as it was. Source: RFC 9110, sections 15.4.8 and 15.4.9."""
_UPGRADES: Final = {("http", "https")}


def target_of(url: str, location: str | None, path: str) -> str | None:
    """Return the URL that a GET is sent to again; ``None`` if the redirect is not followed.

    >>> target_of("https://api.example/v1/leads?limit=2", "/v2/leads/?limit=2", "/leads")
    'https://api.example/v2/leads/?limit=2'
    >>> print(target_of("https://api.example/v1/leads", "/login?next=/leads", "/leads"))
    None
    >>> print(target_of("https://api.example/v1/leads", "https://other.example/v1/leads/", "/leads"))
    None
    """
    if not location:
        return None
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
        same_port = here.port == there.port
    except ValueError:
        return None
    upgraded = (here.scheme, there.scheme) in _UPGRADES
    same_scheme = here.scheme == there.scheme and same_port
    same_host = here.hostname == there.hostname and there.username is None
    same_object = there.path.rstrip("/").endswith(path.rstrip("/")) and here.query == there.query
    changed = there.geturl() != url
    return there.geturl() if same_host and same_object and changed and (same_scheme or upgraded) else None


def leads_to_new_object(url: str, status: int, location: str | None) -> bool:
    """Whether the redirect of a POST leads to an object below its path: it was made. Source: RFC 9110, 15.4.4.

    >>> leads_to_new_object("https://api.example/v1/leads", 303, "/v1/leads/17")
    True
    >>> leads_to_new_object("https://api.example/v1/leads", 303, "/login?next=/v1/leads")
    False
    """
    if status != SEE_OTHER or not location:
        return False
    try:
        here, there = urlsplit(url), urlsplit(urljoin(url, location))
    except ValueError:
        return False
    below = there.path.removeprefix(f"{here.path.rstrip('/')}/").rstrip("/")
    return here.netloc == there.netloc and bool(below) and "/" not in below
