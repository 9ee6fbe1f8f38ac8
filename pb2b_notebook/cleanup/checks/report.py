"""How good a frame of leads is, field by field and overall: four shares from 0 to 1, before and after.

==============  =====================================================================================
completeness    of all rows, those that say something; words for nothing say nothing
validity        of these, those that :func:`~.validation.validate` has no error or warning for
consistency     of these, those that :func:`~.normalization.normalize` would leave as they are written
freshness       of these, those in rows that were touched within the last ``fresh`` days
==============  =====================================================================================

Source of the terms: ISO/IEC 25012, and DAMA UK, "The six primary dimensions for data quality assessment" (2013).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.checks.validate import validate
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.lead_columns import known_fields, matched_columns
from pb2b_notebook.cleanup.normalization.normalize import normalize
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display.frames import frame_html
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame

MEASURES: Final = ("completeness", "validity", "consistency", "freshness")
OVERALL: Final = "all fields"

_TOUCHED: Final = ("updated_at", "last_contacted_at", "created_at")
_MOST_DAYS: Final = 36_500
_BEFORE: Final = "_before"


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What :func:`report` measured.

    Attributes:
        frame: the frame as it came.
        table: one row a field, first ``all fields``: ``field``, ``filled`` (cells that say something), the four
            measures (shares from 0 to 1; null where there is nothing to measure), ``score`` (their mean), and, beside a
            ``before``, each with ``_before``.
        step: what was done, for a :class:`~pb2b_notebook.cleanup.Recipe`.
    """

    frame: Any
    table: Any
    step: Step

    def __repr__(self) -> str:
        shares = (f"{name} {_shown(self.table[name].to_list()[0])}" for name in MEASURES)
        return f"Quality of {len(self.table) - 1} fields: {', '.join(shares)}"

    def _repr_html_(self) -> str | None:
        return frame_html(self.table)


@dataclass(frozen=True, slots=True)
class _Counts:
    """What was counted of a field: cells of each kind."""

    rows: int
    filled: int
    valid: int
    consistent: int
    fresh: int | None

    def shares(self) -> dict[str, float | None]:
        """The measures and their mean."""
        found = {
            "completeness": _share(self.filled, self.rows),
            "validity": _share(self.valid, self.filled),
            "consistency": _share(self.consistent, self.filled),
            "freshness": None if self.fresh is None else _share(self.fresh, self.filled),
        }
        known = [share for share in found.values() if share is not None]
        return {**found, "score": sum(known) / len(known) if known else None}


@renamed_arguments(against="lead_fields")
def report(
    df: Any,
    lead_fields: Any = None,
    *,
    before: Any = None,
    fresh: int = 365,
    now: dt.datetime | None = None,
) -> Report:
    """Measure how complete, valid, consistent and fresh each field of a lead frame is.

    Args:
        df: pandas, polars or polars lazy, columns called as in :func:`~pb2b_notebook.cleanup.validate`.
        lead_fields: the frame of ``ws.lead_fields.list()``; without it the built-in fields of the contract.
        before: an earlier report of the same leads, to stand beside this one.
        fresh: days for which a touched lead is fresh; the newest of ``updated_at``, ``last_contacted_at`` and
            ``created_at`` counts.
        now: from when the days are counted back; by default the present.

    Raises:
        CleanupError: no frame of leads, a ``before`` that is no report, a ``now`` without a time zone, or a
            ``fresh`` that is no number of days.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "Bob@example.com", None, "n/a"]})
        >>> measured = report(leads)
        >>> measured.table[["field", "completeness", "validity", "consistency"]].to_numpy().tolist()
        [['all fields', 0.5, 1.0, 0.5], ['email', 0.5, 1.0, 0.5]]
    """
    if before is not None and not isinstance(before, Report):
        raise CleanupError("before is no report", repair="before=pb.cleanup.report(earlier)")
    frame = open_frame(df)
    # Both are read again by other steps, and an Arrow stream can be read only once.
    df = df if library_of(df) else frame.table.to_native()
    lead_fields = None if lead_fields is None else known_fields(lead_fields)
    columns = matched_columns(frame, known_fields(lead_fields))
    counts = _count(frame, df, lead_fields, {column: one.key for column, one in columns.items()}, _since(now, fresh))
    table = _columns(counts, _earlier(before))
    return Report(df, frame.new_frame(table), Step("report", {"fresh": fresh}))


