"""Values as a CRM wants them written, each change with the rule that made it.

One column at a time: cells that are right by their looks are told by one expression and left alone; plain ASCII text
that wants nothing but its white space put right gets that by another expression; each distinct value of the rest goes
through one Python function. So pandas and polars give the same, whatever their engines make of letters beyond ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.lead_columns import (
    DERIVED,
    describe_misnamed,
    known_fields,
    matched_columns,
    misnamed_columns,
)
from pb2b_notebook.cleanup.normalization import derived_columns
from pb2b_notebook.cleanup.normalization.rewriters import rewriter_for
from pb2b_notebook.cleanup.normalization.suggestions import RULES, suggest
from pb2b_notebook.cleanup.options import country_of, texts_by_column, texts_of
from pb2b_notebook.cleanup.rewriting import find_changes, find_tag_changes
from pb2b_notebook.cleanup.row_context import RowContext
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.errors import CleanupError, nearest
from pb2b_notebook.frames.conversion import without_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.rewriting import Change
    from pb2b_notebook.mapping.lead_fields import LeadField

_CHANGES: Final = ("row", "field", "before", "after", "rule")
_FIRST: Final = "country"
"""What others are read by comes first: a telephone number by its country."""
_SOURCES: Final = {
    "company_core": ("company_name",),
    "domain": ("company_domain", "website", "email"),
    "function": ("title",),
}


@dataclass(frozen=True, slots=True, repr=False)
class Normalized:
    """What :func:`normalize` made.

    Attributes:
        frame: the changed copy; what came is as it was. Same columns, rows and index, then the ``derived`` columns.
        changes: one row a changed cell: ``row`` (position from 0), ``field`` (the column), ``before``, ``after`` (null
            where nothing is left), ``rule`` (what made it so; several in order, parted by ", ").
        suggestions: one row a value that was probably meant otherwise and was left alone: ``row``, ``field``,
            ``value``, ``suggestion``, ``rule``. ``accept=`` takes them.
        derived: columns that were added: ``honorific`` and ``phone_extension`` (what was taken out of a name or a
            number), ``company_core``, ``domain``, ``function``. No lead has them.
        skipped: what was asked for and is not there.
        misnamed: column → lead field, of columns that were passed over although their names plainly mean a field:
            ``df.rename(columns=result.misnamed)``.
        step: what was done, for a :class:`~pb2b_notebook.cleanup.Recipe`.
    """

    frame: Any
    changes: Any
    suggestions: Any
    derived: tuple[str, ...]
    skipped: tuple[str, ...]
    misnamed: dict[str, str]
    step: Step
    _rows: int = field(compare=False)

    def __repr__(self) -> str:
        told = f"{len(self.changes):,} cells changed, {len(self.suggestions):,} suggestions"
        more = f"; not in the frame: {', '.join(self.skipped)}" if self.skipped else ""
        return f"Normalized {self._rows:,} rows: {told}{more}{describe_misnamed(self.misnamed)}"


@renamed_arguments(against="lead_fields")
def normalize(
    df: Any,
    fields: Iterable[str] | None = None,
    *,
    lead_fields: Any = None,
    country: str | None = None,
    keep: Mapping[str, Iterable[str]] | None = None,
    accept: Iterable[str] = (),
) -> Normalized:
    """Write the values of a lead frame as a CRM wants them, and say of each change what it was.

    Names lose stray white space, shouting and honorifics; addresses their capitals and what was copied along;
    telephone numbers become E.164 by the row's country; countries codes of ISO 3166; web addresses, host names, dates,
    tags and options get one form. Words for nothing ("n/a") become null. Company names keep their legal form, and the
    name without it is ``company_core``; ``domain`` is the registrable domain of the company; ``function`` is what the
    title tells, as is ``seniority`` where it is blank. What cannot be read for sure is left as it is.

    Args:
        df: pandas, polars or polars lazy, columns called as in :func:`~pb2b_notebook.cleanup.validate`.
        fields: the columns to work on; by default all that are known.
        lead_fields: the frame of ``ws.lead_fields.list()``, so that custom fields are known, too.
        country: of the rows that name none, by code or name: telephone numbers are read by it.
        keep: column → values that are right as they are.
        accept: rules of suggestions that are to be followed, such as ``"email_domain_typo"``.

    Raises:
        CleanupError: no frame of leads, a field that leads have not, no country, or a rule that suggests nothing.
        MissingExtraError: the packages of ``cleanup`` are not installed.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"full_name": ["DR. ADA LOVELACE"], "phone": ["030/901820"], "country": ["Germany"]})
        >>> tidy = normalize(leads)
        >>> tidy.frame.iloc[0].tolist()
        ['Ada Lovelace', '+4930901820', 'DE', 'DR.']
        >>> tidy.changes[["field", "rule"]].to_numpy().tolist()
        [['full_name', 'honorific, shouting'], ['phone', 'e164'], ['country', 'iso_3166']]
    """
    with without_collection():
        return _normalized(df, fields, lead_fields=lead_fields, country=country, keep=keep, accept=accept)


def _normalized(
    df: Any,
    fields: Iterable[str] | None,
    *,
    lead_fields: Any,
    country: str | None,
    keep: Mapping[str, Iterable[str]] | None,
    accept: Iterable[str],
) -> Normalized:
    accepted, code = _known_rules(accept), country_of(country)
    frame = open_frame(df)
    known = known_fields(lead_fields)
    columns = matched_columns(frame, known)
    wanted, skipped = _wanted(fields, columns, known)
    kept = _kept(keep, columns, known)
    work = _Work(frame, columns, code, kept)
    for column in sorted(wanted, key=lambda name: columns[name].key != _FIRST):
        work.rewrite(column)
    work.look_again()
    work.share_honorifics(wanted)
    found = suggest(work.frame, work.rows).without(frozenset(), kept).of_columns(wanted)
    work.apply(found.only(accepted).changes())
    work.look_again()
    derived = work.derive(wanted)
    options = {
        "fields": None if fields is None else texts_of("fields", fields),
        "country": code,
        "keep": {column: sorted(values) for column, values in kept.items()},
        "accept": sorted(accepted),
    }
    return Normalized(
        frame=work.frame.restore(work.frame.table),
        changes=frame.new_frame(work.change_columns()),
        suggestions=frame.new_frame(found.without(accepted, {}).columns()),
        derived=derived,
        skipped=skipped,
        misnamed=misnamed_columns(frame.names, columns),
        step=Step("normalize", {name: value for name, value in options.items() if value}),
        _rows=len(frame),
    )


class _Work:
    """A frame while it is rewritten, column by column, and the log of it."""

    def __init__(
        self,
        frame: OpenFrame,
        columns: Mapping[str, LeadField],
        country: str | None,
        kept: Mapping[str, frozenset[str]],
    ) -> None:
        self.frame = frame
        self._columns = columns
        self._country = country
        self._kept = kept
        self._changes: dict[str, list[Change]] = {}
        self.rows = RowContext(frame, columns, country)

    def look_again(self) -> None:
        """Take the rows as they are now: they are read whole, so not after each column."""
        self.rows = RowContext(self.frame, self._columns, self._country)

    def rewrite(self, column: str) -> None:
        """Rewrite one column."""
        lead_field, kept = self._columns[column], self._kept.get(column, frozenset())
        if lead_field.type == "multi_select":
            changes = find_tag_changes(self.frame.values(column), lead_field.options)
        else:
            rewriter = rewriter_for(lead_field, self.rows)
            changes = [] if rewriter is None else find_changes(self.frame, column, rewriter)
        self.apply({column: [one for one in changes if one.before not in kept]})

    def share_honorifics(self, wanted: Sequence[str]) -> None:
        """Take out of given names what was an honorific of the full name."""
        full, first = self.rows.column("full_name"), self.rows.column("first_name")
        if full in self._changes and first in wanted and first is not None and full is not None:
            kept = self._kept.get(first, frozenset())
            changes = derived_columns.shared_honorifics(self.frame, self.rows, self._changes[full])
            self.apply({first: [one for one in changes if one.before not in kept]})

    def apply(self, changes: Mapping[str, Sequence[Change]]) -> None:
        """Make changes and log them."""
        for column, listed in changes.items():
            if listed:
                rows, values = [one.row for one in listed], [one.value for one in listed]
                self.frame = self.frame.with_cells(column, rows, values)
                self._changes.setdefault(column, []).extend(listed)

    def derive(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Add the columns that follow from others, and fill a blank seniority; the names of the columns."""
        keys = {self._columns[column].key for column in wanted if self._columns[column].builtin}
        rows = self.rows
        seniority = rows.column("seniority")
        if seniority is not None and "title" in keys:
            self.apply({seniority: derived_columns.filled_seniorities(self.frame, rows)})
        made = (
            derived_columns.honorifics(len(self.frame), self._names_changed(), rows.name),
            derived_columns.extensions(len(self.frame), self._changes.get(rows.column("phone") or "", [])),
            derived_columns.cores(self.frame, rows),
            derived_columns.domains(self.frame, rows),
            derived_columns.functions(self.frame, rows),
        )
        added = []
        for name, values in zip(DERIVED, made, strict=True):
            asked = name not in _SOURCES or keys.intersection(_SOURCES[name])
            # A frame that was normalized before has them: they are made anew, in their place.
            if values is not None and asked:
                self.frame = self.frame.with_text_column(name, values)
                added.append(name)
        return tuple(added)

    def change_columns(self) -> dict[str, tuple[list[Any], str]]:
        """The log as columns, by row, then in the order of the frame."""
        order = {name: place for place, name in enumerate(self.frame.names)}
        rows = [(one.row, order[column], column, one) for column, listed in self._changes.items() for one in listed]
        rows.sort(key=lambda row: row[:2])
        values: tuple[list[Any], ...] = (
            [row for row, _, _, _ in rows],
            [column for _, _, column, _ in rows],
            [one.before for _, _, _, one in rows],
            [one.after for _, _, _, one in rows],
            [", ".join(one.rules) for _, _, _, one in rows],
        )
        kinds = ("int64", "string", "string", "string", "string")
        return {name: (listed, kind) for name, listed, kind in zip(_CHANGES, values, kinds, strict=True)}

    def _names_changed(self) -> list[Sequence[Change]]:
        return [self._changes.get(column, []) for column in self._columns]


