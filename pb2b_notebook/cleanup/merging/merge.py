"""Make one record of each cluster: :func:`merge`. Every value has a source row and a rule, and no row is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Generic, cast, overload

from pb2b_notebook.cleanup.disk_frames import DiskRows
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.results.clustered_rows import FEWEST, ClusteredRows, clustered_rows
from pb2b_notebook.cleanup.linkage.results.result import Duplicates, in_library, unknown_choices_text
from pb2b_notebook.cleanup.linkage.tables.row_names import RowFinder, in_id_order
from pb2b_notebook.cleanup.merging.choices import Choices
from pb2b_notebook.cleanup.merging.golden_records import ALWAYS, GoldenRecords, provenance_table
from pb2b_notebook.cleanup.merging.members import collect_members
from pb2b_notebook.cleanup.merging.on_spark import merge_on_spark
from pb2b_notebook.cleanup.merging.review import concerns, newly_opted_out, read_name_parts, review_table
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.engines.work_files import write_into
from pb2b_notebook.errors import CleanupError, suggesting, typed_interrupt
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.spark.partitions import spark_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from os import PathLike

    import polars as pl

    from pb2b_notebook.cleanup.merging.golden_records import Cluster
    from pb2b_notebook.cleanup.merging.survivorship import Members

PORTION: Final = 20_000
"""Rows of clusters that are merged at once on disk: all their values are Python objects meanwhile."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Merge(ExportsArrow, ShowsCard, Generic[FrameT]):
    """One record for each person, and the source of every value.

    Attributes:
        frame: All rows of the frame in their order, with ``merged_into``: null for survivors and rows that were alone,
            else the survivor's id, or its name if it has none. Survivors hold the surviving values; all other rows are
            unchanged. If the duplicates were found with ``known=``, the known rows of the same people follow.
        provenance: One row for each surviving value of a merged cluster: ``cluster_id``, ``survivor``, ``field``,
            ``row`` (its source), ``rule``, ``reason`` (what decided in this case, in words), ``changed`` (the survivor
            had another value or none), ``rejected`` (number of other values).
        merged: Number of clusters that were merged.
        merged_before: Number of clusters whose rows were merged before, so that nothing was left to merge.
        opted_out: Number of merged records that are unsubscribed or bounced because one of their rows is.
        step: The step of a :class:`~pb2b_notebook.cleanup.Recipe` that repeats this merge.
        unknown_choices: Number of choices (``exclude``, ``undone`` …) about rows and clusters that are not in the
            frame, as happens when a recipe is replayed on new data.
    """

    frame: FrameT
    provenance: FrameT
    merged: int
    opted_out: int
    step: Step
    _input: ClusteredRows = field(repr=False)
    _clusters: tuple[Cluster, ...] = field(repr=False)
    _losers: tuple[int, ...] = field(repr=False)
    _waiting: Mapping[Cluster, tuple[str, ...]] = field(repr=False)
    merged_before: int = 0
    unknown_choices: int = 0
    _disk: DiskRows | None = field(default=None, repr=False)

    @property
    def golden(self) -> FrameT:
        """The golden records: survivors, and rows that were alone."""
        lost = set(self._losers)
        found: FrameT = self._take_rows([row for row in range(len(self._input.frame)) if row not in lost])
        return found

    @property
    def losers(self) -> FrameT:
        """The rows that were merged into others."""
        found: FrameT = self._take_rows(list(self._losers))
        return found

    @property
    def review(self) -> FrameT:
        """The clusters that were not merged, because a person should look at them first.

        Columns: ``cluster_id``, ``rows`` (a list of row names) and ``reason``: their rows name different companies or
        different middle names, a lead that has opted out would take in others, one is qualified and another
        disqualified, or a status is not one of the service's. :meth:`confirm` merges them.
        """
        lines = [
            (cluster, [self._input.names[row] for row in rows], reasons)
            for (cluster, rows), reasons in self._waiting.items()
        ]
        found: FrameT = in_library(self._input.frame, review_table(lines, self._input))
        return found

    @property
    def newly_opted_out(self) -> FrameT:
        """The merged records that became opted out, because another row of their cluster is.

        Columns: ``cluster_id``, ``survivor`` and ``row`` (the row that is opted out). :meth:`undo` leaves the rows of a
        cluster as they were.
        """
        import polars as pl

        names, frame = self._input.names, self._input.frame
        statuses = frame.values("status") if "status" in frame.names else [None] * len(frame)
        lines = [
            (cluster, names[survivor], names[row])
            for cluster, survivor, row in newly_opted_out(self._clusters, statuses, {*self._losers})
        ]
        columns = list(zip(*lines, strict=True)) or [(), (), ()]
        kinds = (pl.String, self._input.name_type, self._input.name_type)
        table = pl.DataFrame(
            [
                pl.Series(name, values, dtype=kind)
                for name, values, kind in zip(("cluster_id", "survivor", "row"), columns, kinds, strict=True)
            ]
        )
        found: FrameT = in_library(self._input.frame, table)
        return found

    def confirm(self, *cluster_ids: str) -> Merge[FrameT]:
        """Return the merge with clusters of :attr:`review` merged, too; with all of them, if none is named.

        Args:
            cluster_ids: Clusters that a person has looked at, and that are one person.

        Raises:
            CleanupError: A cluster is not in :attr:`review`.

        Example:
            >>> import pandas as pd
            >>> leads = pd.DataFrame({
            ...     "id": ["l1", "l2"], "cluster_id": ["c1", "c1"], "full_name": ["John A Smith", "John B Smith"],
            ... })
            >>> merged = merge(leads)
            >>> merged.merged, merged.review["reason"].tolist()
            (0, ['different middle names or family names'])
            >>> merged.confirm("c1").merged
            1
        """
        waiting = [cluster for cluster, _ in self._waiting]
        for cluster in cluster_ids:
            if cluster not in waiting:
                raise CleanupError(
                    f"the cluster {str(cluster)[:40]!r} is not waiting for a confirmation",
                    repair="pass a cluster_id of .review",
                )
        confirmed = {one: why for one, why in self._waiting.items() if one[0] in set(cluster_ids or waiting)}
        ids = {self._input.ids[row] or cluster for cluster, rows in confirmed for row in rows}
        all_confirmed = sorted({*self.step.options.get("confirmed", ()), *ids}, key=str)
        step = replace(self.step, options={**self.step.options, "confirmed": all_confirmed})
        rest = {one: why for one, why in self._waiting.items() if one not in confirmed}
        merged = _merge_clusters(self._input, sorted([*self._clusters, *confirmed]), step, rest, disk=self._disk)
        return replace(merged, unknown_choices=self.unknown_choices)

    def undo(self, *cluster_ids: str) -> Merge[FrameT]:
        """Return the merge without some clusters, whose rows are unchanged; without all of them, if none is named.

        Args:
            cluster_ids: Clusters to undo.

        Raises:
            CleanupError: A cluster was not merged.
        """
        merged = [cluster for cluster, _ in self._clusters]
        for cluster in cluster_ids:
            if cluster not in merged:
                raise CleanupError(
                    f"the cluster {str(cluster)[:40]!r} was not merged", repair="pass a cluster_id of .provenance"
                )
        undone = set(cluster_ids or merged)
        # By the ids of their rows: on other data the cluster may have another first row, and so another id.
        ids = {self._input.ids[row] or cluster for cluster, rows in self._clusters if cluster in undone for row in rows}
        all_undone = sorted({*self.step.options.get("undone", ()), *ids}, key=str)
        step = replace(self.step, options={**self.step.options, "undone": all_undone})
        clusters = [(cluster, rows) for cluster, rows in self._clusters if cluster not in undone]
        rest = _merge_clusters(self._input, clusters, step, self._waiting, disk=self._disk)
        return replace(rest, unknown_choices=self.unknown_choices)

    def _take_rows(self, rows: list[int]) -> Any:
        import polars as pl

        frame = open_frame(self.frame)
        if self._disk is not None:
            kept = pl.int_range(len(frame), eager=True).is_in(pl.Series(rows, dtype=pl.Int64).implode())
            disk = replace(self._disk, table=frame.table.to_native())
            return disk.write(lambda start, part: [part.filter(kept.slice(start, len(part)))])[0].lazy()
        return self._input.frame.to_callers_frame(frame.table[rows, :], rows)

    def _card(self) -> Card:
        rows = self.merged + len(self._losers)
        facts = [f"{self._input.subject.count_text(self.merged)} from {rows:,} rows, one record each"]
        newly = len(self.newly_opted_out)
        new = f", {newly:,} of these by this merge: see .newly_opted_out" if newly else ""
        stay = "stays" if self.opted_out == 1 else "stay"
        facts += [f"{self.opted_out:,} of them opted out in one row, and {stay} so{new}"] * bool(self.opted_out)
        facts += [f"{self.merged_before:,} more were merged before"] * bool(self.merged_before)
        facts += [unknown_choices_text(self.unknown_choices)] * bool(self.unknown_choices)
        lines = [f"Merge: {'; '.join(facts)}"]
        left = len(self._waiting)
        lines += [
            f"{self._input.subject.count_text(left)} not merged without your yes: see .review, then .confirm()"
        ] * bool(left)
        return Card(lines=lines)


