"""From compared keys to clustered rows: probabilities, links, and what each cluster is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup import clustering

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.weights import Weights

REVIEWED: Final = 0.2
"""Pairs of less probability are not kept for a look."""


class Choices(NamedTuple):
    """What a person decided, by position of rows.

    Attributes:
        same: pairs that are one person.
        different: pairs that are not.
        unknown: choices about rows that are not here.
    """

    same: list[tuple[int, int]]
    different: list[tuple[int, int]]
    unknown: int

    @property
    def rows_apart(self) -> list[int]:
        """Rows that are not to be taken for another that says the same."""
        return sorted({row for pair in self.different for row in pair})


class Linked(NamedTuple):
    """The clustering, by position of rows.

    Attributes:
        ids: of each row, the name of its cluster.
        best: of each row, the probability of its best link; NaN where it is alone.
        links: ``a``, ``b`` (rows), ``probability``, ``decision``, ``pattern``.
        examples: of each numbered key, a row.
        alarms: sizes of large components.
    """

    ids: pl.Series
    best: np.ndarray
    links: pl.DataFrame
    examples: np.ndarray
    alarms: tuple[int, ...]


class _Compared(NamedTuple):
    """Pairs of keys, sorted; ``a`` is ``b`` where a key stands for several rows."""

    a: np.ndarray
    b: np.ndarray
    logits: np.ndarray
    patterns: pl.Series
    cutoff: float


def link(
    db: duckdb.DuckDBPyConnection,
    weights: Weights,
    threshold: float,
    *,
    names: Sequence[Any],
    by_id: bool,
    clusters: Sequence[Any],
    choices: Choices,
) -> Linked:
    """Weigh what was compared, and cluster it.

    Args:
        db: holds the tables ``compared``, ``rows`` and ``keys``.
        weights: of the levels.
        threshold: probability from which on a pair is a link.
        names: of all rows.
        by_id: whether each of them is an id.
        clusters: names of the clusters of the last rows, which were there before; ``None`` for none.
        choices: what a person decided.
    """
    import numpy as np
    import polars as pl

    compared = _weighed(db, weights, threshold)
    of_rows = pl.DataFrame(db.sql("SELECT i FROM rows ORDER BY row").to_arrow_table())["i"].to_numpy().astype(np.int64)
    content = pl.DataFrame(db.sql("SELECT format('{:012x}', content) AS c FROM keys ORDER BY i").to_arrow_table())["c"]
    by_key = [[(int(of_rows[x]), int(of_rows[y])) for x, y in some] for some in (choices.same, choices.different)]
    pairs = compared.a != compared.b
    found = clustering.cluster(
        len(content),
        compared.a[pairs],
        compared.b[pairs],
        compared.logits[pairs],
        compared.cutoff,
        fixed=_fixed(clusters, of_rows, len(content)),
        together=by_key[0],
        apart=by_key[1],
    )
    labels = _row_labels(found.labels, of_rows, compared)
    examples = _examples(names, of_rows, len(content))
    return Linked(
        _cluster_ids(names if by_id and not clusters else None, clusters, labels, content.gather(of_rows)),
        _best(of_rows, compared, found.labels, labels),
        _links(compared, found.labels, of_rows, examples, labels),
        examples,
        found.alarms,
    )


def _weighed(db: duckdb.DuckDBPyConnection, weights: Weights, threshold: float) -> _Compared:
    import numpy as np
    import polars as pl

    compared = pl.DataFrame(db.sql("SELECT a, b, pattern FROM compared ORDER BY a, b").to_arrow_table())
    db.execute("DROP TABLE compared")
    patterns = compared["pattern"].unique()
    weighed = pl.DataFrame({"pattern": patterns, "logit": weights.logits(patterns.to_numpy())})
    logits = compared.join(weighed, on="pattern", how="left", maintain_order="left")["logit"].to_numpy()
    a, b = (compared[name].to_numpy().astype(np.int64) for name in ("a", "b"))
    return _Compared(a, b, logits, compared["pattern"], float(np.log(threshold / (1 - threshold))))


def _fixed(clusters: Sequence[Any], of_rows: np.ndarray, size: int) -> np.ndarray | None:
    """Of each key, the cluster that its rows had before, as a number; -1 for none."""
    import numpy as np

    if not clusters:
        return None
    fixed, numbers = np.full(size, -1, dtype=np.int64), dict[Any, int]()
    for row, name in enumerate(clusters, start=len(of_rows) - len(clusters)):
        if fixed[of_rows[row]] < 0:
            fixed[of_rows[row]] = numbers.setdefault(("row", row) if name is None else name, len(numbers))
    return fixed


def _row_labels(labels: np.ndarray, of_rows: np.ndarray, compared: _Compared) -> np.ndarray:
    """Labels of rows: rows that say the same are together, unless what they say is too little to tell."""
    import numpy as np

    vague = np.zeros(len(labels), dtype=bool)
    vague[compared.a[(compared.a == compared.b) & (compared.logits < compared.cutoff)]] = True
    vague &= np.bincount(labels, minlength=len(labels))[labels] == 1
    alone = np.flatnonzero(vague[of_rows])
    of: np.ndarray = labels[of_rows]
    of[alone] = len(labels) + alone
    return of


def _best(of_rows: np.ndarray, compared: _Compared, key_labels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Of each row, the probability of its best link."""
    import numpy as np

    best = np.full(len(key_labels), -np.inf)
    linking = (key_labels[compared.a] == key_labels[compared.b]) & (compared.logits >= compared.cutoff)
    for side in (compared.a, compared.b):
        np.maximum.at(best, side[linking], compared.logits[linking])
    found = best[of_rows]
    _, back, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    result: np.ndarray = np.where((sizes[back] > 1) & np.isfinite(found), 1 / (1 + np.exp(-found)), np.nan)
    return result


