"""Extract members of records as text, before the rest goes to ``pyarrow.json``.

This is for free-form values, which have no Arrow type, and for values that must be read one by one. ``msgspec`` does it
in C; the text of a member stays as received, without the white space between its tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pb2b_notebook.frames.schema import Path
from pb2b_notebook.lazy_libraries import np


class RefusedError(Exception):
    """The fast reader cannot read the records; the exact reader decides. It never leaves this package."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """Records without some members.

    Attributes:
        lines: The rest of the records, one per line, without a newline at the end.
        texts: JSON text of each extracted member, one for each record; ``None`` if it is null or missing.
    """

    lines: bytes
    texts: dict[Path, list[str | None]]


def lines(records: Sequence[Any]) -> bytes:
    """Return the records, one per line.

    Raises:
        RefusedError: A record is not an object, or spans lines and is not JSON.
    """
    joined = b"\n".join(records)
    sizes = list(map(len, records))
    if np.count_nonzero(np.frombuffer(joined, np.uint8) == ord("\n")) != len(records) - 1:
        compact = _compact_records(records)
        joined, sizes = b"\n".join(compact), list(map(len, compact))
    starts = np.cumsum([0, *sizes[:-1]]) + np.arange(len(sizes))
    # pyarrow reads a bare null as a record, or crashes.
    if 0 in sizes or (np.frombuffer(joined, np.uint8)[starts] != ord("{")).any():
        raise RefusedError
    return joined


def take_out(records: Sequence[Any], paths: Iterable[Path], misshapen: Iterable[str] = ()) -> Extraction:
    """Extract the members at these paths, of one or two names, from every record.

    Args:
        records: Bytes of one object each.
        paths: Paths of the members.
        misshapen: Names of members that are also extracted if they are not objects: some services write ``[]`` for an
            object without members.

    Raises:
        RefusedError: A record or its container is not an object, has a key twice, or is not JSON.
    """
    import msgspec

    paths = list(paths)
    try:
        compact = b"\n".join(_compact_records(records))
        rows = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode_lines(compact)
        if len(rows) != len(records) or len(_encode_lines(rows)) != len(compact):
            # A dict keeps one of two equal keys, so its JSON is shorter.
            raise RefusedError
        odd = {(name,): [_pop_misshapen(row, name) for row in rows] for name in misshapen}
        for container in dict.fromkeys(path[0] for path in paths if len(path) > 1):
            _open_container(rows, container)
        texts = {path: [_text_of(_pop_member(row, path)) for row in rows] for path in paths}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError from None
    return Extraction(_encode_lines(rows), texts | odd)


def _encode_lines(rows: Sequence[Any]) -> bytes:
    import msgspec

    return msgspec.json.Encoder().encode_lines(rows)[:-1]


def _compact_records(records: Sequence[Any]) -> list[bytes]:
    import msgspec

    try:
        return [msgspec.json.format(bytes(record), indent=-1) for record in records]
    except (msgspec.DecodeError, RecursionError):
        raise RefusedError from None


def _open_container(rows: Sequence[dict[str, Any]], container: str) -> None:
    """Replace a member that is an object by a dict of its members, in every row."""
    import msgspec

    holders = [row for row in rows if container in row]
    joined = b"\n".join(row[container] for row in holders)
    opened = msgspec.json.Decoder(dict[str, msgspec.Raw] | None).decode_lines(joined)
    if len(_encode_lines(opened)) != len(joined):
        raise RefusedError
    for row, object_members in zip(holders, opened, strict=True):
        row[container] = object_members


def _pop_misshapen(row: dict[str, Any], name: str) -> str | None:
    text = _text_of(row.get(name))
    if text is None or text.startswith("{"):
        return None
    del row[name]
    return text


def _pop_member(row: dict[str, Any], path: Path) -> Any:
    holder = row if len(path) == 1 else row.get(path[0])
    return None if holder is None else holder.pop(path[-1], None)


def _text_of(raw: Any) -> str | None:
    text = None if raw is None else str(raw, "utf-8")
    return None if text == "null" else text
