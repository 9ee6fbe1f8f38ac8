"""The fast reader: strict ``pyarrow.json`` with the schema, and a check for each thing that it lets through.

``pyarrow.json`` with an explicit schema and ``unexpected_field_behavior="error"`` refuses unknown fields, keys named
twice, lone surrogates, fractions and too large numbers in integer columns, and every change of type. It lets through,
or gets wrong, and so is checked here (tests/test_frames_holes.py shows each):

* a bare ``null`` as a record: a crash of the process when first, an all-null row otherwise;
* bytes that are not UTF-8;
* NaN, Infinity, and whole numbers above 2**53 (rounded) in number columns;
* times without a zone (taken as UTC), dates as times, numbers as dates (days since 1970), the year 0;
* two records in one element.

Whatever is refused here is not an error yet: the exact reader decides.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames import strict
from pb2b_notebook.frames.batches import Batch
from pb2b_notebook.frames.schema import ColumnKind, FrameSchema, Path, arrow_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pb2b_notebook.contract.operations import Field

_BLOCK = 1 << 20  # bytes; a longer record is refused, and so read exactly


class RefusedError(Exception):
    """The batch is not plainly what the schema says; never leaves this package."""


class BulkReader:
    """Reads batches for one schema, extended by the unknown fields that were met so far.

    Args:
        schema: the declared columns.
        unknown: path → kind of the fields met so far that the schema does not know.
    """

    def __init__(self, schema: FrameSchema, unknown: Mapping[Path, ColumnKind]) -> None:
        self._schema = schema
        self._unknown = dict(unknown)
        leaves = [(c.path, c.kind, c.fields) for c in schema]
        leaves += [(path, kind, ()) for path, kind in self._unknown.items()]
        # Free-form values have no Arrow type: they are taken out before, as text.
        self._free_form = [path for path, kind, _ in leaves if kind == "json"]
        self._wire = _wire_schema(schema, [leaf for leaf in leaves if leaf[1] != "json"])

    def read(self, records: Sequence[Any]) -> Batch:
        """Decode records in C++, without the GIL for most of the time.

        Raises:
            RefusedError: some record needs the exact reader.
        """
        texts: dict[Path, list[str | None]] = {}
        if self._free_form:
            joined, texts = _taken_out(records, self._free_form)
        else:
            joined = _lines(records)
        table = self._parse(joined, len(records))
        declared = [self._column(table, texts, c.path, c.kind, c.fields) for c in self._schema]
        unknown = {path: (kind, self._column(table, texts, path, kind, ())) for path, kind in self._unknown.items()}
        return Batch(len(records), declared, unknown)

    def _parse(self, joined: bytes, rows: int) -> Any:
        import pyarrow as pa
        from pyarrow import json as arrow_json

        _check_framing(joined, rows)
        try:
            table = arrow_json.read_json(
                pa.BufferReader(joined),
                read_options=arrow_json.ReadOptions(block_size=_BLOCK),
                parse_options=arrow_json.ParseOptions(explicit_schema=self._wire, unexpected_field_behavior="error"),
            )
        except pa.ArrowInvalid:
            raise RefusedError from None
        if table.num_rows != rows:
            raise RefusedError
        return table

    def _column(
        self,
        table: Any,
        texts: Mapping[Path, list[str | None]],
        path: Path,
        kind: ColumnKind,
        fields: Sequence[Field],
    ) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if kind == "json":
            return pa.chunked_array([pa.array(texts[path], pa.string())])
        column = table.column(path[0])
        for name in path[1:]:
            column = pc.struct_field(column, [name])
        return _checked(column, kind, fields)


def _wire_schema(schema: FrameSchema, leaves: Sequence[tuple[Path, ColumnKind, Sequence[Field]]]) -> Any:
    """What ``pyarrow.json`` is told to expect: records as structs, times as text."""
    import pyarrow as pa

    top: dict[str, Any] = {name: [] for name in schema.containers}
    for path, kind, fields in leaves:
        wire = arrow_type(kind, fields, wire=True)
        if len(path) == 1:
            top[path[0]] = wire
        else:
            top[path[0]].append(pa.field(path[1], wire))
    return pa.schema(
        [pa.field(name, pa.struct(kind) if isinstance(kind, list) else kind) for name, kind in top.items()]
    )


def _check_framing(joined: bytes, rows: int) -> None:
    """Each line is one record that begins as an object, in UTF-8."""
    if not joined.startswith(b"{") or joined.count(b"\n{") != rows - 1 or joined.count(b"\n") != rows - 1:
        raise RefusedError
    if not joined.isascii():
        try:
            joined.decode()
        except UnicodeDecodeError:
            raise RefusedError from None


def _lines(records: Sequence[Any]) -> bytes:
    """The records, one a line."""
    import msgspec

    joined = b"\n".join(records)
    if joined.count(b"\n") == len(records) - 1:
        return joined
    try:
        return b"\n".join([msgspec.json.format(bytes(one), indent=-1) for one in records])
    except msgspec.DecodeError:
        raise RefusedError from None


def _taken_out(records: Sequence[Any], paths: Sequence[Path]) -> tuple[bytes, dict[Path, list[str | None]]]:
    """The records, one a line, without the free-form members; and those as text without white space."""
    import msgspec

    if any(len(path) > 1 for path in paths):
        raise RefusedError
    encoder = msgspec.json.Encoder()
    try:
        array = msgspec.json.format(b"[" + b",".join(records) + b"]", indent=-1)
        rows = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode(array)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RefusedError from None
    # A dict keeps one of two equal keys, so it would come back shorter.
    if len(rows) != len(records) or len(encoder.encode(rows)) != len(array):
        raise RefusedError
    texts = {path: [_text_of(row.pop(path[0], None)) for row in rows] for path in paths}
    for column in texts.values():
        _check_free_form(column)
    return encoder.encode_lines(rows)[:-1], texts


def _text_of(raw: Any) -> str | None:
    text = None if raw is None else str(raw, "utf-8")
    return None if text == "null" else text


def _check_free_form(column: Sequence[str | None]) -> None:
    """No key twice at any depth, and no number that Python cannot hold."""
    present = [text for text in column if text is not None]
    try:
        _FREE_FORM.decode(f"[{','.join(present)}]")
    except (ProtocolError, RecursionError):
        raise RefusedError from None


def _refuse_beyond(convert: Any) -> Any:
    def parse(token: str) -> Any:
        number = convert(token)
        if number is strict.BEYOND:
            raise RefusedError
        return number

    return parse


_FREE_FORM = strict.decoder(wrap=_refuse_beyond)


def _checked(column: Any, kind: str, fields: Sequence[Field]) -> Any:
    """The column in its final type.

    Raises:
        RefusedError: a value needs the exact reader.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind in {"record", "records"} and fields:
        for leaf, leaf_kind in _leaves(column, kind, fields):
            _checked(leaf, leaf_kind, ())
    if kind == "number" and pc.all(pc.less_equal(pc.abs(column), strict.EXACT)).as_py() is False:
        raise RefusedError
    final = arrow_type(kind, fields)
    if column.type == final:
        return column
    try:
        cast = column.cast(final)
    except pa.ArrowInvalid:
        raise RefusedError from None
    if kind in {"datetime", "date"}:
        _check_range(cast)
    return cast


def _check_range(column: Any) -> None:
    """Well inside what a Python datetime can hold; the exact reader decides at the edges."""
    import pyarrow as pa
    import pyarrow.compute as pc

    days = column.cast(pa.date32())
    earliest, latest = pa.scalar(dt.date(1, 1, 2)), pa.scalar(dt.date(9999, 12, 30))
    inside = pc.and_(pc.greater_equal(days, earliest), pc.less_equal(days, latest))
    if pc.all(inside).as_py() is False:
        raise RefusedError


def _leaves(column: Any, kind: str, fields: Sequence[Field]) -> Iterator[tuple[Any, str]]:
    """The columns of scalars inside a struct or a list of structs, flattened."""
    import pyarrow.compute as pc

    structs = pc.list_flatten(column) if kind == "records" else column
    for one in fields:
        inner = pc.struct_field(structs, [one.name])
        if one.kind in {"record", "records"}:
            yield from _leaves(inner, one.kind, one.fields)
        elif one.kind in {"number", "datetime", "date"}:
            yield inner, one.kind
