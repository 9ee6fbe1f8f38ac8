"""Find headers in the types that web frameworks use: mappings and lists of pairs, of text or bytes, in any case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pb2b_notebook.errors import InvalidParameterError

Headers = Mapping[Any, Any] | Iterable[tuple[Any, Any]]


def header_values(headers: Headers, names: Collection[str]) -> dict[str, list[str]]:
    """Return all values of some headers, in order; a header may appear several times, or not at all.

    Args:
        headers: Mapping or multi-mapping (of httpx, Starlette, Flask, Django, aiohttp), dict of lists, or pairs as in
            an ASGI scope. Names may be in any case; names and values may be text or bytes.
        names: Names of the headers.

    Raises:
        InvalidParameterError: ``headers`` has another type.

    >>> header_values({"x-delivery": "a"}, ["X-Delivery"]), header_values([(b"X-DELIVERY", b"a")] * 2, ["X-Delivery"])
    ({'X-Delivery': ['a']}, {'X-Delivery': ['a', 'a']})
    """
    named = {name.lower(): name for name in names}
    found: dict[str, list[str]] = {name: [] for name in names}
    try:
        for key, value in headers.items() if hasattr(headers, "items") else headers:
            name = named.get(_text(key).lower())
            if name is not None:
                found[name] += map(_text, value if isinstance(value, list | tuple) else [value])
    except (TypeError, ValueError):
        raise InvalidParameterError(
            "headers must be a mapping or a list of pairs",
            repair="pass the request's headers: a mapping, or pairs as in an ASGI scope",
        ) from None
    return found


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")  # RFC 9110, 5.5: bytes beyond ASCII are opaque
    if isinstance(value, str):
        return value
    raise TypeError
