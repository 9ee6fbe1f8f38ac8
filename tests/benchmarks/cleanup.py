"""A million leads through normalize and validate, compared with the naive loop; and how much of the mess is repaired.

    .venv/bin/python tests/benchmarks/cleanup.py              # both, for pandas and polars
    .venv/bin/python tests/benchmarks/cleanup.py --mess       # how much of the seeded mess is repaired, by kind

The leads are the sandbox's own (27 countries, a sixth of them spoiled), so that the right value of each cell is known.
The naive loop calls phonenumbers, email-validator and nameparser on each row; it is timed on a random sample of rows,
and multiplied.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

COLUMNS = (
    "full_name", "first_name", "last_name", "email", "phone", "company_name", "company_domain", "website", "title",
    "seniority", "industry", "country", "city", "source", "owner_email", "external_id", "employee_count", "status",
)  # fmt: skip
SAMPLE = 20_000


def make(rows, path):
    """Write the sandbox's leads to a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pb2b_notebook.sandbox.demo_data.seeding import generate_leads

    leads = generate_leads(1, rows, now=datetime(2026, 3, 10, 12, tzinfo=UTC))
    values = {name: [] for name in COLUMNS}
    for lead in leads:
        for name in COLUMNS:
            values[name].append(lead.doc[name])
    kinds = {name: pa.int64() if name == "employee_count" else pa.string() for name in COLUMNS}
    pq.write_table(pa.table({name: pa.array(values[name], kinds[name]) for name in COLUMNS}), path)


def load(path, engine):
    """Read the file as a frame, as a workspace would return it."""
    import pyarrow.parquet as pq

    from pb2b_notebook.frames import to_frame

    return to_frame(pq.read_table(path), engine)


def measure(path, engine):
    """Run once in this process: seconds of each step, growth of peak memory and peak memory in MiB."""
    from pb2b_notebook import cleanup

    frame = load(path, engine)
    cleanup.validate(cleanup.normalize(frame.head(200)).frame)  # imports are not measured
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    tidy = cleanup.normalize(frame)
    middle = time.perf_counter()
    checked = cleanup.validate(tidy.frame)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "rows": len(frame),
        "normalize": middle - start,
        "validate": end - middle,
        "wall": end - start,
        "cpu": time.process_time() - cpu,
        "MiB": (peak - before) / 1024,
        "peak MiB": peak / 1024,
        "changes": len(tidy.changes),
        "problems": len(checked.problems),
    }


def naive(path):
    """Run the naive loop over a sample; return the extrapolated seconds for all rows."""
    import email_validator
    import phonenumbers
    from nameparser import HumanName

    frame = load(path, "pandas")
    sample = frame.sample(min(SAMPLE, len(frame)), random_state=1)
    rows = sample.astype(object).where(sample.notna(), None).to_dict("records")
    start = time.perf_counter()
    for row in rows:
        name = row["full_name"]
        if name:
            HumanName(name).capitalize()
        if row["phone"]:
            try:
                number = phonenumbers.parse(row["phone"], row["country"])
                phonenumbers.is_valid_number(number)
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            except phonenumbers.NumberParseException:
                pass
        if row["email"]:
            with contextlib.suppress(email_validator.EmailNotValidError):
                email_validator.validate_email(row["email"], check_deliverability=False)
    taken = time.perf_counter() - start
    return {"rows": len(frame), "wall": taken * len(frame) / len(rows), "sampled": len(rows)}


def mess(rows):  # noqa: C901 - one table, made in one go
    """Count for each kind of mess the cells repaired, suggested, flagged and left; and right values damaged."""
    import pandas as pd

    from pb2b_notebook import cleanup
    from pb2b_notebook.cleanup.values.addresses import host_of
    from seeded_mess import seeded_leads

    leads = list(seeded_leads(1, rows))
    frame = pd.DataFrame({name: pd.Series([lead.doc[name] for lead in leads], dtype="str") for name in COLUMNS[:-2]})
    frame["employee_count"] = pd.array([lead.doc["employee_count"] for lead in leads], dtype="Int64")
    done = cleanup.normalize(frame)
    found = cleanup.validate(done.frame).problems
    made = done.frame.astype(object).where(done.frame.notna(), None).to_dict("records")
    hints = {(row, name): text for row, name, _, text, _ in done.suggestions.itertuples(index=False)}
    flagged = set(zip(found["row"], found["field"], strict=True))
    outcomes, damaged, right = collections.defaultdict(collections.Counter), 0, 0

    def good(lead, name, value):
        if name == "company_name":
            return value == lead.truth[name] or made[row]["company_core"] == lead.core
        if name == "website":
            return value is not None and value.startswith("http") and host_of(value) == host_of(lead.truth[name])
        return value == lead.truth[name]

    for row, lead in enumerate(leads):
        spoiled = [name for name in frame if lead.doc[name] != lead.truth[name]]
        for name in frame:
            if name not in spoiled:
                right += 1
                damaged += made[row][name] != lead.doc[name]
        if len(lead.errors) != 1 or not spoiled:
            continue
        if lead.errors == ("placeholder",):
            mended = all(made[row][name] is None for name in spoiled)
        else:
            mended = all(good(lead, name, made[row][name]) for name in spoiled)
        hinted = all(lead.truth[name] in {made[row][name], hints.get((row, name))} for name in spoiled)
        outcome = "repaired" if mended else "suggested" if hinted else "left"
        if outcome == "left" and any((row, name) in flagged for name in spoiled):
            outcome = "flagged"
        outcomes[lead.errors[0]][outcome] += 1
    print(f"{len(leads):,} leads; {right:,} right values, of which damaged: {damaged}")
    for kind, counts in sorted(outcomes.items()):
        total = counts.total()
        shares = "  ".join(
            f"{what} {counts[what] / total:4.0%}" for what in ("repaired", "suggested", "flagged", "left")
        )
        print(f"{kind:20} {total:5}  {shares}")


def compare(rows, engines, file=None):
    """Measure each library and the naive loop in processes of their own; return library → its time / the loop's."""
    with tempfile.TemporaryDirectory() as folder:
        path = file or Path(folder) / "leads.parquet"
        if not path.exists():
            make(rows, path)
        walls = {}
        for name in [*engines, "naive"]:
            command = [sys.executable, __file__, "--measure", name, "--file", str(path)]
            found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
            walls[name] = found["wall"]
            shown = (f"{key} {value if isinstance(value, str) else f'{value:,.1f}'}" for key, value in found.items())
            print(f"{name:8}", "  ".join(shown), flush=True)
    for name in engines:
        print(f"the naive loop takes {walls['naive'] / walls[name]:.1f} times as long as {name}")
    return {name: walls[name] / walls["naive"] for name in engines}


def main():
    """Print the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--mess", action="store_true", help="only what became of the seeded mess")
    parser.add_argument("--engines", nargs="*", default=["pandas", "polars"])
    parser.add_argument("--file", type=Path, help="a Parquet file of leads, made if it is not there")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(naive(given.file) if given.measure == "naive" else measure(given.file, given.measure)))
        return
    if given.mess:
        mess(min(given.rows, 100_000))
        return
    compare(given.rows, given.engines, given.file)


if __name__ == "__main__":
    main()