def _examples(names: Sequence[Any], of_rows: np.ndarray, size: int) -> np.ndarray:
    """Of each key, one of its rows: the first by name, whatever their order."""
    import numpy as np

    order = np.argsort(np.array(names)) if names and isinstance(names[0], str) else np.arange(len(names))
    examples = np.zeros(size, dtype=np.int64)
    examples[of_rows[order[::-1]]] = order[::-1]
    return examples


def _links(
    compared: _Compared, key_labels: np.ndarray, of_rows: np.ndarray, examples: np.ndarray, labels: np.ndarray
) -> pl.DataFrame:
    """Pairs of rows worth keeping; rows that say the same each with the first of them."""
    import numpy as np
    import polars as pl

    a, b, logits, patterns, cutoff = compared
    same, lowest = key_labels[a] == key_labels[b], min(cutoff, np.log(REVIEWED / (1 - REVIEWED)))
    kept, selves = np.flatnonzero((a != b) & (same | (logits >= lowest))), np.flatnonzero(a == b)
    at = np.full(len(examples), -1, dtype=np.int64)
    at[a[selves]] = selves
    copies = np.flatnonzero((at[of_rows] >= 0) & (examples[of_rows] != np.arange(len(of_rows))))
    firsts = examples[of_rows[copies]]
    position = np.concatenate([kept, at[of_rows[copies]]])
    decided = np.where(same[kept], "same", np.where(logits[kept] >= cutoff, "bridge", "apart"))
    twins = np.where(labels[copies] == labels[firsts], "same", "apart")
    found = pl.DataFrame(
        {
            "a": np.concatenate([examples[a[kept]], firsts]),
            "b": np.concatenate([examples[b[kept]], copies]),
            "position": position,
            "decision": pl.Series(np.concatenate([decided, twins]), dtype=pl.String),
            "pattern": patterns.gather(position),
            "probability": pl.Series(1 / (1 + np.exp(-logits[position])), dtype=pl.Float64),
        }
    )
    return found.sort("probability", "position", "b", descending=[True, False, False]).drop("position")


def _cluster_ids(
    ids: Sequence[Any] | None, clusters: Sequence[Any], labels: np.ndarray, content: pl.Series
) -> pl.Series:
    """The name of each row's cluster: the one it had, else after its first row by id, else after its content."""
    import polars as pl

    before = pl.Series([None] * (len(labels) - len(clusters)) + list(clusters), dtype=pl.String)
    text = content if ids is None else pl.Series(ids, dtype=pl.String)
    frame = pl.DataFrame({"label": labels, "text": text, "before": before}).with_row_index("row")
    several = frame.filter(pl.len().over("label") > 1).with_columns(
        pl.col("text").min().over("label"), pl.col("before").drop_nulls().first().over("label")
    )
    found = frame.update(several.select("row", "text", "before"), on="row", maintain_order="left").select(
        "label", "before", named=pl.coalesce("before", "cluster_" + pl.col("text"))
    )
    if ids is not None or found["named"].n_unique() == found["label"].n_unique():
        return found["named"]
    # Rows that say the same, too vaguely to be one person, have one text between them.
    nth = pl.when(pl.col("before").is_null()).then(pl.col("label")).rank("dense").over("named")
    return found.select(
        pl.when(nth > 1).then(pl.format("{}-{}", "named", nth)).otherwise("named").alias("named")
    ).to_series()
