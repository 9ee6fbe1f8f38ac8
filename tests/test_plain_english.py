"""The language of the house (docs/glossary.md): the worst patterns are at zero in messages, docstrings, comments, docs.

A pattern is a place to look: where it hits something that is right after all, narrow the pattern here, with the reason.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from each_case import each_case

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "pb2b_notebook").rglob("*.py"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted(
        path for path in (ROOT / "docs").rglob("*.md") if path.name != "glossary.md" and "_build" not in path.parts
    ),
    *sorted(path for path in (ROOT / "docs").rglob("*.rst") if "_build" not in path.parts),
]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

PATTERNS = {
    # "There is no such tab" is English; "the file is no CSV" is not.
    "is not a": (
        r"(?<!there )(?<!there\n)\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b|later\b|earlier\b)\w"
    ),
    "does not exist, or: not": (
        r"\b(?:that|which) (?:is|are) (?-i:none)\b|\bthere (?:is|are) none of\b|(?<!there )\b(?:is|are) (?-i:none)\b"
    ),
    "printed, reported, shown": r"\btold\b|\btell(?:s|ing)?\b",
    "reported, written": r"\bsaid\b",
    "intended, refers to": r"(?<!you )(?<!you\n)\bmeant\b",
    "invalid Unicode (unpaired surrogate)": r"\bhalf a character\b|\bhalf characters?\b",
    "lower case": r"\bsmall letters?\b",
    "country": r"\blands?\b",
    "phone": r"\btelephones?\b",
    "fixed, repaired": r"\bmend(?:s|ed|ing)?\b",
    "again": r"\banew\b",
    "most severe": r"\bgravest\b",
    "a user, another user, no user": r"\b(?:somebody|nobody|anybody)\b",
    "N, as many": r"\bso many\b",
    "in parallel, next to each other": r"\bside by side\b",
}
"""What to write instead → pattern."""

PARTICIPLES = frozenset(
    """begun bound broken brought built caught chosen dealt done drawn driven fallen fed felt forgotten fought found
    frozen given gone grown heard held hidden kept known laid led left lent lost made meant met paid risen said seen
    sent shown sold sought spelt spent spoken split stolen stood struck sung sworn taken taught thought thrown told torn
    understood woken won worn wound written""".split()  # noqa: SIM905 - a table of words
)
PARTICLES = frozenset(
    """again apart as at away back before by down for from in into of off on out over since to under up
    with""".split()  # noqa: SIM905
)
NOT_PARTICIPLES = frozenset(("bed", "embed", "exceed", "feed", "heed", "need", "proceed", "red", "seed", "speed"))


@dataclass
class Module:
    """What the tests read of a module, each with its line."""

    strings: list[tuple[int, str]] = field(default_factory=list)
    functions: list[tuple[int, str]] = field(default_factory=list)
    docstrings: list[tuple[int, str]] = field(default_factory=list)
    names: list[tuple[int, str]] = field(default_factory=list)


@functools.cache
def read(path: Path) -> Module:
    """Walk a module once. No node is kept: together they are a million objects, which each later collection visits."""
    found = Module()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and " " in node.value.strip():
                found.strings.append((node.lineno, node.value))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_attribute(node):
            found.functions.append((node.lineno, node.name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and (doc := ast.get_docstring(node)):
            found.docstrings.append((node.lineno, doc))
        name = NAMES.get(type(node))
        if name and IDENTIFIERS.search(getattr(node, name)):
            found.names.append((node.lineno, getattr(node, name)))
    return found


def fragments(path: Path) -> list[tuple[int, str]]:
    """The prose of a module: docstrings, other strings of several words, comments; each with its line."""
    # What follows a "#": comments, and the rest of some strings.
    return [(line, text[text.index("#") :]) for line, text in pages(path) if "#" in text] + read(path).strings


def pages(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(path.read_text("utf-8").splitlines(), 1))


def cells(path: Path) -> list[tuple[int, str]]:
    """The prose of a notebook: its text cells, and the comments of its code."""
    found = []
    for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
        source = "".join(cell["source"])
        found.append((number, source if cell["cell_type"] == "markdown" else "\n".join(re.findall(r"#.*", source))))
    return found


@pytest.fixture(scope="module")
def prose() -> list[tuple[str, str]]:
    """Every fragment of prose, with its place."""
    readers = [(PACKAGE, fragments), (PAGES, pages), (NOTEBOOKS, cells)]
    return [
        (f"{path.relative_to(ROOT)}:{line}", text)
        for paths, fragments_of in readers
        for path in paths
        for line, text in fragments_of(path)
    ]


@pytest.mark.parametrize(("instead", "pattern"), PATTERNS.items(), ids=PATTERNS)
def test_no_message_docstring_comment_or_page_has_the_pattern(prose, instead, pattern):
    expression = re.compile(pattern, re.IGNORECASE)
    found = [
        f"{place}: …{text[max(0, hit.start() - 30) : hit.end() + 30]}…".replace("\n", " ")
        for place, text in prose
        for hit in expression.finditer(text)
    ]
    assert found == [], f"write “{instead}”"


def is_bare_participle(name: str) -> bool:
    """Whether a name is a participle alone, or with a particle: ``told``, ``_taken_apart``; ``known_fields`` is not."""
    first, *rest = name.strip("_").lower().split("_")
    participle = first in PARTICIPLES or (first.endswith("ed") and len(first) > 3 and first not in NOT_PARTICIPLES)
    return participle and (not rest or rest[0] in PARTICLES)


PUBLIC_METHODS = frozenset({"edited", "shipped"})
"""Methods of public values that users call; their names are API."""


def is_attribute(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A property reads as an attribute: ``plan.refused`` names a state."""
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_functions_are_named_by_verbs_or_by_what_they_return():
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in PACKAGE
        for line, name in read(path).functions
        if is_bare_participle(name) and name not in PUBLIC_METHODS
    ]
    assert found == []


