"""Merge the rows of a DataFrame of Spark: whole clusters meet in one partition, which is merged by itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.results.clustered_rows import FEWEST, clustered_rows, fields_of_columns
from pb2b_notebook.cleanup.linkage.results.result import Duplicates
from pb2b_notebook.cleanup.linkage.spark.duplicates import DuplicatesOnSpark, is_readable, no_ids, readable_columns
from pb2b_notebook.cleanup.merging.golden_records import ALWAYS
from pb2b_notebook.cleanup.merging.survivorship import OWN
from pb2b_notebook.cleanup.spark_frames import LOG, PACKAGES, log_type, open_header, with_log
from pb2b_notebook.display.hiding import hide_progress
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import check_executors, map_groups, number_columns, to_arrow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl
    import pyarrow as pa

    from pb2b_notebook.cleanup.merging.choices import Choices
    from pb2b_notebook.cleanup.merging.merge import Merge
    from pb2b_notebook.cleanup.steps import Step

_LOGGED: Final = ("cluster_id", "field", "source", "rule", "reason", "changed", "rejected")
"""Columns of the provenance, as in a log, whose ``row`` is the survivor: ``source`` is its column ``row``."""
_STATE: Final = ("merged_into", "fate", "waiting", "opted_out")
"""Texts that are added to each row: what it was merged into, whether it survived or was lost in this merge, why its
cluster waits for a person, and the row that it is opted out by."""
_SURVIVED: Final = "survived"
_LOST: Final = "lost"


class MergeCounts(NamedTuple):
    """Numbers of a merge, with the names that :class:`~.merge.Merge` has for them."""

    merged: int
    opted_out: int
    merged_before: int
    unknown_choices: int


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class MergeOnSpark(ExportsArrow):
    """The result of :func:`~pb2b_notebook.cleanup.merge` for a Spark DataFrame.

    All tables are lazy DataFrames of Spark, and each action computes them again. To confirm or undo clusters, merge
    again with ``confirmed=`` or ``undone=``.

    Attributes:
        frame: All rows, with ``merged_into``, as :class:`Merge` describes it.
        golden: The golden records: survivors, and rows that were alone.
        losers: The rows that were merged into others.
        provenance: One row for each surviving value of a merged cluster.
        review: The clusters that were not merged, because a person should look at them first.
        newly_opted_out: The merged records that are opted out because another of their rows is.
        step: The step of a :class:`~pb2b_notebook.cleanup.Recipe` that repeats this merge.
    """

    frame: Any
    golden: Any
    losers: Any
    provenance: Any
    review: Any
    newly_opted_out: Any
    step: Step
    _count: Callable[[], MergeCounts] = field(repr=False)

    @property
    def counts(self) -> MergeCounts:
        """The numbers ``merged``, ``opted_out``, ``merged_before`` and ``unknown_choices``, computed by the first use.

        Raises:
            UsageError: Spark failed.
        """
        return self._count()

    def __repr__(self) -> str:
        return "Merge of a DataFrame of Spark: .counts, .frame, .review"


def merge_on_spark(
    df: Any,
    duplicates: Duplicates[Any] | None,
    choices: Choices,
    merge_rows: Callable[..., Merge[Any]],
) -> MergeOnSpark:
    """Return the lazy DataFrames of :func:`~.merge.merge` for a DataFrame of Spark.

    Args:
        df: The DataFrame.
        duplicates: Its duplicates; by default it has a column ``cluster_id``.
        choices: The arguments of :func:`~.merge.merge`.
        merge_rows: Function that merges some rows.

    Raises:
        CleanupError: There are no clusters, or they are of other rows; or an argument does not fit; or ids do not name
            the rows.
        UsageError: The workers of the cluster have other versions, the session cannot be used, or Spark fails.
    """
    from pyspark.sql import functions as sql
    from pyspark.sql.pandas.types import to_arrow_type
    from pyspark.sql.types import StringType, StructField, StructType

    _check_duplicates(df, duplicates)
    header = open_header(df)
    if "cluster_id" not in header.names:
        raise CleanupError("there are no clusters to merge", repair="merge(found.frame), where found = duplicates(df)")
    kinds = {one.name: one.dataType for one in df.schema}
    read = [*readable_columns(df), *(name for name, kind in kinds.items() if _is_list(kind))]
    roles: Mapping[str, str] = {} if duplicates is None else duplicates.roles
    same = [] if duplicates is None else duplicates.step.options.get("same", ())
    frame = replace(header, table=header.table.select(read), names=tuple(read))
    columns = fields_of_columns(frame, roles)
    of_fields = choices.of_fields(frame.with_names({name: one for one, name in columns.items()}), columns)
    unions = [columns.get(one, one) for one, rule in {"tags": "union", **of_fields.rules}.items() if rule == "union"]
    _check_unions({name: kinds[name] for name in unions if name in read})
    numbered, place = number_columns(df), {name: f"c{number}" for number, name in enumerate(header.names)}
    own_id, cluster = sql.col(place["id"]).cast("string"), sql.col(place["cluster_id"]).cast("string")
    check_executors(df, PACKAGES)
    _check_ids(numbered.select(own_id.alias("id")))
    types = {**dict.fromkeys(_STATE, StringType()), LOG: log_type(_LOGGED)}
    added = {name: to_arrow_type(kind) for name, kind in types.items()}

    def compute(part: pa.Table) -> pa.Table:
        with hide_progress():
            merged = merge_rows(
                clustered_rows(_rows_of(part.select([place[name] for name in read]), read), roles=roles), choices, same
            )
        for name in read:
            if name not in OWN:
                at = part.schema.get_field_index(place[name])
                part = part.set_column(at, part.schema.field(at), to_arrow(merged.frame[name], part.schema.types[at]))
        state = _state_of(merged)
        for name, kind in added.items():
            part = part.append_column(name, to_arrow(state[name], kind))
        return part

    schema = StructType([*numbered.schema.fields, *(StructField(name, kind) for name, kind in types.items())])
    rows = map_groups(numbered, sql.coalesce(cluster, own_id), compute, schema)
    output = {**{name: sql.col(number) for name, number in place.items()}, "merged_into": sql.col("merged_into")}
    lost = sql.coalesce(sql.col("fate"), sql.lit("")) == _LOST
    of_clusters = rows.select(cluster.alias("cluster_id"), own_id.alias("id"), *types)
    logged = of_clusters.select(sql.col("id").alias("survivor"), sql.explode(LOG).alias(LOG))
    casts = {"changed": "boolean", "rejected": "bigint"}
    lines = {name: sql.col(f"{LOG}.{name}").cast(casts.get(name, "string")).alias(name) for name in _LOGGED}
    waiting = of_clusters.where(sql.col("waiting").isNotNull()).groupBy("cluster_id", "waiting")
    out = of_clusters.where(sql.col("opted_out").isNotNull())
    merged = sql.col(place["merged_into"]).isNotNull() if "merged_into" in place else sql.lit(False)
    before = numbered.select(cluster.alias("cluster_id"), own_id.alias("id"), merged.alias("merged"))
    return MergeOnSpark(
        frame=rows.select(*output.values()).toDF(*output),
        golden=rows.where(~lost).select(*output.values()).toDF(*output),
        losers=rows.where(lost).select(*output.values()).toDF(*output),
        provenance=logged.select(lines.pop("cluster_id"), "survivor", *lines.values()).withColumnRenamed(
            "source", "row"
        ),
        review=waiting.agg(sql.array_sort(sql.collect_list("id")).alias("rows")).select(
            "cluster_id", "rows", sql.col("waiting").alias("reason")
        ),
        newly_opted_out=out.select("cluster_id", sql.col("id").alias("survivor"), sql.col("opted_out").alias("row")),
        step=of_fields.step,
        _count=cache(partial(_count, of_clusters, before, choices)),
    )


def _check_duplicates(df: Any, duplicates: Any) -> None:
    """Refuse duplicates that are not of the DataFrame, or whose clusters have rows that are not in it."""
    if duplicates is None or (
        isinstance(duplicates, DuplicatesOnSpark) and duplicates.frame is df and not duplicates.with_known
    ):
        return
    if isinstance(duplicates, DuplicatesOnSpark) and duplicates.with_known:
        raise CleanupError(
            "duplicates= were found with known=, whose rows are not on Spark",
            repair="merge the rows on this machine: merge(found.local.frame, found.local)",
        )
    raise CleanupError(
        "duplicates= was found for other rows than df=",
        repair="merge(found.frame, found), where found = duplicates(df); or, of rows with a cluster_id, merge(df)",
    )


def _check_unions(kinds: Mapping[str, Any]) -> None:
    """Refuse the rule "union" for columns that are neither text nor lists."""
    from pyspark.sql.types import StringType

    for column, kind in kinds.items():
        if not (isinstance(kind, StringType) or _is_list(kind)):
            raise CleanupError(
                f"the rule 'union' cannot join the values of the column {column!r}",
                repair="choose another rule: a union is for text and lists",
            )


def _check_ids(ids: Any) -> None:
    """Refuse rows that their ids do not name.

    Raises:
        CleanupError: An id is missing or blank, or two rows have it.
        UsageError: Spark failed.
    """
    from pyspark.sql import functions as sql

    blank = sql.col("id").isNull() | sql.col("id").rlike(r"(?U)^\s*$")
    with spark_errors():
        wrong = ids.groupBy("id").count().where(blank | (sql.col("count") > 1)).limit(1).count()
    if wrong:
        raise no_ids()


def _is_list(kind: Any) -> bool:
    """Return whether a type is a list of text, numbers, dates or times."""
    from pyspark.sql.types import ArrayType

    return isinstance(kind, ArrayType) and is_readable(kind.elementType)


def _rows_of(part: pa.Table, names: Sequence[str]) -> pl.DataFrame:
    """Return rows in polars, with times in UTC and ids as text."""
    import polars as pl
    import pyarrow as pa

    in_utc = pa.timestamp("us", "UTC")
    schema = [one.with_type(in_utc) if getattr(one.type, "tz", None) else one for one in part.schema]
    rows = pl.DataFrame(part.cast(pa.schema(schema)).rename_columns(list(names)))
    return rows.with_columns(pl.col("id", "cluster_id").cast(pl.String))


def _state_of(merged: Merge[Any]) -> pl.DataFrame:
    """Return for each row what the merge did with it."""
    import polars as pl

    clusters, losers = merged._clusters, {*merged._losers}  # noqa: SLF001 - same package
    fate = {row: _LOST if row in losers else _SURVIVED for _, of in clusters for row in of}
    waiting = {row: "; ".join(why) for (_, of), why in merged._waiting.items() for row in of}  # noqa: SLF001
    places = {name: row for row, name in enumerate(merged._input.names)}  # noqa: SLF001
    out = {places[row["survivor"]]: row["row"] for row in merged.newly_opted_out.iter_rows(named=True)}
    height = len(merged.frame)
    texts = {
        name: [of.get(row) for row in range(height)] for name, of in zip(_STATE[1:], (fate, waiting, out), strict=True)
    }
    state = pl.DataFrame({_STATE[0]: merged.frame[_STATE[0]], **texts}, schema=dict.fromkeys(_STATE, pl.String))
    table = merged.provenance.rename({"row": "source"}).cast(pl.String)
    log = {name: (table[name], "string") for name in _LOGGED}
    survivors = [places[name] for name in table["survivor"]]
    return with_log(state, {"row": (survivors, "int64"), **log}, _LOGGED)


def _count(rows: Any, before: Any, choices: Choices) -> MergeCounts:
    """Return the numbers of a merge.

    Args:
        rows: Rows after the merge: ``cluster_id``, ``id`` and what was added.
        before: The rows before: ``cluster_id``, ``id`` and ``merged``, whether they were merged before.
        choices: Choices, some of which may be about other rows.
    """
    from pyspark.sql import functions as sql

    of_opt_outs = sql.filter(LOG, lambda line: line["rule"] == ALWAYS)
    now = rows.agg(sql.count_if(sql.col("fate") == _SURVIVED), sql.sum(sql.size(of_opt_outs)))
    excluded = [str(name) for name in choices.exclude]
    left = ~sql.col("merged")
    clusters = before.where(sql.col("cluster_id").isNotNull()).groupBy("cluster_id").agg(
        sql.count("*").alias("rows"),
        sql.count_if(left).alias("left"),
        sql.count_if(left & ~sql.col("id").isin(excluded)).alias("chosen"),
    )  # fmt: skip
    done = clusters.where((sql.col("rows") >= FEWEST) & (sql.col("left") < FEWEST))
    named = clusters.where(sql.col("chosen") >= FEWEST).select(sql.col("cluster_id").alias("name"))
    rows_chosen = {*excluded, *(str(row) for row, _ in choices.chosen)}.union(
        *([*map(str, group)] for group in choices.only or ())
    )
    either = {str(name) for name in choices.undone}, {str(name) for name in choices.confirmed}
    with spark_errors():
        merged, opted_out = now.first()
        merged_before = done.count()
        listed = [*rows_chosen.union(*either)]
        ids = (
            {row["id"] for row in before.where(sql.col("id").isin(listed)).select("id").collect()} if listed else set()
        )
        clusters_named = (
            {row["name"] for row in named.where(sql.col("name").isin(listed)).collect()} if listed else set()
        )
    unknown = len(rows_chosen - ids) + sum(len(of - ids - clusters_named) for of in either)
    return MergeCounts(int(merged), int(opted_out or 0), merged_before, unknown)
