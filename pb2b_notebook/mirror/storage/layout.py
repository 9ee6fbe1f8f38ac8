"""The layout of a stored table: names and types of its columns, and values that do not fit.

A Delta table refuses two columns whose names differ only by case, and other engines refuse spaces and punctuation in
names. So a column may be stored under another name than in frames; the field's metadata has the frame's name. A stored
column never changes its type: values of another type go into ``unparsed``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pb2b_notebook.frames import UNPARSED
from pb2b_notebook.frames.schema import holds_json
from pb2b_notebook.lazy_libraries import pa, pc

_NAME: Final = b"name"
_EXACT: Final = 2**53


@dataclass(frozen=True, slots=True)
class Fitted:
    """Rows in the layout of a stored table.

    Attributes:
        table: All stored columns and those to add, under their stored names.
        added: Frame's names of the columns to add.
        retyped: Received and stored type by frame's name, for columns with values of another type.
    """

    table: Any
    added: tuple[str, ...]
    retyped: Mapping[str, str]


def fit(rows: Any, stored: Any | None, declared: Collection[str]) -> Fitted:
    """Return rows in the layout of the stored table.

    Args:
        rows: ``pyarrow.Table`` with a frame's names.
        stored: Stored ``pyarrow.Schema``; ``None`` for a new table.
        declared: Columns of the contract and of the workspace's fields. Another column is added only once it has a
            value, because its type is unknown before.

    >>> import pyarrow as pa
    >>> stored = pa.schema([("id", pa.string()), ("custom_tier", pa.string())])
    >>> fitted = fit(pa.table({"id": ["a"], "custom_Tier": ["gold"], "custom_tier": [7]}), stored, set())
    >>> fitted.table.to_pylist()
    [{'id': 'a', 'custom_tier': None, 'custom_Tier_2': 'gold', 'unparsed': '{"custom_tier":7}'}]
    >>> fitted.added, dict(fitted.retyped)
    (('custom_Tier', 'unparsed'), {'custom_tier': 'int64 where string is stored'})
    """
    known = [] if stored is None else list(stored)
    coming = dict(zip(rows.column_names, range(rows.num_columns), strict=True))
    added = [
        name
        for name in rows.column_names
        if name not in {frame_name(field) for field in known} and (name in declared or _has_values(rows, name))
    ]
    columns: list[Any] = []
    left: dict[str, Any] = {}
    retyped: dict[str, str] = {}
    for field in known:
        name = frame_name(field)
        if name not in coming:
            columns.append(pa.nulls(len(rows), field.type))
            continue
        column, unfit = _convert(rows.column(name), rows.field(name), field)
        columns.append(column)
        if unfit is not None:
            left[name] = unfit
            retyped[name] = f"{rows.field(name).type} where {field.type} is stored"
    new = _stored_fields([rows.field(name) for name in added if name != UNPARSED], known)
    fields = [*known, *new]
    columns += [rows.column(frame_name(field)).cast(field.type) for field in new]
    table = pa.table(columns, pa.schema(fields))
    return Fitted(*_with_unparsed(table, rows, left, added), retyped=retyped)


def frame_name(field: Any) -> str:
    """Return the name of a stored field in frames."""
    name: bytes | None = (field.metadata or {}).get(_NAME)
    return str(field.name) if name is None else name.decode()


def frame_names(stored: Any) -> dict[str, str]:
    """Return the frame's name by stored name, where they differ."""
    return {field.name: frame_name(field) for field in stored if frame_name(field) != field.name}


def as_frame(table: Any, stored: Any) -> Any:
    """Return a ``pyarrow.Table`` from storage with the frame's names and the contract's types.

    Large strings stay large: narrowing would read all the text, only for pandas to widen it again.

    Args:
        table: Some of the stored columns, as any engine returns them.
        stored: Stored schema, which has their names and which of them are JSON text.
    """
    fields = []
    for name in table.column_names:
        known = stored.field(name) if name in stored.names else table.field(name)
        came = table.field(name).type
        kind = came if pa.types.is_large_string(came) else plain_type(known.type)
        fields.append(pa.field(frame_name(known), kind, metadata=_without_name(known)))
    return table.rename_columns([field.name for field in fields]).cast(pa.schema(fields))


def plain_type(kind: Any) -> Any:
    """Return a type as frames have it, whatever an engine calls list elements and however wide its offsets are.

    >>> import pyarrow as pa
    >>> plain_type(pa.large_list(pa.field("element", pa.large_string())))
    ListType(list<item: string>)
    """
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(plain_type(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(member.name, plain_type(member.type)) for member in kind])
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    return kind


