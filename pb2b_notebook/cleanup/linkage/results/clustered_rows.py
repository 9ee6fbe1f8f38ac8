"""Rows with their clusters: the rows of the frame, then the known rows that they were found in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.frames import OpenFrame, open_frame, stack_frames
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE
from pb2b_notebook.cleanup.linkage.tables.row_names import ids_of, in_id_order, labels_of, name_type, row_names
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.mapping.suggestions.role_guesses import COMPANY_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pb2b_notebook.cleanup.linkage.results.result import Duplicates
    from pb2b_notebook.cleanup.linkage.subjects import Subject

FEWEST: Final = 2
"""Least number of rows of a cluster that is merged."""


class ClusteredRows(NamedTuple):
    """Rows with their names and clusters.

    Attributes:
        frame: The rows of the frame, then the ``known`` rows of the same people.
        own_rows: Number of rows of the frame.
        names: Name of each row.
        ids: Id of each row; ``None`` where it has none.
        clusters: Cluster of each row; ``None`` where it has none.
        merged_into: What each row was merged into before; ``None`` for nothing.
        subject: What the rows are about.
        columns: Field → the caller's column, where the frame has the field under another name.
    """

    frame: OpenFrame
    own_rows: int
    names: tuple[Any, ...]
    ids: tuple[str | None, ...]
    clusters: tuple[str | None, ...]
    merged_into: tuple[str | None, ...]
    subject: Subject
    columns: Mapping[str, str]

    @property
    def name_type(self) -> Any:
        """The polars type of a column of row names."""
        return name_type(self.names, by_id="id" in self.frame.names and self.frame.is_text("id"))

    def field(self, column: str) -> str:
        """Return the field that a column of the caller holds."""
        return next((field for field, name in self.columns.items() if name == column), column)

    def to_callers_columns(self, frame: Any) -> Any:
        """Return a frame of the result with the caller's names of the columns."""
        import narwhals as nw

        return nw.from_native(frame).rename(dict(self.columns)).to_native() if self.columns else frame

    def to_callers_fields(self, provenance: Any) -> Any:
        """Return the provenance with the caller's names of the columns as fields."""
        import narwhals as nw

        if not self.columns:
            return provenance
        table = nw.from_native(provenance, eager_only=True)
        names = [self.columns.get(field, field) for field in table["field"].to_list()]
        series = nw.new_series("field", names, nw.String, backend=table.implementation)
        return table.with_columns(series).to_native()

    def groups(self, excluded: Collection[Any] = ()) -> dict[str, tuple[int, ...]]:
        """Return cluster → rows that are not merged yet, for clusters with at least two of them."""
        found: dict[str, list[int]] = {}
        merged: dict[str, list[int]] = {}
        for row, (cluster, into) in enumerate(zip(self.clusters, self.merged_into, strict=True)):
            if cluster is not None and self.names[row] not in excluded:
                (found if into is None else merged).setdefault(cluster, []).append(row)
        self._follow_merged_leads(found, merged)
        return {
            cluster: tuple(in_id_order(rows, self.names, self.ids))
            for cluster, rows in found.items()
            if len(rows) >= FEWEST
        }

    def possible_survivors(self, rows: Sequence[int]) -> Sequence[int]:
        """Return which rows of one person may survive: known leads, else rows with an id, else all."""
        with_id = [row for row in rows if self.ids[row] is not None]
        return [row for row in with_id if row >= self.own_rows] or with_id or rows

    def name_of_survivor(self, row: int) -> str:
        """Return what ``merged_into`` holds for a survivor: its id, or its name if it has none."""
        return self.ids[row] or str(self.names[row])

    def _follow_merged_leads(self, found: dict[str, list[int]], merged: dict[str, list[int]]) -> None:
        """Move rows without an id whose cluster holds only merged leads to the cluster of the surviving lead."""
        position = {row_id: row for row, row_id in enumerate(self.ids) if row_id is not None}
        for cluster, rows in merged.items():
            new = found.get(cluster, [])
            if not new or any(self.ids[row] is not None for row in new):
                continue
            lead: int | None = rows[0]
            for _ in range(len(self.ids)):
                if lead is None or self.merged_into[lead] is None:
                    break
                lead = position.get(self.merged_into[lead] or "")
            if lead is not None and self.merged_into[lead] is None and self.clusters[lead] not in {None, cluster}:
                found.setdefault(str(self.clusters[lead]), [lead]).extend(found.pop(cluster))

    @property
    def merged_before(self) -> int:
        """Number of clusters of at least two rows that have nothing left to merge."""
        sizes: dict[str, int] = {}
        for cluster in self.clusters:
            if cluster is not None:
                sizes[cluster] = sizes.get(cluster, 0) + 1
        return sum(size >= FEWEST for size in sizes.values()) - len(self.groups())


