"""Read and write JSON Lines (https://jsonlines.org), one object per row; an array of objects is read too."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from pb2b_notebook import frames, openapi
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import DamagedFileError, InvalidParameterError, ProtocolError
from pb2b_notebook.files.arrow_tables import arrow_field, arrow_type_of, kind_of, normalize_table
from pb2b_notebook.files.cells import write_cell
from pb2b_notebook.files.column_types import convert_cells, merge_unparsed
from pb2b_notebook.files.metadata import Metadata
from pb2b_notebook.files.nested_objects import open_objects
from pb2b_notebook.files.reports import FileContent, Finding
from pb2b_notebook.files.text.encodings import (
    Encoding,
    decode_lines,
    detect_encoding,
    encoding_findings,
    named_encoding,
)
from pb2b_notebook.frames import UNPARSED, Column, FrameSchema, frame_schema
from pb2b_notebook.lazy_libraries import pa

_CHUNK_ROWS: Final = 20_000
_CHUNK: Final = 1 << 20
_UTF8: Final = frozenset({"utf-8", "utf-8-sig"})
_OWN: Final = f"{UNPARSED} "
"""Temporary name of the column ``unparsed`` of a file, until the cells that are left over are merged into it."""
_MOST_NAMES: Final = 3
_PLAIN: Final = frozenset({"integer", "number", "boolean", "texts"})
"""Kinds whose values are JSON values."""


def read_jsonl(
    file: BinaryIO,
    *,
    encoding: str | None = None,
    metadata: Metadata | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> FileContent:
    """Read JSON Lines, or one JSON array of objects.

    Fields of the contract get its types, other fields the types of their values; ``custom_fields`` become columns
    ``custom_<key>``. In a file without metadata, the parts of an object that is not of the contract become columns.

    Args:
        file: Seekable binary file.
        encoding: Name of a codec; by default detected.
        metadata: Metadata that is stored with the file, if any.
        advance: Called with the number of rows of each chunk.

    Raises:
        DamagedFileError: The file is not JSON, or an element is not an object; the message has the line of the file, or
            the number of the element of an array, from 1.
        InvalidParameterError: The encoding is unknown.
    """
    how = named_encoding(encoding) if encoding is not None else detect_encoding(file)
    undecoded_lines: list[int] = []
    records, lines = _read_records(file if how.name in _UTF8 and how.certain else _as_utf8(file, how, undecoded_lines))
    opened: list[str] = []
    if metadata is None:
        records, opened = open_objects(records, {field.name for field in _contract_fields()}.__contains__)
    kinds: Mapping[str, str] = {} if metadata is None else metadata.columns
    if not records and not kinds:
        raise DamagedFileError("the file is blank", repair="pass a file with one JSON object per line")
    keys = _keys(records, lines)
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
        raise _broken_file(records, lines, problem) from None
    table, left = _with_one_unparsed(table)
    message = f"{count_text(left, 'row')} with values that do not fit their column: kept in {UNPARSED!r}"
    findings = [*encoding_findings(how, undecoded_lines), *([Finding("misfits", message, left)] if left else [])]
    if opened:
        findings.append(Finding("opened", f"{_quote(opened)}: objects, whose parts are columns", len(opened)))
    return FileContent(_restore_types(normalize_table(table), kinds), findings, encoding=str(how))


def write_jsonl(file: BinaryIO, table: Any, *, advance: Callable[[int], None] = lambda _: None) -> int:
    """Write a table as JSON Lines in UTF-8, with every column in every line, nulls included.

    Args:
        file: Binary file that is open for writing.
        table: Result of :func:`~pb2b_notebook.files.arrow_tables.to_arrow_table`.
        advance: Called with the number of rows of each chunk.

    Returns:
        0, because nothing in JSON needs a guard.

    Raises:
        InvalidParameterError: A number is infinite, which JSON cannot represent.
    """
    names = [json.dumps(name, ensure_ascii=False) for name in table.column_names]
    for batch in table.to_batches(max_chunksize=_CHUNK_ROWS):
        columns = [
            _texts(column.to_pylist(), kind_of(field), field.name)
            for field, column in zip(table.schema, batch.columns, strict=True)
        ]
        for row in zip(*columns, strict=True):
            line = ",".join([f"{name}:{value}" for name, value in zip(names, row, strict=True)])
            file.write(f"{{{line}}}\n".encode())
        advance(batch.num_rows)
    if not table.num_rows:
        file.write(b"\n")  # an empty file looks like an accident
    return 0


def _read_records(file: BinaryIO) -> tuple[list[bytes], Sequence[int]]:
    """Return the bytes of each object and its line, from 1; for the elements of an array no lines."""
    file.seek(0)
    head = file.read(_CHUNK).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    if head.startswith(b"["):
        return _elements(file.read().removeprefix(b"\xef\xbb\xbf")), ()
    stripped = ((number, line.strip()) for number, line in enumerate(file, 1))
    numbered = [(number, line.removeprefix(b"\xef\xbb\xbf")) for number, line in stripped if line]
    numbers, found = [number for number, _ in numbered], [line for _, line in numbered]
    # Pretty-printed JSON has one object over many lines.
    return ([b"".join(found)] if found and found[0] == b"{" else found), numbers


def _elements(text: bytes) -> list[bytes]:
    try:
        return frames.elements(text)
    except ProtocolError as problem:
        raise DamagedFileError(
            f"the file is not a JSON array of objects: {_reason(problem)}", repair="get the file again"
        ) from None


def _as_utf8(file: BinaryIO, how: Encoding, undecoded_lines: list[int]) -> BinaryIO:
    """Return the text in UTF-8, the encoding of JSON."""
    return io.BytesIO("".join(decode_lines(file, how, undecoded_lines)).encode())


def _keys(records: Sequence[bytes], lines: Sequence[int]) -> dict[str, None]:
    """Return the names of all members, in the order of their first occurrence."""
    import msgspec

    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    keys: dict[str, None] = {}
    for number, record in enumerate(records):
        try:
            keys |= dict.fromkeys(decode(record))
        except (msgspec.MsgspecError, RecursionError):
            keys |= dict.fromkeys(_strict_keys(record, number, lines))
    return keys


def _strict_keys(record: bytes, number: int, lines: Sequence[int]) -> Iterator[str]:
    try:
        return (member.name for member in frames.members(record))
    except ProtocolError as problem:
        raise _broken_record(number, lines, problem) from None


def _schema(keys: Mapping[str, None], remembered: Mapping[str, str]) -> FrameSchema:
    """Return the columns with a known type: from the metadata, or otherwise from the contract."""
    if remembered:
        kinds = {name: "text" if kind in {"local", "date"} else kind for name, kind in remembered.items()}
        named = {name: _OWN if name == UNPARSED else name for name in kinds}
        return FrameSchema(tuple(Column(named[name], kind, (name,)) for name, kind in kinds.items()))  # type: ignore[arg-type]
    listed = {field.name: field for field in _contract_fields()}
    schema = frame_schema([listed[key] for key in keys if key in listed])
    own = [Column(_OWN, "text", (UNPARSED,))] if UNPARSED in keys else []
    return FrameSchema((*schema.columns, *own), schema.containers, schema.renamed)


def _contract_fields() -> Sequence[openapi.Field]:
    return openapi.load()["leads.list"].fields


def _quote(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(repr(name[:40]) for name in names[:_MOST_NAMES]) + more


def _with_one_unparsed(table: Any) -> tuple[Any, int]:
    """Merge the cells that are left over into the column ``unparsed`` of the file; return the table and their count."""
    left = table.num_rows - table.column(UNPARSED).null_count if UNPARSED in table.column_names else 0
    if _OWN not in table.column_names:
        return table, left
    own = table.column(_OWN)
    rest = table.drop_columns([UNPARSED]) if left else table
    if left:
        texts = (
            value if isinstance(value, str | None) else json.dumps(value, default=str) for value in own.to_pylist()
        )
        pairs = zip(texts, table.column(UNPARSED).to_pylist(), strict=True)
        own = pa.array([merge_unparsed(text, more) for text, more in pairs], pa.string())
    return rest.set_column(rest.column_names.index(_OWN), UNPARSED, own), left


def _restore_types(table: Any, remembered: Mapping[str, str]) -> Any:
    """Restore dates and times without a zone, which are text in JSON."""
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
            f"the column {name!r} has an infinite number, which JSON cannot represent",
            repair="save it as .parquet, .xlsx or .csv",
        ) from None


def _broken_file(records: Sequence[bytes], lines: Sequence[int], problem: ProtocolError) -> DamagedFileError:
    for number, record in enumerate(records):
        try:
            frames.members(record)
        except ProtocolError as first:
            return _broken_record(number, lines, first)
    return DamagedFileError(f"the file is not JSON Lines: {_reason(problem)}", repair="get the file again")


def _broken_record(number: int, lines: Sequence[int], problem: ProtocolError) -> DamagedFileError:
    where = f"line {lines[number]} of the file" if lines else f"element {number + 1} of the array"
    return DamagedFileError(
        f"{where} is not a JSON object: {_reason(problem)}",
        repair="fix or remove it, or get the file again; it may be incomplete",
    )


def _reason(problem: ProtocolError) -> str:
    return problem.message.replace("the response", "it").replace("a listed element", "it")
