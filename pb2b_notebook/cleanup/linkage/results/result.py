"""The result of :func:`~pb2b_notebook.cleanup.duplicates`: clusters of rows, and the reasons of every pair."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.results import reasons
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE, SUBJECTS
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import CleanupError, brief
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.conversion import to_frame
from pb2b_notebook.frames.types import FrameT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.subjects import Subject
    from pb2b_notebook.cleanup.steps import Step


BANDS: Final = (0.03, 0.1, 0.2, 0.4, 0.6, 0.75, 0.9, 0.99)
"""Match probabilities between the bands of which as many pairs each are labelled."""


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The ``known`` rows that are about people of the frame.

    Attributes:
        rows: The rows, unchanged.
        clusters: Cluster of each row.
        names: Name of each row.
    """

    rows: OpenFrame
    clusters: tuple[str, ...]
    names: tuple[Any, ...]


class RowCounts(NamedTuple):
    """Numbers of the rows of a frame.

    Attributes:
        rows: All rows.
        clustered: Those in clusters.
        known: Those that are known.
        merged_before: Clusters that were merged before.
        clusters: Clusters of two or more.
        cut: Links that were cut.
    """

    rows: int
    clustered: int
    known: int
    merged_before: int
    clusters: int
    cut: int


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Duplicates(ExportsArrow, ShowsCard, Generic[FrameT]):
    """Clusters of rows, and the reasons of every pair.

    A row is named by its ``id``. Where no row has one, rows are named by the labels of a pandas index (in polars by
    their position from 0): labels that are all integers, floats, texts or booleans as they are, others as text, such as
    ``"('a', 1)"``. A row without an id among rows with ids, or with the id of an earlier row, is named ``"row 5"`` by
    its label or position, and ``"known 5"`` if it is a row of ``known``. Choices name a row by its name or its text.

    Attributes:
        frame: The frame with ``cluster_id`` (text; the same for rows about one person), ``cluster_size`` (number of its
            rows) and ``match_probability`` (of the row's best link to the others; null where it is alone).
        clusters: One row for each cluster of two or more: ``cluster_id``, ``size``, ``rows`` (a list of row names),
            ``weakest`` (the lowest best-link probability of its rows).
        dropped: Groups too large to compare by a blocking key: ``key``, ``rows`` (in the group), ``pairs`` (not
            compared by it), ``row`` (one of its rows).
        threshold: Least match probability of rows that are linked.
        compared: Lead fields and columns that were compared.
        roles: Column → lead field or role by which it was compared.
        guessed: Columns whose role was not given by ``fields=``, but guessed from their names and values.
        left_out: Column → why it was not compared.
        missing: Lead fields that the frame lacks and that would help.
        weights: The weights in use: those that were given, or those of the package, refined by this list.
        refinement: How the weights of the package were refined by this list, or why they were not; sentences.
        unknown_choices: Number of choices (``same``, ``different``) about rows that are not in the frame.
        alarms: Sizes of groups of more than 50 rows that are linked to each other; usually by a shared value.
        step: The step of a :class:`~pb2b_notebook.cleanup.Recipe` that repeats this search.
    """

    frame: FrameT
    clusters: FrameT
    dropped: FrameT
    threshold: float
    compared: tuple[str, ...]
    missing: tuple[str, ...]
    weights: Weights
    refinement: tuple[str, ...]
    alarms: tuple[int, ...]
    unknown_choices: int
    step: Step
    _frame: OpenFrame = field(repr=False)
    _names: pl.Series = field(repr=False)
    _links: pl.DataFrame = field(repr=False)
    _improbable: pl.DataFrame = field(repr=False)
    _known: KnownRows | None = field(default=None, repr=False)
    _further: tuple[FurtherColumn, ...] = field(default=(), repr=False)
    roles: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    guessed: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject:
        """What the rows are about, and how they were compared."""
        return SUBJECTS[self.step.options.get("of", PEOPLE.name)]

    @property
    def pairs(self) -> FrameT:
        """Every pair that is linked or nearly so, the most probable first.

        Columns: ``row_a`` and ``row_b`` (row names), ``probability``, ``decision`` ("same": one cluster; "bridge":
        likely by itself, but cut since the other rows of the two groups disagree; "apart": below the threshold),
        ``reasons`` in words, ``review`` (text: why a rule leaves the pair to a person, however much agrees; null for
        other pairs; the probability is then .5, which is a limit and not an estimate), and ``pattern``, the levels of
        agreement as one integer, which :func:`~pb2b_notebook.cleanup.learn` needs; with further columns also
        ``further``, their levels.
        """
        found: FrameT = self._pairs_of(self._links)
        return found

    @property
    def bridges(self) -> FrameT:
        """Links that were cut, with the columns of :attr:`pairs`. Review these first."""
        import polars as pl

        found: FrameT = self._pairs_of(self._links.filter(pl.col("decision") == "bridge"))
        return found

    def sample(self, n: int = 200, *, seed: int = 0) -> FrameT:
        """Return pairs to label for :func:`~pb2b_notebook.cleanup.learn`, as many from each band of probability.

        The lowest bands are pairs that were compared and are not in :attr:`pairs`: missed duplicates are among them.

        Args:
            n: Number of pairs.
            seed: Seed of the random choice; the same seed gives the same pairs.

        Returns:
            Rows with the columns of :attr:`pairs`, to which a column ``same`` (true or false) is to be added.

        Raises:
            CleanupError: ``n`` or ``seed`` is not a whole number from 0.
        """
        import numpy as np
        import polars as pl

        for name, number in (("n", n), ("seed", seed)):
            if not isinstance(number, int | np.integer) or number < 0:
                raise CleanupError(f"{name}= must be a whole number, not {brief(number)}", repair=f"{name}=200")
        pairs = pl.concat([self._links, self._improbable.select(self._links.columns)])
        band = np.digitize(pairs["probability"].to_numpy(), BANDS)
        order = np.random.default_rng(seed).permutation(len(pairs))
        # The first pairs of all bands, then the second ones, and so on until there are enough.
        nth = pl.Series(band[order]).to_frame("band").select(pl.int_range(pl.len()).over("band")).to_series().to_numpy()
        chosen = order[np.argsort(nth, kind="stable")[:n]]
        found: FrameT = self._pairs_of(pairs[np.sort(chosen)])
        return found

    def _pairs_of_rows(self, names: pl.Series, least: float) -> Any:
        import polars as pl

        links, chosen = self._links.filter(pl.col("probability") >= least), self._names.is_in(names.implode())
        return self._pairs_of(links.filter(chosen.gather(links["a"]) | chosen.gather(links["b"])))

    def _pairs_of(self, links: pl.DataFrame) -> Any:
        return in_library(self._frame, pairs_in_words(links, self._names, self._further, self.subject))

    def _counts(self) -> RowCounts:
        from pb2b_notebook.cleanup.linkage.results.clustered_rows import rows_to_count

        found = rows_to_count(self)
        rows, clustered = found.own_rows, sum(size > 1 for size in found.frame.values("cluster_size"))
        known_clusters = {*found.clusters[rows:]}
        known = sum(cluster in known_clusters for cluster in found.clusters[:rows]) if known_clusters else 0
        cut = int((self._links["decision"] == "bridge").sum())
        return RowCounts(rows, clustered, known, found.merged_before, len(self.clusters), cut)

    def _card(self) -> Card:
        rows, clustered, known, before, clusters, cut = self._counts()
        people = self.subject.count_text(clusters)
        lines = [
            f"Duplicates: {rows:,} rows; {clustered:,} of them are about {people} (clusters, at {self.threshold:g})",
            f"compared: {', '.join(self.compared)}",
        ]
        guessed = ", ".join(f"{column} as {self.roles[column]}" for column in self.guessed)
        lines += [f"guessed from names and values: {guessed}; fields= says otherwise"] * bool(guessed)
        lines += [f"missing fields that would help: {', '.join(self.missing)}"] if self.missing else []
        lines += [f"fitted to this list: {'; '.join(self.refinement)}"] * self.weights.fitted
        if self._known is not None:
            lines.append(f"rows that are known already: {known:,}; new: {rows - known:,}")
        lines += [f"{before:,} of the clusters were merged before, and are left out of merge and review"] * bool(before)
        pairs = "pair was" if cut == 1 else "pairs were"
        lines += [f"{cut:,} likely {pairs} kept apart; review .bridges"] * bool(cut)
        large = len(self.dropped)
        values = "value is" if large == 1 else "values are"
        lines += [f"{large:,} {values} shared by too many rows to compare: .dropped"] * bool(large)
        if self.alarms:
            sizes = ", ".join(f"{size:,} rows" for size in self.alarms[:5])
            lines.append(f"large groups of linked rows, often by a shared value: {sizes}")
        lines += [unknown_choices_text(self.unknown_choices)] * bool(self.unknown_choices)
        return Card(lines=lines)


