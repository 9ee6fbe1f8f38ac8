"""Find the rows of a list in a response whose envelope is not the documented one. Pure.

The documented place is ``data``. Other services put the rows into ``items`` or ``results``, one level below ``data``,
or send them without an envelope.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ROWS: Final = ("items", "results", "records", "rows", "entries", "content", "value", "values", "list", "objects")
_NOT_ROWS: Final = frozenset({"error", "errors", "details", "warnings", "links", "_links", "included", "messages"})


def find_list(top: Mapping[str, bytes], inner: Mapping[str, bytes]) -> str | None:
    """Return the name of the member that has the rows; ``None`` if no member certainly does.

    Args:
        top: Raw values of the envelope by name.
        inner: Raw values below its ``data``, where that is an object.

    >>> find_list({"items": b'[{"id": 1}]', "errors": b"[]"}, {}), find_list({"data": b"{}"}, {"leads": b"[]"})
    ('items', 'leads')
    >>> find_list({"left": b"[]", "right": b"[]"}, {}) is None
    True
    """
    for members in (inner, top):
        found = [name for name, value in members.items() if _has_rows(value) and name.lower() not in _NOT_ROWS]
        if len(found) == 1:
            return found[0]
        named = [name for name in _ROWS if name in found]
        if named:
            return named[0]
    return None


def _has_rows(value: bytes) -> bool:
    """Whether a raw value is a list of objects, or an empty one."""
    text = value.strip()
    return text[:1] == b"[" and text[1:].lstrip()[:1] in {b"{", b"]"}
