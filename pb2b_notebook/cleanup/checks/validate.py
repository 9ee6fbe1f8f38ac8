"""Find the problems of a frame of leads, with the codes of the service's import job."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from pb2b_notebook.cleanup.cells import map_distinct
from pb2b_notebook.cleanup.checks.findings import Finding, check_value
from pb2b_notebook.cleanup.checks.prefilter import cells_to_check
from pb2b_notebook.cleanup.disk_frames import DiskRows, shift_rows
from pb2b_notebook.cleanup.frames import SPACES, open_frame
from pb2b_notebook.cleanup.lead_columns import describe_misnamed, known_fields, matched_columns, misnamed_columns
from pb2b_notebook.cleanup.row_context import RowContext
from pb2b_notebook.cleanup.spark_frames import LOG, PACKAGES, explode_log, log_type, open_header, with_log
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import CleanupError, suggesting, typed_interrupt
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.conversion import without_collection
from pb2b_notebook.frames.library import eager_unless_known, row_labels, with_row_labels
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.spark.partitions import check_executors, map_columns, spark_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from os import PathLike

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.mapping.lead_fields import LeadField

_MATCH_KEYS: Final = ("email", "external_id", None)
_LOGGED: Final = ("field", "code", "severity", "message", "suggestion")
_COLUMNS: Final = {
    "row": "int64",
    "field": "string",
    "code": "string",
    "severity": "string",
    "message": "string",
    "suggestion": "string",
}


@dataclass(frozen=True, slots=True, repr=False)
class Validation(ExportsArrow, Generic[FrameT]):
    """The result of :func:`validate`.

    Attributes:
        frame: The frame that was passed, unchanged.
        problems: One row for each problem, in the order of rows and columns: ``row`` (index label of the row, in polars
            its position from 0; null for a problem of the whole frame), ``field`` (key of the lead field), ``code``,
            ``severity`` ("error": an import rejects the row with this code; "warning": a person should look; "info"),
            ``message`` (never contains the value), ``suggestion`` (the value that was probably intended; null if only
            a person can decide).
        checked: Keys of the lead fields in the frame.
        ignored: Columns that are not a lead field, or that only the service sets.
        misnamed: Column → lead field, for ignored columns with another name of a lead field:
            ``df.rename(columns=result.misnamed)``.
        step: Step for a :class:`~pb2b_notebook.cleanup.Recipe`.

    Of a Spark DataFrame, ``problems`` and ``passed`` are lazy DataFrames of Spark, and each action computes them again.
    ``row`` is then the row's ``id``, or null without such a column.
    """

    MAIN_TABLE = "problems"

    frame: FrameT
    problems: FrameT
    checked: tuple[str, ...]
    ignored: tuple[str, ...]
    misnamed: dict[str, str]
    step: Step
    _passed: Callable[[], Any] = field(compare=False)
    _rows: int | None = field(compare=False)

    @property
    def passed(self) -> FrameT:
        """The rows that an import accepts: those without an error."""
        found: FrameT = self._passed()
        return found

    def __repr__(self) -> str:
        checked = count_text(len(self.checked), "field") if self.checked else "no column of a lead field"
        if self._rows is None:
            return f"Validation of a DataFrame of Spark, {checked}{describe_misnamed(self.misnamed)}"
        counts = self.problems["severity"].value_counts()
        pairs = counts.items() if hasattr(counts, "items") else counts.iter_rows()
        words = (
            count_text(count, severity, severity if severity == "info" else "") for severity, count in sorted(pairs)
        )
        summary = ", ".join(words) or "no problem"
        return f"Validation of {count_text(self._rows, 'row')}, {checked}: {summary}{describe_misnamed(self.misnamed)}"


@overload
def validate(
    df: EagerT, lead_fields: Any = None, *, match_on: str | None = "email", work: str | PathLike[str] | None = None
) -> Validation[EagerT]: ...
@overload
def validate(
    df: Any, lead_fields: Any = None, *, match_on: str | None = "email", work: str | PathLike[str] | None = None
) -> Validation[Any]: ...
@renamed_arguments(against="lead_fields")
@suggesting
@typed_interrupt("the validation was stopped, and changed nothing; run the same cell again")
def validate(
    df: Any, lead_fields: Any = None, *, match_on: str | None = "email", work: str | PathLike[str] | None = None
) -> Validation[Any]:
    """Check every value of a frame of leads without a request; an import accepts the rows without an error.

    Errors have the codes of the import job, such as ``string_pattern_mismatch``, ``string_too_long``, ``invalid_value``
    and ``required``. Warnings are about values that an import accepts but a person may not want: shared mailboxes,
    invalid phone numbers, placeholders, formulas, markup, look-alike and invisible characters.

    Args:
        df: Frame of leads: pandas, polars or polars lazy, or a Spark DataFrame. Columns have the keys of lead fields as
            names, custom fields ``custom_<key>``.
        lead_fields: Frame of ``ws.lead_fields.list()``; the built-in fields of the contract by default.
        match_on: Match key of the import, "email" or "external_id": required in each row that is not blank. ``None``
            requires none: ``ws.leads.create`` and ``ws.leads.intake`` take people by a name or a phone, too.
        work: Path of a folder, such as ``"scratch/"``, for a ``polars.LazyFrame`` that does not fit in memory: its rows
            are read and checked in portions, as :func:`~pb2b_notebook.cleanup.normalize` does; same answers. ``passed``
            is written when it is first used.

    Raises:
        CleanupError: ``df`` is not a frame of leads, ``lead_fields`` is not a frame of lead fields, or ``match_on`` has
            another value; or the work folder is full or cannot be used.
        MissingExtraError: The packages of the extra "cleanup" are not installed.
        UsageError: The workers of the Spark cluster have other versions of this package or of polars.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "bob@"], "country": ["Germany", "DE"]})
        >>> found = validate(leads)
        >>> found
        Validation of 2 rows, 2 fields: 2 errors
        >>> found.problems[["row", "field", "code", "suggestion"]].to_numpy().tolist()
        [[0, 'country', 'invalid_value', 'DE'], [1, 'email', 'string_pattern_mismatch', nan]]
        >>> len(found.passed)
        0
    """
    if not isinstance(match_on, str | None) or match_on not in _MATCH_KEYS:
        raise CleanupError(
            "match_on= is not a match key of an import", repair='match_on="email", "external_id" or None'
        )
    fields = known_fields(lead_fields)
    disk, spark = DiskRows.of(df, work, "validate"), spark_frame(df)
    if spark is not None:
        return _validate_on_spark(spark, fields, match_on)
    if disk is not None:
        return _validate_on_disk(disk, df, fields, match_on)
    with without_collection():
        frame = open_frame(df)
        columns = matched_columns(frame, fields)
        problems = _problems_of_rows(frame, columns, fields, match_on)
        order = {lead_field.key: place for place, lead_field in enumerate(columns.values())}
        return Validation(
            frame=eager_unless_known(df, frame.table.to_native()),
            problems=with_row_labels(frame.new_frame(problems.columns(order)), "row", row_labels(df)),
            checked=tuple(order),
            ignored=tuple(name for name in frame.names if name not in columns),
            misnamed=misnamed_columns(frame.names, columns),
            step=Step("validate", {"match_on": match_on}),
            _passed=lambda: _rows_without(frame, problems.refused),
            _rows=len(frame),
        )


def _rows_without(frame: OpenFrame, refused: frozenset[int]) -> Any:
    rows = [row for row in range(len(frame)) if row not in refused]
    return frame.to_callers_frame(frame.table[rows, :], rows)


def _validate_on_spark(df: Any, fields: Mapping[str, LeadField], match_on: str | None) -> Validation[Any]:
    """Return the lazy DataFrames of :func:`validate` for a DataFrame of Spark.

    Raises:
        CleanupError: A column name occurs twice.
        UsageError: The workers of the cluster have other versions.
    """
    from pyspark.sql import functions as sql

    header = open_header(df)
    columns = matched_columns(header, fields)
    order = {lead_field.key: place for place, lead_field in enumerate(columns.values())}
    check_executors(df, PACKAGES)

    def check(part: pl.DataFrame) -> pl.DataFrame:
        problems = _problems_of_rows(open_frame(part), columns, fields, match_on)
        return with_log(part, problems.columns(order), _LOGGED)

    rows = map_columns(df, list(columns), check, {LOG: log_type(_LOGGED)})
    problems = explode_log(rows, header.names, _LOGGED)
    for problem in _problems_of_all(columns, fields, match_on):
        cells = (sql.lit(value).cast("string").alias(name) for name, value in problem.items())
        problems = df.limit(1).select(*cells).unionByName(problems)  # none if there are no rows
    passed = rows.where(~sql.exists(LOG, lambda problem: problem["severity"] == "error"))
    return Validation(
        frame=df,
        problems=problems,
        checked=tuple(order),
        ignored=tuple(name for name in header.names if name not in columns),
        misnamed=misnamed_columns(header.names, columns),
        step=Step("validate", {"match_on": match_on}),
        _passed=lambda: passed.drop(LOG).toDF(*header.names),
        _rows=None,
    )


def _validate_on_disk(
    disk: DiskRows, df: Any, fields: Mapping[str, LeadField], match_on: str | None
) -> Validation[Any]:
    """Return the result of :func:`validate` for rows of which a portion at a time is in memory.

    Raises:
        CleanupError: The work folder cannot be used.
    """
    import polars as pl

    frame = disk.open()
    columns = matched_columns(frame, fields)
    order = {lead_field.key: place for place, lead_field in enumerate(columns.values())}

    def check(start: int, part: pl.DataFrame) -> list[pl.DataFrame]:
        problems = _problems_of_rows(open_frame(part), columns, fields, match_on)
        listed = shift_rows(frame.new_frame(problems.columns(order)), start)
        if start:  # a problem of the whole frame is one of each portion
            listed = listed.filter(pl.col("row").is_not_null())
        passed = ~pl.int_range(len(part), eager=True).is_in(sorted(problems.refused))
        return [listed, passed.alias("passed").to_frame()]

    problems, passed = disk.write(check)

    @cache
    def write_passed() -> pl.LazyFrame:
        [rows] = disk.write(lambda start, part: [part.filter(passed["passed"].slice(start, len(part)))])
        return rows.lazy()

    return Validation(
        frame=df,
        problems=problems,
        checked=tuple(order),
        ignored=tuple(name for name in frame.names if name not in columns),
        misnamed=misnamed_columns(frame.names, columns),
        step=Step("validate", {"match_on": match_on}),
        _passed=write_passed,
        _rows=len(frame),
    )


def _problems_of_rows(
    frame: OpenFrame, columns: Mapping[str, LeadField], fields: Mapping[str, LeadField], match_on: str | None
) -> Problems:
    """Return all problems of some rows; those of the whole frame are in the result for each part of it."""
    problems = find_problems(frame, columns)
    _require_values(frame, columns, fields, match_on, problems)
    return problems


def _problems_of_all(
    columns: Mapping[str, LeadField], fields: Mapping[str, LeadField], match_on: str | None
) -> list[dict[str, str | None]]:
    """Return the problems of any frame with these columns that are about no single row."""
    import polars as pl

    row = open_frame(pl.DataFrame({"": [None], **{name: [None] for name in columns}}))
    problems = _problems_of_rows(row, columns, fields, match_on)
    listed = {name: values for name, (values, _) in problems.columns({}).items()}
    return [dict(zip(listed, row, strict=True)) for row in zip(*listed.values(), strict=True) if row[0] is None]


class Problems:
    """Problems by row position; a frame of a million rows may have as many."""

    def __init__(self) -> None:
        self._rows: list[tuple[int | None, str, Finding]] = []

    def add(self, row: int | None, key: str, finding: Finding) -> None:
        """Add a finding about a row; about the whole frame if ``row`` is ``None``."""
        self._rows.append((row, key, finding))

    @property
    def refused(self) -> frozenset[int]:
        """Positions of the rows with an error."""
        return frozenset(row for row, _, finding in self._rows if finding.severity == "error" and row is not None)

    @property
    def cells(self) -> set[tuple[int | None, str]]:
        """Row position and field key of each error and warning."""
        return {(row, key) for row, key, finding in self._rows if finding.severity != "info"}

    def columns(self, order: Mapping[str, int]) -> dict[str, tuple[list[Any], str]]:
        """Return the columns of the frame of problems, sorted by row, then by field."""
        rows = sorted(self._rows, key=lambda row: (-1 if row[0] is None else row[0], order.get(row[1], len(order))))
        values: dict[str, list[Any]] = {
            "row": [row for row, _, _ in rows],
            "field": [key for _, key, _ in rows],
            "code": [finding.code for _, _, finding in rows],
            "severity": [finding.severity for _, _, finding in rows],
            "message": [finding.message for _, _, finding in rows],
            "suggestion": [finding.suggestion for _, _, finding in rows],
        }
        return {name: (values[name], kind) for name, kind in _COLUMNS.items()}


def find_problems(frame: OpenFrame, columns: Mapping[str, LeadField]) -> Problems:
    """Check the values of some columns."""
    problems = Problems()
    countries = RowContext(frame, columns)
    for column, lead_field in columns.items():
        _check_column(frame, column, lead_field, countries, problems)
    return problems


def _check_column(
    frame: OpenFrame, column: str, lead_field: LeadField, context: RowContext, problems: Problems
) -> None:
    cells = cells_to_check(frame, column, lead_field)

    def check(value: Any, country: str | None) -> tuple[Finding, ...]:
        return () if is_blank(value) else tuple(check_value(value, lead_field, country=country))

    for row, _, findings in map_distinct(cells, check, context.countries if lead_field.type == "phone" else None):
        for finding in findings:
            problems.add(row, lead_field.key, finding)


def _require_values(
    frame: OpenFrame,
    columns: Mapping[str, LeadField],
    fields: Mapping[str, LeadField],
    match_on: str | None,
    problems: Problems,
) -> None:
    """Add a problem for each blank cell that needs a value, in rows that are not blank as a whole."""
    needed = {key: "is required for a new lead, but blank" for key, lead_field in fields.items() if lead_field.required}
    if match_on is not None:
        needed[match_on] = "is the match key of the import, but blank"
    by_key = {lead_field.key: column for column, lead_field in columns.items()}
    absent = [key for key in needed if key not in by_key]
    for key in absent if len(frame) else ():
        message = "the frame has no column for this field, which an import needs; everything else was checked"
        problems.add(None, key, Finding("required", "error", message))
    present = [key for key in needed if key in by_key]
    if not present:
        return
    blank = {key: set(_blank_rows(frame, by_key[key])) for key in present}
    suspects = sorted(set().union(*blank.values()))
    empty = _empty_rows(frame, columns, suspects)
    for row in suspects:
        for key in present if row not in empty else ():
            if row in blank[key]:
                problems.add(row, key, Finding("required", "error", needed[key]))


def _blank_rows(frame: OpenFrame, column: str) -> Iterator[int]:
    import narwhals as nw

    if frame.is_text(column):
        text = nw.from_native(frame.text_or_values(column), series_only=True)
        yield from (~text.str.contains(f"[^{SPACES}]").fill_null(value=False)).arg_true().to_list()
        return
    yield from (row for row, value in enumerate(frame.values(column)) if is_blank(value))


def _empty_rows(frame: OpenFrame, columns: Mapping[str, LeadField], rows: list[int]) -> set[int]:
    """Return those of some rows that are blank in every lead field: an import skips them."""
    left = set(rows)
    for column in columns:
        if not left:
            break
        left &= set(_blank_rows(frame, column))
    return left
