"""The site builds offline without warnings, covers every public name, and loads nothing from other servers."""

import html
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sphinx.util.inventory import InventoryFile

import pb2b_notebook as pb
from pb2b_notebook import errors

pytestmark = pytest.mark.timeout(900)  # building takes half a minute, on a machine with nothing else to do
ROOT = Path(__file__).parents[2]
MODULES = ("cleanup", "contract", "forms", "plots", "webhooks")
# Whatever a page brings along by itself when it is opened.
LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//|<link\b[^>]*\bhref=["']?(?:https?:)?//"""
)
STYLES = re.compile(r"""@import|url\(["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built as CONTRIBUTING says, into a folder of its own, and by a process that no proxy would let out."""
    to = tmp_path_factory.mktemp("docs")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    cache = {"PB2B_CACHE_DIR": str(to / "cache")}
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", to / "doctrees", "docs", to / "html"]
    began = time.monotonic()
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | nowhere | cache, capture_output=True, text=True, check=False
    )
    sys.stdout.write(f"\nThe documentation: {time.monotonic() - began:.0f} s\n")
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""
    return to / "html"


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
    for notebook in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
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
