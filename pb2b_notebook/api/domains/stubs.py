"""Write the stub ``resources.pyi`` for editors and type checkers, which do not run the package.

It contains the signatures that :mod:`~pb2b_notebook.api.domains.verbs` builds at run time. A test fails when it is
stale.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from pb2b_notebook import openapi
from pb2b_notebook.api.domains import resources
from pb2b_notebook.api.domains.verbs import Part, Resource, Verb
from pb2b_notebook.openapi.operations import Operations

_HEAD: Final = '''\
# Written by `pb2b contract build` from the contract and resources.py; do not edit.
# Docstrings are what editors show; names and lengths are the contract's.
# ruff: noqa: A002, D417, E501, I001, PYI021
# fmt: off
"""{summary}"""
'''
_HOMES: Final = {
    "collections.abc": ("Iterator", "Sequence"),
    "typing": ("Any", "Literal"),
    "pb2b_notebook.api.domains.import_runs": ("ImportRun",),
    "pb2b_notebook.api.calls.records": ("Record",),
    "pb2b_notebook.api.calls.signatures": ("AnyOf", "DataFrame", "Fields", "FrameName", "Id", "Texts", "Time"),
}
_WIDTH: Final = 120


def render(operations: Operations | None = None) -> str:
    """Return the text of the stub.

    Args:
        operations: Contract for the signatures; by default ours.
    """
    table = openapi.load() if operations is None else operations
    kinds = [kind for kind in vars(resources).values() if _is_domain(kind)]
    body = "\n\n".join("\n".join(_class(kind, table)) for kind in kinds)
    summary = inspect.cleandoc(resources.__doc__ or "").partition("\n")[0]
    return "\n".join([_HEAD.format(summary=summary), *_imports(body, kinds), "", body, ""])


def _is_domain(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Resource) and value.__module__ == resources.__name__


def _imports(body: str, kinds: Sequence[type[Resource]]) -> Iterator[str]:
    words = set(re.findall(r"\w+", re.sub(r'(?s)""".*?"""', "", body)))
    for module, names in _HOMES.items():
        used = [name for name in names if name in words]
        if used:
            yield f"from {module} import {', '.join(used)}"
    bases = {(base.__module__, base.__name__) for kind in kinds for base in kind.__bases__}
    for module, name in sorted(bases):
        yield f"from {module} import {name}"


def _class(kind: type[Resource], operations: Operations) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in kind.__bases__)
    yield f"class {kind.__name__}({bases}):"
    yield _docstring(inspect.getdoc(kind) or "", "    ")
    for name, member in vars(kind).items():
        if isinstance(member, Part):
            yield "    @property"
            yield f"    def {name}(self) -> {member.kind.__name__}: ..."
        elif isinstance(member, Verb):
            yield from _method(name, member, operations)


def _method(name: str, verb: Verb, operations: Operations) -> Iterator[str]:
    called = verb.shape(operations)
    parameters = ["self", *_parameters(called.signature)]
    answer = called.signature.return_annotation
    line = f"    def {name}({', '.join(parameters)}) -> {answer}:"
    if len(line) <= _WIDTH:
        yield line
    else:
        yield f"    def {name}("
        yield from (f"        {parameter}," for parameter in parameters)
        yield f"    ) -> {answer}:"
    yield _docstring(called.text, "        ")


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        yield f"{parameter.name}: {parameter.annotation}{default}"


def _docstring(text: str, indent: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"""')
    end = "\n" if "\n" in text else ""
    return textwrap.indent(f'"""{escaped}{end}"""', indent, lambda line: bool(line.strip()))
