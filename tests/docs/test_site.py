"""The site builds offline without warnings, covers every public name, and loads nothing from other servers.

Whether JupyterLite in it runs the notebooks is tried by ``.ci/browser``, which needs the wheels and a Pyodide.
"""

import html
import json
import os
import re
import subprocess
import sys
import time
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest
from sphinx.util.inventory import InventoryFile

import pb2b_notebook as pb
from pb2b_notebook import errors

pytestmark = pytest.mark.timeout(900)  # building takes half a minute, on a machine with nothing else to do
ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
MODULES = ("cleanup", "contract", "forms", "plots", "webhooks")
# Whatever a page brings along by itself when it is opened.
LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|<link\b[^>]*\bhref=["']?(?:https?:)?//"""
)
STYLES = re.compile(r"""@import|url\(["']?(?:https?:)?//""")


def module(name):
    """A module that builds the site; it is not part of the package."""
    spec = spec_from_file_location(Path(name).stem, ROOT / "docs" / name)
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def live_notebooks():
    return module("_extensions/live_notebooks.py")


@pytest.fixture(scope="module")
def browser_packages():
    return module("browser_packages.py")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built as CONTRIBUTING says, into a folder of its own, and by a process that no proxy would let out."""
    if not find_spec("jupyterlite_core") and not os.environ.get("CI"):
        pytest.skip("jupyterlite-core is not installed here: `sh .ci/setup dev`")
    to = tmp_path_factory.mktemp("docs")
    (to / "no wheels").mkdir()
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    cache = {"PB2B_CACHE_DIR": str(to / "cache")}
    command = [sys.executable, "docs/website.py", to / "html", "--wheels", to / "no wheels"]
    began = time.monotonic()
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | nowhere | cache, capture_output=True, text=True, check=False
    )
    sys.stdout.write(f"\nThe site: {time.monotonic() - began:.0f} s\n")
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""
    return to / "html"


def test_without_its_extra_the_site_names_the_command_that_installs_it():
    command = [sys.executable, "-S", "docs/website.py"]  # without the installed packages
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "'.[site]'" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_every_public_name_is_in_the_reference(site):
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    reached = {name for kind, names in inventory.data.items() if kind.startswith("py:") for name in names}
    wanted = {f"pb2b_notebook.{name}" for name in pb.__all__ if name not in error_names()}
    wanted |= {f"pb2b_notebook.{module}.{name}" for module in MODULES for name in getattr(pb, module).__all__}
    wanted |= {f"pb2b_notebook.errors.{name}" for name in error_names()}
    assert sorted(wanted - reached) == []


def test_every_verb_of_a_workspace_and_every_operation_are_in_the_reference(site, service):
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    assert {f"ws.leads.{verb}" for verb in ("list", "find", "plan", "upsert")} <= set(inventory.data["py:function"])
    operations = (site / "reference" / "operations.html").read_text("utf-8")
    shown = set(re.findall(r">(GET|POST|PATCH|DELETE)</span> <span class=\"pre\">([^<]+)<", operations))
    assert {(operation.method, operation.path) for operation in service.operations.values()} == shown


def test_the_troubleshooting_page_has_every_error():
    page = (ROOT / "docs" / "how-to" / "troubleshooting.md").read_text("utf-8")
    named = set(re.findall(r"`(?:pb\.)?(?:errors\.)?(\w+)`", page)) | {"ProspectB2BError"}
    assert sorted(error_names() - named) == []


def error_names():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BaseException)]
    return {kind.__name__ for kind in kinds if kind.__module__ == errors.__name__}


def test_the_notebooks_are_shown_with_their_outputs(site):
    for notebook in NOTEBOOKS:
        page = (site / "notebooks" / f"{notebook.stem}.html").read_text("utf-8")
        assert "cell_output" in page


def test_every_link_within_the_site_has_its_target(site):
    pages = {page: page.read_text("utf-8") for page in site.rglob("*.html")}
    places = {page: set(re.findall(r"""\bid=["']?([^"'\s>]+)""", text)) for page, text in pages.items()}
    broken = []
    for page, text in pages.items():
        for link in set(re.findall(r'\bhref="([^"]+)"', text)):
            parts = urlsplit(html.unescape(link))
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in places.get(target, set())):
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def test_no_page_loads_anything_from_elsewhere(site):
    for page in site.rglob("*.html"):
        assert not LOADED.search(page.read_text("utf-8")), page
    for style in site.rglob("*.css"):
        assert not STYLES.search(style.read_text("utf-8")), style


