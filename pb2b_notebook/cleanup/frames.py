"""pandas and polars frames, opened for cleanup and given back in the caller's library.

In between, narwhals reads and writes the columns, and a row is its position from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import CleanupError, MappingError, MissingExtraError
from pb2b_notebook.forking import check_engine
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.frames.hashable_cells import hashable_cell
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.mapping.columns import column_names, values_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import narwhals as nw
    import polars as pl

SPACES: Final = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""The white space of ``str.isspace``, as a character class: each engine has another ``\\s``."""


@dataclass(frozen=True, slots=True)
class OpenFrame:
    """A frame opened for cleanup.

    Attributes:
        table: The frame in narwhals; a pandas frame has an index from 0.
        names: Column names, in order.
        library: "pandas" or "polars".
        lazy: Whether it came as a ``polars.LazyFrame``, and is given back as one.
        index: The caller's ``pandas.Index``; ``None`` for polars.
        subclass: An empty frame of the caller's subclass of ``pandas.DataFrame``; ``None`` for others.
    """

    table: nw.DataFrame[Any]
    names: tuple[str, ...]
    library: str
    lazy: bool
    index: Any
    subclass: Any = field(default=None, repr=False)
    _text_columns: dict[str, pl.Series | None] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.table)

    def text_column(self, column: str) -> pl.Series | None:
        """Return a column as polars text; ``None`` unless its type holds text and nothing else.

        pandas text is converted through Arrow, once. So one expression serves every library, at the speed of the
        fastest. A pandas column of objects may hold anything, and so may a text column with unpaired surrogates.
        """
        if column not in self._text_columns:
            self._text_columns[column] = _polars_text(self.table[column].to_native(), self.library)
        return self._text_columns[column]

    def is_text(self, column: str) -> bool:
        """Return whether the type of a column holds text and nothing else, so that expressions can be trusted."""
        return self.text_column(column) is not None

    def values(self, column: str) -> list[Any]:
        """Return the values of a column as Python objects, ``None`` for every kind of null."""
        text = self.text_column(column)
        return values_of(self.table.to_native(), column) if text is None else text.to_list()

    def first_values(self, columns: Sequence[str], count: int) -> list[list[Any]]:
        """Return the values of columns in the first rows in which the first of them has one."""
        import narwhals as nw

        rows = self.table.select(*columns).filter(~nw.col(columns[0]).is_null()).head(count).to_native()
        return [values_of(rows, column) for column in columns]

    def text_or_values(self, column: str) -> Any:
        """Return a column for :func:`~pb2b_notebook.cleanup.cells.transform_distinct`: polars text, or a list."""
        text = self.text_column(column)
        return self.values(column) if text is None else text

    def with_names(self, columns: Mapping[str, str], kept: Collection[str] = ()) -> OpenFrame:
        """Return a copy with other names of some columns."""
        renamed = {column: name for column, name in columns.items() if column not in kept}
        copies = [self.table[column].alias(name) for column, name in columns.items() if column in kept]
        table = self.table.rename(renamed)
        if copies:
            table = table.with_columns(*copies)
        return replace(self, table=table, names=tuple(table.columns), _text_columns={})

    def with_cells(self, column: str, rows: Sequence[int], values: Sequence[Any]) -> OpenFrame:
        """Return a copy in which some cells of a column are replaced; the caller's frame is not changed."""
        text = self.text_column(column)
        if text is not None:
            # Cloned, because polars scatters in place.
            text = text.clone().scatter(rows, as_text_series(values))
            native = text if self.library == "polars" else _pandas_text(text, self.table[column].to_native().dtype)
            return self._with_column(column, native, text)
        cells = self.values(column)
        for row, value in zip(rows, values, strict=True):
            cells[row] = value
        return self._with_column(column, self._series(column, cells), None)

    def _with_column(self, column: str, native: Any, text: pl.Series | None) -> OpenFrame:
        import narwhals as nw

        series = nw.from_native(native, series_only=True).alias(column)
        return replace(
            self,
            table=self.table.with_columns(series),
            names=self.names if column in self.names else (*self.names, column),
            _text_columns={**self._text_columns, column: text},
        )

    def _series(self, column: str, cells: list[Any]) -> Any:
        """Return the cells of a column that is not plain text, in its old type where that type can hold them."""
        dtype = self.table[column].to_native().dtype
        if self.library == "polars":
            import polars as pl

            missing = isinstance(dtype, pl.Enum) and not {*cells} <= {None, *dtype.categories}
            return pl.Series(column, cells, dtype=pl.String if missing or dtype == pl.Null else dtype)
        import pandas as pd

        if isinstance(dtype, pd.CategoricalDtype):
            present = dict.fromkeys(cell for cell in cells if cell is not None)
            known = [category for category in dtype.categories if category in present]
            dtype = pd.CategoricalDtype([*known, *(value for value in present if value not in known)])
        kept = isinstance(dtype, pd.CategoricalDtype | pd.StringDtype)
        return pd.Series(
            cells if kept else list(map(hashable_cell, cells)), dtype=dtype if kept else object, name=column
        )

    def with_text_column(self, column: str, values: Sequence[str | None] | pl.Series) -> OpenFrame:
        """Return a copy with a text column: appended, or in place of the column of that name."""
        text = as_text_series(values).alias(column)
        native = text if self.library == "polars" else self.new_frame({column: (text, "string")})[column]
        return self._with_column(column, native, text)

    def take_rows(self, rows: Sequence[int]) -> OpenFrame:
        """Return some of the rows, by position."""
        index = None if self.index is None else self.index.take(list(rows))
        return replace(self, table=self.table[list(rows), :], index=index, _text_columns={})

    def slice_rows(self, rows: range) -> OpenFrame:
        """Return rows that follow each other, by position."""
        index = None if self.index is None else self.index[rows.start : rows.stop]
        return replace(self, table=self.table[rows.start : rows.stop], index=index, _text_columns={})

    def new_frame(self, columns: Mapping[str, tuple[Sequence[Any] | pl.Series, str]]) -> Any:
        """Build a frame of the same library, never lazy.

        Args:
            columns: Column name → its values and the name of their Arrow type.
        """
        import pyarrow as pa

        arrays = [_array(values, pa.type_for_alias(kind)) for values, kind in columns.values()]
        return to_frame(pa.table(arrays, names=list(columns)), self.library)

    def to_callers_frame(self, table: nw.DataFrame[Any], rows: Sequence[int] | None = None) -> Any:
        """Return a changed table in the form of the caller's frame: same library, same index, lazy again.

        Args:
            table: Table with all rows of the frame, or with ``rows`` only.
            rows: Positions of the rows that are left; all by default.
        """
        native = table.to_native()
        if self.index is not None:
            native = native.set_axis(self.index if rows is None else self.index.take(list(rows)), axis=0)
        if self.subclass is not None:
            native = self.subclass._constructor(native).__finalize__(self.subclass)  # noqa: SLF001 - as pandas documents
        return native.lazy() if self.lazy else native


