"""Extract members of records as text, before the rest goes to ``pyarrow.json``.

This is for free-form values, which have no Arrow type, and for values that must be read one by one. ``msgspec`` does it
in C; the text of a member stays as received, without the white space between its tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pb2b_notebook.frames.schema import Path


class RefusedError(Exception):
    """The fast reader cannot read the records; the exact reader decides. It never leaves this package."""


class RawRecords(list[Any]):
    """Raw records, with the text that they were cut from. A slice of them is a plain list.

    Attributes:
        texts: The same records as received, in one or more parts: each as between the brackets of an array.
    """

    def __init__(self, records: Iterable[Any], texts: Sequence[Any]) -> None:
        super().__init__(records)
        self.texts = texts


@dataclass(frozen=True, slots=True)
class Extraction:
    """Records without some members.

    Attributes:
        text: The rest of the records, separated by commas.
        texts: JSON text of each extracted member, one for each record; ``None`` if it is null or missing.
    """

    text: Any
    texts: dict[Path, list[str | None]]


def texts_of(records: Sequence[Any]) -> Sequence[Any]:
    """Return the records in one or more parts, each as between the brackets of an array."""
    return records.texts if isinstance(records, RawRecords) else [b",".join(records)]


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
        compact = msgspec.json.format(b"[%b]" % b",".join(texts_of(records)), indent=-1)
        rows = msgspec.json.decode(compact, type=list[dict[str, msgspec.Raw]])
        if len(rows) != len(records) or len(msgspec.json.encode(rows)) != len(compact):
            # A dict keeps one of two equal keys, so its JSON is shorter.
            raise RefusedError
        odd = {(name,): [_pop_misshapen(row, name) for row in rows] for name in misshapen}
        for container in dict.fromkeys(path[0] for path in paths if len(path) > 1):
            _open_container(rows, container)
        texts = {path: [_unpack(_pop_member(row, path)) for row in rows] for path in paths}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RefusedError from None
    return Extraction(msgspec.json.encode(rows)[1:-1], texts | odd)


def _open_container(rows: Sequence[dict[str, Any]], container: str) -> None:
    """Replace a member that is an object by a dict of its members, in every row."""
    import msgspec

    holders = [row for row in rows if container in row]
    joined = b"[%b]" % b",".join([row[container] for row in holders])
    opened = msgspec.json.decode(joined, type=list[dict[str, msgspec.Raw] | None])
    if len(msgspec.json.encode(opened)) != len(joined):
        raise RefusedError
    for row, object_members in zip(holders, opened, strict=True):
        row[container] = object_members


def _pop_misshapen(row: dict[str, Any], name: str) -> str | None:
    text = _unpack(row.get(name))
    if text is None or text.startswith("{"):
        return None
    del row[name]
    return text


def _pop_member(row: dict[str, Any], path: Path) -> Any:
    holder = row if len(path) == 1 else row.get(path[0])
    return None if holder is None else holder.pop(path[-1], None)


def _unpack(raw: Any) -> str | None:
    text = None if raw is None else str(raw, "utf-8")
    return None if text == "null" else text
