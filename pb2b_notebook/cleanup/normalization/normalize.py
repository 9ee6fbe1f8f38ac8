"""Normalize the values of a frame of leads, and record each change with the rule that made it.

Columns are rewritten one at a time. An expression leaves out cells that are canonical already; another one fixes the
white space of plain ASCII text; a Python function rewrites each distinct value of the rest. So pandas and polars give
the same result, however their engines treat characters beyond ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, overload

from pb2b_notebook.cleanup.disk_frames import DiskRows, shift_rows
from pb2b_notebook.cleanup.frames import as_text_series, open_frame
from pb2b_notebook.cleanup.lead_columns import (
    DERIVED,
    describe_misnamed,
    known_fields,
    matched_columns,
    misnamed_columns,
)
from pb2b_notebook.cleanup.normalization import derived_columns
from pb2b_notebook.cleanup.normalization.names_like_placeholders import keep_names
from pb2b_notebook.cleanup.normalization.rewriters import NAMES, rewriter_for
from pb2b_notebook.cleanup.normalization.rules import excluded_rules
from pb2b_notebook.cleanup.normalization.suggestions import RULES, Suggestions, suggest
from pb2b_notebook.cleanup.options import country_of, texts_by_column, texts_of
from pb2b_notebook.cleanup.rewriting import find_changes, find_tag_changes
from pb2b_notebook.cleanup.row_context import OF_SUGGESTIONS, ListFacts, RowContext
from pb2b_notebook.cleanup.spark_frames import LOG, PACKAGES, explode_log, log_type, open_header, with_log
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.display.hiding import hide_progress
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import CleanupError, nearest, suggesting, typed_interrupt
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.conversion import without_collection
from pb2b_notebook.frames.library import row_labels, with_row_labels
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import check_executors, collect, map_columns, map_parts, spark_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from os import PathLike

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.normalization.rules import Rule
    from pb2b_notebook.cleanup.rewriting import Change
    from pb2b_notebook.mapping.lead_fields import LeadField

_LOGGED: Final = ("field", "before", "after", "rule")
_CHANGES: Final = ("row", *_LOGGED)
_FIRST: Final = "country"
"""The field that is rewritten first: phone numbers are read by the country of their row."""
_REMOVED: Final = ("honorific", "phone_extension")
_SOURCES: Final = {
    "honorific": NAMES,
    "phone_extension": ("phone",),
    "company_core": ("company_name",),
    "domain": ("company_domain", "website", "email"),
    "function": ("title",),
}


@dataclass(frozen=True, slots=True, repr=False)
class Normalized(ExportsArrow, Generic[FrameT]):
    """The result of :func:`normalize`.

    Attributes:
        frame: Changed copy of the frame with the same columns, rows and index, then the ``derived`` columns. The frame
            that was passed is not changed.
        changes: One row for each changed cell: ``row`` (index label of the row, in polars its position from 0),
            ``field`` (column), ``before``, ``after`` (null where nothing is left), ``rule`` (several in order,
            separated by ", ").
        suggestions: One row for each value that is probably wrong but was not changed: ``row``, ``field``, ``value``,
            ``suggestion``, ``rule``. ``accept=`` applies them.
        derived: Columns that were added: ``honorific`` and ``phone_extension`` (removed from a name or a phone number),
            ``company_core``, ``domain``, ``function``. They are not lead fields.
        skipped: Fields that were requested but are not in the frame.
        misnamed: Column → lead field, for ignored columns with another name of a lead field:
            ``df.rename(columns=result.misnamed)``.
        step: Step for a :class:`~pb2b_notebook.cleanup.Recipe`.

    Of a Spark DataFrame, ``frame`` and ``changes`` are lazy DataFrames of Spark, and each action computes them again.
    ``row`` is then the row's ``id``, or null without such a column; ``honorific`` and ``phone_extension`` are there
    even if nothing was removed; there are no ``suggestions`` (``None``).
    """

    frame: FrameT
    changes: FrameT
    suggestions: FrameT
    derived: tuple[str, ...]
    skipped: tuple[str, ...]
    misnamed: dict[str, str]
    step: Step
    _rows: int | None = field(compare=False)

    def __repr__(self) -> str:
        if self._rows is None:
            return f"Normalized a DataFrame of Spark{describe_misnamed(self.misnamed)}"
        counts = f"{count_text(len(self.changes), 'cell')} changed, {count_text(len(self.suggestions), 'suggestion')}"
        more = f"; not in the frame: {', '.join(self.skipped)}" if self.skipped else ""
        return f"Normalized {count_text(self._rows, 'row')}: {counts}{more}{describe_misnamed(self.misnamed)}"


@overload
def normalize(
    df: EagerT,
    fields: Iterable[str] | None = None,
    *,
    lead_fields: Any = None,
    country: str | None = None,
    keep: Mapping[str, Iterable[str]] | None = None,
    accept: Iterable[str] | None = None,
    only: Iterable[Rule | str] | None = None,
    without: Iterable[Rule | str] | None = None,
    work: str | PathLike[str] | None = None,
) -> Normalized[EagerT]: ...
@overload
def normalize(
    df: Any,
    fields: Iterable[str] | None = None,
    *,
    lead_fields: Any = None,
    country: str | None = None,
    keep: Mapping[str, Iterable[str]] | None = None,
    accept: Iterable[str] | None = None,
    only: Iterable[Rule | str] | None = None,
    without: Iterable[Rule | str] | None = None,
    work: str | PathLike[str] | None = None,
) -> Normalized[Any]: ...
@renamed_arguments(against="lead_fields")
@suggesting
@typed_interrupt("the cleanup was stopped, and changed nothing; run the same cell again")
def normalize(
    df: Any,
    fields: Iterable[str] | None = None,
    *,
    lead_fields: Any = None,
    country: str | None = None,
    keep: Mapping[str, Iterable[str]] | None = None,
    accept: Iterable[str] | None = None,
    only: Iterable[Rule | str] | None = None,
    without: Iterable[Rule | str] | None = None,
    work: str | PathLike[str] | None = None,
) -> Normalized[Any]:
    """Write the values of a frame of leads in one canonical form, and record each change.

    Names lose stray white space, upper case and honorifics, cities their upper case. Email addresses become lower case
    and lose text that was copied along. Phone numbers become E.164 by the country of their row, countries become ISO
    3166 codes; URLs, host names, dates, tags and options get one form. Placeholders ("n/a") become null.
    ``company_core`` is the company name without its legal form, ``domain`` the registrable domain of the company,
    ``function`` the department in the title; a blank ``seniority`` is filled from the title. A value that cannot be
    read with certainty is not changed.

    Args:
        df: Frame of leads: pandas, polars or polars lazy, or a Spark DataFrame, with the column names of
            :func:`~pb2b_notebook.cleanup.validate`.
        fields: Columns to normalize; all lead fields of the frame by default.
        lead_fields: Frame of ``ws.lead_fields.list()``, for custom fields; the built-in fields only by default.
        country: Country, by code or name, of rows without one; it decides how phone numbers are read.
        keep: Column → values that are not changed.
        accept: Rules whose suggestions are applied, such as "email_domain_typo"; none by default.
        only: Rules to apply, as :data:`~pb2b_notebook.cleanup.normalization.rules.RULES` lists them; all by default.
        without: Rules not to apply, such as "honorific"; none by default.
        work: Path of a folder, such as ``"scratch/"``, for a ``polars.LazyFrame`` that does not fit in memory: its rows
            are read and rewritten in portions, with the same answers. The tables of the result are then in files of
            this folder that only their owner may read, and that are deleted at once, so that the system frees them
            with the result. Other frames do not need it. Without it, a lazy frame is collected.

    Raises:
        CleanupError: ``df`` is not a frame of leads; a field, country or rule does not exist; or both ``only`` and
            ``without`` name rules; or ``accept`` is passed with a Spark DataFrame; or the work folder is full or cannot
            be used.
        MissingExtraError: The packages of the extra "cleanup" are not installed.
        UsageError: The workers of the Spark cluster have other versions of this package or of polars.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"full_name": ["DR. ADA LOVELACE"], "phone": ["030/901820"], "country": ["Germany"]})
        >>> tidy = normalize(leads)
        >>> tidy.frame.iloc[0].tolist()
        ['Ada Lovelace', '+4930901820', 'DE', 'DR.']
        >>> tidy.changes[["field", "rule"]].to_numpy().tolist()
        [['full_name', 'honorific, shouting'], ['phone', 'e164'], ['country', 'iso_3166']]
        >>> normalize(leads, without=["honorific", "e164"]).frame.iloc[0].tolist()
        ['Dr. Ada Lovelace', '030/901820', 'DE']
    """
    given = (fields, lead_fields, country, keep, accept, only, without)
    disk, spark = DiskRows.of(df, work, "normalize"), spark_frame(df)
    if spark is not None:
        return _normalize_on_spark(spark, lambda frame: Choices.of(frame, *given))
    if disk is not None:
        return _normalize_on_disk(disk, Choices.of(disk.open(), *given))
    with without_collection():
        frame = open_frame(df)
        return _normalize_frame(df, frame, Choices.of(frame, *given))


def normalize_part(
    df: Any,
    company_case: str | None,
    *,
    lead_fields: Any,
    country: str | None,
    without: Iterable[str],
    accept: Iterable[str],
) -> Normalized[Any]:
    """Normalize rows of a longer list, of which only the case of its company names is known, as :func:`normalize` does.

    Args:
        df: The rows.
        company_case: The case of the list, as :attr:`~.ListFacts.company_case` has it; ``None`` if these are all rows.
        lead_fields: Frame of ``ws.lead_fields.list()``.
        country: Country of rows without one.
        without: Rules that are not applied.
        accept: Rules whose suggestions are applied.
    """
    with without_collection():
        frame = open_frame(df)
        choices = Choices.of(frame, None, lead_fields, country, None, accept, None, without)
        return _normalize_frame(df, frame, choices._replace(company_case=company_case))


def company_case_of(df: Any, lead_fields: Any) -> str:
    """Return the case in which a list writes company names; see :attr:`~.ListFacts.company_case`."""
    frame = open_frame(df)
    return RowContext(frame, Choices.of(frame, None, lead_fields, *[None] * 5).columns).facts.company_case


def _normalize_frame(df: Any, frame: OpenFrame, choices: Choices) -> Normalized[Any]:
    normalizer = Normalizer(frame, choices).normalize_columns()
    suggestions = normalizer.suggestions(choices.chosen)
    normalizer.apply(suggestions.only(choices.accepted).changes())
    derived = normalizer.add_derived_columns()
    labels = row_labels(df)
    return Normalized(
        frame=normalizer.frame.to_callers_frame(normalizer.frame.table),
        changes=with_row_labels(frame.new_frame(normalizer.columns()), "row", labels),
        suggestions=with_row_labels(
            frame.new_frame(suggestions.without(choices.accepted, {}).columns()), "row", labels
        ),
        derived=derived,
        skipped=choices.skipped,
        misnamed=dict(choices.misnamed),
        step=choices.step,
        _rows=len(frame),
    )


def _normalize_on_spark(df: Any, choose: Callable[[OpenFrame], Choices]) -> Normalized[Any]:
    """Return the lazy DataFrames of :func:`normalize` for a DataFrame of Spark.

    Args:
        df: The DataFrame.
        choose: Function that reads the arguments for the columns of a frame.

    Raises:
        CleanupError: The arguments do not fit, or need what is not there on Spark.
        UsageError: The workers of the cluster have other versions, the session cannot be used, or Spark fails.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql.types import LongType, StringType

    header = open_header(df)
    choices = choose(header)
    if choices.accepted:
        raise CleanupError("accept= does not work on Spark, where there are no suggestions", repair="leave it out")
    columns = choices.columns
    names = [*columns, *(name for name in DERIVED if name in header.names)]
    derived = Normalizer(header, choices).derived_names()
    if any(name in header.names and not header.is_text(name) for name in derived):
        raise _not_text(derived)
    added = [name for name in derived if name not in header.names]
    check_executors(df, PACKAGES)

    facts = {"fact": StringType(), "value": StringType(), "rows": LongType()}
    counted = map_parts(df, list(columns), lambda part: _count_facts(part, choices), facts)
    with spark_errors():
        whole = ListFacts.of_parts(collect(counted.groupBy("fact", "value").agg(sql.sum("rows").alias("rows"))))

    def rewrite(part: pl.DataFrame) -> pl.DataFrame:
        normalizer = _rewrite_part(part, choices, whole)
        normalizer.add_derived_columns()
        return with_log(_with_all_columns(normalizer, added), normalizer.columns(), _LOGGED)

    rows = map_columns(df, names, rewrite, {**dict.fromkeys(added, StringType()), LOG: log_type(_LOGGED)})
    numbered = [f"c{place}" for place in range(len(header.names))]
    return Normalized(
        frame=rows.select(*numbered, *added).toDF(*header.names, *added),
        changes=explode_log(rows, header.names, _LOGGED),
        suggestions=None,
        derived=tuple(derived),
        skipped=choices.skipped,
        misnamed=dict(choices.misnamed),
        step=choices.step,
        _rows=None,
    )


