"""Time to seed the sandbox, its size, and whether its last page costs more than its first.

    python tests/benchmarks/sandbox_listing.py [--leads 1000000] [--repeat 40] [--without-seeding]

The listing is walked to its end over HTTP, ``GET /leads?limit=500``, since a cursor is the only way to the last page.
Then the first and the last ten pages are requested again in turns, so that both see the same load; the ratio is
that of the medians. Seeding is timed on a file, whose size is reported.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server

PAGE = 500
COMPARED = 10
WORKSPACES = (2_000, 100_000)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=40, help="how often each of the pages is asked for again")
    parser.add_argument("--without-seeding", action="store_true", help="skip the two workspaces that are only seeded")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'leads':>10} {'seeded on disk':>15} {'in memory':>11} {'size':>10} {'a lead':>9}")
        for leads in () if options.without_seeding else WORKSPACES:
            seeded(Path(folder) / f"{leads}.sqlite3", leads, in_memory=True)
        db = Path(folder) / "listing.sqlite3"
        seeded(db, options.leads, in_memory=False)
        listing(db, options.repeat)


def seeded(db, leads, *, in_memory):
    """Print one line of the first table."""
    on_disk = opened(db, leads)
    memory = f"{opened(':memory:', leads):9.2f} s" if in_memory else "-"
    size = db.stat().st_size
    print(f"{leads:>10,} {on_disk:>13.2f} s {memory:>11} {size / 2**20:>6.1f} MiB {size / max(leads, 1):>7.0f} B")


def opened(db, leads):
    """Return the seconds to open a new sandbox."""
    started = time.perf_counter()
    with Sandbox(db, leads=leads):
        return time.perf_counter() - started


def listing(db, repeat):
    """Print the walk and the comparison."""
    with Sandbox(db, rate_limit=10**9) as sandbox, Server(sandbox.app) as server:
        headers = {"Authorization": f"Bearer {sandbox.create_key()}"}
        with httpx.Client(base_url=f"{server.url}/api/public/v1", headers=headers, timeout=60) as client:
            cursors, rows, seconds = walked(client)
            first, last = cursors[:COMPARED], cursors[-COMPARED:]
            times = {"first": [], "last": []}
            for _ in range(repeat):
                for place, some in (("first", first), ("last", last)):
                    times[place] += [timed(client, cursor) for cursor in some]
    print(f"\nwalked {rows:,} leads in {len(cursors):,} pages: {seconds:.2f} s, {rows / seconds:,.0f} leads a second")
    print(f"\n{'pages':>10} {'median':>12} {'slowest in 20':>15} {'leads a second':>16}")
    medians = {}
    for place, taken in times.items():
        medians[place] = statistics.median(taken)
        slow = statistics.quantiles(taken, n=20)[-1]
        rate = PAGE / medians[place]
        print(f"{place:>7} {COMPARED:>2} {medians[place] * 1000:>9.2f} ms {slow * 1000:>12.2f} ms {rate:>16,.0f}")
    print(f"\nlast / first: {medians['last'] / medians['first']:.2f}")


def walked(client):
    """Walk the listing: the cursor of every full page (``None`` for the first), rows, seconds."""
    cursors, rows, cursor = [], 0, None
    started = time.perf_counter()
    while True:
        page = asked(client, cursor).json()
        rows += len(page["data"])
        if len(page["data"]) == PAGE:
            cursors.append(cursor)
        cursor = page["pagination"]["next_cursor"]
        if cursor is None:
            return cursors, rows, time.perf_counter() - started


def timed(client, cursor):
    """Return the seconds of one page, without parsing its JSON."""
    started = time.perf_counter()
    asked(client, cursor)
    return time.perf_counter() - started


def asked(client, cursor):
    """Return one page."""
    response = client.get("/leads", params={"limit": PAGE} | ({"cursor": cursor} if cursor else {}))
    response.raise_for_status()
    return response


if __name__ == "__main__":
    main()
