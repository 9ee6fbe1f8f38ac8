"""The files that a release stores: a mirror with a history, a journal and a recipe, in one small archive.

    python tests/support/stored_formats.py tests/formats/NAME.zip

A release whose formats differ from the newest archive adds one; the tests read each of them.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

from pb2b_notebook.cleanup import Recipe
from pb2b_notebook.errors import NotFoundError
from service_rows import Source


def normalize_recipe() -> Recipe:
    """Return a recipe of two steps."""
    return Recipe().then("normalize").then("validate")


def source() -> Source:
    """Return the service as it was after the second sync."""
    made = Source(page=100)
    made.put("lead_1", title="Countess")
    made.put("lead_2", title="Baroness")
    return made


def store(folder: Path) -> None:
    """Write the files of this release into a cache folder."""
    os.environ["PB2B_CACHE_DIR"] = str(folder)
    service = source()
    with service.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        service.clock += dt.timedelta(hours=1)
        service.put("lead_1", title="Duchess")
        ws.mirror.sync("leads")
        with suppress(NotFoundError):  # the service has only lists; the journal has the mutation
            ws.leads.update("lead_1", title="Duchess")
        (folder / "recipe.json").write_text(normalize_recipe().to_json(), "utf-8")


def main(target: Path) -> None:
    """Write the archive."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store(folder)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix not in {".lock", ".salt"} and "requests" not in path.name:
                    archive.write(path, path.relative_to(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
