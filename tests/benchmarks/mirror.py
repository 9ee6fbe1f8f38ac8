"""Time of the mirror: syncs compared with the plain list, warm reads with plain Parquet and an HTTP cache.

    python tests/benchmarks/mirror.py [--rows 100000] [--latency 0] [--repeat 3]

The service is ``page_service.py``: pages encoded in advance, over real HTTP from a process of its own. Each
figure is a ratio within this one run; of repeated measurements the best. ``pl.read_parquet`` reads one file of the
very rows, with polars' default compression. The HTTP cache is hishel, which is not a dependency: its line needs it
installed (``pip install hishel``).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import polars as pl

import pb2b_notebook as pb
from pb2b_notebook import frames
from pb2b_notebook.mirror.storage.layout import as_frame

KEY = "pb2b_test_abc123_" + "x" * 32
SERVICE = Path(__file__).parents[1] / "support" / "page_service.py"
OFTENER = 5
"""Reads of a tenth of a second are repeated so many times more often: one of three may well be a slow one."""
GOALS: list[tuple[str, float, float]] = []


def timed(work):
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def least(work, repeat):
    return min(timed(work)[1] for _ in range(repeat))


def held(what, ratio, goal):
    """One goal of this run."""
    GOALS.append((what, ratio, goal))
    print(f"    {what}: {ratio:.2f} (goal ≤ {goal:g})")


class Service:
    """The process that serves the pages."""

    def __init__(self, rows, latency):
        told = [sys.executable, SERVICE, str(rows), str(latency), "--later", "1000"]
        self._process = subprocess.Popen(told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        [port] = json.loads(self._process.stdout.readline())["ports"].values()
        self.url = f"http://127.0.0.1:{port}/api/public/v1"

    def connect(self, **options):
        ws = pb.connect(KEY, base_url=self.url, **options)
        ws._session.progress = False
        ws.leads.list(limit=1)  # libraries loaded, fields known
        return ws

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def fresh_cache(folder, name):
    os.environ["PB2B_CACHE_DIR"] = str(folder / name)


def first_reads(service, folder, repeat):
    """Everything read for the first time, with and without the mirror, in turns; the plain list's seconds."""
    walls = {}
    for library in ("polars", "pandas"):
        plain, mirrored = [], []
        for turn in range(repeat):
            fresh_cache(folder, f"written as it goes {library} {turn}")
            with service.connect(frame=library) as ws:
                plain.append(timed(lambda: ws.leads.list(progress=False))[1])
                mirrored.append(timed(lambda: ws.leads.list(cached=True))[1])
        print(f"plain list into {library}: {told(plain)} s; with the mirror written as it goes: {told(mirrored)} s")
        held(f"first read with the mirror / plain list, {library}", min(mirrored) / min(plain), 1.4)
        walls[library] = min(plain)
    return walls["polars"]


def told(seconds):
    return " ".join(f"{one:.2f}" for one in seconds)


def syncs(service, folder, wall):
    """First and later syncs, against the plain list."""
    fresh_cache(folder, "mirror")
    with service.connect(frame="polars") as ws:
        tell_of_sync(ws, "first sync", wall)
        tell_of_sync(ws, "sync with 0 changes", wall)
        httpx.get(f"{service.url}/later")
        tell_of_sync(ws, "sync with 1,000 changes", wall)
        tell_of_sync(ws, "sync with 0 changes", wall)


def tell_of_sync(ws, name, plain):
    before = ws.requests(frame="polars").height
    report, wall = timed(lambda: ws.mirror.sync("leads", frame="polars").row(0, named=True))
    rows = ws.requests(frame="polars")
    size = rows.head(rows.height - before)["bytes"].sum()
    print(
        f"{name}: {wall:.2f} s = {wall / plain:.2f} × plain list; {report['requests']} requests, {size:,} bytes; "
        f"{report['inserted']:,} inserted, {report['updated']:,} updated"
    )


