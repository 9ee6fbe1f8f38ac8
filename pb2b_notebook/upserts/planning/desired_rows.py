"""Read the rows of a plan: columns in the types of the lead fields, and the problems of the cells. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from pb2b_notebook.api.calls.identifiers import is_another_kind
from pb2b_notebook.cleanup.lead_columns import CLUSTERED, DERIVED, other_name_of
from pb2b_notebook.cleanup.values import placeholders
from pb2b_notebook.errors import InvalidParameterError, MappingError, nearest
from pb2b_notebook.frames import UNPARSED
from pb2b_notebook.frames.flattening import SEPARATOR
from pb2b_notebook.frames.library import index_labels, library_of
from pb2b_notebook.frames.strict_json import EXACT, encodable
from pb2b_notebook.lazy_libraries import pa, pd, pl
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.mapping.application import read_column
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.mapping.naming import fold_name
from pb2b_notebook.mapping.suggestions.role_guesses import may_have_role
from pb2b_notebook.openapi.object_ids import is_id
from pb2b_notebook.opt_outs import is_flag
from pb2b_notebook.upserts.planning.match_keys import match_keys

PRECISION: Final = "1ms"
"""Precision of times that are sent and compared; a service may show finer ones."""
SET_BY_SERVICE: Final = ("created_at", "import_id", "deleted_at")
"""Columns that only the service sets; a row that differs from its lead there is refused."""
ADDED_BY_CLEANUP: Final = (*DERIVED, *CLUSTERED)
"""Columns that cleanup adds; they are not lead fields."""
MADE_NAME: Final = "made full_name"
"""Column of the values that says whether the full name is made of first and last name."""
NAME_PARTS: Final = ("first_name", "last_name")
_TRIMMED: Final = frozenset({"email", "phone", "url", "select"})
_KINDS: Final = {"import_id": "text"}
_EXACT_OF_FLOAT: Final = {"float32": 2**24, "float": 2**24, "float16": 2**11, "halffloat": 2**11}
"""Dtype of short floats, as NumPy and Arrow name it → size up to which all whole numbers are exact."""
_ID_NAMES: Final = frozenset({"id", "leadid"})
"""Folded names of a column that may hold ids of leads, as messages have them."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell, or one row, that cannot be sent.

    Attributes:
        row: Position of the row, from 0.
        field: Column; ``None`` for the row as a whole.
        code: Machine-readable code.
        message: Text for people; it contains no value.
        severity: "error" keeps the row from being sent, "warning" and "info" do not.
        suggestion: Probable correct value.
    """

    row: int
    field: str | None
    code: str
    message: str
    severity: str = "error"
    suggestion: str | None = None


@dataclass(frozen=True)
class Desired:
    """The rows of a plan: one row per input row.

    Attributes:
        values: A polars frame with ``row`` (position from 0), ``id``, ``key`` and ``given_key`` (the value that the row
            matches by, folded and unchanged), ``read_at`` (the row's ``updated_at``), the columns of ``fields`` and
            those of :data:`SET_BY_SERVICE` in the frame, as ``given <column>``. Null leaves a value as it is.
            ``number <column>`` says which cells of a text field are numbers: they lack "+", leading and last zeros.
            ``text <column>`` has the cells of a list field that are text, and ``list <column>`` those that are lists,
            unchanged.
        fields: Column → lead field, in the order of the frame.
        cell_problems: Cells whose value does not have the type of its field.
        index: Index of the pandas input; ``None`` for polars.
        library: "pandas" or "polars".
        left_out: Columns that are not lead fields, and that are not written.
    """

    values: pl.DataFrame
    fields: Mapping[str, LeadField]
    cell_problems: tuple[CellProblem, ...] = ()
    index: Any = field(default=None, compare=False)
    library: str = "pandas"
    left_out: tuple[str, ...] = ()

    def row_names(self, rows: pl.Series) -> pl.Series:
        """Return how messages name the rows at these positions: by their index labels, as text."""
        labels = index_labels(self.index)
        if labels is None:
            return rows.cast(pl.String)
        return pl.Series(rows.name, [str(label) for label in labels.take(rows.to_list())], dtype=pl.String)


def read_desired(
    frame: Any,
    known: Mapping[str, LeadField],
    *,
    match_on: str,
    only: Collection[str] | None = None,
    unwritten: Collection[str] = (),
) -> Desired:
    """Read a frame whose columns have the names of ``ws.leads.list()``.

    Args:
        frame: Pandas or polars frame.
        known: Column → lead field, for all fields that can be set.
        match_on: "email" or "external_id".
        only: Columns to be written, besides those that identify the leads; by default all.
        unwritten: Columns that the service gives, but that are not lead fields: they are not written.

    Raises:
        InvalidParameterError: It is not a frame of leads, or it has a column that is not a lead field or that only the
            service sets.
    """
    names = _names(frame)
    _check_object(frame, names)
    _check_index(frame, names, match_on)
    left_out = () if only is not None else tuple(name for name in names if is_only_read(name, known))
    unwritten = {*unwritten, *left_out}
    columns = _columns([name for name in names if name in known or name not in unwritten], known, only)
    cell_problems: list[CellProblem] = []
    read_columns: dict[str, pl.Series] = {}
    unchanged: dict[str, pl.Series] = {}
    # A time without its zone cannot be compared, and is not written in any case.
    given_names = [name for name in SET_BY_SERVICE if name in names and not _has_naive_times(frame, name)]
    wanted = [("id", _identity("id")), ("updated_at", _instant("updated_at"))]
    wanted += [(name, _identity(name) if name in _KINDS else _instant(name)) for name in given_names]
    wanted += [(name, known[name]) for name in columns]
    if match_on in names and match_on not in columns:
        wanted.append((match_on, known[match_on]))
    for name, lead_field in wanted:
        if name not in names:
            read_columns[name] = _blank_column(len(frame), lead_field)
            continue
        series = _arrow(frame, name)
        read_columns[name] = _typed_column(frame, name, series, lead_field, cell_problems)
        if lead_field.kind == "texts" and (series is None or _is_text(series)):
            unchanged[f"text {name}"] = texts_of(values_of(frame, name))
        if lead_field.kind == "texts" and series is not None and series.dtype == pl.List(pl.String):
            unchanged[f"list {name}"] = series
        if lead_field.kind == "text" and (series is None or series.dtype.is_numeric()):
            found = map(is_number, values_of(frame, name)) if series is None else series.is_not_null()
            unchanged[f"number {name}"] = pl.Series(found, dtype=pl.Boolean)
    kind = library_of(frame) or "pandas"
    return Desired(
        values=_values_table(len(frame), read_columns, columns, given_names, match_on).with_columns(**unchanged),
        fields={name: known[name] for name in columns},
        cell_problems=tuple(cell_problems),
        index=frame.index if kind == "pandas" else None,
        library=kind,
        left_out=left_out,
    )


def with_full_names(desired: Desired, known: Mapping[str, LeadField]) -> Desired:
    """Return the rows with ``full_name`` made of first and last name where it is blank.

    :data:`MADE_NAME` says in which rows. A plan writes such a name into a blank, and over a name of a lead that was
    made of its two names in the same way; a row that has only one of the two gets the other from its lead.

    >>> import pandas as pd
    >>> fields = {key: LeadField(key) for key in ("full_name", "first_name", "last_name", "email")}
    >>> people = pd.DataFrame({"first_name": ["Ada", "Eve"], "last_name": ["Berg", None]})
    >>> with_full_names(read_desired(people, fields, match_on="email"), fields).values["full_name"].to_list()
    ['Ada Berg', None]
    """
    if "full_name" not in known or desired.fields.keys().isdisjoint(NAME_PARTS):
        return desired
    from pb2b_notebook.cleanup.values.name_order import whole_name  # its patterns take long to compile

    values = desired.values
    if "full_name" not in desired.fields:
        values = values.with_columns(full_name=pl.lit(None, pl.String))
    if MADE_NAME in values.columns:
        values = values.with_columns(full_name=pl.when(~pl.col(MADE_NAME)).then("full_name"))
    parts = [name_part(name, values.columns) for name in NAME_PARTS]
    country = pl.col("country") if "country" in desired.fields else None
    derived = pl.col("full_name").is_null() & pl.all_horizontal(part.is_not_null() for part in parts)
    values = values.with_columns(
        derived.alias(MADE_NAME),
        full_name=pl.when(derived).then(whole_name(parts[0], parts[1], country)).otherwise("full_name"),
    )
    return replace(desired, values=values, fields={**desired.fields, "full_name": known["full_name"]})


def name_part(column: str, columns: Collection[str]) -> pl.Expr:
    """Return the names of a column; null where there is none, or a placeholder."""
    if column not in columns:
        return pl.lit(None, pl.String)
    part = pl.col(column).str.strip_chars()
    return pl.when(part.str.contains(r"\pL") & ~placeholders.stands_for_nothing(part, "name")).then(part)


def remake_full_names(desired: Desired, given: Collection[int]) -> Desired:
    """Return the rows with their made names made again, after an edit that gave the full name of some rows."""
    if MADE_NAME not in desired.values.columns:
        return desired
    values = desired.values.with_columns(pl.col(MADE_NAME) & ~pl.col("row").is_in(list(given)))
    return with_full_names(replace(desired, values=values), desired.fields)


def cells(values: Sequence[Any], name: str, lead_field: LeadField) -> tuple[pl.Series, list[CellProblem]]:
    """Read single values as the cells of a column; the row of a problem is the position in ``values``.

    >>> made, wrong = cells(["7", None, "many"], "score", LeadField("score", "number"))
    >>> made.to_list(), [(problem.row, problem.message) for problem in wrong]
    ([7, None, None], [(2, 'needs a whole number, such as 1200')])
    """
    cell_problems: list[CellProblem] = []
    frame = pd.DataFrame({name: pd.Series(list(values), dtype=object)})
    return _typed_column(frame, name, _arrow(frame, name), lead_field, cell_problems), cell_problems


def _values_table(
    rows: int, read_columns: Mapping[str, pl.Series], fields: Sequence[str], given_names: Sequence[str], match_on: str
) -> pl.DataFrame:
    blank = pl.Series([], dtype=pl.String).extend_constant(None, rows)
    given = read_columns.get(match_on, blank)
    columns = {
        "row": pl.Series("row", range(rows), dtype=pl.Int64),
        "id": read_columns["id"],
        "key": match_keys(given, match_on),
        "given_key": given,
        "read_at": read_columns["updated_at"],
        **{f"given {name}": read_columns[name] for name in given_names},
        **{name: read_columns[name] for name in fields},
    }
    return pl.DataFrame([series.alias(name) for name, series in columns.items()])


def _names(frame: Any) -> list[str]:
    try:
        return column_names(frame)
    except MappingError as problem:
        raise InvalidParameterError(problem.message, repair=problem.repair or "rename the columns") from None


def _check_object(frame: Any, names: list[str]) -> None:
    """Refuse the frame of another resource: its ids and names would look like those of leads."""
    if "object" not in names:
        return
    # A word of the service's own is one for leads: a frame that the service itself gave is never refused.
    others = sorted({str(value) for value in values_of(frame, "object") if is_another_kind(str(value), "lead")})
    if others:
        raise InvalidParameterError(
            f"this is a frame of {others[0]!r} objects, not of leads",
            repair="plan the frame of ws.leads.list(), or rename or drop the column 'object'",
        )


def _check_index(frame: Any, names: list[str], match_on: str) -> None:
    """Refuse a pandas frame whose leads are named by its index, which is not read: also beside email addresses.

    Numbers beside a match key may be those of the caller's own table.
    """
    if library_of(frame) == "polars":
        return
    keys = {"id", match_on}
    found = [name for name in frame.index.names if name in keys and name not in names]
    are_ids = "id" in found and frame.index.get_level_values("id").inferred_type == "string"
    if are_ids or (found and keys.isdisjoint(names)):
        raise InvalidParameterError(
            f"{found[0]!r} is the index of the frame and not a column",
            repair="plan df.reset_index(), or df.reset_index(drop=True) if it does not name leads",
        )


def is_only_read(name: str, known: Mapping[str, LeadField]) -> bool:
    """Return whether a column is not written, and not a misspelt field.

    ``Mapping.apply`` keeps it for ``duplicates``, or it says who opted out, as "Opted out".
    """
    if name.startswith("custom_") or not (may_have_role(name) or is_flag(name)):
        return False
    return fold_name(name) not in {fold_name(text) for column, field in known.items() for text in (column, field.key)}


def _columns(names: list[str], known: Mapping[str, LeadField], only: Collection[str] | None) -> list[str]:
    """Return the columns to be written."""
    if isinstance(only, str):
        raise InvalidParameterError("fields must be a list of columns", repair=f"fields=[{only!r}]")
    set_by_service = {"id", "object", "updated_at", UNPARSED, *SET_BY_SERVICE}
    silent = set_by_service | set(ADDED_BY_CLEANUP) - set(known)
    chosen = [name for name in names if name not in silent] if only is None else list(dict.fromkeys(only))
    for name in chosen:
        if name in set_by_service:
            raise InvalidParameterError(f"only the service sets {name!r}", repair="leave it out of fields")
        if name not in known:
            _refuse_other_names([one for one in chosen if one not in known], names, known)
            raise InvalidParameterError(
                f"this workspace has no lead field for the column {name!r}; {nearest(name, known)}",
                repair="rename it, leave it out with fields=[…], or give a pb.Mapping; custom fields are custom_<key>",
            )
        if name not in names:
            raise InvalidParameterError(f"the frame has no column {name!r}", repair=nearest(name, names))
    return chosen


def _refuse_other_names(unknown: list[str], names: list[str], known: Mapping[str, LeadField]) -> None:
    """Refuse columns that have another name of a lead field, with the names that they should have."""
    renamed: dict[str, str] = {}
    for name in unknown:
        key = "id" if fold_name(name) in _ID_NAMES else other_name_of(name)
        if (key == "id" or key in known) and key not in {*names, *renamed.values()}:
            renamed[name] = key
    if not renamed:
        return
    others = [name for name in unknown if name not in renamed]
    listed = [*(f"{name!r} looks like {key!r}" for name, key in renamed.items()), *map(repr, others)]
    drop = f".drop(columns={others})" if others else ""
    raise InvalidParameterError(
        f"this workspace has no lead field for these columns: {', '.join(listed)}",
        repair=f"plan df.rename(columns={renamed}){drop} (polars: without columns=), or use ws.leads.intake(df)",
    )


def _identity(name: str) -> LeadField:
    return LeadField(name, "text", builtin=False)


def _instant(name: str) -> LeadField:
    return LeadField(name, "datetime", builtin=False)


def _blank_column(rows: int, lead_field: LeadField) -> pl.Series:
    return pl.Series([], dtype=polars_type(lead_field.kind)).extend_constant(None, rows)


def polars_type(kind: str) -> Any:
    """Return the polars dtype of a kind of lead field."""
    kinds: dict[str, Any] = {
        "integer": pl.Int64,
        "number": pl.Float64,
        "boolean": pl.Boolean,
        "datetime": pl.Datetime("us", "UTC"),
        "date": pl.Date,
        "texts": pl.List(pl.String),
    }
    return kinds.get(kind, pl.String)


def _typed_column(
    frame: Any, name: str, series: pl.Series | None, lead_field: LeadField, cell_problems: list[CellProblem]
) -> pl.Series:
    """Return a column in the type of its field: converted as a whole if its dtype allows, else cell by cell."""
    if series is not None and is_id(name) and series.dtype.is_integer():
        series = series.cast(pl.String)
    quick = None if series is None else _quick(series, lead_field)
    if quick is None:
        quick = _read_cells(frame, name, lead_field, cell_problems)
    if lead_field.kind == "datetime":
        quick = quick.dt.truncate(PRECISION)
    return quick.cast(polars_type(lead_field.kind)) if quick.dtype == pl.Null else quick


def _arrow(frame: Any, name: str) -> pl.Series | None:
    """Return the column as a polars Series; ``None`` if it holds mixed types, or one that Arrow cannot hold."""
    if library_of(frame) == "polars":
        series: pl.Series = frame.get_column(name)
        return series
    try:
        array = pa.Array.from_pandas(frame[name])
        converted = pl.from_arrow(array)
    except (pa.ArrowException, pl.exceptions.PolarsError, UnicodeError, TypeError, ValueError, OverflowError):
        return None
    # Arrow drops the time of day of a datetime after a date.
    if pa.types.is_date(array.type) and any(isinstance(cell, datetime) for cell in frame[name].dropna()):
        return None
    return converted if isinstance(converted, pl.Series) else None


def _quick(series: pl.Series, lead_field: LeadField) -> pl.Series | None:
    """Convert the whole column at once; ``None`` if it has to be read cell by cell."""
    if series.dtype == pl.Null:
        return series.cast(polars_type(lead_field.kind))
    if _is_text(series):
        series = series.cast(pl.String)
    by_kind: dict[str, Callable[[pl.Series, LeadField], pl.Series | None]] = {
        "integer": _quick_number,
        "number": _quick_number,
        "boolean": lambda series, _: series if series.dtype == pl.Boolean else None,
        "datetime": _quick_datetime,
        "date": _quick_date,
        "texts": _quick_texts,
    }
    return by_kind.get(lead_field.kind, _quick_text)(series, lead_field)


def texts_of(given: Sequence[Any]) -> pl.Series:
    """Return the cells that are text, null for others."""
    texts = [cell if isinstance(cell, str) and encodable(cell) else None for cell in given]
    return pl.Series(texts, dtype=pl.String)


def is_number(cell: Any) -> bool:
    """Return whether a cell is a number."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _has_naive_times(frame: Any, name: str) -> bool:
    series = _arrow(frame, name)
    return series is not None and isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None


def _is_text(series: pl.Series) -> bool:
    return isinstance(series.dtype, pl.String | pl.Categorical | pl.Enum)


def _quick_text(series: pl.Series, lead_field: LeadField) -> pl.Series | None:
    if series.dtype != pl.String:
        return None
    trimmed = series.str.strip_chars()
    if lead_field.options and not trimmed.filter(trimmed != "").is_in(lead_field.options).all():
        return None
    return (trimmed if lead_field.type in _TRIMMED else series).set(trimmed == "", None)


def _quick_number(series: pl.Series, lead_field: LeadField) -> pl.Series | None:
    kind = lead_field.kind
    if series.dtype.is_float():
        series = series.cast(pl.Float64).fill_nan(None)
        whole = (series.abs() <= EXACT) & (series.floor() == series)
        sound = series.is_finite() if kind == "number" else whole
    elif series.dtype.is_integer():
        sound = (
            series.is_between(-EXACT, EXACT) if kind == "number" else series.cast(pl.Int64, strict=False).is_not_null()
        )
    else:
        return None
    return series.cast(polars_type(kind)) if sound.filter(series.is_not_null()).all() else None


def _quick_datetime(series: pl.Series, _lead_field: LeadField) -> pl.Series | None:
    zoned = isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is not None
    return series.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC")) if zoned else None


def _quick_date(series: pl.Series, _lead_field: LeadField) -> pl.Series | None:
    if series.dtype == pl.Date:
        return series
    if not isinstance(series.dtype, pl.Datetime) or series.dtype.time_zone is not None:
        return None
    days = series.cast(pl.Date)
    return days if (days.cast(series.dtype) == series).all() else None


def _quick_texts(series: pl.Series, lead_field: LeadField) -> pl.Series | None:
    if series.dtype != pl.List(pl.String):
        return None
    parts = series.list.eval(pl.element().str.strip_chars()).list.eval(pl.element().filter(pl.element() != ""))
    if lead_field.options and not parts.explode().drop_nulls().is_in(lead_field.options).all():
        return None
    return parts.zip_with(parts.list.len() > 0, pl.Series([None], dtype=parts.dtype))


def _read_cells(frame: Any, name: str, lead_field: LeadField, cell_problems: list[CellProblem]) -> pl.Series:
    """Convert cell by cell, as a mapping does."""
    given = values_of(frame, name)
    exact = _EXACT_OF_FLOAT.get(str(frame[name].dtype).lower().split("[")[0], EXACT)
    reading = read_column(given, lead_field, name, "", None)
    values = list(reading.values)
    wrong = dict(reading.reasons)
    if lead_field.type == "select":
        # A service may use a word that it does not list. It is refused only where it would be sent.
        for row in [row for row in wrong if isinstance(given[row], str) and given[row].strip()]:
            values[row] = given[row].strip()
            del wrong[row]
    elif lead_field.type == "multi_select":
        for row in [row for row in wrong if isinstance(given[row], str)]:
            if {*(options := given[row].split(SEPARATOR))} <= {*lead_field.options}:
                values[row] = options
                del wrong[row]
    elif lead_field.kind == "datetime":  # as df.to_excel() needs them
        how = f"needs a zone: df[{name!r}].dt.tz_localize('UTC'), or drop the column"
        wrong |= {row: how for row in wrong if isinstance(given[row], datetime)}
    for row, value in enumerate(values):
        reason = _why_inexact(value, given[row], lead_field.kind, exact)
        if reason:
            wrong[row], values[row] = reason, None
    cell_problems += [CellProblem(row, name, "unconverted", message) for row, message in sorted(wrong.items())]
    return pl.Series(values, dtype=polars_type(lead_field.kind))


def _why_inexact(value: Any, given: Any, kind: str, exact: int) -> str | None:
    """Return why a converted value cannot be kept exactly; ``None`` if it can.

    Args:
        value: Converted value.
        given: Cell.
        kind: Kind of the lead field.
        exact: Whole numbers below this size are exact in the floats of the column.
    """
    # The largest one may be its neighbour, rounded; a fraction in fewer bits has other digits in 64.
    rounded = isinstance(given, float) and (abs(given) >= exact or (exact < EXACT and not given.is_integer()))
    if kind == "text" and rounded:
        return "is a number too long to be exact: read the column as text, with dtype=str"
    if kind == "number" and isinstance(value, int) and int(float(value)) != value:
        return "needs a number that 64-bit floating point holds exactly"
    texts = value if isinstance(value, list) else [value]
    if not all(encodable(text) for text in texts if isinstance(text, str)):
        return "contains invalid Unicode (an unpaired surrogate)"
    return None
