"""JSON Lines (https://jsonlines.org): one object a row, read exactly; an array of objects is read as well."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pb2b_notebook import frames, openapi
from pb2b_notebook.errors import DamagedFileError, InvalidParameterError, ProtocolError
from pb2b_notebook.files.arrow_tables import arrow_field, arrow_type_of, kind_of, normalize_table
from pb2b_notebook.files.cells import write_cell
from pb2b_notebook.files.column_types import convert_cells, merge_unparsed
from pb2b_notebook.files.encodings import decode_lines, detect_encoding, encoding_findings, named_encoding
from pb2b_notebook.files.reports import FileContent, Finding, count_text
from pb2b_notebook.frames import UNPARSED, Column, FrameSchema, frame_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pb2b_notebook.files.encodings import Encoding
    from pb2b_notebook.files.metadata import Metadata

_CHUNK_ROWS: Final = 20_000
_CHUNK: Final = 1 << 20
_UTF8: Final = frozenset({"utf-8", "utf-8-sig"})
_OWN: Final = f"{UNPARSED} "
"""How the column ``unparsed`` of a file is called, until what is left over here has joined it."""
_PLAIN: Final = frozenset({"integer", "number", "boolean", "texts"})
"""Kinds whose values JSON has itself."""


def read_jsonl(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    told: Metadata | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> FileContent:
    """Read JSON Lines, or one JSON array of objects.

    Fields of the contract have its types, others those of their values; ``custom_fields`` become ``custom_<key>``.

    Args:
        file: seekable.
        encoding: by default recognized.
        told: what is remembered of the file, where it is known to be ours.
        advance: is told of every chunk of rows.

    Raises:
        DamagedFileError: no JSON, or an element that is no object; its line is told.
        InvalidParameterError: an encoding that there is not.
    """
    how = named_encoding(encoding) if encoding is not None else detect_encoding(file)
    doubts: list[int] = []
    records = _read_records(file if how.name in _UTF8 and how.certain else _as_utf8(file, how, doubts))
    kinds: Mapping[str, str] = {} if told is None else told.columns
    if not records and not kinds:
        raise DamagedFileError("the file holds nothing but blanks", repair="give a file with one JSON object a line")
    keys = _keys(records)
    if records:
        kinds = {name: kind for name, kind in kinds.items() if name in keys}
    decoder = frames.Decoder(_schema(keys, kinds))
    try:
        for start in range(0, len(records), _CHUNK_ROWS):
            chunk = records[start : start + _CHUNK_ROWS]
            decoder.add(chunk)
            advance(len(chunk))
        table = decoder.table()
    except ProtocolError as problem:
        raise _broken_file(records, problem) from None
    table, left = _with_one_unparsed(table)
    message = f"{count_text(left, 'row')} with values not of the type of the column: kept in {UNPARSED!r}"
    findings = [*encoding_findings(how, doubts), *([Finding("misfits", message, left)] if left else [])]
    return FileContent(_restore_types(normalize_table(table), kinds), findings, encoding=str(how))


def write_jsonl(file: BinaryIO, table: Any, *, advance: Callable[[int], None] = lambda _: None) -> int:
    """Write a table as JSON Lines in UTF-8: every column in every line, nulls too.

    Args:
        file: to write to.
        table: of :func:`~pb2b_notebook.files.arrow_tables.to_arrow_table`.
        advance: is told of every chunk of rows.

    Returns:
        0: nothing in JSON needs a guard.

    Raises:
        InvalidParameterError: an infinite number, which JSON has not.
    """
    names = [json.dumps(name, ensure_ascii=False) for name in table.column_names]
    for batch in table.to_batches(max_chunksize=_CHUNK_ROWS):
        columns = [
            _texts(column.to_pylist(), kind_of(one), one.name)
            for one, column in zip(table.schema, batch.columns, strict=True)
        ]
        for row in zip(*columns, strict=True):
            line = ",".join([f"{name}:{value}" for name, value in zip(names, row, strict=True)])
            file.write(f"{{{line}}}\n".encode())
        advance(batch.num_rows)
    if not table.num_rows:
        file.write(b"\n")  # a file of no bytes looks like an accident
    return 0


def _read_records(file: BinaryIO) -> list[bytes]:
    """The bytes of each object, one a line, or of the elements of one array."""
    file.seek(0)
    head = file.read(_CHUNK).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if head.startswith(b"["):
        return _elements(file.read().removeprefix(b"\xef\xbb\xbf"))
    lines = (line.strip() for line in file)
    found = [line.removeprefix(b"\xef\xbb\xbf") for line in lines if line]
    # One object over many lines, as pretty-printed JSON has it, is a row too.
    return [b"".join(found)] if found and found[0] == b"{" else found


def _elements(text: bytes) -> list[bytes]:
    try:
        return frames.elements(text)
    except ProtocolError as problem:
        raise DamagedFileError(
            f"the file is no JSON array of objects: {_reason(problem)}", repair="ask for it again"
        ) from None


def _as_utf8(file: BinaryIO, how: Encoding, doubts: list[int]) -> BinaryIO:
    """The same text in UTF-8, which JSON is in."""
    return io.BytesIO("".join(decode_lines(file, how, doubts)).encode())


def _keys(records: Sequence[bytes]) -> dict[str, None]:
    """The names of all members, in the order of their first appearance; broken records have none."""
    import msgspec

    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    keys: dict[str, None] = {}
    for number, record in enumerate(records):
        try:
            keys |= dict.fromkeys(decode(record))
        except (msgspec.MsgspecError, RecursionError):
            keys |= dict.fromkeys(_strict_keys(record, number))
    return keys


def _strict_keys(record: bytes, number: int) -> Iterator[str]:
    try:
        return (member.name for member in frames.members(record))
    except ProtocolError as problem:
        raise _broken_line(number, problem) from None


def _schema(keys: Mapping[str, None], remembered: Mapping[str, str]) -> FrameSchema:
    """The columns that are known: as remembered, and else of the contract."""
    if remembered:
        kinds = {name: "text" if kind in {"local", "date"} else kind for name, kind in remembered.items()}
        named = {name: _OWN if name == UNPARSED else name for name in kinds}
        return FrameSchema(tuple(Column(named[name], kind, (name,)) for name, kind in kinds.items()))  # type: ignore[arg-type]
    listed = {one.name: one for one in openapi.load()["leads.list"].fields}
    schema = frame_schema([listed[key] for key in keys if key in listed])
    own = [Column(_OWN, "text", (UNPARSED,))] if UNPARSED in keys else []
    return FrameSchema((*schema.columns, *own), schema.containers, schema.renamed)


def _with_one_unparsed(table: Any) -> tuple[Any, int]:
    """The table with one column ``unparsed``: what is left over here, and what the file kept there itself.

    Also how many rows have something left over.
    """
    import pyarrow as pa

    left = table.num_rows - table.column(UNPARSED).null_count if UNPARSED in table.column_names else 0
    if _OWN not in table.column_names:
        return table, left
    own = table.column(_OWN).to_pylist()
    new = table.column(UNPARSED).to_pylist() if left else [None] * len(own)
    texts = pa.array([merge_unparsed(text, more) for text, more in zip(own, new, strict=True)], pa.string())
    rest = table.drop_columns([UNPARSED]) if left else table
    return rest.set_column(rest.column_names.index(_OWN), UNPARSED, texts), left


def _restore_types(table: Any, remembered: Mapping[str, str]) -> Any:
    """The table with times without a zone and dates, which JSON has as text, and in the order that is remembered."""
    import pyarrow as pa

    for place, name in enumerate(table.column_names):
        kind = remembered.get(name)
        if kind in {"local", "date"}:
            array, odd = convert_cells(table.column(place), kind)
            if not odd:
                table = table.set_column(place, arrow_field(name, kind), pa.chunked_array([array], arrow_type_of(kind)))
    return table


def _texts(values: Sequence[Any], kind: str, name: str) -> list[str]:
    if kind == "json":
        return ["null" if value is None else value for value in values]
    if kind not in _PLAIN:
        values = [None if value is None else write_cell(value, kind) for value in values]
    try:
        return [json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) for value in values]
    except ValueError:
        raise InvalidParameterError(
            f"the column {name!r} holds an infinite number, which JSON has not",
            repair="save it as .parquet, .xlsx or .csv",
        ) from None


def _broken_file(records: Sequence[bytes], problem: ProtocolError) -> DamagedFileError:
    for number, record in enumerate(records):
        try:
            frames.members(record)
        except ProtocolError as first:
            return _broken_line(number, first)
    return DamagedFileError(f"the file is no JSON Lines: {_reason(problem)}", repair="ask for it again")


def _broken_line(number: int, problem: ProtocolError) -> DamagedFileError:
    return DamagedFileError(
        f"record {number + 1} of the file is no JSON object: {_reason(problem)}",
        repair="mend or remove it, or ask for the file again; it may be cut off",
    )


def _reason(problem: ProtocolError) -> str:
    return problem.message.replace("the answer", "it").replace("a listed element", "it")
