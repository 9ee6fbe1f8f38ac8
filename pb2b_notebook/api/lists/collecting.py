"""The rows of one reading as they come, in the order in which they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.api.lists.windows import Placed
    from pb2b_notebook.frames import Decoder


class Collector:
    """Pages are decoded in the order in which they come, whichever window they are of, and put in order at the end.

    Args:
        decoder: of the rows.
        newest_first: whether rows are in falling order of their last change.
    """

    def __init__(self, decoder: Decoder, *, newest_first: bool = False) -> None:
        self._decoder = decoder
        self._newest_first = newest_first
        self._parts: list[tuple[tuple[float, int], int]] = []

    @property
    def pages(self) -> int:
        """How many pages have come."""
        return len(self._parts)

    def add(self, placed: Placed) -> None:
        """Take a page.

        Raises:
            NotJSONError, ProtocolError: a record of this page, or of an earlier one, is none.
        """
        self._decoder.add(placed.page.records)
        self._parts.append((placed.place, len(placed.page.records)))

    def table(self, limit: int | None = None) -> Any:
        """All rows so far as a ``pyarrow.Table``, in order: one row an id, in its newest state.

        A row that changes while the list is read comes again; its newest state is the one that counts.

        Args:
            limit: only so many of them.

        Raises:
            NotJSONError, ProtocolError: as :meth:`add`.
        """
        from pb2b_notebook.frames import newest_by_id

        table = newest_by_id(_in_order(self._decoder.table(), self._parts), newest_first=self._newest_first)
        return table if limit is None else table.slice(0, limit)

    def table_so_far(self) -> Any:
        """The same of what can be had, after an interrupt or an error."""
        try:
            return self.table()
        except ProtocolError:  # of records that nobody has looked at yet: those before them are whole
            return self.table()


def _in_order(table: Any, parts: Sequence[tuple[tuple[float, int], int]]) -> Any:
    """The parts of the table in the order of their places; nothing is copied."""
    import pyarrow as pa

    places = [place for place, _ in parts]
    # An interrupt may have come between a page and the note of it: what cannot be placed stays as it came.
    if places == sorted(places) or sum(rows for _, rows in parts) != table.num_rows:
        return table
    slices, start = [], 0
    for place, rows in parts:
        slices.append((place, table.slice(start, rows)))
        start += rows
    return pa.concat_tables([part for _, part in sorted(slices, key=lambda one: one[0])])
