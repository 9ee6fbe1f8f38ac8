"""Group rows: from scored pairs of distinct contents to clusters of rows, their ids, and the links between rows."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import log
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.clusters import clustering
from pb2b_notebook.cleanup.linkage.clusters.choices import find_contradiction
from pb2b_notebook.cleanup.linkage.scores.scoring import EVEN
from pb2b_notebook.cleanup.linkage.tables.row_names import RowFinder
from pb2b_notebook.errors import CleanupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.scores.scoring import ScoredPairs

REVIEWED: Final = 0.2
"""Least match probability of a pair that is kept for review."""
_IMPROBABLE: Final = (0.1, 0.03, 0.0)
"""Least match probabilities of the bands below, of which some pairs are kept to be labelled: misses are among them."""
_KEPT_OF_BAND: Final = 1_000


class Choices(NamedTuple):
    """What a reviewer decided, by position of rows.

    Attributes:
        same: Pairs that are one person.
        different: Pairs that are two people.
        unknown: Number of choices about rows that are not in the frame.
    """

    same: list[tuple[int, int]]
    different: list[tuple[int, int]]
    unknown: int

    @classmethod
    def of(cls, names: pl.Series, same: Sequence[Sequence[Any]], different: Sequence[Sequence[Any]]) -> Choices:
        """Return the choices that pairs or groups of names are.

        Args:
            names: Name of each row.
            same: Pairs or groups of names that are one person.
            different: Pairs or groups of names that are all different people.

        Raises:
            CleanupError: A choice names an index label that several rows have, or ``same`` makes one person of rows
                that ``different`` keeps apart. No names are in the message: they may be a lead's values.
        """
        if not same and not different:
            return cls([], [], 0)
        finder = RowFinder(names.to_list())
        same_rows, different_rows = ([finder.rows(group) for group in groups] for groups in (same, different))
        found, given = [*same_rows, *different_rows], [*same, *different]
        together, apart = (
            [pair for group in same_rows for pair in pairwise(group)],
            [pair for group in different_rows for pair in combinations(group, 2)],
        )
        if find_contradiction(together, apart) is not None:
            raise CleanupError(
                "same= makes one person of two rows that different= keeps apart, perhaps by way of other rows",
                repair="leave one of these choices out",
            )
        return cls(
            together,
            apart,
            sum(len(rows) < len(group) for rows, group in zip(found, given, strict=True)),
        )

    @property
    def rows_apart(self) -> list[int]:
        """Rows that stay separate from rows of the same content."""
        return sorted({row for pair in self.different for row in pair})


class Grouping(NamedTuple):
    """Clusters of rows, by position.

    Attributes:
        labels: Number of each row's cluster.
        sizes: Number of rows in each row's cluster.
        ids: ``cluster_id`` of each row.
        best: Probability of each row's best link; NaN where it is alone.
        links: ``a``, ``b`` (rows), ``probability``, ``decision``, ``pattern``, ``further``, and ``review``, whether a
            rule leaves the pair to a person.
        improbable: Some pairs below :data:`REVIEWED`, with the same columns.
        examples: A row of each distinct content.
        alarms: Sizes of large components.
    """

    labels: np.ndarray
    sizes: np.ndarray
    ids: pl.Series
    best: np.ndarray
    links: pl.DataFrame
    improbable: pl.DataFrame
    examples: np.ndarray
    alarms: tuple[int, ...]


def group_rows(
    scored: ScoredPairs,
    of_rows: np.ndarray,
    content: np.ndarray,
    *,
    names: pl.Series,
    by_id: bool,
    known_clusters: Sequence[Any],
    choices: Choices,
    conflicts: Sequence[tuple[int, int]] = (),
) -> Grouping:
    """Group rows into clusters.

    Args:
        scored: Scored pairs of contents.
        of_rows: Number of each row's content.
        content: Hash of each content, 48 bits.
        names: Name of each row.
        by_id: Whether clusters are named by the ids of their rows; otherwise by what these hold.
        known_clusters: Cluster ids of the last rows, which are known; ``None`` where a row has none.
        choices: What a reviewer decided.
        conflicts: Pairs of contents whose names are not one person's, and which are not links.
    """
    import numpy as np
    import polars as pl

    by_content = [[(int(of_rows[x]), int(of_rows[y])) for x, y in pairs] for pairs in (choices.same, choices.different)]
    found = clustering.cluster(
        len(content),
        scored.a,
        scored.b,
        scored.logits,
        scored.cutoff,
        fixed=_known_groups(known_clusters, of_rows, len(content)),
        together=by_content[0],
        apart=by_content[1],
        conflicts=conflicts,
    )
    labels = _labels_of_rows(found.labels, of_rows, scored)
    order = names.arg_sort().to_numpy() if names.dtype == pl.String else np.arange(len(names))
    examples = _first_rows(of_rows, order)
    if by_id:
        texts, by_text = names.cast(pl.String), order  # no rows have names of numbers
    else:
        hashes = content[of_rows]
        texts, by_text = hexadecimal(hashes), np.argsort(hashes)
    ids = _cluster_ids(labels, (by_text, order), texts, known_clusters)
    links = _links(scored, found.labels, of_rows, examples, labels)
    if known_clusters:  # a known cluster stays one, even if its rows say too little to be one person
        labels = _numbers_of(ids)
    sizes = np.bincount(labels)[labels] if len(labels) else labels
    best = _best_probabilities(of_rows, scored, found.labels, sizes)
    improbable = _improbable_pairs(scored, found.labels, examples)
    return Grouping(labels, sizes, ids, best, links, improbable, examples, found.alarms)


def least_reviewed(cutoff: float) -> float:
    """Return the least logit of a pair that is kept for review, given that of a link.

    >>> round(least_reviewed(1.1), 2), least_reviewed(-2.0)
    (-1.39, -2.0)
    """
    return min(cutoff, log(REVIEWED / (1 - REVIEWED)))


def _first_rows(groups: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the first row of each numbered group.

    >>> import numpy as np
    >>> _first_rows(np.array([1, 0, 1]), np.array([2, 1, 0])).tolist()
    [1, 2]
    """
    import numpy as np

    found = np.zeros(int(groups.max(initial=-1)) + 1, dtype=np.int64)
    found[groups[order[::-1]]] = order[::-1]  # numpy keeps the last value written to a position
    return found


