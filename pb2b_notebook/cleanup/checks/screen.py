"""Separate the leads that must not be contacted, each with the reasons, before anything is planned or sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from pb2b_notebook.cleanup.checks.exclusions import Exclusions, columns_to_read, with_field_names
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.lead_columns import builtin_fields, matched_columns
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.suppression import (
    columns_with_values,
    contents_of,
    find_suppressed,
    rows_of_contents,
    suppressed_contents,
)
from pb2b_notebook.cleanup.spark_frames import LOG, PACKAGES, explode_log, log_type, open_header, with_log
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.errors import suggesting
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.library import is_frame, row_labels, with_row_labels
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.openapi.opt_outs import OPTED_OUT
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import check_executors, collect, map_columns, map_parts, spark_frame

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import polars as pl

    from pb2b_notebook.cleanup.checks.exclusions import Reasons
    from pb2b_notebook.cleanup.frames import OpenFrame

REASONS: Final = "reasons"
"""Column of ``blocked`` with the reasons."""

_PERSONAL: Final = frozenset({"full_name", "last_name", "phone", "linkedin_url"})
"""Columns of a suppression list by which people are matched; addresses alone are compared exactly."""
_NAMES: Final = frozenset({"full_name", "first_name", "last_name"})
_LOGGED: Final = ("field", "code", "message")


@dataclass(frozen=True, slots=True, repr=False)
class Screening(ExportsArrow, Generic[FrameT]):
    """The result of :func:`screen`; unpacks as ``ok, blocked``.

    Attributes:
        ok: Rows without a reason, with their index.
        blocked: The other rows, with a column ``reasons`` (several are separated by "; ").
        reasons: One row for each reason: ``row`` (index label of the row, in polars its position from 0), ``field``
            (lead field, or further column of addresses),
            ``code`` ("suppressed", "domain", "status", "campaign", "excluded"), ``message`` (never contains the value).
        skipped: Lead fields that were to be compared but are not in the frame.
        misnamed: Column → lead field, for columns with another name of a lead field ("E-Mail", "Firma"). They were
            compared as this field; other steps ignore them: ``df.rename(columns=result.misnamed)``.
        unknown_allowed: Number of texts of ``allow=`` that are the id or the address of no row.
        step: Step for a :class:`~pb2b_notebook.cleanup.Recipe`.

    Of a Spark DataFrame, ``ok``, ``blocked`` and ``reasons`` are lazy DataFrames of Spark, and each action computes
    them again. ``row`` is then the row's ``id``, or null without such a column.
    """

    ok: FrameT
    blocked: FrameT
    reasons: FrameT
    skipped: tuple[str, ...]
    step: Step
    _counts: tuple[int, int] | None = field(compare=False)
    misnamed: dict[str, str] = field(default_factory=dict)
    unknown_allowed: int = 0

    @property
    def frame(self) -> FrameT:
        """The rows to continue with: ``ok``."""
        return self.ok

    def __iter__(self) -> Iterator[FrameT]:
        return iter((self.ok, self.blocked))

    def __repr__(self) -> str:
        more = f"; not in the frame: {', '.join(self.skipped)}" if self.skipped else ""
        rows = "a DataFrame of Spark"
        if self._counts is not None:
            rows = f"{self._counts[0]:,} rows ok, {self._counts[1]:,} blocked"
        return f"Screening: {rows}{more}{self._other_names()}{self._unknown()}"

    def _unknown(self) -> str:
        return f"; {self.unknown_allowed:,} of allow= in no row" if self.unknown_allowed else ""

    def _other_names(self) -> str:
        listed = ", ".join(f"{column} as {key}" for column, key in self.misnamed.items())
        return f"; read by another name: {listed}" if listed else ""


@overload
def screen(
    df: EagerT,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
) -> Screening[EagerT]: ...
@overload
def screen(
    df: Any,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
) -> Screening[Any]: ...
@renamed_arguments(against="suppressed")
@suggesting
def screen(
    df: Any,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
) -> Screening[Any]:
    """Separate the leads that may be contacted from those that must not be.

    Email addresses are compared trimmed and case-folded, as the service matches them, those in further columns
    ("E-Mail 2", "Private email") as well. A domain includes its subdomains:
    ``example.com`` blocks ``mail.example.com``, in the email address, the company domain and the website.

    Args:
        df: Frame of leads: pandas, polars or polars lazy, or a Spark DataFrame.
        suppressed: Suppressed email addresses or whole domains: a list of strings, or a frame with a column ``email``.
            Rows are compared with a frame that also has names, phones or LinkedIn profiles as ``duplicates`` does, so
            that a person with another address is found. Columns with another name of a lead field ("E-Mail", "Name",
            "Firma") are read as this field, as those of ``df`` are; see ``.misnamed``.
        domains: Domains of customers, competitors and so on: a list, or label → list; the label is shown as the reason.
        statuses: Statuses of leads that must not be contacted. Words and columns that say that a person opted out, such
            as ``do_not_contact``, are known; an empty list screens by none of them.
        running: Leads in a running campaign: lead ids or email addresses, as a list or a frame with a column
            ``lead_id``, ``id`` or ``email``.
        exclude: Lead ids or email addresses to leave out; a recipe keeps them.
        allow: Lead ids or email addresses of rows that a person has looked at: they are not blocked for being probably
            a suppressed person with another address; true for all rows; or a frame of such rows. Listed addresses stay
            blocked.

    Raises:
        CleanupError: ``df`` is not a frame of leads, a list or a domain is invalid, or no lead can have a status. An
            invalid entry would silently block no row.
        UsageError: The workers of the Spark cluster have other versions of this package or of polars.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "bob@mail.rival.com", "eve@example.com"],
        ...                       "status": ["new", "new", "unsubscribed"]})
        >>> ok, blocked = screen(leads, domains={"competitor": ["rival.com"]})
        >>> ok["email"].tolist(), blocked["reasons"].tolist()
        (['ada@example.com'], ['competitor: its domain', 'status unsubscribed'])
    """
    spark = spark_frame(df)
    given = None if spark is not None else open_frame(df)
    # A stream can be read only once.
    listed = open_frame(suppressed, "suppressed=") if is_frame(suppressed) else None
    suppressed = suppressed if listed is None else listed.table.to_native()
    exclusions = Exclusions.of(suppressed, domains, statuses, running, exclude, allow)
    people = None if listed is None or exclusions.allowed is True else with_field_names(listed)[0]
    people = people if people is not None and _PERSONAL.intersection(people.names) else None
    if given is None:
        return _screen_on_spark(spark, exclusions, people)
    frame, misnamed = with_field_names(given)
    facts = exclusions.list_facts(frame)
    exclusions.check_statuses(facts)
    probable = () if people is None else find_suppressed(frame, people).select("row", "reasons").iter_rows()
    found = exclusions.reasons(frame, probable)
    blocked, ok = sorted(found), [row for row in range(len(given)) if row not in found]
    messages = ["; ".join(dict.fromkeys(message for _, _, message in found[row])) for row in blocked]
    with_reasons = given.take_rows(blocked).with_text_column(REASONS, messages)
    return Screening(
        ok=given.to_callers_frame(given.take_rows(ok).table, ok),
        blocked=given.to_callers_frame(with_reasons.table, blocked),
        reasons=with_row_labels(given.new_frame(_reason_columns(found)), "row", row_labels(df)),
        skipped=_missing_fields(frame, exclusions, people),
        step=_step(exclusions),
        _counts=(len(ok), len(blocked)),
        misnamed=misnamed,
        unknown_allowed=exclusions.count_unknown_allowed(facts),
    )


def _screen_on_spark(df: Any, exclusions: Exclusions, people: OpenFrame | None) -> Screening[Any]:
    """Return the lazy DataFrames of :func:`screen` for a DataFrame of Spark.

    Args:
        df: The DataFrame.
        exclusions: What is excluded.
        people: Suppressed people by whom rows are found, if there are any.

    Raises:
        CleanupError: A column name occurs twice, or no lead can have a status.
        UsageError: The workers of the cluster have other versions, the session cannot be used, or Spark fails.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql.types import StringType

    header = open_header(df)
    frame, misnamed = with_field_names(header)
    check_executors(df, PACKAGES)
    fields = dict(zip(frame.names, header.names, strict=True))
    compared = [field for field in fields if people is not None and field in SOURCES]
    names = [fields[field] for field in fields if field in {*columns_to_read(fields), *compared}]

    def with_fields(part: pl.DataFrame) -> OpenFrame:
        return open_frame(part.rename({column: field for field, column in fields.items() if column in names}))

    def list_facts(part: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        rows = with_fields(part)
        found = exclusions.list_facts(rows) | {("column", one) for one in columns_with_values(rows) if compared}
        return pl.DataFrame(sorted(found), schema=dict.fromkeys(("fact", "value"), pl.String), orient="row")

    facts: Collection[tuple[str, str]] = ()
    if compared or exclusions.needs_facts:
        parts = map_parts(df, names, list_facts, dict.fromkeys(("fact", "value"), StringType()))
        with spark_errors():
            facts = collect(parts.distinct()).rows()
    exclusions.check_statuses(facts)
    probable = None
    if people is not None and compared:
        kinds = dict.fromkeys(("id", *compared), StringType())
        parts = map_parts(df, names, lambda part: contents_of(with_fields(part)).unique("id"), kinds)
        present = [value for fact, value in facts if fact == "column"]
        probable = suppressed_contents(parts.dropDuplicates(["id"]), present, people)

    def check(part: pl.DataFrame) -> pl.DataFrame:
        rows = with_fields(part)
        likely = () if probable is None else rows_of_contents(contents_of(rows), probable)["row", "reasons"].rows()
        return with_log(part, _reason_columns(exclusions.reasons(rows, likely)), _LOGGED)

    rows = map_columns(df, names, check, {LOG: log_type(_LOGGED)})
    numbered = {name: sql.col(f"c{place}") for place, name in enumerate(header.names)}
    why = sql.array_join(sql.array_distinct(sql.transform(LOG, lambda reason: reason["message"])), "; ")
    blocked = {**numbered, REASONS: why}
    return Screening(
        ok=rows.where(sql.size(LOG) == 0).select(*numbered.values()).toDF(*numbered),
        blocked=rows.where(sql.size(LOG) > 0).select(*blocked.values()).toDF(*blocked),
        reasons=explode_log(rows, header.names, _LOGGED),
        skipped=_missing_fields(frame, exclusions, people),
        step=_step(exclusions),
        _counts=None,
        misnamed=misnamed,
        unknown_allowed=exclusions.count_unknown_allowed(facts),
    )


def _missing_fields(frame: OpenFrame, exclusions: Exclusions, people: OpenFrame | None) -> tuple[str, ...]:
    """Return the lead fields that were to be compared but are not in the frame."""
    compared = {"email"} | ({"status"} if exclusions.statuses else set())
    compared |= set() if people is None else _personal_fields(people, frame)
    present = {field.key for field in matched_columns(frame, builtin_fields()).values()}
    return tuple(sorted(compared - present))


def _personal_fields(people: OpenFrame, frame: OpenFrame) -> set[str]:
    """Return the fields of a suppression list by which people are found; any name stands for the others."""
    fields = {*_PERSONAL, "company_name"}.intersection(people.names)
    return fields - _NAMES if _NAMES.intersection(frame.names) else fields


def _step(exclusions: Exclusions) -> Step:
    options = {
        "domains": {label: sorted(hosts) for label, hosts in exclusions.domains.items()},
        "statuses": list(exclusions.statuses),
        "exclude": list(exclusions.excluded),
        "allow": exclusions.allowed if isinstance(exclusions.allowed, bool) else list(exclusions.allowed),
    }
    return Step("screen", {name: value for name, value in options.items() if value or name == "statuses"}, "ok")


def _reason_columns(found: Reasons) -> dict[str, tuple[list[Any], str]]:
    """Return the columns of the frame of reasons, by row."""
    reasons = [(row, *reason) for row in sorted(found) for reason in found[row]]
    values = [list(column) for column in zip(*reasons, strict=True)] or [[], [], [], []]
    kinds = ("int64", "string", "string", "string")
    return dict(zip(("row", *_LOGGED), zip(values, kinds, strict=True), strict=True))
