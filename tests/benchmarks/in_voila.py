"""A page in its own Voila server, for benchmarks of forms; set up like the browser tests of forms."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path

from notebook_servers import CHROMIUM, FLAGS, TIMEOUT_MS, voila_server


@contextmanager
def page_of(cells, script=None):
    """Return the page of a notebook of these cells, and ``expect`` with twice the timeout of the tests."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=2 * TIMEOUT_MS)
    with voila_server(Path(tempfile.mkdtemp())) as server, sync_playwright() as playwright:
        path = server.write("review", cells)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1100, "height": 1000})
        if script:
            page.add_init_script(script)
        page.goto(f"{server.url}/voila/render/{path.name}", wait_until="domcontentloaded")
        yield page, expect
        browser.close()
