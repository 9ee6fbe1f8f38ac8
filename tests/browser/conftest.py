"""Real JupyterLab and Voila in a real Chromium, each started once for all tests.

They end with the tests of this package: the browser's driver keeps an event loop running in its thread, and other tests
start one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from notebook_servers import CHROMIUM, FLAGS, FORMS, TIMEOUT_MS, NotebookServer, View, jupyterlab, voila_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def chromium() -> Iterator[object]:
    """A context of the browser. Where it is missing the tests are skipped on a developer's machine, and fail in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here: CI tries the forms in a real browser (apt-get install chromium)")
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=TIMEOUT_MS)  # 5 s by default, which a busy machine may need for a retry
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        # Its cache keeps the scripts of JupyterLab and Voila, compiled: a page in a context of its own loads all again.
        yield browser.new_context(viewport={"width": 1100, "height": 1000})
        browser.close()


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own for the servers and their kernels."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="package")
def lab(home: Path) -> Iterator[NotebookServer]:
    """A running JupyterLab."""
    with jupyterlab(home) as server:
        yield server


@pytest.fixture(scope="package")
def voila(home: Path) -> Iterator[NotebookServer]:
    """A running Voila."""
    with voila_server(home) as server:
        yield server


@pytest.fixture(scope="package")
def open_page(chromium: object) -> Iterator[object]:
    """Open a notebook of these cells on a server and run it; returns the :class:`View`, open until the end."""
    pages = []

    def open_(server: NotebookServer, *cells: str) -> View:
        path = server.write(f"n{len(pages)}", *cells)
        page = chromium.new_page()
        pages.append(page)
        page.set_default_timeout(TIMEOUT_MS)
        if server.kind == "lab":
            page.goto(f"{server.url}/lab/tree/{path.name}?token=t&reset", wait_until="domcontentloaded")
            page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
            View(page, server, path).run_all()
        else:
            page.goto(f"{server.url}/voila/render/{path.name}", wait_until="domcontentloaded")
        return View(page, server, path)

    yield open_
    for page in pages:
        page.close()


@pytest.fixture(scope="package")
def forms_in_lab(lab: NotebookServer, open_page: object) -> View:
    """The notebook of all single forms, run in JupyterLab."""
    return open_page(lab, *FORMS)


@pytest.fixture(scope="package")
def forms_in_voila(voila: NotebookServer, open_page: object) -> View:
    """The notebook of all single forms, run in Voila."""
    return open_page(voila, *FORMS)


@pytest.fixture
def open_notebook(open_page: object, request: pytest.FixtureRequest) -> Iterator[object]:
    """The same, closed after the test and saved as a picture where PB2B_SCREENSHOTS is set."""
    views = []

    def open_(server: NotebookServer, *cells: str) -> View:
        views.append(open_page(server, *cells))
        return views[-1]

    yield open_
    shots = os.environ.get("PB2B_SCREENSHOTS")
    for number, view in enumerate(views):
        if shots:
            name = "".join(c if c.isalnum() else "_" for c in request.node.name)
            view.page.screenshot(path=Path(shots) / f"{name}_{number}.png", full_page=True)
        view.page.close()