def open_frame(frame: Any, purpose: str = "cleanup") -> OpenFrame:
    """Open a frame for cleanup.

    Args:
        frame: Frame of any accepted library (:mod:`pb2b_notebook.frames.library`); a lazy one is collected once.
        purpose: What needs the frame, for the message: "cleanup", "known=".

    Raises:
        CleanupError: It is not a frame, or a column name is not text or occurs twice.
        MissingExtraError: The package narwhals is not installed.
    """
    try:
        import narwhals as nw
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "cleaning leads") from None
    check_engine("polars")  # the rules work on polars text, whatever the library of the frame
    given = input_frame(frame, purpose=purpose, error=CleanupError)
    try:
        names = column_names(given.frame)
    except MappingError as problem:
        raise CleanupError(problem.message, repair=problem.repair or "") from None
    native, index, subclass = given.frame, None, None
    if given.library == "pandas":
        import pandas as pd

        index, subclass = native.index, None if type(native) is pd.DataFrame else native.iloc[:0]
        # narwhals aligns pandas expressions by the index: a label that repeats would join rows to each other.
        native = native.reset_index(drop=True)
    table = nw.from_native(native, eager_only=True)
    return OpenFrame(table, tuple(names), given.library, given.is_lazy, index, subclass)


def stack_frames(first: OpenFrame, second: OpenFrame) -> OpenFrame:
    """Return the rows of two frames in the library of the first; a column that one of them lacks is null there.

    Raises:
        CleanupError: A column has two types, and polars has no type that holds both.
    """
    import narwhals as nw

    upper, lower = first.table.to_native(), second.table.to_native()
    both = _stack_polars(upper, lower) if first.library == "polars" else _stack_pandas(upper, lower)
    table, index = nw.from_native(both, eager_only=True), first.index
    if index is not None:
        index = index.append(both.index[: len(second)] if second.index is None else second.index)
    return replace(first, table=table, names=tuple(both.columns), index=index, _text_columns={})


