"""Find the duplicates of a Spark DataFrame: its executors compare, and the driver links, while the links fit there.

The driver holds what it must decide on: contents that are in a link or nearly so, that several rows have, that a
choice names, or of known rows, with the names of their rows. All other rows are alone.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.clusters.conflicts import settle
from pb2b_notebook.cleanup.linkage.clusters.grouping import group_rows, hexadecimal
from pb2b_notebook.cleanup.linkage.columns.further_columns import count_thin
from pb2b_notebook.cleanup.linkage.pairs.features import BEARERS
from pb2b_notebook.cleanup.linkage.results.result import RowCounts
from pb2b_notebook.cleanup.linkage.scores.list_scoring import levels_to_count
from pb2b_notebook.cleanup.linkage.scores.scoring import score_pairs
from pb2b_notebook.cleanup.linkage.spark.duplicates import (
    are_unnamed,
    links_fit_on_driver,
    no_ids,
    readable_columns,
)
from pb2b_notebook.cleanup.linkage.spark.linking import link_by_joins
from pb2b_notebook.cleanup.linkage.spark.phones import choose_phones
from pb2b_notebook.cleanup.linkage.spark.stages import (
    clusters_of_single_rows,
    collect_pairs,
    compare_candidates,
    compare_pairs,
    contents_of_hashes,
    contents_of_known,
    create_pairs,
    distinct_contents,
    numbers_of,
    pairs_within,
    rows_of,
    score_candidates,
    texts_of,
)
from pb2b_notebook.cleanup.linkage.tables.row_names import ids_of, labels_of, row_names
from pb2b_notebook.display import notices
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.suggestions.role_guesses import SAMPLE
from pb2b_notebook.spark.tables import Table, create_table, first_values, table_of_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.linkage.clusters.grouping import Choices, Grouping
    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.scores.refinement import Refinement
    from pb2b_notebook.cleanup.linkage.scores.scoring import ScoredPairs
    from pb2b_notebook.cleanup.linkage.scores.weights import Weights
    from pb2b_notebook.cleanup.linkage.spark.linking import LinkedParts
    from pb2b_notebook.cleanup.linkage.spark.stages import Candidates, Contents
    from pb2b_notebook.cleanup.linkage.subject_stages import Stages
    from pb2b_notebook.engines.on_spark import OnSpark


_NAME_BY_HASH: Final = "^cluster_([0-9a-f]{12})(?:-[0-9]+)?$"
"""The name of a cluster by the hash of a content, as a regular expression."""


def first_rows(df: Any) -> pl.DataFrame:
    """Return rows that show what the columns of a Spark DataFrame hold, with ``id`` as text."""
    return first_values(df, readable_columns(df), SAMPLE).with_columns(pl.col("id").cast(pl.String))


class KnownTexts(NamedTuple):
    """The known rows.

    Attributes:
        texts: Their compared columns, and all their phones.
        frame: The rows.
        clusters: Cluster id of each.
    """

    texts: pl.DataFrame
    frame: OpenFrame
    clusters: list[Any]


class Rows(NamedTuple):
    """The rows to compare.

    Attributes:
        tables: Where the tables are.
        stages: The stages of their subject.
        texts: Their compared columns, the known rows too.
        number: Number of rows of the DataFrame.
        further: Columns that are not lead fields.
    """

    tables: OnSpark
    stages: Stages
    texts: Table
    number: int
    further: tuple[FurtherColumn, ...]


def read_texts(tables: OnSpark, stages: Stages, df: Any, columns: Mapping[str, str], known: KnownTexts | None) -> Rows:
    """Return the compared columns of a DataFrame, read once.

    Raises:
        CleanupError: Ids do not name the rows.
    """
    names = [name for name in df.columns if name in columns or name == "id"]
    read = table_of_columns(df, names, partial(texts_of, stages=stages, columns=dict(columns)))
    own = tables.keep(tables.exchange((read, [pl.col("id").hash()])))
    number = _check_ids(own)
    texts = own
    if known is not None:
        theirs = known.texts.with_columns(
            id=pl.lit("", pl.String), known=pl.int_range(pl.len(), dtype=pl.Int64)
        ).select(list(own.schema))  # fmt: skip
        texts = own.union(create_table(df.sparkSession, theirs))
    if stages.all_phones is not None:
        texts = choose_phones(tables, texts)

    def thin() -> tuple[int, int]:
        few, rows = tables.gather(count_thin, texts).sum().row(0)
        return few, rows

    return Rows(tables, stages, texts, number, stages.further(columns, thin))


def _check_ids(texts: Table) -> int:
    """Return the number of rows, which ids name. All rows of an id are in one part."""
    rows, wrong = texts.select("id").map(_count_ids, whole=True).collect().sum().row(0)
    if wrong:
        raise no_ids()
    return int(rows)


def _count_ids(part: pl.DataFrame) -> pl.DataFrame:
    """Return the number of rows, and of those that their id does not name."""
    return part.select(rows=pl.len().cast(pl.Int64), wrong=are_unnamed().sum().cast(pl.Int64))


class Names(NamedTuple):
    """Names of rows: some of the DataFrame, by their ids, and then the known ones.

    Attributes:
        names: Name of each row in the result.
        order: Name of each row by id or position, whatever the index labels are.
        by_id: Whether every row is named by an id.
        own: Number of rows of the DataFrame among them.
    """

    names: pl.Series
    order: pl.Series
    by_id: bool
    own: int

    def rows_apart(self, choices: Choices) -> dict[tuple[str, int], str]:
        """Return ``id`` and ``known`` of the rows that stay separate → name."""
        names = self.names
        return {(names[row], -1) if row < self.own else ("", row - self.own): names[row] for row in choices.rows_apart}

    def of(self, ids: pl.Series) -> Names:
        """Return the names of the rows of these ids, and of the known rows."""
        names, order = (pl.concat([ids, one.slice(self.own)]) for one in (self.names, self.order))
        return Names(names, order, self.by_id, len(ids))


def name_rows(rows: Rows, known: KnownTexts | None, given: tuple[list[list[Any]], list[list[Any]]]) -> Names:
    """Return the names of the rows that choices name, and of the known rows."""
    chosen = sorted({str(name) for groups in given for group in groups for name in group})
    theirs = [] if known is None else ids_of(known.frame)
    wanted = {*chosen, *filter(None, theirs)}
    found = numbers_of(rows.tables, rows.texts.select("id", "known"), sorted(wanted))["id"].to_list() if wanted else []
    own = pl.Series("name", sorted({*found} & {*chosen}), dtype=pl.String)
    if known is None:
        return Names(own, own, by_id=True, own=len(own))
    both = (row_names(found, theirs, known_labels=labels) for labels in (labels_of(known.frame), None))
    names, order = (
        pl.concat([own, pl.Series("name", list(map(str, one[len(found) :])), dtype=pl.String)]) for one in both
    )
    return Names(names, order, by_id=all(theirs), own=len(own))


class FoundRows(NamedTuple):
    """What is found of the rows that may be in clusters.

    Attributes:
        scored: Pairs of their contents.
        of_rows: Content of each row.
        content: Hash of each content.
        conflicts: Pairs of contents that no other content puts together.
        too_large: Groups that are too large to compare.
        refinement: Weights for this list.
        names: Names of the rows.
        known_clusters: Cluster id of each known row.
        rows: Number of rows of the DataFrame.
        single: ``id`` and ``cluster_id`` that each row of the DataFrame has if it is alone, where some rows are known.
        linked: What the executors linked; all else is then about the rows that choices name, and of groups that are too
            large.
    """

    scored: ScoredPairs
    of_rows: np.ndarray
    content: np.ndarray
    conflicts: list[tuple[int, int]]
    too_large: pl.DataFrame
    refinement: Refinement
    names: Names
    known_clusters: list[Any]
    rows: int
    single: Table | None
    linked: LinkedParts | None = None

    @property
    def own_rows(self) -> int:
        """Number of the rows of the DataFrame among them."""
        return self.names.own

    def group(self, choices: Choices) -> Grouping:
        """Return the clusters of these rows."""
        return group_rows(
            self.scored,
            self.of_rows,
            self.content,
            names=self.names.order,
            by_id=self.names.by_id and not self.known_clusters,
            known_clusters=self.known_clusters,
            choices=choices,
            conflicts=self.conflicts,
        )

    def counts(self, result: Any) -> RowCounts:
        """Return the numbers of all rows, of which the result is for those that may be in clusters."""
        some: RowCounts = result._counts()  # noqa: SLF001 - of this package
        return some._replace(rows=self.rows)


def find_on_spark(
    rows: Rows,
    names: Names,
    apart: Mapping[tuple[str, int], str],
    scale: tuple[Weights, float],
    known: KnownTexts | None,
    *,
    given: tuple[list[list[Any]], list[list[Any]]],
) -> FoundRows:
    """Run the stages on the executors, and return what the driver links, or what they linked.

    Args:
        rows: Rows to compare.
        names: Names of the rows that choices name, and of the known rows.
        apart: ``id`` and ``known`` of rows that stay separate → name.
        scale: Weights to start from, and the least match probability of a pair that is a link.
        known: Known rows.
        given: Groups of names that are one person, and groups of names that are different people.
    """
    tables, stages, threshold = rows.tables, rows.stages, scale[1]
    contents = distinct_contents(tables, stages, rows.texts, rows.further, apart)
    found = compare_candidates(tables, stages, contents, rows.further, only_new=known is not None)
    listed = score_candidates(tables, contents, found, rows.further, scale)
    levels = levels_to_count(rows.further)
    fit = links_fit_on_driver(listed.links)
    place = "this machine, the driver" if fit else "the executors, by joins"
    notices.say(f"duplicates: pairs that are links or nearly so, {listed.links:,}: linked on {place}", logging.INFO)
    listed_pairs = collect_pairs(found, listed.bands) if fit else _no_pairs(levels)
    wanted = [found.too_large["i"], *(listed_pairs[side] for side in ("a", "b"))]
    groups, theirs = pl.DataFrame(schema={"group": pl.String, "i": pl.UInt32}), _no_known_rows()
    if known is not None and known.clusters:
        theirs = _known_rows(names, known, contents_of_known(tables, contents))
        groups = _groups_of_known(tables, contents, theirs)
        wanted += [theirs["i"], groups["i"]]
    kept = _Kept.of(tables, contents, found, wanted, names)
    chosen = pl.Series([str(name) for groups in given for group in groups for name in group], dtype=pl.String)
    chosen_known = theirs.filter(pl.col("name").is_in(chosen.implode()))["i"]
    together = pl.concat([kept.chosen, chosen_known]).unique().to_frame("i").select(pl.lit("").alias("group"), "i")
    chains = _chains(pl.concat([groups, together]))
    further = listed.further
    if further is not None and further.mean_bearers:
        further = further._replace(bearers=tuple(kept.features[name].to_numpy() for name in BEARERS))

    def score(pairs: pl.DataFrame) -> ScoredPairs:
        return score_pairs(kept.place(pairs), listed.refinement.weights, threshold, further)

    def compare(some: pl.DataFrame) -> ScoredPairs:
        """Score pairs of places that share no blocking key."""
        numbers = kept.features["i"]
        pairs = listed_pairs.clear()
        if not some.is_empty():
            asked = create_pairs(rows.texts.source, *(numbers.gather(some[side]).to_list() for side in ("a", "b")))
            pairs = compare_pairs(tables, found, asked, rows.further, contents.rows).select(*pairs.columns).collect()
        return score(pairs.sort("a", "b"))

    first = score(listed_pairs)
    found_rows = partial(
        FoundRows,
        of_rows=kept.of_rows,
        content=kept.features["content"].to_numpy(),
        too_large=found.too_large.with_columns(i=kept.places(found.too_large["i"])),
        refinement=listed.refinement,
        names=kept.names,
        known_clusters=[] if known is None else known.clusters,
        rows=rows.number,
        single=None if theirs.is_empty() else clusters_of_single_rows(contents),
    )
    if not fit:
        linked = link_by_joins(
            tables,
            contents,
            found,
            listed,
            threshold=threshold,
            columns=rows.further,
            chains=chains,
            known=theirs,
            given=given,
        )
        return found_rows(scored=first, conflicts=[], linked=linked)
    links = listed_pairs.filter(pl.Series(first.logits >= first.cutoff) & (pl.col("a") != pl.col("b"))).select("a", "b")
    within = pairs_within(tables, found, pl.concat([links, chains]), levels)
    pairs = pl.concat([listed_pairs, within]).unique(["a", "b"]).sort("a", "b")
    scored, conflicts = settle(kept.features, score(pairs), compare, further)
    return found_rows(scored=scored, conflicts=conflicts)


def _no_pairs(levels: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32, **dict.fromkeys(levels, pl.Int64)})


def _no_known_rows() -> pl.DataFrame:
    texts = dict.fromkeys(("name", "order", "cluster"), pl.String)
    return pl.DataFrame(schema={"i": pl.UInt32, "known": pl.Int64, **texts})


def _known_rows(names: Names, known: KnownTexts, contents: pl.Series) -> pl.DataFrame:
    """Return the known rows as :func:`~.linking.link_by_joins` takes them."""
    columns = {
        "i": contents,
        "known": range(len(contents)),
        "name": names.names.slice(names.own),
        "order": names.order.slice(names.own),
        "cluster": known.clusters,
    }
    return pl.DataFrame(columns, schema=_no_known_rows().schema)


def _groups_of_known(tables: OnSpark, contents: Contents, known: pl.DataFrame) -> pl.DataFrame:
    """Return groups of contents that are in one cluster, or whose clusters are numbered since they have one name.

    A new cluster is named by the hash of a content, as clusters of known rows may be that an earlier call named.
    """
    parts = known.select("i", "cluster", digits=pl.col("cluster").str.extract(_NAME_BY_HASH))
    hashes = parts["digits"].drop_nulls().unique().str.to_integer(base=16).cast(contents.table.schema["content"])
    alike = contents_of_hashes(tables, contents, hashes)
    return pl.concat(
        [
            parts.select(pl.format("in {}", "cluster").alias("group"), "i"),
            parts.select(pl.format("named {}", "digits").alias("group"), "i"),
            alike.select(pl.format("named {}", hexadecimal(alike["content"].to_numpy())).alias("group"), "i"),
        ]
    ).drop_nulls()


def _chains(groups: pl.DataFrame) -> pl.DataFrame:
    """Return pairs of contents that connect each group: ``a`` and ``b``."""
    pairs = groups.unique().sort("group", "i").select("group", a=pl.col("i").shift().over("group"), b="i")
    return pairs.drop_nulls().select("a", "b")


class _Kept(NamedTuple):
    """The contents that the driver holds, and their rows.

    Attributes:
        features: ``i``, ``content`` and what the scores need of each content.
        of_rows: Place of the content of each row.
        chosen: ``i`` of the rows that choices name.
        names: Names of the rows.
    """

    features: pl.DataFrame
    of_rows: np.ndarray
    chosen: pl.Series
    names: Names

    @classmethod
    def of(
        cls, tables: OnSpark, contents: Contents, found: Candidates, wanted: Sequence[pl.Series], names: Names
    ) -> _Kept:
        owners = contents.owners.drop("content")
        chosen = numbers_of(tables, owners, names.names.head(names.own).to_list())["i"]
        read = [name for name in ("i", "content", "bare", *BEARERS) if name in found.features.schema]
        numbers = pl.concat([chosen, *wanted]).unique().to_numpy()
        numbered, table = (rows_of(tables, some, numbers) for some in (owners, found.features.select(*read)))
        own = numbered.filter(pl.col("known") < 0).sort("id")
        rows = pl.concat([own, numbered.filter(pl.col("known") >= 0).sort("known")])
        of_rows = table["i"].search_sorted(rows["i"]).to_numpy().astype("int64")
        return cls(table, of_rows, chosen, names.of(own["id"].alias("name")))

    def places(self, numbers: pl.Series) -> pl.Series:
        """Return the places of contents."""
        return self.features["i"].search_sorted(numbers).cast(pl.UInt32)

    def place(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Return pairs of contents as pairs of places."""
        return pairs.with_columns(a=self.places(pairs["a"]), b=self.places(pairs["b"]))