def _wanted(
    asked: Iterable[str] | None, columns: Mapping[str, LeadField], known: Mapping[str, LeadField]
) -> tuple[list[str], tuple[str, ...]]:
    """The columns to work on, and what was asked for that the frame has not."""
    if asked is None:
        return list(columns), ()
    by_name = _by_name(known)
    by_key = {one.key: column for column, one in columns.items()}
    chosen, skipped = set(), []
    for name in texts_of("fields", asked):
        if name not in by_name and name not in columns:
            raise CleanupError(f"leads have no field {name[:40]!r}", repair=nearest(name[:40], by_name))
        column = name if name in columns else by_key.get(by_name[name].key)
        if column is None:
            skipped.append(name)
        else:
            chosen.add(column)
    return [column for column in columns if column in chosen], tuple(skipped)


def _kept(keep: Any, columns: Mapping[str, LeadField], known: Mapping[str, LeadField]) -> dict[str, frozenset[str]]:
    """Column → values that stay; of a column that the frame has not, nothing needs to."""
    found = {column: frozenset(values) for column, values in texts_by_column("keep", keep).items()}
    by_name = _by_name(known)
    for column in found:
        if column not in columns and column not in by_name:
            raise CleanupError(f"keep= names no field: {column[:40]!r}", repair=nearest(column[:40], by_name))
    return found


def _by_name(known: Mapping[str, LeadField]) -> dict[str, LeadField]:
    """Lead fields by their keys and by the names of their columns."""
    return {one.key: one for one in known.values()} | {one.column: one for one in known.values()}


def _known_rules(accept: Iterable[str]) -> frozenset[str]:
    accepted = frozenset(texts_of("accept", accept))
    for rule in accepted:
        if rule not in RULES:
            raise CleanupError(f"no suggestion is called {rule[:40]!r}", repair=nearest(rule[:40], RULES))
    return accepted
