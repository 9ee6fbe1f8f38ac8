"""Names of the parameters that lists take, in this API and in others."""

from __future__ import annotations

import re
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
AFTER_ROW: Final = (
    AFTER_ID, "after", "startAfter", "start_after", "after_id", "last_id", "since_id", "afterId", "lastId",
)  # fmt: skip
"""Parameters that take the id of the last row of a page, as those of Stripe, Firebase and Shopify."""
OTHER_NAMES: Final = {
    "page": ("page_number", "pageNumber", "page[number]", "pagination[page]", "_page", "pageIndex", "pageNum"),
    "offset": (
        "skip", "$skip", "start", "from", "page[offset]", "_skip", "start_index", "startIndex", "start_at",
        "firstResult", "limit_start",
    ),
    "page_token": ("pageToken", "nextToken"),
    "continuation_token": ("continuationToken",),
    "exclusive_start_key": ("ExclusiveStartKey", "exclusiveStartKey", "start_key", "startKey"),
}  # fmt: skip
"""Parameter that a response names → others that services take its cursor in."""
MORE_PLACES: Final = {name: place for place in ("offset", "page") for name in OTHER_NAMES[place]}
"""Parameters that are tried where none of ours leads beyond a page → the one of those that they are like."""
PAGE_SIZES: Final = ("limit", "page_size", "per_page")
_SIZES: Final = frozenset(
    {"limit", "pagesize", "perpage", "size", "count", "top", "take", "maxresults", "rows", "itemsperpage", "pagelimit",
     "limitpagelength", "paginationpagesize", "paginationlimit"}
)  # fmt: skip
"""Names of the number of rows of a page, in lower case and without signs."""
OF_VALUES: Final = ("status", "source", "country", "type", "direction")
"""Filters of values that most rows have."""
NEWEST_FIRST: Final = "updated_at.desc"
OLDEST_FIRST: Final = "updated_at.asc"


def place_of(name: str) -> str | None:
    """Return the parameter of ``BEYOND`` that another is like, however it is written; ``None`` for all others.

    >>> [place_of(name) for name in ("_skip", "page[number]", "pageNumber", "startingAfter", "cursor")]
    ['offset', 'page', 'page', 'starting_after', None]
    """
    return _PLACES.get(_plain(name))


def are_alike(name: str, other: str) -> bool:
    """Whether two parameters differ only in how they are written, or are the same place in the list.

    >>> are_alike("page[after]", "page_after"), are_alike("pageNumber", "page"), are_alike("page", "offset")
    (True, True, False)
    """
    place = place_of(name)
    return _plain(name) == _plain(other) or (place is not None and place == place_of(other))


def is_size(name: str) -> bool:
    """Whether a parameter is the number of rows of a page by its name, however it is written.

    >>> is_size("page[size]"), is_size("$top"), is_size("page")
    (True, True, False)
    """
    return _plain(name) in _SIZES


def size_name(operation: Operation) -> str | None:
    """Return the parameter of an operation that takes the number of rows of a page; ``None`` if it has none.

    Another name than those of ours is one if a number is declared: ``count=true`` asks for a total.
    """
    others = (p.name for p in operation.parameters if p.location == "query" and p.kind == "integer" and is_size(p.name))
    return declared_name(operation, PAGE_SIZES) or next(others, None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


_PLACES: Final = {_plain(name): place for name, place in ({name: name for name in BEYOND} | MORE_PLACES).items()}


def declared_name(operation: Operation, names: Sequence[str]) -> str | None:
    """Return the first of these parameters that an operation has; ``None`` if it has none of them."""
    return next((name for name in names if operation.parameter(name) is not None), None)


def with_default_order(operation: Operation, arguments: Mapping[str, Any], limit: int | None) -> Mapping[str, Any]:
    """Return the arguments; with a limit and no order of their own, they ask for the newest rows."""
    if limit is not None and operation.parameter("order") and arguments.get("order") is None:
        return {**arguments, "order": NEWEST_FIRST}
    return arguments
