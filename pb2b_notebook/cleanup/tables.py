"""Frames of pandas and polars, opened and closed the same way: narwhals in between, the row a position from 0."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError, MappingError, MissingExtraError
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.mapping.columns import column_names, library, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw

SPACES: Final = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Python takes for white space, spelled out: engines differ on their own classes."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A frame at work.

    Attributes:
        table: as narwhals has it; in pandas with an index from 0.
        names: its columns, in order.
        library: ``pandas`` or ``polars``.
        lazy: it came as a ``polars.LazyFrame``, and leaves as one.
        index: of pandas, to be put back; ``None`` for polars.
    """

    table: nw.DataFrame[Any]
    names: tuple[str, ...]
    library: str
    lazy: bool
    index: Any

    def __len__(self) -> int:
        return len(self.table)

    def values(self, column: str) -> list[Any]:
        """The values of a column as Python has them, ``None`` for whatever says nothing."""
        if not self.is_text(column):
            return values_of(self.table.to_native(), column)
        values = self.table[column].to_list()
        # In pandas the null of text is NaN, which differs from itself.
        return values if self.library == "polars" else [one if one == one else None for one in values]  # noqa: PLR0124

    def is_text(self, column: str) -> bool:
        """Whether the engine keeps the column as text and nothing else, so that its expressions may be trusted."""
        import narwhals as nw

        series = self.table[column]
        # A pandas column of objects passes for text where its first values are: it may hold anything.
        return series.dtype == nw.String and (self.library == "polars" or str(series.to_native().dtype) != "object")

    def with_cells(self, column: str, rows: Sequence[int], values: Sequence[Any]) -> Opened:
        """The same with some cells of a column replaced; what it was opened from stays as it is."""
        import narwhals as nw

        if self.is_text(column):
            changed = self.table[column].scatter(list(rows), list(values))
        else:
            cells = self.values(column)
            for row, value in zip(rows, values, strict=True):
                cells[row] = value
            changed = nw.from_native(self._series(column, cells), series_only=True)
        return replace(self, table=self.table.with_columns(changed.alias(column)))

    def _series(self, column: str, cells: list[Any]) -> Any:
        """Cells that are no text as a column of the library, typed as it was."""
        if self.library == "polars":
            import polars as pl

            return pl.Series(column, cells, dtype=self.table.to_native().schema[column])
        import pandas as pd

        return pd.Series(cells, dtype=object, name=column)

    def with_texts(self, column: str, values: Sequence[str | None]) -> Opened:
        """The same with a column of text: at its end, or in the place of the one that is called so."""
        import narwhals as nw

        made = nw.from_native(self.made({column: (values, "string")}), eager_only=True)
        return replace(
            self,
            table=self.table.with_columns(made[column]),
            names=self.names if column in self.names else (*self.names, column),
        )

    def picked(self, rows: Sequence[int]) -> Opened:
        """Some of its rows."""
        return replace(self, table=self.table[list(rows), :])

    def made(self, columns: Mapping[str, tuple[Sequence[Any], str]]) -> Any:
        """A frame of the same library (never lazy) from columns: values, and their Arrow type by name."""
        import pyarrow as pa

        arrays = [pa.array(_sound(values, kind), pa.type_for_alias(kind)) for values, kind in columns.values()]
        return to_frame(pa.table(arrays, names=list(columns)), self.library)

    def closed(self, table: nw.DataFrame[Any], rows: Sequence[int] | None = None) -> Any:
        """A changed table as what came: same library, same index, lazy again.

        Args:
            table: of as many rows as came, or of ``rows``.
            rows: the positions that are left, where some were taken out.
        """
        native = table.to_native()
        if self.index is not None:
            native = native.set_axis(self.index if rows is None else self.index.take(list(rows)), axis=0)
        return native.lazy() if self.lazy else native


def opened(frame: Any) -> Opened:
    """Open a frame.

    Args:
        frame: a pandas or polars DataFrame, or a ``polars.LazyFrame``, which is collected once.

    Raises:
        CleanupError: it is no frame, or names of columns are no text or come twice.
        MissingExtraError: narwhals is not installed.
    """
    try:
        import narwhals as nw
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "cleaning leads") from None
    lazy = type(frame).__module__.partition(".")[0] == "polars" and hasattr(frame, "collect")
    native = frame.collect() if lazy else frame
    try:
        kind, names = library(native), column_names(native)
    except MappingError as problem:
        raise CleanupError(
            problem.message.replace("a mapping is", "cleanup is"), repair=problem.repair or "give a DataFrame"
        ) from None
    index = native.index if kind == "pandas" else None
    if kind == "pandas":
        # Expressions of narwhals go by the index: one that repeats would join rows to each other.
        native = native.reset_index(drop=True)
    return Opened(nw.from_native(native, eager_only=True), tuple(names), kind, lazy, index)


def _sound(values: Sequence[Any], kind: str) -> Sequence[Any]:
    """Text that Arrow can hold: half a character has no UTF-8 form and is shown as its escape."""
    if kind != "string":
        return values
    return [
        value if value is None or value.isascii() else value.encode("utf-8", "backslashreplace").decode()
        for value in values
    ]
