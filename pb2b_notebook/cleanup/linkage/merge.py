"""Make one record of each cluster: :func:`merge`. Every value says which row and which rule gave it; no row is lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import OpenFrame, open_frame
from pb2b_notebook.cleanup.linkage import survivorship
from pb2b_notebook.cleanup.linkage.merge_input import FEWEST, Gathered, gathered
from pb2b_notebook.cleanup.linkage.result import Duplicates, as_frame, not_here, people
from pb2b_notebook.cleanup.linkage.survivorship import DEFAULTS, OPTED_OUT, OTHERWISE, OWN, RULES, TOGETHER, Members
from pb2b_notebook.cleanup.row_ids import as_names, row_groups
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import CleanupError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

ALWAYS: Final = "opted out wins"
"""The rule of a status that wins over any other."""
_DATA: Final = {"polars": "values", "pandas": "data"}
"""What the makers of series call what is in them."""
BY_HAND: Final = "chosen by hand"
"""The rule of a value that a person chose."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Merge(ShowsCard):
    """One record for each person, and where every value came from.

    Attributes:
        frame: every row that came, in its order, with ``merged_into``: null for records that go on (the survivors hold
            the surviving values), the survivor's id for the others, or its name if it has none; they are otherwise as
            they came. Behind them, where the duplicates were found with ``known=``, the known
            rows that somebody of the frame is.
        provenance: one row a surviving value of a merged cluster: ``cluster_id``, ``survivor``, ``field``, ``row``
            (that it came from), ``rule``, ``changed`` (the survivor had another value or none), ``rejected`` (how many
            other values there were).
        merged: number of clusters that were merged.
        merged_before: number of clusters whose rows were merged before, so that nothing was left to merge.
        opted_out: number of merged records that are unsubscribed or bounced because one of their rows is.
        step: what was done, for a :class:`~pb2b_notebook.cleanup.Recipe`.
        unknown_choices: choices (``exclude``, ``undone``) about rows and clusters that are not here, as a recipe may
            have on new data.
    """

    frame: Any
    provenance: Any
    merged: int
    opted_out: int
    step: Step
    _from: Gathered = field(repr=False)
    _clusters: tuple[tuple[str, tuple[int, ...]], ...] = field(repr=False)
    _losers: tuple[int, ...] = field(repr=False)
    merged_before: int = 0
    unknown_choices: int = 0

    @property
    def golden(self) -> Any:
        """The records that go on: survivors, and rows that were alone."""
        lost = set(self._losers)
        return self._rows([row for row in range(len(self._from.held)) if row not in lost])

    @property
    def losers(self) -> Any:
        """The rows that were merged into others."""
        return self._rows(list(self._losers))

    def undo(self, *cluster_ids: str) -> Merge:
        """The merge without some clusters, whose rows are as they came; without any, if none is named.

        Raises:
            CleanupError: a cluster that was not merged.
        """
        known = [name for name, _ in self._clusters]
        for name in cluster_ids:
            if name not in known:
                raise CleanupError("undo names a cluster that was not merged", repair="give ids of .provenance")
        back = set(cluster_ids or known)
        # By their rows: on other data the cluster may have another first row, and with it another id.
        ids = {self._from.ids[row] or name for name, rows in self._clusters if name in back for row in rows}
        undone = sorted({*self.step.options.get("undone", ()), *ids})
        step = replace(self.step, options={**self.step.options, "undone": undone})
        clusters = [(name, rows) for name, rows in self._clusters if name not in back]
        return replace(_merged(self._from, clusters, step), unknown_choices=self.unknown_choices)

    def _rows(self, rows: list[int]) -> Any:
        held = open_frame(self.frame)
        return self._from.held.restore(held.table[rows, :], rows)

    def _card(self) -> Card:
        rows = self.merged + len(self._losers)
        facts = [f"{people(self.merged)} from {rows:,} rows, one record each"]
        facts += [f"{self.opted_out:,} of them opted out in one row, and stay so"] * bool(self.opted_out)
        facts += [f"{self.merged_before:,} more were merged before"] * bool(self.merged_before)
        facts += [not_here(self.unknown_choices)] * bool(self.unknown_choices)
        return Card(lines=[f"Merge: {'; '.join(facts)}"])


