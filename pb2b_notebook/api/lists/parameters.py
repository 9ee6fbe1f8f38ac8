"""Names of the parameters that lists take, in this API and in others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.openapi.operations import Operation

AFTER: Final = "updated_after"
BEFORE: Final = "updated_before"
IDS: Final = "ids"
"""The filter whose values are joined by commas."""
AFTER_ID: Final = "starting_after"
CURSORS: Final = ("cursor", "after", AFTER_ID, "page_token")
BEYOND: Final = (AFTER_ID, "offset", "page")
"""Parameters that lead on from a page without a cursor, if a service has one of them."""
OTHER_CURSORS: Final = (
    "start_cursor", "next_cursor", "page_cursor", "next_token", "continuation_token", "pagination_token", "token",
    "_cursor",
)  # fmt: skip
"""Parameters that other services take a cursor in, which are tried where none of ours leads on."""
OTHER_NAMES: Final = {
    "page": ("page_number", "pageNumber", "page[number]"),
    "offset": ("skip", "$skip", "start", "from", "page[offset]"),
    "page_token": ("pageToken", "nextToken"),
    "continuation_token": ("continuationToken",),
}
"""Parameter that a response names → others that services take its cursor in."""
MORE_PLACES: Final = {name: place for place in ("offset", "page") for name in OTHER_NAMES[place]}
"""Parameters that are tried where none of ours leads beyond a page → the one of those that they are like."""
PAGE_SIZES: Final = ("limit", "page_size", "per_page")
OF_VALUES: Final = ("status", "source", "country", "type", "direction")
"""Filters of values that most rows have."""
NEWEST_FIRST: Final = "updated_at.desc"
OLDEST_FIRST: Final = "updated_at.asc"


def declared_name(operation: Operation, names: Sequence[str]) -> str | None:
    """Return the first of these parameters that an operation has; ``None`` if it has none of them."""
    return next((name for name in names if operation.parameter(name) is not None), None)


def with_default_order(operation: Operation, arguments: Mapping[str, Any], limit: int | None) -> Mapping[str, Any]:
    """Return the arguments; with a limit and no order of their own, they ask for the newest rows."""
    if limit is not None and operation.parameter("order") and arguments.get("order") is None:
        return {**arguments, "order": NEWEST_FIRST}
    return arguments