@overload
def merge(
    df: EagerT | Duplicates[EagerT],
    duplicates: Duplicates[Any] | None = None,
    *,
    rules: Mapping[str, str] | None = None,
    trusted: Sequence[str] = (),
    exclude: Iterable[Any] = (),
    undone: Iterable[str] = (),
    only: Iterable[Sequence[Any]] | None = None,
    chosen: Iterable[tuple[Any, str]] = (),
    confirmed: Iterable[str] = (),
    work: str | PathLike[str] | None = None,
) -> Merge[EagerT]: ...
@overload
def merge(
    df: Any,
    duplicates: Duplicates[Any] | None = None,
    *,
    rules: Mapping[str, str] | None = None,
    trusted: Sequence[str] = (),
    exclude: Iterable[Any] = (),
    undone: Iterable[str] = (),
    only: Iterable[Sequence[Any]] | None = None,
    chosen: Iterable[tuple[Any, str]] = (),
    confirmed: Iterable[str] = (),
    work: str | PathLike[str] | None = None,
) -> Merge[Any]: ...
@suggesting
@typed_interrupt("the merge was stopped, and changed nothing; run the same cell again")
def merge(
    df: Any,
    duplicates: Duplicates[Any] | None = None,
    *,
    rules: Mapping[str, str] | None = None,
    trusted: Sequence[str] = (),
    exclude: Iterable[Any] = (),
    undone: Iterable[str] = (),
    only: Iterable[Sequence[Any]] | None = None,
    chosen: Iterable[tuple[Any, str]] = (),
    confirmed: Iterable[str] = (),
    work: str | PathLike[str] | None = None,
) -> Merge[Any]:
    """Merge each cluster of rows into one record.

    The most complete row of a cluster survives. Where some of its rows have an ``id``, the most complete of those
    survives, so that a lead of the workspace is never merged into a row that is not a lead. Where the duplicates were
    found with ``known=``, the known lead survives: rows of the frame are merged into it, and ``ws.leads.plan`` updates
    the lead.

    Each field takes the value of one of the rows, chosen by its rule. A record is unsubscribed or bounced if any of its
    rows is. A known lead's value wins over that of a row without an id, unless it is blank, a placeholder or unusable.

    A cluster is left out, and listed in ``.review``, if its rows name different companies or different middle names, if
    other rows would be merged into a lead that has opted out, or if its statuses contradict each other or are unknown.
    It is merged if a person confirmed it: by ``same=`` of ``duplicates``, ``only``, ``chosen`` or ``confirmed``.

    Rows are named as in the result of ``duplicates``: by ``id``, else by index label (in polars by position).

    Args:
        df: Frame of the rows; without ``duplicates`` it needs a column ``cluster_id``. Or a Spark DataFrame with a
            column ``id`` that names each row: the result is a :class:`~pb2b_notebook.cleanup.MergeOnSpark`.
        duplicates: Result of :func:`~pb2b_notebook.cleanup.duplicates` for these rows.
        rules: Field → rule. The rules, each of which makes a known lead's value compete with all others:

            - "best_name": the name that most rows have, never an abbreviation of another, as an address or profile
              spells it; a formal name before its nickname; in proper case, with its accents; then the older lead's;
            - "best_company": the company that most rows name, as its domain spells it; then the most recent;
            - "best_email", "best_phone": valid before invalid, a person's before a shared mailbox, then the latest;
            - "current": that of the row that was updated last, in the best spelling;
            - "furthest": of statuses, the furthest in the funnel; "highest", "latest", "earliest";
            - "plausible": of numbers, none that stands for an unknown one; then the one that most rows have;
            - "most_common": the value that most rows have, else that of the row with the most values;
            - "most_complete", "most_recent" (by ``updated_at``), "most_trusted" (by ``source``), "longest", "union".

            By default: "best_name", "best_company", "best_email" and "best_phone" for these fields; "furthest" for the
            status, "highest" for the score, "latest" for ``last_contacted_at`` and "earliest" for ``created_at``;
            "plausible" for numbers; "union" for tags; "most_recent" for the owner; "current" for all others.
        trusted: Values of ``source``, the most trusted first; all others come last.
        exclude: Names of rows to leave out of their clusters.
        undone: Ids of clusters not to merge, or of rows whose clusters are not to be merged.
        only: Groups of row names that a reviewer confirmed to be one person. If given, rows of one cluster are merged
            only if they are in one group.
        chosen: Pairs of a row name and a field: the record takes this row's value, if it has one, whatever the rule.
            Fields that are decided together follow it. An opted-out status still wins.
        confirmed: Ids of clusters that a person confirmed, or of rows whose clusters were confirmed.
        work: Path of a folder, such as ``"scratch/"``, for a ``polars.LazyFrame`` that does not fit in memory: some of
            the clusters, then some of the rows are merged at a time; same answers. The tables of the result are in
            files as those of :func:`~pb2b_notebook.cleanup.normalize`; ``.golden`` and ``.losers`` are written each
            time that they are used.

    Raises:
        CleanupError: There are no clusters, or they are of other rows; or a field or a rule is unknown; or a choice
            names an index label that several rows have; or ids do not name the rows of a Spark DataFrame; or the work
            folder is full or cannot be used.
        UsageError: The workers of the Spark cluster have other versions of this package or of polars.

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
    choices = Choices.of(rules, trusted, exclude, undone, only, chosen, confirmed)
    spark = spark_frame(df)
    if spark is not None:
        return cast("Merge[Any]", merge_on_spark(spark, duplicates, choices, merge_rows))
    disk = DiskRows.of(df, work, "merge")
    rows = clustered_rows(df if disk is None else disk.table, duplicates)
    if disk is not None:
        rows = rows._replace(frame=replace(rows.frame, lazy=True))
        disk = replace(disk, table=rows.frame.table.to_native())
    same = [] if duplicates is None else duplicates.step.options.get("same", ())
    return merge_rows(rows, choices, same, disk)


def merge_rows(
    rows: ClusteredRows, choices: Choices, same: Iterable[Iterable[Any]] = (), disk: DiskRows | None = None
) -> Merge[Any]:
    """Merge the clusters of some rows, each by its rows alone.

    Args:
        rows: Rows, among them all rows of each of their clusters.
        choices: The arguments of :func:`merge`.
        same: Groups of names of rows that a person judged to be one person.
        disk: The rows, if they are on disk.
    """
    choices, names = choices.of_fields(rows.frame, rows.columns), rows.names
    finder = RowFinder(names)
    left_out, excluded = finder.names(choices.undone), finder.names(choices.exclude)
    groups_of_names = [finder.names(group) for group in choices.only or ()]
    # Sorted by id, so that the order of the frame does not matter.
    found = sorted(rows.groups(excluded).items())
    clusters = found if choices.only is None else _confirmed_parts(found, groups_of_names, names)
    clusters = [
        (cluster, of) for cluster, of in clusters if left_out.isdisjoint((cluster, *(names[row] for row in of)))
    ]
    seen, chosen_rows = finder.names(choices.confirmed), finder.names(row for row, _ in choices.chosen)
    yes = seen | chosen_rows
    reviewed = [{*finder.rows(group)} for group in same]

    def review(some: Sequence[Cluster], members: Members) -> dict[Cluster, tuple[str, ...]]:
        to_check = [(cluster, of) for cluster, of in some if yes.isdisjoint((cluster, *(names[row] for row in of)))]
        return {} if choices.only is not None else _waiting(to_check, rows, members, reviewed)

    merged = _merge_clusters(rows, clusters, choices.step, {}, disk=disk, review=review)
    chosen_names = excluded.union(chosen_rows, *groups_of_names)
    named = {cluster for cluster, _ in found} | set(names)
    unknown = len(chosen_names - set(names)) + len(left_out - named) + len(seen - named)
    return replace(merged, unknown_choices=unknown)


def reasons_to_review(duplicates: Duplicates[Any], groups: Sequence[Iterable[Any]]) -> list[str | None]:
    """Return why :func:`merge` would leave each group of rows to a person.

    "" stands for a group that it would merge, and ``None`` for one of which no two rows are in one cluster.

    Args:
        duplicates: Result of :func:`~pb2b_notebook.cleanup.duplicates`.
        groups: Names of rows that are merged into one record, as far as they are in one cluster.
    """
    if not groups:
        return []
    rows = clustered_rows(duplicates.frame, duplicates)
    finder = RowFinder(rows.names)
    parts: list[tuple[int, Cluster]] = []
    for number, group in enumerate(groups):
        of_cluster: dict[str | None, list[int]] = {}
        for row in in_id_order(finder.rows(group), rows.names, rows.ids):
            of_cluster.setdefault(rows.clusters[row], []).append(row)
        parts += [(number, (cluster, tuple(of))) for cluster, of in of_cluster.items() if cluster and len(of) >= FEWEST]
    if not parts:  # as in most lists of new people
        return [None] * len(groups)
    members = collect_members(rows.frame, sorted({row for _, (_, of) in parts for row in of}))
    same = [{*finder.rows(group)} for group in duplicates.step.options.get("same", ())]
    waiting = _waiting((part for _, part in parts), rows, members, same)
    found: dict[int, str] = {}
    for number, part in parts:
        found[number] = found.get(number) or "; ".join(waiting.get(part, ()))
    return [found.get(number) for number in range(len(groups))]


def _waiting(
    clusters: Iterable[Cluster], rows: ClusteredRows, members: Members, same: Sequence[Collection[int]]
) -> dict[Cluster, tuple[str, ...]]:
    """Return the clusters that are not merged without a person's yes, with the reasons.

    Args:
        clusters: Clusters that were not confirmed.
        rows: All rows.
        members: What decides among the rows.
        same: Groups of rows that a person judged to be one person.
    """
    listed = list(clusters)
    parts = read_name_parts((of for _, of in listed), members)
    found: dict[Cluster, tuple[str, ...]] = {}
    for cluster, of in listed:
        reasons = dict.fromkeys(
            concern.reason
            for concern in concerns(of, rows.possible_survivors(of), members, parts)
            if not any({*concern.rows} <= {*group} for group in same)
        )
        if reasons:
            found[cluster, of] = tuple(reasons)
    return found


def _confirmed_parts(
    clusters: Iterable[Cluster], groups: Iterable[Iterable[Any]], names: Sequence[Any]
) -> list[Cluster]:
    """Return the rows of each cluster that a reviewer confirmed; two groups within one cluster stay separate."""
    group_of = {name: number for number, group in enumerate(groups) for name in group}
    found: list[Cluster] = []
    for cluster, rows in clusters:
        parts: dict[int, list[int]] = {}
        for row in rows:
            if names[row] in group_of:
                parts.setdefault(group_of[names[row]], []).append(row)
        found += [(cluster, tuple(part)) for part in parts.values() if len(part) >= FEWEST]
    return found


def _merge_clusters(
    rows: ClusteredRows,
    clusters: Sequence[Cluster],
    step: Step,
    waiting: Mapping[Cluster, tuple[str, ...]],
    *,
    disk: DiskRows | None,
    review: Callable[[Sequence[Cluster], Members], Mapping[Cluster, tuple[str, ...]]] = lambda *_: {},
) -> Merge[Any]:
    """Merge clusters: all at once, or some at a time if the rows are on disk.

    Args:
        rows: All rows.
        clusters: Clusters to merge.
        step: The step, whose options decide.
        waiting: Other clusters, which wait for a person.
        disk: The rows, if they are on disk.
        review: Function that returns which of some clusters wait as well, with the reasons.
    """
    import polars as pl

    merged: list[Cluster] = []
    waiting, records, opted_out = dict(waiting), GoldenRecords(rows, step.options), 0

    def decide() -> Iterator[pl.DataFrame]:
        nonlocal opted_out
        with Progress("merge", shown=True, unit="clusters") as bar:
            for some in [clusters] if disk is None else _portions(clusters):
                of_some = [row for _, of in some for row in of]
                members = collect_members(rows.frame, of_some, step.options.get("trusted", ()))
                reviewed = review(some, members)
                waiting.update(reviewed)
                sure = [one for one in some if one not in reviewed]
                lines: list[tuple[Any, ...]] = []
                for found in records.decide(sure, members):
                    lines += found
                    bar.add(1, len(clusters))
                merged.extend(sure)
                opted_out += sum(line[4] == ALWAYS for line in lines)
                yield provenance_table(lines, rows)

    def write(start: int, part: pl.DataFrame) -> list[pl.DataFrame]:
        return [records.write_to(range(start, start + len(part))).to_native()]

    if disk is None:
        provenance = pl.concat(decide())
        frame = rows.frame.to_callers_frame(records.write_to(range(len(rows.frame))))
    else:
        [provenance] = write_into(disk.work, ([table] for table in decide()))
        frame = disk.write(write)[0].lazy()
    return Merge(
        rows.to_callers_columns(frame),
        rows.to_callers_fields(in_library(rows.frame, provenance)),
        len(merged),
        opted_out,
        step,
        rows,
        tuple(merged),
        tuple(sorted(records.into)),
        waiting,
        rows.merged_before,
        _disk=disk,
    )


def _portions(clusters: Sequence[Cluster]) -> Iterator[Sequence[Cluster]]:
    """Yield clusters, at least once, in portions of about :data:`PORTION` rows."""
    first = count = 0
    for place, (_, rows) in enumerate(clusters):
        if count >= PORTION:
            yield clusters[first:place]
            first, count = place, 0
        count += len(rows)
    yield clusters[first:]