def reads(service, folder, repeat):
    """Warm reads, scans and SQL, against plain Parquet of the same rows."""
    fresh_cache(folder, "mirror")
    with service.connect(frame="polars") as ws:
        file = folder / "leads.parquet"
        ws.leads.list(cached=True).write_parquet(file)
        sent = ws._session.client.sent
        parquet = least(lambda: pl.read_parquet(file), repeat)
        print(f"pl.read_parquet: {parquet:.3f} s; mirror {ws.mirror.info()['bytes'].sum():,} bytes")
        held(
            "list(cached=True) into polars / pl.read_parquet",
            least(lambda: ws.leads.list(cached=True), repeat) / parquet,
            1.3,
        )
        held(
            "mirror.frame into polars / pl.read_parquet", least(lambda: ws.mirror.frame("leads"), repeat) / parquet, 1.3
        )
        pandas = least(lambda: ws.mirror.frame("leads", frame="pandas"), repeat)
        schema = ws._session.schema(ws.operations["leads.list"]).arrow

        def by_hand():
            return frames.to_frame(as_frame(pl.read_parquet(file).to_arrow(), schema), "pandas")

        converted = least(by_hand, repeat)
        print(
            f"    into pandas: {pandas:.3f} s = {pandas / parquet:.2f} × it; it and the conversion: {converted:.3f} s"
        )
        held("mirror.frame into pandas / pl.read_parquet and the same conversion", pandas / converted, 1.3)
        condition, columns = pl.col("status") == "replied", ["id", "email"]
        scan = least(lambda: pl.scan_parquet(file).filter(condition).select(columns).collect(), repeat)
        mine = least(lambda: ws.mirror.scan("leads").filter(condition).select(columns).collect(), repeat)
        print(f"filtered two-column scan: {mine:.3f} s, plain Parquet {scan:.3f} s")
        held("filtered two-column scan / polars scan of plain Parquet", mine / scan, 1.3)
        asked = "select country, status, count(*) as n, avg(score) as score from leads group by all"
        grouped = pl.scan_parquet(file).group_by("country", "status").agg(pl.len(), pl.col("score").mean())
        print(
            f"SQL group-by: {least(lambda: ws.sql(asked), repeat):.3f} s, polars {least(grouped.collect, repeat):.3f} s"
        )
        assert ws._session.client.sent == sent, "a warm read sent a request"
        return least(lambda: ws.leads.list(cached=True), repeat)


def replay(service, folder, warm, repeat):
    """The peer: pages from an HTTP cache, through the same client and decoder."""
    try:
        import hishel
        from hishel.httpx import CacheTransport
    except ImportError:
        print("hishel is not installed: pip install hishel")
        return
    fresh_cache(folder, "replayed")
    storage = hishel.SqliteStorage(database_path=folder / "hishel.db", default_ttl=86_400, max_size=None)
    with service.connect(transport=CacheTransport(httpx.HTTPTransport(), storage), frame="polars") as ws:
        ws.leads.list(progress=False, parallel=1)
        wall = least(lambda: ws.leads.list(progress=False, parallel=1), repeat)
    print(f"replayed by hishel: {wall:.2f} s; from the mirror {warm:.3f} s")
    held("warm read / replay by hishel", warm / wall, 1 / 8)


def compare(rows, latency, repeat):
    """Measure everything, and return what, ratio and goal of each comparison."""
    service = Service(rows, latency)
    try:
        with tempfile.TemporaryDirectory() as folder:
            wall = first_reads(service, Path(folder), repeat)
            syncs(service, Path(folder), wall)
            warm = reads(service, Path(folder), repeat * OFTENER)
            replay(service, Path(folder), warm, repeat)
    finally:
        service.close()
    return GOALS


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--latency", type=float, default=0)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    compare(given.rows, given.latency, given.repeat)
    missed = [what for what, ratio, goal in GOALS if ratio > goal]
    print(f"load {os.getloadavg()[0]:.1f}; goals missed: {'; '.join(missed) or 'none'}")


if __name__ == "__main__":
    main()