def _count(
    frame: OpenFrame, df: Any, lead_fields: Any, keys: Mapping[str, str], since: dt.datetime
) -> dict[str, _Counts]:
    bad = _cells_with_problems(df, lead_fields)
    changed = _changed_cells(df, lead_fields)
    fresh = _fresh_rows(frame, since)
    found = {}
    for column, key in keys.items():
        filled = [row for row, value in enumerate(frame.values(column)) if _says_something(value)]
        found[column] = _Counts(
            rows=len(frame),
            filled=len(filled),
            valid=sum((row, key) not in bad for row in filled),
            consistent=sum((row, column) not in changed for row in filled),
            fresh=None if fresh is None else sum(fresh[row] for row in filled),
        )
    return {OVERALL: _sum(list(found.values())), **found}


def _cells_with_problems(df: Any, lead_fields: Any) -> set[tuple[int, str]]:
    problems = validate(df, lead_fields, match_on=None).problems
    columns = (problems["row"].to_list(), problems["field"].to_list(), problems["severity"].to_list())
    return {(row, key) for row, key, severity in zip(*columns, strict=True) if severity != "info"}


def _changed_cells(df: Any, lead_fields: Any) -> set[tuple[int, str]]:
    changes = normalize(df, lead_fields=lead_fields).changes
    return set(zip(changes["row"].to_list(), changes["field"].to_list(), strict=True))


def _says_something(value: Any) -> bool:
    return not is_blank(value) and not (isinstance(value, str) and is_placeholder(value))


def _fresh_rows(frame: OpenFrame, since: dt.datetime) -> list[bool] | None:
    """Whether each row was touched since then; ``None`` if the frame does not tell."""
    present = [name for name in _TOUCHED if name in frame.names]
    if not present:
        return None
    touched = zip(*(frame.values(name) for name in present), strict=True)
    return [any(_is_since(value, since) for value in values) for values in touched]


def _is_since(value: Any, since: dt.datetime) -> bool:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, dt.datetime) and value.tzinfo is not None and value >= since


def _since(now: dt.datetime | None, days: int) -> dt.datetime:
    if now is not None and (not isinstance(now, dt.datetime) or now.tzinfo is None):
        raise CleanupError("now is no time with a time zone", repair="now=datetime.now(UTC)")
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= _MOST_DAYS:
        raise CleanupError(f"fresh is a number of days from 0 to {_MOST_DAYS:,}", repair="fresh=365")
    return (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=days)


def _sum(counts: Sequence[_Counts]) -> _Counts:
    fresh = [one.fresh for one in counts if one.fresh is not None]
    totals = Counter[str]()
    for one in counts:
        totals.update(rows=one.rows, filled=one.filled, valid=one.valid, consistent=one.consistent)
    return _Counts(
        totals["rows"], totals["filled"], totals["valid"], totals["consistent"], sum(fresh) if fresh else None
    )


def _columns(
    counts: Mapping[str, _Counts], earlier: Mapping[str, Mapping[str, Any]] | None
) -> dict[str, tuple[list[Any], str]]:
    shares = {name: one.shares() for name, one in counts.items()}
    columns: dict[str, tuple[list[Any], str]] = {
        "field": (list(counts), "string"),
        "filled": ([one.filled for one in counts.values()], "int64"),
    }
    columns |= {name: ([one[name] for one in shares.values()], "double") for name in (*MEASURES, "score")}
    if earlier is not None:
        kinds = dict.fromkeys((*MEASURES, "score"), "double") | {"filled": "int64"}
        for name in ("filled", *MEASURES, "score"):
            columns[f"{name}{_BEFORE}"] = [earlier.get(field, {}).get(name) for field in counts], kinds[name]
    return columns


def _earlier(before: Report | None) -> dict[str, dict[str, Any]] | None:
    """The measures of an earlier report by field."""
    if before is None:
        return None
    frame = open_frame(before.table)
    names = ("field", "filled", *MEASURES, "score")
    rows = [dict(zip(names, row, strict=True)) for row in zip(*map(frame.values, names), strict=True)]
    return {row["field"]: row for row in rows}


def _share(some: int, all_of_them: int) -> float | None:
    return some / all_of_them if all_of_them else None


def _shown(share: Any) -> str:
    missing = share is None or type(share).__name__ == "NAType" or share != share  # noqa: PLR0124 - NaN
    return "unknown" if missing else f"{share:.1%}"
