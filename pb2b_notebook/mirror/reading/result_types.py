"""Results of SQL in the types of frames. A value that no frame has is an error instead of another value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from pb2b_notebook.errors import QueryError
from pb2b_notebook.lazy_libraries import pa, pc

_WITHOUT_DTYPE: Final = {
    "interval", "union", "bignum", "bit", "time with time zone", "variant", "geometry", "uhugeint",
}  # fmt: skip
"""DuckDB types that frames do not have, or that Arrow has as other values: a BIT as bytes, a TIMETZ without zone, and
the largest UHUGEINT as -1."""

_DIGITS: Final = 38
"""Largest precision of a decimal. DuckDB's HUGEINT has 39 digits, which Arrow carries in a decimal of 38."""

_DAY: Final = 86_400_000_000
"""Microseconds of a day. 24:00 is a TIME of DuckDB and of nothing else: it becomes 0:00, null or an error."""
_NANOS: Final = 1_000
"""Nanoseconds of a microsecond, the least that ``datetime.time`` has."""

_LONGEST_DURATION: Final = 100_000
"""Days of a duration that pandas has in nanoseconds: 292 years."""

_NESTED: Final = {"list", "array", "struct", "map"}
_DAYS: Final = tuple(day.toordinal() - date(1970, 1, 1).toordinal() for day in (date.min, date.max))
_MICROS: Final = tuple(
    int((at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000
    for at in (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59))  # noqa: DTZ001 - UTC is set above
)


def check_types(names: list[str], types: list[Any]) -> None:
    """Check that frames have a dtype for the columns of a result.

    Raises:
        QueryError: A column has a type that frames do not have, also inside a list or record.
    """
    for name, kind in zip(names, types, strict=True):
        for found in _kinds(kind):
            if found in _WITHOUT_DTYPE and kind.id != "interval":
                inside = "is" if found == kind.id else "contains"
                article = "an" if found == "interval" else "a"
                raise QueryError(
                    f"the column {name!r} {inside} {article} {found.upper()}, for which frames have no dtype",
                    repair=_repair(name, found),
                )


def with_long_intervals_marked(found: Any) -> Any:
    """Return a relation of DuckDB whose intervals of many years have a month, which no duration has.

    Their nanoseconds would wrap in Arrow: 4,800,000 hours would be minus 13,504 days.
    """
    names = [name for name, kind in zip(found.columns, found.types, strict=True) if kind.id == "interval"]
    quoted = ['"{}"'.format(name.replace('"', '""')) for name in names]
    longest = _LONGEST_DURATION * _DAY // 1_000_000
    marked = (
        f"CASE WHEN abs(epoch({name})) > {longest} THEN INTERVAL 1 MONTH ELSE {name} END AS {name}" for name in quoted
    )
    return found.project(f"* REPLACE ({', '.join(marked)})") if names else found


def with_frame_types(found: Any) -> Any:
    """Return a result in the types of frames: numbers instead of decimals that fit, durations, UTC without aliases.

    Args:
        found: Result as a ``pyarrow.Table``.

    Raises:
        QueryError: A date or time is infinite or not in the years 1 to 9999, a time is 24:00 or has nanoseconds, a
            number has more than 38 digits, or an interval has months.
    """
    for at, field in enumerate(found.schema):
        if field.type == pa.month_day_nano_interval():
            found = found.set_column(at, field.name, _durations(field.name, found.column(at).combine_chunks()))
            continue
        _check_values(field.name, found.column(at).combine_chunks())
        wanted = _frame_type(found.column(at))
        if wanted is not None:
            found = found.set_column(at, pa.field(field.name, wanted), found.column(at).cast(wanted))
    return _with_unique_names(found)


def _frame_type(column: Any) -> Any:
    """Return the type of a column in a frame; ``None`` if it stays the same."""
    kind = column.type
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return pa.int64() if _fits(column, pa.int64()) else None
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_timestamp(kind):
        micros = pa.timestamp("us", "UTC" if kind.tz else None)
        return micros if _fits(column, micros) else None
    if pa.types.is_time(kind):
        return pa.time64("us")
    return kind.value_type if pa.types.is_dictionary(kind) else None


def _fits(column: Any, kind: Any) -> bool:
    try:
        column.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True


def _kinds(kind: Any) -> Iterator[str]:
    """Yield a DuckDB type and the types inside it."""
    yield kind.id
    if kind.id in _NESTED:
        for _, inner in kind.children:
            if not isinstance(inner, int):  # the size of an array
                yield from _kinds(inner)


def _repair(name: str, kind: str) -> str:
    if kind == "interval":
        return f"use a number instead, such as extract(epoch from {name})"
    return f"use text instead: cast({name} as varchar)"


def _check_values(name: str, values: Any) -> None:
    """Check the values in an array and inside it, because polars panics on infinite times and rounds 39 digits."""
    kind = values.type
    if pa.types.is_struct(kind):
        for inner in values.flatten():
            _check_values(name, inner)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        _check_values(name, values.flatten())
    elif pa.types.is_map(kind):
        _check_values(name, values.keys)
        _check_values(name, values.items)
    elif pa.types.is_decimal(kind) and kind.precision == _DIGITS and kind.scale == 0:
        _check_digits(name, pc.min_max(values))
    elif pa.types.is_date32(kind):
        _check_range(name, pc.min_max(values.cast(pa.int32())), *_DAYS)
    elif pa.types.is_timestamp(kind):
        _check_range(name, pc.min_max(values.cast(pa.int64())), *_range_of(kind.unit))
    elif pa.types.is_time(kind):
        _check_times(name, values.cast(pa.int64()).drop_null().to_numpy(), _NANOS if kind.unit == "ns" else 1)


def _durations(name: str, values: Any) -> Any:
    """Return intervals of days and less, such as the difference of two times, as durations in microseconds."""
    import numpy as np

    parts = np.dtype([("months", np.int32), ("days", np.int32), ("nanoseconds", np.int64)])
    read = np.frombuffer(values.buffers()[1], parts, count=len(values), offset=values.offset * parts.itemsize)
    null = values.is_null().to_numpy(zero_copy_only=False)
    days = read["days"].astype(np.int64)
    if (read["months"][~null] != 0).any():
        raise QueryError(
            f"the column {name!r} has an INTERVAL of months or of many years, for which frames have no dtype",
            repair=f"use a number instead, such as extract(epoch from {name}) for seconds",
        )
    micros = np.where(null, 0, days * _DAY + read["nanoseconds"] // _NANOS)
    return pa.array(micros, pa.duration("us"), mask=null)


def _range_of(unit: str) -> tuple[int, int]:
    """Return the least and the largest timestamp that frames have, in a unit."""
    if unit == "ns":  # each is in range but the two infinities
        return -(2**63) + 2, 2**63 - 2
    scale = {"s": 1_000_000, "ms": 1_000, "us": 1}[unit]
    return _MICROS[0] // scale, _MICROS[1] // scale


def _check_digits(name: str, bounds: Any) -> None:
    if any(len(str(abs(int(at)))) > _DIGITS for at in (bounds["min"].as_py(), bounds["max"].as_py()) if at):
        raise QueryError(
            f"the column {name!r} has a number of more than {_DIGITS} digits",
            repair=f"use text or an inexact number: cast({name} as varchar), cast({name} as double)",
        )


def _check_times(name: str, values: Any, unit: int) -> None:
    """Check that ``datetime.time`` has all times, given as integers of which ``unit`` are a microsecond."""
    if (values >= _DAY * unit).any() or (values % unit).any():
        raise QueryError(
            f"the column {name!r} has the time 24:00, or times with nanoseconds, which frames do not have",
            repair=f"use text instead: cast({name} as varchar)",
        )


def _check_range(name: str, bounds: Any, least: int, most: int) -> None:
    low, high = bounds["min"].as_py(), bounds["max"].as_py()
    if low is not None and (low < least or high > most):
        raise QueryError(
            f"the column {name!r} has a date or time that is infinite or not in the years 1 to 9999",
            repair=f"exclude it, such as with a filter on isfinite({name}), or use text: cast({name} as varchar)",
        )


def _with_unique_names(found: Any) -> Any:
    """Return the columns with unique names, numbered as DuckDB does, because a frame has each name once."""
    taken: set[str] = set()
    names = []
    for name in found.column_names:
        free, number = name, 1
        while free in taken or (free != name and free in found.column_names):
            free, number = f"{name}_{number}", number + 1
        taken.add(free)
        names.append(free)
    return found.rename_columns(names)
