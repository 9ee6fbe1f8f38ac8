"""Real JupyterLab and Voila in a real Chromium: their servers, and notebooks shown in a browser."""

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

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TIMEOUT_MS = 90_000
"""How long a page may take; two cores may be busy with other tests."""
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync")
HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> $5 to $10 \u202eevil'
"""What a lead is called in :data:`FORMS`."""
FORMS = (
    "import pandas as pd\nimport pb2b_notebook as pb\nws = pb.open_sandbox(leads=60)",
    "connecting = pb.forms.ConnectForm()\nconnecting",
    "exporting = pb.forms.ExportForm(ws)\nexporting",
    "importing = pb.forms.ImportForm(ws)\nimporting",
    f"lead = ws.leads.create(full_name={HOSTILE!r}, tags=['$5 <b>'])\nediting = pb.forms.LeadForm(ws, lead)\nediting",
    "webhooks = pb.forms.WebhookMonitor(ws)\nwebhooks",
    "from pb2b_notebook.forms import inputs\ninputs.text('odd', '$5 to $10 <b>', 'x').widget",
    'job = ws.exports.create(format="jsonl")\nmonitor = pb.forms.JobMonitor(ws, job)\nmonitor',
    f"""people = [
    (f'l{{n}}{{k}}', f'{{first}} {{last}}', f'{{first}}.{{last}}@firm{{n}}.example'.lower(), f'Firm {{n}}', title)
    for n, last in enumerate(['Hale', 'Berg', 'Eklund', 'Royd', 'Winter', 'Castel'])
    for k, (first, title) in enumerate([('Ada', 'Head'), ('Ada', {HOSTILE!r} + chr(0x200b)), ('Ada', 'Chief')])
]
leads = pd.DataFrame(people, columns=['id', 'full_name', 'email', 'company_name', 'title'])
leads['phone'] = [f'+4930123456{{n:02d}}' for n in range(len(leads))]
form = pb.forms.DuplicateReview(pb.cleanup.duplicates(leads), path='session.json')
form""",
    "1 + 1",
)
"""A notebook of all single forms, over one sandbox: each page of it takes a kernel of its own."""
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


@dataclass(frozen=True)
class NotebookServer:
    """A server that shows notebooks: its kind is "lab" or "voila"."""

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
    server: NotebookServer
    path: Path

    def form(self, title: str) -> object:
        """One of the forms, by its title."""
        return self.page.locator(".widget-vbox", has=self.page.locator("b", has_text=re.compile(f"^{title}$"))).first

    def save_picture(self, title: str, kind: str = "") -> None:
        """Save a picture of the form in the folder that PB2B_SCREENSHOTS names."""
        if folder := os.environ.get("PB2B_SCREENSHOTS"):
            name = f"{title.replace(' ', '_')}_{self.server.kind}{kind}.png"
            self.form(title).screenshot(path=Path(folder) / name)

    def save(self) -> str:
        """The notebook's file after the front end has saved it, with the state of its widgets."""
        self.page.evaluate(_SAVE)
        return self.path.read_text("utf-8")

    def restart_and_run(self) -> None:
        """Kill the kernel, start another, and run all cells."""
        self.page.evaluate(_RESTART)
        self.run_all()

    def run_all(self) -> None:
        """Run all cells, in JupyterLab."""
        self.page.evaluate(_RUN_ALL)


@contextlib.contextmanager
def jupyterlab(home: Path) -> Iterator[NotebookServer]:
    """Run JupyterLab on notebooks below a home folder of its own."""
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
        yield NotebookServer("lab", f"http://127.0.0.1:{port}", folder)


@contextlib.contextmanager
def voila_server(home: Path) -> Iterator[NotebookServer]:
    """Run Voila on notebooks below a home folder of its own."""
    folder = home / "voila"
    folder.mkdir()
    port = _free_port()
    command = [
        *("voila", str(folder), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", "--show_tracebacks=True"),
        "--VoilaExecutor.iopub_timeout=60",  # as the app has it
    ]
    with _running(command, home, f"http://127.0.0.1:{port}/"):
        yield NotebookServer("voila", f"http://127.0.0.1:{port}", folder)


def _set(home: Path, plugin: str, settings: str) -> None:
    path = home / "settings" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(settings, "utf-8")


@contextlib.contextmanager
def _running(command: list[str], home: Path, url: str) -> Iterator[None]:
    names = ("CONFIG", "DATA", "RUNTIME")
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in names}
    environment |= {
        "PB2B_IN_PROCESS": "0",  # as it is by default
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
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            # On a busy machine JupyterLab can take longer to stop its kernels; they end by themselves without it.
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + TIMEOUT_MS / 1000
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError(f"{log.stem} did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
