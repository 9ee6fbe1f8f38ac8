"""Time from a list over loopback HTTP to a frame, compared with hand-written ways.

    python tests/benchmarks/listing.py [--rounds 3] [--only SCENARIO …] [--peers NAME …]

The service (``page_service.py``) runs in a process of its own and sends encoded pages; every peer runs in a fresh
process with compiled bytecode, round after round. Measured from the first request to the frame: wall and CPU seconds
of the client, and its peak memory, in total and above the start. The best of all rounds counts, since other
load on the machine only adds. The libraries are loaded before, by reading one row; in the scenario "first", they are
only imported, so that the first call of a process is measured. Values that fit no schema are read in the same run, and
must be unchanged. ``orjson`` is not a dependency; its line appears where it is installed. ``(d)`` is the
least that sockets, pyarrow's JSON reader and pandas need, without any promise of ours: what is above it can be saved.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

KEY = "pb2b_live_bench_0123456789abcdef"
TIMES = ["created_at", "updated_at"]
BATCH = 3 << 19
READ = 1 << 19
LENGTH = re.compile(rb"Content-Length: ([0-9]+)")
CURSOR = re.compile(rb'"next_cursor": "([^"]*)"')

# --- the peers --------------------------------------------------------------------------------------------------------


def bodies(base, page, rows):
    """The bodies of all pages, one after the other, by httpx."""
    import httpx

    read = 0
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {KEY}"}) as client:
        query = {"limit": min(page, rows)}
        while True:
            answer = client.get("/leads", params=query)
            yield answer
            read += page
            more = CURSOR.search(answer.content, len(answer.content) - 200)
            if more is None or read >= rows:
                return
            query["cursor"] = more[1].decode()


def download(base, page, rows):
    """(a) The pages alone."""
    for answer in bodies(base, page, rows):
        assert answer.content
    return rows


def normalized(base, page, rows):
    """(b) httpx, response.json(), pandas.json_normalize."""
    import pandas as pd

    return len(pd.json_normalize([lead for answer in bodies(base, page, rows) for lead in answer.json()["data"]]))


def by_hand(base, page, rows):
    """(c) httpx, orjson and polars."""
    import orjson
    import polars as pl

    leads = [lead for answer in bodies(base, page, rows) for lead in orjson.loads(answer.content)["data"]]
    frame = pl.from_dicts(leads, infer_schema_length=None).unnest("custom_fields")
    return len(frame.with_columns(pl.col(name).str.to_datetime(time_zone="UTC") for name in TIMES))


def least(base, page, rows):
    """(d) Sockets, pyarrow.json with the schema, pandas: what remains of ours without any of its promises."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    host, port = urlsplit(base).netloc.split(":")
    schema = pa.schema([("records", pa.list_(pa.struct(_lead_schema(pa))))])
    tables, waiting, size, cursor = [], [], 0, ""
    with socket.create_connection((host, int(port))) as connection:
        while cursor is not None:
            target = f"{urlsplit(base).path}/leads?limit={page}{cursor and f'&cursor={cursor}'}"
            body = exchange(connection, f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            more = CURSOR.search(body, len(body) - 200)
            cursor = more and more[1].decode()
            waiting.append(body[body.index(b"[") + 1 : body.rindex(b'],"pagination"')])
            size += len(body)
            if size > BATCH or cursor is None:
                tables.append(_rows(b'{"records":[' + b",".join(waiting) + b"]}", schema, pa))
                waiting, size = [], 0
    table = pa.concat_tables(tables)
    columns = dict(zip(table.column_names, table.columns, strict=True))
    custom = columns.pop("custom_fields")
    columns |= {f"custom_{field.name}": pc.struct_field(custom, [field.name]) for field in custom.type}
    columns |= {name: columns[name].cast(pa.timestamp("us", "UTC")) for name in ["last_contacted_at", *TIMES]}
    text = pd.StringDtype(na_value=float("nan"))
    types = {pa.string(): text, pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype()}
    return len(pa.table(columns).to_pandas(types_mapper={**types, pa.bool_(): pd.BooleanDtype()}.get))


def _lead_schema(pa):
    texts = ("id", "object", "full_name", "email", "company_name", "first_name", "last_name", "phone", "title")
    texts += ("company_domain", "country", "city", "status", "source", "last_contacted_at", *TIMES)
    custom = [("budget", pa.float64()), ("tier", pa.string()), ("renewal", pa.string()), ("vip", pa.bool_())]
    others = [("employee_count", pa.int64()), ("score", pa.int64()), ("tags", pa.list_(pa.string()))]
    return [*((name, pa.string()) for name in texts), *others, ("custom_fields", pa.struct(custom))]


def _rows(text, schema, pa):
    import pyarrow.json as arrow_json

    options = arrow_json.ReadOptions(block_size=len(text) + 1, use_threads=False)
    strictly = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    table = arrow_json.read_json(pa.BufferReader(text), read_options=options, parse_options=strictly)
    return pa.Table.from_struct_array(table.column(0).combine_chunks().flatten())


def exchange(connection, request):
    """Send a request, and return the body of its response."""
    connection.sendall(request)
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += connection.recv(READ)
    missing = end + 4 + int(LENGTH.search(received, 0, end)[1]) - len(received)
    while missing > 0:
        piece = connection.recv(READ)
        received += piece
        missing -= len(piece)
    return bytes(received[end + 4 :])


def ours(base, page, rows, **options):
    """``ws.leads.list()``."""
    if rows == 1:
        options = {"frame": options["frame"], "limit": 1}
    return len(workspace(base).leads.list(page_size=page, progress=False, **options))


def streamed(base, page, rows):
    """``ws.leads.pages()``."""
    limit = {"limit": rows} if rows == 1 else {}
    return sum(len(one) for one in workspace(base).leads.pages(page_size=page, frame="polars", **limit))


def workspace(base, opened={}):  # noqa: B006 - one for the process
    import pb2b_notebook as pb

    if base not in opened:
        opened[base] = pb.connect(KEY, base_url=base)
    return opened[base]


A, B, C, D = "(a) download only", "(b) json_normalize", "(c) orjson + polars", "(d) sockets + pyarrow"
PANDAS, POLARS, CHOSEN, STREAM = "ours, pandas", "ours, polars", "ours, by itself", "ours, pages()"
PANDAS_8, POLARS_8 = "ours, pandas, 8 windows", "ours, polars, 8 windows"
PEERS = {
    A: download,
    B: normalized,
    C: by_hand,
    D: least,
    PANDAS: lambda *given: ours(*given, frame="pandas", parallel=1),
    POLARS: lambda *given: ours(*given, frame="polars", parallel=1),
    PANDAS_8: lambda *given: ours(*given, frame="pandas", parallel=8),
    POLARS_8: lambda *given: ours(*given, frame="polars", parallel=8),
    CHOSEN: lambda *given: ours(*given, frame="pandas"),
    STREAM: streamed,
}

# --- what is compared -------------------------------------------------------------------------------------------------


class Goal(NamedTuple):
    """One of ``peers`` is to need at most ``most`` × what ``other`` needs."""

    peers: tuple[str, ...]
    what: str
    most: float
    other: str


class Scenario(NamedTuple):
    """Number of leads, page size, latency of each page in milliseconds, and whether it is a process's first call."""

    rows: int
    page: int
    latency: str
    peers: tuple[str, ...]
    goals: tuple[Goal, ...]
    first: bool = False


BOTH, BOTH_8 = (PANDAS, POLARS), (PANDAS_8, POLARS_8)
LESS = (Goal(BOTH, "cpu", 0.25, B), Goal(BOTH, "growth", 0.5, B))
SCENARIOS = {
    "500": Scenario(100_000, 500, "0", (A, B, C, D, *BOTH, CHOSEN, STREAM), (Goal(BOTH, "wall", 0.18, B), *LESS)),
    "first": Scenario(100_000, 500, "0", (A, B, D, *BOTH), (Goal(BOTH, "wall", 0.18, B), *LESS), first=True),
    "100": Scenario(100_000, 100, "0", (A, B, C, *BOTH, CHOSEN), (Goal(BOTH, "wall", 0.27, B),)),
    "40ms": Scenario(
        100_000, 500, "40", (A, *BOTH, *BOTH_8, CHOSEN), (Goal(BOTH, "wall", 1.04, A), Goal(BOTH_8, "wall", 0.165, A))
    ),
    "million": Scenario(
        1_000_000, 500, "0", (A, B, *BOTH, STREAM), (Goal(BOTH, "wall", 0.17, B), Goal(BOTH, "peak", 0.55, B))
    ),
}

# --- exactness --------------------------------------------------------------------------------------------------------

ODD = {
    "lead_1": {"score": None, "unparsed": '{"score":12.7}'},
    "lead_2": {"score": None, "email": None, "unparsed": '{"email":"\\ud83d","score":true}'},
    "lead_3": {"score": None, "employee_count": 2**53 + 1, "unparsed": '{"score":9223372036854775808}'},
    "lead_4": {"created_at": None, "planet": "Mars", "unparsed": '{"created_at":"2026-02-30T12:00:00.000Z"}'},
    "lead_5": {
        "created_at": None,
        "custom_budget": None,
        "custom_moons": 2,
        "unparsed": '{"created_at":"2026-03-10T12:00:00","custom_budget":1e400}',
    },
}


def check_exactness(base):
    """Read values that fit no schema; none may be lost, rounded or guessed."""
    import pandas as pd

    import pb2b_notebook as pb

    warnings.simplefilter("ignore", pb.ContractDriftWarning)  # the differences are intended
    for frame in ("pandas", "polars"):
        odd = pb.connect(KEY, base_url=f"{base}/odd").leads.list(frame=frame)
        rows = odd.to_dict("records") if frame == "pandas" else odd.to_dicts()
        for row in rows:
            for name, expected in ODD[row["id"]].items():
                found = None if pd.isna(row[name]) else row[name]
                if found != expected or type(found) is not type(expected):
                    raise SystemExit(f"{frame}: {row['id']}.{name} is {found!r}, not {expected!r}")
    try:
        pb.connect(KEY, base_url=f"{base}/twice").leads.list()
    except pb.errors.NotJSONError:
        return
    raise SystemExit("a key named twice was read as if it were not")


# --- measuring --------------------------------------------------------------------------------------------------------


def load_libraries(name):
    """Import what a peer needs."""
    needed = {A: ["httpx"], B: ["httpx", "pandas"], C: ["httpx", "orjson", "polars"]}
    needed[D] = ["pandas", "pyarrow", "pyarrow.compute", "pyarrow.json"]
    frame = "polars" if name in {POLARS, POLARS_8, STREAM} else "pandas"
    ours = [frame, "httpcore", "msgspec", "pyarrow", "pyarrow.compute", "pyarrow.json", "pb2b_notebook"]
    for library in needed.get(name, ours):
        importlib.import_module(library)


def measure(name, base, page, rows, first):
    """Run once in this process: wall and CPU seconds, peak memory in MiB and its growth."""
    if first:
        load_libraries(name)
    else:
        PEERS[name](base, page, 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, cpu = time.perf_counter(), time.process_time()
    count = PEERS[name](base, page, rows)
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"wall": wall, "cpu": cpu, "peak": peak / 1024, "growth": (peak - before) / 1024, "rows": count}


def in_fresh_process(name, base, scenario):
    """Run in a process of its own; with ``exactness`` as its name, the values that fit no schema."""
    command = [sys.executable, __file__, "--measure", name, base, str(scenario.page), str(scenario.rows)]
    command += ["--first"] * scenario.first
    with tempfile.TemporaryDirectory() as cache:
        surroundings = {**os.environ, "PB2B_CACHE_DIR": cache, "PB2B_CONFIG": f"{cache}/none.toml"}
        surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled once, not in each process
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=surroundings)
    found = json.loads(done.stdout)
    if found["rows"] != scenario.rows:
        raise SystemExit(f"{name} read {found['rows']:,} of {scenario.rows:,} rows")
    return found


