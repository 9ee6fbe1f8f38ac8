"""One decoded batch of records, as Arrow arrays, before unknown fields have their final type."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pb2b_notebook.frames.schema import ColumnKind, Path
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy_libraries import pa


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records as columns.

    Attributes:
        rows: Number of records.
        declared: One Arrow array for each column of the schema, in its order.
        unknown: Kind read so far and array, for each field that the schema does not have.
        unparsed: JSON text of the values that did not fit, one for each row; ``None`` if all values fitted.
    """

    rows: int
    declared: list[Any]
    unknown: dict[Path, tuple[ColumnKind, Any]] = field(default_factory=dict)
    unparsed: Any = None


def unparsed_array(left: Sequence[Mapping[str, str]]) -> Any:
    """Return the column ``unparsed`` from the values left over in each row, name → JSON text; ``None`` without any.

    >>> unparsed_array([{"score": "12.7", "id": "5"}, {}]).to_pylist()
    ['{"id":5,"score":12.7}', None]
    """
    return pa.array([_object(row) for row in left], pa.string()) if any(left) else None


def _object(row: Mapping[str, str]) -> str | None:
    if not row:
        return None
    return f"{{{','.join([f'{_quote(name)}:{row[name]}' for name in sorted(row)])}}}"


@lru_cache(maxsize=512)
def _quote(name: str) -> str:
    """Return a name as JSON text; an unpaired surrogate can only be written escaped."""
    return json.dumps(name, ensure_ascii=not encodable(name))
