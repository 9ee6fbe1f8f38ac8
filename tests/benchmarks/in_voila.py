"""What the benchmarks of forms share: a clock, options, and a page in a Voila server set up as for the tests."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
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


def clock(name, act, times=20):
    """Run an action several times and print the median and the slowest time."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - start))
    print(f"{name:<46}{statistics.median(took):9.1f} ms   (slowest of {times}: {max(took):.1f})")


def run(doc, what, by_value, in_browser):
    """Read the options of the command and run the benchmark, in a browser only on request."""
    asked = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(f"--{what}", type=int, default=10_000)
    asked.add_argument("--frame", choices=["pandas", "polars"], default="pandas")
    asked.add_argument("--browser", type=int, default=0)
    given = vars(asked.parse_args())
    by_value(given[what], given["frame"])
    if given["browser"]:
        in_browser(given[what], given["frame"], given["browser"])