def _known_groups(known_clusters: Sequence[Any], of_rows: np.ndarray, size: int) -> np.ndarray | None:
    """Return for each content the known cluster of its rows, as a number; -1 for none."""
    import numpy as np
    import polars as pl

    if not known_clusters:
        return None
    fixed = np.full(size, -1, dtype=np.int64)
    # A content whose rows had several clusters stays in that of its first row.
    fixed[of_rows[: -len(known_clusters) - 1 : -1]] = _numbers_of(pl.Series(known_clusters, dtype=pl.String))[::-1]
    return fixed


def _numbers_of(texts: pl.Series) -> np.ndarray:
    """Return the same number for equal texts; each null has its own.

    >>> import polars as pl
    >>> _numbers_of(pl.Series(["b", "a", None, "a", None])).tolist()
    [0, 1, 2, 1, 4]
    """
    import polars as pl

    table = texts.alias("text").to_frame().with_row_index("row")
    first = pl.when(pl.col("text").is_null()).then("row").otherwise(pl.col("row").min().over("text"))
    return table.select(first.cast(pl.Int64)).to_series().to_numpy()


def _labels_of_rows(labels: np.ndarray, of_rows: np.ndarray, scored: ScoredPairs) -> np.ndarray:
    """Return the labels of rows. Rows of one content are together, unless it is too little to identify a person."""
    import numpy as np

    vague = np.zeros(len(labels), dtype=bool)
    vague[scored.a[(scored.a == scored.b) & (scored.logits < scored.cutoff)]] = True
    vague &= np.bincount(labels, minlength=len(labels))[labels] == 1
    alone = np.flatnonzero(vague[of_rows])
    row_labels: np.ndarray = labels[of_rows]
    row_labels[alone] = len(labels) + alone
    return row_labels