def clustered_rows(
    df: Any, duplicates: Duplicates[Any] | None = None, roles: Mapping[str, str] | None = None
) -> ClusteredRows:
    """Return rows with their clusters.

    Args:
        df: Frame of the rows; without ``duplicates`` it needs a column ``cluster_id``.
        duplicates: Result of :func:`~pb2b_notebook.cleanup.duplicates` for these rows.
        roles: Column → field that it holds; by default those of the duplicates.

    Raises:
        CleanupError: There are no clusters, or they are of other rows.
    """
    if duplicates is not None and not hasattr(duplicates, "compared"):
        raise CleanupError(
            f"duplicates= must be a result of duplicates(), not {type(duplicates).__name__}",
            repair="pass the duplicates: merge(df, duplicates(df))",
        )
    frame = open_frame(df)
    source = frame if duplicates is None else open_frame(duplicates.frame)
    if "cluster_id" not in source.names:
        raise CleanupError("there are no clusters to merge", repair="pass the duplicates: merge(df, duplicates(df))")
    if len(source) != len(frame) or (duplicates is not None and not _are_same_rows(frame, source, duplicates.compared)):
        raise CleanupError(
            "duplicates= was found for other rows than df=",
            repair="pass the same df: merge(df, duplicates(df))",
        )
    clusters, names = _texts(source, "cluster_id"), row_names(ids_of(frame), labels=labels_of(frame))
    own_rows, known = len(frame), None if duplicates is None else duplicates._known  # noqa: SLF001 - same package
    if duplicates is not None and known is not None:
        names = [*duplicates._names.head(own_rows), *known.names]  # noqa: SLF001 - same package
        clusters += known.clusters
        if len(known.rows):
            frame = stack_frames(frame, known.rows)
    merged_into = _texts(frame, "merged_into") if "merged_into" in frame.names else [None] * len(frame)
    subject = PEOPLE if duplicates is None else duplicates.subject
    roles = (duplicates.roles if duplicates is not None else {}) if roles is None else roles
    columns = fields_of_columns(frame, roles)
    if columns:
        frame = frame.with_names({column: field for field, column in columns.items()})
    return ClusteredRows(
        frame, own_rows, tuple(names), tuple(ids_of(frame)), tuple(clusters), tuple(merged_into), subject, columns
    )


def rows_to_count(duplicates: Duplicates[Any]) -> ClusteredRows:
    """Return all rows of duplicates with their clusters, and as ``frame`` only their own.

    The rows of ``known=`` may have columns of other types, which one frame cannot hold: a merge refuses them.
    """
    own, known = open_frame(duplicates.frame), duplicates._known  # noqa: SLF001 - same package
    parts = [own] if known is None else [own, known.rows]
    names = [*duplicates._names.head(len(own)), *(() if known is None else known.names)]  # noqa: SLF001
    clusters = [*_texts(own, "cluster_id"), *(() if known is None else known.clusters)]
    merged_into = [
        into
        for part in parts
        for into in (_texts(part, "merged_into") if "merged_into" in part.names else [None] * len(part))
    ]
    ids = [row_id for part in parts for row_id in ids_of(part)]
    return ClusteredRows(
        own, len(own), tuple(names), tuple(ids), tuple(clusters), tuple(merged_into), duplicates.subject, {}
    )


def rows_of_known(duplicates: Duplicates[Any], rows: Sequence[int]) -> Duplicates[Any] | None:
    """Return the duplicates of some rows, for duplicates that were found with ``known=``; otherwise ``None``.

    Args:
        duplicates: Result of :func:`~pb2b_notebook.cleanup.duplicates`.
        rows: Positions in :func:`clustered_rows`.
    """
    known = duplicates._known  # noqa: SLF001 - same package
    if known is None:
        return None
    frame = open_frame(duplicates.frame)
    own = [row for row in rows if row < len(frame)]
    others = [row - len(frame) for row in rows if row >= len(frame)]
    part = replace(
        known,
        rows=known.rows.take_rows(others),
        clusters=tuple(known.clusters[row] for row in others),
        names=tuple(known.names[row] for row in others),
    )
    names = duplicates._names.gather(own)  # noqa: SLF001 - same package
    return replace(duplicates, frame=frame.take_rows(own).table.to_native(), _names=names, _known=part)


def fields_of_columns(frame: OpenFrame, roles: Mapping[str, str]) -> dict[str, str]:
    """Return field → column, for compared columns that are not named by the field that they hold; the first of several.

    >>> import pandas as pd
    >>> from pb2b_notebook.cleanup.frames import open_frame
    >>> fields_of_columns(open_frame(pd.DataFrame({"Tel": [], "Mobile": []})), {"Tel": "phone", "Mobile": "phone"})
    {'phone': 'Tel'}
    """
    fields = {*SOURCES, *COMPANY_ROLES}.difference(frame.names)
    found: dict[str, str] = {}
    for column, field in roles.items():
        if field in fields and column in frame.names:
            found.setdefault(field, column)
    return found


def _are_same_rows(frame: OpenFrame, source: OpenFrame, compared: Sequence[str]) -> bool:
    """Return whether the rows are those of the duplicates: by their ids, or without ids by what was compared."""
    ids = ids_of(frame)
    if ids != ids_of(source):
        return False
    return all(ids) or all(
        name in frame.names and as_text(frame.table[name].to_native()).equals(as_text(source.table[name].to_native()))
        for name in compared
    )


def _texts(frame: OpenFrame, column: str) -> list[str | None]:
    return [None if value is None else str(value) for value in frame.values(column)]
