"""Real JupyterLab and Voila in a real Chromium, each started once for all tests."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE = 90_000
"""Milliseconds until a page that does not come is a failure; two cores may be busy with other tests."""
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync")
_RUN_ALL = """async () => {
    const app = window.jupyterapp; await app.restored; const w = app.shell.currentWidget;
    await w.context.ready; await w.sessionContext.ready; await w.sessionContext.session.kernel.info;
    return await app.commands.execute('notebook:run-all-cells');
}"""
_RESTART = """async () => {
    const w = window.jupyterapp.shell.currentWidget; await w.sessionContext.session.kernel.restart();
}"""
_SAVE = """async () => {
    await window.jupyterapp.shell.currentWidget.context.save();
}"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last of all: the browser's driver keeps an event loop running in this thread, and others start one."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser. Where it is missing the tests are skipped on a developer's machine, and fail in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here: CI tries the forms in a real browser (apt-get install chromium)")
        pytest.skip("no Chromium here: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)  # 5 s by default, which a busy machine takes for a retry
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Place:
    """Where a notebook is shown: "lab" or "voila"."""

    kind: str
    url: str
    folder: Path

    def write(self, name: str, *cells: str) -> Path:
        """Write a notebook of code cells."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = self.folder / f"{name}.ipynb"
        nbformat.write(notebook, path)
        return path


@dataclass(frozen=True)
class View:
    """A notebook in the browser, its cells run."""

    page: object
    place: Place
    path: Path

    def form(self, title: str) -> object:
        """One of the forms, by its title."""
        return self.page.locator(".widget-vbox", has=self.page.locator("b", has_text=re.compile(f"^{title}$"))).first

    def shoot(self, title: str, kind: str = "") -> None:
        """Keep a picture of the form where PB2B_SCREENSHOTS says."""
        if folder := os.environ.get("PB2B_SCREENSHOTS"):
            name = f"{title.replace(' ', '_')}_{self.place.kind}{kind}.png"
            self.form(title).screenshot(path=Path(folder) / name)

    def saved(self) -> str:
        """The notebook's file after the front end has saved it, with the state of its widgets."""
        self.page.evaluate(_SAVE)
        return self.path.read_text("utf-8")

    def restart_and_run(self) -> None:
        """Kill the kernel, start another, and run all cells."""
        self.page.evaluate(_RESTART)
        self.page.evaluate(_RUN_ALL)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own for the servers and their kernels."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def lab(home: Path) -> Iterator[Place]:
    """A running JupyterLab."""
    folder = home / "lab"
    folder.mkdir()
    _set(home, "@jupyterlab/apputils-extension/notification", '{"fetchNews": "false", "checkForUpdates": false}')
    _set(home, "@jupyter-widgets/jupyterlab-manager/plugin", '{"saveState": true}')
    port = _free_port()
    command = [
        *("jupyter-lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", "--IdentityProvider.token=t", f"--ServerApp.root_dir={folder}"),
        "--LabApp.expose_app_in_browser=True",
    ]
    with _running(command, home, f"http://127.0.0.1:{port}/api/status?token=t"):
        yield Place("lab", f"http://127.0.0.1:{port}", folder)


def _set(home: Path, plugin: str, settings: str) -> None:
    path = home / "settings" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settings, "utf-8")


@pytest.fixture(scope="session")
def voila(home: Path) -> Iterator[Place]:
    """A running Voila."""
    folder = home / "voila"
    folder.mkdir()
    port = _free_port()
    command = [
        *("voila", str(folder), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"),
    ]
    with _running(command, home, f"http://127.0.0.1:{port}/"):
        yield Place("voila", f"http://127.0.0.1:{port}", folder)


@pytest.fixture(scope="session")
def open_page(chromium: object) -> Iterator[object]:
    """Open a notebook of these cells at a place and run it; returns the :class:`View`, open until the end."""
    pages = []

    def open_(place: Place, *cells: str) -> View:
        path = place.write(f"n{len(pages)}", *cells)
        page = chromium.new_page(viewport={"width": 1100, "height": 1000})
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        if place.kind == "lab":
            page.goto(f"{place.url}/lab/tree/{path.name}?token=t&reset", wait_until="domcontentloaded")
            page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
            page.evaluate(_RUN_ALL)
        else:
            page.goto(f"{place.url}/voila/render/{path.name}", wait_until="domcontentloaded")
        return View(page, place, path)

    yield open_
    for page in pages:
        page.close()


@pytest.fixture
def open_notebook(open_page: object, request: pytest.FixtureRequest) -> Iterator[object]:
    """The same, closed after the test and kept as a picture where PB2B_SCREENSHOTS says."""
    views = []

    def open_(place: Place, *cells: str) -> View:
        views.append(open_page(place, *cells))
        return views[-1]

    yield open_
    shots = os.environ.get("PB2B_SCREENSHOTS")
    for number, view in enumerate(views):
        if shots:
            name = "".join(c if c.isalnum() else "_" for c in request.node.name)
            view.page.screenshot(path=Path(shots) / f"{name}_{number}.png", full_page=True)
        view.page.close()


@contextlib.contextmanager
def _running(command: list[str], home: Path, url: str) -> Iterator[None]:
    names = ("CONFIG", "DATA", "RUNTIME")
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in names}
    environment |= {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "PB2B_CACHE_DIR": str(home / "cache"),
        "PB2B_CONFIG": str(home / "config.toml"),
    }
    log = home / f"{command[0]}.log"
    program = Path(sys.executable).with_name(command[0])
    with log.open("wb") as output:
        process = subprocess.Popen([program, *command[1:]], env=environment, stdout=output, stderr=output, cwd=home)
    try:
        _wait_for(url, process, log)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"{log.stem} did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