# --- the notebooks that run in the page ------------------------------------------------------------------------------


def test_the_page_of_a_notebook_opens_it_live_or_says_why_not(site, live_notebooks):
    for notebook in NOTEBOOKS:
        page = (site / "notebooks" / f"{notebook.stem}.html").read_text("utf-8")
        opened = [urlsplit(html.unescape(link)) for link in re.findall(r'href="(\.\./lite/[^"]*)"', page)]
        if notebook.stem in live_notebooks.NOT_LIVE:
            assert opened == []
            why, _, where = live_notebooks.NOT_LIVE[notebook.stem].partition(". ")
            assert why in page
            assert where.partition(",")[0] in page
        else:
            [link] = opened
            assert (site / "notebooks" / link.path).resolve().is_file()
            [path] = parse_qs(link.query)["path"]
            assert (site / "lite" / "files" / path).is_file()


def test_a_notebook_that_uses_the_mirror_is_not_live(live_notebooks):
    mirrored = {
        notebook.stem
        for notebook in NOTEBOOKS
        for cell in nbformat.read(notebook, 4).cells
        if cell.cell_type == "code" and re.search(r"\.(mirror\.|sql\()|%%leads_sql", re.sub("#.*", "", cell.source))
    }
    assert mirrored == set(live_notebooks.NOT_LIVE)


def test_a_live_notebook_says_first_that_no_key_belongs_in_a_page(site, live_notebooks):
    for notebook in NOTEBOOKS:
        first, *others = nbformat.read(site / "lite" / "files" / notebook.name, 4).cells
        wanted = "does not run here" if notebook.stem in live_notebooks.NOT_LIVE else "No key belongs in a web page"
        assert wanted in first.source
        assert [cell.source for cell in others] == [cell.source for cell in nbformat.read(notebook, 4).cells]


def test_a_page_loads_the_pinned_distribution_and_the_wheel_of_this_package(site):
    settings = json.loads((site / "lite" / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    [kernel] = settings["litePluginSettings"].values()
    pinned = json.loads((ROOT / "docs" / "browser_packages.json").read_text("utf-8"))
    base = f"https://cdn.jsdelivr.net/pyodide/v{pinned['version']}/full/"
    assert kernel["pyodideUrl"] == f"{base}pyodide.mjs"
    assert kernel["disablePyPIFallback"] is True
    lock = site / "lite" / kernel["loadPyodideOptions"]["lockFileURL"]
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    assert {name for name in packages if name in pinned["packages"]} == set(pinned["packages"])
    for name, entry in packages.items():
        file = entry["file_name"]
        assert file.startswith(base) if name in pinned["packages"] else (lock.parent / file).is_file()
    assert packages["pb2b-notebook"]["imports"] == ["pb2b_notebook"]
    assert {"pandas", "polars", "pyarrow", "duckdb", "matplotlib"} <= set(packages["pb2b-notebook"]["depends"])


def test_what_a_page_needs_is_pinned(browser_packages):
    # Neither a port nor the engine of the mirror; every other requirement comes along, with its own.
    needed = browser_packages.needed()
    assert {"fastapi", "pydantic-core", "starlette", "rapidfuzz", "tzdata", "ipywidgets", "numpy"} <= needed.keys()
    assert {"uvicorn", "deltalake", "jupyterlab", "keyring"} & needed.keys() == set()
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").split()
    pinned = {line.partition("==")[0] for line in lines} | set(browser_packages.pins()["packages"])
    assert sorted(needed.keys() - pinned) == ["pb2b-notebook"]
