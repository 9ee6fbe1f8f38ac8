"""Every link from a text, page or notebook into the repository has its target."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
import pytest

from pb2b_notebook.cli.showing import FIRST_NOTEBOOK

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)|<(https?://[^>\s]+)>|`(https://[^`\s]+)`|\"(https://mybinder[^\"]+)\"")
OPENED_BY = ("labpath", "filepath", "urlpath")
TEXTS = [*ROOT.glob("*.md"), *ROOT.glob("notebooks/*.ipynb"), *(ROOT / "docs").rglob("*.md")]
TEXTS = [text for text in TEXTS if not {"_build", ".ipynb_checkpoints"} & set(text.parts)]


def prose(text):
    if text.suffix == ".ipynb":
        return "\n".join(cell.source for cell in nbformat.read(text, 4).cells if cell.cell_type == "markdown")
    return text.read_text("utf-8")


def links(text):
    return [next(filter(None, found)) for found in LINK.findall(prose(text))]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.relative_to(ROOT).as_posix())
def test_the_targets_of_links_exist(text):
    for link in links(text):
        parts = urlsplit(link)
        if not parts.scheme and parts.path:
            assert (text.parent / unquote(parts.path)).exists(), link
        if parts.netloc.endswith("mybinder.org"):
            for opened in opened_by(parts.query):
                assert (ROOT / opened).is_file(), link


def opened_by(query):
    """The files that a link of Binder opens, nbgitpuller's among them."""
    for name, values in parse_qs(query).items():
        for value in values:
            if name in OPENED_BY:
                yield value.partition("lab/tree/")[2] or value


def test_a_binder_link_in_a_notebook_opens_that_notebook():
    opened = {
        text: [opened_by(urlsplit(link).query) for link in links(text) if "mybinder.org/v2/" in link] for text in TEXTS
    }
    opened = {text: {path for paths in found for path in paths} for text, found in opened.items() if found}
    assert FIRST_NOTEBOOK in set().union(*opened.values())
    for text, paths in opened.items():
        if text.suffix == ".ipynb":
            assert paths == {text.relative_to(ROOT).as_posix()}


def test_files_named_in_commands_exist():
    for text in TEXTS:
        for path in re.findall(r"(?:jupyter lab|python) ((?:notebooks|tests|docs)/[\w./-]+)", prose(text)):
            assert (ROOT / path).is_file() or "NAME" in path, (text, path)