def merge(
    df: Any,
    duplicates: Duplicates | None = None,
    *,
    rules: Mapping[str, str] | None = None,
    trusted: Sequence[str] = (),
    exclude: Iterable[Any] = (),
    undone: Iterable[str] = (),
    only: Iterable[Sequence[Any]] | None = None,
    chosen: Iterable[tuple[Any, str]] = (),
) -> Merge:
    """Make one record of each cluster of rows.

    The most complete row of a cluster survives. Where some of its rows have an ``id``, the most complete of those
    survives, so that a lead of the workspace is never merged into a row that is not a lead. Where the duplicates were
    found with ``known=``, the known lead survives: rows of the frame are merged into it, and ``ws.leads.plan`` updates
    the lead.

    Each field takes the value that its rule chooses among the rows, never another one; whoever is unsubscribed or
    bounced in one row is so in the record.

    Args:
        df: the rows; with a column ``cluster_id``, if no duplicates are given.
        duplicates: of these rows.
        rules: field → "most_complete", "most_recent" (by ``updated_at``), "most_trusted" (by ``source``), "longest" or
            "union". By default names are the longest, tags the union, what changes with time the most recent, and the
            rest from the most complete row.
        trusted: sources, the most trusted first; others come last.
        exclude: rows, by name (``id``, else position), that are to be left out of their clusters.
        undone: ids of clusters, or of rows whose clusters are not to be merged.
        only: groups of rows, by name, that a person looked at and said are one: where given, rows of one cluster are
            merged if they are of one group, and nothing else is.
        chosen: pairs of a row, by name, and a field: the record that the row goes into takes this row's value, if it
            has one, whatever the rule; fields that are decided together follow. Opted-out wins over this, too.

    Raises:
        CleanupError: no clusters, or clusters of other rows; an unknown field or rule.

    Example:
        >>> import pandas as pd
        >>> from pb2b_notebook.cleanup import duplicates
        >>> leads = pd.DataFrame({
        ...     "id": ["l1", "l2"], "full_name": ["Bob Hale", "Robert Hale"], "email": ["r.hale@a.example"] * 2,
        ...     "phone": ["+12125550112", None], "status": ["new", "unsubscribed"],
        ... })
        >>> merged = merge(leads, duplicates(leads))
        >>> merged.frame[["id", "full_name", "phone", "status", "merged_into"]].to_numpy().tolist()
        [['l1', 'Robert Hale', '+12125550112', 'unsubscribed', nan], ['l2', 'Robert Hale', nan, 'unsubscribed', 'l1']]
    """
    there = gathered(df, duplicates)
    held, names = there.held, there.names
    out, by_hand, taken_back = as_names(exclude), row_groups(chosen, "chosen"), sorted(as_names(undone))
    groups = None if only is None else row_groups(only, "only")
    _check(rules or {}, by_hand, held)
    given: dict[str, Any] = {"rules": dict(rules or {}), "trusted": list(trusted), "exclude": out, "undone": taken_back}
    options = {name: value for name, value in {**given, "chosen": by_hand}.items() if value}
    step = Step("merge", options if groups is None else {**options, "only": groups})
    # By name, so that the order of the frame decides nothing.
    found = sorted(there.groups(set(out)).items())
    clusters = found if groups is None else _confirmed(found, groups, names)
    back = set(taken_back)
    merged = _merged(
        there, [(name, rows) for name, rows in clusters if back.isdisjoint((name, *(names[row] for row in rows)))], step
    )
    named = {*out, *(row for row, _ in by_hand), *(row for group in groups or () for row in group)}
    unknown = len(named - set(names)) + len(back - {name for name, _ in found} - set(names))
    return replace(merged, unknown_choices=unknown)


def _check(rules: Mapping[str, str], by_hand: Sequence[Sequence[Any]], held: OpenFrame) -> None:
    for one in by_hand:
        if len(one) != 2:  # noqa: PLR2004 - a row and a field
            raise CleanupError("a chosen value is a row and a field", repair='chosen=[("lead_1", "phone")]')
        if one[1] not in held.names or one[1] in OWN:
            known = [name for name in held.names if name not in OWN]
            raise CleanupError(
                "chosen names a field that no record takes from a row", repair=nearest(str(one[1]), known)
            )
    for column, rule in rules.items():
        if column not in held.names:
            raise CleanupError("rules names a field that is not there", repair=nearest(str(column), held.names))
        if rule not in RULES:
            raise CleanupError(f"there is no rule {str(rule)[:40]!r}", repair=nearest(str(rule), RULES))
    if rules.get("status") == "union":
        raise CleanupError("a lead has one status", repair="choose another rule; opted out wins in any case")


