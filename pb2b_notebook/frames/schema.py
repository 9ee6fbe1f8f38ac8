"""The columns of a frame: which there are, what they are called, and of which type.

They follow from the contract's fields alone, so a frame of no rows, of nulls only and of a million leads have the
same columns and the same dtypes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.openapi.operations import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

UNPARSED: Final = "unparsed"
"""The optional column of raw JSON values that did not fit their column: ``{"column": value, …}`` a row."""

ColumnKind = Literal[
    "text", "integer", "number", "boolean", "datetime", "date", "texts", "json", "record", "records", "null"
]
"""The kinds of :class:`~pb2b_notebook.openapi.operations.Field`, without ``custom``, which is always flattened;
``null`` is an unknown field of which only nulls were seen yet."""

SCALARS: Final = frozenset({"text", "integer", "number", "boolean", "datetime", "date"})

LEAD_FIELD_KINDS: Final[Mapping[str, ColumnKind]] = {
    "text": "text",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "select": "text",
    "multi_select": "texts",
    "email": "text",
    "phone": "text",
    "url": "text",
}
"""How the type of a lead field reads as a column."""

Path = tuple[str, ...]

_JSON_MARK: Final = {b"kind": b"json"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a frame.

    Attributes:
        name: in the frame, such as ``usage_emails_sent``.
        kind: what it holds.
        path: where it comes from in a record: ``("email",)`` or ``("usage", "emails_sent")``.
        fields: the children, for ``record`` (a struct) and ``records`` (a list of structs).
    """

    name: str
    kind: ColumnKind
    path: Path
    fields: tuple[Field, ...] = ()

    @property
    def arrow(self) -> Any:
        """The same as a ``pyarrow.Field``; JSON text is marked as such in its metadata."""
        import pyarrow as pa

        marked = _JSON_MARK if self.kind == "json" else None
        return pa.field(self.name, arrow_type(self.kind, self.fields), metadata=marked)


@dataclass(frozen=True)
class FrameSchema:
    """All columns of a frame, in order.

    Attributes:
        columns: the declared ones; unknown fields and ``unparsed`` are not among them.
        containers: the fields whose children are columns of their own (records of scalars, custom fields).
        renamed: dotted path → column name, where the natural name was taken already.
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
        """The same as a ``pyarrow.Schema``."""
        import pyarrow as pa

        return pa.schema([c.arrow for c in self.columns])

    @cached_property
    def by_path(self) -> dict[Path, Column]:
        """The columns by where they come from."""
        return {c.path: c for c in self.columns}

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def with_unknown(self, unknown: Mapping[Path, ColumnKind]) -> FrameSchema:
        """The same schema with columns for fields that the contract does not know, sorted by path, at the end."""
        taken = {*self.names, UNPARSED}
        added, renamed = [], dict(self.renamed)
        for path in sorted(unknown):
            name = _unused_name(column_name(path), taken, path, renamed)
            # Nulls only: text is what an empty column can become without loss.
            kind = "text" if unknown[path] == "null" else unknown[path]
            added.append(Column(name, kind, path))
        return FrameSchema((*self.columns, *added), self.containers, renamed)


def frame_schema(fields: Sequence[Field], custom: Mapping[str, str] | None = None) -> FrameSchema:
    """The columns that records of these fields have.

    A record of scalars becomes ``<name>_<child>``, custom fields become ``custom_<key>``. Where such a name is taken,
    ``_2``, ``_3`` … is appended and :attr:`FrameSchema.renamed` says so. Names that differ only by case are kept apart.

    Args:
        fields: from :class:`~pb2b_notebook.openapi.operations.Operation`.
        custom: the workspace's custom fields, key → type of the lead field (``text``, ``number``, ``boolean``,
            ``date``, ``datetime``, ``select``, ``multi_select``, ``email``, ``phone``, ``url``). A key of another type
            is left to be typed by its values.

    >>> usage = Field("usage", "record", (Field("emails_sent", "integer"),))
    >>> schema = frame_schema([Field("id", "text"), usage, Field("custom_fields", "custom")], {"budget": "number"})
    >>> schema.names
    ('id', 'usage_emails_sent', 'custom_budget')
    """
    # Built-in names first, wherever they stand: a workspace's own field must never rename one of the contract's.
    taken = {f.name for f in fields if not _is_flattened(f)} | {UNPARSED}
    columns: list[Column] = []
    renamed: dict[str, str] = {}
    for one in fields:
        if not _is_flattened(one):
            columns.append(_unflattened_column(one))
            continue
        for child in _children(one, custom or {}):
            path = (one.name, child.name)
            name = _unused_name(column_name(path), taken, path, renamed)
            columns.append(Column(name, _kind(child), path, child.fields))
    return FrameSchema(tuple(columns), frozenset(f.name for f in fields if _is_flattened(f)), renamed)


def holds_json(arrow_field: Any) -> bool:
    """Whether a ``pyarrow.Field`` is marked as JSON text."""
    return (arrow_field.metadata or {}).get(b"kind") == b"json"


def column_name(path: Path) -> str:
    """The natural name of the column for a path.

    >>> column_name(("custom_fields", "budget")), column_name(("usage", "emails_sent")), column_name(("email",))
    ('custom_budget', 'usage_emails_sent', 'email')
    """
    name = "_".join(("custom", *path[1:]) if path[0] == "custom_fields" and len(path) > 1 else path)
    return name or "unnamed"  # polars gives an empty name one of its own


def arrow_type(kind: str, fields: Iterable[Field] = (), *, wire: bool = False) -> Any:
    """The ``pyarrow`` type of a kind; with ``wire=True`` with times as the text that they are in JSON."""
    import pyarrow as pa

    if kind in {"datetime", "date"} and wire:
        return pa.string()
    if kind in {"record", "records"}:
        struct = pa.struct([pa.field(f.name, arrow_type(f.kind, f.fields, wire=wire)) for f in fields])
        return struct if kind == "record" else pa.list_(struct)
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
    }[kind]


def _is_flattened(one: Field) -> bool:
    """Custom fields, and records of scalars: their children are columns."""
    if one.kind == "custom":
        return True
    return one.kind == "record" and bool(one.fields) and all(f.kind in SCALARS for f in one.fields)


def _children(one: Field, custom: Mapping[str, str]) -> Sequence[Field]:
    if one.kind != "custom":
        return one.fields
    known = {key: LEAD_FIELD_KINDS[kind] for key, kind in custom.items() if kind in LEAD_FIELD_KINDS}
    return [Field(key, known[key]) for key in known]  # type: ignore[arg-type]


def _unflattened_column(one: Field) -> Column:
    """The column of a field that is not flattened."""
    kind = _kind(one)
    return Column(one.name, kind, (one.name,), one.fields if kind in {"record", "records"} else ())


def _kind(one: Field) -> ColumnKind:
    """A record with free-form parts has no Arrow type: it is kept as JSON as a whole."""
    if one.kind in {"record", "records"} and not (one.fields and all(_has_arrow_type(f) for f in one.fields)):
        return "json"
    return "json" if one.kind == "custom" else one.kind


def _has_arrow_type(one: Field) -> bool:
    if one.kind in {"record", "records"}:
        return bool(one.fields) and all(_has_arrow_type(f) for f in one.fields)
    return one.kind in SCALARS or one.kind == "texts"


def _unused_name(name: str, taken: set[str], path: Path, renamed: dict[str, str]) -> str:
    """The name, or the first free one after it; marks it as taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    if free != name:
        renamed[".".join(path)] = free
    return free
