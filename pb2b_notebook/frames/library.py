"""Recognize the library of a frame; read every frame that public functions accept.

=====================================================================  ==========================
Input                                                                  Read and answered in
=====================================================================  ==========================
``pandas.DataFrame`` and its subclasses (``geopandas.GeoDataFrame``)   pandas
``polars.DataFrame`` and its subclasses                                polars
``polars.LazyFrame``                                                   polars, collected once
``pyarrow.Table``, a DuckDB relation, an ibis table, and any other     polars
object with ``__arrow_c_stream__``
a Spark DataFrame                                                      polars, collected once
``narwhals.DataFrame`` and ``LazyFrame``                               as what they wrap
other eager frames that narwhals reads (Modin, cuDF)                   polars
=====================================================================  ==========================

`narwhals <https://narwhals-dev.github.io/narwhals/>`_ recognizes the library, and imports no library that the caller
has not imported.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError
from pb2b_notebook.forking import check_engine
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.types import Library
from pb2b_notebook.lazy_libraries import nw, pd, pl
from pb2b_notebook.spark.partitions import collect, spark_frame

UNIQUE_LABELS: Final = "begin again with df.reset_index(drop=True)"
"""Repair where several rows have the label that a caller names."""
_LARGEST: Final = (1 << 63) - 1
_READ_ONCE: Final = "read it once, table = reader.read_all(), and pass the table each time"
REPAIR = "pass a pandas or polars DataFrame; pb.read_leads(path) reads a file into one"


@dataclass(frozen=True, slots=True)
class InputFrame:
    """A frame as its caller passed it, ready to be read.

    Attributes:
        frame: ``pandas.DataFrame`` or ``polars.DataFrame``.
        library: "pandas" or "polars".
        is_lazy: Whether it came as a ``polars.LazyFrame``.
    """

    frame: Any
    library: Library
    is_lazy: bool = False


def input_frame(
    value: Any, *, purpose: str, error: type[ProspectB2BError] = InvalidParameterError, repair: str = REPAIR
) -> InputFrame:
    """Read a frame of any accepted library.

    Args:
        value: The caller's argument.
        purpose: What needs the frame, for the message: "cleanup", "a plan", "mask".
        error: Class of the error.
        repair: What to pass instead, for the message.

    Raises:
        InvalidParameterError: ``value`` is not a frame, or reading it fails. With ``error``, that class is raised.

    >>> import polars as pl
    >>> read = input_frame(pl.LazyFrame({"email": ["ada@example.com"]}), purpose="cleanup")
    >>> read.library, read.is_lazy, read.frame.height
    ('polars', True, 1)
    """
    value = _unwrap(value)
    if nw.dependencies.is_pandas_dataframe(value):
        return InputFrame(value, "pandas")
    check_engine("polars")
    if nw.dependencies.is_polars_dataframe(value):
        return InputFrame(value, "polars")
    if nw.dependencies.is_polars_lazyframe(value):
        with _readable("the LazyFrame cannot be collected", "call .collect() and correct what it reports", error):
            return InputFrame(value.collect(), "polars", is_lazy=True)
    if is_frame(value):
        read = _from_arrow(value, error)
        if read is not None:
            return InputFrame(read, "polars")
    if isinstance(value, ExportsArrow):
        repair = f"pass one of its frames, such as .{value.MAIN_TABLE}"
    elif repair == REPAIR and has_to_frame(value):
        repair = "pass its .to_frame()"
    raise error(f"{purpose} needs a DataFrame, not {_kind(value)}", repair=repair)


def has_to_frame(value: Any) -> bool:
    """Return whether a value becomes a frame by its own method, such as a column, or one object of the service.

    >>> import pandas as pd
    >>> has_to_frame(pd.Series(["ada@example.com"])), has_to_frame(["ada@example.com"])
    (True, False)
    """
    return not isinstance(value, type) and callable(getattr(value, "to_frame", None))


def library_of(value: Any) -> Library | None:
    """Return the library of a pandas or polars DataFrame or LazyFrame; ``None`` for everything else.

    >>> import pandas as pd
    >>> library_of(pd.DataFrame()), library_of([1])
    ('pandas', None)
    """
    if _is_wrapper(value):  # which narwhals itself warns about
        return None
    if nw.dependencies.is_pandas_dataframe(value):
        return "pandas"
    if nw.dependencies.is_polars_dataframe(value) or nw.dependencies.is_polars_lazyframe(value):
        return "polars"
    return None


def eager_unless_known(given: Any, opened: Any) -> Any:
    """Return a caller's pandas, polars or lazy frame itself; else what was read from it: a stream is read only once."""
    return opened if library_of(given) is None else given


