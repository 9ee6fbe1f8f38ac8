"""The magics ``%%pb2b`` and ``%pb2b``, which run SQL over the mirror, and their completion.

``%%pb2b_sql`` is the former name of ``%%pb2b``.
"""

from __future__ import annotations

import ast
import re
import sys
import weakref
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Final

from pb2b_notebook.errors import ProspectB2BError, UsageError
from pb2b_notebook.frames.types import FRAMES

NAME: Final = "pb2b"
FORMER_NAME: Final = "pb2b_sql"
_DEFAULT: Final = "ws"
_INTO: Final = "<<"
"""The sign of JupySQL behind the name of a variable."""
_OPTIONS: Final = ("--workspace", "--output", "--frame", "--polars", "--params")
_CELL: Final = re.compile(r"\s*%{1,2}pb2b(_sql)?\s")

_latest: Callable[[], Any] = lambda: None  # noqa: E731 - a reference that may have died


def offer_magic(workspace: Any = None) -> None:
    """Register the magics with the running IPython, if there is one; the workspace is the one that was opened last."""
    global _latest  # noqa: PLW0603 - which one was opened last is a fact of the process
    if workspace is not None:
        _latest = weakref.ref(workspace)
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        load_ipython_extension(shell)


def load_ipython_extension(shell: Any) -> None:
    """Register the magics, for ``%load_ext pb2b_notebook``; opening a workspace or a mirror does so, too."""
    line, cell = _magics(shell)
    shell.register_magic_function(line, magic_kind="line", magic_name=NAME)
    for name in (NAME, FORMER_NAME):
        shell.register_magic_function(cell, magic_kind="cell", magic_name=name)
    if not any(getattr(known, "of_pb2b", False) for known in shell.Completer.custom_matchers):
        shell.Completer.custom_matchers.append(_matcher(shell))


def _magics(shell: Any) -> tuple[Callable[[str], Any], Callable[[str, str], Any]]:
    magics = import_module("IPython.core.magic")
    arguments = import_module("IPython.core.magic_arguments")
    parser: Any = arguments.MagicArgumentParser(NAME)
    parser.add_argument("-w", "--workspace")
    parser.add_argument("-o", "--output")
    parser.add_argument("-f", "--frame", choices=FRAMES)
    parser.add_argument("--polars", action="store_const", const="polars", dest="frame")
    parser.add_argument("--params")
    split = import_module("IPython.utils.process").arg_split

    def run(given: Any, sql: str, output: str) -> Any:
        holder = _workspace(shell.user_ns, given.workspace)
        found = holder.sql(sql, _parameters(shell.user_ns, sql, given.params), frame=given.frame)
        if not output:
            return found
        shell.user_ns[output] = found
        return None

    @magics.no_var_expand  # type: ignore[untyped-decorator, unused-ignore]
    def pb2b(line: str) -> Any:
        """Run the rest of the line as one SELECT over the mirrored tables; $name is a notebook variable.

        found = %pb2b [--workspace WS] [--polars] [--params NAME] select …

        %pb2b found << select … sets the variable, too.
        """
        # Quotes stay: they are those of the statement.
        words = _words(line, split)
        start = next((i for i, word in enumerate(words) if _begins_statement(words, i, word)), len(words))
        given = parser.parse_args([_unquote(word) for word in words[:start]])
        if _INTO in words[start : start + 2]:
            names = words[start : words.index(_INTO, start)]
            if given.output or not (names and names[0].isidentifier()):
                raise UsageError(
                    f"{_INTO} needs the name of one variable before it", repair=f"%{NAME} found {_INTO} select …"
                )
            return run(given, line[_offset(line, words, start + 2) :], names[0])
        return run(given, line[_offset(line, words, start) :], given.output or "")

    @magics.no_var_expand  # type: ignore[untyped-decorator, unused-ignore]
    def pb2b_cell(line: str, cell: str) -> Any:
        """Run the cell as one SELECT over the mirrored tables; $name is a notebook variable.

        %%pb2b [NAME] [--workspace WS] [--frame FRAME] [--polars] [--params PARAMS]

        NAME, NAME <<, -o, --output: variable for the frame, which is then not shown.
        -w, --workspace: variable of the workspace or mirror; by default ws, or the one that was opened last.
        -f, --frame, --polars: library of the frame, also pyarrow or duckdb; by default the workspace's.
        --params: dict of the parameters, or the name of its variable; by default the notebook's variables.
        """
        given, names = parser.parse_known_args([_unquote(word) for word in _words(line, split)])
        if names[1:] == [_INTO]:
            names.pop()
        if len(names) > 1 or (names and (given.output or not names[0].isidentifier())):
            raise UsageError(f"{names[-1]!r} is not an option of %%{NAME}", repair=f"%%{NAME} [NAME] {_usage()}")
        return run(given, cell, given.output or "".join(names))

    return pb2b, pb2b_cell


