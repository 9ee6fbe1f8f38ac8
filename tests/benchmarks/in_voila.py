"""A page of a Voila of its own, for benchmarks of forms; set up as the tests of forms in a browser are."""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))


@contextmanager
def page_of(cells, script=None):
    """The page that one notebook of these cells is, and ``expect`` with the patience of the tests."""
    import conftest
    from playwright.sync_api import expect, sync_playwright

    home = Path(tempfile.mkdtemp())
    (home / "voila").mkdir()
    port = conftest._free_port()
    place = conftest.Place("voila", f"http://127.0.0.1:{port}", home / "voila")
    path = place.write("review", cells)
    voila = ["voila", str(home / "voila"), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    expect.set_options(timeout=2 * conftest.PATIENCE)
    with conftest._running(voila, home, place.url), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=conftest.CHROMIUM, args=list(conftest._FLAGS))
        page = browser.new_page(viewport={"width": 1100, "height": 1000})
        if script:
            page.add_init_script(script)
        page.goto(f"{place.url}/voila/render/{path.name}", wait_until="domcontentloaded")
        yield page, expect
        browser.close()
