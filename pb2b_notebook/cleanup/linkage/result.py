"""What :func:`~pb2b_notebook.cleanup.duplicates` answers: clusters of rows, and for every pair the reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage import reasons
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.frames.conversion import to_frame

if TYPE_CHECKING:
    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.steps import Step


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of ``known`` that are about somebody of the frame.

    Attributes:
        rows: as they came.
        clusters: of each, its cluster.
        names: of each, what it is called.
    """

    rows: OpenFrame
    clusters: tuple[str, ...]
    names: tuple[Any, ...]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Duplicates(ShowsCard):
    """Clusters of rows, and why.

    A row is named by its ``id``. One that has none, or the id of a row before it, is named by its place, from 0: ``5``
    where no row has an id, ``"row 5"`` among rows that have, and ``"known 5"`` if it is a row of ``known``.

    Attributes:
        frame: as it came, with ``cluster_id`` (text; the same for rows about one person), ``cluster_size`` (rows in it)
            and ``match_probability`` (of the row's best link to the others; null where it is alone).
        clusters: one row a cluster of two or more: ``cluster_id``, ``size``, ``rows`` (a list of row names),
            ``weakest`` (the lowest best-link probability of its rows).
        dropped: groups too large to compare by a key: ``key``, ``rows`` (in the group), ``pairs`` (not compared by it),
            ``row`` (one of them).
        threshold: links have at least this probability.
        compared: the lead fields and columns that were compared.
        missing: lead fields that help and are not there.
        unknown_choices: choices (``same``, ``different``) about rows that are not here.
        alarms: sizes of components of links with more than 50 rows; usually a shared value.
        step: what was done, for a :class:`~pb2b_notebook.cleanup.Recipe`.
    """

    frame: Any
    clusters: Any
    dropped: Any
    threshold: float
    compared: tuple[str, ...]
    missing: tuple[str, ...]
    alarms: tuple[int, ...]
    unknown_choices: int
    step: Step
    _open: OpenFrame = field(repr=False)
    _names: pl.Series = field(repr=False)
    _links: pl.DataFrame = field(repr=False)
    _known: Known | None = field(default=None, repr=False)

    @property
    def pairs(self) -> Any:
        """Every pair that is linked or nearly so, the most probable first.

        ``row_a``, ``row_b``, ``probability``, ``decision`` ("same", "bridge": likely by itself, cut since the
        other rows of the two groups disagree; "apart": less than the threshold), ``reasons`` in words, and ``pattern``,
        by which :func:`~pb2b_notebook.cleanup.learn` knows what was compared.
        """
        return self._shown(self._links)

    @property
    def bridges(self) -> Any:
        """Links that were cut, of the form of :attr:`pairs`: look at these first."""
        import polars as pl

        return self._shown(self._links.filter(pl.col("decision") == "bridge"))

    def sample(self, n: int = 200, *, seed: int = 0) -> Any:
        """Pairs worth a reviewer's time, for :func:`~pb2b_notebook.cleanup.learn`: most of them uncertain, some not.

        Args:
            n: how many.
            seed: the same seed draws the same pairs.

        Returns:
            the form of :attr:`pairs`, to which a column ``same`` (true or false) is to be added.
        """
        import numpy as np

        probability = self._links["probability"].to_numpy()
        worth = np.sqrt(np.clip(probability * (1 - probability), 0, None)) + 0.05
        chosen = np.random.default_rng(seed).choice(
            len(worth), size=min(n, len(worth)), replace=False, p=worth / worth.sum() if len(worth) else None
        )
        return self._shown(self._links[np.sort(chosen)])

    def _shown(self, links: pl.DataFrame) -> Any:
        import polars as pl

        patterns = links["pattern"].unique().sort()
        told = pl.DataFrame(
            {"pattern": patterns, "reasons": pl.Series(reasons.reasons(patterns.to_numpy()), dtype=pl.String)}
        )
        named = links.join(told, on="pattern", how="left", maintain_order="left").select(
            self._names.gather(links["a"]).alias("row_a"), self._names.gather(links["b"]).alias("row_b"),
            "probability", "decision", "reasons", "pattern",
        )  # fmt: skip
        return as_frame(self._open, named)

    def _card(self) -> Card:
        from pb2b_notebook.cleanup.linkage.merge_input import gathered

        there = gathered(self.frame, self)
        rows, together = there.own, sum(size > 1 for size in open_frame(self.frame).values("cluster_size"))
        several = people(len(self.clusters))
        lines = [
            f"Duplicates: {rows:,} rows; {together:,} of them are about {several} (clusters, at {self.threshold:g})",
            f"compared: {', '.join(self.compared)}",
        ]
        lines += [f"not there, would help: {', '.join(self.missing)}"] if self.missing else []
        if self._known is not None:
            met = {*there.clusters[there.own :]}
            known = sum(name in met for name in there.clusters[: there.own])
            lines.append(f"rows that are known already: {known:,}; new: {rows - known:,}")
        before = there.merged_before
        lines += [f"{before:,} of the clusters were merged before, and are left out of merge and review"] * bool(before)
        cut = int((self._links["decision"] == "bridge").sum())
        lines += [f"{cut:,} likely {'pair' if cut == 1 else 'pairs'} kept apart, to be looked at: .bridges"] * bool(cut)
        large = len(self.dropped)
        shared = "value is" if large == 1 else "values are"
        lines += [f"{large:,} {shared} shared by too many rows to say who is who: .dropped"] * bool(large)
        lines += (
            [f"large: {', '.join(f'{n:,} rows' for n in self.alarms[:5])} hang together; often by a shared value"]
            if self.alarms
            else []
        )
        lines += [not_here(self.unknown_choices)] * bool(self.unknown_choices)
        return Card(lines=lines)


def people(count: int) -> str:
    """So many people.

    >>> people(1), people(2000)
    ('1 person', '2,000 people')
    """
    return f"{count:,} {'person' if count == 1 else 'people'}"


def not_here(choices: int) -> str:
    """That choices could not be followed.

    >>> not_here(1), not_here(2)
    ('1 choice is about rows that are not here', '2 choices are about rows that are not here')
    """
    return f"{choices:,} {'choice is' if choices == 1 else 'choices are'} about rows that are not here"


def as_frame(held: OpenFrame, table: pl.DataFrame) -> Any:
    """A table in the library of the frame that came."""
    import pyarrow as pa

    if held.library == "polars":
        return table
    arrow = table.to_arrow(compat_level=None)
    plain = {
        pa.large_string(): pa.string(),
        pa.large_list(pa.large_string()): pa.list_(pa.string()),
        pa.large_list(pa.int64()): pa.list_(pa.int64()),
    }
    schema = pa.schema([(one.name, plain.get(one.type, one.type)) for one in arrow.schema])
    return to_frame(arrow.cast(schema), "pandas")
