"""The rows of a merge, and which of them are one person: those of the frame, and the leads that they were found in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.frames import OpenFrame, open_frame, stack_frames
from pb2b_notebook.cleanup.linkage.folding import as_text
from pb2b_notebook.cleanup.row_ids import ids_of, in_id_order, row_names
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pb2b_notebook.cleanup.linkage.result import Duplicates

FEWEST: Final = 2
"""Rows of a cluster that is worth a merge."""


class Gathered(NamedTuple):
    """Rows at work.

    Attributes:
        held: the frame; behind it rows of ``known`` that are about somebody of it.
        own: number of rows of the frame.
        names: what each row is called.
        ids: of each row; ``None`` where it has none.
        clusters: of each row; ``None`` where it has none.
        into: of each row, what it was merged into before.
    """

    held: OpenFrame
    own: int
    names: tuple[Any, ...]
    ids: tuple[str | None, ...]
    clusters: tuple[str | None, ...]
    into: tuple[str | None, ...]

    def groups(self, excluded: Collection[Any] = ()) -> dict[str, tuple[int, ...]]:
        """Cluster → its rows that are not merged yet, of clusters with two of them or more.

        Args:
            excluded: rows, by name, that are left out.
        """
        found: dict[str, list[int]] = {}
        merged: dict[str, list[int]] = {}
        for row, (name, into) in enumerate(zip(self.clusters, self.into, strict=True)):
            if name is not None and self.names[row] not in excluded:
                (found if into is None else merged).setdefault(name, []).append(row)
        self._led_on(found, merged)
        return {name: tuple(in_id_order(rows, self.names)) for name, rows in found.items() if len(rows) >= FEWEST}

    def may_go_on(self, rows: Sequence[int]) -> Sequence[int]:
        """Of one person's rows, those that may be the record: known leads, else rows with an id, else all."""
        named = [row for row in rows if self.ids[row] is not None]
        return [row for row in named if row >= self.own] or named or rows

    def called(self, row: int) -> str:
        """What ``merged_into`` calls a row by: its id, where it has one."""
        return self.ids[row] or str(self.names[row])

    def _led_on(self, found: dict[str, list[int]], merged: dict[str, list[int]]) -> None:
        """Rows that are no lead and were found in leads that went on as another one: they belong to that one."""
        place = {one: row for row, one in enumerate(self.ids) if one is not None}
        for name, rows in merged.items():
            news = found.get(name, [])
            if not news or any(self.ids[row] is not None for row in news):
                continue
            at: int | None = rows[0]
            for _ in range(len(self.ids)):
                if at is None or self.into[at] is None:
                    break
                at = place.get(self.into[at] or "")
            if at is not None and self.into[at] is None and self.clusters[at] not in {None, name}:
                found.setdefault(str(self.clusters[at]), [at]).extend(found.pop(name))

    @property
    def merged_before(self) -> int:
        """How many clusters of two rows or more have nothing left to merge."""
        sizes: dict[str, int] = {}
        for name in self.clusters:
            if name is not None:
                sizes[name] = sizes.get(name, 0) + 1
        return sum(size >= FEWEST for size in sizes.values()) - len(self.groups())


def gathered(df: Any, duplicates: Duplicates | None = None) -> Gathered:
    """Bring rows and clusters together.

    Args:
        df: the rows; with a column ``cluster_id``, if no duplicates are given.
        duplicates: of these rows.

    Raises:
        CleanupError: no clusters, or those of other rows.
    """
    held = open_frame(df)
    source = held if duplicates is None else open_frame(duplicates.frame)
    if "cluster_id" not in source.names:
        raise CleanupError("there are no clusters to merge", repair="give merge(df, duplicates(df))")
    if len(source) != len(held) or (duplicates is not None and not _the_same(held, source, duplicates.compared)):
        raise CleanupError(
            "the duplicates are those of other rows", repair="give merge(df, duplicates(df)), the same df"
        )
    clusters, names = _texts(source, "cluster_id"), row_names(ids_of(held))
    own, known = len(held), None if duplicates is None else duplicates._known  # noqa: SLF001 - two parts of one answer
    if duplicates is not None and known is not None:
        names = [*duplicates._names.head(own), *known.names]  # noqa: SLF001 - the same
        clusters += known.clusters
        if len(known.rows):
            held = stack_frames(held, known.rows)
    into = _texts(held, "merged_into") if "merged_into" in held.names else [None] * len(held)
    return Gathered(held, own, tuple(names), tuple(ids_of(held)), tuple(clusters), tuple(into))


def _the_same(held: OpenFrame, source: OpenFrame, compared: Sequence[str]) -> bool:
    """Whether these are the rows of the duplicates: by their ids; where there are none, by what was compared."""
    ids = ids_of(held)
    if ids != ids_of(source):
        return False
    return all(ids) or all(
        name in held.names and as_text(held.table[name].to_native()).equals(as_text(source.table[name].to_native()))
        for name in compared
    )


def _texts(held: OpenFrame, column: str) -> list[str | None]:
    return [None if value is None else str(value) for value in held.values(column)]
