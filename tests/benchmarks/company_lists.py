"""Judge the matching of companies on public lists: ``python company_lists.py LISTS``.

``LISTS`` is a folder of Parquet files as in ``fit_company_weights.py``. Only the half of each list that the weights
have not seen is judged, with all of its columns and with fewer. Two rows are a true pair if their ``truth`` is the
same. Pairs of two truths with the same ``unsure`` are not counted.
"""

from __future__ import annotations

import sys
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pb2b_notebook import cleanup

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROLES = (
    "company_name", "company_domain", "website", "email", "phone", "street", "postcode", "city", "country",
    "registration_number", "vat_number",
)  # fmt: skip
_FEWER = {
    "restaurants": (("company_name", "street", "city"), ("company_name", "city", "phone")),
    "chicago": (("company_name", "street"), ("company_name", "phone")),
    "issuers": (("company_name", "city", "postcode", "country"), ("company_name", "country")),
}
"""Columns with which a list is judged besides all of them."""
_THRESHOLDS = (0.5, 0.6, 0.75, 0.9)


def variants(path: Path, *, half: int) -> Iterator[tuple[tuple[str, ...], pl.DataFrame]]:
    """Yield the rows of half the companies of a list, with all of its columns and with fewer."""
    rows = pl.read_parquet(path).filter(pl.col("truth").is_not_null())
    halves = [md5(str(truth).encode(), usedforsecurity=False).digest()[0] % 2 for truth in rows["truth"]]
    rows = rows.filter(pl.Series(halves) == half)
    known = tuple(name for name in rows.columns if name in _ROLES)
    rest = [name for name in rows.columns if name not in _ROLES]
    for columns in (known, *_FEWER.get(path.stem, ())):
        yield columns, rows.select(*rest, *columns)


def compared_pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``pattern`` and ``same`` of each pair of distinct rows that is compared."""
    found = cleanup.duplicates(rows.drop("truth", "unsure", strict=False), of="companies", threshold=1e-9)
    pairs = found.pairs.with_columns(pl.col("row_a", "row_b").cast(pl.UInt32))
    return _with_truth(rows, pairs).select("pattern", "same", "probability", "reasons", "row_a", "row_b")


def _with_truth(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    unsure = rows["unsure"] if "unsure" in rows.columns else pl.Series([None] * len(rows), dtype=pl.String)
    truth, a, b = rows["truth"], pairs["row_a"], pairs["row_b"]
    return pairs.with_columns(
        same=truth.gather(a) == truth.gather(b), unsure=(unsure.gather(a) == unsure.gather(b)).fill_null(value=False)
    ).filter(pl.col("same") | ~pl.col("unsure"))


def pairs_within(groups: pl.Series) -> pl.DataFrame:
    """Return every pair of rows with one group."""
    table = pl.DataFrame({"group": groups}).with_row_index("row_a")
    return (
        table.join(table.rename({"row_a": "row_b"}), on="group").filter(pl.col("row_a") < pl.col("row_b")).drop("group")
    )


def judge(rows: pl.DataFrame, clusters: pl.Series) -> tuple[float, float, float]:
    """Return F1, precision and recall of pairs."""
    found = _with_truth(rows, pairs_within(clusters))
    right, true = int(found["same"].sum()), len(pairs_within(rows["truth"]))
    precision, recall = right / max(1, len(found)), right / max(1, true)
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def main() -> None:
    for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
        for columns, rows in variants(path, half=int(sys.argv[2]) if len(sys.argv) > 2 else 1):
            for threshold in _THRESHOLDS:
                found = cleanup.duplicates(
                    rows.drop("truth", "unsure", strict=False), of="companies", threshold=threshold
                )
                f1, precision, recall = judge(rows, found.frame["cluster_id"])
                print(
                    f"{path.stem:12} {threshold:.2f} F1 {f1:.3f} P {precision:.3f} R {recall:.3f} {len(rows):,} rows",
                    *columns,
                )


if __name__ == "__main__":
    main()