IDENTIFIERS = re.compile(r"(?:^|_)(?:told|said|meant)(?:_|$)")
NAMES = {ast.Name: "id", ast.Attribute: "attr", ast.arg: "arg", ast.FunctionDef: "name"}


def test_no_variable_or_parameter_is_called_told_said_or_meant():
    """Say what it is: a message, a warning, the reported value, the nearest name."""
    found = {f"{path.relative_to(ROOT)}:{line} {name}" for path in PACKAGE for line, name in read(path).names}
    assert sorted(found) == []


@each_case(
    ("name", "bare"),
    [
        ("told", True),
        ("_taken_apart", True),
        ("said_of", True),
        ("checked", True),
        ("known_fields", False),
        ("need", False),
        ("with_row_numbers", False),
        ("seed_of", False),
    ],
)
def test_what_counts_as_a_bare_participle(name, bare):
    assert is_bare_participle(name) == bare


ITEM = re.compile(r"^ {4,8}(?:[A-Z]\w+(?:, )?|\w+): ?(?P<text>\S.*)$")
SECTIONS = ("Args:", "Attributes:")
DANGLING = re.compile(r"(?:of|as|by|for|in|into|to|that|which|who|with|from|on|at|where|when|how|what)\b")


def arguments(docstring: str) -> list[str]:
    """The descriptions below ``Args:`` and ``Attributes:``."""
    found, inside = [], False
    for line in docstring.splitlines():
        if line.strip() in SECTIONS:
            inside = True
        elif line and not line.startswith(" " * 4):
            inside = False
        elif inside and (item := ITEM.match(line)) and not line.startswith(" " * 9):
            found.append(item["text"])
    return found


def test_arguments_are_described_by_noun_phrases():
    """Not "frame: of the report." but "frame: Library of the returned report"."""
    found = [
        f"{path.relative_to(ROOT)}:{line} {text}"
        for path in PACKAGE
        for line, docstring in read(path).docstrings
        for text in arguments(docstring)
        if DANGLING.match(text)
    ]
    assert found == []
