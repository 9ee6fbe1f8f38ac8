"""Time from pages in memory to a frame, compared with hand-written ways.

    python tests/benchmarks/decoding.py [--rows 100000] [--page 500] [--repeat 3] [--only NAME …]

Each contender runs in a fresh process over the same pages (leads of about 580 bytes with nested custom fields and ISO
times, in the envelope of the API): wall and CPU seconds and the growth of peak memory, medians, and wall against
``json.loads`` + ``pandas.json_normalize``. The peers do less: no exact 64-bit integers beside nulls, no checks,
and ``json_normalize`` leaves times as text. ``orjson`` is not a dependency; its line needs it installed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

TEXT = [
    "id", "object", "full_name", "first_name", "last_name", "email", "phone", "title", "seniority", "company_name",
    "company_domain", "country", "city", "status", "source", "owner_email",
]  # fmt: skip
TIMES = ["last_contacted_at", "created_at", "updated_at"]
CUSTOM = {"budget": "number", "tier": "select", "renewal": "date", "vip": "boolean", "interests": "multi_select"}


def lead(i):
    """One lead of about 580 bytes."""
    first, last = ("Zoë", "Ada", "Søren", "Łukasz")[i % 4], f"Müller{i % 997}"
    return {
        "id": f"lead_{i:016x}",
        "object": "lead",
        "full_name": f"{first} {last}",
        "first_name": first,
        "last_name": last,
        "email": f"{last}.{i}@example-{i % 600}.com",
        "phone": None if i % 3 else f"+4930{i:07d}",
        "title": ("CTO", "Head of Sales", None)[i % 3],
        "seniority": ("c_level", "head", None)[i % 3],
        "company_name": f"Company {i % 600} GmbH",
        "company_domain": f"example-{i % 600}.com",
        "country": ("DE", "FR", "PL")[i % 3],
        "city": "Köln",
        "status": ("new", "contacted", "replied")[i % 3],
        "source": "import",
        "owner_email": None,
        "employee_count": i % 5000,
        "score": None if i % 4 else i,
        "tags": ["saas", "q1"][: i % 3],
        "custom_fields": {"budget": i * 1.5, "tier": "gold", "renewal": "2026-09-01", "vip": i % 2 == 0,
                          "interests": ["crm"]},
        "last_contacted_at": None,
        "created_at": f"2026-01-{i % 28 + 1:02d}T08:{i % 60:02d}:00.{i % 1000:03d}Z",
        "updated_at": f"2026-03-{i % 10 + 1:02d}T09:{i % 60:02d}:00.{i % 1000:03d}Z",
    }  # fmt: skip


def activity(i):
    """One lead activity: free-form ``metadata``."""
    return {
        "id": f"act_{i:016x}",
        "object": "lead_activity",
        "lead_id": f"lead_{i % 5000:016x}",
        "type": "email_opened",
        "occurred_at": f"2026-03-{i % 10 + 1:02d}T09:{i % 60:02d}:00.{i % 1000:03d}Z",
        "actor": "system",
        "campaign_id": f"cmp_{i % 9:016x}",
        "summary": "Opened “Hello”",
        "metadata": {"ip": "192.0.2.1", "device": {"os": "linux", "mobile": False}, "opens": i % 7},
        "created_at": f"2026-03-{i % 10 + 1:02d}T09:{i % 60:02d}:00.{i % 1000:03d}Z",
        "updated_at": f"2026-03-{i % 10 + 1:02d}T09:{i % 60:02d}:00.{i % 1000:03d}Z",
    }


def drifted(i):
    """Return a lead of a service that drifted: another type, naive times, an unknown and an unknown nested field."""
    return {
        **lead(i),
        "employee_count": "50-100",
        "created_at": "2026-03-10T12:00:00",
        "lifecycle": "mql",
        "utm": {"source": "ad", "clicks": i % 3},
    }


def pages(make, rows, size):
    """The bodies of a listing."""
    found = []
    for start in range(0, rows, size):
        records = [make(i) for i in range(start, min(start + size, rows))]
        body = {"data": records, "pagination": {"next_cursor": "abc", "has_more": True}, "request_id": "req_1"}
        found.append(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    return found


def lead_schema():
    from pb2b_notebook.frames import frame_schema
    from pb2b_notebook.openapi.operations import Field

    kinds = dict.fromkeys(TEXT, "text") | {"employee_count": "integer", "score": "integer", "tags": "texts"}
    kinds |= {"custom_fields": "custom"} | dict.fromkeys(TIMES, "datetime")
    return frame_schema([Field(name, kind) for name, kind in kinds.items()], CUSTOM)


def activity_schema():
    from pb2b_notebook.frames import frame_schema
    from pb2b_notebook.openapi.operations import Field

    kinds = dict.fromkeys(activity(0), "text") | dict.fromkeys(["occurred_at", "created_at", "updated_at"], "datetime")
    return frame_schema([Field(name, kind) for name, kind in (kinds | {"metadata": "json"}).items()])


def splitter():
    import msgspec

    return msgspec.json.Decoder(msgspec.defstruct("Body", [("data", list[msgspec.Raw])]))


def ours(bodies, schema, frame):
    from pb2b_notebook.frames import Decoder, to_frame

    decoder, split = Decoder(schema), splitter()
    for body in bodies:
        decoder.add(split.decode(body).data)
    return to_frame(decoder.table(), frame)


def streamed(bodies, schema):
    from pb2b_notebook.frames import Decoder, to_frame

    decoder, split = Decoder(schema), splitter()
    for body in bodies:
        frame = to_frame(decoder.page(split.decode(body).data), "polars")
    return frame


def normalized(bodies):
    import pandas as pd

    return pd.json_normalize([record for body in bodies for record in json.loads(body)["data"]])


def by_hand(bodies):
    import orjson
    import polars as pl

    rows = [record for body in bodies for record in orjson.loads(body)["data"]]
    frame = pl.from_dicts(rows, infer_schema_length=None)
    frame = frame.unnest("custom_fields")
    return frame.with_columns(pl.col(name).str.to_datetime(time_zone="UTC") for name in TIMES[1:])


CONTENDERS = {
    "json_normalize": (lead, normalized),
    "orjson + polars by hand": (lead, by_hand),
    "ours, pandas": (lead, lambda bodies: ours(bodies, lead_schema(), "pandas")),
    "ours, polars": (lead, lambda bodies: ours(bodies, lead_schema(), "polars")),
    "ours, polars, page by page": (lead, lambda bodies: streamed(bodies, lead_schema())),
    "ours, pandas, drifted service": (drifted, lambda bodies: ours(bodies, lead_schema(), "pandas")),
    "json_normalize, free form": (activity, normalized),
    "ours, pandas, free form": (activity, lambda bodies: ours(bodies, activity_schema(), "pandas")),
}


def measure(name, rows, size):
    """Run once in this process: wall and CPU seconds, growth of peak memory in MiB."""
    make, run = CONTENDERS[name]
    bodies = pages(make, rows, size)
    run(bodies[:1])  # imports are not measured
    before = resource.getrusage(resource.RUSAGE_SELF)
    start, cpu = time.perf_counter(), time.process_time()
    frame = run(bodies)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {"wall": wall, "cpu": cpu, "MiB": (after.ru_maxrss - before.ru_maxrss) / 1024, "shape": frame.shape}


def main():
    """Print a line for each contender."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--page", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--measure", choices=CONTENDERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.rows, given.page)))
        return
    sample = pages(lead, 100, 100)[0]
    print(f"{given.rows:,} rows, {given.page} a page, {len(sample) // 100} bytes a lead")
    reference = None
    for name in given.only:
        command = [sys.executable, __file__, "--measure", name, "--rows", str(given.rows), "--page", str(given.page)]
        runs = [
            json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(given.repeat)
        ]
        wall, cpu, memory = (statistics.median(run[what] for run in runs) for what in ("wall", "cpu", "MiB"))
        reference = reference or (wall, cpu, memory)
        ratios = [f"{x / r:5.2f}" for x, r in zip((wall, cpu, memory), reference, strict=True)]
        print(f"{name:32} wall {wall:6.2f} s ×{ratios[0]}  CPU {cpu:6.2f} s ×{ratios[1]}  "
              f"peak +{memory:5.0f} MiB ×{ratios[2]}")  # fmt: skip


if __name__ == "__main__":
    main()
