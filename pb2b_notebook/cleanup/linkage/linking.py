"""From compared keys to clustered rows: probabilities, links, and what each cluster is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage import clustering

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.weights import Weights

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
        labels: of each row, the number of its cluster.
        sizes: of each row, how many rows its cluster has.
        ids: of each row, the name of its cluster.
        best: of each row, the probability of its best link; NaN where it is alone.
        links: ``a``, ``b`` (rows), ``probability``, ``decision``, ``pattern``.
        examples: of each numbered key, a row.
        alarms: sizes of large components.
    """

    labels: np.ndarray
    sizes: np.ndarray
    ids: pl.Series
    best: np.ndarray
    links: pl.DataFrame
    examples: np.ndarray
    alarms: tuple[int, ...]


class Compared(NamedTuple):
    """Pairs of keys, sorted; ``a`` is ``b`` where a key stands for several rows.

    Attributes:
        a: one key of each pair.
        b: the other one.
        logits: of each pair.
        patterns: of each pair.
        cutoff: links have at least this logit.
    """

    a: np.ndarray
    b: np.ndarray
    logits: np.ndarray
    patterns: pl.Series
    cutoff: float


def weighed(pairs: pl.DataFrame, weights: Weights, threshold: float) -> Compared:
    """Weigh each pattern once.

    Args:
        pairs: ``a``, ``b``, ``pattern``, sorted.
        weights: of the levels.
        threshold: probability from which on a pair is a link.
    """
    import numpy as np
    import polars as pl

    patterns = pairs["pattern"].unique()
    told = pl.DataFrame({"pattern": patterns, "logit": weights.logits(patterns.to_numpy())})
    logits = pairs.join(told, on="pattern", how="left", maintain_order="left")["logit"].to_numpy()
    a, b = (pairs[name].to_numpy().astype(np.int64) for name in ("a", "b"))
    return Compared(a, b, logits, pairs["pattern"], float(np.log(threshold / (1 - threshold))))


def link(
    compared: Compared,
    of_rows: np.ndarray,
    content: np.ndarray,
    *,
    names: Sequence[Any],
    by_id: bool,
    clusters: Sequence[Any],
    choices: Choices,
) -> Linked:
    """Cluster what was compared.

    Args:
        compared: the pairs of keys.
        of_rows: of each row, its key.
        content: of each key, a number of 48 bits that says what is in it.
        names: of all rows.
        by_id: whether each of them is an id.
        clusters: names of the clusters of the last rows, which were there before; ``None`` for none.
        choices: what a person decided.
    """
    import numpy as np
    import polars as pl

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
    order = pl.Series(names).arg_sort().to_numpy() if names and isinstance(names[0], str) else np.arange(len(names))
    examples = _first(of_rows, order)
    if by_id and not clusters:
        texts, by_text = pl.Series(names, dtype=pl.String), order
    else:
        said = content[of_rows]
        texts, by_text = _hexadecimal(said), np.argsort(said)
    ids = _cluster_ids(labels, by_text, texts, clusters)
    links = _links(compared, found.labels, of_rows, examples, labels)
    if clusters:  # one that was there stays one, even if its rows say too little to be one person
        labels = _numbered(ids)
    sizes = np.bincount(labels)[labels] if len(labels) else labels
    return Linked(
        labels,
        sizes,
        ids,
        _best(of_rows, compared, found.labels, sizes),
        links,
        examples,
        found.alarms,
    )


