"""A query that a row certainly matches, with the filters of another one: what a service says where rows match. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pb2b_notebook.api.lists.parameters import IDS
from pb2b_notebook.times import iso

FIELDS: Final = {"tag": "tags", IDS: "id", "q": "full_name"}
"""Filter → field that it is about, where they have different names."""
OURS: Final = frozenset({"order", "include_total", "include_deleted", "limit"})
"""Parameters that select no rows by a value."""
_DAY: Final = timedelta(days=1)
_BOUNDS: Final = {"_after": -_DAY, "_before": _DAY}


def matching_query(query: Sequence[tuple[str, str]], row: Mapping[str, Any]) -> list[tuple[str, str]] | None:
    """Return the query with the values of a row in its filters; ``None`` without filters, or if the row lacks a value.

    >>> matching_query([("email", "x@x.example"), ("order", "id")], {"email": "ada@x.example"})
    [('email', 'ada@x.example'), ('order', 'id')]
    >>> matching_query([("updated_after", "2026-01-01T00:00:00.000Z")], {"updated_at": "2026-03-10T12:00:00.000Z"})
    [('updated_after', '2026-03-09T12:00:00.000Z')]
    >>> matching_query([("import_id", "imp_1")], {"import_id": None}) is None
    True
    """
    names = {name for name, _ in query} - OURS
    values = {name: _value_of(row, name) for name in names}
    if not names or None in values.values():
        return None
    return [*((name, str(value)) for name, value in values.items()), *(pair for pair in query if pair[0] not in names)]


def _value_of(row: Mapping[str, Any], name: str) -> str | None:
    """Return a value of a filter that a row matches; ``None`` if it shows none."""
    field, _, key = name.partition(".")
    of = row.get("custom_fields") if key and field == "custom" else row
    value = of.get(key or FIELDS.get(name, name)) if isinstance(of, Mapping) else None
    for end, shift in _BOUNDS.items():
        if value is None and name.endswith(end):
            try:
                value = iso(datetime.fromisoformat(str(row.get(f"{name.removesuffix(end)}_at"))) + shift)
            except ValueError:
                return None
    value = value[0] if isinstance(value, list) and value else value
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None
