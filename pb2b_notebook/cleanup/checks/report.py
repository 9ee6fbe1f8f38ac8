"""Measure the data quality of a frame of leads: four shares from 0 to 1, by field and overall.

==============  ==========================================================================================
completeness    filled cells among all rows; placeholders are not filled
validity        filled cells without an error or warning of :func:`~pb2b_notebook.cleanup.validate`
consistency     filled cells that :func:`~pb2b_notebook.cleanup.normalize` would not change
freshness       filled cells in rows that were updated, contacted or created within the last ``fresh`` days
==============  ==========================================================================================

Source of the terms: ISO/IEC 25012, and DAMA UK, "The six primary dimensions for data quality assessment" (2013).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from pb2b_notebook.cleanup.checks.validate import find_problems
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.lead_columns import describe_misnamed, known_fields, matched_columns, misnamed_columns
from pb2b_notebook.cleanup.normalization.normalize import Choices, Normalizer
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.cleanup.values.placeholders import is_placeholder, kind_of
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.display.frames import frame_html
from pb2b_notebook.errors import CleanupError, suggesting, typed_interrupt
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.conversion import without_collection
from pb2b_notebook.frames.library import eager_unless_known
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.nulls import is_null
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.values.placeholders import Kind
    from pb2b_notebook.mapping.lead_fields import LeadField

MEASURES: Final = ("completeness", "validity", "consistency", "freshness")
OVERALL: Final = "all fields"

_UPDATED: Final = ("updated_at", "last_contacted_at", "created_at")
_MOST_DAYS: Final = 36_500
_BEFORE: Final = "_before"


@dataclass(frozen=True, slots=True, repr=False)
class Report(ExportsArrow, Generic[FrameT]):
    """The result of :func:`report`.

    Attributes:
        frame: The frame that was passed, unchanged.
        table: One row for each field, first "all fields": ``field``, ``filled`` (number of filled cells), the four
            measures (shares from 0 to 1; null where there is nothing to measure) and ``score`` (their mean). With
            ``before``, each once more with the suffix ``_before``.
        step: Step for a :class:`~pb2b_notebook.cleanup.Recipe`.
        misnamed: Column → lead field, for ignored columns with another name of a lead field:
            ``df.rename(columns=result.misnamed)``.
    """

    MAIN_TABLE = "table"

    frame: FrameT
    table: FrameT
    step: Step
    misnamed: dict[str, str]

    def __repr__(self) -> str:
        shares = (f"{name} {_percentage(self.table[name].to_list()[0])}" for name in MEASURES)
        fields = count_text(len(self.table) - 1, "field")
        return f"Quality of {fields}: {', '.join(shares)}{describe_misnamed(self.misnamed)}"

    def _repr_html_(self) -> str | None:
        return frame_html(self.table)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Number of cells of a field, by kind."""

    rows: int
    filled: int
    valid: int
    consistent: int
    fresh: int | None

    def shares(self) -> dict[str, float | None]:
        """Return the measures and their mean."""
        found = {
            "completeness": _share(self.filled, self.rows),
            "validity": _share(self.valid, self.filled),
            "consistency": _share(self.consistent, self.filled),
            "freshness": None if self.fresh is None else _share(self.fresh, self.filled),
        }
        known = [share for share in found.values() if share is not None]
        return {**found, "score": sum(known) / len(known) if known else None}


@overload
def report(
    df: EagerT, lead_fields: Any = None, *, before: Any = None, fresh: int = 365, now: dt.datetime | None = None
) -> Report[EagerT]: ...
@overload
def report(
    df: Any, lead_fields: Any = None, *, before: Any = None, fresh: int = 365, now: dt.datetime | None = None
) -> Report[Any]: ...
@renamed_arguments(against="lead_fields")
@suggesting
@typed_interrupt("the report was stopped, and changed nothing; run the same cell again")
def report(
    df: Any,
    lead_fields: Any = None,
    *,
    before: Any = None,
    fresh: int = 365,
    now: dt.datetime | None = None,
) -> Report[Any]:
    """Measure how complete, valid, consistent and fresh each field of a frame of leads is.

    Args:
        df: Frame of leads: pandas, polars or polars lazy, with the column names of
            :func:`~pb2b_notebook.cleanup.validate`.
        lead_fields: Frame of ``ws.lead_fields.list()``; the built-in fields of the contract by default.
        before: Earlier report of the same leads, whose measures are added.
        fresh: Days for which a lead counts as fresh, from the latest of ``updated_at``, ``last_contacted_at`` and
            ``created_at``.
        now: Time from which the days are counted back; the current time by default.

    Raises:
        CleanupError: ``df`` is not a frame of leads, ``before`` is not a report, ``now`` has no time zone, or ``fresh``
            is not a number of days.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "Bob@example.com", None, "n/a"]})
        >>> measured = report(leads)
        >>> measured.table[["field", "completeness", "validity", "consistency"]].to_numpy().tolist()
        [['all fields', 0.5, 1.0, 0.5], ['email', 0.5, 1.0, 0.5]]
    """
    if before is not None and not isinstance(before, Report):
        raise CleanupError("before= is not a report", repair="before=pb.cleanup.report(earlier)")
    frame = open_frame(df)
    columns = matched_columns(frame, known_fields(lead_fields))
    with without_collection():
        counts = _count(frame, columns, _start(now, fresh))
    measured = eager_unless_known(df, frame.table.to_native())
    return Report(
        measured,
        frame.new_frame(_columns(counts, _measures_of(before))),
        Step("report", {"fresh": fresh}),
        misnamed_columns(frame.names, columns),
    )