def _has_values(rows: Any, name: str) -> bool:
    column = rows.column(name)
    return bool(column.null_count < len(column))


def _without_name(field: Any) -> dict[bytes, bytes] | None:
    return {key: value for key, value in (field.metadata or {}).items() if key == b"kind"} or None


def _stored_fields(fields: Iterable[Any], known: Iterable[Any]) -> list[Any]:
    """Return the fields to add, under names that are unique even without case."""
    taken = {field.name.casefold() for field in known} | {UNPARSED}
    stored = []
    for field in fields:
        name = _free("".join(c if c.isalnum() or c == "_" else "_" for c in field.name), taken)
        metadata = {**(field.metadata or {}), **({_NAME: field.name.encode()} if name != field.name else {})}
        kind = pa.string() if pa.types.is_null(field.type) else plain_type(field.type)
        stored.append(pa.field(name, kind, metadata=metadata or None))
    return stored


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free.casefold())
    return free


def _convert(column: Any, came: Any, stored: Any) -> tuple[Any, Any]:
    """Return the column in the stored type, and JSON texts of the values that do not fit (``None`` if all fit)."""
    have, want = plain_type(came.type), plain_type(stored.type)
    if pa.types.is_null(have) or column.null_count == len(column):
        return pa.nulls(len(column), stored.type), None
    if have == want and holds_json(came) == holds_json(stored):
        return column.cast(stored.type), None
    if pa.types.is_int64(have) and pa.types.is_float64(want):
        fits = pc.less_equal(pc.abs_checked(column), _EXACT)
    elif pa.types.is_float64(have) and pa.types.is_int64(want):
        whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), float(_EXACT)))
        fits = pc.fill_null(whole, fill_value=False)
    else:
        return _convert_json(column, came, stored)
    kept = pc.if_else(fits, column, pa.scalar(None, column.type)).cast(stored.type)
    return kept, _texts(column, came, pc.invert(fits))


def _convert_json(column: Any, came: Any, stored: Any) -> tuple[Any, Any]:
    """Convert between text and JSON text, where JSON strings fit text. No other types fit each other."""
    values = column.to_pylist()
    if plain_type(came.type) == plain_type(stored.type) == pa.string():
        if holds_json(stored):
            return pa.array([None if v is None else json.dumps(v, ensure_ascii=False) for v in values]), None
        parsed = [None if v is None else json.loads(v) for v in values]
        kept = pa.array([v if isinstance(v, str) else None for v in parsed], pa.string())
        unfit = pa.array([v is not None and not isinstance(v, str) for v in parsed])
        return kept, _texts(column, came, unfit)
    return pa.nulls(len(column), stored.type), _texts(column, came, column.is_valid())


def _texts(column: Any, came: Any, unfit: Any) -> Any:
    """Return JSON texts of the marked values; ``None`` if there are none."""
    marks = [bool(mark) for mark in unfit.to_pylist()]
    if not any(marks):
        return None
    values = column.to_pylist()
    asis = holds_json(came)
    return [
        (value if asis else json.dumps(value, ensure_ascii=False, default=str)) if mark else None
        for value, mark in zip(values, marks, strict=True)
    ]


def _with_unparsed(table: Any, rows: Any, left: Mapping[str, Any], added: list[str]) -> tuple[Any, tuple[str, ...]]:
    """Return the table with ``unparsed``: values that do not fit the table, and those that did not fit the frame."""
    if not left and UNPARSED not in added:
        return table, tuple(added)
    had = rows.column(UNPARSED).to_pylist() if UNPARSED in rows.column_names else [None] * len(rows)
    texts = [_join_json(text, {name: column[at] for name, column in left.items()}) for at, text in enumerate(had)]
    column = pa.array(texts, pa.string())
    if UNPARSED in table.column_names:
        return table.set_column(table.column_names.index(UNPARSED), table.field(UNPARSED), column), tuple(added)
    return table.append_column(pa.field(UNPARSED, pa.string()), column), (
        *(n for n in added if n != UNPARSED),
        UNPARSED,
    )


def _join_json(text: str | None, left: Mapping[str, str | None]) -> str | None:
    """Return one JSON object of both. The texts are joined unchanged, so that no number is reformatted."""
    members = [f"{json.dumps(name, ensure_ascii=False)}:{value}" for name, value in left.items() if value is not None]
    inner = [text[1:-1]] if text else []
    return f"{{{','.join([*inner, *members])}}}" if inner or members else None
