"""Fit the weights that the package ships, on seeds and settings that no benchmark is judged on.

    python tests/benchmarks/fit_weights.py OUT.json [--share 1.0]

Every candidate pair of each population is a pattern with a label; one regression is fitted to the counts of all patterns.
Besides the named settings there are three dozen random ones, so that the weights learn no habit of one generator. The
setting of the benchmark is not among them. Some lists are large, because some agreements are only common in large lists.
``--share`` makes smaller populations, to try the command. The result belongs in ``pb2b_notebook/cleanup/linkage/scores/match_weights.json``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import lead_population
import numpy as np
import polars as pl

from pb2b_notebook.cleanup import Weights
from pb2b_notebook.cleanup.linkage.columns import standardization
from pb2b_notebook.cleanup.linkage.pairs import blocking, comparison
from pb2b_notebook.cleanup.linkage.pairs.features import build_features
from pb2b_notebook.cleanup.linkage.scores.logistic_regression import fit
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

POPULATIONS = (
    (15_000, "dirty"), (15_000, "crowded"), (15_000, "sparse"), (20_000, "tidy"), (15_000, "no_link"), (25_000, "offices"),
    (2_000, "offices"), (3_000, "dirty"), (1_000, "tidy"), (2_000, "crowded"),
)  # fmt: skip
DRAWN = (*(4_000, 16_000) * 12, *(1_000, 2_000) * 2, *(120_000,) * 6)
REGISTERS = ((8_000, 1, 0.08), (6_000, 2, 0.2), (4_000, 3, 0.14))
FIRMS = ((8_000, 11), (3_000, 12))
FIRST_SEED = 1_000
STRENGTH = 0.3
"""Strength of the prior around 0. With 1, patterns that are never one person got too high a probability."""

PRIOR = {"middle": {4: -4.0, 5: -8.0}}
"""Weights before the fit, in logits. No population has two generations, which are two people."""


def count_patterns(leads: list[dict], people: list[int]) -> pl.DataFrame:
    """Return each pattern with its pairs of one person (``m``) and of two (``o``)."""
    frame = pl.DataFrame(leads, infer_schema_length=None)
    nothing = pl.Series([None] * len(frame), dtype=pl.String)
    texts = {name: frame[name] if name in frame.columns else nothing for name in standardization.SOURCES}
    with duckdb.connect() as db:
        features, of_rows = build_features(db, standardization.standardize(pl.DataFrame(texts).cast(pl.String)))
        pairs, _ = blocking.candidates(db, features, blocking.keys_for(), only_new=False)
        db.register("compared", comparison.compare(db, features, pairs).to_arrow())
        db.register("truth", pl.DataFrame({"i": of_rows, "person": people}).to_arrow())
        return pl.DataFrame(
            db.sql(
                """WITH person AS (
                    SELECT i, min(person) AS p, count(DISTINCT person) = 1 AS one FROM truth GROUP BY i
                ) SELECT pattern, count(*) FILTER (x.p = y.p AND x.one)::DOUBLE AS m,
                    count(*) FILTER (NOT (x.p = y.p AND x.one))::DOUBLE AS o
                FROM compared JOIN person x ON x.i = a JOIN person y ON y.i = b GROUP BY pattern"""
            ).to_arrow_table()
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    given = parser.parse_args()
    parts = [
        count_patterns(*lead_population.make(int(rows * given.share), FIRST_SEED + number, setting))
        for number, (rows, setting) in enumerate(POPULATIONS)
    ]
    parts += [
        count_patterns(*lead_population.make(int(rows * given.share), seed, lead_population.Setting.drawn(seed)))
        for seed, rows in enumerate(DRAWN, start=FIRST_SEED + 500)
    ]
    parts += [
        count_patterns(*lead_population.register(int(n * given.share), seed, dirt=dirt)) for n, seed, dirt in REGISTERS
    ]
    parts += [count_patterns(*lead_population.firms(int(n * given.share), seed)) for n, seed in FIRMS]
    table = pl.concat(parts).group_by("pattern").agg(pl.col("m", "o").sum()).sort("pattern")
    print(f"{len(table):,} patterns, {table['m'].sum():,.0f} pairs of one person, {table['o'].sum():,.0f} of two")
    prior = np.zeros(PEOPLE.layout()[-1][1])
    starts = {name: start for name, start, _, _ in PEOPLE.layout()}
    for name, weights in PRIOR.items():
        prior[[starts[name] + level for level in weights]] = list(weights.values())
    found = fit(
        table["pattern"].to_numpy(), table["m"].to_numpy(), table["o"].to_numpy(), prior=prior, strength=STRENGTH
    )
    given.out.write_text(Weights(found).to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
