"""Duplicates of a Spark DataFrame: the result, and the rows where they are read by this machine."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.results.result import Duplicates, RowCounts
from pb2b_notebook.cleanup.spark_frames import open_header
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.spark.driver_memory import free_memory
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import create_frame, number_columns, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from pb2b_notebook.cleanup.linkage.spark.linking import LinkedParts
    from pb2b_notebook.spark.tables import Table

ON_DRIVER: Final = 2_000_000
"""Most rows that the driver compares by itself, with less work than executors: in about 4.6 GB, 2.3 for a million.

A driver of 8 GB has that beside Java. Its Python is not limited by ``spark.driver.memory``, which says nothing of it.
"""
LINKS_ON_DRIVER: Final = 2_000_000
"""Most pairs, links or nearly so, that the driver links by itself.

A million rows, of which 120,702 clusters were found, took 0.3 GB of it."""
BYTES_OF_ROW: Final = 2_300
"""Memory of the driver for each row that it compares, as measured with a million."""
BYTES_OF_KNOWN: Final = 1_400
"""Memory of the driver for each known row where the executors compare: 98,000 took 130 MB, and 30,000 took 65 MB."""
BYTES_OF_LINK: Final = 1_500
"""Memory of the driver for each pair that it links: the 0.3 GB above, over the 200,000 pairs of that list."""
_ADDED: Final = ("cluster_id", "cluster_size", "match_probability")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class DuplicatesOnSpark(Duplicates[Any]):
    """The result of :func:`~pb2b_notebook.cleanup.duplicates` for a Spark DataFrame.

    ``frame`` is a lazy DataFrame of Spark: all columns of the caller's, with ``cluster_id``, ``cluster_size`` and
    ``match_probability``. All else is on this machine, in polars: ``clusters``, ``pairs``, ``bridges``, ``dropped``.

    Attributes:
        computed_on: Who compared and linked: "driver"; "executors and driver", which linked; or "executors".
    """

    _local: Callable[[], Duplicates[pl.DataFrame]] = field(kw_only=True)
    _numbers: RowCounts = field(kw_only=True)
    computed_on: str = field(kw_only=True)

    @property
    def local(self) -> Duplicates[pl.DataFrame]:
        """The same result for the rows in polars: what ``merge(found.local.frame, found.local)`` and the forms take.

        The first use reads all rows into this machine's memory; with ``work=``, they are in a file that the system
        frees with this result. Columns that are not of text, numbers, dates or times are not in it.
        """
        return self._local()

    @property
    def with_known(self) -> bool:
        """Whether they were found with ``known=``: then rows that are not on Spark are in their clusters."""
        return self._known is not None

    def _counts(self) -> RowCounts:
        return self._numbers


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class DuplicatesOnExecutors(DuplicatesOnSpark):
    """The result for a Spark DataFrame with more links than fit on this machine.

    ``frame``, ``clusters``, ``pairs`` and ``bridges`` are lazy DataFrames of Spark, whose rows the executors keep.
    """

    _linked: LinkedParts = field(kw_only=True)

    @property
    def pairs(self) -> Any:
        """Every pair that is linked or nearly so, in no order."""
        return self._linked.pairs.rows()

    @property
    def bridges(self) -> Any:
        """Links that were cut, with the columns of :attr:`pairs`. Review these first."""
        return self.pairs.where("decision = 'bridge'")

    def _pairs_of_rows(self, names: pl.Series, least: float) -> Any:
        import polars as pl

        chosen = names.implode()
        wanted = (pl.col("probability") >= least) & (pl.col("row_a").is_in(chosen) | pl.col("row_b").is_in(chosen))
        return self._linked.pairs.map(partial(_filter, wanted=wanted)).collect()

    def sample(self, n: int = 200, *, seed: int = 0) -> Any:  # noqa: ARG002 - as of the other results
        """Refuse to draw pairs to label: improbable ones are not kept.

        Raises:
            CleanupError: Always.
        """
        raise CleanupError(
            "a result whose links are on the executors of Spark cannot be sampled",
            repair="label pairs of a part of the rows: duplicates(df.sample(0.01)).sample()",
        )


def _filter(part: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    return part.filter(wanted)


def readable_columns(df: Any) -> list[str]:
    """Return the columns of a Spark DataFrame that can be read: text, numbers, dates and times.

    Raises:
        CleanupError: Two columns have one name, or there is no column ``id`` of text or whole numbers.
    """
    from pyspark.sql import types

    open_header(df)
    kinds = {one.name: one.dataType for one in df.schema}
    own = kinds.get("id")
    whole = isinstance(own, types.IntegralType) or (isinstance(own, types.DecimalType) and own.scale == 0)
    if not (whole or isinstance(own, types.StringType)):
        raise no_ids()
    return [name for name in df.columns if is_readable(kinds[name])]


def is_readable(kind: Any) -> bool:
    """Return whether a type of Spark is one of text, numbers, dates or times."""
    from pyspark.sql import types

    readable = (
        types.StringType, types.NumericType, types.BooleanType, types.DateType, types.TimestampType,
        types.TimestampNTZType,
    )  # fmt: skip
    return isinstance(kind, readable)


def read_rows(df: Any) -> Iterator[pl.DataFrame]:
    """Yield the rows of a Spark DataFrame, with ``id`` as text; at least one frame, which may be empty.

    Raises:
        CleanupError: Two columns have one name, or there is no column ``id`` of text or whole numbers.
    """
    import polars as pl

    places = [df.columns.index(name) for name in readable_columns(df)]
    for part in stream(df, places):
        table = pl.DataFrame(pl.from_arrow(part))
        table = table.rename(dict(zip(table.columns, (df.columns[place] for place in places), strict=True)))
        yield table.with_columns(pl.col("id").cast(pl.String))


def check_ids(ids: pl.Series) -> None:
    """Refuse rows that their ids do not name: rows of Spark have no positions.

    Raises:
        CleanupError: An id is missing or blank, or two rows have it.
    """
    if ids.alias("id").to_frame().select(are_unnamed().any()).item():
        raise no_ids()


def are_unnamed() -> pl.Expr:
    """Return whether the ``id`` of a row does not name it: it is missing or blank, or another row has it."""
    import polars as pl

    ids = pl.col("id")
    return ids.is_null() | (ids.str.strip_chars() == "") | ids.is_duplicated()


def with_clusters(
    df: Any, found: Duplicates[pl.DataFrame], counts: RowCounts | None = None, single: Table | None = None
) -> DuplicatesOnSpark:
    """Return the result for a Spark DataFrame.

    Args:
        df: The DataFrame.
        found: The result for rows that have the column ``id``: for all, or for those that may be in clusters.
        counts: Numbers of all rows, if ``found`` is not the result for all.
        single: ``id`` and ``cluster_id`` of the rows that are alone; by default they are named by their ids.
    """
    clusters = create_frame(df, found.frame.select("id", *_ADDED))
    if single is not None:
        clusters = _with_single_rows(clusters, single.rows())
    frame = _join_clusters(df, clusters)
    values = {one.name: getattr(found, one.name) for one in fields(Duplicates)}
    local = cache((lambda: found) if counts is None else partial(_with_all_rows, df, found, single))
    numbers = found._counts() if counts is None else counts  # noqa: SLF001 - the same result
    place = "driver" if counts is None else "executors and driver"
    return DuplicatesOnSpark(**{**values, "frame": frame}, _local=local, _numbers=numbers, computed_on=place)


def with_linked_clusters(
    df: Any, found: Duplicates[pl.DataFrame], linked: LinkedParts, rows: int, single: Table | None = None
) -> DuplicatesOnSpark:
    """Return the result whose links are on the executors.

    Args:
        df: The DataFrame.
        found: What is known without rows and links.
        linked: Clusters.
        rows: Number of rows of the DataFrame.
        single: ``id`` and ``cluster_id`` of the rows that are alone; by default they are named by their ids.
    """
    clusters = linked.clusters.rows()
    with spark_errors():
        number = clusters.count()
    values = {one.name: getattr(found, one.name) for one in fields(Duplicates)}
    own = linked.rows.rows() if single is None else _with_single_rows(linked.rows.rows(), single.rows())
    values |= {"frame": _join_clusters(df, own), "clusters": clusters, "alarms": linked.alarms}
    known, before = _count_known(found, linked.known)
    numbers = RowCounts(rows, linked.clustered, known, before, number, linked.cut)
    local = cache(partial(_collect_links, df, found, linked, single))
    return DuplicatesOnExecutors(**values, _local=local, _numbers=numbers, computed_on="executors", _linked=linked)


def _count_known(found: Duplicates[pl.DataFrame], known: pl.DataFrame) -> tuple[int, int]:
    """Return the number of rows in clusters of known rows, and of their clusters that have nothing left to merge."""
    import polars as pl

    own = known.group_by("cluster_id").agg(pl.col("own").first())
    theirs = found._known  # noqa: SLF001 - the same result
    if theirs is None:
        return 0, 0
    merged = theirs.rows.values("merged_into") if "merged_into" in theirs.rows.names else [None] * len(theirs.rows)
    rows = pl.DataFrame(
        {"cluster_id": theirs.clusters, "left": [one is None for one in merged]},
        schema={"cluster_id": pl.String, "left": pl.Boolean},
    )
    sizes = rows.group_by("cluster_id").agg(size=pl.len(), left=pl.col("left").sum()).join(own, on="cluster_id")
    before = (pl.col("size") + pl.col("own") > 1) & (pl.col("left") + pl.col("own") <= 1)
    return int(own["own"].sum()), int(sizes.select(before.sum()).item())


def _with_single_rows(clusters: Any, single: Any) -> Any:
    from pyspark.sql import functions as sql

    found = single.withColumnRenamed("cluster_id", "alone").join(clusters, "id", "left")
    return found.select("id", sql.coalesce("cluster_id", "alone").alias("cluster_id"), *_ADDED[1:])


def _join_clusters(df: Any, clusters: Any) -> Any:
    """Return the rows of a DataFrame with their clusters; those that ``clusters`` lacks are alone."""
    from pyspark.sql import functions as sql

    own_id = sql.col(f"c{df.columns.index('id')}").cast("string")
    joined = number_columns(df).join(clusters, own_id == sql.col("id"), "left")
    kept = [(f"c{place}", name) for place, name in enumerate(df.columns) if name not in _ADDED]
    added = [
        sql.coalesce("cluster_id", sql.concat(sql.lit("cluster_"), own_id)),
        sql.coalesce("cluster_size", sql.lit(1).cast("bigint")),
        sql.col("match_probability"),
    ]
    return joined.select(*(number for number, _ in kept), *added).toDF(*(name for _, name in kept), *_ADDED)


def _collect_links(
    df: Any, found: Duplicates[pl.DataFrame], linked: LinkedParts, single: Table | None
) -> Duplicates[pl.DataFrame]:
    """Return a result whose links are on the executors in this machine's memory, for all rows."""
    import polars as pl

    rows, pairs, clusters = (table.collect() for table in (linked.rows, linked.pairs, linked.clusters))
    theirs = found._names.slice(len(found.frame))  # noqa: SLF001 - the same result
    names = pl.concat([rows["id"].alias("name"), theirs])
    places = names.to_frame("id").with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64))
    links = pairs.drop("reasons").with_columns(pl.col("review").is_not_null())
    for side, name in (("a", "row_a"), ("b", "row_b")):
        links = links.join(places.select(pl.col("id").alias(name), pl.col("place").alias(side)), on=name)
    links = links.with_columns([] if "further" in links.columns else [pl.lit(0, pl.Int64).alias("further")])
    links = links.sort("probability", "a", "b", descending=[True, False, False])
    here = replace(
        found,
        frame=rows,
        clusters=clusters.sort("size", "cluster_id", descending=[True, False]),
        _names=names,
        _links=links.select(found._links.columns),  # noqa: SLF001 - the same result
    )
    return _with_all_rows(df, here, single)


