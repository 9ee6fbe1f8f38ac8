"""Make the golden records of clusters: decide every field, write the survivors, and record the source of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.frames import OpenFrame
from pb2b_notebook.cleanup.linkage import survivorship
from pb2b_notebook.cleanup.linkage.result import in_library
from pb2b_notebook.cleanup.linkage.row_names import RowFinder, name_type
from pb2b_notebook.cleanup.linkage.survivorship import (
    DECIDED_TOGETHER,
    DEFAULTS,
    OPTED_OUT,
    OTHERWISE,
    OWN,
    Members,
)
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.linkage.merge_input import MergeInput

    Cluster = tuple[str, tuple[int, ...]]

ALWAYS: Final = "opted out wins"
"""The rule of a status that wins over all others."""
BY_HAND: Final = "chosen by hand"
"""The rule of a value that a reviewer chose."""
_VALUES_ARGUMENT: Final = {"polars": "values", "pandas": "data"}
"""Argument of the Series constructor of each library that takes the values."""


class GoldenRecords(NamedTuple):
    """The result of merging clusters.

    Attributes:
        frame: All rows, the survivors with the surviving values, and ``merged_into``.
        provenance: One row for each surviving value.
        losers: Rows that were merged into others, in order.
        opted_out: Number of survivors whose opted-out status was kept.
    """

    frame: Any
    provenance: Any
    losers: tuple[int, ...]
    opted_out: int


class _Decision(NamedTuple):
    """The decision about one field of one cluster.

    Attributes:
        field: Column.
        source: Row whose value survives; ``None`` for no value, or a union.
        rule: Rule that decided.
    """

    field: str
    source: int | None
    rule: str


def golden_records(rows: MergeInput, clusters: Sequence[Cluster], options: Mapping[str, Any]) -> GoldenRecords:
    """Merge clusters into golden records.

    Args:
        rows: All rows, with their names.
        clusters: Cluster id and rows of each cluster.
        options: Options ``rules``, ``trusted`` and ``chosen`` of :func:`~pb2b_notebook.cleanup.merge`.
    """
    frame, names = rows.frame, rows.names
    rules = _rule_of_each_field(frame, options.get("rules", {}))
    clustered = [row for _, members in clusters for row in members]
    members = _collect_members(frame, clustered, rules, options.get("trusted", ()))
    by_hand = _fields_by_hand(options.get("chosen", ()), names, members)
    sources: dict[str, dict[int, int]] = {column: {} for column in rules}
    unions: dict[str, dict[int, list[Any]]] = {column: {} for column, rule in rules.items() if rule == "union"}
    provenance: list[tuple[Any, ...]] = []
    into: dict[int, str] = {}
    for cluster, of_cluster in clusters:
        surviving = survivorship.survivor(rows.possible_survivors(of_cluster), members)
        into |= {row: rows.name_of_survivor(surviving) for row in of_cluster if row != surviving}
        chosen = {column: row for row in of_cluster for column in by_hand.get(row, ())}
        for decision in _decisions(of_cluster, surviving, rules, members, chosen):
            column, source, rule = decision
            if rule == "union":
                in_order = (surviving, *(row for row in of_cluster if row != surviving))
                unions[column][surviving] = survivorship.union(in_order, column, members)
            elif source is not None:
                sources[column][surviving] = source
            provenance += _provenance_lines(cluster, of_cluster, surviving, decision, members)
    return GoldenRecords(
        _with_surviving_values(frame, sources, unions, into),
        in_library(frame, _provenance_table(provenance, names)),
        tuple(sorted(into)),
        sum(rule == ALWAYS for *_, rule, _, _ in provenance),
    )


def _fields_by_hand(chosen: Iterable[Sequence[Any]], names: Sequence[Any], members: Members) -> dict[int, list[str]]:
    """Return row → fields whose value was chosen by hand. A choice of a row without a value is ignored."""
    finder = RowFinder(names)
    found: dict[int, list[str]] = {}
    for name, column in chosen:
        row = finder.row(name)
        if row is not None and members.values[column].get(row) is not None:
            found.setdefault(row, []).append(column)
    return found


def _rule_of_each_field(frame: OpenFrame, given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name) or DEFAULTS.get(name, OTHERWISE) for name in frame.names if name not in OWN}


def _collect_members(frame: OpenFrame, rows: list[int], rules: Mapping[str, str], trusted: Sequence[str]) -> Members:
    """Return what decides among the rows of clusters."""
    part = OpenFrame(frame.table[rows, :], frame.names, frame.library, lazy=False, index=None)
    values = {
        column: {row: _value_or_none(value) for row, value in zip(rows, part.values(column), strict=True)}
        for column in rules
    }
    ranks = {source: rank for rank, source in enumerate(trusted)}
    updated, sources = (
        part.values(name) if name in frame.names else [None] * len(rows) for name in ("updated_at", "source")
    )
    return Members(
        values=values,
        completeness={row: sum(column[row] is not None for column in values.values()) for row in rows},
        recency={row: "" if when is None else str(when) for row, when in zip(rows, updated, strict=True)},
        trust={row: ranks.get(source, len(ranks)) for row, source in zip(rows, sources, strict=True)},
    )


def _value_or_none(value: Any) -> Any:
    """Return a value, or ``None`` for blank text, a placeholder or an empty container."""
    if value is None or (isinstance(value, str) and (not value.strip() or is_placeholder(value))):
        return None
    return None if isinstance(value, list | tuple | dict) and not value else value


def _decisions(
    rows: Sequence[int], surviving: int, rules: Mapping[str, str], members: Members, by_hand: Mapping[str, int]
) -> Iterator[_Decision]:
    """Yield the decision about each field of one cluster.

    Args:
        rows: Rows of the cluster.
        surviving: Row that survives.
        rules: Rule of each field.
        members: What decides.
        by_hand: Field → row that a reviewer chose.
    """

    def decision(column: str, row: int | None) -> _Decision:
        return (
            _Decision(column, by_hand[column], BY_HAND) if column in by_hand else _Decision(column, row, rules[column])
        )

    done: set[str] = set()
    for group in DECIDED_TOGETHER:
        columns = [column for column in group if column in rules]
        if not columns or any(rules[column] == "union" for column in columns):
            continue
        lead, eligible = columns[0], list(rows)
        source = by_hand.get(lead, survivorship.source_row(rows, lead, rules[lead], members, surviving))
        if source is not None:
            eligible = survivorship.agreeing_rows(rows, lead, source, members)
        for column in columns:
            if column == lead:
                yield decision(column, source)
            else:
                yield decision(column, survivorship.source_row(eligible, column, rules[column], members, surviving))
        done |= {*columns}
    for column, rule in rules.items():
        if column not in done:
            row = None if rule == "union" else survivorship.source_row(rows, column, rule, members, surviving)
            opted_out = (
                column == "status" and row is not None and str(members.values[column][row]).strip().lower() in OPTED_OUT
            )
            yield _Decision(column, row, ALWAYS) if opted_out else decision(column, row)


def _provenance_lines(
    cluster: str, rows: Sequence[int], surviving: int, decision: _Decision, members: Members
) -> list[tuple[Any, ...]]:
    """Return the rows of the provenance for one field of one cluster."""
    column, source, rule = decision
    values = members.values[column]
    if rule == "union":
        return [(cluster, surviving, column, row, rule, row != surviving, 0) for row in rows if values[row] is not None]
    if source is None:
        return []
    own = values[surviving]
    changed = own is None or str(own) != str(values[source])
    others = {str(values[row]) for row in rows if values[row] is not None} - {str(values[source])}
    return [(cluster, surviving, column, source, rule, changed, len(others))]


def _provenance_table(lines: Sequence[tuple[Any, ...]], names: Sequence[Any]) -> pl.DataFrame:
    import polars as pl

    columns = list(zip(*lines, strict=True)) or [()] * 7
    return pl.DataFrame(
        {
            "cluster_id": pl.Series(columns[0], dtype=pl.String),
            "survivor": pl.Series([names[row] for row in columns[1]], dtype=name_type(names)),
            "field": pl.Series(columns[2], dtype=pl.String),
            "row": pl.Series([names[row] for row in columns[3]], dtype=name_type(names)),
            "rule": pl.Series(columns[4], dtype=pl.String),
            "changed": pl.Series(columns[5], dtype=pl.Boolean),
            "rejected": pl.Series(columns[6], dtype=pl.Int64),
        }
    )


def _with_surviving_values(
    frame: OpenFrame,
    sources: Mapping[str, Mapping[int, int]],
    unions: Mapping[str, Mapping[int, list[Any]]],
    into: Mapping[int, str],
) -> Any:
    """Return the caller's frame with the survivors' values, taken from other rows of the column: no dtype changes."""
    import narwhals as nw

    table = frame.table
    for column, source_of in sources.items():
        moved = {row: source for row, source in source_of.items() if row != source}
        if moved:
            take = [moved.get(row, row) for row in range(len(frame))]
            table = table.with_columns(_take_cells(frame.table[column], take, frame.library))
    for column, values_of in unions.items():
        if values_of:
            table = table.with_columns(_with_unions(frame, column, values_of))
    before = frame.values("merged_into") if "merged_into" in frame.names else [None] * len(frame)
    merged_into = [into.get(row, before[row]) for row in range(len(frame))]
    added = nw.from_native(frame.new_frame({"merged_into": (merged_into, "string")}), eager_only=True)
    return frame.to_callers_frame(table.with_columns(added["merged_into"]))


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