def pairs_in_words(
    links: pl.DataFrame, names: pl.Series, columns: Sequence[FurtherColumn], subject: Subject
) -> pl.DataFrame:
    """Return links with the names of their rows and the reasons, as :attr:`Duplicates.pairs` describes them."""
    import polars as pl

    both = links.select("pattern", "further").unique().sort("pattern", "further")
    levels = both["pattern"].to_numpy(), both["further"].to_numpy()
    lines, why = (words(*levels, columns, subject=subject) for words in (reasons.reasons, reasons.review_reasons))
    words = both.with_columns(reasons=pl.Series(lines, dtype=pl.String), why=pl.Series(why, dtype=pl.String))
    return links.join(words, on=["pattern", "further"], how="left", maintain_order="left").select(
        names.gather(links["a"]).alias("row_a"), names.gather(links["b"]).alias("row_b"),
        "probability", "decision", "reasons", pl.when("review").then("why").alias("review"), "pattern",
        *(["further"] if columns else []),
    )  # fmt: skip


def clusters_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the clusters of two or more, as :attr:`Duplicates.clusters` describes them, the largest first.

    Args:
        rows: ``label``, ``id`` (of the cluster), ``size``, ``best``, ``name``, ``order``.
    """
    import polars as pl

    clusters = (
        rows.filter(pl.col("size") > 1).sort("order").group_by("label", maintain_order=True)
        .agg(pl.col("id", "size").first(), "name", pl.col("best").min())
        .sort("size", "id", descending=[True, False])
    )  # fmt: skip
    return clusters.select(cluster_id="id", size="size", rows="name", weakest="best")


def pairs_of_rows(found: Duplicates[FrameT], names: pl.Series, *, least: float = 0.0) -> FrameT:
    """Return those of ``.pairs`` in which some rows are."""
    pairs: FrameT = found._pairs_of_rows(names, least)  # noqa: SLF001 - same module
    return pairs


def unknown_choices_text(choices: int) -> str:
    """Return the sentence about choices that could not be applied.

    >>> unknown_choices_text(1), unknown_choices_text(2)
    ('1 choice is about rows that are not in the frame', '2 choices are about rows that are not in the frame')
    """
    return f"{choices:,} {'choice is' if choices == 1 else 'choices are'} about rows that are not in the frame"


def in_pandas(found: Duplicates[Any], index: Any) -> Duplicates[Any]:
    """Return a result about a polars frame as one about a pandas frame of the same rows.

    Args:
        found: The result.
        index: Index of the pandas frame; rows keep their names.
    """
    rows = open_frame(_to_pandas(found._frame.table.to_native()).set_axis(index, axis=0))  # noqa: SLF001 - same module
    frame, clusters, dropped = map(_to_pandas, (found.frame, found.clusters, found.dropped))
    return replace(found, frame=frame.set_axis(index, axis=0), clusters=clusters, dropped=dropped, _frame=rows)


def in_library(frame: OpenFrame, table: pl.DataFrame) -> Any:
    """Return a table in the library of the caller's frame."""
    return table if frame.library == "polars" else _to_pandas(table)


def _to_pandas(table: pl.DataFrame) -> Any:
    import pyarrow as pa

    arrow = table.to_arrow(compat_level=None)
    plain = {
        pa.large_string(): pa.string(),
        pa.large_list(pa.large_string()): pa.list_(pa.string()),
        pa.large_list(pa.int64()): pa.list_(pa.int64()),
    }
    schema = pa.schema([(column.name, plain.get(column.type, column.type)) for column in arrow.schema])
    return to_frame(arrow.cast(schema), "pandas")