def _with_all_rows(df: Any, found: Duplicates[pl.DataFrame], single: Table | None = None) -> Duplicates[pl.DataFrame]:
    """Return a result of some rows for all rows, which are read."""
    import polars as pl

    rows = pl.concat(read_rows(df))
    own = len(found.frame)
    clusters = rows.select("id").join(found.frame.select("id", *_ADDED), on="id", how="left", maintain_order="left")
    alone = rows.select("id", cluster_id="cluster_" + pl.col("id")) if single is None else single.collect()
    clusters = clusters.join(alone, on="id", suffix="_alone", maintain_order="left").select(
        pl.coalesce("cluster_id", "cluster_id_alone"), pl.col("cluster_size").fill_null(1), "match_probability"
    )
    names = pl.concat([rows["id"], found._names.slice(own)])  # noqa: SLF001
    places = found._names.to_frame("name").join(  # noqa: SLF001
        names.to_frame("name").with_row_index("place"), on="name", how="left", maintain_order="left"
    )["place"]  # fmt: skip
    moved = {}
    for name in ("_links", "_improbable"):
        links = getattr(found, name)
        moved[name] = links.with_columns(places.gather(links[side]).cast(pl.Int64).alias(side) for side in ("a", "b"))
    frame = rows.with_columns(clusters)
    return replace(found, frame=frame, _frame=open_frame(rows), _names=names, **moved)


