"""What is wrong with a frame of leads, one row a problem, in the codes of the service's import job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.cells import map_distinct, transform_distinct
from pb2b_notebook.cleanup.checks.findings import Finding, findings_of
from pb2b_notebook.cleanup.checks.prefilter import cells_to_check
from pb2b_notebook.cleanup.frames import SPACES, open_frame
from pb2b_notebook.cleanup.lead_columns import describe_misnamed, known_fields, matched_columns, misnamed_columns
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.frames.conversion import without_collection
from pb2b_notebook.mapping.countries import country_code
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.mapping.lead_fields import LeadField

_MATCHED_ON: Final = ("email", "external_id", None)
_COLUMNS: Final = {
    "row": "int64",
    "field": "string",
    "code": "string",
    "severity": "string",
    "message": "string",
    "suggestion": "string",
}


@dataclass(frozen=True, slots=True, repr=False)
class Validation:
    """What :func:`validate` found.

    Attributes:
        frame: the frame as it came; nothing was changed.
        problems: one row a problem, in the order of rows and columns: ``row`` (position from 0; null where it is the
            frame as a whole), ``field`` (key of the lead field), ``code``, ``severity`` ("error": an import leaves the
            row out, with this code; "warning": a person should look; "info"), ``message`` (never a value),
            ``suggestion`` (what was probably meant; null where only a person can say).
        checked: the keys of the lead fields that the frame has.
        ignored: its columns that are no lead field, or that only the service sets.
        misnamed: column → lead field, of ignored columns whose names plainly mean a field:
            ``df.rename(columns=result.misnamed)``.
        step: what was done, for a :class:`~pb2b_notebook.cleanup.Recipe`.
    """

    frame: Any
    problems: Any
    checked: tuple[str, ...]
    ignored: tuple[str, ...]
    misnamed: dict[str, str]
    step: Step
    _open: OpenFrame = field(compare=False)
    _refused: frozenset[int] = field(compare=False)

    @property
    def passed(self) -> Any:
        """The rows that an import takes: those without an error."""
        rows = [row for row in range(len(self._open)) if row not in self._refused]
        return self._open.restore(self._open.table[rows, :], rows)

    def __repr__(self) -> str:
        counts = self.problems["severity"].value_counts()
        pairs = counts.items() if hasattr(counts, "items") else counts.iter_rows()
        told = ", ".join(f"{count:,} {severity}" for severity, count in sorted(pairs)) or "no problem"
        checked = f"{len(self.checked)} fields" if self.checked else "no column of a lead field"
        return f"Validation of {len(self._open):,} rows, {checked}: {told}{describe_misnamed(self.misnamed)}"


@renamed_arguments(against="lead_fields")
def validate(df: Any, lead_fields: Any = None, *, match_on: str | None = "email") -> Validation:
    """Check every value of a frame of leads, without a request: what passes here, an import takes.

    Errors carry the codes of the import job: ``string_pattern_mismatch``, ``string_too_long``, ``invalid_value``,
    ``required`` and so on. Warnings tell of what an import takes and a person would not want: mailboxes that several
    people read, telephone numbers that cannot exist, placeholders, formulas, markup, look-alike and invisible letters.

    Args:
        df: pandas, polars or polars lazy; columns are called by the keys of lead fields, custom ones ``custom_<key>``.
        lead_fields: the frame of ``ws.lead_fields.list()``; without it the built-in fields of the contract.
        match_on: what an import matches on, ``"email"`` or ``"external_id"``: required in each row that holds
            anything. ``None`` requires none.

    Raises:
        CleanupError: no frame of leads, no frame of lead fields, or another ``match_on``.
        MissingExtraError: the packages of ``cleanup`` are not installed.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "nobody"], "country": ["Germany", "DE"]})
        >>> found = validate(leads)
        >>> found
        Validation of 2 rows, 2 fields: 2 error
        >>> found.problems[["row", "field", "code", "suggestion"]].to_numpy().tolist()
        [[0, 'country', 'invalid_value', 'DE'], [1, 'email', 'string_pattern_mismatch', nan]]
        >>> len(found.passed)
        0
    """
    with without_collection():
        return _validated(df, lead_fields, match_on)


def _validated(df: Any, lead_fields: Any, match_on: str | None) -> Validation:
    if match_on not in _MATCHED_ON:
        raise CleanupError("an import does not match on that", repair='match_on="email", "external_id" or None')
    frame = open_frame(df)
    fields = known_fields(lead_fields)
    columns = matched_columns(frame, fields)
    problems = Problems()
    _require(frame, columns, fields, match_on, problems)
    for column, lead_field in columns.items():
        _judge_column(frame, column, lead_field, columns, problems)
    order = {lead_field.key: place for place, lead_field in enumerate(columns.values())}
    return Validation(
        frame=df,
        problems=frame.new_frame(problems.columns(order)),
        checked=tuple(order),
        ignored=tuple(name for name in frame.names if name not in columns),
        misnamed=misnamed_columns(frame.names, columns),
        step=Step("validate", {"match_on": match_on}),
        _open=frame,
        _refused=problems.refused,
    )


class Problems:
    """Problems as they are found, kept by column: a frame of a million rows may have as many."""

    def __init__(self) -> None:
        self._rows: list[tuple[int | None, str, Finding]] = []

    def add(self, row: int | None, key: str, judgement: Finding) -> None:
        """Keep a problem of a row; of the frame as a whole for ``None``."""
        self._rows.append((row, key, judgement))

    @property
    def refused(self) -> frozenset[int]:
        """The rows with an error."""
        return frozenset(row for row, _, one in self._rows if one.severity == "error" and row is not None)

    def columns(self, order: Mapping[str, int]) -> dict[str, tuple[list[Any], str]]:
        """The columns of the frame of problems, sorted by row, then by field."""
        rows = sorted(self._rows, key=lambda one: (-1 if one[0] is None else one[0], order.get(one[1], len(order))))
        values: dict[str, list[Any]] = {
            "row": [row for row, _, _ in rows],
            "field": [key for _, key, _ in rows],
            "code": [one.code for _, _, one in rows],
            "severity": [one.severity for _, _, one in rows],
            "message": [one.message for _, _, one in rows],
            "suggestion": [one.suggestion for _, _, one in rows],
        }
        return {name: (values[name], kind) for name, kind in _COLUMNS.items()}


def _judge_column(
    frame: OpenFrame, column: str, lead_field: LeadField, columns: Mapping[str, LeadField], problems: Problems
) -> None:
    cells = cells_to_check(frame, column, lead_field)
    countries = _countries(frame, columns) if lead_field.type == "phone" else None

    def said(value: Any, country: str | None) -> tuple[Finding, ...]:
        return () if is_blank(value) else tuple(findings_of(value, lead_field, country=country))

    for row, _, judgements in map_distinct(cells, said, countries):
        for judgement in judgements:
            problems.add(row, lead_field.key, judgement)


def _countries(frame: OpenFrame, columns: Mapping[str, LeadField]) -> pl.Series | None:
    """The code of the country of each row, for its telephone number."""
    column = next((name for name, one in columns.items() if one.builtin and one.key == "country"), None)
    return (
        None
        if column is None
        else transform_distinct(frame.text_or_values(column), lambda value, _: country_code(value))
    )


def _require(
    frame: OpenFrame,
    columns: Mapping[str, LeadField],
    fields: Mapping[str, LeadField],
    match_on: str | None,
    problems: Problems,
) -> None:
    """Blank cells where a lead needs a value, in rows that hold anything at all."""
    needed = {key: "a new lead needs it, but it is blank here" for key, one in fields.items() if one.required}
    if match_on is not None:
        needed[match_on] = "is what the import matches on, but blank here"
    by_key = {one.key: column for column, one in columns.items()}
    absent = [key for key in needed if key not in by_key]
    for key in absent if len(frame) else ():
        message = "the frame has no column for it, and an import needs it; everything else was checked"
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
    """Those of some rows that hold nothing in any lead field: an import skips them."""
    left = set(rows)
    for column in columns:
        if not left:
            break
        left &= set(_blank_rows(frame, column))
    return left
