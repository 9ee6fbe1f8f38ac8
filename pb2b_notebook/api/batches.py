"""Some pages of a list as an Arrow table, for what keeps rows and must know when the service gave them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from pb2b_notebook.api.envelope import Page
    from pb2b_notebook.contract.operations import Operation
    from pb2b_notebook.frames import FrameSchema


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a list that is read in bounded memory.

    Attributes:
        request_ids: of the requests that brought the rows, one a page.
        served_at: the service's time of the first of these answers, aware, in UTC; ``None`` where it told none.
        bytes: of the decoded answers.
        pages: that brought them.
        total: how many rows the whole list has, where the service counted them.
        more: whether another batch follows.
    """

    request_ids: tuple[str, ...]
    served_at: datetime | None
    bytes: int
    pages: int
    total: int | None
    more: bool
    _decode: Callable[[], Any] = field(repr=False)

    @property
    def table(self) -> Any:
        """The rows as a ``pyarrow.Table``: the declared columns, those of custom and unknown fields, ``unparsed``.

        It is decoded when it is first asked for, in whichever thread asks, so that the next pages can be fetched
        meanwhile. Batches may differ in the columns of unknown fields.

        Raises:
            NotJSONError, ProtocolError: a record that is none.
        """
        return self._decode()


def gathered(pages: Iterable[Page], *, rows: int, seconds: float) -> Iterator[list[Page]]:
    """Pages put together until there are so many rows, or so many seconds have passed since the first of them."""
    waiting: list[Page] = []
    since = 0.0
    for page in pages:
        since = since if waiting else monotonic()
        waiting.append(page)
        enough = sum(len(one.records) for one in waiting) >= rows or monotonic() - since >= seconds
        if enough or page.next_cursor is None:
            yield waiting
            waiting = []


def batch(operation: Operation, schema: FrameSchema, pages: Sequence[Page], total: int | None) -> Batch:
    """Pages of a list as one batch; ``total`` is the service's count of all of it."""
    return Batch(
        request_ids=tuple(page.request_id for page in pages if page.request_id),
        served_at=pages[0].served_at,
        bytes=sum(page.size for page in pages),
        pages=len(pages),
        total=total,
        more=pages[-1].next_cursor is not None,
        _decode=cache(partial(_decoded, operation, schema, [record for page in pages for record in page.records])),
    )


def _decoded(operation: Operation, schema: FrameSchema, records: Sequence[Any]) -> Any:
    from pb2b_notebook import frames

    decoder = frames.Decoder(schema)
    decoder.add(records)
    table = decoder.table()
    frames.report_drift(operation.id, decoder.drift)
    return table
