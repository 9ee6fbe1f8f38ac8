"""Write the stub ``resources.pyi`` for editors and type checkers, which do not run the package.

It contains the signatures that :mod:`~pb2b_notebook.api.domains.verbs` builds at run time. A test fails when it is
stale.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final, Generic

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
    "typing": ("Any", "Generic", "Literal", "TypeAlias", "overload"),
    "pb2b_notebook.api.domains.import_runs": ("ImportRun",),
    "pb2b_notebook.api.calls.records": ("Record",),
    "pb2b_notebook.api.calls.signatures": ("AnyOf", "Fields", "Id", "Texts", "Time"),
    "pb2b_notebook.frames.types": ("DataFrame", "FrameName", "FrameT"),
}
_LIBRARIES: Final = ("import duckdb", "import pandas as pd", "import polars as pl", "import pyarrow as pa")
_FRAMES: Final[dict[str, str]] = {
    "None": "FrameT",
    'Literal["pandas"]': "pd.DataFrame",
    'Literal["polars"]': "pl.DataFrame",
    'Literal["pyarrow"]': "pa.Table",
    'Literal["duckdb"]': "duckdb.DuckDBPyRelation",
    "FrameName | None": "DataFrame",
}
"""Type of ``frame=`` → type of the frame that is returned: one overload each, the last one for a variable."""
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
    names = "\n".join(_operation_names(table))
    return "\n".join([_HEAD.format(summary=summary), *_imports(f"{names}\n{body}", kinds), "", names, "", body, ""])


def _operation_names(operations: Operations) -> Iterator[str]:
    """Yield the aliases from which ``Workspace.call`` has its overloads: what returns a frame, and what one object."""
    for alias, many in (("ListOperation", True), ("ObjectOperation", False)):
        named = [operation for operation in operations.values() if operation.many == many]
        names = [name for one in named for name in (one.id, f"{one.method} {one.path}") if "{" not in name]
        yield f"{alias}: TypeAlias = Literal["
        yield from (f'    "{name}",' for name in names)
        yield "]"


def _is_domain(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Resource) and value.__module__ == resources.__name__


def _imports(body: str, kinds: Sequence[type[Resource[Any]]]) -> Iterator[str]:
    yield from _LIBRARIES
    words = set(re.findall(r"\w+", re.sub(r'(?s)""".*?"""', "", body)))
    for module, names in _HOMES.items():
        used = [name for name in names if name in words]
        if used:
            yield f"from {module} import {', '.join(used)}"
    bases = {(base.__module__, base.__name__) for kind in kinds for base in _bases(kind)}
    for module, name in sorted(bases):
        yield f"from {module} import {name}"


def _class(kind: type[Resource[Any]], operations: Operations) -> Iterator[str]:
    bases = ", ".join(f"{base.__name__}[FrameT]" for base in _bases(kind))
    yield f"class {kind.__name__}({bases}):"
    yield _docstring(inspect.getdoc(kind) or "", "    ")
    for name, member in vars(kind).items():
        if isinstance(member, Part):
            yield "    @property"
            yield f"    def {name}(self) -> {member.kind.__name__}[FrameT]: ..."
        elif isinstance(member, Verb):
            yield from _method(name, member, operations)


def _bases(kind: type[Resource[Any]]) -> list[type]:
    return [base for base in kind.__bases__ if base is not Generic]


def _method(name: str, verb: Verb, operations: Operations) -> Iterator[str]:
    called = verb.shape(operations)
    if "frame" not in called.signature.parameters:
        yield from _definition(name, called.signature)
        yield _docstring(called.text, "        ")
        return
    for number, (given, returned) in enumerate(_FRAMES.items()):
        yield "    @overload"
        signature = _with_frame(called.signature, given, returned)
        if number:
            parameters = ", ".join(["self", *_parameters(signature)])
            yield f"    def {name}({parameters}) -> {signature.return_annotation}: ..."
        else:
            yield from _definition(name, signature)
            yield _docstring(called.text, "        ")


def _with_frame(signature: inspect.Signature, given: str, returned: str) -> inspect.Signature:
    """Return the signature for one library: a frame that is named must be, the workspace's own may be left out."""
    parameters = dict(signature.parameters)
    default = None if given == "None" else inspect.Parameter.empty
    parameters["frame"] = parameters["frame"].replace(annotation=given, default=default)
    answer = signature.return_annotation.replace("DataFrame", returned)
    return signature.replace(parameters=list(parameters.values()), return_annotation=answer)


def _definition(name: str, signature: inspect.Signature) -> Iterator[str]:
    parameters = ["self", *_parameters(signature)]
    answer = signature.return_annotation
    line = f"    def {name}({', '.join(parameters)}) -> {answer}:"
    if len(line) <= _WIDTH:
        yield line
    else:
        yield f"    def {name}("
        yield from (f"        {parameter}," for parameter in parameters)
        yield f"    ) -> {answer}:"


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