def _confirmed(
    clusters: Iterable[tuple[str, tuple[int, ...]]], groups: Iterable[Sequence[Any]], names: Sequence[Any]
) -> list[tuple[str, tuple[int, ...]]]:
    """Of each cluster, the rows that a person said are one: two groups in one cluster stay two."""
    group_of = {name: number for number, group in enumerate(groups) for name in group}
    found: list[tuple[str, tuple[int, ...]]] = []
    for cluster, rows in clusters:
        parts: dict[int, list[int]] = {}
        for row in rows:
            if names[row] in group_of:
                parts.setdefault(group_of[names[row]], []).append(row)
        found += [(cluster, tuple(part)) for part in parts.values() if len(part) >= FEWEST]
    return found


def _merged(there: Gathered, clusters: Sequence[tuple[str, tuple[int, ...]]], step: Step) -> Merge:
    held, names = there.held, there.names
    rules = _rules(held, step.options.get("rules", {}))
    place = {row: number for number, row in enumerate(row for _, rows in clusters for row in rows)}
    members = _members(held, list(place), rules, step.options.get("trusted", ()))
    wanted = _wanted(step.options.get("chosen", ()), names, members)
    sources: dict[str, dict[int, int]] = {column: {} for column in rules}
    unions: dict[str, dict[int, list[Any]]] = {column: {} for column, rule in rules.items() if rule == "union"}
    told: list[tuple[Any, ...]] = []
    into: dict[int, Any] = {}
    for name, rows in clusters:
        stays = survivorship.survivor(there.may_go_on(rows), members)
        into |= {row: there.called(stays) for row in rows if row != stays}
        by_hand = {column: row for row in rows for column in wanted.get(row, ())}
        for column, row, rule in _decided(rows, stays, rules, members, by_hand):
            if rule == "union":
                unions[column][stays] = survivorship.union((stays, *(r for r in rows if r != stays)), column, members)
            elif row is not None:
                sources[column][stays] = row
            told += _told((name, rows), stays, (column, row, rule), members)
    frame = _written(held, sources, unions, into)
    told_frame = as_frame(held, _provenance(told, names))
    out = sum(rule == ALWAYS for *_, rule, _, _ in told)
    return Merge(
        frame, told_frame, len(clusters), out, step, there, tuple(clusters), tuple(sorted(into)), there.merged_before
    )


def _wanted(chosen: Iterable[Sequence[Any]], names: Sequence[Any], members: Members) -> dict[int, list[str]]:
    """Row → the fields whose value it gives by hand. A row that has none gives none."""
    chosen = list(chosen)
    position = {name: row for row, name in enumerate(names)} if chosen else {}
    found: dict[int, list[str]] = {}
    for name, column in chosen:
        row = position.get(name, -1)
        if members.values[column].get(row) is not None:
            found.setdefault(row, []).append(column)
    return found


def _rules(held: OpenFrame, given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name) or DEFAULTS.get(name, OTHERWISE) for name in held.names if name not in OWN}


def _members(held: OpenFrame, rows: list[int], rules: Mapping[str, str], trusted: Sequence[str]) -> Members:
    """What is known of the rows of clusters."""
    part = OpenFrame(held.table[rows, :], held.names, held.library, lazy=False, index=None)
    values = {
        column: {row: _said(value) for row, value in zip(rows, part.values(column), strict=True)} for column in rules
    }
    ranks = {source: rank for rank, source in enumerate(trusted)}
    known = [part.values(name) if name in held.names else [None] * len(rows) for name in ("updated_at", "source")]
    return Members(
        values=values,
        completeness={row: sum(column[row] is not None for column in values.values()) for row in rows},
        recency={row: "" if when is None else str(when) for row, when in zip(rows, known[0], strict=True)},
        trust={row: ranks.get(source, len(ranks)) for row, source in zip(rows, known[1], strict=True)},
    )


def _said(value: Any) -> Any:
    """A value, or ``None`` for one that says nothing."""
    if value is None or (isinstance(value, str) and (not value.strip() or is_placeholder(value))):
        return None
    return None if isinstance(value, list | tuple | dict) and not value else value