def _best_probabilities(of_rows: np.ndarray, scored: ScoredPairs, labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the probability of each row's best link; NaN where it is alone."""
    import numpy as np

    best = np.full(len(labels), -np.inf)
    linking = clustering.in_one_group(labels, scored.a, scored.b)
    linking = linking[scored.logits[linking] >= scored.cutoff]
    for side in (scored.a, scored.b):
        np.maximum.at(best, side[linking], scored.logits[linking])
    found = best[of_rows]
    result: np.ndarray = np.where((sizes > 1) & np.isfinite(found), 1 / (1 + np.exp(-found)), np.nan)
    return result


def _links(
    scored: ScoredPairs, content_labels: np.ndarray, of_rows: np.ndarray, examples: np.ndarray, labels: np.ndarray
) -> pl.DataFrame:
    """Return the pairs of rows to keep. Each row is paired with the first row of the same content."""
    import numpy as np
    import polars as pl

    a, b, logits, patterns, cutoff, further, _ = scored
    same, lowest = np.zeros(len(a), dtype=bool), least_reviewed(cutoff)
    same[clustering.in_one_group(content_labels, a, b)] = True
    kept, selves = np.flatnonzero((a != b) & (same | (logits >= lowest))), np.flatnonzero(a == b)
    pair_of = np.full(len(examples), -1, dtype=np.int64)
    pair_of[a[selves]] = selves
    copies = np.flatnonzero((pair_of[of_rows] >= 0) & (examples[of_rows] != np.arange(len(of_rows))))
    firsts = examples[of_rows[copies]]
    position = np.concatenate([kept, pair_of[of_rows[copies]]])
    # Numbers of these words; as arrays of texts they would take 24 bytes each, and be converted one by one.
    decisions = np.where(same[kept], 0, np.where(logits[kept] >= cutoff, 1, 2))
    copy_decisions = np.where(labels[copies] == labels[firsts], 0, 2)
    words = pl.Series(["same", "bridge", "apart"])
    found = pl.DataFrame(
        {
            "a": np.concatenate([examples[a[kept]], firsts]),
            "b": np.concatenate([examples[b[kept]], copies]),
            "position": position,
            "decision": words.gather(np.concatenate([decisions, copy_decisions])),
            "pattern": patterns.gather(position),
            "further": pl.Series(further[position], dtype=pl.Int64),
            "probability": pl.Series(1 / (1 + np.exp(-logits[position])), dtype=pl.Float64),
            "review": pl.Series(logits[position] == EVEN, dtype=pl.Boolean),
        }
    )
    return found.sort("probability", "position", "b", descending=[True, False, False]).drop("position")


def _improbable_pairs(scored: ScoredPairs, content_labels: np.ndarray, examples: np.ndarray) -> pl.DataFrame:
    """Return some pairs of each band of probability below those that are kept, the same ones at each run."""
    import numpy as np
    import polars as pl

    a, b, logits, patterns, cutoff, further, _ = scored
    highest = least_reviewed(cutoff)
    chosen = []
    for least in _IMPROBABLE:
        lowest = np.log(least / (1 - least)) if least else -np.inf
        band = np.flatnonzero((logits < highest) & (logits >= lowest) & (a != b))
        chosen.append(np.random.default_rng(0).permutation(band)[:_KEPT_OF_BAND] if len(band) > _KEPT_OF_BAND else band)
        highest = lowest
    position = np.concatenate(chosen)
    position = position[content_labels[a[position]] != content_labels[b[position]]]
    return pl.DataFrame(
        {
            "a": examples[a[position]],
            "b": examples[b[position]],
            "decision": pl.Series(["apart"] * len(position), dtype=pl.String),
            "pattern": patterns.gather(position),
            "further": pl.Series(further[position], dtype=pl.Int64),
            "probability": pl.Series(1 / (1 + np.exp(-logits[position])), dtype=pl.Float64),
            "review": pl.Series(logits[position] == EVEN, dtype=pl.Boolean),
        }
    )


def _cluster_ids(
    labels: np.ndarray, orders: tuple[np.ndarray, np.ndarray], texts: pl.Series, known_clusters: Sequence[Any]
) -> pl.Series:
    """Return the id of each row's cluster: the known one, else one made from the text of its first row.

    Args:
        labels: Number of each row's cluster.
        orders: Rows in the order of their texts, and in that of their names, which numbers clusters of one text.
        texts: Text of each row.
        known_clusters: Cluster ids of the last rows, which are known; ``None`` where a row has none.
    """
    import numpy as np
    import polars as pl

    named = "cluster_" + texts.gather(_first_rows(labels, orders[0])[labels])
    found, known = pl.DataFrame({"label": labels, "named": named}), pl.Series(known_clusters, dtype=pl.String)
    del named
    if len(known):
        known = pl.repeat(None, len(labels) - len(known), dtype=pl.String, eager=True).append(known)
        known_first = np.argsort(known.is_null().to_numpy(), kind="stable")
        found = found.with_columns(known=known.gather(_first_rows(labels, known_first)[labels]))
        found = found.with_columns(named=pl.coalesce("known", "named"))
    # Hashes are faster to count than texts. Two texts with one hash only lead to the slower path below.
    if found["named"].hash().n_unique() == found["label"].n_unique():
        return found["named"]
    # Rows of one content that is too vague to be one person share a text.
    new = (found.filter(pl.col("known").is_null()) if len(known) else found).unique("label")
    places = np.empty(len(labels), dtype=np.int64)
    places[orders[1]] = np.arange(len(labels))
    first = _first_rows(labels, orders[1])[new["label"].to_numpy()]
    new = new.with_columns(place=pl.Series(places[first])).sort("place")
    taken = known.drop_nulls().unique()
    shared = new.filter(pl.col("named").is_duplicated() | pl.col("named").is_in(taken.implode()))
    numbered = shared.select("label", text=pl.Series(_number_names(shared["named"], {*taken}), dtype=pl.String))
    found = found.join(numbered, on="label", how="left", maintain_order="left")
    return found.select(pl.coalesce("text", "named").alias("named")).to_series()


def _number_names(names: Iterable[str], taken: AbstractSet[str]) -> list[str]:
    """Return names of new clusters, with a number where another one has the name. No known cluster has the result.

    >>> _number_names(["a", "a", "b"], {"b", "a-2"})
    ['a', 'a-3', 'b-2']
    """
    last: dict[str, int] = {}
    found = []
    for name in names:
        number = last.get(name, 0) + 1
        while (text := name if number == 1 else f"{name}-{number}") in taken:
            number += 1
        last[name] = number
        found.append(text)
    return found


def hexadecimal(numbers: np.ndarray) -> pl.Series:
    """Return numbers of 48 bits as twelve hexadecimal digits.

    >>> import numpy as np
    >>> hexadecimal(np.array([255], dtype=np.uint64)).to_list()
    ['0000000000ff']
    """
    import polars as pl
    import pyarrow as pa

    big_endian = pa.py_buffer(numbers.astype(">u8"))
    words = pa.FixedSizeBinaryArray.from_buffers(pa.binary(8), len(numbers), [None, big_endian])
    return pl.Series(words.cast(pa.binary())).bin.encode("hex").str.slice(4)