def _first(groups: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Of each numbered group, the first of its rows.

    >>> import numpy as np
    >>> _first(np.array([1, 0, 1]), np.array([2, 1, 0])).tolist()
    [1, 2]
    """
    import numpy as np

    found = np.zeros(int(groups.max(initial=-1)) + 1, dtype=np.int64)
    found[groups[order[::-1]]] = order[::-1]  # of those that are written to one place, the last one stays
    return found


def _fixed(clusters: Sequence[Any], of_rows: np.ndarray, size: int) -> np.ndarray | None:
    """Of each key, the cluster that its rows had before, as a number; -1 for none."""
    import numpy as np
    import polars as pl

    if not clusters:
        return None
    fixed = np.full(size, -1, dtype=np.int64)
    # A key whose rows had several clusters stays with the one of its first row.
    fixed[of_rows[: -len(clusters) - 1 : -1]] = _numbered(pl.Series(clusters, dtype=pl.String))[::-1]
    return fixed


def _numbered(texts: pl.Series) -> np.ndarray:
    """One number for equal texts; null is like no other.

    >>> import polars as pl
    >>> _numbered(pl.Series(["b", "a", None, "a", None])).tolist()
    [0, 1, 2, 1, 4]
    """
    import polars as pl

    table = texts.alias("text").to_frame().with_row_index("row")
    first = pl.when(pl.col("text").is_null()).then("row").otherwise(pl.col("row").min().over("text"))
    return table.select(first.cast(pl.Int64)).to_series().to_numpy()


def _row_labels(labels: np.ndarray, of_rows: np.ndarray, compared: Compared) -> np.ndarray:
    """Labels of rows: rows that say the same are together, unless what they say is too little to tell."""
    import numpy as np

    vague = np.zeros(len(labels), dtype=bool)
    vague[compared.a[(compared.a == compared.b) & (compared.logits < compared.cutoff)]] = True
    vague &= np.bincount(labels, minlength=len(labels))[labels] == 1
    alone = np.flatnonzero(vague[of_rows])
    of: np.ndarray = labels[of_rows]
    of[alone] = len(labels) + alone
    return of


def _best(of_rows: np.ndarray, compared: Compared, key_labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Of each row, the probability of its best link."""
    import numpy as np

    best = np.full(len(key_labels), -np.inf)
    linking = (key_labels[compared.a] == key_labels[compared.b]) & (compared.logits >= compared.cutoff)
    for side in (compared.a, compared.b):
        np.maximum.at(best, side[linking], compared.logits[linking])
    found = best[of_rows]
    result: np.ndarray = np.where((sizes > 1) & np.isfinite(found), 1 / (1 + np.exp(-found)), np.nan)
    return result


def _links(
    compared: Compared, key_labels: np.ndarray, of_rows: np.ndarray, examples: np.ndarray, labels: np.ndarray
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


def _cluster_ids(labels: np.ndarray, order: np.ndarray, texts: pl.Series, clusters: Sequence[Any]) -> pl.Series:
    """The name of each row's cluster: the one it had, else after the text of its first row."""
    import numpy as np
    import polars as pl

    had = pl.Series([None] * (len(labels) - len(clusters)) + list(clusters), dtype=pl.String)
    kept_first = np.argsort(had.is_null().to_numpy(), kind="stable")
    found = pl.DataFrame(
        {
            "label": labels,
            "before": had.gather(_first(labels, kept_first)[labels]),
            "named": "cluster_" + texts.gather(_first(labels, order)[labels]),
        }
    ).with_columns(named=pl.coalesce("before", "named"))
    # A number for each text, which is quicker to count. Two texts of one number only lead to the longer way.
    if found["named"].hash().n_unique() == found["label"].n_unique():
        return found["named"]
    # Rows that say the same, too vaguely to be one person, have one text between them.
    is_new = pl.col("before").is_null()
    nth = pl.when(is_new).then(pl.col("label")).rank("dense").over("named") + (~is_new).any().over("named")
    return found.select(
        pl.when(nth > 1).then(pl.format("{}-{}", "named", nth)).otherwise("named").alias("named")
    ).to_series()


def _hexadecimal(numbers: np.ndarray) -> pl.Series:
    """Numbers of 48 bits as twelve digits.

    >>> import numpy as np
    >>> _hexadecimal(np.array([255], dtype=np.uint64)).to_list()
    ['0000000000ff']
    """
    import polars as pl
    import pyarrow as pa

    big_endian = pa.py_buffer(numbers.astype(">u8"))
    words = pa.FixedSizeBinaryArray.from_buffers(pa.binary(8), len(numbers), [None, big_endian])
    return pl.Series(words.cast(pa.binary())).bin.encode("hex").str.slice(4)
