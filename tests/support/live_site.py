"""Try the site in a real browser: the sandbox opens, a form of ipywidgets writes a lead, and the storage is full.

``live_site.py SITE`` serves the folder that ``docs/website.py SITE --pyodide …`` built, prints how long each step took
and how much was loaded, and fails if a cell fails or the page asks another host for anything.
"""

import json
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
NOTEBOOK = "try_the_page.ipynb"
CELLS = (
    "import sys\n\nimport pb2b_notebook as pb\n\nws = pb.open_sandbox()\nsys.platform, ws.base_url.partition(':')[0]",
    "ws.leads.create(email='ada@example.com', full_name='Ada Lovelace').email",
    """import ipywidgets as widgets

box, button, shown = widgets.Text("grace@example.com"), widgets.Button(description="Create"), widgets.Label()
button.on_click(lambda _: setattr(shown, "value", "created " + ws.leads.create(email=box.value).email))
widgets.VBox([box, button, shown]).add_class("tried-form")""",
    """for attempt in (lambda: pb.connect("pb2b_live_key"), ws.mirror.sync, lambda: pb.open_sandbox(in_process=False)):
    try:
        attempt()
    except pb.errors.ConfigurationError as problem:
        print(type(problem).__name__, "→", problem.repair)""",
    """export = ws.exports.wait(ws.exports.create(format="csv", filters={"status": "qualified"}))
export.status, export.row_count > 100""",
)
SHOWN = (
    "('emscripten', 'in-process')",
    "ada@example.com",
    "ConfigurationError → pb.open_sandbox()",
    "MissingExtraError → run the notebook on your machine or on Binder",
    "ConfigurationError → use in_process=True",
    "('completed', True)",
)
RUN = """async () => {
    const app = window.jupyterapp; await app.restored; const notebook = app.shell.currentWidget;
    await notebook.context.ready; await notebook.sessionContext.ready;
    await notebook.sessionContext.session.kernel.info;
    return await app.commands.execute('notebook:run-all-cells');
}"""
WAIT = 180_000  # milliseconds
FULL = """() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""
FULL_CELL = """try:
    open("list.csv", "w").close()
except OSError:
    print("no room for the file;", ws.leads.create(email="full@example.com").email, "is created")"""
APPEND_AND_RUN = """async source => {
    const app = window.jupyterapp, notebook = app.shell.currentWidget;
    const cells = notebook.model.sharedModel;
    cells.insertCell(cells.cells.length, {cell_type: "code", source});
    notebook.content.activeCellIndex = cells.cells.length - 1;
    return await app.commands.execute("notebook:run-cell");
}"""


def write_notebook(folder):
    """Write the notebook that is tried."""
    cells = [
        {"cell_type": "code", "id": f"cell-{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": cell}
        for n, cell in enumerate(CELLS)
    ]
    spec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    (folder / NOTEBOOK).write_text(json.dumps(book), "utf-8")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and prints nothing."""

    def log_message(self, *_):
        """Print nothing."""


def main(site):
    """Open the site, run all cells, press the button, and let the browser's storage refuse all that is written."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    elsewhere, sizes, began = set(), {}, time.perf_counter()

    def report(what):
        print(f"{time.perf_counter() - began:6.1f} s, {sum(sizes.values()) / 2**20:5.1f} MiB: {what}", flush=True)

    def refuse(route):
        elsewhere.add(route.request.url)
        route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        context = browser.new_context(viewport={"width": 1280, "height": 1400})
        context.route(lambda address: not address.startswith((url, "blob:", "data:")), refuse)
        context.on("response", lambda r: sizes.__setitem__(r.url, int(r.headers.get("content-length", 0))))
        page = context.new_page()
        page.goto(f"{url}/lite/lab/index.html?path={NOTEBOOK}")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=WAIT)
        report("JupyterLab")
        page.evaluate(RUN)
        report("all cells ran")
        form = page.locator(".tried-form")
        form.locator("button").wait_for(timeout=WAIT)
        form.locator("button").click()
        form.get_by_text("created grace@example.com").wait_for(timeout=WAIT)
        report("the form wrote a lead")
        page.evaluate(FULL)
        page.evaluate(APPEND_AND_RUN, FULL_CELL)
        page.get_by_text("no room for the file; full@example.com is created").wait_for(timeout=WAIT)
        report("a full storage is an OSError, and the sandbox goes on")
        page.evaluate("() => void window.jupyterapp.commands.execute('docmanager:save')")
        page.locator(".jp-Dialog", has_text="Save").wait_for(timeout=WAIT)
        report("a notebook that has no room there is reported")
        shown = "\n".join(page.locator(".jp-OutputArea-output").all_inner_texts())
        browser.close()
    server.shutdown()
    missing = [text for text in SHOWN if text not in shown.replace("\n", "")]
    if missing or elsewhere:
        raise SystemExit(f"not shown: {missing}\nasked elsewhere: {sorted(elsewhere)}\n\n{shown}")


if __name__ == "__main__":
    if sys.argv[1] == "notebook":
        write_notebook(Path(sys.argv[2]))
    else:
        main(sys.argv[1])
