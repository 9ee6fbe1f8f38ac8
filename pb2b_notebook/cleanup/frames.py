"""Frames of pandas and polars, opened and closed the same way: narwhals in between, the row a position from 0."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError, MappingError, MissingExtraError
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.mapping.columns import column_names, library, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import narwhals as nw
    import polars as pl

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
    _texts: dict[str, pl.Series | None] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.table)

    def text(self, column: str) -> pl.Series | None:
        """The column as polars keeps text; ``None`` unless the frame keeps it as text and nothing else.

        pandas' text comes by way of Arrow, once: so each expression is one for all libraries, and runs at the speed of
        the fastest. A pandas column of objects may hold anything, and so may what has half characters in it.
        """
        if column not in self._texts:
            self._texts[column] = _as_text(self.table[column].to_native(), self.library)
        return self._texts[column]

    def is_text(self, column: str) -> bool:
        """Whether the engine keeps the column as text and nothing else, so that its expressions may be trusted."""
        return self.text(column) is not None

    def values(self, column: str) -> list[Any]:
        """The values of a column as Python has them, ``None`` for whatever says nothing."""
        text = self.text(column)
        return values_of(self.table.to_native(), column) if text is None else text.to_list()

    def texts(self, column: str) -> Any:
        """The column as :func:`~.distinct.made_of` takes it: text as polars keeps it, or a list of anything."""
        text = self.text(column)
        return self.values(column) if text is None else text

    def with_cells(self, column: str, rows: Sequence[int], values: Sequence[Any]) -> Opened:
        """The same with some cells of a column replaced; what it was opened from stays as it is."""
        text = self.text(column)
        if text is not None:
            # A copy: polars scatters in place.
            text = text.clone().scatter(rows, text_series(values))
            native = text if self.library == "polars" else _as_pandas(text, self.table[column].to_native().dtype)
            return self._with_column(column, native, text)
        cells = self.values(column)
        for row, value in zip(rows, values, strict=True):
            cells[row] = value
        return self._with_column(column, self._series(column, cells), None)

    def _with_column(self, column: str, native: Any, text: pl.Series | None) -> Opened:
        import narwhals as nw

        made = nw.from_native(native, series_only=True).alias(column)
        return replace(
            self,
            table=self.table.with_columns(made),
            names=self.names if column in self.names else (*self.names, column),
            _texts={**self._texts, column: text},
        )

    def _series(self, column: str, cells: list[Any]) -> Any:
        """Cells of no plain text as a column of the library: typed as it was, where that type can hold them."""
        dtype = self.table[column].to_native().dtype
        if self.library == "polars":
            import polars as pl

            missing = isinstance(dtype, pl.Enum) and not {*cells} <= {None, *dtype.categories}
            return pl.Series(column, cells, dtype=pl.String if missing or dtype == pl.Null else dtype)
        import pandas as pd

        if isinstance(dtype, pd.CategoricalDtype):
            present = dict.fromkeys(cell for cell in cells if cell is not None)
            known = [one for one in dtype.categories if one in present]
            dtype = pd.CategoricalDtype([*known, *(one for one in present if one not in known)])
        kept = isinstance(dtype, pd.CategoricalDtype | pd.StringDtype)
        return pd.Series(cells, dtype=dtype if kept else object, name=column)

    def with_texts(self, column: str, values: Sequence[str | None] | pl.Series) -> Opened:
        """The same with a column of text: at its end, or in the place of the one that is called so."""
        text = text_series(values).alias(column)
        native = text if self.library == "polars" else self.made({column: (text, "string")})[column]
        return self._with_column(column, native, text)

    def picked(self, rows: Sequence[int]) -> Opened:
        """Some of its rows."""
        index = None if self.index is None else self.index.take(list(rows))
        return replace(self, table=self.table[list(rows), :], index=index, _texts={})

    def made(self, columns: Mapping[str, tuple[Sequence[Any] | pl.Series, str]]) -> Any:
        """A frame of the same library (never lazy) from columns: values, and their Arrow type by name."""
        import pyarrow as pa

        arrays = [_array(values, pa.type_for_alias(kind)) for values, kind in columns.values()]
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


def stacked(first: Opened, second: Opened) -> Opened:
    """The rows of two frames, in the library of the first; a column that one of them lacks is empty there.

    Raises:
        CleanupError: a column is of two types, and polars has none that holds both.
    """
    import narwhals as nw

    one, more = first.table.to_native(), second.table.to_native()
    both = _on_polars(one, more) if first.library == "polars" else _on_pandas(one, more)
    table, index = nw.from_native(both, eager_only=True), first.index
    if index is not None:
        index = index.append(both.index[: len(second)] if second.index is None else second.index)
    return replace(first, table=table, names=tuple(both.columns), index=index, _texts={})


def _on_polars(one: Any, more: Any) -> Any:
    import polars as pl

    more = more if isinstance(more, pl.DataFrame) else pl.from_pandas(more)
    try:
        return pl.concat([one, more], how="diagonal_relaxed")
    except pl.exceptions.PolarsError:
        odd = [name for name in one.columns if name in more.columns and one[name].dtype != more[name].dtype]
        raise CleanupError(
            f"these columns have other types in the known rows: {', '.join(odd)}",
            repair="convert them to the types of the known rows, or drop them",
        ) from None


def _on_pandas(one: Any, more: Any) -> Any:
    import pandas as pd

    if not isinstance(more, pd.DataFrame):
        more = to_frame(more.to_arrow(), "pandas")
    names = list(dict.fromkeys([*one.columns, *more.columns]))
    # A column without any value says nothing of its type: it takes that of the other frame.
    one = one.drop(columns=[name for name in one.columns if name in more.columns and one[name].isna().all()])
    more = more.drop(columns=[name for name in more.columns if name in one.columns and more[name].isna().all()])
    return pd.concat([one, more], ignore_index=True)[names]


def text_series(values: Sequence[str | None] | pl.Series) -> pl.Series:
    """Text as polars keeps it; half a character is shown as its escape."""
    import polars as pl

    return values if isinstance(values, pl.Series) else pl.Series(_sound(values), dtype=pl.String)


def _as_text(native: Any, kind: str) -> pl.Series | None:
    import polars as pl

    if kind == "polars":
        return native if native.dtype == pl.String else None
    import pandas as pd
    import pyarrow as pa

    dtype = native.dtype
    if not (isinstance(dtype, pd.StringDtype) or (isinstance(dtype, pd.ArrowDtype) and dtype.type is str)):
        return None
    try:
        return pl.Series(native.name, pa.array(native.array, from_pandas=True), dtype=pl.String)
    except (UnicodeError, pa.ArrowInvalid):
        return None


def _as_pandas(text: pl.Series, dtype: Any) -> Any:
    """Text as a column of pandas of a certain dtype."""
    import pandas as pd

    arrow = text.to_arrow()
    if isinstance(dtype, pd.ArrowDtype):
        arrow = arrow.cast(dtype.pyarrow_dtype)
    return pd.Series(dtype.__from_arrow__(arrow), name=text.name)


def _array(values: Any, kind: Any) -> Any:
    """Values as an Arrow array."""
    import pyarrow as pa

    if hasattr(values, "to_arrow"):
        return values.to_arrow().cast(kind)
    return pa.array(_sound(values) if pa.types.is_string(kind) else values, kind)


def _sound(values: Sequence[str | None]) -> Sequence[str | None]:
    """Text that Arrow can hold: half a character has no UTF-8 form and is shown as its escape."""
    return [
        value if value is None or value.isascii() else value.encode("utf-8", "backslashreplace").decode()
        for value in values
    ]