def _normalize_on_disk(disk: DiskRows, choices: Choices) -> Normalized[Any]:
    """Return the result of :func:`normalize` for rows of which a portion at a time is in memory.

    Raises:
        CleanupError: A column that is added is there and has decimal numbers, or the work folder cannot be used.
    """
    frame = disk.open()
    possible = Normalizer(frame, choices).derived_names()
    if any(name in frame.names and frame.table[name].dtype.is_float() for name in possible):
        raise _not_text(possible)
    added = [name for name in possible if name not in frame.names]
    whole = ListFacts.of_parts(disk.collect(lambda part: _count_facts(part, choices)))

    def count_rewritten(part: pl.DataFrame) -> pl.DataFrame:
        return _count_facts(_rewrite_part(part, choices, whole).frame.table.to_native(), choices, OF_SUGGESTIONS)

    # Rules that are accepted change rows: only then these are rewritten twice.
    accepting = ListFacts.of_parts(disk.collect(count_rewritten)) if choices.accepted else None
    derived: set[str] = set()

    def log(start: int, columns: Mapping[str, tuple[Sequence[Any], str]]) -> pl.DataFrame:
        return shift_rows(frame.new_frame(columns), start)

    def rewrite(start: int, part: pl.DataFrame) -> list[pl.DataFrame]:
        normalizer = _rewrite_part(part, choices, whole)
        suggested = Suggestions(()) if accepting is None else normalizer.suggestions(choices.chosen, accepting)
        normalizer.apply(suggested.only(choices.accepted).changes())
        derived.update(normalizer.add_derived_columns())
        rest = suggested.without(choices.accepted, {})
        return [_with_all_columns(normalizer, added), *(log(start, one.columns()) for one in (normalizer, rest))]

    def suggest_for(start: int, part: pl.DataFrame) -> list[pl.DataFrame]:
        return [log(start, Normalizer(open_frame(part), choices).suggestions(choices.chosen, rewritten).columns())]

    rows, changes, suggestions = disk.write(rewrite)
    if accepting is None:
        disk = replace(disk, table=rows)
        rewritten = ListFacts.of_parts(disk.collect(lambda part: _count_facts(part, choices, OF_SUGGESTIONS)))
        [suggestions] = disk.write(suggest_for)
    return Normalized(
        frame=rows.drop(name for name in added if name not in derived).lazy(),
        changes=changes,
        suggestions=suggestions,
        derived=tuple(name for name in possible if name in derived),
        skipped=choices.skipped,
        misnamed=dict(choices.misnamed),
        step=choices.step,
        _rows=len(frame),
    )


