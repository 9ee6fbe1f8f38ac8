"""Results give their main table as an Arrow stream, so that every library of frames reads them."""

from __future__ import annotations

from typing import Any, ClassVar

from pb2b_notebook.errors import UsageError
from pb2b_notebook.lazy_libraries import nw


class ExportsArrow:
    """A result whose main table ``pl.DataFrame(result)``, ``pa.table(result)`` and ``duckdb.from_arrow(result)`` read.

    Functions of this package that take a frame refuse a result, and name the attribute to pass: a result has several
    frames. Only a plan takes the ``frame`` of a step of cleanup by itself.

    The protocol is the `Arrow PyCapsule interface
    <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>`_.
    """

    __slots__ = ()
    MAIN_TABLE: ClassVar[str] = "frame"
    """Name of the attribute with the main table, a pandas, polars or lazy frame."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the main table as an Arrow C stream; an index of pandas becomes columns as in pyarrow.

        Raises:
            UsageError: The main table is a lazy DataFrame of Spark, or Arrow has no type for one of its columns.
        """
        table: Any = getattr(self, self.MAIN_TABLE)
        if nw.dependencies.is_polars_lazyframe(table):
            table = table.collect()
        what = f"the .{self.MAIN_TABLE} of this {type(self).__name__}"
        if not hasattr(table, "__arrow_c_stream__"):
            raise UsageError(f"{what} is not in memory", repair=f"collect it first: .{self.MAIN_TABLE}.toArrow()")
        try:
            return table.__arrow_c_stream__(requested_schema)
        except Exception as problem:  # Arrow's own messages repeat values
            raise UsageError(
                f"{what} has no Arrow form: {type(problem).__name__}",
                repair="convert columns of several types to text first",
            ) from problem
