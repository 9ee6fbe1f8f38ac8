"""The columns of a list as data: names and dtypes in each library, and schemas of other tools.

Everything follows from the :class:`~pb2b_notebook.frames.schema.FrameSchema` by which the list itself is decoded, and
from the frame without rows that :func:`~pb2b_notebook.frames.conversion.to_frame` makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from pb2b_notebook.display.cards import Card, ShowsCard, Table
from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.frames.conversion import frame_of_rows, to_frame
from pb2b_notebook.frames.schema import FrameSchema
from pb2b_notebook.frames.types import LIBRARIES, DataFrame, FrameName, Library, check_frame
from pb2b_notebook.openapi.operations import Field, fields_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

EXTRA: Final = "schemas"
_COLUMNS: Final = fields_of("column text, field text, kind text, pandas text, polars text, arrow text")
_JSON_TYPES: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "texts": {"type": "array", "items": {"type": ["string", "null"]}},
}
"""Kind of a column → JSON schema of its values; any value where a kind is not here."""


@dataclass(frozen=True, repr=False)
class ListSchema(ShowsCard):
    """Names and dtypes of the columns that a list returns for any number of rows.

    A service may add fields: a frame then has further columns at its end, and ``unparsed`` where a value did not fit.

    Attributes:
        operation: Id of the list, such as "leads.list".
        schema: The columns by which its frames are decoded.

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=5) as ws:
        ...     schema = ws.leads.schema()
        >>> schema.names[:3], schema.to_arrow().field("score").type
        (('id', 'object', 'full_name'), DataType(int64))
        >>> schema.to_json_schema()["properties"]["created_at"]
        {'type': ['string', 'null'], 'format': 'date-time'}
    """

    operation: str
    schema: FrameSchema

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return self.schema.names

    def dtypes(self, library: Library = "pandas") -> dict[str, Any]:
        """Return the dtype of each column, by name.

        Args:
            library: "pandas" or "polars". Lists and records are ``object`` in pandas.
        """
        check_frame(library, LIBRARIES)
        empty: Any = self.empty(library)
        return dict(empty.schema) if library == "polars" else empty.dtypes.to_dict()

    @overload
    def empty(self, frame: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
    @overload
    def empty(self, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def empty(self, frame: FrameName) -> DataFrame: ...
    def empty(self, frame: FrameName = "pandas") -> DataFrame:
        """Return the frame without rows, which has exactly these columns and dtypes."""
        return to_frame(self.to_arrow().empty_table(), frame)

    @overload
    def to_frame(self, frame: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
    @overload
    def to_frame(self, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def to_frame(self, frame: FrameName) -> DataFrame: ...
    def to_frame(self, frame: FrameName = "pandas") -> DataFrame:
        """Return one row for each column: column, field (of the service), kind, and its dtype in each library as text.

        Args:
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb".
        """
        return frame_of_rows(self._rows(), _COLUMNS, frame)

    def to_arrow(self) -> Any:
        """Return the ``pyarrow.Schema``; the field of free-form JSON text is marked in its metadata."""
        return self.schema.arrow

    def to_json_schema(self) -> dict[str, Any]:
        """Return a JSON schema (draft 2020-12) of one row, as ``to_dict("records")`` has it, with times as text.

        Every column may be null, and a row may lack columns: lists can be read with ``columns=``.
        """
        kinds = {column.name: _or_null(_json_type(column.kind, column.fields)) for column in self.schema}
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.operation,
            "type": "object",
            "properties": kinds,
        }

    def to_pandera(self, library: Library = "pandas") -> Any:
        """Return a ``pandera`` schema that checks names and dtypes; every column may have nulls.

        Args:
            library: Library of the frames that are checked, "pandas" or "polars".

        Raises:
            MissingExtraError: pandera is not installed.
        """
        pandera = _import_extra(f"pandera.{library}", "a pandera schema")
        columns = {
            name: pandera.Column(dtype, nullable=True, required=True) for name, dtype in self.dtypes(library).items()
        }
        return pandera.DataFrameSchema(columns, name=self.operation)

    def to_pointblank(self, library: Library = "pandas") -> Any:
        """Return a ``pointblank.Schema`` for ``Validate(df).col_schema_match(schema)``.

        Args:
            library: Library of the frames that are checked, "pandas" or "polars".

        Raises:
            MissingExtraError: pointblank is not installed.
        """
        pointblank = _import_extra("pointblank", "a pointblank schema")
        return pointblank.Schema(columns=[(name, str(dtype)) for name, dtype in self.dtypes(library).items()])

    def _rows(self) -> list[dict[str, str]]:
        pandas, polars, arrow = self.dtypes("pandas"), self.dtypes("polars"), self.to_arrow()
        return [
            {
                "column": column.name,
                "field": ".".join(column.path),
                "kind": column.kind,
                "pandas": str(pandas[column.name]),
                "polars": str(polars[column.name]),
                "arrow": str(arrow.field(column.name).type),
            }
            for column in self.schema
        ]

    def _card(self) -> Card:
        rows = [tuple(row.values()) for row in self._rows()]
        return Card(
            title="Columns of",
            about=f"{self.operation}: {len(rows)} columns",
            table=Table([field.name for field in _COLUMNS], rows),
        )


def _json_type(kind: str, fields: Sequence[Field]) -> dict[str, Any]:
    if kind in {"record", "records"}:
        members = {field.name: _or_null(_json_type(field.kind, field.fields)) for field in fields}
        record = {"type": "object", "properties": members}
        return record if kind == "record" else {"type": "array", "items": record}
    return _JSON_TYPES.get(kind, {})


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]} if schema else {}


def _import_extra(module: str, purpose: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(EXTRA, purpose) from None
