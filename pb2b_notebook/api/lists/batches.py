"""Combine pages of a list into Arrow tables, with the time at which the service gave them; for the mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from time import monotonic
from typing import Any

from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.frames import FrameSchema
from pb2b_notebook.openapi.operations import Operation


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a list that is read in bounded memory.

    Attributes:
        request_ids: Ids of the requests, one for each page.
        served_at: The service's time of the first response, aware, in UTC; ``None`` without a ``Date`` header.
        bytes: Size of the decoded responses.
        pages: Number of pages.
        rows: Number of rows.
        total: Number of rows in the whole list, where the service counts them.
        more: Whether another batch follows.
        proven: Whether the last batch was proven to end the list.
    """

    request_ids: tuple[str, ...]
    served_at: datetime | None
    bytes: int
    pages: int
    rows: int
    total: int | None
    more: bool
    _decode: Callable[[], Any] = field(repr=False)
    proven: bool = True

    @property
    def table(self) -> Any:
        """Rows as a ``pyarrow.Table``: declared columns, those of custom and unknown fields, and ``unparsed``.

        It is decoded in the background, from the first page on; any one thread may read it. Batches may differ in the
        columns of unknown fields.

        Raises:
            NotJSONError, ProtocolError: A record is not a JSON object.
        """
        return self._decode()


class BatchBuilder:
    """Builds one batch from pages. They are decoded in the background as they arrive, and not kept."""

    def __init__(self, operation: Operation, schema: FrameSchema) -> None:
        from pb2b_notebook import frames

        self.rows = 0
        self.since = monotonic()
        self._operation = operation
        self._decoder = frames.Decoder(schema)
        self._request_ids: list[str] = []
        self._served_at: datetime | None = None
        self._bytes = self._pages = 0

    def add(self, page: Page) -> None:
        """Add a page.

        Raises:
            NotJSONError, ProtocolError: A record of an earlier page is not a JSON object.
        """
        self._served_at = self._served_at if self._pages else page.served_at
        self._request_ids += [page.request_id] if page.request_id else []
        self._bytes += page.size
        self._pages += 1
        self.rows += len(page.records)
        self._decoder.add(page.records)

    def batch(self, total: int | None, *, more: bool, proven: bool = True) -> Batch:
        """Return the pages so far as a batch; its last pages are decoded while the caller continues."""
        self._decoder.decode_collected()
        return Batch(
            request_ids=tuple(self._request_ids),
            served_at=self._served_at,
            bytes=self._bytes,
            pages=self._pages,
            rows=self.rows,
            total=total,
            more=more,
            proven=proven,
            _decode=cache(self._table),
        )

    def _table(self) -> Any:
        from pb2b_notebook import frames

        table = self._decoder.table()
        frames.report_drift(self._operation.id, self._decoder.drift)
        return table


def collect_batches(
    pages: Iterable[Page],
    begin: Callable[[], BatchBuilder],
    *,
    rows: int,
    seconds: float,
    before_page: Callable[[int], None] = lambda _rows: None,
) -> Iterator[tuple[BatchBuilder, Page]]:
    """Combine pages into batches by number of rows or by time.

    Args:
        pages: Pages of a list.
        begin: Creates the builder of a batch.
        rows: Rows that complete a batch.
        seconds: Seconds after its first page that complete a batch.
        before_page: Called with the number of waiting rows before another page joins them; it may block.

    Yields:
        The builder of each complete batch, with its last page.
    """
    waiting: BatchBuilder | None = None
    for page in pages:
        waiting = waiting or begin()
        waiting.add(page)
        enough = waiting.rows >= rows or monotonic() - waiting.since >= seconds
        if enough or page.next_cursor is None:
            yield waiting, page
            waiting = None
        else:
            before_page(waiting.rows)
