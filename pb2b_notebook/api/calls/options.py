"""Options of a list, beside its filters; checked before anything is sent."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pb2b_notebook.api.lists import windows
from pb2b_notebook.api.lists.pages import pagination
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames.types import check_frame

# Keywords of every list; no filter of the contract has one of these names.
OPTIONS = ("frame", "columns", "limit", "page_size", "parallel", "flat", "progress", "cached", "max_age", "refresh")
ONLINE = ("limit", "page_size", "parallel", "progress", "cached", "max_age", "refresh")
"""Options for reading a list page by page or from the mirror; a mutation that returns rows does not accept them."""

FROM_MIRROR = ("cached", "max_age", "refresh")
"""Options that read from the mirror."""

LARGEST_PAGE = 500
MOST_ROWS = pagination.MOST_PAGES * LARGEST_PAGE


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a list; ``None`` is the workspace's default.

    Attributes:
        frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb".
        columns: Columns to return, in this order.
        limit: Most rows to return, newest first.
        page_size: Rows per request, 1 to 500; by default as many as the service allows.
        parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
        flat: Whether to return lists as joined text and records as JSON text.
        progress: Whether to show a bar on what takes longer than a second.
        cached: Whether to read from the mirror on this machine, which is synced first if it lacks the list.
        max_age: Read from the mirror, synced first if it is older: "15m", a time or a timedelta.
        refresh: Whether to read from the mirror after a sync.
        strict: Whether a list that may well be cut is an error: not for users, to whom a notice says it.
    """

    frame: str | None = None
    columns: Sequence[str] | None = None
    limit: int | None = None
    page_size: int | None = None
    parallel: int | None = None
    flat: bool | None = None
    progress: bool | None = None
    cached: bool | None = None
    max_age: Any = None
    refresh: bool | None = None
    strict: bool = False

    def __post_init__(self) -> None:
        if self.frame is not None:
            check_frame(self.frame)
        _check_count("limit", self.limit, MOST_ROWS, "leave limit out to read everything")
        _check_count("page_size", self.page_size, LARGEST_PAGE, f"page_size={LARGEST_PAGE}, the most")
        _check_count(
            "parallel",
            self.parallel,
            windows.MOST,
            "1 reads page after page; leave it out to choose the number automatically",
        )
        if not isinstance(self.flat, bool | None):
            raise InvalidParameterError(
                f"flat must be True or False, not {type(self.flat).__name__}", repair="flat=True"
            )
        for name in ("cached", "refresh"):
            if not isinstance(getattr(self, name), bool | None):
                raise InvalidParameterError(f"{name} must be True or False", repair=f"{name}=True")
        if self.cached is False and (self.refresh or self.max_age is not None):
            raise InvalidParameterError(
                "max_age and refresh read from the mirror, and cached=False does not",
                repair="leave cached=False out, or both of them",
            )
        if isinstance(self.columns, str):
            raise InvalidParameterError("columns must be a list of names", repair=f"columns=[{self.columns!r}]")
        if self.columns is not None:
            object.__setattr__(self, "columns", _names(self.columns))

    @property
    def from_mirror(self) -> bool:
        """Whether to read from the mirror."""
        return bool(self.cached or self.refresh or self.max_age is not None)


def _names(columns: Any) -> list[str]:
    names: list[Any] = list(columns) if isinstance(columns, Iterable) else [None]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidParameterError(
            "columns must be a list of names without duplicates", repair='columns=["id", "email"]'
        )
    return names


def _check_count(name: str, value: Any, most: int, repair: str) -> None:
    if value is None:
        return
    try:
        count = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        count = None
    if count is None:
        raise InvalidParameterError(f"{name} must be a whole number, not {type(value).__name__}", repair=f"{name}=100")
    if not 1 <= count <= most:
        raise InvalidParameterError(f"{name} must be from 1 to {most:,}", repair=repair)