def is_frame(value: Any) -> bool:
    """Return whether a value is a frame that :func:`input_frame` reads. Its content is not read.

    A result with a main table (:class:`ExportsArrow`) is not a frame: the caller chooses one of its frames.

    >>> import pandas as pd
    >>> is_frame(pd.DataFrame()), is_frame(pd.Series()), is_frame(["ada@example.com"])
    (True, False, False)
    """
    value = _unwrap(value)
    if library_of(value) is not None:
        return True
    if isinstance(value, type | ExportsArrow) or nw.dependencies.is_into_series(value):
        return False
    readable = hasattr(value, "__arrow_c_stream__") or nw.dependencies.is_into_dataframe(value)
    return readable or spark_frame(value) is not None


def _unwrap(value: Any) -> Any:
    """Return the frame that a frame of narwhals wraps, such as a pandas DataFrame or a DuckDB relation."""
    return value.to_native() if _is_wrapper(value) else value


def _is_wrapper(value: Any) -> bool:
    return isinstance(value, nw.DataFrame | nw.LazyFrame)


def row_labels(frame: Any) -> Any:
    """Return the labels of the rows of a frame, if they differ from the positions.

    A ``row`` in any result of this package is such a label: the index label for a pandas frame, the position from 0 for
    any other frame.

    Returns:
        The ``pandas.Index``; ``None`` for polars and for a pandas frame whose labels are the positions.
    """
    return index_labels(frame.index) if library_of(frame) == "pandas" else None


def index_labels(index: Any) -> Any:
    """Return a ``pandas.Index`` if its labels are not the positions from 0; else ``None``.

    >>> import pandas as pd
    >>> index_labels(pd.RangeIndex(3)), list(index_labels(pd.Index([7, 8])))
    (None, [7, 8])
    """
    if index is None:
        return None
    is_position = isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1 and index.name is None
    return None if is_position else index


def label_values(labels: Any) -> list[Any]:
    """Return index labels as values of one column, in any library: all integers, floats, texts or booleans.

    Labels of another kind, or of several kinds, become their text, as ``str(label)`` writes it.

    Args:
        labels: A ``pandas.Index``.

    >>> import pandas as pd
    >>> label_values(pd.Index([1.5, 2.0])), label_values(pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]))
    ([1.5, 2.0], ["('a', 1)", "('a', 2)"])
    """
    plain = [plain_label(label) for label in labels.tolist()]
    kinds = {type(label) for label in plain}
    fits = len(kinds) <= 1 and not (kinds == {int} and max(plain) > _LARGEST)
    return plain if fits else [str(label) for label in plain]


def plain_label(label: Any) -> Any:
    """Return an index label as JSON can hold it: an integer, a float, a text or a boolean, else its text.

    >>> import pandas as pd
    >>> plain_label(7), plain_label(pd.Timestamp(2024, 1, 1)), plain_label(("a", 1))
    (7, '2024-01-01 00:00:00', "('a', 1)")
    """
    kind = getattr(getattr(label, "dtype", None), "kind", "")
    if kind in {"M", "m"}:
        import pandas as pd

        label = pd.Timestamp(label) if kind == "M" else pd.Timedelta(label)
    elif kind and hasattr(label, "item"):
        label = label.item()
    if isinstance(label, tuple):
        label = tuple(part.item() if hasattr(part, "item") else part for part in label)
    if isinstance(label, bool | int) or (isinstance(label, float) and math.isfinite(label)):
        return label
    return str(label).encode("utf-8", "backslashreplace").decode()


def with_row_labels(table: Any, column: str, labels: Any) -> Any:
    """Return the frame of a result with the labels of its rows instead of their positions.

    Args:
        table: Result in the caller's library.
        column: Column of row positions from 0; null where a result is not about one row.
        labels: Result of :func:`row_labels` for the caller's frame; ``None`` leaves the positions.

    >>> import pandas as pd
    >>> with_row_labels(pd.DataFrame({"row": [1, 0, 1]}), "row", pd.Index(["a", "b"]))["row"].tolist()
    ['b', 'a', 'b']
    """
    if labels is None:
        return table
    positions = table[column].dropna().astype("int64")
    taken = labels.to_flat_index().take(positions)
    found = pd.Series(taken.array, index=positions.index, dtype=taken.dtype)
    if pd.api.types.is_signed_integer_dtype(found.dtype):
        found = found.astype("Int64")
    return table.assign(**{column: found.reindex(table.index)})