def _not_text(names: Sequence[str]) -> CleanupError:
    return CleanupError(
        f"the frame already has a column that normalize adds, and it is not text: {', '.join(names)}",
        repair="rename or drop it",
    )


def _count_facts(part: pl.DataFrame, choices: Choices, names: Iterable[str] = ()) -> pl.DataFrame:
    """Return what a part of the list says about the whole list."""
    return RowContext(open_frame(part), choices.columns, choices.country).count_facts(names)


def _rewrite_part(part: pl.DataFrame, choices: Choices, facts: ListFacts) -> Normalizer:
    """Return a part of the list, rewritten as it is within the whole."""
    with hide_progress():
        return Normalizer(open_frame(part), choices, facts).normalize_columns()


def _with_all_columns(normalizer: Normalizer, added: Sequence[str]) -> pl.DataFrame:
    """Return a part of the list with the same columns as all others."""
    import polars as pl

    table: pl.DataFrame = normalizer.frame.table.to_native()
    lacking = (pl.lit(None, pl.String).alias(name) for name in added if name not in table.columns)
    return table.with_columns(lacking).select(pl.exclude(added), *added)


class Choices(NamedTuple):
    """What the arguments of :func:`normalize` mean for the columns of a frame.

    Attributes:
        columns: Column → lead field.
        chosen: Columns to normalize.
        skipped: Requested fields that are not in the frame.
        misnamed: Column → lead field, for ignored columns.
        country: Two-letter country code of rows without a country.
        kept: Column → values that are not changed.
        accepted: Rules whose suggestions are applied.
        without: Rules that are not applied.
        step: Step for a recipe.
        company_case: The case in which a longer list writes company names, of which the frame is a part.
    """

    columns: Mapping[str, LeadField]
    chosen: Sequence[str]
    skipped: tuple[str, ...] = ()
    misnamed: Mapping[str, str] = MappingProxyType({})
    country: str | None = None
    kept: Mapping[str, frozenset[str]] = MappingProxyType({})
    accepted: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    step: Step = Step("normalize")
    company_case: str | None = None

    @classmethod
    def of(  # noqa: PLR0917 - the arguments of normalize, in their order
        cls,
        frame: OpenFrame,
        fields: Any,
        lead_fields: Any,
        country: Any,
        keep: Any,
        accept: Any,
        only: Any,
        without: Any,
    ) -> Choices:
        """Read the arguments of :func:`normalize`."""
        accepted, code = _known_rules(() if accept is None else accept), country_of(country)
        chosen_rules = None if only is None else texts_of("only", only)
        off = [] if without is None else texts_of("without", without)
        excluded = excluded_rules(chosen_rules, off)
        known = known_fields(lead_fields)
        columns = matched_columns(frame, known)
        chosen, skipped = _chosen_columns(fields, columns, known)
        kept = _values_to_keep(keep, columns, known)
        options = {
            "fields": None if fields is None else texts_of("fields", fields),
            "country": code,
            "keep": {column: sorted(values) for column, values in kept.items()},
            "accept": sorted(accepted),
            "only": chosen_rules,
            "without": off,
        }
        given = {name: value for name, value in options.items() if value or (name == "only" and value == [])}
        misnamed = misnamed_columns(frame.names, columns)
        return cls(columns, chosen, skipped, misnamed, code, kept, accepted, excluded, Step("normalize", given))


