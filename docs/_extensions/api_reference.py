"""Directives that write reference pages from what the package itself runs by: its verbs, its contract, its command.

``.. domains::`` every domain of a workspace with its verbs; ``.. operations::`` every operation of the contract and
what reaches it; ``.. command-line::`` every command of ``pb2b`` with its options.
"""

from __future__ import annotations

import argparse
import inspect
import re
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ipython_pygments_lexers import IPython3Lexer
from sphinx.ext.napoleon import GoogleDocstring
from sphinx.util.docutils import SphinxDirective

import pb2b_notebook as pb
from pb2b_notebook import cli
from pb2b_notebook.api.domains.verbs import Resource, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.nodes import Node
    from sphinx.application import Sphinx

    from pb2b_notebook.openapi import Operation

_METHODS: Final = {
    "me.get": "ws.me() <pb2b_notebook.Workspace.me>",
    "imports.create": "ws.imports.create",
    "imports.validate": "ws.imports.validate",
    "campaigns.runs.create": "ws.campaigns.launch",
}
"""What is reached by a method that is no single verb."""


@cache
def _workspace() -> Any:
    """One to look at: verbs get their signatures from the contract in use."""
    return pb.open_sandbox(leads=1)


def _resources(holder: Any, path: str) -> Iterator[tuple[str, Resource]]:
    for name in sorted(dir(holder)):
        if name.startswith("_") or isinstance(getattr(type(holder), name, None), (property, Verb)):
            continue
        value = getattr(holder, name)
        if isinstance(value, Resource):
            yield f"{path}.{name}", value
            yield from _resources(value, f"{path}.{name}")


def _verbs(resource: Resource) -> list[str]:
    names = [name for name in dir(resource) if not name.startswith("_")]
    return [name for name in names if callable(getattr(resource, name)) and name not in _inner(resource)]


def _inner(resource: Resource) -> set[str]:
    return {path.rpartition(".")[2] for path, _ in _resources(resource, "")}


class _Generated(SphinxDirective):
    """A directive whose content is reStructuredText that it writes itself, in ``_lines``."""

    def run(self) -> list[Node]:
        self.env.note_reread()  # what it is written from is no page
        return self.parse_text_to_nodes("\n".join(self._lines()), allow_section_headings=True)

    def _lines(self) -> Iterator[str]:
        raise NotImplementedError


class Domains(_Generated):
    """A section a domain, in it each verb as it is called on a workspace."""

    def _lines(self) -> Iterator[str]:
        for path, resource in _resources(_workspace(), "ws"):
            yield from _heading(path, "-")
            yield from (*_prose(_about(resource), self), "")
            for name in _verbs(resource):
                yield from self._verb(f"{path}.{name}", getattr(resource, name))

    def _verb(self, path: str, verb: Any) -> Iterator[str]:
        yield f".. py:function:: {path}{_signature(verb)}"
        yield ""
        yield from textwrap.indent("\n".join(_prose(inspect.getdoc(verb) or "", self)), "   ").splitlines()
        yield ""


def _about(resource: Resource) -> str:
    """The domain's docstring."""
    return (inspect.getdoc(type(resource)) or "").partition("Args:")[0]


