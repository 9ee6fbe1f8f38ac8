"""The schema of a frame: its columns, their names and their types.

It depends only on the fields of the contract: a frame without rows, one with only nulls and one of a million leads have
the same columns and the same dtypes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Final, Literal

from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.openapi.operations import Field

UNPARSED: Final = "unparsed"
"""Name of the optional column with the values that did not fit: ``{"column": value, …}`` as JSON text, per row."""

ColumnKind = Literal[
    "text", "integer", "number", "boolean", "datetime", "date", "texts", "json", "record", "records", "null"
]
"""The kinds of :class:`~pb2b_notebook.openapi.operations.Field`, without ``custom``, which is always flattened;
an unknown field with only nulls so far is of kind ``null``."""

SCALARS: Final = frozenset({"text", "integer", "number", "boolean", "datetime", "date"})

LEAD_FIELD_KINDS: Final[Mapping[str, ColumnKind]] = {
    "text": "text", "number": "number", "boolean": "boolean", "date": "date", "datetime": "datetime",
    "select": "text", "multi_select": "texts", "email": "text", "phone": "text", "url": "text",
}  # fmt: skip
"""Type of a lead field → kind of its column."""

Path = tuple[str, ...]

_JSON_MARK: Final = {b"kind": b"json"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a frame.

    Attributes:
        name: Name in the frame, such as "usage_emails_sent".
        kind: Kind of its values.
        path: Path in a record, such as ``("email",)`` or ``("usage", "emails_sent")``.
        fields: Child fields, for kinds "record" (a struct) and "records" (a list of structs).
    """

    name: str
    kind: ColumnKind
    path: Path
    fields: tuple[Field, ...] = ()

    @property
    def arrow(self) -> Any:
        """The column as a ``pyarrow.Field``; JSON text is marked in its metadata."""
        marked = _JSON_MARK if self.kind == "json" else None
        return pa.field(self.name, arrow_type(self.kind, self.fields), metadata=marked)


@dataclass(frozen=True)
class FrameSchema:
    """All columns of a frame, in order.

    Attributes:
        columns: The declared columns, without unknown fields and ``unparsed``.
        containers: Fields whose children are columns: records of scalars, and custom fields.
        renamed: Dotted path → column name, if the usual name was in use.
    """

    columns: tuple[Column, ...]
    containers: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(c.name for c in self.columns)

    @cached_property
    def arrow(self) -> Any:
        """The schema as a ``pyarrow.Schema``."""
        return pa.schema([c.arrow for c in self.columns])

    @cached_property
    def by_path(self) -> dict[Path, Column]:
        """The columns by their paths."""
        return {c.path: c for c in self.columns}

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def with_unknown(self, unknown: Mapping[Path, ColumnKind]) -> FrameSchema:
        """Return the schema with columns for unknown fields at the end, sorted by path."""
        taken = {*self.names, UNPARSED}
        added, renamed = [], dict(self.renamed)
        for path in sorted(unknown):
            name = _unused_name(column_name(path), taken, path, renamed)
            # A column with only nulls becomes text, which can hold any later value.
            kind = "text" if unknown[path] == "null" else unknown[path]
            added.append(Column(name, kind, path))
        return FrameSchema((*self.columns, *added), self.containers, renamed)