class Normalizer:
    """A frame while it is normalized, with the log of its changes.

    Args:
        frame: The open frame; each change replaces it.
        choices: What to normalize.
        facts: What the whole list says, as it was passed; by default the frame is the list.
    """

    def __init__(self, frame: OpenFrame, choices: Choices, facts: ListFacts | None = None) -> None:
        self.frame = frame
        self._choices = choices
        self._columns = choices.columns
        self._without = choices.without
        self._changes: dict[str, list[Change]] = {}
        self._honorifics = derived_columns.Honorifics()
        self._rows = RowContext(frame, choices.columns, choices.country, facts, choices.company_case)

    def normalize_columns(self) -> Normalizer:
        """Rewrite the chosen columns, the country first, and return the same object."""
        columns = self._choices.chosen
        with Progress("normalize", shown=True, unit="columns") as bar:
            for column in sorted(columns, key=lambda name: self._columns[name].key != _FIRST):
                self._rewrite(column)
                bar.add(1, len(columns), column)
        self._read_rows_again()
        self._share_honorifics(columns)
        return self

    @property
    def changed_cells(self) -> set[tuple[int, str]]:
        """Row position and column of each changed cell."""
        return {(change.row, column) for column, changes in self._changes.items() for change in changes}

    def suggestions(self, columns: Sequence[str], facts: ListFacts | None = None) -> Suggestions:
        """Return the suggestions for some columns, without values that are kept.

        Args:
            columns: Names of columns.
            facts: What the whole list says after it was rewritten; by default the frame is the list.
        """
        rows = RowContext(self.frame, self._columns, self._choices.country, facts, self._choices.company_case)
        return suggest(self.frame, rows).without(frozenset(), self._choices.kept).of_columns(columns)

    def apply(self, changes: Mapping[str, Sequence[Change]]) -> None:
        """Make changes, by column, and log them."""
        for column, listed in changes.items():
            if listed:
                rows, values = [change.row for change in listed], [change.value for change in listed]
                self.frame = self.frame.with_cells(column, rows, values)
                self._changes.setdefault(column, []).extend(listed)

    def _read_rows_again(self) -> None:
        # Not after each column: the context reads whole columns.
        self._rows = RowContext(self.frame, self._columns, self._choices.country, self._rows.facts)

    def _rewrite(self, column: str) -> None:
        lead_field = self._columns[column]
        if lead_field.type == "multi_select":
            changes = find_tag_changes(self.frame.values(column), lead_field.options, self._without)
        else:
            rewriter = rewriter_for(lead_field, self._rows, self._without)
            changes = [] if rewriter is None else find_changes(self.frame, column, rewriter)
            changes = keep_names(changes, lead_field, self._rows, self._without)
        self._apply_unless_kept(column, changes)

    def _apply_unless_kept(self, column: str, changes: Sequence[Change]) -> None:
        kept = self._choices.kept.get(column, frozenset())
        self.apply({column: [change for change in changes if change.before not in kept]})

    def _share_honorifics(self, columns: Sequence[str]) -> None:
        """Remove from given names what was an honorific of the full name."""
        full, first = self._rows.column("full_name"), self._rows.column("first_name")
        if full in self._changes and first in columns and first is not None and full is not None:
            changes = self._honorifics.given_name_changes(self.frame, self._rows, self._changes[full])
            self._apply_unless_kept(first, changes)

    def add_derived_columns(self) -> tuple[str, ...]:
        """Add the derived columns, fill a blank seniority, and return the names of the columns."""
        self._read_rows_again()
        rows = self._rows
        seniority = rows.column("seniority")
        possible = self.derived_names()
        if seniority is not None and "function" in possible and "from title" not in self._without:
            self.apply({seniority: derived_columns.filled_seniorities(self.frame, rows)})
        values_by_column = (
            self._honorifics.column(
                len(self.frame), {key: self._changes.get(rows.column(key) or "", []) for key in NAMES}, rows
            ),
            derived_columns.extensions(len(self.frame), self._changes.get(rows.column("phone") or "", [])),
            derived_columns.cores(self.frame, rows),
            derived_columns.domains(self.frame, rows),
            derived_columns.functions(self.frame, rows),
        )
        added = []
        for name, values in zip(DERIVED, values_by_column, strict=True):
            # A frame that was normalized before has these columns: they are replaced, but what was removed is kept.
            if values is not None and name in possible:
                texts = as_text_series(values)
                if name in _REMOVED and name in self.frame.names:
                    texts = texts.fill_null(as_text_series([_text_of(value) for value in self.frame.values(name)]))
                self.frame = self.frame.with_text_column(name, texts)
                added.append(name)
        return tuple(added)

    def derived_names(self) -> list[str]:
        """Return the derived columns that the chosen columns can give, in their order."""
        chosen = {self._columns[column].key for column in self._choices.chosen if self._columns[column].builtin}
        return [name for name in DERIVED if chosen.intersection(_SOURCES[name])]

    def columns(self) -> dict[str, tuple[list[Any], str]]:
        """Return the log as columns, sorted by row, then by the order of the columns."""
        order = {name: place for place, name in enumerate(self.frame.names)}
        rows = [
            (change.row, order[column], column, change)
            for column, changes in self._changes.items()
            for change in changes
        ]
        rows.sort(key=lambda row: row[:2])
        values: tuple[list[Any], ...] = (
            [row for row, _, _, _ in rows],
            [column for _, _, column, _ in rows],
            [change.before for _, _, _, change in rows],
            [change.after for _, _, _, change in rows],
            [", ".join(change.rules) for _, _, _, change in rows],
        )
        kinds = ("int64", "string", "string", "string", "string")
        return {name: (column, kind) for name, column, kind in zip(_CHANGES, values, kinds, strict=True)}


