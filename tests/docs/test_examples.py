"""Every block of Python in the README and on the pages runs from top to bottom, with the shown results.

Blocks that are ours are fenced as ``python``; code of other libraries, shown beside them, is a ``{code-block}``.
"""

import doctest
import re
from pathlib import Path

import pytest

import pb2b_notebook as pb

PAGES = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
WITH_EXAMPLES = sorted(
    page.relative_to(PAGES).as_posix()
    for page in PAGES.rglob("*.md")
    if "_build" not in page.parts and FENCE.search(page.read_text("utf-8"))
)
README = "../README.md"


@pytest.mark.parametrize("name", [README, *WITH_EXAMPLES])
def test_the_examples_of_a_page_run(name, surroundings):
    page, names = (PAGES / name).read_text("utf-8"), {}
    try:
        for found in FENCE.finditer(page):
            run(found[1], names, name, page.count("\n", 0, found.start(1)))
    finally:
        for value in names.values():
            if isinstance(value, (pb.Workspace, pb.webhooks.Receiver)):
                value.stop() if isinstance(value, pb.webhooks.Receiver) else value.close()


def run(code, names, name, line):
    if ">>>" not in code:
        exec(compile("\n" * line + code, name, "exec"), names)  # noqa: S102 - our own pages
        return
    failures = []
    example = doctest.DocTestParser().get_doctest(code, {}, name, name, line)
    example.globs = names
    doctest.DocTestRunner(optionflags=OPTIONS).run(example, out=failures.append, clear_globs=False)
    assert not failures, "".join(failures)


def test_every_kind_of_page_has_examples():
    assert {name.partition("/")[0] for name in WITH_EXAMPLES} >= {"index.md", "how-to", "recipes"}


def test_every_name_that_a_page_mentions_exists(service):
    roots, missing = {"ws": service, "pb": pb}, []
    for page in [PAGES / README, *(page for page in PAGES.rglob("*.md") if "_build" not in page.parts)]:
        for root, path in re.findall(r"\b(ws|pb)((?:\.[A-Za-z_]\w*)+)", page.read_text("utf-8")):
            if not is_there(roots[root], path.split(".")[1:]):
                missing.append(f"{page.name}: {root}{path}")
    assert missing == []


def is_there(value, names):
    """Whether the names lead somewhere, as far as one can go without a call."""
    for name in names:
        if not hasattr(value, name):
            return False
        value = getattr(value, name)
        if callable(value) and not isinstance(value, type):
            return True
    return True
