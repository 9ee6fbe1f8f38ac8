"""Each notebook's page says how to run it: in the web page itself, or why that is not possible and what to do instead.

The setting ``live_notebooks`` is the folder of JupyterLite beside these pages; without it, nothing is added.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_NO_MIRROR: Final = (
    "The mirror keeps its tables with deltalake, which has no build for a web page. It runs on your machine, after "
    "`sh .ci/setup all` in a clone, and on Binder."
)
_NO_SPARK: Final = (
    "Spark runs in Java. It runs on your machine, with Java and the extra `spark`: its first lines say how."
)
NOT_LIVE: Final = {
    "05_mirror_and_sql": _NO_MIRROR,
    "13_monday_status": _NO_MIRROR,
    "16_beyond_one_machine": _NO_SPARK,
}
"""Notebooks that do not run in a web page: why, and where they do."""
SANDBOX_ONLY: Final = (
    "**Sandbox only.** All of this is in your browser: no login, no server, and nothing is kept when you close or "
    "reload the page. No key belongs in a web page: `pb.connect()` is for Python on your machine."
)


def note(name: str) -> str:
    """Return what the copy of a notebook that is opened live says first, as Markdown."""
    return f"**This notebook does not run here.** {NOT_LIVE[name]}" if name in NOT_LIVE else SANDBOX_ONLY


def _page_note(name: str, folder: str) -> str:
    if name in NOT_LIVE:
        return f"```{{admonition}} Not in a web page\n{NOT_LIVE[name]}\n```"
    link = f"../{folder}/lab/index.html?path={quote(name)}.ipynb"
    return (
        f'<p class="run-live"><a href="{link}">▶ Run it live</a> in this browser, on the sandbox: no login, no server. '
        "The first start loads Python and the packages.</p>"
    )


def _add_note(app: Sphinx, name: str, source: list[str]) -> None:
    folder, _, notebook = name.rpartition("/")
    if folder != "notebooks" or not app.config.live_notebooks:
        return
    book = json.loads(source[0])
    text = _page_note(notebook, app.config.live_notebooks)
    added = {"cell_type": "markdown", "id": "run-live", "metadata": {}, "source": text}
    book["cells"].insert(1, added)
    source[0] = json.dumps(book)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the setting, and what follows from it."""
    app.add_config_value("live_notebooks", "", "env", [str])
    app.connect("source-read", _add_note)
    return {"parallel_read_safe": True}
