"""Filters that take a code and were given a name: the service finds nothing then, and calls that an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.mapping.countries import country_code, country_codes

if TYPE_CHECKING:
    from collections.abc import Mapping


def hint(arguments: Mapping[str, Any]) -> str | None:
    """What a list that came out empty was probably meant to be asked; ``None`` if its filters hold codes.

    >>> hint({"country": "Germany", "status": "new"})
    "country is a code of two letters, as of ISO 3166; for 'Germany' ask for country='DE'"
    >>> hint({"country": ["DE", "AT"]}), hint({"country": None}), hint({})
    (None, None, None)
    """
    given = arguments.get("country")
    values = [given] if isinstance(given, str) else given if isinstance(given, list | tuple) else []
    for value in values:
        if isinstance(value, str) and value not in country_codes():
            code = country_code(value)
            asked = f"; for {value!r} ask for country={code!r}" if code else f"; {value[:60]!r} is none"
            return f"country is a code of two letters, as of ISO 3166{asked}"
    return None
