"""The version of a table after a commit: its number, schema and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.storage import datafiles
from pb2b_notebook.mirror.storage.datafiles import DataFile
from pb2b_notebook.mirror.storage.layout import plain_type


@dataclass(frozen=True, slots=True)
class Version:
    """A table after a commit.

    Attributes:
        number: Number of the commit.
        schema: Stored columns as a ``pyarrow.Schema``.
        polars: The same columns as a polars schema.
        files: Data files, oldest rows first.
    """

    number: int
    schema: Any
    polars: pl.Schema
    files: tuple[DataFile, ...]

    @property
    def rows(self) -> int:
        """Number of rows, from the log alone."""
        return sum(file.rows for file in self.files)

    def after_commit(self, added: Iterable[DataFile], removed: Iterable[DataFile]) -> Version:
        """Return the next version, after a commit that adds and removes files."""
        gone = {file.name for file in removed}
        files = [*(file for file in self.files if file.name not in gone), *added]
        return replace(self, number=self.number + 1, files=datafiles.oldest_first(files))


def read_version(delta: Any) -> Version:
    """Return the latest version of a ``deltalake.DeltaTable``."""
    stored = pa.schema(delta.schema().to_arrow())
    schema = pa.schema([field.with_type(plain_type(field.type)) for field in stored])
    empty = pl.from_arrow(schema.empty_table())
    return Version(delta.version(), schema, empty.schema, datafiles.list_files(delta))  # type: ignore[union-attr]
