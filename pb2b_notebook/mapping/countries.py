"""Recognize countries by the names and codes in lead lists (ISO 3166-1, https://www.iso.org/obp/ui/#search)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Final

from pb2b_notebook.mapping.naming import words

_PARTS: Final = re.compile(r"\s*[()\[\]/|,;:]\s*|\s+[-–—]\s+")
_LONGEST: Final = 200
_NO_NAMES: Final = frozenset({"the", "and"})


def country_code(text: str) -> str | None:
    """Return the two-letter code of a country, from its name or a code in any case; ``None`` if it is not certain.

    "UK" is not assigned by ISO 3166-1 and is read as a name of GB. Several names or codes in one text are read if all
    refer to the same country.

    >>> country_code("de"), country_code("ÖSTERREICH"), country_code("Ruritania")
    ('DE', 'AT', None)
    >>> country_code("Korea (the Republic of)"), country_code("DE - Germany"), country_code("Germany / France")
    ('KR', 'DE', None)
    """
    found = _code_of(text)
    if found is None and (parts := _PARTS.split(text[:_LONGEST].strip(" ()[]"))) and len(parts) > 1:
        codes = {_code_of(part) for part in parts if part.strip()}
        found = codes.pop() if len(codes) == 1 else None
    return found


def _code_of(text: str) -> str | None:
    code = text.strip().upper()
    return code if code in country_codes() else _by_name().get(_fold(text))


def _fold(name: str) -> str:
    found = words(name)
    return "".join(word for word in found if word not in _NO_NAMES) or "".join(found)


@cache
def country_codes() -> frozenset[str]:
    """Return all two-letter codes."""
    return frozenset(_names())


@cache
def _names() -> dict[str, list[str]]:
    text = resources.files("pb2b_notebook.mapping").joinpath("countries.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _by_name() -> dict[str, str]:
    return {_fold(name): code for code, names in _names().items() for name in names}