def count_rows(df: Any) -> int:
    """Return the number of rows of a DataFrame.

    Raises:
        CleanupError: Two columns have one name, or there is no column ``id`` of text or whole numbers.
        UsageError: The session is stopped, or Spark failed.
    """
    readable_columns(df)
    with spark_errors():
        return int(df.count())


def fit_on_driver(rows: int) -> bool:
    """Return whether the driver compares a list of this length, if it has the memory."""
    return rows <= ON_DRIVER


def check_memory(rows: int, argument: str = "") -> None:
    """Refuse a list that this machine has too little memory for: the system would end the process without an error.

    Args:
        rows: Number of rows.
        argument: Name of the argument that has them, which the executors compare; by default the driver compares them.

    Raises:
        CleanupError: It has too little.
    """
    free, what = free_memory(), f"{rows:,} rows of {argument}" if argument else f"{rows:,} rows"
    needed = rows * (BYTES_OF_KNOWN if argument else BYTES_OF_ROW)
    if free is not None and needed > free:
        raise CleanupError(
            f"{what} need about {needed / 1e9:.1f} GB of the memory of this machine, the driver of "
            f"Spark, and {free / 1e9:.1f} GB are free",
            repair='pass work="scratch/", a folder in which a million rows need about 2 GB, and 0.6 GB of memory; or '
            "start the driver on a larger machine",
        )


def links_fit_on_driver(links: int) -> bool:
    """Return whether the driver links this number of pairs."""
    free = free_memory()
    return links <= LINKS_ON_DRIVER and (free is None or links * BYTES_OF_LINK <= free)


def no_ids() -> CleanupError:
    """Return the error for rows that ids do not name."""
    return CleanupError(
        "rows of a Spark DataFrame need a column id that names each row: they have no positions",
        repair="name the column that does: df.withColumnRenamed('lead_id', 'id'); or add one and write the rows: "
        "df.selectExpr('uuid() AS id', '*').write.parquet(path); then read them",
    )
