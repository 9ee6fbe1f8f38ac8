"""Filled databases, which new sandboxes copy instead of filling their own.

The same seed gives the same data, so the second sandbox with the same arguments needs none of it generated again. In
one process, the database in memory is copied; another one reads that of the usual arguments from the cache folder. The
file holds no secret: those that sign the deliveries of demo webhooks are made again in each process.
"""

import hashlib
import os
import sqlite3
import sys
import zlib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from pb2b_notebook.cache import cache_folder, replace_private
from pb2b_notebook.sandbox.core.signing_secrets import erase_secrets, renew_secrets
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.core.tables import SCHEMA, TABLES
from pb2b_notebook.sandbox.demo_data.fill import fill
from pb2b_notebook.sandbox.demo_data.seeding import demo_workspaces
from pb2b_notebook.sandbox.http import keys

MOST_LEADS = 2_000
"""The largest workspace that is kept as a template: about 15 MB, copied in 13 ms."""
_KEPT = 24
_USUAL = (1, 2_000, None)
"""The seed, the leads and their limit that ``open_sandbox()`` has without arguments."""
_KEPT_FILES = 3
"""Files of other releases and environments that stay in the cache folder, of 3 MB each."""


def template(seed: int, *, leads: int, leads_limit: int | None) -> Store:
    """Return the database that :func:`.fill` makes of these arguments; it is only read."""
    return _template(os.getpid(), seed, leads, leads_limit)  # a forked child cannot use what its parent opened


@lru_cache(maxsize=_KEPT)
def _template(_process: int, seed: int, leads: int, leads_limit: int | None) -> Store:
    path = _image_path() if (seed, leads, leads_limit) == _USUAL else None
    if path is None:
        return _fill(seed, leads, leads_limit)
    try:
        # The checksum of zlib finds damage; a file that cannot be read is written again.
        store = _read_image(path)
    except (OSError, zlib.error, sqlite3.Error):
        store = _fill(seed, leads, leads_limit)
        erase_secrets(store)
        with suppress(OSError):  # without a cache folder, each process makes its own
            _keep_image(path, store)
    renew_secrets(store)
    return store


def _fill(seed: int, leads: int, leads_limit: int | None) -> Store:
    store = Store()
    store.define(*(table.create() for table in TABLES), *SCHEMA, *keys.SCHEMA)
    fill(store, demo_workspaces(seed), leads=leads, leads_limit=leads_limit)
    return store


def _image_path() -> Path | None:
    """Return the file of the usual database as this code makes it; ``None`` if the code is not in files."""
    folder = Path(__file__).parents[1]
    places = [folder, folder.parent / "openapi"]
    files = sorted(path for place in places for end in ("py", "toml", "json") for path in place.rglob(f"*.{end}"))
    if not files:
        return None
    states = [(str(path), stat.st_size, stat.st_mtime_ns) for path in files for stat in (path.stat(),)]
    made_by = repr((states, sys.version, sqlite3.sqlite_version))
    return cache_folder() / "sandbox" / f"{hashlib.blake2b(made_by.encode(), digest_size=16).hexdigest()}.zlib"


def _read_image(path: Path) -> Store:
    image = zlib.decompress(path.read_bytes())
    store = Store()
    try:
        store.load_image(image)
    except sqlite3.Error:
        store.close()
        raise
    return store


def _keep_image(path: Path, store: Store) -> None:
    replace_private(path, zlib.compress(store.image(), level=1))
    others = sorted(path.parent.glob("*.zlib"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in others[_KEPT_FILES:]:
        old.unlink(missing_ok=True)