def compare(scenario, rounds, only):
    """Run all rounds of a scenario; return peer → the best of each figure."""
    service = Path(__file__).parents[1] / "support" / "page_service.py"
    started = [sys.executable, str(service), str(scenario.rows), scenario.latency]
    peers = [name for name in scenario.peers if only is None or name in only]
    peers = [name for name in peers if name != C or importlib.util.find_spec("orjson")]
    least = {}
    with subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as serving:
        told = json.loads(serving.stdout.readline())
        base = f"http://127.0.0.1:{told['ports'][scenario.latency]}/api/public/v1"
        print(
            f"\n{scenario.rows:,} leads of {told['bytes_a_lead']} bytes, {scenario.page} a page,"
            f" {scenario.latency} ms, least of {rounds}"
        )
        in_fresh_process("exactness", base, scenario)
        for _ in range(rounds):
            for name in peers:
                found = in_fresh_process(name, base, scenario)
                least[name] = {what: min(value, least.get(name, found)[what]) for what, value in found.items()}
        serving.stdin.close()
    return least


def show(scenario, least):
    """Print a line for each peer and goal; return the number of missed goals."""
    for name, found in least.items():
        beside = [f"×{found['wall'] / least[other]['wall']:.3f} {other[:3]}" for other in (A, B) if other in least]
        print(
            f"{name:24} wall {found['wall']:6.2f} s  {'  '.join(beside):24} CPU {found['cpu']:6.2f} s"
            f"  peak {found['peak']:6.0f} MiB, grown by {found['growth']:6.0f} MiB"
        )
    missed = 0
    for goal in scenario.goals:
        for name in goal.peers:
            if name in least and goal.other in least:
                ratio = least[name][goal.what] / least[goal.other][goal.what]
                missed += ratio > goal.most
                verdict = "MISSED" if ratio > goal.most else "met"
                print(f"  {name}: {goal.what} {ratio:.3f} × {goal.other}, goal {goal.most:.2f}: {verdict}")
    return missed


def main():
    """Run the scenarios; the exit status is 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--peers", nargs="*", choices=PEERS)
    parser.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        name, base, page, rows = given.measure
        if name == "exactness":
            check_exactness(base)
            print(json.dumps({"rows": int(rows)}))
        else:
            print(json.dumps(measure(name, base, int(page), int(rows), given.first)))
        return
    missed = sum(show(SCENARIOS[name], compare(SCENARIOS[name], given.rounds, given.peers)) for name in given.only)
    print(f"\nexactness held in every scenario; {missed} goals missed")
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