def _stack_polars(upper: Any, lower: Any) -> Any:
    import polars as pl

    lower = lower if isinstance(lower, pl.DataFrame) else pl.from_pandas(lower)
    try:
        return pl.concat([upper, lower], how="diagonal_relaxed")
    except pl.exceptions.PolarsError:
        odd = [name for name in upper.columns if name in lower.columns and upper[name].dtype != lower[name].dtype]
        raise CleanupError(
            f"these columns have other types in known=: {', '.join(odd)}",
            repair="convert them to the types of the known rows, or drop them",
        ) from None


def _stack_pandas(upper: Any, lower: Any) -> Any:
    import pandas as pd

    if not isinstance(lower, pd.DataFrame):
        lower = to_frame(lower.to_arrow(), "pandas")
    names = list(dict.fromkeys([*upper.columns, *lower.columns]))
    # A column without any value does not show its type: it takes the type of the other frame.
    upper = upper.drop(columns=[name for name in upper.columns if name in lower.columns and upper[name].isna().all()])
    lower = lower.drop(columns=[name for name in lower.columns if name in upper.columns and lower[name].isna().all()])
    return pd.concat([upper, lower], ignore_index=True)[names]


def as_text_series(values: Sequence[str | None] | pl.Series) -> pl.Series:
    """Return text as a polars series; an unpaired surrogate becomes its escape."""
    import polars as pl

    if isinstance(values, pl.Series):
        return values
    try:
        return pl.Series(values, dtype=pl.String)
    except UnicodeError:
        return pl.Series(_escape_surrogates(values), dtype=pl.String)


def _polars_text(native: Any, kind: str) -> pl.Series | None:
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


def _pandas_text(text: pl.Series, dtype: Any) -> Any:
    import pandas as pd

    arrow = text.to_arrow()
    if isinstance(dtype, pd.ArrowDtype):
        arrow = arrow.cast(dtype.pyarrow_dtype)
    return pd.Series(dtype.__from_arrow__(arrow), name=text.name)


def _array(values: Any, kind: Any) -> Any:
    import pyarrow as pa

    if hasattr(values, "to_arrow"):
        return values.to_arrow().cast(kind)
    try:
        return pa.array(values, kind)
    except UnicodeError:
        return pa.array(_escape_surrogates(values), kind)


def _escape_surrogates(values: Sequence[str | None]) -> Sequence[str | None]:
    """Return text that Arrow can hold: an unpaired surrogate has no UTF-8 form and becomes its escape."""
    return [
        value if value is None or value.isascii() else value.encode("utf-8", "backslashreplace").decode()
        for value in values
    ]
