"""Some pages of a list as an Arrow table, for what keeps rows and must know when the service gave them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from pb2b_notebook.api.http.envelope import Page
    from pb2b_notebook.frames import FrameSchema
    from pb2b_notebook.openapi.operations import Operation


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a list that is read in bounded memory.

    Attributes:
        request_ids: of the requests that brought the rows, one a page.
        served_at: the service's time of the first of these answers, aware, in UTC; ``None`` where it told none.
        bytes: of the decoded answers.
        pages: that brought them.
        rows: how many there are.
        total: how many rows the whole list has, where the service counted them.
        more: whether another batch follows.
    """

    request_ids: tuple[str, ...]
    served_at: datetime | None
    bytes: int
    pages: int
    rows: int
    total: int | None
    more: bool
    _decode: Callable[[], Any] = field(repr=False)

    @property
    def table(self) -> Any:
        """The rows as a ``pyarrow.Table``: the declared columns, those of custom and unknown fields, ``unparsed``.

        It is decoded in the background, from when its first pages came; any one thread may ask for it. Batches may
        differ in the columns of unknown fields.

        Raises:
            NotJSONError, ProtocolError: a record that is none.
        """
        return self._decode()


class BatchBuilder:
    """Pages that become one batch. They are decoded as they come, in the background, and not kept."""

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
        """Take a page.

        Raises:
            NotJSONError, ProtocolError: a record of an earlier one is none.
        """
        self._served_at = self._served_at if self._pages else page.served_at
        self._request_ids += [page.request_id] if page.request_id else []
        self._bytes += page.size
        self._pages += 1
        self.rows += len(page.records)
        self._decoder.add(page.records)

    def batch(self, total: int | None, *, more: bool) -> Batch:
        """What has come as a batch; the rest of it is decoded while the caller goes on."""
        self._decoder.go_on()
        return Batch(
            request_ids=tuple(self._request_ids),
            served_at=self._served_at,
            bytes=self._bytes,
            pages=self._pages,
            rows=self.rows,
            total=total,
            more=more,
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
    go_on: Callable[[int], None] = lambda _rows: None,
) -> Iterator[tuple[BatchBuilder, Page]]:
    """Pages put together until there are so many rows, or so many seconds have passed since the first of them.

    Args:
        pages: of a list.
        begin: makes what takes them.
        rows: so many are enough.
        seconds: and so are these.
        go_on: is told how many rows wait before another page joins them, and may hold them up.

    Yields:
        What was put together, with the last page of it.
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
            go_on(waiting.rows)
