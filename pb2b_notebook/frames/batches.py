"""One decoded batch of records: Arrow arrays beside each other, before unknown fields have got their final type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pb2b_notebook.frames.schema import ColumnKind, Path


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records as columns.

    Attributes:
        rows: how many records.
        declared: one Arrow array a column of the schema, in its order.
        unknown: for each field that the schema does not know, the kind read so far and the array.
        unparsed: JSON text of the values that did not fit, one a row, null where all fitted; ``None`` if all did.
    """

    rows: int
    declared: list[Any]
    unknown: dict[Path, tuple[ColumnKind, Any]] = field(default_factory=dict)
    unparsed: Any = None
