"""Kill first syncs with ``kill -9`` at random points, then compare the mirror with its source.

    python tests/support/mirror_kills.py [--kills 100] [--rows 60000] [--seed 1]

A separate kernel syncs from a service of encoded pages and is killed after a page, during a commit (a data file exists
and its commit does not) or during compaction. After about every third kill the sync is run to its end. The same seed
draws the same points. The exit status is 1 if a mirror differed from its source, or if a kill cost more than a batch of
20,000 rows.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pb2b_notebook as pb
from page_service import Leads, listen

KEY = "pb2b_test_abc123_" + "x" * 32
POINTS = ("after a page", "during a commit", "during compaction")
PAGE = 500
BATCH = 20_000
CHANCE_OF_AN_END = 0.3

KERNEL = """
import sys
import pb2b_notebook as pb
from pb2b_notebook.mirror.storage import tables
tables._MAX_SMALL_FILES = 2
with pb.connect(sys.argv[1], base_url=sys.argv[2]) as ws:
    ws._session.progress = False
    ws.mirror.sync("leads")
    ws.mirror.sync("leads")  # which compacts the small files
"""


class Counted(Leads):
    """The service; it records the first and last row of each page."""

    def __init__(self, rows):
        super().__init__(rows)
        self.rows = rows
        self.served = []

    def page(self, asked):
        low = self._bound(asked, "updated_after", 0) + int(asked.get("cursor", 0))
        self.served.append((low, min(self.rows, low + int(asked.get("limit", 100)))))
        return super().page(asked)


@dataclass
class Campaign:
    """The kills and their results.

    Attributes:
        kills_by_point: Number of kills by point.
        again: Rows that were requested again, for each kill.
        differing: Number of mirrors that differed from their source at the end.
        unsound: Number of mirrors that did not verify after a kill.
    """

    folder: Path
    rows: int
    chance: random.Random
    kills_by_point: Counter = field(default_factory=Counter)
    again: list = field(default_factory=list)
    mirrors: int = 0
    differing: int = 0
    unsound: int = 0

    def __post_init__(self):
        self.service = Counted(self.rows)
        self.url = f"http://127.0.0.1:{listen(self.service, 0.002)}/api/public/v1"
        os.environ["PB2B_CACHE_DIR"] = str(self.folder / "expected")
        with pb.connect(KEY, base_url=self.url, frame="polars") as ws:
            self.expected = ws.leads.list(progress=False).sort("id")
        self._begin()

    @property
    def passed(self):
        return not self.differing and not self.unsound and max(self.again, default=0) <= BATCH

    def _begin(self):
        """Start with an empty mirror."""
        self.mirrors += 1
        self.cache = self.folder / f"mirror {self.mirrors}"
        self.reached = 0

    def kill(self, point):
        """Kill a kernel at a point of its sync; return whether it was still running."""
        os.environ["PB2B_CACHE_DIR"] = str(self.cache)
        self.service.served.clear()
        kernel = subprocess.Popen([sys.executable, "-c", KERNEL, KEY, self.url])
        self._wait_for(point, kernel)
        kernel.send_signal(signal.SIGKILL)
        was_running = kernel.wait() == -signal.SIGKILL
        self._note_pages()
        if was_running:
            self.kills_by_point[point] += 1
            self.unsound += not self._sound()
        if not was_running or point == "during compaction" or self.chance.random() < CHANCE_OF_AN_END:
            self.end()
        return was_running

    def _wait_for(self, point, kernel):
        left = max(1, (self.rows - self.reached) // PAGE)
        pages = self.chance.randrange(1, left + 1)
        delay = self.chance.uniform(0, 0.02)
        reached = {
            "after a page": lambda: len(self.service.served) >= pages,
            "during a commit": lambda: (
                len(self.service.served) >= min(pages, left - 1) and self._files_without_commit()
            ),
            "during compaction": lambda: self._ended() and self._files_without_commit(),
        }[point]
        while kernel.poll() is None and not reached():
            time.sleep(0.0005)
        if point == "after a page":
            time.sleep(delay)

    @property
    def _table(self):
        return next((self.cache / "pb2b_notebook" / "mirror").glob("*/*/tables/leads"), self.cache)

    def _files_without_commit(self):
        """Return whether there is a data file without a commit."""
        files = {path.name for path in self._table.glob("*.parquet")}
        return bool(files) and any(name not in self._log() for name in files)

    def _log(self):
        try:
            return "".join(path.read_text() for path in sorted((self._table / "_delta_log").glob("*.json")))
        except OSError:
            return ""

    def _ended(self):
        return "pb2b.watermark" in self._log()

    def _note_pages(self):
        """Record the rows that were requested again."""
        if self.service.served:
            again = max(0, self.reached - self.service.served[0][0])
            self.again += [again] if self.reached else []
            self.reached = max(self.reached, *(end for _, end in self.service.served))

    def _sound(self):
        """Return whether the mirror verifies; before the first commit there is none."""
        try:
            found = pb.open_mirror(frame="polars").verify()
        except pb.errors.NotMirroredError:
            return True
        return all(row["ok"] or "nothing is committed" in row["problem"] for row in found.to_dicts())

    def end(self):
        """Run the sync to its end and compare."""
        os.environ["PB2B_CACHE_DIR"] = str(self.cache)
        if not self.reached:
            return
        self.service.served.clear()
        ended = self._ended()
        with pb.connect(KEY, base_url=self.url, frame="polars") as ws:
            ws._session.progress = False
            ws.mirror.sync("leads")
            if not ended:
                self._note_pages()
            mirrored = ws.mirror.frame("leads").select(self.expected.columns).sort("id")
            self.differing += not mirrored.equals(self.expected)
            self.unsound += not ws.mirror.verify()["ok"].all()
        self._begin()


def run(folder, *, kills, rows, seed):
    """Kill kernels at each point in turn, until a number of kills hit a running kernel."""
    campaign = Campaign(folder, rows, random.Random(seed))  # noqa: S311 - no secret
    while campaign.kills_by_point.total() < kills:
        campaign.kill(POINTS[campaign.kills_by_point.total() % len(POINTS)])
    campaign.end()
    return campaign


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), kills=given.kills, rows=given.rows, seed=given.seed)
    for point, count in found.kills_by_point.items():
        print(f"{count} kills {point}")
    print(
        f"{found.mirrors - 1} first syncs of {given.rows:,} rows ended: {found.differing} differ from their source; "
        f"{found.unsound} tables did not verify"
    )
    print(
        f"pages requested again: {sum(found.again) // PAGE:,} in all, at most {max(found.again, default=0) // PAGE} "
        f"after one kill (a batch is {BATCH // PAGE})"
    )
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main())
