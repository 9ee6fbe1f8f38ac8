"""Make the golden records of clusters: decide every field, write the survivors, and record the source of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.standardization import folded_country
from pb2b_notebook.cleanup.linkage.tables.row_names import RowFinder
from pb2b_notebook.cleanup.merging import survivorship
from pb2b_notebook.cleanup.merging.survivorship import (
    AGREE,
    ALONE,
    DECIDED_TOGETHER,
    DECIDING,
    NAMES,
    OWN,
    TOGETHER,
    WHOLE_NAME,
    Members,
)
from pb2b_notebook.cleanup.values.phones import writable_phone
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.frames.hashable_cells import hashable_cell
from pb2b_notebook.opt_outs import is_consent, is_flag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import narwhals as nw
    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.linkage.results.clustered_rows import ClusteredRows

    Cluster = tuple[str, tuple[int, ...]]

ALWAYS: Final = "opted out wins"
"""The rule of a status that wins over all others."""
BY_HAND: Final = "chosen by hand"
"""The rule of a value that a reviewer chose."""
KNOWN: Final = "known lead wins"
"""The rule of a value that a known lead has and a row of a list does not."""
_VALUES_ARGUMENT: Final = {"polars": "values", "pandas": "data"}
"""Argument of the Series constructor of each library that takes the values."""


class _Decision(NamedTuple):
    """The decision about one field of one cluster.

    Attributes:
        field: Column.
        source: Row whose value survives; ``None`` for no value, or a union.
        rule: Rule that decided.
        reason: What decided in this case, in words.
    """

    field: str
    source: int | None
    rule: str
    reason: str


class GoldenRecords:
    """Golden records of clusters, which are decided first and then written to the rows.

    Args:
        rows: All rows, with their names.
        options: Options ``rules`` and ``chosen`` of :func:`~pb2b_notebook.cleanup.merge`.
    """

    def __init__(self, rows: ClusteredRows, options: Mapping[str, Any]) -> None:
        self._rows = rows
        self._given = options.get("rules", {})
        self._rules = _rule_of_each_field(rows.frame, self._given)
        self._chosen = _chosen_rows(options.get("chosen", ()), rows.names)
        self._sources: dict[str, dict[int, int]] = {}
        self._unions: dict[str, dict[int, list[Any]]] = {}  # and phones, as a service takes them
        self.into: dict[int, str] = {}
        """Row → what it was merged into."""

    def decide(self, clusters: Iterable[Cluster], members: Members) -> Iterator[list[tuple[Any, ...]]]:
        """Decide about clusters, and yield the lines of each for :func:`provenance_table`."""
        rows, by_hand = self._rows, _fields_by_hand(self._chosen, members)
        for cluster, of_cluster in clusters:
            lines: list[tuple[Any, ...]] = []
            possible = rows.possible_survivors(of_cluster)
            surviving = survivorship.survivor(possible, members)
            self.into |= {row: rows.name_of_survivor(surviving) for row in of_cluster if row != surviving}
            chosen = {column: row for row in of_cluster for column in by_hand.get(row, ())}
            preferred = possible if len(possible) < len(of_cluster) else ()
            deciding = _Deciding(of_cluster, surviving, preferred, self._rules, self._given.keys(), members, chosen)
            for decision in deciding.decisions():
                column, source, rule, _ = decision
                if column == "created_at" and rows.ids[surviving] is not None:
                    continue  # only the service sets it, and a plan would refuse another time
                if rule == "union":
                    in_order = (surviving, *(row for row in of_cluster if row != surviving))
                    values = survivorship.union(in_order, column, members)
                    self._unions.setdefault(column, {})[surviving] = values
                elif source is not None and source != surviving:
                    if column == "phone" and rows.frame.is_text(column):
                        written = writable_phone(members.values[column][source])
                        self._unions.setdefault(column, {})[surviving] = [written]
                    else:
                        self._sources.setdefault(column, {})[surviving] = source
                lines += _provenance_lines(cluster, of_cluster, surviving, decision, members)
            yield lines

    def write_to(self, rows: range) -> nw.DataFrame[Any]:
        """Return rows with the survivors' values and ``merged_into``.

        The values are taken from other rows of the column: no dtype changes. A phone number that a service refuses is
        written as it takes it.
        """
        import narwhals as nw

        frame = self._rows.frame
        part = frame if len(rows) == len(frame) else frame.slice_rows(rows)
        table = part.table
        for column, source_of in self._sources.items():
            take = [source_of.get(row, row) for row in rows]
            table = table.with_columns(_take_cells(frame.table[column], take, frame.library))
        for column, values_of in self._unions.items():
            values = {row - rows.start: found for row, found in values_of.items() if row in rows}
            if values:
                table = table.with_columns(_with_unions(part, column, values))
        before = part.values("merged_into") if "merged_into" in part.names else [None] * len(part)
        merged_into = [self.into.get(row, own) for row, own in zip(rows, before, strict=True)]
        added = nw.from_native(part.new_frame({"merged_into": (merged_into, "string")}), eager_only=True)
        return table.with_columns(added["merged_into"])


def _chosen_rows(chosen: Iterable[Sequence[Any]], names: Sequence[Any]) -> list[tuple[int, str]]:
    """Return the row and the field of each value that was chosen by hand, for rows that there are."""
    finder = RowFinder(names)
    found = ((finder.row(name), column) for name, column in chosen)
    return [(row, column) for row, column in found if row is not None]


def _fields_by_hand(chosen: Iterable[tuple[int, str]], members: Members) -> dict[int, list[str]]:
    """Return row → fields whose value was chosen by hand. A choice of a row without a value is ignored."""
    found: dict[int, list[str]] = {}
    for row, column in chosen:
        if members.values[column].get(row) is not None:
            found.setdefault(row, []).append(column)
    return found


def _rule_of_each_field(frame: OpenFrame, given: Mapping[str, str]) -> dict[str, str]:
    return {
        name: given.get(name) or survivorship.default_rule(name, is_number=frame.table[name].dtype.is_numeric())
        for name in frame.names
        if name not in OWN
    }


class _Deciding(NamedTuple):
    """The decisions about the fields of one cluster.

    Attributes:
        rows: Rows of the cluster.
        surviving: Row that survives.
        preferred: Rows whose values win where no rule was given: the known leads among other rows.
        rules: Rule of each field.
        given: Fields whose rule was given.
        members: What decides.
        by_hand: Field → row that a reviewer chose.
    """

    rows: Sequence[int]
    surviving: int
    preferred: Sequence[int]
    rules: Mapping[str, str]
    given: Collection[str]
    members: Members
    by_hand: Mapping[str, int]

    def decisions(self) -> Iterator[_Decision]:
        """Yield the decision about each field."""
        done: set[str] = set()
        for group in DECIDED_TOGETHER:
            columns = [column for column in group if column in self.rules]
            if columns and not any(self.rules[column] == "union" for column in columns):
                yield from self._names(columns) if group == NAMES else self._group(columns)
                done |= {*columns}
        for column in self.rules:
            if column not in done:
                yield self._of_opt_outs(column) or self._one(column, self.rows)

    def _one(self, column: str, rows: Sequence[int], surviving: int | None = None) -> _Decision:
        """Decide one field among some rows; a choice by hand wins."""
        if column in self.by_hand:
            return _Decision(column, self.by_hand[column], BY_HAND, "a reviewer chose it")
        if self.rules[column] == "union":
            return _Decision(column, None, "union", "of all rows")
        return self._by_rule(column, column, rows, self.surviving if surviving is None else surviving)

    def _by_rule(self, column: str, field: str, rows: Sequence[int], surviving: int) -> _Decision:
        rule, preferred = self.rules[column], () if column in self.given else self.preferred
        row, reason, known = survivorship.choose(
            rows, field, rule, self.members, surviving=surviving, preferred=preferred, voters=self.rows
        )
        values = self.members.values[field]
        if reason in {AGREE, ALONE} and len({str(values[one]) for one in self.rows if values[one] is not None}) > 1:
            reason = TOGETHER
        return _Decision(column, row, KNOWN if known else rule, reason)

    def _group(self, columns: Sequence[str]) -> Iterator[_Decision]:
        """Decide the fields in order, each among the rows that agree with those before that decide for others."""
        eligible: Sequence[int] = self._fitting_known_leads(columns)
        decides = True
        for column in columns:
            found = self._one(column, eligible)
            yield found
            if found.source is not None and (decides or column in DECIDING):
                eligible = survivorship.agreeing_rows(eligible, column, found.source, self.members)
                decides = False

    def _fitting_known_leads(self, columns: Sequence[str]) -> list[int]:
        """Return the rows that may fill blanks of a known lead: none from another country or another company's site."""
        rows, values = list(self.rows), self.members.values
        named = any(values[columns[0]][row] is not None for row in self.preferred)
        keys = {"country": folded_country, **({} if named else {"company_domain": survivorship.comparable_text})}
        for column, key in keys.items():
            if column not in columns or column in self.given:
                continue
            key_of = {row: key(str(values[column][row])) for row in rows if values[column][row] is not None}
            known = {key_of[row] for row in self.preferred if row in key_of}
            rows = [row for row in rows if not known or row in self.preferred or key_of.get(row) in {None, *known}]
        return rows

    def _names(self, columns: Sequence[str]) -> Iterator[_Decision]:
        """Decide the whole name, then its parts among the rows whose parts belong to it."""
        if self.rules[columns[0]] != "best_name":
            yield from self._group(columns)
            return
        values = self.members.values[columns[0]]
        named = [row for row in self.rows if values[row] is not None] or self.rows
        whole = (
            self._one(columns[0], self.rows)
            if columns[0] in self.by_hand
            else self._by_rule(columns[0], WHOLE_NAME, named, self.surviving)
        )
        if whole.source is None:
            yield from (self._one(column, self.rows) for column in columns)
            return
        by_hand = [self.by_hand[column] for column in columns if column in self.by_hand]
        of_parts = survivorship.rows_in_order(self.rows, whole.source, self.members)
        split = survivorship.row_of_split(
            of_parts, whole.source, self.members, surviving=self.surviving, first=by_hand or self.preferred
        )
        for column in columns:
            if column in self.by_hand:
                yield self._one(column, self.rows)
            elif column == columns[0] == "full_name" and self.members.values[column][whole.source] is not None:
                yield whole._replace(field=column)
            else:
                of_name = survivorship.rows_of_name(of_parts, column, whole.source, self.members, split)
                found = self._one(column, of_name, whole.source)
                if found.source is None and self.members.values[column][self.surviving] is not None:
                    # The survivor's own part is of another name: that of the chosen one is blank.
                    found = found._replace(source=whole.source if split is None else split, reason=TOGETHER)
                yield found

    def _of_opt_outs(self, column: str) -> _Decision | None:
        """Decide the status, a flag such as "do_not_contact" or a consent, if a row opts the person out by it."""
        opted_out = None
        if column == "status":
            opted_out = survivorship.row_that_opted_out(self.rows, self.members, self.surviving)
        elif is_flag(column) or is_consent(column):
            opted_out = survivorship.row_with_flag(self.rows, column, self.members, self.surviving)
        return None if opted_out is None else _Decision(column, opted_out, ALWAYS, "a row has opted out")


