"""The ratios that the project watches, and their history in the docs.

    PYTHONPATH=tests/support .venv/bin/python tests/benchmarks/history.py          # measure and print
    PYTHONPATH=tests/support .venv/bin/python tests/benchmarks/history.py --add    # and add a column to the page

Each figure compares two ways in one run on one machine, so that runs on other machines can stand beside it. The machine
must have nothing else to do: a run under load is refused. Less is better; the goals are those of the benchmarks.
"""

import argparse
import csv
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import cleanup
import import_time
import listing
import mirror

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "benchmarks.csv"
MOST_LOAD = 0.7
ROWS = 100_000


def measure_all():
    """Return the figures: what is compared → ratio."""
    ratios = {"import pb2b_notebook / bare Python, wall": import_time.compare()}
    for scenario, when in (("500", ""), ("first", " by the first call of a process")):
        pages = listing.compare(listing.SCENARIOS[scenario], 3, [listing.B, listing.PANDAS, listing.POLARS])
        for library, name in (("pandas", listing.PANDAS), ("polars", listing.POLARS)):
            for what, measure in (("wall", "wall"), ("CPU", "cpu"), ("memory", "growth")):
                compared = f"100,000 leads into {library}{when} / httpx and json_normalize, {what}"
                ratios[compared] = pages[name][measure] / pages[listing.B][measure]
    slow = listing.compare(listing.SCENARIOS["40ms"], 2, [listing.A, listing.POLARS, listing.POLARS_8])
    for label, name in (("one after the other", listing.POLARS), ("in 8 windows", listing.POLARS_8)):
        ratios[f"100,000 leads at 40 ms a page, {label} / download only, wall"] = (
            slow[name]["wall"] / slow[listing.A]["wall"]
        )
    for what, ratio, _ in mirror.compare(ROWS, 0, 3):
        ratios[f"mirror: {what}, wall"] = ratio
    for library, ratio in cleanup.compare(ROWS, ["pandas", "polars"]).items():
        ratios[f"normalize and validate 100,000 leads, {library} / a naive loop, wall"] = ratio
    return ratios


def add(ratios, column):
    """Add a column to the page; a figure that is measured no more keeps its past."""
    with PAGE.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    past = {what: values for what, *values in lines}
    width = len(header) - 1
    with PAGE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, column])
        for what in {**past, **ratios}:
            writer.writerow([what, *past.get(what, [""] * width), f"{ratios[what]:.3f}" if what in ratios else ""])


def main():
    """Measure, print, and add where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--add", action="store_true", help="add a column to the page of the docs")
    parser.add_argument("--under-load", action="store_true", help="measure although the machine is busy")
    given = parser.parse_args()
    if os.getloadavg()[0] > MOST_LOAD and not given.under_load:
        sys.exit(f"the load is {os.getloadavg()[0]:.1f}: wait until the machine has nothing else to do")
    ratios = measure_all()
    print("".join(f"{ratio:7.3f}  {what}\n" for what, ratio in ratios.items()))
    if given.add:
        commit = subprocess.check_output(["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, text=True).strip()
        add(ratios, f"{datetime.now(UTC):%Y-%m-%d} {commit}")


if __name__ == "__main__":
    main()
