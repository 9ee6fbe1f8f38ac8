"""Read and write Parquet, which has column types itself; metadata is stored in its schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO, Final

from pb2b_notebook.errors import DamagedFileError, FileLimitError
from pb2b_notebook.files import metadata as metadata_files
from pb2b_notebook.files.arrow_tables import normalize_table
from pb2b_notebook.files.headers import Header, column_names, header_findings
from pb2b_notebook.files.metadata import Metadata
from pb2b_notebook.files.reports import FileContent, Finding
from pb2b_notebook.lazy_libraries import pa

MOST_BYTES: Final = 8 << 30
"""Limit of bytes of all columns in memory."""

_METADATA_KEY: Final = b"pb2b_notebook"
_CHUNK_ROWS: Final = 20_000
_GROUP_ROWS: Final = 100_000


def read_parquet(file: BinaryIO, *, advance: Callable[[int], None] = lambda _: None) -> FileContent:
    """Read a Parquet file.

    Args:
        file: Seekable binary file.
        advance: Called with the number of rows of each chunk.

    Raises:
        DamagedFileError: The file is not a Parquet file, or is incomplete.
        FileLimitError: The file decompresses to more than :data:`MOST_BYTES`.
        InvalidParameterError: The type of a column is not supported.
    """
    from pyarrow import parquet

    try:
        opened = parquet.ParquetFile(file)
        batches, size = [], 0
        for batch in opened.iter_batches(_CHUNK_ROWS):
            size += batch.nbytes
            _check_size(size)
            batches.append(batch)
            advance(batch.num_rows)
        schema = opened.schema_arrow
        table = pa.Table.from_batches(batches, schema)
        for column in table.columns:
            if not (pa.types.is_decimal(column.type) or pa.types.is_time(column.type)):  # their conversion says more
                column.validate(full=True)  # texts may not be UTF-8
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise DamagedFileError("the Parquet file is damaged or incomplete", repair="get the file again") from None
    metadata, findings = _read_metadata(schema.metadata or {})
    names, _, duplicates = column_names(table.column_names, table.num_columns, table.column_names)
    findings += header_findings(Header(0, 0), duplicates, table.column_names.count(""))
    return FileContent(normalize_table(table.rename_columns(names)), findings, metadata=metadata)


def write_parquet(
    file: BinaryIO, table: Any, metadata: Metadata, *, advance: Callable[[int], None] = lambda _: None
) -> int:
    """Write a table as Parquet, compressed with Zstandard.

    Args:
        file: Binary file that is open for writing.
        table: Result of :func:`~pb2b_notebook.files.arrow_tables.to_arrow_table`.
        metadata: Metadata to store in the file.
        advance: Called with the number of rows of each chunk.

    Returns:
        0, because nothing in Parquet needs a guard.
    """
    from pyarrow import parquet

    schema = table.schema.with_metadata({_METADATA_KEY: metadata_files.write_metadata(metadata, "").encode()})
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for start in range(0, table.num_rows, _GROUP_ROWS):
            piece = table.slice(start, _GROUP_ROWS)
            writer.write_table(piece.replace_schema_metadata(schema.metadata))
            advance(piece.num_rows)
    return 0


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise FileLimitError(
            f"the file decompresses to more than {MOST_BYTES >> 30} GiB",
            repair="read it in parts: polars.scan_parquet(path)",
        )


def _read_metadata(entries: dict[bytes, bytes]) -> tuple[Metadata | None, list[Finding]]:
    if _METADATA_KEY not in entries:
        return None, []
    try:
        return metadata_files.read_metadata(entries[_METADATA_KEY]), []
    except ValueError:
        return None, [Finding("metadata_unreadable", "the metadata in the file cannot be read")]