def _count(frame: OpenFrame, columns: Mapping[str, LeadField], start: dt.datetime) -> dict[str, _Counts]:
    bad = find_problems(frame, columns).cells
    changed = Normalizer(frame, Choices(columns, list(columns))).normalize_columns().changed_cells
    fresh = _fresh_rows(frame, start)
    found = {}
    for column, lead_field in columns.items():
        kind = kind_of(lead_field)
        filled = [row for row, value in enumerate(frame.values(column)) if _is_filled(value, kind)]
        found[column] = _Counts(
            rows=len(frame),
            filled=len(filled),
            valid=sum((row, lead_field.key) not in bad for row in filled),
            consistent=sum((row, column) not in changed for row in filled),
            fresh=None if fresh is None else sum(fresh[row] for row in filled),
        )
    return {OVERALL: _sum(list(found.values())), **found}


def _is_filled(value: Any, kind: Kind) -> bool:
    return not is_blank(value) and not (isinstance(value, str) and is_placeholder(value, kind))


def _fresh_rows(frame: OpenFrame, start: dt.datetime) -> list[bool] | None:
    """Return whether each row was updated since the start; ``None`` if the frame has no column for it."""
    present = [name for name in _UPDATED if name in frame.names]
    if not present:
        return None
    times = zip(*(frame.values(name) for name in present), strict=True)
    return [any(_is_since(value, start) for value in values) for values in times]


def _is_since(value: Any, start: dt.datetime) -> bool:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, dt.datetime) and value.tzinfo is not None and value >= start


def _start(now: dt.datetime | None, days: int) -> dt.datetime:
    if now is not None and (not isinstance(now, dt.datetime) or now.tzinfo is None):
        raise CleanupError("now= is not a datetime with a time zone", repair="now=datetime.now(UTC)")
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= _MOST_DAYS:
        raise CleanupError(f"fresh= must be a number of days from 0 to {_MOST_DAYS:,}", repair="fresh=365")
    return (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=days)


def _sum(counts: Sequence[_Counts]) -> _Counts:
    fresh = [count.fresh for count in counts if count.fresh is not None]
    totals = Counter[str]()
    for count in counts:
        totals.update(rows=count.rows, filled=count.filled, valid=count.valid, consistent=count.consistent)
    return _Counts(
        totals["rows"], totals["filled"], totals["valid"], totals["consistent"], sum(fresh) if fresh else None
    )


def _columns(
    counts: Mapping[str, _Counts], earlier: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, tuple[list[Any], str]]:
    shares = {name: count.shares() for name, count in counts.items()}
    columns: dict[str, tuple[list[Any], str]] = {
        "field": (list(counts), "string"),
        "filled": ([count.filled for count in counts.values()], "int64"),
    }
    columns |= {name: ([share[name] for share in shares.values()], "double") for name in (*MEASURES, "score")}
    if earlier is not None:
        kinds = dict.fromkeys((*MEASURES, "score"), "double") | {"filled": "int64"}
        for name in ("filled", *MEASURES, "score"):
            columns[f"{name}{_BEFORE}"] = [earlier.get(field, {}).get(name) for field in counts], kinds[name]
    return columns


def _measures_of(before: Report | None) -> dict[str, dict[str, Any]] | None:
    """Return the measures of an earlier report by field."""
    if before is None:
        return None
    frame = open_frame(before.table)
    names = ("field", "filled", *MEASURES, "score")
    rows = [dict(zip(names, row, strict=True)) for row in zip(*map(frame.values, names), strict=True)]
    return {row["field"]: row for row in rows}


def _share(part: int, total: int) -> float | None:
    return part / total if total else None


def _percentage(share: Any) -> str:
    return "unknown" if is_null(share) else f"{share:.1%}"