def _words(line: str, split: Callable[..., list[str]]) -> list[str]:
    """Split a line at its spaces; a text in quotes and a dict in braces are one word."""
    words: list[str] = []
    at = 0
    for word in split(line, posix=False, strict=False):
        end = line.index(word, at) + len(word)
        if words and words[-1].startswith("{") and words[-1].count("{") > words[-1].count("}"):
            words[-1] += line[at:end]
        else:
            words.append(word)
        at = end
    return words


def _unquote(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word


def _usage() -> str:
    return "[--workspace WS] [--polars] [--params PARAMS]"


def _begins_statement(words: list[str], place: int, word: str) -> bool:
    """Whether the statement begins with this word: it is neither an option nor the value of one."""
    before = words[place - 1] if place else ""
    takes_value = before.startswith("-") and "=" not in before and before != "--polars"
    return not word.startswith("-") and not takes_value


def _offset(line: str, words: list[str], start: int) -> int:
    """Return where a word begins in the line."""
    at = 0
    for word in words[:start]:
        at = line.index(word, at) + len(word)
    return at


def _workspace(variables: Mapping[str, Any], name: str | None) -> Any:
    """Return the workspace or mirror in a variable; by default in ``ws``, or the one that was opened last."""
    workspace = variables.get(name or _DEFAULT)
    if name is None and not hasattr(workspace, "sql"):
        workspace = _latest()
    if hasattr(workspace, "sql"):
        return workspace
    if name is None:
        raise UsageError("no workspace is open", repair="ws = pb.connect(), or ws = pb.open_sandbox()")
    raise UsageError(f"the notebook has no workspace {name!r}", repair=f"name its variable: %%{NAME} --workspace NAME")


def _parameters(variables: Mapping[str, Any], sql: str, given: str | None) -> dict[str, Any] | None:
    """Return the values of the parameters of a statement, from a dict or from the notebook's variables."""
    values, where = variables, "the notebook has no variable"
    if given is not None:
        values, where = _read_params(variables, given), "--params has no"
    from pb2b_notebook.mirror.reading.sql import parameter_names  # opening a workspace needs none of SQL

    names = parameter_names(sql)
    missing = sorted(names - values.keys())
    if missing:
        repair = f"set {missing[0]} in a cell above" if given is None else f"add {missing[0]!r} to the dict"
        raise UsageError(f"{where} {missing[0]!r}", repair=repair)
    return {name: _plain(values[name]) for name in names} or None


def _read_params(variables: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    found = variables.get(text.removeprefix("$"))
    if found is None:
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            found = None
    if not isinstance(found, Mapping):
        raise UsageError("--params is not a dict", repair="name a variable: --params NAME, or \"{'status': 'new'}\"")
    return found


def _plain(value: Any) -> Any:
    """Return a column as a list, which SQL accepts: ``where id in (select unnest($ids))``."""
    return value.to_list() if hasattr(value, "to_list") else value


# --- completion -------------------------------------------------------------------------------------------------------


def _matcher(shell: Any) -> Any:
    """Return what completes options, tables, columns and ``$variables`` in a cell of SQL, without a request."""
    completer = import_module("IPython.core.completer")

    @completer.context_matcher()  # type: ignore[untyped-decorator, unused-ignore]
    def complete_sql(context: Any) -> Any:
        word = re.findall(r"[-$\w]*$", context.text_until_cursor)[0]
        names = _names(shell.user_ns, word, context.full_text) if _CELL.match(context.full_text) else ()
        found = [completer.SimpleCompletion(name) for name in sorted(names) if name.startswith(word)]
        return {"completions": found, "suppress": bool(found), "matched_fragment": word}

    complete_sql.of_pb2b = True
    return complete_sql


def _names(variables: Mapping[str, Any], word: str, cell: str) -> Iterable[str]:
    if word.startswith("-"):
        return _OPTIONS
    if word.startswith("$"):
        return [f"${name}" for name in variables if not name.startswith("_")]
    try:
        holder = _workspace(variables, None)
        mirror = getattr(holder, "mirror", holder)
        tables = set(mirror.location.resources())
        used = tables & set(re.findall(r"\w+", cell))
        return tables.union(*(mirror.scan(name).collect_schema().names() for name in used))
    except (ProspectB2BError, AttributeError):  # several mirrors have no one location
        return ()