def filter_rows(frame: Any, mask: Sequence[bool]) -> Any:
    """Return the rows for which the mask is true, in their order; in pandas with a new index.

    >>> import pandas as pd
    >>> filter_rows(pd.DataFrame({"score": [1, 2, 3]}), [True, False, True])["score"].tolist()
    [1, 3]
    """
    if library_of(frame) == "polars":
        return frame.filter(pl.Series(mask, dtype=pl.Boolean))
    return frame[pd.Series(mask, index=frame.index, dtype=bool)].reset_index(drop=True)


def row_positions(rows: Iterable[Any], labels: Any, *, count: int, repair: str) -> list[int]:
    """Return the positions of rows that a caller names by their labels.

    Args:
        rows: Labels of rows, as a result shows them; positions where ``labels`` is ``None``.
        labels: Result of :func:`row_labels` for the caller's frame.
        count: Number of rows of the frame.
        repair: Where the caller finds the labels, for the error.

    Raises:
        InvalidParameterError: No row has a label or position, or several rows have it. No label is in the message: it
            may be a lead's value.

    >>> import pandas as pd
    >>> row_positions([20], pd.Index([10, 20]), count=2, repair="plan.diff shows them")
    [1]
    >>> row_positions([1], None, count=2, repair="plan.diff shows them")
    [1]
    """
    if isinstance(rows, str | bytes) or not hasattr(rows, "__iter__"):
        raise InvalidParameterError(f"rows must be a list of index labels, not {_kind(rows)}", repair=repair)
    named = [row.item() if getattr(row, "ndim", None) == 0 else row for row in rows]
    if labels is None:
        if not all(isinstance(row, int) and not isinstance(row, bool) and 0 <= row < count for row in named):
            raise InvalidParameterError(
                f"a row must be a number from 0 to {count - 1:,}" if count else "there are no rows", repair=repair
            )
        return named
    try:
        # Not get_loc: it also takes a part of a label, which may stand for a group of rows.
        query = pd.Index(named, tupleize_cols=labels.nlevels > 1)
        found = labels.get_indexer(query) if labels.is_unique else labels.get_indexer_non_unique(query)[0]
    except (KeyError, TypeError, ValueError, pd.errors.InvalidIndexError):
        found = [-1]
    positions = [int(position) for position in found]
    if -1 in positions:
        raise InvalidParameterError("the index of the frame has no such label", repair=repair)
    if len(positions) > len(named):
        raise InvalidParameterError("several rows have the same index label", repair=UNIQUE_LABELS)
    return positions


def _from_arrow(value: Any, error: type[ProspectB2BError]) -> Any:
    """Return a value as a polars DataFrame; ``None`` if it is not tabular.

    Raises:
        ProspectB2BError: Two columns have one name, or reading the value fails. ``error`` is raised.
    """
    with _readable(f"the {_kind(value)} cannot be read", "read it into a pandas or polars DataFrame first", error):
        try:
            if (spark := spark_frame(value)) is not None:  # its own stream cannot give times
                return collect(spark)
            if hasattr(value, "__arrow_c_stream__"):
                read = pl.DataFrame(value)
                if hasattr(value, "read_next_batch") and not read.height:
                    # pyarrow gives what was read already as a stream without rows, and no error.
                    raise error(f"the {_kind(value)} has no rows: it was read before, or is empty", repair=_READ_ONCE)
                read.select(pl.col(pl.String)).to_arrow().validate(full=True)  # polars believes that texts are UTF-8
                return read
            return pl.DataFrame(nw.from_native(value, eager_only=True).to_arrow())
        except pl.exceptions.DuplicateError as problem:
            raise error("there are two columns of one name", repair="rename one of them") from problem
        except (TypeError, pl.exceptions.SchemaError, pl.exceptions.PanicException):
            return None


@contextmanager
def _readable(message: str, repair: str, error: type[ProspectB2BError]) -> Iterator[None]:
    """Raise what a frame's own code raises as ``error``: its text may hold values of leads, so it is only the cause."""
    try:
        yield
    except ProspectB2BError:
        raise
    except Exception as problem:
        raise error(f"{message}: {type(problem).__name__}", repair=repair) from problem


def _kind(value: Any) -> str:
    return value.__name__ if isinstance(value, type) else type(value).__name__