def _decided(
    rows: Sequence[int], stays: int, rules: Mapping[str, str], members: Members, by_hand: Mapping[str, int]
) -> Iterable[tuple[str, int | None, str]]:
    """Field, the row that its value comes from, and the rule, for each field."""

    def settled(column: str, row: int | None) -> tuple[str, int | None, str]:
        return (column, by_hand[column], BY_HAND) if column in by_hand else (column, row, rules[column])

    done: set[str] = set()
    for group in TOGETHER:
        there = [column for column in group if column in rules]
        if not there or any(rules[column] == "union" for column in there):
            continue
        lead, eligible = there[0], list(rows)
        source = by_hand.get(lead, survivorship.chosen(rows, lead, rules[lead], members, stays))
        if source is not None:
            eligible = survivorship.agreeing(rows, lead, source, members)
        for column in there:
            row = source if column == lead else survivorship.chosen(eligible, column, rules[column], members, stays)
            yield settled(column, row)
        done |= {*there}
    for column, rule in rules.items():
        if column not in done:
            row = None if rule == "union" else survivorship.chosen(rows, column, rule, members, stays)
            out = (
                column == "status" and row is not None and str(members.values[column][row]).strip().lower() in OPTED_OUT
            )
            yield (column, row, ALWAYS) if out else settled(column, row)


def _told(
    cluster: tuple[str, Sequence[int]], stays: int, decision: tuple[str, int | None, str], members: Members
) -> list[tuple[Any, ...]]:
    """The lines of the provenance of one value."""
    (name, rows), (column, row, rule) = cluster, decision
    values = members.values[column]
    if rule == "union":
        return [(name, stays, column, one, rule, one != stays, 0) for one in rows if values[one] is not None]
    if row is None:
        return []
    own = values[stays]
    others = {str(values[one]) for one in rows if values[one] is not None} - {str(values[row])}
    return [(name, stays, column, row, rule, own is None or str(own) != str(values[row]), len(others))]


def _provenance(told: Sequence[tuple[Any, ...]], names: Sequence[Any]) -> pl.DataFrame:
    import polars as pl

    kind = pl.String if names and isinstance(names[0], str) else pl.Int64
    columns = list(zip(*told, strict=True)) or [()] * 7
    return pl.DataFrame(
        {
            "cluster_id": pl.Series(columns[0], dtype=pl.String),
            "survivor": pl.Series([names[row] for row in columns[1]], dtype=kind),
            "field": pl.Series(columns[2], dtype=pl.String),
            "row": pl.Series([names[row] for row in columns[3]], dtype=kind),
            "rule": pl.Series(columns[4], dtype=pl.String),
            "changed": pl.Series(columns[5], dtype=pl.Boolean),
            "rejected": pl.Series(columns[6], dtype=pl.Int64),
        }
    )


def _written(
    held: OpenFrame,
    sources: Mapping[str, Mapping[int, int]],
    unions: Mapping[str, Mapping[int, list[Any]]],
    into: Mapping[int, Any],
) -> Any:
    """The frame with its survivors' values: taken from other rows of the same column, so that no dtype changes."""
    import narwhals as nw

    table = held.table
    for column, moves in sources.items():
        moved = {row: source for row, source in moves.items() if row != source}
        if moved:
            take = [moved.get(row, row) for row in range(len(held))]
            table = table.with_columns(_taken(held.table[column], take, held.library))
    for column, joined in unions.items():
        if joined:
            table = table.with_columns(_united(held, column, joined))
    before = held.values("merged_into") if "merged_into" in held.names else [None] * len(held)
    tags = [before[row] if row not in into else str(into[row]) for row in range(len(held))]
    made = nw.from_native(held.new_frame({"merged_into": (tags, "string")}), eager_only=True)
    return held.restore(table.with_columns(made["merged_into"]))


def _taken(series: Any, rows: list[int], library: str) -> Any:
    import narwhals as nw

    native = series.to_native()
    if library == "polars":
        return nw.from_native(native.gather(rows), series_only=True)
    return nw.from_native(native.take(rows).reset_index(drop=True), series_only=True)


def _united(held: OpenFrame, column: str, joined: Mapping[int, list[Any]]) -> Any:
    """A column whose survivors have all that any row has; of a text column, joined by commas."""
    import narwhals as nw

    series = held.table[column].to_native()
    lists = not held.is_text(column)
    values = held.values(column)
    for row, found in joined.items():
        values[row] = (found if lists else ", ".join(map(str, found))) if found else values[row]
    try:
        return nw.from_native(
            series.__class__(name=column, dtype=series.dtype, **{_DATA[held.library]: values}), series_only=True
        )
    except (TypeError, ValueError):
        raise CleanupError(
            f"{column} holds values that cannot be joined", repair="union is for texts and lists: choose another rule"
        ) from None