def frame_schema(fields: Sequence[Field], custom: Mapping[str, str] | None = None) -> FrameSchema:
    """Return the schema for records of these fields.

    A record of scalars becomes columns ``<name>_<child>``, custom fields become ``custom_<key>``. If such a name is in
    use, ``_2``, ``_3`` … is appended, and :attr:`FrameSchema.renamed` records it. Names that differ only by case are
    different names.

    Args:
        fields: Fields of an :class:`~pb2b_notebook.openapi.operations.Operation`.
        custom: Custom fields of the workspace, key → type of the lead field ("text", "number", "boolean", "date",
            "datetime", "select", "multi_select", "email", "phone" or "url"). Fields of other types are typed by their
            values.

    >>> usage = Field("usage", "record", (Field("emails_sent", "integer"),))
    >>> schema = frame_schema([Field("id", "text"), usage, Field("custom_fields", "custom")], {"budget": "number"})
    >>> schema.names
    ('id', 'usage_emails_sent', 'custom_budget')
    """
    # Built-in names first: a custom field must never rename a field of the contract.
    taken = {f.name for f in fields if not _is_flattened(f)} | {UNPARSED}
    columns: list[Column] = []
    renamed: dict[str, str] = {}
    for declared in fields:
        if not _is_flattened(declared):
            columns.append(_unflattened_column(declared))
            continue
        for child in _children(declared, custom or {}):
            path = (declared.name, child.name)
            name = _unused_name(column_name(path), taken, path, renamed)
            columns.append(Column(name, _kind(child), path, child.fields))
    return FrameSchema(tuple(columns), frozenset(f.name for f in fields if _is_flattened(f)), renamed)


def holds_json(arrow_field: Any) -> bool:
    """Return whether a ``pyarrow.Field`` is marked as JSON text."""
    return (arrow_field.metadata or {}).get(b"kind") == b"json"


def column_name(path: Path) -> str:
    """Return the usual name of the column for a path.

    >>> column_name(("custom_fields", "budget")), column_name(("usage", "emails_sent")), column_name(("email",))
    ('custom_budget', 'usage_emails_sent', 'email')
    """
    name = "_".join(("custom", *path[1:]) if path[0] == "custom_fields" and len(path) > 1 else path)
    return name or "unnamed"  # polars would invent a name for an empty one


def arrow_type(kind: str, fields: Iterable[Field] = (), *, wire: bool = False) -> Any:
    """Return the ``pyarrow`` type of a kind; with ``wire=True``, times are text as in JSON."""
    if kind in {"datetime", "date"} and wire:
        return pa.string()
    if kind in {"record", "records"}:
        struct = pa.struct([pa.field(f.name, arrow_type(f.kind, f.fields, wire=wire)) for f in fields])
        return struct if kind == "record" else pa.list_(struct)
    return _plain_types()[kind]


@cache
def _plain_types() -> dict[str, Any]:
    return {
        "text": pa.string(),
        "json": pa.string(),
        "null": pa.null(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "datetime": pa.timestamp("us", "UTC"),
        "date": pa.date32(),
        "texts": pa.list_(pa.string()),
    }


def _is_flattened(declared: Field) -> bool:
    """Return whether the children of a field are columns: of custom fields, and of records of scalars."""
    if declared.kind == "custom":
        return True
    return declared.kind == "record" and bool(declared.fields) and all(f.kind in SCALARS for f in declared.fields)


def _children(declared: Field, custom: Mapping[str, str]) -> Sequence[Field]:
    if declared.kind != "custom":
        return declared.fields
    known = {key: LEAD_FIELD_KINDS[kind] for key, kind in custom.items() if kind in LEAD_FIELD_KINDS}
    return [Field(key, known[key]) for key in known]  # type: ignore[arg-type]


def _unflattened_column(declared: Field) -> Column:
    """Return the column of a field that is not flattened."""
    kind = _kind(declared)
    return Column(declared.name, kind, (declared.name,), declared.fields if kind in {"record", "records"} else ())


def _kind(declared: Field) -> ColumnKind:
    """Return the kind of a column; a record with free-form parts has no Arrow type and becomes JSON text."""
    if declared.kind in {"record", "records"} and not (
        declared.fields and all(_has_arrow_type(f) for f in declared.fields)
    ):
        return "json"
    return "json" if declared.kind == "custom" else declared.kind


def _has_arrow_type(declared: Field) -> bool:
    if declared.kind in {"record", "records"}:
        return bool(declared.fields) and all(_has_arrow_type(f) for f in declared.fields)
    return declared.kind in SCALARS or declared.kind == "texts"


def _unused_name(name: str, taken: set[str], path: Path, renamed: dict[str, str]) -> str:
    """Return the name, or the first unused numbered name, and add it to ``taken``."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    if free != name:
        renamed[".".join(path)] = free
    return free
