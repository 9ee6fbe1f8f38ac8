"""Link on the executors, where the links of a list do not fit on the driver.

Rows that links lead to are in one part, so that each part is linked by the functions of one machine. The driver gets
numbers of clusters, and nothing of single rows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.clusters.conflicts import settle
from pb2b_notebook.cleanup.linkage.clusters.grouping import Choices, group_rows
from pb2b_notebook.cleanup.linkage.pairs.features import BEARERS
from pb2b_notebook.cleanup.linkage.results.result import clusters_of, pairs_in_words
from pb2b_notebook.cleanup.linkage.scores.list_scoring import levels_to_count
from pb2b_notebook.cleanup.linkage.scores.scoring import score_pairs
from pb2b_notebook.cleanup.linkage.spark.components import components_by_joins
from pb2b_notebook.cleanup.linkage.spark.stages import levels_of_places
from pb2b_notebook.engines.on_spark import home
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.spark.tables import Table, create_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.scoring import FurtherWeights, ScoredPairs
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.spark.stages import Candidates, Contents, ScoredList
    from pb2b_notebook.engines.on_spark import OnSpark


_ROW: Final = ("known", "name", "order", "cluster")
"""What is known of a row: its position among the known rows, else -1; its names; and its known cluster."""


class LinkedParts(NamedTuple):
    """Clusters on the executors.

    Attributes:
        rows: ``id``, ``cluster_id``, ``cluster_size`` and ``match_probability`` of the rows that may be in clusters.
        pairs: The columns of ``Duplicates.pairs``.
        clusters: The columns of ``Duplicates.clusters``.
        alarms: Sizes of large components.
        clustered: Number of rows in clusters.
        cut: Number of links that were cut.
        known: Each known row, in order: its ``name``, its ``cluster_id``, and ``own``, the number of other rows in it.
    """

    rows: Table
    pairs: Table
    clusters: Table
    alarms: tuple[int, ...]
    clustered: int
    cut: int
    known: pl.DataFrame


class _Linking(NamedTuple):
    """How the pairs of a part are linked.

    Attributes:
        weights: Weights for this list.
        threshold: Least match probability of a pair that is a link.
        further: Weights of its further columns.
        columns: Further columns.
        query: SQL that compares.
        read: The features that it reads.
        by_id: Whether clusters are named by the ids of their rows.
        same: Groups of names that are one person.
        different: Groups of names that are all different people.
    """

    weights: Weights
    threshold: float
    further: FurtherWeights | None
    columns: tuple[FurtherColumn, ...]
    query: str
    read: list[str]
    by_id: bool
    same: list[list[Any]]
    different: list[list[Any]]

    def of(self, members: pl.DataFrame) -> _Linking:
        """Return the same for the contents of a part, with how many people have the names of each."""
        if self.further is None or not self.further.mean_bearers:
            return self
        return self._replace(further=self.further._replace(bearers=tuple(members[name].to_numpy() for name in BEARERS)))

    def score(self, pairs: pl.DataFrame) -> ScoredPairs:
        """Score pairs with their levels."""
        return score_pairs(pairs, self.weights, self.threshold, self.further)

    def compare(self, members: pl.DataFrame, places: pl.DataFrame) -> ScoredPairs:
        """Score pairs of places that share no blocking key."""
        return self.score(levels_of_places(members.select(self.read), places, self.query, self.columns))


def link_by_joins(
    tables: OnSpark,
    contents: Contents,
    found: Candidates,
    listed: ScoredList,
    *,
    threshold: float,
    columns: Sequence[FurtherColumn],
    chains: pl.DataFrame,
    known: pl.DataFrame,
    given: tuple[list[list[Any]], list[list[Any]]],
) -> LinkedParts:
    """Return the clusters of a list.

    Args:
        tables: Where the tables are.
        contents: Distinct contents.
        found: Compared pairs.
        listed: Which of them matter.
        threshold: Least match probability of a pair that is a link.
        columns: Further columns.
        chains: Pairs of contents, ``a`` and ``b``, that are to be in one part even if no link leads there.
        known: The known rows: ``i`` of their content, ``known`` (their position), ``name``, ``order`` and ``cluster``.
        given: Groups of names that are one person, and groups of names that are different people.
    """
    levels = levels_to_count(columns)
    links = found.compared.map(partial(_links, bands=listed.bands))
    session = found.compared.source.sparkSession
    if not chains.is_empty():
        links = links.union(create_table(session, chains.select(i="a", other="b")))
    components = components_by_joins(tables, links)
    scored = [name for name in ("content", "bare", *BEARERS) if name in found.features.schema]
    features = found.features.select(*dict.fromkeys((*found.read, *scored)))
    owners, compared = contents.owners.select("i", "id", "known"), found.compared.select("a", "b", *levels)
    by_number = tables.exchange(
        (features, [home("i")]), (owners, [home("i")]), (create_table(session, known), [home("i")]),
        (components, [home("i")]), (compared, [home("a")]),
    )  # fmt: skip
    by_component = tables.exchange((by_number.meet(_with_components), [home("component")] * 2))
    linking = _Linking(
        listed.refinement.weights, threshold, listed.further, tuple(columns), found.query(columns, contents.rows),
        found.read, known.is_empty(), *given,
    )  # fmt: skip
    linked = tables.keep(by_component.meet(partial(_link, linking=linking))).single_tables()
    rows, pairs, clusters, theirs, facts = linked
    counted = facts.collect()
    alarms = counted["alarms"].explode().drop_nulls().sort(descending=True)
    numbers = int(counted["clustered"].sum()), int(counted["cut"].sum())
    of_known = theirs.collect().sort("known").drop("known")
    return LinkedParts(rows, pairs, clusters, tuple(alarms), *numbers, of_known)


def _links(part: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of different contents that are links or nearly so."""
    levels = [name for name in bands.columns if name != "band"]
    found = part.filter(pl.col("a") != pl.col("b")).join(bands.filter(pl.col("band") < 0), on=levels, how="semi")
    return found.select(i="a", other="b")


