"""Countries by the names and codes that lead lists use (codes of ISO 3166-1, https://www.iso.org/obp/ui/#search)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pb2b_notebook.mapping.naming import folded


def country_code(text: str) -> str | None:
    """The two-letter code of a country, from its code in any case or its name; ``None`` if it is none.

    "UK" is not assigned by ISO 3166-1; it is taken for a name of GB.

    >>> country_code("de"), country_code("ÖSTERREICH"), country_code("Ruritania")
    ('DE', 'AT', None)
    """
    code = text.strip().upper()
    return code if code in country_codes() else _by_name().get(folded(text))


@cache
def country_codes() -> frozenset[str]:
    """All two-letter codes."""
    return frozenset(_names())


@cache
def _names() -> dict[str, list[str]]:
    text = resources.files("pb2b_notebook.mapping").joinpath("countries.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _by_name() -> dict[str, str]:
    return {folded(name): code for code, names in _names().items() for name in names}
