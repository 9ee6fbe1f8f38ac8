"""Separate the leads that must not be contacted, each with the reasons, before anything is planned or sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, overload

from pb2b_notebook.cleanup.checks.exclusions import Exclusions, columns_to_read, with_field_names
from pb2b_notebook.cleanup.disk_frames import DiskRows, shift_rows
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.lead_columns import builtin_fields, matched_columns
from pb2b_notebook.cleanup.linkage.columns.all_phones import phone_columns
from pb2b_notebook.cleanup.linkage.suppression import (
    COMPARED,
    READING,
    columns_with_values,
    contents_of,
    find_suppressed,
    readings_of,
    rows_of_contents,
    suppressed_contents,
)
from pb2b_notebook.cleanup.spark_frames import LOG, PACKAGES, explode_log, log_type, open_header, with_log
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.engines.work_files import lazy_frame, work_path
from pb2b_notebook.errors import suggesting, typed_interrupt
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.library import is_frame, row_labels, with_row_labels
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import check_executors, collect, map_columns, map_parts, spark_frame

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from os import PathLike
    from pathlib import Path

    import polars as pl

    from pb2b_notebook.cleanup.checks.exclusions import Reasons
    from pb2b_notebook.cleanup.frames import OpenFrame

REASONS: Final = "reasons"
"""Column of ``blocked`` with the reasons."""

_BY_FAMILY: Final = ()
"""People whose family name alone takes a row out: it suffices to ask about a row, and here nothing is asked."""
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
            rows = f"{count_text(self._counts[0], 'row')} ok, {self._counts[1]:,} blocked"
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
    work: str | PathLike[str] | None = None,
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
    work: str | PathLike[str] | None = None,
) -> Screening[Any]: ...
@renamed_arguments(against="suppressed")
@suggesting
@typed_interrupt("the screening was stopped, and changed nothing; run the same cell again")
def screen(
    df: Any,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
    work: str | PathLike[str] | None = None,
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
        work: Path of a folder, such as ``"scratch/"``, for a ``polars.LazyFrame`` that does not fit in memory: its rows
            are read and screened in portions, as :func:`~pb2b_notebook.cleanup.normalize` does, and compared with
            suppressed people as ``duplicates`` does with ``work=``; same answers.

    Raises:
        CleanupError: ``df`` is not a frame of leads, a list or a domain is invalid, or no lead can have a status; or
            the work folder is full or cannot be used. An invalid entry would silently block no row.
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
    in_portions = spark is not None or (work is not None and lazy_frame(df) is not None)
    given = None if in_portions else open_frame(df)
    # A stream can be read only once.
    listed = open_frame(suppressed, "suppressed=") if is_frame(suppressed) else None
    suppressed = suppressed if listed is None else listed.table.to_native()
    exclusions = Exclusions.of(suppressed, domains, statuses, running, exclude, allow)
    people = None if listed is None or exclusions.allowed is True else with_field_names(listed)[0]
    if people is not None and not (_PERSONAL.intersection(people.names) or phone_columns(people.names)):
        people = None
    if spark is not None:
        return _screen_on_spark(spark, exclusions, people, None if work is None else work_path(work))
    disk = DiskRows.of(df, work, "screen")
    if disk is not None:
        return _screen_on_disk(disk, exclusions, people)
    given = open_frame(df) if given is None else given
    frame, misnamed = with_field_names(given)
    facts = exclusions.list_facts(frame)
    exclusions.check_statuses(facts)
    # Rows are taken out here, and not asked about: the family name of a colleague is not enough.
    probable = () if people is None else find_suppressed(frame, people, _BY_FAMILY).select("row", "reasons").iter_rows()
    found = exclusions.reasons(frame, probable)
    ok, blocked, reasons = _separate(given, found)
    return Screening(
        ok=ok,
        blocked=blocked,
        reasons=with_row_labels(reasons, "row", row_labels(df)),
        skipped=_missing_fields(frame, exclusions, people),
        step=_step(exclusions),
        _counts=(len(given) - len(found), len(found)),
        misnamed=misnamed,
        unknown_allowed=exclusions.count_unknown_allowed(facts),
    )


def _separate(given: OpenFrame, found: Reasons) -> tuple[Any, Any, Any]:
    """Return rows without a reason, the others with their reasons, and the reasons by position."""
    blocked, ok = sorted(found), [row for row in range(len(given)) if row not in found]
    messages = ["; ".join(dict.fromkeys(message for _, _, message in found[row])) for row in blocked]
    with_reasons = given.take_rows(blocked).with_text_column(REASONS, messages)
    return (
        given.to_callers_frame(given.take_rows(ok).table, ok),
        given.to_callers_frame(with_reasons.table, blocked),
        given.new_frame(_reason_columns(found)),
    )


class _ListParts(NamedTuple):
    """How a part of the list is screened, given what the whole list says.

    Attributes:
        exclusions: What is excluded.
        columns: Lead field → column, for the columns that decide.
        compared: Lead fields by which suppressed people are found.
        people: Contents of suppressed people; none if nothing of them is compared.
    """

    exclusions: Exclusions
    columns: Mapping[str, str]
    compared: Sequence[str]
    people: pl.DataFrame

    @classmethod
    def of(cls, header: OpenFrame, frame: OpenFrame, exclusions: Exclusions, people: OpenFrame | None) -> _ListParts:
        """Return how the parts of a frame are screened.

        Args:
            header: The frame, or one with its columns.
            frame: The same with the names of lead fields.
            exclusions: What is excluded.
            people: Suppressed people by whom rows are found, if there are any.
        """
        import polars as pl

        fields = dict(zip(frame.names, header.names, strict=True))
        compared = [field for field in fields if people is not None and field in COMPARED]
        phones = phone_columns(fields) if people is not None else []
        compared += ["phone"] if phones and "phone" not in compared else []
        decisive = {*columns_to_read(fields), *compared, *phones}
        columns = {field: name for field, name in fields.items() if field in decisive}
        return cls(exclusions, columns, compared, pl.DataFrame() if people is None else contents_of(people))

    def list_facts(self, part: pl.DataFrame) -> pl.DataFrame:
        """Return what a part says about the whole list: ``fact`` and ``value``."""
        import polars as pl

        rows = self._with_fields(part)
        found = self.exclusions.list_facts(rows)
        if self.compared:
            found |= {("column", one) for one in columns_with_values(rows)}
        return pl.DataFrame(sorted(found), schema=dict.fromkeys(("fact", "value"), pl.String), orient="row")

    def readings(self, part: pl.DataFrame) -> pl.DataFrame:
        """Return what of the rows is compared with suppressed people."""
        rows = readings_of(self._with_fields(part), self.people, _BY_FAMILY)
        return rows.drop("row").unique(READING, maintain_order=True)

    def reasons(self, part: pl.DataFrame, probable: pl.DataFrame | None) -> Reasons:
        """Return the reasons of each row of a part.

        Args:
            part: The rows.
            probable: Contents that are probably about suppressed people, if there are any.
        """
        rows = self._with_fields(part)
        if probable is None:
            return self.exclusions.reasons(rows, ())
        likely = rows_of_contents(readings_of(rows, self.people, _BY_FAMILY), probable)
        return self.exclusions.reasons(rows, likely["row", "reasons"].rows())

    def _with_fields(self, part: pl.DataFrame) -> OpenFrame:
        names = {column: field for field, column in self.columns.items()}
        return open_frame(part.select(name for name in part.columns if name in names).rename(names))


def _screen_on_disk(disk: DiskRows, exclusions: Exclusions, people: OpenFrame | None) -> Screening[Any]:
    """Return the result of :func:`screen` for rows of which a portion at a time is in memory.

    Args:
        disk: The rows.
        exclusions: What is excluded.
        people: Suppressed people by whom rows are found, if there are any.

    Raises:
        CleanupError: No lead can have a status, or the work folder cannot be used.
    """
    given = disk.open()
    frame, misnamed = with_field_names(given)
    parts = _ListParts.of(given, frame, exclusions, people)
    facts = disk.collect(parts.list_facts).unique().rows() if parts.compared or exclusions.needs_facts else []
    exclusions.check_statuses(facts)
    probable = None
    if people is not None and parts.compared:
        [readings] = disk.write(lambda _, part: [parts.readings(part)])
        present = [name for name in parts.compared if ("column", name) in facts]
        distinct = readings.lazy().unique(READING, keep="first", maintain_order=True)
        probable = suppressed_contents(distinct, present, people, disk.work)

    def separate(start: int, part: pl.DataFrame) -> list[pl.DataFrame]:
        ok, blocked, reasons = _separate(open_frame(part), parts.reasons(part, probable))
        return [ok, blocked, shift_rows(reasons, start)]

    ok, blocked, reasons = disk.write(separate)
    return Screening(
        ok=ok.lazy(),
        blocked=blocked.lazy(),
        reasons=reasons,
        skipped=_missing_fields(frame, exclusions, people),
        step=_step(exclusions),
        _counts=(len(ok), len(blocked)),
        misnamed=misnamed,
        unknown_allowed=exclusions.count_unknown_allowed(facts),
    )


def _screen_on_spark(df: Any, exclusions: Exclusions, people: OpenFrame | None, work: Path | None) -> Screening[Any]:
    """Return the lazy DataFrames of :func:`screen` for a DataFrame of Spark.

    Args:
        df: The DataFrame.
        exclusions: What is excluded.
        people: Suppressed people by whom rows are found, if there are any.
        work: Work folder of their comparison with the rows; in memory by default.

    Raises:
        CleanupError: A column name occurs twice, or no lead can have a status.
        UsageError: The workers of the cluster have other versions, the session cannot be used, or Spark fails.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql.types import BooleanType, StringType

    header = open_header(df)
    frame, misnamed = with_field_names(header)
    check_executors(df, PACKAGES)
    parts = _ListParts.of(header, frame, exclusions, people)
    names = [*parts.columns.values()]
    facts: Collection[tuple[str, str]] = ()
    if parts.compared or exclusions.needs_facts:
        counted = map_parts(df, names, parts.list_facts, dict.fromkeys(("fact", "value"), StringType()))
        with spark_errors():
            facts = collect(counted.distinct()).rows()
    exclusions.check_statuses(facts)
    probable = None
    if people is not None and parts.compared:
        kinds = {**dict.fromkeys(("id", *parts.compared), StringType()), "first": BooleanType()}
        readings = map_parts(df, names, parts.readings, kinds).dropDuplicates([*READING])
        present = [name for name in parts.compared if ("column", name) in facts]
        probable = suppressed_contents(readings, present, people, work)

    def check(part: pl.DataFrame) -> pl.DataFrame:
        return with_log(part, _reason_columns(parts.reasons(part, probable)), _LOGGED)

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
