"""Lists whose pages are places in them, numbers or offsets: which rows a page left out since others moved.

A row that goes, or changes and moves to the end, moves all later ones up, and the next page begins after one that no
page had. Reading the pages again from the last one to the first finds it: rows move to pages that are still to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.envelope import Page, Raws
from pb2b_notebook.api.lists.windows import UnreliableWindowsError, change_time
from pb2b_notebook.errors import BadRequestError, NotFoundError, ValidationError

_READINGS: Final = 3
"""Times that the pages of a list which changes are read again; also pages that may have been added to it each time."""


class Places:
    """The pages of one list that are places in it, with the ids of their rows.

    Args:
        ask: Requests the page at a cursor, with parameters that replace the list's own.

    Attributes:
        settled: Whether the latest reading found all rows that were there before it.
    """

    def __init__(self, ask: Callable[[str | None, Mapping[str, str]], Page]) -> None:
        self._ask = ask
        self._requests: list[tuple[str | None, Mapping[str, str]]] = []
        self._ids: set[Any] = set()
        self.settled = True

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, cursor: str | None, parameters: Mapping[str, str]) -> None:
        """Add a page; one that is not the first follows it."""
        if (parameters or cursor) and not self._requests:
            self._requests.append((None, {}))
        self._requests.append((cursor, parameters))

    def has_new(self, records: Raws) -> bool:
        """Whether a row was on no page before."""
        return any(id_of(record) not in self._ids for record in records)

    def take_new(self, records: Raws) -> list[Any]:
        """Return the rows that were on no page before, and remember them."""
        found = [record for record in records if id_of(record) not in self._ids]
        self._ids |= {id_of(record) for record in found}
        return found

    def missed_rows(self, since: int) -> Iterator[list[Any]]:
        """Read the pages again until nothing is missing, and yield the rows that they left out before.

        Args:
            since: Instant in milliseconds after which rows that changed are new, and no sign of another change.
        """
        self.settled = False
        for _ in range(_READINGS):
            if self.settled:
                return
            self.settled, asked = True, len(self._requests)
            for page in self._backwards():
                asked -= 1
                rows = self.take_new(page.records)
                self.settled = self.settled and all(_changed_after(row, since) for row in rows)
                if rows:
                    yield rows
            # The last page may be none any more; others that are refused cannot be compared.
            self.settled = self.settled and asked <= 1

    def _backwards(self) -> Iterator[Page]:
        """Yield the pages, the last one first, after those that follow it by now."""
        more, waiting = _READINGS, list(self._requests)
        while waiting:
            cursor, parameters = waiting.pop()
            with suppress(BadRequestError, ValidationError, NotFoundError):  # the list may be shorter now
                page = self._ask(cursor, parameters)
                yield page
                if more and page.next_cursor is not None and len(waiting) + 1 == len(self._requests):
                    self._requests.append((page.next_cursor, {}))
                    waiting, more = list(self._requests), more - 1


def id_of(record: Any) -> Any:
    """Return what identifies a raw record: its id, or else all of it."""
    value = envelope.parse_strict_json(bytes(record))
    found = value.get("id") if isinstance(value, dict) else None
    return bytes(record) if found is None or isinstance(found, (dict, list)) else found


def _changed_after(record: Any, since: int) -> bool:
    with suppress(UnreliableWindowsError):
        return change_time(record) >= since
    return False
