"""Build the site that is published: ``python docs/website.py`` writes ``docs/_build/site``.

The pages of the documentation, every notebook with its outputs among them, and below ``lite/`` JupyterLite with the
same notebooks, which run in the reader's browser on the embedded sandbox. Any server of static files can serve it.

Only the wheels are fetched, once, into ``docs/_build/wheels``; the build asks for nothing else. A reader's browser
gets Python itself and the compiled packages from the distribution of Pyodide, and all else from the site.
``--pyodide`` builds a site that asks for nothing elsewhere, and has no frames: for tests.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent
sys.path.append(str(HERE / "_extensions"))

_MISSING: Final = [
    name
    for name in ("hatch_fancy_pypi_readme", "hatchling", "jupyterlite_core", "packaging", "sphinx")
    if not find_spec(name)
]
if _MISSING:
    sys.exit(f"the site needs {', '.join(_MISSING)}: .venv/bin/python -m pip install -e '.[site]'")

import browser_packages  # noqa: E402
import live_notebooks  # noqa: E402

WHEELS: Final = HERE / "_build" / "wheels"
_LITE: Final = "lite"
_DRIVE_ANSWER: Final = "broadcast.postMessage(n),await i"
"""What JupyterLite's service worker does with a kernel's request for a file: it asks the page, and waits."""
_WAIT: Final = 30
"""Seconds that a kernel waits for a file."""
_KERNEL: Final = "@jupyterlite/pyodide-kernel-extension:kernel"
_SPEC: Final = {"kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}}


def build_pages(to: Path) -> None:
    """Write the pages of the documentation into a folder; a former one is replaced."""
    shutil.rmtree(to, ignore_errors=True)
    with TemporaryDirectory() as doctrees:
        _run("sphinx", "-W", "--keep-going", "-q", "-D", f"live_notebooks={_LITE}", "-d", doctrees, HERE, to)
    (to / ".nojekyll").touch()  # GitHub Pages would leave out the folders whose names begin with an underscore


def build_lite(to: Path, wheels: Path, *, pyodide: Path | None = None, more: Path | None = None) -> None:
    """Write JupyterLite with the notebooks into a folder of its own.

    Args:
        to: The folder; a former one is replaced.
        wheels: Folder of the wheels that :func:`browser_packages.download` brought.
        pyodide: Folder of the npm package ``pyodide``, to serve it from the site.
        more: Folder of further notebooks.
    """
    shutil.rmtree(to, ignore_errors=True)
    with TemporaryDirectory() as folder:
        work = Path(folder)
        _write_notebooks(work / "content", more)
        (work / "jupyter-lite.json").write_text(json.dumps(_settings(pyodide)), "utf-8")
        options = ["--apps", "lab", "--no-sourcemaps", "--no-libarchive", "--contents", work / "content"]
        _run("jupyterlite_core", "build", "--lite-dir", work, "--output-dir", to.resolve(), *options, folder=work)
    for script in to.rglob("service-worker.js"):
        _end_waits(script)
    _write_packages(to / "static" / "packages", wheels, pyodide)
    if pyodide is not None:
        unused = shutil.ignore_patterns("*.map", "*.html", "*.d.ts")
        shutil.copytree(pyodide, to / "static" / "pyodide", ignore=unused)


def _run(module: str, *arguments: object, folder: Path = ROOT) -> None:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode or (module == "sphinx" and done.stderr):
        raise SystemExit(f"{module} failed:\n{done.stdout}{done.stderr}")


def _write_notebooks(to: Path, more: Path | None) -> None:
    to.mkdir()
    for notebook in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        book = json.loads(notebook.read_text("utf-8"))
        first = {
            "cell_type": "markdown",
            "id": "sandbox-only",
            "metadata": {},
            "source": live_notebooks.note(notebook.stem),
        }
        book["cells"].insert(0, first)
        book["metadata"] |= _SPEC
        (to / notebook.name).write_text(json.dumps(book), "utf-8")
    for notebook in more.glob("*.ipynb") if more else ():
        shutil.copy2(notebook, to)


def _end_waits(service_worker: Path) -> None:
    """Let a file that the page does not answer for be an OSError in the kernel.

    The page answers nothing if its storage refuses, as when it is full: the cell would run forever.
    """
    script = service_worker.read_text("utf-8")
    if script.count(_DRIVE_ANSWER) != 1:
        raise SystemExit("JupyterLite's service worker has changed: see whether a full storage still stops a kernel")
    failure = f"new Promise(e=>setTimeout(()=>e(new Response('',{{status:507}})),{1000 * _WAIT}))"
    limited = f'await Promise.race([i].concat(t.pathname.includes("/api/drive")?[{failure}]:[]))'
    service_worker.write_text(script.replace(_DRIVE_ANSWER, _DRIVE_ANSWER.replace("await i", limited)), "utf-8")


def _write_packages(to: Path, wheels: Path, pyodide: Path | None) -> None:
    to.mkdir(parents=True)
    for wheel in wheels.glob("*.whl"):
        shutil.copy2(wheel, to)
    _run("hatchling", "build", "-t", "wheel", "-d", to)
    lock = browser_packages.lock(to, of_distribution=pyodide is None)
    (to / "pyodide-lock.json").write_text(json.dumps(lock), "utf-8")


def _settings(pyodide: Path | None) -> dict[str, Any]:
    """Where JupyterLite gets Python and its packages."""
    kernel = {
        "pyodideUrl": (browser_packages.distribution() if pyodide is None else "./static/pyodide/") + "pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": "./static/packages/pyodide-lock.json"},
    }
    data = {
        "appName": "pb2b_notebook",
        "exposeAppInBrowser": pyodide is not None,  # the tests run cells by it
        "disabledExtensions": ["@voila-dashboards/jupyterlab-preview"],  # it needs a server
        "litePluginSettings": {_KERNEL: kernel},
    }
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def main() -> None:
    """Read the command line, bring the wheels, and build."""
    parser = argparse.ArgumentParser(description="Build the site that is published.")
    parser.add_argument("to", nargs="?", type=Path, default=HERE / "_build" / "site", help="folder of the site")
    parser.add_argument("--wheels", type=Path, help="folder of the wheels; by default they are fetched")
    parser.add_argument("--pyodide", type=Path, help="build only JupyterLite, with this npm package pyodide in it")
    parser.add_argument("--more", type=Path, help="folder of further notebooks")
    given = parser.parse_args()
    if given.wheels is None:
        browser_packages.download(WHEELS)
    wheels = given.wheels or WHEELS
    if given.pyodide is None:
        build_pages(given.to)
    build_lite(given.to / _LITE, wheels, pyodide=given.pyodide, more=given.more)
    size = sum(file.stat().st_size for file in given.to.rglob("*") if file.is_file())
    where = os.path.relpath(given.to)
    sys.stdout.write(f"{where}: {size / 2**20:.0f} MiB; to look at it: python -m http.server -d {where}\n")


if __name__ == "__main__":
    main()