def _with_components(
    features: pl.DataFrame, owners: pl.DataFrame, known: pl.DataFrame, components: pl.DataFrame, pairs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the contents that may be in clusters, with their rows, and the pairs of each: both with the component."""
    component = pl.coalesce("component", "i")
    members = features.join(components, on="i", how="left").filter(
        pl.col("component").is_not_null() | (pl.col("copies") > 1) | pl.col("i").is_in(known["i"].implode())
    )
    own = owners.filter(pl.col("known") < 0).with_columns(name="id", order="id", cluster=pl.lit(None, pl.String))
    rows = pl.concat([own.select(known.columns), known])
    rows = rows.join(members.select("i"), on="i", how="semi").group_by("i").agg(_ROW)
    members = members.with_columns(component=component).join(rows, on="i")
    return members, pairs.join(members.select("component", a="i"), on="a")


def _link(members: pl.DataFrame, pairs: pl.DataFrame, linking: _Linking) -> tuple[pl.DataFrame, ...]:
    """Return the rows of whole components, their pairs, their clusters, known rows, and facts about them."""
    members = members.sort("i")
    linking = linking.of(members)
    inside = pairs.join(members.select("component", b="i"), on=["b", "component"]).drop("component")
    placed = inside.with_columns(
        members["i"].search_sorted(inside[side]).cast(pl.UInt32).alias(side) for side in ("a", "b")
    )
    scored = linking.score(placed.sort("a", "b"))
    scored, conflicts = settle(members, scored, partial(linking.compare, members), linking.further)
    rows = members.select(_ROW).with_row_index("place").explode(_ROW).sort("known", "order")
    names, known = rows["name"], rows.filter(pl.col("known") >= 0)
    grouping = group_rows(
        scored,
        rows["place"].to_numpy().astype("int64"),
        members["content"].to_numpy(),
        names=rows["order"],
        by_id=linking.by_id,
        known_clusters=known["cluster"].to_list(),
        choices=Choices.of(names, linking.same, linking.different),
        conflicts=conflicts,
    )
    named = pl.DataFrame(
        {
            "label": grouping.labels,
            "id": grouping.ids,
            "best": pl.Series(grouping.best, dtype=pl.Float64, nan_to_null=True),
            "name": names,
            "order": rows["order"],
            "size": pl.Series(grouping.sizes, dtype=pl.Int64),
            "known": rows["known"],
        }
    ).with_columns(own=(pl.col("known") < 0).sum().over("label").cast(pl.Int64))
    own, theirs = named.filter(pl.col("known") < 0), named.filter(pl.col("known") >= 0)
    facts = {
        "alarms": pl.Series([grouping.alarms], dtype=pl.List(pl.Int64)),
        "clustered": [int((own["size"] > 1).sum())],
        "cut": [int((grouping.links["decision"] == "bridge").sum())],
    }
    return (
        own.select(id="name", cluster_id="id", cluster_size="size", match_probability="best"),
        pairs_in_words(grouping.links, names, linking.columns, linking.weights.subject),
        clusters_of(named.filter(pl.col("own") > 0)),
        theirs.select("known", "name", "own", cluster_id="id"),
        pl.DataFrame(facts),
    )
