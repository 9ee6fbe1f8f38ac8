"""Lists whose pages are places in them, numbers or offsets: which rows a page left out since others moved.

A row that goes, or changes and moves to the end, moves all later ones up, and the next page begins after one that no
page had. Reading the pages again from the last one to the first finds it: rows move to pages that are still to be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Final

from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.envelope import Page, Raws
from pb2b_notebook.api.lists.windows import UnreliableWindowsError, change_time
from pb2b_notebook.errors import APIError
from pb2b_notebook.frames.distinct_texts import lines_are_distinct
from pb2b_notebook.frames.extraction import RawRecords
from pb2b_notebook.lazy_libraries import np, pa, pc

_FIRST_ID: Final[Callable[[Any], Any]] = re.compile(rb'\{\s*"id"\s*:\s*"([^"\\]*)"').match
"""Finds an id at the beginning of a record, where most services put it; no key stands twice in a record."""
_NOT_PLAIN: Final = tuple(b'"\\\n')
"""Bytes that end an id, or are not read as they are."""
_NEW_LINE: Final = ord("\n")
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
        self._packed_ids: list[tuple[bytes, bool]] = []
        self._distinct = 0  # of these, how many are known to repeat none
        self._repeated = 0
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
        return not self._known_ids().issuperset(ids_of(records))

    def remember(self, records: Raws, *, counted: bool) -> None:
        """Remember rows. Most lists are never asked whether they had one: it is done with little time and memory.

        Args:
            records: Rows of a page.
            counted: Whether those of earlier pages count in :meth:`count_repeated`.
        """
        if not records:
            return
        packed = _pack_ids(records)
        if packed is None:
            self._learn_ids(self._known_ids(), ids_of(records), counted=counted)
        else:
            self._packed_ids.append((packed, counted))

    def count_repeated(self) -> int:
        """Return how many remembered rows were on an earlier page; of most lists, none, which is found at once."""
        packed = [ids for ids, _ in self._packed_ids]
        if self._distinct < len(packed):
            # Asked after each page, a set that grows with them is faster.
            if self._ids or self._distinct or not _are_distinct(packed):
                self._known_ids()
            else:
                self._distinct = len(packed)
        return self._repeated

    def forget_rows(self) -> None:
        """Forget which rows there were: of a long list, their ids take as much memory as a third of the frame."""
        self.count_repeated()
        self._ids.clear()
        self._packed_ids.clear()
        self._distinct = 0

    def take_new(self, records: Raws) -> Raws:
        """Return the rows that were on no page before, and remember them."""
        ids, known = ids_of(records), self._known_ids()
        if not known.isdisjoint(ids):  # hardly ever
            records = [record for record, own in zip(records, ids, strict=True) if own not in known]
        known.update(ids)
        return records

    def _known_ids(self) -> set[Any]:
        packed, self._packed_ids, self._distinct = self._packed_ids, [], 0
        for ids, counted in packed:
            self._learn_ids(self._ids, _unpack_ids(ids), counted=counted)
        return self._ids

    def _learn_ids(self, known: set[Any], ids: list[Any], *, counted: bool) -> None:
        if counted and not known.isdisjoint(ids):
            self._repeated += sum(one in known for one in ids)
        known.update(ids)

    def missed_rows(self, since: int) -> Iterator[Raws]:
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
            with suppress(APIError):  # the list may be shorter now, and a cursor good for one request
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


def ids_of(records: Raws) -> list[Any]:
    """Return what identifies each record; where all have an id that is text, as nearly always, in one pass."""
    import msgspec

    packed = _pack_ids(records)
    if packed is not None and len(found := _unpack_ids(packed)) == len(records):
        return found
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return [each.id for each in _decoder_of_ids().decode(b"[%b]" % b",".join(records))]
    return [id_of(record) for record in records]


def _pack_ids(records: Raws) -> bytes | None:
    """Return the ids of records, one on a line; ``None`` unless each record begins with its id, as plain text."""
    try:
        packed = _pack_equal_ids(records) or b"\n".join([_FIRST_ID(record)[1] for record in records])
        packed.decode()
    except (TypeError, UnicodeDecodeError):  # TypeError: a record begins with something else
        return None
    return packed or None


def _pack_equal_ids(records: Raws) -> bytes | None:
    """Return the ids of records that begin alike, with ids of one length; ``None`` for others.

    All are compared and copied at once, which takes a quarter of the time of a search in each record.
    """
    if not (records and isinstance(records, RawRecords) and len(records.texts) == 1):
        return None
    first = _FIRST_ID(records[0])
    if first is None:
        return None
    lengths = np.fromiter(map(len, records), np.intp, len(records))
    text, (begin, end) = records.texts[0], first.span(1)
    if lengths.sum() + len(records) - 1 != len(text) or lengths.min() <= end:
        return None  # more than a comma is between them
    starts = np.concatenate([[0], np.cumsum(lengths[:-1] + 1)])
    # Each place of the text as the begin of a record: no byte is copied before the places of the records are taken.
    heads = np.ndarray(len(text) - end, f"V{end + 1}", text, strides=1)[starts].view(np.uint8).reshape(-1, end + 1)
    ids = heads[:, begin:end]
    alike = (heads[:, :begin] == heads[0, :begin]).all() and (heads[:, end] == heads[0, end]).all()
    if not alike or any((ids == byte).any() for byte in _NOT_PLAIN):
        return None
    heads[:, end] = _NEW_LINE
    return bytes(heads[:, begin:])[:-1]


def _unpack_ids(packed: bytes) -> list[Any]:
    return packed.decode().split("\n")


def _are_distinct(packed: Sequence[bytes]) -> bool:
    """Whether no id is on two lines. Arrow finds it in a fraction of the time and memory of a set."""
    if lines_are_distinct(packed):
        return True
    lines = pc.split_pattern(pa.array([b"\n".join(packed)], pa.large_binary()), b"\n").values
    return bool(pc.count_distinct(lines).as_py() == len(lines))


@cache
def _decoder_of_ids() -> Any:
    import msgspec

    return msgspec.json.Decoder(list[msgspec.defstruct("Identified", [("id", str)])])  # type: ignore[misc]


def _changed_after(record: Any, since: int) -> bool:
    with suppress(UnreliableWindowsError):
        return change_time(record) >= since
    return False