def _signature(verb: Any) -> str:
    """As it is called; what annotations say as text stays unquoted."""
    signature = inspect.signature(verb)
    parts = [
        parameter.replace(annotation=parameter.empty)
        if parameter.annotation is parameter.empty
        else parameter.replace(annotation=_Bare(parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    answer = signature.return_annotation
    return str(signature.replace(parameters=parts, return_annotation=signature.empty)) + (
        "" if answer is signature.empty else f" -> {answer}"
    )


class _Bare:
    """An annotation that is shown as it is."""

    def __init__(self, text: Any) -> None:
        self.text = text if isinstance(text, str) else inspect.formatannotation(text)

    def __repr__(self) -> str:
        return self.text


def _prose(text: str, directive: SphinxDirective) -> list[str]:
    # The contract's own words are Markdown.
    plain = re.sub(r"(?<![`:\w])`([^`<>\n]+)`(?![`_])", r"``\1``", text)
    return GoogleDocstring(plain, directive.config, what="function").lines()


class Operations(_Generated):
    """A table a tag: what each operation is, what calls it, what it needs, and who says that it is so."""

    def _lines(self) -> Iterator[str]:
        operations, calls = list(pb.contract.load().values()), _calls()
        for tag in dict.fromkeys(operation.tag for operation in operations):
            yield from _heading(tag, "-")
            yield from (".. list-table::", "   :header-rows: 1", "   :widths: 34 30 18 18", "")
            yield from _row("operation", "call", "scope", "known from")
            for operation in operations:
                if operation.tag == tag:
                    yield from _row(*_told(operation, calls))
            yield ""


def _told(operation: Operation, calls: dict[str, list[str]]) -> tuple[str, str, str, str]:
    star = " \\*" if operation.idempotent else ""
    reached = ", ".join(f":py:func:`{call}`" for call in calls[operation.id])
    return (
        f"``{operation.method} {operation.path}``{star}",
        reached,
        ", ".join(operation.scopes),
        "the documentation" if operation.documented else "our reconstruction",
    )


def _calls() -> dict[str, list[str]]:
    """Operation id → what runs it: verbs, and methods that do more than one request."""
    found = {operation: [call] for operation, call in _METHODS.items()}
    for path, resource in _resources(_workspace(), "ws"):
        for name in _verbs(resource):
            verb = getattr(type(resource), name, None)
            for operation in verb.operations if isinstance(verb, Verb) else ():
                found.setdefault(operation, []).append(f"{path}.{name}")
    return found


def _row(first: str, *others: str) -> Iterator[str]:
    yield f"   * - {first}"
    yield from (f"     - {other}" for other in others)


class CommandLine(_Generated):
    """A section a command, from the parser that runs it."""

    def _lines(self) -> Iterator[str]:
        parser = cli.parser()
        yield from _commands(parser, "")
        yield from ("", *textwrap.wrap(parser.epilog or "", 100), "")


def _commands(parser: argparse.ArgumentParser, told: str) -> Iterator[str]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    if told:
        yield from _heading(parser.prog, "-")
        yield from (f"{told[0].upper()}{told[1:]}.", "", ".. code-block:: text", "")
        yield from textwrap.indent(parser.format_usage().removeprefix("usage: "), "   ").splitlines()
        yield ""
        yield from _options(parser)
    for action in inner:
        helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
        for name, command in action.choices.items():
            yield from _commands(command, helps.get(name, ""))


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, (argparse._SubParsersAction, argparse._HelpAction)):  # noqa: SLF001
            continue
        name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        if action.option_strings and action.nargs != 0 and not action.choices:
            name += f" {action.metavar or action.dest.upper()}"
        text = (action.help or "") % {**vars(action), "prog": parser.prog}
        yield from (f"``{name}``", f"   {text.replace('`', '``')}", "")


def _heading(text: str, mark: str) -> Iterator[str]:
    yield from ("", text, mark * len(text), "")


def _for_users(_app: Any, what: str, _name: str, kind: Any, _options: Any, told: str, answer: str) -> tuple[str, str]:
    """No constructor is shown that only the package itself calls: of results, which hold more than they show."""
    parts = getattr(kind, "__dataclass_fields__", {}).values()
    if what == "class" and any(part.name.startswith("_") or not part.repr for part in parts):
        return "", ""
    return told, answer


class _PlainProperties:
    """Keeps napoleon from reading "Rows of each action: create, update" in a property as "its type: what it is"."""

    def __init__(self) -> None:
        self._own: dict[str, list[str]] = {}

    def before(self, _app: Any, what: str, name: str, _kind: Any, _options: Any, lines: list[str]) -> None:
        if what in {"property", "attribute", "data"}:
            self._own[name] = list(lines)

    def after(self, app: Sphinx, _what: str, name: str, _kind: Any, _options: Any, lines: list[str]) -> None:
        if name in self._own:
            lines[:] = GoogleDocstring(self._own.pop(name), app.config, app, "method", name).lines()


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    for name, directive in (("domains", Domains), ("operations", Operations), ("command-line", CommandLine)):
        app.add_directive(name, directive)
    app.add_lexer("python", IPython3Lexer)  # a cell may begin with a magic
    app.connect("autodoc-process-signature", _for_users)
    properties = _PlainProperties()
    app.connect("autodoc-process-docstring", properties.before, priority=100)
    app.connect("autodoc-process-docstring", properties.after, priority=900)
    app.connect("build-finished", lambda *_: _workspace().close() if _workspace.cache_info().currsize else None)
    return {"version": pb.__version__, "parallel_read_safe": False}