def _provenance_lines(
    cluster: str, rows: Sequence[int], surviving: int, decision: _Decision, members: Members
) -> list[tuple[Any, ...]]:
    """Return the rows of the provenance for one field of one cluster."""
    column, source, rule, reason = decision
    values = members.values[column]
    if rule == "union":
        having = [row for row in rows if values[row] is not None]
        return [(cluster, surviving, column, row, rule, reason, row != surviving, 0) for row in having]
    if source is None:
        return []
    own = values[surviving]
    if reason in {AGREE, ALONE}:
        return [(cluster, surviving, column, source, rule, reason, own is None, 0)]
    changed = own is None or str(own) != str(values[source])
    others = {str(values[row]) for row in rows if values[row] is not None} - {str(values[source])}
    return [(cluster, surviving, column, source, rule, reason, changed, len(others))]


def provenance_table(lines: Sequence[tuple[Any, ...]], rows: ClusteredRows) -> pl.DataFrame:
    """Return one row for each surviving value.

    Args:
        lines: Lines of :meth:`GoldenRecords.decide`.
        rows: All rows, with their names.
    """
    import polars as pl

    names, columns = rows.names, list(zip(*lines, strict=True)) or [()] * 8
    return pl.DataFrame(
        {
            "cluster_id": pl.Series(columns[0], dtype=pl.String),
            "survivor": pl.Series([names[row] for row in columns[1]], dtype=rows.name_type),
            "field": pl.Series(columns[2], dtype=pl.String),
            "row": pl.Series([names[row] for row in columns[3]], dtype=rows.name_type),
            "rule": pl.Series(columns[4], dtype=pl.String),
            "reason": pl.Series(columns[5], dtype=pl.String),
            "changed": pl.Series(columns[6], dtype=pl.Boolean),
            "rejected": pl.Series(columns[7], dtype=pl.Int64),
        }
    )


def _take_cells(series: Any, rows: list[int], library: str) -> Any:
    import narwhals as nw

    native = series.to_native()
    if library == "polars":
        return nw.from_native(native.gather(rows), series_only=True)
    return nw.from_native(native.take(rows).reset_index(drop=True), series_only=True)


def _with_unions(frame: OpenFrame, column: str, values_of: Mapping[int, list[Any]]) -> Any:
    """Return a column in which survivors have the values of all their rows; a text column joins them by commas."""
    import narwhals as nw

    series = frame.table[column].to_native()
    holds_lists = not frame.is_text(column)
    values = frame.values(column)
    for row, found in values_of.items():
        values[row] = (found if holds_lists else ", ".join(map(str, found))) if found else values[row]
    if frame.library == "pandas":
        values = list(map(hashable_cell, values))
    try:
        return nw.from_native(
            series.__class__(name=column, dtype=series.dtype, **{_VALUES_ARGUMENT[frame.library]: values}),
            series_only=True,
        )
    except (TypeError, ValueError):
        raise CleanupError(
            f"the rule 'union' cannot join the values of the column {column!r}",
            repair="choose another rule: a union is for text and lists",
        ) from None