def _text_of(value: Any) -> str | None:
    """Return a value as text: a file is read with extensions as numbers, and 12.0 is the extension 12."""
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    return None if value is None else str(number)


def _chosen_columns(
    names: Iterable[str] | None, columns: Mapping[str, LeadField], known: Mapping[str, LeadField]
) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns to normalize, and the requested fields that are not in the frame."""
    if names is None:
        return list(columns), ()
    by_name = _by_name(known)
    by_key = {lead_field.key: column for column, lead_field in columns.items()}
    chosen, skipped = set(), []
    for name in texts_of("fields", names):
        if name not in by_name and name not in columns:
            raise CleanupError(f"fields=: unknown lead field {name[:40]!r}", repair=nearest(name[:40], by_name))
        column = name if name in columns else by_key.get(by_name[name].key)
        if column is None:
            skipped.append(name)
        else:
            chosen.add(column)
    return [column for column in columns if column in chosen], tuple(skipped)


def _values_to_keep(
    keep: Any, columns: Mapping[str, LeadField], known: Mapping[str, LeadField]
) -> dict[str, frozenset[str]]:
    """Return column → values that are not changed; the column of a known field may be missing."""
    found = {column: frozenset(values) for column, values in texts_by_column("keep", keep).items()}
    by_name = _by_name(known)
    for column in found:
        if column not in columns and column not in by_name:
            raise CleanupError(f"keep=: unknown lead field {column[:40]!r}", repair=nearest(column[:40], by_name))
    return found


def _by_name(known: Mapping[str, LeadField]) -> dict[str, LeadField]:
    """Return lead fields by their keys and by the names of their columns."""
    return {field.key: field for field in known.values()} | {field.column: field for field in known.values()}


def _known_rules(accept: Iterable[str]) -> frozenset[str]:
    accepted = frozenset(texts_of("accept", accept))
    for rule in accepted:
        if rule not in RULES:
            raise CleanupError(f"accept=: unknown rule {rule[:40]!r}", repair=nearest(rule[:40], RULES))
    return accepted
