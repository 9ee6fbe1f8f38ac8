"""Damage every file of a mirror in every way, then compare what it says and how it is repaired.

    python tests/support/mirror_damage.py [--seed 1] [--sample 0]

Each file of the log and each data file of the current rows and of the history is emptied, cut in half, cut after a line
and removed, on a copy of a mirror with 26 commits. After each damage reading and syncing either give the right rows or
raise ``MirrorDamagedError``; ``verify()`` reports every damage that a read meets; ``repair()`` brings the source's rows
and a mirror that verifies, and keeps the history that is true. The exit status is 1 if one of these failed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pb2b_notebook.errors import MirrorDamagedError, MirrorError, NotMirroredError
from service_rows import Source, agrees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEP = dt.timedelta(minutes=10)


def empty(data: bytes) -> bytes:
    del data
    return b""


def cut_in_half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def cut_after_a_line(data: bytes) -> bytes:
    return b"\n".join(data.splitlines()[:-1])


DAMAGES: dict[str, Callable[[bytes], bytes] | None] = {
    "emptied": empty,
    "cut in half": cut_in_half,
    "cut after a line": cut_after_a_line,
    "removed": None,
}


@dataclass
class Original:
    """An intact mirror and what it had at some times.

    Attributes:
        source: Service of the mirror.
        root: Folder of the mirror, relative to the cache folder.
        titles: Titles by lead, by the time of a sync.
    """

    source: Source
    cache: Path
    root: Path
    titles: dict[dt.datetime, dict[str, str]]


def make_original(cache: Path) -> Original:
    """Make a mirror with 26 commits and a history, in a cache folder."""
    source = Source(page=100)
    os.environ["PB2B_CACHE_DIR"] = str(cache)
    titles = {}
    for number in range(6):
        source.put(f"lead_{number}", title="Countess")
    with source.connect(frame="polars") as ws:
        for number in range(26):
            if number % 4 != 3:
                source.put(f"lead_{number % 6}", title=f"title {number}")
            source.clock = source.clock.replace(microsecond=0) + STEP
            ws.mirror.sync("leads")
            titles[source.clock] = {lead: row["title"] for lead, row in source.rows.items()}
        return Original(source, cache, ws.mirror.location.root.relative_to(cache), titles)


def places(original: Original) -> Iterator[tuple[str, str]]:
    """Yield each file and each damage of it."""
    root = original.cache / original.root
    for path in sorted(path for part in ("tables", "history") for path in (root / part).rglob("*") if path.is_file()):
        for damage in DAMAGES:
            if path.suffix == ".json" or damage != "cut after a line":
                yield str(path.relative_to(root)), damage


def trial(original: Original, file: str, damage: str) -> tuple[str, list[str]]:
    """Damage a file in a copy of the mirror; return what was done about it and the broken promises."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        shutil.copytree(original.cache, cache)
        path = cache / original.root / file
        change = DAMAGES[damage]
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(path.read_bytes()))
        os.environ["PB2B_CACHE_DIR"] = str(cache)
        source = Source(page=100, clock=original.source.clock + STEP, rows=dict(original.source.rows))
        return _outcome(source, original)


def _outcome(source: Source, original: Original) -> tuple[str, list[str]]:
    broken = []
    with source.connect(frame="polars") as ws:
        found = ws.mirror.verify()
        sound = bool(found["ok"].all())
        errors = [error for error in (_attempt(ws, read) for read in (_read, _look_back)) if error]
        broken += [f"reading raised {error}" for error in errors if error != "MirrorDamagedError"]
        if errors and sound:
            broken.append("verify found nothing that a read met")
        source.put("lead_1", title="Empress")
        synced = _attempt(ws, lambda ws: ws.mirror.sync("leads"))
        if synced not in {"", "MirrorDamagedError"}:
            broken.append(f"sync raised {synced}")
        if not synced and not agrees(source, ws):
            broken.append("after a sync the rows are wrong")
        if synced and sound:
            broken.append("verify found nothing that a sync met")
        repairs = ws.mirror.repair()
        if not repairs.height:
            ws.mirror.sync("leads")
        if not agrees(source, ws) or not ws.mirror.verify()["ok"].all():
            broken.append("repair left damage")
        broken += _wrong_history(ws, original, [] if not repairs.height else repairs["lost"].to_list())
        done = "; ".join(f"{row['part']}: {row['action']}" for row in repairs.to_dicts())
    return done or "nothing was needed", broken


def _read(ws):
    ws.mirror.frame("leads")
    ws.sql("select count(*) from leads")


def _look_back(ws):
    ws.mirror.changes("leads", since="2h")


def _attempt(ws, action) -> str:
    """Return the class name of the error that an action raised, if any."""
    try:
        action(ws)
    except (MirrorDamagedError, MirrorError) as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 - each raw exception is a finding
        return "MirrorDamagedError" if "MirrorDamagedError" in repr(error.__cause__) else type(error).__name__
    return ""


def _wrong_history(ws, original: Original, lost: list[str | None]) -> list[str]:
    """Return the times at which the history is wrong. It must have each time unless something is lost."""
    went_back = ws.mirror.info()["history_since"].item()
    wrong = []
    for at, titles in original.titles.items():
        try:
            then = ws.mirror.as_of("leads", at)
        except NotMirroredError:
            if not any(lost) and at >= (went_back or at):
                wrong.append(f"nothing is lost, but the history has no {at:%H:%M}")
            continue
        if dict(then.select("id", "title").iter_rows()) not in (titles, *_earlier(original, at)):
            wrong.append(f"the history is wrong at {at:%H:%M}")
    return wrong


def _earlier(original: Original, at: dt.datetime) -> list[dict[str, str]]:
    """Return what the mirror had before a time: after going back, it had nothing newer until the repair."""
    return [titles for earlier, titles in original.titles.items() if earlier < at]


def campaign(seed: int, sample: int) -> int:
    """Run all trials, or a seeded sample, print their counts and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        original = make_original(Path(folder) / "original")
        cases = list(places(original))
        if sample:
            cases = random.Random(seed).sample(cases, sample)  # noqa: S311 - seeded chance
        done: Counter[str] = Counter()
        failures = 0
        for file, damage in cases:
            outcome, broken = trial(original, file, damage)
            done[outcome.partition(" version")[0]] += 1
            for promise in broken:
                failures += 1
                print(f"FAILED {file} {damage}: {promise} ({outcome})", flush=True)
    for outcome, count in done.most_common():
        print(f"{count:4} {outcome}")
    print(f"{len(cases)} damages, {failures} broken promises")
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0)
    given = parser.parse_args()
    sys.exit(campaign(given.seed, given.sample))
