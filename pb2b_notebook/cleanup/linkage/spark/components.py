"""Connected components of links that are on the executors, by iterated joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.tables.components import components
from pb2b_notebook.engines.on_spark import OnSpark, home
from pb2b_notebook.lazy_libraries import pl

if TYPE_CHECKING:
    from pb2b_notebook.spark.tables import Table


def components_by_joins(tables: OnSpark, links: Table) -> Table:
    """Return for each item the smallest item that links lead to: ``i`` and ``component``.

    In each round an item meets all its neighbors in one part, and all items that links connect there get links to the
    smallest of them instead. That joins the two steps of the alternating algorithm of Kiveris et al., "Connected
    Components in MapReduce and Beyond" (2014): links end when each item but the smallest has one, to the smallest.

    Args:
        tables: Where the tables are.
        links: ``i`` and ``other``, in one direction or both.
    """
    while True:
        both = links.map(_to_smallest, whole=True)
        links = tables.keep(tables.exchange((both, [home("i")])))
        if not links.map(_count_unfinished, whole=True).collect()["n"].sum():
            return links.map(_components, whole=True)


def _to_smallest(part: pl.DataFrame) -> pl.DataFrame:
    """Return links in both directions from the items of each component of a part to the smallest one."""
    items = pl.concat([part["i"], part["other"]]).unique().sort()
    a, b = (items.search_sorted(part[side]).to_numpy().astype("int64") for side in ("i", "other"))
    smallest = items.gather(components(len(items), a, b))
    found = pl.DataFrame({"i": items, "other": smallest}).filter(pl.col("i") != pl.col("other"))
    return pl.concat([found, found.select(i="other", other="i")])


def _count_unfinished(part: pl.DataFrame) -> pl.DataFrame:
    """Return the number of items that have a link to a smaller item, and one to another."""
    smaller = pl.col("other") < pl.col("i")
    by_item = part.unique().group_by("i").agg(smaller=smaller.sum(), links=pl.len())
    return by_item.select(n=((pl.col("smaller") > 0) & (pl.col("links") > 1)).sum().cast(pl.Int64))


def _components(part: pl.DataFrame) -> pl.DataFrame:
    smallest = part.group_by("i").agg(pl.col("other").min())
    return smallest.select("i", component=pl.min_horizontal("i", "other"))
