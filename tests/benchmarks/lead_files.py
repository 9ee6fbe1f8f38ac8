"""Time and memory to read and save files of leads, compared with readers that neither guess nor check.

    python tests/benchmarks/lead_files.py [--megabytes 100] [--rows 40000] [--repeat 3] [--only NAME …]

Each contender runs in a fresh process: wall and CPU seconds and the peak of memory (which includes about 150 MB of
imports), medians. The CSV files are of 15 columns, quoted notes with line breaks, in UTF-8 or Windows-1252. The peers
read every column as text, and are given encoding and delimiter.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = ["E-Mail", "Vorname", "Nachname", "Firma", "Telefon", "PLZ", "Ort", "Land", "Notiz", "Schlagworte", "Punkte",
          "Datum", "Web", "Titel", "Umsatz"]  # fmt: skip
BYTES_A_ROW = 194


def row(i):
    note = 'hat angerufen; "bitte" melden\nbis Montag' if i % 7 == 0 else ""
    return [f"person{i}@example{i % 977}.com", "Jürgen", "Müller-Lüdenscheidt", f"Firma {i % 977} GmbH & Co. KG",
            f"+4930{i:07}", f"{i % 100000:05}", "Köln", "DE", note, "a;b", i % 100, "2026-03-10",
            f"https://www.example{i % 977}.com/kontakt", "Leiter Einkauf", "1.234,56"]  # fmt: skip


def write(path, rows, encoding):
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(map(row, range(rows)))


def ours(path):
    import pb2b_notebook as pb

    return lambda: pb.read_leads(path, progress=False, quiet=True)


def by_polars(path):
    import polars as pl

    return lambda: pl.read_csv(path, separator=";", infer_schema=False).to_pandas()


def by_pandas(path):
    import pandas as pd

    return lambda: pd.read_csv(path, sep=";", dtype="str", encoding="utf-8")


def workbook_by_pandas(path):
    import pandas as pd

    return lambda: pd.read_excel(path, engine="calamine", dtype="str")


def saving(path):
    import pb2b_notebook as pb

    df = pb.read_leads(path.with_name("rows.csv"), progress=False, quiet=True)
    return lambda: pb.save_leads(df, path, overwrite=True, progress=False)


CONTENDERS = {
    "read big.csv: read_leads": (ours, "big.csv"),
    "read big.csv: pandas": (by_pandas, "big.csv"),
    "read big.csv: polars": (by_polars, "big.csv"),
    "read big-1252.csv: read_leads": (ours, "big-1252.csv"),
    "read rows.csv: read_leads": (ours, "rows.csv"),
    "read rows.csv: pandas": (by_pandas, "rows.csv"),
    "save rows.csv": (saving, "saved.csv"),
    "save rows.xlsx": (saving, "saved.xlsx"),
    "save rows.jsonl": (saving, "saved.jsonl"),
    "save rows.parquet": (saving, "saved.parquet"),
    "read what was saved: csv": (ours, "saved.csv"),
    "read what was saved: xlsx": (ours, "saved.xlsx"),
    "read saved.xlsx: pandas": (workbook_by_pandas, "saved.xlsx"),
    "read what was saved: jsonl": (ours, "saved.jsonl"),
    "read what was saved: parquet": (ours, "saved.parquet"),
}


def measure(name, folder):
    make, file = CONTENDERS[name]
    run = make(Path(folder) / file)
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    facts = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps(facts | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def apart(name, folder):
    command = [sys.executable, __file__, "--measure", name, folder]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(*args.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        big = args.megabytes * 1_000_000 // BYTES_A_ROW
        write(Path(folder, "big.csv"), big, "utf-8")
        write(Path(folder, "big-1252.csv"), big, "cp1252")
        write(Path(folder, "rows.csv"), args.rows, "utf-8")
        sizes = {path.name: path.stat().st_size / 1e6 for path in sorted(Path(folder).iterdir())}
        print(f"big: {big:,} rows; rows: {args.rows:,}; MB: {sizes}")
        for name in CONTENDERS:
            if args.only and not any(part in name for part in args.only):
                continue
            runs = [apart(name, folder) for _ in range(args.repeat)]
            wall, cpu, peak = (statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak"))
            print(f"{name:32} {wall:7.2f} s wall {cpu:7.2f} s CPU {peak:7.0f} MB peak", flush=True)


if __name__ == "__main__":
    main()
