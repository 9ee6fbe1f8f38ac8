"""Collect the pages of a list into one ordered table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pb2b_notebook.api.lists.listing import Listing
from pb2b_notebook.api.lists.parameters import NEWEST_FIRST
from pb2b_notebook.api.lists.windows import Placed
from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames import Decoder
from pb2b_notebook.lazy_libraries import pa


class Collector:
    """Decodes pages in the order in which they arrive, and puts their rows in order at the end.

    Args:
        decoder: Decoder of the rows.
        listing: The listing, which knows the order of its rows once its first page was read.
    """

    def __init__(self, decoder: Decoder, listing: Listing) -> None:
        self._decoder = decoder
        self._listing = listing
        self._parts: list[tuple[tuple[float, int], int]] = []

    @property
    def pages(self) -> int:
        """Number of pages read so far."""
        return len(self._parts)

    def add(self, placed: Placed) -> None:
        """Add a page.

        Raises:
            NotJSONError, ProtocolError: A record of this page, or of an earlier one, is not a JSON object.
        """
        self._decoder.add(placed.page.records)
        self._parts.append((placed.place, len(placed.page.records)))

    def table(self, limit: int | None = None) -> Any:
        """Return all rows so far as a ``pyarrow.Table``, in order, with one row for each id.

        A row that changes while the list is read is listed again; its newest state is kept.

        Args:
            limit: Most rows to return.

        Raises:
            NotJSONError, ProtocolError: As for :meth:`add`.
        """
        from pb2b_notebook.frames.deduplication import newest_by_id, sort_by_change

        table = _in_order(self._decoder.table(), self._parts)
        table = newest_by_id(table, newest_first=self._listing.newest_first)
        if self._listing.sorts is not None:
            table = sort_by_change(table, newest_first=self._listing.sorts == NEWEST_FIRST)
        return table if limit is None else table.slice(0, limit)

    def table_so_far(self) -> Any:
        """Return the rows that can be decoded, after an interrupt or an error."""
        try:
            return self.table()
        except ProtocolError:  # from a record that was not decoded before: the rows before it are whole
            return self.table()


def _in_order(table: Any, parts: Sequence[tuple[tuple[float, int], int]]) -> Any:
    """Return the parts of the table in the order of their places, without a copy."""
    places = [place for place, _ in parts]
    # An interrupt may have come between decoding a page and recording its place: then the rows stay as they came.
    if places == sorted(places) or sum(rows for _, rows in parts) != table.num_rows:
        return table
    slices, start = [], 0
    for place, rows in parts:
        slices.append((place, table.slice(start, rows)))
        start += rows
    return pa.concat_tables([part for _, part in sorted(slices, key=lambda part: part[0])])
