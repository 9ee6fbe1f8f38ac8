"""Link on the executors, where the links of a list do not fit on the driver.

Rows that links lead to are in one part, so that each part is linked by the functions of one machine. The driver gets
numbers of clusters, and nothing of single rows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

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


class LinkedParts(NamedTuple):
    """Clusters on the executors.

    Attributes:
        rows: ``id``, ``cluster_id``, ``cluster_size`` and ``match_probability`` of the rows that may be in clusters.
        pairs: The columns of ``Duplicates.pairs``.
        clusters: The columns of ``Duplicates.clusters``.
        alarms: Sizes of large components.
        clustered: Number of rows in clusters.
        cut: Number of links that were cut.
    """

    rows: Table
    pairs: Table
    clusters: Table
    alarms: tuple[int, ...]
    clustered: int
    cut: int


class _Linking(NamedTuple):
    """How the pairs of a part are linked.

    Attributes:
        weights: Weights for this list.
        threshold: Least match probability of a pair that is a link.
        further: Weights of its further columns.
        columns: Further columns.
        query: SQL that compares.
        read: The features that it reads.
        same: Groups of ids that are one person.
        different: Groups of ids that are all different people.
    """

    weights: Weights
    threshold: float
    further: FurtherWeights | None
    columns: tuple[FurtherColumn, ...]
    query: str
    read: list[str]
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
    chosen: pl.Series,
    given: tuple[list[list[Any]], list[list[Any]]],
) -> LinkedParts:
    """Return the clusters of a list without known rows.

    Args:
        tables: Where the tables are.
        contents: Distinct contents.
        found: Compared pairs.
        listed: Which of them matter.
        threshold: Least match probability of a pair that is a link.
        columns: Further columns.
        chosen: Contents of the rows that choices name: they go to one part.
        given: Groups of ids that are one person, and groups of ids that are different people.
    """
    levels = levels_to_count(columns)
    links = found.compared.map(partial(_links, bands=listed.bands))
    if len(chosen) > 1:
        chain = pl.DataFrame(
            {"i": chosen.head(-1), "other": chosen.slice(1)}, schema={"i": pl.UInt32, "other": pl.UInt32}
        )
        links = links.union(create_table(found.compared.source.sparkSession, chain))
    components = components_by_joins(tables, links)
    scored = [name for name in ("content", "bare", *BEARERS) if name in found.features.schema]
    features = found.features.select(*dict.fromkeys((*found.read, *scored)))
    owners, compared = contents.owners.select("i", "id"), found.compared.select("a", "b", *levels)
    by_number = tables.exchange(
        (features, [home("i")]), (owners, [home("i")]), (components, [home("i")]), (compared, [home("a")])
    )
    by_component = tables.exchange((by_number.meet(_with_components), [home("component")] * 2))
    linking = _Linking(
        listed.refinement.weights, threshold, listed.further, tuple(columns), found.query(columns, contents.rows),
        found.read, *given,
    )  # fmt: skip
    rows, pairs, clusters, facts = tables.keep(by_component.meet(partial(_link, linking=linking))).single_tables()
    counted = facts.collect()
    alarms = counted["alarms"].explode().drop_nulls().sort(descending=True)
    return LinkedParts(rows, pairs, clusters, tuple(alarms), int(counted["clustered"].sum()), int(counted["cut"].sum()))


def _links(part: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of different contents that are links or nearly so."""
    levels = [name for name in bands.columns if name != "band"]
    found = part.filter(pl.col("a") != pl.col("b")).join(bands.filter(pl.col("band") < 0), on=levels, how="semi")
    return found.select(i="a", other="b")


def _with_components(
    features: pl.DataFrame, owners: pl.DataFrame, components: pl.DataFrame, pairs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the contents that may be in clusters, with their rows, and the pairs of each: both with the component."""
    component = pl.coalesce("component", "i")
    members = features.join(components, on="i", how="left").filter(
        pl.col("component").is_not_null() | (pl.col("copies") > 1)
    )
    rows = owners.join(members.select("i"), on="i", how="semi").group_by("i").agg(rows="id")
    members = members.with_columns(component=component).join(rows, on="i")
    return members, pairs.join(members.select("component", a="i"), on="a")


def _link(
    members: pl.DataFrame, pairs: pl.DataFrame, linking: _Linking
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the rows of whole components, their pairs, their clusters, and facts about them."""
    members = members.sort("i")
    linking = linking.of(members)
    inside = pairs.join(members.select("component", b="i"), on=["b", "component"]).drop("component")
    placed = inside.with_columns(
        members["i"].search_sorted(inside[side]).cast(pl.UInt32).alias(side) for side in ("a", "b")
    )
    scored = linking.score(placed.sort("a", "b"))
    scored, conflicts = settle(members, scored, partial(linking.compare, members), linking.further)
    rows = members.select("rows").with_row_index("place").explode("rows").sort("rows")
    names = rows["rows"].alias("name")
    grouping = group_rows(
        scored,
        rows["place"].to_numpy().astype("int64"),
        members["content"].to_numpy(),
        names=names,
        by_id=True,
        known_clusters=(),
        choices=Choices.of(names, linking.same, linking.different),
        conflicts=conflicts,
    )
    named = pl.DataFrame(
        {
            "label": grouping.labels,
            "id": grouping.ids,
            "best": pl.Series(grouping.best, dtype=pl.Float64, nan_to_null=True),
            "name": names,
            "order": names,
            "size": pl.Series(grouping.sizes, dtype=pl.Int64),
        }
    )
    facts = {
        "alarms": pl.Series([grouping.alarms], dtype=pl.List(pl.Int64)),
        "clustered": [int((grouping.sizes > 1).sum())],
        "cut": [int((grouping.links["decision"] == "bridge").sum())],
    }
    return (
        named.select(id="name", cluster_id="id", cluster_size="size", match_probability="best"),
        pairs_in_words(grouping.links, names, linking.columns, linking.weights.subject),
        clusters_of(named),
        pl.DataFrame(facts),
    )
