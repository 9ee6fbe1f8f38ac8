"""Decode records to one table: with the fast reader, and with the exact one if it refuses."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from itertools import chain
from typing import Any

from pb2b_notebook.errors import InvalidParameterError, ProtocolError, nearest
from pb2b_notebook.frames.batches import Batch
from pb2b_notebook.frames.exact_reader import MOST_UNKNOWN, ExactReader
from pb2b_notebook.frames.extraction import RawRecords, RefusedError, texts_of
from pb2b_notebook.frames.fast_reader import BulkReader
from pb2b_notebook.frames.schema import UNPARSED, ColumnKind, FrameSchema, Path, arrow_type
from pb2b_notebook.frames.unification import common_kind, holds_exactly, widen
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.threads import executor

BATCH_BYTES = 3 << 19
"""Pages are collected up to this size. Smaller batches would pay the start of the reader for each page; larger ones
would leave much to decode after the last page was fetched."""

_MORE = "more fields"

_UNDER_WAY = 2
"""Batches that are being decoded or wait for it; for more, decoding is too slow, and their bytes take memory."""

_SMALLEST_HALF = 64
"""A refused batch is halved down to this many records, so that one unusual record slows down only its neighbours."""


class Decoder:
    """Decodes the records of one listing, page by page, into one table, or into one table for each page.

    It is not thread-safe. Collected pages are decoded in the background, in C++ without the GIL, so that the caller can
    fetch the next pages meanwhile. One thread does it all, which is faster than to fetch pages, and keeps their order:
    each further thread would take memory that is new to the process.

    Attributes:
        drift: Differences from the contract so far: field → description, which never contains a value.

    >>> from pb2b_notebook.openapi.operations import Field
    >>> from pb2b_notebook.frames.schema import frame_schema
    >>> decoder = Decoder(frame_schema([Field("id", "text"), Field("score", "integer")]))
    >>> decoder.add([b'{"id":"lead_1","score":7}', b'{"id":"lead_2","score":"high"}'])
    >>> decoder.table().to_pylist()[1]
    {'id': 'lead_2', 'score': None, 'unparsed': '{"score":"high"}'}
    >>> decoder.drift
    {'score': 'text where integer is declared'}
    """

    def __init__(self, schema: FrameSchema) -> None:
        self.drift: dict[str, str] = {path: f"renamed to {name}" for path, name in schema.renamed.items()}
        self._schema = schema
        self._closed = False
        self._unknown: dict[Path, ColumnKind] = {}
        self._exact_paths: set[Path] = set()
        self._exact = ExactReader(schema)
        self._bulk = BulkReader(schema, {})
        self._batches: list[Batch] = []
        self._waiting: list[tuple[Sequence[Any], Sequence[Any]]] = []
        self._waiting_bytes = 0
        self._under_way: deque[Future[None]] = deque()
        self._worker: Executor | None = None

    def add(self, records: Sequence[Any]) -> None:
        """Add the records of a page.

        Args:
            records: Exact bytes of one JSON object each: ``bytes``, ``memoryview`` or ``msgspec.Raw``.

        Raises:
            NotJSONError: A record is broken JSON, has a key twice, NaN or Infinity, or is not UTF-8. The error may come
                a few pages late, because pages are decoded together.
            ProtocolError: A record is not an object, or is nested too deeply.
        """
        if not records:
            return
        texts = texts_of(records)
        self._waiting.append((records, texts))
        self._waiting_bytes += sum(map(len, texts))
        if self._waiting_bytes >= BATCH_BYTES:
            self._hand_over()

    def decode_collected(self) -> None:
        """Decode the collected pages in the background now, although there are few: no other page is expected soon."""
        if self._waiting:
            self._hand_over()

    def table(self, columns: Sequence[str] | None = None) -> Any:
        """Return all records so far as a ``pyarrow.Table``, in their order.

        Args:
            columns: Names of the columns to return, in this order; ``unparsed`` is added if it has values.

        Raises:
            InvalidParameterError: The table has no such column; the message suggests the nearest name.
            NotJSONError: For the same reasons as :meth:`add`.
            ProtocolError: For the same reasons as :meth:`add`.
        """
        self._finish()
        if self._worker is not None:
            self._worker.shutdown()
            self._worker = None
        self._decode(self._take_waiting())
        return self._assemble(self._batches, columns)

    def page(self, records: Sequence[Any], columns: Sequence[str] | None = None) -> Any:
        """Return the records of one page as a ``pyarrow.Table`` without keeping them, for streams of any size.

        All pages have the same schema: the declared columns, those of unknown fields on the first page, and
        ``unparsed``, which also keeps the fields that first appear on a later page.

        Raises:
            InvalidParameterError: For the same reasons as :meth:`table`.
            NotJSONError: For the same reasons as :meth:`add`.
            ProtocolError: For the same reasons as :meth:`add`.
        """
        batches = list(self._batches_of(records))
        if not self._closed:
            batches = self._close(batches)
        return self._assemble(batches, columns)

    def _close(self, batches: list[Batch]) -> list[Batch]:
        """Declare the unknown fields found so far, and make no columns for others."""
        closed = self._schema.with_unknown(_final_kinds(batches))
        by_path = {column.path: column for column in closed.columns[len(self._schema.columns) :]}
        rewritten = [
            Batch(
                batch.rows,
                [*batch.declared, *(_as_kind(batch, path, c.kind) for path, c in by_path.items())],
                unparsed=batch.unparsed,
            )
            for batch in batches
        ]
        self._schema, self._unknown, self._closed = closed, {}, True
        self._exact, self._bulk = ExactReader(closed, closed=True), BulkReader(closed, {}, self._exact_paths)
        return rewritten

    def _hand_over(self) -> None:
        """Decode the collected pages in the background; if two batches are under way, wait for the first."""
        self._finish(_UNDER_WAY - 1)
        before = self._under_way[-1] if self._under_way else None
        if self._worker is None:
            self._worker = executor(1, name="pb2b-decode")
        self._under_way.append(self._worker.submit(self._decode_after, before, self._take_waiting()))

    def _take_waiting(self) -> Sequence[Any]:
        """Return the collected records, and start a new collection."""
        pages, self._waiting, self._waiting_bytes = self._waiting, [], 0
        return RawRecords(
            chain.from_iterable(records for records, _ in pages), [text for _, texts in pages for text in texts]
        )

    def _finish(self, left: int = 0) -> None:
        """Wait until at most ``left`` batches are being decoded; batches after a broken one are discarded."""
        while len(self._under_way) > left:
            try:
                self._under_way[0].result()
            except Exception:
                self._under_way.clear()
                self._take_waiting()
                raise
            self._under_way.popleft()

    def _decode_after(self, before: Future[None] | None, records: Sequence[Any]) -> None:
        """Decode a batch, unless the one before it was broken."""
        if before is not None:
            before.result()
        self._decode(records)

    def _decode(self, records: Sequence[Any]) -> None:
        for batch in self._batches_of(records):
            self._batches.append(batch)

    def _batches_of(self, records: Sequence[Any]) -> Iterator[Batch]:
        """Yield the records as batches; records before a broken one are yielded before its error."""
        if not records:
            return
        batch = self._at_once(records)
        if batch is not None:
            yield batch
            return
        middle = len(records) // 2
        yield from self._batches_of(records[:middle])
        yield from self._batches_of(records[middle:])

    def _at_once(self, records: Sequence[Any]) -> Batch | None:
        """Return the records as one batch, or ``None`` if halves of them must be tried."""
        try:
            return self._bulk.read(records)
        except RefusedError:
            if len(records) > _SMALLEST_HALF:
                return None
        try:
            return self._exactly(records)
        except ProtocolError:
            if len(records) == 1:
                raise
            return None

    def _exactly(self, records: Sequence[Any]) -> Batch:
        batch, left, exact_paths = self._exact.read(records)
        unknown = {
            path: common_kind(self._unknown.get(path, "null"), kind) for path, (kind, _) in batch.unknown.items()
        }
        self._record_drift(left, unknown)
        if unknown.items() - self._unknown.items() or exact_paths - self._exact_paths:
            # It will probably come again: from now on the fast reader reads it.
            self._unknown.update(unknown)
            self._exact_paths |= exact_paths
            self._bulk = BulkReader(self._schema, self._unknown, self._exact_paths)
        return batch

    def _record_drift(self, left: Mapping[Path, str], unknown: Mapping[Path, ColumnKind]) -> None:
        news = {_display_name(path, self._schema): what for path, what in left.items()}
        news |= {".".join(path): f"unknown field, read as {kind}" for path, kind in unknown.items()}
        for field, what in news.items():
            if len(self.drift) < MOST_UNKNOWN or field in self.drift:
                self.drift[field] = what
            else:
                self.drift[_MORE] = "not listed"

    def _assemble(self, batches: Sequence[Batch], columns: Sequence[str] | None) -> Any:
        kinds = _final_kinds(batches)
        schema = self._schema.with_unknown(kinds)
        count = len(self._schema.columns)
        arrays = [_chunked_column([b.declared[i] for b in batches], c) for i, c in enumerate(self._schema)]
        arrays += [_chunked_column([_as_kind(b, c.path, c.kind) for b in batches], c) for c in schema.columns[count:]]
        fields = list(schema.arrow)
        if self._closed or any(batch.unparsed is not None for batch in batches):
            texts = [pa.nulls(b.rows, pa.string()) if b.unparsed is None else b.unparsed for b in batches]
            arrays.append(pa.chunked_array(texts, pa.string()))
            fields.append(pa.field(UNPARSED, pa.string()))
        return _select_columns(pa.table(arrays, pa.schema(fields)), columns)


def _display_name(path: Path, schema: FrameSchema) -> str:
    """Return the name of the column, or the dotted path of a field without a column."""
    column = schema.by_path.get(path)
    return ".".join(path) if column is None else column.name


def _final_kinds(batches: Sequence[Batch]) -> dict[Path, ColumnKind]:
    """Return the kind of each unknown field over all batches."""
    kinds: dict[Path, ColumnKind] = {}
    for batch in batches:
        for path, (kind, _) in batch.unknown.items():
            kinds[path] = common_kind(kinds.get(path, "null"), kind)
    for path, kind in kinds.items():
        found = [batch.unknown[path] for batch in batches if path in batch.unknown]
        if kind == "number" and not all(holds_exactly(array, had) for had, array in found):
            kinds[path] = "json"
    return kinds


def _as_kind(batch: Batch, path: Path, kind: str) -> Any:
    """Return an unknown field of a batch as this kind; nulls if the batch does not have it."""
    had, array = batch.unknown.get(path, ("null", None))
    return pa.nulls(batch.rows, arrow_type(kind)) if array is None else widen(array, had, kind)


def _chunked_column(arrays: Sequence[Any], column: Any) -> Any:
    chunks = [chunk for array in arrays for chunk in (array.chunks if hasattr(array, "chunks") else [array])]
    return pa.chunked_array(chunks, arrow_type(column.kind, column.fields))


def _select_columns(table: Any, columns: Sequence[str] | None) -> Any:
    if columns is None:
        return table
    names = table.column_names
    for name in columns:
        if name not in names:
            raise InvalidParameterError(f"unknown column {name!r}", repair=nearest(name, names))
    tail = [UNPARSED] if UNPARSED in names and UNPARSED not in columns else []
    return table.select([*columns, *tail])
