"""A simulated year of a mirror that is synced every five minutes: files, bytes and time must stay flat.

    python tests/support/mirror_year.py [--days 365] [--minutes 5] [--seed 1]

Each sync reads what changed: an hour has about one changed lead, a day about one new lead; a second table gets the
dated row of a snapshot each time. The year ends now, so the engine's own clock needs no change: this machine's clock
and the times of the data files are set back. HTTP and JSON are left out; everything below them is the code of
``ws.mirror.sync``. It prints a line a month: files, bytes and CPU of a sync. The exit status is 1 if the last month has
more than 1.5 times the files of the second, or if the mirror differs from its source.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from pb2b_notebook.mirror.storage.tables import Table, to_polars
from pb2b_notebook.mirror.sync.synchronization import Chunk, Synchronizer
from pb2b_notebook.mirror.verification import verify_tables

LEADS = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("title", pa.string()),
        pa.field("updated_at", pa.timestamp("us", "UTC")),
    ]
)
SNAPSHOT = pa.schema([pa.field("taken_at", pa.timestamp("us", "UTC")), pa.field("used", pa.int64())])


@dataclass
class Year:
    """The mirror of one workspace over a simulated time.

    Attributes:
        root: Folder of the tables.
        begin: Start of the simulated time.
        step: Time between two syncs.
        dice: Source of the changes.
    """

    root: Path
    begin: datetime
    step: timedelta
    dice: random.Random
    rows: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    syncs: int = 0
    _dated: set[str] = field(default_factory=set)

    def __post_init__(self):
        self.now = self.begin
        self.table = Table(self.root / "tables" / "leads", "year/leads", "leads")
        self.former = Table(self.root / "history" / "leads", "year/leads", "leads")
        self.snapshots = Table(self.root / "tables" / "usage", "year/usage", "usage")
        for number in range(30):
            self.rows[f"lead_{number}"] = ("Countess", self.now)

    def run(self, syncs: int) -> None:
        """Sync a number of times."""
        with self._set_back():
            for _ in range(syncs):
                self.now += self.step
                self._change()
                Synchronizer(self.table, self.former, self._read, declared=LEADS.names).run()
                self._take_snapshot()
                self.syncs += 1
                self._date_files()

    def files(self) -> list[Path]:
        """Return all files of the mirror."""
        return [path for path in self.root.rglob("*") if path.is_file()]

    def agrees(self) -> bool:
        """Return whether the mirror has the source's rows and a snapshot of each sync, and nothing is damaged."""
        stored = {row["id"]: (row["title"], row["updated_at"]) for row in self.table.snapshot().collect().to_dicts()}
        sound = all(self._verify(table, former) for table, former in self._pairs())
        return sound and stored == self.rows and self.snapshots.row_count() == self.syncs

    def _pairs(self):
        return [(self.table, self.former), (self.snapshots, Table(self.root / "none", "", "usage"))]

    def _verify(self, table, former):
        from pb2b_notebook.mirror.storage.locations import Location

        return all(finding.ok for finding in verify_tables(Location(self.root), iter([(table, former)])))

    def _change(self):
        share = self.step / timedelta(hours=1)
        if self.dice.random() < share:
            self.rows[self.dice.choice(sorted(self.rows))] = (f"title {self.syncs}", self._stamp())
        if self.dice.random() < share / 24:
            self.rows[f"lead_{len(self.rows)}"] = ("Baroness", self._stamp())

    def _stamp(self):
        return self.now - timedelta(seconds=1)

    def _read(self, after, _rows, _before_page):
        since = datetime.fromtimestamp(0 if after is None else after / 1e6, UTC)
        came = [
            {"id": lead, "title": title, "updated_at": at}
            for lead, (title, at) in sorted(self.rows.items(), key=lambda item: item[1][1])
            if at > since
        ]
        yield Chunk(lambda: pa.Table.from_pylist(came, LEADS), len(came), self.now, 1, more=False)

    def _take_snapshot(self):
        row = pa.Table.from_pylist([{"taken_at": self.now, "used": self.syncs}], SNAPSHOT)
        self.snapshots.append(to_polars(row), SNAPSHOT, {"watermark": self.syncs}, seen=self.snapshots.version)
        self.snapshots.maintain()

    @contextmanager
    def _set_back(self):
        real = time.time
        time.time = lambda: self.now.timestamp()  # noqa: PLW0108 - now moves on
        try:
            yield
        finally:
            time.time = real

    def _date_files(self):
        """Give the data files that are new since the last sync its simulated time."""
        found = {
            entry.path
            for table in (self.table, self.former, self.snapshots)
            if table.exists
            for entry in os.scandir(table.path)
            if entry.name.endswith(".parquet")
        }
        for path in found - self._dated:
            os.utime(path, (self.now.timestamp(), self.now.timestamp()))
        self._dated = found


def simulate(days: int, minutes: float, seed: int) -> int:
    """Run the simulated time, print a line a month, and return the exit status."""
    step = timedelta(minutes=minutes)
    total = int(timedelta(days=days) / step)
    month = max(1, total // 12)
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        dice = random.Random(seed)  # noqa: S311 - seeded chance
        year = Year(Path(folder), datetime.now(UTC) - timedelta(days=days), step, dice)
        print("| syncs | files | kB | data kB | CPU ms a sync |\n|---|---|---|---|---|")
        while year.syncs < total:
            before = time.process_time()
            year.run(min(month, total - year.syncs))
            cpu = (time.process_time() - before) / month * 1000
            files = year.files()
            size = sum(path.stat().st_size for path in files)
            data = sum(sum(table.sizes().values()) for table in (year.table, year.former, year.snapshots))
            counts.append(len(files))
            print(f"| {year.syncs:,} | {len(files)} | {size >> 10:,} | {data >> 10:,} | {cpu:.1f} |", flush=True)
        agrees = year.agrees()
    print(f"the mirror {'agrees' if agrees else 'DIFFERS'}; {total:,} syncs in {days} days")
    return 0 if agrees and counts[-1] <= 1.5 * counts[min(1, len(counts) - 1)] else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(simulate(given.days, given.minutes, given.seed))
