"""How well and how fast duplicates are found, next to two peers, on a population whose duplicates are known.

    python tests/benchmarks/duplicates.py [--rows 20000 100000 1000000] [--seed 501] [--setting plain]
    pip install splink   # a peer, not a dependency of the project

Contenders, each in a fresh process over the same Parquet file: ours with the weights of the package; ours with weights
that learned from 1,000 labels of another seed; Splink (the probabilistic linker that most would reach for, with its own
comparisons for names, email, phone and company, trained by EM on the rows themselves); and polars with rapidfuzz, a
sensible afternoon's work by hand. The peers' thresholds are the best ones on 20,000 rows of another seed; ours is the
default.
Precision, recall and F1 count pairs of rows within clusters. Seconds and peak memory are of finding, without reading.
With --known, instead: N rows, drawn by the seed, are new; all others are known and already clustered. The table counts
the new rows that end up with exactly the rows that a run over everything puts them with, and the others whose rows were
two clusters before, which a new row never joins.
The last table gives, for each range of match probability, the share of our pairs that are one person. It is the same at
all sizes if a threshold means the same.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import lead_population
import polars as pl
from lead_population import FIELDS

OTHER_SEED = 9001
LABELS = 1_000
THRESHOLDS = (0.5, 0.9, 0.99, 0.999)


def quality(clusters, people):
    """Return precision, recall and F1 of pairs within clusters."""
    both = pl.DataFrame({"cluster": clusters, "person": people})

    def pairs(*by):
        return both.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item()

    hits, found, true = pairs("cluster", "person"), pairs("cluster"), pairs("person")
    return hits / max(found, 1), hits / max(true, 1), 2 * hits / max(found + true, 1)


BINS = (0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 1.0)


def calibration(pairs, people):
    """Return for each bin of probabilities its upper bound, pairs, mean probability, and share that is one person."""
    person = pl.Series(people)
    scored = pairs.select("probability", same=person.gather(pairs["row_a"]) == person.gather(pairs["row_b"]))
    found = []
    for low, high in pairwise(BINS):
        some = scored.filter(pl.col("probability").is_between(low, high, closed="right"))
        found.append([high, some.height, some["probability"].mean(), some["same"].mean()])
    return found


def ours(leads, _threshold):
    from pb2b_notebook import cleanup

    return cleanup.duplicates(leads)


def ours_learned(leads, _threshold):
    from pb2b_notebook import cleanup

    return cleanup.duplicates(leads, weights=Path(sys.argv[5]).read_text(encoding="utf-8"))


def learned_weights(leads, people):
    """Return the weights that 1,000 labels of another list give."""
    from pb2b_notebook import cleanup

    sample = cleanup.duplicates(leads).sample(LABELS)
    person = pl.Series(people)
    same = person.gather(sample["row_a"]) == person.gather(sample["row_b"])
    return cleanup.learn(sample.with_columns(same=same)).to_json()


def connected_components(size, a, b):
    """Return the connected components."""
    import numpy as np

    labels = np.arange(size)
    while True:
        before, low = labels.copy(), np.minimum(labels[a], labels[b])
        np.minimum.at(labels, a, low)
        np.minimum.at(labels, b, low)
        labels = labels[labels]
        if (labels == before).all():
            return labels


def splink(leads, threshold):
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rows = tidy(leads).to_pandas()
    keys = [
        block_on("email"), block_on("phone"), block_on("last", "company"), block_on("first", "last"),
        block_on("domain", "last"), block_on("linkedin"),
    ]  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=keys,
        comparisons=[
            cl.JaroWinklerAtThresholds("first", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("last", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.DamerauLevenshteinAtThresholds("phone", [1]),
            cl.JaroWinklerAtThresholds("company", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("linkedin"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
    )
    linker = Linker(DuckDBAPI().register(rows), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("email"), block_on("linkedin")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("email"), block_on("first", "last"), block_on("phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=threshold)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=threshold)
    return pl.from_pandas(clusters.as_pandas_dataframe()[["unique_id", "cluster_id"]]).sort("unique_id")["cluster_id"]


def tidy(leads):
    """Return what is usually done first: lower case, digits only, no legal form."""
    name = pl.coalesce(pl.concat_str(["first_name", "last_name"], separator=" "), "full_name").str.to_lowercase()
    return leads.select(
        unique_id=pl.int_range(pl.len()),
        first=name.str.extract(r"^(\S+)"),
        last=name.str.extract(r"(\S+)$"),
        email=pl.col("email").str.to_lowercase(),
        phone=pl.col("phone").str.replace_all(r"\D", "").str.tail(8),
        company=pl.col("company_name").str.to_lowercase().str.replace(r"[ ,]+(gmbh|ag|kg|inc\.?|llc|ltd|sas?|ab)$", ""),
        domain=pl.coalesce("company_domain", pl.col("email").str.extract("@(.+)$")).str.to_lowercase(),
        linkedin=pl.col("linkedin_url").str.extract(r"/in/([^/]+)"),
        city=pl.col("city"),
    )  # fmt: skip


def by_hand(leads, threshold):
    """Block by polars joins, compare by rapidfuzz, and weigh by hand-chosen numbers."""
    import numpy as np
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    rows = tidy(leads)
    pairs = []
    for key in (["email"], ["phone"], ["last", "company"], ["last", "domain"], ["first", "last"], ["linkedin"]):
        some = rows.drop_nulls(key).with_columns(n=pl.len().over(key)).filter(pl.col("n").is_between(2, 40))
        both = some.select(*key, a="unique_id").join(some.select(*key, b="unique_id"), on=key)
        pairs.append(both.filter(pl.col("a") < pl.col("b")).select("a", "b"))
    pairs = pl.concat(pairs).unique()
    left, right = rows[pairs["a"]], rows[pairs["b"]]
    score = np.full(pairs.height, 0.0)
    for column, weight in (("first", 2.0), ("last", 3.0), ("company", 2.0)):
        x, y = left[column].fill_null("").to_list(), right[column].fill_null("").to_list()
        alike = process.cpdist(x, y, scorer=JaroWinkler.similarity, workers=-1)
        known = (left[column].is_not_null() & right[column].is_not_null()).to_numpy()
        score += np.where(known, weight * (alike - 0.7) / 0.3, 0)
    for column, weight, other in (
        ("email", 5.0, -0.5),
        ("phone", 3.0, -1.0),
        ("linkedin", 6.0, -4.0),
        ("domain", 1.5, -1.5),
    ):
        same = (left[column] == right[column]).fill_null(False).to_numpy()
        known = (left[column].is_not_null() & right[column].is_not_null()).to_numpy()
        score += np.where(known, np.where(same, weight, other), 0)
    kept = 1 / (1 + np.exp(-(score - 6))) >= threshold
    return pl.Series(connected_components(rows.height, pairs["a"].to_numpy()[kept], pairs["b"].to_numpy()[kept]))


CONTENDERS = {"ours": ours, "ours, 1,000 labels": ours_learned, "splink": splink, "polars + rapidfuzz": by_hand}


def one(contender, path, threshold):
    """Run one contender in this process; print one line of JSON."""
    table = pl.read_parquet(path)
    leads, people = table.select(FIELDS), table["person"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    clusters = CONTENDERS[contender](leads, threshold)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    bins = []
    if contender.startswith("ours"):
        bins, clusters = calibration(clusters.pairs, people), clusters.frame["cluster_id"]
    print(json.dumps([*quality(clusters, people), seconds, cpu, memory, before / 2**20, bins]))


def new_rows(path, count, seed):
    """Find ``count`` new rows among the known others in this process; print one line of JSON."""
    from pb2b_notebook import cleanup

    table = pl.read_parquet(path, columns=FIELDS).sample(fraction=1, shuffle=True, seed=seed)
    leads = table.select(pl.format("lead_{}", pl.int_range(pl.len())).alias("id"), *FIELDS)
    whole = cleanup.duplicates(leads).frame.select("id", whole="cluster_id")
    old = cleanup.duplicates(leads.slice(count)).frame
    start, cpu = time.perf_counter(), time.process_time()
    found = cleanup.duplicates(leads.head(count), known=old)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    # Both clusterings put a row with the same others if both clusters are as large as their intersection.
    both = pl.concat([part.select("id", "cluster_id") for part in (found.frame, old)]).join(whole, on="id")
    sizes = both.with_columns(
        common=pl.len().over("cluster_id", "whole"), ours=pl.len().over("cluster_id"), theirs=pl.len().over("whole")
    ).join(old.select("id", before="cluster_id"), on="id", how="left")
    judged = sizes.with_columns(
        same=(pl.col("common") == pl.col("ours")) & (pl.col("common") == pl.col("theirs")),
        parted=pl.col("before").n_unique().over("whole") - pl.col("before").is_null().any().over("whole") > 1,
    ).filter(pl.col("before").is_null())
    same = judged["same"].sum()
    print(json.dumps([count, old.height, seconds, cpu, same, judged.filter(~pl.col("same") & pl.col("parted")).height]))


def measure(contender, path, threshold, weights):
    return in_own_process("one", contender, path, threshold, weights)


def in_own_process(*arguments):
    command = [sys.executable, "-W", "ignore", __file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(*arguments, "failed:", done.stderr.strip().splitlines()[-1:])
        return None
    return json.loads(done.stdout.splitlines()[-1])


def measure_known(given, folder):
    print("new rows        known       s   CPU s  with the same rows  not: two clusters before")
    for rows in given.rows:
        path = given.file or population_file(rows, given.seed, given.setting, folder)
        found = in_own_process("known", path, given.known, given.seed)
        if found:
            print("{:>8,} {:>12,} {:>7.1f} {:>7.1f} {:>19,} {:>25,}".format(*found), flush=True)


def population_file(rows, seed, setting, folder):
    leads, people = lead_population.make(rows, seed, setting)
    path = folder / f"{rows}-{seed}.parquet"
    table = pl.DataFrame(leads, schema=dict.fromkeys(FIELDS, pl.String)).with_columns(person=pl.Series(people))
    table.write_parquet(path)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=501)
    parser.add_argument("--setting", default="plain")
    parser.add_argument("--only", nargs="+", default=list(CONTENDERS))
    parser.add_argument("--file", help="judge on this Parquet file instead of making one")
    parser.add_argument("--known", type=int, metavar="N", help="only find N new rows among the others, which are known")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.known:
            measure_known(given, folder)
            return
        other = population_file(20_000, OTHER_SEED, given.setting, folder)
        weights = folder / "weights.json"
        table = pl.read_parquet(other)
        weights.write_text(learned_weights(table.select(FIELDS), table["person"].to_list()), encoding="utf-8")
        frozen = {}
        for contender in given.only:
            if contender.startswith("ours"):
                frozen[contender] = 0.0
                continue
            tried = {t: measure(contender, other, t, weights) for t in THRESHOLDS}
            frozen[contender] = max((t for t in tried if tried[t]), key=lambda t: tried[t][2], default=0.9)
        print("contender                 rows precision  recall      F1       s   CPU s  peak GB  before")
        tables = []
        for rows in given.rows:
            path = given.file or population_file(rows, given.seed, given.setting, folder)
            for contender in given.only:
                found = measure(contender, path, frozen[contender], weights)
                if found:
                    print(f"{contender:<20} {rows:>9,} {found[0]:>9.4f} {found[1]:>7.4f} {found[2]:>7.4f} "
                          f"{found[3]:>7.1f} {found[4]:>7.1f} {found[5]:>8.2f} {found[6]:>7.2f}", flush=True)  # fmt: skip
                if found and contender == "ours":
                    tables.append((rows, found[7]))
        for rows, bins in tables:
            print(f"{rows:,} rows: up to, pairs, mean probability, share of one person")
            for high, pairs, mean, same in bins:
                print(f"{high:>8.2f} {pairs:>9,} " + (f"{mean:>8.3f} {same:>8.3f}" if pairs else ""))


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        one(sys.argv[2], sys.argv[3], float(sys.argv[4]))
    elif sys.argv[1:2] == ["known"]:
        new_rows(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
