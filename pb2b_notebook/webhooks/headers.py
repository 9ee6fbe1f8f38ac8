"""Find a header in what web frameworks call headers: mappings and lists of pairs, of text or bytes, in any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pb2b_notebook.errors import InvalidParameterError

Headers = Mapping[Any, Any] | Iterable[tuple[Any, Any]]


def header_values(headers: Headers, name: str) -> list[str]:
    """All values of one header, in order; a header may come several times.

    Args:
        headers: a mapping or multi-mapping (of httpx, Starlette, Flask, Django, aiohttp), a dict of lists, or pairs as
            in an ASGI scope. Names in any case; names and values as text or bytes.
        name: in lower case.

    Raises:
        InvalidParameterError: it is none of these.

    >>> header_values({"X-Delivery": "a"}, "x-delivery"), header_values([(b"x-delivery", b"a")] * 2, "x-delivery")
    (['a'], ['a', 'a'])
    """
    try:
        pairs = headers.items() if hasattr(headers, "items") else headers
        return [
            _text(one)
            for key, value in pairs
            if _text(key).lower() == name
            for one in (value if isinstance(value, list | tuple) else [value])
        ]
    except (TypeError, ValueError):
        raise InvalidParameterError(
            "these are not headers", repair="pass the request's headers: a mapping, or pairs as in an ASGI scope"
        ) from None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")  # RFC 9110, 5.5: what is beyond ASCII is opaque
    if isinstance(value, str):
        return value
    raise TypeError
